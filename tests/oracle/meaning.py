"""What a condition means in a complete case: docs/semantics.md sections 2 to 4, put down as plainly as possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum

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


class Bound(Struct, frozen=True):
    """What a name stands for: the value, its address and its type."""

    value: object
    address: str
    type: m.Type


Names = Mapping[str, Bound]


class World(Struct, frozen=True):
    """A complete case with the readings chosen, and the clauses of one category that exceptions decide."""

    book: m.Book
    givens: Names
    readings: Mapping[str, str]
    law: Law
    forced: Mapping[tuple[str, ...], bool]


def world_of(book: m.Book, root: Thing, readings: Mapping[str, str], law: Law) -> World:
    """A complete case, no exception looked at."""
    names = {name: Bound(root[name], name, fact.type) for name, fact in book.givens.items()}
    return World(book, names, readings, law, {})


def category_holds(book: m.Book, category: str, root: Thing, readings: Mapping[str, str], law: Law) -> bool:
    """Whether the category holds: its needs hold and its bars do not (section 3)."""
    it = book.categories[category]
    world = world_of(book, root, readings, law)
    world = replace(world, forced=dict(decided(world, it)))
    return clause_holds(world, world.givens, it.needs) and not (
        it.bars is not None and clause_holds(world, world.givens, it.bars)
    )


def decided(world: World, category: m.Category) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The clauses that exceptions decide, and whether each then holds."""
    live = [o for o in category.overrides if clause_holds(world, world.givens, o.when)]
    aside = {label for o in live for label in o.over}
    for o in live:
        if o.label not in aside:
            bar = category.bars is not None and o.target in set(targets(world.book, category.bars))
            yield o.target, (o.effect == "met") != bar


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


def clause_holds(world: World, names: Names, clause: m.Clause, path: tuple[str, ...] = ()) -> bool:
    """Whether a clause holds, an exception to it considered first."""
    if clause.label is not None:
        path = (*path, clause.label)
        if path in world.forced:
            return world.forced[path]
    return cond_holds(world, names, clause.cond, path)


def cond_holds(world: World, names: Names, cond: m.Cond, path: tuple[str, ...] = ()) -> bool:
    """Whether a condition holds."""
    match cond:
        case m.Always():
            return True
        case m.All(items):
            return all(clause_holds(world, names, item, path) for item in items)
        case m.AnyOf(items):
            return any(clause_holds(world, names, item, path) for item in items)
        case m.AtLeast(n, items):
            return sum(clause_holds(world, names, item, path) for item in items) >= n
        case m.Not(item):
            return not clause_holds(world, names, item, path)
        case m.Quantified(kind, var, where, entity, body):
            each = [
                clause_holds(world, {**names, var: element}, body, path) for element in elements(names, where, entity)
            ]
            return any(each) if kind == "some" else all(each)
        case m.Call(term, args):
            meant = world.book.terms[term]
            given = {name: bound(world.book, names, arg) for (name, _), arg in zip(meant.params, args, strict=True)}
            return clause_holds(world, {**world.givens, **given}, meant.means, path)
        case m.ByReading(reading, branches):
            return clause_holds(world, names, dict(branches)[world.readings[reading]], path)
        case _:
            return test_holds(world, names, cond)


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

    world = world_of(book, root, readings, heard)
    site = Site(untold, written)
    it = book.categories[category]
    for clause in (it.needs, *([it.bars] if it.bars else []), *(o.when for o in it.overrides)):
        ask(world, world.givens, clause.cond, site)
    return raised


