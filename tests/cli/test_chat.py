"""`office-copilot chat`: a message a line, a version a turn, undo."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Run


def _b2(path: Path) -> object:
    return openpyxl.load_workbook(path)["Sales"]["B2"].value


def test_turns_are_written_and_taken_back(run: Run, sales: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "set B2 to 5\n\nset B2 to 6\nundo\nhelp\n/save\nquit\nset B2 to 9\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(said))

    ran = run("chat", sales, "--model", "builtin")

    assert (ran.code, _b2(sales.with_name("sales.edited.xlsx"))) == (0, 5)
    assert "undo takes the last turn back" in ran.err
    assert _b2(sales) == 120


def test_what_nobody_did_cannot_be_undone(run: Run, sales: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("/undo\n"))

    ran = run("chat", sales, "--model", "builtin")

    assert "nothing to undo" in ran.err
    assert not sales.with_name("sales.edited.xlsx").exists()


def test_json_has_an_object_a_turn(run: Run, sales: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("set B2 to 5\nmake it pop\n"))

    ran = run("chat", sales, "--model", "builtin", "--json")

    decoder, turns, rest = json.JSONDecoder(), [], ran.out.strip()
    while rest:
        turn, end = decoder.raw_decode(rest)
        turns.append(turn)
        rest = rest[end:].strip()
    assert [turn["output"] is not None for turn in turns] == [True, False]
