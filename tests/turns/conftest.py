"""A PostgreSQL server of a test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def _binaries() -> Path:
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else max(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass(frozen=True)
class Cluster:
    """The server refuses to run as root, so root runs it as the user Debian made for it."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def control(self, *arguments: str) -> None:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*as_user, str(_binaries() / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments]
        with (self.folder / "control").open("a") as log:
            subprocess.run([*command, "-l", str(self.folder / "log")], check=True, stdout=log, stderr=log, cwd="/")

    def start(self) -> None:
        """Without waiting for the disk: it is the processes that use it which are killed, not the machine."""
        self.control("-o", f"-p {self.port} -k {self.folder} -c fsync=off", "start")

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="copilot-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cluster = Cluster(folder, port)
    cluster.control("-o", "-A trust -U postgres", "initdb")
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgres(cluster: Cluster) -> str:
    """The server's URL."""
    return cluster.url
