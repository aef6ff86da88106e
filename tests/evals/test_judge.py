"""Judges: kept apart from what they judge, asked in both orders, and caught when fooled."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest

from evals.judge.asking import Answer
from evals.judge.panel import Match, hold_panel
from evals.judge.rubric import Candidate, Criterion, Rubric, Unreadable, read_pairwise, read_single
from evals.judge.separation import NotSeparate, Parties, require_separation
from evals.judge.strength import Bout, strengths

RUBRIC = Rubric(
    "clarity", 1, "the team", (Criterion("claim", "Each title states a claim."), Criterion("short", "No filler."))
)
JUDGES = ("claude-opus-5-5", "gemini-3.1-pro-preview")
MATCHES = [
    Match(f"t{n}", "make it clear", f"c{n}", {"strong": Candidate("good text"), "weak": Candidate("bad text")})
    for n in range(6)
]


def _material(prompt: str) -> tuple[str, str]:
    first = re.search(r'name="A">\n(.*?)\n</document>', prompt, re.DOTALL)
    second = re.search(r'name="B">\n(.*?)\n</document>', prompt, re.DOTALL)
    assert first
    assert second
    return first.group(1), second.group(1)


def _answer(side: str) -> Answer:
    return Answer(json.dumps({criterion.id: side for criterion in RUBRIC.criteria}))


async def fair(_: str, prompt: str, __: Sequence[bytes]) -> Answer:
    first, second = ("good" in text for text in _material(prompt))
    return _answer("tie" if first == second else "A" if first else "B")


async def first_is_best(_: str, prompt: str, __: Sequence[bytes]) -> Answer:
    return _answer("A")


async def longest_is_best(_: str, prompt: str, __: Sequence[bytes]) -> Answer:
    first, second = map(len, _material(prompt))
    return _answer("tie" if first == second else "A" if first > second else "B")


PARTIES = Parties(JUDGES, ("gpt-5", "builtin"))


async def test_a_fair_panel_finds_the_stronger_and_is_fooled_by_nothing() -> None:
    report = await hold_panel(PARTIES, RUBRIC, MATCHES, fair)

    assert [each.name for each in report.overall] == ["strong", "weak"]
    assert set(report.flip_rate.values()) == {0.0}
    assert set(report.canaries.values()) == {0.0}
    assert set(report.without) == set(JUDGES)


async def test_a_judge_led_by_order_only_makes_ties_and_its_flips_are_told() -> None:
    report = await hold_panel(PARTIES, RUBRIC, MATCHES, first_is_best)

    assert report.overall[0].strength == pytest.approx(0.0)
    assert set(report.flip_rate.values()) == {1.0}


async def test_a_judge_that_counts_words_is_caught_by_the_padded_copy() -> None:
    report = await hold_panel(PARTIES, RUBRIC, MATCHES, longest_is_best)

    assert report.canaries[f"{JUDGES[0]}/padded"] == 1.0


@pytest.mark.parametrize(
    ("parties", "reason"),
    [
        (Parties(["gpt-5"], ["gpt-5-mini"]), "family"),
        (Parties(["claude-opus-5-5"], ["gpt-5"], ["claude-opus-4-6"]), "family"),
        (Parties(["my-own-model"], ["gpt-5"]), "not declared"),
        (Parties(["claude-opus-5-5"], ["my-own-model"]), "not declared"),
        (Parties(["claude-opus-5-5", "gemini-3.8-flash"], ["gpt-5"]), "different tiers"),
    ],
)
async def test_a_panel_too_close_to_the_judged_is_refused_before_it_is_asked(parties: Parties, reason: str) -> None:
    with pytest.raises(NotSeparate, match=reason):
        require_separation(parties)


def test_strengths_follow_the_odds_of_winning() -> None:
    bouts = [Bout("a", "b", float(n % 4 != 0), f"c{n % 20}") for n in range(400)]

    first, second = strengths(bouts)

    assert (first.name, second.name) == ("a", "b")
    assert first.strength - second.strength == pytest.approx(1.0986, abs=0.05)
    assert first.low < first.strength < first.high


def test_no_bouts_are_an_error() -> None:
    with pytest.raises(ValueError, match="no comparison"):
        strengths([])


@pytest.mark.parametrize("answer", ["no idea", "{", '{"claim": "A"}', '{"claim": "C", "short": "A"}', "[1]"])
def test_an_answer_that_is_none_is_unreadable(answer: str) -> None:
    with pytest.raises(Unreadable):
        read_pairwise(RUBRIC, answer)


def test_single_verdicts_are_read_from_prose_around_the_json() -> None:
    answer = 'Here you go:\n```json\n{"claim": true, "short": false}\n```'

    assert read_single(RUBRIC, answer) == {"claim": True, "short": False}
