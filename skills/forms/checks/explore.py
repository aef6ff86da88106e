"""Bounded exploration of a form: how every condition goes for answers chosen at its turning points."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from skills.forms.model import expressions, items
from skills.forms.model.evaluate import Value
from skills.forms.model.form import Definition, expressions_of, items_of
from skills.forms.model.items import Item
from skills.forms.model.validation import value_fault
from skills.forms.model.walk import OTHER, Walk, walk
from skills.forms.simulate import Traits, hints_of, random_value, respond

_MAX_COMBINATIONS = 256
_RESPONDENTS = 25


@dataclass
class Explored:
    """What was met on all walks together; `proven` are the conditions whose every combination was tried."""

    shown: set[str] = field(default_factory=set[str])
    entered: set[str] = field(default_factory=set[str])
    held: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    failed: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    loops: set[str] = field(default_factory=set[str])
    dead_ends: set[str] = field(default_factory=set[str])
    proven: set[str] = field(default_factory=set[str])

    def take(self, way: Walk) -> None:
        """A walk on which everything was answered."""
        self.shown |= {shown.item.id for shown in way.shown}
        self.entered |= set(way.sections)
        self.loops |= {way.loop} - {""}
        self._decide(way.decisions)

    def take_for(self, key: tuple[str, str, str], way: Walk) -> None:
        """A walk on which only what one condition depends on was answered: it tells of nothing beyond that."""
        where = key[0]
        self.shown |= {where} & {shown.item.id for shown in way.shown}
        homes = [position for position, section in enumerate(way.sections) if section == where]
        self.entered |= set(way.sections[: homes[0] + 2]) if homes else set[str]()
        self._decide({decision for decision in way.decisions if decision[:3] == key})

    def _decide(self, decisions: set[tuple[str, str, str, bool]]) -> None:
        for where, name, text, truth in decisions:
            (self.held if truth else self.failed).add((where, name, text))


@dataclass(frozen=True, slots=True)
class _Logic:
    """A form as exploring sees it: two are the same when they differ in wording alone."""

    skeleton: str
    definition: Definition = field(compare=False)


_WORDING = {"label", "help", "placeholder", "message", "low", "high", "unit", "sensitive"}


def explore(definition: Definition) -> Explored:
    """A few hundred walks at most for each condition; the dice are the same every time, so findings are stable."""
    bare = {"title": True, "description": True, "items": {"__all__": _WORDING}}
    skeleton = definition.model_dump_json(include={"sections"}, exclude={"sections": {"__all__": bare}})
    return _explored(_Logic(skeleton, definition))


@lru_cache(maxsize=16)
def _explored(logic: _Logic) -> Explored:
    definition = logic.definition
    dice, today = random.Random(7), date(2026, 6, 15)  # noqa: S311 - not for secrets
    explored = Explored()
    known = {item.id: item for item in items_of(definition)}
    candidates = _Candidates(definition, known, today, dice)
    for where, name, text in expressions_of(definition):
        names = _closure({*_names(text), *_names_of_home(definition, where)}, known)
        pools = {each: candidates.of(each) for each in sorted(names)}
        combinations, is_all = _combinations(pools, dice)
        for answers in combinations:
            explored.take_for((where, name, text), walk(definition, answers, today))
        if is_all and not _compares_answers(text):
            explored.proven.add(text)
    traits = Traits.of(definition)
    for _ in range(_RESPONDENTS):
        respondent = respond(definition, dice, today, traits)
        explored.dead_ends |= {respondent.dead_end} - {""}
        if respondent.dead_end.startswith("item:"):
            explored.shown |= {shown.item.id for shown in respondent.walk.shown}
        else:
            explored.take(respondent.walk)
    return explored


class _Candidates:
    """Per item, the valid answers at which conditions over it may turn; no answer where it may stay empty."""

    def __init__(self, definition: Definition, known: Mapping[str, Item], today: date, dice: random.Random) -> None:
        self._known, self._today, self._dice = known, today, dice
        self._hints = hints_of(definition)
        self._groups = [item for item in known.values() if isinstance(item, items.Repeat)]
        self._found: dict[str, list[Value]] = {}

    def of(self, name: str) -> list[Value]:
        if name not in self._found:
            item = self._known[name]
            is_group = isinstance(item, items.Repeat)
            self._found[name] = self._entries(item) if is_group else self._values(item)
        return self._found[name]

    def _entries(self, group: items.Repeat) -> list[Value]:
        filled = [{inner.id: self.of(inner.id)[-1] for inner in group.items} for _ in range(2)]
        first = {inner.id: self.of(inner.id)[0] for inner in group.items}
        return [[], [first], filled][: group.max_count + 1]

    def _values(self, item: Item) -> list[Value]:
        listed = self._domain(item)
        valid = [value for value in listed if value_fault(item, value, "x", self._today) is None]
        is_free = not getattr(item, "required", False)
        return [*([None] if is_free or not valid else []), *valid]

    def _domain(self, item: Item) -> list[Value]:
        hints = [
            int(hint) if isinstance(hint, float) and hint.is_integer() else hint
            for hint in self._hints.get(item.id, [])
        ]
        match item:
            case items.YesNoQuestion():
                return [True, False]
            case items.ConsentQuestion():
                return [True]
            case items.ChoiceQuestion():
                return _choices(item)
            case items.NumberQuestion() | items.ScaleQuestion():
                ends = [bound for bound in (item.min, item.max) if bound is not None]
                return [*dict.fromkeys([*hints, *ends, random_value(item, self._dice, self._today, [])])]
            case _:
                return [*hints, random_value(item, self._dice, self._today, [])]


def _choices(item: items.ChoiceQuestion) -> list[Value]:
    values = [option.value for option in item.options] + ([OTHER] if item.other else [])
    if item.type in {"single_choice", "dropdown"}:
        return [*values]
    return [*([value] for value in values), values]


def _names(text: str) -> set[str]:
    return {
        name
        for reference in expressions.references(expressions.parse(text))
        for name in (reference.group or reference.name,)
    }


def _names_of_home(definition: Definition, where: str) -> set[str]:
    """Answers that decide whether the place of a condition is met at all: those of every jump and page before it."""
    found: set[str] = set()
    for section in definition.sections:
        for text in (section.show_if, *(jump.when for jump in section.go_to)):
            found |= _names(text) if text else set()
        if section.id == where or any(item.id == where for item in section.items):
            break
    return found


def _closure(names: set[str], known: Mapping[str, Item]) -> set[str]:
    """With the answers that decide whether these are asked, and those they are calculated from."""
    groups = {inner.id: item.id for item in known.values() if isinstance(item, items.Repeat) for inner in item.items}
    found: set[str] = set()
    waiting = {groups.get(name, name) for name in names}
    while waiting:
        name = waiting.pop()
        if name not in known or name in found:
            continue
        found.add(name)
        item = known[name]
        for text in (item.show_if, getattr(item, "expression", "")):
            waiting |= {groups.get(other, other) for other in _names(text)} if text else set()
    return {name for name in found if not isinstance(known[name], items.Calculated)}


def _combinations(pools: Mapping[str, list[Value]], dice: random.Random) -> tuple[list[dict[str, Any]], bool]:
    total = 1
    for pool in pools.values():
        total *= max(1, len(pool))
    if total <= _MAX_COMBINATIONS:
        return [_answers(dict(zip(pools, chosen, strict=True))) for chosen in itertools.product(*pools.values())], True
    drawn = [{name: dice.choice(pool) for name, pool in pools.items()} for _ in range(_MAX_COMBINATIONS)]
    return [_answers(each) for each in drawn], False


def _answers(chosen: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in chosen.items() if value is not None}


def _compares_answers(text: str) -> bool:
    """Two answers held against each other turn at more points than were tried."""
    return _has_two(expressions.parse(text))


def _has_two(node: expressions.Node) -> bool:
    if not isinstance(node, expressions.Operation):
        return False
    if node.sign in {"and", "or", "not"}:
        return any(map(_has_two, node.parts))
    return len({reference.name for reference in expressions.references(node)}) > 1 or node.sign in expressions.FUNCTIONS
