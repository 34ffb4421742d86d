"""Reasons: what each verdict turns on, rests on and gives, and the walk that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from dsl.case import Case
from dsl.model import (
    Verdict,
)
from solver.answer import Result, Step
from solver.grants import asked, granted, truth_of
from solver.hinges import hinges
from solver.run import Deadline
from solver.sensitivity import assumed, sensitive
from solver.situation import Judging, Situation, situation
from solver.steps import category_steps, leaves, statuses

_WEAK = 6


def reasoned(
    s: Situation,
    case: Case,
    found: Mapping[str, Verdict],
    judgements: Judging,
    readings: Mapping[str, str] | Literal["all"],
    deadline: Deadline,
) -> tuple[Result, ...]:
    """The results of the categories in `found`, with their reasons."""
    names = tuple(found)
    walk = statuses(s, names, deadline)
    depends = [n for n in names if found[n] is Verdict.DEPENDS]
    turning = hinges(_roomy(s, case, judgements, readings), depends, deadline) if depends else {}
    presumptions = assumed(s, found, deadline)
    by_reading = sensitive(s, found, deadline) if readings != "all" else {}
    out = []
    for name in names:
        category = s.compiled.book.categories[name]
        steps = category_steps(walk, category, found[name])
        decisive = [x for step in steps for x in leaves(step) if x.decisive]
        out.append(
            Result(
                name,
                category.scheme,
                found[name],
                turning.get(name, ()),
                presumptions.get(name, ()),
                by_reading.get(name, ()),
                tuple(granted(s, g.kind, g.value) for g in category.grants),
                asked(s, category),
                tuple(r.target for r in category.routes if truth_of(s, r.when.cond)),
                tuple(dict.fromkeys(_reason(x, name) for x in decisive)),
                _leaning(s, decisive),
                steps,
            )
        )
    return tuple(out)


def _roomy(s: Situation, case: Case, judgements: Judging, readings: Mapping[str, str] | Literal["all"]) -> Situation:
    """The situation with room for two completions to differ in the elements of an open list."""
    if not any(s.blanks.values()):
        return s
    return situation(s.compiled, case, readings, judgements, twice=True)


def _reason(step: Step, category: str) -> str:
    """A leaf's labels from the category down, joined with dots."""
    return ".".join(step.path.split("/")[1:]) or category


def _leaning(s: Situation, decisive: Iterable[Step]) -> tuple[str, ...]:
    """Sources of rank 6 or 7 that a decisive line rests on alone."""
    book = s.compiled.book
    out: dict[str, None] = {}
    for step in decisive:
        cites = step.clause.cites if step.clause else ()
        if cites and all(book.sources[c.source].rank >= _WEAK for c in cites):
            for c in cites:
                out.setdefault(c.source)
    return tuple(out)
