"""Spell one part's namespaces and relationship types the other way: ISO Strict as Transitional, and back again.

The two differ in spelling throughout (ISO/IEC 29500-1 against -4): `…/ooxml/drawingml/main` is
`…/drawingml/2006/main`. Only these addresses are mapped, not the few values that Strict writes otherwise, such as
percentages with a percent sign and ISO dates in cells.
"""

from __future__ import annotations

import re
from typing import Final

_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/"
_BRANCHES: Final = rb"wordprocessingml|spreadsheetml|presentationml|drawingml|officeDocument|schemaLibrary"
_THUMBNAIL: Final = (
    _STRICT + b"officeDocument/relationships/metadata/thumbnail",
    _TRANSITIONAL + b"package/2006/relationships/metadata/thumbnail",
)
_STRICT_ADDRESS: Final = re.compile(_STRICT + rb"(" + _BRANCHES + rb""")/([^"'<>\s]+)""")
_TRANSITIONAL_ADDRESS: Final = re.compile(
    _TRANSITIONAL + rb"(" + _BRANCHES + rb""")/2006/([^"'<>\s]+)|""" + re.escape(_THUMBNAIL[1])
)
_RENAMED: Final = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_RENAMED_BACK: Final = {after: before for before, after in _RENAMED.items()}
# VML has no place in Strict; files that hold it all the same keep its Transitional type.
_TRANSITIONAL_ONLY: Final = (b"relationships/vmlDrawing",)


def to_transitional(data: bytes) -> bytes:
    """The part with Transitional addresses; one that occurs in both spellings is left in both."""
    spelling = {found[0]: _transitional(found) for found in _STRICT_ADDRESS.finditer(data)}
    kept = {strict for strict, transitional in spelling.items() if _holds(data, transitional)}
    return _STRICT_ADDRESS.sub(lambda found: found[0] if found[0] in kept else spelling[found[0]], data)


def to_strict(data: bytes, original: bytes) -> bytes:
    """The part with Strict addresses, save those that `original`, from which it was made, has in Transitional.

    Exact for an unchanged part: `to_strict(to_transitional(part), part) == part`.
    """
    spelling = {found[0]: _strict(found) for found in _TRANSITIONAL_ADDRESS.finditer(data)}
    kept = {transitional for transitional in spelling if _holds(original, transitional)}
    return _TRANSITIONAL_ADDRESS.sub(lambda found: found[0] if found[0] in kept else spelling[found[0]], data)


def _transitional(found: re.Match[bytes]) -> bytes:
    if found[0] == _THUMBNAIL[0]:
        return _THUMBNAIL[1]
    return _TRANSITIONAL + found[1] + b"/2006/" + _with_last(found[2], _RENAMED)


def _strict(found: re.Match[bytes]) -> bytes:
    if found[0] == _THUMBNAIL[1]:
        return _THUMBNAIL[0]
    if found[2] in _TRANSITIONAL_ONLY:
        return found[0]
    return _STRICT + found[1] + b"/" + _with_last(found[2], _RENAMED_BACK)


def _with_last(path: bytes, renamed: dict[bytes, bytes]) -> bytes:
    head, slash, last = path.rpartition(b"/")
    return head + slash + renamed.get(last, last)


def _holds(data: bytes, address: bytes) -> bool:
    return any(quote + address + quote in data for quote in (b'"', b"'"))
