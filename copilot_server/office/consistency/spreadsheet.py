"""Faults of a workbook: its sheets, names, styles and strings, and the worksheets and tables that build on them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from copilot_server.office.consistency import strings, tables, workbook, worksheet
from copilot_server.office.consistency.cells import Bounds
from copilot_server.office.consistency.chain import Chain
from copilot_server.office.consistency.fault import Fault
from copilot_server.office.relationships import part_of
from copilot_server.office.xml import qname

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copilot_server.office.consistency.fault import View


def faults(view: View, names: Collection[str], other: View | None) -> Iterator[Fault]:
    """Those of the named parts and of what depends on them; rows that stand so in `other`, too, are passed over."""
    part = _main(view)
    if view.related(part, "worksheet"):
        touched = frozenset(name.lower() for name in names)
        old = None if other is None else _Book(other, _main(other))
        yield from _Book(view, part).faults(touched, old)


def _main(view: View) -> str:
    return next(iter(view.related("", "officeDocument")), "")


class _Book:
    """The parts of one workbook that others refer to; counted once, when first needed."""

    def __init__(self, view: View, part: str) -> None:
        self.view = view
        self._part = part
        self._tree = view.tree(part) if part else None
        self._style_parts = view.related(part, "styles") if part else ()
        self._string_parts = view.related(part, "sharedStrings") if part else ()
        self._chain = Chain(view, part)

    def faults(self, touched: frozenset[str], old: _Book | None) -> Iterator[Fault]:
        if self._tree is not None and self._part.lower() in touched:
            yield from (Fault(kind, self._part, detail) for kind, detail in workbook.faults(self._tree))
        for part in self._style_parts:
            if part.lower() in touched and (styles := self.view.tree(part)) is not None:
                yield from (Fault(kind, part, detail) for kind, detail in workbook.style_faults(styles))
        for part in self._string_parts:
            if part.lower() in touched:
                yield from (Fault("cell text too long", part, str(n)) for n in strings.too_long(self.view, part))
        is_shrunk = old is not None and self._is_shrunk(touched, old)
        for sheet in self.view.of_kind("worksheet+xml"):
            yield from self._sheet_faults(sheet, touched, None if is_shrunk else old, is_shrunk=is_shrunk)
        yield from self._table_name_faults(touched)

    def _sheet_faults(
        self, sheet: str, touched: frozenset[str], old: _Book | None, *, is_shrunk: bool
    ) -> Iterator[Fault]:
        is_touched = not touched.isdisjoint({sheet.lower(), part_of(sheet).lower()})
        tables_of_sheet = {part.lower() for part in self.view.related(sheet, "table")}
        if is_touched or is_shrunk:
            is_alike = touched.isdisjoint({part_of(sheet).lower(), *tables_of_sheet}) and self._numbers_alike(old)
            other, bounds = old and old.view, self._bounds(sheet)
            yield from worksheet.faults(self.view, sheet, bounds, other, self.formats, frame_refers_alike=is_alike)
        if is_touched or not touched.isdisjoint(tables_of_sheet):
            yield from tables.faults(self.view, sheet, self.formats, self._part)

    def _table_name_faults(self, touched: frozenset[str]) -> Iterator[Fault]:
        parts = self.view.of_kind("spreadsheetml.table+xml")
        if self._part.lower() in touched or any(part.lower() in touched for part in parts):
            names = [] if self._tree is None else workbook.global_names(self._tree)
            yield from tables.name_faults(self.view, self._part, parts, names)

    def _is_shrunk(self, touched: frozenset[str], old: _Book) -> bool:
        """Whether cells that did not change may now point beyond the end of a list."""
        has_fewer_styles = any(p.lower() in touched for p in self._style_parts) and self.styles < old.styles
        has_fewer_strings = any(p.lower() in touched for p in self._string_parts) and self.strings < old.strings
        is_gone = len(self._style_parts) < len(old._style_parts) or len(self._string_parts) < len(old._string_parts)
        return has_fewer_styles or has_fewer_strings or is_gone

    def _numbers_alike(self, old: _Book | None) -> bool:
        """Whether the XML of both is spelled alike, and rules have as many formats to choose from."""
        return old is not None and self.view.is_strict == old.view.is_strict and self.formats == old.formats

    def _bounds(self, sheet: str) -> Bounds:
        number = self._sheet_ids.get(sheet, "")
        return Bounds(lambda: self.styles, lambda: self.strings, lambda: self._chain.cells(number))

    @cached_property
    def _sheet_ids(self) -> dict[str, str]:
        """The workbook's number of each sheet by its part's name."""
        if self._tree is None:
            return {}
        targets = {each.id: each.target for each in self.view.relationships(self._part)}
        sheets = self._tree.iter("{*}sheet")
        return {targets.get(sheet.get(qname("r:id"), ""), ""): sheet.get("sheetId", "") for sheet in sheets}

    @cached_property
    def styles(self) -> int:
        """How many formats cells may have; one even without a list."""
        return max(1, self._count_styles("cellXfs"))

    @cached_property
    def formats(self) -> int:
        """How many differential formats there are."""
        return self._count_styles("dxfs")

    @cached_property
    def strings(self) -> int:
        return sum(strings.count(self.view, part) for part in self._string_parts)

    def _count_styles(self, collection: str) -> int:
        return sum(self._count(part, collection) for part in self._style_parts)

    def _count(self, part: str, collection: str) -> int:
        def count() -> int:
            tree = self.view.tree(part)
            return 0 if tree is None else sum(map(len, tree.iterchildren(f"{{*}}{collection}")))

        return self.view.package.found(f"count of {collection}", [part], count)
