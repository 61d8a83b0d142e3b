#!/usr/bin/env python3
"""Thousands of live agents on one broker: from the signature until each has verified its order, and what becomes of
them when the broker goes.

    many_agents_bench.py QINGKONGD MOSQUITTO AGENT_FLEET [AGENTS]

A real daemon, a real mosquitto, and agent_fleet, which holds a connection for each agent (10,000 unless told
otherwise). Judged, each against the same run:

  first delivery   the 99th percentile of the agents has verified its order at most a second after the bureau's own
                   publishing has ended
  storms           the broker is killed and keeps nothing, then stopped and keeps all: every agent holds the present
                   order within twice the time of the first delivery (but at least MIN_STORM_S, a pause of the link)
  limits           no order was refused by an agent, no queue ran over, the daemon grew by no more than its queues may

Ends with 0 where all hold, 1 where one is missed, 2 where the machine does not allow it.
"""
import json
import pathlib
import re
import resource
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "functional"))
from bus_test import Broker, PEOPLE, Story, is_ready  # noqa: E402
from mqtt_client import Client  # noqa: E402
from office import Office, listens, wait_for  # noqa: E402

PREFIX, REGION = "e", "110105"
P99_BEYOND_S = 1.0
STORM_TIMES = 2.0
MIN_STORM_S = 5.0
PATIENCE_S = 300
MEMORY_TIMES = 1.2
# Beside the documents: queues of documents to be compared and of intake (64 MiB each), buffers of the client library.
FIXED_BYTES = 192 << 20


