"""A completion that shows a verdict open: values put one after another in place of what is not told, and confirmed.

The rules are walked until they meet a test that is open; a fact it reads gets a value that makes it come out as wanted,
and the walk begins again. What the rules have settled against the wish is given up at once. What is found is a
completion in which the category holds (or fails); that nothing is found proves nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from dsl.calendar import ONGOING
from dsl.case import Absent, Case
from dsl.model import Compare, EntityOf, Scalar
from solver.cells import Instance, TooLarge
from solver.cells import Search as Cells
from solver.compiled import Compiled
from solver.evaluate import Env, LawGap, LawVar, Slack, Unread
from solver.facts import Address, Facts, Thing, blank, read_paths, thaw
from solver.landmarks import Marks, candidates, reach, with_neighbours
from solver.lower import Gate, Input, Program
from solver.situation import Situation, laid, ties
from solver.tables import unmet

TRIES = 120
"""How often the rules are walked for one question."""

Place = tuple[str | None, tuple[str, ...]]
"""A fact by its list (or None) and its steps."""


class Readers(Struct, frozen=True):
    """Which tests of a category read which facts: their marks by fact, and the facts by test."""

    marks: Mapping[Place, Sequence[Marks]]
    of: Mapping[int, frozenset[Place]]


Open = tuple[Instance, bool]
"""An open test, and how it should come out."""

Whole = Mapping[Instance, tuple[bool | None, int]]
"""What clauses come to, each with the atoms that were read of it."""

_NOTHING: Whole = MappingProxyType({})


def readers(compiled: Compiled, category: str) -> Readers:
    """The tests under a category and the facts they read, totals included."""
    found: dict[Place, list[Marks]] = {}
    of: dict[int, frozenset[Place]] = {}
    for test in sorted(compiled.used(category)):
        ready = compiled.tests[test]
        lists = ready.spec.lists
        places: list[Place] = [
            (lists[int(p.base[1:])], p.steps) if p.base.startswith("#") else (None, (p.base, *p.steps))
            for p in ready.reads.paths
        ]
        places += [(str(p), steps) for p, inner in ready.reads.totals for steps in inner]
        of[test] = frozenset(places)
        for place in places:
            found.setdefault(place, []).append(ready.marks)
    return Readers(found, of)


class Walk(Struct):
    """The rules walked over facts that are being filled in.

    known: clauses that are settled, which no further value changes. idle: tests that were open on the walk before and
    read nothing that was put in place since. open: the tests that leave a clause open, in order; asked: all that are.
    whole, gone: what clauses come to in the whole case, with the atoms each has read, and the atoms that are left out.
    """

    compiled: Compiled
    facts: Facts
    env: Env
    program: Program
    known: dict[Instance, bool]
    idle: frozenset[Instance] = frozenset()
    whole: Whole = _NOTHING
    gone: int = 0
    open: list[Open] = field(default_factory=list)
    asked: set[Instance] = field(default_factory=set)

    def value(self, gate: int, places: tuple[int, ...], wanted: bool) -> bool | None:
        """What a clause comes to; what leaves it open is noted."""
        key = (gate, places)
        truth = self.known.get(key)
        if truth is not None:
            return truth
        there = self.whole.get(key)
        if there is not None and there[0] is not None and not there[1] & self.gone:
            return there[0]
        g = self.program.gates[gate]
        if g.test is None:
            mark = len(self.open)
            truth = self.inputs(g, places, wanted)
            if truth is not None:
                del self.open[mark:]
        else:
            instance = (g.test, places)
            truth = None if instance in self.idle else self.look(instance)
            if truth is None:
                self.open.append((instance, wanted))
                self.asked.add(instance)
        if truth is not None:
            self.known[key] = truth
        return truth

    def look(self, instance: Instance) -> bool | None:
        """The truth of a test as things stand."""
        ready = self.compiled.tests[instance[0]]
        lists = self.facts.lists
        self.env.els = tuple([lists[n].items[p].facts for n, p in zip(ready.spec.lists, instance[1], strict=True)])
        try:
            return ready.test(self.env)
        except (Unread, LawGap, Slack):
            return None

    def _input(self, i: Input, places: tuple[int, ...], wanted: bool) -> bool | None:
        return self.value(i.gate, tuple([places[a] for a in i.args]) if i.args else (), wanted)

    def _first(self, decisive: bool, inputs: Iterator[tuple[Input, tuple[int, ...], bool]]) -> bool | None:
        out: bool | None = not decisive
        for i, places, wanted in inputs:
            v = self._input(i, places, wanted)
            if v is decisive:
                return v
            if v is None:
                out = None
        return out

    def inputs(self, g: Gate, places: tuple[int, ...], wanted: bool) -> bool | None:
        """What a clause comes to by its inputs."""
        match g.kind:
            case "true":
                return True
            case "all" | "any":
                return self._first(g.kind == "any", ((i, places, wanted) for i in g.inputs))
            case "not":
                v = self._input(g.inputs[0], places, not wanted)
                return None if v is None else not v
            case "at_least":
                values = [self._input(i, places, wanted) for i in g.inputs]
                held = sum(v is True for v in values)
                if held >= g.n:
                    return True
                return None if held + sum(v is None for v in values) >= g.n else False
            case "reading":
                chosen = self.env.readings.get(g.reading or "")
                branches = [i for v, i in zip(g.values, g.inputs, strict=True) if chosen in (v, None)]
                found = {self._input(i, places, wanted) for i in branches}
                return found.pop() if len(found) == 1 else None
            case "override":
                own, *exceptions = g.inputs
                met = self._first(True, ((i, places, wanted) for i in exceptions[: g.met]))
                if met is True:
                    return True
                unmet_ = self._first(True, ((i, places, not wanted) for i in exceptions[g.met :]))
                inner = False if unmet_ is True else self._input(own, places, wanted)
                inner = None if inner is True and unmet_ is None else inner
                return None if met is None and inner is False else inner
            case _:
                assert g.over is not None
                body = g.inputs[0]
                count = len(self.facts.lists[g.over].items)
                # Elements added for the purpose first: they are free.
                return self._first(g.kind == "some", ((body, (*places, p), wanted) for p in reversed(range(count))))


class Search(Struct):
    """A search for values that bring a clause to hold, or to fail.

    facts: what is told; values are put in place there, and noted in `placed` with where they stand and what stood there
    before. fitting: whether the facts with them contradict no invariant. told: facts that are left out, with what was
    told of them: they get a value before others, and that one first. whole, gone: as a walk takes them. left: how many
    walks may still be made.
    """

    compiled: Compiled
    facts: Facts
    env: Env
    clause: Instance
    wanted: bool
    readers: Readers
    days: frozenset[dt.date]
    about: dt.date
    fitting: Callable[[], bool]
    told: Mapping[Address, Any] = MappingProxyType({})
    whole: Whole = _NOTHING
    gone: int = 0
    left: int = TRIES
    placed: list[tuple[dict[str, Any], str, Any]] = field(default_factory=list)

    def fill(self, known: Mapping[Instance, bool], idle: frozenset[Instance] = frozenset()) -> bool:
        """Whether values for what is open bring about what is wanted; known, idle: as a walk takes them."""
        self.left -= 1
        walk = self._walk(known, idle)
        got = walk.value(*self.clause, self.wanted)
        if got is self.wanted:
            return self.fitting()
        if got is not None or self.left < 0:
            return False
        others: list[tuple[Address, Instance, bool]] = []
        for (test, places), wish in walk.open:
            for a in self._untold(test, places):
                if not self.told or a in self.told:
                    return self._place(a, (test, places), wish, walk)
                others.append((a, (test, places), wish))
        return self._place(*others[0], walk) if others else self._lawful()

    def undo(self) -> None:
        """Put what stood there before where values were put in place."""
        for holder, name, value in self.placed:
            holder[name] = value

    def _walk(self, known: Mapping[Instance, bool], idle: frozenset[Instance] = frozenset()) -> Walk:
        compiled = self.compiled
        return Walk(compiled, self.facts, self.env, compiled.program, dict(known), idle, self.whole, self.gone)

    def _lawful(self) -> bool:
        """Whether what is wanted comes about if the law says always yes, or always no, where it does not say."""
        for said in (True, False):
            self.env.law = _always(said)
            got = self._walk({}).value(*self.clause, self.wanted)
            self.env.law = silent
            if got is self.wanted and self.fitting():
                return True
        return False

    def _untold(self, test: int, places: tuple[int, ...]) -> Iterator[Address]:
        """The facts without a value that a test reads."""
        ready = self.compiled.tests[test]
        yield from (a for a in self._looked_at(test, places) if type(self._get(a)) is Absent)
        for path, inner in ready.reads.totals:
            name = str(path)
            for i in reversed(range(len(self.facts.lists[name].items) if name in self.facts.lists else 0)):
                for steps in inner:
                    a = Address(name, i, steps)
                    if type(self._get(a)) is Absent:
                        yield a

    def _looked_at(self, test: int, places: tuple[int, ...]) -> list[Address]:
        """The facts that a test reads outside of totals."""
        ready = self.compiled.tests[test]
        names = {f"#{i}": at for i, at in enumerate(zip(ready.spec.lists, places, strict=True))}
        return [read_paths(p, names) for p in ready.reads.paths]

    def _holder(self, a: Address) -> dict[str, Any]:
        at = self.facts.root if a.list is None else self.facts.lists[a.list].items[a.place].facts
        for step in a.steps[:-1]:
            at = at[step].facts
        return at

    def _get(self, a: Address) -> Any:
        return self._holder(a)[a.steps[-1]]

    def _place(self, a: Address, instance: Instance, wish: bool, walk: Walk) -> bool:
        """Try values for a fact, first those that make an open test come out as wanted."""
        holder, name = self._holder(a), a.steps[-1]
        before = holder[name]
        other: list[Any] = []
        idle = frozenset(i for i in walk.asked if (a.list, a.steps) not in self.readers.of[i[0]])
        last, good = -1, 0
        for distance, value in self._values(a, instance, wish):
            if distance is not None and distance <= last:
                continue
            holder[name] = value
            if walk.look(instance) is (not wish):
                other.append(value)
            elif self._consistent(a):
                if self.fill(walk.known, idle):
                    self.placed.append((holder, name, before))
                    return True
                good, last = good + 1, last if distance is None else 3 * distance
            if good >= _GOOD or self.left < 0:
                break
        for value in other[:: max(1, len(other) // _OTHER)]:
            holder[name] = value
            if self.left > 0 and self._consistent(a) and self.fill(walk.known, idle):
                self.placed.append((holder, name, before))
                return True
        holder[name] = before
        return False

    def _consistent(self, a: Address) -> bool:
        """Whether the invariants about a fact may hold as things stand."""
        book, env = self.compiled.book, self.env
        bearers: dict[str | None, tuple[Mapping[str, Any], ...]] = {None: ()}
        if a.list is None:
            at, kind, steps = self.facts.root[a.steps[0]], book.givens[a.steps[0]].type, a.steps[1:]
        else:
            items = self.facts.lists[a.list]
            at, kind, steps = items.items[a.place], EntityOf(items.entity), a.steps
        for step in steps:
            assert isinstance(kind, EntityOf)
            bearers[kind.entity] = (at.facts,)
            fact = book.entities[kind.entity].fact(step)
            assert fact is not None
            at, kind = at.facts[step], fact.type
        for inv in self.compiled.invariants:
            if inv.entity in bearers:
                env.els = bearers[inv.entity]
                if inv.holds(env) is False:
                    return False
        return True

    def _values(self, a: Address, instance: Instance, wish: bool) -> list[tuple[int | None, Any]]:
        """Values to try for a fact: what was told of it, then the others, of days those near what else is told.

        Each with how many days it is from these, if it is a day.
        """
        before: list[tuple[int | None, Any]] = [(None, self.told[a])] if a in self.told else []
        found = self.readers.marks.get((a.list, a.steps), ())
        kind = self.facts.fact(a._replace(place=0) if a.list else a).type
        beside = [v for b in self._looked_at(*instance) if type(v := self._get(b)) is not Absent]
        ready = self.compiled.tests[instance[0]]
        if kind == Scalar("date"):
            from_ = self.days.union(v for v in beside if type(v) is dt.date and v != ONGOING)
            near = with_neighbours(reach(ready.marks, from_), ongoing=a.list is not None)
            return before + sorted((abs(day - self.about).days, day) for day in near)
        values = candidates(kind, found, beside, self.facts.book)
        if isinstance(ready.spec.cond, Compare) and kind in _NUMBERS and (ready.spec.cond.op in ("ge", "gt")) is wish:
            values.reverse()  # much, where much is asked for: what a total has of one element others need not have
        return before + [(None, value) for value in values]


_NUMBERS = (Scalar("whole"), Scalar("money"))
_GOOD, _OTHER = 8, 2
"""How many values are tried that make a test come out as wanted, or may, and how many that do not.

