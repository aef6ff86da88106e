"""Each fault is found where it is, and good forms have none."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from skills.forms.checks import check
from skills.forms.document import Form
from skills.forms.simulate import respond

Outlined = Callable[[str], Form]
SAMPLES = ("event", "expenses", "job", "medical", "quiz", "survey")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_forms_have_no_fault(sample: Callable[[str], Form], name: str) -> None:
    assert [finding for finding in check(sample(name)) if finding.severity == "fault"] == []


@pytest.mark.parametrize(
    ("outline", "code", "where"),
    [
        ("A [yes/no] *\nif a = true and a = false: B *", "never_true", "item:b"),
        ("A [yes/no] *\nif a = true and a = false: B *", "required_but_hidden", "item:b"),
        ("A [yes/no] *\nif a = true or a = false: B", "always_true", "item:b"),
        ("A * [number] (min: 1) (max: 5)\nif a > 5: B", "never_true", "item:b"),
        ("A * [number] (min: 5) (max: 1)", "contradiction", "item:a"),
        ("A * [number] (min: 5) (max: 1)", "dead_end", "item:a"),
        ("A * [single] (options: X)", "no_options", "item:a"),
        ("A [single] (options: X, X)", "same_option", "item:a"),
        ("Age [single] (options: 18-30, 30-40, 50+)", "overlap", "item:age"),
        ("Age [single] (options: 18-30, 31-40, 50+)", "gap", "item:age"),
        ("Colour [single] (options: Red, Blue, Green, Pink)", "no_other", "item:colour"),
        ("A [scale]", "scale_ends", "item:a"),
        ("Don't you agree that it is good?", "leading", "item:don_t_you_agree_that_it_is_good"),
        ("How satisfied are you with price and quality?", "double_barrelled",
         "item:how_satisfied_are_you_with_price_and"),
        ("SSN (sensitive: identity)", "no_consent", "item:ssn"),
        ("Which medication do you take", "no_consent", "item:which_medication_do_you_take"),
        ("A (pattern: \\d{4})", "no_help", "item:a"),
        ("G [repeat]", "empty_group", "item:g"),
        ("A [single] (options: X, Y) (default: Z)", "bad_default", "item:a"),
        ("A [date] (earliest: soon)", "bad_bound", "item:a"),
        ("## Empty\n## Full\nA", "empty_section", "section:empty"),
        ("A\nA", "same_label", "item:a"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(outlined: Outlined, outline: str, code: str, where: str) -> None:
    assert (code, where) in {(finding.code, finding.where) for finding in check(outlined(f"# T\n{outline}"))}


@pytest.mark.parametrize(
    ("jumps", "code", "where"),
    [
        ({2: [{"to": "one"}]}, "loop", "section:one"),
        ({0: [{"to": "three"}]}, "unreachable", "section:two"),
        ({0: [{"when": "c = \"x\"", "to": "end"}]}, "later_answer", "section:one"),
        ({0: [{"when": "zzz = 1", "to": "end"}]}, "unknown_name", "section:one"),
        ({0: [{"to": "nowhere"}]}, "lost", "section:one"),
    ],
)  # fmt: skip
def test_faults_of_jumps_are_found(outlined: Outlined, jumps: dict[int, object], code: str, where: str) -> None:
    data = outlined("# T\n## One\nA\n## Two\nB\n## Three\nC").definition.model_dump()
    for index, listed in jumps.items():
        data["sections"][index]["go_to"] = listed

    found = check(Form(Form.create().definition.model_validate(data)))

    assert (code, where) in {(finding.code, finding.where) for finding in found}


def test_missing_translations_are_counted(sample: Callable[[str], Form]) -> None:
    definition = sample("event").definition
    thinned = {key: text for key, text in definition.translations["de"].items() if key != "guest.label"}
    form = Form(definition.model_copy(update={"translations": {**definition.translations, "de": thinned}}))

    found = [finding for finding in check(form) if finding.code == "untranslated"]

    assert [finding.text for finding in found] == ["1 texts lack their de translation: guest.label"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_a_thousand_respondents_meet_no_dead_end_the_check_did_not_report(
    sample: Callable[[str], Form], name: str
) -> None:
    form, dice = sample(name), random.Random(11)  # noqa: S311 - repeatable, not secret
    reported = {finding.where for finding in check(form) if finding.code in {"dead_end", "loop", "lost"}}

    ends = {respond(form.definition, dice, date(2026, 11, 22)).dead_end for _ in range(1000)}

    assert {end for end in ends if end and end.split()[0] not in reported} == set()
