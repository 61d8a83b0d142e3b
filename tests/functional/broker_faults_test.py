#!/usr/bin/env python3
"""Between a real bureau, a real broker and a real agent the line does its worst, and so do others on the broker: after
each, no order is missing, none is doubled in effect, and none is believed that was not given.

    broker_faults_test.py QINGKONGD MOSQUITTO QINGKONG_AGENT QINGKONGCTL [STORY]

The line (fault_proxy.py, one before the daemon and one before the agent) delays, drops, cuts, duplicates and reorders.
Garbage comes a thousand times a second. An enterprise is revoked, another uses its name. The bureau's key is replaced
while its orders are on their way. What the disk, old revisions and wrong keys do is in agent_test.py, and what kills do
in kill_loop.py and agent_test.py.
"""
import contextlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from agent_test import LIMITS, Plant, key_of, readings_at, state_of
from bus_test import ENTERPRISES, PEOPLE, Broker, Story, inventory, is_ready, office_at
from fault_proxy import FaultProxy, Faults
from mqtt_client import Client
from office import Office, free_port, listens, wait_for

METER = '[[meters]]\nfolder = "{folder}/one"\n'
HOOK = 'hook = ["/bin/sh", "-c", "echo $QINGKONG_REVISION >> {folder}/ran"]\n'
GARBAGE_A_SECOND = 1000
GARBAGE_S = 10
PATIENCE_S = 240  # of what stands behind a flood


def rows(office, query, *values):
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/q.db?mode=ro", uri=True)) as db:
        return db.execute(query, values).fetchall()


def plant_at(programs, port, key, more="", **others):
    """A plant whose folder of readings is there."""
    plant = Plant(programs[2], port, key, HOOK + METER + more, **others)
    (plant.folder / "one").mkdir()
    return plant


def nothing_is_missing_doubled_or_made_up(office, broker, story, plant, sent):
    # A line that breaks three times under one order alone lets it be set aside for a minute.
    plant.wait_for_order(story, 180)
    story.wait_until_held(broker, seconds=180)
    wait_for("the receipt", lambda: state_of(office) == "done", 120)
    wait_for("all readings", lambda: rows(office, "SELECT count(*) FROM readings") == [(sent,)], 120)
    wait_for("the agent's word that all has arrived", lambda: json.loads(
        (plant.folder / "state/status.json").read_text())["readings_waiting"] == 0, 240)
    assert rows(office, "SELECT count(DISTINCT t_end) FROM readings") == [(sent,)], "a reading is stored twice"
    doubled = rows(office, "SELECT order_id, revision, state FROM receipts WHERE enterprise = 'e1' AND effect = 'taken' "
                           "GROUP BY 1, 2, 3 HAVING count(*) > 1")
    assert not doubled, f"receipts moved the order twice: {doubled}"
    revisions = rows(office, "SELECT enterprise, count(*), max(revision) FROM order_revisions GROUP BY enterprise")
    assert all(count == highest for _, count, highest in revisions), revisions
    given = dict(rows(office, "SELECT revision, signed_text FROM order_revisions WHERE enterprise = 'e1'"))
    wait_for("the plant's command", lambda: (plant.folder / "ran").read_text().split()[-1:] == [str(max(given))])
    ran = [int(word) for word in (plant.folder / "ran").read_text().split()]
    assert ran == sorted(set(ran)), f"the plant was told twice, or back: {ran}"
    owed = plant.owes()
    held = json.loads((plant.folder / "state/order.json").read_text())["order"]
    assert held == given[owed["revision"]], "the plant holds what was not given"
    for line in plant.logged("ORDER_VERIFIED"):
        assert int(line["revision"]) in given, line
    # What is overtaken or comes twice is an order of before; nothing else is a reason on a line that alters nothing.
    strange = [line for line in plant.logged("ORDER_NOT_BELIEVED") if line["why_en"] != "older revision"]
    assert not strange, strange
    assert not plant.logged("MARK_NOT_BELIEVED") and not plant.logged("MARK_OF_ANOTHER")
    assert not office.logged("ORDER_TOPIC_TAMPERED"), "what we published ourselves is no forgery"


