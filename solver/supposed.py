"""Completions in which the category failed, kept because they mostly refute other changes too."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dsl.case import Absent
from dsl.model import Compare, Scalar, Score
from solver.asked import Completion
from solver.blame import REMEMBERED, known_failure, proved, read_by, with_ties
from solver.candidates import values as landmark_values
from solver.cells import Instance, Table
from solver.changeable import list_address, tied
from solver.evaluate import Env, Total, expr_fn
from solver.facts import Address
from solver.filling import Filling
from solver.situation import Situation
from solver.undecided import Copy


def refuted(f: Filling, most: int = REMEMBERED) -> frozenset[Address] | None:
    """What the category fails by in a completion met before, if that still is one and it fails in it.

    What is judged stays open: it fails then however that is judged. most: how many completions are tried, those
    that refuted last before others.
    """
    for n, seen in enumerate(f.asked.refuting[:most]):
        with _supposing(f, seen) as s:
            if s is None:
                continue
            known = known_failure(f, s, seen)
            if known is None and f.held(s) is not False:
                continue
            proof = proved(f, s, supposed=seen) if known is None else read_by(f, known)
        whole = with_ties(f, proof, seen.values)
        if proof is None or whole is None or not _stays_possible(f, proof, seen):
            continue
        f.asked.refuting.insert(0, f.asked.refuting.pop(n))
        return whole
    return None


def _stays_possible(f: Filling, proof: frozenset[Address], seen: Completion) -> bool:
    """Whether nothing that is still to be filled in can contradict what of a completion a proof supposes."""
    supposed = {a for a in proof & seen.values.keys() if f.is_absent(a) and a not in f.before}
    if any(f.is_absent(a) for a in tied(supposed, f.ties).intersection(f.variables) - supposed):
        return False
    looked_into = {name for t in f.ties for name in t.over}
    return not proof & {list_address(name) for name in looked_into.intersection(seen.closed)}


@contextlib.contextmanager
def _supposing(f: Filling, seen: Completion) -> Iterator[Situation | None]:
    """The case as it is filled in, and so completed; None if that contradicts itself."""
    facts, lists = f.facts, f.facts.lists
    mine = {a: v for a, v in seen.values.items() if f.is_absent(a) and a not in f.before}
    closed = [name for name in seen.closed if lists[name].open]
    for a, v in mine.items():
        facts.set(a, v)
    for name in closed:
        lists[name].open = False
    try:
        yield f.lay(closed) if all(f.base.search.consistent(t) for t in f.ties) else None
    finally:
        for a in mine:
            facts.set(a, Absent.NOT_ASKED)
        for name in closed:
            lists[name].open = True


def remember(f: Filling, c: Copy, made: Iterable[Table], model: Mapping[Any, bool]) -> None:
    """Keep a completion in which the category fails, as far as it has values and nothing more in open lists."""
    if any(model.get(key, True) for key in c.exists):
        return
    values: dict[Address, Any] = {}
    if all(_shown(t, model, values) for t in made):
        facts = f.facts
        told_of = [a for a in values if not f.possible.is_new(a) and not facts.is_blank(a)]
        mine = {a: values[a] for a in told_of if facts.fact(a).judgement is None}
        if f.asked.refuting:
            mine = {**f.asked.refuting[0].values, **mine}
        found = _worsened(f, Completion(mine, tuple(dict.fromkeys(name for name, _ in c.exists))))
        f.asked.refuting.insert(0, found)
        del f.asked.refuting[REMEMBERED:]


def prefer_worst(f: Filling, c: Copy) -> None:
    """Prefer completions in which as little as can be helps: what fails in the worst of them, fails for most."""
    helps, hurts = ({t for t, plain in f.met if plain is way} for way in (True, False))
    for (test, _), literal in c.tests.items():
        if test in helps ^ hurts:
            c.circuit.rather(-literal if test in helps else literal)
    for literal in c.exists.values():
        c.circuit.rather(-literal)


def _worsened(f: Filling, seen: Completion) -> Completion:
    """A completion in which scores come to as little as they can, should the category fail in it too.

    It then fails in it for most else that is filled in.
    """
    search, helps = f.base.search, {test for test, plain in f.met if plain}
    scored = [t for t in f.base.open.values() if t.score and t.instance[0] in helps]
    points = [(t, count) for t in scored if (count := _points(f, t.instance[0])) is not None]
    read = frozenset[Address]().union(*(t.reads for t, _ in points))
    free = sorted([a for a in read & seen.values.keys() if f.is_absent(a) and a not in f.before], key=str)
    if not free:
        return seen
    least = dict(seen.values)
    with _supposing(f, seen) as s:
        if s is None:
            return seen
        for a in free:
            own = [t for t, _ in points if a in t.reads]

            def come_to(value: object, a: Address = a) -> int:
                f.facts.set(a, value)
                if not all(search.consistent(t) for t in f.ties if a in t.reads):
                    return 10**9
                return sum(count(search.env, t.els) for t, count in points if a in t.reads)

            tried = [least[a], *landmark_values(search, a, own, [])]
            if f.facts.fact(a).type != Scalar("date"):
                least[a] = min(tried, key=come_to)
            f.facts.set(a, least[a])
    made = Completion(least, seen.closed)
    with _supposing(f, made) as s:
        return made if s is not None and f.held(s) is False else seen


def _points(f: Filling, test: int) -> Callable[[Env, Any], int] | None:
    """What a score comes to that has to reach something; None of another test."""
    match f.asked.compiled.tests[test].spec.cond:
        case Compare("ge" | "gt", Score() as score, _):
            lists = f.asked.compiled.tests[test].spec.lists
            count = expr_fn(score, f.asked.compiled.book, {f"#{i}": i for i in range(len(lists))})

            def points(env: Env, els: Any) -> int:
                env.els = els
                total = count(env)
                return total.low if isinstance(total, Total) else 0

            return points
        case _:
            return None


def _shown(table: Table, model: Mapping[Instance, bool], values: dict[Address, Any]) -> bool:
    """Whether a model is one of a table's, with values that show it put into `values`."""
    for alternative in table.alternatives:
        if any(model.get(i, truth) is not truth for i, truth in alternative.bits):
            continue
        mine: dict[Address, Any] = {}
        if all(_shown(t, model, mine) for t in alternative.tables):
            values.update(mine)
            if isinstance(table.variable, Address):
                values[table.variable] = alternative.value
            return True
    return False
