#!/usr/bin/env python3
"""What the documents name is what the programs have: commands, options, configuration keys, routes, log ids, clauses.

    documents_test.py QINGKONGCTL QINGKONGD QINGKONG-AGENT

Each document is one file with both languages (packaging/documents/README.md). A command line is what a block marked sh or
a piece of code names; options and commands are looked up in the manual that the program prints, which is made of the same
table as --help. The cases in rules.md are run. Every check is first tried on a planted fault, so that one that has gone
blind is red.
"""
import functools
import glob
import json
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "packaging/documents"
SAMPLES = ("packaging/sample/qingkong.toml", "packaging/sample/agent.toml", "packaging/sample/people.toml",
           "daemon/ctl/region_folder/pack.toml", "plans/packs/packs/national.toml")
CONFIGURATION = "packaging/sample/qingkong.toml"
PROGRAM_NAMES = ("qingkongctl", "qingkongd", "qingkong-agent")
CHINESE = re.compile(r"[\u3400-\u9fff]")
CODE = re.compile(r"`([^`]+)`")
ROUTE = re.compile(r"(?:(GET|POST) )?(/(?:api|cap|public|healthz|readyz|metrics)[^\s,)]*)$")
KEY = re.compile(r"([a-z0-9_]+(?:\.[a-z0-9_]+)+)(?: = .*)?$")
FILE_ENDINGS = ("toml", "md", "json", "jsonl", "html", "csv", "conf", "key", "crt", "password", "public", "yaml",
                "fingerprint")


def read(path):
    return (SOURCE / path).read_text()


def documents():
    return {path.name: path.read_text() for path in sorted(FOLDER.glob("*.md"))}


