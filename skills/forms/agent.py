"""The forms room, bundled for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from copilot_server.agent.card import read_card
from copilot_server.agent.changes import Change, Finding, findings_delta
from copilot_server.agent.skill import Beside, Skill
from skills.forms import changes, checks, phrases, tools
from skills.forms.document import Form
from skills.forms.reading.outline import outline
from skills.forms.responses import answering
from skills.forms.targets import TARGETS, Target
from skills.forms.targets.losses import in_short


def delta(before: Form, after: Form, measured: Sequence[Change]) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """Nothing changed, nothing to look for."""
    return findings_delta(checks.check(before), checks.check(after)) if measured else ((), ())


def report(before: Form, after: Form, measured: Sequence[Change]) -> str:  # noqa: ARG001 - the room's contract
    """Answers filled in are held against the form at once."""
    filled = any(change.kind == "answer_changed" for change in measured)
    return tools.try_out.run(after, answers=after.definition.answers) if filled else ""


def beside(form: Form, name: str) -> Sequence[Beside]:
    """The targets the form is to be delivered as: party.form.json goes out with party.pdf."""
    stem = name.removesuffix(".json").replace(".form", "")
    return [_published(form, stem, TARGETS[target]) for target in form.definition.publish]


def _published(form: Form, stem: str, target: Target) -> Beside:
    made = target.make(form)
    return Beside(stem + target.suffix, made.data, in_short(made.losses))


def printed(form: Form) -> tuple[bytes, str]:
    """On paper, as a form of Word."""
    return TARGETS["docx"].make(form).data, TARGETS["docx"].suffix


skill = Skill(
    card=read_card(Path(__file__).parent),
    document=Form,
    tools=(tools.read, tools.find, tools.edit, tools.check, tools.try_out),
    outline=outline,
    compare=changes.compare,
    covers=changes.covers,
    check=checks.check,
    delta=delta,
    report=report,
    understand=phrases.understand,
    beside=beside,
    printed=printed,
    answering=answering,
)
