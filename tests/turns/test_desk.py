"""What a document process keeps from turn to turn is right, and bounded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_server.agent.draft import content_hash
from copilot_server.agent.messages import ToolCall
from copilot_server.office.package import Memory
from copilot_server.turns import desk
from copilot_server.turns.desk import Place, Source
from copilot_server.turns.shelf import Shelf
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook

SALES = Path(__file__).parents[2] / "fixtures" / "spreadsheets" / "sales.xlsx"


def turn(folder: Path, data: bytes, number: int) -> tuple[str, bytes]:
    """What the model is told first, and the version one edit makes."""
    path = folder / f"{content_hash(data)}.xlsx"
    path.write_bytes(data)
    edits = [{"op": "set_cells", "at": f"D{number + 2}", "values": [[number, f"seen {number}"]]}]
    call = ToolCall("1", "edit", json.dumps({"edits": edits}))
    place = Place(f"{path.stem} {number}", Source("sales.xlsx", "spreadsheets", path))
    told = desk.begin(place)
    assert desk.call(place, call, "edit").outcome.has_changed
    return told, desk.save(replace(place, journal=(call,))).data


def test_what_is_kept_from_turn_to_turn_tells_what_the_file_says(tmp_path: Path) -> None:
    data = SALES.read_bytes()
    for number in range(4):
        told, made = turn(tmp_path, data, number)
        assert skill.outline(Workbook.open(data)) in told
        data = made


def test_a_document_beside_is_read_as_it_stands_when_the_turn_goes_on(tmp_path: Path) -> None:
    before = SALES.read_bytes()
    _, after = turn(tmp_path, before, 30)
    target, sources = tmp_path / "target.xlsx", list[Source]()
    target.write_bytes(before)
    for data in (before, after):
        path = tmp_path / f"{content_hash(data)}.xlsx"
        path.write_bytes(data)
        sources.append(Source("other.xlsx", "spreadsheets", path))
    place = Place("a turn", Source("target.xlsx", "spreadsheets", target), (sources[0],))

    told = [desk.begin(replace(place, others=(each,))) for each in sources]

    outlines = [skill.outline(Workbook.open(data)) for data in (before, after)]
    assert outlines[0] != outlines[1]
    assert [outline in each for outline, each in zip(outlines, told, strict=True)] == [True, True]


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf: Shelf[Path, Memory] = Shelf(400_000)
    monkeypatch.setattr(desk, "_remembered", shelf)
    data, made = SALES.read_bytes(), list[Path]()
    for number in range(15):
        _, data = turn(tmp_path, data, number)
        made.append(tmp_path / f"{content_hash(data)}.xlsx")

    assert 300_000 < shelf.taken <= 400_000
    assert [path in shelf for path in (made[0], made[-1])] == [False, True]
