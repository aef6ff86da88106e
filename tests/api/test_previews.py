"""Where pages differ: told as boxes on the page, whole pages where they are new."""

from __future__ import annotations

import io

from fastapi.testclient import TestClient
from PIL import Image, ImageDraw

from copilot_server.api.previews import changed_boxes


def page(*marks: tuple[int, int, int, int]) -> bytes:
    picture = Image.new("RGB", (240, 120), "white")
    for mark in marks:
        ImageDraw.Draw(picture).rectangle(mark, fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_what_is_new_on_a_page_is_boxed_and_nothing_else() -> None:
    [[box]] = changed_boxes([page((0, 0, 10, 10))], [page((0, 0, 10, 10), (120, 60, 143, 71))])

    left, top, width, height = box
    assert (left, top) == (0.5, 0.5)
    assert (width, height) == (0.1, 0.1)


def test_a_page_put_in_between_leaves_the_others_as_they_were() -> None:
    first, second, added = page(), page((0, 0, 50, 50)), page((100, 0, 150, 50))

    assert changed_boxes([first, second], [first, added, second]) == [[], [(0, 0, 1, 1)], []]


def test_pages_are_counted_and_past_the_last_there_is_none(client: TestClient, document: str) -> None:
    told = client.get(f"/v1/documents/{document}/pages").json()

    assert [each["number"] for each in told["pages"]] == [1]
    assert client.get(f"/v1/documents/{document}/pages/1.png").headers["content-type"] == "image/png"
    assert client.get(f"/v1/documents/{document}/pages/2.png").status_code == 404
