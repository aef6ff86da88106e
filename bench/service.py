"""What the service itself costs, with a model that answers at once: turns a core, overhead a turn, the loop's lag."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import multiprocessing
import os
import re
import socket
import statistics
import tempfile
import time
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import structlog
import uvicorn
from pydantic import SecretStr

from bench.ratio import Ratio
from bench.spreadsheets import make_values
from copilot_server import garbage
from copilot_server.api import server
from copilot_server.settings import Settings

SESSIONS: Final = 200
TURNS_EACH: Final = 3
ARRIVALS: Final = 5.0  # turns a second, while overhead is measured
SMALL: Final = Path(__file__).parents[1] / "fixtures" / "spreadsheets" / "sales.xlsx"
TOKEN: Final = "of-the-bench"  # noqa: S105 - opens nothing but the server of this run
_PROBE: Final = 0.005
_NUMBER: Final = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?><v>)[\d.]+')


@dataclass(frozen=True)
class Served:
    """A server in a process of its own; what it measured of its loop's lag comes through `pipe`."""

    address: str
    process: int
    pipe: Any

    def cpu_seconds(self) -> float:
        """Of the server and of all it started."""
        return sum(_cpu(process) for process in _family(self.process))

    def watch(self) -> None:
        """Begin to measure the loop's lag; it costs, so not while turns are counted."""
        self.pipe.send("watch")

    def lags(self) -> Sequence[float]:
        """In seconds, of every probe since."""
        self.pipe.send("lags")
        return self.pipe.recv()


def measure() -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as here:
        yield from asyncio.run(_measured(here, Path(folder)))


async def _measured(here: Served, folder: Path) -> Sequence[Ratio]:
    limits = httpx2.Limits(max_connections=SESSIONS + 20)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=here.address, headers=headers, limits=limits, timeout=600) as client:
        sessions = [await _session(client, SMALL.name, _own(n)) for n in range(SESSIONS)]
        await _turn(client, sessions[0])  # the first one starts what later ones find warm
        found = [await _throughput(here, client, sessions), await _overhead(client, sessions)]
        return [*found, await _lag(here, client, folder, sessions)]


async def _throughput(here: Served, client: httpx2.AsyncClient, sessions: Sequence[str]) -> Ratio:
    """All sessions at once, each with one turn after the other."""

    async def talk(session: str) -> None:
        for _ in range(TURNS_EACH):
            await _turn(client, session)

    cpu, wall = here.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*map(talk, sessions))
    cpu, wall = here.cpu_seconds() - cpu, time.perf_counter() - wall
    turns = TURNS_EACH * len(sessions)
    detail = f"{turns} turns of {len(sessions)} sessions in {wall:.1f} s, {cpu:.1f} CPU s"
    return Ratio("turns a second and core, 200 sessions, scripted model", turns / cpu, 30, "at least", detail)


async def _overhead(client: httpx2.AsyncClient, sessions: Sequence[str]) -> Ratio:
    """Turns that arrive evenly, whether earlier ones have ended or not."""
    waits = [asyncio.create_task(_later(client, session, n / ARRIVALS)) for n, session in enumerate(sessions)]
    seconds = sorted(await asyncio.gather(*waits))
    detail = f"median {statistics.median(seconds):.3f} s, worst {seconds[-1]:.3f} s, {ARRIVALS:g} turns a second"
    return Ratio("p95 of a turn's own seconds, request to end", _share(seconds, 0.95), 0.150, detail=detail)


async def _lag(here: Served, client: httpx2.AsyncClient, folder: Path, sessions: Sequence[str]) -> Ratio:
    """The server's loop while a large workbook is uploaded and edited beside small turns."""
    large = folder / "large.xlsx"
    make_values(large)
    here.watch()
    wide = await _session(client, large.name, large.read_bytes())
    small = asyncio.gather(*(_later(client, session, n / 2) for n, session in enumerate(sessions[:20])))
    started = time.perf_counter()
    for _ in range(2):
        await _turn(client, wide)
    seconds = time.perf_counter() - started
    await small
    lags = sorted(here.lags())
    detail = f"{len(lags)} probes, worst {lags[-1] * 1e3:.0f} ms, {seconds / 2:.1f} s a turn of 100,000 rows"
    return Ratio("p99 lag of the event loop, ms, 100k rows edited beside", _share(lags, 0.99) * 1e3, 20, detail=detail)


