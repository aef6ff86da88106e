"""What stands in a paragraph, in order: text, deleted text, objects and marks, each with where it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from copilot_server.office.xml import NS, Element, local_name
from skills.documents.document.markup import (
    ALTERNATE,
    DEL,
    DEL_TEXT,
    FLD_CHAR,
    FLD_SIMPLE,
    HYPERLINK,
    ID,
    INS,
    INSTR,
    MOVE_FROM,
    MOVE_TO,
    PPR,
    RPR,
    SDT,
    SDT_CONTENT,
    VAL,
    R,
    T,
    w,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind: TypeAlias = Literal[
    "text",
    "deleted",
    "object",
    "footnote",
    "endnote",
    "comment_start",
    "comment_end",
    "bookmark",
    "field",
    "field_end",
    "control",
    "control_end",
]

_DEL_INSTR = w("delInstrText")
_MATH = f"{{{NS['m']}}}"
_WRAPPERS = frozenset({w("smartTag"), w("customXml"), w("dir"), w("bdo"), w("rt")})
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}
_BREAKS = {"page": "\f", "column": "\v"}
_OBJECTS = {"drawing": "picture", "pict": "picture", "object": "embedded object", "AlternateContent": "shape"}
_FREE_FIELDS = frozenset({"HYPERLINK"})  # their results are the author's own words and are never recomputed


# A paragraph with none of these reads as its `w:t` joined: many times faster than walking it.
_NOT_PLAIN = (
    *(w(name) for name in ("del", "moveFrom", "fldChar", "instrText", "fldSimple", "tab", "ptab", "br", "cr")),
    *(w(name) for name in ("noBreakHyphen", "sym", "ruby", "drawing", "pict", "object")),
    ALTERNATE,
)


@dataclass(frozen=True, slots=True)
class Inline:
    """One stretch. `start` counts visible characters; `lock` says why the stretch cannot be edited as text."""

    kind: Kind
    start: int
    text: str
    node: Element
    run: Element | None = None
    revision: Element | None = None
    link: Element | None = None
    lock: str = ""

    @property
    def end(self) -> int:
        return self.start + (len(self.text) if self.kind == "text" else 0)


@dataclass
class _State:
    """Where the walk stands; `fields` holds the instruction of each open field, None while still in it."""

    at: int = 0
    fields: list[list[str]] = field(default_factory=list[list[str]])
    in_result: list[bool] = field(default_factory=list[bool])

    @property
    def is_instruction(self) -> bool:
        return bool(self.in_result) and not all(self.in_result)

    @property
    def lock(self) -> str:
        for parts in reversed(self.fields):
            name = field_name("".join(parts))
            if name not in _FREE_FIELDS:
                return f"the result of a field ({name or 'empty'})"
        return ""


def field_name(instruction: str) -> str:
    """`PAGE` of ` PAGE \\* MERGEFORMAT `."""
    words = instruction.split()
    return words[0].upper() if words else ""


def inlines(paragraph: Element, open_field: str = "") -> list[Inline]:
    """The paragraph's stretches; `open_field` is the instruction of a field that began in an earlier paragraph."""
    state = _State()
    if open_field:
        state.fields.append([open_field])
        state.in_result.append(True)
    return list(_walk(paragraph, state, None, None, ""))


def visible_text(paragraph: Element) -> str:
    """The text as a reader sees it with all revisions accepted; objects and marks take no room."""
    if next(paragraph.iter(*_NOT_PLAIN), None) is None:
        return "".join(each.text or "" for each in paragraph.iter(T))
    return "".join(each.text for each in inlines(paragraph) if each.kind == "text")


def _walk(
    parent: Iterable[Element], state: _State, revision: Element | None, link: Element | None, lock: str
) -> Iterator[Inline]:
    for element in parent:
        tag = element.tag
        if tag == R:
            yield from _run(element, state, revision, link, lock)
        elif tag in {INS, MOVE_TO, DEL, MOVE_FROM}:
            yield from _walk(element, state, _outer(revision, element), link, lock)
        elif tag == HYPERLINK:
            yield from _walk(element, state, revision, element, lock)
        elif tag == SDT:
            yield Inline("control", state.at, _control_name(element), element)
            content = element.find(SDT_CONTENT)
            yield from _walk(
                content if content is not None else (), state, revision, link, lock or _control_lock(element)
            )
            yield Inline("control_end", state.at, "", element)
        elif tag == FLD_SIMPLE:
            yield from _simple_field(element, state, revision, link, lock)
        elif tag in _WRAPPERS:
            yield from _walk(element, state, revision, link, lock)
        elif tag in {PPR, RPR} or not isinstance(tag, str):
            continue
        else:
            yield from _mark(element, state)


