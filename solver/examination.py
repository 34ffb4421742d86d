"""What the parts of an audit share: the book, the filing days to look at, and how people are looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import FIRST, LAST, ONGOING
from dsl.case import Case, Known, Listed, Record
from dsl.model import Book, Label, Place, Verdict
from solver.assess import assess
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled
from solver.finder import Finder, Found, Wanted, finder
from solver.matters import Matters, Taken
from solver.merge import People
from solver.run import Deadline


class Shown(Struct, frozen=True):
    """A person, the verdict of a category on that person as `assess` gives it, and what the two show."""

    case: Case
    category: str
    verdict: Verdict
    words: Label


class Finding(Struct, frozen=True):
    """Something wrong, or at least odd, with a book.

    subject: what it is about, as an `accepted` line of the book names it. places: what to underline, the first of them
    first. exception: lines that would resolve a contradiction and change no other verdict. shown: somebody who shows
    it, or who comes nearest to what nobody does.
    """

    code: str
    subject: str
    words: Label
    places: tuple[tuple[Place, Label], ...] = ()
    shown: Shown | None = None
    advice: Label | None = None
    exception: str | None = None

    @property
    def key(self) -> str:
        """The code and the subject, by which a book answers a finding."""
        return f"{self.code} {self.subject}"


class Examination(Struct):
    """What the parts of an audit share.

    chosen: the categories examined; all of them if none is named. Who shows that a clause of theirs matters may do so
    in any category that has the clause.
    """

    compiled: Compiled
    days: tuple[dt.date, ...]
    deadline: Deadline
    bounded: bool
    left_out: dict[str, None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    matters: Matters = field(default_factory=Matters)
    chosen: tuple[str, ...] = ()
    people: dict[str, tuple[dt.date, Case]] = field(default_factory=dict)
    """By category, somebody who qualifies and files on a day."""
    worked: People = lambda _: ()
    """The people whom the book works out for a category."""
    _days_of: dict[str, tuple[dt.date | None, ...]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The book."""
        return self.compiled.book

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories examined."""
        return self.chosen or tuple(self.compiled.program.categories)

    @property
    def in_turn(self) -> tuple[str, ...]:
        """All categories, those examined first."""
        return tuple(dict.fromkeys((*self.categories, *self.compiled.program.categories)))

    def answered(self, code: str, subject: str) -> bool:
        """Whether the book answers a finding."""
        return f"{code} {subject}" in self.book.accepted

    def days_of(self, category: str) -> tuple[dt.date | None, ...]:
        """Filing days to look at for a category: the latest that is not in the future first, at the end any day."""
        if category not in self._days_of:
            tests = self.compiled.tests
            cuts = {d for t in self.compiled.used(category) for d in tests[t].marks.dates}
            mine = {max((d for d in self.days if d <= cut), default=self.days[0]) for cut in cuts}
            mine |= {d for d in self.days if d in cuts} | {self.days[0], self._last()}
            ordered = sorted(mine, key=lambda d: (d > self._last(), abs(d - self._last())))
            self._days_of[category] = (*ordered,) if self.bounded else (*ordered, None)
        return self._days_of[category]

    def worked_on(self, category: str) -> Iterator[Case]:
        """The people worked out for a category who file on a day that is looked at, or between two of them."""
        filing = filing_of(self.book)
        for case in self.worked(category):
            day = case.root.facts.get(filing or "")
            if not self.bounded or (type(day) is dt.date and self.days[0] <= day <= self.days[-1]):
                yield case

    def _last(self) -> dt.date:
        """The last day looked at that the book knows of."""
        return max((d for d in self.days if d <= self.book.known), default=self.days[0])

    def somebody(
        self, categories: Sequence[str], wanted: Callable[[Finder], Sequence[Wanted]], name: str
    ) -> Found | None:
        """Somebody filing on any of the days for whom clauses have their truths, as `assess` confirms."""
        days = dict.fromkeys(d for c in categories for d in self.days_of(c))
        missed = False
        for day in sorted(days, key=lambda d: d is None):
            search = finder(self.compiled, nobody(self.book, day), rules=len(categories))
            goal = wanted(search)
            try:
                found = search.find(goal, self.deadline, partial(_confirms, self.compiled, goal), most=300)
            except TooLarge:
                found, missed = None, True
            if found is not None:
                return found
            missed = missed or bool(search.left_out)
        if missed:
            self.left_out.setdefault(name)
        return None

    def together(self, *wanted: Taken) -> bool:
        """Whether somebody may have these truths of clauses at once; True too where there was too much to try."""
        places = {g: (0,) * len(self.compiled.program.gates[g].lists) for g, _ in wanted}
        for day in (self._last(), None):
            search = finder(self.compiled, nobody(self.book, day), judgements="open")
            copy = search.copy()
            try:
                goal = [Wanted(copy, g, truth, places[g]) for g, truth in wanted]
                if search.find(goal, self.deadline, most=100) is not None or search.left_out:
                    return True
            except TooLarge:
                return True
        return False


def nobody(book: Book, day: dt.date | None) -> Case:
    """Somebody of whom nothing is told but the day of filing, or not even that."""
    filing = filing_of(book)
    return Case("nobody", Record({filing: day} if filing and day else {}))


def filing_of(book: Book) -> str | None:
    """The given that is the day of filing, if there is one."""
    return next((f.id for f in book.givens.values() if f.default == "today"), None)


def qualifying(gate: int) -> Callable[[Finder], Sequence[Wanted]]:
    """That a category, given by its gate, holds."""
    return lambda f: [Wanted(f.copy(), gate, True)]


def plain(compiled: Compiled, case: Case) -> Case:
    """A case without the readings that it has anyhow."""
    return replace(case, readings={r: v for r, v in case.readings.items() if compiled.defaults.get(r) != v})


def refiled(book: Book, case: Case, day: dt.date) -> Case:
    """The same person filing on another day."""
    return replace(case, root=Record({**case.root.facts, **nobody(book, day).root.facts}))


def verdict_on(
    compiled: Compiled, category: str, case: Case, readings: Mapping[str, str] = MappingProxyType({})
) -> Verdict | None:
    """What a category says of a person; None if the case does not fit together."""
    if check_case(compiled, case):
        return None
    results = assess(compiled, case, readings=readings, reasons=False, categories=[category]).results
    return results[0].verdict if results else None


def later(case: Case, by: dt.timedelta) -> Case:
    """The same person so much later: every day that is told moves."""

    def moved(value: Known) -> Known:
        match value:
            case dt.date() if value != ONGOING and FIRST <= value + by <= LAST:
                return value + by
            case Record(facts):
                return Record({name: moved(v) for name, v in facts.items()})
            case Listed(items):
                return replace(value, items=tuple(Record({n: moved(v) for n, v in r.facts.items()}) for r in items))
            case _:
                return value

    root = moved(case.root)
    assert isinstance(root, Record)
    return replace(case, root=root)


def _confirms(compiled: Compiled, goal: Sequence[Wanted], found: Found) -> bool:
    """Whether the case of somebody found fits together, and every category asked about has its verdict."""
    if check_case(compiled, found.case):
        return False
    names = {gate: name for name, gate in compiled.program.categories.items()}
    for w in goal:
        if w.gate not in names or w.copy.forced:
            continue
        answer = assess(compiled, found.case, readings=w.copy.readings, reasons=False, categories=[names[w.gate]])
        right = Verdict.QUALIFIES if w.truth else Verdict.DOES_NOT_QUALIFY
        if not answer.results or answer.results[0].verdict is not right:
            return False
    return True


def filing_days(compiled: Compiled, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, ...]:
    """The first day of each stretch between days at which some rule changes, from `first` to `last`."""
    cuts = {d for t in compiled.tests for d in t.marks.dates}
    cuts |= {compiled.book.known}
    low = first or min((d for d in cuts if d.year > _FAR), default=compiled.book.known)
    high = last or max(cuts, default=low)
    return tuple(sorted({low, *(d for d in cuts if low <= d <= high)}))


OFTEN = 3
"""After so many times with too much to try, a clause or a reading is not looked at on other days."""


_FAR = 1950
"""What a rule compares with before this year is a date of birth or of long ago, no day of filing."""


IDLE = {
    (True, True): (
        "B902",
        Label("`{path}` never matters", "`{path}`從不影響結果"),
        Label("whether it holds changes no category for anybody", "無論是否符合，對任何人均無影響"),
        Label("delete it, or correct what stands beside it", "刪去，或更正其旁的條件"),
    ),
    (True, False): (
        "B903",
        Label("`{path}` says nothing that is not said already", "`{path}`所述已為其他條件涵蓋"),
        Label("always met where it could matter", "凡可能有影響之處必已符合"),
        Label("delete it, or correct what implies it", "刪去，或更正涵蓋它的條件"),
    ),
    (False, True): (
        "B904",
        Label("`{path}` can never be met where it would matter", "`{path}`在可能有影響之處從不能符合"),
        Label("no person for whom it holds is helped or hindered by it", "沒有人因符合它而結果不同"),
        Label("delete it, or correct what stands in its way", "刪去，或更正妨礙它的條件"),
    ),
}
"""What is said of a condition by whether it changes nothing to take it to hold, and to fail: code, words, advice."""