class Site(Struct, frozen=True):
    """What a case tells: addresses of absent facts, and how many elements of each list are written."""

    untold: Collection[str]
    written: Mapping[str, int]

    def elements(self, names: Names, where: m.Path, entity: str) -> list[Bound]:
        """The elements of a list that the case writes, and for an open one an element of which nothing is told."""
        address = ".".join((names[where.base].address, *where.steps))
        written = elements(names, where, entity)[: self.written.get(address, 0)]
        further = [Bound(None, f"{address}[+]", m.EntityOf(entity))] if address in self.untold else []
        return [*written, *further]

    def tells(self, world: World, names: Names, part: object) -> bool:
        """Whether every fact read outside totals is told."""
        match part:
            case m.Path(base) if names[base].address.endswith("[+]"):
                return False
            case m.Path():
                return bound(world.book, names, part).address not in self.untold
            case m.Param(id):
                return (world.book.parameters[id].event or "") not in self.untold
            case m.Aggregate(after=after, before=before):
                return self.tells(world, names, after) and self.tells(world, names, before)
            case m.Shift(date) | m.YearOf(date) | m.EdgeOf(date):
                return self.tells(world, names, date)
            case m.AgeOn(a, b) | m.Difference(a, b):
                return self.tells(world, names, a) and self.tells(world, names, b)
            case m.Extreme(args=args):
                return all(self.tells(world, names, arg) for arg in args)
            case m.Score(items=items):
                return all(self.tells(world, names, item) for item in items)
            case _:
                return True


def ask(world: World, names: Names, cond: m.Cond, site: Site) -> None:
    """Look at every comparison of a condition, those that do not matter included."""
    match cond:
        case m.Always():
            return
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            for item in items:
                ask(world, names, item.cond, site)
        case m.Not(item):
            ask(world, names, item.cond, site)
        case m.Quantified(_, var, where, entity, body):
            for element in site.elements(names, where, entity):
                ask(world, {**names, var: element}, body.cond, site)
        case m.Call(term, args):
            meant = world.book.terms[term]
            given = {name: bound(world.book, names, arg) for (name, _), arg in zip(meant.params, args, strict=True)}
            ask(world, {**world.givens, **given}, meant.means.cond, site)
        case m.ByReading(reading, branches):
            ask(world, names, dict(branches)[world.readings[reading]].cond, site)
        case _:
            for part in parts(cond):
                ask_inside(world, names, part, site)
            if all(site.tells(world, names, part) for part in parts(cond)):
                unfiltered = [replace(p, where=None) if isinstance(p, m.Aggregate) else p for p in parts(cond)]
                if any(True for part in unfiltered for _ in unknown_parameters(world, part)) or isinstance(
                    cond, m.Member
                ):
                    test_holds(world, names, cond)


def ask_inside(world: World, names: Names, part: object, site: Site) -> None:
    """Look at the comparisons in the filter of a total and in the lines of a score."""
    match part:
        case m.Aggregate(where=where) if where is not None:
            for element in site.elements(names, part.list, part.entity):
                ask(world, {**names, part.var: element}, where, site)
        case m.Score(items=items):
            for item in items:
                ask_inside(world, names, item, site)
        case m.Points(when=when, each=each):
            ask(world, names, when.cond, site)
            ask_inside(world, names, each, site)
        case _:
            return


def test_holds(world: World, names: Names, test: m.Test) -> bool:
    """Whether a comparison holds: never without a value; as the law will have it, if the law is not known."""
    values = [value(world, names, part) for part in parts(test)]
    if No.VALUE in values:
        return False
    if No.KNOWLEDGE in values:
        unknown, row = next(found for part in parts(test) for found in unknown_parameters(world, part))
        return world.law(Question(unknown, (row, worded(world.book, names, test))))
    match test, values:
        case m.Truth(), [truth]:
            return truth is True
        case m.OneOf(options=options), [it]:
            return any(it == option.value for option in options)
        case m.Window(duration=by, side=side), [dt.date() as it, dt.date() as anchor]:
            if side == "after":
                return anchor <= it <= days.moved(anchor, by.count, by.unit)
            return days.moved(anchor, -by.count, by.unit) <= it < anchor
        case m.Member(table=table, rows=wanted), [str() as key, *on]:
            return in_table(world, world.book.tables[table], key, wanted, on[0] if on else None)
        case m.Compare(op, left, right), [a, b]:
            return compared(op, *ranked(world.book, names, (left, a), (right, b)))
        case _:
            raise TypeError(f"cannot evaluate {test} on {values}")


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


