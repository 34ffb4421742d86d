"""Somebody whom two editions of a book tell apart, readings and what is asked for included; or the proof of nobody.

Verdicts are compared over all people and all readings at once. Then what is asked for, pointed to and granted: each of
these is put as a category of its own, so that the same question answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Case, Record, having, presumes
from dsl.inside import everything
from dsl.model import All, Book, Category, Clause, Compare, Const, Expr, Param, Truth, Value, Verdict
from solver.assess import assess
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.covered import asking, covered
from solver.days_apart import days_apart, edited_in
from solver.examination import nobody
from solver.finder import Finder, Found, Wanted, finder
from solver.merge import NEW, OLD, Edition, Merged, merge
from solver.points import in_small_numbers
from solver.run import Deadline, OutOfTime
from solver.touched import Declared, uses

Look = Literal["verdict", "asks for", "routes to", "grants"]
"""What is compared: the verdict, or what goes with it."""
LOOKS: tuple[Look, ...] = ("verdict", "asks for", "routes to", "grants")


class Apart(Struct, frozen=True):
    """What is known of two editions.

    person: somebody told apart in a category, with the readings chosen; None if nobody was found. look: by what.
    proved: nobody is told apart, for as many elements of lists as were tried; never with a person.
    """

    category: str = ""
    person: Case | None = None
    look: Look = "verdict"
    proved: bool = False


def told_apart(
    old: Book, new: Book, categories: Iterable[str], deadline: Deadline, looks: Collection[Look] = LOOKS
) -> Apart:
    """Somebody whom two editions of the same vocabulary tell apart in one of some categories.

    looks: what is compared. A person found is confirmed by an assessment under each edition; where the time runs out
    nothing is proved.
    """
    try:
        return _told_apart(old, new, list(categories), deadline, looks)
    except OutOfTime:
        return Apart()


def _told_apart(old: Book, new: Book, names: list[str], deadline: Deadline, looks: Collection[Look]) -> Apart:
    proved = True
    days = days_apart(old, new)
    if days is not None and not days[1]:
        return Apart(proved=True)
    only_on = [Case("nobody", Record({days[0]: day})) for day in days[1]] if days else []
    touched = frozenset(edited_in(old, new)) if "verdict" in looks else None
    if touched is not None and {kind for kind, _ in touched} - _RULES:
        touched = None
    if touched is not None and _covered(old, new, names, touched, only_on, deadline):
        return Apart(proved=True)
    old, new = in_small_numbers(old), in_small_numbers(new)
    for before, after, look in _questions(old, new, names, touched):
        if look not in looks:
            continue
        merged = merge(before, after, names)
        for c in merged.pairs:
            found = _somebody(merged, c, look, only_on, deadline)
            if found.person is not None:
                return found
            proved = proved and found.proved
    for c in names:
        found = _presumptions(old, new, c, deadline)
        if found.person is not None:
            return found
        proved = proved and found.proved
    return Apart(proved=proved)


def _covered(
    old: Book, new: Book, names: list[str], touched: frozenset[Declared], only_on: list[Case], deadline: Deadline
) -> bool:
    """Whether nothing is edited but lines of points, and what they give together with lines that cover them is not."""
    questions = covered(old, new, names, touched)
    for was, now in questions or ():
        merged = merge(asking(old, names[0], was), asking(new, names[0], now), names[:1])
        if merged.pairs and not _somebody(merged, names[0], "verdict", only_on, deadline).proved:
            return False
    return questions is not None


_RULES = {"parameters", "tables", "readings", "judgements", "terms", "categories"}
"""What a condition can speak of; where more than these is edited, nothing is taken to be untouched."""


def _questions(
    old: Book, new: Book, names: Iterable[str], touched: frozenset[Declared] | None
) -> Iterator[tuple[Book, Book, Look]]:
    """The editions with categories that hold for those to whom something is said, first as they are.

    touched: the declarations that are edited. What is said on conditions that none of these has a part in is said to
    whoever qualifies, as before: the verdicts tell already, and it is not asked. None: all is asked.
    """
    memo: dict[str, frozenset[Declared]] = {}

    def same(x: Any, y: Any) -> bool:
        return touched is not None and x == y and not uses(old, x, memo) & touched

    names = list(names)
    yield old, new, "verdict"
    made: dict[tuple[Look, int], tuple[dict[str, Category], dict[str, Category]]] = {}
    for name in names:
        a, b = old.categories[name], new.categories[name]
        for key, before, after in (*_asked(a, b, same), *_routed(a, b, same), *_granted(old, new, a, b, same)):
            pair = made.setdefault(key, ({}, {}))
            pair[0][name], pair[1][name] = before, after
    for (look, _), (first, second) in made.items():
        yield replace(old, categories=first), replace(new, categories=second), look


Question = tuple[tuple[Look, int], Category, Category]


def _also(c: Category, *more: Clause) -> Category:
    return replace(c, needs=Clause(None, All((c.needs, *more))))


Same = Callable[[Any, Any], bool]


def _asked(a: Category, b: Category, same: Same) -> Iterator[Question]:
    for i, (x, y) in enumerate(zip(a.asks, b.asks, strict=True)):
        if x.when is not None and y.when is not None and not same(x.when, y.when):
            yield ("asks for", i), _also(a, x.when), _also(b, y.when)


def _routed(a: Category, b: Category, same: Same) -> Iterator[Question]:
    for i, (x, y) in enumerate(zip(a.routes, b.routes, strict=True)):
        if same(x.when, y.when):
            continue
        pair = [replace(c, needs=r.when, bars=None, overrides=()) for c, r in ((a, x), (b, y))]
        yield ("routes to", i), pair[0], pair[1]


def _granted(old: Book, new: Book, a: Category, b: Category, same: Same) -> Iterator[Question]:
    """For every value that a grant can have, those to whom it is given."""
    n = 0
    for x, y in zip(a.grants, b.grants, strict=True):
        values = dict.fromkeys((*_values(x.value, old), *_values(y.value, new)))
        if same(x.value, y.value) or (
            x.value == y.value and not any(isinstance(p, Param) for p in everything(x.value))
        ):
            continue
        for value, kind in values:
            is_value = (Clause(None, Compare("is", e, Const(value, kind))) for e in (x.value, y.value))
            yield ("grants", n), _also(a, next(is_value)), _also(b, next(is_value))
            n += 1


def _values(expr: Expr, book: Book) -> Iterator[tuple[Value, Any]]:
    for part in everything(expr):
        match part:
            case Const(value, kind):
                yield value, kind
            case Param(id):
                p = book.parameters[id]
                yield from ((row.value, p.type) for row in p.values if row.value is not None)
            case _:
                pass


# -------------------------------------------------------------------------------------------------------- the search


_PATIENCE = 12
"""Choices with too much to try after which nobody is likely to be found any more; nothing is proved after the first."""


def _somebody(merged: Merged, category: str, look: Look, only_on: list[Case], deadline: Deadline) -> Apart:
    """Somebody for whom a category holds in one edition and not in the other.

    First with every reading at its default and on single days, for plain people; last with any reading on any day (of
    those on which alone the editions differ, if these are few: `only_on`), which alone decides whether there is nobody.
    """
    alone = _Alone(merged, category)
    anybody = only_on or [nobody(merged.book, None)]
    plain = only_on or [*(nobody(merged.book, day) for day in merged.days), *anybody]
    tries: list[tuple[Case, bool]] = [(case, False) for case in plain]
    if not _defaults_differ(merged):
        tries += [(case, True) for case in anybody]
    proved = True
    for n, (case, any_reading) in enumerate(tries):
        last = n + len(anybody) >= len(tries)
        for held in (True, False):
            search = finder(merged.compiled, case, "all" if any_reading else {}, judgements="open", rules=2)
            before = alone.lawful
            try:
                goal = _goal(merged, search, category, held, any_reading=any_reading)
                someone = search.find(goal, deadline, alone.differ, most=400, patience=_PATIENCE if last else 1)
            except TooLarge:
                proved = proved and not last
                continue
            if someone is not None:
                return Apart(category, alone.case, look)
            proved = proved and not (last and search.left_out > alone.lawful - before)
    return Apart(proved=proved)


def _defaults_differ(merged: Merged) -> bool:
    before, after = merged.defaults
    shared = {r for r in merged.book.readings if "|" not in r}
    return any(before[r] != after[r] for r in shared)


def _goal(merged: Merged, search: Finder, category: str, held: bool, *, any_reading: bool) -> list[Wanted]:
    gates = merged.compiled.program.categories
    before, after = merged.defaults
    ids = merged.pairs[category]
    return [
        Wanted(search.copy(readings=None if any_reading else before), gates[ids[0]], held),
        Wanted(search.copy(readings=None if any_reading else after), gates[ids[1]], not held),
    ]


class _Alone(Struct):
    """Each edition with one category, to confirm who was found.

    lawful: people for whom both editions depend, on what the law leaves open: no choice was left out for them.
    """

    merged: Merged
    category: str
    case: Case | None = None
    lawful: int = 0

    def differ(self, someone: Found) -> bool:
        """Whether the two editions answer differently."""
        mine = {r: v for r, v in someone.readings.items() if r in self.merged.old.readings}
        defaults = {r.id: r.default for r in self.merged.old.readings.values()}
        chosen = {r: v for r, v in mine.items() if v != defaults[r]} if not _defaults_differ(self.merged) else {}
        case = replace(someone.case, readings=chosen)
        both = [_answer(self.merged.alone(self.category, e), case) for e in _EDITIONS]
        if both[0] is None or both[1] is None:
            return False
        if both[0] is both[1]:
            self.lawful += bool(someone.law)
            return False
        self.case = case
        return True


_EDITIONS: tuple[Edition, Edition] = (OLD, NEW)


def _answer(compiled: Compiled, case: Case) -> Verdict | None:
    if check_case(compiled, case):
        return None
    results = assess(compiled, case, readings=case.readings, reasons=False).results
    return results[0].verdict if results else None


def _presumptions(old: Book, new: Book, category: str, deadline: Deadline) -> Apart:
    """Somebody of whom a judgement is not recorded, where one edition presumes it and the other does not."""
    pairs = [(it, new.judgements[j]) for j, it in old.judgements.items()]
    if all((one.mode, one.unless) == (other.mode, other.unless) for one, other in pairs):
        return Apart(proved=True)
    both = [compile_book(replace(b, categories={category: b.categories[category]})) for b in (old, new)]
    ends = dict.fromkeys(p for one, other in pairs for p in (*one.unless, *other.unless) if one.unless != other.unless)
    plain = [nobody(old, old.known), nobody(old, None)]
    told = [having(case, (p.base, *p.steps), True) for p in ends for case in plain]
    proved = True
    for case, presuming in product((*plain, *told), both):
        moved = [
            one.id for one, other in pairs
            if presumes(presuming.book.judgements[one.id], case.root.facts)
            and not (presumes(one, case.root.facts) and presumes(other, case.root.facts))
        ]  # fmt: skip
        gates = [g.id for g in presuming.program.gates if g.test is not None and _judges(presuming, g.test, moved)]
        if not gates:
            continue
        search = finder(presuming, case)
        gate = presuming.program.categories[category]

        def differ(someone: Found) -> bool:
            answers = [_answer(c, someone.case) for c in both]
            return None not in answers and answers[0] is not answers[1]

        for held in (True, False):
            goal = [
                Wanted(search.copy(), gate, held),
                Wanted(search.copy(forced=dict.fromkeys(gates, False)), gate, not held),
            ]
            try:
                someone = search.find(goal, deadline, differ, most=100)
            except TooLarge:
                proved = False
                continue
            if someone is not None:
                return Apart(category, someone.case)
        proved = proved and not search.left_out
    return Apart(proved=proved)


def _judges(compiled: Compiled, test: int, judgements: Iterable[str]) -> bool:
    cond = compiled.tests[test].spec.cond
    return isinstance(cond, Truth) and (cond.fact.steps[-1] if cond.fact.steps else cond.fact.base) in set(judgements)
