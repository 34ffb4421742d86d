"""The values that the facts of a change can be given: those at which a test can change, as far as they can come about.

The filing only moves on; a told day that is brought about, or comes with time, can be another from the present day of
filing on alone; what is gained is gained between that day and the proposed one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dsl.calendar import FIRST, LAST, ONGOING, Duration, shift
from dsl.case import Absent
from dsl.model import Book, Scalar
from solver.candidates import values as landmark_values
from solver.cells import OpenTest, Search, Tie
from solver.changeable import FILING, Atom, nearest_first, tied
from solver.facts import Address, Facts
from solver.landmarks import reach, stands_for_more

AHEAD = Duration(10, "years")
"""How far ahead a day of filing is looked for."""

_DAY = dt.timedelta(days=1)


class Possible:
    """Values of the variables of a change. book, facts, search: as they are filled in; places: of what is added.

    now: the present day of filing, None if it is not told; today: that day, or the one to which the book is known.
    """

    def __init__(
        self,
        chosen: Sequence[Atom],
        before: Mapping[Address, Any],
        places: Mapping[str, int],
        search: Search,
        now: dt.date | None,
    ) -> None:
        """Over what is chosen to change. before: what is told of it; the variables are named later."""
        self.chosen, self.before, self.places, self.search = chosen, before, places, search
        self.book: Book = search.book
        self.facts: Facts = search.facts
        self.tests: Sequence[OpenTest] = search.group_tests
        self.ties: Sequence[Tie] = search.group_ties
        self.now, self.today = now, now or search.book.known
        self.variables: Sequence[Address] = ()
        self.days: dict[Any, list[Any]] = {}
        self.near: dict[Address, tuple[Address, ...]] = {}

    def is_new(self, a: Address) -> bool:
        """Whether a fact is one of an element that is added."""
        return a.list is not None and self.places.get(a.list) == a.place

    def of(self, v: Address) -> list[Any]:
        """Values to try for a variable, nearest first, as far as they are possible."""
        search, book = self.search, self.book
        fact = self.facts.fact(v)
        mine = [t for t in self.tests if v in t.reads]
        before = self.before.get(v, Absent.NOT_ASKED)
        filed = thaw_value(self.facts.root.get(FILING.steps[0]))
        if fact.type == Scalar("date") and self.is_new(v) and self.gained(v):
            return nearest_first(self._from_now_on(v, mine, filed), before, fact, book, filed or self.today)
        key = (v, *(self.facts.get(a) for a in self._near(v)))
        if key not in self.days:
            self.days[key] = landmark_values(search, v, mine, [t for t in self.ties if v in t.reads])
        found = self.days[key]
        if fact.type == Scalar("date"):
            found = self._dates(v, found, before, mine)
        if type(before) is not Absent and before not in found:  # it stays so in sets that do not touch it
            found = [*found, before]
        return nearest_first(found, before, fact, book, filed or self.today)

    def stands_for_more(self, v: Address, value: object) -> bool:
        """Whether other names would do in place of one, which tests cannot tell from it."""
        found = [t.marks for t in self.tests if v in t.reads] + [t.marks for t in self.ties if v in t.reads]
        return stands_for_more(self.facts.fact(v).type, found, value, self.book)

    def between(self) -> dict[Address, tuple[dt.date, dt.date]]:
        """Between which days what happens from now on lies: the filing, and what is gained before it."""
        new = [v for v in self.variables if self.is_new(v) and self.gained(v)]
        moved = [v for v in (FILING, *new) if v in self.variables and (v != FILING or self.now is not None)]
        dates = [v for v in moved if self.facts.fact(v).type == Scalar("date")]
        return dict.fromkeys(dates, (self.today, shift(self.today, AHEAD, 1)))

    def _near(self, v: Address) -> tuple[Address, ...]:
        """The other variables that some test reads together with this one, or with one of these."""
        if v not in self.near:
            mine = tied({v}, [*self.tests, *self.ties])
            self.near[v] = tuple(a for a in self.variables if a in mine and a != v)
        return self.near[v]

    def _dates(self, v: Address, found: Sequence[dt.date], before: Any, mine: Sequence[OpenTest]) -> list[dt.date]:
        """Days that are possible: the filing only moves on, and what is told can be otherwise from now on alone."""
        now = self.now
        how = next((a.how for a in self.chosen if a.address == v), None)
        days = set(found)
        if v == FILING and now is not None:
            near = [reach(t.marks, {now}) for t in mine]
            near += [reach(t.marks, {now, *self._told_days(t)}) for t in self._of_gained_days()]
            days |= {d + k * _DAY for found in near for d in found for k in (-1, 0, 1) if now <= d < LAST}
            last = shift(now, AHEAD, 1)
            days = {d for d in days if d <= last}
        if self.from_now_on(v):
            first = max(self.today, before) if how == "wait" else self.today
            return sorted({d for d in (*days, first) if d >= first})
        return sorted(days)

    def _of_gained_days(self) -> Iterator[OpenTest]:
        """Tests of days of what is gained that do not look at the filing, before which these days come."""
        for t in self.tests:
            dates = (a for a in t.reads if self.is_new(a) and self.gained(a))
            if FILING not in t.reads and any(self.facts.fact(a).type == Scalar("date") for a in dates):
                yield t

    def _told_days(self, t: OpenTest) -> set[dt.date]:
        """The days that a test reads, as far as they are told or filled in."""
        return {d for a in t.reads if type(d := self.facts.get(a)) is dt.date and d != ONGOING}

    def from_now_on(self, v: Address) -> bool:
        """Whether a told day can only be brought about, or come with time: what is past stays as it was."""
        how = next((a.how for a in self.chosen if a.address == v), None)
        return how in ("change", "wait") and type(self.before.get(v)) is dt.date

    def dating(self) -> Iterator[Address]:
        """Days of what is gained that were left out, and that invariants tie to what is told of it."""
        new = {v for v in self.variables if self.is_new(v) and self.gained(v)}
        told = {v for v in new if type(self.facts.get(v)) is not Absent}
        for v in tied(told, [replace(t, reads=t.reads & new) for t in self.ties]) - told:
            if self.facts.fact(v).type == Scalar("date"):
                yield v

    def _from_now_on(self, v: Address, mine: Sequence[OpenTest], filed: dt.date | None) -> list[dt.date]:
        """Days of something that is gained: none before the present day of filing, none after the proposed one.

        A spell that is gained goes on: whether it ends is for later.
        """
        assert v.list is not None
        if (self.facts.lists[v.list].entity, v.steps[-1]) in self.search.spell_ends:
            return [ONGOING]
        now, last = self.today, filed or shift(self.today, AHEAD, 1)
        known = {now, last}.union(*map(self._told_days, mine))
        moves = {by for t in mine for by in t.marks.durations}
        known |= {shift(d, by, sign) for d in known for by in moves for sign in (1, -1)}
        days = {d + k * _DAY for d in known for k in (-1, 0, 1) if FIRST < d < LAST}
        return sorted(d for d in days if now <= d <= last)

    def gained(self, v: Address) -> bool:
        """Whether a fact is one of an element that is gained."""
        return any(a.how == "gain" and str_of(a) == v.list for a in self.chosen)


def str_of(a: Atom) -> str:
    """The path of a list."""
    return ".".join(a.address.steps)


def thaw_value(value: object) -> dt.date | None:
    """A day, if that is what is told."""
    return value if type(value) is dt.date else None
