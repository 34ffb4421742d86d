"""Values and conditions of one case, in Python: dates, sums and comparisons are worked out here and never in clingo.

Expressions and conditions compile to closures over an `Env`. A closure raises `Unread` when it needs a fact the case
does not give, `LawGap` when the law does not say, and `Slack` when a total over a list can fall on either side.
`three` wraps a condition for partial cases: True, False, or None where a part cannot be told.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, field

from dsl import calendar
from dsl.calendar import FIRST, ONGOING, Duration
from dsl.case import Absent, Listed
from dsl.inside import found, rebuilt, substituted
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Clause,
    Compare,
    Cond,
    Const,
    Coverage,
    Difference,
    EdgeOf,
    Expr,
    Extreme,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Points,
    Quantified,
    Row,
    Score,
    Shift,
    Table,
    Truth,
    Window,
    YearOf,
)
from solver.reads import names

_DAY = dt.timedelta(days=1)

BIG = 10**18
"""More than any number a case can hold: the upper end of an open total."""

LawVar = tuple[Any, ...]
"""A question the law leaves open: (table, key, wanted columns, stretch) or (parameter, comparison, first day)."""


class Worded(Struct, frozen=True, cache_hash=True):
    """A comparison that a question of the law is about, hashed once: it is looked up by it again and again."""

    cond: Cond


def unanswered(var: LawVar) -> bool | None:  # noqa: ARG001
    """A law that answers nothing."""
    return None


class Unread(Exception):  # noqa: N818
    """A fact is needed that the case does not give."""


class LawGap(Exception):  # noqa: N818
    """The law does not say."""

    def __init__(self, var: LawVar) -> None:
        """Keep which question it was."""
        self.var = var


class Slack(Exception):  # noqa: N818
    """A total can fall on either side of the limit."""


class Still(Struct):
    """While only facts of some names change: what the parts of scores come to that read none of them.

    parted: by score and elements, what such parts come to together, and the closures of the others. left: by part, what
    is left of it; see `solver.remainder`.
    """

    changing: frozenset[str]
    parted: dict[Any, tuple[Sequence[Any], Sequence[Callable[[Env], Any]]]] = field(default_factory=dict)
    left: dict[Any, Any] = field(default_factory=dict)


class Env(Struct):
    """What closures read: the givens, the elements bound to variables, chosen readings, answers to gaps in the law."""

    root: Mapping[str, Any]
    els: tuple[Mapping[str, Any], ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    law: Callable[[LawVar], bool | None] = unanswered
    admits: Callable[[Aggregate, Env], bool] | None = None
    """Whether an element that an open list may have besides could pass a total's filter; None: any could."""
    still: Still | None = None
    """Set while nothing but facts of some names changes."""


Fn = Callable[[Env], Any]
Vars = Mapping[str, int]


class Total(Struct):
    """A total over a list: from `low` to `high`. For months the ends are merged spells, counted when compared."""

    low: Any
    high: Any
    spells: bool = False

    def bounds(self, limit: Any) -> tuple[Any, Any]:
        """The ends in the unit of what it is compared with: numbers, days, or (months, days)."""
        if not self.spells:
            return self.low, self.high
        days = isinstance(limit, Duration) and limit.unit in ("days", "weeks")
        count = calendar.days_of if days else calendar.months_of
        low = count(self.low)
        return low, (low if self.high is self.low else count(self.high))


# --------------------------------------------------------------------------------------------------------------- facts


def path_fn(path: Path, vars: Vars) -> Fn:
    """A closure that reads a fact."""
    steps = path.steps
    if path.base in vars:
        i = vars[path.base]
        name, rest = steps[0], steps[1:]
        if not rest:

            def element(env: Env) -> Any:
                v = env.els[i][name]
                if type(v) is Absent:
                    raise Unread
                return v

            return element

        def nested(env: Env) -> Any:
            v = env.els[i][name]
            for step in rest:
                v = v.facts[step]
            if type(v) is Absent:
                raise Unread
            return v

        return nested
    base = path.base

    def given(env: Env) -> Any:
        v = env.root[base]
        for step in steps:
            v = v.facts[step]
        if type(v) is Absent:
            raise Unread
        return v

    return given


