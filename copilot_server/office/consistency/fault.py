"""What a fault is, and the view of a package that all checks share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lxml import etree

from copilot_server.errors import FileError
from copilot_server.office import paragraphs, slices, strict, xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from copilot_server.office.content_types import ContentTypes
    from copilot_server.office.package import Package
    from copilot_server.office.relationships import Relationship
    from copilot_server.office.xml import Element


# XPath knows the prefix xml by itself and takes no other binding of it.
_NAMESPACES: Final = {prefix: address for prefix, address in xml.NS.items() if prefix != "xml"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that makes Office repair or refuse a file, or lose what it shows; `part` is where it stands."""

    kind: str
    part: str
    detail: str


Finder: TypeAlias = "Callable[[Element], list[Any]]"


def finder(path: str) -> Finder:
    """A compiled XPath over the project's prefixes; it yields elements or attribute values."""
    return etree.XPath(path, namespaces=_NAMESPACES)  # pyright: ignore[reportReturnType]  # lxml's result is any of five types


class View:
    """A package as checks read it: Strict spelled as Transitional, parts that cannot be parsed left out."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.is_strict = package.is_strict
        self._trees: dict[str, Element | None] = {}
        self._differing: dict[tuple[str, int], Element | None] = {}
        self._reworded: dict[tuple[str, int], tuple[Element, Element] | None] = {}
        self._kinds: dict[str, str] = {}
        self._relationships: dict[str, tuple[Relationship, ...]] = {}

    @cached_property
    def content_types(self) -> ContentTypes:
        return self.package.content_types

    def kind(self, name: str) -> str:
        """The part's content type in lower case, empty when there is none."""
        found = self._kinds.get(name)
        if found is None:
            found = self._kinds[name] = (self.content_types.of(name) or "").lower()
        return found

    def of_kind(self, ending: str) -> tuple[str, ...]:
        """The parts whose content type ends so, in lower case."""
        return tuple(name for name in self.package.names if self.kind(name).endswith(ending))

    def is_xml(self, name: str) -> bool:
        return name.lower().endswith((".xml", ".rels")) or self.kind(name).endswith("xml")

    def tree(self, name: str) -> Element | None:
        """The part in Transitional spelling; None when it cannot be read, which is a fault of its own."""
        if name not in self._trees:
            try:
                self._trees[name] = self._parsed(name)
            except FileError:
                self._trees[name] = None
        return self._trees[name]

    def differing(self, name: str, other: View) -> Element | None:
        """A tree of the paragraphs of a Word part that are not just so in `other`; None where it takes the whole."""
        if self.is_strict or "wordprocessingml" not in self.kind(name) or name not in other.package:
            return None
        if (windows := self.reworded(name, other)) is not None:
            return windows[1]
        key = (name, id(other))
        if key not in self._differing:
            self._differing[key] = slices.differing_paragraphs(other.package.read(name), self.package.read(name))
        return self._differing[key]

    def reworded(self, name: str, other: View) -> tuple[Element, Element] | None:
        """The paragraphs of a Word part that differ by more than words, as they were and are.

        None where more than paragraphs differs.
        """
        if self.is_strict or "wordprocessingml" not in self.kind(name) or name not in other.package:
            return None
        key = (name, id(other))
        if key not in self._reworded:
            self._reworded[key] = _windows(other.package, self.package, name)
        return self._reworded[key]

    def relationships(self, source: str) -> tuple[Relationship, ...]:
        """As Package.relationships; none when the part that holds them cannot be read."""
        if source not in self._relationships:
            try:
                self._relationships[source] = self.package.relationships(source)
            except FileError:
                self._relationships[source] = ()
        return self._relationships[source]

    def related(self, source: str, kind: str) -> tuple[str, ...]:
        """As Package.related; nothing when the part that says so cannot be read."""
        try:
            return self.package.related(source, kind)
        except FileError:
            return ()

    def spelled(self, data: bytes) -> bytes:
        """XML of the package in Transitional spelling."""
        return strict.to_transitional(data) if self.is_strict else data

    def _parsed(self, name: str) -> Element:
        if self.is_strict:
            return xml.parse(self.spelled(self.package.read(name)))
        return self.package.xml(name)


def _windows(before: Package, after: Package, name: str) -> tuple[Element, Element] | None:
    old, new = before.cut(name), after.cut(name)
    found = paragraphs.reworded(old, new) if old is not None and new is not None else None
    if found is None or old is None or new is None:
        return None
    numbers = sorted(found.more)
    try:
        return old.window(map(old.piece, numbers)), new.window(map(new.piece, numbers))
    except FileError:
        return None
