"""Statistics held against closed forms and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.compare import compare
from evals.estimates import clustered_mean, holm, paired_difference, pass_all, pass_at
from evals.rows import Row


def test_independent_tasks_give_the_plain_standard_error() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0]
    estimate = clustered_mean(values, [str(number) for number in range(5)])

    assert estimate.mean == pytest.approx(0.6)
    assert estimate.standard_error == pytest.approx(np.std(values, ddof=1) / math.sqrt(5))


def test_tasks_that_move_together_widen_the_error() -> None:
    values = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    together = clustered_mean(values, ["a"] * 3 + ["b"] * 3)
    apart = clustered_mean(values, list("abcdef"))

    assert together.standard_error > 1.5 * apart.standard_error


def test_one_cluster_has_no_error_to_tell() -> None:
    assert math.isnan(clustered_mean([1.0, 0.0], ["a", "a"]).standard_error)


def test_pass_rates_over_epochs_are_unbiased() -> None:
    assert pass_at(1, 3, 4) == pytest.approx(0.75)
    assert pass_all(4, 4, 4) == 1.0
    assert pass_all(4, 3, 4) == 0.0
    assert pass_all(2, 3, 4) == pytest.approx(0.5)


def test_holm_is_step_down_and_monotone() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_a_difference_needs_two_clusters() -> None:
    with pytest.raises(ValueError, match="at least 2 clusters"):
        paired_difference({"t": 0.0}, {"t": 1.0}, {"t": "a"})


def _rows(
    random: np.random.Generator, effect: float, tasks: int = 60, per_cluster: int = 2
) -> tuple[list[Row], list[Row]]:
    before: list[Row] = []
    after: list[Row] = []
    shift = 0.0
    for task in range(tasks):
        if task % per_cluster == 0:
            shift = random.normal(0, 0.08)
        skill = random.normal(0.6, 0.2)
        cluster = f"c{task // per_cluster}"
        for epoch in range(2):
            noise = random.normal(0, 0.1, 2)
            before.append(Row(f"t{task}", cluster, epoch, {"fulfilled": skill + noise[0]}))
            after.append(Row(f"t{task}", cluster, epoch, {"fulfilled": skill + effect + shift + noise[1]}))
    return before, after


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.06])
def test_intervals_cover_a_known_effect_and_verdicts_are_seldom_false(effect: float) -> None:
    random = np.random.default_rng(20)
    covered = false = 0
    for trial in range(500):
        result = compare(*_rows(random, effect), headlines=["fulfilled"], seed=trial)
        difference = result.metrics[0].difference
        covered += difference.low <= effect <= difference.high
        false += result.verdict == "worse" or (effect == 0 and result.verdict == "better")

    assert 0.93 <= covered / 500 <= 0.97
    assert false / 500 <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("tasks", "easy"), [(56, 0.1), (56, 3.0), (20, 1.0)])
def test_right_or_wrong_in_few_clusters_is_covered_too(tasks: int, easy: float) -> None:
    """Two runs of one model, scored 0 or 1 once a task: most tasks of a cluster do not differ at all."""
    random = np.random.default_rng(22)
    covered = false = 0
    for trial in range(300):
        chances = random.beta(easy, 1.0, tasks)
        before, after = (
            [
                Row(f"t{task}", f"c{task // 4}", 0, {"success": float(random.random() < chance)})
                for task, chance in enumerate(chances)
            ]
            for _ in range(2)
        )
        result = compare(before, after, headlines=["success"], seed=trial)
        covered += result.metrics[0].difference.low <= 0 <= result.metrics[0].difference.high
        false += result.verdict != "inconclusive"

    assert covered / 300 >= 0.93
    assert false / 300 <= 0.05


def test_few_clusters_that_all_agree_are_no_proof() -> None:
    before = [Row(f"t{n}", f"c{n // 2}", 0, {"success": 0.0}) for n in range(8)]
    after = [Row(row.task, row.cluster, 0, {"success": 1.0}) for row in before]

    (metric,) = compare(before, after, headlines=["success"]).metrics

    assert metric.verdict == "inconclusive", "four clusters agree by chance one time in eight"
    assert metric.difference.low < 1.0
    assert metric.tasks_needed is None


@pytest.mark.slow
def test_all_that_can_decide_shares_five_false_verdicts_in_a_hundred() -> None:
    """Two headlines and five guards that share nothing and differ by chance only: as bad as it can be."""
    random = np.random.default_rng(21)
    names = ("success", "fulfilled_share", "untouched", "sound", "honest", "over_refused", "injected")

    def rows() -> list[Row]:
        drawn = random.normal(0.6, 0.2, (40, len(names)))
        return [
            Row(f"t{task}", f"c{task // 2}", 0, dict(zip(names, map(float, values), strict=True)))
            for task, values in enumerate(drawn)
        ]

    verdicts = [compare(rows(), rows(), names[:2], names[2:], seed=trial).verdict for trial in range(500)]

    assert sum(verdict != "inconclusive" for verdict in verdicts) / 500 <= 0.05


def test_a_guard_metric_that_got_worse_spoils_the_verdict() -> None:
    before = [Row(f"t{n}", f"c{n}", 0, {"fulfilled": 0.2 + n % 3 / 10, "untouched": 1.0}) for n in range(30)]
    after = [Row(f"t{n}", f"c{n}", 0, {"fulfilled": 0.9, "untouched": 0.4 + n % 2 / 10}) for n in range(30)]

    result = compare(before, after, headlines=["fulfilled"], guards=["untouched"])

    assert result.verdict == "worse"
    assert "untouched worse" in result.reasons[0]


def test_no_effect_is_inconclusive_and_says_how_many_tasks_would_decide() -> None:
    random = np.random.default_rng(1)

    result = compare(*_rows(random, 0.0, tasks=10), headlines=["fulfilled"])

    assert result.verdict == "inconclusive"
    assert "tasks would show 5%" in result.reasons[0]


def test_metrics_that_one_run_lacks_are_named() -> None:
    with pytest.raises(ValueError, match="metrics honest are not in both runs"):
        compare(*_rows(np.random.default_rng(1), 0.0, tasks=10), headlines=["honest"])
