"""Finding, making and placing elements of PresentationML and DrawingML by their prefixed names."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from lxml import etree

from copilot_server.office.xml import NS, Element, qname

_USED: Final = {prefix: NS[prefix] for prefix in ("a", "p", "r", "c")}
FILLS: Final = ("a:noFill", "a:solidFill", "a:gradFill", "a:blipFill", "a:pattFill", "a:grpFill")
_CHARACTER: Final = (
    *("a:ln", *FILLS, "a:effectLst", "a:effectDag", "a:highlight", "a:uLnTx", "a:uLn", "a:uFillTx", "a:uFill"),
    *("a:latin", "a:ea", "a:cs", "a:sym", "a:hlinkClick", "a:hlinkMouseOver", "a:rtl", "a:extLst"),
)
_PARAGRAPH: Final = (
    *("a:lnSpc", "a:spcBef", "a:spcAft", "a:buClrTx", "a:buClr", "a:buSzTx", "a:buSzPct", "a:buSzPts"),
    *("a:buFontTx", "a:buFont", "a:buNone", "a:buAutoNum", "a:buChar", "a:buBlip", "a:tabLst", "a:defRPr", "a:extLst"),
)
_EFFECTS: Final = ("a:effectLst", "a:effectDag", "a:scene3d", "a:sp3d", "a:extLst")
_AXIS: Final = (
    *("c:axId", "c:scaling", "c:delete", "c:axPos", "c:majorGridlines", "c:minorGridlines", "c:title", "c:numFmt"),
    *("c:majorTickMark", "c:minorTickMark", "c:tickLblPos", "c:spPr", "c:txPr", "c:crossAx", "c:crosses"),
    *("c:crossesAt", "c:auto", "c:crossBetween", "c:lblAlgn", "c:majorUnit", "c:lblOffset", "c:noMultiLvlLbl"),
)
_SERIES: Final = (
    *("c:idx", "c:order", "c:tx", "c:spPr", "c:invertIfNegative", "c:marker", "c:pictureOptions", "c:explosion"),
    *("c:dPt", "c:dLbls", "c:trendline", "c:errBars", "c:cat", "c:val", "c:xVal", "c:yVal", "c:smooth", "c:extLst"),
)
_LABEL: Final = (
    *(
        "c:idx",
        "c:dLbl",
        "c:delete",
        "c:layout",
        "c:tx",
        "c:numFmt",
        "c:spPr",
        "c:txPr",
        "c:dLblPos",
        "c:showLegendKey",
    ),
    *("c:showVal", "c:showCatName", "c:showSerName", "c:showPercent", "c:showBubbleSize", "c:separator"),
    *("c:showLeaderLines", "c:leaderLines", "c:extLst"),
)
# Children in the order their schema wants, for the parents we add to.
_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("a:rPr", "a:defRPr", "a:endParaRPr"), _CHARACTER),
    **dict.fromkeys(("a:pPr", *(f"a:lvl{level}pPr" for level in range(1, 10))), _PARAGRAPH),
    **dict.fromkeys(("p:spPr", "c:spPr"), ("a:xfrm", "a:custGeom", "a:prstGeom", *FILLS, "a:ln", *_EFFECTS)),
    "a:ln": (*FILLS, "a:prstDash", "a:custDash", "a:round", "a:bevel", "a:miter", "a:headEnd", "a:tailEnd"),
    "a:lstStyle": ("a:defPPr", *(f"a:lvl{level}pPr" for level in range(1, 10)), "a:extLst"),
    "a:bodyPr": ("a:prstTxWarp", "a:noAutofit", "a:normAutofit", "a:spAutoFit", *_EFFECTS),
    "a:tcPr": ("a:lnL", "a:lnR", "a:lnT", "a:lnB", "a:lnTlToBr", "a:lnBlToTr", "a:cell3D", *FILLS, "a:extLst"),
    "p:sld": ("p:cSld", "p:clrMapOvr", "p:transition", "p:timing", "p:extLst"),
    "p:cSld": ("p:bg", "p:spTree", "p:custDataLst", "p:controls", "p:extLst"),
    "p:sp": ("p:nvSpPr", "p:spPr", "p:style", "p:txBody", "p:extLst"),
    "p:cNvPr": ("a:hlinkClick", "a:hlinkHover", "a:extLst"),
    "p:presentation": (
        *("p:sldMasterIdLst", "p:notesMasterIdLst", "p:handoutMasterIdLst", "p:sldIdLst", "p:sldSz", "p:notesSz"),
        *("p:smartTags", "p:embeddedFontLst", "p:custShowLst", "p:photoAlbum", "p:custDataLst", "p:kinsoku"),
        *("p:defaultTextStyle", "p:modifyVerifier", "p:extLst"),
    ),
    "c:chart": (
        *("c:title", "c:autoTitleDeleted", "c:pivotFmts", "c:view3D", "c:floor", "c:sideWall", "c:backWall"),
        *("c:plotArea", "c:legend", "c:plotVisOnly", "c:dispBlanksAs", "c:extLst"),
    ),
    "c:chartSpace": (
        *("c:date1904", "c:lang", "c:roundedCorners", "mc:AlternateContent", "c:style", "c:clrMapOvr", "c:pivotSource"),
        *("c:protection", "c:chart", "c:spPr", "c:txPr", "c:externalData", "c:printSettings", "c:userShapes"),
    ),
    **dict.fromkeys(("c:catAx", "c:valAx", "c:dateAx"), _AXIS),
    "c:ser": _SERIES,
    **dict.fromkeys(("c:dLbl", "c:dLbls"), _LABEL),
    "c:scaling": ("c:logBase", "c:orientation", "c:max", "c:min", "c:extLst"),
    "c:marker": ("c:symbol", "c:size", "c:spPr", "c:extLst"),
}


def tag(element: Element) -> str:
    """The prefixed name by our table of namespaces (`a:p`), whatever prefix the file uses; "" for a comment."""
    name = element.tag
    return _prefixed(name) if isinstance(name, str) else ""


@cache
def _prefixed(name: str) -> str:
    uri, _, local = name.lstrip("{").rpartition("}")
    prefix = _PREFIX.get(uri)
    return f"{prefix}:{local}" if prefix else name


_PREFIX: Final = {uri: prefix for prefix, uri in NS.items()}


def child(parent: Element | None, path: str) -> Element | None:
    """The first element down a path of prefixed names (`p:cSld/p:spTree`); None where it ends early."""
    for name in _steps(path):
        if parent is None:
            return None
        parent = next(parent.iterchildren(name), None)
    return parent


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(map(qname, path.split("/")))


def need(parent: Element, path: str) -> Element:
    """As `child`, making what is missing in the schema's order."""
    for name in path.split("/"):
        found = parent.find(qname(name))
        parent = put(parent, node(name)) if found is None else found
    return parent


