#!/usr/bin/env python3
"""When each alert of packaging/monitoring/alerts.yml fires and when it does not.

    alerts_test.py PROMTOOL

A case is (series, minute, whether it fires): series are names without 'qingkong_' with a value per minute in promtool's
notation ('0x9 1x60': ten times 0, then 1). Each alert has cases on both sides of its threshold and of its time; promtool
evaluates the rules as they ship.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ALERTS = pathlib.Path(__file__).resolve().parents[2] / "packaging/monitoring/alerts.yml"

JUMP_AT = 65  # minutes; every window but the longest is full of samples by then


def jump(count, minutes=300):
    return f"0x{JUMP_AT - 1} {count}x{minutes}"


def counted(name, enough, window):
    """Fires when `name` rises by so much within the window (minutes), not for one less, and ends by itself."""
    return [({name: jump(enough)}, JUMP_AT + 5, True), ({name: jump(enough - 1)}, JUMP_AT + 5, False),
            ({name: jump(enough)}, JUMP_AT + window + 5, False)]


def held(name, bad, good, minutes):
    """Fires when `name` has been `bad` for so long, not before, and not while it is `good`."""
    turns = {name: f"{good}x9 {bad}x300"}
    soon = [(turns, 10 + minutes - 1, False)] if minutes else []
    return soon + [(turns, 10 + minutes + 1, True), ({name: f"{good}x300"}, 10 + minutes + 1, False)]


def intake(arrived, taken_in="0x120", rejected="0x120", held_back="0x120", set_aside="0x120"):
    return {"messages_arrived_total": arrived, "messages_taken_in_total": taken_in, "messages_rejected_total": rejected,
            "messages_held_total": held_back, "messages_set_aside_total": set_aside}


def turned_away(calls, uploads, listeners):
    return {"calls_over_share_total": jump(calls), "uploads_refused_total": jump(uploads),
            "event_listeners_refused_total": jump(listeners)}


RISING = "0+10x120"
DAY_AND_TWO_HOURS = 26 * 60

CASES = {
    "QingkongDown": held("up", 0, 1, 2),
    "QingkongNotScraped": [({}, 6, True), ({}, 4, False), ({"up": "0x10"}, 6, False)],
    "QingkongRestartsOften": [({"requests_total": "50 60 2 3 4 1 5 9 2 7x20"}, 10, True),
                              ({"requests_total": "50 60 2 3 4 1 5 9x20"}, 10, False)],
    "QingkongStoodStill": counted("standstills_total", 1, 60),
    "QingkongClockWrong": held("clock_behind_seconds", 3600, 0, 1),
    "QingkongClockJumped": counted("clock_jumps_total", 1, 60),
    "QingkongRequestsFailed": counted("requests_failed_total", 1, 15),
    "QingkongConfigurationRefused": held("config_last_reload_good", 0, 1, 5),

    "QingkongStoreDamaged": held("store_whole", 0, 1, 0),
    "QingkongStoreStuck": [({"store_decisions": "500x60", "store_pending": "3x60"}, 20, True),
                           ({"store_decisions": "500x60", "store_pending": "0x60"}, 20, False),
                           ({"store_decisions": "500+1x60", "store_pending": "3x60"}, 20, False),
                           ({"store_decisions": "500x60", "store_pending": "3x14 0x30"}, 20, False)],
    "QingkongStoreSlow": [({"store_pending": "0x9 21x60"}, 26, True), ({"store_pending": "0x9 21x60"}, 23, False),
                          ({"store_pending": "0x9 20x60"}, 26, False), ({"store_pending": "90 90 90 0 90x60"}, 9, False)],
    "QingkongAuditBroken": held("audit_breaks", 1, 0, 0),

    "QingkongBrokerDown": held("broker_up", 0, 1, 2),
    "QingkongBrokerUnsteady": [({"broker_up": "1x50 0 1 0 1 0 1x60"}, 60, True), ({"broker_up": "1x50 0 1 0 1 0x60"}, 60, False),
                               ({"broker_up": "1x50 0 1 0 1 0 1x60"}, 90, False)],
    "QingkongLinkTakenOver": counted("link_take_overs_total", 1, 60),
    "QingkongBrokerDropped": counted("broker_dropped_total", 1, 60),

    "QingkongOrdersWaiting": [({"orders_unpublished": "0x9 5x60", "orders_set_aside": "0x9 4x60"}, 16, True),
                              ({"orders_unpublished": "0x9 5x60", "orders_set_aside": "0x9 4x60"}, 14, False),
                              ({"orders_unpublished": "0x9 5x60", "orders_set_aside": "0x9 5x60"}, 16, False)],
    "QingkongOrdersSetAside": held("orders_set_aside", 1, 0, 1),
    "QingkongOrderTampered": counted("order_topics_tampered_total", 1, 60),
    "QingkongOrdersMissingAtBroker": counted("orders_missing_total", 1, 60),
    "QingkongOrderRetriesMany": counted("order_retries_total", 20, 15),
    "QingkongPhoneListWaits": held("phone_list", 1, 0, 120),
    "QingkongNoticesNotTaken": counted("notice_retries_total", 4, 60),
    "QingkongOrdersBesideNotTaken": counted("orders_not_taken_beside_total", 10, 60),
    "QingkongTasksNotTaken": counted("tasks_not_taken_total", 4, 60),

    "QingkongIntakeStuck": [(intake(RISING), 30, True), (intake("0x120"), 30, False),
                            (intake(RISING, taken_in=RISING), 30, False), (intake(RISING, rejected=RISING), 30, False),
                            (intake(RISING, held_back=RISING), 30, False), (intake(RISING, set_aside=RISING), 30, False)],
    "QingkongIntakeBehind": held("intake_queue", 10001, 10000, 10),
    "QingkongIntakeHeldBack": [({"intake_waits_total": "0+1x100"}, 30, True), ({"intake_waits_total": "0+1x100"}, 10, False),
                               ({"intake_waits_total": jump(1)}, JUMP_AT + 14, False),
                               ({"intake_waits_total": jump(1)}, JUMP_AT + 16, False)],
    "QingkongBacklogLong": held("intake_backlog", 1, 0, 15),
    "QingkongJournalLarge": held("journal_bytes", 4294967297, 4294967296, 5),
    "QingkongJournalRecordsLost": [({"journal_records_lost_total": "1x10"}, 0, True),
                                   ({"journal_records_lost_total": "0x10"}, 5, False)],
    "QingkongMessageSetAside": [({"messages_set_aside_total": "1x10"}, 0, True),
                                ({"messages_set_aside_total": "0x10"}, 5, False)],
    "QingkongMessagesRejectedMany": [
        ({"messages_arrived_total": "0+100x60", "messages_rejected_total": "0+11x60"}, 40, True),
        ({"messages_arrived_total": "0+100x60", "messages_rejected_total": "0+9x60"}, 40, False),
        ({"messages_arrived_total": "0+10x60", "messages_rejected_total": "0+3x60"}, 40, False)],
    "QingkongSenderOverLimit": counted("messages_over_limit_total", 1, 15),
    "QingkongNoReadings": [({"readings_total": "0+10x100 1000x600"}, 140, True), ({"readings_total": "0+10x100 1000x600"}, 125, False),
                           ({"readings_total": "0+10x100 1000x600"}, 500, False), ({"readings_total": "0x600"}, 140, False)],
    "QingkongMetersFallSilent": [({"meters_silent": "5x100 25x100"}, 115, True), ({"meters_silent": "5x100 25x100"}, 105, False),
                                 ({"meters_silent": "5x100 25x100"}, 170, False), ({"meters_silent": "5x100 24x100"}, 115, False)],
    "QingkongEnterprisesOffline": [({"enterprises_online": "20x60 13x60"}, 80, True), ({"enterprises_online": "20x60 13x60"}, 70, False),
                                   ({"enterprises_online": "20x60 14x60"}, 80, False), ({"enterprises_online": "9x60 1x60"}, 80, False)],

    "QingkongDevicesGone": [({"hj212_links": "8x60 3x60"}, 80, True), ({"hj212_links": "8x60 3x60"}, 70, False),
                            ({"hj212_links": "8x60 4x60"}, 80, False), ({"hj212_links": "3x60 0x60"}, 80, False)],
    "QingkongDevicesTurnedAway": [({"hj212_links_refused_total": jump(6), "hj212_links_cut_total": jump(4)}, JUMP_AT + 5, True),
                                  ({"hj212_links_refused_total": jump(6), "hj212_links_cut_total": jump(3)}, JUMP_AT + 5, False)],
    "QingkongFramesRefusedMany": [({"hj212_frames_taken_total": "0+10x100", "hj212_frames_refused_total": "0+1x100"}, 60, True),
                                  ({"hj212_frames_taken_total": "0+100x100", "hj212_frames_refused_total": "0+1x100"}, 60, False),
                                  ({"hj212_frames_taken_total": "0x100", "hj212_frames_refused_total": "0x50 20x50"}, 60, False)],
    "QingkongDevicesUnknown": [({"hj212_frames_unknown_total": jump(1)}, JUMP_AT + 11, True),
                               ({"hj212_frames_unknown_total": jump(1)}, JUMP_AT + 9, False),
                               ({"hj212_frames_unknown_total": jump(1)}, JUMP_AT + 65, False)],
    "QingkongFramesWithoutKey": counted("hj212_frames_keyless_total", 1, 60),
    "QingkongDeviceClocksOff": held("hj212_clocks_off", 1, 0, 30),
    "QingkongRawFramesLost": counted("hj212_raw_lost_total", 1, 60),

    # Never any forecast is told too, but not before there were 26 hours in which one could have come.
    "QingkongNoForecast": [({"forecasts_total": "0x60 5x2000"}, 70 + DAY_AND_TWO_HOURS, True),
                           ({"forecasts_total": "0x60 5x2000"}, 50 + DAY_AND_TWO_HOURS, False),
                           ({"forecasts_total": "0x2000"}, DAY_AND_TWO_HOURS, True),
                           ({"forecasts_total": "_x10 0x2000"}, DAY_AND_TWO_HOURS, False)],
    "QingkongForecastPullsFail": [({"forecast_pulls_failed_total": jump(3), "forecast_pulls_total": "0x300"}, JUMP_AT + 5, True),
                                  ({"forecast_pulls_failed_total": jump(2), "forecast_pulls_total": "0x300"}, JUMP_AT + 5, False),
                                  ({"forecast_pulls_failed_total": jump(3), "forecast_pulls_total": jump(1)}, JUMP_AT + 5, False)],
    "QingkongForecastRefused": counted("forecasts_refused_total", 1, 60),
    "QingkongNoObservations": [({"observation_hours_total": "0+1x120 120x1000"}, 490, True),
                               ({"observation_hours_total": "0+1x120 120x1000"}, 470, False),
                               ({"observation_hours_total": "0x1000"}, 490, False)],

    "QingkongFederationNotDelivered": counted("federation_not_delivered_total", 4, 60),
    "QingkongFederationRefused": counted("federation_refused_total", 1, 60),
    "QingkongFederationQueueLong": counted("federation_queues_long_total", 1, 60),

    "QingkongWrongTokens": counted("wrong_tokens_refused_total", 1, 10),
    "QingkongConnectionsFull": counted("http_connections_refused_total", 1, 10),
    "QingkongCallersTurnedAway": [(turned_away(4, 3, 3), JUMP_AT + 5, True), (turned_away(4, 3, 2), JUMP_AT + 5, False)],
    "QingkongRepeatsForgotten": counted("repeats_forgotten_total", 1, 60),
}


LONG = 180  # minutes


def promtool_tests():
    """All cases as files of 'promtool test rules', by name (JSON is YAML too).

    promtool evaluates every rule at every step of every test. So cases share a test, each as an instance of its own, and
    those that take hours are looked at every ten minutes. Where nothing at all may be scraped, the case is alone.
    """
    shared, alone, slow = [], [], []
    for alert, cases in CASES.items():
        for number, (series, minute, fires) in enumerate(cases):
            instance = f"{alert}-{number}"
            labels = f'{{instance="{instance}",job="qingkong"}}'
            inputs = [{"series": ("" if name == "up" else "qingkong_") + name + labels, "values": values}
                      for name, values in series.items()]
            is_alone = alert == "QingkongNotScraped"
            shown = f'alertname="{alert}"' + ("" if is_alone else f',instance="{instance}"')
            asked = {"expr": f'count by (alertname, instance) (ALERTS{{{shown},alertstate="firing"}})',
                     "eval_time": f"{minute}m", "exp_samples": [{"labels": f"{{{shown}}}", "value": 1}] if fires else []}
            (alone if is_alone else slow if minute > LONG else shared).append((inputs, asked))
    return {"cases.json": as_file("1m", [shared] + [[case] for case in alone]), "slow-cases.json": as_file("10m", [slow])}


def as_file(step, tests):
    return json.dumps({"rule_files": [str(ALERTS)], "evaluation_interval": step, "tests": [
        {"interval": "1m", "input_series": [one for inputs, _ in cases for one in inputs],
         "promql_expr_test": [asked for _, asked in cases]} for cases in tests]}, indent=1)


def alerts():
    """(name, expression) of every alert; promtool reads the file as YAML, and each expression is one line of it."""
    text = ALERTS.read_text(encoding="utf-8")
    found = re.findall(r"^ +- alert: (\w+)\n +expr: (.+)$", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"\balert:", text)) == len(dict(found)) > 0
    return found


def run_promtool(promtool, *arguments):
    done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"promtool {' '.join(map(str, arguments))}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"


def main():
    promtool = sys.argv[1]
    run_promtool(promtool, "check", "rules", ALERTS)
    names = {name for name, _ in alerts()}
    assert names == set(CASES), names ^ set(CASES)
    for name, cases in CASES.items():
        assert {fires for _, _, fires in cases} == {True, False}, f"{name} is not tried both ways"
    with tempfile.TemporaryDirectory(prefix="qk-alerts-") as place:
        for file, text in promtool_tests().items():
            path = pathlib.Path(place) / file
            path.write_text(text)
            run_promtool(promtool, "test", "rules", path)
    print(f"{len(CASES)} alerts fire and rest as they should, in {sum(map(len, CASES.values()))} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
