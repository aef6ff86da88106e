"""Comments: read, added beside words, answered, settled and taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import NS, qname, serialize
from skills.documents.document import naming
from skills.documents.document.anchors import fresh_paragraph_id
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import AUTHOR, DATE, ID, INS, MOVE_TO, PARA_ID, P, R, make, number, remove, w
from skills.documents.document.revisions import struck
from skills.documents.document.runs import carve, is_empty, text_nodes
from skills.documents.document.styles import use_style

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument

_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPE_EXTENDED: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
_EXTENDED: Final = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
_EX, _EX_PARA, _EX_PARENT, _EX_DONE = (qname(f"w15:{name}") for name in ("commentEx", "paraId", "paraIdParent", "done"))
_RANGE_START, _RANGE_END, _REFERENCE = w("commentRangeStart"), w("commentRangeEnd"), w("commentReference")


@dataclass(frozen=True, slots=True)
class Comment:
    """`parent` is the id of the comment it answers; `about` the words it is anchored to.

    `quoted` are those words and, ~~struck~~, those deleted among them.
    """

    id: str
    author: str
    date: str
    text: str
    about: str = ""
    parent: str = ""
    is_done: bool = False
    quoted: str = ""


def comments(document: WordDocument) -> list[Comment]:
    """In the order of their part."""
    part = document.part("comments")
    if part is None:
        return []
    threads = _threads(document)
    found = document.tree(part).findall(w("comment"))
    ids = {_last_id(each): each.get(ID, "") for each in found}
    abouts = _abouts(document)
    return [
        Comment(
            id=each.get(ID, ""),
            author=each.get(AUTHOR, ""),
            date=each.get(DATE, ""),
            text="\n".join(visible_text(p) for p in each.iter(P)),
            about=abouts.get(each.get(ID, ""), _NOTHING).visible,
            quoted=abouts.get(each.get(ID, ""), _NOTHING).quoted,
            parent=_parent(each, threads, ids),
            is_done=threads.get(_last_id(each), ("", False))[1],
        )
        for each in found
    ]


def _last_id(comment: Element) -> str:
    """Threads go by the id of a comment's last paragraph."""
    paragraphs = list(comment.iter(P))
    return paragraphs[-1].get(PARA_ID, "") if paragraphs else ""


def _parent(comment: Element, threads: dict[str, tuple[str, bool]], ids: dict[str, str]) -> str:
    parent = threads.get(_last_id(comment), ("", False))[0]
    return ids.get(parent, "") if parent else ""


def _threads(document: WordDocument) -> dict[str, tuple[str, bool]]:
    part = document.part("commentsExtended")
    if part is None:
        return {}
    rows = document.tree(part).iter(_EX)
    return {each.get(_EX_PARA, ""): (each.get(_EX_PARENT, ""), each.get(_EX_DONE) == "1") for each in rows}


class _About(NamedTuple):
    visible: str = ""
    quoted: str = ""


_NOTHING: Final = _About()


def _abouts(document: WordDocument) -> dict[str, _About]:
    """The commented words, across paragraphs."""
    found: dict[str, _About] = {}
    for story in document.stories:
        if story.kind == "comments" or next(document.tree(story.part).iter(_RANGE_START), None) is None:
            continue
        is_open: set[str] = set()
        for paragraph in document.paragraphs(story):
            for each in paragraph.inlines:
                if each.kind == "comment_start":
                    is_open.add(each.text)
                elif each.kind == "comment_end":
                    is_open.discard(each.text)
                elif each.kind in {"text", "deleted"}:
                    visible, quoted = (each.text, each.text) if each.kind == "text" else ("", struck(each.text))
                    for comment_id in is_open:
                        known = found.get(comment_id, _NOTHING)
                        found[comment_id] = _About(known.visible + visible, known.quoted + quoted)
    return {name: about._replace(quoted=about.quoted.replace("~~~~", "")) for name, about in found.items()}


