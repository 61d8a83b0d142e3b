#!/usr/bin/env python3
"""A campaign of hostile input against one running daemon, over every port and format.

    campaign.py QINGKONGD QINGKONGCTL MOSQUITTO [--cases N] [--seconds S] [--seed X]

Routes and bodies are made from the daemon's own OpenAPI document; messages go through a real broker; files are
dropped, uploaded and named on command lines. While it runs the daemon is watched: it must be the same process at the
end, answer /healthz within a second at every instant, and stay below 512 MiB. At the end it is stopped and started
again, because what was kept on the way must not end the next start. A campaign is its seed.
"""
import argparse
import http.client
import json
import pathlib
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "functional"))
from odd import TEXTS, TOKENS, bytes_into, cells_into, tokens_into, workbook  # noqa: E402
from office import INVENTORY, Office, free_port, listens, wait_for  # noqa: E402
from watch import Watch  # noqa: E402

PEOPLE = {role: ([role], "") for role in ("duty_officer", "approver", "inspector", "auditor", "admin", "feed")}
PEOPLE["county"] = (["county_officer"], "110105")
TABLES = {**INVENTORY,
          "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n",
          "outlets.csv": "id,enterprise,line,mn,factors\no1,e1,L1,MN1,so2;nox\n",
          "measures.csv": "enterprise,line,level,action,ratio,detail\ne1,L1,orange,stop,,停\n"}
FORECAST = "region,date,aqi\n" + "".join(f"110000,2026-12-{day:02},{100 + 20 * day}\n" for day in range(1, 8))
HOURS = "region,time,pm25,pm10,so2,no2,co,o3\n" + "".join(
    f"110000,2026-12-0{day}T{hour:02}:00:00+08:00,120,150,20,60,1.5,30\n" for day in (1, 2, 3) for hour in range(24))
SERVICE = {"source": "s", "issued_at": "2026-12-01T08:00:00+08:00", "regions": [
    {"region": "110000", "hourly": [{"time": "2026-12-01T08:00:00+08:00", "pm25": 100, "o3": 1.5}]}]}
PACK = 'id = "own"\ntier = "city"\nparent = "beijing-demo"\nname = "本市"\nregion_code = "110000"\n[timing]\nlead_time_hours = 24\n'
MAP = 'confirmed_by = "x"\n[enterprises]\nsheet = "名单"\nheader_row = 1\n[enterprises.columns]\nid = "编号"\n'


class Http:
    """Calls over one connection that is kept."""

    def __init__(self, office):
        self.office, self.connection = office, None

    def call(self, who, method, target, body, kind):
        headers = {"Content-Type": kind, "Authorization": "Bearer " + self.office.tokens[who]}
        for _ in range(2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.office.port, timeout=60)
                self.connection.request(method, target, body, headers)
                answer = self.connection.getresponse()
                is_stream = (answer.headers["Content-Type"] or "").startswith("text/event-stream")
                return answer.status, b"" if is_stream else answer.read()
            except (http.client.HTTPException, OSError):
                self.connection = None
            finally:
                if self.connection is not None and "events" in target:
                    self.connection.close()
                    self.connection = None
        return 0, b""


