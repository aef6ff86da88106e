"""Facts from a file matched to the form's questions: what was filled, from where, and what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeAlias

from skills.forms.filling.values import Unreadable, read_value
from skills.forms.model import items
from skills.forms.model.evaluate import Value, is_answered
from skills.forms.model.form import Definition, items_of, outer_items
from skills.forms.model.items import BLOCK_FIELDS, Item
from skills.forms.model.texts import Speaker
from skills.forms.model.validation import validate
from skills.forms.model.walk import other_key
from skills.forms.near import near_misses

Status: TypeAlias = Literal["filled", "kept", "empty", "rejected", "not_shown", "unknown"]


@dataclass(frozen=True, slots=True)
class Field:
    """What became of one question, or of one fact that fits none (`unknown`); `source` says where the value stood.

    What a file had in it before is `kept`.
    """

    place: str
    label: str
    status: Status
    value: Value = None
    source: str = ""
    message: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """`answers` hold only what was read and allowed."""

    answers: dict[str, Value]
    fields: tuple[Field, ...]

    @property
    def is_complete(self) -> bool:
        """Every question shown and required is answered, nothing was rejected or left over."""
        return not any(
            field.status in {"rejected", "unknown"} or (field.status == "empty" and field.is_required)
            for field in self.fields
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Facts read as answers, before it is asked whether they are right; `notes` by the question's id."""

    answers: dict[str, Value]
    notes: dict[str, Field]

    @property
    def unreadable(self) -> list[Field]:
        return [note for note in self.notes.values() if note.status in {"rejected", "unknown"}]


def match(
    definition: Definition, facts: Mapping[str, Any], today: date, sources: Mapping[str, str] | None = None,
    language: str | None = None,
) -> Filled:  # fmt: skip
    """Facts by id or label (in any of the form's languages); nothing is guessed, nothing is dropped silently."""
    told = _told(definition, facts, sources or {}, language)
    return _judged(definition, told.answers, told.notes, today, language)


def read_facts(definition: Definition, facts: Mapping[str, Any]) -> Told:
    """Each fact read the way its question wants it."""
    return _told(definition, facts, {}, None)


def _told(definition: Definition, facts: Mapping[str, Any], told: Mapping[str, str], language: str | None) -> Told:
    reader = _Reader(definition, language)
    answers: dict[str, Value] = {}
    notes: dict[str, Field] = {}
    for name, raw in facts.items():
        item = reader.find(name)
        if item is None:
            hint = near_misses(name, [each.label for each in items_of(definition)])
            notes[name] = Field(name, name, "unknown", raw, told.get(name, name), f"no such question{hint}")
        else:
            reader.read(item, name, raw, answers, notes, told.get(name, name))
    return Told(answers, notes)


def without(filled: Filled, refused: Mapping[str, str]) -> Filled:
    """The report once some answers, by question, found no place in the file; with the reason for each."""
    fields = (
        replace(field, status="rejected", message=refused[field.place])
        if field.status == "filled" and field.place in refused
        else field
        for field in filled.fields
    )
    return replace(filled, fields=tuple(fields))


def with_standing(filled: Filled, standing: Mapping[str, Any]) -> Filled:
    """The report on a file that had answers in it before."""
    fields = (
        replace(field, status="kept", value=standing[field.place], source="the file itself")
        if field.status == "empty" and field.place in standing
        else field
        for field in filled.fields
    )
    return replace(filled, fields=tuple(fields))


def question(definition: Definition, name: str) -> Item | str | None:
    """The question a fact of that name fits, by id or label; a part of one is its name."""
    return _Reader(definition, None).find(name)


