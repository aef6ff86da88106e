"""Public sets, read in place: absent ones say so; where there is gold the three controls behave on a sample."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from copilot_server.agent.messages import AssistantMessage, ToolCall
from copilot_server.cli.eval import PUBLIC, command
from copilot_server.models.scripted import ScriptedModel
from evals import running
from evals.controls import misbehaving, run_controls
from evals.public import books
from evals.public.reading import Absent
from evals.public.sets import SETS, tasks_of
from evals.scoring.score import score
from evals.task import Task
from evals.trace import File, Seen, Trace


@pytest.fixture(autouse=True)
def fresh() -> None:
    tasks_of.cache_clear()


@pytest.fixture
def sets(bench_sets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPILOT_BENCH", str(bench_sets))
    return bench_sets


def test_the_command_offers_every_set() -> None:
    assert set(PUBLIC) == set(SETS)


@pytest.mark.parametrize("folder", ["", "/nowhere"])
def test_a_set_that_is_absent_is_said_plainly(folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COPILOT_BENCH", folder)

    result = CliRunner().invoke(command, ("pptc", "--out", str(tmp_path)))

    assert result.exit_code == 2
    assert "pptc" in result.output
    assert "COPILOT_BENCH" in result.output


@pytest.mark.parametrize(
    ("position", "sheet", "areas"),
    [
        ("F2:H10", "sheet1", ("Sheet1!F2:H10",)),
        ("two words'!C2:D11", "", ("Two words!C2:D11",)),
        ("'Sheet1'!A1,'Two words'!B2:B3", "", ("Sheet1!A1", "Two words!B2:B3")),
    ],
)
def test_answer_positions_are_read_as_unevenly_as_they_are_written(
    position: str, sheet: str, areas: tuple[str, ...], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Sheet1"
    book.create_sheet("Two words")
    book.save(tmp_path / "b.xlsx")

    assert books.answer_areas({"answer_position": position, "answer_sheet": sheet}, tmp_path / "b.xlsx") == areas


async def _require_controls(task: Task) -> None:
    results = {name: measures["success"] for name, (_, measures) in (await run_controls(task)).items()}

    assert results["reference"].value == 1.0, f"{task.id}: {results['reference'].explanation}"
    assert [name for name in ("nothing", "vandal", "partial") if results[name].value == 1.0] == [], task.id


async def test_controls_of_spreadsheetbench_behave_on_a_sample(sets: Path) -> None:
    tasks = tasks_of("spreadsheetbench")
    sample = [made for task in tasks[60:200:46] if (made := books.with_controls(task))]

    assert len(tasks) == 630
    assert len(sample) >= 2
    for task in sample:
        await _require_controls(task)


async def test_spreadsheetbenchs_gold_files_hold_what_is_checked_and_their_inputs_do_not(sets: Path) -> None:
    """Only that: they were saved by other programs, which left other widths and themes behind."""
    for task in tasks_of("spreadsheetbench")[60:200:46]:
        assert task.source
        before = File(task.name, task.source())
        gold = next(each.gold for each in task.criteria if isinstance(each, books.AsGold))
        measured = [
            score(before, File(task.name, data), Trace(), task)["fulfilled"].value
            for data in (gold.read_bytes(), before.data)
        ]

        assert measured == [1.0, 0.0], task.id


def _book(formula: str, value: int) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("S").write_formula("A1", formula, None, value)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("gold", "after", "is_right"),
    [
        (("=TODAY()", 40000), ("=TODAY()", 46000), True),  # both recalculated
        (("=TODAY()", 40000), ("=40000+0", 40000), True),  # what Excel left, for the engine does not get it
        (("=TODAY()", 40000), ("=39999+0", 39999), False),
        (("=1+1", 2), ("=2+0", 2), True),
        (("=1+1", 2), ("=3+0", 2), False),  # where the engine has a say, what stands in the file has none
    ],
)
def test_where_the_engine_does_not_get_what_excel_left_excels_value_counts(
    gold: tuple[str, int], after: tuple[str, int], is_right: bool, tmp_path: Path
) -> None:
    (tmp_path / "gold.xlsx").write_bytes(_book(*gold))
    seen = Seen(File("b.xlsx", _book("=0", 0)), File("b.xlsx", _book(*after)), Trace())

    assert (books.AsGold(tmp_path / "gold.xlsx", ("S!A1",)).fault(seen) is None) == is_right


async def test_controls_of_formfactory_behave_on_a_sample(sets: Path) -> None:
    tasks = tasks_of("formfactory")

    assert len(tasks) == 300
    for task in tasks[::75]:
        await _require_controls(task)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["docxbench", "deskcraft", "officebench"])
async def test_controls_of_document_tasks_behave(name: str, sets: Path) -> None:
    checked = [task for task in tasks_of(name) if not task.advisory and task.skill == "documents"]

    assert checked
    for task in checked:
        await _require_controls(task)


async def test_controls_of_officebenchs_cell_checks_behave(sets: Path) -> None:
    checked = [task for task in tasks_of("officebench") if not task.advisory and task.skill == "spreadsheets"]

    assert len(checked) == 23
    for task in checked[::8]:  # by a cell, by the gold, by lines that are gone
        await _require_controls(task)


async def test_controls_of_deskcrafts_fixed_results_behave(sets: Path) -> None:
    checked = {task.id.rpartition("interactive_")[2]: task for task in tasks_of("deskcraft") if not task.advisory}

    assert len(checked) == 18
    for name in ("writer_011", "impress_013", *(name for name in checked if name.startswith(("dc-7232", "dc-b818")))):
        await _require_controls(checked[name])


async def test_controls_of_documents_made_out_of_a_workbook_beside_them_behave(sets: Path) -> None:
    checked = [task for task in tasks_of("officebench") if task.beside]

    assert len(checked) == 9
    for task in checked[::3]:
        results = await run_controls(task)
        assert list(misbehaving(task, results)) == []


async def test_a_document_beside_is_read_by_the_agent_under_test(sets: Path) -> None:
    task = next(task for task in tasks_of("officebench") if task.beside)
    model = ScriptedModel([
        AssistantMessage("", (ToolCall("c", "read_other", json.dumps({"document": next(iter(task.beside))})),)),
        AssistantMessage("I have read it."),
    ])  # fmt: skip

    seen = await running.run(task, lambda _: model)

    assert [(call.name, call.is_error) for call in seen.trace.calls] == [("read_other", False)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pptc", "ppteval", "deskcraft"])
async def test_controls_of_every_checked_deck_behave(name: str, sets: Path) -> None:
    for task in tasks_of(name):
        if not task.advisory and task.skill == "presentations":
            assert list(misbehaving(task, await run_controls(task))) == []


async def test_controls_of_decks_behave_on_a_sample(sets: Path) -> None:
    checked = {name: [task for task in tasks_of(name) if not task.advisory] for name in ("pptc", "ppteval")}

    assert {name: len(tasks) for name, tasks in checked.items()} == {"pptc": 6, "ppteval": 35}
    for task in (checked["pptc"][3], *checked["ppteval"][::9]):
        assert list(misbehaving(task, await run_controls(task))) == []


@pytest.mark.parametrize("name", ["deskcraft", "pptc", "officebench"])
def test_tasks_that_keywords_alone_could_check_are_advisory(name: str, sets: Path) -> None:
    task = next(each for each in tasks_of(name) if each.advisory and each.source)
    assert task.source
    same = File(task.name, task.source())

    measures = score(same, same, Trace(), task)

    assert measures["advisory"].value == 1.0
    assert measures["success"].value == 0.0


def test_ppteval_without_its_decks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ppteval").mkdir()
    row = {"id": "p1", "skill": "presentation", "instruction": "x", "deck": "3.pptx", "inputs": []}
    (tmp_path / "ppteval" / "index.jsonl").write_text(json.dumps(row), encoding="utf-8")
    monkeypatch.setenv("COPILOT_BENCH", str(tmp_path))

    with pytest.raises(Absent, match="decks are not with it"):
        tasks_of("ppteval")
