"""Until when an answer of yes holds: the last day on which the same person, with nothing else changed, may file."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import NamedTuple

from dsl.calendar import Duration, shift
from dsl.case import Case
from dsl.model import FILING, Verdict
from solver.answer import Answer
from solver.compiled import Compiled
from solver.run import OutOfTime
from solver.situation import DEFAULT, Judging, Readings
from solver.when import sweep

_AHEAD = Duration(5, "years")
"""How far ahead is looked: a last day later than this is no news to who files now."""


class LastDay(NamedTuple):
    """The last day of filing of a yes, and the verdict on the day after."""

    day: dt.date
    then: Verdict


def last_days(
    compiled: Compiled,
    case: Case,
    answer: Answer,
    *,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
) -> dict[str, LastDay]:
    """By category with a yes: the last day of filing on which it is still one, where there is such a day."""
    filed = case.root.facts.get(FILING)
    yes = [result.category for result in answer.results if result.verdict is Verdict.QUALIFIES]
    if not isinstance(filed, dt.date) or not yes:
        return {}
    last = shift(filed, _AHEAD)
    found = sweep(compiled, case, filed, last, readings=readings, judgements=judgements, as_known_on=as_known_on)
    out = {}
    for category in yes:
        try:
            first, *then = islice(found.stretches(category, reasons=False), 2)
        except OutOfTime:
            break
        if first.outcome is Verdict.QUALIFIES and then and isinstance(then[0].outcome, Verdict):
            out[category] = LastDay(first.last, then[0].outcome)
    return out
