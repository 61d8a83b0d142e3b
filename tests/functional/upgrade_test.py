#!/usr/bin/env python3
"""A start on the database of an older program: copied first, then brought forward; killed in the middle, or without room,
nothing is lost; a database of a newer program is refused in words.

    upgrade_test.py QINGKONGD
"""
import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from office import Office

QINGKONGD = ""
STEPS = sorted((pathlib.Path(__file__).resolve().parents[2] / "daemon/store/schema").glob("*.sql"))
ROWS = 200_000
KILLS = 10


def number_of(step):
    return int(step.name[:4])


NEWEST, BEFORE = number_of(STEPS[-1]), number_of(STEPS[-2])


def newest_step(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute("SELECT max(number) FROM schema_steps").fetchone()[0]


def make_older(path):
    """As a program left it that knew all steps but the last."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE schema_steps(number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
        for step in STEPS[:-1]:
            db.executescript(step.read_text())
            db.execute("INSERT INTO schema_steps(number, name) VALUES(?, ?)", (number_of(step), f"schema/{step.name}"))
        db.executemany("INSERT INTO readings VALUES(?, ?, 1.5, NULL, NULL, 0, 1)",
                       ((60 * i, f"meter-{i % 100:040}") for i in range(ROWS)))
        db.commit()


def rows(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM readings").fetchone()[0]


class Upgrade(unittest.TestCase):
    def setUp(self):
        self.office = Office(QINGKONGD, {"admin": (["admin"], "")}, more="[retention]\nreadings_days = 36500\n")
        self.database = self.office.folder / "q.db"
        self.copy = self.office.folder / f"q.db.schema-{BEFORE}"
        make_older(self.database)

    def tearDown(self):
        self.office.__exit__(None, None, None)

    def test_the_database_is_copied_before_the_schema_goes_forward(self):
        self.office.start()
        self.assertEqual(newest_step(self.database), NEWEST)
        self.assertEqual(newest_step(self.copy), BEFORE)
        self.assertEqual(rows(self.copy), ROWS)
        self.assertEqual(self.copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(len(self.office.logged("UPGRADE_COPIED")), 1)
        self.office.stop()
        self.copy.unlink()
        self.office.start()
        self.assertFalse(self.copy.exists(), "a database of this program is not copied")
        self.office.stop()

    def test_a_start_that_is_killed_leaves_the_older_database_or_the_newer_one_whole(self):
        begun = time.monotonic()
        self.office.start()
        whole = time.monotonic() - begun
        self.office.stop()
        seen = set()
        for i in range(KILLS):
            other = Office(QINGKONGD, {"admin": (["admin"], "")}, more="[retention]\nreadings_days = 36500\n")
            database = other.folder / "q.db"
            try:
                shutil.copy(self.copy, database)
                with open(other.folder / "log", "ab") as log:
                    process = subprocess.Popen([QINGKONGD, "--config", other.folder / "qingkong.toml"], stderr=log)
                time.sleep(whole * (i + 0.5) / KILLS)
                process.send_signal(signal.SIGKILL)
                process.wait()
                step = self.newest_step_after_a_kill(other.folder)
                seen.add((step, (other.folder / self.copy.name).exists()))
                self.assertIn(step, (BEFORE, NEWEST))
                if step == NEWEST:
                    self.assertEqual(newest_step(other.folder / self.copy.name), BEFORE, "the copy comes first")
                other.start()
                self.assertEqual(newest_step(database), NEWEST)
                self.assertEqual(rows(database), ROWS)
                self.assertEqual(newest_step(other.folder / self.copy.name), BEFORE)
                self.assertEqual(list(other.folder.glob("*.part")), [])
                other.stop()
            finally:
                other.__exit__(None, None, None)
        print(f"a start takes {whole:.2f} s; after kills were seen (step, copy): {sorted(seen)}")

    def newest_step_after_a_kill(self, folder):
        """Of a copy, because looking rolls back what was left half done, and that is for the daemon to do."""
        look = folder / "look"
        look.mkdir()
        for file in folder.glob("q.db*"):
            if file.name in ("q.db", "q.db-wal", "q.db-journal"):
                shutil.copy(file, look)
        with contextlib.closing(sqlite3.connect(look / "q.db")) as db:
            return db.execute("SELECT max(number) FROM schema_steps").fetchone()[0]

    def refused(self):
        ended = subprocess.run([QINGKONGD, "--config", self.office.folder / "qingkong.toml"], capture_output=True,
                               text=True, timeout=120, check=False)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        return ended.stderr

    def test_a_database_of_a_newer_program_is_refused_and_not_touched(self):
        with contextlib.closing(sqlite3.connect(self.database)) as db:
            db.execute("INSERT INTO schema_steps(number, name) VALUES(9999, 'schema/9999_later.sql')")
            db.commit()
        said = self.refused()
        self.assertIn("9999", said)
        self.assertIn("较新", said)
        self.assertEqual(newest_step(self.database), 9999)
        self.assertEqual(list(self.office.folder.glob("q.db.schema-*")), [], "copied in vain")
        self.assertEqual(rows(self.database), ROWS)

    def test_a_file_that_is_not_a_database_is_refused_with_the_way_to_a_backup(self):
        for file in self.office.folder.glob("q.db*"):
            file.unlink()
        garbage = bytes(range(1, 256)) * 400
        self.database.write_bytes(garbage)
        self.database.chmod(0o600)
        self.assertIn("restore it from a backup", self.refused())
        self.assertEqual(self.database.read_bytes(), garbage)

    def test_without_room_for_the_copy_the_start_is_refused_and_nothing_is_changed(self):
        if os.geteuid() != 0:
            self.skipTest("mounts a small disk, which root alone may")
        small = self.office.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.database.stat().st_size + (40 << 20)}", "tmpfs", small],
                       check=True)
        try:
            shutil.move(self.database, small / "q.db")
            config = self.office.folder / "qingkong.toml"
            config.write_text(config.read_text().replace(f"{self.database}", f"{small}/q.db"))
            said = self.refused()
            self.assertIn("no room to copy", said)
            self.assertEqual(newest_step(small / "q.db"), BEFORE)
            # A copy on another disk, linked to the name: what counts is that it answers the same.
            shutil.copy(small / "q.db", self.office.folder / "elsewhere.db")
            os.symlink(self.office.folder / "elsewhere.db", small / f"q.db.schema-{BEFORE}")
            self.office.start()
            self.assertEqual(newest_step(small / "q.db"), NEWEST)
            self.office.stop()
        finally:
            subprocess.run(["umount", "-l", small], check=True)


if __name__ == "__main__":
    QINGKONGD = sys.argv[1]
    sys.argv[1:] = []
    unittest.main()
