"""Bugs to seed into lowering, evaluation and dates: each must be noticed by the agreement run.

A bug is a name and the attributes it replaces: (module, attribute, from the original to the replacement). `_cond` of
lowering is changed by changing the clause it is given; the walk reads the book itself and stays right.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import operator
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Case, Listed, Record

Change = Callable[[Any], Any]
DAY = dt.timedelta(days=1)


class Bug(Struct, frozen=True):
    """A mistake somebody could make."""

    name: str
    targets: tuple[tuple[str, str, Change], ...]


@contextlib.contextmanager
def seeded(bug: Bug) -> Iterator[None]:
    """The program with a bug in it."""
    undo = []
    try:
        for module, attribute, change in bug.targets:
            place = importlib.import_module(module)
            original = getattr(place, attribute)
            undo.append((place, attribute, original))
            setattr(place, attribute, change(original))
        yield
    finally:
        for place, attribute, original in reversed(undo):
            setattr(place, attribute, original)


def bug(name: str, module: str, attribute: str, change: Change) -> Bug:
    """A bug in one place."""
    return Bug(name, ((module, attribute, change),))


# ---------------------------------------------------------------------------------------------------------------- dates


def spilling(original: Any) -> Any:
    """31 January plus a month is 2 or 3 March."""

    def add_months(day: dt.date, months: int) -> dt.date:
        first = original(day.replace(day=1), months)
        spilt: dt.date = min(first + (day.day - 1) * DAY, dt.date(2199, 12, 31))
        return spilt

    return add_months


def step_by_step(original: Any) -> Any:
    """Months counted from a date already moved."""

    def add_months(day: dt.date, months: int) -> dt.date:
        for _ in range(abs(months)):
            day = original(day, 1 if months > 0 else -1)
        return day

    return add_months


def unit_as(unit: str, count: int, other: str) -> Change:
    """One unit taken for so many of another."""

    def change(original: Any) -> Any:
        def shift(day: dt.date, by: Any, sign: int = 1) -> Any:
            return original(day, replace(by, count=by.count * count, unit=other) if by.unit == unit else by, sign)

        return shift

    return change


def by_years(original: Any) -> Any:
    """Age without looking at the birthday."""
    return lambda born, on: on.year - born.year


def unmerged(original: Any) -> Any:
    """Overlaps counted twice."""
    return lambda spells: tuple(sorted(s for s in spells if s[0] < s[1]))


def untouching(original: Any) -> Any:
    """Spells that touch are kept apart."""

    def merged(spells: Any) -> Any:
        out: list[Any] = []
        for first, end in sorted(s for s in spells if s[0] < s[1]):
            if out and first < out[-1][1]:
                out[-1] = (out[-1][0], max(out[-1][1], end))
            else:
                out.append((first, end))
        return tuple(out)

    return merged


def thirty_days(original: Any) -> Any:
    """A month is thirty days."""
    return lambda first, end: divmod((end - first).days, 30)


def nothing_over(original: Any) -> Any:
    """Days left over are lost."""

    def months_of(spells: Any) -> Any:
        return original(spells)[0], 0

    return months_of


def unclipped_end(original: Any) -> Any:
    """Spells are cut where the window begins, not where it ends."""
    return lambda spells, first, end: original(spells, first, dt.date.max)


# ------------------------------------------------------------------------------------------------------------- lowering


def clauses(change: Callable[[m.Cond], m.Cond]) -> Change:
    """Lowering is given other conditions than the book has."""

    def wrap(original: Any) -> Any:
        return lambda b, clause, *rest, **more: original(b, replace(clause, cond=change(clause.cond)), *rest, **more)

    return wrap


def tests(change: Callable[[m.Cond], m.Cond]) -> Change:
    """Tests are made from other comparisons than the book has."""

    def wrap(original: Any) -> Any:
        return lambda cond, *rest: original(change(cond), *rest)

    return wrap


def any_for_all(cond: m.Cond) -> m.Cond:
    match cond:
        case m.All(items) if len(items) > 1:
            return m.AnyOf(items)
        case m.AnyOf(items) if len(items) > 1:
            return m.All(items)
        case _:
            return cond


def not_dropped(cond: m.Cond) -> m.Cond:
    return m.All((cond.item,)) if isinstance(cond, m.Not) else cond


def one_too_few(cond: m.Cond) -> m.Cond:
    return m.AtLeast(cond.n - 1, cond.items) if isinstance(cond, m.AtLeast) else cond


def some_for_every(cond: m.Cond) -> m.Cond:
    return replace(cond, kind="some") if isinstance(cond, m.Quantified) else cond


def first_only(cond: m.Cond) -> m.Cond:
    """Of several alternatives only the first is looked at."""
    return m.AnyOf(cond.items[:1]) if isinstance(cond, m.AnyOf) else cond


def first_branch(cond: m.Cond) -> m.Cond:
    """Whatever the reading, its first branch."""
    if isinstance(cond, m.ByReading):
        return m.ByReading(cond.reading, tuple((value, cond.branches[0][1]) for value, _ in cond.branches))
    return cond


def window_closed(cond: m.Cond) -> m.Cond:
    """`within D before` takes the anchor in."""
    if isinstance(cond, m.Window) and cond.side == "before":
        both = (m.Compare("is", cond.value, cond.anchor), cond)
        return m.AnyOf(tuple(m.Clause(None, it) for it in both))
    return cond


def window_short(cond: m.Cond) -> m.Cond:
    """`within D after` leaves its last day out."""
    if isinstance(cond, m.Window) and cond.side == "after":
        return m.Compare("lt", cond.value, m.Shift(cond.anchor, cond.duration, 1))
    return cond


def any_column(cond: m.Cond) -> m.Cond:
    return replace(cond, rows=()) if isinstance(cond, m.Member) else cond


def operators(**swapped: Any) -> Change:
    """Comparisons taken for one another."""
    return lambda original: {**original, **swapped}


def member_of(change: Callable[[m.Table], m.Table]) -> Change:
    """Tables read as if they were others."""

    def wrap(original: Any) -> Any:
        def member(cond: Any, book: m.Book, *rest: Any) -> Any:
            tables = {name: change(table) for name, table in book.tables.items()}
            return original(cond, replace(book, tables=tables), *rest)

        return member

    return wrap


def closed_always(table: m.Table) -> m.Table:
    return replace(table, coverage=(m.Coverage("closed", None, None),))


def closed_for_gappy(table: m.Table) -> m.Table:
    return replace(table, coverage=tuple(replace(it, kind="closed") for it in table.coverage))


def last_day_out(table: m.Table) -> m.Table:
    return replace(table, rows=tuple(replace(r, end=r.end - DAY if r.end else None) for r in table.rows))


def categories(change: Callable[[m.Category], m.Category]) -> Change:
    """Categories lowered otherwise than the book has them."""
    return lambda original: lambda b, category, *rest: original(b, change(category), *rest)


def turned_effects(category: m.Category) -> m.Category:
    effects = {"met": "unmet", "unmet": "met"}
    return replace(category, overrides=tuple(replace(o, effect=effects[o.effect]) for o in category.overrides))


def first_row(original: Any) -> Any:
    """The first row of a parameter, whatever the date."""
    return lambda name, book, on: next(iter(book.parameters[name].values), None)


def late_start(original: Any) -> Any:
    """A row is in force only from the day after its start."""
    return lambda name, book, on: original(name, book, None if on is None else on - DAY)


def whole_aggregate(original: Any) -> Any:
    """What the elements of a total must be like is forgotten."""
    return lambda a, *rest: original(replace(a, where=None), *rest)


def closed_case(original: Any) -> Any:
    """Open lists taken as complete."""

    def shut(it: Any) -> Any:
        match it:
            case Record(facts):
                return Record({name: shut(value) for name, value in facts.items()})
            case Listed(items):
                return Listed(tuple(shut(item) for item in items), False)
            case _:
                return it

    def thaw(case: Case, book: m.Book) -> Any:
        return original(replace(case, root=shut(case.root)), book)

    return thaw


def default_readings(original: Any) -> Any:
    """What the case itself chooses is not looked at."""
    return lambda book, case, readings: original(book, replace(case, readings={}), readings)


COND = ("solver.lower", "_cond")
TESTS = ("solver.compiled", "test_fn"), ("solver.evaluate", "test_fn")

BUGS = (
    bug("months spill over the end of a shorter month", "dsl.calendar", "add_months", spilling),
    bug("months counted from a date already moved", "dsl.calendar", "add_months", step_by_step),
    bug("a month is thirty days when dates are moved", "dsl.calendar", "shift", unit_as("months", 30, "days")),
    bug("a week has five days", "dsl.calendar", "shift", unit_as("weeks", 5, "days")),
    bug("age without the birthday", "dsl.calendar", "age", by_years),
    bug("overlapping spells counted twice", "dsl.calendar", "merged", unmerged),
    bug("touching spells not joined", "dsl.calendar", "merged", untouching),
    bug("a month of work is thirty days", "dsl.calendar", "months_and_days", thirty_days),
    bug("days left over are lost", "dsl.calendar", "months_of", nothing_over),
    bug("spells not cut at the end of the window", "dsl.calendar", "clipped", unclipped_end),
    bug("the last day of a spell does not count", "solver.evaluate", "_next", lambda original: lambda day: day),
    Bug("`within before` takes the anchor in", tuple((mod, name, tests(window_closed)) for mod, name in TESTS)),
    Bug("`within after` leaves the last day out", tuple((mod, name, tests(window_short)) for mod, name in TESTS)),
    bug("less than is at most", "solver.evaluate", "_OPS", operators(lt=operator.le)),
    bug("at least is more than", "solver.evaluate", "_OPS", operators(ge=operator.gt)),
    bug("enumerations in the order of the alphabet", "solver.evaluate", "_rank", lambda original: lambda *rest: None),
    bug("any of and all of exchanged", *COND, clauses(any_for_all)),
    bug("not is dropped", *COND, clauses(not_dropped)),
    bug("at least one fewer", *COND, clauses(one_too_few)),
    bug("every is taken for some", *COND, clauses(some_for_every)),
    bug("only the first alternative", *COND, clauses(first_only)),
    bug("always the first reading", *COND, clauses(first_branch)),
    bug("uncovered dates are closed", "solver.evaluate", "_member_fn", member_of(closed_always)),
    bug("gappy is taken for closed", "solver.evaluate", "_member_fn", member_of(closed_for_gappy)),
    bug("the last day of a row is left out", "solver.evaluate", "_member_fn", member_of(last_day_out)),
    bug("columns are not looked at", "solver.evaluate", "_member_fn", tests(any_column)),
    bug("exceptions ignored", "solver.lower", "_category", categories(lambda it: replace(it, overrides=()))),
    bug("exceptions the other way round", "solver.lower", "_category", categories(turned_effects)),
    bug("bars ignored", "solver.lower", "_category", categories(lambda it: replace(it, bars=None))),
    bug("the first row of a parameter", "solver.evaluate", "param_row", first_row),
    bug("a row in force a day late", "solver.evaluate", "param_row", late_start),
    bug("a total over all elements", "solver.evaluate", "_aggregate_fn", whole_aggregate),
    bug("presumptions ignored", "solver.situation", "_presume", lambda original: lambda *rest: ()),
    Bug(
        "no fact ends a presumption",
        tuple((m_, "ended", lambda original: lambda *rest: ()) for m_ in ("dsl.case", "solver.verdicts")),
    ),
    bug("open lists taken as complete", "solver.situation", "thaw", closed_case),
    Bug(
        "readings of the case ignored",
        tuple((m_, "readings_of", default_readings) for m_ in ("solver.situation", "solver.assess")),
    ),
)
