"""Dates of a pivot table put together by year, quarter and month, as Excel does it.

The field that holds the dates shows the finest periods; each coarser one is a field of its own, derived from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.dates import date_of_serial
from skills.spreadsheets.document.pivots.fields import DateGroup, Period, SourceField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PERIODS: Final[tuple[Period, Period, Period]] = ("years", "quarters", "months")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS: Final = ("Qtr1", "Qtr2", "Qtr3", "Qtr4")


def group_dates(fields: list[SourceField], at: int, periods: Sequence[Period], names: Sequence[str]) -> list[int]:
    """Group the field of dates at a place; the fields it becomes, coarse ones first, are appended as needed.

    `names` are those of the derived fields, one for each period but the finest.
    """
    ordered: list[Period] = [period for period in PERIODS if period in periods]
    field, finest = fields[at], ordered[-1]
    days = [day for value in field.values if (day := _day(field, value))]
    first, last = min(days), max(days)
    # Excel lists quarters before years.
    derived: list[tuple[Period, str]] = list(zip(ordered[:-1], names, strict=True))[::-1]
    parent = len(fields) + len(derived) - 1 if derived else None
    made = [len(fields) + place for place in range(len(derived))]
    for period, name in derived:
        group = DateGroup(period, at, None, first.isoformat(), last.isoformat(), is_derived=True)
        fields.append(_grouped(replace(field, name=name, is_date=False), group, days, (first, last)))
    own = DateGroup(finest, at, parent, first.isoformat(), last.isoformat(), is_derived=False)
    fields[at] = _grouped(field, own, days, (first, last))
    return [*reversed(made), at]


def _grouped(
    field: SourceField, group: DateGroup, days: Sequence[datetime], ends: tuple[datetime, datetime]
) -> SourceField:
    first, last = ends
    inner = {
        "years": tuple(str(year) for year in range(first.year, last.year + 1)),
        "quarters": _QUARTERS,
        "months": _MONTHS,
    }[group.period]
    items = (f"<{_short(first)}", *inner, f">{_short(last)}")
    names = [_name(day, group.period) for day in days]
    return replace(field, values=names, items=items, group=group, raw=field.values, number_format="General")


def _name(day: datetime, period: Period) -> str:
    match period:
        case "years":
            return str(day.year)
        case "quarters":
            return _QUARTERS[(day.month - 1) // 3]
        case _:
            return _MONTHS[day.month - 1]


def _day(field: SourceField, value: object) -> datetime | None:
    return date_of_serial(value, is_1904=field.is_1904) if isinstance(value, int | float) else None


def _short(day: datetime) -> str:
    return f"{day.month}/{day.day}/{day.year}"
