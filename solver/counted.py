"""What a total over a list was made of: the entries that count, those that do not, and those of which it is open.

Nothing of it is worked out before it is looked at. Whether an entry passes the filter of its total is asked of the
closures that made the total; why it does not is the first condition below the filter that says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import FIRST, ONGOING, Span, clipped, shift
from dsl.case import Absent
from dsl.inside import directly, found
from dsl.model import (
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Clause,
    Cond,
    Expr,
    Path,
    Quantified,
    Score,
)
from solver.answer import Entry, Status, Step, Tally
from solver.evaluate import Env, LawGap, Slack, Total, Unread, expr_fn, list_fn, path_fn, test_fn, three
from solver.hinges import law_name
from solver.lower import Gate, readings_within
from solver.seen import hole_exprs, is_leaf, paths, shown
from solver.situation import Situation

_DAY = dt.timedelta(days=1)


class Tallies(Sequence[Tally]):
    """The totals over lists that a line compares, worked out when they are first asked for."""

    def __init__(self, s: Situation, gate: Gate, places: tuple[int, ...], names: Mapping[str, str]) -> None:
        """Remember where to look. `names`: addresses of the variables in scope."""
        self._s, self._gate, self._places, self._names = s, gate, places, names

    @cached_property
    def _all(self) -> tuple[Tally, ...]:
        s, gate = self._s, self._gate
        if gate.clause is None:
            return ()
        totals = dict.fromkeys(_totals(gate.clause.cond))
        chosen = [a for a in totals if all(r in s.readings for r in readings_within(a, s.compiled.book))]
        if not chosen:
            return ()
        els = [s.facts.element(name, p).facts for name, p in zip(gate.lists, self._places, strict=True)]
        els += [path_fn(path, {})(s.env).facts for _, path in gate.things]
        names = (*gate.vars, *(name for name, _ in gate.things))
        here = _Here(s.compiled.book, s.env, {v: i for i, v in enumerate(names)}, tuple(els), self._names)
        return tuple(tally for a in chosen if (tally := _tally(here, a)) is not None)

    @overload
    def __getitem__(self, index: int) -> Tally: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Tally]: ...
    def __getitem__(self, index: int | slice) -> Tally | Sequence[Tally]:
        """One of them."""
        return self._all[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

    def __eq__(self, other: object) -> bool:
        """Equal to whatever has the same tallies in the same order."""
        return isinstance(other, Sequence) and self._all == tuple(other)

    __hash__ = None  # type: ignore[assignment]


def _totals(thing: Any) -> Iterator[Aggregate]:
    """The totals that a line itself compares; not those inside the filter of another, and no points."""
    if isinstance(thing, Aggregate):
        yield thing
    elif not isinstance(thing, Score | Quantified):
        for part in directly(thing):
            yield from _totals(part)


class _Here(Struct, frozen=True):
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

    def binding(self, var: str, facts: Mapping[str, Any], address: str) -> _Here:
        """The same with one more variable."""
        vars, names = {**self.vars, var: len(self.els)}, {**self.names, var: address}
        return _Here(self.book, self.env, vars, (*self.els, facts), names)

    def calling(self, call: Call) -> _Here:
        """Inside a term."""
        params = [param for param, _ in self.book.terms[call.term].params]
        things = [self.told(arg) for arg in call.args]
        els = tuple([t if isinstance(t, Mapping) else t.facts for t in things])
        names = {param: self.address(arg) for param, arg in zip(params, call.args, strict=True)}
        return _Here(self.book, self.env, {param: i for i, param in enumerate(params)}, els, names)


def _tally(here: _Here, a: Aggregate) -> Tally | None:
    """The entries of a total; None where it has no value, since a day that bounds it is not in force."""
    try:
        window: Span | None = here.see(lambda env: _window(a, here, env))
    except (Unread, LawGap):
        window = None
    else:
        if window is None:
            return None
    listed = here.see(list_fn(a.list, here.vars))
    written = here.address(a.list)
    passes = three(a.where, here.book, {**here.vars, a.var: len(here.els)}) if a.where is not None else None
    entries: list[Entry] = []
    for n, item in enumerate(listed.items):
        inner = here.binding(a.var, item.facts, f"{written}[{n}]")
        passed = True if passes is None else inner.see(passes)
        why, elsewhere = None, False
        if a.where is not None and passed is not True:
            why, elsewhere, _ = _first(inner, Clause(None, a.where), passed)
        entry = Entry(inner.names[a.var], passed, why, elsewhere)
        entries.append(_months(inner, a, entry, window) if a.kind == "months" else _amount(inner, a, entry))
    if a.kind == "months":
        entries = [_overlapping(entry, entries[:n]) for n, entry in enumerate(entries)]
    return Tally(a, written, tuple(entries), listed.open, _days(window) if window else None, here.names)


def _window(a: Aggregate, here: _Here, env: Env) -> Span | None:
    """The days that count, as `[first, end)`; None if one that bounds them is not in force."""
    first: dt.date | None = expr_fn(a.after, here.book, here.vars)(env) if a.after else FIRST
    end: dt.date | None = expr_fn(a.before, here.book, here.vars)(env) if a.before else ONGOING
    if first is None or end is None:
        return None
    return (max(first, shift(end, a.within, -1)) if a.within else first), end


def _days(span: Span) -> Span:
    """A run of days by its first and its last day."""
    first, end = span
    return first, end if end == ONGOING else end - _DAY


def _amount(here: _Here, a: Aggregate, entry: Entry) -> Entry:
    """An entry of a sum with its amount; one of a count as it is."""
    if a.of is None or entry.counts is False:
        return entry
    amount = here.told(Path(a.var, a.of.steps))
    if type(amount) is Absent:
        return replace(entry, counts=None, absent=(here.address(a.of),))
    return replace(entry, amount=amount)


def _months(here: _Here, a: Aggregate, entry: Entry, window: Span | None) -> Entry:
    """An entry of a time with the part of its spell that counts, or its spell where none of it does."""
    if entry.counts is False:
        return entry
    spell = here.book.entities[a.entity].spell
    assert spell is not None
    begins, ends = (here.told(Path(a.var, (name,))) for name in spell)
    absent = tuple(
        [
            here.address(Path(a.var, (name,)))
            for name, day in zip(spell, (begins, ends), strict=True)
            if type(day) is Absent
        ]
    )
    told = (None if type(begins) is Absent else begins, None if type(ends) is Absent else ends)
    whole = (told[0] or FIRST, told[1] if told[1] and told[1] < ONGOING else ONGOING)
    span = (whole[0], whole[1] if whole[1] == ONGOING else whole[1] + _DAY)
    if window is None:
        bounds = [path for bound in (a.after, a.before) for path in paths(bound)]
        days = [here.address(path) for path in bounds if type(here.told(path)) is Absent]
        return replace(entry, counts=None, spell=told, absent=(*absent, *days))
    inside = clipped([span], *window)
    if not inside:
        return replace(entry, counts=False, why=None, elsewhere=False, spell=told)
    if absent or entry.counts is None:
        return replace(entry, counts=None, spell=told, absent=absent)
    return replace(entry, spell=_days(inside[0]))


def _overlapping(entry: Entry, before: Sequence[Entry]) -> Entry:
    """An entry of a time with those before it that count on some of the same days."""
    if entry.counts is not True or entry.spell is None:
        return entry
    first, last = entry.spell
    same = [x.address for x in before if x.counts and x.spell and x.spell[0] <= last and first <= x.spell[1]]  # type: ignore[operator]
    return replace(entry, overlaps=tuple(same))


# --------------------------------------------------------------------------------------------------------- why it fails


def _first(here: _Here, clause: Clause, truth: bool | None) -> tuple[Step, bool, int]:
    """The first condition for which a clause that fails, or is open, does so.

    Of several ways, none of which is met, it is the one of which most is met. Returned with whether there were others,
    and how many conditions were met on the way.
    """
    match clause.cond:
        case _ if clause.sentence is not None and is_leaf(clause):
            pass
        case All(items):
            met, item = next((n, item) for n, item in enumerate(items) if here.truth(item.cond) is truth)
            step, others, below = _first(here, item, truth)
            return step, others, met + below
        case AnyOf(items) | AtLeast(_, items):
            ways = [_first(here, item, truth) for item in items if here.truth(item.cond) is truth]
            best = max(ways, key=lambda way: way[2])
            return best[0], len(ways) > 1 or best[1], best[2]
        case ByReading(reading, branches):
            chosen = here.env.readings.get(reading, here.book.readings[reading].default)
            return _first(here, dict(branches)[chosen], truth)
        case Call(term):
            return _first(here.calling(clause.cond), here.book.terms[term].means, truth)
        case _:
            pass
    return _line(here, clause, truth), False, 0


def _line(here: _Here, clause: Clause, truth: bool | None) -> Step:
    """A condition as a line of its own. What it says of each entry of a further list has no value here."""
    unbound = {inner.var for inner in found(clause.cond, Quantified)}
    seen = [(hole, expr) for hole, expr in hole_exprs(clause.cond) if unbound.isdisjoint(p.base for p in paths(expr))]
    return Step(
        "",
        "test",
        Status.VARIES if truth is None else Status.FAILS,
        wanted=True,
        clause=clause,
        binding=here.names,
        values={hole: here.value(expr) for hole, expr in seen},
        gaps=_gaps(here, clause.cond) if truth is None else (),
    )


def _gaps(here: _Here, cond: Cond) -> tuple[str, ...]:
    """The question of the law that one comparison raises."""
    if isinstance(cond, All | AnyOf | AtLeast | Quantified | Call | ByReading):
        return ()
    try:
        here.see(test_fn(cond, here.book, here.vars))
    except LawGap as gap:
        return (law_name(gap.var).id,)
    except (Unread, Slack):
        pass
    return ()
