"""Documents people answer: what a room says of answers to its documents, in terms the service can keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeAlias, TypeVar

D = TypeVar("D")
Table: TypeAlias = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer held against its document; `asked` names the version of the questions, `received` is ISO 8601."""

    id: str
    asked: str
    received: str
    source: str
    language: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """What a respondent has to mend, place by place, in their language."""

    problems: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Answering(Generic[D]):
    """
    address    where the document itself says its answers go ("" for nowhere): who writes it there opens it to answers
    page       the web page that asks the questions
    asked      the version of the questions, which a change of wording or logic changes
    take       what a page posted (no file name), or a filled file dropped in
    table      a row an answer
    """

    address: Callable[[D], str]
    page: Callable[[D], bytes]
    asked: Callable[[D], str]
    take: Callable[[D, bytes, str, datetime], Taken | Refused]
    table: Callable[[D, Sequence[Taken], Table], bytes]
