"""Plain commands understood without a model: how a room says what a request means, and how requests are split."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

EditData: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What the person said; `texts` are attached plain files (a brief, a csv) by name."""

    text: str
    selection: str | None = None
    texts: Mapping[str, str] | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits in order, as a model would send them; or the parts that were not understood (then no edits).

    `examples` says in one line what the room does understand, for a person whose request it did not.
    """

    edits: tuple[EditData, ...] = ()
    unknown: tuple[str, ...] = ()
    examples: str = ""


Phrase: TypeAlias = Callable[[str, Request], Sequence[EditData] | None]

# An apostrophe inside a word ("don't") opens no quote.
_QUOTED = re.compile(r""""[^"]*"|“[^”]*”|«[^»]*»|‘[^’]*’|`[^`]*`|(?<!\w)'(?:[^']|'')*'(?!\w)""")
_BREAK = re.compile(r"\s*(?:;|\n|(?:,\s*)?\b(?:and then|then)\b)\s*", re.IGNORECASE)


def clauses(text: str) -> tuple[str, ...]:
    """The commands of a request: split at `;`, `then` and line ends, but never inside quotes."""
    parts: list[str] = []
    start = 0
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for match in _BREAK.finditer(text):
        if any(begin < match.start() < end for begin, end in quoted):
            continue
        parts.append(text[start : match.start()])
        start = match.end()
    parts.append(text[start:])
    return tuple(part.strip() for part in parts if part.strip())


def plan_by_clauses(request: Request, phrases: Sequence[Phrase], examples: str = "") -> Plan:
    """Each clause is given to each phrase in turn; one clause nobody knows, and nothing of the request is done."""
    edits: list[EditData] = []
    unknown: list[str] = []
    for clause in clauses(request.text):
        found = next((made for phrase in phrases if (made := phrase(clause, request)) is not None), None)
        if found is None:
            unknown.append(clause)
        else:
            edits.extend(found)
    return Plan(unknown=tuple(unknown), examples=examples) if unknown else Plan(edits=tuple(edits))
