"""Promises that more of a fact never hurts, and who breaks them: two people who differ in that alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from dsl.case import Case, Listed, Record
from dsl.model import Label, ListOf, NeverHurts, Path, Scalar, Verdict
from dsl.writecase import value_text
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.examination import OFTEN, Examination, Finding, Shown, nobody, plain, verdict_on
from solver.finder import Found, Wanted, finder
from solver.twofold import Twofold, twofold

_PATIENCE = 12
"""Choices with too much to try after which nobody is likely to be found on a day."""

Two = tuple[Case, Case]
"""Somebody who qualifies, and the same person with more of a fact, who does not."""


def harmless(e: Examination) -> Iterator[Finding]:
    """Facts of which more is promised never to hurt, and does."""
    for p in e.book.properties.values():
        if isinstance(p, NeverHurts) and p.category in e.categories:
            two = parted(e, p)
            if two is not None:
                yield _finding(e, p, two)


def _finding(e: Examination, p: NeverHurts, two: Two) -> Finding:
    category = e.book.categories[p.category]
    words = Label(
        f"`{p.id}` is broken: more of `{p.fact}` can hurt in `{p.category}`",
        f"違反`{p.id}`：更多的`{p.fact}`可有損於`{p.category}`",
    )
    places = [
        (p.place, Label("promised here", "在此保證")),
        (category.place, Label(f"`{p.category}`", f"`{p.category}`")),
    ]
    more = _more(p, two)
    shows = Label(f"with {more.en} they no longer qualify", f"若{more.zh}，此人便不再符合")
    advice = Label("correct the category, or take the promise back", "更正該類別，或撤回保證")
    person = Shown(plain(e.compiled, two[0]), p.category, Verdict.QUALIFIES, shows)
    return Finding("B915", p.id, words, tuple((place, label) for place, label in places if place), person, advice)


def _more(p: NeverHurts, two: Two) -> Label:
    """What the second person has of the fact."""
    fewer, more = (_at(case, p.fact) for case in two)
    if isinstance(p.type, ListOf):
        assert isinstance(fewer, Listed)
        assert isinstance(more, Listed)
        left = [*more.items]
        for item in fewer.items:
            left.remove(item)
        further = ", ".join(value_text(item) for item in left)
        return Label(f"{further} besides in `{p.fact}`", f"`{p.fact}`另有{further}")
    value = f"HK${more:,}" if p.type == Scalar("money") else value_text(more)
    return Label(f"{value}", f"為{value}")


def _at(case: Case, path: Path) -> object:
    here: object = case.root
    for step in (path.base, *path.steps):
        assert isinstance(here, Record)
        here = here.facts[step]
    return here


def parted(e: Examination, p: NeverHurts) -> Two | None:
    """Two people who break a promise; None if there are none, or where there was too much to try, which is noted."""
    made = twofold(e.book, p)
    if made is None:
        return None
    compiled = compile_book(made.book)
    gates = compiled.program.categories
    missed = 0
    for day in _days(e, p.category):
        if missed >= OFTEN:
            break
        search = finder(compiled, nobody(made.book, day), rules=2)
        copy = search.copy()
        goal = [Wanted(copy, gates[made.first], True), Wanted(copy, gates[made.second], False)]
        try:
            found = search.find(goal, e.deadline, partial(_confirms, e, made, compiled), most=300, patience=_PATIENCE)
        except TooLarge:
            missed += 1
            continue
        if found is not None:
            return made.people(found.case)
        if day is None and not search.left_out:
            return None  # nobody on any day
        missed += search.left_out > 0
    if missed:
        e.left_out.setdefault(p.id)
    return None


def _days(e: Examination, category: str) -> tuple[dt.date | None, ...]:
    """The days looked at for a category, any day early: where it shows that there is nobody, others need no look."""
    first, *others = e.days_of(category)
    return (first, *sorted(others, key=lambda day: day is not None))


def _confirms(e: Examination, made: Twofold, compiled: Compiled, found: Found) -> bool:
    """Whether two people who are possible together are answered as a plain assessment of each should."""
    if check_case(compiled, found.case):
        return False
    wanted = (Verdict.QUALIFIES, Verdict.DOES_NOT_QUALIFY)
    return all(
        verdict_on(e.compiled, made.promise.category, case) is verdict
        for case, verdict in zip(made.people(found.case), wanted, strict=True)
    )