def _outer(revision: Element | None, element: Element) -> Element:
    """Deleted wins: an insertion that was deleted again is not visible."""
    return revision if revision is not None and revision.tag in {DEL, MOVE_FROM} else element


def _control_name(control: Element) -> str:
    about = control.find(w("sdtPr"))
    for name in ("alias", "tag"):
        found = about.find(w(name)) if about is not None else None
        if found is not None and found.get(VAL):
            return found.get(VAL, "")
    return ""


def _control_lock(control: Element) -> str:
    about = control.find(w("sdtPr"))
    lock = about.find(w("lock")) if about is not None else None
    is_locked = lock is not None and lock.get(VAL) in {"contentLocked", "sdtContentLocked"}
    return "a content control that is locked" if is_locked else ""


def _simple_field(
    element: Element, state: _State, revision: Element | None, link: Element | None, lock: str
) -> Iterator[Inline]:
    instruction = element.get(w("instr"), "")
    yield Inline("field", state.at, instruction.strip(), element, revision=revision)
    name = field_name(instruction)
    inner_lock = lock if name in _FREE_FIELDS else f"the result of a field ({name or 'empty'})"
    yield from _walk(element, state, revision, link, inner_lock)
    yield Inline("field_end", state.at, "", element)


def _mark(element: Element, state: _State) -> Iterator[Inline]:
    name = local_name(element)
    if name == "commentRangeStart":
        yield Inline("comment_start", state.at, element.get(ID, ""), element)
    elif name == "commentRangeEnd":
        yield Inline("comment_end", state.at, element.get(ID, ""), element)
    elif name == "bookmarkStart":
        yield Inline("bookmark", state.at, element.get(w("name"), ""), element)
    elif str(element.tag).startswith(_MATH):
        yield Inline("object", state.at, "equation", element)


def _run(run: Element, state: _State, revision: Element | None, link: Element | None, lock: str) -> Iterator[Inline]:
    for node in run:
        tag = node.tag
        if tag == RPR or not isinstance(tag, str):
            continue
        if tag in {T, DEL_TEXT}:
            yield from _text(node, node.text or "", run, state, revision, link, lock)
        elif tag == FLD_CHAR:
            yield from _field_mark(node, run, state, revision)
        elif tag in {INSTR, _DEL_INSTR}:
            if state.fields:
                state.fields[-1].append(node.text or "")
        else:
            yield from _other(node, run, state, revision, link, lock)


def _text(
    node: Element,
    text: str,
    run: Element,
    state: _State,
    revision: Element | None,
    link: Element | None,
    lock: str,
) -> Iterator[Inline]:
    if not text or state.is_instruction:
        return
    is_gone = revision is not None and revision.tag in {DEL, MOVE_FROM}
    yield Inline("deleted" if is_gone else "text", state.at, text, node, run, revision, link, lock or state.lock)
    if not is_gone:
        state.at += len(text)


def _field_mark(node: Element, run: Element, state: _State, revision: Element | None) -> Iterator[Inline]:
    kind = node.get(w("fldCharType"))
    if kind == "begin":
        state.fields.append([])
        state.in_result.append(False)
    elif kind == "separate" and state.in_result:
        state.in_result[-1] = True
        yield Inline("field", state.at, "".join(state.fields[-1]).strip(), node, run, revision)
    elif kind == "end" and state.fields:
        instruction = "".join(state.fields.pop()).strip()
        if not state.in_result.pop():
            yield Inline("field", state.at, instruction, node, run, revision)
        yield Inline("field_end", state.at, "", node, run, revision)


def _other(
    node: Element, run: Element, state: _State, revision: Element | None, link: Element | None, lock: str
) -> Iterator[Inline]:
    name = local_name(node)
    if name in _CHARACTERS:
        yield from _text(node, _CHARACTERS[name], run, state, revision, link, lock)
    elif name == "br":
        yield from _text(node, _BREAKS.get(node.get(w("type"), ""), "\n"), run, state, revision, link, lock)
    elif name == "sym":
        yield from _text(node, _symbol(node), run, state, revision, link, lock or "a symbol of its own font")
    elif name == "ruby":
        base = node.find(w("rubyBase"))
        yield from _walk(base if base is not None else (), state, revision, link, lock or "a word with ruby text")
    elif name in {"footnoteReference", "endnoteReference"}:
        kind: Kind = "footnote" if name.startswith("foot") else "endnote"
        yield Inline(kind, state.at, node.get(ID, ""), node, run, revision)
    elif name in _OBJECTS:
        yield Inline("object", state.at, _OBJECTS[name] if node.tag != ALTERNATE else "shape", node, run, revision)


def _symbol(node: Element) -> str:
    try:
        return chr(int(node.get(w("char"), "25A1"), 16))
    except ValueError:
        return "□"
