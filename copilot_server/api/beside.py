"""/v1/documents/{id}/beside: files that go out with a document, as the web page or the PDF of a form."""

from __future__ import annotations

from collections.abc import Sequence
from mimetypes import guess_type
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from copilot_server.agent.skill import Beside
from copilot_server.api.access import Reader, ServiceHere
from copilot_server.errors import NotFound
from copilot_server.service import Service
from copilot_server.turns import desk

router = APIRouter(prefix="/v1/documents", tags=["documents"])
Number = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/{document_id}/beside", summary="The files that go out with a version")
async def listed(
    service: ServiceHere, caller: Reader, document_id: str, version: Number | None = None
) -> list[dict[str, Any]]:
    """`notes` say what a file could not take along; most documents have no files beside them."""
    files = await _files(service, caller.tenant_id, document_id, version)
    address = f"/v1/documents/{document_id}/beside/"
    return [
        {"name": each.name, "size": len(each.data), "notes": each.notes, "content": address + quote(each.name)}
        for each in files
    ]


@router.get("/{document_id}/beside/{name}", summary="One of them", response_class=Response)
async def one(
    service: ServiceHere, caller: Reader, document_id: str, name: str, version: Number | None = None
) -> Response:
    files = await _files(service, caller.tenant_id, document_id, version)
    found = next((each for each in files if each.name == name), None)
    if found is None:
        raise NotFound(f"no file {name!r} goes out with this document")
    # Always a download: a page from a document must not run as one of this server's own.
    kept = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(found.data, media_type=guess_type(name)[0] or "application/octet-stream", headers=kept)


async def _files(service: Service, tenant_id: str, document_id: str, number: int | None) -> Sequence[Beside]:
    document = await service.store.documents.find(tenant_id, document_id)
    version = await service.store.documents.version(tenant_id, document_id, number)
    source = await service.spool.source(document, version)
    return await service.pool.run(desk.beside, source)
