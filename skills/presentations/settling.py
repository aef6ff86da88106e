"""What follows from a batch of edits once all of it stands."""

from __future__ import annotations

from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide


def settle(before: Deck, after: Deck) -> tuple[str, ...]:
    """Han characters alone do not tell Chinese from Japanese: new slides go by the kana on others of the deck."""
    known = {slide.id for slide in before.slides}
    new = [slide for slide in after.slides if slide.id not in known]
    if any(_speaks(slide, "zh-CN") for slide in new) and any(_speaks(slide, "ja-JP") for slide in after.slides):
        for slide in new:
            for looks in slide.edit().iter("{*}rPr"):
                if looks.get("lang") == "zh-CN":
                    looks.set("lang", "ja-JP")
    return ()


def _speaks(slide: Slide, tongue: str) -> bool:
    return any(looks.get("lang") == tongue for looks in slide.root.iter("{*}rPr"))
