"""What is measured of Word documents, straight from their XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, ClassVar

from lxml import etree

from evals.scoring.measure import Measures, claim
from evals.scoring.wordxml import Paragraph, W, items, lines, paragraphs, tracked, trees
from evals.task import Scope, Task
from evals.trace import File, Seen, Trace

_HEADING = re.compile(r"(?:heading|berschrift|Titre)\s*(\d)$", re.IGNORECASE)
_TYPED_MARK = re.compile(r"\s*(?:[•·▪–-]|\(?\d{1,2}[.)])\s+\S")


@dataclass(frozen=True)
class Says:
    """Some paragraph's text matches, in the body or in the part given (header\\d*, footnotes, comments …).

    `count`, where given, is how many paragraphs must match; 0 that none may.
    """

    pattern: str
    count: int | None = None
    part: str = "document"
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        found = _texts(seen.after, self.part, self.pattern)
        if self.count is None:
            return None if found else f"no paragraph of {self.part} says “{self.pattern}”"
        return None if len(found) == self.count else f"{len(found)} paragraphs of {self.part} say “{self.pattern}”"


def _texts(file: File, part: str, pattern: str) -> list[str]:
    return [each.text for each in paragraphs(file.data, rf"word/(?:{part})\.xml") if re.search(pattern, each.text)]


def _one(file: File, pattern: str) -> Paragraph:
    return next(each for each in paragraphs(file.data) if re.search(pattern, each.text))


@dataclass(frozen=True)
class Styled:
    """The first paragraph that matches has a style of this name. Guards against headings made of bold text."""

    pattern: str
    style: str
    metric: ClassVar[str] = "styles"

    def fault(self, seen: Seen) -> str | None:
        try:
            have = style_names(seen.after).get(_one(seen.after, self.pattern).style, "Normal")
        except StopIteration:
            return f"no paragraph says “{self.pattern}”"
        return None if re.fullmatch(self.style, have, re.IGNORECASE) else f"“{self.pattern}” has the style {have}"


def style_names(file: File) -> Mapping[str, str]:
    """id -> name."""
    found = trees(file.data).get("word/styles.xml")
    if found is None:
        return {}
    names = {style.get(f"{W}styleId", ""): style.find(f"{W}name") for style in found.iter(f"{W}style")}
    return {key: name.get(f"{W}val", "") for key, name in names.items() if name is not None}


@dataclass(frozen=True)
class Listed:
    """Paragraphs that match are items of a real list, by numbering of their own or their style's."""

    pattern: str
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        found = [each for each in paragraphs(seen.after.data) if re.search(self.pattern, each.text)]
        loose = [each.text for each in found if not _is_listed(seen.after, each)]
        return f"not in a list: {loose[:2]}" if loose or not found else None


def _is_listed(file: File, paragraph: Paragraph) -> bool:
    own = paragraph.node.find(f"{W}pPr/{W}numPr")
    if own is not None:
        return True
    return bool(re.search(r"list|clause|heading", style_names(file).get(paragraph.style, ""), re.IGNORECASE))


@dataclass(frozen=True)
class Headings:
    """These headings, in this order, are among those of the document, at these levels."""

    wanted: tuple[tuple[int, str], ...]
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        left = iter(headings(seen.after))
        for level, pattern in self.wanted:
            if not any(level == have and re.search(pattern, text) for have, text in left):
                return f"no heading {level} “{pattern}” in its place; there are {headings(seen.after)[:8]}"
        return None


def headings(file: File) -> list[tuple[int, str]]:
    names = style_names(file)
    found = [(_HEADING.search(names.get(each.style, each.style)), each.text) for each in paragraphs(file.data)]
    return [(int(match.group(1)), text) for match, text in found if match]


@dataclass(frozen=True)
class Redline:
    """Every change is tracked: rejecting all gives the original, accepting all gives text that matches.

    Guards against silent edits and against redlines that cannot be taken back.
    """

    accepted: tuple[str, ...]
    author: str | None = None
    metric: ClassVar[str] = "tracked"

    def fault(self, seen: Seen) -> str | None:
        if lines(seen.after.data, accepted=False) != lines(seen.before.data, accepted=False):
            return "rejecting the changes does not give the original"
        text = "\n".join(lines(seen.after.data))
        missing = [pattern for pattern in self.accepted if not re.search(pattern, text)]
        if missing:
            return f"accepting the changes does not give “{missing[0]}”"
        authors = {author for _, author, _ in set(tracked(seen.after.data)) - set(tracked(seen.before.data))}
        return f"signed by {authors}" if self.author and authors != {self.author} else None


