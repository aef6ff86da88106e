"""The layouts of a theme, each a list of placeholders and motifs placed on the grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from copilot_server.office.xml import Element
from skills.presentations.themes.drawing import Type, scheme
from skills.presentations.themes.grid import Area, Grid
from skills.presentations.themes.looks import Look
from skills.presentations.themes.motifs import COVERS, SECTIONS
from skills.presentations.themes.sheet import Sheet

_LEVELS = "Click to add text\nSecond level\nThird level"


@dataclass(frozen=True)
class Sketch:
    """A layout before it is a part: `kind` is its ST_SlideLayoutType, `cover` whether it has the cover's ground."""

    name: str
    kind: str
    shapes: tuple[Element, ...]
    is_cover: bool = False
    shows_master: bool = True


def sketches(grid: Grid, look: Look) -> tuple[Sketch, ...]:
    """Every layout of a theme, in the order PowerPoint's menu shows them."""
    return tuple(make(grid, look) for make in _MAKERS)


def _cover(grid: Grid, look: Look) -> Sketch:
    sheet = Sheet(grid, look)
    COVERS[look.motif](sheet)
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
    sheet = Sheet(grid, look)
    SECTIONS[look.motif](sheet)
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
    sheet = Sheet(grid, look)
    sheet.title()
    sheet.add("Content", None, 1, prompt=_LEVELS)
    return Sketch("Title and Content", "obj", sheet.footers())


def _agenda(grid: Grid, look: Look) -> Sketch:
    sheet, right = _beside_a_panel(grid, look, 0.34, 1.6)
    sheet.add(
        "Agenda", "body", 1, right, Type(26, "tx1", anchor="ctr", bullets=False, before=18), "Click to add topics"
    )
    return Sketch("Agenda", "obj", sheet.footers(), shows_master=False)


def _points(grid: Grid, look: Look) -> Sketch:
    """A few short points would stand lost under a title: it gets a panel, and they the height of the slide."""
    sheet, right = _beside_a_panel(grid, look, 0.38, 5.2)
    large = Type(28 if grid.width > 12 else 26, "tx1", anchor="ctr", bullets=False, before=30, below=22)
    sheet.add("Points", "body", 1, right, large, "Click to add a few short points")
    return Sketch("Key Points", "obj", sheet.footers(), shows_master=False)


def _beside_a_panel(grid: Grid, look: Look, share: float, title_height: float) -> tuple[Sheet, Area]:
    """A panel with the title at the left edge, and what is free beside it."""
    sheet = Sheet(grid, look)
    panel = grid.width * share
    ground = scheme(look.cover) if not look.is_dark else scheme("bg2")
    sheet.decorate("Panel", Area(0, 0, panel, grid.height), ground)
    edge = "accent1" if look.is_dark else "accent2" if look.motif == "orbits" else "accent3"
    sheet.decorate("Panel edge", Area(panel, 0, 0.09, grid.height), scheme(edge))
    left = Area(grid.margin, 1.2, panel - grid.margin - 0.3, title_height)
    sheet.title(left, Type(34, look.on_cover, look.is_title_bold, anchor="t", heading=True, bullets=False))
    return sheet, Area(panel + 0.8, 1.2, grid.width - panel - 0.8 - grid.margin, 5.2)


def _two(grid: Grid, look: Look) -> Sketch:
    sheet = Sheet(grid, look)
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
    sheet = Sheet(grid, look)
    sheet.title()
    for at, area in enumerate(grid.columns(content, (1, 1))):
        accent = "accent1" if at == 0 else "accent2"
        sheet.decorate("Column panel", area, _panel())
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
    left, right = grid.columns(grid.content, (8, 3.6))
    return Sketch("Chart with Takeaway", "objTx", _beside_words(grid, look, left, right, 22))


def _chart_then_points(grid: Grid, look: Look) -> Sketch:
    left, right = grid.columns(grid.content, (7, 4.6))
    return Sketch("Chart and Points", "objTx", _beside_words(grid, look, left, right, 24 if grid.width > 12 else 22))


def _points_then_chart(grid: Grid, look: Look) -> Sketch:
    left, right = grid.columns(grid.content, (4.6, 7))
    return Sketch("Points and Chart", "txAndObj", _beside_words(grid, look, right, left, 24 if grid.width > 12 else 22))


