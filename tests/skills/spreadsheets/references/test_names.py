"""Formulas after sheets, tables and columns of tables change their names or go."""

from __future__ import annotations

import pytest

from skills.spreadsheets.document.references.sheet_names import (
    drop_sheet,
    rename_location,
    rename_sheet,
    sheets_named,
    split_location,
)
from skills.spreadsheets.document.references.table_names import (
    drop_table,
    drop_table_columns,
    rename_table,
    rename_table_column,
)

SHEETS = ["Data", "Middle", "End"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Data!A1+'Data'!$B$2:C3+DATA!Rate", "'Bob''s'!A1+'Bob''s'!$B$2:C3+'Bob''s'!Rate"),
        ('Data2!A1+MyData!A1+"Data!A1"', 'Data2!A1+MyData!A1+"Data!A1"'),
        ("SUM(Data:End!A1)", "SUM('Bob''s:End'!A1)"),
        ("[1]Data!A1+'[1]Data'!A1", "[1]Data!A1+'[1]Data'!A1"),
        ("SUM(Data!B:B,Data!3:4)+Data!#REF!", "SUM('Bob''s'!B:B,'Bob''s'!3:4)+'Bob''s'!#REF!"),
        ("Data!A1:Data!B2", "'Bob''s'!A1:'Bob''s'!B2"),
    ],
)
def test_every_use_of_a_sheets_name_is_renamed(before: str, after: str) -> None:
    assert rename_sheet(before, "data", "Bob's") == after


def test_a_plain_new_name_needs_no_quotes() -> None:
    assert rename_sheet("'My Sheet'!A1", "My Sheet", "Costs") == "Costs!A1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Data!A1*2+Middle!A1", "#REF!*2+Middle!A1"),
        ("SUM(Data!A:A,Data!B2:C9)+Data!Rate", "SUM(#REF!,#REF!)+#REF!"),
        ("SUM(Data:End!A1)", "SUM(Middle:End!A1)"),
        ("SUM(Middle:Data!A1)", "SUM(Middle!A1)"),
        ("SUM(Middle:End!A1)", "SUM(Middle:End!A1)"),
    ],
)
def test_what_names_a_deleted_sheet_breaks_and_spans_narrow(before: str, after: str) -> None:
    assert drop_sheet(before, "Data", SHEETS) == after


def test_the_sheets_a_formula_names_are_found() -> None:
    assert sheets_named("Data!A1+'My Sheet'!B2+[1]Other!A1+\"x!A1\"") == {"data", "my sheet"}


def test_places_of_hyperlinks_need_no_quotes() -> None:
    assert split_location("#My Sheet!A1") == ("My Sheet", "A1")
    assert rename_location("My Sheet!A1", "My Sheet", "Costs 2") == "'Costs 2'!A1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(Sales[Amount])+Sales[[#This Row],[Amount]]", "SUM(Orders[Amount])+Orders[[#This Row],[Amount]]"),
        ("ROWS(Sales)+Sales2[A]+\"Sales[A]\"+'Sales'!A1", "ROWS(Orders)+Sales2[A]+\"Sales[A]\"+'Sales'!A1"),
        ("[1]!Sales[A]", "[1]!Sales[A]"),
    ],
)
def test_every_use_of_a_tables_name_is_renamed(before: str, after: str) -> None:
    assert rename_table(before, "sales", "Orders") == after


def test_what_names_a_deleted_table_breaks() -> None:
    assert drop_table("SUM(Sales[A])+ROWS(Sales)+Other[A]", "Sales") == "SUM(#REF!)+ROWS(#REF!)+Other[A]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sales[Old]", "Sales[a '# b]"),
        ("Sales[[#All],[Old]:[Last]]", "Sales[[#All],[a '# b]:[Last]]"),
        ("[@Old]*2+Other[Old]", "[@[a '# b]]*2+Other[Old]"),
        ("Sales[#All]+Sales[]", "Sales[#All]+Sales[]"),
    ],
)
def test_columns_of_a_table_are_renamed(before: str, after: str) -> None:
    assert rename_table_column(before, "Sales", "old", "a # b", is_inside=True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(Sales[B])", "SUM(#REF!)"),
        ("SUM(Sales[[B]:[D]])", "SUM(Sales[[C]:[D]])"),
        ("SUM(Sales[[A]:[B]])", "SUM(Sales[[A]:[A]])"),
        ("SUM(Sales[A])+[@B]", "SUM(Sales[A])+[@B]"),
    ],
)
def test_deleted_columns_break_and_ranges_of_columns_narrow(before: str, after: str) -> None:
    assert drop_table_columns(before, "Sales", ["B"], ["A", "B", "C", "D"], is_inside=False) == after
