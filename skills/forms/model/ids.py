"""New ids: readable, unique, and words the expression language can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from skills.forms.model.expressions import RESERVED
from skills.forms.model.form import END

_MAX = 40


def slug(text: str, fallback: str) -> str:
    """Lower-case ASCII words joined by `_`; `fallback` where nothing readable is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    made = ""
    for word in words:
        if made and len(made) + len(word) >= _MAX:
            break
        made = f"{made}_{word}".strip("_")[:_MAX]
    return made or fallback


def fresh(text: str, taken: Collection[str], fallback: str = "question") -> str:
    """A slug of `text` that neither `taken` nor the expression language has."""
    base = slug(text, fallback)
    base = base if base[0].isalpha() else f"q_{base}"[:_MAX]
    made, number = base, 2
    while made in taken or made in RESERVED or made == END:
        made, number = f"{base}_{number}", number + 1
    return made


def option_value(label: str, taken: Collection[str]) -> str:
    """The value answers hold for a new option; never the word kept for free answers."""
    base = slug(label, "option")
    made, number = base, 2
    while made in taken or made == "other":
        made, number = f"{base}_{number}", number + 1
    return made
