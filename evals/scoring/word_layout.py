"""What is measured of how a document's pages are laid out, by its XML: paper and breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from evals.scoring.wordxml import Paragraph, W, paragraphs, trees
from evals.trace import Seen


@dataclass(frozen=True)
class Paper:
    """The section's paper lies so."""

    orientation: str
    section: int = 1
    metric: ClassVar[str] = "pagination"

    def fault(self, seen: Seen) -> str | None:
        sizes = list(trees(seen.after.data)["word/document.xml"].iter(f"{W}pgSz"))
        size = sizes[self.section - 1]
        have = "landscape" if int(size.get(f"{W}w", 0)) > int(size.get(f"{W}h", 0)) else "portrait"
        return None if have == self.orientation else f"section {self.section} lies {have}"


@dataclass(frozen=True)
class BreaksBefore:
    """A page break stands before the first paragraph that matches: its own, or one that ends what is before it."""

    pattern: str
    metric: ClassVar[str] = "pagination"

    def fault(self, seen: Seen) -> str | None:
        found = paragraphs(seen.after.data)
        at = next((place for place, each in enumerate(found) if re.search(self.pattern, each.text)), None)
        if at is None:
            return f"no paragraph says “{self.pattern}”"
        is_broken = _breaks_itself(found[at]) or (at > 0 and _ends_page(found[at - 1]))
        return None if is_broken else f"no page break before “{self.pattern}”"


def _breaks_itself(paragraph: Paragraph) -> bool:
    own = paragraph.node.find(f"{W}pPr/{W}pageBreakBefore")
    return own is not None and own.get(f"{W}val", "1") not in {"0", "false", "off"}


def _ends_page(paragraph: Paragraph) -> bool:
    """By a break after all its words, or by the end of a section that does not run on."""
    kinds = [
        node.get(f"{W}type") for node in paragraph.node.iter(f"{W}br", f"{W}t") if node.tag == f"{W}br" or node.text
    ]
    section = paragraph.node.find(f"{W}pPr/{W}sectPr")
    kind = None if section is None else section.find(f"{W}type")
    new_page = section is not None and (kind is None or kind.get(f"{W}val") != "continuous")
    return new_page or bool(kinds and kinds[-1] == "page")
