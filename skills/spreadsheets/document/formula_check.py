"""Which formulas may be written: those Excel can read, and that reach nowhere outside the workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.formula_functions import KNOWN
from skills.spreadsheets.document.formula_tokens import Token, tokens
from skills.spreadsheets.document.near import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LONGEST: Final = 8192

_REACHES_OUT: Final[dict[str, str]] = {
    **dict.fromkeys(("WEBSERVICE", "FILTERXML", "IMAGE", "STOCKHISTORY", "TRANSLATE", "DETECTLANGUAGE"), "the network"),
    **dict.fromkeys(("RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "SQL.REQUEST"), "other programs"),
    "PY": "a cloud service",
}
_INDEXED_BOOK: Final = re.compile(r"'?\[\d+\]")
_STORED_PREFIX: Final = re.compile(r"_xl(?:fn|ws|udf)\.", re.IGNORECASE)
_STARTS_REFERENCE: Final = ("cell", "name", "prefix", "function")
_ENDS_REFERENCE: Final = ("cell", "name", "brackets", "close")


def policy(text: str) -> None:
    """Raise Refused when the formula, given without `=`, would fetch something or start another program.

    Links to other workbooks that the book holds already (`[1]Sheet1!A1`) may be used on.
    """
    found = list(tokens(text))
    for token in found:
        name = _STORED_PREFIX.sub("", token.text).upper()
        if token.kind == "function" and name in _REACHES_OUT:
            raise Refused(f"{name} reaches {_REACHES_OUT[name]}, which formulas written here must not")
        if token.kind == "prefix" and "[" in token.text and not _INDEXED_BOOK.match(token.text):
            raise Refused(f"{token.text} is another workbook; formulas written here must stay in this one")
        if token.kind == "unknown" and token.text == "|":
            raise Refused("'|' calls another program (DDE), which formulas written here must not")


def check_syntax(text: str, known: Collection[str] = (), *, knows_all: bool = False) -> None:
    """Raise ToolError, saying where, unless Excel could read the formula, given without `=`.

    `known` are names the book defines, which may be functions; with `knows_all` (macros may define functions)
    names of functions are taken as they come.
    """
    if len(text) > LONGEST:
        raise ToolError(f"the formula has {len(text):,} characters; Excel's limit is {LONGEST:,}")
    found = [token for token in tokens(text) if token.kind != "space"]
    if not found:
        raise ToolError("the formula is empty; write the expression after '='")
    order = _Order(text)
    for token in found:
        order.take(token)
    order.end()
    if not knows_all:
        _check_functions(text, found, {name.casefold() for name in known})


def _fault(text: str, token: Token | None, what: str) -> ToolError:
    where = "at the end" if token is None else f"at {text[token.start : token.start + 12]!r}"
    return ToolError(f"'={text}' is no formula Excel can read: {what} {where}")


class _Order:
    """Follows the tokens of a formula: operands and operators in turn, parentheses in pairs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[bool] = []  # for each parenthesis, whether it is a call's
        self._wants_operand = True
        self._before: Token | None = None

    def take(self, token: Token) -> None:
        match token.kind:
            case "unknown":
                raise self._fault(token, _hint(token))
            case "open":
                self._take_opening(token)
            case "close":
                self._take_closing(token)
            case "comma":
                self._take_comma(token)
            case "operator":
                self._take_operator(token)
            case _:
                self._take_operand(token)
        self._before = token

    def end(self) -> None:
        if self._open:
            raise self._fault(None, f"{len(self._open)} ')' missing")
        if self._wants_operand:
            raise self._fault(None, "a value is missing")

    def _take_opening(self, token: Token) -> None:
        is_call = self._follows("function")
        if not (self._wants_operand or self._follows("close")):
            raise self._fault(token, "an operator is missing")
        self._open.append(is_call or not self._wants_operand)
        self._wants_operand = True

    def _take_closing(self, token: Token) -> None:
        if not self._open:
            raise self._fault(token, "')' without '('")
        is_call = self._open.pop()
        if self._wants_operand and not (is_call and (self._follows("open") or self._follows("comma"))):
            raise self._fault(token, "a value is missing")
        self._wants_operand = False

    def _take_comma(self, token: Token) -> None:
        if not self._open:
            raise self._fault(token, "',' outside of parentheses")
        may_be_empty = self._open[-1] and (self._follows("open") or self._follows("comma"))
        if self._wants_operand and not may_be_empty:
            raise self._fault(token, "a value is missing")
        self._wants_operand = True

    def _take_operator(self, token: Token) -> None:
        """Signs may stand before a value, `%` and `#` behind one."""
        if self._wants_operand and token.text not in "+-@":
            raise self._fault(token, "a value is missing")
        self._wants_operand = token.text not in "%#"

    def _take_operand(self, token: Token) -> None:
        if not self._wants_operand and not self._may_follow(token):
            raise self._fault(token, "an operator is missing")
        self._wants_operand = token.kind in {"function", "prefix"}

    def _may_follow(self, token: Token) -> bool:
        """Two references parted by a blank are the cells they share; a table's name has brackets behind it."""
        if token.kind == "brackets" and self._follows("name"):
            return True
        is_apart = token.start > 0 and self._text[token.start - 1].isspace()
        are_references = token.kind in _STARTS_REFERENCE and any(map(self._follows, _ENDS_REFERENCE))
        return is_apart and are_references

    def _follows(self, kind: str) -> bool:
        return self._before is not None and self._before.kind == kind

    def _fault(self, token: Token | None, what: str) -> ToolError:
        return _fault(self._text, token, what)


def _hint(token: Token) -> str:
    if token.text == ";":
        return "arguments are parted by ',', not ';',"
    if token.text in "\"'":
        return "a quote is not closed"
    return f"{token.text!r} is out of place"


def _check_functions(text: str, found: Sequence[Token], known: Collection[str]) -> None:
    is_local = any(token.kind == "function" and token.text.upper().endswith(("LET", "LAMBDA")) for token in found)
    for token in found:
        name = _STORED_PREFIX.sub("", token.text).upper()
        if token.kind != "function" or name in KNOWN or name.casefold() in known or is_local:
            continue
        near = nearest(name, sorted(KNOWN))
        raise ToolError(f"'={text}': {near}Excel has no function {token.text!r}")
