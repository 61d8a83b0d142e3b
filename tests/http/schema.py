"""The part of JSON Schema that the OpenAPI document uses. faults() names every place that does not fit."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def is_a(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def whole(document, node):
    """What stands where a reference leads; anything else as it is."""
    while "$ref" in node:
        steps = node["$ref"].removeprefix("#/").split("/")
        node = document
        for step in steps:
            node = node[step]
    return node


def one_of_all(document, schemas):
    """allOf as one object: what each of them says of members, together."""
    merged = {"type": "object", "properties": {}, "required": []}
    for one in (whole(document, schema) for schema in schemas):
        merged["properties"].update(one.get("properties", {}))
        merged["required"] += one.get("required", [])
    return merged


def faults(document, schema, value, place="$"):
    schema = whole(document, schema)
    if "allOf" in schema:
        schema = one_of_all(document, schema["allOf"])
    if "anyOf" in schema:
        tries = [faults(document, one, value, place) for one in schema["anyOf"]]
        return [] if [] in tries else tries[0]
    if "const" in schema and value != schema["const"]:
        return [f"{place} is {value!r}, not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is {value!r}, not one of {schema['enum']}"]
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(is_a(value, name) for name in wanted):
        return [f"{place} is {type(value).__name__}, not {wanted}"]
    found = []
    if isinstance(value, dict):
        found += [f"{place} lacks '{name}'" for name in schema.get("required", []) if name not in value]
        known = schema.get("properties")
        for name, member in value.items():
            inner = (known or {}).get(name, schema.get("additionalProperties"))
            if inner is None and known is not None:
                found.append(f"{place}.{name} is not described")
            elif inner:
                found += faults(document, inner, member, f"{place}.{name}")
    if isinstance(value, list):
        for at, item in enumerate(value):
            found += faults(document, schema.get("items", {}), item, f"{place}[{at}]")
    if schema.get("format") == "date-time" and isinstance(value, str) and not TIME.fullmatch(value):
        found.append(f"{place}: '{value}' is not a time with an offset")
    return found
