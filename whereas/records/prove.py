"""Evidence for a record: completions that show what a verdict turns on, and case splits that show it does not.

Found with the checker's own evaluator by trying values at the turns of the comparisons that are not decided. What is
not found within the budget is left out, and the checker then says that it is not proved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, product
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from solver.compiled import Compiled
from whereas.records import meaning as mn
from whereas.records.check import examined
from whereas.records.hints import Sought, hints, sought
from whereas.records.kernel import ENDS, STATUS, VERDICT, Checked, altered, completed, covers, keeps, parts
from whereas.records.turning import tied

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


def prove(compiled: Compiled, rules: Json, body: Json) -> None:
    """Look for the evidence that the checker misses, and put it in the record."""
    own = body["evidence"]
    own["filler"] = filling(examined(rules, body))
    own["elements"] = elements(examined(rules, body))
    c = examined(rules, body)
    hint, seek = hints(compiled, c), sought(compiled, c)
    for result in body["results"]:
        cond, proof = rules["categories"][result["category"]]["cond"], result["evidence"]

        def holds(w: mn.World, cond: int = cond) -> mn.Truth:
            return mn.truth(w, cond)

        bases: list[Json] = []
        known = result["hinges"]
        wishes = {True: holds, False: lambda w: mn.opposite(holds(w))} if known else {}
        for wanted, goal in wishes.items():
            found = shown(c, goal, hint(result["category"], wanted))
            found = found or next(_at_worlds(c, goal, seek(result["category"], wanted, None, {})), None)
            bases += [found] if found is not None else []
        proof["hinges"] = [turned(c, h, bases, holds) or together(c, h, known, bases, holds) for h in known]
        for i, h in enumerate(known):
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
        proof["completions"] = [bases[i] for i in used]
        proof["hinges"] = [h and {**h, "at": used.index(h["at"])} for h in proof["hinges"]]
    for _ in range(4):
        if not sum([_meet(c, body, seek, *need) for need in examined(rules, body).needs]):
            return


def _stands_up(c: Checked, pair: Json, bases: Sequence[Json], goal: Goal) -> bool:
    """Whether two completions are possible and differ in a goal."""
    try:
        one, other = completed(c, bases[pair["at"]]), completed(c, bases[pair["at"]], pair["then"])
    except ValueError:
        return False
    return goal(one) is not None and goal(other) is mn.opposite(goal(one)) and bool(keeps(c, one) and keeps(c, other))


def _at_worlds(c: Checked, goal: Goal, worlds: Iterable[mn.World]) -> Iterator[Json]:
    """Completions that reach a goal, begun at worlds that nearly do."""
    return (found for w in worlds if (found := shown(c, goal, w, only=True)) is not None)


def _meet(
    c: Checked, body: Json, seek: Sought, category: str, name: str, what: str, goal: Goal, ways: Sequence[Any]
) -> bool:
    """Bring what one claim needs; whether anything new was found."""
    result = next(r for r in body["results"] if r["category"] == category)
    proof = result["evidence"]
    if what == "completion":
        if any(goal(completed(c, x)) for x in proof["completions"]):
            return True  # one that was brought for another claim
        found = shown(c, goal)
        if found is None and name.startswith("sensitive_to."):
            _, reading, place = name.split(".")
            others = [v for v in c.rules["readings"][reading][0] if v != c.world.facts[f"reading {reading}"]]
            worlds = (
                w for wanted in (True, False) for w in seek(category, wanted, None, {reading: others[int(place)]})
            )
            found = next(_at_worlds(c, goal, worlds), None)
        if found is None:
            return False
        proof["completions"].append(found)
        return True
    if what == "split":
        made = split(c, ways[0](c.world), goal)
        proof["splits"] |= {} if made is None else {name: made}
        return made is not None
    if what == "quiet":
        held = None if name in proof["quiet"] else _settled(c, c.world, goal)
        proof["quiet"] |= {} if held is None else {name: STATUS[held]}
        return held is not None
    for i, way in enumerate(ways):  # what a presumption or a reading turns the verdict to
        w = way(c.world)
        held = _settled(c, w, goal)
        verdict = VERDICT[held]
        if verdict != result["verdict"] and (held is not None or _open(c, way, goal)):
            proof["turned"][name] = [i, verdict]
            return True
    return False


def _settled(c: Checked, w: mn.World, goal: Goal) -> mn.Truth:
    """What a condition does in every completion, if a case split shows it."""
    held = goal(w)
    if held is None and split(c, w, goal) is not None:
        return True
    return False if held is None and split(c, w, lambda w: mn.opposite(goal(w))) is not None else held


def _open(c: Checked, way: Any, goal: Goal) -> bool:
    """Whether two completions show a condition open in a world in which something is turned."""
    wishes = (lambda w: goal(way(w)), lambda w: mn.opposite(goal(way(w))))
    return all(shown(c, wish) is not None for wish in wishes)


# ------------------------------------------------------------------------------------------------------------ searching


def both(a: mn.Truth, b: mn.Truth) -> mn.Truth:
    """And."""
    return False if a is False or b is False else None if a is None or b is None else True


class Budget(Struct):
    """How many more worlds may be looked at."""

    left: int = _MOST


def search(c: Checked, w: mn.World, goal: Goal, filler: Mapping[str, Any], budget: Budget) -> mn.World | None:
    """A world like this one, with more known, that reaches a goal."""
    held = goal(w)
    if held is not None:
        return w if held else None
    budget.left -= 1
    if budget.left < 0:
        return None
    met: list[tuple[str, Any]] = []
    goal(replace(w, met=met, memo={}))
    for other in choices(c, w, met, filler):
        if keeps(c, other) is False:
            continue
        reached = search(c, other, goal, filler, budget)
        if reached is not None or budget.left < 0:
            return reached
    return None


def choices(c: Checked, w: mn.World, met: Sequence[tuple[str, Any]], filler: Mapping[str, Any]) -> Iterator[mn.World]:
    """What the first unknown thing that was met can be."""
    test: Test | None = None
    for kind, what in met:
        if kind == "test":
            test = what
        elif kind in ("law", "reading"):
            yield from (grown(w, facts={what: v}) for v in ((True, False) if kind == "law" else c.kind(what)[0][1]))
            return
        elif kind == "list":
            if what in w.facts:
                yield from (_longer(c, w, what, k) for k in ((0, 1, 2) if filler else (1, 0, 2)))
                return
        elif "[+]" in what:  # what stands for all that may be there: let one be there, and another beside it
            if (name := what.partition("[+]")[0]) in w.open:
                yield from (_longer(c, w, name, k) for k in (1, 2))
                return
        elif what not in w.facts:
            tried = candidates(c, w, what, test)
            if what in filler and filler[what] in tried:
                tried = [filler[what], *tried]
            yield from (grown(w, facts={what: v}) for v in dict.fromkeys(tried))
            return


def grown(w: mn.World, **more: Mapping[str, Any]) -> mn.World:
    """A world in which more is known; what was settled stays so."""
    new: Any = {k: {**getattr(w, k), **known} for k, known in more.items()}
    return replace(w, **new, base=w, stale=-1, more=True, memo={}, met=None)


def _longer(c: Checked, w: mn.World, at: str, more: int) -> mn.World:
    """A world in which an open list has so many further elements and no others."""
    n = w.facts[at]
    added = {f"{at}[{i}]{rest}" for i in range(n, n + more) for rest in c.rules["elements"][at]}
    return replace(grown(w, facts={at: n + more}), open=w.open - {at}, added=w.added | added)


def candidates(c: Checked, w: mn.World, at: str, test: Test | None) -> list[Any]:
    """Values of a fact between which a comparison turns."""
    kind = c.kind(at)[0]
    seeds = list(_seeds(c, w, *test)) if test is not None else []
    seeds += [start for p in c.rules["parameters"].values() if p["by"] == at for start in p["starts"]]
    match kind:
        case ["truth"]:
            return [True, False]
        case ["enum", members]:
            return list(members)
        case ["key", table]:
            keys = {key for name, it in c.rules["lists"].items() if name.partition(" ")[0] == table for key in it}
            return [*_rows(c, test), "other", *sorted(keys - {"*", "?"})][:80]
        case ["country"]:
            named = [s for s in seeds if isinstance(s, str) and len(s) == 2]
            return list(dict.fromkeys([*named, *_rows(c, test)[:40], "AQ", "JP"]))
        case ["duration"]:
            spans = [s.split() for s in seeds if isinstance(s, str) and " " in s]
            near = [(int(n) + k, unit.rstrip("s")) for n, unit in spans for k in (0, -1, 1)]
            kinds = {unit[0] in "my" for _, unit in near} or {
                True,
                False,
            }  # months and years compare, days and weeks do
            stays = [v for r in c.body["results"] for g in r["grants"] for v in g["values"] if " " in str(v)]
            given = [v for v in stays if (v.split()[1][0] in "my") in kinds]
            return [*(f"{n} {unit}{'s' * (n != 1)}" for n, unit in near if n >= 0), *given, "0 months"]
        case ["date"]:
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
    turns |= {mn.edge(d, e) for d in turns for e in ("month begins", "month ends", "year begins", "year ends")}
    near = {mn.moved(d, 0, k) for d in turns for k in (0, 1, -1) if mn.FIRST < d < mn.LAST}
    middle = mn.day_of(max(days, default="2020-01-01"))
    ordered = sorted(near | {"1950-01-01", "2020-01-01"}, key=lambda d: abs((mn.day_of(d) - middle).days))
    return [*ordered[:8], "1950-01-01", mn.ONGOING, *ordered[8:90], mn.FIRST, mn.LAST]


def _seeds(c: Checked, w: mn.World, n: int, env: mn.Env) -> Iterator[Any]:
    """Every value a comparison names, reads or works out, as far as it is known."""
    it, quiet = c.rules["nodes"][n], replace(w, met=None)
    match it[0], it[2:]:
        case "const", [value]:
            yield tuple(value) if isinstance(value, list) else value
        case "fact", [place, at]:
            if place < len(env):
                yield quiet.facts.get(at if place < 0 else env[place] + at)
        case "reading", [_, branches]:
            for b in branches.values():
                yield from _seeds(c, w, b, env)
        case what, [below, *rest]:
            if what == "shift":
                yield tuple(rest)
            if what == "listed":
                yield from (x for it in list(c.rules["lists"][rest[0]].values())[-50:] for x in it["starts"])
            if what == "dated":
                p = c.rules["parameters"][rest[0]]
                yield from (x for x in (*p["starts"], *p["said"]) if x is not None and not isinstance(x, dict))
            for b in below:
                if b is not None:
                    yield from _seeds(c, w, b, env)
                    if what in ("is", "is_not", "lt", "le") and c.rules["nodes"][b][1] <= len(env):
                        got = mn.value(quiet, b, env)
                        if not isinstance(got, dict | None):
                            yield got if not isinstance(got, tuple) else None
        case _:
            pass
    yield w.facts.get("submitted_on")


def _rows(c: Checked, test: Test | None) -> list[str]:
    """Keys that the table of a comparison has in the rows wanted."""
    if test is None or (it := c.rules["nodes"][test[0]])[0] != "listed":
        return []
    said = {key: x["said"] for key, x in c.rules["lists"][it[3]].items() if key not in ("*", "?") and True in x["said"]}
    return sorted(said, key=lambda key: said[key][-1] is not True)[:60]


# ------------------------------------------------------------------------------------------------------------ the filling  # noqa: E501


def filling(c: Checked) -> Json:
    """A value for every fact that is not known, such that the whole is a possible person; none if none is found."""
    plain = {at: _plain(c.kinds[at][0]) for at in c.untold}
    closed = replace(c.world, open=frozenset(), memo={}, base=None)
    if keeps(c, replace(closed, facts={**closed.facts, **plain}, memo={})):
        return plain
    reached = search(c, closed, lambda w: keeps(c, w), plain, Budget(5_000))
    return {} if reached is None else {at: reached.facts.get(at, plain[at]) for at in plain}


def elements(c: Checked) -> Json:
    """By open list a value for every fact of a further element of it, as the invariants allow."""
    out: Json = {}
    for at in sorted(c.world.open):
        n = c.world.facts[at]
        one = f"{at}[{n}]"
        plain = {f"{one}{rest}": _plain(kind) for rest, (kind, _) in c.rules["elements"][at].items()}
        more = replace(
            c.world, facts={**c.world.facts, **c.filler, at: n + 1}, open=c.world.open - {at}, memo={}, base=None
        )
        full = replace(more, facts={**more.facts, **plain}, memo={})
        if not keeps(c, full):
            reached = search(c, more, lambda w: keeps(c, w), plain, Budget(1_000))
            plain = plain if reached is None else {a: reached.facts.get(a, v) for a, v in plain.items()}
        out[at] = {a.removeprefix(one): v for a, v in plain.items()}
    return out


def _plain(kind: Any) -> Any:
    """A value of a type about which nothing is known."""
    plain = {"truth": False, "date": "2020-01-01", "duration": "0 months", "country": "AQ", "key": "other", "text": ""}
    return kind[1][0] if kind[0] == "enum" else plain.get(kind[0], 0)


# ---------------------------------------------------------------------------------------------------------- completions


def change(base: mn.World, w: mn.World) -> Json:
    """What a world knows beyond another, as a record writes it."""
    return {at: v for at, v in w.facts.items() if at not in base.facts or base.facts[at] != v}


def shown(c: Checked, goal: Goal, hint: mn.World | None = None, *, only: bool = False) -> Json | None:
    """A completion that reaches a goal, as a change to what is told. `hint`: where to look first, or `only`."""
    reached = None if hint is None else search(c, hint, goal, c.filler, Budget())
    for filler in () if only else (c.filler, {}):  # first as little as possible, then as much
        reached = reached or search(c, c.world, goal, filler, Budget())
    if reached is None:
        return None
    out = change(c.world, reached)
    full = completed(c, out)
    if keeps(c, full) and goal(full):
        return out
    for at in sorted(c.world.open - out.keys()):  # a step may be about an element that is not there yet
        wider = {**out, at: c.world.facts[at] + 1}
        longer = completed(c, wider)
        if goal(longer) and keeps(c, longer):
            return wider

    def possible(w: mn.World) -> mn.Truth:
        return both(goal(w), keeps(c, w))

    touched = {a.rpartition(".")[0] for a in out}
    spare = {a: v for a, v in full.facts.items() if a.rpartition(".")[0] not in touched and a not in reached.facts}
    beginnings = (grown(reached, facts=spare), grown(c.world, facts=spare), c.world)
    for beginning, budget in zip(beginnings, (_MOST, 2 * _MOST, 4 * _MOST), strict=True):
        reached = search(c, beginning, possible, full.facts, Budget(budget))
        if reached is not None:
            out = change(c.world, reached)
            full = completed(c, out)
            if keeps(c, full) and goal(full):
                return out
    return None


def turned(c: Checked, hinge: Json, bases: list[Json], goal: Goal, *, thorough: bool = True) -> Json | None:
    """Two completions that differ in a hinge alone and in a goal: the place of the first, and the change."""
    for i, base in enumerate(bases):
        full = completed(c, base)
        want = goal(full)
        if want is None:
            continue
        for then, law in _flips(c, hinge, base, full, _other(goal, want)):
            grown = {**base, **law}
            other = completed(c, grown, then)
            if keeps(c, other) and _not(goal(other), want) and goal(completed(c, grown)) is want:
                bases[i] = grown
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


def _together_on(c: Checked, at: str, base: Json, goal: Goal) -> Iterator[Json]:
    """A completion with a date, and those of the further things looked into beside it, moved to about the same day."""
    lists = _beside(c, at) & c.world.open
    days = [a for a in base if a.partition("[")[0] in lists and c.kind(a)[0] == ["date"]]
    if at not in c.untold or c.kinds[at][0] != ["date"] or not days:
        return
    wanted = goal(completed(c, base))
    for day in _values(c, at, goal):
        for beside in (mn.moved(day, 0, k) for k in (0, -1, 1)):
            moved = {**base, **dict.fromkeys(days, beside), at: day}
            if _stays(c, moved, goal, bool(wanted)):
                yield moved


def _shared(c: Checked, at: str, base: Json, goal: Goal) -> Iterator[Json]:
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


def _durations(c: Checked) -> set[str]:
    """The durations that rules name."""
    named = [it[2] for it in c.rules["nodes"] if it[0] == "const"]
    named += [x for p in c.rules["parameters"].values() for x in p["said"]]
    return {x for x in named if isinstance(x, str) and re.fullmatch(r"\d+ [a-z]+", x)}


def _beside(c: Checked, at: str) -> set[str]:
    """The lists that are looked into together with a fact."""
    reads: list[bool] = []
    out = set()
    for it in c.rules["nodes"]:  # a node stands after those it is made of
        below = it[3].values() if it[0] == "reading" else it[2] if isinstance(it[2], list) and it[0] != "const" else ()
        reads.append((it[0] == "fact" and it[3] == at) or any(reads[b] for b in below if b is not None))
        out |= {it[3]} if reads[-1] and it[0] in ("some", "sum", "months", "days") else set()
    return out


Parts = dict[str, Json]
"""A change, by what it changes: a fact, an open list with all its elements, a question of the law, a reading."""


def _parts(c: Checked, it: Json) -> Parts:
    out: Parts = {}
    for at, v in it.items():
        owner = next((x for x in c.world.open if at == x or at.startswith(f"{x}[")), at)
        out.setdefault(at if at in c.untold else owner, {})[at] = v
    return out


def _whole(parts: Mapping[str, Json]) -> Json:
    return {at: v for part in parts.values() for at, v in part.items()}


def _pivot(c: Checked, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Between a completion that reaches a goal and one that does not there is a step at which it turns.

    All but the hinge goes over to the other completion as far as the goal allows; then it is the hinge's turn.
    """
    worlds = [(_parts(c, b), goal(completed(c, b))) for b in (*bases[:6], {})]
    kind, id = hinge["kind"], hinge["id"]
    key = id if kind in ("fact", "judgement") else f"{kind} {id}"
    for near, want in worlds:
        for far, other in worlds:
            if want is None or other is None or want is other:
                continue
            for now in _approached(c, near, far, key, goal, want):
                base = _whole(now)
                full = completed(c, base)
                for then, law in _flips(c, hinge, base, full, _other(goal, want)):
                    grown = {**base, **law}
                    turned = completed(c, grown, then)
                    if keeps(c, turned) and _not(goal(turned), want) and goal(completed(c, grown)) is want:
                        bases.append(grown)
                        return {"at": len(bases) - 1, "then": then}
    return None


