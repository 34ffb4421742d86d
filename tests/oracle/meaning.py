"""What a condition means in a complete case: docs/semantics.md sections 2 to 4, put down as plainly as possible.

A condition is read once for a book and gives a function of the complete case, since many cases are tried.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from dsl import model as m
from tests.oracle import days

Thing = dict[str, object]
"""A thing with a value for every fact: values, things, and tuples of things."""


class Question(Struct, frozen=True):
    """Something the law does not answer. `about` tells questions with one id apart."""

    id: str
    about: tuple[object, ...]


Law = Callable[[Question], bool]


class No(Enum):
    """Why an expression has no value."""

    VALUE = "nothing is in force yet"
    KNOWLEDGE = "the law is not known"


class Total(Struct, frozen=True):
    """What merged spells add up to."""

    months: int
    days: int
    all_days: int


class Bound(NamedTuple):
    """What a name stands for: the value and its address."""

    value: Any
    address: str


Names = Mapping[str, Bound]


class World(Struct, frozen=True):
    """A complete case with the readings chosen, and the clauses of one category that exceptions decide."""

    givens: Names
    readings: Mapping[str, str]
    law: Law
    forced: Mapping[tuple[str, ...], bool]


Holds = Callable[[World, Names], bool]
"""What a condition means: whether it holds in a complete case, for what its names stand for."""

Gives = Callable[[World, Names], Any]
"""What an expression means: its value; `No` if it has none."""


class Same(Struct, frozen=True, eq=False):
    """A book as itself, for remembering what was found in it: books are not hashable."""

    book: m.Book

    def __eq__(self, other: object) -> bool:
        """Whether it is this very book."""
        return isinstance(other, Same) and other.book is self.book

    def __hash__(self) -> int:
        """By identity."""
        return id(self.book)


class Place(Struct, frozen=True):
    """Where a condition stands: the types of the names in scope, the labels above it, what exceptions name."""

    book: m.Book
    types: Mapping[str, m.Type]
    path: tuple[str, ...] = ()
    targets: frozenset[tuple[str, ...]] = frozenset()

    def within(self, var: str, entity: str) -> Place:
        """With a name for an element in scope."""
        return replace(self, types={**self.types, var: m.EntityOf(entity)})

    def unlabelled(self) -> Place:
        """Inside a comparison."""
        return replace(self, path=())


def outermost(book: m.Book, targets: Iterable[tuple[str, ...]] = ()) -> Place:
    """Where only givens are in scope."""
    return Place(book, {name: fact.type for name, fact in book.givens.items()}, (), frozenset(targets))


def world_of(root: Thing, readings: Mapping[str, str], law: Law) -> World:
    """A complete case, no exception looked at."""
    return World({name: Bound(it, name) for name, it in root.items()}, readings, law, {})


def category_holds(book: m.Book, category: str, root: Thing, readings: Mapping[str, str], law: Law) -> bool:
    """Whether the category holds: its needs hold and its bars do not (section 3)."""
    it = meaning_of(Same(book), category)
    world = it.in_world(world_of(root, readings, law))
    return it.needs(world, world.givens) and not it.bars(world, world.givens)


class Exceptional(Struct, frozen=True):
    """What an exception means: when it holds, which clause it then decides and how, and what it prevails over."""

    label: str
    when: Holds
    target: tuple[str, ...]
    comes_to: bool
    over: tuple[str, ...]


class Meaning(Struct, frozen=True):
    """What a category means."""

    needs: Holds
    bars: Holds
    exceptions: tuple[Exceptional, ...]

    def in_world(self, world: World) -> World:
        """The world with the clauses that exceptions decide."""
        if not self.exceptions:
            return world
        live = [o for o in self.exceptions if o.when(world, world.givens)]
        aside = {label for o in live for label in o.over}
        return replace(world, forced={o.target: o.comes_to for o in live if o.label not in aside})


@lru_cache(maxsize=256)
def meaning_of(same: Same, category: str) -> Meaning:
    """What a category of a book means."""
    it = same.book.categories[category]
    plain = outermost(same.book)
    at = outermost(same.book, (o.target for o in it.overrides))
    barring = set() if it.bars is None else set(targets(same.book, it.bars))
    exceptions = tuple(
        Exceptional(
            o.label, clause_means(plain, o.when), o.target, (o.effect == "met") != (o.target in barring), o.over
        )
        for o in it.overrides
    )
    bars = clause_means(at, it.bars) if it.bars is not None else cond_means(at, m.AnyOf(()))
    return Meaning(clause_means(at, it.needs), bars, exceptions)


def targets(book: m.Book, clause: m.Clause, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The label paths of the clauses inside a clause."""
    if clause.label is not None:
        path = (*path, clause.label)
        yield path
    match clause.cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            inner = items
        case m.Not(item):
            inner = (item,)
        case m.Quantified(body=body):
            inner = (body,)
        case m.Call(term):
            inner = (book.terms[term].means,)
        case m.ByReading(branches=branches):
            inner = tuple(branch for _, branch in branches)
        case _:
            inner = ()
    for item in inner:
        yield from targets(book, item, path)


