"""A written brief (Markdown) as the slides it asks for: headings, bullets, tables, quotations, pictures, notes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from skills.presentations.exhibit import exhibit

SlideData = dict[str, Any]
_NOTES = re.compile(r"^(?:speaker )?notes?\s*:\s*", re.IGNORECASE)
_NOTES_BELOW = re.compile(
    r"(?<=\S)\n(?=(?:speaker )?notes?[ \t]*:)", re.IGNORECASE
)  # a row, a bullet or a line just above
_SPLIT = re.compile(r"\s*(?::|;|–|—| - )\s+|：")
_FIGURE = re.compile(
    r"^(?:\*\*(?P<bold>[^*]{0,8}\d[^*]{0,10})\*\*|(?P<plain>[~≈+\-−]?[€$£¥]?\d[\d.,]*\s?(?:%|k|K|M|B|bn|x|×|pp|€)?)(?=\s*[:–—]))"
    r"\s*[:–—]?\s*(?P<label>\S.*)$"
)
_DATE = re.compile(
    r"^((?:\d{4}年(?:\s?\d\d?月)?)|(?:Q[1-4]\s*)?(?:19|20)\d\d(?:[-/]\d\d)?|Q[1-4](?:\s+(?:19|20)?\d\d)?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s+(?:19|20)\d\d)?)\s*[:：–—-]\s*(.+)$"
)
_CLOSING = re.compile(r"^(thank|thanks|questions|q ?& ?a|next steps|decisions?|contact)\b", re.IGNORECASE)
_AGENDA_TITLES = (
    ("[\u3040-\u30ff]", "目次"),
    ("[\uac00-\ud7af]", "목차"),
    ("[\u4e00-\u9fff]", "目录"),
    ("[\u0600-\u06ff]", "جدول الأعمال"),
    ("[\u0590-\u05ff]", "סדר היום"),
)
_AGENDA_FROM = 3
_MOST_STEPS = 8
_MARGIN = 60  # a line shorter than this was ended on purpose
_SENTENCE_END = re.compile(r"(?<=[^\W\d_][^\W\d_][.!?]) +(?=[A-ZÀ-Þ])")


@dataclass
class _Section:
    """A heading with what stands below it up to the next."""

    title: str
    level: int
    lines: list[str] = field(default_factory=list)
    ordered: list[str] = field(default_factory=list)
    exhibits: list[SlideData] = field(default_factory=list)
    quotes: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        return not (self.ordered or self.exhibits or self.quotes)


def is_brief(text: str) -> bool:
    """Whether the text has a heading to make slides of."""
    return bool(re.search(r"^#{1,3} \S", text, re.MULTILINE))


def slides_of(text: str) -> list[SlideData]:
    """The add_slide edits in order."""
    sections = _sections(text)
    if not sections:
        return []
    slide_level = _slide_level(sections)
    made: list[SlideData] = []
    for at, section in enumerate(sections):
        if at == 0 and section.is_bare and len(sections) > 1:
            made.append(_cover(section))
            made += _agenda(sections, slide_level)
        elif section.level < slide_level and section.is_bare and len(section.lines) <= 1:
            made.append(
                _with_notes({"kind": "section", "title": section.title, "subtitle": "".join(section.lines)}, section)
            )
        else:
            made += _content(section, is_last=at == len(sections) - 1)
    return made


def _slide_level(sections: Sequence[_Section]) -> int:
    """Headings of the deepest common level are slides; those above it are sections of the deck."""
    levels = [section.level for section in sections[1:]] or [sections[0].level]
    return min(max(levels), 3)


def _cover(section: _Section) -> SlideData:
    return _with_notes({"kind": "title", "title": section.title, "subtitle": " · ".join(section.lines)}, section)


def _agenda(sections: Sequence[_Section], slide_level: int) -> list[SlideData]:
    """Only a deck with sections has an agenda, and only where the brief wrote none itself."""
    parts = [section.title for section in sections[1:] if section.level < slide_level]
    has_own = any(section.title.lower() in {"agenda", "contents", "outline"} for section in sections)
    return (
        [{"kind": "agenda", "title": _agenda_title("".join(parts)), "text": parts}]
        if len(parts) >= _AGENDA_FROM and not has_own
        else []
    )


def _agenda_title(text: str) -> str:
    return next((title for script, title in _AGENDA_TITLES if re.search(script, text)), "Agenda")


def _content(section: _Section, *, is_last: bool) -> Iterator[SlideData]:
    """The section's own slide first, then one for each further exhibit or quotation."""
    slides: list[SlideData] = []
    lines = list(section.lines)
    for exhibit_data in section.exhibits:
        slides.append({**exhibit_data, "title": section.title, "text": lines})
        lines = []
    special = _items(section.ordered, "process") or _items(lines, "")
    if special and not section.exhibits:
        lines = lines if section.ordered else []
        slides.append({"title": section.title, **special})
        if lines:
            slides.append({"kind": "bullets", "title": section.title, "text": lines})
    elif section.ordered or lines or not (slides or section.quotes):
        kind = "closing" if is_last and _CLOSING.match(section.title) else "bullets"
        kind = "agenda" if section.title.lower() in {"agenda", "contents"} else kind
        slides.append({"kind": kind, "title": section.title, "text": [*lines, *_numbered(section.ordered)]})
    slides += [
        {"kind": "quote", "title": section.title, "text": [words], "subtitle": source}
        for words, source in section.quotes
    ]
    for at, slide in enumerate(slides):
        if at and slide.get("title") == section.title and slide["kind"] != "quote":
            slide["title"] = f"{section.title} ({at + 1})"
        yield _with_notes(slide, section) if at == 0 else slide


