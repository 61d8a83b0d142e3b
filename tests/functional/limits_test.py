#!/usr/bin/env python3
"""Limits that only a process shows, each set small: what happens at them, and that nothing is lost by it.

    limits_test.py QINGKONGD MOSQUITTO

More connections than allowed are told 503, said once in the log, counted, and there is room again when others
go; so many file descriptors as that takes are asked for, and where there are too few the limit is what
fits. Calls with a token that nobody has are told 429 after some in a minute, by address, while whoever has a right
token gets in. A daemon that is told to stop while orders are unpublished, because the broker is down or takes
orders and never answers, ends in bounded time, and publishes them after it is started again.
"""
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time

from mqtt_client import Client
from office import INVENTORY, Office, free_port, listens, wait_for

CONNECTIONS = 8
WRONG_TOKENS = 5
DRAIN_S = 2
# Beside the time for orders on their way: joining tasks and closing the store, under sanitizers too.
STOP_S = 8


class Held:
    """An event stream: a connection that is busy for as long as it is open."""

    def __init__(self, office, who):
        self.connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=30)
        self.connection.request("GET", "/api/v1/events", headers={"Authorization": "Bearer " + office.tokens[who]})
        self.answer = self.connection.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        self.body = b"" if self.status == 200 else self.answer.read()

    def close(self):
        self.answer.close()
        self.connection.close()


