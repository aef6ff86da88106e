"""Where the public sets lie, and their rows."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = "COPILOT_BENCH"
Row = dict[str, Any]


class Absent(KeyError):
    """The set is not here, or what a run of it takes is not; says how to get it."""


def folder_of(name: str) -> Path:
    """The set's folder; raises Absent where the environment names none, or none with this set."""
    root = os.environ.get(FOLDER, "")
    if not root:
        raise Absent(f"the public set {name} is read from the folder {FOLDER} names, and that is not set")
    folder = Path(root) / name
    if not (folder / "index.jsonl").is_file():
        raise Absent(f"the public set {name} is not in {root}, which {FOLDER} names: {name}/index.jsonl is missing")
    return folder


def rows_of(name: str) -> list[Row]:
    lines = (folder_of(name) / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
