"""Measured text: widths, line breaks, heights."""

from __future__ import annotations

import pytest

from copilot_server.office.text.faces import width
from copilot_server.office.text.layout import Paragraph, Span, measure


def lines(text, room, font="Arial", size=20.0):
    return measure([Paragraph((Span(text, font, size),))], room).lines


def test_widths_are_those_of_the_font_itself():
    # Arial: a = 0.556 em, W = 0.944 em, space = 0.278 em (its own hmtx table)
    assert width("aW ", "Arial", 1000) == pytest.approx(556 + 944 + 278, abs=2)


def test_bold_is_wider_and_calibri_narrower_than_arial():
    assert width("minimum", "Arial", 20, is_bold=True) > width("minimum", "Arial", 20) > width("minimum", "Calibri", 20)


def test_words_wrap_whole_and_blanks_at_line_ends_take_no_room():
    word = width("aaaa", "Arial", 20.0)
    assert lines("aaaa aaaa", 2 * word + width(" ", "Arial", 20.0)) == 1
    assert lines("aaaa aaaa", 2 * word) == 2


def test_cjk_breaks_anywhere_but_a_full_stop_stays_with_its_character():
    assert lines("あいうえお", 40.0) == 3
    assert lines("あい。", 40.0) == 2


def test_a_word_longer_than_its_line_is_told():
    assert measure([Paragraph((Span("Donaudampfschifffahrt", "Arial", 20.0),))], 50.0).widest_word > 50


def test_a_vertical_tab_breaks_the_line_and_spacing_adds_up():
    one = measure([Paragraph((Span("a", "Arial", 20.0),))], 100.0).height
    assert measure([Paragraph((Span("a\vb", "Arial", 20.0),))], 100.0).height == pytest.approx(2 * one)
    both = [Paragraph((Span("a", "Arial", 20.0),)), Paragraph((Span("b", "Arial", 20.0),), before=10)]
    assert measure(both, 100.0).height == pytest.approx(2 * one + 10)


def test_an_unknown_font_is_measured_by_a_wide_one():
    assert width("text", "No Such Font", 20) >= width("text", "Arial", 20)
