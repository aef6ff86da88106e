"""A part's XML as UTF-8, whatever encoding it was saved in, kept while small, streamed when large."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, TypeVar

from copilot_server.errors import DamagedFile, UnsupportedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from copilot_server.office.package import Package

T = TypeVar("T")
KEPT: Final = 96 << 20
"""Bytes up to which an inflated part stays in memory between passes; larger ones are inflated anew for each."""

SHARED: Final = 1 << 20
"""Bytes up to which what is read of a part is kept with it, for whoever comes to the same bytes."""

_PIECE: Final = 1 << 20
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class PartText:
    """The bytes of one part as it stands now; writing the part makes this one stale."""

    def __init__(self, package: Package, name: str, held: list[bytes] | None = None) -> None:
        """`held` is shared by forks: whichever reads the part first has read it for all."""
        self.name = name
        self._package = package
        self._held: list[bytes] = noted(package, name, "text", list) if held is None else held
        self._encoding = noted(package, name, "encoding", lambda: _encoding(next(package.chunks(name, 1024), b"")))

    def on(self, package: Package) -> PartText:
        """The same over a fork of the package."""
        return PartText(package, self.name, self._held)

    def anew(self) -> PartText:
        """The part as it stands after it was written."""
        return PartText(self._package, self.name)

    def noted(self, what: str, make: Callable[[], T]) -> T:
        """What was noted of the part as it stands, kept with it where it is small."""
        return noted(self._package, self.name, what, make)

    def pieces(self) -> Iterator[bytes]:
        """All of it in order, in UTF-8."""
        if self._held:
            yield self._held[0]
        elif self._encoding is not None:
            yield self._keep(_decode(self._package.read(self.name), *self._encoding))
        elif self._package.size(self.name) <= KEPT:
            yield self._keep(self._package.read(self.name))
        else:
            yield from self._package.chunks(self.name, _PIECE)

    def whole(self) -> bytes:
        """All of it at once."""
        return self._held[0] if self._held else self._keep(b"".join(self.pieces()))

    def _keep(self, data: bytes) -> bytes:
        self._held[:] = [data]
        return data

    def extend(self, pieces: Iterable[bytes]) -> None:
        """As `write`, where all the part says stays as it is and more comes after it."""
        if self._encoding is None:
            self._package.extend(self.name, pieces)
        else:
            self.write(pieces)

    def write(self, pieces: Iterable[bytes]) -> None:
        """Replace the part by UTF-8 pieces, in the encoding it had."""
        if self._encoding is None:
            self._package.write_chunks(self.name, pieces)
            return
        mark, encoding = self._encoding
        self._package.write(self.name, mark + b"".join(pieces).decode("utf-8").encode(encoding))


def noted(package: Package, name: str, what: str, make: Callable[[], T]) -> T:
    """As Package.found in that part alone, where it is small."""
    return package.found(what, [name], make) if package.size(name) <= SHARED else make()


def _encoding(start: bytes) -> tuple[bytes, str] | None:
    """The byte order mark and the encoding of a part that is not in UTF-8."""
    for mark, encoding in _WIDE:
        if start.startswith(mark):
            return mark, encoding
    if start.startswith(b"<\x00"):
        return b"", "utf-16-le"
    if start.startswith(b"\x00<"):
        return b"", "utf-16-be"
    declared = _ENCODING.search(start[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return None
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise UnsupportedFile(f"a part is written in the encoding {name!r}, which we cannot read") from error
    return b"", name


def _decode(data: bytes, mark: bytes, encoding: str) -> bytes:
    try:
        return data[len(mark) :].decode(encoding).encode("utf-8")
    except UnicodeDecodeError as error:
        raise DamagedFile(f"a part is not written in the encoding it declares: {error}") from error
