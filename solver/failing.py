"""Conditions looked at on one entry of a list, and the first below one that makes it fail, or leaves it open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dsl.case import Absent
from dsl.inside import found
from dsl.model import All, AnyOf, AtLeast, Book, ByReading, Call, Clause, Cond, Expr, Not, Path, Quantified
from solver.answer import Status, Step
from solver.evaluate import Env, LawGap, Slack, Total, Unread, expr_fn, test_fn, three
from solver.hinges import law_name
from solver.seen import hole_exprs, is_leaf, paths, shown

_STATUS = {True: Status.HOLDS, False: Status.FAILS, None: Status.VARIES}


class Here(Struct, frozen=True):
    """Where a condition is looked at: what its variables stand for, as facts and by address."""

    book: Book
    env: Env
    vars: Mapping[str, int]
    els: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]

    def see(self, fn: Callable[[Env], Any]) -> Any:
        """What a closure makes of the case here."""
        before, self.env.els = self.env.els, self.els
        try:
            return fn(self.env)
        finally:
            self.env.els = before

    def truth(self, cond: Cond) -> bool | None:
        """The truth of a condition; None if it cannot be told."""
        found: bool | None = self.see(three(cond, self.book, self.vars))
        return found

    def value(self, expr: Expr) -> Any:
        """A value as a line shows it."""
        try:
            value = self.see(expr_fn(expr, self.book, self.vars))
        except Unread:
            return next((absent for path in paths(expr) if type(absent := self.told(path)) is Absent), Absent.NOT_ASKED)
        except (LawGap, Slack):
            return Absent.UNKNOWN
        return shown(value, None) if isinstance(value, Total) else value

    def told(self, path: Path) -> Any:
        """What stands at a path."""
        there: Any = self.els[self.vars[path.base]] if path.base in self.vars else self.env.root[path.base]
        for step in path.steps:
            there = (there if isinstance(there, Mapping) else there.facts)[step]
        return there

    def address(self, path: Path) -> str:
        """The address of a path."""
        return ".".join((self.names.get(path.base, path.base), *path.steps))

    def binding(self, var: str, facts: Mapping[str, Any], address: str) -> Here:
        """The same with one more variable."""
        vars, names = {**self.vars, var: len(self.els)}, {**self.names, var: address}
        return Here(self.book, self.env, vars, (*self.els, facts), names)

    def calling(self, call: Call) -> Here:
        """Inside a term."""
        params = [param for param, _ in self.book.terms[call.term].params]
        things = [self.told(arg) for arg in call.args]
        els = tuple([t if isinstance(t, Mapping) else t.facts for t in things])
        names = {param: self.address(arg) for param, arg in zip(params, call.args, strict=True)}
        return Here(self.book, self.env, {param: i for i, param in enumerate(params)}, els, names)


def first_failing(here: Here, clause: Clause, truth: bool | None) -> tuple[Step, bool, int]:
    """The first condition for which a clause that fails, or is open, does so.

    Of several ways, none of which is met, it is the one of which most is met. Returned with whether there were others,
    and how many conditions were met on the way.
    """
    match clause.cond:
        case _ if clause.sentence is not None and is_leaf(clause):
            pass
        case All(items):
            met, item = next((n, item) for n, item in enumerate(items) if here.truth(item.cond) is truth)
            step, others, below = first_failing(here, item, truth)
            return step, others, met + below
        case AnyOf(items) | AtLeast(_, items):
            ways = [first_failing(here, item, truth) for item in items if here.truth(item.cond) is truth]
            best = max(ways, key=lambda way: way[2])
            return best[0], len(ways) > 1 or best[1], best[2]
        case ByReading(reading, branches):
            chosen = here.env.readings.get(reading, here.book.readings[reading].default)
            return first_failing(here, dict(branches)[chosen], truth)
        case Call(term):
            return first_failing(here.calling(clause.cond), here.book.terms[term].means, truth)
        case _:
            pass
    return line(here, clause, truth), False, 0


def line(here: Here, clause: Clause, truth: bool | None) -> Step:
    """A condition as a line of its own. What it says of each entry of a further list has no value here."""
    unbound = {inner.var for inner in found(clause.cond, Quantified)}
    seen = [(hole, expr) for hole, expr in hole_exprs(clause.cond) if unbound.isdisjoint(p.base for p in paths(expr))]
    return Step(
        "",
        "test",
        _STATUS[truth],
        wanted=True,
        clause=clause,
        binding=here.names,
        values={hole: here.value(expr) for hole, expr in seen},
        gaps=_gaps(here, clause.cond) if truth is None else (),
    )


def _gaps(here: Here, cond: Cond) -> tuple[str, ...]:
    """The question of the law that one comparison raises."""
    if isinstance(cond, Not):
        return _gaps(here, cond.item.cond)
    if isinstance(cond, All | AnyOf | AtLeast | Quantified | Call | ByReading):
        return ()
    try:
        here.see(test_fn(cond, here.book, here.vars))
    except LawGap as gap:
        return (law_name(gap.var).id,)
    except (Unread, Slack):
        pass
    return ()
