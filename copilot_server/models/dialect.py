"""Tool schemas as servers take them: plain enough for every one, or strict for those that hold a model to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from copilot_server.agent.messages import ToolSpec

Schema: TypeAlias = Mapping[str, Any]
_DROPPED = frozenset({"$defs", "$schema", "discriminator", "title"})
_AS_THEY_ARE = frozenset({"enum", "default", "examples", "required"})
_NULL: Schema = {"type": "null"}


def plain(schema: Schema) -> dict[str, Any]:
    """Without references, `oneOf`, `const` and discriminators, which many servers' grammars and templates reject."""
    return _plain(schema, schema.get("$defs", {}), ())


def strict(schema: Schema) -> dict[str, Any] | None:
    """In strict mode's subset: every field required, optional ones nullable; None where it cannot be said.

    Strict mode wants every object closed and every value typed, so fields of any name or any type cannot be said.
    """
    try:
        return _strict(plain(schema))
    except _CannotBeStrictError:
        return None


def tool_schema(spec: ToolSpec, *, wants_strict: bool) -> tuple[dict[str, Any], bool]:
    """The schema to send for a tool, and whether it is a strict one."""
    held = strict(spec.parameters) if wants_strict else None
    return (plain(spec.parameters), False) if held is None else (held, True)


def without_nulls(arguments: str, schema: Schema) -> str:
    """The arguments without the nulls that stand for fields left out in strict mode; malformed ones as they came."""
    try:
        sent = json.loads(arguments)
    except json.JSONDecodeError:
        return arguments
    return json.dumps(_pruned(sent, plain(schema)), ensure_ascii=False)


class _CannotBeStrictError(Exception):
    pass


def _plain(node: Any, definitions: Schema, within: tuple[str, ...]) -> Any:
    """`within` are the definitions spelt out around the node: one that holds itself is spelt out once."""
    if isinstance(node, list):
        return [_plain(item, definitions, within) for item in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in within:
            return {"description": "the same fields again"}
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _plain({**definitions[name], **beside}, definitions, (*within, name))
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "const":
            made["enum"] = [value]
        elif key == "properties":
            made[key] = {name: _plain(inner, definitions, within) for name, inner in value.items()}
        elif key in _AS_THEY_ARE:
            made[key] = value
        elif key not in _DROPPED:
            made["anyOf" if key == "oneOf" else key] = _plain(value, definitions, within)
    return made


def _strict(node: Schema) -> dict[str, Any]:
    made = {key: value for key, value in node.items() if key != "default"}
    if "anyOf" in node:
        return made | {"anyOf": [_strict(option) for option in node["anyOf"]]}
    if node.get("type") == "object":
        return made | _closed(node)
    if node.get("type") == "array":
        if not node.get("items"):
            raise _CannotBeStrictError
        return made | {"items": _strict(node["items"])}
    if "type" not in node and "enum" not in node:
        raise _CannotBeStrictError
    return made


def _closed(node: Schema) -> dict[str, Any]:
    if "properties" not in node or node.get("additionalProperties"):
        raise _CannotBeStrictError
    required = node.get("required", ())
    fields = {name: _strict(inner) for name, inner in node["properties"].items()}
    return {
        "properties": {
            name: inner if name in required else {"anyOf": [inner, _NULL]} for name, inner in fields.items()
        },
        "required": list(fields),
        "additionalProperties": False,
    }


def _pruned(sent: Any, schema: Schema) -> Any:
    schema = _option_for(sent, schema)
    if isinstance(sent, list):
        return [_pruned(item, schema.get("items", {})) for item in sent]
    if not isinstance(sent, Mapping):
        return sent
    fields, required = schema.get("properties", {}), schema.get("required", ())
    return {
        name: _pruned(value, fields.get(name, {}))
        for name, value in sent.items()
        if value is not None or name in required or name not in fields
    }


def _option_for(sent: Any, schema: Schema) -> Schema:
    """Of alternatives, the one whose fields are those sent: strict mode sends every field of the one it chose."""
    if not isinstance(sent, Mapping):
        lists = [option for option in schema.get("anyOf", ()) if option.get("type") == "array"]
        return lists[0] if lists else schema
    options = [_option_for(sent, option) for option in schema.get("anyOf", ())]
    fitting = [option for option in options if set(option.get("properties", ())) == set(sent)]
    return fitting[0] if fitting else schema
