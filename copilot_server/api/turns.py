"""/v1/turns: a message carried out, watched, answered, cancelled."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from copilot_server.agent.workbench import Mode
from copilot_server.api import routing
from copilot_server.api.access import Reader, ServiceHere, Writer, require_means, require_room
from copilot_server.api.documents import keep, version_expected
from copilot_server.api.sessions import Id, Said, delivered, told_turn
from copilot_server.errors import BadRequest, CopilotError, NotFound
from copilot_server.service import Service
from copilot_server.store.keys import Caller
from copilot_server.store.sessions import Access
from copilot_server.store.tables import Document, Turn
from copilot_server.store.turn_rows import Beginning
from copilot_server.turns import desk
from copilot_server.turns.bell import Ear

router = APIRouter(prefix="/v1", tags=["turns"])
_LONGEST_WAIT = 120.0
_LOOK = 10.0  # seconds between looks for news of a turn whose bell does not ring
_BUSY = frozenset({"queued", "running"})
_ENDS = frozenset({"turn.completed", "turn.failed", "turn.needs_answer", "turn.cancelled"})


class NewTurn(BaseModel):
    """What the user says. `document` is needed only where a session holds several that could be meant."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[Said, Field(max_length=100_000)]
    mode: Mode = "edit"
    document: Id | None = None
    selection: Annotated[str | None, Field(max_length=2000)] = None
    texts: Annotated[dict[str, str], Field(max_length=10, description="plain files given along, by name")] = {}
    model: Annotated[str | None, Field(max_length=200)] = None
    deliver: Literal["changes", "package", "both"] = "both"


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[Said, Field(max_length=20_000)]


class Applied(BaseModel):
    """What an editor tells after replaying the changes of a turn."""

    model_config = ConfigDict(extra="forbid")
    is_whole: Annotated[bool, Field(description="whether every change could be replayed")]
    detail: Annotated[str, Field(max_length=2000)] = ""


@router.post("/sessions/{session_id}/turns", status_code=202, summary="Say something; the turn runs durably")
async def begin(
    service: ServiceHere,
    caller: Writer,
    session_id: str,
    wish: NewTurn,
    if_match: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    prefer: Annotated[str | None, Header()] = None,
) -> JSONResponse:
    """202 at once, or with `Prefer: wait=SECONDS` 200 at its end. 409 while another turn works on the document."""
    service.settings.with_model(wish.model)
    seconds = _wait_of(prefer)  # before anything is begun
    turn, is_new = await _begun(service, caller, session_id, wish, if_match, idempotency_key)
    with service.bell.ear(turn.id, for_end=True) as ear:
        if is_new:
            await service.engine.enqueue(turn)
        return await _answered(service, turn, seconds, ear)


@router.get("/turns/{turn_id}", summary="How a turn stands")
async def one(service: ServiceHere, caller: Reader, turn_id: str) -> dict[str, Any]:
    return told_turn(await service.store.turns.find(caller.tenant_id, turn_id))


@router.post("/turns/{turn_id}/answers", status_code=202, summary="Answer the question a turn ended with")
async def answer(
    service: ServiceHere, caller: Writer, turn_id: str, said: Answer, prefer: Annotated[str | None, Header()] = None
) -> JSONResponse:
    """The same turn goes on. A plan is approved by "yes"."""
    seconds = _wait_of(prefer)
    await require_means(service, caller, ("tokens", "money"))
    turn = await service.store.turns.answer(caller.tenant_id, turn_id, said.text)
    with service.bell.ear(turn.id, for_end=True) as ear:
        await service.engine.enqueue(turn)
        return await _answered(service, turn, seconds, ear)


@router.post("/turns/{turn_id}/cancel", status_code=202, summary="Stop a turn; nothing it did is kept")
async def cancel(service: ServiceHere, caller: Writer, turn_id: str) -> dict[str, Any]:
    turn = await service.store.turns.ask_to_cancel(caller.tenant_id, turn_id)
    service.engine.cancel(turn_id)
    service.bell.ring(turn_id)
    return told_turn(turn)


@router.post("/turns/{turn_id}/applied", summary="Tell how replaying the changes in the editor went")
async def applied(service: ServiceHere, caller: Writer, turn_id: str, report: Applied) -> dict[str, Any]:
    return told_turn(await service.store.turns.applied(caller.tenant_id, turn_id, report.model_dump()))


async def turn_to_watch(service: ServiceHere, caller: Reader, turn_id: str) -> Turn:
    """Found before the stream begins, so that a stranger gets a 404 and no stream."""
    return await service.store.turns.find(caller.tenant_id, turn_id)


