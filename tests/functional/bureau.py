"""What the tests of faults share: a bureau with a broker, a meter that knows what was acknowledged, and an order.
"""
import contextlib
import datetime
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from mqtt_client import Client
from office import Office, free_port, listens, wait_for

PEOPLE = {"officer": (["duty_officer"], ""), "signer": (["approver"], ""), "admin": (["admin"], "")}
INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category\ne1,甲厂,110105,水泥,C,regular\n",
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                 "e1,L1,一线,水泥磨,no,10,10,10,10\n",
    "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n",
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n",
}
DRAIN_S = 2


class Broker:
    """Drops nothing, or, with `as_debian_ships`, keeps to what Debian's /etc/mosquitto/mosquitto.conf says, whose
    limits of queues are mosquitto's own."""

    def __init__(self, program, as_debian_ships=False):
        self.program, self.port = program, free_port()
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-broker-")
        config = pathlib.Path(self.place.name) / "mosquitto.conf"
        rules = "max_queued_messages 0\nmax_inflight_messages 500\npersistence false\n"
        if as_debian_ships:
            rules = f"persistence true\npersistence_location {self.place.name}/\n"
        config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n" + rules
                          + ("user root\n" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)
        wait_for("the broker", lambda: listens(self.port))

    def close(self):
        self.process.kill()
        self.process.wait()
        self.place.cleanup()


class Meter:
    """Sends readings, each of a minute of its own, and knows which the broker has acknowledged."""

    def __init__(self, broker):
        self.client = Client(broker.port, "factory")
        self.start = int(time.time()) // 60 * 60 - 20 * 86400
        self.sent = 0

    def send(self, count, seconds=60):
        for _ in range(count):
            self.sent += 1
            self.send_at(self.start + self.sent * 60)
        self.client.wait_until_acknowledged(seconds)

    def send_at(self, second):
        at = datetime.datetime.fromtimestamp(second, datetime.timezone.utc).isoformat()
        self.client.publish("qingkong/1/110105/e1/meter/m1", json.dumps({"t": at, "kw": float(self.sent % 90)}))


@contextlib.contextmanager
def a_bureau(programs, store=None, journal=None, more="", as_debian_ships=False, environment=None):
    """A daemon and its broker; database and journal each on a disk of their own of so many bytes, if given."""
    qingkongd, mosquitto = programs
    with contextlib.ExitStack() as stack:
        broker = Broker(mosquitto, as_debian_ships)
        stack.callback(broker.close)
        limits = (f"[limits]\ndrain_seconds = {DRAIN_S}\nmeter_readings_per_hour = 2000000\n"
                  "enterprise_messages_per_minute = 2000000\nenterprise_rows_per_minute = 2000000\n")
        office = Office(qingkongd, PEOPLE, INVENTORY, limits + more, broker.port,
                        environment=environment)
        disks = []
        for name, size in (("store", store), ("journal-disk", journal)):
            (office.folder / name).mkdir()
            if size:
                subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", office.folder / name], check=True)
                disks.append(office.folder / name)
        config = office.folder / "qingkong.toml"
        config.write_text(config.read_text().replace(
            f'path = "{office.folder}/q.db"',
            f'path = "{office.folder}/store/q.db"\njournal = "{office.folder}/journal-disk/journal"', 1))
        office.broker = broker
        stack.enter_context(office)
        for disk in disks:
            stack.callback(subprocess.run, ["umount", "-l", disk])
        up(office)
        yield office


def up(office):
    wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)


def stored(office):
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/store/q.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*), count(DISTINCT t_end) FROM readings").fetchone()


def everything_is_there(office, meter):
    wait_for(f"all {meter.sent} readings", lambda: stored(office) == (meter.sent, meter.sent))


class OrderTopic:
    """What the enterprise is told by the broker: revisions of its order as they come."""

    def __init__(self, broker):
        self.revisions = []
        self.client = Client(broker.port, f"enterprise-{random.random()}", self.take)
        self.client.subscribe("qingkong/1/110105/e1/order")

    def take(self, _, payload):
        if payload:
            self.revisions.append(json.loads(payload)["revision"])

    def wait_for_order(self, office):
        """The order that the office holds, if it has left."""
        wanted = office.good("admin", "GET", "/api/v1/orders/e1")["revision"]
        wait_for(f"revision {wanted} of the order", lambda: wanted in self.revisions)


def proposed(office, exercise=False):
    """A warning that one signature puts in force: its path and the body of that signature."""
    warning = office.good("officer", "POST", "/api/v1/warnings",
                          {"colour": "yellow", "exercise": exercise, "reason": "演练"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("officer", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    return path + "/sign", {"generation": held["generation"]}


def events(office, kind):
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/store/q.db?mode=ro", uri=True)) as db:
        return [json.loads(data) for (data,) in db.execute("SELECT data FROM events WHERE kind = ?", (kind,))]


def call_with_key(office, who, path, body, key):
    request = urllib.request.Request(f"http://127.0.0.1:{office.port}{path}", method="POST",
                                     data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json", "Idempotency-Key": key,
                                              "Authorization": "Bearer " + office.tokens[who]})
    try:
        with urllib.request.urlopen(request, timeout=150) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
    except OSError:
        return None, None
