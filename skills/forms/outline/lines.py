"""One line of an outline taken apart: its condition, label, star, type and fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from copilot_server.errors import ToolError
from skills.forms.model.items import ItemType
from skills.forms.near import near_misses
from skills.forms.outline import kinds

_BULLET = re.compile(r"^(?:[-•*]|\d{1,3}[.)])\s+")
_CONDITION = re.compile(r"""^if\s+((?:"[^"]*"|'[^']*'|\([^()]*\)|[^:"'()\[\]])+):\s*(?=\S)""", re.IGNORECASE)
_RANGE = re.compile(
    r"^(?P<kind>[^\d]+?)[ ,:]+(?P<min>\d+(?:\.\d+)?) ?(?:-|–|to|\.\.) ?(?P<max>\d+(?:\.\d+)?)$", re.IGNORECASE
)  # [scale 1-5], [number 0 to 10]
_STAR = re.compile(r"\s*\*\s*$")


def _listed(text: str) -> list[str]:
    separator = ";" if ";" in text else "," if "," in text else "|" if "|" in text else "/"
    return [part.strip().strip("\"'") for part in text.split(separator) if part.strip()]


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "").strip())
    except ValueError as error:
        raise ToolError(f"{text!r} is not a number") from error


def _whole(text: str) -> int:
    return int(_number(text))


def _yes(text: str) -> bool:
    return text.strip().lower() in {"", "yes", "true", "y", "1"}


_FIELDS: dict[str, Callable[[str], Any]] = {
    "options": _listed, "choices": _listed, "rows": _listed, "columns": _listed, "accept": _listed,
    "help": str, "hint": str, "placeholder": str, "message": str, "pattern": str, "unit": str, "low": str, "high": str,
    "earliest": str, "latest": str, "default": str, "expression": str, "sensitive": str, "id": str,
    "min": _number, "max": _number, "max_megabytes": _number, "decimals": _whole, "min_length": _whole,
    "max_length": _whole, "min_count": _whole, "max_count": _whole, "max_files": _whole, "other": _yes,
    "multiple": _yes,
}  # fmt: skip
_CHOICES = {"single_choice", "multiple_choice", "dropdown"}
_SYNONYMS = {"choices": "options", "hint": "help", "calculation": "expression"}
_FLAGS = {
    "required": ("required", True),
    "optional": ("required", False),
    "other": ("other", True),
    "multiple": ("multiple", True),
}


@dataclass
class Line:
    """`condition` is as written, still in labels; `kind` None when the line does not say."""

    label: str
    indent: int = 0
    condition: str = ""
    kind: ItemType | None = None
    fields: dict[str, Any] = field(default_factory=dict[str, Any])


def read_line(text: str) -> Line:
    """Raises ToolError naming a bracket it cannot read; brackets that are no field stay in the label."""
    stripped = text.lstrip(" \t")
    line = Line("", indent=len(text.expandtabs(4)) - len(stripped))
    rest = _BULLET.sub("", stripped.strip())
    condition = _CONDITION.match(rest)
    if condition:
        line.condition, rest = condition[1].strip(), rest[condition.end() :]
    line.label = _take_groups(rest.strip(), line)
    if not line.label:
        raise ToolError(f"the outline line {text.strip()!r} has no label")
    _fold_other(line)
    return line


def _fold_other(line: Line) -> None:
    """An option called Other is the field for a free answer."""
    listed = line.fields.get("options", [])
    plain = [each for each in listed if each.casefold() not in {"other", "other…", "other..."}]
    if len(plain) < len(listed):
        line.fields |= {"options": plain, "other": True}


def _take_groups(text: str, line: Line) -> str:
    while True:
        star = _STAR.search(text)
        if star and star.start() > 0:
            line.fields["required"] = True
            text = text[: star.start()]
            continue
        start = _last_group(text)
        if start is None or not _take_group(text[start:].strip(), line):
            return text.rstrip(" :").strip().strip('"“”')
        text = text[:start]


def _last_group(text: str) -> int | None:
    """Where the brackets open that close at the end of the text; None where none do."""
    closing = text.rstrip()[-1:]
    if closing not in {")", "]"}:
        return None
    opening, depth = {")": "(", "]": "["}[closing], 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] == closing) - (text[position] == opening)
        if depth == 0 and text[position] == opening:
            return position
    return None


def _take_group(group: str, line: Line) -> bool:
    inside = group[1:-1].strip()
    if group.startswith("["):
        return _take_type(inside, line)
    if inside.lower() in _FLAGS:
        name, value = _FLAGS[inside.lower()]
        line.fields[name] = value
        return True
    if inside.startswith("="):
        line.kind, line.fields["expression"] = "calculated", inside[1:].strip()
        return True
    key, colon, value = inside.partition(":")
    name = key.strip().lower().replace(" ", "_")
    if colon and name not in _FIELDS and (kind := kinds.by_name(key)) in _CHOICES:  # (choose any: a, b)
        line.kind, name = kind, "options"
    if not colon or name not in _FIELDS:
        return False
    line.fields[_SYNONYMS.get(name, name)] = _FIELDS[name](value.strip())
    return True


def _take_type(word: str, line: Line) -> bool:
    bounds = _RANGE.match(word)
    kind = kinds.by_name(bounds["kind"] if bounds else word)
    if kind is None:
        raise ToolError(f"[{word}] is no type of item{near_misses(word, kinds.names())}")
    line.kind = kind
    if bounds:
        line.fields |= {"min": float(bounds["min"]), "max": float(bounds["max"])}
    if kinds.is_nps(word):
        line.fields.setdefault("min", 0)
        line.fields.setdefault("max", 10)
    return True
