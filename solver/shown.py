"""People who show what an audit finds; where it is that nobody does something, whoever comes nearest.

Each is given as a case, with the verdict that a plain assessment gives. None where nobody of the kind is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from dsl.case import Case, having
from dsl.model import Label, Member, Path, Verdict
from solver.cells import TooLarge
from solver.examination import Examination, Shown, nobody, plain, refiled, verdict_on
from solver.finder import Finder, Wanted, finder
from solver.matters import Taken
from solver.situation import Judging
from solver.stretches import ONE, Stretch
from solver.turned import clauses_turned

Goal = Callable[[Finder, int], Sequence[Wanted]]
"""What is asked of a person, in a category given by its gate."""

YES, NO = Verdict.QUALIFIES, Verdict.DOES_NOT_QUALIFY


def but_for(e: Examination, category: str, conflict: Sequence[Taken]) -> Shown | None:
    """Somebody who meets all of a category but one of the conditions that cannot go together."""
    for gate, truth in reversed(conflict):
        case = _found(e, category, e.days_of(category), lambda f, c: [_taken(f, c, {gate: truth}, True)], NO)  # noqa: B023
        if case is not None:
            path = e.compiled.program.gates[gate].path
            words = Label(f"nothing but `{path}` is in the way here", f"此人僅因`{path}`而不符合")
            return Shown(case, category, NO, words)
    return None


def kept_out(e: Examination, category: str, gates: Iterable[int], day: dt.date) -> Shown | None:
    """Somebody who files on a day and meets all of a category but some comparisons, which fail."""
    case = _found(e, category, (day,), _turned(dict.fromkeys(gates, True), NO), NO)
    words = Label("nothing else is in the way here", "此人除此以外均符合")
    return Shown(case, category, NO, words) if case is not None else None


def without_effect(e: Examination, gate: int, kind: tuple[bool, bool]) -> Shown | None:
    """Somebody to whom a clause would matter if it were otherwise, or, if it never matters, anybody it is said of.

    kind: whether it changes nothing to take it to hold, and to fail.
    """
    places = (0,) * len(e.compiled.program.gates[gate].lists)
    for category in (c for c in e.in_turn if c not in e.closed and gate in e.compiled.under([c])):
        days = e.days_of(category)
        if kind == (True, True):
            for truth in (True, False):
                case = _found(
                    e,
                    category,
                    days,
                    lambda f, c: [Wanted(f.copy(), c, True), Wanted(f.copy(), gate, truth, places)],  # noqa: B023
                    YES,
                )
                if case is not None:
                    words = (
                        Label("it holds here, and makes no difference", "此人符合該項，但並無分別")
                        if truth
                        else Label("it does not hold here, and makes no difference", "此人不符合該項，但並無分別")
                    )
                    return Shown(case, category, YES, words)
            continue
        met = kind == (True, False)
        for verdict in (YES, NO):
            case = _found(e, category, days, _turned({gate: not met}, verdict), verdict)
            if case is not None:
                return Shown(case, category, verdict, _decided(met))
    if kind == (True, True):
        return None
    return _worked_out(e, gate, met=kind == (True, False))


def _worked_out(e: Examination, gate: int, *, met: bool) -> Shown | None:
    """One of the people worked out in the book to whom a clause would matter, where a search found nobody."""
    for category in (c for c in e.in_turn if c not in e.closed and gate in e.compiled.under([c])):
        for someone in clauses_turned(
            e.compiled, category, e.worked_on(category), [(gate, not met)], e.deadline
        ).values():
            verdict = verdict_on(e.compiled, category, someone.case, someone.case.readings)
            if verdict in (YES, NO):
                return Shown(plain(e.compiled, someone.case), category, verdict, _decided(met))
    return None


def _decided(met: bool) -> Label:
    if met:
        return Label("it is met here, as it is wherever it could matter", "此人符合該項；凡可能有影響之處均必符合")
    return Label("it would matter here, and cannot be met", "該項對此人本可有影響，但不可能符合")


def read_either_way(e: Examination, reading: str, value: str, categories: Iterable[str]) -> Shown | None:
    """Somebody for whom what a reading says decides, and says the same under both values."""
    gates = e.compiled.program.gates
    for category in categories:
        read = dict.fromkeys((g for g in e.compiled.under([category]) if gates[g].reading == reading), False)
        for taken in (read, dict.fromkeys(read, True)):
            for verdict in (YES, NO):
                case = _found(
                    e,
                    category,
                    e.days_of(category),
                    _turned(taken, verdict),
                    verdict,
                    lambda case: verdict_on(e.compiled, category, case, {reading: value}) is verdict,  # noqa: B023
                )
                if case is not None:
                    words = Label(f"the same with `{value}`", f"解讀為`{value}`時亦然")
                    return Shown(case, category, verdict, words)
    return None


def judged_either_way(e: Examination, gates: Iterable[int]) -> Shown | None:
    """Somebody who qualifies although a judgement is not favourable, or else although it is."""
    asked = sorted(gates)
    for truth in (False, True):
        for gate in asked:
            places = (0,) * len(e.compiled.program.gates[gate].lists)
            for category in (c for c in e.in_turn if c not in e.closed and gate in e.compiled.under([c])):
                case = _found(
                    e,
                    category,
                    e.days_of(category),
                    lambda f, c: [Wanted(f.copy(), c, True), Wanted(f.copy(), gate, truth, places)],  # noqa: B023
                    YES,
                    judging=("open",),
                )
                if case is not None:
                    words = (
                        Label("it is favourable here, and makes no difference", "此人獲有利判斷，但並無分別")
                        if truth
                        else Label("it is not favourable here, and makes no difference", "此人未獲有利判斷，但並無分別")
                    )
                    return Shown(case, category, YES, words)
    return None


def shut_out(e: Examination, category: str, day: dt.date) -> Shown | None:
    """Somebody who qualifies the day before a category shuts, and not on that day."""

    def not_now(case: Case) -> bool:
        return verdict_on(e.compiled, category, refiled(e.book, case, day)) is NO

    case = _found(e, category, (day - ONE,), lambda f, c: [Wanted(f.copy(), c, True)], YES, not_now)
    words = Label("who files the day before qualifies", "若早一天提交則符合")
    return Shown(refiled(e.book, case, day), category, NO, words) if case is not None else None


def too_early(e: Examination, day: dt.date) -> Shown | None:
    """Somebody who files on a day on which nobody qualifies for anything, and would qualify on the nearest other."""
    for category, (filed, _) in sorted(e.people.items(), key=lambda x: abs(x[1][0] - day)):

        def not_then(case: Case, category: str = category) -> bool:
            return verdict_on(e.compiled, category, refiled(e.book, case, day)) is NO

        case = _found(e, category, (filed,), lambda f, c: [Wanted(f.copy(), c, True)], YES, not_then)
        if case is not None:
            words = Label(f"who files on {filed} qualifies", f"若於{filed}提交則符合")
            return Shown(refiled(e.book, case, day), category, NO, words)
    return None


def on_the_day(e: Examination, s: Stretch) -> Shown | None:
    """Somebody for whom a table decides on a day that it leaves out, or on which two rows of it say the same."""
    for category, gate, path in _looked_up(e, s.table):
        if s.code == "B909":
            start = having(nobody(e.book, s.day), path, s.key or "")
            words = Label(f"two rows speak of `{s.key}` on this day", f"該日有兩列述及`{s.key}`")
            for verdict in (YES, NO):
                for truth in (True, False):
                    case = _found(
                        e,
                        category,
                        (s.day,),
                        _turned({gate: truth}, verdict),
                        verdict,
                        told=lambda _: start,  # noqa: B023
                    )
                    if case is not None:
                        return Shown(case, category, verdict, words)
        elif (shown := _left_out(e, s, category, gate, path)) is not None:
            return shown
    return None


def _left_out(e: Examination, s: Stretch, category: str, gate: int, path: Sequence[str | int]) -> Shown | None:
    """Somebody for whom a lookup decides the day before, and of whom nothing or the contrary is said on the day."""
    for before in (YES, NO):
        after: list[Verdict] = []

        def otherwise(case: Case, after: list[Verdict] = after, before: Verdict = before) -> bool:
            on = verdict_on(e.compiled, category, refiled(e.book, case, s.day))
            after[:] = [on] if on is not None else []
            return on is not None and on is not before

        def told(day: dt.date | None) -> Case:
            return nobody(e.book, day) if s.key is None else having(nobody(e.book, day), path, s.key)

        for truth in (True, False):
            case = _found(e, category, (s.day - ONE,), _turned({gate: truth}, before), before, otherwise, told=told)
            if case is not None:
                words = (
                    Label("the day before it was `qualifies`", "早一天則為`符合`")
                    if before is YES
                    else Label("the day before it was `does not qualify`", "早一天則為`不符合`")
                )
                return Shown(refiled(e.book, case, s.day), category, after[0], words)
    return None


def _looked_up(e: Examination, table: str) -> Iterator[tuple[str, int, Sequence[str | int]]]:
    """Where a table is asked whether something is in it: category, clause, and the fact that is looked up."""
    program = e.compiled.program
    for gate in program.gates:
        cond = e.compiled.tests[gate.test].spec.cond if gate.test is not None else None
        if not isinstance(cond, Member) or cond.table != table or not isinstance(cond.value, Path):
            continue
        base, steps = cond.value.base, cond.value.steps
        lists = e.compiled.tests[gate.test or 0].spec.lists
        here: list[str | int] = [*lists[int(base[1:])].split("."), 0] if base.startswith("#") else [base]
        yield from (
            (c, gate.id, (*here, *steps)) for c in e.in_turn if c not in e.closed and gate.id in e.compiled.under([c])
        )


def _taken(f: Finder, category: int, taken: Mapping[int, bool], truth: bool) -> Wanted:
    """A category's truth with some clauses taken to hold or to fail."""
    return Wanted(f.copy(forced=taken), category, truth)


