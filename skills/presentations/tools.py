"""What the model may call: read, find, edit, check."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import tool
from skills.presentations.checks import check as check_deck
from skills.presentations.document.deck import Deck
from skills.presentations.edits import AnyEdit
from skills.presentations.edits.base import SlideRef
from skills.presentations.reading.detail import detail
from skills.presentations.reading.outline import outline
from skills.presentations.reading.search import search

_BUDGET = 12_000


@tool
def read(
    deck: Deck,
    slides: Annotated[list[SlideRef], Field(description='numbers or "#id"s to read in full; none: the outline')] = [],  # noqa: B006
) -> str:
    """The outline of the deck, or slides in full: shape ids, places in inches, paragraphs, cells, series, notes."""
    if not slides:
        return outline(deck)
    shown: list[str] = []
    for position, reference in enumerate(slides):
        text = detail(deck.slide(reference))
        if shown and sum(map(len, shown)) + len(text) > _BUDGET:
            rest = ", ".join(str(each) for each in slides[position:])
            return "\n\n".join([*shown, f"(cut here: read slides {rest} in another call)"])
        shown.append(text)
    return "\n\n".join(shown)


@tool
def find(deck: Deck, text: Annotated[str, Field(min_length=1)]) -> str:
    """Where words stand: slide and shape ids; titles, tables and notes included, case ignored."""
    return search(deck, text)


@tool
def edit(draft: Draft[Deck], edits: Annotated[list[AnyEdit], Field(min_length=1, max_length=200)]) -> str:
    """Apply edits in order, all or nothing; later ones see what earlier ones did, so send all you know at once.

    slide: its number now, or "#id", which stays when slides move. shape: its id as `read` prints it, or a role:
    "title", "subtitle", "body", "body 2", "table", "chart", "picture". Places are in inches from the slide's top left.
    """
    return draft.apply(edits)


@tool
def check(
    deck: Deck,
    slides: Annotated[list[SlideRef], Field(description="none: all")] = [],  # noqa: B006
) -> str:
    """Measure faults: overflow, overlap, off-slide, contrast, type, empty placeholders, alt text, titles."""
    wanted = {deck.slide(reference).anchor for reference in slides}
    found = [f for f in check_deck(deck) if not wanted or f.where.partition("/")[0] in wanted]
    lines = [f"{f.severity} {f.code} {f.where}: {f.text}" + (f" → {f.mend}" if f.mend else "") for f in found]
    return "\n".join(lines[:60]) or "no findings"
