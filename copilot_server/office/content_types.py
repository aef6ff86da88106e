"""The list of content types (ISO/IEC 29500-2, 7.2.3): defaults by extension, overrides by part."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from copilot_server.office.xml import NS, local_name, qname

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element


def empty() -> Element:
    return etree.Element(qname("ct:Types"), nsmap={None: NS["ct"]})


def lookup(root: Element, name: str) -> str | None:
    """The type of the part of that name, case ignored; an override goes before a default."""
    override = next(_overrides(root, name), None)
    if override is None:
        override = next(_defaults(root, extension(name)), None)
    return None if override is None else override.get("ContentType")


def tables(root: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Types by extension and by part name, keys in lower case: what `lookup` consults, for asking often."""
    defaults = {e.get("Extension", "").lower(): e.get("ContentType", "") for e in _named(root, "Default")}
    overrides = {_part_name(e).lower(): e.get("ContentType", "") for e in _named(root, "Override")}
    return defaults, overrides


def assign(root: Element, name: str, content_type: str) -> None:
    """Give the part an override, unless its extension's default says the same already."""
    override = next(_overrides(root, name), None)
    if override is not None:
        override.set("ContentType", content_type)
    elif lookup(root, name) != content_type:
        etree.SubElement(root, qname("ct:Override"), PartName=f"/{name}", ContentType=content_type)


def assign_default(root: Element, suffix: str, content_type: str) -> None:
    """The type of parts with that extension, unless there is one already; defaults stand before overrides."""
    if next(_defaults(root, suffix), None) is None:
        place = sum(1 for _ in _named(root, "Default"))
        root.insert(place, root.makeelement(qname("ct:Default"), Extension=suffix, ContentType=content_type))


def has_override(root: Element, name: str) -> bool:
    return next(_overrides(root, name), None) is not None


def discard(root: Element, name: str) -> None:
    for element in list(_overrides(root, name)):
        root.remove(element)


def extension(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].lower()


def _overrides(root: Element, name: str) -> Iterator[Element]:
    wanted = name.lower()
    return (element for element in _named(root, "Override") if _part_name(element).lower() == wanted)


def _defaults(root: Element, suffix: str) -> Iterator[Element]:
    return (element for element in _named(root, "Default") if element.get("Extension", "").lower() == suffix)


def _part_name(element: Element) -> str:
    return unquote(element.get("PartName", "").replace("\\", "/")).lstrip("/")


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root if local_name(element) == tag)
