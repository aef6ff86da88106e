"""Edits of words: replaced, and paragraphs rewritten, each run keeping its formatting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Mismatch, Refused, TargetNotFound
from skills.documents.document import splice
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import At, WordEdit, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.documents.document.paragraph import Paragraph


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """`number` is the paragraph's in its story's text index, -1 when it was named by its anchor."""

    paragraph: Paragraph
    number: int
    start: int
    end: int


class Replace(WordEdit):
    """Replace words, keeping each run's formatting. Without `at` the words must occur once, unless `all`."""

    op: Literal["replace"]
    find: Annotated[str, Field(min_length=1, description="text as it stands, within one paragraph")]
    text: Annotated[str, Field(description='what it becomes; "" deletes')]
    at: Annotated[str | None, Field(description="anchor of the only paragraph to look in")] = None
    all: Annotated[bool, Field(description="every occurrence, headers and notes too")] = False
    match_case: Annotated[bool, Field(description="false: any case")] = True
    whole_words: Annotated[bool, Field(description="not inside longer words")] = False

    def scope(self, document: WordDocument) -> Scope:
        found = self._occurrences(document, editing=False)
        return scope_of(document, {each.paragraph.place for each in found}, {each.paragraph.story for each in found})

    def apply(self, document: WordDocument) -> None:
        found = self._occurrences(document, editing=True)
        self._refuse_wrong_count(document, found)
        done = 0
        for story, places in groupby(reversed(found), key=lambda each: each.paragraph.story):
            marker = self.marker(document, story)
            touched = list(places)
            done += sum(self._replace(each, marker) for each in touched)
            if self.at is None:
                document.renew_index(story, {each.number for each in touched})
        if not done:
            raise Refused(f"every {self.find!r} stands in the result of a field or a locked control")

    def _replace(self, place: _Occurrence, marker: splice.Marker | None) -> bool:
        """Among several, those in computed text are left out."""
        try:
            splice.replace(place.paragraph, place.start, place.end, self.text, marker)
        except Refused:
            if not self.all:
                raise
            return False
        return True

    def _occurrences(self, document: WordDocument, *, editing: bool) -> list[_Occurrence]:
        flags = 0 if self.match_case else re.IGNORECASE
        escaped = re.escape(self.find)
        pattern = re.compile(rf"(?<!\w){escaped}(?!\w)" if self.whole_words else escaped, flags)
        return [
            _Occurrence(paragraph, number, match.start(), match.end())
            for number, paragraph in self._searched(document, editing=editing)
            for match in pattern.finditer(paragraph.text)
        ]

    def _searched(self, document: WordDocument, *, editing: bool) -> Iterator[tuple[int, Paragraph]]:
        """Numbers are those of the story's text index."""
        word = max(self.find.split(), key=len, default=self.find)
        exact = self.match_case
        if self.at is not None:
            yield -1, document.paragraph(self.at, editing=editing)
            return
        for story in document.stories:
            if story.kind == "comments":
                continue
            numbers = document.text_index(story).holding(word, match_case=exact)
            if numbers:
                index = document.text_index(story, editing=editing)
                yield from ((number, index.paragraphs[number]) for number in numbers)

    def _refuse_wrong_count(self, document: WordDocument, found: list[_Occurrence]) -> None:
        if not found:
            raise _not_found(document, self.find, self.at)
        if len(found) > 1 and not self.all:
            places = ", ".join(f"[{paragraph.anchor}]" for paragraph in (each.paragraph for each in found[:6]))
            raise Mismatch(f"{self.find!r} occurs {len(found)} times ({places}); give `at`, a longer `find`, or `all`")


class SetText(WordEdit):
    """Rewrite a paragraph's text; only the words that differ change, the rest keeps its formatting."""

    op: Literal["set_text"]
    at: At
    text: Annotated[str, Field(description="the whole new text, plain")]

    def scope(self, document: WordDocument) -> Scope:
        paragraph = document.paragraph(self.at)
        return scope_of(document, {paragraph.place}, {paragraph.story})

    def apply(self, document: WordDocument) -> None:
        paragraph = document.paragraph(self.at, editing=True)
        marker = self.marker(document, paragraph.story)
        splice.replace(paragraph, 0, len(paragraph.text), self.text, marker)


def _not_found(document: WordDocument, text: str, at: str | None) -> TargetNotFound:
    where = f"in [{at}]" if at else "in the document"
    if at is not None:
        return TargetNotFound(f"{text!r} does not occur {where}, which reads {document.paragraph(at).text[:300]!r}")
    plain = _loose(text)
    for paragraph in document.paragraphs():
        own = paragraph.text
        if plain and plain in _loose(own):
            return TargetNotFound(f"{text!r} does not occur {where}; near: [{paragraph.anchor}] {own[:200]!r}")
    return TargetNotFound(f"{text!r} does not occur {where}")


def _loose(text: str) -> str:
    """Case, blanks and the shapes of quotes aside."""
    return re.sub(r"[\s\u2018\u2019\u201c\u201d'\"\u00a0-]+", "", text).lower()
