"""Lengths of time told by a case count what the rules compare them with: days never stand beside months."""

from __future__ import annotations

import pytest

from dsl.book import compile_book_files
from dsl.casefile import read_case
from dsl.model import Book

BOOK = """book small
  en "A small book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "Guide"  zh "指引"

given submitted_on : date default today
  en "day of filing"  zh "遞交日期"
given applicant : person
  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人士"
  wait : months  en "wait"  zh "等候"
  other : months  en "other wait"  zh "另一等候"
  contract : months  en "contract"  zh "合約"

scheme small
  en "Small"  zh "小"
  cites guide "1"

category small.a
  en "A"  zh "A"
  cites guide "1"
  needs all of
"""
MONTHS = '    [contract] applicant.contract at least 12 months  cites guide "1"\n'
DAYS = '    [wait] applicant.wait at most 30 days  cites guide "1"\n'


def book(*lines: str) -> Book:
    """A small book with such conditions."""
    made = compile_book_files({"book.rules": BOOK + "".join(lines)})
    assert made.value is not None
    return made.value


def wrong(*lines: str) -> list[str]:
    """The codes of what is wrong with the types of a small book."""
    made = compile_book_files({"book.rules": BOOK + "".join(lines)})
    return [d.code for d in made.diagnostics if d.code.startswith("K")]


def codes(made: Book, line: str) -> list[str]:
    """What is wrong with a case that tells a length."""
    told = read_case(f"applicant:\n  {line}\n", "case.yaml", made, today=made.known)
    return [d.code for d in told.diagnostics]


@pytest.mark.parametrize("told", ["wait: 30 days", "wait: 4 weeks", "contract: 12 months", "contract: 1 year"])
def test_what_the_rules_count_is_taken(told: str) -> None:
    assert codes(book(MONTHS, DAYS), told) == []


@pytest.mark.parametrize("told", ["wait: 1 month", "wait: 1 year", "contract: 180 days", "contract: 60 weeks"])
def test_what_they_do_not_count_is_refused(told: str) -> None:
    """By the bare number 180 days would be more than 12 months."""
    assert codes(book(MONTHS, DAYS), told) == ["C536"]


def test_facts_compared_with_one_another_count_the_same() -> None:
    between = '    [both] applicant.other at least applicant.wait  cites guide "1"\n'
    made = book(MONTHS, DAYS, between)
    assert codes(made, "other: 40 days") == []
    assert codes(made, "other: 2 months") == ["C536"]


def test_nor_may_one_of_them_be_compared_with_months_and_the_other_with_days() -> None:
    between = '    [both] longest of applicant.contract, applicant.other at least applicant.wait  cites guide "1"\n'
    assert wrong(MONTHS, DAYS, between) == ["K202"]


def test_one_fact_is_not_compared_with_both() -> None:
    other = '    [again] applicant.wait at least 1 month  cites guide "1"\n'
    assert wrong(MONTHS, DAYS, other) == ["K202"]
