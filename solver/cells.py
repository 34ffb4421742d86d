"""What unknown facts can make of the tests: tables of feasible outcomes, each with values that show it.

The tests a case leaves undecided are tied together by the unknown facts they read, and by invariants. Each group so
tied gets a *table*: a choice between alternatives, each fixing some tests and leading to tables for the rest. A table
is built by giving one unknown fact after the other its landmark values; once a fact is placed, what it tied together
may fall apart into groups of their own, which keeps three dates with one of them in common from multiplying.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, ClassVar

from msgspec import Struct, field

from dsl.alike import Alike
from dsl.calendar import FIRST, LAST, ONGOING
from dsl.case import Absent
from dsl.model import Aggregate, All, Book, Clause, Compare, Cond, Const, EnumOf, KeyOf, Path, Scalar, Type
from solver.evaluate import Env, LawGap, LawVar, Slack, Unread, three, unanswered
from solver.facts import Address, Facts, Thing
from solver.landmarks import Marks, candidates, marks, reach, reads_inside, turning, with_neighbours
from solver.reads import reads

Instance = tuple[int, tuple[int, ...]]
"""A test and the place in its list of each of its variables."""

Variable = Address | tuple[str, LawVar]
"""An absent fact, ("law", question) for what the law leaves open, or ("settled", ()) where there is no choice."""


LIMIT = 150_000
"""How many tests are tried for one group of unknown facts before the analysis gives up and says so."""

_TRIES = 3_000
"""How many values are tried for facts of an element before a filter is taken to let some pass."""


class TooLarge(Exception):  # noqa: N818
    """More combinations of unknown values than the limit allows."""


class Alternative(Alike, frozen=True):
    """One way a fact can fall: the tests it settles, what it leaves for other tables, and a value that shows it."""

    aside: ClassVar[tuple[str, ...]] = ("value",)

    bits: tuple[tuple[Instance, bool], ...]
    tables: tuple[Table, ...]
    value: Any

    @property
    def key(self) -> Any:
        """What makes alternatives different."""
        return (self.bits, tuple(t.key for t in self.tables))


class Table(Struct, frozen=True):
    """The alternatives of one variable; of a question of the law, first yes and then no."""

    variable: Variable
    alternatives: tuple[Alternative, ...]

    @property
    def key(self) -> Any:
        """What makes tables different."""
        return (self.variable, tuple(a.key for a in self.alternatives))

    def met(self) -> Iterator[Instance]:
        """The tests that it says anything of, in any alternative."""
        for alternative in self.alternatives:
            for instance, _ in alternative.bits:
                yield instance
            for inner in alternative.tables:
                yield from inner.met()


class Said(Struct, frozen=True):
    """What a test asks that is none of the book's own: a condition, where its variables are bound, and as if what."""

    cond: Cond
    vars: Mapping[str, int]
    within: Callable[[Callable[[Env], Any]], Callable[[Env], Any]]


class OpenTest(Struct, frozen=True):
    """A test the case leaves undecided, how to evaluate it, and what it reads.

    inside: the absent facts of written elements that its totals read, and all that a score reads; they are among
    `reads` too, unless there are too many to try and totals and scores are left as ranges. lists: open lists that it
    totals. said: of a test beside a total.
    """

    instance: Instance
    test: Callable[[Env], bool]
    els: tuple[Mapping[str, Any], ...]
    reads: frozenset[Address]
    marks: Marks
    inside: frozenset[Address] = frozenset()
    lists: tuple[str, ...] = ()
    score: bool = False
    said: Said | None = None


class Tie(Struct, frozen=True):
    """An invariant between facts of a case, and what the book says there. `lists`: those it looks into.

    eased: facts each of which can meet it by itself, whatever the others are.
    """

    holds: Callable[[Env], bool | None]
    els: tuple[Mapping[str, Any], ...]
    reads: frozenset[Address]
    marks: Marks
    lists: tuple[str, ...] = ()
    text: str = ""
    eased: frozenset[Address] = frozenset()


class TooMuch(Struct, frozen=True):
    """Remembered of a group of which no table could be made within a limit."""

    limit: int


_Held = tuple[dict[str, Any], str]
"""A thing's facts, and the name of one."""


