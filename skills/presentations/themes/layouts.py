"""The layouts of a theme, each a list of placeholders and motifs placed on the grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_server.office.xml import Element
from skills.presentations.themes.drawing import Type, motif, placeholder, scheme
from skills.presentations.themes.grid import Area, Grid
from skills.presentations.themes.looks import Look

_LEVELS = "Click to add text\nSecond level\nThird level"


@dataclass(frozen=True)
class Sketch:
    """A layout before it is a part: `kind` is its ST_SlideLayoutType, `cover` whether it has the cover's ground."""

    name: str
    kind: str
    shapes: tuple[Element, ...]
    is_cover: bool = False
    shows_master: bool = True


@dataclass
class _Sheet:
    """Collects shapes with running ids."""

    grid: Grid
    look: Look
    shapes: list[Element] = field(default_factory=list)

    def add(
        self,
        name: str,
        kind: str | None,
        index: int | None,
        area: Area | None = None,
        kind_type: Type | None = None,
        prompt: str = "Click to add text",
    ) -> None:
        key = len(self.shapes) + 2
        self.shapes.append(placeholder(key, f"{name} {key - 1}", kind, index, area, kind_type, prompt))

    def decorate(self, name: str, area: Area, fill: Element, geometry: str = "rect") -> None:
        self.shapes.append(motif(len(self.shapes) + 2, name, area, fill, geometry))

    def title(self, area: Area | None = None, kind_type: Type | None = None, kind: str = "title") -> None:
        self.add("Title", kind, None, area, kind_type, "Click to add title")

    def footers(self, color: str | None = None) -> tuple[Element, ...]:
        """In the master's places; `color` where the ground is not the master's."""
        for name, kind, index, align in (
            ("Date", "dt", 90, "l"),
            ("Footer", "ftr", 91, "ctr"),
            ("Slide Number", "sldNum", 92, "r"),
        ):
            looks = Type(12, color, align=align, bullets=False) if color else None
            self.add(name, kind, index, None, looks, "")
        return tuple(self.shapes)


def sketches(grid: Grid, look: Look) -> tuple[Sketch, ...]:
    """Every layout of a theme, in the order PowerPoint's menu shows them."""
    return tuple(make(grid, look) for make in _MAKERS)


