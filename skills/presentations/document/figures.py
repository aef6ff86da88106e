"""A value as a number format of charts writes it ("#,##0", "0.0%", "$0.00"), and whether words tell it already."""

from __future__ import annotations

import re

_FORMAT = re.compile(r"(?P<before>[^#0]*)(?P<digits>[#0][#0,]*)(?:\.(?P<decimals>[0#]+))?(?P<after>[^#0]*)")
_FIGURE = re.compile(r"\d[\d.,]*")


def written(value: float, number_format: str) -> str:
    """By the format's first section; in plain figures where it is of another kind."""
    found = _FORMAT.fullmatch(number_format.partition(";")[0])
    if found is None:
        return f"{value:.10g}"
    shown = value * 100 if "%" in found["after"] else value
    grouped = "," if "," in found["digits"] else ""
    figure = f"{abs(shown):{grouped}.{len(found['decimals'] or '')}f}"
    before, after = (re.sub(r'["\\]', "", found[each]) for each in ("before", "after"))
    return ("-" if shown < 0 else "") + before + figure + after


def is_told(value: float, words: str, number_format: str) -> bool:
    """Whether one of the figures in the words is that value, as it is or as the format writes it."""
    meant = {abs(value), *_read(written(value, number_format))}
    return any(figure in meant for figure in _read(words))


def _read(words: str) -> list[float]:
    """The figures in words, a comma taken as a separator of thousands and as a decimal one."""
    found: list[float] = []
    for figure in _FIGURE.findall(words):
        for text in {figure.replace(",", ""), figure.replace(".", "").replace(",", ".")}:
            try:
                found.append(float(text.rstrip(".")))
            except ValueError:
                continue
    return found
