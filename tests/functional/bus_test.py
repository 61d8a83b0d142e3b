#!/usr/bin/env python3
"""The broker's word is not believed: whatever becomes of the link, the broker or the topics, it holds our orders in
the end, and one order that it refuses holds up no other.

    bus_test.py QINGKONGD MOSQUITTO [STORY]

A real daemon and a real mosquitto for each story.
"""
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from mqtt_client import Client
from office import Office, free_port, listens, wait_for

PEOPLE = {"officer": (["duty_officer", "admin"], ""), "first": (["approver"], ""), "second": (["approver"], "")}
ENTERPRISES = 30
BIG = "e7"  # where it is said, its order is many times as long as the others'


def inventory(is_one_long=False):
    ids = [f"e{i}" for i in range(ENTERPRISES)]
    lines = "".join(f"{i},L0,线,水泥磨,no,10,10,10,10\n" for i in ids)
    measures = f"{BIG},L0,yellow,limit_load,0.3,{'按一厂一策执行' * 400}\n" if is_one_long else ""
    return {
        "measures.csv": "enterprise,line,level,action,ratio,detail\n" + measures,
        "enterprises.csv": "id,name,region,industry,grade,category\n" + "".join(
            f"{i},企业{i},110105,水泥,C,regular\n" for i in ids),
        "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n" + lines,
        "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\n" + "".join(
            f"m-{i},{i},L0,production,100,5\n" for i in ids),
        "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,900,900,900,900\n",
    }


