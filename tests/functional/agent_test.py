#!/usr/bin/env python3
"""The agent of an enterprise believes the bureau and nobody else, and forgets nothing: a real agent, a real daemon and
a real mosquitto for each story, killed in the middle; orders forged, altered and brought back; a key replaced; a full
disk; readings of the time without a link.

    agent_test.py QINGKONGD MOSQUITTO QINGKONG_AGENT QINGKONGCTL [STORY]
"""
import contextlib
import datetime
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

from bus_test import Broker, Story, is_ready, office_at
from mqtt_client import Client
from office import free_port, listens, wait_for

TOPIC = "qingkong/1/110105/e1/order"
# More readings at once than meters of one enterprise send.
LIMITS = ("[limits]\nmeter_readings_per_hour = 2000000\nenterprise_messages_per_minute = 2000000\n"
          "enterprise_rows_per_minute = 2000000\n")
ON_DISK = "persistence true\npersistence_location {folder}/\n"


class TlsBroker(Broker):
    """The daemon comes by a door of its own; enterprises by TLS, with a password on one port and a certificate on
    another, and each may use its own topics only."""

    def __init__(self, mosquitto):
        super().__init__(mosquitto)
        self.daemon_port, self.certificate_port = free_port(), free_port()
        openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=self.folder)
        for name in ("ca", "strange-ca"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-keyout", f"{name}.key", "-out", f"{name}.crt")
        (self.folder / "names").write_text("subjectAltName=DNS:localhost\n")
        for name in ("localhost", "e1"):
            openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                    "-out", f"{name}.csr")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "2", "-extfile", "names", "-out", f"{name}.crt")
        maker = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin")
        subprocess.run([maker, "-c", "-b", self.folder / "passwords", "e1", "secret"], check=True)
        (self.folder / "acl").write_text("".join(f"pattern {right} qingkong/1/+/%u/{end}\n" for right, end in (
            ("read", "order"), ("read", "exercise/order"), ("read", "durable"), ("write", "receipt"),
            ("write", "exercise/receipt"), ("write", "status"), ("write", "meter/+"))))
        (self.folder / "password").write_text("secret\n")
        for path in self.folder.iterdir():
            path.chmod(0o600)

    def start(self):
        tls = (f"cafile {self.folder}/ca.crt\ncertfile {self.folder}/localhost.crt\n"
               f"keyfile {self.folder}/localhost.key\nacl_file {self.folder}/acl\n")
        (self.folder / "m.conf").write_text(
            f"per_listener_settings true\nuser root\nlog_dest none\n"
            f"listener {self.daemon_port} 127.0.0.1\nallow_anonymous true\n"
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {self.folder}/passwords\n{tls}"
            f"listener {self.certificate_port} 127.0.0.1\nrequire_certificate true\n"
            f"use_identity_as_username true\n{tls}")
        self.process = subprocess.Popen([self.program, "-c", self.folder / "m.conf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for("the broker", lambda: all(map(listens, (self.daemon_port, self.port, self.certificate_port))))


class Plant:
    """An enterprise's machine with its agent."""

    def __init__(self, agent, port, key, more="", bureau="", mqtt=""):
        self.program = agent
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-plant-")
        self.folder = pathlib.Path(self.place.name)
        (self.folder / "state").mkdir()
        self.config = self.folder / "agent.toml"
        self.config.write_text(f'''
enterprise = "e1"
region = "110105"
state = "{self.folder}/state"
[bureau]
key = "{key}"
{bureau.format(folder=self.folder)}
[mqtt]
{mqtt or f'url = "mqtt://127.0.0.1:{port}"'}
[obligations]
file = "{self.folder}/obligations.json"
{more.format(folder=self.folder)}
''')
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.kill()
        if kind:
            print((self.folder / "log").read_text()[-4000:])
        self.place.cleanup()

    def start(self, bytes_max=None):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))) if bytes_max else None
        with open(self.folder / "log", "ab") as log:
            # A proxy for pages, which carries no MQTT: the broker is reached all the same.
            proxies = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
            self.process = subprocess.Popen([self.program, "run", "--config", self.config], preexec_fn=limit,
                                            env={**os.environ, **proxies},
                                            stderr=subprocess.DEVNULL if bytes_max else log)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, "a stop as asked ends with 0"

    def do(self, *words):
        done = subprocess.run([self.program, *words, "--config", self.config], capture_output=True, text=True,
                              timeout=60)
        return done.returncode, done.stdout, done.stderr

    def owes(self):
        try:
            return json.loads((self.folder / "obligations.json").read_text())
        except FileNotFoundError:
            return {"revision": 0, "obligations": []}

    def logged(self, name):
        lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines() if line[:1] == "{"]
        return [line for line in lines if line["id"] == name]

    def wait_for_order(self, story, seconds=60):
        wanted = story.order("e1")["revision"]
        wait_for(f"revision {wanted} at the plant", lambda: self.owes()["revision"] == wanted, seconds)