class _Filter(Struct):
    """The filter of a total: its truth as far as it is known, what it reads, and an element that passed it.

    steps: what it reads of an element. paths: what it reads of givens and of the elements that the test is about. days:
    those told there when it passed. near: what is tried first of another.
    """

    passes: Callable[[Env], bool | None]
    steps: Iterable[tuple[str, ...]]
    paths: Sequence[Path]
    marks: Marks
    passed: dict[tuple[str, ...], Any] = field(default_factory=dict)
    days: Sequence[dt.date] = ()
    near: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def moved(self, days: Sequence[dt.date]) -> dict[tuple[str, ...], Any]:
        """The element that passed, its days moved as the days nearest to them have."""

        def moved(value: Any) -> Any:
            if type(value) is not dt.date or value == ONGOING or not days or len(days) != len(self.days):
                return value
            near = min(range(len(days)), key=lambda i: abs(value - self.days[i]))
            return max(FIRST, min(days[near] + (value - self.days[near]), LAST))

        return {steps: moved(value) for steps, value in self.passed.items()}


class Search(Struct):
    """What building tables needs: the facts being filled in, the environment over them, and how much may be tried."""

    book: Book
    facts: Facts
    env: Env
    ties: Sequence[Tie]
    budget: int = 0
    spell_ends: frozenset[tuple[str, str]] = frozenset()
    group_tests: Sequence[OpenTest] = ()
    group_ties: Sequence[Tie] = ()
    limit: int = field(default_factory=lambda: LIMIT)
    depth: int | None = None
    """Through how many open dates a day is followed to another; None: through all. `cut`: whether that left any out."""
    cut: bool = False
    remembered: dict[Any, Table | TooMuch | None] = field(default_factory=dict)
    filters: dict[Any, Any] = field(default_factory=dict)
    met: dict[Instance, tuple[Sequence[_Held], dict[Any, bool | LawVar | None]]] = field(default_factory=dict)
    """While the table of a group is made: where what a test reads of it is held, what it came to for values so far."""
    reached: dict[Any, set[dt.date]] = field(default_factory=dict)
    """Days at which a test can change, by its landmarks and the days it is seen from: worked out once."""
    stays: frozenset[int] = frozenset()
    lasted: dict[Any, dict[Any, bool | LawVar | None]] = field(default_factory=dict)
    """Tests that nothing else reads into while some givens move, and what they came to for values so far."""
    chosen: dict[Any, list[Any]] = field(default_factory=dict)
    """Values to try for a fact of an element that is not written, by what else is told."""
    few: Mapping[Address, Sequence[Any]] = field(default_factory=dict)
    """Facts of which no other values are tried than these."""
    between: Mapping[Address, tuple[dt.date, dt.date]] = field(default_factory=dict)
    """Open dates that lie between two days, whatever else."""
    remainder: Callable[[OpenTest], Instance] | None = None
    """What is left of a test that can fall on either side, as a test of its own; None: that is not asked for."""
    assumed: Callable[[LawVar], bool | None] = unanswered
    """How questions of the law are taken to be answered; tables made under another law are not remembered here."""

    def outcome(self, t: OpenTest) -> bool | LawVar | None:
        """Outcome of a test whose facts are all in place, the law not asked; see `evaluate`."""
        if t.instance not in self.met:
            return self.evaluate(t, {})
        held, known = self.met[t.instance]
        values = tuple([facts[name] for facts, name in held])
        if values not in known:
            known[values] = self.evaluate(t, {})
        return known[values]

    def evaluate(self, t: OpenTest, law: Mapping[LawVar, bool]) -> bool | LawVar | None:
        """Outcome of a test whose facts are all in place, given answers of the law.

        Its truth; a question of the law it turns on; or None if a total over an open list can fall on either side.
        """
        env = self.env
        asked: list[LawVar] = []

        def answer(var: LawVar) -> bool | None:
            taken = self.assumed(var)
            if taken is not None:
                return taken
            if var not in law:
                asked.append(var)
            return law.get(var)

        before, env.law, env.els, env.admits = env.law, answer, t.els, self.admits
        try:
            return t.test(env)
        except LawGap as gap:
            return gap.var
        except (Slack, Unread):
            return asked[0] if asked else None
        finally:
            env.law, env.admits = before, None

    def left(self, t: OpenTest, law: Mapping[LawVar, bool]) -> tuple[tuple[Instance, bool], ...]:
        """What is settled of a test that can fall on either side: what is left of it, where that is asked for."""
        if self.remainder is None or not t.lists:
            return ()
        env = self.env
        before, env.law, env.els = env.law, law.get, t.els
        try:
            return ((self.remainder(t), True),)
        finally:
            env.law = before

    def admits(self, total: Aggregate, env: Env) -> bool:
        """Whether some element with facts of its own choosing passes the filter of a total, all else in place."""
        vars = {f"#{i}": i for i in range(len(env.els))}
        key = (total, len(env.els))
        if key not in self.filters:
            self.filters[key] = self._filter(total, {**vars, total.var: len(env.els)})
        made: _Filter = self.filters[key]
        name = str(total.list)
        place = self.facts.lists[name].written + 64
        element = self.facts.element(name, place)
        addresses = [a for s in made.steps if type(self.facts.get(a := Address(name, place, s))) is Absent]
        before, env.els = env.els, (*env.els, element.facts)
        try:
            return self._passes_again(made, addresses) or self._passes(made, addresses, [_TRIES])
        finally:
            for a in addresses:
                self.facts.set(a, Absent.NOT_ASKED)
            env.els = before

    def _filter(self, total: Aggregate, vars: Mapping[str, int]) -> _Filter:
        where, book = counting(total), self.book
        assert where is not None
        paths = [p for p in reads(where, book).paths if p.base != total.var]
        limits = [three(c.cond, book, {"it": 0}) for c in book.entities[total.entity].invariants]
        passes, own = three(where, book, vars), len(vars) - 1

        def admitted(env: Env) -> bool | None:
            found = passes(env)
            if found is False or not limits:
                return found
            before, env.els = env.els, (env.els[own],)
            try:
                return False if any(holds(env) is False for holds in limits) else found
            finally:
                env.els = before

        steps = reads_inside(where, total.var, book)
        return _Filter(admitted, steps, paths, marks(where, book))

    def _passes_again(self, made: _Filter, addresses: Sequence[Address]) -> bool:
        """Whether the last element that passed passes again, as it mostly does, or with its days moved along."""
        if made.passed.keys() != {a.steps for a in addresses}:
            return False
        for a in addresses:
            self.facts.set(a, made.passed[a.steps])
        if made.passes(self.env):
            return True
        made.near = made.moved(self._days_told(made))
        for a in addresses:
            self.facts.set(a, made.near[a.steps])
        if made.passes(self.env):
            return True
        for a in addresses:
            self.facts.set(a, Absent.NOT_ASKED)
        return False

    def _days_told(self, made: _Filter) -> list[dt.date]:
        """The days told of what a filter reads outside an element."""
        return [v for p in made.paths if type(v := self._told_at(p)) is dt.date and v != ONGOING]

    def _passes(self, made: _Filter, addresses: Sequence[Address], left: list[int]) -> bool:
        """Whether some element passes, its facts filled in one by one until the filter is settled; left: tries."""
        passes = made.passes(self.env)
        if passes:
            made.passed, made.days = {a.steps: self.facts.get(a) for a in addresses}, self._days_told(made)
        untold = [a for a in addresses if type(self.facts.get(a)) is Absent]
        if passes is not None or not untold:
            return passes is not False
        a = untold[0]
        for value in _nearest(self._choices(a, made), made.near.get(a.steps)):
            left[0] -= 1
            self.facts.set(a, value)
            if left[0] < 0 or self._passes(made, addresses, left):
                return True
        self.facts.set(a, Absent.NOT_ASKED)
        return False

    def _choices(self, a: Address, made: _Filter) -> list[Any]:
        """Values to try for a fact of an element that is not written: near all that its filter compares it with."""
        told = [v for p in made.paths if type(v := self._told_at(p)) in (int, str, dt.date)]
        kind, entity = self.facts.fact(a).type, self.facts.lists[a.list or ""].entity
        if kind != Scalar("date"):
            key: Any = (kind, id(made.marks), tuple(told))
            if key not in self.chosen:
                self.chosen[key] = candidates(kind, [made.marks], told, self.book)
            return self.chosen[key]
        ongoing = (entity, a.steps[-1]) in self.spell_ends
        days = frozenset([v for v in told if type(v) is dt.date]) | list_days(self)
        numbers = frozenset([v for v in told if type(v) is int])
        key = (ongoing, id(made.marks), days, numbers)
        if key not in self.chosen:
            self.chosen[key] = with_neighbours(reach(made.marks, days, numbers), ongoing=ongoing)
        return self.chosen[key]

    def _told_at(self, p: Path) -> Any:
        """What is told at a path, from a given or from an element that a test is about."""
        here: Any = self.env.els[int(p.base[1:])] if p.base.startswith("#") else self.env.root
        for step in p.steps if p.base.startswith("#") else (p.base, *p.steps):
            if type(here) is Absent:
                return here
            here = (here if isinstance(here, Mapping) else here.facts)[step]
        return here

    def consistent(self, tie: Tie) -> bool:
        """Whether an invariant may hold as things stand."""
        self.env.els = tie.els
        return tie.holds(self.env) is not False


