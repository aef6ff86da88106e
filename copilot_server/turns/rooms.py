"""Imports every room, so that processes forked afterwards have them at once."""

from __future__ import annotations

from copilot_server.agent import skill

for card in skill.cards():
    skill.load(card)
