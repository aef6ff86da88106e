from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot_server.office.consistency.sheet_text import SheetText, cut, unlike

OPENING = b'<?xml version="1.0"?><x:worksheet xmlns:x="urn:x"><x:cols/><x:sheetData>'
CLOSING = b'</x:sheetData><x:mergeCells count="1"/></x:worksheet>'


def _sheet(rows: bytes, size: int = 7) -> SheetText:
    data = OPENING + rows + CLOSING
    return SheetText(data[at : at + size] for at in range(0, len(data), size))


def _row(number: int, value: bytes = b"") -> bytes:
    return b'<x:row r="%d"><x:c>%b</x:c></x:row>' % (number, value)


@given(st.lists(st.text("ab>", max_size=6).map(str.encode)))
def test_pieces_are_cut_as_the_whole_would_be(chunks: list[bytes]) -> None:
    assert list(cut(chunks, b"a>")) == b"".join(chunks).split(b"a>")


def test_sheet_falls_into_rows_and_the_frame_around_them() -> None:
    sheet = _sheet(b'<x:row r="1"/>' + _row(2) + _row(3) + b'<x:row r="4"/>')
    pieces = list(sheet.rows())
    assert [(sheet.first_number(piece), sheet.last_number(piece)) for piece in pieces] == [(1, 2), (3, 3), (4, 4)]
    assert sheet.frame == OPENING.removeprefix(b'<?xml version="1.0"?>') + CLOSING
    assert [row.get("r") for piece in pieces for row in sheet.parsed(piece)] == ["1", "2", "3", "4"]


def test_sheet_without_rows_is_all_frame() -> None:
    data = b'<worksheet xmlns="urn:x"><sheetData/><pageMargins/></worksheet>'
    sheet = SheetText([data])
    assert list(sheet.rows()) == []
    assert sheet.frame == data


@given(
    st.dictionaries(st.integers(1, 12), st.sampled_from([b"", b"1"])), st.dictionaries(st.integers(1, 12), st.just(b""))
)
def test_rows_that_differ_are_the_same_from_both_sides(one: dict[int, bytes], other: dict[int, bytes]) -> None:
    def sheet(rows: dict[int, bytes]) -> SheetText:
        return _sheet(b"".join(_row(number, rows[number]) for number in sorted(rows)), 50)

    def found(before: dict[int, bytes], after: dict[int, bytes]) -> set[int | None]:
        return {sheet(after).first_number(piece) for _, piece in unlike(sheet(before), sheet(after))}

    assert found(one, other) == {number for number in other if one.get(number) != other[number]}
    assert found(other, one) == {number for number in one if other.get(number) != one[number]}
