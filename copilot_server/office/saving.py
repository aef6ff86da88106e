"""Write a ZIP file from parts: the unchanged are copied as they lie, a file is replaced whole or not."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import IO, TYPE_CHECKING, Final

from copilot_server.office.archive import (
    CENTRAL_MAGIC,
    CENTRAL_RECORD,
    DEFLATED,
    END_MAGIC,
    END_RECORD,
    HAS_DESCRIPTOR,
    IS_UTF8,
    LOCAL_HEADER,
    LOCAL_MAGIC,
    moved_record,
    raw_name,
)
from copilot_server.office.part import Archived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from copilot_server.office.archive import Archive, Entry
    from copilot_server.office.part import Packed, Part

_NEEDED_VERSION: Final = 20
# Office stamps every entry with the first day of MS-DOS time; so do we, and equal packages are equal files.
_TIME: Final = 0
_DATE: Final = 0x21
_PIECE: Final = 1 << 20


class _Writer:
    """Entries one after another, then the directory that lists them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._position = 0
        self._records: list[bytes] = []

    def copy(self, archive: Archive, entry: Entry) -> None:
        """An untouched entry as it lies, or rebuilt from the directory where its header contradicts that."""
        span = archive.whole_span(entry)
        if span is None:
            self._rebuild(archive, entry)
            return
        self._records.append(moved_record(entry, self._position))
        self._copy_span(archive, *span)

    def add(self, name: bytes, flags: int, packed: Packed, stamp: tuple[int, int]) -> None:
        self._header(name, flags, DEFLATED, stamp, (packed.crc, len(packed.data), packed.size))
        self._write(packed.data)

    def finish(self, comment: bytes) -> None:
        start = self._position
        for record in self._records:
            self._write(record)
        size, count = self._position - start, len(self._records)
        self._write(END_RECORD.pack(END_MAGIC, 0, 0, count, count, size, start, len(comment)) + comment)

    def _rebuild(self, archive: Archive, entry: Entry) -> None:
        fields = CENTRAL_RECORD.unpack_from(entry.record)
        flags = entry.flags & ~HAS_DESCRIPTOR
        numbers = (entry.crc, entry.packed, entry.size)
        self._header(raw_name(entry.record), flags, entry.method, (fields[5], fields[6]), numbers)
        self._copy_span(archive, *archive.data_span(entry))

    def _header(
        self, name: bytes, flags: int, method: int, stamp: tuple[int, int], numbers: tuple[int, int, int]
    ) -> None:
        shared = (_NEEDED_VERSION, flags, method, *stamp, *numbers, len(name), 0)
        record = CENTRAL_RECORD.pack(CENTRAL_MAGIC, _NEEDED_VERSION, *shared, 0, 0, 0, 0, self._position)
        self._records.append(record + name)
        self._write(LOCAL_HEADER.pack(LOCAL_MAGIC, *shared) + name)

    def _copy_span(self, archive: Archive, start: int, end: int) -> None:
        with memoryview(archive.source) as source:
            for at in range(start, end, _PIECE):
                self._write(source[at : min(at + _PIECE, end)])

    def _write(self, data: bytes | memoryview) -> None:
        self._out.write(data)
        self._position += len(data)


def write_package(out: IO[bytes], archive: Archive | None, parts: Mapping[str, Part]) -> None:
    """The parts, keyed by lower-case name: those of the archive at their old places, new ones after them."""
    writer = _Writer(out)
    added = dict(parts)
    if archive is not None:
        for entry in archive.entries:
            part = added.pop(entry.name.lower(), None)
            if entry.is_folder or (part is not None and _is_untouched(part, entry)):
                writer.copy(archive, entry)
            elif part is not None:
                stamp = CENTRAL_RECORD.unpack_from(entry.record)[5:7]
                writer.add(raw_name(entry.record), entry.flags & IS_UTF8, part.content.packed(), stamp)
    for part in added.values():
        name = part.name.encode()
        writer.add(name, 0 if name.isascii() else IS_UTF8, part.content.packed(), (_TIME, _DATE))
    writer.finish(b"" if archive is None else archive.comment)


def copy_source(out: IO[bytes], archive: Archive) -> None:
    """The file that was opened, byte for byte."""
    with memoryview(archive.source) as source:
        for at in range(0, len(source), _PIECE):
            out.write(source[at : at + _PIECE])


def replace_file(target: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write beside the target, flush to disk, then take its place; on failure the target stays as it was."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _is_untouched(part: Part, entry: Entry) -> bool:
    return isinstance(part.content, Archived) and part.content.entry is entry
