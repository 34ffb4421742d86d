"""Conditions that choose what a total counts: which of them never matter is what trying every list of degrees says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from solver.audit import audit
from solver.compiled import compile_book
from tests.laws import by_profile, tried
from tests.smallbook import BOOK
from tests.test_audit import book_of, confirm

LEVELS = ("none", "bachelor", "master", "doctorate")
DEGREES = [{"level": level, "honorary": honorary} for level, honorary in product(LEVELS, (True, False))]
OPS = {"ge": lambda a, b: a >= b, "le": lambda a, b: a <= b, "is": lambda a, b: a == b}
LEVEL = m.Path("d", ("level",))
HONORARY = m.Path("d", ("honorary",))


def of_level(op: Any, level: str) -> m.Cond:
    """The level of a degree, compared."""
    return m.Compare(op, LEVEL, m.Const(level, m.EnumOf("level")), "level")


leaves = st.builds(of_level, st.sampled_from(sorted(OPS)), st.sampled_from(LEVELS)) | st.just(m.Truth(HONORARY))


def group(inner: Any) -> Any:
    """Two or three conditions together."""
    items = st.lists(inner.map(lambda c: m.Clause(None, c)), min_size=2, max_size=3).map(tuple)
    return st.builds(m.All, items) | st.builds(m.AnyOf, items)


conditions: st.SearchStrategy[Any] = st.recursive(leaves, group, max_leaves=4)
counts = st.tuples(conditions, st.sampled_from(["ge", "le"]), st.integers(1, 2))


def holds(cond: Any, degree: Any) -> bool:
    """A condition on a degree, worked out."""
    match cond:
        case m.Compare(op, _, m.Const(level)):
            return bool(OPS[op](LEVELS.index(degree["level"]), LEVELS.index(level)))
        case m.Truth():
            return bool(degree["honorary"])
        case m.All(items):
            return all(holds(c.cond, degree) for c in items)
        case m.AnyOf(items):
            return any(holds(c.cond, degree) for c in items)
        case m.Always():
            return True
        case m.Not(item):
            return not holds(item.cond, degree)
        case _:
            raise AssertionError(cond)


def parts(cond: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """The places of all conditions in a filter, outer ones first."""
    yield path
    if isinstance(cond, m.All | m.AnyOf):
        for n, item in enumerate(cond.items):
            yield from parts(item.cond, (*path, n))


def taken(cond: Any, path: tuple[int, ...], truth: bool) -> Any:
    """A filter with the condition at a place taken always to hold, or never."""
    if not path:
        return m.Always() if truth else m.Not(m.Clause(None, m.Always()))
    n, *rest = path
    inner = replace(cond.items[n], cond=taken(cond.items[n].cond, tuple(rest), truth))
    return replace(cond, items=(*cond.items[:n], inner, *cond.items[n + 1 :]))


def met(count: Any, degrees: Any) -> bool:
    """Whether a count of degrees comes to what is asked."""
    where, op, n = count
    return bool(OPS[op](sum(holds(where, d) for d in degrees), n))


def book_with(asked: Any) -> m.Book:
    """The small book with a category that asks for counts of degrees."""
    degrees = m.Path("applicant", ("degrees",))
    clauses = tuple(
        m.Clause(
            f"c{n}",
            m.Compare(op, m.Aggregate("count", "d", degrees, "degree", where, None), m.Const(least, m.Scalar("whole"))),
        )
        for n, (where, op, least) in enumerate(asked)
    )
    category = m.Category("small.a", m.Label("A", "甲"), m.Clause(None, m.All(clauses)), None)
    return replace(BOOK, categories={category.id: category}, terms={})


KINDS = {(True, True): "B902", (True, False): "B903", (False, True): "B904"}


def by_brute_force(asked: Any, room: int) -> set[tuple[str, str]]:
    """What is to be found: for the outermost places of each filter, whether anybody changes if it is taken so."""
    people = [p for n in range(room + 1) for p in combinations_with_replacement(DEGREES, n)]
    before = [all(met(c, p) for c in asked) for p in people]

    def nobody(n: int, other: Any) -> bool:
        after = [all(met(other if i == n else c, p) for i, c in enumerate(asked)) for p in people]
        return after == before

    out = set()
    for n, (where, op, least) in enumerate(asked):
        rest = [all(met(c, p) for i, c in enumerate(asked) if i != n) for p in people]
        if rest == before and not any(before):
            continue  # the count as a whole is idle
        kinds: dict[tuple[int, ...], Any] = {}
        for path in parts(where):
            a, b = (nobody(n, (taken(where, path, truth), op, least)) for truth in (True, False))
            kinds[path] = KINDS.get((a, b))
            if kinds[path] and not (path and kinds[path[:-1]]):
                subject = "/".join([f"small.a/c{n}/such_that", *(str(i + 1) for i in path)])
                out.add((kinds[path], subject))
    return out


@tried(by_profile(20, 60, 1_000))
@given(st.lists(counts, min_size=1, max_size=2, unique_by=str))
def test_parts_of_filters_that_never_matter_are_those_of_brute_force(asked: Any) -> None:
    """None missed and none false, for as many degrees as the audit says it has tried; each shown by a real person."""
    book = book_with(asked)
    found = audit(compile_book(book), categories=["small.a"])  # as long as it takes
    said = {(f.code, f.subject) for f in found.findings}
    if any(code == "B901" for code, _ in said):
        return
    mine = {(code, subject) for code, subject in said if "/such_that" in subject}
    idle = {subject for code, subject in said if code == "B902" and "/such_that" not in subject}
    right = {x for x in by_brute_force(asked, found.room["applicant.degrees"]) if x[1].split("/such")[0] not in idle}
    event(f"found: {len(mine)}, left out: {len(found.left_out)}")
    assert found.left_out == ()
    assert mine == right
    for f in found.findings:
        confirm(book, f)


RULES = """
entity post
  en "post"  zh "職位"
  pay : money  en "pay"  zh "薪酬"
  abroad : truth  en "abroad"  zh "在境外"

