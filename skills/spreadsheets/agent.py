"""The spreadsheet room, bundled for the engine."""

from __future__ import annotations

from pathlib import Path

from copilot_server.agent.card import read_card
from copilot_server.agent.skill import Skill
from skills.spreadsheets import phrases, reports, tools
from skills.spreadsheets.calculation.settle import settle
from skills.spreadsheets.changes.compare import compare
from skills.spreadsheets.changes.covers import covers
from skills.spreadsheets.changes.follow import follow
from skills.spreadsheets.checks.check import check, delta
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.outline import outline

skill = Skill(
    card=read_card(Path(__file__).parent),
    document=Workbook,
    tools=(tools.read, tools.find, tools.query, tools.edit, tools.check),
    outline=outline,
    compare=compare,
    covers=covers,
    check=check,
    delta=delta,
    report=reports.report,
    understand=phrases.understand,
    settle=settle,
    follow=follow,
)
