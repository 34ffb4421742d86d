"""What a condition does when not everything is known: it holds, it fails, or (None) it may do either.

Written from `docs/semantics.md` for the checker of decision records; shares no code with the solver. Every answer is
sound: what is said to hold holds in every completion. It is not always sharp: None may stand where every completion
agrees, and a record then has to bring a case split.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl import calendar as cal
from dsl import model as m

Truth = bool | None
Env = Mapping[str, str]
"""Addresses by variable; under "" what tells two scopes apart."""
NO_YEAR, FOREVER = 10**18, (10**9, 0)


class Span(Struct, frozen=True):
    """A number or a date somewhere from `low` to `high`, both included (None: without a bound)."""

    low: Any
    high: Any


class Total(Struct, frozen=True):
    """Months of merged spells: the least and the most, as (months, days) and as days."""

    months: Span
    days: Span


class Gap(Struct, frozen=True):
    """The law does not say: the id of the question, and what tells it from others with that id."""

    id: str
    about: str


class Lack:
    """A value that is not there: nothing known of it, or (`NOTHING`) nothing in force."""


UNKNOWN, NOTHING = Lack(), Lack()


class World(Struct):
    """What is known. `facts`: values by address, for a list how many elements; `open`: lists that may have more.

    `cells`: bounds on facts that are not known. `law`, `readings`: answers and choices, by question and by reading.
    `forced`: clauses of one category that exceptions decide. `met`: unknown things met on the way, if listened for.
    """

    book: m.Book
    facts: Mapping[str, Any]
    open: frozenset[str] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)
    law: Mapping[str, bool] = field(default_factory=dict)
    cells: Mapping[str, Any] = field(default_factory=dict)
    forced: Mapping[tuple[str, ...], tuple[Truth, Truth]] = field(default_factory=dict)
    memo: dict[tuple[int, str], Truth] = field(default_factory=dict)
    met: list[tuple[str, Any]] | None = None
    added: frozenset[str] = frozenset()
    """Facts of elements that a completion adds to open lists."""

    def meet(self, kind: str, what: Any) -> None:
        """Something unknown was met."""
        if self.met is not None:
            self.met.append((kind, what))


OUTSIDE: Env = {"": ""}
"""The scope of a category: every given stands for itself."""


def as_known(book: m.Book, day: dt.date | None) -> m.Book:
    """The book without what became known after a day."""
    if day is None:
        return book
    rows = {n: tuple(r for r in p.values if r.known <= day or p.event is None) for n, p in book.parameters.items()}
    said = {n: tuple(c for c in t.coverage if (c.known or c.start or day) <= day) for n, t in book.tables.items()}
    parameters = {n: replace(p, values=rows[n]) for n, p in book.parameters.items()}
    return replace(
        book, parameters=parameters, tables={n: replace(t, coverage=said[n]) for n, t in book.tables.items()}
    )


def opposite(it: Truth) -> Truth:
    """Not."""
    return None if it is None else not it


def every(parts: list[Truth]) -> Truth:
    """And."""
    return False if False in parts else None if None in parts else True


def some(parts: list[Truth]) -> Truth:
    """Or."""
    return True if True in parts else None if None in parts else False


def category(w: World, it: m.Category) -> Truth:
    """Whether a category holds."""
    w, env = of_category(w, it), OUTSIDE
    needs = clause(w, env, it.needs, ())
    if needs is False or it.bars is None:
        return needs
    return every([needs, opposite(clause(w, env, it.bars, ()))])


def of_category(w: World, it: m.Category) -> World:
    """The world with what the exceptions of a category decide: for each clause, whether it is met and unmet by one."""
    if not it.overrides:
        return w
    live = active(w, it)
    bars = set() if it.bars is None else set(targets(w.book, it.bars, ()))
    forced = {}
    for target in {o.target for o in it.overrides}:
        mine = [(o, (o.effect == "met") != (target in bars)) for o in it.overrides if o.target == target]
        forced[target] = (
            some([live[o.label] for o, yes in mine if yes]),
            some([live[o.label] for o, yes in mine if not yes]),
        )
    return replace(w, forced=forced, memo={})


def active(w: World, it: m.Category) -> dict[str, Truth]:
    """Which exceptions of a category apply: those that are live and not set aside by another live one."""
    live = {o.label: clause(w, OUTSIDE, o.when, ()) for o in it.overrides}
    over = {o.label: [live[x.label] for x in it.overrides if o.label in x.over] for o in it.overrides}
    return {label: every([held, opposite(some(over[label]))]) for label, held in live.items()}


def targets(book: m.Book, it: m.Clause, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The label paths inside a clause."""
    path = (*path, it.label) if it.label else path
    inner = [x for part in inside(book, it.cond) for x in targets(book, part, path)]
    return [path, *inner]


