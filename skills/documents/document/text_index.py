"""The texts of a story's paragraphs, kept while one edit after another looks for words in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from skills.documents.document.markup import PARA_ID
from skills.documents.document.story import paragraph_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph

_MOST_RENEWED = 256


@dataclass
class TextIndex:
    """`stamp` is the count of edits to the part when the texts were last known to be right."""

    paragraphs: list[Paragraph]
    texts: list[str]
    stamp: int
    _joined: str = ""
    _starts: list[int] = field(default_factory=list[int])
    _renewed: set[int] = field(default_factory=set[int])
    _last: tuple[str, bool, list[int]] | None = None

    def holding(self, word: str, *, match_case: bool = False) -> list[int]:
        """The numbers of those whose text holds the word."""
        if self._last is None or self._last[:2] != (word, match_case):
            self._last = (word, match_case, self._exactly(word) if match_case else list(self._in_any_case(word)))
        return self._last[2]

    def renew(self, numbers: Iterable[int], stamp: int) -> bool:
        """Read some of them again; False where a name was made from a text that is another now."""
        self._last = None
        for number in numbers:
            paragraph = self.paragraphs[number]
            if paragraph.element.get(PARA_ID) is None:
                return False
            self.texts[number] = paragraph.text
            self._renewed.add(number)
        self.stamp = stamp
        return True

    def over(self, root: Element, stamp: int) -> TextIndex:
        """For an equal tree of the part."""
        elements = paragraph_elements(root)
        paragraphs = [replace(old, element=new) for old, new in zip(self.paragraphs, elements, strict=True)]
        return TextIndex(
            paragraphs, list(self.texts), stamp, self._joined, self._starts, set(self._renewed), self._last
        )

    def _in_any_case(self, word: str) -> Iterator[int]:
        lowered = word.lower()
        return (number for number, text in enumerate(self.texts) if word in text or lowered in text.lower())

    def _exactly(self, word: str) -> list[int]:
        """One search through all texts put together; those read again since are looked at by themselves."""
        if not self._joined or len(self._renewed) > _MOST_RENEWED:
            self._joined = "\0".join(self.texts)
            self._starts = [0, *accumulate(len(text) + 1 for text in self.texts)]
            self._renewed = set()
        found = {number for number in self._renewed if word in self.texts[number]}
        at = self._joined.find(word)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            if number not in self._renewed:
                found.add(number)
            at = self._joined.find(word, self._starts[number + 1])
        return sorted(found)