def _approached(c: Checked, near: Parts, far: Parts, key: str, goal: Goal, want: bool) -> Iterator[Parts]:
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


def _values(c: Checked, at: str, goal: Goal) -> list[Any]:
    """Values of a fact between which the comparisons that read it turn, as far as they are met."""
    met: list[tuple[str, Any]] = []
    goal(replace(c.world, met=met, memo={}))
    test, out = None, dict[Any, None]()
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == at:
            out |= dict.fromkeys(candidates(c, c.world, at, test))
    return list(out)


def together(c: Checked, hinge: Json, others: Sequence[Json], bases: list[Json], goal: Goal) -> Json | None:
    """Two completions that differ in nothing but facts that an invariant ties to a hinge, and in a goal."""
    group = tied(c, hinge["id"]) & {h["id"] for h in others}
    if hinge["kind"] not in ("fact", "judgement") or len(group) < 2:
        return None
    worlds = [(_parts(c, b), goal(completed(c, b))) for b in bases[:6]]
    for near, want in worlds:
        for far, other in worlds:
            if want is None or other is None or want is other:
                continue
            now = dict(near)
            for n in [n for n in {**near, **far} if n not in group]:
                moved = {k: v for k, v in now.items() if k != n} | ({n: far[n]} if n in far else {})
                if moved != now and _stays(c, _whole(moved), goal, want):
                    now = moved
            then = _whole({n: far[n] for n in group if n in far})
            base = _whole(now)
            turned = completed(c, base, then)
            if then and keeps(c, turned) and _not(goal(turned), want):
                bases.append(base)
                return {"at": len(bases) - 1, "then": then, "tied": True}
    return None