def blocks_of(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def prose_of(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def code_of(text):
    """Pieces of code in the prose; one that is broken over two lines is put together."""
    return [re.sub(r"\s+", " ", piece) for piece in CODE.findall(prose_of(text))]


def command_lines_of(text):
    lines = [line for block in blocks_of(text, "sh") for line in block.splitlines()]
    return [line for line in lines + code_of(text) if line.split(" ")[0] in PROGRAM_NAMES and " " in line.strip()]


# ---- What the programs have ----

@functools.cache
def said_by(program, *words):
    return subprocess.run([PROGRAMS[program], *words], check=True, capture_output=True, text=True, timeout=100).stdout


def options_in_manual(roff):
    """Of each command, in words, its options."""
    found = {}
    plain = roff.replace("\\-", "-").replace("\\:", "")
    for section in plain.split("\n.SS ")[1:]:
        name, _, body = section.partition("\n")
        command = tuple(name.split()[1:])
        found[command] = set(re.findall(r"\\fB(--[a-z0-9-]+)\\fR", body))
        for length in range(len(command)):
            found.setdefault(command[:length], set())
    return found


def demands_in_manual(roff):
    """Of each command, from its line of usage: (how many arguments it must have, which options, which take a value)."""
    found = {}
    plain = roff.replace("\\-", "-").replace("\\:", "")
    for section in plain.split("\n.SS ")[1:]:
        name, _, body = section.partition("\n")
        usage = re.search(rf"^\\fB{re.escape(name)}\\fR(.*)$", body, re.M)
        must = re.sub(r"\[[^]]*\]", "", usage[1]) if usage else ""
        options = re.findall(r"\\fB(--[a-z0-9-]+)\\fR(?: \\fI)?", must)
        arguments = re.sub(r"\\fB--[a-z0-9-]+\\fR(?: \\fI[^\\]*\\fR)?", "", must)
        valued = set(re.findall(r"\\fB(--[a-z0-9-]+)\\fR \\fI", body))
        found[tuple(name.split()[1:])] = (arguments.count("\\fI"), set(options), valued)
    return found


def pasted_fault(line, demands):
    """What a command that is to be pasted leaves out."""
    words = words_of(line)
    command = next((tuple(words[:length]) for length in range(len(words), 0, -1) if tuple(words[:length]) in demands), None)
    if command is None:
        return "no command"
    arguments, options, valued = demands[command]
    given, places, skip = set(), 0, False
    for word in words[len(command):]:
        if skip:
            skip = False
        elif word.startswith("--"):
            given.add(word.split("=")[0])
            skip = word in valued
        else:
            places += 1
    if options - given:
        return f"lacks {sorted(options - given)}"
    return f"lacks an argument of {arguments}" if places < arguments else ""


def options_in_help(program):
    """The same of a program without a manual, from its --help."""
    whole = said_by(program, "--help")
    found = {(): set(re.findall(r"--[a-z0-9-]+", whole))}
    names = re.search(r"commands:\n(.*?)(\n\n|\Z)", whole, re.S)
    for name in re.findall(r"^  ([a-z0-9-]+)", names[1], re.M) if names else []:
        found[(name,)] = set(re.findall(r"--[a-z0-9-]+", said_by(program, name, "--help")))
    return found


def words_of(line):
    words = shlex.split(line, comments=True)
    return words[1:next((i for i, word in enumerate(words) if word in (">", ">>", "|", "&")), len(words))]


def command_fault(line, known):
    words = words_of(line)
    command = ()
    while words and command + (words[0],) in known:
        command += (words.pop(0),)
    has_commands = any(len(other) == len(command) + 1 and other[:-1] == command for other in known)
    if words and has_commands and not words[0].startswith("-"):
        return f"no command '{words[0]}'"
    for word in words:
        if word.startswith("--") and word.split("=")[0] not in known.get(command, set()) | {"--help", "--version"}:
            return f"no option {word}"
    return ""


def keys_of_sample(text):
    """Sections and keys, whether they stand as they count or as a comment."""
    section, found = "", set()
    for line in text.splitlines():
        head = re.match(r"(?:# ?)?\[\[?([a-z0-9_.]+)\]\]?(?:\s|$)", line)
        key = re.match(r"(?:# ?)?([a-z0-9_]+) = ", line)
        if head:
            section = head[1]
            found.add(section)
        elif key:
            found.add(f"{section}.{key[1]}" if section else key[1])
    return found


def key_fault(piece, configuration, sections):
    section = re.fullmatch(r"\[\[?([a-z0-9_.]+)\]\]?", piece)
    if section:
        return "" if section[1] in sections else f"no section [{section[1]}]"
    key = KEY.fullmatch(piece)
    if not key:
        return ""
    top, ending = key[1].split(".")[0], key[1].rsplit(".", 1)[1]
    if top not in configuration and ending in FILE_ENDINGS:
        return ""
    return "" if key[1] in configuration else f"no key {key[1]}"


def routes_of_openapi():
    routes = {}
    for path in sorted(glob.glob(str(SOURCE / "daemon/api/openapi/*.json"))):
        for route, methods in json.loads(pathlib.Path(path).read_text()).get("paths", {}).items():
            routes[re.sub(r"\{[^}]+\}", "{}", route)] = {method.upper() for method in methods}
    return routes


def route_fault(piece, routes):
    route = ROUTE.match(piece)
    if not route:
        return ""
    path = re.sub(r"\{[^}]+\}", "{}", route[2].split("?")[0])
    if path not in routes:
        return f"no route {route[2]}"
    return "" if route[1] is None or route[1] in routes[path] else f"no {route[1]} {route[2]}"


def severities():
    """Id and severity of each log message."""
    text = "".join(pathlib.Path(path).read_text() for path in glob.glob(str(SOURCE / "daemon/base/*messages.hpp")))
    return dict(re.findall(r'inline constexpr Message \w+\{\s*"(\w+)",\s*LogSeverity::k(\w+)', text))


# ---- The two languages ----

def is_chinese(block):
    bare = CODE.sub("", re.sub(r"\]\([^)]*\)", "", block))
    return len(CHINESE.findall(bare)) > len(bare) * 0.15


def language_faults(text):
    """Headings, paragraphs, lists and rows that stand in one language alone."""
    faults, counts, heading = [], [0, 0], "(top)"

    def close():
        if counts[0] != counts[1]:
            faults.append(f"{heading}: {counts[0]} Chinese and {counts[1]} English blocks")
        counts[:] = [0, 0]

    for block in re.split(r"\n{2,}", prose_of(text).strip()):
        first = block.splitlines()[0]
        if first.startswith("#"):
            close()
            heading = first
            halves = first.lstrip("# ").split(" / ")
            if len(halves) != 2 or not CHINESE.search(halves[0]):
                faults.append(f"{first}: not CHINESE / ENGLISH")
        elif first.startswith("|"):
            width = first.count("|")
            faults += [f"{heading}: {row}" for row in block.splitlines()
                       if row.count("|") != width or re.search(r"\|\s+\|", row)]
        else:
            items = re.findall(r"^(?:[-*]|\d+\.) .*(?:\n  .*)*", block, re.M) or [block]
            for item in items:
                counts[0 if is_chinese(item) else 1] += 1
    close()
    return faults


class Documents(unittest.TestCase):
    def none_of(self, faults):
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def check_all(self, pieces_of, fault_of, least):
        pieces = [(name, piece) for name, text in documents().items() for piece in pieces_of(text)]
        self.assertGreaterEqual(len(pieces), least)
        found = [(name, piece, fault_of(piece)) for name, piece in pieces]
        self.none_of([f"{name}: {piece}: {fault}" for name, piece, fault in found if fault])

    def test_every_command_and_option_is_known_to_the_program(self):
        known = {"qingkongctl": options_in_manual(said_by("qingkongctl", "manual")),
                 "qingkongd": options_in_help("qingkongd"), "qingkong-agent": options_in_help("qingkong-agent")}

        def fault(line):
            return command_fault(line, known[line.split(" ")[0]])

        for wrong in ("qingkongctl no-such", "qingkongctl warning no-such", "qingkongctl warning sign X --no-such",
                      "qingkongd --no-such", "qingkong-agent no-such"):
            self.assertTrue(fault(wrong), wrong)
        self.assertEqual(fault("qingkongctl warning sign X --reason Y > out"), "")
        self.check_all(command_lines_of, fault, 100)

    def test_what_is_pasted_leaves_nothing_out(self):
        demands = demands_in_manual(said_by("qingkongctl", "manual"))
        for wrong in ("qingkongctl warning sign", "qingkongctl warning sign --reason X", "qingkongctl duty snooze 12",
                      "qingkongctl order send X --reason Y"):
            self.assertTrue(pasted_fault(wrong, demands), wrong)
        self.assertEqual(pasted_fault("qingkongctl duty snooze 12 --until 2026-12-01T21:30", demands), "")

        def pasted(text):
            lines = [line for block in blocks_of(text, "sh") for line in block.splitlines()]
            return [line for line in lines if line.startswith("qingkongctl ")]

        self.check_all(pasted, lambda line: pasted_fault(line, demands), 80)

    def test_the_manual_has_what_help_says(self):
        known = options_in_manual(said_by("qingkongctl", "manual"))[("warning", "sign")]
        self.assertEqual(set(re.findall(r"--[a-z-]+", said_by("qingkongctl", "warning", "sign", "--help"))) - {"--help"},
                         known - {"--help"})

    def test_every_configuration_key_is_in_the_sample(self):
        configuration = keys_of_sample(read(CONFIGURATION))
        sections = {name for sample in SAMPLES for name in keys_of_sample(read(sample))}

        def fault(piece):
            return key_fault(piece, configuration, sections)

        self.assertTrue(fault("http.no_such"))
        self.assertTrue(fault("store.key"))
        self.assertTrue(fault("[no_such]"))
        self.assertEqual(fault("http.listen"), "")
        self.check_all(code_of, fault, 100)

    def test_every_route_is_in_the_openapi_document(self):
        routes = routes_of_openapi()
        for wrong in ("/api/v1/no-such", "POST /api/v1/receipts"):
            self.assertTrue(route_fault(wrong, routes), wrong)
        self.assertEqual(route_fault("POST /api/v1/cases/{number}/statement", routes), "")

        def routes_in(text):
            called = re.findall(r"call ((?:GET|POST) /\S+)", "\n".join(blocks_of(text, "sh")))
            return [piece for piece in code_of(text) if ROUTE.match(piece)] + called

        self.check_all(routes_in, lambda piece: route_fault(piece, routes), 15)

    def test_what_to_do_stands_beside_every_warning_and_error_of_the_log(self):
        known = severities()
        self.assertGreater(len(known), 80)
        rows = re.findall(r"^\| `([A-Z0-9_]+)` \|", (FOLDER / "log-lines.md").read_text(), re.M)
        self.assertEqual(sorted(rows), sorted(name for name, severity in known.items() if severity != "Info"))
        named = [(name, piece) for name, text in documents().items() for piece in code_of(text)
                 if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", piece)]
        self.none_of([f"{name}: {piece}" for name, piece in named if piece not in known])

    def test_roles_are_those_of_the_program(self):
        roles = set(re.findall(r'Role::k\w+, \{"([a-z_]+)"', read("daemon/access/person.cpp")))
        rows = re.findall(r"^\| `([a-z_]+)` \| [a-zA-Z ]+ \|", (FOLDER / "operation.md").read_text(), re.M)
        self.assertEqual(set(rows), roles)

    def test_topics_and_clauses_are_those_of_the_protocol(self):
        protocol = json.loads(read("plans/protocol/asyncapi.json"))
        text = (FOLDER / "protocol.md").read_text()
        topics = set(re.findall(r"`(qingkong/1/[^`]+)`", text))
        self.assertEqual(topics, {channel["address"] for channel in protocol["channels"].values()})
        clauses = set(re.findall(r"\b(?!UTF)[A-Z]{3}-\d+\b", text))
        self.assertGreater(len(clauses), 15)
        self.assertLessEqual(clauses, {clause["id"] for clause in protocol["x-clauses"]})

    def test_the_cases_of_the_lawyer_hold(self):
        cases = "".join(blocks_of((FOLDER / "rules.md").read_text(), "toml"))
        self.assertIn("[[plant.owes]]", cases)
        for text, code in ((cases, 0), (cases.replace('"201"', '"200"'), 1)):
            ended = subprocess.run([PROGRAMS["qingkongctl"], "pack", "test", "-"], input=text, text=True, timeout=100,
                                   capture_output=True)
            self.assertEqual(ended.returncode, code, ended.stdout + ended.stderr)

    def test_both_languages_say_the_same_things(self):
        good = "# 一 / One\n\n说明文字。\n\nWords.\n\n- 甲乙\n\n- both\n\n| 中文 | English |\n| --- | --- |\n"
        good += "| 甲 | a |"
        self.none_of(language_faults(good))
        for wrong in (good.replace(" / One", ""), good.replace("Words.\n\n", ""), good.replace("\n\n- both", ""),
                      good.replace("| a |", "| |")):
            self.assertNotEqual(language_faults(wrong), [], wrong)
        self.none_of([f"{name}: {fault}" for name, text in documents().items() for fault in language_faults(text)])

    def test_links_lead_somewhere_and_every_document_is_in_the_index(self):
        for name, text in documents().items():
            for link in re.findall(r"\]\(([^)#]+)\)", prose_of(text)):
                self.assertTrue("://" in link or (FOLDER / link).exists(), f"{name}: {link}")
        index = set(re.findall(r"\]\(([^)]+\.md)\)", (FOLDER / "README.md").read_text()))
        self.assertEqual(index, set(documents()) - {"README.md"})


if __name__ == "__main__":
    PROGRAMS = dict(zip(PROGRAM_NAMES, (pathlib.Path(word).resolve() for word in sys.argv[1:4])))
    unittest.main(argv=sys.argv[:1], verbosity=2)