def state_of(office):
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/q.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT receipt_state FROM orders WHERE enterprise = 'e1'").fetchone()[0]


def readings_stored(office):
    """How many, and of how many times."""
    with contextlib.closing(sqlite3.connect(f"file:{office.folder}/q.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*), count(DISTINCT t_end) FROM readings").fetchone()


def key_of(office):
    return office.good(None, "GET", "/api/v1/keys")["items"][0]


@contextlib.contextmanager
def a_bureau(programs, lines=""):
    with Broker(programs[1], lines) as broker, office_at(
            programs[0], broker.port, more=LIMITS) as office:
        wait_for("the link", lambda: is_ready(office))
        yield broker, office, Story(office)


def stands(broker):
    """What the broker holds for the enterprise, as it is."""
    found = []
    client = Client(broker.port, f"look-{random.random()}", lambda _, payload: found.append(payload))
    client.subscribe(TOPIC)
    wait_for("the order", lambda: found)
    client.close()
    return found[0]


def put(broker, payload):
    client = Client(broker.port, f"put-{random.random()}")
    client.publish(TOPIC, payload, retain=True)
    client.wait_until_acknowledged()
    client.close()


def an_order_arrives_verified_and_its_answers_are_stored(programs):
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["fingerprint"],
                  'hook = ["/bin/sh", "-c", "echo $QINGKONG_REVISION >> {folder}/ran"]\n'
                  '[receipts]\nkey_file = "{folder}/own.key"\nby = "值班室"\n') as plant:
        assert plant.process.wait(20) == 2, "a key that is named and not there"
        made = subprocess.run([plant.program, "new-key", plant.folder / "own.key"], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        office.good("officer", "POST", "/api/v1/enterprises/e1/keys",
                    {"key": made.stdout.split()[1], "reason": "电话核对"})
        assert plant.do("check-config")[0] == 0
        plant.start()
        story.begin()
        plant.wait_for_order(story)
        owed = plant.owes()
        assert owed["obligations"] and owed["exercise"] is False, owed
        wait_for("the receipt", lambda: state_of(office) == "received")
        wait_for("the plant's command", lambda: (plant.folder / "ran").exists() and
                 (plant.folder / "ran").read_text() == f"{owed['revision']}\n")
        wait_for("the status", lambda: plant.do("status")[0] == 0)
        code, _, words = plant.do("receipt", "refused")
        assert code == 2 and "--note" in words, "a refusal has its reason"
        assert plant.do("receipt", "executed", "--note", "已停窑")[0] == 0
        wait_for("the answer", lambda: state_of(office) == "done")
        assert office.good("officer", "GET", "/api/v1/orders/e1")["receipt_proof"] == "proved"
        for path in plant.folder.rglob("*"):
            if path.name not in ("log", "agent.toml", "ran") and path.is_file():
                assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        plant.stop()
        code, shown, _ = plant.do("status", "--format", "json")
        assert code == 1 and json.loads(shown)["linked"] is False


def forged_altered_and_older_orders_are_refused(programs):
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"]) as plant:
        story.begin()
        plant.wait_for_order(story)
        old = stands(broker)
        story.raise_to("orange", ["first"])
        plant.wait_for_order(story)
        present = stands(broker)
        good = plant.owes()
        office.stop()  # nobody puts the true one back
        refused = 0
        own = json.loads(present)
        # With a key of one's own that the document names itself, as whoever can publish could sign it.
        stranger = pathlib.Path(plant.folder / "stranger.pem")
        openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True).stdout
        openssl("genpkey", "-algorithm", "ed25519", "-out", stranger)
        bare = {**own, "revision": own["revision"] + 1000, "obligations": [],
                "key": openssl("pkey", "-in", stranger, "-pubout", "-outform", "DER")[-32:].hex()}
        bare.pop("signature")
        spell = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        (plant.folder / "bytes").write_bytes(spell(bare).encode())
        made = openssl("pkeyutl", "-sign", "-inkey", stranger, "-rawin", "-in", plant.folder / "bytes").hex()
        lies = [spell({**bare, "signature": made}), spell({**own, "obligations": []}),
                spell({**own, "revision": own["revision"] + 1}), present.replace('"revision"', '"revisiom"'), "{}",
                "not JSON", present + " ", old]
        for lie in lies:
            refused += 1
            put(broker, lie)
            wait_for("the refusal", lambda: json.loads((plant.folder / "state/status.json").read_text())["refused"]
                     == refused)
            assert plant.owes() == good, lie
        put(broker, "")
        wait_for("a word", lambda: plant.logged("ORDER_TOPIC_EMPTIED"))
        plant.kill()
        plant.start()
        time.sleep(1)
        assert plant.owes() == good
        assert {line["why_en"] for line in plant.logged("ORDER_NOT_BELIEVED")} >= {
            "unknown key", "signature does not fit", "older revision", "unreadable"}
        office.start()
        wait_for("the link", lambda: is_ready(office))
        story.raise_to("red", ["first", "second"])
        plant.wait_for_order(story)


