"""Who calls: tenants, users, and the API keys they prove themselves with."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from copilot_server.errors import BadRequest, NotFound
from copilot_server.store.database import Database
from copilot_server.store.link import Link, first
from copilot_server.store.tables import ApiKey, Spending, Tenant, User, detached, now

SCOPES = ("read", "write")
_MARK = "oc_"
LOCAL = "local"
Row = TypeVar("Row", Tenant, User)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is: everything is looked up within `tenant_id`. `limits` are those of the key."""

    tenant_id: str
    user_id: str
    key_id: str | None = None
    scopes: frozenset[str] = frozenset(SCOPES)
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Wish:
    """A key to be made, for a user who is made along with the tenant where they are new."""

    tenant: str
    user: str
    scopes: tuple[str, ...] = SCOPES
    expires: datetime | None = None
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Keys:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._local: Caller | None = None  # made once, never changed

    async def make(self, wish: Wish) -> tuple[str, ApiKey]:
        """(the key itself, which is kept nowhere; its row). Raises BadRequest for scopes that are none."""
        unknown = sorted(set(wish.scopes) - set(SCOPES))
        if unknown or not wish.scopes:
            raise BadRequest(f"scopes are {', '.join(SCOPES)}, not {', '.join(unknown) or 'none at all'}")
        secret = _MARK + secrets.token_urlsafe(32)
        async with self._database.session() as session:
            user = await _user(session, wish.tenant, wish.user)
            row = ApiKey(
                tenant_id=user.tenant_id,
                user_id=user.id,
                prefix=secret[:10],
                hash=_hash(secret),
                scopes=list(wish.scopes),
                limits=dict(wish.limits),
                expires=wish.expires,
            )
            session.add(row)
        return secret, row

    async def caller(self, secret: str) -> Caller | None:
        """None for a key that is unknown, revoked or past its time."""
        row = await self._database.read(_key, _hash(secret))
        if row is None or row.revoked or (row.expires and row.expires <= now()):
            return None
        return Caller(row.tenant_id, row.user_id, row.id, frozenset(row.scopes), row.limits)

    async def local(self) -> Caller:
        """The one person of a server that listens to this machine only."""
        if self._local is None:
            async with self._database.session() as session:
                user = await _user(session, LOCAL, LOCAL)
            self._local = Caller(user.tenant_id, user.id)
        return self._local

    async def revoke(self, key_id: str) -> None:
        """Raises NotFound."""
        async with self._database.session() as session:
            row = await session.get(ApiKey, key_id)
            if row is None:
                raise NotFound(f"no key {key_id!r}; `keys list` shows them")
            row.revoked = row.revoked or now()

    async def spend(self, key_id: str, tokens: int, money: float) -> None:
        """Note what a stateless edit took."""
        async with self._database.session() as session:
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            row = insert(Spending).values(key_id=key_id, day=_today(), edits=1, tokens=tokens, money=money)
            more = {name: Spending.__table__.c[name] + row.excluded[name] for name in ("edits", "tokens", "money")}
            await session.execute(row.on_conflict_do_update(index_elements=["key_id", "day"], set_=more))

    async def spent_today(self, key_id: str) -> tuple[int, int, float]:
        """(edits, tokens, US dollars) of a key's stateless edits."""
        async with self._database.session() as session:
            row = await session.get(Spending, (key_id, _today()))
        return (row.edits, row.tokens, row.money) if row else (0, 0, 0.0)

    async def listed(self) -> Sequence[tuple[ApiKey, str, str]]:
        """(key, tenant's name, user's name), oldest first."""
        async with self._database.session() as session:
            rows: Iterable[Any] = await session.execute(
                select(ApiKey, Tenant.name, User.name)
                .join(Tenant, Tenant.id == ApiKey.tenant_id)
                .join(User, User.id == ApiKey.user_id)
                .order_by(ApiKey.created)
            )
        return [(key, tenant, user) for key, tenant, user in rows]


_KEY = select(
    ApiKey.id, ApiKey.tenant_id, ApiKey.user_id, ApiKey.scopes, ApiKey.limits, ApiKey.expires, ApiKey.revoked
).where(ApiKey.hash == bindparam("hash"))


def _key(link: Link, hashed: str) -> ApiKey | None:
    found = first(link, _KEY, {"hash": hashed})
    return None if found is None else detached(ApiKey, found._asdict())


def _today() -> str:
    return now().date().isoformat()


def _hash(secret: str) -> str:
    """Keys are long and random, so a plain hash is safe to keep."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def _user(session: AsyncSession, tenant_name: str, name: str) -> User:
    tenant = await _one(session, Tenant, name=tenant_name)
    return await _one(session, User, tenant_id=tenant.id, name=name)


async def _one(session: AsyncSession, table: type[Row], **names: str) -> Row:
    """The row of these unique names, made where it is new; of two who make it at once, one finds the other's."""
    found = select(table).filter_by(**names)
    if (row := await session.scalar(found)) is not None:
        return row
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(insert(table).values(names).on_conflict_do_nothing())
    return (await session.scalars(found)).one()
