"""Where two spellings of one part begin and end to differ, found without parsing either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from copilot_server.office.xml import Element

_PARAGRAPH: Final = re.compile(rb"<w:p[ >/]")
_PARAGRAPH_END: Final = b"</w:p>"
_ROOT: Final = re.compile(rb"<(?![?!])[^>]*>")
_TAG: Final = re.compile(rb"<[^<>]*>")
_GLANCE: Final = 1 << 14  # bytes
_MOST: Final = 1 << 19  # bytes; a slice longer than this is parsed no faster than the whole part is searched


@dataclass(frozen=True, slots=True)
class Slice:
    """`before[start:before_end]` became `after[start:after_end]`; all else is the same, byte for byte."""

    start: int
    before_end: int
    after_end: int

    @property
    def is_empty(self) -> bool:
        return self.start == self.before_end == self.after_end


def differing(before: bytes, after: bytes) -> Slice:
    """What lies between the longest common start and the longest common end."""
    start = _common_start(before, after)
    end = _common_end(before, after, min(len(before), len(after)) - start)
    return Slice(start, len(before) - end, len(after) - end)


def differ_in_words(before: bytes, after: bytes) -> bool:
    """Whether two spellings of XML surely say different things; False leaves it open.

    Sure is what differs in the text between tags: blanks in tags, quotes and the order of attributes do not touch it.
    """
    roots = _ROOT.search(before), _ROOT.search(after)
    if roots[0] is None or roots[1] is None:
        return False
    before, after = before[roots[0].start() :].rstrip(), after[roots[1].start() :].rstrip()
    found = differing(before, after)
    old = _between_tags(before, found.start, found.before_end)
    new = _between_tags(after, found.start, found.after_end)
    return any(one != other for one, other in zip(old, new, strict=False))


def paragraphs_around(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The slice widened to whole paragraphs of a Word part; from 0 where none begins before it."""
    at = data.rfind(b"<w:p", 0, start + 1)
    while at >= 0 and not _PARAGRAPH.match(data, at):
        at = data.rfind(b"<w:p", 0, at)
    stop = data.find(_PARAGRAPH_END, max(end - len(_PARAGRAPH_END), at, 0))
    return max(at, 0), len(data) if stop < 0 else stop + len(_PARAGRAPH_END)


def differing_paragraphs(before: bytes, after: bytes) -> Element | None:
    """A tree of the paragraphs of `after` that are not just so in `before`; None where they cannot be told apart.

    Its root is the part's own, so that prefixes are declared.
    """
    found = differing(before, after)
    start, end = paragraphs_around(after, found.start, found.after_end)
    root = _ROOT.search(after)
    if root is None or start < root.end() or end - start > _MOST or root[0].endswith(b"/>"):
        return None
    name = root[0][1:].split(None, 1)[0].rstrip(b">")
    try:
        return etree.fromstring(b"".join((root[0], after[start:end], b"</", name, b">")), _PARSER)
    except etree.XMLSyntaxError:
        return None  # it begins in one cell of a table and ends in another


_PARSER: Final = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)


def _between_tags(data: bytes, start: int, end: int) -> list[str]:
    """The texts from the tag before the slice on, as far as is looked; none where tags are hard to tell."""
    first, last = data.rfind(b"<", 0, start), data.rfind(b">", start, min(end, start + _GLANCE))
    if first < 0 or last < 0:
        last = data.find(b">", end)
    piece = data[first : last + 1].replace(b"\r\n", b"\n")
    pieces = _TAG.split(piece)
    if first < 0 or any(b">" in each or b"<" in each for each in pieces) or b"<!" in piece:
        return []
    return [text for each in pieces if (text := unescape(each.decode("utf-8", "surrogateescape")))]


def _common_start(before: bytes, after: bytes) -> int:
    low, high = 0, min(len(before), len(after))
    step = 1 << 12
    while low < high:
        here = min(low + step, high)
        if before[low:here] == after[low:here]:
            low, step = here, step * 2
        elif here - low == 1:
            return low
        else:
            high, step = here - (here == high), max((here - low) // 2, 1)
    return low


def _common_end(before: bytes, after: bytes, most: int) -> int:
    done, step = 0, 1 << 12
    while done < most:
        here = min(done + step, most)
        old, new = before[len(before) - here : len(before) - done], after[len(after) - here : len(after) - done]
        if old == new:
            done, step = here, step * 2
        elif here - done == 1:
            return done
        else:
            most, step = here - (here == most), max((here - done) // 2, 1)
    return done
