"""Rewrites the formulas in a sheet's rows, block by block, over bytes: the hot path of every structural edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import Area, column_number
from skills.spreadsheets.document.markup import attributes_of, escaped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_NO_TEXT: Final = b""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A formula that speaks for an area: the master of a shared one, an array formula or a data table."""

    row: int
    column: int
    kind: str
    group: str
    text: str
    area: Area


class FormulaPatterns:
    """Where formulas stand in the text of rows whose element names have that prefix."""

    def __init__(self, prefix: bytes) -> None:
        name, end = re.escape(b"<" + prefix), re.escape(b"</" + prefix)
        self.start = b"<" + prefix + b"f"
        self.opening = self.start + b">"
        self.closing = b"</" + prefix + b"f>"
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
                yield Anchor(row, column, kind, group, plain(match[5] or _NO_TEXT), area)


class FormulaRewriter:
    """Formulas whose cells stay where they are, or whose text alone changes with them."""

    def __init__(self, patterns: FormulaPatterns, rewrite: Callable[[str], str]) -> None:
        self._patterns = patterns
        self._rewrite = rewrite

    def block(self, data: bytes) -> bytes:
        """A block of rows with every formula rewritten; addresses are those of before the shift."""
        patterns = self._patterns
        if patterns.start not in data:
            return data
        data = patterns.plain.sub(self._plain, data)
        return patterns.special.sub(self._special, data) if patterns.start + b" " in data else data

    def _plain(self, match: re.Match[bytes]) -> bytes:
        source = match[1]
        text = source.decode() if b"&" not in source else plain(source)
        new = self._rewrite(text)
        if new == text:
            return match[0]
        return self._patterns.opening + escaped(new) + self._patterns.closing

    def _special(self, match: re.Match[bytes]) -> bytes:
        return self._element(match, match[4], self._rewrite(plain(match[5] or _NO_TEXT)))

    def _element(self, match: re.Match[bytes], tag: bytes, text: str) -> bytes:
        """The cell's start and its formula anew, the original bytes where both say the same."""
        if tag == match[4] and text == plain(match[5] or _NO_TEXT):
            return match[0]
        if not text:
            return match[1] + tag + b"/>"
        return match[1] + tag + b">" + escaped(text) + self._patterns.closing
