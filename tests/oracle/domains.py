"""Values worth trying for an unknown fact: everything a book compares with, and its neighbours, by brute force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial

from dsl import model as m
from dsl.case import Case, Listed, Record
from tests.oracle import days
from tests.oracle.completion import Domains, fits, invariants_of, keeps, walk
from tests.oracle.meaning import Bound, Same

ELSEWHERE = "AQ"
"""A country no generated book names."""

MOST = 10**15
NARROW = 64
"""A range of days or numbers up to this long is tried in full."""


def domains_for(book: m.Book, case: Case, most: int = 20_000) -> Domains:
    """Values to try for every fact of the book, and as many further elements as its conditions can tell apart."""
    told = list(told_values(case.root))
    written = written_in(Same(book))
    numbers = number_candidates(book, written, told, sums_told(case.root))
    dates = lru_cache(partial(date_candidates, book, written, told))
    values: dict[tuple[str | None, str], tuple[object, ...]] = {}
    for name, fact in book.givens.items():
        tried = candidates(book, written, None, fact, numbers, dates)
        values[None, name] = fitting(Same(book), None, name, tried)
    for entity in book.entities.values():
        for fact in entity.facts:
            tried = candidates(book, written, entity, fact, numbers, dates)
            values[entity.id, fact.id] = fitting(Same(book), entity.id, fact.id, tried)
    return Domains(values, {id: max(1, demands(book, id)) for id in book.entities}, most)


@lru_cache(maxsize=1024)
def fitting(same: Same, entity: str | None, fact: str, tried: tuple[object, ...]) -> tuple[object, ...]:
    """The values of a fact that by themselves keep the invariants."""
    if entity is not None:
        return tuple(it for it in tried if fits(same.book, entity, {fact: it}))
    return tuple(it for it in tried if keeps(invariants_of(same, None), {fact: Bound(it, fact)}))


@lru_cache(maxsize=4)
def written_in(same: Same) -> tuple[object, ...]:
    """Every part of the conditions of a book."""
    book = same.book
    return tuple(it for part in (book.invariants, book.categories, book.terms, book.entities) for it in walk(part))


def candidates(
    book: m.Book,
    written: tuple[object, ...],
    entity: m.Entity | None,
    fact: m.Fact,
    numbers: tuple[int, ...],
    dates: Callable[[], tuple[dt.date, ...]],
) -> tuple[object, ...]:
    """Values to try for one fact, before its entity's invariants are looked at."""
    of = (Same(book), None if entity is None else entity.id, fact.id)
    match fact.type:
        case m.Scalar("truth"):
            return (False, True)
        case m.Scalar("whole" | "money"):
            low, high = bounds(*of)
            if isinstance(low, int) and isinstance(high, int) and high - low <= NARROW:
                return tuple(range(low, high + 1))
            return numbers
        case m.Scalar("date"):
            low, high = bounds(*of)
            span: Iterable[object] = options(*of)
            if isinstance(low, dt.date) and isinstance(high, dt.date) and (high - low).days <= NARROW:
                span = (low + n * days.DAY for n in range((high - low).days + 1))
            elif not span:
                span = dates()
            ends = entity is not None and entity.spell is not None and fact.id == entity.spell[1]
            return (*span, *((days.ONGOING,) if ends else ()))
        case m.Scalar("country"):
            used = {it.value for it in written if isinstance(it, m.Const) and it.type == fact.type}
            keys = {row.key for table in book.tables.values() if table.key_type == fact.type for row in table.rows}
            return (*sorted(map(str, used | keys)), ELSEWHERE)
        case m.EnumOf(id):
            return tuple(member for member, _ in book.enumerations[id].members)
        case m.KeyOf(id):
            return (*dict.fromkeys(row.key for row in book.tables[id].rows), m.OTHER)
        case m.Scalar("duration"):
            lengths = [it.value for it in written if isinstance(it, m.Const) and it.type == fact.type]
            return tuple(dict.fromkeys(lengths))
        case _:
            return ()


