"""The texts of a story's paragraphs, kept while one edit after another looks for words in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from skills.documents.document.markup import PARA_ID
from skills.documents.document.story import paragraph_elements
from skills.documents.document.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph

_MOST_RENEWED = 256
_FEW_SEARCHES = 30  # cost what it takes to make a vocabulary
_MANY_TEXTS = 64


@dataclass
class Texts:
    """Texts by number, to look for words in."""

    all: list[str]
    _joined: str = ""
    _starts: list[int] = field(default_factory=list[int])
    _renewed: set[int] = field(default_factory=set[int])
    _last: tuple[str, list[int]] | None = None
    _searches: int = 0
    _lowered: list[str] = field(default_factory=list[str])
    _vocabulary: Vocabulary | None = None

    def holding(self, words: str, *, often: bool = False) -> list[int]:
        """The numbers of those that hold the words; `often` where many more will be looked for."""
        if self._last is None or self._last[0] != words:
            self._last = (words, self._holding(words, often=often))
        return self._last[1]

    def holding_in_any_case(self, word: str) -> list[int]:
        """The numbers of those that may hold the word, spelled in capitals or not."""
        if not self._lowered:
            self._lowered = list(map(_lowered, self.all))
        lowered = _lowered(word)
        return [number for number, text in enumerate(self._lowered) if lowered in text]

    def put(self, number: int, text: str, words: str | None = None) -> None:
        """`words` are those that are new in it, whole; by default all."""
        self._last = None
        if self._vocabulary is not None:
            self._vocabulary.put(number, text if words is None else words)
        self.all[number] = text
        if self._lowered:
            self._lowered[number] = _lowered(text)
        self._renewed.add(number)

    def copy(self) -> Texts:
        """To change; the vocabulary goes with it, as these texts are not searched again so soon."""
        made = Texts(list(self.all), self._joined, self._starts, set(self._renewed), self._last)
        made._vocabulary, self._vocabulary = self._vocabulary, None
        return made

    def _holding(self, words: str, *, often: bool) -> list[int]:
        self._searches += 1
        is_often = often or self._searches > _FEW_SEARCHES
        if not is_often or len(self.all) < _MANY_TEXTS or not (longest := max(words.split(), key=len, default="")):
            return self._by_text(words)
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self.all)
        at = words.index(longest)
        is_begun, is_ended = at > 0, at + len(longest) < len(words)
        texts = self.all
        blocks = self._vocabulary.may_hold(longest, is_begun=is_begun, is_ended=is_ended)
        return [number for block in blocks for number in block if words in texts[number]]

    def _by_text(self, words: str) -> list[int]:
        """One search through all texts put together; those put anew since are looked at by themselves."""
        if not self._joined or len(self._renewed) > _MOST_RENEWED:
            self._joined = "\0".join(self.all)
            self._starts = [0, *accumulate(len(text) + 1 for text in self.all)]
            self._renewed = set()
        found = {number for number in self._renewed if words in self.all[number]}
        at = self._joined.find(words)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            if number not in self._renewed:
                found.add(number)
            at = self._joined.find(words, self._starts[number + 1])
        return sorted(found)


def _lowered(text: str) -> str:
    """The same for all that a search in any case takes for the same, as the i of Turkish with and without its dot."""
    return text.replace("İ", "i").replace("ı", "i").casefold()


@dataclass
class TextIndex:
    """Of paragraphs in a tree; `stamp` is the count of edits to the part when the texts were last known to be right."""

    paragraphs: list[Paragraph]
    texts: Texts
    stamp: int

    def renew(self, numbers: Iterable[int], stamp: int) -> bool:
        """Read some of them again; False where a name was made from a text that is another now."""
        for number in numbers:
            paragraph = self.paragraphs[number]
            if paragraph.element.get(PARA_ID) is None:
                return False
            self.texts.put(number, paragraph.text)
        self.stamp = stamp
        return True

    def over(self, root: Element, stamp: int) -> TextIndex:
        """For an equal tree of the part."""
        elements = paragraph_elements(root)
        paragraphs = [replace(old, element=new) for old, new in zip(self.paragraphs, elements, strict=True)]
        return TextIndex(paragraphs, self.texts.copy(), stamp)
