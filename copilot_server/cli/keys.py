"""`office-copilot keys`: API keys made, listed, revoked."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from copilot_server.cli.output import print_json
from copilot_server.errors import ServiceUnavailable
from copilot_server.service import Store, open_store
from copilot_server.settings import load_settings
from copilot_server.store.keys import SCOPES, Wish
from copilot_server.store.tables import now

T = TypeVar("T")


@click.group("keys")
def command() -> None:
    """Make, list and revoke API keys."""


@command.command("make")
@click.argument("tenant")
@click.argument("user")
@click.option("--scope", "scopes", multiple=True, default=SCOPES, type=click.Choice(SCOPES), help="What it may do.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; never by default.")
@click.option("--turns-a-day", type=click.IntRange(0), help="Turns it may begin a day.")
@click.option("--tokens-a-day", type=click.IntRange(0), help="Tokens its turns may use a day.")
@click.option("--money-a-day", type=click.FloatRange(0), help="US dollars its turns may cost a day.")
@click.option("--upload-bytes", type=click.IntRange(1), help="Largest file it may upload.")
def make(
    tenant: str,
    user: str,
    scopes: tuple[str, ...],
    days: int | None,
    turns_a_day: int | None,
    tokens_a_day: int | None,
    money_a_day: float | None,
    upload_bytes: int | None,
) -> int:
    """Make a key for USER of TENANT, both made where new. The key is shown this once."""
    limits = {
        "turns_a_day": turns_a_day,
        "tokens_a_day": tokens_a_day,
        "money_a_day": money_a_day,
        "upload_bytes": upload_bytes,
    }
    wish = Wish(
        tenant,
        user,
        scopes,
        now() + timedelta(days=days) if days else None,
        {name: value for name, value in limits.items() if value is not None},
    )
    secret, row = run(lambda store: store.keys.make(wish))
    click.echo(f"key {row.id} of {user} at {tenant}; it is shown this once:", err=True)
    click.echo(secret)
    return 0


@command.command("list")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def listed(is_json: bool) -> int:
    """List keys; what is shown of each is how it begins."""
    rows = run(lambda store: store.keys.listed())
    keys: list[dict[str, Any]] = [
        {
            "id": key.id,
            "begins": key.prefix,
            "tenant": tenant,
            "user": user,
            "scopes": key.scopes,
            "limits": key.limits,
            "expires": key.expires.isoformat() if key.expires else None,
            "revoked": key.revoked.isoformat() if key.revoked else None,
        }
        for key, tenant, user in rows
    ]
    if is_json:
        print_json({"keys": keys})
        return 0
    for key in keys:
        state = "revoked" if key["revoked"] else f"until {key['expires']}" if key["expires"] else "no end"
        click.echo(f"{key['id']}  {key['begins']}…  {key['tenant']}/{key['user']}  {'+'.join(key['scopes'])}  {state}")
    return 0


@command.command("revoke")
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> int:
    """Revoke the key with that id, at once."""
    run(lambda store: store.keys.revoke(key_id))
    return 0


def run(work: Callable[[Store], Awaitable[T]]) -> T:
    """Do it on the store of the settings in force, its schema brought up to date. Raises ServiceUnavailable."""

    async def opened() -> T:
        store = open_store(load_settings())
        try:
            await _ready(store)
            return await work(store)
        finally:
            await store.database.close()

    return asyncio.run(opened())


async def nothing(_: Store) -> None:
    """For who only wants to know that the store can be worked with."""


async def _ready(store: Store) -> None:
    try:
        await store.database.migrate()
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        url = store.database.engine.url.render_as_string(hide_password=True)
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ServiceUnavailable(f"the database {url} cannot be used: {said}; see `office-copilot doctor`") from error
