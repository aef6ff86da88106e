"""Edits of whole paragraphs and tables: inserted, deleted, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.documents.document import blocks, notes
from skills.documents.document.comments import ids_in, remove_comment
from skills.documents.document.markup import ID, PPR, TBL, TC, TR, P, insert_in_order, make, value, w
from skills.documents.document.numbering import numbering_of
from skills.documents.document.orders import TRPR_ORDER
from skills.documents.document.page import page_of, section_of
from skills.documents.document.styles import styles_of
from skills.documents.document.tables import find_table, is_table_label
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import Place, WordEdit, give_ids, scope_of
from skills.documents.writing.builder import Builder
from skills.documents.writing.markdown import parse

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.story import Story


class Beside(WordEdit):
    """An edit that puts something before or after a paragraph or table."""

    after: Place = None
    before: Place = None

    @model_validator(mode="after")
    def _one_place(self) -> Beside:
        if self.after is not None and self.before is not None:
            raise ValueError("give `after` or `before`, not both")
        return self

    def target(self, document: WordDocument, *, editing: bool) -> tuple[Story, Element]:
        """The block to stand beside; with neither place, the body's end."""
        at = self.before if self.after is None else self.after
        if at is None:
            return _edge_block(document, -1, editing=editing)
        if at == "start":
            return _edge_block(document, 0, editing=editing)
        return block_at(document, at, editing=editing)

    def places(self, document: WordDocument) -> set[str]:
        """What measured insertions are said to follow."""
        story, element = self.target(document, editing=False)
        return {f"after:{place}" for place in _neighbours(document, story, element)}


class Insert(Beside):
    """Insert Markdown: headings, lists, tables, code, `Table: caption`, [^1], [TOC], {page break}, {empty line}.

    Styled as the document's own; plain paragraphs look like their neighbours. Default: at the end.
    """

    op: Literal["insert"]
    markdown: Annotated[str, Field(min_length=1, description="content")]
    style: Annotated[str | None, Field(description="style name of its plain paragraphs")] = None
    like: Annotated[str | None, Field(description="anchor of a paragraph whose look and numbering they copy")] = None

    def scope(self, document: WordDocument) -> Scope:
        story, target = self.target(document, editing=False)
        places = self.places(document) | {"bookmark:*"}
        if self._fills(target):
            places.add(document.identify(story, target).place)
        return scope_of(document, places, {story})

    def _fills(self, target: Element) -> bool:
        """Whether the one empty paragraph of a new document gives way to the content."""
        return is_only_empty(target) and self.after is None and self.before is None

    def apply(self, document: WordDocument) -> None:
        story, target = self.target(document, editing=True)
        model = document.paragraph(self.like, editing=True).element if self.like else None
        page = page_of(section_of(document.edit_body(), top_block(target)) if story.kind == "body" else None)
        list_model = target if target.tag == P else None
        builder = Builder(
            document, story.part, page, model if model is not None else body_model(document, target), list_model
        )
        made = builder.build(parse(self.markdown, document.attached))
        if self.style:
            made = Builder(document, story.part, page).restyled(made, self.style)
        give_ids(document, story, made)
        marker = self.marker(document, story)
        is_empty = self._fills(target)
        blocks.insert_blocks(target, made, marker, is_before=self.before is not None)
        if is_empty and marker is None:
            blocks.delete_plainly(target)
        closing = close_cell(made[-1])
        if closing is not None and marker is not None:
            blocks.mark_block_inserted(closing, marker)


