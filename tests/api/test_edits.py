"""POST /v1/edits over the application itself."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator
from pathlib import Path

import openpyxl
import pytest
from fastapi.testclient import TestClient
from pptx import Presentation

from copilot_server.agent.messages import Prompt, Reply, TextDelta
from copilot_server.models.builtin import BuiltinModel
from tests.api.conftest import workbook
from tests.api.test_access import key


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


def with_data(client: TestClient, request: str, *data: tuple[str, bytes], file: tuple[str, bytes], **headers: str):
    files = [("file", file), *(("data", each) for each in data)]
    return client.post("/v1/edits", files=files, data={"request": request}, headers=headers)


@pytest.fixture
def deck(fixtures: Path) -> tuple[str, bytes]:
    return "deck.pptx", (fixtures / "presentations" / "exhibits.pptx").read_bytes()


SALES = b"\xef\xbb\xbfRegion,Sales\nNorth,3\nSouth,4.5\n"


def test_a_chart_is_made_of_a_csv_that_came_along_with_others(
    client: TestClient, deck: tuple[str, bytes], fixtures: Path
) -> None:
    beside = (("plan.xlsx", workbook()), ("logo.png", (fixtures / "presentations" / "picture.png").read_bytes()))
    sales = ("../../sales.csv", SALES)

    told = with_data(client, "add a column chart from sales.csv", sales, *beside, file=deck).json()

    assert told["status"] == "completed", told
    made = Presentation(io.BytesIO(client.get(told["output"]).content))
    before = Presentation(io.BytesIO(deck[1]))
    assert len(made.slides) == len(before.slides) + 1
    (chart,) = [shape.chart for shape in made.slides[-1].shapes if shape.has_chart]
    assert [*chart.plots[0].categories] == ["North", "South"]
    assert [*chart.plots[0].series[0].values] == [3.0, 4.5]


def test_a_model_is_told_of_all_that_came_along(
    client: TestClient, deck: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts: list[Prompt] = []

    async def listening(self: BuiltinModel, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply]:
        prompts.append(prompt)
        yield self._answer(prompt)  # pyright: ignore[reportPrivateUsage]

    monkeypatch.setattr(BuiltinModel, "stream", listening)
    data = ("plan.xlsx", workbook(["Milestone", 7])), ("notes.md", b"# Notes\nTea at four"), ("logo.png", b"x")

    with_data(client, "add a chart", *data, file=deck)

    told = str(prompts[0].messages)
    assert "Milestone" in told
    assert "Tea at four" in told
    assert "logo.png" in told
    assert "read_other" in {each.name for each in prompts[0].tools}


@pytest.mark.parametrize(
    ("data", "status", "named"),
    [
        ([("song.mp3", b"x")], 422, "song.mp3"),
        ([("../..", b"x")], 400, "name"),
        ([("a.csv", b"x"), ("b/A.csv", b"y")], 400, "A.csv"),
        ([("DECK.pptx", b"x")], 400, "DECK.pptx"),
        ([("plan.xlsx", b"nothing")], 422, "plan.xlsx"),
        ([("sales.csv", b"\xff\xfe\x00")], 400, "sales.csv"),
        ([("sales.csv", b"a," * 600_000)], 413, ".xlsx"),
        ([("a.csv", b"x")] * 21, 422, "data"),
    ],
)
def test_data_that_cannot_be_taken_is_a_problem_that_names_it(
    client: TestClient, deck: tuple[str, bytes], data: list[tuple[str, bytes]], status: int, named: str
) -> None:
    answer = with_data(client, "add a chart from sales.csv", *data, file=deck)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert named in answer.json()["detail"]


def test_all_files_together_stay_within_the_limit_of_the_key(client: TestClient, deck: tuple[str, bytes]) -> None:
    limited = key(client, "short of room", limits={"upload_bytes": len(deck[1]) + len(SALES)})
    request = "add a column chart from sales.csv"

    within = with_data(client, request, ("sales.csv", SALES), file=deck, **limited)
    over = with_data(client, request, ("sales.csv", SALES + b"\n"), file=deck, **limited)

    assert within.json()["status"] == "completed"

    assert (over.status_code, over.json()["type"]) == (413, "about:blank#too-large")


def test_a_picture_is_not_taken_for_a_form_which_has_no_place_for_it(client: TestClient, fixtures: Path) -> None:
    form = ("event.form.json", (fixtures / "forms" / "event.form.json").read_bytes())

    answer = with_data(client, "rename it", ("logo.png", b"x"), file=form)

    assert answer.status_code == 422
    assert "logo.png" in answer.json()["detail"]


def test_a_name_longer_than_file_systems_take_is_cut(client: TestClient) -> None:
    assert post(client, "set B1 to 7", name=f"{'表' * 200}.xlsx").json()["status"] == "completed"


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


def test_a_tenant_with_too_many_edits_under_way_is_told_to_wait(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(client, "set B1 to 7").status_code == 200
    under_way = client.app.state.edits_under_way
    for tenant in tuple(under_way):
        monkeypatch.setitem(under_way, tenant, 50)
    answer = post(client, "set B1 to 7")

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
