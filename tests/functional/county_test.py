#!/usr/bin/env python3
"""A county on the real programs: its targets followed by its own meters and stacks, and what its people see.

    county_test.py QINGKONGD MOSQUITTO

Total meters and an outlet of two counties report a whole day over MQTT. Electricity and emission of the day are
derived from them and say so; where an outlet reports no flow the emission is not known rather than zero; an
uploaded value goes before a derived one, over a restart too. A warning is then signed and both enterprises answer:
the account of one county hears and reads of its own enterprise and of the warning, never of the other's.
"""
import datetime
import http.client
import json
import os
import subprocess
import sys

from mqtt_client import Client
from office import INVENTORY, Office, free_port, listens, wait_for

CHINA = datetime.timezone(datetime.timedelta(hours=8))
TABLES = {
    **INVENTORY,
    "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\n"
                  "t1,e1,,total,100,5\np1,e1,L1,production,100,5\nt2,e2,,total,100,5\n",
    "outlets.csv": "id,enterprise,line,mn,factors\no1,e1,L1,MN1,so2;nox\no2,e2,L1,MN2,so2\n",
}
PEOPLE = {"city": (["admin", "duty_officer", "auditor"], ""), "signer": (["approver"], ""),
          "feed": (["feed"], ""), "first": (["county_officer", "auditor"], "110105"), "second": (["county_officer", "auditor"], "110106")}


def yesterday():
    return datetime.datetime.now(CHINA).date() - datetime.timedelta(days=1)


def report_a_day(client, day):
    start = datetime.datetime.combine(day, datetime.time(), CHINA)
    at = lambda minutes: (start + datetime.timedelta(minutes=minutes)).isoformat()
    for meter, enterprise, county, kw in (("t1", "e1", 110105, 40), ("p1", "e1", 110105, 30), ("t2", "e2", 110106, 10)):
        client.publish(f"qingkong/1/{county}/{enterprise}/meter/{meter}",
                       json.dumps([{"t": at(15 * i), "kw": kw} for i in range(1, 97)]))
    for outlet, enterprise, county, values in (("o1", "e1", 110105, {"so2": 50, "nox": 20, "flow": 100000}),
                                               ("o2", "e2", 110106, {"so2": 50})):
        client.publish(f"qingkong/1/{county}/{enterprise}/stack/{outlet}",
                       json.dumps([{"t": at(60 * i), **values} for i in range(1, 25)]))
    client.wait_until_acknowledged()


def targets(office, day, who="city"):
    page = office.good(who, "GET", f"/api/v1/targets?as_of={day}")
    return {(one["county"], one["target"]): one for one in page["items"]}


def targets_are_followed(office, client, day):
    wanted = "".join(f"{county},{kind},{day},{day},{ceiling}\n" for county, kind, ceiling in (
        (110105, "electricity", 1000), (110105, "emission", 100), (110106, "electricity", 100), (110106, "emission", 100)))
    office.good("city", "POST", "/api/v1/targets", {"targets": "county,target,from,to,ceiling\n" + wanted})
    report_a_day(client, day)
    wait_for("the readings", lambda: office.metric("qingkong_readings_total") >= 3 * 96 and
             office.metric("qingkong_intake_queue") == 0)
    # Asked before, it would be counted anew after an hour only; nothing has asked yet.
    found = targets(office, day)
    power = found["110105", "electricity"]
    assert abs(power["reached"] - 24 * 40) < 1e-6 and power["course"] == "on_course", power
    assert (power["basis"], power["points"], power["points_known"]) == ("derived", 1, 1), power
    assert found["110106", "electricity"]["course"] == "off_course", found
    mass = found["110105", "emission"]
    assert abs(mass["reached"] - 24 * 7) < 1e-6 and mass["course"] == "off_course", mass
    unknown = found["110106", "emission"]
    assert (unknown["days_known"], unknown["course"], unknown["basis"]) == (0, "cannot_tell", "none"), unknown
    assert (unknown["points"], unknown["points_known"], unknown["reached"]) == (1, 0, None), unknown
    office.good("city", "POST", "/api/v1/targets",
                {"values": f"county,target,day,value\n110105,electricity,{day},1200\n"})
    office.stop()
    office.start()
    power = targets(office, day)["110105", "electricity"]
    assert (power["reached"], power["basis"], power["course"]) == (1200, "uploaded", "off_course"), power
    assert set(targets(office, day, "second")) == {("110106", "electricity"), ("110106", "emission")}


def warning_is_answered(office, client):
    warning = office.good("city", "POST", "/api/v1/warnings", {"colour": "yellow", "reason": "会商"})
    path = "/api/v1/warnings/" + warning["id"]
    held = office.good("city", "POST", path + "/consult", {
        "participants": [{"name": "张伟", "unit": "监测站"}], "reason": "一致同意",
        "generation": warning["generation"]})["warning"]
    office.good("signer", "POST", path + "/sign", {"generation": held["generation"]})
    for county, enterprise in ((110105, "e1"), (110106, "e2")):
        order = office.good("city", "GET", f"/api/v1/orders/{enterprise}")
        client.publish(f"qingkong/1/{county}/{enterprise}/receipt", json.dumps({
            "order": order["order"], "revision": order["revision"], "state": "received",
            "at": datetime.datetime.now(CHINA).isoformat(timespec="seconds"), "by": "班长", "note": ""}))
    wait_for("both receipts", lambda: office.good("city", "GET", "/api/v1/receipts")["total"] == 2)
    return warning["id"]


