"""How a diagnostic looks: carets under the words they mean, whatever the words are made of."""

from __future__ import annotations

import json
import re
import unicodedata
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.diagnostics import OPTION, Diagnostic, InternalError, Label
from dsl.model import Place
from dsl.render import WINDOW, as_json, glyph, render, safe

BOOK = "book leave\n\nterm staff\n    permit take(staff) if tenured(stafff);\n"


def at(text: str, word: str, label: str = "", file: str = "book.rules", nth: int = 0) -> Label:
    """A label under the nth occurrence of a word."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(word, start + 1)
    return Label(Place(file, start, start + len(word)), label)


def one(text: str, start: int, end: int, label: str = "") -> list[str]:
    """The two lines of a snippet with one mark: the text and the mark, without their gutter."""
    lines = render(Diagnostic("N102", "m", Label(Place("f", start, end), label)), {"f": text}).split("\n")
    return [line.split("| ", 1)[1] if "| " in line else "" for line in lines[3:5]]


def test_the_whole_shape() -> None:
    diagnostic = Diagnostic(
        "N102",
        "unknown name `stafff`",
        at(BOOK, "stafff", "not bound in this rule"),
        (at(BOOK, "staff", "did you mean this `staff`?", nth=1), at(BOOK, "book", "in this book")),
        ("names are bound by the rule head",),
        "write `staff`",
        "Leave Act, section 4",
    )
    assert render(diagnostic, {"book.rules": BOOK}) == dedent("""\
        error[N102]: unknown name `stafff`
         --> book.rules:4:35
          = cites: Leave Act, section 4
          |
        1 | book leave
          | ---- in this book
        ...
        4 |     permit take(staff) if tenured(stafff);
          |                 ----- did you mean this `staff`?
          |                                   ^^^^^^ not bound in this rule
          |
          = note: names are bound by the rule head
          = help: write `staff`""")


def test_labels_in_several_files() -> None:
    other = "term staff\n" * 11
    second = Label(Place("other.rules", 110, 114), "declared here")
    diagnostic = Diagnostic("N103", "declared twice", at(BOOK, "staff"), (second,))
    assert render(diagnostic, {"book.rules": BOOK, "other.rules": other}) == dedent("""\
        error[N103]: declared twice
          --> book.rules:3:6
           |
         3 | term staff
           |      ^^^^^
          ::: other.rules:11:1
           |
        11 | term staff
           | ---- declared here""")


def test_an_option_is_shown_without_a_line_number() -> None:
    text = "--set applicant.brn=1"
    diagnostic = Diagnostic("C503", "unknown key `brn`", at(text, "brn", "not a key", OPTION), help="write `born`")
    assert render(diagnostic, {OPTION: text}) == dedent("""\
        error[C503]: unknown key `brn`
          |
          | --set applicant.brn=1
          |                 ^^^ not a key
          |
          = help: write `born`""")


def test_a_text_that_is_not_at_hand_leaves_the_place_and_the_words() -> None:
    diagnostic = Diagnostic("N102", "unknown name", Label(Place("gone.rules", 5, 9), "here"))
    assert render(diagnostic, {}) == "error[N102]: unknown name\n --> gone.rules\n  | here"


@pytest.mark.parametrize(
    ("text", "start", "end", "mark"),
    [
        ("年齡: x", 4, 5, "      ^"),  # two wide characters, colon, space
        ("年齡", 0, 2, "^^^^"),
        ("e\u0301x", 2, 3, " ^"),  # a combining accent takes no cell
        ("🎓x", 1, 2, "  ^"),
        ("ﾊx", 1, 2, " ^"),  # half-width katakana takes one
        ("\tx", 1, 2, "    ^"),
        ("ab\tx", 3, 4, "    ^"),  # the tab goes to the next stop, not four on
        ("abc", 1, 1, " ^"),  # nothing still has one caret
        ("abc", 3, 3, "   ^"),
        ("abc\ndef", 1, 6, " ^^"),  # of several lines the first is shown
        ("a\x1b[31mb", 6, 7, f"{'':<13}^"),  # a, <U+001B>, [31m
    ],
)
def test_carets_stand_under_their_words(text: str, start: int, end: int, mark: str) -> None:
    assert one(text, start, end)[1] == mark


def test_nothing_a_terminal_obeys_gets_through() -> None:
    hostile = "a\x1b[2J\u202eb\u2066\u2028c\x00\ud800"
    diagnostic = Diagnostic("N102", hostile, Label(Place(hostile, 0, 1), hostile), (), (hostile,), hostile, hostile)
    for shown in (render(diagnostic, {hostile: hostile}), render(diagnostic, {})):
        assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
        assert "<U+202E>" in shown


def test_a_long_line_is_cut_around_the_first_mark() -> None:
    text, mark = one("x" * 500 + "HERE" + "y" * 500, 500, 504, "this")
    assert len(text) <= WINDOW + 8
    assert text[mark.index("^") : mark.index("^") + 4] == "HERE"
    assert mark.endswith("^^^^ this")
    assert text.startswith("... ")
    assert text.endswith(" ...")


def test_colour_adds_nothing_but_colour() -> None:
    diagnostic = Diagnostic("A408", "unused", at(BOOK, "staff"), (at(BOOK, "leave", "here"),), ("n",), "h", "c")
    texts = {"book.rules": BOOK}
    plain, coloured = render(diagnostic, texts), render(diagnostic, texts, colour=True)
    assert plain != coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert plain.startswith("warning[A408]: ")


def test_a_code_nobody_declared_is_our_bug() -> None:
    with pytest.raises(InternalError, match=r"N999.*please report"):
        render(Diagnostic("N999", "?", Label(Place("f", 0, 1))), {"f": "x"})


def test_as_json() -> None:
    diagnostic = Diagnostic("N102", "unknown", at(BOOK, "stafff", "here"), (Label(Place("gone", 0, 1)),), help="h")
    data = as_json(diagnostic, {"book.rules": BOOK})
    assert json.loads(json.dumps(data)) == data
    assert (data["code"], data["slug"], data["severity"], data["help"]) == ("N102", "unknown-name", "error", "h")
    start = BOOK.index("stafff")
    primary = {"file": "book.rules", "start": start, "end": start + 6, "line": 4, "column": 35}
    assert data["labels"] == [
        primary | {"text": "here", "primary": True},
        {"file": "gone", "start": 0, "end": 1, "text": "", "primary": False},
    ]


SPANS = st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)), min_size=1, max_size=4)


@given(st.text(alphabet=st.sampled_from("abc \t\n年🎓\u0301\u202e\r\x00"), max_size=60), SPANS)
@settings(max_examples=600, deadline=None)
def test_every_mark_stands_under_the_start_of_its_span(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the text and the spans: the marked columns are the cells of what comes before on the line."""
    labels = [Label(Place("f", min(span), max(span)), f"label{i}") for i, span in enumerate(spans)]
    lines = render(Diagnostic("N102", "m", labels[0], tuple(labels[1:])), {"f": text}).split("\n")
    for i, label in enumerate(labels):
        (line,) = [line for line in lines if line.endswith(f" label{i}")]
        start = min(max(label.place.start, 0), len(text))
        begin = max((m.end() for m in re.finditer(r"\r\n|\r|\n", text) if m.end() <= start), default=0)
        at_cell = 0
        for char in text[begin:start].rstrip("\r"):
            at_cell += glyph(char, at_cell)[1]
        assert line.split("| ", 1)[1].index("^" if i == 0 else "-") == at_cell


@given(st.text())
def test_safe_text_is_one_line(text: str) -> None:
    assert len(safe(text).splitlines()) <= 1
