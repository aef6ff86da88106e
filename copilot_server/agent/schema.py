"""From typed arguments to the JSON Schema a model reads, as short as it can be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel

from copilot_server.agent.edit import Edit

Schema: TypeAlias = dict[str, Any]


def schema_of(arguments: type[BaseModel]) -> Schema:
    """The object schema, compact; edits marked rare are folded into one entry that points to `look_up`."""
    schema = _compact(_generated(arguments))
    rare = {edit.__name__: edit for edit in edits_in(arguments) if edit.is_rare}
    if rare:
        _fold(schema, rare)
    return _inlined(schema)


@cache
def full_schema_of(arguments: type[BaseModel]) -> Schema:
    """With rare edits in full, to read by what a model sent; shared, never change it."""
    return _inlined(_compact(_generated(arguments)))


@cache
def _generated(arguments: type[BaseModel]) -> Schema:
    """As pydantic writes it, which takes a tenth of a second for a room's edits; shared, never change it."""
    return arguments.model_json_schema()


def edits_in(arguments: type[BaseModel]) -> tuple[type[Edit[Any]], ...]:
    """Every edit class the arguments may hold, in the order of their union."""
    found: dict[type[Edit[Any]], None] = {}
    for field in arguments.model_fields.values():
        for leaf in _leaves(field.annotation):
            if isinstance(leaf, type) and issubclass(leaf, Edit):
                found[leaf] = None
    return tuple(found)


def name_of(edit: type[Edit[Any]]) -> str:
    """The value of `op` that names this edit."""
    return get_args(edit.model_fields["op"].annotation)[0]


def describe(edit: type[Edit[Any]]) -> Schema:
    """One edit's own schema, for `look_up`."""
    return _inlined(_compact(edit.model_json_schema()))


def _leaves(annotation: Any) -> Iterator[Any]:
    arguments = get_args(annotation)
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from _leaves(argument)


def _fold(schema: Schema, rare: Mapping[str, type[Edit[Any]]]) -> None:
    folded: Schema = {
        "type": "object",
        "description": "Less common edits: call look_up with the op first, then send its fields.",
        "properties": {"op": {"enum": [name_of(edit) for edit in rare.values()]}},
        "required": ["op"],
    }
    for node in _nodes(schema):
        options = node.get("oneOf")
        if options is None:
            continue
        kept = [option for option in options if option.get("$ref", "").rpartition("/")[2] not in rare]
        if len(kept) < len(options):
            node["oneOf"] = [*kept, folded]


def _nodes(value: Any) -> Iterator[Schema]:
    if isinstance(value, dict):
        yield value
        for inner in list(value.values()):
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _compact(value: Any, *, is_properties: bool = False) -> Any:
    """Without titles, null alternatives, null defaults and discriminators; a `const` becomes an `enum` of one.

    That objects are closed is left out too: every one is, and a field too many is explained when it comes.
    """
    if isinstance(value, list):
        return [_compact(item) for item in value]
    if not isinstance(value, dict):
        return value
    if is_properties:
        return {name: _compact(inner) for name, inner in value.items()}
    value = _without_null(value)
    short: Schema = {}
    for key, inner in value.items():
        is_silent = (key == "default" and inner is None) or (key == "additionalProperties" and not inner)
        if is_silent or key in {"title", "discriminator"}:
            continue
        if key == "const":
            short["enum"] = [inner]
        elif key == "description":
            short[key] = " ".join(str(inner).split())
        else:
            short[key] = _compact(inner, is_properties=key in {"properties", "$defs"})
    if "enum" in short and short.get("type") == "string":
        del short["type"]
    return short


def _without_null(node: Schema) -> Schema:
    options = [option for option in node.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == len(node.get("anyOf", [])):
        return node
    rest = {key: inner for key, inner in node.items() if key != "anyOf"}
    return {**options[0], **rest} if len(options) == 1 else {**rest, "anyOf": options}


def _inlined(schema: Schema) -> Schema:
    """Definitions used once put where they are used, unused ones dropped."""
    definitions: Schema = schema.pop("$defs", {})
    uses = _uses(schema, definitions)

    def placed(value: Any) -> Any:
        if isinstance(value, list):
            return [placed(item) for item in value]
        if not isinstance(value, dict):
            return value
        name = _referred(value)
        if uses.get(name) == 1:
            beside = {key: inner for key, inner in value.items() if key != "$ref"}
            return placed({**definitions[name], **beside})
        return {key: placed(inner) for key, inner in value.items()}

    kept = {name: placed(definitions[name]) for name in sorted(uses) if uses[name] > 1}
    return {**placed(schema), "$defs": kept} if kept else placed(schema)


def _uses(schema: Schema, definitions: Schema) -> dict[str, int]:
    """How often each definition is referred to from what is kept."""
    uses: dict[str, int] = {}
    waiting = [schema]
    while waiting:
        for node in _nodes(waiting.pop()):
            if name := _referred(node):
                if name not in uses:
                    waiting.append(definitions[name])
                uses[name] = uses.get(name, 0) + 1
    return uses


def _referred(node: Schema) -> str:
    reference = node.get("$ref", "")
    return reference.rpartition("/")[2] if isinstance(reference, str) else ""
