"""For a hinge two completions that differ in it and in the verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from msgspec.structs import replace

from whereas.records import listening
from whereas.records import meaning as mn
from whereas.records.check import subject
from whereas.records.kernel import keeps, known
from whereas.records.listening import Met, heard
from whereas.records.seeking import (
    MOST,
    Budget,
    Goal,
    Json,
    Proving,
    both,
    change,
    longer,
    person,
    search,
    turned_about,
)
from whereas.records.tried import MANY, ZERO, candidates, is_day

_VALUES = 12
"""Values of a hinge tried as a beginning."""


def turned(c: Proving, hinge: Json, bases: list[Json], goal: Goal, *, thorough: bool = True) -> Json | None:
    """Two completions that differ in a hinge alone and in a goal: the place of the first, and the change."""
    for i, base in enumerate(bases):
        full = person(c, base)
        want = goal(full)
        if want is None:
            continue
        for then, law in _flips(c, hinge, base, full, _other(goal, want)):
            wider = {**base, **law}
            other = person(c, wider, then)
            if keeps(c, other) and _not(goal(other), want) and goal(person(c, wider)) is want:
                bases[i] = wider
                return {"at": i, "then": then}
    if not thorough:
        return None
    made = _pivot(c, hinge, bases, goal) or _pair(c, hinge, bases, goal)
    for base in [] if made else bases[:2]:
        for mine in moved_about(c, hinge["id"], base, goal):
            made = turned(c, hinge, own := [mine], goal, thorough=False)
            if made is not None:
                bases += own
                return {**made, "at": len(bases) - 1}
    return made


def moved_about(c: Proving, at: str, base: Json, goal: Goal) -> Iterator[Json]:
    """A completion with a date, and those of the further things looked into beside it, moved to about the same day."""
    lists = _beside(c, at) & c.world.open
    days = [a for a in base if a.partition("[")[0] in lists and c.kind(a)["is"] == "date"]
    if at not in c.untold or c.kinds[at]["is"] != "date" or not days:
        return
    wanted = goal(person(c, base))
    for day in _values(c, at, goal):
        for beside in (mn.moved(day, 0, k) for k in (0, -1, 1)):
            moved = {**base, **dict.fromkeys(days, beside), at: day}
            if _stays(c, moved, goal, bool(wanted)):
                yield moved


def spell_beside(c: Proving, at: str, base: Json, goal: Goal) -> Iterator[Json]:
    """A completion in which a spell that is added reaches a total only together with the one that a hinge is about.

    What stands beside the hinge may make up for it, and is left out then.
    """
    name, inside, _ = at.partition("[")
    filed, nodes = c.world.facts.get("submitted_on"), c.rules["nodes"]
    if not inside or filed is None or base.get(name, 0) <= c.world.facts.get(name, 0):
        return
    spells = {(nodes[it[2][1]][3], nodes[it[2][2]][3]) for it in nodes if it[0] in ("months", "days") and it[3] == name}
    months = sorted({mn.ranked(v)[0] for v in _durations(c) if isinstance(mn.ranked(v), list)})
    days = {v for a, v in c.world.facts.items() if a.startswith(f"{name}[") and is_day(v)}
    added = f"{name}[{c.world.facts[name]}]"
    beside = [a for a, v in base.items() if v is True and a != at and a.rpartition(".")[0] == at.rpartition(".")[0]]
    less = [base, *({**base, a: False} for a in beside)]
    for (first, last), by, day, it in product(sorted(spells), months, sorted(days), less):
        moved = {**it, f"{added}{first}": mn.moved(filed, -by, 0), f"{added}{last}": day}
        if _stays(c, moved, goal, want=True):
            yield moved


def _durations(c: Proving) -> set[str]:
    """The durations that rules name."""
    named = [it[2] for it in c.rules["nodes"] if it[0] == "const"]
    named += [x for rows in c.rules["tables"].values() for x in rows["*"]["said"]]
    return {x for x in named if isinstance(x, str) and re.fullmatch(r"\d+ [a-z]+", x)}


def _beside(c: Proving, at: str) -> set[str]:
    """The lists that are looked into together with a fact."""
    reads: list[bool] = []
    out = set()
    for it in c.rules["nodes"]:  # a node stands after those it is made of
        below = it[2] if isinstance(it[2], list) and it[0] != "const" else ()
        reads.append((it[0] == "fact" and it[3] == at) or any(reads[b] for b in below))
        out |= {it[3]} if reads[-1] and it[0] in ("some", "sum", "months", "days") else set()
    return out


Parts = dict[str, Json]
"""A change, by what it changes: a fact, an open list with all its elements, a question of the law, a reading."""


def _parts(c: Proving, it: Json) -> Parts:
    out: Parts = {}
    for at, v in it.items():
        owner = next((x for x in c.world.open if at == x or at.startswith(f"{x}[")), at)
        out.setdefault(at if at in c.untold else owner, {})[at] = v
    return out


def _whole(parts: Mapping[str, Json]) -> Json:
    return {at: v for part in parts.values() for at, v in part.items()}


def _pivot(c: Proving, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Between a completion that reaches a goal and one that does not there is a step at which it turns.

    All but the hinge goes over to the other completion as far as the goal allows; then it is the hinge's turn.
    """
    worlds = [(_parts(c, b), goal(person(c, b))) for b in (*bases[:6], {})]
    kind, id = hinge["kind"], hinge["id"]
    key = id if kind in ("fact", "judgement") else f"{kind} {id}"
    for near, want in worlds:
        for far, other in worlds:
            if want is None or other is None or want is other:
                continue
            for now in _approached(c, near, far, key, goal, want):
                base = _whole(now)
                full = person(c, base)
                for then, law in _flips(c, hinge, base, full, _other(goal, want)):
                    wider = {**base, **law}
                    turned = person(c, wider, then)
                    if keeps(c, turned) and _not(goal(turned), want) and goal(person(c, wider)) is want:
                        bases.append(wider)
                        return {"at": len(bases) - 1, "then": then}
    return None