def list_fn(path: Path, vars: Vars) -> Callable[[Env], Listed]:
    """A closure that reads a list; an absent list is an open one with nothing in it."""
    get = path_fn(path, vars)
    nothing = Listed((), True, False)

    def read(env: Env) -> Listed:
        try:
            v = get(env)
        except Unread:
            return nothing
        return v  # type: ignore[no-any-return]

    return read


# -------------------------------------------------------------------------------------------------------- expressions


def expr_fn(e: Expr, book: Book, vars: Vars) -> Fn:
    """A closure for a value. A parameter with nothing in force gives None; with an unknown value it raises LawGap."""
    match e:
        case Path():
            return path_fn(e, vars)
        case Const(value, _):
            return lambda _: value
        case Param(name):
            return _param_fn(name, book)
        case Shift(date, by, sign):
            inner = expr_fn(date, book, vars)

            def moved(env: Env) -> Any:
                day = inner(env)
                return None if day is None else calendar.shift(day, by, sign)

            return moved
        case YearOf(date):
            inner = expr_fn(date, book, vars)

            def year(env: Env) -> Any:
                day = inner(env)
                return None if day is None else day.year

            return year
        case EdgeOf(date, edge):
            inner = expr_fn(date, book, vars)

            def at_edge(env: Env) -> Any:
                day = inner(env)
                return None if day is None else calendar.edge_of(day, edge)

            return at_edge
        case AgeOn(born, on):
            b, o = expr_fn(born, book, vars), expr_fn(on, book, vars)

            def age(env: Env) -> Any:
                first, then = b(env), o(env)
                return None if first is None or then is None else calendar.age(first, then)

            return age
        case Difference(left, right):
            x, y = expr_fn(left, book, vars), expr_fn(right, book, vars)

            def less(env: Env) -> Any:
                a, b = x(env), y(env)
                if a is None or b is None:
                    return None
                if isinstance(a, Total) or isinstance(b, Total):
                    (al, ah), (bl, bh) = _ends(a, None), _ends(b, None)
                    return Total(al - bh, ah - bl)
                return a - b

            return less
        case Extreme(kind, args):
            fns = [expr_fn(a, book, vars) for a in args]
            best = min if kind in ("earliest", "least") else max

            def extreme(env: Env) -> Any:
                values = [f(env) for f in fns]
                return None if None in values else best(values, key=length)

            return extreme
        case Aggregate():
            return _aggregate_fn(e, book, vars)
        case Score():
            return _score_fn(e, book, vars)


def length(value: Any) -> Any:
    """A duration as months or days, so that those of one kind compare; other values as they are."""
    if isinstance(value, Duration):
        return value.count * {"days": 1, "weeks": 7, "months": 1, "years": 12}[value.unit]
    return value


def param_row(name: str, book: Book, on: dt.date | None) -> Any:
    """The row of a parameter in force on a day, or None."""
    found = None
    for row in book.parameters[name].values:
        if on is None or row.start <= on:
            found = row
    return found


def _param_fn(name: str, book: Book) -> Fn:
    event = book.parameters[name].event

    def read(env: Env) -> Any:
        on = None
        if event is not None:
            on = env.root[event]
            if type(on) is Absent:
                raise Unread
        row = param_row(name, book, on)
        if row is None:
            return None
        if row.value is None:
            raise LawGap((book.parameters[name].id, row.start))
        return row.value

    return read


# ------------------------------------------------------------------------------------------------------------- totals


