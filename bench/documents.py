"""What an edit of a long document costs beside python-docx merely opening it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial

import docx

from bench.ratio import Ratio, cpu_seconds_apart
from copilot_server.agent.draft import Draft
from skills.documents.agent import skill
from skills.documents.document.word import WordDocument
from skills.documents.edits.blocks import Insert
from skills.documents.reading.outline import outline
from skills.documents.tools import edit

_PARAGRAPHS = 2100  # 300 pages of seven each
_SENTENCE = (
    "The survey covers **four** piers and *two* slipways, and describes what was found in words that fill a line. "
)


def measure() -> Iterator[Ratio]:
    data = _long_document()
    everywhere: list[dict[str, object]] = [{"op": "replace", "find": "7 says", "text": "7 tells", "all": True}]
    loading, one, many, hits = cpu_seconds_apart(
        partial(_load, data), partial(_replace, data, 1), partial(_replace, data, 200), partial(_run, data, everywhere)
    )
    opened = WordDocument.open(data)
    yield Ratio("one word replaced in 300 pages, CPU against python-docx's bare load", one / loading, 2.0)
    yield Ratio("200 words replaced in one batch, CPU against one", many / one, 1.5)
    yield Ratio("210 hits of one replacement everywhere, CPU against one word", hits / one, 1.5)
    yield Ratio("outline of 300 pages, tokens", len(outline(opened)) / 4, 1000)
    yield Ratio("tools, tokens", sum(len(json.dumps(tool.parameters)) for tool in skill.tools) / 4, 3000)


def _load(data: bytes) -> None:
    docx.Document(io.BytesIO(data))


def _long_document() -> bytes:
    lines: list[str] = []
    for number in range(_PARAGRAPHS):
        if number % 70 == 0:
            lines.append(f"# Chapter {number // 70}")
        lines.append(f"Paragraph number{number} says: {_SENTENCE * 3}")
    document = WordDocument.create()
    Insert(op="insert", markdown="\n\n".join(lines)).apply(document)
    return document.to_bytes()


def _replace(data: bytes, count: int) -> None:
    _run(data, [{"op": "replace", "find": f"number{10 * n + 5} ", "text": f"item {n} "} for n in range(count)])


def _run(data: bytes, edits: list[dict[str, object]]) -> None:
    """Through the tool a model calls, measured and saved."""
    draft = Draft(skill, WordDocument.open(data))
    edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    draft.document.to_bytes()