def _approached(c: Proving, near: Parts, far: Parts, key: str, goal: Goal, want: bool) -> Iterator[Parts]:
    """Completions on the way from one to another, all but one part moved as far as the goal allows.

    The part is left as it is, or has first another value that allows the goal.
    """
    names = [n for n in {**near, **far} if n != key and not (key.startswith("law ") and n.startswith(f"{key}|"))]
    starts = [near]
    if key in c.untold:
        tried = [{**near, key: {key: v}} for v in _values(c, key, goal)[:_VALUES]]
        starts += [x for x in tried if x[key] != near.get(key) and _stays(c, _whole(x), goal, want)]
    for start in starts:
        for rest in (names, names[::-1]):
            yield _gone_over(c, start, far, rest, goal, want)


def _gone_over(c: Proving, near: Parts, far: Parts, names: Sequence[str], goal: Goal, want: bool) -> Parts:
    """A completion with some parts of another one, as far as the goal allows."""
    now = dict(near)
    for n in names:
        moved = {k: v for k, v in now.items() if k != n} | ({n: far[n]} if n in far else {})
        if moved != now and _stays(c, _whole(moved), goal, want):
            now = moved
    return now


def _values(c: Proving, at: str, goal: Goal) -> list[Any]:
    """Values of a fact between which the comparisons that read it turn, as far as they are met."""
    return _turning(c, c.world, at, heard(c.world, goal))


def _turning(c: Proving, w: mn.World, at: str, met: Met) -> list[Any]:
    """Values of a fact between which the comparisons turn in which it was met."""
    test, out = None, dict[Any, None]()
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == at:
            out |= dict.fromkeys(candidates(c, w, at, test))
    return list(out)