def _nearest(values: Sequence[Any], to: Any) -> Iterable[Any]:
    """Values, those nearest to one first."""
    if type(to) is dt.date:
        return sorted(values, key=lambda v: abs(v - to))
    return values if to is None or type(to) is Absent else dict.fromkeys([to, *values])


def counting(total: Aggregate) -> Cond | None:
    """When an element adds to a total: it passes the filter and, of a sum, has an amount. None: every element does."""
    if total.of is None:
        return total.where
    some = Compare("gt", total.of, Const(0, Scalar("whole")))
    return some if total.where is None else All((Clause(None, total.where), Clause(None, some)))


def unknown(facts: Facts, reads: Iterable[Address]) -> frozenset[Address]:
    """Those of the addresses that have no value."""
    return frozenset(a for a in reads if type(facts.get(a)) is Absent)


def groups(search: Search, tests: Sequence[OpenTest]) -> list[tuple[frozenset[Address], list[OpenTest], list[Tie]]]:
    """The tests in groups that share no unknown fact, with the invariants that tie those facts."""
    facts = search.facts
    read = [(unknown(facts, t.reads), t) for t in tests]
    tied = [(vs, t) for t in search.ties if (vs := unknown(facts, t.reads))]
    # A case that is answered has a completion: what no test reads can be met, and need not be looked at.
    return [group for group in split(read, _binding(tied, _facts_of(read))) if group[1]]


