"""What is fastened to single cells: notes, threaded comments, hyperlinks."""

from __future__ import annotations

import posixpath
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import TargetNotFound, ToolError
from copilot_server.office import xml
from copilot_server.office.xml import NS
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.holders.elements import child, named
from skills.spreadsheets.document.references.holders.legacy import edit_vml

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

AUTHOR: Final = "Office copilot"

_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_COMMENTS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREADED: Final = "application/vnd.ms-excel.threadedcomments+xml"
_PERSONS: Final = "application/vnd.ms-excel.person+xml"
_THREADED_RELATION: Final = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_PERSON_RELATION: Final = "http://schemas.microsoft.com/office/2017/10/relationships/person"
_SPACE: Final = uuid.UUID("8d0e6bd2-93a3-4a2b-9a55-6d3b4c8e2f10")
_PLACEHOLDER: Final = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it "
    "will get removed if the file is opened in a newer version of Excel.\n\nComment:\n    "
)
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_NEW_VML: Final = (
    f'<xml xmlns:v="{NS["v"]}" xmlns:o="{NS["o"]}" xmlns:x="{_EXCEL}"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype></xml>"
)


def set_note(sheet: Sheet, row: int, column: int, text: str | None, author: str = AUTHOR) -> None:
    """Give a cell a note instead of the one it has; None takes it away.

    Raises ToolError for a cell with a thread of comments, of which the note is only the shadow.
    """
    name = cell_name(row, column)
    if any(each.get("ref") == name for each in _threaded(sheet)):
        raise ToolError(f"{name} has a threaded comment; answer it with `comment` instead of a note")
    part = next(iter(sheet.book.package.related(sheet.part, "comments")), None)
    if part is None and text is None:
        raise TargetNotFound(f"{name} has no note")
    _put_note(sheet, (row, column), text, author)


