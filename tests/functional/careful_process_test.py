#!/usr/bin/env python3
"""A careful process: what it keeps is closed to others, secrets that others can read are refused, and the commands
that it starts get its words and nothing else.

    careful_process_test.py QINGKONGD QINGKONGCTL

Everything that the daemon makes is for its owner alone, under whatever umask it is started; what an earlier
version left open is closed, and said. A hook sees standard input, output and error and no other descriptor; a
helper that it leaves behind does not keep the port from the next start.
"""
import os
import signal
import stat
import subprocess
import sys

from office import INVENTORY, Office, wait_for

PEOPLE = {"officer": (["duty_officer"], ""), "signer": (["approver"], "")}
HOOK = """#!/usr/bin/env python3
import os, subprocess, sys
body = sys.stdin.buffer.read()
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False  # that of the listing itself
    return True
seen = sorted(number for number in map(int, os.listdir("/proc/self/fd")) if is_open(number))
left = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False)
with open("{folder}/hook.part", "w") as out:
    out.write(f"{{left.pid}} {{len(body)}} " + " ".join(f"{{one}}" for one in seen))
os.rename("{folder}/hook.part", "{folder}/hook.seen")
"""


def mode_of(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def open_to_others(folder, names):
    return {str(path): oct(mode_of(path)) for name in names for path in [folder / name, *(folder / name).glob("*")]
            if path.exists() and mode_of(path) & 0o077}


def start_drill(office):
    warning = office.good("officer", "POST", "/api/v1/warnings",
                          {"colour": "yellow", "exercise": True, "reason": "演练"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("officer", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})


def what_it_keeps_is_closed(qingkongd):
    os.umask(0o022)
    with Office(qingkongd, PEOPLE, INVENTORY) as office:
        kept = ["q.db", "q.db-wal", "q.db-shm", "journal"]
        assert (office.folder / "q.db").exists() and (office.folder / "journal").is_dir()
        assert not open_to_others(office.folder, kept), open_to_others(office.folder, kept)
        assert not office.logged("FILES_TIGHTENED")
        office.stop()
        os.chmod(office.folder / "q.db", 0o644)
        os.chmod(office.folder / "journal", 0o755)
        office.start()
        assert not open_to_others(office.folder, kept), open_to_others(office.folder, kept)
        assert {line["path"] for line in office.logged("FILES_TIGHTENED")} >= {
            str(office.folder / "q.db"), str(office.folder / "journal")}


def secrets_that_others_read_are_refused(qingkongd):
    office = Office(qingkongd, PEOPLE, INVENTORY)
    password, header = office.folder / "broker.password", office.folder / "pull.header"
    password.write_text("secret\n")
    header.write_text("X-Api-Key: secret\n")
    config = office.folder / "qingkong.toml"
    config.write_text(config.read_text().replace("[people]", f'password_file = "{password}"\n[people]')
                      + f'[[forecasts.pull]]\nsource = "s"\nurl = "https://a.example/"\nheader_file = "{header}"\n')
    people = office.folder / "people.toml"
    key = office.folder / "signing.key"
    good = {password: 0o600, header: 0o640, people: 0o644, key: 0o600, config: 0o644}

    def check():
        # The MQTT library keeps some bytes of a client with a password, which a sanitizer would report.
        return subprocess.run([qingkongd, "--check-config", "--config", config], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    for path, mode in good.items():
        os.chmod(path, mode)
    assert check().returncode == 0, check().stderr
    for path, bad in ((password, 0o644), (header, 0o604), (people, 0o666), (people, 0o664), (key, 0o640),
                      (config, 0o666)):
        os.chmod(path, bad)
        refused = check()
        assert refused.returncode == 2 and str(path) in refused.stderr and "chmod" in refused.stderr, (path, refused)
        assert "secret" not in refused.stderr, "a secret has no place in a message"
        os.chmod(path, good[path])
    office.place.cleanup()


def the_tool_writes_secrets_for_their_owner(ctl, folder):
    os.umask(0o022)
    victim = folder / "victim"
    victim.write_text("precious")
    os.symlink(victim, folder / "token.part")
    for command in (["key", "new", folder / "key"],
                    ["token", "new", "--id", "a", "--name", "a", "--role", "auditor", "--out", folder / "token"]):
        subprocess.run([ctl, *command], check=True, capture_output=True)
    assert mode_of(folder / "key") == 0o600 and mode_of(folder / "token") == 0o600
    assert victim.read_text() == "precious", "a link in the way was followed"


def a_hook_gets_nothing_but_its_input(qingkongd):
    with Office(qingkongd, PEOPLE, INVENTORY) as office:
        hook = office.folder / "hook"
        hook.write_text(HOOK.format(folder=office.folder))
        os.chmod(hook, 0o700)
        config = office.folder / "qingkong.toml"
        config.write_text(config.read_text() + f'[hooks]\ntargets = ["exec:{hook}"]\n')
        office.stop()
        office.start()
        start_drill(office)
        wait_for("the hook", lambda: (office.folder / "hook.seen").exists())
        left, length, *seen = (office.folder / "hook.seen").read_text().split()
        try:
            assert int(length) > 0 and seen == ["0", "1", "2"], seen
            office.process.send_signal(signal.SIGKILL)
            office.process.wait()
            os.kill(int(left), 0)  # the helper is still there
            office.start()
            assert office.call("officer", "GET", "/api/v1/me")[0] == 200
        finally:
            os.kill(int(left), signal.SIGKILL)


def main():
    qingkongd, ctl = sys.argv[1:3]
    what_it_keeps_is_closed(qingkongd)
    secrets_that_others_read_are_refused(qingkongd)
    with Office(qingkongd, PEOPLE) as office:
        the_tool_writes_secrets_for_their_owner(ctl, office.folder)
    a_hook_gets_nothing_but_its_input(qingkongd)
    print("kept closed, secrets checked, hooks get their input alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
