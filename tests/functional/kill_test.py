#!/usr/bin/env python3
"""kill -9 of the daemon at random instants loses nothing and doubles nothing.

    kill_test.py QINGKONGD MOSQUITTO [--seed N] [--kills N]

A real broker, a real daemon, a fleet that signs every order it is sent and reports its meters, and officers
who start, raise and lift a warning. The daemon is killed while all of that goes on. Afterwards every reading
that the broker took is stored once, every order is with its enterprise, revisions are without gap, every
receipt is there once, every decision happened once, and the audit chain holds.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from mqtt_client import Client

os.umask(0o022)  # who is who and the configuration must not be writable by a group
ENTERPRISES = 25
TOKENS = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("officer", "first", "second")}
PATIENCE_S = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, claim, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = claim()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


class World:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.http, self.mqtt = free_port(), free_port()
        self.daemon = None
        self.log = open(folder / "daemon.log", "ab")
        self.write_files()
        self.broker = subprocess.Popen([options.mosquitto, "-c", folder / "mosquitto.conf"])
        wait_for("the broker", lambda: self.listens(self.mqtt))

    def write_files(self):
        put = lambda name, text: (self.folder / name).write_text(text)
        put("mosquitto.conf", f"listener {self.mqtt} 127.0.0.1\nallow_anonymous true\n"
            "max_queued_messages 0\nmax_inflight_messages 100\npersistence false\nlog_dest none\n")
        put("signing.key", "11" * 32)
        os.chmod(self.folder / "signing.key", 0o600)
        roles = {"officer": "duty_officer\", \"admin\", \"auditor", "first": "approver",
                 "second": "approver"}
        put("people.toml", "".join(
            f'[[person]]\nid = "{name}"\nname = "{name}"\nroles = ["{roles[name]}"]\n'
            f'token_sha256 = "{hashlib.sha256(token.encode()).hexdigest()}"\n'
            for name, token in TOKENS.items()))
        inventory = self.folder / "inventory"
        inventory.mkdir()
        ids = [f"e{i}" for i in range(ENTERPRISES)]
        (inventory / "enterprises.csv").write_text("id,name,region,industry,grade,category\n" + "".join(
            f"{i},企业{i},110105,水泥,C,regular\n" for i in ids))
        (inventory / "lines.csv").write_text(
            "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n" +
            "".join(f"{i},L1,一线,水泥磨,no,10,10,10,10\n" for i in ids))
        (inventory / "meters.csv").write_text("id,enterprise,line,role,rated_kw,idle_kw\n" + "".join(
            f"m-{i},{i},L1,production,100,5\n" for i in ids))
        (inventory / "area_emissions.csv").write_text(
            "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n")
        put("qingkong.toml", f'''
[region]
pack = "beijing-demo"
[store]
path = "{self.folder}/q.db"
[http]
port = {self.http}
[mqtt]
url = "mqtt://127.0.0.1:{self.mqtt}"
[inventory]
path = "{inventory}"
[people]
file = "{self.folder}/people.toml"
[signing]
key_file = "{self.folder}/signing.key"
''')

    @staticmethod
    def listens(port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def start(self):
        self.daemon = subprocess.Popen(
            [self.options.qingkongd, "--config", self.folder / "qingkong.toml"], stderr=self.log)

    def kill(self):
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()

    def call(self, who, method, path, body=None, key=None):
        headers = {"Authorization": "Bearer " + TOKENS[who], "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}{path}", method=method, headers=headers,
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def insist(self, who, method, path, body=None, key=None):
        """Asks until there is an answer, whatever happens to the daemon meanwhile."""
        def ask():
            try:
                return self.call(who, method, path, body, key)
            except (OSError, ValueError):
                return None
        return wait_for(f"an answer to {method} {path}", ask)


class Fleet:
    """Every enterprise over one connection: signs each order it gets, and reports its meter."""

    def __init__(self, world):
        self.lock = threading.Lock()
        self.latest = {}
        self.receipts = set()
        self.readings = set()
        self.stopping = threading.Event()
        self.client = Client(world.mqtt, "fleet", self.on_order)
        self.client.subscribe("qingkong/1/+/+/order")
        self.thread = threading.Thread(target=self.report)

    def on_order(self, topic, payload):
        order = json.loads(payload)
        enterprise = topic.split("/")[3]
        with self.lock:
            newest = self.latest.get(enterprise, 0)
            assert order["revision"] >= newest, f"{enterprise}: an older revision after a newer one"
            self.latest[enterprise] = order["revision"]
            self.receipts.add((enterprise, order["revision"], "received"))
        at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self.client.publish(f"qingkong/1/110105/{enterprise}/receipt", json.dumps(
            {"order": order["order"], "revision": order["revision"], "state": "received", "at": at,
             "by": "班长", "note": ""}))

    def report(self):
        start = int(time.time()) - 30 * 86400
        minute = 0
        while not self.stopping.is_set():
            minute += 1
            for i in range(ENTERPRISES):
                t = start + minute * 60
                at = datetime.datetime.fromtimestamp(t, datetime.timezone.utc).isoformat()
                self.client.publish(f"qingkong/1/110105/e{i}/meter/m-e{i}",
                                    json.dumps({"t": at, "kw": float(minute % 90)}))
                self.readings.add((t, f"m-e{i}"))
            self.client.wait_until_acknowledged()
            self.stopping.wait(0.02)


def run_officers(world):
    """One warning through its life; every command is repeated with its key until it is answered."""
    number = 0

    def command(who, path, body, status=200):
        nonlocal number
        number += 1
        answer = world.insist(who, "POST", path, body, key=f"command-{number}")
        assert answer[0] == status, (path, answer)
        return answer[1]

    def decide(warning, signers):
        path = "/api/v1/warnings/" + warning["id"]
        held = command("officer", path + "/consult", {
            "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
            "generation": warning["generation"]})["warning"]
        for who in signers:
            held = command(who, path + "/sign", {"generation": held["generation"]})
        return held

    warning = command("officer", "/api/v1/warnings",
                      {"colour": "yellow", "reason": "会商"})
    warning = decide(warning, ["first"])
    path = "/api/v1/warnings/" + warning["id"]
    for colour, signers in (("orange", ["first"]), ("red", ["first", "second"])):
        warning = command("officer", path + "/changes", {
            "kind": "raise", "colour": colour, "reason": "演练升级",
            "generation": warning["generation"]})
        warning = decide(warning, signers)
    return number


def check(world, fleet, commands):
    db = sqlite3.connect(f"file:{world.folder}/q.db?mode=ro", uri=True)
    all_of = lambda query: db.execute(query).fetchall()
    stored = wait_for("all readings", lambda: (
        lambda rows: rows if len(rows) >= len(fleet.readings) else None)(
            set(all_of("SELECT t_end, meter FROM readings"))))
    assert stored == fleet.readings, "readings differ"
    wait_for("all orders", lambda: not all_of("SELECT 1 FROM orders WHERE satisfied < wanted"))
    orders = dict(all_of("SELECT enterprise, revision FROM orders"))
    assert len(orders) == ENTERPRISES, orders
    wait_for("the last orders at the fleet", lambda: fleet.latest == orders)
    for enterprise, last in orders.items():
        revisions = [r for (r,) in all_of(
            f"SELECT revision FROM order_revisions WHERE enterprise = '{enterprise}' ORDER BY 1")]
        assert revisions == list(range(1, last + 1)), (enterprise, revisions)
    fleet.client.wait_until_acknowledged()
    wait_for("all receipts", lambda: fleet.receipts == set(
        all_of("SELECT enterprise, revision, state FROM receipts")))
    rejected = all_of("SELECT topic, why FROM rejected")
    assert not rejected, rejected[:3]
    assert len(all_of("SELECT id FROM warnings")) == 1, "the warning was doubled"
    status, chain = world.insist("officer", "GET", "/api/v1/audit/check")
    assert status == 200 and chain["holds"], chain
    print(f"{len(stored)} readings, {sum(orders.values())} order revisions, "
          f"{len(fleet.receipts)} receipts, {commands} commands: nothing lost, nothing doubled")


def run(options, folder):
    chance = random.Random(options.seed)
    world = World(options, folder)
    try:
        world.start()
        wait_for("the daemon", lambda: world.insist("officer", "GET", "/readyz")[0] == 200)
        fleet = Fleet(world)
        fleet.thread.start()
        outcome = {}
        officers = threading.Thread(target=lambda: outcome.update(commands=run_officers(world)))
        officers.start()
        for number in range(options.kills):
            time.sleep(chance.uniform(0.05, 1.5))
            world.kill()
            print(f"kill {number + 1}", flush=True)
            world.start()
        officers.join(PATIENCE_S * 3)
        assert "commands" in outcome, "the officers did not come through"
        fleet.stopping.set()
        fleet.thread.join()
        check(world, fleet, outcome["commands"])
        world.daemon.send_signal(signal.SIGTERM)
        assert world.daemon.wait(60) == 0, "a stop as asked must end with 0"
    finally:
        for process in (world.daemon, world.broker):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("qingkongd")
    parser.add_argument("mosquitto")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(options, pathlib.Path(folder))
        except AssertionError as error:
            print(f"FAILED: {error}")
            print((pathlib.Path(folder) / "daemon.log").read_text()[-3000:])
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
