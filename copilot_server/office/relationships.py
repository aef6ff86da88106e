"""Relationships between parts (ISO/IEC 29500-2, 6.5), read with the tolerance real files need."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from lxml import etree

from copilot_server.office.xml import NS, local_name, qname

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copilot_server.office.xml import Element

CONTENT_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"

Find: TypeAlias = "Callable[[str], str | None]"
"""The part of that name, in its own case; None when there is none."""


class Relationship(NamedTuple):
    """`target` is a part name, of a part that may be missing, or the address as written when `external`.

    `kind` is the last segment of the type, the same for Strict and Transitional: `worksheet`, `slideLayout` …
    """

    id: str
    type: str
    kind: str
    target: str
    raw_target: str
    external: bool


@lru_cache(maxsize=8192)
def part_of(source: str) -> str:
    """The name of the part that holds the relationships of `source`; "" is the package itself."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def empty() -> Element:
    return etree.Element(qname("rel:Relationships"), nsmap={None: NS["rel"]})


def read(root: Element, source: str, find: Find) -> Iterator[Relationship]:
    """Every relationship, dangling ones too."""
    for element in _elements(root):
        raw = element.get("Target", "")
        external = element.get("TargetMode", "").lower() == "external"
        type_uri = element.get("Type", "")
        yield Relationship(
            id=element.get("Id", ""),
            type=type_uri,
            kind=type_uri.rstrip("/").rpartition("/")[2],
            target=raw if external else resolve(raw, source, find),
            raw_target=raw,
            external=external,
        )


def resolve(raw: str, source: str, find: Find) -> str:
    """The part a target points to; one spelled with backslashes or escapes means the part that is there."""
    name = _aimed_at(raw, source)
    return find(name) or find(unquote(name)) or find(quote(name, safe="/~!$&'()*+,;=:@%")) or name


@lru_cache(maxsize=8192)
def _aimed_at(raw: str, source: str) -> str:
    path = raw.partition("#")[0].replace("\\", "/").strip()
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), path)).lstrip("/") if path else source


def add(root: Element, source: str, kind_uri: str, target: str, *, external: bool) -> str:
    """A new relationship at the end; its id follows the highest `rId` in use."""
    rid = f"rId{1 + max(_numbers(root), default=0)}"
    element = etree.SubElement(root, qname("rel:Relationship"), Id=rid, Type=kind_uri)
    element.set("Target", target if external else relative(target, source))
    if external:
        element.set("TargetMode", "External")
    return rid


def drop(root: Element, rid: str) -> None:
    for element in [found for found in _elements(root) if found.get("Id") == rid]:
        root.remove(element)


def relative(target: str, source: str) -> str:
    """The target as Office writes it: relative to the folder of the source."""
    if target.startswith("#"):
        return target
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(source))


def _elements(root: Element) -> Iterator[Element]:
    return (element for element in root if local_name(element) == "Relationship")


def _numbers(root: Element) -> Iterator[int]:
    for element in _elements(root):
        number = element.get("Id", "").lower().removeprefix("rid")
        if number.isascii() and number.isdigit():
            yield int(number)
