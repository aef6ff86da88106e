"""The texts of a story's paragraphs, kept while one edit after another looks for words in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.markup import PARA_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from skills.documents.document.paragraph import Paragraph


@dataclass
class TextIndex:
    """`stamp` is the count of edits to the part when the texts were last known to be right."""

    paragraphs: list[Paragraph]
    texts: list[str]
    stamp: int

    def holding(self, word: str) -> Iterator[tuple[int, Paragraph]]:
        """Those whose text holds the word, case aside."""
        lowered = word.lower()
        for number, text in enumerate(self.texts):
            if word in text or lowered in text.lower():
                yield number, self.paragraphs[number]

    def renew(self, numbers: Iterable[int], stamp: int) -> bool:
        """Read some of them again; False where a name was made from a text that is another now."""
        for number in numbers:
            paragraph = self.paragraphs[number]
            if paragraph.element.get(PARA_ID) is None:
                return False
            self.texts[number] = paragraph.text
        self.stamp = stamp
        return True