def inside(book: m.Book, cond: m.Cond) -> tuple[m.Clause, ...]:
    """The clauses directly inside a condition, terms opened up."""
    match cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            return items
        case m.Not(item) | m.Quantified(body=item):
            return (item,)
        case m.Call(term):
            return (book.terms[term].means,)
        case m.ByReading(_, branches):
            return tuple(branch for _, branch in branches)
        case _:
            return ()


def clause(w: World, env: Env, it: m.Clause, path: tuple[str, ...]) -> Truth:
    """A clause, exceptions to it considered; `path`: the labels above it."""
    if not w.forced:
        key = (id(it), env[""])
        if key not in w.memo or w.met is not None:
            w.memo[key] = _COND[type(it.cond)](w, env, it.cond, path)
        return w.memo[key]
    path = (*path, it.label) if it.label else path
    if path not in w.forced or not it.label:
        return _COND[type(it.cond)](w, env, it.cond, path)
    met, unmet = w.forced[path]
    return some([met, every([_COND[type(it.cond)](w, env, it.cond, path), opposite(unmet)])])


def _all(w: World, env: Env, it: m.All, path: tuple[str, ...]) -> Truth:
    out: Truth = True
    for item in it.items:
        held = clause(w, env, item, path)
        if held is False:
            return False
        out = None if held is None else out
    return out


def _any(w: World, env: Env, it: m.AnyOf, path: tuple[str, ...]) -> Truth:
    out: Truth = False
    for item in it.items:
        held = clause(w, env, item, path)
        if held is True:
            return True
        out = None if held is None else out
    return out


def _at_least(w: World, env: Env, it: m.AtLeast, path: tuple[str, ...]) -> Truth:
    parts = [clause(w, env, item, path) for item in it.items]
    yes = parts.count(True)
    return True if yes >= it.n else False if yes + parts.count(None) < it.n else None


def elements(w: World, env: Env, it: m.Quantified | m.Aggregate) -> list[tuple[Env, bool]]:
    """The scope of each element of a list, and whether it is there; the last may be one that an open list may have."""
    where = address(env, it.list)
    n = w.facts.get(where)
    if more := n is None or where in w.open:
        w.meet("list", (where, it.entity))
    places = [f"{where}[{i}]" for i in range(n or 0)] + ([f"{where}[+]"] if more else [])
    return [({**env, it.var: at, "": f"{env['']}/{it.var}={at}"}, at[-2] != "+") for at in places]


def _quantified(w: World, env: Env, it: m.Quantified, path: tuple[str, ...]) -> Truth:
    out: list[Truth] = []
    for inner, there in elements(w, env, it):
        held = clause(w, inner, it.body, path)
        held = held if it.kind == "some" else opposite(held)
        out.append(held if there or held is False else None)
    return some(out) if it.kind == "some" else opposite(some(out))


def called(w: World, env: Env, it: m.Call) -> dict[str, str]:
    """The scope inside a term."""
    given = {name: address(env, arg) for (name, _), arg in zip(w.book.terms[it.term].params, it.args, strict=True)}
    return given | {"": ",".join(given.values())}


def _call(w: World, env: Env, it: m.Call, path: tuple[str, ...]) -> Truth:
    return clause(w, called(w, env, it), w.book.terms[it.term].means, path)


def _reading(w: World, env: Env, it: m.ByReading, path: tuple[str, ...]) -> Truth:
    chosen = w.readings.get(it.reading)
    if chosen is not None:
        return clause(w, env, dict(it.branches)[chosen], path)
    w.meet("reading", it.reading)
    parts = [clause(w, env, branch, path) for _, branch in it.branches]
    return parts[0] if len(set(parts)) == 1 else None


