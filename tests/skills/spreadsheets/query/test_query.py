"""Questions in SQL: what they may name, what they give, and what they cannot reach."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.query import relations, run
from skills.spreadsheets.query.run import run_query
from tests.skills.spreadsheets.books import book_of, edited, sales


def test_a_question_over_a_sheet_is_answered_by_its_headers() -> None:
    answer = run_query(
        sales(8), "SELECT Region, sum(Units) AS units, min(Date) AS d FROM Sheet1 GROUP BY ALL ORDER BY 1"
    )
    assert answer.splitlines() == [
        "Region|units|d",
        "East|24|2026-01-02",
        "North|36|2026-01-04",
        "South|42|2026-01-05",
        "West|30|2026-01-03",
    ]


def test_totals_are_no_rows_and_rows_know_their_number() -> None:
    assert run_query(sales(8), "SELECT count(*), max(_row) FROM Sheet1").splitlines()[1] == "8|9"


def test_tables_and_ranges_are_named_too_and_can_be_joined() -> None:
    book = book_of([["Region", "Head"], ["North", "Ann"], ["South", "Bo"]])
    book, _ = edited(
        book,
        {"op": "make_table", "name": "Heads"},
        {"op": "set_cells", "at": "E10", "values": [["Region", "Sold"], ["South", 5], ["North", 2]]},
    )
    sql = 'SELECT Head, Sold FROM Heads JOIN "Sheet1!E10:F12" USING (Region) ORDER BY Sold DESC'
    assert run_query(book, sql).splitlines() == ["Head|Sold", "Bo|5", "Ann|2"]


def test_a_few_texts_among_numbers_are_null_and_told() -> None:
    rows: list[list[object]] = [["n", "v"], *([at, at * 1.5] for at in range(1, 21)), [21, "-"], [22, "'n/a"]]
    answer = run_query(book_of(rows), "SELECT sum(v), count(v), count(*) FROM Sheet1")
    assert answer.splitlines()[1] == "315|20|22"
    assert 'v: 2 values that are no numbers read as NULL ("-" ×1, "n/a" ×1)' in answer


def test_blank_rows_are_left_out_and_texts_stay_texts() -> None:
    book = book_of([["code", "n"], ["'007", 1], ["'008", None], [None, 3]])
    assert run_query(book, "SELECT code, n FROM Sheet1").splitlines()[1:] == ['"007"|1', '"008"|', "|3"]


def test_long_answers_say_how_to_ask_for_less() -> None:
    book = book_of([["n"], *([at] for at in range(100))])
    lines = run_query(book, "SELECT n FROM Sheet1", limit=3).splitlines()
    assert len(lines) == 5
    assert "more than 3 rows" in lines[-1]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_text('https://example.com')",
        "SELECT getenv('HOME')",
        "COPY Sheet1 TO '/tmp/out.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "SET enable_external_access=true",
        "SELECT 1; SELECT 2",
        "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM sys.modules",
        "SELECT * FROM information_schema.tables",
        "",
    ],
)
def test_queries_reach_no_file_no_network_and_change_nothing(sql: str) -> None:
    with pytest.raises(ToolError, match="sql:"):
        run_query(sales(3), sql)


def test_a_query_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SECONDS", 0.3)
    with pytest.raises(ToolError, match="stopped"):
        run_query(sales(3), "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ToolError, match="'Sheet1'"):
        run_query(sales(3), "SELECT * FROM Sheet2")
    with pytest.raises(ToolError, match="Candidate"):
        run_query(sales(3), "SELECT Unit FROM Sheet1")


def test_a_large_sheet_is_read_by_another_reader_and_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[object]] = [["Day", "code", "n", "flag"]]
    rows += [[f"2026-01-{at % 28 + 1:02d}", f"'0{at % 7}", at if at % 11 else None, at % 2 == 0] for at in range(1, 60)]
    book = book_of(rows, at=(3, 2))
    sql = "SELECT min(Day), max(Day), count(n), sum(n), min(code), sum(flag::int), min(_row), max(_row) FROM Sheet1"
    small = run_query(book, sql)
    monkeypatch.setattr(relations, "LARGE", 20)
    assert run_query(book, sql) == small
    assert small.splitlines()[1] == '2026-01-01|2026-01-28|54|1605|"00"|29|4|62'


def test_a_range_that_begins_within_the_data_keeps_its_rows_and_the_headers_above() -> None:
    answer = run_query(sales(8), 'SELECT count(*) AS n, min(_row) AS first, sum(Units) FROM "Sheet1!A3:E9"')
    assert answer.splitlines()[1].startswith("7|3|")


def test_a_range_of_numbers_alone_has_its_columns_letters() -> None:
    assert run_query(book_of([[1, 2], [3, 4]]), 'SELECT sum(A), sum(B) FROM "A1:B2"').splitlines()[1] == "4|6"


def test_an_unknown_column_is_told_with_those_there_are() -> None:
    with pytest.raises(ToolError, match="columns of Sheet1: Date, Region, Units"):
        run_query(sales(3), "SELECT Regiom FROM Sheet1")
