"""Content before it is markup of a file: blocks of spans, as Markdown or data give them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look. `note` is a footnote's text, `field` an instruction (`PAGE`), `picture` an image's bytes."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    code: bool = False
    raised: Literal["", "superscript", "subscript"] = ""
    link: str = ""
    note: str = ""
    field: str = ""
    picture: bytes = b""

    def looking(self, **look: bool | str | bytes) -> Span:
        return replace(self, **look)  # pyright: ignore[reportArgumentType] - names of the fields above


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `style` is a style's name, "" for the body's own."""

    spans: Spans
    style: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A list's item; `level` from 0; items of one list share its `list_key`."""

    spans: Spans
    is_numbered: bool
    level: int
    list_key: int
    start: int = 1
    is_continued: bool = False  # a further paragraph of the item before: no mark of its own


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its first row is the header where `has_header`. `alignments` are "left", "center", "right" or ""."""

    rows: tuple[tuple[Spans, ...], ...]
    alignments: tuple[str, ...] = ()
    has_header: bool = True
    style: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents of heading levels 1 to `depth`."""

    depth: int = 3
    title: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Caption:
    """`label` ("Figure", "Table") and its computed number come before the text."""

    label: str
    spans: Spans = field(default=())


Block: TypeAlias = Text | Item | Grid | Contents | PageBreak | Caption


def plain(text: str) -> Spans:
    return (Span(text),) if text else ()


def text_of(spans: Spans) -> str:
    return "".join(span.text for span in spans)
