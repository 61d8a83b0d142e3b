#!/usr/bin/env python3
"""What is killed at random instants of a live run comes back; nothing may be missing, nothing doubled.

usage: kill_loop.py BINARIES SOURCE WHAT [SEED]

WHAT is killed, and how often:
  daemon         kill -9 of the daemon, five times
  broker         a broker that keeps its sessions on disk is stopped and started again, twice; the daemon
                 is killed once in between
  broker-loses   kill -9 of a broker that keeps nothing, twice; the daemon is killed once in between

A private broker and a daemon with a driven clock; qingkong-sim plays kill_loop.toml against them and goes on
when one of them is gone for a moment. Afterwards the database is held against what the simulator sent and did:
every signature and consultation once, every receipt and reading once, revisions of orders without a gap, and
every enterprise holding the revision that the daemon says it owes. Events are what the daemon's own description
says of their kind. A broker that keeps nothing takes readings
with it that it had acknowledged and not yet passed on; every order is published again and answered again.
"""
import datetime
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import schema  # noqa: E402

os.umask(0o022)  # who is who and the configuration must not be writable by a group
STORIES = {"daemon": ["daemon"] * 5, "broker": ["broker", "daemon", "broker"],
           "broker-loses": ["broker", "daemon", "broker"]}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, what):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"{what} does not come up")


class Loop:
    def __init__(self, binaries, source, what, seed, folder):
        self.what = what
        self.daemon_program = os.path.join(binaries, "daemon/qingkongd")
        self.ctl = os.path.join(binaries, "daemon/ctl/qingkongctl")
        self.sim = os.path.join(binaries, "sim/qingkong-sim")
        self.scenario = os.path.join(source, "tests/functional/kill_loop.toml")
        self.folder = folder
        self.random = random.Random(seed)
        self.broker_port = free_port()
        self.port = free_port()
        self.daemon = None
        self.broker = None
        self.player = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def start_broker(self):
        keeps = (f"persistence true\npersistence_location {self.folder}/\n"
                 if self.what == "broker" else "persistence false\n")
        self.write("mosquitto.conf",
                   f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\n" + keeps +
                   "max_inflight_messages 1000\nmax_queued_messages 0\n"
                   + ("user root\n" if os.geteuid() == 0 else ""))
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
        self.broker = subprocess.Popen([program, "-c", self.path("mosquitto.conf")],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.broker_port, self.broker, "the broker")

    def prepare(self):
        subprocess.run([self.sim, "region", "--out", self.path("inventory"), self.scenario],
                       check=True)
        start = subprocess.run([self.sim, "region", "--print-start", self.scenario], check=True,
                               capture_output=True, text=True).stdout.strip()
        self.begins = datetime.datetime.fromisoformat(start)
        with open(self.scenario, encoding="utf-8") as scenario:
            end = re.search(r'^end = "(.*)"', scenario.read(), re.MULTILINE).group(1)
        self.ends = datetime.datetime.fromisoformat(end).replace(tzinfo=self.begins.tzinfo)
        subprocess.run([self.ctl, "key", "new", self.path("signing.key")], check=True,
                       stdout=subprocess.DEVNULL)
        people, tokens = "", ""
        for who, role in [("feed", "feed"), ("duty_officer", "duty_officer"),
                          ("approver", "approver"), ("second_approver", "approver"),
                          ("auditor", "auditor"), ("admin", "admin")]:
            made = subprocess.run([self.ctl, "token", "new", "--id", who, "--name", who, "--role",
                                   role, "--out", self.path(who + ".token")], check=True,
                                  capture_output=True, text=True)
            people += made.stdout
            with open(self.path(who + ".token"), encoding="utf-8") as token:
                tokens += f"{who} {token.read().strip()}\n"
        self.write("people.toml", people)
        self.write("tokens", tokens)
        self.write("qingkong.toml", f"""
[region]
pack = "beijing-demo"
[store]
path = "{self.path('qingkong.db')}"
[http]
port = {self.port}
[mqtt]
url = "mqtt://127.0.0.1:{self.broker_port}"
[inventory]
path = "{self.path('inventory')}"
[people]
file = "{self.path('people.toml')}"
[signing]
key_file = "{self.path('signing.key')}"
[clock]
mode = "driven"
start = "{start}"
""")

    def start_daemon(self):
        with open(self.path("daemon.log"), "a", encoding="utf-8") as log:
            self.daemon = subprocess.Popen(
                [self.daemon_program, "--config", self.path("qingkong.toml")], stdout=log,
                stderr=log)
        wait_for_port(self.port, self.daemon, "the daemon")

    def wait_until_linked(self):
        """Ready is more than an open port: linked to the broker and subscribed."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.daemon.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                    if json.load(answer)["ready"]:
                        return
            except (OSError, ValueError):
                pass
            time.sleep(0.02)
        raise SystemExit("the daemon is not linked to the broker")

    def play(self):
        with open(self.path("sim.log"), "w", encoding="utf-8") as log:
            self.player = subprocess.Popen(
                [self.sim, "live", "--api", f"http://127.0.0.1:{self.port}", "--broker",
                 f"127.0.0.1:{self.broker_port}", "--token-file", self.path("tokens"),
                 self.scenario], stdout=log, stderr=log)
        # How long the whole takes is not known; kills come at instants of the story.
        left = sorted(self.random.uniform(0.02, 0.9) for _ in STORIES[self.what])
        victims = list(STORIES[self.what])
        while self.player.poll() is None:
            if left and self.told() >= left[0]:
                left.pop(0)
                self.kill(victims.pop(0))
            time.sleep(self.random.uniform(0.0, 0.1))
        return len(left)

    def told(self):
        """How much of the story is over, 0 to 1, by the daemon's own clock."""
        with open(self.path("auditor.token"), encoding="utf-8") as token:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/clock",
                                             headers={"Authorization": "Bearer " + token.read().strip()})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                now = datetime.datetime.fromisoformat(json.load(answer)["now"])
        except (OSError, ValueError):
            return 0
        return (now - self.begins) / (self.ends - self.begins)

    def kill(self, victim):
        print(f"{victim} killed", flush=True)
        if victim == "daemon":
            self.daemon.kill()
            self.daemon.wait()
            self.start_daemon()
            return
        self.broker.send_signal(signal.SIGTERM if self.what == "broker" else signal.SIGKILL)
        self.broker.wait()
        self.start_broker()

    def stop(self):
        for process in (self.player, self.daemon, self.broker):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()

    def transcript(self):
        with open(self.path("sim.log"), encoding="utf-8") as log:
            return log.read()


