"""Edits of comments."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.documents.document import comments
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import At, WordEdit, scope_of, stretch


class Comment(WordEdit):
    """Comment on a paragraph, or on words in it."""

    op: Literal["comment"]
    at: At
    words: Annotated[str | None, Field(description="the words it is about, as they stand")] = None
    text: Annotated[str, Field(min_length=1, description="the comment")]

    def scope(self, document: WordDocument) -> Scope:
        paragraph = document.paragraph(self.at)
        return scope_of(document, {"comment:*"}, {paragraph.story})

    def apply(self, document: WordDocument) -> None:
        paragraph = document.paragraph(self.at, editing=True)
        if paragraph.story.kind in {"header", "footer"}:
            raise Refused(
                "a header or footer cannot hold comments (a file with one does not open); comment in the body"
            )
        start, end = stretch(paragraph, self.words)
        own = document.reviewer
        document.reviewer = replace(own, author=self.reviewer(document).author)
        comments.add_comment(document, paragraph, start, end, self.text)
        document.reviewer = own


class AnswerComment(WordEdit):
    """Reply to a comment, mark it resolved (or open again), or delete it with its answers."""

    op: Literal["answer_comment"]
    is_rare: ClassVar[bool] = True
    comment: Annotated[str, Field(description="its number")]
    text: Annotated[str | None, Field(description="the reply")] = None
    resolved: Annotated[bool | None, Field(description="mark the thread")] = None
    delete: Annotated[bool, Field(description="take it out")] = False

    def scope(self, document: WordDocument) -> Scope:
        return scope_of(document, {"comment:*"}, document.stories)

    def apply(self, document: WordDocument) -> None:
        if self.text is None and self.resolved is None and not self.delete:
            raise ToolError("give `text`, `resolved` or `delete`")
        own = document.reviewer
        document.reviewer = replace(own, author=self.reviewer(document).author)
        if self.text is not None:
            comments.reply(document, self.comment, self.text)
        if self.resolved is not None:
            comments.settle(document, self.comment, is_done=self.resolved)
        if self.delete:
            comments.remove_comment(document, self.comment)
        document.reviewer = own
