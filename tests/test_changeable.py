"""How facts change, as a book declares it: read, formatted, checked, and complete in the Hong Kong book."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.book import compile_book_files
from dsl.format import format_source
from dsl.model import Book, Change, EntityOf

ROOT = Path(__file__).parent.parent

HEAD = """book small
  en "A small book"  zh "小規則書"
  known 2026-11-21

given submitted_on : date default today changes with time
  en "day of filing"  zh "提交當日"
given applicant : person
  en "applicant"  zh "申請人"

entity thing
  en "thing"  zh "物"
  weight : whole  en "weight"  zh "重量"

entity person
  en "person"  zh "人士"
"""

WAYS = {
    "cannot change": Change("fixed"),
    "changes with time": Change("time"),
    "can change": Change("person", 2),
    "can change with little effort": Change("person", 1),
    "can change with much effort": Change("person", 3),
    "settled by evidence": Change("evidence", 2),
    "settled by evidence with little effort": Change("evidence", 1),
    "settled by evidence with much effort": Change("evidence", 3),
}
LISTS = {"cannot change": Change("fixed"), "may grow": Change("grows"), "may grow with much effort": Change("grows", 3)}


def compiled(lines: str) -> tuple[Book | None, list[tuple[str, str]]]:
    result = compile_book_files({"book.rules": HEAD + lines})
    found = [(d.code, d.message) for d in result.diagnostics if d.code != "A408"]
    return result.value, found


@pytest.mark.parametrize(("words", "change"), WAYS.items())
def test_a_fact_says_how_it_changes(words: str, change: Change) -> None:
    book, _ = compiled(f'  age : whole {words}  en "age"  zh "年齡"\n')
    assert book is not None
    fact = book.entities["person"].fact("age")
    assert fact is not None
    assert fact.change == change
    assert book.givens["submitted_on"].change == Change("time")
    assert book.givens["submitted_on"].default == "today"


@pytest.mark.parametrize(("words", "change"), LISTS.items())
def test_a_list_says_whether_it_grows(words: str, change: Change) -> None:
    book, _ = compiled(f'  things : list of thing {words}  en "things"  zh "物"\n')
    assert book is not None
    fact = book.entities["person"].fact("things")
    assert fact is not None
    assert fact.change == change


def test_nothing_said_is_no_change() -> None:
    book, found = compiled('  age : whole  en "age"  zh "年齡"\n')
    assert book is not None
    fact = book.entities["person"].fact("age")
    assert fact is not None
    assert fact.change is None
    assert ("A419", "the book does not say how `age` changes") in found


def test_a_text_is_only_shown_and_need_not_say_it() -> None:
    _, found = compiled('  name : text  en "name"  zh "姓名"\n')
    assert not any("`name`" in message for _, message in found)


def test_a_book_that_says_it_of_nothing_is_left_alone() -> None:
    text = (HEAD + '  age : whole  en "age"  zh "年齡"\n').replace(" changes with time", "")
    assert "A419" not in {d.code for d in compile_book_files({"book.rules": text}).diagnostics}


@pytest.mark.parametrize(
    "line",
    [
        "thing : thing can change",
        "things : list of thing changes with time",
        "things : list of thing can change",
        "things : list of thing settled by evidence",
        "age : whole may grow",
        "born : date may grow",
    ],
)
def test_a_way_that_does_not_fit_the_type(line: str) -> None:
    book, found = compiled(f'  {line}  en "it"  zh "它"\n')
    assert book is None
    assert "K207" in {code for code, _ in found}


@given(st.lists(st.sampled_from([*WAYS, ""]), min_size=1, max_size=6))
def test_there_and_back_between_the_languages(ways: list[str]) -> None:
    text = HEAD + "".join(f'  f{i} : whole {w}  en "f"  zh "f"\n'.replace(" :  ", " : ") for i, w in enumerate(ways))
    english = format_source(text, "book.rules", "en").value
    assert english is not None
    chinese = format_source(english, "book.rules", "zh").value
    assert chinese is not None
    assert "change" not in chinese
    assert format_source(chinese, "book.rules", "en").value == english
    both = [compile_book_files({"book.rules": t}).value for t in (english, chinese)]
    assert both[0] is not None
    assert both[0] == both[1]


def test_the_hong_kong_book_says_it_of_every_fact() -> None:
    files = {
        p.relative_to(ROOT / "policy/hk").as_posix(): p.read_text("utf-8") for p in (ROOT / "policy/hk").rglob("*.*")
    }
    book = compile_book_files({n: t for n, t in files.items() if n.endswith((".rules", ".csv"))}).value
    assert book is not None
    facts = [(e.id, f) for e in book.entities.values() for f in e.facts] + [("", f) for f in book.givens.values()]
    missing = [
        f"{holder}.{f.id}"
        for holder, f in facts
        if f.change is None and f.judgement is None and not isinstance(f.type, EntityOf)
    ]
    assert not missing
    person = book.entities["person"]
    for name in ("born_on", "nationality", "stays"):
        fact = person.fact(name)
        assert fact is not None
        assert fact.change == Change("fixed")
    assert book.givens["submitted_on"].change == Change("time")
