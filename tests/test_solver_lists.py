"""Lists that a case leaves open, reached through terms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dsl.casefile import read_case
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
