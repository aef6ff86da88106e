"""Forms that exist already, read into the model: web pages, PDF, Word."""

from __future__ import annotations

from copilot_server.errors import UnsupportedFile
from skills.forms.sources import docx, html, pdf
from skills.forms.sources.assemble import Imported

__all__ = ["Imported", "import_form"]


def import_form(data: bytes, name: str) -> Imported:
    """By the end of the file's name; raises kinds of FileError, and UnsupportedFile where there is no form in it."""
    suffix = "." + name.lower().rpartition(".")[2]
    match suffix:
        case ".html" | ".htm":
            found = html.read(data)
        case ".pdf":
            found = pdf.read(data)
        case ".docx" | ".docm" | ".dotx":
            found = docx.read(data)
        case _:
            raise UnsupportedFile(f"forms are read from .html, .pdf and .docx, not {suffix!r}")
    if not any(section.items for section in found.definition.sections):
        raise UnsupportedFile("the file has nothing to fill in: no fields, controls or blanks")
    return found
