"""One tenant's ids are nothing to another, on every route there is: the routes are read from the server itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import workbook
from tests.api.test_access import WAIT, key, routes

PUBLIC = {"/v1/forms/{document_id}", "/v1/forms/{document_id}/answers"}  # for who is given a form's address
PERSONAL = {"/v1/preferences/{name}"}  # a name, the same for everybody; whose it is comes from the key
OF_FORMS = {"/v1/documents/{document_id}/answers.{kind}", "/v1/documents/{document_id}/beside/{name}"}
# What a route needs besides; one that is not named here is sent without a body.
BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/sessions/{session_id}/documents": {"json": {"id": "{document_id}"}},
    "POST /v1/sessions/{session_id}/turns": {"json": {"text": "set B1 to 8"}},
    "POST /v1/turns/{turn_id}/answers": {"json": {"text": "yes"}},
    "POST /v1/turns/{turn_id}/applied": {"json": {"is_whole": True}},
    "PUT /v1/documents/{document_id}/content": {"content": workbook(), "headers": {"If-Match": '"1"'}},
    "GET /v1/documents/{document_id}/diff": {"params": {"from": 0}},
}


@pytest.fixture
def owned(client: TestClient) -> tuple[dict[str, str], dict[str, str]]:
    """(the header of an owner's key, one id of each kind that owner has)."""
    owner = key(client, "owner")
    sent = {"file": ("a.xlsx", workbook())}
    document = client.post("/v1/documents", files=sent, headers=owner).json()["id"]
    session = client.post("/v1/sessions", json={"documents": [{"id": document}]}, headers=owner).json()["id"]
    turn = client.post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 7"}, headers=owner | WAIT).json()["id"]
    edited = client.post("/v1/edits", files=sent, data={"request": "set B1 to 7"}, headers=owner).json()
    result = edited["output"].split("/")[-2]
    ids = {"document_id": document, "session_id": session, "turn_id": turn, "result_id": result}
    return owner, ids | {"number": "0", "page": "1", "kind": "csv", "name": "a.html"}


def test_another_tenants_ids_are_not_found_on_any_route(
    client: TestClient, owned: tuple[dict[str, str], dict[str, str]]
) -> None:
    owner, ids = owned
    stranger = key(client, "another")
    asked = [(method, path) for method, path in routes(client) if "{" in path and path not in PUBLIC | PERSONAL]
    unknown = {name for _, path in asked for name in re.findall(r"\{(\w+)\}", path)} - set(ids)
    assert not unknown, "a route takes an id this test has none of: give it one"

    for method, path in asked:
        assert (status := _status(client, method, path, ids, stranger)) == 404, (method, path, status)
    assert client.get("/v1/documents", headers=stranger).json() == []
    # The same requests are found by their owner, or the test would prove nothing; what deletes comes last.
    for method, path in sorted(asked, key=lambda each: each[0] == "delete"):
        status = _status(client, method, path, ids, owner)
        assert status < 500, (method, path, status)
        assert status != 404 or path in OF_FORMS, (method, path)


def test_ids_within_a_request_are_looked_at_too(
    client: TestClient, owned: tuple[dict[str, str], dict[str, str]]
) -> None:
    _, ids = owned
    stranger = key(client, "another")
    mine = client.post("/v1/sessions", json={}, headers=stranger).json()["id"]
    theirs = {"id": ids["document_id"]}

    answers = [
        client.post("/v1/sessions", json={"documents": [theirs]}, headers=stranger),
        client.post(f"/v1/sessions/{mine}/documents", json=theirs, headers=stranger),
        client.post(f"/v1/sessions/{mine}/turns", json={"text": "x", "document": ids["document_id"]}, headers=stranger),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_what_one_person_likes_is_not_told_to_another(client: TestClient) -> None:
    one, other = key(client, "owner"), key(client, "another")
    client.put("/v1/preferences/tone", json={"value": "dry"}, headers=one)

    assert client.get("/v1/preferences", headers=other).json() == {}
    assert client.delete("/v1/preferences/tone", headers=other).status_code == 404
    assert client.get("/v1/preferences", headers=one).json() == {"tone": "dry"}


def _status(client: TestClient, method: str, path: str, ids: dict[str, str], headers: dict[str, str]) -> int:
    more = dict(BODIES.get(f"{method.upper()} {path}", {}))
    if "json" in more:
        more["json"] = {name: _filled(value, ids) for name, value in more["json"].items()}
    headers = headers | more.pop("headers", {})
    return client.request(method, _filled(path, ids), headers=headers, **more).status_code


def _filled(text: Any, ids: dict[str, str]) -> Any:
    return re.sub(r"\{(\w+)\}", lambda match: ids[match.group(1)], text) if isinstance(text, str) else text
