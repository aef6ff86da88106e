"""Single controls put together into items: the reverse of what `slots` takes apart, and a guess for foreign ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from skills.forms.model import ids
from skills.forms.model.form import Definition, Section
from skills.forms.model.items import BLOCK_FIELDS, ID_PATTERN, AnyItem, Item
from skills.forms.outline import kinds

_ITEM: TypeAdapter[Item] = TypeAdapter(AnyItem)
_ENTRY = re.compile(r"(\w+)\[(\d+)\]\.(.+)")
_YES_NO = ({"true", "false"}, {"yes", "no"})


@dataclass(frozen=True, slots=True)
class Found:
    """A control as a file has it; `kind` is a slot's kind or the type of an item, where the file says it."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    section: str = ""
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Imported:
    """`names` maps a slot of the model to the control's own name in the file; `notes` are for the user."""

    definition: Definition
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()


class Assembler:
    """Keeps the ids given out, and which control each slot came from."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.names: dict[str, str] = {}

    def items(self, listed: Iterable[Found], group: str = "") -> list[Item]:
        """In order of first appearance."""
        bundles: dict[str, list[Found]] = {}
        for each in listed:
            bundles.setdefault(_base(each.name), []).append(each)
        for name in [name for name in bundles if name.endswith("_other") and name.removesuffix("_other") in bundles]:
            bundles[name.removesuffix("_other")] += bundles.pop(name)
        return [self._item(name, bundle, group) for name, bundle in bundles.items()]

    def _item(self, base: str, bundle: list[Found], group: str) -> Item:
        entries = [match for each in bundle if (match := _ENTRY.fullmatch(each.name))]
        if entries:
            return self._repeat(base, bundle, entries)
        other = [each for each in bundle if each.name == f"{base}_other"]
        own = [each for each in bundle if each not in other]
        label = _common_label(own)
        made_id = self._id(base, label)
        data: dict[str, Any] = {"id": made_id, "label": label, **_shape(base, own)}
        if data["type"] != "calculated":
            data["required"] = any(each.is_required for each in own)
        if other and data["type"] in {"single_choice", "dropdown", "multiple_choice"}:
            # An option called "other" asks for words only where there is a field to write them in.
            data["other"] = True
            data["options"] = [each for each in data["options"] if each["value"] != "other"]
        for each in (*own, *other):
            self.names[f"{group}{made_id}{each.name[len(base) :]}"] = each.name
        return _ITEM.validate_python(data)

    def _repeat(self, base: str, bundle: list[Found], entries: list[re.Match[str]]) -> Item:
        first = [replace(each, name=m[3]) for each, m in zip(bundle, entries, strict=False) if m[2] == "0"]
        made_id = self._id(base, base)
        label = str(bundle[0].more.get("group", "")) or base.replace("_", " ").capitalize()
        count = 1 + max(int(match[2]) for match in entries)
        inner = self.items(first, f"{made_id}[0].")
        for match in entries:
            self.names[match[0]] = match[0]
        least = 1 if count > 1 or bundle[0].is_required else 0
        return _ITEM.validate_python({
            "type": "repeat", "id": made_id, "label": label, "items": [each.model_dump() for each in inner],
            "min_count": least, "max_count": max(count, int(bundle[0].more.get("max_count", count))),
        })  # fmt: skip

    def _id(self, name: str, label: str) -> str:
        is_own = re.match(ID_PATTERN, name) and name not in self.taken and name not in ids.RESERVED
        made = name if is_own else ids.fresh(label or name, self.taken)
        self.taken.add(made)
        return made


def definition_of(title: str, sections: Iterable[tuple[str, list[Found]]], notes: tuple[str, ...] = ()) -> Imported:
    """Sections in order, each with its title."""
    assembler = Assembler()
    made: list[Section] = []
    for heading, listed in sections:
        items = assembler.items(listed)
        if items:
            section_id = ids.fresh(heading or "section_1", assembler.taken, "section")
            assembler.taken.add(section_id)
            made.append(Section(id=section_id, title=heading, items=tuple(items)))
    return Imported(Definition(title=title, sections=tuple(made)), assembler.names, notes)


def _base(name: str) -> str:
    match = _ENTRY.fullmatch(name)
    return match[1] if match else re.split(r"[#.]", name, maxsplit=1)[0] if re.fullmatch(r"[\w#.-]+", name) else name


def _common_label(own: list[Found]) -> str:
    """ "Meals: Vegan" and "Meals: Halal" are about "Meals"."""
    if len(own) == 1 and not re.search(r"[#.]", own[0].name):
        return own[0].label or own[0].name
    heads = [each.label.partition(": ")[0] for each in own]
    return heads[0] or own[0].name


def _shape(base: str, own: list[Found]) -> dict[str, Any]:
    rests = [each.name[len(base) :] for each in own]
    if all(rest.startswith("#") for rest in rests):
        return {
            "type": "multiple_choice",
            "options": [_option(rest[1:], each) for rest, each in zip(rests, own, strict=True)],
        }
    if all(rest.startswith(".") for rest in rests):
        return _parts([rest[1:] for rest in rests], own)
    return _single(own[0])


def _option(value: str, each: Found) -> dict[str, str]:
    return {"value": value, "label": each.label.rpartition(": ")[2] or value}


def _parts(parts: list[str], own: list[Found]) -> dict[str, Any]:
    for kind, fields in BLOCK_FIELDS.items():
        if set(parts) <= set(fields):
            return {"type": kind}
    if all("#" in part for part in parts):
        rows = dict.fromkeys(part.partition("#")[0] for part in parts)
        columns = dict.fromkeys(part.partition("#")[2] for part in parts)
        row_labels = {p.partition("#")[0]: each.label.split(": ")[-2] for p, each in zip(parts, own, strict=True)}
        column_labels = {
            p.partition("#")[2]: each.label.rpartition(": ")[2] for p, each in zip(parts, own, strict=True)
        }
        return _matrix(rows, row_labels, columns, column_labels) | {"multiple": True}
    labels = {part: each.label.rpartition(": ")[2] for part, each in zip(parts, own, strict=True)}
    choices = dict(own[0].choices)
    if list(choices) == [f"{place}" for place in range(1, len(parts) + 1)]:
        return {"type": "ranking", "options": [{"value": part, "label": labels[part]} for part in parts]}
    return _matrix(dict.fromkeys(parts), labels, dict.fromkeys(choices), choices)


def _matrix(
    rows: Iterable[str], row_labels: Mapping[str, str], columns: Iterable[str], column_labels: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "type": "matrix",
        "rows": [{"value": row, "label": row_labels[row]} for row in rows],
        "columns": [{"value": column, "label": column_labels[column]} for column in columns],
    }


def _single(each: Found) -> dict[str, Any]:
    more = {key: value for key, value in each.more.items() if key not in {"group", "max_count"}}
    match each.kind:
        case "choice":
            return more | _choice(each)
        case "tick":
            is_agreed = kinds.by_wording(each.label, has_options=False) == "consent" or each.is_required
            return {"type": "consent" if is_agreed else "yes_no"}
        case "long":
            return {"type": "long_text"} | more
        case "signature":
            return {"type": "signature"}
        case "shown":
            return {"type": "calculated", "expression": '""'}
        case "text":
            return _worded(each) | more
        case kind:
            return {"type": kind} | more


def _choice(each: Found) -> dict[str, Any]:
    values = [value for value, _ in each.choices]
    if {value.lower() for value in values} in _YES_NO:
        return {"type": "yes_no"}
    numbers = [int(value) for value in values if re.fullmatch(r"-?\d{1,2}", value)]
    is_scale = len(numbers) == len(values) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    if is_scale and all(value == label for value, label in each.choices):
        return {"type": "scale", "min": numbers[0], "max": numbers[-1]}
    known: set[str] = set()
    options: list[dict[str, str]] = []
    for value, label in each.choices:
        if value not in known:
            known.add(value)
            options.append({"value": value[:64], "label": label})
    kind = each.more.get("type", "dropdown")
    return {"type": kind, "options": options}


def _worded(each: Found) -> dict[str, Any]:
    kind = kinds.by_wording(each.label, has_options=False)
    return {"type": kind if kind in {"email", "phone", "url", "date", "number"} else "short_text"}
