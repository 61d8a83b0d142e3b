#!/usr/bin/env python3
"""Faults of the machine, each made to happen to a real daemon, broker and fleet.

    machine_faults_test.py QINGKONGD MOSQUITTO [WHAT...]

A full disk under the journal, under the database, and under a signature; storage that is read-only at the start
and that takes no more while the daemon runs; a damaged page; no descriptors; a daemon and a broker that stand still
for a minute (QK_STILL_S: for so many seconds); a broker with the limits that Debian ships; SIGTERM in the middle
of signatures, of an upload, of a replay, of a journal that breaks, of a hook and of a pull that hang. Each time: what was acknowledged is there once, callers are told, the log says in words for an administrator what broke,
where, and what to do, and a stop ends in time.
"""
import contextlib
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from bureau import DRAIN_S, Meter, OrderTopic, a_bureau, call_with_key, events, everything_is_there, proposed, \
    stored, up
from office import wait_for

STOP_S = DRAIN_S + 8  # joining tasks and closing, under sanitizers too
MIB = 1 << 20


def fill(folder):
    """Nothing more fits."""
    with open(folder / "filler", "ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"x" * 4096)
    with open(folder / "filler", "ab", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(b"x")


def said_broken(office, part, path, what):
    said = office.logged("STORE_BROKEN")
    assert said, "nothing is said"
    line = said[-1]
    assert line["part"] == part and line["path"] == str(path) and what in line["what"], line
    assert line["cure"] and line["free"] and line["severity"] == "error", line
    assert line["text"].startswith(part) and str(path) in line["text"] and line["cure"] in line["text"], line
    return line


def try_to_start(office):
    """Starts on storage that may not bear it; gives the exit code, None where it runs."""
    with open(office.folder / "log", "ab") as log:
        office.process = subprocess.Popen([office.program, "--config", office.folder / "qingkong.toml"], stderr=log)
    with contextlib.suppress(subprocess.TimeoutExpired):
        return office.process.wait(8)
    return None


def disk_full_while_taking_in(programs, part, disk):
    sizes = {"store": 24 * MIB} if disk == "store" else {"journal": 24 * MIB}
    with a_bureau(programs, **sizes) as office:
        meter = Meter(office.broker)
        meter.send(500)
        fill(office.folder / disk)
        path = office.folder / ("store/q.db" if disk == "store" else "journal-disk/journal")
        for _ in range(200):
            meter.send(100)
            if office.process.poll() is not None:
                break
        assert office.process.wait(30) == 1, "storage that broke ends with 1"
        line = said_broken(office, part, path, "磁盘已满")
        assert line["free"].startswith("0.0"), line
        told = len(office.logged("STORE_BROKEN")) + len(office.logged("START_REFUSED"))
        code = try_to_start(office)
        if code is not None:
            again = len(office.logged("STORE_BROKEN")) + len(office.logged("START_REFUSED"))
            assert code != 0 and again > told, "a start that fails says why"
        else:
            office.process.kill()
            office.process.wait()
        (office.folder / disk / "filler").unlink()
        office.start()
        up(office)
        meter.send(10)
        everything_is_there(office, meter)


def disk_full_under_a_signature(programs):
    with a_bureau(programs, store=24 * MIB) as office:
        warning = office.good("officer", "POST", "/api/v1/warnings",
                              {"colour": "yellow", "exercise": True, "reason": "演练"})
        path = "/api/v1/warnings/" + warning["id"]
        held = office.good("officer", "POST", path + "/consult", {
            "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
            "generation": warning["generation"]})["warning"]
        fill(office.folder / "store")
        statuses = []
        # What is freed inside the file is used first, so some decisions may still find room.
        long = "长" * 5000
        for number in range(200):
            status, _ = call_with_key(office, "officer", path + "/consult", {
                "participants": [{"name": long, "unit": long}], "summary": long, "reason": long,
                "generation": held["generation"]}, f"c{number}")
            statuses.append(status)
            if status not in (200, 409):
                break
            if status == 200:
                held = office.good("officer", "GET", path)
        assert statuses[-1] == 507, f"a caller whose decision finds no room is told so: {statuses}"
        status, _ = call_with_key(office, "signer", path + "/sign", {"generation": held["generation"]}, "sign")
        assert status in (503, 507, None), status
        assert office.process.wait(30) == 1
        said_broken(office, "数据库", office.folder / "store/q.db", "磁盘已满")
        (office.folder / "store/filler").unlink()
        office.start()
        held = office.good("officer", "GET", path)
        status, _ = call_with_key(office, "signer", path + "/sign", {"generation": held["generation"]}, "sign")
        assert status == 200, status
        assert len(office.good("admin", "GET", "/api/v1/warnings")["items"]) == 1
        assert office.good("admin", "GET", "/api/v1/audit/check")["holds"]


def read_only_at_the_start(programs):
    with a_bureau(programs, store=24 * MIB) as office:
        meter = Meter(office.broker)
        meter.send(100)
        everything_is_there(office, meter)
        office.stop()
        subprocess.run(["mount", "-o", "remount,ro", office.folder / "store"], check=True)
        assert try_to_start(office) == 2
        said_broken(office, "数据库", office.folder / "store/q.db", "只读")
        assert "read-only" in office.logged("START_REFUSED")[-1]["fault"].lower()
        subprocess.run(["mount", "-o", "remount,rw", office.folder / "store"], check=True)
        office.start()
        up(office)
        everything_is_there(office, meter)


def nothing_can_be_written_any_more(programs):
    """As when a file system turns read-only under a running daemon: every write that makes a file longer fails."""
    with a_bureau(programs) as office:
        meter = Meter(office.broker)
        meter.send(200)
        limit = (office.folder / "log").stat().st_size + 200_000
        resource.prlimit(office.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        for _ in range(200):
            meter.send(100)
            if office.process.poll() is not None:
                break
        assert office.process.wait(30) == 1
        assert office.logged("STORE_BROKEN")[-1]["cure"]
        office.start()
        up(office)
        everything_is_there(office, meter)


def flip(database):
    """A byte in the head of a page that the daemon never looks at: of a table that is not its own."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE IF NOT EXISTS nobody_reads(x)")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = db.execute("PRAGMA page_size").fetchone()[0]
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'nobody_reads'").fetchone()[0]
    with open(database, "r+b") as file:
        file.seek((page - 1) * size)
        byte = file.read(1)[0]
        file.seek((page - 1) * size)
        file.write(bytes([byte ^ 0xFF]))


def a_damaged_page(programs):
    with a_bureau(programs) as office:
        meter = Meter(office.broker)
        meter.send(100)
        everything_is_there(office, meter)
        assert office.metric("qingkong_store_whole") == 1
        office.stop()
        database = office.folder / "store/q.db"
        flip(database)
        shutil.copy(database, office.folder / "damaged.db")
        assert try_to_start(office) == 2
        said = office.logged("STORE_DAMAGED")
        assert said and said[-1]["path"] == str(database) and "备份" in said[-1]["text"], said
        assert "damaged" in office.logged("START_REFUSED")[-1]["fault"]
        config = office.folder / "qingkong.toml"
        config.write_text(config.read_text().replace("[store]", "[store]\nrun_damaged = true", 1))
        office.start()
        assert office.metric("qingkong_store_whole") == 0
        status, ready = office.call("admin", "GET", "/readyz")
        assert status == 503 and ready["store"] is False, ready
        assert office.call("admin", "GET", "/api/v1/me")[0] == 200
        office.stop()
        flip(database)  # as restored
        office.start()
        assert office.metric("qingkong_store_whole") == 1
        up(office)
        everything_is_there(office, meter)


def out_of_descriptors(programs):
    with a_bureau(programs) as office:
        meter = Meter(office.broker)
        meter.send(100)
        before = resource.prlimit(office.process.pid, resource.RLIMIT_NOFILE)
        opened = max(int(name) for name in os.listdir(f"/proc/{office.process.pid}/fd")) + 1
        resource.prlimit(office.process.pid, resource.RLIMIT_NOFILE, (opened, before[1]))
        waiting = [socket.create_connection(("127.0.0.1", office.port), 10) for _ in range(opened)]
        wait_for("words", lambda: office.logged("DESCRIPTORS_OUT"))
        meter.send(500)
        wait_for("readings go on", lambda: stored(office)[0] == meter.sent)
        resource.prlimit(office.process.pid, resource.RLIMIT_NOFILE, before)
        for one in waiting:
            one.close()
        assert office.call("admin", "GET", "/api/v1/me")[0] == 200
        assert office.process.poll() is None


def send_for_a_while(meter, seconds, failures):
    """A few readings a second, acknowledged or not: in the end all are."""
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            meter.send(5, seconds + 60)
            time.sleep(0.2)
    except Exception as failure:  # pylint: disable=broad-except  # told by whoever waits
        failures.append(failure)


def stands_still(programs, who):
    """The daemon, or the broker, stopped for a while (a virtual machine that is moved, a host that swaps), while
    meters send and an order is being signed."""
    with a_bureau(programs) as office:
        meter, topic, answers, failures = Meter(office.broker), OrderTopic(office.broker), [], []
        meter.send(200)
        path, body = proposed(office)
        process = office.process if who == "daemon" else office.broker.process
        process.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        others = [threading.Thread(target=send_for_a_while, args=(meter, STILL_S, failures)),
                  threading.Thread(target=lambda: answers.append(call_with_key(office, "signer", path, body, "sign")))]
        for one in others:
            one.start()
        time.sleep(STILL_S)
        assert not topic.revisions, "nothing can have left"
        process.send_signal(signal.SIGCONT)
        stood = time.monotonic() - stopped
        for one in others:
            one.join()
        assert office.broker.process.poll() is None, f"the broker ended: {office.broker.process.returncode}"
        assert not failures, failures
        assert answers[0][0] == 200, f"the signature holds, late or not: {answers}"
        up(office)
        topic.wait_for_order(office)
        meter.send(100)
        everything_is_there(office, meter)
        assert office.metric("qingkong_orders_unpublished") == 0
        if who == "daemon":
            said_that_it_stood_still(office, stood)
        elif STILL_S > 40:  # twice the keep-alive
            assert office.logged("BROKER_DOWN") and office.logged("BROKER_UP"), "the log says so"
        assert not office.logged("CLOCK_JUMPED"), "both clocks ran on"
        assert len(office.good("admin", "GET", "/api/v1/warnings")["items"]) == 1


def said_that_it_stood_still(office, stood):
    line = wait_for("words", lambda: office.logged("STOOD_STILL"))[0]
    assert abs(int(line["seconds"]) - stood) <= 4 and line["cure"], line
    assert office.metric("qingkong_standstills_total") >= 1
    assert wait_for("the event", lambda: events(office, "stood-still"))[0]["seconds"] == int(line["seconds"])


def queues_as_debian_ships_them(programs):
    """With mosquitto's own limits: what it drops while the daemon is away is named, and nothing else is lost."""
    with a_bureau(programs, as_debian_ships=True) as office:
        meter, topic = Meter(office.broker), OrderTopic(office.broker)
        meter.send(100)
        everything_is_there(office, meter)
        office.stop()
        meter.send(3000)
        office.start()
        up(office)
        # The broker tells its counts every ten seconds.
        line = wait_for("words", lambda: office.logged("BROKER_DROPPED"))[-1]
        dropped = int(line["count"])
        wait_for("all that was kept", lambda: stored(office)[0] + dropped == meter.sent)
        assert dropped >= 1000 and "max_queued_messages" in line["cure"] and line["severity"] == "error", line
        assert office.metric("qingkong_broker_dropped_total") == dropped
        assert [one["count"] for one in events(office, "broker-dropped")] == [dropped]
        path, body = proposed(office)
        assert call_with_key(office, "signer", path, body, "sign")[0] == 200
        topic.wait_for_order(office)
        # What reached the daemon outlives it, and what is past is not told again.
        office.process.kill()
        office.process.wait()
        office.start()
        up(office)
        meter.send(100)
        wait_for("the new ones", lambda: stored(office) == (meter.sent - dropped, meter.sent - dropped))
        time.sleep(11)
        assert len(office.logged("BROKER_DROPPED")) == 1 and len(events(office, "broker-dropped")) == 1


def stop_in_time(office):
    begun = time.monotonic()
    office.process.send_signal(signal.SIGTERM)
    code = office.process.wait(60)
    took = time.monotonic() - begun
    assert code == 0, code
    assert took < STOP_S, f"the stop took {took:.1f} s"
    return took


def told_to_stop_under_decisions(programs):
    with a_bureau(programs) as office:
        answers = {}

        def propose(number):
            answers[number] = call_with_key(office, "officer", "/api/v1/warnings", {
                "colour": "yellow", "exercise": True, "reason": f"演练{number}"}, f"p{number}")
        meter = Meter(office.broker)
        meter.send(2000)
        threads = [threading.Thread(target=propose, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        stop_in_time(office)
        for thread in threads:
            thread.join()
        office.start()
        for number in range(20):
            propose(number)
            assert answers[number][0] in (201, 200, 409, 422), answers[number]
        reasons = [one["id"] for one in office.good("admin", "GET", "/api/v1/warnings")["items"]]
        taken = {answer[1]["id"] for answer in answers.values() if answer[0] in (200, 201)}
        assert len(reasons) == len(set(reasons)) and taken <= set(reasons), "a decision is there once"
        up(office)
        everything_is_there(office, meter)


def told_to_stop_under_an_upload(programs):
    with a_bureau(programs) as office:
        half = socket.create_connection(("127.0.0.1", office.port), 30)
        half.sendall(f"POST /api/v1/inventories HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {office.tokens['admin']}\r\n"
                     "Content-Type: application/json\r\nContent-Length: 50000000\r\n\r\n".encode() + b"{" * 1_000_000)
        stop_in_time(office)
        half.close()


def told_to_stop_under_a_replay(programs):
    """What the journal holds is taken in at the start; a stop in the middle of that takes nothing away."""
    with a_bureau(programs) as office:
        meter = Meter(office.broker)
        meter.send(3000)
        office.process.kill()
        office.process.wait()
        for wait_s in (0.0, 0.05, 0.2):
            with open(office.folder / "log", "ab") as log:
                office.process = subprocess.Popen([office.program, "--config", office.folder / "qingkong.toml"],
                                                  stderr=log)
            time.sleep(wait_s)  # there is no event to wait for: it is to be hit somewhere
            office.process.send_signal(signal.SIGTERM)
            assert office.process.wait(30) in (0, -signal.SIGTERM)
        office.start()
        up(office)
        everything_is_there(office, meter)


def told_to_stop_while_the_journal_breaks(programs):
    """The thread that holds what could not be written must not hold up the end."""
    with a_bureau(programs, journal=MIB) as office:
        meter = Meter(office.broker)
        with contextlib.suppress(AssertionError):  # no PUBACK: the daemon takes no more
            while not office.logged("STORE_BROKEN") and office.process.poll() is None:
                meter.send(100, 2)
        begun = time.monotonic()
        office.process.send_signal(signal.SIGTERM)
        assert office.process.wait(60) == 1, "storage that broke ends with 1"
        took = time.monotonic() - begun
        assert took < DRAIN_S + 3, f"the stop took {took:.1f} s"


def told_to_stop_while_others_hang(programs):
    """A hook that never ends and a forecast server that never answers do not hold up the end."""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        hook = pathlib.Path(folder) / "hook"
        hook.write_text(f"#!/bin/sh\ntouch {folder}/began\nexec sleep 600\n")
        hook.chmod(0o700)
        more = (f'[hooks]\ntargets = ["exec:{hook}"]\n[[forecasts.pull]]\nsource = "s"\n'
                f'url = "http://127.0.0.1:{port}/"\n')
        with a_bureau(programs, more=more) as office:
            server.accept()
            path, body = proposed(office)
            office.good("signer", "POST", path, body)
            wait_for("the hook", lambda: (pathlib.Path(folder) / "began").exists())
            stop_in_time(office)
    server.close()


def told_to_stop_under_pulls(programs):
    """Nothing else keeps it: the stop and the end of the pulls come at one instant."""
    server = socket.create_server(("127.0.0.1", 0), backlog=100)
    port = server.getsockname()[1]
    more = "".join(f'[[forecasts.pull]]\nsource = "s{i}"\nurl = "http://127.0.0.1:{port}/{i}"\n' for i in range(6))
    for _ in range(3):
        with a_bureau(programs, more=more) as office:
            held = [server.accept() for _ in range(4)]  # the threads that pull
            stop_in_time(office)
            assert len(office.logged("DAEMON_STOPPED")) == 1
        for connection, _ in held:
            connection.close()
    server.close()


STORIES = {
    "journal-full": lambda programs: disk_full_while_taking_in(programs, "接收日志", "journal-disk"),
    "store-full": lambda programs: disk_full_while_taking_in(programs, "数据库", "store"),
    "signature-full": disk_full_under_a_signature,
    "read-only": read_only_at_the_start,
    "no-writes": nothing_can_be_written_any_more,
    "damaged": a_damaged_page,
    "descriptors": out_of_descriptors,
    "still-daemon": lambda programs: stands_still(programs, "daemon"),
    "still-broker": lambda programs: stands_still(programs, "broker"),
    "debian-limits": queues_as_debian_ships_them,
    "stop-decisions": told_to_stop_under_decisions,
    "stop-upload": told_to_stop_under_an_upload,
    "stop-replay": told_to_stop_under_a_replay,
    "stop-hanging": told_to_stop_while_others_hang,
    "stop-pulls": told_to_stop_under_pulls,
    "stop-full": told_to_stop_while_the_journal_breaks,
}
STILL_S = int(os.environ.get("QK_STILL_S", "60"))


def main():
    if not os.environ.get("QK_OWN_MOUNTS"):
        # Mounts of its own, which go with it; a user who is not root is root in there.
        flags = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
        os.environ["QK_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])
    programs = sys.argv[1:3]
    for what in sys.argv[3:] or STORIES:
        begun = time.monotonic()
        STORIES[what](programs)
        print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
