"""The files that go out with a document: a form published as PDF and web page, fetched over HTTP."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from tests.api.test_turns import say


def test_what_a_form_is_published_as_can_be_fetched(client: TestClient, fixtures: Path, document: str) -> None:
    form = fixtures / "forms" / "event.form.json"
    kept = client.post("/v1/documents", files={"file": (form.name, form.read_bytes())}).json()["id"]
    session = client.post("/v1/sessions", json={"documents": [{"id": kept}]}).json()["id"]
    assert say(client, session, "publish it as PDF and HTML")["state"] == "completed"

    files = client.get(f"/v1/documents/{kept}/beside").json()
    got = {file["name"]: client.get(file["content"]) for file in files}

    assert set(got) == {"event.pdf", "event.html"}
    assert got["event.pdf"].content.startswith(b"%PDF")
    assert all(answer.headers["content-disposition"].startswith("attachment") for answer in got.values())
    assert [len(answer.content) for answer in got.values()] == [file["size"] for file in files]
    assert client.get(f"/v1/documents/{kept}/beside", params={"version": 0}).json() == []
    assert client.get(f"/v1/documents/{kept}/beside/event.docx").status_code == 404
    assert client.get(f"/v1/documents/{document}/beside").json() == []
