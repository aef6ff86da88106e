"""The texts of a story's paragraphs, kept while one edit after another looks for words in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from skills.documents.document.markup import PARA_ID
from skills.documents.document.story import paragraph_elements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.sought import Sought

_MOST_RENEWED = 256


@dataclass
class Texts:
    """Texts by number, to look for words in."""

    all: list[str]
    _joined: str = ""
    _starts: list[int] = field(default_factory=list[int])
    _renewed: set[int] = field(default_factory=set[int])
    _lowered: Texts | None = None
    _sought: Sought | None = None
    _holders: dict[str, set[int]] = field(default_factory=dict[str, set[int]])  # those that have held them too

    def holding(self, words: str, sought: Sought | None = None) -> list[int]:
        """The numbers of those that hold the words; those of `sought` are all looked for at once."""
        if sought is None or words not in sought:
            return self._by_text(words)
        if self._sought is not sought:
            self._sought, self._holders = sought, sought.holders(self.all)
        return [number for number in sorted(self._holders[words]) if words in self.all[number]]

    def holding_in_any_case(self, words: str, sought: Sought | None = None) -> list[int]:
        """The numbers of those that may hold the words, spelled in capitals or not; `sought` are lowered."""
        if self._lowered is None:
            self._lowered = Texts(list(map(lowered, self.all)))
        return self._lowered.holding(lowered(words), sought)

    def put(self, number: int, text: str) -> None:
        if self._sought is not None:
            for words in self._sought.within(text):
                self._holders[words].add(number)
        if self._lowered is not None:
            self._lowered.put(number, lowered(text))
        self.all[number] = text
        self._renewed.add(number)

    def copy(self) -> Texts:
        """To change; what is known of the words sought goes with it, as these texts are not searched again so soon."""
        made = Texts(list(self.all), self._joined, self._starts, set(self._renewed))
        made._lowered = None if self._lowered is None else self._lowered.copy()
        made._sought, made._holders, self._sought, self._holders = self._sought, self._holders, None, {}
        return made

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


def lowered(text: str) -> str:
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