def _test(w: World, env: Env, it: m.Test, path: tuple[str, ...]) -> Truth:  # noqa: ARG001
    w.meet("test", (env, it))
    values = [value(w, env, x) for x in compared(it)]
    if NOTHING in values:
        return False
    gaps = [v for v in values if type(v) is Gap]
    if UNKNOWN in values:
        return _no_key(w, it, values[1:]) if type(it) is m.Member else None
    if gaps:
        return ask(w, Gap(gaps[0].id, f"{gaps[0].about}|{worded(env, it)}"))
    match it:
        case m.Truth():
            return bool(values[0])
        case m.OneOf(options=options):
            return _among(values[0], {o.value for o in options})
        case m.Window(duration=by, side=side):
            a, b = spanned(values[0]), spanned(values[1])
            sign = 1 if side == "after" else -1
            edge = (
                Span(cal.shift(b.low, by, sign), cal.shift(b.high, by, sign)) if None not in (b.low, b.high) else None
            )
            if edge is None:
                return None
            if side == "after":
                return every([_ordered("ge", a, b), _ordered("le", a, edge)])
            return every([_ordered("ge", a, edge), _ordered("lt", a, b)])
        case m.Member():
            keys = values[0] if isinstance(values[0], frozenset) else {values[0]}
            day = values[1] if len(values) > 1 else cal.FIRST
            if type(day) is not dt.date:
                return None
            parts = [member(w, it, str(key), day) for key in keys]
            return parts[0] if len(set(parts)) == 1 else None
        case m.Compare(op=op, enumeration=enumeration):
            return _compare(w, op, values[0], values[1], enumeration)


def _no_key(w: World, it: m.Member, on: list[Any]) -> Truth:
    """Of a key that is not known: False on a day on which a table that is complete has no such row for any key."""
    table, day = w.book.tables[it.table], on[0] if on else cal.FIRST
    if type(day) is not dt.date or not any(c.kind == "closed" and _lasts(c, day) for c in table.coverage):
        return None
    return None if any(set(it.rows) <= set(r.columns) and _lasts(r, day) for r in table.rows) else False


def _among(it: Any, options: set[Any]) -> Truth:
    if isinstance(it, Span):
        return None if any(_ordered("is", it, Span(o, o)) is not False for o in options) else False
    held = it if isinstance(it, frozenset) else {it}
    return True if held <= options else None if held & options else False


def _compare(w: World, op: str, a: Any, b: Any, enumeration: str | None) -> Truth:
    if isinstance(a, str | frozenset) and isinstance(b, str | frozenset) and enumeration is None:
        one, other = ({x} if isinstance(x, str) else x for x in (a, b))
        same: Truth = False if not one & other else True if len(one) == len(other) == 1 else None
        return same if op == "is" else opposite(same)
    by_days = any(type(x) is cal.Duration and x.unit in ("days", "weeks") for x in (a, b))
    order = [name for name, _ in w.book.enumerations[enumeration].members] if enumeration else None
    return _ordered(op, _ranked(a, by_days, order), _ranked(b, by_days, order))


def spanned(it: Any) -> Span:
    """A value as a span."""
    return it if type(it) is Span else Span(it, it)


def _ranked(it: Any, by_days: bool, order: list[str] | None) -> Span:
    match it:
        case Total(months, days):
            return days if by_days else months
        case cal.Duration(count, unit):
            rank: Any = count * (7 if unit == "weeks" else 1)
            if unit in ("months", "years"):
                rank = (count * (12 if unit == "years" else 1), 0)
            return Span(rank, rank)
        case str() | frozenset() if order:
            places = [order.index(x) for x in ({it} if isinstance(it, str) else it)]
            return Span(min(places), max(places))
        case _:
            return spanned(it)


def _ordered(op: str, a: Span, b: Span) -> Truth:
    """A comparison of two spans."""
    if op in ("is", "is_not"):
        apart = _ordered("lt", a, b) or _ordered("gt", a, b)
        same = False if apart else True if a.low == a.high == b.low == b.high is not None else None
        return same if op == "is" else opposite(same)
    if op in ("gt", "ge"):
        return opposite(_ordered("le" if op == "gt" else "lt", a, b))
    surely = a.high is not None and b.low is not None and (a.high < b.low if op == "lt" else a.high <= b.low)
    never = a.low is not None and b.high is not None and (a.low >= b.high if op == "lt" else a.low > b.high)
    return True if surely else False if never else None


def compared(it: m.Test) -> tuple[m.Expr, ...]:
    """What a comparison compares."""
    match it:
        case m.Truth(fact):
            return (fact,)
        case m.OneOf(a):
            return (a,)
        case m.Window(value=a, anchor=b) | m.Compare(_, a, b):
            return (a, b)
        case m.Member(a, _, on):
            return (a,) if on is None else (a, on)


def ask(w: World, gap: Gap) -> Truth:
    """A question of the law."""
    key = f"{gap.id}|{gap.about}"
    if key not in w.law:
        w.meet("law", key)
    return w.law.get(key)


