"""Settings of columns of two versions, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from skills.spreadsheets.changes.moved import Moved
from skills.spreadsheets.document.addresses import MAX_ROW, Area
from skills.spreadsheets.document.columns import ColumnSpan, column_spans
from skills.spreadsheets.document.sheet import Sheet

Spans: TypeAlias = list[tuple[int, int, ColumnSpan]]


def spans_by_column(sheet: Sheet, moved: Moved) -> Spans:
    """Each run of columns where it stands now."""
    found: Spans = []
    for span in column_spans(sheet.frame):
        area = moved.area(Area(1, span.first, MAX_ROW, span.last))
        if area is not None:
            found.append((area.left, area.right, span))
    return found


def setting_runs(old: Spans, new: Spans) -> Iterator[tuple[int, int, ColumnSpan | None, ColumnSpan | None]]:
    """Stretches of columns over which both versions have one setting each."""
    edges = sorted({edge for first, last, _ in (*old, *new) for edge in (first, last + 1)})
    for first, end in pairwise(edges):
        one = next((span for low, high, span in old if low <= first <= high), None)
        other = next((span for low, high, span in new if low <= first <= high), None)
        yield first, end - 1, one, other
