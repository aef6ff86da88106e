"""From pairwise verdicts to strengths: Bradley–Terry with intervals that respect clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_PRIOR = 0.5  # half a win each way for every pair met: keeps an unbeaten candidate's strength finite
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Bout:
    """One comparison: `score` is 1 when `first` won, 0 when `second` did, 0.5 for a tie (a flip is a tie)."""

    first: str
    second: str
    score: float
    cluster: str


@dataclass(frozen=True, slots=True)
class Strength:
    """Log-odds against the average candidate, with its 95 % interval."""

    name: str
    strength: float
    low: float
    high: float
    bouts: int


def strengths(bouts: Sequence[Bout], seed: int = 0) -> tuple[Strength, ...]:
    """Strongest first (Bradley & Terry 1952, fitted by Hunter's 2004 MM steps); raises ValueError without bouts."""
    if not bouts:
        raise ValueError("no comparison to learn from")
    names = sorted({name for bout in bouts for name in (bout.first, bout.second)})
    index = {name: place for place, name in enumerate(names)}
    clusters = sorted({bout.cluster for bout in bouts})
    wins = np.zeros((len(clusters), len(names), len(names)))
    for bout in bouts:
        place = clusters.index(bout.cluster)
        wins[place, index[bout.first], index[bout.second]] += bout.score
        wins[place, index[bout.second], index[bout.first]] += 1 - bout.score
    fitted = _fit(wins.sum(axis=0))
    random = np.random.default_rng(seed)
    draws = random.integers(0, len(clusters), (_RESAMPLES, len(clusters)))
    resampled = np.array([_fit(wins[draw].sum(axis=0)) for draw in draws])
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    met = wins.sum(axis=(0, 2)) + wins.sum(axis=(0, 1))
    ranked = sorted(names, key=lambda name: -fitted[index[name]])
    return tuple(
        Strength(
            name, float(fitted[index[name]]), float(low[index[name]]), float(high[index[name]]), int(met[index[name]])
        )
        for name in ranked
    )


def _fit(wins: Array) -> Array:
    met = wins + wins.T
    smoothed = wins + _PRIOR * (met > 0)
    games = smoothed + smoothed.T
    power = np.ones(len(wins))
    for _ in range(200):
        shares = games / (power[:, None] + power[None, :])
        renewed = smoothed.sum(axis=1) / np.maximum(shares.sum(axis=1), 1e-12)
        renewed /= np.exp(np.log(np.maximum(renewed, 1e-12)).mean())
        if np.abs(renewed - power).max() < 1e-9:
            break
        power = renewed
    return np.log(np.maximum(power, 1e-12))