def counted(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else -1


def faults_of(loop):
    text = loop.transcript()
    faults = [line.strip() for line in text.splitlines() if "VIOLATION" in line]
    if loop.what == "broker-loses":
        # After such a broker comes back the enterprises may be there before the daemon.
        faults = [line for line in faults if "reached nobody" not in line]
    database = sqlite3.connect(loop.path("qingkong.db"))

    def one(query):
        return database.execute(query).fetchone()[0]

    def same(what, stored, done):
        print(f"{what}: {stored} stored, {done} sent or done")
        if stored != done:
            faults.append(f"{what}: {stored} stored, {done} sent or done")

    if one("PRAGMA integrity_check") != "ok":
        faults.append("the database is damaged")
    same("signatures", one("SELECT count(*) FROM warning_story WHERE event = 'sign'"),
         counted(r"(\d+) signatures", text))
    same("consultations", one("SELECT count(*) FROM consultations"),
         counted(r"(\d+) consultations", text))
    # What a broker that keeps nothing takes with it is said again, unless a newer order made it idle.
    receipts, said = one("SELECT count(*) FROM receipts"), counted(r"(\d+) receipts sent", text)
    if loop.what != "broker-loses":
        same("receipts", receipts, said)
    elif not said * 0.95 <= receipts <= said:
        faults.append(f"receipts: {receipts} stored, {said} sent")
    begins = int(loop.begins.timestamp())
    print(f"readings stored: {one(f'SELECT count(*) FROM readings WHERE t_end <= {begins}')} of before the "
          f"story, {one(f'SELECT count(*) FROM readings WHERE t_end > {begins}')} of the story")
    readings, sent = one("SELECT count(*) FROM readings"), counted(r"readings +(\d+)", text)
    if loop.what != "broker-loses":
        same("readings", readings, sent)
    elif not sent / 2 < readings <= sent:
        faults.append(f"readings: {readings} stored, {sent} sent")
    same("forecasts", one("SELECT count(*) FROM forecasts"), counted(r"(\d+) taken", text))
    same("revisions without a gap",
         one("SELECT count(*) FROM order_revisions"),
         one("SELECT coalesce(sum(revision), 0) FROM orders"))
    if one("SELECT count(*) FROM orders") == 0:
        faults.append("no order was ever made, so the run proves nothing")
    if one("SELECT count(*) FROM orders WHERE satisfied < wanted") != 0:
        faults.append("orders were left unpublished")
    if one("SELECT count(*) FROM reading_repeats") != 0:
        faults.append("a reading was stored with two values")
    return faults


def event_faults(loop):
    """Events of the run that are not what the daemon's own description says of their kind."""
    with urllib.request.urlopen(f"http://127.0.0.1:{loop.port}/api/v1/openapi.json", timeout=30) as answer:
        document = json.load(answer)
    kinds = document["paths"]["/api/v1/events"]["get"]["x-events"]
    faults, seen = {}, set()
    for kind, data in sqlite3.connect(loop.path("qingkong.db")).execute("SELECT kind, data FROM events"):
        wrong = schema.faults(document, kinds[kind], json.loads(data)) if kind in kinds else ["it is not described"]
        seen.add(kind)
        if wrong:
            faults[kind] = f"event {kind}: {wrong}: {data}"
    missing = {"warning.issued", "verdict", "receipt", "observations"} - seen
    return sorted(faults.values()) + [f"no event {kind} came" for kind in sorted(missing)]


def where_readings_end(loop):
    """Up to when readings are stored, and how far the store has taken in the journal."""
    database = sqlite3.connect(loop.path("qingkong.db"))
    last = database.execute("SELECT max(t_end), count(DISTINCT t_end) FROM readings").fetchone()
    meta = database.execute("SELECT key, value FROM meta WHERE key LIKE '%journal%'").fetchall()
    return f"last reading and ends of intervals: {last}, journal: {meta}"


def main():
    binaries, source, what = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 30)
    print(f"{what}, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="qingkong-kill-")
    loop = Loop(binaries, source, what, seed, folder)
    keep = False
    try:
        loop.start_broker()
        loop.prepare()
        loop.start_daemon()
        loop.wait_until_linked()
        spared = loop.play()
        faults = faults_of(loop) + event_faults(loop)
        if spared > 0:
            faults.append(f"{spared} kills did not happen: the run was too short")
        if faults:
            print(loop.transcript())
            with open(loop.path("daemon.log"), encoding="utf-8") as log:
                print("".join(log.readlines()[-40:]))
            keep = True
            print(where_readings_end(loop))
            print(f"what the run left is kept in {folder}")
            print("FAULTS:\n  " + "\n  ".join(faults))
            return 1
        print("nothing missing, nothing doubled")
        return 0
    finally:
        loop.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
