#!/usr/bin/env python3
"""What the bureau signs can be checked, what it wrote cannot be unwritten, and nobody acts alone.

Goal: a real daemon at a real broker. Method: the attacks. One account proposes, consults and signs; an order is forged
with another key and altered on its way, and held against the commands of verify-an-order.md with OpenSSL alone, pasted
as they stand; the key is replaced with and without a succession, more than once, by a stranger in the bureau's name, and
lost; heads are kept by who subscribes to their feed; the audit log is cut and rewritten in the file while the daemon is down;
a token is taken away while its event stream is open.
"""
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
import xml.etree.ElementTree as xml

from office import INVENTORY, Office, free_port, listens, wait_for

PEOPLE = {"both": (["duty_officer", "approver"], ""), "signer": (["approver"], ""), "auditor": (["auditor"], ""),
          "admin": (["admin"], "")}
GUIDE = pathlib.Path(__file__).resolve().parents[2] / "packaging/sample/verify-an-order.md"


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Factory:
    """An enterprise that pastes the commands of the guide into its shell as they stand, in a folder of its own."""

    FETCH, KEEP, ORDER, CHECK, FOLLOW = range(5)

    def __init__(self, office, broker_port):
        self.folder = office.folder / "factory"
        self.folder.mkdir()
        self.steps = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.S)
        assert len(self.steps) == 5, "the guide has five blocks of commands"
        self.environment = {**os.environ, "BUREAU": f"http://127.0.0.1:{office.port}", "BROKER": "127.0.0.1",
                            "PORT": str(broker_port), "REGION": "110105", "ENTERPRISE": "e1"}

    def do(self, step):
        run = subprocess.run(["sh"], input=self.steps[step], cwd=self.folder, env=self.environment, capture_output=True,
                             text=True, timeout=60)
        return run.returncode, run.stdout + run.stderr

    def good(self, step):
        code, text = self.do(step)
        assert code == 0, text
        return text

    def holds(self):
        code, text = self.do(self.CHECK)
        assert (code == 0) == ("Verified Successfully" in text), text
        return code == 0

    def order(self):
        return json.loads((self.folder / "order.json").read_text())

    def trusted(self):
        return [(self.folder / name).read_bytes() for name in ("bureau.key", "bureau.der", "bureau.pem")]

    def follow(self, wanted):
        """Follows one succession, or does not and keeps the key it has."""
        before = self.trusted()
        code, text = self.do(self.FOLLOW)
        assert (code == 0, "Verified Successfully" in text) == (wanted, wanted), text
        assert (self.trusted() != before) == wanted, "only a succession that holds changes the key"


class Impostor:
    """Gives out a list of keys of its own in the bureau's place."""

    def __init__(self, factory, items):
        text = canonical({"items": items, "page": 1, "per_page": 100, "pages": 1, "total": len(items)}).encode()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        self.factory, self.bureau = factory, factory.environment["BUREAU"]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.factory.environment["BUREAU"] = f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.factory.environment["BUREAU"] = self.bureau
        self.server.shutdown()
        self.server.server_close()


