"""/v1/forms: documents people answer without a key, and their answers for those who own them.

A document takes answers while it says itself that they go to its own address here: opening it is an edit like any
other, seen in its versions and undone like one. Its id, which nobody can guess, is all a respondent needs.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from copilot_server.agent.answering import Refused, Table, Taken
from copilot_server.api.access import Reader, ServiceHere
from copilot_server.api.problems import MEDIA_TYPE
from copilot_server.errors import BadRequest, NotFound, TooLarge, TooMany
from copilot_server.service import Service
from copilot_server.store.tables import Answer, Document, Version, now
from copilot_server.turns import asking
from copilot_server.turns.desk import Source

router = APIRouter(tags=["answers"])
_OFFICE = "application/vnd.openxmlformats-officedocument"
_FILLED = {
    "application/pdf": "answer.pdf",
    f"{_OFFICE}.wordprocessingml.document": "answer.docx",
    f"{_OFFICE}.spreadsheetml.sheet": "answer.xlsx",
}
_JSON = "application/json"
_UPLOAD = "multipart/form-data"
_HOW = (
    f"send the answers as the body with Content-Type: {_JSON}, or a filled form as the body with the type of its file "
    f"({', '.join(_FILLED)}), or that file as the part `file` of {_UPLOAD}, as in: curl -F file=@filled.pdf"
)
_TABLES: Mapping[Table, str] = {"csv": "text/csv; charset=utf-8", "xlsx": f"{_OFFICE}.spreadsheetml.sheet"}
_AN_HOUR = 2_000
# The page's own policy, in its head, is stricter than the one around it, which would keep its script from running.
_PAGE_HEADERS = {"Content-Security-Policy": "frame-ancestors 'self'; base-uri 'none'", "Cache-Control": "no-store"}
Number = Annotated[int, Query(ge=0, le=10**9)]


@router.get("/v1/forms/{document_id}", summary="The page respondents fill in", response_class=Response)
async def page(service: ServiceHere, document_id: str) -> Response:
    """404 unless the document is open to answers."""
    _, _, shown = await _open(service, document_id)
    return Response(shown, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)


@router.post("/v1/forms/{document_id}/answers", status_code=201, summary="One respondent's answers")
async def answer(request: Request, service: ServiceHere, document_id: str) -> JSONResponse:
    """JSON as the page posts it, or a filled PDF, Word or Excel file, as the body or as the part `file` of an upload.

    422 lists what the respondent has to mend.
    """
    document, version, _ = await _open(service, document_id)
    if await service.store.answers.lately(document_id) >= _AN_HOUR:
        raise TooMany(f"{_AN_HOUR} answers came within the hour; try again later", 600)
    kind = _kind(request.headers.get("content-type"))
    if kind not in {_JSON, _UPLOAD, *_FILLED}:
        raise BadRequest(f"Content-Type is {kind or 'not given'}; {_HOW}")
    source = await service.spool.source(document, version)
    sent = await _body(request, service.settings.max_upload_bytes)
    if kind == _UPLOAD:
        kind, sent = await _uploaded(request, sent)
    taken = await service.pool.run(asking.take, source, sent, _FILLED.get(kind, ""), now())
    if isinstance(taken, Refused):
        told = {"type": "about:blank#answers", "title": "Some answers need mending", "status": 422}
        return JSONResponse(told | {"problems": [*taken.problems]}, 422, media_type=MEDIA_TYPE)
    await service.store.answers.keep(document, version.number, taken)
    return JSONResponse({"id": taken.id, "received": taken.received}, 201)


@router.get(
    "/v1/documents/{document_id}/answers", summary="All answers, oldest first, each with the version it answers"
)
async def listed(service: ServiceHere, caller: Reader, document_id: str) -> list[dict[str, Any]]:
    return [_told(each) for each in await service.store.answers.listed(caller.tenant_id, document_id)]


@router.get("/v1/documents/{document_id}/answers.{kind}", summary="Answers to a version's questions, a row each")
async def table(
    service: ServiceHere, caller: Reader, document_id: str, kind: Table, version: Number | None = None
) -> Response:
    """Versions that ask the same questions share a table; `kind` is csv or xlsx."""
    document = await service.store.documents.find(caller.tenant_id, document_id)
    chosen = await service.store.documents.version(caller.tenant_id, document_id, version)
    source = await service.spool.source(document, chosen)
    asked = await service.pool.run(asking.asked, source)
    kept = await service.store.answers.listed(caller.tenant_id, document_id, asked)
    data = await service.pool.run(asking.tabulate, source, [_taken(each) for each in kept], kind)
    name = f"{PurePosixPath(document.name).stem.encode('ascii', 'ignore').decode() or 'answers'}.answers.{kind}"
    return Response(data, media_type=_TABLES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _open(service: Service, document_id: str) -> tuple[Document, Version, bytes]:
    """Raises NotFound for what is not there and for what takes no answers, alike."""
    document = await service.store.answers.open_document(document_id)
    version = await service.store.documents.version(document.tenant_id, document_id)
    source: Source = await service.spool.source(document, version)
    shown = await service.pool.run(asking.ask, source)
    if shown is None or urlsplit(shown[0]).path != f"/v1/forms/{document_id}/answers":
        raise NotFound(f"no document {document_id!r}")
    return document, version, shown[1]


async def _body(request: Request, limit: int) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise TooLarge(f"the answers are over {limit / 2**20:.0f} MB, the limit of this server")
    return bytes(data)


async def _uploaded(request: Request, body: bytes) -> tuple[str, bytes]:
    """The kind and content of the part `file`."""

    async def whole() -> AsyncGenerator[bytes]:
        yield body

    try:
        form = await MultiPartParser(request.headers, whole(), max_files=1).parse()
    except MultiPartException as error:
        raise BadRequest(f"the upload cannot be read: {error.message}; {_HOW}") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest(f"the upload has no part `file` with a file in it; {_HOW}")
        return _kind_of(file), await file.read()
    finally:
        await form.close()


def _kind_of(file: UploadFile) -> str:
    """As its sender says, else as its name does; raises BadRequest where neither is known."""
    said = _kind(file.content_type)
    if said == _JSON or said in _FILLED:
        return said
    suffix = PurePosixPath(file.filename or "").suffix.lower()
    by_name = [kind for kind, name in _FILLED.items() if PurePosixPath(name).suffix == suffix]
    if not by_name:
        raise BadRequest(f"the file {file.filename!r} is no filled form; {_HOW}")
    return by_name[0]


def _kind(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "version": answer.version,
        "asked": answer.asked,
        "received": answer.received.isoformat(),
        "source": answer.source,
        "language": answer.language,
        "answers": answer.answers,
    }


def _taken(answer: Answer) -> Taken:
    received = answer.received.isoformat()
    return Taken(answer.id, answer.asked, received, answer.source, answer.language, answer.answers)