def _facts_of(read: Iterable[tuple[frozenset[Address], Any]]) -> frozenset[Address]:
    return frozenset().union(*(vs for vs, _ in read))


def unmet(search: Search) -> list[list[Tie]]:
    """The invariants no values of the unknown facts can meet, in groups that share such facts."""
    tied = [(vs, t) for t in search.ties if (vs := unknown(search.facts, t.reads))]
    out = []
    for vars, ties in _components(tied):
        search.group_tests, search.group_ties, search.budget = (), ties, search.limit
        if table(search, vars, (), ties) is None:
            out.append(ties)
    return out


def _components(
    ties: Sequence[tuple[frozenset[Address], Tie]],
) -> list[tuple[frozenset[Address], list[Tie]]]:
    """Connected components of invariants over shared unknown facts."""
    out: list[tuple[frozenset[Address], list[Tie]]] = []
    for vs, tie in ties:
        near = [c for c in out if c[0] & vs]
        out = [c for c in out if not c[0] & vs]
        out.append((vs.union(*(c[0] for c in near)), [*(t for c in near for t in c[1]), tie]))
    return out


def _binding(
    ties: list[tuple[frozenset[Address], Tie]], tested: frozenset[Address]
) -> list[tuple[frozenset[Address], Tie]]:
    """The invariants that bind: one that a fact of its own, read by nothing else, can always meet does not."""
    while ties:
        count: dict[Address, int] = {}
        for vs, _ in ties:
            for v in vs:
                count[v] = count.get(v, 0) + 1
        kept = [(vs, t) for vs, t in ties if all(v in tested or count[v] > 1 for v in vs & t.eased)]
        if len(kept) == len(ties):
            break
        ties = kept
    return ties


_Group = tuple[frozenset[Address], list[OpenTest], list[Tie]]
"""Unknown facts, and the tests and invariants that tie them together."""


