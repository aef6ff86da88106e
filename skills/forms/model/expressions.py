"""The small language of conditions, calculations and checks: text to a tree.

Names are item ids (`group.item` for every answer inside a repeat group); texts are quoted; operators are
`or and not = != < <= > >= in contains + - * /`; functions are in FUNCTIONS. There is nothing in it to loop,
call out or assign, so forms from strangers may be evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

FUNCTIONS = {
    "answered": 1,
    "sum": 1,
    "count": 1,
    "min": 1,
    "max": 1,
    "round": 2,
    "length": 1,
    "today": 0,
    "years_since": 1,
    "days_between": 2,
    "if": 3,
}
WORDS = frozenset({"and", "or", "not", "in", "contains", "true", "false"})
RESERVED = WORDS | FUNCTIONS.keys()
_MAX_DEPTH = 40
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "contains"})

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<sign><=|>=|!=|<>|==|[-+*/()<>=,])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | float | bool  # numbers are always float


@dataclass(frozen=True, slots=True)
class Reference:
    """An answer; `group` is the repeat group whose every entry is meant."""

    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """`sign` is an operator or the name of a function; `not` and unary `-` have one part."""

    sign: str
    parts: tuple[Node, ...]


Node: TypeAlias = Literal | Reference | Operation


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Raises ValueError saying where the text stops making sense."""
    return _Parser(text).whole()


def references(node: Node) -> Iterator[Reference]:
    match node:
        case Reference():
            yield node
        case Operation(parts=parts):
            for part in parts:
                yield from references(part)
        case Literal():
            return


def literals_beside(node: Node, name: str) -> Iterator[str | float | bool]:
    """The values an answer is compared with: where conditions over it may turn."""
    if isinstance(node, Operation):
        if any(isinstance(part, Reference) and part.name == name for part in node.parts):
            yield from (part.value for part in node.parts if isinstance(part, Literal))
        for part in node.parts:
            yield from literals_beside(part, name)


def as_json(node: Node) -> list[Any]:
    """The tree as the page's script evaluates it."""
    match node:
        case Literal(value=value):
            return ["value", value]
        case Reference(name=name, group=group):
            return ["answer", name, group]
        case Operation(sign=sign, parts=parts):
            return [sign, *(as_json(part) for part in parts)]


def quoted(text: str) -> str:
    """A text as an expression writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(node: Node) -> str:
    """The expression's text again, with no more brackets than it needs."""
    match node:
        case Literal(value=bool() as value):
            return "true" if value else "false"
        case Literal(value=str() as value):
            return quoted(value)
        case Literal(value=value):
            return repr(int(value)) if float(value).is_integer() else repr(value)
        case Reference(name=name, group=group):
            return f"{group}.{name}" if group else name
        case Operation(sign=sign, parts=parts):
            return _write_operation(sign, [write(part) for part in parts], parts)


_BINDING = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}  # everything else compares: 4
_ATOM = 9


def _binding(node: Node) -> int:
    if not isinstance(node, Operation) or node.sign in FUNCTIONS:
        is_negative = isinstance(node, Literal) and isinstance(node.value, float) and node.value < 0
        return 7 if is_negative else _ATOM
    return 7 if len(node.parts) == 1 and node.sign == "-" else _BINDING.get(node.sign, 4)


def _write_operation(sign: str, texts: list[str], parts: tuple[Node, ...]) -> str:
    if sign in FUNCTIONS:
        return f"{sign}({', '.join(texts)})"
    own = 7 if len(parts) == 1 and sign == "-" else _BINDING.get(sign, 4)
    # The left side may bind as loosely as the sign itself; nothing but the side of a comparison binds tighter twice.
    needed = [own + (own in {4, 7}), *([own + 1] * (len(parts) - 1))]
    inner = [
        f"({text})" if sign != "in" and _binding(part) < least else text
        for text, part, least in zip(texts, parts, needed, strict=True)
    ]
    if sign == "in":
        first = f"({texts[0]})" if _binding(parts[0]) < 5 else texts[0]
        return f"{first} in ({', '.join(texts[1:])})"
    if len(inner) == 1:
        return f"{sign} {inner[0]}" if sign == "not" else f"{sign}{inner[0]}"
    return f" {sign} ".join(inner)


