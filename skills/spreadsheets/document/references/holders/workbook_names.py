"""Defined names, of the workbook part and of its extensions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.references.grammar import REF_ERROR
from skills.spreadsheets.document.references.holders.elements import discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.rewriter import Rewriter

_AREA: Final = re.compile(r"""(?:'(?:[^']|'')*'|[^',])+""")


def rewrite_names(root: Element, rewriter: Rewriter) -> None:
    """Every name; a print area, title or filter loses what is deleted and goes when nothing is left."""
    for element in named(root, "definedName"):
        text = element.text or ""
        is_built_in = element.get("name", "").startswith("_xlnm.")
        new = rewriter.name(text, is_built_in=is_built_in)
        if is_built_in and REF_ERROR in new and REF_ERROR not in text:
            new = ",".join(area for area in _AREA.findall(new) if REF_ERROR not in area)
        if new:
            element.text = new
        else:
            discard(element)
    for element in named(root, "f"):
        element.text = rewriter.name(element.text or "", is_built_in=False)
