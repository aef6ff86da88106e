"""Items taken apart into single controls, for targets that know only those: Word, PDF and Excel.

A slot's name says where its value belongs: `item`, `item.part` (of a block, matrix row or ranked option),
`item#option` (a box to tick), `item_other`, `group[0].item` inside a repeat group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from skills.forms.model import items
from skills.forms.model.evaluate import Value, is_answered
from skills.forms.model.form import Definition, items_of, outer_items
from skills.forms.model.items import BLOCK_FIELDS, Item, Option
from skills.forms.model.texts import Speaker
from skills.forms.model.walk import OTHER, other_key, walk
from skills.forms.model.words import Words, words

Kind: TypeAlias = Literal["text", "long", "date", "tick", "choice", "signature", "shown"]
Choice: TypeAlias = tuple[str, str]  # value, label
_ENTRY = re.compile(r"(\w+)\[(\d+)\]\.(.+)")


@dataclass(frozen=True, slots=True)
class Slot:
    """One control; `caption` stands beside it, `label` says in full what it is for (for screen readers)."""

    name: str
    kind: Kind
    caption: str
    label: str
    item: Item
    choices: tuple[Choice, ...] = ()
    is_required: bool = False


class Slots:
    """The controls of a form's items in one language."""

    def __init__(self, definition: Definition, language: str | None = None) -> None:
        self.speaker = Speaker(definition, language)
        self.words: Words = words(self.speaker.language)

    def label(self, item: Item) -> str:
        return self.speaker.say(f"{item.id}.label", item.label)

    def of(self, item: Item, prefix: str = "") -> Iterator[Slot]:
        """In the order they are filled in; none for what is not asked, and for repeat groups."""
        required = getattr(item, "required", False)
        name, label = f"{prefix}{item.id}", self.label(item)
        match item:
            case items.ChoiceQuestion():
                yield from self._choice(item, name, label)
            case items.MatrixQuestion():
                yield from self._matrix(item, name, label)
            case items.BlockQuestion():
                for field in BLOCK_FIELDS[item.type]:
                    caption = self.words[field]
                    yield Slot(f"{name}.{field}", "text", caption, f"{label}: {caption}", item, (), required)
            case items.YesNoQuestion():
                answers = (("true", self.words["yes"]), ("false", self.words["no"]))
                yield Slot(name, "choice", "", label, item, answers, required)
            case items.ScaleQuestion():
                steps = tuple((f"{step}", f"{step}") for step in range(item.min, item.max + 1))
                yield Slot(name, "choice", self._ends(item), label, item, steps, required)
            case items.StaticText() | items.Image() | items.HiddenQuestion() | items.Repeat():
                return
            case _:
                yield Slot(name, _plain_kind(item), "", label, item, (), required)

    def _choice(self, item: items.ChoiceQuestion, name: str, label: str) -> Iterator[Slot]:
        known = [(option.value, self._option(item, "option", option)) for option in item.options]
        known += [(OTHER, self.words["other"])] if item.other else []
        match item.type:
            case "multiple_choice":
                for value, caption in known:
                    yield Slot(f"{name}#{value}", "tick", caption, f"{label}: {caption}", item)
            case "ranking":
                places = tuple((f"{place}", f"{place}") for place in range(1, len(item.options) + 1))
                for value, caption in known:
                    yield Slot(f"{name}.{value}", "choice", caption, f"{label}: {caption}", item, places, item.required)
            case _:
                yield Slot(name, "choice", "", label, item, tuple(known), item.required)
        if item.other:
            caption = self.words["other_label"]
            yield Slot(other_key(name), "text", caption, f"{label}: {caption}", item)

    def _matrix(self, item: items.MatrixQuestion, name: str, label: str) -> Iterator[Slot]:
        columns = tuple((column.value, self._option(item, "column", column)) for column in item.columns)
        for row in item.rows:
            caption = self._option(item, "row", row)
            full = f"{label}: {caption}"
            if not item.multiple:
                yield Slot(f"{name}.{row.value}", "choice", caption, full, item, columns, item.required)
                continue
            for value, column in columns:
                shown = f"{caption}: {column}"
                yield Slot(f"{name}.{row.value}#{value}", "tick", shown, f"{label}: {shown}", item)

    def _option(self, item: Item, field: str, option: Option) -> str:
        return self.speaker.say(f"{item.id}.{field}.{option.value}", option.label)

    def _ends(self, item: items.ScaleQuestion) -> str:
        ends = [(item.min, "low", item.low), (item.max, "high", item.high)]
        return ", ".join(f"{step} = {self.speaker.say(f'{item.id}.{end}', text)}" for step, end, text in ends if text)


def _plain_kind(item: Item) -> Kind:
    match item:
        case items.TextQuestion(type="long_text"):
            return "long"
        case items.MomentQuestion(type="date"):
            return "date"
        case items.ConsentQuestion():
            return "tick"
        case items.SignatureQuestion():
            return "signature"
        case items.Calculated():
            return "shown"
        case _:
            return "text"


