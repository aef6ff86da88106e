"""Files made to harm: refused by a reason or opened clean, soon and in little memory, by the command's own way in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.office.test_gate import BOMBS

# Opens each file as the command does and looks at all of it, in a process whose peak is its own.
_OPENER = """
import json, sys, time
from pathlib import Path
from copilot_server import app
from copilot_server.errors import FileError, ToolError

for name in sys.argv[1:]:
    started = time.process_time()
    try:
        opened = app.open_file(Path(name))
        opened.skill.outline(opened.document)
        said = "opened"
    except (FileError, ToolError) as error:
        said = str(error)
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
    print(json.dumps([name, said, time.process_time() - started, int(peak) / 1024]), flush=True)
"""
_SECONDS = 2.0
_MEGABYTES = 200.0


def _opened(files: list[Path]) -> list[tuple[str, str, float, float]]:
    """Name, what was said, seconds and peak memory of each, in order; a crash or a hang fails."""
    done = subprocess.run(
        [sys.executable, "-c", _OPENER, *map(str, files)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_hostile_files_are_refused_or_opened_clean_soon_and_in_little_memory(corpus: Path) -> None:
    files = sorted((corpus / "hostile").iterdir())

    found = _opened(files)

    assert len(found) == len(files)
    assert all(said for _, said, _, _ in found)
    assert max(found[1:], key=lambda each: each[2])[2] < _SECONDS  # the first one pays for the imports
    assert found[-1][3] < _MEGABYTES


def test_bombs_are_refused_soon_and_in_little_memory(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.xlsx" for number in range(len(BOMBS))]
    for path, (make, _) in zip(files, BOMBS.values(), strict=True):
        path.write_bytes(make())

    found = _opened([files[-1], *files])

    assert len(found) == len(files) + 1
    assert [said for _, said, _, _ in found if said == "opened"] == []
    assert max(seconds for _, _, seconds, _ in found[1:]) < _SECONDS
    assert found[-1][3] < _MEGABYTES
