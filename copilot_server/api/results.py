"""Files made by stateless edits, kept for a while so that a link can fetch them."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from copilot_server.errors import NotFound

_ID = re.compile(r"[0-9a-f]{32}")
KEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Results:
    """One folder a result under its tenant's, named by an unguessable id; swept when older than KEEP_SECONDS."""

    folder: Path

    def keep(self, tenant_id: str, name: str, data: bytes) -> Path:
        self._sweep()
        place = self.folder / tenant_id / secrets.token_hex(16)
        place.mkdir(parents=True)
        made = place / name
        made.write_bytes(data)
        return made

    def find(self, tenant_id: str, result_id: str) -> Path:
        """The file of a result; raises NotFound also for ids that are none and another tenant's."""
        place = self.folder / tenant_id / result_id
        if not _ID.fullmatch(result_id) or not place.is_dir():
            raise NotFound(f"no result {result_id!r}; results are kept for {KEEP_SECONDS / 60:.0f} minutes")
        return next(place.iterdir())

    def _sweep(self) -> None:
        oldest = time.time() - KEEP_SECONDS
        for place in self.folder.glob("*/*"):
            with suppress(FileNotFoundError):  # another sweep was faster
                if place.stat().st_mtime < oldest:
                    shutil.rmtree(place, ignore_errors=True)
