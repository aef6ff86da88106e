"""Finds the rows in a sheet's text without looking at its cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from skills.spreadsheets.document.markup import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.markup import Node

_TAG: Final = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")


class NotSimpleError(Exception):
    """The fast scan cannot be sure of this sheet: the exact one takes over. Never leaves the document package."""


class RowFinder(Protocol):
    """Where the rows lie in a run of them."""

    def numbers(self, data: bytes, previous: int) -> Sequence[int]:
        """The rows' numbers, the row before them having number `previous`."""
        ...

    def starts(self, data: bytes) -> Sequence[int]: ...
    def end(self, data: bytes, start: int) -> int:
        """Just behind the row that starts there."""
        ...

    def find(self, data: bytes, number: int, at: int) -> int:
        """Where a row starts, from `at` on, that says its number; -1 when it may be there without saying so."""
        ...

    def is_numbered(self, data: bytes) -> bool:
        """Whether every row says its number."""
        ...


class RowScanner:
    """For text that holds nothing but rows, their tags prefixed as the sheet's root is."""

    def __init__(self, prefix: bytes) -> None:
        self.opening = b"<" + prefix + b"row"
        self._closing = b"</" + prefix + b"row>"
        name = re.escape(self.opening)
        self._plain = re.compile(name + rb' r="(\d{1,7})"')
        self._any = re.compile(name + rb"(?=[\s/>])")

    def numbers(self, data: bytes, previous: int) -> Sequence[int]:
        """Raises NotSimpleError unless they ascend."""
        found = list(map(int, self._plain.findall(data)))
        if len(found) != data.count(self.opening):
            found = list(self._read_numbers(data, previous))
        if found and (found[0] <= previous or not _ascends(found)):
            raise NotSimpleError
        return found

    def starts(self, data: bytes) -> Sequence[int]:
        return [match.start() for match in self._any.finditer(data)]

    def end(self, data: bytes, start: int) -> int:
        """Raises NotSimpleError when it does not end."""
        tag = _TAG.match(data, start)
        if tag is None:
            raise NotSimpleError
        if data[tag.end() - 2 : tag.end()] == b"/>":
            return tag.end()
        close = data.find(self._closing, tag.end())
        if close < 0:
            raise NotSimpleError
        return close + len(self._closing)

    def find(self, data: bytes, number: int, at: int) -> int:
        return data.find(b'%b r="%d"' % (self.opening, number), at)

    def is_numbered(self, data: bytes) -> bool:
        return data.count(self.opening + b" r=") == data.count(self.opening)

    def _read_numbers(self, data: bytes, previous: int) -> Iterator[int]:
        for start in self.starts(data):
            tag = _TAG.match(data, start)
            previous = row_number(attributes_of(tag[0]) if tag else {}, previous)
            yield previous


@lru_cache(maxsize=16)
def scanner(prefix: bytes) -> RowScanner:
    return RowScanner(prefix)


class RowList:
    """For rows found one by one, in whatever order they stand; `shift` is where their text starts."""

    def __init__(self, nodes: Sequence[Node], shift: int) -> None:
        self.found: list[int] = []
        for node in nodes:
            self.found.append(row_number(node.attributes, self.found[-1] if self.found else 0))
        self._ends = {node.start - shift: node.end - shift for node in nodes}
        self._is_numbered = all(b"r" in node.attributes for node in nodes)

    def numbers(self, data: bytes, previous: int) -> Sequence[int]:
        return self.found

    def starts(self, data: bytes) -> Sequence[int]:
        return list(self._ends)

    def end(self, data: bytes, start: int) -> int:
        return self._ends[start]

    def find(self, data: bytes, number: int, at: int) -> int:
        return -1

    def is_numbered(self, data: bytes) -> bool:
        return self._is_numbered


def _ascends(numbers: Sequence[int]) -> bool:
    """Nearly always they leave none out, which is the cheaper thing to see."""
    first, last = numbers[0], numbers[-1]
    if last - first == len(numbers) - 1 and numbers == list(range(first, last + 1)):
        return True
    return all(one < other for one, other in pairwise(numbers))


def row_number(attributes: dict[bytes, str], previous: int) -> int:
    """The row's own number, or the one after the row before it."""
    text = attributes.get(b"r", "").strip()
    return int(text) if text.isdecimal() else previous + 1


class Block:
    """A run of whole rows as they stand; what is not asked for is not looked for, since most rows stay untouched."""

    def __init__(
        self, data: bytes, finder: RowFinder, previous: int = 0, bounds: tuple[int, int] | None = None
    ) -> None:
        """`previous` is the number of the row before the first one; `bounds`, where known, hold all its rows."""
        self.data = data
        self._finder = finder
        self._previous = previous
        self._bounds = bounds

    def rewritten(self, data: bytes) -> Block:
        """The same rows with other texts."""
        return Block(data, self._finder, self._previous, self._bounds)

    @property
    def bounds(self) -> tuple[int, int]:
        """Two numbers between which its rows lie, and no row of another block."""
        return self._bounds or (self.numbers[0], self.numbers[-1])

    @cached_property
    def numbers(self) -> Sequence[int]:
        """The rows' numbers, implied ones too."""
        return self._finder.numbers(self.data, self._previous)

    @cached_property
    def starts(self) -> Sequence[int]:
        return self._finder.starts(self.data)

    @property
    def is_numbered(self) -> bool:
        """Whether every row says its number."""
        return self._finder.is_numbered(self.data)

    def end(self, index: int) -> int:
        """Just behind a row."""
        return self._finder.end(self.data, self.starts[index])

    def row(self, index: int) -> bytes:
        return self.data[self.starts[index] : self.end(index)]

    def place(self, number: int, at: int) -> tuple[int, int] | None:
        """Where a row lies, looked for from `at` on; None when it is not there. For rows in order."""
        start = self._finder.find(self.data, number, at)
        if start < 0:
            index = bisect_left(self.numbers, number)
            if index == len(self.numbers) or self.numbers[index] != number:
                return None
            start = self.starts[index]
        return start, self._finder.end(self.data, start)

    def gap(self, number: int) -> int:
        """Where a row goes that is not there; for rows in order."""
        index = bisect_left(self.numbers, number)
        if index < len(self.starts):
            return self.starts[index]
        return self.end(index - 1) if index else 0
