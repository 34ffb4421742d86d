"""Categories that are closed: to everybody, or to whoever files on some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import pairwise

from dsl.inside import found as parts
from dsl.model import Label, Param, Place, Verdict
from solver import shown
from solver.cells import TooLarge
from solver.examination import Examination, Finding, filing_of, later, nobody, qualifying, verdict_on
from solver.finder import Wanted, finder
from solver.matters import Taken
from solver.stretches import ONE


def never(e: Examination) -> Iterator[Finding]:
    """Categories nobody can ever qualify for."""
    for name in e.categories:
        worked = (case for case in e.worked_on(name) if not case.readings)
        found = next((case for case in worked if verdict_on(e.compiled, name, case) is Verdict.QUALIFIES), None)
        if found is None:
            someone = e.somebody([name], qualifying(e.compiled.program.categories[name]), name)
            found = someone.case if someone is not None else None
        filed = found.root.facts.get(filing_of(e.book) or "") if found is not None else None
        if found is not None and type(filed) is dt.date:
            e.people[name] = filed, found
        if found is None and name not in e.left_out:
            e.closed.add(name)
            kept = _conflict(e, name)
            places = tuple(_underlined(e, kept))
            place = e.book.categories[name].place
            if place and not places:
                places = ((place, Label("its conditions cannot all be met", "其條件無法全部符合")),)
            yield Finding(
                "B901",
                name,
                Label(f"nobody can qualify for `{name}`", f"無人能符合`{name}`"),
                places,
                shown.but_for(e, name, kept),
                Label("correct one of these conditions, or delete the category", "更正其中一項條件，或刪去此類別"),
            )


def _conflict(e: Examination, category: str) -> list[Taken]:
    """The fewest needs and bars of a category nobody qualifies for that cannot be as they should together."""
    program = e.compiled.program
    kept: list[Taken] = []
    for root, truth in zip(program.roots[category], (True, False), strict=False):
        gate = program.gates[root]
        parts = [i.gate for i in gate.inputs] if gate.kind == ("all" if truth else "any") else [root]
        kept += [(g, truth) for g in parts]
    if e.together(*kept):
        return []
    for part in tuple(kept):
        fewer = [x for x in kept if x != part]
        if fewer and not e.together(*fewer):
            kept = fewer
    return kept


def _underlined(e: Examination, kept: Iterable[Taken]) -> Iterator[tuple[Place, Label]]:
    program = e.compiled.program
    for g, truth in kept:
        clause = program.gates[g].clause
        if clause is None and program.gates[g].inputs:  # exceptions stand around a clause
            clause = program.gates[program.gates[g].inputs[0].gate].clause
        if clause is not None and clause.place is not None:
            yield clause.place, _NEEDED if truth else _BARRING


_NEEDED = Label("must hold with the rest shown, and cannot", "須與所示其餘條件同時符合，但不可能")


_BARRING = Label("bars whoever meets the rest shown", "凡符合所示其餘條件者均被排除")


def silent(e: Examination) -> Iterator[Finding]:
    """Filing days on which nobody can qualify for anything, and somebody of whom no rule says anything."""
    if e.chosen:
        return
    last: str | None = None
    dumb: list[dt.date] = []
    for day in e.days:
        names = list(e.compiled.program.categories)
        if last is not None:
            names = [last, *(n for n in names if n != last)]
        last = next((n for n in names if _open_on(e, n, day)), None)
        if last is None:
            dumb.append(day)
    for day in dumb:
        following = next((d for d in e.days if d > day), None)
        until = f" to {following - dt.timedelta(days=1)}" if following else ""
        yield Finding(
            "B910",
            day.isoformat(),
            Label(
                f"nobody filing from {day}{until} qualifies for anything",
                f"由{day}{'至' + str(following - dt.timedelta(days=1)) if following else ''}提交申請者均不符合任何類別",
            ),
            shown=shown.too_early(e, day),
            advice=Label(
                "say from when the book speaks, or add what was in force then",
                "說明規則書由何時起適用，或補上當時的規則",
            ),
        )


def shut(e: Examination) -> Iterator[Finding]:
    """Filing days on which nobody qualifies for a category, between days on which somebody does."""
    for name in e.categories:
        if name in e.closed:
            continue
        days = sorted(d for d in e.days_of(name) if d is not None)
        is_open = cache(partial(_open_on, e, name))
        for before, day in pairwise(days[:-1]):
            if is_open(day) or not is_open(before):
                continue
            back = next((d for d in days if d > day and is_open(d)), None)
            if back is None:
                break
            until = back - dt.timedelta(days=1)
            read = _read(e, name)
            rows = [p for p in read if any(v.start == day for v in e.book.parameters[p].values)]
            named = ", ".join(f"`{r}`" for r in rows)
            place = e.book.categories[name].place
            yield Finding(
                "B911",
                f"{name} {day}",
                Label(
                    f"nobody filing from {day} to {until} qualifies for `{name}`; before and after somebody can",
                    f"由{day}至{until}提交申請者均不符合`{name}`，而其前後均有人能符合",
                ),
                ((place, Label(*(f"{named} changes on the first day", f"{named}於首日改變") if rows else _CLOSED)),)
                if place
                else (),
                shown.shut_out(e, name, day),
                Label("correct what changes on these days", "更正於該期間改變的內容"),
            )


def late(e: Examination) -> Iterator[Finding]:
    """Values that begin after the category that asks for them has opened, so that nobody qualifies until they do."""
    for name in e.categories:
        if name in e.closed:
            continue
        start = min(d for d in e.days_of(name) if d is not None) - ONE
        for first, gates in _beginnings(e, name).items():
            before = first - ONE
            if not e.days[0] <= before <= e.days[-1] or _open_on(e, name, before):
                continue
            someone = shown.kept_out(e, name, gates, before)
            if someone is None or shown.kept_out(e, name, gates, start) is not None:
                continue  # closed all the same, or never opened but by these values
            named = dict.fromkeys(p for asked in gates.values() for p in asked)
            words = ", ".join(f"`{p}`" for p in named)
            yield Finding(
                "B914",
                f"{name} {first}",
                Label(
                    f"nobody filing before {first} qualifies for `{name}`: {words} has no value, and the rest is open",
                    f"{first}前提交申請者均不符合`{name}`：{words}尚無數值，而其餘條件已可符合",
                ),
                tuple(_asking(e, gates)),
                someone,
                Label(
                    "say what was in force before, or open the category later", "補上此前的數值，或推遲類別開始的日期"
                ),
            )


def _beginnings(e: Examination, category: str) -> dict[dt.date, dict[int, tuple[str, ...]]]:
    """By day, the comparisons of a category with values that begin that day by the day of filing; and these values."""
    gates, tests = e.compiled.program.gates, e.compiled.tests
    out: dict[dt.date, dict[int, tuple[str, ...]]] = {}
    for g in sorted(e.compiled.under([category])):
        test = gates[g].test
        for p in dict.fromkeys(parts(tests[test].spec.cond, Param)) if test is not None else ():
            parameter = e.book.parameters[p.id]
            if parameter.event == filing_of(e.book):
                asked = out.setdefault(parameter.values[0].start, {})
                asked[g] = (*asked.get(g, ()), p.id)
    return out


def _asking(e: Examination, gates: Iterable[int]) -> Iterator[tuple[Place, Label]]:
    places = (clause.place for g in gates if (clause := e.compiled.program.gates[g].clause) is not None)
    for place in dict.fromkeys(p for p in places if p is not None):
        yield place, Label("compared with a value that has not begun", "所比較的數值尚未開始")


def _read(e: Examination, category: str) -> tuple[str, ...]:
    """The parameters that the conditions of a category read, in the order of the book."""
    gates, tests = e.compiled.program.gates, e.compiled.tests
    asked = {gates[g].test for g in e.compiled.under([category])}
    named = {p.id for test in asked if test is not None for p in parts(tests[test].spec.cond, Param)}
    return tuple(p for p in e.book.parameters if p in named)


_CLOSED = ("shut on these days", "於該期間關閉")


def _open_on(e: Examination, category: str, day: dt.date) -> bool:
    """Whether somebody who files on a day qualifies for a category; True too where there was too much to try.

    Who qualified on another day is tried first, with all days moved.
    """
    if category in e.people:
        filed, someone = e.people[category]
        if verdict_on(e.compiled, category, later(someone, day - filed)) is Verdict.QUALIFIES:
            return True
    search = finder(e.compiled, nobody(e.book, day))
    try:
        found = search.find(
            [Wanted(search.copy(), e.compiled.program.categories[category], True)], e.deadline, most=100
        )
    except TooLarge:
        return True
    if found is not None:
        e.people[category] = day, found.case
    return found is not None or bool(search.left_out)
