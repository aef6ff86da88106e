"""What follows a batch of edits before it is measured: recalculation, written with the edits in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.calculation.recalculate import recalculate

if TYPE_CHECKING:
    from skills.spreadsheets.document.workbook import Workbook


def settle(before: Workbook, after: Workbook) -> tuple[str, ...]:  # noqa: ARG001 - only what is pending in `after` counts
    """Notes for the model: new errors, and what could not be computed here."""
    done = recalculate(after)
    after.flush()
    return done.notes()
