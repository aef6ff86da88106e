"""/v1/documents: files the server keeps, their versions, and what differs between them."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Header, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from copilot_server.agent import skill as rooms
from copilot_server.api.access import Reader, ServiceHere, Writer, upload_limit
from copilot_server.api.edits import safe_name
from copilot_server.api.uploads import Upload
from copilot_server.errors import BadRequest, Conflict, NotFound, TooLarge
from copilot_server.service import Service
from copilot_server.store.keys import Caller
from copilot_server.store.tables import Document, Version
from copilot_server.turns import desk

router = APIRouter(prefix="/v1/documents", tags=["documents"])
uploads = APIRouter(prefix="/v1/documents", tags=["documents"], route_class=Upload)
_ETAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')
Number = Annotated[int, Query(ge=0, le=10**9)]


def told(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "skill": document.skill,
        "version": document.head,
        "created": document.created.isoformat(),
        "content": f"/v1/documents/{document.id}/content",
    }


def told_version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "parent": version.parent,
        "content_hash": version.content_hash,
        "size": version.size,
        "origin": version.origin,
        "turn": version.turn_id,
        "user": version.user_id,
        "is_branch": version.is_branch,
        "receipt": version.receipt,
        "created": version.created.isoformat(),
    }


@uploads.post("", status_code=201, summary="Upload a file as version 0 of a new document")
async def create(service: ServiceHere, caller: Writer, file: Annotated[UploadFile, File()]) -> JSONResponse:
    """The file must open in the room that edits its kind; 422 says why it does not."""
    name = safe_name(file.filename or "")
    card = rooms.card_for(name)
    data = await _received(file.read, upload_limit(service, caller))
    document = await keep(service, caller, name, card.name, data)
    return JSONResponse(told(document), 201, {"Location": f"/v1/documents/{document.id}", "ETag": '"0"'})


@router.get("", summary="Documents, the newest first")
async def listed(
    service: ServiceHere,
    caller: Reader,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[str | None, Query(max_length=64, description="a document: those older than it")] = None,
) -> list[dict[str, Any]]:
    """Where there may be more, the header `Link` has the address of the next ones."""
    rows = await service.store.documents.listed(caller.tenant_id, limit, before)
    if len(rows) == limit:
        response.headers["Link"] = f'</v1/documents?limit={limit}&before={rows[-1].id}>; rel="next"'
    return [told(document) for document in rows]


@router.get("/{document_id}", summary="A document")
async def one(service: ServiceHere, caller: Reader, document_id: str) -> dict[str, Any]:
    return told(await service.store.documents.find(caller.tenant_id, document_id))


@router.delete("/{document_id}", status_code=204, summary="Delete a document with its versions")
async def delete(service: ServiceHere, caller: Writer, document_id: str) -> Response:
    await service.store.documents.delete(caller, document_id)
    return Response(status_code=204)


@router.get("/{document_id}/content", summary="The file of a version, the current one by default")
async def content(
    service: ServiceHere,
    caller: Reader,
    document_id: str,
    version: Number | None = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    documents = service.store.documents
    document = await documents.find(caller.tenant_id, document_id)
    chosen = await documents.version(caller.tenant_id, document_id, version)
    headers = {"ETag": f'"{chosen.number}"', "Content-Disposition": _attachment(document.name)}
    if if_none_match is not None and _number(if_none_match) == chosen.number:
        return Response(status_code=304, headers=headers)
    data = await documents.content(caller.tenant_id, chosen)
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.put("/{document_id}/content", summary="A new version from the editor's own file")
async def put(
    request: Request, service: ServiceHere, caller: Writer, document_id: str, if_match: Annotated[str, Header()]
) -> JSONResponse:
    """`If-Match` holds the version it was made from; 409 where that is not the current one any more."""
    expected = _number(if_match)
    document = await service.store.documents.find(caller.tenant_id, document_id)
    if expected is None:
        raise BadRequest(f'If-Match is a version\'s number as "{document.head}", not {if_match!r}')
    data = await _streamed(request, upload_limit(service, caller))
    await _require_usable(service, document.name, document.skill, document.tenant_id, data)
    version = await service.store.documents.push(caller, document_id, data, expected)
    return JSONResponse(told_version(version), headers={"ETag": f'"{version.number}"'})


@router.get("/{document_id}/versions", summary="All versions, oldest first")
async def versions(service: ServiceHere, caller: Reader, document_id: str) -> list[dict[str, Any]]:
    return [told_version(each) for each in await service.store.documents.versions(caller.tenant_id, document_id)]


@router.post("/{document_id}/versions/{number}/restore", status_code=201, summary="An older version as the new one")
async def restore(service: ServiceHere, caller: Writer, document_id: str, number: int) -> dict[str, Any]:
    """How a turn is undone: nothing is taken away, the older content becomes a new version."""
    if not 0 <= number <= 10**9:
        raise NotFound(f"document {document_id} has no version {number}")
    return told_version(await service.store.documents.restore(caller, document_id, number))


@router.get("/{document_id}/diff", summary="What differs between two versions, measured")
async def diff(
    service: ServiceHere,
    caller: Reader,
    document_id: str,
    before: Annotated[int, Query(alias="from", ge=0, le=10**9)],
    after: Annotated[int | None, Query(alias="to", ge=0, le=10**9)] = None,
) -> dict[str, Any]:
    document = await service.store.documents.find(caller.tenant_id, document_id)
    old, new = [
        await service.spool.source(
            document, await service.store.documents.version(caller.tenant_id, document_id, number)
        )
        for number in (before, after)
    ]
    receipt = await service.pool.run(desk.compare, old, new)
    return receipt.to_json()


async def keep(service: Service, caller: Caller, name: str, skill: str, data: bytes) -> Document:
    """Store what opens; raises kinds of FileError for what does not."""
    await _require_usable(service, name, skill, caller.tenant_id, data)
    document, _ = await service.store.documents.create(caller, name, skill, data)
    return document


async def _require_usable(service: Service, name: str, skill: str, tenant_id: str, data: bytes) -> None:
    source = await service.spool.lay(tenant_id, name, skill, data)
    await service.pool.run_at(service.pool.seat_knowing(source.path.stem), desk.outline, source)


async def _received(read: Any, limit: int) -> bytes:
    data: bytes = await read(limit + 1)
    if len(data) > limit:
        raise _too_large(limit)
    return data


async def _streamed(request: Request, limit: int) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
    return bytes(data)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the upload is over {limit / 2**20:.3g} MB, the limit of this server or key")


def _number(etag: str) -> int | None:
    match = _ETAG.fullmatch(etag.strip())
    return int(match.group(1)) if match else None


def version_expected(if_match: str | None) -> int | None:
    """The version an `If-Match` header names; raises Conflict for one that is no version's tag."""
    if if_match is None or if_match.strip() == "*":
        return None
    number = _number(if_match)
    if number is None:
        raise Conflict(f"no version has the tag {if_match!r}")
    return number


def _attachment(name: str) -> str:
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