def _aggregate_fn(a: Aggregate, book: Book, vars: Vars) -> Fn:
    """A closure for a total: exact if all it reads is known, else the range it can take."""
    inner = {**vars, a.var: len(vars)}
    items = list_fn(a.list, vars)
    where = three(a.where, book, inner) if a.where is not None else None
    if a.kind == "months":
        return _months_fn(a, book, vars, items, where)
    amount = path_fn(a.of, inner) if a.of else None

    def total(env: Env) -> Total:
        listed = items(env)
        low = high = 0
        els = env.els
        for item in listed.items:
            env.els = (*els, item.facts)
            try:
                passes = True if where is None else where(env)
                if passes is False:
                    continue
                try:
                    value = 1 if amount is None else amount(env)
                except Unread:
                    high += BIG
                    continue
            finally:
                env.els = els
            low += value if passes else 0
            high += value
        return Total(low, BIG if listed.open and _admits(a, env) else high)

    return total


def _months_fn(a: Aggregate, book: Book, vars: Vars, items: Callable[[Env], Listed], where: Fn | None) -> Fn:
    spell = book.entities[a.entity].spell
    assert spell is not None
    starts, ends = spell
    after = expr_fn(a.after, book, vars) if a.after else None
    before = expr_fn(a.before, book, vars) if a.before else None
    within = a.within
    dated = all(x is None or _is_dated(x) for x in (a.after, a.before))

    def total(env: Env) -> Total | None:
        listed = items(env)
        if dated and not listed.items and not listed.open:
            return _NO_MONTHS
        first: dt.date | None = after(env) if after else FIRST
        end: dt.date | None = before(env) if before else ONGOING
        if first is None or end is None:
            return None
        if within:
            first = max(first, calendar.shift(end, within, -1))
        sure: list[calendar.Span] = []
        perhaps: list[calendar.Span] = []
        els = env.els
        for item in listed.items:
            facts = item.facts
            if where is not None:
                env.els = (*els, facts)
                passes = where(env)
                env.els = els
                if passes is False:
                    continue
            else:
                passes = True
            a_: Any = facts[starts]
            b_: Any = facts[ends]
            begins, goes = type(a_) is Absent, type(b_) is Absent
            span = (FIRST if begins else a_, ONGOING if goes else _next(b_))
            (perhaps if begins or goes or passes is None else sure).append(span)
        if listed.open and _admits(a, env):
            perhaps.append((FIRST, ONGOING))
        low = calendar.clipped(calendar.merged(sure), first, end)
        high = calendar.clipped(calendar.merged([*sure, *perhaps]), first, end) if perhaps else low
        if end == ONGOING:
            low, high = _bounded(low), _bounded(high)
        return Total(low, high, spells=True)

    return total


_NO_MONTHS = Total((), (), spells=True)
"""Of no spells, whatever the window."""


def _is_dated(e: Expr) -> bool:
    """Whether a value is a date for sure, known or not."""
    match e:
        case Path():
            return True
        case Shift(date) | EdgeOf(date):
            return _is_dated(date)
        case _:
            return False


def _score_fn(score: Score, book: Book, vars: Vars) -> Fn:
    """A closure for a score: exact if all it reads is known, else the range it can take."""
    fns = [_points_fn(i, book, vars) if isinstance(i, Points) else expr_fn(i, book, vars) for i in score.items]
    together = sum if score.kind == "total" else max
    read: list[frozenset[str]] = []

    def added(values: Sequence[Any]) -> Total | None:
        if None in values:
            return None
        ends = [_ends(v, None) for v in values]
        return Total(together([a for a, _ in ends]), together([b for _, b in ends]))

    def parted(env: Env, still: Still) -> tuple[Sequence[Any], Sequence[Fn]]:
        if not read:
            read.extend(names(i, book) for i in score.items)
        told, rest = _told_now(fns, [still.changing.isdisjoint(r) for r in read], env)
        return [added(told)] if told else (), rest

    def count(env: Env) -> Total | None:
        still = env.still
        if still is None:
            out = added([f(env) for f in fns])
        else:
            key = (id(fns), *map(id, env.els))
            if key not in still.parted:
                still.parted[key] = parted(env, still)
            told, rest = still.parted[key]
            out = added([*told, *[f(env) for f in rest]])
        if out is None or score.most is None:
            return out
        return Total(min(out.low, score.most), min(out.high, score.most))

    return count


