"""A slide in full: shapes with ids, places, paragraphs, cells, series."""

from __future__ import annotations

from skills.presentations.document import charts, tables, text
from skills.presentations.document.fitting import measured, paragraph_tops
from skills.presentations.document.markup import child, children, flag, tag
from skills.presentations.document.numerals import numeral
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.styles import Cascade

_MAX_PARAGRAPH = 400
_MAX_ROWS = 12


def detail(slide: Slide) -> str:
    """Every shape on its own line, back to front, its content below it."""
    head = f"{slide.name} {slide.anchor} [{slide.layout_name}]" + (" hidden" if slide.is_hidden else "")
    lines = [head]
    for shape in slide.shapes:
        lines += _shape(shape)
    if slide.notes.strip():
        lines.append(f"notes: {slide.notes}")
    return "\n".join(lines)


def _shape(shape: Shape) -> list[str]:
    pad = "  " * len(shape.parents)
    box = shape.box
    facts = [shape.role if shape.placeholder is None else f"{shape.role} placeholder", repr(shape.name)]
    facts.append(box.inches() if box else "no place")
    if shape.own_box is None and box:
        facts.append("inherited")
    if shape.rotation:
        facts.append(f"rotated {shape.rotation:g}°")
    geometry = child(shape.element, "p:spPr/a:prstGeom")
    if shape.kind == "shape" and geometry is not None:
        facts.append(geometry.get("prst", ""))
    filled = child(shape.element, "p:spPr/a:solidFill")
    if filled is not None and len(filled):
        facts.append(f"fill {filled[0].get('val', '')}")
    if shape.is_hidden:
        facts.append("hidden")
    sizes = _sizes(shape)
    if sizes:
        facts.append(sizes)
    if (bullets := _bullets(shape)) is not None:
        facts.append(bullets)
    if shape.alt:
        facts.append(f"alt {shape.alt!r}")
    return [f"{pad}{shape.key} {', '.join(facts)}", *(f"{pad}  {line}" for line in _content(shape))]


def _sizes(shape: Shape) -> str:
    """The sizes its type is shown in, autofit counted in: "24 pt", "14-24 pt"."""
    if shape.text_body is None or not shape.text.strip():
        return ""
    cascade = Cascade(shape)
    paragraphs = [paragraph for paragraph in shape.paragraphs if text.of_paragraph(paragraph).strip()]
    found = {
        round(span.size, 1)
        for paragraph in measured(cascade, paragraphs, cascade.frame().scale)
        for span in paragraph.spans
        if span.text.strip()
    }
    return "-".join(f"{size:g}" for size in sorted({min(found), max(found)})) + " pt" if found else ""


def _bullets(shape: Shape) -> str | None:
    """Whether its paragraphs have bullets; None for numbered ones, which show it, and for text that never has any."""
    cascade = Cascade(shape)
    paragraphs = [paragraph for paragraph in shape.paragraphs if text.of_paragraph(paragraph).strip()]
    if shape.role == "title" or not paragraphs or any(map(cascade.numbering, paragraphs)):
        return None
    bulleted = [at for at, each in enumerate(paragraphs, start=1) if cascade.paragraph(each).has_bullet]
    if not bulleted:
        return None if shape.placeholder is None else "no bullets"
    return "bullets" if len(bulleted) == len(paragraphs) else f"bullets at {', '.join(map(str, bulleted))}"


def _content(shape: Shape) -> list[str]:
    if shape.table is not None:
        rows = tables.texts(shape.table)
        widths = " ".join(f"{width / 914400:.3g}" for width in tables.widths(shape.table))
        shown = [
            f"columns {widths} in",
            *(" | ".join(" ".join(word.split()) for word in row) for row in rows[:_MAX_ROWS]),
        ]
        return shown + ([f"… {len(rows) - _MAX_ROWS} more rows"] if len(rows) > _MAX_ROWS else [])
    if shape.chart_part:
        return charts.summary(shape.slide.deck.parts.xml(shape.chart_part))
    if shape.is_empty_placeholder:
        return ["(empty)"]
    return [*_paragraphs(shape), *_lines_at(shape)]


def _paragraphs(shape: Shape) -> list[str]:
    """Numbered ones with their number, in the numbering's own figures."""
    cascade, shown, counts = Cascade(shape), list[str](), dict[int, int]()
    for paragraph in shape.paragraphs:
        if not text.of_paragraph(paragraph).strip():
            continue
        level, scheme = text.level_of(paragraph), cascade.numbering(paragraph)
        counts = {each: count for each, count in counts.items() if each < level or (each == level and scheme)}
        mark = ""
        if scheme:
            counts[level] = counts.get(level, 0) + 1
            mark = numeral(counts[level], scheme) + " "
        words = _paragraph(paragraph)
        shown.append("\t" * level + mark + words.lstrip("\t"))
    return shown


def _lines_at(shape: Shape) -> list[str]:
    """Where the paragraphs of a longer text begin, for what is to stand beside or around one of them."""
    tops = paragraph_tops(shape) if len(shape.paragraphs) > 2 and not shape.parents else ()
    return ["paragraphs from y " + " ".join(f"{top / 914400:.2f}" for top in tops)] if tops else []


def _paragraph(paragraph: object) -> str:
    """Its text, a tab per level, bold runs between ** where only some are."""
    runs = [each for each in paragraph if tag(each) in {"a:r", "a:fld", "a:br"}]  # type: ignore[attr-defined]
    bold = [flag(child(run, "a:rPr"), "b") for run in runs]
    mixed = any(bold) and not all(bold)
    parts: list[str] = []
    for run, is_bold in zip(runs, bold, strict=True):
        words = "\v" if tag(run) == "a:br" else "".join(t.text or "" for t in children(run, "a:t"))
        parts.append(f"**{words}**" if mixed and is_bold and words.strip() else words)
    words = text.shown("".join(parts).replace("****", ""))
    words = words if len(words) <= _MAX_PARAGRAPH else f"{words[:_MAX_PARAGRAPH]}… ({len(words)} characters)"
    return "\t" * text.level_of(paragraph) + words  # type: ignore[arg-type]