@lru_cache(maxsize=1024)
def options(same: Same, entity: str | None, fact: str) -> tuple[object, ...]:
    """The values an invariant names as the only ones for a fact, if there is one."""
    path, invariants = own(same, entity, fact)
    for part in walk(invariants):
        if isinstance(part, m.OneOf) and part.value == path:
            return tuple(option.value for option in part.options)
    return ()


@lru_cache(maxsize=1024)
def bounds(same: Same, entity: str | None, fact: str) -> tuple[object, object]:
    """The least and the greatest value that plain invariants leave to a fact."""
    path, invariants = own(same, entity, fact)
    low: object = None
    high: object = None
    for part in walk(invariants):
        match part:
            case m.Compare("ge", left, m.Const(value)) if left == path:
                low = value
            case m.Compare("le", left, m.Const(value)) if left == path:
                high = value
            case _:
                pass
    return low, high


def own(same: Same, entity: str | None, fact: str) -> tuple[m.Path, tuple[m.Clause, ...]]:
    """The path by which invariants name a fact, and these invariants."""
    if entity is None:
        return m.Path(fact), same.book.invariants
    return m.Path("it", (fact,)), same.book.entities[entity].invariants


def number_candidates(
    book: m.Book, written: tuple[object, ...], told: list[object], sums: frozenset[int]
) -> tuple[int, ...]:
    """Zero, the greatest, every number written or told, their sums and differences, and all neighbours.

    sums: what told things of a list come to; an untold one of them turns a total at what is missing.
    """
    rows = [row.value for p in book.parameters.values() for row in p.values]
    found = [it.value for it in written if isinstance(it, m.Const)] + rows + told
    base = {it for it in found if isinstance(it, int) and not isinstance(it, bool)}
    if any(isinstance(it, m.YearOf) for it in written):
        base |= {it.year for it in found if isinstance(it, dt.date) and it != days.ONGOING}
    seeds = {0, *base}
    if any(isinstance(it, m.Difference) or (isinstance(it, m.Aggregate) and it.kind == "sum") for it in written):
        seeds |= {a + b for a in base for b in base} | {a - b for a in base for b in base}
        seeds |= {a - b for a in base for b in sums}
    return tuple(sorted({n + d for n in {*seeds, MOST} for d in (-1, 0, 1) if 0 <= n + d <= MOST}))


def date_candidates(book: m.Book, written: tuple[object, ...], told: list[object]) -> tuple[dt.date, ...]:
    """Every date written or told, moved by every duration written, the days where such a move turns, and neighbours."""
    found = list(told)
    for table in book.tables.values():
        found += [it for row in table.rows for it in (row.start, row.end)]
        found += [it for cover in table.coverage for it in (cover.start, cover.end)]
    found += [it for p in book.parameters.values() for row in p.values for it in (row.start, row.value)]
    found += [it.value for it in written if isinstance(it, m.Const)]
    moves = {(int(it.count), str(it.unit)) for it in [*written, *found] if hasattr(it, "unit") and hasattr(it, "count")}
    if any(isinstance(it, m.AgeOn) for it in written):
        moves |= {(it, "years") for it in found if isinstance(it, int) and not isinstance(it, bool) and it < 150}
        moves |= {(it + 1, "years") for it, _ in set(moves)}
    if any(isinstance(it, m.YearOf) for it in written):
        years = {it for it in found if isinstance(it, int) and days.FIRST.year <= it <= days.LAST.year}
        years |= {it.year for it in found if isinstance(it, dt.date) and it != days.ONGOING}
        steps = [it for it in found if isinstance(it, int) and 0 <= it < 20]
        years |= {y + s * n for y in years for n in steps for s in (1, -1)}
        found += [dt.date(y, mth, day) for y in years for mth, day in ((1, 1), (12, 31))]
    seeds = {it for it in found if isinstance(it, dt.date) and it != days.ONGOING}
    turns = {it for day in seeds for count, unit in moves for it in turning(day, count, unit)}
    if edges := {it.edge for it in written if isinstance(it, m.EdgeOf)}:
        around = {it for day in seeds | turns for it in beside(day, edges)}
        turns |= around | {it for day in around for count, unit in moves for it in turning(day, count, unit)}
    near = {day + n * days.DAY for day in seeds | turns for n in (-1, 0, 1) if days.FIRST < day < days.LAST}
    return tuple(sorted(near | {days.FIRST, days.LAST}))


