#!/usr/bin/env python3
"""A duty night of a real daemon: the roster from its file, an order nobody answers, a gateway, a kill, and the morning.

Goal: who must act is called, once for each step and never after the answer, whatever happens to the daemon meanwhile.
Method: a driven clock, a gateway on loopback that notes what it is told, kill -9 between two steps, qingkongctl as the
duty officer types it.

    duty_test.py QINGKONGD QINGKONGCTL
"""
import http.server
import json
import os
import signal
import subprocess
import sys
import threading

from office import INVENTORY, Office, wait_for

PEOPLE = {"zhang": (["duty_officer"], ""), "li": (["approver"], ""), "wang": (["approver"], ""),
          "xian": (["county_officer"], "110105"), "jian": (["inspector"], ""), "admin": (["admin"], "")}
ROSTER = """role,person,from,to,deputy,phone
duty_officer,zhang,2026-12-01 08:00,2026-12-02 08:00,,110
approver,li,2026-12-01 08:00,2026-12-02 08:00,wang,
"""
LADDERS = """
[[ladder]]
kind = "signature"
[[ladder.step]]
action = "remind"
after_minutes = 0
ask = ["awaited"]
[[ladder.step]]
action = "remind"
after_minutes = 30
ask = ["awaited.deputy"]
"""


class Gateway:
    """Notes every call it is given; refuses the first ones."""

    def __init__(self, refuses):
        self.calls, self.refuses = [], refuses
        gateway = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.refuses -= 1
                taken = gateway.refuses < 0
                if taken:
                    gateway.calls.append(json.loads(body))
                self.send_response(200 if taken else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/duty"

    def told(self, kind):
        return [[person["person"] for person in call["people"]] for call in self.calls if call["kind"] == kind]


def clock(office, time):
    office.good("admin", "POST", "/api/v1/clock", {"now": f"2026-12-01T{time}:00+08:00"})


def ctl(office, program, who, *words):
    token = office.folder / f"{who}.token"
    token.write_text(office.tokens[who])
    os.chmod(token, 0o600)
    run = subprocess.run([program, "duty", *words, "--url", f"http://127.0.0.1:{office.port}", "--token-file", token],
                         capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


def kill(office):
    office.process.send_signal(signal.SIGKILL)
    office.process.wait()
    office.start()


def matters(office, query):
    return office.good("zhang", "GET", "/api/v1/duty/matters?" + query)["items"]


def the_roster_is_checked_and_its_gaps_are_told(office, program):
    duty = office.good("zhang", "GET", "/api/v1/duty")
    assert [one["person"] for one in duty["on_duty"]] == ["zhang", "li"], duty
    assert {gap["role"] for gap in duty["gaps"]} == {"duty_officer", "approver"}, duty
    wait_for("the gaps in the log", lambda: len(office.logged("ROSTER_GAP")) == 2)
    code, _, errors = ctl(office, program, "admin", "gaps")
    assert code == 1, errors
    wrong = office.folder / "wrong.csv"
    wrong.write_text("role,person,from,to\nduty_officer,nobody,2026-12-01,2026-12-02\n")
    code, _, errors = ctl(office, program, "admin", "roster", str(wrong))
    assert code == 3 and "nobody" in errors, (code, errors)
    assert office.good("zhang", "GET", "/api/v1/duty/roster")["source"] == "file"


def a_signature_that_is_late_is_asked_of_the_next(office, program, gateway):
    warning = office.good("zhang", "POST", "/api/v1/warnings", {"colour": "yellow", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("zhang", "POST", path + "/consult",
                       {"generation": warning["generation"], "participants": ["张"], "reason": "同意"})["warning"]
    clock(office, "08:02")
    wait_for("the first call", lambda: gateway.told("signature") == [["li"]])
    kill(office)
    clock(office, "08:20")
    assert gateway.told("signature") == [["li"]], "a restart calls nobody again"
    clock(office, "08:40")
    wait_for("the deputy's call", lambda: gateway.told("signature") == [["li"], ["wang"]])
    number = matters(office, "kind=signature")[0]["number"]
    code, out, errors = ctl(office, program, "wang", "acknowledge", str(number))
    assert code == 0, (out, errors)
    code, _, errors = ctl(office, program, "wang", "snooze", str(number), "--until", "2026-12-09T08:00")
    assert code == 3 and "暂缓" in errors, (code, errors)
    office.good("li", "POST", path + "/sign", {"generation": held["generation"]})
    clock(office, "09:40")
    assert not matters(office, "kind=signature"), "the answer closes it"
    assert gateway.told("signature") == [["li"], ["wang"]], "nothing follows an answer"


def an_order_without_an_answer_goes_up_to_the_site_check(office, program, gateway):
    clock(office, "10:50")
    kill(office)
    clock(office, "11:59")
    wait_for("the ladder's end", lambda: [
        [step["action"] for step in one["steps"]] for one in matters(office, "kind=order")
        if one["subject"] == "e1"] == [["repeat", "remind", "phone_list", "county", "site_check"]])
    wait_for("the inspector's call", lambda: any("jian" in told for told in gateway.told("order")))
    assert any("xian" in told for told in gateway.told("order")), "the county was told before"
    ids = [call["id"] for call in gateway.calls]
    assert len(ids) == len(set(ids)), "each call was taken once"
    assert [one for one in office.good("zhang", "GET", "/api/v1/phone-list")["items"] if one["enterprise"] == "e1"]


def the_shift_is_handed_over(office, program):
    code, out, errors = ctl(office, program, "zhang", "give", "--to", "admin", "--note", "注意e1")
    assert code == 0, errors
    number = str(json.loads(out)["number"])
    assert ctl(office, program, "zhang", "take", number)[0] == 3, "nobody takes over from themselves"
    code, _, errors = ctl(office, program, "admin", "take", number)
    assert code == 0, errors
    page = office.folder / "handover.html"
    code, _, errors = ctl(office, program, "admin", "print", number, "--out", str(page))
    assert code == 0, errors
    text = page.read_text()
    assert "交接班记录" in text and "注意e1" in text and "指令未签收" in text, text
    kill(office)
    kept = office.good("admin", "GET", "/api/v1/duty/handovers/" + number)
    assert kept["taken_by"] == "admin" and kept["sha256"] in text
    assert office.good("admin", "GET", "/api/v1/audit/check")["holds"], "the chain of hashes"


def main():
    qingkongd, program = sys.argv[1:3]
    gateway = Gateway(refuses=2)
    more = f'''
[clock]
mode = "driven"
start = "2026-12-01T08:00:00+08:00"
[duty]
roster_file = "%s/roster.csv"
ladders_file = "%s/ladders.toml"
hooks = ["{gateway.url}"]
'''
    office = Office(qingkongd, PEOPLE, INVENTORY)
    (office.folder / "roster.csv").write_text(ROSTER)
    (office.folder / "ladders.toml").write_text(LADDERS)
    config = office.folder / "qingkong.toml"
    config.write_text(config.read_text() + more % (office.folder, office.folder))
    with office:
        the_roster_is_checked_and_its_gaps_are_told(office, program)
        a_signature_that_is_late_is_asked_of_the_next(office, program, gateway)
        an_order_without_an_answer_goes_up_to_the_site_check(office, program, gateway)
        the_shift_is_handed_over(office, program)
    print("好 / good")


if __name__ == "__main__":
    main()
