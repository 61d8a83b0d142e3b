#!/usr/bin/env python3
"""A duty officer and an approver at the command line, from the login to the report.

    ctl_test.py QINGKONGD MOSQUITTO QINGKONGCTL

Each has a home of their own. They log in by a file or by typing at a terminal, where nothing is shown; the officer
proposes and consults, is refused in the words of the options, and cannot sign; the approver is shown what is signed and
asked; then status, orders, cases, events and the report say what came of it, as tables, CSV and JSON. The manual page
is clean where a checker is there.
"""
import csv
import datetime
import io
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import time

from bureau import a_bureau, wait_for

PATIENCE_S = 60


class Person:
    """Somebody with a home, who types commands."""

    def __init__(self, office, ctl, who):
        self.ctl, self.token = ctl, office.tokens[who]
        self.url = f"http://127.0.0.1:{office.port}"
        self.home = office.folder / f"home-{who}"
        self.home.mkdir()
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("QINGKONG_", "XDG_"))}
        self.environment["HOME"] = str(self.home)
        self.login = self.home / ".config/qingkong/login.json"

    def type(self, *words, **more):
        run = subprocess.run([self.ctl, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                             text=True, timeout=PATIENCE_S, **more)
        assert self.token not in run.stdout + run.stderr, "a token was printed"
        return run

    def good(self, *words):
        run = self.type(*words)
        assert run.returncode == 0, (words, run)
        return run.stdout

    def asked(self, *words):
        return json.loads(self.good(*words, "--format", "json"))

    def at_a_terminal(self, words, answers):
        """Types each answer once its prompt is shown; gives the exit code and all that was on the screen."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(self.ctl, [self.ctl, *words], self.environment)
        screen, answers, end = "", list(answers), time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    piece = os.read(terminal, 65536)
                except OSError:  # as Linux says that nobody writes any more
                    break
                if not piece:
                    break
                screen += piece.decode(errors="replace")
            if answers and answers[0][0] in screen:
                time.sleep(0.1)  # until typing is no longer shown
                os.write(terminal, (answers.pop(0)[1] + "\n").encode())
        else:
            os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        return code, screen


def widths_agree(table):
    """Each column of a table begins in one place: two columns for a Chinese character."""
    def columns(text):
        return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)
    lines = table.splitlines()
    head = lines[0]
    starts = [columns(head[:at]) for at in range(2, len(head)) if head[at - 2:at] == "  " and head[at] != " "]
    for line in lines[1:]:
        for start in starts:
            before = next(at for at in range(len(line) + 1) if columns(line[:at]) >= start or at == len(line))
            assert before == len(line) or line[before - 1] == " ", f"crooked: {head!r} {line!r}"


def they_log_in(officer, signer):
    nobody = officer.type("warning", "list", "--url", officer.url)
    assert nobody.returncode == 3 and "qingkongctl login" in nobody.stderr, nobody
    token = officer.home / "token"
    token.write_text(officer.token + "\n")
    token.chmod(0o644)
    open_file = officer.type("login", "--url", officer.url, "--token-file", token)
    assert open_file.returncode == 2 and "0600" in open_file.stderr and not officer.login.exists(), open_file
    token.chmod(0o600)
    said = officer.good("login", "--url", officer.url, "--token-file", token)
    assert "officer先生" in said and "值班员" in said, said
    assert officer.login.stat().st_mode & 0o777 == 0o600
    token.unlink()
    assert officer.asked("warning", "list")["items"] == []
    no_terminal = signer.type("login", "--url", signer.url)
    assert no_terminal.returncode == 2 and "0600" in no_terminal.stderr, no_terminal
    wrong = signer.at_a_terminal(["login", "--url", signer.url], [("token", "f" * 64)])
    assert wrong[0] == 3 and not signer.login.exists(), wrong
    code, screen = signer.at_a_terminal(["login", "--url", signer.url + "/"], [("token", signer.token)])
    assert code == 0 and "signer先生" in screen, screen
    assert signer.token not in screen, "the token was shown while it was typed"
    elsewhere = signer.type("warning", "list", "--url", signer.url.replace("127.0.0.1", "localhost"))
    assert elsewhere.returncode == 3 and "401" in elsewhere.stderr, "a token went to another daemon"


def refusals_speak_of_options(officer):
    bad = officer.type("warning", "propose", "--colour", "yellow", "--to", "明天")
    assert bad.returncode == 3 and "--to: '明天'" in bad.stderr and "--reason: 缺少" in bad.stderr, bad
    assert "body:" not in bad.stderr, bad


def an_approver_sees_what_is_signed(officer, signer):
    warning = officer.asked("warning", "propose", "--colour", "yellow", "--reason", "预报持续重污染")["id"]
    waiting = officer.good("status", "--format", "table")
    assert "待会商" in waiting and warning in waiting and "no warning in force" in waiting, waiting
    officer.good("warning", "consult", warning, "--participant", "张伟", "--summary", "一致同意", "--reason", "会商一致",
                 "--cause", "2020-04-02..2020-04-03=区域传输:周边浓度先升高")
    number = str(officer.asked("cause", "list")["items"][0]["number"])
    officer.good("warning", "consult", warning, "--participant", "张伟", "--summary", "一致同意", "--reason", "会商一致",
                 "--withdraw-cause", f"{number}:组分不符")
    assert officer.asked("cause", "list")["items"][0]["withdrawn_reason"] == "组分不符"
    assert "待签发" in officer.good("status", "--format", "table")
    blind = signer.type("warning", "sign", warning)
    assert blind.returncode == 2 and "--yes" in blind.stderr, blind
    code, screen = signer.at_a_terminal(["warning", "sign", warning], [("yes: ", "no")])
    assert code == 1 and "nothing was signed" in screen, screen
    for shown in ("黄色", "预报持续重污染", "张伟", "一致同意", "1 家企业"):
        assert shown in screen, (shown, screen)
    assert officer.asked("warning", "show", warning)["standing"] == "draft"
    assert officer.type("warning", "sign", warning, "--yes").returncode == 3, "an officer does not sign"
    stale = signer.type("warning", "sign", warning, "--yes", "--generation", "1")
    assert stale.returncode == 3, "an older version than the present one was signed"
    code, screen = signer.at_a_terminal(["warning", "sign", warning], [("yes: ", "是")])
    assert code == 0 and "in_force" in screen, screen
    again = signer.type("warning", "sign", warning, "--yes")
    assert again.returncode == 1 and "nothing waits" in again.stderr, again
    return warning


def causes_are_stated_and_taken_back(officer):
    stated = officer.asked("cause", "state", "--from", "2020-04-02", "--to", "2020-04-03", "--cause", "沙尘", "--reason", "雷达见沙尘")
    assert stated["cause"] == "dust" and not stated["binds"] and stated["advice"], stated
    assert "沙尘" in officer.good("cause", "list", "--format", "table")
    officer.good("cause", "withdraw", str(stated["number"]), "--reason", "误判")
    again = officer.type("cause", "withdraw", str(stated["number"]), "--reason", "误判")
    assert again.returncode == 3, again
    vague = officer.type("cause", "state", "--from", "2020-04-02", "--cause", "天气", "--reason", "不清楚")
    assert vague.returncode == 3 and "境外传输" in vague.stderr, vague
    season = officer.asked("targets", "season", "--as-of", "2020-12-01")
    assert season["from"] == "2020-10-01", season


def lists_say_what_came_of_it(office, officer, warning):
    wait_for("the order to leave", lambda: office.good("officer", "GET", "/api/v1/orders/e1")["published_at"])
    screen = officer.good("status", "--format", "table")
    for shown in ("黄色 yellow", "1 份现行", "未回执 none 1", "已连接", "预报", "磁盘"):
        assert shown in screen, (shown, screen)
    assert officer.asked("status")["orders"]["none"] == 1
    table = officer.good("order", "list", "--format", "table")
    assert "甲厂" in table and "未回执 none" in table, table
    widths_agree(table)
    rows = list(csv.DictReader(io.StringIO(officer.good("order", "list", "--format", "csv"))))
    assert [row["enterprise"] for row in rows] == ["e1"] and rows[0]["warning"] == warning, rows
    assert officer.asked("order", "list", "--state", "done")["items"] == []
    assert len(officer.asked("order", "list", "--state", "none", "--warning", warning)["items"]) == 1
    order = officer.good("order", "show", "e1", "--format", "table")
    assert "停产 stop " in order and "停产50%" in order and "突发事件应对法" in order and "甲厂" in order, order
    assert officer.asked("order", "show", "e1")["document"]["signature"]
    assert officer.type("order", "show", "e9").returncode == 3
    assert officer.asked("case", "list")["items"] == []
    assert officer.good("case", "list", "--format", "table").count("\n") == 1
    assert officer.type("case", "show", "1").returncode == 3


def a_watched_screen_is_drawn_again(officer):
    command = [officer.ctl, "status", "--watch", "--format", "csv"]
    with subprocess.Popen(command, env=officer.environment, stdout=subprocess.PIPE, text=True) as watched:
        heads = 0
        for line in watched.stdout:
            heads += line.startswith("what,how")
            if heads == 2:
                break
        watched.kill()
    assert heads == 2


def events_are_sentences(officer, warning):
    def first(count, *words):
        with subprocess.Popen([officer.ctl, "events", "--after", "0", *words], env=officer.environment,
                              stdout=subprocess.PIPE, text=True) as following:
            lines = [following.stdout.readline() for _ in range(count)]
            following.kill()
        return "".join(lines)
    sentences = first(9, "--format", "table")
    assert "会商 warning consulted" in sentences and warning in sentences and "data:" not in sentences, sentences
    assert first(3).startswith("retry: 3000\nid: 0\n"), "into a pipe it is the wire"


def the_report_is_read_and_kept(officer, warning):
    summary = officer.good("warning", "report", warning, "--format", "table")
    assert warning in summary and "黄色 yellow" in summary and "still running" in summary, summary
    assert officer.asked("warning", "report", warning)["warning"] == warning
    page = officer.home / "report.html"
    officer.good("warning", "report", warning, "--out", page)
    assert page.read_text().lstrip().lower().startswith("<!doctype html"), page.read_text()[:80]


def a_temporary_control_takes_two(officer, signer):
    tomorrow = (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=1)).date().isoformat()
    wanted = ["control", "propose", "--from", tomorrow, "--to", tomorrow, "--enterprise", "e1", "--measure", "form='stop'",
              "--document", "临控〔2026〕1号", "--reason", "预计轻度污染"]
    wrong = officer.type(*wanted[:-4], "--document", "x", "--reason", "y", "--trade", "cemment")
    assert wrong.returncode == 3 and "--trade: 'cemment'" in wrong.stderr, wrong
    made = officer.asked(*wanted)
    number = str(made["number"])
    assert made["state"] == "proposed" and made["covers"]["enterprises"] == 1, made
    assert officer.type("control", "sign", number).returncode == 3, "an officer does not sign"
    ruled = signer.type("control", "sign", number)
    assert ruled.returncode == 3 and "预警期间" in ruled.stderr, ruled
    assert officer.asked("control", "withdraw", number, "--reason", "已有预警")["state"] == "withdrawn"
    assert [one["state"] for one in officer.asked("control", "list")["items"]] == ["withdrawn"]


def the_manual_is_clean(officer, folder):
    page = folder / "qingkongctl.1"
    page.write_text(officer.good("manual"))
    checks = {"mandoc": ["mandoc", "-T", "lint", "-W", "error", page],
              "groff": ["groff", "-man", "-ww", "-z", "-K", "utf8", "-T", "utf8", page],
              "man": ["man", "--warnings", "-E", "UTF-8", "-l", page]}
    for program, check in checks.items():
        if not shutil.which(program):
            continue
        run = subprocess.run(check, capture_output=True, text=True, timeout=PATIENCE_S,
                             env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
        assert run.returncode == 0 and not run.stderr.strip(), (program, run.stderr[:2000])
        assert program != "man" or "--token-file" in run.stdout, "what stands there cannot be pasted"


def they_log_out(officer):
    officer.good("logout")
    assert not officer.login.exists()
    assert officer.type("warning", "list", "--url", officer.url).returncode == 3


def main():
    programs, ctl = sys.argv[1:3], str(pathlib.Path(sys.argv[3]).resolve())
    with a_bureau(programs) as office:
        officer, signer = (Person(office, ctl, who) for who in ("officer", "signer"))
        they_log_in(officer, signer)
        refusals_speak_of_options(officer)
        warning = an_approver_sees_what_is_signed(officer, signer)
        causes_are_stated_and_taken_back(officer)
        lists_say_what_came_of_it(office, officer, warning)
        a_watched_screen_is_drawn_again(officer)
        events_are_sentences(officer, warning)
        the_report_is_read_and_kept(officer, warning)
        a_temporary_control_takes_two(officer, signer)
        the_manual_is_clean(officer, office.folder)
        they_log_out(officer)
    print("logged in, refused, signed, listed, watched, followed, reported, logged out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
