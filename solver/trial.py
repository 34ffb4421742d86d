"""Whether some atoms of a case can be given values so that a category is open, and which values lie nearest.

The atoms are taken out of the case and filled in again one after the other, the day of filing first, each with the
values at which some test can change, the nearest first (`solver.landmarks`). A way that fails whatever is still to be
filled in is left at once. What is found is therefore the nearest day of filing, with it the nearest second value, and
so on; no value of it could be nearer with those before it as they are.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from msgspec import Struct, field

from dsl.case import Absent
from solver.asked import AS_TOLD
from solver.blame import blame, known_failure, proved, read_by
from solver.changeable import FILING
from solver.facts import Address
from solver.filling import Filling, Trial
from solver.possible import str_of
from solver.reaching import accepts, why_not
from solver.supposed import refuted

NODES = 20_000
"""How many ways of filling in one set of atoms are looked at before the search of it is cut short."""

_LATEST = 3
"""How many completions are tried again before a set is filled in."""


class Outcome(Struct):
    """What came of a set of atoms: values in place that reach the category, or a core.

    Any set that reaches it touches an address of the core, if it has all that is given.
    """

    found: Filling | None = None
    core: set[Address] = field(default_factory=set)
    given: set[Address] = field(default_factory=set)
    cut: bool = False


class _Cut(Exception):  # noqa: N818
    """Too many ways to look at."""


def run(trial: Trial) -> Outcome:
    """Try every way the lists among the atoms can be, the least first."""
    out = Outcome()
    lists = [a for a in trial.chosen if a.list]
    ways = [(0, 1) if a.how == "learn" else (1,) for a in lists]
    for counts in sorted(product(*ways), key=sum):
        filling = Filling(trial, {str_of(a): n for a, n in zip(lists, counts, strict=True)})
        try:
            if found(filling):
                out.found = filling
                return out
        except _Cut:
            out.cut = True
        out.cut = out.cut or filling.cut
        out.core |= filling.core
        out.given |= filling.given
    if any(a.how == "gain" for a in lists):
        out.core.add(FILING)
    return out


def found(f: Filling) -> bool:
    """Whether the atoms can be filled in so that the category is reached; if so the values are in place."""
    return _search(f, 0) is None


def _search(f: Filling, i: int) -> frozenset[Address] | None:
    """Fill in from the i-th variable on. None: done. Else the variables before it by which every way fails.

    A way that fails without the variable just filled in fails with any other value of it, which need not be tried.
    """
    f.nodes += 1
    if f.nodes > NODES:
        raise _Cut
    f.asked.deadline.left()
    for tie in f.bound:
        if not f.base.search.consistent(tie):
            return blame(f, tie.reads)
    s = f.lay()
    if (known := known_failure(f, s, AS_TOLD)) is not None:
        return blame(f, read_by(f, known))
    held = f.held(s)
    if held is False:
        return blame(f, proved(f, s, supposed=AS_TOLD))
    if held is None and (proof := refuted(f, _LATEST)) is not None:
        return blame(f, proof)
    rest = f.variables[i:]
    if i >= f.plain and (held is True or not rest) and accepts(f, s, held) and not f.same():
        return None
    if not rest:
        f.cut = f.cut or f.large
        return blame(f, why_not(f, s))
    v = rest[0]
    conflict = {FILING} if v != FILING and f.possible.is_new(v) and f.possible.gained(v) else set()
    failed: frozenset[Address] | None = frozenset()
    try:
        seen: set[Any] = set()
        for value in f.possible.of(v):
            f.facts.set(v, value)
            if seen and _alike(f, v, value) in seen:
                continue
            before = f.looked_at
            failed = _search(f, i + 1)
            if failed is None:
                return None
            if v not in failed:
                return failed
            conflict |= failed
            if f.looked_at > before:  # else the next value is as soon tried
                seen.add(_alike(f, v, value))
    finally:
        if failed is not None:
            f.facts.set(v, Absent.NOT_ASKED)
    return frozenset(conflict - {v})


def _alike(f: Filling, v: Address, value: Any) -> Any:
    """The same for values of a variable that fail by the same, one of them being in place."""
    f.unfavour(Absent.NOT_ASKED)
    try:
        return f.likeness.of(v, value, f.asked.readings)
    finally:
        f.unfavour(True)
