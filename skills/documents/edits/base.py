"""What all edits of Word files share: how they are tracked and signed, and what may follow from them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.errors import TargetNotFound, ToolError
from skills.documents.document import naming
from skills.documents.document.bindings import data_parts
from skills.documents.document.markup import PARA_ID, P
from skills.documents.document.splice import Marker, highest_mark
from skills.documents.document.word import WordDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.story import Story
    from skills.documents.document.word import Reviewer

At: TypeAlias = Annotated[str, Field(description="anchor")]
Ats: TypeAlias = Annotated[list[str], Field(min_length=1, max_length=500, description="anchors")]
Place: TypeAlias = Annotated[str | None, Field(description="anchor, T2 or start")]
TableAt: TypeAlias = Annotated[str, Field(description="T2, or an anchor in it")]


class WordEdit(Edit[WordDocument]):
    """`tracked` and `author` come from the tool's own arguments unless an edit says otherwise."""

    tracked: Annotated[
        SkipJsonSchema[bool | None], Field(description="as a tracked change; by default as the document itself asks")
    ] = None
    author: Annotated[SkipJsonSchema[str | None], Field(description="who signs tracked changes and comments")] = None

    def marker(self, document: WordDocument, story: Story, *, is_spelled: bool = False) -> Marker | None:
        """None where the edit is to be made plainly; `is_spelled` where it is made on the story's spelling."""
        if not self.is_tracked(document):
            return None
        spelling = document.spelling(story)
        if spelling is not None and is_spelled:
            return Marker(self.reviewer(document), spelling.highest_mark)
        return Marker(self.reviewer(document), partial(highest_mark, document.edit(story.part)))

    def is_tracked(self, document: WordDocument) -> bool:
        return document.is_tracking if self.tracked is None else self.tracked

    def reviewer(self, document: WordDocument) -> Reviewer:
        return document.reviewer if self.author is None else replace(document.reviewer, author=self.author)


def bookkeeping(document: WordDocument) -> frozenset[str]:
    """Parts that new content may need: styles, lists, notes, relationships."""
    return document.of_parts("bookkeeping", partial(_bookkeeping, document))


def _bookkeeping(document: WordDocument) -> frozenset[str]:
    kinds = ("styles", "numbering", "settings", "footnotes", "endnotes", "commentsExtended", "comments")
    found = {document.part(kind) or f"word/{kind}.xml" for kind in kinds}
    rels = {_rels(story.part) for story in document.stories}
    return frozenset({*found, *rels, "[[]Content_Types].xml", "word/media/*", _rels(document.main)})


def _rels(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def scope_of(document: WordDocument, places: Iterable[str], stories: Iterable[Story]) -> Scope:
    """Those places, and the bookkeeping of styles and lists that new content brings."""
    data = data_parts(document)
    parts = bookkeeping(document).union(data, [story.part for story in stories])
    return Scope(frozenset([*places, "style:*", "note:*", *(("properties",) if data else ())]), parts)


def paragraphs_at(document: WordDocument, anchors: Sequence[str], *, editing: bool = False) -> list[Paragraph]:
    """All that the anchors name; raises one ToolError for all that are wrong."""
    found: list[Paragraph] = []
    faults: list[str] = []
    for anchor in anchors:
        try:
            found.append(document.paragraph(anchor, editing=editing))
        except ToolError as error:
            faults.append(str(error))
    if faults:
        raise ToolError("; ".join(faults))
    return found


def stretch(paragraph: Paragraph, words: str | None) -> tuple[int, int]:
    """Where the words stand in it, as spelled or else in any case; the whole of it without any.

    Raises TargetNotFound with what it says.
    """
    if words is None:
        return 0, len(paragraph.text)
    text, escaped = paragraph.text, re.escape(words)
    match = re.search(escaped, text) or re.search(escaped, text, re.IGNORECASE)
    if match is None:
        raise TargetNotFound(f"{words!r} does not stand in [{paragraph.anchor}], which reads {text[:300]!r}")
    return match.span()


def give_ids(document: WordDocument, story: Story, blocks: Iterable[Element]) -> None:
    """New paragraphs get a w14:paraId where the file uses them; theirs are the same for the same content."""
    root = document.edit(story.part)
    if not naming.takes_ids(root):
        return
    taken = naming.ids_in(root)
    for block in blocks:
        for paragraph in block.iter(P):
            if paragraph.get(PARA_ID) is None:
                taken.add(naming.give_id(paragraph, taken))
