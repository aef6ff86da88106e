"""What a calculation waits for: nothing stands in its place until that is answered.

A product waits for all it multiplies, days and years for their dates; a sum for any of what it adds up, since people
leave out what is none. So `days_between(from, to) + 1` is not 1 while the days are open, and `adults * 30 +
children * 20` is there without children. What rests on no answer waits for nothing.
"""

from __future__ import annotations

from functools import lru_cache

from skills.forms.model.expressions import Literal, Node, Operation, Reference, parse, write

_ALL = {"*", "/", "days_between", "years_since"}
_EMPTY = Literal("")


@lru_cache(maxsize=1024)
def calculation(expression: str) -> Node:
    """The expression, or an empty text as long as it waits."""
    node = parse(expression)
    condition = _needed(node)
    return node if condition is None else Operation("if", (condition, node, _EMPTY))


def unguarded(node: Node) -> Node:
    """The expression again from what `calculation` made of it."""
    match node:
        case Operation(sign="if", parts=(condition, inner, empty)) if empty == _EMPTY:
            own = _needed(inner)
            return inner if own is not None and write(own) == write(condition) else node
        case _:
            return node


def _needed(node: Node) -> Node | None:
    match node:
        case Literal():
            return None
        case Reference(group=""):
            return Operation("answered", (node,))
        case Reference():
            return Operation(">", (Operation("count", (node,)), Literal(0.0)))
        case Operation(sign=sign, parts=parts):
            found = {write(need): need for part in parts if (need := _needed(part)) is not None}
            return _joined("and" if sign in _ALL else "or", list(found.values()))


def _joined(sign: str, needs: list[Node]) -> Node | None:
    joined: Node | None = None
    for need in needs:
        joined = need if joined is None else Operation(sign, (joined, need))
    return joined
