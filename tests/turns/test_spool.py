"""Versions lie as files for the processes that work on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_server.errors import NotFound
from copilot_server.store.blobs import Blobs
from copilot_server.store.database import Database
from copilot_server.store.documents import Documents, Kept
from copilot_server.turns.spool import Spool


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    return Documents(Database.at(f"sqlite:///{tmp_path}/copilot.db"), Blobs.at(str(tmp_path / "blobs")))


async def test_a_version_in_a_folder_is_linked_and_survives_its_deletion(tmp_path: Path, documents: Documents) -> None:
    spool, blobs = Spool(tmp_path / "spool", documents), Blobs.at(str(tmp_path / "blobs"))
    kept = Kept("tenant", "a.XLSX", "spreadsheets", await documents.keep("tenant", b"content"))

    source = await spool.fetched(kept)
    assert source.path == tmp_path / "spool" / "tenant" / f"{kept.content_hash}.xlsx"
    assert source.path.stat().st_nlink == 2
    await blobs.delete("tenant", kept.content_hash)

    assert (await spool.fetched(kept)).path.read_bytes() == b"content"


async def test_what_is_nowhere_is_not_found(tmp_path: Path, documents: Documents) -> None:
    kept = Kept("tenant", "a.xlsx", "spreadsheets", await documents.keep("another", b"content"))

    with pytest.raises(NotFound):
        await Spool(tmp_path / "spool", documents).fetched(kept)


async def test_a_store_elsewhere_is_copied_from(
    tmp_path: Path, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "file", lambda *_: None)
    kept = Kept("tenant", "a.xlsx", "spreadsheets", await documents.keep("tenant", b"content"))

    source = await Spool(tmp_path / "spool", documents).fetched(kept)

    assert source.path.read_bytes() == b"content"
    assert source.path.stat().st_nlink == 1
