"""Turns as rows: begun once, told event by event, ended in one transaction with the version they made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from copilot_server.agent.events import Event
from copilot_server.errors import BadRequest, Conflict, NotFound
from copilot_server.store.database import Database
from copilot_server.store.documents import Made, add_version, locked
from copilot_server.store.keys import Caller
from copilot_server.store.tables import ACTIVE, Document, Session, Turn, TurnEvent, Version, now


@dataclass(frozen=True, slots=True)
class Beginning:
    """`base_version` None means the head as it stands."""

    session_id: str
    document_id: str
    request: dict[str, Any]
    base_version: int | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    number: int
    type: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Started:
    """A turn whose part begins to run, or runs again after it broke off."""

    turn: Turn
    is_again: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a part of a turn ends: its state, the outcome told, and what an answer would go on from.

    `events` are those not yet told; what comes of committing follows them.
    """

    state: str
    outcome: dict[str, Any]
    messages: list[Any] | None = None
    paused: dict[str, Any] | None = None
    made: Made | None = None
    events: Sequence[Told] = ()


class Turns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, caller: Caller, beginning: Beginning) -> tuple[Turn, bool]:
        """(the turn, whether it is new): the same idempotency key gives the turn it began. Raises Conflict."""
        try:
            async with self._database.session() as session:
                return await _begun(session, caller, beginning), True
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
        async with self._database.session() as session:
            return await session.get(Turn, turn_id)

    async def version_of(self, turn: Turn) -> Version | None:
        """The version it made, a branch included."""
        async with self._database.session() as session:
            return await session.scalar(select(Version).where(Version.turn_id == turn.id))

    async def state(self, turn_id: str) -> str:
        """Of a turn there is."""
        return (await self._database.rows(_STATE, turn=turn_id))[0].state

    async def start(self, turn_id: str, part: int) -> Started | None:
        """Mark a part as running; None where it is over, so that a run repeated does nothing."""
        async with self._database.session() as session:
            turn = await session.get(Turn, turn_id)
            if turn is None or turn.part != part or turn.state not in {"queued", "running"}:
                return None
            is_again = turn.state == "running"
            turn.state = "running"
            return Started(turn, is_again)

    async def answer(self, tenant_id: str, turn_id: str, text: str) -> Turn:
        """Queue the next part; raises Conflict where no question is open."""
        async with self._database.session() as session:
            changed = await session.execute(
                update(Turn)
                .where(Turn.id == turn_id, Turn.tenant_id == tenant_id, Turn.state == "needs_answer")
                .values(state="queued", part=Turn.part + 1)
                .returning(Turn.id)
            )
            is_open = changed.first() is not None
            turn = await session.get(Turn, turn_id, populate_existing=True)
            if turn is None or turn.tenant_id != tenant_id:
                raise NotFound(f"no turn {turn_id!r}")
            if not is_open:
                raise Conflict(f"turn {turn_id} is {turn.state}: no question of it is open")
            turn.paused = {**(turn.paused or {}), "answer": text}
            return turn

    async def ask_to_cancel(self, tenant_id: str, turn_id: str) -> Turn:
        """What waits for an answer is cancelled here; what runs is told so, and ends within a second."""
        async with self._database.session() as session:
            turn = await session.get(Turn, turn_id)
            if turn is None or turn.tenant_id != tenant_id:
                raise NotFound(f"no turn {turn_id!r}")
            turn.is_cancel_asked = True
            if turn.state == "needs_answer":
                await cancel_waiting(session, turn)
            return turn

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
            outcomes = (
                await session.scalars(select(Turn.outcome).where(Turn.key_id == key_id, Turn.created >= since))
            ).all()
        usages = [(outcome or {}).get("usage") or {} for outcome in outcomes]
        tokens = sum(usage.get("input_tokens", 0) + usage.get("output_tokens", 0) for usage in usages)
        return len(usages), tokens, sum(usage.get("money", 0.0) for usage in usages)

    async def cancel_asked(self, turn_ids: Sequence[str]) -> set[str]:
        """Which of these turns their callers want stopped."""
        return {row.id for row in await self._database.rows(_CANCELLED, turns=list(turn_ids))}

    async def active(self, tenant_id: str) -> int:
        return (await self._database.rows(_ACTIVE, tenant=tenant_id))[0][0]

    async def open(self) -> Mapping[str, int]:
        """How many turns of all tenants have not ended, by state."""
        found = {row.state: row[1] for row in await self._database.rows(_OPEN)}
        return {state: found.get(state, 0) for state in ACTIVE}

    async def unfinished(self) -> Sequence[Turn]:
        """Those a worker should be at."""
        async with self._database.session() as session:
            rows = await session.scalars(select(Turn).where(Turn.state.in_(("queued", "running"))))
            return rows.all()

    async def news(self, turn_id: str, after: int = 0, limit: int = 500) -> tuple[str, Sequence[Told]]:
        """(its state, what it told after that number): where no news are left, the state says whether more may come."""
        async with self._database.engine.connect() as connection:
            state = await connection.scalar(_STATE, {"turn": turn_id})
            rows = await connection.execute(_NEWS, {"turn": turn_id, "after": after, "most": limit})
            return state or "", [Told(row.number, row.type, row.data) for row in rows]

    async def last_event(self, turn_id: str) -> int:
        async with self._database.session() as session:
            return await _last_event(session, turn_id)

    async def tell(self, turn_id: str, events: Sequence[Told]) -> None:
        async with self._database.session() as session:
            await _tell(session, turn_id, events)

    async def end(self, turn_id: str, part: int, ending: Ending) -> None:
        """The version, the conversation, the state and the last events, all or none; repeated, it does nothing."""
        async with self._database.session() as session:
            document = await _locked_for(session, turn_id)
            turn = await session.get(Turn, turn_id)
            if turn is None or document is None:
                return
            if turn.part != part or turn.state not in {"queued", "running"}:
                return
            closing: list[Event] = []
            outcome, state = dict(ending.outcome), ending.state
            if ending.made is not None:
                is_branch = document.head != turn.base_version
                version = await add_version(session, document, ending.made, is_branch=is_branch)
                outcome |= {"version": version.number}
                closing.append(_version_event(version))
                if is_branch:
                    state = "failed"
                    outcome |= _lost_race(turn, document.head, version)
            await _close(session, turn, ending, state, outcome)
            closing.append(Event(_LAST[state], outcome))
            newest = max(await _last_event(session, turn_id), *(each.number for each in ending.events), 0)
            last = [Told(newest + n, each.type, dict(each.data)) for n, each in enumerate(closing, 1)]
            await _tell(session, turn_id, [*ending.events, *last])

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
_ACTIVE = select(func.count()).where(Turn.tenant_id == bindparam("tenant"), Turn.state.in_(ACTIVE))
_OPEN = select(Turn.state, func.count()).where(Turn.state.in_(ACTIVE)).group_by(Turn.state)
_CANCELLED = select(Turn.id).where(Turn.id.in_(bindparam("turns", expanding=True)), Turn.is_cancel_asked)
_NEWS = (
    select(TurnEvent.number, TurnEvent.type, TurnEvent.data)
    .where(TurnEvent.turn_id == bindparam("turn"), TurnEvent.number > bindparam("after"))
    .order_by(TurnEvent.number)
    .limit(bindparam("most"))
)
_LAST: dict[str, Any] = {
    "completed": "turn.completed",
    "needs_answer": "turn.needs_answer",
    "failed": "turn.failed",
    "cancelled": "turn.cancelled",
}


