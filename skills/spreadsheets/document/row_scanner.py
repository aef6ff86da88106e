"""Finds the rows in a sheet's text without looking at its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.markup import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TAG: Final = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")


class NotSimpleError(Exception):
    """The fast scan cannot be sure of this sheet: the exact one takes over. Never leaves the document package."""


class RowScanner:
    """For text that holds nothing but rows, their tags prefixed as the sheet's root is."""

    def __init__(self, prefix: bytes) -> None:
        self.opening = b"<" + prefix + b"row"
        self._closing = b"</" + prefix + b"row>"
        name = re.escape(self.opening)
        self._plain = re.compile(name + rb' r="(\d{1,7})"')
        self._any = re.compile(name + rb"(?=[\s/>])")

    def numbers(self, data: bytes, previous: int) -> list[int]:
        """The numbers of the rows in `data`, the row before them having number `previous`.

        Raises NotSimpleError unless they ascend.
        """
        found = list(map(int, self._plain.findall(data)))
        if len(found) != data.count(self.opening):
            found = list(self._read_numbers(data, previous))
        if found and (found[0] <= previous or any(one >= other for one, other in pairwise(found))):
            raise NotSimpleError
        return found

    def starts(self, data: bytes) -> list[int]:
        return [match.start() for match in self._any.finditer(data)]

    def end(self, data: bytes, start: int) -> int:
        """Just behind the row that starts there; raises NotSimpleError when it does not end."""
        tag = _TAG.match(data, start)
        if tag is None:
            raise NotSimpleError
        if data[tag.end() - 2 : tag.end()] == b"/>":
            return tag.end()
        close = data.find(self._closing, tag.end())
        if close < 0:
            raise NotSimpleError
        return close + len(self._closing)

    def _read_numbers(self, data: bytes, previous: int) -> Iterator[int]:
        for start in self.starts(data):
            tag = _TAG.match(data, start)
            previous = row_number(attributes_of(tag[0]) if tag else {}, previous)
            yield previous


def row_number(attributes: dict[bytes, str], previous: int) -> int:
    """The row's own number, or the one after the row before it."""
    text = attributes.get(b"r", "").strip()
    return int(text) if text.isdecimal() else previous + 1


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole rows as they stand; `numbers` are their row numbers, implied ones too."""

    data: bytes
    numbers: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int] | RowScanner

    def end(self, index: int) -> int:
        """Just behind a row; looked for only where asked, since most rows stay untouched."""
        if isinstance(self.ends, RowScanner):
            return self.ends.end(self.data, self.starts[index])
        return self.ends[index]

    def row(self, index: int) -> bytes:
        return self.data[self.starts[index] : self.end(index)]
