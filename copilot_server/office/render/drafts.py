"""Pages without LibreOffice: renderers from PyPI, in a process of their own; near to what Office shows, no more."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from copilot_server.errors import ServiceUnavailable
from copilot_server.office.render.process import run

_ROOT = Path(__file__).resolve().parents[3]


class Drafts:
    """PDF of Word documents, PNG of slides and sheets; one process a file, for these libraries are handed anything."""

    is_draft = True

    def __init__(self, seconds: float = 60) -> None:
        self._seconds = seconds

    def convert(self, data: bytes, suffix: str) -> bytes | tuple[bytes, ...]:
        """Raises ServiceUnavailable for what they cannot show, or not in time."""
        with tempfile.TemporaryDirectory(prefix="draft-") as folder:
            source = Path(folder) / f"document{suffix.lower()}"
            source.write_bytes(data)
            command = [sys.executable, "-m", "copilot_server.office.render.drafting", str(source)]
            environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(_ROOT), "TMPDIR": folder}
            if not run(command, environment, self._seconds):
                raise ServiceUnavailable(f"making pages took longer than {self._seconds:g} seconds")
            pdf = source.with_suffix(".pdf")
            if pdf.is_file():
                return pdf.read_bytes()
            pictures = tuple(path.read_bytes() for path in sorted(Path(folder).glob("page-*.png")))
            if not pictures:
                raise ServiceUnavailable("the draft renderer could not make pages of this file; install LibreOffice")
            return pictures
