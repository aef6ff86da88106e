"""Answers people gave to documents, kept by the version they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import func, select

from copilot_server.agent.answering import Taken
from copilot_server.errors import NotFound
from copilot_server.store.database import Database
from copilot_server.store.documents import found
from copilot_server.store.tables import Answer, Document, now


class Answers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_document(self, document_id: str) -> Document:
        """Whoever's it is: a respondent belongs to no tenant. Raises NotFound."""
        async with self._database.session() as session:
            document = await session.get(Document, document_id)
        if document is None or document.deleted:
            raise NotFound(f"no document {document_id!r}")
        return document

    async def keep(self, document: Document, version: int, taken: Taken) -> None:
        told = asdict(taken) | {"received": datetime.fromisoformat(taken.received)}
        async with self._database.session() as session:
            await found(session, document.tenant_id, document.id)
            session.add(Answer(tenant_id=document.tenant_id, document_id=document.id, version=version, **told))

    async def lately(self, document_id: str) -> int:
        """How many came within the last hour."""
        since = now() - timedelta(hours=1)
        wanted = select(func.count()).where(Answer.document_id == document_id, Answer.received > since)
        async with self._database.session() as session:
            return await session.scalar(wanted) or 0

    async def listed(self, tenant_id: str, document_id: str, asked: str | None = None) -> Sequence[Answer]:
        """In the order received; raises NotFound."""
        wanted = select(Answer).where(Answer.document_id == document_id).order_by(Answer.received, Answer.id)
        if asked is not None:
            wanted = wanted.where(Answer.asked == asked)
        async with self._database.session() as session:
            await found(session, tenant_id, document_id)
            return (await session.scalars(wanted)).all()
