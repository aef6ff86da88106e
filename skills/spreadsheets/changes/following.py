"""Whether a part differs only in that its references follow what moved: charts, anchors, notes, pivot sources."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from copilot_server.errors import CopilotError
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area, quoted_sheet

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.changes.moved import Carry

# Elements and attributes that hold cell references, or the rows and columns of an anchor.
_HOLDERS: Final = frozenset({"f", "formula", "sqref", "row", "col", "Row", "Column", "Anchor", "FmlaLink", "FmlaRange"})
_ATTRIBUTES: Final = frozenset({"ref", "sqref", "location", "sheet", "textlink", "formula", "fmlaLink", "fmlaRange"})
_PLACE: Final = re.compile(r"\$?\b[A-Z]{1,3}\$?\d+\b|\d+")


def only_follows(before: Package, after: Package, name: str, carry: Carry) -> bool:
    """Of a part that stands in both; False for one that is no XML."""
    try:
        one, other = before.xml(name), after.xml(name)
    except CopilotError:
        return False
    names = [each for pair in carry.renamed for each in pair]
    return all(
        one_each is not None and other_each is not None and _is_like(one_each, other_each, names)
        for one_each, other_each in zip_longest(one.iter(), other.iter())
    )


def _is_like(one: Element, other: Element, names: list[str]) -> bool:
    if one.tag != other.tag or one.keys() != other.keys() or len(one) != len(other) or one.tail != other.tail:
        return False
    if one.text != other.text and local_name(one) not in _HOLDERS:
        return False
    if _mask(one.text, names) != _mask(other.text, names):
        return False
    return all(
        value == other.get(key)
        or (str(key).rpartition("}")[2] in _ATTRIBUTES and _mask(str(value), names) == _mask(other.get(key), names))
        for key, value in one.items()
    )


def _mask(text: str | None, names: list[str]) -> str:
    """What stays of a reference wherever it points."""
    text = text or ""
    for name in sorted(names, key=len, reverse=True):
        for spelling in ("'" + name.replace("'", "''") + "'", name):
            text = text.replace(spelling, "~")
    return _PLACE.sub("#", text)


def resized_sources(before: Package, after: Package, name: str) -> list[tuple[str, str]]:
    """Of a chart or a pivot table's cache that stands in both: the cells it read and reads, where not as many now."""
    pairs = zip(_sources(before, name), _sources(after, name), strict=False)
    return [(old, new) for old, new in dict.fromkeys(pairs) if _size(old) != _size(new)]


def _sources(package: Package, name: str) -> list[str]:
    found = (each for each in package.xml(name).iter() if isinstance(each.tag, str))
    texts = [(each.text or "") if local_name(each) == "f" else _pivot_source(each) for each in found]
    return [text for text in texts if text]


def _pivot_source(element: Element) -> str:
    if local_name(element) != "worksheetSource" or not element.get("ref"):
        return ""
    return f"{quoted_sheet(element.get('sheet', ''))}!{element.get('ref')}"


def _size(reference: str) -> int | None:
    area = Area.find(reference.rpartition("!")[2])
    return None if area is None else area.size
