"""The rows the service keeps; documents' bytes lie in blobs, rows only name them by content hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, class_mapper, mapped_column

ACTIVE = ("queued", "running", "needs_answer")
R = TypeVar("R")


class Instant(TypeDecorator[datetime]):
    """An aware UTC time; SQLite would hand back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON}


def detached(kind: type[R], values: Mapping[str, Any]) -> R:
    """A row as an object that belongs to no session: a change of it changes nothing.

    Its constructor would note every value as a change to be written, at eight times the cost.
    """
    made = class_mapper(kind).class_manager.new_instance()
    made.__dict__.update(values)
    return made


def new_id() -> str:
    return uuid4().hex


def now() -> datetime:
    return datetime.now(UTC)


class Tenant(Base):
    """Who owns documents; every row below belongs to one, and no query leaves it."""

    __tablename__ = "tenants"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created: Mapped[datetime] = mapped_column(default=now)


class User(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)


class ApiKey(Base):
    """A key is shown once; only its hash is kept. `prefix` tells keys apart in lists and logs."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    prefix: Mapped[str] = mapped_column(String(12))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class Spending(Base):
    """What a key's stateless edits took on a day (UTC, as 2026-01-31); its turns tell theirs themselves."""

    __tablename__ = "spendings"
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    edits: Mapped[int]
    tokens: Mapped[int]
    money: Mapped[float]


class Document(Base):
    """A file the server keeps; `head` is the number of its current version."""

    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    skill: Mapped[str] = mapped_column(String(60))
    head: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    deleted: Mapped[datetime | None]


class Version(Base):
    """An immutable state. A branch (`is_branch`) is work that lost a race: kept, and never the head."""

    __tablename__ = "versions"
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    origin: Mapped[str] = mapped_column(String(20))
    commit_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    turn_id: Mapped[str | None] = mapped_column(String(32))
    user_id: Mapped[str | None] = mapped_column(String(32))
    is_branch: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[dict[str, Any] | None]
    created: Mapped[datetime] = mapped_column(default=now)


class Session(Base):
    """A conversation; `messages` is its history as agent.history dumps it."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    messages: Mapped[list[Any]] = mapped_column(default=list)
    created: Mapped[datetime] = mapped_column(default=now)


class SessionDocument(Base):
    """A document in a session: to edit, or to read from only."""

    __tablename__ = "session_documents"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    access: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]


class Turn(Base):
    """One message and what became of it; at most one active turn a document.

    `part` counts the answers given so far: each part is one durable run. `paused` is what the next one goes on from.
    """

    __tablename__ = "turns"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    key_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    request: Mapped[dict[str, Any]]
    base_version: Mapped[int]
    outcome: Mapped[dict[str, Any] | None]
    paused: Mapped[dict[str, Any] | None]
    part: Mapped[int] = mapped_column(default=0)
    is_cancel_asked: Mapped[bool] = mapped_column(default=False)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(default=now)
    ended: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "idempotency_key"),
        Index(
            "one_active_turn_a_document",
            "document_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running', 'needs_answer')"),
            postgresql_where=text("state IN ('queued', 'running', 'needs_answer')"),
        ),
    )


class TurnEvent(Base):
    """What a turn told, numbered from 1 without gaps; a step repeated writes the same numbers again."""

    __tablename__ = "turn_events"
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    created: Mapped[datetime] = mapped_column(default=now)


class TurnReply(Base):
    """A model's finished call, until its turn ends: a run repeated after a crash does not pay it again.

    `last` is the number of the last event told by then, `run` names who made the call.
    """

    __tablename__ = "turn_replies"
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(String(32))
    said: Mapped[dict[str, Any]]
    last: Mapped[int]


class Answer(Base):
    """What somebody answered to a version of a document; `asked` is what the room calls that version's questions."""

    __tablename__ = "answers"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"))
    version: Mapped[int]
    asked: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, Any]]
    received: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index("answers_in_order", "document_id", "received"),)


class Preference(Base):
    """What a user stated they like (tone, format, brand template, language), given to the model each turn."""

    __tablename__ = "preferences"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    updated: Mapped[datetime] = mapped_column(default=now)


class Worker(Base):
    """A process that runs turns; one silent for too long is gone, and its turns are taken over."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    beat: Mapped[datetime] = mapped_column(default=now)
