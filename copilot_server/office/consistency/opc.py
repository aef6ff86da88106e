"""Faults of the package itself: content types, relationships, and XML that no parser takes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from lxml import etree

from copilot_server.errors import FileError
from copilot_server.office import relationships, xml
from copilot_server.office.consistency.fault import Fault
from copilot_server.office.gate import CONTENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copilot_server.office.consistency.fault import View
    from copilot_server.office.xml import Element

STREAMED: Final = ("worksheet+xml", "sharedstrings+xml", "pivotcacherecords+xml", "calcchain+xml")
"""Endings of the types of parts too large for a tree; only worksheets hold ids of relationships, in their frame."""

# Every attribute of the relationships namespace holds an id of the part it stands in; VML has one of its own, and
# need not be well-formed.
_IDS: Final = etree.XPath(f"//@*[namespace-uri()='{xml.NS['r']}'] | //@o:relid", namespaces={"o": xml.NS["o"]})
_UNDERSTOOD: Final = etree.XPath("//@mc:Ignorable/.. | //@mc:MustUnderstand/..", namespaces={"mc": xml.NS["mc"]})
_OWN_TYPE: Final = re.compile(
    "officeDocument|worksheet|chartsheet|styles|sharedStrings|theme|drawing|chart|comments|table|slide|slideLayout"
    "|slideMaster|notesSlide|notesMaster|numbering|settings|header|footer|footnotes|endnotes|pivotTable"
    "|pivotCacheDefinition"
)
_GENERAL_TYPES: Final = ("application/xml", "text/xml")
# Entries such as [trash]/0000.dat are not parts, and no reader takes them for one.
_NO_PART: Final = "["
# What writers put in place of a picture that is gone; Office takes it.
_NO_TARGET: Final = ("", "null")


def faults(view: View, names: Collection[str], other: View | None) -> Iterator[Fault]:
    """Those of the named parts, and those of the whole when its structure is among them or `other` has other parts."""
    touched = {name.lower() for name in names}
    for name in view.package.names:
        if name.lower() in touched:
            yield from _part_faults(view, name, other)
        elif relationships.part_of(name).lower() in touched:
            yield from _unresolved(view, name)
    packages = [each.package for each in (view, other) if each is not None]
    if any(_is_structure(name) or any(name not in package for package in packages) for name in touched):
        yield from _structure_faults(view)


def unresolved_ids(view: View, name: str, tree: Element) -> Iterator[Fault]:
    """Ids of relationships in a tree of the part that the part does not have."""
    known = {each.id for each in view.relationships(name)}
    for rid in sorted({str(value) for value in _IDS(tree)} - known - {""}):
        yield Fault("dangling relationship id", name, rid)


def _is_structure(name: str) -> bool:
    return name.endswith(".rels") or name == CONTENT_TYPES.lower()


def _part_faults(view: View, name: str, other: View | None) -> Iterator[Fault]:
    # Paragraphs that can be read by themselves, in a frame that stands as it stood, can be read in it.
    is_read = other is not None and view.reworded(name, other) is not None
    if not is_read and view.is_xml(name) and (reason := _unreadable(view, name)):
        yield Fault("not well-formed XML", name, reason)
        return
    differing = view.differing(name, other) if other is not None else None
    if differing is not None and other is not None and view.relationships(name) == other.relationships(name):
        yield from unresolved_ids(view, name, differing)
    else:
        yield from _unresolved(view, name)
    if (tree := _whole(view, name) if differing is None else differing) is not None:
        for element in _UNDERSTOOD(tree):
            for prefix in _undeclared(element):
                yield Fault("undeclared prefix in mc:Ignorable", name, prefix)


def _unresolved(view: View, name: str) -> Iterator[Fault]:
    tree = _whole(view, name)
    if tree is not None and not name.lower().startswith("customxml/"):
        yield from unresolved_ids(view, name, tree)


def _whole(view: View, name: str) -> Element | None:
    is_markup = view.is_xml(name) or name.lower().endswith(".vml")
    return view.tree(name) if is_markup and not view.kind(name).endswith(STREAMED) else None


def _unreadable(view: View, name: str) -> str:
    """Why no parser takes the part, or nothing. Worksheets are read where their rows are compared."""
    if view.kind(name).endswith("worksheet+xml"):
        return ""
    if view.kind(name).endswith(STREAMED):
        return _unreadable_stream(view, name)
    return "" if view.tree(name) is not None else _reason(view, name)


def _reason(view: View, name: str) -> str:
    try:
        xml.parse(view.package.read(name))
    except FileError as error:
        return str(error)
    return ""


def _unreadable_stream(view: View, name: str) -> str:
    parser = expat.ParserCreate()
    try:
        for chunk in view.package.chunks(name):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, FileError) as error:
        return str(error)
    return ""


def _undeclared(element: Element) -> Iterator[str]:
    for attribute in ("mc:Ignorable", "mc:MustUnderstand"):
        prefixes = element.get(xml.qname(attribute), "").split()
        yield from (prefix for prefix in prefixes if prefix not in element.nsmap)


def _structure_faults(view: View) -> Iterator[Fault]:
    for name in sorted(view.content_types.overrides):
        if name not in view.package:
            yield Fault("content type for a part that is not there", CONTENT_TYPES, name)
    for name in view.package.names:
        if not view.kind(name) and not name.startswith(_NO_PART):
            yield Fault("missing content type", name, "")
    for source in ("", *view.package.names):
        yield from _relationship_faults(view, source)
    for name in sorted(_orphans(view)):
        yield Fault("part that nothing leads to", name, "")


def _relationship_faults(view: View, source: str) -> Iterator[Fault]:
    found = view.relationships(source)
    holder = relationships.part_of(source)
    for rid, times in Counter(each.id for each in found).items():
        if times > 1:
            yield Fault("duplicate relationship id", holder, rid)
    for each in found:
        if each.external or each.raw_target.startswith("#"):
            continue
        if each.target not in view.package:
            if each.target.rpartition("/")[2].lower() not in _NO_TARGET:
                yield Fault("dangling relationship", holder, f"{each.kind} {each.target}")
        elif _OWN_TYPE.fullmatch(each.kind) and view.kind(each.target) in _GENERAL_TYPES:
            yield Fault("content type too general", each.target, each.kind)


def _orphans(view: View) -> set[str]:
    """Parts that no chain of relationships from the package reaches; a reader never sees them."""
    reached: set[str] = set()
    pending = [""]
    while pending:
        targets = (r.target for r in view.relationships(pending.pop()) if not r.external)
        new = {target for target in targets if target in view.package and target.lower() not in reached}
        reached |= {target.lower() for target in new}
        pending += new
    held = (name for name in view.package.names if not name.startswith(_NO_PART) and not name.lower().endswith(".rels"))
    return {name for name in held if name.lower() not in reached}