class Delete(WordEdit):
    """Delete paragraphs or tables; notes and comments that only they held go with them."""

    op: Literal["delete"]
    at: Annotated[list[str], Field(min_length=1, max_length=500, description="anchors, or T2 for a table")]
    to: Annotated[str | None, Field(description="with one `at`: the last paragraph of a range")] = None

    def scope(self, document: WordDocument) -> Scope:
        found = self._found(document, editing=False)
        places = {each.place for each in _inside(document, found)}
        about = {f"comment:{comment}" for _, element in found for comment in ids_in(element)}
        return scope_of(document, places | about | {"bookmark:*"}, {story for story, _ in found})

    def loss(self, document: WordDocument) -> str | None:
        if self.is_tracked(document):
            return None
        tables = [element for _, element in self._found(document, editing=False) if element.tag == TBL]
        return f"{len(tables)} table(s)" if tables else None

    def apply(self, document: WordDocument) -> None:
        referred = notes.referred(document)
        self._delete(document)
        for kind, note_id in sorted(referred - notes.referred(document)):
            notes.remove_note(document, kind, note_id)

    def _delete(self, document: WordDocument) -> None:
        for story, element in self._found(document, editing=True):
            marker = self.marker(document, story)
            if element.tag == TBL:
                _delete_table(document, element, marker)
                continue
            _refuse_to_delete(element)
            if marker is not None:
                blocks.delete_tracked(element, marker)
            else:
                _delete_with_notes(document, element)

    def _found(self, document: WordDocument, *, editing: bool) -> list[tuple[Story, Element]]:
        if self.to is None:
            return [block_at(document, at, editing=editing) for at in self.at]
        if len(self.at) != 1:
            raise ToolError("`to` goes with a single `at`, the first of the range")
        story, first = block_at(document, self.at[0], editing=editing)
        other, last = block_at(document, self.to, editing=editing)
        found = [first, *first.itersiblings()]
        if story != other or last not in found:
            raise ToolError(f"[{self.to}] does not follow [{self.at[0]}] on the same level")
        return [(story, each) for each in found[: found.index(last) + 1] if each.tag in {P, TBL}]


class Move(Beside):
    """Move paragraphs, in their order, before or after another."""

    op: Literal["move"]
    at: Annotated[list[str], Field(min_length=1, max_length=500, description="anchors")]

    def scope(self, document: WordDocument) -> Scope:
        moved = [document.paragraph(at) for at in self.at]
        places = self.places(document) | {each.place for each in moved}
        if self.is_tracked(document):  # in a file without ids, what stays struck counts as an empty paragraph
            left = (place for each in moved for place in _neighbours(document, each.story, each.element))
            places |= {f"after:{place}" for place in left}
        return scope_of(document, places, {each.story for each in moved})

    def apply(self, document: WordDocument) -> None:
        moved = [document.paragraph(at, editing=True) for at in self.at]
        story, target = self.target(document, editing=True)
        if any(each.story != story for each in moved):
            raise Refused("a paragraph cannot be moved to another part (header, note); insert and delete instead")
        if any(each.element is target for each in moved):
            raise ToolError("a paragraph cannot be moved beside itself")
        marker = self.marker(document, story)
        is_before = self.before is not None
        for each in moved:
            _refuse_to_delete(each.element)
            if marker is None:
                blocks.move(each.element, target, is_before=is_before)
                placed = each.element
            else:
                name = f"move{marker.attributes()['id']}"
                placed = blocks.move_tracked(each.element, target, marker, name, is_before=is_before)
                give_ids(document, story, [placed])
            if not is_before:
                target = placed


def block_at(document: WordDocument, at: str, *, editing: bool) -> tuple[Story, Element]:
    """The paragraph or table an anchor names."""
    if is_table_label(at):
        table = find_table(document, at, editing=editing)
        return table.story, table.element
    paragraph = document.paragraph(at, editing=editing)
    return paragraph.story, paragraph.element


def _edge_block(document: WordDocument, index: int, *, editing: bool) -> tuple[Story, Element]:
    """The first (0) or last (-1) block of the body; a title at the start counts as passed."""
    body = document.edit_body() if editing else document.body
    found = [each for each in body if each.tag in {P, TBL, w("sdt")}]
    if not found:
        found = [make("p")]
        body.insert(0, found[0])
    if index == 0:
        styles = styles_of(document)
        titles = {"title", "subtitle"}
        found = [
            each for each in found if styles.name_of(value(each.find(PPR), "pStyle")).lower() not in titles
        ] or found
    return document.stories[0], found[index]


