"""`office-copilot versions`: the documents this machine's server keeps, and the versions of one."""

from __future__ import annotations

from pathlib import Path

import click

from copilot_server.cli.keys import run
from copilot_server.cli.output import print_json
from copilot_server.service import Store
from copilot_server.store.tables import Document, Version


@click.command("versions")
@click.argument("document_id", metavar="[ID]", required=False)
@click.option("--get", "number", type=click.IntRange(0), help="Write that version's file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where it is written; default its own name.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(document_id: str | None, number: int | None, output: Path | None, is_json: bool) -> int:
    """List the local user's documents, or with an ID its versions."""
    if document_id is None:
        rows = [_document(each) for each in run(_documents)]
        _show({"documents": rows}, [f"{row['id']}  {row['name']}  version {row['version']}" for row in rows], is_json)
        return 0
    if number is not None:
        return _get(document_id, number, output)
    rows = [_version(each) for each in run(lambda store: _versions(store, document_id))]
    lines = [f"{row['number']:>4}  {row['origin']:<8} {row['created']}  {row['changes']} changes" for row in rows]
    _show({"versions": rows}, lines, is_json)
    return 0


def _get(document_id: str, number: int, output: Path | None) -> int:
    name, data = run(lambda store: _content(store, document_id, number))
    target = output or Path(name)
    if output is None and target.exists():
        raise click.UsageError(f"{target} exists; say where with -o")
    target.write_bytes(data)
    click.echo(str(target))
    return 0


async def _documents(store: Store) -> list[Document]:
    caller = await store.keys.local()
    return list(await store.documents.listed(caller.tenant_id, limit=100_000))


async def _versions(store: Store, document_id: str) -> list[Version]:
    caller = await store.keys.local()
    return list(await store.documents.versions(caller.tenant_id, document_id))


async def _content(store: Store, document_id: str, number: int) -> tuple[str, bytes]:
    caller = await store.keys.local()
    document = await store.documents.find(caller.tenant_id, document_id)
    version = await store.documents.version(caller.tenant_id, document_id, number)
    return document.name, await store.documents.content(caller.tenant_id, version)


def _document(document: Document) -> dict[str, object]:
    return {"id": document.id, "name": document.name, "version": document.head}


def _version(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "origin": version.origin,
        "created": version.created.isoformat(timespec="seconds"),
        "is_branch": version.is_branch,
        "changes": len((version.receipt or {}).get("changes", ())),
    }


def _show(value: dict[str, object], lines: list[str], is_json: bool) -> None:
    if is_json:
        print_json(value)
    else:
        click.echo("\n".join(lines))
