"""What one line of the rules saw in a case: its values by hole name, and the questions of the law it met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dsl.calendar import Duration
from dsl.case import Absent
from dsl.inside import children
from dsl.model import (
    AgeOn,
    Aggregate,
    Call,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    EdgeOf,
    Expr,
    Extreme,
    Member,
    OneOf,
    Param,
    Path,
    Quantified,
    Shift,
    Truth,
    Window,
    YearOf,
)
from solver.cells import Instance
from solver.compiled import Compiled
from solver.evaluate import Env, LawGap, Slack, Total, Unread, expr_fn
from solver.facts import Address
from solver.hinges import law_name
from solver.lower import Gate, rename
from solver.questions import asks_law
from solver.situation import Situation


def shown_as_line(compiled: Compiled, gate: Gate) -> bool:
    """Whether a gate is shown as one line; worked out once."""
    if gate.id not in compiled.leaves:
        compiled.leaves[gate.id] = gate.clause is None or is_leaf(gate.clause)
    return compiled.leaves[gate.id]


def is_leaf(clause: Clause) -> bool:
    """Whether a reader sees this clause as one line: it joins comparisons and nothing with a label of its own."""
    return (
        not any(c.label or isinstance(c.cond, Quantified) or is_call(c) for c in _inside(clause))
        and not is_call(clause)
        and not isinstance(clause.cond, Quantified)
    )


def is_call(clause: Clause) -> bool:
    """Whether a clause calls a term."""
    return isinstance(clause.cond, Call)


def _inside(clause: Clause) -> Iterator[Clause]:
    for child in children(clause.cond):
        yield child
        yield from _inside(child)


class Seen(Mapping[str, Any]):
    """The values a line's comparisons looked at, by hole name; each looked up when it is asked for."""

    __slots__ = ("_gate", "_places", "_s")

    def __init__(self, s: Situation, gate: Gate, places: tuple[int, ...]) -> None:
        """Remember where to look."""
        self._s, self._gate, self._places = s, gate, places

    def __iter__(self) -> Iterator[str]:
        """Hole names, in the order of the line."""
        return iter(_holes(self._s.compiled, self._gate))

    def __len__(self) -> int:
        """How many holes there are."""
        return len(_holes(self._s.compiled, self._gate))

    def __getitem__(self, hole: str) -> Any:
        """What the test saw there."""
        s, gate, places = self._s, self._gate, self._places
        expr = _holes(s.compiled, gate)[hole]
        s.env.els = tuple(s.facts.element(name, p).facts for name, p in zip(gate.lists, places, strict=True))
        try:
            return expr_value(expr, s.compiled, {v: i for i, v in enumerate(gate.vars)}, gate, s.env)
        except Unread:
            return _absence(s, expr, gate, places)
        except (LawGap, Slack):
            return Absent.UNKNOWN
        finally:
            s.env.els = ()


def gaps_of(s: Situation, tests: Iterable[Instance], places: tuple[int, ...]) -> tuple[str, ...]:
    """Questions of the law that the open tests of a line raise. `tests`: see `tests_under`."""
    known = s.told.known
    here = [(test, tuple([places[a] for a in args]) if args else ()) for test, args in tests]
    open_ = [i for i in here if known.get(i, True) is None]
    return tuple(dict.fromkeys(_gaps(s, open_))) if open_ else ()


def _gaps(s: Situation, open_: Iterable[Instance]) -> Iterator[str]:
    for instance in open_:
        if asks_law(s.compiled, instance[0]):
            s.truth(instance)
            outcome = s.search.evaluate(s.open[instance], {})
            if isinstance(outcome, tuple):
                yield law_name(outcome).id


def tests_under(compiled: Compiled, gate: Gate) -> Iterator[Instance]:
    """The tests under a line, and which of its places are theirs."""
    if gate.test is not None:
        yield gate.test, tuple(range(len(gate.lists)))
    for i in gate.inputs:
        for test, args in tests_under(compiled, compiled.program.gates[i.gate]):
            yield test, tuple([i.args[a] for a in args])


