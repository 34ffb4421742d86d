"""Until when an answer of yes holds: the last day on which the same person, with nothing else changed, may file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from dsl.calendar import ONGOING, Duration, shift
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.model import Path, Verdict
from solver.answer import Answer, Result, Step
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, reads
from solver.evaluate import parameters
from solver.landmarks import marks, reach
from solver.steps import leaves

FILING = "submitted_on"
_AHEAD = Duration(5, "years")
"""How far ahead is looked: a last day later than this is no news to who files now."""

_ROUNDS = 8
_DAY = dt.timedelta(days=1)


class LastDay(NamedTuple):
    """The last day of filing of a yes, and the verdict on the day after."""

    day: dt.date
    then: Verdict


@dataclass(frozen=True, slots=True)
class Asking:
    """A case and how it is asked about."""

    compiled: Compiled
    case: Case
    readings: Mapping[str, str] | Literal["all"]
    judgements: Literal["presumed", "open"]
    as_known_on: dt.date | None


def last_days(asking: Asking, answer: Answer) -> dict[str, LastDay]:
    """By category with a yes: the last day of filing on which it is still one, where such a day is found.

    Days are tried at which a comparison that carries the yes can change, and the last day is confirmed by two answers:
    a yes on it, and something else on the day after.
    """
    filed = asking.case.root.facts.get(FILING)
    if not isinstance(filed, dt.date):
        return {}
    yes = [result for result in answer.results if result.verdict is Verdict.QUALIFIES]
    found = ((result.category, _last_day(asking, result, filed)) for result in yes)
    return {category: last for category, last in found if last is not None}


def _last_day(asking: Asking, result: Result, filed: dt.date) -> LastDay | None:
    """Try the days in order; where the yes outlives them, go on with what carries it then."""
    end, at = shift(filed, _AHEAD, 1), filed
    for _ in range(_ROUNDS):
        days = sorted(day for day in _turns(asking, result.steps) if at < day <= end)
        for day in days:
            verdict = _verdict(asking, result.category, day)
            if verdict is None:
                return None
            if verdict is not Verdict.QUALIFIES:
                return _between(asking, result.category, at, day)
            at = day
        if not days:
            return None
        later = _answer(asking, result.category, at, reasons=True).results
        if not later:
            return None
        (result,) = later
    return None


def _between(asking: Asking, category: str, yes: dt.date, no: dt.date) -> LastDay | None:
    """The last day of the yes between a day with it and one without."""
    while (no - yes).days > 1:
        middle = yes + (no - yes) // 2
        if _verdict(asking, category, middle) is Verdict.QUALIFIES:
            yes = middle
        else:
            no = middle
    if any(check_case(asking.compiled, _filed_on(asking.case, day)) for day in (yes, no)):
        return None
    then = _verdict(asking, category, no)
    return LastDay(yes, then) if then is not None else None


def _turns(asking: Asking, steps: Iterable[Step]) -> set[dt.date]:
    """Days about which a comparison on the way to the verdict can change with the day of filing."""
    book = asking.compiled.book
    out: set[dt.date] = set()
    for step in (leaf for root in steps for leaf in leaves(root)):
        if not step.decisive or step.kind != "test" or step.clause is None:
            continue
        cond = step.clause.cond
        read = reads(cond, book)
        if Path(FILING) not in read.paths and all(book.parameters[p].event != FILING for p in parameters(cond)):
            continue
        mark = marks(cond, book)
        seen = _dates(asking.case.root) if mark.totals else _seen(step)
        out |= {day + k * _DAY for day in reach(mark, seen) for k in (0, 1)}
    return out


def _seen(step: Step) -> Iterator[dt.date]:
    for name, value in step.values.items():
        if isinstance(value, dt.date) and name not in ("value", "limit", FILING):
            yield value


def _dates(told: Known) -> Iterator[dt.date]:
    """Every day the case tells."""
    match told:
        case dt.date():
            yield told
        case Record(facts):
            for value in facts.values():
                yield from _dates(value)
        case Listed(items):
            for item in items:
                yield from _dates(item)
        case _:
            return


def _verdict(asking: Asking, category: str, day: dt.date) -> Verdict | None:
    """The verdict on another day of filing; None if a limit was reached."""
    results = _answer(asking, category, day, reasons=False).results
    return results[0].verdict if results else None


def _answer(asking: Asking, category: str, day: dt.date, *, reasons: bool) -> Answer:
    return assess(
        asking.compiled,
        _filed_on(asking.case, day),
        readings=asking.readings,
        judgements=asking.judgements,
        as_known_on=asking.as_known_on,
        reasons=reasons,
        categories=[category],
    )


def _filed_on(case: Case, day: dt.date) -> Case:
    """The case filed on another day; what comes after filing has then not happened yet."""
    filed = case.root.facts[FILING]
    facts = {
        name: Absent.NOT_ASKED
        if isinstance(value, dt.date) and isinstance(filed, dt.date) and filed <= value != ONGOING
        else value
        for name, value in case.root.facts.items()
    }
    return replace(case, root=Record({**facts, FILING: day}))
