"""One part's content, never changed once made, so that forks of a package can share it."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal

from copilot_server.office import paragraphs, xml
from copilot_server.office.archive import inflate

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from copilot_server.office.archive import Archive, Entry
    from copilot_server.office.paragraphs import Cut

# Level 3 deflates sheets in 40 % of the time of level 6, for a tenth more bytes; small parts need not care.
_LEVEL: Final = 6
_LEVEL_OF_LARGE: Final = 3
_LARGE: Final = 1 << 20
_PIECE: Final = 1 << 18
# What several look at in one turn, and again in the next, is unpacked once.
_SMALL: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Packed:
    """Deflated data; `size` is that of the data unpacked, in bytes."""

    crc: int
    size: int
    data: bytes


class Archived:
    """Content that lies in the file that was opened."""

    def __init__(self, archive: Archive, entry: Entry) -> None:
        self.archive = archive
        self.entry = entry

    @property
    def crc(self) -> int:
        return self.entry.crc

    @property
    def size(self) -> int:
        return self.entry.size

    def read(self) -> bytes:
        return self.archive.read(self.entry)

    def chunks(self, size: int) -> Iterator[bytes]:
        return self.archive.chunks(self.entry, size)

    def raw(self) -> bytes:
        """The data as it lies packed."""
        start, end = self.archive.data_span(self.entry)
        return self.archive.source[start:end]

    @cached_property
    def digest(self) -> bytes:
        """Of the data as it lies packed."""
        return hashlib.sha256(self.raw()).digest()

    def packed(self) -> Packed:
        """Packed anew, for a file other than the one it lies in."""
        return pack(self.chunks(_PIECE))


class Written:
    """Content made here: given as bytes and packed when first saved, or packed while it was made."""

    @classmethod
    def of(cls, chunks: Iterable[bytes]) -> Written:
        """Made of a stream, which is packed as it comes once it is large, and never held unpacked."""
        stream = iter(chunks)
        held, size = list[bytes](), 0
        for chunk in stream:
            held.append(chunk)
            size += len(chunk)
            if size > _LARGE:
                return cls(pack(chain(held, stream)))
        return cls(b"".join(held), _LEVEL_OF_LARGE)

    def __init__(self, given: bytes | Packed, level: int = _LEVEL) -> None:
        """`level` is how hard to pack what is given as bytes and is not large."""
        self._data, self._packed = (None, given) if isinstance(given, Packed) else (given, None)
        self._level = level
        self.crc = given.crc if isinstance(given, Packed) else zlib.crc32(given)
        self.size = given.size if isinstance(given, Packed) else len(given)

    def read(self) -> bytes:
        return self._data if self._data is not None else b"".join(self.chunks(_PIECE))

    def chunks(self, size: int) -> Iterator[bytes]:
        if self._data is None:
            packed = self.packed().data
            return inflate(packed, 0, len(packed), size)
        data = self._data
        return (data[at : at + size] for at in range(0, len(data), size))

    @cached_property
    def digest(self) -> bytes:
        """Of the data as it will lie packed."""
        return hashlib.sha256(self.packed().data).digest()

    def packed(self) -> Packed:
        """Packed once; large data is from then on kept packed only."""
        if self._packed is None:
            is_large = self.size > _LARGE
            self._packed = pack((self.read(),), _LEVEL_OF_LARGE if is_large else self._level)
            if is_large:
                self._data = None
        return self._packed


class Known:
    """What was found in a content: its tree, its cut, and by name whatever else, with the contents that hangs on too.

    Small ones are known unpacked once they were read.

    Contents that are the same bytes may share it: it never grows stale. `root` is that of the content this one begins
    with, where it was made by adding to its end: what was found with that one stays true.
    """

    __slots__ = ("cut", "data", "found", "root", "tree")

    def __init__(self, grown_from: Known | None = None) -> None:
        self.root: Known = grown_from.root if grown_from else self
        self.data: bytes | None = None
        self.tree: xml.Element | None = None
        self.cut: Cut | Literal["none yet"] | None = "none yet"
        self.found: dict[Hashable, tuple[Sequence[Known], Any]] = {}


class Part:
    """A named content with what is known of it, shared by all that hold the part: neither is ever changed."""

    __slots__ = ("content", "known", "name")

    def __init__(self, name: str, content: Archived | Written, known: Known | None = None) -> None:
        self.name = name
        self.content = content
        self.known = known or Known()

    def read(self) -> bytes:
        if self.known.data is not None:
            return self.known.data
        data = self.content.read()
        if len(data) <= _SMALL:
            self.known.data = data
        return data

    def chunks(self, size: int) -> Iterator[bytes]:
        """In pieces of at most `size` bytes."""
        if self.content.size > _SMALL:
            return self.content.chunks(size)
        data = self.read()
        return (data[at : at + size] for at in range(0, len(data), size))

    def adopt(self, tree: xml.Element) -> None:
        """Take the tree the content was made from, which nobody changes any more."""
        self.known.tree = tree

    def tree(self) -> xml.Element:
        if self.known.tree is None:
            self.known.tree = xml.parse(self.content.read(), self.name)
        return self.known.tree

    def cut(self) -> Cut | None:
        """A Word part cut at its paragraphs, None where it cannot be."""
        if self.known.cut == "none yet":
            self.known.cut = paragraphs.cut(self.content.read())
        return self.known.cut


def same_bytes(one: Archived | Written, other: Archived | Written) -> bool:
    """Whether two contents are equal; unpacked only when neither size, checksum nor packed bytes decide."""
    if one is other or (one.crc, one.size) != (other.crc, other.size):
        return one is other
    if isinstance(one, Archived) and isinstance(other, Archived) and one.raw() == other.raw():
        return True
    return _digest(one) == _digest(other)


def pack(chunks: Iterable[bytes], level: int = _LEVEL_OF_LARGE) -> Packed:
    """Deflate a stream as it comes."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces: list[bytes] = []
    crc, size = 0, 0
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
        pieces.append(deflater.compress(chunk))
    pieces.append(deflater.flush())
    return Packed(crc, size, b"".join(pieces))


def _digest(content: Archived | Written) -> bytes:
    digest = hashlib.sha256()
    for chunk in content.chunks(_PIECE):
        digest.update(chunk)
    return digest.digest()
