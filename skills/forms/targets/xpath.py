"""Expressions of the model written in XPath as forms use it."""

from __future__ import annotations

import re

from skills.forms.model import expressions, items
from skills.forms.model.expressions import Literal, Node, Operation, Reference
from skills.forms.model.items import Item


class Unsayable(ValueError):
    """XPath in forms has no word for it."""


def xpath(node: Node, known: dict[str, Item], own: str = "") -> str:
    """`own` is the item the expression is a constraint of, written `.`; raises Unsayable."""
    match node:
        case Literal(value=bool() as value):
            return "true()" if value else "false()"
        case Literal(value=str() as value):
            if "'" in value:
                raise Unsayable("a text with an apostrophe cannot be written")
            return f"'{value}'"
        case Literal():
            return expressions.write(node)
        case Reference(name=name):
            return "." if name == own else f"${{{name}}}"
        case Operation(sign="not", parts=(part,)):
            return f"not({_truth(part, known, own)})"
        case Operation(sign="and" | "or" as sign, parts=parts):
            return "(" + f" {sign} ".join(_truth(part, known, own) for part in parts) + ")"
        case Operation(sign=sign, parts=parts):
            return _operation(sign, parts, known, own)


def _truth(node: Node, known: dict[str, Item], own: str) -> str:
    if isinstance(node, Reference) and isinstance(known.get(node.name), items.YesNoQuestion):
        return f"selected({xpath(node, known, own)}, 'yes')"
    if isinstance(node, Reference) and isinstance(known.get(node.name), items.ConsentQuestion):
        return f"selected({xpath(node, known, own)}, 'OK')"
    return xpath(node, known, own)


def _operation(sign: str, parts: tuple[Node, ...], known: dict[str, Item], own: str) -> str:
    first = parts[0] if parts else None
    item = known.get(first.name) if isinstance(first, Reference) else None
    if sign in {"=", "!=", "contains", "in"} and item is not None:
        return _about_choice(sign, item, parts, known, own)
    inner = [xpath(part, known, own) for part in parts]
    match sign:
        case "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/":
            written = {"/": "div"}.get(sign, sign)
            return f"(-{inner[0]})" if len(inner) == 1 else f"({inner[0]} {written} {inner[1]})"
        case "sum" | "count" | "min" | "max" | "today" | "round" | "if":
            return f"{sign}({', '.join(inner)})"
        case "answered":
            return f"string-length({inner[0]}) > 0"
        case "length":
            return f"string-length({inner[0]})"
        case "years_since":
            return f"int((decimal-date-time(today()) - decimal-date-time({inner[0]})) div 365.25)"
        case "days_between":
            return f"(decimal-date-time({inner[1]}) - decimal-date-time({inner[0]}))"
        case _:
            raise Unsayable(f"{sign!r} cannot be said in XPath")


def _about_choice(sign: str, item: Item, parts: tuple[Node, ...], known: dict[str, Item], own: str) -> str:
    asked = xpath(parts[0], known, own)
    values = [_value(item, part, known, own) for part in parts[1:]]
    is_many = isinstance(item, items.ChoiceQuestion) and item.type == "multiple_choice"
    if sign == "contains" and not is_many:
        return f"contains({asked}, {values[0]})"
    if sign == "in" and not is_many and all(re.fullmatch(r"'[^' ]+'", value) for value in values):
        listed = " ".join(value.strip("'") for value in values)
        return f"selected('{listed}', {asked})"
    tests = [f"selected({asked}, {value})" if is_many else f"{asked} = {value}" for value in values]
    joined = tests[0] if len(tests) == 1 else "(" + " or ".join(tests) + ")"
    if sign == "!=":
        return f"not({joined})" if is_many else f"{asked} != {values[0]}"
    return joined


def _value(item: Item, node: Node, known: dict[str, Item], own: str) -> str:
    if isinstance(node, Literal) and isinstance(node.value, bool):
        if isinstance(item, items.YesNoQuestion):
            return "'yes'" if node.value else "'no'"
        if isinstance(item, items.ConsentQuestion):
            return "'OK'" if node.value else "''"
    return xpath(node, known, own)
