"""A JSON Schema of answers read into the model: ours by the marks beside it, others by their keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from skills.forms.model.form import Definition
from skills.forms.sources.assemble import Imported
from skills.forms.sources.making import Making

_FORMATS = {"email": "email", "uri": "url", "date": "date", "time": "time", "date-time": "date_time"}
Schema = Mapping[str, Any]


def is_schema(told: Schema) -> bool:
    return isinstance(told.get("properties"), Mapping) and "json-schema.org" in str(told.get("$schema", ""))


def read(told: Schema) -> Imported:
    """Properties are questions, in the order the schema tells."""
    making = Making()
    made = {name: item for name, item in _items(told, making) if item}
    order = told.get("x-order") or [{"section": "page_1", "title": "", "items": list(made)}]
    sections = [
        {
            "id": making.id(str(each["section"]), "section"),
            "title": each.get("title", ""),
            "items": [made[name] for name in each["items"] if name in made],
        }
        for each in order
    ]
    whole = {
        "title": str(told.get("title", "")), "description": str(told.get("description", "")), "sections": sections,
        "languages": told.get("x-languages") or ["en"], "translations": told.get("x-translations") or {},
    }  # fmt: skip
    return Imported(Definition.model_validate(whole), notes=tuple(making.notes))


def _items(told: Schema, making: Making) -> Iterator[tuple[str, dict[str, Any]]]:
    needed = {
        *told.get("required", ()),
        *(n for rule in told.get("allOf", ()) for n in rule["then"].get("required", ())),
    }
    properties: Mapping[str, Schema] = told["properties"]
    for name, each in properties.items():
        owner = name.removesuffix("_other")
        if owner != name and owner in properties:
            continue  # the free answer beside a choice
        made = _item(name, each, making)
        if f"{name}_other" in properties and "options" in made:
            made |= {"other": True, "options": [o for o in made["options"] if o["value"] != "other"]}
        if (name in needed or each.get("x-required")) and made["type"] not in {"calculated", "repeat"}:
            made["required"] = True
        yield name, made


def _item(name: str, told: Schema, making: Making) -> dict[str, Any]:
    made = {
        "id": making.id(name, "question"),
        "label": str(told.get("title") or name),
        "help": str(told.get("description", "")),
        "show_if": str(told.get("x-show-if", "")),
        **_shape(told, str(told.get("x-type") or _guessed(told)), making),
    }
    return {key: value for key, value in made.items() if value not in (None, "", [])}


def _guessed(told: Schema) -> str:
    kind = told.get("type")
    if "oneOf" in told or "enum" in told:
        return "dropdown"
    if kind == "array":
        return "repeat" if told.get("items", {}).get("type") == "object" else "multiple_choice"
    if kind == "string":
        return _FORMATS.get(str(told.get("format")), "short_text")
    return {"integer": "number", "number": "number", "boolean": "yes_no"}.get(str(kind), "short_text")


def _shape(told: Schema, kind: str, making: Making) -> dict[str, Any]:
    match kind:
        case "number" | "currency":
            step = told.get("x-step")
            decimals = 0 if told.get("type") == "integer" else next((n for n in range(10) if step == 10**-n), None)
            return {"type": kind, "min": told.get("minimum"), "max": told.get("maximum"), "decimals": decimals,
                    "default": told.get("default"), "unit": told.get("x-unit")}  # fmt: skip
        case "scale" | "rating":
            return {"type": kind, "min": told.get("minimum", 1), "max": told.get("maximum", 5),
                    "default": told.get("default")}  # fmt: skip
        case "single_choice" | "dropdown" | "multiple_choice" | "ranking":
            return _choice(told, kind)
        case "matrix":
            return _matrix(told)
        case "file":
            return {"type": kind, "max_files": told.get("maxItems", 1)}
        case "repeat":
            inner = [item for _, item in _items(told["items"], making) if item["type"] != "repeat"]
            counts = {"min_count": told.get("minItems", 0), "max_count": told.get("maxItems", 100)}
            return {"type": kind, "items": inner, **counts}
        case "calculated":
            return {"type": kind, "expression": '""'}
        case "short_text" | "long_text" | "email" | "phone" | "url":
            pattern = re.sub(r"^\^\(\?:(.*)\)\$$", r"\1", str(told.get("pattern", "")))
            return {"type": kind, "min_length": told.get("minLength"), "max_length": told.get("maxLength"),
                    "pattern": pattern, "default": told.get("default")}  # fmt: skip
        case "yes_no":
            return {"type": kind, "default": told.get("default")}
        case "name" | "address":
            return {"type": kind, "required": bool(told.get("required"))}
        case _:
            return {"type": kind}


def _choice(told: Schema, kind: str) -> dict[str, Any]:
    is_many = kind in {"multiple_choice", "ranking"}
    listed: Schema = told.get("items", {}) if is_many else told
    made = {"type": kind, "options": _options(listed)}
    least = told.get("minItems")
    counts = {"min_count": None if kind == "ranking" and least == len(made["options"]) else least}
    return made | (counts | {"max_count": told.get("maxItems")} if is_many else {})


def _matrix(told: Schema) -> dict[str, Any]:
    rows: Mapping[str, Schema] = told.get("properties", {})
    first: Schema = next(iter(rows.values()), {})
    is_many = first.get("type") == "array"
    return {
        "type": "matrix", "multiple": is_many, "required": bool(told.get("required")),
        "rows": [{"value": value, "label": str(row.get("title", value))} for value, row in rows.items()],
        "columns": _options(first.get("items", {}) if is_many else first),
    }  # fmt: skip


def _options(told: Schema) -> list[dict[str, Any]]:
    if "enum" in told:
        return [{"value": str(each)[:64], "label": str(each)} for each in told["enum"]]
    return [{"value": str(each.get("const"))[:64], "label": str(each.get("title", each.get("const")))}
            for each in told.get("oneOf", ())]  # fmt: skip
