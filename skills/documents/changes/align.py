"""Paragraphs of two versions brought together, looking only where the parts' bytes differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from copilot_server.office import slices
from skills.documents.document.markup import PARA_ID, P

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph

_PARAGRAPH = re.compile(rb"<w:p(?=[ />])")
_SIMILAR = 0.5
_LONG = 400  # paragraphs between the first and the last that differ; beyond, frequent ones are matched by neighbours
_KNOWN_BY = 20  # characters


@dataclass(frozen=True, slots=True)
class Aligned:
    """`same` stand in both, `pairs` are those of them that may differ.

    An inserted or moved paragraph comes with the place of the one it follows, as it was named before.
    """

    pairs: tuple[tuple[Paragraph, Paragraph], ...]
    same: tuple[tuple[Paragraph, Paragraph], ...]
    deleted: tuple[Paragraph, ...]
    inserted: tuple[tuple[Paragraph, str], ...]
    moved: tuple[tuple[Paragraph, Paragraph, str], ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """Paragraphs whose markup may differ, of either version."""

    old: set[Element]
    new: set[Element]


def touched(before: bytes, after: bytes) -> tuple[set[int], set[int]]:
    """Indexes of `w:p` elements whose markup may differ, by cutting both spellings at paragraphs.

    A tenth of the cost of reading every paragraph.
    """
    found = slices.differing(before, after)
    start, old_end = slices.paragraphs_around(before, found.start, found.before_end)
    new_end = old_end + len(after) - len(before)
    first = len(_PARAGRAPH.findall(before, 0, start))
    old, new = _chunks(before[start:old_end]), _chunks(after[start:new_end])
    if len(old) == len(new):
        differing = {i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b}
        return _paragraph_indexes(differing, first), _paragraph_indexes(differing, first)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    olds: set[int] = set()
    news: set[int] = set()
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            olds |= set(range(a, b))
            news |= set(range(c, d))
    return _paragraph_indexes(olds, first), _paragraph_indexes(news, first)


def _chunks(piece: bytes) -> list[bytes]:
    return _PARAGRAPH.split(piece)


def _paragraph_indexes(chunks: set[int], first: int) -> set[int]:
    """Chunk n+1 is paragraph n and what follows it; the first is what comes before any."""
    return {first + index - 1 for index in chunks if index > 0}


def at_indexes(root: Element, indexes: set[int]) -> set[Element]:
    """Those paragraphs and the ones around them, which hold them (text boxes)."""
    found: set[Element] = set()
    for index, element in enumerate(root.iter(P)):
        if index in indexes:
            found.add(element)
            found.update(element.iterancestors(P))
    return found


def align(before: Sequence[Paragraph], after: Sequence[Paragraph], is_touched: Touched | None) -> Aligned:
    """By the file's own ids, else by text and order; `is_touched` holds what may differ, None for all."""
    most = None if is_touched is None else _edges(before, after, is_touched)
    matched = _matched([_key(each) for each in before], [_key(each) for each in after], most)
    together = dict(matched)
    gone = [index for index in range(len(before)) if index not in together]
    taken = set(together.values())
    come = [index for index in range(len(after)) if index not in taken]
    moved = _moved(before, after, gone, come)
    rewritten = _rewritten(before, after, matched, set(moved), set(moved.values()))
    together |= moved | rewritten
    taken = set(together.values())
    follows = _follows(before, after, together, set(moved.values()))
    pairs = [(before[old], after[new]) for old, new in sorted(together.items())]
    return Aligned(
        pairs=tuple(pair for pair in pairs if is_touched is None or pair[1].element in is_touched.new),
        same=tuple(pairs),
        deleted=tuple(before[index] for index in gone if index not in together),
        inserted=tuple((after[index], follows[index]) for index in come if index not in taken),
        moved=tuple((before[old], after[new], follows[new]) for old, new in moved.items()),
    )


def _key(paragraph: Paragraph) -> str:
    return paragraph.element.get(PARA_ID) or f"~{paragraph.text}"


