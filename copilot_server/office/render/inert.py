"""The copy of a file that a renderer may see: nothing in it points outside of it."""

from __future__ import annotations

from lxml import etree

from copilot_server.errors import FileError
from copilot_server.office.package import Package
from copilot_server.office.relationships import CONTENT_TYPE
from copilot_server.office.xml import local_name, parse, serialize

_HARMLESS = ("/hyperlink",)  # followed by a reader's click only, never while rendering


def inert(data: bytes) -> bytes:
    """Without external relationships but hyperlinks; raises kinds of FileError for what the gate refuses."""
    package = Package.open(data)
    for name in package.names:
        if name.lower().endswith(".rels"):
            _cut(package, name)
    return package.to_bytes()


def _cut(package: Package, name: str) -> None:
    try:
        root = parse(package.read(name))
    except FileError:
        package.write(name, _nothing(), CONTENT_TYPE)
        return
    doomed = [
        element
        for element in root
        if local_name(element) == "Relationship"
        and _leaves(element.get("TargetMode", ""), element.get("Target", ""))
        and not element.get("Type", "").endswith(_HARMLESS)
    ]
    for element in doomed:
        root.remove(element)
    if doomed:
        package.write(name, serialize(root))


def _leaves(mode: str, target: str) -> bool:
    """Marked as external, or an address with a scheme however it is marked."""
    return mode.lower() == "external" or "://" in target or target.lower().startswith(("file:", "\\\\"))


def _nothing() -> bytes:
    return serialize(etree.Element("{http://schemas.openxmlformats.org/package/2006/relationships}Relationships"))
