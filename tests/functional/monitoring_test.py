#!/usr/bin/env python3
"""packaging/monitoring held against the daemon and a real Prometheus.

    monitoring_test.py QINGKONGD PROMETHEUS PROMTOOL

Every metric that an alert or a dashboard names is one that this daemon prints, and is used as what it is; what an alert
tells people to look at (log messages, paths, settings) exists. promtool takes the sample configuration. Then Prometheus
runs on it, with its addresses, files and intervals alone replaced: it scrapes a daemon over TLS with the token of an
account that may read nothing else, every rule evaluates, every query of the dashboards has an answer, and a token that is
gone is told. When alerts fire is for alerts_test.py.
"""
import contextlib
import json
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from alerts_test import ALERTS, alerts, run_promtool
from office import PATIENCE_S, Office, free_port, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "packaging" / "monitoring"
DASHBOARDS = sorted(SHIPPED.glob("dashboard-*.json"))
ACCOUNT = {"prometheus": (["addressee"], "")}
OF_PROMETHEUS = {"up", "ALERTS"}
WORDS_OF_PROMQL = {"and", "or", "unless", "on", "ignoring", "by", "without", "offset", "bool"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
TEMPLATES = {"$labels.instance", "$value", "$value | humanize1024", 'printf "%.0f" $value'}


def metrics_in(query):
    """The names of metrics of a query: what is left without texts, ranges, functions and words of the language."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", query)
    names = re.findall(r"(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\()", bare)
    return {name for name in names if name not in WORDS_OF_PROMQL}


def with_parts_of_histograms(kinds):
    parts = {name + part: "counter" for name, kind in kinds.items() if kind == "histogram"
             for part in ("_bucket", "_sum", "_count")}
    return {**kinds, **parts}


def faults_of_query(query, kinds):
    kinds = with_parts_of_histograms(kinds)
    faults = [f"{name}: the daemon prints no such metric" for name in metrics_in(query) - OF_PROMETHEUS - set(kinds)]
    for function, name in re.findall(r"\b(increase|resets|changes|max_over_time|min_over_time)\((\w+)", query):
        wanted = "counter" if function in ("increase", "resets") else "gauge"
        if kinds.get(name, wanted) != wanted:
            faults.append(f"{function}({name}): is a {kinds[name]}")
    return faults


def the_check_of_queries_sees():
    kinds = {"qingkong_a_total": "counter", "qingkong_b": "gauge", "qingkong_d": "histogram"}
    assert not faults_of_query("histogram_quantile(0.5, rate(qingkong_d_bucket[5m]))", kinds)
    assert len(faults_of_query("rate(qingkong_a_total_bucket[5m])", kinds)) == 1
    assert metrics_in('up{job="x"} == 0 and on (instance) (sum by (instance) (rate(a_b[5m])) > 1.5 * c offset 1h)') >= {"up", "a_b", "c"}
    assert not faults_of_query('increase(qingkong_a_total{x="qingkong_c"}[1h]) > 0 and up == 1', kinds)
    for wrong in ("qingkong_c > 0", "node_load1", "increase(qingkong_b[1h])", "changes(qingkong_a_total[1h])"):
        assert len(faults_of_query(wrong, kinds)) == 1, wrong


def panels():
    """(dashboard, panel) of every panel with queries."""
    for file in DASHBOARDS:
        board = json.loads(file.read_text(encoding="utf-8"))
        for panel in board["panels"]:
            if panel["type"] != "row":
                yield file.name, panel


def queries():
    """(where, query) of every query of the dashboards."""
    return [(f"{file}, {panel['title']}", target["expr"]) for file, panel in panels() for target in panel["targets"]]


def overlap(one, other):
    return (one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"] and
            one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"])


def dashboards_are_whole():
    assert len(DASHBOARDS) == 2
    uids = set()
    for file in DASHBOARDS:
        board = json.loads(file.read_text(encoding="utf-8"))
        uids.add(board["uid"])
        variables = {one["name"]: one for one in board["templating"]["list"]}
        assert variables["datasource"]["type"] == "datasource" and variables["datasource"]["query"] == "prometheus"
        ids = [panel["id"] for panel in board["panels"]]
        assert len(ids) == len(set(ids)), file.name
        places = [panel["gridPos"] for panel in board["panels"]]
        assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places), file.name
        assert not any(overlap(one, other) for number, one in enumerate(places) for other in places[:number]), file.name
    assert len(uids) == len(DASHBOARDS)
    for file, panel in panels():
        used = [panel["datasource"]] + [target["datasource"] for target in panel["targets"]]
        assert all(one == {"type": "prometheus", "uid": "${datasource}"} for one in used), (file, panel["title"])
        assert CHINESE.search(panel["title"] + panel["description"]) or panel["title"].isascii(), (file, panel["title"])
        names = [target["refId"] for target in panel["targets"]]
        assert len(names) == len(set(names)), (file, panel["title"])


class TlsOffice(Office):
    """Over TLS, its metrics for a token only, as a bureau would have it that scrapes from another machine."""

    def __init__(self, qingkongd):
        super().__init__(qingkongd, ACCOUNT)
        self.certificate = self.folder / "tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        "30", "-subj", "/CN=qingkong", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                        self.folder / "tls.key", "-out", self.certificate], check=True, stderr=subprocess.DEVNULL)
        os.chmod(self.folder / "tls.key", 0o600)
        config = self.folder / "qingkong.toml"
        config.write_text(config.read_text().replace(
            "[http]\n", f'[http]\nmetrics = "token"\ncertificate = "{self.certificate}"\nkey = "{self.folder}/tls.key"\n', 1))

    def ask(self, path, with_token=True):
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}")
        if with_token:
            request.add_header("Authorization", "Bearer " + self.tokens["prometheus"])
        trust = ssl.create_default_context(cafile=self.certificate)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S, context=trust) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def the_account_reads_metrics_alone(office):
    """What README.md says of the account that it recommends."""
    assert office.ask("/metrics", with_token=False)[0] == 401
    assert office.ask("/metrics")[0] == 200
    for path in ("/api/v1/warnings", "/api/v1/orders", "/api/v1/phone-list", "/api/v1/people", "/api/v1/audit"):
        assert office.ask(path)[0] == 403, path
    status, text = office.ask("/api/v1/tasks")
    assert status == 200 and json.loads(text)["items"] == [], text


def kinds_printed(office):
    return dict(re.findall(r"^# TYPE (\w+) (\w+)$", office.ask("/metrics")[1], re.MULTILINE))


def every_metric_is_printed(kinds):
    assert len(kinds) > 90, kinds
    named = alerts() + queries()
    faults = [f"{where}: {fault}" for where, query in named for fault in faults_of_query(query, kinds)]
    assert not faults, "\n".join(faults)


def what_people_are_told_exists(office):
    """Words for people, after what Prometheus has made of the file."""
    messages = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "daemon/base").glob("*messages.hpp"))
    paths = json.loads(office.ask("/api/v1/openapi.json")[1])["paths"]
    settings = (ROOT / "packaging/sample/qingkong.toml").read_text(encoding="utf-8")
    text = ALERTS.read_text(encoding="utf-8")
    told = set(re.findall(r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b", text))
    assert len(told) > 30 and all(f'"{word}"' in messages for word in told), sorted(
        word for word in told if f'"{word}"' not in messages)
    for path in re.findall(r"/api/v1/[a-z/-]+[a-z]", text):
        assert path in paths, path
    for section, key in re.findall(r"(?<!\[)\b(limits|hj212|federation|mqtt|http)\.([a-z_0-9]+)\b", text):
        assert re.search(rf"^#? ?\[+{section}\]", settings, re.MULTILINE) and re.search(rf"^#? ?{key} = ", settings, re.MULTILINE), key


def words_are_whole(rules):
    for rule in rules:
        words, name = rule["annotations"], rule["name"]
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert set(words) == {"summary", "meaning", "action"}, name
        for text in words.values():
            assert set(re.findall(r"\{\{ (.*?) \}\}", text)) <= TEMPLATES, text
            chinese, slash, english = text.partition(" / ")
            assert slash and CHINESE.search(chinese) and english and not CHINESE.search(english), text


def sample_configuration(office, folder):
    """The sample as it ships; replaced are the address, where files lie, and how long a test would wait."""
    (folder / "token").write_text(office.tokens["prometheus"] + "\n")
    text = (SHIPPED / "prometheus.yml").read_text(encoding="utf-8")
    for shipped, here in (("/etc/prometheus/qingkong-alerts.yml", ALERTS), ("/etc/prometheus/qingkong.token", folder / "token"),
                          ("/etc/prometheus/qingkong-ca.crt", office.certificate),
                          ("qingkong.example:8080", f"127.0.0.1:{office.port}"), ("interval: 15s", "interval: 1s")):
        assert shipped in text, shipped
        text = text.replace(shipped, str(here))
    file = folder / "prometheus.yml"
    file.write_text(text)
    return file


def the_other_job_is_good_too(promtool, file, folder):
    """The job for the same machine, which the sample has as a comment."""
    text = file.read_text()
    begin, end = text.index("  - job_name"), text.index("  # - job_name")
    comment = re.match(r"(?:  # .*\n)+", text[end:]).group(0)
    (folder / "local.yml").write_text(text[:begin] + comment.replace("  # ", "  "))
    run_promtool(promtool, "check", "config", folder / "local.yml")


class Prometheus:
    def __init__(self, program, config, folder):
        self.port = free_port()
        self.log = folder / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stderr=log, stdout=log, cwd=folder)

    def is_ready(self):
        """It listens before it has read what it stored, and says 503 until then."""
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=PATIENCE_S) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ask(self, path, **fields):
        address = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(fields)}"
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
                return json.loads(answer.read())["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path} {fields}: {error.read().decode()}") from error

    def values(self, query):
        return [float(one["value"][1]) for one in self.ask("query", query=query)["result"]]

    def rules(self):
        return [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]

    def alert(self, name):
        return next((one for one in self.ask("alerts")["alerts"] if one["labels"]["alertname"] == name), None)

    def close(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)


def rules_evaluate(prometheus):
    wait_for("Prometheus", prometheus.is_ready)
    wait_for("two scrapes of the daemon", lambda: prometheus.values('count_over_time(qingkong_broker_up[5m]) >= 2'))
    assert prometheus.values('up{job="qingkong"}') == [1]

    def evaluated():
        rules = prometheus.rules()
        assert all(rule["health"] != "err" for rule in rules), [rule for rule in rules if rule["health"] == "err"]
        return rules and all(rule["health"] == "ok" for rule in rules) and rules
    rules = wait_for("every rule", evaluated)
    assert {rule["name"] for rule in rules} == {name for name, _ in alerts()}
    return rules


def what_is_wrong_is_told(prometheus, office):
    """The daemon of this test has no broker."""
    told = wait_for("the broker that is down", lambda: prometheus.alert("QingkongBrokerDown"))
    assert told["annotations"]["summary"] == f"127.0.0.1:{office.port} 与消息服务器断开 / no link to the broker", told
    waiting = {alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"]}
    assert waiting == {"QingkongBrokerDown"}, f"of a daemon that lacks a broker alone: {waiting}"


def every_query_has_an_answer(prometheus):
    for where, query in queries():
        asked = query.replace("$instance", ".*").replace("$__rate_interval", "30s")
        assert "$" not in asked, query
        found = prometheus.values(asked)
        assert found or query.startswith("ALERTS"), f"{where}: {query} finds nothing"


def a_token_that_is_gone_is_told(prometheus, folder):
    (folder / "token").write_text("0" * 64 + "\n")
    wait_for("a refused scrape", lambda: prometheus.values('up{job="qingkong"}') == [0])
    wait_for("the alert", lambda: prometheus.alert("QingkongDown"))


def main():
    qingkongd, program, promtool = sys.argv[1:]
    the_check_of_queries_sees()
    dashboards_are_whole()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qk-monitoring-")))
        office = stack.enter_context(TlsOffice(qingkongd))
        config = sample_configuration(office, folder)
        run_promtool(promtool, "check", "config", config)
        the_other_job_is_good_too(promtool, config, folder)
        prometheus = Prometheus(program, config, folder)
        stack.callback(prometheus.close)
        the_account_reads_metrics_alone(office)
        every_metric_is_printed(kinds_printed(office))
        what_people_are_told_exists(office)
        words_are_whole(rules_evaluate(prometheus))
        what_is_wrong_is_told(prometheus, office)
        every_query_has_an_answer(prometheus)
        a_token_that_is_gone_is_told(prometheus, folder)
    print(f"{len(alerts())} alerts and {len(queries())} queries of dashboards: of metrics that are printed, and in use")
    return 0


if __name__ == "__main__":
    sys.exit(main())
