"""Runs one SELECT over a workbook's cells in an engine that can reach nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import duckdb

from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.query.columns import Typed
from skills.spreadsheets.query.relations import Relation, columns_of, find_relation
from skills.spreadsheets.reading.display import number_text, shown

_SECONDS: Final = 20.0
_MEMORY: Final = "1GB"
_MOST_RELATIONS: Final = 8
_LONGEST: Final = 12_000  # characters of an answer
_CELL: Final = 200
_MOST_NAMED: Final = 30
# Set before anything of the document is seen, and locked before the query runs.
_CONFIG: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": _MEMORY,
    "threads": "2",
    "max_temp_directory_size": "0KB",
}


def run_query(book: Workbook, sql: str, limit: int = 50) -> str:
    """The rows as text, first the columns' names; raises ToolError or Refused for what cannot be asked."""
    connection = duckdb.connect(":memory:", config=dict(_CONFIG))
    relations: list[Relation] = []
    try:
        names = _named(connection, sql)
        relations = [find_relation(book, name) for name in names]
        notes = [note for relation in relations for note in _load(connection, relation)]
        connection.execute("SET python_enable_replacements=false")  # or a query could read our own variables
        connection.execute("SET lock_configuration=true")
        columns, rows = _answered(connection, sql, limit)
    except duckdb.Error as error:
        raise ToolError(f"sql: {_first_line(error)}{_hint(sql)}{_known(relations)}") from error
    finally:
        connection.close()
    return "\n".join([*_lines(columns, rows, limit), *notes])


def _named(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """The relations a single SELECT reads."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("sql: one SELECT (WITH … SELECT) is answered, nothing else; use `edit` to change the workbook")
    ((parsed,),) = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()
    tree = json.loads(parsed)
    defined = {str(each["key"]).casefold() for node in _nodes(tree) for each in node.get("map", ()) if "key" in each}
    tables = [node for node in _nodes(tree) if node.get("type") == "BASE_TABLE"]
    strange = next((node for node in tables if node.get("schema_name") or node.get("catalog_name")), None)
    if strange is not None:
        raise Refused(f"sql: {strange['schema_name']}.{strange['table_name']} is no part of this workbook")
    found = dict.fromkeys(str(node["table_name"]) for node in tables)
    names = [name for name in found if name.casefold() not in defined]
    if len(names) > _MOST_RELATIONS:
        raise Refused(f"sql: {len(names)} tables in one query; at most {_MOST_RELATIONS}")
    return names


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed query."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _load(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator[str]:
    """Copy the cells into the engine; what was read otherwise than it stands is told."""
    arrays, types = columns_of(relation)
    connection.register("_cells", arrays)
    listed = ", ".join(_selected(each) for each in types)
    connection.execute(f"CREATE TABLE {_quoted(relation.name)} AS SELECT _row, {listed} FROM _cells")  # noqa: S608 - names are quoted
    connection.unregister("_cells")
    yield from (each.note for each in types if each.note)


def _selected(column: Typed) -> str:
    name = _quoted(column.name)
    if column.sql in {"DOUBLE", "BIGINT"}:
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END::{column.sql} AS {name}"
    return f"{name}::{column.sql} AS {name}"


def _answered(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    stop = threading.Timer(_SECONDS, connection.interrupt)
    stop.start()
    try:
        cursor = connection.execute(sql)
        columns = [str(each[0]) for each in cursor.description or ()]
        return columns, cursor.fetchmany(limit + 1)
    except duckdb.InterruptException as error:
        raise ToolError(f"sql: stopped after {_SECONDS:g} s; ask for less") from error
    finally:
        stop.cancel()


def _lines(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], limit: int) -> Iterator[str]:
    yield "|".join(columns)
    left = _LONGEST
    for at, row in enumerate(rows[:limit]):
        line = "|".join(map(_text, row))
        left -= len(line) + 1
        if left < 0:
            yield f"… cut after {at} rows; select fewer columns or aggregate"
            return
        yield line
    if len(rows) > limit:
        yield f"… more than {limit} rows; aggregate, or raise limit"
    elif not rows:
        yield "(no rows)"


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(round(value, 10) if isinstance(value, float) else value)
        case datetime():
            return value.isoformat(sep=" ").removesuffix(" 00:00:00")
        case date():
            return value.isoformat()
        case str():
            return shown(value[:_CELL])
        case _:
            return shown(str(value)[:_CELL])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: duckdb.Error) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:400]


def _known(relations: Sequence[Relation]) -> str:
    """What the columns are called, as one of them was not found."""
    listed = (f"{each.name}: {', '.join(list(each.headers.values())[:_MOST_NAMED])}" for each in relations)
    return "".join(f"; columns of {each}" for each in listed)


def _hint(sql: str) -> str:
    return "" if '"' in sql else '; names with blanks or signs stand in double quotes: "Unit price", FROM "Sales 2026"'