def beside(day: dt.date, edges: Iterable[str]) -> Iterator[dt.date]:
    """The first day of the month or year a day falls in, and of the next one."""
    for edge in {name.split()[0] for name in edges}:
        yield days.edge(day, f"{edge} begins")
        yield min(days.edge(day, f"{edge} ends") + days.DAY, days.LAST)


@lru_cache(maxsize=1 << 16)
def turning(day: dt.date, count: int, unit: str) -> tuple[dt.date, ...]:
    """The days moved there and back, and the days on which `x plus D` begins to reach or to pass `day`."""
    out = []
    for signed in (count, -count):
        there = days.moved(day, signed, unit)
        out.append(there)
        for n in range(-4, 5):
            x = there + n * days.DAY
            if days.FIRST < x < days.LAST:
                now, eve = days.moved(x, -signed, unit), days.moved(x - days.DAY, -signed, unit)
                if (now >= day) != (eve >= day) or (now > day) != (eve > day):
                    out.append(x)
    return tuple(out)


def demands(book: m.Book, entity: str) -> int:
    """How many elements of an entity can matter at once to one category."""
    return demanded(Same(book), entity)


@lru_cache(maxsize=64)
def demanded(same: Same, entity: str) -> int:
    """The same of a book as itself."""
    return max((sum(uses(part, entity) for part in parts) for parts in counting(same)), default=0)


@lru_cache(maxsize=4)
def counting(same: Same) -> list[list[object]]:
    """The parts of the conditions of each category, of the terms and of the invariants."""
    book = same.book
    shared = (tuple(book.terms.values()), book.invariants)
    return [list(walk((it, shared))) for it in book.categories.values()]


def uses(part: object, entity: str) -> int:
    """How many elements one condition may need to be decided."""
    match part:
        case m.Quantified(entity=kind) if kind == entity:
            return 1
        case m.Compare(_, m.Aggregate(kind="count", entity=kind), m.Const(int(limit))) if kind == entity:
            return limit + 1
        case m.Compare(_, m.Aggregate(kind="sum" | "months", entity=kind)) if kind == entity:
            return 2
        case m.Compare(_, m.Score() as it, m.Const(int(limit))):
            lines = [p for p in walk(it) if isinstance(p, m.Points) and p.each is not None and p.each.entity == entity]
            return max((limit // p.points + 1 for p in lines), default=0)
        case _:
            return 0


def sums_told(record: Record) -> frozenset[int]:
    """What any of the things of a list come to together, fact by fact: a filter may count some of them only."""
    found: set[int] = set()
    for it in record.facts.values():
        match it:
            case Record():
                found |= sums_told(it)
            case Listed(items):
                for name in {name for item in items for name in item.facts}:
                    sums = {0}
                    for item in items:
                        number = item.facts.get(name)
                        if isinstance(number, int) and not isinstance(number, bool):
                            sums |= {before + number for before in sums}
                    found |= sums
            case _:
                pass
    return frozenset(found)


def told_values(record: Record) -> Iterator[object]:
    """Every value a case tells."""
    for it in record.facts.values():
        match it:
            case Record():
                yield from told_values(it)
            case Listed(items):
                for item in items:
                    yield from told_values(item)
            case _:
                yield it
