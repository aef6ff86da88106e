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
)
