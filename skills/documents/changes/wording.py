"""Paragraphs whose words differ, read from two spellings of a story; only those that differ in more are parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.office import paragraphs
from skills.documents.changes.paragraphs import paragraph_changes, text_change
from skills.documents.document.styles import styles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.agent.changes import Change
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.spelling import Spelling
    from skills.documents.document.story import Story
    from skills.documents.document.word import WordDocument

_SECTION: Final = "<w:sectPr"


class Reworded:
    """Two spellings of a story that differ in nothing but the paragraphs of `numbers`."""

    def __init__(self, story: Story, old: Spelling, new: Spelling, found: paragraphs.Reworded) -> None:
        self._story, self._old, self._new = story, old, new
        self._numbers = found.numbers
        by_words = {number for number in found.numbers if number not in found.more and self._is_plain(number)}
        self._parsed = [number for number in found.numbers if number not in by_words]

    def is_told(self) -> bool:
        """False where sections end in these paragraphs, or one may have gone to another's place."""
        if any(_SECTION in each.cut.piece(number) for each in (self._old, self._new) for number in self._parsed):
            return False
        keys = [(_key(self._old, number), _key(self._new, number)) for number in self._numbers]
        changed = [(was, now) for was, now in keys if was != now]
        is_unnamed = all(was.startswith("~") and now.startswith("~") for was, now in changed)
        return is_unnamed and {was for was, _ in changed}.isdisjoint(now for _, now in changed)

    def pairs(self) -> list[tuple[Paragraph, Paragraph]]:
        """Those that differ in more than words."""
        sides = (each.paragraphs(self._story, self._parsed) for each in (self._old, self._new))
        return list(zip(*sides, strict=True))

    def changes(
        self, before: WordDocument, after: WordDocument, pairs: list[tuple[Paragraph, Paragraph]]
    ) -> Iterator[Change]:
        """In order, given `pairs`."""
        parsed = dict(zip(self._parsed, pairs, strict=True))
        styles = (styles_of(before), styles_of(after)) if parsed else None
        for number in self._numbers:
            if styles is not None and number in parsed:
                yield from paragraph_changes(*parsed[number], *styles)
            else:
                yield self._text_change(number)

    def _is_plain(self, number: int) -> bool:
        """Whether its words are all there is to it: none of them in fields, deletions or the like."""
        is_odd = number in self._old.odd or number in self._new.odd
        return not is_odd and self._old.texts.all[number] != self._new.texts.all[number]

    def _text_change(self, number: int) -> Change:
        was, now = self._old.place(self._story, number), self._new.place(self._story, number)
        moved_to = f" now [{self._new.anchor(self._story, number)}]" if was != now else ""
        old, new = self._old.texts.all[number], self._new.texts.all[number]
        return text_change(was, old, new, moved_to, is_tracked=False)


def reworded(before: WordDocument, after: WordDocument, story: Story) -> Reworded | None:
    """None where the spellings do not tell, or more than paragraphs differs."""
    old = before.spelling(story)
    new = after.spelling(story, old)
    found = paragraphs.reworded(old.cut, new.cut) if old and new else None
    if not old or not new or not found:
        return None
    told = Reworded(story, old, new, found)
    return told if told.is_told() else None


def _key(spelling: Spelling, number: int) -> str:
    return spelling.ids[number] or f"~{spelling.texts.all[number]}"
