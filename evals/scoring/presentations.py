"""What is measured of decks, with python-pptx for what shapes say and geometry of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lxml import etree

from evals.scoring.decks import deck
from evals.scoring.measure import Measures, claim
from evals.scoring.slide_geometry import off_slide, overlaps
from evals.task import Scope, Task
from evals.trace import File, Seen, Trace

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_INCH = 914_400


def slide(file: File, number: int) -> Any:
    return deck(file).slides[number - 1]


def texts(one: Any) -> Iterator[str]:
    """Every text of a slide: shapes, tables, groups."""
    for shape in _shapes(one.shapes):
        if shape.has_text_frame:
            yield shape.text_frame.text
        if getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _shapes(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == 6:
            yield from _shapes(shape.shapes)


def title(one: Any) -> str:
    return one.shapes.title.text_frame.text if one.shapes.title is not None else ""


@dataclass(frozen=True)
class Titles:
    """The deck's slides have these titles, in this order (patterns); so none is missing, none too many."""

    patterns: tuple[str, ...]
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        have = [title(each) for each in deck(seen.after).slides]
        if len(have) != len(self.patterns):
            return f"{len(have)} slides: {have}"
        wrong = [text for pattern, text in zip(self.patterns, have, strict=True) if not re.search(pattern, text)]
        return f"not in place: “{wrong[0]}” among {have}" if wrong else None


@dataclass(frozen=True)
class Slides:
    """Between so many slides."""

    least: int
    most: int
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        have = len(deck(seen.after).slides)
        return None if self.least <= have <= self.most else f"{have} slides"


@dataclass(frozen=True)
class Shown:
    """The text is on the slide (None: on any), in the placeholder where named (title, body); `gone`: nowhere there."""

    pattern: str
    on: int | None = None
    within: str | None = None
    gone: bool = False
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        slides = list(deck(seen.after).slides) if self.on is None else [slide(seen.after, self.on)]
        found = [text for each in slides for text in within(each, self.within) if re.search(self.pattern, text)]
        where = f"slide {self.on}" if self.on else "any slide"
        if self.gone:
            return f"“{found[0][:60]}” is still on {where}" if found else None
        return None if found else f"“{self.pattern}” is not on {where}{f', {self.within}' if self.within else ''}"


_KINDS = {"title": {1, 3}, "body": {2, 7}, "subtitle": {4}}


def within(one: Any, kind: str | None) -> Iterator[str]:
    if kind is None:
        yield from texts(one)
        return
    for shape in one.placeholders:
        if int(shape.placeholder_format.type or 0) in _KINDS[kind] and shape.has_text_frame:
            yield shape.text_frame.text


@dataclass(frozen=True)
class Notes:
    pattern: str
    on: int
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        one = slide(seen.after, self.on)
        text = one.notes_slide.notes_text_frame.text if one.has_notes_slide else ""
        return None if re.search(self.pattern, text) else f"the notes of slide {self.on} say “{text[:60]}”"


@dataclass(frozen=True)
class RunLooks:
    """The words on the slide look so by their runs: size in points, a colour (RRGGBB or slot); "" is all its words."""

    words: str
    on: int
    bold: bool | None = None
    size: float | None = None
    color: str | None = None
    italic: bool | None = None
    underline: bool | None = None
    font: str | None = None
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        runs = [run for run in _runs(slide(seen.after, self.on)) if run.text.strip()]
        mine = [run for run in runs if run.text.strip() in self.words or self.words in run.text]
        if not mine:
            return f"“{self.words}” is not on slide {self.on}"
        return next((wrong for run in mine if (wrong := self._wrong(run))), None)

    def _wrong(self, run: Any) -> str | None:
        found = run._r.find("{*}rPr")  # noqa: SLF001 - `run.font` would write an empty one into the view
        looks = {} if found is None else found.attrib
        for name, wanted in (("b", self.bold), ("i", self.italic)):
            if wanted is not None and (looks.get(name) in {"1", "true"}) != wanted:
                return f"“{run.text}” has {name} {looks.get(name)}"
        if self.underline is not None and (looks.get("u", "none") != "none") != self.underline:
            return f"“{run.text}” has u {looks.get('u')}"
        face = run._r.find("{*}rPr/{*}latin")  # noqa: SLF001 - as above
        if self.font is not None and (face is None or face.get("typeface") != self.font):
            return f"“{run.text}” is in {None if face is None else face.get('typeface')}"
        if self.size is not None and looks.get("sz") != str(int(self.size * 100)):
            return f"“{run.text}” is {looks.get('sz')} hundredths of a point"
        fill = run._r.find(".//{*}solidFill")  # noqa: SLF001 - the colour as it stands, of either sort
        have = "" if fill is None else fill[0].get("val", "")
        return f"“{run.text}” is of colour {have}" if self.color is not None and have != self.color else None


