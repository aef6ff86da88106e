"""The smallest word-level differences between two texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from copilot_server.office.alike import shared_start

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|\s|[^\w\s]", re.UNICODE)
# Many small pieces of a stretch that is mostly new read worse than the stretch struck and written anew.
_SCATTERED = 3
_HALF = 0.5
_TOO_LITTLE_IN_COMMON = 0.25


@dataclass(frozen=True, slots=True)
class Hunk:
    """`old[start:end]` becomes `text`."""

    start: int
    end: int
    text: str


def hunks(old: str, new: str, seams: frozenset[int] = frozenset()) -> tuple[Hunk, ...]:
    """In order, apart from each other. Two that only white space parts are one, unless a seam lies between.

    `seams` are offsets in `old` where formatting changes: words either side are replaced each by its own.
    """
    if old == new:
        return ()
    at, end = _edges(old, new)
    before, after = _TOKEN.findall(old, at, len(old) - end), _TOKEN.findall(new, at, len(new) - end)
    if set(before).isdisjoint(after):
        return (Hunk(at, len(old) - end, new[at : len(new) - end]),)
    head, tail = _common(before, after)
    left, right = before[head : len(before) - tail], after[head : len(after) - tail]
    start = at + sum(map(len, before[:head]))
    whole = Hunk(start, start + sum(map(len, left)), "".join(right))
    if not left or not right or set(left).isdisjoint(right):
        return (whole,)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if not seams and not at + end + head + tail and matcher.ratio() < _TOO_LITTLE_IN_COMMON:
        return (whole,)
    starts = [start + offset for offset in _offsets(left)]
    found: list[Hunk] = []
    for kind, first, last, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            continue
        hunk = Hunk(starts[first], starts[last], "".join(right[from_new:to_new]))
        if found and _is_one(old, found[-1], hunk, seams):
            gap = old[found[-1].end : hunk.start]
            found[-1] = Hunk(found[-1].start, hunk.end, found[-1].text + gap + hunk.text)
        else:
            found.append(hunk)
    kept = whole.end - whole.start - sum(each.end - each.start for each in found)
    is_scattered = len(found) >= _SCATTERED and 2 * kept < (whole.end - whole.start + len(whole.text)) * _HALF
    return (whole,) if is_scattered and not any(whole.start < seam < whole.end for seam in seams) else tuple(found)


def _edges(old: str, new: str) -> tuple[int, int]:
    """How many characters, up to a blank between two words, both surely begin with, and then end with."""
    start = old.rfind(" ", 0, shared_start(old, new)) + 1
    left, right = old[start:][::-1], new[start:][::-1]
    return start, left.rfind(" ", 0, shared_start(left, right)) + 1


def _offsets(tokens: list[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _is_one(old: str, left: Hunk, right: Hunk, seams: frozenset[int]) -> bool:
    gap = old[left.end : right.start]
    is_blank = gap.isspace() and "\n" not in gap and "\t" not in gap
    is_replacing = left.end > left.start and right.end > right.start
    return is_blank and is_replacing and not any(left.start < seam < right.end for seam in seams)


def _common(before: list[str], after: list[str]) -> tuple[int, int]:
    """How many words both begin with, and then how many both end with."""
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    return head, tail
