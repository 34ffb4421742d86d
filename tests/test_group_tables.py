"""Tables of groups: what a test came to is looked up while a table is made, and the table is as if it were not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dsl.casefile import read_case
from solver import tables
from solver.cells import OpenTest, Search, Table, TooLarge
from solver.compiled import Compiled, compile_book
from solver.facts import Address
from solver.landmarks import Marks
from solver.situation import DEFAULT, situation
from solver.split import groups, weightiest
from solver.tables import group_table, table
from tests import ready

ROOT = Path(__file__).parent.parent
CASES = ("graduate", "near_the_floor")
CATEGORIES = ("fees.up_to_180_days", "iang.recent")
"""Fees have three days tied by two tests; of `iang.recent` more is told."""


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_book(ready.hk())


def looked_at_each_time(search: Search, *group: Any) -> Table | None:
    """The table of a group with every test evaluated at every combination of values."""
    _, tests, ties, last = group
    search.group_tests, search.group_ties = tests, ties
    search.budget = search.limit if not last else search.limit // 3
    assert search.met == {}, "nothing is remembered beyond the table of its group"
    return table(search, *group)


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_the_same_when_its_tests_are_evaluated_every_time(compiled: Compiled, name: str) -> None:
    text = (ROOT / "examples" / f"{name}.yaml").read_text("utf-8")
    cases = read_case(text, f"{name}.yaml", compiled.book, today=compiled.book.known).value
    assert cases
    compared = shortened = 0
    for case in cases:
        s = situation(compiled, case, DEFAULT, "presumed", twice=True)
        for instance in s.instances():
            s.truth(instance)
        for category in CATEGORIES:
            used = compiled.used(category)
            tests = s.opened(category, [i for i in s.open if i[0] in used])
            for vars, ts, tied in groups(s.search, tests):
                for last in (frozenset(), *(frozenset({v}) for v in sorted(vars, key=str) if len(vars) > 1)):
                    s.search.remembered.clear()
                    try:
                        made = group_table(s.search, vars, ts, tied, last)
                    except TooLarge:
                        continue
                    # `repr` also tells the values that show an alternative, which equality leaves out.
                    assert repr(made) == repr(looked_at_each_time(s.search, vars, ts, tied, last))
                    compared += 1
                    shortened += len(vars) > 2
    assert compared
    assert shortened or name != "graduate"


def test_a_group_with_too_much_to_try_is_tried_again_only_with_more_room(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "examples" / "graduate.yaml").read_text("utf-8")
    (case, *_) = read_case(text, "graduate.yaml", compiled.book, today=compiled.book.known).value or ()
    s = situation(compiled, case, DEFAULT, "presumed")
    s.search.remembered = {}
    tried = []

    def too_much(search: Search, *_: object) -> Table | None:
        tried.append(search.limit)
        if search.limit < 300:
            raise TooLarge
        return None

    monkeypatch.setattr(tables, "table", too_much)
    for limit in (100, 100, 50, 200, 200):
        s.search.limit = limit
        with pytest.raises(TooLarge):
            group_table(s.search, frozenset(), [], [])
    for limit in (300, 400):
        s.search.limit = limit
        assert group_table(s.search, frozenset(), [], []) is None
    assert tried == [100, 200, 300]


def test_the_fact_in_the_middle_is_placed_first() -> None:
    """Three dates each beside one kind: with the kind in place they fall apart, though each is read by more tests."""
    kind, *dates = (Address("a.jobs", 0, ("kind",)), *(Address("a.degrees", i, ("on",)) for i in range(3)))
    none: frozenset[Any] = frozenset()
    nothing = Marks(none, none, none, none, years=False, ages=False, totals=False)

    def reads(n: int, *facts: Address) -> OpenTest:
        return OpenTest((n, ()), lambda _: True, (), frozenset(facts), nothing)

    tests = [
        t
        for i, d in enumerate(dates)
        for t in (reads(i, d, kind), reads(10 + i, d), reads(20 + i, d), reads(30 + i, d))
    ]
    assert weightiest(frozenset((kind, *dates)), tests, ()) == kind
    assert weightiest(frozenset((kind, *dates)), tests, (), frozenset((kind,))) == dates[0]
