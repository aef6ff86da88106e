"""What stands drawn on a slide, in a few words, as measured on the slide itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from copilot_server.office.xml import Element
from skills.presentations.document import charts, tables
from skills.presentations.document.markup import child, children, every, number
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide

_NUMBERED = re.compile(r"(Column|Band|Step|Date|Person|Figure) \d+")
_NOUNS = {
    "Column": "{} cards", "Band": "{} bands", "Step": "process of {}", "Date": "timeline of {}", "Person": "team of {}",
    "Figure": "{} key figures",
}  # fmt: skip
_ROUND = {"pie", "doughnut"}


def drawn(slide: Slide) -> str:
    """ "process of 4", "column chart, 'B' highlighted, callout “…”", "table 5×3"; "" where there are only words."""
    names = Counter(found[1] for shape in slide.shapes if (found := _NUMBERED.fullmatch(shape.name)))
    told = [_NOUNS[name].format(count) for name, count in names.items()]
    return "; ".join([*told, *(words for shape in slide.shapes if (words := exhibited(shape)))])


def exhibited(shape: Shape) -> str:
    """A table's size, a chart's kind and what it calls out, that it is a picture; "" for other shapes."""
    if shape.table is not None:
        rows = tables.texts(shape.table)
        return f"table {len(rows)}×{max(map(len, rows), default=0)}"
    if shape.chart_part is not None:
        return chart(shape.slide.deck.parts.xml(shape.chart_part))
    return "picture" if shape.kind == "picture" else ""


def chart(root: Element) -> str:
    """Its kind, what stands out in it and the words called out."""
    told = [f"{charts.kind(root)} chart", *(f"{name!r} highlighted" for name in _highlighted(root))]
    for text in every(child(root, "c:chart"), "c:dLbl"):
        words = " / ".join(
            "".join(run.text or "" for run in every(p, "a:t")) for p in every(child(text, "c:tx"), "a:p")
        )
        told += [f"callout “{words}”"] if words else []
    return ", ".join(told)


def _highlighted(root: Element) -> Iterator[str]:
    """The series in colour among grey ones; the category whose points are marked, coloured or alone not faded."""
    drawn_series = charts.series(root)
    colored = [each for each in drawn_series if not _is_grey(_looks(each))]
    if len(drawn_series) > 1 and len(colored) == 1:
        yield charts.series_name(colored[0])
        return
    names, kind = charts.categories(root), charts.kind(root)
    for each in drawn_series:
        found = _stands_out(each, len(names), is_round=kind in _ROUND)
        if found is not None and found < len(names):
            yield _shown(names[found])
            return


def _stands_out(series: Element, count: int, *, is_round: bool) -> int | None:
    points = {number(child(point, "c:idx"), "val"): point for point in children(series, "c:dPt")}
    if is_round:
        greys = [at for at, point in points.items() if _is_grey(child(point, "c:spPr"))]
        rest = [at for at in points if at not in greys]
        return rest[0] if greys and len(rest) == 1 else None
    marked = [at for at, point in points.items() if child(point, "c:marker") is not None]
    if marked or (_is_grey(child(series, "c:spPr")) and len(points) == 1):
        return (marked or list(points))[0]
    faded = [at for at, point in points.items() if any(True for _ in every(child(point, "c:spPr"), "a:alpha"))]
    whole = [at for at in range(count) if at not in faded]
    return whole[0] if faded and len(whole) == 1 else None


def _looks(series: Element) -> Element | None:
    """Its markers' where it has them: a scatter has nothing else."""
    markers = child(series, "c:marker/c:spPr")
    return child(series, "c:spPr") if markers is None else markers


def _is_grey(looks: Element | None) -> bool:
    """A shade of the ground, as what is not called out has."""
    slots = [slot.get("val") for slot in every(looks, "a:schemeClr")]
    return slots[:1] == ["bg1"]


def _shown(name: str) -> str:
    return name.removesuffix(".0")