def an_issue_under(faults, programs, seed):
    with Broker(programs[1]) as broker, FaultProxy(broker.port, seed) as near_bureau, \
            FaultProxy(broker.port, seed + 1) as near_plant, \
            office_at(programs[0], near_bureau.port, more=LIMITS) as office:
        wait_for("the link", lambda: is_ready(office))
        story = Story(office)
        with plant_at(programs, near_plant.port, key_of(office)["key"]) as plant:
            drop = readings_at(plant.folder / "one")
            for proxy in (near_bureau, near_plant):
                proxy.faults = faults
            story.begin()
            sent = drop(30)
            for colour, signers in (("orange", ["first"]), ("red", ["first", "second"])):
                time.sleep(2)
                plant.do("receipt", "accepted")
                story.raise_to(colour, signers)
                sent = drop(30)
            time.sleep(8)
            met = {what: near_bureau.met[what] + near_plant.met[what] for what in near_bureau.met}
            for proxy in (near_bureau, near_plant):
                proxy.heal()
            wait_for("the link", lambda: is_ready(office))
            plant.wait_for_order(story, 180)
            assert plant.do("receipt", "executed")[0] == 0
            nothing_is_missing_doubled_or_made_up(office, broker, story, plant, sent)
            return met


def a_line_that_delays(programs):
    met = an_issue_under(Faults(delay_s=0.3), programs, 10)
    assert met["delay"] > 20, met


def a_line_that_drops(programs):
    met = an_issue_under(Faults(drop=0.1), programs, 20)
    assert met["drop"] > 5, met


def a_line_that_is_cut(programs):
    met = an_issue_under(Faults(cut=0.05), programs, 30)
    assert met["cut"] > 3, met


def a_line_that_duplicates(programs):
    met = an_issue_under(Faults(duplicate=0.5), programs, 40)
    assert met["duplicate"] > 20, met


def a_line_that_reorders(programs):
    met = an_issue_under(Faults(reorder=0.4), programs, 50)
    assert met["reorder"] > 10, met


def a_line_that_does_it_all(programs):
    for seed in (60, 70):
        met = an_issue_under(Faults(0.1, 0.03, 0.02, 0.2, 0.2), programs, seed)
        assert met["delay"] and met["duplicate"] and met["reorder"], met


def garbage_of(chance):
    """A topic and a payload of nobody who means well, the order topic of e1 included."""
    ends = ("receipt", "status", "meter/m-e1", "meter/none", "gate/1", "stack/x", "order", "durable", "nothing", "")
    topic = chance.choice((f"qingkong/1/110105/e1/{chance.choice(ends)}",
                           f"qingkong/1/110105/e{chance.randrange(2 * ENTERPRISES)}/{chance.choice(ends)}",
                           f"qingkong/{chance.randrange(9)}/x/{chance.randrange(10**9)}/receipt"))
    words = ('{"order":"w1/e1","revision":%d,"state":"done"}' % chance.randrange(10**6), "{" * chance.randrange(1, 60),
             '{"seq":"%016x/%d/0/%016x","t":"x"}' % (chance.getrandbits(64), chance.randrange(1, 99),
                                                     chance.getrandbits(64)),
             '{"enterprise":"e1","marks":[{"spool":"%016x","up_to":9,"check":"%016x"}]}' % (chance.getrandbits(64),
                                                                                           chance.getrandbits(64)),
             '[{"t":"2026-01-01T00:00:00+08:00","kw":1e999}]', "offline", "\x00\ufffd" * chance.randrange(1, 200),
             "x" * chance.randrange(3000))
    return topic, chance.choice(words)


