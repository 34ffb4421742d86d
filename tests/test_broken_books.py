"""Broken books and the exact words said about each: a position, a cause and a fix that can be typed.

A section of `broken_books/*.md` shows the file `part.rules` of a book whose other files are in `broken_books/shared/`;
a block with a name is that file instead. `pytest --accept` writes the words as they are now: read the difference.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings

from dsl.book import compile_book_files
from dsl.codes import CODES
from dsl.diagnostics import Diagnostic
from dsl.render import render_all
from tests.golden import Section, rewrite, sections
from tests.strategies_text import any_text

HERE = Path(__file__).parent / "broken_books"
SHARED = {p.name: p.read_text("utf-8") for p in sorted((HERE / "shared").iterdir())}
SECTIONS = sections(HERE)
HEADER = 'book small.part  en "Part"  zh "部分"\n'
"""The first line of part.rules, where a section does not write its own."""

NOT_OF_BOOKS = {
    "A404": "is found against stored documents",
    "A411": "is found against stored documents",
    "A412": "is found against a fact sheet",
    "A413": "is found against a fact sheet",
}


def files(section: Section) -> dict[str, str]:
    """The files of a section's book."""
    out = {**SHARED, "part.rules": HEADER}
    for language, name, text in section.blocks:
        if language == "rules" and not name:
            out["part.rules"] = text if text.startswith("book") else HEADER + text
        elif language in ("rules", "csv"):
            out[name] = text
    return out


def found_in(texts: dict[str, str]) -> list[Diagnostic]:
    """What is said of a book, but that something shared is not used by this part."""
    found = compile_book_files(texts).diagnostics
    return [
        d for d in found if not (d.code in ("A408", "A414", "A418", "A421") and d.primary.place.file == "common.rules")
    ]


def said(section: Section) -> str:
    texts = files(section)
    return render_all(found_in(texts), texts)


@pytest.mark.parametrize("section", SECTIONS, ids=[f"{s.path.stem}: {s.title}" for s in SECTIONS])
def test_what_is_said(section: Section, accept: bool) -> None:
    words = said(section)
    assert words
    if accept:
        rewrite(section, "message", words)
        return
    assert words == section.text("message")


@pytest.mark.parametrize("section", SECTIONS, ids=[f"{s.path.stem}: {s.title}" for s in SECTIONS])
def test_each_message_has_a_place_a_cause_and_a_fix(section: Section) -> None:
    texts = files(section)
    for found in found_in(texts):
        place = found.primary.place
        assert found.message
        assert found.help
        assert place.file in texts
        assert 0 <= place.start <= place.end <= len(texts[place.file])
        assert not re.search(r"lark|clingo|Traceback|Token\(|[A-Z]{2,}_[A-Z]+", f"{found.message} {found.help}")


def test_there_are_sixty_and_every_code_of_a_book_is_among_them() -> None:
    shown = Counter(
        code for s in SECTIONS for code in re.findall(r"^(?:error|warning)\[(\w+)\]", s.text("message"), re.MULTILINE)
    )
    assert len(SECTIONS) >= 60
    assert {c for c in CODES if c[0] in "SNKLA"} - set(NOT_OF_BOOKS) - set(shown) == set()


def test_the_shared_files_alone_are_in_order() -> None:
    found = compile_book_files({**SHARED, "part.rules": HEADER}).diagnostics
    assert {d.code for d in found} <= {"A408", "A414", "A418"}


@settings(max_examples=50, deadline=None)
@given(any_text)
def test_no_text_of_a_part_breaks_the_compiler(text: str) -> None:
    texts = {**SHARED, "part.rules": text}
    found = compile_book_files(texts).diagnostics
    for diagnostic in found:
        assert diagnostic.code in CODES
        assert diagnostic.help
        place = diagnostic.primary.place
        assert 0 <= place.start <= place.end <= len(texts.get(place.file, ""))
    render_all(found[:20], texts)