def set_thread(sheet: Sheet, row: int, column: int, text: str | None, *, is_done: bool | None, author: str) -> None:
    """Begin a thread of comments on a cell, or answer the one there; `is_done` resolves it or opens it again."""
    name, package = cell_name(row, column), sheet.book.package
    part = next(iter(package.related(sheet.part, "threadedComment")), None)
    first = next((each for each in _threaded(sheet) if each.get("ref") == name and not each.get("parentId")), None)
    if first is None and text is None:
        raise TargetNotFound(f"{name} has no thread of comments")
    if part is None:
        folder = posixpath.dirname(posixpath.dirname(sheet.part))
        part = package.fresh_name(posixpath.join(folder, "threadedComments/threadedComment{}.xml"))
        root = etree.Element(f"{{{NS['xltc']}}}ThreadedComments", nsmap={None: NS["xltc"]})
        package.write(part, xml.serialize(root), _THREADED)
        package.relate(sheet.part, _THREADED_RELATION, part)
    root = package.edit_xml(part)
    if is_done is not None and first is not None:
        _of(root, first.get("id", "")).set("done", str(int(is_done)))
    if text is None:
        return
    key = _guid(f"{sheet.id}/{name}/{len(root)}/{text}")
    comment = etree.SubElement(root, f"{{{NS['xltc']}}}threadedComment", ref=name)
    comment.set("dT", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.00"))
    comment.set("personId", _person(sheet, author))
    comment.set("id", key)
    if first is not None:
        comment.set("parentId", first.get("id", ""))
    etree.SubElement(comment, f"{{{NS['xltc']}}}text").text = text
    if first is None:
        _put_note(sheet, (row, column), _PLACEHOLDER + text, f"tc={key}")


def set_link(sheet: Sheet, area: Area, target: str | None, tip: str = "") -> None:
    """Link cells to an address, or to a place in this book ("#Sales!A1"); None takes their links away."""
    package = sheet.book.package
    region = sheet.frame.find("hyperlinks")
    if region is None:
        region = sheet.frame.make("hyperlinks")
    relations = _STRICT if package.is_strict else NS["r"]
    found = [each for each in elements(region) if (place := Area.find(each.get("ref", ""))) and area.covers(place)]
    if target is None and not found:
        raise TargetNotFound(f"{area} of sheet {sheet.name!r} holds no links")
    for each in found:
        region.remove(each)
        rid = each.get(f"{{{relations}}}id")
        if rid and not any(other.get(f"{{{relations}}}id") == rid for other in elements(region)):
            package.unrelate(sheet.part, rid)
    if target is not None:
        link = sheet.frame.make("hyperlink", ref=str(area))
        if target.startswith("#"):
            link.set("location", target[1:])
            link.set("display", target[1:])
        else:
            rid = package.relate(sheet.part, f"{relations}/hyperlink", target, external=True)
            link.set(f"{{{relations}}}id", rid)
        if tip:
            link.set("tooltip", tip[:255])
        region.append(link)
    sheet.frame = sheet.frame.with_region("hyperlinks", region if elements(region) else None)


def _threaded(sheet: Sheet) -> list[Element]:
    package = sheet.book.package
    parts = package.related(sheet.part, "threadedComment")
    return [each for part in parts for each in named(package.xml(part), "threadedComment")]


def _of(root: Element, key: str) -> Element:
    return next(each for each in named(root, "threadedComment") if each.get("id") == key)


def _guid(text: str) -> str:
    return "{" + str(uuid.uuid5(_SPACE, text)).upper() + "}"


def _person(sheet: Sheet, name: str) -> str:
    """The id of the person of that name, added to the book's list when new."""
    package, main = sheet.book.package, sheet.book.main
    part = next(iter(package.related(main, "person")), None)
    if part is None:
        part = package.fresh_name(posixpath.join(posixpath.dirname(main), "persons/person{}.xml"))
        root = etree.Element(f"{{{NS['xltc']}}}personList", nsmap={None: NS["xltc"]})
        package.write(part, xml.serialize(root), _PERSONS)
        package.relate(main, _PERSON_RELATION, part)
    for each in named(package.xml(part), "person"):
        if each.get("displayName") == name:
            return each.get("id", "")
    key = _guid(f"person/{name}")
    facts = {"displayName": name, "id": key, "userId": name, "providerId": "None"}
    etree.SubElement(package.edit_xml(part), f"{{{NS['xltc']}}}person", facts)
    return key


def _put_note(sheet: Sheet, place: tuple[int, int], text: str | None, author: str) -> None:
    package, name = sheet.book.package, cell_name(*place)
    part = next(iter(package.related(sheet.part, "comments")), None) or _new_notes(sheet)
    root = package.edit_xml(part)
    listed = child(root, "commentList")
    if listed is None:
        listed = etree.SubElement(root, f"{{{etree.QName(root).namespace}}}commentList")
    old = [each for each in elements(listed) if each.get("ref") == name]
    if text is None and not old:
        raise TargetNotFound(f"{name} has no note")
    for each in old:
        listed.remove(each)
    if text is not None:
        space = f"{{{etree.QName(root).namespace}}}"
        comment = etree.SubElement(listed, f"{space}comment", ref=name, authorId=_author(root, author))
        body = etree.SubElement(etree.SubElement(etree.SubElement(comment, f"{space}text"), f"{space}r"), f"{space}t")
        body.text = text
        body.set(f"{{{NS['xml']}}}space", "preserve")
    _put_shape(sheet, place, is_there=text is not None)


def _author(root: Element, name: str) -> str:
    space = f"{{{etree.QName(root).namespace}}}"
    authors = child(root, "authors")
    if authors is None:
        authors = etree.Element(f"{space}authors")
        root.insert(0, authors)
    names = [each.text or "" for each in elements(authors)]
    if name not in names:
        etree.SubElement(authors, f"{space}author").text = name
        names.append(name)
    return str(names.index(name))


def _new_notes(sheet: Sheet) -> str:
    package = sheet.book.package
    folder = posixpath.dirname(posixpath.dirname(sheet.part))
    part = package.fresh_name(posixpath.join(folder, "comments{}.xml"))
    root = etree.Element(sheet.frame.name("comments"), nsmap={None: sheet.frame.namespace})
    etree.SubElement(root, sheet.frame.name("authors"))
    etree.SubElement(root, sheet.frame.name("commentList"))
    package.write(part, xml.serialize(root), _COMMENTS)
    package.relate(sheet.part, f"{_STRICT if package.is_strict else NS['r']}/comments", part)
    return part


def _put_shape(sheet: Sheet, place: tuple[int, int], *, is_there: bool) -> None:
    """The yellow box of a note, hidden until its cell is pointed at."""
    package = sheet.book.package
    part = _notes_drawing(sheet)
    if part is None:
        if not is_there:
            return
        folder = posixpath.dirname(posixpath.dirname(sheet.part))
        part = package.fresh_name(posixpath.join(folder, "drawings/vmlDrawing{}.vml"))
        package.write(part, _NEW_VML.encode(), _VML)
        relations = _STRICT if package.is_strict else NS["r"]
        rid = package.relate(sheet.part, f"{relations}/vmlDrawing", part)
        region = sheet.frame.make("legacyDrawing")
        region.set(f"{{{relations}}}id", rid)
        sheet.frame = sheet.frame.with_region("legacyDrawing", region)

    def change(root: Element) -> None:
        for shape in [each for each in named(root, "shape") if _stands_at(each, place)]:
            root.remove(shape)
        if is_there:
            root.append(_shape(root, place))

    edit_vml(package, part, change)


def _notes_drawing(sheet: Sheet) -> str | None:
    region = sheet.frame.find("legacyDrawing")
    rid = None if region is None else next((each for each in region.attrib.values()), None)
    return next((each.target for each in sheet.book.package.relationships(sheet.part) if each.id == rid), None)


def _stands_at(shape: Element, place: tuple[int, int]) -> bool:
    data = child(shape, "ClientData")
    if data is None or data.get("ObjectType") != "Note":
        return False
    row, column = child(data, "Row"), child(data, "Column")
    found = [int(each.text or "0") + 1 if each is not None else 0 for each in (row, column)]
    return tuple(found) == place


def _shape(root: Element, place: tuple[int, int]) -> Element:
    row, column = place
    taken = [each.get("id", "") for each in named(root, "shape")]
    number = 1025
    while f"_x0000_s{number}" in taken:
        number += 1
    anchor = f"{column}, 15, {max(0, row - 2)}, 10, {column + 2}, 31, {row + 2}, 9"
    source = (
        f'<root xmlns:v="{NS["v"]}" xmlns:o="{NS["o"]}" xmlns:x="{_EXCEL}"><v:shape id="_x0000_s{number}" '
        'type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:108pt;height:59.25pt;'
        'z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox '
        'style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape></root>"
    )
    return xml.parse(source.encode())[0]
