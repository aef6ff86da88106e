"""What a row's start tag says of the row itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.markup import attributes_of

if TYPE_CHECKING:
    from collections.abc import Mapping


_TAG: Final = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")


def row_tag(source: bytes) -> bytes:
    """The start tag a row's text begins with."""
    tag = _TAG.match(source)
    return tag[0] if tag else b""


def row_attributes(source: bytes) -> Mapping[bytes, str]:
    return attributes_of(row_tag(source))


def row_style(source: bytes) -> int | None:
    """The format of a formatted row, which its new cells take."""
    return style_of(row_attributes(source))


def style_of(attributes: Mapping[bytes, str]) -> int | None:
    """As `row_style`, from the start tag's attributes."""
    style = attributes.get(b"s", "")
    is_used = attributes.get(b"customFormat", "") in {"1", "true"}
    return int(style) if is_used and style.isdecimal() else None