def add_comment(document: WordDocument, paragraph: Paragraph, start: int, end: int, text: str) -> str:
    """Beside the visible characters `start` to `end` of a paragraph being edited; the comment's id."""
    comment_id = _write(document, text)
    _anchor(document, paragraph, start, end, comment_id)
    return comment_id


def reply(document: WordDocument, comment_id: str, text: str) -> str:
    """An answer in the thread of a comment, anchored where that is."""
    asked = _comment(document, comment_id)
    parent_id = _ensure_id(document, asked)
    made = _write(document, text)
    own_id = _ensure_id(document, _comment(document, made))
    parent = _thread_row(document, parent_id)
    row = _thread_row(document, own_id)
    row.set(_EX_PARENT, parent.get(_EX_PARENT) or parent_id)
    for story in document.stories:
        if any(each.get(ID) == comment_id for each in document.tree(story.part).iter(_RANGE_START, _REFERENCE)):
            _anchor_beside(document.edit(story.part), comment_id, made, document)
    return made


def settle(document: WordDocument, comment_id: str, *, is_done: bool) -> None:
    """Mark its thread resolved, or open again."""
    row = _thread_row(document, _ensure_id(document, _comment(document, comment_id)))
    row.set(_EX_DONE, "1" if is_done else "0")


def remove_comment(document: WordDocument, comment_id: str) -> None:
    """With its marks in the text and its answers."""
    doomed = {comment_id, *(each.id for each in comments(document) if each.parent == comment_id)}
    rows = {_last_id(_comment(document, each)) for each in doomed} - {""}
    for story in document.stories:
        if story.kind != "comments":
            remove_anchors(document, story.part, doomed)
    part = document.part("comments")
    assert part is not None  # noqa: S101 - a comment was found
    for each in [each for each in document.edit(part) if each.get(ID) in doomed]:
        remove(each)
    extended = document.part("commentsExtended")
    if extended is not None:
        for row in [row for row in document.edit(extended) if row.get(_EX_PARA) in rows]:
            remove(row)


def remove_anchors(document: WordDocument, part: str, ids: set[str]) -> None:
    """The marks of comments in one part."""
    root = document.tree(part)
    if not any(each.get(ID) in ids for each in root.iter(_RANGE_START, _RANGE_END, _REFERENCE)):
        return
    for each in list(document.edit(part).iter(_RANGE_START, _RANGE_END, _REFERENCE)):
        if each.get(ID) in ids:
            run = each.getparent()
            remove(each)
            if run is not None and run.tag == R and is_empty(run):
                remove(run)


def _comment(document: WordDocument, comment_id: str) -> Element:
    part = document.part("comments")
    found = [] if part is None else document.edit(part).findall(w("comment"))
    for each in found:
        if each.get(ID) == comment_id:
            return each
    known = ", ".join(each.get(ID, "") for each in found) or "none"
    raise TargetNotFound(f"no comment {comment_id!r}; the comments are {known}")


def _write(document: WordDocument, text: str) -> str:
    part = document.part("comments")
    if part is None:
        document.add_part("word/comments.xml", serialize(make("comments")), _TYPE, f"{NS['r']}/comments")
        part = document.part("comments")
    assert part is not None  # noqa: S101 - just made
    root = document.edit(part)
    comment_id = str(max((number(each.get(ID)) for each in root.iterfind(w("comment"))), default=-1) + 1)
    author, date = document.reviewer.author, document.reviewer.date
    initials = "".join(word[0] for word in author.split())[:3].upper()
    made = make("comment", {"id": comment_id, "author": author, "date": date, "initials": initials})
    text_style = use_style(document, "annotation text")
    mark_style = use_style(document, "annotation reference", "character")
    for index, line in enumerate(text.split("\n")):
        paragraph = make("p", None, make("pPr", None, make("pStyle", {"val": text_style})))
        if index == 0:
            look = make("rPr", None, make("rStyle", {"val": mark_style}))
            paragraph.append(make("r", None, look, make("annotationRef")))
        paragraph.append(make("r", None, *text_nodes(line)))
        made.append(paragraph)
    root.append(made)
    return comment_id


