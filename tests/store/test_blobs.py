"""Blobs: written once by content, kept apart by tenant."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_server.errors import NotFound, ServiceUnavailable
from copilot_server.store.blobs import Blobs


async def test_content_comes_back_by_its_hash(tmp_path: Path) -> None:
    blobs = Blobs.at(str(tmp_path))

    content_hash = await blobs.put("a", b"bytes")

    assert await blobs.get("a", content_hash) == b"bytes"


async def test_the_same_content_again_is_left_as_it_is(tmp_path: Path) -> None:
    blobs = Blobs.at(str(tmp_path))

    assert await blobs.put("a", b"bytes") == await blobs.put("a", b"bytes")


async def test_another_tenant_does_not_see_it(tmp_path: Path) -> None:
    blobs = Blobs.at(str(tmp_path))
    content_hash = await blobs.put("a", b"bytes")

    with pytest.raises(NotFound):
        await blobs.get("b", content_hash)


async def test_deleted_content_is_gone_and_deleting_again_is_no_error(tmp_path: Path) -> None:
    blobs = Blobs.at(str(tmp_path))
    content_hash = await blobs.put("a", b"bytes")

    await blobs.delete("a", content_hash)
    await blobs.delete("a", content_hash)

    with pytest.raises(NotFound):
        await blobs.get("a", content_hash)


async def test_a_store_that_cannot_write_is_unavailable(tmp_path: Path) -> None:
    blobs = Blobs.at(str(tmp_path / "blobs"))
    (tmp_path / "blobs").rmdir()
    (tmp_path / "blobs").write_text("not a folder")

    with pytest.raises(ServiceUnavailable):
        await blobs.put("a", b"bytes")