class QuietBroker(Broker):
    """Logs nothing: what is measured is what it carries. What it holds it writes to the disk when it is stopped."""

    def start(self):
        (self.folder / "m.conf").write_text(
            f"user root\nlistener {self.port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n"
            "max_inflight_messages 1000\nmax_queued_messages 100000000\nmax_queued_bytes 2000000000\n"
            f"max_packet_size 1200000\npersistence true\npersistence_location {self.folder}/\n")
        self.process = subprocess.Popen([self.program, "-c", self.folder / "m.conf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for("the broker", lambda: listens(self.port))


class Fleet:
    def __init__(self, program, port, key, count):
        self.count, self.now, self.told = count, {"linked": 0, "holding": 0, "revision": 0, "refused": 0,
                                                  "overflows": 0, "again": 0}, []
        self.process = subprocess.Popen([program, str(port), key, str(count), REGION, PREFIX], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            said = json.loads(line)
            if said.get("report"):
                self.told.append(said)
            else:
                self.now = said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def wait(self, what, claim, seconds=PATIENCE_S):
        def is_so():
            if self.process.poll() is not None:
                sys.exit(2)  # it has said why
            return claim(self.now)
        try:
            wait_for(what, is_so, seconds)
        except AssertionError:
            raise AssertionError(f"waited {seconds} s in vain: {what}; the fleet stands at {self.now}") from None

    def all_hold(self, revision):
        self.wait(f"revision {revision} at all {self.count} agents", lambda now: now["revision"] >= revision
                  and now["holding"] == self.count)
        before = len(self.told)
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        wait_for("the report", lambda: len(self.told) > before)
        return self.told[-1]


class Judge:
    def __init__(self):
        self.missed = 0

    def holds(self, what, value, most):
        is_good = value <= most
        self.missed += not is_good
        print(f"{what} {value:.2f}, at most {most:.2f}: {'holds' if is_good else 'MISSED'}", flush=True)


def inventory(count):
    ids = [f"{PREFIX}{i}" for i in range(count)]
    return {
        "enterprises.csv": "id,name,region,industry,grade,category\n" + "".join(
            f"{i},企业{i},{REGION},水泥,C,regular\n" for i in ids),
        "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n" + "".join(
            f"{i},L0,线,水泥磨,no,10,10,10,10\n" for i in ids),
        "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n" + "".join(
            [f"{REGION},industry" + f",{count * 30}" * 4 + "\n"]),
    }


def memory_of(process, line):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(rf"^{line}:\s+(\d+)", status.read(), re.MULTILINE).group(1)) << 10


def forget_peak(process):
    with open(f"/proc/{process.pid}/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")


def settled(office, seconds=3):
    """Nothing leaves and nothing waits any more, for so long."""
    last, since = None, time.monotonic()

    def is_so():
        nonlocal last, since
        now = (office.metric("qingkong_orders_published_total"), office.metric("qingkong_intake_queue"),
               office.metric("qingkong_orders_unpublished"))
        if now != last or now[1] or now[2]:
            last, since = now, time.monotonic()
        return time.monotonic() - since >= seconds
    wait_for("a bureau with nothing to do", is_so, PATIENCE_S)


def bytes_of_an_order(broker):
    found = []
    client = Client(broker.port, "look", lambda _, payload: found.append(len(payload.encode())))
    client.subscribe(f"qingkong/1/{REGION}/{PREFIX}0/order")
    wait_for("an order", lambda: found)
    client.close()
    return found[0]


def first_delivery(office, story, fleet, judge):
    """Seconds from the signature until the last agent has verified its order."""
    published = office.metric("qingkong_orders_published_total")
    story.begin()
    signed = time.monotonic()
    wait_for("the bureau's publishing", lambda: office.metric("qingkong_orders_published_total")
             >= published + fleet.count and office.metric("qingkong_orders_unpublished") == 0, PATIENCE_S)
    out = time.monotonic()
    held = fleet.all_hold(1)
    print(f"first delivery to {fleet.count} agents: all out {out - signed:.2f} s after the signature, verified by half "
          f"{held['p50'] - signed:.2f} s, by 99 % {held['p99'] - signed:.2f} s, by all {held['last'] - signed:.2f} s",
          flush=True)
    judge.holds("seconds of the 99th percentile beyond the bureau's own publishing", held["p99"] - out, P99_BEYOND_S)
    return max(held["last"], out) - signed


def storm(what, office, broker, fleet, judge, end, first):
    settled(office)
    forget_peak(office.process)
    before = memory_of(office.process, "VmRSS")
    documents = bytes_of_an_order(broker) * fleet.count
    end()
    fleet.wait("all agents without a link", lambda now: now["linked"] == 0)
    broker.start()
    began, queue = time.monotonic(), [0]
    watching = threading.Event()

    def watch():
        while not watching.wait(0.1):
            queue[0] = max(queue[0], office.metric("qingkong_intake_queue"))
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    held = fleet.all_hold(1)
    settled(office)
    watching.set()
    watcher.join()
    took = held["last"] - began
    grown = max(0, memory_of(office.process, "VmHWM") - before)
    print(f"storm, {what}: all {fleet.count} agents hold the present order {took:.2f} s after the broker is there "
          f"again; the daemon grew by {grown / 1e6:.0f} MB (documents: {documents / 1e6:.0f} MB), its intake held at "
          f"most {queue[0]:.0f} messages; broker {memory_of(broker.process, 'VmRSS') / 1e6:.0f} MB", flush=True)
    judge.holds(f"storm, {what}: seconds", took, max(MIN_STORM_S, STORM_TIMES * first))
    judge.holds(f"storm, {what}: megabytes the daemon grew by", grown / 1e6,
                (FIXED_BYTES + MEMORY_TIMES * documents) / 1e6)
    judge.holds(f"storm, {what}: messages in the intake queue", queue[0], 20_000)


def play(qingkongd, mosquitto, agent_fleet, count):
    judge = Judge()
    with QuietBroker(mosquitto) as broker, \
            Office(qingkongd, PEOPLE, inventory(count), broker_port=broker.port) as office:
        wait_for("the link", lambda: is_ready(office))
        key = office.good(None, "GET", "/api/v1/keys")["items"][0]["key"]
        with Fleet(agent_fleet, broker.port, key, count) as fleet:
            fleet.wait(f"all {count} agents linked", lambda now: now["linked"] == count)
            settled(office)
            story = Story(office)
            first = first_delivery(office, story, fleet, judge)
            settled(office)
            storm("a broker that keeps nothing", office, broker, fleet, judge, broker.kill, first)
            storm("a broker that keeps all", office, broker, fleet, judge, broker.stop, first)
            story.raise_to("orange", ["first"])
            fleet.all_hold(2)
            judge.holds("orders that an agent refused", fleet.now["refused"], 0)
            judge.holds("links that ended because too much waited to be sent", fleet.now["overflows"], 0)
            settled(office)
            answered = office.good("officer", "GET", "/api/v1/orders?receipt_state=received&per_page=1")
            judge.holds("orders without the receipt of their agent", count - answered["total"], 0)
    return 1 if judge.missed else 0


def main():
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 10_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = count + 200  # of the broker; agent_fleet asks for its own
    if hard != resource.RLIM_INFINITY and hard < needed:
        print(f"{needed} open files are needed and {hard} allowed: ulimit -n {needed}, or name fewer agents",
              file=sys.stderr)
        return 2
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return play(*sys.argv[1:4], count)


if __name__ == "__main__":
    sys.exit(main())
