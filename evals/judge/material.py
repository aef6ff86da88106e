"""What judges are shown of a result: its words in reading order, and its pages as pictures where they can see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from evals.judge import vision
from evals.judge.rubric import Candidate
from evals.scoring.decks import deck
from evals.scoring.documents import style_names
from evals.scoring.spreadsheets import book
from evals.scoring.wordxml import paragraphs
from evals.trace import File

MOST_CHARACTERS = 40_000


def candidate(file: File, *, is_seen: bool) -> Candidate:
    """`is_seen` adds the rendered pages, where the file has any: raises as the renderer does."""
    text = text_of(file)
    return vision.seen_as(file, text) if is_seen and file.suffix in _PAGED else Candidate(text)


def text_of(file: File) -> str:
    """Everything a reader would read, a line each; cut where a judge would lose the thread, which is said."""
    text = "\n".join(_LINES[file.suffix](file))
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS]}\n[cut here: {len(text) - MOST_CHARACTERS} more characters]"


def _document(file: File) -> Iterator[str]:
    names = style_names(file)
    for each in paragraphs(file.data):
        if each.text.strip():
            yield f"[{names.get(each.style, 'Normal')}] {each.text}"


def _workbook(file: File) -> Iterator[str]:
    for sheet in book(file).worksheets:
        yield f"Sheet {sheet.title}"
        for row in sheet.iter_rows():
            cells = [f"{cell.coordinate}: {cell.value}" for cell in row if cell.value is not None]
            if cells:
                yield " | ".join(cells)


def _presentation(file: File) -> Iterator[str]:
    for number, slide in enumerate(deck(file).slides, 1):
        yield f"Slide {number}"
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text.strip():
                yield f"{shape.name}: {shape.text_frame.text}"
            elif getattr(shape, "has_table", False) and shape.has_table:
                for row in shape.table.rows:
                    yield " | ".join(cell.text for cell in row.cells)
            elif getattr(shape, "has_chart", False) and shape.has_chart:
                yield f"{shape.name}: a chart of {', '.join(plot.name or 'a series' for plot in shape.chart.series)}"
        if slide.has_notes_slide:
            yield f"Notes: {slide.notes_slide.notes_text_frame.text}"


def _plain(file: File) -> Iterator[str]:
    yield file.data.decode("utf-8", "replace")


def _form(file: File) -> Iterator[str]:
    yield json.dumps(json.loads(file.data), ensure_ascii=False, indent=1)


_LINES: Mapping[str, Callable[[File], Iterator[str]]] = {
    ".docx": _document, ".xlsx": _workbook, ".pptx": _presentation, ".json": _form, ".csv": _plain,
}  # fmt: skip
_PAGED = frozenset({".docx", ".xlsx", ".pptx"})
