"""Edits that bring two documents together: one added to another, or compared with it into a redline."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from skills.documents.document import blocks, resolve, splice
from skills.documents.document.importing import Importer
from skills.documents.document.inline import visible_text
from skills.documents.document.likeness import objects_shown
from skills.documents.document.markup import FLD_CHAR, SECTPR, TBL, TC, TR, P, make, w
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import WordEdit, give_ids, scope_of
from skills.documents.edits.blocks import Beside, close_cell, is_only_empty, strike_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story

_SIMILAR = 0.45
_AROUND = frozenset({w("sdt"), w("sdtContent"), w("customXml"), w("ins"), w("moveTo")})
_FILES = frozenset({"word/*", "[[]Content_Types].xml"})


class AddDocument(Beside):
    """Add all of another, attached Word file; this document's styles win, lists count anew, notes and pictures come."""

    op: Literal["add_document"]
    is_rare: ClassVar[bool] = True
    file: Annotated[str, Field(description="its name")]
    on_new_page: Annotated[bool, Field(description="start it on a new page")] = True

    def scope(self, document: WordDocument) -> Scope:
        story, target = self.target(document, editing=False)
        places = self.places(document) | {"after:*", "bookmark:*", "setting:*", "section:*"}
        if is_only_empty(target):
            places.add(document.identify(story, target).place)
        base = scope_of(document, places, {story})
        return Scope(base.places, base.parts | _FILES)

    def apply(self, document: WordDocument) -> None:
        story, target = self.target(document, editing=True)
        if story.kind != "body":
            raise Refused("a document can be added to the body only")
        other = document.attachment(self.file)
        made = Importer(document, other).blocks(each for each in other.body if each.tag in {P, TBL, w("sdt")})
        fills = is_only_empty(target) and self.before is None
        if self.on_new_page and not fills and self.before is None:
            made.insert(0, make("p", None, make("r", None, make("br", {"type": "page"}))))
        give_ids(document, story, made)
        marker = self.marker(document, story)
        blocks.insert_blocks(target, made, marker, is_before=self.before is not None)
        closing = close_cell(made[-1]) if made else None
        if closing is not None and marker is not None:
            blocks.mark_block_inserted(closing, marker)
        if fills and marker is None and made:
            blocks.delete_plainly(target)


class Compare(WordEdit):
    """Make this document a redline against an attached newer version: tracked changes that, accepted, give its text."""

    op: Literal["compare"]
    is_rare: ClassVar[bool] = True
    file: Annotated[str, Field(description="name of the newer version")]

    def scope(self, document: WordDocument) -> Scope:
        base = scope_of(document, {"*"}, document.stories)
        return Scope(base.places, base.parts | _FILES)

    def apply(self, document: WordDocument) -> None:
        other = document.attachment(self.file)
        theirs = {story.key: story for story in other.stories}
        for story in document.stories:
            if story.kind != "comments" and story.key in theirs:
                marker = splice.Marker(self.reviewer(document), partial(splice.highest_mark, document.edit(story.part)))
                _Redline(document, other, story, marker).story(theirs[story.key])


