#!/usr/bin/env python3
"""The edge of the daemon: crowds that say nothing, proxies, certificates.

    edge_test.py QINGKONGD

Two thousand connections of one address that send half a request, or nothing behind an answer, or nothing at all
where a handshake is expected, keep nobody else out: another address, an officer and the metrics are answered
at once, and what was put out is counted. One address from outside holds so many as it may and not more. What a
proxy says of its caller is believed from the proxies that are named, and from nobody else. TLS offers forward
secrecy with authenticated encryption only, and takes a renewed certificate at a reload.
"""
import contextlib
import http.client
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time

from office import Office, wait_for

CROWD = 2100  # more than the daemon takes at once
AUDITOR = {"auditor": (["auditor"], "")}
SOON_S = 20  # on a machine that does much else, too


def own_certificate(folder, name, words):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={words}",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"], check=True,
                   stderr=subprocess.DEVNULL)
    os.chmod(folder / f"{name}.key", 0o600)


def outside_address():
    """An address of this host that is not loopback; None where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]
    return None


def ask(office, path, source="127.0.0.2", token=None, tls=False, host="127.0.0.1", **headers):
    if tls:
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(host, office.port, timeout=SOON_S, context=context,
                                                 source_address=(source, 0) if source else None)
    else:
        connection = http.client.HTTPConnection(host, office.port, timeout=SOON_S,
                                                source_address=(source, 0) if source else None)
    with contextlib.closing(connection):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            given["Authorization"] = "Bearer " + token
        connection.request("GET", path, headers=given)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def metric(text, name):
    return float([line for line in text.splitlines() if line.startswith(name + " ")][0].split()[1])


def everybody_else_is_served(office, tls=False):
    assert ask(office, "/api/v1/me", token=office.tokens["auditor"], tls=tls)[0] == 200
    assert ask(office, "/healthz", tls=tls)[0] == 200
    assert ask(office, "/public", tls=tls)[0] == 200
    status, text = ask(office, "/metrics", source="127.0.0.1", tls=tls)
    assert status == 200
    return text


def crowd(office, say):
    made = []
    for _ in range(CROWD):
        one = socket.create_connection(("127.0.0.1", office.port), 30)
        say(one)
        made.append(one)
    return made


def keep_alive(one):
    one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert one.recv(4096)


def a_crowd_that_says_nothing_keeps_nobody_out(qingkongd):
    with Office(qingkongd, AUDITOR) as office:
        put_out = 0
        for say in (lambda one: one.sendall(b"GET / HT"), keep_alive, lambda one: None,
                    lambda one: one.sendall(b"POST /api/v1/warnings HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")):
            made = crowd(office, say)
            counted = metric(everybody_else_is_served(office), "qingkong_http_put_out_total")
            assert counted > put_out, "what gave way is counted"
            put_out = counted
            for one in made:
                one.close()
        officer = http.client.HTTPConnection("127.0.0.1", office.port, timeout=30)
        head = {"Authorization": "Bearer " + office.tokens["auditor"]}
        officer.request("GET", "/api/v1/me", headers=head)
        assert officer.getresponse().read()
        made = crowd(office, keep_alive)
        socket_before = officer.sock
        officer.request("GET", "/api/v1/me", headers=head)
        assert officer.getresponse().status == 200 and officer.sock is socket_before, "an officer keeps the connection"
        for one in made:
            one.close()


def silent_handshakes_keep_nobody_out(qingkongd):
    address = outside_address()
    with tls_office(qingkongd, more="[limits]\nhttp_connections_per_address = 5\n") as office:
        made = crowd(office, lambda one: None)
        everybody_else_is_served(office, tls=True)
        for one in made:
            one.close()
        if address is None:
            print("no address but loopback here: the limit of an address is left to its unit test")
            return
        one_address_holds_so_many_as_it_may(office, address)


def one_address_holds_so_many_as_it_may(office, address):
    context = ssl._create_unverified_context()
    streams = []
    head = f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {office.tokens['auditor']}\r\n\r\n"
    for _ in range(5):
        one = context.wrap_socket(socket.create_connection((address, office.port), 30))
        one.sendall(head.encode())
        assert b"text/event-stream" in one.recv(4096)
        streams.append(one)
    try:
        refused = context.wrap_socket(socket.create_connection((address, office.port), 30))
        refused.sendall(head.encode())
        got = refused.recv(4096)
    except OSError:
        got = b""
    assert not got, "one more of a busy address is let in"
    said = office.logged("HTTP_ADDRESS_FULL")
    assert said and said[0]["remote"] == address and said[0]["limit"] == "5", said
    status, text = ask(office, "/metrics", source="127.0.0.1", tls=True)
    assert status == 200 and metric(text, "qingkong_http_address_full_total") >= 1
    for one in streams:
        one.close()
    wait_for("room for the address again", lambda: idle_ones_give_way(office, address))


def idle_ones_give_way(office, address):
    """Seven idle connections of an address that may hold five: the oldest two go, and the newest is answered."""
    context = ssl._create_unverified_context()
    idle = []
    with contextlib.ExitStack() as stack:
        for _ in range(7):
            one = http.client.HTTPSConnection(address, office.port, timeout=30, context=context)
            stack.callback(one.close)
            try:
                one.request("GET", "/healthz")
                idle.append(one.getresponse().read())
            except (OSError, http.client.HTTPException):
                return False
    return len(idle) == 7


def tls_office(qingkongd, more=""):
    office = Office(qingkongd, AUDITOR, more=more)
    own_certificate(office.folder, "tls", "first")
    config = office.folder / "qingkong.toml"
    config.write_text(config.read_text().replace(
        "[mqtt]", f'listen = "0.0.0.0"\ncertificate = "{office.folder}/tls.crt"\nkey = "{office.folder}/tls.key"\n[mqtt]'))
    return office


def handshake(office, version=None, ciphers=None):
    context = ssl._create_unverified_context()
    if version:
        context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers + ":@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", office.port), 30) as plain:
        with context.wrap_socket(plain) as one:
            return one.version(), one.cipher()[0], one.getpeercert(binary_form=True)


def tls_is_new_and_certificates_are_renewed(qingkongd):
    with tls_office(qingkongd) as office:
        assert handshake(office)[0] == "TLSv1.3"
        version, cipher, first = handshake(office, ssl.TLSVersion.TLSv1_2)
        assert version == "TLSv1.2" and cipher.startswith("ECDHE-") and "GCM" in cipher or "CHACHA" in cipher, cipher
        for ciphers in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA",
                        "DHE-RSA-AES128-GCM-SHA256"):
            try:
                handshake(office, ssl.TLSVersion.TLSv1_2, ciphers)
            except ssl.SSLError:
                continue
            raise AssertionError(f"{ciphers} is taken")
        kept = http.client.HTTPSConnection("127.0.0.1", office.port, timeout=30,
                                           context=ssl._create_unverified_context())
        kept.request("GET", "/healthz")
        kept.getresponse().read()
        own_certificate(office.folder, "tls", "second")
        office.process.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: office.logged("CERTIFICATE_RELOADED"))
        second = handshake(office)[2]
        assert second != first, "a renewed certificate is served"
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 200, "who is connected stays connected"
        (office.folder / "tls.crt").write_text("rubbish")
        office.process.send_signal(signal.SIGHUP)
        said = wait_for("the refusal", lambda: office.logged("CERTIFICATE_REFUSED"))
        assert "tls.crt" in said[0]["why"], said
        assert handshake(office)[2] == second, "a bad one changes nothing"
        os.chmod(office.folder / "tls.key", 0o644)
        office.process.send_signal(signal.SIGHUP)
        said = wait_for("the refusal", lambda: office.logged("CONFIG_RELOAD_REFUSED"))
        assert "the TLS key can be read by others" in said[0]["fault"], said


def wrong_token(office, source, **headers):
    return ask(office, "/api/v1/me", source=source, token="f" * 64, **headers)[0]


def a_proxy_is_believed_and_others_are_not(qingkongd):
    more = "[limits]\nwrong_tokens_per_minute = 1\n"
    with Office(qingkongd, AUDITOR, more=more) as office:
        config = office.folder / "qingkong.toml"
        config.write_text(config.read_text().replace("[mqtt]", 'trusted_proxies = ["127.0.0.1"]\n[mqtt]'))
        office.stop()
        office.start()
        good = office.tokens["auditor"]
        while int(time.time()) % 60 > 50:  # what follows belongs into one minute
            time.sleep(0.2)
        assert wrong_token(office, "127.0.0.1", X_Forwarded_For="203.0.113.9") == 401
        assert wrong_token(office, "127.0.0.1", X_Forwarded_For="1.2.3.4, 203.0.113.9") == 429
        assert wrong_token(office, "127.0.0.1", X_Forwarded_For="203.0.113.10") == 401, "another caller"
        assert wrong_token(office, "127.0.0.5", X_Forwarded_For="203.0.113.9") == 401, "no proxy of ours"
        assert wrong_token(office, "127.0.0.5", X_Forwarded_For="203.0.113.77") == 429
        assert {line["remote"] for line in office.logged("TOKENS_WRONG")} == {"203.0.113.9", "127.0.0.5"}
        assert ask(office, "/metrics", "127.0.0.1")[0] == 200
        assert ask(office, "/metrics", "127.0.0.1", X_Forwarded_For="203.0.113.9")[0] == 401
        assert ask(office, "/metrics", "127.0.0.1", X_Forwarded_For="127.0.0.1")[0] == 401
        assert ask(office, "/metrics", "127.0.0.5", X_Forwarded_For="127.0.0.1")[0] == 401
        assert ask(office, "/metrics", "127.0.0.5", Forwarded="for=127.0.0.1")[0] == 401
        assert ask(office, "/metrics", "127.0.0.1", token=good, X_Forwarded_For="203.0.113.9")[0] == 200


def main():
    qingkongd = sys.argv[1]
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, CROWD + 500), hard))
    a_crowd_that_says_nothing_keeps_nobody_out(qingkongd)
    silent_handshakes_keep_nobody_out(qingkongd)
    tls_is_new_and_certificates_are_renewed(qingkongd)
    a_proxy_is_believed_and_others_are_not(qingkongd)
    print("crowds, handshakes, proxies and certificates: everybody else was served")
    return 0


if __name__ == "__main__":
    sys.exit(main())
