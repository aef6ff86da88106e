"""Whether the file is whole: it opens elsewhere, and no fault of its package is new."""

from __future__ import annotations

import io
import json
import warnings
from zipfile import BadZipFile

import docx
import openpyxl
import pptx
from lxml import etree

from copilot_server.errors import FileError
from copilot_server.office import consistency
from evals.scoring.measure import Measures, claim
from evals.task import Task
from evals.trace import File, Trace

_OPENERS = {".xlsx": openpyxl.load_workbook, ".docx": docx.Document, ".pptx": pptx.Presentation}
_BROKEN = (BadZipFile, KeyError, ValueError, etree.XMLSyntaxError, FileError, OSError)


def sound(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`sound`: another library opens the file, our gate lets it in, and its package has no fault the input had not."""
    if before.data == after.data:
        return {}
    return {"sound": claim(faults(before, after))}


def faults(before: File, after: File) -> list[str]:
    try:
        if after.suffix == ".json":
            json.loads(after.data)
        elif opener := _OPENERS.get(after.suffix):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about what it would lose on saving
                opener(io.BytesIO(after.data))
        old, new = before.document.package, after.document.package
    except _BROKEN as error:
        return [f"does not open: {error}"]
    if old is None or new is None:
        return []
    return [f"{fault.kind} in {fault.part}: {fault.detail}" for fault in consistency.new_faults(old, new)]
