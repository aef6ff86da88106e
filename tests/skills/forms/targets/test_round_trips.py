"""Model to file to model: equal up to what the target's own report says it cannot carry."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_server.agent.changes import Change
from skills.forms.changes import compare
from skills.forms.document import Form
from skills.forms.filling.files import answers_in
from skills.forms.model.form import Definition, items_of
from skills.forms.model.validation import validate
from skills.forms.model.walk import Shown, walk
from skills.forms.outline.reader import read_outline
from skills.forms.simulate import respond
from skills.forms.sources import import_form
from skills.forms.targets import TARGETS, Loss, export
from tests.skills.forms.conftest import SAMPLES
from tests.skills.forms.targets.browser import comparable

Sample = Callable[[str], Form]
READ_BACK = ("html", "docx", "pdf", "surveyjs", "xlsform", "xlsx", "schema", "google")


def unexplained(changes: tuple[Change, ...], losses: tuple[Loss, ...]) -> Iterator[str]:
    """Differences no loss accounts for; a lost type stands for what the type alone has."""
    said = {(loss.where, loss.field) for loss in losses}
    for change in changes:
        if change.kind == "translation_changed" or change.before == {"languages": ["en", "de", "ar"]}:
            if ("form", "translations") not in said:
                yield change.text
        elif change.kind == "item_moved" and (f"item:{(change.before or {}).get('in')}", "type") in said:
            continue  # a group that is lost leaves its questions to the page
        elif change.kind.startswith("section_") or change.kind == "item_moved":
            if not any(where.startswith("section:") and field == "title" for where, field in said):
                yield change.text
        else:
            told: Any = change.before or change.after
            fields = [*told] if isinstance(told, dict) else []
            fields += ["options", "rows", "columns"] if change.kind.startswith("option_") else []
            if not any((change.where, field) in said for field in [*fields, "type"]):
                yield change.text


@pytest.mark.parametrize("target", READ_BACK)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_read_back_differs_only_as_reported(sample: Sample, name: str, target: str) -> None:
    form = sample(name)
    made = export(form, target)

    again = Form(import_form(made.data, TARGETS[target].suffix).definition)

    assert list(unexplained(compare(form, again), made.losses)) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_web_page_carries_the_whole_form(sample: Sample, name: str) -> None:
    form = sample(name)

    assert compare(form, Form(import_form(export(form, "html").data, ".html").definition)) == ()


@pytest.mark.parametrize("target", ["docx", "pdf", "xlsx"])
@pytest.mark.parametrize("name", SAMPLES)
def test_filled_answers_are_read_back_equal(sample: Sample, name: str, target: str) -> None:
    form, today = sample(name), datetime.now(UTC).date()
    given_ = respond(form.definition, random.Random(4), today).answers  # noqa: S311 - repeatable, not secret
    filled = form.fork()
    filled.replace(form.definition.model_copy(update={"answers": given_}))

    read = answers_in(form, export(filled, target).data, f".{target}", today)

    counted = validate(form.definition, given_, today).values
    expected = {name: value for name, value in given_.items() if name in counted and value != []}
    assert _without_sizes(comparable(read.answers)) == _without_sizes(comparable(expected))
    assert [field for field in read.fields if field.status == "rejected"] == []


def _without_sizes(value: Any) -> Any:
    """On paper a file is its name."""
    if isinstance(value, dict):
        return {key: _without_sizes(inner) for key, inner in value.items() if key != "size"}
    return [_without_sizes(each) for each in value] if isinstance(value, list) else value


lines = st.sampled_from([
    "Text", "Note [long]", "Mail [email]", "Count [number] (min: 1) (max: 9) (decimals: 0)", "Day [date]", "Sure? [yes/no]",
    "Pick [single] (options: A, B, other)", "Tick [multiple] (options: A, B, C)", "List [dropdown] (options: X, Y)",
    "Order [ranking] (options: A, B, C)", "Grid [matrix] (rows: R; S) (columns: 1; 2; 3)", "Rate [scale] (low: a) (high: b)",
    "Name [name]", "Home [address]", "Sign [signature]", "I agree * [consent]", "Łódź 東京 * (help: Pomoc)",
])  # fmt: skip


conditions = st.sampled_from([
    "if Choice = A", "if Choice = B", "if Agreed = yes", "if Agreed = no", "if Amount > 3", "if Amount <= 8",
    "if Choice = A and Amount > 2", "if Agreed = yes or Choice = B", "if Boxes contains C",
])  # fmt: skip
ASKED = ["Choice [single] (options: A, B, other)", "Agreed [yes/no]", "Amount [number] (min: 1) (max: 9)",
         "Boxes [multiple] (options: A, B, C)"]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.none() | conditions, lines), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_random_forms_with_conditions_survive_every_target(
    listed: list[tuple[str | None, str]], dice: random.Random
) -> None:
    told = [f"{condition}: {line}" if condition else line for condition, line in listed]
    outline = "# Random\n## One\n" + "\n".join(ASKED) + "\n## Two\n" + "\n".join(told)
    form = Form(read_outline(outline, Definition()).definition)
    assert sum(bool(item.show_if) for item in items_of(form.definition)) == sum(bool(each) for each, _ in listed)

    for target in TARGETS:
        made = export(form, target)
        again = Form(import_form(made.data, TARGETS[target].suffix).definition)
        assert list(unexplained(compare(form, again), made.losses)) == []
        if target in SAME_LOGIC:
            assert list(strangers(form, again, made.losses, dice)) == []


SAME_LOGIC = ("html", "surveyjs", "xlsform")


def strangers(form: Form, again: Form, losses: tuple[Loss, ...], dice: random.Random, count: int = 10) -> Iterator[str]:
    """Items shown to a respondent by one form and not by the other, though only the words of its condition changed."""
    today = datetime.now(UTC).date()
    lost = {loss.where for loss in losses if loss.field in {"show_if", "type"} and "in other words" not in loss.text}
    fixed = {loss.where.removeprefix("item:") for loss in losses if loss.field in {"min_count", "max_count"}}
    for _ in range(count):
        answers = respond(form.definition, dice, today).answers
        before, after = ({each.item.id for each in _shown(one, answers, today, fixed)} for one in (form, again))
        yield from (name for name in sorted(before ^ after) if f"item:{name}" not in lost)


def _shown(form: Form, answers: dict[str, Any], today: date, fixed: set[str]) -> Iterator[Shown]:
    """But for groups whose number of entries the target fixes otherwise."""
    return (each for each in walk(form.definition, answers, today).shown if each.group not in fixed)


@pytest.mark.parametrize("target", SAME_LOGIC)
@pytest.mark.parametrize("name", SAMPLES)
def test_conditions_said_in_other_words_show_the_same(sample: Sample, name: str, target: str) -> None:
    form = sample(name)
    made = export(form, target)
    again = Form(import_form(made.data, TARGETS[target].suffix).definition)

    assert list(strangers(form, again, made.losses, random.Random(7), 25)) == []  # noqa: S311 - repeatable


def test_a_condition_turned_round_is_seen(outlined: Callable[[str], Form]) -> None:
    form = outlined("# A\n## B\nSure * [yes/no]\nif Sure = yes: Why")
    turned = outlined("# A\n## B\nSure * [yes/no]\nif Sure = no: Why")

    assert "why" in set(strangers(form, turned, (), random.Random(1)))  # noqa: S311 - repeatable
