"""Files made by stateless edits, kept for a while so that a link can fetch them."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from copilot_server.errors import NotFound

_ID = re.compile(r"[0-9a-f]{32}")
KEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Results:
    """One folder a result, named by an unguessable id; swept when older than KEEP_SECONDS."""

    folder: Path

    def new_folder(self) -> Path:
        self._sweep()
        place = self.folder / secrets.token_hex(16)
        place.mkdir(parents=True)
        return place

    def find(self, result_id: str) -> Path:
        """The file of a result; raises NotFound also for ids that are none."""
        place = self.folder / result_id
        if not _ID.fullmatch(result_id) or not place.is_dir():
            raise NotFound(f"no result {result_id!r}; results are kept for {KEEP_SECONDS / 60:.0f} minutes")
        return next(place.iterdir())

    def _sweep(self) -> None:
        if not self.folder.is_dir():
            return
        oldest = time.time() - KEEP_SECONDS
        for place in self.folder.iterdir():
            if place.stat().st_mtime < oldest:
                shutil.rmtree(place, ignore_errors=True)
