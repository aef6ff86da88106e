"""What servers log of errors: their places and kinds, never the text they were about."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from copilot_server.cli import logs

SECRET = "Kündigung von Frau Meier"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = before, level


def place_of(text: str) -> int:
    """Fails with an error whose message, cause and local variables all hold the text."""
    try:
        return {"a": 1}[text]
    except KeyError as cause:
        raise ValueError(f"no place for {text}") from cause


@pytest.mark.parametrize("name", ["ours", "library"])
def test_an_error_is_logged_with_its_place_and_without_the_documents_text(name: str, told: io.StringIO) -> None:
    with pytest.raises(ValueError, match="Meier") as caught:
        place_of(SECRET)
    error = caught.value

    if name == "ours":
        structlog.get_logger("copilot.test").error("unforeseen error", exc_info=error)
    else:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)

    assert "Meier" not in told.getvalue()
    assert "builtins.KeyError" in told.getvalue()
    assert "builtins.ValueError" in told.getvalue()
    assert __file__ in told.getvalue()


def test_a_full_disk_is_named(told: io.StringIO) -> None:
    full = OSError(28, "No space left on device", f"/home/{SECRET}.docx")

    structlog.get_logger("copilot.test").error("unforeseen error", exc_info=full)

    assert "No space left on device" in told.getvalue()
    assert "Meier" not in told.getvalue()
