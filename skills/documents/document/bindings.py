"""Controls bound to data that the file keeps in another part: what they say is written there too.

Word fills such a control from the data when it opens the file, so words changed in the control alone would be gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office.xml import NS, qname
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import SDT, SDT_CONTENT, P, child, value, w
from skills.documents.document.revisions import ALL_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

_BINDING: Final = w("dataBinding")
_CORE: Final = "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"
_EXTENDED: Final = "{6668398D-A668-4E3E-A5EB-62B293D839F1}"
_BREAKS: Final = re.compile(r"[\f\v]")  # XML has no place for them
_PREFIX: Final = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
# Their data is written in another form than what they show.
_OF_ANOTHER_FORM: Final = ("date", "picture", "repeatingSection", "docPartObj", "docPartList")


def follow(before: WordDocument, after: WordDocument) -> tuple[str, ...]:
    """Write what was changed in bound controls to their data; raises Refused where that cannot be told."""
    after.settle()
    notes: list[str] = []
    for story in after.stories:
        if story.part not in before.package or after.package.shares(story.part, before.package):
            continue
        if not is_bound(after, story.part):
            continue
        old = list(_bound(before.tree(story.part)))
        known, tracked = {_spelled(each) for each in old}, {_id(each) for each in old if _is_tracked(each)}
        for control in [each for each in _bound(after.tree(story.part)) if _spelled(each) not in known]:
            if _is_tracked(control):
                notes.append(f"{_name(control)} is bound to data: Word may not show changes tracked in it")
            else:
                _write(after, control, is_settled=_id(control) in tracked)
    return tuple(dict.fromkeys(notes))


def is_bound(document: WordDocument, part: str) -> bool:
    """Whether any control of the part is."""
    cut = document.package.cut(part)
    if cut is None:
        return next(document.tree(part).iter(_BINDING), None) is not None
    return cut.holds("<w:dataBinding")


def data_parts(document: WordDocument) -> frozenset[str]:
    """The parts that controls of the document are bound to, as the batch of edits began."""
    began = document.began or document
    return began.remembered("data parts", lambda: _data_parts(began))


def _data_parts(document: WordDocument) -> frozenset[str]:
    if not any(is_bound(document, story.part) for story in document.stories):
        return frozenset()
    found = {part for _, part in _stores(document)}
    return frozenset({*found, *document.package.related("", "core-properties"), *_extended(document)})


def _bound(root: Element) -> Iterator[Element]:
    return (each for each in root.iter(SDT) if child(each.find(w("sdtPr")), "dataBinding") is not None)


def _spelled(control: Element) -> bytes:
    return etree.tostring(control, method="c14n", exclusive=True)


def _name(control: Element) -> str:
    properties = control.find(w("sdtPr"))
    return f"the control {value(properties, 'alias') or value(properties, 'tag') or _text(control)[:40]!r}"


def _text(control: Element) -> str:
    content = control.find(SDT_CONTENT)
    if content is None:
        return ""
    paragraphs = list(content.iter(P))
    return "\n".join(map(visible_text, paragraphs)) if paragraphs else visible_text(content)


def _id(control: Element) -> str | None:
    return value(control.find(w("sdtPr")), "id")


def _is_tracked(control: Element) -> bool:
    return next(control.iter(*ALL_TAGS), None) is not None


def _write(document: WordDocument, control: Element, *, is_settled: bool) -> None:
    """`is_settled` where the words were there as a tracked change before; to accept or reject is never refused."""
    properties = control.find(w("sdtPr"))
    binding = child(properties, "dataBinding")
    place = None if binding is None else _place(document, binding)
    if place is None or child(properties, "showingPlcHdr") is not None:
        return  # bound to data that is not there, or a prompt, which is no data
    part, path, names = place
    if any(child(properties, kind) is not None for kind in _OF_ANOTHER_FORM):
        if is_settled:
            return
        raise Refused(f"{_name(control)} is bound to data of another form, which would replace the new words")
    text = _chosen(properties, _BREAKS.sub("\n", _text(control)))
    if text is None:
        if is_settled:
            return
        raise Refused(f"{_text(control)!r} is not one of the choices of {_name(control)}")
    for node in _nodes(document.package.edit_xml(part), path, names):
        if isinstance(node, str):
            _set_attribute(node, text)
        elif node.text != text and not len(node):
            node.text = text


def _chosen(properties: Element | None, text: str) -> str | None:
    """What the data says for a choice; the text itself where there is none to make."""
    choices = child(properties, "dropDownList")
    if choices is None:
        return text
    return next((each.get(w("value")) for each in choices if each.get(w("displayText")) == text), None)


def _place(document: WordDocument, binding: Element) -> tuple[str, str, dict[str, str]] | None:
    store, path = binding.get(w("storeItemID"), "").upper(), binding.get(w("xpath"), "")
    names = dict(_PREFIX.findall(binding.get(w("prefixMappings"), "")))
    fixed = {_CORE: document.package.related("", "core-properties"), _EXTENDED: _extended(document)}
    parts = fixed.get(store) or tuple(part for item, part in _stores(document) if item.upper() == store)
    for part in parts:
        if _nodes(document.package.xml(part), path, names):
            return part, path, names
    return None


def _extended(document: WordDocument) -> tuple[str, ...]:
    return document.package.related("", "extended-properties")


def _stores(document: WordDocument) -> Iterator[tuple[str, str]]:
    """(id, part) of the data that comes with the document."""
    for part in document.package.related(document.main, "customXml"):
        for described in document.package.related(part, "customXmlProps"):
            yield document.package.xml(described).get(qname("ds:itemID"), ""), part


def _nodes(root: Element, path: str, names: dict[str, str]) -> list[Element]:
    try:
        found = root.xpath(path, namespaces=names or {"w": NS["w"]})
    except etree.XPathError:
        return []
    return found if isinstance(found, list) else []


def _set_attribute(node: str, text: str) -> None:
    """lxml gives an attribute as a string that knows its element."""
    parent, name = node.getparent(), node.attrname  # pyright: ignore[reportAttributeAccessIssue]
    parent.set(name, text)
