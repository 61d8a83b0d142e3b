#!/usr/bin/env python3
"""What a service manager is told by qingkongd: all is well only while store and judge get on. The thread of the store is
stopped from outside, as a disk that never answers would stop it; nothing in the program knows of that.

    watchdog_test.py QINGKONGD MOSQUITTO
"""
import ctypes
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import unittest

from bureau import Meter, a_bureau, everything_is_there
from office import wait_for

PROGRAMS = ()
WATCHDOG_S = 6  # twelve looks in it, and two words
PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH, WALL = 0x4206, 0x4207, 17, 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long


class Manager:
    """Listens as systemd does: a datagram for each line of sd_notify."""

    def __init__(self, folder):
        self.path = f"{folder}/notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.heard = []  # (when, what)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            text = self.socket.recv(4096).decode()
            self.heard += [(time.monotonic(), line) for line in text.splitlines()]

    def beats_since(self, begun):
        return [when for when, what in self.heard if what == "WATCHDOG=1" and when > begun]


class StoppedThread:
    """One thread of a process stands still, and all the others go on."""

    def __init__(self, process, name):
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        self.thread = next(int(task.name) for task in tasks.iterdir() if (task / "comm").read_text().strip() == name)

    def call(self, what):
        if LIBC.ptrace(what, self.thread, None, None) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def __enter__(self):
        self.call(PTRACE_SEIZE)
        self.call(PTRACE_INTERRUPT)
        os.waitpid(self.thread, WALL)

    def __exit__(self, *_):
        self.call(PTRACE_DETACH)


class Watchdog(unittest.TestCase):
    def test_a_store_that_stands_still_is_told_to_nobody_as_well(self):
        place = self.enterContext(tempfile.TemporaryDirectory())
        manager = Manager(place)
        environment = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": str(int(WATCHDOG_S * 1e6))}
        with a_bureau(PROGRAMS, environment=environment) as office:
            wait_for("READY", lambda: "READY=1" in [what for _, what in manager.heard])
            self.idle_is_well(manager)
            meter = Meter(office.broker)
            begun = time.monotonic()
            while time.monotonic() < begun + WATCHDOG_S:
                meter.send(50)
                time.sleep(0.1)  # its minutes must not run ahead of the clock
            self.assertTrue(manager.beats_since(begun), "work that gets on is well")
            everything_is_there(office, meter)
            with StoppedThread(office.process, "qk-store"):
                meter.send(10)  # the broker and the journal take it; the store does not
                begun = wait_for("the last word", lambda: self.silence_since(manager))
                time.sleep(WATCHDOG_S)
                self.assertEqual(manager.beats_since(begun), [], "a manager that hears this would never restart it")
                # The executor still turns: requests that need no store are answered.
                self.assertEqual(office.metric("qingkong_broker_up"), 1)
                self.assertIn("store", office.logged("WATCHDOG_HELD")[0]["parts"])
            begun = time.monotonic()
            wait_for("a beat", lambda: manager.beats_since(begun))
            everything_is_there(office, meter)

    def idle_is_well(self, manager):
        begun = time.monotonic()
        time.sleep(WATCHDOG_S)
        beats = [begun, *manager.beats_since(begun), time.monotonic()]
        gaps = [later - earlier for earlier, later in zip(beats, beats[1:])]
        self.assertLess(max(gaps), WATCHDOG_S, "an idle daemon is well")

    def silence_since(self, manager):
        """When the last beat was, once the next one is overdue by three looks."""
        last = max(when for when, what in manager.heard if what == "WATCHDOG=1")
        return last if time.monotonic() - last > WATCHDOG_S * 3 / 4 else None


if __name__ == "__main__":
    PROGRAMS = tuple(sys.argv[1:3])
    sys.argv[1:] = []
    unittest.main()
