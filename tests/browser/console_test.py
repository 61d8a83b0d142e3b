#!/usr/bin/env python3
"""A day at the console, in a real browser, before a real daemon, broker and simulated enterprises.

    console_test.py QINGKONGD QINGKONG-SIM MOSQUITTO CHROMIUM PICTURES QINGKONGCTL

Every test waits for what should be seen. At its end no page has complained, broken its content policy or
asked anybody but the daemon. PICTURES is a folder for what was seen, for people to look at.
"""
import base64
import datetime
import hmac
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
from bureau import Bureau  # noqa: E402
from chromium import Chromium, wait_for  # noqa: E402
from small import EVIL, INVENTORY  # noqa: E402

PROGRAMS, CHROMIUM, PICTURES, CTL = sys.argv[1:4], sys.argv[4], pathlib.Path(sys.argv[5]), sys.argv[6]
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
        self.evidence()
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
        duty.says("#cases", "待核查")
        self.conclude()

    # An inspector goes there; nothing is concluded before that.
    def look(self, case):
        path = f"/api/v1/cases/{case['number']}"
        now = self.bureau.get("/api/v1/situation")["now"]
        photo = {"name": "kiln.jpg", "base64": base64.b64encode(b"\xff\xd8\xff\xe0 a kiln").decode(), "taken_at": now,
                 "longitude": 116.4, "latitude": 39.9, "datum": "cgcs2000"}
        status, kept = self.bureau.call("admin", "POST", path + "/files", photo)
        self.assertEqual(status, 201, kept)
        items = [item["id"] for item in self.bureau.get(path)["checklist"] if not item["optional"]]
        check = {"at": now, "persons": ["李", "赵"], "files": [kept["number"]], "checklist": {item: {"result": "ok"} for item in items}}
        self.assertEqual(self.bureau.call("duty_officer", "POST", path + "/conclusion",
                                          {"conclusion": "breach", "note": "未查"})[0], 409)
        self.assertEqual(self.bureau.call("admin", "POST", path + "/check", check)[0], 200)

    # The answer is lost on the way, and the step is sent again.
    def conclude(self):
        case = self.bureau.get("/api/v1/cases?state=site_check")["items"][0]
        self.look(case)
        path, found = f"/api/v1/cases/{case['number']}/conclusion", {"conclusion": "breach", "note": "现场属实"}
        first = self.bureau.call("duty_officer", "POST", path, found, **{"Idempotency-Key": "once"})
        self.assertEqual(first[0], 200, first)
        self.assertEqual(self.bureau.call("duty_officer", "POST", path, found, **{"Idempotency-Key": "once"}), first)
        self.assertEqual(self.bureau.call("duty_officer", "POST", path, found)[0], 409)

    # The file that is given to who contests the verdict: it checks itself without network, and so does qingkongctl; one
    # altered byte is found by both, and its signature by OpenSSL alone.
    def evidence(self):
        case = self.bureau.get("/api/v1/cases?state=concluded")["items"][0]
        folder = self.bureau.folder
        status, text = self.bureau.call("duty_officer", "GET", f"/api/v1/verdicts/{case['verdict']}/evidence")
        self.assertEqual(status, 200, text)
        self.assertEqual(self.bureau.call("auditor", "GET", f"/api/v1/verdicts/{case['verdict']}/evidence")[0], 403)
        self.assertEqual(self.bureau.call("duty_officer", "GET", "/api/v1/verdicts/999999/evidence")[0], 404)
        sound, altered = folder / "verdict.html", folder / "altered.html"
        sound.write_text(text)
        # A letter in the middle of the package, which is in base64.
        at = text.index('id="package">') + 5000
        at += text[at] == "\n"
        altered.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:])
        for file, holds in ((sound, "true"), (altered, "false")):
            page = self.browser.open(file.as_uri())
            page.wait("document.documentElement.dataset.holds")
            self.assertEqual(page.evaluate("document.documentElement.dataset.holds"), holds, page.text("#view")[:3000])
            self.assertEqual([one for one in page.requests if not one.startswith("file:")], [])
            self.picture(page, f"evidence_{holds}")
            self.browser.command("Target.closeTarget", targetId=page.target)
            checked = subprocess.run([CTL, "evidence", "verify", file, "--format", "json"], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0 if holds == "true" else 1, checked.stdout + checked.stderr)
        links = json.loads(subprocess.run([CTL, "evidence", "verify", sound, "--format", "json"], capture_output=True,
                                          text=True).stdout)["links"]
        said = " ".join(link["link"] + " " + link["why"] for link in links)
        for words in ("warning.issued", "case.conclusion", "evidence.give", "order ", "computed again from the readings"):
            self.assertIn(words, said)
        self.by_openssl_alone(text)

    def by_openssl_alone(self, text):
        folder = self.bureau.folder
        page, mark, trailer = text.partition("</html><!--qingkong-page ")
        trailer = json.loads(trailer.removesuffix("-->"))
        signature = bytes.fromhex(trailer.pop("signature"))
        signed = json.dumps(trailer, separators=(",", ":"), sort_keys=True)
        (folder / "page").write_bytes((page + "</html>").encode())
        (folder / "signed").write_bytes(b"qingkong evidence 1\n" + signed.encode())
        (folder / "signature").write_bytes(signature)
        # An Ed25519 public key in DER: twelve bytes that say so, then the key (RFC 8410).
        (folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100" + trailer["key"]))
        sum_of_page = subprocess.run(["openssl", "dgst", "-sha256", "-r", folder / "page"], capture_output=True, text=True)
        self.assertEqual(sum_of_page.stdout.split()[0], trailer["sha256"])
        verified = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key.der",
                                   "-rawin", "-in", folder / "signed", "-sigfile", folder / "signature"],
                                  capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

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
        page.wait("document.body.dataset.refreshed")  # no read is under way that would notice
        people = self.bureau.folder / "people.toml"
        text = people.read_text()
        start = text.index('[[person]]\nid = "auditor"')
        end = text.index("[[person]]", start + 5)
        people.write_text(text[:start] + text[end:])
        self.bureau.daemon.send_signal(1)
        wait_for("the token is gone", lambda: self.bureau.call("auditor", "GET", "/api/v1/me")[0] == 401)
        page.says("#login-error", "令牌无效")  # with nothing else happening
        self.assertEqual(page.evaluate("sessionStorage.getItem('qingkong-token')"), None)
        self.picture(page, "login")
        people.write_text(text)
        self.bureau.daemon.send_signal(1)
        wait_for("the token is back", lambda: self.bureau.call("auditor", "GET", "/api/v1/me")[0] == 200)

    # What the authenticator on a phone shows.
    def code(self, secret):
        now = self.bureau.get("/api/v1/clock")["now"]
        step = int(datetime.datetime.fromisoformat(now).timestamp()) // 30
        made = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1").digest()
        at = made[-1] & 15
        return f"{(int.from_bytes(made[at:at + 4], 'big') & 0x7fffffff) % 10**6:06d}"

    def test_a_person_sets_password_and_code_by_a_link_and_signs_in_with_both(self):
        status, made = self.bureau.call("admin", "POST", "/api/v1/accounts/duty_officer/invite", {})
        self.assertEqual(status, 201, made)
        path = made["link"][made["link"].index("/#"):]
        secret = self.bureau.call("", "POST", "/api/v1/links/look", {"link": made["link"]})[1]["code_secret"]
        page = self.open(path)
        page.says("#set-up", "口令至少 12 个字符")
        self.assertEqual(page.evaluate("location.hash"), "", "the secret does not stay in the history")
        self.picture(page, "set-up")
        for field, value in (("#new-password", "four unrelated words"), ("#again", "four unrelated words"),
                             ("#set-up-code", self.code(secret))):
            page.fill(field, value)
        page.press("设置并登录", "#set-up")
        page.says("#link", "实时")
        page.says("#person", "值班员")
        self.assertEqual(page.evaluate("document.cookie"), "", "no script reads the session")
        page.press("退出", "header")
        page.says("#sign-in", "动态验证码")
        self.picture(page, "sign-in")
        page.allowed = ["401"]
        self.bureau.move_clock("2015-12-05T06:30:00+08:00")
        for password, said in (("four unrelated wards", "账号、口令或验证码不正确"), ("four unrelated words", "")):
            for field, value in (("#account", "duty_officer"), ("#password", password), ("#code", self.code(secret))):
                page.fill(field, value)
            page.press("登录", "#sign-in")
            if said:
                page.says("#login-error", said)
        page.says("#link", "实时")
        page.evaluate("location.reload()")
        page.says("#link", "实时")

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
        public.says("body", "当前没有生效的预警")
        self.assertNotIn("演练", public.evaluate("document.body.textContent"))
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


