"""Responses kept in a folder beside the form, for those who collect answers without a server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from copilot_server.errors import BadRequest
from skills.forms.responses import Response


class Responses:
    """A folder with a file of JSON lines for each version of the form."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, response: Response) -> None:
        """Written through to the disk before it returns; a line is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps(asdict(response), ensure_ascii=False).encode() + b"\n"
        with self._file(response.version).open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def versions(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self.folder.glob("*.jsonl")))

    def of(self, version: str) -> Iterator[Response]:
        """In the order received; a line cut short by a crash is skipped."""
        path = self._file(version)
        if not path.exists():
            return
        for line in path.read_bytes().splitlines():
            try:
                yield Response(**json.loads(line))
            except ValueError:
                continue

    def _file(self, version: str) -> Path:
        if not version.isalnum():
            raise BadRequest(f"{version!r} is no version of a form")
        return self.folder / f"{version}.jsonl"
