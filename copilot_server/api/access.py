"""Who may call: the bearer of an API key, or of this launch's token."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from copilot_server.errors import TooMany
from copilot_server.service import Service
from copilot_server.store.keys import Caller
from copilot_server.store.tables import now

Spent = Literal["turns", "tokens", "money"]
bearer = HTTPBearer(auto_error=False, description="an API key, or the token `serve` prints")


async def service_of(request: Request) -> Service:  # async, so that it costs no hop to a thread
    return request.app.state.service


ServiceHere = Annotated[Service, Depends(service_of)]


async def caller_of(
    service: ServiceHere, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
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
    """For one more turn; raises TooMany where the tenant has too many open, or the key spent what it may in a day."""
    waiting = service.settings.turns_waiting
    if await service.store.turns.active(caller.tenant_id) >= waiting:
        raise TooMany(f"{waiting} turns are open already; wait for one to end", 2)
    await require_means(service, caller, ("turns", "tokens", "money"))


async def require_means(service: Service, caller: Caller, kinds: Sequence[Spent]) -> None:
    """Raises TooMany where the key spent what it may in a day of one of these; a stateless edit counts as a turn."""
    if caller.key_id is None or not any(f"{kind}_a_day" in caller.limits for kind in kinds):
        return
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    by_turns = await service.store.turns.spent_since(caller.key_id, midnight)
    by_edits = await service.store.keys.spent_today(caller.key_id)
    turns, tokens, money = (sum(both) for both in zip(by_turns, by_edits, strict=True))
    spent: dict[Spent, float] = {"turns": turns, "tokens": tokens, "money": money}
    left = 86_400 - (now() - midnight).total_seconds()
    for kind in kinds:
        allowed = caller.limits.get(f"{kind}_a_day")
        if allowed is not None and spent[kind] >= allowed:
            raise TooMany(f"what this key may take in a day is spent: {spent[kind]:.9g} of {allowed:.9g} {kind}", left)