class _Reader:
    def __init__(self, definition: Definition, language: str | None) -> None:
        self.definition = definition
        self.speaker = Speaker(definition, language)
        self.names = dict(self._names())

    def find(self, name: str) -> Item | str | None:
        return self.names.get(_key(name))

    def _names(self) -> Iterator[tuple[str, Item | str]]:
        """Labels first, so that an id wins where one item's label is another's id."""
        every = outer_items(self.definition)
        for item in every:
            for language in self.definition.languages:
                yield _key(Speaker(self.definition, language).say(f"{item.id}.label", item.label)), item
        for item in every:
            yield _key(item.id), item
            yield other_key(item.id), other_key(item.id)
            for part in BLOCK_FIELDS.get(item.type, ()):
                yield f"{item.id}.{part}", f"{item.id}.{part}"

    def read(
        self, item: Item | str, name: str, raw: Any, answers: dict[str, Value], notes: dict[str, Field], source: str
    ) -> None:
        if isinstance(item, str):
            owner, dot, part = item.partition(".")
            if dot:
                answers.setdefault(owner, {})[part] = raw
                notes[owner] = Field(owner, owner, "filled", answers[owner], source)
            else:
                answers[item] = raw
            return
        try:
            value = self._entries(item, raw) if isinstance(item, items.Repeat) else read_value(item, raw, self.speaker)
        except Unreadable as error:
            notes[item.id] = Field(item.id, item.label, "rejected", raw, source, str(error))
            return
        if is_answered(value):
            answers[item.id] = value
            notes[item.id] = Field(item.id, item.label, "filled", value, source)

    def _entries(self, group: items.Repeat, raw: Any) -> list[dict[str, Value]]:
        if not isinstance(raw, list):
            raise Unreadable("a repeat group wants a list of entries")
        names = {_key(name): item for item in group.items for name in (item.label, item.id)}
        names |= {other_key(item.id): item for item in group.items}
        made: list[dict[str, Value]] = []
        for entry in raw:
            read: dict[str, Value] = {}
            for name, value in entry.items():
                item = names.get(_key(name)) or names.get(name)
                if item is None:
                    raise Unreadable(f"{name!r} is no question of {group.label!r}")
                is_other = name == other_key(item.id)
                read[name if is_other else item.id] = value if is_other else read_value(item, value, self.speaker)
            made.append({name: value for name, value in read.items() if is_answered(value)})
        return made


def _key(text: str) -> str:
    return " ".join(text.split()).rstrip(" *:?").casefold()


def _judged(
    definition: Definition, answers: dict[str, Value], notes: dict[str, Field], today: date, language: str | None
) -> Filled:
    verdict = validate(definition, answers, today, language)
    wrong: dict[str, str] = {}
    for problem in verdict.problems:
        if problem.code not in {"required", "too_few"} or "[" in problem.place:
            wrong.setdefault(problem.place.partition("[")[0], f"{problem.place}: {problem.message}")
    shown = {each.item.id for each in verdict.walk.shown}
    fields = [
        _field(item, notes.get(item.id), item.id in shown, wrong.get(item.id))
        for item in outer_items(definition)
        if isinstance(item, (items.Question, items.Repeat))
    ]
    kept = {
        name: value
        for name, value in answers.items()
        if name.removesuffix("_other") not in wrong and name.removesuffix("_other") in shown
    }
    fields += [note for note in notes.values() if note.status == "unknown"]
    return Filled(kept, tuple(fields))


def _is_required(item: items.Question | items.Repeat) -> bool:
    """A group is where it has to have an entry, and that something in it."""
    if isinstance(item, items.Repeat):
        return item.min_count > 0 and any(getattr(inner, "required", False) for inner in item.items)
    return item.required


def _field(item: items.Question | items.Repeat, note: Field | None, is_shown: bool, wrong: str | None) -> Field:
    required = is_shown and _is_required(item)
    if note is None or note.status == "rejected":
        return note or Field(item.id, item.label, "empty" if is_shown else "not_shown", is_required=required)
    if not is_shown:
        return Field(item.id, item.label, "not_shown", note.value, note.source, "these answers do not lead to it")
    if wrong is not None:
        return Field(item.id, item.label, "rejected", note.value, note.source, wrong, required)
    return Field(item.id, item.label, "filled", note.value, note.source, is_required=required)