def together(c: Proving, hinge: Json, others: Sequence[Json], bases: list[Json], goal: Goal) -> Json | None:
    """Two completions that differ in nothing but hinges, this one among them, which only together turn a goal."""
    mine, group = (hinge["kind"], hinge["id"]), {h["id"] for h in others if h["kind"] in ("fact", "judgement")}
    if hinge["kind"] not in ("fact", "judgement") or len(group) < 2:
        return None
    worlds = [(_parts(c, b), goal(person(c, b))) for b in bases[:6]]
    for near, want in worlds:
        for far, other in worlds:
            if want is None or other is None or want is other:
                continue
            rest = [n for n in {**near, **far} if n not in group]
            base, then = _whole(_gone_over(c, near, far, rest, goal, want)), {n: far[n] for n in group if n in far}
            for n in sorted(then.keys() - {hinge["id"]}):  # no more of them than it takes
                less = {k: v for k, v in then.items() if k != n}
                then = less if less and _stays(c, base, goal, not want, _whole(less)) else then
            said = _whole(then)
            spared = {x: v for x, v in said.items() if subject(c, x) != mine}
            turns = len(spared) < len(said) and _stays(c, base, goal, not want, said)
            if turns and not _stays(c, base, goal, not want, spared):
                bases.append(base)
                return {"at": len(bases) - 1, "then": said}
    return None


def _stays(c: Proving, it: Json, goal: Goal, want: bool, then: Json | None = None) -> bool:
    """Whether a completion is possible and comes to a goal, or not."""
    try:
        w = person(c, it, *([] if then is None else [then]))
    except ValueError:
        return False
    return goal(w) is want and keeps(c, w) is True


def _other(goal: Goal, want: mn.Truth) -> Goal:
    """Whether a goal comes to something else than it did."""
    return lambda world: _not(goal(world), want)


def _not(held: mn.Truth, want: mn.Truth) -> mn.Truth:
    return None if held is None else held is not want


def _flips(c: Proving, hinge: Json, base: Json, full: mn.World, goal: Goal) -> Iterator[tuple[Json, dict[str, bool]]]:
    """Changes of one hinge that reach a goal, and the questions of the law that come up only then."""
    kind, id = hinge["kind"], hinge["id"]
    if kind == "law":
        keys = [q for q in _asked(full, goal) if q.startswith(f"law {id}|")]
        for q in keys:
            yield from (({q: truth}, {}) for truth in (True, False) if base.get(q) is not truth)
        return
    if kind == "reading":
        at, values = f"reading {id}", c.rules["readings"][id]["of"]
        yield from (({at: v}, {}) for v in values if full.facts.get(at) != v)
        return
    if id in c.world.open:
        n = c.world.facts[id]
        facts = {a: v for a, v in full.facts.items() if not _beyond(c, a, id)}
        told = replace(full, facts={**facts, id: n}, base=None, memo={}, open=frozenset({id}))
        reached = search(c, told, goal, {}, Budget())
        if reached is not None:
            new = {a: v for a, v in reached.facts.items() if a == id or (_beyond(c, a, id) and "+]" not in a)}
            yield new, {q: v for q, v in reached.facts.items() if q not in full.facts and q.startswith("law ")}
        return
    without = replace(full, facts={a: v for a, v in full.facts.items() if a != id}, base=None, memo={})
    met = [*heard(without, goal), *heard(without, lambda w: keeps(c, w))]
    for v in _turning(c, without, id, met):
        if v != full.facts.get(id):
            for law in _answers(c, known(c, full, {id: v}), goal):
                yield {id: v}, law


def _beyond(c: Proving, at: str, name: str) -> bool:
    """Whether something is said at an address of an element that a list has beyond those told, or may have."""
    inside, _, place = at.partition("]")[0].partition("[")
    return inside == name and bool(place) and (place[0] == "+" or int(place) >= c.world.facts[name])


def _asked(w: mn.World, goal: Goal) -> list[str]:
    answers = {at for at in w.facts if at.startswith("law ")}
    bare = replace(w, facts={at: v for at, v in w.facts.items() if at not in answers}, base=None, memo={})
    met = [what for kind, what in heard(bare, goal) if kind == "fact" and what.startswith("law ") and "+]" not in what]
    return list(dict.fromkeys([*met, *(at for at in answers if "+]" not in at)]))


