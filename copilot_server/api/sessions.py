"""/v1/sessions: conversations over documents; and what the user likes, /v1/preferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot_server.api import documents
from copilot_server.api.access import Reader, ServiceHere, Writer
from copilot_server.store.tables import Session, Turn

router = APIRouter(prefix="/v1", tags=["sessions"])
Id = Annotated[str, Field(max_length=64)]
Said = Annotated[str, Field(pattern=r"[^\s\x00]", description="words: more than white space")]


class Attached(BaseModel):
    """A document of a session: to edit, or to read from only."""

    model_config = ConfigDict(extra="forbid")
    id: Id
    access: Literal["edit", "read"] = "edit"


class NewSession(BaseModel):
    model_config = ConfigDict(extra="forbid")
    documents: Annotated[list[Attached], Field(max_length=20)] = []


class Liking(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: Annotated[Said, Field(max_length=2000)]


@router.post("/sessions", status_code=201, summary="Begin a conversation over documents")
async def create(service: ServiceHere, caller: Writer, wish: NewSession) -> dict[str, Any]:
    session = await service.store.sessions.create(caller, [(each.id, each.access) for each in wish.documents])
    return await _told(service, session)


@router.get("/sessions/{session_id}", summary="A conversation with its documents and turns")
async def one(service: ServiceHere, caller: Reader, session_id: str) -> dict[str, Any]:
    return await _told(service, await service.store.sessions.find(caller.tenant_id, session_id))


@router.post("/sessions/{session_id}/documents", summary="Attach one more document")
async def attach(service: ServiceHere, caller: Writer, session_id: str, wish: Attached) -> dict[str, Any]:
    await service.store.sessions.attach(caller.tenant_id, session_id, wish.id, wish.access)
    return await _told(service, await service.store.sessions.find(caller.tenant_id, session_id))


@router.get("/preferences", summary="What you said you like, given to the model with every turn")
async def preferences(service: ServiceHere, caller: Reader) -> dict[str, str]:
    return dict(await service.store.sessions.preferences(caller.user_id))


@router.put("/preferences/{name}", summary="State what you like: tone, format, brand, language")
async def prefer(service: ServiceHere, caller: Writer, name: str, liking: Liking) -> dict[str, str]:
    await service.store.sessions.prefer(caller.user_id, name[:60], liking.value)
    return {name[:60]: liking.value}


@router.delete("/preferences/{name}", status_code=204, summary="Forget it")
async def forget(service: ServiceHere, caller: Writer, name: str) -> Response:
    await service.store.sessions.forget(caller.user_id, name[:60])
    return Response(status_code=204)


async def _told(service: ServiceHere, session: Session) -> dict[str, Any]:
    attached = await service.store.sessions.documents(session.tenant_id, session.id)
    turns = await service.store.sessions.turns(session.id)
    return {
        "id": session.id,
        "created": session.created.isoformat(),
        "documents": [{**documents.told(document), "access": access} for document, access in attached],
        "turns": [told_turn(turn) for turn in turns],
    }


def delivered(turn: Turn, outcome: Mapping[str, Any]) -> Mapping[str, Any]:
    """An outcome with the changes, the package, or both, as the turn was asked for."""
    deliver = turn.request.get("deliver", "both")
    if deliver == "package" and "receipt" in outcome:
        return {**outcome, "receipt": {**outcome["receipt"], "changes": []}}
    if deliver == "changes" and "output" in outcome:
        return {**outcome, "output": None}
    return outcome


def told_turn(turn: Turn) -> dict[str, Any]:
    outcome = delivered(turn, turn.outcome or {})
    return {
        "id": turn.id,
        "session": turn.session_id,
        "document": turn.document_id,
        "state": turn.state,
        "text": turn.request["text"],
        "mode": turn.request["mode"],
        "base_version": turn.base_version,
        "outcome": outcome or None,
        "created": turn.created.isoformat(),
        "ended": turn.ended.isoformat() if turn.ended else None,
        "events": f"/v1/turns/{turn.id}/events",
    }
