#!/usr/bin/env python3
"""The OpenAPI document is complete and true: every path and method in it is called on a running daemon, in
its good case and in its bad ones, and every answer is held against its schema.

    document_test.py QINGKONGD QINGKONG-SIM MOSQUITTO
"""
import base64
import datetime
import hmac
import html.parser
import http.client
import io
import json
import os
import sys
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree as xml
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "browser"))
from bureau import Bureau  # noqa: E402
from chromium import wait_for  # noqa: E402
from schema import faults, whole  # noqa: E402
from small import EVIL, INVENTORY  # noqa: E402

PROGRAMS = sys.argv[1:4]
FORECAST = "region,date,aqi\n" + "".join(f"110000,2015-12-{day:02},{aqi}\n" for day, aqi in
                                          zip(range(5, 12), (180, 260, 280, 240, 210, 120, 60)))
OBSERVED = "region,time,pm25,pm10,so2,no2,co,o3\n" + "".join(
    f"110000,2015-12-04T{hour:02}:00:00+08:00,120,150,20,60,1.5,30\n" for hour in range(24))
DUTY = {"generation": 0, "reason": EVIL, "colour": "yellow"}
ROLES = ("duty_officer", "approver", "auditor", "admin", "feed", "county_officer", "inspector", "addressee")
ACCOUNTS = {"addressee": "e1"}  # the others have their role for a name


