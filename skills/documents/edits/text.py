"""Edits of words: replaced, and paragraphs rewritten, each run keeping its formatting."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Mismatch, Refused, TargetNotFound
from skills.documents.document import splice
from skills.documents.document.controls import fill_control, has_prompts, prompt_of
from skills.documents.document.runs import clean
from skills.documents.document.text_index import lowered
from skills.documents.document.word import WordDocument
from skills.documents.document.word_diff import hunks
from skills.documents.edits.base import At, WordEdit, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.sought import Sought
    from skills.documents.document.spelling import Spelling
    from skills.documents.document.story import Story
    from skills.documents.document.text_index import Texts


@dataclass(frozen=True, slots=True)
class _Searched:
    """A paragraph looked into; `number` is its own in the story, -1 when it was named by its anchor.

    `paragraph` is None where the story is read from its spelling.
    """

    story: Story
    number: int
    text: str
    paragraph: Paragraph | None = None

    def place(self, document: WordDocument) -> str:
        return (
            self.paragraph.place if self.paragraph else _spelling(document, self.story).place(self.story, self.number)
        )

    def anchor(self, document: WordDocument) -> str:
        if self.paragraph:
            return self.paragraph.anchor
        return _spelling(document, self.story).anchor(self.story, self.number)


@dataclass(frozen=True, slots=True)
class _Occurrence:
    where: _Searched
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
        return scope_of(document, {each.where.place(document) for each in found}, {each.where.story for each in found})

    def apply(self, document: WordDocument) -> None:
        found = self._occurrences(document, editing=True)
        self._refuse_wrong_count(document, found)
        done = 0
        for story, places in groupby(reversed(found), key=lambda each: each.where.story):
            touched = list(places)
            if touched[0].where.paragraph is None and self._may_fill_prompt(document, story, touched):
                touched = _parsed(document, story, touched)
            in_tree = touched[0].where.paragraph is not None
            done += self._in_tree(document, story, touched) if in_tree else self._in_spelling(document, story, touched)
        if not done:
            raise Refused(f"every {self.find!r} stands in the result of a field or a locked control")

    def _may_fill_prompt(self, document: WordDocument, story: Story, touched: Sequence[_Occurrence]) -> bool:
        """Whether a control around a paragraph may be concerned, which its own spelling does not show."""
        is_whole = any(each.end - each.start == len(each.where.text) for each in touched)
        return is_whole and has_prompts(document, story)

    def _in_tree(self, document: WordDocument, story: Story, touched: Sequence[_Occurrence]) -> int:
        marker = self.marker(document, story)
        done = sum(self._replace(each, each.where.paragraph, marker) for each in touched)
        if self.at is None:
            document.renew_index(story, {each.where.number for each in touched})
        return done

    def _in_spelling(self, document: WordDocument, story: Story, touched: Sequence[_Occurrence]) -> int:
        """From the last to the first; a paragraph is parsed where one of its words cannot be changed as text."""
        marker = self.marker(document, story, is_spelled=True)
        spelling = document.respelling(story)
        rest: list[_Occurrence] = []
        for each in touched:
            number = each.where.number
            is_parsed = marker is not None or (rest and rest[-1].where.number == number)
            if is_parsed or not spelling.reword(number, each.start, each.end, self.text):
                rest.append(each)
        numbers = sorted({each.where.number for each in rest})
        by_number = dict(zip(numbers, spelling.paragraphs(story, numbers), strict=True)) if rest else {}
        done = sum(self._replace(each, by_number[each.where.number], marker) for each in rest)
        for number, paragraph in by_number.items():
            spelling.put(number, paragraph)
        return len(touched) - len(rest) + done

    def _replace(self, place: _Occurrence, paragraph: Paragraph | None, marker: splice.Marker | None) -> bool:
        """Among several, those in computed text are left out."""
        try:
            if paragraph is not None:
                _rewrite(paragraph, place.start, place.end, self.text, marker)
        except Refused:
            if not self.all:
                raise
            return False
        return True

    def _occurrences(self, document: WordDocument, *, editing: bool) -> list[_Occurrence]:
        key = (self.find, self.at, self.match_case, self.whole_words)
        found = document.found(key, lambda: self._found(document, editing=False))
        if not editing or all(each.where.paragraph is None for each in found):
            return found
        return self._found(document, editing=True)

    def _found(self, document: WordDocument, *, editing: bool) -> list[_Occurrence]:
        return [
            _Occurrence(where, start, end)
            for where in self._searched(document, editing=editing)
            for start, end in self._spans(where.text)
        ]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        if self.match_case and not self.whole_words:
            return _exact_spans(self.find, text)
        escaped = re.escape(self.find)
        pattern = rf"(?<!\w){escaped}(?!\w)" if self.whole_words else escaped
        return [match.span() for match in re.finditer(pattern, text, 0 if self.match_case else re.IGNORECASE)]

    def _searched(self, document: WordDocument, *, editing: bool) -> Iterator[_Searched]:
        """Those that may hold the words."""
        if self.at is not None:
            yield _named(document, self.at, editing=editing)
            return
        for story in document.stories:
            if story.kind == "comments":
                continue
            spelling = document.spelling(story)
            texts = spelling.texts if spelling else document.text_index(story).texts
            numbers = self._numbers(texts, document.sought)
            if spelling or not numbers:
                for number in numbers:
                    yield _Searched(story, number, texts.all[number])
                continue
            index = document.text_index(story, editing=editing)
            for number in numbers:
                yield _Searched(story, number, index.texts.all[number], index.paragraphs[number])

    @property
    def words_sought(self) -> str | None:
        """What is looked for in all of the document, in any case where it is lowered."""
        if self.at is not None:
            return None
        return self.find if self.match_case else lowered(self.find)

    def _numbers(self, texts: Texts, sought: Sought | None) -> list[int]:
        look = texts.holding if self.match_case else texts.holding_in_any_case
        return look(self.find, sought)

    def _refuse_wrong_count(self, document: WordDocument, found: list[_Occurrence]) -> None:
        if not found:
            raise _not_found(document, self.find, self.at)
        if len(found) > 1 and not self.all:
            places = ", ".join(f"[{each.where.anchor(document)}]" for each in found[:6])
            raise Mismatch(f"{self.find!r} occurs {len(found)} times ({places}); give `at`, a longer `find`, or `all`")


def _rewrite(paragraph: Paragraph, start: int, end: int, text: str, marker: splice.Marker | None) -> None:
    """A control's whole prompt is filled, as if typed over; tracked, it stays a prompt until that is settled."""
    prompt = prompt_of(paragraph, paragraph.text[start:end]) if marker is None and text else None
    if prompt is not None:
        fill_control(prompt, text)
    else:
        splice.replace(paragraph, start, end, text, marker)


