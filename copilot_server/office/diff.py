"""Compare two packages: which parts are the same, and which elements a changed part has lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from copilot_server.errors import DamagedFile
from copilot_server.office import xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.package import Package


@dataclass(frozen=True, slots=True)
class PartDiff:
    """Entries of two packages compared by their bytes; names in the order of the files."""

    identical: int
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElementDiff:
    """How many elements of each name (`x:c`) a part lost and gained, and which attributes (`x:c@s`) are all gone."""

    lost: Mapping[str, int]
    gained: Mapping[str, int]
    attributes_lost: tuple[str, ...]


def part_diff(before: Package, after: Package) -> PartDiff:
    """Costs nothing for parts that two forks share, an unpacking only where the checksums leave a doubt."""
    old, new = ({name.lower(): name for name in package.names} for package in (before, after))
    changed = after.differing(before)
    return PartDiff(
        identical=len(old.keys() & new.keys()) - len(changed),
        changed=changed,
        added=tuple(name for key, name in new.items() if key not in old),
        removed=tuple(name for key, name in old.items() if key not in new),
    )


def element_diff(before: Package, after: Package, name: str) -> ElementDiff:
    """What the part's markup lost and gained, read as a stream; raises DamagedFile when it is not well-formed."""
    (elements, attributes), (elements_after, attributes_after) = _census(before, name), _census(after, name)
    return ElementDiff(
        lost=dict(elements - elements_after),
        gained=dict(elements_after - elements),
        attributes_lost=tuple(sorted(attributes - attributes_after)),
    )


def _census(package: Package, name: str) -> tuple[Counter[str], set[str]]:
    """Elements counted by name, and `element@attribute` for every pair that occurs."""
    shapes: Counter[tuple[str, ...]] = Counter()
    parser = expat.ParserCreate(namespace_separator="}")

    def count(element: str, attributes: dict[str, str]) -> None:
        shapes[(element, *attributes)] += 1

    parser.StartElementHandler = count
    xml.refuse_doctype(next(package.chunks(name), b""))
    try:
        for chunk in package.chunks(name):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DamagedFile(f"{name} is not well-formed XML: {error}") from error
    elements: Counter[str] = Counter()
    for (element, *_), number in shapes.items():
        elements[xml.prefixed(element)] += number
    pairs = {f"{xml.prefixed(shape[0])}@{xml.prefixed(attribute)}" for shape in shapes for attribute in shape[1:]}
    return elements, pairs