def clause_means(at: Place, clause: m.Clause) -> Holds:
    """What a clause means, an exception to it considered first."""
    if clause.label is None:
        return cond_means(at, clause.cond)
    path = (*at.path, clause.label)
    plainly = cond_means(replace(at, path=path), clause.cond)
    if path not in at.targets:
        return plainly
    return lambda world, names: world.forced[path] if path in world.forced else plainly(world, names)


def cond_means(at: Place, cond: m.Cond) -> Holds:
    """What a condition means."""
    match cond:
        case m.Always():
            return lambda world, names: True
        case m.All(items):
            return joined([clause_means(at, item) for item in items], False)
        case m.AnyOf(items):
            return joined([clause_means(at, item) for item in items], True)
        case m.AtLeast(n, items):
            each = [clause_means(at, item) for item in items]
            return lambda world, names: sum([holds(world, names) for holds in each]) >= n
        case m.Not(item):
            refused = clause_means(at, item)
            return lambda world, names: not refused(world, names)
        case m.Quantified(kind, var, where, entity, body):
            inside = clause_means(at.within(var, entity), body)
            listed = elements_of(where)
            enough = any if kind == "some" else all
            return lambda world, names: enough([inside(world, {**names, var: element}) for element in listed(names)])
        case m.Call(term, args):
            return call_means(at, at.book.terms[term], args)
        case m.ByReading(reading, branches):
            by_value = {value: clause_means(at, branch) for value, branch in branches}
            return lambda world, names: by_value[world.readings[reading]](world, names)
        case _:
            return test_means(at, cond)


def joined(each: list[Holds], settling: bool) -> Holds:
    """`any of`, if one that holds settles it; `all of`, if one that fails does."""

    def holds(world: World, names: Names) -> bool:
        for it in each:
            if it(world, names) is settling:
                return settling
        return not settling

    return each[0] if len(each) == 1 else holds


def call_means(at: Place, term: m.Term, args: tuple[m.Path, ...]) -> Holds:
    """What a term means with these arguments: only they and the givens are in scope."""
    given = [(name, arg) for (name, _), arg in zip(term.params, args, strict=True)]
    scope = {**outermost(at.book).types, **{name: type_of(at, arg) for name, arg in given}}
    meant = clause_means(replace(at, types=scope), term.means)
    arguments = [(name, bound_by(arg)) for name, arg in given]
    return lambda world, names: meant(world, {**world.givens, **{name: arg(names) for name, arg in arguments}})


def questions_told(
    book: m.Book,
    category: str,
    root: Thing,
    readings: Mapping[str, str],
    untold: Collection[str],
    written: Mapping[str, int],
) -> set[Question]:
    """Every question of the law that some comparison of the category raises about facts the case tells.

    `untold`: addresses of absent facts. `written`: how many elements of each list the case writes.
    """
    raised: set[Question] = set()

    def heard(question: Question) -> bool:
        raised.add(question)
        return False

    world = world_of(root, readings, heard)
    site = Site(untold, written, set())
    it = book.categories[category]
    for clause in (it.needs, *([it.bars] if it.bars else [])):
        ask_clause(outermost(book), world, world.givens, clause, site)
    for exception in it.overrides:
        if exception.target in site.reached:
            ask(outermost(book), world, world.givens, exception.when.cond, site)
    return raised


