#!/usr/bin/env python3
"""The OpenAPI files themselves: what is made from them is up to date, and each operation says all that callers need.
Whether the daemon does what they say is held against a running one in document_test.py.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

API = pathlib.Path(__file__).resolve().parents[2] / "daemon" / "api"
FILES = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (API / "openapi").glob("*.json")}
HAN = re.compile("[\u4e00-\u9fff]")


def whole(home, node):
    while "$ref" in node:
        file, pointer = node["$ref"].split("#")
        home = file or home
        node = FILES[home]
        for step in pointer.strip("/").split("/"):
            node = node[step]
    return node


def operations():
    for name, document in FILES.items():
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                yield name, path, method, operation


def texts(node, name):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name and isinstance(value, str):
                yield value
            else:
                yield from texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, name)


class Contract(unittest.TestCase):
    def test_what_is_made_from_it_is_up_to_date(self):
        self.assertEqual(subprocess.run([sys.executable, API / "generate.py", "--check"], check=False).returncode, 0)

    def test_an_operation_that_has_no_constant_stops_the_build(self):
        with tempfile.TemporaryDirectory() as place:
            copy = pathlib.Path(place) / "api"
            shutil.copytree(API / "openapi", copy / "openapi")
            shutil.copytree(API / "operations", copy / "operations")
            subjects = ";".join(name.removesuffix(".json") for name in FILES)

            def check():
                done = subprocess.run(["cmake", f"-DSUBJECTS={subjects}", f"-DAPI={copy}", f"-DSTAMP={copy / 'stamp'}",
                                       "-P", API / "check_operations.cmake"], capture_output=True, text=True, check=False)
                return done.returncode, done.stderr
            self.assertEqual(check(), (0, ""))
            header = copy / "operations" / "orders.hpp"
            lines = header.read_text(encoding="utf-8").splitlines(keepends=True)
            header.write_text("".join(line for line in lines if "kListOrders" not in line), encoding="utf-8")
            code, said = check()
            self.assertNotEqual(code, 0)
            self.assertIn("orders.hpp", said)
            header.unlink()
            self.assertNotEqual(check()[0], 0)

    def test_an_operation_without_a_handler_stops_the_build(self):
        sources = [path for path in API.parent.glob("**/*.cpp") if path.parent.name not in ("ctl", "command_line")]

        def check(some):
            with tempfile.TemporaryDirectory() as place:
                stamp = pathlib.Path(place) / "stamp"
                done = subprocess.run(["cmake", "-DSOURCES=" + ";".join(map(str, some)), "-DIDS=" + ";".join(map(str, API.glob("operations/*.hpp"))),
                                       f"-DSTAMP={stamp}", "-P", API / "check_handlers.cmake"],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode == 0, stamp.exists())
                return done.returncode, done.stderr
        self.assertEqual(check(sources), (0, ""))
        code, said = check([path for path in sources if path.name != "key_registry.cpp"])
        self.assertNotEqual(code, 0)
        self.assertIn("kListKeys", said)
        self.assertNotIn("kListOrders", said)

    def test_summaries_and_descriptions_are_in_both_languages_chinese_first(self):
        for name, document in FILES.items():
            for text in (*texts(document, "summary"), *texts(document["paths"], "description")):
                with self.subTest(f"{name}: {text}"):
                    chinese, _, english = text.partition(" / ")
                    self.assertTrue(HAN.search(chinese))
                    self.assertTrue(english and not HAN.search(english))

    def test_every_file_leads_where_it_points(self):
        for name, document in FILES.items():
            for pointer in texts(document, "$ref"):
                with self.subTest(f"{name}: {pointer}"):
                    self.assertTrue(whole(name, {"$ref": pointer}))

    def test_parameters_are_those_of_the_path(self):
        for name, path, method, operation in operations():
            with self.subTest(f"{method} {path}"):
                given = [whole(name, one) for one in operation.get("parameters", [])]
                self.assertEqual(sorted(re.findall(r"{(\w+)}", path)), sorted(one["name"] for one in given if one["in"] == "path"))

    def test_what_may_go_wrong_is_said(self):
        for name, path, method, operation in operations():
            with self.subTest(f"{method} {path}"):
                answers = set(operation["responses"])
                self.assertLessEqual({"400", "default"}, answers)
                self.assertEqual({"401", "403"} <= answers, "security" in operation)
                if "{" in path:
                    self.assertIn("404", answers)
                if method == "post":
                    self.assertLessEqual({"409", "413", "415", "422"}, answers)
                    headers = [one["name"] for one in (whole(name, one) for one in operation.get("parameters", []))
                               if one["in"] == "header"]
                    # What is told once is kept nowhere, so it cannot be told again.
                    self.assertEqual(headers, [] if "x-secret-answer" in operation else ["Idempotency-Key"])

    def test_every_kind_of_event_is_described_and_no_other(self):
        described = next(one["x-events"] for _, _, _, one in operations() if "x-events" in one)
        sources = {path: path.read_text(encoding="utf-8") for path in API.parent.glob("**/*.cpp")
                   if "agent" not in path.parts}  # a program of its own
        everything = "".join(sources.values())
        # Of the steps of a warning the second half of the name stands in the source.
        for kind in described:
            with self.subTest(kind):
                self.assertTrue(f'"{kind}"' in everything or f'"{kind.removeprefix("warning.")}"' in everything)
        told = {f"warning.{word}" for words in re.findall(r"> k(?:Applied|Told)\{([^}]*)\}", everything)
                for word in re.findall(r'"(\w+)"', words)}
        self.assertGreater(len(told), 10)
        for call in re.findall(r"\b(?:append_event|tell|note_arrival)\(([^;]*);", everything):
            told.update(re.findall(r'"([a-z]+[.a-z_-]*)"', call.split("{")[0]))
        self.assertGreater(len(told), 40)
        self.assertEqual(told - set(described), set())

    def test_lists_have_pages(self):
        for name, path, method, operation in operations():
            good = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
            parts = whole(name, good).get("allOf", [])
            if any(one.get("$ref", "").endswith("/Page") for one in parts):
                with self.subTest(f"{method} {path}"):
                    names = {whole(name, one)["name"] for one in operation["parameters"]}
                    self.assertLessEqual({"page", "per_page"}, names)
            if any(one.get("$ref", "").endswith("/CursorPage") for one in parts):
                with self.subTest(f"{method} {path}"):
                    names = {whole(name, one)["name"] for one in operation["parameters"]}
                    self.assertLessEqual({"page", "per_page", "cursor"}, names)
                    self.assertIn("422", operation["responses"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
