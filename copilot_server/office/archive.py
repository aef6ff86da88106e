"""A ZIP file read by its central directory, entry by entry, with every entry's raw bytes at hand.

Python's zipfile cannot lift an entry (local header, data, descriptor) into another file as it stands.
Sections named are those of PKWARE's APPNOTE.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copilot_server.errors import DamagedFile, HostileFile, TooLarge, UnsupportedFile

if TYPE_CHECKING:
    import mmap
    from collections.abc import Iterator

STORED: Final = 0
DEFLATED: Final = 8
LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")  # 4.3.7
CENTRAL_RECORD: Final = struct.Struct("<4s6H3I5H2I")  # 4.3.12
END_RECORD: Final = struct.Struct("<4s4H2IH")  # 4.3.16
LOCAL_MAGIC: Final = b"PK\x03\x04"
CENTRAL_MAGIC: Final = b"PK\x01\x02"
END_MAGIC: Final = b"PK\x05\x06"
IS_ENCRYPTED: Final = 0x0001
HAS_DESCRIPTOR: Final = 0x0008
IS_UTF8: Final = 0x0800
FULL32: Final = 0xFFFFFFFF

_DESCRIPTOR_MAGIC: Final = b"PK\x07\x08"
_DESCRIPTORS: Final = (struct.Struct("<3I"), struct.Struct("<I2Q"))  # 4.3.9
_END64_LOCATOR: Final = struct.Struct("<4sIQI")  # 4.3.15
_END64_LOCATOR_MAGIC: Final = b"PK\x06\x07"
_END64_RECORD: Final = struct.Struct("<4sQ2H2I4Q")  # 4.3.14
_END64_MAGIC: Final = b"PK\x06\x06"
_ZIP64_EXTRA: Final = 0x0001
_LONGEST_COMMENT: Final = 0xFFFF
_MISPLACED: Final = "%s is not where the file's directory says"
_PIECE: Final = 1 << 18


class Entry(NamedTuple):
    """One record of the central directory; sizes in bytes, `offset` counted from the start of the source."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    record: bytes

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where the central directory lies; `shift` is what stated offsets lack when bytes come first."""

    count: int
    start: int
    end: int
    shift: int
    comment: bytes


class Archive:
    """The entries of one ZIP file and their bytes; nothing is inflated until asked for."""

    def __init__(self, source: bytes | mmap.mmap, max_entries: int) -> None:
        """Raises DamagedFile for an unreadable directory, TooLarge for one of more than `max_entries`."""
        self.source = source
        self._starts: dict[int, int] = {}
        """Where data starts, by the place of its header."""
        directory = _directory(source)
        if directory.count > max_entries:
            raise TooLarge(f"the file holds {directory.count} entries; the limit is {max_entries}")
        self.comment = directory.comment
        self.entries = tuple(_entries(source, directory, max_entries))

    def data_span(self, entry: Entry) -> tuple[int, int]:
        """Where the packed data alone lies in the source."""
        start = self._starts.get(entry.offset)
        if start is None:
            if entry.offset + LOCAL_HEADER.size > len(self.source):
                raise DamagedFile(f"{entry.name} lies beyond the end of the file")
            header = LOCAL_HEADER.unpack_from(self.source, entry.offset)
            start = entry.offset + LOCAL_HEADER.size + header[9] + header[10]
            if header[0] != LOCAL_MAGIC:
                raise DamagedFile(_MISPLACED % entry.name)
            self._starts[entry.offset] = start
        if start + entry.packed > len(self.source):
            raise DamagedFile(_MISPLACED % entry.name)
        return start, start + entry.packed

    def whole_span(self, entry: Entry) -> tuple[int, int] | None:
        """Where local header, data and descriptor lie, to be copied as they stand.

        None when the local header contradicts the central record: a copy would hand the contradiction on.
        """
        end = self.data_span(entry)[1]
        _, _, flags, method, _, _, crc, packed, size, name_length, _ = LOCAL_HEADER.unpack_from(
            self.source, entry.offset
        )
        name_start = entry.offset + LOCAL_HEADER.size
        name = self.source[name_start : name_start + name_length]
        if (flags, method, name) != (entry.flags, entry.method, raw_name(entry.record)):
            return None
        if flags & HAS_DESCRIPTOR:
            width = self._descriptor_width(entry, end)
            return (entry.offset, end + width) if width else None
        stated = (crc, packed, size)
        return (entry.offset, end) if FULL32 in stated or stated == (entry.crc, entry.packed, entry.size) else None

    def chunks(self, entry: Entry, size: int = _PIECE) -> Iterator[bytes]:
        """The inflated data in pieces of at most `size` bytes, never more than was declared.

        Raises DamagedFile when it does not inflate or has another checksum, HostileFile when it is longer.
        """
        total, crc = 0, 0
        for piece in self._inflate(entry, size):
            total += len(piece)
            if total > entry.size:
                raise HostileFile(f"{entry.name} unpacks to more than the {entry.size} bytes it declares")
            crc = zlib.crc32(piece, crc)
            yield piece
        if total != entry.size or crc != entry.crc:
            raise DamagedFile(f"{entry.name} is damaged: its length or checksum is wrong")

    def read(self, entry: Entry) -> bytes:
        """All of it; raises as `chunks` does."""
        return b"".join(self.chunks(entry, 1 << 20))

    def head(self, entry: Entry, size: int) -> bytes:
        """At most the first `size` inflated bytes, their checksum unseen; `b""` when they do not inflate."""
        return inflated_head(self.packed_head(entry, size), entry.method, size)

    def packed_head(self, entry: Entry, size: int) -> bytes:
        """At most the first `size` bytes as they lie."""
        start, end = self.data_span(entry)
        return self.source[start : min(end, start + size)]

    def _inflate(self, entry: Entry, size: int) -> Iterator[bytes]:
        start, end = self.data_span(entry)
        if entry.method == STORED:
            yield from (self.source[at : min(at + size, end)] for at in range(start, end, size))
            return
        if entry.method != DEFLATED:
            raise UnsupportedFile(f"{entry.name} is packed by method {entry.method}, which Office never uses")
        try:
            yield from inflate(self.source, start, end, size)
        except zlib.error as error:
            raise DamagedFile(f"{entry.name} is damaged: {error}") from error

    def _descriptor_width(self, entry: Entry, at: int) -> int:
        """Bytes of the descriptor after the data, with or without a signature before it; 0 when none fits."""
        signature = 4 if self.source[at : at + 4] == _DESCRIPTOR_MAGIC else 0
        expected = (entry.crc, entry.packed, entry.size)
        for shape in _DESCRIPTORS:
            width = signature + shape.size
            if at + width <= len(self.source) and shape.unpack_from(self.source, at + signature) == expected:
                return width
        return 0


def inflated_head(packed: bytes, method: int, size: int) -> bytes:
    """At most `size` bytes of what data begins with; `b""` when it does not inflate."""
    if method == STORED:
        return packed
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size)
    except zlib.error:
        return b""


def inflate(source: bytes | mmap.mmap, start: int, end: int, size: int) -> Iterator[bytes]:
    """Raw deflate data between two places, in pieces of at most `size` bytes; raises zlib.error."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(start, end, _PIECE):
        # Fed piecewise, because zlib copies whatever it was given and could not use yet.
        pending = source[at : min(at + _PIECE, end)]
        while pending and not inflater.eof:
            yield inflater.decompress(pending, size)
            pending = inflater.unconsumed_tail
    while not inflater.eof and (rest := inflater.decompress(b"", size)):
        yield rest


