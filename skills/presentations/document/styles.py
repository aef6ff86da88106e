"""What text on a slide looks like once everything it inherits is counted in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copilot_server.office.xml import Element
from skills.presentations.document.markup import child, flag, number, tag
from skills.presentations.document.shapes import Shape
from skills.presentations.document.text import level_of
from skills.presentations.document.theme import Theme

_DEFAULT_SIZE = 1800
_INSETS = {"lIns": 91440, "tIns": 45720, "rIns": 91440, "bIns": 45720}


@dataclass(frozen=True, slots=True)
class RunStyle:
    """`size` in points before any autofit scaling, `color` as RRGGBB where it can be told."""

    size: float
    is_bold: bool
    font: str
    color: str | None


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """Lengths in points; `line` is a multiple of the font's own height, or points when negative."""

    left: float
    indent: float
    line: float
    before: float
    after: float
    align: str
    has_bullet: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """How a text body sits in its shape: insets in EMU (left, top, right, bottom)."""

    insets: tuple[int, int, int, int]
    wraps: bool
    anchor: str
    scale: float
    fit: str
    columns: int
    is_turned: bool


class Cascade:
    """The sources of a shape's text formatting, nearest first."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._known: dict[int, list[Element]] = {}
        self._known_runs: dict[int, list[Element]] = {}
        slide = shape.slide
        master = slide.master
        self.theme = slide.deck.theme_of(master) if master else Theme(None, "", {}, "Calibri", "Calibri", {})
        self._bodies = [
            body for element in (shape.element, *shape.ancestors()) if (body := child(element, "p:txBody")) is not None
        ]
        styles = child(slide.deck.parts.xml(master), "p:txStyles") if master else None
        self._general = [
            found
            for found in (child(styles, _general_style(shape)), child(slide.deck.root, "p:defaultTextStyle"))
            if found is not None
        ]

    def frame(self) -> Frame:
        properties = [found for body in self._bodies if (found := child(body, "a:bodyPr")) is not None]

        def get(name: str, default: str) -> str:
            return next((value for each in properties if (value := each.get(name)) is not None), default)

        fit = next(
            (
                tag(found)
                for each in properties
                for found in each
                if tag(found).endswith("utofit") or tag(found) == "a:spAutoFit"
            ),
            "",
        )
        auto = child(properties[0], "a:normAutofit") if properties else None
        left, top, right, bottom = (int(get(name, str(default))) for name, default in _INSETS.items())
        return Frame(
            insets=(left, top, right, bottom),
            wraps=get("wrap", "square") != "none",
            anchor=get("anchor", "t"),
            scale=number(auto, "fontScale", 100000) / 100000,
            fit=fit.removeprefix("a:"),
            columns=int(get("numCol", "1")),
            is_turned=get("vert", "horz") in _TURNED,
        )

    def paragraph(self, paragraph: Element) -> ParagraphStyle:
        level = level_of(paragraph)
        sources = [found for found in (child(paragraph, "a:pPr"), *self._levels(level)) if found is not None]

        def get(name: str, default: str) -> str:
            return next((value for each in sources if (value := each.get(name)) is not None), default)

        size = self._size(sources, None)
        bullet = next((tag(found) for each in sources for found in each if tag(found) in _BULLETS), "a:buNone")
        return ParagraphStyle(
            left=int(get("marL", "0")) / 12700,
            indent=int(get("indent", "0")) / 12700,
            line=_spacing(sources, "a:lnSpc", size, 1.0, as_line=True),
            before=_spacing(sources, "a:spcBef", size, 0.0),
            after=_spacing(sources, "a:spcAft", size, 0.0),
            align=get("algn", "l"),
            has_bullet=bullet != "a:buNone",
        )

    def numbering(self, paragraph: Element) -> str:
        """The scheme of a numbered paragraph (arabicPeriod …); "" for one that is not."""
        sources = [
            found for found in (child(paragraph, "a:pPr"), *self._levels(level_of(paragraph))) if found is not None
        ]
        mark = next((found for each in sources for found in each if tag(found) in _BULLETS), None)
        return mark.get("type", "arabicPeriod") if mark is not None and tag(mark) == "a:buAutoNum" else ""

    def run(self, paragraph: Element, looks: Element | None) -> RunStyle:
        """`looks` is the a:rPr of the run, or the a:endParaRPr of an empty paragraph."""
        sources = self._runs(level_of(paragraph))
        if looks is not None:
            sources = [looks, *sources]
        bold = next((each for each in sources if each.get("b") is not None), None)
        face = next((found for each in sources if (found := child(each, "a:latin")) is not None), None)
        typeface = face.get("typeface") if face is not None else None
        return RunStyle(
            size=next((number(each, "sz") for each in sources if each.get("sz")), _DEFAULT_SIZE) / 100,
            is_bold=flag(bold, "b"),
            font=self.theme.font(typeface or self._style_font()),
            color=self._color(sources),
        )

    def _color(self, sources: list[Element]) -> str | None:
        for each in sources:
            for fill in each:
                if tag(fill) == "a:solidFill":
                    return self.theme.color(fill)
                if tag(fill) in {"a:gradFill", "a:blipFill", "a:pattFill", "a:noFill"}:
                    return None
        reference = child(self.shape.element, "p:style/a:fontRef")
        return (self.theme.color(reference) if reference is not None else None) or self.theme.slot("tx1")

    def _style_font(self) -> str | None:
        reference = child(self.shape.element, "p:style/a:fontRef")
        return "+mj-lt" if reference is not None and reference.get("idx") == "major" else None

    def _size(self, sources: list[Element], looks: Element | None) -> float:
        runs = [found for each in sources if (found := child(each, "a:defRPr")) is not None]
        found = [looks] if looks is not None else []
        return next((number(each, "sz") for each in found + runs if each.get("sz")), _DEFAULT_SIZE) / 100

    def _levels(self, level: int) -> list[Element]:
        """The level's properties, nearest first."""
        if level not in self._known:
            self._known[level] = list(self._read_levels(level))
        return self._known[level]

    def _runs(self, level: int) -> list[Element]:
        """What the level says of its runs, nearest first."""
        if level not in self._known_runs:
            levels = (child(source, "a:defRPr") for source in self._levels(level))
            self._known_runs[level] = [found for found in levels if found is not None]
        return self._known_runs[level]

    def _read_levels(self, level: int) -> Iterator[Element]:
        name = f"a:lvl{level + 1}pPr"
        for holder in [*(child(body, "a:lstStyle") for body in self._bodies), *self._general]:
            for found in (child(holder, name), child(holder, "a:defPPr")):
                if found is not None:
                    yield found


_TURNED = {"vert", "vert270", "eaVert", "mongolianVert", "wordArtVert"}
_BULLETS = {"a:buNone", "a:buAutoNum", "a:buChar", "a:buBlip"}


def _general_style(shape: Shape) -> str:
    placeholder = shape.placeholder
    if placeholder is None:
        return "p:otherStyle"
    match placeholder.get("type", "obj"):
        case "title" | "ctrTitle":
            return "p:titleStyle"
        case "dt" | "ftr" | "sldNum" | "hdr":
            return "p:otherStyle"
        case _:
            return "p:bodyStyle"


def _spacing(sources: list[Element], name: str, size: float, default: float, *, as_line: bool = False) -> float:
    for each in sources:
        holder = child(each, name)
        if holder is None:
            continue
        percent, points = child(holder, "a:spcPct"), child(holder, "a:spcPts")
        if percent is not None:
            text = percent.get("val", "100000")
            share = float(text.rstrip("%")) / (100 if text.endswith("%") else 100000)
            return share if as_line else share * size
        if points is not None:
            return -number(points, "val") / 100 if as_line else number(points, "val") / 100
    return default
