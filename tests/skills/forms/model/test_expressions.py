"""Expressions: read, written back, and worth what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.forms.model.evaluate import Scope, evaluate, rounded
from skills.forms.model.expressions import Literal, Node, Operation, Reference, parse, write

TODAY = date(2026, 11, 22)


def value(text: str, **answers: Any) -> Any:
    return evaluate(parse(text), Scope(answers, {}, TODAY))


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("coming = true and guests > 1", {"coming": True, "guests": 2}, True),
        ("not coming or guests >= 3", {"coming": True, "guests": 2}, False),
        ('diet = "vegan"', {"diet": ["vegan", "halal"]}, True),
        ('country in ("de", "at")', {"country": "at"}, True),
        ('name contains "ada"', {"name": "Ada Lovelace"}, True),
        ("1 + 2 * 3 - 4 / 2", {}, 5),
        ("-(1 + 2)", {}, -3),
        ("1 / 0", {}, None),
        ("missing + 1", {}, 1),
        ("missing < 1", {}, False),
        ("answered(missing)", {}, False),
        ("answered(no)", {"no": False}, True),
        ("round(sum(costs.amount), 2)", {"costs": [{"amount": 0.1}, {"amount": 0.2}, {}]}, 0.3),
        ("count(costs.amount)", {"costs": [{"amount": 1}, {}]}, 1),
        ("max(costs.amount)", {"costs": [{"amount": 1}, {"amount": 7}]}, 7),
        ("round(2.5, 0)", {}, 3),
        ("years_since(born)", {"born": "2008-11-23"}, 17),
        ("days_between(a, b)", {"a": "2026-02-27", "b": "2026-03-01"}, 2),
        ("today()", {}, "2026-11-22"),
        ('if(x > 1, "many", "few")', {"x": 2}, "many"),
        ('born < "2000-01-01"', {"born": "1999-12-31"}, True),
        ("age >= 18", {"age": "20"}, True),
    ],
)
def test_an_expression_is_worth_what_it_says(text: str, answers: dict[str, Any], expected: Any) -> None:
    assert value(text, **answers) == expected


@pytest.mark.parametrize("text", ["a =", "(a", "a b", "f(a)", "sum()", "1 +", '"open', "a = = b", "and", "a $ b"])
def test_a_broken_expression_is_refused_with_its_own_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_nesting_is_bounded() -> None:
    with pytest.raises(ValueError, match="nested"):
        parse("(" * 100 + "1" + ")" * 100)
    with pytest.raises(ValueError, match="nested"):
        parse("not " * 100 + "a")


def test_half_is_rounded_away_from_zero() -> None:
    assert [rounded(2.5, 0), rounded(-2.5, 0), rounded(1.005, 2)] == [3, -3, 1.01]


names = st.sampled_from(["a", "b", "cost"])
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Literal, st.text(max_size=5) | st.integers(0, 99).map(float) | st.booleans()),
    st.builds(Reference, names, st.sampled_from(["", "group"])),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda x: Operation("not", (x,)), inner),
        st.builds(
            lambda sign, x, y: Operation(sign, (x, y)),
            st.sampled_from(["and", "or", "=", "<", "+", "*", "in"]),
            inner,
            inner,
        ),
        st.builds(lambda x: Operation("sum", (x,)), inner),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(trees)
def test_what_is_written_is_read_back_the_same(tree: Node) -> None:
    assert parse(write(tree)) == tree
