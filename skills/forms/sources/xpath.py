"""XPath as forms use it, read into the model's expressions."""

from __future__ import annotations

from collections.abc import Mapping

from skills.forms.model import items
from skills.forms.model.expressions import Literal, Node, Operation, Reference
from skills.forms.model.items import Item
from skills.forms.sources import infix

_RENAMED = {"string-length": "length", "if": "if", "round": "round", "today": "today"}
_GATHERING = frozenset({"sum", "count", "min", "max"})
_YEAR = Literal(365.25)
Known = Mapping[str, Item]


def expression(text: str, known: Known, own: str = "") -> str:
    """`own` is the item a constraint belongs to, which it calls `.`; raises ValueError where it cannot be said."""
    return infix.said(node(text, known, own))


def node(text: str, known: Known, own: str = "") -> Node:
    """As a tree, with words of XPath the model may not have."""
    groups = {inner.id: item.id for item in known.values() for inner in getattr(item, "items", ())}

    def rule(told: Operation) -> Node:
        sign, parts = told.sign, tuple(Reference(own) if part == infix.SELF and own else part for part in told.parts)
        match sign:
            case "selected":
                return _selected(parts, known)
            case "=" | "!=":
                return Operation(sign, (parts[0], _answer(parts[0], parts[1], known)))
            case "not" if (inner := _chosen(parts[0], known)) is not None:
                return Operation("!=", inner)
            case ">" if _is_call(parts[0], "length") and parts[1] == Literal(0.0):
                return Operation("answered", parts[0].parts)  # type: ignore[union-attr]
            case "-" if all(_is_call(part, "decimal-date-time") for part in parts) and len(parts) == 2:
                later, earlier = (part.parts[0] for part in parts)  # type: ignore[union-attr]
                return Operation("days_between", (earlier, later))
            case "int" if _is_age(parts[0]):
                return Operation("years_since", (parts[0].parts[0].parts[0],))  # type: ignore[union-attr]
            case _ if sign in _GATHERING and isinstance(parts[0], Reference) and parts[0].name in groups:
                return Operation(sign, (Reference(parts[0].name, groups[parts[0].name]),))
            case _:
                return Operation(_RENAMED.get(sign, sign), parts)

    read = infix.read(text)
    return Reference(own) if read == infix.SELF else infix.translated(read, rule)


def conjuncts(tree: Node) -> list[Node]:
    """The parts of `a and b and c` as they were joined, first to last."""
    if isinstance(tree, Operation) and tree.sign == "and":
        return [*conjuncts(tree.parts[0]), tree.parts[1]]
    return [tree]


def _selected(parts: tuple[Node, ...], known: Known) -> Node:
    first, second = parts
    if isinstance(first, Literal) and isinstance(second, Reference):
        return Operation("in", (second, *(Literal(each) for each in str(first.value).split())))
    item = known.get(first.name) if isinstance(first, Reference) else None
    if isinstance(item, (items.YesNoQuestion, items.ConsentQuestion)) and second in {Literal("yes"), Literal("OK")}:
        return first
    return Operation("=", (first, second))


def _answer(asked: Node, value: Node, known: Known) -> Node:
    """'yes' and 'OK' are how these questions' true is written."""
    item = known.get(asked.name) if isinstance(asked, Reference) else None
    if isinstance(item, items.YesNoQuestion) and value in {Literal("yes"), Literal("no")}:
        return Literal(value == Literal("yes"))
    if isinstance(item, items.ConsentQuestion) and value in {Literal("OK"), Literal("")}:
        return Literal(value == Literal("OK"))
    return value


def _chosen(tree: Node, known: Known) -> tuple[Node, ...] | None:
    """Of `not(selected(x, v))`, x and v."""
    if not (isinstance(tree, Operation) and tree.sign == "=" and isinstance(tree.parts[0], Reference)):
        return None
    item = known.get(tree.parts[0].name)
    return tree.parts if isinstance(item, items.ChoiceQuestion) and item.type == "multiple_choice" else None


def _is_call(tree: Node, name: str) -> bool:
    return isinstance(tree, Operation) and tree.sign == name


def _is_age(tree: Node) -> bool:
    """Days from a day until today, over the length of a year."""
    if not (isinstance(tree, Operation) and tree.sign == "/" and tree.parts[1] == _YEAR):
        return False
    days = tree.parts[0]
    return isinstance(days, Operation) and days.sign == "days_between" and _is_call(days.parts[1], "today")
