"""Tables of groups: what a test came to is looked up while a table is made, and the table is as if it were not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.casefile import read_case
from solver.cells import Search, Table, TooLarge, group_table, groups, table
from solver.compiled import Compiled, compile_book
from solver.situation import DEFAULT, situation
from whereas.driver import load_book

ROOT = Path(__file__).parent.parent
CASES = ("graduate", "near_the_floor")
CATEGORIES = ("fees.up_to_180_days", "iang.recent")
"""Fees have three days tied by two tests; of `iang.recent` more is told."""


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    book = load_book().value
    assert book is not None
    return compile_book(book)


def looked_at_each_time(search: Search, *group: object) -> Table | None:
    """The table of a group with every test evaluated at every combination of values."""
    _, tests, ties, last = group
    search.group_tests, search.group_ties = tests, ties  # type: ignore[assignment]
    search.budget = search.limit if not last else search.limit // 3
    assert search.met == {}, "nothing is remembered beyond the table of its group"
    return table(search, *group)  # type: ignore[arg-type]


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
