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
_P: Final = qname("w:p")
_TBL: Final = qname("w:tbl")
_FALLBACK: Final = qname("mc:Fallback")
# What must be there once; a fallback repeats its choice, identifiers and all.
_UNIQUE: Final = (
    ("duplicate paragraph id", _P, qname("w14:paraId")),
    ("duplicate bookmark id", qname("w:bookmarkStart"), qname("w:id")),
    ("duplicate bookmark name", qname("w:bookmarkStart"), qname("w:name")),
    ("duplicate drawing id", qname("wp:docPr"), "id"),
)
_UNIQUE_BELOW_ROOT: Final = (
    ("duplicate note or comment id", finder("/*/w:footnote/@w:id | /*/w:endnote/@w:id | /*/w:comment/@w:id")),
    ("duplicate style id", finder("/w:styles/w:style/@w:styleId")),
    ("duplicate numbering id", finder("/w:numbering/w:num/@w:numId")),
    ("duplicate abstract numbering id", finder("/w:numbering/w:abstractNum/@w:abstractNumId")),
)
_PAIRS: Final = ("bookmark", "commentRange", "moveFromRange", "moveToRange")
_BROKEN: Final = (
    ("section properties before the end of the body", finder("/w:document/w:body/w:sectPr[following-sibling::*]")),
    ("numbering definitions out of order", finder("/w:numbering/w:num[following-sibling::w:abstractNum]")),
)
_MISPLACED: Final = "properties that do not come first"
_BROKEN_IN_TABLES: Final = (
    ("table without grid", finder("//w:tbl[not(w:tblGrid)]")),
    ("table row without cells", finder("//w:tr[not(w:tc or w:sdt or w:customXml)]")),
    (
        "table cell that does not end in a paragraph",
        finder("//w:tc[not(w:p or w:sdt or w:customXml) or *[last()][self::w:tbl]]"),
    ),
    (_MISPLACED, finder("//w:tc/w:tcPr[preceding-sibling::*] | //w:tr/w:trPr[preceding-sibling::w:tc]")),
)
_MISPLACED_PROPERTIES: Final = finder("//w:p/w:pPr[preceding-sibling::*] | //w:r/w:rPr[preceding-sibling::*]")
_FIELD_CHARACTER: Final = qname("w:fldChar")
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
# What is counted, paired or referred to over paragraphs.
_COUNTING: Final = (
    *(tag for _, tag, _ in _UNIQUE),
    *(qname(f"w:{name}{side}") for name in _PAIRS for side in ("Start", "End")),
    *(qname(f"w:{name}") for name in ("footnoteReference", "endnoteReference", "commentReference", "numId", "sectPr")),
    _FIELD_CHARACTER,
    _FALLBACK,
)


def faults(view: View, names: Collection[str], other: View | None = None) -> Iterator[Fault]:
    """Those of the named parts, and of references from and into them; what stands just so in `other` is passed over."""
    touched = frozenset(name.lower() for name in names)
    for main in view.related("", "officeDocument"):
        if _is_document(view, main):
            for document in (main, *view.related(main, "glossaryDocument")):
                yield from _document_faults(view, document, touched, other)


def _document_faults(view: View, document: str, touched: frozenset[str], other: View | None) -> Iterator[Fault]:
    stories = [document, *(part for kind in _STORIES for part in view.related(document, kind))]
    reworded: set[str] = set()
    for part in (*stories, *view.related(document, "styles"), *view.related(document, "numbering")):
        if part.lower() not in touched:
            continue
        words = _words_only(view, part, other)
        if words is not None:
            reworded.add(part)
            yield from (Fault(kind, part, detail) for kind, detail in _paragraph_faults(words, words))
        elif (tree := view.tree(part)) is not None:
            differing = view.differing(part, other) if other is not None else None
            found = _tree_faults(tree, tree if differing is None else differing)
            yield from (Fault(kind, part, detail) for kind, detail in found)
    for what, kind, defined, used in _REFERENCES:
        holders = view.related(document, kind)
        users = (*stories, *view.related(document, "numbering"))
        if touched.isdisjoint(holder.lower() for holder in holders):
            users = tuple(part for part in users if part.lower() in touched and part not in reworded)
        known = set(_values(view, holders, defined)) if users else ()
        for part in users:
            for value in sorted(set(_values(view, (part,), used)).difference(known)):
                yield Fault(f"{what} that is not there", part, value)


def _is_document(view: View, main: str) -> bool:
    cut = None if view.is_strict or "wordprocessingml" not in view.kind(main) else view.package.cut(main)
    if cut is not None:
        return cut.root == "w:document"
    tree = view.tree(main)
    return tree is not None and tree.tag == qname("w:document")


def _words_only(view: View, part: str, other: View | None) -> Element | None:
    """The paragraphs that differ, where all that counts beyond a paragraph stands in them as it stood."""
    windows = view.reworded(part, other) if other is not None else None
    if windows is None:
        return None
    old, new = ([(each.tag, *each.attrib.items()) for each in window.iter(*_COUNTING)] for window in windows)
    return windows[1] if old == new else None


def _values(view: View, parts: Iterable[str], find: Finder) -> Iterator[str]:
    for part in parts:
        if (tree := view.tree(part)) is not None:
            yield from map(str, find(tree))


def _tree_faults(tree: Element, differing: Element) -> Iterator[tuple[str, str]]:
    """`differing` is the part's tree or one of what may be wrong in it by itself."""
    hidden = _hidden(tree)
    for kind, tag, attribute in _UNIQUE:
        yield from _repeated(kind, (each.get(attribute) for each in tree.iter(tag) if each not in hidden))
    for kind, find in _UNIQUE_BELOW_ROOT:
        yield from _repeated(kind, map(str, find(tree)))
    for name in _PAIRS:
        starts, ends = (
            {each.get(qname("w:id"), "") for each in tree.iter(qname(f"w:{name}{side}")) if each not in hidden}
            for side in ("Start", "End")
        )
        yield from ((f"{name} without its other end", value) for value in sorted(starts ^ ends))
    for kind, find in _BROKEN:
        yield from ((kind, _words(place)) for place in find(tree))
    yield from _paragraph_faults(tree, differing)
    yield from _field_faults(tree, hidden)


def _paragraph_faults(tree: Element, differing: Element) -> Iterator[tuple[str, str]]:
    """What is wrong in a paragraph or table whatever the others are."""
    for kind, find in _BROKEN_IN_TABLES if next(tree.iter(_TBL), None) is not None else ():
        yield from ((kind, _words(place)) for place in find(tree))
    yield from ((_MISPLACED, _words(place)) for place in _MISPLACED_PROPERTIES(differing))


def _hidden(tree: Element) -> set[Element]:
    """What fallbacks hold of elements that count."""
    counting = {tag for _, tag, _ in _UNIQUE} | {
        qname(f"w:{name}{side}") for name in _PAIRS for side in ("Start", "End")
    }
    return {each for fallback in tree.iter(_FALLBACK) for each in fallback.iter(*counting, _FIELD_CHARACTER)}


def _repeated(kind: str, values: Iterable[str | None]) -> Iterator[tuple[str, str]]:
    for value, times in Counter(values).items():
        if times > 1 and value is not None:
            yield kind, value


def _field_faults(tree: Element, hidden: set[Element]) -> Iterator[tuple[str, str]]:
    """Fields begin and end like brackets."""
    depth = 0
    for character in tree.iter(_FIELD_CHARACTER):
        if character in hidden:
            continue
        depth += {"begin": 1, "end": -1}.get(character.get(qname("w:fldCharType"), ""), 0)
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
