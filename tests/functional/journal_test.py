#!/usr/bin/env python3
"""The intake journal as an administrator meets it: damaged, doubled, and left with a backlog.

    journal_test.py QINGKONGD MOSQUITTO

A second daemon on the same database, or on the same journal, ends with 2 and names who holds it. What an older
release left in the journal is taken in, and so is all of a damaged journal but the damaged record, with the truth
in the log. A daemon with a backlog answers at once and takes the rest in behind. A meter that floods is
limited, receipts are not.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import time
import zlib

from mqtt_client import Client
from office import INVENTORY, Office, free_port, listens, wait_for

METERS = {**INVENTORY, "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n"}
AUDITOR = {"auditor": (["auditor"], "")}
TOPIC = "qingkong/1/110105/e1/meter/m1"


def at(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))


def old_record(arrived, payload):
    """A record as earlier releases wrote it."""
    body = struct.pack("<qH", arrived, len(TOPIC)) + TOPIC.encode() + payload.encode()
    return struct.pack("<II", len(body), zlib.crc32(body)) + body


def old_journal(office, count, spacing=20):
    """Readings that an earlier release has acknowledged and not stored."""
    folder = office.folder / "journal"
    folder.mkdir(exist_ok=True)
    now = int(time.time())
    records = [old_record(now, json.dumps({"t": at(now - i * spacing), "kw": 40})) for i in range(count)]
    (folder / "0000000001.log").write_bytes(b"".join(records))
    return records


def readings(office):
    return office.metric("qingkong_readings_total")


class Waiting(Office):
    """An office whose daemon is started by hand."""

    def __enter__(self):
        return self


def a_second_daemon_is_refused(qingkongd):
    with Office(qingkongd, AUDITOR, METERS) as office:
        config = (office.folder / "qingkong.toml").read_text().replace(f"port = {office.port}", f"port = {free_port()}")
        for name, changed in {
            "both": config,
            "database": config.replace("[http]", f'journal = "{office.folder}/another"\n[http]'),
            "journal": config.replace("/q.db", "/another.db"),
        }.items():
            path = office.folder / f"{name}.toml"
            path.write_text(changed)
            second = subprocess.run([qingkongd, "--config", path], capture_output=True, text=True, timeout=60)
            assert second.returncode == 2, second
            assert str(office.process.pid) in second.stderr and "lock" in second.stderr, second.stderr
            assert "另一个" in second.stderr and "another" in second.stderr, second.stderr
        office.process.kill()
        office.process.wait()
        office.start()  # a kill leaves nothing that would have to be cleared away
    return "a second daemon refused"


def damage_costs_its_record_alone(qingkongd):
    with Waiting(qingkongd, AUDITOR, METERS) as office:
        records = old_journal(office, 300)
        path = office.folder / "journal/0000000001.log"
        whole = bytearray(path.read_bytes())
        whole[len(records[0]) * 100 + 60] ^= 0x20
        path.write_bytes(whole)
        office.start()
        wait_for("the readings", lambda: readings(office) == 299)
        said = office.logged("JOURNAL_DAMAGED")
        assert len(said) == 1 and said[0]["severity"] == "error" and said[0]["records"] == "1", said
        assert pathlib.Path(said[0]["kept"]).read_bytes() == whole
        assert office.metric("qingkong_journal_records_lost_total") == 1
        office.stop()
    return "damage said and passed over"


def a_backlog_is_taken_in_behind(qingkongd, messages):
    with Waiting(qingkongd, AUDITOR, METERS, "[limits]\nmeter_interval_seconds = 1\nmeter_readings_per_hour = 2000000\n"
                 "enterprise_messages_per_minute = 2000000\nenterprise_rows_per_minute = 2000000\n") as office:
        old_journal(office, messages, 20)
        begun = time.monotonic()
        office.start()
        status, ready = office.call(None, "GET", "/readyz")
        took = time.monotonic() - begun
        assert ready["store"], ready
        assert office.logged("DAEMON_READY") and office.logged("INTAKE_BACKLOG")[0]["count"] == str(messages)
        wait_for("the backlog", lambda: office.logged("INTAKE_BACKLOG_TAKEN"), 300)
        assert readings(office) == messages
        assert office.call(None, "GET", "/readyz")[1]["backlog"] == 0
        office.stop()
    return f"ready after {took:.2f} s with {messages} messages in the journal"


def a_flood_is_limited(qingkongd, mosquitto):
    port = free_port()
    with Waiting(qingkongd, AUDITOR, METERS, "[limits]\nmeter_interval_seconds = 10\n", broker_port=port) as office:
        config = office.folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nlog_dest none\n"
                          + ("user root\n" if os.geteuid() == 0 else ""))
        broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
        try:
            wait_for("the broker", lambda: listens(port))
            office.start()
            wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
            fleet = Client(port, "fleet", lambda topic, text: None)
            now = int(time.time())
            for first in range(0, 20_000, 1000):
                fleet.publish(TOPIC, json.dumps([{"t": at(now - i), "kw": 0} for i in range(first, first + 1000)]))
            fleet.publish("qingkong/1/110105/e1/status", "online")
            fleet.wait_until_acknowledged()
            wait_for("the status", lambda: office.metric("qingkong_enterprises_online") == 1)
            assert readings(office) == 0
            said = office.logged("SENDER_OVER_LIMIT")
            assert said and said[0]["enterprise"] == "e1", said
            assert office.metric("qingkong_messages_over_limit_total") == 20
            office.stop()
        finally:
            broker.terminate()
            broker.wait()
    return "a flood limited"


def main():
    qingkongd, mosquitto = sys.argv[1:3]
    messages = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
    print(a_second_daemon_is_refused(qingkongd))
    print(damage_costs_its_record_alone(qingkongd))
    print(a_backlog_is_taken_in_behind(qingkongd, messages))
    print(a_flood_is_limited(qingkongd, mosquitto))
    return 0


if __name__ == "__main__":
    sys.exit(main())
