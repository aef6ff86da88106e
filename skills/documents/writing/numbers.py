"""Numbers of captions: SEQ fields counted anew, and what refers to them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from skills.documents.document.inline import inlines
from skills.documents.document.markup import INSTR, P, T
from skills.documents.document.runs import set_text

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.inline import Inline
    from skills.documents.document.word import WordDocument


def recount(document: WordDocument) -> list[Element]:
    """Write each caption's number as it stands now; the paragraphs whose number changed."""
    counts: Counter[str] = Counter()
    changed: list[Element] = []
    for paragraph in document.edit_body().iter(P):
        if not any("SEQ" in (each.text or "") for each in paragraph.iter(INSTR)):
            continue
        label = ""
        for each in inlines(paragraph):
            if each.kind == "field":
                words = each.text.split()
                label = words[1] if len(words) > 1 and words[0].upper() == "SEQ" else ""
                if label and "\\r" not in words and "\\c" not in words:
                    counts[label] += 1
            elif each.kind == "field_end":
                label = ""
            elif _is_number(each) and label and each.text.strip() != str(counts[label]):
                set_text(each.node, str(counts[label]))
                changed.append(paragraph)
    return changed


def _is_number(stretch: Inline) -> bool:
    return stretch.kind == "text" and stretch.node.tag == T and stretch.text.strip().isdigit()
