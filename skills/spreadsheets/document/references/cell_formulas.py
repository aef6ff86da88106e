"""Rewrites the formulas in a sheet's rows, block by block, over bytes: the hot path of every structural edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import Area, column_number
from skills.spreadsheets.document.markup import attributes_of, escaped, plain
from skills.spreadsheets.document.references.grammar import REF_ERROR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SHARED_AREA: Final = re.compile(rb"""\sref=["']([A-Z0-9:]+)""")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A formula that speaks for an area: the master of a shared one, an array formula or a data table.

    `is_dynamic`: an array that spills, which Excel marks by the cell's metadata.
    """

    row: int
    column: int
    kind: str
    group: str
    text: str
    area: Area
    is_dynamic: bool = False


class FormulaPatterns:
    """Where formulas stand in the text of rows whose element names have that prefix."""

    def __init__(self, prefix: bytes) -> None:
        name, end = re.escape(b"<" + prefix), re.escape(b"</" + prefix)
        self.start = b"<" + prefix + b"f"
        self.opening = self.start + b">"
        self.closing = b"</" + prefix + b"f>"
        self.cell = b"<" + prefix + b'c r="'
        self.any = re.compile(rb"(" + name + rb"f(?:\s[^>]*)?>)([^<]+)" + end + rb"f>")
        self.plain = re.compile(name + rb"f>([^<]*)" + end + rb"f>")
        # The cell with its address, the formula's tag with its attributes, its text.
        self.special = re.compile(
            rb"("
            + name
            + rb'c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*)('
            + name
            + rb"f\s[^>]*?)(?:/>|>([^<]*)"
            + end
            + rb"f>)"
        )

    def anchors(self, data: bytes) -> Iterable[Anchor]:
        """The formulas in a block that speak for an area."""
        if b"ref=" not in data:
            return
        for match in self.special.finditer(data):
            attributes = attributes_of(match[4] + b">")
            area = Area.find(attributes.get(b"ref", ""))
            if area is not None:
                row, column = int(match[3]), column_number(match[2].decode())
                kind, group = attributes.get(b"t", "normal"), attributes.get(b"si", "")
                is_dynamic = kind == "array" and is_dynamic_cell(match[1])
                yield Anchor(row, column, kind, group, plain(match[5] or b""), area, is_dynamic)


def is_dynamic_cell(tag: bytes) -> bool:
    """Whether the start tag of an array formula's cell says that the array spills ([MS-XLSX] 2.2.4, XLDAPR)."""
    return b" cm=" in tag


class FormulaRewriter:
    """Formulas whose text alone changes: sheets or tables were renamed or deleted.

    `broken` collects the cells (as they stood before) whose formulas came to hold #REF!; of a shared formula its area.
    """

    def __init__(self, patterns: FormulaPatterns, rewrite: Callable[[str], str]) -> None:
        self._patterns = patterns
        self._rewrite = rewrite
        self.broken: list[Area] = []

    def block(self, data: bytes) -> bytes:
        """A block of rows with every formula rewritten; addresses are those of before the shift."""
        return self._patterns.any.sub(self._any, data) if self._patterns.start in data else data

    def _any(self, match: re.Match[bytes]) -> bytes:
        new = self._new_text(match, match[2])
        return match[0] if new is None else match[1] + escaped(new) + self._patterns.closing

    def _new_text(self, match: re.Match[bytes], source: bytes) -> str | None:
        """None when it stays as it is."""
        text = source.decode() if b"&" not in source else plain(source)
        new = self._rewrite(text)
        if new == text:
            return None
        if REF_ERROR in new and REF_ERROR not in text:
            self._note_broken(match)
        return new

    def _note_broken(self, match: re.Match[bytes]) -> None:
        shared = _SHARED_AREA.search(match[0])
        area = Area.find(shared[1].decode()) if shared else self._cell_of(match)
        if area:
            self.broken.append(area)

    def _cell_of(self, match: re.Match[bytes]) -> Area | None:
        """The cell a formula stands in: the last one that starts before it, or with it."""
        data, opening = match.string, self._patterns.cell
        start = data.rfind(opening, 0, match.start() + len(opening))
        end = data.find(b'"', start + len(opening))
        return Area.find(data[start + len(opening) : end].decode("ascii", "replace")) if start >= 0 else None
