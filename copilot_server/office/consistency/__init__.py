"""Would Office open it? The faults of a package that are cheap to find, and those that a change has brought in."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from copilot_server.office.consistency import document, opc, presentation, spreadsheet
from copilot_server.office.consistency.fault import Fault, View
from copilot_server.office.diff import PartDiff, part_diff

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from copilot_server.office.package import Package

__all__ = ["Fault", "faults", "new_faults"]


def faults(package: Package) -> tuple[Fault, ...]:
    """Every fault of every part."""
    return tuple(_faults(View(package), package.names, None))


def new_faults(before: Package, after: Package, difference: PartDiff | None = None) -> tuple[Fault, ...]:
    """Those of `after` beyond what `before` had, counted by kind and part, as places may have moved.

    Looks at what changed, which is the `difference` where that is known, and what that refers to: nearly free when
    nothing is wrong.
    """
    difference = difference or part_diff(before, after)
    touched = (*difference.changed, *difference.added, *difference.removed)
    old_view, new_view = View(before), View(after)
    suspected = tuple(_faults(new_view, touched, old_view))
    if not suspected:
        return ()
    known: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in _faults(old_view, touched, new_view):
        known[fault.kind, fault.part].append(fault.detail)
    return tuple(_beyond(known, suspected))


def _faults(view: View, names: Collection[str], other: View | None) -> Iterator[Fault]:
    """Faults of the named parts; rows that stand just so in `other`, too, are passed over."""
    yield from opc.faults(view, names, other)
    yield from spreadsheet.faults(view, names, other)
    yield from document.faults(view, names, other)
    yield from presentation.faults(view, names)


def _beyond(known: Mapping[tuple[str, str], list[str]], found: Iterable[Fault]) -> Iterator[Fault]:
    groups: defaultdict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in found:
        groups[fault.kind, fault.part].append(fault)
    for place, here in groups.items():
        old = Counter(known.get(place, ()))
        spare = sum(old.values())
        unseen: list[Fault] = []
        for fault in here:
            if old[fault.detail]:
                old[fault.detail] -= 1
                spare -= 1
            else:
                unseen.append(fault)
        yield from unseen[spare:]
