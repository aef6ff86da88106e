"""Versions as local files, for the processes that work on them."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from copilot_server.agent.draft import content_hash
from copilot_server.store.documents import Documents, Kept
from copilot_server.store.tables import Document, Version
from copilot_server.turns.desk import Source

_KEPT_SECONDS = 6 * 3600.0


class Spool:
    """A cache by content: what is there is right, and may be deleted at any time between turns."""

    def __init__(self, folder: Path, documents: Documents) -> None:
        self._folder = folder
        self._documents = documents

    async def source(self, document: Document, version: Version) -> Source:
        return await self.fetched(Kept(document.tenant_id, document.name, document.skill, version.content_hash))

    async def fetched(self, kept: Kept) -> Source:
        path = self._folder / kept.tenant_id / f"{kept.content_hash}{Path(kept.name).suffix.lower()}"
        if path.exists() or _linked(path, self._documents.file(kept.tenant_id, kept)):
            path.touch()
        else:
            data = await self._documents.content(kept.tenant_id, kept)
            await asyncio.to_thread(_write_whole, path, data)
        return Source(kept.name, kept.skill, path)

    async def lay(self, tenant_id: str, name: str, skill: str, data: bytes) -> Source:
        """Bytes that are no version yet."""
        path = self._folder / tenant_id / f"{content_hash(data)}{Path(name).suffix.lower()}"
        if not path.exists():
            await asyncio.to_thread(_write_whole, path, data)
        return Source(name, skill, path)

    def sweep(self) -> None:
        """Delete what nobody asked for lately."""
        oldest = time.time() - _KEPT_SECONDS
        for path in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # what is being written takes its own name meanwhile
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _linked(path: Path, kept: Path | None) -> bool:
    """Whether the file could be had under another name, which costs less than a copy of it."""
    if kept is None:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.hardlink_to(kept)
    except FileExistsError:
        return True
    except OSError:  # it is not there, or on another disk
        return False
    return True


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
        out.write(data)
    Path(out.name).chmod(0o600)
    Path(out.name).replace(path)
