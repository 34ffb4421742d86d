"""Windows of filing: from when to when each category is open, depends or is closed, if the rest stays as it is told.

A verdict is carried over days on which nothing it looked at can change: the tests the rules needed (`solver.turning`
says when each turns), and, where a case leaves facts open, the days at which some cell of theirs can come or go. See
docs/semantics.md, section 10.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import FIRST
from dsl.case import Absent, Case
from dsl.model import Category, Verdict
from solver.adrift import Adrift, Opened, about, cells, takes_long
from solver.answer import Granted, Hinge
from solver.cells import Instance, TooLarge
from solver.compiled import Compiled, at
from solver.facts import Address
from solver.few import one_of_each
from solver.filing import Filing, filing
from solver.fitting import fitting
from solver.grants import granted
from solver.hinges import all_turn, hinges
from solver.landmarks import marks, reach
from solver.moving import Moving
from solver.reads import reads
from solver.run import Deadline
from solver.situation import DEFAULT, Judging, Readings, Situation, situation, ties
from solver.trees import Node, Told, settled
from solver.turning import turns, value_turns
from solver.verdicts import tried, undecided, verdict

_DAY = dt.timedelta(days=1)

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
            self.turned[instance] = turns(self.moving, spec.cond, {f"#{i}": i for i in range(len(els))}, els)
            self.moving.to(self.day)
        return self.turned[instance]


class _Looked(NamedTuple):
    """What was looked at of an open category; its open tests; whether an open list may have elements it looks at."""

    at: Mapping[Any, bool | None]
    opened: Opened
    further: bool


class _Found(NamedTuple):
    """An outcome that was worked out, and from what."""

    outcome: Outcome
    looked: _Looked
    signature: Any


class _Before(Struct):
    """What was worked out at one leaf of a tree. The leaf is kept so that no other takes its number."""

    leaf: Node
    looked: dict[Any, _Looked]
    found: dict[Any, _Found]

    def add(self, found: _Found) -> None:
        """Remember one more."""
        self.looked[frozenset(found.looked.at.items())] = found.looked
        self.found[found.signature] = found


class Sweep(Struct):
    """A case to be filed on any day from a first to a last; categories are swept one by one, when they are asked for.

    lay, roomy: the case laid out with room for two completions to differ in the elements of an open list, when wanted.
    fitting: the days on which some completion of the case can be filed, and those on which none can, in order. nearby:
    by category and open tests what a few values of may show all it hangs on; None where they do not.
    """

    compiled: Compiled
    filing: Filing
    first: dt.date
    last: dt.date
    s: Situation
    lay: Callable[[], Situation]
    seen: _Seen
    moving: Moving
    adrift: Adrift
    deadline: Deadline
    fitting: tuple[tuple[dt.date, dt.date, bool], ...] = ()
    before: dict[tuple[str, int], _Before] = field(default_factory=dict)
    roomy: Situation | None = None
    hanging: dict[Any, tuple[Hinge, ...]] = field(default_factory=dict)
    nearby: dict[tuple[str, int], Opened | None] = field(default_factory=dict)

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
                outcome, until, found = self._at(day, category)
                end = min(last, until - _DAY, _after(given, day, until) - _DAY)
                hang = grants = ()  # type: tuple[Any, ...]
                if reasons and outcome is Verdict.DEPENDS and found is not None:
                    hang = self._hinges(day, category, found)
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

    def _at(self, day: dt.date, category: str) -> tuple[Outcome, dt.date, _Found | None]:
        """The outcome on a day, the first day after on which it can be another, and what it was found from if open."""
        s, known = self.s, self.move(day)
        leaf = settled(self.compiled, self.seen, [category], s.readings, self.deadline)[category]
        if leaf.held is not None:
            return verdict(leaf.held), self._until(day, known), None
        found = self._remembered(category, leaf)
        if found is None:
            known.clear()
            of = undecided(s, category)
            opened = self.adrift.opened(category, frozenset(s.varied[category]))
            looked = _Looked(dict(known), opened, bool(of.copies[0].exists))
            found = self._by_some(category, looked)
            if found is None:
                outcome: Outcome = "unsettled"
                with contextlib.suppress(TooLarge):
                    outcome = verdict(tried(s, of, self.deadline))
                looked = looked._replace(opened=self.adrift.opened(category, frozenset(s.varied[category])))
                found = _Found(outcome, looked, self._signature(looked))
            self.before.setdefault((category, id(leaf)), _Before(leaf, {}, {})).add(found)
        until = self._until(day, known)
        return found.outcome, min(until, _after(found.looked.opened.near, day, until)), found

    def _signature(self, looked: _Looked) -> Any:
        """What an outcome is worked out from, where all values of what is open are looked at."""
        return frozenset(looked.at.items()), self.adrift.cells(looked.opened)

    def _remembered(self, category: str, leaf: Node) -> _Found | None:
        """What was found on another day on which all that was looked at was the same."""
        before = self.before.get((category, id(leaf)))
        if before is None:
            return None
        for looked in before.looked.values():
            if all(self.s.truth(key) is found for key, found in looked.at.items() if type(key) is tuple):
                self.seen.known.update(looked.at)
                return self._by_some(category, looked) or before.found.get(self._signature(looked))
        return None

    def _by_some(self, category: str, looked: _Looked) -> _Found | None:
        """That it depends, where a few values of what is open show that it hangs on all it could hang on."""
        at = (category, id(looked.opened))
        if self.nearby.get(at, looked.opened) is None or not any(map(takes_long, looked.opened.grouped)):
            return None
        roomy = self._roomy(self.seen.day, looked)
        if at not in self.nearby:
            used = roomy.opened(category, undecided(roomy, category, 2).tests)
            fit = all(t.inside <= t.reads for t in used)
            self.nearby[at] = self.adrift.parted(roomy, used) if fit else None
        parted = self.nearby[at]
        shown: tuple[Hinge, ...] | None = None
        signature: Any = None
        if parted is not None and (few := one_of_each(roomy, ((g.vars, g.tests, g.ties) for g in parted.grouped))):
            roomy.search.few = few
            try:
                signature = (frozenset(looked.at.items()), cells(roomy, parted))
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
        return _Found(Verdict.DEPENDS, looked, signature)

    def _until(self, day: dt.date, known: Mapping[Any, object]) -> dt.date:
        """The first day after on which something that was looked at can turn."""
        until = self.last + _DAY
        for key in known:
            if key[0] in self.seen.daily:
                until = min(until, _after(self.seen.turns(key), day, until))
        return until

    def _hinges(self, day: dt.date, category: str, found: _Found) -> tuple[Hinge, ...]:
        """What a verdict hangs on; asked again only where what it was found from has changed."""
        key = (category, found.signature)
        if key not in self.hanging:
            try:
                self.hanging[key] = hinges(self._roomy(day, found.looked), category, self.deadline)
            except TooLarge:
                self.hanging[key] = ()
        return self.hanging[key]

    def _roomy(self, day: dt.date, looked: _Looked) -> Situation:
        """The case on a day, with room for two completions to differ in the elements of an open list it looks at."""
        if not looked.further:
            return self.s
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
            out |= value_turns(self.moving, grant.value)
            if any(type(v) is Absent for v in values):
                mark = marks(grant.value, self.compiled.book)
                out |= set(about(reach(mark, [v for v in values if type(v) is dt.date]), self.first, self.last))
        return sorted(out)


def _after(days: Sequence[dt.date], day: dt.date, otherwise: dt.date) -> dt.date:
    place = bisect_right(days, day)
    return days[place] if place < len(days) else otherwise


def _same(a: Stretch, b: Stretch) -> bool:
    return (a.outcome, a.hinges, a.grants) == (b.outcome, b.hinges, b.grants)


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

    out = Sweep(compiled, filed, first, last, s, lay, seen, moving, Adrift(s, moving, daily), deadline)
    out.fitting = tuple(fitting(out.adrift, out.move))
    return out


def contradicted(sweep: Sweep, day: dt.date) -> tuple[str, ...]:
    """The facts told that a filing on a day does not fit, by the invariants it breaks; none if it fits nothing else."""
    sweep.move(day)
    facts = sweep.s.facts
    broken = [t for t in sweep.s.search.ties if not sweep.s.search.consistent(t)]
    mine = {Address(None, -1, (name,)) for name in sweep.filing.moves}
    read = {a for t in broken for a in t.reads if a not in mine and type(facts.get(a)) is not Absent}
    return tuple(sorted(facts.show(a) for a in read))
