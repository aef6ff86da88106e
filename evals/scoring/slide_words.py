"""What is measured of what slides say, paragraph by paragraph and cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from evals.scoring.decks import deck
from evals.scoring.presentations import slide, title, within
from evals.scoring.slide_looks import find, shapes_of
from evals.trace import Seen


@dataclass(frozen=True)
class ListLooks:
    """Paragraphs of the slide's body that match are numbered so ("roman", "number", "bullet") or at that level."""

    pattern: str
    on: int
    marks: Literal["number", "roman", "bullet", ""] = ""
    level: int | None = None
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        mine = [
            paragraph
            for shape in shapes_of(slide(seen.after, self.on))
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
            if re.search(self.pattern, paragraph.text)
        ]
        if not mine:
            return f"no paragraph “{self.pattern}” on slide {self.on}"
        return next((wrong for each in mine if (wrong := self._wrong(each))), None)

    def _wrong(self, paragraph: Any) -> str | None:
        number = paragraph._p.find("{*}pPr/{*}buAutoNum")  # noqa: SLF001 - python-pptx has no view of lists
        kind = "" if number is None else number.get("type", "")
        wanted = {
            "number": kind.startswith("arabic"),
            "roman": kind.startswith("romanUc"),
            "bullet": not kind,
            "": True,
        }
        if not wanted[self.marks]:
            return f"“{paragraph.text[:40]}” has {kind or 'no number'}"
        is_level = self.level is None or paragraph.level == self.level
        return None if is_level else f"“{paragraph.text[:40]}” is at level {paragraph.level}"


@dataclass(frozen=True)
class Paragraphs:
    """The slide's body says these paragraphs (patterns) and no others, each in one of its own."""

    on: int
    patterns: tuple[str, ...]
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        have = [
            text for body in within(slide(seen.after, self.on), "body") for text in body.splitlines() if text.strip()
        ]
        fits = len(have) == len(self.patterns) and all(map(re.search, self.patterns, have))
        return None if fits else f"slide {self.on} says {have}"


@dataclass(frozen=True)
class TableHolds:
    """A native table of the slide has, for each pattern, a cell that matches."""

    on: int
    patterns: tuple[str, ...]
    metric: ClassVar[str] = "exhibits"

    def fault(self, seen: Seen) -> str | None:
        cells = [
            cell.text
            for shape in find(slide(seen.after, self.on), "table")
            for row in shape.table.rows
            for cell in row.cells
        ]
        missing = [each for each in self.patterns if not any(re.search(each, text.strip()) for text in cells)]
        return f"no cell of slide {self.on} says “{missing[0]}”" if missing else None


@dataclass(frozen=True)
class BulletAdded:
    """The slide's body says what it said, and one thing more, which matches."""

    on: int
    pattern: str
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        old, new = (
            [line for body in within(slide(file, self.on), "body") for line in body.splitlines() if line.strip()]
            for file in (seen.before, seen.after)
        )
        added = [line for line in new if line not in old]
        if [line for line in new if line in old] != old or len(added) != 1:
            return f"slide {self.on} says {new}"
        return None if re.search(self.pattern, added[0]) else f"“{added[0]}” is about something else"


@dataclass(frozen=True)
class Linked:
    """Those words of the slide lead to that slide."""

    words: str
    on: int
    to: int
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        one = slide(seen.after, self.on)
        wanted = slide(seen.after, self.to).part.partname
        for link in one._element.iter("{*}hlinkClick"):  # noqa: SLF001 - python-pptx tells no jumps of runs
            run = link.getparent().getparent()
            key = next((value for name, value in link.attrib.items() if name.endswith("}id")), "")
            text = (run.findtext("{*}t") or "").strip()
            if text == self.words and key and one.part.rels[key].target_part.partname == wanted:
                return None
        return f"“{self.words}” of slide {self.on} does not lead to slide {self.to}"


@dataclass(frozen=True)
class TitledAt:
    """The slide there is new and has that title; those before and after are as they were."""

    on: int
    pattern: str
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        old, new = ([each.slide_id for each in deck(file).slides] for file in (seen.before, seen.after))
        if new[: self.on - 1] + new[self.on :] != old:
            return f"slide {self.on} is not the only new one"
        have = title(slide(seen.after, self.on))
        return None if re.search(self.pattern, have) else f"slide {self.on} is titled “{have}”"