class _Redline:
    """Of one story; what is brought over from the other body goes through the importer."""

    def __init__(self, document: WordDocument, other: WordDocument, story: Story, marker: splice.Marker) -> None:
        self._document, self._story, self._marker = document, story, marker
        self._other = other
        self._importer = Importer(document, other)
        self._mine = partial(objects_shown, document.package, document.main)
        self._theirs = partial(objects_shown, other.package, other.main)

    def story(self, there: Story) -> None:
        if self._story.kind == "body":
            self._blocks(list(_content(self._document.edit_body())), list(_content(self._other.body)))
            return
        old = list(self._document.paragraphs(self._story, editing=True))
        new = list(self._other.paragraphs(there))
        if len(old) == len(new):  # notes, headers: their paragraphs stand for each other
            for mine, theirs in zip(old, new, strict=True):
                self._words(mine.element, theirs.element)

    def _blocks(self, old: Sequence[Element], new: Sequence[Element]) -> None:
        """Blocks of the same container, brought together by what they say."""
        for kind, a, b, c, d in self._together(old, new):
            if kind != "equal":
                self._between(old, new, range(a, b), range(c, d))

    def _between(self, old: Sequence[Element], new: Sequence[Element], gone: range, come: range) -> None:
        pairs = dict(_alike([old[index] for index in gone], [new[index] for index in come]))
        place = old[gone.start - 1] if gone.start else None
        used = 0
        for offset in range(len(gone)):
            mine = old[gone.start + offset]
            if offset not in pairs:
                self._strike(mine)
                place = mine
                continue
            place = self._bring([new[come.start + n] for n in range(used, pairs[offset])], place, old)
            theirs = new[come.start + pairs[offset]]
            used = pairs[offset] + 1
            self._words(mine, theirs) if mine.tag == P else self._table(mine, theirs)
            place = mine
        self._bring([new[come.start + n] for n in range(used, len(come))], place, old)

    def _bring(self, theirs: Sequence[Element], place: Element | None, old: Sequence[Element]) -> Element | None:
        """Put them after `place`, or first; the last of them."""
        if not theirs:
            return place
        made = self._settled(theirs)
        for each in made:
            for section in list(each.iter(SECTPR)):
                parent = section.getparent()
                if parent is not None:
                    parent.remove(section)
        give_ids(self._document, self._story, made)
        target = place if place is not None else old[0]
        blocks.insert_blocks(target, made, self._marker, is_before=place is None)
        return made[-1]

    def _settled(self, theirs: Sequence[Element]) -> list[Element]:
        """Copies with the tracked changes of the newer version accepted, as its text is read."""
        shell = make("body", None, *self._importer.blocks(theirs))
        resolve.accept(shell, lambda _: True)
        return list(shell)

    def _together(self, old: Sequence[Element], new: Sequence[Element]) -> Sequence[tuple[str, int, int, int, int]]:
        """Steps from one to the other, by what they say and show."""
        mine = [f"{_key(each)}{_half_fields(each)}{self._mine(each)}" for each in old]
        theirs = [f"{_key(each)}{_half_fields(each)}{self._theirs(each)}" for each in new]
        return SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()

    def _words(self, mine: Element, theirs: Element) -> None:
        paragraph = Paragraph(self._story, "", mine)
        text = visible_text(theirs)
        is_body = self._story.kind == "body"
        if is_body and self._mine(mine) != self._theirs(theirs):
            self._replace(mine, theirs)
        elif paragraph.text != text:
            try:
                splice.replace(paragraph, 0, len(paragraph.text), text, self._marker)
            except Refused:  # a field or control is among what differs
                if is_body:
                    self._replace(mine, theirs)

    def _replace(self, mine: Element, theirs: Element) -> None:
        """The paragraph as a whole."""
        self._bring([theirs], mine, [mine])
        blocks.delete_tracked(mine, self._marker)

    def _strike(self, mine: Element) -> None:
        if mine.tag == P:
            blocks.delete_tracked(mine, self._marker)
        else:
            for row in list(mine.iter(TR)):
                strike_row(row, self._marker)

    def _table(self, mine: Element, theirs: Element) -> None:
        """Row by row where both have the same columns; else the old one goes and the new one comes."""
        old, new = list(_content(mine, TR)), list(_content(theirs, TR))
        if {len(list(_content(row, TC))) for row in old} != {len(list(_content(row, TC))) for row in new}:
            self._strike(mine)
            self._bring([theirs], mine, [mine])
            return
        for kind, a, b, c, d in self._together(old, new):
            if kind == "equal":
                continue
            common = min(b - a, d - c)
            for offset in range(common):
                self._cells(old[a + offset], new[c + offset])
            for row in old[a + common : b]:
                strike_row(row, self._marker)
            self._add_rows(old, max(a, b) - 1, new[c + common : d])

    def _cells(self, old: Element, new: Element) -> None:
        for mine, theirs in zip(_content(old, TC), _content(new, TC), strict=True):
            self._blocks(list(_content(mine)), list(_content(theirs)))

    def _add_rows(self, old: Sequence[Element], index: int, rows: Sequence[Element]) -> None:
        if not rows:
            return
        made = self._settled(rows)
        give_ids(self._document, self._story, made)
        shell = make("tbl", None, *made)
        blocks.mark_block_inserted(shell, self._marker)
        for row in made:
            for paragraph in row.iter(P):
                for run in [each for each in paragraph.iter(w("r")) if each.getparent() is paragraph]:
                    splice.wrap(run, self._marker.element("ins"))
        place = old[index] if index >= 0 else None
        for row in made:
            if place is None:
                old[0].addprevious(row)
            else:
                place.addnext(row)
                place = row


def _content(parent: Element, *tags: str) -> Iterator[Element]:
    """The blocks (or rows, cells) of a container, those in controls and custom XML around them too."""
    for each in parent:
        if each.tag in (tags or (P, TBL)):
            yield each
        elif each.tag in _AROUND:
            yield from _content(each, *tags)


def _key(element: Element) -> str:
    """What it says; a table all of its cells, told from a paragraph."""
    if element.tag == P:
        return visible_text(element)
    return f"{element.tag}{chr(0).join(visible_text(each) for each in element.iter(P))}"


def _half_fields(element: Element) -> str:
    """How many more fields begin than end in it, "" for none: such a paragraph goes with others or not at all."""
    kinds = [each.get(w("fldCharType")) for each in element.iter(FLD_CHAR)]
    more = kinds.count("begin") - kinds.count("end")
    return f"\0{more}" if more else ""


def _alike(old: Sequence[Element], new: Sequence[Element]) -> Iterator[tuple[int, int]]:
    """Pairs in order that are versions of each other: likeliest first come, first served."""
    start = 0
    for index, mine in enumerate(old):
        ratios = [
            (
                SequenceMatcher(None, _key(mine)[:600].split(), _key(theirs)[:600].split(), autojunk=False).ratio(),
                -place,
            )
            for place, theirs in enumerate(new[start:], start)
            if theirs.tag == mine.tag
        ]
        best = max(ratios, default=(0.0, 0))
        if best[0] >= _SIMILAR:
            yield index, -best[1]
            start = -best[1] + 1
