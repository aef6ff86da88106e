"""Compare two packages: which of their parts are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_server.office.package import Package


@dataclass(frozen=True, slots=True)
class PartDiff:
    """Entries of two packages compared by their bytes; names in the order of the files."""

    identical: int
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def part_diff(before: Package, after: Package) -> PartDiff:
    """Costs nothing for parts that two forks share, an unpacking only where the checksums leave a doubt."""
    changed, added, removed = after.differing(before), after.beyond(before), before.beyond(after)
    return PartDiff(len(after.names) - len(added) - len(changed), changed, added, removed)
