"""A case written as a file reads as the same case."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from msgspec.structs import replace

from dsl.case import Absent, Case, Listed, Record
from dsl.casefile import read_case
from dsl.changes import changes_text
from dsl.model import Book
from dsl.writecase import case_text
from tests import ready
from tests.smallbook import BOOK, TODAY
from whereas.examples import facts_of

ROOT = Path(__file__).parent.parent


def reread(text: str, book: Book) -> Case:
    """The one case of a text."""
    result = read_case(text, "x", book, today=book.known)
    assert result.value is not None, (text, result.diagnostics)
    (case,) = result.value
    return case


@pytest.fixture(scope="module")
def hk() -> Book:
    """The shipped book."""
    return ready.hk()


def test_every_person_in_examples(hk: Book) -> None:
    files = [f for f in sorted((ROOT / "examples").iterdir()) if f.suffix in (".yaml", ".json")]
    assert len(files) > 15
    for file in files:
        for case in read_case(file.read_text("utf-8"), file.name, hk, today=hk.known).value or ():
            again = reread(case_text(case, hk), hk)
            assert (again.root, again.readings, again.title, again.about) == (
                case.root, case.readings, case.title, case.about,
            )  # fmt: skip


def test_people_of_the_book(hk: Book) -> None:
    for example in islice(hk.examples.values(), 0, None, 12):
        base, changes = facts_of(hk, example)
        place = base.facts_place
        assert place is not None
        assert changes_text(changes) is not None
        text = hk.texts[place.file][place.start : place.end]
        (case,) = read_case(text, "x", hk, today=hk.known, changes=changes, offset=place.start).value or ()
        again = reread(case_text(case, hk), hk)
        assert (again.root, again.readings) == (case.root, case.readings), example.id


WRITTEN = """\
submitted_on: 2026-11-21
applicant:
  degrees:
    at_least:
      - {level: unknown, institution: other}
      - {}
  jobs: declined
"""


def test_what_is_not_told_is_kept_apart() -> None:
    """Unknown, declined and not asked; open, absent and empty lists."""
    (case,) = read_case(WRITTEN, "x", BOOK, today=TODAY).value or ()
    applicant = case.root["applicant"]
    assert isinstance(applicant, Record)
    degrees, jobs = applicant["degrees"], applicant["jobs"]
    assert isinstance(degrees, Listed)
    assert isinstance(jobs, Listed)
    assert degrees.open
    assert degrees.items[0]["level"] is Absent.UNKNOWN
    assert degrees.items[1]["level"] is Absent.NOT_ASKED
    assert jobs.reason is Absent.DECLINED
    (again,) = read_case(case_text(case, BOOK), "x", BOOK, today=TODAY).value or ()
    assert again.root == case.root
    assert case_text(again, BOOK) == case_text(case, BOOK)


def test_a_day_that_was_filled_in_is_not_told(hk: Book) -> None:
    """A day nobody told does not come to be told; the day of filing does, since the answer is about it."""
    (case,) = read_case("applicant: {nationality: JP}", "x", hk, today=TODAY).value or ()
    assert case.defaulted == ("submitted_on", "work_on")
    assert case_text(case, hk) == f"submitted_on: {TODAY}\napplicant:\n  nationality: JP\n"


def test_words_that_look_like_something_else() -> None:
    """Titles with quotation marks, colons, and words that YAML would take for something else."""
    (bare,) = read_case("submitted_on: 2026-01-01", "x", BOOK, today=TODAY).value or ()
    for words in ('she said "yes": no', "true", "# none", "- 1", "名：甲", "a\\b"):
        (again,) = read_case(case_text(replace(bare, title=words), BOOK), "x", BOOK, today=TODAY).value or ()
        assert again.title == words
