"""Open tests that move with the day of filing: which they are, and when what open facts can make of them can change."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import FIRST, LAST
from dsl.inside import found
from dsl.model import (
    FILING,
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    ByReading,
    Call,
    Compare,
    Cond,
    Difference,
    EnumOf,
    Expr,
    Not,
    Param,
    Points,
    Quantified,
    Scalar,
    Score,
    Shift,
    Window,
)
from solver.candidates import days_of
from solver.cells import Instance, OpenTest, Table, Tie, TooLarge
from solver.evaluate import length
from solver.facts import Address, unknown
from solver.few import few_turns, test_turns
from solver.landmarks import Marks, candidates
from solver.loose import table_left
from solver.moving import Days, Els, Moving, Vars
from solver.reads import reads
from solver.situation import Situation
from solver.split import groups
from solver.tables import ungrouped
from solver.turning import bound_to, elements, of_cond, steps_of, way

ME = Address(None, -1, (FILING,))
"""The day of filing."""

_DAY = dt.timedelta(days=1)

_EACH = 64
"""How many combinations of open facts are gone through one by one for the days of a test."""


class Group(Struct, frozen=True):
    """Open facts and the tests and invariants they share, as `solver.cells` groups them.

    turns: the days on which what the facts can make of the tests can change. made: what they made of them on days
    looked at, by how many of these had come.
    """

    vars: frozenset[Address]
    tests: list[OpenTest]
    ties: list[Tie]
    turns: list[dt.date] = []
    made: dict[int, Any] = {}


class Opened(Struct, frozen=True):
    """Open tests whose cells move with the day: in groups that share open facts, or alone; and when cells can change.

    near: the days on which what open facts can make of them can change.
    """

    grouped: tuple[Group, ...]
    single: tuple[OpenTest, ...]
    near: tuple[dt.date, ...] = ()


class Adrift(Struct):
    """The open tests of a case, as the day of filing moves.

    daily: tests of the book that look at the day. known: what was worked out, by open tests.
    """

    s: Situation
    moving: Moving
    daily: frozenset[int]
    known: dict[tuple[frozenset[Instance], bool], Opened] = field(default_factory=dict)

    def opened(self, category: str, tests: frozenset[Instance]) -> Opened:
        """Which open tests move with the day, by themselves or through open facts they share, and when cells can."""
        day = self.s.facts.root[FILING]
        key = (tests, category in self.s.coarse)
        if key not in self.known:
            parted = self.parted(self.s, self.s.opened(category, sorted(tests)))
            single = [t for t in parted.single if t.said is not None]
            near = set[dt.date]().union(*(test_turns(self.s, self.moving, t) for t in single))
            grouped = tuple(replace(g, turns=sorted(self._group_turns(g))) for g in parted.grouped)
            self.moving.to(day)
            self.known[key] = Opened(grouped, parted.single, tuple(sorted(near.union(*(g.turns for g in grouped)))))
        return self.known[key]

    def cells(self, opened: Opened) -> Any:
        """What the facts that are open can make of the tests whose cells move with the day."""
        try:
            return *map(self._of_group, opened.grouped), *_alone(self.s, opened)
        except TooLarge:
            return object()

    def _of_group(self, group: Group) -> Any:
        """What the facts of a group can make of its tests; made anew only where that can be something else."""
        place = bisect_right(group.turns, self.s.facts.root[FILING])
        if place not in group.made:
            group.made[place] = _made(self.s, group)
        return group.made[place]

    def _group_turns(self, g: Group) -> set[dt.date]:
        """The days on which what open facts can make of the tests they share can change."""
        first, last = self.moving.first, self.moving.last
        if (every := self._each_turns(g)) is not None:
            return every
        readers, beside, turns = [self.as_filing(t) for t in g.ties], [], set[dt.date]()
        for t in g.tests:
            if t.said is not None and ME in self.as_filing(t).reads:
                turns |= test_turns(self.s, self.moving, t)
            apart = self._turns_apart(t)
            turns |= apart or set()
            readers.append(self.as_filing(t) if apart is None else self.but_for_filing(t))
            if ME in readers[-1].reads:
                beside.append((self._cond(t), t.marks))
        if _crossing(self.moving, beside):
            turns |= {first + n * _DAY for n in range(1, (last - first).days + 1)}
        return turns.union(about(days_of(self.s.search, ME, readers, frozenset({ME})), first, last))

    def _each_turns(self, g: Group) -> set[dt.date] | None:
        """When some test turns for some values of what is open, where these are few; None if they are not."""
        s = self.s
        if any(t.said or t.lists or not t.inside <= t.reads for t in g.tests):
            return None
        moved = [t for t in g.tests if ME in self.as_filing(t).reads]
        if any(ME in self.as_filing(t).reads for t in g.ties) or any(
            s.compiled.tests[t.instance[0]].gappy for t in moved
        ):
            return None
        kinds = {v: s.facts.fact(v).type for v in g.vars}
        if not all(isinstance(k, EnumOf) or k == Scalar("truth") for k in kinds.values()):
            return None
        chosen = {v: candidates(k, (), (), s.compiled.book) for v, k in kinds.items()}
        if any(prod(len(chosen[v]) for v in unknown(s.facts, t.reads)) > _EACH for t in moved):
            return None
        return set().union(*(few_turns(s, self.moving, t, chosen) for t in moved))

    def _cond(self, t: OpenTest) -> Cond:
        return t.said.cond if t.said else self.s.compiled.tests[t.instance[0]].spec.cond

    def parted(self, s: Situation, opened: Sequence[OpenTest]) -> Opened:
        """Those of some open tests that move with the day."""
        every = groups(s.search, opened)
        inside = {t.instance for _, mine, _ in every for t in mine}
        alone = [t for t in opened if t.instance not in inside]
        single = [t for t in alone if t.instance[0] in self.daily or (t.said and ME in self.as_filing(t).reads)]
        grouped = [Group(*g, made={}) for g in every if any(ME in self.as_filing(t).reads for t in (*g[1], *g[2]))]
        return Opened(tuple(grouped), tuple(single))

    def _turns_apart(self, t: OpenTest) -> set[dt.date] | None:
        """When an open test can come to something else, if no part of it looks at the day and at open facts."""
        if t.said is not None or t.lists or t.instance[0] >= len(self.s.compiled.tests):
            return None
        names = {a.steps[-1] for a in unknown(self.s.facts, t.reads | t.inside)}

        def is_open(thing: Cond | Expr) -> bool:
            read = reads(thing, self.s.compiled.book)
            inner = (steps for _, each in read.totals for steps in each)
            return not names.isdisjoint([*((p.steps or (p.base,))[-1] for p in read.paths), *(s[-1] for s in inner)])

        vars = {f"#{i}": i for i in range(len(t.els))}
        return turns_apart(self.moving, self._cond(t), vars, t.els, is_open)

    def as_filing(self, t: Any) -> Any:
        """A test or invariant with every given that is the day of filing taken for that day."""
        other = self.but_for_filing(t)
        return t if other is t else replace(other, reads=other.reads | {ME})

    def but_for_filing(self, t: Any) -> Any:
        """A test or invariant without the day of filing."""
        mine = {Address(None, -1, (name,)) for name in self.moving.moves}
        return replace(t, reads=t.reads - mine) if t.reads & mine else t


def takes_long(group: Group) -> bool:
    """Whether it takes long to try all values of a group of open facts: two at once, or each beside an open list."""
    return len(group.vars) == 2 or any(t.lists for t in group.tests)


def cells(s: Situation, opened: Opened) -> Any:
    """What open facts can make of tests on the day at hand, all of them anew; raises TooLarge."""
    return *(_made(s, g) for g in opened.grouped), *_alone(s, opened)


def _made(s: Situation, group: Group) -> Any:
    """What the facts of a group can make of its tests on the day at hand; raises TooLarge."""
    made = table_left(s, group.vars, group.tests, group.ties)
    left = frozenset(i for (_, kind, _), i in s.compiled.beside.items() if kind == "left")
    return None if made is None else _key(made, left, {})


def _alone(s: Situation, opened: Opened) -> list[Any]:
    """What tests come to that share no open facts."""
    return [_key(t, frozenset(), {}) for t in ungrouped(s.search, opened.single)]


def _crossing(moving: Moving, tests: Sequence[tuple[Cond, Marks]]) -> bool:
    """Whether bounds of an open fact that move with the day of filing can cross, on any day at all.

    Thirty days before the day is before or after a month before it, as the month is long; a month after the fact is not
    always that day either; and the begin of the day's month or year is at any distance from it.
    """
    spans = [list(_spans(moving, *t)) for t in tests]
    pairs = ((a, b) for n, mine in enumerate(spans) for others in spans[:n] for a in mine for b in others)
    return any(x != y and abs(a - b) <= more + other for (a, more, x), (b, other, y) in pairs)


def _spans(moving: Moving, cond: Cond, mark: Marks) -> Iterator[tuple[float, int, str]]:
    """How far a condition moves dates: in days, to within some; and by days, by months from the day or from another."""
    yield 0, 0, "days"
    shifts = [(x.by, x.date) for x in found(cond, Shift)]
    for by, date in shifts + [(x.duration, x.anchor) for x in found(cond, Window)]:
        if by.unit in ("days", "weeks"):
            yield length(by), 0, "days"
        else:
            yield _MONTH * length(by), 16, "months" if moving.touches(date) else "months from another"
    for years in [v for v in mark.values if type(v) is int] or [0] if mark.years else []:
        yield 12 * _MONTH * years, 382, "years"
    if mark.chains:
        yield 0, 10_000, "begins and ends"


_MONTH = 30.44
"""About how many days a month has."""


def _key(table: Table, left: frozenset[int], seen: dict[Instance, int]) -> Any:
    """What makes tables different; of what is left of tests, only where as much is left."""
    return table.variable, tuple(
        (
            tuple((seen.setdefault(i, len(seen)) if i[0] in left else i, truth) for i, truth in one.bits),
            tuple(_key(t, left, seen) for t in one.tables),
        )
        for one in table.alternatives
    )


_BESIDE = range(-2, 4)
_MONTH_END = range(-5, 7)
"""Days about one at which cells can change: a day for each of two comparisons, three more where months are clipped."""


def about(days: Iterable[dt.date], first: dt.date, last: dt.date) -> list[dt.date]:
    """The days after a first and up to a last that are near some days, in order."""
    out: set[dt.date] = set()
    for d in days:
        if first - 9 * _DAY <= d <= last + 9 * _DAY and FIRST + 9 * _DAY < d < LAST - 9 * _DAY:
            out |= {d + k * _DAY for k in (_MONTH_END if d.day >= 27 or d.day <= 2 else _BESIDE)}
    return sorted(d for d in out if first < d <= last)


def turns_apart(m: Moving, cond: Cond, vars: Vars, els: Els, is_open: Callable[[Cond | Expr], bool]) -> Days | None:
    """Days on which some part of a condition that looks at the day can change, if none of these parts reads open facts.

    The condition is then on all other days the same, whatever the open facts are. None: some part does.
    """

    def every(found: Iterable[Days | None]) -> Days | None:
        out: Days = set()
        for days in found:
            if days is None:
                return None
            out |= days
        return out

    def value(e: Expr | Points) -> Days | None:
        match e:
            case _ if not m.touches(e):
                return set()
            case Score(_, items):
                return every(map(value, items))
            case Points(_, when, each):
                return every((inside(when.cond, vars, els), value(each) if each is not None else set()))
            case Aggregate(var=var, list=path, where=where, after=after, before=before):
                ends = every(value(x) for x in (after, before) if x is not None)
                if where is None:
                    return ends
                inner = {**vars, var: len(vars)}
                return every([ends, *(inside(where, inner, (*els, it)) for it in elements(m, path, vars, els))])
            case Difference(left, right):
                return every((value(left), value(right)))
            case _:
                return None if is_open(e) or way(m, e) != "steps" else steps_of(m, e, vars, els)

    def inside(cond: Cond, vars: Vars, els: Els) -> Days | None:
        return turns_apart(m, cond, vars, els, is_open)

    match cond:
        case _ if not m.touches(cond):
            return set()
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return every(inside(i.cond, vars, els) for i in items)
        case Not(item):
            return inside(item.cond, vars, els)
        case ByReading(_, branches):
            return every(inside(clause.cond, vars, els) for _, clause in branches)
        case Quantified(_, var, path, _, body):
            inner = {**vars, var: len(vars)}
            return every(inside(body.cond, inner, (*els, it)) for it in elements(m, path, vars, els))
        case Call(term, args):
            bound = tuple(bound_to(m, arg, vars, els) for arg in args)
            meaning = m.book.terms[term]
            return inside(meaning.means.cond, {name: i for i, (name, _) in enumerate(meaning.params)}, bound)
        case _ if not is_open(cond):
            return of_cond(m, cond, vars, els)
        case Compare(_, left, right) if all(_looks_apart(m, e) for e in (left, right)):
            return every((value(left), value(right)))
        case _:
            return None


def _looks_apart(m: Moving, e: Expr) -> bool:
    """Whether a value only looks at parts of the day, and is no bound of open facts that moves with it."""
    if isinstance(e, Difference):
        return _looks_apart(m, e.left) and _looks_apart(m, e.right)
    return isinstance(e, Score | Aggregate | Param) or not m.touches(e)
