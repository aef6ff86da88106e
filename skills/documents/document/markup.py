"""Names and orders of WordprocessingML elements, and children put where the schema wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office.xml import NS, Element, qname

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_W: Final = NS["w"]


def w(local: str) -> str:
    """`p` as lxml spells `w:p`."""
    return f"{{{_W}}}{local}"


P, R, T, TBL, TR, TC = w("p"), w("r"), w("t"), w("tbl"), w("tr"), w("tc")
PPR, RPR, TCPR, TRPR, TBLPR, SECTPR = w("pPr"), w("rPr"), w("tcPr"), w("trPr"), w("tblPr"), w("sectPr")
DEL_TEXT, TAB, BR, CR = w("delText"), w("tab"), w("br"), w("cr")
INS, DEL, MOVE_FROM, MOVE_TO = w("ins"), w("del"), w("moveFrom"), w("moveTo")
FLD_CHAR, INSTR, FLD_SIMPLE, HYPERLINK = w("fldChar"), w("instrText"), w("fldSimple"), w("hyperlink")
SDT, SDT_CONTENT, TXBX = w("sdt"), w("sdtContent"), w("txbxContent")
BOOKMARK_START, BOOKMARK_END = w("bookmarkStart"), w("bookmarkEnd")
VAL, ID, AUTHOR, DATE = w("val"), w("id"), w("author"), w("date")
FALLBACK, CHOICE, ALTERNATE = qname("mc:Fallback"), qname("mc:Choice"), qname("mc:AlternateContent")
PARA_ID, TEXT_ID = qname("w14:paraId"), qname("w14:textId")
IGNORABLE: Final = qname("mc:Ignorable")
SPACE = qname("xml:space")


def child(parent: Element | None, local: str) -> Element | None:
    """The first `w:local` child; None of None, so that look-ups chain."""
    return None if parent is None else parent.find(w(local))


def value(parent: Element | None, local: str) -> str | None:
    """`w:val` of the first `w:local` child."""
    found = child(parent, local)
    return None if found is None else found.get(VAL)


def is_on(parent: Element | None, local: str) -> bool:
    """A toggle property: present and not switched off."""
    found = child(parent, local)
    return found is not None and found.get(VAL, "true") not in {"0", "false", "off", "none"}


def number(text: str | None, default: int = 0) -> int:
    """An integer attribute; ISO Strict lengths such as `12.5pt` are read in twentieths of a point."""
    if text is None:
        return default
    units = {"pt": 20.0, "in": 1440.0, "cm": 566.93, "mm": 56.693, "pc": 240.0, "pi": 240.0}
    scale = units.get(text[-2:], 0.0)
    try:
        return round(float(text[:-2]) * scale) if scale else int(float(text))
    except ValueError:
        return default


def make(local: str, attributes: Mapping[str, str] | None = None, *children: Element) -> Element:
    """A new `w:local`; attribute names without prefix are in the `w` namespace."""
    element = etree.Element(w(local), nsmap={"w": _W})
    for name, text in (attributes or {}).items():
        element.set(qname(name) if ":" in name else w(name), text)
    element.extend(children)
    return element


def insert_in_order(parent: Element, new: Element, order: Sequence[str]) -> Element:
    """Put `new` where the schema's order wants it among the children there are."""
    place = order.index(new.tag) if isinstance(new.tag, str) and new.tag in order else len(order)
    later = set(order[place + 1 :])
    for index, sibling in enumerate(parent):
        if sibling.tag in later:
            parent.insert(index, new)
            return new
    parent.append(new)
    return new


def put(parent: Element, local: str, order: Sequence[str], attributes: Mapping[str, str] | None = None) -> Element:
    """The `w:local` child with exactly these attributes, made in schema order if it was not there."""
    found = parent.find(w(local))
    if found is None:
        return insert_in_order(parent, make(local, attributes), order)
    found.attrib.clear()
    for name, text in (attributes or {}).items():
        found.set(w(name), text)
    return found


def drop(parent: Element | None, local: str) -> None:
    """Remove every `w:local` child."""
    if parent is not None:
        for found in parent.findall(w(local)):
            parent.remove(found)


def properties(element: Element, tag: str) -> Element:
    """The property child (`w:pPr`, `w:rPr` …), made first of the children when there is none."""
    found = element.find(tag)
    if found is None:
        found = etree.Element(tag, nsmap={"w": _W})
        element.insert(0, found)
    return found


def paragraph_properties(paragraph: Element) -> Element:
    return properties(paragraph, PPR)


def ancestors(element: Element, tag: str) -> Iterator[Element]:
    return element.iterancestors(tag)


def unwrap(element: Element) -> None:
    """Put the children in the element's place."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    for offset, inner in enumerate(list(element)):
        parent.insert(index + offset, inner)
    remove(element)


def remove(element: Element) -> None:
    """Take out of its parent; text that follows (white space between elements) stays with what comes before."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail
    if tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        element.tail = None
    parent.remove(element)
