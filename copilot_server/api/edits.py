"""POST /v1/edits: a file and a request in, the edited file and its receipt out; nothing is remembered."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response

from copilot_server import app as world
from copilot_server.agent import skill as rooms
from copilot_server.agent.conversation import Say
from copilot_server.agent.workbench import Mode
from copilot_server.api.access import ServiceHere, Writer, upload_limit
from copilot_server.api.results import Results
from copilot_server.errors import BadRequest, TooLarge
from copilot_server.turns.desk import Source
from copilot_server.turns.passing import Passing

router = APIRouter(prefix="/v1")
_CHUNK = 1 << 20


@router.post("/edits", summary="Edit a file by a sentence", responses={200: {"content": {"application/json": {}}}})
async def edit(
    request: Request,
    service: ServiceHere,
    caller: Writer,
    file: Annotated[UploadFile, File(description="the document, its name ending in its suffix")],
    wish: Annotated[str, Form(alias="request", min_length=1, max_length=100_000, description="what to do")],
    selection: Annotated[str | None, Form(description="what the user points at, as A1:B4")] = None,
    mode: Annotated[Mode, Form(description="edit, plan or ask")] = "edit",
    model: Annotated[str | None, Form(description="the model to use, of those the server declares")] = None,
    answers: Annotated[list[str], Form(description="answers to questions, in order")] = [],  # noqa: B006
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """The receipt as JSON with a link to the edited file, or the file itself when `Accept` names no JSON."""
    results: Results = request.app.state.results
    name = safe_name(file.filename or "")
    settings = service.settings.with_model(model)
    passing = Passing(service.pool, world.model_maker(settings), settings.limits, world.photograph)
    with tempfile.TemporaryDirectory(prefix="copilot-") as folder:
        source = Source(name, rooms.card_for(name).name, Path(folder) / name)
        await _receive(file, source.path, upload_limit(service, caller))
        outcome, data = await passing.edit(source, Say(wish, mode, selection), answers)
    made = results.keep(caller.tenant_id, name, data) if data is not None else None
    wants_file = "json" not in accept and "*/*" not in accept
    if wants_file and made is not None:
        return FileResponse(made, filename=name)
    link = f"/v1/edits/{made.parent.name}/content" if made else None
    return JSONResponse(outcome.to_json(link))


@router.get("/edits/{result_id}/content", summary="The file a stateless edit made")
async def content(request: Request, caller: Writer, result_id: str) -> FileResponse:
    results: Results = request.app.state.results
    made = results.find(caller.tenant_id, result_id)
    return FileResponse(made, filename=made.name)


async def _receive(file: UploadFile, target: Path, limit: int) -> None:
    with target.open("wb") as out:
        received = 0
        while chunk := await file.read(_CHUNK):
            received += len(chunk)
            if received > limit:
                raise TooLarge(f"the upload is over {limit / 2**20:.0f} MB, the limit of this server")
            out.write(chunk)


def safe_name(sent: str) -> str:
    """The last step of the sent name, so that it can neither leave its folder nor hide; raises BadRequest."""
    name = PurePosixPath(sent.replace("\\", "/")).name.lstrip(".")
    if not name or any(ord(character) < 32 for character in name):
        raise BadRequest("the uploaded file needs a name ending in its suffix, as report.xlsx")
    return name[-120:]
