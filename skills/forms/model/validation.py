"""Whether answers are complete and right: every fault with its place and a sentence for the respondent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from skills.forms.model import expressions, items, moments
from skills.forms.model.evaluate import Scope, Value, evaluate, is_answered, is_true, number
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import BLOCK_FIELDS, OPTIONAL_BLOCK_FIELDS, Item
from skills.forms.model.texts import Speaker
from skills.forms.model.walk import OTHER, Shown, Walk, other_key, walk
from skills.forms.model.words import Words, words

MAX_TEXT = 20_000
_OF_DAYS = {"between": "from_to", "at_least": "not_before", "at_most": "not_after"}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\(?\+?[0-9 ()./-]{4,30}( ?([xX]|[Ee]xt\.?|#) ?[0-9]{1,7})?")
_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` is an item's id, inside a repeat group "group[0].id"; `code` is one of the words in words.json."""

    place: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`values` are the answers that count: of items the respondent was shown."""

    problems: tuple[Problem, ...]
    values: Mapping[str, Value]
    walk: Walk


@dataclass(frozen=True, slots=True)
class _Fault:
    code: str
    facts: Mapping[str, Any]


def validate(definition: Definition, answers: Mapping[str, Value], today: date, language: str | None = None) -> Verdict:
    """Only what the answers lead to is required; an answer to what was not shown is dropped."""
    way = walk(definition, answers, today)
    speaker = Speaker(definition, language)
    said = words(speaker.language)
    problems = [problem for shown in way.shown for problem in _problems_of(shown, way, speaker, said)]
    problems += _unknown(definition, answers, said)
    return Verdict(tuple(problems), way.values, way)


def _unknown(definition: Definition, answers: Mapping[str, Value], said: Words) -> Iterator[Problem]:
    known = {item.id for item in items_of(definition)}
    known |= {other_key(name) for name in known}
    return (Problem(key, "unknown", said["unknown"]) for key in answers if key not in known)


def _problems_of(shown: Shown, way: Walk, speaker: Speaker, said: Words) -> Iterator[Problem]:
    item, value = shown.item, shown.value
    if isinstance(item, items.Repeat):
        count = len(value or [])
        if count < item.min_count:
            yield Problem(shown.place, "too_few", said.say("too_few", min=item.min_count))
        return
    if not isinstance(item, items.Question):
        return
    if not is_answered(value) or (isinstance(item, items.ConsentQuestion) and value is False):
        if item.required:
            yield Problem(shown.place, "required", said["required"])
        return
    fault = value_fault(item, value, shown.answers.get(other_key(item.id)), way.today)
    if fault is not None:
        own = speaker.say(f"{item.id}.message", item.message)
        yield Problem(shown.place, fault.code, own or said.say(fault.code, **fault.facts))
        return
    yield from _broken_rules(item, shown, way, speaker)


def _broken_rules(item: items.Question, shown: Shown, way: Walk, speaker: Speaker) -> Iterator[Problem]:
    scope: Scope = way.scope(shown.answers if shown.group else None)
    for index, rule in enumerate(item.rules):
        if not is_true(evaluate(expressions.parse(rule.check), scope)):
            yield Problem(shown.place, "rule", speaker.say(f"{item.id}.rule.{index}", rule.message))


def value_fault(item: Item, value: Value, other: Value, today: date) -> _Fault | None:
    """The first thing wrong with one answer, None when it is right."""
    match item:
        case items.TextQuestion():
            return _text_fault(item, value)
        case items.NumberQuestion():
            return _number_fault(item, value)
        case items.MomentQuestion():
            return _moment_fault(item, value, today)
        case items.YesNoQuestion() | items.ConsentQuestion():
            return None if isinstance(value, bool) else _Fault("not_an_option", {})
        case items.ChoiceQuestion():
            return _choice_fault(item, value, other)
        case items.ScaleQuestion():
            return _scale_fault(item, value)
        case items.MatrixQuestion():
            return _matrix_fault(item, value)
        case items.FileQuestion():
            return _file_fault(item, value)
        case items.BlockQuestion():
            return _block_fault(item, value)
        case items.SignatureQuestion():
            return None if isinstance(value, str) else _Fault("not_text", {})
        case _:
            return None


def _text_fault(item: items.TextQuestion, value: Value) -> _Fault | None:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return _Fault("not_text", {})
    if item.min_length is not None and len(value) < item.min_length:
        return _Fault("too_short", {"min": item.min_length})
    if item.max_length is not None and len(value) > item.max_length:
        return _Fault("too_long", {"max": item.max_length})
    shape = {"email": _EMAIL, "phone": _PHONE, "url": _URL}.get(item.type)
    if shape is not None and not shape.fullmatch(value):
        return _Fault(f"not_{item.type}", {})
    if item.pattern and not re.search(f"^(?:{item.pattern})$", value):
        return _Fault("not_matching", {})
    return None


def _number_fault(item: items.NumberQuestion, value: Value) -> _Fault | None:
    found = number(value)
    if found is None or isinstance(value, str):
        return _Fault("not_number", {})
    if item.decimals is not None and abs(found * 10**item.decimals - round(found * 10**item.decimals)) > 1e-6:
        return _Fault("too_many_decimals", {"max": item.decimals}) if item.decimals else _Fault("not_whole", {})
    return _outside(found, item.min, item.max)


def _outside(found: Any, low: Any, high: Any) -> _Fault | None:
    below, above = low is not None and found < low, high is not None and found > high
    if not below and not above:
        return None
    if low is not None and high is not None:
        return _Fault("between", {"min": _plain(low), "max": _plain(high)})
    return _Fault("at_least", {"min": _plain(low)}) if below else _Fault("at_most", {"max": _plain(high)})


def _plain(bound: Any) -> str:
    return f"{bound:g}" if isinstance(bound, float) and bound == round(bound, 6) and abs(bound) < 1e6 else str(bound)


def _moment_fault(item: items.MomentQuestion, value: Value, today: date) -> _Fault | None:
    if not isinstance(value, str) or not moments.is_moment(value, item.type):
        return _Fault(f"not_{item.type}", {})
    earliest = moments.resolve(item.earliest, today) or None
    latest = moments.resolve(item.latest, today) or None
    if item.type == "date_time":
        latest = f"{latest}T23:59:59" if latest and "T" not in latest else latest
    fault = _outside(value, earliest, latest)
    return fault and _Fault(_OF_DAYS[fault.code], {name: _readable(bound) for name, bound in fault.facts.items()})


def _readable(moment: str) -> str:
    return moment.removesuffix("T23:59:59").replace("T", " ")


def _choice_fault(item: items.ChoiceQuestion, value: Value, other: Value) -> _Fault | None:
    is_many = item.type in {"multiple_choice", "ranking"}
    if is_many != isinstance(value, list):
        return _Fault("not_an_option", {})
    chosen: list[Value] = value if is_many else [value]
    allowed = {option.value for option in item.options} | ({OTHER} if item.other else set[str]())
    if any(not isinstance(each, str) or each not in allowed for each in chosen) or len(set(chosen)) < len(chosen):
        return _Fault("not_an_option", {})
    if item.other and OTHER in chosen and not (isinstance(other, str) and other.strip()):
        return _Fault("other_missing", {})
    if any(option.exclusive and option.value in chosen for option in item.options) and len(chosen) > 1:
        return _Fault("exclusive", {})
    return _count_fault(item, len(chosen)) if is_many else None


def _count_fault(item: items.ChoiceQuestion, count: int) -> _Fault | None:
    if item.type == "ranking" and count < len(item.options) and item.min_count is None:
        return _Fault("rank_all", {})
    if item.min_count is not None and count < item.min_count:
        return _Fault("too_few", {"min": item.min_count})
    if item.max_count is not None and count > item.max_count:
        return _Fault("too_many", {"max": item.max_count})
    return None


def _scale_fault(item: items.ScaleQuestion, value: Value) -> _Fault | None:
    found = None if isinstance(value, str) else number(value)
    is_step = found is not None and found == int(found) and item.min <= found <= item.max
    return None if is_step else _Fault("between", {"min": item.min, "max": item.max})


def _matrix_fault(item: items.MatrixQuestion, value: Value) -> _Fault | None:
    if not isinstance(value, dict):
        return _Fault("not_an_option", {})
    rows, columns = {row.value for row in item.rows}, {column.value for column in item.columns}
    for row, cell in value.items():
        chosen: list[Value] = cell if isinstance(cell, list) else [cell]
        if row not in rows or isinstance(cell, list) != item.multiple or any(each not in columns for each in chosen):
            return _Fault("not_an_option", {})
    if item.required and any(not is_answered(value.get(row.value)) for row in item.rows):
        return _Fault("every_row", {})
    return None


def _file_fault(item: items.FileQuestion, value: Value) -> _Fault | None:
    files: list[Value] = value if isinstance(value, list) else [value]
    names = [file.get("name") if isinstance(file, dict) else file for file in files]
    if not all(isinstance(name, str) for name in names):
        return _Fault("not_file", {})
    if len(files) > item.max_files:
        return _Fault("too_many", {"max": item.max_files})
    if item.accept and not all(str(name).lower().endswith(tuple(map(str.lower, item.accept))) for name in names):
        return _Fault("file_kind", {"kinds": ", ".join(item.accept)})
    limit = (item.max_megabytes or math.inf) * 1_000_000
    if any(isinstance(file, dict) and (number(file.get("size")) or 0) > limit for file in files):
        return _Fault("file_size", {"max": item.max_megabytes})
    return None


def _block_fault(item: items.BlockQuestion, value: Value) -> _Fault | None:
    fields = BLOCK_FIELDS[item.type]
    if not isinstance(value, dict) or any(
        key not in fields or not isinstance(text, str) for key, text in value.items()
    ):
        return _Fault("not_text", {})
    needed = [field for field in fields if field not in OPTIONAL_BLOCK_FIELDS]
    if item.required and any(not value.get(field, "").strip() for field in needed):
        return _Fault("required", {})
    return None
