"""Every formula of a sheet with its cached value, filled ones together as runs down a column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skills.spreadsheets.calculation.formula_pattern import Pattern
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters, column_number
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.markup import plain
from skills.spreadsheets.document.patches import Content

if TYPE_CHECKING:
    from collections.abc import Callable

    from skills.spreadsheets.document.row_scanner import Block
    from skills.spreadsheets.document.sheet import Sheet

_MOST_PATTERNS = 40

Cached = tuple[str | None, str]
"""The stored result's text and its `t`; None and "n" for a formula without one."""


@dataclass(slots=True)
class FormulaRun:
    """Formulas in unbroken rows of a column that are one formula filled down; most often a single one.

    `text` is the first one's as files store it, without `=`; `kind` normal, array or dataTable, `area` what an array
    fills. `cached` has one entry a row.
    """

    sheet: Sheet
    top: int
    column: int
    text: str
    cached: list[Cached]
    kind: str = "normal"
    area: Area | None = None
    is_dynamic: bool = False
    group: str | None = None
    group_bottom: int = 0
    _pattern: Pattern | None = field(default=None, repr=False)

    @property
    def bottom(self) -> int:
        return self.top + len(self.cached) - 1

    @property
    def key(self) -> str:
        """Of its sheet."""
        return self.sheet.name.casefold()

    @property
    def fills(self) -> Area:
        return self.area or Area(self.top, self.column, self.bottom, self.column)

    @property
    def pattern(self) -> Pattern:
        if self._pattern is None:
            self._pattern = Pattern.of(self.text, self.top)
        return self._pattern

    def text_at(self, row: int) -> str:
        """A run holds no row in which its references would leave the sheet."""
        return self.text if row == self.top else self.pattern.at(row) or self.text

    def part(self, top: int, bottom: int) -> FormulaRun:
        """The formulas of some of its rows."""
        if (top, bottom) == (self.top, self.bottom):
            return self
        cached = self.cached[top - self.top : bottom - self.top + 1]
        return FormulaRun(self.sheet, top, self.column, self.text_at(top), cached, _pattern=self._pattern)

    def elsewhere(self) -> Callable[[Sheet], FormulaRun]:
        """Makes the same run of another state of its sheet, keeping hold of none."""
        fields = (self.top, self.column, self.text, self.cached, self.kind, self.area)
        more = (self.is_dynamic, self.group, self.group_bottom, self._pattern)
        return lambda sheet: FormulaRun(sheet, *fields, *more)

    def goes_on(self, row: int, text: str | None, group: str | None) -> bool:
        """Whether the next formula below is the same filled down; `text` is None for one that shares a group's."""
        if row != self.top + len(self.cached) or self.kind != "normal" or self.is_dynamic:
            return False
        if text is None:
            return group == self.group and row <= self.group_bottom and self.pattern.holds(row)
        return text == self.pattern.at(row)


def formula_runs(sheet: Sheet) -> Runs:
    """Those stored and not overwritten, then those pending."""
    found = Runs(sheet)
    if sheet.has_formulas:
        _add_stored(found)
    _add_pending(found)
    return found


class Runs:
    """The runs found so far, the last one of each column still growing.

    `are_all_stored` is False once a stored formula was left out for a pending content, or a pending one taken.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.runs: list[FormulaRun] = []
        self.are_all_stored = True
        self._last: dict[int, FormulaRun] = {}
        self._pending = sheet.patches.cells

    def add_stored(self, row: int, column: int, text: str | None, group: str | None, cached: Cached) -> None:
        """A usual formula; `text` None for a member of the group."""
        if self._pending and row in self._pending and self.is_overwritten(row, column):
            return
        last = self._last.get(column)
        if last is not None and last.goes_on(row, text, group):
            last.cached.append(cached)
            return
        bottom = 0
        if group is not None:
            master = self.sheet.reader.master_of(group, row, column)
            bottom = master.area.bottom if master else 0
            text = text or self.sheet.reader.stored_formula(row, column, FormulaText("", "shared", None, group))
        self.add(FormulaRun(self.sheet, row, column, text or "", [cached], group=group, group_bottom=bottom))

    def add(self, run: FormulaRun) -> None:
        self.runs.append(run)
        self._last[run.column] = run

    def go_on_all(self, block: Block, count: int) -> bool:
        """Whether all of a block's formulas were more of the runs known so far, which one pattern each then finds."""
        first, last = block.bounds
        growing = [run for run in self._last.values() if run.bottom >= first - 1 and _is_simple(run)]
        if not 0 < len(growing) <= _MOST_PATTERNS or b"&" in block.data or b"\r" in block.data:
            return False
        if any(first <= row <= last for row in self._pending):
            return False
        found = [_filled(run, self.sheet.text.prefix).findall(block.data) for run in growing]
        if sum(map(len, found)) != count:
            return False
        for run, matches in zip(growing, found, strict=True):
            if matches and (int(matches[0][0]), int(matches[-1][0])) != (run.bottom + 1, run.bottom + len(matches)):
                return False
        for run, matches in zip(growing, found, strict=True):
            run.cached += [(value.decode(), kind.decode() or "n") for _, kind, value in matches]
        return True

    def add_pending(self, row: int, column: int, formula: FormulaText) -> None:
        last = self._last.get(column)
        if last is not None and last.goes_on(row, formula.text, None):
            last.cached.append((None, "n"))
        else:
            self.add(FormulaRun(self.sheet, row, column, formula.text, [(None, "n")]))

    def is_overwritten(self, row: int, column: int) -> bool:
        patch = self._pending.get(row, {}).get(column)
        if patch is None or not isinstance(patch.content, Content):
            return False
        self.are_all_stored = False
        return True


