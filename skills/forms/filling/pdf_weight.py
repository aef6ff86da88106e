"""What PDF pages take to draw: drawings they use count as often as they may be used, fonts as what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from skills.forms.filling.pdf_limits import MAX_DEPTH, UNREADABLE

_DRAWN, _READ, _ENDLESS = 8 << 20, 64 << 20, 1 << 60
_DRAWS = re.compile(rb"\bDo\b")
_FONT_DEPTH, _FONT_PARTS = 5, 2_000


def heavy_pages(pdf: Pdf, numbers: Iterable[int]) -> set[int]:
    """Those of the pages that would not be drawn in bounded time and memory, alone or all together."""
    scale = _Scale()
    return {number for number in sorted(set(numbers)) if not scale.carries(pdf.pages[number].obj)}


class _TooHeavy(Exception):
    pass


class _Scale:
    """Reads each stream once, and no more of them than `_READ` bytes hold."""

    def __init__(self) -> None:
        self.left, self.drawn = _READ, 0
        self.parts: dict[tuple[int, int], tuple[int, int]] = {}
        self.forms: dict[tuple[int, int], int] = {}

    def carries(self, page: Dictionary) -> bool:
        content = page.get(Name.Contents)
        parts = content if isinstance(content, Array) else [content]
        try:
            cost = self.cost((part for part in parts if isinstance(part, Stream)), _resources(page))
        except (*UNREADABLE, RecursionError, _TooHeavy):
            return False
        self.drawn += min(cost, _DRAWN)
        return cost <= _DRAWN and self.drawn <= _READ

    def cost(self, parts: Iterable[Stream], resources: Any) -> int:
        """Bytes of instructions and fonts; what draws itself never ends. Raises _TooHeavy."""
        size, uses = 0, 0
        for part in parts:
            more = self.part(part)
            size, uses = size + more[0], uses + more[1]
            if size > _DRAWN:
                raise _TooHeavy
        if not isinstance(resources, Dictionary):
            return size
        drawings = resources.get(Name.XObject) if uses else None
        dearest = 0
        for form in drawings.as_dict().values() if isinstance(drawings, Dictionary) else ():
            if isinstance(form, Stream) and form.get(Name.Subtype) == Name.Form:
                dearest = max(dearest, self.form(form, resources))
        for font in _streams(resources.get(Name.Font)):
            self.part(font)
        return min(_ENDLESS, size + uses * dearest)

    def form(self, form: Stream, resources: Any) -> int:
        if form.objgen not in self.forms:
            self.forms[form.objgen] = _ENDLESS
            self.forms[form.objgen] = self.cost([form], form.get(Name.Resources, resources))
        return self.forms[form.objgen]

    def part(self, stream: Stream) -> tuple[int, int]:
        """Its size, and how often it draws something else."""
        if stream.objgen not in self.parts:
            content = stream.read_bytes()
            self.left -= len(content)
            if self.left < 0:
                raise _TooHeavy
            self.parts[stream.objgen] = len(content), len(_DRAWS.findall(content))
        return self.parts[stream.objgen]


def _resources(page: Dictionary) -> Any:
    """The page's own, else those of the pages it is one of."""
    node: Any = page
    for _ in range(MAX_DEPTH):
        if not isinstance(node, Dictionary) or Name.Resources in node:
            break
        node = node.get(Name.Parent)
    return node.get(Name.Resources) if isinstance(node, Dictionary) else None


def _streams(fonts: Any) -> Iterator[Stream]:
    """All that fonts hold: their shapes, and tables of what their codes mean. Raises _TooHeavy."""
    waiting, met = [(fonts, 0)], 0
    seen: set[tuple[int, int]] = set()
    while waiting:
        found, depth = waiting.pop()
        met += 1
        if met > _FONT_PARTS:
            raise _TooHeavy
        if isinstance(found, (Dictionary, Stream, Array)) and found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        if isinstance(found, Stream):
            yield found
        elif isinstance(found, Dictionary) and depth < _FONT_DEPTH:
            waiting += [(value, depth + 1) for key, value in found.as_dict().items() if key != "/Parent"]
        elif isinstance(found, Array) and depth < _FONT_DEPTH:
            waiting += [(value, depth + 1) for value in found if isinstance(value, (Dictionary, Stream, Array))]
