#!/usr/bin/env python3
"""Every addressee on the real programs: a warning is issued, and departments, counties and sites get and answer tasks.

    addressee_test.py QINGKONGD MOSQUITTO QINGKONGCTL

Goal: nobody's task is lost and nobody's silence goes unnoticed. Method: a real broker, a webhook receiver and a folder;
a driven clock; kill -9 between the issue and the answers. The traffic police answer by HTTP with a file, one county
answers its prompt in time, another does not and goes up the ladder; a drill reaches only who takes part.
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

from mqtt_client import Client
from office import INVENTORY, Office, free_port, listens, wait_for

PEOPLE = {"duty": (["duty_officer"], ""), "signer": (["approver"], ""), "admin": (["admin"], ""),
          "police": (["addressee"], ""), "chaoyang": (["addressee"], ""), "xian": (["county_officer"], "110106")}
LIST = """note = "样例"
done_within_minutes = 120
county_follow_up_minutes = 60
[[addressee]]
id = "jj"
kind = "traffic_police"
name = "公安交管"
region = "110000"
account = "police"
channels = ["webhook"]
[[addressee]]
id = "dl"
kind = "power_company"
name = "供电公司"
region = "110000"
channels = ["file"]
[[addressee]]
id = "x105"
kind = "county"
name = "朝阳区"
region = "110105"
account = "chaoyang"
channels = ["webhook"]
[[addressee]]
id = "x106"
kind = "county"
name = "丰台区"
region = "110106"
channels = ["webhook"]
[[addressee]]
id = "d1"
kind = "dust_site"
name = "一号工地"
region = "110106"
channels = ["mqtt"]
[[task]]
kinds = ["power_company", "traffic_police"]
colours = ["orange"]
text = "组织落实并反馈"
source = "本地预案"
"""
# As large as a photo: what is said may be short, what is handed in need not.
PDF = b"%PDF-1.7\n" + bytes(range(1, 251)) * 800 + b"\n\xe5\x87\xba\xe5\x8a\xa8\xe8\xae\xb0\xe5\xbd\x95\n"


class Receiver:
    """The webhooks of all who have one; notes what it is given."""

    def __init__(self):
        self.taken = []
        receiver = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((self.path.strip("/"), self.headers["Idempotency-Key"], json.loads(body)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, who):
        return f"http://127.0.0.1:{self.server.server_port}/{who}"

    def of(self, who, about):
        return [document for name, _, document in self.taken if name == who and document["about"] == about]


def clock(office, time):
    office.good("admin", "POST", "/api/v1/clock", {"now": f"2026-12-01T{time}:00+08:00"})


def kill(office):
    office.process.send_signal(signal.SIGKILL)
    office.process.wait()
    office.start()


def tasks(office, query="", who="duty"):
    return {one["addressee"]: one for one in office.good(who, "GET", "/api/v1/tasks?" + query)["items"]}


def issue(office, **more):
    warning = office.good("duty", "POST", "/api/v1/warnings", {"colour": "orange", "reason": "会商", **more})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("duty", "POST", path + "/consult", {
        "generation": warning["generation"], "participants": ["张"], "reason": "同意"})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})
    return warning["id"]


def lift(office, warning):
    path = "/api/v1/warnings/" + warning
    held = office.good("duty", "POST", path + "/changes", {
        "kind": "lift", "reason": "已经结束", "generation": office.good("duty", "GET", path)["generation"]})
    held = office.good("duty", "POST", path + "/consult", {
        "generation": held["generation"], "participants": ["张"], "reason": "同意"})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})


def everybody_is_told_once(office, receiver, boards, drop):
    warning = issue(office)
    given = tasks(office, "about=warning&subject=" + warning)
    assert {"jj", "dl", "x105", "x106", "d1"} <= set(given), given
    wait_for("the webhook of the police", lambda: receiver.of("jj", "warning"))
    wait_for("the folder of the power company", lambda: list((drop / "dl").glob("task-*.json")))
    dropped = json.loads(next((drop / "dl").glob("task-*.json")).read_text())
    assert dropped["items"][0]["source"] == "本地预案" and len(dropped["signature"]) == 128
    wait_for("the board of the site", lambda: boards)
    assert boards[-1][0]["subject"] == warning, boards
    sent = lambda one: all(sending["standing"] != "waiting" for sending in
                           office.good("duty", "GET", f"/api/v1/tasks/{one['number']}")["sendings"])
    wait_for("everything is out", lambda: all(sent(one) for one in given.values()))
    kill(office)
    clock(office, "08:05")
    told = [(name, key) for name, key, _ in receiver.taken]
    assert len(told) == len(set(told)), "a restart sends nothing again"
    assert set(tasks(office, "about=warning&subject=" + warning)) == set(given), "and loses nothing"


def the_police_answer_with_a_file(office, program):
    own = tasks(office, who="police")
    assert set(own) == {"jj"}, "an addressee sees its own alone"
    number = own["jj"]["number"]
    token = office.folder / "police.token"
    token.write_text(office.tokens["police"])
    os.chmod(token, 0o600)
    report = office.folder / "出动记录.pdf"
    report.write_bytes(PDF)
    run = subprocess.run([program, "task", "answer", str(number), "--revision", str(own["jj"]["revision"]), "--state",
                          "done", "--by", "王强", "--file", str(report), "--url", f"http://127.0.0.1:{office.port}",
                          "--token-file", token], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    kill(office)
    shown = office.good("duty", "GET", f"/api/v1/tasks/{number}")
    assert shown["state"] == "done" and shown["files"][0]["sha256"] == hashlib.sha256(PDF).hexdigest(), shown
    body = {"revision": own["jj"]["revision"], "state": "done", "by": "王",
            "file": {"name": "a.pdf", "base64": base64.b64encode(b"MZ").decode()}}
    assert office.call("police", "POST", f"/api/v1/tasks/{number}/answers", body)[0] == 409


def one_county_answers_and_another_is_escalated(office, receiver):
    office.good("duty", "POST", "/api/v1/prompts", {
        "number": "P1", "zone": "京津冀", "colour": "orange", "from": "2026-12-01T20:00:00+08:00",
        "deadline": "2026-12-01T10:00:00+08:00"})
    wait_for("both counties' webhooks", lambda: receiver.of("x105", "prompt") and receiver.of("x106", "prompt"))
    given = tasks(office, "about=prompt", "chaoyang")
    number = given["x105"]["number"]
    office.good("chaoyang", "POST", f"/api/v1/tasks/{number}/answers",
                {"revision": 1, "state": "done", "by": "李", "note": "已启动"})
    states = {one["region"]: one["state"] for one in office.good("duty", "GET", "/api/v1/prompts/P1")["follow_up"]}
    assert states["110105"] == "followed" and states["110106"] == "waiting", states
    for time in ("08:10", "08:25", "08:45", "09:10", "09:50"):
        clock(office, time)
    waiting = [one for one in office.good("duty", "GET", "/api/v1/duty/matters?kind=prompt")["items"]
               if one["region"] == "110106"]
    assert "county" in [step["action"] for step in waiting[0]["steps"]], waiting
    phone = wait_for("the site on the phone list", lambda: tasks(office, "state=phone").get("d1"))
    assert phone["state"] == "none"
    kill(office)
    clock(office, "10:30")
    follow = wait_for("the county's follow-up of the site", lambda: next(
        (document for document in receiver.of("x106", "county")
         if any("一号工地" in item["text"] for item in document["items"])), None))
    site = tasks(office, "addressee=d1")["d1"]
    office.good("xian", "POST", f"/api/v1/tasks/{site['number']}/answers",
                {"revision": site["revision"], "state": "executing", "by": "电话"})
    clock(office, "10:45")
    wait_for("the follow-up is lifted", lambda: office.good("duty", "GET", f"/api/v1/tasks/{follow['number']}")["lifted"])


def a_drill_reaches_who_takes_part_and_its_end_is_told(office, receiver):
    count = len(receiver.taken)
    drill = issue(office, exercise=True, participants=["jj"])
    wait_for("the drill at the police", lambda: any(one["subject"] == drill and one["exercise"] for one in receiver.of("jj", "warning")))
    assert set(tasks(office, "subject=" + drill)) == {"jj"}
    assert {name for name, _, document in receiver.taken[count:] if document["exercise"]} == {"jj"}
    lift(office, drill)
    last = wait_for("the end at the police", lambda: next(
        (document for document in receiver.of("jj", "warning") if document["lifted"] and document["subject"] == drill), None))
    assert last["revision"] == 2 and last["exercise"], last


def bureau(qingkongd, receiver, port):
    office = Office(qingkongd, PEOPLE, INVENTORY, broker_port=port)
    drop = pathlib.Path(office.folder) / "drop"
    drop.mkdir()
    (office.folder / "addressees.toml").write_text(LIST)
    config = office.folder / "qingkong.toml"
    config.write_text(config.read_text() + f'''
[clock]
mode = "driven"
start = "2026-12-01T08:00:00+08:00"
[addressees]
file = "{office.folder}/addressees.toml"
drop_folder = "{drop}"
[channels]
''' + "".join(f'[[channels.webhook]]\nenterprise = "{who}"\nurl = "{receiver.url(who)}"\n'
              for who in ("jj", "x105", "x106")))
    return office, drop


def main():
    qingkongd, mosquitto, program = sys.argv[1:4]
    receiver = Receiver()
    port = free_port()
    office, drop = bureau(qingkongd, receiver, port)
    (office.folder / "broker.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = subprocess.Popen([mosquitto, "-c", office.folder / "broker.conf"], stderr=subprocess.DEVNULL)
    try:
        wait_for("the broker", lambda: listens(port))
        with office:
            boards = []
            client = Client(port, "site", lambda topic, payload: boards.append(json.loads(payload)))
            client.subscribe("qingkong/1/110106/d1/task")
            everybody_is_told_once(office, receiver, boards, drop)
            the_police_answer_with_a_file(office, program)
            one_county_answers_and_another_is_escalated(office, receiver)
            assert office.good("admin", "GET", "/api/v1/audit/check")["holds"], "the chain of hashes"
        # No exercise begins while a warning stands.
        office, _ = bureau(qingkongd, receiver, port)
        with office:
            a_drill_reaches_who_takes_part_and_its_end_is_told(office, receiver)
    finally:
        broker.kill()
        broker.wait()
    print("好 / good")


if __name__ == "__main__":
    main()