def _add_pending(found: Runs) -> None:
    for row, columns in sorted(found.sheet.patches.cells.items()):
        for column, patch in columns.items():
            content = patch.content
            if not isinstance(content, Content) or content.formula is None:
                continue
            found.are_all_stored = False
            formula, is_dynamic = content.formula, content.metadata is not None
            if formula.kind == "normal" and not is_dynamic:
                found.add_pending(row, column, formula)
            else:
                text, kind, area = formula.text, formula.kind, formula.area
                found.add(FormulaRun(found.sheet, row, column, text, [(None, "n")], kind, area, is_dynamic))


def _add_stored(found: Runs) -> None:
    name = re.escape(found.sheet.text.prefix)
    usual = re.compile(
        b"<" + name + rb'c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d{1,9}")?(?: t="([a-z]{1,3})")?>'
        b"<" + name + rb'f(?: t="shared"(?: ref="[^"]*")? si="(\d{1,9})")?(?:/>|>([^<]*)</' + name + b"f>)"
        b"(?:<" + name + rb'v(?: xml:space="preserve")?>([^<]*)</' + name + b"v>)?</" + name + b"c>"
    )
    opening = b"<" + found.sheet.text.prefix + b"f"
    columns = _Columns()
    for block in found.sheet.text.blocks():
        count = block.data.count(opening)
        if not count or found.go_on_all(block, count):
            continue
        matches = list(usual.finditer(block.data)) if b"<!" not in block.data else []
        if len(matches) != count:
            _add_exactly(found, block)
            continue
        add, text_of = found.add_stored, _decoded if b"&" not in block.data and b"\r" not in block.data else plain
        for match in matches:
            letters, row, kind, group, text, value = match.groups()
            add(
                int(row),
                columns[letters],
                text_of(text) if text else None,
                None if group is None else group.decode(),
                (None if value is None else text_of(value), kind.decode() if kind else "n"),
            )


def _is_simple(run: FormulaRun) -> bool:
    """Whether its formulas differ by their own row's number only, and read in the file as they are."""
    is_plain = run.kind == "normal" and not run.is_dynamic and run.group is None
    return is_plain and not any(run.pattern.offsets) and not set("&<>\r") & set(run.text)


def _filled(run: FormulaRun, prefix: bytes) -> re.Pattern[bytes]:
    """Finds the formulas of a run and of its going on: row, type and value."""
    name = re.escape(prefix)
    text = rb"\1".join(re.escape(piece.replace("%%", "%").encode()) for piece in run.pattern.form.split("%d"))
    return re.compile(
        b"<" + name + b'c r="' + column_letters(run.column).encode() + rb'(\d{1,7})"(?: s="\d{1,9}")?'
        rb'(?: t="([a-z]{1,3})")?><' + name + b"f>" + text + b"</" + name + b"f>"
        b"<" + name + b"v>([^<]*)</" + name + b"v></" + name + b"c>"
    )


class _Columns(dict[bytes, int]):
    """Numbers of columns by their letters, each worked out once."""

    def __missing__(self, letters: bytes) -> int:
        self[letters] = column_number(letters.decode())
        return self[letters]


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _add_exactly(found: Runs, block: Block) -> None:
    """As the cell reader sees them: arrays, odd spellings."""
    sheet = found.sheet
    for index, row in enumerate(block.numbers):
        source = block.row(index)
        if b"f>" not in source and b"f " not in source and b"f/>" not in source:
            continue
        for cell in sheet.reader.parsed(source):
            formula = cell.formula
            if formula is None:
                continue
            cached = (cell.content, cell.kind)
            if formula.kind in {"normal", "shared"}:
                found.add_stored(row, cell.column, formula.text or None, formula.group, cached)
            elif not found.is_overwritten(row, cell.column):
                is_dynamic = formula.kind == "array" and _has_metadata(source, cell_name(row, cell.column))
                text = sheet.reader.stored_formula(row, cell.column, formula)
                found.add(FormulaRun(sheet, row, cell.column, text, [cached], formula.kind, formula.area, is_dynamic))


def _has_metadata(row: bytes, name: str) -> bool:
    """Whether the cell is marked as a dynamic array's ([MS-XLSX] and ISO/IEC 29500-1, 18.3.1.4: `cm`)."""
    return re.search(rb"c r=[\"']" + name.encode() + rb"[\"'][^>]*\scm=", row) is not None
