#!/usr/bin/env python3
"""A day at the console, in a real browser, before a real daemon, broker and simulated enterprises.

    console_test.py QINGKONGD QINGKONG-SIM MOSQUITTO CHROMIUM PICTURES

Every test waits for what should be seen. At its end no page has complained, broken its content policy or
asked anybody but the daemon. PICTURES is a folder for what was seen, for people to look at.
"""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
from bureau import Bureau  # noqa: E402
from chromium import Chromium, wait_for  # noqa: E402
from small import EVIL, INVENTORY  # noqa: E402

PROGRAMS, CHROMIUM, PICTURES = sys.argv[1:4], sys.argv[4], pathlib.Path(sys.argv[5])
COLOURS = {"yellow": "黄色", "orange": "橙色", "red": "红色"}


class Desk(unittest.TestCase):
    inventory = None

    @classmethod
    def setUpClass(cls):
        PICTURES.mkdir(parents=True, exist_ok=True)
        cls.browser = Chromium(CHROMIUM)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.bureau = Bureau(*PROGRAMS, inventory=self.inventory)
        self.addCleanup(self.bureau.close)

    def open(self, path="/", **size):
        page = self.browser.open(self.bureau.origin + path, **size)
        self.addCleanup(self.nothing_wrong, page)
        page.allowed = []
        return page

    # What every page must hold to its end. `allowed` are complaints that a test provoked.
    def nothing_wrong(self, page):
        complaints = [one for one in page.complaints if not any(word in one for word in page.allowed)]
        self.assertEqual(complaints, [])
        self.assertEqual(page.leaks(self.bureau.origin), [])
        self.browser.command("Target.closeTarget", targetId=page.target)

    def sign_in(self, who, **size):
        page = self.open(**size)
        page.fill("#token", self.bureau.tokens[who])
        page.press("进入", "#login")
        page.says("#situation", "AQI")
        page.says("#link", "实时")
        return page

    def picture(self, page, name, whole=True):
        page.picture(PICTURES / f"{name}.png", whole)