def garbage_a_thousand_times_a_second(programs):
    with Broker(programs[1]) as broker, office_at(programs[0], broker.port, more=LIMITS) as office:
        wait_for("the link", lambda: is_ready(office))
        story = Story(office)
        with plant_at(programs, broker.port, key_of(office)["key"]) as plant:
            drop = readings_at(plant.folder / "one")
            vandal, chance = Client(broker.port, "vandal"), random.Random(5)
            thrown, is_over = [0], threading.Event()

            def throw():
                begun = time.monotonic()
                while not is_over.is_set():
                    due = (time.monotonic() - begun) * GARBAGE_A_SECOND
                    while thrown[0] < due:
                        topic, payload = garbage_of(chance)
                        vandal.publish(topic, payload)
                        thrown[0] += 1
                    time.sleep(0.005)
            thread = threading.Thread(target=throw, daemon=True)
            thread.start()
            begun = time.monotonic()
            story.begin()
            plant.wait_for_order(story, PATIENCE_S)
            sent = drop(20)
            time.sleep(GARBAGE_S / 2)
            story.raise_to("orange", ["first"])
            plant.wait_for_order(story, PATIENCE_S)
            took = time.monotonic() - begun
            is_over.set()
            thread.join()
            vandal.wait_until_acknowledged(PATIENCE_S)
            assert thrown[0] >= 0.5 * GARBAGE_A_SECOND * took, f"{thrown[0]} in {took:.1f} s: too slow to try anything"
            vandal.close()
            assert plant.do("receipt", "executed")[0] == 0
            story.wait_until_held(broker, seconds=PATIENCE_S)
            plant.wait_for_order(story, PATIENCE_S)
            wait_for("all readings", lambda: rows(office, "SELECT count(*) FROM readings WHERE kw < 1e9") == [(sent,)],
                     PATIENCE_S)
            given = rows(office, "SELECT revision FROM order_revisions WHERE enterprise = 'e1'")
            assert all((int(line["revision"]),) in given for line in plant.logged("ORDER_VERIFIED"))
            assert plant.logged("ORDER_NOT_BELIEVED"), "some of it came on the order topic"
            assert office.metric("qingkong_messages_rejected_total") > 0
            kept = rows(office, "SELECT count(*) FROM rejected")[0][0]
            assert kept <= 10_000, f"{kept} rejected messages are kept"
            # Nobody has answered for e1 but its agent: what was made up is of no order that was given.
            wait_for("its own answer", lambda: rows(
                office, "SELECT 1 FROM receipts AS r JOIN orders AS o ON o.enterprise = r.enterprise AND o.revision = "
                        "r.revision WHERE r.enterprise = 'e1' AND r.state = 'done' AND r.effect IN ('taken', 'repeat')"), PATIENCE_S)
            with open(f"/proc/{office.process.pid}/status", encoding="ascii") as status:
                peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
            assert peak < 700_000 or "asan" in programs[0] or "dev" in programs[0], f"{peak} KiB"


