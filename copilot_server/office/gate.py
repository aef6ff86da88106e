"""The one way in for hostile bytes: limits and names are checked before any part is read."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copilot_server.errors import DamagedFile, HostileFile, NotAPackage, TooLarge, UnsupportedFile
from copilot_server.office.archive import DEFLATED, IS_ENCRYPTED, STORED, Archive, Entry

CONTENT_TYPES: Final = "[Content_Types].xml"
_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes; a part may unpack to `ratio_floor`, or to `max_ratio` times its packed size."""

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
    if data[:2] != b"PK":
        raise NotAPackage("the file is not an Office file")
    archive = Archive(data, limits.max_entries)
    _check_entries(archive, limits)
    return archive


def check_name(name: str) -> None:
    """Raise HostileFile for an entry name that could escape the folder it is unpacked into."""
    segments = name.rstrip("/").split("/")
    if "\\" in name or "\0" in name or ":" in segments[0] or not all(segments) or {".", ".."} & set(segments):
        raise HostileFile(f"the file holds an entry with the unsafe name {name!r}")


def _mapped(path: Path, limits: Limits) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise TooLarge(f"the file has {size} bytes; the limit is {limits.max_bytes}")
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""


def _check_entries(archive: Archive, limits: Limits) -> None:
    seen: set[str] = set()
    for entry in archive.entries:
        check_name(entry.name)
        if entry.name.lower() in seen:
            raise HostileFile(f"the file holds two entries named {entry.name!r}")
        seen.add(entry.name.lower())
        _check_size(entry, limits)
    if sum(entry.size for entry in archive.entries) > limits.max_unpacked:
        raise TooLarge(f"the file unpacks to more than {limits.max_unpacked} bytes")
    if CONTENT_TYPES.lower() not in seen:
        raise DamagedFile("the file has no [Content_Types].xml, so it is no whole Office file")


def _check_size(entry: Entry, limits: Limits) -> None:
    if entry.flags & IS_ENCRYPTED or entry.method not in {STORED, DEFLATED}:
        raise UnsupportedFile(f"the file's entry {entry.name} is packed in a way Office never uses")
    if entry.size > max(limits.ratio_floor, entry.packed * limits.max_ratio):
        raise HostileFile(f"the entry {entry.name} unpacks to over {limits.max_ratio} times its size")