def expr_value(expr: Expr, compiled: Compiled, vars: Mapping[str, int], gate: Gate, env: Env) -> Any:
    """A value as a test saw it: totals as (months, days), as days, or as a range of either."""
    key = (gate.id, expr)
    if key not in compiled.shown:
        compiled.shown[key] = expr_fn(rename(expr, {}, dict(gate.things)), compiled.book, vars)
    value = compiled.shown[key](env)
    return shown(value, _limit(gate, expr)) if isinstance(value, Total) else value


def shown(value: Total, limit: Any) -> Any:
    """A total as a line shows it, compared with a limit: as (months, days), as days, or as a range of either."""
    low, high = value.bounds(limit)
    if value.spells and isinstance(limit, Duration) and limit.unit in ("days", "weeks"):
        low, high = Duration(low, "days"), Duration(high, "days")
    return low if low == high else (low, None if not value.spells and high >= 10**17 else high)


def _limit(gate: Gate, expr: Expr) -> Any:
    """What a total is compared with, if that is written out."""
    for clause in (gate.clause, *_inside(gate.clause)) if gate.clause else ():
        match clause.cond:
            case Compare(_, left, Const(value, _)) if left == expr:
                return value
            case Compare(_, Const(value, _), right) if right == expr:
                return value
            case _:
                continue
    return None


def _absence(s: Situation, expr: Expr, gate: Gate, places: tuple[int, ...]) -> Absent:
    """Why a value is not there: the way its fact is absent."""
    names = {v: (name, p) for v, name, p in zip(gate.vars, gate.lists, places, strict=False)}
    for path in paths(expr):
        base = dict(gate.things).get(path.base)
        full = Path(base.base, (*base.steps, *path.steps)) if base else path
        a = (
            Address(*names[full.base], full.steps)
            if full.base in names
            else Address(None, -1, (full.base, *full.steps))
        )
        value = s.facts.get(a)
        if type(value) is Absent:
            return value
    return Absent.NOT_ASKED


def paths(expr: Expr | None) -> Iterator[Path]:
    """The facts that a value reads."""
    match expr:
        case Path():
            yield expr
        case Shift(date=d) | YearOf(d) | EdgeOf(d):
            yield from paths(d)
        case AgeOn(a, b) | Difference(a, b):
            yield from paths(a)
            yield from paths(b)
        case Extreme(args=args):
            for a in args:
                yield from paths(a)
        case Aggregate(after=after, before=before):
            yield from paths(after)
            yield from paths(before)
        case _:
            return


def _holes(compiled: Compiled, gate: Gate) -> Mapping[str, Expr]:
    """Hole names of a line and the value each shows; worked out once."""
    if gate.id not in compiled.holes:
        assert gate.clause is not None
        compiled.holes[gate.id] = dict(hole_exprs(gate.clause.cond))
    return compiled.holes[gate.id]


def hole_exprs(cond: Cond) -> Iterator[tuple[str, Expr]]:
    """`value` and `limit` of the first comparison, then every fact and parameter by name."""

    def named(e: Expr | None) -> Iterator[tuple[str, Expr]]:
        for path in paths(e):
            yield str(path), path
        match e:
            case Param(name):
                yield name, e
            case Shift(date=d) | YearOf(d) | EdgeOf(d):
                yield from ((n, x) for n, x in named(d) if isinstance(x, Param))
            case Extreme(args=args):
                for a in args:
                    yield from ((n, x) for n, x in named(a) if isinstance(x, Param))
            case _:
                pass

    pairs: list[tuple[str, Expr]] = []

    def walk(c: Cond) -> None:
        match c:
            case Compare(_, left, right):
                pairs.extend((("value", left), ("limit", right), *named(left), *named(right)))
            case OneOf(value, _):
                pairs.extend((("value", value), *named(value)))
            case Member(value, _, on, _):
                pairs.extend((("value", value), *named(value), *named(on)))
            case Window(value, by, side, anchor):
                pairs.extend(
                    (
                        ("value", value),
                        ("limit", Shift(anchor, by, 1 if side == "after" else -1)),
                        *named(value),
                        *named(anchor),
                    )
                )
            case Truth(fact):
                pairs.extend((("value", fact), (str(fact), fact)))
            case _:
                for child in children(c):
                    walk(child.cond)

    walk(cond)
    seen: set[str] = set()
    for name, e in pairs:
        if name not in seen:
            seen.add(name)
            yield name, e
