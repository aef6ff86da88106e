"""The drawing of a sheet: where its charts and pictures stand."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office import xml
from copilot_server.office.xml import NS, local_name, qname
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_STRICT_SPACES: Final = {
    "xdr": "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
    "a": "http://purl.oclc.org/ooxml/drawingml/main",
    "c": "http://purl.oclc.org/ooxml/drawingml/chart",
}
_DRAWING: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_CHART: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_PIXELS: Final = 9_525  # EMU
_ANCHORS: Final = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart of a sheet: its part and its anchor in the drawing's part, counted among the sheet's charts."""

    number: int
    part: str
    drawing: str
    area: Area | None
    name: str


def relationships_of(sheet: Sheet) -> str:
    """The namespace of relationships in the sheet's file."""
    return _STRICT if sheet.book.package.is_strict else NS["r"]


def charts_of(sheet: Sheet) -> list[Placed]:
    """In the order they were put in, as `read` counts them."""
    package, found = sheet.book.package, list[Placed]()
    for drawing in package.related(sheet.part, "drawing"):
        targets = {each.id: each.target for each in package.relationships(drawing) if each.kind == "chart"}
        for anchor in _anchors(package.xml(drawing)):
            for frame in named(anchor, "chart"):
                rid = next((value for key, value in frame.attrib.items() if key.endswith("}id")), "")
                if rid in targets and targets[rid] in package:
                    name = next((each.get("name", "") for each in named(anchor, "cNvPr")), "")
                    found.append(Placed(len(found) + 1, targets[rid], drawing, area_of(anchor), name))
    return found


def area_of(anchor: Element) -> Area | None:
    """The cells an anchored drawing covers; only the first one for those of a fixed size."""
    start, end = child(anchor, "from"), child(anchor, "to")
    if start is None:
        return None
    top, left = _corner(start)
    bottom, right = (top, left) if end is None else _last_cell(end)
    return Area(top, left, max(top, bottom), max(left, right))


def put_chart(sheet: Sheet, data: bytes, area: Area, name: str) -> str:
    """Add a chart's part to the sheet's drawing; the part's name."""
    package = sheet.book.package
    folder = posixpath.dirname(posixpath.dirname(sheet.part))
    part = package.fresh_name(posixpath.join(folder, "charts/chart{}.xml"))
    root = xml.parse(_strict(data) if package.is_strict else data)
    package.write(part, xml.serialize(root), _CHART)
    drawing = _drawing(sheet)
    rid = package.relate(drawing, f"{relationships_of(sheet)}/chart", part)
    anchor = _new_anchor(sheet, area)
    frame = _frame(sheet, package.edit_xml(drawing), name, rid)
    anchor.extend((frame, etree.Element(_q(sheet, "xdr:clientData"))))
    package.edit_xml(drawing).append(anchor)
    return part


def put_picture(sheet: Sheet, part: str, place: tuple[int, int], size: tuple[int, int], alt: str) -> None:
    """Show a picture's part at a cell, `size` in pixels."""
    package, drawing = sheet.book.package, _drawing(sheet)
    rid = package.relate(drawing, f"{relationships_of(sheet)}/image", part)
    root = package.edit_xml(drawing)
    anchor = etree.SubElement(root, _q(sheet, "xdr:oneCellAnchor"))
    _put_corner(sheet, anchor, "from", *place)
    width, height = (str(each * _PIXELS) for each in size)
    etree.SubElement(anchor, _q(sheet, "xdr:ext"), cx=width, cy=height)
    picture = etree.SubElement(anchor, _q(sheet, "xdr:pic"))
    about = etree.SubElement(picture, _q(sheet, "xdr:nvPicPr"))
    number = _fresh_id(root)
    etree.SubElement(about, _q(sheet, "xdr:cNvPr"), id=str(number), name=f"Picture {number}", descr=alt)
    locks = etree.SubElement(about, _q(sheet, "xdr:cNvPicPr"))
    etree.SubElement(locks, _q(sheet, "a:picLocks"), noChangeAspect="1")
    fill = etree.SubElement(picture, _q(sheet, "xdr:blipFill"))
    blip = etree.SubElement(fill, _q(sheet, "a:blip"))
    blip.set(f"{{{relationships_of(sheet)}}}embed", rid)
    etree.SubElement(etree.SubElement(fill, _q(sheet, "a:stretch")), _q(sheet, "a:fillRect"))
    look = etree.SubElement(picture, _q(sheet, "xdr:spPr"))
    frame = etree.SubElement(look, _q(sheet, "a:xfrm"))
    etree.SubElement(frame, _q(sheet, "a:off"), x="0", y="0")
    etree.SubElement(frame, _q(sheet, "a:ext"), cx=width, cy=height)
    shape = etree.SubElement(look, _q(sheet, "a:prstGeom"), prst="rect")
    etree.SubElement(shape, _q(sheet, "a:avLst"))
    etree.SubElement(anchor, _q(sheet, "xdr:clientData"))


def move_chart(sheet: Sheet, chart: Placed, area: Area) -> None:
    """Let the chart cover other cells."""
    anchor = _anchor_of(sheet, chart)
    new = _new_anchor(sheet, area)
    content = [each for each in anchor if local_name(each) not in {"from", "to", "pos", "ext"}]
    new.extend(content)
    parent = anchor.getparent()
    if parent is not None:
        parent.replace(anchor, new)


