"""Faults of a Word document: identifiers, references from one part to another, structures Word does not read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from copilot_server.office.consistency.fault import Fault, finder
from copilot_server.office.xml import qname

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from copilot_server.office.consistency.fault import Finder, View
    from copilot_server.office.xml import Element

_STORIES: Final = ("header", "footer", "footnotes", "endnotes", "comments")
# A fallback repeats its choice, identifiers and all.
_OUTSIDE: Final = "[not(ancestor::mc:Fallback)]"
_UNIQUE: Final = (
    ("duplicate paragraph id", finder(f"//w:p/@w14:paraId{_OUTSIDE}")),
    ("duplicate bookmark id", finder(f"//w:bookmarkStart/@w:id{_OUTSIDE}")),
    ("duplicate bookmark name", finder(f"//w:bookmarkStart/@w:name{_OUTSIDE}")),
    ("duplicate drawing id", finder(f"//wp:docPr/@id{_OUTSIDE}")),
    ("duplicate note or comment id", finder("/*/w:footnote/@w:id | /*/w:endnote/@w:id | /*/w:comment/@w:id")),
    ("duplicate style id", finder("/w:styles/w:style/@w:styleId")),
    ("duplicate numbering id", finder("/w:numbering/w:num/@w:numId")),
    ("duplicate abstract numbering id", finder("/w:numbering/w:abstractNum/@w:abstractNumId")),
)
_PAIRS: Final = tuple(
    (
        f"{name} without its other end",
        finder(f"//w:{name}Start/@w:id{_OUTSIDE}"),
        finder(f"//w:{name}End/@w:id{_OUTSIDE}"),
    )
    for name in ("bookmark", "commentRange", "moveFromRange", "moveToRange")
)
_BROKEN: Final = (
    ("table without grid", finder("//w:tbl[not(w:tblGrid)]")),
    ("table row without cells", finder("//w:tr[not(w:tc or w:sdt or w:customXml)]")),
    (
        "table cell that does not end in a paragraph",
        finder("//w:tc[not(w:p or w:sdt or w:customXml) or *[last()][self::w:tbl]]"),
    ),
    ("section properties before the end of the body", finder("/w:document/w:body/w:sectPr[following-sibling::*]")),
    (
        "properties that do not come first",
        finder("//w:p/w:pPr[preceding-sibling::*] | //w:r/w:rPr[preceding-sibling::*]"),
    ),
    (
        "properties that do not come first",
        finder("//w:tc/w:tcPr[preceding-sibling::*] | //w:tr/w:trPr[preceding-sibling::w:tc]"),
    ),
    ("numbering definitions out of order", finder("/w:numbering/w:num[following-sibling::w:abstractNum]")),
)
_FIELD_CHARACTERS: Final = finder(f"//w:fldChar/@w:fldCharType{_OUTSIDE}")
# What refers to what: kind of relationship that leads to the definitions, where they are, where they are used.
_REFERENCES: Final = (
    ("footnote", "footnotes", finder("/*/w:footnote/@w:id"), finder("//w:footnoteReference/@w:id")),
    ("endnote", "endnotes", finder("/*/w:endnote/@w:id"), finder("//w:endnoteReference/@w:id")),
    ("comment", "comments", finder("/*/w:comment/@w:id"), finder("//w:commentReference/@w:id")),
    ("numbering", "numbering", finder("/*/w:num/@w:numId"), finder("//w:numPr/w:numId/@w:val[. != '0']")),
    (
        "abstract numbering",
        "numbering",
        finder("/*/w:abstractNum/@w:abstractNumId"),
        finder("/w:numbering/w:num/w:abstractNumId/@w:val"),
    ),
)


def faults(view: View, names: Collection[str]) -> Iterator[Fault]:
    """Those of the named parts, and of references from and into them."""
    touched = frozenset(name.lower() for name in names)
    for main in view.related("", "officeDocument"):
        tree = view.tree(main)
        if tree is not None and tree.tag == qname("w:document"):
            for document in (main, *view.related(main, "glossaryDocument")):
                yield from _document_faults(view, document, touched)


def _document_faults(view: View, document: str, touched: frozenset[str]) -> Iterator[Fault]:
    stories = [document, *(part for kind in _STORIES for part in view.related(document, kind))]
    for part in (*stories, *view.related(document, "styles"), *view.related(document, "numbering")):
        if part.lower() in touched and (tree := view.tree(part)) is not None:
            yield from (Fault(kind, part, detail) for kind, detail in _tree_faults(tree))
    for what, kind, defined, used in _REFERENCES:
        holders = view.related(document, kind)
        users = (*stories, *view.related(document, "numbering"))
        if touched.isdisjoint(holder.lower() for holder in holders):
            users = tuple(part for part in users if part.lower() in touched)
        known = set(_values(view, holders, defined)) if users else ()
        for part in users:
            for value in sorted(set(_values(view, (part,), used)).difference(known)):
                yield Fault(f"{what} that is not there", part, value)


def _values(view: View, parts: Iterable[str], find: Finder) -> Iterator[str]:
    for part in parts:
        if (tree := view.tree(part)) is not None:
            yield from map(str, find(tree))


def _tree_faults(tree: Element) -> Iterator[tuple[str, str]]:
    for kind, find in _UNIQUE:
        for value, times in Counter(map(str, find(tree))).items():
            if times > 1:
                yield kind, value
    for kind, starts, ends in _PAIRS:
        for value in sorted(set(map(str, starts(tree))) ^ set(map(str, ends(tree)))):
            yield kind, value
    for kind, find in _BROKEN:
        for place in find(tree):
            yield kind, _words(place)
    yield from _field_faults(tree)


def _field_faults(tree: Element) -> Iterator[tuple[str, str]]:
    """Fields begin and end like brackets."""
    depth = 0
    for character in map(str, _FIELD_CHARACTERS(tree)):
        depth += {"begin": 1, "end": -1}.get(character, 0)
        if depth < 0:
            yield "field that ends before it begins", ""
            depth = 0
    if depth:
        yield "field that does not end", str(depth)


def _words(element: Element) -> str:
    """The start of the text around a broken structure, to tell it from others."""
    parent = element.getparent()
    own = "".join(element.itertext())
    return (own if own or parent is None else "".join(parent.itertext())).strip()[:40]
