"""Where shapes stand: written, aligned, spread, and the way of a line from one to another."""

from __future__ import annotations

from copilot_server.errors import Refused
from skills.presentations.document import tables
from skills.presentations.document.building import transform
from skills.presentations.document.markup import child, need, put
from skills.presentations.document.shapes import Box, Shape


def set_box(shape: Shape, box: Box) -> None:
    """Write the shape's place; what the transform says beside it (rotation, a group's inner size) stays."""
    present = shape.transform
    if present is None:
        put(need(shape.element, "p:spPr"), transform(box))
        return
    if shape.table is not None:
        tables.stretch(shape.table, box.width, box.height)
    offset, extent = need(present, "a:off"), need(present, "a:ext")
    for element, values in ((offset, {"x": box.x, "y": box.y}), (extent, {"cx": box.width, "cy": box.height})):
        for key, value in values.items():
            element.set(key, str(value))


def aligned(box: Box, guide: Box, how: str) -> Box:
    x, y, width, height = box.tuple()
    match how:
        case "left":
            x = guide.x
        case "center":
            x = guide.x + (guide.width - width) // 2
        case "right":
            x = guide.right - width
        case "top":
            y = guide.y
        case "middle":
            y = guide.y + (guide.height - height) // 2
        case "bottom":
            y = guide.bottom - height
        case _:
            width, height = guide.width, guide.height
    return Box(x, y, width, height)


def spread(placed: list[tuple[Shape, Box]], *, across: bool) -> None:
    """Equal gaps between the outermost two."""
    placed = sorted(placed, key=lambda pair: pair[1].x if across else pair[1].y)
    if len(placed) < 3:
        raise Refused("three shapes or more are needed to spread them evenly")
    first, last = placed[0][1], placed[-1][1]
    room = (last.right - first.x) if across else (last.bottom - first.y)
    gap = (room - sum(box.width if across else box.height for _, box in placed)) // (len(placed) - 1)
    at = first.x if across else first.y
    for shape, box in placed:
        set_box(shape, Box(at, box.y, box.width, box.height) if across else Box(box.x, at, box.width, box.height))
        at += (box.width if across else box.height) + gap


def site(shape: Shape, side: int) -> int:
    """The connection site of a side; ellipses have eight sites, the others four."""
    geometry = child(shape.element, "p:spPr/a:prstGeom")
    return side * 2 if geometry is not None and geometry.get("prst") == "ellipse" else side


def route(first: Box, last: Box) -> tuple[tuple[int, int], Box, list[str]]:
    """Connection sites (0 top, 1 left, 2 bottom, 3 right), the line's box, and its flips."""
    across, down = (
        last.x + last.width // 2 - first.x - first.width // 2,
        last.y + last.height // 2 - first.y - first.height // 2,
    )
    if abs(across) >= abs(down):
        sites = (3, 1) if across > 0 else (1, 3)
        start = (first.right if across > 0 else first.x, first.y + first.height // 2)
        end = (last.x if across > 0 else last.right, last.y + last.height // 2)
    else:
        sites = (2, 0) if down > 0 else (0, 2)
        start = (first.x + first.width // 2, first.bottom if down > 0 else first.y)
        end = (last.x + last.width // 2, last.y if down > 0 else last.bottom)
    flips = [name for name, is_back in (("flipH", end[0] < start[0]), ("flipV", end[1] < start[1])) if is_back]
    box = Box(min(start[0], end[0]), min(start[1], end[1]), abs(end[0] - start[0]), abs(end[1] - start[1]))
    return sites, box, flips
