"""Simulated respondents: answers a form at random, but rightly, the way a person could."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from skills.forms.model import expressions, items, moments
from skills.forms.model.evaluate import Value, evaluate, is_answered, is_true
from skills.forms.model.form import Definition, expressions_of
from skills.forms.model.items import BLOCK_FIELDS, Item
from skills.forms.model.validation import value_fault
from skills.forms.model.walk import OTHER, Shown, Walk, other_key, walk
from skills.forms.patterns import text_for

_TRIES = 40
_MAX_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class Respondent:
    """What one respondent answered; `dead_end` says where they could not go on ("" when they reached the end)."""

    answers: dict[str, Value]
    walk: Walk
    dead_end: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a form is the same for every respondent."""

    hints: dict[str, list[Value]]
    pivotal: frozenset[str]

    @classmethod
    def of(cls, definition: Definition) -> Traits:
        return cls(hints_of(definition), _pivotal(definition))


def respond(definition: Definition, dice: random.Random, today: date, traits: Traits | None = None) -> Respondent:
    """In the order shown; the way is walked anew after each answer that may change what is shown next."""
    known = traits or Traits.of(definition)
    hints, pivotal = known.hints, known.pivotal
    answers: dict[str, Value] = {}
    decided: set[str] = set()
    for _ in range(_MAX_STEPS):
        way = walk(definition, answers, today)
        waiting = [shown for shown in way.shown if shown.place not in decided]
        if not waiting:
            end = f"loop at section:{way.loop}" if way.loop else f"no section:{way.lost}" if way.lost else ""
            return Respondent(answers, way, end)
        for shown in waiting:
            decided.add(shown.place)
            if not _answer(shown, answers, way, hints, dice):
                return Respondent(answers, way, f"item:{shown.item.id} cannot be answered")
            if shown.item.id in pivotal or isinstance(shown.item, items.Repeat):
                break
    return Respondent(answers, walk(definition, answers, today), "the form does not end")


def _pivotal(definition: Definition) -> frozenset[str]:
    """Items some expression looks at."""
    trees = (expressions.parse(text) for _, _, text in expressions_of(definition))
    return frozenset(reference.name for tree in trees for reference in expressions.references(tree))


def _answer(
    shown: Shown, answers: dict[str, Value], way: Walk, hints: dict[str, list[Value]], dice: random.Random
) -> bool:
    item = shown.item
    home = answers[shown.group][shown.entry] if shown.group else answers
    if isinstance(item, items.Repeat):
        count = dice.randint(item.min_count, max(item.min_count, min(item.max_count, item.min_count + 2)))
        home[item.id] = [{} for _ in range(count)]
        return item.min_count <= item.max_count
    if not isinstance(item, items.Question):
        return True
    if not item.required and dice.random() < 0.25:
        return not item.rules or _keeps_rules(item, None, shown, way)
    turning = [*hints.get(item.id, []), *_beside(item, shown, way)]
    for _ in range(_TRIES):
        value = random_value(item, dice, way.today, turning)
        other = "something else" if value == OTHER or (isinstance(value, list) and OTHER in value) else None
        if not is_answered(value) or value_fault(item, value, other, way.today) is not None:
            continue
        if _keeps_rules(item, value, shown, way):
            home[item.id] = value
            if other:
                home[other_key(item.id)] = other
            return True
    # A pattern beyond what is made up here proves nothing about the people who will be asked.
    is_unknown = isinstance(item, items.TextQuestion) and bool(item.pattern) and text_for(item.pattern, dice) is None
    return not item.required or is_unknown


def _keeps_rules(item: items.Question, value: Value, shown: Shown, way: Walk) -> bool:
    if not is_answered(value):
        return True
    outer = way.values if shown.group else {**way.values, item.id: value}
    own = {**shown.answers, item.id: value} if shown.group else {}
    scope = type(way.scope())(outer, own, way.today)
    return all(is_true(evaluate(expressions.parse(rule.check), scope)) for rule in item.rules)


def _beside(item: items.Question, shown: Shown, way: Walk) -> Iterator[Value]:
    """Answers its checks hold it against: a date that may not lie before another is best tried around that one."""
    answers = {**way.values, **shown.answers}
    for rule in item.rules:
        for reference in expressions.references(expressions.parse(rule.check)):
            if reference.name != item.id and answers.get(reference.name) is not None:
                yield from _around(answers[reference.name])


def hints_of(definition: Definition) -> dict[str, list[Value]]:
    """Per item, values its conditions and checks compare it with, and their neighbours."""
    found: dict[str, list[Value]] = {}
    for _, _, text in expressions_of(definition):
        tree = expressions.parse(text)
        for name in {reference.name for reference in expressions.references(tree)}:
            for value in expressions.literals_beside(tree, name):
                found.setdefault(name, []).extend(_around(value))
    return found