def _told_now(fns: Sequence[Fn], stays: Sequence[bool], env: Env) -> tuple[list[Any], list[Fn]]:
    """What those come to that stay and ask nothing of the law, and the others."""
    told, rest, law = [], [], env.law
    for fn, stay in zip(fns, stays, strict=True):
        asked: list[LawVar] = []
        env.law = asked.append
        try:
            value = fn(env) if stay else None
        except (Unread, LawGap, Slack):
            rest.append(fn)
        else:
            if stay and not asked:
                told.append(value)
            else:
                rest.append(fn)
        finally:
            env.law = law
    return told, rest


def _points_fn(points: Points, book: Book, vars: Vars) -> Fn:
    """A closure for one line of a score."""
    holds = three(points.when.cond, book, vars)
    number = expr_fn(points.each, book, vars) if points.each else None

    def count(env: Env) -> Total:
        passes = holds(env)
        if passes is False:
            return Total(0, 0)
        low, high = _ends(number(env), None) if number else (1, 1)
        low, high = points.points * low, points.points * high
        if points.most is not None:
            low, high = min(low, points.most), min(high, points.most)
        return Total(low if passes else 0, high)

    return count


def _admits(a: Aggregate, env: Env) -> bool:
    """Whether an open list may have a further element that counts."""
    return env.admits is None or env.admits(a, env)


def _next(day: dt.date) -> dt.date:
    """The day after a last day; what goes on stays so."""
    return day if day == ONGOING else day + _DAY


def _bounded(spells: tuple[calendar.Span, ...]) -> tuple[calendar.Span, ...]:
    """Spells without an end counted to the end of the calendar."""
    last = calendar.LAST + dt.timedelta(days=1)
    return tuple((a, min(b, last)) for a, b in spells if a < last)


def _ends(value: Any, other: Any) -> tuple[Any, Any]:
    """The range of a value in the unit of what it is compared with."""
    if isinstance(value, Total):
        return value.bounds(other)
    if isinstance(other, Total) and isinstance(value, Duration):
        size = length(value)
        return (size, size) if value.unit in ("days", "weeks") else ((size, 0), (size, 0))
    plain = length(value)
    return plain, plain


# -------------------------------------------------------------------------------------------------------------- tests

