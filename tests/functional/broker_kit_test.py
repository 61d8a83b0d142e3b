#!/usr/bin/env python3
"""The broker that 'qingkongctl broker init' lays out, as a stranger, an enterprise and the daemon meet it.

    broker_kit_test.py QINGKONGD MOSQUITTO QINGKONGCTL

The check holds for the kit and finds each thing that is taken away from it. Enterprises are enrolled, rotated and
revoked while the broker runs. The daemon records who sent a receipt.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from office import INVENTORY, Office, free_port, listens, wait_for

QINGKONGD = MOSQUITTO = CTL = None
# What is taken away (file, what stands there, what is put in its place), and a word of what must be found.
WEAKENED = {
    "anonymous": ("mosquitto.conf", "allow_anonymous false", "allow_anonymous true", "no anonymous access at the daemon"),
    "no access list": ("mosquitto.conf", "acl_file ", "#acl_file ", "cannot answer for another"),
    "all may write": ("mosquitto.acl", "pattern write qingkong/1/+/%u/receipt",
                      "pattern write qingkong/1/+/+/receipt", "cannot answer for another"),
    "all may read": ("mosquitto.acl", "pattern read qingkong/1/+/%u/order", "pattern read qingkong/1/+/+/order",
                     "hears nothing of another"),
    "own order": ("mosquitto.acl", "pattern read qingkong/1/+/%u/order", "pattern readwrite qingkong/1/+/%u/order",
                  "cannot overwrite its own order"),
    "own mark": ("mosquitto.acl", "pattern read qingkong/1/+/%u/durable", "pattern readwrite qingkong/1/+/%u/durable",
                 "cannot raise its own mark"),
    "no mark": ("mosquitto.acl", "topic write qingkong/1/+/+/durable", "#",
                "mark of what is durable reaches its enterprise"),
    "client ids": ("mosquitto.conf", "use_username_as_clientid true", "#", "cannot throw out another"),
    "old TLS": ("mosquitto.conf", "tls_version tlsv1.3", "tls_version tlsv1.2", "nothing older than TLS 1.3"),
    "long messages": ("mosquitto.conf", "message_size_limit 1048576", "#", "too long is refused"),
    "no persistence": ("mosquitto.conf", "persistence true", "persistence false", "after a stop"),
    "no TLS": ("mosquitto.conf", "tls_version tlsv1.3", "#", "not without TLS", ("certfile ", "keyfile ")),
    "default password": ("passwords", None, None, "no password is its user's name"),
}
# Made by mosquitto_passwd: the password "e9" of a user e9.
E9 = None


def run(*words, code=0):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


class BrokerKit(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-kit-")
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name) / "broker"
        self.port, self.daemon_port = free_port(), free_port()
        account = ["--account", "root"] if os.geteuid() == 0 else []
        run(CTL, "broker", "init", self.folder, "--host", "127.0.0.1", "--port", self.port, "--daemon-port",
            self.daemon_port, *account)

    def start(self):
        broker = subprocess.Popen([MOSQUITTO, "-c", self.folder / "mosquitto.conf"], stderr=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL)
        self.addCleanup(lambda: (broker.kill(), broker.wait()))
        wait_for("the broker", lambda: listens(self.port) and listens(self.daemon_port))
        return broker

    def enrol(self, *ids, verb="enrol"):
        run(CTL, "enterprise", verb, "--broker", self.folder, "--passwords", self.folder / "plants", *ids)

    def password(self, who):
        return (self.folder / "plants" / f"{who}.password").read_text().strip()

    def publish(self, who, topic, payload, password=None):
        """Whether the broker lets this enterprise in."""
        done = subprocess.run(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "--cafile", self.folder / "ca.crt", "-V", "5",
             "-q", "1", "-u", who, "-P", password or self.password(who), "-t", topic, "-m", payload],
            capture_output=True, timeout=30)
        return done.returncode == 0

    def test_the_check_holds_for_the_kit_and_for_the_broker_that_runs(self):
        self.assertIn("everything holds", run(CTL, "broker", "check", self.folder))
        said = run(CTL, "broker", "check", self.folder, "--running", code=1)
        self.assertIn("does not answer", said)
        self.assertNotIn("allow_anonymous", said, "what does not run has let nobody in")
        self.start()
        self.assertIn("everything holds", run(CTL, "broker", "check", self.folder, "--running"))

    def test_no_enterprise_comes_in_by_the_door_of_a_daemon_on_another_host(self):
        folder = pathlib.Path(self.place.name) / "apart"
        account = ["--account", "root"] if os.geteuid() == 0 else []
        run(CTL, "broker", "init", folder, "--host", "127.0.0.1", "--daemon-address", "192.0.2.5", *account)
        self.assertIn("does not come in by the daemon's door", run(CTL, "broker", "check", folder))
        conf = folder / "mosquitto.conf"
        conf.write_text(conf.read_text().replace("require_certificate true", "#"))
        self.assertIn("by the id of another", run(CTL, "broker", "check", folder, code=1))

    def test_the_check_finds_whatever_is_taken_away(self):
        def check(name):
            file, was, now, word, *more = WEAKENED[name]
            # The configuration names its own folder.
            folder = pathlib.Path(self.place.name) / name.replace(" ", "_")
            shutil.copytree(self.folder, folder)
            text = (folder / file).read_text()
            if was is None:
                text += E9
            else:
                self.assertIn(was, text, name)
                text = text.replace(was, now)
            for key in more[0] if more else ():
                text = text.replace(key, "#" + key)
            (folder / file).write_text(text.replace(str(self.folder) + "/", str(folder) + "/"))
            if file != "mosquitto.conf":
                conf = folder / "mosquitto.conf"
                conf.write_text(conf.read_text().replace(str(self.folder) + "/", str(folder) + "/"))
            said = run(CTL, "broker", "check", folder, code=1)
            failed = [line for line in said.splitlines() if "FAIL" in line]
            self.assertTrue(any(word in line for line in failed), f"{name}: {said}")

        with concurrent.futures.ThreadPoolExecutor(4) as several:
            for done in [several.submit(check, name) for name in WEAKENED]:
                done.result()

    def test_who_is_revoked_is_out_at_once_and_who_is_rotated_needs_the_new_password(self):
        self.enrol("e1", "e2")
        self.start()
        topic = "qingkong/1/110105/e1/status"
        self.assertTrue(self.publish("e1", topic, "online"))
        first = self.password("e1")
        self.enrol("e1", verb="rotate")
        wait_for("the reload", lambda: not self.publish("e1", topic, "online", password=first))
        self.assertTrue(self.publish("e1", topic, "online"))
        held = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.port), "--cafile",
                                 self.folder / "ca.crt", "-u", "e1", "-P", self.password("e1"), "-t",
                                 "qingkong/1/+/e1/order"], stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (held.kill(), held.wait()))
        time.sleep(1)
        self.assertIsNone(held.poll(), "it holds a link")
        run(CTL, "enterprise", "revoke", "--broker", self.folder, "e1")
        # mosquitto_sub ends when it is refused as it comes back.
        self.assertNotEqual(held.wait(30), 0)
        self.assertFalse(self.publish("e1", topic, "online"))
        self.assertTrue(self.publish("e2", "qingkong/1/110106/e2/status", "online"), "the other goes on")

    def test_who_revokes_is_told_where_the_broker_runs_and_was_not_reached(self):
        self.enrol("e1", "e2", "e3")
        pid, topic = self.folder / "state/mosquitto.pid", "qingkong/1/110105/{}/status"
        revoke = lambda who, code: run(CTL, "enterprise", "revoke", "--broker", self.folder, who, code=code)
        self.assertIn("does not run", revoke("e3", 0))
        self.start()
        true = wait_for("its process id", pid.read_text)
        for wrong in (None, "1"):  # a container has a count of its own, and a file that another has written
            pid.unlink() if wrong is None else pid.write_text(str(os.getpid()))
            said = revoke("e1" if wrong is None else "e2", 1)
            self.assertIn("links that are up go on", said)
        self.assertTrue(self.publish("e1", topic.format("e1"), "online"), "as it was said")
        pid.write_text(true)
        self.enrol("e4")
        wait_for("the reload", lambda: not self.publish("e1", topic.format("e1"), "online"))
        self.assertFalse(self.publish("e2", topic.format("e2"), "online"))

    def test_strangers_who_connect_again_and_again_write_nothing_beside_what_it_keeps(self):
        self.start()
        size = lambda: sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        before = size()
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", self.port), 5) as stranger:
                stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        time.sleep(1)
        self.assertEqual(size(), before)

    def by_certificate(self, who, *words, folder="passes", port=None):
        return ["-h", "127.0.0.1", "-p", str(port or self.certificate_port), "--cafile", self.folder / "ca.crt",
                "--cert", self.folder / f"{folder}/{who}.crt", "--key", self.folder / f"{folder}/{who}.key", "-V", "5",
                "-q", "1", *words]

    def is_let_in(self, who, folder="passes", **door):
        words = ["-t", f"qingkong/1/110105/{who}/status", "-m", "online"]
        done = subprocess.run(["mosquitto_pub", *self.by_certificate(who, *words, folder=folder, **door)],
                              capture_output=True, timeout=30)
        return done.returncode == 0

    def with_certificates(self):
        self.folder = pathlib.Path(self.place.name) / "certified"
        self.certificate_port = free_port()
        account = ["--account", "root"] if os.geteuid() == 0 else []
        run(CTL, "broker", "init", self.folder, "--host", "127.0.0.1", "--port", self.port, "--daemon-port",
            self.daemon_port, "--certificate-port", self.certificate_port, *account)

    def certify(self, verb, *words):
        run(CTL, "enterprise", verb, "--broker", self.folder, "--certificates", self.folder / "passes", *words)

    def test_the_check_tries_the_door_for_certificates(self):
        self.with_certificates()
        said = run(CTL, "broker", "check", self.folder)
        for words in ("no certificate that is void", "no certificate of another authority",
                      "nobody without a certificate", "whatever name it gives"):
            self.assertTrue(any("ok" in line and words in line for line in said.splitlines()), said)
        conf, whole = self.folder / "mosquitto.conf", (self.folder / "mosquitto.conf").read_text()
        at = whole.index(f"listener {self.certificate_port}")
        for was, now, words in (("crlfile", "#", "no certificate that is void"),
                                ("use_username_as_clientid true", "#", "by the id of another"),
                                ("plants-ca.crt", "ca.crt", "comes in by its certificate")):
            conf.write_text(whole[:at] + whole[at:].replace(was, now))
            said = run(CTL, "broker", "check", self.folder, code=1)
            self.assertTrue(any("FAIL" in line and words in line for line in said.splitlines()), f"{was}: {said}")

    def test_who_comes_by_a_certificate_is_out_at_once_when_it_is_void(self):
        self.with_certificates()
        self.certify("enrol", "e1", "e2")
        # e3 makes its key itself, and says in vain who it is.
        own = self.folder / "passes/e3"
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{own}.key", "-out", f"{own}.csr", "-subj", "/CN=qingkong"], check=True,
                       capture_output=True)
        self.certify("enrol", "e3", "--request", f"{own}.csr")
        broker = self.start()
        wait_for("the door", lambda: listens(self.certificate_port))
        for who in ("e1", "e2", "e3"):
            self.assertTrue(self.is_let_in(who), who)
        of_daemon = ["-h", "127.0.0.1", "-p", str(self.daemon_port), "-u", "qingkong", "-P",
                     (self.folder / "daemon.password").read_text().strip(), "-V", "5", "-q", "1"]

        def listen(name, *words):
            """What comes to this one, in a file."""
            path = pathlib.Path(self.place.name) / name
            with open(path, "wb") as out:
                one = subprocess.Popen(["mosquitto_sub", *words], stdout=out, stderr=subprocess.DEVNULL)
            self.addCleanup(lambda: (one.kill(), one.wait()))
            return path

        heard = listen("heard", *of_daemon, "-t", "qingkong/1/+/+/receipt", "-F", "%t")
        say = lambda who, whose: subprocess.run(
            ["mosquitto_pub", *self.by_certificate(who, "-t", f"qingkong/1/110105/{whose}/receipt", "-m", "{}")],
            capture_output=True, timeout=30)

        def is_heard():
            say("e3", "e2")
            say("e1", "qingkong")
            say("e3", "e3")
            return heard.read_text()
        wait_for("its own receipt", is_heard)
        self.assertEqual(set(heard.read_text().split()), {"qingkong/1/110105/e3/receipt"})
        links = {who: listen(f"{who}.heard", *self.by_certificate(who, "-t", f"qingkong/1/+/{who}/order"))
                 for who in ("e1", "e3")}

        def tell(word, *who):
            for one in who:
                subprocess.run(["mosquitto_pub", *of_daemon, "-t", f"qingkong/1/110105/{one}/order", "-m", word],
                               check=True, capture_output=True, timeout=30)
            return all(word in links[one].read_text() for one in who)
        wait_for("their links", lambda: tell("before", "e1", "e3"))
        shutil.copytree(self.folder / "passes", self.folder / "before")
        run(CTL, "enterprise", "revoke", "--broker", self.folder, "e1")
        tell("after", "e1")
        wait_for("the link of another, which goes on", lambda: tell("after", "e3"))
        self.assertNotIn("after", links["e1"].read_text(), "it was cut as soon as the command was through")
        self.assertFalse(self.is_let_in("e1"))
        self.certify("rotate", "e2")
        self.assertFalse(self.is_let_in("e2", folder="before"), "the old one is void")
        self.assertTrue(self.is_let_in("e2") and self.is_let_in("e3"), "the others go on")
        broker.kill()
        broker.wait()
        self.start()
        wait_for("the door", lambda: listens(self.certificate_port))
        self.assertFalse(self.is_let_in("e1") or self.is_let_in("e2", folder="before"), "void after a restart too")
        self.assertTrue(self.is_let_in("e2"))

    def test_the_daemon_records_who_sent_a_receipt(self):
        self.enrol("e1", "e2")
        self.start()
        mqtt = f'user = "qingkong"\npassword_file = "{self.folder}/daemon.password"\nsenders = "topic"'
        with Office(QINGKONGD, {"auditor": (["auditor"], "")}, inventory=INVENTORY, mqtt=mqtt,
                    broker_port=self.daemon_port) as office:
            wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
            receipt = {"order": "w1/e1", "revision": 1, "state": "refused", "by": "厂", "note": "",
                       "at": time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600 - 5))}
            # Another's name: the broker does not pass it on.
            self.publish("e2", "qingkong/1/110105/e1/receipt", json.dumps({**receipt, "state": "done"}))
            self.publish("e1", "qingkong/1/110105/e1/receipt", json.dumps(receipt))
            items = wait_for("the receipt", lambda: office.good("auditor", "GET", "/api/v1/receipts")["items"])
            self.assertEqual([(item["state"], item["sender"]) for item in items], [("refused", "e1")])

    def test_a_whole_inventory_is_enrolled_with_a_letter_for_each(self):
        inventory = pathlib.Path(self.place.name) / "inventory"
        inventory.mkdir()
        for name, text in INVENTORY.items():
            (inventory / name).write_text(text)
        letters = pathlib.Path(self.place.name) / "letters.html"
        words = [CTL, "enterprise", "enrol", "--broker", self.folder, "--inventory", inventory, "--letters"]
        run(*words, letters)
        self.assertEqual(letters.read_text().count("<section"), 2)
        self.assertIn("甲厂", letters.read_text())
        self.assertEqual(letters.stat().st_mode & 0o777, 0o600)
        before = (self.folder / "passwords").read_text()
        run(*words, letters.with_name("again.html"))
        self.assertEqual((self.folder / "passwords").read_text(), before, "nobody's password changes by itself")
        self.assertEqual(run(CTL, "enterprise", "list", "--broker", self.folder).split(), ["e1", "e2"])
        (inventory / "enterprises.csv").write_text("\n".join(INVENTORY["enterprises.csv"].splitlines()[:2]) + "\n")
        (inventory / "lines.csv").write_text("\n".join(INVENTORY["lines.csv"].splitlines()[:2]) + "\n")
        run(CTL, "enterprise", "revoke", "--broker", self.folder, "--not-in", inventory)
        self.assertEqual(run(CTL, "enterprise", "list", "--broker", self.folder).split(), ["e1"])


if __name__ == "__main__":
    QINGKONGD, MOSQUITTO, CTL = sys.argv[1:4]
    maker = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin")
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([maker, "-b", "-c", f"{made}/p", "e9", "e9"], check=True, capture_output=True)
        E9 = pathlib.Path(f"{made}/p").read_text()
    told = unittest.main(argv=sys.argv[:1] + sys.argv[4:], exit=False).result
    sys.exit(0 if told.wasSuccessful() and told.testsRun > 0 else 1)