# What a browser would run or fetch for a page: parts of its markup, not what somebody has written in it.
def fetched_by(page):
    found = []

    class Tags(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag in ("script", "link", "iframe", "object", "embed", "base"):
                found.append(tag)
            for name, value in attributes:
                if name in ("src", "srcset", "action", "data") or name.startswith("on"):
                    found.append(f"{tag} {name}={value}")
                if name == "href" and not (value or "").startswith(("#", "tel:")):
                    found.append(f"{tag} {name}={value}")
    Tags().feed(page)
    return found


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bureau = Bureau(*PROGRAMS, inventory=INVENTORY)
        cls.document = cls.bureau.get("/api/v1/openapi.json")
        cls.seen = set()  # (method, path, status)
        cls.values = {}

    @classmethod
    def tearDownClass(cls):
        cls.bureau.close()

    # Sends one call and holds its answer against the document.
    def ask(self, who, method, pattern, body=None, query="", kind="application/json", key="", **values):
        path = pattern
        for name, value in {**self.values, **values}.items():
            path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
        path = path.replace("{", "").replace("}", "")
        connection = http.client.HTTPConnection("127.0.0.1", self.bureau.http, timeout=60)
        headers = {"Content-Type": kind}
        if who:
            headers["Authorization"] = "Bearer " + self.bureau.tokens.get(who, "0" * 64)
        if key:
            headers["Idempotency-Key"] = key
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        connection.request(method, path + query, data.encode() if isinstance(data, str) else data, headers)
        answer = connection.getresponse()
        media = answer.headers["Content-Type"].split(";")[0]
        text = b"" if media == "text/event-stream" else answer.read()
        connection.close()
        self.check(method, pattern, answer.status, media, text)
        return answer.status, json.loads(text) if media.endswith(("/json", "+json")) and method != "HEAD" else text

    def check(self, method, pattern, status, media, text):
        operation = self.document["paths"].get(pattern, {}).get(method.lower())
        if not operation:
            return
        self.seen.add((method, pattern, status))
        known = whole(self.document, operation["responses"].get(str(status), operation["responses"]["default"]))
        self.assertIn(media, known["content"], f"{method} {pattern} {status}: {text[:300]}")
        if media.endswith(("/json", "+json")):
            wrong = faults(self.document, known["content"][media]["schema"], json.loads(text))
            self.assertEqual(wrong, [], f"{method} {pattern} {status}: {text[:600]}")
        if status >= 400 and status != 503:
            self.assertEqual(media, "application/problem+json")
            self.assertEqual(json.loads(text)["status"], status)

    def good(self, *arguments, **named):
        status, value = self.ask(*arguments, **named)
        self.assertLess(status, 300, f"{arguments[:3]}: {value}")
        return value

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield path, method.upper(), operation

    def account_for(self, operation):
        roles = operation["x-roles"] or [""]
        return "admin" if "admin" in roles else ACCOUNTS.get(roles[0], roles[0])

    def parameters(self, operation):
        return {whole(self.document, one)["name"] for one in operation.get("parameters", [])}

    # A working day of the bureau, so that every list has something in it.
    def test_1_every_route_answers_as_described(self):
        self.drill()
        self.good("feed", "POST", "/api/v1/observations", OBSERVED, kind="text/csv")
        self.good("feed", "POST", "/api/v1/forecasts", FORECAST, kind="text/csv",
                  query="?source=test&issued_at=2015-12-05T06:00:00%2B08:00")
        self.good("admin", "POST", "/api/v1/clock", {"now": "2015-12-05T08:00:00+08:00"})
        self.good("duty_officer", "POST", "/api/v1/floors", {
            "document": "环办〔2015〕1号", "clause": EVIL, "colour": "yellow",
            "from": "2015-12-06T00:00:00+08:00", "to": "2015-12-08T00:00:00+08:00"})
        self.good("duty_officer", "POST", "/api/v1/prompts", {
            "number": "P1", "zone": "京津冀中部", "colour": "yellow", "from": "2015-12-06T00:00:00+08:00",
            "to": "2015-12-08T00:00:00+08:00", "deadline": "2015-12-05T20:00:00+08:00", "note": EVIL})
        waiting = [one for one in self.good("auditor", "GET", "/api/v1/warnings")["items"] if one["pending"]]
        self.assertTrue(waiting, "the forecast leads to a proposal")
        self.values.update(id=waiting[0]["id"], enterprise="e1", meter="m1", number="P1")
        self.sign(waiting[0])
        self.prompts()
        self.causes()
        self.season()
        self.controls()
        self.own_rules()
        self.duty()
        self.log_in()
        self.kept_accounts()
        self.duty_room()
        self.papers()
        self.feeds()
        self.rest()

    def sign(self, warning):
        pattern = "/api/v1/warnings/{id}/"
        generation = lambda: self.bureau.get("/api/v1/warnings/" + self.values["id"])["generation"]
        self.good("auditor", "POST", pattern + "preview", {"colour": "orange"})
        self.good("auditor", "GET", "/api/v1/upgrade")
        self.good("auditor", "GET", pattern + "draft")
        self.good("duty_officer", "POST", pattern + "consult", {
            "generation": generation(), "participants": [{"name": EVIL, "unit": "监测站"}], "summary": EVIL, "reason": EVIL})
        for who in ("approver", "second_approver"):
            if self.bureau.get("/api/v1/warnings/" + self.values["id"])["pending"]:
                self.good(who, "POST", pattern + "sign", {"generation": generation()})
        self.good("auditor", "GET", "/api/v1/orders/{enterprise}")
        self.good("duty_officer", "POST", "/api/v1/orders/{enterprise}/receipts",
                  {"state": "accepted", "by": EVIL, "note": EVIL})
        keys = "/api/v1/enterprises/{enterprise}/keys"
        key = {"key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "reason": EVIL}
        self.good("admin", "POST", keys, key)
        self.good("auditor", "GET", keys)
        self.good("admin", "POST", keys + "/revoke", key)
        self.refusal()
        change = {"kind": "extend", "colour": warning["colour"], "reason": EVIL, "expected_to": "2015-12-11T12:00:00+08:00"}
        for end in ("withdraw", "reject"):
            self.good("duty_officer", "POST", pattern + "changes", {**change, "generation": generation()})
            self.good("duty_officer" if end == "withdraw" else "approver", "POST", pattern + end,
                      {"generation": generation(), "reason": EVIL})

    # Said by mistake, refused, insisted on, and accepted in the end.
    def refusal(self):
        order = "/api/v1/orders/{enterprise}"
        self.good("approver", "POST", order + "/overrule", {"seen": "accepted", "state": "none", "reason": EVIL})
        self.good("duty_officer", "POST", order + "/receipts", {"state": "refused", "by": EVIL, "note": EVIL})
        self.assertEqual(self.good("auditor", "GET", order)["refusal"]["standing"], "open")
        self.good("duty_officer", "POST", order + "/refusal/insist", {"reason": EVIL})
        self.good("duty_officer", "POST", order + "/receipts", {"state": "accepted", "by": EVIL, "note": EVIL})
        shown = self.good("auditor", "GET", order)
        self.assertEqual((shown["refusal"]["standing"], shown["receipt_state"]), ("insisted", "accepted"))

    # Proposed, and the proposal sent again, because the answer was lost.
    def drill(self):
        wanted = {"colour": "yellow", "reason": EVIL, "exercise": True}
        key = str(uuid.uuid4())
        first = self.good("duty_officer", "POST", "/api/v1/warnings", wanted, key=key)
        self.assertEqual(self.good("duty_officer", "POST", "/api/v1/warnings", wanted, key=key), first)
        status, _ = self.ask("duty_officer", "POST", "/api/v1/warnings", {**wanted, "colour": "red"}, key=key)
        self.assertEqual(status, 422, "a key stands for one request")
        self.assertEqual(self.bureau.total("/api/v1/warnings?exercise=true"), 1)
        status, _ = self.ask("duty_officer", "POST", "/api/v1/warnings", wanted)
        self.assertEqual(status, 409)
        self.good("duty_officer", "POST", "/api/v1/warnings/{id}/withdraw",
                  {"generation": first["generation"], "reason": EVIL}, id=first["id"])

    # One window for the cement works, and a day of it entered twice with one key.
    def season(self):
        files = {**INVENTORY, "season.toml": '[[window]]\nid = "clinker"\nkind = "peak-shift"\nfrom = "2015-12-01"\n'
                 'to = "2015-12-31"\ntrades = ["cement"]\nmeasure = { form = "stop" }\nsource = "样例"\n'}
        self.good("admin", "POST", "/api/v1/inventories", {"name": "season", "files": files})
        self.assertEqual(self.good("auditor", "GET", "/api/v1/season")["items"][0]["state"], "open")
        debt = self.good("auditor", "GET", "/api/v1/season/debts")["items"][0]
        record = {**{name: debt[name] for name in ("window", "enterprise", "line")}, "day": "2015-12-02", "what": "ran", "note": EVIL}
        key = str(uuid.uuid4())
        first = self.good("duty_officer", "POST", "/api/v1/season/records", {"records": [record]}, key=key)
        self.assertEqual(self.good("duty_officer", "POST", "/api/v1/season/records", {"records": [record]}, key=key), first)
        self.assertEqual(self.good("auditor", "GET", "/api/v1/season/debts")["items"][0]["debt_days"], 1)
        self.assertEqual(self.ask("duty_officer", "POST", "/api/v1/season/records", {"records": [{**record, "day": "2015-11-02"}]})[0], 422)

    # A warning is in force, so nobody signs; what waits is taken back.
    def controls(self):
        wanted = {"from": "2015-12-06", "to": "2015-12-07", "enterprises": ["e1"], "measure": {"form": "stop"}, "document": "文号", "reason": EVIL}
        made = self.good("duty_officer", "POST", "/api/v1/controls", wanted)
        self.assertEqual((made["state"], made["covers"]["enterprises"]), ("proposed", 1))
        self.assertEqual(self.ask("duty_officer", "POST", "/api/v1/controls", {**wanted, "to": "2016-12-07"})[0], 422)
        number = str(made["number"])
        self.assertEqual(self.ask("approver", "POST", "/api/v1/controls/{number}/sign", {}, number=number)[0], 409)
        self.good("approver", "POST", "/api/v1/controls/{number}/withdraw", {"reason": EVIL}, number=number)
        self.assertEqual(self.good("auditor", "GET", "/api/v1/controls")["items"][0]["state"], "withdrawn")

    # The bureau's own measures and grades: tried, brought forward, and taken back before a second person confirms.
    def own_rules(self):
        catalogue = ('trades = ["cement"]\nsource = "附件3"\ncertainty = "primary"\n[[rule]]\ngrades = ["C"]\n'
                     + "".join(f'[rule.{colour}]\ndo = [{{ form = "stop" }}]\n' for colour in ("yellow", "orange", "red")))
        wanted = {"catalogues": {"catalogue": catalogue, "file": "our.toml", "reason": EVIL},
                  "grades": {"csv": "enterprise,grade,from\ne1,B,2015-12-07\n", "paper": "文号", "decided_by": "市生态环境局"}}
        for kind, body in wanted.items():
            pattern = "/api/v1/" + kind
            self.assertIsNone(self.good("admin", "POST", pattern, {**body, "only_try": True})["number"])
            number = str(self.good("admin", "POST", pattern, body)["number"])
            self.good("admin", "GET", pattern + "/{number}", number=number)
            self.assertEqual(self.ask("admin", "POST", pattern + "/{number}/confirm", number=number)[0], 403)
            self.good("admin", "POST", pattern + "/{number}/withdraw", {"reason": EVIL}, number=number)
            self.assertEqual(self.ask("admin", "POST", pattern, {})[0], 422)

    def prompts(self):
        self.good("duty_officer", "POST", "/api/v1/prompts/{number}/follow",
                  {"region": "110000", "state": "followed", "note": EVIL})
        self.assertEqual(self.ask("duty_officer", "POST", "/api/v1/prompts", {
            "number": "P1", "zone": "", "colour": "yellow", "from": "2015-12-06T00:00:00+08:00",
            "deadline": "2015-12-05T20:00:00+08:00"})[0], 409)

    # Stated, taken back with a reason, and taken back once only.
    def causes(self):
        stated = self.good("duty_officer", "POST", "/api/v1/causes", {"from": "2015-12-20", "cause": "沙尘", "reason": EVIL})
        self.assertEqual((stated["binds"], stated["cause"], stated["to"]), (False, "dust", "2015-12-20"))
        self.assertTrue(stated["advice"], "the pack advises on dust")
        self.assertEqual(self.ask("duty_officer", "POST", "/api/v1/causes", {"from": "2015-12-20", "cause": "天气", "reason": "x"})[0], 422)
        self.assertEqual(self.ask("duty_officer", "POST", "/api/v1/causes", {"from": "2016-12-20", "cause": "沙尘", "reason": "x"})[0], 422)
        for status in (200, 409):
            self.assertEqual(self.ask("approver", "POST", "/api/v1/causes/{number}/withdraw", {"reason": EVIL},
                                      number=stated["number"])[0], status)
        self.assertEqual(self.good("auditor", "GET", "/api/v1/causes")["items"][0]["withdrawn_reason"], EVIL)

    # A roster with a gap, which is a matter; somebody takes it over, and the shift is handed over.
    def duty(self):
        pattern = "/api/v1/duty/"
        roster = "role,person,from,to\nduty_officer,duty_officer,2015-12-05,2015-12-07\n"
        self.assertEqual(self.ask("admin", "POST", pattern + "roster", {"csv": roster.replace(",duty_officer,", ",nobody,")})[0], 422)
        self.assertEqual(self.ask("admin", "POST", pattern + "roster", {"csv": roster, "toml": "needs = []"})[0], 422)
        self.assertTrue(self.good("admin", "POST", pattern + "roster", {"csv": roster})["gaps"])
        self.assertEqual(len(self.good("auditor", "GET", "/api/v1/duty", query="?at=2015-12-05T12:00")["on_duty"]), 1)
        self.assertEqual(self.ask("auditor", "GET", "/api/v1/duty", query="?at=noon")[0], 422)
        self.assertEqual(self.ask("auditor", "GET", pattern + "matters", query="?kind=tea")[0], 422)
        gaps = wait_for("the gap as a matter",
                        lambda: self.good("auditor", "GET", pattern + "matters", query="?kind=roster_gap")["items"])
        one = pattern + "matters/{number}"
        number = gaps[0]["number"]
        self.good("auditor", "GET", one, number=number)
        self.good("duty_officer", "POST", one + "/acknowledge", {"note": EVIL}, number=number)
        self.assertEqual(self.ask("duty_officer", "POST", one + "/snooze", {"until": "2016-12-05T12:00"}, number=number)[0], 409)
        self.good("duty_officer", "POST", one + "/escalate", {"step": 3, "note": EVIL}, number=number)
        self.assertEqual(self.ask("duty_officer", "POST", one + "/escalate", {"step": 1}, number=number)[0], 409)
        given = self.good("duty_officer", "POST", pattern + "handovers", {"to": "approver", "note": EVIL})
        for query in ("", "?format=html", "?format=html&lang=en"):
            self.good("auditor", "GET", pattern + "handovers/{number}", number=given["number"], query=query)
        for status in (200, 409):
            self.assertEqual(self.ask("approver", "POST", pattern + "handovers/{number}/take", {"note": EVIL},
                                      number=given["number"])[0], status)

    # An account is invited, sets password and code by the clock of the bureau, and logs in; a token of its own.
    def log_in(self):
        account = "/api/v1/accounts/{id}/"
        self.assertEqual(self.ask("", "POST", "/api/v1/session", {"id": "auditor", "password": EVIL})[0], 401)
        self.assertEqual(self.ask("admin", "POST", account + "login-link", {}, id="auditor")[0], 409)
        self.assertEqual(self.ask("admin", "POST", account + "disable-totp", {}, id="auditor")[0], 409)
        self.good("admin", "POST", account + "reset", {}, id="auditor")
        link = self.good("admin", "POST", account + "invite", {}, id="auditor")["link"]
        secret = self.good("", "POST", "/api/v1/links/look", {"link": link})["code_secret"]
        step = int(datetime.datetime.fromisoformat(self.good("auditor", "GET", "/api/v1/clock")["now"]).timestamp()) // 30
        made = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1").digest()
        at = made[-1] & 15
        code = f"{(int.from_bytes(made[at:at + 4], 'big') & 0x7fffffff) % 10**6:06d}"
        self.assertEqual(self.ask("", "POST", "/api/v1/links/use", {"link": link, "password": "short", "code": code})[0], 422)
        used = self.good("", "POST", "/api/v1/links/use", {"link": link, "password": "four unrelated words", "code": code})
        self.assertEqual((used["id"], used["by"], used["second_factor"]), ("auditor", "session", True))
        self.assertEqual(self.ask("auditor", "DELETE", "/api/v1/session")[0], 409, "a token has no session")
        self.assertEqual(self.ask("auditor", "POST", "/api/v1/session/password", {
            "password": EVIL, "new_password": "another four words", "code": code})[0], 401)
        token = self.good("auditor", "POST", "/api/v1/tokens", {"name": EVIL, "ends_at": "2016-01-01T00:00:00+08:00", "reads_only": True})
        self.assertEqual(self.good("auditor", "GET", "/api/v1/tokens")["items"][0]["id"], token["id"])
        self.good("auditor", "DELETE", "/api/v1/tokens/{token}", token=token["id"])
        for act in ("unlock", "end-sessions"):
            self.good("admin", "POST", account + act, {}, id="auditor")

    # Accounts that an administrator makes on a screen: refused where it would pass for another, in force at once.
    def kept_accounts(self):
        path, one = "/api/v1/accounts/kept", {"id": "li.na", "name": EVIL.replace('"', ""), "roles": ["duty_officer"], "region": ""}
        self.assertEqual(self.ask("duty_officer", "POST", path, one)[0], 403)
        for wrong in ({"id": "system"}, {"id": "a:b"}, {"roles": []}, {"roles": ["feed"]}, {"roles": ["county_officer"]},
                      {"region": "999999"}, {"expires": "soon"}, {"other": 1}):
            self.assertEqual(self.ask("admin", "POST", path, {**one, **wrong})[0], 422, wrong)
        made = self.good("admin", "POST", path, one, key="once")
        self.assertEqual(self.good("admin", "POST", path, one, key="once"), made, "sent again it makes no second one")
        self.assertEqual(self.ask("admin", "POST", path, one)[0], 409)
        self.assertEqual(self.ask("admin", "POST", path, {**one, "id": "auditor"})[0], 409, "of the people file")
        change = {"name": "李娜", "roles": ["duty_officer", "inspector"], "region": "110105", "expires": "2016-12-31"}
        self.assertEqual(self.ask("admin", "POST", path + "/{id}", change, id="auditor")[0], 404, "of the people file")
        self.assertEqual(self.good("admin", "POST", path + "/{id}", change, id="li.na")["region"], "110105")
        self.assertIn("li.na", [each["id"] for each in self.good("auditor", "GET", path)["items"]])
        self.good("admin", "POST", "/api/v1/accounts/{id}/invite", {}, id="li.na")
        known = {each["id"]: each for each in self.good("auditor", "GET", "/api/v1/people", query="?per_page=1000")["items"]}
        self.assertEqual((known["li.na"]["name"], known["li.na"]["state"]), ("李娜", "good"))
        self.good("admin", "POST", path + "/{id}", {**change, "disabled": True}, id="li.na")
        known = {each["id"]: each for each in self.good("auditor", "GET", "/api/v1/people", query="?per_page=1000")["items"]}
        self.assertEqual(known["li.na"]["state"], "disabled")

    # The map's outlines, the night page, and the desk as of an instant.
    def duty_room(self):
        ring = [[116.3, 39.8], [116.6, 39.8], [116.6, 40.0], [116.3, 39.8]]
        county = lambda code, points: {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [points]}}
        text = lambda *features: json.dumps({"type": "FeatureCollection", "features": features})
        give = lambda geojson: self.ask("admin", "POST", "/api/v1/map/outlines", {"name": EVIL.replace('"', ""), "source": "审图号", "geojson": geojson})
        for wrong in ("{}", text(), text(county(999999, ring)), text(county(110105, ring[:3])), text(county(110105, [[500000, 1]] * 4)),
                      text(county(110105, ring), county(110105, ring))):
            self.assertEqual(give(wrong)[0], 422, wrong)
        self.assertEqual(self.good("auditor", "GET", "/api/v1/map/outlines")["counties"], [], "nothing of a refused file is kept")
        self.assertEqual(give(text(county(110105, ring)))[0], 201)
        self.assertEqual(self.good("auditor", "GET", "/api/v1/map/outlines")["counties"][0]["rings"], [ring])
        self.good("admin", "POST", "/api/v1/map/outlines/withdraw")
        page = self.good("duty_officer", "POST", "/api/v1/night-pages")["name"]
        text = self.good("approver", "GET", "/api/v1/night-pages/{name}", name=page).decode()
        for words in ("守夜包", "甲厂", "电话", "&lt;script&gt;"):
            self.assertIn(words, text)
        self.assertEqual(fetched_by(text), [], "it works from a disk")
        self.assertNotIn("url(", text)
        for name, refused in (("../qingkong.db", 400), ("qingkong.db", 404), ("night-00000000T0000.html", 404)):
            self.assertEqual(self.ask("duty_officer", "GET", "/api/v1/night-pages/{name}", name=name)[0], refused, name)
        now = self.bureau.get("/api/v1/clock")["now"]
        at = lambda when: "?at=" + urllib.parse.quote(when)
        past = self.good("auditor", "GET", "/api/v1/past", query=at(now))
        orders = self.good("auditor", "GET", "/api/v1/past/orders", query=at(now))["items"]
        present = {one["enterprise"]: one["receipt_state"] for one in self.bureau.get("/api/v1/orders?per_page=1000")["items"]}
        self.assertEqual({one["enterprise"]: one["state"] for one in orders}, present, "as of now it is what is")
        self.assertEqual(sum(one["orders"] for one in past["orders"]), len(present))
        before = self.good("auditor", "GET", "/api/v1/past", query=at("2015-12-05T06:00:00+08:00"))
        self.assertEqual((before["orders"], before["cases"]), ([], []), "nothing had been ordered")
        self.assertEqual([one["colour"] for one in before["warnings"] if not one["exercise"]], [None] * sum(not one["exercise"] for one in before["warnings"]))
        for wrong in ("", "?at=noon", at("2030-01-01T00:00:00+08:00")):
            self.assertEqual(self.ask("auditor", "GET", "/api/v1/past", query=wrong)[0], 422, wrong)

    def papers(self):
        notice = self.good("auditor", "GET", "/api/v1/notices")["items"][0]
        for pattern in ("/cap/{file}", "/cap/feed.atom", "/public"):
            self.good("", "GET", pattern, file=notice["identifier"] + ".xml")
        self.good("auditor", "GET", "/api/v1/notices/{identifier}/cap", identifier=notice["identifier"])
        self.good("auditor", "GET", "/api/v1/notices/drills.atom")
        for kind, form in (("situation", "text"), ("day", "text"), ("province", "csv")):
            path = "/api/v1/warnings/{id}/reports/" + kind
            self.assertEqual(self.good("auditor", "GET", path)["kind"], kind)
            self.good("auditor", "GET", path, query="?format=" + form)
        self.assertEqual(self.ask("auditor", "GET", "/api/v1/warnings/{id}/reports/summary")[0], 409, "it runs")
        self.good("auditor", "GET", "/api/v1/warnings/{id}/report")
        self.good("auditor", "GET", "/api/v1/warnings/{id}/report", query="?format=html")
        paper = zipfile.ZipFile(io.BytesIO(self.good("auditor", "GET", "/api/v1/warnings/{id}/report", query="?format=docx")))
        self.assertIsNone(paper.testzip())
        body = "".join(xml.fromstring(paper.read("word/document.xml")).itertext())
        for words in ("重污染天气应急响应评估报告", "一、基本情况", "六、存在问题和下一步工作", self.values["id"]):
            self.assertIn(words, body)
        self.good("duty_officer", "POST", "/api/v1/warnings/{id}/report")
        self.good("duty_officer", "POST", "/api/v1/warnings/{id}/rejudge")

    # Feeds are read by programs that nobody here wrote: what RFC 4287 requires is there.
    def feeds(self):
        atom = "{http://www.w3.org/2005/Atom}"
        for pattern in ("/cap/feed.atom", "/api/v1/audit/heads.atom"):
            feed = xml.fromstring(self.good("", "GET", pattern))
            for node in (feed, *feed.iterfind(atom + "entry")):
                for needed in ("id", "title", "updated", "link"):
                    self.assertEqual(len(node.findall(atom + needed)), 1, f"{pattern}: {needed}")
            ids = [entry.findtext(atom + "id") for entry in feed.iterfind(atom + "entry")]
            self.assertTrue(ids and len(set(ids)) == len(ids), f"{pattern}: {ids}")

    # One of the parts that the console names; which, nobody knows before.
    def asset(self):
        page = self.bureau.call("", "GET", "/console/")[1]
        return page.split('src="/assets/')[1].split('"')[0]

    # What a question needs beside its path.
    def asked_for(self, path):
        if path == "/api/v1/inventories/compare":
            return {"query": "?before=" + urllib.parse.quote(self.bureau.get("/api/v1/inventories")["items"][0]["edition"])}
        return {"/api/v1/forecasts/{number}": {"number": 1}, "/api/v1/enterprises/{id}": {"id": "e1"},
                "/api/v1/packs/{number}": {"number": "in-force"}, "/api/v1/catalogues/{number}": {"number": "in-force"},
                "/api/v1/grades/{number}": {"number": "in-force"},
                "/assets/{file}": {"file": self.asset()},
                "/api/v1/past": {"query": "?at=2015-12-05T07:00:00%2B08:00"}, "/api/v1/past/orders": {"query": "?at=2015-12-05T07:00:00%2B08:00"},
                "/api/v1/addressees/tasks": {"query": "?level=orange"}, "/api/v1/own/series": {"query": "?meter=m1"},
                "/api/v1/pre-notices": {"query": "?level=orange&from=2015-12-07T00:00:00%2B08:00"}}.get(path, {})

    # What has not been called yet and changes nothing.
    def rest(self):
        self.values.update(file="none.xml")
        self.good("admin", "POST", "/api/v1/targets", {
            "targets": "county,target,from,to,ceiling\n110105,electricity,2015-12-01,2015-12-31,1000\n"
                       "110105,pm25,2015-12-01,2015-12-31,75\n110105,heavy_days,2015-10-01,2016-03-31,3\n"})
        self.good("admin", "POST", "/api/v1/inventories/map", {"map": 'confirmed_by = ""\n[enterprises]\nsheet = "名单"\n'})
        for path, method, operation in self.operations():
            called = {status for (known, pattern, status) in self.seen if (known, pattern) == (method, path)}
            if method != "GET" or 200 in called:
                continue
            who = self.account_for(operation)
            values = self.asked_for(path)
            status, value = self.ask(who, "GET", path, **values)
            wanted = ((404,) if any(one in path for one in ("/cases/", "/photos/{", "/draws/{", "/verdicts/", "/tasks/{number}")) else (409,) if path.endswith("/reports/summary") else
                      (200, 503) if path == "/readyz" else (200,))
            self.assertIn(status, wanted, f"{path}: {value}")
        more = {**INVENTORY, "enterprises.csv": INVENTORY["enterprises.csv"] + "e4,丁厂,110106,水泥,C,regular,钱工,010-4\n"}
        self.assertEqual(self.ask("admin", "POST", "/api/v1/inventories", {"name": "next", "files": more})[0], 201)
        self.assertEqual(self.ask("admin", "POST", "/api/v1/inventories", {"name": "next", "files": more})[0], 200)

    def test_2_no_route_is_left_out_and_every_answer_is_described(self):
        for path, method, operation in self.operations():
            with self.subTest(f"{method} {path}"):
                self.assertTrue(any(code[0] == "2" for code in operation["responses"]), "no good answer described")
                if method == "GET":
                    self.assertTrue(any((method, path) == one[:2] for one in self.seen), "never called")

    def test_3_nobody_gets_in_without_a_token_or_with_the_wrong_role(self):
        for path, method, operation in self.operations():
            with self.subTest(f"{method} {path}"):
                roles = operation["x-roles"]
                if not roles:
                    self.assertNotIn("security", operation)
                    continue
                self.assertEqual(self.ask("", method, path, {})[0], 401)
                self.assertEqual(self.ask("nobody", method, path, {})[0], 401)
                other = [who for who in ("feed", "auditor", "approver", "duty_officer") if who not in roles]
                if other:
                    self.assertEqual(self.ask(other[0], method, path, {})[0], 403)

    def test_4_other_methods_are_refused_with_those_that_work(self):
        for path in self.document["paths"]:
            with self.subTest(path):
                given = path.replace("{", "").replace("}", "")
                connection = http.client.HTTPConnection("127.0.0.1", self.bureau.http, timeout=60)
                connection.request("PATCH", given)
                answer = connection.getresponse()
                self.assertEqual(answer.status, 405)
                for method in self.document["paths"][path]:
                    self.assertIn(method.upper(), answer.headers["Allow"])
                self.assertEqual(json.loads(answer.read())["status"], 405)
                connection.close()

    def test_5_what_is_not_there_is_404_as_a_problem(self):
        for path, method, operation in self.operations():
            if "{" not in path or not operation["x-roles"]:
                continue
            with self.subTest(f"{method} {path}"):
                who = [ACCOUNTS.get(role, role) for role in ROLES if role in operation["x-roles"]][0]
                body = {"generation": 1, "reason": "x", "colour": "red", "kind": "lift", "note": "x", "state": "accepted", "by": "x",
                        "region": "110000", "conclusion": "breach", "participants": [{"name": "x", "unit": ""}], "summary": "x"}
                status, value = self.ask(who, method, path, body if method == "POST" else None, id="none", enterprise="none",
                                         meter="none", number="99")
                self.assertIn(status, (404, 409, 422), value)
                if method == "GET":
                    self.assertEqual(status, 404)

    def test_6_bodies_of_another_kind_or_none_at_all(self):
        for path, method, operation in self.operations():
            # What no account may do has its own door: documents between the tiers, which are off here.
            if method != "POST" or "requestBody" not in operation or not operation["x-roles"]:
                continue
            with self.subTest(path):
                who = [ACCOUNTS.get(role, role) for role in ROLES if role in operation["x-roles"]][0]
                self.assertEqual(self.ask(who, method, path, "<a/>", kind="application/xml")[0], 415)
                # 400 is for what is not JSON at all; a file may be of another kind.
                is_json_only = list(operation["requestBody"]["content"]) == ["application/json"]
                for bad in ("{", "\x00"):
                    status, value = self.ask(who, method, path, bad)
                    self.assertEqual(status, 400 if is_json_only else 422, f"{bad!r}: {value}")
                for bad in ("", "[]", "null", '{"nonsense":1}', '{"reason":1e999}'):
                    status, value = self.ask(who, method, path, bad)
                    self.assertIn(status, (404, 409, 422), f"{bad!r}: {value}")

    def test_7_lists_are_paged_and_pages_add_up(self):
        for path, method, operation in self.operations():
            names = self.parameters(operation)
            if method != "GET" or "page" not in names:
                continue
            with self.subTest(path):
                who = self.account_for(operation)
                asked = self.asked_for(path).get("query", "?")
                asked += "" if asked.endswith("?") else "&"
                whole = self.good(who, "GET", path, query=asked + "per_page=1000")
                self.assertEqual(len(whole["items"]), min(1000, whole["total"]))
                first = self.good(who, "GET", path, query=asked + "per_page=1")
                self.assertLessEqual(len(first["items"]), 1)
                self.assertEqual(first["pages"], max(1, whole["total"]))
                beyond = self.good(who, "GET", path, query=asked + "per_page=1&page=999999")
                self.assertEqual(beyond["items"], [])
                for odd in ("page=-1", "page=x&per_page=0", "per_page=99999999999999999999"):
                    self.good(who, "GET", path, query=asked + odd)

    def test_7_lists_that_grow_are_walked_by_cursor(self):
        walked = set()
        for path, method, operation in self.operations():
            if "cursor" not in self.parameters(operation):
                continue
            with self.subTest(path):
                walked.add(operation["operationId"])
                who = self.account_for(operation)
                page = self.good(who, "GET", path, query="?per_page=1000")
                items, cursor, pages = [], "", 0
                while cursor is not None:
                    part = self.good(who, "GET", path, query=f"?per_page=2&cursor={cursor}")
                    self.assertEqual((part["page"], part["pages"], part["total"]), (None, None, None))
                    items += part["items"]
                    cursor = part["next"]
                    pages += 1
                # Looking itself stands in the audit log as a log-in, which is newer than all that was walked.
                self.assertEqual(items[-len(page["items"]):] if page["items"] else items, page["items"])
                self.assertGreaterEqual(pages, len(page["items"]) // 2)
                first = self.good(who, "GET", path, query="?per_page=2")
                if len(page["items"]) > 2:
                    rest = self.good(who, "GET", path, query="?per_page=1000&cursor=" + first["next"])
                    self.assertEqual(first["items"] + rest["items"], page["items"])
                    self.assertIsNone(rest["next"] if operation["operationId"] != "listVerdicts" else None)
                for bad in ("x", "00", first["next"] + "00" if first["next"] else "7b7d", "5b5d"):
                    self.assertEqual(self.ask(who, "GET", path, query="?cursor=" + bad)[0], 422)
        self.assertEqual(walked, {"listOrders", "listReceipts", "listReadings", "listRejected", "listAudit", "listVerdicts",
                                  "listCases", "listWarnings", "listNotices", "listForecasts", "listObservations", "listPacks",
                                  "listPrompts", "listControls", "listHandovers", "listRefusals", "listMatters",
                                  "listTasks", "listFederationDocuments", "listFederationSendings", "listDraws",
                                  "listOwnReceipts", "listOwnReports", "listOrderReports"})

    # Newest first: what is added while somebody walks shifts pages, not the cursor.
    def test_7_a_cursor_stands_still_while_the_list_grows(self):
        def record():
            self.good("duty_officer", "POST", "/api/v1/floors", {
                "document": "环办〔2015〕2号", "clause": "一", "colour": "yellow",
                "from": "2015-12-06T00:00:00+08:00", "to": "2015-12-08T00:00:00+08:00"})
        look = lambda query: self.good("auditor", "GET", "/api/v1/audit", query=query)
        record()
        cursor = look("?per_page=3")["next"]
        following = look("?per_page=3&cursor=" + cursor)["items"]
        shifted = look("?per_page=3&page=2")["items"]
        record()
        self.assertNotEqual(look("?per_page=3&page=2")["items"], shifted, "a page by number has shifted")
        self.assertEqual(look("?per_page=3&cursor=" + cursor)["items"], following)

    def decisions(self):
        """Transactions begun that may write."""
        text = self.ask(None, "GET", "/metrics")[1].decode()
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith("qingkong_store_decisions ")))

    def test_7_who_only_looks_takes_no_write_lock(self):
        def writes(who, path):
            before = self.decisions()
            self.ask(who, "GET", path, **self.asked_for(path))
            return self.decisions() > before
        # Who takes the audit log away, or the evidence of a verdict, stands in it.
        but = ("/api/v1/events", "/api/v1/audit/export", "/api/v1/verdicts/{id}/evidence")
        for path, method, operation in self.operations():
            if method != "GET" or path in but:
                continue
            with self.subTest(path):
                roles = operation["x-roles"]
                who = "admin" if not roles or "admin" in roles else roles[0]
                # Something of the daemon's own may fall into one look, but not into each of three.
                self.assertFalse(all(writes(who, path) for _ in range(3)))

    def test_7_texts_that_never_change_are_sent_once(self):
        for path in ("/", "/console/", "/favicon.ico", "/assets/" + self.asset(), "/api/v1/openapi.json"):
            def get(mark=None):
                connection = http.client.HTTPConnection("127.0.0.1", self.bureau.http, timeout=60)
                connection.request("GET", path, headers={"If-None-Match": mark} if mark else {})
                answer = connection.getresponse()
                text = answer.read()
                connection.close()
                return answer, text
            with self.subTest(path):
                whole, text = get()
                self.assertEqual(whole.status, 200)
                again, nothing = get('"other", ' + whole.headers["ETag"])
                self.assertEqual((again.status, nothing), (304, b""))
                self.assertEqual(get('"other"')[1], text)

    def test_7_short_lists_are_paged_too(self):
        for path in ("/api/v1/forecasts/pulls", "/api/v1/targets", "/api/v1/pre-notices"):
            names = self.parameters(self.document["paths"][path]["get"])
            self.assertLessEqual({"page", "per_page"}, names, path)

    # What the story above has led to, from the first event on.
    def test_8_events_are_what_the_document_says_by_their_kind(self):
        def open_stream(last=None):
            connection = http.client.HTTPConnection("127.0.0.1", self.bureau.http, timeout=60)
            headers = {"Authorization": "Bearer " + self.bureau.tokens["auditor"]}
            connection.request("GET", "/api/v1/events", headers=headers if last is None else {**headers, "Last-Event-ID": last})
            return connection, connection.getresponse()

        def fields(answer):
            event = {}
            while line := answer.readline().decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                event[name] = value
            return event
        connection, answer = open_stream()
        newest = int(fields(answer)["id"])
        connection.close()
        kinds = self.document["paths"]["/api/v1/events"]["get"]["x-events"]
        seen = set()
        connection, answer = open_stream("0")
        fields(answer)  # where it begins
        number = 0
        while number < newest:
            event = fields(answer)
            data = json.loads(event["data"])
            number = data["number"]
            self.assertEqual((event["id"], event["event"]), (str(number), data["kind"]))
            self.assertEqual(set(data), {"number", "at", "kind", "data"})
            self.assertIn(data["kind"], kinds)
            self.assertEqual(faults(self.document, kinds[data["kind"]], data["data"]), [], event)
            seen.add(data["kind"])
        connection.close()
        self.assertLessEqual({"warning.proposed", "warning.issued", "warning.asked", "receipt", "forecast", "observations",
                              "floor.recorded", "cause.stated", "cause.withdrawn", "prompt.recorded", "notice.published", "season.recorded", "report",
                              "control.proposed", "control.withdrawn"}, seen)

    def test_8_events_are_resumed_where_they_broke(self):
        def read(last, count):
            connection = http.client.HTTPConnection("127.0.0.1", self.bureau.http, timeout=60)
            connection.request("GET", "/api/v1/events", headers={
                "Authorization": "Bearer " + self.bureau.tokens["auditor"], "Last-Event-ID": last})
            answer = connection.getresponse()
            numbers = []
            while len(numbers) <= count:
                line = answer.readline().decode()
                if line.startswith("id: "):
                    numbers.append(int(line[4:]))
            connection.close()
            self.assertEqual(numbers[0], int(last), "it begins with where it goes on")
            return numbers[1:]
        first = read("0", 6)
        self.assertEqual(first, sorted(set(first)))
        self.assertEqual(read(str(first[2]), 3), first[3:6])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=1)
