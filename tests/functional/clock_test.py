#!/usr/bin/env python3
"""A wall clock that jumps under a daemon that runs: an hour back and right again, an hour forward and back.

    clock_test.py QINGKONGD MOSQUITTO SET_CLOCK [back|forward]

SET_CLOCK is set_clock.c as a library. Each jump is in the log, in an event and in the metrics; readings that lay in
the future by a clock that was behind are taken in when it is right; orders leave at any time and are not counted as
known before they left; nobody is judged by an hour that has not passed; and what was acknowledged is there once.
"""
import datetime
import os
import struct
import sys
import time

from bureau import Meter, OrderTopic, a_bureau, call_with_key, events, proposed, stored, up
from office import wait_for

HOUR = 3600
SETTINGS = "[verify]\nperiod_minutes = 1\n"


class Clock:
    """What the daemon's wall clock is off by."""

    def __init__(self, library, folder):
        self.file = os.path.join(folder, f"clock-{os.getpid()}")
        with open(self.file, "wb") as out:
            out.write(struct.pack("<q", 0))
        self.environment = {"LD_PRELOAD": library, "QK_CLOCK_FILE": self.file}

    def set_by(self, seconds):
        with open(self.file, "r+b") as out:
            out.write(struct.pack("<q", seconds))


def jumps(office):
    return [int(line["seconds"]) for line in office.logged("CLOCK_JUMPED")]


def said(office, size, times):
    """The newest jump is of this size, and it is the last of so many of this process."""
    wait_for("words", lambda: len(jumps(office)) == times)
    line = office.logged("CLOCK_JUMPED")[-1]
    assert abs(int(line["seconds"]) - size) <= 70 and line["severity"] == "error", line
    wait_for("the event", lambda: len(events(office, "clock-jumped")) == times)
    assert events(office, "clock-jumped")[-1]["seconds"] == int(line["seconds"])


def send_of_now(meter, count):
    """Readings of minutes of their own, up to two minutes ago by the true time."""
    now = int(time.time()) // 60 * 60
    for minute in range(count):
        meter.sent += 1
        meter.send_at(now - (minute + 2) * 60)
    meter.client.wait_until_acknowledged()


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).isoformat(timespec="seconds")


def change(office, topic, kind):
    """Orange, and then longer: another revision, which must leave."""
    warning = office.good("officer", "GET", "/api/v1/warnings")["items"][0]
    path = "/api/v1/warnings/" + warning["id"]
    asked = office.good("officer", "POST", path + "/changes", {
        "kind": kind, "colour": "orange", "reason": "调整", "generation": warning["generation"],
        "expected_to": in_days(3 if kind == "extend" else 2)})
    held = office.good("officer", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": asked["generation"]})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})
    topic.wait_for_order(office)


def begin(office):
    meter, topic = Meter(office.broker), OrderTopic(office.broker)
    meter.send(200)
    wait_for("its readings", lambda: stored(office) == (meter.sent, meter.sent))
    path, body = proposed(office, exercise=False)
    assert call_with_key(office, "signer", path, body, "sign")[0] == 200
    topic.wait_for_order(office)
    return meter, topic


def nobody_is_accused(office):
    verdicts = office.good("admin", "GET", "/api/v1/verdicts?per_page=100")["items"]
    # By the wrong clock an order counts from an hour before it was given: that nobody could know it then is all it may say.
    late = [one for one in verdicts if one["compliance"] == "cannot_tell"
            and [found["kind"] for found in one["findings"]] == ["order_not_known"]]
    assert not [one for one in verdicts if one["compliance"] not in ("compliant", "not_judged") and one not in late], verdicts
    assert office.good("admin", "GET", "/api/v1/cases")["items"] == []
    assert not office.logged("MESSAGE_REJECTED") and not office.logged("ORDER_UNSIGNED")
    assert office.good("admin", "GET", "/api/v1/phone-list")["items"] == []
    wait_for("no order to wait", lambda: office.metric("qingkong_orders_unpublished") == 0)


def an_hour_back(programs, clock):
    with a_bureau(programs, more=SETTINGS, environment=clock.environment) as office:
        meter, topic = begin(office)
        kept = meter.sent
        clock.set_by(-HOUR)
        said(office, -HOUR, 1)
        assert abs(office.metric("qingkong_clock_behind_seconds") - HOUR) <= 2
        send_of_now(meter, 20)
        wait_for("what waits", lambda: office.metric("qingkong_messages_held_total") == 20)
        assert stored(office) == (kept, kept)
        change(office, topic, "raise")
        text = wait_for("its publication", lambda: office.good("admin", "GET", "/api/v1/orders/e1")["published_at"])
        known = datetime.datetime.fromisoformat(text).timestamp()
        assert time.time() - 60 < known < time.time() + 5, f"it was not known an hour ago: {text}"
        # Who starts while the clock is behind knows it too.
        office.process.kill()
        office.process.wait()
        office.start()
        up(office)
        said(office, -HOUR, 2)
        assert stored(office) == (kept, kept)
        clock.set_by(0)
        said(office, HOUR, 3)
        wait_for("what had waited", lambda: stored(office) == (meter.sent, meter.sent))
        assert office.metric("qingkong_clock_behind_seconds") == 0
        meter.send(100)
        wait_for("all", lambda: stored(office) == (meter.sent, meter.sent))
        change(office, topic, "extend")
        nobody_is_accused(office)


def an_hour_forward(programs, clock):
    with a_bureau(programs, more=SETTINGS, environment=clock.environment) as office:
        meter, topic = begin(office)
        clock.set_by(HOUR)
        said(office, HOUR, 1)
        assert office.metric("qingkong_clock_jumps_total") == 1
        send_of_now(meter, 20)
        wait_for("all", lambda: stored(office) == (meter.sent, meter.sent))
        change(office, topic, "raise")
        time.sleep(5)  # in which it judges by the hour that has not passed, if it does
        nobody_is_accused(office)
        clock.set_by(0)
        said(office, -HOUR, 2)
        meter.send(100)
        wait_for("all", lambda: stored(office) == (meter.sent, meter.sent))
        change(office, topic, "extend")
        nobody_is_accused(office)


STORIES = {"back": an_hour_back, "forward": an_hour_forward}


def main():
    programs, library = sys.argv[1:3], os.path.abspath(sys.argv[3])
    for what in sys.argv[4:] or STORIES:
        begun = time.monotonic()
        clock = Clock(library, os.environ.get("TMPDIR", "/tmp"))
        try:
            STORIES[what](programs, clock)
        finally:
            os.unlink(clock.file)
        print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
