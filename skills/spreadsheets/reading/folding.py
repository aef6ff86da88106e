"""Many cells as few areas: neighbours that share a key fold into rectangles."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from skills.spreadsheets.document.addresses import Area

K = TypeVar("K", bound=Hashable)


def fold(keys: Mapping[tuple[int, int], K]) -> list[tuple[Area, K]]:
    """Rectangles of equal keys covering exactly the given (row, column) cells, in reading order.

    Runs within a row are joined downwards with runs of the same columns and key; a column filled with one
    pattern comes back as one area.
    """
    open_runs: dict[tuple[int, int, K], Area] = {}
    folded: list[tuple[Area, K]] = []
    for run, key in _runs(sorted(keys), keys):
        above = open_runs.get((run.left, run.right, key))
        if above is not None and above.bottom + 1 == run.top:
            run = Area(above.top, run.left, run.bottom, run.right)  # noqa: PLW2901 - the run grown upwards
        elif above is not None:
            folded.append((above, key))
        open_runs[run.left, run.right, key] = run
    folded.extend((area, key) for (_, _, key), area in open_runs.items())
    return sorted(folded, key=lambda item: item[0])


def _runs(places: Iterable[tuple[int, int]], keys: Mapping[tuple[int, int], K]) -> Iterable[tuple[Area, K]]:
    run: Area | None = None
    held: K | None = None
    for row, column in places:
        key = keys[row, column]
        if run is not None and held is not None and (run.top, run.right + 1, held) == (row, column, key):
            run = Area(row, run.left, row, column)
            continue
        if run is not None and held is not None:
            yield run, held
        run, held = Area(row, column, row, column), key
    if run is not None and held is not None:
        yield run, held


def areas(places: Iterable[tuple[int, int]]) -> list[Area]:
    """Rectangles covering exactly these cells."""
    return [area for area, _ in fold(dict.fromkeys(places, True))]


def row_spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of consecutive numbers: 3, 4, 5, 9 -> (3, 5), (9, 9)."""
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] + 1 == number:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans
