"""Text of shapes and cells: read by paragraph, replaced within and across runs, formatting kept."""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import Element, qname
from skills.presentations.document import tongues
from skills.presentations.document.markup import child, children, need, node, number, put, remove, tag

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
_BREAK = re.compile(r" ?⏎ ?")
_KEPT_SHARE = 0.5  # below this much common text a paragraph is a new one, in its main run's looks


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph to write: `**bold**` marks emphasis; `level` 0 is the outermost, None keeps what stands."""

    text: str
    level: int | None = None
    is_numbered: bool = False


def numbered(lines: Sequence[Line]) -> list[Line]:
    """Outer lines typed with their numbers ("1. …", "2. …", two or more, from 1) as items of a real numbered list."""
    made, run = list(lines), list[int]()
    for at, line in enumerate([*lines, Line("")]):
        if run and line.level:
            continue  # below an item
        typed = _NUMBER.match(line.text)
        if typed and int(typed[1]) == len(run) + 1:
            run.append(at)
            continue
        if len(run) > 1:
            for item in run:
                made[item] = replace(lines[item], text=_NUMBER.sub("", lines[item].text, count=1), is_numbered=True)
        run = [at] if typed and typed[1] == "1" else []
    return made


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run, field or line break, and where its text starts in the paragraph."""

    element: Element
    start: int
    text: str


def shown(words: str) -> str:
    """As the model sees it: line breaks within a paragraph as ⏎."""
    return words.replace("\v", " ⏎ ")


def meant(words: str) -> str:
    """What the model wrote, with ⏎ as the line break it was shown for."""
    return _BREAK.sub("\v", words)


def of_body(body: Element) -> str:
    """Paragraphs joined by line ends, line breaks within one as a vertical tab."""
    return "\n".join(of_paragraph(paragraph) for paragraph in children(body, "a:p"))


def of_paragraph(paragraph: Element) -> str:
    return "".join(piece.text for piece in _pieces(paragraph))


def replace_span(paragraph: Element, start: int, end: int, new: str) -> None:
    """Replace characters start:end; the new text looks like the run it begins in."""
    pieces = _pieces(paragraph)
    if not pieces:
        _append_run(paragraph, new, None)
        return
    first = _home(pieces, start, end)
    for piece in pieces:
        low, high = max(start, piece.start), min(end, piece.start + len(piece.text))
        if piece is first:
            low, high = max(low, piece.start), max(high, low)
            kept_before, kept_after = piece.text[: low - piece.start], piece.text[high - piece.start :]
            _set(piece, kept_before + new + kept_after)
        elif low < high:
            _set(piece, piece.text[: low - piece.start] + piece.text[high - piece.start :])


def set_paragraph(paragraph: Element, new: str) -> None:
    """Give the paragraph this text: what stays keeps its looks, a wholly new text those of the longest run."""
    old = of_paragraph(paragraph)
    if old == new:
        return
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    common = sum(len(word) for a, _, n in matcher.get_matching_blocks() for word in before[a : a + n])
    if common < _KEPT_SHARE * max(len(old), len(new)):
        _set_wholly(paragraph, new)
        return
    for action, a, b, c, d in reversed(matcher.get_opcodes()):
        if action != "equal":
            start = sum(map(len, before[:a]))
            replace_span(paragraph, start, start + sum(map(len, before[a:b])), "".join(after[c:d]))


def set_body(body: Element, lines: Sequence[Line]) -> None:
    """Make these the paragraphs; each takes after the one that stood in its place (or of its level)."""
    olds = children(body, "a:p") or [put(body, node("a:p"))]
    texts = [of_paragraph(old) for old in olds]
    news: list[Element] = []
    for position, line in enumerate(lines):
        plain = _plain(line)
        if position < len(olds) and len(lines) == len(olds):
            model = olds[position]
        elif plain in texts:
            model = olds[texts.index(plain)]
        else:
            model = _model(olds, position, line.level)
        paragraph = copy.deepcopy(model)
        write_line(paragraph, line)
        news.append(paragraph)
    for old in olds:
        body.remove(old)
    body.extend(news)


def insert_lines(body: Element, after: int, lines: Sequence[Line]) -> None:
    """New paragraphs after the nth (0: first of all), in its looks; no other is touched."""
    olds = children(body, "a:p")
    if after > len(olds):
        raise TargetNotFound(f"after: there are {len(olds)} paragraphs, no {after}")
    model = olds[max(after - 1, 0)] if olds else put(body, node("a:p"))
    at = body.index(model) + (after > 0)
    for offset, line in enumerate(lines):
        paragraph = copy.deepcopy(model)
        write_line(paragraph, line)
        body.insert(at + offset, paragraph)
    if not olds:
        body.remove(model)