def member(w: World, it: m.Member, key: str, day: dt.date) -> Truth:
    """Whether a table has such a row on a day."""
    table = w.book.tables[it.table]
    rows = [r for r in table.rows if r.key == key and set(it.rows) <= set(r.columns)]

    def said(on: dt.date) -> tuple[list[m.Row], m.Coverage | None]:
        return [r for r in rows if _lasts(r, on)], next((c for c in table.coverage if _lasts(c, on)), None)

    present, cover = said(day)
    if cover is not None and (cover.kind == "closed" or (present and key != m.OTHER)):
        return bool(present)
    stretches: tuple[m.Row | m.Coverage, ...] = (*rows, *table.coverage)
    turns = [x.start for x in stretches if x.start is not None]
    turns += [x.end + dt.timedelta(1) for x in stretches if x.end is not None and x.end < cal.LAST]
    begun = [x for x in turns if cal.FIRST < x <= day and said(x) != said(x - dt.timedelta(1))]
    return ask(w, Gap(f"{table.id}:{key}", f"{it.rows}{max(begun, default='')}"))


def _lasts(it: m.Row | m.Coverage, day: dt.date) -> bool:
    return (it.start is None or it.start <= day) and (it.end is None or day <= it.end)


def worded(env: Env, part: Any) -> str:
    """A comparison with addresses in place of names: what makes two of them one question."""
    if isinstance(part, m.Path):
        return address(env, part)
    if isinstance(part, tuple):
        return f"({','.join(worded(env, x) for x in part)})"
    names = getattr(part, "__struct_fields__", None)
    return str(part) if names is None else f"{type(part).__name__}{worded(env, tuple(getattr(part, n) for n in names))}"


def address(env: Env, path: m.Path) -> str:
    """Where a path leads."""
    base = env.get(path.base, path.base)
    return ".".join((base, *path.steps)) if path.steps else base


def value(w: World, env: Env, it: m.Expr) -> Any:
    """A value, a span of values, a set of them, UNKNOWN, NOTHING or a gap of the law."""
    return _EXPR[type(it)](w, env, it)


def _path(w: World, env: Env, it: m.Path) -> Any:
    at = address(env, it)
    if at in w.facts:
        return w.facts[at]
    w.meet("fact", at)
    return w.cells.get(at, UNKNOWN)


def _param(w: World, env: Env, it: m.Param) -> Any:  # noqa: ARG001
    p = w.book.parameters[it.id]
    on = spanned(_path(w, {p.event: p.event}, m.Path(p.event)) if p.event else cal.ONGOING)
    if on.low is UNKNOWN:
        on = Span(cal.FIRST, cal.LAST)
    low, high = (
        max((r for r in p.values if r.start <= day), key=lambda r: r.start, default=None) for day in (on.low, on.high)
    )
    if low is not high:
        found: list[Any] = [low.value if low else None, *(r.value for r in p.values if on.low < r.start <= on.high)]
        return Span(min(found), max(found)) if all(type(v) in (int, dt.date) for v in found) else UNKNOWN
    if low is None:
        return NOTHING
    return Gap(it.id, str(low.start)) if low.value is None else low.value


def _lifted(
    parts: Callable[[Any], tuple[m.Expr, ...]], of: Callable[..., Any], falling: int = -1
) -> Callable[..., Any]:
    """A value worked out from others, that grows with each of them (falls with the one numbered `falling`)."""

    def lifted(w: World, env: Env, it: Any) -> Any:
        values = [value(w, env, x) for x in parts(it)]
        for lack in (NOTHING, UNKNOWN):
            if lack in values:
                return lack
        if gap := next((v for v in values if type(v) is Gap), None):
            return gap
        if not any(type(v) is Span for v in values):
            return of(it, *values)
        spans = [spanned(v) for v in values]
        if any(s.low is None or s.high is None for s in spans):
            return UNKNOWN
        low = of(it, *(s.high if i == falling else s.low for i, s in enumerate(spans)))
        return Span(low, of(it, *(s.low if i == falling else s.high for i, s in enumerate(spans))))

    return lifted


def _extreme(it: m.Extreme, *values: Any) -> Any:
    pick = min if it.kind in ("earliest", "least") else max
    return pick(values, key=lambda v: _ranked(v, False, None).low)


