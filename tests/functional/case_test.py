#!/usr/bin/env python3
"""A case from the readings to its end (销号) on the real programs, through an appeal that changes the conclusion.

    case_test.py QINGKONGD MOSQUITTO QINGKONGCTL

Goal: nobody is found guilty without a check, by one person alone, or for good; and nothing of it is lost. Method: a
real broker, a driven clock, kill -9 between the steps. e1 works on under an order and is judged; its case goes from the
site check over a conclusion, a statement, a decision and a recheck to its end. e2's meter falls silent and is heard
again: its case is in no list of suspects and closes itself. A draw is committed to, made, and verified without a daemon.
"""
import base64
import datetime
import hashlib
import json
import os
import signal
import subprocess
import sys
import urllib.request

from bureau import Broker
from mqtt_client import Client
from office import Office, wait_for

PEOPLE = {"duty": (["duty_officer"], ""), "signer": (["approver"], ""), "admin": (["admin"], ""),
          "li": (["inspector"], ""), "wang": (["inspector"], ""), "chen": (["inspector"], ""),
          "xian": (["county_officer"], "110106")}
INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category\n"
                       "e1,甲厂,110105,水泥,C,regular\ne2,乙厂,110106,水泥,C,regular\n",
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                 "e1,L1,一线,水泥磨,no,10,10,10,10\ne2,L1,一线,水泥磨,no,10,10,10,10\n",
    "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\n"
                  "m1,e1,L1,production,100,5\nm2,e2,L1,production,100,5\n",
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n",
}
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
START = datetime.datetime(2026, 12, 1, 8, tzinfo=BEIJING)
QUARTER = datetime.timedelta(minutes=15)
HOURS = lambda count: datetime.timedelta(hours=count)
PHOTO = b"\xff\xd8\xff\xe0 a kiln at work"
LIMITS = ("[limits]\nmeter_readings_per_hour = 2000000\nenterprise_messages_per_minute = 2000000\n"
          "enterprise_rows_per_minute = 2000000\n")


class Story:
    def __init__(self, office, broker, program):
        self.office, self.program = office, program
        self.client = Client(broker.port, "factories")
        self.now = START
        self.sent = 0  # to this process

    def move(self, to):
        self.now = to
        self.office.good("admin", "POST", "/api/v1/clock", {"now": to.isoformat()})

    def send(self, enterprise, region, meter, begin, end, kw):
        while begin < end:
            begin += QUARTER
            self.client.publish(f"qingkong/1/{region}/{enterprise}/meter/{meter}",
                                json.dumps({"t": begin.isoformat(), "kw": kw}))
            self.sent += 1

    def taken(self):
        self.client.wait_until_acknowledged(60)
        wait_for("the readings", lambda: self.office.metric("qingkong_readings_total") >= self.sent)

    def live(self, until, of_first, of_second):
        """Time goes by in half hours, and each meter that has a load sends it: nobody sends what is still to come."""
        while self.now < until:
            before = self.now
            self.move(before + HOURS(0.5))
            if of_first is not None:
                self.send("e1", "110105", "m1", before, self.now, of_first)
            if of_second is not None:
                self.send("e2", "110106", "m2", before, self.now, of_second)
            self.taken()

    def kill(self):
        self.office.process.send_signal(signal.SIGKILL)
        self.office.process.wait()
        self.office.start()
        self.sent = 0
        wait_for("the link", lambda: self.office.metric("qingkong_broker_up") == 1)

    def cases(self, query="", who="duty"):
        return self.office.good(who, "GET", "/api/v1/cases?" + query)["items"]

    def post(self, who, number, step, body):
        return self.office.call(who, "POST", f"/api/v1/cases/{number}/{step}", body)

    def ctl(self, who, *words, code=0):
        token = self.office.folder / f"{who}.token"
        token.write_text(self.office.tokens[who])
        os.chmod(token, 0o600)
        run = subprocess.run([self.program, *words, "--url", f"http://127.0.0.1:{self.office.port}", "--token-file", token],
                             capture_output=True, text=True, timeout=60)
        assert run.returncode == code, f"{words}: {run.returncode}\n{run.stdout}{run.stderr}"
        return run.stdout

    def photo(self, who, number, content):
        file = self.office.folder / "kiln.jpg"
        file.write_bytes(content)
        kept = json.loads(self.ctl(who, "case", "file", str(number), str(file), "--taken-at", self.now.isoformat(),
                                   "--longitude", "116.5", "--latitude", "39.9", "--datum", "cgcs2000", "--format", "json"))
        assert kept["sha256"] == hashlib.sha256(content).hexdigest(), kept
        return kept["number"]

    def items(self, number):
        shown = self.office.good("li", "GET", f"/api/v1/cases/{number}")
        return [word for item in shown["checklist"] if not item["optional"] for word in ("--item", item["id"] + "=ok")]