def _neighbours(document: WordDocument, story: Story, element: Element) -> list[str]:
    """The last paragraph of the block and the one before it: what comes beside it follows one of the two."""
    inner = list(element.iter(P))  # of a paragraph, too, those of text boxes in it
    first, last = (inner[0], inner[-1]) if inner else (None, None)
    found: list[str] = []
    previous = f"start:{story.key}"
    for paragraph in document.paragraphs(story):
        if paragraph.element is first:
            found.append(previous)
        previous = paragraph.place
        if paragraph.element is last:
            found.append(previous)
            break
    return found or [previous]


def _inside(document: WordDocument, found: list[tuple[Story, Element]]) -> list[Paragraph]:
    elements = {paragraph for _, element in found for paragraph in element.iter(P)}
    stories = {story for story, _ in found}
    return [each for story in stories for each in document.paragraphs(story) if each.element in elements]


def top_block(element: Element) -> Element:
    """The child of the body it stands in."""
    while True:
        parent = element.getparent()
        if parent is None or parent.tag == w("body"):
            return element
        element = parent


def body_model(document: WordDocument, target: Element) -> Element | None:
    """The nearest paragraph of plain body text beside the target: new text is to look like it."""
    styles = styles_of(document)
    numbers = numbering_of(document, styles)
    around = [target, *list(target.itersiblings(preceding=True))[:12], *list(target.itersiblings())[:12]]
    for each in around:
        if each.tag != P or next((run for run in each.iter(w("t")) if (run.text or "").strip()), None) is None:
            continue
        style_id = value(each.find(PPR), "pStyle")
        name = styles.name_of(style_id).lower()
        is_special = name.startswith(("toc", "caption", "title", "subtitle", "code", "quote", "list"))
        if styles.heading_level(style_id) is None and not is_special and numbers.of(each) is None:
            return each
    return None


def is_only_empty(element: Element) -> bool:
    """The empty paragraph a new document starts with."""
    parent = element.getparent()
    if element.tag != P or parent is None or next(element.iter(w("r")), None) is not None:
        return False
    return sum(each.tag in {P, TBL} for each in parent) == 1


def close_cell(last: Element) -> Element | None:
    """A paragraph after it where one is needed: a cell ends in one, and two tables that touch become one."""
    parent, following = last.getparent(), last.getnext()
    if last.tag != TBL or parent is None:
        return None
    is_end_of_cell = parent.tag == TC and following is None
    is_end_of_body = following is None or following.tag == w("sectPr")
    if is_end_of_cell or is_end_of_body or (following is not None and following.tag == TBL):
        closing = make("p")
        last.addnext(closing)
        return closing
    return None


def _refuse_to_delete(paragraph: Element) -> None:
    ppr = paragraph.find(PPR)
    if ppr is not None and ppr.find(w("sectPr")) is not None:
        raise Refused("the paragraph ends a section (it holds its page layout); replace its text instead")
    blocks.refuse_part_of_field(paragraph)


def _delete_with_notes(document: WordDocument, element: Element) -> None:
    comments = ids_in(element)
    references = [(each, kind) for kind in ("footnote", "endnote") for each in element.iter(w(f"{kind}Reference"))]
    blocks.delete_plainly(element)
    for reference, kind in references:
        notes.remove_note(document, "footnote" if kind == "footnote" else "endnote", reference.get(ID, ""))
    for comment in comments:
        remove_comment(document, comment)


def _delete_table(document: WordDocument, table: Element, marker: blocks.Marker | None) -> None:
    if marker is None:
        for paragraph in list(table.iter(P)):
            blocks.refuse_part_of_field(paragraph)
        parent, following = table.getparent(), table.getnext()
        _delete_with_notes(document, table)
        if parent is not None and parent.tag == TC and following is None:
            parent.append(make("p"))
        return
    for row in table.iter(TR):
        strike_row(row, marker)


def strike_row(row: Element, marker: blocks.Marker) -> None:
    """Mark a row and all its text deleted."""
    insert_in_order(blocks.properties_of_row(row), marker.element("del"), TRPR_ORDER)
    for paragraph in row.iter(P):
        blocks.delete_tracked(paragraph, marker)
