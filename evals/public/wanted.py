"""What the text and the look of a result must be, for tasks on Word documents of public sets."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from evals.scoring.wordxml import lines, tracked
from evals.trace import File, Seen


@dataclass(frozen=True)
class Becomes:
    """The lines are those of before, changed so; empty ones aside, and what `without` matches.

    `accepted` says whether tracked changes count as made, or as not there.
    """

    change: Callable[[list[str]], list[str]]
    without: str = "^$"
    is_sorted: bool = False
    accepted: bool = True
    metric: ClassVar[str] = "elsewhere"

    def fault(self, seen: Seen) -> str | None:
        wanted = self.change(said_in(seen.before))
        new = [re.sub(self.without, "", text) for text in said_in(seen.after, accepted=self.accepted)]
        for have, want in zip(sorted(new) if self.is_sorted else new, wanted, strict=False):
            if have != want:
                return f"a line reads “{have[:80]}”, not “{want[:80]}”"
        return None if len(new) == len(wanted) else f"{len(new)} lines, not {len(wanted)}"


@dataclass(frozen=True)
class Elsewhere:
    """Lines that do not match are those of before."""

    pattern: str
    metric: ClassVar[str] = "elsewhere"

    def fault(self, seen: Seen) -> str | None:
        old, new = (
            [text for text in said_in(each) if not re.search(self.pattern, text)] for each in (seen.before, seen.after)
        )
        stray = next((text for text in new if text not in old), None)
        return None if old == new else f"another line changed: {stray or 'one is gone'}"


def said_in(file: File, *, accepted: bool = True) -> list[str]:
    return [text.strip() for text in lines(file.data, accepted=accepted) if text.strip()]


@dataclass(frozen=True)
class KeepsChangesOf:
    """Every tracked change of this author is still one."""

    author: str
    metric: ClassVar[str] = "tracked"

    def fault(self, seen: Seen) -> str | None:
        files = (seen.before.data, seen.after.data)
        old, new = ({kind for kind, who, _ in tracked(data) if who == self.author} for data in files)
        return None if old <= new else f"{self.author}'s {', '.join(old - new)} is gone"


@dataclass(frozen=True)
class GuideLooks:
    """Title, headings and body as the onboarding guide is to be set, read by python-docx."""

    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        title, *rest = (each for each in docx.Document(io.BytesIO(seen.after.data)).paragraphs if each.text.strip())
        if fault := _title_fault(title, 26):
            return fault
        if any(run.font.color.rgb != RGBColor(0, 0x64, 0) for run in title.runs if run.text.strip()):
            return "the title is not dark green"
        for each in rest:
            is_heading = bool(re.match(r"Week \d", each.text))
            for run in (run for run in each.runs if run.text.strip()):
                if is_heading and not (run.bold and run.font.size == Pt(16)):
                    return f"heading “{each.text}” is not bold and 16 pt"
                if not is_heading and (run.font.name, run.font.size) != ("Georgia", Pt(11)):
                    return f"“{run.text[:40]}” is not Georgia 11 pt"
        return None


@dataclass(frozen=True)
class MinutesLook:
    """The title centred, bold and 18 pt, all below it in Arial."""

    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        title, *rest = (each for each in docx.Document(io.BytesIO(seen.after.data)).paragraphs if each.text.strip())
        if fault := _title_fault(title, 18):
            return fault
        other = next((run for each in rest for run in each.runs if run.text.strip() and run.font.name != "Arial"), None)
        return f"“{other.text[:40]}” is not Arial" if other else None


def _title_fault(title: Paragraph, size: int) -> str | None:
    runs = [run for run in title.runs if run.text.strip()]
    is_set = all(run.bold and run.font.size == Pt(size) for run in runs)
    is_centred = title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    return None if is_set and is_centred else f"the title is not centred, bold and {size} pt"
