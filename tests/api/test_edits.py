"""POST /v1/edits over the application itself."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import workbook


def post(client: TestClient, request: str, *, name: str = "a.xlsx", data: bytes | None = None, **headers: str):
    return client.post(
        "/v1/edits",
        files={"file": (name, workbook() if data is None else data)},
        data={"request": request},
        headers=headers,
    )


def test_the_receipt_links_to_the_edited_file(client: TestClient) -> None:
    told = post(client, "set B1 to 7").json()

    made = client.get(told["output"])

    assert told["status"] == "completed"
    assert openpyxl.load_workbook(io.BytesIO(made.content)).active["B1"].value == 7


def test_the_file_itself_is_given_to_who_accepts_no_json(client: TestClient) -> None:
    answer = post(client, "set B1 to 7", accept="application/octet-stream")

    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["B1"].value == 7


def test_nothing_done_gives_no_file(client: TestClient) -> None:
    told = post(client, "make it sparkle").json()

    assert (told["status"], told["output"]) == ("failed", None)


@pytest.mark.parametrize(
    ("name", "data", "status", "slug"),
    [
        ("a.xlsx", b"nothing", 422, "not-a-package"),
        ("a.mp3", b"x", 422, "unsupported"),
        ("..", b"x", 400, "bad-request"),
        ("../../etc/passwd.xlsx", b"x", 422, "not-a-package"),
    ],
)
def test_a_bad_file_is_a_problem_with_a_reason(
    client: TestClient, name: str, data: bytes, status: int, slug: str
) -> None:
    answer = post(client, "set B1 to 7", name=name, data=data)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"].endswith(slug)
    assert answer.json()["detail"]


def test_a_request_without_a_file_is_a_problem_that_names_it(client: TestClient) -> None:
    answer = client.post("/v1/edits", data={"request": "x"})

    assert answer.status_code == 422
    assert "file" in answer.json()["detail"]


@pytest.mark.parametrize("result_id", ["0" * 32, "nothing", "..%2f..%2fetc"])
def test_a_result_that_is_not_there_is_not_found(client: TestClient, result_id: str) -> None:
    assert client.get(f"/v1/edits/{result_id}/content").status_code == 404


def test_the_server_answers_that_it_is_well(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_api_describes_itself(client: TestClient) -> None:
    assert "/v1/edits" in client.get("/openapi.json").json()["paths"]


def test_no_hostile_file_makes_the_server_fail(client: TestClient, corpus: Path) -> None:
    for path in sorted((corpus / "hostile").iterdir()):
        answer = post(client, "check", name=path.name, data=path.read_bytes())

        assert answer.status_code < 500, path.name
        assert answer.status_code == 200 or answer.json()["detail"], path.name
