"""For whom a verdict changes: the smallest person, and the values of the facts that the changed tests look at.

The values of a fact fall into classes that no rule of the category tells apart (all nationalities that no list names
are one). Of each class it is asked whether anybody with such a value changes. For countries, keys, enumerations and
truths the classes are all there are; for numbers and dates, values on both sides of every limit are tried.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Absent, Case, Known, Listed, Record, having
from dsl.countries import countries
from dsl.model import OTHER, Book, EntityOf, EnumOf, Fact, KeyOf, ListOf, Path, Scalar, Verdict
from solver.check import check_case
from solver.compiled import Ready
from solver.landmarks import ONE, Marks, candidates
from solver.merge import NEW, OLD, Merged, Turned, somebody, turning, turns, verdict_in, verdicts
from solver.run import Deadline

_LONGEST = 0.6
"""Seconds spent on making one person smaller."""

_VAIN = 2
"""Values at the beginning with too much to try, after which the others are not looked at."""

_TRIED = 3
"""People who change that are tried with another value before others are looked for."""

MOST_FACTS = 4
MOST_CLASSES = 120


class Region(Struct, frozen=True):
    """The values of one fact at which somebody changes.

    path: the fact as in a case file; `[0]` where it is one of the elements of a list (then persons with no other
    element of that list were looked at). values: those at which somebody changes, in order; for numbers and dates as
    ranges `(first, last)` of the values tried, `last` None where it goes on without end. others: whether it is so for
    every value named in neither edition, too. whole: whether every value there is was accounted for. open: of how many
    classes nothing could be said. spared: the values at which nobody changes so, where all values could be listed.
    """

    path: str
    type: Any
    values: tuple[Any, ...]
    others: bool
    whole: bool
    open: int
    spared: tuple[Any, ...] = ()


def smallest(merged: Merged, category: str, turned: Turned) -> Turned:
    """The same with every fact left out that the change of verdict does not need, as far as time allows.

    First what tests alone can spare, as that is seen at once; to know less leaves a verdict that depends as it is, so
    that this one is asked for no more than twice.
    """
    want = turned.before, turned.after
    chosen: Mapping[str, str] | Literal[False] = turned.readings or False
    settled = [(e, v) for e, v in zip((OLD, NEW), want, strict=True) if v is not Verdict.DEPENDS]

    def at_once(case: Case) -> bool:
        return all(verdict_in(merged, category, e, case, chosen, at_once=True) is v for e, v in settled)

    def settles(case: Case) -> bool:
        return at_once(case) or all(verdict_in(merged, category, e, case, chosen) is v for e, v in settled)

    def after_all(case: Case) -> bool:
        return settles(case) and verdicts(merged, category, case, chosen) == want

    case = _shrunk(merged, category, turned.person, at_once)
    if after_all(case):  # days of elements that only invariants speak of are not seen at once
        inner = [path for path in _told(case.root, ()) if any(isinstance(step, int) for step in path[:-1])]
        fewer = _fewer(case, inner, settles)
        case = fewer if after_all(fewer) else case
    else:  # what is not told may be presumed
        case = _shrunk(merged, category, turned.person, after_all)
    return Turned(case, *want, turned.readings, turned.worked)


def _shrunk(merged: Merged, category: str, case: Case, good: Callable[[Case], bool]) -> Case:
    """A case with less told, such that it is still good."""
    filing = {f.id for f in merged.book.givens.values() if f.default == "today"}
    presumed = [f.id for f in merged.book.givens.values() if f.judgement is not None]
    plain = Record({n: Absent.NOT_ASKED if n in presumed else v for n, v in case.root.facts.items()})
    if good(replace(case, root=plain)):
        case = replace(case, root=plain)
    root = case.root
    for path in _unread(merged, category, case):
        root = root if path[0] in filing else _without(root, path)
    if good(replace(case, root=root)):
        case = replace(case, root=root)
    return _fewer(case, [path for path in _told(case.root, ()) if path[0] not in filing], good)


def _fewer(case: Case, paths: Iterable[Steps], good: Callable[[Case], bool]) -> Case:
    """A case without what it tells at some places, one after another, where it is good without."""
    end = time.process_time() + _LONGEST
    for path in paths:
        if time.process_time() > end:
            break
        fewer = replace(case, root=_without(case.root, path))
        if good(fewer):
            case = fewer
    return case


def _unread(merged: Merged, category: str, case: Case) -> Iterator[Steps]:
    """What a case tells that no rule of a category reads in either edition."""
    read = set()
    for t in _reading(merged, category, None):
        read |= {_names(_steps(path, t.spec.lists)) for path in t.reads.paths}
        read |= {(path.base, *path.steps, *inner) for path, facts in t.reads.totals for inner in (*facts, ())}
    for steps in list(_told(case.root, ())):
        named = _names(steps)
        if not any(named == r[: len(named)] or r == named[: len(r)] for r in read):
            yield steps


def _names(steps: Steps) -> tuple[str, ...]:
    return tuple(step for step in steps if isinstance(step, str))


Steps = tuple[str | int, ...]


def _told(value: Known, steps: Steps) -> Iterator[Steps]:
    """What a case tells, lists and their elements before what stands in them."""
    match value:
        case Record(facts):
            for name, inner in facts.items():
                yield from _told(inner, (*steps, name))
        case Listed(items):
            yield steps
            for i in reversed(range(len(items))):
                yield (*steps, i)
                yield from _told(items[i], (*steps, i))
        case Absent():
            pass
        case _:
            yield steps


def _without(root: Record, steps: Steps) -> Record:
    made = _left(root, steps)
    assert isinstance(made, Record)
    return made


def _left(value: Any, steps: Steps) -> Any:
    """A value without what stands at the end of some steps."""
    step, *rest = steps
    match value:
        case Record(facts) if isinstance(step, str) and step in facts:
            inner = _left(facts[step], tuple(rest)) if rest else Absent.NOT_ASKED
            return Record({**facts, step: inner})
        case Listed(items, open_, written) if isinstance(step, int) and step < len(items):
            if not rest:
                return Listed((*items[:step], *items[step + 1 :]), open_, written)
            return Listed((*items[:step], _left(items[step], tuple(rest)), *items[step + 1 :]), open_, written)
        case _:
            return value


def regions(
    merged: Merged,
    category: str,
    turned: Turned,
    held: bool,
    deadline: Deadline,
    seconds: float,
    *,
    days: bool = False,
) -> tuple[Region, ...]:
    """The facts that tell who changes in one way, each with its values.

    Facts at all of whose values somebody changes are left out. seconds: how long to look at all of them. days: only the
    days that choose what is in force, where the conditions themselves say who changes.
    """
    out = []
    end = time.process_time() + seconds
    facts = facts_apart(merged, category)
    if days:
        facts = [(steps, fact) for steps, fact in facts if len(steps) == 1 and fact.type == Scalar("date")]
    for steps, fact in facts[:MOST_FACTS]:
        region = _region(merged, category, steps, fact, turned, held, deadline, end)
        if region is not None:
            out.append(region)
    return tuple(out)


def facts_apart(merged: Merged, category: str) -> list[tuple[Steps, Fact]]:
    """The facts that tests of one edition look at and those of the other do not, or not so; lists with a 0 behind."""
    compiled = merged.compiled
    old, new = (compiled.used(id) for id in merged.pairs[category])
    out: dict[Steps, Fact] = {}
    for t in sorted(old ^ new):
        ready = compiled.tests[t]
        for path in ready.reads.paths:
            steps = _steps(path, ready.spec.lists)
            fact = _fact(merged.book, steps)
            if fact is not None:
                out.setdefault(steps, fact)
    return list(out.items())


def _steps(path: Path, lists: tuple[str, ...]) -> Steps:
    if path.base.startswith("#"):
        return (*lists[int(path.base[1:])].split("."), 0, *path.steps)
    return (path.base, *path.steps)


def _fact(book: Book, steps: Steps) -> Fact | None:
    """The declaration of the fact at the end of some steps; None if it is a thing or a list."""
    fact = book.givens.get(str(steps[0]))
    for step in steps[1:]:
        if fact is None or isinstance(step, int):
            continue
        kind = fact.type
        fact = book.entities[kind.entity].fact(step) if isinstance(kind, EntityOf | ListOf) else None
    return None if fact is None or isinstance(fact.type, EntityOf | ListOf) else fact


def shown(steps: Steps) -> str:
    """As a case file writes it."""
    out = ""
    for step in steps:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def _region(
    merged: Merged,
    category: str,
    steps: Steps,
    fact: Fact,
    turned: Turned,
    held: bool,
    deadline: Deadline,
    end: float,
) -> Region | None:
    book = merged.book
    tests = _reading(merged, category, steps)
    finite = fact.type in (Scalar("country"), Scalar("truth")) or isinstance(fact.type, EnumOf | KeyOf)
    if finite:
        marks = [t.marks for t in _reading(merged, category, None)] + [i.marks for i in merged.compiled.invariants]
        classes = list(_classes(fact, marks, book))
    else:
        classes = list(_points(fact, [t.marks for t in tests], book))
    day = next((turned.person.root[f.id] for f in book.givens.values() if f.default == "today"), None)
    filing = next((f.id for f in book.givens.values() if f.default == "today"), None)
    yes: list[bool | None] = []
    people = [turned.person]
    classes = [c for c in classes if not check_case(merged.compiled, having(somebody(book, None), steps, c[0]))]
    law = merged.filed(category) if steps == (filing,) else None
    for values in classes[:MOST_CLASSES]:
        if law is not None and law.alike(values[0]):
            yes.append(False)
            continue
        if _with(merged, category, steps, values[0], held, people):
            yes.append(True)
            continue
        cases = [having(somebody(book, None), steps, values[0])]
        if isinstance(day, dt.date) and steps[0] != filing:
            cases = [having(somebody(book, day), steps, values[0]), *cases]
        if time.process_time() > end or yes[:_VAIN] == [None] * _VAIN:
            yes.append(None)
            continue
        looked = turning(merged, category, held, deadline, cases=cases)
        if looked.turned is not None:
            people = [looked.turned.person, *people][:_TRIED]
        yes.append(True if looked.turned is not None else None if looked.open else False)
    whole = finite and len(classes) <= MOST_CLASSES
    if False not in yes:
        return None
    if not finite:
        points = [values[0] for values in classes[: len(yes)]]
        ranges = tuple(_ranges(points, yes))
        return Region(shown(steps), fact.type, ranges, False, False, yes.count(None)) if ranges else None
    hit = tuple(v for values, y in zip(classes, yes, strict=False) if y for v in values)
    spared = tuple(v for values, y in zip(classes, yes, strict=False) if y is False for v in values)
    if not hit:
        return None
    named = _named(tests, book)
    others = any(v not in named for v in hit) if fact.type == Scalar("country") else OTHER in hit
    return Region(shown(steps), fact.type, tuple(sorted(hit, key=str)), others, whole, yes.count(None), spared)


def _with(merged: Merged, category: str, steps: Steps, value: Any, held: bool, people: Iterable[Case]) -> bool:
    """Whether one of some people who change does so with another value of a fact, too: nobody need be looked for."""
    for person in people:
        both = _alone(person.root, steps) and verdicts(merged, category, having(person, steps, value))
        if both and turns(both, held):
            return True
    return False


def _alone(root: Known, steps: Steps) -> bool:
    """Whether a fact is told or could be: every list on the way to it has one element, and is known to."""
    here: Any = root
    for step in steps:
        if isinstance(step, int):
            if not isinstance(here, Listed) or here.open or len(here.items) != 1:
                return False
            here = here.items[step]
        elif isinstance(here, Record) and step in here.facts:
            here = here.facts[step]
        else:
            return False
    return True


def _reading(merged: Merged, category: str, steps: Steps | None) -> list[Ready]:
    """The tests of a category, in either edition, that look at a fact (None: all)."""
    compiled = merged.compiled
    old, new = (compiled.used(id) for id in merged.pairs[category])
    tests = [compiled.tests[t] for t in sorted(old | new)]
    return [t for t in tests if steps is None or any(_steps(p, t.spec.lists) == steps for p in t.reads.paths)]


def _named(tests: Iterable[Ready], book: Book) -> frozenset[Any]:
    """The values that tests name, themselves or in a list."""
    tables = {t for ready in tests for t, _ in ready.marks.tables}
    out = {v for ready in tests for v in ready.marks.values if type(v) is str}
    return frozenset(out | {r.key for t in tables for r in book.tables[t].rows})


def _classes(fact: Fact, marks: list[Marks], book: Book) -> Iterator[tuple[Any, ...]]:
    """Values of a fact that nothing with these marks tells apart."""
    match fact.type:
        case Scalar("truth"):
            yield from ((True,), (False,))
            return
        case EnumOf(name):
            yield from ((m,) for m, _ in book.enumerations[name].members)
            return
        case Scalar("country"):
            every: Iterable[str] = sorted(countries())
        case KeyOf(table):
            every = dict.fromkeys([*(r.key for r in book.tables[table].rows), OTHER])
        case _:
            raise AssertionError(fact)
    tables = sorted({t for m in marks for t, _ in m.tables})
    columns = {c for m in marks for _, rows in m.tables for c, _ in rows}
    constants = {v for m in marks for v in m.values if type(v) is str}
    rows: dict[str, dict[str, set[Any]]] = {}
    for t in tables:
        for r in book.tables[t].rows:
            look = (r.start, r.end, frozenset((c, v) for c, v in r.columns if c in columns))
            rows.setdefault(r.key, {}).setdefault(t, set()).add(look)
    groups: dict[Any, list[str]] = {}
    for v in every:
        looks = tuple(frozenset(rows.get(v, {}).get(t, ())) for t in tables)
        alone = v if v in constants or v == OTHER else None
        groups.setdefault((looks, alone), []).append(v)
    yield from (tuple(g) for g in groups.values())


def _points(fact: Fact, found: list[Marks], book: Book) -> Iterator[tuple[Any, ...]]:
    """Values of a number or a date beside every limit."""
    if fact.type == Scalar("date"):
        days = {d for m in found for d in m.dates} | {book.known}
        days |= {d - ONE for d in days if d > dt.date(1900, 1, 1)}
        yield from ((d,) for d in sorted(days) if dt.date(1900, 1, 1) <= d <= dt.date(2199, 12, 31))
        return
    yield from ((v,) for v in candidates(fact.type, found, (), book))


def _ranges(points: list[Any], yes: list[bool | None]) -> Iterator[tuple[Any, Any]]:
    """Runs of values at which somebody changes."""
    first = last = None
    for n, (point, y) in enumerate(zip(points, yes, strict=True)):
        if y:
            first = point if first is None else first
            last = point
        if (not y or n + 1 == len(points)) and first is not None:
            yield first, (None if y and n + 1 == len(points) else last)
            first = None
