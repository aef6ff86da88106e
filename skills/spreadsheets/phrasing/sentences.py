"""Patterns of commands, written nearly as people say them.

`[the]` may be left out, `[new|empty]*` may come often, `(to|as)` is one of these, `<where:place>` is caught under a
name and must be of that kind; `<what>` is anything. Case and the number of blanks between words do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from skills.spreadsheets.phrasing import words

_ITEM: Final = re.compile(
    r"(?P<optional>\[[^\]]+\]\*?)|<(?P<name>\w+)(?::(?P<kind>\w+))?(?:=(?P<choices>[^>]+))?>|(?P<plain>\([^)]*\)|[^\s\[\]<>()]+)"
)
_COLORS: Final = "|".join(sorted(words.COLORS, key=len, reverse=True))
_KINDS: Final[Mapping[str, str]] = {
    "words": rf"(?:{words.QUOTED}|.+?)",
    "place": words.PLACE,
    "cells": words.CELLS,
    "quoted": words.QUOTED,
    "count": words.COUNT,
    "number": r"\d+(?:\.\d+)?",
    "row": r"\d+",
    "letters": r"[A-Za-z]{1,3}",
    "identifier": rf"(?:{words.QUOTED}|[A-Za-z_]\w*)",
    "text": rf"(?:{words.QUOTED}|\S+)",
    "color": rf"(?:{_COLORS}|#?[0-9A-Fa-f]{{6}})",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The forms one command may take."""

    forms: tuple[str, ...]

    def heard(self, text: str) -> Mapping[str, str] | None:
        """What was caught, by name; names of parts left out are missing. None when no form fits the whole text."""
        for form in self.forms:
            match = _pattern(form).fullmatch(text)
            if match is not None:
                return {name: value.strip() for name, value in match.groupdict().items() if value is not None}
        return None


def sentence(*forms: str) -> Sentence:
    return Sentence(forms)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    pieces: list[str] = []
    has_begun = False
    for item in _ITEM.finditer(form):
        source, is_optional, repeats = _source(item)
        if is_optional:
            joined = rf"(?:\s+{source})" if has_begun else rf"(?:{source}\s+)"
            pieces.append(joined + ("*" if repeats else "?"))
        else:
            pieces.append(rf"\s+{source}" if has_begun else source)
            has_begun = True
    return re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)


def _source(item: re.Match[str]) -> tuple[str, bool, bool]:
    """(regular expression, may be left out, may come often)"""
    if item["optional"]:
        inner = item["optional"].rstrip("*")[1:-1]
        return f"(?:{_spaced(inner)})", True, item["optional"].endswith("*")
    if item["name"]:
        inner = _spaced(item["choices"]) if item["choices"] else _KINDS[item["kind"] or "words"]
        return f"(?P<{item['name']}>{inner})", False, False
    plain = item["plain"]
    return (f"(?:{_spaced(plain[1:-1])})" if plain.startswith("(") else plain), False, False


def _spaced(text: str) -> str:
    return re.sub(r" +", r"\\s+", text)
