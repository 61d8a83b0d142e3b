"""A bureau on loopback: a real broker, a real qingkongd whose clock is moved by hand, and qingkong-sim as the
enterprises. Nobody in it signs anything: that is left to the people in front of the browser."""
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from chromium import wait_for

os.umask(0o022)  # who is who and the configuration must not be writable by a group
START = "2015-12-05T06:00:00+08:00"
PEOPLE = {
    "duty_officer": ("示例值班员", ["duty_officer"]),
    "approver": ("示例签发人甲", ["approver"]),
    "second_approver": ("示例签发人乙", ["approver"]),
    "auditor": ("示例审计", ["auditor"]),
    "admin": ("示例管理员", ["admin"]),
    "feed": ("数据推送", ["feed"]),
    "e1": ("甲厂", ["addressee"]),  # an enterprise, where the inventory has one of this id
}
SCENARIO = """
name = "in front of the browser"
seed = 7
start = "2015-12-05T06:00"
end = "2015-12-17T00:00"
region = "110000"
pack = "beijing-demo"
[forecast]
hours = [8]
days = 7
error_per_day = 0.02
shift_hours_per_day = 0.5
[enterprises]
count = 24
history_days = 14
report_minutes = 15
over_cap_by = 0.4
[enterprises.behaviours]
night_runner = 0.2
over_cap = 0.2
silent = 0.1
refuses = 0.05
[officer]
consults_after_minutes = 1440
signs_after_minutes = 1440
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Bureau:
    def __init__(self, daemon, sim, mosquitto, inventory=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qk-bureau-"))
        self.daemon_program, self.sim_program = daemon, sim
        self.http, self.mqtt = free_port(), free_port()
        self.origin = f"http://127.0.0.1:{self.http}"
        self.tokens = {name: hashlib.sha256(name.encode()).hexdigest() for name in PEOPLE}
        self.processes = []
        self._write(inventory)
        self._run([mosquitto, "-c", self.folder / "mosquitto.conf"], "broker")
        wait_for("the broker", lambda: listens(self.mqtt))
        self.restart()

    def restart(self):
        self.daemon = self._run([self.daemon_program, "--config", self.folder / "qingkong.toml"], "daemon")
        wait_for("the daemon", lambda: listens(self.http))

    def _write(self, inventory):
        put = lambda name, text: (self.folder / name).write_text(text)
        put("mosquitto.conf", f"listener {self.mqtt} 127.0.0.1\nallow_anonymous true\npersistence false\n"
            "max_queued_messages 0\nmax_inflight_messages 1000\nlog_dest none\n"
            + ("user root\n" if os.getuid() == 0 else ""))
        put("signing.key", "42" * 32)
        os.chmod(self.folder / "signing.key", 0o600)
        put("people.toml", "".join(
            f'[[person]]\nid = "{name}"\nname = "{words}"\nroles = {json.dumps(roles)}\n'
            f'token_sha256 = "{hashlib.sha256(self.tokens[name].encode()).hexdigest()}"\n'
            for name, (words, roles) in PEOPLE.items()))
        # The simulator knows its own roles and refuses a line of anybody else.
        put("tokens", "".join(f"{name} {token}\n" for name, token in self.tokens.items() if name != "e1"))
        # What would call people: writes down that it was asked to.
        hook = self.folder / "call-people"
        hook.write_text(f"#!/bin/sh\ncat >>{self.folder}/called\necho >>{self.folder}/called\n")
        os.chmod(hook, 0o755)
        put("scenario.toml", SCENARIO)
        if inventory:
            (self.folder / "inventory").mkdir()
            for name, text in inventory.items():
                (self.folder / "inventory" / name).write_text(text)
        else:
            subprocess.run([self.sim_program, "region", "--out", self.folder / "inventory",
                            "--scenario", self.folder / "scenario.toml"], check=True, stdout=subprocess.DEVNULL)
        put("qingkong.toml", f"""
[region]
pack = "beijing-demo"
[store]
path = "{self.folder}/qingkong.db"
[http]
port = {self.http}
[mqtt]
url = "mqtt://127.0.0.1:{self.mqtt}"
[inventory]
path = "{self.folder}/inventory"
[people]
file = "{self.folder}/people.toml"
[signing]
key_file = "{self.folder}/signing.key"
[duty]
hooks = ["exec:{hook}"]
[limits]
wrong_tokens_per_minute = 100000  # every route is tried with one
[clock]
mode = "driven"
start = "{START}"
""")

    def _run(self, command, name):
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def call(self, who, method, path, body=None, **headers):
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, method=method, data=data, headers={
            "Authorization": "Bearer " + self.tokens.get(who, ""), "Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def get(self, path, who="auditor"):
        status, value = self.call(who, "GET", path)
        assert status == 200, f"GET {path}: {status} {value}"
        return value

    def total(self, path):
        return self.get(path)["total"]

    def move_clock(self, to):
        status, value = self.call("admin", "POST", "/api/v1/clock", {"now": to})
        assert status == 200, value

    def start_enterprises(self):
        self._run([self.sim_program, "live", "--api", self.origin, "--broker", f"127.0.0.1:{self.mqtt}",
                   "--token-file", self.folder / "tokens", "--real-time", "--scenario", self.folder / "scenario.toml"],
                  "sim")

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            process.wait(20)
        subprocess.run(["rm", "-rf", self.folder], check=True)