def children(parent: Element | None, name: str) -> list[Element]:
    return [] if parent is None else list(parent.iterchildren(_steps(name)[0]))


def every(parent: Element | None, name: str) -> Iterator[Element]:
    """All of that name at any depth."""
    return iter(()) if parent is None else parent.iter(qname(name))


def node(name: str, attributes: Mapping[str, str | int] | None = None, *inside: Element, text: str = "") -> Element:
    """A new element; attribute names may carry a prefix."""
    made = copy.copy(_blank(name))
    for key, value in (attributes or {}).items():
        made.set(qname(key) if ":" in key else key, str(value))
    made.extend(inside)
    if text:
        made.text = text
    return made


@cache
def _blank(name: str) -> Element:
    """To be copied: declaring the namespaces anew for every element takes ten times as long."""
    return etree.Element(qname(name), nsmap=_USED)


def put(parent: Element, new: Element) -> Element:
    """Place `new` where the schema wants it, instead of one of the same name; a fill replaces any fill."""
    name = tag(new)
    rivals = FILLS if name in FILLS and tag(parent) != "a:tbl" else (name,)
    for rival in rivals:
        for old in parent.findall(qname(rival)):
            parent.remove(old)
    order = _ORDER.get(tag(parent), ())
    after = set(order[order.index(name) + 1 :]) if name in order else set[str]()
    for position, sibling in enumerate(parent):
        if tag(sibling) in after:
            parent.insert(position, new)
            return new
    parent.append(new)
    return new


def remove(element: Element | None) -> None:
    """Take the element out of its parent, if it is there at all."""
    parent = None if element is None else element.getparent()
    if parent is not None and element is not None:
        parent.remove(element)


def number(element: Element | None, attribute: str, default: int = 0) -> int:
    """An integer attribute; what is missing or not a number gives the default."""
    text = element.get(attribute) if element is not None else None
    try:
        return int(float(text)) if text else default
    except ValueError:
        return default


def flag(element: Element | None, attribute: str, *, default: bool = False) -> bool:
    text = element.get(attribute) if element is not None else None
    return default if text is None else text in {"1", "true", "on"}
