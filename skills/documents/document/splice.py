"""Characters of a paragraph replaced, in place or as tracked changes, each run keeping its formatting."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.errors import Refused
from skills.documents.document import runs
from skills.documents.document.inline import Inline, inlines
from skills.documents.document.markup import (
    ALTERNATE,
    AUTHOR,
    CHOICE,
    DATE,
    DEL,
    FALLBACK,
    ID,
    INS,
    MOVE_TO,
    PPR,
    SDT_CONTENT,
    TXBX,
    P,
    T,
    make,
    remove,
    unwrap,
)
from skills.documents.document.revisions import NUMBERED, is_hollow
from skills.documents.document.word_diff import Hunk, hunks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import Reviewer


class Marker:
    """Makes revision elements signed by one reviewer, each with an id of its own in its part."""

    def __init__(self, reviewer: Reviewer, highest: Callable[[], int]) -> None:
        """`highest` tells the highest id that the part has, when the first is needed."""
        self.author, self.date = reviewer.author, reviewer.date
        self._highest = highest
        self._next: int | None = None

    def element(self, local: str) -> Element:
        return make(local, self.attributes())

    def attributes(self) -> dict[str, str]:
        if self._next is None:
            self._next = self._highest() + 1
        number, self._next = self._next, self._next + 1
        return {"id": str(number), "author": self.author, "date": self.date}

    def is_own(self, revision: Element) -> bool:
        """Made in this very sitting: what we inserted ourselves a moment ago is simply taken out again."""
        return revision.get(AUTHOR) == self.author and revision.get(DATE) == self.date


def highest_mark(root: Element) -> int:
    """The highest id of a revision or bookmark in the tree."""
    ids = (each.get(ID, "") for each in root.iter(*NUMBERED))
    return max((int(each) for each in ids if each.isdigit()), default=0)


def replace(paragraph: Paragraph, start: int, end: int, text: str, marker: Marker | None) -> None:
    """Make the visible characters `start` to `end` read `text`, by word-level differences; tracked with a marker.

    Raises Refused where one of the differences falls on text that is not the author's to edit.
    """
    pieces = _texts(paragraph.element, paragraph.open_field)
    old = "".join(each.text for each in pieces)[start:end]
    text = runs.clean(text)
    seams = frozenset(each.start - start for each in pieces if start < each.start < end and not _alike(pieces, each))
    found = hunks(old, text, seams)
    twin = _twin(paragraph.element)
    for element in [paragraph.element, *([twin] if twin is not None else [])]:
        for index, hunk in enumerate(reversed(found)):
            if index or element is twin:
                pieces = _texts(element, paragraph.open_field)
            _apply(element, pieces, Hunk(hunk.start + start, hunk.end + start, hunk.text), marker)


def _texts(paragraph: Element, open_field: str) -> list[Inline]:
    return [each for each in inlines(paragraph, open_field) if each.kind == "text"]


def _alike(pieces: Sequence[Inline], piece: Inline) -> bool:
    """Whether the stretch is formatted as the one before it."""
    before = pieces[pieces.index(piece) - 1]
    return before.run is piece.run or _look(before.run) == _look(piece.run)


def _look(run: Element | None) -> bytes:
    formatting = runs.typed_formatting(run)
    return b"" if formatting is None else etree.tostring(formatting, method="c14n", exclusive=True)


def _twin(paragraph: Element) -> Element | None:
    """The same paragraph of a text box as the fallback for older readers repeats it."""
    box = next(paragraph.iterancestors(TXBX), None)
    choice = next(box.iterancestors(CHOICE), None) if box is not None else None
    alternate = choice.getparent() if choice is not None else None
    if choice is None or alternate is None or alternate.tag != ALTERNATE:
        return None
    fallback = alternate.find(FALLBACK)
    ours, theirs = list(choice.iter(P)), list(fallback.iter(P)) if fallback is not None else []
    if len(ours) != len(theirs):
        return None
    twin = theirs[ours.index(paragraph)]
    return twin if _text(twin) == _text(paragraph) else None


def _text(paragraph: Element) -> str:
    return "".join(each.text for each in inlines(paragraph) if each.kind == "text")


def _apply(paragraph: Element, pieces: Sequence[Inline], hunk: Hunk, marker: Marker | None) -> None:
    struck = [each for each in pieces if each.start < hunk.end and each.end > hunk.start]
    _refuse_locked(struck)
    if hunk.start == hunk.end:
        _insert(paragraph, pieces, hunk, marker)
    elif marker is None:
        _replace_in_place(struck, hunk)
    else:
        _replace_tracked(struck, hunk, marker)


def _refuse_locked(pieces: Sequence[Inline]) -> None:
    for piece in pieces:
        if piece.lock:
            raise Refused(f"{piece.text[:40]!r} is {piece.lock}; change what it comes from, or update the fields")


def _replace_in_place(struck: Sequence[Inline], hunk: Hunk) -> None:
    first = struck[0]
    for piece in reversed(struck[1:]):
        _take_out(piece, max(hunk.start, piece.start), min(hunk.end, piece.end))
    keep = first.text[: hunk.start - first.start]
    rest = first.text[max(0, min(hunk.end, first.end) - first.start) :]
    if first.node.tag == T and runs.is_plain(hunk.text):
        if keep + hunk.text + rest:
            runs.set_text(first.node, keep + hunk.text + rest)
        else:
            _take_out(first, first.start, first.end)
        return
    new = runs.run_like(first.run, hunk.text)
    run = runs.carve(first, max(hunk.start, first.start), min(hunk.end, first.end))
    run.addprevious(new)
    _drop_run(run)


def _take_out(piece: Inline, start: int, end: int) -> None:
    left, right = piece.text[: start - piece.start], piece.text[end - piece.start :]
    if left + right and piece.node.tag == T:
        runs.set_text(piece.node, left + right)
        return
    run = piece.run
    remove(piece.node)
    if run is not None and runs.is_empty(run):
        _drop_run(run)


def _drop_run(run: Element) -> None:
    """With the revision or link it leaves empty."""
    parent = run.getparent()
    remove(run)
    while parent is not None and parent.tag in {INS, MOVE_TO} and is_hollow(parent):
        emptied, parent = parent, parent.getparent()
        unwrap(emptied)


def _replace_tracked(struck: Sequence[Inline], hunk: Hunk, marker: Marker) -> None:
    """Deleted text stays where it is, marked; the new text follows its first stretch, formatted as that."""
    last_mark: Element | None = None
    for piece in reversed(struck):
        run = runs.carve(piece, max(hunk.start, piece.start), min(hunk.end, piece.end))
        if piece is struck[0] and hunk.text:
            last_mark = runs.run_like(run, hunk.text)
            run.addnext(last_mark)
        strike(run, marker)
    if last_mark is not None:
        _mark_inserted(last_mark, marker)


def strike(run: Element, marker: Marker) -> None:
    """Mark a run deleted; one we inserted in this sitting goes altogether."""
    revision = next(run.iterancestors(INS, MOVE_TO), None)
    if revision is not None and revision.tag == INS and marker.is_own(revision):
        _drop_run(run)
        return
    runs.as_deleted(run)
    before, after = run.getprevious(), run.getnext()
    if after is not None and after.tag == DEL and marker.is_own(after):
        after.insert(0, run)
    elif before is not None and before.tag == DEL and marker.is_own(before):
        before.append(run)
    else:
        wrap(run, marker.element("del"))


def wrap(element: Element, wrapper: Element) -> Element:
    """Put the wrapper around the element where it stands."""
    wrapper.tail, element.tail = element.tail, None
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - only elements of a paragraph are wrapped
    parent.replace(element, wrapper)
    wrapper.append(element)
    return wrapper


def _mark_inserted(run: Element, marker: Marker) -> None:
    """In a `w:ins` of ours; inside somebody else's insertion theirs is parted around it."""
    outer = run.getparent()
    if outer is not None and outer.tag == INS and marker.is_own(outer):
        return
    if outer is not None and outer.tag in {INS, MOVE_TO}:
        _part_around(outer, run, marker)
    wrap(run, marker.element("ins"))