async def cancel_waiting(session: AsyncSession, turn: Turn) -> None:
    """End a turn that waits for its user's answer."""
    turn.state, turn.ended, turn.paused = "cancelled", now(), None
    outcome = {**(turn.outcome or {}), "status": "cancelled", "message": "Cancelled.", "question": None}
    turn.outcome = outcome
    number = await _last_event(session, turn.id) + 1
    await _tell(session, turn.id, [Told(number, "turn.cancelled", outcome)])


async def _begun(session: AsyncSession, caller: Caller, beginning: Beginning) -> Turn:
    document = await locked(session, caller.tenant_id, beginning.document_id)
    if beginning.base_version is not None and document.head != beginning.base_version:
        raise Conflict(f"version {document.head} is current, not {beginning.base_version}")
    waiting = await session.scalars(
        select(Turn).where(Turn.session_id == beginning.session_id, Turn.state == "needs_answer")
    )
    for turn in waiting:  # a new message of the same conversation drops its open question
        await cancel_waiting(session, turn)
    await session.flush()
    turn = Turn(
        tenant_id=caller.tenant_id,
        session_id=beginning.session_id,
        document_id=document.id,
        key_id=caller.key_id,
        request=beginning.request,
        base_version=document.head,
        idempotency_key=beginning.idempotency_key,
    )
    session.add(turn)
    await session.flush()
    return turn


def _version_event(version: Version) -> Event:
    told = {"number": version.number, "content_hash": version.content_hash, "is_branch": version.is_branch}
    return Event("document.version", {"document": version.document_id, **told})


def _lost_race(turn: Turn, head: int, version: Version) -> dict[str, Any]:
    return {
        "status": "failed",
        "message": (
            f"Version {head} was saved while this turn worked on version {turn.base_version}. "
            f"Its work is kept as version {version.number}, a branch: restore it to take it, or leave it."
        ),
        "conflict": {"base": turn.base_version, "current": head, "branch": version.number},
    }


async def _close(session: AsyncSession, turn: Turn, ending: Ending, state: str, outcome: dict[str, Any]) -> None:
    turn.state, turn.outcome, turn.paused = state, outcome, ending.paused
    if state != "needs_answer":
        turn.ended = now()
    if ending.messages is not None and state in {"completed", "failed"}:
        talk = await session.get_one(Session, turn.session_id)
        talk.messages = ending.messages


async def _locked_for(session: AsyncSession, turn_id: str) -> Document | None:
    """The turn's document, held until the transaction ends; a deleted one too."""
    its_document = select(Turn.document_id).where(Turn.id == turn_id).scalar_subquery()
    row = await session.scalars(
        update(Document).where(Document.id == its_document).values(head=Document.head).returning(Document)
    )
    return row.one_or_none()


async def _last_event(session: AsyncSession, turn_id: str) -> int:
    return await session.scalar(select(func.max(TurnEvent.number)).where(TurnEvent.turn_id == turn_id)) or 0


async def _tell(session: AsyncSession, turn_id: str, events: Sequence[Told]) -> None:
    """What stands under a number already is left: a run repeated tells the same again."""
    if not events:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"turn_id": turn_id, "number": e.number, "type": e.type, "data": e.data, "created": now()} for e in events]
    await session.execute(insert(TurnEvent).on_conflict_do_nothing(), rows)
