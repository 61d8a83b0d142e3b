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
        run(CTL, "broker", "check", self.folder, "--running", code=1)  # none runs: nobody has refused anything
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
