"""Names close to one that was not found."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def near_misses(wanted: str, known: Iterable[str]) -> str:
    """How the known names go on in an error: the closest, else the first few."""
    names = list(dict.fromkeys(name for name in known if name))
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    shown = ", ".join(map(repr, names[:12]))
    return f"; there are {shown}{' …' if len(names) > 12 else ''}" if names else "; there are none yet"
