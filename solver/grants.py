"""What a category gives, asks for and points to, as far as the case tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

from dsl.case import Absent
from dsl.model import (
    Category,
    Cond,
    Expr,
    Path,
    Scalar,
)
from solver.answer import Granted
from solver.compiled import Compiled
from solver.evaluate import Env, LawGap, Unread, expr_fn, three
from solver.facts import Address
from solver.landmarks import candidates, marks, reach, with_neighbours
from solver.reads import reads
from solver.situation import Situation, ties


def truth_of(s: Situation, cond: Cond) -> bool | None:
    """A condition on givens as far as the case tells."""
    key = ("three", cond)
    shown = s.compiled.shown
    if key not in shown:
        shown[key] = three(cond, s.compiled.book, {})
    s.env.els = ()
    return shown[key](s.env)  # type: ignore[no-any-return]


def asked(s: Situation, category: Category) -> tuple[str, ...]:
    """Documents to file; one whose condition cannot be told is listed."""
    out: dict[str, None] = {}
    for asks in category.asks:
        if asks.when is None or truth_of(s, asks.when.cond) is not False:
            out |= dict.fromkeys(asks.documents)
    return tuple(out)


def granted(s: Situation, kind: str, expr: Expr) -> Granted:
    """Every value a grant can take, and the unknown facts that choose."""
    book, facts = s.compiled.book, s.facts
    fn, read = _function(s.compiled, expr)
    addresses = [Address(None, -1, (p.base, *p.steps)) for p in read]
    open_ = [a for a in addresses if type(facts.get(a)) is Absent]
    s.env.els = ()
    if not open_:
        return Granted(kind, _one(fn, s.env))
    m = marks(expr, book)
    known = [facts.get(a) for a in addresses if a not in open_]
    choices = []
    for a in open_:
        wanted = facts.fact(a).type
        if wanted == Scalar("date"):
            choices.append(with_neighbours(reach(m, [d for d in known if type(d) is dt.date]), ongoing=False))
        else:
            choices.append(candidates(wanted, [m], known, book))
    values: dict[Any, None] = {}
    before = [facts.get(a) for a in open_]
    for combination in product(*choices):
        for a, v in zip(open_, combination, strict=True):
            facts.set(a, v)
        if all(tie_holds(s, a) for a in open_):
            values |= dict.fromkeys(_one(fn, s.env))
    for a, v in zip(open_, before, strict=True):
        facts.set(a, v)
    return Granted(kind, tuple(values), tuple(facts.show(a) for a in open_) if len(values) > 1 else ())


def _function(compiled: Compiled, expr: Expr) -> tuple[Callable[[Env], Any], tuple[Path, ...]]:
    """What is granted as a function of the case, and the facts it reads; made once."""
    if expr not in compiled.grants:
        compiled.grants[expr] = (expr_fn(expr, compiled.book, {}), reads(expr, compiled.book).paths)
    return compiled.grants[expr]


def tie_holds(s: Situation, a: Address) -> bool:
    """Whether every invariant on a fact may hold as things stand."""
    if not s.search.ties:
        s.search.ties = ties(s)
    return all(s.search.consistent(t) for t in s.search.ties if a in t.reads)


def _one(fn: Any, env: Env) -> tuple[Any, ...]:
    try:
        value = fn(env)
    except (Unread, LawGap):
        return ()
    return () if value is None else (value,)
