#!/usr/bin/env python3
"""A day at the console, in a real browser, before a real daemon, broker and simulated enterprises.

    console_test.py QINGKONGD QINGKONG-SIM MOSQUITTO CHROMIUM PICTURES QINGKONGCTL [AXE]

Every test waits for what should be seen. At its end no page has complained, broken its content policy or
asked anybody but the daemon. PICTURES is a folder for what was seen, for people to look at. AXE is axe.min.js of
axe-core; without it nothing is claimed of accessibility.
"""
import base64
import csv
import datetime
import hmac
import html
import io
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
from bureau import Bureau, PEOPLE  # noqa: E402
from chromium import Chromium, wait_for  # noqa: E402
from screens import over_the_edge, unmarked_chinese, wire_words  # noqa: E402
from small import EVIL, INVENTORY  # noqa: E402

PROGRAMS, CHROMIUM, PICTURES, CTL = sys.argv[1:4], sys.argv[4], pathlib.Path(sys.argv[5]), sys.argv[6]
AXE = pathlib.Path(sys.argv[7]) if len(sys.argv) > 7 and pathlib.Path(sys.argv[7]).exists() else None
COLOURS = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
FIRST_VIEW_BYTES_MAX = 120 * 1024
ROUTES_BYTES_MAX = 200 * 1024
NOTICED_S_MAX = 5
CALLS_WAIT_S = 3  # kPassPause of daemon/roster/duty_service.hpp
SCREENS = ["now", "warnings", "orders", "orders/calls", "cases", "cases/board", "cases/quality", "cases/draws", "enterprises", "map", "inventory",
           "inventory/gaps", "inventory/season", "inventory/controls", "evaluation", "evaluation/skill", "evaluation/season", "rules",
           "rules/samples", "rules/packs", "rules/roster", "rules/feeds", "rules/night", "rules/system", "rules/me", "prompts", "tasks", "events"]