def _numbered(lines: Sequence[str]) -> list[str]:
    """The outer ones with the numbers they had."""
    count = itertools.count(1)
    return [line if line.startswith("\t") else f"{next(count)}. {line}" for line in lines]


def _with_notes(slide: SlideData, section: _Section) -> SlideData:
    return {**slide, "notes": "\n".join(section.notes)} if section.notes else slide


def _items(lines: Sequence[str], ordered_kind: str) -> SlideData | None:
    """Bullets that are all figures, all dates, or ordered steps, as what they are."""
    if not 2 <= len(lines) <= _MOST_STEPS or any(line.startswith("\t") for line in lines):
        return None
    for kind, pattern, least in (("timeline", _DATE, 3), ("key_figures", _FIGURE, 2)):
        found = [pattern.match(line) for line in lines]
        if len(lines) >= least and all(found) and (kind == "timeline" or len(lines) <= 4):
            return {"kind": kind, "items": [_item(m) for m in found if m]}
    if ordered_kind and len(lines) >= 3 and all(len(line) < 140 for line in lines):
        return {"kind": ordered_kind, "items": [_headed(line) for line in lines]}
    return None


def _item(found: re.Match[str]) -> Mapping[str, str]:
    named = found.groupdict()
    head, text = (named["bold"] or named["plain"], named["label"]) if named else (found[1], found[2])
    return {"head": head.strip(), "text": text.strip()}


def _headed(line: str) -> Mapping[str, str]:
    head, *rest = _SPLIT.split(line.replace("**", ""), maxsplit=1)
    return {"head": head, "text": rest[0][:1].upper() + rest[0][1:] if rest else ""}


def _sections(text: str) -> list[_Section]:
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(_NOTES_BELOW.sub("\n\n", text)))
    found: list[_Section] = []
    for node in tree.children:
        if node.type == "heading":
            found.append(_Section(_words(node), int(node.tag[1:])))
            continue
        if not found:
            found.append(_Section("", 1))
        _take(found[-1], node)
    if found and not found[0].title:
        first = found.pop(0)
        if found:
            found[0].lines[:0] = first.lines
    return found


def _take(section: _Section, node: SyntaxTreeNode) -> None:
    match node.type:
        case "paragraph":
            _take_paragraph(section, node)
        case "bullet_list":
            section.lines += _bullets(node, 0)
        case "ordered_list":
            section.ordered += _bullets(node, 0)
        case "table":
            section.exhibits.append(
                exhibit([[_words(cell) for cell in row.children] for part in node.children for row in part.children])
            )
        case "blockquote":
            section.quotes.append(_quote(node))
        case "fence" | "code_block":
            section.lines += [line for line in node.content.rstrip().split("\n") if line.strip()]
        case _:
            pass


def _take_paragraph(section: _Section, node: SyntaxTreeNode) -> None:
    images = [inner for inner in node.walk() if inner.type == "image"]
    for image in images:
        section.exhibits.append({"kind": "picture", "picture": str(image.attrs.get("src", "")), "alt": image.content})
    words = _words(node)
    if _NOTES.match(words):
        section.notes.append(_NOTES.sub("", words))
    elif words and not images:
        section.lines += _prose(words)


def _prose(words: str) -> list[str]:
    """Lines as they were broken on purpose; a paragraph only wrapped at its margin as its sentences."""
    lines = [line.strip() for line in words.split("\n") if line.strip()]
    if len(lines) > 1 and len(lines[0]) < _MARGIN:
        return lines
    whole = " ".join(lines)
    return _SENTENCE_END.split(whole) if len(whole) > _MARGIN else [whole]


def _quote(node: SyntaxTreeNode) -> tuple[str, str]:
    """(words, source): the source follows a dash on the last line."""
    lines = [line for inner in node.children for line in _words(inner).split("\n") if line.strip()]
    if lines and re.match(r"^[—–-]+\s*", lines[-1]):
        return " ".join(lines[:-1]), re.sub(r"^[—–-]+\s*", "", lines[-1])
    return " ".join(lines), ""


def _bullets(node: SyntaxTreeNode, level: int) -> list[str]:
    lines: list[str] = []
    for item in node.children:
        for inner in item.children:
            if inner.type in {"bullet_list", "ordered_list"}:
                lines += _bullets(inner, level + 1)
            else:
                lines.append("\t" * level + _words(inner).replace("\n", " "))
    return lines


def _words(node: SyntaxTreeNode) -> str:
    """Inline text; strong stays between `**`, everything else is plain."""
    parts: list[str] = []
    for inner in node.children:
        match inner.type:
            case "text" | "code_inline":
                parts.append(inner.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "strong":
                parts.append(f"**{_words(inner)}**")
            case "image":
                pass
            case _:
                parts.append(_words(inner))
    return "".join(parts).strip()