def _replies(turn: int) -> Sequence[object]:
    """What the model says in the so-manieth turn of a session: each changes something, so that it makes a version."""
    edit = {"op": "set_cells", "at": "H2", "values": [[f"seen {turn}"]]}
    return [{"tool_calls": [{"name": "edit", "arguments": {"edits": [edit]}}]}, {"content": "Set H2."}]


def _own(number: int) -> bytes:
    """The small workbook with a number of its own on each sheet: people share no file, nor what is kept of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(SMALL) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            data = old.read(each)
            is_sheet = each.filename.startswith("xl/worksheets/sheet")
            new.writestr(each, _NUMBER.sub(rb"\g<1>%d" % number, data, count=1) if is_sheet else data)
    return out.getvalue()


async def _session(client: httpx2.AsyncClient, name: str, data: bytes) -> str:
    sent = await client.post("/v1/documents", files={"file": (name, data)})
    begun = await client.post("/v1/sessions", json={"documents": [{"id": sent.raise_for_status().json()["id"]}]})
    return begun.raise_for_status().json()["id"]


async def _later(client: httpx2.AsyncClient, session: str, wait: float) -> float:
    await asyncio.sleep(wait)
    started = time.perf_counter()
    await _turn(client, session)
    return time.perf_counter() - started


async def _turn(client: httpx2.AsyncClient, session: str) -> None:
    body = {"text": "mark it"}
    answer = await client.post(f"/v1/sessions/{session}/turns", json=body, headers={"Prefer": "wait=120"})
    turn = answer.raise_for_status().json()
    assert turn["state"] == "completed", turn
    assert turn["outcome"]["version"] > turn["base_version"], turn


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@contextmanager
def served(folder: Path) -> Generator[Served]:
    """With SQLite and a folder, as one machine has it."""
    script = folder / "script.json"
    script.write_text(json.dumps([reply for turn in range(8) for reply in _replies(turn)]), encoding="utf-8")
    settings = Settings(
        home=folder / "home", model=f"scripted:{script}", token=SecretStr(TOKEN), turns_waiting=10_000, work_processes=2
    )
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        port = listening.getsockname()[1]
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(settings, listening, theirs))
        process.start()
        address = f"http://127.0.0.1:{port}"
        assert ours.recv() == "ready"
        try:
            yield Served(address, process.pid or 0, ours)
        finally:
            ours.send("stop")
            process.join(60)
            process.kill()


def _serve(settings: Settings, listening: socket.socket, pipe: Any) -> None:
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    garbage.collect_seldom()  # as `serve` does
    config = uvicorn.Config(server.build(settings), log_config=None, access_log=False, timeout_graceful_shutdown=2)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serving(uvicorn.Server(config), listening, pipe))


async def _serving(running: uvicorn.Server, listening: socket.socket, pipe: Any) -> None:
    lags: list[float] = []
    probes: list[asyncio.Task[None]] = []
    serving = asyncio.create_task(running.serve([listening]))
    while not running.started:
        await asyncio.sleep(0.05)
    pipe.send("ready")
    while (wish := await asyncio.to_thread(pipe.recv)) != "stop":
        if wish == "watch":
            probes.append(asyncio.create_task(_probed(lags)))
        else:
            pipe.send(lags)
    for probe in probes:
        probe.cancel()
    running.should_exit = True
    await serving


async def _probed(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_PROBE)
        lags.append(time.perf_counter() - before - _PROBE)


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            yield from _family(int(child))


def _cpu(process: int) -> float:
    fields: list[Any] = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
