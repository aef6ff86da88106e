"""Agreement beyond chance: known values from the literature, what is not defined, and intervals that cover."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from evals.judge.agreement import Unit, agreement


def _units(pairs: str) -> list[Unit]:
    """ "yy yn …": one person and the judge, each in a cluster of its own."""
    words = {"y": "yes", "n": "no", "-": ""}
    return [
        Unit(f"i{at}", f"c{at}", {"p": words[person]}, words[judge]) for at, (person, judge) in enumerate(pairs.split())
    ]


def test_kappa_is_cohens() -> None:
    """Cohen's textbook table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no gives 0.4."""
    found = agreement("x", _units("yy " * 20 + "yn " * 5 + "ny " * 10 + "nn " * 15))

    assert found.kappa.value == pytest.approx(0.4)
    assert found.accuracy.value == pytest.approx(0.7)
    assert found.kappa.low < 0.4 < found.kappa.high
    assert (found.items, found.clusters, found.split) == (50, 50, 0)


def test_alpha_is_krippendorffs_with_values_missing() -> None:
    """The nominal example of Krippendorff's "Computing Krippendorff's Alpha-Reliability", part C: 0.743."""
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [
        Unit(f"i{at}", f"c{at}", {f"p{who}": str(row[at]) for who, row in enumerate(table) if row[at] is not None})
        for at in range(12)
    ]

    assert agreement("x", units).people_alpha.value == pytest.approx(0.743, abs=0.001)


def test_where_everybody_says_the_same_of_everything_nothing_is_known() -> None:
    found = agreement("x", _units("yy " * 40))

    assert found.accuracy.value == 1.0
    assert isnan(found.kappa.value)
    assert isnan(found.kappa.low)


def test_results_people_are_split_on_and_answers_not_read_are_left_out() -> None:
    units = [
        Unit("a", "c1", {"p": "yes", "q": "no"}, "yes"),
        Unit("b", "c2", {"p": "yes", "q": "yes"}, ""),
        Unit("c", "c3", {"p": "no", "q": "no"}, "no"),
    ]

    found = agreement("x", units)

    assert (found.items, found.split) == (1, 1)


def test_a_single_cluster_has_no_interval() -> None:
    found = agreement("x", [Unit(each.item, "one", each.people, each.judge) for each in _units("yy nn yn ny yy")])

    assert not isnan(found.kappa.value)
    assert isnan(found.kappa.low)


def _simulated(random: np.random.Generator, clusters: int, each: int, right: float) -> list[Unit]:
    """Half the clusters lean to yes; the judge says what people say in the share `right`, else the opposite."""
    units: list[Unit] = []
    for cluster in range(clusters):
        lean = random.choice([0.3, 0.7])
        for item in range(each):
            people = "yes" if random.random() < lean else "no"
            judge = people if random.random() < right else {"yes": "no", "no": "yes"}[people]
            units.append(Unit(f"{cluster}.{item}", f"c{cluster}", {"p": people}, judge))
    return units


@pytest.mark.slow
@pytest.mark.parametrize(("clusters", "each"), [(8, 5), (20, 4)])
def test_kappas_lower_end_is_seldom_above_the_truth(clusters: int, each: int) -> None:
    """What lets a judge through is the lower end: with yes and no in balance the true kappa is 2 × 0.8 − 1 = 0.6."""
    random = np.random.default_rng(7)
    lows = [agreement("x", _simulated(random, clusters, each, 0.8)).kappa.low for _ in range(300)]
    too_high = np.mean([not isnan(low) and low > 0.6 for low in lows])

    assert too_high <= 0.07
