"""The command as a script runs it, with a home of its own and no model but the builtin one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from copilot_server.cli import main as program


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COPILOT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str | Path) -> Ran:
        with pytest.raises(SystemExit) as ended:
            program.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return ran


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A small workbook with a formula that depends on the rest."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sales"
    for row in (["Region", "Amount"], ["North", 120], ["South", 80], ["Total", "=SUM(B2:B3)"]):
        sheet.append(row)
    path = tmp_path / "sales.xlsx"
    book.save(path)
    return path