class _Parser:
    """Recursive descent; one method a level of binding, loosest first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.position = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.either()
        if self.position < len(self.tokens):
            raise ValueError(f"{self.text!r}: {self.tokens[self.position][1]!r} is not expected there")
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError(f"the expression is nested deeper than {_MAX_DEPTH}")
        node = self.both()
        while self.takes("or"):
            node = Operation("or", (node, self.both()))
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.negation()
        while self.takes("and"):
            node = Operation("and", (node, self.negation()))
        return node

    def negation(self) -> Node:
        if self.takes("not"):
            return Operation("not", (self.negation_operand(),))
        return self.comparison()

    def negation_operand(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError(f"the expression is nested deeper than {_MAX_DEPTH}")
        node = self.negation()
        self.depth -= 1
        return node

    def comparison(self) -> Node:
        left = self.addition()
        word = self.peek()
        if word == "in":
            self.position += 1
            return Operation("in", (left, *self.arguments()))
        if word in _COMPARISONS:
            self.position += 1
            return Operation(word, (left, self.addition()))
        return left

    def addition(self) -> Node:
        node = self.product()
        while (sign := self.peek()) in {"+", "-"}:
            self.position += 1
            node = Operation(sign, (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.unary()
        while (sign := self.peek()) in {"*", "/"}:
            self.position += 1
            node = Operation(sign, (node, self.unary()))
        return node

    def unary(self) -> Node:
        if self.takes("-"):
            inner = self.atom()
            if isinstance(inner, Literal) and isinstance(inner.value, float):
                return Literal(-inner.value)
            return Operation("-", (inner,))
        return self.atom()

    def atom(self) -> Node:
        if self.takes("("):
            node = self.either()
            self.need(")")
            return node
        kind, text = self.next()
        match kind:
            case "number":
                return Literal(float(text))
            case "text":
                return Literal(re.sub(r"\\(.)", r"\1", text[1:-1]))
            case "name" if text.lower() in {"true", "false"}:
                return Literal(text.lower() == "true")
            case "name" if self.peek() == "(":
                return self.call(text)
            case "name" if text.lower() not in WORDS:
                group, _, name = text.rpartition(".")
                return Reference(name, group)
            case _:
                raise ValueError(f"{self.text!r}: a value is missing before {text!r}")

    def call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise ValueError(f"{self.text!r}: no function {name!r}; there are {', '.join(sorted(FUNCTIONS))}")
        parts = self.arguments()
        if len(parts) != FUNCTIONS[name]:
            raise ValueError(f"{self.text!r}: {name} takes {FUNCTIONS[name]} values, not {len(parts)}")
        return Operation(name, parts)

    def arguments(self) -> tuple[Node, ...]:
        self.need("(")
        if self.takes(")"):
            return ()
        parts = [self.either()]
        while self.takes(","):
            parts.append(self.either())
        self.need(")")
        return tuple(parts)

    def peek(self) -> str:
        if self.position >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.position]
        return text.lower() if kind in {"sign", "name"} else ""

    def takes(self, word: str) -> bool:
        found = self.peek() == word
        self.position += found
        return found

    def need(self, word: str) -> None:
        if not self.takes(word):
            raise ValueError(f"{self.text!r}: {word!r} is missing")

    def next(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise ValueError(f"{self.text!r}: it ends where a value should follow")
        self.position += 1
        return self.tokens[self.position - 1]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{text!r}: cannot be read from {text[position : position + 20].strip()!r} on")
        kind = match.lastgroup or ""
        yield kind, {"==": "=", "<>": "!="}.get(match[kind], match[kind])
        position = match.end()
