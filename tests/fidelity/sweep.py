"""One edit on every real file of a kind, judged: the figures a claim of fidelity rests on."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from copilot_server import app
from copilot_server.agent.draft import Draft
from copilot_server.errors import CopilotError, FileError, ToolError

Choose = Callable[[Any], tuple[list[Any], Sequence[str]] | None]
"""From a document: the edits and the part globs they may touch; None when the file offers nothing to edit."""
Verify = Callable[[bytes, bytes, Any, list[Any]], list[str]]


class Judging(Protocol):
    """The judge of fidelity, or one of his mind."""

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]: ...


@dataclass
class Sweep:
    """`clean` is the share that holds of all tried; a refusal counts as tried and not clean, with its reason."""

    tried: int = 0
    clean: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    spoiled: dict[str, list[str]] = field(default_factory=dict)
    crashed: dict[str, str] = field(default_factory=dict)

    @property
    def clean_share(self) -> float:
        return self.clean / self.tried if self.tried else 0.0

    @property
    def refused_share(self) -> float:
        return sum(self.refused.values()) / self.tried if self.tried else 0.0

    def __str__(self) -> str:
        lines = [f"{self.clean} of {self.tried} clean ({self.clean_share:.2%}), refused {self.refused_share:.2%}"]
        lines += [f"  refused {count}×: {reason}" for reason, count in self.refused.most_common()]
        lines += [f"  SPOILED {name}: {'; '.join(faults)[:400]}" for name, faults in self.spoiled.items()]
        lines += [f"  CRASHED {name}: {error}" for name, error in self.crashed.items()]
        return "\n".join(lines)


Carry = Callable[[Path, Any, list[Any]], tuple[bytes, Any]]
"""Makes the edits to a file that is open; the edited file's bytes, and the document as far as `verify` looks at it."""


def by_draft(_: Path, opened: Any, edits: list[Any]) -> tuple[bytes, Any]:
    """Through the transaction every turn uses."""
    draft = Draft(opened.skill, opened.document)
    draft.apply(edits)
    return draft.document.to_bytes(), draft.document


def sweep(files: Iterable[Path], choose: Choose, judge: Judging, verify: Verify, carry: Carry = by_draft) -> Sweep:
    found = Sweep()
    for path in files:
        try:
            _try_one(path, choose, judge, verify, found, carry)
        except FileError as error:
            found.tried += 1
            found.refused[f"not opened, {error}"] += 1
        except ToolError as error:
            found.tried += 1
            found.refused[" ".join(str(error).split())[:240]] += 1
        except CopilotError as error:
            found.tried += 1
            found.crashed[path.name] = repr(error)
        except Exception as error:  # noqa: BLE001 - a sweep reports every crash by its file
            found.tried += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            found.crashed[path.name] = f"{error!r} at {Path(last.filename).name}:{last.lineno}"
    return found


def _try_one(path: Path, choose: Choose, judge: Judging, verify: Verify, found: Sweep, carry: Carry) -> None:
    opened = app.open_file(path)
    chosen = choose(opened.document)
    if chosen is None:
        return
    edits, allow = chosen
    before = path.read_bytes()
    after, document = carry(path, opened, edits)
    found.tried += 1
    faults = [*judge.complaints(before, after, allow), *verify(before, after, document, edits)]
    if faults:
        found.spoiled[path.name] = faults
    else:
        found.clean += 1