def _edges(before: Sequence[Paragraph], after: Sequence[Paragraph], is_touched: Touched) -> tuple[int, int]:
    """How many paragraphs before all that may differ, and how many after it, stand in both."""
    olds = [index for index, each in enumerate(before) if each.element in is_touched.old]
    news = [index for index, each in enumerate(after) if each.element in is_touched.new]
    heads = [found[0] for found in (olds, news) if found]
    tails = [len(all_of) - 1 - found[-1] for all_of, found in ((before, olds), (after, news)) if found]
    most = min(len(before), len(after))
    return min(heads, default=most), min(tails, default=most)


def _matched(old: list[str], new: list[str], edges: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Indexes that belong together, rising on both sides. Among many alike, as empty ones are, the edges decide."""
    if old == new:
        return [(index, index) for index in range(len(old))]
    if len(old) == len(new):
        differing = [index for index in range(len(old)) if old[index] != new[index]]
        if {old[index] for index in differing}.isdisjoint(new[index] for index in differing):
            return [(index, index) for index in range(len(old)) if old[index] == new[index]]
    most = min(len(old), len(new))
    most_head, most_tail = edges or (most, most)
    most_head = min(most, most_head)
    head = next((index for index in range(most_head) if old[index] != new[index]), most_head)
    most_tail = min(most - head, most_tail)
    tail = next((index for index in range(most_tail) if old[-1 - index] != new[-1 - index]), most_tail)
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) > _LONG)
    found = [(index, index) for index in range(head)]
    for block in matcher.get_matching_blocks():
        found += [(head + block.a + offset, head + block.b + offset) for offset in range(block.size)]
    return [*found, *((len(old) - tail + index, len(new) - tail + index) for index in range(tail))]


def _moved(before: Sequence[Paragraph], after: Sequence[Paragraph], gone: list[int], come: list[int]) -> dict[int, int]:
    """The same paragraph at another place: by its id, or by a text long enough to know it by."""
    waiting = {_key(after[index]): index for index in come}
    found: dict[int, int] = {}
    for index in gone:
        key = _key(before[index])
        if key in waiting and (not key.startswith("~") or len(key) > _KNOWN_BY):
            found[index] = waiting.pop(key)
    return found


def _rewritten(
    before: Sequence[Paragraph],
    after: Sequence[Paragraph],
    matched: list[tuple[int, int]],
    moved_from: set[int],
    moved_to: set[int],
) -> dict[int, int]:
    """Between the same neighbours, in order: the same paragraph with other words."""
    found: dict[int, int] = {}
    if len(before) == len(after) == len(matched):
        return found
    edges = [(-1, -1), *matched, (len(before), len(after))]
    for (old, new), (next_old, next_new) in pairwise(edges):
        gone = [index for index in range(old + 1, next_old) if index not in moved_from]
        come = [index for index in range(new + 1, next_new) if index not in moved_to]
        if not gone or not come:
            continue
        is_named = any(before[index].element.get(PARA_ID) for index in gone)
        if len(gone) == len(come) and not is_named:
            found |= dict(zip(gone, come, strict=True))
        elif not is_named:
            found |= _likeliest(before, after, gone, come)
    return found


def _likeliest(
    before: Sequence[Paragraph], after: Sequence[Paragraph], gone: list[int], come: list[int]
) -> dict[int, int]:
    found: dict[int, int] = {}
    free = list(come)
    for index in gone:
        best = max(free, key=lambda new: _likeness(before[index], after[new]), default=None)
        if best is not None and _likeness(before[index], after[best]) >= _SIMILAR:
            found[index] = best
            free = free[free.index(best) + 1 :]
    return found


def _likeness(old: Paragraph, new: Paragraph) -> float:
    return SequenceMatcher(None, old.text[:400], new.text[:400]).ratio()


def _follows(
    before: Sequence[Paragraph], after: Sequence[Paragraph], together: dict[int, int], moved: set[int]
) -> list[str]:
    """For each paragraph of `after`, the place of the one before it that stood there before; none if all did."""
    if not moved and len(together) == len(after):
        return []
    old_of = {new: old for old, new in together.items() if new not in moved}
    found: list[str] = []
    last = f"start:{after[0].story.key}" if after else ""
    for index in range(len(after)):
        found.append(last)
        last = before[old_of[index]].place if index in old_of else last
    return found