def with_another_key_nothing_is_believed(programs):
    with a_bureau(programs) as (broker, office, story), Plant(programs[2], broker.port, "ab" * 32) as plant:
        story.begin()
        story.wait_until_held(broker)
        wait_for("the refusal", lambda: plant.logged("ORDER_NOT_BELIEVED"))
        assert not (plant.folder / "obligations.json").exists() and state_of(office) == "none"


def killed_in_the_middle_nothing_is_missing(programs):
    with a_bureau(programs, ON_DISK) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"]) as plant:
        story.begin()
        plant.wait_for_order(story)
        chance = random.Random(3)

        def kill_daemon():
            office.process.kill()
            office.process.wait()
            office.start()

        def kill_broker():
            broker.kill()
            broker.start()

        def kill_agent():
            plant.kill()
            plant.start()

        def kill_all():
            plant.kill()
            broker.kill()
            office.process.kill()
            office.process.wait()
            broker.start()
            office.start()
            plant.start()

        for colour, signers, kill in (("orange", ["first"], kill_agent), ("red", ["first", "second"], kill_broker)):
            story.raise_to(colour, signers)
            time.sleep(chance.random() / 5)
            kill()
            wait_for("the link", lambda: is_ready(office))
            plant.wait_for_order(story)
            wait_for("the receipt", lambda: state_of(office) == "received")
        for kill in (kill_daemon, kill_all, kill_agent, kill_broker, kill_all):
            assert plant.do("receipt", "accepted")[0] == 0
            time.sleep(chance.random() / 5)
            kill()
            wait_for("the link", lambda: is_ready(office))
        wait_for("the answer", lambda: state_of(office) == "accepted")
        plant.wait_for_order(story)
        assert not plant.logged("ORDER_NOT_BELIEVED")


