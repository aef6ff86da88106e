"""Hyperlinks of cells: where they stand and where inside the workbook they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.office.xml import NS
from skills.spreadsheets.document.references.areas import shift_text
from skills.spreadsheets.document.references.holders.elements import discard, named

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.references.rewriter import Rewriter

_RELATION_IDS = (f"{{{NS['r']}}}id", "{http://purl.oclc.org/ooxml/officeDocument/relationships}id")


def rewrite_locations(root: Element, rewriter: Rewriter, sheet: str) -> None:
    """Places inside this workbook; with a relationship the place is in another file and stays."""
    for link in named(root, "hyperlink"):
        location = link.get("location")
        if location and not any(name in link.attrib for name in _RELATION_IDS):
            link.set("location", rewriter.location(location, sheet))


def shift_hyperlinks(root: Element, shift: Shift) -> list[str]:
    """The cells they stand in; gives the relationships no link uses any more."""
    before = _relations(root)
    for link in named(root, "hyperlink"):
        moved = shift_text(link.get("ref", ""), shift)
        if moved is None:
            discard(link)
        else:
            link.set("ref", moved)
    return sorted(before - _relations(root))


def rewrite_targets(package: Package, part: str, rewriter: Rewriter, sheet: str) -> None:
    """Links of shapes and pictures keep places inside the workbook as relationships to "#Sheet1!A1"."""
    for relation in package.relationships(part):
        if relation.kind == "hyperlink" and relation.raw_target.startswith("#"):
            place = rewriter.location(relation.raw_target[1:], sheet)
            if place != relation.raw_target[1:]:
                _retarget(package, part, relation.id, f"#{place}")


def _retarget(package: Package, part: str, rid: str, target: str) -> None:
    folder, _, name = part.rpartition("/")
    for element in package.edit_xml(f"{folder}/_rels/{name}.rels"):
        if element.get("Id") == rid:
            element.set("Target", target)


def _relations(root: Element) -> set[str]:
    return {link.get(name, "") for link in named(root, "hyperlink") for name in _RELATION_IDS} - {""}
