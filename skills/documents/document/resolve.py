"""Tracked changes accepted or rejected."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from skills.documents.document import runs
from skills.documents.document.markup import (
    AUTHOR,
    BOOKMARK_END,
    BOOKMARK_START,
    DEL,
    HYPERLINK,
    ID,
    INS,
    MOVE_FROM,
    MOVE_TO,
    PPR,
    RPR,
    SECTPR,
    TBL,
    TC,
    TR,
    P,
    R,
    child,
    insert_in_order,
    make,
    remove,
    unwrap,
    w,
)
from skills.documents.document.orders import PPR_ORDER
from skills.documents.document.revisions import ALL_TAGS, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from copilot_server.office.xml import Element

_CELL_MARKS: Final = (w("cellIns"), w("cellDel"))
_COMMENT_RANGES: Final = (w("commentRangeStart"), w("commentRangeEnd"))
_RANGES: Final = ("moveFromRange", "moveToRange")
_KEPT: Final = {  # what the old properties in a change record never hold, and so stay as they are
    w("pPrChange"): (RPR, SECTPR),
    w("rPrChange"): (INS, DEL, MOVE_FROM, MOVE_TO),
    w("sectPrChange"): (w("headerReference"), w("footerReference")),
    w("trPrChange"): (INS, DEL),
    w("tcPrChange"): (*_CELL_MARKS, w("cellMerge")),
}


def accept(root: Element, chosen: Callable[[Element], bool]) -> int:
    """How many revisions became part of the text."""
    return _resolve(root, chosen, is_accepting=True)


def reject(root: Element, chosen: Callable[[Element], bool]) -> int:
    """How many revisions were undone: text and formatting are what they were before them."""
    return _resolve(root, chosen, is_accepting=False)


def _resolve(root: Element, chosen: Callable[[Element], bool], *, is_accepting: bool) -> int:
    doomed = [each for each in root.iter(*ALL_TAGS) if chosen(each)]
    _drop_ranges(root, chosen)
    marks: list[Element] = []
    for element in doomed:
        if element.getroottree().getroot() is not root:
            continue  # went with a revision around it
        if element.tag in {INS, DEL, MOVE_FROM, MOVE_TO}:
            _resolve_content(element, marks, is_kept=(element.tag in {INS, MOVE_TO}) == is_accepting)
        elif element.tag in _CELL_MARKS:
            _resolve_cell(element, is_kept=(element.tag == _CELL_MARKS[0]) == is_accepting)
        elif is_accepting:
            remove(element)
        else:
            _restore(element)
    for paragraph in marks:
        _join_with_following(paragraph)
    return len(doomed)


def _resolve_content(element: Element, marks: list[Element], *, is_kept: bool) -> None:
    """`marks` collects paragraphs whose end goes: they are joined last, when their text is settled."""
    mark = mark_of(element)
    parent = element.getparent()
    if mark == "row" and not is_kept:
        _remove_row(next(element.iterancestors(TR)))
    elif mark:
        paragraph = next(element.iterancestors(P), None)
        remove(element)
        _drop_if_empty(parent)
        if mark == "paragraph" and not is_kept and paragraph is not None:
            marks.append(paragraph)
    elif is_kept:
        _keep(element)
    else:
        _discard(element)


def _drop_if_empty(properties: Element | None) -> None:
    """Formatting that held nothing but the mark, made for it."""
    while properties is not None and properties.tag in {RPR, PPR, w("trPr")} and not len(properties):
        above = properties.getparent()
        remove(properties)
        properties = above


def _keep(element: Element) -> None:
    inner = [each for each in element.iter(R) if next(each.iterancestors(DEL, MOVE_FROM), None) is element]
    for run in inner:
        runs.as_kept(run)
    before = element.getprevious()
    children = [each for each in element if each.tag == R]
    unwrap(element)
    if before is not None and before.tag == R:
        children.insert(0, before)
    for run in reversed(children):
        runs.join_with_next(run)


def _discard(element: Element) -> None:
    """Bookmarks in it stay on the spot, and the ranges of comments that are not gone with it."""
    gone = {each.get(ID) for each in element.iter(w("commentReference"))}
    for inner in list(element):
        if inner.tag in {BOOKMARK_START, BOOKMARK_END} or (inner.tag in _COMMENT_RANGES and inner.get(ID) not in gone):
            element.addprevious(inner)
    before, parent = element.getprevious(), element.getparent()
    remove(element)
    if parent is not None and parent.tag == HYPERLINK and not len(parent):
        before = parent.getprevious()
        remove(parent)
    if before is not None and before.tag == R:
        runs.join_with_next(before)


def _resolve_cell(element: Element, *, is_kept: bool) -> None:
    cell = next(element.iterancestors(TC))
    if is_kept:
        remove(element)
    else:
        remove(cell)


def _remove_row(row: Element) -> None:
    table = next(row.iterancestors(TBL))
    remove(row)
    if next(table.iter(TR), None) is None:
        remove(table)


def _restore(change: Element) -> None:
    """The properties as the change record holds them."""
    properties = change.getparent()
    if properties is None:
        return
    old = next((each for each in change if each.tag == properties.tag), None)
    kept = _KEPT.get(str(change.tag), ())
    for each in list(properties):
        if each.tag not in kept:
            properties.remove(each)  # with the blanks after it, which come back with the old ones
    restored = [copy.deepcopy(each) for each in old] if old is not None else []
    order = PPR_ORDER if properties.tag == PPR else ()
    if order:
        for each in restored:
            insert_in_order(properties, each, order)
    elif properties.tag in {SECTPR, RPR}:
        properties.extend(restored)
    else:
        for index, each in enumerate(restored):
            properties.insert(index, each)
    _drop_if_empty(properties)


def _join_with_following(paragraph: Element) -> None:
    """Its end is gone: what it holds continues in the next paragraph, which gives the properties."""
    following = paragraph.getnext()
    content = [each for each in paragraph if each.tag != PPR]
    if child(paragraph.find(PPR), "sectPr") is not None:
        return  # the end of a section is never merely a paragraph's end
    if following is not None and following.tag == P:
        start = 0 if following.find(PPR) is None else 1
        for offset, each in enumerate(content):
            following.insert(start + offset, each)
        remove(paragraph)
    elif not any(each.tag == R or each.tag in ALL_TAGS for each in content) and _can_go(paragraph):
        for each in content:
            if each.tag in {BOOKMARK_START, BOOKMARK_END}:
                paragraph.addprevious(each)
        remove(paragraph)


def _can_go(paragraph: Element) -> bool:
    """Cells, notes and the like end in a paragraph."""
    before = paragraph.getprevious()
    while before is not None and before.tag in {BOOKMARK_START, BOOKMARK_END}:
        before = before.getprevious()
    if before is not None and before.tag == P:
        return True
    after = paragraph.getnext()
    if before is not None and before.tag == TBL and after is not None and after.tag == SECTPR:
        return True  # the body ended in a table before the paragraph came
    return after is not None and after.tag in {P, TBL}


def _drop_ranges(root: Element, chosen: Callable[[Element], bool]) -> None:
    """The brackets around moves that are settled now."""
    for name in _RANGES:
        gone = {each.get(ID) for each in root.iter(w(f"{name}Start")) if each.get(AUTHOR) is not None and chosen(each)}
        for each in list(root.iter(w(f"{name}Start"), w(f"{name}End"))):
            if each.get(ID) in gone:
                remove(each)


def note_old(properties: Element, local: str, change: Element) -> None:
    """Record the properties as they are in `change` (a `w:…PrChange`) and put it last of them."""
    kept = _KEPT.get(str(change.tag), ())
    old = make(local)
    old.extend([copy.deepcopy(each) for each in properties if each.tag != change.tag and each.tag not in kept])
    change.append(old)
    properties.append(change)
