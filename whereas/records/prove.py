"""Evidence for a record: completions that show what a verdict turns on, and case splits that show it does not.

Found with the checker's own evaluator by trying values at the turns of the comparisons that are not decided. What is
not found within the budget is left out, and the checker then says that it is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from solver.compiled import Compiled
from whereas.records import meaning as mn
from whereas.records.check import examined, ways
from whereas.records.filled import elements, filling
from whereas.records.hints import Sought, hints, sought
from whereas.records.kernel import STATUS, VERDICT, Claims, Need, keeps, known
from whereas.records.pairs import moved_about, spell_beside, together, turned
from whereas.records.seeking import Goal, Json, Proving, explicit, opposite, person, proving, shown, turned_about
from whereas.records.splits import split


def beyond(c: Proving, base: Json, then: Json) -> Json:
    """What a second completion says otherwise than the first."""
    first = explicit(c, base)
    return {at: it for at, it in explicit(c, {**base, **then}).items() if at not in first or first[at] != it}


def prove(compiled: Compiled, rules: Json, body: Json) -> None:
    """Look for the evidence that the checker misses, and put it in the record."""
    body["evidence"]["filler"] = filling(proving(rules, body, {}))
    c = proving(rules, body, elements(proving(rules, body, {})))
    hint, seek = hints(compiled, c), sought(compiled, c)
    for result in body["results"]:
        proof, holds = result["evidence"], mn.of(rules["categories"][result["category"]]["cond"])
        bases: list[Json] = []
        listed = result["hinges"]
        wishes = {True: holds, False: opposite(holds)} if listed else {}
        for wanted, goal in wishes.items():
            found = shown(c, goal, hint(result["category"], wanted))
            found = found or next(_at_worlds(c, goal, seek(result["category"], wanted, None, {})), None)
            bases += [found] if found is not None else []
        proof["hinges"] = [turned(c, h, bases, holds) or together(c, h, listed, bases, holds) for h in listed]
        for i, h in enumerate(listed):
            pairs = (
                (mine, pair)
                for wanted, goal in wishes.items()
                if proof["hinges"][i] is None and h["kind"] in ("fact", "judgement")
                for found in _at_worlds(c, goal, seek(result["category"], wanted, h, {}))
                for base in chain([found], spell_beside(c, h["id"], found, goal), moved_about(c, h["id"], found, goal))
                if (pair := turned(c, h, mine := [base], holds, thorough=False))
            )
            for mine, pair in islice(pairs, 1):
                bases.append(mine[0])
                proof["hinges"][i] = {**pair, "at": len(bases) - 1}
        proof["hinges"] = [h if h and _stands_up(c, h, bases, holds) else None for h in proof["hinges"]]
        used = sorted({h["at"] for h in proof["hinges"] if h})
        proof["completions"] = [explicit(c, bases[i]) for i in used]
        proof["hinges"] = [
            h and {"at": used.index(h["at"]), "then": beyond(c, bases[h["at"]], h["then"])} for h in proof["hinges"]
        ]
        proof["turned"] = turns(c, result, holds)
    for _ in range(4):
        needs = [f.need for f in examined(rules, body).found if f.need is not None]
        if not sum([_meet(c, body, seek, need) for need in needs]):
            return


def otherwise(c: Proving, way: Json) -> Proving:
    """The record with something else known of its person."""
    return replace(c, world=known(c, c.world, way), filled=known(c, c.filled, way))


def turns(c: Proving, result: Json, holds: Goal) -> Json:
    """By claim the verdict to which a presumption, or a reading, turns it."""
    out: Json = {}
    done: set[tuple[str, str]] = set()
    for what, name, at, way in ways(Claims(c, result, c.rules["categories"][result["category"]], "", holds)):
        if name in result[what] and (what, name) not in done:
            other = otherwise(c, way)
            held = _settled(other, other.world, holds)
            if VERDICT[held] != result["verdict"] and (held is not None or _open(c, other, holds)):
                out[at] = VERDICT[held]
                done.add((what, name))
    return out


def _stands_up(c: Proving, pair: Json, bases: Sequence[Json], goal: Goal) -> bool:
    """Whether two completions are possible and differ in a goal."""
    try:
        one, other = person(c, bases[pair["at"]]), person(c, bases[pair["at"]], pair["then"])
    except ValueError:
        return False
    return goal(one) is not None and goal(other) is turned_about(goal(one)) and bool(keeps(c, one) and keeps(c, other))


def _at_worlds(c: Proving, goal: Goal, worlds: Iterable[mn.World]) -> Iterator[Json]:
    """Completions that reach a goal, begun at worlds that nearly do."""
    return (found for w in worlds if (found := shown(c, goal, w, only=True)) is not None)


def _meet(c: Proving, body: Json, seek: Sought, need: Need) -> bool:
    """Bring what one claim needs; whether anything new was found."""
    category, name, what, of, want, way = need
    result = next(r for r in body["results"] if r["category"] == category)
    proof, other = result["evidence"], otherwise(c, way)
    goal: Goal = of if want is not False else opposite(of)
    if what == "split":
        made = split(other, other.world, goal)
        proof["splits"] |= {} if made is None else {name: made}
        return made is not None
    if what == "status":
        held = None if name in proof["quiet"] else _settled(c, c.world, goal)
        proof["quiet"] |= {} if held is None else {name: STATUS[held]}
        return held is not None
    if any(goal(person(other, x)) for x in proof["completions"]):
        return True  # one that was brought for another claim
    found = shown(other, goal)
    if found is None and name.startswith("sensitive_to."):
        _, reading, turned = name.split(".")
        worlds = (w for wanted in (True, False) for w in seek(category, wanted, None, {reading: turned}))
        found = next(_at_worlds(other, goal, (known(c, w, way) for w in worlds)), None)
    if found is None or not keeps(c, person(c, found)):
        return False
    proof["completions"].append(explicit(c, found))
    return True


def _settled(c: Proving, w: mn.World, goal: Goal) -> mn.Truth:
    """What a condition does in every completion, if a case split shows it."""
    held = goal(w)
    if held is None and split(c, w, goal) is not None:
        return True
    return False if held is None and split(c, w, opposite(goal)) is not None else held


def _open(c: Proving, other: Proving, goal: Goal) -> bool:
    """Whether two completions show a condition open where something is otherwise known."""
    found = [shown(other, wish) for wish in (goal, opposite(goal))]
    return all(x is not None and keeps(c, person(c, x)) for x in found)
