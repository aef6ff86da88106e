"""An AcroForm read into the model: a question a field, its tooltip or the text beside it for a label."""

from __future__ import annotations

import pypdfium2

from skills.forms.filling.pdf import PdfField, fields, open_pdf, remarks
from skills.forms.sources.assemble import Found, Imported, definition_of

_SKIPPED = {"button"}


def read(data: bytes) -> Imported:
    """Raises as `open_pdf`."""
    with open_pdf(data) as pdf:
        found = [each for each in fields(pdf) if each.kind not in _SKIPPED and not each.name.endswith(":signed")]
        title = str(pdf.docinfo.get("/Title", "")) if "/Title" in pdf.docinfo else ""
        notes = remarks(pdf)
        labels = _texts_beside(data, [each for each in found if not each.label])
        listed = [_found(each, labels) for each in found]
    return definition_of(title, [("", listed)], notes)


def _found(each: PdfField, labels: dict[str, str]) -> Found:
    label = each.label or labels.get(each.name, "") or _readable(each.name)
    more = {"max_length": each.length} if each.length else {}
    if each.kind == "choice" and each.flags & 1 << 15:
        more["type"] = "single_choice"  # pyright: ignore[reportArgumentType]
    return Found(each.name, label, each.kind, each.choices, bool(each.flags & 2), more=more)


def _readable(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ").strip()


def _texts_beside(data: bytes, nameless: list[PdfField]) -> dict[str, str]:
    """What is written left of a field, else just above it."""
    if not nameless:
        return {}
    labels: dict[str, str] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for each in nameless:
            page = document[each.place[0]].get_textpage()
            box = [float(edge) for edge in each.widgets[0].Rect]
            left, bottom, right, top = (
                min(box[0], box[2]),
                min(box[1], box[3]),
                max(box[0], box[2]),
                max(box[1], box[3]),
            )
            beside = page.get_text_bounded(max(0, left - 220), bottom - 2, left, top + 2)
            above = page.get_text_bounded(left, top, right, top + 16)
            words = (beside.strip().splitlines() or above.strip().splitlines() or [""])[-1]
            labels[each.name] = words.strip(" :_.")
    finally:
        document.close()
    return labels