class Kit:
    """The broker that 'qingkongctl broker init' lays out, with enterprises enrolled by passwords or certificates."""

    def __init__(self, programs, *enterprises, way="passwords"):
        self.programs, self.way = programs, way
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-kit-")
        self.folder = pathlib.Path(self.place.name) / "broker"
        self.port, self.daemon_port, self.certificate_port = free_port(), free_port(), free_port()
        account = ["--account", "root"] if os.geteuid() == 0 else []
        self.ctl("broker", "init", self.folder, "--host", "127.0.0.1", "--port", self.port, "--daemon-port",
                 self.daemon_port, "--certificate-port", self.certificate_port, *account)
        self.enrol(*enterprises)
        self.process = subprocess.Popen([programs[1], "-c", self.folder / "mosquitto.conf"], stderr=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL)
        wait_for("the broker", lambda: all(map(listens, (self.port, self.daemon_port, self.certificate_port))))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.place.cleanup()

    def ctl(self, *words):
        done = subprocess.run([self.programs[3], *map(str, words)], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"

    def enrol(self, *enterprises):
        """What was there of a time before is of no use any more."""
        for old in (self.folder / "plants").glob("*"):
            if old.stem in enterprises:
                old.unlink()
        self.ctl("enterprise", "enrol", "--broker", self.folder, f"--{self.way}", self.folder / "plants", *enterprises)

    def mqtt(self, user):
        if self.way == "certificates":
            return (f'url = "mqtts://127.0.0.1:{self.certificate_port}"\nca = "{self.folder}/ca.crt"\n'
                    f'certificate = "{self.folder}/plants/{user}.crt"\nkey = "{self.folder}/plants/{user}.key"\n')
        return (f'url = "mqtts://127.0.0.1:{self.port}"\nca = "{self.folder}/ca.crt"\nuser = "{user}"\n'
                f'password_file = "{self.folder}/plants/{user}.password"\n')

    def office(self):
        mqtt = f'user = "qingkong"\npassword_file = "{self.folder}/daemon.password"\nsenders = "topic"'
        return Office(self.programs[0], PEOPLE, inventory(), LIMITS, self.daemon_port, mqtt=mqtt)


def a_revoked_enterprise_and_one_that_uses_its_name(programs):
    for way in ("passwords", "certificates"):
        one_is_revoked_and_another_uses_its_name(programs, way)


def one_is_revoked_and_another_uses_its_name(programs, way):
    with Kit(programs, "e1", "e2", way=way) as kit, kit.office() as office:
        wait_for("the link", lambda: is_ready(office))
        story, key = Story(office), key_of(office)["key"]
        with Plant(programs[2], 0, key, mqtt=kit.mqtt("e1")) as plant:
            story.begin()
            plant.wait_for_order(story)
            wait_for("the receipt", lambda: state_of(office) == "received")
            held = plant.owes()
            kit.ctl("enterprise", "revoke", "--broker", kit.folder, "e1")
            wait_for("its link to end", lambda: plant.logged("AGENT_LINK_DOWN"))
            answers = rows(office, "SELECT count(*) FROM receipts")
            story.raise_to("orange", ["first"])
            # The orders of all others leave as ever, and its own waits at the broker.
            wait_for("all orders out", lambda: office.metric("qingkong_orders_unpublished") == 0)
            assert plant.do("receipt", "accepted")[0] == 0
            # A neighbour that is enrolled says that it is e1, to the broker and to everybody.
            with Plant(programs[2], 0, key, mqtt=kit.mqtt("e2")) as thief:
                wait_for("a word", lambda: thief.logged("AGENT_LINK_TROUBLE") or thief.logged("AGENT_LINK_UP"))
                time.sleep(3)
                assert thief.owes()["revision"] == 0, "it was given the order of another"
            assert rows(office, "SELECT count(*) FROM receipts") == answers, "somebody has answered for it"
            assert plant.owes() == held, "what it was told last still stands there"
            kit.enrol("e1")
            plant.kill()
            plant.start()
            plant.wait_for_order(story)
            # What it said while it was out is of the order of before; the present one gets its own answer.
            wait_for("the receipt", lambda: state_of(office) == "received")


def a_key_that_is_replaced_in_the_middle_of_an_issue(programs):
    with Broker(programs[1]) as broker, FaultProxy(broker.port, 8) as proxy, \
            office_at(programs[0], proxy.port, more=LIMITS) as office:
        wait_for("the link", lambda: is_ready(office))
        story, first = Story(office), key_of(office)["key"]
        with plant_at(programs, broker.port, first, bureau='keys_file = "{folder}/keys.json"\n') as plant:
            keys = plant.folder / "keys.json"
            keys.write_text(json.dumps(office.good(None, "GET", "/api/v1/keys")))
            plant.kill()
            plant.start()
            story.begin()
            plant.wait_for_order(story)
            # Counted below are orders of the raise alone.
            wait_for("all orders out", lambda: office.metric("qingkong_orders_unpublished") == 0)
            drop = readings_at(plant.folder / "one")
            # Slow enough that the key is replaced while the first of these orders are out and the last are not.
            proxy.faults = Faults(delay_s=0.4)
            published = office.metric("qingkong_orders_published_total")
            story.raise_to("orange", ["first"])
            wait_for("some of them out", lambda: office.metric("qingkong_orders_published_total") > published + 2)
            office.process.kill()
            office.process.wait()
            # What was on its way through the proxy arrives after the daemon is dead.
            wait_for("the first of them", lambda: 2 in broker.retained().values())
            out = [i for i, revision in broker.retained().items() if revision == 2]
            assert len(out) < ENTERPRISES, f"{len(out)} orders were out"
            subprocess.run([programs[3], "key", "rotate", office.folder / "signing.key", "--reason", "更换"], check=True,
                           capture_output=True, timeout=60)
            proxy.heal()
            office.start()
            wait_for("the link", lambda: is_ready(office))
            keys.write_text(json.dumps(office.good(None, "GET", "/api/v1/keys")))
            second = key_of(office)["key"]
            assert second != first
            story.wait_until_held(broker, seconds=120)
            plant.wait_for_order(story, 120)
            story.raise_to("red", ["first", "second"])
            plant.wait_for_order(story, 120)
            assert plant.owes()["key"] == second
            sent = drop(10)
            assert plant.do("receipt", "executed")[0] == 0
            wait_for("the answer", lambda: state_of(office) == "done")
            wait_for("all readings", lambda: rows(office, "SELECT count(*) FROM readings") == [(sent,)])
            ran = [int(word) for word in (plant.folder / "ran").read_text().split()]
            # The same revision under another key is told once more, never an older one.
            assert ran == sorted(ran) and ran[-1] == 3, ran
            assert {line["why_en"] for line in plant.logged("ORDER_NOT_BELIEVED")} <= {"unknown key", "older revision"}


def a_mark_that_the_owner_of_the_broker_raises(programs):
    with Broker(programs[1]) as broker, office_at(programs[0], broker.port, more=LIMITS) as office:
        wait_for("the link", lambda: is_ready(office))
        with plant_at(programs, broker.port, key_of(office)["key"]) as plant:
            status = plant.folder / "state/status.json"
            waiting = lambda: json.loads(status.read_text())["readings_waiting"] if status.exists() else None
            drop = readings_at(plant.folder / "one")
            sent = drop(5)
            wait_for("the first readings", lambda: rows(office, "SELECT count(*) FROM readings") == [(sent,)])
            wait_for("the agent's word that they have arrived", lambda: waiting() == 0)
            office.stop()
            heard, marks = [], []
            owner = Client(broker.port, "owner", lambda topic, payload: (marks if topic.endswith("durable") else heard)
                           .append(payload))
            owner.subscribe("qingkong/1/110105/e1/meter/#")
            owner.subscribe("qingkong/1/110105/e1/durable")
            sent = drop(5)
            wait_for("what the agent sends", lambda: len(heard) >= 5 and marks)
            wait_for("its queue", lambda: waiting() == 5)
            signed = json.loads(marks[-1])
            for message in heard:
                said = json.loads(message)
                spool, number, _, check = (said[0] if isinstance(said, list) else said)["seq"].split("/")
                raised = {"enterprise": "e1", "marks": [{"spool": spool, "up_to": int(number), "check": check}]}
                for lie in (raised, {**raised, "key": signed["key"], "signature": signed["signature"]},
                            {**raised, "key": "ab" * 32, "signature": "cd" * 64}):
                    owner.publish("qingkong/1/110105/e1/durable", json.dumps(lie, sort_keys=True,
                                                                             separators=(",", ":")), retain=True)
            owner.wait_until_acknowledged()
            wait_for("a word", lambda: plant.logged("MARK_NOT_BELIEVED"))
            time.sleep(2)
            assert waiting() == 5, "the agent has let go of what the bureau does not have"
            office.start()
            wait_for("the link", lambda: is_ready(office))
            wait_for("all readings", lambda: rows(office, "SELECT count(*) FROM readings") == [(sent,)], 120)
            wait_for("the bureau's own mark", lambda: waiting() == 0, 240)


STORIES = [a_line_that_delays, a_line_that_drops, a_line_that_is_cut, a_line_that_duplicates, a_line_that_reorders,
           a_line_that_does_it_all, garbage_a_thousand_times_a_second, a_revoked_enterprise_and_one_that_uses_its_name,
           a_key_that_is_replaced_in_the_middle_of_an_issue, a_mark_that_the_owner_of_the_broker_raises]


def main():
    asked = sys.argv[5] if len(sys.argv) > 5 else ""
    told = [story for story in STORIES if asked in story.__name__]
    assert told, f"there is no story '{asked}'"
    for story in told:
        begun = time.monotonic()
        story(sys.argv[1:5])
        print(f"{story.__name__}: {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    main()
