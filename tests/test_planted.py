"""Defects planted in copies of the Hong Kong book are found: the code, the clause, and a person who shows it."""

from __future__ import annotations

import datetime as dt
import os
import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from dsl import model as m
from dsl.book import compile_book_files
from dsl.case import Case
from dsl.casefile import read_case
from dsl.writecase import case_text
from solver.assess import assess
from solver.audit import audit
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.examination import Finding
from tests import ready
from tests.planted import HERE, KINDS, Planted, drawn, plant, two_exceptions
from whereas.examples import people_of

TODAY = dt.date(2026, 11, 21)
HK = Path(__file__).parent.parent / "policy" / "hk"
YES, NO = m.Verdict.QUALIFIES, m.Verdict.DOES_NOT_QUALIFY
ALL = 40
COUNT = ALL if os.environ.get("WHEREAS_PROFILE") == "deep" else len(KINDS)
"""One of each kind, and in the deep profile all."""


@cache
def hk() -> m.Book:
    """The book as it is."""
    return ready.hk()


def tables() -> dict[str, str]:
    """The files of its tables."""
    return {f"data/{p.name}": p.read_text("utf-8") for p in (HK / "data").glob("*.csv")}


def again(f: Finding, book: m.Book) -> Case:
    """The case a finding shows, written to a file and read again."""
    assert f.shown is not None, f.key
    read = read_case(case_text(f.shown.case, book), "case.yaml", book, today=TODAY)
    assert read.value is not None, read.diagnostics
    (case,) = read.value
    return case


def judged(f: Finding, book: m.Book, word: str) -> Case:
    """The case a finding about a judgement shows, with the judgement recorded so."""
    assert f.shown is not None
    text, times = re.subn(rf"\b{f.subject}: (un)?favourable\b", f"{f.subject}: {word}", case_text(f.shown.case, book))
    assert times == 1, text
    read = read_case(text, "case.yaml", book, today=TODAY)
    assert read.value is not None, read.diagnostics
    return read.value[0]


def verdict(compiled: Compiled, category: str, case: Case, **readings: str) -> m.Verdict:
    """What a plain assessment says of a case that is in order."""
    assert check_case(compiled, case) == ()
    (result,) = assess(compiled, case, categories=[category], readings=readings).results
    return result.verdict


def hangs_on_the_law(category: str, case: Case) -> bool:
    """Whether the book as it was leaves a verdict open, and nothing but the law is in the way."""
    (result,) = assess(compile_book(hk()), case, categories=[category]).results
    return result.verdict is m.Verdict.DEPENDS and {h.kind for h in result.hinges} == {"law"}


def shows(kind: str, f: Finding, defect: Planted, compiled: Compiled) -> bool:
    """Whether the person shows the defect: assessed as is said, and so with the book as it was before."""
    assert f.shown is not None
    case, category = again(f, defect.book), f.shown.category
    here = verdict(compiled, category, case)
    assert here is f.shown.verdict
    if kind in ("never broken", "always broken"):
        promise = defect.book.properties[f.subject]
        assert isinstance(promise, m.Property)
        other = verdict(compiled, promise.right, case)
        return here is YES and (other is YES) is (promise.kind == "never")
    before = verdict(compile_book(hk()), category, case)
    match kind:
        case "contradictory needs" | "bar swallows category" | "shut days":
            # Where a category hangs on what the law leaves open for everybody, nobody did better than that before.
            return here is NO and (before is YES or hangs_on_the_law(category, case))
        case "table gap":
            return here is m.Verdict.DEPENDS and before is not here
        case "idle reading":
            name, value = f.subject.split("=")
            return here is before is verdict(compiled, category, case, **{name: value})
        case "idle judgement":
            # As the judgement is asked for beside its contrary, whoever qualifies does so both ways; before, one way.
            both = [judged(f, defect.book, word) for word in ("favourable", "unfavourable")]
            ways = [verdict(compiled, category, c) for c in both]
            return here is YES and ways == [YES, YES] and verdict(compile_book(hk()), category, both[0]) is YES
        case "overlapping rows":
            return here is before and f"{f.subject.split()[1]}" in case_text(f.shown.case, defect.book)
        case "two grants" | "sure alternative":  # whom the sure alternative lets in was not let in before
            return here is YES
        case _:  # a clause that changes nothing
            return here is before


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), drawn(COUNT), ids=[f"{k} {n}" for k, n in drawn(COUNT)])
def test_a_planted_defect_is_found(kind: str, seed: int) -> None:
    defect = plant(hk(), kind, seed)
    compiled = compile_book(defect.book)
    found = audit(compiled, categories=defect.categories, worked=people_of(defect.book))
    hits = [f for f in found.findings if f.code in defect.codes and f.subject.endswith(defect.subject)]
    if defect.place is not None:
        hits = [f for f in hits if defect.place in [place for place, _ in f.places]]
    assert hits, [f.key for f in found.findings]
    assert defect.words in str(hits)
    assert all(shows(kind, f, defect, compiled) for f in hits)


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
    found = audit(compile_book(hk()), worked=people_of(hk()))
    assert [f.key for f in found.findings] == []
    assert found.left_out == ()
    # CIES: every amount begins on the opening day, and an amount of an earlier day is not known and never met; so the
    # day is met wherever it could matter. Stateless people: whoever holds a nationality and permanent residence abroad
    # comes in by the alternative for foreign nationals, whether or not `no nationality` is asked of the other one.
    # Dependants: who is under neither another scheme nor that of vocational graduates is a technical professional;
    # and two readings say that a way is closed. Second generation: the scheme opened on the day from which terms
    # of stay are known, and nobody had a stay under it before.
    answered = {
        "B903 cies/open",
        "B903 cies_person/stateless/none",
        "B903 sponsor_may_stay_on/technical/scheme",
        "B904 sponsorship_lost/runs_out",
        "B904 filed_in_window_of_dependants/opening/three_months/scheme/technical/four_weeks",
        "B914 assg.extension.third_before_2022 2015-05-04",
    }
    assert {f.key for f in found.answered} == answered


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(COUNT // 8))
def test_a_condition_said_again_where_it_only_chooses_what_a_total_counts(seed: int) -> None:
    """In a term that a total counts by one of the conditions stands once more: it is found, and both are underlined."""
    compiled, random = compile_book(hk()), Random(seed)
    counted = [
        (c, t.spec.cond.left.where.term)
        for c in compiled.program.categories
        for t in (compiled.tests[n] for n in sorted(compiled.used(c)))
        if isinstance(t.spec.cond, m.Compare)
        and isinstance(t.spec.cond.left, m.Aggregate)
        and isinstance(t.spec.cond.left.where, m.Call)
        and isinstance(hk().terms[t.spec.cond.left.where.term].means.cond, m.All)
    ]
    category, name = random.choice(sorted(set(counted)))
    term = hk().terms[name]
    assert isinstance(term.means.cond, m.All)
    twin = random.choice(term.means.cond.items)
    planted = m.Clause("planted", twin.cond, twin.cites, twin.sentence, HERE)
    means = replace(term.means, cond=replace(term.means.cond, items=(*term.means.cond.items, planted)))
    book = replace(hk(), terms={**hk().terms, name: replace(term, means=means)})
    found = audit(compile_book(book), categories=[category], worked=people_of(book))
    (f,) = [f for f in found.findings if HERE in [place for place, _ in f.places][:1]]
    assert (f.code, f.subject) == ("B903", f"{name}/planted")
    assert twin.place in [place for place, _ in f.places]
    assert f.shown is None or verdict(compile_book(book), f.shown.category, again(f, book)) is f.shown.verdict
