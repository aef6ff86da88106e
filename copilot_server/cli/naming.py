"""Files that words name: "add a chart from sales.csv" in a request, `![Logo](logo.png)` in a brief."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from copilot_server import app
from copilot_server.office.suffixes import PICTURE_SUFFIXES

_LEADS = "from|with|using|template|file|picture|image|photo|logo|insert|add|put|place|import"
# Only behind a word that says it is to be read: a name merely spoken of goes to no model.
_NAMED = re.compile(
    rf"""\b(?:{_LEADS})\s+(?:the\s+)?(?:file\s+)?(?="([^"]+)"|'([^']+)'|“([^”]+)”|(\S+))""", re.IGNORECASE
)
_SHOWN = re.compile(r"!\[[^\]\n]*\]\(\s*<?([^)>\n]+?)>?(?:\s+\"[^\"\n]*\")?\s*\)")


def pictures_of(brief: str, folder: Path) -> dict[str, Path]:
    """Pictures a Markdown brief shows, by how it writes them: those that lie in its own folder or below it."""
    home = folder.resolve()
    found = {written: Path(home, written) for written in _SHOWN.findall(brief)}
    return {
        written: path
        for written, path in found.items()
        if path.suffix.lower() in PICTURE_SUFFIXES and path.resolve().is_relative_to(home) and _is_readable(path)
    }


def named_files(request: str, given: Sequence[Path], *, besides: Path) -> list[Path]:
    """The files the request says to read that lie there, are of a kind read here, and are not `given` already."""
    names = {path.name for path in (*given, besides)}
    found: dict[str, Path] = {}
    for match in _NAMED.finditer(request):
        written = next(group for group in match.groups() if group)
        for text in (written, written.rstrip(".,;:!?)")):
            path = Path(text)
            if path.name not in names and _is_readable(path):
                found.setdefault(path.name, path)
    return list(found.values())


def _is_readable(path: Path) -> bool:
    is_known = path.suffix.lower() in PICTURE_SUFFIXES | app.TEXT_SUFFIXES or app.is_document(path)
    try:
        return is_known and path.is_file()
    except (OSError, ValueError):  # too long, or a NUL: no name of a file
        return False
