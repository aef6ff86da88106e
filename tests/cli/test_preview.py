"""The pages of a file as pictures, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from copilot_server.cli.preview import PageRange, command
from copilot_server.office.render import Page


class Painter:
    """Stands for a renderer of ten pages."""

    def __init__(self, *, is_draft: bool) -> None:
        self.is_draft = is_draft

    def pages(self, data: bytes, suffix: str, pages: range | None, width_px: int) -> list[Page]:
        wanted = [number for number in pages or range(1, 11) if number <= 10]
        return [Page(b"png", number, is_draft=self.is_draft) for number in wanted]


@pytest.fixture
def deck(fixtures: Path) -> str:
    return str(fixtures / "presentations" / "exhibits.pptx")


def preview(monkeypatch: pytest.MonkeyPatch, *arguments: str, is_draft: bool = False):
    monkeypatch.setattr("copilot_server.office.render.find_renderer", lambda: Painter(is_draft=is_draft))
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


@pytest.mark.parametrize(("words", "expected"), [("2", range(2, 3)), ("1-3", range(1, 4)), ("9-", range(9, 100_001))])
def test_a_range_is_read_as_people_write_it(words, expected):
    assert PageRange().convert(words, None, None) == expected


@pytest.mark.parametrize("words", ["0", "3-1", "a", "-2", "1,3"])
def test_what_is_no_range_is_a_usage_error(monkeypatch, deck, tmp_path, words):
    made = preview(monkeypatch, deck, "--pages", words, "-o", str(tmp_path))
    assert type(made.exception).__name__ == "BadParameter"


def test_the_pages_asked_for_are_written_and_their_paths_printed(monkeypatch, deck, tmp_path):
    made = preview(monkeypatch, deck, "--pages", "1-3", "-o", str(tmp_path / "new"))
    expected = [tmp_path / "new" / f"exhibits.pptx-{number}.png" for number in (1, 2, 3)]
    assert made.stdout.split() == [str(path) for path in expected]
    assert all(path.read_bytes() == b"png" for path in expected)


def test_drafts_are_named_so(monkeypatch, deck, tmp_path):
    made = preview(monkeypatch, deck, "--pages", "1", "-o", str(tmp_path), "--json", is_draft=True)
    assert json.loads(made.stdout) == {"pages": [str(tmp_path / "exhibits.pptx-1.draft.png")], "is_draft": True}
    assert "drafts" in made.stderr


def test_a_page_that_is_not_there_is_an_error_and_no_folder_is_made(monkeypatch, deck, tmp_path):
    made = preview(monkeypatch, deck, "--pages", "12", "-o", str(tmp_path / "new"))
    assert "no such page" in str(made.exception)
    assert not (tmp_path / "new").exists()


def test_a_form_is_shown_as_it_is_printed(monkeypatch, fixtures, tmp_path):
    made = preview(monkeypatch, str(fixtures / "forms" / "event.form.json"), "--pages", "1", "-o", str(tmp_path))
    assert made.stdout.split() == [str(tmp_path / "event.form.json-1.png")]


def test_a_plain_text_has_no_pages(monkeypatch, tmp_path):
    (tmp_path / "a.md").write_text("# A", encoding="utf-8")
    made = preview(monkeypatch, str(tmp_path / "a.md"), "-o", str(tmp_path))
    assert type(made.exception).__name__ == "UnsupportedFile"
