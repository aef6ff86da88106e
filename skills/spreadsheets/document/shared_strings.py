"""The book's shared strings: read one by one, appended to, never renumbered."""

from __future__ import annotations

import copy
import re
from array import array
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile
from skills.spreadsheets.document.cell_text import rich_text, unescape_x
from skills.spreadsheets.document.markup import element_in, escaped, open_root, plain, root_node
from skills.spreadsheets.document.part_text import PartText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copilot_server.office.package import Package
    from skills.spreadsheets.document.markup import Node

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER: Final = re.compile(rb"""(\s(count|uniqueCount)\s*=\s*["'])(\d+)""")
_MANY: Final = 100


def storable(text: str) -> bytes:
    """Text as Excel stores it: escaped, and what XML cannot hold as `_x0007_`."""
    return escaped(_CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def text_element(name: bytes, text: str) -> bytes:
    """An element of text, its outer blanks and line breaks preserved."""
    space = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
    return b"<" + name + space + b">" + storable(text) + b"</" + name + b">"


class _Stored:
    """The strings a part holds; shared by forks, stale once the part is written."""

    def __init__(self, text: PartText) -> None:
        self.text = text
        self.missed = text.noted("strings missed", list[int])
        """Indexes asked for beyond the end, by whoever read these strings."""

    def on(self, package: Package) -> _Stored:
        other = copy.copy(self)
        other.text = self.text.on(package)
        return other

    @cached_property
    def data(self) -> bytes:
        return self.text.whole()

    @cached_property
    def root(self) -> Node:
        """Of which only the start tag counts."""
        return open_root(self.data)

    @property
    def prefix(self) -> bytes:
        return self.root.prefix

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each `si` starts."""
        return self.text.noted("starts of strings", lambda: array("I", self._find_starts()))

    def _find_starts(self) -> Iterator[int]:
        if b"<!" in self.data:
            return (node.start for node in root_node(self.data).named(b"si"))
        opening = re.compile(re.escape(b"<" + self.prefix) + rb"si(?=[\s/>])")
        return (match.start() for match in opening.finditer(self.data))

    @cached_property
    def _usual(self) -> re.Pattern[bytes]:
        name, end = re.escape(b"<" + self.prefix), re.escape(b"</" + self.prefix)
        return re.compile(name + rb"si>" + name + rb"t(?: [^>]*)?>([^<]*)" + end + rb"t>" + end + rb"si>")

    @cached_property
    def by_source(self) -> dict[bytes, int]:
        """Plain strings by their text as it stands in the part, the first of equal ones."""
        found: dict[bytes, int] = {}
        for index, start in enumerate(self.starts):
            if match := self._usual.match(self.data, start):
                found.setdefault(match[1], index)
        return found

    def read(self, index: int) -> tuple[str, bool]:
        """The string, and whether it has runs of its own format."""
        if not 0 <= index < len(self.starts):
            self.missed.append(index)
            return "", False
        if match := self._usual.match(self.data, self.starts[index]):
            return unescape_x(plain(match[1])), False
        text, is_rich = rich_text(self.node(index))
        return unescape_x(text), is_rich

    def node(self, index: int) -> Node:
        """The `si` itself."""
        return element_in(self.data, self.root.bound, self.starts[index])

    def find(self, element: bytes) -> int | None:
        """The index of that very `si`."""
        at = self.data.find(element)
        return None if at < 0 else bisect_right(self.starts, at) - 1


class SharedStrings:
    """Reads strings by index and takes new ones, which `flush` appends to the part."""

    def __init__(self, package: Package, part: str | None, stored: _Stored | None = None) -> None:
        """`part` is None for a book that has none; `stored` is what is known of it already."""
        self.part = part
        self._stored = stored
        if stored is None and part is not None:
            self._stored = _Stored(PartText(package, part))
        self._read: dict[int, tuple[str, bool]] = {}
        self._added: dict[bytes, int] = {}  # by what stands between the tags
        self._reused: dict[bytes, int] = {}
        self._uses = 0

    def on(self, package: Package) -> SharedStrings:
        """The same over a fork of the package; nothing must be waiting to be flushed."""
        return SharedStrings(package, self.part, self._stored and self._stored.on(package))

    def text(self, index: int) -> str:
        """The string at an index, "" beyond the end."""
        return self._entry(index)[0]

    def is_rich(self, index: int) -> bool:
        return self._entry(index)[1]

    def node(self, index: int) -> Node:
        """The `si` at an index that `is_rich` knows."""
        if self._stored is None:
            raise DamagedFile("the file has no shared strings")
        return self._stored.node(index)

    def index_of(self, text: str) -> int:
        """The index of an equal plain string, appended when there is none; counts one more use."""
        return self.index_of_source(text_element(self._prefix + b"t", text), text)

    def index_of_source(self, source: bytes, text: str | None = None) -> int:
        """The index of a string of which all between the tags is given; of a plain one, its text too."""
        self._uses += 1
        index = self._added.get(source)
        if index is None:
            index = self._reused.get(source)
        if index is not None:
            return index
        index = self._find(source, text)
        if index is not None:
            self._reused[source] = index
            return index
        index = self._added[source] = self._count + len(self._added)
        return index

    def forget_one_use(self) -> None:
        """A cell no longer refers to its string, which stays where it is."""
        self._uses -= 1

    def flush(self) -> None:
        """Append what was added to the part; indexes given out stay good.

        The count of uses is put right on that occasion only: it is a hint, not worth touching a part for.
        """
        if self._stored is None or not self._added:
            return
        # Where a cell was read that names no string, appending may give it one: what was read then holds no longer.
        write = self._stored.text.write if self._stored.missed else self._stored.text.extend
        write(list(self._appended(self._stored)))
        for index in self._stored.missed:
            self._read.pop(index, None)
        self._stored = _Stored(self._stored.text.anew())
        self._added, self._reused, self._uses = {}, {}, 0

    def _appended(self, stored: _Stored) -> Iterator[bytes]:
        data, root = stored.data, stored.root
        yield data[: root.start]
        tag = _NUMBER.sub(self._renumbered, root.tag)
        name = b"</" + stored.prefix + b"sst>"
        end = data.rfind(b"</" + stored.prefix + b"sst")
        new = map(self._element, self._added)
        if tag.endswith(b"/>"):
            yield from (tag[:-2].rstrip(), b">", *new, name, data[root.inner :])
            return
        if end < 0:
            raise DamagedFile("the shared strings do not end")
        yield from (tag, data[root.inner : end], *new, data[end:])

    def _renumbered(self, match: re.Match[bytes]) -> bytes:
        more = len(self._added) if match[2] == b"uniqueCount" else self._uses
        return match[1] + str(max(0, int(match[3]) + more)).encode()

    @property
    def _prefix(self) -> bytes:
        return self._stored.prefix if self._stored else b""

    def _element(self, source: bytes) -> bytes:
        return b"<%bsi>%b</%bsi>" % (self._prefix, source, self._prefix)

    @property
    def _count(self) -> int:
        return len(self._stored.starts) if self._stored else 0

    def _entry(self, index: int) -> tuple[str, bool]:
        entry = self._read.get(index)
        if entry is None:
            entry = self._stored.read(index) if self._stored else ("", False)
            self._read[index] = entry
        return entry

    def _find(self, source: bytes, text: str | None) -> int | None:
        if self._stored is None:
            return None
        if text is None or len(self._added) + len(self._reused) < _MANY:
            return self._stored.find(self._element(source))
        return self._stored.by_source.get(storable(text))
