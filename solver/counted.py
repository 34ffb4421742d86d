"""What a total over a list was made of: the entries that count, those that do not, and those of which it is open.

Nothing of it is worked out before it is looked at. Whether an entry passes the filter of its total is asked of the
closures that made the total; why it does not is the first condition below the filter that says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, overload

from msgspec.structs import replace

from dsl.calendar import FIRST, ONGOING, Span, clipped, shift
from dsl.case import Absent
from dsl.inside import directly
from dsl.model import (
    Aggregate,
    Clause,
    Path,
    Quantified,
    Score,
)
from solver.answer import Entry, Tally
from solver.evaluate import Env, LawGap, Unread, expr_fn, list_fn, path_fn, three
from solver.failing import Here, first_failing
from solver.lower import Gate, readings_within
from solver.scored import scored
from solver.seen import paths
from solver.situation import Situation

_DAY = dt.timedelta(days=1)
_NAMED = 3
"""How many entries are named with which another shares days."""


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
        here = Here(s.compiled.book, s.env, {v: i for i, v in enumerate(names)}, tuple(els), self._names)
        made = (_tally(here, a) if isinstance(a, Aggregate) else scored(here, a) for a in chosen)
        return tuple(tally for tally in made if tally is not None)

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


def _totals(thing: Any) -> Iterator[Aggregate | Score]:
    """The totals and scores that a line itself compares; not those inside the filter of another, or of points."""
    if isinstance(thing, Aggregate | Score):
        yield thing
    elif not isinstance(thing, Quantified):
        for part in directly(thing):
            yield from _totals(part)


def _tally(here: Here, a: Aggregate) -> Tally | None:
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
            why, elsewhere, _ = first_failing(inner, Clause(None, a.where), passed)
        entry = Entry(inner.names[a.var], passed, why, elsewhere)
        entries.append(_months(inner, a, entry, window) if a.kind == "months" else _amount(inner, a, entry))
    if a.kind == "months":
        entries = [_overlapping(entry, entries[:n]) for n, entry in enumerate(entries)]
    return Tally(a, written, tuple(entries), listed.open, _days(window) if window else None, here.names)


def _window(a: Aggregate, here: Here, env: Env) -> Span | None:
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


def _amount(here: Here, a: Aggregate, entry: Entry) -> Entry:
    """An entry of a sum with its amount; one of a count as it is."""
    if a.of is None or entry.counts is False:
        return entry
    amount = here.told(Path(a.var, a.of.steps))
    if type(amount) is Absent:
        return replace(entry, counts=None, absent=(here.address(a.of),))
    return replace(entry, amount=amount)


def _months(here: Here, a: Aggregate, entry: Entry, window: Span | None) -> Entry:
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
    """An entry of a time with the first few before it that count on some of the same days."""
    if entry.counts is not True or entry.spell is None:
        return entry
    same = (x.address for x in before if x.counts and x.spell and _meet(x.spell, entry.spell))
    return replace(entry, overlaps=tuple(islice(same, _NAMED)))


def _meet(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether two runs of days, told by their first and last days, have a day in common."""
    return bool(a[0] <= b[1] and b[0] <= a[1])
