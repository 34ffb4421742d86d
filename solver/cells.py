"""What unknown facts can make of the tests: open tests, what ties them, and tables of feasible outcomes.

The tests a case leaves undecided are tied together by the unknown facts they read, and by invariants. Each group so
tied (`solver.split`) gets a *table*: a choice between alternatives, each fixing some tests, with a value that shows it,
and leading to tables for the rest. How tables are built stands in `solver.tables`; the *search* that does it, here,
holds the facts that are filled in, and says what a test comes to with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Struct, field

from dsl.alike import Alike
from dsl.calendar import FIRST, LAST, ONGOING
from dsl.case import Absent
from dsl.inside import substituted
from dsl.model import Aggregate, All, Book, Clause, Compare, Cond, Const, EntityOf, Expr, Path, Quantified, Scalar, Type
from solver.evaluate import Env, LawGap, LawVar, Slack, Unread, three, unanswered
from solver.facts import Address, Facts, list_days
from solver.landmarks import Marks, candidates, marks, reach, reads_inside, with_neighbours
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
    totals. over: all lists it looks into. said: of a test beside a total.
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
    over: frozenset[str] = frozenset()


class Tie(Struct, frozen=True):
    """An invariant between facts of a case, and what the book says there. `over`: the lists it looks into.

    eased: facts each of which can meet it by itself, whatever the others are.
    """

    holds: Callable[[Env], bool | None]
    els: tuple[Mapping[str, Any], ...]
    reads: frozenset[Address]
    marks: Marks
    over: frozenset[str] = frozenset()
    text: str = ""
    eased: frozenset[Address] = frozenset()


class TooMuch(Struct, frozen=True):
    """Remembered of a group of which no table could be made within a limit."""

    limit: int


Held = tuple[dict[str, Any], str]
"""A thing's facts, and the name of one."""


class _Filter(Struct):
    """The filter of a total: its truth as far as it is known, what it reads, and an element that passed it.

    steps: what it reads of an element. paths: what it reads of givens and of the elements that the test is about. over:
    the lists it looks into. days: those told there when it passed. near: what is tried first of another.
    """

    passes: Callable[[Env], bool | None]
    steps: Sequence[tuple[str, ...]]
    paths: Sequence[Path]
    over: frozenset[str]
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
    met: dict[Instance, tuple[Sequence[Held], dict[Any, bool | LawVar | None]]] = field(default_factory=dict)
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
    left_of: Callable[[OpenTest, Env], Any] = lambda t, _: t.instance
    """What is left of a test as the facts stand, see `solver.remainder`."""
    rest: dict[Any, Any] = field(default_factory=dict)
    """While the table of a group with scores is made: tables of what is left of it, and which placed facts it reads."""
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

    def unfolded(self, t: OpenTest) -> Any:
        """What is left of a test, the law not asked: where that is the same, so is what can become of it."""
        env = self.env
        before, env.law, env.els, env.admits = env.law, self.assumed, t.els, self.admits
        try:
            return self.left_of(t, env)
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
        made: _Filter | None = self.filters[key]
        if made is None:
            return True
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

    def _filter(self, total: Aggregate, vars: Mapping[str, int]) -> _Filter | None:
        """What makes an element count: the filter, and that there can be such an element; None if nothing does."""
        book, var, counts = self.book, total.var, counting(total)
        conds = [c for c in said_of(total, book) if not reads(c, book).totals]
        conds = conds if counts is None else [counts, *conds]
        if not conds:
            return None
        steps = dict.fromkeys(s for c in conds for s in reads_inside(c, var, book))
        paths = dict.fromkeys(p for c in conds for p in reads(c, book).paths if p.base != var)
        every = All(tuple(Clause(None, c) for c in conds))
        return _Filter(
            three(every, book, vars), tuple(steps), tuple(paths), reads(every, book).lists, marks(every, book)
        )

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
        told = [self._told_at(p) for p in made.paths] + [self.facts.get(a._replace(steps=s)) for s in made.steps]
        told = [v for v in told if type(v) in (int, str, dt.date)]
        kind, entity = self.facts.fact(a).type, self.facts.lists[a.list or ""].entity
        if kind != Scalar("date"):
            key: Any = (kind, id(made.marks), tuple(told))
            if key not in self.chosen:
                self.chosen[key] = candidates(kind, [made.marks], told, self.book)
            return self.chosen[key]
        ongoing = (entity, a.steps[-1]) in self.spell_ends
        days = frozenset([v for v in told if type(v) is dt.date]) | list_days(self.facts, made.over)
        numbers = frozenset([v for v in told if type(v) is int])
        key = (ongoing, id(made.marks), days, numbers)
        if key not in self.chosen:
            found: Iterable[dt.date] = days
            for _ in made.steps[:2]:  # by way of another date of the element too
                found = reach(made.marks, found, numbers)
            self.chosen[key] = with_neighbours(set(found), ongoing=ongoing)
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


def said_of(total: Aggregate, book: Book) -> Iterator[Cond]:
    """What invariants say of each element of a list that is totalled, and of no other; of the total's variable."""

    def inside(entity: str, it: Path) -> Iterator[Cond]:
        for invariant in book.entities[entity].invariants:
            yield substituted(invariant.cond, {"it": it})
        for fact in book.entities[entity].facts:
            if isinstance(fact.type, EntityOf):
                yield from inside(fact.type.entity, Path(it.base, (*it.steps, fact.id)))

    element, (base, steps) = Path(total.var), (total.list.base, total.list.steps)
    yield from inside(total.entity, element)
    holders: list[tuple[Sequence[Clause], Path, dict[str, Expr]]] = [(book.invariants, total.list, {})]
    kind: Type = book.givens[base].type
    for n, step in enumerate(steps):
        assert isinstance(kind, EntityOf)
        entity = book.entities[kind.entity]
        holders.append((entity.invariants, Path("it", steps[n:]), {"it": Path(base, steps[:n])}))
        fact = entity.fact(step)
        assert fact is not None
        kind = fact.type
    for invariants, listed, given in holders:
        for invariant in invariants:
            match invariant.cond:
                case Quantified("every", var, path, _, body) if path == listed:
                    yield substituted(body.cond, {**given, var: element})


def counting(total: Aggregate) -> Cond | None:
    """When an element adds to a total: it passes the filter and, of a sum, has an amount. None: every element does."""
    if total.of is None:
        return total.where
    some = Compare("gt", total.of, Const(0, Scalar("whole")))
    return some if total.where is None else All((Clause(None, total.where), Clause(None, some)))