class ADay(Desk):
    def test_from_the_proposal_to_the_case(self):
        self.bureau.start_enterprises()
        duty = self.sign_in("duty_officer")
        duty.says("#situation", "目前没有生效的预警")
        duty.says("#samples", "样例，使用前请确认")
        self.bureau.move_clock("2015-12-05T08:10:00+08:00")
        duty.says("#pending", "等待签发")
        duty.says("#pending .assessment", "预报一致")
        colour = self.bureau.get("/api/v1/situation")["assessment"]["proposal"]["colour"]
        self.picture(duty, "proposal")
        self.consult(duty)
        self.sign(duty, colour)
        self.receipts(duty)
        self.readings(duty)
        self.report(duty)
        self.public()
        self.narrow()

    def consult(self, duty):
        duty.press("签发后的方案（预览）", "#pending")
        duty.says("#dialog", "底线")
        self.picture(duty, "preview", whole=False)
        duty.press("关闭", "#dialog")
        self.assertFalse(duty.evaluate("[...document.querySelectorAll('#pending button')].some((b) => b.textContent === '签发')"),
                         "a duty officer is not offered to sign")
        duty.press("会商", "#pending")
        duty.fill("#dialog [name=who]", "张三，李四")
        duty.fill("#dialog [name=summary]", "同意研判意见")
        duty.press("会商", "#dialog")
        duty.says("#notice", "会商：已完成")

    # Signed by as many approvers as it takes, each of whom types the colour.
    def sign(self, duty, colour):
        for who in ("approver", "second_approver"):
            if not self.bureau.get("/api/v1/warnings")["items"][0]["pending"]:
                break
            page = self.sign_in(who)
            page.press("签发", "#pending")
            page.fill("#dialog-typed", "蓝色")
            self.assertTrue(page.evaluate("document.getElementById('dialog-act').disabled"), "the wrong colour signs nothing")
            page.fill("#dialog-typed", COLOURS[colour])
            self.picture(page, f"sign_{who}", whole=False)
            page.press("签发", "#dialog")
            page.says("#notice", "签发：已完成")
        duty.wait("document.getElementById('pending').hidden")
        duty.says("#warnings", COLOURS[colour])
        duty.says("#plan", "底线")
        duty.says("#events", "签发")

    # Orders went out with the signature; what comes back is seen without a reload.
    def receipts(self, duty):
        orders = wait_for("orders", lambda: self.bureau.total("/api/v1/orders"))
        duty.says("#orders .tile b", str(orders))
        self.bureau.move_clock("2015-12-05T10:00:00+08:00")
        wait_for("receipts", lambda: self.bureau.total("/api/v1/receipts") > orders)
        silent = lambda: self.bureau.total("/api/v1/orders?receipt_state=none")
        duty.wait("Number(document.querySelectorAll('#orders .tile b')[1].textContent) < " + str(orders))
        self.assertGreater(silent(), 0, "the scenario has silent enterprises")
        duty.says("#orders", "未回执的企业")
        before = silent()
        duty.press("记录电话", "#orders")
        duty.fill("#dialog [name=by]", "王工")
        duty.press("记录电话", "#dialog")
        duty.says("#notice", "记录电话：已完成")
        wait_for("one silent enterprise less", lambda: silent() == before - 1)
        self.picture(duty, "receipts")

    def readings(self, duty):
        start = self.bureau.get("/api/v1/warnings")["items"][0]["effective_from"]
        self.bureau.move_clock(start[:8] + f"{int(start[8:10]) + 1:02}" + start[10:])
        readings = lambda: self.bureau.total("/api/v1/readings?to=2015-12-31T00:00:00%2B08:00&from=" + start.replace("+", "%2B"))
        wait_for("readings of the first day", lambda: readings() > 1000, 60)
        warning = self.bureau.get("/api/v1/warnings")["items"][0]["id"]

        def judged():
            self.bureau.call("duty_officer", "POST", f"/api/v1/warnings/{warning}/rejudge")
            return self.bureau.total("/api/v1/cases?kind=lead")
        wait_for("a case", judged, 60)
        # One that power tells of; others are about gates.
        duty.wait("[...document.querySelectorAll('#cases tbody tr')].some((row) => row.textContent.includes('kW'))")
        duty.evaluate("[...document.querySelectorAll('#cases tbody tr')].find((row) => row.textContent.includes('kW'))"
                      ".querySelector('button').click()")
        duty.wait("document.querySelector('#dialog svg .curve.measured') && document.querySelector('#dialog svg .curve.cap')")
        duty.says("#dialog", "研判结论是线索")
        self.assertGreater(len(duty.evaluate("document.querySelector('#dialog svg .curve.measured').getAttribute('d')")), 100)
        self.picture(duty, "case", whole=False)
        duty.press("派员核查", "#dialog")
        duty.fill("#dialog [name=note]", "请现场查看")
        duty.press("派员核查", "#dialog")
        duty.says("#notice", "派员核查：已完成")
        duty.says("#cases", "现场核查")
        self.conclude()

    # The answer is lost on the way, and the step is sent again.
    def conclude(self):
        case = self.bureau.get("/api/v1/cases?state=site_check")["items"][0]
        path, found = f"/api/v1/cases/{case['number']}/conclusion", {"conclusion": "breach", "note": "现场属实"}
        first = self.bureau.call("duty_officer", "POST", path, found, **{"Idempotency-Key": "once"})
        self.assertEqual(first[0], 200, first)
        self.assertEqual(self.bureau.call("duty_officer", "POST", path, found, **{"Idempotency-Key": "once"}), first)
        self.assertEqual(self.bureau.call("duty_officer", "POST", path, found)[0], 409)

    def report(self, duty):
        known = self.browser.targets()
        duty.press("评估报告", "#warnings")
        report = self.browser.opened_beside(known)
        report.allowed = []
        self.addCleanup(self.nothing_wrong, report)
        report.resize(1100, 800)
        report.says("h1", "评估报告")
        self.assertGreaterEqual(report.evaluate("document.querySelectorAll('svg').length"), 3)
        self.assertEqual(report.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius"), "6px",
                         "its style is allowed")
        self.picture(report, "report")
        report.printed(PICTURES / "report.pdf")
        duty.press("始末", "#warnings")
        duty.says("#dialog", "与当时一致")
        self.picture(duty, "story", whole=False)
        duty.press("关闭", "#dialog")

    def public(self):
        page = self.open("/public", width=1100, height=800)
        page.says("body", "预警")
        page.says("body", "样例，使用前请确认")
        self.picture(page, "public")
        page.resize(390, 844)
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "public_390")

    def narrow(self):
        page = self.sign_in("auditor", width=390, height=844)
        page.says("#cases", "查看")
        page.says("#orders", "未回执")
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "console_390")
        page.press("查看", "#cases")
        page.wait("document.querySelector('#dialog svg .curve')")
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "case_390", whole=False)
        page.press("关闭", "#dialog")
        page.press("English")
        page.says("#h-orders", "Orders and receipts")
        page.says("#orders", "silent")
        self.assertEqual(page.evaluate("document.documentElement.lang"), "en")
        page.resize(1366, 768)
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "console_english", whole=False)
        page.go(self.bureau.origin + "/")
        page.says("#h-orders", "Orders and receipts")
        page.press("中文")
        page.says("#h-orders", "指令与回执")


