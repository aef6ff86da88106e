"""JSON Schema 2020-12 of the answers, with the order and wording of the questions beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from skills.forms.model import expressions, items
from skills.forms.model.expressions import Node, Operation, Reference
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import BLOCK_FIELDS, OPTIONAL_BLOCK_FIELDS, ChoiceQuestion, Item
from skills.forms.model.walk import OTHER, other_key
from skills.forms.targets.losses import Exported, Loss
from skills.forms.versions import version_of

_FORMATS = {"email": "email", "url": "uri", "date": "date", "time": "time", "date_time": "date-time"}
_LOST = (
    "rules", "quiz", "expression", "max_megabytes", "accept", "placeholder", "sensitive", "message", "low", "high",
)  # fmt: skip
_NOT_ASKED = (items.StaticText, items.Image)


def export(definition: Definition) -> Exported:
    data = json.dumps(schema_of(definition), ensure_ascii=False, indent=2) + "\n"
    return Exported(data.encode(), tuple(carries(definition)))


def carries(definition: Definition) -> Iterator[Loss]:
    known = {item.id: item for item in items_of(definition)}
    for section in definition.sections:
        for field in ("show_if", "go_to"):
            if getattr(section, field):
                yield Loss(
                    f"section:{section.id}", field, "a schema knows no pages; their questions are never required"
                )
    for item in items_of(definition):
        yield from _item_losses(item, known)
    for field in ("quiz", "confirmation", "submit_url", "answers"):
        if getattr(definition, field):
            yield Loss("form", field, f"a schema of answers has no {field}")
    for section in definition.sections:
        if section.description:
            yield Loss(f"section:{section.id}", "description", "only its title stands in the order of questions")


def _item_losses(item: Item, known: dict[str, Item]) -> Iterator[Loss]:
    where = f"item:{item.id}"
    if item.show_if and _condition(expressions.parse(item.show_if), known) is None:
        yield Loss(where, "show_if", "the condition cannot be said in a schema; the question is not required")
    if isinstance(item, _NOT_ASKED):
        yield Loss(where, "type", "text and images hold no answer")
    lost = [
        "rules",
        "quiz",
        "expression",
        "max_megabytes",
        "accept",
        "placeholder",
        "sensitive",
        "message",
        "low",
        "high",
    ]
    if isinstance(item, (items.MomentQuestion, items.ChoiceQuestion, items.HiddenQuestion)):
        lost.append("default")
    if isinstance(item, items.Calculated):
        lost += ["unit", "decimals"]
    for field in lost:
        if getattr(item, field, None) not in (None, "", ()):
            yield Loss(where, field, f"{field} cannot be said in a schema")
    for field in ("earliest", "latest"):
        if getattr(item, field, None):
            yield Loss(where, field, "a schema has no bounds for dates")
    if any(option.exclusive for option in getattr(item, "options", ())):
        yield Loss(where, "options", "that an option excludes others is not said")


def schema_of(definition: Definition) -> dict[str, Any]:
    every = [item for section in definition.sections for item in section.items]
    known = {item.id: item for item in items_of(definition)}
    branching = {section.id for section in definition.sections if section.show_if} | _after_jumps(definition)
    free = {item.id for section in definition.sections if section.id in branching for item in section.items}
    made = _object(every, known, free)
    made |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:office-copilot:form:{version_of(definition)}",
        "title": definition.title,
        "description": definition.description,
        "x-languages": list(definition.languages),
        "x-order": [
            {"section": section.id, "title": section.title, "items": [item.id for item in section.items]}
            for section in definition.sections
        ],
        "x-translations": definition.translations,
    }
    return {key: value for key, value in made.items() if value not in ("", {}, [])}


def _after_jumps(definition: Definition) -> set[str]:
    """Sections a jump may skip: all after the first that has one."""
    first = next((index for index, section in enumerate(definition.sections) if section.go_to), None)
    return set() if first is None else {section.id for section in definition.sections[first + 1 :]}


def _object(listed: Iterable[Item], known: dict[str, Item], free: set[str]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    rules: list[dict[str, Any]] = []
    for item in listed:
        if isinstance(item, _NOT_ASKED):
            continue
        properties[item.id] = _property(item, known)
        if isinstance(item, ChoiceQuestion) and item.other:
            properties[other_key(item.id)] = {"type": "string", "minLength": 1}
            holds = {"contains": {"const": OTHER}} if item.type == "multiple_choice" else {"const": OTHER}
            test = {"properties": {item.id: holds}, "required": [item.id]}
            rules.append({"if": test, "then": {"required": [other_key(item.id)]}})
        if not getattr(item, "required", False) or item.id in free:
            continue
        if not item.show_if:
            required.append(item.id)
            continue
        condition = _condition(expressions.parse(item.show_if), known)
        if condition is not None:
            rules.append({"if": condition, "then": {"required": [item.id]}})
    made: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": required} if required else {}) | ({"allOf": rules} if rules else {})


def _property(item: Item, known: dict[str, Item]) -> dict[str, Any]:
    told = {"title": item.label, "description": item.help, "x-type": item.type, "x-show-if": item.show_if}
    told |= {"x-required": True} if getattr(item, "required", False) else {}  # also where an answer may be left out
    return {key: value for key, value in told.items() if value} | _shape(item, known)


def _shape(item: Item, known: dict[str, Item]) -> dict[str, Any]:
    match item:
        case items.TextQuestion():
            pattern = f"^(?:{item.pattern})$" if item.pattern else None
            return _given(
                type="string", format=_FORMATS.get(item.type), minLength=item.min_length, maxLength=item.max_length,
                pattern=pattern, default=item.default or None,
            )  # fmt: skip
        case items.NumberQuestion():
            return _number(item)
        case items.MomentQuestion(type="date_time"):  # our answers have no zone, which the format wants
            return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"}
        case items.MomentQuestion(type="time"):
            return {"type": "string", "pattern": r"^\d{2}:\d{2}"}
        case items.MomentQuestion():
            return {"type": "string", "format": "date"}
        case items.ScaleQuestion():
            return _given(type="integer", minimum=item.min, maximum=item.max, default=item.default)
        case items.YesNoQuestion():
            return _given(type="boolean", default=item.default)
        case items.ConsentQuestion():
            return {"const": True} if item.required else {"type": "boolean"}
        case items.ChoiceQuestion():
            return _choice(item)
        case _:
            return _composite(item, known)


def _composite(item: Item, known: dict[str, Item]) -> dict[str, Any]:
    match item:
        case items.MatrixQuestion():
            cell = _one_of(item.columns)
            cell = {"type": "array", "items": cell, "uniqueItems": True} if item.multiple else cell
            rows = {row.value: {"title": row.label, **cell} for row in item.rows}
            needed = {"required": list(rows)} if item.required else {}
            return {"type": "object", "properties": rows, "additionalProperties": False, **needed}
        case items.BlockQuestion():
            fields = BLOCK_FIELDS[item.type]
            needed = [field for field in fields if field not in OPTIONAL_BLOCK_FIELDS] if item.required else []
            parts = {field: {"type": "string"} for field in fields}
            return {"type": "object", "properties": parts, "additionalProperties": False, "required": needed}
        case items.FileQuestion():
            file = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
            return {"type": "array", "items": file, "maxItems": item.max_files}
        case items.Repeat():
            inner = _object(item.items, known, set())
            return {"type": "array", "items": inner, "minItems": item.min_count, "maxItems": item.max_count}
        case items.Calculated():
            return {"type": ["number", "string", "boolean", "null"], "readOnly": True}
        case _:
            return {"type": "string"}


def _number(item: items.NumberQuestion) -> dict[str, Any]:
    step = 10 ** -(item.decimals or 0) if item.decimals else None
    kind = "integer" if item.decimals == 0 else "number"
    made = _given(type=kind, minimum=item.min, maximum=item.max, default=item.default)
    # multipleOf would reject 0.07 in binary; the number of decimals is told, not enforced.
    return made | ({"x-step": step} if step else {}) | ({"x-unit": item.unit} if item.unit else {})


def _choice(item: ChoiceQuestion) -> dict[str, Any]:
    one = _one_of([*item.options, *([items.Option(value=OTHER, label=OTHER)] if item.other else [])])
    if item.type in {"single_choice", "dropdown"}:
        return one
    least = len(item.options) if item.type == "ranking" and item.min_count is None else item.min_count
    return _given(type="array", items=one, uniqueItems=True, minItems=least, maxItems=item.max_count)


def _one_of(options: Iterable[items.Option]) -> dict[str, Any]:
    return {"oneOf": [{"const": option.value, "title": option.label} for option in options]}


def _given(**keywords: Any) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}


def _condition(node: Node, known: dict[str, Item]) -> dict[str, Any] | None:
    """The expression as a schema that holds when it is true; None where a schema cannot say it."""
    match node:
        case Operation(sign="and" | "or" as sign, parts=parts):
            inner = [_condition(part, known) for part in parts]
            return None if None in inner else {"allOf" if sign == "and" else "anyOf": inner}
        case Operation(sign="not", parts=(part,)):
            inner_ = _condition(part, known)
            return None if inner_ is None else {"not": inner_}
        case Operation(sign="answered", parts=(Reference(name=name, group=""),)):
            return {"required": [name]}
        case Operation(sign=sign, parts=(Reference(name=name, group=""), expressions.Literal(value=value))):
            return _comparison(sign, name, value, known)
        case Reference(name=name, group=""):
            return _holds(name, {"const": True}) if isinstance(known.get(name), items.YesNoQuestion) else None
        case _:
            return None


def _comparison(sign: str, name: str, value: Any, known: dict[str, Item]) -> dict[str, Any] | None:
    item = known.get(name)
    if item is None or isinstance(item, items.Calculated):
        return None
    is_many = isinstance(item, ChoiceQuestion) and item.type in {"multiple_choice", "ranking"}
    same = {"contains": {"const": value}} if is_many else {"const": value}
    bounds = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
    match sign:
        case "=" | "in":
            return _holds(name, same)
        case "!=":
            return {"not": _holds(name, same)}
        case "contains" if is_many:
            return _holds(name, same)
        case _ if sign in bounds and isinstance(value, float):
            return _holds(name, {bounds[sign]: value})
        case _:
            return None


def _holds(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {name: schema}, "required": [name]}
