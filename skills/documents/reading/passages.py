"""Passages on demand: a range of paragraphs, a table, notes, comments, styles."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from copilot_server.errors import TargetNotFound
from skills.documents.document import formats
from skills.documents.document.comments import comments
from skills.documents.document.inline import inlines
from skills.documents.document.markup import TBL, P
from skills.documents.document.revisions import is_hollow, revisions
from skills.documents.document.styles import is_hidden, styles_of
from skills.documents.document.tables import Table, find_table, tables
from skills.documents.reading.chunks import chunk_text
from skills.documents.reading.markdown import Reader, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument

_FEW = 40  # characters


def passage(document: WordDocument, start: str | None, count: int, budget: int) -> str:
    """`count` paragraphs from an anchor, or a part's ("header1", "footnotes"); at most `budget` characters."""
    if start is not None and start.startswith("chunk"):
        return chunk_text(document, start, budget)
    paragraphs, at = _from(document, start)
    reader = Reader.of(document, paragraphs)
    return _printed(document, reader, paragraphs, at, min(at + count, len(paragraphs)), budget)


def format_lines(document: WordDocument, start: str | None, count: int, budget: int) -> str:
    """The start of each paragraph with its style and its direct formatting; neighbours of one look as one."""
    paragraphs, at = _from(document, start)
    stop = min(at + count, len(paragraphs))
    styles = styles_of(document)

    def look(each: Paragraph) -> str:
        direct = formats.used(each.element)
        return f"{styles.name_of(each.style_id or styles.default_id)}{direct and f'; {direct}'}"

    lines = [f"{_stretch_of(list(alike))}: {name}" for name, alike in groupby(paragraphs[at:stop], key=look)]
    return _within([*lines, *_going_on(paragraphs, stop)], budget)


def _stretch_of(paragraphs: list[Paragraph]) -> str:
    first, last = paragraphs[0], paragraphs[-1]
    opening = f"[{first.anchor}] {_cut(first.text)!r}"
    return (
        opening if first is last else f"{opening} to [{last.anchor}] {_cut(last.text)!r}, {len(paragraphs)} paragraphs"
    )


def _cut(text: str, most: int = _FEW) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _going_on(paragraphs: Sequence[Paragraph], stop: int) -> list[str]:
    return (
        [f"… {len(paragraphs) - stop} more paragraphs, from [{paragraphs[stop].anchor}]"] if paragraphs[stop:] else []
    )


def _from(document: WordDocument, start: str | None) -> tuple[list[Paragraph], int]:
    """The paragraphs of the story that `start` is or lies in, and its index."""
    story = document.stories[0]
    first = None
    if start is not None:
        keys = {each.key: each for each in document.stories if each.key}
        if start in keys:
            story = keys[start]
        else:
            first = document.paragraph(start)
            story = first.story
    paragraphs = list(document.paragraphs(story))
    at = next((i for i, each in enumerate(paragraphs) if first is not None and each.element is first.element), 0)
    return paragraphs, at


def _printed(
    document: WordDocument, reader: Reader, paragraphs: list[Paragraph], at: int, stop: int, budget: int
) -> str:
    """Tables row by row; their cells carry anchors only where they hold more than a few words."""
    names = {each.element: each for each in tables(document, paragraphs[0].story)} if paragraphs else {}
    lines: list[str] = []
    while at < stop and budget >= 0:
        table = _outermost(paragraphs[at].element)
        rows = _row_numbers(names[table]) if table in names else {}
        if table is None or paragraphs[at].element not in rows:
            text, at = reader.line(paragraphs[at]), at + 1
        else:
            text, at = _table_passage(names[table], rows, paragraphs, at, stop, budget)
        lines.append(text)
        budget -= len(text)
    return "\n".join([*lines, *_going_on(paragraphs, at)])


def _row_numbers(table: Table) -> dict[Element, int]:
    """Of the paragraphs in it, tables in its cells included."""
    return {p: number for number, row in enumerate(table.grid, 1) for cell in row for p in cell.element.iter(P)}


def _table_passage(
    table: Table, rows: Mapping[Element, int], paragraphs: Sequence[Paragraph], at: int, stop: int, budget: int
) -> tuple[str, int]:
    """Whole rows from that of a paragraph on, while they begin before `stop`; and where to read on."""
    held = {each.element: each for each in paragraphs if each.element in rows}
    begins: dict[int, int] = {}
    end = at + 1
    for index, each in enumerate(paragraphs):
        if each.element in rows:
            begins.setdefault(rows[each.element], index)
            end = index + 1
    first = rows[paragraphs[at].element]
    lines = [f"table {_heading(table)}{f', from row {first}' if first > 1 else ''}"]
    for number, line in enumerate(_rows(table, held), 1):
        begin = begins.get(number, at)
        if number > first and begin > at and (begin >= stop or budget < 0):
            return "\n".join(lines), begin
        if number >= first:
            lines.append(line)
            budget -= len(line)
    return "\n".join(lines), max(end, at + 1)


def _outermost(element: Element) -> Element | None:
    found = list(element.iterancestors(TBL))
    return found[-1] if found else None


