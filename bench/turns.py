"""A turn's work on a small document, in a process that has begun: outline, one edit measured and checked, saving."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
import pptx

from bench.ratio import Ratio, cpu_seconds
from copilot_server.agent.messages import ToolCall
from copilot_server.turns import desk
from copilot_server.turns.desk import Place, Source

_FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
_DOCUMENTS: Final = 20
_TURNS: Final = 5  # of each document in a row: what one leaves behind may serve the next


@dataclass(frozen=True, slots=True)
class _Case:
    """`edit` is one that changes something in the so-manieth turn; `resave` loads and saves the file by its library."""

    file: str
    skill: str
    edit: Callable[[int], dict[str, Any]]
    resave: Callable[[bytes], None]
    limit: float


def measure() -> Iterator[Ratio]:
    warnings.simplefilter("ignore")  # openpyxl tells of all that it loses
    for case in _CASES:
        data = (_FIXTURES / case.file).read_bytes()
        resaved = cpu_seconds(lambda: [case.resave(data) for _ in range(20)]) / 20  # noqa: B023 - called at once
        numbers = itertools.count()
        with tempfile.TemporaryDirectory() as folder:
            _talk(case, data, Path(folder), numbers)  # what is made once is made now
            spent = cpu_seconds(lambda: _talk(case, data, Path(folder), numbers))  # noqa: B023
        turn = spent / (_DOCUMENTS * _TURNS)
        claim = f"a turn's work on {Path(case.file).name}, CPU against its library's load and save"
        detail = f"{turn * 1e3:.1f} ms against {resaved * 1e3:.1f}"
        yield Ratio(claim, turn / resaved, case.limit, detail=detail)


def _talk(case: _Case, data: bytes, folder: Path, numbers: Iterator[int]) -> None:
    """Turns of many documents, in turn; no two versions are ever the same, but for the first one."""
    latest = [data] * _DOCUMENTS
    for _ in range(_TURNS):
        latest = [_turn(case, each, folder, next(numbers)) for each in latest]


def _turn(case: _Case, data: bytes, folder: Path, number: int) -> bytes:
    """As the service carries it: the version lies in a file named by its content."""
    path = folder / f"{hashlib.sha256(data).hexdigest()}{Path(case.file).suffix}"
    path.write_bytes(data)
    call = ToolCall("1", "edit", json.dumps({"edits": [case.edit(number)]}))
    place = Place(f"{path.stem} {number}", Source(Path(case.file).name, case.skill, path), words="mark it")
    desk.begin(place)
    assert desk.call(place, call, "edit").outcome.has_changed
    return desk.save(replace(place, journal=(call,))).data


def _openpyxl(data: bytes) -> None:
    openpyxl.load_workbook(io.BytesIO(data)).save(io.BytesIO())


def _docx(data: bytes) -> None:
    docx.Document(io.BytesIO(data)).save(io.BytesIO())


def _pptx(data: bytes) -> None:
    pptx.Presentation(io.BytesIO(data)).save(io.BytesIO())


def _json(data: bytes) -> None:
    json.dumps(json.loads(data), indent=2)


def _cell(turn: int) -> dict[str, Any]:
    return {"op": "set_cells", "at": "H2", "values": [[f"seen {turn}"]]}


def _paragraph(turn: int) -> dict[str, Any]:
    return {"op": "set_text", "at": "1688EFB3", "text": f"Term {turn}"}


def _title(turn: int) -> dict[str, Any]:
    return {"op": "set_text", "slide": "#256", "shape": "title", "text": f"Sales in week {turn}"}


def _label(turn: int) -> dict[str, Any]:
    return {"op": "change_items", "items": ["remarks"], "set": {"label": f"Remarks {turn}"}}


_CASES: Final = (
    _Case("spreadsheets/sales.xlsx", "spreadsheets", _cell, _openpyxl, 0.5),
    _Case("documents/contract.docx", "documents", _paragraph, _docx, 2),
    _Case("presentations/runs.pptx", "presentations", _title, _pptx, 1.5),
    _Case("forms/event.form.json", "forms", _label, _json, 40),
)
