"""Completions tried before the solver is asked: one in which a category holds and one in which it fails will do.

Each table is a choice of its own, so any alternatives taken from each make a completion; only questions of the law are
shared. Tried are the alternatives that help a category most, and those that help it least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from solver.cells import Alternative, Instance, Table
from solver.situation import Situation
from solver.undecided import Copy, Truths

Wanted = Callable[[int], bool | None]
"""The truth of a test that is taken where there is a choice; None: either."""


def differ(s: Situation, category: str, c: Copy, made: Iterable[Table]) -> bool:
    """Whether completions were found in which a category holds and in which it fails. `c`: a copy with what is open."""
    if c.options:
        return False
    helps = s.compiled.helps(category)
    gate = s.compiled.program.categories[category]
    seen: set[object] = set()
    for kindly in (True, False):
        taken = _taken(c, helps, made, kindly=kindly)
        for there in (True, False) if c.exists else (True,):
            chosen = Copy(c.program, c.circuit, taken, c.written, c.blanks, c.readings)
            chosen.exists = dict.fromkeys(c.exists, there)
            seen.add(chosen.value(gate))
    return True in seen and False in seen


def _taken(c: Copy, helps: Mapping[int, bool], made: Iterable[Table], *, kindly: bool) -> Truths:
    """The tests of a completion that helps most, or least: those that are settled, and what is taken of the others."""

    def wanted(test: int) -> bool | None:
        way = helps.get(test)
        return None if way is None else way is kindly

    truths: dict[Instance, bool] = {}
    law: dict[Any, bool] = {}
    for table in made:
        _take(table, wanted, truths, law)
    # What no table settles can be either.
    out = {i: truths[i] if i in truths else wanted(i[0]) is True for i in c.tests}
    return lambda i: out[i] if i in out else c.settled(i)


def _take(table: Table, wanted: Wanted, truths: dict[Instance, bool], law: dict[Any, bool]) -> None:
    """Take an alternative of a table, and of those below it."""
    kind, question = table.variable[0], table.variable[1]
    if kind == "law" and question in law:
        taken = table.alternatives[0 if law[question] else 1]
    else:
        taken = max(table.alternatives, key=lambda alternative: _weight(alternative, wanted))
    if kind == "law":
        law[question] = taken is table.alternatives[0]
    truths.update(taken.bits)
    for inner in taken.tables:
        _take(inner, wanted, truths, law)


def _weight(alternative: Alternative, wanted: Wanted) -> int:
    """How many tests come out as wanted, less those that do not."""
    out = 0
    for (test, _), truth in alternative.bits:
        way = wanted(test)
        out += 0 if way is None else 1 if way is truth else -1
    return out + sum(max(_weight(a, wanted) for a in table.alternatives) for table in alternative.tables)
