"""Draws docs/demo.svg from a real run of the demo: `python -m docs.picture`."""

from __future__ import annotations

import re
import subprocess
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COMMAND = re.compile(r"edit (fixtures/\S+) \\\n\s+'([^']+)'", re.MULTILINE)


def main() -> None:
    found = COMMAND.search((ROOT / "Makefile").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit("the Makefile's demo is not the edit this picture shows")
    source, request = found.groups()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sales.xlsx"
        arguments = ["edit", source, request, "--model", "builtin", "--no-input", "-o", str(target)]
        ran = subprocess.run(  # noqa: S603 - our own program, with the arguments of the Makefile
            [ROOT / ".venv/bin/office-copilot", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        printed = ran.stdout.replace(str(target), "out/demo/sales.xlsx")
    console = Console(record=True, width=110, file=StringIO(), highlight=False)
    console.print(Text(f"$ office-copilot edit {source} '{request}'", style="bold"))
    console.print(Text(printed))
    console.save_svg(str(ROOT / "docs/demo.svg"), title="office-copilot")


if __name__ == "__main__":
    main()