def _aggregate(w: World, env: Env, it: m.Aggregate) -> Any:
    limits = [None if x is None else value(w, env, x) for x in (it.after, it.before)]
    for lack in (NOTHING, UNKNOWN):
        if lack in limits:
            return lack
    if gap := next((v for v in limits if type(v) is Gap), None):
        return gap
    counted = [
        (inner, there, held)
        for inner, there in elements(w, env, it)
        if (held := True if it.where is None else _COND[type(it.where)](w, inner, it.where, ())) is not False
    ]
    sure = [inner for inner, there, held in counted if there and held]
    maybe = [inner for inner, there, held in counted if there]
    more = len(maybe) < len(counted)
    if it.kind == "months":
        return _months(w, it, limits, sure, maybe, more)
    if it.kind == "count":
        return len(sure) if len(sure) == len(counted) else Span(len(sure), None if more else len(maybe))
    assert it.of is not None
    low, high = ([spanned(value(w, inner, it.of)) for inner in chosen] for chosen in (sure, maybe))
    least = sum(s.low for s in low if s.low is not UNKNOWN and s.low is not None)
    most = None if more or any(s.high in (UNKNOWN, None) for s in high) else sum(s.high for s in high)
    return least if least == most else Span(least, most)


def _months(w: World, it: m.Aggregate, limits: list[Any], sure: list[Env], maybe: list[Env], more: bool) -> Any:
    after, before = (None if x is None else spanned(x) for x in limits)
    names = w.book.entities[it.entity].spell
    assert names is not None
    day = dt.timedelta(1)
    runs = []
    for chosen, least in ((sure, True), (maybe, False)):
        first, end = cal.FIRST, cal.LAST + day
        if after is not None:
            first = max(first, after.high if least else after.low)
        if before is not None:
            end = min(end, before.low if least else before.high)
            edge = before.high if least else before.low
            first = first if it.within is None else max(first, cal.shift(edge, it.within, -1))
        spells = []
        for inner in chosen:
            a, b = (value(w, inner, m.Path(it.var, (name,))) for name in names)
            a, b = (spanned(Span(cal.FIRST, cal.ONGOING) if x is UNKNOWN else x) for x in (a, b))
            start, last = (a.high, b.low) if least else (a.low, b.high)
            spells.append((start, min(last, cal.LAST) + day))
        spells = [(first, end)] if more and not least else spells
        runs.append(cal.merged(cal.clipped(spells, first, end)))
    low, high = map(cal.days_of, runs)
    if runs[0] == runs[1] and not more:
        months = cal.months_of(runs[0])
        return Total(Span(months, months), Span(low, low))
    # Filling a gap between two spells can lower their months (thirty days to a month), never by more than this.
    return Total(Span((low // 31, 0), (high // 28 + 1, 0)), Span(low, high))


def _score(w: World, env: Env, it: m.Score) -> Any:
    spans: list[Span] = []
    for item in it.items:
        if isinstance(item, m.Points):
            held = clause(w, env, item.when, ())
            times = spanned(1 if item.each is None else value(w, env, item.each))
            most = [x if x is None else x * item.points for x in (times.low, times.high)]
            capped = [x if item.most is None else item.most if x is None else min(x, item.most) for x in most]
            spans.append(Span(capped[0] if held else 0, 0 if held is False else capped[1]))
        else:
            got = value(w, env, item)
            if got is NOTHING or got is UNKNOWN or type(got) is Gap:
                return got
            spans.append(spanned(got))
    lows, highs = [s.low for s in spans], [s.high for s in spans]
    of = sum if it.kind == "total" else max
    low, high = of(lows), None if None in highs else of(highs)
    if it.most is not None:
        low, high = min(low, it.most), it.most if high is None else min(high, it.most)
    return low if low == high else Span(low, high)


_COND: dict[type, Callable[..., Truth]] = {
    m.All: _all, m.AnyOf: _any, m.AtLeast: _at_least, m.Quantified: _quantified, m.Call: _call, m.ByReading: _reading,
    m.Not: lambda w, env, it, path: opposite(clause(w, env, it.item, path)), m.Always: lambda *_: True,
    m.Compare: _test, m.OneOf: _test, m.Member: _test, m.Window: _test, m.Truth: _test,
}  # fmt: skip
_EXPR: dict[type, Callable[..., Any]] = {
    m.Path: _path, m.Param: _param, m.Aggregate: _aggregate, m.Score: _score, m.Const: lambda w, env, it: it.value,  # noqa: ARG005
    m.Shift: _lifted(lambda it: (it.date,), lambda it, day: cal.shift(day, it.by, it.sign)),
    m.YearOf: _lifted(lambda it: (it.date,), lambda _, day: NO_YEAR if day == cal.ONGOING else day.year),
    m.EdgeOf: _lifted(lambda it: (it.date,), lambda it, day: cal.edge_of(day, it.edge)),
    m.AgeOn: _lifted(lambda it: (it.born, it.on), lambda _, born, on: cal.age(born, on), falling=0),
    m.Difference: _lifted(lambda it: (it.left, it.right), lambda _, a, b: a - b, falling=1),
    m.Extreme: _lifted(lambda it: it.args, _extreme),
}  # fmt: skip
