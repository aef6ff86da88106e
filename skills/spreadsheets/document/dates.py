"""Dates and times as the serial numbers of a workbook, in both of Excel's systems."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from skills.spreadsheets.document.cells import CellValue

_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
# Excel's calendar has a 29 February 1900, so what comes before it is one day off.
_LEAP_FAKE: Final = 61
_SECONDS: Final = 86_400
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?)?Z?\Z")
_TIME: Final = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?\Z")


def serial_of_date(day: date, *, is_1904: bool) -> int:
    """Days since the system's start; raises ValueError for days it cannot tell."""
    if is_1904:
        serial = (day - _EPOCH_1904).days
    else:
        serial = (day - _EPOCH_1900).days
        serial -= serial < _LEAP_FAKE
    if serial < (0 if is_1904 else 1):
        raise ValueError(f"{day} lies before the first day a workbook can hold")
    return serial


def date_of_serial(serial: float, *, is_1904: bool) -> datetime | None:
    """The moment a number stands for, to the second; None when it is none, as the 29 February 1900."""
    days, rest = divmod(round(serial * _SECONDS), _SECONDS)
    if days < 0 or (not is_1904 and days == _LEAP_FAKE - 1):
        return None
    epoch = _EPOCH_1904 if is_1904 else _EPOCH_1900 + timedelta(days=days < _LEAP_FAKE)
    try:
        return datetime.combine(epoch, time(), UTC).replace(tzinfo=None) + timedelta(days=days, seconds=rest)
    except OverflowError:
        return None


def iso_of_serial(serial: float, *, is_1904: bool) -> str | None:
    """ "2026-01-31", with the time if there is one; "06:30:00" for a time alone."""
    moment = date_of_serial(serial, is_1904=is_1904)
    if moment is None:
        return None
    if 0 <= serial < 1 and not is_1904:
        return moment.time().isoformat()
    has_time = moment.time() != time()
    return moment.isoformat(sep=" ") if has_time else moment.date().isoformat()


def parse_iso(text: str, *, is_1904: bool) -> tuple[float, str] | None:
    """The serial number of an ISO date, date with time, or time, and the number format it wants.

    None for other text and for days that do not exist ("2026-01-32") or that the workbook's system cannot tell.
    """
    if match := _DATE.match(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            serial = serial_of_date(moment.date(), is_1904=is_1904)
        except ValueError:
            return None
        if match[4] is None:
            return serial, "yyyy-mm-dd"
        seconds = hour * 3600 + minute * 60 + second + float(match[7] or 0)
        return serial + seconds / _SECONDS, "yyyy-mm-dd hh:mm" if match[6] is None else "yyyy-mm-dd hh:mm:ss"
    if match := _TIME.match(text):
        hour, minute, second = (int(part or 0) for part in match.groups())
        if hour < 24 and minute < 60 and second < 60:
            seconds = hour * 3600 + minute * 60 + second
            return seconds / _SECONDS, "hh:mm" if match[3] is None else "hh:mm:ss"
    return None


def serial_of_iso(text: str, *, is_1904: bool) -> CellValue:
    """The number a cell of type `d` holds; its text when it is no date."""
    found = parse_iso(text, is_1904=is_1904)
    return text if found is None else found[0]
