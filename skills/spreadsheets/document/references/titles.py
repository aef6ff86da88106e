"""The list of sheets that docProps/app.xml repeats for readers that do not open the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.references.holders.elements import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element


def retitle(package: Package, before: Sequence[str], after: Sequence[str]) -> None:
    """Put `after` where `before` stands in the list; a list that does not hold those sheets is left alone."""
    if list(before) == list(after):
        return
    for part in package.related("", "extended-properties"):
        lists = [vector for holder in named(package.xml(part), "TitlesOfParts") for vector in named(holder, "vector")]
        if lists and _find([each.text or "" for each in lists[0]], before) is not None:
            _replace(package.edit_xml(part), before, after)


def _replace(root: Element, before: Sequence[str], after: Sequence[str]) -> None:
    titles = next(vector for holder in named(root, "TitlesOfParts") for vector in named(holder, "vector"))
    start = _find([each.text or "" for each in titles], before) or 0
    model = titles[start]
    new = [model.makeelement(model.tag, nsmap=model.nsmap) for _ in after]
    for element, title in zip(new, after, strict=True):
        element.text = title
    titles[start : start + len(before)] = new
    titles.set("size", str(len(titles)))
    counts = [each for holder in named(root, "HeadingPairs") for each in holder.iter() if local_name(each) == "i4"]
    _recount(counts, start, len(after))


def _recount(counts: Sequence[Element], start: int, count: int) -> None:
    """The pairs say how many titles of each kind follow one another."""
    at = 0
    for each in counts:
        size = int(each.text or "0")
        if at == start:
            each.text = str(count)
            return
        at += size


def _find(titles: Sequence[str], wanted: Sequence[str]) -> int | None:
    size = len(wanted)
    places = range(len(titles) - size + 1) if size else ()
    return next((at for at in places if list(titles[at : at + size]) == list(wanted)), None)
