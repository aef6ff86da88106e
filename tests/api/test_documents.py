"""Documents over HTTP: uploaded, versioned, guarded by their version, compared, deleted."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import cell, workbook
from tests.api.test_access import key


def put(client: TestClient, document: str, version: str, data: bytes):
    return client.put(f"/v1/documents/{document}/content", content=data, headers={"If-Match": version})


def test_what_is_uploaded_comes_back_byte_for_byte(client: TestClient) -> None:
    data = workbook()

    made = client.post("/v1/documents", files={"file": ("Ünïcode (1).xlsx", data)}).json()

    got = client.get(made["content"])
    assert got.content == data
    assert "filename*=UTF-8''%C3%9Cn" in got.headers["content-disposition"]


def test_a_version_put_over_the_current_one_becomes_current(client: TestClient, document: str) -> None:
    made = put(client, document, '"0"', workbook(["b", 2]))

    assert (made.json()["number"], made.headers["etag"]) == (1, '"1"')
    assert cell(client.get(f"/v1/documents/{document}/content").content, "B1") == 2
    assert cell(client.get(f"/v1/documents/{document}/content?version=0").content, "B1") == 1


def test_a_version_put_over_an_older_one_is_a_conflict_that_names_both(client: TestClient, document: str) -> None:
    put(client, document, '"0"', workbook(["b", 2]))

    refused = put(client, document, '"0"', workbook(["c", 3]))

    assert refused.status_code == 409
    assert "version 1 is current, not 0" in refused.json()["detail"]


def test_content_not_changed_since_is_not_sent_again(client: TestClient, document: str) -> None:
    assert client.get(f"/v1/documents/{document}/content", headers={"If-None-Match": '"0"'}).status_code == 304


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04broken"])
def test_a_file_that_does_not_open_is_never_stored(client: TestClient, document: str, data: bytes) -> None:
    assert put(client, document, '"0"', data).status_code == 422
    assert len(client.get(f"/v1/documents/{document}/versions").json()) == 1


def test_two_versions_are_compared_in_the_documents_own_terms(client: TestClient, document: str) -> None:
    put(client, document, '"0"', workbook(["a", 2]))

    told = client.get(f"/v1/documents/{document}/diff?from=0&to=1").json()

    assert [(each["where"], each["before"], each["after"]) for each in told["changes"]] == [("Sheet!B1", 1, 2)]


def test_a_deleted_document_is_gone_with_its_versions(client: TestClient, document: str) -> None:
    assert client.delete(f"/v1/documents/{document}").status_code == 204

    assert client.get(f"/v1/documents/{document}").status_code == 404
    assert client.get(f"/v1/documents/{document}/content?version=0").status_code == 404


def test_deleting_one_of_two_equal_documents_leaves_the_others_content(client: TestClient) -> None:
    first, second = (
        client.post("/v1/documents", files={"file": ("same.xlsx", DATA)}).json()["id"] for DATA in [workbook()] * 2
    )
    client.delete(f"/v1/documents/{first}")

    assert client.get(f"/v1/documents/{second}/content").status_code == 200


@pytest.mark.parametrize("path", ["versions/9/restore", "versions/-1/restore", f"versions/{10**30}/restore"])
def test_a_version_that_is_not_there_cannot_be_restored(client: TestClient, document: str, path: str) -> None:
    assert client.post(f"/v1/documents/{document}/{path}").status_code == 404


def test_all_documents_are_listed_page_by_page(client: TestClient) -> None:
    headers = key(client, "many documents")
    sent = [
        client.post("/v1/documents", files={"file": ("a.csv", b"a,1")}, headers=headers).json()["id"] for _ in range(5)
    ]
    address, seen = "/v1/documents?limit=2", list[str]()

    while address:
        page = client.get(address, headers=headers)
        seen += [each["id"] for each in page.json()]
        address = page.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert seen == sent[::-1]
    assert client.get("/v1/documents", params={"before": seen[0]}).status_code == 404  # of another tenant
