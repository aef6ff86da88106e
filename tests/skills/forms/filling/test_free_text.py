"""`office-copilot fill` with prose: a model maps it, the command line checks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot_server.cli import main as program

PAGE = """<h1>Visit</h1><form><label for="who">Visitor's name *</label><input id="who" name="visitorName" required>
<label for="day">Day</label><input id="day" type="date" name="day"><small>We open at nine.</small>
<h4>Badge</h4><select name="badge"><option value="">Choose</option><option value="d">Day</option>
<option value="other">Other pass</option></select></form>"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "visit.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "visit.html"


def fill(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        program.main(["fill", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_prose_is_mapped_by_the_model_and_held_to_its_words(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = page.with_name("mail.txt")
    told.write_text("Hello: Ada Lovelace here. I come on 3 March 2027: an other pass, please.", encoding="utf-8")
    told.write_text(told.read_text(encoding="utf-8") + "\n\nBadge: see above\nwhich I wrote.", encoding="utf-8")
    given = [
        {"id": "visitor_name", "value": "Ada Lovelace", "quote": "Hello … Ada Lovelace here"},
        {"id": "day", "value": "2027-03-03", "quote": "on 3 March 2027"},
        {"id": "badge", "value": "Day", "quote": "an other pass … a day pass"},
    ]
    script = page.with_name("script.json")
    call = {"name": "answer", "arguments": {"answers": given}}
    script.write_text(json.dumps([{"content": "", "tool_calls": [call]}]), encoding="utf-8")

    code = fill(page, "--data", told, "-o", page.with_name("a.json"), "--model", f"scripted:{script}", "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert json.loads(page.with_name("a.json").read_text(encoding="utf-8")) == {
        "visitor_name": "Ada Lovelace",
        "day": "2027-03-03",
    }
    assert {(each["place"], each["status"], each["source"]) for each in report["fields"]} == {
        ("visitor_name", "filled", "“Hello … Ada Lovelace here”"),
        ("day", "filled", "“on 3 March 2027”"),
        ("badge", "empty", ""),
        ("badge", "rejected", "an other pass … a day pass"),
    }


def test_without_a_model_prose_is_not_guessed_at(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = page.with_name("mail.txt")
    told.write_text("[Reception] Ada Lovelace will come tomorrow.", encoding="utf-8")

    code = fill(page, "--data", told, "-o", page.with_name("a.json"), "--model", "builtin")

    assert code == 4
    assert "a language model, and none is configured" in capsys.readouterr().err
    assert not page.with_name("a.json").exists()


def test_lines_of_questions_and_answers_need_no_model(page: Path) -> None:
    told = page.with_name("facts.txt")
    told.write_text("Visitor's name: Ada\nDay: 3 March 2027\nBadge: Other pass", encoding="utf-8")

    assert fill(page, "--data", told, "-o", page.with_name("a.json"), "day=2027-03-04") == 0
    assert json.loads(page.with_name("a.json").read_text(encoding="utf-8")) == {
        "visitor_name": "Ada",
        "day": "2027-03-04",
        "badge": "other",
    }


def test_lines_below_prose_are_no_reason_to_leave_the_prose_unread(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = page.with_name("letter.txt")
    told.write_text("I am Ada Lovelace and come on Tuesday.\n\nRegards,\nBadge: Day", encoding="utf-8")
    call = {"name": "answer", "arguments": {"answers": [{"id": "visitor_name", "value": "Ada", "quote": "I am Ada"}]}}
    page.with_name("script.json").write_text(json.dumps([{"content": "", "tool_calls": [call]}]), encoding="utf-8")
    script = f"scripted:{page.with_name('script.json')}"

    assert fill(page, "--data", told, "-o", page.with_name("a.json"), "--model", script) == 0
    assert json.loads(page.with_name("a.json").read_text(encoding="utf-8")) == {"visitor_name": "Ada"}
    assert fill(page, "--data", told, "-o", page.with_name("b.json"), "--model", "builtin") == 0
    assert json.loads(page.with_name("b.json").read_text(encoding="utf-8")) == {"badge": "d"}
    assert "unknown: I am Ada Lovelace" in capsys.readouterr().err
