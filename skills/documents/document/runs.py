"""Runs cut at a character, made with another's formatting, and joined again."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.office.xml import Element
from skills.documents.document.markup import DEL_TEXT, PPR, RPR, SPACE, TAB, T, child, drop, make, w

if TYPE_CHECKING:
    from skills.documents.document.inline import Inline

_CONTROL = re.compile(r"([\t\n\f\v])")
# What ties a run to the one thing it was made for; words typed beside it do not take that over.
_OWN_STYLES = frozenset({"footnotereference", "endnotereference", "commentreference", "annotationreference"})
# XML 1.0 has no place for the other control characters, nor for halves of a surrogate pair.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Without characters XML cannot hold; line ends as one character."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_nodes(text: str) -> list[Element]:
    """`w:t` and, for tabs, line, page and column breaks, `w:tab` and `w:br`."""
    return [_node(piece) for piece in _CONTROL.split(clean(text)) if piece]


def set_text(node: Element, text: str) -> None:
    """Of a `w:t` or `w:delText`; blanks at its ends are kept by asking for it."""
    node.text = text
    if text != text.strip() or "  " in text:
        node.set(SPACE, "preserve")


def _node(piece: str) -> Element:
    match piece:
        case "\t":
            return make("tab")
        case "\n":
            return make("br")
        case "\f":
            return make("br", {"type": "page"})
        case "\v":
            return make("br", {"type": "column"})
        case _:
            node = make("t")
            set_text(node, piece)
            return node


def is_plain(text: str) -> bool:
    """Whether it fits in one `w:t`."""
    return _CONTROL.search(text) is None


def run_like(model: Element | None, text: str) -> Element:
    """A run of `text` formatted as `model`, without its revision marks and reference styles."""
    run = make("r")
    rpr = typed_formatting(model)
    if rpr is not None:
        run.append(rpr)
    run.extend(text_nodes(text))
    return run


def typed_formatting(model: Element | None) -> Element | None:
    """A copy of the formatting that words typed beside `model` take; None when it has none."""
    source = model.find(RPR) if model is not None else None
    if source is None:
        return None
    rpr = copy.deepcopy(source)
    rpr.tail = None
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange"):
        drop(rpr, name)
    style = child(rpr, "rStyle")
    if style is not None and (style.get(w("val")) or "").lower() in _OWN_STYLES:
        rpr.remove(style)
        drop(rpr, "vertAlign")
    return rpr if len(rpr) else None


def carve(piece: Inline, start: int, end: int) -> Element:
    """The run that holds exactly the visible characters `start` to `end` of the stretch; cuts its run as needed.

    What lies left keeps the run and the node, so stretches are to be carved from right to left.
    """
    run, node = piece.run, piece.node
    assert run is not None  # noqa: S101 - text always stands in a run
    if end < piece.end:
        _cut(run, node, end - piece.start)
    elif node.getnext() is not None:
        _cut_before(run, _next(node))
    if start > piece.start:
        return _cut(run, node, start - piece.start)
    previous = node.getprevious()
    if previous is not None and previous.tag != RPR:
        return _cut_before(run, node)
    return run


def _next(node: Element) -> Element:
    following = node.getnext()
    assert following is not None  # noqa: S101 - the caller looked
    return following


def _cut(run: Element, node: Element, offset: int) -> Element:
    """Cut the run inside the node; the right-hand run."""
    text = node.text or ""
    right = etree.Element(node.tag, node.attrib)
    set_text(right, text[offset:])
    set_text(node, text[:offset])
    node.addnext(right)
    return _cut_before(run, right)


def _cut_before(run: Element, node: Element) -> Element:
    other = etree.Element(run.tag, run.attrib)
    rpr = run.find(RPR)
    if rpr is not None:
        other.append(copy.deepcopy(rpr))
    for moved in [node, *node.itersiblings()]:
        other.append(moved)
    other.tail, run.tail = run.tail, None
    parent = run.getparent()
    assert parent is not None  # noqa: S101 - a run stands in a paragraph
    parent.insert(parent.index(run) + 1, other)
    return other


def is_empty(run: Element) -> bool:
    return all(node.tag == RPR for node in run)


def as_deleted(run: Element) -> None:
    """Its text as deleted text (a `w:del` holds no `w:t`)."""
    _rename(run, T, DEL_TEXT)
    _rename(run, w("instrText"), w("delInstrText"))


def as_kept(run: Element) -> None:
    _rename(run, DEL_TEXT, T)
    _rename(run, w("delInstrText"), w("instrText"))


def _rename(run: Element, old: str, new: str) -> None:
    for node in run.findall(old):
        node.tag = new


def join_with_next(run: Element) -> bool:
    """Make one run of it and the next where a cut had parted them: alike, and nothing but text at the seam."""
    following = run.getnext()
    if following is None or following.tag != run.tag or run.tail or dict(run.attrib) != dict(following.attrib):
        return False
    if _formatting(run) != _formatting(following) or is_empty(run) or is_empty(following):
        return False
    last, first = run[-1], next(node for node in following if node.tag != RPR)
    if last.tag != T or first.tag != T:
        return False
    set_text(last, (last.text or "") + (first.text or ""))
    run.extend([node for node in following if node.tag != RPR and node is not first])
    run.tail = following.tail
    parent = following.getparent()
    if parent is not None:
        following.tail = None
        parent.remove(following)
    return True


def _formatting(run: Element) -> bytes:
    rpr = copy.deepcopy(run.find(RPR))
    if rpr is None or not len(rpr):
        return b""
    rpr.tail = None  # canonical XML would write it along
    return etree.tostring(rpr, method="c14n", exclusive=True)


def first_run(paragraph: Element) -> Element | None:
    """A run to take formatting from, the paragraph's first with text."""
    return next((run for run in paragraph.iter(w("r")) if run.find(T) is not None or run.find(TAB) is not None), None)


def mark_formatting(paragraph: Element) -> Element | None:
    """A run carrying the formatting of the paragraph's end mark: what typing in an empty paragraph takes."""
    ppr = paragraph.find(PPR)
    rpr = None if ppr is None else ppr.find(RPR)
    if rpr is None:
        return None
    run = make("r")
    run.append(copy.deepcopy(rpr))
    return run