class Broker:
    def __init__(self, mosquitto, lines="", listener="allow_anonymous true", acl=None):
        self.program = mosquitto
        self.place = tempfile.TemporaryDirectory(prefix="qingkong-broker-")
        self.folder = pathlib.Path(self.place.name)
        self.port = free_port()
        self.listener = listener
        self.lines = lines
        self.process = None
        if acl:
            self.lines += "acl_file {folder}/acl\n"
            (self.folder / "acl").write_text(acl)

    def path(self, name):
        return self.folder / name

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.place.cleanup()

    def start(self):
        # Run as root it would give up its rights, and with them the folder.
        (self.folder / "m.conf").write_text(
            f"user root\nlistener {self.port} 127.0.0.1\n{self.listener}\nmax_queued_messages 10000000\n"
            f"log_dest file {self.folder}/log\nlog_type all\n" + self.lines.format(folder=self.folder))
        self.process = subprocess.Popen([self.program, "-c", self.folder / "m.conf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for("the broker", lambda: listens(self.port))

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def log(self):
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    def retained(self, **login):
        """Revisions by enterprise, as whoever comes now is given them."""
        found = {}
        told = threading.Event()

        def take(topic, payload):
            if topic == "end":
                return told.set()
            found[topic.split("/")[3]] = json.loads(payload)["revision"] if payload.startswith("{") else payload
        client = Client(self.port, f"look-{random.random()}", take, **login)
        client.subscribe("qingkong/1/+/+/order")
        client.subscribe("end")
        client.publish("end", "x")  # comes after what is retained
        assert told.wait(30), "the broker tells nothing"
        client.close()
        return found


class SampleBroker(Broker):
    """With packaging/sample/mosquitto.conf as it is, but for its places and ports."""

    def __init__(self, mosquitto):
        super().__init__(mosquitto)
        self.daemon_port = free_port()

    def start(self):
        sample = pathlib.Path(__file__).parents[2] / "packaging/sample"
        shutil.copy(sample / "mosquitto.acl", self.folder / "qingkong.acl")
        users = ["qingkong"] + [f"e{i}" for i in range(ENTERPRISES)]
        maker = shutil.which("mosquitto_passwd", path="/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin")
        (self.folder / "qingkong.passwords").write_text("".join(f"{user}:secret\n" for user in users))
        subprocess.run([maker, "-U", self.folder / "qingkong.passwords"], check=True)
        text = (sample / "mosquitto.conf").read_text()
        text = text.replace("/etc/mosquitto/", f"{self.folder}/").replace("/var/lib/mosquitto/", f"{self.folder}/")
        text = text.replace("listener 1883 ", f"listener {self.daemon_port} ")
        text = text.replace("listener 8883", f"listener {self.port} 127.0.0.1")
        (self.folder / "m.conf").write_text(f"user root\nsys_interval 1\nlog_dest file {self.folder}/log\n" + text)
        (self.folder / "password").write_text("secret\n")
        (self.folder / "password").chmod(0o600)
        self.process = subprocess.Popen([self.program, "-c", self.folder / "m.conf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for("the broker", lambda: listens(self.port) and listens(self.daemon_port))


class Story:
    """An office with a warning that goes from colour to colour."""

    def __init__(self, office):
        self.office = office
        self.warning = None

    def decide(self, warning, signers):
        path = "/api/v1/warnings/" + warning["id"]
        held = self.office.good("officer", "POST", path + "/consult", {
            "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
            "generation": warning["generation"]})["warning"]
        for who in signers:
            held = self.office.good(who, "POST", path + "/sign", {"generation": held["generation"]})
        self.warning = held

    def begin(self, exercise=False):
        self.decide(self.office.good("officer", "POST", "/api/v1/warnings", {
            "colour": "yellow", "exercise": exercise, "reason": "会商"}), ["first"])

    def raise_to(self, colour, signers):
        path = "/api/v1/warnings/" + self.warning["id"]
        self.decide(self.office.good("officer", "POST", path + "/changes", {
            "kind": "raise", "colour": colour, "reason": "升级", "generation": self.warning["generation"]}), signers)

    def revisions(self):
        page = self.office.good("officer", "GET", "/api/v1/orders?per_page=100")
        return {item["enterprise"]: item["revision"] for item in page["items"]}

    def order(self, enterprise):
        return self.office.good("officer", "GET", f"/api/v1/orders/{enterprise}")

    def wait_until_held(self, broker, but=(), seconds=60, **login):
        wanted = {i: r for i, r in self.revisions().items() if i not in but}
        assert len(wanted) == ENTERPRISES - len(but), wanted
        wait_for("every order at the broker", lambda: {
            i: r for i, r in broker.retained(**login).items() if i not in but} == wanted, seconds)


def is_ready(office):
    try:
        return office.call(None, "GET", "/readyz")[0] == 200
    except OSError:
        return False


def office_at(qingkongd, port, **more):
    return Office(qingkongd, PEOPLE, inventory(more.pop("is_one_long", False)), broker_port=port, **more)


def a_daemon_killed_just_after_its_connect_forgets_no_order(qingkongd, mosquitto):
    with Broker(mosquitto) as broker, office_at(qingkongd, broker.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        story.wait_until_held(broker)
        for milliseconds in (0, 3, 8, 15, 25, 40, 60):
            office.process.kill()
            office.process.wait()
            broker.kill()  # it keeps nothing
            (broker.folder / "log").unlink(missing_ok=True)
            broker.start()
            office.start()
            wait_for("its connect", lambda: " as qkd-" in broker.log())
            time.sleep(milliseconds / 1000)
            office.process.kill()
            office.process.wait()
            office.start()
            wait_for("the link", lambda: is_ready(office))
            story.wait_until_held(broker)


def a_cut_link_forgets_no_order(qingkongd, mosquitto):
    with Broker(mosquitto) as broker, Proxy(broker) as proxy, office_at(qingkongd, proxy.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        story.wait_until_held(broker)
        chance = random.Random(7)
        for _ in range(6):
            broker.kill()
            broker.start()
            # Cut somewhere between the connect and the end of the comparison.
            proxy.cut_after = chance.randint(30, 3000)
            wait_for("a cut", lambda: proxy.cut_after is None, 30)
            story.wait_until_held(broker)


def a_broker_with_an_older_file_is_brought_forward(qingkongd, mosquitto):
    with Broker(mosquitto, "persistence true\npersistence_location {folder}/\n") as broker, \
            office_at(qingkongd, broker.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        story.wait_until_held(broker)
        broker.stop()
        shutil.copy(broker.path("mosquitto.db"), broker.path("old.db"))
        broker.start()
        wait_for("the link", lambda: is_ready(office))
        story.raise_to("orange", ["first"])
        story.wait_until_held(broker)
        broker.stop()
        shutil.copy(broker.path("old.db"), broker.path("mosquitto.db"))
        broker.start()
        story.wait_until_held(broker)
        assert not office.logged("ORDER_TOPIC_TAMPERED"), "an older order of ours is no forgery"
        wait_for("a word about it", lambda: office.logged("BROKER_FORGOT"))


def forged_and_deleted_orders_come_back_at_once(qingkongd, mosquitto):
    with Broker(mosquitto) as broker, office_at(qingkongd, broker.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        story.wait_until_held(broker)
        forger = Client(broker.port, "forger")
        forger.publish("qingkong/1/110105/e1/order", json.dumps({"revision": 1001}), retain=True)
        forger.publish("qingkong/1/110105/e2/order", "", retain=True)
        forger.wait_until_acknowledged()
        wait_for("the alarms", lambda: len(office.logged("ORDER_TOPIC_TAMPERED")) == 2)
        story.wait_until_held(broker)
        assert office.metric("qingkong_order_topics_tampered_total") == 2
        # While the daemon is away.
        office.stop()
        forger.publish("qingkong/1/110105/e3/order", json.dumps({"revision": 1001}), retain=True)
        forger.publish("qingkong/1/110105/e4/order", "", retain=True)
        forger.wait_until_acknowledged()
        office.start()
        wait_for("the link", lambda: is_ready(office))
        story.wait_until_held(broker)
        assert {line["enterprise"] for line in office.logged("ORDER_TOPIC_TAMPERED")} == {"e1", "e2", "e3", "e4"}


def an_order_that_the_broker_forbids_is_set_aside(qingkongd, mosquitto):
    with Broker(mosquitto, acl=f"topic deny qingkong/1/110105/{BIG}/order\ntopic readwrite #\n") as broker:
        with office_at(qingkongd, broker.port) as office:
            story = Story(office)
            wait_for("the link", lambda: is_ready(office))
            story.begin()
            story.wait_until_held(broker, but=[BIG])
            order = wait_for("its reason", lambda: (lambda o: o if o["refused_code"] else None)(story.order(BIG)))
            assert order["refused_code"] == 0x87 and "权限" in order["refused_why"], order
            listed = office.good("officer", "GET", "/api/v1/phone-list")["items"]
            assert [(e["enterprise"], e["wanted"]) for e in listed] == [(BIG, "publish")], listed
            aside = office.good("officer", "GET", "/api/v1/orders?receipt_state=set%20aside")
            assert [item["enterprise"] for item in aside["items"]] == [BIG], aside
            assert office.metric("qingkong_orders_set_aside") == 1
            assert len(office.logged("ORDER_REFUSED")) == 1 and not office.logged("BROKER_DOWN")
            # A change is tried at once.
            broker.path("acl").write_text("topic readwrite #\n")
            broker.process.send_signal(1)
            story.raise_to("orange", ["first"])
            story.wait_until_held(broker)
            assert story.order(BIG)["refused_code"] is None
            assert office.metric("qingkong_orders_set_aside") == 0


def a_broker_that_also_ends_the_link_for_it_holds_up_no_other(qingkongd, mosquitto):
    # With this setting mosquitto 2.0 refuses and then ends the link.
    with Broker(mosquitto, "max_queued_messages 0\n",
                acl=f"topic deny qingkong/1/110105/{BIG}/order\ntopic readwrite #\n") as broker, \
            office_at(qingkongd, broker.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        story.wait_until_held(broker, but=[BIG], seconds=30)
        wait_for("its reason", lambda: story.order(BIG)["refused_code"])
        wait_for("the link", lambda: is_ready(office))
        ends = len(office.logged("BROKER_DOWN"))
        time.sleep(5)  # in which it would have been tried again and again
        assert len(office.logged("BROKER_DOWN")) == ends, "it is not tried again at once"


def an_order_that_is_too_long_holds_up_no_other(qingkongd, mosquitto):
    for limit, version, codes in (("message_size_limit 6000", "5", (0x95,)), ("max_packet_size 6000", "5", (0x95,)),
                                  ("max_packet_size 6000", "3.1.1", (0x100,))):
        with Broker(mosquitto, limit + "\n") as broker, office_at(
                qingkongd, broker.port, is_one_long=True, mqtt=f'version = "{version}"') as office:
            story = Story(office)
            wait_for("the link", lambda: is_ready(office))
            begun = time.monotonic()
            story.begin()
            story.wait_until_held(broker, but=[BIG], seconds=30)
            took = time.monotonic() - begun
            order = wait_for("its reason", lambda: (lambda o: o if o["refused_code"] else None)(story.order(BIG)))
            assert order["refused_code"] in codes, order
            print(f"{limit}, MQTT {version}: the others after {took:.1f} s")


class Proxy:
    """Between the daemon and the broker. Cuts every connection after so many bytes of the broker, drawn by
    `draw`, or the next one after `cut_after` bytes."""

    def __init__(self, broker, draw=None):
        self.broker, self.draw, self.cut_after = broker, draw, None
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.broker.port))
            except OSError:
                near.close()
                continue
            threading.Thread(target=self._carry, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, self.draw() if self.draw else None),
                             daemon=True).start()

    def _carry(self, source, target, left):
        try:
            while True:
                data = source.recv(4096)
                if not data:
                    break
                if left is not None:
                    left -= len(data)
                    if left < 0:
                        break
                elif self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after <= 0:
                        self.cut_after = None
                        break
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def orders_leave_though_the_link_is_cut_again_and_again(qingkongd, mosquitto):
    chance = random.Random(11)
    # The broker keeps what the daemon has not read yet, so readings pile up before it.
    with Broker(mosquitto, "max_inflight_messages 1000\n") as broker, \
            Proxy(broker, lambda: chance.randint(2_000, 400_000)) as proxy, \
            office_at(qingkongd, proxy.port) as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        office.process.send_signal(19)
        fleet = Client(broker.port, "fleet")
        start = int(time.time()) - 86400 * 20
        for n in range(20_000):
            at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(start + n // ENTERPRISES * 60))
            fleet.publish(f"qingkong/1/110105/e{n % ENTERPRISES}/meter/m-e{n % ENTERPRISES}",
                          json.dumps({"t": at, "kw": 12.5}))
            if n % 500 == 499:
                fleet.wait_until_acknowledged()
        fleet.wait_until_acknowledged()
        office.process.send_signal(18)
        begun = time.monotonic()
        story.begin()
        story.wait_until_held(broker, seconds=60)
        print(f"orders out after {time.monotonic() - begun:.1f} s behind cuts and 20,000 readings")
        assert not office.logged("ORDER_REFUSED"), "a line that breaks accuses nobody"


def a_client_id_that_is_taken_over_is_an_alarm(qingkongd, mosquitto):
    with Broker(mosquitto) as broker, office_at(qingkongd, broker.port, mqtt='client_id = "known"') as office:
        wait_for("the link", lambda: is_ready(office))
        for _ in range(4):
            thief = Client(broker.port, "known")
            wait_for("the thief to be out", lambda: not thief.thread.is_alive())
        assert wait_for("the alarm", lambda: office.logged("BROKER_TAKEN_OVER"))[0]["severity"] == "error"
        assert office.metric("qingkong_link_take_overs_total") >= 1
        wait_for("the link", lambda: is_ready(office))
        assert not office.logged("BROKER_ONE_ID")


def the_client_id_is_made_once_and_kept(qingkongd, mosquitto):
    with Broker(mosquitto) as broker, office_at(qingkongd, broker.port) as office:
        wait_for("the link", lambda: is_ready(office))
        office.stop()
        office.start()
        wait_for("the link", lambda: is_ready(office))
        ids = {word for line in broker.log().splitlines() if " connected from " in line
               for word in line.split() if word.startswith("qkd-")}
        assert len(ids) == 2 and all(len(one) <= 23 for one in ids), ids
        assert "qingkongd" not in broker.log()


def a_broker_that_names_clients_after_users_gets_one_connection(qingkongd, mosquitto):
    with Broker(mosquitto, listener="allow_anonymous true\nuse_username_as_clientid true") as broker:
        with office_at(qingkongd, broker.port, mqtt='user = "daemon"') as office:
            story = Story(office)
            wait_for("one connection", lambda: office.logged("BROKER_ONE_ID"))
            wait_for("the link", lambda: is_ready(office))
            story.begin()
            story.wait_until_held(broker, user="look")


def why_there_is_no_link_is_in_the_log(qingkongd, mosquitto):
    with Broker(mosquitto, listener="allow_anonymous false") as broker, office_at(qingkongd, broker.port) as office:
        line = wait_for("the reason", lambda: office.logged("BROKER_REFUSED"))[0]
        assert line["code"] == str(0x87) and "权限" in line["text"], line
        assert len(office.logged("BROKER_WAITING")) == 1
        assert office.call(None, "GET", "/readyz")[0] == 503


def what_the_broker_drops_is_told(qingkongd, mosquitto):
    with Broker(mosquitto, "sys_interval 1\nmax_queued_messages 10\n") as broker:
        with office_at(qingkongd, broker.port) as office:
            wait_for("the link", lambda: is_ready(office))
            office.stop()
            fleet = Client(broker.port, "fleet")
            for n in range(100):
                fleet.publish("qingkong/1/110105/e1/meter/m-e1", "{}")
            fleet.wait_until_acknowledged()
            office.start()
            line = wait_for("the count", lambda: office.logged("BROKER_DROPPED"))[0]
            assert int(line["count"]) >= 50, line
            assert office.metric("qingkong_broker_dropped_total") >= 50


def the_sample_configuration_of_the_broker_does_what_it_says(qingkongd, mosquitto):
    with SampleBroker(mosquitto) as broker, office_at(
            qingkongd, broker.daemon_port,
            mqtt=f'user = "qingkong"\npassword_file = "{broker.folder}/password"') as office:
        story = Story(office)
        wait_for("the link", lambda: is_ready(office))
        story.begin()
        wait_for("all orders out", lambda: office.metric("qingkong_orders_unpublished") == 0)
        seen = {}
        one = Client(broker.port, "any", lambda t, p: seen.update({t: json.loads(p)["revision"]}), user="e1",
                     password="secret")
        one.subscribe("qingkong/1/110105/e1/order")
        one.subscribe("qingkong/1/110105/e2/order")
        wait_for("its own order", lambda: seen)
        at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 60))
        one.publish("qingkong/1/110105/e1/meter/m-e1", json.dumps({"t": at, "kw": 1.0}))
        one.publish("qingkong/1/110105/e2/meter/m-e2", json.dumps({"t": at, "kw": 1.0}))
        one.publish("qingkong/1/110105/e2/order", json.dumps({"revision": 1001}), retain=True)
        one.wait_until_acknowledged()
        wait_for("its reading", lambda: office.metric("qingkong_readings_total") == 1)
        assert list(seen) == ["qingkong/1/110105/e1/order"], seen
        # Nobody throws out another: the id is the user's, whatever the client says.
        ids = [word for line in broker.log().splitlines() if " connected from " in line and "qkd-" in line
               for word in line.split() if word.startswith("qkd-")]
        thief = Client(broker.port, ids[0], user="e2", password="secret")
        thief.publish("qingkong/1/110105/e2/status", "online")
        thief.wait_until_acknowledged()
        assert not office.logged("BROKER_TAKEN_OVER") and not office.logged("ORDER_TOPIC_TAMPERED")
        broker.stop()
        broker.start()
        wait_for("the link", lambda: is_ready(office))
        assert not office.logged("BROKER_SESSION_LOST") and not office.logged("BROKER_FORGOT"), "it keeps both"


STORIES = [the_sample_configuration_of_the_broker_does_what_it_says,
           a_daemon_killed_just_after_its_connect_forgets_no_order, a_cut_link_forgets_no_order,
           a_broker_with_an_older_file_is_brought_forward, forged_and_deleted_orders_come_back_at_once,
           an_order_that_the_broker_forbids_is_set_aside,
           a_broker_that_also_ends_the_link_for_it_holds_up_no_other, an_order_that_is_too_long_holds_up_no_other,
           orders_leave_though_the_link_is_cut_again_and_again, a_client_id_that_is_taken_over_is_an_alarm,
           the_client_id_is_made_once_and_kept, a_broker_that_names_clients_after_users_gets_one_connection,
           why_there_is_no_link_is_in_the_log, what_the_broker_drops_is_told]


def main():
    for story in STORIES:
        if len(sys.argv) > 3 and sys.argv[3] not in story.__name__:
            continue
        begun = time.monotonic()
        story(sys.argv[1], sys.argv[2])
        print(f"{story.__name__}: {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    main()
