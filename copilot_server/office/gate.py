"""The one way in for hostile bytes: sizes, names and DOCTYPEs are checked before any parser sees a part."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from copilot_server.errors import DamagedFile, EncryptedFile, HostileFile, TooLarge, UnsupportedFile
from copilot_server.office import content_types, sniffing, xml
from copilot_server.office.archive import DEFLATED, END_MAGIC, IS_ENCRYPTED, STORED, Archive, Entry, inflated_head

CONTENT_TYPES: Final = "[Content_Types].xml"
_MEGABYTE: Final = 1 << 20
_XML_SUFFIXES: Final = (".xml", ".rels", ".vml")
# Pictures and pages are not read by us, and drawing programs do write a DOCTYPE into them.
_MARKUP_LEFT_ALONE: Final = ("image/svg+xml", "application/xhtml+xml")
_HEAD: Final = 1024
# The end record, its longest comment, and room for the junk some downloads have behind them.
_LONGEST_END: Final = 1 << 17
_USUAL_LIST: Final = 1 << 13
_LONGEST_PROLOG: Final = 1 << 16


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; a part may unpack to `ratio_floor`, or to `max_ratio` times its packed size.

    Of the parts of 879 real files none over 200 kB unpacks to more than 66 times its size; sheets that leave out
    all cell references reach 200.
    """

    max_bytes: int = 50 * _MEGABYTE
    max_unpacked: int = 500 * _MEGABYTE
    max_entries: int = 10_000
    max_ratio: int = 100
    ratio_floor: int = 10 * _MEGABYTE


def open_archive(source: Path | bytes, limits: Limits) -> Archive:
    """The archive behind `source`, once it has passed; a file is mapped into memory, not read."""
    data = _mapped(source, limits) if isinstance(source, Path) else source
    if len(data) > limits.max_bytes:
        raise TooLarge(f"the file has {len(data)} bytes; the limit is {limits.max_bytes}")
    if data.rfind(END_MAGIC, max(0, len(data) - _LONGEST_END)) < 0:
        raise sniffing.what_it_is(data)
    archive = Archive(data, limits.max_entries)
    _check_entries(archive, limits)
    by_name = {entry.name.lower(): entry for entry in archive.entries}
    if CONTENT_TYPES.lower() not in by_name:
        mimetype = archive.head(by_name["mimetype"], _HEAD) if "mimetype" in by_name else b""
        raise sniffing.what_archive_it_is(by_name, mimetype)
    _check_starts(archive, by_name[CONTENT_TYPES.lower()], limits)
    return archive


def check_name(name: str) -> None:
    """Raise HostileFile for an entry name that could escape the folder it is unpacked into."""
    segments = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or ":" in segments[0] or {"", ".", ".."} & set(segments):
        raise HostileFile(f"the file holds an entry with the unsafe name {name!r}")


def _mapped(path: Path, limits: Limits) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limits.max_bytes:
            raise TooLarge(f"the file has {size} bytes; the limit is {limits.max_bytes}")
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""


def _check_entries(archive: Archive, limits: Limits) -> None:
    """What the directory says; that parts keep to it is seen when they are read."""
    seen: set[str] = set()
    end, unpacked = 0, 0
    for entry in sorted(archive.entries, key=lambda each: each.offset):
        check_name(entry.name)
        if entry.name.lower() in seen:
            raise HostileFile(f"the file holds two entries named {entry.name!r}")
        seen.add(entry.name.lower())
        _check_packing(entry, limits)
        if entry.offset < end:
            raise HostileFile(f"the file's entry {entry.name} overlaps another")
        end = archive.data_span(entry)[1]
        unpacked += entry.size
    if unpacked > limits.max_unpacked:
        raise TooLarge(f"the file unpacks to {unpacked} bytes; the limit is {limits.max_unpacked}")


def _check_packing(entry: Entry, limits: Limits) -> None:
    if entry.flags & IS_ENCRYPTED:
        raise EncryptedFile("the file is a ZIP archive with a password; save it anew without one")
    if entry.method not in {STORED, DEFLATED}:
        raise UnsupportedFile(f"the file's entry {entry.name} is packed by a method Office never uses")
    _check_ratio(entry, limits)


def _check_ratio(entry: Entry, limits: Limits) -> None:
    if entry.size > max(limits.ratio_floor, entry.packed * limits.max_ratio):
        raise HostileFile(
            f"the file's entry {entry.name} unpacks to {entry.size} bytes, "
            f"over {limits.max_ratio} times its packed size"
        )


def _check_starts(archive: Archive, types: Entry, limits: Limits) -> None:
    """The first bytes of each part: no XML with a DOCTYPE, no packed file that is a bomb in itself."""
    data = archive.read(types)
    listed = _often_listed(data) if len(data) <= _USUAL_LIST else _listed(data)
    for entry in archive.entries:
        opening = _opening(archive.packed_head(entry, _HEAD), entry.method)
        if opening == "archive":
            _check_nested(archive, entry, limits)
        elif opening == "unclear":
            name = entry.name.lower()
            if name.endswith(_XML_SUFFIXES) or _is_markup(listed.of(name) or ""):
                _check_prolog(archive, entry)


def _listed(data: bytes) -> content_types.ContentTypes:
    return content_types.read(xml.parse(data, CONTENT_TYPES))


# A new version mostly lists what the last one did.
_often_listed = lru_cache(maxsize=256)(_listed)


def _is_markup(kind: str) -> bool:
    return kind.endswith("xml") and kind not in _MARKUP_LEFT_ALONE


@lru_cache(maxsize=1 << 12)
def _opening(packed: bytes, method: int) -> Literal["archive", "root", "unclear"]:
    """What a part begins with: parts of a new version mostly begin as they did in the last one."""
    start = inflated_head(packed, method, _HEAD)
    if start.startswith(b"PK\x03\x04"):
        return "archive"
    try:
        return "root" if xml.refuse_doctype(start) else "unclear"
    except HostileFile:
        return "unclear"


def _check_prolog(archive: Archive, entry: Entry) -> None:
    """Of XML whose root element is not seen at once."""
    if not xml.refuse_doctype(archive.head(entry, _LONGEST_PROLOG), entry.name) and entry.size > _LONGEST_PROLOG:
        raise HostileFile(f"{entry.name} hides where its XML begins")


def _check_nested(archive: Archive, entry: Entry, limits: Limits) -> None:
    """An embedded workbook or document is held to the limits of a file; what lies in it deeper is never opened."""
    if entry.size > limits.max_bytes:
        raise TooLarge(f"the file embeds {entry.name} of {entry.size} bytes; the limit is {limits.max_bytes}")
    try:
        nested = Archive(archive.read(entry), limits.max_entries)
    except DamagedFile:
        return
    for inner in nested.entries:
        _check_ratio(inner, limits)
