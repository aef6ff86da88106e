"""`office-copilot undo`: takes the last turn on a document of this machine's server back, as a new version."""

from __future__ import annotations

from collections.abc import Sequence

import click

from copilot_server.cli.keys import run
from copilot_server.errors import BadRequest
from copilot_server.service import Store
from copilot_server.store.tables import Version


@click.command("undo")
@click.argument("document_id", metavar="ID")
@click.option("--to", "number", type=click.IntRange(0), help="Version to go back to; default the one before.")
def command(document_id: str, number: int | None) -> int:
    """Make the version before the current one of the document ID current again; nothing is lost by it.

    Done again, it goes one version further back.
    """
    version = run(lambda store: _undone(store, document_id, number))
    click.echo(f"version {version.number} now holds what version {(version.receipt or {}).get('restored')} held")
    return 0


async def _undone(store: Store, document_id: str, number: int | None) -> Version:
    caller = await store.keys.local()
    if number is None:
        number = _before(await store.documents.versions(caller.tenant_id, document_id))
    return await store.documents.restore(caller, document_id, number)


def _before(versions: Sequence[Version]) -> int:
    """The version before the one whose content is current: what an undo restored is not what the next one undoes."""
    known = {version.number: version for version in versions}
    current = next(version for version in reversed(versions) if not version.is_branch)
    while current.origin == "restore" and current.receipt is not None:
        current = known[current.receipt["restored"]]
    if current.parent is None:
        raise BadRequest("this is the first version; there is nothing to undo")
    return current.parent
