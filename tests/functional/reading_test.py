#!/usr/bin/env python3
"""Reading waits for nobody: an approver looks at orders and warnings while the daemon has its hands full.

    reading_test.py QINGKONGD MOSQUITTO

Meters send as fast as the broker takes it, one account of a county asks for twenty comparisons of editions at once,
again and again, and an inventory in which nearly every row is wrong is uploaded and refused. The approver's looks are
timed, and their percentiles printed. What counts as too long here is generous, since the machine does other things
too; a look that waited for any of the rest would take seconds.
"""
import datetime
import http.client
import json
import os
import subprocess
import sys
import threading
import time

from mqtt_client import Client
from office import INVENTORY, Office, free_port, listens, wait_for

CHINA = datetime.timezone(datetime.timedelta(hours=8))
ENTERPRISES = 400
PEOPLE = {"city": (["admin", "duty_officer", "auditor"], ""), "signer": (["approver"], ""),
          "county": (["county_officer", "auditor"], "110105")}
TOO_LONG_S = float(os.environ.get("QK_READING_TOO_LONG_S", "0.5"))


def inventory(grade):
    tables = {
        "enterprises.csv": "id,name,region,industry,grade,category\n",
        "lines.csv": INVENTORY["lines.csv"].splitlines()[0] + "\n",
        "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\n",
        "area_emissions.csv": INVENTORY["area_emissions.csv"],
    }
    for i in range(ENTERPRISES):
        tables["enterprises.csv"] += f"e{i},第{i}厂,{110105 + i % 2},水泥,{grade if i % 7 == 0 else 'C'},regular\n"
        tables["lines.csv"] += f"e{i},L1,一线,水泥磨,no,10,10,10,10\n"
        tables["meters.csv"] += f"m{i},e{i},L1,production,100,5\n"
    return tables


class Busy:
    """Work that goes on until it is told to end, on threads of its own."""

    def __init__(self):
        self.is_over = threading.Event()
        self.rounds = {}
        self.threads = []

    def start(self, name, work, threads=1):
        def run():
            while not self.is_over.is_set():
                work()
                self.rounds[name] = self.rounds.get(name, 0) + 1
        for _ in range(threads):
            self.threads.append(threading.Thread(target=run, daemon=True))
            self.threads[-1].start()

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(60)


def meters(client):
    start = datetime.datetime.now(CHINA).replace(microsecond=0) - datetime.timedelta(days=1)
    minute = [0]

    def send():
        minute[0] += 15
        at = (start + datetime.timedelta(seconds=minute[0])).isoformat()
        for i in range(0, ENTERPRISES, 4):
            client.publish(f"qingkong/1/{110105 + i % 2}/e{i}/meter/m{i}", json.dumps({"t": at, "kw": 80}))
        client.wait_until_acknowledged()
    return send


def looks(office, count):
    """Seconds of each look, over one connection as a console holds it."""
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
    taken = []
    for i in range(count):
        path = ("/api/v1/orders/e7", "/api/v1/warnings", "/api/v1/orders?per_page=50", "/api/v1/phone-list")[i % 4]
        begun = time.monotonic()
        connection.request("GET", path, headers={"Authorization": "Bearer " + office.tokens["signer"]})
        answer = connection.getresponse()
        text = answer.read()
        taken.append(time.monotonic() - begun)
        assert answer.status == 200, (path, answer.status, text[:300])
    connection.close()
    return sorted(taken)


def sign_a_warning(office):
    warning = office.good("city", "POST", "/api/v1/warnings", {"colour": "orange", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("city", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})


def show(name, taken):
    at = lambda share: taken[min(len(taken) - 1, int(len(taken) * share))] * 1000
    print(f"{name}: {len(taken)} looks, median {at(0.5):.1f} ms, 99 % {at(0.99):.1f} ms, longest {taken[-1] * 1000:.1f} ms")
    return at(0.99) / 1000


def main():
    qingkongd, mosquitto = sys.argv[1:3]
    port = free_port()
    with Office(qingkongd, PEOPLE, inventory("B"), broker_port=port) as office:
        config = office.folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n"
                          "max_queued_messages 0\n" + ("user root\n" if os.geteuid() == 0 else ""))
        broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
        busy = Busy()
        try:
            wait_for("the broker", lambda: listens(port))
            wait_for("the daemon at it", lambda: office.metric("qingkong_broker_up") == 1)
            sign_a_warning(office)
            before = office.good("city", "GET", "/api/v1/inventories")["items"][0]["edition"]
            office.good("city", "POST", "/api/v1/inventories", {"name": "next", "files": inventory("D")})
            show("quiet", looks(office, 400))
            wrong = {**inventory("Z"), "lines.csv": INVENTORY["lines.csv"].splitlines()[0] + "\n"
                     + "".join(f"nobody{i},L1,一线,,perhaps,x,y,z,w\n" for i in range(20 * ENTERPRISES))}
            refused = json.dumps({"name": "wrong", "files": wrong}).encode()

            def upload():
                status, _ = office.call("city", "POST", "/api/v1/inventories", refused)
                assert status == 422, status
            asked = iter(range(10**9))
            busy.start("comparisons", lambda: office.call(
                "county", "GET", f"/api/v1/inventories/compare?before={before}&again={next(asked)}"), threads=20)
            busy.start("uploads refused", upload)
            busy.start("rounds of meters", meters(Client(port, "fleet", lambda topic, text: None)))
            wait_for("all of it to be under way", lambda: len(busy.rounds) == 3)
            worst = show("busy", looks(office, 2000))
            print(", ".join(f"{count} {name}" for name, count in busy.rounds.items()))
            assert worst < TOO_LONG_S, f"99 % of the looks took up to {worst:.3f} s"
        finally:
            busy.end()
            broker.terminate()
            broker.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
