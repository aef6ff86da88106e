"""Paragraphs of two versions brought together, looking only where the parts' bytes differ."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from skills.documents.document.markup import P

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph

_MARK = b"<w:p "
_SIMILAR = 0.5


@dataclass(frozen=True, slots=True)
class Aligned:
    """`pairs` stand in both and may differ; `follows` names what an inserted paragraph comes after, from before."""

    pairs: tuple[tuple[Paragraph, Paragraph], ...]
    deleted: tuple[Paragraph, ...]
    inserted: tuple[tuple[Paragraph, str], ...]
    moved: tuple[tuple[Paragraph, Paragraph, str], ...]


def touched(before: Element, after: Element) -> tuple[set[int], set[int]] | None:
    """Indexes of `w:p` elements whose markup may differ, by cutting both serialisations at paragraphs.

    A tenth of the cost of reading every paragraph. None where the files spell the prefix otherwise.
    """
    old, new = _chunks(before), _chunks(after)
    if old is None or new is None:
        return None
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(left) == len(right):
        differing = {head + i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b}
        return _paragraph_indexes(differing), _paragraph_indexes(differing)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    olds: set[int] = set()
    news: set[int] = set()
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            olds |= set(range(head + a, head + b))
            news |= set(range(head + c, head + d))
    return _paragraph_indexes(olds), _paragraph_indexes(news)


def _chunks(root: Element) -> list[bytes] | None:
    if root.prefix != "w":
        return None
    data = etree.tostring(root).replace(b"<w:p>", _MARK + b">").replace(b"<w:p/>", _MARK + b"/>")
    return data.split(_MARK)


def _paragraph_indexes(chunks: set[int]) -> set[int]:
    """Chunk n+1 is paragraph n and what follows it; the first is what comes before any."""
    return {index - 1 for index in chunks if index > 0}


def at_indexes(root: Element, indexes: set[int]) -> set[Element]:
    """Those paragraphs and the ones around them, which hold them (text boxes)."""
    found: set[Element] = set()
    for index, element in enumerate(root.iter(P)):
        if index in indexes:
            found.add(element)
            found.update(element.iterancestors(P))
    return found


def align(before: Sequence[Paragraph], after: Sequence[Paragraph], is_touched: set[Element] | None) -> Aligned:
    """By id; what has lost its id (derived from its text) by place and likeness."""
    olds = {each.place: each for each in before}
    news = {each.place: each for each in after}
    pairs = [(olds[place], each) for place, each in news.items() if place in olds]
    gone = [each for each in before if each.place not in news]
    come = [each for each in after if each.place not in olds]
    rewritten = _rewritten(before, after, gone, come) if gone and come else []
    lost, made = {old.place for old, _ in rewritten}, {new.place for _, new in rewritten}
    pairs += rewritten
    follows = _follows(after, {new.place: old.place for old, new in pairs})
    moved = _moved(before, after, pairs)
    looked_at = [pair for pair in pairs if is_touched is None or pair[1].element in is_touched]
    return Aligned(
        pairs=tuple(looked_at),
        deleted=tuple(each for each in gone if each.place not in lost),
        inserted=tuple((each, follows[each.place]) for each in come if each.place not in made),
        moved=tuple((old, new, follows[new.place]) for old, new in moved),
    )


def _rewritten(
    before: Sequence[Paragraph], after: Sequence[Paragraph], gone: Sequence[Paragraph], come: Sequence[Paragraph]
) -> list[tuple[Paragraph, Paragraph]]:
    """Between the same neighbours, in order: the same paragraph with other words."""
    gone_places, come_places = {each.place for each in gone}, {each.place for each in come}
    gaps_before, gaps_after = _gaps(before, gone_places), _gaps(after, come_places)
    found: list[tuple[Paragraph, Paragraph]] = []
    for key, olds in gaps_before.items():
        news = gaps_after.get(key, [])
        if len(olds) == len(news):
            found += zip(olds, news, strict=True)
            continue
        free = list(news)
        for old in olds:
            best = max(free, key=lambda new: _likeness(old, new), default=None)
            if best is not None and _likeness(old, best) >= _SIMILAR:
                found.append((old, best))
                free = free[free.index(best) + 1 :]
    return found


def _likeness(old: Paragraph, new: Paragraph) -> float:
    return SequenceMatcher(None, old.text[:400], new.text[:400]).ratio()


def _gaps(paragraphs: Sequence[Paragraph], places: set[str]) -> dict[str, list[Paragraph]]:
    """Unmatched paragraphs by the matched one they follow."""
    found: dict[str, list[Paragraph]] = {}
    last = ""
    for each in paragraphs:
        if each.place in places:
            found.setdefault(last, []).append(each)
        else:
            last = each.place
    return found


def _follows(after: Sequence[Paragraph], known: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    last = f"start:{after[0].story.key}" if after else ""
    for each in after:
        found[each.place] = last
        last = known.get(each.place, last)
    return found


def _moved(
    before: Sequence[Paragraph], after: Sequence[Paragraph], pairs: Sequence[tuple[Paragraph, Paragraph]]
) -> list[tuple[Paragraph, Paragraph]]:
    """The fewest whose going explains the new order: those outside the longest run that kept it."""
    position = {each.place: index for index, each in enumerate(before)}
    old_of = {new.place: old for old, new in pairs}
    ordered = [(old_of[each.place], each) for each in after if each.place in old_of]
    numbers = [position[old.place] for old, _ in ordered]
    if all(a < b for a, b in pairwise(numbers)):
        return []
    kept = _longest_rising(numbers)
    return [pair for index, pair in enumerate(ordered) if index not in kept]


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Indexes of a longest increasing subsequence."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tops, number)
        before.append(ends[place - 1] if place else -1)
        tops[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    found: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        found.add(index)
        index = before[index]
    return found
