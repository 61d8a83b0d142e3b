#!/usr/bin/env python3
"""What people decided in a consultation stands until there is something new, in a running daemon.

    consultation_test.py QINGKONGD

Goal: the machine does not overrule a consultation on the forecast that the consultation saw. Method: a driven clock, one
source of forecasts, an hour of observed air after the other. Red is forecast. People correct days, or decide on a milder
level or an earlier end, or turn the proposal down and start a milder one by hand: for six hours nothing is asked of them
again; the next forecast that still shows red is put to them at once.
"""
import datetime
import sys

from office import Office

PEOPLE = {"duty": (["duty_officer"], ""), "signer": (["approver"], ""), "admin": (["admin"], ""), "feed": (["feed"], "")}
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
START = datetime.datetime(2026, 12, 3, 8, tzinfo=BEIJING)
HOURS = lambda count: datetime.timedelta(hours=count)
CALM, RED, CLEAN = 60, 290, 20  # µg/m³ of PM2.5; 290 is AQI 340
AHEAD_H, EPISODE_H, BEHIND_H = 24, 96, 48
QUIET_H = 6


def table(first, values):
    rows = (f"110000,{(first + HOURS(i)).isoformat()},{value},{value * 1.2:.0f}" for i, value in enumerate(values))
    return ("region,time,pm25,pm10\n" + "\n".join(rows) + "\n").encode()


class Desk:
    def __init__(self, office):
        self.office, self.now = office, START

    def post(self, who, path, body, **more):
        return self.office.good(who, "POST", path, body, **more)

    def observe(self, hours):
        self.post("feed", "/api/v1/observations", table(self.now - HOURS(hours), [CALM] * hours), kind="text/csv")

    def forecast(self):
        """The same episode as the first forecast saw it."""
        gone = int((self.now - START) / HOURS(1))
        values = [CALM] * (AHEAD_H - gone) + [RED] * EPISODE_H + [CLEAN] * BEHIND_H
        at = self.now.isoformat().replace("+", "%2B")
        self.post("feed", f"/api/v1/forecasts?source=eps&issued_at={at}", table(self.now, values), kind="text/csv")

    def hour(self):
        self.now += HOURS(1)
        self.post("admin", "/api/v1/clock", {"now": self.now.isoformat()})
        self.observe(1)

    def warning(self):
        return self.office.good("duty", "GET", "/api/v1/warnings")["items"][0]

    def on(self, step, who="duty", **more):
        one = self.warning()
        return self.post(who, f"/api/v1/warnings/{one['id']}/{step}", {"generation": one["generation"], **more})

    def consult(self, **more):
        self.on("consult", participants=[{"name": "张", "unit": "监测站"}], reason="会商一致", **more)

    def stays_quiet(self):
        for _ in range(QUIET_H):
            self.hour()
            pending = self.warning()["pending"]
            assert pending is None, f"{self.now}: {pending['kind']} {pending['colour']}: {pending['reason']}"

    def is_asked_again(self):
        self.forecast()
        pending = self.warning()["pending"]
        assert pending and (pending["kind"], pending["colour"]) == ("raise", "red"), pending


def corrected_days_are_the_forecast(desk):
    """Three days from AQI 340 to 280: the morning after is made of the last of them."""
    days = [{"day": f"2026-12-0{day}", "aqi": 280, "source": "eps", "why": "预报偏高"} for day in (5, 6, 7)]
    desk.consult(colour="orange", corrections=days)
    found = desk.office.good("duty", "GET", "/api/v1/situation")["assessment"]["proposal"]
    assert found["colour"] == "orange" and found["expected_to"] == "2026-12-08T08:00:00+08:00", found
    desk.on("sign", "signer", reason="同意")


def a_milder_level_is_the_decision(desk):
    desk.consult(colour="orange")
    desk.on("sign", "signer", reason="同意")


def an_earlier_end_is_the_decision(desk):
    desk.consult(colour="orange", expected_to="2026-12-07T08:00:00+08:00")
    desk.on("sign", "signer", reason="同意")


def what_was_turned_down_is_no_raise(desk):
    desk.on("reject", "signer", reason="预报偏高，不启动红色")
    desk.post("duty", "/api/v1/warnings", {"colour": "orange", "reason": "会商决定按橙色",
                                           "from": "2026-12-04T08:00:00+08:00", "expected_to": "2026-12-08T08:00:00+08:00"})
    desk.consult()
    desk.on("sign", "signer", reason="同意")


def the_notice_states_the_ground(desk):
    """Not what the last to sign wrote beside his name."""
    body = desk.office.good("duty", "GET", "/api/v1/notices")["items"][0]["body"]
    assert "同意" not in body and ("规定的条件（" in body or "会商决定按橙色" in body), body


def play(qingkongd, decide, asks_again=True):
    clock = f'[clock]\nmode = "driven"\nstart = "{START.isoformat()}"\n'
    with Office(qingkongd, PEOPLE, more=clock) as office:
        desk = Desk(office)
        desk.observe(72)
        desk.forecast()
        assert desk.warning()["pending"]["colour"] == "red", desk.warning()
        decide(desk)
        the_notice_states_the_ground(desk)
        desk.stays_quiet()
        if asks_again:
            desk.is_asked_again()
    print(decide.__name__)


def main():
    for decide in (corrected_days_are_the_forecast, a_milder_level_is_the_decision, an_earlier_end_is_the_decision):
        play(sys.argv[1], decide)
    # What was turned down is asked again a day later, whatever comes before (repeat_after_hours of the pack).
    play(sys.argv[1], what_was_turned_down_is_no_raise, asks_again=False)
    print("好 / good")


if __name__ == "__main__":
    main()
