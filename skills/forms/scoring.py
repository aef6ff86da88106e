"""Points for a quiz: what an answer scores, by the rule the page uses too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from skills.forms.model.evaluate import Value, equal, is_answered
from skills.forms.model.form import Definition
from skills.forms.model.items import Question
from skills.forms.model.walk import walk


@dataclass(frozen=True, slots=True)
class Mark:
    place: str
    is_right: bool
    points: float
    of: float


@dataclass(frozen=True, slots=True)
class Score:
    marks: tuple[Mark, ...]
    has_passed: bool | None

    @property
    def points(self) -> float:
        return math.fsum(mark.points for mark in self.marks)

    @property
    def of(self) -> float:
        return math.fsum(mark.of for mark in self.marks)


def score(definition: Definition, answers: Mapping[str, Value], today: date) -> Score:
    """Only questions the respondent was shown count; `has_passed` is None without a pass mark."""
    marks: list[Mark] = []
    for shown in walk(definition, answers, today).shown:
        quiz = shown.item.quiz if isinstance(shown.item, Question) else None
        if quiz is not None:
            right = _is_right(shown.item.type, quiz.answer, shown.value)
            marks.append(Mark(shown.place, right, quiz.points if right else 0, quiz.points))
    result = Score(tuple(marks), None)
    pass_mark = definition.quiz.pass_mark if definition.quiz else None
    passed = None if pass_mark is None else result.points >= pass_mark / 100 * result.of
    return Score(result.marks, passed)


def _is_right(kind: str, right: Value, given: Value) -> bool:
    if isinstance(right, list) and isinstance(given, list) and kind != "ranking":
        return len(right) == len(given) and all(each in given for each in right)
    if isinstance(right, bool) or isinstance(given, (list, bool)) or not is_answered(given):
        return right == given and type(right) is type(given)
    return right == given or equal(str(given).strip().lower(), str(right).strip().lower())
