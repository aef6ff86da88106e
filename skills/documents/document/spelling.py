"""A story read and rewritten from its spelling, paragraph by paragraph, without a tree of the whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copilot_server.office import paragraphs
from copilot_server.office.xml import NS
from skills.documents.document.anchors import Anchor, derived_id, place_of, text_hash
from skills.documents.document.inline import visible_text
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.revisions import NUMBERED
from skills.documents.document.rewording import reworded
from skills.documents.document.runs import clean
from skills.documents.document.splice import highest_mark
from skills.documents.document.story import long_fields
from skills.documents.document.text_index import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copilot_server.office.paragraphs import Cut
    from skills.documents.document.story import Story

# A paragraph with none of these reads as its `w:t` joined. One regular expression that begins with letters, and plain
# searches for the rest: together a fifth of the cost of one expression for all.
_NOT_PLAIN: Final = re.compile(
    r"<w:(?:d(?:el|rawing)|moveFrom|f(?:ldChar|ldSimple)|instrText|t(?:ab[ />]| (?!xml:space=\"preserve\">))"
    r"|p(?:tab|ict)|br|cr|noBreakHyphen|sym|ruby|object)"
)
_NOT_PLAIN_EITHER: Final = ("&", ":AlternateContent")
_TEXT: Final = re.compile(r"<w:t(?: xml:space=\"preserve\")?>([^<]*)<")
_OWN_ID: Final = re.compile(r'<w:p\s(?:[^>]*?\s)?w14:paraId="([^"]+)"')
_ANY_ID: Final = re.compile(r'w14:paraId="([^"]+)"')
_MARK: Final = re.compile(
    rf"<w:(?:{'|'.join(tag.rpartition('}')[2] for tag in NUMBERED)})\s(?:[^<>]*?\s)?w:id=\"(\d+)\""
)


@dataclass(frozen=True, eq=False)
class Spelling:
    """The paragraphs' texts; `anew` holds those changed since the cut, `respelled` those of them changed as text.

    `fields` are those over several paragraphs: the numbers of their first and last, and the instruction. `odd` are
    paragraphs whose text is more than what their `w:t` hold. `ids` are the file's own.
    """

    cut: Cut
    texts: Texts
    fields: tuple[tuple[int, int, str], ...]
    odd: frozenset[int]
    ids: tuple[str | None, ...]
    anew: dict[int, Paragraph] = field(default_factory=dict[int, Paragraph])
    respelled: dict[int, str] = field(default_factory=dict[int, str])
    _marks: dict[int, int] = field(default_factory=dict[int, int])  # the highest of each put anew

    def to_change(self) -> Spelling:
        """A copy whose paragraphs may be put anew."""
        return Spelling(self.cut, self.texts.copy(), self.fields, self.odd, self.ids)

    def place(self, story: Story, number: int) -> str:
        return place_of(story.key, self.name(number))

    def anchor(self, story: Story, number: int) -> str:
        return str(Anchor(story.key, self.name(number), text_hash(self.texts.all[number])))

    def name(self, number: int) -> str:
        """The id, made from the text where the file gives none."""
        own = self.ids[number]
        if own is not None:
            return own
        text = self.texts.all[number]
        alike = (each for each in range(number) if self.texts.all[each] == text)
        return derived_id(text, 1 + sum(self.ids[each] is None for each in alike))

    def numbers(self, names: Iterable[str]) -> list[int | None]:
        """Of the paragraphs with those names, None where there is none."""
        wanted = list(names)
        asked = set(wanted)
        found = {own: number for number, own in enumerate(self.ids) if own in asked}
        if any(name.startswith("~") for name in wanted):
            counts: Counter[str] = Counter()
            for number, text in enumerate(self.texts.all):
                if self.ids[number] is None:
                    counts[text] += 1
                    found[derived_id(text, counts[text])] = number
        return [found.get(name) for name in wanted]

    def paragraphs(self, story: Story, numbers: Sequence[int]) -> list[Paragraph]:
        """In a tree without the others, to read, or to change and `put`."""
        fresh = [number for number in numbers if number not in self.anew]
        root = self.cut.window(map(self._piece, fresh))
        read = {
            number: Paragraph(story, self.name(number), element, self._open_field(number))
            for number, element in zip(fresh, root, strict=True)
        }
        return [self.anew[number] if number in self.anew else read[number] for number in numbers]

    def put(self, number: int, paragraph: Paragraph) -> None:
        self.anew[number] = paragraph
        self._marks[number] = highest_mark(paragraph.element)
        self.texts.put(number, paragraph.text)

    def reword(self, number: int, start: int, end: int, text: str) -> bool:
        """Make those characters read `text` where one `w:t` holds them; False, and nothing done, where none does."""
        if number in self.anew or number in self.odd or self._open_field(number):
            return False
        words = clean(text)
        piece = reworded(self._piece(number), start, end, words)
        if piece is None:
            return False
        self.respelled[number] = piece
        old = self.texts.all[number]
        self.texts.put(number, f"{old[:start]}{words}{old[end:]}")
        return True

    def data(self) -> bytes:
        """The part with what was put; nothing can be put after that."""
        return self.cut.replaced(self.respelled | self._put_anew())

    def _put_anew(self) -> dict[int, str]:
        if not self.anew:
            return {}
        root = self.cut.window(())
        numbers = sorted(self.anew)
        root.extend([self.anew[number].element for number in numbers])
        return dict(zip(numbers, paragraphs.respelled(root), strict=True))

    def highest_mark(self) -> int:
        """The highest id of a revision or bookmark."""
        if "highest mark" not in self.cut.remembered:
            self.cut.remembered["highest mark"] = max(map(int, _MARK.findall(self.cut.text)), default=0)
        return max(self.cut.remembered["highest mark"], *self._marks.values(), 0)

    def _piece(self, number: int) -> str:
        return self.respelled.get(number) or self.cut.piece(number)

    def _open_field(self, number: int) -> str:
        within = [instruction for first, last, instruction in self.fields if first < number <= last]
        return within[-1] if within else ""


def spelling_of(cut: Cut, like: Spelling | None = None) -> Spelling | None:
    """None where the text alone does not tell: paragraphs in paragraphs, an id given twice.

    Paragraphs spelled as in `like` are not read again.
    """
    if "spelling" not in cut.remembered:
        is_told = not cut.has_inner and _has_plain_ids(cut)
        cut.remembered["spelling"] = _read(cut, like) if is_told else None
    return cut.remembered["spelling"]


def _has_plain_ids(cut: Cut) -> bool:
    """Each once, and written as `_OWN_ID` finds them."""
    ids = _ANY_ID.findall(cut.text)
    is_declared = not ids or f'xmlns:w14="{NS["w14"]}"' in cut.head
    return is_declared and len(ids) == len(set(ids)) == cut.text.count("paraId")


def _read(cut: Cut, like: Spelling | None) -> Spelling:
    pieces = cut.pieces
    found = None if like is None else paragraphs.reworded(like.cut, cut)
    if like and found and like.odd.isdisjoint(found.numbers) and not any(_is_odd(pieces[n]) for n in found.more):
        texts = like.texts.copy()
        for n in found.numbers:
            texts.put(n, _plain_text(pieces[n]))
        return Spelling(cut, texts, like.fields, like.odd, _ids(pieces))
    odd = sorted(_odd(cut))
    read = [_plain_text(piece) for piece in pieces]
    window = cut.window(pieces[n] for n in odd)
    for n, element in zip(odd, window, strict=True):
        read[n] = visible_text(element)
    numbers = dict(zip(window, odd, strict=True))
    fields = sorted((numbers[begin], numbers[end], words) for begin, end, words in long_fields(window))
    return Spelling(cut, Texts(read), tuple(fields), frozenset(odd), _ids(pieces))


def _ids(pieces: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(own[1] if (own := _OWN_ID.match(piece)) else None for piece in pieces)


def _plain_text(piece: str) -> str:
    return "".join(_TEXT.findall(piece))


def _is_odd(piece: str) -> bool:
    """Whether it has to be parsed to tell what it reads."""
    return _NOT_PLAIN.search(piece) is not None or any(mark in piece for mark in _NOT_PLAIN_EITHER)


def _odd(cut: Cut) -> set[int]:
    """The numbers of those that are, found in one go."""
    at = [match.start() for match in _NOT_PLAIN.finditer(cut.text)]
    for mark in _NOT_PLAIN_EITHER:
        found = cut.text.find(mark)
        while found >= 0:
            at.append(found)
            found = cut.text.find(mark, found + 1)
    numbers = ((bisect_right(cut.starts, each) - 1, each) for each in at)
    return {number for number, each in numbers if number >= 0 and each < cut.ends[number]}
