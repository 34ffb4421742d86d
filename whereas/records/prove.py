"""Evidence for a record: completions that show what a verdict turns on, and case splits that show it does not.

Found with the checker's own evaluator by trying values at the turns of the comparisons that are not decided. What is
not found within the budget is left out, and the checker then says that it is not proved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl import calendar as cal
from dsl import model as m
from dsl.inside import found
from whereas.records import meaning as mn
from whereas.records.check import Checked, completed, keeps, tied
from whereas.records.values import leaves, type_at, written

Json = dict[str, Any]
Goal = Callable[[mn.World], mn.Truth]
_DAY = dt.timedelta(1)
_MOST = 400
"""Worlds looked at in one search."""
_VALUES = 12
"""Values of a hinge tried as a beginning."""
_DEPTH = 4
"""Case splits inside one another."""


# ------------------------------------------------------------------------------------------------------------ searching


class Budget(Struct):
    """How many more worlds may be looked at."""

    left: int = _MOST


def search(w: mn.World, goal: Goal, filler: Mapping[str, Any], budget: Budget) -> mn.World | None:
    """A world like this one, with more known, that reaches a goal."""
    budget.left -= 1
    if budget.left < 0:
        return None
    met: list[tuple[str, Any]] = []
    held = goal(replace(w, met=met, memo={}))
    if held is not None:
        return w if held else None
    for other in choices(w, met, filler):
        reached = search(other, goal, filler, budget)
        if reached is not None or budget.left < 0:
            return reached
    return None


def choices(w: mn.World, met: Sequence[tuple[str, Any]], filler: Mapping[str, Any]) -> Iterator[mn.World]:
    """What the first unknown thing that was met can be."""
    test: tuple[mn.Env, m.Test] | None = None
    for kind, what in met:
        if kind == "test":
            test = what
        elif kind == "law":
            yield from (replace(w, law={**w.law, what: truth}) for truth in (True, False))
            return
        elif kind == "reading":
            values = [v for v, _ in w.book.readings[what].values]
            yield from (replace(w, readings={**w.readings, what: v}) for v in values)
            return
        elif kind == "list":
            yield from (_longer(w, what[0], k) for k in ((0, 1, 2) if filler else (1, 0, 2)))
            return
        elif "[+]" in what:  # what stands for all that may be there: let one be there
            if (name := what.partition("[+]")[0]) in w.open:
                yield _longer(w, name, 1)
                return
        elif what not in w.facts:
            tried = candidates(w, what, test)
            if what in filler and filler[what] in tried:
                tried = [filler[what], *tried]
            yield from (replace(w, facts={**w.facts, what: v}) for v in dict.fromkeys(tried))
            return


def _longer(w: mn.World, at: str, more: int) -> mn.World:
    """A world in which an open list has so many further elements and no others."""
    n, kind = w.facts[at], type_at(w.book, at)
    assert isinstance(kind, m.ListOf)
    added = {a for i in range(n, n + more) for a, _ in leaves(w.book, f"{at}[{i}]", m.EntityOf(kind.entity), {})}
    return replace(w, facts={**w.facts, at: n + more}, open=w.open - {at}, added=w.added | added)


def candidates(w: mn.World, at: str, test: tuple[mn.Env, m.Test] | None) -> list[Any]:
    """Values of a fact between which a comparison turns."""
    kind = type_at(w.book, at)
    seeds = list(_seeds(w, *test)) if test is not None else []
    match kind:
        case m.Scalar("truth"):
            return [True, False]
        case m.EnumOf(id):
            return [member for member, _ in w.book.enumerations[id].members]
        case m.KeyOf(id):
            keys = list(dict.fromkeys(r.key for r in w.book.tables[id].rows))
            return [*_rows(w, test), m.OTHER, *keys][:80]
        case m.Scalar("country"):
            return list(dict.fromkeys([*(s for s in seeds if isinstance(s, str)), *_rows(w, test)[:40], "AQ", "JP"]))
        case m.Scalar("duration"):
            spans = [replace(s, count=s.count + k) for s in seeds if isinstance(s, cal.Duration) for k in (0, -1, 1)]
            return [x for x in spans if x.count >= 0] or [cal.Duration(0, "months")]
        case m.Scalar("date"):
            return _dates(seeds)
        case _:
            numbers = {s for s in seeds if type(s) is int} | {s.year for s in seeds if type(s) is dt.date}
            sums = {a + b for a in numbers for b in numbers} | {a - b for a in numbers for b in numbers}
            near = [n + k for n in (*sorted(numbers, reverse=True), *sorted(sums)) for k in (0, 1, -1)]
            return [n for n in dict.fromkeys([*near, 0, 10**12]) if 0 <= n <= 10**15][:60]


def _dates(seeds: Sequence[Any]) -> list[Any]:
    days = {s for s in seeds if type(s) is dt.date and s != cal.ONGOING}
    moves = {s for s in seeds if isinstance(s, cal.Duration)}
    years = {s for s in seeds if type(s) is int}
    moves |= {cal.Duration(n + k, "years") for n in years if 0 <= n < 120 for k in (0, 1)}
    moved = {cal.shift(d, by, sign) for d in days for by in moves for sign in (1, -1)}
    turns = days | moved | {dt.date(y, 1, 1) for n in years if 1900 < n < 2199 for y in (n, n + 1)}
    turns |= {cal.edge_of(d, e) for d in turns for e in ("month begins", "month ends", "year begins", "year ends")}
    near = {d + k * _DAY for d in turns for k in (0, 1, -1) if cal.FIRST < d < cal.LAST}
    middle = max(days, default=dt.date(2020, 1, 1))
    ordered = sorted(near | {dt.date(1950, 1, 1), dt.date(2020, 1, 1)}, key=lambda d: abs((d - middle).days))
    return [*ordered[:90], cal.ONGOING, cal.FIRST, cal.LAST]


def _seeds(w: mn.World, env: mn.Env, test: m.Test) -> Iterator[Any]:
    """Every value a comparison names, reads or works out, as far as it is known; terms in a score opened up."""
    quiet = replace(w, met=None, memo={})
    for part in found(test, object):
        match part:
            case m.Const(value):
                yield value
            case cal.Duration():
                yield part
            case m.Param(id):
                yield from (r.value for r in w.book.parameters[id].values if r.value is not None)
                yield from (r.start for r in w.book.parameters[id].values)
            case m.Path():
                yield quiet.facts.get(mn.address(env, part))
            case m.Member(table=id):
                stretches: list[Any] = [*w.book.tables[id].coverage, *w.book.tables[id].rows[:50]]
                yield from (x for s in stretches for x in (s.start, s.end) if x is not None)
            case _:
                pass
    yield from (w.facts.get(event) for event in ("submitted_on",))
    for expr in mn.compared(test):
        got = mn.value(quiet, env, expr)
        if isinstance(got, int | dt.date | cal.Duration | str):
            yield got


def _rows(w: mn.World, test: tuple[mn.Env, m.Test] | None) -> list[str]:
    """Keys that the table of a comparison has in the rows wanted."""
    if test is None or not isinstance(test[1], m.Member):
        return []
    wanted = set(test[1].rows)
    rows = w.book.tables[test[1].table].rows
    open_ended = [r.key for r in rows if wanted <= set(r.columns) and r.end is None]
    return list(dict.fromkeys([*open_ended[:20], *(r.key for r in rows if wanted <= set(r.columns))]))[:60]


# ------------------------------------------------------------------------------------------------------------ the filling  # noqa: E501


def filling(w: mn.World, untold: Sequence[str]) -> dict[str, Any]:
    """A value for every fact that is not known, such that the whole is a possible person; none if none is found."""
    plain = {at: _plain(w.book, at) for at in untold}
    full = replace(w, facts={**w.facts, **plain}, open=frozenset(), memo={})
    if keeps(full):
        return plain
    reached = search(replace(w, open=frozenset()), keeps, plain, Budget(5_000))
    return {} if reached is None else {at: reached.facts.get(at, plain[at]) for at in untold}


def elements(w: mn.World) -> dict[str, Any]:
    """A value for every fact of a thing that an open list may have, by entity and fact."""
    out: dict[str, Any] = {}
    for at in sorted(w.open):
        one = f"{at}[{w.facts[at]}]"
        kind = type_at(w.book, at)
        assert isinstance(kind, m.ListOf)
        names = [a for a, _ in leaves(w.book, one, m.EntityOf(kind.entity), {})]
        more = replace(w, facts={**w.facts, at: w.facts[at] + 1}, open=frozenset(), memo={})
        filled = filling(replace(more, book=replace(w.book, invariants=())), names)
        out |= {f"{_owner(w.book, a)}.{a.rpartition('.')[2]}": filled.get(a, _plain(w.book, a)) for a in names}
    return out


def _owner(book: m.Book, at: str) -> str:
    kind = type_at(book, at.rpartition(".")[0])
    assert isinstance(kind, m.EntityOf)
    return kind.entity


def _plain(book: m.Book, at: str) -> Any:
    match type_at(book, at):
        case m.Scalar("truth"):
            return False
        case m.Scalar("date"):
            return dt.date(2020, 1, 1)
        case m.Scalar("duration"):
            return cal.Duration(0, "months")
        case m.Scalar("country"):
            return "AQ"
        case m.EnumOf(id):
            return book.enumerations[id].members[0][0]
        case m.KeyOf():
            return m.OTHER
        case _:
            return 0


# ---------------------------------------------------------------------------------------------------------- completions


def change(base: mn.World, w: mn.World) -> Json:
    """What a world knows beyond another, as a record writes it."""
    facts = {at: written(v) for at, v in w.facts.items() if at not in base.facts or base.facts[at] != v}
    law = {q: v for q, v in w.law.items() if base.law.get(q) is not v}
    readings = {r: v for r, v in w.readings.items() if base.readings.get(r) != v}
    return {k: v for k, v in (("facts", facts), ("law", law), ("readings", readings)) if v}


def shown(c: Checked, goal: Goal, hint: mn.World | None = None) -> Json | None:
    """A completion that reaches a goal, as a change to what is told. `hint`: where to look first."""
    reached = None if hint is None else search(hint, goal, c.filler, Budget())
    for filler in (c.filler, {}):  # first as little as possible, then as much
        reached = reached or search(c.world, goal, filler, Budget())
    if reached is None:
        return None
    out = change(c.world, reached)
    full = completed(c, out)
    if keeps(full) and goal(full):
        return out

    def possible(w: mn.World) -> mn.Truth:
        return mn.every([goal(w), keeps(w)])

    touched = {a.rpartition(".")[0] for a in out.get("facts", {})}
    spare = {a: v for a, v in full.facts.items() if a.rpartition(".")[0] not in touched and a not in reached.facts}
    reached = search(replace(reached, facts={**reached.facts, **spare}), possible, full.facts, Budget())
    if reached is None:
        return None
    out = change(c.world, reached)
    full = completed(c, out)
    return out if keeps(full) and goal(full) else None


def turned(c: Checked, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Two completions that differ in a hinge alone and in a goal: the place of the first, and the change."""
    for i, base in enumerate(bases):
        full = completed(c, base)
        want = goal(full)
        if want is None:
            continue
        for then, law in _flips(c, hinge, base, full, lambda w, want=want: _not(goal(w), want)):  # type: ignore[misc]
            grown = {**base, "law": {**base.get("law", {}), **law}} if law else base
            other = completed(c, grown, then)
            if keeps(other) and _not(goal(other), want) and goal(completed(c, grown)) is want:
                bases[i] = grown
                return {"at": i, "then": then}
    return _pivot(c, hinge, bases, goal) or _pair(c, hinge, bases, goal)


