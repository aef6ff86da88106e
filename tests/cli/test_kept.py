"""Commands on what this machine's server keeps: versions, undo; and the port it listens on."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from copilot_server.cli.serve import listening
from copilot_server.errors import BadRequest
from copilot_server.service import open_store
from copilot_server.settings import Settings
from tests.api.conftest import workbook
from tests.cli.conftest import Run


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """The id of a document whose versions 0, 1 and 2 hold these numbers in A1."""

    async def made() -> str:
        store = open_store(Settings(home=tmp_path / "home"))
        await store.database.migrate()
        caller = await store.keys.local()
        document, _ = await store.documents.create(caller, "a.xlsx", "spreadsheets", workbook([0]))
        for number in (1, 2):
            await store.documents.push(caller, document.id, workbook([number]), number - 1)
        await store.database.close()
        return document.id

    return asyncio.run(made())


def test_undo_goes_one_version_further_back_each_time(run: Run, kept: str) -> None:
    said = [run("undo", kept).out for _ in range(2)]

    assert [line.rpartition("what ")[2].strip() for line in said] == ["version 1 held", "version 0 held"]
    assert "nothing to undo" in run("undo", kept).err


def test_what_was_undone_can_be_had_again(run: Run, kept: str) -> None:
    run("undo", kept)
    run("undo", kept, "--to", "2")

    assert "version 1 held" in run("undo", kept).out


def test_a_port_that_is_taken_is_said_before_anything_begins() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadRequest, match="--port"):
        listening("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("command", [("keys", "list"), ("versions",), ("serve", "--port", "0"), ("worker",)])
def test_a_database_that_cannot_be_used_is_said_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "none.db").write_bytes(b"no database " * 100)
    monkeypatch.setenv("COPILOT_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")

    ran = run(*command)

    assert ran.code == 4
    assert "file is not a database" in ran.err
    assert "doctor" in ran.err


def test_a_database_of_another_make_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_DATABASE_URL", "mysql://localhost/x")

    ran = run("keys", "list")

    assert (ran.code, "database_url" in ran.err) == (2, True)
