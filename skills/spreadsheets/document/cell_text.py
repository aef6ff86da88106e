"""A cell as its XML says it, before shared strings and shared formulas are looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import Area, column_letters, column_number
from skills.spreadsheets.document.markup import Node, element_in, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_X_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
# Looked up for every cell of a sheet, so as bytes and ready made.
_COLUMNS: Final = {column_letters(number).encode(): number for number in range(1, 703)}


def unescape_x(text: str) -> str:
    """`_x000D_` as the character it stands for (ISO/IEC 29500-1, 22.9.2.19)."""
    return _X_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(frozen=True, slots=True)
class FormulaText:
    """An `f` element: `kind` is normal, shared, array or dataTable; a shared member has no text."""

    text: str
    kind: str = "normal"
    area: Area | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class CellText:
    """A `c` element: `kind` its `t`, `content` what stands in `v` or `is`, None where there is neither.

    `metadata` is its `cm`, which cells that spill have; `rich_value` its `vm`, of pictures and linked data.
    """

    column: int
    style: int = 0
    kind: str = "n"
    content: str | None = None
    formula: FormulaText | None = None
    is_rich: bool = False
    metadata: int | None = None
    rich_value: int | None = None


class CellParser:
    """Reads the cells of a sheet whose SpreadsheetML names have that prefix."""

    def __init__(self, prefix: bytes, bound: Mapping[bytes, str]) -> None:
        self._bound = bound
        self._usual, self._any = _patterns(prefix)

    def row(self, row: bytes) -> Iterator[CellText]:
        """The cells of one row's text, in order."""
        first = self._any.search(row)
        if first is None or b"<!" in row or b"xmlns" in row:
            return self._exactly(row) if first or b"xmlns" in row else iter(())
        return self._cells(row, first.start())

    def _cells(self, row: bytes, at: int) -> Iterator[CellText]:
        usual, is_cell, column = self._usual.match, self._any.match, 0
        while True:
            if match := usual(row, at):
                cell = _usual_cell(match)
                at = match.end()
            elif is_cell(row, at):
                node = element_in(row, self._bound, at)
                cell = _exact_cell(node, column + 1)
                at = node.end
            elif (next_cell := self._any.search(row, at)) is not None:
                at = next_cell.start()
                continue
            else:
                return
            column = cell.column
            yield cell

    def _exactly(self, row: bytes) -> Iterator[CellText]:
        column = 0
        for node in element_in(row, self._bound).named(b"c"):
            cell = _exact_cell(node, column + 1)
            column = cell.column
            yield cell


@lru_cache(maxsize=16)
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What nearly all cells look like, whoever wrote them, any other being read exactly; how every cell starts."""
    name, end = re.escape(b"<" + prefix), re.escape(b"</" + prefix)
    kept = rb'(?: xml:space="preserve")?>([^<]*)'
    usual = (
        name + rb'c r="([A-Z]{1,3})\d{1,7}"(?: s="(\d{1,9})")?(?: t="([A-Za-z]{1,9})")?(?:/>|>'
        rb"(?:" + name + rb"f>([^<]*)" + end + rb"f>)?"
        rb"(?:" + name + rb"v" + kept + end + rb"v>"
        rb"|" + name + rb"is>" + name + rb"t" + kept + end + rb"t>" + end + rb"is>)?" + end + rb"c>)"
    )
    return re.compile(usual), re.compile(name + rb"c(?=[\s/>])")


def reference_column(reference: str) -> int | None:
    """The column of a cell's `r`."""
    match = _LETTERS.match(reference.strip().lstrip("$"))
    return column_number(match[0]) if match else None


def _usual_cell(match: re.Match[bytes]) -> CellText:
    letters, style, kind, formula, value, text = match.groups()
    content = text if value is None else value
    return CellText(
        _COLUMNS.get(letters) or column_number(letters.decode()),
        int(style) if style else 0,
        kind.decode() if kind else "n",
        None if content is None else plain(content),
        None if formula is None else FormulaText(plain(formula)),
    )


def _exact_cell(node: Node, implied: int) -> CellText:
    attributes = node.attributes
    kind = attributes.get(b"t", "n")
    formula = next(node.named(b"f"), None)
    content, is_rich = _content(node, kind)
    style = attributes.get(b"s", "").strip()
    return CellText(
        reference_column(attributes.get(b"r", "")) or implied,
        int(style) if style.isdecimal() else 0,
        kind,
        content,
        None if formula is None else formula_text(formula),
        is_rich,
        *(int(attributes[name]) if attributes.get(name, "").isdecimal() else None for name in (b"cm", b"vm")),
    )


def _content(node: Node, kind: str) -> tuple[str | None, bool]:
    if kind == "inlineStr":
        text = next(node.named(b"is"), None)
        return (None, False) if text is None else rich_text(text)
    value = next(node.named(b"v"), None)
    return (None if value is None else value.text()), False


def formula_text(node: Node) -> FormulaText:
    attributes = node.attributes
    reference = attributes.get(b"ref")
    return FormulaText(
        text=node.text(),
        kind=attributes.get(b"t", "normal"),
        area=Area.find(reference) if reference else None,
        group=attributes.get(b"si"),
    )


def rich_text(node: Node) -> tuple[str, bool]:
    """The text of an `si` or `is` without phonetic hints, and whether it has runs of its own format."""
    pieces: list[str] = []
    is_rich = False
    for child in node.children():
        if child.local == b"t":
            pieces.append(child.text())
        elif child.local == b"r":
            is_rich = True
            pieces.extend(text.text() for text in child.named(b"t"))
    return "".join(pieces), is_rich
