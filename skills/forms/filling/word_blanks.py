"""Blanks of Word files without content controls: lines to write on, boxes to tick, empty cells beside a label.

Filling one changes the text of the runs it stands in, and nothing around them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copilot_server.office.xml import Element, qname
from skills.forms.model import ids

# Five en spaces are what an empty form field of older Word shows.
_LINE = r"_{2,}(?:\s?[/.\-]\s?_{2,})+|_{3,}|\.{6,}|…{2,}|\[[ \xa0]{2,80}\]|\u2002{3,}"
_BOX = r"[☐□☒☑]|(?<!\w)(?:\[[ \xa0xX]?\]|\([ \xa0xX]?\))(?!\w)"
_BLANK, _TICK = re.compile(_LINE), re.compile(_BOX)
_EMPTY = " \xa0\u2002_.…\t\n"
_EDGES = " \xa0\u2002\t\n:,;.*[("
_GAP = 500  # twentieths of a point
# What makes a cell without words no empty one.
_NOT_EMPTY = ("w:drawing", "w:pict", "w:object", "w:tbl", "w:sdt", "w:fldChar", "w:fldSimple", "m:oMath", "w:sym")
_APART = {
    qname("w:txbxContent"),
    qname("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
}
_CHANGES = {qname(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange")}


@dataclass(frozen=True, slots=True)
class Blank:
    """The characters of a paragraph from `start` to `end`; `kind` is text or tick, `value` True for a ticked box."""

    name: str
    label: str
    kind: str
    paragraph: Element
    start: int
    end: int
    value: bool | None = None


def blanks(body: Element) -> list[Blank]:
    """In document order; the same file always gives the same names."""
    return list(_Finder().found(body))


def fill(body: Element, values: Mapping[str, Any]) -> set[str]:
    """Write values by name, and say which found a blank; boxes of a question that is answered otherwise are cleared."""
    found = blanks(body)
    words = "".join(text for node in body.iter(qname("w:t")) if (text := node.text))
    asked = {name.partition("#")[0] for name in values if "#" in name}
    for blank in reversed(found):  # so that what stands before keeps its place
        if blank.kind == "tick" and blank.name.partition("#")[0] in asked:
            _replace(blank, _ticked(blank, words, is_on=values.get(blank.name) is True))
        elif blank.kind == "text" and blank.name in values:
            _replace(blank, str(values[blank.name]))
    return {blank.name for blank in found} & values.keys()


def ticked(body: Element) -> dict[str, bool]:
    return {blank.name: True for blank in blanks(body) if blank.value}


def read_beside(empty: Element, filled: Element) -> dict[str, Any]:
    """What was written into the blanks of the empty file; paragraphs whose own words differ are passed over."""
    by_paragraph: dict[int, list[Blank]] = {}
    for blank in blanks(empty):
        by_paragraph.setdefault(id(blank.paragraph), []).append(blank)
    values: dict[str, Any] = {}
    for before, after in zip(empty.iter(qname("w:p")), filled.iter(qname("w:p")), strict=False):
        own = by_paragraph.get(id(before), [])
        match = re.fullmatch(_pattern(text_of(before), own), text_of(after), re.DOTALL) if own else None
        for blank, said in zip(own, match.groups() if match else (), strict=False):
            value = _is_set(said) if blank.kind == "tick" else "" if not said.strip(_EMPTY) else said.strip()
            if value:
                values[blank.name] = value
    return values


def _pattern(text: str, own: list[Blank]) -> str:
    """Where the words behind a line first stand, what was written into it ends; no other ends are tried.

    There are as many as ways to share out a text among the lines.
    """
    made, end, is_open = "", 0, False
    for blank in own:
        made += re.escape(text[end : blank.start])
        if blank.kind == "tick":
            made += f"({_BOX})"
        else:
            made += f"{')' * is_open}(?>(.*?)"
            is_open = True
        end = blank.end
    return f"{made}{re.escape(text[end:])}\\Z{')' * is_open}"


def text_of(paragraph: Element) -> str:
    return "".join(text for _, text in _pieces(paragraph))


def _pieces(node: Element) -> Iterator[tuple[Element, str]]:
    """The texts of a paragraph with where they stand; boxes of text inside are paragraphs of their own."""
    for child in node:
        if child.tag == qname("w:t"):
            yield child, child.text or ""
        elif child.tag in {qname("w:tab"), qname("w:ptab")} and node.tag == qname("w:r"):
            yield child, "\t"
        elif child.tag in {qname("w:br"), qname("w:cr")}:
            yield child, "\n"
        elif child.tag not in _APART and child.tag != qname("w:p"):
            yield from _pieces(child)


class _Finder:
    """`before` is the last text that was no blank: what a blank without words of its own is about."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.bases: dict[str, str] = {}
        self.options: dict[str, set[str]] = {}
        self.before = ""
        self.goes_on = False  # whether the last paragraph ended in a line, which another line would only lengthen

    def found(self, container: Element) -> Iterator[Blank]:
        for block in container:
            if block.tag == qname("w:tbl"):
                self.goes_on = False
                yield from self._table(block)
            elif block.tag == qname("w:p"):
                yield from self._paragraph(block, "")

    def _table(self, table: Element) -> Iterator[Blank]:
        rows = [row.findall(qname("w:tc")) for row in table.findall(qname("w:tr"))]
        said = [[_words(cell) for cell in cells] for cells in rows]
        for cells, texts in zip(rows, said, strict=True):
            is_grid = len(cells) > 2 and texts is not said[0] and texts[0] and not any(texts[1:])
            for place, cell in enumerate(cells):
                left = texts[place - 1].strip(_EMPTY) if place else ""
                right = texts[place + 1].strip(_EMPTY) if place + 1 < len(cells) else ""
                if is_grid and place and len(said[0]) == len(cells):
                    row = texts[0].strip(_EMPTY).partition("\n")[0]
                    left = f"{row}: {said[0][place]}" if said[0][place] else left
                yield from self._cell(cell, texts[place], left, right)

    def _cell(self, cell: Element, said: str, left: str, right: str) -> Iterator[Blank]:
        first = cell.find(qname("w:p"))
        if first is None:
            return
        if _TICK.fullmatch(said.strip()) and (left or right):
            lead = self.before if right and not _TICK.search(right) else left
            option = right if lead == self.before else left
            yield from self._boxes(first, [_TICK.search(text_of(first))], lead, [option])
        elif not said.strip(_EMPTY) and not _BLANK.search(_words(cell, is_whole=True)):
            if left.strip(":") and not _TICK.search(left) and not _is_covered(cell) and _is_empty(cell):
                yield self._text(left, first, 0, len(text_of(first)))
        else:
            for block in cell:
                if block.tag == qname("w:tbl"):
                    yield from self._table(block)
                elif block.tag == qname("w:p"):
                    yield from self._paragraph(block, left)

    def _paragraph(self, paragraph: Element, beside: str) -> Iterator[Blank]:
        text = text_of(paragraph)
        boxes, lines = _boxes_of(text), list(_BLANK.finditer(text))
        about = beside or self.before
        if boxes:
            lead, options = _options(text, boxes)
            self.before = lead or self.before
            yield from self._boxes(paragraph, boxes, lead or about, options)
        elif lines and not (self.goes_on and not text.strip(_EMPTY)):
            end = 0
            for line in lines:
                label = text[end : line.start()].rpartition("\n")[2].strip(_EDGES)
                yield self._text(label or about, paragraph, *line.span())
                end = line.end()
        elif text.strip():
            self.before = text.strip(" :")
        self.goes_on = bool(lines) and not text[lines[-1].end() :].strip(_EMPTY)

    def _text(self, label: str, paragraph: Element, start: int, end: int) -> Blank:
        plain = label.strip(_EDGES).partition("\n")[0].rstrip(_EDGES)  # what stands below it explains it
        name = ids.fresh(plain or "blank", self.taken, "blank")
        self.taken.add(name)
        return Blank(name, plain or "Blank", "text", paragraph, start, end)

    def _boxes(
        self, paragraph: Element, boxes: Sequence[re.Match[str] | None], lead: str, options: list[str]
    ) -> Iterator[Blank]:
        """Boxes in one line, or lines after each other under the same lead, are options of one question."""
        label = lead.strip(_EDGES)
        base = self.bases.setdefault(label, ids.fresh(label, self.taken, "choice"))
        known = self.options.setdefault(base, set())
        self.taken.add(base)
        for box, said in zip(boxes, options, strict=True):
            option = _BLANK.sub("", said).strip(_EDGES)
            if box is None or not option:
                continue
            known.add(value := ids.option_value(option, known))
            full = f"{label.replace(': ', ' ')}: {option}"
            yield Blank(f"{base}#{value}", full, "tick", paragraph, *box.span(), _is_set(box[0]))


