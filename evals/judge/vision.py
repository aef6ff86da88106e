"""Judges that see: pages rendered as pictures, and a model of inspect that is handed them with the prompt."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence

from inspect_ai.model import ChatMessageUser, Content, ContentImage, ContentText, GenerateConfig, get_model
from inspect_ai.model import Model as InspectModel

from copilot_server.models.registry import ModelCard, card_of
from copilot_server.office import render
from evals.judge.asking import Answer, Ask
from evals.judge.rubric import Candidate
from evals.trace import File

MOST_PAGES = 12
_WIDTH = 1024


class Blind(ValueError):
    """A judge that cannot see was handed pictures."""


class Unreachable(ValueError):
    """A model of inspect's that cannot be asked: no key, no client, no answer; says why."""


def seen_as(file: File, text: str, most: int = MOST_PAGES) -> Candidate:
    """What a judge sees of a result: its text, and its first pages; raises as the renderer does."""
    pages = render.pages(file.data, file.suffix, range(1, most + 1), _WIDTH)
    return Candidate(text, tuple(page.png for page in pages))


def asking(make: Callable[[str], InspectModel] = get_model, declared: Mapping[str, ModelCard] | None = None) -> Ask:
    """Asks the judge by name; pictures follow the prompt in order.

    Raises Blind where it has no eyes for them, Unreachable where it cannot be asked.
    """

    async def ask(judge: str, prompt: str, pages: Sequence[bytes]) -> Answer:
        if pages and not card_of(judge, declared).sight:
            raise Blind(f"'{judge}' does not see pictures: declare one with sight, or judge by text alone")
        message = ChatMessageUser(content=[ContentText(text=prompt), *map(_picture, pages)])
        try:
            output = await make(judge).generate([message], config=GenerateConfig(temperature=0.0))
        except Exception as error:  # each provider's client has errors of its own
            raise unreachable(judge, error) from error
        return Answer(output.completion, output.model)

    return ask


def unreachable(name: str, error: Exception) -> Unreachable:
    """In one line, without inspect's marks for a terminal."""
    told = " ".join(re.sub(r"\[/?\w+\]", "", str(error) or type(error).__name__).removeprefix("ERROR:").split())
    return Unreachable(f"'{name}' cannot be asked: {told}")


def _picture(page: bytes) -> Content:
    return ContentImage(image=f"data:image/png;base64,{base64.b64encode(page).decode()}")
