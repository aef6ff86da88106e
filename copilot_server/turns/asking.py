"""What a document process does for documents people answer: shows them, takes answers, lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from copilot_server.agent.answering import Answering, Refused, Table, Taken
from copilot_server.agent.workbench import Opened
from copilot_server.errors import BadRequest
from copilot_server.turns.desk import Source, open_source


def ask(source: Source) -> tuple[str, bytes] | None:
    """Where the document says its answers go, and its web page; None for a kind nobody answers."""
    opened = open_source(source)
    answering = opened.skill.answering
    return answering and (answering.address(opened.document), answering.page(opened.document))


def asked(source: Source) -> str:
    """The version of the questions; raises BadRequest for a kind nobody answers."""
    opened = open_source(source)
    return _answering(opened).asked(opened.document)


def take(source: Source, sent: bytes, name: str, now: datetime) -> Taken | Refused:
    opened = open_source(source)
    return _answering(opened).take(opened.document, sent, name, now)


def tabulate(source: Source, taken: Sequence[Taken], kind: Table) -> bytes:
    opened = open_source(source)
    return _answering(opened).table(opened.document, taken, kind)


def _answering(opened: Opened) -> Answering[Any]:
    if opened.skill.answering is None:
        raise BadRequest(f"{opened.name} is not a document people answer")
    return opened.skill.answering
