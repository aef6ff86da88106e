"""Whatever the description of the API allows, and much it does not, is answered without a fault of the server."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from tests.api.conftest import workbook
from tests.api.test_access import routes

EXAMPLES = int(os.environ.get("OFFICE_EXAMPLES", "15"))  # of each route and kind of request
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),  # its own strategies do
]
_PROBLEM = "application/problem+json"


class Ids:
    """Of things there are, made anew when they were deleted."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self._made: dict[str, str] = {}

    def of_a_living_document(self) -> dict[str, str]:
        kept = self._made.get("document_id")
        if kept is None or self._client.get(f"/v1/documents/{kept}").status_code != 200:
            self._made = self._fresh()
        return self._made

    def _fresh(self) -> dict[str, str]:
        post = self._client.post
        sent = {"file": ("a.xlsx", workbook())}
        document = post("/v1/documents", files=sent).json()["id"]
        session = post("/v1/sessions", json={"documents": [{"id": document}]}).json()["id"]
        wait = {"Prefer": "wait=30"}
        turn = post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 7"}, headers=wait).json()["id"]
        result = post("/v1/edits", files=sent, data={"request": "set B1 to 7"}).json()["output"].split("/")[-2]
        return {"document_id": document, "session_id": session, "turn_id": turn, "result_id": result}


@pytest.fixture(scope="module")
def ids(client: TestClient) -> Ids:
    return Ids(client)


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


def test_every_route_is_asked(client: TestClient, schema: Any) -> None:
    assert {(each.ok().method, each.ok().path) for each in schema.get_all_operations()} == set(routes(client))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_no_request_makes_the_server_fail(client: TestClient, schema: Any, ids: Ids, mode: GenerationMode) -> None:
    operations = [each.ok() for each in schema.get_all_operations()]
    asked = sum(_ask(client, operation, ids, mode) for operation in operations)

    assert asked >= 0.7 * len(operations)  # a route without parameters takes nothing that could be wrong


def _ask(client: TestClient, operation: Any, ids: Ids, mode: GenerationMode) -> bool:
    """Whether the route can be asked in that way."""
    cases = operation.as_strategy(generation_mode=mode)

    @given(case=cases, is_known=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asked(case: Case, is_known: bool) -> None:
        if is_known:
            known = ids.of_a_living_document()
            for name in set(case.path_parameters or {}) & set(known):
                case.path_parameters[name] = known[name]
        sent = case.as_transport_kwargs(base_url="http://localhost")
        for name in ("allow_redirects", "cookies"):
            sent.pop(name, None)
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        headers = {name: value for name, value in sent.pop("headers").items() if name.lower() != "authorization"}
        answer = client.request(**sent, headers=headers)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == _PROBLEM, case.as_curl_command()

    try:
        asked()
    except Unsatisfiable:
        return False
    return True