def a_key_that_the_bureau_replaces_is_followed(programs):
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["fingerprint"],
                  bureau='keys_file = "{folder}/keys.json"\n') as plant:
        assert plant.process.wait(20) == 2, "a list that is named and not there"
        first = key_of(office)["key"]
        keys = plant.folder / "keys.json"
        keys.write_text(json.dumps(office.good(None, "GET", "/api/v1/keys")))
        plant.start()
        story.begin()
        plant.wait_for_order(story)
        office.stop()
        subprocess.run([programs[3], "key", "rotate", office.folder / "signing.key", "--reason", "更换"], check=True,
                       capture_output=True, timeout=60)
        office.start()
        wait_for("the link", lambda: is_ready(office))
        wait_for("the refusal of a key that is not known yet", lambda: plant.logged("ORDER_NOT_BELIEVED"))
        keys.write_text(json.dumps(office.good(None, "GET", "/api/v1/keys")))
        story.raise_to("orange", ["first"])
        plant.wait_for_order(story)
        assert plant.owes()["key"] != first


def on_a_full_disk_nothing_is_acknowledged_and_nothing_lost(programs):
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"]) as plant:
        story.begin()
        plant.wait_for_order(story)
        good = plant.owes()
        wait_for("the receipt", lambda: state_of(office) == "received")
        plant.stop()
        plant.start(bytes_max=200)  # room for a few words, not for an order
        story.raise_to("orange", ["first"])
        assert plant.process.wait(60) == 4, "a state that cannot be written ends the agent"
        assert plant.owes() == good and state_of(office) == "none"
        plant.start()
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")


def a_disk_that_is_still_full_at_the_next_start_is_tried_again(programs):
    """The unit starts the agent again after 4, never after 2: whoever ended with 2 would stay away once there is room."""
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"], '[[meters]]\nfolder = "{folder}/one"\n') as plant, \
            contextlib.ExitStack() as stack:
        assert plant.process.wait(20) == 2, "a folder that is named and not there"
        state, filler = plant.folder / "state", plant.folder / "state/filler"
        (plant.folder / "one").mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", state], check=True)
        stack.callback(subprocess.run, ["umount", "-l", state])
        plant.start()
        story.begin()
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        good = plant.owes()
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        story.raise_to("orange", ["first"])
        assert plant.process.wait(60) == 4
        for _ in range(2):
            plant.start()
            assert plant.process.wait(60) == 4, "a disk is not a setting"
        sent = readings_at(plant.folder / "one")(5)
        code, _, words = plant.do("receipt", "accepted")
        assert code == 2 and "No space left" in words, "who answers by hand is told"
        assert plant.owes() == good and state_of(office) == "none"
        filler.unlink()
        plant.start()
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        wait_for("all readings", lambda: readings_stored(office) == (sent, sent))


def what_a_restored_bureau_issues_is_taken(programs):
    """The bureau is put back from a copy that is older than its last order: the enterprise has that one and takes nothing
    that is not above it."""
    with a_bureau(programs, ON_DISK) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"]) as plant, tempfile.TemporaryDirectory() as copy:
        parts = [office.folder / "q.db", office.folder / "q.db-wal", office.folder / "journal"]
        story.begin()
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        copied = dict(story.warning)
        office.stop()
        subprocess.run(["cp", "-a", *[part for part in parts if part.exists()], copy], check=True)
        office.start()
        wait_for("the link", lambda: is_ready(office))
        story.raise_to("orange", ["first"])
        plant.wait_for_order(story)
        wait_for("the receipt", lambda: state_of(office) == "received")
        office.process.kill()
        office.process.wait()
        subprocess.run(["rm", "-r", *[part for part in parts if part.exists()]], check=True)
        subprocess.run(["cp", "-a", f"{copy}/.", office.folder], check=True)
        office.start()
        wait_for("the link", lambda: is_ready(office))
        wait_for("a word", lambda: office.logged("ORDERS_NOT_OF_THIS_STORE"))
        assert not office.logged("ORDER_TOPIC_TAMPERED"), "it was the bureau itself"
        assert broker.retained()["e1"] == 2 and story.order("e1")["revision"] == 1, "left for a person to look at"
        story.warning = copied
        story.raise_to("red", ["first", "second"])
        plant.wait_for_order(story)
        assert plant.owes()["revision"] == 3 and plant.owes()["colour"] == "red", plant.owes()
        wait_for("the receipt", lambda: state_of(office) == "received")
        assert not plant.logged("ORDER_NOT_BELIEVED")