# What the API knows of who may do what, before those who decide.
class Trust(Desk):
    inventory = INVENTORY
    PACK_ALONE = """
id = "one-signs"
name = "一人签发"
tier = "province"
parent = "national"
region_code = "110000"
[trigger]
standard = "cn-2024"
source = "演示设置"
certainty = "sample"
[publication]
issuer = "<script>document.title='broken'</script>"
source = "演示设置"
certainty = "sample"
[approval]
four_eyes = false
source = "演示设置"
certainty = "sample"
[[approval.rule]]
decision = "any"
colours = ["red"]
proposer = "duty"
approvers = ["chief"]
persons = 1
"""

    def proposed(self, number):
        status, warning = self.bureau.call("duty_officer", "POST", "/api/v1/warnings", {
            "colour": "orange", "reason": "上级来电", "exercise": True, "ordered_by": number})
        self.assertLess(status, 300, warning)
        return warning

    def test_the_signer_sees_that_an_order_from_above_binds_nothing_and_why(self):
        self.proposed("环办〔2015〕9号")
        page = self.sign_in("approver")
        page.says("#pending [data-order=binds-not]", "环办〔2015〕9号")
        page.says("#pending [data-order=binds-not]", "无约束力")
        page.says("#pending [data-order=binds-not]", "未登记文号")
        self.picture(page, "order_binds_not")
        page.press("签发", "#pending")
        page.says("#dialog [data-order=binds-not]", "未登记文号")
        page.press("取消", "#dialog")
        page.press("English")
        page.says("#pending [data-order=binds-not]", "binds nothing")
        page.press("中文")
        # The letter has been recorded in the meantime: whoever opens the dialog again sees who did.
        status, value = self.bureau.call("duty_officer", "POST", "/api/v1/floors", {
            "document": "环办〔2015〕9号", "clause": "一", "colour": "orange", "from": "2015-12-05T00:00:00+08:00",
            "to": "2015-12-30T00:00:00+08:00"})
        self.assertLess(status, 300, value)
        page.press("签发", "#pending")
        page.says("#dialog [data-order=binds]", "duty_officer登记")
        self.picture(page, "order_binds", whole=False)
        page.press("取消", "#dialog")
        page.press("签发后的方案（预览）", "#pending")
        page.says("#dialog [data-order=binds]", "已核对登记")

    def test_an_order_from_above_is_cited_where_one_proposes(self):
        duty = self.sign_in("duty_officer")
        duty.press("提出启动 / 演练", "#warnings")
        duty.fill("#dialog [name=ordered_by]", "无此文号")
        duty.fill("#dialog [name=reason]", "上级来电")
        duty.evaluate("document.querySelector('#dialog [name=exercise]').checked = true")
        duty.press("提出", "#dialog")
        duty.says("#pending [data-order=binds-not]", "无此文号")

    def upload(self, page, text):
        file = self.bureau.folder / "one-signs.toml"
        file.write_text(text)
        page.wait("document.querySelector('#dialog [name=file]')")
        found = page.command("Runtime.evaluate", expression="document.querySelector('#dialog [name=file]')")
        page.command("DOM.setFileInputFiles", objectId=found["result"]["objectId"], files=[str(file)])

    def test_a_pack_that_changes_approvals_is_put_up_by_one_and_confirmed_by_another(self):
        admin = self.sign_in("admin")
        admin.says("#packs", "配置文件指定")
        admin.press("提出启用规则包", "#packs")
        self.upload(admin, self.PACK_ALONE)
        admin.fill("#dialog [name=reason]", "夜间只有一人值班")
        admin.press("提出启用规则包", "#dialog")
        admin.says("#notice", "待另一人确认")
        admin.says("#packs article", "由您提出，须由另一人确认")
        buttons = "[...document.querySelectorAll('#packs article button')].map((one) => one.textContent)"
        self.assertEqual(admin.evaluate(buttons), ["撤回"])
        for who in ("duty_officer", "auditor"):
            looker = self.sign_in(who)
            looker.says("#packs article", "待另一人确认；确认后再等 24 小时才启用")
            self.assertEqual(looker.evaluate("[...document.querySelectorAll('#packs button')].length"), 0)
        self.confirmed_by_another(admin)

    def confirmed_by_another(self, admin):
        page = self.sign_in("approver")
        for words in ("admin 于", "夜间只有一人值班", "四眼原则：启用改为关闭", "红色各类决定", "1人"):
            page.says("#packs article", words)
        self.assertEqual(page.evaluate("document.getElementById('packs').nextElementSibling.id"), "situation")
        self.assertEqual(page.evaluate("document.title"), "晴空 · 值班台")
        self.picture(page, "pack_waits")
        page.press("第二人确认", "#packs")
        page.says("#dialog", "四眼原则：启用改为关闭")
        page.says("#dialog", "确认后 24 小时启用")
        self.assertTrue(page.evaluate("document.getElementById('dialog-act').disabled"))
        page.fill("#dialog-typed", "one-signs")
        self.picture(page, "pack_confirm", whole=False)
        page.press("第二人确认", "#dialog")
        page.says("#notice", "将于 2015-12-06 06:00 启用")
        admin.says("#packs article", "approver 于 2015-12-05 06:00 确认")
        admin.says("#packs article", "将于 2015-12-06 06:00 启用")
        admin.says("#events", "规则包已确认")
        self.assertEqual(self.bureau.get("/api/v1/packs/in-force")["pack"]["id"], "beijing-demo")
        admin.press("撤回", "#packs article")
        admin.fill("#dialog [name=reason]", "改为另一方案")
        admin.press("撤回", "#dialog")
        admin.says("#packs table", "admin 于 2015-12-05 06:00 撤回")
        page.says("#packs table", "撤回")
        page.resize(390, 844)
        self.assertLessEqual(page.sideways(), 0)

    def test_a_pack_with_faults_is_refused_in_words(self):
        admin = self.sign_in("admin")
        admin.allowed = ["422"]
        admin.press("提出启用规则包", "#packs")
        self.upload(admin, "id = 1")
        admin.fill("#dialog [name=reason]", "试")
        admin.press("提出启用规则包", "#dialog")
        admin.says("#notice", "one-signs.toml")
        self.assertEqual(self.bureau.total("/api/v1/packs"), 0)

    def test_accounts_show_their_end_and_their_last_use_to_those_who_answer_for_them(self):
        people = self.bureau.folder / "people.toml"
        people.write_text(people.read_text().replace('id = "second_approver"\n', 'id = "second_approver"\nexpires = 2015-12-01\n'))
        self.bureau.daemon.send_signal(1)
        wait_for("it has expired", lambda: self.bureau.call("second_approver", "GET", "/api/v1/me")[0] == 401)
        page = self.sign_in("auditor")
        row = lambda who: ("[...document.querySelectorAll('#people tbody tr')].find((one) => "
                           f"one.textContent.includes('（{who}）'))?.innerText")
        page.wait(f"({row('auditor')} || '').includes('2015-12-05 06:00')")
        for who, words in (("auditor", ("审计", "可用", "无期限", "127.0.0.1")), ("second_approver", ("已过期", "2015-12-01")),
                           ("feed", ("从未使用",))):
            for word in words:
                self.assertIn(word, page.evaluate(row(who)))
        self.picture(page, "accounts")
        self.assertTrue(self.sign_in("approver").evaluate("document.getElementById('people').hidden"))

    def test_the_public_page_says_the_fingerprint_in_blocks_and_leads_to_the_feed_of_heads(self):
        page = self.open("/public", width=390, height=844)
        key = self.bureau.get("/api/v1/keys")["items"][0]["fingerprint"]
        self.assertEqual(page.evaluate("document.querySelector('.fingerprint').value"), key)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('.fingerprint span')].map((one) => one.textContent)"),
                         [key[at:at + 4] for at in range(0, 64, 4)])
        copied = ("(() => { const all = document.createRange(); all.selectNodeContents(document.querySelector('.fingerprint'));"
                  " getSelection().removeAllRanges(); getSelection().addRange(all); return getSelection().toString(); })()")
        self.assertEqual(page.evaluate(copied), key, "what is copied has no gaps")
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "public_keys")
        page.evaluate("[...document.querySelectorAll('footer a')].find((one) => one.textContent.includes('链头')).click()")
        page.wait("location.pathname === '/api/v1/audit/heads.atom'")


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
    unittest.main(argv=sys.argv[:1] + sys.argv[7:], verbosity=1)
