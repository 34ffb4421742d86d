"""Which verdicts survive every reading of the text, and which readings each of the others turns on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from msgspec import Struct

from dsl.case import Case
from dsl.inside import found as inside
from dsl.model import ByReading, Verdict
from solver.answer import Answer
from solver.compiled import Compiled
from solver.run import Deadline
from solver.situation import Judging, readings_of, situation
from solver.trees import settled
from solver.verdicts import quick, verdict, verdicts

COMBINED = 512
"""How many combinations of readings are tried for one category."""


class Turn(Struct, frozen=True):
    """A reading that a verdict turns on, and the verdict under each of its values, the others as chosen."""

    reading: str
    values: tuple[tuple[str, Verdict | None], ...]


class Surviving(Struct, frozen=True):
    """A verdict as the readings are chosen, and the readings it turns on whatever the others are; none: it survives.

    complete: every combination of the readings that could matter was tried and settled.
    """

    category: str
    verdict: Verdict | None
    turns: tuple[Turn, ...]
    complete: bool


def surviving(
    compiled: Compiled, case: Case, answer: Answer, categories: Sequence[str], judgements: Judging, deadline: Deadline
) -> tuple[Surviving, ...]:
    """What readings do to the verdicts of some categories. answer: that on the case with every reading left open."""
    chosen = dict(readings_of(compiled, case, {}))
    s = situation(compiled, case, "all", judgements)
    leaves = settled(compiled, s.told, categories, {}, deadline)
    turning = _turning(compiled, answer)
    out = []
    for c in categories:
        met = [r for r in leaves[c].met if c not in turning or r in turning[c]]
        out.append(_surviving(compiled, case, c, chosen, met, judgements, deadline))
    return tuple(out)


def _turning(compiled: Compiled, answer: Answer) -> dict[str, set[str]]:
    """The readings among the hinges of each category answered: whatever else is so, no other reading matters.

    Where invariants ask a reading, it also decides who is possible, and hinges do not tell all.
    """
    book = compiled.book
    invariants = (book.invariants, *(e.invariants for e in book.entities.values()))
    if next(inside(invariants, ByReading), None):
        return {}
    return {r.category: {h.id for h in r.hinges if h.kind == "reading"} for r in answer.results}


def _surviving(
    compiled: Compiled,
    case: Case,
    category: str,
    chosen: Mapping[str, str],
    met: Sequence[str],
    judgements: Judging,
    deadline: Deadline,
) -> Surviving:
    """The verdict under every combination of the readings that matter; no other can change it. met: these."""
    book = compiled.book
    values = {r: [v for v, _ in book.readings[r].values] for r in dict.fromkeys(met)}

    def found(combined: Mapping[str, str]) -> Verdict | None:
        readings = {**chosen, **combined}
        held = quick(compiled, case, [category], readings, judgements, deadline)[category]
        if held is not None:
            return verdict(held)
        return verdicts(situation(compiled, case, readings, judgements), [category], deadline).get(category)

    every = prod(len(v) for v in values.values()) <= COMBINED
    table = {c: found(dict(zip(values, c, strict=True))) for c in _combinations(values, chosen, every=every)}
    here = tuple(chosen[r] for r in values)
    turns = []
    for n, reading in enumerate(values):
        if any(len({table[c] for c in same}) > 1 for same in _apart(table, n)):
            own = tuple((v, table[(*here[:n], v, *here[n + 1 :])]) for v in values[reading])
            turns.append(Turn(reading, own))
    return Surviving(category, table[here], tuple(turns), every and None not in table.values())


def _combinations(
    values: Mapping[str, Sequence[str]], chosen: Mapping[str, str], *, every: bool
) -> Iterator[tuple[str, ...]]:
    """Every combination of the values; of too many those that differ from what is chosen in one."""
    if every:
        yield from product(*values.values())
        return
    here = tuple(chosen[r] for r in values)
    yield here
    for n, own in enumerate(values.values()):
        yield from ((*here[:n], v, *here[n + 1 :]) for v in own)


def _apart(table: Mapping[tuple[str, ...], Verdict | None], n: int) -> list[list[tuple[str, ...]]]:
    """Combinations in groups that are the same but for one reading."""
    out: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for c in table:
        out.setdefault((*c[:n], *c[n + 1 :]), []).append(c)
    return list(out.values())