def hear(office, who, edition):
    """All that is sent from the first event on, up to one that everybody hears: a new edition in use."""
    connection = http.client.HTTPConnection("127.0.0.1", office.port, timeout=30)
    connection.request("GET", "/api/v1/events?after=0", headers={"Authorization": "Bearer " + office.tokens[who]})
    answer = connection.getresponse()
    heard = []
    while not heard or heard[-1]["data"].get("edition") != edition:
        line = answer.readline().decode()
        if line.startswith("data: "):
            heard.append(json.loads(line[6:]))
    connection.close()
    return heard


def people_of_a_county_see_their_own(office, warning):
    # The last word is one for all: a new edition of the inventory.
    more = {**TABLES, "enterprises.csv": TABLES["enterprises.csv"] + "e3,丙厂,110105,水泥,C,regular\n"}
    edition = office.good("city", "POST", "/api/v1/inventories", {"name": "next", "files": more})["edition"]
    about = lambda heard: {one["data"]["enterprise"] for one in heard if one["kind"] == "receipt"}
    first, second = hear(office, "first", edition), hear(office, "second", edition)
    assert about(first) == {"e1"} and about(second) == {"e2"}, (first, second)
    assert all(any(one["data"].get("warning") == warning for one in heard) for heard in (first, second))
    receipts = lambda who: {one["detail"]["enterprise"] for one in office.good(
        who, "GET", "/api/v1/audit?per_page=1000")["items"] if one["action"] == "order.receipt"}
    assert receipts("city") == {"e1", "e2"} and receipts("first") == {"e1"} and receipts("second") == {"e2"}
    subjects = [one["subject"] for one in office.good("first", "GET", "/api/v1/audit?per_page=1000")["items"]]
    assert warning in subjects, "what concerns the whole region is everybody's"
    for who, own, other in (("first", "甲厂", "乙厂"), ("second", "乙厂", "甲厂")):
        report = office.good(who, "GET", f"/api/v1/warnings/{warning}/report")
        assert report["receipts"]["orders"] == 1 and other not in json.dumps(report, ensure_ascii=False), report
    assert office.good("city", "GET", f"/api/v1/warnings/{warning}/report")["receipts"]["orders"] == 2


def a_county_cannot_fill_the_book(office):
    """A list of a thousand receipts is one answer: what a county says is short, and of what there is."""
    say = lambda **more: office.call("first", "POST", "/api/v1/orders/e1/receipts",
                                     {"by": "门卫", "state": "received", **more})
    before = office.good("first", "GET", "/api/v1/receipts")["total"]
    for revision in range(1000, 1010):
        assert say(revision=revision)[0] == 409, "a revision that was never issued"
    assert say(note="长" * 10_000)[0] == 422
    assert office.good("first", "GET", "/api/v1/receipts")["total"] == before


def the_season_has_the_city_before_its_counties(office, day):
    start = datetime.datetime.combine(day, datetime.time(), CHINA)
    hours = [(start + datetime.timedelta(hours=i)).isoformat() for i in range(24)]
    rows = [f"{region},{at},{pm25},{pm25}\n" for region, pm25 in ((110000, 180), (110105, 40)) for at in hours]
    office.good("feed", "POST", "/api/v1/observations", ("region,time,pm25,pm10\n" + "".join(rows)).encode(),
                kind="text/csv")
    season = lambda who: office.good(who, "GET", f"/api/v1/targets/season?from={day}&as_of={day}")["items"]
    of_all = season("city")
    told = [(one["code"], one["rank"], one["all"]["heavy_days"], one["all"]["pm25_mean"]) for one in of_all[:2]]
    assert told == [("110000", None, 1, 180), ("110105", 1, 0, 40)], told
    assert [one["code"] for one in season("first")] == ["110105"], "a county reads of its own"


def main():
    qingkongd, mosquitto = sys.argv[1:3]
    port = free_port()
    with Office(qingkongd, PEOPLE, TABLES, broker_port=port) as office:
        config = office.folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n"
                          + ("user root\n" if os.geteuid() == 0 else ""))
        broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
        try:
            wait_for("the broker", lambda: listens(port))
            wait_for("the daemon at it", lambda: office.metric("qingkong_broker_up") == 1)
            client = Client(port, "fleet", lambda topic, text: None)
            targets_are_followed(office, client, yesterday())
            the_season_has_the_city_before_its_counties(office, yesterday())
            wait_for("the daemon at it again", lambda: office.metric("qingkong_broker_up") == 1)
            people_of_a_county_see_their_own(office, warning_is_answered(office, client))
            a_county_cannot_fill_the_book(office)
        finally:
            broker.terminate()
            broker.wait()
    print("followed by meters and stacks, unknown where they do not tell; each county sees its own")
    return 0


if __name__ == "__main__":
    sys.exit(main())