Of the first each day is three times as far as the one before: so many go from days to years.
"""


def _always(said: bool) -> Callable[[LawVar], bool | None]:
    return lambda _: said


def silent(_: LawVar) -> bool | None:
    """What the law says where it is not known: nothing."""
    return None


def completion(
    compiled: Compiled,
    case: Case,
    category: str,
    wanted: bool,
    readings: Mapping[str, str],
    favourable: Mapping[str, Sequence[str]],
    read: Readers,
) -> Facts | None:
    """The facts of a completion in which a category holds (or fails), if one was found; what is absent may be anything.

    favourable: by entity, the judgements that are presumed of elements the completion adds.
    """
    facts = thaw(case, compiled.book)
    facts.favourable = favourable
    for search in _searches(compiled, facts, category, wanted, readings, read, TRIES):
        if search.fill({}):
            return facts
    return None


def seen_open(s: Situation, category: str, tries: int) -> bool:
    """Whether completions were found in which a category holds and in which it fails; tries: walks for each length."""
    read = readers(s.compiled, category)
    return all(_completes(s, category, wanted, read, tries) for wanted in (False, True))


def _completes(s: Situation, category: str, wanted: bool, read: Readers, tries: int) -> bool:
    """Whether values were found with which a category holds (or fails); the facts are as before then."""
    with as_long_as_before(s.facts):
        for search in _searches(s.compiled, s.facts, category, wanted, s.readings, read, tries):
            found = search.fill({})
            search.undo()
            if found:
                return True
    return False


def _searches(
    compiled: Compiled,
    facts: Facts,
    category: str,
    wanted: bool,
    readings: Mapping[str, str],
    read: Readers,
    tries: int,
) -> Iterator[Search]:
    """A search for each length of the open lists."""
    days = frozenset(told_days(facts))
    env = Env(facts.root, (), readings, silent)
    clause = (compiled.program.categories[category], ())
    for _ in lengthened(facts, looked_into(compiled, category), facts.favourable):
        yield Search(
            compiled, facts, env, clause, wanted, read, days, middle(compiled, days),
            lambda: unbroken(invariants(compiled, facts, readings)), left=tries,
        )  # fmt: skip


@contextlib.contextmanager
def as_long_as_before(facts: Facts) -> Iterator[None]:
    """Leave lists as they were, whatever lengths are tried."""
    before = [(items, items.items, items.open) for items in facts.lists.values()]
    try:
        yield
    finally:
        for items, things, is_open in before:
            items.items, items.open, items.written = things, is_open, len(things)


def lengthened(facts: Facts, names: Iterable[str], favourable: Mapping[str, Sequence[str]]) -> Iterator[int]:
    """Open lists taken to be at an end: after the elements they have, after one more, after two more (how many).

    They are left as they are then.
    """
    lists = facts.lists
    opened = [(n, lists[n], lists[n].items) for n in names if n in lists and lists[n].open]
    for more in (0, 1, 2) if opened else (0,):
        for name, items, there in opened:
            further = [blank(facts.book, items.entity, favourable) for _ in range(more)]
            for k, thing in enumerate(further):
                thing.facts["#"] = f"{name}[+{k}]"
            items.items, items.open, items.written = [*there, *further], False, len(there) + more
        yield more


def invariants(compiled: Compiled, facts: Facts, readings: Mapping[str, str]) -> Cells:
    """Facts laid against the invariants of a book."""
    s = laid(compiled, facts, readings)
    s.search.ties = ties(s)
    return s.search


def unbroken(search: Cells) -> bool:
    """Whether facts, and some values of those without one, contradict no invariant; False if it takes too long."""
    try:
        return all(map(search.consistent, search.ties)) and not unmet(search)
    except TooLarge:
        return False


def looked_into(compiled: Compiled, category: str) -> tuple[str, ...]:
    """The lists that a category can look into."""
    totalled = (str(p) for test in compiled.used(category) for p, _ in compiled.tests[test].reads.totals)
    return tuple(dict.fromkeys([*compiled.program.lists, *totalled]))


def middle(compiled: Compiled, days: Iterable[dt.date]) -> dt.date:
    """A day in the middle of those told."""
    ordered = sorted(days)
    return ordered[len(ordered) // 2] if ordered else compiled.book.known


def told_days(facts: Facts) -> Iterator[dt.date]:
    """Every day that is told, and the day after."""

    def inside(thing: dict[str, Any]) -> Iterator[dt.date]:
        for value in thing.values():
            if isinstance(value, Thing):
                yield from inside(value.facts)
            elif type(value) is dt.date and value != ONGOING:
                yield value
                yield value + dt.timedelta(days=1)

    yield from inside(facts.root)
    for items in facts.lists.values():
        for item in items.items:
            yield from inside(item.facts)
