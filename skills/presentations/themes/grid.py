"""The spacing grid every layout is drawn on, in inches."""

from __future__ import annotations

from dataclasses import dataclass

EMU = 914400


@dataclass(frozen=True)
class Area:
    """A rectangle in inches."""

    x: float
    y: float
    width: float
    height: float

    def emu(self) -> tuple[int, int, int, int]:
        return round(self.x * EMU), round(self.y * EMU), round(self.width * EMU), round(self.height * EMU)


@dataclass(frozen=True)
class Grid:
    """A slide's width and its outer margin; slides are 7.5 inches high."""

    width: float
    margin: float
    gutter: float = 0.35
    height: float = 7.5

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin

    @property
    def title(self) -> Area:
        return Area(self.margin, 0.55, self.inner, 1.1)

    @property
    def content(self) -> Area:
        return Area(self.margin, 1.85, self.inner, 4.7)

    @property
    def footer(self) -> Area:
        return Area(self.margin, 6.92, self.inner, 0.32)

    def columns(self, area: Area, shares: tuple[float, ...]) -> tuple[Area, ...]:
        """The area cut into columns with these shares of its width, a gutter between them."""
        free = area.width - self.gutter * (len(shares) - 1)
        total, x = sum(shares), area.x
        found: list[Area] = []
        for share in shares:
            width = free * share / total
            found.append(Area(x, area.y, width, area.height))
            x += width + self.gutter
        return tuple(found)


WIDE = Grid(13.333, 0.75)
NARROW = Grid(10.0, 0.6, gutter=0.3)