def split(
    tests: Sequence[tuple[frozenset[Address], OpenTest]], ties: Sequence[tuple[frozenset[Address], Tie]]
) -> list[_Group]:
    """Connected components over shared unknown facts, some of them perhaps without a test."""
    parent: dict[Address, Address] = {}

    def find(a: Address) -> Address:
        parent.setdefault(a, a)
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    for vs, _ in (*tests, *ties):
        roots = [find(v) for v in vs]
        for root in roots:
            parent[root] = roots[0]
    members: dict[Address, set[Address]] = {}
    for a in parent:
        members.setdefault(find(a), set()).add(a)
    out: dict[Address, tuple[frozenset[Address], list[OpenTest], list[Tie]]] = {}
    for vs, t in tests:
        if vs:
            root = find(next(iter(vs)))
            out.setdefault(root, (frozenset(members[root]), [], []))[1].append(t)
    for vs, tie in ties:
        root = find(next(iter(vs)))
        out.setdefault(root, (frozenset(members[root]), [], []))[2].append(tie)
    return [out[k] for k in sorted(out, key=str)]


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
    looked_into = any(t.marks.totals for t in tests) or any(t.lists for t in ties)
    spells = tuple(sorted(_contents(search))) if looked_into else ()
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
    if any(combinations(search, t.reads & vars) > search.limit // (_SCORE if t.score else 1) for t in tests):
        raise TooLarge
    search.group_tests, search.group_ties = tests, ties
    search.budget = search.limit if not last else search.limit // 3
    # A total may try elements whose values come from all other facts: it is looked at anew each time.
    plain = [t for t in tests if not (t.lists or t.score or t.inside or t.marks.totals)]
    holder = search.facts.holder
    search.met = {t.instance: ([holder(a) for a in t.reads & vars], {}) for t in plain if not vars <= t.reads}
    search.met |= {t.instance: _lasting(search, t, vars) for t in tests if t.instance[0] in search.stays}
    try:
        return table(search, vars, tests, ties, last)
    finally:
        search.met = {}


def _lasting(search: Search, t: OpenTest, vars: frozenset[Address]) -> tuple[Sequence[_Held], dict[Any, Any]]:
    """Where what a test reads of a group is held, and what it came to for values so far, on whatever day."""
    mine = tuple(sorted(t.reads & vars, key=str))
    return [search.facts.holder(a) for a in mine], search.lasted.setdefault((t.instance, mine, t.inside <= t.reads), {})


_SCORE = 20
"""How many times the work of another test a score is taken to be."""

_DATES, _OTHERS = 20, 3
"""Values that a date and a number have at the least, as a rule."""


def combinations(search: Search, read: Iterable[Address]) -> int:
    """About how many combinations of values one test has, at the least: they cannot be told apart piece by piece."""

    def values(kind: Type) -> int:
        match kind:
            case Scalar("truth"):
                return 2
            case EnumOf(name):
                return len(search.book.enumerations[name].members)
            case Scalar("date"):
                return _DATES
            case _:
                return _OTHERS

    return prod(values(search.facts.fact(a).type) for a in read)


def _contents(search: Search) -> Iterable[tuple[str, str]]:
    """All that stands in the lists of a case, for comparing two cases."""
    for name, items in search.facts.lists.items():
        yield name, f"{items.open} {[sorted(t.facts.items()) for t in items.items]!r}"


def table(
    search: Search,
    vars: frozenset[Address],
    tests: Sequence[OpenTest],
    ties: Sequence[Tie],
    last: frozenset[Address] = frozenset(),
) -> Table | None:
    """The table of a group, or None if no values fit. Facts in `last` are placed after all others."""
    facts = search.facts
    v = weightiest(vars, tests, ties, last)
    mine = [t for t in tests if v in t.reads]
    my_ties = [t for t in ties if v in t.reads]
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
            found = _fallen(search, settled, left, last)
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
) -> tuple[list[OpenTest], list[_Group]]:
    """The tests that read nothing of the rest, and the groups the others fall into: the same for every value."""
    settled = [t for t in tests if not (t.reads & rest)]
    tied = [(vs, t) for t in ties if (vs := t.reads & rest)]
    if len(settled) == len(tests) and not tied:
        return settled, []
    open_ = [(vs, t) for t in tests if (vs := t.reads & rest)]
    return settled, split(open_, _binding(tied, _facts_of(open_)))