def _boxes_of(text: str) -> list[re.Match[str]]:
    """A cross between brackets is one only beside others, or at the beginning: prose has f (x) and [x] too."""
    found = list(_TICK.finditer(text))
    is_sure = any(len(box[0]) == 1 or not _is_set(box[0]) for box in found)
    return found if is_sure or (found and not text[: found[0].start()].strip()) else []


def _options(text: str, boxes: list[re.Match[str]]) -> tuple[str, list[str]]:
    """What the boxes are about, and the words of each: those after it, or before it where the last has none after."""
    edges = [0, *(each for box in boxes for each in box.span()), len(text)]
    gaps = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    if gaps[0].strip() and not gaps[-1].strip(_EMPTY):
        lead, _, first = gaps[0].rpartition(":")
        return lead, [first, *gaps[1:-1]]
    return gaps[0], gaps[1:]


def _words(cell: Element, *, is_whole: bool = False) -> str:
    text = "\n".join(text_of(paragraph) for paragraph in cell.iter(qname("w:p")))
    return text if is_whole else text.strip()


def _is_covered(cell: Element) -> bool:
    """Whether a cell merged from above covers it, or it only keeps two columns apart."""
    merged = cell.find(f"{qname('w:tcPr')}/{qname('w:vMerge')}")
    width = cell.find(f"{qname('w:tcPr')}/{qname('w:tcW')}")
    is_gap = width is not None and width.get(qname("w:type")) == "dxa" and 0 < _whole(width.get(qname("w:w"))) < _GAP
    return is_gap or (merged is not None and merged.get(qname("w:val")) != "restart")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _is_empty(cell: Element) -> bool:
    return all(cell.find(f".//{qname(tag)}") is None for tag in _NOT_EMPTY)