def _part_around(outer: Element, run: Element, marker: Marker) -> None:
    """Lift the run out of the revision, leaving the halves either side that hold anything."""
    later = list(run.itersiblings())
    outer.addnext(run)
    run.tail, outer.tail = outer.tail, None
    if later:
        right = etree.Element(outer.tag, outer.attrib)
        right.set(ID, marker.attributes()["id"])
        right.extend(later)
        run.addnext(right)
        right.tail, run.tail = run.tail, None
        if is_hollow(right):
            unwrap(right)
    if is_hollow(outer):
        unwrap(outer)


def _insert(paragraph: Element, pieces: Sequence[Inline], hunk: Hunk, marker: Marker | None) -> None:
    """New words take the look of what they follow, at the start of a paragraph of what they precede."""
    before = next((each for each in reversed(pieces) if each.start < hunk.start <= each.end), None)
    after = next((each for each in pieces if each.start == hunk.start), None)
    beside = _better_side(before, after)
    if beside is None:
        _append(paragraph, hunk.text, marker)
    elif marker is None and beside.node.tag == T and runs.is_plain(hunk.text):
        offset = hunk.start - beside.start
        runs.set_text(beside.node, beside.text[:offset] + hunk.text + beside.text[offset:])
    else:
        _insert_run(beside, hunk, marker)


def _better_side(before: Inline | None, after: Inline | None) -> Inline | None:
    if before is not None and (before.lock or before.link is not None) and after is not None and not after.lock:
        return after if before.lock or after.link is None else before
    return before or after


def _insert_run(beside: Inline, hunk: Hunk, marker: Marker | None) -> None:
    new = runs.run_like(beside.run, hunk.text)
    if beside.lock:
        _refuse_locked([beside])
    if hunk.start == beside.start:
        runs.carve(beside, beside.start, beside.end).addprevious(new)
    else:
        run = runs.carve(beside, beside.start, hunk.start)
        new.tail, run.tail = run.tail, None
        run.addnext(new)
    if marker is not None:
        _mark_inserted(new, marker)


def _append(paragraph: Element, text: str, marker: Marker | None) -> None:
    """Into a paragraph without text: at its end, in an empty inline control where there is one."""
    first = runs.first_run(paragraph)
    new = runs.run_like(runs.mark_formatting(paragraph) if first is None else first, text)
    control = next((each for each in paragraph.iter(SDT_CONTENT) if each.getparent() is not None), None)
    home = control if control is not None and control.find(P) is None else paragraph
    home.append(new)
    if marker is not None:
        _mark_inserted(new, marker)


def clear(paragraph: Paragraph, marker: Marker | None) -> None:
    """All its visible text."""
    replace(paragraph, 0, len(paragraph.text), "", marker)


def copied(paragraph: Element) -> Element:
    """An empty paragraph with the same properties, but no section break and no revision marks."""
    new = make("p")
    ppr = paragraph.find(PPR)
    if ppr is not None:
        new.append(copy.deepcopy(ppr))
    return new
