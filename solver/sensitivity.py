"""What a verdict rests on besides facts: presumed judgements, and readings of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dsl.model import (
    Truth,
    Verdict,
)
from solver.cells import Instance, TooLarge
from solver.facts import Address
from solver.run import Circuit, Deadline
from solver.situation import Situation, without
from solver.trees import settled
from solver.verdicts import completions, laid_open, settle, tabled, verdict, verdicts


def _judgement_tests(s: Situation, a: Address) -> list[Instance]:
    """The tests that read a judgement and nothing else."""
    out: list[Instance] = []
    for ready in s.compiled.tests:
        cond = ready.spec.cond
        if not isinstance(cond, Truth):
            continue
        if a.list is None and not ready.spec.lists and (cond.fact.base, *cond.fact.steps) == a.steps:
            out.append((ready.spec.id, ()))
        elif a.list is not None and ready.spec.lists == (a.list,) and cond.fact.steps == a.steps:
            out.append((ready.spec.id, (a.place,)))
    return out


def assumed(s: Situation, found: Mapping[str, Verdict], deadline: Deadline) -> dict[str, tuple[str, ...]]:
    """For each category the presumed judgements that carry its verdict."""
    out: dict[str, list[str]] = {n: [] for n in found}
    for a in s.presumed:
        tests = [i for i in _judgement_tests(s, a) if s.truth(i) is not None]
        name = a.steps[-1] if a.list is None else s.facts.show(a)
        if s.compiled.woven(a.steps[-1]):
            _retaken(s, a, found, out, name, deadline)
            continue
        if not tests:
            continue
        rest = []
        for n, v in found.items():
            needed = s.compiled.needed(n)
            if any(i[0] in needed for i in tests) and not tests[0][1]:
                out[n] += [name] if v is not Verdict.DOES_NOT_QUALIFY else []
            elif any(i[0] in s.compiled.used(n) for i in tests):
                rest.append(n)
        if rest:
            out = _flipped(s, a, tests, rest, found, out, name, deadline)
    return {n: tuple(v) for n, v in out.items()}


def _retaken(
    s: Situation, a: Address, found: Mapping[str, Verdict], out: dict[str, list[str]], name: str, deadline: Deadline
) -> None:
    """Take away a presumption that totals or scores read: the whole case is laid out again without it."""
    other = verdicts(without(s, a), tuple(found), deadline)
    for n, v in found.items():
        if other.get(n) is not v:
            out[n].append(name)


def _flipped(
    s: Situation,
    a: Address,
    tests: Sequence[Instance],
    names: Sequence[str],
    found: Mapping[str, Verdict],
    out: dict[str, list[str]],
    name: str,
    deadline: Deadline,
) -> dict[str, list[str]]:
    """Take one presumption away and see which verdicts change."""
    known = s.told.known
    before = {i: known[i] for i in tests}
    varied, s.varied, tries, s.tried = s.varied, {}, s.tried, {}
    for i in tests:
        known[i] = False
    s.facts.set(a, False)
    try:
        other = verdicts(s, names, deadline)
    finally:
        s.facts.set(a, True)
        s.varied, s.tried = varied, tries
        for i, truth in before.items():
            known[i] = truth
    for n in names:
        if other.get(n) is not found[n]:
            out[n].append(name)
    return out


def sensitive(s: Situation, found: Mapping[str, Verdict], deadline: Deadline) -> dict[str, tuple[str, ...]]:
    """For each category whose verdict was just found the readings of which another value gives another verdict."""
    compiled = s.compiled
    out: dict[str, tuple[str, ...]] = {}
    for n in found:
        met = s.leaves[n].met
        if not met:
            out[n] = ()
            continue
        fixed = {r: v for r, v in s.readings.items() if r not in met}
        if settled(compiled, s.told, [n], fixed, deadline)[n].held is not None:
            out[n] = ()
            continue
        turning: dict[str, None] = {}
        open_: list[tuple[str, str]] = []
        for reading in met:
            for value, _ in compiled.book.readings[reading].values:
                if value == s.readings[reading] or reading in turning:
                    continue
                other = settled(compiled, s.told, [n], {**s.readings, reading: value}, deadline)[n].held
                if other is None:
                    open_.append((reading, value))
                elif verdict(other) is not found[n]:
                    turning[reading] = None
        turning |= dict.fromkeys(_turned(s, n, found[n], open_, deadline))
        out[n] = tuple(r for r in compiled.readings if r in turning)
    return out


def _turned(
    s: Situation, category: str, found: Verdict, asked: Sequence[tuple[str, str]], deadline: Deadline
) -> Iterator[str]:
    """The readings that turn a category, where unknown facts have to be looked at.

    One circuit holds these readings as literals; each other value is an assumption. Where there is too much to try, a
    reading is said to turn it.
    """
    if not asked:
        return
    open_ = {r for r, _ in asked}
    fixed = {r: v for r, v in s.readings.items() if r not in open_}
    circuit = Circuit()
    try:
        laid, made = tabled(s, laid_open(s, circuit, category, readings=fixed), fixed)
    except TooLarge:
        yield from open_
        return
    gate, some = s.compiled.program.categories[category], completions(laid, made, any_reading=True)
    rest = []
    for reading, other in asked:
        if some is None or not some.varies(gate, readings={**s.readings, reading: other}):
            rest.append((reading, other))
        elif found is not Verdict.DEPENDS:
            yield reading
    if not rest:
        return
    laid.tie(made)
    (c,), (value,) = laid.copies, laid.goals
    met = sorted({r for r, _ in c.options})
    for reading, other in rest:
        chosen = [c.options[r, other if r == reading else s.readings[r]] for r in met]
        if verdict(settle(circuit, {category: value}, deadline, chosen)[category]) is not found:
            yield reading
