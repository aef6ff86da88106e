"""An AcroForm read into the model: a question a field, its tooltip or the text beside it for a label."""

from __future__ import annotations

from itertools import groupby

import pypdfium2

from skills.forms.filling.pdf import open_pdf, remarks
from skills.forms.filling.pdf_fields import PdfField, box_of, fields
from skills.forms.filling.pdf_weight import heavy_pages
from skills.forms.sources.assemble import Found, Imported, definition_of

_SKIPPED = {"button"}


def read(data: bytes) -> Imported:
    """Raises as `open_pdf`."""
    with open_pdf(data) as pdf:
        found = [each for each in fields(pdf) if each.kind not in _SKIPPED and not each.name.endswith(":signed")]
        title = str(pdf.docinfo.get("/Title", "")) if "/Title" in pdf.docinfo else ""
        notes = remarks(pdf)
        nameless = [each for each in found if not each.label]
        heavy = heavy_pages(pdf, (each.place[0] for each in nameless))
        labels = _texts_beside(data, [each for each in nameless if each.place[0] not in heavy])
        notes += tuple(f"page {number + 1} takes too much to draw; its texts were not read" for number in sorted(heavy))
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
        for number, listed in groupby(nameless, key=lambda each: each.place[0]):
            page = document[number].get_textpage()
            labels |= {each.name: _text_beside(page, each) for each in listed}
    finally:
        document.close()
    return labels


def _text_beside(page: pypdfium2.PdfTextPage, each: PdfField) -> str:
    across, up, along, down = box_of(each.widgets[0])
    (left, right), (bottom, top) = sorted((across, along)), sorted((up, down))
    beside = page.get_text_bounded(max(0, left - 220), bottom - 2, left, top + 2)
    above = page.get_text_bounded(left, top, right, top + 16)
    words = (beside.strip().splitlines() or above.strip().splitlines() or [""])[-1]
    return words.strip(" :_.")