def _runs(one: Any) -> Iterator[Any]:
    for shape in _shapes(one.shapes):
        if shape.has_text_frame:
            yield from (run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs)


@dataclass(frozen=True)
class ChartShows:
    """A native chart on the slide has these categories and series. Guards against pictures of charts."""

    on: int | None
    categories: Sequence[str]
    series: Mapping[str, Sequence[float]]
    metric: ClassVar[str] = "exhibits"

    def fault(self, seen: Seen) -> str | None:
        slides = list(deck(seen.after).slides) if self.on is None else [slide(seen.after, self.on)]
        found = [shape.chart for each in slides for shape in each.shapes if shape.has_chart]
        if not found:
            return "no native chart"
        have = [_chart(chart) for chart in found]
        wanted = (list(self.categories), [list(map(float, values)) for values in self.series.values()])
        return None if wanted in have else f"the chart shows {have[0]}"


def _chart(chart: Any) -> tuple[list[str], list[list[float]]]:
    plot = chart.plots[0]
    return [str(each) for each in plot.categories], [[float(v or 0) for v in each.values] for each in plot.series]


@dataclass(frozen=True)
class TableSays:
    """A native table on the slide has these cells; `rows` is how many it has."""

    on: int | None
    wanted: Mapping[tuple[int, int], str]
    rows: int | None = None
    metric: ClassVar[str] = "exhibits"

    def fault(self, seen: Seen) -> str | None:
        slides = list(deck(seen.after).slides) if self.on is None else [slide(seen.after, self.on)]
        found = [shape.table for each in slides for shape in each.shapes if shape.has_table]
        if not found:
            return "no native table"
        return next((None for table in found if self._wrong(table) is None), self._wrong(found[0]))

    def _wrong(self, table: Any) -> str | None:
        if self.rows is not None and len(table.rows) != self.rows:
            return f"the table has {len(table.rows)} rows"
        for (row, column), text in self.wanted.items():
            have = table.cell(row - 1, column - 1).text.strip()
            if have != text:
                return f"cell {row},{column} says “{have}”"
        return None


@dataclass(frozen=True)
class Placed:
    """The shape whose text matches stands there, in inches, to a twentieth; None: as it was."""

    pattern: str
    on: int
    x: float | None = None
    y: float | None = None
    width: float | None = None
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        for shape in slide(seen.after, self.on).shapes:
            if re.search(self.pattern, shape.text_frame.text if shape.has_text_frame else shape.name):
                have = {"x": shape.left / _INCH, "y": shape.top / _INCH, "width": shape.width / _INCH}
                wanted = {"x": self.x, "y": self.y, "width": self.width}
                off = {
                    key: have[key]
                    for key, value in wanted.items()
                    if value is not None and abs(have[key] - value) > 0.05
                }
                return f"“{self.pattern}” stands at {off}" if off else None
        return f"no shape “{self.pattern}”"


@dataclass(frozen=True)
class HiddenSlide:
    on: int
    hidden: bool = True
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        have = slide(seen.after, self.on)._element.get("show", "1") in {"0", "false"}  # noqa: SLF001
        return None if have == self.hidden else f"slide {self.on} hidden is {have}"


@dataclass(frozen=True)
class Described:
    """The picture or chart on the slide has alternative text that matches."""

    on: int
    pattern: str
    metric: ClassVar[str] = "accessibility"

    def fault(self, seen: Seen) -> str | None:
        said = [node.get("descr", "") for node in slide(seen.after, self.on)._element.iter("{*}cNvPr")]  # noqa: SLF001
        return None if any(re.search(self.pattern, each) for each in said if each) else f"alternative texts: {said}"


@dataclass(frozen=True)
class LayoutIs:
    on: int
    layout: str
    metric: ClassVar[str] = "template"

    def fault(self, seen: Seen) -> str | None:
        have = slide(seen.after, self.on).slide_layout.name
        return None if re.fullmatch(self.layout, have) else f"slide {self.on} has the layout {have}"


