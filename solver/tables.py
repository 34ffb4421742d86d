"""Tables of feasible outcomes are built: one unknown fact after the other is given its landmark values.

Once a fact is placed, what it tied together may fall apart into groups of their own, which keeps three dates with one
of them in common from multiplying.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

from dsl.model import EnumOf, Scalar
from solver.candidates import values
from solver.cells import Alternative, Held, Instance, OpenTest, Search, Table, Tie, TooLarge, TooMuch
from solver.evaluate import LawVar, Still
from solver.facts import Address, unknown
from solver.split import Group, bound, components, weightiest

REMEMBER = 4096
"""How many tables a book keeps between cases."""


def group_table(
    search: Search,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address] = frozenset(),
) -> Table | None:
    """The table of a whole group; remembered for other cases in which everything it reads is the same."""
    facts = search.facts
    read: set[Address] = set().union(*(t.reads for t in tests), *(t.reads for t in ties))
    known = tuple(sorted(((a, facts.get(a)) for a in read - vars), key=str))
    over: frozenset[str] = frozenset().union(*(t.over for t in tests), *(t.over for t in ties))
    spells = tuple(_contents(search, over))
    key = (
        vars,
        last,
        tuple((t.instance, t.inside <= t.reads) for t in tests),
        len(ties),
        known,
        spells,
        tuple(search.env.readings.items()) if spells else (),
        tuple([(a, *search.few[a]) for a in sorted(vars & search.few.keys(), key=str)]) if search.few else (),
        search.remainder is not None,
    )
    remembered = search.remembered
    found = remembered.get(key, TooMuch(0))
    if isinstance(found, TooMuch) and search.limit > found.limit:
        try:
            found = _whole_table(search, vars, tests, ties, last)
        except TooLarge:
            found = TooMuch(search.limit)
        if len(remembered) >= REMEMBER:
            remembered.clear()
        remembered[key] = found
    if isinstance(found, TooMuch) or (found is None and search.few):
        raise TooLarge
    return found


def _whole_table(
    search: Search,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address],
) -> Table | None:
    """The table of a whole group, made anew."""
    search.group_tests, search.group_ties = tests, ties
    search.budget = search.limit if not last else search.limit // 3
    for t in tests:
        most, read = search.limit // (_SCORE if t.score else 1), t.reads & vars
        if combinations(search, read) > most and prod(_possible(search, a, t, ties) for a in read) > most:
            raise TooLarge
    # A total may try elements whose values come from all other facts: it is looked at anew each time.
    plain = [t for t in tests if not (t.score or t.inside or t.over)]
    holder = search.facts.holder
    search.met = {t.instance: ([holder(a) for a in t.reads & vars], {}) for t in plain if not vars <= t.reads}
    search.met |= {t.instance: _lasting(search, t, vars) for t in tests if t.instance[0] in search.stays}
    search.rest = {"all": vars} if len(vars) > 2 and any(t.score or t.marks.totals for t in tests) else {}
    if any(t.score for t in tests):
        search.env.still = Still(frozenset(a.steps[-1] for a in vars))
    try:
        return table(search, vars, tests, ties, last)
    finally:
        search.met, search.rest, search.env.still = {}, {}, None


def _lasting(search: Search, t: OpenTest, vars: frozenset[Address]) -> tuple[Sequence[Held], dict[Any, Any]]:
    """Where what a test reads of a group is held, and what it came to for values so far, on whatever day."""
    mine = tuple(sorted(t.reads & vars, key=str))
    return [search.facts.holder(a) for a in mine], search.lasted.setdefault((t.instance, mine, t.inside <= t.reads), {})


_SCORE = 20
"""How many times the work of another test a score is taken to be."""


_DATES, _OTHERS = 20, 3
"""Values that a date and a number have at the least, as a rule."""


def combinations(search: Search, read: Iterable[Address]) -> int:
    """About how many combinations of values one test has, at the least: they cannot be told apart piece by piece."""
    return prod(_usual(search, a) for a in read)


def _usual(search: Search, a: Address) -> int:
    """About how many values a fact has at the least."""
    match search.facts.fact(a).type:
        case Scalar("truth"):
            return 2
        case EnumOf(name):
            return len(search.book.enumerations[name].members)
        case Scalar("date"):
            return _DATES
        case _:
            return _OTHERS


def _possible(search: Search, a: Address, t: OpenTest, ties: Sequence[Tie]) -> int:
    """The same where invariants on the fact alone leave few."""
    facts = search.facts
    own, usual = [tie for tie in ties if unknown(facts, tie.reads) == {a}], _usual(search, a)
    if not own:
        return usual
    before, possible = facts.get(a), 0
    try:
        for value in values(search, a, [t], own):
            facts.set(a, value)
            possible += all(map(search.consistent, own))
    finally:
        facts.set(a, before)
    return min(possible, usual)


def _contents(search: Search, lists: Iterable[str]) -> Iterable[tuple[str, str]]:
    """All that stands in some lists of a case, for comparing two cases."""
    for name in sorted(lists):
        items = search.facts.lists[name]
        yield name, f"{items.open} {[sorted(t.facts.items()) for t in items.items]!r}"


def unmet(search: Search) -> list[list[Tie]]:
    """The invariants no values of the unknown facts can meet, in groups that share such facts."""
    tied = [(vs, t) for t in search.ties if (vs := unknown(search.facts, t.reads))]
    out = []
    for vars, ties in components(tied):
        search.group_tests, search.group_ties, search.budget = (), ties, search.limit
        if table(search, vars, (), ties) is None:
            out.append(ties)
    return out


def table(
    search: Search,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address] = frozenset(),
    *,
    dated: bool = False,
) -> Table | None:
    """The table of a group, or None if no values fit.

    Facts in `last` are placed after all others. dated: whether the fact placed before them is a day.
    """
    key = _left(search, vars, tests, ties, dated=dated)
    if key is None or key not in search.rest:
        made = _placed(search, vars, tests, ties, last)
        if key is None:
            return made
        search.rest[key] = made
    found: Table | None = search.rest[key]
    return found


def _left(
    search: Search, vars: frozenset[Address], tests: Sequence[OpenTest], ties: Sequence[Tie], *, dated: bool
) -> Any:
    """What the table of what is left of a group turns on; None if hardly any is like another.

    Scores and totals add up: many values of the facts placed so far leave as much of them (of days, which move what
    spells come to, only of scores). Of all else each value is another.
    """
    added = [t for t in tests if t.said is None and (t.score or (t.marks.totals and not dated))] if search.rest else []
    if not added:
        return None
    key = vars, dated
    if key not in search.rest:
        others: list[OpenTest | Tie] = [t for t in tests if t not in added]
        read: frozenset[Address] = frozenset().union(*(t.reads for t in others), *(t.reads for t in ties))
        search.rest[key] = sorted(read & search.rest["all"] - vars, key=str)
    values = tuple([search.facts.get(a) for a in search.rest[key]])
    return vars, dated, values, tuple([search.unfolded(t) for t in added])


def _placed(
    search: Search,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address],
) -> Table | None:
    """The table of a group, by the values of one of its facts."""
    facts = search.facts
    v = weightiest(vars, tests, ties, last)
    mine = [t for t in tests if v in t.reads]
    my_ties = [t for t in ties if v in t.reads]
    dated = facts.fact(v).type == Scalar("date")
    settled, left = _settled(vars - {v}, tests, ties)
    alternatives: dict[Any, Alternative] = {}
    before = facts.get(v)
    try:
        for value in values(search, v, mine, my_ties):
            facts.set(v, value)
            possible = all(search.consistent(t) for t in my_ties)
            search.budget -= len(mine) + 1 if possible else 1
            if search.budget < 0:
                raise TooLarge
            if not possible:
                continue
            found = _fallen(search, settled, left, last, dated=dated)
            if found is not None:
                key = (found[0], tuple([t.key for t in found[1]]))
                if key not in alternatives:
                    alternatives[key] = Alternative(*found, value)
                if not tests:
                    break
    finally:
        facts.set(v, before)
    return Table(v, tuple(alternatives.values())) if alternatives else None


def _settled(
    rest: frozenset[Address], tests: Sequence[OpenTest], ties: Sequence[Tie]
) -> tuple[list[OpenTest], list[Group]]:
    """The tests that read nothing of the rest, and the groups the others fall into: the same for every value."""
    settled = [t for t in tests if not (t.reads & rest)]
    tied = [(vs, t) for t in ties if (vs := t.reads & rest)]
    if len(settled) == len(tests) and not tied:
        return settled, []
    open_ = [(vs, t) for t in tests if (vs := t.reads & rest)]
    return settled, bound(open_, tied)


def _fallen(
    search: Search, settled: Sequence[OpenTest], left: Sequence[Group], last: frozenset[Address], *, dated: bool
) -> tuple[tuple[tuple[Instance, bool], ...], tuple[Table, ...]] | None:
    """What the values in place settle, and tables for what they leave; None if nothing fits."""
    bits, tables = outcomes(search, settled)
    for vs, ts, tied in left:
        if len(ts) == 1 and ts[0].score and not tied and isinstance(found := search.evaluate(ts[0], {}), bool):
            search.budget -= 1
            bits.append((ts[0].instance, found))  # whatever else it counts
            continue
        inner = table(search, vs, ts, tied, last, dated=dated)
        if inner is None:
            return None
        if ts:
            tables.append(inner)
    return tuple(bits), tuple(tables)


def ungrouped(search: Search, tests: Iterable[OpenTest]) -> list[Table]:
    """Tables for tests that read no unknown fact: what they come to, and the questions of the law they turn on."""
    bits, law = outcomes(search, tests)
    return [Table(("settled", ()), (Alternative(tuple(bits), (), None),)), *law] if bits else law


def outcomes(search: Search, tests: Iterable[OpenTest]) -> tuple[list[tuple[Instance, bool]], list[Table]]:
    """Tests with all facts in place: those that are settled, and tables for the questions of the law others turn on."""
    bits: list[tuple[Instance, bool]] = []
    law: list[Table] = []
    for t in tests:
        outcome = search.outcome(t)
        if outcome is True or outcome is False:
            bits.append((t.instance, outcome))
        elif outcome is not None:
            law.append(_asked(search, t, {}, outcome))
        else:
            bits += search.left(t, {})
    return bits, law


def _asked(search: Search, t: OpenTest, law: Mapping[LawVar, bool], question: LawVar) -> Table:
    """The table of a question of the law that a test turns on, under some answers to others."""
    both = tuple(_lawful(search, t, {**law, question: truth}, truth) for truth in (True, False))
    return Table(("law", question), both)


def _lawful(search: Search, t: OpenTest, law: Mapping[LawVar, bool], value: bool) -> Alternative:
    """What becomes of a test under some answers of the law: settled, loose, or a table of one more question."""
    outcome = search.evaluate(t, law)
    if outcome is True or outcome is False:
        return Alternative(((t.instance, outcome),), (), value)
    if outcome is None:
        return Alternative(search.left(t, law), (), value)
    return Alternative((), (_asked(search, t, law, outcome),), value)
