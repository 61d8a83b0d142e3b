#!/usr/bin/env python3
"""Small or well-formed uploads that were made to cost much: refused or read in seconds and in bounded memory, while an
approver looks at the orders as on any day.

    costly_test.py QINGKONGD
"""
import io
import pathlib
import socket
import sys
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "functional"))
from office import INVENTORY, Office, wait_for  # noqa: E402
from watch import ANSWER_MAX_S, Watch  # noqa: E402

SECONDS_MAX = 30
BINARY = "application/octet-stream"


def packed(parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def book(sheets, count=1):
    """`count` sheets, all of one part unless there are as many parts."""
    names = "".join(f'<sheet name="{name}" r:id="r{number}" sheetId="{number + 1}"/>' for number, name in
                    enumerate((list(sheets) * count)[:max(count, len(sheets))]))
    relations = "".join(f'<Relationship Id="r{number}" Type="x/worksheet" Target="s{number % len(sheets)}.xml"/>'
                        for number in range(max(count, len(sheets))))
    return packed({"xl/workbook.xml": f'<workbook xmlns:r="u:r"><sheets>{names}</sheets></workbook>',
                   "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
                   **{f"xl/s{number}.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
                      for number, rows in enumerate(sheets.values())}})


def rows_of(table):
    return "".join("<row>" + "".join(f'<c t="str"><v>{cell}</v></c>' for cell in row.split(",")) + "</row>"
                   for row in table.splitlines())


def one_part_in_200_sheets():
    return book({"lines": rows_of(INVENTORY["lines.csv"]) + " " * (15 << 20)}, 200)


def a_million_wrong_rows():
    wrong = '<row><c t="str"><v>E9</v></c><c t="str"><v>L</v></c><c t="str"><v>x</v></c></row>'
    return book({"enterprises": rows_of(INVENTORY["enterprises.csv"]),
                 "lines": rows_of(INVENTORY["lines.csv"]) + wrong * 1_000_000,
                 "area_emissions": rows_of(INVENTORY["area_emissions.csv"])})


def half_uploads(office):
    """Who begins uploads and never ends them has one of them in memory, and keeps nobody else out."""
    begun = []
    watch = Watch(office)
    watch.start()
    for _ in range(8):
        one = socket.create_connection(("127.0.0.1", office.port), 30)
        one.sendall(f"POST /api/v1/inventories HTTP/1.1\r\nHost: x\r\nContent-Type: {BINARY}\r\nContent-Length: {60 << 20}\r\n"
                    f"Authorization: Bearer {office.tokens['admin']}\r\n\r\n".encode())
        begun.append(one)
    begun[0].sendall(b"x" * (50 << 20))
    for one in begun[1:]:
        assert one.recv(12) == b"HTTP/1.1 429", "one upload at a time"
    assert office.metric("qingkong_uploads_refused_total") >= 7, "each is counted"
    assert any("127.0.0.1" in str(line) for line in office.logged("UPLOADS_FULL")), "and said, with where it came from"
    status, _ = office.call("feed", "POST", "/api/v1/forecasts?source=s", b"[" + b"0," * (1 << 20) + b"0]")
    assert status == 422, status
    for one in begun:
        one.close()
    wait_for("room again", lambda: office.call("admin", "POST", "/api/v1/inventories?name=a", b"PK" + b"x" * (2 << 20),
                                               kind=BINARY)[0] == 422)
    watch.end()
    print(f"half uploads: largest {watch.rss} MiB, slowest {watch.slowest * 1000:.0f} ms")
    watch.hold()


def main():
    people = {"admin": (["admin"], ""), "feed": (["feed"], ""), "approver": (["approver"], "")}
    uploads = [("one part in 200 sheets", "admin", "/api/v1/inventories?name=a", one_part_in_200_sheets(), BINARY),
               ("a million wrong rows", "admin", "/api/v1/inventories?name=a", a_million_wrong_rows(), BINARY),
               ("255 MiB of blanks", "admin", "/api/v1/inventories?name=a",
                book({f"x{n}": " " * (15 << 20) for n in range(17)}), BINARY),
               ("a list of zeros", "feed", "/api/v1/forecasts?source=s", b"[" + b"0," * (31 << 20) + b"0]", "application/json"),
               ("empty objects", "feed", "/api/v1/forecasts?source=s", b"[" + b'{"a":{}},' * (7 << 20) + b"0]", "application/json"),
               ("two rows of each of many regions", "feed", "/api/v1/observations",
                b"region,time,pm25\n" + b"".join(b"r%d,2020-01-01T00:00:00Z,1\nr%d,2021-12-30T00:00:00Z,1\n" % (n, n)
                                                 for n in range(20_000)), "text/csv"),
               ("empty lines", "admin", "/api/v1/inventories",
                b'{"name":"a","files":{"lines.csv":"' + b"\\n" * (15 << 20) + b'"}}', "application/json"),
               ("commas", "admin", "/api/v1/inventories",
                b'{"name":"a","files":{"lines.csv":"id\\n' + (b"," * 1000 + b"x\\n") * 20_000 + b'"}}', "application/json")]
    with Office(sys.argv[1], people, inventory=INVENTORY) as office:
        for name, who, target, body, kind in uploads:
            watch = Watch(office)
            watch.start()
            looks, over = [], threading.Event()

            def look():
                while not over.is_set():
                    begun = time.monotonic()
                    office.good("approver", "GET", "/api/v1/orders")
                    looks.append(time.monotonic() - begun)
                    time.sleep(0.02)
            looking = threading.Thread(target=look, daemon=True)
            looking.start()
            begun = time.monotonic()
            status, answer = office.call(who, "POST", target, body, kind=kind)
            took = time.monotonic() - begun
            over.set()
            looking.join()
            watch.end()
            print(f"{name}: {len(body)} bytes, {status} after {took:.1f} s; largest {watch.rss} MiB, slowest look "
                  f"{max(looks) * 1000:.0f} ms: {answer.get('detail', '')[:100]}", flush=True)
            assert status in (413, 422), answer
            assert len(answer.get("faults", [])) <= 1000
            assert took < SECONDS_MAX and max(looks) < ANSWER_MAX_S * 5, (took, max(looks))
            watch.hold()
        half_uploads(office)


main()
