"""Cuts a formula into tokens, nothing lost: joined again they are the formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind: TypeAlias = Literal[
    "space",
    "text",
    "error",
    "prefix",
    "array",
    "function",
    "cell",
    "number",
    "name",
    "brackets",
    "open",
    "close",
    "comma",
    "operator",
    "unknown",
]

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|[A-Z_]+!|GETTING_DATA))
    |(?P<prefix>'(?:[^']|'')*'!|(?:\[[^\[\]]*\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!|\[[^\[\]]*\][\w.]*!)
    |(?P<array>\{(?:"(?:[^"]|"")*"|[^"{}])*\})
    |(?P<function>[^\W\d][\w.\\?]*(?=\())
    |(?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.]))
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|\$[0-9]+)
    |(?P<name>\$?[^\W\d][\w.\\?]*|\\[\w.\\?]*)
    |(?P<brackets>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    |(?P<open>\()|(?P<close>\))|(?P<comma>,)
    |(?P<operator><>|<=|>=|[-+*/^&=<>:%\#@])
    |(?P<unknown>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` as its pattern is called; a function's name comes without its parenthesis, a prefix with its `!`."""

    kind: Kind
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Of a formula without `=`."""
    for match in _TOKEN.finditer(text):
        kind: Kind = match.lastgroup  # pyright: ignore[reportAssignmentType] - one of the groups above
        yield Token(kind, match[0], match.start())
