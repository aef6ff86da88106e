"""The room's skill, as the engine loads it."""

from __future__ import annotations

from pathlib import Path

from copilot_server.agent.card import read_card
from copilot_server.agent.skill import Skill
from skills.presentations import changes, checks
from skills.presentations.document.deck import Deck
from skills.presentations.phrases import understand
from skills.presentations.reading.outline import outline
from skills.presentations.reading.report import report
from skills.presentations.settling import settle
from skills.presentations.tools import check, edit, find, read


def printed(deck: Deck) -> tuple[bytes, str]:
    """With hidden slides too, so that the page is the slide's number."""
    shown = deck.fork() if any(slide.is_hidden for slide in deck.slides) else deck
    for slide in shown.slides:
        if slide.is_hidden:
            slide.edit().attrib.pop("show", None)
    return shown.to_bytes(), ".pptx"


skill = Skill(
    card=read_card(Path(__file__).parent),
    document=Deck,
    tools=(read, find, edit, check),
    outline=outline,
    compare=changes.compare,
    covers=changes.covers,
    check=checks.check,
    delta=checks.delta,
    report=report,
    understand=understand,
    settle=settle,
    printed=printed,
)
