#!/usr/bin/env python3
"""Stack monitors that push over HJ 212, with an encoder that shares nothing with ours.

    hj212_tcp_test.py QINGKONGD

Twenty devices, of the text of 2005 and of that of 2017, send hours of data, several frames on the way at once, and send
again what was not answered. The daemon is killed in the middle and comes back. Every frame that was answered is stored
exactly once, whether or not it was sent again; what nobody may send is not answered, and is shown with its reason.
"""
import contextlib
import datetime
import re
import signal
import socket
import sqlite3
import sys
import threading
import time

from hj212_test import frame
from office import INVENTORY, Office, free_port, listens, wait_for

DEVICES, HOURS, ON_THE_WAY = 20, 120, 6
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


def mn_of(number):
    return f"888888{number:08d}" if number % 2 else f"010000A8900016F0001690{number:02d}"


TABLES = {**INVENTORY, "outlets.csv": "id,enterprise,line,mn,factors\n" + "".join(
    f"o{number},e{1 + number % 2},L1,{mn_of(number)},so2\n" for number in range(DEVICES))}


class Device(threading.Thread):
    """Sends its hours in order and keeps each until it is answered; a broken connection is made anew."""

    def __init__(self, number, port, end):
        super().__init__(daemon=True)
        self.number, self.port = number, port
        self.is_of_2005 = number % 2 == 1
        self.hours = [end - datetime.timedelta(hours=HOURS - i) for i in range(HOURS)]
        self.waiting = {self.qn(i): i for i in range(HOURS)}
        self.answered, self.sent, self.fault = {}, 0, None

    def qn(self, i):
        return f"{self.hours[i]:%Y%m%d%H%M%S}{self.number:03d}"

    def value(self, i):
        return 1000 * self.number + i + 0.5

    def upload(self, i):
        start = f"{self.hours[i]:%Y%m%d%H%M%S}"
        code, flag = ("02", 1) if self.is_of_2005 else ("a21026", 5)
        return frame(f"QN={self.qn(i)};ST=31;CN=2061;PW=123456;MN={mn_of(self.number)};Flag={flag};"
                     f"CP=&&DataTime={start};{code}-Avg={self.value(i)},{code}-Flag=N&&")

    def run(self):
        try:
            while self.waiting:
                with contextlib.suppress(OSError):
                    self.talk()
                time.sleep(0.05)
        except Exception as fault:  # said by whoever waits for this thread
            self.fault = fault

    def talk(self):
        with socket.create_connection(("127.0.0.1", self.port), 5) as line:
            line.settimeout(5)
            left, on_the_way, received = list(self.waiting), set(), b""
            while left or on_the_way:
                while left and len(on_the_way) < ON_THE_WAY:
                    qn = left.pop(0)
                    line.sendall(self.upload(self.waiting[qn]))
                    self.sent += 1
                    on_the_way.add(qn)
                more = line.recv(4096)
                if not more:
                    return
                received += more
                while b"\r\n" in received:
                    one, received = received.split(b"\r\n", 1)
                    on_the_way.discard(self.take(one.decode("ascii")))

    def take(self, answer):
        assert answer == frame(answer[6:-4], end=b"").decode(), answer
        assert "CN=9014" in answer and "ST=91" in answer, answer
        assert self.is_of_2005 or f"MN={mn_of(self.number)}" in answer, answer
        qn = re.search(r"QN=(\d+)", answer).group(1)
        i = self.waiting.pop(qn, None)
        if i is not None:
            self.answered[int(self.hours[i].timestamp()) + 3600] = self.value(i)
        return qn


def query(office, sql):
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/q.db?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def settings(port, more=""):
    return f"\n[hj212]\nenabled = true\nport = {port}\n{more}"


def everything_that_was_answered_is_stored_once(qingkongd):
    port = free_port()
    now = datetime.datetime.now(BEIJING).replace(minute=0, second=0, microsecond=0)
    with Office(qingkongd, {"auditor": (["auditor"], "")}, TABLES, settings(port)) as office:
        wait_for("the port of devices", lambda: listens(port))
        devices = [Device(number, port, now) for number in range(DEVICES)]
        for device in devices:
            device.start()
        done = lambda: sum(len(device.answered) for device in devices)
        for share in (0.25, 0.6):
            wait_for("some answers", lambda: done() > share * DEVICES * HOURS)
            office.process.send_signal(signal.SIGKILL)
            office.process.wait()
            assert done() < DEVICES * HOURS, "killed too late to tell anything"
            office.start()
        wait_for("all answers", lambda: done() == DEVICES * HOURS or any(device.fault for device in devices), 120)
        assert not any(device.fault for device in devices), [device.fault for device in devices if device.fault]
        wait_for("the store", lambda: query(office, "SELECT count(*) FROM stack_readings") == [(DEVICES * HOURS,)])
        for device in devices:
            rows = query(office, f"SELECT t_end, mg_per_m3 FROM stack_readings WHERE outlet = 'o{device.number}'")
            assert len(rows) == len(dict(rows)) and dict(rows) == device.answered, device.number
        assert query(office, "SELECT count(*) FROM hj212_values") == [(DEVICES * HOURS,)]
        assert query(office, "SELECT count(*) FROM rejected") == [(0,)], office.good("auditor", "GET", "/api/v1/rejected")
        print(f"   {sum(device.sent for device in devices)} sent for {DEVICES * HOURS} stored, "
              f"{office.metric('qingkong_hj212_syncs_total'):.0f} syncs since the last kill", flush=True)
        office.stop()


def silent(port, data, seconds=0.5):
    """What comes back within that time."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(data)
        line.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return line.recv(4096)
        return None


def what_nobody_may_send_is_shown_and_not_answered(qingkongd):
    port = free_port()
    now = datetime.datetime.now(BEIJING).replace(minute=0, second=0, microsecond=0)
    with Office(qingkongd, {"auditor": (["auditor"], "")}, TABLES, settings(port)) as office:
        wait_for("the port of devices", lambda: listens(port))
        good = Device(0, port, now)
        stranger = good.upload(0)[6:-6].decode().replace(mn_of(0), "010000A8900016F000169DC0")
        assert silent(port, frame(stranger)) is None
        wrong = frame(good.upload(1)[6:-6], crc=b"0001")
        assert silent(port, wrong) is None
        # The device of this connection is answered; then another speaks on it, which ends it.
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.settimeout(10)
            line.sendall(good.upload(2))
            assert b"CN=9014" in line.recv(4096)
            line.sendall(Device(2, port, now).upload(3))
            assert line.recv(4096) == b""
        whys = lambda: [row["why"] for row in office.good("auditor", "GET", "/api/v1/rejected")["items"]]
        wait_for("the reasons", lambda: len(whys()) == 3)
        for word in ("no outlet with the MN 010000A8900016F000169DC0", "crc_wrong", "other_device"):
            assert any(word in why for why in whys()), (word, whys())
        assert query(office, "SELECT count(*) FROM hj212_values") == [(1,)]
        assert office.logged("HJ212_DEVICE_UNKNOWN") and office.logged("HJ212_LINK_ENDED")
        assert office.metric("qingkong_hj212_frames_unknown_total") == 1


def main():
    for story in (everything_that_was_answered_is_stored_once, what_nobody_may_send_is_shown_and_not_answered):
        story(sys.argv[1])
        print(f"ok {story.__name__}", flush=True)


if __name__ == "__main__":
    main()