def _is_set(box: str) -> bool:
    return box in {"☒", "☑"} or box[1:-1].lower() == "x"


def _ticked(blank: Blank, words: str, *, is_on: bool) -> str:
    """The box set or cleared in the way the document sets its own."""
    box = text_of(blank.paragraph)[blank.start : blank.end]
    if _is_set(box) == is_on:
        return box
    if len(box) == 1:
        if is_on:
            return "☑" if "☑" in words and "☒" not in words else "☒"
        return "□" if "□" in words and "☐" not in words else "☐"
    cross = "X" if re.search(r"[\[(]X[\])]", words) else "x"
    return f"{box[0]}{cross if is_on else ' '}{box[-1]}"


def _replace(blank: Blank, text: str) -> None:
    place, left, is_written = 0, text, False
    for node, said in list(_pieces(blank.paragraph)):
        begin, place = place, place + len(said)
        if node.tag != qname("w:t") or place <= blank.start or begin >= blank.end:
            continue
        _say(node, said[: max(0, blank.start - begin)] + left + said[blank.end - begin :])
        left, is_written = "", True
    if not is_written:
        _say(_new_text(blank.paragraph), text)


def _say(node: Element, text: str) -> None:
    for at, each in enumerate(text.split("\n")):
        if at:
            brake = node.makeelement(qname("w:br"))
            node.addnext(brake)
            node = node.makeelement(qname("w:t"))
            brake.addnext(node)
        node.text = each
        if each != each.strip() or "  " in each:
            node.set(qname("xml:space"), "preserve")


def _new_text(paragraph: Element) -> Element:
    """In the paragraph's empty run, else in a new one that looks as the paragraph's mark does."""
    run = next((each for each in paragraph.findall(qname("w:r")) if all(c.tag == qname("w:rPr") for c in each)), None)
    if run is None:
        run = paragraph.makeelement(qname("w:r"))
        paragraph.append(run)
    looks = paragraph.find(f"{qname('w:pPr')}/{qname('w:rPr')}")
    if looks is not None and not len(run):
        run.append(copy.deepcopy(looks))
        for change in [each for each in run[0] if each.tag in _CHANGES]:
            run[0].remove(change)
    made = run.makeelement(qname("w:t"))
    run.append(made)
    return made
