"""Expressions of other form languages read into the model's: one parser for SurveyJS's and XPath's infix notation.

What comes out are the model's nodes; names of functions are the other language's until `translated` renames them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from skills.forms.model.expressions import FUNCTIONS, Literal, Node, Operation, Reference, parse, write

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<name>\$?\{[^{}]+\})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<word>[A-Za-z_]\w*(?:-[A-Za-z]\w*)*)
    | (?P<sign><=|>=|!=|<>|==|&&|\|\||[-+*/()\[\]<>=,!.])
    )""",
    re.VERBOSE,
)
_SAME = {"==": "=", "<>": "!=", "&&": "and", "||": "or", "div": "/", "!": "not"}
_BINDING = {
    "or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "contains": 4, "notcontains": 4, "anyof": 4,
    "+": 5, "-": 5, "*": 6, "/": 6,
}  # fmt: skip
_AFTER = {"notempty", "empty"}
_OURS = {"and", "or", "not", "in", "=", "!=", "<", "<=", ">", ">=", "contains", "+", "-", "*", "/"}
SELF = Reference(".")
Token = tuple[str, str]


def read(text: str) -> Node:
    """Raises ValueError where the text is beyond this."""
    parser = _Parser(list(_tokens(text)))
    node = parser.expression(0)
    if parser.rest:
        raise ValueError(f"{text!r}: {parser.rest[0][1]!r} is not expected")
    return node


def translated(node: Node, rule: Callable[[Operation], Node]) -> Node:
    """Every operation given to `rule`, innermost first."""
    if not isinstance(node, Operation):
        return node
    return rule(Operation(node.sign, tuple(translated(part, rule) for part in node.parts)))


def said(node: Node) -> str:
    """As the model writes it; raises ValueError naming the word it does not have."""
    for sign in _signs(node):
        if sign not in FUNCTIONS and sign not in _OURS:
            raise ValueError(f"the model has no word for {sign!r}")
    written = write(node)
    parse(written)
    return written


def _signs(node: Node) -> Iterator[str]:
    if isinstance(node, Operation):
        yield node.sign
        for part in node.parts:
            yield from _signs(part)


def _tokens(text: str) -> Iterator[Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{text!r} cannot be read from {text[position : position + 20]!r} on")
        kind = match.lastgroup or ""
        yield kind, _SAME.get(match[kind].lower(), match[kind]) if kind in {"sign", "word"} else match[kind]
        position = match.end()


class _Parser:
    """By binding strength: `rest` are the tokens not yet read."""

    def __init__(self, tokens: list[Token]) -> None:
        self.rest = tokens

    def expression(self, least: int) -> Node:
        left = self.operand()
        while self.rest:
            sign = self.rest[0][1]
            if self.rest[0][0] == "word" and sign in _AFTER and least <= 4:
                self.rest.pop(0)
                left = Operation("answered", (left,)) if sign == "notempty" else _not(Operation("answered", (left,)))
                continue
            binding = _BINDING.get(sign, 0) if self.rest[0][0] in {"sign", "word"} else 0
            if not binding or binding < least:
                break
            self.rest.pop(0)
            left = self.joined(sign, left, binding)
        return left

    def joined(self, sign: str, left: Node, binding: int) -> Node:
        if sign == "anyof":
            return Operation("in", (left, *self.listed("[", "]")))
        right = self.expression(binding + 1)
        if sign == "notcontains":
            return _not(Operation("contains", (left, right)))
        return Operation(sign, (left, right))

    def operand(self) -> Node:
        if not self.rest:
            raise ValueError("the expression ends too early")
        kind, text = self.rest.pop(0)
        match kind, text:
            case "number", _:
                return Literal(float(text))
            case "text", _:
                return Literal(text[1:-1])
            case "name", _:
                return Reference(text.strip("${}").removeprefix("panel."))
            case _, "(":
                node = self.expression(0)
                self.need(")")
                return node
            case _, ".":
                return SELF
            case _, "-":
                node = self.expression(7)
                is_number = isinstance(node, Literal) and isinstance(node.value, float)
                return Literal(-node.value) if is_number else Operation("-", (node,))  # type: ignore[union-attr, operator]
            case _, "not":
                return _not(self.expression(3))
            case "word", _ if self.rest and self.rest[0][1] == "(":
                return self.call(text)
            case "word", "true" | "false":
                return Literal(text == "true")
            case _:
                raise ValueError(f"{text!r} is not expected")

    def call(self, name: str) -> Node:
        parts = self.listed("(", ")")
        if name in {"true", "false"} and not parts:
            return Literal(name == "true")
        return Operation(name, parts)

    def listed(self, opening: str, closing: str) -> tuple[Node, ...]:
        self.need(opening)
        parts: list[Node] = []
        while self.rest and self.rest[0][1] != closing:
            parts.append(self.expression(0))
            if self.rest and self.rest[0][1] == ",":
                self.rest.pop(0)
        self.need(closing)
        return tuple(parts)

    def need(self, sign: str) -> None:
        if not self.rest or self.rest.pop(0)[1] != sign:
            raise ValueError(f"{sign!r} is missing")


def _not(node: Node) -> Node:
    return Operation("not", (node,))
