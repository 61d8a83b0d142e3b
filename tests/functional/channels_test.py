#!/usr/bin/env python3
"""Orders beside the broker, and what is answered to them: a real daemon, a webhook that lives beside one that hangs, a
gateway of SMS that is a script, and no broker at all.

    channels_test.py QINGKONGD

Whoever can be reached is reached while another hangs; a daemon killed in the middle sends again what it has not heard
of, under the same id; an answer by SMS is a receipt; a refusal is answered by a person, and what is insisted on goes
out again.
"""
import http.server
import json
import pathlib
import sys
import tempfile
import threading

from bus_test import Story
from office import Office, free_port, wait_for

PEOPLE = {"officer": (["duty_officer", "admin"], ""), "first": (["approver"], ""), "sms": (["sms_gateway"], "")}
IDS = ["e0", "e1", "e2"]
INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category,phone\n" + "".join(
        f"{one},企业{one},110105,水泥,C,regular,1380000000{at}\n" for at, one in enumerate(IDS)),
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n" + "".join(
        f"{one},L0,线,水泥磨,no,10,10,10,10\n" for one in IDS),
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,90,90,90,90\n",
}
SMS_HOOK = """#!/bin/sh
printf '%s\\n' "$(cat)" >> "{folder}/sms.jsonl"
"""


class Plants:
    """The machines of e0, which takes what it is given, and of e1, which hangs until it is told to live."""

    def __init__(self):
        self.taken = {one: [] for one in IDS}
        self.alive = threading.Event()
        plants = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                who = self.path.strip("/")
                plants.taken[who].append((self.headers["Idempotency-Key"], self.headers["X-Qingkong-Signature"], body))
                if who == "e1" and not plants.alive.is_set():
                    plants.alive.wait(120)
                try:
                    self.send_response(204)
                    self.end_headers()
                except OSError:
                    pass  # the daemon has given up

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, who):
        return f"http://127.0.0.1:{self.server.server_address[1]}/{who}"


def settings(plants, folder):
    hook = folder / "send-sms"
    hook.write_text(SMS_HOOK.format(folder=folder))
    hook.chmod(0o755)
    return (f'[channels]\nsms = "exec:{hook}"\nsms_sign = "【某市环境】"\n'
            + "".join(f'[[channels.webhook]]\nenterprise = "{one}"\nurl = "{plants.url(one)}"\n' for one in ("e0", "e1")))


def messages(folder):
    path = folder / "sms.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def sending(office, who, channel):
    items = office.good("officer", "GET", f"/api/v1/orders/{who}/sendings")["items"]
    return next(one for one in items if one["channel"] == channel)


def page_opened(office, message):
    """The link in a message leads to the page of the enterprise that it went to."""
    start, _, secret = message["link"].partition("/e/#link=")
    assert start == f"http://127.0.0.1:{office.port}" and len(secret) == 32, message
    return office.good(None, "POST", "/api/v1/links/page", {"link": message["link"]})


def who_can_be_reached_is_reached(office, plants, folder):
    wait_for("the order at e0", lambda: plants.taken["e0"])
    wait_for("the attempt at e1", lambda: plants.taken["e1"])
    key, signature, body = plants.taken["e0"][0]
    shown = office.good("officer", "GET", "/api/v1/orders/e0")
    assert json.loads(body) == shown["document"], "the document as it was signed"
    assert len(signature) == 128 and key.endswith(f"-{shown['revision']}")
    wait_for("a message for each", lambda: {one["to"] for one in messages(folder)} == {
        f"1380000000{at}" for at in range(3)}, 10)
    for one in messages(folder):
        assert len(one["text"]) <= 70 and "1收到2执行3有困难" in one["text"], one
    opened = page_opened(office, messages(folder)[0])
    assert opened["roles"] == ["addressee"] and opened["id"] == "enterprise:" + messages(folder)[0]["enterprise"], opened
    assert sending(office, "e0", "webhook")["standing"] == "sent"
    assert sending(office, "e1", "webhook")["standing"] == "waiting"
    assert sending(office, "e2", "webhook")["closed_why"] == "no address"


