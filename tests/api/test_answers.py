"""Answers over HTTP: an opened form is answered without a key, its answers are read with one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from skills.forms.document import Form
from skills.forms.filling.files import fill_form
from skills.forms.versions import version_of


@pytest.fixture
def form(fixtures: Path) -> Form:
    return Form.open(fixtures / "forms" / "event.form.json")


def upload(client: TestClient, form: Form) -> str:
    return client.post("/v1/documents", files={"file": ("event.form.json", form.to_bytes())}).json()["id"]


def put(client: TestClient, document: str, form: Form, version: int) -> None:
    reply = client.put(
        f"/v1/documents/{document}/content", content=form.to_bytes(), headers={"If-Match": f'"{version}"'}
    )
    assert reply.status_code == 200, reply.text


def changed(form: Form, **fields: Any) -> Form:
    made = form.fork()
    made.replace(form.definition.model_copy(update=fields))
    return made


@pytest.fixture
def opened(client: TestClient, form: Form) -> tuple[str, Form]:
    document = upload(client, form)
    form = changed(form, submit_url=f"/v1/forms/{document}/answers")
    put(client, document, form, 0)
    return document, form


@pytest.fixture
def respondent(client: TestClient) -> TestClient:
    """The same server, no key."""
    return TestClient(client.app, base_url="http://localhost", raise_server_exceptions=False)


def posted(form: Form, **answers: Any) -> dict[str, Any]:
    name = {"first": "Łucja", "last": "=1+1"}
    given = {"your_name": name, "email": "l@example.org", "mode": "online", "zone": "europe", "guest": False} | answers
    return {"form": version_of(form.definition), "language": "de", "answers": given}


def test_an_opened_form_is_answered_without_a_key(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened

    page = respondent.get(f"/v1/forms/{document}")
    reply = respondent.post(f"/v1/forms/{document}/answers", json=posted(form))

    assert page.status_code == 200
    assert "Content-Security-Policy" in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert reply.status_code == 201, reply.text
    assert respondent.get(f"/v1/documents/{document}/answers").status_code == 401
    (kept,) = client.get(f"/v1/documents/{document}/answers").json()
    assert kept["answers"]["your_name"] == {"first": "Łucja", "last": "=1+1"}
    assert (kept["version"], kept["language"], kept["source"]) == (1, "de", "page")


def test_wrong_answers_come_back_by_question_and_are_not_kept(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened

    reply = respondent.post(f"/v1/forms/{document}/answers", json=posted(form, email="nobody"))

    assert reply.status_code == 422
    assert [each["place"] for each in reply.json()["problems"]] == ["email"]
    assert client.get(f"/v1/documents/{document}/answers").json() == []


def test_a_form_nobody_opened_is_not_there(form: Form, client: TestClient, respondent: TestClient) -> None:
    document = upload(client, form)

    assert respondent.get(f"/v1/forms/{document}").status_code == 404
    assert respondent.post(f"/v1/forms/{document}/answers", json=posted(form)).status_code == 404
    assert respondent.get("/v1/forms/nothing").status_code == 404


def test_a_page_of_an_older_version_is_told_to_reload(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened
    put(client, document, changed(form, title="Another conference"), 1)

    reply = respondent.post(f"/v1/forms/{document}/answers", json=posted(form))

    assert reply.status_code == 409
    assert "reload" in reply.json()["detail"]


def test_answers_to_different_questions_are_different_tables(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened
    respondent.post(f"/v1/forms/{document}/answers", json=posted(form))
    renamed = changed(form, title="Another conference")
    put(client, document, renamed, 1)
    for mail in ("a@example.org", "b@example.org"):
        assert respondent.post(f"/v1/forms/{document}/answers", json=posted(renamed, email=mail)).status_code == 201

    first, now = (client.get(f"/v1/documents/{document}/answers.csv{each}").text for each in ("?version=1", ""))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/documents/{document}/answers.xlsx").content))

    assert first.count("l@example.org") == 1
    assert "a@example.org" not in first
    assert ("a@example.org" in now, "b@example.org" in now, "l@example.org" in now) == (True, True, False)
    assert "'=1+1" in now
    assert book["Responses"].max_row == 3
    assert "=1+1" in [cell.value for row in book["Responses"] for cell in row if cell.data_type == "s"]
    assert client.get(f"/v1/documents/{document}/answers.pdf").status_code == 422


def test_a_filled_file_dropped_in_is_an_answer(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened
    answers = posted(form)["answers"]
    filled = fill_form(form, answers, Path("a.pdf"), date(2026, 11, 27)).data

    reply = respondent.post(
        f"/v1/forms/{document}/answers", content=filled, headers={"Content-Type": "application/pdf"}
    )
    spoiled = respondent.post(
        f"/v1/forms/{document}/answers", content=b"%PDF-1.7 no", headers={"Content-Type": "application/pdf"}
    )

    assert reply.status_code == 201, reply.text
    (kept,) = client.get(f"/v1/documents/{document}/answers").json()
    assert kept["source"] == ".pdf"
    assert kept["answers"]["your_name"]["first"] == "Łucja"
    assert spoiled.status_code == 422
    assert respondent.post(f"/v1/forms/{document}/answers", content=b"x").status_code == 400


@pytest.mark.parametrize(
    ("name", "kind"), [("filled.PDF", "application/octet-stream"), ("filled", "application/pdf"), ("a.pdf", None)]
)
def test_a_filled_file_may_come_as_an_upload(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient, name: str, kind: str | None
) -> None:
    document, form = opened
    filled = fill_form(form, posted(form)["answers"], Path("a.pdf"), date(2026, 11, 27)).data
    sent = (name, filled, kind) if kind else (name, filled)

    reply = respondent.post(f"/v1/forms/{document}/answers", files={"file": sent})

    assert reply.status_code == 201, reply.text
    (kept,) = client.get(f"/v1/documents/{document}/answers").json()
    assert (kept["source"], kept["answers"]["email"]) == (".pdf", "l@example.org")


@pytest.mark.parametrize(
    "sent",
    [
        {"files": {"file": ("song.mp3", b"x", "audio/mpeg")}},
        {"files": {"form": ("filled.pdf", b"x", "application/pdf")}},
        {"files": {"a": ("a.pdf", b"x"), "file": ("b.pdf", b"x")}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=a"}},
        {"content": b"x", "headers": {"Content-Type": "text/plain"}},
        {"content": b"x"},
    ],
)
def test_what_is_sent_in_no_known_way_is_told_how(
    opened: tuple[str, Form], respondent: TestClient, sent: dict[str, Any]
) -> None:
    reply = respondent.post(f"/v1/forms/{opened[0]}/answers", **sent)

    assert reply.status_code == 400
    assert "application/pdf" in reply.json()["detail"]
    assert "curl -F file=@filled.pdf" in reply.json()["detail"]


def test_deleting_the_form_deletes_its_answers(
    opened: tuple[str, Form], client: TestClient, respondent: TestClient
) -> None:
    document, form = opened
    respondent.post(f"/v1/forms/{document}/answers", json=posted(form))

    assert client.delete(f"/v1/documents/{document}").status_code == 204
    assert client.get(f"/v1/documents/{document}/answers").status_code == 404
    assert respondent.get(f"/v1/forms/{document}").status_code == 404
