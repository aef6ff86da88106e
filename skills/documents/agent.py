"""The documents room, put together for the engine."""

from __future__ import annotations

from pathlib import Path

from copilot_server.agent.card import read_card
from copilot_server.agent.skill import Skill
from skills.documents.changes import compare, covers
from skills.documents.checks import check, delta
from skills.documents.document.bindings import follow
from skills.documents.document.word import WordDocument
from skills.documents.phrases import understand
from skills.documents.reading.outline import outline
from skills.documents.reports import report
from skills.documents.tools import TOOLS

skill = Skill(
    card=read_card(Path(__file__).parent),
    document=WordDocument,
    tools=TOOLS,
    outline=outline,
    compare=compare,
    covers=covers,
    check=check,
    delta=delta,
    report=report,
    settle=follow,
    understand=understand,
)
