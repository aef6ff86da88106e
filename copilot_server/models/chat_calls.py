"""Tool calls put together from the pieces in which chat completions streams them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

from copilot_server.agent.messages import ToolCall
from copilot_server.models.chat_messages import KEPT_FIELDS


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""
    kept: dict[str, Any] = field(default_factory=dict[str, Any])


class CallPieces:
    """Pieces belong together by index; some servers leave it out or repeat it for parallel calls."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int | None, _Call] = {}

    def take(self, piece: ChoiceDeltaToolCall) -> None:
        name = (piece.function and piece.function.name) or ""
        call = self._call_of(piece, name)
        call.id = call.id or piece.id or ""
        # Some servers repeat the name with every piece, others send it in pieces before the arguments.
        call.name += "" if name == call.name or call.arguments else name
        call.arguments += (piece.function and piece.function.arguments) or ""
        keep(call.kept, piece.model_extra)

    def joined(self) -> list[ToolCall]:
        """In the order in which they began, with the ids and arguments as they came."""
        return [ToolCall(call.id, call.name, call.arguments) for call in self._calls]

    def kept(self) -> list[Mapping[str, Any]]:
        """For each call what came beside it and must go back with it."""
        return [call.kept for call in self._calls]

    def _call_of(self, piece: ChoiceDeltaToolCall, name: str) -> _Call:
        known = self._by_index.get(piece.index)
        if known is None or (name and piece.id and known.id and piece.id != known.id):
            known = self._by_index[piece.index] = _Call()
            self._calls.append(known)
        return known


def keep(kept: dict[str, Any], extra: Mapping[str, Any] | None) -> None:
    """Pieces of text and of lists are joined, as they were cut for streaming; empty text counts as said."""
    for name, value in (extra or {}).items():
        if name not in KEPT_FIELDS or value is None:
            continue
        match (kept.get(name), value):
            case (str(known), str(more)):
                kept[name] = known + more
            case (list(known), list(more)):
                kept[name] = [*known, *more]
            case _:
                kept[name] = value