def an_exercise_comes_beside_what_is_owed(programs):
    more = ('[exercise]\nfile = "{folder}/exercise.json"\n'
            'hook = ["/bin/sh", "-c", "echo $QINGKONG_EXERCISE > {folder}/drilled"]\n')
    with a_bureau(programs) as (broker, office, story), \
            Plant(programs[2], broker.port, key_of(office)["key"], more) as plant:
        # The drill of a bureau that has no warning; then a warning beside it.
        story.begin(exercise=True)
        drill = lambda: json.loads((plant.folder / "exercise.json").read_text())
        wait_for("the drill", lambda: (plant.folder / "exercise.json").exists() and drill()["exercise"])
        wait_for("its command", lambda: (plant.folder / "drilled").exists())
        assert (plant.folder / "drilled").read_text() == "yes\n"
        assert plant.owes()["revision"] == 0, "a drill is not what is owed"
        answered = lambda: office.good("officer", "GET", "/api/v1/orders/exercise:e1")["receipt_state"]
        wait_for("its receipt", lambda: answered() == "received")
        assert plant.do("receipt", "accepted", "--exercise")[0] == 0
        wait_for("its answer", lambda: answered() == "accepted")
        assert office.call("officer", "GET", "/api/v1/orders/e1")[0] == 404, "nothing is owed"
        Story(office).begin()
        plant.wait_for_order(story)
        owed = plant.owes()
        assert owed["revision"] == 1 and owed["exercise"] is False, "numbers of its own"
        assert drill()["revision"] == 1 and answered() == "accepted", "the drill goes on beside it"
        wait_for("the receipt", lambda: state_of(office) == "received")
        # What is signed for the one is not believed on the topic of the other.
        held = []
        client = Client(broker.port, "copy", lambda _, payload: held.append(payload))
        client.subscribe("qingkong/1/110105/e1/exercise/order")
        wait_for("the drill", lambda: held)
        put(broker, json.dumps({**json.loads(held[0]), "revision": 9}))
        put(broker, held[0])
        wait_for("a refusal", lambda: plant.logged("ORDER_NOT_BELIEVED"))
        assert plant.owes() == owed
        client.close()


def by_tls_with_a_password_or_a_certificate(programs):
    with TlsBroker(programs[1]) as broker, office_at(programs[0], broker.daemon_port) as office:
        wait_for("the link", lambda: is_ready(office))
        story, key = Story(office), key_of(office)["key"]
        place = broker.folder
        password = f'user = "e1"\npassword_file = "{place}/password"\n'
        by_password = f'url = "mqtts://localhost:{broker.port}"\nca = "{place}/ca.crt"\n' + password
        by_certificate = (f'url = "mqtts://localhost:{broker.certificate_port}"\nca = "{place}/ca.crt"\n'
                          f'certificate = "{place}/e1.crt"\nkey = "{place}/e1.key"\n')
        story.begin()
        for mqtt, colour in ((by_password, "orange"), (by_certificate, None)):
            with Plant(programs[2], 0, key, mqtt=mqtt) as plant:
                plant.wait_for_order(story)
                wait_for("the receipt", lambda: state_of(office) == "received")
            if colour:
                story.raise_to(colour, ["first"])
        # A broker that the CA has not signed, under another name, or a wrong password: no link, and a word about it.
        (place / "wrong").write_text("wrong\n")
        (place / "wrong").chmod(0o600)
        for mqtt in (by_password.replace("/ca.crt", "/strange-ca.crt"), by_password.replace("localhost", "127.0.0.1"),
                     by_password.replace("/password", "/wrong"),
                     by_certificate.replace("/e1.crt", "/strange-ca.crt").replace("/e1.key", "/strange-ca.key")):
            with Plant(programs[2], 0, key, mqtt=mqtt) as plant:
                wait_for("a word", lambda: plant.logged("AGENT_LINK_TROUBLE"))
                assert not plant.logged("AGENT_LINK_UP") and plant.owes()["revision"] == 0, mqtt
        (place / "password").chmod(0o644)
        with Plant(programs[2], 0, key, mqtt=by_password) as plant:
            assert plant.process.wait(20) == 2, "a password that everybody can read"


