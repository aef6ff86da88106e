"""The document in a few hundred tokens: what it holds, and its headings with anchors."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from skills.documents.document.comments import comments
from skills.documents.document.inline import field_name, visible_text
from skills.documents.document.markup import FLD_SIMPLE, INSTR, TC, w
from skills.documents.document.numbering import numbering_of
from skills.documents.document.page import page_of, sections
from skills.documents.document.revisions import revisions
from skills.documents.document.story import paragraph_elements
from skills.documents.document.styles import styles_of
from skills.documents.document.tables import Table, tables
from skills.documents.reading.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument

_MAX_HEADINGS = 110
_BUDGET = 3200  # characters of headings, or of how paragraphs begin
_WHOLE = 200  # characters of a heading or paragraph, where there is room
_MAX_TABLES = 12
_OPENINGS = 40
_EMPTY = 4  # anchors of empty paragraphs in a row
_SHORT = 200  # a document of so few words is shown whole instead


def outline(document: WordDocument) -> str:
    """Facts first, then headings; of a short document its paragraphs."""
    paragraphs = list(document.paragraphs(document.stories[0]))
    texts = [each.text for each in paragraphs]
    words = sum(len(text.split()) for text in texts)
    lines = [_facts(document, len(paragraphs), words), *_stories(document), *_tables(document), *_reviews(document)]
    found = _headings(document, paragraphs)
    if words <= _SHORT or not found:
        lines += _openings(paragraphs, texts)
    else:
        lines += found
    if document.attached:
        lines.append(f"attached files: {', '.join(document.attached)}")
    return "\n".join(lines)


def _facts(document: WordDocument, count: int, words: int) -> str:
    body = document.body
    page = page_of(sections(body)[0]) if sections(body) else page_of(None)
    fields = Counter(field_name(each.text or "") for each in body.iter(INSTR))
    fields += Counter(field_name(each.get(w("instr"), "")) for each in body.iter(FLD_SIMPLE))
    facts = [
        f"{count} paragraphs, {words} words",
        _several(len(tables(document)), "table"),
        _several(sum(1 for _ in body.iter(w("drawing"), w("pict"))), "picture or shape"),
        _several(sum(1 for _ in body.iter(w("footnoteReference"), w("endnoteReference"))), "note"),
        _several(len(sections(body)), "section"),
        _several(sum(1 for _ in body.iter(w("sdt"))), "content control"),
        f"page {page.width / 567:.1f} × {page.height / 567:.1f} cm",
        "fields " + ", ".join(f"{name} ×{n}" for name, n in fields.most_common(6) if name) if +fields else "",
        "tracks changes" if document.is_tracking else "",
        _imported(document),
    ]
    return "; ".join(fact for fact in facts if fact)


def _imported(document: WordDocument) -> str:
    told = ", ".join(each.fact for each in chunks(document))
    return f"imports on opening, to read only: {told}" if told else ""


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def _stories(document: WordDocument) -> list[str]:
    lines: list[str] = []
    for story in document.stories:
        if story.kind in {"header", "footer"}:
            text = " ¶ ".join(
                filter(None, (visible_text(each) for each in paragraph_elements(document.tree(story.part))))
            )
            if text:
                lines.append(f"{story.key}: {text[:80]}")
    return lines[:6]


def _tables(document: WordDocument) -> list[str]:
    found = tables(document)
    lines = [f"{each.label} {len(each.rows)}×{each.width}: {_first_row(each)}" for each in found[:_MAX_TABLES]]
    return [*lines, *([f"… T{len(found)}"] if len(found) > _MAX_TABLES else [])]


def _first_row(table: Table) -> str:
    grid = table.grid
    return " | ".join(" ".join(cell.text.split())[:20] for cell in grid[0][:8]) if grid else ""


def _reviews(document: WordDocument) -> list[str]:
    authors: Counter[str] = Counter()
    for story in document.stories:
        authors.update(each.author for each in revisions(document.tree(story.part)))
    lines = (
        ["tracked changes: " + ", ".join(f"{name or 'unnamed'} {n}" for name, n in authors.items())] if authors else []
    )
    notes = comments(document)
    if notes:
        still = sum(not each.is_done for each in notes)
        lines.append(f"{len(notes)} comments, {still} open, by {', '.join(sorted({each.author for each in notes}))}")
    return lines


def _headings(document: WordDocument, paragraphs: list[Paragraph]) -> list[str]:
    """All levels if they fit the budget, with shorter texts if need be; else the deeper ones are left out."""
    styles = styles_of(document)
    levels = [(each, styles.heading_level(each.style_id)) for each in paragraphs]
    found = [(each, level, " ".join(each.text.split())) for each, level in levels if level is not None]
    found = [row for row in found if row[2] and next(row[0].element.iterancestors(TC), None) is None]
    if not found:
        return []
    labels = numbering_of(document, styles).labels(each.element for each in paragraphs)
    lines: list[str] = []
    for depth, length in [(9, _WHOLE), (9, 60), (9, 32), *((depth, 60) for depth in range(8, 0, -1))]:
        kept = [row for row in found if row[1] <= depth]
        lines = [
            f"[{each.anchor}] {'#' * level or '%'} {_label(labels, each)}{_cut(text, length)}"
            for each, level, text in kept
        ]
        if sum(map(len, lines)) <= _BUDGET:
            break
    shown = lines[:_MAX_HEADINGS]
    left = len(found) - len(shown)
    return [*shown, *([f"… {left} more headings; `read` shows them"] if left else [])]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _label(labels: Mapping[Element, str], paragraph: Paragraph) -> str:
    label = labels.get(paragraph.element)
    return f"{label} " if label else ""


def _openings(paragraphs: list[Paragraph], texts: list[str]) -> list[str]:
    """How paragraphs begin; empty ones are told by their anchors alone, those in a row on one line."""
    if not any(text.strip() for text in texts):
        return [f"empty: [{paragraphs[0].anchor}]"] if paragraphs else ["empty"]
    lines: list[str] = []
    shown = 0
    length = _WHOLE if sum(min(len(text), _WHOLE) for text in texts[:_OPENINGS]) <= _BUDGET else 70
    for is_worded, group in groupby(zip(paragraphs, texts, strict=True), key=lambda pair: bool(pair[1].strip())):
        pairs = list(group)[: _OPENINGS - shown]
        shown += len(pairs)
        if is_worded:
            lines += [f"[{each.anchor}] {_cut(' '.join(text.split()), length)}" for each, text in pairs]
        elif pairs:
            anchors = [f"[{each.anchor}]" for each, _ in pairs]
            lines.append(f"{' '.join(anchors[:_EMPTY])}{' …' if len(anchors) > _EMPTY else ''} empty")
    return [*lines, *([f"… {len(texts) - shown} more paragraphs"] if len(texts) > shown else [])]
