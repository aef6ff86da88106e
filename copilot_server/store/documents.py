"""Documents and their immutable versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from copilot_server.agent.flat import flat
from copilot_server.errors import Conflict, NotFound
from copilot_server.store.blobs import Blobs
from copilot_server.store.database import Database
from copilot_server.store.keys import Caller
from copilot_server.store.link import Link, ThroughCore
from copilot_server.store.tables import ACTIVE, Answer, Document, SessionDocument, Turn, Version, detached, now


@dataclass(frozen=True, slots=True)
class Made:
    """A version to be added: `parent` is what it was made from; `commit_key` makes a repeated step harmless."""

    content_hash: str
    size: int
    origin: str
    parent: int | None
    user_id: str | None = None
    turn_id: str | None = None
    commit_key: str | None = None
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a document, as far as fetching its file needs to know."""

    tenant_id: str
    name: str
    skill: str
    content_hash: str


_NEWEST = select(func.max(Version.number).label("number")).where(Version.document_id == bindparam("document"))
_ADD = insert(Version)
_ADVANCE = update(Document).where(Document.id == bindparam("of"))


class Documents:
    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    async def create(self, caller: Caller, name: str, skill: str, data: bytes) -> tuple[Document, Version]:
        content_hash = await self._blobs.put(caller.tenant_id, data)
        async with self._database.session() as session:
            document = Document(tenant_id=caller.tenant_id, user_id=caller.user_id, name=name, skill=skill)
            session.add(document)
            await session.flush()
            made = Made(content_hash, len(data), "upload", None, caller.user_id)
            version = await _added(session, document, made)
        return document, version

    async def find(self, tenant_id: str, document_id: str) -> Document:
        """Raises NotFound, also for another tenant's document and one that is deleted."""
        async with self._database.session() as session:
            return await found(session, tenant_id, document_id)

    async def listed(self, tenant_id: str, limit: int = 100, before: str | None = None) -> Sequence[Document]:
        """Newest first, those older than the document `before`; raises NotFound."""
        wanted = select(Document).where(Document.tenant_id == tenant_id, Document.deleted.is_(None))
        async with self._database.session() as session:
            if before is not None:
                last = await found(session, tenant_id, before)
                is_older = or_(
                    Document.created < last.created, and_(Document.created == last.created, Document.id < last.id)
                )
                wanted = wanted.where(is_older)
            rows = await session.scalars(wanted.order_by(Document.created.desc(), Document.id.desc()).limit(limit))
            return rows.all()

    async def version(self, tenant_id: str, document_id: str, number: int | None = None) -> Version:
        """The head where no number is given; raises NotFound."""
        async with self._database.session() as session:
            document = await found(session, tenant_id, document_id)
            wanted = document.head if number is None else number
            version = await session.get(Version, (document_id, wanted))
        if version is None:
            raise NotFound(f"document {document_id} has no version {wanted}; its current one is {document.head}")
        return version

    async def versions(self, tenant_id: str, document_id: str) -> Sequence[Version]:
        """Oldest first, branches among them."""
        async with self._database.session() as session:
            await found(session, tenant_id, document_id)
            rows = await session.scalars(
                select(Version).where(Version.document_id == document_id).order_by(Version.number)
            )
            return rows.all()

    async def content(self, tenant_id: str, version: Version | Kept) -> bytes:
        return await self._blobs.get(tenant_id, version.content_hash)

    def file(self, tenant_id: str, version: Version | Kept) -> Path | None:
        """The same where it is a file on this machine: to be read or linked to, never written."""
        return self._blobs.file(tenant_id, version.content_hash)

    async def keep(self, tenant_id: str, data: bytes) -> str:
        """The content hash of bytes that a version will name; bytes no version came to name are harmless."""
        return await self._blobs.put(tenant_id, data)

    async def push(self, caller: Caller, document_id: str, data: bytes, expected: int) -> Version:
        """The caller's own new content over version `expected`; raises Conflict where that is not the head."""
        content_hash = await self._blobs.put(caller.tenant_id, data)
        async with self._database.session() as session:
            document = await locked(session, caller.tenant_id, document_id)
            if document.head != expected:
                raise Conflict(
                    f"version {document.head} is current, not {expected}; get it and apply your change to it"
                )
            made = Made(content_hash, len(data), "upload", expected, caller.user_id)
            return await _added(session, document, made)

    async def restore(self, caller: Caller, document_id: str, number: int) -> Version:
        """An older version's (or a branch's) content as the new head; raises NotFound, Conflict while a turn runs."""
        async with self._database.session() as session:
            document = await locked(session, caller.tenant_id, document_id)
            old = await session.get(Version, (document_id, number))
            if old is None:
                raise NotFound(f"document {document_id} has no version {number}; its current one is {document.head}")
            await _require_idle(session, document_id)
            told = {"restored": number}
            made = Made(old.content_hash, old.size, "restore", document.head, caller.user_id, receipt=told)
            return await _added(session, document, made)

    async def delete(self, caller: Caller, document_id: str) -> None:
        """The row stays as deleted, so that turns keep what they refer to; content no document shares is removed."""
        async with self._database.session() as session:
            document = await locked(session, caller.tenant_id, document_id)
            await _require_idle(session, document_id)
            document.deleted = now()
            await session.execute(delete(SessionDocument).where(SessionDocument.document_id == document_id))
            await session.execute(delete(Answer).where(Answer.document_id == document_id))
            hashes = await _own_hashes(session, document)
        for content_hash in hashes:
            await self._blobs.delete(caller.tenant_id, content_hash)