@dataclass(frozen=True)
class NotTracked:
    """No tracked change is left, or (`by`) none of that author."""

    by: str | None = None
    metric: ClassVar[str] = "tracked"

    def fault(self, seen: Seen) -> str | None:
        left = [each for each in tracked(seen.after.data) if self.by in (None, each[1])]
        return f"{len(left)} tracked changes are left" if left else None


@dataclass(frozen=True)
class RunLooks:
    """The words are bold, italic or highlighted (by the runs' own properties), and nothing else in the paragraph is."""

    words: str
    prop: str
    only: bool = True
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        for each in paragraphs(seen.after.data):
            if self.words in each.text:
                marked = "".join(_text(run) for run in each.node.iter(f"{W}r") if _has(run, self.prop))
                if self.words in marked and (not self.only or marked.strip() == self.words):
                    return None
                return f"{self.prop} is “{marked}”, not “{self.words}”"
        return f"“{self.words}” is not there"


def _text(run: Any) -> str:
    return "".join(node.text or "" for node in run.iter(f"{W}t"))


def _has(run: Any, prop: str) -> bool:
    found = run.find(f"{W}rPr/{W}{prop}")
    return found is not None and found.get(f"{W}val", "1") not in {"0", "false", "none"}


@dataclass(frozen=True)
class Cells:
    """Cells of the n-th table say so."""

    table: int
    wanted: Mapping[tuple[int, int], str]
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        rows = tables(seen.after)[self.table - 1]
        for (row, column), text in self.wanted.items():
            if rows[row - 1][column - 1] != text:
                return f"cell {row},{column} says “{rows[row - 1][column - 1]}”, not “{text}”"
        return None


@dataclass(frozen=True)
class Rows:
    """The n-th table has so many rows; 0 for no such table."""

    table: int
    count: int
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        have = len(tables(seen.after)[self.table - 1]) if len(tables(seen.after)) >= self.table else 0
        return None if have == self.count else f"table {self.table} has {have} rows"


