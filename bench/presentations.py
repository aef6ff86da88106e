"""What editing, making and checking decks costs beside python-pptx, and how much the model must read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from bench.ratio import Ratio, cpu_seconds, cpu_seconds_apart
from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.presentations.agent import skill
from skills.presentations.checks import check
from skills.presentations.document.deck import Deck
from skills.presentations.edits.add import AddSlide, Item
from skills.presentations.edits.text import SetText

_LINES = ["A first point of evidence", "A second one, somewhat longer than the first", "A third"]


def measure() -> Iterator[Ratio]:
    large = _deck(200)
    yield from _one_title(large)
    yield from _new_deck()
    checked = Deck.open(_deck(50))
    seconds = cpu_seconds(lambda: check(Deck.open(checked.to_bytes())))
    yield Ratio("check of 50 slides, CPU seconds", seconds, 1.0)
    described = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in skill.tools]
    yield Ratio("tool surface, tokens", len(json.dumps(described, ensure_ascii=False)) / 4, 3000)
    yield Ratio("outline, tokens a slide", len(skill.outline(Deck.open(large))) / 4 / 200, 60)


def _one_title(data: bytes) -> Iterator[Ratio]:
    load, saved, edited = cpu_seconds_apart(
        partial(_load, data), partial(_load_and_save, data), partial(_edit_title, data), repeat=5
    )
    yield Ratio("one title of 200 slides, receipt and all / python-pptx's load", edited / load, 2.0)
    yield Ratio("one title of 200 slides, receipt and all / python-pptx's load + save", edited / saved, 0.5)


def _load(data: bytes) -> Any:
    """python-pptx reads parts as blobs until a slide is asked for; loading counts once one is."""
    deck: Any = Presentation(io.BytesIO(data))
    return deck


def _load_and_save(data: bytes) -> None:
    _load(data).save(io.BytesIO())


def _edit_title(data: bytes) -> bytes:
    draft = Draft(skill, Deck.open(data), Consent())
    draft.apply([SetText(op="set_text", slide="100", shape="title", text=["Another title"])])
    draft.receipt()
    return draft.document.to_bytes()


def _new_deck() -> Iterator[Ratio]:
    edits = _twenty_slides()
    theirs, made, whole = cpu_seconds_apart(_make_theirs, partial(_make, edits), partial(_make_whole, edits), repeat=5)
    yield Ratio("20 slides made and fitted / bare python-pptx with the same shapes", made / theirs, 2.0)
    yield Ratio("the same with its changes measured and all slides checked / bare python-pptx", whole / theirs, 4.0)


def _twenty_slides() -> list[AddSlide]:
    items = [Item(head=f"Step {n}", text="What happens in it") for n in range(4)]
    return [
        AddSlide(op="add_slide", kind="process", title=f"Slide {n} makes a claim", items=items)
        if n % 2
        else AddSlide(op="add_slide", title=f"Slide {n} makes a claim", text=_LINES)
        for n in range(20)
    ]


def _make(edits: list[AddSlide]) -> bytes:
    deck = Deck.create()
    for edit in edits:
        edit.apply(deck)
    return deck.to_bytes()


def _make_whole(edits: list[AddSlide]) -> bytes:
    draft = Draft(skill, Deck.create(), Consent())
    draft.apply(edits)
    return draft.document.to_bytes()


def _make_theirs() -> bytes:
    deck: Any = Presentation()
    for number in range(20):
        slide = deck.slides.add_slide(deck.slide_layouts[5 if number % 2 else 1])
        slide.shapes.title.text = f"Slide {number} makes a claim"
        if number % 2:
            _draw_steps(slide)
        else:
            slide.placeholders[1].text = "\n".join(_LINES)
    return _saved(deck)


def _draw_steps(slide: Any) -> None:
    for step in range(4):
        frame = slide.shapes.add_shape(1, Inches(1 + 2 * step), Inches(3), Inches(1.7), Inches(2)).text_frame
        frame.text = f"Step {step}"
        frame.add_paragraph().text = "What happens in it"
        disc = slide.shapes.add_shape(9, Inches(1.2 + 2 * step), Inches(3.2), Inches(0.7), Inches(0.7))
        disc.text_frame.text = f"{step + 1}"
        if step < 3:
            slide.shapes.add_connector(1, Inches(2.7 + 2 * step), Inches(4), Inches(3 + 2 * step), Inches(4))


def _deck(count: int) -> bytes:
    """Slides with a title, bullets and a shape each, as python-pptx writes them."""
    deck: Any = Presentation()
    for number in range(count):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"Slide {number}"
        slide.placeholders[1].text = "\n".join(_LINES)
        slide.shapes.add_shape(1, Inches(6), Inches(6), Inches(2), Inches(1)).text_frame.text = "Aside"
    return _saved(deck)


def _saved(deck: Any) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()