def ordered(story):
    """An orange warning, and from when on its orders bind."""
    office = story.office
    warning = office.good("duty", "POST", "/api/v1/warnings", {"colour": "orange", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("duty", "POST", path + "/consult", {
        "generation": warning["generation"], "participants": ["张"], "reason": "同意"})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})
    order = wait_for("the order to be published", lambda: (
        lambda one: one if one["published_at"] else None)(office.good("admin", "GET", "/api/v1/orders/e1")))
    return datetime.datetime.fromisoformat(order["effective_from"])


def about_meters(story):
    """Cases about data of a meter; there is none about a gate here, which nobody has."""
    return [one for one in story.cases("kind=data_quality") if "/m" in one["obligation"]]


def judged(story):
    """e1 works on, e2's meter is silent from the third hour on; a day later there is a case of each kind."""
    for enterprise, region, meter in (("e1", "110105", "m1"), ("e2", "110106", "m2")):
        story.send(enterprise, region, meter, START - HOURS(14 * 24), START, 90.0)
    story.taken()
    begin = ordered(story)
    if begin > START:
        story.move(begin)
    story.live(begin + HOURS(3), 90.0, 6.0)
    story.live(begin + HOURS(24), 90.0, None)
    lead = wait_for("the case of e1", lambda: story.cases("kind=lead"))
    assert [one["enterprise"] for one in lead] == ["e1"] and lead[0]["state"] == "lead", lead
    about_data = wait_for("the case about m2", lambda: about_meters(story))
    assert [one["enterprise"] for one in about_data] == ["e2"] and about_data[0]["state"] == "lead", about_data
    return begin, lead[0]["number"]


def nobody_concludes_without_a_check_or_alone(story, number):
    breach = {"conclusion": "breach", "note": "磨机在转"}
    status, refusal = story.post("wang", number, "conclusion", breach)
    assert status == 409 and "未经现场核查" in json.dumps(refusal, ensure_ascii=False), refusal
    story.ctl("wang", "case", "send", str(number), "--inspector", "李", "--due", (story.now + HOURS(4)).isoformat())
    assert story.post("wang", number, "conclusion", breach)[0] == 409
    photo = story.photo("li", number, PHOTO)
    story.kill()
    story.ctl("li", "case", "check", str(number), "--at", story.now.isoformat(), "--person", "李", "--person", "赵",
              *story.items(number), "--file", str(photo), "--note", "磨机在转")
    assert story.post("li", number, "conclusion", breach)[0] == 409, "li alone checked"
    story.ctl("wang", "case", "conclude", str(number), "--conclusion", "breach", "--note", "磨机在转")
    shown = story.office.good("wang", "GET", f"/api/v1/cases/{number}")
    assert shown["state"] == "concluded" and shown["conclusion"] == "breach", shown
    kinds = {one["kind"] for one in shown["proposals"]}
    assert {"sanction", "downgrade"} <= kinds and all(one["sample"] for one in shown["proposals"]), shown["proposals"]
    # The old statute is no longer law on the day of the offence.
    assert not [one for one in shown["proposals"] if "大气污染防治法" in one["clause"]], shown["proposals"]
    assert story.post("xian", number, "close", {"note": "x"})[0] == 403, "another county's"


def an_appeal_changes_the_conclusion(story, number):
    paper = {"name": "陈述申辩书.pdf", "base64": base64.b64encode(b"%PDF-1.7 the meter counts two mills").decode()}
    kept = story.office.good("wang", "POST", f"/api/v1/cases/{number}/files", paper)
    said = {"by": "王强", "note": "电表同时计了两台磨机", "files": [kept["number"]]}
    key = {"Idempotency-Key": "statement-1"}
    assert story.post("wang", number, "statement", {"by": "王强", "note": "x"})[0] == 422, "without its paper"
    first = with_key(story.office, "wang", f"/api/v1/cases/{number}/statement", said, key)
    story.kill()
    assert with_key(story.office, "wang", f"/api/v1/cases/{number}/statement", said, key) == first, "sent again: no second"
    assert story.post("wang", number, "decision", {"conclusion": "meter_fault", "note": "采纳"})[0] == 409, "wang concluded"
    story.ctl("chen", "case", "decide", str(number), "--conclusion", "meter_fault", "--note", "采纳，电表接线有误")
    story.kill()
    shown = story.office.good("wang", "GET", f"/api/v1/cases/{number}")
    assert shown["conclusion"] == "meter_fault" and shown["proposals"] == [], shown
    assert [one["step"] for one in shown["steps"]].count("statement") == 1, shown["steps"]


