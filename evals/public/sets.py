"""The public sets by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from evals.public import advisory, books, deskcraft, filling, officebench, pptc, ppteval
from evals.task import Task

SETS: Mapping[str, Callable[[], Iterator[Task]]] = {
    "spreadsheetbench": books.spreadsheetbench,
    "officebench": officebench.officebench,
    "docxbench": advisory.docxbench,
    "deskcraft": deskcraft.deskcraft,
    "pptc": pptc.pptc,
    "ppteval": ppteval.ppteval,
    "formfactory": filling.formfactory,
}


@cache
def tasks_of(name: str) -> tuple[Task, ...]:
    """Every task of the set; raises Absent where the set is not here."""
    return tuple(SETS[name]())