def _fallen(
    search: Search, settled: Sequence[OpenTest], left: Sequence[_Group], last: frozenset[Address]
) -> tuple[tuple[tuple[Instance, bool], ...], tuple[Table, ...]] | None:
    """What the values in place settle, and tables for what they leave; None if nothing fits."""
    bits, tables = outcomes(search, settled)
    for vs, ts, tied in left:
        if len(ts) == 1 and ts[0].score and not tied and isinstance(found := search.evaluate(ts[0], {}), bool):
            search.budget -= 1
            bits.append((ts[0].instance, found))  # whatever else it counts
            continue
        inner = table(search, vs, ts, tied, last)
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


def weightiest(
    vars: frozenset[Address], tests: Sequence[OpenTest], ties: Sequence[Tie], last: frozenset[Address] = frozenset()
) -> Address:
    """The fact that ties most others together; givens first; those in `last` at the end; then by address.

    With it in place the others fall apart, and need not all be combined with one another.
    """
    free = (vars - last) or vars
    if len(free) == 1:
        return next(iter(free))
    read = [t.reads & vars for t in tests] + [t.reads & vars for t in ties]

    def weight(v: Address) -> tuple[int, int]:
        mine = [vs for vs in read if v in vs]
        return -len(frozenset().union(*mine)), -len(mine)

    return min(free, key=lambda v: (v.list is not None, *weight(v), str(v)))


def values(search: Search, v: Address, tests: Sequence[OpenTest], ties: Sequence[Tie]) -> list[Any]:
    """Values to try for a fact, given those already in place."""
    if v in search.few:
        return list(search.few[v])
    facts = search.facts
    kind = facts.fact(v).type
    if kind == Scalar("truth") or isinstance(kind, EnumOf):
        return candidates(kind, (), (), search.book)  # whatever they are compared with
    if kind == Scalar("date"):
        entity = facts.lists[v.list].entity if v.list else ""
        ongoing = (entity, v.steps[-1]) in search.spell_ends
        days = days_of(search, v, [*search.group_tests, *search.group_ties], frozenset({v}))
        return with_neighbours(days, ongoing=ongoing)
    readers: list[OpenTest | Tie] = [*tests, *ties]
    known = _beside(search, v, readers, {v})
    if any(t.marks.totals for t in readers):
        known.update(_sums(search))
    return candidates(kind, [t.marks for t in readers], known, search.book)


def near_days(search: Search, tests: Sequence[OpenTest]) -> dict[Address, list[Any]]:
    """A few days for each open date that some tests read: those told to these tests, days beside, and the far ends."""
    facts, day = search.facts, Scalar("date")
    told = {v for t in tests for a in t.reads if type(v := facts.get(a)) is dt.date and v != ONGOING}
    days = with_neighbours(told, ongoing=False)
    return {a: days for t in tests for a in unknown(facts, t.reads) if facts.fact(a).type == day}


def _beside(search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: set[Address]) -> set[Any]:
    """What may stand beside a fact in the tests that read it: what is told, and where open facts can change.

    What open facts of a total are bounded by is not followed: their sum is.
    """
    facts = search.facts
    out: set[Any] = set()
    near: dict[Address, OpenTest | Tie] = {}
    for t in readers:
        for a in t.reads:
            if a == v:
                continue
            if type(value := facts.get(a)) is not Absent:
                out.add(value)
            elif a not in seen and not t.marks.totals and _compared(facts.fact(a).type):
                near[a] = t
    seen |= near.keys()
    for a in sorted(near, key=str) if len(near) > 1 else near:
        group: list[OpenTest | Tie] = [*search.group_tests]
        group += search.group_ties
        others = [r for r in group if a in r.reads and r is not near[a]]
        if others:
            known = _beside(search, a, others, seen)
            out.update(turning(facts.fact(a).type, [r.marks for r in others], known, search.book))
    return out


def _compared(kind: Type) -> bool:
    """Whether facts of a type, dates apart, are compared with one another: what bounds one matters to the other."""
    return isinstance(kind, KeyOf) or (isinstance(kind, Scalar) and kind.kind not in ("truth", "date"))


def _told(search: Search) -> Iterator[list[Any]]:
    """What elements are told to have, for each list and each of their facts."""

    def inside(things: Sequence[Thing]) -> Iterator[list[Any]]:
        for name in things[0].facts if things else ():
            values = [thing.facts[name] for thing in things]
            if isinstance(values[0], Thing):
                yield from inside(values)
            else:
                yield values

    for items in search.facts.lists.values():
        yield from inside(items.items)


