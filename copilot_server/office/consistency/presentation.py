"""Faults of a presentation: identifiers, the parts every slide needs, shapes that PowerPoint repairs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from copilot_server.office.consistency.fault import Fault, finder
from copilot_server.office.relationships import part_of
from copilot_server.office.xml import qname

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from copilot_server.office.consistency.fault import View
    from copilot_server.office.xml import Element

_FIRST_SLIDE_ID: Final = 256
_FIRST_MASTER_ID: Final = 2_147_483_648
"""Also the first number past the last slide's (ISO/IEC 29500-1, 19.7.13 and 19.7.14)."""

_SLIDES: Final = finder("/p:presentation/p:sldIdLst/p:sldId")
_MASTER_IDS: Final = finder(
    "/p:presentation/p:sldMasterIdLst/p:sldMasterId/@id | /p:sldMaster/p:sldLayoutIdLst/p:sldLayoutId/@id"
)
_SECTION_SLIDES: Final = finder("//p14:section/p14:sldIdLst/p14:sldId/@id")
_OUTSIDE: Final = "[not(ancestor::mc:Fallback)]"
_SHAPE_IDS: Final = finder(f"//p:cNvPr/@id{_OUTSIDE}")
_ANIMATED: Final = finder("//p:timing//p:spTgt/@spid | //p:timing//p:bldP/@spid | //p:timing//p:bldGraphic/@spid")
_BROKEN: Final = (
    ("text without a paragraph", finder("//p:txBody[not(a:p)] | //a:txBody[not(a:p)]")),
    ("text without body properties", finder("//p:txBody[not(a:bodyPr)] | //a:txBody[not(a:bodyPr)]")),
    ("table cell without text", finder("//a:tc[not(a:txBody)]")),
    ("table row that does not fit the grid", finder("//a:tr[count(a:tc) != count(../a:tblGrid/a:gridCol)]")),
    ("shape tree without its head", finder("//p:spTree[not(p:nvGrpSpPr) or not(p:grpSpPr)]")),
    ("shape without name and id", finder("//p:sp[not(p:nvSpPr/p:cNvPr)] | //p:pic[not(p:nvPicPr/p:cNvPr)]")),
)
# What each part must be related to, once.
_NEEDED: Final = (
    ("slide", "slideLayout"),
    ("slideLayout", "slideMaster"),
    ("slideMaster", "theme"),
    ("notesSlide", "notesMaster"),
    ("notesSlide", "slide"),
)
_TYPES: Final = "application/vnd.openxmlformats-officedocument.presentationml."
_PRESENTATIONS: Final = (_TYPES, "application/vnd.ms-powerpoint.")
# The content types, in lower case as a view gives them, of the parts that shapes lie on.
_CANVASES: Final = {
    f"{_TYPES}{kind.lower()}+xml": kind for kind in ("slide", "slideLayout", "slideMaster", "notesSlide")
}


def faults(view: View, names: Collection[str]) -> Iterator[Fault]:
    """Those of the named parts, and of the lists that order them where one of these is named.

    A part is also looked at when only its relationships are named; what else the deck holds is not read.
    """
    touched = {name.lower() for name in names}
    for main in view.related("", "officeDocument"):
        if not view.kind(main).startswith(_PRESENTATIONS):
            continue
        lists = (main, *view.related(main, "slideMaster"))
        if any(_is_named(part, touched) for part in lists) and (tree := view.tree(main)) is not None:
            yield from _list_faults(view, main, tree)
        for part in view.package.names:
            kind = _CANVASES.get(view.kind(part)) if _is_named(part, touched) else None
            if kind is not None:
                yield from _canvas_faults(view, kind, part)


def _is_named(part: str, touched: Collection[str]) -> bool:
    return part.lower() in touched or part_of(part).lower() in touched


def _list_faults(view: View, main: str, tree: Element) -> Iterator[Fault]:
    targets = {each.id: each.target for each in view.relationships(main) if each.kind == "slide"}
    slides: list[Element] = _SLIDES(tree)
    numbers = [slide.get("id", "") for slide in slides]
    for number, times in Counter(numbers).items():
        if times > 1:
            yield Fault("duplicate slide id", main, number)
        if not (number.isdecimal() and _FIRST_SLIDE_ID <= int(number) < _FIRST_MASTER_ID):
            yield Fault("slide id out of range", main, number)
    listed = Counter(targets.get(slide.get(qname("r:id"), ""), "") for slide in slides)
    for part in sorted(set(targets.values()) - listed.keys()):
        yield Fault("slide that is not listed", main, part)
    for part, times in listed.items():
        if part and times > 1:
            yield Fault("slide listed twice", main, part)
    for number in sorted(set(map(str, _SECTION_SLIDES(tree))) - set(numbers)):
        yield Fault("section with a slide that is not there", main, number)
    yield from _master_faults(view, main, tree)


def _master_faults(view: View, main: str, tree: Element) -> Iterator[Fault]:
    """Masters and layouts share one range of numbers."""
    masters = (view.tree(part) for part in view.related(main, "slideMaster"))
    numbers = [str(value) for each in (tree, *masters) if each is not None for value in _MASTER_IDS(each)]
    for number, times in Counter(numbers).items():
        if times > 1:
            yield Fault("duplicate master or layout id", main, number)
        if not (number.isdecimal() and int(number) >= _FIRST_MASTER_ID):
            yield Fault("master or layout id out of range", main, number)


def _canvas_faults(view: View, kind: str, part: str) -> Iterator[Fault]:
    for source, needed in _NEEDED:
        if source == kind and len(view.related(part, needed)) != 1:
            yield Fault(f"{kind} without its one {needed}", part, str(len(view.related(part, needed))))
    if (tree := view.tree(part)) is None:
        return
    ids = Counter(map(str, _SHAPE_IDS(tree)))
    yield from (Fault("duplicate shape id", part, number) for number, times in ids.items() if times > 1)
    for number in sorted(set(map(str, _ANIMATED(tree))) - ids.keys()):
        yield Fault("animation of a shape that is not there", part, number)
    for fault, find in _BROKEN:
        yield from (Fault(fault, part, "".join(place.itertext())[:40]) for place in find(tree))