_OPS: dict[Operator, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def test_fn(
    cond: Cond,
    book: Book,
    vars: Vars,
    gappy: bool | None = None,  # noqa: PT028
    said: Cond | None = None,  # noqa: PT028
) -> Callable[[Env], bool]:
    """A closure for a leaf comparison. A parameter with an unknown value makes it a question of the law.

    gappy: what `reads_gap` says of it, where that is known. said: how the book says it, if otherwise.
    """
    plain = _test_fn(cond, book, vars)
    if not (reads_gap(cond, book) if gappy is None else gappy):
        return plain
    worded: dict[tuple[str, ...], Worded] = {}

    @cache
    def named() -> tuple[Cond, dict[str, int]]:
        """The comparison as the book says it, and its variables: looked for when the law is first asked."""
        as_said = own_names(said or cond, book)
        return as_said, {p.base: vars[p.base] for p in found(as_said, Path) if p.base in vars}

    def asked(env: Env) -> Worded:
        """The comparison with addresses in place of names: what makes it one question wherever it is asked."""
        as_said, own = named()
        key = tuple([env.els[i].get("#", "") for i in own.values()])
        if key not in worded:
            in_place = {name: _path(address) for name, address in zip(own, key, strict=True)}
            worded[key] = Worded(substituted(as_said, in_place))
        return worded[key]

    def test(env: Env) -> bool:
        try:
            return plain(env)
        except LawGap as gap:
            if len(gap.var) != 2:
                raise
            var = (*gap.var, asked(env))
        answer = env.law(var)
        if answer is None:
            raise LawGap(var)
        return answer

    return test


def own_names(thing: Any, book: Book) -> Any:
    """A condition or value with the ids that parameters have themselves, where a book has them under other names.

    In two editions made one (`solver.merge`) what both leave open is one question so.
    """
    if all(book.parameters[name].id == name for name in parameters(thing)):
        return thing

    def named(part: Any) -> Any:
        return Param(book.parameters[part.id].id) if isinstance(part, Param) else rebuilt(part, named)

    return named(thing)


def _path(address: str) -> Path:
    """The path of a thing on a given; of an element its address as if it were a given."""
    base, *steps = [address] if address.endswith("]") else address.split(".")
    return Path(base, tuple(steps))


def reads_gap(cond: Cond, book: Book) -> bool:
    """Whether a comparison reads a parameter that has no known value at some time."""
    match cond:  # most of them read none
        case Truth() | OneOf(Path()) | Compare(_, Path(), Path() | Const()):
            return False
        case _:
            return any(row.value is None for name in parameters(cond) for row in book.parameters[name].values)


def parameters(thing: Any) -> Iterator[str]:
    """The parameters a comparison reads."""
    return (param.id for param in found(thing, Param))


def _test_fn(cond: Cond, book: Book, vars: Vars) -> Callable[[Env], bool]:
    match cond:
        case Truth(fact):
            return path_fn(fact, vars)
        case Compare(op, left, right):
            return _compare_fn(cond, op, left, right, book, vars)
        case OneOf(value, options):
            get = expr_fn(value, book, vars)
            allowed = frozenset(length(o.value) for o in options)
            if isinstance(value, Path) and not any(type(o.value) is Duration for o in options):
                return lambda env: get(env) in allowed

            def one_of(env: Env) -> bool:
                it = get(env)
                if type(it) is not Total:
                    return length(it) in allowed
                ends = [(it.bounds(o.value), _ends(o.value, it)[0]) for o in options]
                if any(low == high == limit for (low, high), limit in ends):
                    return True
                if any(low <= limit <= high for (low, high), limit in ends):
                    raise Slack
                return False

            return one_of
        case Window(value, duration, side, anchor):
            x, y = expr_fn(value, book, vars), expr_fn(anchor, book, vars)

            def window(env: Env) -> bool:
                day, from_ = x(env), y(env)
                if day is None or from_ is None:
                    return False
                if side == "after":
                    return bool(from_ <= day <= calendar.shift(from_, duration))
                return bool(calendar.shift(from_, duration, -1) <= day < from_)

            return window
        case Member():
            return _member_fn(cond, book, vars)
        case Always():
            return lambda _: True
        case _:
            raise AssertionError(cond)


def _compare_fn(cond: Compare, op: Operator, left: Expr, right: Expr, book: Book, vars: Vars) -> Callable[[Env], bool]:
    x, y = expr_fn(left, book, vars), expr_fn(right, book, vars)
    rank = _rank(cond, book)
    compare = _OPS[op]
    if rank is None and isinstance(right, Const) and isinstance(left, Path | Param | AgeOn | YearOf):
        limit = right.value
        if type(limit) is not Duration:  # most of them: nothing to look up, and no total

            def against(env: Env) -> bool:
                a = x(env)
                return a is not None and compare(a, limit)

            return against

    def nothing(env: Env) -> bool:
        try:
            return y(env) is None
        except (Unread, LawGap, Slack):
            return False

    def test(env: Env) -> bool:
        try:
            a = x(env)
        except (Unread, LawGap):
            if nothing(env):  # whatever the fact is, it is compared with no value
                return False
            raise
        b = y(env)
        if a is None or b is None:
            return False
        if type(a) is dt.date:
            return compare(a, b)
        if rank:
            return compare(rank[a], rank[b])
        if type(a) is Total or type(b) is Total:
            return _between(op, _ends(a, b), _ends(b, a))
        if type(a) is Duration:
            return compare(length(a), length(b))
        return compare(a, b)

    return test


def _between(op: Operator, a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    """A comparison of two ranges; raises Slack if both answers are possible."""
    (al, ah), (bl, bh) = a, b
    match op:
        case "ge" | "lt":
            sure = True if al >= bl and al >= bh else False if ah < bl else None
            if sure is None:
                raise Slack
            return sure if op == "ge" else not sure
        case "gt" | "le":
            sure = True if al > bh else False if ah <= bl else None
            if sure is None:
                raise Slack
            return sure if op == "gt" else not sure
        case _:
            if al == ah == bl == bh:
                return op == "is"
            if ah < bl or bh < al:
                return op == "is_not"
            raise Slack


def _rank(cond: Compare, book: Book) -> dict[str, int] | None:
    """Order of an ordered enumeration, if more or less is asked of one."""
    if cond.op in ("is", "is_not") or cond.enumeration is None:
        return None
    return {m: i for i, (m, _) in enumerate(book.enumerations[cond.enumeration].members)}


def stretches(table: Table, rows: Sequence[Row] | None = None) -> tuple[dt.date, ...]:
    """The days on which what a table says (of these rows, or of any) can change, in order."""
    days: set[dt.date] = set()
    one = dt.timedelta(days=1)
    things: list[Row | Coverage] = [*(table.rows if rows is None else rows), *table.coverage]
    for thing in things:
        if thing.start:
            days.add(thing.start)
        if thing.end and thing.end < calendar.LAST:
            days.add(thing.end + one)
    return tuple(sorted(days))


def _span(thing: Row | Coverage) -> tuple[dt.date, dt.date]:
    """First and last day of a row or a stretch, both included."""
    return thing.start or dt.date.min, thing.end or dt.date.max


def _member_fn(cond: Member, book: Book, vars: Vars) -> Callable[[Env], bool]:
    table = book.tables[cond.table]
    get = expr_fn(cond.value, book, vars)
    when = expr_fn(cond.on, book, vars) if cond.on is not None else None
    rows: dict[str, list[Row]] = {}
    for row in table.rows:
        columns = dict(row.columns)
        if all(columns.get(c) == v for c, v in cond.rows):
            rows.setdefault(row.key, []).append(row)
    spans = {key: [_span(row) for row in own] for key, own in rows.items()}
    covers = [(*_span(c), c.kind) for c in table.coverage]
    days: dict[str, tuple[dt.date, ...]] = {}

    def test(env: Env) -> bool:
        key = get(env)
        on = when(env) if when else None
        if when and on is None:
            return False
        present = False
        for first, last in spans.get(key, ()):
            if on is None or first <= on <= last:
                present = True
                break
        covered = None
        for first, last, kind in covers:
            if on is None or first <= on <= last:
                covered = kind
                break
        if covered == "closed" or (covered == "gappy" and present):
            return present
        if key not in days:
            days[key] = stretches(table, rows.get(key, ()))
        stretch = sum(d <= on for d in days[key]) if on else 0
        var = (table.id, key, cond.rows, stretch)
        answer = env.law(var)
        if answer is None:
            raise LawGap(var)
        return answer

    return test


# --------------------------------------------------------------------------------------------------------- conditions


Truth3 = Callable[[Env], "bool | None"]
Adjust = Callable[[tuple[str, ...], Truth3], Truth3]
"""What to do with a clause at a path of labels: given its plain truth, its truth after exceptions."""


def three(cond: Cond, book: Book, vars: Vars) -> Truth3:
    """A closure for a whole condition on a case that may be partial: True, False, or None where it cannot be told."""
    return _three(cond, book, vars, (), None)


def clause_truth(clause: Clause, book: Book, adjust: Adjust) -> Truth3:
    """A closure for a clause on givens, with exceptions put in at the clauses they name."""
    return _clause(clause, book, {}, (), adjust)


def _clause(clause: Clause, book: Book, vars: Vars, trail: tuple[str, ...], adjust: Adjust | None) -> Truth3:
    if clause.label:
        trail = (*trail, clause.label)
    plain = _three(clause.cond, book, vars, trail, adjust)
    return adjust(trail, plain) if adjust and clause.label else plain


def _three(cond: Cond, book: Book, vars: Vars, trail: tuple[str, ...], adjust: Adjust | None) -> Truth3:
    match cond:
        case All(items):
            return _every(tuple(_clause(i, book, vars, trail, adjust) for i in items))
        case AnyOf(items):
            return _some(tuple(_clause(i, book, vars, trail, adjust) for i in items))
        case AtLeast(n, items):
            fns = [_clause(i, book, vars, trail, adjust) for i in items]

            def count(env: Env) -> bool | None:
                values = [f(env) for f in fns]
                if sum(v is True for v in values) >= n:
                    return True
                return None if sum(v is not False for v in values) >= n else False

            return count
        case Not(item):
            inner = _clause(item, book, vars, trail, adjust)
            return lambda env: _invert(inner(env))
        case Quantified(kind, var, path, _, body):
            items_of = list_fn(path, vars)
            inner = _clause(body, book, {**vars, var: len(vars)}, trail, adjust)

            def quantified(env: Env) -> bool | None:
                listed = items_of(env)
                els = env.els
                values: list[bool | None] = []
                for item in listed.items:
                    env.els = (*els, item.facts)
                    values.append(inner(env))
                env.els = els
                if listed.open:
                    values.append(None)
                decisive = kind == "some"
                return decisive if decisive in values else None if None in values else not decisive

            return quantified
        case Call(name, args):
            return _call_fn(name, args, book, vars, trail, adjust)
        case ByReading(reading, branches):
            table = {value: _clause(c, book, vars, trail, adjust) for value, c in branches}
            default = book.readings[reading].default
            return lambda env: table[env.readings.get(reading, default)](env)
        case _:
            test = test_fn(cond, book, vars)

            def leaf(env: Env) -> bool | None:
                try:
                    return test(env)
                except (Unread, LawGap, Slack):
                    return None

            return leaf


def _call_fn(
    name: str, args: Sequence[Path], book: Book, vars: Vars, trail: tuple[str, ...], adjust: Adjust | None
) -> Truth3:
    """A term applied: its parameters are bound to what the arguments name."""
    term = book.terms[name]
    names = [v for v, _ in term.params]
    bound = [vars[arg.base] for arg in args if arg.base in vars and not arg.steps]
    if len(set(bound)) == len(args):  # variables alone: its parameters are other names for them
        own = dict(zip(bound, names, strict=True))
        return _clause(term.means, book, {own.get(i, f"#{i}"): i for i in range(len(vars))}, trail, adjust)
    getters = [
        _element_fn(vars[arg.base]) if arg.base in vars and not arg.steps else _thing_fn(path_fn(arg, vars))
        for arg in args
    ]
    inner = _clause(term.means, book, {v: i for i, v in enumerate(names)}, trail, adjust)

    def call(env: Env) -> bool | None:
        els = env.els
        env.els = tuple([g(env) for g in getters])
        try:
            return inner(env)
        finally:
            env.els = els

    return call


def _element_fn(i: int) -> Fn:
    return lambda env: env.els[i]


def _thing_fn(get: Fn) -> Fn:
    return lambda env: get(env).facts


def _every(fns: tuple[Truth3, ...]) -> Truth3:
    """Kleene conjunction, left to right."""
    if len(fns) == 1:
        return fns[0]

    def every(env: Env) -> bool | None:
        out: bool | None = True
        for f in fns:
            v = f(env)
            if v is False:
                return False
            if v is None:
                out = None
        return out

    return every


def _some(fns: tuple[Truth3, ...]) -> Truth3:
    """Kleene disjunction, left to right."""
    if len(fns) == 1:
        return fns[0]

    def some(env: Env) -> bool | None:
        out: bool | None = False
        for f in fns:
            v = f(env)
            if v is True:
                return True
            if v is None:
                out = None
        return out

    return some


def _invert(v: bool | None) -> bool | None:
    return None if v is None else not v
