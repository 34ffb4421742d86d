"""Until when an answer of yes holds: the last day on which the same person, with nothing else changed, may file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import islice
from typing import Literal, NamedTuple

from msgspec import Struct

from dsl.calendar import Duration, shift
from dsl.case import Case
from dsl.model import Verdict
from solver.answer import Answer
from solver.compiled import Compiled
from solver.run import OutOfTime
from solver.when import FILING, sweep

_AHEAD = Duration(5, "years")
"""How far ahead is looked: a last day later than this is no news to who files now."""


class LastDay(NamedTuple):
    """The last day of filing of a yes, and the verdict on the day after."""

    day: dt.date
    then: Verdict


class Asking(Struct, frozen=True):
    """A case and how it is asked about."""

    compiled: Compiled
    case: Case
    readings: Mapping[str, str] | Literal["all"]
    judgements: Literal["presumed", "open"]
    as_known_on: dt.date | None


def last_days(asking: Asking, answer: Answer) -> dict[str, LastDay]:
    """By category with a yes: the last day of filing on which it is still one, where there is such a day."""
    filed = asking.case.root.facts.get(FILING)
    yes = [result.category for result in answer.results if result.verdict is Verdict.QUALIFIES]
    if not isinstance(filed, dt.date) or not yes:
        return {}
    found = sweep(
        asking.compiled,
        asking.case,
        filed,
        shift(filed, _AHEAD),
        readings=asking.readings,
        judgements=asking.judgements,
        as_known_on=asking.as_known_on,
    )
    out = {}
    for category in yes:
        try:
            first, *then = islice(found.stretches(category, reasons=False), 2)
        except OutOfTime:
            break
        if first.outcome is Verdict.QUALIFIES and then and isinstance(then[0].outcome, Verdict):
            out[category] = LastDay(first.last, then[0].outcome)
    return out
