"""Figures to decide on: clustered errors, pass rates over epochs, paired bootstrap intervals, Holm's correction."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLES = 4000
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its standard error, tasks of one cluster (source file, family) counted as dependent."""

    mean: float
    standard_error: float
    tasks: int
    clusters: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {figure(self.standard_error)}"


def figure(value: float | None) -> str:
    """To three places; "–" for what is not known."""
    return "–" if value is None or math.isnan(value) else f"{value:.3f}"


def clustered_mean(values: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """Mean and cluster-robust standard error (Miller 2024, "Adding Error Bars to Evals", eq. 4).

    `values` are per task, already averaged over epochs; `clusters` names each task's cluster.
    """
    numbers = np.asarray(values, dtype=np.float64)
    mean = float(numbers.mean())
    residuals: dict[str, float] = {}
    for value, cluster in zip(numbers, clusters, strict=True):
        residuals[cluster] = residuals.get(cluster, 0.0) + float(value) - mean
    groups = len(residuals)
    small_sample = groups / (groups - 1) if groups > 1 else math.inf
    variance = small_sample * sum(total**2 for total in residuals.values()) / len(numbers) ** 2
    return Estimate(mean, math.sqrt(variance) if groups > 1 else math.nan, len(numbers), groups)


def pass_at(k: int, passed: int, epochs: int) -> float:
    """Unbiased chance that at least one of k tries passes (Chen et al. 2021, eq. 1)."""
    if epochs - passed < k:
        return 1.0
    return 1.0 - math.comb(epochs - passed, k) / math.comb(epochs, k)


def pass_all(k: int, passed: int, epochs: int) -> float:
    """Unbiased chance that all of k tries pass: pass^k (Yao et al. 2024, tau-bench)."""
    return math.comb(passed, k) / math.comb(epochs, k) if epochs >= k else math.nan


@dataclass(frozen=True, slots=True)
class Difference:
    """b − a over the tasks both ran, with its 95 % interval and two-sided p."""

    delta: float
    low: float
    high: float
    p: float
    tasks: int
    clusters: int
    standard_error: float


def paired_difference(
    a: Mapping[str, float], b: Mapping[str, float], cluster_of: Mapping[str, str], seed: int = 0
) -> Difference:
    """Paired bootstrap over clusters, studentised (bootstrap-t), so that few clusters still cover honestly.

    `a` and `b` map a task to its mean over epochs. Raises ValueError when they share fewer than two clusters.
    Where few clusters differ at all, as with right-or-wrong metrics, resamples repeat themselves and tell too little:
    then Student's interval and the sign test, where they are more careful, have the last word.
    """
    tasks = sorted(a.keys() & b.keys())
    names = sorted({cluster_of[task] for task in tasks})
    if len(names) < 2:
        raise ValueError(f"{len(tasks)} shared tasks in {len(names)} cluster(s): at least 2 clusters are needed")
    sums, counts = _by_cluster([(cluster_of[task], b[task] - a[task]) for task in tasks], names)
    delta = float(sums.sum() / counts.sum())
    error = float(_ratio_error(sums, counts, np.asarray(delta)))
    if error == 0.0:
        # What was not seen in n clusters may still be the case in 3/n of them (Hanley & Lippman-Hand 1983).
        low, high, p = delta - 3 / len(names), delta + 3 / len(names), 0.0
    else:
        quantiles, p = _bootstrap_t(sums, counts, delta, error, seed)
        student = _student_quantile(len(names) - 1)
        low = delta - max(quantiles[1], student) * error
        high = delta - min(quantiles[0], -student) * error
    return Difference(
        delta=delta,
        low=low,
        high=high,
        p=max(p, _sign_test(sums, seed)),
        tasks=len(tasks),
        clusters=len(names),
        standard_error=error,
    )


def _by_cluster(rows: Sequence[tuple[str, float]], names: Sequence[str]) -> tuple[Array, Array]:
    index = {name: position for position, name in enumerate(names)}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for cluster, value in rows:
        sums[index[cluster]] += value
        counts[index[cluster]] += 1
    return sums, counts


def _ratio_error(sums: Array, counts: Array, mean: Array) -> Array:
    """Standard error of a mean over clusters of unequal size (a ratio estimator), along the last axis."""
    groups = sums.shape[-1]
    residuals = sums - mean[..., None] * counts
    return np.sqrt(groups / (groups - 1) * (residuals**2).sum(axis=-1)) / counts.sum(axis=-1)


def _bootstrap_t(
    sums: Array, counts: Array, delta: float, error: float, seed: int
) -> tuple[tuple[float, float], float]:
    """(2.5 % and 97.5 % quantiles of the studentised difference, two-sided p)."""
    random = np.random.default_rng(seed)
    draws = random.integers(0, len(sums), size=(RESAMPLES, len(sums)))
    drawn_sums, drawn_counts = sums[draws], counts[draws]
    means = drawn_sums.sum(axis=1) / drawn_counts.sum(axis=1)
    errors = _ratio_error(drawn_sums, drawn_counts, means)
    usable = errors > 0
    scores = (means[usable] - delta) / errors[usable]
    low, high = np.quantile(scores, [0.025, 0.975])
    observed = abs(delta) / error
    p = (1 + int((np.abs(scores) >= observed).sum())) / (1 + len(scores))
    return (float(low), float(high)), float(p)


def _sign_test(sums: Array, seed: int) -> float:
    """Two-sided chance of so large a sum, were each cluster's difference as likely to be its opposite."""
    random = np.random.default_rng(seed)
    flips = random.choice(np.array([-1.0, 1.0]), size=(RESAMPLES, len(sums)))
    reached = np.abs(flips @ sums) >= abs(float(sums.sum())) - _TINY
    return (1 + int(reached.sum())) / (1 + RESAMPLES)


def _student_quantile(freedom: int) -> float:
    """97.5 % quantile of Student's t (Abramowitz & Stegun 26.7.5), within 2 % from two degrees of freedom on."""
    z = _normal_quantile(0.975)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p-values (Holm 1979): the chance of any false verdict among them stays below the level."""
    adjusted: dict[str, float] = {}
    worst = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p))
        adjusted[name] = worst
    return adjusted


def tasks_to_decide(difference: Difference, effect: float, power: float = 0.8) -> int | None:
    """How many tasks of this variance would show `effect` at 5 % with this power (normal approximation).

    None where no cluster differs from another: then nothing is known of the variance.
    """
    if difference.standard_error == 0.0:
        return None
    z = _normal_quantile(0.975) + _normal_quantile(power)
    spread = difference.standard_error * math.sqrt(difference.tasks)
    return max(2, math.ceil((z * spread / effect) ** 2))


def power_reached(difference: Difference, effect: float) -> float:
    """The chance that this run would have shown a true difference of `effect`; NaN where the variance is not known."""
    if difference.standard_error == 0.0:
        return math.nan
    return _normal_share(effect / difference.standard_error - _normal_quantile(0.975))


def _normal_share(z: float) -> float:
    return NormalDist().cdf(z)


def _normal_quantile(share: float) -> float:
    return NormalDist().inv_cdf(share)
