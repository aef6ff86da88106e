"""Who may call: keys, their scopes and limits, other tenants, other hosts and origins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from copilot_server.agent.messages import AssistantMessage, Prompt, Reply, ToolCall, ToolMessage, Usage
from copilot_server.api import server
from copilot_server.errors import ModelError
from copilot_server.models.builtin import BuiltinModel
from copilot_server.service import open_store
from copilot_server.settings import Settings
from copilot_server.store.documents import Documents
from copilot_server.store.keys import Wish
from copilot_server.store.tables import now
from tests.api.conftest import workbook

WAIT = {"Prefer": "wait=30"}


def key(client: TestClient, tenant: str, **more: object) -> dict[str, str]:
    """The header of a new key."""

    async def made() -> str:
        store = open_store(client.app.state.settings)
        secret, _ = await store.keys.make(Wish(tenant, "someone", **more))
        await store.database.close()
        return secret

    return {"Authorization": f"Bearer {asyncio.run(made())}"}


def routes(client: TestClient) -> list[tuple[str, str]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def test_every_route_but_health_needs_a_key(client: TestClient) -> None:
    open_paths = {"/healthz", "/readyz", "/metrics"}
    open_paths |= {"/v1/forms/{document_id}", "/v1/forms/{document_id}/answers"}  # to who is given a form's address
    for method, path in routes(client):
        filled = re.sub(r"\{number\}|\{page\}", "1", re.sub(r"\{\w*id\}|\{name\}", "x", path))
        answer = client.request(method, filled, headers={"Authorization": "Bearer wrong"})
        assert (answer.status_code == 401) == (path not in open_paths), (method, path, answer.status_code)


def test_a_strangers_document_cannot_be_put_into_a_session(client: TestClient, document: str) -> None:
    stranger = key(client, "another")

    refused = client.post("/v1/sessions", json={"documents": [{"id": document}]}, headers=stranger)

    assert refused.status_code == 404


def test_a_key_that_may_only_read_changes_nothing(client: TestClient) -> None:
    reader = key(client, "readers", scopes=("read",))

    assert client.get("/v1/documents", headers=reader).status_code == 200
    assert client.post("/v1/sessions", json={}, headers=reader).status_code == 403


def test_a_key_past_its_time_or_revoked_opens_nothing(client: TestClient) -> None:
    late = key(client, "late", expires=now() - timedelta(seconds=1))
    revoked = key(client, "gone")

    async def revoke() -> None:
        store = open_store(client.app.state.settings)
        [made] = [each for each, tenant, _ in await store.keys.listed() if tenant == "gone"]
        await store.keys.revoke(made.id)
        await store.database.close()

    asyncio.run(revoke())
    assert client.get("/v1/documents", headers=late).status_code == 401
    assert client.get("/v1/documents", headers=revoked).status_code == 401


def test_a_key_that_spent_its_turns_waits_for_tomorrow(client: TestClient) -> None:
    headers = key(client, "thrifty", limits={"turns_a_day": 1})
    session = client.post("/v1/sessions", json={}, headers=headers).json()["id"]
    send = {"text": "set A1 to 1; in a sheet"}

    client.post(f"/v1/sessions/{session}/turns", json=send, headers=headers | WAIT)
    refused = client.post(f"/v1/sessions/{session}/turns", json=send, headers=headers)

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_stateless_edits_count_as_turns_of_their_key(client: TestClient) -> None:
    headers = key(client, "hasty", limits={"turns_a_day": 2})

    def edit() -> int:
        sent = {"file": ("a.xlsx", workbook())}
        return client.post("/v1/edits", files=sent, data={"request": "set A1 to 1"}, headers=headers).status_code

    assert [edit() for _ in range(3)] == [200, 200, 429]


def test_what_stateless_edits_cost_counts_even_where_they_fail(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = key(client, "lavish", limits={"money_a_day": 0.5})

    async def dear(_: BuiltinModel, prompt: Prompt) -> AsyncGenerator[Reply]:
        if isinstance(prompt.messages[-1], ToolMessage):
            raise ModelError("gone")
        yield Reply(AssistantMessage("", (ToolCall("1", "read", "{}"),)), Usage(10, 1, money=0.6))

    monkeypatch.setattr(BuiltinModel, "stream", dear)
    answers = [
        client.post("/v1/edits", files={"file": ("a.xlsx", workbook())}, data={"request": "x"}, headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [502, 429]


def test_an_answer_is_not_carried_out_on_credit(client: TestClient) -> None:
    headers = key(client, "broke", limits={"money_a_day": 0})
    answer = client.post("/v1/turns/any/answers", json={"text": "yes"}, headers=headers)

    assert answer.status_code == 429


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/edits"])
def test_a_body_is_not_read_for_who_may_not_send_it(client: TestClient, path: str) -> None:
    """Who sends it and how long it is are looked at first: read, this one would raise."""
    small = key(client, "small", limits={"upload_bytes": 10})
    form = {"Content-Type": "multipart/form-data; boundary=x"}

    stranger = client.post(path, content=b"no form", headers=form | {"Authorization": "Bearer x"})
    announced = client.post(path, content=b"no form", headers=form | small | {"Content-Length": str(3 << 20)})
    unannounced = client.post(path, content=iter([b"--x\r\n\r\n", b"x" * (3 << 20)]), headers=form | small)

    assert [each.status_code for each in (stranger, announced, unannounced)] == [401, 413, 413]


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/v1/edits", "POST"), ("PATCH", "/v1/documents", "POST")]
)
def test_a_wrong_method_is_told_the_right_ones(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)

    assert answer.status_code == 405
    assert allowed in answer.headers["allow"]
    assert f"{method} {path}" in answer.json()["detail"]


def test_a_keys_own_upload_limit_holds_on_every_way_in(client: TestClient) -> None:
    file = workbook()
    enough = key(client, "small", limits={"upload_bytes": len(file)})
    headers = key(client, "small", limits={"upload_bytes": len(file) - 1})
    sent = {"file": ("a.xlsx", file)}
    document = client.post("/v1/documents", files=sent, headers=enough)
    assert document.status_code == 201

    refused = [
        client.post("/v1/documents", files=sent, headers=headers),
        client.post("/v1/edits", files=sent, data={"request": "set A1 to 1"}, headers=headers),
        client.put(
            f"/v1/documents/{document.json()['id']}/content", content=file, headers=headers | {"If-Match": '"0"'}
        ),
    ]

    assert [answer.status_code for answer in refused] == [413, 413, 413]


def test_no_secret_is_kept_as_it_is(client: TestClient) -> None:
    settings: Settings = client.app.state.settings
    secret = key(client, "another")["Authorization"].removeprefix("Bearer ").encode()

    kept = b"".join(path.read_bytes() for path in Path(settings.home).glob("copilot.db*"))

    assert secret not in kept


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Host": "localhost:8700", "Origin": "http://localhost:8700"}, 200),
    ],
)
def test_pages_and_names_of_others_are_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.get("/v1/skills", headers=headers).status_code == status


def test_answers_tell_browsers_to_be_careful(client: TestClient) -> None:
    headers = client.get("/").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_metrics_count_by_route_and_never_by_id(client: TestClient, document: str) -> None:
    client.get(f"/v1/documents/{document}")

    told = client.get("/metrics").text

    assert 'route="/v1/documents/{document_id}"' in told
    assert document not in told


def test_preferences_are_kept_listed_and_forgotten(client: TestClient) -> None:
    client.put("/v1/preferences/tone", json={"value": "short and warm"})

    assert client.get("/v1/preferences").json() == {"tone": "short and warm"}
    assert client.delete("/v1/preferences/tone").status_code == 204
    assert client.delete("/v1/preferences/tone").status_code == 404


def test_what_nobody_foresaw_is_counted_and_told_without_its_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the secret formula")

    monkeypatch.setattr(Documents, "listed", broken)
    answer = client.get("/v1/documents")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]
    assert re.search(r'http_requests_total\{.*route="/v1/documents",status="500"\} 1', client.get("/metrics").text)


def test_a_listed_origin_may_call_and_read_what_it_needs(tmp_path: Path) -> None:
    office = {"Origin": "https://office.example"}
    client = TestClient(
        server.build(Settings(home=tmp_path, allowed_origins=[office["Origin"]])), base_url="http://localhost"
    )
    wish = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}

    asked = client.options("/v1/documents/x/content", headers=office | wish)
    told = client.get("/healthz", headers=office)

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, office["Origin"])
    assert {"ETag", "Retry-After", "X-Draft"} <= {*told.headers["access-control-expose-headers"].split(", ")}