async def found(session: AsyncSession, tenant_id: str, document_id: str) -> Document:
    document = await session.get(Document, document_id)
    if document is None or document.tenant_id != tenant_id or document.deleted:
        raise NotFound(f"no document {document_id!r}")
    return document


async def locked(session: AsyncSession, tenant_id: str, document_id: str) -> Document:
    """Held until the transaction ends; a write comes first, so that SQLite too waits its turn instead of failing."""
    await session.execute(
        update(Document).where(Document.id == document_id).values(head=Document.head),
        execution_options={"synchronize_session": False},
    )
    return await found(session, tenant_id, document_id)


def add_version(link: Link, document_id: str, made: Made, *, is_branch: bool = False) -> Version:
    """Number it after the newest; it becomes the head unless it is a branch."""
    newest = link.rows(_NEWEST, {"document": document_id})[0].number
    number = 0 if newest is None else newest + 1
    values = {"document_id": document_id, "number": number, "is_branch": is_branch, "created": now(), **flat(made)}
    link.run(_ADD, values)
    if not is_branch:
        link.run(_ADVANCE, {"of": document_id, "head": number})
    return detached(Version, values)


async def _added(session: AsyncSession, document: Document, made: Made) -> Version:
    connection = await session.connection()
    version = await connection.run_sync(lambda each: add_version(ThroughCore(each), document.id, made))
    set_committed_value(document, "head", version.number)
    return version


async def _require_idle(session: AsyncSession, document_id: str) -> None:
    turn = await session.scalar(select(Turn.id).where(Turn.document_id == document_id, Turn.state.in_(ACTIVE)))
    if turn:
        raise Conflict(f"turn {turn} is working on this document; wait for its end or cancel it")


async def _own_hashes(session: AsyncSession, document: Document) -> set[str]:
    """The content of this document that no other living one of its tenant shares."""
    own = await session.scalars(select(Version.content_hash).where(Version.document_id == document.id))
    shared = await session.scalars(
        select(Version.content_hash)
        .join(Document, Document.id == Version.document_id)
        .where(Document.tenant_id == document.tenant_id, Document.deleted.is_(None), Document.id != document.id)
    )
    return set(own) - set(shared)
