"""Lists that a case leaves open, reached through terms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dsl.book import compile_book_files
from dsl.casefile import read_case
from dsl.model import Verdict
from solver.assess import assess, compile_book
from whereas.driver import load_book

BOOK = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "A guide"  zh "指引"

given applicant : person
  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人"
  children : list of child  en "children"  zh "子女"

entity child
  en "child"  zh "子女"
  born_here : truth  en "born here"  zh "在此出生"

term outermost(p : person)
  en "outermost"  zh "外層"
  means outer(p)

term outer(a : person)
  en "outer"  zh "中層"
  means inner(a)

term inner(b : person)
  en "inner"  zh "內層"
  means some c in b.children such that c.born_here  cites guide "1"

scheme small  en "Small scheme"  zh "小計劃"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs outermost(applicant)
"""


def test_an_open_list_reached_through_several_terms_is_a_hinge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A term that passes its own parameter on still speaks of the applicant's list."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "book.rules").write_text(BOOK, "utf-8")
    book = load_book(tmp_path).value
    assert book is not None
    cases = read_case("applicant: {}", "nothing told", book, today=dt.date(2026, 11, 21)).value
    assert cases is not None
    answer = assess(compile_book(book), cases[0])
    result = answer.results[0]
    assert result.verdict == "depends"
    assert [h.id for h in result.hinges] == ["applicant.children"]


TOTALS = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "A guide"  zh "指引"

given submitted_on : date default today  en "filed"  zh "遞交"
given applicant : person  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人"
  year_end : date  en "year end"  zh "年終"
  number : whole  en "number"  zh "數"
  year : whole  en "year"  zh "年份"
  incomes : list of income  en "incomes"  zh "入息"
  claims : list of claim  en "claims"  zh "申索"

entity income
  en "income"  zh "入息"
  ended_on : date  en "ended"  zh "終"
  number : whole  en "number"  zh "數"
  amount : money  en "amount"  zh "款額"

entity claim
  en "claim"  zh "申索"
  number : whole  en "number"  zh "數"

term of_year(i : income)
  en "of the year"  zh "屬該年"
  means i.ended_on is applicant.year_end  cites guide "1"

term matched(c : claim)
  en "matched"  zh "相符"
  means count of i in applicant.incomes such that (i.number is c.number) at least 1  cites guide "1"

term outdone(c : claim)
  en "outdone by an income"  zh "不及某項入息"
  means some i in applicant.incomes such that i.number more than c.number  cites guide "1"

scheme small  en "Small scheme"  zh "小計劃"

category small.year
  en "A"  zh "甲"  cites guide "1"
  needs sum of i.amount for i in applicant.incomes such that of_year(i) at least HK$100  cites guide "1"

category small.number
  en "B"  zh "乙"  cites guide "1"
  needs count of i in applicant.incomes such that (i.number is applicant.number) at least 1  cites guide "1"

category small.calendar
  en "D"  zh "丁"  cites guide "1"
  needs count of i in applicant.incomes such that (year of i.ended_on is applicant.year) at least 1  cites guide "1"

category small.outdone
  en "E"  zh "戊"  cites guide "1"
  needs count of c in applicant.claims such that outdone(c) at least 1  cites guide "1"

category small.element
  en "C"  zh "丙"  cites guide "1"
  needs some c in applicant.claims such that matched(c)  cites guide "1"
"""


@pytest.mark.parametrize("category", ["small.year", "small.number", "small.calendar", "small.element"])
def test_an_open_list_may_have_what_a_filter_compares_with_any_told_fact(category: str) -> None:
    """The very day or number that an element needs is told elsewhere, inside a thing or another element."""
    made = compile_book_files({"book.rules": TOTALS})
    assert made.value is not None, [d.message for d in made.diagnostics]
    text = (
        "submitted_on: 2026-01-10\n"
        "applicant: {year_end: 2019-03-31, number: 77, year: 1987,\n"
        "  incomes: {at_least: []}, claims: [{number: 55}]}\n"
    )
    read = read_case(text, "case.yaml", made.value, today=dt.date(2026, 1, 10))
    assert read.value is not None, [d.message for d in read.diagnostics]
    (result,) = assess(compile_book(made.value), read.value[0], categories=[category]).results
    assert result.verdict is Verdict.DEPENDS
    assert [h.id for h in result.hinges] == ["applicant.incomes"]


def test_a_filter_may_ask_of_another_list_what_hangs_on_its_own_element() -> None:
    """Whether a claim is outdone is open as long as its number is, though every income is told."""
    made = compile_book_files({"book.rules": TOTALS})
    assert made.value is not None, [d.message for d in made.diagnostics]
    for number, verdict in (("54", "qualifies"), ("55", "does_not_qualify"), ("unknown", "depends")):
        text = f"applicant: {{claims: [{{number: {number}}}], incomes: [{{number: 55}}, {{number: 3}}]}}\n"
        read = read_case(text, "case.yaml", made.value, today=dt.date(2026, 1, 10))
        assert read.value is not None, [d.message for d in read.diagnostics]
        (result,) = assess(compile_book(made.value), read.value[0], categories=["small.outdone"]).results
        assert result.verdict == verdict
        assert [h.id for h in result.hinges] == (["applicant.claims[0].number"] if number == "unknown" else [])
