"""What a row's start tag says of the row itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.markup import attributes_of, open_root

if TYPE_CHECKING:
    from collections.abc import Mapping


def row_attributes(source: bytes) -> Mapping[bytes, str]:
    return attributes_of(open_root(source).tag)


def row_style(source: bytes) -> int | None:
    """The format of a formatted row, which its new cells take."""
    return style_of(row_attributes(source))


def style_of(attributes: Mapping[bytes, str]) -> int | None:
    """As `row_style`, from the start tag's attributes."""
    style = attributes.get(b"s", "")
    is_used = attributes.get(b"customFormat", "") in {"1", "true"}
    return int(style) if is_used and style.isdecimal() else None
