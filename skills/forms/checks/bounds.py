"""Faults of bounds, defaults and quiz answers: what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from copilot_server.agent.changes import Finding
from skills.forms.model import items, moments
from skills.forms.model.form import Definition, items_of
from skills.forms.model.items import Item
from skills.forms.model.validation import value_fault

_PAIRS = (("min", "max"), ("min_length", "max_length"), ("min_count", "max_count"), ("earliest", "latest"))


def findings(definition: Definition) -> Iterator[Finding]:
    for item in items_of(definition):
        yield from _contradictions(item)
        yield from _default(item)
        yield from _quiz(item)
    if definition.quiz and not any(getattr(item, "quiz", None) for item in items_of(definition)):
        yield Finding("quiz_without_answers", "form", "it is a quiz, but no question has a right answer")


def _contradictions(item: Item) -> Iterator[Finding]:
    where, today = f"item:{item.id}", datetime.now(UTC).date()
    for low, high in _PAIRS:
        least, most = getattr(item, low, None), getattr(item, high, None)
        if isinstance(item, items.MomentQuestion):
            least, most = (moments.resolve(str(bound or ""), today) or None for bound in (least, most))
        if least is not None and most is not None and least > most:
            yield Finding("contradiction", where, f"{low} {least} is above {high} {most}", what=f"{low}{least}{most}")
    if isinstance(item, items.ChoiceQuestion) and item.min_count and item.min_count > len(item.options) + item.other:
        yield Finding("contradiction", where, f"min_count {item.min_count} is more than its options", what="min_count")
    if isinstance(item, items.MomentQuestion):
        yield from _unread_bounds(item, where)


def _unread_bounds(item: items.MomentQuestion, where: str) -> Iterator[Finding]:
    for name in ("earliest", "latest", "default"):
        bound: str = getattr(item, name)
        is_day_bound = item.type == "date_time" and moments.is_bound(bound, "date")
        if bound and not is_day_bound and not moments.is_bound(bound, item.type):
            mend = "write ISO 8601, or today, today-18y, today+30d"
            yield Finding("bad_bound", where, f"{name} {bound!r} is no {item.type}", mend, bound)


def _default(item: Item) -> Iterator[Finding]:
    default: Any = getattr(item, "default", None)
    if default in (None, "", ()) or isinstance(item, (items.HiddenQuestion, items.MomentQuestion)):
        return
    value = list(default) if isinstance(default, tuple) else default
    if isinstance(item, items.ChoiceQuestion) and item.type in {"single_choice", "dropdown"}:
        value = value[0]
    if value_fault(item, value, "x", datetime.now(UTC).date()) is not None:
        yield Finding("bad_default", f"item:{item.id}", f"the default {default!r} would be rejected", what=str(default))


def _quiz(item: Item) -> Iterator[Finding]:
    quiz = getattr(item, "quiz", None)
    if quiz is None:
        return
    if value_fault(item, quiz.answer, "x", datetime.now(UTC).date()) is not None:
        text = f"the right answer {quiz.answer!r} is no answer this question accepts"
        yield Finding("quiz_answer", f"item:{item.id}", text, what=str(quiz.answer))
