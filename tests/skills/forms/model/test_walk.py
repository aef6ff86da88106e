"""The way through a form, and whether answers given on it are right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from skills.forms.document import Form
from skills.forms.model.validation import validate
from skills.forms.model.walk import walk

TODAY = date(2026, 11, 22)
Sample = Callable[[str], Form]


def problems(form: Form, **answers: Any) -> dict[str, str]:
    return {each.place: each.code for each in validate(form.definition, answers, TODAY).problems}


def test_only_what_the_answers_lead_to_is_required(sample: Sample) -> None:
    form = sample("event")
    name = {"first": "Ada", "last": "Lovelace"}

    assert problems(form, your_name=name, email="a@b.co", mode="online", zone="europe", guest=False) == {}
    missing = problems(form, your_name=name, email="a@b.co", mode="on_site", guest=True)

    assert missing == {"days": "required", "guests": "required"}


def test_an_answer_to_a_question_not_shown_is_dropped(sample: Sample) -> None:
    form = sample("event")

    verdict = validate(form.definition, {"mode": "online", "days": ["friday"]}, TODAY)

    assert "days" not in verdict.values


def test_entries_of_a_repeat_group_are_calculated_and_summed(sample: Sample) -> None:
    form = sample("expenses")
    receipts = [{"kind": "hotel", "net": 100, "vat": "7"}, {"kind": "meals", "net": 10.05, "vat": "19"}]

    verdict = validate(form.definition, {"receipts": receipts, "km": 10}, TODAY)

    assert [entry["gross"] for entry in verdict.values["receipts"]] == [107, 11.96]
    assert verdict.values["total"] == 121.96
    assert "approver" not in {shown.item.id for shown in verdict.walk.shown}


def test_a_check_over_two_answers_is_told_in_the_language_asked_for(sample: Sample) -> None:
    form = sample("event")
    answers = {"mode": "on_site", "arrival": "2026-12-03", "departure": "2026-12-01"}

    told = {p.place: p.message for p in validate(form.definition, answers, TODAY, "de").problems}

    assert told["departure"] == "Die Abreise liegt nicht vor der Anreise."


@pytest.mark.parametrize(
    ("outline", "wrong", "right", "code"),
    [
        ("X [email]", "ada", "ada@example.org", "not_email"),
        ("X [number] (min: 1) (max: 4)", 5, 4, "between"),
        ("X [number] (decimals: 0)", 1.5, 1, "not_whole"),
        ("X [date] (latest: today-18y)", "2010-01-01", "2008-11-22", "not_after"),
        ("X [date]", "2026-02-30", "2026-02-28", "not_date"),
        ("X [multiple] (options: A, B, C) (max: 2)", ["a", "b", "c"], ["a"], "too_many"),
        ("X [multiple] (options: A, None (exclusive))", ["a", "none"], ["none"], "exclusive"),
        ("X [single] (options: A, B)", "c", "a", "not_an_option"),
        ("X [ranking] (options: A, B)", ["a"], ["b", "a"], "rank_all"),
        ("X (pattern: [A-Z]\\d)", "a1", "A1", "not_matching"),
        ("X (max_length: 3)", "four", "two", "too_long"),
        ("X [file] (accept: .pdf)", [{"name": "a.exe"}], [{"name": "a.PDF"}], "file_kind"),
        ("X [scale]", 6, 5, "between"),
        ("X [yes/no]", "yes", True, "not_an_option"),
    ],
)
def test_each_kind_of_answer_is_held_to_its_bounds(
    outlined: Callable[[str], Form], outline: str, wrong: Any, right: Any, code: str
) -> None:
    form = outlined(outline)

    assert problems(form, x=wrong) == {"x": code}
    assert problems(form, x=right) == {}


def test_jumps_skip_pages_and_a_circle_is_noticed(outlined: Callable[[str], Form]) -> None:
    form = outlined("## One\nA [yes/no]\n## Two\nB\n## Three\nC")
    jump = {"when": "a = true", "to": "three"}
    data = form.definition.model_dump()
    data["sections"][0]["go_to"] = [jump]
    skipping = type(form.definition).model_validate(data)
    data["sections"][2]["go_to"] = [{"to": "one"}]
    circling = type(form.definition).model_validate(data)

    assert walk(skipping, {"a": True}, TODAY).sections == ["one", "three"]
    assert walk(circling, {}, TODAY).loop == "one"


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("001-079-263-7913x53942", True), ("+48 22 555 01 00 ext. 7", True), ("555 0100 #3", True), ("call me x5", False)],
)
def test_a_phone_number_may_have_an_extension(outlined: Callable[[str], Form], number: str, is_right: bool) -> None:
    told = problems(outlined("# T\nPhone * [phone]"), phone=number)

    assert told == ({} if is_right else {"phone": "not_phone"})
