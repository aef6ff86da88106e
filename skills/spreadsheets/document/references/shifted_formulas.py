"""Formulas in rows that move, or that refer to rows that move: shared ones kept together, rehomed or written out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area, column_number
from skills.spreadsheets.document.markup import attributes_of, escaped, plain, with_attributes
from skills.spreadsheets.document.references.areas import shift_text, written
from skills.spreadsheets.document.references.cell_formulas import (
    Anchor,
    FormulaPatterns,
    FormulaRewriter,
    is_dynamic_cell,
)
from skills.spreadsheets.document.references.formulas import translate
from skills.spreadsheets.document.references.grammar import REF_ERROR
from skills.spreadsheets.document.references.grown_arrays import Fate, fate
from skills.spreadsheets.document.references.spread import cuts
from skills.spreadsheets.document.references.undividable import Undividable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skills.spreadsheets.document.references.formulas import Shifter
    from skills.spreadsheets.document.references.rewriter import ShiftRewriter

_NOT_BARE: Final = re.compile(rb"""["'!\[&]""")


@dataclass(slots=True)
class _Group:
    """A shared formula. `stays_shared`: it shifts alike for all its cells. `is_homed`: it will have a master."""

    master: Anchor
    stays_shared: bool
    is_homed: bool


class ShiftedFormulas(FormulaRewriter):
    """The formulas of one sheet after a shift of this or another sheet."""

    def __init__(
        self, patterns: FormulaPatterns, rewriter: ShiftRewriter, anchors: Iterable[Anchor], sheet: str
    ) -> None:
        """Raises Refused naming an array formula or data table that would be cut and cannot go on."""
        super().__init__(patterns, rewriter.on(sheet))
        self._shifter = rewriter.cells
        self._is_own = rewriter.is_own(sheet)
        self._keeps_all = not rewriter.shift.deletes
        self._groups: dict[str, _Group] = {}
        self._whole: set[tuple[int, int]] = set()
        for anchor in anchors:
            if anchor.kind == "shared":
                self._add(anchor)
            elif self._is_own and _is_cut(anchor, self._shifter) == "stays":
                self._whole.add((anchor.row, anchor.column))

    def block(self, data: bytes) -> bytes:
        """Shared, array and table formulas need to know their cell; the many others do not."""
        patterns = self._patterns
        if patterns.start not in data:
            return data
        data = self._plain_at_once(data) if self._keeps_all else patterns.plain.sub(self._plain, data)
        return patterns.special.sub(self._special, data) if patterns.start + b" " in data else data

    def _plain_at_once(self, data: bytes) -> bytes:
        """All ordinary formulas of a block in one scan, where an insertion can break none: twice as fast."""
        pieces = self._patterns.plain.split(data)
        opening, closing = self._patterns.opening, self._patterns.closing
        bare = [place for place in range(1, len(pieces), 2) if not _NOT_BARE.search(pieces[place])]
        # No XML text can hold the character they are joined by.
        found = "\0".join([pieces[place].decode() for place in bare]) if self._is_own else ""
        for place, text in zip(bare, self._rewrite(found).split("\0") if found else (), strict=False):
            pieces[place] = text.encode()
        for place in sorted(set(range(1, len(pieces), 2)).difference(bare)):
            pieces[place] = escaped(self._rewrite(plain(pieces[place])))
        pieces[1::2] = [opening + piece + closing for piece in pieces[1::2]]
        return b"".join(pieces)

    def _plain(self, match: re.Match[bytes]) -> bytes:
        new = self._new_text(match, match[1])
        return match[0] if new is None else self._patterns.opening + escaped(new) + self._patterns.closing

    def _add(self, master: Anchor) -> None:
        known = self._groups.get(master.group)
        survives = not self._is_own or self._shifter.shift.cell(master.row, master.column) is not None
        # An id used twice means what the last master before a cell says: written out, nobody has to know.
        stays_shared = known is None and self._shifts_alike(master)
        self._groups[master.group] = _Group(known.master if known else master, stays_shared, survives)

    def _shifts_alike(self, master: Anchor) -> bool:
        shift = self._shifter.shift
        first, last = shift.lines_of(master.area)
        line = master.row if shift.axis == "row" else master.column
        ends = self._shifter.ends(master.text, is_own=self._is_own)
        return not any(first < cut <= last for cut in cuts(ends, line, shift, is_own=self._is_own))

    def _special(self, match: re.Match[bytes]) -> bytes:
        attributes = attributes_of(match[4] + b">")
        kind = attributes.get(b"t", "normal")
        if kind == "shared" and (group := self._groups.get(attributes.get(b"si", ""))):
            return self._shared(match, group, has_area=b"ref" in attributes)
        tag = match[4]
        if self._is_own and kind == "array" and is_dynamic_cell(match[1]):
            tag = self._spilling(match, attributes)
        elif self._is_own and kind == "array":
            stays = (int(match[3]), column_number(match[2].decode())) in self._whole
            tag = self._spilling(match, attributes) if stays else self._moved(tag, attributes, "ref")
        elif self._is_own and kind == "dataTable":
            tag = self._moved(tag, attributes, "ref", "r1", "r2")
        return self._element(match, tag, plain(match[5] or b""))

    def _shared(self, match: re.Match[bytes], group: _Group, *, has_area: bool) -> bytes:
        row, column = int(match[3]), column_number(match[2].decode())
        text, master = plain(match[5] or b""), group.master
        if text:
            group.master = master = Anchor(row, column, "shared", master.group, text, master.area)
        elif group.is_homed and group.stays_shared:
            return match[0]
        here = text or translate(master.text, row - master.row, column - master.column, wraps=True)
        if not group.stays_shared:
            return self._element(match, _with(match[4], t=None, si=None, ref=None), here)
        area = self._shifter.shift.area(master.area) if self._is_own else master.area
        is_master = area is not None and (has_area or not group.is_homed)
        group.is_homed = True
        tag = _with(match[4], ref=written(area)) if is_master and area else match[4]
        return self._element(match, tag, here)

    def _spilling(self, match: re.Match[bytes], attributes: dict[bytes, str]) -> bytes:
        """A dynamic array goes on filling as many cells, from where its anchor now stands."""
        area = Area.find(attributes.get(b"ref", ""))
        anchor = self._shifter.shift.cell(int(match[3]), column_number(match[2].decode()))
        if area is None or anchor is None:
            return match[4]
        return _with(match[4], ref=written(Area(*anchor, anchor[0] + area.rows - 1, anchor[1] + area.columns - 1)))

    def _moved(self, tag: bytes, attributes: dict[bytes, str], *names: str) -> bytes:
        """The tag with the cells its attributes name moved along."""
        shift = self._shifter.shift
        for name in names:
            old = attributes.get(name.encode())
            new = old and shift_text(old, shift)
            if old and not new:
                raise Refused(
                    f"cell {old} of sheet {self._shifter.sheet!r} is the input of a data table and cannot be deleted"
                )
            tag = _with(tag, **{name: new}) if new else tag
        return tag

    def _element(self, match: re.Match[bytes], tag: bytes, source: str) -> bytes:
        """The cell's start and its formula anew: `source` as it reads in this cell before the shift."""
        text = self._rewrite(source)
        if REF_ERROR in text and REF_ERROR not in source:
            self._note_broken(match)
        if tag == match[4] and text == plain(match[5] or b""):
            return match[0]
        if not text:
            return match[1] + tag + b"/>"
        return match[1] + tag + b">" + escaped(text) + self._patterns.closing


def _is_cut(anchor: Anchor, shifter: Shifter) -> Fate | None:
    """What becomes of an array formula or data table the shift runs through; raises Refused when it cannot go on."""
    shift = shifter.shift
    if anchor.kind not in {"array", "dataTable"} or anchor.is_dynamic or not shift.cuts(anchor.area):
        return None
    found = fate(anchor, shift, shifter.sheet)
    if found == "breaks":
        what = "data table" if anchor.kind == "dataTable" else "array formula"
        raise Undividable(f"the {what} in {anchor.area}", shifter.sheet, shift, (anchor.area,))
    return found


def _with(tag: bytes, **changes: str | None) -> bytes:
    """An unfinished start tag (without its `>`) with attributes set or, where None, taken away."""
    encoded = {name.encode(): None if value is None else value.encode() for name, value in changes.items()}
    return with_attributes(tag + b">", encoded)[:-1]