def _sums(search: Search) -> list[int]:
    """What numbers told of elements can add up to beside one that is not told: of a few each way, of many all."""
    out: set[int] = set()
    for values in _told(search):
        told = [v for v in values if type(v) is int]
        sums = {0}
        for v in told if len(told) <= 4 else [sum(told)]:
            sums |= {v + x for x in sums}
        out |= sums
    return sorted(out - {0})


_PATHS = 2_000
"""How many ways from open date to open date are followed one by one, before all are followed at once."""


def days_of(search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: frozenset[Address]) -> set[dt.date]:
    """Days at which some test of a date can change: seen from known dates, and through dates that are open too."""
    ways = _Ways(_PATHS, list_days(search) if any(t.marks.totals or t.lists for t in readers) else set())
    found = _followed(search, v, readers, seen, ways)
    return found if ways.left >= 0 else _spread(search, v, readers, ways.listed)


class _Ways(Struct):
    """How many ways over open dates may still be followed, and the days that totals can change at."""

    left: int
    listed: set[dt.date]


def _followed(
    search: Search, v: Address, readers: Sequence[OpenTest | Tie], seen: frozenset[Address], ways: _Ways
) -> set[dt.date]:
    """The days of a date, by every way over open dates that passes none of them twice."""
    facts = search.facts
    out: set[dt.date] = set()
    ways.left -= 1
    search.budget -= 1
    for t in readers:
        if v not in t.reads or ways.left < 0:
            continue
        others: set[dt.date] = set()
        for a in t.reads:
            if a in seen:  # v itself, and the day of filing while it is looked at when that matters
                continue
            value = facts.get(a)
            if type(value) is dt.date:
                others.add(value)
            elif type(value) is Absent and facts.fact(a).type == Scalar("date"):
                if search.depth is not None and len(seen) > search.depth:
                    search.cut = True
                    continue
                others |= _followed(search, a, [r for r in readers if r is not t], seen | {a}, ways)
        out |= _reached(search, t, others, ways.listed)
    return out


def _spread(search: Search, v: Address, readers: Sequence[OpenTest | Tie], listed: set[dt.date]) -> set[dt.date]:
    """The days of a date, and perhaps more: by every way over as many open dates as there are, some of them twice.

    The work is taken off the budget; whoever makes a table from these days finds it spent.
    """
    facts = search.facts

    def is_open(a: Address) -> bool:
        return type(facts.get(a)) is Absent and facts.fact(a).type == Scalar("date")

    near = {a: [t for t in readers if a in t.reads] for a in {a for t in readers for a in t.reads if is_open(a)} | {v}}
    known = {id(t): {d for a in t.reads if type(d := facts.get(a)) is dt.date} for t in readers}
    days: dict[Address, set[dt.date]] = {a: set() for a in near}
    for _ in near:
        before, days = days, {}
        for a, tests in near.items():
            search.budget -= len(tests)
            through = ((t, set().union(*(before[b] for b in t.reads if b != a and b in before))) for t in tests)
            days[a] = set().union(*(_reached(search, t, known[id(t)] | others, listed) for t, others in through))
            if a in search.between:
                first, last = search.between[a]
                days[a] = {first, last, *(d for d in days[a] if first <= d <= last)}
        if days == before:
            break
    return days[v]


def _reached(search: Search, t: OpenTest | Tie, others: set[dt.date], listed: set[dt.date]) -> set[dt.date]:
    """Days at which a test can change beside some days; listed: those that a total can change at."""
    facts = search.facts
    if t.marks.totals or t.lists:
        others = others | listed
    told = frozenset(k for a in t.reads if type(k := facts.get(a)) is int)
    key = (id(t.marks), frozenset(others), told)
    if key not in search.reached:
        search.reached[key] = reach(t.marks, others, told)
    return search.reached[key]


def list_days(search: Search) -> set[dt.date]:
    """The days told of elements, and the days after: at these a total, or what is said of each, can change."""
    days = {day for values in _told(search) for day in values if type(day) is dt.date and day != ONGOING}
    return days | {day + dt.timedelta(days=1) for day in days}
