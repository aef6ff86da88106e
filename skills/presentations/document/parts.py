"""The package's XML parts in Transitional namespaces, whichever of the two standards the file is written in."""

from __future__ import annotations

import copy

from copilot_server.office import strict, xml
from copilot_server.office.package import Package
from copilot_server.office.relationships import Relationship
from copilot_server.office.xml import Element

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships/"


class Parts:
    """A package seen part by part; what is edited of an ISO Strict file is mapped back by `flush`."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.is_strict = package.is_strict
        self._mapped: dict[str, Element] = {}
        self._edited: dict[str, Element] = {}

    def xml(self, name: str) -> Element:
        """The parsed part, for reading only; a part under edit is seen as it stands now."""
        if not self.is_strict:
            return self.package.xml(name)
        key = name.lower()
        if key in self._edited:
            return self._edited[key]
        if key not in self._mapped:
            self._mapped[key] = xml.parse(strict.to_transitional(self.package.read(name)))
        return self._mapped[key]

    def edit(self, name: str) -> Element:
        """The part's tree to change in place."""
        if not self.is_strict:
            return self.package.edit_xml(name)
        key = name.lower()
        if key not in self._edited:
            self._edited[key] = copy.deepcopy(self.xml(name).getroottree()).getroot()
        return self._edited[key]

    def add(self, name: str, root: Element, content_type: str) -> None:
        """A new part, or an existing one written anew; the tree is the package's from now on."""
        if self.is_strict:
            self.write(name, xml.serialize(root), content_type)
        else:
            self.package.write_xml(name, root, content_type)

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """XML in Transitional namespaces, or any other data as it is."""
        self._forget(name)
        is_mapped = self.is_strict and content_type.endswith("xml")
        self.package.write(name, strict.to_strict(data, b"") if is_mapped else data, content_type)

    def remove(self, name: str) -> None:
        self._forget(name)
        self.package.remove(name)

    def relate(self, source: str, kind: str, target: str, *, external: bool = False) -> str:
        """The id of a relationship of that kind (`slideLayout`, `image` …), in the file's own standard."""
        base = _STRICT_RELATIONSHIPS if self.is_strict else RELATIONSHIPS
        return self.package.relate(source, base + kind, target, external=external)

    def links(self, source: str) -> tuple[Relationship, ...]:
        """The relationships of a part; the package resolves them once for as long as they are written so."""
        return self.package.relationships(source)

    def target(self, source: str, rid: str) -> str | None:
        """The existing part behind a relationship id; None for a dangling or external one."""
        for each in self.links(source):
            if each.id == rid and not each.external and each.target in self.package:
                return each.target
        return None

    def one(self, source: str, kind: str) -> str | None:
        """The first existing part that `source` relates to by that kind."""
        found = (each.target for each in self.links(source) if each.kind == kind and not each.external)
        return next((name for name in found if name in self.package), None)

    def flush(self) -> None:
        """Write the edited trees of a Strict file back; unchanged ones leave the original bytes."""
        for key, tree in self._edited.items():
            original = self.package.read(key)
            if not xml.same_tree(xml.parse(strict.to_transitional(original)), tree):
                self.package.write(key, strict.to_strict(xml.serialize(tree), original))
            self._mapped.pop(key, None)

    def _forget(self, name: str) -> None:
        self._mapped.pop(name.lower(), None)
        self._edited.pop(name.lower(), None)
