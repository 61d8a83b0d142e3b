#!/usr/bin/env python3
"""Frames of HJ 212 as an encoder that shares nothing with ours makes them, read by the program from outside.

    hj212_test.py QINGKONGCTL

Every good frame is found, in order and with its values, between dirt of every kind; what is refused is named; a frame
is printed while the line is still open; and a long capture is read in constant memory.
"""
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

MN = "010000A8900016F000169DC0"
AT = ["--at", "2026-01-10T09:00"]


def check_sum(segment, modbus=False):
    register = 0xFFFF
    for byte in segment:
        register = register ^ byte if modbus else (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return b"%04X" % register


def frame(segment, end=b"\r\n", crc=None, length=None):
    segment = segment if isinstance(segment, bytes) else segment.encode()
    return (b"##%04d" % (len(segment) if length is None else length) + segment +
            (check_sum(segment) if crc is None else crc) + end)


def upload(so2, second=0, flag=4, mn=MN, qn="20260110080010000"):
    return (f"QN={qn};ST=31;CN=2011;PW=123456;MN={mn};Flag={flag};CP=&&DataTime=202601100800{second:02d};"
            f"a21026-Rtd={so2},a21026-Flag=N;a00000-Rtd=10,a00000-Flag=N&&")


def decode(ctl, data, *options, code=None):
    done = subprocess.run([ctl, "hj212", "decode", *AT, "--format", "json", *options], input=data, capture_output=True,
                          timeout=120)
    assert code is None or done.returncode == code, (done.returncode, done.stderr)
    objects = [json.loads(line) for line in done.stdout.decode().splitlines()]
    for one in objects:
        for name in ("outcome", "reasons", "head", "flags", "cp", "factors", "crc_ok"):
            assert name in one, (name, one)
        assert one["outcome"] in ("accept", "accept_warn", "quarantine", "reject", "need_more", "needs_key"), one
        assert one["outcome"] == "accept" or one["reasons"], one
    return objects


def so2_of(one):
    return next(f["values"]["Rtd"]["value"] for f in one["factors"] if f["code"] == "a21026")


def what_standards_print(ctl):
    printed = (b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
               b"CP=&&RtdInterval=30&&1C80\r\n"
               b"##0086QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2200\r\n"
               b"##0124QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=3;"
               b"CP=&&BeginTime=20040506111000,EndTime=20040506151000&&6B80\r\n")
    objects = decode(ctl, printed)
    assert [one["crc_ok"] for one in objects] == [True] * 3, objects
    assert [one["flags"]["version"] for one in objects] == ["2017", "2025", "2005"], objects
    assert objects[0]["outcome"] == "accept" and objects[0]["cp"] == {"RtdInterval": "30"}


def dirt_of(source):
    good = frame(upload(1))
    kind = source.randrange(9)
    if kind == 0:
        return bytes(source.randrange(256) for _ in range(source.randrange(1, 80))).replace(b"#", b"+") + b"\n"
    if kind == 1:
        return good[:source.randrange(7, len(good) - 6)]  # cut by the next frame
    if kind == 2:
        return frame(upload(2), crc=b"XXXX")
    if kind == 3:
        return b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    if kind == 4:
        return b"##9999##12####01\r\n"
    if kind == 5:
        return frame(upload(3).encode(), crc=check_sum(upload(3).encode(), modbus=True))
    if kind == 6:
        return b"\r\n \0\r\n"
    if kind == 7:
        return frame(upload(4) + "\x1b[2J")
    return frame(upload(5), length=9000, crc=b"0002")


def every_good_frame_is_found_between_dirt(ctl):
    source = random.Random(20260110)
    for _ in range(20):
        data, wanted = b"", []
        for number in range(40):
            if source.random() < 0.5:
                data += dirt_of(source)
            end = source.choice([b"\r\n", b"\r\n", b"\n", b"", b"\r\r\n", rb"\r\n"])
            wanted.append((len(data), 1000 + number))
            data += frame(upload(1000 + number, second=number), end=end)
        found = [(one["offset"], so2_of(one)) for one in decode(ctl, data, code=1)
                 if one["outcome"] in ("accept", "accept_warn")]
        assert found == wanted, [pair for pair in zip(found, wanted) if pair[0] != pair[1]][:3]


def refusals_are_named(ctl):
    segment = upload(7).encode()
    swapped = check_sum(segment, modbus=True)
    for data, outcome, reason in [
            (frame(segment, crc=check_sum(segment, modbus=True)), "reject", "crc_modbus"),
            (frame(segment, crc=swapped[2:] + swapped[:2]), "reject", "crc_modbus_swapped"),
            (frame(segment, crc=bytes.fromhex(check_sum(segment).decode())), "reject", "crc_raw_bytes"),
            (frame(segment, crc=check_sum(segment).lower()), "accept", None),
            (frame(segment)[:60], "need_more", "unfinished"),
            (frame(upload(7).replace("20260110080000", "20260230080000")), "quarantine", "time_impossible"),
            (frame(upload(7).replace("=7,", "=NaN,")), "accept_warn", "value_unreadable"),
            (frame(upload("999.99")), "accept_warn", "placeholder"),
            (frame("QN=20260110080010000;ST=31;CN=2011;PW=123456;MN=" + MN + ";Flag=8;CP=&&{" +
                   ",".join(["0xE4"] * 16) + "}&&"), "needs_key", "encrypted")]:
        objects = decode(ctl, data)
        assert len(objects) == 1 and objects[0]["outcome"] == outcome, (outcome, objects)
        assert reason is None or reason in objects[0]["reasons"], (reason, objects)


def frames_are_printed_while_the_line_is_open(ctl):
    with subprocess.Popen([ctl, "hj212", "decode", *AT, "--format", "json"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as line:
        for number in range(3):
            whole = frame(upload(number, second=number))
            for piece in (whole[:30], whole[30:31], whole[31:]):
                line.stdin.write(piece)
                line.stdin.flush()
            assert so2_of(json.loads(line.stdout.readline())) == number
        line.stdin.close()
        assert line.stdout.read() == b"" and line.wait(30) == 0


def a_long_capture_costs_constant_memory(ctl):
    with tempfile.TemporaryFile() as capture:
        block = b"".join(frame(upload(number, second=number)) for number in range(50)) + b"x" * 100_000
        for _ in range(300):
            capture.write(block)
        capture.seek(0)
        # What sanitizers keep of freed memory is not the program's.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        with subprocess.Popen([ctl, "hj212", "decode", *AT, "--format", "csv"], stdin=capture,
                              stdout=subprocess.PIPE, env=environment) as reading:
            rows = sum(1 for _ in reading.stdout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert rows == 1 + 300 * 51, rows
        # In KiB, with what the program itself and its sanitizers take; the capture has 34 MB.
        assert after - before < 20_000, (before, after)


def main():
    ctl = sys.argv[1]
    for story in (what_standards_print, refusals_are_named, every_good_frame_is_found_between_dirt,
                  frames_are_printed_while_the_line_is_open, a_long_capture_costs_constant_memory):
        story(ctl)
        print(f"ok {story.__name__}", flush=True)


if __name__ == "__main__":
    main()