def _anchor(document: WordDocument, paragraph: Paragraph, start: int, end: int, comment_id: str) -> None:
    """The marks around the words; on an empty paragraph at its end."""
    pieces = [each for each in paragraph.inlines if each.kind == "text" and each.start < end and each.end > start]
    opening = make("commentRangeStart", {"id": comment_id})
    closing = make("commentRangeEnd", {"id": comment_id})
    mark_style = use_style(document, "annotation reference", "character")
    look = make("rPr", None, make("rStyle", {"val": mark_style}))
    reference = make("r", None, look, make("commentReference", {"id": comment_id}))
    element = paragraph.element
    if not pieces:
        element.extend([opening, closing, reference])
        return
    last = carve(pieces[-1], max(start, pieces[-1].start), min(end, pieces[-1].end))
    first = last
    if len(pieces) > 1:
        first = carve(pieces[0], max(start, pieces[0].start), pieces[0].end)
    after = _outermost(last, element)
    after.addnext(reference)
    if first.getparent() is last.getparent() and _is_revision(first.getparent()):
        first.addprevious(opening)
        last.addnext(closing)
        return
    _outermost(first, element).addprevious(opening)
    after.addnext(closing)


def _is_revision(element: Element | None) -> bool:
    """In one revision the words are marked themselves; the whole of it may be far more than was meant."""
    return element is not None and element.tag in {INS, MOVE_TO}


def _outermost(run: Element, paragraph: Element) -> Element:
    """The child of the paragraph it stands in: marks stay out of links, fields and revisions."""
    element = run
    while True:
        parent = element.getparent()
        if parent is None or parent is paragraph:
            return element
        element = parent


def _anchor_beside(root: Element, comment_id: str, answer_id: str, document: WordDocument) -> None:
    for each in list(root.iter(_RANGE_START, _RANGE_END, _REFERENCE)):
        if each.get(ID) != comment_id:
            continue
        if each.tag == _REFERENCE:
            run = each.getparent()
            look = make("rPr", None, make("rStyle", {"val": use_style(document, "annotation reference", "character")}))
            if run is not None:
                run.addnext(make("r", None, look, make("commentReference", {"id": answer_id})))
        else:
            each.addnext(
                make("commentRangeStart" if each.tag == _RANGE_START else "commentRangeEnd", {"id": answer_id})
            )


def _ensure_id(document: WordDocument, comment: Element) -> str:
    """The id of its last paragraph, given one if it has none."""
    last = list(comment.iter(P))[-1]
    own = last.get(PARA_ID)
    if not own:
        part = document.part("comments") or ""
        taken = naming.ids_in(document.edit(part))
        own = fresh_paragraph_id(f"comment {comment.get(ID)} {visible_text(last)}", taken)
        last.set(PARA_ID, own)
    return own


def _thread_row(document: WordDocument, paragraph_id: str) -> Element:
    part = document.part("commentsExtended")
    if part is None:
        root = etree.Element(qname("w15:commentsEx"), nsmap={"w15": NS["w15"]})
        document.add_part("word/commentsExtended.xml", serialize(root), _TYPE_EXTENDED, _EXTENDED)
        part = document.part("commentsExtended")
    assert part is not None  # noqa: S101 - just made
    rows = document.edit(part)
    for each in rows.iter(_EX):
        if each.get(_EX_PARA) == paragraph_id:
            return each
    made = rows.makeelement(_EX, {_EX_PARA: paragraph_id, _EX_DONE: "0"})
    rows.append(made)
    return made


def ids_in(element: Element) -> set[str]:
    """Comments whose reference mark stands in it."""
    return {each.get(ID, "") for each in element.iter(_REFERENCE)}
