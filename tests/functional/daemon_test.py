#!/usr/bin/env python3
"""The process as an administrator meets it: checked, started, watched, reloaded, stopped.

    daemon_test.py QINGKONGD QINGKONGCTL

--check-config names everything that is wrong and starts nothing. A started daemon tells systemd that it is
ready and feeds the watchdog, answers health, readiness (not ready without a broker) and metrics, and logs
one JSON object a line. SIGHUP takes new people, names what must wait, and a faulty file changes nothing.
SIGTERM stops it in good order, also behind a flood of SIGHUPs; a second daemon on the same port says why it cannot start.
"""
import contextlib
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

os.umask(0o022)  # who is who and the configuration must not be writable by a group
PATIENCE_S = 30
ENTERPRISES = "id,name,region,industry,grade,category\ne1,甲厂,110105,水泥,C,regular\n"
LINES = ("enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
         "e1,L1,一线,水泥磨,no,10,10,10,10\n")
AREA = "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, claim):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = claim()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_S} s in vain: {what}")


class Place:
    """A folder with a configuration, and the socket that systemd would listen on."""

    def __init__(self, qingkongd, ctl, folder):
        self.qingkongd, self.folder = qingkongd, folder
        self.port, self.broker_port = free_port(), free_port()
        inventory = folder / "inventory"
        inventory.mkdir()
        for name, text in [("enterprises", ENTERPRISES), ("lines", LINES), ("area_emissions", AREA)]:
            (inventory / f"{name}.csv").write_text(text)
        subprocess.run([ctl, "key", "new", folder / "signing.key"], check=True,
                       stdout=subprocess.DEVNULL)
        self.tokens = {}
        self.people = {}
        for who in ("wang", "li"):
            made = subprocess.run([ctl, "token", "new", "--id", who, "--name", who, "--role", "auditor",
                                   "--out", folder / who], check=True, capture_output=True, text=True)
            self.people[who] = made.stdout
            self.tokens[who] = (folder / who).read_text().strip()
        (folder / "people.toml").write_text(self.people["wang"])
        self.configure()
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(str(folder / "notify"))
        self.systemd.settimeout(PATIENCE_S)

    def configure(self, port=None, more=""):
        (self.folder / "qingkong.toml").write_text(f"""
[region]
pack = "beijing-demo"
[store]
path = "{self.folder}/q.db"
[http]
port = {port or self.port}
[mqtt]
url = "mqtt://127.0.0.1:{self.broker_port}"
[inventory]
path = "{self.folder}/inventory"
[people]
file = "{self.folder}/people.toml"
[signing]
key_file = "{self.folder}/signing.key"
{more}""")

    def check(self):
        return subprocess.run([self.qingkongd, "--check-config", "--config", self.folder / "qingkong.toml"],
                              capture_output=True, text=True, timeout=PATIENCE_S)

    @contextlib.contextmanager
    def daemon(self):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"),
                       "WATCHDOG_USEC": "400000"}
        environment.pop("JOURNAL_STREAM", None)
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen([self.qingkongd, "--config", self.folder / "qingkong.toml"],
                                       stderr=log, env=environment)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def told(self, wanted):
        while True:
            message = self.systemd.recv(4096).decode()
            if wanted in message:
                return message

    def drain(self):
        """What was told to systemd is read, so that the daemon never waits to tell it."""
        while select.select([self.systemd], [], [], 0)[0]:
            self.systemd.recv(4096)

    def get(self, path, who=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if who:
            request.add_header("Authorization", "Bearer " + self.tokens[who])
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log(self):
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def logged(self, name):
        return [line for line in self.log() if line["id"] == name]

    def metric(self, name):
        return float(re.search(rf"^{name} (\S+)$", self.get("/metrics")[1], re.MULTILINE).group(1))


def check_names_everything(place):
    good = place.check()
    assert good.returncode == 0, good.stderr
    place.configure(more="[limits]\nintake_queue = -1\n[nonsense]\nx = 1\n")
    bad = place.check()
    assert bad.returncode == 2, bad
    assert "intake_queue" in bad.stderr and "nonsense" in bad.stderr, bad.stderr
    assert all(re.match(r"\S+:\d+:\d+: .+: .+", line) for line in bad.stderr.splitlines()), bad.stderr
    place.configure()
    (place.folder / "inventory/enterprises.csv").write_text(ENTERPRISES + "e1,甲厂,110105,水泥,Z,regular\n")
    bad = place.check()
    assert bad.returncode == 2 and "enterprises.csv:3:" in bad.stderr, bad
    (place.folder / "inventory/enterprises.csv").write_text(ENTERPRISES)
    assert not (place.folder / "q.db").exists(), "a check has made a database"


def answers_while_it_runs(place):
    place.told("READY=1")
    place.told("WATCHDOG=1")
    place.told("WATCHDOG=1")
    assert place.get("/healthz")[0] == 200
    status, body = place.get("/readyz")
    assert status == 503 and json.loads(body) == {"store": True, "broker": False, "backlog": 0, "ready": False}, body
    assert place.metric("qingkong_broker_up") == 0
    for line in place.log():
        assert {"time", "severity", "id", "text"} <= line.keys(), line
    assert place.logged("DAEMON_READY")


def reloads(place, process):
    assert place.get("/api/v1/orders", "wang")[0] == 200
    assert place.get("/api/v1/orders", "li")[0] == 401
    (place.folder / "people.toml").write_text(place.people["li"])
    place.configure(port=free_port())
    process.send_signal(signal.SIGHUP)
    wait_for("the reload", lambda: place.logged("CONFIG_RELOADED"))
    assert place.get("/api/v1/orders", "li")[0] == 200
    assert place.get("/api/v1/orders", "wang")[0] == 401
    assert "http.port" in place.logged("CONFIG_RELOAD_PARTIAL")[0]["fault"]
    process.send_signal(signal.SIGHUP)
    wait_for("the next reload", lambda: len(place.logged("CONFIG_RELOADED")) == 2)
    assert len(place.logged("CONFIG_RELOAD_PARTIAL")) == 2, "what waits for a restart is said at every reload"
    (place.folder / "people.toml").write_text("[[person]]\nid = 3\n")
    process.send_signal(signal.SIGHUP)
    wait_for("the refusal", lambda: place.logged("CONFIG_RELOAD_REFUSED"))
    assert place.get("/api/v1/orders", "li")[0] == 200, "a refused reload has changed who may enter"
    assert place.metric("qingkong_config_last_reload_good") == 0
    (place.folder / "people.toml").write_text("")
    process.send_signal(signal.SIGHUP)
    wait_for("the refusal", lambda: any("无法登录" in line["fault"] for line in place.logged("CONFIG_RELOAD_REFUSED")))
    assert place.get("/api/v1/orders", "li")[0] == 200, "an empty people file has locked everybody out"
    (place.folder / "people.toml").write_text(place.people["li"])
    place.configure()


def refuses_a_port_that_is_taken(place):
    # The first daemon holds the port; the second has a database of its own.
    config = (place.folder / "qingkong.toml").read_text().replace(
        f'path = "{place.folder}/q.db"', f'path = "{place.folder}/other.db"\njournal = "{place.folder}/other"')
    (place.folder / "second.toml").write_text(config)
    second = subprocess.run([place.qingkongd, "--config", place.folder / "second.toml"],
                            capture_output=True, text=True, timeout=PATIENCE_S)
    assert second.returncode != 0 and str(place.port) in second.stderr, second


def stops(place, process):
    process.send_signal(signal.SIGTERM)
    place.told("STOPPING=1")
    assert process.wait(PATIENCE_S) == 0
    assert place.logged("DAEMON_STOPPED")


def stops_beside_a_flood_of_reloads(place):
    starts = len(place.logged("DAEMON_READY"))
    with place.daemon() as process:
        wait_for("the next start", lambda: len(place.logged("DAEMON_READY")) > starts)
        before = len(place.logged("CONFIG_RELOADED"))
        for _ in range(2000):
            process.send_signal(signal.SIGHUP)
            place.drain()
            time.sleep(0.001)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        took = time.monotonic() - asked
        done = len(place.logged("CONFIG_RELOADED")) - before
        assert took < 3, f"the stop waited {took:.1f} s behind the reloads"
        assert 1 <= done < 500, f"{done} reloads were done for 2000 that were asked for"


def main():
    qingkongd, ctl = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory(prefix="qingkong-daemon-") as folder:
        place = Place(qingkongd, ctl, pathlib.Path(folder))
        try:
            check_names_everything(place)
            with place.daemon() as process:
                answers_while_it_runs(place)
                reloads(place, process)
                refuses_a_port_that_is_taken(place)
                stops(place, process)
            stops_beside_a_flood_of_reloads(place)
        except BaseException:
            with contextlib.suppress(OSError):
                print((place.folder / "log").read_text()[-4000:])
            raise
    print("checked, started, watched, reloaded, stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
