"""Odd values and odd bytes: what a hostile or broken sender puts where something else was meant. All from one
random.Random, so that a seed is a campaign."""
import io
import json
import zipfile

# As they stand in JSON, most of them not JSON at all.
TOKENS = ["1e400", "-1e400", "1e308", "-1e308", "1e-400", "99999999999999999999", "-9223372036854775808", "1.5", "-1", "0",
          "-0", "9" * 400, "9" * 3000, "0." + "3" * 3000, "NaN", "Infinity", "-Infinity", "nan", "+1", "0x10", "1e", "01",
          "null", "true", "[]", "{}", "[[]]", "[" * 40 + "]" * 40, "[" * 2000, '{"a":1,"a":2}', '{"' + "a" * 300 + '":1}',
          '""', '" "', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"' + "甲" * 2000 + '"', '"=1+1"', '"../../etc/passwd"',
          '"\\u001b[31m"', '"\\u202eabc"', '"\\ufeff"', '"A#1"', '"+"', '"#"', '"$SYS"', '"/"', '"a\\tb"', '"_x000D_"',
          '"9999-12-31T23:59:59+14:00"', '"0000-01-01T00:00:00Z"', '"2016-02-30T00:00:00Z"', '"2016-12-16T24:00:00+08:00"',
          '"2016-12-16T20:00:00-99:99"', '"1e400"', '"inf"', '"nan"', '"orange"', '"red"', '"yellow"', '"110000"',
          '"%00"', '"\'; DROP TABLE orders; --"', '"<script>alert(1)</script>"', '[1e400]', '{"t":1e400}', '"\xff"']
TEXTS = ["", " ", "inf", "nan", "1e400", "-1", "9" * 30, "0", "1", "9999-12-31T23:59:59Z", "0000-01-01", "甲", "\u202e", "=1+1",
         "../..", "%", "A#1", "+", "e1", "e2", "orange", "true", "110000", "x" * 300, "\x00", "\x1b[31m", "_x000D_"]


def tokens_into(chance, value, share=0.4):
    """JSON text of `value` with odd tokens in place of some of its members."""
    marks = []

    def walk(part):
        if isinstance(part, dict):
            made = {key: walk(one) for key, one in part.items() if chance.random() > 0.05}
            if chance.random() < 0.03:
                made["unknown"] = walk(1)
            return made
        if isinstance(part, list):
            return [walk(one) for one in part] * chance.choice([1, 1, 1, 0, 2, 30])
        if chance.random() < share:
            marks.append(chance.choice(TOKENS))
            return f"@{len(marks) - 1}@"
        return part

    text = json.dumps(walk(value), ensure_ascii=False)
    for place, token in enumerate(marks):
        text = text.replace(f'"@{place}@"', token)
    return text.encode("utf-8", "surrogatepass" if "\ud800" in text else "strict")


def bytes_into(chance, data):
    """The bytes with some of them flipped, cut, doubled or put elsewhere."""
    data = bytearray(data)
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] = chance.randrange(256)
        elif kind == 1:
            del data[at:at + chance.choice([1, 3, 20, 1000])]
        elif kind == 2:
            data[at:at] = data[at:at + chance.choice([1, 10, 200])]
        elif kind == 3:
            data[at:at] = chance.choice([b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b",", b"\n", b"1e400", b"nan", b"inf",
                                         b"=", b"\xc2\xa0", b"\xe3\x80\x80", b"[" * 50, b"9" * 50])
        else:
            del data[at:]
    return bytes(data)


def cells_into(chance, table):
    """A CSV with odd cells."""
    rows = [row.split(",") for row in table.splitlines()]
    for _ in range(chance.choice([1, 2, 5])):
        row = chance.choice(rows)
        if row:
            row[chance.randrange(len(row))] = chance.choice(TEXTS)
    text = "\n".join(",".join(row) for row in rows) + "\n"
    return text.encode("utf-8", "replace")


def workbook(chance, tables):
    """An .xlsx of the tables, with odd numbers, names and parts, and then perhaps with odd bytes."""
    sheets, relations, parts = "", "", {}
    for number, (name, table) in enumerate(tables.items()):
        target = f"s{0 if chance.random() < 0.05 else number}.xml"
        sheets += f'<sheet name="{name.split(".")[0]}" r:id="r{number}" sheetId="{number + 1}"/>'
        relations += f'<Relationship Id="r{number}" Type="x/worksheet" Target="{target}"/>'
        rows = ""
        for row in cells_into(chance, table).decode("utf-8", "replace").splitlines():
            cells = "".join('<c t="str"><v>%s</v></c>' % cell.replace("&", "&amp;").replace("<", "&lt;") if chance.random() < 0.9
                            else '<c><v>%s</v></c>' % chance.choice(["1e400", "nan", "-1", "45000.5", "9" * 40, "1e308", ""])
                            for cell in row.split(","))
            rows += "<row>" + "".join(c for c in cells if c >= " ") + "</row>"
        if chance.random() < 0.02:
            rows *= 2000
        parts[f"xl/s{number}.xml"] = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    if chance.random() < 0.1:
        parts["xl/s0.xml"] = "<worksheet>" + chance.choice(["<a>" * 100, " " * 4_000_000, '<!DOCTYPE x [<!ENTITY a "b">]>',
                                                            '<row r="99999999"/>', '<a b="' + "c" * 2_000_000 + '"/>'])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f'<workbook xmlns:r="u:r"><sheets>{sheets}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, text in parts.items():
            archive.writestr(name, text)
    data = packed.getvalue()
    return bytes_into(chance, data) if chance.random() < 0.4 else data