def with_key(office, who, path, body, headers):
    request = urllib.request.Request(f"http://127.0.0.1:{office.port}{path}", method="POST", data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json",
                                              "Authorization": "Bearer " + office.tokens[who], **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, json.loads(answer.read())


def it_is_put_right_and_closed(story, number):
    assert story.post("chen", number, "close", {"note": "x"})[0] == 409, "nothing is put right yet"
    story.ctl("chen", "case", "rectify", str(number), "--due", (story.now + HOURS(48)).isoformat(), "--note", "分表计电")
    story.ctl("wang", "case", "rectified", str(number), "--note", "已分表")
    photo = story.photo("li", number, PHOTO + b", again")
    again = ["case", "recheck", str(number), "--at", story.now.isoformat(), "--person", "李", *story.items(number),
             "--file", str(photo)]
    story.ctl("li", *again, "--passed", "no", "--due", (story.now + HOURS(72)).isoformat())
    story.ctl("wang", "case", "rectified", str(number), "--note", "再次整改")
    story.ctl("li", *again, "--passed", "yes")
    assert story.post("li", number, "close", {"note": "x"})[0] == 409, "li alone checked again"
    story.kill()
    story.ctl("wang", "case", "close", str(number), "--note", "整改到位")
    shown = story.office.good("duty", "GET", f"/api/v1/cases/{number}")
    assert shown["state"] == "closed" and shown["state_zh"] == "已销号" and shown["next"] == [], shown
    steps = [one["step"] for one in shown["steps"] if one["step"] != "verdict"]
    assert steps == ["opened", "site_check", "check", "conclusion", "statement", "decision", "rectification", "rectified",
                     "recheck", "rectified", "recheck", "close"], steps
    entries = story.office.good("admin", "GET", f"/api/v1/audit?subject={number}&per_page=100")["items"]
    actions = {one["action"] for one in entries}
    assert {"case.check", "case.conclusion", "case.statement", "case.decision", "case.close", "case.file"} <= actions, actions
    saved = story.office.folder / "saved.jpg"
    story.ctl("wang", "case", "save", str(number), "1", "--out", str(saved))
    assert saved.read_bytes() == PHOTO


def the_case_about_data_closes_itself(story, begin):
    assert [one["enterprise"] for one in json.loads(story.ctl("duty", "case", "list", "--format", "json"))["items"]] == ["e1"]
    story.live(begin + HOURS(30), 6.0, 6.0)
    wait_for("the case about m2 to close", lambda: about_meters(story)[0]["state"] == "closed")
    number = about_meters(story)[0]["number"]
    shown = story.office.good("duty", "GET", f"/api/v1/cases/{number}")
    assert shown["steps"][-1]["step"] == "data_returned" and shown["conclusion"] == "", shown


def a_draw_is_verified_by_anybody(story):
    lists = story.office.folder / "lists.json"
    lists.write_text(json.dumps({"inspectors": ["li", "wang", "chen"], "sites": ["e1", "e2"], "sites_wanted": 1,
                                 "inspectors_per_site": 2, "avoid": [{"inspector": "chen", "site": "e1"}]}))
    made = json.loads(story.ctl("duty", "draw", "commit", str(lists), "--purpose", "12月抽查", "--public-source",
                                "某日上证指数收盘", "--format", "json"))
    assert "seed" not in made, made
    entry = [one for one in story.office.good("admin", "GET", "/api/v1/audit?per_page=100")["items"]
             if one["number"] == made["audit_entry"]]
    assert entry and entry[0]["detail"]["seed_sha256"] == made["seed_sha256"], entry
    story.kill()
    story.ctl("duty", "draw", "reveal", str(made["number"]), code=3)
    story.ctl("duty", "draw", "reveal", str(made["number"]), "--public-value", "3021.45")
    drawn = story.office.folder / "draw.json"
    drawn.write_text(story.ctl("duty", "draw", "show", str(made["number"]), "--format", "json"))
    verify = lambda: subprocess.run([story.program, "draw", "verify", drawn], capture_output=True, text=True, timeout=60)
    run = verify()
    assert run.returncode == 0, run.stdout + run.stderr
    value = json.loads(drawn.read_text())
    assert hashlib.sha256(value["seed"].encode()).hexdigest() == made["seed_sha256"]
    value["drawn"][0]["inspectors"].reverse()
    drawn.write_text(json.dumps(value))
    assert verify().returncode == 1, "a changed draw"


def main():
    qingkongd, mosquitto, program = sys.argv[1:4]
    broker = Broker(mosquitto)
    try:
        office = Office(qingkongd, PEOPLE, INVENTORY, LIMITS + f'[clock]\nmode = "driven"\nstart = "{START.isoformat()}"\n',
                        broker.port)
        with office:
            wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
            story = Story(office, broker, program)
            begin, number = judged(story)
            nobody_concludes_without_a_check_or_alone(story, number)
            an_appeal_changes_the_conclusion(story, number)
            it_is_put_right_and_closed(story, number)
            the_case_about_data_closes_itself(story, begin)
            a_draw_is_verified_by_anybody(story)
            assert office.good("admin", "GET", "/api/v1/audit/check")["holds"], "the chain of hashes"
    finally:
        broker.close()
    print("好 / good")


if __name__ == "__main__":
    main()
