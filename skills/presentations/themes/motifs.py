"""What makes a theme known again: shapes behind its covers and sections, a mark on every slide."""

from __future__ import annotations

from collections.abc import Callable

from copilot_server.office.xml import Element
from skills.presentations.themes.drawing import motif, scheme
from skills.presentations.themes.grid import Area, Grid
from skills.presentations.themes.looks import Look
from skills.presentations.themes.sheet import Sheet


def _orbits(sheet: Sheet) -> None:
    width = sheet.grid.width
    sheet.decorate("Orbit", Area(width - 4.6, -1.7, 6.6, 6.6), scheme("accent1", 55), "ellipse")
    sheet.decorate("Orbit", Area(width - 3.2, 2.9, 5.6, 5.6), scheme("accent5", 60), "ellipse")
    sheet.decorate("Orbit", Area(width - 4.3, 4.2, 1.1, 1.1), scheme("accent2"), "ellipse")


def _orbit(sheet: Sheet) -> None:
    sheet.decorate("Orbit", Area(sheet.grid.width - 3.4, 1.7, 5.2, 5.2), scheme("accent1", 55), "ellipse")
    sheet.decorate("Orbit", Area(sheet.grid.width - 3.9, 1.5, 0.9, 0.9), scheme("accent2"), "ellipse")


def _column(sheet: Sheet) -> None:
    width = sheet.grid.width * 0.29
    sheet.decorate("Panel", Area(0, 0, width, 7.5), scheme("tx2"))
    sheet.decorate("Panel edge", Area(width, 0, 0.09, 7.5), scheme("accent3"))


def _rule(sheet: Sheet) -> None:
    sheet.decorate("Rule", Area(sheet.grid.margin, 1.6, 1.2, 0.06), scheme("accent3"))


def _horizon(sheet: Sheet) -> None:
    width = sheet.grid.width
    for at, accent in enumerate(("accent1", "accent2", "accent3", "accent4")):
        sheet.decorate("Horizon", Area(width * at / 4, 7.36, width / 4, 0.14), scheme(accent))
    sheet.decorate("Glow", Area(width - 4.2, 0.7, 5.4, 5.4), scheme("accent1", 10), "ellipse")
    sheet.decorate("Glow", Area(width - 3.2, 1.7, 3.4, 3.4), scheme("accent1", 14), "ellipse")


def _leaf(sheet: Sheet) -> None:
    width = sheet.grid.width
    sheet.decorate("Leaf", Area(width - 4.1, 0.9, 3.3, 3.3), scheme("accent5"), "teardrop")
    sheet.decorate("Leaf", Area(width - 4.1, 4.45, 2.1, 2.1), scheme("accent3", 90), "teardrop")
    sheet.decorate("Leaf", Area(width - 1.75, 4.45, 0.95, 0.95), scheme("accent2"), "teardrop")


def _one_leaf(sheet: Sheet) -> None:
    sheet.decorate("Leaf", Area(sheet.grid.width - 3.6, 2.2, 2.8, 2.8), scheme("accent5"), "teardrop")


COVERS: dict[str, Callable[[Sheet], None]] = {
    "orbits": _orbits, "column": _column, "horizon": _horizon, "leaf": _leaf,
}  # fmt: skip
SECTIONS: dict[str, Callable[[Sheet], None]] = {
    "orbits": _orbit, "column": _rule, "horizon": _horizon, "leaf": _one_leaf,
}  # fmt: skip


def master_motif(sheet_grid: Grid, look: Look) -> tuple[Element, ...]:
    """What every content slide carries: one quiet mark by the title."""
    margin = sheet_grid.margin
    match look.motif:
        case "orbits":
            return (motif(20, "Mark", Area(margin, 0.42, 0.6, 0.07), scheme("accent1")),)
        case "column":
            return (motif(20, "Rule", Area(margin, 1.68, sheet_grid.inner, 0.012), scheme("tx1", 35)),)
        case "horizon":
            return (motif(20, "Horizon", Area(0, 7.44, sheet_grid.width, 0.06), scheme("accent1")),)
        case "leaf":
            return (motif(20, "Leaf", Area(margin, 0.32, 0.2, 0.2), scheme("accent2"), "teardrop"),)
