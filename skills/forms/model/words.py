"""What the form itself says to a respondent (buttons, faults), in each language it speaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ckb", "dv"})


class Words:
    """Sentences by code, with `{names}` to fill in."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences = sentences

    def __getitem__(self, code: str) -> str:
        return self.sentences[code]

    def say(self, code: str, **facts: Any) -> str:
        return self.sentences[code].format_map({name: str(fact) for name, fact in facts.items()})


@cache
def _tables() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "words.json"
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def words(language: str) -> Words:
    """In that language, its main language ("pt" for "pt-BR"), or English."""
    tables = _tables()
    own = tables.get(language) or tables.get(language.partition("-")[0].lower()) or {}
    return Words({**tables["en"], **own})


def is_spoken(language: str) -> bool:
    """Whether buttons and messages exist in it."""
    return language.partition("-")[0].lower() in _tables()


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0].lower() in RIGHT_TO_LEFT
