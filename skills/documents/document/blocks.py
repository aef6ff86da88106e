"""Paragraphs inserted, deleted and moved, plainly or as tracked changes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.documents.document import runs
from skills.documents.document.markup import (
    BOOKMARK_END,
    BOOKMARK_START,
    DEL,
    FLD_CHAR,
    INS,
    MOVE_FROM,
    MOVE_TO,
    PARA_ID,
    PPR,
    RPR,
    SECTPR,
    TBL,
    TEXT_ID,
    TR,
    TRPR,
    P,
    R,
    drop,
    insert_in_order,
    make,
    paragraph_properties,
    remove,
    w,
)
from skills.documents.document.orders import RPR_ORDER, TRPR_ORDER
from skills.documents.document.splice import Marker, strike, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element

_RANGE_MARKS: Final = (
    BOOKMARK_START,
    BOOKMARK_END,
    w("commentRangeStart"),
    w("commentRangeEnd"),
    w("permStart"),
    w("permEnd"),
)


def insert_blocks(
    target: Element, blocks: Sequence[Element], marker: Marker | None, *, is_before: bool = False
) -> None:
    """Put paragraphs and tables beside a block of the same story."""
    place = target
    for block in blocks:
        if is_before:
            target.addprevious(block)
        else:
            block.tail, place.tail = place.tail, None
            place.addnext(block)
            place = block
    if marker is not None:
        for block in blocks:
            mark_block_inserted(block, marker)


def mark_block_inserted(block: Element, marker: Marker) -> None:
    """Every paragraph of it with its text and its end; of a table, its rows."""
    if block.tag == TBL:
        for row in block.iter(TR):
            insert_in_order(properties_of_row(row), marker.element("ins"), TRPR_ORDER)
    for paragraph in block.iter(P):
        for run in [each for each in paragraph.iter(R) if next(each.iterancestors(INS), None) is None]:
            wrap(run, marker.element("ins"))
        if block.tag == P:
            mark_end(paragraph, marker, "ins")


def properties_of_row(row: Element) -> Element:
    """`w:trPr` stands after the row's table property exceptions."""
    found = row.find(TRPR)
    if found is None:
        found = make("trPr")
        exceptions = row.find(w("tblPrEx"))
        if exceptions is None:
            row.insert(0, found)
        else:
            exceptions.addnext(found)
    return found


def mark_end(paragraph: Element, marker: Marker, local: str) -> None:
    """Say of the paragraph's end that it was inserted, deleted or moved."""
    ppr = paragraph_properties(paragraph)
    rpr = ppr.find(RPR)
    if rpr is None:
        rpr = make("rPr")
        later = ppr.find(SECTPR) if ppr.find(SECTPR) is not None else ppr.find(w("pPrChange"))
        if later is None:
            ppr.append(rpr)
        else:
            later.addprevious(rpr)
    insert_in_order(rpr, marker.element(local), RPR_ORDER)


def end_mark(paragraph: Element, *tags: str) -> Element | None:
    """The revision of the paragraph's end, of one of these kinds."""
    ppr = paragraph.find(PPR)
    rpr = None if ppr is None else ppr.find(RPR)
    return None if rpr is None else next((each for each in rpr if each.tag in tags), None)


def is_last_of_its_container(paragraph: Element) -> bool:
    """Cells, notes, text boxes, headers need one paragraph, and cells end in one."""
    parent = paragraph.getparent()
    if parent is None:
        return True
    blocks = [each for each in parent if each.tag in {P, TBL, w("sdt"), w("customXml")}]
    is_cell = parent.tag == w("tc")
    before = blocks[-2].tag if len(blocks) > 1 else None
    return len(blocks) == 1 or (is_cell and blocks[-1] is paragraph and before != P)


def refuse_part_of_field(paragraph: Element) -> None:
    """Raise Refused for a paragraph that holds one end of a field only."""
    depth = 0
    for each in paragraph.iter(FLD_CHAR):
        kind = each.get(w("fldCharType"))
        depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if depth < 0:
            break
    if depth:
        raise Refused("the paragraph holds one end of a field that goes over several (a table of contents?)")


