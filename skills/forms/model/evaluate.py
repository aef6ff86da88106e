"""What an expression is worth for given answers.

The page's script follows the same rules, and a test holds the two together.
No answer is None. Arithmetic takes None as 0; dividing by 0 gives None; `<` and its kin are false beside None;
`=` with a multiple choice means "is among"; a number and a text that is one compare as numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from skills.forms.model.expressions import Literal, Node, Operation, Reference

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?")

Value: TypeAlias = Any  # an answer: a JSON value


@dataclass(frozen=True, slots=True)
class Scope:
    """The answers an expression sees: `own` those of its repeat entry, `outer` the form's."""

    outer: Mapping[str, Value]
    own: Mapping[str, Value]
    today: date


def evaluate(node: Node, scope: Scope) -> Value:
    match node:
        case Literal(value=value):
            return value
        case Reference():
            return _answer(node, scope)
        case Operation(sign="and", parts=(left, right)):
            return is_true(evaluate(left, scope)) and is_true(evaluate(right, scope))
        case Operation(sign="or", parts=(left, right)):
            return is_true(evaluate(left, scope)) or is_true(evaluate(right, scope))
        case Operation(sign="if", parts=(test, then, otherwise)):
            return evaluate(then if is_true(evaluate(test, scope)) else otherwise, scope)
        case Operation(sign="today"):
            return scope.today.isoformat()
        case Operation(sign=sign, parts=parts):
            return _apply(sign, [evaluate(part, scope) for part in parts], scope)


def is_true(value: Value) -> bool:
    """Answered and neither false, 0, nor empty."""
    return value not in (None, False, 0, "", [], {})


def is_answered(value: Value) -> bool:
    """No and 0 are answers; nothing, and nothing inside, is not."""
    if isinstance(value, dict):
        return any(map(is_answered, value.values()))
    if isinstance(value, list):
        return any(map(is_answered, value))
    return value is not None and value != ""


def number(value: Value) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if math.isfinite(float(value)) else None
    return None


def _answer(reference: Reference, scope: Scope) -> Value:
    if not reference.group:
        return scope.own[reference.name] if reference.name in scope.own else scope.outer.get(reference.name)
    entries = scope.outer.get(reference.group) or []
    return [entry.get(reference.name) for entry in entries if isinstance(entry, dict)]


def _apply(sign: str, values: list[Value], scope: Scope) -> Value:
    plain = _PLAIN.get(sign)
    if plain is not None:
        return plain(*values)
    match sign:
        case "in":
            return any(equal(values[0], value) for value in values[1:])
        case "years_since":
            born = as_date(values[0])
            return None if born is None else years_between(born, scope.today)
        case _:
            return _compute(sign, values)


def _compute(sign: str, values: list[Value]) -> Value:
    numbers = [0.0 if value is None or value == "" else number(value) for value in values]
    if any(each is None for each in numbers):
        return None
    left, right = (numbers[0] or 0.0), (numbers[-1] or 0.0)
    match sign:
        case "+":
            found = left + right
        case "-":
            found = -left if len(values) == 1 else left - right
        case "*":
            found = left * right
        case "/":
            found = left / right if right else math.nan
        case "round":
            found = rounded(left, int(right))
        case _:
            raise AssertionError(sign)
    return found if math.isfinite(found) else None


def rounded(value: float, decimals: int) -> float:
    """Half away from zero, as people and spreadsheets round."""
    if not math.isfinite(value):
        return value
    step = Decimal(1).scaleb(-max(0, min(9, decimals)))
    return float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP))


def equal(left: Value, right: Value) -> bool:
    if isinstance(left, list) and not isinstance(right, list):
        return any(equal(each, right) for each in left)
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right or (left in ("", None) and right in ("", None))
    numbers = number(left), number(right)
    return numbers[0] == numbers[1] if None not in numbers else left == right


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        numbers = number(left), number(right)
        if None not in numbers:
            return test(*numbers)
        both_text = isinstance(left, str) and isinstance(right, str) and bool(left and right)
        return both_text and test(left, right)

    return compare


def _contains(whole: Value, part: Value) -> bool:
    if isinstance(whole, list):
        return any(equal(each, part) for each in whole)
    return isinstance(whole, str) and isinstance(part, str) and part.lower() in whole.lower()


def _numbers(value: Value) -> list[float]:
    listed: list[Value] = value if isinstance(value, list) else [value]
    return [found for each in listed if (found := number(each)) is not None]


def _length(value: Value) -> int:
    return len(value) if isinstance(value, (str, list, dict)) else 0


def _count(value: Value) -> int:
    listed: list[Value] = value if isinstance(value, list) else [value]
    return sum(map(is_answered, listed))


def as_date(value: Value) -> date | None:
    """The day of an ISO 8601 date or date-time."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def years_between(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _days_between(start: Value, end: Value) -> int | None:
    days = as_date(start), as_date(end)
    return (days[1] - days[0]).days if days[0] and days[1] else None


_PLAIN: Mapping[str, Callable[..., Value]] = {
    "not": lambda value: not is_true(value),
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _compare(lambda left, right: left < right),
    "<=": _compare(lambda left, right: left <= right),
    ">": _compare(lambda left, right: left > right),
    ">=": _compare(lambda left, right: left >= right),
    "contains": _contains,
    "answered": is_answered,
    "sum": lambda value: math.fsum(_numbers(value)),
    "count": _count,
    "min": lambda value: min(_numbers(value), default=None),
    "max": lambda value: max(_numbers(value), default=None),
    "length": _length,
    "days_between": _days_between,
}
