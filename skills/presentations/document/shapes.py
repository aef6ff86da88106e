"""A shape on a slide: what it is, where it stands, what it inherits its place from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copilot_server.office.xml import Element, qname
from skills.presentations.document import text
from skills.presentations.document.markup import child, children, flag, number, tag

if TYPE_CHECKING:
    from skills.presentations.document.slide import Slide

_DRAWN = {"p:sp", "p:pic", "p:graphicFrame", "p:cxnSp", "p:grpSp", "p:contentPart"}
_PROPERTIES = {
    qname(f"p:{shape}"): f"p:nv{name}Pr"
    for shape, name in (
        *(("sp", "Sp"), ("pic", "Pic"), ("graphicFrame", "GraphicFrame")),
        *(("cxnSp", "CxnSp"), ("grpSp", "GrpSp"), ("contentPart", "ContentPart")),
    )
}
ROLES = {
    "title": "title",
    "ctrTitle": "title",
    "subTitle": "subtitle",
    "body": "body",
    "obj": "body",
    "dt": "date",
    "ftr": "footer",
    "sldNum": "number",
    "hdr": "header",
    "sldImg": "image",
}
_FRAMES = {
    "http://schemas.openxmlformats.org/drawingml/2006/table": "table",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "chart",
    "http://schemas.microsoft.com/office/drawing/2014/chartex": "chartex",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "smartart",
    "http://schemas.openxmlformats.org/presentationml/2006/ole": "ole",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the slide, in EMU."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def area(self) -> int:
        return max(self.width, 0) * max(self.height, 0)

    def overlap(self, other: Box) -> int:
        """The area both cover, in square EMU."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)

    def within(self, outer: Box, slack: int = 0) -> bool:
        return (
            self.x >= outer.x - slack
            and self.y >= outer.y - slack
            and self.right <= outer.right + slack
            and self.bottom <= outer.bottom + slack
        )

    def inches(self) -> str:
        """`x,y w×h` in inches, as reads show it."""
        x, y, width, height = (f"{value / 914400:.2f}".rstrip("0").rstrip(".") for value in self.tuple())
        return f"{x},{y} {width}×{height}"

    def tuple(self) -> tuple[int, int, int, int]:
        return self.x, self.y, self.width, self.height


@dataclass(frozen=True, slots=True)
class Shape:
    """`key` is the shape's id, unique on its slide; `parents` are the groups around it, outermost first."""

    slide: Slide
    element: Element = field(repr=False)
    key: str
    parents: tuple[Element, ...] = field(default=(), repr=False)

    @property
    def anchor(self) -> str:
        return f"{self.slide.anchor}/{self.key}"

    @property
    def about(self) -> Element | None:
        """The p:cNvPr with id, name and alternative text."""
        return child(_non_visual(self.element), "p:cNvPr")

    @property
    def name(self) -> str:
        about = self.about
        return about.get("name", "") if about is not None else ""

    @property
    def alt(self) -> str:
        about = self.about
        return (about.get("descr") or about.get("title") or "") if about is not None else ""

    @property
    def is_hidden(self) -> bool:
        return flag(self.about, "hidden")

    @property
    def placeholder(self) -> Element | None:
        return child(_non_visual(self.element), "p:nvPr/p:ph")

    @property
    def kind(self) -> str:
        """text, shape, picture, table, chart, chartex, smartart, ole, media, group, connector or ink."""
        match tag(self.element):
            case "p:pic":
                media = child(_non_visual(self.element), "p:nvPr")
                is_media = any(
                    child(media, name) is not None for name in ("a:videoFile", "a:audioFile", "a:wavAudioFile")
                )
                return "media" if is_media else "picture"
            case "p:graphicFrame":
                data = child(self.element, "a:graphic/a:graphicData")
                return _FRAMES.get(_transitional(data.get("uri", "")), "object") if data is not None else "object"
            case "p:grpSp":
                return "group"
            case "p:cxnSp":
                return "connector"
            case "p:contentPart":
                return "ink"
            case _:
                about = child(self.element, "p:nvSpPr/p:cNvSpPr")
                return "text" if flag(about, "txBox") or self.placeholder is not None else "shape"

    @property
    def role(self) -> str:
        """What the placeholder is for (title, subtitle, body, date, footer, number, picture …), else the kind."""
        placeholder = self.placeholder
        if placeholder is None:
            return self.kind
        if self.kind not in {"text", "shape"}:
            return self.kind
        name = placeholder.get("type", "obj")
        return ROLES.get(name, {"pic": "picture", "tbl": "table", "clipArt": "picture", "dgm": "body"}.get(name, name))

    @property
    def text_body(self) -> Element | None:
        return child(self.element, "p:txBody")

    @property
    def paragraphs(self) -> list[Element]:
        return children(self.text_body, "a:p")

    @property
    def text(self) -> str:
        body = self.text_body
        return text.of_body(body) if body is not None else ""

    @property
    def is_empty_placeholder(self) -> bool:
        return self.placeholder is not None and self.text_body is not None and not self.text.strip()

    @property
    def table(self) -> Element | None:
        return child(self.element, "a:graphic/a:graphicData/a:tbl")

    @property
    def picture_id(self) -> str | None:
        """The relationship id of the picture shown, also of one that fills a shape."""
        blip = child(self.element, "p:blipFill/a:blip")
        blip = child(self.element, "p:spPr/a:blipFill/a:blip") if blip is None else blip
        return blip.get(qname("r:embed")) if blip is not None else None

    @property
    def chart_part(self) -> str | None:
        found = child(self.element, "a:graphic/a:graphicData/c:chart")
        return (
            self.slide.deck.parts.target(self.slide.part, found.get(qname("r:id"), "")) if found is not None else None
        )

    @property
    def transform(self) -> Element | None:
        """Its own a:xfrm; None where the place is inherited."""
        path = {"p:graphicFrame": "p:xfrm", "p:grpSp": "p:grpSpPr/a:xfrm"}.get(tag(self.element), "p:spPr/a:xfrm")
        found = child(self.element, path)
        return found if found is not None and child(found, "a:ext") is not None else None

    @property
    def own_box(self) -> Box | None:
        """As written, in the coordinates of the group around it."""
        return _box(self.transform)

    @property
    def box(self) -> Box | None:
        """On the slide, in EMU: its own or inherited from layout and master; None where nothing says."""
        box = self.own_box or next((_box(found) for found in self._inherited_transforms()), None)
        for group in reversed(self.parents):
            box = _through(child(group, "p:grpSpPr/a:xfrm"), box) if box else None
        return box

    @property
    def rotation(self) -> float:
        """Degrees clockwise."""
        return number(self.transform, "rot") / 60000

    def ancestors(self) -> tuple[Element, ...]:
        """The placeholders of layout and master this one takes after, nearest first."""
        own = self.placeholder
        return () if own is None else self.slide.deck.ancestors(self.slide.layout, own)

    def _inherited_transforms(self) -> Iterator[Element]:
        for ancestor in self.ancestors():
            found = child(ancestor, "p:spPr/a:xfrm")
            if found is not None and child(found, "a:ext") is not None:
                yield found


