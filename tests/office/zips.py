"""ZIP files of every make, built for tests."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>'
    b'<Default Extension="bin" ContentType="application/octet-stream"/>'
    b'<Default Extension="svg" ContentType="image/svg+xml"/></Types>'
)


class Unseekable(io.RawIOBase):
    """A stream one can only write on to, so that zipfile puts sizes after the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.written += piece
        return len(piece)


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """The parts, after [Content_Types].xml unless they bring their own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in ({"[Content_Types].xml": TYPES} | dict(parts)).items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
        archive.comment = comment
    return out.getvalue()


def entries(data: bytes) -> dict[str, tuple[bytes, zipfile.ZipInfo]]:
    """Local header, name, extra field and packed data of each entry, as they lie, and its record."""
    found: dict[str, tuple[bytes, zipfile.ZipInfo]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            start = info.header_offset
            lengths = int.from_bytes(data[start + 26 : start + 28], "little") + int.from_bytes(
                data[start + 28 : start + 30], "little"
            )
            found[info.filename] = data[start : start + 30 + lengths + info.compress_size], info
    return found
