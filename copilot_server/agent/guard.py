"""Policy in code: whose word allows a loss, and how a document's text is kept apart from instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from copilot_server.errors import Refused

# Words by which a person asks for something to go away or be replaced, in the languages most of our users write.
_LOSS_WORDS = re.compile(
    r"\b(delet\w*|remov\w*|drop\w*|eras\w*|clear\w*|discard\w*|get rid|strip\w*|cut\w*|purge\w*|wipe\w*|clean\w*|"
    r"dedup\w*|merge\w*|overwrit\w*|replac\w*|löschen?|entfern\w*|supprim\w*|enlev\w*|effac\w*|elimin\w*|borr\w*|"
    r"quita\w*|remov\w*|apag\w*|exclu\w*|cancell\w*|rimuov\w*|verwijder\w*|usuń\w*|usun\w*|удал\w*)\b|删除|移除|清除|削除|삭제",
    re.IGNORECASE,
)


_DECLINES = re.compile(r"\s*(no|not|nope|don'?t|never|nein|non|nie|нет|いいえ|否|不)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Consent:
    """The person's own words of this turn, with the questions of ours they said yes to."""

    words: str = ""

    @property
    def covers_loss(self) -> bool:
        return bool(_LOSS_WORDS.search(self.words))

    def after(self, question: str, answer: str) -> Consent:
        """With an answer: a question that was not declined counts as their own words."""
        said = answer if _DECLINES.match(answer) else f"{question}\n{answer}"
        return Consent(f"{self.words}\n{said}")


def require_consent(loss: str | None, consent: Consent) -> None:
    """Refuse what would destroy the user's content when nothing they said asks for that."""
    if loss is not None and not consent.covers_loss:
        raise Refused(f"this would destroy {loss}, which the user did not ask for; `ask` them first")


class Moderation(Protocol):
    """An operator's policy on what people may ask for; there is none unless the settings name one."""

    async def refusal(self, text: str) -> str | None:
        """Why this is not done, for the person who asked; None where it may be. Raises ModelError where it fails."""
        ...


_TAG = re.compile(r"<(/?)(document|selection)\b", re.IGNORECASE)


def as_data(text: str, tag: str, **attributes: str) -> str:
    """Document text between tags it cannot close: data for the model, never instructions."""
    inner = _TAG.sub(r"<\1\2_", text)
    marks = "".join(f" {name}={_quoted(value)}" for name, value in attributes.items())
    return f"<{tag}{marks}>\n{inner}\n</{tag}>"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', "'").replace("\n", " ") + '"'
