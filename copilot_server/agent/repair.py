"""Arguments a model sent wrong: forgiven where only the form is off, else explained so that it can repair them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from copilot_server.errors import ToolError

Schema = dict[str, Any]
_MAX_SHOWN = 60


def load(name: str, text: str) -> Any:
    """The arguments as JSON; raises ToolError that shows where the text stops being JSON."""
    try:
        sent = json.loads(text or "{}", strict=False)
    except json.JSONDecodeError as error:
        near = text[max(0, error.pos - 30) : error.pos + 30]
        raise ToolError(
            f"{name} did nothing: its arguments are not valid JSON ({error.msg} at character {error.pos}, "
            f"near {near!r}). Send one JSON object, complete."
        ) from error
    if isinstance(sent, str):
        return load(name, sent)
    if not isinstance(sent, dict):
        raise ToolError(f"{name} did nothing: its arguments must be one JSON object, not {_shown(sent)}.")
    return sent


def forgive(value: Any, schema: Schema, root: Schema | None = None) -> Any:
    """Mend form, never meaning: JSON in a string where an object or list belongs, one item where a list does."""
    root = root or schema
    node = _resolve(schema, root, value)
    wanted = node.get("type")
    if isinstance(value, str) and wanted in {"array", "object"}:
        value = _parsed(value, wanted)
    if wanted == "array":
        items = _resolve(node.get("items", {}), root, value)
        if isinstance(value, dict) or (isinstance(value, str) and items.get("type") == "string"):
            value = [value]
        if isinstance(value, list):
            return [forgive(item, node.get("items", {}), root) for item in value]
    if isinstance(value, dict) and "properties" in node:
        fields = node["properties"]
        return {name: forgive(inner, fields.get(name, {}), root) for name, inner in value.items()}
    return value


def _parsed(text: str, wanted: str) -> Any:
    kind = {"array": list, "object": dict}[wanted]
    try:
        inner = json.loads(text)
    except json.JSONDecodeError:
        return text
    return inner if isinstance(inner, (kind, dict)) else text


def _resolve(node: Schema, root: Schema, value: Any) -> Schema:
    while "$ref" in node:
        node = root.get("$defs", {}).get(node["$ref"].rpartition("/")[2], {})
    options = node.get("oneOf") or node.get("anyOf")
    if not options:
        return node
    resolved = [_resolve(option, root, value) for option in options]
    if isinstance(value, dict):
        tagged = [option for option in resolved if value.get("op") in _tags(option)]
        return tagged[0] if tagged else {}
    return resolved[0] if len({str(option.get("type")) for option in resolved}) == 1 else {}


def _tags(node: Schema) -> Sequence[str]:
    return node.get("properties", {}).get("op", {}).get("enum", ())


def explain(name: str, error: ValidationError, schema: Schema) -> str:
    """All faults at once, each with its place in the model's own spelling and what would be right."""
    lines = dict.fromkeys(f"- {_fault(details, schema)}" for details in error.errors(include_url=False))
    return "\n".join([f"{name} changed nothing; repair its arguments:", *lines, "Then call it again."])


def _fault(details: ErrorDetails, schema: Schema) -> str:
    tags = {tag for node in _every(schema) for tag in _tags(node)}
    steps = [step for step in details["loc"] if step not in tags]
    op = next((str(step) for step in details["loc"] if step in tags), None)
    place = _spelled(steps)
    match details["type"]:
        case "extra_forbidden":
            known = _fields(schema, op)
            return f"{place}: no such field{_near(str(steps[-1]), known) or _told(steps, schema)}"
        case "missing":
            return f"{place}: is required"
        case "union_tag_invalid":
            sent = str(details.get("ctx", {}).get("tag", ""))
            return f"{place}.op: {sent!r} is not one of {', '.join(map(repr, sorted(tags)))}{_near(sent, tags)}"
        case "union_tag_not_found":
            return f"{place}: needs an 'op', one of {', '.join(map(repr, sorted(tags)))}"
        case _:
            says = details["msg"].removeprefix("Value error, ")
            says = says[:1].lower() + says[1:]
            return f"{place}: {says}, not {_shown(details['input'])}"


def _spelled(steps: Sequence[int | str]) -> str:
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "arguments"


def _near(sent: str, known: Iterator[str] | set[str]) -> str:
    close = difflib.get_close_matches(sent, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _told(steps: Sequence[int | str], schema: Schema) -> str:
    """The fields of the call itself, which are few; of what lies inside, only near misses are worth the words."""
    names = ", ".join(map(repr, schema.get("properties", {})))
    return f"; its fields are {names}" if len(steps) == 1 and names else ""


def _fields(schema: Schema, op: str | None) -> set[str]:
    nodes = [node for node in _every(schema) if op is None or op in _tags(node)]
    return {field for node in nodes for field in node.get("properties", {})}


def _every(value: Any) -> Iterator[Schema]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _every(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _every(inner)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}… ({len(text)} characters)"
