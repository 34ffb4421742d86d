"""What a reader sees as one line: comparisons, and the values that a sentence about them names."""

from __future__ import annotations

from collections.abc import Iterator

from dsl import model as m


def leaf(it: m.Clause) -> bool:
    """Whether a reader sees a clause as one line: it joins comparisons and nothing with a label of its own."""
    if isinstance(it.cond, m.Call | m.Quantified):
        return False
    return not any(x.label or not leaf(x) for x in inside(it.cond))


def inside(cond: m.Cond) -> tuple[m.Clause, ...]:
    """The clauses directly inside a condition, terms left closed."""
    match cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            return items
        case m.Not(item) | m.Quantified(body=item):
            return (item,)
        case m.ByReading(_, branches):
            return tuple(branch for _, branch in branches)
        case _:
            return ()


def tests(it: m.Clause) -> Iterator[m.Test]:
    """The comparisons of a line."""
    for x in inside(it.cond):
        yield from tests(x)
    if isinstance(it.cond, m.Test):
        yield it.cond


def holes(it: m.Clause) -> Iterator[tuple[str, m.Expr, m.Expr | None]]:
    """`value` and `limit` of each comparison of a line, its facts and parameters; what a total is compared with."""
    for test in tests(it):
        match test:
            case m.Compare(_, a, b):
                yield "value", a, b
                yield "limit", b, a
                yield from _named(a)
                yield from _named(b)
            case m.OneOf(a):
                yield "value", a, None
                yield from _named(a)
            case m.Member(a, _, on):
                yield "value", a, None
                yield from _named(a)
                yield from _named(on)
            case m.Window(a, by, side, b):
                yield "value", a, None
                yield "limit", m.Shift(b, by, 1 if side == "after" else -1), None
                yield from _named(a)
                yield from _named(b)
            case m.Truth(fact):
                yield "value", fact, None
                yield str(fact), fact, None


def _named(expr: m.Expr | None) -> Iterator[tuple[str, m.Expr, None]]:
    """The facts and parameters of an expression, by name."""
    if expr is not None:
        yield from ((str(path), path, None) for path in paths(expr))
        yield from ((p.id, p, None) for p in _params(expr))


def paths(expr: m.Expr | None) -> Iterator[m.Path]:
    """The facts read outside totals and scores."""
    if isinstance(expr, m.Path):
        yield expr
    elif expr is not None:
        for part in _operands(expr):
            yield from paths(part)


def _params(expr: m.Expr | None) -> Iterator[m.Param]:
    """The parameters of an expression that stand by themselves or in a date."""
    if isinstance(expr, m.Param):
        yield expr
    elif isinstance(expr, m.Shift | m.YearOf | m.EdgeOf | m.Extreme):
        for part in _operands(expr):
            yield from _params(part)


def _operands(expr: m.Expr) -> tuple[m.Expr | None, ...]:
    match expr:
        case m.Shift(date=a) | m.YearOf(a) | m.EdgeOf(a):
            return (a,)
        case m.AgeOn(a, b) | m.Difference(a, b) | m.Aggregate(after=a, before=b):
            return (a, b)
        case m.Extreme(args=args):
            return args
        case _:
            return ()
