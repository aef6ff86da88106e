"""The shared strings of a workbook in one pass, without a tree: how many, what some of them say, which are too long."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import FileError
from copilot_server.office.consistency.cells import LONGEST_TEXT
from copilot_server.office.consistency.sheet_text import in_utf8

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copilot_server.office.consistency.fault import View

_PREFIX: Final = re.compile(rb"<((?:[\w.-]+:)?)sst\b[^>]*>")

_PHONETIC: Final = re.compile(rb"<((?:[\w.-]+:)?)rPh\b.*?</\1rPh>", re.DOTALL)
_RUN: Final = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)<")


def count(view: View, name: str) -> int:
    return sum(1 for _ in _items(view, name))


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
    for number, item in enumerate(_items(view, name)):
        if len(item) > LONGEST_TEXT and len(_text(item)) > LONGEST_TEXT:
            yield number


def _items(view: View, name: str) -> Iterator[bytes]:
    """Each item from its start tag on, without its end tag; nothing more once the part turns out damaged."""
    rest, empty, closing = b"", b"<si/>", b"</si>"
    is_started = False
    try:
        for chunk in in_utf8(view.package.chunks(name)):
            rest += chunk
            if not is_started and (root := _PREFIX.search(rest)):
                is_started = True
                empty, closing = b"<" + root[1] + b"si/>", b"</" + root[1] + b"si>"
                rest = rest[root.end() :]
            *pieces, rest = rest.split(closing)
            for piece in pieces:
                yield from piece.split(empty)
        yield from rest.split(empty)[:-1]
    except FileError:
        return


def _text(item: bytes) -> str:
    """Runs joined, phonetic hints left out."""
    return html.unescape(b"".join(_RUN.findall(_PHONETIC.sub(b"", item))).decode("utf-8", "replace"))
