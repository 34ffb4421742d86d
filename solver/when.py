"""Windows of filing: from when to when each category is open, depends or is closed, if the rest stays as it is told.

A verdict is carried over days on which nothing it looked at can change: the tests the rules needed (`solver.moving`
says when each turns), and, where a case leaves facts open, the days at which some cell of theirs can come or go. See
docs/semantics.md, section 10.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import FIRST, LAST
from dsl.case import Absent, Case, Record
from dsl.inside import found
from dsl.model import Book, Category, Cond, Expr, Path, Scalar, Shift, Verdict, Window
from solver.answer import Granted, Hinge
from solver.candidates import days_of
from solver.cells import Instance, OpenTest, Table, Tie, TooLarge
from solver.compiled import Compiled, at
from solver.evaluate import _length
from solver.facts import Address, unknown
from solver.few import Few, few, one_of_each, test_turns
from solver.grants import granted
from solver.hinges import all_turn, hinges
from solver.landmarks import Marks, marks, reach
from solver.loose import table_left
from solver.moving import Moving, turns_apart
from solver.reads import reads
from solver.run import Deadline
from solver.situation import DEFAULT, Judging, Readings, Situation, situation, ties
from solver.split import groups
from solver.tables import ungrouped, unmet
from solver.trees import Node, Told, settled
from solver.verdicts import tried, undecided, verdict

FILING = "submitted_on"
_DAY = dt.timedelta(days=1)
_ME = Address(None, -1, (FILING,))

Outcome = Verdict | Literal["contradiction", "unsettled"]
"""A verdict; or the case has no completion filed then; or there was too much to try."""


class Stretch(Struct, frozen=True):
    """Days of filing, both included, on which the answer on a category is the same.

    hinges: what it hangs on, where it depends. grants: what it gives, unless it is a no; a value that moves on with
    every day is as of the first.
    """

    first: dt.date
    last: dt.date
    outcome: Outcome
    hinges: tuple[Hinge, ...] = ()
    grants: tuple[Granted, ...] = ()


class Filing(Struct, frozen=True):
    """A case asked about on other days of filing than its own.

    case: as it is told, without what only comes after its own filing. moves: givens that are the day of filing. aside:
    givens told of the time after the case's own filing, which are left open.
    """

    case: Case
    moves: frozenset[str]
    aside: tuple[str, ...]

    def on(self, day: dt.date) -> Case:
        """The case filed on a day."""
        return replace(self.case, root=Record({**self.case.root.facts, **dict.fromkeys(self.moves, day)}))


def filing(book: Book, case: Case) -> Filing:
    """What moves with the day of filing, and what is left aside; see docs/semantics.md, section 10."""
    moves = {n for n, f in book.givens.items() if f.default == "today" and n in case.defaulted} | {FILING}
    filed = case.root.facts.get(FILING)
    later = _later(book) - moves
    facts = case.root.facts
    aside = tuple(n for n in facts if n in later and isinstance(filed, dt.date) and _comes_after(facts[n], filed))
    kept = {**facts, **dict.fromkeys(aside, Absent.NOT_ASKED)}
    return Filing(replace(case, root=Record(kept)), frozenset(moves), aside)


def _comes_after(told: object, filed: dt.date) -> bool:
    return isinstance(told, dt.date) and told >= filed


def _later(book: Book) -> frozenset[str]:
    """Givens that are days an invariant ties to the day of filing."""
    tied = [{p.base for p in found(c.cond, Path)} for c in book.invariants]
    near = frozenset().union(*(bases for bases in tied if FILING in bases))
    return frozenset(n for n in near if n in book.givens and book.givens[n].type == Scalar("date"))


class _Seen(Told):
    """What a case tells on the day it is moved to; what was seen on another day is remembered until it can change."""

    moving: Moving | None = None
    daily: frozenset[int] = frozenset()
    day: dt.date = FIRST
    turned: dict[Instance, list[dt.date]] = field(default_factory=dict)
    memo: dict[Any, bool | None] = field(default_factory=dict)
    tests: Sequence[Any] = ()

    def look(self, node: Node) -> bool | None:
        """What is found at a node for a test or an element."""
        key: Any = node.key
        if node.test is None:
            return Told.look(self, node)
        at = (key, bisect_right(self.turns(key), self.day) if key[0] in self.daily else 0)
        if at not in self.memo:
            self.moving.to(self.day)  # type: ignore[union-attr]
            self.memo[at] = Told.look(self, node)
        return self.memo[at]

    def turns(self, instance: Instance) -> list[dt.date]:
        """The days on which a test can turn."""
        if instance not in self.turned:
            test, places = instance
            spec = self.tests[test].spec
            els = tuple(self.elements[name][p] for name, p in zip(spec.lists, places, strict=True))
            assert self.moving is not None
            self.turned[instance] = self.moving.turns(spec.cond, {f"#{i}": i for i in range(len(els))}, els)
            self.moving.to(self.day)
        return self.turned[instance]


class _Group(Struct, frozen=True):
    """Open facts and the tests and invariants they share, as `solver.cells` groups them.

    turns: the days on which what the facts can make of the tests can change. made: what they made of them on days
    looked at, by how many of these had come.
    """

    vars: frozenset[Address]
    tests: list[OpenTest]
    ties: list[Tie]
    turns: list[dt.date] = []
    made: dict[int, Any] = {}


class _Opened(Struct, frozen=True):
    """Open tests whose cells move with the day: in groups that share open facts, or alone; and when cells can change.

    near: the days on which what open facts can make of them can change.
    """

    grouped: tuple[_Group, ...]
    single: tuple[OpenTest, ...]
    near: tuple[dt.date, ...] = ()


class _Found(NamedTuple):
    """An outcome that was worked out, and from what."""

    outcome: Outcome
    opened: _Opened
    signature: Any


class _Before(Struct):
    """What was worked out at one leaf of a tree. The leaf is kept so that no other takes its number."""

    leaf: Node
    looked: dict[Any, tuple[Mapping[Any, bool | None], _Opened]]
    found: dict[Any, _Found]

    def add(self, looked: Mapping[Any, bool | None], opened: _Opened, found: _Found) -> None:
        """Remember one more."""
        self.looked[frozenset(looked.items())] = looked, opened
        self.found[found.signature] = found


class Sweep(Struct):
    """A case to be filed on any day from a first to a last; categories are swept one by one, when they are asked for.

    lay, roomy: the case laid out with room for two completions to differ in the elements of an open list, when wanted.
    fitting: the days on which some completion of the case can be filed, and those on which none can, in order. few: by
    category and open tests the few values that may show all it hangs on; None where they do not.
    """

    compiled: Compiled
    filing: Filing
    first: dt.date
    last: dt.date
    s: Situation
    lay: Callable[[], Situation]
    seen: _Seen
    moving: Moving
    deadline: Deadline
    fitting: tuple[tuple[dt.date, dt.date, bool], ...] = ()
    open: dict[tuple[frozenset[Instance], bool], _Opened] = field(default_factory=dict)
    before: dict[tuple[str, int], _Before] = field(default_factory=dict)
    roomy: Situation | None = None
    hanging: dict[Any, tuple[Hinge, ...]] = field(default_factory=dict)
    few: dict[tuple[str, int], Few | None] = field(default_factory=dict)
    nearby: dict[tuple[str, int], _Opened | None] = field(default_factory=dict)

    def stretches(self, category: str, *, reasons: bool = True) -> Iterator[Stretch]:
        """The stretches of a category, in order and without gaps; without `reasons` only verdicts tell them apart."""
        before: Stretch | None = None
        for piece in self._pieces(category, reasons=reasons):
            if before is not None and _same(before, piece):
                before = replace(before, last=piece.last)
                continue
            if before is not None:
                yield before
            before = piece
        if before is not None:
            yield before

    def _pieces(self, category: str, *, reasons: bool) -> Iterator[Stretch]:
        spec = self.compiled.book.categories[category]
        given = self._grant_turns(spec) if reasons else []
        gives: dict[int, tuple[Granted, ...]] = {}
        for first, last, fits in self.fitting:
            if not fits:
                yield Stretch(first, last, "contradiction")
                continue
            day = first
            while day <= last:
                outcome, until, signature = self._at(day, category)
                end = min(last, until - _DAY, _after(given, day, until) - _DAY)
                hang = grants = ()  # type: tuple[Any, ...]
                if reasons and outcome is Verdict.DEPENDS:
                    hang = self._hinges(day, category, signature)
                if reasons and outcome in (Verdict.DEPENDS, Verdict.QUALIFIES):
                    place = bisect_right(given, day)
                    if place not in gives:
                        self.move(day)
                        gives[place] = tuple(granted(self.s, g.kind, g.value) for g in spec.grants)
                    grants = gives[place]
                yield Stretch(day, end, outcome, hang, grants)
                day = end + _DAY

    def move(self, day: dt.date) -> dict[Any, bool | None]:
        """Go to a day; what is looked at there will be found in what is returned."""
        self.seen.day = day
        self.seen.known = {}
        self.moving.to(day)
        self.s.forget()
        return self.seen.known

    def _at(self, day: dt.date, category: str) -> tuple[Outcome, dt.date, Any]:
        """The outcome on a day, the first day after on which it can be another, and what it was found from."""
        s, known = self.s, self.move(day)
        leaf = settled(self.compiled, self.seen, [category], s.readings, self.deadline)[category]
        if leaf.held is not None:
            return verdict(leaf.held), self._until(day, known), None
        found = self._remembered(category, leaf)
        if found is None:
            known.clear()
            of = undecided(s, category)
            looked = dict(known)
            opened = self._opened(category, frozenset(s.varied[category]))
            found = self._by_some(category, looked, opened, day)
            if found is None:
                outcome: Outcome = "unsettled"
                with contextlib.suppress(TooLarge):
                    outcome = verdict(tried(s, of, self.deadline))
                opened = self._opened(category, frozenset(s.varied[category]))
                found = _Found(outcome, opened, (frozenset(looked.items()), self._cells(opened)))
            self.before.setdefault((category, id(leaf)), _Before(leaf, {}, {})).add(looked, opened, found)
        until = self._until(day, known)
        return found.outcome, min(until, _after(found.opened.near, day, until)), (category, found.signature)

    def _remembered(self, category: str, leaf: Node) -> _Found | None:
        """What was found on another day on which all that was looked at was the same."""
        before = self.before.get((category, id(leaf)))
        if before is None:
            return None
        for looked, opened in before.looked.values():
            if all(self.s.truth(key) is found for key, found in looked.items() if type(key) is tuple):
                self.seen.known.update(looked)
                by_some = self._by_some(category, looked, opened, self.seen.day)
                return by_some or before.found.get((frozenset(looked.items()), self._cells(opened)))
        return None

    def _by_few(self, category: str, looked: Mapping[Any, bool | None], opened: _Opened, day: dt.date) -> _Found | None:
        """That it depends, where a few values of what is open show that it hangs on all it could hang on."""
        at = (category, id(opened))
        if not opened.near or self.few.get(at, opened) is None:
            return None
        roomy = self._roomy(day)
        if at not in self.few:
            moving = Moving(self.compiled.book, roomy.env, self.filing.moves, self.first, self.last)
            moving.made, moving.touched = self.moving.made, self.moving.touched
            self.few[at] = few(roomy, category, moving, lambda t: _ME in self.as_filing(t).reads, self.seen.turns)
            moving.to(day)
        chosen = self.few[at]
        if chosen is None:
            return None
        signature = (frozenset(looked.items()), bisect_right(chosen.turns, day))
        if (category, signature) not in self.hanging:
            roomy.search.few = chosen.values
            try:
                shown = all_turn(roomy, category, self.deadline)
            except TooLarge:
                shown = None
            finally:
                roomy.search.few = {}
            if shown is None:
                self.few[at] = None
                return None
            self.hanging[category, signature] = shown
        return _Found(Verdict.DEPENDS, replace(opened, near=chosen.turns), signature)

    def _by_some(
        self, category: str, looked: Mapping[Any, bool | None], opened: _Opened, day: dt.date
    ) -> _Found | None:
        """That it depends, where some values of what is open show that it hangs on all it could hang on."""
        return self._by_few(category, looked, opened, day) or self._by_near(category, looked, opened, day)

    def _by_near(
        self, category: str, looked: Mapping[Any, bool | None], opened: _Opened, day: dt.date
    ) -> _Found | None:
        """As by few, but on one day, with other values on another."""
        at = (category, id(opened))
        if self.nearby.get(at, opened) is None or not any(map(_takes_long, opened.grouped)):
            return None
        roomy = self._roomy(day)
        if at not in self.nearby:
            used = roomy.opened(category, undecided(roomy, category, 2).tests)
            fit = all(t.inside <= t.reads for t in used)
            self.nearby[at] = self._parted(roomy, used) if fit else None
        parted = self.nearby[at]
        shown: tuple[Hinge, ...] | None = None
        signature: Any = None
        if parted is not None and (few := one_of_each(roomy, [(g.vars, g.tests, g.ties) for g in parted.grouped])):
            roomy.search.few = few
            try:
                made = *(_made(roomy, g) for g in parted.grouped), *_alone(roomy, parted)
                signature = (frozenset(looked.items()), made)
                hanging = self.hanging.get((category, signature))
                shown = hanging or all_turn(roomy, category, self.deadline)
            except TooLarge:
                pass
            finally:
                roomy.search.few = {}
        if shown is None:
            self.nearby[at] = None
            return None
        self.hanging[category, signature] = shown
        return _Found(Verdict.DEPENDS, opened, signature)

    def _until(self, day: dt.date, known: Mapping[Any, object]) -> dt.date:
        """The first day after on which something that was looked at can turn."""
        until = self.last + _DAY
        for key in known:
            if key[0] in self.seen.daily:
                until = min(until, _after(self.seen.turns(key), day, until))
        return until

    def _cells(self, opened: _Opened) -> Any:
        """What the facts that are open can make of the tests whose cells move with the day."""
        try:
            return *map(self._of_group, opened.grouped), *_alone(self.s, opened)
        except TooLarge:
            return object()

    def _of_group(self, group: _Group) -> Any:
        """What the facts of a group can make of its tests; made anew only where that can be something else."""
        place = bisect_right(group.turns, self.seen.day)
        if place not in group.made:
            group.made[place] = _made(self.s, group)
        return group.made[place]

    def _opened(self, category: str, tests: frozenset[Instance]) -> _Opened:
        """Which open tests move with the day, by themselves or through open facts they share, and when cells can."""
        key = (tests, category in self.s.coarse)
        if key not in self.open:
            parted = self._parted(self.s, self.s.opened(category, sorted(tests)))
            single = [t for t in parted.single if t.said is not None]
            near = set[dt.date]().union(*(test_turns(self.s, self.moving, t) for t in single))
            grouped = tuple(replace(g, turns=sorted(self._group_turns(g.tests, g.ties))) for g in parted.grouped)
            self.moving.to(self.seen.day)
            self.open[key] = _Opened(grouped, parted.single, tuple(sorted(near.union(*(g.turns for g in grouped)))))
        return self.open[key]

    def _group_turns(self, tests: Sequence[OpenTest], tied: Sequence[Tie]) -> set[dt.date]:
        """The days on which what open facts can make of the tests they share can change."""
        readers, beside, turns = [self.as_filing(t) for t in tied], [], set[dt.date]()
        for t in tests:
            if t.said is not None and _ME in self.as_filing(t).reads:
                turns |= test_turns(self.s, self.moving, t)
            apart = self._turns_apart(t)
            turns |= apart or set()
            readers.append(self.as_filing(t) if apart is None else self._but_for_filing(t))
            if _ME in readers[-1].reads:
                beside.append((self._cond(t), t.marks))
        if _crossing(self.moving, beside):
            turns |= {self.first + n * _DAY for n in range(1, (self.last - self.first).days + 1)}
        return turns.union(about(days_of(self.s.search, _ME, readers, frozenset({_ME})), self.first, self.last))

    def _cond(self, t: OpenTest) -> Cond:
        return t.said.cond if t.said else self.compiled.tests[t.instance[0]].spec.cond

    def _parted(self, s: Situation, opened: Sequence[OpenTest]) -> _Opened:
        """Those of some open tests that move with the day."""
        every = groups(s.search, opened)
        inside = {t.instance for _, mine, _ in every for t in mine}
        alone = [t for t in opened if t.instance not in inside]
        single = [t for t in alone if t.instance[0] in self.seen.daily or (t.said and _ME in self.as_filing(t).reads)]
        grouped = [_Group(*g, made={}) for g in every if any(_ME in self.as_filing(t).reads for t in (*g[1], *g[2]))]
        return _Opened(tuple(grouped), tuple(single))

    def _turns_apart(self, t: OpenTest) -> set[dt.date] | None:
        """When an open test can come to something else, if no part of it looks at the day and at open facts."""
        if t.said is not None or t.lists or t.instance[0] >= len(self.compiled.tests):
            return None
        names = {a.steps[-1] for a in unknown(self.s.facts, t.reads | t.inside)}

        def is_open(thing: Cond | Expr) -> bool:
            read = reads(thing, self.compiled.book)
            inner = (steps for _, each in read.totals for steps in each)
            return not names.isdisjoint([*((p.steps or (p.base,))[-1] for p in read.paths), *(s[-1] for s in inner)])

        vars = {f"#{i}": i for i in range(len(t.els))}
        return turns_apart(self.moving, self._cond(t), vars, t.els, is_open)

    def as_filing(self, t: Any) -> Any:
        """A test or invariant with every given that is the day of filing taken for that day."""
        other = self._but_for_filing(t)
        return t if other is t else replace(other, reads=other.reads | {_ME})

    def _but_for_filing(self, t: Any) -> Any:
        """A test or invariant without the day of filing."""
        mine = {Address(None, -1, (name,)) for name in self.filing.moves}
        return replace(t, reads=t.reads - mine) if t.reads & mine else t

    def _hinges(self, day: dt.date, category: str, signature: Any) -> tuple[Hinge, ...]:
        """What a verdict hangs on; asked again only where what it was found from has changed."""
        if signature not in self.hanging:
            try:
                self.hanging[signature] = hinges(self._roomy(day), category, self.deadline)
            except TooLarge:
                self.hanging[signature] = ()
        return self.hanging[signature]

    def _roomy(self, day: dt.date) -> Situation:
        """The case on a day, with room for two completions to differ in the elements of an open list."""
        roomy = self.roomy = self.roomy or self.lay()
        if roomy is not self.s:
            for name in self.filing.moves:
                roomy.facts.root[name] = day
            roomy.told.known.clear()
            roomy.forget()
        return roomy

    def _grant_turns(self, category: Category) -> list[dt.date]:
        """Days on which what a category gives can be another."""
        out: set[dt.date] = set()
        for grant in category.grants:
            read = reads(grant.value, self.compiled.book)
            values = [self.s.facts.get(Address(None, -1, (p.base, *p.steps))) for p in read.paths]
            out |= self.moving.value_turns(grant.value)
            if any(type(v) is Absent for v in values):
                mark = marks(grant.value, self.compiled.book)
                out |= set(about(reach(mark, [v for v in values if type(v) is dt.date]), self.first, self.last))
        return sorted(out)


def _takes_long(group: _Group) -> bool:
    """Whether it takes long to try all values of a group of open facts: two at once, or each beside an open list."""
    return len(group.vars) == 2 or any(t.lists for t in group.tests)


def _made(s: Situation, group: _Group) -> Any:
    """What the facts of a group can make of its tests on the day at hand; raises TooLarge."""
    made = table_left(s, group.vars, group.tests, group.ties)
    left = frozenset(i for (_, kind, _), i in s.compiled.beside.items() if kind == "left")
    return None if made is None else _key(made, left, {})


def _alone(s: Situation, opened: _Opened) -> list[Any]:
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
            yield _length(by), 0, "days"
        else:
            yield _MONTH * _length(by), 16, "months" if moving.touches(date) else "months from another"
    for years in [v for v in mark.values if type(v) is int] or [0] if mark.years else []:
        yield 12 * _MONTH * years, 382, "years"
    if mark.chains:
        yield 0, 10_000, "begins and ends"


_MONTH = 30.44
"""About how many days a month has."""


def _after(days: Sequence[dt.date], day: dt.date, otherwise: dt.date) -> dt.date:
    place = bisect_right(days, day)
    return days[place] if place < len(days) else otherwise


def _key(table: Table, left: frozenset[int], seen: dict[Instance, int]) -> Any:
    """What makes tables different; of what is left of tests, only where as much is left."""
    return table.variable, tuple(
        (
            tuple((seen.setdefault(i, len(seen)) if i[0] in left else i, truth) for i, truth in one.bits),
            tuple(_key(t, left, seen) for t in one.tables),
        )
        for one in table.alternatives
    )


def _same(a: Stretch, b: Stretch) -> bool:
    return (a.outcome, a.hinges, a.grants) == (b.outcome, b.hinges, b.grants)


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


def sweep(
    compiled: Compiled,
    case: Case,
    first: dt.date,
    last: dt.date,
    *,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
    seconds: float | None = None,
) -> Sweep:
    """Lay out a case for filing on each day from `first` to `last`, both included."""
    compiled = at(compiled, as_known_on)
    book = compiled.book
    filed = filing(book, case)
    deadline = Deadline(seconds)
    s = situation(compiled, filed.on(first), readings, judgements)
    touched = compiled.filters.setdefault(("moving", filed.moves), {})
    moving = Moving(book, s.env, filed.moves, first, last, compiled.shown, touched)
    daily = frozenset(r.spec.id for r in compiled.tests if any(p.base in filed.moves for p in r.reads.paths))
    seen = _Seen(s.env, s.told.elements, s.written, {}, moving, daily, first, tests=compiled.tests)
    s.told = seen
    s.search.ties = ties(s)
    s.search.stays = frozenset(r.spec.id for r in compiled.tests) - daily

    def lay() -> Situation:
        return situation(compiled, filed.on(first), readings, judgements, twice=True) if any(s.blanks.values()) else s

    out = Sweep(compiled, filed, first, last, s, lay, seen, moving, deadline)
    out.fitting = tuple(_fitting(out))
    return out


# ---------------------------------------------------------------------------------------------------------- invariants


def _fitting(sweep: Sweep) -> Iterator[tuple[dt.date, dt.date, bool]]:
    """Stretches of days on which the invariants can, or cannot, be met by what is not told."""
    mine, turns = _bound_up(sweep)
    starts = [sweep.first, *sorted(d for d in turns if sweep.first < d <= sweep.last)]
    before: tuple[dt.date, bool] | None = None
    for day in starts:
        sweep.move(day)
        fits = _fits(sweep.s, mine)
        if before is None or before[1] is not fits:
            if before is not None:
                yield before[0], day - _DAY, before[1]
            before = day, fits
    assert before is not None
    yield before[0], sweep.last, before[1]


def _bound_up(sweep: Sweep) -> tuple[list[Tie], set[dt.date]]:
    """The invariants that speak of the day of filing, with those they share open facts with; and when they can turn."""
    s = sweep.s
    all_ties = list(s.search.ties)
    mine = {Address(None, -1, (name,)) for name in sweep.filing.moves}
    touched = [t for t in all_ties if t.reads & mine]
    turns: set[dt.date] = set()
    for inv in sweep.compiled.invariants:
        if sweep.moving.touches(inv.clause.cond):
            vars = {} if inv.entity is None else {"it": 0}
            for t in touched:
                if t.holds is inv.holds:
                    turns |= set(sweep.moving.turns(inv.clause.cond, vars, t.els))
    if any(unknown(s.facts, t.reads) for t in touched):
        readers: list[OpenTest | Tie] = [sweep.as_filing(t) for t in all_ties]
        turns |= set(about(days_of(s.search, _ME, readers, frozenset({_ME})), sweep.first, sweep.last))
    group, open_ = list(touched), frozenset[Address]().union(*(unknown(s.facts, t.reads) for t in touched))
    while more := [t for t in all_ties if t not in group and unknown(s.facts, t.reads) & open_]:
        group += more
        open_ |= frozenset().union(*(unknown(s.facts, t.reads) for t in more))
    return group, turns


def _fits(s: Situation, mine: Sequence[Tie]) -> bool:
    """Whether some values of what is not told meet the invariants on the day at hand."""
    if not all(s.search.consistent(t) for t in mine):
        return False
    every, s.search.ties = s.search.ties, list(mine)
    try:
        return not unmet(s.search)
    finally:
        s.search.ties = every


def contradicted(sweep: Sweep, day: dt.date) -> tuple[str, ...]:
    """The facts told that a filing on a day does not fit, by the invariants it breaks; none if it fits nothing else."""
    sweep.move(day)
    facts = sweep.s.facts
    broken = [t for t in sweep.s.search.ties if not sweep.s.search.consistent(t)]
    mine = {Address(None, -1, (name,)) for name in sweep.filing.moves}
    read = {a for t in broken for a in t.reads if a not in mine and type(facts.get(a)) is not Absent}
    return tuple(sorted(facts.show(a) for a in read))
