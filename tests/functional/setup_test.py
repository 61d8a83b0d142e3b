#!/usr/bin/env python3
"""A fresh installation as systemd would start it: a page on loopback says what is missing and how it is made, until nothing
is; then the same command line runs the daemon.

    setup_test.py QINGKONGD QINGKONGCTL
"""
import html
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from office import INVENTORY, free_port, listens, wait_for

QINGKONGD = QINGKONGCTL = ""
STEPS = 6


def listening_on(port):
    """Addresses, as the kernel writes them, on which somebody listens at the port."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in pathlib.Path(f"/proc/net/{name}").read_text().splitlines()]
    return [row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]


class Setup(unittest.TestCase):
    def setUp(self):
        os.umask(0o022)
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-setup-")
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name)
        self.port = free_port()
        (self.folder / "inventory").mkdir()
        (self.folder / "qingkong.toml").write_text(f'''
[region]
pack = "{self.folder}/pack.toml"
[store]
path = "{self.folder}/state/q.db"
[http]
port = {self.port}
[mqtt]
url = "mqtt://127.0.0.1:{free_port()}"
user = "qingkong"
senders = "topic"
password_file = "{self.folder}/broker.password"
[inventory]
path = "{self.folder}/inventory"
[people]
file = "{self.folder}/people.toml"
[signing]
key_file = "{self.folder}/signing.key"
''')

    def ctl(self, *words):
        return subprocess.run([QINGKONGCTL, *map(str, words)], check=True, capture_output=True, text=True, timeout=60).stdout

    def check(self, *more):
        return subprocess.run([QINGKONGD, "--check-config", "--config", self.folder / "qingkong.toml", *more],
                              capture_output=True, text=True, timeout=60, check=False)

    def start(self):
        process = subprocess.Popen([QINGKONGD, "--or-set-up", "--config", self.folder / "qingkong.toml"],
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        wait_for("somebody at the port", lambda: listens(self.port) or process.poll() is not None)
        self.assertIsNone(process.poll())
        return process

    def ask(self, path="/", method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=b"" if method == "POST" else None)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def states(self):
        status, page = self.ask()
        self.assertEqual(status, 200)
        states = re.findall(r'<h2>\d+\..*?<span class="(done|open)">', page)
        self.assertEqual(len(states), STEPS, page)
        return states

    def assert_it_has_the_steps_of_the_broker(self, page):
        """All that README.Debian has: a broker that keeps Debian's own configuration lets anybody of this host in."""
        readme = pathlib.Path(__file__).resolve().parents[2] / "packaging/debian/qingkong/README.Debian"
        part = re.search(r"(?ms)^3\. .*?^4\. ", readme.read_text(encoding="utf-8")).group()
        commands = re.findall(r"(?m)^    (\S.*)$", part)
        self.assertGreater(len(commands), 4, part)
        for command in commands:
            self.assertIn(command, page.replace(" /etc/qingkong/", " "))

    def test_the_page_leads_from_nothing_to_a_daemon_that_runs(self):
        self.assertEqual(self.check().returncode, 2, "without the word a start is refused as ever")
        self.assertEqual(self.check("--or-set-up").returncode, 0)
        process = self.start()
        self.assertEqual(listening_on(self.port), ["0100007F"], "loopback alone")
        self.assertEqual(self.states(), ["open"] * STEPS)
        _, page = self.ask()
        for command in ("qingkongctl init", "qingkongctl token new", "qingkongctl key new", "qingkongctl broker init",
                        "qingkongctl inventory check"):
            self.assertIn(command, page)
        self.assert_it_has_the_steps_of_the_broker(html.unescape(page))
        for path, method in (("/", "POST"), ("/api/v1/people", "GET"), ("/metrics", "GET")):
            self.assertEqual(self.ask(path, method)[0], 404, path)

        made = self.folder / "made"
        self.ctl("init", made, "--region", "411000", "--name", "许昌市")
        self.assertTrue((made / "pack.toml").exists())
        for name, text in INVENTORY.items():
            (self.folder / "inventory" / name).write_text(text.replace("1101", "4110"))
        self.assertEqual(self.states()[1], "done")
        token = self.folder / "officer.token"
        people = self.ctl("token", "new", "--id", "zhang.san", "--name", "张三", "--role", "duty_officer", "--out", token)
        (self.folder / "people.toml").write_text(people)
        self.assertEqual(self.states()[2], "open", "an admin comes first")
        token = self.folder / "admin.token"
        people += self.ctl("token", "new", "--id", "wang.wu", "--name", "王五", "--role", "admin", "--out", token)
        (self.folder / "people.toml").write_text(people)
        self.assertEqual(self.states()[2], "done")
        self.ctl("key", "new", self.folder / "signing.key")
        self.assertEqual(self.states()[3], "done")
        self.assertNotIn((self.folder / "signing.key").read_text().strip(), self.ask()[1])
        (self.folder / "broker.password").write_text("secret-of-the-broker")
        os.chmod(self.folder / "broker.password", 0o600)
        self.assertEqual(self.states()[4], "done")
        self.assertNotIn("secret-of-the-broker", self.ask()[1])
        config = self.folder / "qingkong.toml"
        config.write_text(re.sub(r"pack = .*", 'pack = "xuchang"', config.read_text()))
        self.assertEqual(self.states(), ["done"] * STEPS, self.ask()[1])

        self.assertEqual(list(self.folder.glob("state*")), [], "the page writes nothing")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)
        (self.folder / "state").mkdir()
        process = self.start()
        wait_for("the daemon", lambda: self.ask("/healthz")[0] == 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        # It has run: what is missing now is a fault like any other.
        (self.folder / "people.toml").unlink()
        self.assertEqual(self.check("--or-set-up").returncode, 2)


if __name__ == "__main__":
    QINGKONGD, QINGKONGCTL = sys.argv[1:3]
    sys.argv[1:] = []
    unittest.main()
