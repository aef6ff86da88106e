"""Turns as rows: begun once, told event by event, ended in one transaction with the version they made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from copilot_server.errors import BadRequest, Conflict, NotFound
from copilot_server.store import turn_rows
from copilot_server.store.database import Database
from copilot_server.store.keys import Caller
from copilot_server.store.link import Link, first
from copilot_server.store.tables import ACTIVE, Turn, TurnEvent, Version
from copilot_server.store.turn_rows import Beginning, Ending, Place, Replied, Told


@dataclass(frozen=True, slots=True)
class Started:
    """A turn whose part begins to run; `replies` are its model's finished calls where it ran before and broke off.

    None of them (`None`) where nothing of it can have run yet.
    """

    turn: Turn
    replies: Mapping[int, Replied] | None


class Turns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, caller: Caller, beginning: Beginning) -> tuple[Turn, bool]:
        """(the turn, whether it is new): the same idempotency key gives the turn it began. Raises Conflict."""
        try:
            return await self._database.note(turn_rows.begin, caller, beginning), True
        except IntegrityError:
            key = beginning.idempotency_key
            if key and (known := await self.known(caller, beginning.session_id, key, beginning.request)):
                return known, False
            raise Conflict("another turn is working on this document; wait for its end or cancel it") from None

    async def find(self, tenant_id: str, turn_id: str) -> Turn:
        """Raises NotFound, also for another tenant's."""
        turn = await self.get(turn_id)
        if turn is None or turn.tenant_id != tenant_id:
            raise NotFound(f"no turn {turn_id!r}")
        return turn

    async def get(self, turn_id: str) -> Turn | None:
        return await self._database.read(turn_rows.row, turn_id)

    async def version_of(self, turn: Turn) -> Version | None:
        """The version it made, a branch included."""
        async with self._database.session() as session:
            return await session.scalar(select(Version).where(Version.turn_id == turn.id))

    async def state(self, turn_id: str) -> str:
        """Of a turn there is."""
        return await self._database.read(lambda link: link.rows(_STATE, {"turn": turn_id})[0].state)

    async def start(self, turn_id: str, part: int) -> Started | None:
        """Mark a part as running; None where it is over, so that a run repeated does nothing."""
        found = await self._database.note(turn_rows.start, turn_id, part)
        return None if found is None else Started(*found)

    async def answer(self, tenant_id: str, turn_id: str, text: str) -> Turn:
        """Queue the next part; raises Conflict where no question is open."""
        return await self._database.transact(_answer, tenant_id, turn_id, text)

    async def ask_to_cancel(self, tenant_id: str, turn_id: str) -> Turn:
        """What waits for an answer is cancelled here; what runs is told so, and ends within a second."""
        return await self._database.transact(_ask_to_cancel, tenant_id, turn_id)

    async def applied(self, tenant_id: str, turn_id: str, report: dict[str, Any]) -> Turn:
        """What an editor says of the changes it replayed; raises Conflict for a turn that has not ended."""
        async with self._database.session() as session:
            turn = await session.get(Turn, turn_id)
            if turn is None or turn.tenant_id != tenant_id:
                raise NotFound(f"no turn {turn_id!r}")
            if turn.state in ACTIVE:
                raise Conflict(f"turn {turn_id} is {turn.state}: nothing of it can have been applied yet")
            turn.outcome = {**(turn.outcome or {}), "applied": report}
            return turn

    async def spent_since(self, key_id: str, since: datetime) -> tuple[int, int, float]:
        """(turns, tokens, US dollars) of a key."""
        async with self._database.session() as session:
            told = await session.scalars(
                select(Turn.outcome["usage"]).where(Turn.key_id == key_id, Turn.created >= since)
            )
            usages = [usage or {} for usage in told]
        tokens = sum(usage.get("input_tokens", 0) + usage.get("output_tokens", 0) for usage in usages)
        return len(usages), tokens, sum(usage.get("money", 0.0) for usage in usages)

    async def cancel_asked(self, turn_ids: Sequence[str]) -> set[str]:
        """Which of these turns their callers want stopped."""
        return {row.id for row in await self._database.rows(_CANCELLED, turns=list(turn_ids))}

    async def active(self, tenant_id: str) -> int:
        return await self._database.read(lambda link: link.rows(_ACTIVE, {"tenant": tenant_id})[0].number)

    async def open(self) -> Mapping[str, int]:
        """How many turns of all tenants have not ended, by state."""
        found = {row.state: row[1] for row in await self._database.rows(_OPEN)}
        return {state: found.get(state, 0) for state in ACTIVE}

    async def marks(self, turn_ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """(its state, the number of its last event) of each: where neither is another, there are no news."""
        return {row.id: (row.state, row[2] or 0) for row in await self._database.rows(_MARKS, turns=list(turn_ids))}

    async def unfinished(self, before: datetime) -> Sequence[tuple[str, int]]:
        """(id, part) of those begun before that moment which a worker should be at."""
        return [
            (row.id, row.part)
            for state in ("queued", "running")
            for row in await self._database.read(_unfinished, state, before)
        ]

    async def news(self, turn_id: str, after: int = 0, limit: int = 500) -> tuple[str, Sequence[Told]]:
        """(its state, what it told after that number): where no news are left, the state says whether more may come."""

        def found(link: Link) -> tuple[str, Sequence[Told]]:
            turn = first(link, _STATE, {"turn": turn_id})
            rows = link.rows(_NEWS, {"turn": turn_id, "after": after, "most": limit})
            return turn.state if turn else "", [Told(row.number, row.type, row.data) for row in rows]

        return await self._database.read(found)

    async def last_event(self, turn_id: str) -> int:
        return await self._database.read(turn_rows.last_event, turn_id)

    async def tell(self, turn_id: str, events: Sequence[Told], *, is_first: bool = False) -> None:
        await self._database.note(turn_rows.tell_running if is_first else turn_rows.tell, turn_id, events)

    async def reply(self, place: Place, replied: Replied, events: Sequence[Told]) -> bool:
        """Record a model's finished call; False where another run recorded it before this one."""
        return await self._database.note(turn_rows.reply, place, replied, events)

    async def end(self, turn_id: str, part: int, ending: Ending) -> None:
        """The version, the conversation, the state and the last events, all or none; repeated, it does nothing."""
        await self._database.transact(turn_rows.end, turn_id, part, ending)

    async def known(self, caller: Caller, session_id: str, key: str, request: Mapping[str, Any]) -> Turn | None:
        """The turn this idempotency key began; raises BadRequest where that was another request."""
        async with self._database.session() as session:
            turn = await session.scalar(
                select(Turn).where(Turn.tenant_id == caller.tenant_id, Turn.idempotency_key == key)
            )
        if turn is None:
            return None
        is_same = turn.session_id == session_id and all(turn.request.get(name) == request[name] for name in request)
        if not is_same:
            raise BadRequest("this Idempotency-Key began another turn; use a key of its own for each request")
        return turn


# Statements asked many times a second are made once.
_STATE = select(Turn.state).where(Turn.id == bindparam("turn"))
_ACTIVE = select(func.count().label("number")).where(
    Turn.tenant_id == bindparam("tenant"), or_(*(Turn.state == state for state in ACTIVE))
)
_OPEN = select(Turn.state, func.count()).where(Turn.state.in_(ACTIVE)).group_by(Turn.state)
_SOME = Turn.id.in_(bindparam("turns", expanding=True))
_CANCELLED = select(Turn.id).where(_SOME, Turn.is_cancel_asked)
_MARKS = select(
    Turn.id, Turn.state, select(func.max(TurnEvent.number)).where(TurnEvent.turn_id == Turn.id).scalar_subquery()
).where(_SOME)
_UNFINISHED = select(Turn.id, Turn.part).where(Turn.state == bindparam("state"), Turn.created < bindparam("before"))
_NEWS = (
    select(TurnEvent.number, TurnEvent.type, TurnEvent.data)
    .where(TurnEvent.turn_id == bindparam("turn"), TurnEvent.number > bindparam("after"))
    .order_by(TurnEvent.number)
    .limit(bindparam("most"))
)


_OURS = update(Turn).where(Turn.id == bindparam("of"), Turn.tenant_id == bindparam("tenant"))
_ANSWER = _OURS.where(Turn.state == "needs_answer").values(state="queued", part=Turn.part + 1)
_STOP = _OURS.values(is_cancel_asked=True)


def _unfinished(link: Link, state: str, before: datetime) -> Sequence[Any]:
    return link.rows(_UNFINISHED, {"state": state, "before": before})


def _answer(link: Link, tenant_id: str, turn_id: str, text: str) -> Turn:
    is_open = link.run(_ANSWER, {"of": turn_id, "tenant": tenant_id}) == 1
    turn = _found(link, tenant_id, turn_id)
    if not is_open:
        raise Conflict(f"turn {turn_id} is {turn.state}: no question of it is open")
    turn.paused = {**(turn.paused or {}), "answer": text}
    turn_rows.change(link, turn_id, paused=turn.paused)
    return turn


def _ask_to_cancel(link: Link, tenant_id: str, turn_id: str) -> Turn:
    link.run(_STOP, {"of": turn_id, "tenant": tenant_id})
    turn = _found(link, tenant_id, turn_id)
    if turn.state == "needs_answer":
        turn_rows.cancel_waiting(link, turn_id, turn.outcome)
        turn = _found(link, tenant_id, turn_id)
    return turn


def _found(link: Link, tenant_id: str, turn_id: str) -> Turn:
    turn = turn_rows.row(link, turn_id)
    if turn is None or turn.tenant_id != tenant_id:
        raise NotFound(f"no turn {turn_id!r}")
    return turn
