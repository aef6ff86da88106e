"""A panel of judges on single results: which criteria hold, how far the judges agree, and whether copies fool them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan

from copilot_server.models.registry import ModelCard
from evals.estimates import Estimate, clustered_mean
from evals.judge.asking import Ask, Asking, together
from evals.judge.canaries import CANARIES, MOST_MATCHES
from evals.judge.rubric import Candidate, Rubric, read_single, single_prompt
from evals.judge.separation import Parties, require_separation


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a task."""

    task: str
    request: str
    cluster: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Marks:
    """What one judge said of one result, by criterion."""

    judge: str
    task: str
    cluster: str
    held: Mapping[str, bool]

    @property
    def share(self) -> float:
        return sum(self.held.values()) / len(self.held)


@dataclass(frozen=True, slots=True)
class SingleReport:
    """Shares of criteria that hold; `agreement` is how often two judges said the same of one, NaN with a single judge.

    `served` are the models that answered in each judge's name.
    """

    overall: Estimate
    by_criterion: Mapping[str, Estimate]
    by_judge: Mapping[str, Estimate]
    without: Mapping[str, Estimate]
    agreement: float
    canaries: Mapping[str, float]
    unread: Mapping[str, float]
    marks: tuple[Marks, ...]
    served: Mapping[str, tuple[str, ...]]


async def hold_single(
    parties: Parties,
    rubric: Rubric,
    results: Sequence[Result],
    ask: Ask,
    declared: Mapping[str, ModelCard] | None = None,
) -> SingleReport:
    """Every judge on every result; raises NotSeparate before anything is asked, ValueError where none was read."""
    require_separation(parties, declared)
    asking = Asking(ask)
    marks: list[Marks] = []
    canaries: dict[str, float] = {}
    for judge in parties.judges:
        work = [_marks(judge, rubric, each, each.candidate, asking) for each in results]
        said = await together(work)
        marks += [each for each in said if each is not None]
        canaries |= await _canaries(judge, rubric, list(zip(results, said, strict=True))[:MOST_MATCHES], asking)
    if not marks:
        raise ValueError("no judge gave an answer that could be read")
    return _report(parties.judges, rubric, marks, canaries, asking)


async def _marks(judge: str, rubric: Rubric, result: Result, candidate: Candidate, asking: Asking) -> Marks | None:
    prompt = single_prompt(rubric, result.request, candidate)
    held = await asking.read(judge, prompt, candidate.pages, lambda answer: read_single(rubric, answer))
    return None if held is None else Marks(judge, result.task, result.cluster, held)


async def _canaries(
    judge: str, rubric: Rubric, few: Sequence[tuple[Result, Marks | None]], asking: Asking
) -> dict[str, float]:
    """How often a copy that only pretends to be better was given more criteria than its original."""
    rates: dict[str, float] = {}
    for name, disguise in CANARIES.items():
        seen = await together([_marks(judge, rubric, each, disguise(each.candidate), asking) for each, _ in few])
        pairs = [(a.share, b.share) for (_, a), b in zip(few, seen, strict=True) if a is not None and b is not None]
        if pairs:
            rates[f"{judge}/{name}"] = sum(b > a for a, b in pairs) / len(pairs)
    return rates


def _report(
    judges: Sequence[str], rubric: Rubric, marks: Sequence[Marks], canaries: Mapping[str, float], asking: Asking
) -> SingleReport:
    said = {judge: [each for each in marks if each.judge == judge] for judge in judges}
    others = {judge: [each for each in marks if each.judge != judge] for judge in judges}
    return SingleReport(
        overall=_estimate(marks, None),
        by_criterion={each.id: _estimate(marks, each.id) for each in rubric.criteria},
        by_judge={judge: _estimate(each, None) for judge, each in said.items() if each},
        without={judge: _estimate(each, None) for judge, each in others.items() if each},
        agreement=_agreement(marks),
        canaries=canaries,
        unread=asking.unread_rates(),
        marks=tuple(marks),
        served=asking.served(),
    )


def _estimate(marks: Sequence[Marks], criterion: str | None) -> Estimate:
    """The share that holds: judges averaged within a task, tasks of a cluster counted as dependent."""
    values: dict[str, list[float]] = {}
    cluster_of = {each.task: each.cluster for each in marks}
    for each in marks:
        values.setdefault(each.task, []).append(each.share if criterion is None else float(each.held[criterion]))
    means = [sum(given) / len(given) for given in values.values()]
    return clustered_mean(means, [cluster_of[task] for task in values])


def _agreement(marks: Sequence[Marks]) -> float:
    by_task: dict[str, list[Marks]] = {}
    for each in marks:
        by_task.setdefault(each.task, []).append(each)
    same = [
        a.held[criterion] == b.held[criterion]
        for given in by_task.values()
        for a, b in combinations(given, 2)
        for criterion in a.held
    ]
    return sum(same) / len(same) if same else nan
