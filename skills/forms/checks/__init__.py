"""Faults a finished form must not have, and hints worth a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from copilot_server.agent.changes import Finding
from skills.forms.checks import bounds, content, logic, wording
from skills.forms.document import Form
from skills.forms.model.form import Definition

_CHECKS: tuple[Callable[[Definition], Iterable[Finding]], ...] = (
    logic.findings,
    bounds.findings,
    content.findings,
    wording.findings,
)


def check(form: Form) -> Sequence[Finding]:
    """Faults first, then hints, each in the order of the checks."""
    return form.once("findings", _findings)


def _findings(definition: Definition) -> Sequence[Finding]:
    found = [finding for look in _CHECKS for finding in look(definition)]
    return sorted(found, key=lambda finding: finding.severity == "hint")