Parts = dict[str, Json]
"""A change, by what it changes: a fact, an open list with all its elements, a question of the law, a reading."""


def _parts(c: Checked, it: Json) -> Parts:
    out: Parts = {}
    for kind in ("facts", "law", "readings"):
        for at, v in it.get(kind, {}).items():
            owner = next((x for x in c.world.open if at == x or at.startswith(f"{x}[")), at)
            if kind == "facts" and at in c.untold:
                owner = at
            out.setdefault(owner if kind == "facts" else f"{kind} {at}", {}).setdefault(kind, {})[at] = v
    return out


def _whole(parts: Mapping[str, Json]) -> Json:
    out: Json = {}
    for part in parts.values():
        for kind, it in part.items():
            out.setdefault(kind, {}).update(it)
    return out


def _pivot(c: Checked, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Between a completion that reaches a goal and one that does not there is a step at which it turns.

    All but the hinge goes over to the other completion as far as the goal allows; then it is the hinge's turn.
    """
    worlds = [(_parts(c, b), goal(completed(c, b))) for b in bases[:6]]
    kind, id = hinge["kind"], hinge["id"]
    key = id if kind in ("fact", "judgement") else f"{'law' if kind == 'law' else 'readings'} {id}"
    for near, want in worlds:
        for far, other in worlds:
            if want is None or other is None or want is other:
                continue
            for now in _approached(c, near, far, key, goal, want):
                base = _whole(now)
                full = completed(c, base)
                for then, law in _flips(c, hinge, base, full, lambda w, want=want: _not(goal(w), want)):  # type: ignore[misc]
                    grown = {**base, "law": {**base.get("law", {}), **law}} if law else base
                    turned = completed(c, grown, then)
                    if keeps(turned) and _not(goal(turned), want) and goal(completed(c, grown)) is want:
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
        tried = [{**near, key: {"facts": {key: written(v)}}} for v in _values(c, key, goal)[:_VALUES]]
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
            out |= dict.fromkeys(candidates(c.world, at, test))
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
            if then and keeps(turned) and _not(goal(turned), want):
                bases.append(base)
                return {"at": len(bases) - 1, "then": then, "tied": True}
    return None


def _stays(c: Checked, it: Json, goal: Goal, want: bool) -> bool:
    try:
        w = completed(c, it)
    except ValueError:
        return False
    return goal(w) is want and keeps(w, list(it.get("facts", {}))) is True


def _not(held: mn.Truth, want: mn.Truth) -> mn.Truth:
    return None if held is None else held is not want


def _flips(c: Checked, hinge: Json, base: Json, full: mn.World, goal: Goal) -> Iterator[tuple[Json, dict[str, bool]]]:
    """Changes of one hinge that reach a goal, and the questions of the law that come up only then."""
    kind, id = hinge["kind"], hinge["id"]
    if kind == "law":
        keys = [q for q in _asked(full, goal) if q.startswith(f"{id}|")]
        for q in keys:
            yield from (({"law": {q: truth}}, {}) for truth in (True, False) if base.get("law", {}).get(q) is not truth)
        return
    if kind == "reading":
        values = [v for v, _ in c.book.readings[id].values]
        yield from (({"readings": {id: v}}, {}) for v in values if full.readings.get(id) != v)
        return
    if id in c.world.open:
        n = c.world.facts[id]
        facts = {a: v for a, v in full.facts.items() if a not in full.added or not a.startswith(f"{id}[")}
        open_world = replace(full, facts={**facts, id: n}, open=frozenset({id}), memo={}, added=frozenset())
        reached = search(open_world, goal, {}, Budget())
        if reached is not None:
            new = {
                a: written(v)
                for a, v in reached.facts.items()
                if a == id or (a.startswith(f"{id}[") and a not in facts)
            }
            yield {"facts": new}, {q: v for q, v in reached.law.items() if q not in full.law}
        return
    without = replace(full, facts={a: v for a, v in full.facts.items() if a != id}, memo={})
    met: list[tuple[str, Any]] = []
    goal(replace(without, met=met))
    keeps(replace(without, met=met))
    test = None
    tried: dict[Any, None] = {}
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == id:
            tried |= dict.fromkeys(candidates(without, id, test))
    for v in tried:
        if v != full.facts.get(id):
            other = replace(full, facts={**full.facts, id: v}, memo={})
            for law in _answers(other, goal):
                yield {"facts": {id: written(v)}}, law


def _asked(w: mn.World, goal: Goal) -> list[str]:
    met: list[tuple[str, Any]] = []
    goal(replace(w, met=met, law={}, memo={}))
    return list(dict.fromkeys([*(what for kind, what in met if kind == "law"), *w.law]))


def _answers(w: mn.World, goal: Goal) -> Iterator[dict[str, bool]]:
    """Answers of the law, not given yet, under which a goal is reached."""
    if goal(w) is True:
        yield {}
    elif goal(w) is None:
        reached = search(w, goal, {}, Budget(20))
        if reached is not None and reached.facts == w.facts:
            yield {q: v for q, v in reached.law.items() if q not in w.law}


def _pair(c: Checked, hinge: Json, bases: list[Json], goal: Goal) -> Json | None:
    """Search for everything else at once, so that two values of a hinge make the difference."""
    kind, id = hinge["kind"], hinge["id"]
    w = c.world
    met: list[tuple[str, Any]] = []
    goal(replace(w, met=met, memo={}))
    options: list[mn.World] = []
    if kind == "law":
        keys = {what for k, what in met if k == "law" and what.startswith(f"{id}|")}
        for q in keys:
            options += [replace(w, law={**w.law, q: truth}) for truth in (True, False)]
    elif kind == "reading":
        options = [replace(w, readings={**w.readings, id: v}) for v, _ in c.book.readings[id].values]
    elif id in w.open:
        options = [replace(w, facts={**w.facts, id: w.facts[id] + k}, open=w.open - {id}) for k in (0, 1)]
    else:
        options = [replace(w, facts={**w.facts, id: v}) for v in _telling(w, id, met)]

    def matters(x: mn.World) -> bool:
        heard: list[tuple[str, Any]] = []
        goal(replace(x, met=heard, memo={}))
        return any(what == id or what[0] == id or (k == "law" and what.startswith(f"{id}|")) for k, what in heard)

    total = Budget(2 * _MOST)
    for a in options:
        for b in options:
            if total.left < 0:
                return None
            if a is b or (kind == "law" and a.law.keys() != b.law.keys()):
                continue
            budget = Budget(120)
            reached = _both(c, a, b, goal, matters, budget)
            total.left -= 120 - budget.left
            if reached is not None:
                base = change(w, reached[0])
                bases.append(base)
                if kind not in ("law", "reading") and id in w.open:
                    facts = base["facts"]
                    added = {x: v for x, v in facts.items() if x.startswith(f"{id}[{w.facts[id]}]")}
                    bases[-1] = {**base, "facts": {x: v for x, v in facts.items() if x not in added}}
                    return {"at": len(bases) - 1, "then": {"facts": {id: w.facts[id] + 1, **added}}}
                then = change(replace(reached[0], facts={**reached[0].facts}), reached[1])
                return {"at": len(bases) - 1, "then": then}
    return None


def _telling(w: mn.World, at: str, met: Sequence[tuple[str, Any]]) -> list[Any]:
    """Values of a fact that its comparisons tell apart, one of each kind; the ends where they do not tell."""
    test, tests, tried = None, list[Any](), dict[Any, None]()
    for what, it in met:
        test = it if what == "test" else test
        if what == "fact" and it == at:
            tests.append(test)
            tried |= dict.fromkeys(candidates(w, at, test))
    kinds: dict[tuple[mn.Truth, ...], Any] = {}
    for v in tried:
        told = replace(w, facts={**w.facts, at: v}, memo={})
        seen = tuple(mn.clause(told, env, m.Clause(None, it), ()) for env, it in filter(None, tests))
        kinds.setdefault(seen, v)
    ends = [x for x in (cal.FIRST, cal.ONGOING, 0, 10**12) if x in tried]
    return list(dict.fromkeys([*kinds.values(), *ends]))[:16]


def _both(
    c: Checked, a: mn.World, b: mn.World, goal: Goal, matters: Callable[[mn.World], bool], budget: Budget
) -> tuple[mn.World, mn.World] | None:
    """Everything else such that a goal is reached in one world and not in the other."""
    base = c.world

    def over(w: mn.World, own: mn.World) -> mn.World:
        facts = {**w.facts, **{k: v for k, v in own.facts.items() if base.facts.get(k, mn.UNKNOWN) != v}}
        law = {**w.law, **{k: v for k, v in own.law.items() if k not in base.law}}
        return replace(
            w, facts=facts, law=law, readings={**w.readings, **own.readings}, open=w.open & own.open, memo={}
        )

    def differ(w: mn.World) -> mn.Truth:
        first = goal(over(w, a)) if matters(w) else False
        return False if first is False else mn.every([first, mn.opposite(goal(over(w, b)))])

    reached = search(base, differ, c.filler, budget)
    if reached is None:
        return None
    one, other = over(reached, a), over(reached, b)
    for x in (one, other):
        strays = {"facts": change(base, x).get("facts", {}), "law": dict(x.law), "readings": dict(x.readings)}
        try:
            if not keeps(completed(c, strays)):
                return None
        except ValueError:
            continue
    return one, other


# --------------------------------------------------------------------------------------------------------------- splits


def split(w: mn.World, goal: Goal, depth: int = _DEPTH) -> Any:
    """A case split that leaves no case in which a goal is not reached; None if none is found."""
    if goal(w) is True or keeps(w) is False:
        return True
    if depth == 0 or goal(w) is False:
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
        made = _split_on(w, goal, kind, what, test, depth)
        if made is not None:
            return made
    return None


def _split_on(w: mn.World, goal: Goal, kind: str, what: Any, test: Any, depth: int) -> Any:
    cuts: list[Any] = []
    if kind == "law":
        worlds = [replace(w, law={**w.law, what: truth}, memo={}) for truth in (False, True)]
    elif kind == "reading":
        worlds = [replace(w, readings={**w.readings, what: v}, memo={}) for v, _ in w.book.readings[what].values]
    elif kind == "fact" and "[+]" not in what and what not in w.facts:
        declared = type_at(w.book, what)
        values = candidates(w, what, test)
        if declared == m.Scalar("truth") or isinstance(declared, m.EnumOf):
            values = [False, True] if declared == m.Scalar("truth") else values
            worlds = [replace(w, facts={**w.facts, what: v}, memo={}) for v in values]
        elif declared in (m.Scalar("date"), m.Scalar("whole"), m.Scalar("money")):
            dates = declared == m.Scalar("date")
            low, high = (cal.FIRST, cal.ONGOING) if dates else (0, 10**15)
            cuts = sorted({v for v in values if low < v < high})[:40]
            step = _DAY if dates else 1
            ends = [low, *cuts]
            spans = [mn.Span(a, b - step) for a, b in pairwise(ends)] + [mn.Span(ends[-1], high)]
            worlds = [_bounded(w, what, s) for s in spans]
        else:
            return None
    else:
        return None
    cells = []
    for other in worlds:
        cell = split(other, goal, depth - 1)
        if cell is None:
            return None
        cells.append(cell)
    out = {"split": "fact" if kind == "fact" else kind, "on": what, "cells": cells}
    return out | ({"cuts": [written(x) for x in cuts]} if cuts or kind == "fact" else {})


def _bounded(w: mn.World, at: str, s: mn.Span) -> mn.World:
    if s.low == s.high:
        return replace(w, facts={**w.facts, at: s.low}, memo={})
    return replace(w, cells={**w.cells, at: s}, memo={})
