"""Sessions: the conversation so far and the documents it is about; and what users like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from copilot_server.errors import NotFound
from copilot_server.store.database import Database
from copilot_server.store.documents import Kept, found
from copilot_server.store.keys import Caller
from copilot_server.store.link import Link
from copilot_server.store.tables import Document, Preference, Session, SessionDocument, Turn, Version, detached, now

Access: TypeAlias = Literal["edit", "read"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a turn stands on: what was said before, what its user likes, and its documents, the one it edits first."""

    messages: Sequence[Any]
    likes: Mapping[str, str]
    documents: Sequence[Kept]


# Each turn asks these, so they are made once.
_OWNED = select(Session.id).where(Session.id == bindparam("session"), Session.tenant_id == bindparam("tenant"))
_ATTACHED = (
    select(*Document.__table__.c, SessionDocument.access)
    .join(SessionDocument, SessionDocument.document_id == Document.id)
    .where(SessionDocument.session_id == bindparam("session"), Document.deleted.is_(None))
    .order_by(SessionDocument.position)
)
_TALK = select(Session.messages, Session.user_id).where(Session.id == bindparam("session"))
_LIKES = (
    select(Preference.name, Preference.value).where(Preference.user_id == bindparam("user")).order_by(Preference.name)
)
_KEPT = select(Document.tenant_id, Document.name, Document.skill, Version.content_hash).where(
    Document.deleted.is_(None)
)
_TARGET = _KEPT.join(Version, Version.document_id == Document.id).where(
    Document.id == bindparam("document"), Version.number == bindparam("number")
)
_OTHERS = (
    _KEPT.join(Version, (Version.document_id == Document.id) & (Version.number == Document.head))
    .join(SessionDocument, SessionDocument.document_id == Document.id)
    .where(SessionDocument.session_id == bindparam("session"), Document.id != bindparam("document"))
    .order_by(SessionDocument.position)
)


class Sessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, caller: Caller, documents: Sequence[tuple[str, Access]]) -> Session:
        """Over documents of the caller's tenant; raises NotFound for any other."""
        async with self._database.session() as session:
            row = Session(tenant_id=caller.tenant_id, user_id=caller.user_id)
            session.add(row)
            await session.flush()
            for document_id, access in documents:
                await _attach(session, row, document_id, access)
        return row

    async def attach(self, tenant_id: str, session_id: str, document_id: str, access: Access) -> None:
        async with self._database.session() as session:
            row = await session_found(session, tenant_id, session_id)
            await _attach(session, row, document_id, access)

    async def find(self, tenant_id: str, session_id: str) -> Session:
        """Raises NotFound, also for another tenant's."""
        async with self._database.session() as session:
            return await session_found(session, tenant_id, session_id)

    async def documents(self, tenant_id: str, session_id: str) -> Sequence[tuple[Document, Access]]:
        """In the order they were attached; raises NotFound, also for another tenant's session."""
        return await self._database.read(_documents, tenant_id, session_id)

    async def ground(self, turn: Turn) -> Ground:
        """Raises NotFound where the document is deleted meanwhile."""
        return await self._database.read(_ground, turn)

    async def turns(self, session_id: str) -> Sequence[Turn]:
        """Oldest first."""
        async with self._database.session() as session:
            rows = await session.scalars(select(Turn).where(Turn.session_id == session_id).order_by(Turn.created))
            return rows.all()

    async def preferences(self, user_id: str) -> Mapping[str, str]:
        async with self._database.session() as session:
            return await _preferences(session, user_id)

    async def prefer(self, user_id: str, name: str, value: str) -> None:
        async with self._database.session() as session:
            await session.merge(Preference(user_id=user_id, name=name, value=value, updated=now()))

    async def remember(self, tenant_id: str, session_id: str, likes: Mapping[str, str]) -> None:
        """What the user of a session stated there; stated again, it is kept once."""
        async with self._database.session() as session:
            talk = await session_found(session, tenant_id, session_id)
            for name, value in likes.items():
                await session.merge(Preference(user_id=talk.user_id, name=name, value=value, updated=now()))

    async def forget(self, user_id: str, name: str) -> None:
        """Raises NotFound."""
        async with self._database.session() as session:
            row = await session.get(Preference, (user_id, name))
            if row is None:
                raise NotFound(f"no preference {name!r}")
            await session.delete(row)


async def _preferences(session: AsyncSession, user_id: str) -> Mapping[str, str]:
    rows = await session.scalars(select(Preference).where(Preference.user_id == user_id).order_by(Preference.name))
    return {row.name: row.value for row in rows}


async def session_found(session: AsyncSession, tenant_id: str, session_id: str) -> Session:
    row = await session.get(Session, session_id)
    if row is None or row.tenant_id != tenant_id:
        raise NotFound(f"no session {session_id!r}")
    return row


def _documents(link: Link, tenant_id: str, session_id: str) -> Sequence[tuple[Document, Access]]:
    if not link.rows(_OWNED, {"session": session_id, "tenant": tenant_id}):
        raise NotFound(f"no session {session_id!r}")
    found: list[tuple[Document, Access]] = []
    for row in link.rows(_ATTACHED, {"session": session_id}):
        values = row._asdict()
        access = values.pop("access")
        found.append((detached(Document, values), access))
    return found


def _ground(link: Link, turn: Turn) -> Ground:
    about = {"document": turn.document_id, "session": turn.session_id}
    [talk] = link.rows(_TALK, {"session": turn.session_id})
    likes = link.rows(_LIKES, {"user": talk.user_id})
    target = link.rows(_TARGET, {"document": turn.document_id, "number": turn.base_version})
    if not target:
        raise NotFound(f"no document {turn.document_id!r}")
    found = [Kept(*row) for row in (*target, *link.rows(_OTHERS, about))]
    return Ground(talk.messages, {row.name: row.value for row in likes}, found)


async def _attach(session: AsyncSession, row: Session, document_id: str, access: Access) -> None:
    await found(session, row.tenant_id, document_id)
    count = await session.scalar(
        select(func.count()).select_from(SessionDocument).where(SessionDocument.session_id == row.id)
    )
    attached = SessionDocument(session_id=row.id, document_id=document_id, access=access, position=count or 0)
    await session.merge(attached)
    await session.flush()
