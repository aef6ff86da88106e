"""Turns over HTTP: carried out, told, answered, cancelled, repeated."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import cell

WAIT = {"Prefer": "wait=30"}


def say(client: TestClient, session: str, text: str, **more: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/sessions/{session}/turns", json={"text": text, **more}, headers=WAIT)
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(client: TestClient, turn: str, **headers: str) -> list[tuple[int, str, Any]]:
    told: list[tuple[int, str, Any]] = []
    for block in client.get(f"/v1/turns/{turn}/events", headers=headers).text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "id" in fields:
            told.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return told


def test_a_turn_makes_one_version_with_its_receipt(client: TestClient, session: str, document: str) -> None:
    turn = say(client, session, "set B1 to 7")

    assert turn["state"] == "completed"
    assert turn["outcome"]["version"] == 1
    assert [change["where"] for change in turn["outcome"]["receipt"]["changes"]] == ["Sheet!B1"]
    got = client.get(f"/v1/documents/{document}/content")
    assert (got.headers["etag"], cell(got.content, "B1")) == ('"1"', 7)


def test_events_are_numbered_without_gaps_and_go_on_after_the_last_one_seen(client: TestClient, session: str) -> None:
    turn = say(client, session, "set B1 to 8")["id"]

    told = events(client, turn)

    assert [number for number, _, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1] == "turn.started"
    assert [kind for _, kind, _ in told][-2:] == ["document.version", "turn.completed"]
    assert events(client, turn, **{"Last-Event-ID": "3"}) == told[3:]


def test_undo_is_restoring_the_version_before(client: TestClient, session: str, document: str) -> None:
    before = client.get(f"/v1/documents/{document}/content").content
    turn = say(client, session, "set B1 to 9")

    undone = client.post(f"/v1/documents/{document}/versions/{turn['base_version']}/restore").json()

    assert (undone["number"], undone["origin"]) == (turn["outcome"]["version"] + 1, "restore")
    assert client.get(f"/v1/documents/{document}/content").content == before


def test_a_loss_nobody_asked_for_is_asked_about_and_the_answer_resumes_the_turn(
    client: TestClient, session: str, document: str
) -> None:
    asked = say(client, session, "set A1:B1 to 5, 6", mode="plan")
    assert asked["state"] == "needs_answer"

    answered = client.post(f"/v1/turns/{asked['id']}/answers", json={"text": "yes"}, headers=WAIT).json()

    assert (answered["id"], answered["state"]) == (asked["id"], "completed")
    assert cell(client.get(f"/v1/documents/{document}/content").content, "A1") == 5
    numbers = [number for number, _, _ in events(client, asked["id"])]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_question_can_be_answered_once(client: TestClient, session: str) -> None:
    asked = say(client, session, "set A1 to 5", mode="plan")["id"]
    client.post(f"/v1/turns/{asked}/answers", json={"text": "yes"}, headers=WAIT)

    assert client.post(f"/v1/turns/{asked}/answers", json={"text": "yes"}).status_code == 409


def test_a_new_message_drops_the_open_question(client: TestClient, session: str) -> None:
    asked = say(client, session, "set A1 to 5", mode="plan")["id"]

    assert say(client, session, "set A1 to 6")["state"] == "completed"
    assert client.get(f"/v1/turns/{asked}").json()["state"] == "cancelled"
    assert events(client, asked)[-1][1] == "turn.cancelled"


def test_another_session_must_wait_for_an_open_turn(client: TestClient, session: str, document: str) -> None:
    say(client, session, "set A1 to 5", mode="plan")
    other = client.post("/v1/sessions", json={"documents": [{"id": document}]}).json()["id"]

    refused = client.post(f"/v1/sessions/{other}/turns", json={"text": "set A1 to 1"})

    assert refused.status_code == 409
    assert "another turn" in refused.json()["detail"]


def test_a_waiting_turn_is_cancelled_at_once(client: TestClient, session: str) -> None:
    asked = say(client, session, "set A1 to 5", mode="plan")["id"]

    assert client.post(f"/v1/turns/{asked}/cancel").json()["state"] == "cancelled"


def test_the_same_idempotency_key_begins_one_turn(client: TestClient, session: str, document: str) -> None:
    headers = WAIT | {"Idempotency-Key": session}
    first, again = (
        client.post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 3"}, headers=headers) for _ in range(2)
    )

    assert first.json() == again.json()
    assert len(client.get(f"/v1/documents/{document}/versions").json()) == 2
    other = client.post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 4"}, headers=headers)
    assert other.status_code == 400


def test_a_turn_on_a_version_that_is_not_current_is_a_conflict(client: TestClient, session: str) -> None:
    refused = client.post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 3"}, headers={"If-Match": '"7"'})

    assert refused.status_code == 409


def test_what_is_not_understood_fails_and_makes_no_version(client: TestClient, session: str, document: str) -> None:
    assert say(client, session, "make it sparkle")["state"] == "failed"
    assert len(client.get(f"/v1/documents/{document}/versions").json()) == 1


def test_a_session_without_documents_makes_the_kind_asked_for(client: TestClient) -> None:
    session = client.post("/v1/sessions", json={}).json()["id"]

    turn = say(client, session, "set A1 to 5; in a sheet")

    assert client.get(f"/v1/documents/{turn['document']}").json()["skill"] == "spreadsheets"


def test_a_model_nobody_declared_is_refused(client: TestClient, session: str) -> None:
    refused = client.post(f"/v1/sessions/{session}/turns", json={"text": "x", "model": "scripted:/etc/passwd"})

    assert refused.status_code == 400


def test_what_is_asked_to_be_remembered_is_kept_and_can_be_forgotten(client: TestClient, session: str) -> None:
    turn = say(client, session, "Remember that I like short titles.")

    assert turn["state"] == "completed"
    assert "short titles" in turn["outcome"]["message"]
    assert client.get("/v1/preferences").json() == {"I like short titles": "I like short titles"}
    assert client.delete("/v1/preferences/I like short titles").status_code == 204


@pytest.mark.parametrize("deliver", ["changes", "package", "both"])
def test_changes_or_the_package_are_delivered_as_asked(client: TestClient, session: str, deliver: str) -> None:
    outcome = say(client, session, "set B1 to 77", deliver=deliver)["outcome"]

    assert bool(outcome["receipt"]["changes"]) == (deliver != "package")
    assert bool(outcome["output"]) == (deliver != "changes")


@pytest.mark.parametrize("deliver", ["changes", "package"])
def test_the_last_event_delivers_what_the_turn_does(client: TestClient, session: str, deliver: str) -> None:
    turn = say(client, session, "set B1 to 78", deliver=deliver)

    assert events(client, turn["id"])[-1][2] == turn["outcome"]


def test_the_output_of_a_turn_stays_its_own(client: TestClient, session: str) -> None:
    first = say(client, session, "set B1 to 5")
    say(client, session, "set B1 to 6")

    assert cell(client.get(first["outcome"]["output"]).content, "B1") == 5


def test_a_wait_that_is_none_begins_nothing(client: TestClient, session: str) -> None:
    wrong = client.post(f"/v1/sessions/{session}/turns", json={"text": "set B1 to 5"}, headers={"Prefer": "wait=soon"})

    assert wrong.status_code == 400
    assert client.get(f"/v1/sessions/{session}").json()["turns"] == []


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_words_that_say_nothing_are_refused(client: TestClient, session: str, text: str) -> None:
    assert client.post(f"/v1/sessions/{session}/turns", json={"text": text}).status_code == 422


def test_an_editor_tells_what_it_applied(client: TestClient, session: str) -> None:
    turn = say(client, session, "set B1 to 21")["id"]

    told = client.post(f"/v1/turns/{turn}/applied", json={"is_whole": True}).json()

    assert told["outcome"]["applied"] == {"is_whole": True, "detail": ""}


def test_a_document_in_which_nothing_was_made_is_begun_anew(client: TestClient) -> None:
    session = client.post("/v1/sessions", json={}).json()["id"]
    failed = say(client, session, "make a deck about tea")

    made = say(client, session, "# Tea\n\n## Kinds of tea\n\n- Green\n- Black")

    assert (failed["state"], made["state"]) == ("failed", "completed")
    assert made["document"] == failed["document"]


def test_another_kind_asked_for_takes_the_place_of_a_document_in_which_nothing_was_made(client: TestClient) -> None:
    session = client.post("/v1/sessions", json={}).json()["id"]
    first = say(client, session, "make a deck about tea")

    say(client, session, "make a survey about tea")

    documents = client.get(f"/v1/sessions/{session}").json()["documents"]
    assert [each["skill"] for each in documents] == ["forms"]
    assert client.get(f"/v1/documents/{first['document']}").status_code == 404


def test_a_request_sent_twice_at_once_makes_one_document(client: TestClient) -> None:
    session = client.post("/v1/sessions", json={}).json()["id"]

    def send(_: int) -> str:
        headers = WAIT | {"Idempotency-Key": f"twice {session}"}
        sent = client.post(f"/v1/sessions/{session}/turns", json={"text": "make a deck"}, headers=headers)
        return sent.json()["id"]

    with ThreadPoolExecutor(3) as senders:
        turns = {*senders.map(send, range(3))}

    assert len(turns) == 1
    assert len(client.get(f"/v1/sessions/{session}").json()["documents"]) == 1
