"""Conversations answered by hand over the real wire, replayed: the tools still lead to the same workbooks."""

from __future__ import annotations

from pathlib import Path

from copilot_server.agent.conversation import Conversation, Outcome, Say
from copilot_server.agent.workbench import Opened
from copilot_server.models import replay
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.workbook import Workbook

FOLDER = Path(__file__).parent


async def replayed(fixtures: Path, name: str, recording: str, request: str) -> tuple[Outcome, Workbook]:
    model = replay.load(FOLDER / recording)
    assert model.label == "answered by hand"
    talk = Conversation(Opened(name, skill, Workbook.open(fixtures / "spreadsheets" / name)), lambda _model_name: model)
    outcome = await talk.say(Say(request))
    document = talk.document
    assert isinstance(document, Workbook)
    return outcome, Workbook.open(document.to_bytes())


async def test_scores_are_judged_with_the_limit_counted_in_and_the_missing_left_empty(fixtures: Path) -> None:
    outcome, book = await replayed(
        fixtures,
        "scores.xlsx",
        "scores-judged.jsonl",
        "Fill the Result column: pass from the pass mark up, fail below it. Leave it empty for people without a score.",
    )
    assert (outcome.status, outcome.receipt.outside) == ("completed", ())
    judged = [cell.value for cell in book.sheet("Scores").cells(Area.parse("C2:C11"))]
    assert judged == ["pass", "pass", "", "fail", "fail", "pass", "", "pass", "pass", "fail"]


async def test_sales_are_counted_beside_the_summary_by_formula(fixtures: Path) -> None:
    outcome, book = await replayed(
        fixtures,
        "sales.xlsx",
        "sales-counted.jsonl",
        "On Summary, show in a new column how many sales each region had.",
    )
    assert (outcome.status, outcome.receipt.outside) == ("completed", ())
    counted = list(book.sheet("Summary").cells(Area.parse("F1:F5")))
    assert [cell.value for cell in counted] == ["Sales", 10, 10, 10, 10]
    assert all(cell.formula for cell in counted[1:])