def shapes_in(slide: Slide) -> Iterator[Shape]:
    seen: dict[str, int] = {}
    for element, parents in walk(child(slide.root, "p:cSld/p:spTree"), ()):
        about = child(_non_visual(element), "p:cNvPr")
        key = (about.get("id") if about is not None else None) or "0"
        seen[key] = seen.get(key, 0) + 1
        yield Shape(slide, element, key if seen[key] == 1 else f"{key}~{seen[key]}", parents)


def walk(tree: Element | None, parents: tuple[Element, ...]) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """Drawn elements at any depth with the groups around them; of an AlternateContent the Choice."""
    for element in () if tree is None else tree:
        name = tag(element)
        if name == "mc:AlternateContent":
            yield from walk(child(element, "mc:Choice"), parents)
        elif name in _DRAWN:
            yield element, parents
            if name == "p:grpSp":
                yield from walk(element, (*parents, element))


def placeholder_of(element: Element) -> Element | None:
    return child(_non_visual(element), "p:nvPr/p:ph")


def placeholders(root: Element) -> Iterator[tuple[Element, Element]]:
    """Every (shape element, p:ph) of a slide, layout or master."""
    for element, _ in walk(child(root, "p:cSld/p:spTree"), ()):
        found = placeholder_of(element)
        if found is not None:
            yield element, found


def matching_placeholder(layout: Element, own: Element) -> Element | None:
    """The layout's placeholder of the same idx, else of the same type (titles have no idx)."""
    index, kind = own.get("idx", "0"), own.get("type", "obj")
    by_type: Element | None = None
    for element, other in placeholders(layout):
        if other.get("idx", "0") == index and (index != "0" or _alike(other.get("type", "obj"), kind)):
            return element
        if by_type is None and _alike(other.get("type", "obj"), kind):
            by_type = element
    return by_type


def matching_by_type(master: Element, own: Element) -> Element | None:
    """The master's placeholder that this kind takes after: titles the title, all content the body."""
    kind = own.get("type", "obj")
    wanted = {"ctrTitle": "title", "title": "title", "dt": "dt", "ftr": "ftr", "sldNum": "sldNum"}.get(kind, "body")
    for element, other in placeholders(master):
        if other.get("type", "obj") == wanted:
            return element
    return None


def _alike(one: str, other: str) -> bool:
    titles = {"title", "ctrTitle"}
    return one == other or (one in titles and other in titles)


def _non_visual(element: Element) -> Element | None:
    name = _PROPERTIES.get(str(element.tag))
    return child(element, name) if name else None


def _box(transform: Element | None) -> Box | None:
    offset, extent = child(transform, "a:off"), child(transform, "a:ext")
    if extent is None:
        return None
    return Box(number(offset, "x"), number(offset, "y"), number(extent, "cx"), number(extent, "cy"))


def _through(transform: Element | None, inner: Box) -> Box:
    """From a group's inner coordinates to those outside it (ECMA-376 Part 1, 20.1.7.6)."""
    outer, offset, extent = _box(transform), child(transform, "a:chOff"), child(transform, "a:chExt")
    if outer is None or extent is None or not number(extent, "cx") or not number(extent, "cy"):
        return inner
    across, down = outer.width / number(extent, "cx"), outer.height / number(extent, "cy")
    return Box(
        round(outer.x + (inner.x - number(offset, "x")) * across),
        round(outer.y + (inner.y - number(offset, "y")) * down),
        round(inner.width * across),
        round(inner.height * down),
    )


def _transitional(uri: str) -> str:
    return uri.replace("http://purl.oclc.org/ooxml/drawingml/", "http://schemas.openxmlformats.org/drawingml/2006/")
