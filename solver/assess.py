"""From a case to its answer: verdicts over every completion of what is unknown, and what they hang on.

Decision trees (`solver.trees`) say which tests are needed; most verdicts are settled by what is told. For the others
the rules that are left become a small program (`solver.undecided`), and the tests in it are tied to what unknown facts
can make of them (`solver.cells`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dsl.case import Absent, Case, Listed, Record
from dsl.model import Verdict
from solver.answer import Answer, Result
from solver.compiled import Compiled, at, compile_book
from solver.explain import reasoned
from solver.reads import reads
from solver.run import Deadline, OutOfTime
from solver.situation import DEFAULT, Judging, Readings, Situation, readings_of, situation
from solver.verdicts import quick, verdict, verdicts

__all__ = ["assess", "compile_book"]


def assess(
    compiled: Compiled,
    case: Case,
    *,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
    reasons: bool = True,
    whole: bool = True,
    seconds: float | None = None,
    categories: Sequence[str] | None = None,
) -> Answer:
    """The answer on a case.

    `seconds`: time limit; categories not settled by then are listed in the answer and have no verdict. `categories`:
    only these. Without `reasons` only the verdicts are worked out; not `whole`: the steps are those that decide.
    """
    compiled = at(compiled, as_known_on)
    names = tuple(categories) if categories is not None else tuple(compiled.book.categories)
    deadline = Deadline(seconds)
    s: Situation | None = None
    try:
        deadline.left()
        if not reasons:
            chosen, found = _verdicts(compiled, case, names, readings, judgements, deadline)
            results = tuple([compiled.bare(n, found[n]) for n in names if n in found])
            return _answer(case, names, results, chosen)
        s = situation(compiled, case, readings, judgements)
        found = verdicts(s, names, deadline)
        results = reasoned(s, case, found, judgements, readings, deadline, whole=whole)
        return _answer(case, names, results, s.readings, unused(s, case))
    except OutOfTime:
        return Answer(case.name, (), s.readings if s else {}, complete=False, unsettled=names, limit="time")


def _answer(
    case: Case,
    names: Sequence[str],
    results: tuple[Result, ...],
    readings: Mapping[str, str],
    told: tuple[str, ...] = (),
) -> Answer:
    """The results; categories without one are those for which there was too much to try."""
    if len(results) == len(names):
        return Answer(case.name, results, readings, told)
    settled = {r.category for r in results}
    missing = tuple(n for n in names if n not in settled)
    return Answer(case.name, results, readings, told, complete=False, unsettled=missing, limit="size")


def _verdicts(
    compiled: Compiled,
    case: Case,
    names: Sequence[str],
    readings: Readings,
    judgements: Judging,
    deadline: Deadline,
) -> tuple[Mapping[str, str], dict[str, Verdict]]:
    """Readings and verdicts, without laying out the case where its tests alone settle all."""
    chosen = readings_of(compiled, case, readings)
    known = quick(compiled, case, names, chosen, judgements, deadline)
    out = {n: verdict(held) for n, held in known.items() if held is not None}
    rest = [n for n in names if n not in out]
    if rest:
        out |= verdicts(situation(compiled, case, readings, judgements), rest, deadline)
    return chosen, out


def unused(s: Situation, case: Case) -> tuple[str, ...]:
    """Told facts that nothing in the book reads."""
    read = read_facts(s.compiled)
    out = []
    for address in case.places:
        steps = _plain(address)
        if steps and steps not in read and _is_value(case.root, address):
            out.append(address)
    return tuple(out)


def _plain(address: str) -> tuple[str, ...]:
    """An address without its places in lists."""
    import re

    return tuple(re.sub(r"\[[^\]]*\]", "", address).removeprefix("judgements.").split("."))


def _is_value(root: Record, address: str) -> bool:
    """Whether an address holds one value that is told."""
    import re

    value: Any = root
    for step in re.findall(r"[^.\[\]]+", address.removeprefix("judgements.")):
        if isinstance(value, Record) and step in value.facts:
            value = value.facts[step]
        elif isinstance(value, Listed) and step.isdigit() and int(step) < len(value.items):
            value = value.items[int(step)]
        else:
            return False
    return not isinstance(value, Record | Listed | Absent)


def read_facts(compiled: Compiled) -> frozenset[tuple[str, ...]]:
    """Every fact some test, invariant, presumption, grant or pointer of the book reads, by its path without places."""
    if compiled.unread is None:
        out = {(p.base, *p.steps) for j in compiled.presumed for p in j.unless}

        def add(found: Any, lists: Mapping[str, str]) -> None:
            for p in found.paths:
                base = lists.get(p.base)
                out.add((*base.split("."), *p.steps) if base else (p.base, *p.steps))
            for path, inner in found.totals:
                out.update((path.base, *path.steps, *steps) for steps in inner)

        for ready in compiled.tests:
            add(ready.reads, {f"#{i}": name for i, name in enumerate(ready.spec.lists)})
        book = compiled.book
        for category in book.categories.values():
            for grant in category.grants:
                add(reads(grant.value, book), {})
            for clause in (*(r.when for r in category.routes), *(a.when for a in category.asks if a.when)):
                add(reads(clause.cond, book), {})
        for inv in compiled.invariants:
            if inv.entity is None:
                add(inv.reads, {})
        compiled.unread = frozenset(out)
    return compiled.unread
