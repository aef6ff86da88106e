"""Who may call: the bearer of an API key, or of this launch's token."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from copilot_server.errors import TooMany
from copilot_server.service import Service
from copilot_server.store.keys import Caller
from copilot_server.store.tables import now

_bearer = HTTPBearer(auto_error=False, description="an API key, or the token `serve` prints")


async def service_of(request: Request) -> Service:  # async, so that it costs no hop to a thread
    return request.app.state.service


ServiceHere = Annotated[Service, Depends(service_of)]


async def caller_of(
    service: ServiceHere, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """401 unless the bearer is known."""
    if given is not None:
        token = service.settings.token
        if token and secrets.compare_digest(token.get_secret_value().encode(), given.credentials.encode()):
            return await service.store.keys.local()
        if caller := await service.store.keys.caller(given.credentials):
            return caller
    raise HTTPException(401, "send Authorization: Bearer with an API key", {"WWW-Authenticate": "Bearer"})


Reader = Annotated[Caller, Depends(caller_of)]


async def writer_of(caller: Reader) -> Caller:
    if "write" not in caller.scopes:
        raise HTTPException(403, "this key may only read")
    return caller


Writer = Annotated[Caller, Depends(writer_of)]


def upload_limit(service: Service, caller: Caller) -> int:
    """Bytes one upload may have: the server's limit, or the key's own where that is smaller."""
    whole = service.settings.max_upload_bytes
    return min(whole, caller.limits.get("upload_bytes", whole))


async def require_room(service: Service, caller: Caller) -> None:
    """Raises TooMany where the tenant has too many turns open, or the key has spent what it may in a day."""
    waiting = service.settings.turns_waiting
    if await service.store.turns.active(caller.tenant_id) >= waiting:
        raise TooMany(f"{waiting} turns are open already; wait for one to end", 2)
    if caller.key_id is None or not caller.limits:
        return
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    turns, tokens, money = await service.store.turns.spent_since(caller.key_id, midnight)
    left = 86_400 - (now() - midnight).total_seconds()
    for name, spent in (("turns", turns), ("tokens", tokens), ("money", money)):
        allowed = caller.limits.get(f"{name}_a_day")
        if allowed is not None and spent >= allowed:
            raise TooMany(f"this key's {name} of today are spent: {spent} of {allowed}", left)
