#!/usr/bin/env python3
"""What is made from the OpenAPI files in openapi/: operation_ids.hpp and account_operation_ids.hpp for the handlers,
console/src/shared/wire.d.ts for the console's
scripts and whoever else calls the API from TypeScript.

    generate.py            writes both
    generate.py --check    writes nothing; 1 where one of them is not up to date
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
IDS = HERE / "operation_ids.hpp"
# Of log-in and the duty room, which look their operations up by themselves: whatever is added there leaves the other services as they are.
ACCOUNT_IDS = HERE / "account_operation_ids.hpp"
TYPES = HERE.parent / "console" / "src" / "shared" / "wire.d.ts"
NAMES = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null",
         "object": "{ [name: string]: unknown }", "array": "unknown[]"}


def files():
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "openapi").glob("*.json"))}


def operations(documents):
    for document in documents.values():
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                yield path, method, operation


def operation_ids(documents, what, name):
    ids = sorted(operation["operationId"] for _, _, operation in operations(documents))
    lines = "".join(f'    "{one}",\n' for one in ids)
    return f"""// Made by generate.py from openapi/{what}; do not edit. {name}
#pragma once

#include <string_view>

namespace qk::daemon {{

// clang-format off
inline constexpr std::string_view {"kOperationIds" if what == "*.json" else "kAccountOperationIds"}[] = {{
{lines}}};
// clang-format on

}}  // namespace qk::daemon
"""


def type_of(schema):
    if "$ref" in schema:
        return schema["$ref"].split("/")[-1]
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    for key, sign in (("allOf", " & "), ("anyOf", " | "), ("oneOf", " | ")):
        if key in schema:
            return sign.join(type_of(one) for one in schema[key])
    words = schema.get("type", "any")
    words = [words] if isinstance(words, str) else words
    return " | ".join(type_of_word(schema, word) for word in words)


def type_of_word(schema, word):
    if word == "array" and schema.get("items"):
        inner = type_of(schema["items"])
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if word == "object" and "properties" in schema:
        return members_of(schema)
    if word == "object" and schema.get("additionalProperties"):
        return "{ [name: string]: " + type_of(schema["additionalProperties"]) + " }"
    return NAMES.get(word, "unknown")


def members_of(schema):
    required = schema.get("required", [])
    members = [f"{json.dumps(name) if not name.isidentifier() else name}{'' if name in required else '?'}: {type_of(one)}"
               for name, one in schema["properties"].items()]
    return "{ " + "; ".join(members) + " }" if members else "{}"


def resolved(documents, home, node):
    while "$ref" in node:
        file, pointer = node["$ref"].split("#")
        node, home = documents[file or home], file or home
        for step in pointer.strip("/").split("/"):
            node = node[step]
    return node


def answer_of(operation):
    kinds = []
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            word = type_of(content["schema"]) if media.endswith("json") else "string"
            if status.startswith("2") and word not in kinds:
                kinds.append(word)
    return " | ".join(kinds) or "unknown"


def body_of(operation):
    content = operation.get("requestBody", {}).get("content", {})
    words = [type_of(one["schema"]) if media == "application/json" else "string" for media, one in content.items()]
    return " | ".join(dict.fromkeys(words)) or "undefined"


def call_of(documents, home, path, method, operation):
    asked = {"path": {}, "query": {}, "header": {}}
    for one in operation.get("parameters", []):
        one = resolved(documents, home, one)
        asked[one["in"]][one["name"]] = one
    groups = []
    for place in ("path", "query"):
        required = [name for name, one in asked[place].items() if one.get("required")]
        schema = {"properties": {name: one["schema"] for name, one in asked[place].items()}, "required": required}
        groups.append(f"    {place}: {members_of(schema)};\n")
    return (f"  /** {operation['summary']} */\n  {operation['operationId']}: {{\n    method: '{method.upper()}';\n"
            f"    url: '{path}';\n{''.join(groups)}    body: {body_of(operation)};\n    answer: {answer_of(operation)};\n  }};\n")


def declarations(documents):
    text = ["// Made by daemon/api/generate.py from daemon/api/openapi/*.json; do not edit. The API's types.\n\n"]
    schemas = {name: schema for document in documents.values()
               for name, schema in document.get("components", {}).get("schemas", {}).items()}
    for name in sorted(schemas):
        text.append(f"export type {name} = {type_of(schemas[name])};\n")
    events = next(operation["x-events"] for _, _, operation in operations(documents) if "x-events" in operation)
    text.append("\n/** What an event holds, by its kind. */\nexport interface EventData {\n")
    text += [f"  {json.dumps(kind)}: {type_of(schema)};\n" for kind, schema in sorted(events.items())]
    text.append("}\n\n/** The data of a server-sent event. */\nexport type StreamedEvent = { [Kind in keyof EventData]:\n"
                "  { number: number; at: string; kind: Kind; data: EventData[Kind] } }[keyof EventData];\n")
    text.append("\n/** Every operation by its id: how it is called and what it answers. */\nexport interface Operations {\n")
    calls = {operation["operationId"]: call_of(documents, home, path, method, operation)
             for home, document in documents.items() for path, method, operation in operations({home: document})}
    text += [calls[one] for one in sorted(calls)]
    return "".join(text) + "}\n"


def main():
    documents = files()
    apart = {name: documents[name] for name in ("accounts.json", "watch.json")}
    others = {name: one for name, one in documents.items() if name not in apart}
    made = {IDS: operation_ids(others, "*.json", "Every operation of the API by its id."),
            ACCOUNT_IDS: operation_ids(apart, "accounts.json and watch.json", "Log-in and duty room."), TYPES: declarations(documents)}
    if sys.argv[1:] == ["--check"]:
        old = [str(path) for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
        for path in old:
            print(f"{path}: 与 openapi/ 不一致，请运行 daemon/api/generate.py / is not what openapi/ says: run generate.py",
                  file=sys.stderr)
        return 1 if old else 0
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
