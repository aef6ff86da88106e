"""POST /v1/edits: a file and a request in, the edited file and its receipt out; nothing is remembered."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response

from copilot_server import app as world
from copilot_server.agent import skill as rooms
from copilot_server.agent.conversation import Say, Understand
from copilot_server.agent.counted import Counted
from copilot_server.agent.messages import Model, Usage
from copilot_server.agent.workbench import Mode
from copilot_server.api.access import ServiceHere, Writer, require_room, upload_limit
from copilot_server.api.results import Results
from copilot_server.api.uploads import Upload
from copilot_server.errors import BadRequest, TooLarge, TooMany, UnsupportedFile
from copilot_server.office.suffixes import PICTURE_SUFFIXES
from copilot_server.service import Service
from copilot_server.store.keys import Caller
from copilot_server.turns.desk import Source
from copilot_server.turns.passing import Passing

router = APIRouter(prefix="/v1", route_class=Upload)
_CHUNK = 1 << 20
_MOST_TEXT = 1 << 20  # bytes of plain text that go along whole, in sum
_MOST_FILES = 20
_LONGEST_NAME = 200  # bytes; file systems take 255


@router.post("/edits", summary="Edit a file by a sentence", responses={200: {"content": {"application/json": {}}}})
async def edit(
    request: Request,
    service: ServiceHere,
    caller: Writer,
    file: Annotated[UploadFile, File(description="the document, its name ending in its suffix")],
    wish: Annotated[str, Form(alias="request", pattern=r"[^\s\x00]", max_length=100_000, description="what to do")],
    selection: Annotated[str | None, Form(description="what the user points at, as A1:B4")] = None,
    mode: Annotated[Mode, Form(description="edit, plan or ask")] = "edit",
    model: Annotated[str | None, Form(description="the model to use, of those the server declares")] = None,
    data: Annotated[
        list[UploadFile],
        File(max_length=_MOST_FILES, description="files to take facts or pictures from: csv, md, json, Office, png"),
    ] = [],  # noqa: B006
    answers: Annotated[list[str], Form(description="answers to questions, in order")] = [],  # noqa: B006
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """The receipt as JSON with a link to the edited file, or the file itself when `Accept` names no JSON."""
    results: Results = request.app.state.results
    name = safe_name(file.filename or "")
    settings = service.settings.with_model(model)
    await require_room(service, caller)
    calls: list[Usage] = []
    make_model = world.model_maker(settings)

    def counted(understand: Understand) -> Model:
        return Counted(make_model(understand), calls.append)

    passing = Passing(service.pool, counted, settings.limits, world.photograph)
    place = _place(request.app.state.edits_under_way, caller.tenant_id, settings.turns_waiting)
    with place, tempfile.TemporaryDirectory(prefix="copilot-") as folder:
        source = Source(name, rooms.card_for(name).name, Path(folder) / "document" / name)
        beside = {Path(folder) / "data" / each: sent for each, sent in _named(data, name).items()}
        await _receive({source.path: file} | beside, upload_limit(service, caller))
        texts, others = await asyncio.to_thread(_split, [*beside])
        said = Say(wish, mode, selection, texts)
        try:
            outcome, changed = await passing.edit(source, said, answers, others, [*beside])
        finally:
            await asyncio.shield(_count(service, caller, settings.model_name, calls))
    outcome = replace(outcome, usage=sum(calls, Usage()))
    made = results.keep(caller.tenant_id, name, changed) if changed is not None else None
    wants_file = "json" not in accept and "*/*" not in accept
    if wants_file and made is not None:
        return FileResponse(made, filename=name)
    link = f"/v1/edits/{made.parent.name}/content" if made else None
    return JSONResponse(outcome.to_json(link))


@contextmanager
def _place(under_way: Counter[str], tenant_id: str, most: int) -> Generator[None]:
    """Raises TooMany where a tenant has that many edits under way in this process."""
    if under_way[tenant_id] >= most:
        raise TooMany(f"{most} edits are under way already; wait for one to end", 2)
    under_way[tenant_id] += 1
    try:
        yield
    finally:
        under_way[tenant_id] -= 1


async def _count(service: Service, caller: Caller, model: str, calls: Sequence[Usage]) -> None:
    """Also of an edit that failed or was given up: its calls are paid."""
    for each in calls:
        service.meters.model_answered(model, each.input_tokens, each.output_tokens)
    if caller.key_id is not None:
        whole = sum(calls, Usage())
        await service.store.keys.spend(caller.key_id, whole.tokens, whole.money)


@router.get("/edits/{result_id}/content", summary="The file a stateless edit made")
async def content(request: Request, caller: Writer, result_id: str) -> FileResponse:
    results: Results = request.app.state.results
    made = results.find(caller.tenant_id, result_id)
    return FileResponse(made, filename=made.name)


def _named(data: Sequence[UploadFile], taken: str) -> dict[str, UploadFile]:
    """By safe names; raises BadRequest for a name given twice and UnsupportedFile for what cannot be read."""
    named: dict[str, UploadFile] = {}
    documents = (suffix for card in rooms.cards() for suffix in card.suffixes if suffix.startswith("."))
    known = sorted({*world.TEXT_SUFFIXES, *PICTURE_SUFFIXES, *documents})
    for file in data:
        name = safe_name(file.filename or "")
        if name.lower() in {taken.lower(), *map(str.lower, named)}:
            raise BadRequest(f"two of the files are called {name}; give each a name of its own")
        if not name.lower().endswith(tuple(known)):
            raise UnsupportedFile(f"{name}: facts are not read from files of this kind, but from {', '.join(known)}")
        named[name] = file
    return named


async def _receive(files: Mapping[Path, UploadFile], limit: int) -> None:
    """Raises TooLarge where they are over the limit together."""
    received = 0
    for path, file in files.items():
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as out:
            while chunk := await file.read(_CHUNK):
                received += len(chunk)
                if received > limit:
                    raise TooLarge(f"the upload is over {limit / 2**20:.3g} MB in sum, the limit of this server or key")
                out.write(chunk)


def _split(paths: Sequence[Path]) -> tuple[dict[str, str], list[Source]]:
    """Plain texts go along as they are; Office files are opened, where documents are, to be read from."""
    plain = [path for path in paths if path.suffix.lower() in world.TEXT_SUFFIXES]
    if sum(path.stat().st_size for path in plain) > _MOST_TEXT:
        raise TooLarge(
            f"plain text given along is over {_MOST_TEXT / 2**20:.3g} MB in sum, and a model reads all of it; "
            "send long tables as .xlsx, which is read in parts"
        )
    others = [path for path in paths if path not in plain and world.is_document(path)]
    return world.read_texts(plain), [Source(path.name, rooms.card_for(path.name).name, path) for path in others]


def safe_name(sent: str) -> str:
    """The last step of the sent name, so that it can neither leave its folder nor hide; raises BadRequest."""
    name = PurePosixPath(sent.replace("\\", "/")).name.lstrip(".")
    if not name or any(ord(character) < 32 for character in name):
        raise BadRequest("the uploaded file needs a name ending in its suffix, as report.xlsx")
    return name.encode()[-_LONGEST_NAME:].decode(errors="ignore").lstrip(".")
