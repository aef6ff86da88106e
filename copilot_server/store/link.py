"""Plain statements within one transaction, for what every turn asks: no session's bookkeeping, compiled once.

A statement is one of SQLAlchemy's, made once in a module; the columns it sets are named by the values given.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection, Dialect, Executable

Values: TypeAlias = Mapping[str, Any]


class Link(Protocol):
    """To a database, while a transaction lasts."""

    dialect: str

    def rows(self, statement: Executable, values: Values) -> Sequence[Any]:
        """What it selects or returns, columns as attributes."""
        ...

    def run(self, statement: Executable, values: Values | Sequence[Values]) -> int:
        """How many rows it changed; with several rows of values it is run for each."""
        ...


def first(link: Link, statement: Executable, values: Values) -> Any | None:
    """The first row, if there is one."""
    found = link.rows(statement, values)
    return found[0] if found else None


class ThroughCore:
    """As SQLAlchemy runs statements, on any database."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect.name
        self._connection = connection

    def rows(self, statement: Executable, values: Values) -> Sequence[Any]:
        return self._connection.execute(statement, values).all()

    def run(self, statement: Executable, values: Values | Sequence[Values]) -> int:
        return self._connection.execute(statement, values).rowcount


class Direct:
    """On SQLite's own connection: what SQLAlchemy does around a statement costs ten times what SQLite takes for it."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def rows(self, statement: Executable, values: Values) -> Sequence[Any]:
        made = _compiled(statement, tuple(values), self._dialect)
        found = self._connection.execute(made.sql, made.bound(values)).fetchall()
        return [made.read(row) for row in found]

    def run(self, statement: Executable, values: Values | Sequence[Values]) -> int:
        if isinstance(values, Mapping):
            made = _compiled(statement, tuple(values), self._dialect)
            return self._connection.execute(made.sql, made.bound(values)).rowcount
        made = _compiled(statement, tuple(values[0]), self._dialect)
        return self._connection.executemany(made.sql, [made.bound(each) for each in values]).rowcount


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as the driver takes it, and what turns values into its parameters and its columns into values."""

    sql: str
    parameters: Sequence[tuple[str, Any, Callable[[Any], Any] | None]]  # name, value where none is given, conversion
    columns: Sequence[Callable[[Any], Any] | None]
    row: Callable[..., Any]

    def bound(self, values: Values) -> list[Any]:
        made: list[Any] = []
        for name, constant, convert in self.parameters:
            value = values.get(name, constant)
            made.append(value if convert is None else convert(value))
        return made

    def read(self, row: Sequence[Any]) -> Any:
        return self.row(
            *(value if convert is None else convert(value) for value, convert in zip(row, self.columns, strict=True))
        )


@cache
def _compiled(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect, column_keys=list(names))
    assert not made.insert_prefetch, "columns with a default of ours need a value here"  # noqa: S101 - a bug of ours
    missing = [name for name, bind in made.binds.items() if bind.required and name not in names]
    assert not missing, f"no value for {', '.join(missing)}"  # noqa: S101 - a bug of ours, which SQLite takes for NULL
    parameters = [
        (name, made.params.get(name), made.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in made.positiontup or ()
    ]
    selected = list(statement.exported_columns) if made.effective_returning or statement.is_select else []
    row = namedtuple("Row", [column.key for column in selected])  # pyright: ignore[reportUntypedNamedTuple]
    columns = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
    return _Compiled(made.string, parameters, columns, row)
