"""Contrast of what stands in tables: colours of runs and cells, else of the table's style, over what lies under it."""

from __future__ import annotations

from collections.abc import Iterator

from copilot_server.agent.changes import Finding
from copilot_server.office.xml import Element
from skills.presentations.checks.view import Seen, SlideView
from skills.presentations.document.markup import FILLS, child, children, flag, number, tag
from skills.presentations.document.theme import contrast, opacity

_LEAST, _LEAST_LARGE = 4.5, 3.0
_DEFAULT_SIZE = 1800
_BANDS = ("a:band1H", "a:band2H", "a:band1V", "a:band2V")


def table_contrast(view: SlideView) -> Iterator[Finding]:
    """One finding a table: the worst of its cells. Where a style is unknown or its colours come in bands, none."""
    for seen in view.seen:
        table = seen.shape.table
        style = _style(seen, table) if table is not None else None
        if table is None or style is None:
            continue
        worst = min(_ratios(view, seen, table, style), default=None)
        if worst is not None:
            text = f"contrast {worst[0]:.1f} of cell text {worst[1]} on {worst[2]}"
            yield view.finding("contrast", seen.shape, text, "colour its text, or fill its cells")


def _style(seen: Seen, table: Element) -> Element | None:
    deck = seen.shape.slide.deck
    part = deck.parts.one(deck.main, "tableStyles")
    named = child(table, "a:tblPr/a:tableStyleId")
    known = children(deck.parts.xml(part), "a:tblStyle") if part else []
    return next((each for each in known if named is not None and each.get("styleId") == named.text), None)


def _ratios(view: SlideView, seen: Seen, table: Element, style: Element) -> Iterator[tuple[float, str, str]]:
    """(ratio, text, ground) of every cell that stands out too little."""
    under, rows = view.ground(seen), children(table, "a:tr")
    for at, row in enumerate(rows):
        for column, cell in enumerate(children(row, "a:tc")):
            parts = _parts(table, style, at, column, len(rows))
            ground = _ground(view, cell, parts, under)
            for color, size, is_bold in _texts(view, cell, parts) if ground else ():
                least = _LEAST_LARGE if size >= 1800 or (is_bold and size >= 1400) else _LEAST
                if ground and contrast(color, ground) < least:
                    yield contrast(color, ground), color, ground


def _parts(table: Element, style: Element, row: int, column: int, rows: int) -> list[Element]:
    """The parts of the style that reach a cell, strongest first."""
    flags = child(table, "a:tblPr")
    names = [
        *(["a:firstRow"] if row == 0 and flag(flags, "firstRow") else []),
        *(["a:lastRow"] if row == rows - 1 and flag(flags, "lastRow") else []),
        *(["a:firstCol"] if column == 0 and flag(flags, "firstCol") else []),
        *(_BANDS if flag(flags, "bandRow") or flag(flags, "bandCol") else ()),
        "a:wholeTbl",
    ]
    return [found for name in names if (found := child(style, name)) is not None]


def _ground(view: SlideView, cell: Element, parts: list[Element], under: str | None) -> str | None:
    """RRGGBB; None where it cannot be told."""
    own = next((fill for each in children(cell, "a:tcPr") for fill in each if tag(fill) in FILLS), None)
    if own is not None:
        return _plain(view, own, under)
    for part in parts:
        holder = child(part, "a:tcStyle/a:fill")
        fill = None if holder is None else next(iter(holder), None)
        if fill is not None and tag(part) in _BANDS:
            return None
        if fill is not None and tag(fill) != "a:noFill":
            return _plain(view, fill, under)
    return under


def _plain(view: SlideView, fill: Element, under: str | None) -> str | None:
    if tag(fill) == "a:noFill":
        return under
    return view.theme.color(fill) if tag(fill) == "a:solidFill" and opacity(fill) > 0.85 else None


def _texts(view: SlideView, cell: Element, parts: list[Element]) -> Iterator[tuple[str, int, bool]]:
    """(colour, hundredths of a point, bold) of each run that says something."""
    styles = [found for part in parts if (found := child(part, "a:tcTxStyle")) is not None]
    styled = next((color for each in styles if (color := view.theme.color(each))), None)
    for run in cell.iter("{*}r"):
        looks = child(run, "a:rPr")
        written = child(looks, "a:solidFill")
        color = view.theme.color(written) if written is not None else styled
        if color and "".join(run.itertext()).strip():
            is_bold = flag(looks, "b", default=any(each.get("b") == "on" for each in styles))
            yield color, number(looks, "sz", _DEFAULT_SIZE), is_bold