def write_line(paragraph: Element, line: Line) -> None:
    """The line's text and level, its `**bold**` parts set bold."""
    set_paragraph(paragraph, _plain(line))
    if line.level is not None and line.level != level_of(paragraph):
        set_level(paragraph, line.level)
    if line.is_numbered:
        set_bullet(paragraph, node("a:buAutoNum", {"type": "arabicPeriod"}))
        give_room(paragraph)
    speak(paragraph)
    shift = 0
    for match in _BOLD.finditer(meant(line.text)):
        start = match.start() - shift
        for run in runs_between(paragraph, start, start + len(match[1])):
            properties_of(run).set("b", "1")
        shift += 4


def _plain(line: Line) -> str:
    return _BOLD.sub(r"\1", meant(line.text))


def speak(paragraph: Element) -> None:
    """Mark the language and direction that a text's script tells; spelling, fonts and layout go by them."""
    words = of_paragraph(paragraph)
    tongue = tongues.language(words)
    if tongue is None:
        return
    for piece in _pieces(paragraph):
        looks = properties_of(piece.element)
        if looks.get("lang", "en")[:2] != tongue[:2]:
            looks.set("lang", tongue)
            looks.set("altLang", "en-US")
    if tongues.is_right_to_left(words):
        properties = paragraph_properties(paragraph)
        properties.set("rtl", "1")
        if properties.get("algn") in {None, "l"}:
            properties.set("algn", "r")


def level_of(paragraph: Element) -> int:
    return number(child(paragraph, "a:pPr"), "lvl")


def set_level(paragraph: Element, level: int) -> None:
    """The level's own indents hold again: those written on the paragraph go."""
    properties = paragraph_properties(paragraph)
    if level:
        properties.set("lvl", str(level))
    else:
        properties.attrib.pop("lvl", None)
    for name in ("marL", "indent"):
        properties.attrib.pop(name, None)


def set_bullet(paragraph: Element, bullet: Element | None) -> None:
    """That bullet (a:buChar, a:buAutoNum); None for a paragraph without one, its text at the margin."""
    properties = paragraph_properties(paragraph)
    for name in ("a:buNone", "a:buAutoNum", "a:buChar", "a:buBlip"):
        remove(child(properties, name))
    put(properties, node("a:buNone") if bullet is None else bullet)
    if bullet is None:
        properties.set("marL", "0")
        properties.set("indent", "0")
    else:
        for name in ("marL", "indent"):
            if properties.get(name) == "0":
                del properties.attrib[name]


def give_room(paragraph: Element) -> None:
    """For the mark where the paragraph gives none itself: as much as PowerPoint gives numbers, or bullets."""
    properties = paragraph_properties(paragraph)
    if properties.get("marL") is None and properties.get("indent") is None:
        room = 342900 if child(properties, "a:buAutoNum") is None else 514350
        properties.set("marL", str(room * (1 + level_of(paragraph))))
        properties.set("indent", str(-room))


def paragraph_properties(paragraph: Element) -> Element:
    found = child(paragraph, "a:pPr")
    if found is None:
        found = node("a:pPr")
        paragraph.insert(0, found)
    return found


def properties_of(run: Element) -> Element:
    """The a:rPr of a run, field or break, made when missing."""
    found = child(run, "a:rPr")
    if found is None:
        found = node("a:rPr")
        run.insert(0, found)
    return found


def runs_between(paragraph: Element, start: int, end: int) -> list[Element]:
    """The runs that hold exactly characters start:end, split off from what is around them."""
    for cut in (start, end):
        _split(paragraph, cut)
    return [
        piece.element
        for piece in _pieces(paragraph)
        if piece.start >= start and piece.start + len(piece.text) <= end and tag(piece.element) != "a:br" and piece.text
    ]


def all_runs(body: Element) -> list[Element]:
    return [element for p in children(body, "a:p") for element in p if tag(element) in {"a:r", "a:fld"}]


def replace_in_body(body: Element, pattern: re.Pattern[str], new: str) -> int:
    """Replace every match, also across runs; how many there were."""
    count = 0
    for paragraph in children(body, "a:p"):
        for match in reversed(list(pattern.finditer(of_paragraph(paragraph)))):
            replace_span(paragraph, match.start(), match.end(), new)
            count += 1
    return count


