"""Reasons: what each verdict turns on, rests on and gives, and the walk that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dsl.case import Case
from dsl.model import (
    Verdict,
)
from solver.answer import Result
from solver.cells import TooLarge
from solver.grants import asked, granted, truth_of
from solver.hinges import hinges
from solver.run import Deadline
from solver.sensitivity import assumed, sensitive
from solver.situation import Judging, Situation, situation
from solver.steps import category_steps, walk_of
from solver.told import standing_in


def reasoned(
    s: Situation,
    case: Case,
    found: Mapping[str, Verdict],
    judgements: Judging,
    readings: Mapping[str, str] | Literal["all"],
    deadline: Deadline,
    *,
    whole: bool,
) -> tuple[Result, ...]:
    """The results of the categories in `found`, with their reasons. `whole`: with every clause, not only what decides.

    What a category gives and asks for is left empty where it does not hold in any completion. A category for which
    there is too much to try is left out.
    """
    by_reading = sensitive(s, found, deadline) if readings != "all" else {}
    presumptions = assumed(s, found, deadline)
    standing = standing_in(s)
    roomy = _roomy(s, case, judgements, readings)
    out = []
    for name, verdict in found.items():
        category = s.compiled.book.categories[name]
        may_hold = verdict is not Verdict.DOES_NOT_QUALIFY
        try:
            turning = hinges(roomy, name, deadline) if verdict is Verdict.DEPENDS else ()
            walk = walk_of(standing, name, deadline, whole=whole)
            steps = category_steps(walk, category, verdict)
        except TooLarge:
            continue
        out.append(
            Result(
                name,
                category.scheme,
                verdict,
                turning,
                presumptions.get(name, ()),
                by_reading.get(name, ()),
                tuple(granted(s, g.kind, g.value) for g in category.grants) if may_hold else (),
                asked(s, category) if may_hold else (),
                tuple(r.target for r in category.routes if truth_of(s, r.when.cond)),
                tuple(dict.fromkeys([line.reason for line in walk.decisive])),
                tuple(dict.fromkeys([source for line in walk.decisive for source in line.leans(s.compiled.book)])),
                steps,
            )
        )
    return tuple(out)


def _roomy(s: Situation, case: Case, judgements: Judging, readings: Mapping[str, str] | Literal["all"]) -> Situation:
    """The situation with room for two completions to differ in the elements of an open list."""
    if not any(s.blanks.values()):
        return s
    return situation(s.compiled, case, readings, judgements, twice=True)
