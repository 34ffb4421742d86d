"""Values at which tests change: the ends of the cells into which the value space of an unknown fact falls.

For one unknown fact the landmarks with their neighbours meet every cell. For facts tied to one another the landmarks of
the first are moved by the durations of the tests between them (twice over), and those of the next are taken with the
first in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from dsl import calendar
from dsl.calendar import FIRST, LAST, ONGOING, Duration, Edge, shift
from dsl.countries import countries
from dsl.inside import directly
from dsl.model import (
    OTHER,
    AgeOn,
    Aggregate,
    Book,
    Call,
    Compare,
    Cond,
    Const,
    Difference,
    EdgeOf,
    EnumOf,
    Expr,
    Extreme,
    KeyOf,
    Member,
    OneOf,
    Param,
    Path,
    Scalar,
    Score,
    Shift,
    Type,
    Window,
    YearOf,
)
from solver.evaluate import stretches

ONE = dt.timedelta(days=1)


Chain = tuple[tuple[Duration, int] | Edge, ...]
"""What is done to a date before it is compared, outermost first: moves, and going to the edge of a month or year."""


class Marks(Struct, frozen=True):
    """What one test compares with: constants by kind, durations, dates at which the law changes, keys of lists.

    chains: what is done to each of its dates, if any of them goes to the edge of a month or year. apart: whether it
    takes numbers of more than two facts from one another, or one of them twice.
    """

    values: frozenset[Any] = frozenset()
    durations: frozenset[Duration] = frozenset()
    dates: frozenset[dt.date] = frozenset()
    tables: frozenset[tuple[str, tuple[tuple[str, str], ...]]] = frozenset()
    years: bool = False
    ages: bool = False
    totals: bool = False
    chains: frozenset[Chain] = frozenset()
    apart: bool = False


def marks(cond: Cond | Expr, book: Book) -> Marks:
    """The landmarks in a test, terms of its filters included."""
    values: set[Any] = set()
    durations: set[Duration] = set()
    dates: set[dt.date] = set()
    tables: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    kinds: set[type] = set()
    apart = False

    def visit(x: Any) -> None:
        nonlocal apart
        kinds.add(type(x))
        match x:
            case Const(value, _):
                values.add(value)
                if isinstance(value, Duration):
                    durations.add(value)
            case OneOf(_, options):
                values.update(o.value for o in options)
            case Param(name):
                parameter = book.parameters[name]
                values.update(r.value for r in parameter.values if r.value is not None)
                dates.update(r.start for r in parameter.values)
                durations.update(r.value for r in parameter.values if isinstance(r.value, Duration))
            case Shift(_, by, _) | Window(_, by, _, _):
                durations.add(by)
            case Aggregate(within=within) if within is not None:
                durations.add(within)
            case Compare(_, left, right) if isinstance(left, Difference) or isinstance(right, Difference):
                values.update(map(abs, _brought_together(Difference(left, right), book)))
                facts = list(_taken(left, right))
                apart = apart or len(facts) > 2 or len(set(facts)) < len(facts)
            case Member(_, table, _, rows):
                tables.add((table, rows))
                dates.update(stretches(book.tables[table]))
            case Call(term, _):
                visit(book.terms[term].means)
            case _:
                pass
        for part in directly(x):
            visit(part)

    visit(cond)
    return Marks(
        frozenset(values),
        frozenset(durations),
        frozenset(dates | {v for v in values if type(v) is dt.date}),
        frozenset(tables),
        YearOf in kinds,
        AgeOn in kinds,
        Aggregate in kinds,
        frozenset(_chains(cond, book)) if EdgeOf in kinds else frozenset(),
        apart,
    )


def _brought_together(e: Expr, book: Book) -> set[int]:
    """What the numbers of the law in a difference add up to, brought to one side of what else stands there."""
    match e:
        case Difference(left, right):
            there = _brought_together(right, book)
            return {a - b for a in _brought_together(left, book) for b in there}
        case Const(value, _) if type(value) is int:
            return {value}
        case Param(name):
            return {r.value for r in book.parameters[name].values if type(r.value) is int} or {0}
        case Score():  # a sum of points says nothing of a number
            return set()
        case _:
            return {0}


def _taken(*sides: Expr) -> Iterator[Expr]:
    """What is taken from one another on the sides of a comparison, but for numbers of the law."""
    for e in sides:
        match e:
            case Difference(left, right):
                yield from _taken(left, right)
            case Const() | Param():
                pass
            case _:
                yield e


def _chains(x: Any, book: Book, trail: Chain = ()) -> Iterable[Chain]:
    """What is done to each date in a test, terms of its filters included."""
    match x:
        case Path() | Param() | Const():
            yield trail
        case Shift(date, by, sign):
            yield from _chains(date, book, (*trail, (by, sign)))
        case EdgeOf(date, edge):
            yield from _chains(date, book, (*trail, edge))
        case Extreme(_, args):
            for arg in args:
                yield from _chains(arg, book, trail)
        case Call(term, _):
            yield from _chains(book.terms[term].means, book)
        case _:
            for part in directly(x):
                yield from _chains(part, book)


def _along(chain: Chain, day: dt.date) -> dt.date:
    """The day that a chain makes of another."""
    for step in reversed(chain):
        day = calendar.edge_of(day, step) if isinstance(step, str) else shift(day, *step)
    return day


def _back(chain: Chain, days: set[dt.date]) -> set[dt.date]:
    """Days at which what a chain makes of a day begins to reach, or to pass, one of these."""
    for step in chain:
        if isinstance(step, str):
            month = step.startswith("month")
            first = {calendar.edge_of(d, "month begins" if month else "year begins") for d in days}
            days = first | {shift(d, Duration(1, "months" if month else "years")) for d in first}
        else:
            days = {shift(d, step[0], -step[1]) for d in days}
    return days


def reads_inside(cond: Any, var: str, book: Book) -> tuple[tuple[str, ...], ...]:
    """The facts of a variable that a condition reads, terms opened up."""
    out: dict[tuple[str, ...], None] = {}

    def visit(x: Any, names: frozenset[str]) -> None:
        match x:
            case Path(base, steps):
                if base in names and steps:
                    out.setdefault(steps)
            case Call(term, args):
                params = [p for p, _ in book.terms[term].params]
                inner = frozenset(p for p, a in zip(params, args, strict=True) if a.base in names and not a.steps)
                visit(book.terms[term].means, inner)
            case _:
                for part in directly(x):
                    visit(part, names)

    visit(cond, frozenset({var}))
    return tuple(out)


def candidates(kind: Type, found: Sequence[Marks], known: Iterable[Any], book: Book) -> list[Any]:
    """Values to try for an unknown fact of a type other than a date.

    `found`: the marks of the tests that read it; `known`: values of the other facts they read.
    """
    match kind:
        case Scalar("truth"):
            return [True, False]
        case EnumOf(name):
            return [m for m, _ in book.enumerations[name].members]
        case Scalar("country"):
            named = {v for m in found for v in m.values if isinstance(v, str)} | {
                v for v in known if isinstance(v, str)
            }
            named |= {r.key for m in found for t, _ in m.tables for r in book.tables[t].rows}
            named &= countries()
            return [*sorted(named), next(c for c in sorted(countries()) if c not in named)]
        case KeyOf(table):
            named = {v for m in found for v in m.values if isinstance(v, str)} | {
                v for v in known if isinstance(v, str)
            }
            # A test may compare other words too, a country or a level: they are not on the list.
            named &= {row.key for row in book.tables[table].rows}
            keys = representatives(book, table, frozenset(t for m in found for t in m.tables))
            return [*keys, *sorted(named - set(keys)), OTHER]
        case Scalar("whole") | Scalar("money"):
            return _numbers(found, known)
        case Scalar("duration"):
            return _durations(found, known)
        case _:
            return []


def turning(kind: Type, found: Sequence[Marks], known: Iterable[Any], book: Book) -> Iterable[Any]:
    """Where a fact that is compared with another can change: of numbers without their neighbours."""
    if kind in (Scalar("whole"), Scalar("money")):
        return _meeting(found, known)
    return candidates(kind, found, known, book)


def _numbers(found: Sequence[Marks], known: Iterable[Any]) -> list[int]:
    """Constants, known numbers, their sums and differences, and the neighbours of all of them."""
    return sorted({n for v in _meeting(found, known) for n in (v - 1, v, v + 1) if 0 <= n <= 10**15} | {10**15})


def _meeting(found: Sequence[Marks], known: Iterable[Any]) -> set[int]:
    """Constants, known numbers, their sums and differences."""
    base = {v for m in found for v in m.values if type(v) is int}
    known = list(known)
    others = {v for v in known if type(v) is int}
    if any(m.apart for m in found):
        others |= {n for a in others for b in others for n in (a + b, abs(a - b))}
    days = {v for v in known if type(v) is dt.date and v != ONGOING}.union(*(m.dates for m in found))
    if any(m.years for m in found):
        base |= {d.year for d in days} | {FIRST.year, LAST.year}
    if any(m.ages for m in found):
        base |= {abs(a.year - b.year) for a in days for b in days}
    met = base | others | {a + b for a in base for b in others} | {abs(a - b) for a in base for b in others} | {0}
    # A fact may stand on both sides of a difference: then it changes at half of what else there is.
    return met | {n // 2 for n in met} if any(m.apart for m in found) else met


def _durations(found: Sequence[Marks], known: Iterable[Any]) -> list[Duration]:
    """Constants and their neighbours, in each unit that is met."""
    base = {d for m in found for d in m.durations} | {v for v in known if isinstance(v, Duration)} or {
        Duration(1, "months")
    }
    out = set()
    for d in base:
        unit = "months" if d.unit in ("months", "years") else "days"
        count = d.count * {"days": 1, "weeks": 7, "months": 1, "years": 12}[d.unit]
        out |= {Duration(max(count + n, 0), unit) for n in (-1, 0, 1)}  # type: ignore[arg-type]
    return sorted(out)


def reach(m: Marks, from_: Iterable[dt.date], told: Iterable[int] = ()) -> set[dt.date]:
    """Days at which one test can change, given the other days it looks at, and the numbers it is told.

    A test moves a day by one duration; a total over spells cuts at a window and counts up to a limit, so two.
    """
    start = m.dates.union(d for d in from_ if d != ONGOING)
    start |= {_along(chain, d) for chain in m.chains for d in start}
    out = set(start)
    for _ in range(2 if m.totals else 1):
        out |= {shift(d, by, sign) for d in out for by in m.durations for sign in (1, -1)}
    whole = {v for v in m.values if type(v) is int}.union(told)
    numbers = {v for v in whole if v < 400}
    if m.ages:
        out |= {
            shift(d, Duration(n, "years"), sign) for d in start for v in numbers for n in (v, v + 1) for sign in (1, -1)
        }
    if m.years:
        years = {d.year + sign * n + k for d in start for n in numbers | {0} for sign in (1, -1) for k in (0, 1)}
        years |= {v + k for v in whole for k in (0, 1)}  # a year by itself, near no other date
        out |= {dt.date(y, 1, 1) for y in years if FIRST.year <= y <= LAST.year}
    return out.union(*(_back(chain, out) for chain in m.chains))


def with_neighbours(days: set[dt.date], *, ongoing: bool) -> list[dt.date]:
    """The days, the days beside them (more about the ends of months, where months are clipped), and the far ends."""
    days = days or {dt.date(2026, 1, 1)}
    near = {
        d + k * ONE for d in days for k in (_MONTH_END if d.day >= 28 or d.day == 1 else _BESIDE) if _EARLY < d < _LATE
    }
    near |= {d for d in days if FIRST <= d <= LAST}
    out = sorted(near | {FIRST, LAST})
    return [*out, ONGOING] if ongoing else out


_BESIDE = (-1, 0, 1)
_MONTH_END = (-3, -2, -1, 0, 1, 2, 3)
_EARLY, _LATE = FIRST + 3 * ONE, LAST - 3 * ONE


@cache
def _alike(rows: Any, wanted: Any) -> Mapping[Any, tuple[str, ...]]:
    """Keys by how their rows look to some tests."""
    out: dict[Any, tuple[str, ...]] = {}
    by_key: dict[str, list[Any]] = {}
    columns = {c for _, cond in wanted for c, _ in cond}
    for row in rows:
        by_key.setdefault(row.key, []).append((row.start, row.end, tuple(v for c, v in row.columns if c in columns)))
    for key, what in by_key.items():
        out[tuple(what)] = (*out.get(tuple(what), ()), key)
    return out


def representatives(book: Book, table: str, wanted: frozenset[tuple[str, tuple[tuple[str, str], ...]]]) -> list[str]:
    """One key for each way the rows of a key can look to the tests."""
    return [keys[0] for keys in _alike(book.tables[table].rows, wanted).values()]


def stands_for_more(kind: Type, found: Sequence[Marks], value: object, book: Book) -> bool:
    """Whether there are other names that tests cannot tell from one: `candidates` has one of them for all."""
    match kind:
        case KeyOf(table):
            keys = _alike(book.tables[table].rows, frozenset(t for m in found for t in m.tables)).values()
            return any(value in alike and len(alike) > 1 for alike in keys)
        case Scalar("country"):
            return bool(value == candidates(kind, found, (), book)[-1])
        case _:
            return False
