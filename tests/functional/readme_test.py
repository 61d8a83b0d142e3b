#!/usr/bin/env python3
"""What the READMEs say is run as it stands: by a newcomer, in a fresh clone, with the data that ships.

    readme_test.py QINGKONGD QINGKONGCTL

A fenced block marked sh is commands. It is pasted into a shell in a private folder that looks like a clone after
its first build; every command must end with 0, or with the code that its comment promises ("# exit code 1"). A
block that installs or builds stands under the marker below and is not run. The README that 'qingkongctl init'
writes is run in the same way.
"""
import ctypes
import fcntl
import os
import pathlib
import re
import shlex
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
SKIP = "<!-- readme_test: skip, it installs and builds -->"
PROMISED = re.compile(r"\s# exit code (\d+)$")
PICTURE_BYTES_MAX = 300_000
PORTS = (8080, 18830)  # of the daemon and the broker in what init lays out
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def blocks_of(text):
    """(language, is skipped, lines) of each fenced block."""
    found, last, block = [], "", None
    for line in text.splitlines():
        if block is None and line.startswith("```"):
            block = (line[3:].strip(), last == SKIP, [])
        elif block is not None and line.startswith("```"):
            found.append(block)
            block = None
        elif block is not None:
            block[2].append(line)
        if line.strip():
            last = line.strip()
    assert block is None, "a block has no end"
    return found


def commands_of(blocks):
    return [line for language, skipped, lines in blocks if language == "sh" and not skipped
            for line in lines if line.strip() and not line.startswith("#")]


def script_of(commands):
    """Each command as it was pasted, and after it whether it ended as promised."""
    lines = ["trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
    for command in commands:
        promised = PROMISED.search(command)
        lines += [command, f"code=$?; [ $code -eq {promised[1] if promised else 0} ] || "
                  f"{{ printf 'ended with %s: %s\\n' $code {shlex.quote(command)}; exit 1; }}"]
    return "\n".join(lines) + "\n"


def private_network():
    """A loopback of its own, so that ports as they are pasted are free; without the right to it the machine's."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    if user != 0:
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, name))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    return True


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def paste(commands, folder):
    with tempfile.TemporaryFile() as said:  # a pipe would wait for what was started in the background
        code = subprocess.run(["bash", "-uo", "pipefail", "-c", script_of(commands)], cwd=folder, stdout=said,
                              stderr=said, stdin=subprocess.DEVNULL, timeout=100).returncode
        said.seek(0)
        return code, said.read().decode(errors="replace")[-4000:]


class Readme(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="qk-readme-")
        self.addCleanup(place.cleanup)
        self.clone = pathlib.Path(place.name) / "clone"
        for program in ("daemon/qingkongd", "daemon/ctl/qingkongctl"):
            link = self.clone / "build/release" / program
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(PROGRAMS[link.name])
        (self.clone / "packaging").symlink_to(SOURCE / "packaging")
        os.environ["XDG_CONFIG_HOME"] = str(self.clone / "config")  # where a login is kept

    def blocks(self, name):
        return blocks_of((SOURCE / name).read_text())

    def run_all(self, commands, folder):
        self.assertGreater(len(commands), 5)
        for port in PORTS:
            self.assertTrue(is_free(port), f"stop what listens on port {port}: the README's commands need it")
        code, said = paste(commands, folder)
        self.assertEqual(code, 0, said)

    def test_both_languages_have_the_same_blocks_and_pictures(self):
        self.assertEqual(*(self.blocks(name) for name in READMES))
        pictures = [re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (SOURCE / name).read_text()) for name in READMES]
        self.assertEqual(*pictures)
        self.assertTrue(pictures[0])
        for picture in pictures[0]:
            self.assertLessEqual((SOURCE / picture).stat().st_size, PICTURE_BYTES_MAX)

    def test_links_lead_somewhere(self):
        for name in READMES:
            for link in re.findall(r"\]\(([^)#]+)\)", (SOURCE / name).read_text()):
                self.assertTrue("://" in link or (SOURCE / link).exists(), f"{name}: {link}")

    def test_only_what_installs_is_left_out(self):
        for language, skipped, lines in self.blocks(READMES[0]):
            self.assertEqual(language, "sh", "a block of another kind: say what it is, here too")
            builds = any(re.match(r"\./packaging/(demo|check|packages)\b", line) for line in lines)
            self.assertEqual(skipped, builds, lines)

    def test_every_command_works_as_pasted(self):
        self.run_all(commands_of(self.blocks(READMES[0])), self.clone)

    def test_the_steps_of_a_new_region_work_as_pasted(self):
        subprocess.run([PROGRAMS["qingkongctl"], "init", self.clone / "region"], check=True, stdout=subprocess.DEVNULL)
        steps = commands_of(blocks_of((self.clone / "region/README.md").read_text()))
        self.assertTrue(any("--check-config" in step for step in steps))
        os.environ["PATH"] = f"{self.clone}/build/release/daemon:{self.clone}/build/release/daemon/ctl:{os.environ['PATH']}"
        self.run_all(steps, self.clone / "region")

    def test_a_command_that_ends_otherwise_is_noticed(self):
        self.assertEqual(paste(["true", "false  # exit code 1", "sleep 100 &"], self.clone)[0], 0)
        for wrong in ("false", "true  # exit code 1", "no-such-program", "false | cat"):
            code, said = paste([wrong, "true"], self.clone)
            self.assertEqual(code, 1, wrong)
            self.assertIn(wrong, said)


if __name__ == "__main__":
    PROGRAMS = {"qingkongd": pathlib.Path(sys.argv[1]).resolve(), "qingkongctl": pathlib.Path(sys.argv[2]).resolve()}
    private_network()
    unittest.main(argv=sys.argv[:1], verbosity=2)
