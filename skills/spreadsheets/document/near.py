"""Near misses, so that an error about a name can be repaired."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def nearest(name: str, names: Sequence[str]) -> str:
    """ "did you mean 'Sales'? " or nothing."""
    by_key = {each.casefold(): each for each in names}
    found = get_close_matches(name.casefold(), by_key, n=1)
    return f"did you mean {by_key[found[0]]!r}? " if found else ""
