"""What Dockerfile and compose.yaml name is there: no daemon is needed to find a path, command or setting that is not."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml
from click import Context
from fastapi.routing import APIRoute

from copilot_server.api import about, server
from copilot_server.cli.main import program
from copilot_server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_what_is_copied_is_there_and_is_all_that_is_installed() -> None:
    copied = [path for line in instructions("COPY") if "--from" not in line for path in shlex.split(line)[:-1]]

    assert not [path for path in copied if not (ROOT / path).exists()]
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= set(copied)
    named = [PROJECT["project"].get("readme"), *PROJECT["project"].get("license-files", [])]
    assert {name for name in named if isinstance(name, str)} <= set(copied)


def test_the_command_the_port_and_the_health_check_are_this_servers(tmp_path: Path) -> None:
    *_, command = instructions("CMD")
    [health] = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", DOCKERFILE)
    settings = Settings(home=tmp_path)
    paths = server.build(settings).openapi()["paths"]

    _require_command(json.loads(command))
    assert instructions("EXPOSE") == [health[0]] == [str(settings.port)]
    assert health[1] in paths


def test_a_worker_is_asked_for_its_health_where_it_answers() -> None:
    worker = COMPOSE["services"]["worker"]
    [(port, path)] = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", worker["healthcheck"]["test"][-1])
    answered = {route.path for route in about.probes.routes if isinstance(route, APIRoute)}

    assert worker["command"][-2:] == ["--port", port]
    assert path in answered
    compile(worker["healthcheck"]["test"][-1], "healthcheck", "exec")


def test_it_runs_as_a_user_without_rights_who_owns_its_state() -> None:
    [user] = instructions("USER")

    assert f"useradd --uid {user} " in DOCKERFILE
    assert int(user) > 0
    assert "install -d -o copilot /data" in DOCKERFILE
    assert instructions("VOLUME") == ["/data"]
    assert "COPILOT_HOME=/data" in DOCKERFILE


def test_every_variable_is_a_setting() -> None:
    named = {*re.findall(r"\bCOPILOT_\w+(?==)", DOCKERFILE), *COMPOSE["x-copilot"]["environment"]}

    known = {f"COPILOT_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in named if name.startswith("COPILOT_")} <= known
    assert json.loads(COMPOSE["x-copilot"]["environment"]["COPILOT_ALLOWED_HOSTS"])


def test_services_depend_on_services_that_can_be_ready_and_run_commands_there_are() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    for service in services.values():
        needs = service.get("depends_on", {})
        assert set(needs) <= set(services)
        for name, need in needs.items() if isinstance(needs, dict) else ():
            assert need["condition"] != "service_healthy" or "healthcheck" in services[name]
        if (command := service.get("command")) and "build" in service:
            _require_command(command)
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def _require_command(words: list[str]) -> None:
    assert words[0] in PROJECT["project"]["scripts"]
    assert program.get_command(Context(program), words[1]) is not None, words
