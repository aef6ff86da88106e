"""Where the shared material lies, and what each test may count on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests import no_network

REPOSITORY = Path(__file__).resolve().parents[1]
no_network_model = no_network.no_network_model  # found here by pytest, which runs it for every test


def _material(variable: str, beside: str) -> Path:
    """A folder kept outside the project: named by the environment, else looked for beside the checkout."""
    folder = Path(os.environ.get(variable, REPOSITORY.parent / "shared" / beside))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here; set {variable} to the folder of real files")
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real Office files, hostile ones too, read in place (xlsx/ docx/ pptx/ hostile/)."""
    return _material("OFFICE_CORPUS", "corpus")


@pytest.fixture(scope="session")
def bench_sets() -> Path:
    """Public benchmark tasks, read in place."""
    return _material("OFFICE_BENCH", "bench")


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return REPOSITORY / "fixtures"


_PROGRAMS = {
    "soffice": lambda: shutil.which("soffice"),
    "chromium": lambda: shutil.which("chromium"),
    "postgres": lambda: shutil.which("postgres") or next(Path("/usr/lib/postgresql").glob("*/bin/postgres"), None),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not here; where COPILOT_REQUIRE names it, that is a failure instead."""
    required = set(os.environ.get("COPILOT_REQUIRE", "").split(","))
    for name, find in _PROGRAMS.items():
        if item.get_closest_marker(name) and not find():
            if name in required:
                pytest.fail(f"{name} is required here and was not found")
            pytest.skip(f"{name} is not installed")