def readings_wait_on_the_disk_and_are_sent_when_the_link_is_back(programs):
    lines = "".join('[[meters]]\nfolder = "{folder}/' + name + '"\n' for name in ("one", "two"))
    with a_bureau(programs, ON_DISK) as (broker, office, _), \
            Plant(programs[2], broker.port, key_of(office)["key"], lines) as plant:
        assert plant.process.wait(20) == 2, "folders that are named and not there"
        (plant.folder / "one").mkdir()
        (plant.folder / "two").mkdir()
        plant.start()
        begin = int(time.time()) // 3600 * 3600 - 86400
        at = lambda minute: datetime.datetime.fromtimestamp(begin + minute * 60, datetime.timezone.utc).isoformat()
        sent = 0

        def drop(count):
            nonlocal sent
            rows = range(sent, sent + count)
            sent += count
            name = f"{sent:06d}"
            if sent % 2:
                text = json.dumps([{"t": at(row), "kw": row % 90, "meter": "m-e1"} for row in rows])
                (plant.folder / f"one/{name}.part").write_text(text)
                (plant.folder / f"one/{name}.part").rename(plant.folder / f"one/{name}.json")
            else:
                (plant.folder / f"two/{name}.csv").write_text(
                    "meter,t,kw\n" + "".join(f"m-e1,{at(row)},{row % 90}\n" for row in rows))

        stored = lambda: readings_stored(office)

        def is_taken():
            return not [path for name in ("one", "two") for path in (plant.folder / name).iterdir() if path.is_file()]

        drop(7)
        wait_for("the first readings", lambda: stored() == (sent, sent))
        broker.kill()
        for count in (101, 202, 303):
            drop(count)
        wait_for("all in the queue", is_taken)
        plant.kill()
        drop(5)
        plant.start()
        wait_for("all in the queue", is_taken)
        assert stored() == (7, 7)
        broker.start()
        # What went out before the daemon had subscribed again is sent once more when no mark has come for 60 s.
        wait_for("every reading, once", lambda: stored() == (sent, sent), 180)
        plant.kill()
        plant.start()
        drop(2)
        wait_for("every reading, once", lambda: stored() == (sent, sent))
        status = lambda: json.loads(plant.do("status", "--format", "json")[1])
        wait_for("an empty queue", lambda: status()["readings_waiting"] == 0)
        (plant.folder / "one/bad.json").write_text("{}")
        wait_for("a word", lambda: plant.logged("READINGS_REFUSED"))
        # It is said, then moved, then explained.
        wait_for("its reason beside it", lambda: (plant.folder / "one/refused/bad.json.why").exists())


def readings_at(folder, meter="m-e1"):
    """Drops files of one reading each, so that each is a message; says how many there are by now."""
    begin = int(time.time()) // 3600 * 3600 - 86400
    sent = 0

    def drop(count):
        nonlocal sent
        for row in range(sent, sent + count):
            at = datetime.datetime.fromtimestamp(begin + row * 60, datetime.timezone.utc).isoformat()
            (folder / f"{row:06d}.part").write_text(json.dumps({"t": at, "kw": row % 90, "meter": meter}))
            (folder / f"{row:06d}.part").rename(folder / f"{row:06d}.json")
        sent += count
        return sent

    return drop