@dataclass(frozen=True)
class Grounded:
    """Every figure on the slides stands in the source, or stood in the deck. Guards against invented numbers."""

    source: str
    metric: ClassVar[str] = "grounding"

    def fault(self, seen: Seen) -> str | None:
        known = _figures([self.source, *(text for each in deck(seen.before).slides for text in texts(each))])
        known |= {str(number) for number in range(len(deck(seen.after).slides) + 1)}
        invented = _figures([text for each in deck(seen.after).slides for text in texts(each)]) - known
        return f"from nowhere: {sorted(invented)[:5]}" if invented else None


def _figures(said: Sequence[str]) -> set[str]:
    return {match.group().replace(",", "") for text in said for match in _NUMBER.finditer(text)}


def hygiene(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`on_slide`: nothing new stands off the slide. `no_new_overlap`: no text lies on another that did not before.

    `no_overflow`, `contrast`: findings of the room's checks that are new. `template_fidelity`: new slides use the
    deck's layouts, and changed runs no fonts or colours beside the theme's unless the task asks. `titled`: every new
    slide has a title; `described`: every new picture has words. Guards against decks that must be mended by hand.
    """
    if before.data == after.data:
        return {}
    known = {each.slide_id for each in deck(before).slides}
    new = [each for each in deck(after).slides if each.slide_id not in known]
    findings, _ = after.skill.delta(
        before.document, after.document, after.skill.compare(before.document, after.document)
    )
    codes = [f"{each.where}: {each.text}" for each in findings if each.severity == "fault"]
    return {
        "on_slide": claim(sorted(off_slide(after) - off_slide(before))),
        "no_new_overlap": claim(sorted(overlaps(after) - overlaps(before))),
        "no_new_findings": claim(codes),
        "template_fidelity": claim(_strangers(before, new)),
        "titled": claim([f"slide {deck(after).slides.index(each) + 1}" for each in new if not title(each).strip()]),
        "described": claim(sorted(_undescribed(after) - _undescribed(before))),
    }


def _strangers(before: File, new: Sequence[Any]) -> list[str]:
    layouts = {layout.name for layout in deck(before).slide_layouts}
    found = [f"layout {each.slide_layout.name}" for each in new if each.slide_layout.name not in layouts]
    for each in new:
        found += [f"{node.get('val')} on a new slide" for node in each._element.iter("{*}srgbClr")]  # noqa: SLF001
        found += [
            f"font {node.get('typeface')} on a new slide"
            for node in each._element.iter("{*}latin")  # noqa: SLF001
            if not str(node.get("typeface", "")).startswith("+")
        ]
    return found


def _undescribed(file: File) -> set[str]:
    return {
        f"slide {each.slide_id} {shape.name}"
        for each in deck(file).slides
        for shape in each.shapes
        if shape.shape_type == 13 and not shape._element.find(".//{*}cNvPr").get("descr")  # noqa: SLF001
    }


def stray_shapes(before: File, after: File, scope: Scope) -> Iterator[str]:
    """Shapes outside the scope whose XML differs to the last property, and slides that are gone or out of order."""
    old, new = ({each.slide_id: each for each in deck(file).slides} for file in (before, after))
    gone = [f"#{key}" for key in old if key not in new and not _covered(scope, f"#{key}")]
    yield from (f"outside: slide {name} is gone" for name in gone if "slide_deleted" not in scope.kinds)
    for key in old.keys() & new.keys():
        shapes = [_signatures(each) for each in (old[key], new[key])]
        for name in shapes[0].keys() | shapes[1].keys():
            if shapes[0].get(name) != shapes[1].get(name) and not _covered(scope, f"#{key}/{name}"):
                yield f"outside: shape {name} of slide #{key}"
        if _note(old[key]) != _note(new[key]) and not _covered(scope, f"#{key}/notes"):
            yield f"outside: notes of slide #{key}"


def _covered(scope: Scope, place: str) -> bool:
    return any(place == each or place.startswith(f"{each}/") or each == "*" for each in scope.places)


def _signatures(one: Any) -> dict[str, bytes]:
    return {
        str(shape.shape_id): etree.tostring(shape._element, method="c14n", exclusive=True).strip()  # noqa: SLF001
        for shape in one.shapes
    }


def _note(one: Any) -> str:
    return one.notes_slide.notes_text_frame.text if one.has_notes_slide and one.notes_slide.notes_text_frame else ""
