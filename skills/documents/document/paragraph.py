"""A paragraph with its place in the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.anchors import Anchor, text_hash
from skills.documents.document.inline import Inline, inlines, visible_text
from skills.documents.document.markup import PPR, TC, TXBX, child, value

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`open_field` is the instruction of a field begun before it (a table of contents), "" mostly."""

    story: Story
    id: str
    element: Element
    open_field: str = ""

    @property
    def text(self) -> str:
        return visible_text(self.element)

    @property
    def anchor(self) -> str:
        """As printed for the model: place and hash of the text."""
        return str(Anchor(self.story.key, self.id, text_hash(self.text)))

    @property
    def place(self) -> str:
        return Anchor(self.story.key, self.id).place

    @property
    def style_id(self) -> str | None:
        return value(self.element.find(PPR), "pStyle")

    @property
    def inlines(self) -> list[Inline]:
        return inlines(self.element, self.open_field)

    @property
    def cell(self) -> Element | None:
        """The table cell it stands in directly or through controls, None outside of tables."""
        for parent in self.element.iterancestors():
            if parent.tag == TC:
                return parent
            if parent.tag == TXBX:
                return None
        return None

    @property
    def is_in_text_box(self) -> bool:
        return next(self.element.iterancestors(TXBX), None) is not None

    @property
    def holds_section_break(self) -> bool:
        return child(self.element.find(PPR), "sectPr") is not None