def _parsed(document: WordDocument, story: Story, touched: Sequence[_Occurrence]) -> list[_Occurrence]:
    """The same in the story's tree, to change."""
    paragraphs = list(document.paragraphs(story, editing=True))
    return [replace(each, where=replace(each.where, paragraph=paragraphs[each.where.number])) for each in touched]


def _exact_spans(words: str, text: str) -> list[tuple[int, int]]:
    """As a regular expression would find them, which takes far longer to make than this to search."""
    found: list[tuple[int, int]] = []
    at = text.find(words)
    while at >= 0:
        found.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return found


def _spelling(document: WordDocument, story: Story) -> Spelling:
    spelling = document.spelling(story)
    if spelling is None:
        raise TargetNotFound("the paragraph is no longer in the document")
    return spelling


class SetText(WordEdit):
    """Rewrite a paragraph's text; only the words that differ change, the rest keeps its formatting."""

    op: Literal["set_text"]
    at: At
    text: Annotated[str, Field(description="the whole new text, plain")]

    def scope(self, document: WordDocument) -> Scope:
        named = _named(document, self.at, editing=False)
        return scope_of(document, {named.place(document)}, {named.story})

    def apply(self, document: WordDocument) -> None:
        named = _named(document, self.at, editing=True)
        if named.paragraph is not None or has_prompts(document, named.story):
            paragraph = named.paragraph or document.paragraph(self.at, editing=True)
            _rewrite(paragraph, 0, len(paragraph.text), self.text, self.marker(document, named.story))
            return
        marker = self.marker(document, named.story, is_spelled=True)
        spelling = document.respelling(named.story)
        if marker is None and self._is_reworded(spelling, named.number):
            return
        (paragraph,) = spelling.paragraphs(named.story, [named.number])
        splice.replace(paragraph, 0, len(paragraph.text), self.text, marker)
        spelling.put(named.number, paragraph)

    def _is_reworded(self, spelling: Spelling, number: int) -> bool:
        """From the last difference to the first, as far as they can be made in the spelling."""
        differences = hunks(spelling.texts.all[number], clean(self.text))
        return all(spelling.reword(number, each.start, each.end, each.text) for each in reversed(differences))


def _named(document: WordDocument, anchor: str, *, editing: bool) -> _Searched:
    """The paragraph an anchor names, in the story's spelling where that will do."""
    spelled = document.spelled_at(anchor)
    if spelled is not None:
        story, number = spelled
        return _Searched(story, number, _spelling(document, story).texts.all[number])
    paragraph = document.paragraph(anchor, editing=editing)
    return _Searched(paragraph.story, -1, paragraph.text, paragraph)


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
