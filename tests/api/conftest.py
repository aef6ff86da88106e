"""A running application: the whole service on an empty home, its model builtin."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from fastapi.testclient import TestClient

from copilot_server.api import server
from copilot_server.settings import Settings

TOKEN = "a-token-of-tests"


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), model="builtin", token=TOKEN, work_processes=1)
    with TestClient(
        server.build(settings),
        base_url="http://localhost",
        raise_server_exceptions=False,
        headers={"Authorization": f"Bearer {TOKEN}"},
    ) as client:
        yield client


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows or (["a", 1],):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell(data: bytes, place: str) -> object:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return sheet[place].value


@pytest.fixture
def document(client: TestClient) -> str:
    """A workbook with "a" and 1, uploaded; its id."""
    return client.post("/v1/documents", files={"file": ("a.xlsx", workbook())}).json()["id"]


@pytest.fixture
def session(client: TestClient, document: str) -> str:
    return client.post("/v1/sessions", json={"documents": [{"id": document}]}).json()["id"]
