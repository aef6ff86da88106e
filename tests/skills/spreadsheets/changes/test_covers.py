"""A declared scope allows its own places and nothing beside them."""

from __future__ import annotations

import pytest

from copilot_server.agent.changes import Change, Scope
from skills.spreadsheets.changes.covers import covers


def scope(*places: str, kinds: tuple[str, ...] = ()) -> Scope:
    return Scope(frozenset(places), kinds=frozenset(kinds))


def block(where: str, before: object = None, after: object = None) -> Change:
    return Change("cell", where, before, after)


@pytest.mark.parametrize(
    ("places", "where", "is_covered"),
    [
        (["Sales!A1:B9"], "Sales!A2:B3", True),
        (["Sales!A1:B9"], "sales!C1", False),
        (["Sales!A1:B9"], "Costs!A1", False),
        (["'My Sales'!A:A"], "'My Sales'!A7", True),
        (["Sales!*"], "Sales!XFD9", True),
        (["Sales!A1:A4", "Sales!A5:A9"], "Sales!A2:A8", True),
        (["*"], "name:Rate", True),
        (["name:Rate"], "name:rate", True),
        (["sheet:Costs"], "sheet:Sales", False),
    ],
)
def test_areas_names_and_sheets(places: list[str], where: str, is_covered: bool) -> None:
    assert covers(scope(*places), block(where, [[1]], [[2]])) is is_covered


def test_cells_that_stayed_need_no_scope_in_a_folded_change() -> None:
    change = block("Sales!A1:A3", [[1], [2], [3]], [[9], [2], [9]])

    assert covers(scope("Sales!A1", "Sales!A3"), change)
    assert not covers(scope("Sales!A1"), change)


def test_kinds_narrow_a_scope() -> None:
    assert not covers(scope("Sales!A1", kinds=("format",)), block("Sales!A1", 1, 2))


def test_new_results_of_formulas_are_always_allowed() -> None:
    assert covers(scope(), Change("recalculated", "Sales!A1:Z99"))
