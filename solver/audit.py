"""A book examined as a whole: what can never hold or never matter, promises that are not kept, gaps in its dates.

People are looked for with `solver.finder`, filing on the first day of each stretch between days at which the rules of a
category change. What is found is shown by a person; what is not found is said to be so for as many elements of each
list as were tried (`Audit.room`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from dsl.model import Accepted, AnyOrder, Label, NeverHurts, Promise, Property
from solver import shown
from solver.closed import late, never, shut, silent
from solver.compiled import Compiled
from solver.examination import Examination, Finding, filing_days
from solver.filters import filters, subjects_in_totals
from solver.finder import room
from solver.harmless import harmless
from solver.idle import clauses
from solver.indifferent import judgements, readings
from solver.merge import People
from solver.promises import grants, promises
from solver.run import Deadline, OutOfTime
from solver.stretches import stretches_of


class Audit(Struct, frozen=True):
    """All findings on a book; those that the book answers stand apart.

    days: filing days looked at. room: elements of each list tried. left_out: clauses and categories with more to try
    than the limits allow, of which nothing is said. complete: False if the time allowed ran out before the end.
    categories: those asked for; none stands for all. kept: promises that nobody breaks.
    """

    findings: tuple[Finding, ...]
    answered: tuple[Finding, ...]
    days: tuple[dt.date, ...]
    room: Mapping[str, int]
    left_out: tuple[str, ...]
    complete: bool
    categories: tuple[str, ...] = ()
    kept: tuple[Promise, ...] = ()


def audit(
    compiled: Compiled,
    first: dt.date | None = None,
    last: dt.date | None = None,
    seconds: float | None = None,
    categories: Sequence[str] = (),
    worked: People = lambda _: (),
) -> Audit:
    """Everything there is to say of a book, for applications filed from `first` to `last`.

    `categories`: look only at these, at what their conditions ask and at the properties declared of them; at tables all
    the same, but not for days on which nobody qualifies for anything, nor for findings accepted in vain. Conditions
    inside totals are looked at only then: in a whole book they take too long. worked: the people whom the book works
    out for a category, who may show that something matters where looking for somebody is too much to try.
    """
    days = filing_days(compiled, first, last)
    e = Examination(compiled, days, Deadline(seconds), bool(first or last), chosen=tuple(categories), worked=worked)
    findings: list[Finding] = []
    complete = True
    try:
        inside = (filters,) if categories else ()
        for part in (
            never,
            clauses,
            *inside,
            promises,
            harmless,
            readings,
            judgements,
            grants,
            _stretches,
            shut,
            late,
            silent,
        ):
            findings += part(e)
    except OutOfTime:
        complete = False
    said = set(compiled.book.accepted)
    there = {f.key for f in findings}
    whole = complete and not categories
    unfound = [a for key, a in compiled.book.accepted.items() if whole and key not in there]
    passed = subjects_in_totals(compiled) if unfound else ()
    vain = [_in_vain(a) for a in unfound if a.subject not in passed]
    open_ = tuple(f for f in [*findings, *vain] if f.key not in said)
    answered = tuple(f for f in findings if f.key in said)
    kept = tuple(_kept(e, findings)) if complete else ()
    return Audit(open_, answered, e.days, room(compiled), tuple(e.left_out), complete, e.chosen, kept)


def _kept(e: Examination, findings: Sequence[Finding]) -> Iterator[Promise]:
    """Promises about the categories examined that nobody breaks. Nothing in the language reads the order of a list."""
    broken = {f.subject for f in findings if f.code in ("B905", "B915")}
    for p in e.book.properties.values():
        match p:
            case Property():
                about = {p.left, p.right}
            case NeverHurts():
                about = {p.category}
            case AnyOrder():
                about = set(e.categories)
        if about & set(e.categories) and p.id not in broken and p.id not in e.left_out:
            yield p


def _stretches(e: Examination) -> Iterator[Finding]:
    """Days that dated lists leave out, and rows of theirs that overlap."""
    for s in stretches_of(e.book):
        yield Finding(s.code, s.subject, s.words, s.places, shown.on_the_day(e, s), s.advice)


def _in_vain(a: Accepted) -> Finding:
    return Finding(
        "B913",
        f"{a.code} {a.subject}",
        Label(f"`{a.code}` on `{a.subject}` is not found", f"並無`{a.subject}`的`{a.code}`"),
        ((a.place, Label("nothing to accept", "無需接受")),) if a.place else (),
        advice=Label("delete this line", "刪去此行"),
    )