class Strangers(Desk):
    inventory = INVENTORY

    def drill(self, reason):
        status, warning = self.bureau.call("duty_officer", "POST", "/api/v1/warnings",
                                           {"colour": "yellow", "reason": reason, "exercise": True})
        self.assertLess(status, 300, warning)
        status, answer = self.bureau.call("duty_officer", "POST", f"/api/v1/warnings/{warning['id']}/consult", {
            "generation": warning["generation"], "participants": [{"name": reason, "unit": ""}], "summary": reason,
            "reason": reason})
        self.assertLess(status, 300, answer)
        return warning["id"]

    def test_a_wrong_token_is_told_so_and_a_withdrawn_one_leads_out(self):
        page = self.open()
        page.allowed = ["401"]
        page.fill("#token", "0" * 64)
        page.press("进入", "#login")
        page.says("#login-error", "令牌无效")
        self.assertFalse(page.evaluate("document.getElementById('login').hidden"))
        page.fill("#token", self.bureau.tokens["auditor"])
        page.press("进入", "#login")
        page.says("#link", "实时")
        people = self.bureau.folder / "people.toml"
        text = people.read_text()
        start = text.index('[[person]]\nid = "auditor"')
        end = text.index("[[person]]", start + 5)
        people.write_text(text[:start] + text[end:])
        self.bureau.daemon.send_signal(1)
        wait_for("the token is gone", lambda: self.bureau.call("auditor", "GET", "/api/v1/me")[0] == 401)
        self.bureau.call("duty_officer", "POST", "/api/v1/floors", {
            "document": "x", "clause": "x", "colour": "yellow", "from": "2015-12-06T00:00:00+08:00",
            "to": "2015-12-07T00:00:00+08:00"})
        page.says("#login-error", "令牌无效")
        self.assertEqual(page.evaluate("sessionStorage.getItem('qingkong-token')"), None)
        self.picture(page, "login")
        people.write_text(text)
        self.bureau.daemon.send_signal(1)
        wait_for("the token is back", lambda: self.bureau.call("auditor", "GET", "/api/v1/me")[0] == 200)

    def test_text_from_outside_is_shown_and_never_run(self):
        warning = self.drill(EVIL)
        page = self.sign_in("approver")
        page.says("#drill", "演练")
        page.says("#pending", "<script>")
        page.says("#pending", "演练")
        page.press("签发", "#pending")
        page.says("#dialog", "<script>")
        page.fill("#dialog-typed", "黄色")
        page.press("签发", "#dialog")
        page.says("#notice", "签发：已完成")
        page.says("#orders", "<script>")
        self.picture(page, "escaped")
        page.press("始末", "#warnings")
        page.says("#dialog", "<script>")
        self.assertEqual(page.evaluate("document.title"), "晴空 · 值班台")
        self.assertEqual(page.evaluate("document.querySelectorAll('main script, main img, #dialog script, #dialog img').length"), 0)
        page.press("关闭", "#dialog")
        for path in ("/public", f"/api/v1/warnings/{warning}/report?format=html"):
            text = self.bureau.get(path) if path.startswith("/api") else self.bureau.call("", "GET", path)[1]
            self.assertNotIn("<script>", text)
        public = self.open("/public")
        public.says("body", "演练")
        self.assertNotEqual(public.evaluate("document.title"), "broken")

    def test_the_stream_is_taken_up_again_where_it_broke(self):
        page = self.sign_in("admin")
        page.allowed = ["ERR_", "Failed to fetch"]
        self.bureau.daemon.terminate()
        self.bureau.daemon.wait(20)
        page.says("#link", "未连接")
        self.bureau.restart()
        self.bureau.call("duty_officer", "POST", "/api/v1/floors", {
            "document": "断线期间", "clause": "x", "colour": "orange", "from": "2015-12-06T00:00:00+08:00",
            "to": "2015-12-07T00:00:00+08:00"})
        page.says("#link", "实时")
        page.says("#events", "上级下限")

    def test_a_role_is_offered_only_what_it_may_do(self):
        self.bureau.call("feed", "POST", "/api/v1/forecasts?source=test&issued_at=2015-12-05T06:00:00%2B08:00",
                         "region,date,aqi\n" + "".join(f"110000,2015-12-{day:02},{aqi}\n" for day, aqi in
                                                        zip(range(5, 10), (180, 260, 280, 240, 90))))
        page = self.sign_in("auditor")
        page.says("#pending", "等待签发")
        buttons = page.evaluate("[...document.querySelectorAll('#pending button')].map((one) => one.textContent)")
        self.assertEqual(buttons, ["签发后的方案（预览）"])
        self.assertNotIn("提出启动 / 演练", page.text("#warnings"))


# A window that is open, the names of one enterprise bad: the order is there without any warning.
class ASeason(Desk):
    inventory = {**INVENTORY, "season.toml": '[[window]]\nid = "clinker"\nkind = "peak-shift"\nfrom = "2015-12-01"\n'
                 'to = "2015-12-31"\ntrades = ["cement"]\nmeasure = { form = "stop" }\nsource = "市里的通知"\n'}

    def test_windows_and_days_are_shown_and_a_day_is_entered(self):
        duty = self.sign_in("duty_officer")
        duty.says("#season", "市里的通知（样例）")
        duty.says("#season", "停产台账")
        duty.says("#orders .tile b", "3")
        kept = "[...document.querySelectorAll('#season table')].pop().querySelectorAll('tbody td')[4].textContent"
        duty.wait(f"{kept} === '0'")
        duty.press("登记", "#season")
        duty.fill("#dialog [name=day]", "2015-12-02")
        duty.press("登记", "#dialog")
        duty.wait(f"{kept} === '1'")
        duty.says("#events", "停产登记")
        self.picture(duty, "season")
        duty.resize(390, 844)
        self.assertFalse(duty.sideways())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[6:], verbosity=1)