def tables(file: File) -> list[list[list[str]]]:
    body = trees(file.data)["word/document.xml"]
    return [
        [
            ["\n".join(_words(p) for p in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc")]
            for row in table.iter(f"{W}tr")
        ]
        for table in body.iter(f"{W}tbl")
    ]


def _words(paragraph: Any) -> str:
    return "".join(node.text or "" for node in paragraph.iter(f"{W}t"))


@dataclass(frozen=True)
class Commented:
    """A comment that says this is anchored to words that match; `around`: or within a row or paragraph that does."""

    on: str
    says: str
    around: bool = False
    metric: ClassVar[str] = "anchors"

    def fault(self, seen: Seen) -> str | None:
        found = comments(seen.after)
        for words, text, near in found:
            places = (words, near) if self.around else (words,)
            if re.search(self.says, text, re.IGNORECASE) and any(
                re.search(self.on, each, re.IGNORECASE) for each in places
            ):
                return None
        shown = [(words, text) for words, text, _ in found[:4]]
        return f"no comment “{self.says}” on “{self.on}”; there are {shown}"


def comments(file: File) -> list[tuple[str, str, str]]:
    """(the words it is anchored to, what it says, the row or paragraph these words begin in) of every comment."""
    parts = trees(file.data)
    texts = {
        each.get(f"{W}id"): "".join(node.text or "" for node in each.iter(f"{W}t"))
        for root in [parts.get("word/comments.xml")]
        if root is not None
        for each in root.iter(f"{W}comment")
    }
    words: dict[str, str] = dict.fromkeys((key or "" for key in texts), "")
    near = dict(words)
    is_open: set[str] = set()
    for node in parts["word/document.xml"].iter():
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if name == "commentRangeStart":
            is_open.add(node.get(f"{W}id", ""))
            block = next(chain(node.iterancestors(f"{W}tr"), node.iterancestors(f"{W}p")), node)
            near[node.get(f"{W}id", "")] = "".join(each.text or "" for each in block.iter(f"{W}t"))
        elif name == "commentRangeEnd":
            is_open.discard(node.get(f"{W}id", ""))
        elif name == "t":
            for key in is_open & words.keys():
                words[key] += node.text or ""
    return [(words[key or ""], text, near[key or ""]) for key, text in texts.items()]


@dataclass(frozen=True)
class HasField:
    """A field of this kind (TOC, PAGE, REF …) stands in the part."""

    kind: str
    part: str = "document"
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        for name, root in trees(seen.after.data).items():
            if re.fullmatch(rf"word/(?:{self.part})\.xml", name):
                codes = [node.text or "" for node in root.iter(f"{W}instrText")]
                codes += [node.get(f"{W}instr", "") for node in root.iter(f"{W}fldSimple")]
                if any(re.match(rf"\s*{self.kind}\b", code) for code in codes):
                    return None
        return f"no field {self.kind} in {self.part}"


@dataclass(frozen=True)
class KeepsComments:
    """Comments and notes that were there are still anchored to what they were."""

    metric: ClassVar[str] = "anchors"

    def fault(self, seen: Seen) -> str | None:
        kept = {each[:2] for each in comments(seen.after)}
        lost = [each for each in comments(seen.before) if each[:2] not in kept]
        return f"lost its anchor: {lost[0]}" if lost else None


def hygiene(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`heading_order`: no level is skipped that was not before. `real_lists`: no new paragraph types its own mark.

    `anchors_kept`: every bookmark, note and comment reference is still there unless its paragraph was in scope.
    `accessible`: new pictures have words. Guards against documents that only look structured.
    """
    if before.data == after.data:
        return {}
    known = {each.text for each in items(before.data)}
    typed = [
        each.text[:40]
        for each in paragraphs(after.data)
        if each.text not in known and _TYPED_MARK.match(each.text) and not _is_listed(after, each)
    ]
    skipped = max(0, _skips(after) - _skips(before))
    return {
        "heading_order": claim([f"{skipped} levels skipped"] if skipped else []),
        "real_lists": claim(typed),
        "anchors_kept": claim(sorted(_anchors(before) - _anchors(after)) if not spec.scope.kinds else []),
        "accessible": claim(_unnamed(after) if len(_unnamed(after)) > len(_unnamed(before)) else []),
    }


def _skips(file: File) -> int:
    levels = [level for level, _ in headings(file)]
    return sum(after - before > 1 for before, after in zip([0, *levels], levels, strict=False))


def _anchors(file: File) -> set[str]:
    body = trees(file.data)["word/document.xml"]
    kinds = ("bookmarkStart", "footnoteReference", "endnoteReference", "commentReference")
    return {
        f"{kind} {node.get(f'{W}name') or node.get(f'{W}id')}" for kind in kinds for node in body.iter(f"{W}{kind}")
    }


def _unnamed(file: File) -> list[str]:
    return [
        node.get("name", "picture")
        for node in trees(file.data)["word/document.xml"].iter("{*}docPr")
        if not node.get("descr")
    ]


def stray_paragraphs(before: File, after: File, scope: Scope) -> Iterator[str]:
    """Paragraphs, tables and sections that differ and whose text no place matches; then style definitions."""
    old, new = items(before.data), items(after.data)
    marks = [[f"{each.part} {each.mark}" for each in side] for side in (old, new)]
    for tag, start, end, first, last in SequenceMatcher(None, *marks, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for word, each in (*(("was", item) for item in old[start:end]), *(("is", item) for item in new[first:last])):
            if not _in_scope(scope, each):
                yield f"outside: {word} “{each.text[:60]}” in {each.part}"
    yield from _stray_settings(before, after, scope)


def _in_scope(scope: Scope, item: Paragraph) -> bool:
    text = f"{item.part}: {item.text}"
    return any(re.search(place, item.text) or re.fullmatch(place, text) for place in scope.places)


def _stray_settings(before: File, after: File, scope: Scope) -> Iterator[str]:
    """Styles that were there read as they did; tracking and protection are as they were."""
    old, new = _definitions(before), _definitions(after)
    for name, text in old.items():
        if new.get(name) != text and not any(re.fullmatch(place, f"[style {name}]") for place in scope.places):
            yield f"outside: style {name}"
    switches = [_switches(file) for file in (before, after)]
    if switches[0] != switches[1] and not any(re.fullmatch(place, "[settings]") for place in scope.places):
        yield f"outside: settings {switches[0] ^ switches[1]}"


def _definitions(file: File) -> dict[str, bytes]:
    root = trees(file.data).get("word/styles.xml")
    styles = [] if root is None else root.iter(f"{W}style")
    return {
        style.get(f"{W}styleId", ""): etree.tostring(style, method="c14n", exclusive=True).strip() for style in styles
    }


def _switches(file: File) -> set[str]:
    root = trees(file.data).get("word/settings.xml")
    return (
        set()
        if root is None
        else {name for name in ("trackRevisions", "documentProtection") if root.find(f"{W}{name}") is not None}
    )