# The least that is a workbook: a sheet a table, every cell a text in its place.
def workbook(file, sheets):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    cell = lambda row, column, text: f'<c r="{letters[column]}{row}" t="inlineStr"><is><t>{html.escape(text)}</t></is></c>'
    office = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        put = lambda name, text: book.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
        put("[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
            + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}worksheet+xml"/>' for n in range(1, len(sheets) + 1)) + "</Types>")
        link = lambda n, what, target: f'<Relationship Id="rId{n}" Type="{office}/officeDocument/2006/relationships/{what}" Target="{target}"/>'
        links = lambda text: f'<Relationships xmlns="{office}/package/2006/relationships">{text}</Relationships>'
        put("_rels/.rels", links(link(1, "officeDocument", "xl/workbook.xml")))
        put("xl/_rels/workbook.xml.rels", links("".join(link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1))))
        put("xl/workbook.xml", f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships"><sheets>'
            + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)) + "</sheets></workbook>")
        for n, rows in enumerate(sheets.values(), 1):
            put(f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>' + "".join(
                f'<row r="{at}">' + "".join(cell(at, column, text) for column, text in enumerate(row)) + "</row>"
                for at, row in enumerate(rows, 1)) + "</sheetData></worksheet>")


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

    def open(self, path="/console/", **size):
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

    # Pages of one browser share what is kept for an origin, but not a tab's own storage.
    def sign_in(self, who, **size):
        page = self.open(**size)
        page.wait("document.getElementById('login')")
        if page.evaluate("!document.getElementById('token')"):
            page.press("用令牌登录", "#login")
        page.fill("#token", self.bureau.tokens[who])
        page.press("进入", "#login")
        page.says("#link", "实时")
        return page

    # An address of the console, as somebody follows a link.
    def at(self, page, address, selector="#main"):
        page.evaluate(f"location.hash = '#/{address}'")
        page.wait(f"location.hash === {json.dumps('#/' + address)} && document.querySelector({json.dumps(selector)})")
        page.wait("!document.querySelector('#main .waiting')")

    def picture(self, page, name, whole=True):
        if whole:
            page.evaluate("window.scrollTo(0, 0)")  # what sticks to the top is drawn at the top
        page.picture(PICTURES / f"{name}.png", whole)

    # What holds on every screen (screens.py), as it stands.
    def sound(self, page, name):
        language, width = page.evaluate("document.documentElement.lang"), page.evaluate("document.documentElement.clientWidth")
        self.assertLessEqual(page.sideways(), 0, name)
        found = over_the_edge(page) if width < 600 else []
        found += unmarked_chinese(page) if language == "en" else []
        found += wire_words(page, PEOPLE)  # an account that is not on duty is known by its id alone
        self.assertEqual(found, [], f"{name} {width} {language}")

    # A state of a screen at a desk and on a telephone, in both languages; left at a desk and in Chinese.
    def seen(self, page, name, whole=True):
        for language in ("zh-CN", "en"):
            if language == "en":
                page.press("English", ".strip")
                page.wait("document.documentElement.lang === 'en' && !document.querySelector('#main .waiting')")
            for width, height in ((390, 844), (1366, 768)):
                page.resize(width, height)
                with self.subTest(screen=name, language=language, width=width):
                    self.sound(page, name)
                self.picture(page, f"{name}_{width}_{language[:2]}", whole)
        page.press("中文", ".strip")
        page.wait("document.documentElement.lang === 'zh-CN' && !document.querySelector('#main .waiting')")

    def pending(self):
        return next(one for one in self.bureau.get("/api/v1/warnings")["items"] if one["pending"])

    # Nothing that axe-core knows to be wrong, on the page as it stands.
    def accessible(self, page, name):
        if not AXE:
            return
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((one) => one.violations.map((each) => "
                              "each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')))")
        self.assertEqual(found, [], name)


class ADay(Desk):
    def test_from_the_proposal_to_the_case(self):
        self.bureau.start_enterprises()
        duty = self.sign_in("duty_officer")
        duty.says("#state", "目前没有生效的预警")
        duty.says("#inbox", "待办")
        self.assertNotIn("建议启动", duty.text("#inbox"))
        duty.says("#main", "样例，使用前请确认")
        self.light(duty)
        colour = self.noticed(duty)
        self.consult(duty)
        self.sign(duty, colour)
        self.receipts(duty)
        self.readings(duty)
        self.evidence()
        self.report(duty)
        self.public()
        self.wall(duty)
        self.night(duty)
        self.replay(duty)
        self.map()
        self.everywhere(duty)

    def weight(self, parts):
        size = 0
        for address in parts:
            request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(request) as answer:
                data = answer.read()
                self.assertEqual(answer.headers["Content-Encoding"] == "gzip", data[:2] == b"\x1f\x8b", address)
                size += len(data)
        return size

    # What the first view weighs on the way, and that the second one costs no part of it.
    def light(self, page):
        parts = [one for one in dict.fromkeys(page.requests) if "/assets/" in one or one.endswith("/console/")]
        self.assertGreater(len(parts), 2)
        self.assertLessEqual(self.weight(parts), FIRST_VIEW_BYTES_MAX, parts)
        again = self.open()
        again.wait("document.getElementById('login')")
        self.assertEqual(again.evaluate("performance.getEntriesByType('resource').filter((one) => one.name.includes('/assets/') && "
                                        "one.transferSize > 0).map((one) => one.name)"), [])

    # The proposal comes while the tab stands behind another: title and sound within seconds.
    def noticed(self, duty):
        duty.evaluate("window.tones = 0; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = "
                      "function (at) { window.tones += 1; return start.call(this, at); }")
        other = self.open("/public")
        other.command("Page.bringToFront")
        before = duty.evaluate("document.title")
        self.assertNotIn("新建议", before)
        self.bureau.move_clock("2015-12-05T08:10:00+08:00")
        # The simulator has to look at the clock and send its forecasts first; what is measured begins with the proposal.
        wait_for("the proposal", lambda: any(one["pending"] for one in self.bureau.get("/api/v1/warnings")["items"]), 60)
        started = time.monotonic()
        # Calls about what machines do wait so long by the daemon's clock, which stands here until it is moved.
        self.bureau.move_clock("2015-12-05T08:10:03+08:00")
        duty.wait("document.title.includes('新建议') && window.tones > 0", NOTICED_S_MAX)
        duty.says("#inbox", "建议启动", NOTICED_S_MAX)
        print(f"noticed after {time.monotonic() - started:.1f} s")
        called = self.bureau.folder / "called"
        wait_for("somebody is called", lambda: called.exists() and "consultation" in called.read_text(),
                 max(0.1, NOTICED_S_MAX - CALLS_WAIT_S - (time.monotonic() - started)))
        print(f"the outward call after {CALLS_WAIT_S + time.monotonic() - started:.1f} s")
        duty.says("#alarm", "新建议")
        duty.command("Page.bringToFront")
        duty.command("Input.dispatchKeyEvent", type="keyDown", key="Escape")
        duty.wait("!document.getElementById('alarm') && !document.title.includes('新建议')")
        duty.says("#state", "建议启动")
        duty.says("#inbox", "到期未签发即失效")
        duty.wait("document.querySelector('#air svg .curve.forecast')")
        self.accessible(duty, "the inbox")
        self.seen(duty, "inbox")
        return self.bureau.get("/api/v1/situation")["assessment"]["proposal"]["colour"]

    def consult(self, duty):
        duty.evaluate("document.querySelector('#inbox .what').click()")
        duty.wait("document.getElementById('consult')")
        id = self.pending()["id"]
        self.assertEqual(duty.evaluate("location.hash"), f"#/warnings/{id}/consult")
        duty.evaluate("history.back()")
        duty.wait("document.getElementById('inbox')")
        duty.evaluate("history.forward()")
        for station, words in (("assess", "预报一致"), ("plan", "底线"), ("text", "English")):
            self.at(duty, f"warnings/{id}/{station}", ".evidence .card")
            duty.says(".evidence", words)
            duty.says(".paper", "试签文稿，尚未发布")
            self.accessible(duty, station)
            self.seen(duty, f"station_{station}")
        self.at(duty, f"warnings/{id}/sign", "#sign")
        duty.says("#sign", "不能签发")
        self.assertFalse(duty.evaluate("!!document.getElementById('typed')"), "a duty officer is not offered to sign")
        self.at(duty, f"warnings/{id}/consult", "#consult")
        self.seen(duty, "station_consult")
        self.accessible(duty, "consultation")
        # Refused by the daemon: what was typed is still there.
        duty.allowed.append("422")
        duty.evaluate("document.querySelector('#consult details').open = true")
        duty.press("加一条订正", "#consult")
        duty.fill("#consult input[placeholder=AQI]", "499")
        duty.fill("#consult .four input[placeholder='理由']", "试")
        duty.fill("#consult .four input[placeholder='来源（空为全部）']", "没有此来源")
        duty.fill("#consult [name=name0]", "张三")
        duty.fill("#consult [name=summary]", "同意研判意见")
        duty.press("完成会商", "#consult")
        duty.wait("document.querySelector('#consult [role=alert]') || location.hash.endsWith('/sign')")
        if duty.evaluate("!!document.querySelector('#consult [role=alert]')"):
            self.assertEqual(duty.evaluate("document.querySelector('#consult [name=summary]').value"), "同意研判意见")
            duty.press("×", "#consult .four")
            duty.press("完成会商", "#consult")
        duty.says("#notes", "会商：已完成")
        duty.wait("document.getElementById('sign')")
        duty.says("#sign", "同意研判意见")

    # Signed by as many approvers as it takes, each of whom sees the text and types region and colour; the first one on a telephone.
    def sign(self, duty, colour):
        for number, who in enumerate(("approver", "second_approver")):
            waiting = [one for one in self.bureau.get("/api/v1/warnings")["items"] if one["pending"]]
            if not waiting:
                break
            page = self.sign_in(who, **({"width": 390, "height": 844} if number == 0 else {}))
            page.says("#inbox", "待签发")
            page.evaluate("[...document.querySelectorAll('#inbox .button')].find((one) => one.textContent.includes('去签发')).click()")
            page.says(".paper", "发布重污染天气")
            page.says("#sign", "件指令")
            page.says("#sign", "达到最低减排比例")
            self.assertLessEqual(page.sideways(), 0)
            page.fill("#typed", "蓝色")
            button = "document.querySelector('#sign button[type=submit]').disabled"
            self.assertTrue(page.evaluate(button), "the wrong colour signs nothing")
            page.fill("#typed", "北京市" + COLOURS[colour])
            page.wait(f"!{button}")
            self.accessible(page, "signature")
            self.picture(page, f"sign_{who}")
            if number == 0:
                page.press("English", ".strip")
                page.wait("document.documentElement.lang === 'en'")
                self.sound(page, "sign")
                self.picture(page, f"sign_{who}_en")
                page.press("中文", ".strip")
                page.fill("#typed", "北京市" + COLOURS[colour])
            page.evaluate("document.querySelector('#sign button[type=submit]').click()")
            page.says("#notes", "签")
            page.wait("document.querySelector('#receipts') || !document.querySelector('.sign-form')")
        duty.says("#state", COLOURS[colour] + "预警")
        duty.says("#state", "预计")
        duty.says("#main", "没有待签发的变更")

    # Orders went out with the signature; what comes back is seen without a reload.
    def receipts(self, duty):
        orders = wait_for("orders", lambda: self.bureau.total("/api/v1/orders"))
        id = self.bureau.get("/api/v1/warnings")["items"][0]["id"]
        self.at(duty, f"warnings/{id}/receipts", "#receipts")
        duty.says("#receipts", f"{orders} 份指令已下达")
        self.bureau.move_clock("2015-12-05T10:00:00+08:00")
        wait_for("receipts", lambda: self.bureau.total("/api/v1/receipts") > orders)
        silent = lambda: self.bureau.total("/api/v1/orders?receipt_state=none")
        duty.wait("/(\\d+) 家未签收/.test(document.querySelector('#receipts').innerText)")
        wait_for("all who answer have answered", lambda: silent() < orders / 2)
        duty.wait(f"(document.querySelector('#receipts')?.innerText || '').includes('{silent()} 家未签收')")
        self.assertGreater(silent(), 0, "the scenario has silent enterprises")
        self.seen(duty, "receipts")
        self.at(duty, "orders", "#orders table")
        duty.evaluate("document.querySelector('.matrix .sum td.number a').click()")
        duty.wait("location.hash.includes('state=none')")
        duty.wait(f"document.querySelectorAll('#orders tbody tr').length === {silent()}")
        before = silent()
        self.at(duty, "orders/calls", "#call")
        duty.wait("document.querySelector('#call a[href^=\"tel:\"]')")
        duty.fill("#call [name=by]", "王工")
        duty.evaluate("document.activeElement.blur()")
        self.seen(duty, "call_mode")
        duty.command("Input.dispatchKeyEvent", type="keyDown", key="2", text="2")
        duty.says("#notes", "电话通知登记")
        wait_for("one silent enterprise less", lambda: silent() == before - 1)

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
        self.at(duty, "cases", "#cases table")
        # One that power tells of; others are about gates, or about meters that say nothing.
        leads = lambda: [one for one in self.bureau.get("/api/v1/cases?kind=lead&per_page=200")["items"] if "kW" in one["text"] and "无法判定" not in one["text"]]
        number = wait_for("a lead about power", leads)[0]["number"]
        duty.wait("[...document.querySelectorAll('#cases tbody tr')].some((row) => row.textContent.includes('kW'))")
        self.picture(duty, "cases")
        self.at(duty, f"cases/{number}", "#case")
        duty.wait("document.querySelector('#case svg .curve.measured') && document.querySelector('#case svg .curve.cap')")
        duty.says("#case", "须先派员现场核查")
        self.assertGreater(len(duty.evaluate("document.querySelector('#case svg .curve.measured').getAttribute('d')")), 100)
        self.assertFalse(duty.evaluate("[...document.querySelectorAll('#case button')].some((one) => one.textContent.trim() === '作出结论')"),
                         "no conclusion without a site check")
        self.accessible(duty, "a case")
        self.seen(duty, "case")
        duty.press("派员核查", "#case")
        duty.fill("dialog [name=note]", "请现场查看")
        self.accessible(duty, "a dialog")
        duty.press("派员核查", "dialog")
        duty.says("#notes", "派员核查：已完成")
        duty.says("#case", "请现场查看")
        duty.press("记录核查", "#case")
        duty.wait("document.querySelector('dialog [data-item]')")
        self.assertEqual(set(duty.evaluate("[...document.querySelectorAll('dialog [data-item]')].map((one) => one.value)")), {""},
                         "nothing is chosen for anybody")
        self.accessible(duty, "the checklist")
        self.picture(duty, "checklist", whole=False)
        duty.press("取消", "dialog")
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
        id = self.bureau.get("/api/v1/warnings")["items"][0]["id"]
        self.at(duty, f"evaluation/{id}", "#main .card")
        duty.says("#main", "情况报告")
        self.picture(duty, "papers")
        known = self.browser.targets()
        duty.press("评估报告（可打印）", "#main")
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
        # A4 within its margins, at 96 pixels an inch: what a reader with one minute needs stands on the first sheet.
        report.command("Emulation.setEmulatedMedia", media="print")
        report.resize(703, 1017)
        self.picture(report, "report_on_paper")
        self.assertLessEqual(report.evaluate("document.querySelector('.first').getBoundingClientRect().height"), 1017)
        report.command("Emulation.setEmulatedMedia", media="")
        report.resize(390, 844)
        self.assertEqual(over_the_edge(report), [])
        self.picture(report, "report_390")
        self.at(duty, f"warnings/{id}/story", "#story")
        duty.says("#story", "与当时一致")
        self.accessible(duty, "story")
        self.seen(duty, "story")

    def public(self):
        page = self.open("/public", width=1100, height=800)
        page.says("body", "预警")
        page.says("body", "样例，使用前请确认")
        self.picture(page, "public")
        page.resize(390, 844)
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "public_390")

    # For the wall of the duty room: what is in force, how far the orders are, what waits; nothing to type or press.
    def wall(self, duty):
        duty.evaluate("location.hash = '#/wall'")
        duty.wait("document.querySelector('#wall .funnel [data-step=answered]')")
        duty.says("#wall .states", "预警")
        duty.wait("!document.querySelector('#wall-stale')")
        self.assertEqual(duty.evaluate("document.querySelectorAll('#wall input, #wall button, #wall select').length"), 0)
        silent = self.bureau.total("/api/v1/orders?receipt_state=none")
        duty.says("#wall .funnel", f"未签收 {silent}")
        self.accessible(duty, "the wall")
        for width, height in ((1920, 1080), (1366, 768), (390, 844)):
            duty.resize(width, height)
            self.assertLessEqual(duty.sideways(), 0)
            self.picture(duty, f"wall_{width}", whole=False)
        duty.resize(1366, 768)
        duty.evaluate("[...document.querySelectorAll('#wall a')].find((one) => one.textContent.includes('退出')).click()")
        duty.wait("document.getElementById('inbox')")

    # The page for a night without network was written by itself each hour, and opens from a disk without any request.
    def night(self, duty):
        pages = self.bureau.get("/api/v1/night-pages?per_page=1000", "duty_officer")
        self.assertGreaterEqual(len(pages["items"]), 2, "each hour by itself")
        self.assertLessEqual(len(pages["items"]), pages["kept_most"])
        folder = pathlib.Path(pages["folder"])
        self.assertEqual(folder.stat().st_mode & 0o077, 0, "telephone numbers are for the service alone")
        self.at(duty, "rules/night", "#night table")
        duty.press("立即生成", "#night")
        duty.says("#notes", "守夜包已生成")
        self.accessible(duty, "night pages")
        self.picture(duty, "night_list")
        newest = sorted(folder.glob("night-*.html"))[-1]
        page = self.browser.open(newest.as_uri())
        orders = self.bureau.get("/api/v1/orders?per_page=1000")["items"]
        names = {one["id"]: one["name"] for one in self.bureau.get("/api/v1/enterprises?per_page=1000")["items"]}
        text = page.evaluate("document.body.innerText")
        for order in orders:
            self.assertIn(names[order["enterprise"].removeprefix("exercise:")], text)
        self.assertIn("电话", text)
        self.assertEqual([one for one in page.requests if not one.startswith("file:")], [])
        self.assertEqual(page.complaints, [])
        self.picture(page, "night_page")
        page.resize(390, 844)
        self.picture(page, "night_page_390")
        self.browser.command("Target.closeTarget", targetId=page.target)

    # The console as of an earlier instant: what came later is not there, and nothing can be done.
    def replay(self, duty):
        then = "2015-12-05T08:10:00+08:00"
        self.at(duty, f"now?at={urllib.parse.quote(then)}", "#past")
        duty.says("#past-bar", "只读")
        duty.says("#past-bar", "12月5日 08:10")
        duty.says("#past", "当时待办")
        duty.wait("document.querySelector('#past .tile')")
        self.assertEqual(duty.evaluate("[...document.querySelectorAll('#past .tile b')].map((one) => Number(one.innerText)).reduce((a, b) => a + b)"), 0,
                         "nothing had been ordered")
        self.assertEqual(duty.evaluate("document.querySelectorAll('#past form, #past button[type=submit], #past textarea').length"), 0)
        self.assertNotIn("签发", duty.text("#past table"), "it was signed later")
        self.accessible(duty, "replay")
        self.seen(duty, "replay_now")
        duty.evaluate("[...document.querySelectorAll('.rail a')].find((one) => one.textContent === '指令').click()")
        duty.wait("location.hash.startsWith('#/orders?at=') && !document.querySelector('#main .waiting')")
        duty.says("#past", "目前没有")
        duty.press("回到现在", "#past-bar")
        duty.wait("document.querySelector('#orders table') && !document.getElementById('past')")
        now = urllib.parse.quote(self.bureau.get("/api/v1/clock")["now"])
        self.at(duty, f"orders?at={now}", "#past table")
        total = self.bureau.total("/api/v1/orders")
        duty.says("#past", f"共 {total} 条")
        duty.wait(f"document.querySelectorAll('#past tbody tr').length === {min(25, total)}")
        self.seen(duty, "replay_orders")
        self.at(duty, f"cases?at={now}", "#past table")
        duty.says("#past", f"共 {self.bureau.total('/api/v1/cases')} 条")
        self.at(duty, f"inventory?at={now}", "#past")
        duty.says("#past", "此页不能回放")
        for width, height in ((390, 844), (1366, 768)):
            duty.resize(width, height)
            self.at(duty, f"warnings?at={now}", "[data-past-warning]")
            self.assertLessEqual(duty.sideways(), 0)
            self.picture(duty, f"replay_warnings_{width}", whole=False)
        duty.press("回到现在", "#past-bar")

    # The bureau's own outlines: refused with their faults, drawn when they are right; the slider goes back.
    def map(self):
        page = self.sign_in("admin")
        self.at(page, "map", ".map .county")
        county = self.bureau.get("/api/v1/orders?per_page=1")["items"][0]["region"]
        ring = [[116.2, 39.7], [116.8, 39.75], [116.7, 40.2], [116.4, 40.1], [116.2, 39.7]]
        for code, said in (("999999", "不是规则包的县区"), (county, "")):
            file = self.bureau.folder / "outlines.json"
            file.write_text(json.dumps({"type": "FeatureCollection", "features": [{
                "type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
            page.press("提交本局边界", "#main")
            page.wait("document.getElementById('outline-file')")
            found = page.command("Runtime.evaluate", expression="document.getElementById('outline-file')")
            page.command("DOM.setFileInputFiles", objectId=found["result"]["objectId"], files=[str(file)])
            page.fill("dialog [name=source]", "京S(2015)1号")
            page.allowed = ["422"]
            page.press("提交", "dialog")
            if said:
                page.says("dialog", said)
                self.picture(page, "outlines_refused", whole=False)
                page.press("取消", "dialog")
        page.wait("document.querySelector('#outlines path')")
        page.says(".title", "京S(2015)1号")
        page.wait("document.querySelector('#outlines .value')?.textContent.includes('%')")
        answered = page.evaluate("document.getElementById('outlines').textContent")  # of a drawing there is no innerText
        self.accessible(page, "the drawn map")
        self.picture(page, "map_drawn")
        page.resize(390, 844)
        self.assertLessEqual(page.sideways(), 0)
        self.picture(page, "map_drawn_390")
        page.resize(1366, 768)
        page.evaluate("(() => { const time = document.getElementById('map-time'); time.value = '0';"
                      " time.dispatchEvent(new Event('change', {bubbles: true})); })()")
        page.wait("document.querySelector('#outlines .value')?.textContent === '—'")
        self.assertIn("%", answered, "fourteen days before nothing had been ordered")
        page.says(".slider", "截至")
        self.picture(page, "map_slider")
        page.press("恢复示意图", "#main")
        page.press("恢复", "dialog")
        page.wait("document.querySelector('.map .county') && !document.getElementById('outlines')")

    # Every screen, wide and narrow, in both languages: there, no wider than its window, and nothing that axe finds.
    def everywhere(self, duty):
        case = self.bureau.get("/api/v1/cases?per_page=1")["items"][0]["number"]
        id = self.bureau.get("/api/v1/warnings")["items"][0]["id"]
        plant = self.bureau.get("/api/v1/orders?per_page=1")["items"][0]["enterprise"]
        screens = SCREENS + [f"warnings/{id}/{one}" for one in ("assess", "consult", "plan", "text", "sign", "receipts")] + [f"cases/{case}", f"enterprises/{plant}", f"orders/{plant}", f"warnings/{id}", f"evaluation/{id}"]
        names = {f"cases/{case}": "one_case", f"enterprises/{plant}": "one_plant", f"orders/{plant}": "one_order",
                 f"warnings/{id}": "one_warning", f"evaluation/{id}": "one_report"}
        duty.allowed.append("409")  # a summary before the lift
        for language in ("zh", "en"):
            for width, height in ((1366, 768), (390, 844)):
                duty.resize(width, height)
                for screen in screens:
                    with self.subTest(screen=screen, language=language, width=width):
                        self.at(duty, screen, "#main h1")
                        self.sound(duty, screen)
                        if language == "zh" and width == 1366:  # the words are other ones, the elements the same
                            self.accessible(duty, screen)
                        self.picture(duty, f"screen_{names.get(screen, screen.replace(f'warnings/{id}', 'station').replace('/', '_'))}_{width}_{language}", whole=width == 390)
            if language == "zh":
                duty.resize(1366, 768)
                duty.press("English", ".strip")
                duty.says(".rail", "Orders")
                self.assertEqual(duty.evaluate("document.documentElement.lang"), "en")
        # All screens that were opened, together, weigh no more than one of them may.
        parts = [one for one in dict.fromkeys(duty.requests) if "/assets/" in one]
        print(f"{len(parts)} parts of all screens: {self.weight(parts) / 1024:.0f} KiB compressed")
        self.assertLessEqual(self.weight(parts), ROUTES_BYTES_MAX, parts)
        duty.evaluate("location.reload()")
        duty.says(".rail", "Orders")
        duty.resize(1366, 768)
        duty.press("中文", ".strip")
        duty.says(".rail", "指令")


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
        page.allowed = ["401", "404"]
        page.wait("document.getElementById('login')")
        if page.evaluate("!document.getElementById('token')"):
            page.press("用令牌登录", "#login")
        self.accessible(page, "login")
        page.fill("#token", "0" * 64)
        page.press("进入", "#login")
        page.says("#login-error", "令牌无效")
        page.fill("#token", self.bureau.tokens["auditor"])
        page.press("进入", "#login")
        page.says("#link", "实时")
        page.says("#inbox", "待办")
        people = self.bureau.folder / "people.toml"
        text = people.read_text()
        start = text.index('[[person]]\nid = "auditor"')
        end = text.index("[[person]]", start + 5)
        people.write_text(text[:start] + text[end:])
        self.bureau.daemon.send_signal(1)
        wait_for("the token is gone", lambda: self.bureau.call("auditor", "GET", "/api/v1/me")[0] == 401)
        page.says("#login-error", "令牌无效")  # with nothing else happening
        self.assertEqual(page.evaluate("sessionStorage.getItem('qingkong-token')"), None)
        self.picture(page, "login", whole=False)
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
        page.says("#login", "至少 12 个字符")
        self.assertEqual(page.evaluate("location.hash"), "", "the secret does not stay in the history")
        self.accessible(page, "set-up")
        self.picture(page, "set-up", whole=False)
        for field, value in (("#new-password", "four unrelated words"), ("#again", "four unrelated words"),
                             ("#set-up-code", self.code(secret))):
            page.fill(field, value)
        page.press("进入", "#login")
        page.says("#link", "实时")
        page.says(".person", "值班员")
        self.assertEqual(page.evaluate("document.cookie"), "", "no script reads the session")
        page.press("退出", "header")
        page.says("#login", "动态验证码")
        self.accessible(page, "sign-in")
        self.picture(page, "sign-in", whole=False)
        page.allowed = ["401"]
        self.bureau.move_clock("2015-12-05T06:30:00+08:00")
        for password, said in (("four unrelated wards", "账号、口令或验证码不正确"), ("four unrelated words", "")):
            for field, value in (("#account", "duty_officer"), ("#password", password), ("#code", self.code(secret))):
                page.fill(field, value)
            page.press("进入", "#login")
            if said:
                page.says("#login-error", said)
        page.says("#link", "实时")
        page.evaluate("location.reload()")
        page.says("#link", "实时")

    # An administrator makes an account on a screen; its person sets it up by the link and is in, with what was given and
    # no more; locked, they are out at once.
    def test_an_administrator_makes_an_account_and_locks_it(self):
        admin = self.sign_in("admin")
        self.at(admin, "rules/people", "#people table")
        admin.press("新建账号", "#people")
        admin.fill("dialog [name=id]", "li.na")
        admin.fill("dialog [name=name]", "李娜")
        self.assertTrue(admin.evaluate("document.querySelector('dialog button[type=submit]').disabled"), "a role is wanted")
        admin.evaluate("document.querySelector('dialog [name=role][value=county_officer]').click()")
        self.accessible(admin, "a new account")
        self.picture(admin, "account_new", whole=False)
        admin.allowed = ["422"]
        admin.press("建立", "dialog")
        admin.says("dialog .why", "县区账号没有辖区")
        self.assertEqual(admin.evaluate("document.querySelector('dialog [name=name]').value"), "李娜", "what was typed is kept")
        admin.evaluate("(() => { const county = document.querySelector('dialog [name=region]'); county.value = '110105';"
                       " county.dispatchEvent(new Event('change')); })()")
        admin.press("建立", "dialog")
        row = "[...document.querySelectorAll('#people tbody tr')].find((one) => one.textContent.includes('（li.na）'))"
        admin.wait(f"{row}?.innerText.includes('尚未设置')")
        admin.evaluate(f"[...{row}.querySelectorAll('button')].find((one) => one.textContent === '链接').click()")
        admin.press("一次性链接", "dialog")
        admin.wait("document.querySelector('#link-made textarea')")
        self.accessible(admin, "the link")
        self.picture(admin, "account_link", whole=False)
        link = admin.evaluate("document.querySelector('#link-made textarea').value")
        admin.press("关闭", "#link-made")
        secret = self.bureau.call("", "POST", "/api/v1/links/look", {"link": link})[1]["code_secret"]
        page = self.open(link[link.index("/#"):])
        page.says("#login", "至少 12 个字符")
        for field, value in (("#new-password", "four unrelated words"), ("#again", "four unrelated words"), ("#set-up-code", self.code(secret))):
            page.fill(field, value)
        page.press("进入", "#login")
        page.says("#link", "实时")
        page.says(".person", "李娜")
        self.at(page, "rules/me", "#own-tokens table")
        page.says("#my-account", "朝阳")
        page.press("新建令牌", "#own-tokens")
        page.fill("dialog [name=name]", "日报脚本")
        page.press("建立", "dialog")
        page.wait("document.querySelector('code.token')?.innerText.length === 64")
        token = page.text("code.token")
        self.picture(page, "own_tokens", whole=False)
        asked = urllib.request.Request(self.bureau.origin + "/api/v1/me", headers={"Authorization": "Bearer " + token})
        with urllib.request.urlopen(asked) as answer:
            self.assertEqual(json.loads(answer.read())["id"], "li.na")
        admin.press("重新读取", "#people")
        admin.wait(f"{row}?.innerText.includes('自建令牌 1')")
        self.picture(admin, "accounts_screen")
        admin.evaluate(f"[...{row}.querySelectorAll('button')].find((one) => one.textContent === '更改').click()")
        admin.wait("document.querySelector('dialog [name=disabled]')")
        admin.evaluate("document.querySelector('dialog [name=disabled]').click()")
        admin.press("保存", "dialog")
        admin.wait(f"{row}?.innerText.includes('停用')")
        page.allowed = ["401", "403"]
        page.wait("document.getElementById('login')")
        self.bureau.daemon.terminate()
        self.bureau.daemon.wait(20)
        admin.allowed += ["ERR_", "Failed to fetch"]
        self.bureau.restart()
        kept = {one["id"]: one["state"] for one in self.bureau.get("/api/v1/people?per_page=1000")["items"]}
        self.assertEqual(kept.get("li.na"), "disabled", "a start forgets nobody")
        self.assertEqual(self.bureau.call("admin", "GET", "/api/v1/audit/check")[1]["holds"], True)

    # A workbook that is refused names each fault beside its cell.
    def test_an_edition_is_imported_and_its_faults_stand_beside_their_cells(self):
        page = self.sign_in("admin")
        page.allowed = ["422"]
        self.at(page, "inventory", "#main table")
        wrong = INVENTORY["lines.csv"].replace("e1,L1,一线,水泥磨,no,10,", "e1,L1,一线,水泥磨,no,许多,")
        folder = self.bureau.folder
        for number, (lines, is_book, place) in enumerate(((wrong, True, "lines F2"), (wrong, False, "lines.csv"), (INVENTORY["lines.csv"], True, ""))):
            files = {**INVENTORY, "lines.csv": lines}
            for name, text in files.items():
                (folder / name).write_text(text)
            paths = [str(folder / name) for name in files]
            if is_book:
                paths = [str(folder / "book.xlsx")]
                workbook(pathlib.Path(paths[0]), {name.removesuffix(".csv"): list(csv.reader(io.StringIO(text))) for name, text in files.items()})
            if number == 0:
                page.press("导入新版清单", "#main")
            page.wait("document.getElementById('edition-files')")
            found = page.command("Runtime.evaluate", expression="document.getElementById('edition-files')")
            page.command("DOM.setFileInputFiles", objectId=found["result"]["objectId"], files=paths)
            page.press("导入", "dialog")
            if place:
                page.says("#findings", place)
                page.says("#findings .it", "许多")
                self.accessible(page, "findings")
                self.picture(page, f"import_findings_{number}", whole=False)
        page.says("#notes", "已受理")

    def test_text_from_outside_is_shown_and_never_run(self):
        warning = self.drill(EVIL)
        page = self.sign_in("approver")
        page.says("#state", "演练")
        page.says("#inbox", "<script>")
        page.says("#inbox", "演练")
        self.at(page, f"warnings/{warning}/sign", "#sign")
        page.says("#sign", "<script>")
        page.says(".paper", "试签文稿，尚未发布")
        page.says(".paper", "演练")
        page.fill("#typed", "黄色")
        self.assertTrue(page.evaluate("document.querySelector('#sign button[type=submit]').disabled"), "a drill has a word of its own")
        page.fill("#typed", "演练黄色")
        page.wait("!document.querySelector('#sign button[type=submit]').disabled")
        self.picture(page, "sign_drill")
        page.evaluate("document.querySelector('#sign button[type=submit]').click()")
        page.says("#notes", "签发：已完成")
        self.at(page, "orders", "#orders table")
        page.says("#orders", "<script>")
        self.picture(page, "escaped")
        self.at(page, f"warnings/{warning}/story", "#story")
        page.says("#story", "<script>")
        self.assertIn("晴空 · 值班台", page.evaluate("document.title"))
        self.assertEqual(page.evaluate("document.querySelectorAll('main script, main img, dialog script, dialog img').length"), 0)
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
        page.says("#stale", "可能不是最新")
        self.picture(page, "stale", whole=False)
        self.bureau.restart()
        self.bureau.call("duty_officer", "POST", "/api/v1/floors", {
            "document": "断线期间", "clause": "x", "colour": "orange", "from": "2015-12-06T00:00:00+08:00",
            "to": "2015-12-07T00:00:00+08:00"})
        page.says("#link", "实时")
        page.wait("!document.getElementById('stale')")
        page.says("#events", "上级下限")

    def test_a_role_is_offered_only_what_it_may_do(self):
        self.bureau.call("feed", "POST", "/api/v1/forecasts?source=test&issued_at=2015-12-05T06:00:00%2B08:00",
                         "region,date,aqi\n" + "".join(f"110000,2015-12-{day:02},{aqi}\n" for day, aqi in
                                                        zip(range(5, 10), (180, 260, 280, 240, 90))))
        page = self.sign_in("auditor")
        page.says("#inbox", "待会商")
        self.assertEqual(page.evaluate("document.querySelectorAll('#inbox button').length"), 0)
        self.at(page, "warnings", "#main table")
        self.assertNotIn("提出启动", page.text("#main"))
        id = self.pending()["id"]
        for station in ("consult", "sign"):
            self.at(page, f"warnings/{id}/{station}", ".evidence .card")
            self.assertEqual(page.evaluate("document.querySelectorAll('.evidence button[type=submit], .evidence input').length"), 0)
        self.at(page, "nowhere", "#main p")
        page.says("#main", "没有此页面")


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
        id = self.proposed("环办〔2015〕9号")["id"]
        page = self.sign_in("approver")
        self.at(page, f"warnings/{id}/sign", "#sign")
        for words in ("环办〔2015〕9号", "无约束力", "未登记文号"):
            page.says("[data-order=binds-not]", words)
        page.says("#sign", "上级要求无约束力")
        self.picture(page, "order_binds_not")
        page.press("English", ".strip")
        page.says("[data-order=binds-not]", "binds nothing")
        page.press("中文", ".strip")
        # The letter is recorded in the meantime: whoever looks sees it without a reload.
        status, value = self.bureau.call("duty_officer", "POST", "/api/v1/floors", {
            "document": "环办〔2015〕9号", "clause": "一", "colour": "orange", "from": "2015-12-05T00:00:00+08:00",
            "to": "2015-12-30T00:00:00+08:00"})
        self.assertLess(status, 300, value)
        page.says("[data-order=binds]", "已核对登记")
        page.says("[data-order=binds]", "duty_officer登记")
        self.picture(page, "order_binds", whole=False)

    def test_an_order_from_above_is_cited_where_one_proposes(self):
        duty = self.sign_in("duty_officer")
        self.at(duty, "warnings/drill", "#propose")
        duty.says("#propose", "演练的文稿、指令和页面都带")
        self.at(duty, "warnings/new", "#propose")
        duty.says("#propose", "这是真实预警，不是演练")
        self.accessible(duty, "propose")
        self.picture(duty, "propose")
        duty.fill("#propose [name=ordered_by]", "无此文号")
        duty.fill("#propose [name=reason]", "上级来电")
        duty.press("提出", "#propose")
        duty.says("[data-order=binds-not]", "无此文号")

    def upload(self, page, text):
        file = self.bureau.folder / "one-signs.toml"
        file.write_text(text)
        page.wait("document.querySelector('dialog [name=file]')")
        found = page.command("Runtime.evaluate", expression="document.querySelector('dialog [name=file]')")
        page.command("DOM.setFileInputFiles", objectId=found["result"]["objectId"], files=[str(file)])

    def test_a_pack_that_changes_approvals_is_put_up_by_one_and_confirmed_by_another(self):
        admin = self.sign_in("admin")
        self.at(admin, "rules/packs", "#packs")
        admin.says("#packs", "配置文件指定")
        admin.press("提出启用规则包", "#packs")
        self.upload(admin, self.PACK_ALONE)
        admin.fill("dialog [name=reason]", "夜间只有一人值班")
        admin.press("提出启用规则包", "dialog")
        admin.says("#notes", "提出启用规则包：已完成")
        admin.says("#packs article", "由您提出，须由另一人确认")
        buttons = "[...document.querySelectorAll('#packs article button')].map((one) => one.textContent)"
        self.assertEqual(admin.evaluate(buttons), ["撤回"])
        for who in ("duty_officer", "auditor"):
            looker = self.sign_in(who)
            self.at(looker, "rules/packs", "#packs")
            looker.says("#packs article", "待另一人确认；确认后再等 24 小时才启用")
            self.assertEqual(looker.evaluate("document.querySelectorAll('#packs article button').length"), 0)
        self.confirmed_by_another(admin)

    def confirmed_by_another(self, admin):
        page = self.sign_in("approver")
        page.says("#inbox", "规则包待确认")
        self.at(page, "rules/packs", "#packs article")
        for words in ("示例管理员 于", "夜间只有一人值班", "四眼原则：启用改为关闭", "红色各类决定", "1人"):
            page.says("#packs article", words) if words != "示例管理员 于" else page.says("#packs article", " 于 ")
        self.picture(page, "pack_waits")
        page.press("第二人确认", "#packs")
        page.says("dialog", "四眼原则：启用改为关闭")
        page.says("dialog", "确认后 24 小时启用")
        self.assertTrue(page.evaluate("document.querySelector('dialog button[type=submit]').disabled"))
        page.fill("dialog #typed", "one-signs")
        self.accessible(page, "pack dialog")
        self.picture(page, "pack_confirm", whole=False)
        page.press("第二人确认", "dialog")
        page.says("#packs article", "将于 2015-12-06 06:00 启用")
        admin.says("#packs article", "2015-12-05 06:00 确认")
        admin.says("#packs article", "将于 2015-12-06 06:00 启用")
        self.assertEqual(self.bureau.get("/api/v1/packs/in-force")["pack"]["id"], "beijing-demo")
        admin.press("撤回", "#packs article")
        admin.fill("dialog [name=reason]", "改为另一方案")
        admin.press("撤回", "dialog")
        admin.says("#packs table", "示例管理员 于 2015-12-05 06:00 撤回")
        page.says("#packs table", "撤回")
        page.resize(390, 844)
        self.assertLessEqual(page.sideways(), 0)
        self.at(admin, "now", "#events")
        admin.says("#events", "规则包已确认")

    def test_a_pack_with_faults_is_refused_in_words(self):
        admin = self.sign_in("admin")
        admin.allowed = ["422"]
        self.at(admin, "rules/packs", "#packs")
        admin.press("提出启用规则包", "#packs")
        self.upload(admin, "id = 1")
        admin.fill("dialog [name=reason]", "试")
        admin.press("提出启用规则包", "dialog")
        admin.wait("document.querySelector('dialog .why')")
        self.assertEqual(admin.evaluate("document.querySelector('dialog [name=reason]').value"), "试", "what was typed is kept")
        self.picture(admin, "refused", whole=False)
        admin.press("取消", "dialog")
        self.assertEqual(self.bureau.total("/api/v1/packs"), 0)

    def test_accounts_show_their_end_and_their_last_use_to_those_who_answer_for_them(self):
        people = self.bureau.folder / "people.toml"
        people.write_text(people.read_text().replace('id = "second_approver"\n', 'id = "second_approver"\nexpires = 2015-12-01\n'))
        self.bureau.daemon.send_signal(1)
        wait_for("it has expired", lambda: self.bureau.call("second_approver", "GET", "/api/v1/me")[0] == 401)
        page = self.sign_in("auditor")
        self.at(page, "rules/people", "#people table")
        row = lambda who: ("[...document.querySelectorAll('#people tbody tr')].find((one) => "
                           f"one.textContent.includes('（{who}）'))?.innerText")
        page.wait(f"({row('auditor')} || '').includes('2015-12-05 06:00')")
        for who, words in (("auditor", ("审计", "可用", "无期限", "127.0.0.1")), ("second_approver", ("已过期", "2015-12-01")),
                           ("feed", ("从未使用",))):
            for word in words:
                self.assertIn(word, page.evaluate(row(who)))
        self.picture(page, "accounts")
        self.at(page, "rules/audit", "#audit table")
        page.press("核对审计链", "#audit")
        page.says("#audit", "审计链完好")
        other = self.sign_in("approver")
        self.at(other, "rules", "#main .tabs")
        other.says("#main .tabs", "我的账号")
        self.assertNotIn("账号", other.text("#main .tabs").split("\n"), "the list of accounts is not for everybody")

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
        self.at(duty, "inventory/season", "#season")
        duty.says("#season", "市里的通知（样例）")
        duty.says("#season", "停产台账")
        kept = "[...document.querySelectorAll('#season table')].pop().querySelectorAll('tbody td')[4].innerText.trim()"
        duty.wait(f"{kept} === '0'")
        duty.press("登记", "#season")
        duty.evaluate("(() => { const day = document.querySelector('dialog [name=day]'); day.value = '2015-12-02'; day.dispatchEvent(new Event('input')); })()")
        duty.press("登记", "dialog")
        duty.wait(f"{kept} === '1'")
        self.picture(duty, "season")
        duty.resize(390, 844)
        self.assertLessEqual(duty.sideways(), 0)
        self.at(duty, "now", ".funnel")
        duty.says(".funnel", "3")
        self.at(duty, "events", "#main table")
        duty.says("#main", "停产登记")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[8:], verbosity=1)
