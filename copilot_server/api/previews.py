"""/v1/documents/{id}/pages: pages as pictures, and where they differ from those of another version."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from PIL import Image, ImageChops
from starlette.concurrency import run_in_threadpool

from copilot_server.api.access import Reader, ServiceHere
from copilot_server.errors import NotFound
from copilot_server.office.render.pages import Page, pages
from copilot_server.service import Service
from copilot_server.store.tables import Document

router = APIRouter(prefix="/v1/documents", tags=["documents"])
Number = Annotated[int, Query(ge=0, le=10**9)]
_SHOWN = 60  # pages looked at for a list
_WIDTH = 960
_GRID = 12  # pixels of a cell in which a difference is looked for
_CLEAR = [255 * (level > 24) for level in range(256)]  # a difference an eye would see
_one_at_a_time = threading.Lock()  # pdfium may not be used from two threads
Box = tuple[float, float, float, float]


@router.get("/{document_id}/pages", summary="How many pages a version has, and what of them another has not")
async def listed(
    service: ServiceHere, caller: Reader, document_id: str, version: Number | None = None, since: Number | None = None
) -> dict[str, Any]:
    """`ratio` is width by height; `changed` boxes are [left, top, width, height] in parts of the page."""
    document = await service.store.documents.find(caller.tenant_id, document_id)
    found = await _pictures(service, document, version)
    boxes: list[list[Box]] = [[] for _ in found]
    if since is not None:
        earlier = await _pictures(service, document, since)
        boxes = await run_in_threadpool(changed_boxes, [p.png for p in earlier], [p.png for p in found])
    return {
        "is_draft": any(page.is_draft for page in found),
        "pages": [
            {"number": page.number, "ratio": _ratio(page.png), "changed": each}
            for page, each in zip(found, boxes, strict=True)
        ],
    }


@router.get("/{document_id}/pages/{page}.png", summary="A page as a picture", response_class=Response)
async def page_png(
    service: ServiceHere, caller: Reader, document_id: str, page: int, version: Number | None = None
) -> Response:
    """`X-Draft: true` where it was drawn without LibreOffice; 404 past the last page."""
    document = await service.store.documents.find(caller.tenant_id, document_id)
    made = [each for each in await _pictures(service, document, version) if each.number == page]
    if not made:
        raise NotFound(f"{document.name} has no page {page}")
    headers = {"X-Draft": str(made[0].is_draft).lower()}
    if version is not None:  # a version never changes
        headers["Cache-Control"] = "private, max-age=86400, immutable"
    return Response(made[0].png, media_type="image/png", headers=headers)


async def _pictures(service: Service, document: Document, number: int | None) -> Sequence[Page]:
    version = await service.store.documents.version(document.tenant_id, document.id, number)
    data = await service.store.documents.content(document.tenant_id, version)
    return await run_in_threadpool(_drawn, data, Path(document.name).suffix)


@lru_cache(maxsize=24)
def _drawn(data: bytes, suffix: str) -> Sequence[Page]:
    with _one_at_a_time:
        return tuple(pages(data, suffix, range(1, _SHOWN + 1), _WIDTH))


def _ratio(png: bytes) -> float:
    with Image.open(io.BytesIO(png)) as picture:
        return round(picture.width / picture.height, 4)


def changed_boxes(before: Sequence[bytes], after: Sequence[bytes]) -> list[list[Box]]:
    """For each page after, where it differs from the page it was; a new page differs as a whole."""
    boxes: list[list[Box]] = [[] for _ in after]
    for kind, left, left_end, right, right_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for offset, page in enumerate(range(right, right_end)):
            was = left + offset
            boxes[page] = _differing(before[was], after[page]) if was < left_end else [(0, 0, 1, 1)]
    return boxes


def _differing(before: bytes, after: bytes) -> list[Box]:
    """Neighbouring cells of a grid that differ, joined into boxes."""
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        if old.size != new.size:
            return [(0, 0, 1, 1)]
        width, height = new.size
        difference = ImageChops.difference(old.convert("L"), new.convert("L")).point(_CLEAR)
    columns, rows = -(-width // _GRID), -(-height // _GRID)
    grid = difference.resize((columns, rows), Image.Resampling.BOX).tobytes()
    cells = {(place % columns, place // columns) for place, level in enumerate(grid) if level}
    return [
        (left / columns, top / rows, (right - left + 1) / columns, (bottom - top + 1) / rows)
        for left, top, right, bottom in _joined(cells)
    ]


def _joined(cells: set[tuple[int, int]], reach: int = 2) -> Iterator[tuple[int, int, int, int]]:
    """The bounds of each group of cells no further than `reach` from one another."""
    while cells:
        group, edge = set[tuple[int, int]](), [cells.pop()]
        while edge:
            column, row = edge.pop()
            group.add((column, row))
            near = {each for each in cells if abs(each[0] - column) <= reach and abs(each[1] - row) <= reach}
            cells -= near
            edge.extend(near)
        columns, rows = [column for column, _ in group], [row for _, row in group]
        yield min(columns), min(rows), max(columns), max(rows)
