"""`office-copilot doctor`: what works here, what does not, and how to mend it."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click
import httpx2
from obstore.exceptions import BaseError
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from copilot_server.agent import skill as rooms
from copilot_server.cli.output import print_json
from copilot_server.errors import CopilotError, NotFound
from copilot_server.office.render import fonts
from copilot_server.service import database_url
from copilot_server.settings import Settings, load_settings
from copilot_server.store.blobs import Blobs
from copilot_server.store.database import Database

_PATIENCE = 10.0  # seconds a database or a bucket may take to answer


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`mend` says what to do where `is_well` is False."""

    name: str
    is_well: bool
    says: str
    mend: str = ""


@click.command("doctor")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(is_json: bool) -> int:
    """Say what works here, what does not, and how to mend it; exit code 1 when something needed is broken."""
    found = list(diagnose(load_settings()))
    if is_json:
        print_json({"diagnoses": [asdict(each) for each in found]})
    else:
        for each in found:
            mark = click.style("ok  ", fg="green") if each.is_well else click.style("miss", fg="yellow")
            click.echo(f"{mark} {each.name}: {each.says}" + (f"\n     → {each.mend}" if not each.is_well else ""))
    needed = {"state folder", "database", "blobs", "skills", "calculation engine"}
    return 1 if any(not each.is_well and each.name in needed for each in found) else 0


def diagnose(settings: Settings) -> Iterator[Diagnosis]:
    yield asyncio.run(_model(settings))
    yield _home(settings)
    yield asyncio.run(_database(settings))
    yield asyncio.run(_blobs(settings))
    names = ", ".join(card.name for card in rooms.cards())
    yield Diagnosis("skills", bool(names), names or "none found", "install the package with its skills folder")
    yield Diagnosis(
        "calculation engine",
        importlib.util.find_spec("ironcalc") is not None,
        "IronCalc, formulas are recalculated after every edit",
        "pip install ironcalc",
    )
    soffice = shutil.which("soffice")
    yield Diagnosis(
        "renderer",
        soffice is not None,
        soffice or "no LibreOffice: pages are drafts",
        "apt-get install libreoffice-impress libreoffice-writer libreoffice-calc",
    )
    yield _fonts()


async def _model(settings: Settings) -> Diagnosis:
    """A server of models is asked for their list, which costs nothing."""
    if settings.model_name == "builtin":
        return Diagnosis(
            "model",
            False,
            "the builtin one, which understands plain commands only",
            "set OPENAI_API_KEY, or OPENAI_BASE_URL and COPILOT_MODEL for a server of your own",
        )
    says = f"{settings.model_name} at {settings.base_url or 'the default address'}"
    if settings.base_url is None:
        return Diagnosis("model", True, says)
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    try:
        async with httpx2.AsyncClient(timeout=_PATIENCE, headers={"Authorization": f"Bearer {key}"}) as client:
            answer = await client.get(f"{settings.base_url.rstrip('/')}/models")
    except httpx2.TransportError as error:
        mend = "check OPENAI_BASE_URL, which mostly ends in /v1, and that the server runs"
        return Diagnosis("model", False, f"{says} does not answer ({type(error).__name__})", mend)
    if answer.status_code in {401, 403}:
        return Diagnosis("model", False, f"{says}: the key was refused", "check OPENAI_API_KEY")
    return Diagnosis("model", True, says)


_METRIC = {"Calibri": "Carlito", "Cambria": "Caladea", "Arial": "LiberationSans", "Times New Roman": "LiberationSerif"}


def _fonts() -> Diagnosis:
    """Fonts of other measures break lines elsewhere, so that drafts differ from what Office shows."""
    missing = [
        family
        for family, stand_in in _METRIC.items()
        if (face := fonts.face_for(family)) is None
        or not face.stem.lower().startswith((stand_in.lower(), family.replace(" ", "").lower(), "times"))
    ]
    return Diagnosis(
        "fonts",
        not missing,
        f"nothing with the measures of {', '.join(missing)}" if missing else f"{', '.join(_METRIC)} or their like",
        "apt-get install fonts-crosextra-carlito fonts-crosextra-caladea fonts-liberation",
    )


async def _database(settings: Settings) -> Diagnosis:
    """Looks only: a database that is not there yet is made by the first `serve`."""
    url = make_url(database_url(settings)).render_as_string(hide_password=True)
    mend = "start the server database_url names, or unset it to use SQLite in the home folder"
    if settings.database_url is None and not (settings.home / "copilot.db").exists():
        return Diagnosis("database", True, f"{url}, made when it is first needed")
    database = Database.at(database_url(settings))
    try:
        async with asyncio.timeout(_PATIENCE), database.session() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        return Diagnosis("database", False, f"{url} does not answer ({type(error).__name__})", mend)
    finally:
        await database.close()
    return Diagnosis("database", True, url)


async def _blobs(settings: Settings) -> Diagnosis:
    """A folder's ends with those of the state folder; a bucket is asked for something it does not have."""
    if settings.blob_url is None:
        return Diagnosis("blobs", True, f"in {settings.home / 'blobs'}")
    mend = "check blob_url, and the credentials in the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT …)"
    try:
        async with asyncio.timeout(_PATIENCE):
            await Blobs.at(settings.blob_url).get("doctor", "0" * 64)
    except NotFound:
        return Diagnosis("blobs", True, settings.blob_url)
    except (CopilotError, ValueError, BaseError, OSError) as error:
        return Diagnosis("blobs", False, f"{settings.blob_url} does not answer ({type(error).__name__})", mend)
    return Diagnosis("blobs", True, settings.blob_url)


def _home(settings: Settings) -> Diagnosis:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    return Diagnosis(
        "state folder",
        os.access(folder, os.W_OK),
        str(settings.home),
        "set COPILOT_HOME to a folder that can be written",
    )