def _rows(table: Table, held: Mapping[Element, Paragraph]) -> Iterator[str]:
    for number, row in enumerate(table.grid, 1):
        cells: list[str] = []
        for cell in row:
            texts = (_cell_paragraph(each, held) for each in cell.element.iter(P))
            text = "↑" if cell.is_covered else " ¶ ".join(filter(None, texts))
            cells.append(text + (f" (spans {cell.span})" if cell.span > 1 else ""))
        yield f"{number}: {' | '.join(cells)}"


def _cell_paragraph(element: Element, held: Mapping[Element, Paragraph]) -> str:
    text = render(inlines(element))
    paragraph = held.get(element)
    return f"[{paragraph.anchor}] {text}" if paragraph is not None and len(text) > _FEW else text


def _heading(table: Table) -> str:
    return f"{table.label}, {len(table.rows)} rows × {table.width} columns"


def table_text(document: WordDocument, at: str, budget: int) -> str:
    """Rows as `1: cell | cell`, with merges named."""
    table = find_table(document, at)
    style = styles_of(document).name_of(table.style_id) if table.style_id else "none"
    head = f"{_heading(table)}, style {style}, {table.header_rows} header rows"
    inside = set(table.element.iter(P))
    held = {each.element: each for each in document.paragraphs(table.story) if each.element in inside}
    return _within([head, *_rows(table, held)], budget)


def comment_lines(document: WordDocument) -> str:
    """One a line, answers under what they answer."""
    found = comments(document)
    if not found:
        return "no comments"
    lines: list[str] = []
    for each in found:
        state = ", resolved" if each.is_done else ""
        answer = f" answers {each.parent}" if each.parent else ""
        about = f" on “{_cut(each.quoted, 160)}”" if each.quoted else ""
        lines.append(f"comment {each.id}{answer} by {each.author}{state}{about}: {each.text}")
    return "\n".join(lines)


def revision_lines(document: WordDocument, budget: int) -> str:
    """Tracked changes with their paragraphs' anchors."""
    lines: list[str] = []
    for story in document.stories:
        root = document.tree(story.part)
        found = list(revisions(root))
        if not found:
            continue
        names = {each.element: each.anchor for each in document.paragraphs(story)}
        for each in found:
            if is_hollow(each.element):
                continue
            anchor = names.get(each.paragraph, "") if each.paragraph is not None else ""
            subject = f" of {each.mark}" if each.mark else ""
            words = f": {_cut(each.text, 400)!r}" if each.text else ""
            lines.append(f"[{anchor}] {each.kind}{subject} by {each.author} {each.date[:10]}{words}")
    if not lines:
        return "no tracked changes"
    return _within(lines, budget)


def style_lines(document: WordDocument) -> str:
    """Styles by kind, those in use first with how often."""
    styles = styles_of(document)
    counts: dict[str, int] = {}
    for paragraph in document.paragraphs():
        name = styles.name_of(paragraph.style_id or styles.default_id)
        counts[name] = counts.get(name, 0) + 1
    used = ", ".join(f"{name} ×{n}" for name, n in sorted(counts.items(), key=lambda pair: -pair[1]))
    rest = [each for each in styles.all if not is_hidden(each) and styles.name_of(each.id) not in counts]
    others = {
        kind: ", ".join(_families([each.name for each in rest if each.kind == kind]))
        for kind in ("paragraph", "character", "table")
    }
    return "\n".join([f"in use: {used}", *(f"other {kind} styles: {names}" for kind, names in others.items() if names)])


def _families(names: list[str]) -> list[str]:
    """Names that differ in their accent only, as one."""
    accents: dict[str, list[str]] = {}
    for name in names:
        family, _, accent = name.partition(" Accent ")
        accents.setdefault(family, []).append(accent)
    return [
        f"{family} [Accent {min(found)}-{max(found)}]" if (found := [each for each in each_accent if each]) else family
        for family, each_accent in accents.items()
    ]


def _within(lines: list[str], budget: int) -> str:
    shown: list[str] = []
    for line in lines:
        budget -= len(line)
        if budget < 0:
            return "\n".join([*shown, f"… {len(lines) - len(shown)} more"])
        shown.append(line)
    return "\n".join(shown)


def search(document: WordDocument, text: str, budget: int, *, is_pattern: bool) -> str:
    """Where it occurs, across runs, in all parts; the words around it."""
    try:
        pattern = re.compile(text if is_pattern else re.escape(text), re.IGNORECASE)
    except re.error as error:
        raise TargetNotFound(f"pattern: {error}") from error
    lines: list[str] = []
    total = 0
    for paragraph in document.paragraphs():
        own = paragraph.text
        found = list(pattern.finditer(own))
        if found:
            total += len(found)
            times = f" ×{len(found)}" if len(found) > 1 else ""
            lines.append(f"[{paragraph.anchor}]{times} {_around(own, found[0].span())}")
    if not lines:
        return f"{text!r} does not occur"
    return f"{total} in {len(lines)} paragraphs\n" + _within(lines, budget)


def _around(text: str, span: tuple[int, int]) -> str:
    start, end = max(0, span[0] - 60), min(len(text), span[1] + 60)
    return ("…" if start else "") + text[start:end].replace("\n", "⏎") + ("…" if end < len(text) else "")
