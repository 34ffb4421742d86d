"""Defects planted in copies of the Hong Kong book are found: the code, the clause, and a person who shows it."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from pathlib import Path
from random import Random

import pytest

from dsl import model as m
from dsl.book import compile_book_files
from dsl.casefile import read_case
from dsl.writecase import case_text
from solver.assess import assess
from solver.audit import Finding, audit
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from tests.planted import KINDS, drawn, plant, two_exceptions
from whereas.driver import load_book

TODAY = dt.date(2026, 11, 21)
HK = Path(__file__).parent.parent / "policy" / "hk"
ALL = 40
COUNT = ALL if os.environ.get("WHEREAS_PROFILE") == "deep" else len(KINDS)
"""One of each kind, and in the deep profile all."""


@cache
def hk() -> m.Book:
    """The book as it is."""
    book = load_book(HK).value
    assert book is not None
    return book


def tables() -> dict[str, str]:
    """The files of its tables."""
    return {f"data/{p.name}": p.read_text("utf-8") for p in (HK / "data").glob("*.csv")}


def confirmed(compiled: Compiled, f: Finding) -> bool:
    """Whether the case a finding shows, read again as a file, is in order and assessed as the finding says."""
    assert f.person is not None
    read = read_case(case_text(f.person, compiled.book), "case.yaml", compiled.book, today=TODAY)
    assert read.value is not None, read.diagnostics
    (case,) = read.value
    assert check_case(compiled, case) == ()
    wanted = {f.category: m.Verdict.QUALIFIES}
    promise = compiled.book.properties.get(f.subject)
    if promise is not None:
        met = m.Verdict.QUALIFIES if promise.kind == "never" else m.Verdict.DOES_NOT_QUALIFY
        wanted = {promise.left: m.Verdict.QUALIFIES, promise.right: met}
    answer = assess(compiled, case, categories=[c for c in wanted if c])
    return {r.category: r.verdict for r in answer.results} == wanted


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), drawn(COUNT), ids=[f"{k} {n}" for k, n in drawn(COUNT)])
def test_a_planted_defect_is_found(kind: str, seed: int) -> None:
    defect = plant(hk(), kind, seed)
    compiled = compile_book(defect.book)
    found = audit(compiled, categories=defect.categories)
    hits = [f for f in found.findings if f.code in defect.codes and f.subject.endswith(defect.subject)]
    if defect.place is not None:
        hits = [f for f in hits if defect.place in [place for place, _ in f.places]]
    assert hits, [f.key for f in found.findings]
    assert defect.words in str(hits)
    for f in hits:
        assert (f.person is not None) == (f.code in ("B905", "B912"))
        assert f.person is None or confirmed(compiled, f)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_two_exceptions_that_differ_never_come_to_an_audit(seed: int) -> None:
    file, text = two_exceptions(hk(), Random(seed))
    made = compile_book_files({**hk().texts, **tables(), file: text})
    (said,) = [d for d in made.diagnostics if d.code == "L302"]
    assert made.value is None
    shown = [text[label.place.start : label.place.end] for label in (said.primary, *said.secondary)]
    assert sorted("planted_unmet" in s for s in shown) == [False, True]
    assert any("planted_met" in s for s in shown)


@pytest.mark.slow
def test_nothing_is_said_of_the_book_before_a_defect_is_planted() -> None:
    found = audit(compile_book(hk()))
    assert [f.key for f in found.findings] == []
    # CIES: every amount begins on the opening day, and an amount of an earlier day is not known and never met; so the
    # day is met wherever it could matter. Stateless people: whoever holds a nationality and permanent residence abroad
    # comes in by the alternative for foreign nationals, whether or not `no nationality` is asked of the other one.
    assert {f.key for f in found.answered} == {"B903 cies/open", "B903 cies_person/stateless/none"}
