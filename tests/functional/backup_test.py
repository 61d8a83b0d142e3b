#!/usr/bin/env python3
"""The restore drill: a set taken from a daemon that is receiving, put back below another root, and a second daemon on it
that answers as the first did. Backup and restore are killed in the middle; sets that were changed, cut or left half
done are refused in words.

    backup_test.py QINGKONGD MOSQUITTO QINGKONGCTL
"""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import types
import unittest

from bureau import Broker, Meter, a_bureau, everything_is_there, proposed, stored, up
from office import Office, free_port, wait_for

PROGRAMS, QINGKONGCTL = (), ""
KILLS = 12
BEFORE_THE_BACKUP = 2000  # readings, acknowledged


def ctl(*words, code=0):
    done = subprocess.run([QINGKONGCTL, *map(str, words), "--format", "json"], capture_output=True, text=True,
                          timeout=120, check=False)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return (json.loads(done.stdout) if done.stdout.strip() else None), done.stderr


def killed_after(seconds, *words):
    """Whether it was killed before it was done."""
    process = subprocess.Popen([QINGKONGCTL, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True


class Second(Office):
    """A daemon on what was put back below `root`, with a broker and a port of its own."""

    def __init__(self, first, root, broker):  # pylint: disable=super-init-not-called
        self.program, self.environment, self.descriptors = first.program, None, None
        self.tokens, self.process = first.tokens, None
        self.place = types.SimpleNamespace(cleanup=lambda: None)  # the folder is the test's
        self.folder = pathlib.Path(f"{root}{first.folder}")
        self.port, self.broker_port = free_port(), broker.port
        config = self.folder / "qingkong.toml"
        text = config.read_text().replace(f'"{first.folder}', f'"{self.folder}')
        text = text.replace(f"port = {first.port}", f"port = {self.port}")
        config.write_text(text.replace(f":{first.broker_port}", f":{broker.port}"))


class Drill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.office = cls.stack.enter_context(a_bureau(PROGRAMS))
        cls.meter = Meter(cls.office.broker)
        cls.meter.send(BEFORE_THE_BACKUP)
        everything_is_there(cls.office, cls.meter)
        path, body = proposed(cls.office)
        cls.office.good("signer", "POST", path, body)
        cls.folder = cls.office.folder / "sets"
        cls.folder.mkdir()

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    def back_up(self, name, *more, code=0):
        return ctl("backup", self.folder / name, "--config", self.office.folder / "qingkong.toml", *more, code=code)

    def root(self, name):
        return self.office.folder / "roots" / name

    def answers(self, office):
        orders = office.good("admin", "GET", "/api/v1/orders/e1")
        return {"order": {key: orders[key] for key in ("order", "revision", "obligations", "issued_at")},
                "warnings": [(one["id"], one["standing"]) for one in
                             office.good("admin", "GET", "/api/v1/warnings")["items"]],
                "verdicts": office.good("admin", "GET", "/api/v1/verdicts")["items"]}

    def test_a_second_daemon_on_a_set_that_was_taken_under_load_answers_the_same(self):
        sent_before, is_over = self.meter.sent, threading.Event()

        def load():
            while not is_over.is_set():
                self.meter.send(50)
                time.sleep(0.05)  # its minutes must not run ahead of the clock

        sender = threading.Thread(target=load)
        sender.start()
        try:
            time.sleep(0.5)
            sent_before = self.meter.sent - 50  # those that were acknowledged for certain
            manifest, said = self.back_up("under-load")
            self.assertEqual(len(manifest["signed_by"]), 64)
            self.assertIn("未加密", said)
        finally:
            is_over.set()
            sender.join()
        everything_is_there(self.office, self.meter)
        then = self.answers(self.office)
        compared, said = ctl("restore", self.folder / "under-load", "--into", self.root("second"), "--verify")
        self.assertTrue(compared["holds"], compared)
        self.assertGreater(compared["audit_entries"], 3)
        self.assertIn("audit_head", [one["name"] for one in compared["answers"]])
        broker = Broker(PROGRAMS[1])
        try:
            with Second(self.office, self.root("second"), broker) as second:
                up(second)
                self.assertEqual(self.answers(second), then)
                # What the journal held and the database did not is taken in at the start.
                wait_for("the readings of before", lambda: stored(second)[1] >= sent_before)
                for fault in ("JOURNAL_DAMAGED", "JOURNAL_MISSING", "JOURNAL_PLACE_LOST", "AUDIT_BROKEN", "STORE_DAMAGED"):
                    self.assertEqual(second.logged(fault), [], fault)
                number, digest = manifest["state"]["audit_head"].split()
                with contextlib.closing(sqlite3.connect(f"file:{second.folder}/store/q.db?mode=ro", uri=True)) as db:
                    kept = db.execute("SELECT hash FROM audit WHERE number = ?", (number,)).fetchone()[0]
                self.assertEqual(kept, digest)
                second.stop()
        finally:
            broker.close()

    def test_files_of_a_set_are_closed_and_rights_come_back(self):
        self.back_up("closed")
        for path in [self.folder / "closed", *(self.folder / "closed").rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        ctl("restore", self.folder / "closed", "--into", self.root("rights"))
        for name in ("signing.key", "people.toml", "qingkong.toml"):
            before = (self.office.folder / name).stat()
            after = pathlib.Path(f"{self.root('rights')}{self.office.folder}/{name}").stat()
            self.assertEqual((after.st_mode, after.st_uid), (before.st_mode, before.st_uid), name)

    def test_a_set_without_keys_says_so_and_holds_none(self):
        manifest, said = self.back_up("keyless", "--without-keys")
        self.assertFalse(manifest["keys"])
        self.assertIn("signing.key", said)
        self.assertEqual(list((self.folder / "keyless").rglob("signing.key")), [])

    def test_a_backup_that_is_killed_leaves_the_set_of_before_or_the_new_one(self):
        begun = time.monotonic()
        first, _ = self.back_up("killed")
        whole = time.monotonic() - begun
        seen = {first["made_at"]}
        kills = 0
        for i in range(KILLS):
            time.sleep(0.3)
            kills += killed_after(whole * (i + 0.5) / KILLS, "backup", self.folder / "killed", "--config",
                                  self.office.folder / "qingkong.toml")
            now, _ = ctl("restore", self.folder / "killed")
            seen.add(now["made_at"])
        self.assertGreater(kills, 0, "no kill came in time, so the test proves nothing")
        print(f"{kills} of {KILLS} backups were killed; a whole one takes {whole:.2f} s; {len(seen)} sets were seen")
        self.back_up("killed")
        left = {path.name for path in self.folder.iterdir() if path.name.startswith("killed")}
        self.assertEqual(left, {"killed"})

    def test_a_restore_that_is_killed_leaves_nothing_or_all_and_can_be_done_again(self):
        self.back_up("source")
        begun = time.monotonic()
        ctl("restore", self.folder / "source", "--into", self.root("timed"))
        whole = time.monotonic() - begun
        kills = 0
        for i in range(KILLS):
            into = self.root(f"killed-{i}")
            kills += killed_after(whole * (i + 0.5) / KILLS, "restore", self.folder / "source", "--into", into)
            if into.exists():
                compared, _ = ctl("restore", self.folder / "source", "--into", into, "--verify")
            else:
                compared, _ = ctl("restore", self.folder / "source", "--into", into, "--verify")
                self.assertFalse(pathlib.Path(f"{into}.part").exists())
            self.assertTrue(compared["holds"])
            shutil.rmtree(into)
        self.assertGreater(kills, 0, "no kill came in time, so the test proves nothing")
        print(f"{kills} of {KILLS} restores were killed; a whole one takes {whole:.2f} s")
        # Among other things, as below / of a machine: file by file, and gone on with after a kill.
        machine = self.root("machine")
        (machine / "etc").mkdir(parents=True)
        for i in range(KILLS):
            killed_after(whole * (i + 0.5) / KILLS, "restore", self.folder / "source", "--into", machine)
        compared, _ = ctl("restore", self.folder / "source", "--into", machine, "--verify")
        self.assertTrue(compared["holds"])
        self.assertEqual([path for path in machine.rglob("*.part")], [])
        state = pathlib.Path(f"{machine}{self.office.folder}/people.toml")
        state.write_text("# another\n")
        _, said = ctl("restore", self.folder / "source", "--into", machine, code=2)
        self.assertIn("is there already", said)
        self.assertEqual(state.read_text(), "# another\n")

    def refused(self, name, words, *more):
        into = self.root("refused-" + name)
        _, said = ctl("restore", self.folder / name, "--into", into, *more, code=2)
        self.assertIn(words, said)
        self.assertFalse(into.exists(), "nothing may be written of a set that is refused")

    def test_what_was_changed_cut_or_left_half_done_is_refused_in_words(self):
        self.back_up("good")
        database = "database/qingkong.db"
        for name in ("byte", "cut", "missing", "list", "half"):
            shutil.copytree(self.folder / "good", self.folder / name)
        path = self.folder / "byte" / database
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        self.refused("byte", "SHA-256 differs")
        os.truncate(self.folder / "cut" / database, 4096)
        self.refused("cut", "cut or changed")
        next((self.folder / "missing" / "journal").glob("*.log")).unlink()
        self.refused("missing", "it is missing")
        manifest = self.folder / "list" / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"mode": "0600"', '"mode": "0644"', 1))
        self.refused("list", "the manifest was changed")
        (self.folder / "half" / "manifest.json").unlink()
        self.refused("half", "not a whole set")
        self.refused("good", "signed by another key", "--fingerprint", "00" * 32)

    def test_a_season_is_one_file_that_opens_without_qingkong_and_shows_a_change(self):
        place = self.office.folder / "archive"
        place.mkdir()
        file = place / "season.qka"
        config = ["--config", self.office.folder / "qingkong.toml"]
        day = lambda seconds: time.strftime("%Y-%m-%d", time.gmtime(self.meter.start + seconds + 8 * 3600))
        made, _ = ctl("archive", "make", file, "--from", day(0), "--to", day(0), *config)
        self.assertEqual([path.name for path in place.iterdir()], ["season.qka"])
        self.assertEqual(file.stat().st_mode & 0o777, 0o400)
        checked, _ = ctl("archive", "check", file)
        self.assertEqual(checked["notes"], made["notes"])
        # Read-only, in a folder where nobody writes, by any SQLite.
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as db:
            orders = db.execute("SELECT enterprise, revision FROM orders").fetchall()
            first, last, count = db.execute("SELECT min(t_end), max(t_end), count(*) FROM readings").fetchone()
            names = {name for name, in db.execute("SELECT key FROM meta")}
        self.assertEqual(orders, [("e1", self.office.good("admin", "GET", "/api/v1/orders/e1")["revision"])])
        self.assertGreater(count, 0)
        self.assertEqual((day(first - self.meter.start), day(last - self.meter.start)), (day(0), day(0)))
        self.assertFalse([name for name in names if "client" in name], names)
        ctl("replay", file)
        _, said = ctl("archive", "make", file, "--from", day(0), "--to", day(0), *config, code=2)
        self.assertIn("is not written over", said)
        for name, change in (("row", "UPDATE readings SET kw = kw + 1 WHERE t_end = (SELECT max(t_end) FROM readings)"),
                             ("cut", "DELETE FROM readings WHERE t_end = (SELECT max(t_end) FROM readings)"),
                             ("note", "UPDATE archive_notes SET value = '2000-01-01T00:00:00+08:00' WHERE key = 'made_at'")):
            other = place / name
            shutil.copy(file, other)
            other.chmod(0o600)
            with contextlib.closing(sqlite3.connect(other)) as db:
                db.execute(change)
                db.commit()
            _, said = ctl("archive", "check", other, code=1)
            self.assertIn("not what was signed" if name == "note" else "rows are not what was signed", said)

    def test_a_folder_that_is_not_a_set_is_not_replaced(self):
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "letter").write_text("mine")
        _, said = self.back_up("mine", code=2)
        self.assertIn("is not a set", said)
        self.assertEqual((self.folder / "mine" / "letter").read_text(), "mine")

    def test_a_file_that_the_configuration_names_and_that_is_missing_is_said(self):
        config = self.office.folder / "other.toml"
        config.write_text((self.office.folder / "qingkong.toml").read_text().replace("people.toml", "nobody.toml"))
        _, said = ctl("backup", self.folder / "other", "--config", config, code=2)
        self.assertIn("nobody.toml", said)
        self.assertIn("people.file", said)
        self.assertFalse((self.folder / "other").exists())

    def test_too_little_room_is_said_before_anything_is_copied(self):
        if os.geteuid() != 0:
            self.skipTest("mounts a small disk, which root alone may")
        small = self.office.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], check=True)
        try:
            _, said = ctl("backup", small / "set", "--config", self.office.folder / "qingkong.toml", code=2)
            self.assertIn("not enough room", said)
            self.assertEqual(list(small.iterdir()), [])
        finally:
            subprocess.run(["umount", small], check=True)


if __name__ == "__main__":
    PROGRAMS, QINGKONGCTL = tuple(sys.argv[1:3]), sys.argv[3]
    sys.argv[1:] = []
    unittest.main()
