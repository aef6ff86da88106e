"""Controls bound to data beside the document: Word shows what the data says, so a filled value goes there too.

Of the XPath of a binding (ISO/IEC 29500-1 17.5.2.6) only plain steps are followed, `/ns0:form[1]/ns0:name[1]/@kind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot_server.office.package import Package
from copilot_server.office.xml import Element, qname

_STEP = re.compile(r"/(@?)(?:([\w.-]+):)?([\w.-]+)(?:\[(\d{1,4})\])?")
_MAPPING = re.compile(r"xmlns:([\w.-]+)\s*=\s*['\"]([^'\"]*)['\"]")
# The stores Word itself keeps have these numbers in every file.
_OWN = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "docProps/core.xml",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "docProps/app.xml",
}
_STORE = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}itemID"


def carry_over(package: Package, properties: Element, value: str) -> None:
    """Write the value where the control is bound to; a binding that leads nowhere is cut, so that the text stays."""
    binding = properties.find(qname("w:dataBinding"))
    if binding is None:
        return
    part = _store(package, binding.get(qname("w:storeItemID"), ""))
    place = None if part is None else _found(package.edit_xml(part), binding)
    if place is None:
        properties.remove(binding)
        return
    node, attribute = place
    if attribute:
        node.set(attribute, value)
    else:
        node.text = value


def _store(package: Package, number: str) -> str | None:
    own = _OWN.get(number.upper())
    if own is not None:
        return own if own in package.names else None
    return next((part for part, named in _stores(package) if named.upper() == number.upper()), None)


def _stores(package: Package) -> Iterator[tuple[str, str]]:
    for part in package.related(package.main_part, "customXml"):
        for about in package.related(part, "customXmlProps"):
            yield part, package.xml(about).get(_STORE, "")


def _found(root: Element, binding: Element) -> tuple[Element, str] | None:
    """The element, and the name of its attribute where the binding ends in one."""
    names = dict(_MAPPING.findall(binding.get(qname("w:prefixMappings"), "")))
    path = binding.get(qname("w:xpath"), "")
    steps = list(_STEP.finditer(path))
    if (
        not steps
        or "".join(step[0] for step in steps) != path
        or any(step[2] and step[2] not in names for step in steps)
    ):
        return None
    node: Element | None = None
    for step in steps:
        tag = f"{{{names[step[2]]}}}{step[3]}" if step[2] else step[3]
        if step[1]:
            return None if node is None else (node, tag)
        same = [root] if node is None else list(node.iterchildren(tag))
        place = int(step[4] or 1) - 1
        if not 0 <= place < len(same) or same[place].tag != tag:
            return None
        node = same[place]
    return None if node is None or len(node) else (node, "")