def compared(op: m.Operator, a: object, b: object) -> bool:
    """One comparison of two values that compare."""
    match op:
        case "is":
            return a == b
        case "is_not":
            return a != b
        case "lt":
            return bool(a < b)  # type: ignore[operator]
        case "le":
            return bool(a <= b)  # type: ignore[operator]
        case "gt":
            return bool(a > b)  # type: ignore[operator]
        case "ge":
            return bool(a >= b)  # type: ignore[operator]


def ranked(book: m.Book, names: Names, *sides: tuple[m.Expr, object]) -> list[object]:
    """Two values as Python compares them: places in an enumeration, days, or months and days."""
    values = [it for _, it in sides]
    by_days = any(getattr(it, "unit", None) in ("days", "weeks") for it in values)
    words = isinstance(values[0], str)
    order = next((o for expr, _ in sides if (o := order_of(book, names, expr))), None) if words else None
    return [ranking(it, by_days, order) for it in values]


def ranking(it: object, by_days: bool, order: list[str] | None) -> object:
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


def order_of(book: m.Book, names: Names, expr: m.Expr) -> list[str] | None:
    """The members in order, if the expression is of an ordered enumeration."""
    match expr:
        case m.Path():
            kind = bound(book, names, expr).type
        case m.Const():
            kind = expr.type
        case m.Param(id):
            kind = book.parameters[id].type
        case _:
            return None
    if isinstance(kind, m.EnumOf) and book.enumerations[kind.enumeration].ordered:
        return [member for member, _ in book.enumerations[kind.enumeration].members]
    return None


def bound(book: m.Book, names: Names, path: m.Path) -> Bound:
    """What a path leads to."""
    at = names[path.base]
    for step in path.steps:
        assert isinstance(at.type, m.EntityOf)
        assert isinstance(at.value, dict)
        fact = book.entities[at.type.entity].fact(step)
        assert fact is not None
        at = Bound(at.value[step], f"{at.address}.{step}", fact.type)
    return at


def elements(names: Names, where: m.Path, entity: str) -> list[Bound]:
    """The elements of a list. Only givens and things inside them have lists, so no types are needed on the way."""
    found: object = names[where.base].value
    for step in where.steps:
        assert isinstance(found, dict)
        found = found[step]
    assert isinstance(found, tuple)
    address = ".".join((names[where.base].address, *where.steps))
    return [Bound(it, f"{address}[{i}]", m.EntityOf(entity)) for i, it in enumerate(found)]


def value(world: World, names: Names, expr: m.Expr) -> object:
    """The value of an expression; `No` if it has none."""
    match expr:
        case m.Path():
            return bound(world.book, names, expr).value
        case m.Const(it):
            return it
        case m.Param(id):
            row = in_force(world, id)
            if row is None:
                return No.VALUE
            return No.KNOWLEDGE if row.value is None else row.value
        case m.Aggregate():
            return aggregate(world, names, expr)
        case m.Score():
            return score(world, names, expr)
        case m.Shift(date):
            inner: tuple[m.Expr, ...] = (date,)
        case m.YearOf(date) | m.EdgeOf(date):
            inner = (date,)
        case m.AgeOn(born, on):
            inner = (born, on)
        case m.Difference(left, right):
            inner = (left, right)
        case m.Extreme(args=args):
            inner = args
    values = [value(world, names, part) for part in inner]
    for lack in No:
        if lack in values:
            return lack
    match expr, values:
        case m.Shift(by=by, sign=sign), [dt.date() as day]:
            return days.moved(day, sign * by.count, by.unit)
        case m.YearOf(), [dt.date() as day]:
            return 10**18 if day == days.ONGOING else day.year
        case m.EdgeOf(edge=edge), [dt.date() as day]:
            return days.edge(day, edge)
        case m.AgeOn(), [dt.date() as born_on, dt.date() as day]:
            return days.age(born_on, day)
        case m.Difference(), [int() as a, int() as b]:
            return a - b
        case m.Extreme(kind=kind), _:
            in_order = sorted(values, key=lambda it: ranking(it, False, None))  # type: ignore[arg-type,return-value]
            return in_order[0] if kind in ("earliest", "least") else in_order[-1]
        case _:
            raise TypeError(f"cannot evaluate {expr} on {values}")


