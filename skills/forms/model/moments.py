"""Dates and times as answers hold them, and bounds given relative to today."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_RELATIVE = re.compile(r"today(?:([+-])(\d{1,5})([dmy]))?")
_FORMS = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "time": re.compile(r"\d{2}:\d{2}(:\d{2})?"),
    "date_time": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?"),
}


def is_moment(text: str, kind: str) -> bool:
    """Whether it is an ISO 8601 date, time or date-time without zone that exists."""
    if not _FORMS[kind].fullmatch(text):
        return False
    try:
        {"date": date, "time": time, "date_time": datetime}[kind].fromisoformat(text)
    except ValueError:
        return False
    return True


def resolve(bound: str, today: date) -> str:
    """`today-18y` and the like as a date; anything else as it is."""
    match = _RELATIVE.fullmatch(bound)
    if match is None:
        return bound
    sign, count, unit = match.groups()
    steps = int(count or 0) * (-1 if sign == "-" else 1)
    try:
        return (today + timedelta(days=steps) if unit in {None, "d"} else _months_later(today, steps, unit)).isoformat()
    except (ValueError, OverflowError):
        return ""


def is_bound(text: str, kind: str) -> bool:
    return bool(_RELATIVE.fullmatch(text)) or is_moment(text, kind)


def _months_later(day: date, steps: int, unit: str) -> date:
    months = day.year * 12 + day.month - 1 + steps * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"no day {steps}{unit} from {day}")
