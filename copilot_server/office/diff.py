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
    old, new = ({name.lower(): name for name in package.names} for package in (before, after))
    changed = after.differing(before)
    return PartDiff(
        identical=len(old.keys() & new.keys()) - len(changed),
        changed=changed,
        added=tuple(name for key, name in new.items() if key not in old),
        removed=tuple(name for key, name in old.items() if key not in new),
    )