given posts : list of post  en "posts"  zh "職位"

term counted(j : post)
  en "counted"  zh "計算在內"
  means all of
    [paid] j.pay at least HK$10  cites guide "1"
    [well] j.pay at least HK$LOW  cites guide "2"
    [here] not j.abroad  cites guide "3"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs sum of j.pay for j in posts such that counted(j) at least HK$30  cites guide "1"
"""


@pytest.mark.parametrize(("low", "subject", "beside"), [("5", "counted/well", "paid"), ("20", "counted/paid", "well")])
def test_a_condition_implied_by_the_one_beside_it(low: str, subject: str, beside: str) -> None:
    """Both are underlined, and the person shown meets it and would be answered otherwise if they did not."""
    book = book_of(RULES.replace("LOW", low))
    (found,) = audit(compile_book(book), categories=["small.a"]).findings
    assert (found.code, found.subject) == ("B903", subject)
    first, second = (book.texts[p.file][p.start : p.end] for p, _ in found.places)
    assert f"[{subject.split('/')[1]}]" in first
    assert f"[{beside}]" in second
    assert found.shown is not None
    confirm(book, found)


def test_conditions_that_each_matter_are_not_found() -> None:
    text = RULES.replace("[well] j.pay at least HK$LOW", "[well] j.pay at most HK$40")
    assert audit(compile_book(book_of(text)), categories=["small.a"]).findings == ()


TWICE = """
term well(j : post)
  en "well paid"  zh "薪酬高"
  means all of
    [amount] j.pay at least HK$20  cites guide "2"

term counted(j : post)
  en "counted"  zh "計算在內"
  means any of
    [here] all of
      [home] not j.abroad  cites guide "3"
      [well] well(j)
    [high] all of
      [very] j.pay at least HK$40  cites guide "2"
      [well] well(j)
"""


def test_a_part_of_a_term_called_twice_matters_if_it_does_in_one_place() -> None:
    """At home HK$15 count unless HK$20 are asked; beside HK$40 the term adds nothing, which is said of that call."""
    head, category = RULES.split("term counted")[0], RULES[RULES.index("category") :].replace("HK$30", "HK$15")
    found = audit(compile_book(book_of(head + TWICE + category)), categories=["small.a"]).findings
    assert [(f.code, f.subject) for f in found] == [("B903", "counted/high/well")]


def test_a_whole_audit_leaves_conditions_inside_totals_out() -> None:
    """It takes one that is answered as answered all the same."""
    book = book_of(RULES.replace("LOW", "5"))
    assert audit(compile_book(book)).findings == ()
    answered = RULES.replace("LOW", "5") + 'accepted B903 on "counted/well"\n  en "meant"  zh "有意為之"\n'
    assert audit(compile_book(book_of(answered))).findings == ()