def a_killed_daemon_sends_again_what_it_has_not_heard_of(office, plants):
    before = len(plants.taken["e0"])
    office.process.kill()
    office.process.wait()
    plants.alive.set()
    office.start()
    wait_for("the order at e1", lambda: sending(office, "e1", "webhook")["standing"] == "sent", 120)
    assert len({key for key, _, _ in plants.taken["e1"]}) == 1, "it recognises what it may have had"
    assert len(plants.taken["e0"]) == before, "what was taken is not sent again"


def an_answer_by_sms_is_a_receipt(office, folder):
    say = lambda number, text: office.call("sms", "POST", "/api/v1/sms/answers", {"from": number, "text": text})[0]
    assert say("13800000002", "收到") == 422 and say("13899999999", "1") == 404
    assert say("+86 13800000002", "2 执行") == 201
    assert office.good("officer", "GET", "/api/v1/orders/e2")["receipt_state"] == "executing"
    assert office.call("sms", "GET", "/api/v1/orders")[0] == 403, "a gateway reads nothing"
    again = {"reason": "对方未见", "force": True}
    assert office.call("officer", "POST", "/api/v1/orders/e2/sendings/sms", again)[0] == 409, "it has answered"
    count = len(messages(folder))
    assert office.call("officer", "POST", "/api/v1/orders/e1/sendings/sms", {"reason": "对方未见"})[0] == 409
    office.good("officer", "POST", "/api/v1/orders/e1/sendings/sms", again)
    wait_for("the message once more", lambda: len(messages(folder)) == count + 1)
    assert say("13800000000", "3 高炉不能停") == 201


def a_refusal_is_answered(office, plants):
    shown = office.good("officer", "GET", "/api/v1/orders/e0")
    assert shown["refusal"]["standing"] == "open" and shown["refusal"]["note"] == "3 高炉不能停", shown["refusal"]
    act = lambda who, what, **more: office.call(who, "POST", f"/api/v1/orders/e0/refusal/{what}",
                                                {"reason": "核实", **more})
    assert act("officer", "confirm")[0] == 403, "who grants may sign"
    count = len(plants.taken["e0"])
    assert act("officer", "insist")[0] == 200
    wait_for("the same order again", lambda: len(plants.taken["e0"]) == count + 1)
    assert len({key for key, _, _ in plants.taken["e0"]}) == 1
    assert office.good("officer", "GET", "/api/v1/orders/e0")["receipt_state"] == "none"
    assert office.call("sms", "POST", "/api/v1/sms/answers", {"from": "13800000000", "text": "3 仍不能停"})[0] == 201
    status, answer = act("first", "confirm")
    assert status == 200 and answer["revision_in_force"] == shown["revision"] + 1, answer
    assert office.good("officer", "GET", "/api/v1/orders/e0")["obligations"] == 0
    wait_for("the lifted order", lambda: json.loads(plants.taken["e0"][-1][2])["obligations"] == [])
    steps = [one["standing"] for one in office.good("officer", "GET", "/api/v1/refusals")["items"]]
    assert steps == ["confirmed", "insisted"], steps


def a_false_receipt_is_overruled(office):
    body = {"seen": "executing", "state": "none", "reason": "并非企业所发"}
    assert office.call("officer", "POST", "/api/v1/orders/e2/overrule", body)[0] == 201
    shown = office.good("officer", "GET", "/api/v1/orders/e2")
    assert shown["receipt_state"] == "none"
    overruling, overruled = shown["answers"][:2]
    assert overruled["state"] == "executing" and overruled["overruled_by"] == overruling["number"], shown["answers"]


def main():
    plants = Plants()
    with tempfile.TemporaryDirectory(prefix="qingkong-channels-") as place:
        folder = pathlib.Path(place)
        with Office(sys.argv[1], PEOPLE, INVENTORY, more=settings(plants, folder)) as office:
            Story(office).begin()
            who_can_be_reached_is_reached(office, plants, folder)
            a_killed_daemon_sends_again_what_it_has_not_heard_of(office, plants)
            an_answer_by_sms_is_a_receipt(office, folder)
            a_refusal_is_answered(office, plants)
            a_false_receipt_is_overruled(office)
    print("orders beside the broker, answers by SMS, refusals with their answers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