def nobody_acts_alone(office):
    warning = office.good("both", "POST", "/api/v1/warnings", {"colour": "orange", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("both", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    status, value = office.call("both", "POST", path + "/sign", {"generation": held["generation"]})
    assert (status, value["refusal"]) == (403, "proposer_may_not_sign"), value
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})
    assert office.logged("PERSON_ACTS_ALONE"), "an account with both roles is told at the start"


class Stranger:
    """Somebody with a key of their own."""

    def __init__(self, factory):
        self.folder = factory.folder
        self.run("genpkey", "-algorithm", "ed25519", "-out", "stranger.pem")
        self.public = self.run("pkey", "-in", "stranger.pem", "-pubout", "-outform", "DER")[-32:].hex()

    def run(self, *command):
        return subprocess.run(["openssl", *command], check=True, capture_output=True, cwd=self.folder).stdout

    def sign(self, text):
        (self.folder / "forged").write_text(text)
        self.run("pkeyutl", "-sign", "-inkey", "stranger.pem", "-rawin", "-in", "forged", "-out", "forged.sig")
        return (self.folder / "forged.sig").read_bytes().hex()

    def order(self, order):
        """The order with a higher revision and nothing owed."""
        forged = {**order, "revision": order["revision"] + 1000, "obligations": [], "key": self.public}
        del forged["signature"]
        return canonical({**forged, "signature": self.sign(canonical(forged))})

    def key_item(self, succession):
        return {"kind": "key", "key": self.public, "fingerprint": hashlib.sha256(bytes.fromhex(self.public)).hexdigest(),
                "valid_from": "2026-01-01T00:00:00Z", "valid_to": None, "succession": succession}

    def succession(self, true_one, **change):
        """A true succession that names the stranger's key instead, signed by the stranger in both places."""
        forged = {**true_one, "to": self.public, **change}
        bare = {name: value for name, value in forged.items() if not name.startswith("signature_")}
        signature = self.sign("qingkong key-succession 1\n" + canonical(bare))
        return {**forged, "signature_from": signature, "signature_to": signature}


def orders_can_be_checked(office, factory):
    shown = factory.good(factory.FETCH).strip()
    fingerprint = office.good(None, "GET", "/api/v1/keys")["items"][0]["fingerprint"]
    assert shown == " ".join(fingerprint[at:at + 4] for at in range(0, 64, 4)), shown
    factory.good(factory.KEEP)
    assert office.good(None, "GET", "/api/v1/keys")["total"] == 1
    wait_for("the order at the broker", lambda: office.metric("qingkong_orders_unpublished") == 0)
    factory.good(factory.ORDER)
    assert factory.holds(), "a true order"
    order = factory.order()
    text = (factory.folder / "order.json").read_text()
    for name, other in (("forged", Stranger(factory).order(order)), ("altered", text.replace('"ratio":', '"ratio":0', 1)),
                        ("cut", text.replace('"exercise":false,', "", 1)),
                        ("unsigned", re.sub(r',"signature":"[0-9a-f]+"', "", text))):
        assert other != text, name
        (factory.folder / "order.json").write_text(other)
        assert not factory.holds(), f"an order that was {name} passes for a true one"
    return order


def fails_to_start(office):
    with open(office.folder / "log", "ab") as log:
        run = subprocess.run([office.program, "--config", office.folder / "qingkong.toml"], stderr=log, timeout=60)
    return run.returncode


def order_of_another_key(factory, key):
    wait_for("the order again", lambda: factory.do(factory.ORDER)[0] == 0 and factory.order()["key"] != key)
    return factory.order()


def strangers_are_not_followed(office, factory):
    """Whoever answers in the bureau's place, without its key."""
    items = office.good(None, "GET", "/api/v1/keys")["items"]
    true_one = items[0]["succession"]
    stranger = Stranger(factory)
    emergency = {**stranger.succession(true_one, emergency=True), "signature_from": ""}
    mixed = {**stranger.succession(true_one), "signature_from": true_one["signature_from"]}
    from_nobody = stranger.succession(true_one, **{"from": stranger.public})
    for lie in (stranger.succession(true_one), emergency, mixed, from_nobody, None):
        with Impostor(factory, [stranger.key_item(lie)]):
            factory.follow(False)
    # A true succession, and the stranger's key on top of the list as if it were the newest.
    with Impostor(factory, [stranger.key_item(None), *items]):
        before = factory.trusted()
        code, text = factory.do(factory.FOLLOW)
        assert code == 0 and stranger.public.encode() not in factory.trusted()[0], text
        assert factory.trusted()[0].decode().strip() == true_one["to"]
    for name, content in zip(("bureau.key", "bureau.der", "bureau.pem"), before):
        (factory.folder / name).write_bytes(content)


def a_lost_key_takes_nobody_along(office, factory, ctl):
    key_file = office.folder / "signing.key"
    key = factory.order()["key"]
    office.stop()
    key_file.unlink()
    for command in (("new", key_file), ("succeed", "--lost", key, key_file, "--reason", "密钥丢失")):
        subprocess.run([ctl, "key", *command], check=True, capture_output=True, timeout=60)
    office.start()
    order_of_another_key(factory, key)
    assert not factory.holds()
    factory.follow(False)
    factory.good(factory.FETCH)  # and compared by another way
    factory.good(factory.KEEP)
    assert factory.holds()


def keys_follow_one_another(office, factory, ctl, first):
    key_file = office.folder / "signing.key"
    true_key = key_file.read_text()
    office.stop()
    key_file.write_text("22" * 32)
    assert fails_to_start(office) == 2, "a key that nothing leads to"
    assert "key rotate" in (office.folder / "log").read_text()
    key_file.write_text(true_key)
    subprocess.run([ctl, "key", "rotate", key_file, "--reason", "定期更换"], check=True, capture_output=True, timeout=60)
    rotated = key_file.read_text()
    assert rotated != true_key
    nowhere = ("--url", f"http://127.0.0.1:{free_port()}")
    again = subprocess.run([ctl, "key", "rotate", key_file, *nowhere], capture_output=True, text=True, timeout=60)
    assert again.returncode == 2 and "未做任何改动" in again.stderr and "--in-use" in again.stderr, again
    assert key_file.read_text() == rotated, "a second rotation before a start changes nothing"
    office.start()
    assert office.logged("KEY_SUCCEEDED")
    order = order_of_another_key(factory, first["key"])
    assert (order["revision"], order["obligations"]) == (first["revision"], first["obligations"])
    assert not factory.holds(), "the old key does not know it"
    strangers_are_not_followed(office, factory)
    factory.follow(True)
    assert factory.holds()
    factory.follow(False)  # there is no further one
    # Two more that the enterprise has slept through, with a reason that looks like the end of a document.
    fingerprint = office.good(None, "GET", "/api/v1/keys")["items"][0]["fingerprint"]
    rotate = [ctl, "key", "rotate", key_file, "--reason"]
    office.stop()
    subprocess.run([*rotate, '丢失"}{\\"to":"', *nowhere, "--in-use", fingerprint], check=True, timeout=60)
    office.start()
    subprocess.run([*rotate, "定期更换", "--url", f"http://127.0.0.1:{office.port}"], check=True, timeout=60)
    office.stop()
    office.start()
    # The order of the key in between may stand there still.
    last = office.good(None, "GET", "/api/v1/keys")["items"][0]["key"]
    wait_for("the order of the last key", lambda: factory.do(factory.ORDER)[0] == 0 and factory.order()["key"] == last)
    for _ in range(2):
        assert not factory.holds()
        factory.follow(True)
    assert factory.holds()
    entries = office.good("auditor", "GET", "/api/v1/audit?per_page=1000")["items"]
    assert [one for one in entries if one["action"] == "key.succeeded"], "a new key is in the log"


class Evidence:
    def __init__(self, office, ctl):
        self.office, self.ctl = office, ctl
        self.heads = office.folder / "kept-heads.json"
        (office.folder / "auditor.token").write_text(office.tokens["auditor"])

    def verify(self, *more):
        package = self.office.folder / "audit.jsonl"
        url = f"http://127.0.0.1:{self.office.port}"
        token = self.office.folder / "auditor.token"
        subprocess.run([self.ctl, "evidence", "export", "--url", url, "--token-file", token, "--out", package],
                       check=True, timeout=60)
        return self.check(package, *more)

    def check(self, package, *more):
        run = subprocess.run([self.ctl, "evidence", "verify", package, "--format", "json", *more], capture_output=True,
                             text=True, timeout=60)
        return run.returncode, run.stdout

    def keep_heads(self):
        """What a reader of the feed has kept, a head a line."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.office.port}/api/v1/audit/heads.atom", timeout=60) as answer:
            assert answer.headers["Content-Type"].startswith("application/atom+xml")
            feed = xml.fromstring(answer.read())
        atom = "{http://www.w3.org/2005/Atom}"
        kept = [json.loads(one.text) for one in feed.iterfind(f"{atom}entry/{atom}content")]
        stored = self.office.good(None, "GET", "/api/v1/audit/heads?per_page=1000")["items"]
        assert kept and kept == stored, "the feed gives the heads word for word"
        self.heads.write_text("".join(canonical(head) + "\n" for head in kept))
        return kept


def hash_of(row, before):
    number, at, person, remote, action, subject, detail = row
    return hashlib.sha256(canonical({"number": number, "at": at, "person": person, "remote": remote, "action": action,
                                     "subject": subject, "detail": detail, "before": before}).encode()).hexdigest()


def in_file(office, change):
    """What somebody with the rights of root does to the database while the daemon is down."""
    office.stop()
    database = sqlite3.connect(office.folder / "q.db", isolation_level=None)
    change(database)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    office.start()


def put_back(office, saved):
    office.stop()
    for name in ("q.db-wal", "q.db-shm"):
        (office.folder / name).unlink(missing_ok=True)
    shutil.copy(saved, office.folder / "q.db")
    office.start()


def rewrite(database):
    """Another person signed: the whole chain anew from there, and every head of ours gone."""
    before = "0" * 64
    rows = database.execute("SELECT number,at,person,remote,action,subject,detail FROM audit ORDER BY number").fetchall()
    for row in rows:
        row = tuple("nobody" if value == "signer" else value for value in row)
        digest = hash_of(row, before)
        database.execute("UPDATE audit SET person=?, subject=?, before=?, hash=? WHERE number=?",
                         (row[2], row[5], before, digest, row[0]))
        before = digest
    database.execute("UPDATE meta SET value=? WHERE key='audit_head'", (f"{rows[-1][0]} {before}",))
    database.execute("DELETE FROM audit_heads")


def the_log_cannot_be_unwritten(office, ctl):
    evidence = Evidence(office, ctl)
    key = office.good(None, "GET", "/api/v1/keys")["items"][0]["fingerprint"]
    kept = evidence.keep_heads()
    code, text = evidence.verify("--key", key, "--head", evidence.heads)
    assert code == 0, text
    package = office.folder / "audit.jsonl"
    lines = package.read_text().splitlines(True)
    for name, other in (("edited", [line.replace("signer", "nobody") for line in lines]), ("cut", lines[:-3]),
                        ("cut in the middle", lines[:9] + lines[10:]), ("put in", lines[:9] + lines[8:]),
                        ("emptied", lines[:1] + lines[-1:])):
        (office.folder / "changed.jsonl").write_text("".join(other))
        assert evidence.check(office.folder / "changed.jsonl", "--key", key)[0] == 1, name
    assert evidence.check(GUIDE)[0] == 2 and evidence.check(office.folder / "nothing")[0] == 2
    assert evidence.check(package, "--key", "ab" * 32)[0] == 1, "a key that is not the bureau's"
    assert evidence.check(package, "--key", "")[0] == 2, "a key that was forgotten is not trust in any"
    (office.folder / "no-heads").write_text("")
    assert evidence.check(package, "--key", key, "--head", office.folder / "no-heads")[0] == 2, "no head was kept"
    saved = office.folder / "saved.db"
    in_file(office, lambda database: database.execute("VACUUM INTO ?", (str(saved),)))
    # Rewritten with all our own traces gone: only who kept a head can tell, and can.
    in_file(office, rewrite)
    assert office.good("auditor", "GET", "/api/v1/audit/check")["holds"]
    assert not office.good("auditor", "POST", "/api/v1/audit/check", {"heads": kept})["holds"]
    assert evidence.verify("--key", key)[0] == 0
    assert evidence.verify("--key", key, "--head", evidence.heads)[0] == 1
    # Cut at the end, emptied, and moved to where no number follows: found at the start, and for ever.
    last = "(SELECT max(number) FROM audit)"
    for change in (f"DELETE FROM audit WHERE number > {last} - 3", "DELETE FROM audit",
                   f"UPDATE audit SET number = {2**63 - 1} WHERE number = {last}",
                   f"UPDATE audit SET number = {2**63 - 1} WHERE number = 3"):
        put_back(office, saved)
        assert office.metric("qingkong_audit_breaks") == 0
        in_file(office, lambda database: database.execute(change))
        assert office.metric("qingkong_audit_breaks") > 0 and office.logged("AUDIT_BROKEN")
        office.good("both", "POST", "/api/v1/floors", {
            "document": "环办1号", "colour": "yellow", "from": "2030-01-01T00:00:00+08:00", "to": "2030-01-02T00:00:00+08:00"})
        assert not office.good("auditor", "GET", "/api/v1/audit/check")["holds"], "the next act heals nothing"
        assert evidence.verify("--key", key)[0] == 1


def a_revoked_token_hears_nothing_more(office):
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=60)
    connection.request("GET", "/api/v1/events", headers={"Authorization": "Bearer " + office.tokens["signer"]})
    stream = connection.getresponse()
    assert stream.readline().startswith(b"retry")
    people = office.folder / "people.toml"
    entries = people.read_text().split("[[person]]\n")[1:]
    people.write_text("".join("[[person]]\n" + one for one in entries if 'id = "signer"' not in one))
    office.process.send_signal(signal.SIGHUP)
    wait_for("the token is gone", lambda: office.call("signer", "GET", "/api/v1/me")[0] == 401)
    office.good("both", "POST", "/api/v1/floors", {
        "document": "环办2号", "colour": "yellow", "from": "2030-01-01T00:00:00+08:00", "to": "2030-01-02T00:00:00+08:00"})
    rest = stream.read()  # ends, or the test does
    assert "环办2号".encode() not in rest, rest
    connection.close()
    removed = lambda: [one for one in office.good("auditor", "GET", "/api/v1/audit?per_page=1000")["items"]
                       if one["action"] == "account.removed" and one["subject"] == "signer"]
    wait_for("it is in the log", removed)
    people.write_text(people.read_text() + "".join("[[person]]\n" + one for one in entries if 'id = "signer"' in one)
                      + "expires = 2001-01-01\n")
    office.process.send_signal(signal.SIGHUP)
    expired = lambda: "2001-01-01" in json.dumps(office.call("signer", "GET", "/api/v1/me"), ensure_ascii=False)
    wait_for("an expired account is told so", expired)
    listed = {one["id"]: one for one in office.good("admin", "GET", "/api/v1/people")["items"]}
    assert listed["signer"]["state"] == "expired" and listed["auditor"]["last_use"], listed


def main():
    qingkongd, mosquitto, ctl = sys.argv[1:4]
    port = free_port()
    with Office(qingkongd, PEOPLE, INVENTORY, broker_port=port) as office:
        config = office.folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n"
                          + ("user root\n" if os.geteuid() == 0 else ""))
        broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
        try:
            wait_for("the broker", lambda: listens(port))
            wait_for("the daemon at it", lambda: office.metric("qingkong_broker_up") == 1)
            factory = Factory(office, port)
            nobody_acts_alone(office)
            first = orders_can_be_checked(office, factory)
            keys_follow_one_another(office, factory, ctl, first)
            a_lost_key_takes_nobody_along(office, factory, ctl)
            the_log_cannot_be_unwritten(office, ctl)
            a_revoked_token_hears_nothing_more(office)
        finally:
            broker.terminate()
            broker.wait()
    print("two persons for a decision; orders checked with OpenSSL; a key that was followed; a log that shows its breaks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
