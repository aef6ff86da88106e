"""The list of content types (ISO/IEC 29500-2, 7.2.3): defaults by extension, overrides by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from copilot_server.office.xml import NS, local_name, qname

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from copilot_server.office.xml import Element


@dataclass(frozen=True, slots=True)
class ContentTypes:
    """What one list says; extensions and part names in lower case."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str]

    def of(self, name: str) -> str | None:
        """The type of the part of that name, case ignored; an override goes before a default."""
        key = name.lower()
        return self.overrides.get(key) or self.defaults.get(key.rpartition("/")[2].rpartition(".")[2])


def empty() -> Element:
    return etree.Element(qname("ct:Types"), nsmap={None: NS["ct"]})


def read(root: Element) -> ContentTypes:
    return ContentTypes(
        defaults={each.get("Extension", "").lower(): each.get("ContentType", "") for each in _named(root, "Default")},
        overrides={_part_name(each): each.get("ContentType", "") for each in _named(root, "Override")},
    )


def assign(root: Element, name: str, content_type: str) -> None:
    """Give the part an override, unless its extension's default says the same already."""
    override = next(_overrides(root, name), None)
    if override is not None:
        override.set("ContentType", content_type)
    elif _default(root, name) != content_type:
        etree.SubElement(root, qname("ct:Override"), PartName=f"/{name}", ContentType=content_type)


def assign_default(root: Element, suffix: str, content_type: str) -> None:
    """The type of parts with that extension, unless there is one already; defaults stand before overrides."""
    if suffix not in read(root).defaults:
        place = sum(1 for _ in _named(root, "Default"))
        root.insert(place, root.makeelement(qname("ct:Default"), Extension=suffix, ContentType=content_type))


def discard(root: Element, name: str) -> None:
    for element in list(_overrides(root, name)):
        root.remove(element)


def _default(root: Element, name: str) -> str:
    suffix = name.lower().rpartition("/")[2].rpartition(".")[2]
    found = [each for each in _named(root, "Default") if each.get("Extension", "").lower() == suffix]
    return found[-1].get("ContentType", "") if found else ""


def _overrides(root: Element, name: str) -> Iterator[Element]:
    wanted = name.lower()
    return (element for element in _named(root, "Override") if _part_name(element) == wanted)


def _part_name(element: Element) -> str:
    return unquote(element.get("PartName", "").replace("\\", "/")).lstrip("/").lower()


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root if local_name(element) == tag)
