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
Elsewhere = Callable[[list[Any], ToolError], Iterable[list[Any]]]
"""From edits that were refused, and why: the same at the other places the refusal itself names."""
Verify = Callable[[bytes, bytes, Any, list[Any]], list[str]]


class Judging(Protocol):
    """The judge of fidelity, or one of his mind."""

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]: ...


@dataclass
class Sweep:
    """`clean` is the share that holds of all tried; a refusal counts as tried and not clean, with its reason.

    `refused_first` are those of `refused` and those of files where the edits were made at another place.
    """

    tried: int = 0
    clean: int = 0
    refused_first: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    spoiled: dict[str, list[str]] = field(default_factory=dict)
    crashed: dict[str, str] = field(default_factory=dict)

    @property
    def clean_share(self) -> float:
        return self.clean / self.tried if self.tried else 0.0

    @property
    def refused_share(self) -> float:
        return sum(self.refused.values()) / self.tried if self.tried else 0.0

    @property
    def refused_first_share(self) -> float:
        return sum(self.refused_first.values()) / self.tried if self.tried else 0.0

    def refuse(self, error: CopilotError) -> None:
        """At every place."""
        self.tried += 1
        self.refused[_reason(error)] += 1

    def __str__(self) -> str:
        first, at_all = sum(self.refused_first.values()), sum(self.refused.values())
        lines = [
            f"{self.clean} of {self.tried} clean ({self.clean_share:.2%})",
            f"refused at the first place {first} ({self.refused_first_share:.2%}), "
            f"in the file at all {at_all} ({self.refused_share:.2%})",
        ]
        lines += [f"  refused first {count}×: {reason}" for reason, count in self.refused_first.most_common()]
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


def nowhere_else(_: list[Any], __: ToolError) -> list[list[Any]]:
    return []


def sweep(
    files: Iterable[Path],
    choose: Choose,
    judge: Judging,
    verify: Verify,
    carry: Carry = by_draft,
    elsewhere: Elsewhere = nowhere_else,
) -> Sweep:
    found = Sweep()
    for path in files:
        try:
            _try_one(path, choose, _Trying(judge, verify, carry, elsewhere), found)
        except FileError as error:
            found.refused_first[_reason(error)] += 1
            found.refuse(error)
        except ToolError as error:
            found.refuse(error)
        except CopilotError as error:
            found.tried += 1
            found.crashed[path.name] = repr(error)
        except Exception as error:  # noqa: BLE001 - a sweep reports every crash by its file
            found.tried += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            found.crashed[path.name] = f"{error!r} at {Path(last.filename).name}:{last.lineno}"
    return found


@dataclass(frozen=True)
class _Trying:
    judge: Judging
    verify: Verify
    carry: Carry
    elsewhere: Elsewhere

    def carried(self, path: Path, opened: Any, edits: list[Any], found: Sweep) -> tuple[list[Any], bytes, Any]:
        """The edits that were made, and what came of them; raises the ToolError of the last place."""
        try:
            return (edits, *self.carry(path, opened, edits))
        except ToolError as error:
            found.refused_first[_reason(error)] += 1
            others, refusal = list(self.elsewhere(edits, error)), error
        for other in others:
            try:
                return (other, *self.carry(path, opened, other))
            except ToolError as error:
                refusal = error
        raise refusal


def _reason(error: CopilotError) -> str:
    said = " ".join(str(error).split())[:240]
    return f"not opened, {said}" if isinstance(error, FileError) else said


def _try_one(path: Path, choose: Choose, trying: _Trying, found: Sweep) -> None:
    opened = app.open_file(path)
    chosen = choose(opened.document)
    if chosen is None:
        return
    edits, allow = chosen
    before = path.read_bytes()
    edits, after, document = trying.carried(path, opened, edits, found)
    found.tried += 1
    faults = [*trying.judge.complaints(before, after, allow), *trying.verify(before, after, document, edits)]
    if faults:
        found.spoiled[path.name] = faults
    else:
        found.clean += 1
