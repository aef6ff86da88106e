"""A layout while it is drawn: placeholders and motifs with running ids."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot_server.office.xml import Element
from skills.presentations.themes.drawing import Type, motif, placeholder
from skills.presentations.themes.grid import Area, Grid
from skills.presentations.themes.looks import Look


@dataclass
class Sheet:
    """Collects shapes with running ids."""

    grid: Grid
    look: Look
    shapes: list[Element] = field(default_factory=list)

    def add(
        self,
        name: str,
        kind: str | None,
        index: int | None,
        area: Area | None = None,
        kind_type: Type | None = None,
        prompt: str = "Click to add text",
    ) -> None:
        key = len(self.shapes) + 2
        self.shapes.append(placeholder(key, f"{name} {key - 1}", kind, index, area, kind_type, prompt))

    def decorate(self, name: str, area: Area, fill: Element, geometry: str = "rect") -> None:
        self.shapes.append(motif(len(self.shapes) + 2, name, area, fill, geometry))

    def title(self, area: Area | None = None, kind_type: Type | None = None, kind: str = "title") -> None:
        self.add("Title", kind, None, area, kind_type, "Click to add title")

    def footers(self, color: str | None = None) -> tuple[Element, ...]:
        """In the master's places; `color` where the ground is not the master's."""
        for name, kind, index, align in (
            ("Date", "dt", 90, "l"),
            ("Footer", "ftr", 91, "ctr"),
            ("Slide Number", "sldNum", 92, "r"),
        ):
            looks = Type(12, color, align=align, bullets=False) if color else None
            self.add(name, kind, index, None, looks, "")
        return tuple(self.shapes)
