"""Formulas between the two ways they are spelt: as people see them, and as files store them.

Functions newer than Excel 2007 are stored with `_xlfn.` (some with `_xlws.` behind it), the names that LET and
LAMBDA define with `_xlpm.`, `A1#` and `@A1` as functions, `[@Column]` as `Table[[#This Row],[Column]]`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import ToolError
from skills.spreadsheets.document.formula_functions import STORED_NAMES
from skills.spreadsheets.document.formula_tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUOTED: Final = r"""(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')"""
_OPERAND: Final = r"(?:'(?:[^']|'')*'!|[\w.]+!)?\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_RANGE: Final = rf"{_OPERAND}(?::{_OPERAND})?|(?:'(?:[^']|'')*'!|[\w.]+!)?\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}"
_STORED: Final = re.compile(
    rf"{_QUOTED}|_xlfn\.ANCHORARRAY\((?P<spill>{_OPERAND})\)|_xlfn\.SINGLE\((?P<single>{_RANGE})\)"
    r"|(?P<row>\[\[#This Row\],(?:\[(?P<column>(?:[^\[\]']|'.)*)\]|(?P<bare>[^\[\],]+))\])"
    r"|_xlop\.(?P<optional>[\w.]+)|(?P<spelling>_xl(?:fn|ws|pm|udf)\.)",
    re.IGNORECASE,
)
_PLAIN_COLUMN: Final = re.compile(r"\w+\Z")
_DEFINES_NAMES: Final = frozenset({"LET", "LAMBDA"})


def shown(text: str) -> str:
    """A stored formula as Excel shows it, both without `=`."""
    return _STORED.sub(_shown, text) if "_xl" in text or "#This Row" in text else text


def _shown(match: re.Match[str]) -> str:
    if match["spill"]:
        return match["spill"] + "#"
    if match["single"]:
        return "@" + match["single"]
    if match["optional"]:
        return f"[{match['optional']}]"
    if match["row"]:
        column = match["column"] or match["bare"] or ""
        return f"[@{column}]" if _PLAIN_COLUMN.match(column) else f"[@[{column}]]"
    return match["quoted"] or ""


def stored(text: str, table: str | None = None) -> str:
    """A formula as people write it, as files store it, both without `=`.

    `table` is the name of the table it stands in, which `[@Column]` needs; raises ToolError without one.
    """
    cut = list(tokens(text))
    words = _with_names_marked(cut, [token.text for token in cut])
    pieces: list[str] = []
    at = 0
    while at < len(cut):
        token = cut[at]
        if token.kind == "operator" and token.text == "@":
            end = _operand_end(cut, at + 1)
            pieces.append(f"_xlfn.SINGLE({stored(''.join(words[at + 1 : end]), table)})")
            at = end
            continue
        if token.kind == "operator" and token.text == "#" and pieces:
            start = -2 if at > 1 and cut[at - 2].kind == "prefix" else -1
            pieces[start:] = [f"_xlfn.ANCHORARRAY({''.join(pieces[start:])})"]
        elif token.kind == "brackets" and words[at] == token.text:
            is_bare = at == 0 or cut[at - 1].kind != "name"
            pieces.append(_this_row(token.text, table, is_bare=is_bare))
        elif token.kind == "function":
            pieces.append(STORED_NAMES.get(words[at].upper(), words[at]))
        else:
            pieces.append(words[at])
        at += 1
    return "".join(pieces)


def _operand_end(cut: Sequence[Token], at: int) -> int:
    """Behind the operand that `@` stands before: a range, a name, a table's column, a call."""
    depth = 0
    for index in range(at, len(cut)):
        kind = cut[index].kind
        depth += (kind == "open") - (kind == "close")
        is_done = kind in {"cell", "name", "number", "brackets"} or (kind == "close" and depth == 0)
        if depth == 0 and is_done:
            following = cut[index + 1] if index + 1 < len(cut) else None
            if following is None or not (following.text == ":" or following.kind == "brackets"):
                return index + 1
    return len(cut)


def _this_row(brackets: str, table: str | None, *, is_bare: bool) -> str:
    """`[@Column]` as stored, with the table's name where it was left out."""
    name = table or ""
    if is_bare and not table:
        raise ToolError(f"{brackets} without a table's name works only inside a table; write Table1{brackets}")
    inner = brackets[1:-1].strip()
    before = name if is_bare else ""
    if not inner.startswith("@"):
        return before + brackets
    column = inner[1:].strip()
    if not column:
        return f"{before}[#This Row]"
    return f"{before}[[#This Row],{column if column.startswith('[') else f'[{column}]'}]"


def _with_names_marked(cut: Sequence[Token], words: list[str]) -> list[str]:
    """The tokens' texts, names that a LET or LAMBDA defines marked as such where it holds."""
    for index, token in enumerate(cut):
        if token.kind == "function" and token.text.upper() in _DEFINES_NAMES:
            arguments = _arguments(cut, index + 1)
            is_let = token.text.upper() == "LET"
            names = _defined(cut, arguments, is_let=is_let)
            end = arguments[-1][1] if arguments else index
            for inside in range(index + 1, end):
                words[inside] = _marked(cut[inside], words[inside], names)
    return words


def _marked(token: Token, word: str, names: frozenset[str]) -> str:
    if token.kind in {"name", "function"} and token.text.casefold() in names:
        return word if word.startswith("_xlpm.") else f"_xlpm.{word}"
    optional = token.text[1:-1].strip()
    return f"_xlop.{optional}" if token.kind == "brackets" and optional.casefold() in names else word


def _arguments(cut: Sequence[Token], opening: int) -> list[tuple[int, int]]:
    """The token ranges of a call's arguments, `opening` being its parenthesis."""
    depth, start, found = 0, opening + 1, list[tuple[int, int]]()
    for index in range(opening, len(cut)):
        kind = cut[index].kind
        depth += (kind == "open") - (kind == "close")
        if (kind == "comma" and depth == 1) or depth == 0:
            found.append((start, index))
            start = index + 1
        if depth == 0:
            return found
    return found


def _defined(cut: Sequence[Token], arguments: Sequence[tuple[int, int]], *, is_let: bool) -> frozenset[str]:
    """The names defined, casefolded: every other argument of LET, all but the last of LAMBDA."""
    places = arguments[:-1:2] if is_let else arguments[:-1]
    texts = ("".join(token.text for token in cut[start:end]).strip() for start, end in places)
    return frozenset(text.strip("[]").casefold() for text in texts if text)
