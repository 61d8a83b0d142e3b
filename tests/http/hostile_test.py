#!/usr/bin/env python3
"""What a hostile or broken HTTP client gets, by the bytes: an answer that says why, or a closed connection;
and afterwards the daemon serves everybody else as before, and has counted it.

    hostile_test.py QINGKONGD QINGKONG-SIM MOSQUITTO
"""
import json
import os
import signal
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "browser"))
from bureau import Bureau  # noqa: E402
from small import INVENTORY  # noqa: E402

PROGRAMS = sys.argv[1:4]


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bureau = Bureau(*PROGRAMS, inventory=INVENTORY)
        # Two clients that begin and never end, while all the others are served.
        cls.slow = [socket.create_connection(("127.0.0.1", cls.bureau.http), 60) for _ in range(2)]
        cls.slow[0].sendall(b"GET / HTTP/1.1\r\nHost:")
        cls.slow[1].sendall(b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

    @classmethod
    def tearDownClass(cls):
        for connection in cls.slow:
            connection.close()
        cls.bureau.close()

    def tearDown(self):
        self.assertEqual(self.bureau.call("", "GET", "/healthz")[0], 200, "the daemon serves on")

    def connect(self):
        made = socket.create_connection(("127.0.0.1", self.bureau.http), 20)
        self.addCleanup(made.close)
        return made

    def everything(self, connection):
        data = b""
        try:
            while piece := connection.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        return data

    def send(self, data):
        connection = self.connect()
        connection.sendall(data)
        return self.everything(connection)

    def status(self, answer):
        self.assertTrue(answer.startswith(b"HTTP/1.1 "), answer[:200])
        return int(answer[9:12])

    # A refusal is a problem document, whatever was refused.
    def refused(self, answer, status):
        self.assertEqual(self.status(answer), status, answer[:300])
        head, body = answer.split(b"\r\n\r\n", 1)
        self.assertIn(b"application/problem+json", head)
        self.assertEqual(json.loads(body)["status"], status)

    def counter(self, name):
        text = self.bureau.call("", "GET", "/metrics")[1]
        return float([line for line in text.splitlines() if line.startswith(name + " ")][0].split()[1])

    def request(self, method, target, body=b"", who="duty_officer", **headers):
        lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close",
                 f"Authorization: Bearer {self.bureau.tokens.get(who, who)}"]
        if body or method == "POST":
            lines += [f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def test_what_is_not_http_is_told_so_and_counted(self):
        before = self.counter("qingkong_http_requests_broken_total")
        self.refused(self.send(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), 400)
        self.refused(self.send(b"GET / HTTP/9.9\r\n\r\n"), 400)
        self.refused(self.send(b"GET  /\r\n\r\n"), 400)
        self.refused(self.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"), 400)
        self.assertEqual(self.counter("qingkong_http_requests_broken_total"), before + 4)

    def test_two_lengths_are_refused_because_a_proxy_might_take_the_other(self):
        self.refused(self.send(b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                               b"Content-Length: 6\r\n\r\nhello!"), 400)
        self.refused(self.send(b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                               b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400)

    def test_what_two_readers_could_read_differently_is_refused(self):
        token = self.bureau.tokens["auditor"]
        get = f"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n".encode()
        post = b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\n"
        chunks = b"\r\n5\r\nhello\r\n0\r\n\r\n"
        self.assertEqual(self.status(self.send(get + b"Connection: close\r\n\r\n")), 200)
        for request in (
                post + b"Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
                post + b"Transfer-Encoding: gzip\r\n\r\nhello", post + b"Transfer-Encoding: gzip, chunked\r\n" + chunks,
                post + b"Transfer-Encoding: chunked, identity\r\n" + chunks,
                post + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + chunks,
                post + b"Transfer-Encoding: \x0bchunked\r\n" + chunks,
                post + b"Transfer-Encoding : chunked\r\n" + chunks,
                post + b"Transfer-Encoding:\r\n chunked\r\n" + chunks,
                b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + chunks,
                post + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                post + b"Content-Length: 5, 5\r\n\r\nhello", post + b"Content-Length: +5\r\n\r\nhello",
                post + b"Content-Type: text/csv\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                post + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 2\r\n\r\n{}",
                get + f"Authorization: Bearer {token}\r\n\r\n".encode(), get + b"Host: y\r\n\r\n",
                get.replace(b"Host: x\r\n", b"") + b"\r\n", get.replace(b"Host: x", b"Host: x y") + b"\r\n",
                get + b"X: a\r\n b\r\n\r\n", get + b"X: a\rY: b\r\n\r\n", get + b"X: a\nY: b\r\n\r\n",
                get.replace(b"\r\n", b"\n") + b"\n", get + b"X: a\0b\r\n\r\n", get + b"X\r\n\r\n",
                b"\r\n\r\n" + get + b"\r\n"):
            with self.subTest(request[:120]):
                self.refused(self.send(request), 400)

    def test_a_blank_idempotency_key_is_refused_and_not_taken_for_none(self):
        before = self.bureau.get("/api/v1/warnings?per_page=1")["total"]
        body = b'{"colour":"yellow","reason":"test","exercise":true}'
        for blank in ("", " ", "\t"):
            request = self.request("POST", "/api/v1/warnings", body, Content_Type="application/json", Idempotency_Key=blank)
            answer = self.send(request)
            self.assertEqual(self.status(answer), 422, repr(blank))
            self.assertIn(b"Idempotency-Key", answer)
        self.assertEqual(self.bureau.get("/api/v1/warnings?per_page=1")["total"], before)

    def test_a_trailer_is_no_header(self):
        body = (b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                b"2\r\n{}\r\n0\r\nAuthorization: Bearer " + self.bureau.tokens["auditor"].encode() + b"\r\n\r\n")
        self.assertEqual(self.status(self.send(body)), 401)

    def test_a_whole_address_is_taken_for_the_host_that_is_named(self):
        for host, status in (("x", 200), ("X", 200), ("y", 400), ("u@x", 400)):
            request = self.request("GET", f"http://{host}/api/v1/me")
            self.assertEqual(self.status(self.send(request)), status, host)

    def test_headers_have_a_limit_one_long_or_many(self):
        self.refused(self.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 20000 + b"\r\n\r\n"), 431)
        flood = b"".join(b"X-%d: y\r\n" % i for i in range(3000))
        self.refused(self.send(b"GET / HTTP/1.1\r\n" + flood + b"\r\n"), 431)
        self.refused(self.send(b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n"), 431)

    def test_a_body_is_as_long_as_its_route_allows_and_a_stranger_sends_little(self):
        before = self.counter("qingkong_http_requests_too_large_total")
        big = b'{"reason":"' + b"a" * (2 << 20) + b'"}'
        self.refused(self.send(self.request("POST", "/api/v1/warnings", big, Content_Type="application/json")), 413)
        stranger = b'{"reason":"' + b"a" * (100 << 10) + b'"}'
        self.refused(self.send(self.request("POST", "/api/v1/inventories", stranger, who="nobody")), 413)
        self.refused(self.send(self.request("POST", "/api/v1/nowhere", stranger)), 413)
        huge = b"POST /api/v1/inventories HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
        self.refused(self.send(huge), 413)
        self.assertEqual(self.counter("qingkong_http_requests_too_large_total"), before + 4)

    def test_a_chunked_body_meets_the_same_limit(self):
        connection = self.connect()
        connection.sendall(self.request("POST", "/api/v1/warnings", Transfer_Encoding="chunked")
                           .replace(b"Content-Length: 0\r\n", b""))
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        try:
            for _ in range(40):
                connection.sendall(chunk)
        except OSError:
            pass  # it has heard enough
        answer = self.everything(connection)
        if answer:
            self.refused(answer, 413)

    def test_a_client_that_asks_first_is_told_to_go_on_or_not(self):
        body = b'{"colour":"yellow"}'
        connection = self.connect()
        connection.sendall(self.request("POST", "/api/v1/warnings", body, Expect="100-continue",
                                        Content_Type="application/json")[:-len(body)])
        self.assertEqual(connection.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(body)
        self.assertEqual(self.status(self.everything(connection)), 422)
        head = self.request("POST", "/api/v1/warnings", Expect="100-continue").replace(
            b"Content-Length: 0", b"Content-Length: 9000000")
        self.refused(self.send(head), 413)

    def test_a_cut_request_is_counted_and_leaves_nothing(self):
        before = self.counter("qingkong_http_requests_broken_total")
        whole = self.request("POST", "/api/v1/warnings", b'{"colour":"red","reason":"x","exercise":true}',
                             Content_Type="application/json")
        for length in (1, 20, len(whole) // 2, len(whole) - 1):
            connection = self.connect()
            connection.sendall(whole[:length])
            connection.close()
        end = time.monotonic() + 20
        while self.counter("qingkong_http_requests_broken_total") < before + 4 and time.monotonic() < end:
            pass
        self.assertEqual(self.counter("qingkong_http_requests_broken_total"), before + 4)
        self.assertEqual(self.bureau.total("/api/v1/warnings"), 0)

    def test_bytes_that_drip_are_a_request_like_any_other(self):
        connection = self.connect()
        for byte in self.request("GET", "/api/v1/me"):
            connection.sendall(bytes([byte]))
        answer = self.everything(connection)
        self.assertEqual(self.status(answer), 200)
        self.assertIn("示例值班员".encode(), answer)

    def test_pipelined_requests_are_answered_in_order(self):
        one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        two = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = self.send(one * 50 + two + self.request("GET", "/healthz"))
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 51)
        self.assertEqual(answer.count(b"HTTP/1.1 404"), 1)
        self.assertLess(answer.rindex(b"HTTP/1.1 404"), answer.rindex(b"HTTP/1.1 200"))

    def test_paths_lead_nowhere_else(self):
        for path in ("/cap/%2e%2e.xml", "//etc/passwd", "/api//v1/me", "/api/v1/me/"):
            with self.subTest(path):
                self.assertEqual(self.status(self.send(self.request("GET", path))), 404)
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/cap/..%2f..%2fqingkong.db.xml", "/./api/v1/me",
                     "/console/../../people.toml", "/cap/a.xml/../b", "/api%2fv1%2fme", "/api%2Fv1/me", "/api/v1%5cme",
                     "/api/v1/./me", "/api/v1/x/%2e%2E/me", "/cap/a%00.xml", "/api/v1/orders/%ff%fe", "/api/v1/orders/a%0d%0aX: y", "nonsense", "/a b",
                     "/api/v1/verdicts?warning=%c3%28", "/%zz", "http://elsewhere/"):
            with self.subTest(path):
                self.refused(self.send(self.request("GET", path)), 400)

    def test_bad_text_in_a_body_is_named_and_comes_back_as_text(self):
        for body in (b'{"reason":"\xff\xfe"}', b"\x00\x01", b"[" * 10000, b'{"a":1,"a":2', b"null", b'"x"', b"[]",
                     b'{"colour":["red"],"reason":{"a":1}}', b'{"colour":1e999,"reason":2}'):
            with self.subTest(body[:20]):
                answer = self.send(self.request("POST", "/api/v1/warnings", body, Content_Type="application/json"))
                self.assertIn(self.status(answer), (400, 422))
                json.loads(answer.split(b"\r\n\r\n", 1)[1].decode())

    def test_a_field_of_a_megabyte_is_refused_or_kept_never_cut(self):
        long = "长" * 100_000
        status, answer = self.bureau.call("duty_officer", "POST", "/api/v1/warnings",
                                          {"colour": "yellow", "reason": long, "exercise": True})
        self.assertIn(status, (200, 201, 413, 422))
        if status < 300:
            self.assertEqual(self.bureau.get("/api/v1/warnings/" + answer["id"])["pending"]["reason"], long)
            self.bureau.call("duty_officer", "POST", f"/api/v1/warnings/{answer['id']}/withdraw",
                             {"generation": answer["generation"], "reason": "x"})

    def test_a_token_is_all_or_nothing(self):
        good = self.bureau.tokens["auditor"]
        for token in (good[:-1], good + "0", good.upper(), " " + good, "", "a" * 15000, "\xe9"):
            with self.subTest(token[:70]):
                head = f"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
                answer = self.send(head.encode("latin-1"))
                self.refused(answer, 401)
                self.assertIn(b"WWW-Authenticate: Bearer", answer)

    def test_every_answer_carries_the_headers_that_bind_a_browser(self):
        for path in ("/", "/public", "/api/v1/openapi.json", "/healthz", "/nowhere", "/cap/feed.atom"):
            with self.subTest(path):
                head = self.send(self.request("GET", path)).split(b"\r\n\r\n", 1)[0].decode()
                self.assertIn("X-Content-Type-Options: nosniff", head)
                self.assertIn("Referrer-Policy: no-referrer", head)
                self.assertEqual(head.count("Content-Security-Policy:"), 1)
                policy = head.split("Content-Security-Policy: ")[1].split("\r\n")[0]
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertIn("default-src 'none'", policy)
                self.assertNotIn("unsafe", policy)

    def test_event_streams_of_one_person_have_a_limit(self):
        streams = []
        for _ in range(20):
            connection = self.connect()
            connection.sendall(self.request("GET", "/api/v1/events", who="admin"))
            self.assertIn(b"text/event-stream", connection.recv(2000))
            streams.append(connection)
        answer = self.send(self.request("GET", "/api/v1/events", who="admin"))
        self.refused(answer, 429)
        self.assertIn(b"Retry-After:", answer)
        self.assertGreaterEqual(self.counter("qingkong_event_listeners_refused_total"), 1)

    def test_many_connections_that_say_nothing_do_not_keep_others_out(self):
        idle = [self.connect() for _ in range(300)]
        for connection in idle:
            connection.sendall(b"GET / HT")
        self.assertEqual(self.bureau.call("auditor", "GET", "/api/v1/warnings")[0], 200)


    # The last by its name: by then the time that a request may take is nearly over.
    def test_what_never_comes_whole_is_told_so(self):
        for connection in self.slow:
            self.refused(self.everything(connection), 408)
        self.assertEqual(self.counter("qingkong_http_requests_too_slow_total"), 2)


class Stopping(unittest.TestCase):
    def test_an_open_event_stream_does_not_hold_up_the_end(self):
        bureau = Bureau(*PROGRAMS, inventory=INVENTORY)
        self.addCleanup(bureau.close)
        connection = socket.create_connection(("127.0.0.1", bureau.http), 20)
        self.addCleanup(connection.close)
        connection.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bureau.tokens['admin']}"
                           "\r\n\r\n".encode())
        heard = b""
        while b"retry:" not in heard:
            heard += connection.recv(2000)
        bureau.daemon.send_signal(signal.SIGTERM)
        self.assertEqual(bureau.daemon.wait(10), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=1)
