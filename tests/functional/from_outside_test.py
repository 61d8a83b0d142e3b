#!/usr/bin/env python3
"""What comes from outside by file and by fetch: the daemon reads nothing else, writes nowhere else, goes nowhere else.

    from_outside_test.py QINGKONGD

Into the folder of forecasts somebody puts links, a pipe, a device, a file of terabytes and traps where the daemon
writes: each is moved aside by its name, nothing outside is read or changed, and a good file beside them is taken.
A forecast server redirects the pull to another: the other hears nothing, least of all the key, and what a server
wrote is not shown to anybody. A redirect within the server is followed where that is allowed.
"""
import contextlib
import datetime
import http.server
import os
import sys
import threading

from office import Office, wait_for

PEOPLE = {"feed": (["feed"], ""), "reader": (["auditor"], "")}
KEY = "X-Api-Key: very-secret"


def folder_with_traps(office):
    folder = office.folder / "in"
    folder.mkdir()
    (folder / "refused").mkdir()
    victim = office.folder / "victim"
    victim.write_text("precious")
    os.symlink(office.folder / "signing.key", folder / "a-link.csv")
    os.link(victim, folder / "b-twin.csv")
    os.mkfifo(folder / "c-pipe.csv")
    os.symlink("/dev/zero", folder / "d-zero.csv")
    with open(folder / "e-sparse.csv", "wb") as out:
        out.truncate(1 << 40)
    (folder / "f-bad.csv").write_text("nonsense\n")
    for trap in ("f-bad.csv", "f-bad.csv.faults.txt", "f-bad.csv.faults.txt.part"):
        os.symlink(victim, folder / "refused" / trap)
    (folder / "g\nname.csv").write_text("nonsense\n")
    issue = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y%m%dT%H00")
    (folder / f"h-good_{issue}.csv").write_text(good_daily())
    return folder, victim


def good_daily():
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    return "region,date,aqi\n" + "".join(
        f"110000,{today + datetime.timedelta(days=day)},{120 + day}\n" for day in range(1, 6))


def a_folder_full_of_traps(qingkongd):
    office = Office(qingkongd, PEOPLE)
    folder, victim = folder_with_traps(office)
    config = office.folder / "qingkong.toml"
    config.write_text(config.read_text() + f'[forecasts]\nfolder = "{folder}"\nscan_seconds = 1\n')
    with office:
        wait_for("the good file", lambda: list((folder / "done").glob("h-good_*.csv")))
        wait_for("all others moved", lambda: all(path.is_dir() for path in folder.iterdir()))
        assert victim.read_text() == "precious" and "11" * 32 in (office.folder / "signing.key").read_text()
        assert (folder / "refused" / "a-link.csv").is_symlink() and (folder / "refused" / "f-bad.2.csv").exists()
        assert "f-bad.csv" in (folder / "refused" / "f-bad.csv.faults.2.txt").read_text()
        refused = {line["file"]: line["why"] for line in office.logged("FORECAST_REFUSED")}
        for name, why in (("a-link.csv", "is a link"), ("b-twin.csv", "second name"), ("c-pipe.csv", "is a pipe"),
                          ("d-zero.csv", "is a link"), ("e-sparse.csv", "longer than 67108864 bytes")):
            assert why in refused[name], refused
        assert "1111" not in (office.folder / "log").read_text(), "a secret that was linked to is shown"
        assert office.call("reader", "GET", "/api/v1/forecasts")[1]["total"] == 1


class Server:
    """Answers each path with what it is told, and keeps the heads that it got."""

    def __init__(self, answers):
        self.heads = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.heads.append((self.path, self.headers.get("X-Api-Key")))
                status, headers, body = answers[self.path]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def a_pull_goes_nowhere_else(qingkongd):
    with contextlib.ExitStack() as stack:
        other = Server({"/internal": (200, {}, "internal page: password=hunter2")})
        stack.callback(other.close)
        away = {"Location": f"http://127.0.0.1:{other.port}/internal"}
        server = Server({"/away": (302, away, "see there: hunter2"), "/error": (500, {}, "stack trace: hunter2"),
                         "/file": (302, {"Location": "file:///etc/passwd"}, ""), "/home": (302, {"Location": "/daily"}, ""),
                         "/round": (302, {"Location": "/round"}, ""), "/stay": (302, {"Location": "/daily"}, ""),
                         "/daily": (200, {}, good_daily())})
        stack.callback(server.close)
        office = Office(qingkongd, PEOPLE)
        (office.folder / "header").write_text(KEY + "\n")
        os.chmod(office.folder / "header", 0o600)
        config = office.folder / "qingkong.toml"
        pulls = [("/away", "true"), ("/error", "true"), ("/file", "true"), ("/home", "true"), ("/round", "true"),
                 ("/stay", "false")]
        config.write_text(config.read_text() + "".join(
            f'[[forecasts.pull]]\nsource = "s{number}"\nurl = "http://127.0.0.1:{server.port}{path}"\n'
            f'header_file = "{office.folder}/header"\nredirects = {follows}\n'
            for number, (path, follows) in enumerate(pulls)))
        stack.enter_context(office)

        def states():
            items = office.good("reader", "GET", "/api/v1/forecasts/pulls")["items"]
            return {one["source"]: one for one in items} if all(one["state"] != "waiting" for one in items) else None
        stood = wait_for("all pulls", states)
        assert other.heads == [], "another server was asked"
        assert all(key == "very-secret" for _, key in server.heads), server.heads
        assert [stood[f"s{number}"]["state"] for number in range(6)] == [
            "failed", "failed", "failed", "taken", "failed", "failed"], stood
        assert "not followed" in stood["s0"]["why"] and "not followed" in stood["s5"]["why"], stood
        assert "redirects" in stood["s4"]["why"], stood
        shown = str(stood) + (office.folder / "log").read_text()
        assert "hunter2" not in shown and "very-secret" not in shown


def main():
    a_folder_full_of_traps(sys.argv[1])
    a_pull_goes_nowhere_else(sys.argv[1])
    print("links, pipes, devices, traps and redirects: nothing else was read, written or asked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
