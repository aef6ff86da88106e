"""Tools from typed functions: their schema, what is forgiven, and errors a model can repair from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import look_up
from copilot_server.errors import ToolError
from tests.agent.toy import SKILL, Lines, edit, read


def parse(sent: Any) -> dict[str, Any]:
    return edit.parse(sent if isinstance(sent, str) else json.dumps(sent))


def test_the_schema_names_fields_and_leaves_out_what_a_model_does_not_need() -> None:
    text = json.dumps(edit.parameters)

    assert '"title"' not in text
    assert '"discriminator"' not in text
    assert '"type": "null"' not in text
    assert edit.description == "Apply edits in order, all or nothing."


def test_rare_edits_are_folded_in_the_schema_and_described_on_demand() -> None:
    described = look_up(SKILL.tools)

    assert "what to write" not in json.dumps(edit.parameters)
    assert described is not None
    assert "what to write" in described.run(Lines(), ops=["sneak"])


def test_a_rare_edit_is_accepted_all_the_same() -> None:
    (made,) = parse({"edits": [{"op": "sneak", "marks": ["x"]}]})["edits"]

    assert made.marks == ["x"]


@pytest.mark.parametrize(
    "sent",
    [
        {"edits": '[{"op": "set_line", "line": 1, "text": "x"}]'},
        {"edits": {"op": "set_line", "line": 1, "text": "x"}},
        {"edits": '{"op": "set_line", "line": 1, "text": "x"}'},
        {"edits": ['{"op": "set_line", "line": 1, "text": "x"}']},
        '"{\\"edits\\": [{\\"op\\": \\"set_line\\", \\"line\\": 1, \\"text\\": \\"x\\"}]}"',
    ],
    ids=["list in a string", "one item for a list", "one item in a string", "items in strings", "all in a string"],
)
def test_form_is_forgiven(sent: Any) -> None:
    (made,) = parse(sent)["edits"]

    assert (made.line, made.text) == (1, "x")


@pytest.mark.parametrize(
    "sent", ['"Flights"', "Flights", '["\\"Flights\\""]'], ids=["quoted", "bare", "a list in a string"]
)
def test_one_text_where_a_list_of_texts_belongs_is_that_list(sent: str) -> None:
    (made,) = parse({"edits": [{"op": "sneak", "marks": sent}]})["edits"]

    assert made.marks == [json.loads(sent)[0] if sent.startswith("[") else sent]


def test_text_that_looks_like_json_stays_text() -> None:
    (made,) = parse({"edits": [{"op": "set_line", "line": 1, "text": "[1, 2]"}]})["edits"]

    assert made.text == "[1, 2]"


def test_all_faults_are_told_at_once_in_the_models_own_spelling() -> None:
    sent = [{"op": "set_line", "line": 0, "text": "x"}, {"op": "setline"}, {"op": "set_line", "lin": 2, "text": "y"}]

    with pytest.raises(ToolError) as caught:
        parse({"edits": sent})

    assert str(caught.value).splitlines() == [
        "edit changed nothing; repair its arguments:",
        "- edits[0].line: input should be greater than or equal to 1, not 0",
        "- edits[1].op: 'setline' is not one of 'drop_line', 'set_line', 'sneak'; did you mean 'set_line'?",
        "- edits[2].line: is required",
        "- edits[2].lin: no such field; did you mean 'line'?",
        "Then call it again.",
    ]


def test_arguments_that_are_no_json_show_where_they_break() -> None:
    with pytest.raises(ToolError, match=r"not valid JSON .* near"):
        parse('{"edits": [{"op": "set_line", "line": ')


def test_no_arguments_at_all_are_an_empty_object() -> None:
    assert read.parse("") == {"first": 1}


def test_a_draft_with_two_batches_measures_from_the_base() -> None:
    draft = Draft(SKILL, Lines(["a", "b"]))
    draft.apply(parse({"edits": [{"op": "set_line", "line": 1, "text": "A"}]})["edits"])
    draft.apply(parse({"edits": [{"op": "set_line", "line": 2, "text": "bad"}]})["edits"])

    receipt = draft.receipt()

    assert [(change.before, change.after) for change in receipt.changes] == [("a", "A"), ("b", "bad")]
    assert [finding.where for finding in receipt.new] == ["line 2"]


def test_an_edit_that_changes_nothing_says_so() -> None:
    draft = Draft(SKILL, Lines(["a"]))

    answer = draft.apply(parse({"edits": [{"op": "set_line", "line": 1, "text": "a"}]})["edits"])

    assert answer == "nothing changed: all of it stood so already"


@pytest.mark.parametrize(
    ("was", "becomes", "shown", "last"), [("bad", "good", 5, "more fixed"), ("good", "bad", 10, "more findings (!)")]
)
def test_findings_that_are_not_told_are_counted(was: str, becomes: str, shown: int, last: str) -> None:
    edits = [{"op": "set_line", "line": number, "text": becomes} for number in range(1, 13)]

    told = Draft(SKILL, Lines([was] * 12)).apply(parse({"edits": edits})["edits"]).splitlines()

    assert sum(line.startswith(("! ", "fixed: ")) for line in told) == shown
    assert told[-1] == f"… and {12 - shown} {last}"