def _stays(c: Checked, it: Json, goal: Goal, want: bool) -> bool:
    try:
        w = completed(c, it)
    except ValueError:
        return False
    return goal(w) is want and keeps(c, w) is True


def _other(goal: Goal, want: mn.Truth) -> Goal:
    """Whether a goal comes to something else than it did."""
    return lambda world: _not(goal(world), want)


def _not(held: mn.Truth, want: mn.Truth) -> mn.Truth:
    return None if held is None else held is not want


def _flips(c: Checked, hinge: Json, base: Json, full: mn.World, goal: Goal) -> Iterator[tuple[Json, dict[str, bool]]]:
    """Changes of one hinge that reach a goal, and the questions of the law that come up only then."""
    kind, id = hinge["kind"], hinge["id"]
    if kind == "law":
        keys = [q for q in _asked(full, goal) if q.startswith(f"law {id}|")]
        for q in keys:
            yield from (({q: truth}, {}) for truth in (True, False) if base.get(q) is not truth)
        return
    if kind == "reading":
        at, values = f"reading {id}", c.rules["readings"][id][0]
        yield from (({at: v}, {}) for v in values if full.facts.get(at) != v)
        return
    if id in c.world.open:
        n = c.world.facts[id]
        facts = {a: v for a, v in full.facts.items() if a not in full.added or not a.startswith(f"{id}[")}
        told = _told(c, full, {**facts, id: n})
        open_world = replace(told, open=frozenset({id}), added=frozenset())
        reached = search(c, open_world, goal, {}, Budget())
        if reached is not None:
            new = {a: v for a, v in reached.facts.items() if a == id or (a.startswith(f"{id}[") and a not in facts)}
            yield new, {q: v for q, v in reached.facts.items() if q not in full.facts and q.startswith("law ")}
        return
    without = _told(c, full, {a: v for a, v in full.facts.items() if a != id})
    met: list[tuple[str, Any]] = []
    goal(replace(without, met=met))
    keeps(c, replace(without, met=met))
    test = None
    tried: dict[Any, None] = {}
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == id:
            tried |= dict.fromkeys(candidates(c, without, id, test))
    for v in tried:
        if v != full.facts.get(id):
            for law in _answers(c, altered(c, full, {id: v}), goal):
                yield {id: v}, law


