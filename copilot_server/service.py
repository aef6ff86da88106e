"""The service assembled from settings: what the HTTP API, the worker and their commands stand on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from copilot_server.agent.conversation import ModelMaker
from copilot_server.app import model_maker, photograph
from copilot_server.settings import Settings
from copilot_server.store.answers import Answers
from copilot_server.store.blobs import Blobs
from copilot_server.store.database import Database
from copilot_server.store.documents import Documents
from copilot_server.store.keys import Keys
from copilot_server.store.sessions import Sessions
from copilot_server.store.turns import Turns
from copilot_server.turns.bell import Bell
from copilot_server.turns.carry import Means
from copilot_server.turns.engine import Berth, Engine, lasting_name
from copilot_server.turns.meters import Meters
from copilot_server.turns.pool import Pool
from copilot_server.turns.spool import Spool


@dataclass(frozen=True, slots=True)
class Store:
    """The rows and blobs, on one event loop."""

    database: Database
    keys: Keys
    documents: Documents
    sessions: Sessions
    turns: Turns
    answers: Answers


@dataclass(frozen=True, slots=True)
class Service:
    settings: Settings
    store: Store
    spool: Spool
    pool: Pool
    bell: Bell
    engine: Engine
    meters: Meters


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.home / 'copilot.db'}"


def open_store(settings: Settings) -> Store:
    """Connects to nothing yet."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database.at(database_url(settings))
    blobs = Blobs.at(settings.blob_url or str(settings.home / "blobs"))
    return Store(
        database, Keys(database), Documents(database, blobs), Sessions(database), Turns(database), Answers(database)
    )


@asynccontextmanager
async def running(
    settings: Settings, make_model: ModelMaker | None = None, registry: CollectorRegistry | None = None
) -> AsyncGenerator[Service]:
    """The schema brought up to date, the engine at work until the end of the block.

    `make_model` takes the place of the model the settings name; what turns do is counted in `registry`.
    """
    store = open_store(settings)
    await store.database.migrate()
    pool = Pool(settings.work_processes, settings.work_seconds, settings.work_megabytes)
    spool = Spool(settings.home / "spool", store.documents)
    bell, meters = Bell(), Meters(registry or CollectorRegistry())

    def means() -> Means:
        return _means(settings, pool, bell, meters, make_model)

    engine = Engine(_berth(settings), means, store.database, spool, bell)
    await engine.start()
    try:
        yield Service(settings, store, spool, pool, bell, engine, meters)
    finally:
        await engine.stop()
        pool.close()
        await store.database.close()


def _berth(settings: Settings) -> Berth:
    """The engine's own rows lie beside ours: in the same Postgres database, or in a SQLite file of their own."""
    url = settings.database_url or f"sqlite:///{settings.home / 'turns.db'}"
    return Berth(url, settings.worker or lasting_name(settings.port), settings.turns_at_once)


def _means(settings: Settings, pool: Pool, bell: Bell, meters: Meters, make_model: ModelMaker | None) -> Means:
    """With a store of its own: connections belong to the event loop they were made on."""
    store = open_store(settings)

    def model_for(name: str | None) -> ModelMaker:
        return make_model or model_maker(settings.with_model(name))

    spool = Spool(settings.home / "spool", store.documents)
    return Means(
        store.turns,
        store.sessions,
        store.documents,
        spool,
        pool,
        model_for,
        settings.limits,
        bell,
        meters,
        photograph,
        store.database.close,
    )