def _pieces(paragraph: Element) -> list[_Piece]:
    found: list[_Piece] = []
    position = 0
    for element in paragraph:
        match tag(element):
            case "a:r" | "a:fld":
                content = child(element, "a:t")
                text = (content.text or "") if content is not None else ""
            case "a:br":
                text = "\v"
            case _:
                continue
        found.append(_Piece(element, position, text))
        position += len(text)
    return found


def _home(pieces: Sequence[_Piece], start: int, end: int) -> _Piece:
    """The piece whose looks a replacement takes: the first it touches that can hold text."""
    runs = [piece for piece in pieces if tag(piece.element) != "a:br"] or list(pieces)
    for piece in runs:
        if piece.start < max(end, start + 1) and piece.start + len(piece.text) > start:
            return piece
    before = [piece for piece in runs if piece.start <= start]
    return before[-1] if before else runs[0]


def _set(piece: _Piece, text: str) -> None:
    """New text for a run; an emptied one goes, and a field that no longer says its own becomes a run."""
    element = piece.element
    if not text:
        remove(element)
    elif tag(element) == "a:br":
        if text != "\v":
            _insert_texts(element, text)
    elif tag(element) == "a:fld" and text != piece.text:
        run = node("a:r")
        run.extend([part for part in element if tag(part) in {"a:rPr", "a:t"}])
        element.addprevious(run)
        remove(element)
        need(run, "a:t").text = text
    elif "\v" in text:
        _insert_texts(element, text)
    else:
        need(element, "a:t").text = text


def _insert_texts(element: Element, text: str) -> None:
    """Put runs and line breaks for `text` in the place of `element`, in its looks."""
    looks = child(element, "a:rPr")
    for position, part in enumerate(text.split("\v")):
        if position:
            made = node("a:br")
            made.extend([copy.deepcopy(looks)] if looks is not None else [])
            element.addprevious(made)
        if part:
            element.addprevious(_run(part, looks))
    remove(element)


def _run(text: str, looks: Element | None) -> Element:
    made = node("a:r")
    made.extend([copy.deepcopy(looks)] if looks is not None else [])
    made.append(node("a:t", text=text))
    return made


def _append_run(paragraph: Element, text: str, looks: Element | None) -> None:
    """A first run takes the looks kept for typing into the empty paragraph."""
    end = child(paragraph, "a:endParaRPr")
    if looks is None and end is not None:
        looks = copy.deepcopy(end)
        looks.tag = qname("a:rPr")
    place = len(paragraph) if end is None else paragraph.index(end)
    for position, part in enumerate(text.split("\v")):
        for made in ([node("a:br")] if position else []) + ([_run(part, looks)] if part else []):
            paragraph.insert(place, made)
            place += 1


def _set_wholly(paragraph: Element, new: str) -> None:
    pieces = _pieces(paragraph)
    runs = [piece for piece in pieces if tag(piece.element) == "a:r"]
    if not runs:
        for piece in pieces:
            remove(piece.element)
        _append_run(paragraph, new, child(pieces[0].element, "a:rPr") if pieces else None)
        return
    longest = max(runs, key=lambda piece: len(piece.text.strip()))
    for piece in pieces:
        if piece is not longest:
            remove(piece.element)
    _set(longest, new)
    if not new:
        _keep_looks(paragraph, child(longest.element, "a:rPr"))


def _keep_looks(paragraph: Element, looks: Element | None) -> None:
    """An emptied paragraph remembers its looks for the next text."""
    if looks is not None and child(paragraph, "a:endParaRPr") is None:
        kept = copy.deepcopy(looks)
        kept.tag = qname("a:endParaRPr")
        paragraph.append(kept)


def _model(olds: Sequence[Element], position: int, level: int | None) -> Element:
    if level is None:
        return olds[min(position, len(olds) - 1)]
    return next((old for old in olds if level_of(old) == level), olds[min(position, len(olds) - 1)])


def _split(paragraph: Element, at: int) -> None:
    for piece in _pieces(paragraph):
        inside = at - piece.start
        if 0 < inside < len(piece.text) and tag(piece.element) == "a:r":
            rest = copy.deepcopy(piece.element)
            need(rest, "a:t").text = piece.text[inside:]
            need(piece.element, "a:t").text = piece.text[:inside]
            piece.element.addnext(rest)
            return
