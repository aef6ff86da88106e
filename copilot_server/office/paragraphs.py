"""A Word part cut at its paragraphs, so that one can be read or replaced without reading the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from copilot_server.errors import DamagedFile
from copilot_server.office.xml import NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copilot_server.office.xml import Element

_START: Final = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>)*(<(w:[A-Za-z]+)(?:\s[^<>]*)?>)", re.DOTALL)
_BEGIN: Final = re.compile(r"<w:p(?:\s[^>]*|/)?>")
_END: Final = "</w:p>"
_RUN_END: Final = "</w:r>"
_TAG: Final = re.compile(r"<(/?)[^<>]*?(/?)>")
_OTHER_ENCODING: Final = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["'](?!(?i:utf-8)["'])""")
# Namespaces that readers of the text go by, and the prefix each must have wherever it is declared.
_SPELLED: Final = {f'="{NS[prefix]}"': f"xmlns:{prefix}" for prefix in ("w", "w14")}
# Made once: to make one costs more than to parse a paragraph. `cut` lets no DOCTYPE through.
_PARSER: Final = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
# A `w:t` whose words are sure to be well-formed.
_WORDS: Final = re.compile(
    '<w:t(?: xml:space="preserve")?>[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]*</w:t>'
)
_DECLARED: Final = f'xmlns:w="{NS["w"]}"'


@dataclass(frozen=True, eq=False)
class Cut:
    """A part's text, and where its outermost paragraphs begin and end in it.

    `head` is the root's start tag, `root` its name. `remembered` is for what readers find out about the text.
    """

    text: str
    head: str
    root: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    has_inner: bool
    remembered: dict[str, Any] = field(default_factory=dict[str, Any])

    def piece(self, number: int) -> str:
        return self.text[self.starts[number] : self.ends[number]]

    def holds(self, words: str) -> bool:
        """Whether the part has them anywhere; looked for once."""
        if words not in self.remembered:
            self.remembered[words] = words in self.text
        return self.remembered[words]

    @cached_property
    def pieces(self) -> list[str]:
        return [self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    @cached_property
    def between(self) -> list[str]:
        """What stands before, between and after the paragraphs."""
        edges = zip((0, *self.ends), (*self.starts, len(self.text)), strict=True)
        return [self.text[start:end] for start, end in edges]

    @cached_property
    def depths(self) -> list[int]:
        """How many elements each paragraph stands in."""
        first = self.between[0][self.between[0].index(self.head) :]
        return list(accumulate(map(_step, (first, *self.between[1:-1]))))

    def replaced(self, pieces: Mapping[int, str]) -> bytes:
        """The part with other spellings of some paragraphs."""
        found: list[str] = []
        at = 0
        for number in sorted(pieces):
            found += (self.text[at : self.starts[number]], pieces[number])
            at = self.ends[number]
        return "".join((*found, self.text[at:])).encode()

    def window(self, pieces: Iterable[str]) -> Element:
        """A tree of the part's root and nothing in it but these paragraphs; raises DamagedFile."""
        try:
            return etree.fromstring("".join((self.head, *pieces, f"</{self.root}>")).encode(), _PARSER)
        except etree.XMLSyntaxError as error:
            raise DamagedFile(f"paragraphs are not well-formed XML: {error}") from error


def _step(between: str) -> int:
    """How many elements more begin than end."""
    tags = _TAG.findall(between) if between else ()
    return sum(-1 if leaves else not shut for leaves, shut in tags)


def cut(data: bytes) -> Cut | None:
    """None for a part that is not written as Office writes it: Strict, another encoding, comments, other prefixes."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    start = _START.match(text)
    if start is None or start[1].endswith("/>") or _DECLARED not in start[1] or _OTHER_ENCODING.match(data):
        return None
    spans = _spans(text, start.end()) if _is_plain(text, start.end()) else None
    return Cut(text, start[1], start[2], *spans) if spans else None


def respelled(window: Element) -> list[str]:
    """How the paragraphs of a window are to be written; raises DamagedFile where they hold what no part may."""
    text = etree.tostring(window, encoding="unicode")
    found = cut(text.encode())
    if found is None:
        raise DamagedFile("the paragraphs cannot be written as they are")
    return found.pieces


@dataclass(frozen=True, slots=True)
class Reworded:
    """The numbers of the paragraphs spelled differently; in those of `more`, more than the words of `w:t` differs."""

    numbers: tuple[int, ...]
    more: frozenset[int]


def reworded(old: Cut, new: Cut) -> Reworded | None:
    """None where anything but paragraphs differs."""
    known, found = new.remembered.get("reworded", (None, None))
    if known is not old:
        found = _reworded(old, new)
        new.remembered["reworded"] = old, found
    return found


def _reworded(old: Cut, new: Cut) -> Reworded | None:
    if len(old.starts) != len(new.starts) or old.between != new.between:
        return None
    pairs = enumerate(zip(old.pieces, new.pieces, strict=True))
    differing = [(number, before, after) for number, (before, after) in pairs if before != after]
    more = frozenset(number for number, before, after in differing if _differs_in_more(before, after))
    return Reworded(tuple(number for number, _, _ in differing), more)


def _differs_in_more(before: str, after: str) -> bool:
    """Than words; runs that are the same are not looked into."""
    olds, news = before.split(_RUN_END), after.split(_RUN_END)
    if len(olds) != len(news):
        return True
    differing = [(old, new) for old, new in zip(olds, news, strict=True) if old != new]
    return any(_WORDS.sub("\0", old) != _WORDS.sub("\0", new) for old, new in differing)


def _is_plain(text: str, after_root: int) -> bool:
    if text.find("\r", after_root) >= 0 or any(_has_tag(text, mark, after_root) for mark in "!?"):
        return False
    for address, declared in _SPELLED.items():
        at = text.find(address)
        while at >= 0:
            if at > after_root or not text.endswith(declared, 0, at):
                return False
            at = text.find(address, at + 1)
    return True


def _has_tag(text: str, mark: str, start: int) -> bool:
    """Whether a comment, CDATA or processing instruction begins; the mark is far rarer than the bracket before it."""
    at = text.find(mark, start)
    while at >= 0 and text[at - 1] != "<":
        at = text.find(mark, at + 1)
    return at >= 0


def _spans(text: str, after_root: int) -> tuple[tuple[int, ...], tuple[int, ...], bool] | None:
    """(starts, ends, whether any hold others); None where they do not begin and end like brackets."""
    closed = list(accumulate(len(each) + len(_END) for each in text.split(_END)))[:-1]
    starts: list[int] = []
    ends: list[int] = []
    depth, has_inner, next_end = 0, False, 0
    for begin in [*(match.span() for match in _BEGIN.finditer(text, after_root)), (len(text), len(text))]:
        while next_end < len(closed) and closed[next_end] <= begin[0]:
            depth -= 1
            if depth == 0:
                ends.append(closed[next_end])
            next_end += 1
        if depth < 0:
            return None
        if begin[0] == len(text):
            break
        has_inner = has_inner or depth > 0
        if depth == 0:
            starts.append(begin[0])
        if text[begin[1] - 2] != "/":
            depth += 1
        elif depth == 0:
            ends.append(begin[1])
    return None if depth else (tuple(starts), tuple(ends), has_inner)
