#!/usr/bin/env python3
"""Log-in from outside: what a browser does, and what somebody does who is not the person.

Goal: a real daemon, asked with curl alone. Method: a person sets password and authenticator by a link of qingkongctl, logs
in, out, in again after a kill; then the attacks: passwords guessed in a flood, codes used twice, requests without the token
of the session or with another's, cookies that were stolen, of a session that ended or is over, and a search for what must
not be stored in the database, the audit log and the log.
"""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

from office import Office, wait_for

PEOPLE = {"root": (["admin"], ""), "li": (["approver", "auditor"], ""), "wang": (["auditor"], "")}
PASSWORD = "four unrelated words here"
WRONG = "four unrelated words there"
SETTINGS = """
[accounts]
hash_cost = 14
"""


class Bureau(Office):
    def __init__(self, qingkongd, qingkongctl):
        super().__init__(qingkongd, PEOPLE, more=SETTINGS)
        self.ctl = qingkongctl
        # Those two log in by password alone, as people do.
        self.edit("people.toml", lambda text: "".join(
            re.sub(r"token_sha256 = .*\n", "", one) if 'id = "root"' not in one else one
            for one in re.split(r"(?=\[\[person\]\])", text)))
        # Callers from many addresses, as behind a proxy.
        self.edit("qingkong.toml", lambda text: text.replace("[http]\n", '[http]\ntrusted_proxies = ["127.0.0.1"]\n'))
        (self.folder / "root.token").write_text(self.tokens["root"])
        os.chmod(self.folder / "root.token", 0o600)

    def edit(self, name, change):
        path = self.folder / name
        path.write_text(change(path.read_text()))

    def curl(self, method, path, body=None, cookie=None, csrf=None, token=None, address="10.0.0.7", kind="application/json"):
        with tempfile.TemporaryDirectory() as place:
            command = ["curl", "-sS", "--max-time", "60", "-X", method, "-D", f"{place}/head", "-o", f"{place}/body",
                       "-w", "%{http_code}", "-H", f"X-Forwarded-For: {address}"]
            if body is not None:
                command += ["-H", f"Content-Type: {kind}", "--data-binary", "@-"]
            command += ["-H", f"Cookie: {cookie}"] if cookie else []
            command += ["-H", f"X-CSRF-Token: {csrf}"] if csrf else []
            command += ["-H", f"Authorization: Bearer {token}"] if token else []
            run = subprocess.run(command + [f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True,
                                 input=None if body is None else json.dumps(body))
            assert run.returncode == 0, run.stderr
            head = open(f"{place}/head").read()
            text = open(f"{place}/body").read() if os.path.exists(f"{place}/body") else ""
            return Answer(int(run.stdout), head, text)

    def account(self, *words):
        run = subprocess.run([self.ctl, "account", *words, "--url", f"http://127.0.0.1:{self.port}", "--token-file",
                              self.folder / "root.token", "--format", "json"], capture_output=True, text=True)
        return run.returncode, json.loads(run.stdout or "null"), run.stderr

    def log_in(self, who, password, code, **more):
        return self.curl("POST", "/api/v1/session", {"id": who, "password": password, "code": code}, **more)


class Answer:
    def __init__(self, status, head, text):
        self.status, self.head, self.text = status, head, text
        self.body = json.loads(text) if text[:1] in "{[" and text else None

    @property
    def cookie(self):
        return re.search(r"^Set-Cookie: ([^;\r\n]+)", self.head, re.M).group(1)

    @property
    def refusal(self):
        return (self.body or {}).get("refusal")


class Phone:
    """An authenticator that waits until a code has not been shown yet."""

    def __init__(self, secret):
        self.secret = base64.b32decode(secret)
        self.used = 0

    def code_of(self, step):
        made = hmac.new(self.secret, struct.pack(">Q", step), hashlib.sha1).digest()
        at = made[-1] & 15
        return f"{(struct.unpack('>I', made[at:at + 4])[0] & 0x7fffffff) % 10**6:06d}"

    def code(self):
        # The step ahead of the clock counts, too, so that hardly anything is waited for.
        step = max(int(time.time()) // 30 - 1, self.used + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.2)
        self.used = step
        return self.code_of(step)


def same(answer, status, refusal=None):
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.text}"
    if refusal:
        assert answer.refusal == refusal, answer.text
    return answer


def set_up(bureau, who):
    code, made, said = bureau.account("invite", who)
    assert code == 0, said
    link = made["link"]
    assert f":{bureau.port}/#link=" in link, link
    shown = same(bureau.curl("POST", "/api/v1/links/look", {"link": link}), 200).body
    assert shown["id"] == who and shown["code_address"].startswith("otpauth://totp/"), shown
    phone = Phone(shown["code_secret"])
    same(bureau.curl("POST", "/api/v1/links/use", {"link": link, "password": "123456789012", "code": "000000"}), 422)
    used = {"link": link, "password": PASSWORD, "code": phone.code()}
    same(bureau.curl("POST", "/api/v1/links/use", used), 200)
    same(bureau.curl("POST", "/api/v1/links/use", used), 401, "link_wrong")
    return phone


def a_person_logs_in(bureau, phone):
    code = phone.code()
    opened = same(bureau.log_in("li", PASSWORD, code), 200)
    line = re.search(r"^Set-Cookie: (.*?)\r?$", opened.head, re.M).group(1)
    assert re.fullmatch(r"qingkong=[0-9a-f]{64}; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict", line), line
    same(bureau.log_in("li", PASSWORD, code), 401, "login_wrong")  # the code was used
    who = same(bureau.curl("GET", "/api/v1/session", cookie=opened.cookie), 200).body
    assert who["id"] == "li" and who["by"] == "session" and who["second_factor"], who
    assert who["csrf_token"] == opened.body["csrf_token"]
    same(bureau.curl("GET", "/api/v1/me", cookie=opened.cookie), 200)
    same(bureau.curl("GET", "/api/v1/session"), 401)
    bearer = same(bureau.curl("GET", "/api/v1/session", token=bureau.tokens["root"]), 200).body
    assert bearer["by"] == "token" and bearer["csrf_token"] is None, bearer
    return opened


def forged_requests(bureau, opened, other):
    body = {"name": "日报", "ends_at": "2099-01-01T00:00:00+08:00"}
    same(bureau.curl("POST", "/api/v1/tokens", body, cookie=opened.cookie), 403, "csrf_token_missing")
    same(bureau.curl("POST", "/api/v1/tokens", body, cookie=opened.cookie, csrf="0" * 64), 403, "csrf_token_missing")
    same(bureau.curl("POST", "/api/v1/tokens", body, cookie=opened.cookie, csrf=other.body["csrf_token"]), 403,
         "csrf_token_missing")
    same(bureau.curl("DELETE", "/api/v1/session", cookie=opened.cookie), 403, "csrf_token_missing")
    # Two cookies of the name: one of them was put there by somebody else.
    same(bureau.curl("GET", "/api/v1/session", cookie=f"{other.cookie}; {opened.cookie}"), 401)
    # A form of another site sends no JSON; a token in the place of a cookie is not one.
    same(bureau.curl("POST", "/api/v1/session", {"id": "li"}, kind="text/plain"), 415)
    same(bureau.curl("GET", "/api/v1/session", token=opened.cookie.split("=")[1]), 401)
    too_late = same(bureau.curl("POST", "/api/v1/tokens", body, cookie=opened.cookie, csrf=opened.body["csrf_token"]), 422)
    assert "token_days" in too_late.text, too_late.text


def own_tokens(bureau, opened):
    ends = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 86400))
    session = {"cookie": opened.cookie, "csrf": opened.body["csrf_token"]}
    same(bureau.curl("POST", "/api/v1/tokens", {"name": "日报", "ends_at": ends, "roles": ["admin"]}, **session), 422)
    made = same(bureau.curl("POST", "/api/v1/tokens", {"name": "日报", "ends_at": ends, "roles": ["auditor"],
                                                       "reads_only": True}, **session), 201).body
    token = made["token"]
    same(bureau.curl("GET", "/api/v1/audit", token=token), 200)
    same(bureau.curl("POST", "/api/v1/tokens", {"name": "x", "ends_at": ends}, token=token), 403, "token_reads_only")
    listed = same(bureau.curl("GET", "/api/v1/tokens", cookie=opened.cookie), 200)
    assert token not in listed.text and listed.body["items"][0]["name"] == "日报", listed.text
    same(bureau.curl("DELETE", f"/api/v1/tokens/{made['id']}", **session), 200)
    same(bureau.curl("GET", "/api/v1/audit", token=token), 401)
    return token


