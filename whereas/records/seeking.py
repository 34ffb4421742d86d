"""The search for people of whom something is so: a world is made more and more known until it settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from whereas.records import meaning as mn
from whereas.records.check import examined
from whereas.records.kernel import FURTHER, Checked, completed, keeps, known
from whereas.records.listening import Met, heard
from whereas.records.tried import Test, candidates

Json = dict[str, Any]
Goal = Callable[[mn.World], mn.Truth]
MOST = 400
"""Worlds looked at in one search."""


class Proving(Checked):
    """A record for which evidence is looked for. `plain`: by open list what is said of a further element by itself."""

    plain: Json = field(default_factory=dict)


def proving(rules: Json, body: Json, plain: Json) -> Proving:
    """A record as far as it is proved."""
    c = examined(rules, body)
    return Proving(**{name: getattr(c, name) for name in c.__struct_fields__}, plain=plain)


def explicit(c: Proving, change: Json) -> Json:
    """A change with all that it says of elements that are added to lists."""
    said: Json = {}
    for at in c.world.open & change.keys():
        places = range(c.world.facts[at], change[at])
        said |= {f"{at}[{i}]{rest}": it for i in places for rest, it in c.plain[at].items()}
    return said | change


def person(c: Proving, *changes: Json) -> mn.World:
    """A completion."""
    return completed(c, explicit(c, {at: it for one in changes for at, it in one.items()}))


def turned_about(held: mn.Truth) -> mn.Truth:
    """Not."""
    return None if held is None else not held


def opposite(goal: Goal) -> Goal:
    """Not."""
    return lambda w: turned_about(goal(w))


def both(a: mn.Truth, b: mn.Truth) -> mn.Truth:
    """And."""
    return False if a is False or b is False else None if a is None or b is None else True


class Budget(Struct):
    """How many more worlds may be looked at."""

    left: int = MOST


def search(c: Proving, w: mn.World, goal: Goal, filler: Mapping[str, Any], budget: Budget) -> mn.World | None:
    """A world like this one, with more known, that reaches a goal."""
    held = goal(w)
    if held is not None:
        return w if held else None
    budget.left -= 1
    if budget.left < 0:
        return None
    for other in choices(c, w, heard(w, goal), filler):
        if keeps(c, other) is False:
            continue
        reached = search(c, other, goal, filler, budget)
        if reached is not None or budget.left < 0:
            return reached
    return None


def choices(c: Proving, w: mn.World, met: Met, filler: Mapping[str, Any]) -> Iterator[mn.World]:
    """What the first unknown thing that was met can be."""
    test: Test | None = None
    for kind, what in met:
        at = what.partition("[+")[0] if kind == "fact" and what[:4] != "law " else what
        if kind == "test":
            test = what
        elif at in w.open:  # also what stands for all that may be there: let one be there, and another beside it
            ways = (1, 2, 0) if at != what else (0, 1, 2) if filler else (1, 0, 2)
            yield from (longer(c, w, at, k) for k in ways)
            return
        elif kind == "fact" and w.facts.get(what) is None and (what[:4] == "law " or _there(c, w, what)):
            tried = candidates(c, w, what, test)
            if what in filler and filler[what] in tried:
                tried = [filler[what], *tried]
            yield from (say(c, w, {what: v}) for v in dict.fromkeys(tried))
            return


def _there(c: Proving, w: mn.World, at: str) -> bool:
    """Whether there is something to say at an address: of `[+]` only where a list has become longer."""
    name, _, place = at.partition("]")[0].partition("[")
    return place[:1] != "+" or (at[-1] != "]" and w.facts[name] >= c.world.facts[name] + len(place))


def say(c: Proving, w: mn.World, facts: Json) -> mn.World:
    """A world in which more is known. The last element added to a list is also the one shown for all there may be."""
    more = dict(facts)
    for name in c.world.open - w.open:
        for i, further in zip(range(w.facts[name] - 1, c.world.facts[name] - 1, -1), FURTHER, strict=False):
            real, shown = f"{name}[{i}]", f"{name}[{further}]"
            more |= {at.replace(shown, real): it for at, it in facts.items()}
            more |= {at.replace(real, shown): it for at, it in more.items()}
    return known(c, w, more)


def longer(c: Proving, w: mn.World, at: str, more: int) -> mn.World:
    """A world in which an open list has so many further elements and no others."""
    shown = {f"{at}[{further}]": more > i for i, further in enumerate(FURTHER)}
    return replace(known(c, w, {at: w.facts[at] + more, **shown}), open=w.open - {at})


def change(base: mn.World, w: mn.World) -> Json:
    """What a world knows beyond another, as a record writes it."""
    return {at: v for at, v in w.facts.items() if "+]" not in at and v is not None and base.facts.get(at) != v}


def shown(c: Proving, goal: Goal, hint: mn.World | None = None, *, only: bool = False) -> Json | None:
    """A completion that reaches a goal, as a change to what is told. `hint`: where to look first, or `only`."""
    reached = None if hint is None else search(c, hint, goal, c.filled.facts, Budget())
    for filler in () if only else (c.filled.facts, {}):  # first as little as possible, then as much
        reached = reached or search(c, c.world, goal, filler, Budget())
    if reached is None:
        return None
    out = change(c.world, reached)
    full = person(c, out)
    if keeps(c, full) and goal(full):
        return out
    for at in sorted(c.world.open - out.keys()):  # a step may be about an element that is not there yet
        wider = {**out, at: c.world.facts[at] + 1}
        longer = person(c, wider)
        if goal(longer) and keeps(c, longer):
            return wider

    def possible(w: mn.World) -> mn.Truth:
        return both(goal(w), keeps(c, w))

    touched = {a.rpartition(".")[0] for a in out}
    spare = {a: v for a, v in full.facts.items() if a.rpartition(".")[0] not in touched and a not in reached.facts}
    spare = {a: v for a, v in spare.items() if "+]" not in a}
    beginnings = (say(c, reached, spare), known(c, c.world, spare), c.world)
    for beginning, budget in zip(beginnings, (MOST, 2 * MOST, 4 * MOST), strict=True):
        reached = search(c, beginning, possible, full.facts, Budget(budget))
        if reached is not None:
            out = change(c.world, reached)
            full = person(c, out)
            if keeps(c, full) and goal(full):
                return out
    return None
