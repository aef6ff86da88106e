"""Columns of cells as arrays with one type each, taken in piece by piece so that large sheets stay small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np

from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import date_of_serial
from skills.spreadsheets.reading.display import number_text, quoted

_STRAYS: Final = 0.1  # as many other values as this may stand among numbers, and are read as NULL
_MOST_TOLD: Final = 4


@dataclass(slots=True)
class ColumnPieces:
    """A column as it comes: numbers, other values beside them, by position from 0."""

    name: str
    is_date: bool | None = None
    numbers: list[Any] = field(default_factory=list[Any])
    places: list[Any] = field(default_factory=list[Any])
    others: list[tuple[int, CellValue]] = field(default_factory=list[tuple[int, CellValue]])

    def add(self, places: Sequence[int], values: Sequence[CellValue]) -> None:
        """Values at positions; None and blanks need not come."""
        kinds = set(map(type, values))
        if kinds <= {float, int}:
            self.places.append(np.array(places, dtype=np.int32))
            self.numbers.append(np.array(values, dtype=np.float64))
            return
        if kinds in ({date}, {datetime}):
            self.is_date = True
            moments = np.array(values, dtype="datetime64[s]") - np.datetime64("1899-12-30", "s")
            self.places.append(np.array(places, dtype=np.int32))
            self.numbers.append(moments / np.timedelta64(86_400, "s"))
            return
        if kinds == {str}:
            self.others.extend(zip(places, values, strict=True))
            return
        for place, value in zip(places, values, strict=True):
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.places.append(np.array([place], dtype=np.int32))
                self.numbers.append(np.array([value], dtype=np.float64))
            elif value is not None:
                self.others.append((place, value))


@dataclass(frozen=True, slots=True)
class Typed:
    """An array the engine takes, the type it is to have there, and what was lost on the way."""

    name: str
    values: Any
    sql: str
    note: str = ""


def typed(pieces: ColumnPieces, length: int, *, is_1904: bool) -> Typed:
    """Numbers (a few other values among them as NULL, told in the note), dates, booleans or texts."""
    count = sum(len(each) for each in pieces.numbers)
    if count and len(pieces.others) <= count * _STRAYS:
        return _of_numbers(pieces, length, is_1904=is_1904)
    if not count and pieces.others and all(isinstance(value, bool) for _, value in pieces.others):
        flags: Any = np.ma.masked_all(length, dtype=bool)
        for place, value in pieces.others:
            flags[place] = value
        return Typed(pieces.name, flags, "BOOLEAN")
    texts = np.empty(length, dtype=object)
    for places, numbers in zip(pieces.places, pieces.numbers, strict=True):
        for place, value in zip(places.tolist(), numbers.tolist(), strict=True):
            texts[place] = _number(value, is_date=bool(pieces.is_date), is_1904=is_1904)
    for place, value in pieces.others:
        texts[place] = value if isinstance(value, str) else _word(value)
    return Typed(pieces.name, texts, "VARCHAR")


def add_rows(pieces: Sequence[ColumnPieces | None], rows: Sequence[Sequence[Any]], first: int) -> None:
    """Rows as calamine gives them, blanks as "", from a position on; a column nobody wants has None."""
    whole = range(first, first + len(rows))
    for mine, values in zip(pieces, zip(*rows, strict=False), strict=False):
        if mine is None:
            continue
        if "" in values:
            kept = [(place, value) for place, value in zip(whole, values, strict=True) if value != ""]
            places, found = [place for place, _ in kept], [value for _, value in kept]
        else:
            places, found = list(whole), list(values)
        kinds = set(map(type, found))
        if len(kinds) > 1 and kinds & {date, datetime, time, timedelta}:
            mine.is_date = mine.is_date or bool(kinds & {date, datetime})
            found = [_serial(value) for value in found]
        elif kinds & {time, timedelta}:
            found = [_serial(value) for value in found]
        mine.add(places, found)


def _serial(value: Any) -> Any:
    """Moments as the numbers they are in cells of the usual calendar."""
    match value:
        case datetime():
            return (value - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - cells know no zone
        case date():
            return float((value - date(1899, 12, 30)).days)
        case time():
            return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        case timedelta():
            return value / timedelta(days=1)
        case _:
            return value


def _of_numbers(pieces: ColumnPieces, length: int, *, is_1904: bool) -> Typed:
    values = np.full(length, np.nan)
    for places, numbers in zip(pieces.places, pieces.numbers, strict=True):
        values[places] = numbers
    note = ""
    if pieces.others:
        counts = Counter(_word(value) for _, value in pieces.others)
        told = ", ".join(f"{quoted(text)} ×{count}" for text, count in counts.most_common(_MOST_TOLD))
        note = f"{pieces.name}: {len(pieces.others)} values that are no numbers read as NULL ({told})"
    if pieces.is_date:
        epoch = "1904-01-01" if is_1904 else "1899-12-30"  # what comes from calamine counts from 1899 always
        whole = np.round(np.nan_to_num(values) * 86_400).astype("timedelta64[s]")
        moments = np.datetime64(epoch, "s") + whole
        moments[np.isnan(values)] = np.datetime64("NaT")
        has_time = bool(np.any(np.nan_to_num(values) % 1))
        return Typed(pieces.name, moments, "TIMESTAMP" if has_time else "DATE", note)
    is_whole = not np.any(np.nan_to_num(values) % 1) and np.nanmax(np.abs(values)) < 2**53
    return Typed(pieces.name, values, "BIGINT" if is_whole else "DOUBLE", note)


def _number(value: float, *, is_date: bool, is_1904: bool) -> str:
    moment = date_of_serial(value, is_1904=is_1904) if is_date else None
    return number_text(value) if moment is None else moment.isoformat(sep=" ").removesuffix(" 00:00:00")


def _word(value: CellValue) -> str:
    return value.code if isinstance(value, CellError) else str(value)
