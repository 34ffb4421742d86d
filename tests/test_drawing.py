"""Reports are drawn in lines: nothing is lost, nothing is too wide, and colours change no words."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from whereas.drawing import FIT, REST, RIGHT, Block, Branches, Fixed, Flowing, Grid, Stack, breaks, drawn

CHARACTERS = st.text("ab -.;(字典，」（\u3000é漢", max_size=60)
STYLES = st.sampled_from(["", "bold", "dim", "bold green", "underline"])
TEXTS = st.builds(lambda parts: Flowing.assemble(*parts), st.lists(st.tuples(CHARACTERS, STYLES), max_size=3))
WIDTHS = st.integers(40, 120)


def blocks(texts: st.SearchStrategy[Flowing]) -> st.SearchStrategy[Block]:
    """Texts, and grids and trees of texts, in one another."""
    return st.recursive(texts, _around, max_leaves=12)


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    return st.one_of(
        st.builds(Stack, st.lists(inner, max_size=3)),
        st.builds(_grid, st.lists(inner, min_size=1, max_size=3)),
        st.builds(_tree, st.lists(inner, max_size=3)),
    )


def _grid(cells: list[Block]) -> Grid:
    grid = Grid(3, REST)
    for cell in cells:
        grid.add_row("·", cell)
    return grid


def _tree(branches: list[Block]) -> Branches:
    tree = Branches()
    for block in branches:
        tree.add(block).add(Flowing("below"))
    return tree


def bare(text: str) -> str:
    """The characters of a report that are not blank and no guides of a tree."""
    return re.sub(r"[\s├└│─]", "", text)


@given(TEXTS, WIDTHS)
def test_a_text_is_broken_but_not_changed(text: Flowing, width: int) -> None:
    assert bare(drawn([text], width, colour=False)) == bare(text.plain)


@given(blocks(TEXTS), WIDTHS)
def test_no_line_is_too_wide(block: Block, width: int) -> None:
    lines = drawn([block], width, colour=False).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert all(line == line.rstrip() for line in lines)


@given(blocks(TEXTS), WIDTHS)
def test_colours_change_no_words(block: Block, width: int) -> None:
    painted = drawn([block], width, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == drawn([block], width, colour=False)


@given(CHARACTERS, st.integers(2, 30))
def test_a_line_breaks_behind_a_stop_and_never_before_one(text: str, width: int) -> None:
    begins = breaks(text, width)
    assert begins == sorted(set(begins))
    assert all(0 < at < len(text) for at in begins)
    pieces = [text[a:b] for a, b in zip([0, *begins], [*begins, len(text)], strict=True)]
    assert all(cell_len(piece.rstrip()) <= width for piece in pieces)


def test_what_is_painted() -> None:
    line = Flowing.assemble(("✔", "green"), " ", ("yes", "bold green"), ("", "dim"))
    assert drawn([line], 80, colour=True) == "\x1b[32m✔\x1b[0m \x1b[1;32myes\x1b[0m\n"


def test_columns() -> None:
    grid = Grid(FIT, REST, RIGHT, gap=2)
    grid.add_row("one", "1" * 40, "7")
    grid.add_row("three", "3", "12")
    assert drawn([grid], 40, colour=False).splitlines() == [
        "one    " + "1" * 29 + "   7",
        "       " + "1" * 11,
        "three  3" + " " * 30 + "12",
    ]


def test_cells_with_no_room_beside_one_another_stand_below() -> None:
    grid = Grid(FIT, REST, FIT, gap=2)
    grid.add_row("✘ gep.extension.entrepreneur_second", "Entrepreneurs", "does not qualify")
    said = ["✘ gep.extension.entrepreneur_second", "Entrepreneurs", "does not qualify"]
    assert drawn([grid], 40, colour=False).splitlines() == said


def test_a_tree() -> None:
    tree = Branches()
    first = tree.add(Flowing("first " * 9))
    first.add(Flowing("a")).add(Flowing("b"))
    first.add(Flowing("c"))
    tree.add(Flowing("second"))
    assert drawn([tree], 40, colour=False).splitlines() == [
        "first first first first first first",
        "first first first",
        "├── a",
        "│   └── b",
        "└── c",
        "second",
    ]


def test_a_line_that_is_not_broken() -> None:
    assert drawn([Fixed("x " * 40)], 40, colour=False) == "x " * 39 + "x\n"


def test_characters_that_move_the_cursor_are_left_out() -> None:
    assert drawn([Flowing("a\x07\x08\rb")], 40, colour=False) == "ab\n"
