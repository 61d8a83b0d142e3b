#!/usr/bin/env python3
"""The telephone of an enterprise and that of an inspector, in a real browser, before a real daemon and broker.

    pages_test.py QINGKONGD MOSQUITTO QINGKONGCTL CHROMIUM PICTURES [AXE]

e1 works on under an order and a lead is opened. Its telephone comes in by a one-time link, signs, refuses with a reason,
reports with a photo, looks at its curve; meanwhile an inspector makes the site check while the daemon cannot be reached,
and it arrives once. The enterprise is shown its case from then on, and speaks in it. Whatever is another's is not there.
PICTURES is a folder for what was seen; AXE is axe.min.js of axe-core, without which nothing is claimed of accessibility.
"""
import base64
import hashlib
import json
import pathlib
import sys
import urllib.error
import urllib.request
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "functional"))
from bureau import Broker  # noqa: E402
from case_test import HOURS, INVENTORY, LIMITS, PEOPLE, START, Story, judged  # noqa: E402
from chromium import Chromium, wait_for  # noqa: E402
from office import Office  # noqa: E402
from screens import over_the_edge, unmarked_chinese, wire_words  # noqa: E402

QINGKONGD, MOSQUITTO, CTL, CHROMIUM, PICTURES = [*sys.argv[1:5], pathlib.Path(sys.argv[5])]
AXE = pathlib.Path(sys.argv[6]) if len(sys.argv) > 6 and pathlib.Path(sys.argv[6]).exists() else None
FIRST_VIEW_BYTES_MAX = 90 * 1024
PHONE, DESK = (390, 844), (1366, 768)
EVERYBODY = {**PEOPLE, "e2": (["addressee"], ""), "nobody": (["addressee"], "")}


