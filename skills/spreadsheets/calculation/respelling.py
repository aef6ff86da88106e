"""Calls that the first engine answers wrongly, said in functions it has right.

IronCalc 0.9.1 lets `VLOOKUP(C1,A:B,2,0)` with an empty C1 find the first empty cell below the data, and so gives 0
where Excel gives #N/A; its MATCH is right. Its TEXT leaves texts of digits as they are ("123" by "00000"), hands truths
on as truths, and rounds halves to even; its VALUE and ROUND are right. `SORT(A1:A9,,-1)` and `TAKE(A1:C9,,2)`
are errors to it for what is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.formula_tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXACT: Final = frozenset({"0", "FALSE", "FALSE()", ""})
_DECIMALS: Final = re.compile(r'"[#,0]*0(?:\.(0+))?(%?)"')
_LONGEST: Final = 200  # what is said several times had better be short


def respelt(text: str) -> str:
    """A formula without `=`; calls that hand on constant arrays stay."""
    capitals = text.upper()
    if not any(f"{name}(" in capitals for name in _RESPELT):
        return text
    return "".join(_pieces(tokens(text)))


def _vertical(arguments: Sequence[str]) -> str | None:
    if not _is_exact(arguments):
        return None
    key, table, place, _ = arguments
    return f"INDEX({table},MATCH({key},INDEX({table},0,1),0),{place})"


def _horizontal(arguments: Sequence[str]) -> str | None:
    if not _is_exact(arguments):
        return None
    key, table, place, _ = arguments
    return f"INDEX({table},{place},MATCH({key},INDEX({table},1,0),0))"


def _is_exact(arguments: Sequence[str]) -> bool:
    return len(arguments) == 4 and arguments[3].strip().upper() in _EXACT and "{" not in "".join(arguments)


def _text(arguments: Sequence[str]) -> str | None:
    if len(arguments) != 2 or "{" in arguments[0] or len(arguments[0]) > _LONGEST:
        return None
    value, code = arguments
    number = value
    if decimals := _DECIMALS.fullmatch(code.strip()):
        digits = len(decimals[1] or "") + (2 if decimals[2] else 0)
        number = f"IF(ISNUMBER({value}),ROUND({value},{digits}),{value})"
    truth = f'IF(ISLOGICAL({value}),IF({value},"TRUE","FALSE"),{number})'
    return f"TEXT(IF(ISTEXT({value}),IFERROR(VALUE({value}),{value}),{truth}),{code})"


def _sorted(arguments: Sequence[str]) -> str | None:
    """By the first column where that is left out, which the engine takes for a fault."""
    if len(arguments) < 3 or arguments[1].strip():
        return None
    return f"SORT({','.join((arguments[0], '1', *arguments[2:]))})"


def _taken(arguments: Sequence[str]) -> str | None:
    """All rows where their number is left out."""
    if len(arguments) != 3 or arguments[1].strip() or len(arguments[0]) > _LONGEST:
        return None
    return f"TAKE({arguments[0]},ROWS({arguments[0]}),{arguments[2]})"


_RESPELT: Final[dict[str, Callable[[Sequence[str]], str | None]]] = {
    "VLOOKUP": _vertical,
    "HLOOKUP": _horizontal,
    "TEXT": _text,
    "SORT": _sorted,
    "TAKE": _taken,
}


def _pieces(stream: Iterator[Token]) -> Iterator[str]:
    for token in stream:
        yield _call(token.text, stream) if _is_respelt(token) else token.text


def _is_respelt(token: Token) -> bool:
    return token.kind == "function" and token.text.upper() in _RESPELT


def _call(name: str, stream: Iterator[Token]) -> str:
    arguments = _arguments(stream)
    return _RESPELT[name.upper()](arguments) or f"{name}({','.join(arguments)})"


def _arguments(stream: Iterator[Token]) -> list[str]:
    """Those of the call whose name was just read, respelt themselves; the stream stands after its parenthesis."""
    next(stream)
    arguments, piece, depth = list[str](), list[str](), 0
    for token in stream:
        if token.kind == "close" and depth == 0:
            break
        if token.kind == "comma" and depth == 0:
            arguments.append("".join(piece))
            piece = []
            continue
        depth += (token.kind == "open") - (token.kind == "close")
        piece.append(_call(token.text, stream) if _is_respelt(token) else token.text)
    return [*arguments, "".join(piece)]
