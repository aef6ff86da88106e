"""Where shapes stand: off the slide, and on one another."""

from __future__ import annotations

from typing import Any

from evals.scoring.decks import deck
from evals.trace import File


def off_slide(file: File) -> set[str]:
    width, height = deck(file).slide_width, deck(file).slide_height
    return {
        f"slide {each.slide_id} {shape.name}"
        for each in deck(file).slides
        for shape in each.shapes
        if shape.left is not None
        and (
            shape.left < -9525
            or shape.top < -9525
            or shape.left + shape.width > width + 9525
            or shape.top + shape.height > height + 9525
        )
    }


def overlaps(file: File) -> set[str]:
    found: set[str] = set()
    for each in deck(file).slides:
        solid = [
            shape
            for shape in each.shapes
            if shape.left is not None and shape.has_text_frame and shape.text_frame.text.strip()
        ]
        for at, one in enumerate(solid):
            found |= {
                f"slide {each.slide_id}: {one.name} and {two.name}" for two in solid[at + 1 :] if _lap(one, two) > 0.2
            }
    return found


def _lap(one: Any, two: Any) -> float:
    """The share of the smaller that lies on the other."""
    wide = min(one.left + one.width, two.left + two.width) - max(one.left, two.left)
    high = min(one.top + one.height, two.top + two.height) - max(one.top, two.top)
    smaller = min(one.width * one.height, two.width * two.height)
    return wide * high / smaller if wide > 0 and high > 0 and smaller else 0.0
