"""Facts read from the files people have: JSON, csv, `key: value` lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from copilot_server.errors import BadRequest

_PAIR = re.compile(r"^\s*(?:[-*•]\s+)?([^:=\n]{1,120}?)\s*[:=]\s*(.*)$")


def from_json(text: str) -> list[dict[str, Any]]:
    """One object, or a list of them (a file each); raises BadRequest."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the data is no JSON: {error}") from error
    rows = data if isinstance(data, list) else [data]
    if not all(isinstance(row, dict) for row in rows):
        raise BadRequest("the data must be a JSON object, or a list of objects")
    return [row["answers"] if isinstance(row.get("answers"), dict) else row for row in rows]


def from_csv(text: str) -> list[dict[str, Any]]:
    """A row a respondent; empty cells are no answers; `jobs[0].employer` columns make entries."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter_of(text))
    return [_nested({name: cell for name, cell in row.items() if name and cell not in (None, "")}) for row in rows]


def delimiter_of(text: str) -> str:
    """The one the header has most of."""
    return max("\t;,", key=text.partition("\n")[0].count)


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, cell in flat.items():
        match = re.fullmatch(r"(.+?)\[(\d+)\]\.(.+)", name)
        if match is None:
            made[name] = cell
            continue
        entries: list[dict[str, Any]] = made.setdefault(match[1], [])
        entries += [{} for _ in range(int(match[2]) + 1 - len(entries))]
        entries[int(match[2])][match[3]] = cell
    return made


def from_pairs(text: str) -> dict[str, Any]:
    """`Name: Ada` or `name = Ada` lines; a line without a key goes on with the value before it."""
    return dict(_pairs(text))


def before_pairs(text: str) -> str:
    """What stands above the first line that has a key."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if _PAIR.match(line)), len(lines))
    return "\n".join(lines[:first]).strip()


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    key, value = "", ""
    for line in text.splitlines():
        match = _PAIR.match(line)
        if match:
            if key:
                yield key, value.strip()
            key, value = match[1], match[2]
        elif key and line.strip():
            value += f"\n{line.strip()}"
    if key:
        yield key, value.strip()
