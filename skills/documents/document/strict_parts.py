"""Parts of a file as Transitional trees, whichever of the two dialects it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.office import strict, xml

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element


class Trees:
    """For an ISO Strict file the trees are mapped in memory, and mapped back by `flush` where they changed."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._is_strict = package.is_strict
        self._read: dict[str, Element] = {}
        self._edited: dict[str, Element] = {}

    def fork(self, package: Package) -> Trees:
        """For a fork of the package; call `flush` first."""
        return Trees(package)

    def read(self, part: str) -> Element:
        if not self._is_strict:
            return self._package.xml(part)
        if part in self._edited:
            return self._edited[part]
        if part not in self._read:
            self._read[part] = self._mapped(part)
        return self._read[part]

    def edit(self, part: str) -> Element:
        if not self._is_strict:
            return self._package.edit_xml(part)
        if part not in self._edited:
            self._read.pop(part, None)
            self._edited[part] = self._mapped(part)
        return self._edited[part]

    def settle(self) -> None:
        """Say that trees handed out by `edit` will not be changed any more."""
        self.flush()
        self._package.seal()

    def flush(self) -> None:
        """Write mapped trees that say something new back to the package."""
        for part, tree in self._edited.items():
            original = self._package.read(part)
            data = strict.to_strict(xml.serialize(tree), original)
            if not xml.same_infoset(original, data):
                self._package.write(part, data)

    def _mapped(self, part: str) -> Element:
        return xml.parse(strict.to_transitional(self._package.read(part)))


def as_strict(data: bytes) -> bytes:
    """What we made in Transitional, for a file in Strict."""
    return strict.to_strict(data, b"")