def guessing(bureau, phone):
    unknown = same(bureau.log_in("nobody", WRONG, "000000", address="10.1.0.1"), 401)
    known = same(bureau.log_in("wang", WRONG, "000000", address="10.1.0.1"), 401)
    assert unknown.text == known.text, "nobody learns which accounts exist"
    spent = {"wang": [], "nobody": []}
    for round_ in range(3):
        for who, took in spent.items():
            begun = time.monotonic()
            same(bureau.log_in(who, WRONG, "000000", address=f"10.1.1.{round_}"), 401)
            took.append(time.monotonic() - begun)
    assert min(spent["nobody"]) > min(spent["wang"]) / 3, f"an account that is none costs as much: {spent}"
    same(bureau.log_in("wang", WRONG, "000000", address="10.1.2.1"), 401)
    for who in ("wang", "nobody"):
        bureau.log_in(who, WRONG, "000000", address="10.1.2.2")
        paused = same(bureau.log_in(who, PASSWORD, phone.code_of(1), address="10.1.2.3"), 429, "login_paused")
        assert 0 < int(re.search(r"^Retry-After: (\d+)", paused.head, re.M).group(1)) <= 60, paused.head
    code, unlocked, said = bureau.account("unlock", "wang")
    assert code == 0 and unlocked["wrong"] >= 5, said
    same(bureau.log_in("wang", PASSWORD, phone.code(), address="10.1.2.4"), 200)


