"""Decks as python-pptx reads them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import pptx

from evals.trace import File


@lru_cache(maxsize=64)
def _deck(data: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(data))


def deck(file: File) -> Any:
    """As python-pptx reads it. A view, never to be changed."""
    return _deck(file.data)