def _around(value: Value) -> Iterator[Value]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (value, value - 1, value + 1)
    elif isinstance(value, str) and moments.is_moment(value, "date"):
        day = date.fromisoformat(value)
        yield from (each.isoformat() for each in (day, day - timedelta(1), day + timedelta(1)))
    else:
        yield value


def random_value(item: Item, dice: random.Random, today: date, hints: list[Value]) -> Value:
    """Mostly a right answer; None where the type is not answered by a value."""
    if hints and dice.random() < 0.4 and not isinstance(item, (items.ChoiceQuestion, items.YesNoQuestion)):
        return whole(dice.choice(hints))
    match item:
        case items.TextQuestion():
            return _text(item, dice)
        case items.NumberQuestion():
            return _number(item, dice)
        case items.MomentQuestion():
            return _moment(item, dice, today)
        case items.ChoiceQuestion():
            return _choice(item, dice)
        case items.ScaleQuestion():
            return dice.randint(min(item.min, item.max), max(item.min, item.max))
        case items.MatrixQuestion():
            return _matrix(item, dice)
        case items.BlockQuestion():
            return {field: f"{field} {dice.randint(1, 99)}" for field in BLOCK_FIELDS[item.type]}
        case _:
            return _fixed(item, dice)


def _fixed(item: Item, dice: random.Random) -> Value:
    match item:
        case items.YesNoQuestion():
            return dice.random() < 0.5
        case items.ConsentQuestion():
            return True
        case items.SignatureQuestion():
            return "Ada Lovelace"
        case items.FileQuestion():
            return [{"name": f"file{item.accept[0] if item.accept else '.pdf'}", "size": 10, "type": ""}]
        case _:
            return None


def whole(value: Value) -> Value:
    """A number without decimals as an int, as JSON from a page holds it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(item: items.TextQuestion, dice: random.Random) -> str:
    ready = {"email": "ada@example.org", "phone": "+44 20 7946 0000", "url": "https://example.org/a"}
    if item.type in ready:
        return ready[item.type]
    low = item.min_length or 1
    high = min(item.max_length or low + 20, low + 20)
    alphabet = "0123456789" if dice.random() < 0.5 else "abcdefghij ABC"
    made = "".join(dice.choice(alphabet) for _ in range(dice.randint(low, max(low, high))))
    return (text_for(item.pattern, dice) or "") if item.pattern else made.strip().ljust(low, "x")


def _number(item: items.NumberQuestion, dice: random.Random) -> float:
    low = item.min if item.min is not None else (item.max - 100 if item.max is not None else 0)
    high = item.max if item.max is not None else low + 100
    decimals = 2 if item.decimals is None else item.decimals
    value = round(dice.choice([low, high, dice.uniform(min(low, high), max(low, high))]), decimals)
    return int(value) if value == int(value) else value


def _moment(item: items.MomentQuestion, dice: random.Random, today: date) -> str:
    if item.type == "time":
        return item.earliest or f"{dice.randint(8, 18):02}:{dice.choice([0, 30]):02}"
    read = [
        bound if moments.is_bound(bound, "date") or moments.is_bound(bound, item.type) else ""
        for bound in (item.earliest, item.latest)
    ]
    earliest, latest = (moments.resolve(bound, today)[:10] for bound in read)
    end = date.fromisoformat(latest) if latest else today + timedelta(400)
    start = date.fromisoformat(earliest) if earliest else min(end, today) - timedelta(10_000)
    day = start + timedelta(dice.randint(0, max(0, (end - start).days)))
    return day.isoformat() if item.type == "date" else f"{day.isoformat()}T12:00"


def _choice(item: items.ChoiceQuestion, dice: random.Random) -> Value:
    values = [option.value for option in item.options] + ([OTHER] if item.other else [])
    if not values:
        return None
    if item.type in {"single_choice", "dropdown"}:
        return dice.choice(values)
    if item.type == "ranking":
        values = [option.value for option in item.options]
        return dice.sample(values, len(values) if item.max_count is None else min(len(values), item.max_count))
    exclusive = [option.value for option in item.options if option.exclusive]
    if exclusive and dice.random() < 0.2:
        return [dice.choice(exclusive)]
    plain = [value for value in values if value not in exclusive]
    low = min(len(plain), max(1, item.min_count or 1))
    chosen = dice.sample(plain, dice.randint(low, max(low, min(len(plain), item.max_count or len(plain)))))
    return [value for value in plain if value in chosen]  # as listed: the order of ticks means nothing


def _matrix(item: items.MatrixQuestion, dice: random.Random) -> Value:
    columns = [column.value for column in item.columns]
    if not columns:
        return {}
    pick = (lambda: [dice.choice(columns)]) if item.multiple else (lambda: dice.choice(columns))
    return {row.value: pick() for row in item.rows}
