"""A PostgreSQL server of a test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _binaries() -> Path:
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else max(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def postgres() -> Iterator[str]:
    """Its URL. The server refuses to run as root, so root runs it as the user Debian made for it."""
    folder = Path(tempfile.mkdtemp(prefix="copilot-postgres-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    control = [*prefix, str(_binaries() / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w"]
    subprocess.run([*control, "-o", "-A trust -U postgres", "initdb"], check=True, capture_output=True, cwd="/")
    subprocess.run(
        [*control, "-o", f"-p {port} -k {folder} -c fsync=off", "start"], check=True, stdout=subprocess.DEVNULL, cwd="/"
    )
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/")
    shutil.rmtree(folder)
