"""The language a text's script tells, and whether it runs from right to left."""

from __future__ import annotations

import re

_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja-JP"),
    (re.compile(r"[\uac00-\ud7af]"), "ko-KR"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh-CN"),
    (re.compile(r"[\u0600-\u06ff\u0750-\u077f]"), "ar-SA"),
    (re.compile(r"[\u0590-\u05ff]"), "he-IL"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th-TH"),
    (re.compile(r"[\u0900-\u097f]"), "hi-IN"),
)
_RIGHT_TO_LEFT = {"ar-SA", "he-IL"}


def language(text: str) -> str | None:
    """Of a script that only few languages share; None for Latin, Greek and Cyrillic, which tell nothing."""
    return next((tag for pattern, tag in _SCRIPTS if pattern.search(text)), None)


def is_right_to_left(text: str) -> bool:
    """By the first letter that has a direction, as the Unicode bidirectional algorithm does for paragraphs."""
    first = re.search(r"[^\W\d_]", text)
    return bool(first) and language(first[0]) in _RIGHT_TO_LEFT
