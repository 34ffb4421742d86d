"""What tests hang on where not everything can be tried: open lists, and facts of totals and scores that are too many.

Their tests are told apart by what is left of them; see `solver.remainder`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from solver.answer import Hinge
from solver.beside import LIMIT
from solver.candidates import values
from solver.cells import Instance, OpenTest, Table, Tie, TooLarge
from solver.compiled import Compiled
from solver.evaluate import LawVar, Still
from solver.facts import Address, unknown
from solver.remainder import Remainder
from solver.situation import Situation, beside_id
from solver.tables import group_table, ungrouped


def name_of(s: Situation, a: Address) -> Hinge:
    """The hinge an absent fact would be; a fact of an element that may be there belongs to its list."""
    facts = s.facts
    if facts.is_blank(a):
        assert a.list is not None
        return Hinge("fact", a.list)
    judgement = facts.fact(a).judgement
    return Hinge("judgement" if judgement else "fact", facts.show(a))


def sources(s: Situation, t: OpenTest) -> frozenset[Hinge]:
    """What a total hangs on besides the facts its test reads: open lists, and facts there are too many of to try.

    Of these facts those of which one value leaves something else of the test than another, unless there are too many
    of them even for that.
    """
    still = Still(frozenset())
    untried = t.inside - t.reads
    every = len(untried) > _LOOKED_AT or t.instance[0] >= len(s.compiled.tests)
    turning = {name_of(s, a) for a in untried if every or _leaves_another(s, t, a, still)}
    return frozenset(turning | {Hinge("fact", name) for name in t.lists})


_LOOKED_AT = 24
"""How many facts that are too many to try together are looked at one by one."""


def is_settled(made: Table) -> bool:
    """Whether tests come to the same for all values of the facts of a table, but for what the law says."""
    return (made.variable[0] == "law" or len(made.alternatives) == 1) and all(
        is_settled(t) for one in made.alternatives for t in one.tables
    )


def _leaves_another(s: Situation, t: OpenTest, a: Address, still: Still) -> bool:
    """Whether one value that a fact can have leaves something else of a test than another, whatever else is so."""
    search, facts, cond = s.search, s.facts, s.compiled.tests[t.instance[0]].spec.cond
    before, left = facts.get(a), Remainder(s.compiled.book, s.env, s.compiled.remainders, still)
    still.changing = frozenset({a.steps[-1]})  # what is left of other parts stays as it is
    own = [tie for tie in search.ties if unknown(facts, tie.reads) == {a}]
    search.group_tests, search.group_ties = (t,), own
    seen = set()
    try:
        for value in values(search, a, [t], own):
            facts.set(a, value)
            if not all(map(search.consistent, own)):
                continue
            s.env.els = t.els
            seen.add(left.of(cond, len(t.els)))
            if len(seen) > 1:
                return True
        return False
    finally:
        facts.set(a, before)


def table_left(
    s: Situation,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address] = frozenset(),
) -> Table | None:
    """The table of a group, with what is left of tests over open lists where that is not too much to try."""
    search = s.search
    if any(t.lists for t in tests):
        before, search.remainder = search.limit, _remainder(s)
        search.limit = min(before, LIMIT)
        try:
            return group_table(search, vars, tests, ties, last)
        except TooLarge:
            pass
        finally:
            search.limit, search.remainder = before, None
    return group_table(search, vars, tests, ties, last)


def _remainder(s: Situation) -> Callable[[OpenTest], Instance]:
    """What is left of a test as a test of its own, the same for all that leave as much of it."""
    compiled = s.compiled
    left = Remainder(compiled.book, s.env, compiled.remainders)

    def remainder(t: OpenTest) -> Instance:
        test, places = t.instance
        left.asks.clear()
        found = left.of(compiled.tests[test].spec.cond, len(t.els))
        number = compiled.remainders.setdefault((test, found), len(compiled.remainders))
        compiled.remainders.setdefault(("asks", number), set()).update(left.asks)
        return beside_id(s, test, "left", 0), (*places, number)

    return remainder


def ungrouped_left(s: Situation, tests: Sequence[OpenTest]) -> list[Table]:
    """Tables of tests that read no unknown fact, with what is left of those over open lists."""
    s.search.remainder = _remainder(s)
    try:
        return ungrouped(s.search, tests)
    finally:
        s.search.remainder = None


def may_ask(s: Situation, i: Instance, question: LawVar) -> bool:
    """Whether what an instance stands for, something left of a test, may meet a question of the law once more."""
    return question[0] in s.compiled.remainders["asks", i[1][-1]]


def is_left_of(s: Situation, i: Instance, t: OpenTest) -> bool:
    """Whether an instance stands for something left of a test."""
    return i[0] == beside_id(s, t.instance[0], "left", 0) and i[1][:-1] == t.instance[1]


_REMAINDERS = 20_000
"""How many things are remembered of what is left of tests, for all cases."""


def forget(compiled: Compiled) -> None:
    """Make room for what will be left of tests; not between tables that are compared."""
    if len(compiled.remainders) > _REMAINDERS:
        compiled.remainders.clear()
        compiled.remembered.clear()
