"""What readers of other form languages share: ids given out once, texts in several languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from skills.forms.model import ids
from skills.forms.model.items import ID_PATTERN


class Making:
    """`notes` are for the user: what was not read."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.notes: list[str] = []

    def id(self, name: str, fallback: str) -> str:
        """The name itself where it can be an id, else one made of it."""
        is_own = re.match(ID_PATTERN, name) and name not in self.taken and name not in ids.RESERVED
        made = name if is_own else ids.fresh(name, self.taken, fallback)
        self.taken.add(made)
        return made


class Texts:
    """Collects what texts say in each language: the first is the form's own, the rest are translations."""

    def __init__(self, first: str) -> None:
        self.first = first
        self.tables: dict[str, dict[str, str]] = {}

    @property
    def languages(self) -> list[str]:
        return [self.first, *self.tables]

    def say(self, key: str, told: Any) -> str:
        """A plain text, or one a language with "default" for the first."""
        if not isinstance(told, Mapping):
            return str(told or "")
        said = {str(code): str(text) for code, text in told.items() if text}
        own = said.pop("default", "") or said.pop(self.first, "")
        for code, text in said.items():
            self.tables.setdefault(code, {})[key] = text
        return own or next(iter(said.values()), "")