def delete_chart(sheet: Sheet, chart: Placed) -> None:
    """Take a chart away with the parts only it relates to."""
    package = sheet.book.package
    anchor = _anchor_of(sheet, chart)
    holder = anchor.getparent()
    if holder is None:
        raise Refused(f"chart {chart.number} of sheet {sheet.name!r} cannot be taken out of its drawing")
    if holder.getparent() is not None and local_name(holder) in {"Choice", "Fallback"}:
        anchor, holder = _whole_choice(anchor, holder)
    holder.remove(anchor)
    for relation in package.relationships(chart.drawing):
        if relation.target == chart.part:
            package.unrelate(chart.drawing, relation.id)
    for relation in package.relationships(chart.part):
        if not relation.external and relation.target in package and "/charts/" in f"/{relation.target}":
            package.remove(relation.target)
    package.remove(chart.part)


def _whole_choice(anchor: Element, holder: Element) -> tuple[Element, Element]:
    """The alternative content that holds the anchor, and its parent."""
    content = holder.getparent()
    above = None if content is None else content.getparent()
    return (anchor, holder) if content is None or above is None else (content, above)


def _anchor_of(sheet: Sheet, chart: Placed) -> Element:
    package = sheet.book.package
    rids = {each.id for each in package.relationships(chart.drawing) if each.target == chart.part}
    for anchor in _anchors(package.edit_xml(chart.drawing)):
        if any(set(each.attrib.values()) & rids for each in named(anchor, "chart")):
            return anchor
    raise Refused(f"chart {chart.number} of sheet {sheet.name!r} has no place in its drawing")


def _anchors(root: Element) -> Iterator[Element]:
    return (each for each in root.iter() if local_name(each) in _ANCHORS)


def _corner(corner: Element) -> tuple[int, int]:
    numbers = [
        int((found.text if (found := child(corner, name)) is not None else None) or "0") for name in ("row", "col")
    ]
    return numbers[0] + 1, numbers[1] + 1


def _last_cell(corner: Element) -> tuple[int, int]:
    """The last cell covered: a corner without an offset only touches its own."""
    offsets = [
        (found.text if (found := child(corner, name)) is not None else None) or "0" for name in ("rowOff", "colOff")
    ]
    row, column = _corner(corner)
    return row - (offsets[0] == "0"), column - (offsets[1] == "0")


def _q(sheet: Sheet, name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_STRICT_SPACES[prefix]}}}{local}" if sheet.book.package.is_strict else qname(name)


def _strict(data: bytes) -> bytes:
    """A chart's part in the namespaces of ISO Strict."""
    for prefix in ("a", "c"):
        data = data.replace(NS[prefix].encode(), _STRICT_SPACES[prefix].encode())
    return data.replace(NS["r"].encode(), _STRICT.encode())


def _drawing(sheet: Sheet) -> str:
    """The sheet's drawing, made where there is none."""
    package = sheet.book.package
    found = next(iter(package.related(sheet.part, "drawing")), None)
    if found is not None:
        return found
    folder = posixpath.dirname(posixpath.dirname(sheet.part))
    part = package.fresh_name(posixpath.join(folder, "drawings/drawing{}.xml"))
    spaces: dict[str | None, str] = {
        "xdr": _q(sheet, "xdr:x")[1:].partition("}")[0],
        "a": _q(sheet, "a:x")[1:].partition("}")[0],
    }
    package.write(part, xml.serialize(etree.Element(_q(sheet, "xdr:wsDr"), nsmap=spaces)), _DRAWING)
    relations = relationships_of(sheet)
    region = sheet.frame.make("drawing")
    region.set(f"{{{relations}}}id", package.relate(sheet.part, f"{relations}/drawing", part))
    sheet.frame = sheet.frame.with_region("drawing", region)
    return part


def _new_anchor(sheet: Sheet, area: Area) -> Element:
    anchor = etree.Element(_q(sheet, "xdr:twoCellAnchor"))
    _put_corner(sheet, anchor, "from", area.top, area.left)
    _put_corner(sheet, anchor, "to", area.bottom + 1, area.right + 1)
    return anchor


def _put_corner(sheet: Sheet, anchor: Element, name: str, row: int, column: int) -> None:
    corner = etree.SubElement(anchor, _q(sheet, f"xdr:{name}"))
    for key, value in (("col", column - 1), ("colOff", 0), ("row", row - 1), ("rowOff", 0)):
        etree.SubElement(corner, _q(sheet, f"xdr:{key}")).text = str(value)


def _fresh_id(root: Element) -> int:
    return max((int(each.get("id", "0") or 0) for each in named(root, "cNvPr")), default=1) + 1


def _frame(sheet: Sheet, root: Element, name: str, rid: str) -> Element:
    number = _fresh_id(root)
    frame = etree.Element(_q(sheet, "xdr:graphicFrame"), macro="")
    about = etree.SubElement(frame, _q(sheet, "xdr:nvGraphicFramePr"))
    etree.SubElement(about, _q(sheet, "xdr:cNvPr"), id=str(number), name=name or f"Chart {number}")
    etree.SubElement(about, _q(sheet, "xdr:cNvGraphicFramePr"))
    place = etree.SubElement(frame, _q(sheet, "xdr:xfrm"))
    etree.SubElement(place, _q(sheet, "a:off"), x="0", y="0")
    etree.SubElement(place, _q(sheet, "a:ext"), cx="0", cy="0")
    graphic = etree.SubElement(frame, _q(sheet, "a:graphic"))
    space = _q(sheet, "c:chart")[1:].partition("}")[0]
    data = etree.SubElement(graphic, _q(sheet, "a:graphicData"), uri=space)
    chart = etree.SubElement(data, _q(sheet, "c:chart"), nsmap={"c": space, "r": relationships_of(sheet)})
    chart.set(f"{{{relationships_of(sheet)}}}id", rid)
    return frame
