"""Judges held against labels. Every labeller and judge here is scripted: nothing calibrates a real judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evals.judge import calibration
from evals.judge.calibration import Answered, Calibration, Conduct, Setting, calibrate, doubts, shortfalls
from evals.judge.labels import Label
from evals.judge.rubric import Criterion, Review, Rubric, asked_digest

RUBRIC = Rubric(
    "clarity", 1, "Ann", (Criterion("claim", "Each title states a claim."), Criterion("short", "No filler.")),
    reviewed_by=(Review("Ben", "2026-01-01"),),
)  # fmt: skip
JUDGE = "gemini-3.1-pro-preview"
SETTING = Setting(JUDGE, ("gemini-x",), "clarity 1", RUBRIC.digest, asked_digest(), is_pair=False, is_seen=False)
GOOD = Conduct({"padded": 0.0, "begging": 0.0, "renamed": 0.0}, 0.0, 0.0)


def _truth(item: int) -> str:
    return "yes" if item % 2 else "no"


def _labels(people: tuple[str, ...] = ("Ann", "Ben"), items: int = 48) -> list[Label]:
    return [
        Label(f"i{item}", each.id, who, _truth(item))
        for who in people
        for item in range(items)
        for each in RUBRIC.criteria
    ]


def _answers(said: Mapping[str, str] | None = None, wrong_every: int = 12, items: int = 48) -> list[Answered]:
    """A judge that errs on every twelfth result; `said` says the same of all."""
    other = {"yes": "no", "no": "yes"}
    return [
        Answered(
            f"i{item}",
            f"c{item // 4}",
            said or {each.id: other[_truth(item)] if item % wrong_every == 3 else _truth(item) for each in RUBRIC.criteria},
        )
        for item in range(items)
    ]  # fmt: skip


def _found(**changed: object) -> Calibration:
    return replace(calibrate(RUBRIC, SETTING, _answers(), _labels(), GOOD), **changed)  # type: ignore[arg-type]


def test_a_judge_that_says_what_people_say_is_calibrated() -> None:
    found = _found()

    assert list(shortfalls(found, RUBRIC)) == []
    assert doubts(SETTING, RUBRIC, [found], is_asked=True) == []
    assert found.criteria[0].accuracy.value == pytest.approx(44 / 48)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (calibrate(RUBRIC, SETTING, _answers({"claim": "yes", "short": "yes"}), _labels(), GOOD), "kappa"),
        (calibrate(RUBRIC, SETTING, _answers(wrong_every=4), _labels(), GOOD), "kappa"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(("Ann",)), GOOD), "1 labellers"),
        (calibrate(RUBRIC, SETTING, _answers(items=20), _labels(items=20), GOOD), "20 results of 5 clusters"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(("Ann", "synthetic Ben")), GOOD), "synthetic"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(), replace(GOOD, flipped=0.5)), "flip"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(), replace(GOOD, unread=0.5)), "could not be read"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(), replace(GOOD, fooled={"begging": 0.5})), "begging"),
        (calibrate(RUBRIC, SETTING, _answers(), _labels(), replace(GOOD, fooled={})), "no canary"),
        (_found(criteria=_found().criteria[:1]), "nothing is known of short"),
    ],
)
def test_whatever_falls_short_leaves_a_judge_advisory(found: Calibration, why: str) -> None:
    assert any(why in each for each in shortfalls(found, RUBRIC))
    assert doubts(SETTING, RUBRIC, [found], is_asked=True)


def test_people_who_differ_among_themselves_calibrate_nobody() -> None:
    labels = [
        replace(each, said="yes") if each.labeller == "Ben" and int(each.item[1:]) % 3 else each for each in _labels()
    ]

    found = calibrate(RUBRIC, SETTING, _answers(), labels, GOOD)

    assert any("people agree with each other" in each for each in shortfalls(found, RUBRIC))


def test_a_rubric_no_person_stands_by_gates_nothing() -> None:
    draft = replace(RUBRIC, reviewed_by=())

    assert any("no person stands by" in each for each in shortfalls(_found(), draft))


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        (replace(SETTING, judge="grok-4.7"), "not calibrated"),
        (replace(SETTING, served=("gemini-y",)), "gemini-x answered in its name then, gemini-y now"),
        (replace(SETTING, served=()), "nobody knows who now"),
        (replace(SETTING, words="other"), "words it is asked in"),
        (replace(SETTING, is_pair=True), "on single results"),
        (replace(SETTING, is_seen=True), "without rendered pages"),
    ],
)
def test_a_judge_is_calibrated_until_it_changes(setting: Setting, why: str) -> None:
    assert any(why in each for each in doubts(setting, RUBRIC, [_found()], is_asked=True))


def test_a_judge_is_calibrated_for_the_version_people_labelled_by() -> None:
    newer = replace(RUBRIC, version=2)
    setting = replace(SETTING, rubric="clarity 2", digest=newer.digest)

    assert any("for clarity 1 as it was then" in each for each in doubts(setting, newer, [_found()], is_asked=True))
    with pytest.raises(ValueError, match="judged anew"):
        calibrate(newer, SETTING, _answers(), _labels(), GOOD)


def test_thresholds_are_part_of_what_was_labelled_by() -> None:
    eased = replace(RUBRIC, thresholds=replace(RUBRIC.thresholds, kappa=0.0))

    assert eased.digest != RUBRIC.digest


def test_who_answers_is_asked_of_a_judge_only_once_it_was_asked() -> None:
    unasked = replace(SETTING, served=())

    assert doubts(unasked, RUBRIC, [_found()], is_asked=False) == []


def test_labels_of_other_results_are_refused() -> None:
    labels = [replace(each, item=f"other {each.item}") for each in _labels()]

    with pytest.raises(ValueError, match="none of the labelled results"):
        calibrate(RUBRIC, SETTING, _answers(), labels, GOOD)


def test_a_calibration_is_kept_and_read_back_with_what_is_not_known(tmp_path: Path) -> None:
    found = calibrate(RUBRIC, SETTING, _answers({"claim": "yes", "short": "yes"}, items=4), _labels(items=4), GOOD)
    path = tmp_path / "calibration.json"
    path.write_text(calibration.written([found, _found()]), encoding="utf-8")

    read = calibration.read(path)

    assert [list(shortfalls(each, RUBRIC)) for each in read] == [list(shortfalls(found, RUBRIC)), []]
    assert read[1] == _found()


@pytest.mark.parametrize("text", ["", "{}", '{"calibrations": [{"setting": 1}]}', "[]"])
def test_a_file_that_is_no_calibration_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match="no calibration"):
        calibration.read(path)


def test_no_calibration_ships() -> None:
    """People must make their own: none of the project's judges has been held against people."""
    root = Path(calibration.__file__).parents[1]

    assert [path for path in root.rglob("*.json") if '"calibrations"' in path.read_text(encoding="utf-8")] == []
