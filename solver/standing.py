"""What the parts of a case that settle a category do: the conditions each makes fail, and how near a no is to a yes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import ONGOING, Duration, shift
from dsl.model import FILING, Book, EntityOf, ListOf, Verdict
from solver.answer import Step
from solver.blocking import BRIEFLY, Asking, Rests, resting
from solver.cells import Instance, TooLarge
from solver.hitting import Enumeration, TooMany
from solver.run import OutOfTime
from solver.situation import Judging, partial
from solver.steps import category_steps, leaves, walk_of
from solver.told import Standing, standing_in
from solver.verdicts import verdicts
from solver.when import sweep


def conditions(ask: Asking, rests: Rests, number: int, whole: Sequence[Step] = ()) -> tuple[Step, ...]:
    """The branches of the rules that one set of atoms settles; empty if there is too much to try.

    whole: the steps of the whole case; a line is then shown with what it saw there.
    """
    mask = ask.atoms.close(rests.masks[number])
    case, presumed = ask.atoms.kept(mask)
    s = partial(ask.compiled, case, ask.readings, presumed)
    try:
        verdicts(s, [rests.category], ask.deadline)
        standing = standing_in(s)
        once = _once(ask, rests, mask, standing)
        walk = walk_of(standing, rests.category, ask.deadline, whole=False, once=once)
        steps = category_steps(walk, ask.compiled.book.categories[rests.category], rests.verdict)
    except (TooLarge, OutOfTime):
        return ()
    seen = {_where(leaf): leaf for leaf in leaves(whole)}
    return tuple(_placed(step, _places(ask, mask), seen) for step in steps)


def _once(ask: Asking, rests: Rests, mask: int, standing: Standing) -> Callable[[Instance, bool], bool]:
    """Whether a clause that is open where only a part is told was seen to come out in a way."""
    refuting = ask.refuter(rests.category, rests.verdict)
    gone, presumes = ask.atoms.everything & ~mask, ask.atoms.presumes(mask)

    gates = ask.compiled.program.gates

    def once(key: Instance, wanted: bool) -> bool:
        stand = standing.of(key)
        if type(stand) is bool:
            return stand is wanted
        further = any(
            place >= standing.s.written[name] for name, place in zip(gates[key[0]].lists, key[1], strict=True)
        )
        return stand is None and not further and refuting.refuted(gone, presumes, BRIEFLY, (key, wanted))

    return once


Where = tuple[str, tuple[tuple[str, str], ...]]
"""A line by its path and what its variables stand for."""


def _where(step: Step) -> Where:
    return step.path, tuple(sorted(step.binding.items()))


def _places(ask: Asking, mask: int) -> Mapping[str, str]:
    """By address, where each element that is still told stands in the whole case."""
    out: dict[str, str] = {}
    for name, items in ask.s.facts.lists.items():
        there = [i for i in range(items.written) if ask.atoms.at[name, str(i)] & mask]
        out |= {f"{name}[{new}]": f"{name}[{old}]" for new, old in enumerate(there) if new != old}
    return out


def _placed(step: Step, places: Mapping[str, str], seen: Mapping[Where, Step]) -> Step:
    """A step with its elements where they stand in the whole case, and what a line saw there."""
    out = replace(
        step,
        element=places.get(step.element, step.element) if step.element else step.element,
        binding={name: places.get(a, a) for name, a in step.binding.items()},
        children=tuple(_placed(child, places, seen) for child in step.children),
    )
    told = seen.get(_where(out)) if not out.children else None
    return replace(out, values=told.values, gaps=told.gaps) if told and told.status is out.status else out


# ------------------------------------------------------------------------------------------------------ nearest misses


def changeable(book: Book, address: str) -> bool:
    """Whether what an atom tells can come to be otherwise; anything can where a book does not say how its facts change.

    address: of a fact, of a list (which can change by growing), or of an element that is there (which stays).
    """
    if not any(f.change for e in book.entities.values() for f in e.facts):
        return True
    if address.endswith("]"):
        return False
    name, *steps = re.sub(r"\[[^\]]*\]", "", address).split(".")
    fact = book.givens.get(name)
    for step in steps:
        kind = fact.type if fact else None
        fact = book.entities[kind.entity].fact(step) if isinstance(kind, EntityOf | ListOf) else None
    return fact is not None and fact.change is not None and fact.change.kind != "fixed"


_AHEAD = Duration(10, "years")
"""How long is waited for something that passes by itself."""


class Near(Struct, frozen=True):
    """How far a no is from a yes.

    changes: the least number of facts that have a part in all that stands in the way, waiting counted for one where
    nothing else can change; None if something stands in the way whatever can change. distance: how far
    the farthest value is from its limit, relative to it; 1 where there is no telling. steps: for each set, what fails.
    """

    rests: Rests
    changes: int | None
    distance: float
    steps: tuple[tuple[Step, ...], ...]


def nearest(
    ask: Asking,
    whole: Mapping[str, Sequence[Step]],
    found: Callable[[Book, str], bool] = changeable,
) -> tuple[Near, ...]:
    """The categories that are not open, the nearest first; those that nothing can open stand last, or cannot be told.

    whole: by category with a no the steps of the whole case.
    """
    order = {category: n for n, category in enumerate(ask.compiled.book.categories)}
    out = [_near(ask, resting(ask, c, Verdict.DOES_NOT_QUALIFY), steps, found) for c, steps in whole.items()]
    return tuple(sorted(out, key=lambda n: (*_far(n), order[n.rests.category])))


def _far(near: Near) -> tuple[bool, bool, int, float]:
    return not near.rests.complete, near.changes is None, near.changes or 0, near.distance


def _near(ask: Asking, rests: Rests, whole: Sequence[Step], found: Callable[[Book, str], bool]) -> Near:
    steps = tuple(conditions(ask, rests, n, whole) for n in range(len(rests.sets)))
    distance = max((_distance(each) for each in steps), default=1.0)
    return Near(rests, _changes(ask, rests, found), distance, steps)


def _changes(ask: Asking, rests: Rests, found: Callable[[Book, str], bool]) -> int | None:
    """The size of the smallest set of facts that can change and has a part in every set."""
    book, atoms = ask.compiled.book, ask.atoms
    free = sum(1 << i for i, a in enumerate(atoms.all) if a.kind != "presumption" and found(book, a.id))
    waiting = False
    hit = Enumeration(lambda _: False, atoms.everything, lambda m: m, lambda m: m, 2_000)
    try:
        for mask in rests.masks:
            able = mask & free
            if able:
                hit.add(able)
            elif _waits(ask, rests, mask):
                waiting = True
            else:
                return None
    except TooMany:
        return len(rests.masks)
    return min(h.bit_count() for h in hit.hitting) + waiting


def _waits(ask: Asking, rests: Rests, mask: int) -> bool:
    """Whether what stands in the way does not on some day to come; True too where there is too much to try."""
    case, presumed = ask.atoms.kept(ask.atoms.close(mask))
    filed = case.root.facts.get(FILING)
    if not isinstance(filed, dt.date):
        return True
    judging: Judging = "presumed" if presumed else "open"
    later = sweep(ask.compiled, case, filed, shift(filed, _AHEAD), readings=ask.readings, judgements=judging)
    later.deadline = ask.deadline
    try:
        closed = (rests.verdict, "contradiction")
        return any(s.outcome not in closed for s in later.stretches(rests.category, reasons=False))
    except (TooLarge, OutOfTime):
        return True


def _distance(steps: Sequence[Step]) -> float:
    """How far the nearest condition of a set is from being met, relative to its limit."""
    found = [d for leaf in leaves(steps) if leaf.decisive and (d := _apart(leaf)) is not None]
    return min(found, default=1.0)


def _apart(step: Step) -> float | None:
    """How far a value is from its limit: of numbers and lengths by the limit, of dates by years."""
    try:
        value, limit = _number(step.values["value"]), _number(step.values["limit"])
    except KeyError:
        return None
    if value is None or limit is None or value[1] != limit[1]:
        return None
    scale = 365.0 if value[1] == "date" else float(abs(limit[0])) or 1.0
    return min(abs(limit[0] - value[0]) / scale, 10.0)


def _number(value: Any) -> tuple[float, str] | None:
    """A value as a number, and of what kind: a date as its day, a length as its days."""
    match value:
        case bool():
            return None
        case int():
            return value, "number"
        case dt.date() if value != ONGOING:
            return value.toordinal(), "date"
        case Duration(count, unit):
            return count * {"days": 1.0, "weeks": 7.0, "months": 30.4, "years": 365.0}[unit], "length"
        case (int() as months, int() as days) if days < 31:
            return months * 30.4 + days, "length"
        case _:
            return None
