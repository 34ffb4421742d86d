"""Lines and columns: every offset has one position, and every position leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.source import SourceFile
from dsl.suggest import distance, nearest

TEXTS = st.text(alphabet=st.sampled_from("ab\t\r\n年🎓é\u2028\x0b"), max_size=40)


@pytest.mark.parametrize(
    ("text", "offset", "position"),
    [
        ("", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 1, (1, 2)),  # the line end belongs to its line
        ("a\nb", 2, (2, 1)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb", 2, (2, 1)),
        ("a\u2028b", 2, (1, 3)),  # editors do not break the line here
        ("年🎓b", 2, (1, 3)),  # code points, not cells or units
        ("ab", 99, (1, 3)),
        ("ab", -1, (1, 1)),
    ],
)
def test_columns_are_code_points_from_one(text: str, offset: int, position: tuple[int, int]) -> None:
    assert SourceFile("f", text).line_column(offset) == position


def test_the_text_of_a_line_has_no_line_end() -> None:
    source = SourceFile("f", "one\r\ntwo\n\nfour")
    assert [source.line_text(n) for n in (1, 2, 3, 4)] == ["one", "two", "", "four"]


@given(TEXTS, st.integers(0, 40))
def test_positions_lead_back_to_their_offset(text: str, offset: int) -> None:
    source = SourceFile("f", text)
    offset = min(offset, len(text))
    line, column = source.line_column(offset)
    assert source.line_starts[line - 1] + column - 1 == offset


@given(TEXTS)
def test_lines_and_their_ends_make_up_the_text(text: str) -> None:
    source = SourceFile("f", text)
    lines = [source.line_text(n + 1) for n in range(len(source.line_starts))]
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert sum(map(len, lines)) + text.count("\n") + text.count("\r") == len(text)


@pytest.mark.parametrize(
    ("a", "b", "edits"), [("", "", 0), ("", "ab", 2), ("ab", "ba", 1), ("kitten", "sitting", 3), ("年月", "年日", 1)]
)
def test_distance_counts_edits(a: str, b: str, edits: int) -> None:
    assert distance(a, b) == distance(b, a) == edits


@pytest.mark.parametrize(
    ("word", "candidates", "found"),
    [
        ("natoinality", ["name", "nationality"], "nationality"),
        ("Level", ["level"], "level"),
        ("xy", ["ab"], None),  # two edits in two letters is another word
        ("bachelors", ["doctorate", "bachelor"], "bachelor"),
        ("abc", ["abd", "abe"], "abd"),  # the first of equals
        ("x" * 10_000, ["x" * 9_999], None),  # no long search for what nobody typed
        ("same", ["same"], None),  # what was written is no suggestion
    ],
)
def test_the_nearest_name_is_near(word: str, candidates: list[str], found: str | None) -> None:
    assert nearest(word, candidates) == found