def spread(listed: Iterable[Item], answers: Mapping[str, Value], prefix: str = "") -> dict[str, Any]:
    """Answers as slot values: texts, and True for ticked boxes; what is not answered is not there."""
    found: dict[str, Any] = {}
    for item in listed:
        value, name = answers.get(item.id), f"{prefix}{item.id}"
        if isinstance(item, items.Repeat):
            for index, entry in enumerate(value or []):
                found |= spread(item.items, entry, f"{item.id}[{index}].")
        elif value is not None:
            found |= _spread_one(item, name, value)
        other = answers.get(other_key(item.id))
        if other:
            found[other_key(name)] = other
    return found


def filled_in(definition: Definition) -> dict[str, Any]:
    """The form's own answers as slot values, with what is worked out from them."""
    answers, way = definition.answers, walk(definition, definition.answers, datetime.now(UTC).date())
    found = spread(outer_items(definition), answers)
    for shown in way.shown:
        if isinstance(shown.item, items.Calculated):
            prefix = f"{shown.group}[{shown.entry}]." if shown.group else ""
            found[f"{prefix}{shown.item.id}"] = _worked_out(shown.value, shown.item)
    return {name: value for name, value in found.items() if value is not None}


def _worked_out(value: Value, item: items.Calculated) -> str | None:
    if not is_answered(value):
        return None
    is_amount = isinstance(value, (int, float)) and not isinstance(value, bool) and item.decimals is not None
    return f"{value:.{item.decimals}f}" if is_amount else shown_value(value)


def labelled(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Slot values as lists in a sheet offer them: the label of a choice, in the form's own language."""
    slots = Slots(definition)
    labels = {slot.name: dict(slot.choices) for item in items_of(definition) for slot in slots.of(item)}
    return {name: labels.get(name.rpartition("].")[2], {}).get(value, value) for name, value in values.items()}


def _spread_one(item: Item, name: str, value: Value) -> dict[str, Any]:
    match item:
        case items.ChoiceQuestion(type="multiple_choice"):
            return {f"{name}#{each}": True for each in value}
        case items.ChoiceQuestion(type="ranking"):
            return {f"{name}.{each}": f"{place}" for place, each in enumerate(value, start=1)}
        case items.MatrixQuestion(multiple=True):
            return {f"{name}.{row}#{column}": True for row, cell in value.items() for column in cell}
        case items.MatrixQuestion() | items.BlockQuestion():
            return {f"{name}.{part}": text for part, text in value.items()}
        case items.ConsentQuestion():
            return {name: True} if value is True else {}
        case items.FileQuestion():
            return {name: ", ".join(each["name"] if isinstance(each, dict) else each for each in value)}
        case _:
            return {name: shown_value(value)}


def shown_value(value: Value) -> str:
    """A single answer as text that reads back as the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def gather(listed: Iterable[Item], slots: Mapping[str, Any]) -> dict[str, Any]:
    """Slot values as raw answers, still to be read as their types; the reverse of `spread`."""
    answers: dict[str, Any] = {}
    for item in listed:
        if isinstance(item, items.Repeat):
            entries = _entries(item, slots)
            if entries:
                answers[item.id] = entries
            continue
        value = _gather_one(item, slots)
        if value not in (None, "", [], {}):
            answers[item.id] = value
        other = slots.get(other_key(item.id))
        if other:
            answers[other_key(item.id)] = other
    return answers


def _entries(group: items.Repeat, slots: Mapping[str, Any]) -> list[dict[str, Any]]:
    own: dict[int, dict[str, Any]] = {}
    for name, value in slots.items():
        match = _ENTRY.fullmatch(name)
        if match and match[1] == group.id:
            own.setdefault(int(match[2]), {})[match[3]] = value
    entries = [gather(group.items, own[index]) for index in sorted(own)]
    while entries and not entries[-1]:
        entries.pop()
    return entries


def _gather_one(item: Item, slots: Mapping[str, Any]) -> Any:
    match item:
        case items.ChoiceQuestion(type="multiple_choice"):
            values = [option.value for option in item.options] + ([OTHER] if item.other else [])
            return [value for value in values if slots.get(f"{item.id}#{value}")]
        case items.ChoiceQuestion(type="ranking"):
            ranked = [(slots.get(f"{item.id}.{option.value}"), option.value) for option in item.options]
            numbered = [(int(str(place)), value) for place, value in ranked if str(place or "").isdigit()]
            return [value for _, value in sorted(numbered)]
        case items.MatrixQuestion(multiple=True):
            cells = {
                row.value: [c.value for c in item.columns if slots.get(f"{item.id}.{row.value}#{c.value}")]
                for row in item.rows
            }
            return {row: cell for row, cell in cells.items() if cell}
        case items.MatrixQuestion():
            return {row.value: v for row in item.rows if (v := slots.get(f"{item.id}.{row.value}"))}
        case items.BlockQuestion():
            return {field: v for field in BLOCK_FIELDS[item.type] if (v := slots.get(f"{item.id}.{field}"))}
        case items.Calculated():
            return None
        case _:
            return slots.get(item.id)
