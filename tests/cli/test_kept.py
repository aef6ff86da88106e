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