def _cover(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    _COVERS[look.motif](sheet)
    text = _cover_text(grid, look)
    color = "tx2" if look.motif == "column" else look.on_cover
    title_type = Type(
        48 if grid.width > 12 else 40, color, look.is_title_bold, anchor="b", heading=True, bullets=False, line=92
    )
    sheet.title(Area(text.x, 1.9, text.width, 2.3), title_type, "ctrTitle")
    sheet.add(
        "Subtitle",
        "subTitle",
        1,
        Area(text.x, 4.4, text.width, 1.3),
        Type(24 if grid.width > 12 else 20, color, anchor="t", bullets=False),
        "Click to add subtitle",
    )
    return Sketch("Title Slide", "title", sheet.footers(color), is_cover=look.motif != "column", shows_master=False)


def _section(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    _SECTIONS[look.motif](sheet)
    width = grid.inner * (0.68 if grid.width > 12 else 0.62)
    sheet.title(
        Area(grid.margin, 2.2, width, 1.9),
        _section_title(46 if grid.width > 12 else 38, look),
    )
    below = Type(26 if grid.width > 12 else 22, look.on_cover, anchor="t", bullets=False)
    sheet.add("Text", "body", 1, Area(grid.margin, 4.3, width, 1.7), below)
    return Sketch("Section Header", "secHead", sheet.footers(look.on_cover), is_cover=True, shows_master=False)


def _section_title(size: float, look: Look) -> Type:
    return Type(size, look.on_cover, look.is_title_bold, anchor="b", heading=True, bullets=False, line=92)


def _content(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    sheet.title()
    sheet.add("Content", None, 1, prompt=_LEVELS)
    return Sketch("Title and Content", "obj", sheet.footers())


def _agenda(grid: Grid, look: Look) -> Sketch:
    sheet, right = _beside_a_panel(grid, look, 0.34, 1.6)
    sheet.add("Agenda", "body", 1, right, Type(26, "tx1", anchor="t", bullets=False, before=18), "Click to add topics")
    return Sketch("Agenda", "obj", sheet.footers(), shows_master=False)


def _points(grid: Grid, look: Look) -> Sketch:
    """A few short points would stand lost under a title: it gets a panel, and they the height of the slide."""
    sheet, right = _beside_a_panel(grid, look, 0.38, 5.2)
    large = Type(28 if grid.width > 12 else 26, "tx1", anchor="ctr", bullets=False, before=30)
    sheet.add("Points", "body", 1, right, large, "Click to add a few short points")
    return Sketch("Key Points", "obj", sheet.footers(), shows_master=False)


def _beside_a_panel(grid: Grid, look: Look, share: float, title_height: float) -> tuple[_Sheet, Area]:
    """A panel with the title at the left edge, and what is free beside it."""
    sheet = _Sheet(grid, look)
    panel = grid.width * share
    ground = scheme(look.cover) if not look.is_dark else scheme("bg2")
    sheet.decorate("Panel", Area(0, 0, panel, grid.height), ground)
    edge = "accent1" if look.is_dark else "accent2" if look.motif == "orbits" else "accent3"
    sheet.decorate("Panel edge", Area(panel, 0, 0.09, grid.height), scheme(edge))
    left = Area(grid.margin, 1.2, panel - grid.margin - 0.3, title_height)
    sheet.title(left, Type(34, look.on_cover, look.is_title_bold, anchor="t", heading=True, bullets=False))
    return sheet, Area(panel + 0.8, 1.2, grid.width - panel - 0.8 - grid.margin, 5.2)


def _two(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    sheet.title()
    for index, area in enumerate(grid.columns(grid.content, (1, 1)), start=1):
        sheet.add("Content", None, index, area, prompt=_LEVELS)
    return Sketch("Two Content", "twoObj", sheet.footers())


def _comparison(grid: Grid, look: Look) -> Sketch:
    return Sketch("Comparison", "twoTxTwoObj", _compared(grid, look, grid.content))


def _short_comparison(grid: Grid, look: Look) -> Sketch:
    """Panels that two or three short points fill, between like margins."""
    content = grid.content
    return Sketch("Comparison of Few", "twoTxTwoObj", _compared(grid, look, Area(content.x, 2.2, content.width, 3.3)))


def _compared(grid: Grid, look: Look, content: Area) -> tuple[Element, ...]:
    sheet = _Sheet(grid, look)
    sheet.title()
    for at, area in enumerate(grid.columns(content, (1, 1))):
        accent = "accent1" if at == 0 else "accent2"
        sheet.decorate("Column panel", area, _panel(look))
        sheet.decorate("Column rule", Area(area.x, area.y, area.width, 0.06), scheme(accent))
        inner = Area(area.x + 0.2, area.y + 0.2, area.width - 0.4, area.height - 0.4)
        sheet.add(
            "Heading",
            "body",
            1 + 2 * at,
            Area(inner.x, inner.y, inner.width, 0.6),
            Type(28, look.title_color, True, anchor="ctr", bullets=False),
            "Click to add heading",
        )
        below = Area(inner.x, inner.y + 0.75, inner.width, inner.height - 0.75)
        sheet.add("Content", None, 2 + 2 * at, below, prompt=_LEVELS)
    return sheet.footers()


def _chart(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    sheet.title()
    left, right = grid.columns(grid.content, (8, 3.6))
    sheet.add("Content", None, 1, left, prompt="Click to add a chart or table")
    sheet.decorate("Takeaway panel", right, _panel(look))
    sheet.decorate("Takeaway rule", Area(right.x, right.y, 0.06, right.height), scheme("accent1"))
    inner = Area(right.x + 0.25, right.y + 0.2, right.width - 0.45, right.height - 0.4)
    sheet.add("Takeaway", "body", 2, inner, Type(22, "tx1", anchor="ctr", bullets=False), "Click to add what it means")
    return Sketch("Chart with Takeaway", "objTx", sheet.footers())


def _wide_chart(grid: Grid, look: Look) -> Sketch:
    """One short sentence over a chart as wide as the slide, for what runs along an axis."""
    sheet = _Sheet(grid, look)
    sheet.title()
    content = grid.content
    band = Area(content.x, content.y, content.width, 0.8)
    sheet.decorate("Takeaway panel", band, _panel(look))
    sheet.decorate("Takeaway rule", Area(band.x, band.y, 0.06, band.height), scheme("accent1"))
    chart = Area(content.x, content.y + 1.05, content.width, content.height - 1.05)
    sheet.add("Content", None, 1, chart, prompt="Click to add a chart or table")
    inner = Area(band.x + 0.25, band.y, band.width - 0.45, band.height)
    sheet.add("Takeaway", "body", 2, inner, Type(22, "tx1", anchor="ctr", bullets=False), "Click to add what it means")
    return Sketch("Takeaway over Chart", "objTx", sheet.footers())


def _panel(look: Look) -> Element:
    """A quiet ground that gives a column its place, however few words stand in it."""
    return scheme("bg2") if not look.is_dark else scheme("tx1", 8)


def _picture(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    half = grid.width * 0.46
    text = Area(grid.margin, 0, grid.width - half - grid.margin - 0.5, 0)
    sheet.add(
        "Picture",
        "pic",
        13,
        Area(grid.width - half, 0, half, grid.height),
        Type(14, anchor="ctr", bullets=False),
        "Click to add picture",
    )
    sheet.title(
        Area(text.x, 0.9, text.width, 1.5),
        Type(28, look.title_color, look.is_title_bold, anchor="b", heading=True, bullets=False),
    )
    sheet.add("Text", "body", 1, Area(text.x, 2.6, text.width, 3.95), None, _LEVELS)
    return Sketch("Picture with Text", "picTx", sheet.footers(), shows_master=False)


def _figures(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    sheet.title()
    area = Area(grid.margin, 2.2, grid.inner, 3.9)
    for at, column in enumerate(grid.columns(area, (1, 1, 1, 1))):
        value = Area(column.x + 0.2, column.y + 0.4, column.width - 0.4, 1.5)
        label = Area(column.x + 0.2, column.y + 2.05, column.width - 0.4, 1.7)
        sheet.add(
            "Figure",
            "body",
            11 + 2 * at,
            value,
            Type(66 if grid.width > 12 else 48, "accent1", True, anchor="b", heading=True, bullets=False, line=90),
            "00",
        )
        sheet.add("Label", "body", 12 + 2 * at, label, Type(22, "tx1", anchor="t", bullets=False), "What it measures")
    return Sketch("Key Figures", "cust", sheet.footers())


def _quote(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    mark = Area(grid.margin, 1.0, 1.4, 1.3)
    inner = Area(grid.margin + 1.5, 1.35, grid.inner - 3, 3.2)
    sheet.decorate("Quote rule", Area(grid.margin, 1.9, 0.09, 2.1), scheme("accent1"))
    sheet.title(
        Area(mark.x + 0.5, inner.y, grid.inner - 1.2, inner.height),
        Type(32, look.title_color, False, anchor="ctr", heading=True, bullets=False, italic=True, line=105),
    )
    sheet.add(
        "Source",
        "body",
        1,
        Area(mark.x + 0.5, 4.65, grid.inner - 1.2, 0.8),
        Type(22, "tx1", anchor="t", bullets=False),
        "Who said it",
    )
    return Sketch("Quote", "cust", sheet.footers(), shows_master=False)


def _title_only(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    sheet.title()
    return Sketch("Title Only", "titleOnly", sheet.footers())


def _closing(grid: Grid, look: Look) -> Sketch:
    sheet = _Sheet(grid, look)
    _SECTIONS[look.motif](sheet)
    width = grid.inner * (0.7 if grid.width > 12 else 0.62)
    sheet.title(
        Area(grid.margin, 1.7, width, 1.6),
        _section_title(40, look),
    )
    sheet.add("Text", "body", 1, Area(grid.margin, 3.5, width, 2.6), Type(22, look.on_cover, anchor="t", bullets=False))
    return Sketch("Closing", "cust", sheet.footers(look.on_cover), is_cover=True, shows_master=False)


def _blank(grid: Grid, look: Look) -> Sketch:
    return Sketch("Blank", "blank", _Sheet(grid, look).footers())


_MAKERS: tuple[Callable[[Grid, Look], Sketch], ...] = (
    *(_cover, _agenda, _section, _content, _two, _comparison, _chart, _picture),
    *(_figures, _quote, _title_only, _closing, _blank),
    *(_points, _short_comparison, _wide_chart),
)


def _cover_text(grid: Grid, look: Look) -> Area:
    if look.motif == "column":
        return Area(grid.width * 0.36, 0, grid.width * 0.64 - grid.margin, 0)
    share = 0.8 if look.motif == "horizon" else 0.66 if grid.width > 12 else 0.56
    return Area(grid.margin, 0, grid.inner * share, 0)


def _orbits(sheet: _Sheet) -> None:
    width = sheet.grid.width
    sheet.decorate("Orbit", Area(width - 4.6, -1.7, 6.6, 6.6), scheme("accent1", 55), "ellipse")
    sheet.decorate("Orbit", Area(width - 3.2, 2.9, 5.6, 5.6), scheme("accent5", 60), "ellipse")
    sheet.decorate("Orbit", Area(width - 4.3, 4.2, 1.1, 1.1), scheme("accent2"), "ellipse")


def _orbit(sheet: _Sheet) -> None:
    sheet.decorate("Orbit", Area(sheet.grid.width - 3.4, 1.7, 5.2, 5.2), scheme("accent1", 55), "ellipse")
    sheet.decorate("Orbit", Area(sheet.grid.width - 3.9, 1.5, 0.9, 0.9), scheme("accent2"), "ellipse")


def _column(sheet: _Sheet) -> None:
    width = sheet.grid.width * 0.29
    sheet.decorate("Panel", Area(0, 0, width, 7.5), scheme("tx2"))
    sheet.decorate("Panel edge", Area(width, 0, 0.09, 7.5), scheme("accent3"))


def _rule(sheet: _Sheet) -> None:
    sheet.decorate("Rule", Area(sheet.grid.margin, 1.6, 1.2, 0.06), scheme("accent3"))


def _horizon(sheet: _Sheet) -> None:
    width = sheet.grid.width
    for at, accent in enumerate(("accent1", "accent2", "accent3", "accent4")):
        sheet.decorate("Horizon", Area(width * at / 4, 7.36, width / 4, 0.14), scheme(accent))
    sheet.decorate("Glow", Area(width - 4.2, 0.7, 5.4, 5.4), scheme("accent1", 10), "ellipse")
    sheet.decorate("Glow", Area(width - 3.2, 1.7, 3.4, 3.4), scheme("accent1", 14), "ellipse")


def _leaf(sheet: _Sheet) -> None:
    width = sheet.grid.width
    sheet.decorate("Leaf", Area(width - 4.1, 0.9, 3.3, 3.3), scheme("accent1"), "teardrop")
    sheet.decorate("Leaf", Area(width - 4.1, 4.45, 2.1, 2.1), scheme("accent3", 90), "teardrop")
    sheet.decorate("Leaf", Area(width - 1.75, 4.45, 0.95, 0.95), scheme("accent2"), "teardrop")


def _one_leaf(sheet: _Sheet) -> None:
    sheet.decorate("Leaf", Area(sheet.grid.width - 3.6, 2.2, 2.8, 2.8), scheme("accent1"), "teardrop")


_COVERS: dict[str, Callable[[_Sheet], None]] = {
    "orbits": _orbits, "column": _column, "horizon": _horizon, "leaf": _leaf,
}  # fmt: skip
_SECTIONS: dict[str, Callable[[_Sheet], None]] = {
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
