"""Pages as LibreOffice lays them out; where it is not here the metric is absent and says why."""

from __future__ import annotations

import asyncio
import io
from functools import cache

import docx
import pytest

from evals.controls import play
from evals.scoring import rendered
from evals.scoring.measure import Measures
from evals.scoring.score import score
from evals.suites import chosen
from evals.trace import File, Seen

TASK = chosen("documents", ["lease-term-page"])[0]


@cache
def _reference() -> Seen:
    return asyncio.run(play(TASK, TASK.controls.reference))[0]


def _blank_page(data: bytes) -> bytes:
    """A second break, which leaves empty paper where the first would have done."""
    document = docx.Document(io.BytesIO(data))
    term = next(each for each in document.paragraphs if each.text == "Term")
    term.insert_paragraph_before("").paragraph_format.page_break_before = True
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _measured(data: bytes) -> Measures:
    seen = _reference()
    return score(seen.before, File(TASK.name, data), seen.trace, TASK)


@pytest.mark.soffice
def test_a_break_that_leaves_a_blank_page_is_caught_where_pages_are_laid_out() -> None:
    right = _reference().after.data

    assert _measured(right)["rendered_pagination"].value == 1.0
    assert _measured(_blank_page(right))["rendered_pagination"].value < 1.0
    assert _measured(_blank_page(right))["pagination"].value == 1.0, "the break itself is there"


def test_without_libreoffice_the_metric_is_absent_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    class Draft:
        is_draft = True

    monkeypatch.setattr(rendered, "find_renderer", Draft)
    document = docx.Document(io.BytesIO(_reference().after.data))
    document.core_properties.comments = "these bytes were rendered by nobody yet"
    stream = io.BytesIO()
    document.save(stream)

    told = _measured(stream.getvalue())

    assert "rendered_pagination" not in told
    assert told["unmeasured"].explanation.startswith("BeginsPage: LibreOffice is not installed")
    assert told["pagination"].value == 1.0