def picture(width, height, colour):
    """A PNG of one colour with a darker band, so that it can be seen that a photo is shown."""
    rows = b"".join(b"\0" + bytes(colour if y % 40 < 30 else [c // 2 for c in colour]) * width for y in range(height))
    chunk = lambda kind, data: (len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big"))
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Pages:
    def __init__(self, story, browser):
        self.story, self.office, self.browser = story, story.office, browser
        self.origin = f"http://127.0.0.1:{self.office.port}"
        self.opened = []

    def open(self, address, size=PHONE):
        page = self.browser.open(address if address.startswith("http") else self.origin + address, *size)
        # A page asks who is in; who is not in yet is told so.
        page.allowed = [f"401 (Unauthorized) {self.origin}/api/v1/session"]
        self.opened.append(page)
        return page

    def nothing_wrong(self):
        for page in self.opened:
            wrong = [one for one in page.complaints if not any(word in one for word in page.allowed)]
            assert not wrong, wrong
            assert not page.leaks(self.origin), page.leaks(self.origin)

    def accessible(self, page, name):
        if not AXE:
            return
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((one) => one.violations.map((each) => "
                              "each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')))")
        assert not found, f"{name}: {found}"

    def shoot(self, page, name):
        page.evaluate("window.scrollTo(0, 0)")
        page.picture(PICTURES / f"{name}.png")

    # What holds on every screen (screens.py).
    def sound(self, page, name):
        found = over_the_edge(page) + wire_words(page)
        if page.evaluate("document.documentElement.lang") == "en":
            found += unmarked_chinese(page)
        assert not found, f"{name}: {found}"

    # A state of a page on a telephone and on a desk, in both languages; left as it was found.
    def seen(self, page, name):
        for size in (DESK, PHONE):
            page.resize(*size)
            assert page.sideways() <= 0, f"{name} at {size} is {page.sideways()} px too wide"
            self.accessible(page, name)
            self.shoot(page, f"{name}_{size[0]}_zh")
            self.sound(page, f"{name} at {size}")
        page.press("English", "header")
        page.wait("document.documentElement.lang === 'en'")
        assert page.sideways() <= 0, f"{name} in English is {page.sideways()} px too wide"
        self.shoot(page, f"{name}_{PHONE[0]}_en")
        self.sound(page, f"{name} in English")
        page.press("中文", "header")
        page.wait("document.documentElement.lang === 'zh-CN'")

    def give(self, page, selector, *files):
        found = page.command("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        page.command("DOM.setFileInputFiles", files=[str(one) for one in files], objectId=found["result"]["objectId"])

    def tab(self, page, name, selector):
        page.evaluate(f"location.hash = '#/{name}'")
        page.wait(f"document.querySelector({json.dumps(selector)})")

    def file(self, name, content):
        path = self.office.folder / name
        path.write_bytes(content)
        return path


# ---- sessions beside the browser ----


class Session:
    """An enterprise that came by a link, as a program sees it."""

    def __init__(self, office, link):
        self.office = office
        body = json.dumps({"link": link}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{office.port}/api/v1/links/page", data=body, method="POST",
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.shown = json.loads(answer.read())

    def call(self, method, path, body=None, csrf=True):
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        if csrf:
            headers["X-CSRF-Token"] = self.shown["csrf_token"]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.office.port}{path}", data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def link_for(office, enterprise, who="duty"):
    return office.good(who, "POST", f"/api/v1/enterprises/{enterprise}/page-link")["link"]


# ---- the story ----


def first_view_is_light(pages, address):
    page = pages.open(address)
    page.wait("document.getElementById('sign-in')")
    pages.accessible(page, f"{address} before log-in")
    pages.shoot(page, f"login_{address.strip('/')}")
    size = 0
    for part in {one for one in page.requests if "/assets/" in one or one.endswith(address)}:
        request = urllib.request.Request(part, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            size += len(answer.read())
    assert size <= FIRST_VIEW_BYTES_MAX, size
    print(f"first view of {address}: {size / 1024:.1f} KB")


def it_comes_by_a_link_that_counts_once(pages):
    link = link_for(pages.office, "e1")
    phone = pages.open(link)
    phone.says("#order h2", "橙色预警执行中")
    phone.says("header", "甲厂")
    assert "link=" not in phone.evaluate("location.href"), "the secret has left the address"
    other = pages.open("/public")
    other.go(link.replace("/e/#", "/e/?again#"))
    phone.allowed.append("401")
    other.allowed.append("401")
    other.says("[role=alert]", "已用过")
    assert pages.office.call("xian", "POST", "/api/v1/enterprises/e1/page-link")[0] == 403, "another county's"
    assert pages.office.call("li", "POST", "/api/v1/enterprises/e1/page-link")[0] == 403
    return phone


def it_signs_and_that_closes_every_channel(pages, phone):
    office = pages.office
    phone.says("#order", "一线：")
    phone.says("#order", "签收不等于认可")
    pages.seen(phone, "order")
    before = [one["enterprise"] for one in office.good("duty", "GET", "/api/v1/phone-list")["items"]]
    assert "e1" in before, before
    phone.fill("input[name=by]", "")
    phone.press("签收", "#order")
    phone.says("#order [role=alert]", "签收人姓名")
    phone.fill("input[name=by]", "王强")
    phone.press("签收", "#order")
    phone.says("#order", "已登记：已签收")
    shown = office.good("duty", "GET", "/api/v1/orders/e1")
    answer = shown["answers"][0]
    assert shown["receipt_state"] == "received", shown
    assert (answer["channel"], answer["sender"], answer["by"], answer["recorded_by"]) == ("page", "e1", "王强", ""), answer
    listed = [one for one in office.good("duty", "GET", "/api/v1/phone-list")["items"] if one["enterprise"] == "e1"]
    assert "received" not in [one["wanted"] for one in listed], listed


def it_refuses_and_loses_no_word(pages, phone):
    office, reason = pages.office, "1号磨机冷却前不能停，可降到四成；<b>请派人来看</b>"
    phone.evaluate("document.querySelector('#order .refuse').open = true")
    phone.press("提交：不能执行", "#order")
    phone.says("#order [role=alert]", "为何不能执行")
    phone.fill("#order textarea[name=note]", reason)
    # The daemon cannot be reached: what was typed is still there, and goes out when it can.
    phone.allowed.append("ERR_")
    office.process.kill()
    office.process.wait()
    phone.press("提交：不能执行", "#order")
    phone.says("#order [role=alert]", "无法连接")
    assert phone.evaluate("document.querySelector('#order textarea[name=note]').value") == reason
    office.start()
    pages.story.sent = 0
    wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
    pages.accessible(phone, "a refusal that was not sent")
    phone.press("提交：不能执行", "#order")
    phone.says("#order", "等待答复")
    refusals = office.good("duty", "GET", "/api/v1/refusals")["items"]
    assert [(one["enterprise"], one["note"], one["standing"]) for one in refusals] == [("e1", reason, "open")], refusals
    status, _ = office.call("duty", "POST", "/api/v1/orders/e1/refusal/insist", {"reason": "降到四成不够，须停"})
    assert status < 300, status
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.says("#order", "局方要求执行", 40)
    phone.says("#order", "降到四成不够，须停")
    pages.seen(phone, "insisted")
    phone.press("已开始执行", "#order")
    phone.says("#order", "已登记：执行中")
    phone.press("已全部落实", "#order")
    phone.says("#order", "已登记：已完成")


def it_reports_with_a_photo(pages, phone):
    content = picture(320, 240, [190, 120, 60])
    pages.tab(phone, "report", "#report-note")
    phone.press("上报", "main")
    phone.says("main [role=alert]", "说明")
    phone.fill("#report-note", "磨机18:00停机")
    pages.give(phone, "main input[type=file]", pages.file("mill.png", content))
    phone.wait("document.querySelector('.photos img')?.complete")
    pages.seen(phone, "report")
    phone.press("上报", "main")
    phone.says("main", "已上报")
    phone.says("#reports", "磨机18:00停机")
    reports = pages.office.good("duty", "GET", "/api/v1/orders/e1/reports")["items"]
    assert len(reports) == 1 and reports[0]["by"] == "王强", reports
    photo = reports[0]["photos"][0]
    assert photo["sha256"] == hashlib.sha256(content).hexdigest() and (photo["longitude"], photo["datum"]) == (116.5, "wgs84"), photo
    request = urllib.request.Request(f"{pages.origin}/api/v1/orders/e1/photos/{photo['number']}",
                                     headers={"Authorization": "Bearer " + pages.office.tokens["duty"]})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == content
    assert pages.office.call("xian", "GET", "/api/v1/orders/e1/reports")[0] == 403, "another county's"
    the_same_photo_is_picked_again(pages, phone, photo["number"])
    # Computed without the browser's own digest, for a page over plain HTTP: the same.
    assert phone.evaluate("typeof crypto.subtle") == "object"
    return photo["number"]


# The answer to a report is lost on the way, and what was typed is changed before it is sent again, with a photo that has
# arrived with the report before: nothing of that is refused.
def the_same_photo_is_picked_again(pages, phone, number):
    phone.evaluate("(() => { const real = window.fetch; window.fetch = (url, how) => real(url, how).then((answer) => {"
                   " if (!String(url).includes('/own/reports') || how?.method !== 'POST') return answer;"
                   " window.fetch = real; throw new TypeError('lost'); }); })()")
    phone.fill("#report-note", "2号线20:00停机")
    pages.give(phone, "main input[type=file]", pages.file("mill.png", picture(320, 240, [190, 120, 60])))
    phone.wait("document.querySelector('.photos img')?.complete")
    phone.press("上报", "main")
    phone.says("main [role=alert]", "无法连接")
    phone.fill("#report-note", "2号线20:30停机")
    phone.press("上报", "main")
    phone.says("#reports", "2号线20:30停机")
    reports = pages.office.good("duty", "GET", "/api/v1/orders/e1/reports")["items"]
    assert [[photo["number"] for photo in one["photos"]] for one in reports] == [[number]] * 3, reports


def it_looks_at_its_curve_and_papers(pages, phone):
    pages.tab(phone, "curve", "#meter")
    phone.wait("document.querySelector('svg .curve.measured') && document.querySelector('svg .curve.cap')")
    phone.says("#verdict", "高于限值")
    pages.seen(phone, "curve")
    pages.tab(phone, "record", "#receipts li")
    phone.says("#receipts", "拒绝")
    phone.says("#receipts", "本页面")
    pages.seen(phone, "record")
    board = phone.evaluate("fetch('/api/v1/own/board').then((one) => one.text())")
    assert "甲厂" in board and "乙厂" not in board and "公示牌" in board, board[:500]


def a_lead_is_not_shown_before_the_check(pages, phone, number):
    pages.tab(phone, "cases", "main .card")
    assert phone.evaluate("fetch('/api/v1/own/cases').then((one) => one.json()).then((one) => one.items.filter((each) => each.kind === "
                          "'lead').length)") == 0


def the_inspector_checks_without_signal(pages, number):
    office, content = pages.office, picture(400, 300, [90, 140, 190])
    due = (pages.story.now + HOURS(4)).isoformat()
    office.good("wang", "POST", f"/api/v1/cases/{number}/site-check", {"inspectors": ["li"], "due": due, "note": "请看磨机"})
    page = pages.open("/i/")
    page.wait("document.getElementById('sign-in')")
    page.press("用令牌登录", "#sign-in")
    page.fill("#token", office.tokens["li"])
    page.press("进入", "#sign-in")
    page.says("#mine", "甲厂")
    page.says("#mine", "还剩")
    pages.seen(page, "tasks")
    # All that the page needs is on the telephone: the worker has it.
    page.wait("navigator.serviceWorker.controller")
    page.wait("caches.open('qingkong-page-1 ' + location.origin + '/i/').then((one) => one.keys()).then((one) => one.length > 3)")
    page.allowed += ["ERR_", "Failed to", "401", "fetch"]
    office.process.kill()
    office.process.wait()
    page.evaluate("location.reload()")
    page.says("#mine", "甲厂", 40)
    page.says("#offline", "没有信号")
    page.evaluate("document.querySelector('#mine h3 a').click()")
    page.says("main", "请看磨机")
    page.says("main", "磨机18:00停机")
    page.fill("#persons", "李明、赵华")
    page.press("已到场", "main")
    page.says("main", "116.5")
    pages.seen(page, "check_arrive")
    page.press("下一步：清单", "main")
    answers = page.evaluate("[...document.querySelectorAll('[data-item]')].map((one) => one.dataset.item)")
    assert len(answers) == 11, answers
    assert not page.evaluate("document.querySelector('[data-item] input:checked')"), "nothing is chosen for anybody"
    for item in answers[:8]:
        value = "not_ok" if item == "treatment_running" else "ok"
        page.evaluate(f"document.querySelector('[data-item={item}] input[value={value}]').click()")
    page.fill("#note-treatment_running", "除尘器停用")
    pages.seen(page, "check_list")
    page.press("下一步：照片", "main")
    pages.give(page, "#camera", pages.file("kiln.png", content))
    page.says("main .photos", "有位置")
    pages.seen(page, "check_photos")
    # It is closed, and opened again: nothing is lost.
    page.evaluate("location.reload()")
    page.says("main", "甲厂", 40)
    page.press("提交", "main .steps")
    assert not page.evaluate("document.getElementById('missing')"), page.text("#missing")
    page.fill("#end-note", "磨机在转")
    pages.seen(page, "check_end")
    page.press("完成，有信号后上传", "main")
    page.says("#waiting", "1份核查等待上传")
    office.start()
    pages.story.sent = 0
    wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for("the check", lambda: office.good("li", "GET", f"/api/v1/cases/{number}")["state"] == "checked", 60)
    shown = office.good("li", "GET", f"/api/v1/cases/{number}")
    checks = [one for one in shown["steps"] if one["step"] == "check"]
    assert len(checks) == 1 and len(shown["files"]) == 1, shown
    assert checks[0]["detail"]["persons"] == ["李明", "赵华"], checks
    assert checks[0]["detail"]["checklist"]["treatment_running"] == {"result": "not_ok", "note": "除尘器停用"}, checks
    file = shown["files"][0]
    assert file["sha256"] == hashlib.sha256(content).hexdigest() and file["latitude"] == 39.9 and file["taken_at"], file
    page.wait("!document.getElementById('waiting')", 40)
    return page


# The same check once more from another telephone that has not heard of the answer: nothing is there twice.
def what_arrived_is_not_doubled(pages, number):
    shown = pages.office.good("li", "GET", f"/api/v1/cases/{number}")
    again = {"name": "kiln.png", "base64": base64.b64encode(picture(400, 300, [90, 140, 190])).decode()}
    kept = pages.office.good("li", "POST", f"/api/v1/cases/{number}/files", again)
    assert kept["number"] == shown["files"][0]["number"], kept
    assert len(pages.office.good("li", "GET", f"/api/v1/cases/{number}")["files"]) == 1


def the_enterprise_speaks_in_its_case(pages, phone, number):
    office = pages.office
    breach = {"conclusion": "breach", "note": "现场磨机在转，除尘器停用"}
    assert office.call("wang", "POST", f"/api/v1/cases/{number}/conclusion", breach)[0] == 200
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    pages.tab(phone, "cases", "main .card")
    phone.says("main", "确认违反", 40)
    phone.says("main", "现场磨机在转")
    assert "李明" not in phone.text("main") and "wang" not in phone.text("main"), "nobody of the bureau is named"
    pages.seen(phone, "case")
    phone.press("陈述、申辩", "main")
    phone.press("提交", "main")
    phone.says("main [role=alert]", "请写明内容")
    phone.fill("#case-note", "电表同时计了两台磨机")
    phone.press("提交", "main")
    phone.says("main [role=alert]", "陈述申辩书")
    assert phone.evaluate("document.querySelector('#case-note').value") == "电表同时计了两台磨机"
    pages.give(phone, "main form input[type=file]", pages.file("陈述.pdf", b"%PDF-1.7 two mills"))
    phone.says("main .photos", "陈述.pdf")
    pages.seen(phone, "statement")
    phone.press("提交", "main")
    phone.says("main", "已提交")
    shown = office.good("chen", "GET", f"/api/v1/cases/{number}")
    said = [one for one in shown["steps"] if one["step"] == "statement"]
    assert shown["state"] == "stated" and [one["person"] for one in said] == ["enterprise:e1"], shown
    decision = {"conclusion": "breach", "note": "两台磨机均不得运行"}
    assert office.call("chen", "POST", f"/api/v1/cases/{number}/decision", decision)[0] == 200
    due = (pages.story.now + HOURS(48)).isoformat()
    assert office.call("chen", "POST", f"/api/v1/cases/{number}/rectification", {"due": due, "note": "停机并修复除尘器"})[0] == 200
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.says("main", "整改期限", 40)
    phone.press("报告整改完成", "main")
    phone.fill("#case-note", "已停机，除尘器已修复")
    phone.press("提交", "main")
    phone.says("main", "已提交")
    assert office.good("chen", "GET", f"/api/v1/cases/{number}")["state"] == "rectified"


# Every route with nobody's, an ended, another enterprise's and another role's session.
def what_is_anothers_is_not_there(pages, number, photo):
    office = pages.office
    other = Session(office, link_for(office, "e2"))
    assert other.shown["roles"] == ["addressee"] and other.shown["csrf_token"], other.shown
    seen = json.loads(other.call("GET", "/api/v1/own")[1])
    assert seen["enterprise"]["id"] == "e2" and "甲厂" not in json.dumps(seen, ensure_ascii=False), seen
    file = {"name": "a.png", "base64": base64.b64encode(picture(8, 8, [1, 2, 3])).decode()}
    said = {"by": "某人", "note": "某事", "files": [1]}
    for method, path, body in (
            ("GET", f"/api/v1/own/photos/{photo}", None), ("GET", "/api/v1/own/series?meter=m1", None),
            ("POST", f"/api/v1/own/cases/{number}/files", file), ("POST", f"/api/v1/own/cases/{number}/statement", said),
            ("POST", f"/api/v1/own/cases/{number}/rectified", {"note": "某事"})):
        assert other.call(method, path, body)[0] == 404, (method, path)
    named = {"revision": 1, "by": "某人", "note": "某事", "photos": [photo]}
    assert other.call("POST", "/api/v1/own/reports", named)[0] in (409, 422), "a photo of another's"
    reports = json.loads(other.call("GET", "/api/v1/own/reports")[1])["items"]
    assert reports == [], reports
    document = json.loads(urllib.request.urlopen(pages.origin + "/api/v1/openapi.json").read())
    own, foreign = 0, 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            roles = operation.get("x-roles", [])
            if not roles or not path.startswith("/api/v1/"):
                continue
            address = path.replace("{enterprise}", "e1").replace("{id}", str(number)).replace("{photo}", str(photo))
            address = address.replace("{", "x").replace("}", "x")
            if "addressee" not in roles:
                foreign += 1
                status = other.call(method.upper(), address, {} if method == "post" else None)[0]
                assert status == 403, (method, path, status)
            if path.startswith("/api/v1/own"):
                own += 1
                for who, expected in ((None, 401), ("li", 403), ("admin", 403)):
                    status = office.call(who, method.upper(), address, {} if method == "post" else None)[0]
                    assert status == expected, (method, path, who, status)
    assert own >= 13 and foreign > 50, (own, foreign)
    assert office.call("nobody", "GET", "/api/v1/own")[0] == 404, "no enterprise stands behind the account"
    assert office.good("e2", "GET", "/api/v1/own")["enterprise"]["name"] == "乙厂", "an account whose id is the enterprise's"
    receipt = {"revision": 1, "state": "received", "by": "某人"}
    assert other.call("POST", "/api/v1/own/receipts", receipt, csrf=False)[0] == 403, "a forged request"
    assert other.call("POST", "/api/v1/tokens", {"name": "x"})[0] == 403, "a telephone makes no tokens"
    assert other.call("DELETE", "/api/v1/session")[0] == 200
    assert other.call("GET", "/api/v1/own")[0] == 401, "it has ended"


def the_public_page_is_of_the_family(pages):
    page = pages.open("/public", DESK)
    page.says("body", "橙色预警")
    page.says("body", "我该怎么做")
    page.wait("document.querySelectorAll('.do li').length === 3")
    assert page.evaluate("!!document.querySelector('link[type=\"application/atom+xml\"]') && !!document.querySelector('a[href*=\"cap\"]')")
    assert "judging." not in page.text("body") and "_minutes" not in page.text("body"), "keys of the program"
    for size in (DESK, PHONE):
        page.resize(*size)
        assert page.sideways() <= 0
        pages.accessible(page, "public")
        pages.shoot(page, f"public_{size[0]}")
    page.evaluate("document.querySelector('header a').click()")
    page.wait("document.documentElement.lang === 'en'")
    page.says("body", "Orange warning")
    page.says(".do", "Children, old people")
    for size in (DESK, PHONE):
        page.resize(*size)
        assert page.sideways() <= 0
        pages.accessible(page, "public in English")
        pages.shoot(page, f"public_{size[0]}_en")


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    broker, browser = Broker(MOSQUITTO), Chromium(CHROMIUM)
    clock = f'[clock]\nmode = "driven"\nstart = "{START.isoformat()}"\n'
    try:
        with Office(QINGKONGD, EVERYBODY, INVENTORY, LIMITS + clock, broker.port) as office:
            wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
            pages = Pages(Story(office, broker, CTL), browser)
            browser.command("Browser.grantPermissions", permissions=["geolocation"], origin=pages.origin)
            _, number = judged(pages.story)
            real = browser.attach

            def attach(target):
                page = real(target)
                page.command("Emulation.setGeolocationOverride", latitude=39.9, longitude=116.5, accuracy=5)
                return page
            browser.attach = attach
            first_view_is_light(pages, "/e/")
            first_view_is_light(pages, "/i/")
            phone = it_comes_by_a_link_that_counts_once(pages)
            it_signs_and_that_closes_every_channel(pages, phone)
            it_refuses_and_loses_no_word(pages, phone)
            photo = it_reports_with_a_photo(pages, phone)
            it_looks_at_its_curve_and_papers(pages, phone)
            a_lead_is_not_shown_before_the_check(pages, phone, number)
            the_inspector_checks_without_signal(pages, number)
            what_arrived_is_not_doubled(pages, number)
            the_enterprise_speaks_in_its_case(pages, phone, number)
            what_is_anothers_is_not_there(pages, number, photo)
            the_public_page_is_of_the_family(pages)
            pages.nothing_wrong()
            assert office.good("admin", "GET", "/api/v1/audit/check")["holds"], "the chain of hashes"
    finally:
        browser.close()
        broker.close()
    print("好 / good")


if __name__ == "__main__":
    main()