def _beside_words(grid: Grid, look: Look, chart: Area, words: Area, size: float) -> tuple[Element, ...]:
    """The chart's place and a panel for what it means, read in the order they stand in."""
    sheet = Sheet(grid, look)
    sheet.title()
    sheet.decorate("Takeaway panel", words, _panel())
    sheet.decorate("Takeaway rule", Area(words.x, words.y, 0.06, words.height), scheme("accent1"))
    inner = Area(words.x + 0.25, words.y + 0.2, words.width - 0.45, words.height - 0.4)
    said = Type(size, "tx1", anchor="ctr", bullets=False, before=12, below=18)
    places = [
        partial(sheet.add, "Content", None, 1, chart, prompt="Click to add a chart or table"),
        partial(sheet.add, "Takeaway", "body", 2, inner, said, "Click to add what it means"),
    ]
    for place in places if chart.x < words.x else places[::-1]:
        place()
    return sheet.footers()


def _wide_chart(grid: Grid, look: Look) -> Sketch:
    """One short sentence over a chart as wide as the slide, for what runs along an axis."""
    sheet = Sheet(grid, look)
    sheet.title()
    content = grid.content
    band = Area(content.x, content.y, content.width, 0.8)
    sheet.decorate("Takeaway panel", band, _panel())
    sheet.decorate("Takeaway rule", Area(band.x, band.y, 0.06, band.height), scheme("accent1"))
    chart = Area(content.x, content.y + 1.05, content.width, content.height - 1.05)
    sheet.add("Content", None, 1, chart, prompt="Click to add a chart or table")
    inner = Area(band.x + 0.25, band.y, band.width - 0.45, band.height)
    sheet.add("Takeaway", "body", 2, inner, Type(22, "tx1", anchor="ctr", bullets=False), "Click to add what it means")
    return Sketch("Takeaway over Chart", "objTx", sheet.footers())


def _short_lists(grid: Grid, look: Look) -> Sketch:
    """Two columns without headings, of a few words each: panels give them a place, and they the larger type."""
    sheet = Sheet(grid, look)
    sheet.title()
    content = grid.content
    area = Area(content.x, 2.2, content.width, 3.3)
    for index, column in enumerate(grid.columns(area, (1, 1)), start=1):
        sheet.decorate("Column panel", column, _panel())
        sheet.decorate("Column rule", Area(column.x, column.y, column.width, 0.06), scheme("accent1"))
        inner = Area(column.x + 0.2, column.y + 0.2, column.width - 0.4, column.height - 0.4)
        sheet.add("Content", None, index, inner, prompt=_LEVELS)
    return Sketch("Two Short Lists", "twoObj", sheet.footers())


def _panel() -> Element:
    """A quiet ground that gives a column its place, however few words stand in it."""
    return scheme("bg2")


def _picture(grid: Grid, look: Look) -> Sketch:
    sheet = Sheet(grid, look)
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
    sheet = Sheet(grid, look)
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
    sheet = Sheet(grid, look)
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
    sheet = Sheet(grid, look)
    sheet.title()
    return Sketch("Title Only", "titleOnly", sheet.footers())


def _closing(grid: Grid, look: Look) -> Sketch:
    sheet = Sheet(grid, look)
    SECTIONS[look.motif](sheet)
    width = grid.inner * (0.7 if grid.width > 12 else 0.62)
    sheet.title(
        Area(grid.margin, 1.7, width, 1.6),
        _section_title(40, look),
    )
    sheet.add("Text", "body", 1, Area(grid.margin, 3.5, width, 2.6), Type(22, look.on_cover, anchor="t", bullets=False))
    return Sketch("Closing", "cust", sheet.footers(look.on_cover), is_cover=True, shows_master=False)


def _blank(grid: Grid, look: Look) -> Sketch:
    return Sketch("Blank", "blank", Sheet(grid, look).footers())


_MAKERS: tuple[Callable[[Grid, Look], Sketch], ...] = (
    *(_cover, _agenda, _section, _content, _two, _comparison, _chart, _picture),
    *(_figures, _quote, _title_only, _closing, _blank),
    *(_points, _short_comparison, _wide_chart, _chart_then_points, _points_then_chart, _short_lists),
)


def _cover_text(grid: Grid, look: Look) -> Area:
    if look.motif == "column":
        return Area(grid.width * 0.36, 0, grid.width * 0.64 - grid.margin, 0)
    share = 0.8 if look.motif == "horizon" else 0.66 if grid.width > 12 else 0.56
    return Area(grid.margin, 0, grid.inner * share, 0)
