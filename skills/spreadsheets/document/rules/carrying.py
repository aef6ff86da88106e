"""Rules (conditional formats, validations) that go along with cells that are copied or moved."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.references.areas import parse_areas, write_areas
from skills.spreadsheets.document.references.holders.elements import discard
from skills.spreadsheets.document.rules.area_lists import rewrite
from skills.spreadsheets.document.rules.extended import follow_ids, renamed, with_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.frame import Frame
    from skills.spreadsheets.document.sheet import Sheet

CONDITIONAL: Final = "conditionalFormatting"
VALIDATIONS: Final = "dataValidations"
KINDS: Final = (CONDITIONAL, VALIDATIONS)
_ITEMS: Final = {CONDITIONAL: "conditionalFormatting", VALIDATIONS: "dataValidation"}
_LISTS: Final = {CONDITIONAL: "conditionalFormattings", VALIDATIONS: "dataValidations"}
_FORMULAS: Final = frozenset({"formula", "formula1", "formula2", "f"})
_FIXED_CELLS: Final = re.compile(r"\$[A-Z]{1,3}\$\d{1,7}(?::\$[A-Z]{1,3}\$\d{1,7})?")


@dataclass(frozen=True, slots=True)
class Strip:
    """Cells that land together, from a first cell on; `is_turned` when their rows become columns."""

    area: Area
    row: int
    column: int
    is_turned: bool = False

    @property
    def landing(self) -> Area:
        return self.lands(self.area)

    def lands(self, area: Area) -> Area:
        """Where a part of the strip lands."""
        down, right = area.top - self.area.top, area.left - self.area.left
        rows, columns = area.rows, area.columns
        if self.is_turned:
            down, right, rows, columns = right, down, columns, rows
        top, left = self.row + down, self.column + right
        return Area(top, left, top + rows - 1, left + columns - 1)


def copy_rules(sheet: Sheet, strips: Sequence[Strip], target: Sheet, kinds: Iterable[str]) -> None:
    """Let the rules of some cells hold where copies of these land.

    A rule that holds there already gives way only to another of its kind. Rules with formulas do not turn.
    """
    for kind in kinds:
        if sheet.part == target.part:
            sheet.frame = _extended(_grown(sheet.frame, kind, strips), kind, strips)
            continue
        region = sheet.frame.find("extLst")
        extended = [] if region is None else _of_2010(region, kind)
        halves = [each for rule in extended if (each := _copied(rule, strips)) is not None]
        ids = renamed(halves, target.part, *(strip.landing for strip in strips))
        copies = (_copied(each, strips) for each in _listed(sheet.frame, kind))
        if brought := [each for each in copies if each is not None]:
            for each in brought:
                follow_ids(each, ids)
            for each in (*brought, *halves):
                _name_lists(each, sheet.name)
            target.frame = _arrived(target.frame, kind, brought)
        target.frame = with_rules(target.frame, kind, halves)


def _name_lists(element: Element, sheet: str) -> None:
    """Choices that stand in fixed cells of the first sheet are still meant on another."""
    for each in element.iter():
        if local_name(each) in _FORMULAS and _FIXED_CELLS.fullmatch(each.text or ""):
            each.text = f"{quoted_sheet(sheet)}!{each.text}"


def split_rules(sheet: Sheet, area: Area) -> None:
    """Give cells that will move rules of their own where they stand, so that what follows them rewrites no others."""
    for kind in KINDS:
        found = _listed(sheet.frame, kind)
        stay = [Strip(area, area.top, area.left)]
        parts = [copy for each in found if not _lies_in(each, area) if (copy := _copied(each, stay)) is not None]
        for each in parts:
            follow_ids(each, {})  # the other half stays with the rule it belongs to
        if parts:
            sheet.frame = _arrived(sheet.frame, kind, parts)


def move_rules(sheet: Sheet, strip: Strip, target: Sheet, named: Callable[[str], str]) -> None:
    """Take rules all of whose cells moved to where these are now; their formulas have followed already.

    `named` tells how a formula reads on the other sheet.
    """
    for kind in KINDS:
        ids = {} if sheet.part == target.part else _move_extended(sheet, strip, target, kind, named)
        going = [each for each in _listed(sheet.frame, kind) if _lies_in(each, strip.area)]
        if not going:
            continue
        places = {write_areas(_areas(each)) for each in going}
        kept = [each for each in _listed(sheet.frame, kind) if write_areas(_areas(each)) not in places]
        for each in going:
            _place(each, [strip.lands(area) for area in _areas(each)])
            if sheet.part != target.part:
                _bring(each, named, ids)
        sheet.frame = _with(sheet.frame, kind, kept)
        target.frame = _arrived(target.frame, kind, going)
    if sheet.part == target.part:
        sheet.frame = _moved_extended(sheet.frame, strip)


def _lies_in(element: Element, area: Area) -> bool:
    areas = _areas(element)
    return bool(areas) and element.get("pivot") is None and all(map(area.covers, areas))


def _bring(element: Element, named: Callable[[str], str], ids: dict[str, str]) -> None:
    """To another sheet: formulas name this one, and only halves that came along are named."""
    for each in element.iter():
        if local_name(each) in _FORMULAS and each.text:
            each.text = named(each.text)
    follow_ids(element, ids)


def _move_extended(sheet: Sheet, strip: Strip, target: Sheet, kind: str, named: Callable[[str], str]) -> dict[str, str]:
    """Take the rules of Excel 2010 all of whose cells moved to another sheet; the ids they go on having."""
    region = sheet.frame.find("extLst")
    going = [] if region is None else [each for each in _of_2010(region, kind) if _lies_in(each, strip.area)]
    if region is None or not going:
        return {}
    ids = {rule.get("id", ""): rule.get("id", "") for block in going for rule in elements(block)}
    for each in going:
        discard(each)
        _place(each, [strip.lands(area) for area in _areas(each)])
        _bring(each, named, {})
    for holder in [each for each in region.iter() if each.tag == f"{{{NS['x14']}}}{_LISTS[kind]}"]:
        if elements(holder):
            if kind == VALIDATIONS:
                holder.set("count", str(len(elements(holder))))
        elif (extension := holder.getparent()) is not None:
            discard(extension)
    sheet.frame = sheet.frame.with_region("extLst", region if elements(region) else None)
    target.frame = with_rules(target.frame, kind, going)
    return ids


def _grown(frame: Frame, kind: str, strips: Sequence[Strip]) -> Frame:
    """A rule grows by the cells it is copied to: relative formulas read there as they would in a rule of their own."""
    found = _listed(frame, kind)
    carried = [_landed(each, strips) for each in found]
    landed = [area for areas in carried for area in areas]
    kept = [each for each, areas in zip(found, carried, strict=True) if _narrow(each, landed, areas)]
    return _with(frame, kind, kept) if landed else frame


def _extended(frame: Frame, kind: str, strips: Sequence[Strip]) -> Frame:
    """As `_grown`, of the rules of Excel 2010."""
    region = frame.find("extLst")
    found = [] if region is None else _of_2010(region, kind)
    for each in found:
        _narrow(each, [], _landed(each, strips))
    return frame.with_region("extLst", region) if found else frame


def _moved_extended(frame: Frame, strip: Strip) -> Frame:
    """Those of Excel 2010 all of whose cells moved; those cut in two stay as they are."""
    region = frame.find("extLst")
    found = [] if region is None else [rule for kind in KINDS for rule in _of_2010(region, kind)]
    going = [each for each in found if _lies_in(each, strip.area)]
    for each in going:
        _place(each, [strip.lands(area) for area in _areas(each)])
    return frame.with_region("extLst", region) if going else frame


def _of_2010(region: Element, kind: str) -> list[Element]:
    return [each for each in region.iter() if each.tag == f"{{{NS['x14']}}}{_ITEMS[kind]}"]


def _arrived(frame: Frame, kind: str, brought: Sequence[Element]) -> Frame:
    landed = [area for each in brought for area in _areas(each)]
    standing = [each for each in _listed(frame, kind) if _narrow(each, landed, [])]
    if kind == CONDITIONAL:
        taken = {number(rule, "priority") for each in standing for rule in elements(each)}
        for rule in (rule for each in brought for rule in elements(each)):
            if number(rule, "priority") in taken:
                rule.set("priority", str(max(taken) + 1))
            taken.add(number(rule, "priority"))
    return _with(frame, kind, [*standing, *brought])


def _copied(element: Element, strips: Sequence[Strip]) -> Element | None:
    """As it holds on another sheet; None when none of the cells has it."""
    landed = _landed(element, strips)
    if not landed:
        return None
    copy = deepcopy(element)
    _place(copy, landed)
    rewrite(copy, _areas(element), landed)
    return copy


def _landed(element: Element, strips: Sequence[Strip]) -> list[Area]:
    if element.get("pivot") is not None:
        return []
    return [
        strip.lands(inside)
        for strip in strips
        if not (strip.is_turned and _has_formulas(element))
        for area in _areas(element)
        if (inside := area.intersection(strip.area)) is not None
    ]


def _has_formulas(element: Element) -> bool:
    return any(local_name(each) in _FORMULAS for each in element.iter())


def _narrow(element: Element, gone: Sequence[Area], more: Sequence[Area]) -> bool:
    """Take areas away from an element and give it others; False when none is left."""
    areas = _areas(element)
    if not areas:
        return True
    left = areas
    for taken in gone:
        left = [piece for area in left for piece in area.outside(taken)]
    after = _joined([*left, *more], areas)
    if after and after != areas:
        rewrite(element, areas, after)
    if after != areas:
        _place(element, after)
    return bool(after)


def _joined(areas: list[Area], before: list[Area]) -> list[Area]:
    """The areas as they were before where that says the same: a copy within a rule's own cells changes nothing."""
    rest = list(before)
    for taken in areas:
        rest = [piece for area in rest for piece in area.outside(taken)]
    extra = list(areas)
    for known in before:
        extra = [piece for area in extra for piece in area.outside(known)]
    return before if not rest and not extra else areas


def _areas(element: Element) -> list[Area]:
    inner = _inner_place(element)
    return parse_areas(element.get("sqref", "") if inner is None else inner.text or "") or []


def _place(element: Element, areas: Sequence[Area]) -> None:
    inner = _inner_place(element)
    if inner is None:
        element.set("sqref", write_areas(areas))
    else:
        inner.text = write_areas(areas)


def _inner_place(element: Element) -> Element | None:
    """The child that says the cells of an `x14` rule."""
    return next((each for each in elements(element) if local_name(each) == "sqref"), None)


def _listed(frame: Frame, kind: str) -> list[Element]:
    found = frame.find_all(kind)
    return found if kind == CONDITIONAL else [each for region in found for each in elements(region)]


def _with(frame: Frame, kind: str, found: Sequence[Element]) -> Frame:
    if kind == CONDITIONAL:
        return frame.with_regions(kind, found)
    region = frame.find(kind)
    if region is None:
        if not found:
            return frame
        region = frame.make(kind)
    for each in elements(region):
        region.remove(each)
    region.extend(found)
    region.set("count", str(len(found)))
    return frame.with_region(kind, region if len(found) else None)