def memory_mib(bureau):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{bureau.process.pid}/status").read()).group(1)) / 1024


def a_flood(bureau, opened):
    before = memory_mib(bureau)
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        tries = [pool.submit(bureau.log_in, f"guess{i}", WRONG, "", address="10.2.0.1") for i in range(60)]
        begun = time.monotonic()
        same(bureau.curl("GET", "/api/v1/session", cookie=opened.cookie), 200)
        assert time.monotonic() - begun < 10, "who is in is served meanwhile"
        statuses = [one.result().status for one in tries]
    assert set(statuses) <= {401, 429, 503}, statuses
    assert statuses.count(401) <= 20 and 429 in statuses, f"20 of one address are looked at, then it waits: {statuses}"
    # One hash of 16 MiB at a time, whatever comes; the rest is what the sanitizer and the connections hold.
    assert memory_mib(bureau) - before < 200, f"{before} MiB became {memory_mib(bureau)}"
    assert bureau.metric("qingkong_wrong_tokens_refused_total") > 0
    assert bureau.logged("LOGIN_PAUSED")


def stolen_cookies(bureau, phone, opened):
    stream = subprocess.Popen(["curl", "-sN", "-H", f"Cookie: {opened.cookie}", f"http://127.0.0.1:{bureau.port}/api/v1/events"],
                              stdout=subprocess.DEVNULL)
    time.sleep(1)
    assert stream.poll() is None, "the events of a session are followed"
    same(bureau.curl("DELETE", "/api/v1/session", cookie=opened.cookie, csrf=opened.body["csrf_token"]), 200)
    same(bureau.curl("GET", "/api/v1/session", cookie=opened.cookie), 401)
    assert stream.wait(30) is not None, "what was followed with it ends"
    kept = same(bureau.log_in("li", PASSWORD, phone.code()), 200)
    over = same(bureau.log_in("li", PASSWORD, phone.code()), 200)
    bureau.process.send_signal(signal.SIGKILL)
    bureau.process.wait()
    database = sqlite3.connect(bureau.folder / "q.db")
    mark = hashlib.sha256(over.cookie.split("=")[1].encode()).hexdigest()
    assert database.execute("UPDATE logins SET ends_at = ? WHERE hash = ?", (int(time.time()) - 1, mark)).rowcount == 1
    database.commit()
    database.close()
    bureau.start()
    same(bureau.curl("GET", "/api/v1/session", cookie=over.cookie), 401)
    same(bureau.curl("GET", "/api/v1/session", cookie=kept.cookie), 200)
    return kept


