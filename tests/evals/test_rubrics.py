"""The shipped rubrics, and judges that are handed rendered pages."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from inspect_ai.model import ChatMessage, ContentImage, ModelOutput

from copilot_server.office import render
from copilot_server.office.render import Page
from evals.judge import shipped, vision
from evals.judge.panel import Match, hold_panel
from evals.judge.rubric import Candidate, pairwise_prompt
from evals.judge.separation import Parties
from evals.trace import File

JUDGES = ("claude-opus-5-5", "gemini-3.1-pro-preview")


class Seeing:
    """Prefers the candidate whose first picture is the good one; keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[list[bytes]] = []

    async def generate(self, messages: list[ChatMessage], config: object) -> ModelOutput:
        pictures = [
            base64.b64decode(part.image.partition(",")[2])
            for part in messages[0].content
            if isinstance(part, ContentImage)
        ]
        self.shown.append(pictures)
        good = [picture == b"good" for picture in pictures]
        side = "tie" if good[0] == good[1] else "A" if good[0] else "B"
        rubric = shipped.rubric("presentations-design")
        return ModelOutput.from_content("judge", json.dumps({each.id: side for each in rubric.criteria}))


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_rubric_is_short_binary_and_versioned(name: str) -> None:
    rubric = shipped.rubric(name)

    assert rubric.version >= 1
    assert "not reviewed by people" in rubric.provenance
    assert rubric.drafted_with
    assert 4 <= len(rubric.criteria) <= 9
    assert all(len(each.text) <= 120 and each.text.endswith(".") for each in rubric.criteria)


def test_every_skill_has_a_rubric_and_an_unknown_one_is_named() -> None:
    assert {name.partition("-")[0] for name in shipped.names()} == {
        "presentations", "documents", "spreadsheets", "forms",
    }  # fmt: skip
    with pytest.raises(KeyError, match="no rubric 'beauty'"):
        shipped.rubric("beauty")


async def test_a_panel_that_sees_is_handed_the_pages_in_the_order_of_the_candidates() -> None:
    model = Seeing()
    results = {"strong": Candidate("same", (b"good",)), "weak": Candidate("same", (b"bad",))}
    matches = [Match(f"t{n}", "make slides", f"c{n}", results) for n in range(3)]
    ask = vision.asking(lambda _: model)  # type: ignore[arg-type,return-value]

    report = await hold_panel(Parties(JUDGES, ("gpt-5",)), shipped.rubric("presentations-design"), matches, ask)

    assert [each.name for each in report.overall] == ["strong", "weak"]
    assert set(report.flip_rate.values()) == {0.0}
    assert [b"good", b"bad"] in model.shown
    assert [b"bad", b"good"] in model.shown


async def test_a_judge_without_sight_is_refused_pictures() -> None:
    with pytest.raises(vision.Blind, match="does not see"):
        await vision.asking()("some-model-nobody-knows", "Which?", [b"png"])


def test_the_prompt_says_whose_the_pictures_are() -> None:
    rubric = shipped.rubric("presentations-design")
    pictured = pairwise_prompt(rubric, "x", Candidate("a", (b"1", b"2")), Candidate("b", (b"3",)))

    assert "first 2 pictures are the pages of A, the next 1 those of B" in pictured
    assert "pictures" not in pairwise_prompt(rubric, "x", Candidate("a"), Candidate("b"))


def test_a_result_is_seen_as_its_rendered_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, range]] = []

    def pages(data: bytes, suffix: str, pages: range, width_px: int) -> list[Page]:
        asked.append((suffix, pages))
        return [Page(b"png of " + data, 1)]

    monkeypatch.setattr(render, "pages", pages)

    seen = vision.seen_as(File("deck.pptx", b"deck"), "its text", most=3)

    assert seen == Candidate("its text", (b"png of deck",))
    assert asked == [(".pptx", range(1, 4))]


@pytest.mark.soffice
def test_a_deck_is_rendered_into_pictures_for_judges(fixtures: Path) -> None:
    path = next((fixtures / "presentations").rglob("*.pptx"))

    seen = vision.seen_as(File(path.name, path.read_bytes()), "", most=1)

    assert seen.pages[0].startswith(b"\x89PNG")