def delete_tracked(paragraph: Element, marker: Marker) -> None:
    """Its text and its end marked deleted; what we inserted in this sitting goes altogether."""
    own = end_mark(paragraph, INS)
    if own is not None and marker.is_own(own):
        delete_plainly(paragraph)
        return
    for run in [each for each in paragraph.iter(R) if not _is_gone(each, paragraph)]:
        strike(run, marker)
    if end_mark(paragraph, DEL, MOVE_FROM) is None and not is_last_of_its_container(paragraph):
        mark_end(paragraph, marker, "del")


def _is_gone(run: Element, paragraph: Element) -> bool:
    """Deleted already, or part of a paragraph nested in this one (a text box)."""
    home = next(run.iterancestors(P), None)
    return home is not paragraph or next(run.iterancestors(DEL, MOVE_FROM), None) is not None


def delete_plainly(paragraph: Element) -> None:
    """Ranges that begin or end in it close up on what comes next to it."""
    parent = paragraph.getparent()
    if parent is None:
        return
    for mark in _one_sided(paragraph):
        _rehome(mark, paragraph)
    if is_last_of_its_container(paragraph):
        for each in [each for each in paragraph if each.tag != PPR]:
            paragraph.remove(each)
    else:
        remove(paragraph)


def _one_sided(paragraph: Element) -> list[Element]:
    """Marks whose other half stands elsewhere."""
    found: list[Element] = []
    marks = list(paragraph.iter(*_RANGE_MARKS))
    for mark in marks:
        twin = str(mark.tag).replace("Start", "@").replace("End", "Start").replace("@", "End")
        if not any(each.tag == twin and each.get(w("id")) == mark.get(w("id")) for each in marks):
            found.append(mark)
    return found


def _rehome(mark: Element, paragraph: Element) -> None:
    is_start = str(mark.tag).endswith("Start")
    following, before = paragraph.getnext(), paragraph.getprevious()
    if is_start and following is not None and following.tag == P:
        following.insert(0 if following.find(PPR) is None else 1, mark)
    elif before is not None and before.tag == P:
        before.append(mark)
    else:
        paragraph.addprevious(mark)


def move(paragraph: Element, target: Element, *, is_before: bool) -> None:
    """Plainly: the element itself goes, with all it holds."""
    remove(paragraph)
    insert_blocks(target, [paragraph], None, is_before=is_before)


def move_tracked(paragraph: Element, target: Element, marker: Marker, name: str, *, is_before: bool) -> Element:
    """The paragraph stays, marked moved away; a copy marked moved here. Raises Refused where a copy cannot be.

    Bookmarks stay with the original, and note references and the like cannot stand twice.
    """
    _refuse_unrepeatable(paragraph)
    copied = _copy_for_move(paragraph)
    for run in [each for each in paragraph.iter(R) if not _is_gone(each, paragraph)]:
        runs.as_deleted(run)
        wrap(run, marker.element("moveFrom"))
    mark_end(paragraph, marker, "moveFrom")
    insert_blocks(target, [copied], None, is_before=is_before)
    for run in list(copied.iter(R)):
        wrap(run, marker.element("moveTo"))
    mark_end(copied, marker, "moveTo")
    _bracket(paragraph, "moveFromRange", name, marker)
    _bracket(copied, "moveToRange", name, marker)
    return copied


def _refuse_unrepeatable(paragraph: Element) -> None:
    once = [w(each) for each in ("footnoteReference", "endnoteReference", "commentReference", "sdt", "object", "pict")]
    revised = [INS, DEL, MOVE_FROM, MOVE_TO]
    if next(paragraph.iter(*once, w("drawing"), *revised), None) is not None:
        raise Refused(
            "a paragraph with notes, comments, pictures, controls or tracked changes cannot be moved as a tracked "
            "change; move it without tracking, or delete and insert the text"
        )


def _copy_for_move(paragraph: Element) -> Element:
    copied = copy.deepcopy(paragraph)
    copied.tail = None
    for name in (PARA_ID, TEXT_ID):
        copied.attrib.pop(name, None)
    for mark in list(copied.iter(*_RANGE_MARKS)):
        remove(mark)
    drop(copied.find(PPR), "sectPr")
    return copied


def _bracket(paragraph: Element, local: str, name: str, marker: Marker) -> None:
    attributes = marker.attributes()
    start = make(f"{local}Start", {**attributes, "name": name})
    paragraph.insert(0 if paragraph.find(PPR) is None else 1, start)
    paragraph.append(make(f"{local}End", {"id": attributes["id"]}))
