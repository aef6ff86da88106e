"""Exact VLOOKUP and HLOOKUP said by INDEX and MATCH, for an engine that takes an empty cell for a key of 0.

IronCalc 0.9.1 lets `VLOOKUP(C1,A:B,2,0)` with an empty C1 find the first empty cell below the data, and so gives 0
where Excel gives #N/A; its MATCH is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.formula_tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXACT: Final = frozenset({"0", "FALSE", "FALSE()", ""})
_SAID: Final = {
    "VLOOKUP": "INDEX({table},MATCH({key},INDEX({table},0,1),0),{place})",
    "HLOOKUP": "INDEX({table},{place},MATCH({key},INDEX({table},1,0),0))",
}


def as_matches(text: str) -> str:
    """A formula without `=`, its exact lookups rewritten; those that hand on constant arrays stay."""
    if "LOOKUP(" not in text.upper():
        return text
    return "".join(_rewritten(tokens(text)))


def _rewritten(stream: Iterator[Token]) -> Iterator[str]:
    for token in stream:
        said = _SAID.get(token.text.upper()) if token.kind == "function" else None
        yield token.text if said is None else _call(token.text, said, stream)


def _call(name: str, said: str, stream: Iterator[Token]) -> str:
    arguments = _arguments(stream)
    if len(arguments) == 4 and arguments[3].strip().upper() in _EXACT and "{" not in "".join(arguments):
        key, table, place, _ = arguments
        return said.format(key=key, table=table, place=place)
    return f"{name}({','.join(arguments)})"


def _arguments(stream: Iterator[Token]) -> list[str]:
    """Those of the call whose name was just read, rewritten themselves; the stream stands after its parenthesis."""
    next(stream)
    arguments, piece, depth = list[str](), list[str](), 0
    for token in stream:
        said = _SAID.get(token.text.upper()) if token.kind == "function" else None
        if token.kind == "close" and depth == 0:
            break
        if token.kind == "comma" and depth == 0:
            arguments.append("".join(piece))
            piece = []
            continue
        depth += (token.kind == "open") - (token.kind == "close")
        piece.append(token.text if said is None else _call(token.text, said, stream))
    return [*arguments, "".join(piece)]