def in_force(world: World, id: str) -> m.Dated | None:
    """The last row of a parameter that has begun on its event date."""
    parameter = world.book.parameters[id]
    if parameter.event is None:
        return parameter.values[-1] if parameter.values else None
    event = world.givens[parameter.event].value
    assert isinstance(event, dt.date)
    begun = [row for row in parameter.values if row.start <= event]
    return max(begun, key=lambda row: row.start, default=None)


def aggregate(world: World, names: Names, expr: m.Aggregate) -> object:
    """A count, a sum, or the total of merged spells."""
    counted = [
        {**names, expr.var: element}
        for element in elements(names, expr.list, expr.entity)
        if expr.where is None or cond_holds(world, {**names, expr.var: element}, expr.where)
    ]
    if expr.kind == "count":
        return len(counted)
    if expr.kind == "sum":
        assert expr.of is not None
        amounts = [bound(world.book, inside, expr.of).value for inside in counted]
        return sum(it for it in amounts if isinstance(it, int))
    first, last = days.FIRST, days.LAST
    limits = [None if limit is None else value(world, names, limit) for limit in (expr.after, expr.before)]
    for lack in No:
        if lack in limits:
            return lack
    after, before = limits
    if isinstance(after, dt.date):
        first = max(first, after)
    if isinstance(before, dt.date):
        last = min(last, before - days.DAY)
        if expr.within is not None:
            first = max(first, days.moved(before, -expr.within.count, expr.within.unit))
    spell = world.book.entities[expr.entity].spell
    assert spell is not None
    spells = []
    for inside in counted:
        begins, ends = (bound(world.book, inside, m.Path(expr.var, (end,))).value for end in spell)
        assert isinstance(begins, dt.date)
        assert isinstance(ends, dt.date)
        spells.append((max(begins, first), min(ends, last)))
    return Total(*days.total(spells))


def score(world: World, names: Names, expr: m.Score) -> object:
    """Points added up, or the most of them, and no more than there can be."""
    found: list[int] = []
    for item in expr.items:
        got = points(world, names, item) if isinstance(item, m.Points) else value(world, names, item)
        if isinstance(got, No):
            return got
        assert isinstance(got, int)
        found.append(got)
    out = sum(found) if expr.kind == "total" else max(found)
    return out if expr.most is None or out < expr.most else expr.most


def points(world: World, names: Names, item: m.Points) -> int:
    """The points of one line: once if it holds, or once for each element."""
    times = value(world, names, item.each) if item.each is not None else 1
    assert isinstance(times, int)
    got = item.points * times if clause_holds(world, names, item.when) else 0
    return got if item.most is None or got < item.most else item.most


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


def unknown_parameters(world: World, expr: object) -> Iterator[tuple[str, dt.date]]:
    """The parameters in an expression whose value is not known, with the day that row starts."""
    match expr:
        case m.Param(id):
            row = in_force(world, id)
            if row is not None and row.value is None:
                yield id, row.start
        case m.Shift(date) | m.YearOf(date) | m.EdgeOf(date):
            yield from unknown_parameters(world, date)
        case m.AgeOn(a, b) | m.Difference(a, b) | m.Aggregate(after=a, before=b):
            yield from unknown_parameters(world, a)
            yield from unknown_parameters(world, b)
        case m.Extreme(args=args) | m.Score(items=args):
            for arg in args:
                yield from unknown_parameters(world, arg)
        case _:
            return


def worded(book: m.Book, names: Names, part: object) -> object:
    """A comparison with addresses in place of names: what makes two of them one question."""
    match part:
        case m.Path(base) if base in names:
            return ".".join((names[base].address, *part.steps))
        case tuple():
            return tuple(worded(book, names, it) for it in part)
        case _ if hasattr(part, "__struct_fields__"):
            return (type(part).__name__, *(worded(book, names, getattr(part, f)) for f in part.__struct_fields__))
        case _:
            return part