def behind_tls(bureau, phone, kept):
    bureau.edit("qingkong.toml", lambda text: text.replace("[http]\n", '[http]\npublic_url = "https://warn.example.cn"\n'))
    bureau.process.send_signal(signal.SIGHUP)
    wait_for("the new address", lambda: bureau.logged("CONFIG_RELOADED"))
    opened = same(bureau.log_in("li", PASSWORD, phone.code()), 200)
    line = re.search(r"^Set-Cookie: (.*?)\r?$", opened.head, re.M).group(1)
    assert line.startswith("__Host-qingkong=") and line.endswith("; Secure"), line
    same(bureau.curl("GET", "/api/v1/session", cookie=opened.cookie), 200)
    same(bureau.curl("GET", "/api/v1/session", cookie=kept.cookie), 401)
    return opened


def reset_and_leave(bureau, opened):
    code, made, said = bureau.account("reset", "li")
    assert code == 0 and made["ended"] >= 1, said
    same(bureau.curl("GET", "/api/v1/session", cookie=opened.cookie), 401)
    code, _, said = bureau.account("disable-totp", "wang")
    assert code != 0 and "reset" in said, said
    code, _, said = bureau.account("login-link", "wang")
    assert code != 0 and "login_links" in said, said
    code, listed, _ = bureau.account("list")
    states = {one["id"]: one for one in (listed["items"] if isinstance(listed, dict) else listed)}
    assert not states["li"]["has_password"] and states["wang"]["has_second_factor"], states


def what_is_kept(bureau, secrets):
    entries = bureau.good("root", "GET", "/api/v1/audit?per_page=1000")["items"]
    actions = {one["action"] for one in entries}
    wanted = {"account.invited", "account.set", "session.opened", "session.closed", "session.paused", "account.unlocked",
              "token.made", "token.ended", "account.reset"}
    assert wanted <= actions, wanted - actions
    made = next(one for one in entries if one["action"] == "token.made")
    assert re.fullmatch(r"session:[0-9a-f]{12}\+totp", made["detail"]["proof"]) and made["remote"] == "10.0.0.7", made
    invited = next(one for one in entries if one["action"] == "account.invited")
    assert re.fullmatch(r"token:[0-9a-f]{12}", invited["detail"]["proof"]), invited
    assert bureau.good("root", "GET", "/api/v1/audit/check")["holds"], "the chain holds"
    bureau.stop()
    for path in bureau.folder.iterdir():
        if not path.is_file() or path.name.endswith((".toml", ".token")):
            continue
        data = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in data, f"{path.name} holds what nobody may read"


def main(qingkongd, qingkongctl):
    with Bureau(qingkongd, qingkongctl) as bureau:
        phones = {who: set_up(bureau, who) for who in ("li", "wang")}
        opened = a_person_logs_in(bureau, phones["li"])
        other = same(bureau.log_in("wang", PASSWORD, phones["wang"].code()), 200)
        forged_requests(bureau, opened, other)
        token = own_tokens(bureau, opened)
        guessing(bureau, phones["wang"])
        a_flood(bureau, opened)
        kept = stolen_cookies(bureau, phones["li"], opened)
        secure = behind_tls(bureau, phones["li"], kept)
        reset_and_leave(bureau, secure)
        cookies = [one.cookie.split("=")[1] for one in (opened, other, kept, secure)]
        what_is_kept(bureau, [PASSWORD, WRONG, token, *cookies])
    print("log-in holds")


if __name__ == "__main__":
    main(*sys.argv[1:3])
