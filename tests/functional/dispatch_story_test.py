#!/usr/bin/env python3
"""What a real run stores of an order, one after the other, is what the model of dispatch (tests/proof) can store too.

    dispatch_story_test.py QINGKONGD MOSQUITTO QINGKONG_AGENT SPIN

A real daemon, mosquitto and agent, killed in the middle. The row of the order is read again and again meanwhile, and
what it held is given to the model checker, which must find a run of the model that holds the same in the same order
and comes right. Stories that never happened must be refused.
"""
import contextlib
import pathlib
import sqlite3
import sys
import tempfile
import threading
import time

from agent_test import ON_DISK, Plant, a_bureau, is_ready, key_of, state_of
from office import wait_for

PROOF = pathlib.Path(__file__).resolve().parent.parent / "proof"
sys.path.insert(0, str(PROOF))
from dispatch_model import Bound, build, tells

# Faults that the model may use to tell what was seen: it knows nothing of when something was killed.
FAULTS_MOST = 2


class Watcher:
    """Reads (revision, is wanted again, has a receipt) of one enterprise; each as often as it changes."""

    def __init__(self, office):
        self.path = f"file:{office.folder}/q.db?mode=ro"
        self.seen = []
        self.is_over = False
        self.thread = threading.Thread(target=self.watch)

    def look(self):
        with contextlib.closing(sqlite3.connect(self.path, uri=True)) as db:
            row = db.execute("SELECT revision, satisfied < wanted, receipt_state <> 'none' FROM orders "
                             "WHERE enterprise = 'e1'").fetchone()
        if row and (not self.seen or self.seen[-1] != row):
            self.seen.append(row)

    def watch(self):
        while not self.is_over:
            try:
                self.look()
            except sqlite3.OperationalError:  # it is being opened, or closed
                pass
            time.sleep(0.002)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()


def a_run(programs):
    with a_bureau(programs, ON_DISK) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"]) as plant, Watcher(office) as watcher:
        def kill_agent():
            plant.kill()
            plant.start()

        def kill_broker_and_daemon():
            broker.kill()
            office.process.kill()
            office.process.wait()
            broker.start()
            office.start()

        story.begin()
        kill_agent()
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        story.raise_to("orange", ["first"])
        kill_broker_and_daemon()
        wait_for("the link", lambda: is_ready(office))
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        wait_for("the order at the broker", lambda: broker.retained().get("e1") == 2)
        return watcher.seen


def never_happened(seen):
    """Stories that differ from this one in what must not be."""
    last = seen[-1]
    yield "a revision goes back", [*seen, (last[0] - 1, 0, 1)]
    yield "a receipt vanishes", [*seen, (last[0], 0, 0), last]
    yield "a revision that nobody decided", [*seen, (last[0] + 1, 0, 1)]
    yield "told from its end", [(2, 0, 1), *[one for one in seen if one[0] == 1]]


def main():
    seen = a_run(sys.argv[1:4])
    print("seen:", *seen)
    assert {one[0] for one in seen} == {1, 2} and seen[-1][2] == 1, seen
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        build(sys.argv[4], PROOF / "dispatch_model.pml", folder)
        needed = next((count for count in range(FAULTS_MOST + 1) if tells(folder, Bound(2, count, 0), seen)), None)
        assert needed is not None, f"the model has no such run: {seen}"
        print(f"the model tells it with {needed} faults")
        bound = Bound(2, min(needed, 1), 0)  # of two there are four times as many states
        for what, story in never_happened(seen):
            assert not tells(folder, bound, story), f"the model takes what never happened: {what}"


if __name__ == "__main__":
    main()