class Publisher:
    """MQTT 3.1.1 over a bare socket: QoS 1, as fast as the broker acknowledges."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        name = struct.pack("!H", 4) + b"MQTT" + bytes([4, 2, 0, 0]) + struct.pack("!H", 7) + b"hostile"
        self.socket.sendall(bytes([0x10, len(name)]) + name)
        assert self.socket.recv(4)[3] == 0
        self.sent = self.acknowledged = 0
        self.rest = b""

    def publish(self, topic, payload):
        body = struct.pack("!H", len(topic)) + topic + struct.pack("!H", self.sent % 65535 + 1) + payload
        size, head = len(body), b"\x32"
        while True:
            size, digit = divmod(size, 128)
            head += bytes([digit | (0x80 if size else 0)])
            if not size:
                break
        self.socket.sendall(head + body)
        self.sent += 1
        while self.sent - self.acknowledged > 100:
            self.take()

    def take(self):
        self.rest += self.socket.recv(4096)
        self.acknowledged += len(self.rest) // 4
        self.rest = self.rest[len(self.rest) // 4 * 4:]

    def settle(self):
        while self.acknowledged < self.sent:
            self.take()


class Campaign:
    def __init__(self, office, broker_port, arguments):
        self.office, self.arguments, self.chance = office, arguments, random.Random(arguments.seed)
        self.http, self.bus = Http(office), Publisher(broker_port)
        self.document = office.good("auditor", "GET", "/api/v1/openapi.json")
        self.operations = [(path, method.upper(), one) for path, methods in self.document["paths"].items()
                           for method, one in methods.items()]
        self.counts, self.statuses = {}, {}

    def whole(self, node):
        while "$ref" in node:
            kind, name = node["$ref"].split("/")[-2:]
            node = self.document["components"][kind][name]
        return node

    def body_of(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        schema = self.whole(content.get("application/json", {}).get("schema", {}))
        samples = {"string": "x", "number": 1, "integer": 1, "boolean": True, "array": [{"name": "x", "value": 1}],
                   "object": {"a": 1}}
        body = {name: samples.get(one.get("type"), "x") for name, one in schema.get("properties", {}).items()}
        body.update({name: value for name, value in {
            "generation": 0, "colour": "orange", "reason": "r", "from": "2026-12-06T00:00:00+08:00", "files": dict(TABLES),
            "expected_to": "2026-12-08T00:00:00+08:00", "kind": "extend", "state": "accepted", "participants": [{"name": "n"}],
            "corrections": [{"source": "s", "day": "2026-12-01", "aqi": 200, "why": "w"}], "checklist": [{"item": "i", "n": 1}],
        }.items() if name in body})
        return body, list(content) or ["application/json"]

    def target_of(self, path, operation):
        values = {"id": ["1", "W1", "e1"], "enterprise": ["e1", "e2"], "number": ["1", "in-force", "P1"], "file": ["x.xml"]}
        parts = [path]
        for name in [part[1:].split("}")[0] for part in path.split("/") if part.startswith("{")]:
            value = self.chance.choice(values.get(name, ["1"]) + TEXTS[-6:]) or "1"
            parts[0] = parts[0].replace("{" + name + "}", urllib.parse.quote(value, safe=""))
        parameters = [self.whole(one) for one in operation.get("parameters", [])]
        asked = {one["name"]: self.chance.choice(TEXTS) for one in parameters if one["in"] == "query" and self.chance.random() < 0.5}
        return parts[0] + ("?" + urllib.parse.urlencode(asked) if asked else "")

    def one_call(self):
        path, method, operation = self.chance.choice(self.operations)
        if path == "/api/v1/clock":
            return
        if self.chance.random() < 0.05:
            method = self.chance.choice(["PUT", "DELETE", "PATCH", "POST", "GET"])
        roles = [who for who in operation.get("x-roles", []) if who in PEOPLE]
        who = self.chance.choice(roles) if roles and self.chance.random() < 0.9 else self.chance.choice(list(PEOPLE))
        body, kinds = self.body_of(operation)
        data, kind = b"", self.chance.choice(kinds)
        if method != "GET":
            data = tokens_into(self.chance, body, self.chance.choice([0.1, 0.4, 0.9]))
            if "csv" in kind:
                data = cells_into(self.chance, self.chance.choice([FORECAST, HOURS]))
            if self.chance.random() < 0.2:
                data = bytes_into(self.chance, data)
        self.note(method + " " + path, self.http.call(who, method, self.target_of(path, operation), data, kind))

    def note(self, what, answer):
        status, body = answer
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status >= 500 and status not in (503,) and "clock" not in what:
            raise AssertionError(f"{what}: {status} {body[:400]!r}")

    def one_message(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - self.chance.randrange(100000)))
        kind, base = self.chance.choice([
            ("meter/m1", {"t": now, "kw": 5.5, "kwh": 1, "kwh_total": 7, "minutes": 15, "valid": True}),
            ("stack/o1", {"t": now, "so2": 1, "nox": 2.5, "pm": 3, "vocs": 4, "flow": 100, "valid": True}),
            ("gate", {"t": now, "plate": "京A1", "emission_standard": "国六", "direction": "in", "kind": "x"}),
            ("receipt", {"order": "o", "revision": 1, "state": "accepted", "at": now, "by": "b", "note": "n"}),
            ("status", "online")])
        data = tokens_into(self.chance, [base] * 3 if self.chance.random() < 0.1 else base)
        if self.chance.random() < 0.3:
            data = bytes_into(self.chance, data)
        if self.chance.random() < 0.002:
            data = b"[" + b"0," * 300000 + b"0]"
        who = self.chance.choice(["e1", "e1", "e1", "e2", "nobody", "é", "a b", "x" * 200])
        self.bus.publish(f"qingkong/1/{self.chance.choice(['110105', '110106', 'x'])}/{who}/{kind}".encode(), data)

    def one_upload(self):
        what = self.chance.randrange(4)
        if what == 0:
            data, kind, target = workbook(self.chance, TABLES), "application/octet-stream", "/api/v1/inventories?name=a"
        elif what == 1:
            table = self.chance.choice(list(TABLES))
            files = {**TABLES, table: cells_into(self.chance, TABLES[table]).decode("utf-8", "replace")}
            data, kind, target = json.dumps({"name": "a", "files": files}).encode(), "application/json", "/api/v1/inventories"
        elif what == 2:
            data, kind = bytes_into(self.chance, PACK.encode()), "application/toml"
            kind, target = "application/json", "/api/v1/packs"
            data = json.dumps({"pack": data.decode("utf-8", "replace"), "toml": data.decode("utf-8", "replace")}).encode()
        else:
            data, kind, target = tokens_into(self.chance, SERVICE, 0.3), "application/json", "/api/v1/forecasts?source=s"
        self.note("POST " + target, self.http.call("admin", "POST", target, data, kind))

    def one_file(self):
        folder = self.office.folder / "in"
        number = self.counts.get("file", 0)
        name = self.chance.choice(["s", "s@m1", "é", "=x", "a#b", "s_20261201T0800", "s_99999999T9999", "s_20261201T9999"])
        ending, data = self.chance.choice([(".csv", cells_into(self.chance, FORECAST)), (".csv", cells_into(self.chance, HOURS)),
                                           (".json", tokens_into(self.chance, SERVICE)), (".xlsx", workbook(self.chance, TABLES))])
        (folder / ".part").write_bytes(bytes_into(self.chance, data))
        (folder / ".part").rename(folder / f"{name}{number}{ending}")

    def one_command(self):
        with tempfile.NamedTemporaryFile(suffix=self.chance.choice([".toml", ".csv", ".json", ".xlsx"])) as given:
            kind = self.chance.randrange(7)
            base = [PACK, MAP, FORECAST, HOURS, json.dumps(SERVICE), "x = inf\n", (self.office.folder / "qingkong.toml").read_text()]
            given.write(bytes_into(self.chance, base[kind].encode()))
            given.flush()
            ctl, name = self.arguments.qingkongctl, given.name
            number = self.chance.choice(TEXTS).replace("\x00", "0")
            command = [[ctl, "pack", "check", name], [ctl, "inventory", "check", name], [ctl, "forecast", "check", name],
                       [ctl, "aqi", "--file", name, "--format", "table"], [ctl, "aqi", "--pm25", number, "--averaging", number],
                       [ctl, "season", "check", name], [self.arguments.qingkongd, "--check-config", "--config", name]][kind]
            done = subprocess.run(command, capture_output=True, timeout=60)
            assert 0 <= done.returncode < 128, f"{command}: {done.returncode} {done.stderr[-400:]!r}"
            assert b"\x1b" not in done.stdout + done.stderr, f"{command}: a control character reaches the terminal"

    # Every member of every body of every route, with every kind of number that is none.
    def numbers(self):
        refused = 0
        for path, method, operation in self.operations:
            body, kinds = self.body_of(operation)
            if method != "POST" or "application/json" not in kinds or path == "/api/v1/clock":
                continue
            # What no account may do (documents between the tiers) has its own door; whoever knocks is nobody there.
            who = next((who for who in operation["x-roles"] if who in PEOPLE), "admin")
            target = urllib.parse.quote(path.replace("{", "").replace("}", ""), safe="/")
            for name in list(body) + ["unknown"]:
                for token in ("1e400", "-1e400", "[1e400]", '{"x":[{"y":-1e999}]}', "9" * 400):
                    text = json.dumps({**body, name: "@"}, ensure_ascii=False).replace('"@"', token)
                    status, answer = self.http.call(who, method, target, text.encode(), "application/json")
                    assert 400 <= status < 500, f"{method} {path} {name}={token}: {status} {answer[:300]!r}"
                    refused += b"beyond what a number can be" in answer
        for field in ("kw", "kwh", "kwh_total", "minutes", "so2", "nox", "pm", "vocs", "flow", "revision"):
            for token in TOKENS[:20]:
                kind = "receipt" if field == "revision" else "stack/o1" if field in ("so2", "nox", "pm", "vocs", "flow") else "meter/m1"
                now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
                text = f'{{"t":"{now}","at":"{now}","order":"o","state":"accepted","{field}":{token}}}'
                self.bus.publish(f"qingkong/1/110105/e1/{kind}".encode(), text.encode())
        self.bus.settle()
        assert refused > 50, f"only {refused} of them were refused for the number"
        return refused

    # Times at the ends of every calendar, where the rest of a body is right: what is kept of them is read again.
    def far_times(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        bodies = {"floors": {"document": "d", "colour": "yellow", "from": now, "to": "@"},
                  "prompts": {"number": "@", "zone": "2", "colour": "yellow", "from": now, "deadline": now, "to": "@"},
                  "warnings": {"colour": "yellow", "exercise": True, "reason": "r", "from": "@", "expected_to": "@"}}
        for place, body in bodies.items():
            for name in [name for name, value in body.items() if value == "@" and name != "number"]:
                for far in ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+08:00", "0000-01-01T00:00:00+14:00"):
                    given = {key: value for key, value in body.items() if value != "@" or key == "number"}
                    given.update({name: far}, **({"number": far} if "number" in body else {}))
                    status, answer = self.http.call("duty_officer", "POST", "/api/v1/" + place,
                                                    json.dumps(given).encode(), "application/json")
                    assert 200 <= status < 500, f"{place} {name} {far}: {status} {answer[:300]!r}"
                    for path in ("warnings", "situation", "floors", "prompts"):
                        status, answer = self.http.call("auditor", "GET", "/api/v1/" + path, None, "application/json")
                        assert status == 200, f"{path} after {place} {name} {far}: {status} {answer[:300]!r}"

    def run(self):
        shares = {"call": 0.43, "message": 0.5, "upload": 0.04, "file": 0.02, "command": 0.01}
        kinds, weights = list(shares), list(shares.values())
        end = time.monotonic() + self.arguments.seconds
        for number in range(self.arguments.cases):
            if time.monotonic() > end:
                break
            kind = self.chance.choices(kinds, weights)[0]
            self.last = (number, kind)
            getattr(self, "one_" + kind)()
            self.counts[kind] = self.counts.get(kind, 0) + 1
        self.bus.settle()
        return sum(self.counts.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("qingkongd", "qingkongctl", "mosquitto"):
        parser.add_argument(name)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    port = free_port()
    broker = None
    with tempfile.TemporaryDirectory(prefix="qingkong-hostile-") as scratch:
        folder = pathlib.Path(scratch)
        (folder / "in").mkdir()
        (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
        try:
            broker = subprocess.Popen([arguments.mosquitto, "-c", folder / "mosquitto.conf"], stderr=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL)
            wait_for("the broker", lambda: listens(port))
            campaign(arguments, port)
        finally:
            if broker:
                broker.kill()
                broker.wait()


def campaign(arguments, port):
    office = Office(arguments.qingkongd, PEOPLE, inventory=TABLES, broker_port=port)
    (office.folder / "in").mkdir()
    with open(office.folder / "qingkong.toml", "a") as config:
        config.write(f'[forecasts]\nfolder = "{office.folder}/in"\nscan_seconds = 1\n')
    with office:
        wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
        play = Campaign(office, port, arguments)
        watch = Watch(office)
        watch.start()
        begun = time.monotonic()
        try:
            refused = play.numbers()
            play.far_times()
            done = play.run()
            wait_for("the files", lambda: not [one for one in (office.folder / "in").iterdir() if one.is_file()], 120)
        except Exception:
            print(f"seed {arguments.seed}, at {getattr(play, 'last', 'the numbers')}: {watch.broken}")
            raise
        finally:
            watch.end()
        print(f"{done} cases {play.counts}, {refused} numbers refused, in {time.monotonic() - begun:.0f} s; statuses "
              f"{play.statuses}; largest {watch.rss} MiB, slowest answer {watch.slowest * 1000:.0f} ms")
        watch.hold()
        office.stop()
        office.start()
        assert office.call("auditor", "GET", "/api/v1/me")[0] == 200


main()
