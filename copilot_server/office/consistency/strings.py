"""The shared strings of a workbook in one pass, without a tree: how many, what some of them say, which are too long."""

from __future__ import annotations

import html
import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from copilot_server.errors import FileError
from copilot_server.office.consistency.cells import LONGEST_TEXT
from copilot_server.office.consistency.sheet_text import cut, in_utf8

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copilot_server.office.consistency.fault import View

_PREFIX: Final = re.compile(rb"<((?:[\w.-]+:)?)sst\b[^>]*>")

_PHONETIC: Final = re.compile(rb"<((?:[\w.-]+:)?)rPh\b.*?</\1rPh>", re.DOTALL)
_RUN: Final = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")


def count(view: View, name: str) -> int:
    return view.package.found("count of strings", [name], lambda: sum(1 for _ in _items(view, name)) - 1)


def texts(view: View, name: str, wanted: Collection[int]) -> dict[int, str]:
    """What the strings of those numbers say; those that are not there are left out."""
    missing = set(wanted)
    found: dict[int, str] = {}
    for number, item in enumerate(_items(view, name)):
        if not missing:
            break
        if number in missing:
            missing.discard(number)
            found[number] = _text(item)
    return found


def too_long(view: View, name: str) -> Iterator[int]:
    """Numbers of the strings no cell may hold."""
    if view.package.size(name) <= LONGEST_TEXT:
        return  # no character takes less than a byte
    for number, item in enumerate(_items(view, name)):
        if len(item) > LONGEST_TEXT and len(_text(item)) > LONGEST_TEXT:
            yield number


def _items(view: View, name: str) -> Iterator[bytes]:
    """Each item from its start tag on, without its end tag, and last what follows them all.

    Nothing more comes once the part turns out damaged.
    """
    chunks = in_utf8(view.package.chunks(name))
    try:
        start = next(chunks, b"")
        root = _PREFIX.search(start)
        prefix = root[1] if root else b""
        for piece in cut(chain((start,), chunks), b"</" + prefix + b"si>"):
            yield from piece.split(b"<" + prefix + b"si/>")
    except FileError:
        return


def _text(item: bytes) -> str:
    """Runs joined, phonetic hints left out."""
    return html.unescape(b"".join(_RUN.findall(_PHONETIC.sub(b"", item))).decode("utf-8", "replace"))
