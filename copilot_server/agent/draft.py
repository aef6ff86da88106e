"""The only transaction: a batch of edits lands whole, measured and within what it declared, or leaves no trace."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from copilot_server.agent import guard
from copilot_server.agent.changes import Change, Finding, Parts, Receipt, Scope, outside_parts
from copilot_server.agent.edit import Document, Edit
from copilot_server.agent.skill import Skill
from copilot_server.errors import ToolError
from copilot_server.office import consistency, diff

D = TypeVar("D", bound=Document)
_MAX_LINES, _MAX_NEW, _MAX_FIXED = 40, 10, 5


class Draft(Generic[D]):
    """A document on its way from one version to the next."""

    def __init__(self, skill: Skill[D], base: D, consent: guard.Consent | None = None) -> None:
        self.skill = skill
        self.base = base
        self.document = base
        self.scopes: tuple[Scope, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.consent = consent or guard.Consent()
        self._receipt: Receipt | None = None

    def apply(self, edits: Sequence[Edit[D]]) -> str:
        """Apply in order, all or nothing; the answer says what was measured. Raises ToolError, changing nothing."""
        trial: D = self.document.fork()
        scopes = self._run(edits, trial)
        notes = tuple(self.skill.settle(self.document, trial))
        measured = measure(self.skill, self.document, trial, scopes, notes)
        if measured.outside:
            raise ToolError(_refusal("it would touch more than was asked", measured.outside))
        is_first = self.document is self.base
        answer = _answer(measured, self.skill.report(self.document, trial, measured.changes))
        self.document, self.scopes, self.notes = trial, scopes, self.notes + notes
        self._receipt = measured if is_first else None
        return answer

    def receipt(self) -> Receipt:
        """What stands between the base and the draft, measured; the same numbers the delivered file has."""
        if self.document is self.base:
            return Receipt()
        if self._receipt is None:
            self._receipt = measure(self.skill, self.base, self.document, self.scopes, self.notes)
        return self._receipt

    def _run(self, edits: Sequence[Edit[D]], trial: D) -> tuple[Scope, ...]:
        scopes = self.scopes
        faults: list[str] = []
        causes: list[ToolError] = []
        for index, edit in enumerate(edits):
            try:
                guard.require_consent(edit.loss_since(trial, self.base), self.consent)
                scope = edit.scope(trial)
                scopes = (*self.skill.follow(scopes, edit, trial), scope)
                edit.apply(trial)
            except ToolError as error:
                faults.append(f"edits[{index}] ({edit.op}): {error}")
                causes.append(error)
        if faults:
            raise ToolError("\n".join([*_headed(faults), "Nothing was changed."])) from causes[0]
        return scopes


def measure(skill: Skill[Any], before: Any, after: Any, scopes: Sequence[Scope], notes: Sequence[str] = ()) -> Receipt:
    """Compare two states of a document: changes, parts, findings, and what no scope declared."""
    changes = tuple(skill.compare(before, after))
    new, fixed = skill.delta(before, after, changes)
    parts, stray_parts = _package_facts(before, after, scopes)
    allowed = {kind: _together(scopes, kind) for kind in {change.kind for change in changes}}
    stray = tuple(_line(change) for change in changes if not skill.covers(allowed[change.kind], change))
    return Receipt(
        changes=changes,
        parts=parts,
        new=tuple(new),
        fixed=tuple(fixed),
        outside=(*stray, *stray_parts),
        notes=tuple(dict.fromkeys(notes)),
    )


def _together(scopes: Sequence[Scope], kind: str) -> Scope:
    """The scopes that allow a kind of change, as one: a folded change may lie in the places of several edits."""
    allowing = [scope for scope in scopes if not scope.kinds or kind in scope.kinds]
    return Scope(frozenset(place for scope in allowing for place in scope.places))


def compare(skill: Skill[Any], before: Any, after: Any) -> Receipt:
    """The difference of any two versions, nothing declared."""
    return measure(skill, before, after, [Scope(frozenset("*"), frozenset("*"))])


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _package_facts(before: Document, after: Document, scopes: Sequence[Scope]) -> tuple[Parts, tuple[str, ...]]:
    """(parts, what no scope declared or what is now faulty); a kind without a package has neither."""
    if before.package is None or after.package is None:
        return Parts(), ()
    found = diff.part_diff(before.package, after.package)
    faults = consistency.new_faults(before.package, after.package, found)
    parts = Parts(found.identical, tuple(found.changed), tuple(found.added), tuple(found.removed))
    return parts, (
        *outside_parts(parts, scopes),
        *(f"{fault.kind} in {fault.part}: {fault.detail}" for fault in faults),
    )


def _headed(faults: Sequence[str]) -> list[str]:
    if len(faults) == 1:
        return list(faults)
    return [faults[0], "(what follows may only come of the first)", *faults[1:]]


def _refusal(reason: str, details: Sequence[str]) -> str:
    shown = "\n".join(f"- {detail}" for detail in details[:8])
    return f"refused, {reason}:\n{shown}\nNothing was changed."


def _line(change: Change) -> str:
    return change.text or f"{change.kind} {change.where}"


def _finding(finding: Finding) -> str:
    return f"{finding.where}: {finding.text}" + (f" ({finding.mend})" if finding.mend else "")


def _answer(receipt: Receipt, report: str) -> str:
    """What the model reads of a batch that landed."""
    lines = [_line(change) for change in receipt.changes] or ["nothing changed: all of it stood so already"]
    new = [f"! {_finding(finding)}" for finding in receipt.new]
    fixed = [f"fixed: {_finding(finding)}" for finding in receipt.fixed]
    return "\n".join(
        [
            *_first(lines, _MAX_LINES, "more changes"),
            *([report] if report else []),
            *receipt.notes,
            *_first(new, _MAX_NEW, "more findings (!)"),
            *_first(fixed, _MAX_FIXED, "more fixed"),
        ]
    )


def _first(lines: Sequence[str], most: int, more: str) -> list[str]:
    """As many as are told, and how many are not."""
    left = len(lines) - most
    return [*lines[:most], *([f"… and {left} {more}"] if left > 0 else [])]
