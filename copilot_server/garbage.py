"""How often Python looks for cycles of objects nobody holds any more: seldom, in a process that lives long."""

from __future__ import annotations

import gc
from typing import Final

_ROUND: Final = 10_000  # objects made and not freed; by Python's own 700, a third of a turn's time goes into rounds


def collect_seldom() -> None:
    """What is loaded by now stays for good, so that no round looks at it again."""
    gc.freeze()
    gc.set_threshold(_ROUND, 10, 10)
