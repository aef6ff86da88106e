"""A panel of judges on pairs: both orders, flips counted as ties, canaries, and figures with each judge left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from copilot_server.models.registry import ModelCard
from evals.judge.asking import Ask, Asking, together
from evals.judge.canaries import CANARIES, MOST_MATCHES
from evals.judge.rubric import Candidate, Rubric, Side, majority, pairwise_prompt, read_pairwise
from evals.judge.separation import Parties, require_separation
from evals.judge.strength import Bout, Strength, strengths

_OPPOSITE: Mapping[Side, Side] = {"A": "B", "B": "A", "tie": "tie"}


@dataclass(frozen=True, slots=True)
class Match:
    """Two candidates' results of one task, by the names of who made them."""

    task: str
    request: str
    cluster: str
    results: Mapping[str, Candidate]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judge on one match, seen in both orders; `score` is the first name's, and a flip is a tie.

    `sides` tells it by criterion: "A" is the first name's.
    """

    judge: str
    match: Match
    first: str
    second: str
    score: float
    has_flipped: bool
    sides: Mapping[str, Side]


@dataclass(frozen=True, slots=True)
class PanelReport:
    """`unread` is the share of questions whose answers could not be read twice; they count for neither side.

    `served` are the models that answered in each judge's name.
    """

    overall: tuple[Strength, ...]
    by_judge: Mapping[str, tuple[Strength, ...]]
    without: Mapping[str, tuple[Strength, ...]]
    flip_rate: Mapping[str, float]
    canaries: Mapping[str, float]
    unread: Mapping[str, float]
    verdicts: tuple[Verdict, ...]
    served: Mapping[str, tuple[str, ...]]


async def compare_pair(
    judge: str, rubric: Rubric, match: Match, names: tuple[str, str], asking: Asking
) -> Verdict | None:
    """Ask in both orders; where the order decides, neither does. None where an answer could not be read."""
    first, second = names
    forward = await _sides(judge, rubric, match.request, match.results[first], match.results[second], asking)
    backward = await _sides(judge, rubric, match.request, match.results[second], match.results[first], asking)
    if forward is None or backward is None:
        return None
    ahead, behind = majority(list(forward.values())), 1.0 - majority(list(backward.values()))
    has_flipped = ahead != behind
    sides: dict[str, Side] = {
        each: side if backward[each] == _OPPOSITE[side] else "tie" for each, side in forward.items()
    }
    return Verdict(judge, match, first, second, 0.5 if has_flipped else ahead, has_flipped, sides)


async def _sides(
    judge: str, rubric: Rubric, request: str, first: Candidate, second: Candidate, asking: Asking
) -> dict[str, Side] | None:
    prompt = pairwise_prompt(rubric, request, first, second)
    return await asking.read(judge, prompt, (*first.pages, *second.pages), lambda answer: read_pairwise(rubric, answer))


async def canary_rates(judge: str, rubric: Rubric, matches: Sequence[Match], asking: Asking) -> dict[str, float]:
    """How often the judge prefers a copy that only pretends to be better; 0 is right, ties count nothing."""
    rates: dict[str, float] = {}
    for name, disguise in CANARIES.items():
        work = []
        for match in matches[:MOST_MATCHES]:
            plain = next(iter(match.results.values()))
            pair = replace(match, results={"plain": plain, "disguised": disguise(plain)})
            work.append(compare_pair(judge, rubric, pair, ("disguised", "plain"), asking))
        read = [each for each in await together(work) if each is not None]
        if read:
            rates[name] = sum(each.score == 1.0 for each in read) / len(read)
    return rates


async def hold_panel(
    parties: Parties,
    rubric: Rubric,
    matches: Sequence[Match],
    ask: Ask,
    declared: Mapping[str, ModelCard] | None = None,
) -> PanelReport:
    """Every judge on every pair of every match; raises NotSeparate before anything is asked.

    Raises ValueError where no judge gave a verdict that could be read.
    """
    require_separation(parties, declared)
    asking = Asking(ask)
    verdicts: list[Verdict] = []
    canaries: dict[str, float] = {}
    for judge in parties.judges:
        pairs = [
            compare_pair(judge, rubric, match, (first, second), asking)
            for match in matches
            for place, first in enumerate(sorted(match.results))
            for second in sorted(match.results)[place + 1 :]
        ]
        verdicts += [each for each in await together(pairs) if each is not None]
        rates = await canary_rates(judge, rubric, matches, asking)
        canaries |= {f"{judge}/{name}": rate for name, rate in rates.items()}
    return _report(parties.judges, verdicts, canaries, asking)


def _report(
    judges: Sequence[str], verdicts: Sequence[Verdict], canaries: Mapping[str, float], asking: Asking
) -> PanelReport:
    by_judge = {judge: [each for each in verdicts if each.judge == judge] for judge in judges}
    others = {judge: [each for each in verdicts if each.judge != judge] for judge in judges}
    return PanelReport(
        overall=_strengths(verdicts),
        by_judge={judge: _strengths(seen) for judge, seen in by_judge.items() if seen},
        without={judge: _strengths(rest) for judge, rest in others.items() if rest},
        flip_rate={
            judge: sum(each.has_flipped for each in seen) / len(seen) for judge, seen in by_judge.items() if seen
        },
        canaries=canaries,
        unread=asking.unread_rates(),
        verdicts=tuple(verdicts),
        served=asking.served(),
    )


def _strengths(verdicts: Sequence[Verdict]) -> tuple[Strength, ...]:
    return strengths([Bout(each.first, each.second, each.score, each.match.cluster) for each in verdicts])
