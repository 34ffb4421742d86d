"""Whether a change that is filled in reaches the category: it qualifies, or hangs on judgements alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from dsl.case import Absent
from dsl.model import Verdict
from solver.asked import standing
from solver.blame import proved, with_ties
from solver.cells import Table, TooLarge
from solver.changeable import tied
from solver.facts import Address
from solver.filling import Filling
from solver.lawless import hanging
from solver.run import Circuit
from solver.situation import Situation, situation
from solver.supposed import prefer_worst, refuted, remember
from solver.undecided import Copy
from solver.verdicts import Laid, copy, quick, tied_copy


def accepts(f: Filling, s: Situation, held: bool | None, *, beside: bool = False, surely: bool = False) -> bool:
    """Whether the category is reached as things stand, `held` being what tests alone make of it.

    beside: other values than those found are tried; what they narrow is not asked. surely: it has to qualify.
    """
    f.failing, f.wavering, f.large = None, frozenset(), False
    f.looked_at += 1
    if f.positive:
        if (certain(f, s) if held is None else held) is not True:
            return False
        if f.has_unknown(s) and not _judged_alone(f) and _wavers(f) is not False:
            return False
        if beside and not f.asked.kindly and not (surely and f.favoured):
            return True
    elif held is None and not f.asked.kindly and (_wavers(f) or refuted(f) is not None):
        return False
    verdict, found = f.verdict(f.case())
    if surely:
        return verdict is Verdict.QUALIFIES
    if verdict is not None and standing(verdict, found, kindly=f.asked.kindly):
        return beside or verdict is Verdict.QUALIFIES or not _narrows(f)
    f.wavering = hanging(f) if f.positive and f.asked.kindly and not f.large and not beside else None
    return False


def works(f: Filling, *, surely: bool) -> bool:
    """Whether other values in place of those found would do too. surely: only if the category then qualifies."""
    if f.same() or not f.allowed():
        return False
    s = f.lay()
    held = f.held(s)
    if held is False:
        return False
    if held is True and not f.favoured and not (f.asked.kindly and f.has_unknown(s)):
        return True  # for every judgement, and if the law helps
    if held is None and (f.positive or not f.asked.kindly) and refuted(f) is not None:
        return False
    key = surely, _looks(f, s)
    if key not in f.worked:
        f.worked[key] = accepts(f, s, held, beside=True, surely=surely)
    return f.worked[key]


def _looks(f: Filling, s: Situation) -> tuple[Any, ...]:
    """What tests make of the values filled in, and these values where a test that matters stays open.

    Where that is the same, so is what comes of them. What is judged is looked at favourable and open.
    """
    truths = [s.told_truth(i) for i in f.base.open]
    f.unfavour(Absent.NOT_ASKED)
    try:
        bare = f.lawful()
        truths += [bare.told_truth(i) for i in f.base.open]
        c = copy(bare, Circuit())
        c.value(s.compiled.program.categories[f.asked.category])
    finally:
        f.unfavour(True)
    read = frozenset[Address]().union(*map(f.reading.of, c.tests))
    read |= tied(read, [t for t in f.ties if any(map(f.is_absent, t.reads))])
    return tuple(truths), tuple([(v, f.facts.get(v)) for v in f.variables if v in read or f.is_absent(v)])


def stands(f: Filling) -> bool:
    """Whether the values in place reach the category, as those found do."""
    s = f.lay()
    held = f.held(s)
    filled = held is True or (held is None and not any(map(f.is_absent, f.variables)))
    return filled and f.allowed() and accepts(f, s, held) and not f.same()


def why_not(f: Filling, s: Situation) -> Iterable[Address] | None:
    """What a way that is filled in fails by: some completion of what is unknown, in which the category fails."""
    if (proof := refuted(f)) is not None:
        return proof
    if f.wavering != frozenset():
        return f.wavering
    if not f.positive or f.failing is None:
        return None
    return with_ties(f, proved(f, s, f.failing), [a for a in f.all_read() if f.is_absent(a)])


def certain(f: Filling, s: Situation) -> bool | None:
    """Whether the category holds over all that is still unknown; None where there is too much to try.

    If it does not, a completion in which it fails is kept: it often refutes the next values too.
    """
    circuit = Circuit(sparing=True)
    with contextlib.suppress(TooLarge):
        with circuit:
            laid, made = tied_copy(s, circuit, f.asked.category)
        (c,), (value,) = laid.copies, laid.goals
        if isinstance(value, bool):
            return value
        prefer_worst(f, c)
        literals: dict[Any, int] = {**c.tests, **c.exists}
        found = circuit.find([-value], [*literals.values()], f.asked.deadline)
        if found is None:
            return True
        f.failing = dict(zip(literals, found, strict=True))
        remember(f, c, made, f.failing)
        return False
    f.large = True
    return None


def _judging(f: Filling, s: Situation, circuit: Circuit) -> tuple[Laid, list[Table]]:
    """What is open of a category, with what is judged."""
    return tied_copy(s, circuit, f.asked.category, judging=True)


def _judged_alone(f: Filling) -> bool:
    """Whether nothing but judgements is left in the rules once what tests tell is put in."""
    f.unfavour(Absent.NOT_ASKED)
    try:
        s = f.lawful()
        circuit = Circuit()
        with circuit:
            c = copy(s, circuit)
            c.value(s.compiled.program.categories[f.asked.category])
            return not c.exists and all(f.is_judgement(i) for i in c.tests)
    finally:
        f.unfavour(True)


def _wavers(f: Filling) -> bool | None:
    """Whether, for some outcome of the judgements left open, the category hangs on something else.

    Two completions that agree on judgements, in one of which it holds and in the other it fails; None where there
    is too much to try. What it fails by in the other is kept for the core, and what it holds by in the one too
    where the judgements for which it fails may be what a larger change wants.
    """
    f.unfavour(Absent.NOT_ASKED)
    f.wavering = frozenset()
    try:
        s = f.lawful()
        circuit = Circuit(sparing=True)
        with circuit:
            (first, _), (second, made) = _judging(f, s, circuit), _judging(f, s, circuit)
            (yes,), (no,) = first.goals, second.goals
            if isinstance(yes, bool) or isinstance(no, bool):
                return False
            one, other = _agreeing(first, second)
            prefer_worst(f, other)
        literals = [{**c.tests, **c.exists} for c in (one, other)]
        found = circuit.find([yes, -no], [v for each in literals for v in each.values()], f.asked.deadline)
        if found is None:
            fails = None if f.positive else circuit.find([-no], [*literals[1].values()], f.asked.deadline)
            if fails is not None:
                remember(f, other, made, dict(zip(literals[1], fails, strict=True)))
            return False
        truths = iter(found)
        holding, failing = [{key: next(truths) for key in each} for each in literals]
        remember(f, other, made, failing)
        read = proved(f, s, failing)
        if not f.positive and read is not None:
            holds = proved(f, s, holding, want=True)
            read = None if holds is None else read | holds
        f.wavering = with_ties(f, read, [a for a in f.all_read() if f.is_absent(a)])
        return True
    except TooLarge:
        f.wavering, f.large = None, True
        return None
    finally:
        f.unfavour(True)


def _narrows(f: Filling) -> bool:
    """Whether some part of the change leaves the category open for judgements for which the whole shuts it.

    A part that gives values to what nobody told leaves no more open than it does without them.
    """
    told = [a.address for a in f.trial.chosen if a.how not in ("settle", "learn")]
    smaller = range(len(told) + (len(told) < len(f.trial.chosen)))
    return any(_shuts(f, frozenset(part)) for n in smaller for part in combinations(told, n))


def _shuts(f: Filling, part: frozenset[Address]) -> bool:
    """Whether the category can hold after a part of the change, for judgements for which it then fails."""
    a = f.asked
    case = f.case(part)
    known = quick(a.compiled, case, [a.category], a.readings, a.judgements, a.deadline)[a.category]
    if known is False:
        return False
    before = situation(a.compiled, case, a.readings, a.judgements)
    law = f.law if a.kindly else f.open_law
    before.search.assumed, before.search.remembered = law, {}
    before.told.env.law = law
    f.unfavour(Absent.NOT_ASKED)
    try:
        s = f.lawful()
        circuit = Circuit()
        with circuit:
            laid = _judging(f, before, circuit)[0], _judging(f, s, circuit)[0]
            (yes,), (no,) = (each.goals for each in laid)
            _, other = _agreeing(*laid)
        if yes is False or no is True:
            return False
        instances = tuple(other.tests)
        wanted = [v for v in (yes, -no if not isinstance(no, bool) else True) if not isinstance(v, bool)]
        found = circuit.find(wanted, [other.tests[i] for i in instances], a.deadline)
        if found is None:
            return False
        f.wavering = proved(f, s, dict(zip(instances, found, strict=True)))
        return True
    except TooLarge:
        f.wavering, f.large = None, True
        return True
    finally:
        f.unfavour(True)


def _agreeing(one: Laid, other: Laid) -> tuple[Copy, Copy]:
    """The copies, which now see the same judgements."""
    (x,), (y,) = one.copies, other.copies
    for a in one.judged.keys() & other.judged.keys():
        i, k = x.tests[one.judged[a]], y.tests[other.judged[a]]
        x.circuit.never([i, -k])
        x.circuit.never([-i, k])
    return x, y
