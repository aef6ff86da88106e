"""Edits that give a new document its design."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import WordEdit, scope_of

_PARTS = ("word/styles.xml", "word/numbering.xml", "word/fontTable.xml", "word/footer1.xml")


class UseDesign(WordEdit):
    """Choose the house style of a new document, while it is still empty."""

    op: Literal["use_design"]
    is_rare: ClassVar[bool] = True
    design: Annotated[Literal["report", "letter", "contract"], Field(description="letter: memos and CVs too")]

    def scope(self, document: WordDocument) -> Scope:
        base = scope_of(document, {"*"}, document.stories)
        return Scope(base.places, base.parts | set(_PARTS))

    def apply(self, document: WordDocument) -> None:
        if any(paragraph.text for paragraph in document.paragraphs(document.stories[0])):
            raise Refused("the document has text already; a design is chosen while it is empty")
        template = WordDocument.create(self.design).package
        for part in _PARTS:
            if part in document.package and part in template:
                document.package.write(part, template.read(part))
