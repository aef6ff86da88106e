"""Edits that settle tracked changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound
from skills.documents.document import notes, resolve
from skills.documents.document.markup import AUTHOR, TBL, P
from skills.documents.document.revisions import ALL_TAGS
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import WordEdit, scope_of

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story


class ResolveChanges(WordEdit):
    """Accept or reject tracked changes: all, one author's, or those of some paragraphs."""

    op: Literal["resolve_changes"]
    action: Literal["accept", "reject"]
    by: Annotated[str | None, Field(description="only this author's")] = None
    at: Annotated[list[str] | None, Field(description="only in these paragraphs (anchors)")] = None

    def scope(self, document: WordDocument) -> Scope:
        if self.at is None:
            return scope_of(document, {"*"}, document.stories)
        found = [document.paragraph(at) for at in self.at]
        places = {each.place for each in found}
        around = {"after:*", *(f"table:{place}" for place in places)}
        return scope_of(document, places | around, {each.story for each in found})

    def apply(self, document: WordDocument) -> None:
        run = resolve.accept if self.action == "accept" else resolve.reject
        count = 0
        referred = notes.referred(document)
        for story, within in self._where(document):
            count += run(document.edit(story.part), lambda each, within=within: self._is_meant(each, within))
        if not count:
            raise TargetNotFound(f"no tracked changes {self._described()}; {_authors(document)}")
        for kind, note_id in sorted(referred - notes.referred(document)):
            notes.remove_note(document, kind, note_id)

    def _where(self, document: WordDocument) -> list[tuple[Story, set[Element] | None]]:
        if self.at is None:
            return [(story, None) for story in document.stories if _has_any(document.tree(story.part))]
        found: dict[Story, set[Element]] = {}
        for at in self.at:
            paragraph = document.paragraph(at, editing=True)
            found.setdefault(paragraph.story, set()).add(paragraph.element)
        return list(found.items())

    def _is_meant(self, element: Element, within: set[Element] | None) -> bool:
        if self.by is not None and element.get(AUTHOR, "").casefold() != self.by.casefold():
            return False
        return within is None or any(each in within for each in element.iterancestors(P, TBL))

    def _described(self) -> str:
        by = f"by {self.by!r}" if self.by else ""
        return f"{by} {'in those paragraphs' if self.at else 'in the document'}".strip()


def _has_any(root: Element) -> bool:
    return next(root.iter(*ALL_TAGS), None) is not None


def _authors(document: WordDocument) -> str:
    names = {
        each.get(AUTHOR, "unnamed") for story in document.stories for each in document.tree(story.part).iter(*ALL_TAGS)
    }
    return f"there are some by {', '.join(sorted(names))}" if names else "there are none at all"