def raw_name(record: bytes) -> bytes:
    """The name in a central record, as its bytes stand."""
    return record[CENTRAL_RECORD.size :][: CENTRAL_RECORD.unpack_from(record)[10]]


def moved_record(entry: Entry, offset: int) -> bytes:
    """The entry's central record, pointing to another place below 4 GiB."""
    fields = CENTRAL_RECORD.unpack_from(entry.record)
    if fields[16] != FULL32:
        last = CENTRAL_RECORD.size
        return entry.record[: last - 4] + offset.to_bytes(4, "little") + entry.record[last:]
    record = bytearray(entry.record)
    earlier = (fields[9] == FULL32) + (fields[8] == FULL32)
    struct.pack_into("<Q", record, _zip64_numbers(entry.record)[0] + 8 * earlier, offset)
    return bytes(record)


def _directory(source: bytes | mmap.mmap) -> _Directory:
    at = source.rfind(END_MAGIC, max(0, len(source) - END_RECORD.size - _LONGEST_COMMENT))
    if at < 0 or at + END_RECORD.size > len(source):
        raise DamagedFile("the file is cut short: it has no directory at its end")
    _, _, _, _, count, size, offset, comment_length = END_RECORD.unpack_from(source, at)
    comment = source[at + END_RECORD.size :][:comment_length]
    end, locator = at, at - _END64_LOCATOR.size
    if locator >= 0 and source[locator : locator + 4] == _END64_LOCATOR_MAGIC:
        end = locator - _END64_RECORD.size
        if end < 0 or source[end : end + 4] != _END64_MAGIC:
            raise DamagedFile("the file's directory is damaged: its 64-bit end record is missing")
        count, size, offset = _END64_RECORD.unpack_from(source, end)[7:]
    shift = end - size - offset
    if shift < 0:
        raise DamagedFile("the file is cut short: its directory lies outside of it")
    return _Directory(count, end - size, end, shift, comment)


