"""A worksheet's XML in one pass: the frame around the rows whole, the rows in pieces that are never all held.

A sheet of two million cells is compared with another at the speed of `bytes.split`; no tree is built of it.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile
from copilot_server.office import xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copilot_server.office.xml import Element

_SHEET_DATA: Final = re.compile(rb"<((?:[\w.-]+:)?)sheetData\s*(/?)>")
_DECLARATION: Final = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>")
_LONGEST_TAG: Final = 256
_ROW_NUMBER: Final = re.compile(rb"""[^>]*?\br=["'](\d{1,7})["']""")


class SheetText:
    """Read `rows` to the end before `frame`.

    A piece is everything from the end of one row's end tag to the start of the next one's: the row without that
    tag, which is `closing`, after any rows that are empty tags. The last piece may hold such rows only.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = in_utf8(chunks)
        self._head = self._tail = self._rest = b""
        self.prefix = b""
        self._find_rows()
        self.row_start = b"<" + self.prefix + b"row "
        self.closing = b"</" + self.prefix + b"row>"

    @property
    def frame(self) -> bytes:
        """The part without its rows, and without a declaration of the encoding it had."""
        return _DECLARATION.sub(b"", self._head) + self._tail

    @property
    def root_tag(self) -> bytes:
        """The start tag of the root, with the namespaces that hold among the rows."""
        found = re.search(rb"<(?:[\w.-]+:)?worksheet\b[^>]*>", self._head)
        return found[0] if found else b"<worksheet>"

    def parsed(self, piece: bytes) -> Element:
        """The worksheet's root with nothing but the rows of a piece; raises as `office.xml.parse`."""
        name = self.root_tag[1:].split(maxsplit=1)[0].rstrip(b">")
        end = b"</" + name + b">"
        try:
            return xml.parse(self.root_tag + piece + self.closing + end)
        except DamagedFile:
            return xml.parse(self.root_tag + piece + end)

    def rows(self) -> Iterator[bytes]:
        pieces = cut(chain((self._rest,), self._chunks), self.closing)
        last = next(pieces)
        for piece in pieces:
            yield last
            last = piece
        last, end, tail = last.partition(b"</" + self.prefix + b"sheetData>")
        self._tail = end + tail
        if last.strip():
            yield last

    def first_number(self, piece: bytes) -> int | None:
        """The number of the first row in a piece; None when it is not written down."""
        return _number_at(piece, piece.find(self.row_start))

    def last_number(self, piece: bytes) -> int | None:
        """The number of the last row in a piece; None when it is not written down."""
        return _number_at(piece, piece.rfind(self.row_start))

    def _find_rows(self) -> None:
        for chunk in self._chunks:
            seen = max(0, len(self._head) - _LONGEST_TAG)
            self._head += chunk
            if found := _SHEET_DATA.search(self._head, seen):
                self.prefix = found[1]
                self._rest = self._head[found.end() :]
                self._head = self._head[: found.end()]
                if found[2]:
                    self._head += self._rest + b"".join(self._chunks)
                    self._rest = b""
                return


def unlike(before: SheetText, after: SheetText) -> Iterator[tuple[bytes, bytes]]:
    """Each piece of `after` that does not stand so in `before`, with the piece ahead of it.

    Walks both in step and finds its way by row numbers; where these are missing all that follows counts as unlike.
    Both are then read to the end.
    """
    ahead = b""
    old_rows = before.rows()
    old = next(old_rows, None)
    for new in after.rows():
        if new != old:
            number = after.first_number(new)
            while old is not None and number is not None and (before.last_number(old) or 0) < number:
                old = next(old_rows, None)
        if new == old:
            old = next(old_rows, None)
        else:
            yield ahead, new
        ahead = new
    deque(old_rows, maxlen=0)


def _number_at(piece: bytes, start: int) -> int | None:
    found = _ROW_NUMBER.match(piece, start) if start >= 0 else None
    return int(found[1]) if found else None


def cut(chunks: Iterable[bytes], closing: bytes) -> Iterator[bytes]:
    """What stands before each `closing`, and at last what stands after all of them."""
    held = [b""]
    for chunk in chunks:
        held.append(chunk)
        # Joined only where there is something to cut, so that endless pieces are not joined over and over.
        if closing in held[-2][-len(closing) :] + chunk:
            *pieces, rest = b"".join(held).split(closing)
            yield from pieces
            held = [rest]
    yield from b"".join(held).split(closing)


def in_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same in UTF-8, when it is in UTF-16."""
    stream = iter(chunks)
    first = next(stream, b"")
    encoding = _wide_encoding(first)
    if encoding is None:
        yield first
        yield from stream
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in (first, *stream):
        yield decoder.decode(chunk).encode()


def _wide_encoding(start: bytes) -> str | None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(b"<\0"):
        return "utf-16-le"
    return "utf-16-be" if start.startswith(b"\0<") else None
