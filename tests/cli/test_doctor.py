"""What doctor finds, and how it says to mend it."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import Run


def found(run: Run) -> tuple[int, dict[str, dict[str, object]]]:
    ran = run("doctor", "--json")
    return ran.code, {each["name"]: each for each in ran.json["diagnoses"]}


def test_a_new_home_is_well_and_nothing_is_made_in_it(run: Run, tmp_path: Path) -> None:
    code, told = found(run)

    assert code == 0
    assert {"fonts", "database", "blobs"} <= set(told)
    assert told["database"]["is_well"]
    assert told["blobs"]["is_well"]
    assert not (tmp_path / "home").exists()


def test_a_database_that_is_not_there_is_told_without_its_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_DATABASE_URL", "postgresql://someone:hunter2@127.0.0.1:1/none")

    code, told = found(run)

    assert code == 1
    assert not told["database"]["is_well"]
    assert "hunter2" not in str(told)
    assert "unset" in str(told["database"]["mend"])


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "copilot.db").write_bytes(b"no database " * 100)

    code, told = found(run)

    assert (code, told["database"]["is_well"]) == (1, False)


def test_blobs_that_cannot_be_reached_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_BLOB_URL", "nonsense://bucket")

    code, told = found(run)

    assert (code, told["blobs"]["is_well"]) == (1, False)
    assert told["blobs"]["mend"]


@pytest.mark.parametrize(("status", "says"), [(None, "does not answer"), (401, "refused"), (404, "at http")])
def test_a_server_of_models_is_asked(run: Run, monkeypatch: pytest.MonkeyPatch, status: int | None, says: str) -> None:
    async def answered(_: object, request: httpx2.Request) -> httpx2.Response:
        if status is None:
            raise httpx2.ConnectError("refused")
        return httpx2.Response(status, request=request)

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", answered)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")

    _, told = found(run)

    assert says in str(told["model"]["says"])
    assert told["model"]["is_well"] == (status == 404)


def test_fonts_of_other_measures_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot_server.office.render.fonts._installed", lambda: {"dejavusans": Path("DejaVuSans.ttf")})

    _, told = found(run)

    assert "Calibri" in str(told["fonts"]["says"])
    assert "fonts-liberation" in str(told["fonts"]["mend"])
