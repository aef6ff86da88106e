"""How far a judge agrees with people, and people with each other: beyond chance, with intervals over clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_RESAMPLES = 2000
_MOST_UNDEFINED = 0.05  # of resamples; with more the interval says nothing and its lower end is not known


@dataclass(frozen=True, slots=True)
class Figure:
    """With its 95 % interval; NaN where it is not defined, as when everybody said the same of everything."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Unit:
    """One criterion of one result: what people said, and the judge ("" where it could not be read)."""

    item: str
    cluster: str
    people: Mapping[str, str]
    judge: str = ""

    @property
    def most_said(self) -> str:
        """What most of the people said; "" where they are split."""
        ranked = Counter(self.people.values()).most_common(2)
        is_split = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
        return "" if is_split or not ranked else ranked[0][0]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one criterion. `split` results had no most-said label and count among people only."""

    criterion: str
    items: int
    clusters: int
    split: int
    accuracy: Figure
    kappa: Figure
    people_alpha: Figure


def agreement(criterion: str, units: Sequence[Unit], seed: int = 0) -> Agreement:
    """The judge against most of the people, and the people among themselves."""
    judged = [each for each in units if each.judge and each.most_said]
    labels = sorted({label for each in units for label in (*each.people.values(), each.judge) if label})
    index = {label: place for place, label in enumerate(labels)}
    pairs = [(each.cluster, _pair(index, each)) for each in judged]
    among = [(each.cluster, _coincidences(index, each)) for each in units if len(each.people) > 1]
    return Agreement(
        criterion=criterion,
        items=len(judged),
        clusters=len({each.cluster for each in judged}),
        split=sum(bool(each.people) and not each.most_said for each in units),
        accuracy=_figure(_accuracy, pairs, seed),
        kappa=_figure(_kappa, pairs, seed),
        people_alpha=_figure(_alpha, among, seed),
    )


def _pair(index: Mapping[str, int], unit: Unit) -> Array:
    table = np.zeros((len(index), len(index)))
    table[index[unit.most_said], index[unit.judge]] = 1.0
    return table


def _coincidences(index: Mapping[str, int], unit: Unit) -> Array:
    """Pairable values of one unit (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C)."""
    counts = np.zeros(len(index))
    for label in unit.people.values():
        counts[index[label]] += 1
    return (np.outer(counts, counts) - np.diag(counts)) / (counts.sum() - 1)


def _figure(statistic: Callable[[Array], Array], tables: Sequence[tuple[str, Array]], seed: int) -> Figure:
    """The statistic of all tables summed, and its percentile interval over resampled clusters."""
    if not tables:
        return Figure(nan, nan, nan)
    names = sorted({cluster for cluster, _ in tables})
    sums = np.zeros((len(names), *tables[0][1].shape))
    for cluster, table in tables:
        sums[names.index(cluster)] += table
    value = float(statistic(sums.sum(axis=0)))
    draws = np.random.default_rng(seed).integers(0, len(names), (_RESAMPLES, len(names)))
    resampled = statistic(sums[draws].sum(axis=1))
    known = resampled[~np.isnan(resampled)]
    if len(names) < 2 or len(known) < (1 - _MOST_UNDEFINED) * _RESAMPLES:
        return Figure(value, nan, nan)
    low, high = np.quantile(known, [0.025, 0.975])
    return Figure(value, float(low), float(high))


def _accuracy(tables: Array) -> Array:
    return np.trace(tables, axis1=-2, axis2=-1) / tables.sum(axis=(-2, -1))


def _kappa(tables: Array) -> Array:
    """Cohen (1960); NaN where chance alone would agree on everything."""
    shares = tables / tables.sum(axis=(-2, -1), keepdims=True)
    met = np.trace(shares, axis1=-2, axis2=-1)
    chance = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
    return _beyond(1 - met, 1 - chance)


def _alpha(tables: Array) -> Array:
    """Krippendorff's, for names without order; NaN where all values are one."""
    margins = tables.sum(axis=-1)
    total = margins.sum(axis=-1)
    unlike = total - np.trace(tables, axis1=-2, axis2=-1)
    expected = (total**2 - (margins**2).sum(axis=-1)) / (total - 1)
    return _beyond(unlike, expected)


def _beyond(unlike: Array, expected: Array) -> Array:
    """1 − unlike/expected, NaN where nothing unlike is to be expected."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 1e-12, 1 - unlike / np.asarray(expected), nan)
