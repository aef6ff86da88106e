"""What is done to the rows of turns, each function within one transaction: plain statements, made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from copilot_server.agent.events import Event
from copilot_server.agent.flat import flat
from copilot_server.agent.messages import Usage
from copilot_server.errors import Conflict, NotFound
from copilot_server.store.documents import Made, add_version
from copilot_server.store.keys import Caller
from copilot_server.store.link import Link, first
from copilot_server.store.tables import Document, Session, Turn, TurnEvent, TurnReply, Version, detached, new_id, now


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
class Replied:
    """A model's finished call: what it said, and the number of the last event told by then."""

    said: dict[str, Any]
    last: int


@dataclass(frozen=True, slots=True)
class Place:
    """Of a model's call: the so-manieth of a part of a turn. `run` names who made it."""

    turn_id: str
    part: int
    number: int
    run: str


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


_TURN = bindparam("turn")
_ROW = select(*Turn.__table__.c).where(Turn.id == _TURN)
# A write comes first, so that SQLite too waits its turn instead of failing.
_HOLD_TO_BEGIN = (
    update(Document)
    .where(Document.id == bindparam("document"), Document.tenant_id == bindparam("tenant"), Document.deleted.is_(None))
    .values(head=Document.head)
    .returning(Document.head)
)
_HOLD_TO_END = (
    update(Document)
    .where(Document.id == select(Turn.document_id).where(Turn.id == _TURN).scalar_subquery())
    .values(head=Document.head)
    .returning(Document.id, Document.head)
)
_ASKING = select(Turn.id, Turn.outcome).where(Turn.session_id == bindparam("session"), Turn.state == "needs_answer")
_BEGIN = insert(Turn)
_CHANGE = update(Turn).where(Turn.id == bindparam("of"))
_RUNNING = update(Turn).where(Turn.id == bindparam("of"), Turn.state == "queued").values(state="running")
_TALK = update(Session).where(Session.id == bindparam("of"))
_LAST_EVENT = select(func.max(TurnEvent.number).label("number")).where(TurnEvent.turn_id == _TURN)
_CLOSING = select(
    Turn.state,
    Turn.part,
    Turn.session_id,
    Turn.base_version,
    _LAST_EVENT.scalar_subquery().label("last"),
).where(Turn.id == _TURN)
_OUTCOME = select(Turn.outcome).where(Turn.id == _TURN)
_REPLIES = select(TurnReply.number, TurnReply.said, TurnReply.last).where(
    TurnReply.turn_id == _TURN, TurnReply.part == bindparam("part")
)
_WHOSE = select(TurnReply.run).where(
    TurnReply.turn_id == _TURN, TurnReply.part == bindparam("part"), TurnReply.number == bindparam("number")
)
_FORGET = delete(TurnReply).where(TurnReply.turn_id == _TURN)
# What stands under a number already is left: a run repeated tells the same again.
_INSERTS: Mapping[str, Any] = {
    name: (made(TurnEvent).on_conflict_do_nothing(), made(TurnReply).on_conflict_do_nothing())
    for name, made in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_LAST: dict[str, Any] = {
    "completed": "turn.completed",
    "needs_answer": "turn.needs_answer",
    "failed": "turn.failed",
    "cancelled": "turn.cancelled",
}


def row(link: Link, turn_id: str) -> Turn | None:
    """As an object that belongs to no session: a change of it changes nothing."""
    found = first(link, _ROW, {"turn": turn_id})
    return None if found is None else detached(Turn, found._asdict())


def begin(link: Link, caller: Caller, beginning: Beginning) -> Turn:
    """Raises NotFound, Conflict, and IntegrityError where another turn is at work on the document."""
    about = {"document": beginning.document_id, "tenant": caller.tenant_id}
    document = first(link, _HOLD_TO_BEGIN, about)
    if document is None:
        raise NotFound(f"no document {beginning.document_id!r}")
    if beginning.base_version is not None and document.head != beginning.base_version:
        raise Conflict(f"version {document.head} is current, not {beginning.base_version}")
    for asking in link.rows(_ASKING, {"session": beginning.session_id}):
        cancel_waiting(link, asking.id, asking.outcome)  # a new message drops the conversation's open question
    values = {
        "id": new_id(),
        "tenant_id": caller.tenant_id,
        "session_id": beginning.session_id,
        "document_id": beginning.document_id,
        "key_id": caller.key_id,
        "state": "queued",
        "request": beginning.request,
        "base_version": document.head,
        "part": 0,
        "is_cancel_asked": False,
        "idempotency_key": beginning.idempotency_key,
        "created": now(),
    }
    link.run(_BEGIN, values)
    return detached(Turn, values)


def change(link: Link, turn_id: str, **values: Any) -> None:
    link.run(_CHANGE, {"of": turn_id, **values})


def cancel_waiting(link: Link, turn_id: str, outcome: dict[str, Any] | None) -> None:
    """End a turn that waits for its user's answer."""
    told = {**(outcome or {}), "status": "cancelled", "message": "Cancelled.", "question": None}
    change(link, turn_id, state="cancelled", ended=now(), paused=None, outcome=told)
    number = last_event(link, turn_id) + 1
    tell(link, turn_id, [Told(number, "turn.cancelled", told)])


def start(link: Link, turn_id: str, part: int) -> tuple[Turn, Mapping[int, Replied]] | None:
    """A part and the finished calls of its model; None where it is over, so that a run repeated does nothing."""
    link.run(_RUNNING, {"of": turn_id})
    turn = row(link, turn_id)
    if turn is None or turn.part != part or turn.state != "running":
        return None
    found = link.rows(_REPLIES, {"turn": turn_id, "part": part})
    return turn, {each.number: Replied(each.said, each.last) for each in found}


def tell(link: Link, turn_id: str, events: Sequence[Told]) -> None:
    if events:
        rows = [
            {"turn_id": turn_id, "number": e.number, "type": e.type, "data": e.data, "created": now()} for e in events
        ]
        link.run(_INSERTS[link.dialect][0], rows)


def tell_running(link: Link, turn_id: str, events: Sequence[Told]) -> None:
    """The first that a turn tells as it runs."""
    link.run(_RUNNING, {"of": turn_id})
    tell(link, turn_id, events)


def reply(link: Link, place: Place, replied: Replied, events: Sequence[Told]) -> bool:
    """Record a finished call with what was told by then; False where another run recorded it before this one."""
    about = {"turn": place.turn_id, "part": place.part, "number": place.number}
    values = {"turn_id": place.turn_id, "part": place.part, "number": place.number, "run": place.run}
    if place.number == 0:
        link.run(_RUNNING, {"of": place.turn_id})
    is_new = link.run(_INSERTS[link.dialect][1], values | {"said": replied.said, "last": replied.last}) == 1
    if not is_new and link.rows(_WHOSE, about)[0].run != place.run:
        return False
    tell(link, place.turn_id, events)
    return True


def end(link: Link, turn_id: str, part: int, ending: Ending) -> None:
    """The version, the conversation, the state and the last events, all or none; repeated, it does nothing."""
    document = first(link, _HOLD_TO_END, {"turn": turn_id})
    turn = first(link, _CLOSING, {"turn": turn_id})
    if document is None or turn is None or turn.part != part or turn.state not in {"queued", "running"}:
        return
    closing: list[Event] = []
    outcome, state = ending.outcome | _taken(link, turn_id, part, ending.outcome), ending.state
    if ending.made is not None:
        is_branch = document.head != turn.base_version
        version = add_version(link, document.id, ending.made, is_branch=is_branch)
        outcome |= {"version": version.number, "output": f"{outcome['output']}?version={version.number}"}
        closing.append(_version_event(version))
        if is_branch:
            state = "failed"
            outcome |= _lost_race(turn.base_version, document.head, version)
    _close(link, turn_id, ending, state, outcome)
    if ending.messages is not None and state in {"completed", "failed"}:
        link.run(_TALK, {"of": turn.session_id, "messages": ending.messages})
    closing.append(Event(_LAST[state], outcome))
    newest = max(turn.last or 0, *(each.number for each in ending.events), 0)
    last = [Told(newest + n, each.type, dict(each.data)) for n, each in enumerate(closing, 1)]
    tell(link, turn_id, [*ending.events, *last])


def last_event(link: Link, turn_id: str) -> int:
    return link.rows(_LAST_EVENT, {"turn": turn_id})[0].number or 0


def _close(link: Link, turn_id: str, ending: Ending, state: str, outcome: dict[str, Any]) -> None:
    ended = None if state == "needs_answer" else now()
    change(link, turn_id, state=state, outcome=outcome, paused=ending.paused, ended=ended)
    link.run(_FORGET, {"turn": turn_id})


def _taken(link: Link, turn_id: str, part: int, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What all parts took: the earlier ones as the turn's row tells, this one by its calls where it does not tell."""
    if not part and "usage" in outcome:
        return {}
    before = (link.rows(_OUTCOME, {"turn": turn_id})[0].outcome or {}) if part else {}
    usages = [before.get("usage"), outcome.get("usage") or _of_calls(link, turn_id, part)]
    seconds = round(before.get("seconds", 0.0) + outcome.get("seconds", 0.0), 3)
    return {"usage": flat(sum((Usage(**each) for each in usages if each), Usage())), "seconds": seconds}


def _of_calls(link: Link, turn_id: str, part: int) -> dict[str, Any]:
    said = [row.said.get("usage") for row in link.rows(_REPLIES, {"turn": turn_id, "part": part})]
    return flat(sum((Usage(**each) for each in said if each), Usage()))


def _version_event(version: Version) -> Event:
    told = {"number": version.number, "content_hash": version.content_hash, "is_branch": version.is_branch}
    return Event("document.version", {"document": version.document_id, **told})


def _lost_race(base: int, head: int, version: Version) -> dict[str, Any]:
    return {
        "status": "failed",
        "message": (
            f"Version {head} was saved while this turn worked on version {base}. "
            f"Its work is kept as version {version.number}, a branch: restore it to take it, or leave it."
        ),
        "conflict": {"base": base, "current": head, "branch": version.number},
    }
