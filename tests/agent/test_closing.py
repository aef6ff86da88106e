"""The closing message against the receipt."""

from __future__ import annotations

import pytest

from copilot_server.agent import closing
from copilot_server.agent.changes import Change, Receipt

EDITED = Receipt((Change("cell", "Sales!B2", 40, 42, "Sales!B2: 40 → 42"),))
DELETED = Receipt((Change("rows_deleted", "Sales!7:7", ["x"], None, "row 7 deleted"),))


@pytest.mark.parametrize(
    "text",
    [
        "I set B2 to 42.",
        "Done! B2 has been updated.",
        "Added a total row. Row 7 is unchanged.",
        "I've created the sheet",
    ],
)
def test_a_claim_with_nothing_measured_is_contradicted(text: str) -> None:
    assert closing.contradiction(text, Receipt()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was changed.",
        "I could not update B2 because the sheet is protected.",
        "Shall I delete the sheet?",
        "B2 holds 40.",
        "I can add a total row if you like.",
        "",
    ],
)
def test_what_claims_nothing_is_left_alone(text: str) -> None:
    assert closing.contradiction(text, Receipt()) is None


def test_a_deletion_claimed_needs_a_deletion_measured() -> None:
    assert closing.contradiction("I deleted row 7.", EDITED) is not None
    assert closing.contradiction("I deleted row 7.", DELETED) is None


def test_an_emptied_cell_counts_as_cleared() -> None:
    emptied = Receipt((Change("cell", "Sales!B2", 40, None),))

    assert closing.contradiction("Cleared B2.", emptied) is None


def test_the_summary_is_the_measured_difference() -> None:
    assert closing.summary(EDITED) == "Changed: Sales!B2: 40 → 42."
    assert closing.corrected("I deleted row 7.", EDITED) == "Changed: Sales!B2: 40 → 42."


def test_after_a_refused_edit_silence_about_it_is_a_claim() -> None:
    text = "The document lists the 15 courses, each on a line of its own."

    assert closing.contradiction(text, Receipt()) is None
    assert closing.contradiction(text, Receipt(), was_refused=True) is not None
    assert closing.contradiction(text, EDITED, was_refused=True) is None
    assert closing.contradiction("The edit was refused, so nothing was changed.", Receipt(), was_refused=True) is None
    assert closing.corrected(text, Receipt(), was_refused=True) == f"{text}\n\nNothing was changed."
    assert closing.corrected("I added them.", Receipt(), was_refused=True) == "Nothing was changed."