class Site(Struct, frozen=True):
    """What a case tells: addresses of absent facts, how many elements of each list are written; what was looked at."""

    untold: Collection[str]
    written: Mapping[str, int]
    reached: set[tuple[str, ...]]

    def elements(self, names: Names, where: m.Path) -> list[Bound]:
        """The elements of a list that the case writes, and for an open one an element of which nothing is told."""
        address = ".".join((names[where.base].address, *where.steps))
        written = elements_of(where)(names)[: self.written.get(address, 0)]
        further = [Bound(None, f"{address}[+]")] if address in self.untold else []
        return [*written, *further]

    def tells(self, book: m.Book, names: Names, part: object) -> bool:
        """Whether every fact read outside totals is told."""
        match part:
            case m.Path(base) if names[base].address.endswith("[+]"):
                return False
            case m.Path():
                return address_of(names, part) not in self.untold
            case m.Param(id):
                return (book.parameters[id].event or "") not in self.untold
            case m.Aggregate(after=after, before=before):
                return self.tells(book, names, after) and self.tells(book, names, before)
            case m.Shift(date) | m.YearOf(date) | m.EdgeOf(date):
                return self.tells(book, names, date)
            case m.AgeOn(a, b) | m.Difference(a, b):
                return self.tells(book, names, a) and self.tells(book, names, b)
            case m.Extreme(args=args):
                return all(self.tells(book, names, arg) for arg in args)
            case m.Score(items=items):
                return all(self.tells(book, names, item) for item in items)
            case _:
                return True


def ask_clause(at: Place, world: World, names: Names, clause: m.Clause, site: Site) -> None:
    """Look at a clause, and remember that exceptions to it matter."""
    if clause.label is not None:
        at = replace(at, path=(*at.path, clause.label))
        site.reached.add(at.path)
    ask(at, world, names, clause.cond, site)


def ask(at: Place, world: World, names: Names, cond: m.Cond, site: Site) -> None:
    """Look at every comparison of a condition, those that do not matter included."""
    match cond:
        case m.Always():
            return
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            for item in items:
                ask_clause(at, world, names, item, site)
        case m.Not(item):
            ask_clause(at, world, names, item, site)
        case m.Quantified(_, var, where, entity, body):
            for element in site.elements(names, where):
                ask_clause(at.within(var, entity), world, {**names, var: element}, body, site)
        case m.Call(term, args):
            meant = at.book.terms[term]
            given = [(name, arg) for (name, _), arg in zip(meant.params, args, strict=True)]
            scope = {**outermost(at.book).types, **{name: type_of(at, arg) for name, arg in given}}
            inner = {**world.givens, **{name: bound_by(arg)(names) for name, arg in given}}
            ask_clause(replace(at, types=scope), world, inner, meant.means, site)
        case m.ByReading(reading, branches):
            ask_clause(at, world, names, dict(branches)[world.readings[reading]], site)
        case _:
            for part in parts(cond):
                ask_inside(at, world, names, part, site)
            if all(site.tells(at.book, names, part) for part in parts(cond)):
                # What is asked inside, by the filter of a total or a line of a score, is heard in its own place.
                unknown = unknown_row(at.book, world, parts(cond))
                if isinstance(cond, m.Member):
                    test_means(at, cond)(world, names)
                elif unknown is not None and all(row for _, row in rows_read(at.book, world, parts(cond))):
                    world.law(Question(unknown[0], (unknown[1], worded(names, cond))))


def ask_inside(at: Place, world: World, names: Names, part: object, site: Site) -> None:
    """Look at the comparisons in the filter of a total and in the lines of a score."""
    match part:
        case m.Aggregate(where=where) if where is not None:
            for element in site.elements(names, part.list):
                ask(at.within(part.var, part.entity), world, {**names, part.var: element}, where, site)
        case m.Score(items=items):
            for item in items:
                ask_inside(at, world, names, item, site)
        case m.Points(when=when, each=each):
            ask(at, world, names, when.cond, site)
            ask_inside(at, world, names, each, site)
        case _:
            return


def test_means(at: Place, test: m.Test) -> Holds:
    """What a comparison means: it never holds without a value, and as the law will have it, if the law is not known."""
    inner = parts(test)
    each = [value_means(at, part) for part in inner]
    compare = comparison(at, test)
    if not any(map(lacking, inner)):
        if len(each) == 1:
            (only,) = each
            return lambda world, names: compare(world, only(world, names), None)
        left, right = each
        return lambda world, names: compare(world, left(world, names), right(world, names))

    def holds(world: World, names: Names) -> bool:
        values = [it(world, names) for it in each]
        match lack_in(values):
            case No.VALUE:
                return False
            case No.KNOWLEDGE:
                unknown = unknown_row(at.book, world, inner)
                assert unknown is not None
                return world.law(Question(unknown[0], (unknown[1], worded(names, test))))
            case None:
                return compare(world, values[0], values[1] if len(values) == 2 else None)

    return holds