def _told(c: Checked, w: mn.World, facts: Json) -> mn.World:
    """A completion with other facts, of which nothing is taken over but what is settled by what is told."""
    return replace(w, facts=facts, base=c.world, stale=-1, more=True, memo={})


def _asked(w: mn.World, goal: Goal) -> list[str]:
    met: list[tuple[str, Any]] = []
    answers = {at for at in w.facts if at.startswith("law ")}
    goal(replace(w, met=met, facts={at: v for at, v in w.facts.items() if at not in answers}, base=None, memo={}))
    return list(dict.fromkeys([*(what for kind, what in met if kind == "law"), *answers]))


def _answers(c: Checked, w: mn.World, goal: Goal) -> Iterator[dict[str, bool]]:
    """Answers of the law, not given yet, under which a goal is reached."""
    if goal(w) is True:
        yield {}
    elif goal(w) is None:
        reached = search(c, w, goal, {}, Budget(20))
        more = {} if reached is None else change(w, reached)
        if reached is not None and all(at.startswith("law ") for at in more):
            yield more


def _pair(c: Checked, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Search for everything else at once, so that two values of a hinge make the difference."""
    kind, id = hinge["kind"], hinge["id"]
    w = c.world
    met: list[tuple[str, Any]] = []
    goal(replace(w, met=met, memo={}))
    options: list[mn.World] = []
    if kind == "law":
        keys = {what for k, what in met if k == "law" and what.startswith(f"law {id}|")}
        for q in keys:
            options += [replace(w, facts={**w.facts, q: truth}) for truth in (True, False)]
    elif kind == "reading":
        options = [replace(w, facts={**w.facts, f"reading {id}": v}) for v in c.rules["readings"][id][0]]
    elif id in w.open:
        options = [replace(w, facts={**w.facts, id: w.facts[id] + k}, open=w.open - {id}) for k in (0, 1)]
    else:
        options = [replace(w, facts={**w.facts, id: v}) for v in _telling(c, w, id, met)]

    def matters(x: mn.World) -> bool:
        heard: list[tuple[str, Any]] = []
        goal(replace(x, met=heard, memo={}))
        return any(k != "test" and what.partition("|")[0] in (id, f"{kind} {id}") for k, what in heard)

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


def _telling(c: Checked, w: mn.World, at: str, met: Sequence[tuple[str, Any]]) -> list[Any]:
    """Values of a fact that its comparisons tell apart, one of each kind; the ends where they do not tell."""
    test, tests, tried = None, list[Any](), dict[Any, None]()
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == at:
            tests.append(test)
            tried |= dict.fromkeys(candidates(c, w, at, test))
    kinds: dict[tuple[mn.Truth, ...], Any] = {}
    for v in tried:
        told = replace(w, facts={**w.facts, at: v}, memo={})
        seen = tuple(mn.truth(told, *it) for it in filter(None, tests))
        kinds.setdefault(seen, v)
    ends = [x for x in (mn.FIRST, mn.ONGOING, ZERO, MANY) if x in tried]
    return list(dict.fromkeys([*kinds.values(), *ends]))[:16]


def _both(
    c: Checked, a: mn.World, b: mn.World, goal: Goal, matters: Callable[[mn.World], bool], budget: Budget
) -> tuple[mn.World, mn.World] | None:
    """Everything else such that a goal is reached in one world and not in the other."""
    base = c.world

    def over(w: mn.World, own: mn.World) -> mn.World:
        facts = {**w.facts, **{k: v for k, v in own.facts.items() if base.facts.get(k, mn.UNKNOWN) != v}}
        return replace(w, facts=facts, open=w.open & own.open, memo={})

    def differ(w: mn.World) -> mn.Truth:
        first = goal(over(w, a)) if matters(w) else False
        return False if first is False else both(first, mn.opposite(goal(over(w, b))))

    reached = search(c, base, differ, c.filler, budget)
    if reached is None:
        return None
    one, other = over(reached, a), over(reached, b)
    for x in (one, other):
        try:
            if not keeps(c, completed(c, change(base, x))):
                return None
        except ValueError:
            continue
    return one, other


# --------------------------------------------------------------------------------------------------------------- splits


def split(c: Checked, w: mn.World, goal: Goal, depth: int = _DEPTH) -> Any:
    """A case split that leaves no case in which a goal is not reached; None if none is found."""
    held = goal(w)
    if held is True or keeps(c, w) is False:
        return True
    if depth == 0 or held is False:
        return None
    met: list[tuple[str, Any]] = []
    goal(replace(w, met=met, memo={}))
    seen: set[str] = set()
    test = None
    for kind, what in met:
        test = what if kind == "test" else test
        if kind == "test" or str(what) in seen or len(seen) > 12:
            continue
        seen.add(str(what))
        made = _split_on(c, w, goal, kind, what, test, depth)
        if made is not None:
            return made
    return None


def _split_on(c: Checked, w: mn.World, goal: Goal, kind: str, what: Any, test: Any, depth: int) -> Any:
    cuts: list[Any] | None = None
    if kind == "fact" and what in c.untold and what not in w.facts:
        name = c.kinds[what][0][0]
        if name in ENDS:
            low, high = w.cells.get(what) or ENDS[name]
            cuts = sorted({v for v in candidates(c, w, what, test) if low < v < high})[:40]
            if what in w.cells and not cuts:
                return None
        elif name not in ("truth", "enum"):
            return None
    elif kind not in ("law", "reading"):
        return None
    out: Json = {"on": what, "cells": []}
    for field, part in parts(c, w, what, cuts):
        cell = split(c, grown(w, **{field: {what: part}}), goal, depth - 1)
        if cell is None:
            return None
        out["cells"].append(cell)
    return out if cuts is None else _coarser(c, w, goal, out | {"cuts": cuts})


def _coarser(c: Checked, w: mn.World, goal: Goal, split: Json) -> Json:
    """The same split without the cuts between neighbours that the same shows as well when they are one."""
    n = 0
    while n < len(split["cuts"]):
        on, cuts, cells = split["on"], split["cuts"][:n] + split["cuts"][n + 1 :], split["cells"]
        field, part = parts(c, w, on, cuts)[n]
        if cells[n] == cells[n + 1] and covers(c, grown(w, **{field: {on: part}}), cells[n], goal):
            split = {**split, "cuts": cuts, "cells": cells[:n] + cells[n + 1 :]}
        else:
            n += 1
    return split