def _entries(source: bytes | mmap.mmap, directory: _Directory, max_entries: int) -> Iterator[Entry]:
    at, found = directory.start, 0
    while at < directory.end:
        record = source[at : at + CENTRAL_RECORD.size]
        if len(record) < CENTRAL_RECORD.size or not record.startswith(CENTRAL_MAGIC):
            raise DamagedFile("the file's directory is damaged")
        fields = CENTRAL_RECORD.unpack(record)
        length = CENTRAL_RECORD.size + fields[10] + fields[11] + fields[12]
        found += 1
        if at + length > directory.end:
            raise DamagedFile("the file's directory is cut short")
        if found > max_entries:
            raise TooLarge(f"the file holds more than {max_entries} entries")
        yield _entry(source[at : at + length], fields, directory.shift)
        at += length


def _entry(record: bytes, fields: tuple[Any, ...], shift: int) -> Entry:
    size, packed, offset = fields[9], fields[8], fields[16]
    if FULL32 in (size, packed, offset):
        # 4.5.3: only the numbers that do not fit 32 bits stand in the extra field, in this order.
        wide = iter(_zip64_numbers(record)[1])
        size, packed, offset = (next(wide, FULL32) if n == FULL32 else n for n in (size, packed, offset))
    return Entry(
        name=_decode(record[CENTRAL_RECORD.size :][: fields[10]], fields[3]),
        flags=fields[3],
        method=fields[4],
        crc=fields[7],
        packed=packed,
        size=size,
        offset=offset + shift,
        record=record,
    )


def _decode(name: bytes, flags: int) -> str:
    try:
        text = name.decode("utf-8")  # many writers forget the flag
    except UnicodeDecodeError:
        text = name.decode("utf-8" if flags & IS_UTF8 else "cp437", "replace")
    return text.replace("\\", "/")  # some writers on Windows use its separator, and Excel reads their files


def _zip64_numbers(record: bytes) -> tuple[int, tuple[int, ...]]:
    """Where a central record's 64-bit numbers start, and they; raises DamagedFile when there are none."""
    fields = CENTRAL_RECORD.unpack_from(record)
    at = CENTRAL_RECORD.size + fields[10]
    end = at + fields[11]
    while at + 4 <= end:
        kind, length = struct.unpack_from("<2H", record, at)
        if kind == _ZIP64_EXTRA and at + 4 + length <= end:
            return at + 4, struct.unpack_from(f"<{length // 8}Q", record, at + 4)
        at += 4 + length
    raise DamagedFile("the file's directory is damaged: a 64-bit size is missing")