def lacking(part: object) -> bool:
    """Whether an expression may have no value: parameters do."""
    match part:
        case m.Param():
            return True
        case tuple():
            return any(map(lacking, part))
        case _:
            return any(lacking(getattr(part, name)) for name in getattr(part, "__struct_fields__", ()))


def comparison(at: Place, test: m.Test) -> Callable[[World, Any, Any], bool]:
    """Whether values compare so; the second is None where there is only one."""
    match test:
        case m.Truth():
            return lambda world, truth, _: truth is True
        case m.OneOf(options=options):
            among = [option.value for option in options]
            return lambda world, it, _: it in among
        case m.Window(duration=by, side="after"):
            return lambda world, it, anchor: anchor <= it <= days.moved(anchor, by.count, by.unit)
        case m.Window(duration=by):
            return lambda world, it, anchor: days.moved(anchor, -by.count, by.unit) <= it < anchor
        case m.Member(table=id, rows=wanted):
            table = at.book.tables[id]
            return lambda world, key, on: in_table(world, table, key, wanted, on)
        case m.Compare(op, left, right):
            compared = OPERATORS[op]
            order = order_of(at, left) or order_of(at, right)

            def compare(world: World, a: Any, b: Any) -> bool:
                if not isinstance(a, int | dt.date):
                    by_days = any(getattr(it, "unit", None) in ("days", "weeks") for it in (a, b))
                    a, b = ranking(a, by_days, order), ranking(b, by_days, order)
                return compared(a, b)

            return compare


def parts(test: m.Test) -> tuple[m.Expr, ...]:
    """The expressions a comparison compares."""
    match test:
        case m.Truth(fact):
            return (fact,)
        case m.OneOf(it):
            return (it,)
        case m.Window(value=it, anchor=anchor):
            return (it, anchor)
        case m.Member(it, _, on):
            return (it,) if on is None else (it, on)
        case m.Compare(_, left, right):
            return (left, right)


