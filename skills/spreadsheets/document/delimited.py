"""Delimited text (csv, tsv): how a file is written, its records cut, and what a field means as a value."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile, TooLarge
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW
from skills.spreadsheets.document.dates import parse_iso
from skills.spreadsheets.document.values import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.cells import CellValue

MOST_BYTES: Final = 50 << 20

_DELIMITERS: Final = ",;\t|"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][-+]?\d{1,3})?\Z")
_STARTS_NUMBER: Final = frozenset("-0123456789")
_SAMPLE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Manner:
    """How the file is written: `mark` is its byte order mark, `newline` what ends its records."""

    delimiter: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""
    newline: str = "\n"


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the file: its fields, and the text it was cut from with the line's end."""

    fields: tuple[str, ...]
    source: str


def read_manner(data: bytes, suffix: str) -> tuple[Manner, str]:
    """How the file is written, and its text; raises TooLarge or DamagedFile for what is no text."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the file has {len(data) / 2**20:.0f} MB; the limit is {MOST_BYTES >> 20} MB")
    mark, encoding = _encoding(data)
    text = data[len(mark) :].decode(encoding, "replace")
    if "\0" in text:
        raise DamagedFile("the file is no delimited text: it holds binary data")
    delimiter = "\t" if suffix == ".tsv" else _delimiter(text[:_SAMPLE])
    newline = "\r\n" if "\r\n" in text[:_SAMPLE] else "\n"
    return Manner(delimiter, encoding, mark, newline), text


def records(text: str, manner: Manner) -> Iterator[Record]:
    """The file's lines in order; raises TooLarge when they do not fit a sheet, DamagedFile for fields that do not."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=manner.delimiter)
    before, number = 0, 0
    try:
        for number, fields in enumerate(reader, 1):
            record = Record(tuple(fields), "".join(lines[before : reader.line_num]))
            before = reader.line_num
            _check(number, record)
            yield record
    except csv.Error as error:
        raise DamagedFile(f"line {number + 1} is no delimited text: {error}") from error


def _check(number: int, record: Record) -> None:
    if number > MAX_ROW or len(record.fields) > MAX_COLUMN:
        raise TooLarge("the file has more rows or columns than a sheet: 1,048,576 by 16,384")
    if any(len(field) > LONGEST_TEXT for field in record.fields):
        raise DamagedFile(f"line {number} has a field of more than {LONGEST_TEXT:,} characters, a cell's limit")


def value_of(field: str) -> CellValue:
    """A plain number, true or false as such; leading zeros, signs and blanks keep a field text."""
    if is_number(field):
        return int(field) if field.lstrip("-").isdecimal() else float(field)
    if field in {"TRUE", "FALSE"}:
        return field == "TRUE"
    return field or None


def is_number(field: str) -> bool:
    return field[:1] in _STARTS_NUMBER and field != "" and _NUMBER.match(field) is not None


def date_of(field: str) -> tuple[float, str] | None:
    """The serial number and number format of an ISO date, date with time or time."""
    return parse_iso(field, is_1904=False) if field[4:5] == "-" or field[2:3] == ":" else None


def written(fields: Sequence[str], manner: Manner) -> str:
    """A line of these fields, quoted where needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=manner.delimiter, lineterminator=manner.newline).writerow(fields)
    return out.getvalue()


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return mark, encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"", "cp1252"
    return b"", "utf-8"


def _delimiter(sample: str) -> str:
    """The one that cuts the first lines into most fields, the same number in each."""
    lines = [line for line in sample.splitlines() if line.strip()][:20]

    def worth(delimiter: str) -> tuple[bool, int]:
        widths = [len(fields) for fields in csv.reader(lines, delimiter=delimiter)]
        return (len(set(widths)) == 1 and widths[0] > 1, max(widths)) if widths else (False, 0)

    return max(_DELIMITERS, key=worth) if lines else ","
