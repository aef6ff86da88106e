"""The tools of the forms room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import tool
from skills.forms import checks
from skills.forms.document import Form
from skills.forms.edits import AnyEdit
from skills.forms.filling.answers import read_facts
from skills.forms.model.evaluate import is_answered
from skills.forms.model.validation import validate
from skills.forms.reading import parts
from skills.forms.reading.outline import outline


@tool
def read(
    form: Form,
    what: Annotated[
        list[str], Field(description="ids of items or sections, logic, answers, translations:LANGUAGE; none: outline")
    ] = [],  # noqa: B006 - never written to
) -> str:
    """Read the form's outline, or parts of it whole."""
    return "\n\n".join(parts.part(form, each) for each in what) if what else outline(form)


@tool
def find(form: Form, text: Annotated[str, Field(min_length=1, description="in labels, options, logic, ids")]) -> str:
    """Find where a text stands, in all languages."""
    return parts.find(form, text)


@tool
def edit(draft: Draft[Form], edits: Annotated[list[AnyEdit], Field(min_length=1, max_length=200)]) -> str:
    """Apply edits in order, all or nothing; later edits see what earlier ones did.

    Conditions, checks and calculations are expressions over ids: `coming = true and guests > 1`,
    `diet = "vegan"` (an option's value; true if among several), `in ("a","b")`, `contains`, `answered(x)`,
    `sum(group.item)`, `count(group.item)`, `round(x, 2)`, `years_since(born) >= 18`, `days_between(a, b)`, `today()`.
    """
    return draft.apply(edits)


@tool
def check(form: Form) -> str:
    """List faults: dead ends, unreachable or contradictory logic, missing texts, risky wording, consent."""
    findings = checks.check(form)
    lines = [f"{each.severity} {each.where}: {each.text}{f' → {each.mend}' if each.mend else ''}" for each in findings]
    return "\n".join(lines) or "no faults found"


@tool
def try_out(form: Form, answers: Annotated[dict[str, JsonValue], Field(description="id or label: answer")]) -> str:
    """Show what a respondent with these answers is shown, what is calculated and what would be rejected."""
    today = datetime.now(UTC).date()
    told = read_facts(form.definition, answers)
    verdict = validate(form.definition, told.answers, today)
    shown = ", ".join(dict.fromkeys(each.item.id for each in verdict.walk.shown))
    computed = {name: value for name, value in verdict.values.items() if name not in told.answers}
    missing = [each.place for each in verdict.problems if each.code == "required" and each.place not in told.answers]
    wrong = [f"{each.place}: {each.message}" for each in verdict.problems if each.place not in missing]
    wrong += [f"{field.place}: {field.message}" for field in told.unreadable]
    end = "reaches the end" if verdict.walk.is_finished else f"stuck at {verdict.walk.loop or verdict.walk.lost}"
    return (
        f"shown: {shown}\n{end}\ncalculated: {_line(computed)}\nrejected: {'; '.join(wrong) or 'nothing'}\n"
        f"still to be answered: {', '.join(missing) or 'nothing'}"
    )


def _line(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items() if is_answered(value)) or "nothing"