@router.get("/turns/{turn_id}/events", response_class=EventSourceResponse, summary="What a turn tells, as it does")
async def events(
    request: Request,
    service: ServiceHere,
    turn: Annotated[Turn, Depends(turn_to_watch)],
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Server-sent events numbered from 1; `Last-Event-ID` goes on after that one, also after the server died.

    The stream ends when the turn does, or asks.
    """
    after = int(last_event_id) if last_event_id and re.fullmatch(r"\d{1,9}", last_event_id) else 0
    with service.bell.ear(turn.id) as ear:
        while not await request.is_disconnected():
            # A client that goes away cancels this; a query cut off would cost its connection.
            state, news = await asyncio.shield(service.store.turns.news(turn.id, after))
            for each in news:
                after = each.number
                data = delivered(turn, each.data) if each.type in _ENDS else each.data
                yield ServerSentEvent(data=data, event=each.type, id=str(each.number))
            if state not in _BUSY and not news:
                return
            if not news:
                await ear.listen(_LOOK)


async def _begun(
    service: Service, caller: Caller, session_id: str, wish: NewTurn, if_match: str | None, key: str | None
) -> tuple[Turn, bool]:
    if key and (known := await service.store.turns.known(caller, session_id, key, wish.model_dump())):
        return known, False
    attached = await service.store.sessions.documents(caller.tenant_id, session_id)
    await require_room(service, caller)
    document, is_new = await _target(service, caller, session_id, wish, attached)
    request = wish.model_dump() | {"is_new": is_new}
    beginning = Beginning(session_id, document.id, request, version_expected(if_match), key)
    is_made_here = all(document.id != each.id for each, _ in attached)
    try:
        turn, is_first = await service.store.turns.begin(caller, beginning)
    except CopilotError:
        if is_made_here:  # and is nobody's
            await service.store.documents.delete(caller, document.id)
        raise
    if is_made_here and turn.document_id != document.id:  # sent twice at once
        await service.store.documents.delete(caller, document.id)
    return turn, is_first


async def _target(
    service: Service, caller: Caller, session_id: str, wish: NewTurn, attached: Sequence[tuple[Document, Access]]
) -> tuple[Document, bool]:
    """(the document to edit, whether it is made for this turn)."""
    editable = [document for document, access in attached if access == "edit"]
    if wish.document is not None:
        for document in editable:
            if document.id == wish.document:
                return document, False
        raise NotFound(f"this session has no document {wish.document!r} to edit")
    if found := routing.target(wish.text, editable):
        if not await _is_empty_still(service, session_id, found):
            return found, False
        if routing.is_of(wish.text, found):
            return found, True
        await service.store.documents.delete(caller, found.id)
    if wish.mode == "ask" and attached:
        return attached[0][0], False
    card = routing.kind_wanted(wish.text)
    data = await service.pool.run(desk.blank, card.name)
    document = await keep(service, caller, f"{card.kind}{card.suffixes[0]}", card.name, data)
    await service.store.sessions.attach(caller.tenant_id, session_id, document.id, "edit")
    return document, True


async def _is_empty_still(service: Service, session_id: str, document: Document) -> bool:
    """Whether it was made for a turn that ended and left it empty, so that this one begins it anew."""
    if document.head > 0:
        return False
    turns = [turn for turn in await service.store.sessions.turns(session_id) if turn.document_id == document.id]
    return all(turn.ended for turn in turns) and any(turn.request.get("is_new") for turn in turns)


async def _answered(service: Service, turn: Turn, seconds: float | None, ear: Ear) -> JSONResponse:
    headers = {"Location": f"/v1/turns/{turn.id}"}
    if seconds is not None:
        turn = await _wait(service, turn, seconds, ear)
        headers["Preference-Applied"] = "wait"
    return JSONResponse(told_turn(turn), 202 if turn.state in _BUSY else 200, headers)


async def _wait(service: Service, turn: Turn, seconds: float, ear: Ear) -> Turn:
    end = time.monotonic() + seconds
    while turn.state in _BUSY and (left := end - time.monotonic()) > 0:
        await ear.listen(min(_LOOK, left))
        turn = await service.store.turns.find(turn.tenant_id, turn.id)
    return turn


def _wait_of(prefer: str | None) -> float | None:
    """Seconds of `Prefer: wait` or `wait=10`; None where it is not asked for. Raises BadRequest."""
    match = re.search(r"\bwait\b(?:\s*=\s*(\S+))?", prefer or "")
    if match is None:
        return None
    if match.group(1) is None:
        return _LONGEST_WAIT
    if not re.fullmatch(r"\d{1,6}", match.group(1).strip('",;')):
        raise BadRequest(f"Prefer: wait={match.group(1)} is no number of seconds")
    return min(float(match.group(1).strip('",;')), _LONGEST_WAIT)
