"""Evidence for a record: completions that show what a verdict turns on, and case splits that show it does not.

Found with the checker's own evaluator by trying values at the turns of the comparisons that are not decided. What is
not found within the budget is left out, and the checker then says that it is not proved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, product
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from solver.compiled import Compiled
from whereas.records import listening
from whereas.records import meaning as mn
from whereas.records.check import examined, subject, ways
from whereas.records.hints import Sought, hints, sought
from whereas.records.kernel import (
    FURTHER,
    STATUS,
    VERDICT,
    Checked,
    Claims,
    Need,
    completed,
    covers,
    keeps,
    known,
    parts,
)
from whereas.records.listening import Met, heard
from whereas.records.program import EDGES

Json = dict[str, Any]
Goal = Callable[[mn.World], mn.Truth]
Test = tuple[int, mn.Env]
_MOST = 400
"""Worlds looked at in one search."""
_VALUES = 12
"""Values of a hinge tried as a beginning."""
_DEPTH = 4
"""Case splits inside one another."""
ZERO, MANY = 0, 10**12


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
                for base in chain([found], _shared(c, h["id"], found, goal), _together_on(c, h["id"], found, goal))
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


def turned_about(held: mn.Truth) -> mn.Truth:
    """Not."""
    return None if held is None else not held


def opposite(goal: Goal) -> Goal:
    """Not."""
    return lambda w: turned_about(goal(w))


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


# ------------------------------------------------------------------------------------------------------------ searching


def both(a: mn.Truth, b: mn.Truth) -> mn.Truth:
    """And."""
    return False if a is False or b is False else None if a is None or b is None else True


class Budget(Struct):
    """How many more worlds may be looked at."""

    left: int = _MOST


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
            yield from (_longer(c, w, at, k) for k in ways)
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


def _longer(c: Proving, w: mn.World, at: str, more: int) -> mn.World:
    """A world in which an open list has so many further elements and no others."""
    shown = {f"{at}[{further}]": more > i for i, further in enumerate(FURTHER)}
    return replace(known(c, w, {at: w.facts[at] + more, **shown}), open=w.open - {at})


def candidates(c: Proving, w: mn.World, at: str, test: Test | None) -> list[Any]:
    """Values of a fact between which a comparison turns."""
    kind = c.kind(at)
    seeds = list(_seeds(c, w, *test)) if test is not None else []
    nodes, tables = c.rules["nodes"], c.rules["tables"]
    by = {it[3] for it in nodes if it[0] == "looked up" and nodes[it[2][1]][2:4] == [-1, at]}
    seeds += [start for name in sorted(by) for start in tables[name]["*"]["starts"]]
    match kind["is"]:
        case "truth":
            return [True, False]
        case "enum":
            return list(kind["of"])
        case "key":
            keys = {key for name, it in tables.items() if name.startswith(f"{kind['table']} ") for key in it}
            return [*_rows(c, test), "other", *sorted(keys - {"*", "?"})][:80]
        case "country":
            named = [s for s in seeds if isinstance(s, str) and len(s) == 2]
            return list(dict.fromkeys([*named, *_rows(c, test)[:40], "AQ", "JP"]))
        case "duration":
            spans = [s.split() for s in seeds if isinstance(s, str) and " " in s]
            near = [(int(n) + k, unit.rstrip("s")) for n, unit in spans for k in (0, -1, 1)]
            kinds = {unit[0] in "my" for _, unit in near} or {
                True,
                False,
            }  # months and years compare, days and weeks do
            stays = [v for r in c.body["results"] for g in r["grants"] for v in g["values"] if " " in str(v)]
            given = [v for v in stays if (v.split()[1][0] in "my") in kinds]
            return [*(f"{n} {unit}{'s' * (n != 1)}" for n, unit in near if n >= 0), *given, "0 months"]
        case "date":
            return _dates(seeds)
        case _:
            numbers = {s for s in seeds if type(s) is int} | {int(s[:4]) for s in seeds if _is_day(s)}
            sums = {a + b for a in numbers for b in numbers} | {a - b for a in numbers for b in numbers}
            near_ = [n + k for n in (*sorted(numbers, reverse=True), *sorted(sums)) for k in (0, 1, -1)]
            return [n for n in dict.fromkeys([*near_, ZERO, MANY]) if 0 <= n <= 10**15][:60]


def _is_day(it: Any) -> bool:
    return isinstance(it, str) and len(it) == 10 and it[4] == it[7] == "-"


def _dates(seeds: Sequence[Any]) -> list[Any]:
    days = {s for s in seeds if _is_day(s) and mn.FIRST <= s <= mn.LAST}
    moves = {s for s in seeds if isinstance(s, tuple)}
    years = {s for s in seeds if type(s) is int}
    moves |= {(12 * (n + k), 0) for n in years if 0 <= n < 120 for k in (0, 1)}
    moves |= {(n[0], 0) for s in seeds if isinstance(s, str) and " " in s and isinstance(n := mn.ranked(s), list)}
    moved = {mn.moved(d, sign * months, sign * by) for d in days for months, by in moves for sign in (1, -1)}
    turns = days | moved | {f"{y}-01-01" for n in years if 1900 < n < 2199 for y in (n, n + 1)}
    turns |= {mn.edge(d, *e) for d in turns for e in EDGES.values()}
    near = {mn.moved(d, 0, k) for d in turns for k in (0, 1, -1) if mn.FIRST < d < mn.LAST}
    middle = mn.day_of(max(days, default="2020-01-01"))
    ordered = sorted(near | {"1950-01-01", "2020-01-01"}, key=lambda d: abs((mn.day_of(d) - middle).days))
    return [*ordered[:8], "1950-01-01", mn.ONGOING, *ordered[8:90], mn.FIRST, mn.LAST]


def _seeds(c: Proving, w: mn.World, n: int, env: mn.Env) -> Iterator[Any]:
    """Every value a comparison names, reads or works out, as far as it is known."""
    it, tables = c.rules["nodes"][n], c.rules["tables"]
    match it[0], it[2:-1]:
        case "const", [value]:
            yield tuple(value) if isinstance(value, list) else value
        case "fact", [place, at]:
            if place < len(env):
                got = w.facts.get(at if place < 0 else env[place] + at)
                yield None if isinstance(got, tuple) else got
        case what, [below, *rest]:
            if what == "shift":
                yield tuple(rest)
            if what == "looked up":
                rows = list(tables[rest[0]].values())[-50:]
                yield from (
                    x for it in rows for x in (*it["starts"], *it["said"]) if not isinstance(x, bool | dict | None)
                )
            for b in below:
                yield from _seeds(c, w, b, env)
                if what in ("is", "is_not", "lt", "le") and c.rules["nodes"][b][1] <= len(env):
                    got = mn.get(w, b, env)
                    if not isinstance(got, dict | tuple | None):
                        yield got
        case _:
            pass
    filed = w.facts.get("submitted_on")
    yield None if isinstance(filed, tuple) else filed


def _rows(c: Proving, test: Test | None) -> list[str]:
    """Keys that the table of a comparison has in the rows wanted."""
    table = None if test is None else c.rules["nodes"][c.rules["nodes"][test[0]][2][0]]
    if table is None or table[0] != "looked up":
        return []
    rows = c.rules["tables"][table[3]]
    said = {key: x["said"] for key, x in rows.items() if key not in ("*", "?") and True in x["said"]}
    return sorted(said, key=lambda key: said[key][-1] is not True)[:60]


# ------------------------------------------------------------------------------------------------------------ the filling  # noqa: E501


def filling(c: Proving) -> Json:
    """A value for every fact that is not known, such that the whole is a possible person; none if none is found."""
    plain = {at: _plain(c.kinds[at]) for at in c.untold}
    closed = replace(c.world, open=frozenset(), memo={})
    if keeps(c, known(c, closed, plain)):
        return plain
    reached = search(c, closed, lambda w: keeps(c, w), plain, Budget(5_000))
    return {} if reached is None else {at: reached.facts.get(at, plain[at]) for at in plain}


def elements(c: Proving) -> Json:
    """By open list a value for every fact of a further element of it, as the invariants allow."""
    out: Json = {}
    for at in sorted(c.world.open):
        n = c.world.facts[at]
        one = f"{at}[{n}]"
        plain = {f"{one}{rest}": _plain(kind) for rest, kind in c.rules["elements"][at].items()}
        more = _longer(c, mn.World(c.rules, {**c.filled.facts, **c.world.facts}, c.world.open), at, 1)
        full = known(c, more, plain)
        if not keeps(c, full):
            reached = search(c, more, lambda w: keeps(c, w), plain, Budget(1_000))
            plain = plain if reached is None else {a: reached.facts.get(a, v) for a, v in plain.items()}
        out[at] = {a.removeprefix(one): v for a, v in plain.items()}
    return out


def _plain(kind: Any) -> Any:
    """A value of a type about which nothing is known."""
    plain = {"truth": False, "date": "2020-01-01", "duration": "0 months", "country": "AQ", "key": "other", "text": ""}
    return kind["of"][0] if kind["is"] == "enum" else plain.get(kind["is"], 0)


# ---------------------------------------------------------------------------------------------------------- completions


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
    for beginning, budget in zip(beginnings, (_MOST, 2 * _MOST, 4 * _MOST), strict=True):
        reached = search(c, beginning, possible, full.facts, Budget(budget))
        if reached is not None:
            out = change(c.world, reached)
            full = person(c, out)
            if keeps(c, full) and goal(full):
                return out
    return None


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
        for mine in _together_on(c, hinge["id"], base, goal):
            made = turned(c, hinge, own := [mine], goal, thorough=False)
            if made is not None:
                bases += own
                return {**made, "at": len(bases) - 1}
    return made


def _together_on(c: Proving, at: str, base: Json, goal: Goal) -> Iterator[Json]:
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


def _shared(c: Proving, at: str, base: Json, goal: Goal) -> Iterator[Json]:
    """A completion in which a spell that is added reaches a total only together with the one that a hinge is about.

    What stands beside the hinge may make up for it, and is left out then.
    """
    name, inside, _ = at.partition("[")
    filed, nodes = c.world.facts.get("submitted_on"), c.rules["nodes"]
    if not inside or filed is None or base.get(name, 0) <= c.world.facts.get(name, 0):
        return
    spells = {(nodes[it[2][1]][3], nodes[it[2][2]][3]) for it in nodes if it[0] in ("months", "days") and it[3] == name}
    months = sorted({mn.ranked(v)[0] for v in _durations(c) if isinstance(mn.ranked(v), list)})
    days = {v for a, v in c.world.facts.items() if a.startswith(f"{name}[") and _is_day(v)}
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
            now = dict(start)
            for n in rest:
                moved = {k: v for k, v in now.items() if k != n} | ({n: far[n]} if n in far else {})
                if moved != now and _stays(c, _whole(moved), goal, want):
                    now = moved
            yield now


def _values(c: Proving, at: str, goal: Goal) -> list[Any]:
    """Values of a fact between which the comparisons that read it turn, as far as they are met."""
    test, out = None, dict[Any, None]()
    for what, it in heard(c.world, goal):
        test = it if what == "test" else test
        if what == "fact" and it == at:
            out |= dict.fromkeys(candidates(c, c.world, at, test))
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
            now = dict(near)
            for n in [n for n in {**near, **far} if n not in group]:
                moved = {k: v for k, v in now.items() if k != n} | ({n: far[n]} if n in far else {})
                if moved != now and _stays(c, _whole(moved), goal, want):
                    now = moved
            base, then = _whole(now), {n: far[n] for n in group if n in far}
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
    test = None
    tried: dict[Any, None] = {}
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == id:
            tried |= dict.fromkeys(candidates(c, without, id, test))
    for v in tried:
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
        options = [_longer(c, w, id, k) for k in (0, 1)]
    else:
        options = [known(c, w, {id: v}) for v in _telling(c, w, id, met)]

    def matters(x: mn.World) -> bool:
        return any(k != "test" and what.partition("|")[0] in (id, f"{kind} {id}") for k, what in heard(x, goal))

    total = Budget(2 * _MOST)
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
                then = change(replace(reached[0], facts={**reached[0].facts}), reached[1])
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


# --------------------------------------------------------------------------------------------------------------- splits


def split(c: Proving, w: mn.World, goal: Goal, depth: int = _DEPTH) -> Any:
    """A case split that leaves no case in which a goal is not reached; None if none is found."""
    held = goal(w)
    if held is True or keeps(c, w) is False:
        return True
    if depth == 0 or held is False:
        return None
    seen: set[str] = set()
    test = None
    for kind, what in heard(w, goal):
        test = what if kind == "test" else test
        if kind != "fact" or what in seen or "+]" in what or len(seen) > 12:
            continue
        seen.add(what)
        made = _split_on(c, w, goal, what, test, depth)
        if made is not None:
            return made
    return None


def _split_on(c: Proving, w: mn.World, goal: Goal, at: str, test: Test | None, depth: int) -> Any:
    cuts: list[Any] | None = None
    kind = c.kind(at)
    if "ends" in kind:
        low, high = w.facts.get(at) or kind["ends"]
        cuts = sorted({v for v in candidates(c, w, at, test) if low < v < high})[:40]
        if w.facts.get(at) is not None and not cuts:
            return None
    elif "of" not in kind:
        return None
    cells = []
    for case in parts(c, w, at, cuts):
        cell = split(c, case, goal, depth - 1)
        if cell is None:
            return None
        cells.append(cell)
    out: Json = {"on": at, "cells": cells}
    return out if cuts is None else _coarser(c, w, goal, out | {"cuts": cuts})


def _coarser(c: Proving, w: mn.World, goal: Goal, split: Json) -> Json:
    """The same split without the cuts between neighbours that the same shows as well when they are one."""
    n = 0
    while n < len(split["cuts"]):
        on, cuts, cells = split["on"], split["cuts"][:n] + split["cuts"][n + 1 :], split["cells"]
        if cells[n] == cells[n + 1] and covers(c, parts(c, w, on, cuts)[n], cells[n], goal, True):
            split = {**split, "cuts": cuts, "cells": cells[:n] + cells[n + 1 :]}
        else:
            n += 1
    return split
