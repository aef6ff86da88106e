"""Two spellings of a part compared by where they differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot_server.office import slices

_TEXT = st.binary(max_size=12).map(lambda data: bytes(97 + byte % 3 for byte in data))
_HEAD = b'<w:document xmlns:w="u"><w:body>'
_FOOT = b"</w:body></w:document>"


@given(_TEXT, _TEXT, st.integers(0, 3000))
def test_slice_is_what_no_common_start_and_end_hold(before: bytes, after: bytes, padding: int) -> None:
    before, after = b"a" * padding + before, b"a" * padding + after
    found = slices.differing(before, after)
    assert before[: found.start] == after[: found.start]
    assert before[found.before_end :] == after[found.after_end :]
    assert (
        before[found.start : found.start + 1] != after[found.start : found.start + 1]
        or before == after
        or (found.start == min(found.before_end, found.after_end))
    )


def test_words_that_differ_are_seen_and_other_spellings_of_the_same_left_open() -> None:
    assert slices.differ_in_words(b"<a><b>one</b></a>", b"<a><b>two</b></a>")
    assert not slices.differ_in_words(b'<?xml version="1.0"?>\n<a x="1" y="2"/>', b'<a y="2" x="1"></a>')
    assert not slices.differ_in_words(b"<a>one\r\n&#65;</a>", b"<a>one\nA</a>")


def test_differing_paragraphs_come_whole_and_without_their_neighbours() -> None:
    before = _HEAD + b"<w:p>one</w:p><w:p>two</w:p><w:p>three</w:p>" + _FOOT
    tree = slices.differing_paragraphs(before, before.replace(b"two", b"2"))
    assert tree is not None
    assert [each.text for each in tree] == ["2"]


def test_paragraphs_of_different_cells_are_not_cut_out() -> None:
    before = _HEAD + b"<w:tc><w:p>one</w:p></w:tc><w:tc><w:p>two</w:p></w:tc>" + _FOOT
    assert slices.differing_paragraphs(before, before.replace(b"one", b"1").replace(b"two", b"2")) is None