OPERATORS: Mapping[m.Operator, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def ranking(it: object, by_days: bool, order: list[str] | None) -> Any:
    """One value as Python compares it."""
    match it:
        case int() | dt.date():
            return it
        case str():
            return order.index(it) if order else it
        case Total(months, over, all_days):
            return all_days if by_days else (months, over)
        case object(count=int(count), unit="days"):
            return count
        case object(count=int(count), unit="weeks"):
            return 7 * count
        case object(count=int(count), unit="months"):
            return (count, 0)
        case object(count=int(count), unit="years"):
            return (12 * count, 0)
        case _:
            raise TypeError(f"cannot compare {it}")


def order_of(at: Place, expr: m.Expr) -> list[str] | None:
    """The members in order, if the expression is of an ordered enumeration."""
    match expr:
        case m.Path():
            kind = type_of(at, expr)
        case m.Const():
            kind = expr.type
        case m.Param(id):
            kind = at.book.parameters[id].type
        case _:
            return None
    if isinstance(kind, m.EnumOf) and at.book.enumerations[kind.enumeration].ordered:
        return [member for member, _ in at.book.enumerations[kind.enumeration].members]
    return None


def type_of(at: Place, path: m.Path) -> m.Type:
    """The type of what a path leads to."""
    kind = at.types[path.base]
    for step in path.steps:
        assert isinstance(kind, m.EntityOf)
        fact = at.book.entities[kind.entity].fact(step)
        assert fact is not None
        kind = fact.type
    return kind


def value_at(path: m.Path) -> Callable[[Names], Any]:
    """What a path leads to."""
    base, steps = path.base, path.steps
    if not steps:
        return lambda names: names[base].value
    if len(steps) == 1:
        (only,) = steps
        return lambda names: names[base].value[only]

    def value(names: Names) -> Any:
        found = names[base].value
        for step in steps:
            found = found[step]
        return found

    return value


def address_of(names: Names, path: m.Path) -> str:
    """The address a path leads to."""
    return ".".join((names[path.base].address, *path.steps))


def bound_by(path: m.Path) -> Callable[[Names], Bound]:
    """What a path leads to, with its address."""
    value = value_at(path)
    return lambda names: Bound(value(names), address_of(names, path))


def elements_of(where: m.Path) -> Callable[[Names], list[Bound]]:
    """The elements of a list."""
    listed = value_at(where)

    def elements(names: Names) -> list[Bound]:
        found = listed(names)
        if not found:
            return []
        address = address_of(names, where)
        return [Bound(it, f"{address}[{i}]") for i, it in enumerate(found)]

    return elements


def value_means(at: Place, expr: m.Expr) -> Gives:
    """What an expression means."""
    match expr:
        case m.Path():
            value = value_at(expr)
            return lambda world, names: value(names)
        case m.Const(it):
            return lambda world, names: it
        case m.Param(id):
            return parameter_means(at.book.parameters[id])
        case m.Aggregate():
            return aggregate_means(at, expr)
        case m.Score():
            return score_means(at, expr)
        case m.Shift(date, by, sign):
            return worked_out(at, (date,), lambda day: days.moved(day, sign * by.count, by.unit))
        case m.YearOf(date):
            return worked_out(at, (date,), lambda day: 10**18 if day == days.ONGOING else day.year)
        case m.EdgeOf(date, edge):
            return worked_out(at, (date,), lambda day: days.edge(day, edge))
        case m.AgeOn(born, on):
            return worked_out(at, (born, on), days.age)
        case m.Difference(left, right):
            return worked_out(at, (left, right), operator.sub)
        case m.Extreme(kind, args):
            chosen = min if kind in ("earliest", "least") else max
            return worked_out(at, args, lambda *values: chosen(values, key=lambda it: ranking(it, False, None)))


def worked_out(at: Place, inner: Sequence[m.Expr], from_values: Callable[..., Any]) -> Gives:
    """The value worked out from others; none, if one of them has none."""
    each = [value_means(at, part) for part in inner]
    if not any(map(lacking, inner)):
        if len(each) == 1:
            (only,) = each
            return lambda world, names: from_values(only(world, names))
        return lambda world, names: from_values(*[it(world, names) for it in each])

    def value(world: World, names: Names) -> Any:
        values = [it(world, names) for it in each]
        lack = lack_in(values)
        return from_values(*values) if lack is None else lack

    return value


def lack_in(values: Sequence[object]) -> No | None:
    """Why there is no value, if one of these has none."""
    return next((lack for lack in No if any(it is lack for it in values)), None)


def parameter_means(parameter: m.Parameter) -> Gives:
    """The value of the row in force."""

    def value(world: World, names: Names) -> Any:
        row = in_force(parameter, world)
        if row is None:
            return No.VALUE
        return No.KNOWLEDGE if row.value is None else row.value

    return value


def in_force(parameter: m.Parameter, world: World) -> m.Dated | None:
    """The last row of a parameter that has begun on its event date."""
    if parameter.event is None:
        return parameter.values[-1] if parameter.values else None
    event = world.givens[parameter.event].value
    begun = [row for row in parameter.values if row.start <= event]
    return max(begun, key=lambda row: row.start, default=None)


def aggregate_means(at: Place, expr: m.Aggregate) -> Gives:
    """A count, a sum, or the total of merged spells."""
    inside = at.within(expr.var, expr.entity).unlabelled()
    listed, var = elements_of(expr.list), expr.var
    where = None if expr.where is None else cond_means(inside, expr.where)

    def counted(world: World, names: Names) -> list[dict[str, Any]]:
        found = listed(names)
        return [it.value for it in found if where is None or where(world, {**names, var: it})]

    if expr.kind == "count":
        return lambda world, names: len(counted(world, names))
    if expr.kind == "sum":
        assert expr.of is not None
        amount = value_at(m.Path("it", expr.of.steps))
        return lambda world, names: sum([amount({"it": Bound(it, "")}) for it in counted(world, names)])
    after, before = (None if limit is None else value_means(at, limit) for limit in (expr.after, expr.before))
    spell = at.book.entities[expr.entity].spell
    assert spell is not None
    begins, ends = spell

    def months(world: World, names: Names) -> object:
        these = counted(world, names)
        limits = [None if limit is None else limit(world, names) for limit in (after, before)]
        if (lack := lack_in(limits)) is not None:
            return lack
        first, last = days.FIRST, days.LAST
        if limits[0] is not None:
            first = max(first, limits[0])
        if limits[1] is not None:
            last = min(last, limits[1] - days.DAY)
            if expr.within is not None:
                first = max(first, days.moved(limits[1], -expr.within.count, expr.within.unit))
        spells = [(max(it[begins], first), min(it[ends], last)) for it in these]
        return Total(*days.total(spells))

    return months


def score_means(at: Place, expr: m.Score) -> Gives:
    """Points added up, or the most of them, and no more than there can be."""
    each = [points_mean(at, item) if isinstance(item, m.Points) else value_means(at, item) for item in expr.items]
    together = sum if expr.kind == "total" else max

    def value(world: World, names: Names) -> Any:
        found: list[Any] = []
        for it in each:
            got = it(world, names)
            if isinstance(got, No):
                return got
            found.append(got)
        out = together(found)
        return out if expr.most is None or out < expr.most else expr.most

    return value


def points_mean(at: Place, item: m.Points) -> Gives:
    """The points of one line: once if it holds, or once for each element."""
    when = clause_means(at.unlabelled(), item.when)
    each = None if item.each is None else value_means(at, item.each)

    def value(world: World, names: Names) -> int:
        times = 1 if each is None else each(world, names)
        got: int = item.points * times if when(world, names) else 0
        return got if item.most is None or got < item.most else item.most

    return value


def in_table(world: World, table: m.Table, key: str, wanted: tuple[tuple[str, str], ...], on: object) -> bool:
    """Whether the table has such a row on that day; as the law will have it, where the table does not say."""
    rows = [row for row in table.rows if row.key == key and set(wanted) <= set(row.columns)]

    def said(day: dt.date) -> tuple[tuple[m.Row, ...], m.Coverage | None]:
        covering = [it for it in table.coverage if lasts(it.start, it.end, day)]
        return tuple(row for row in rows if lasts(row.start, row.end, day)), covering[0] if covering else None

    day = on if isinstance(on, dt.date) else days.FIRST
    present, cover = said(day)
    if cover is not None and cover.kind == "closed":
        return bool(present)
    if cover is not None and present and key != m.OTHER:
        return True
    stretches = [(it.start, it.end) for it in rows] + [(it.start, it.end) for it in table.coverage]
    edges = [start for start, _ in stretches if start is not None]
    edges += [end + days.DAY for _, end in stretches if end is not None and end < days.LAST]
    begun = [edge for edge in edges if days.FIRST < edge <= day and said(edge) != said(edge - days.DAY)]
    return world.law(Question(f"{table.id}:{key}", (wanted, max(begun, default=None))))


def lasts(start: dt.date | None, end: dt.date | None, day: dt.date) -> bool:
    """Whether a day is between two dates, both included; an empty date is no bound."""
    return (start is None or start <= day) and (end is None or day <= end)


def unknown_row(book: m.Book, world: World, inner: Iterable[object]) -> tuple[str, dt.date] | None:
    """The first parameter in expressions whose value is not known, with the day that row starts."""
    found = ((id, row.start) for id, row in rows_read(book, world, inner) if row is not None and row.value is None)
    return next(found, None)


def rows_read(book: m.Book, world: World, inner: Iterable[object]) -> Iterator[tuple[str, m.Dated | None]]:
    """The parameters in expressions, those in filters and lines of scores left out, and their rows in force."""
    for expr in inner:
        match expr:
            case m.Param(id):
                yield id, in_force(book.parameters[id], world)
            case m.Shift(date) | m.YearOf(date) | m.EdgeOf(date):
                yield from rows_read(book, world, (date,))
            case m.AgeOn(a, b) | m.Difference(a, b) | m.Aggregate(after=a, before=b):
                yield from rows_read(book, world, (a, b))
            case m.Extreme(args=args) | m.Score(items=args):
                yield from rows_read(book, world, args)
            case _:
                pass


def worded(names: Names, part: object) -> object:
    """A comparison with addresses in place of names: what makes two of them one question."""
    match part:
        case m.Path(base) if base in names:
            return address_of(names, part)
        case tuple():
            return tuple(worded(names, it) for it in part)
        case _ if hasattr(part, "__struct_fields__"):
            said = [f for f in part.__struct_fields__ if f != "place"]
            return (type(part).__name__, *(worded(names, getattr(part, f)) for f in said))
        case _:
            return part
