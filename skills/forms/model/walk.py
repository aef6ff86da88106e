"""A respondent's way through a form: which sections and items their answers lead them past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from skills.forms.model import expressions
from skills.forms.model.evaluate import Scope, Value, evaluate, is_true, number, rounded
from skills.forms.model.form import END, Definition, Section
from skills.forms.model.items import Calculated, ChoiceQuestion, HiddenQuestion, Item, Repeat
from skills.forms.model.needs import calculation

OTHER = "other"


def other_key(item_id: str) -> str:
    """Where the free answer beside an `other` option is kept."""
    return f"{item_id}_other"


@dataclass(frozen=True, slots=True)
class Shown:
    """An item on the way; `entry` is its place in a repeat group, `answers` those it is asked among."""

    item: Item
    section: str
    answers: Mapping[str, Value]
    group: str = ""
    entry: int = 0

    @property
    def place(self) -> str:
        return f"{self.group}[{self.entry}].{self.item.id}" if self.group else self.item.id

    @property
    def value(self) -> Value:
        return self.answers.get(self.item.id)


@dataclass
class Walk:
    """`values` are the answers that count: of shown items only, with calculated ones.

    `loop` is the section met twice, `lost` the one that is not there; `decisions` are the conditions met on the
    way as (where, field, expression, whether it held).
    """

    today: date
    sections: list[str] = field(default_factory=list[str])
    shown: list[Shown] = field(default_factory=list[Shown])
    values: dict[str, Value] = field(default_factory=dict[str, Any])
    decisions: set[tuple[str, str, str, bool]] = field(default_factory=set[tuple[str, str, str, bool]])
    loop: str = ""
    lost: str = ""

    @property
    def is_finished(self) -> bool:
        return not self.loop and not self.lost

    def scope(self, own: Mapping[str, Value] | None = None) -> Scope:
        return Scope(self.values, own or {}, self.today)

    def holds(self, where: str, field: str, expression: str, scope: Scope) -> bool:
        """Decide a condition and note how it went; an empty one always holds."""
        if not expression:
            return True
        truth = is_true(evaluate(expressions.parse(expression), scope))
        self.decisions.add((where, field, expression, truth))
        return truth


def walk(definition: Definition, answers: Mapping[str, Value], today: date) -> Walk:
    """From the first section to the end, or to where it goes in a circle (`loop`) or nowhere (`lost`)."""
    way = Walk(today)
    sections = {section.id: section for section in definition.sections}
    order = list(sections)
    current = order[0] if order else END
    while current != END:
        if current in way.sections:
            way.loop = current
            return way
        if current not in sections:
            way.lost = current
            return way
        section = sections[current]
        if way.holds(section.id, "show_if", section.show_if, way.scope()):
            _enter(section, answers, way)
            target = _jump(section, way)
        else:
            target = None
        current = target or _after(order, section.id)
    return way


def _jump(section: Section, way: Walk) -> str | None:
    for jump in section.go_to:
        if way.holds(section.id, "go_to", jump.when, way.scope()):
            return jump.to
    return None


def _after(order: list[str], section_id: str) -> str:
    position = order.index(section_id) + 1
    return order[position] if position < len(order) else END


def _enter(section: Section, answers: Mapping[str, Value], way: Walk) -> None:
    way.sections.append(section.id)
    for item in section.items:
        if not way.holds(item.id, "show_if", item.show_if, way.scope()):
            continue
        if isinstance(item, Repeat):
            _enter_repeat(item, section.id, answers, way)
        else:
            way.values.update(_answered(item, answers, way.scope()))
            way.shown.append(Shown(item, section.id, way.values))


def _enter_repeat(group: Repeat, section: str, answers: Mapping[str, Value], way: Walk) -> None:
    sent = answers.get(group.id)
    listed: list[Value] = sent if isinstance(sent, list) else []
    entries = [entry for entry in listed if isinstance(entry, dict)]
    entries += [{}] * (group.min_count - len(entries))
    kept: list[dict[str, Value]] = []
    way.values[group.id] = kept
    way.shown.append(Shown(group, section, way.values))
    for index, entry in enumerate(entries[: group.max_count]):
        own: dict[str, Value] = {}
        kept.append(own)
        for item in group.items:
            scope = way.scope(dict.fromkeys((inner.id for inner in group.items), None) | own)
            if way.holds(item.id, "show_if", item.show_if, scope):
                own.update(_answered(item, entry, scope))
                way.shown.append(Shown(item, section, own, group.id, index))


def _answered(item: Item, answers: Mapping[str, Value], scope: Scope) -> Iterator[tuple[str, Value]]:
    if isinstance(item, Calculated):
        value = evaluate(calculation(item.expression), scope)
        value = None if value == "" else value
        found = number(value)
        yield item.id, rounded(found, item.decimals) if found is not None and item.decimals is not None else value
    elif isinstance(item, HiddenQuestion):
        yield item.id, answers.get(item.id, item.default or None)
    elif item.id in answers:
        yield item.id, answers[item.id]
        if isinstance(item, ChoiceQuestion) and item.other and other_key(item.id) in answers:
            yield other_key(item.id), answers[other_key(item.id)]
