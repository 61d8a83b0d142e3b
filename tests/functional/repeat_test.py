#!/usr/bin/env python3
"""A POST that is sent again with its Idempotency-Key gets the first answer and happens once.

    repeat_test.py QINGKONGD QINGKONGCTL

Each kind of request is sent, the daemon is killed, started again and sent the same once more. Then requests are cut
off by kill -9 while they are carried out, and sent until there is an answer. At last qingkongctl calls through a
connection that breaks before the answer.
"""
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

from bureau import call_with_key
from office import INVENTORY, Office

PEOPLE = {"officer": (["duty_officer"], ""), "admin": (["admin"], ""), "feed": (["feed"], ""),
          "auditor": (["auditor"], "")}
OBSERVED = {"region": "110000", "hourly": {"time": ["2026-01-05T00:00"], "pm2_5": [80]}}
FLOOR = {"document": "环办〔2015〕1号", "clause": "三", "colour": "yellow",
         "from": "2015-12-06T00:00:00+08:00", "to": "2015-12-08T00:00:00+08:00"}
PROMPT = {"number": "P1", "zone": "京津冀中部", "colour": "yellow", "from": "2015-12-06T00:00:00+08:00",
          "to": "2015-12-08T00:00:00+08:00", "deadline": "2015-12-05T20:00:00+08:00"}
TARGETS = {"targets": "county,target,from,to,ceiling\n110105,pm25,2015-12-01,2015-12-31,75\n"}
# What is sent, in an order in which each is right; the second body is another request.
REQUESTS = (
    ("officer", "/api/v1/floors", FLOOR, {**FLOOR, "colour": "orange"}),
    ("officer", "/api/v1/prompts", PROMPT, {**PROMPT, "number": "P2"}),
    ("officer", "/api/v1/prompts/P1/follow", {"region": "110000", "state": "followed", "note": "已落实"},
     {"region": "110000", "state": "followed", "note": "另"}),
    ("officer", "/api/v1/warnings", {"colour": "yellow", "exercise": True, "reason": "演练"},
     {"colour": "red", "exercise": True, "reason": "演练"}),
    ("admin", "/api/v1/targets", TARGETS, {"targets": TARGETS["targets"].replace("75", "70")}),
    ("admin", "/api/v1/inventories/map", {"map": 'confirmed_by = ""\n[enterprises]\nsheet = "名单"\n'},
     {"map": 'confirmed_by = ""\n[enterprises]\nsheet = "企业"\n'}),
    ("admin", "/api/v1/inventories", {"name": "next", "files": {
        **INVENTORY, "enterprises.csv": INVENTORY["enterprises.csv"] + "e3,丙厂,110106,水泥,C,regular\n"}},
     {"name": "next", "files": INVENTORY}),
    ("feed", "/api/v1/observations?region=110000", OBSERVED, {**OBSERVED, "region": "110105"}),
)


def kill(office):
    office.process.send_signal(signal.SIGKILL)
    office.process.wait()


def started_again(office):
    kill(office)
    office.start()


# What is in the audit log but for starts of the daemon and what it does by itself.
def acts(office):
    items = office.good("auditor", "GET", "/api/v1/audit?per_page=1000")["items"]
    return [one["action"] for one in items if one["person"] in PEOPLE and not one["action"].startswith("account.")]


def each_kind_happens_once(office):
    for number, (who, path, body, other) in enumerate(REQUESTS):
        key = f"kind-{number}"
        status, first = call_with_key(office, who, path, body, key)
        assert status in (200, 201), f"{path}: {status} {first}"
        done = acts(office)
        assert call_with_key(office, who, path, body, key) == (status, first), path
        started_again(office)
        assert call_with_key(office, who, path, body, key) == (status, first), f"{path}, after a restart"
        assert acts(office) == done, f"{path} was carried out again: {acts(office)} after {done}"
        status, refused = call_with_key(office, who, path, other, key)
        assert status == 422 and "Idempotency-Key" in refused["title"], f"{path}: {status} {refused}"
        assert acts(office) == done, f"{path}: what was refused was carried out"


def sent_and_killed(office, document, key, pause):
    """Sends a floor and kills the daemon so many seconds later, whether it has answered or not."""
    body = json.dumps({**FLOOR, "document": document}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=10)
    connection.request("POST", "/api/v1/floors", body, {
        "Authorization": "Bearer " + office.tokens["officer"], "Content-Type": "application/json",
        "Idempotency-Key": key})
    time.sleep(pause)
    kill(office)
    connection.close()


def kills_double_nothing_and_lose_nothing(office, seed, kills=12):
    chance = random.Random(seed)
    for number in range(kills):
        document, key = f"文〔2016〕{number}号", f"cut-{number}"
        sent_and_killed(office, document, key, chance.uniform(0, 0.02))
        office.start()
        status, _ = call_with_key(office, "officer", "/api/v1/floors", {**FLOOR, "document": document}, key)
        assert status == 201, status
    entries = office.good("auditor", "GET", "/api/v1/audit?per_page=1000")["items"]
    recorded = [one["detail"]["document"] for one in entries
                if one["action"] == "floor.recorded" and "2016" in one["detail"]["document"]]
    assert sorted(recorded) == sorted(f"文〔2016〕{number}号" for number in range(kills)), recorded


class BreakingLine:
    """A line to the daemon that takes a request there and breaks before the answer, so many times."""

    def __init__(self, port, breaks):
        self.port, self.breaks = port, breaks
        self.keys = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.run, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self.listener.accept()
                with caller:
                    self.carry(caller)

    def carry(self, caller):
        text = b""
        while b"\r\n\r\n" not in text:
            text += caller.recv(65536)
        head, body = text.split(b"\r\n\r\n", 1)
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        fields = {name.lower(): value for name, value in fields.items()}
        while len(body) < int(fields.get(b"content-length", b"0")):
            body += caller.recv(65536)
        self.keys.append(fields[b"idempotency-key"].decode())
        with socket.create_connection(("127.0.0.1", self.port)) as daemon:
            daemon.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            answer = b""
            while piece := daemon.recv(65536):
                answer += piece
        if self.breaks > 0:
            self.breaks -= 1
        else:
            caller.sendall(answer)


def the_command_line_sends_again(office, qingkongctl):
    token = office.folder / "token"
    token.write_text(office.tokens["officer"])
    line = BreakingLine(office.port, breaks=2)

    def record(document):
        return subprocess.run([qingkongctl, "call", "POST", "/api/v1/floors", "--url", line.url(), "--token-file", token,
                               "--body", json.dumps({**FLOOR, "document": document})],
                              capture_output=True, text=True, timeout=120, check=False)
    before = len(acts(office))
    done = record("断线一号")
    assert done.returncode == 0, done.stderr
    assert "断线一号" in done.stdout, done.stdout
    assert len(line.keys) == 3 and len(set(line.keys)) == 1, line.keys
    assert len(acts(office)) == before + 1, "recorded once"
    done = record("断线二号")
    assert done.returncode == 0, done.stderr
    assert len(set(line.keys)) == 2, "a new request has a new key"
    assert len(acts(office)) == before + 2


def main():
    qingkongd, qingkongctl = sys.argv[1:3]
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1 << 30)
    print(f"seed {seed}")
    with Office(qingkongd, PEOPLE, INVENTORY) as office:
        each_kind_happens_once(office)
        kills_double_nothing_and_lose_nothing(office, seed)
        the_command_line_sends_again(office, qingkongctl)
    print(f"{len(REQUESTS)} kinds of requests, 12 kills and 2 broken lines: everything happened once")
    return 0


if __name__ == "__main__":
    sys.exit(main())
