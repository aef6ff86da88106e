"""Lists of areas (`sqref` and the like) after a shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skills.spreadsheets.document.references.geometry import Shift


def parse_areas(text: str) -> list[Area] | None:
    """Of "A1:B2 D4"; None when a word of it is no area (Excel leaves #REF! there at times)."""
    areas = [Area.find(word) for word in text.split()]
    return None if None in areas else [area for area in areas if area]


def shifted_areas(areas: Iterable[Area], shift: Shift) -> list[Area]:
    """Where they stand; those deleted are left out."""
    return [moved for area in areas if (moved := shift.area(area))]


def shift_text(text: str, shift: Shift) -> str | None:
    """A `ref` or `sqref` after the shift; None when nothing of it is left; what is unreadable stays."""
    areas = parse_areas(text)
    if areas is None:
        return text
    moved = shifted_areas(areas, shift)
    if moved == areas:
        return text
    return write_areas(moved) or None


def write_areas(areas: Iterable[Area]) -> str:
    return " ".join(written(area) for area in areas)


def written(area: Area) -> str:
    """As Excel writes it in attributes, where whole columns and rows are spelt out: A1:A1048576."""
    return f"{Area.cell(area.top, area.left)}" + ("" if area.is_cell else f":{Area.cell(area.bottom, area.right)}")


def corner(areas: Iterable[Area]) -> tuple[int, int]:
    """The cell that relative references of a rule over these areas are written for: least row, least column."""
    found = list(areas)
    return min(area.top for area in found), min(area.left for area in found)
