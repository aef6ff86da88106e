"""The tools of the spreadsheet room."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import tool
from copilot_server.errors import ToolError
from skills.spreadsheets.checks import check as checking
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits import AnyEdit
from skills.spreadsheets.reading.find import Query, find_text
from skills.spreadsheets.reading.outline import outline
from skills.spreadsheets.reading.ranges import Show, range_text
from skills.spreadsheets.reading.sheet_outline import sheet_outline
from skills.spreadsheets.reading.trace import trace

_MOST_FINDINGS = 40


@tool
def read(
    book: Workbook,
    sheet: Annotated[str | None, Field(description="default: the active one")] = None,
    range: Annotated[str | None, Field(description='"B2:D9", "C:E", "3:40", with or without sheet')] = None,  # noqa: A002 - the model's word for it
    show: Annotated[
        Show,
        Field(
            description="formulas: in their cells; formats: looks, rules, links, notes too; "
            "trace: what a cell reads and what reads it"
        ),
    ] = "values",
    max_tokens: Annotated[int, Field(ge=100, le=20_000, description="of the answer")] = 2_000,
) -> str:
    """Read the workbook's outline; with `sheet` its columns in full; with `range` its rows.

    A row reads `7|North|12||3.5`: row number, then cells between bars.
    """
    if show == "trace" and range is not None:
        return trace(*_place(book, sheet, range))
    if range is None:
        return outline(book) if sheet is None else _cut(sheet_outline(book.sheet(sheet)), max_tokens)
    return range_text(*_place(book, sheet, range), show, max_tokens)


@tool
def find(
    book: Workbook,
    text: Annotated[str, Field(min_length=1, description="* and ? are wildcards")],
    sheet: Annotated[str | None, Field(description="default: all")] = None,
    whole_cell: Annotated[bool, Field(description="it is all the cell holds")] = False,
    match_case: Annotated[bool, Field(description="A is not a")] = False,
    limit: Annotated[int, Field(ge=1, le=200, description="hits shown")] = 20,
) -> str:
    """Find text in values, formulas, notes, sheet and defined names."""
    sheets = book.sheets if sheet is None else (book.sheet(sheet),)
    return find_text(book, Query(text, match_case, whole_cell), sheets, limit)


@tool
def edit(draft: Draft[Workbook], edits: Annotated[list[AnyEdit], Field(min_length=1, max_length=200)]) -> str:
    """Apply edits in order, all or nothing; later ones see what earlier ones did. Put all you know into one call.

    `sheet`: the active one unless named. `range`: "B2:D9", "C:C", "3:5", a column's header (its data), "header", "all".
    """
    return draft.apply(edits)


@tool
def query(
    book: Workbook,
    sql: Annotated[
        str, Field(description='FROM a sheet (its largest table), a table or "Sheet!A1:D9"; columns by header, `_row`')
    ],
    limit: Annotated[int, Field(ge=1, le=500, description="rows shown")] = 50,
) -> str:
    """Ask in SQL (one DuckDB SELECT, read only): counts, sums, groups, joins over any number of rows."""
    from skills.spreadsheets.query.run import run_query  # noqa: PLC0415 - loads DuckDB, which few turns need

    return run_query(book, sql, limit)


@tool
def check(book: Workbook) -> str:
    """List faults (errors, broken patterns, wrong totals, ####) and hints."""
    findings = checking.check(book)
    lines = [f"{each.severity} {each.where}: {each.text}{f' → {each.mend}' if each.mend else ''}" for each in findings]
    more = [f"… {len(lines) - _MOST_FINDINGS} more"] if len(lines) > _MOST_FINDINGS else []
    return "\n".join([*lines[:_MOST_FINDINGS], *more]) or "no faults found"


def _place(book: Workbook, sheet: str | None, place: str) -> tuple[Sheet, Area]:
    """The sheet may stand before the range; raises ToolError when two are named."""
    inside, area = split_location(place)
    if inside is not None and sheet is not None and inside.casefold() != sheet.casefold():
        raise ToolError(f"range: {place!r} names another sheet than sheet {sheet!r}")
    name = inside or sheet
    return (book.active if name is None else book.sheet(name)), Area.parse(area)


def _cut(text: str, tokens: int) -> str:
    if len(text) <= tokens * 4:
        return text
    return f"{text[: tokens * 4].rpartition(chr(10))[0]}\n … cut; raise max_tokens or read ranges"