def broker_and_daemon_killed_together_lose_nothing(programs):
    """The broker is killed before it has saved anything, and with it the daemon, which stood still meanwhile: what the
    broker had acknowledged is nowhere but at the plant. Where the agent believes the broker, that is lost."""
    for marks, rounds in (("false", 1), ("true", 4)):
        with Broker(programs[1], ON_DISK) as broker, office_at(programs[0], broker.port, more=LIMITS) as office:
            wait_for("the link", lambda: is_ready(office))
            with Plant(programs[2], broker.port, key_of(office)["key"], '[[meters]]\nfolder = "{folder}/one"\n',
                       mqtt=f'url = "mqtt://127.0.0.1:{broker.port}"\nmarks = {marks}') as plant:
                assert plant.process.wait(20) == 2, "a folder that is named and not there"
                (plant.folder / "one").mkdir()
                plant.start()
                drop = readings_at(plant.folder / "one")
                lost, sent = lose_power(plant, broker, office, drop, rounds)
                if marks == "false":
                    assert lost > 0, "the story kills nothing"
                    continue
                assert lost == 0, f"{lost} of {sent} readings are lost"
                for word in ("MARK_WENT_BACK", "MARK_NOT_BELIEVED", "MARK_OF_ANOTHER"):
                    assert not plant.logged(word), word


def lose_power(plant, broker, office, drop, rounds):
    """How many readings are lost, and of how many."""
    chance = random.Random(12)
    waiting = lambda: json.loads((plant.folder / "state/status.json").read_text())["readings_waiting"]
    by_mark = "marks = true" in plant.config.read_text()

    def stored():
        count, times = readings_stored(office)
        assert count == times, "a reading is stored twice"
        return count

    sent = drop(20)
    wait_for("the first readings", lambda: stored() == sent)
    wait_for("the agent's word that they have arrived", lambda: waiting() == 0)
    for turn in range(rounds):
        sent = drop(60)
        time.sleep(chance.random() * 2)
        office.process.send_signal(signal.SIGSTOP)
        sent = drop(30)
        wait_for("all in the queue", lambda: not list((plant.folder / "one").glob("*.json")))
        time.sleep(1)
        if not by_mark:
            wait_for("the broker's word", lambda: waiting() == 0)
        broker.kill()
        office.process.kill()
        office.process.wait()
        if turn % 2:
            plant.kill()
        broker.start()
        office.start()
        if turn % 2:
            plant.start()
        wait_for("the link", lambda: is_ready(office))
    wait_for("the agent's word that all has arrived", lambda: waiting() == 0, 240)
    if by_mark:
        return sent - stored(), sent
    time.sleep(5)
    return sent - stored(), sent


STORIES = [an_order_arrives_verified_and_its_answers_are_stored, forged_altered_and_older_orders_are_refused,
           an_exercise_comes_beside_what_is_owed, with_another_key_nothing_is_believed,
           by_tls_with_a_password_or_a_certificate,
           killed_in_the_middle_nothing_is_missing,
           a_key_that_the_bureau_replaces_is_followed, readings_wait_on_the_disk_and_are_sent_when_the_link_is_back,
           broker_and_daemon_killed_together_lose_nothing,
           on_a_full_disk_nothing_is_acknowledged_and_nothing_lost,
           a_disk_that_is_still_full_at_the_next_start_is_tried_again, what_a_restored_bureau_issues_is_taken]


def main():
    asked = sys.argv[5] if len(sys.argv) > 5 else ""
    told = [story for story in STORIES if asked in story.__name__]
    assert told, f"there is no story '{asked}'"
    for story in told:
        begun = time.monotonic()
        story(sys.argv[1:5])
        print(f"{story.__name__}: {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    main()