def _turned(taken: Mapping[int, bool], verdict: Verdict) -> Goal:
    """A verdict that would be another one if some clauses were taken to hold or to fail."""
    holds = verdict is YES
    return lambda f, c: [Wanted(f.copy(), c, holds), _taken(f, c, taken, not holds)]


def _found(
    e: Examination,
    category: str,
    days: Sequence[dt.date | None],
    goal: Goal,
    verdict: Verdict,
    right: Callable[[Case], bool] = lambda _: True,
    *,
    told: Callable[[dt.date | None], Case] | None = None,
    judging: Sequence[Judging] = ("presumed", "open"),
) -> Case | None:
    """The first somebody filing on one of some days for whom clauses are as asked and the verdict is as it should.

    Only if there is none, somebody for whom clauses are so only as the law may be that is not known, and last somebody
    whom officers have judged otherwise than is presumed.
    """
    gate = e.compiled.program.categories[category]
    for judgements, lawful, day in product(judging, (True, False), days):
        start = told(day) if told is not None else nobody(e.book, day)
        search = finder(e.compiled, start, judgements=judgements)
        try:
            someone = search.find(
                goal(search, gate),
                e.deadline,
                lambda f: (
                    not (lawful and f.law)  # noqa: B023
                    and verdict_on(e.compiled, category, f.case) is verdict
                    and right(f.case)
                ),
                most=60,
                patience=4,
            )
        except TooLarge:
            continue
        if someone is not None:
            return plain(e.compiled, someone.case)
    return None
