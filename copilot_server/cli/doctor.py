"""`office-copilot doctor`: what works here, what does not, and how to mend it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from copilot_server.agent import skill as rooms
from copilot_server.cli.output import print_json
from copilot_server.settings import Settings, load_settings


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
    needed = {"state folder", "skills", "calculation engine"}
    return 1 if any(not each.is_well and each.name in needed for each in found) else 0


def diagnose(settings: Settings) -> Iterator[Diagnosis]:
    yield _model(settings)
    yield _home(settings)
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


def _model(settings: Settings) -> Diagnosis:
    if settings.model_name == "builtin":
        return Diagnosis(
            "model",
            False,
            "the builtin one, which understands plain commands only",
            "set OPENAI_API_KEY, or OPENAI_BASE_URL and COPILOT_MODEL for a server of your own",
        )
    return Diagnosis("model", True, f"{settings.model_name} at {settings.base_url or 'the default address'}")


def _home(settings: Settings) -> Diagnosis:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    return Diagnosis(
        "state folder",
        os.access(folder, os.W_OK),
        str(settings.home),
        "set COPILOT_HOME to a folder that can be written",
    )
