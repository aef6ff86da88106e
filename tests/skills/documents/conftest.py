"""Documents to edit, and how a test tells two of them apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.documents.agent import skill
from skills.documents.document.word import Reviewer, WordDocument

Open = Callable[[str], WordDocument]
Begin = Callable[[str], Draft[WordDocument]]


@pytest.fixture
def opened(fixtures: Path) -> Open:
    """A fixture by name, signed by Zoe at a fixed hour."""

    def open_document(name: str) -> WordDocument:
        document = WordDocument.open((fixtures / "documents" / f"{name}.docx").read_bytes())
        document.reviewer = Reviewer("Zoe", datetime(2026, 5, 4, 12, tzinfo=UTC))
        return document

    return open_document


@pytest.fixture
def begun(opened: Open) -> Begin:
    """A draft on a fixture, with the user's word for deleting."""

    def begin(name: str) -> Draft[WordDocument]:
        return Draft(skill, opened(name), Consent("delete what is in the way"))

    return begin
