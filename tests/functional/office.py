"""An office on loopback: a real qingkongd with its people, started, stopped and asked over HTTP by a test.

What a test needs of the world beside it (a broker, an inventory, a small limit) it says; nothing else is there.
"""
import hashlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

os.umask(0o022)  # who is who and the configuration must not be writable by a group
PATIENCE_S = 60
INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category\n"
                       "e1,甲厂,110105,水泥,C,regular\ne2,乙厂,110106,水泥,C,regular\n",
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                 "e1,L1,一线,水泥磨,no,10,10,10,10\ne2,L1,一线,水泥磨,no,10,10,10,10\n",
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_for(what, claim, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = claim()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


class Office:
    """`people` are ids with their roles and, where they are of a county, its code: {"admin": (["admin"], "")}."""

    def __init__(self, qingkongd, people, inventory=None, more="", broker_port=None, descriptors=None, mqtt="",
                 environment=None):
        self.program = qingkongd
        self.environment = environment  # variables beside ours
        self.descriptors = descriptors  # soft and hard limit of open files, as a service manager sets them
        # A hook that outlives the daemon may still write there.
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-office-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self.place.name)
        self.port = free_port()
        self.broker_port = broker_port or free_port()
        self.tokens = {who: hashlib.sha256(who.encode()).hexdigest() for who in people}
        self.process = None
        put = lambda name, text: (self.folder / name).write_text(text)
        put("signing.key", "11" * 32)
        os.chmod(self.folder / "signing.key", 0o600)
        put("people.toml", "".join(self._person(who, *people[who]) for who in people))
        for name, text in (inventory or {}).items():
            (self.folder / "inventory").mkdir(exist_ok=True)
            put(f"inventory/{name}", text)
        put("qingkong.toml", f'''
[region]
pack = "beijing-demo"
[store]
path = "{self.folder}/q.db"
[http]
port = {self.port}
[mqtt]
url = "mqtt://127.0.0.1:{self.broker_port}"
{mqtt}
[people]
file = "{self.folder}/people.toml"
[signing]
key_file = "{self.folder}/signing.key"
''' + (f'[inventory]\npath = "{self.folder}/inventory"\n' if inventory else "") + more)

    def _person(self, who, roles, region):
        return (f'[[person]]\nid = "{who}"\nname = "{who}先生"\nroles = {json.dumps(roles)}\n'
                f'token_sha256 = "{hashlib.sha256(self.tokens[who].encode()).hexdigest()}"\n'
                + (f'region = "{region}"\n' if region else ""))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if kind:
            print((self.folder / "log").read_text()[-4000:])
        self.place.cleanup()

    def start(self):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, self.descriptors)) if self.descriptors else None
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([self.program, "--config", self.folder / "qingkong.toml"], stderr=log,
                                            preexec_fn=limit,
                                            # Left by an admin: the broker is reached all the same.
                                            env={**os.environ, "http_proxy": "", **(self.environment or {})})
        wait_for("the daemon", lambda: listens(self.port) or self.process.poll() is not None)
        assert self.process.poll() is None, "the daemon does not start"

    def stop(self):
        """Asks it to stop, and gives the seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_S) == 0, "a stop as asked must end with 0"
        return time.monotonic() - begun

    def call(self, who, method, path, body=None, kind="application/json", token=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": kind}
        if who or token:
            headers["Authorization"] = "Bearer " + (token or self.tokens[who])
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=data,
                                         headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            self.refusal = error.headers
            return error.code, json.loads(error.read() or b"null")
        except urllib.error.URLError:
            assert self.process.poll() is None, f"the daemon ended by itself: {self.process.poll()}"
            raise

    def good(self, who, method, path, body=None, **more):
        status, value = self.call(who, method, path, body, **more)
        assert status < 300, f"{method} {path}: {status} {value}"
        return value

    def metric(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE_S) as answer:
            return float(re.search(rf"^{name} (\S+)$", answer.read().decode(), re.MULTILINE).group(1))

    def logged(self, name):
        lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines() if line[:1] == "{"]
        return [line for line in lines if line["id"] == name]