def listeners(count):
    """So many people that `count` streams are open, at most twenty of each."""
    return {f"p{i}": (["auditor"], "") for i in range(count // 20 + 1)}


def fill(office, room=CONNECTIONS):
    """Holds as many streams as there is room for; the probes that found the port free go meanwhile."""
    held = []

    def one_more():
        got = Held(office, f"p{len(held) // 20}")
        if got.status == 200:
            held.append(got)
        else:
            got.close()
        return len(held) == room
    wait_for("room for all", one_more)
    return held


def connections_over_the_limit_are_told(qingkongd):
    beyond = 8  # for health checks of this host itself
    with Office(qingkongd, listeners(CONNECTIONS + beyond),
                more=f"[limits]\nhttp_connections = {CONNECTIONS}\n") as office:
        held = fill(office, CONNECTIONS + beyond)
        before = len(office.logged("HTTP_CONNECTIONS_FULL"))
        for _ in range(3):
            refused = Held(office, "p0")
            assert refused.status == 503 and refused.headers["Retry-After"], refused.status
            assert json.loads(refused.body)["status"] == 503, refused.body
            refused.close()
        said = len(office.logged("HTTP_CONNECTIONS_FULL"))
        assert said == max(1, before), "three refusals in a row are said once"
        for one in held:
            one.close()
        status, _ = wait_for("room again", lambda: (lambda got: got if got[0] == 200 else None)(
            office.call("p0", "GET", "/api/v1/me")))
        assert status == 200 and office.metric("qingkong_http_connections_refused_total") >= 3
        held = fill(office, CONNECTIONS + beyond)
        refused = Held(office, "p0")
        assert refused.status == 503
        assert len(office.logged("HTTP_CONNECTIONS_FULL")) > said, "the next time it is said again"
        for one in held:
            one.close()


def few_descriptors_are_raised_or_told(qingkongd):
    """A service begins with a low limit of open files: raised where it may be, else the limit is what fits."""
    room, beyond = 300, 8
    people = listeners(room + beyond)
    more = f"[limits]\nhttp_connections = {room}\n"
    with Office(qingkongd, people, more=more, descriptors=(100, 5000)) as office:
        held = fill(office, room + beyond)
        refused = Held(office, "p0")
        assert refused.status == 503 and not office.logged("DESCRIPTORS_FEW")
        for one in held:
            one.close()
    with Office(qingkongd, people, more=more, descriptors=(100, 300)) as office:
        said = office.logged("DESCRIPTORS_FEW")
        assert len(said) == 1 and said[0]["wanted"] == str(room), said
        fits = int(said[0]["connections"])
        assert 0 < fits < room, said
        held = fill(office, fits + beyond)
        assert Held(office, "p0").status == 503, "refused in words, and not left to wait"
        for one in held:
            one.close()


def status_from(office, address, token):
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=30, source_address=(address, 0))
    connection.request("GET", "/api/v1/me", headers={"Authorization": "Bearer " + token} if token else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert json.loads(body), body
    return answer.status, answer.headers.get("Retry-After")


def minute():
    return int(time.time()) // 60


def knock(office):
    """Everything that is to happen within one minute of the clock."""
    right = office.tokens["auditor"]
    statuses = [status_from(office, "127.0.0.1", "f" * 64)[0] for _ in range(WRONG_TOKENS)]
    assert statuses == [401] * WRONG_TOKENS, statuses
    status, wait = status_from(office, "127.0.0.1", "f" * 64)
    assert status == 429 and 1 <= int(wait) <= 60, (status, wait)
    assert status_from(office, "127.0.0.1", "")[0] == 401, "no token at all is not a wrong one"
    assert status_from(office, "127.0.0.1", right)[0] == 200, "a right token always gets in"
    assert status_from(office, "127.0.0.2", "f" * 64)[0] == 401, "another address has its own count"
    assert status_from(office, "127.0.0.1", "e" * 64)[0] == 429


def wrong_tokens_are_told_to_wait(qingkongd):
    with Office(qingkongd, {"auditor": (["auditor"], "")},
                more=f"[limits]\nwrong_tokens_per_minute = {WRONG_TOKENS}\n") as office:
        for attempt in range(3):
            begun = minute()
            try:
                knock(office)
            except AssertionError:
                if minute() == begun or attempt == 2:
                    raise
                continue  # the minute ended in the middle, and all counts with it
            break
        assert office.metric("qingkong_wrong_tokens_total") >= WRONG_TOKENS + 3
        assert office.metric("qingkong_wrong_tokens_refused_total") >= 2
        said = office.logged("TOKENS_WRONG")
        assert said and said[0]["remote"] == "127.0.0.1" and said[0]["limit"] == str(WRONG_TOKENS), said
        assert "f" * 64 not in (office.folder / "log").read_text(), "a token has no place in the log"


class SilentBroker:
    """Takes connections, subscriptions and publications, and acknowledges no publication."""

    def __init__(self, port):
        self.server = socket.create_server(("127.0.0.1", port))
        self.published = 0
        self.peers = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                peer, _ = self.server.accept()
                self.peers.append(peer)
                threading.Thread(target=self.serve, args=(peer,), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def packet(stream):
        kind = stream.read(1)
        size, shift = 0, 0
        while True:
            digit = stream.read(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                return kind[0] >> 4, stream.read(size)

    def serve(self, peer):
        stream = peer.makefile("rb")
        try:
            while True:
                kind, body = self.packet(stream)
                if kind == 1:
                    peer.sendall(bytes([0x20, 3, 0, 0, 0]))
                elif kind == 8:
                    peer.sendall(bytes([0x90, 4]) + body[:2] + bytes([0, 1]))
                elif kind == 12:
                    peer.sendall(bytes([0xD0, 0]))
                elif kind == 3:
                    self.published += 1
        except (OSError, IndexError):
            pass

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)  # or the thread that accepts would keep the port
        self.server.close()
        for peer in self.peers:
            peer.close()


def start_warning(office):
    warning = office.good("officer", "POST", "/api/v1/warnings",
                          {"colour": "yellow", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("officer", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})


def orders(office):
    return office.good("officer", "GET", "/api/v1/orders")["items"]


def check_stop(office, longest):
    took = office.stop()
    assert took < longest, f"the stop took {took:.1f} s"
    said = office.logged("DAEMON_STOPPED")[-1]
    assert said["unpublished"] == "2", said
    return took


def a_stop_with_orders_unpublished_is_bounded_and_loses_none(qingkongd, mosquitto):
    port = free_port()
    people = {"officer": (["duty_officer"], ""), "signer": (["approver"], "")}
    with Office(qingkongd, people, INVENTORY, f"[limits]\ndrain_seconds = {DRAIN_S}\n", port) as office:
        start_warning(office)
        assert [one["acknowledged_by_broker"] for one in orders(office)] == [False, False]
        down = check_stop(office, STOP_S)
        silent = SilentBroker(port)
        office.start()
        wait_for("both orders on their way", lambda: silent.published >= 2)
        hung = check_stop(office, DRAIN_S + STOP_S)
        assert hung >= DRAIN_S, "orders on their way are given the time that was set"
        silent.close()
        config = office.folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n"
                          + ("user root\n" if os.geteuid() == 0 else ""))
        broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
        try:
            wait_for("the broker", lambda: listens(port))
            got = {}
            client = Client(port, "fleet", lambda topic, text: got.update({topic: json.loads(text)}))
            client.subscribe("qingkong/1/+/+/order")
            office.start()
            wait_for("both orders", lambda: len(got) == 2)
            assert {one["enterprise"] for one in got.values()} == {"e1", "e2"}, got
            assert all(not one["exercise"] and one["revision"] == 1 for one in got.values()), got
            wait_for("their acknowledgement",
                     lambda: [one["acknowledged_by_broker"] for one in orders(office)] == [True, True])
            office.stop()
            assert office.logged("DAEMON_STOPPED")[-1]["unpublished"] == "0"
        finally:
            broker.terminate()
            broker.wait()
    return down, hung


def main():
    qingkongd, mosquitto = sys.argv[1:3]
    connections_over_the_limit_are_told(qingkongd)
    few_descriptors_are_raised_or_told(qingkongd)
    wrong_tokens_are_told_to_wait(qingkongd)
    down, hung = a_stop_with_orders_unpublished_is_bounded_and_loses_none(qingkongd, mosquitto)
    print(f"503 and 429 at their limits; stopped in {down:.1f} s without a broker, in {hung:.1f} s with one that "
          f"never answers ({DRAIN_S} s given), and published afterwards")
    return 0


if __name__ == "__main__":
    sys.exit(main())
