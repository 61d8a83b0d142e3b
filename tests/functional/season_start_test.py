#!/usr/bin/env python3
"""A kiln that has stood by peak-shift for weeks when its bureau begins with this service.

    season_start_test.py QINGKONGD MOSQUITTO

Goal: who runs under an order is found out in the service's first winter too. Method: a real broker, a driven clock, the
readings of 25 days before the start, of which the kiln worked for nine and stood for sixteen by a window of the season.
It stands on, then works for half a day. Its normal load is that of the days before the window, not of the standstill.
"""
import datetime
import json
import sys

from bureau import Broker
from mqtt_client import Client
from office import Office, wait_for

PEOPLE = {"duty": (["duty_officer"], ""), "admin": (["admin"], "")}
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
START = datetime.datetime(2026, 12, 1, 8, tzinfo=BEIJING)
WINDOW = datetime.datetime(2026, 11, 15, tzinfo=BEIJING)
QUARTER = datetime.timedelta(minutes=15)
HOURS = lambda count: datetime.timedelta(hours=count)
WORKS_KW, STANDS_KW = 240, 8
INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category\ne1,砖厂,110105,砖瓦窑,C,regular\n",
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                 "e1,T1,隧道窑,窑,no,10,100,10,0\n",
    "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,T1,production,300,5\n",
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n",
    "season.toml": '[[window]]\nid = "brick"\nkind = "peak-shift"\nfrom = "2026-11-15"\nto = "2026-12-31"\n'
                   'trades = ["brick-kiln"]\nmeasure = { form = "stop" }\nsource = "样例"\ncertainty = "sample"\n',
}
MORE = (f'[clock]\nmode = "driven"\nstart = "{START.isoformat()}"\n'
        "[limits]\nmeter_readings_per_hour = 2000000\nenterprise_messages_per_minute = 2000000\n"
        "enterprise_rows_per_minute = 2000000\n")


class Kiln:
    def __init__(self, office, client):
        self.office, self.client, self.now, self.sent = office, client, START, 0

    def send(self, begin, end, kw):
        while begin < end:
            begin += QUARTER
            self.client.publish("qingkong/1/110105/e1/meter/m1", json.dumps({"t": begin.isoformat(), "kw": kw}))
            self.sent += 1
        self.client.wait_until_acknowledged(60)
        wait_for("the readings", lambda: self.office.metric("qingkong_readings_total") >= self.sent)

    def live(self, until, kw):
        while self.now < until:
            before, self.now = self.now, self.now + HOURS(2)
            self.office.good("admin", "POST", "/api/v1/clock", {"now": self.now.isoformat()})
            self.send(before, self.now, kw)

    def verdict_of(self, day):
        items = self.office.good("duty", "GET", "/api/v1/verdicts?enterprise=e1&limit=100")["items"]
        return next(one for one in items if one["window"]["from"].startswith(day) and one["line"] == "T1")


def main():
    qingkongd, mosquitto = sys.argv[1:3]
    broker = Broker(mosquitto)
    try:
        with Office(qingkongd, PEOPLE, INVENTORY, MORE, broker.port) as office:
            wait_for("the link", lambda: office.metric("qingkong_broker_up") == 1)
            kiln = Kiln(office, Client(broker.port, "factory"))
            kiln.send(START - HOURS(25 * 24), WINDOW, WORKS_KW)
            kiln.send(WINDOW, START, STANDS_KW)
            kiln.live(datetime.datetime(2026, 12, 3, 8, tzinfo=BEIJING), STANDS_KW)
            kiln.live(datetime.datetime(2026, 12, 3, 20, tzinfo=BEIJING), WORKS_KW)
            kiln.live(datetime.datetime(2026, 12, 4, 6, tzinfo=BEIJING), STANDS_KW)
            stood, worked = kiln.verdict_of("2026-12-02"), kiln.verdict_of("2026-12-03")
            assert stood["compliance"] == "compliant", stood["text"]
            assert worked["compliance"] == "breach" and "正常功率240kW" in worked["text"], worked["text"]
    finally:
        broker.close()
    print("a kiln that stood before the service began is judged by the days on which it worked")


if __name__ == "__main__":
    main()