def _answers(c: Proving, w: mn.World, goal: Goal) -> Iterator[dict[str, bool]]:
    """Answers of the law, not given yet, under which a goal is reached."""
    if goal(w) is True:
        yield {}
    elif goal(w) is None:
        reached = search(c, w, goal, {}, Budget(20))
        more = {} if reached is None else change(w, reached)
        if reached is not None and all(at.startswith("law ") for at in more):
            yield more


def _pair(c: Proving, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Search for everything else at once, so that two values of a hinge make the difference."""
    kind, id = hinge["kind"], hinge["id"]
    w = c.world
    met = heard(w, goal)
    options: list[mn.World] = []
    if kind == "law":
        keys = {what for k, what in met if k == "fact" and what.startswith(f"law {id}|") and "+]" not in what}
        options = [known(c, w, {q: truth}) for q in sorted(keys) for truth in (True, False)]
    elif kind == "reading":
        options = [known(c, w, {f"reading {id}": v}) for v in c.rules["readings"][id]["of"]]
    elif id in w.open:
        options = [longer(c, w, id, k) for k in (0, 1)]
    else:
        options = [known(c, w, {id: v}) for v in _telling(c, w, id, met)]

    def matters(x: mn.World) -> bool:
        return any(k != "test" and what.partition("|")[0] in (id, f"{kind} {id}") for k, what in heard(x, goal))

    total = Budget(2 * MOST)
    for a in options:
        for b in options:
            if total.left < 0:
                return None
            if a is b or a.facts.keys() != b.facts.keys():
                continue
            budget = Budget(120)
            reached = _both(c, a, b, goal, matters, budget)
            total.left -= 120 - budget.left
            if reached is not None:
                base = change(w, reached[0])
                bases.append(base)
                if kind not in ("law", "reading") and id in w.open:
                    added = {x: v for x, v in base.items() if x.startswith(f"{id}[{w.facts[id]}]")}
                    bases[-1] = {x: v for x, v in base.items() if x not in added}
                    return {"at": len(bases) - 1, "then": {id: w.facts[id] + 1, **added}}
                then = change(*reached)
                return {"at": len(bases) - 1, "then": then}
    return None


def _telling(c: Proving, w: mn.World, at: str, met: Met) -> list[Any]:
    """Values of a fact that its comparisons tell apart, one of each kind; the ends where they do not tell."""
    test, tests, tried = None, list[Any](), dict[Any, None]()
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == at:
            tests.append(test)
            tried |= dict.fromkeys(candidates(c, w, at, test))
    kinds: dict[tuple[mn.Truth, ...], Any] = {}
    for v in tried:
        told = known(c, w, {at: v})
        seen = tuple(mn.get(told, *it) for it in filter(None, tests))
        kinds.setdefault(seen, v)
    ends = [x for x in (mn.FIRST, mn.ONGOING, ZERO, MANY) if x in tried]
    return list(dict.fromkeys([*kinds.values(), *ends]))[:16]


def _both(
    c: Proving, a: mn.World, b: mn.World, goal: Goal, matters: Callable[[mn.World], bool], budget: Budget
) -> tuple[mn.World, mn.World] | None:
    """Everything else such that a goal is reached in one world and not in the other."""
    base = c.world

    def over(w: mn.World, own: mn.World) -> mn.World:
        return listening.over(
            w, {k: v for k, v in own.facts.items() if base.facts.get(k, mn.UNKNOWN) != v}, w.open & own.open
        )

    def differ(w: mn.World) -> mn.Truth:
        first = goal(over(w, a)) if matters(w) else False
        return False if first is False else both(first, turned_about(goal(over(w, b))))

    reached = search(c, base, differ, c.filled.facts, budget)
    if reached is None:
        return None
    one, other = over(reached, a), over(reached, b)
    for x in (one, other):
        try:
            if not keeps(c, person(c, change(base, x))):
                return None
        except ValueError:
            continue
    return one, other
