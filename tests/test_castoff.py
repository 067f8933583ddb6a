"""Casting off: columns share a table by what they hold, and halves come out about as high as each other."""

import pytest

from press.compose.estimate import halves, shares

WORDY = ["Discs wear down, and a level may become unsteady.", "One bone slides forward over another."]
SHORT = ["Back", "Side"]


def test_the_shares_of_a_table_add_up() -> None:
    """To the whole, but for rounding."""
    for columns in ([SHORT, WORDY], [SHORT, WORDY, WORDY], [WORDY, SHORT, WORDY, SHORT]):
        assert sum(shares(columns)) == pytest.approx(100, abs=0.2)


def test_a_column_with_more_words_is_wider() -> None:
    """And one as full as another as wide, but that the names of rows are bold."""
    name, short, wordy, other = shares([SHORT, SHORT, WORDY, WORDY])
    assert short < name < wordy == other


def test_a_long_word_has_its_room() -> None:
    """It cannot be broken: its column is wider than one of short words with as many letters."""
    short, _, long = shares([["No one knows"], WORDY, ["Spondylolisthesis"]])
    assert long > short
    _, long, _ = shares([WORDY * 3, ["Spondylolisthesis"], [" ".join(WORDY * 9)]])
    assert long / 100 * 95 >= len("Spondylolisthesis")


def test_columns_without_words_are_as_wide_as_each_other() -> None:
    """Nothing is divided by nothing."""
    _, first, second = shares([[""], [""], [""]])
    assert first == second


def test_halves_keep_the_order_and_lose_nothing() -> None:
    """Whatever the lengths."""
    for lengths in ([1, 2, 3], [900, 1, 1, 1], [1, 1, 1, 900], [40] * 7):
        items = list(range(len(lengths)))
        first, second = halves(items, ["x" * length for length in lengths])
        assert [*first, *second] == items


def test_halves_are_as_high_as_each_other() -> None:
    """By the lines that the words fill, not by their number; an odd one stands in the first half."""
    line = "x" * 40
    assert halves("abcd", [line * 5, line, line, line]) == ["a", "bcd"]
    assert halves("abcd", [line, line, line, line * 5]) == ["abc", "d"]
    assert halves("abc", [line] * 3) == ["ab", "c"]


def test_one_item_makes_one_half_and_none_makes_none() -> None:
    """No list is printed empty."""
    assert halves(["one"], ["words"]) == [["one"]]
    assert halves([], []) == []
