"""Forms that exist already read into the model: web pages, PDF, Word, Excel, and other programs' own forms."""

from __future__ import annotations

import json

from pydantic import ValidationError

from copilot_server.errors import DamagedFile, UnsupportedFile
from skills.forms.sources import docx, google, html, json_schema, pdf, surveyjs, xlsform, xlsx
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
        case ".xlsx" | ".xlsm":
            found = xlsform.read(data) if xlsform.is_xlsform(data) else xlsx.read(data)
        case ".json":
            found = _json(data)
        case _:
            raise UnsupportedFile(f"forms are read from .html, .pdf, .docx, .xlsx and .json, not {suffix!r}")
    if not any(section.items for section in found.definition.sections):
        raise UnsupportedFile("the file has nothing to fill in: no fields, controls or blanks")
    return found


def _json(data: bytes) -> Imported:
    """A SurveyJS definition, a Google form, or a JSON Schema."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"the file is no JSON: {error}") from error
    try:
        if isinstance(told, dict) and surveyjs.is_survey(told):
            return surveyjs.read(told)
        if isinstance(told, dict) and google.is_google(told):
            return google.read(told)
        if isinstance(told, dict) and json_schema.is_schema(told):
            return json_schema.read(told)
    except (ValidationError, AttributeError, TypeError, KeyError, ValueError) as error:
        raise UnsupportedFile(f"the form in the JSON file cannot be read: {error}") from error
    raise UnsupportedFile("the JSON file is neither a SurveyJS form, a Google form nor a JSON Schema of an object")
