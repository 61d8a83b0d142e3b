#!/usr/bin/env python3
"""The Debian packages of this build: what they hold, what installing, removing and purging them does in a bare root,
their units as systemd reads them, and that two runs of CPack give the same bytes.

    packages_test.py CPACK BUILD_FOLDER

No service is started: that needs a machine that runs systemd. What this host lacks (systemd, lintian, to be root) is
said and passed over.
"""
import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EPOCH = "1796000000"
EXPOSURE_MAX = 2.0
SERVICES = {"qingkong": "qingkongd", "qingkong-agent": "qingkong-agent"}
SECONDS = {"": 1, "s": 1, "min": 60, "h": 3600}
CPACK, BUILD = "", pathlib.Path()


def run(*command, code=0, **more):
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout + done.stderr


def pack(folder, **environment):
    os.umask(0o022)  # CPack writes it into the packages
    # By gzip, which is faster than what is shipped, and not without, because lintian does not take that.
    run(CPACK, "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip",
        "-B", folder, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **environment})
    return {file.name.split("_")[0]: file for file in pathlib.Path(folder).glob("*.deb")}


def setting(unit, name):
    return re.findall(rf"(?m)^{name}=(.*)$", unit)


def seconds_of(text):
    number, unit = re.fullmatch(r"(\d+)(s|min|h|)", text).groups()
    return int(number) * SECONDS[unit]


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="qk-packages-")
        cls.folder = pathlib.Path(cls.place.name)
        cls.packages = pack(cls.folder / "first")
        for name, file in cls.packages.items():
            (cls.folder / "control").mkdir(exist_ok=True)
            run("dpkg-deb", "-x", file, cls.folder / "all")
            run("dpkg-deb", "-e", file, cls.folder / "control" / name)

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def text(self, path):
        return (self.folder / "all" / path).read_text(encoding="utf-8")

    def field(self, package, name):
        return run("dpkg-deb", "-f", self.packages[package], name).strip()

    def test_three_packages_that_say_what_they_are(self):
        self.assertEqual(set(self.packages), {"qingkong", "qingkong-agent", "qingkong-sim"})
        for name in self.packages:
            first, *more = self.field(name, "Description").splitlines()
            self.assertTrue(first.isascii() and 10 < len(first) <= 80, first)
            self.assertRegex("\n".join(more), "晴空")
            self.assertRegex(self.field(name, "Maintainer"), r"^.+ <.+@.+>$")

    def test_they_depend_on_the_libraries_that_the_programs_name(self):
        for name, wanted in (("qingkong", ("libssl3", "libcurl4", "libsystemd0", "libsqlite3-0")),
                             ("qingkong-agent", ("libssl3", "libpaho-mqtt1.3")), ("qingkong-sim", ("libssl3",))):
            for library in ("libc6", "libstdc++6", *wanted):
                self.assertIn(library, re.split(r"[ ,(]+", self.field(name, "Depends")), name)
        self.assertNotIn("libsqlite3-0", self.field("qingkong-agent", "Depends"))

    def test_each_has_its_licence_its_changes_and_its_pages(self):
        for name in self.packages:
            self.assertIn("License: Apache-2.0", self.text(f"usr/share/doc/{name}/copyright"))
            changes = run("zcat", self.folder / "all/usr/share/doc" / name / "changelog.Debian.gz")
            version = self.field(name, "Version")
            self.assertTrue(changes.startswith(f"{name} ({version}) "), changes)
        self.assertIn("CC-BY-4.0", self.text("usr/share/doc/qingkong-sim/copyright"))
        for page, words in (("man8/qingkongd.8", "check\\-config"), ("man1/qingkong-agent.1", "check\\-config"),
                            ("man1/qingkong-sim.1", "\\-\\-seed"), ("man1/qingkongctl.1", "broker init")):
            text = run("zcat", self.folder / "all/usr/share/man" / f"{page}.gz")
            self.assertRegex(text, r"(?m)^\.TH ")
            self.assertIn(words, text, page)

    def test_links_of_the_pages_lead_to_what_is_installed(self):
        pages = list((self.folder / "all").rglob("*.md"))
        self.assertIn("README.zh-CN.md", {page.name for page in pages})
        for page in pages:
            for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
                self.assertTrue("://" in link or (page.parent / link).exists(), f"{page}: {link}")
        for path in re.findall(r"/usr/share/doc/\S+\w", self.text("etc/qingkong/qingkong.toml")):
            self.assertTrue((self.folder / "all" / path.lstrip("/")).exists(), path)

    def test_what_lies_in_etc_is_the_administrators(self):
        for name in SERVICES:
            listed = (self.folder / "control" / name / "conffiles").read_text().split()
            shipped = ["/" + str(file.relative_to(self.folder / "all"))
                       for file in (self.folder / "all/etc" / name).rglob("*") if file.is_file()]
            self.assertEqual(listed, shipped)

    def test_the_default_configuration_starts_nothing_before_somebody_has_filled_it_in(self):
        text = self.text("etc/qingkong/qingkong.toml")
        self.assertIn('pack = "/etc/qingkong/pack.toml"', text)  # no other city's rules
        config = self.folder / "default.toml"
        config.write_text(text.replace("/etc/qingkong/", f"{self.folder}/none/"), encoding="utf-8")
        said = run(BUILD / "daemon/qingkongd", "--check-config", "--config", config, code=2)
        self.assertIn("signing.key", said)
        agent = self.folder / "agent.toml"
        text = self.text("etc/qingkong-agent/agent.toml")
        agent.write_text(text.replace("/etc/", f"{self.folder}/none/"), encoding="utf-8")
        run(BUILD / "daemon/agent/qingkong-agent", "check-config", "--config", agent, code=2)

    def test_the_readme_leads_to_a_configuration_that_is_in_order(self):
        """Its commands, in folders of our own and without the accounts of a real host."""
        text = self.text("usr/share/doc/qingkong/README.Debian").split("日常 / every day")[0]
        commands = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
        self.assertIn("systemctl enable --now qingkongd", commands)
        root = self.folder / "readme"
        shutil.copytree(self.folder / "all/etc", root / "etc")
        (root / "etc/qingkong/inventory").mkdir()
        config = root / "etc/qingkong/qingkong.toml"
        config.write_text(config.read_text(encoding="utf-8").replace("/etc/", f"{root}/etc/")
                          .replace("/var/lib/", f"{root}/var/lib/"), encoding="utf-8")
        (root / "var/lib/qingkong/forecasts").mkdir(parents=True)
        for path in ("/etc/", "/root/", "/var/lib/"):
            commands = re.sub(rf"(?<![\w/]){path}", f"{root}{path}", commands)
        (root / "root").mkdir()
        of_a_host = r"(?m)runuser -u qingkong -- |(?<= )-[og] qingkong |^(chown|systemctl) .*$"
        commands = re.sub(of_a_host, "", commands)
        commands = commands.replace('--host "$(hostname -f || hostname)"', f'--host 127.0.0.1 --account "$(id -un)"')
        programs = f"{BUILD}/daemon:{BUILD}/daemon/ctl:"
        said = run("bash", "-ec", f"umask 022\n{commands}", env={**os.environ, "PATH": programs + os.environ["PATH"]})
        self.assertIn("the configuration is in order", said)
        self.assertRegex(config.read_text(encoding="utf-8"), r'(?m)^senders = "topic"$')
        letters = (root / "root/letters.html").read_text(encoding="utf-8")
        self.assertIn("公钥指纹", letters, "by which an enterprise knows the bureau's orders")

    def root_with_units(self, name):
        """The packages, and of the rest of a host only what units name."""
        root = self.folder / name
        shutil.copytree(self.folder / "all", root, symlinks=True)
        (root / "bin").mkdir(exist_ok=True)
        shutil.copy("/bin/kill", root / "bin/kill")
        for target in ("sysinit", "basic", "shutdown", "multi-user", "network-online", "time-sync"):
            (root / f"lib/systemd/system/{target}.target").write_text(f"[Unit]\nDescription={target}\n")
        return root

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_units_are_in_order_and_expose_little(self):
        root = self.root_with_units("units")
        for service in SERVICES.values():
            unit = root / "lib/systemd/system" / f"{service}.service"
            said = run("systemd-analyze", "verify", "--man=no", f"--root={root}", f"{service}.service", code=None)
            self.assertEqual(said, "")
            said = run("systemd-analyze", "security", "--offline=yes", "--no-pager", unit, code=None)
            exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
            self.assertLess(float(exposure.group(1)), EXPOSURE_MAX, service)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_a_unit_with_a_fault_is_seen(self):
        root = self.root_with_units("faulty")
        unit = root / "lib/systemd/system/qingkongd.service"
        unit.write_text(unit.read_text(encoding="utf-8").replace("PrivateTmp=yes", "PrivateTemp=yes"), encoding="utf-8")
        (root / "usr/bin/qingkongd").unlink()
        said = run("systemd-analyze", "verify", "--man=no", f"--root={root}", "qingkongd.service", code=None)
        self.assertIn("PrivateTemp", said)
        self.assertIn("qingkongd is not executable", said)

    def test_no_failure_is_tried_for_ever(self):
        for service in SERVICES.values():
            unit = self.text(f"lib/systemd/system/{service}.service")
            interval = seconds_of(setting(unit, "StartLimitIntervalSec")[0])
            burst = int(setting(unit, "StartLimitBurst")[0])
            pause = seconds_of(setting(unit, "RestartSec")[0])
            slowest = seconds_of((setting(unit, "TimeoutStartSec") or ["0"])[0])
            # However slowly it fails, the last of the tries falls into the interval of the first.
            self.assertLess(burst * (slowest + pause), interval, service)
            self.assertEqual(setting(unit, "RestartPreventExitStatus"), ["2"])

    @unittest.skipUnless(os.geteuid() == 0, "not root")
    @unittest.skipUnless(shutil.which("systemd-sysusers"), "systemd is not installed")
    def test_installed_removed_and_purged(self):
        root = self.folder / "root"
        for part in ("updates", "info", "triggers"):
            (root / "var/lib/dpkg" / part).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        (root / "etc").mkdir()
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        dpkg = ("dpkg", f"--root={root}", "--force-script-chrootless", "--force-depends", "--no-triggers")
        said = run(*dpkg, "--install", *self.packages.values())
        for name, service in SERVICES.items():
            self.assertIn(f"systemctl enable --now {service}", said)  # told, not done
            about = re.search(rf"(?m)^{name}:[^:]*:(\d+):(\d+):", (root / "etc/passwd").read_text())
            user, group = int(about.group(1)), int(about.group(2))
            for path, owner, mode in ((f"etc/{name}", 0, 0o750),
                                      (f"var/lib/{name}", user, 0o750 if name == "qingkong" else 0o700)):
                found = (root / path).stat()
                self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o7777), (owner, group, mode), path)
        self.assertEqual(list((root / "etc").glob("systemd/system/*/*")), [])  # nothing is enabled
        self.assertEqual((root / "var/lib/qingkong/forecasts").stat().st_mode & 0o7777, 0o2770)
        kept = [root / "etc/qingkong/signing.key", root / "var/lib/qingkong/qingkong.db"]
        for file in kept:
            file.write_text("of the bureau")
        said = run(*dpkg, "--install", *self.packages.values())  # an upgrade
        self.assertNotIn("没有启动", said)
        said = run(*dpkg, "--remove", "qingkong", "qingkong-agent", "qingkong-sim")
        self.assertIn("数据和配置保留到清除", said)
        self.assertTrue(all(file.read_text() == "of the bureau" for file in kept))
        self.assertTrue((root / "etc/qingkong/qingkong.toml").exists())
        self.assertFalse((root / "usr/bin/qingkongd").exists())
        run(*dpkg, "--purge", "qingkong")
        for path in ("etc/qingkong", "var/lib/qingkong"):
            self.assertFalse((root / path).exists(), path)
        self.assertTrue((root / "var/lib/qingkong-agent").exists())  # of another package
        run(*dpkg, "--purge", "qingkong-agent")
        self.assertFalse((root / "var/lib/qingkong-agent").exists())

    def test_two_runs_give_the_same_bytes(self):
        again = pack(self.folder / "again", TZ="Asia/Shanghai", LC_ALL="C")
        for name, file in self.packages.items():
            self.assertTrue(file.read_bytes() == again[name].read_bytes(), name)

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_no_error(self):
        run("lintian", "--fail-on", "error", *self.packages.values())

    def test_the_list_of_components_is_whole(self):
        loader = importlib.machinery.SourceFileLoader("sbom", str(SOURCE / "packaging/sbom"))
        sys.dont_write_bytecode = True
        sbom = importlib.util.module_from_spec(importlib.util.spec_from_loader("sbom", loader))
        loader.exec_module(sbom)
        faults = []
        document = sbom.list_of_components(BUILD, SOURCE, "1", EPOCH, faults)
        self.assertEqual(faults, [])
        listed = {one["name"]: one for one in document["components"]}
        self.assertLessEqual(set(sbom.brought_by(SOURCE / "packaging/install-dependencies")), set(listed))
        self.assertIn("linked statically", listed["libsqlitecpp-dev"]["properties"][0]["value"])
        for page in (SOURCE / "daemon/console/built/assets").iterdir():
            self.assertTrue(listed[str(page.relative_to(SOURCE))]["licenses"], page)
        vue = next(name for name in listed if name.startswith("daemon/console/built/assets/vue-"))
        self.assertEqual(listed[vue]["licenses"][0]["license"]["id"], "MIT")
        # What must be found: a page of another's, and a library that nobody uses.
        (self.folder / "page.js").write_text("/*! Copyright (c) 2020 somebody. MIT. */\n")
        sbom.file_component("page.js", self.folder, faults)
        self.assertRegex(faults.pop(), "page.js: .*speaks of a licence")
        script = self.folder / "install-dependencies"
        script.write_text('packages="libgtest-dev no-such-package-dev"\n')
        sbom.brought_components(script, {}, sbom.Dpkg(), faults)
        self.assertRegex(faults[0], "libgtest-dev: .*nothing of it is used")
        self.assertRegex(faults[1], "no-such-package-dev: .*is not installed")
        self.assertEqual(sbom.licences_of("no-such-package")[0], [])


if __name__ == "__main__":
    CPACK, BUILD = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
