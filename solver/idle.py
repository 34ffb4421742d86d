"""Clauses that change nothing for anybody, and what beside them makes it so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dsl.model import Label, Place
from solver import shown
from solver.examination import IDLE, OFTEN, Examination, Finding, nobody
from solver.finder import BRIEFLY, finder
from solver.lower import Input
from solver.matters import labelled, look
from solver.turned import clauses_turned


def clauses(e: Examination) -> Iterator[Finding]:
    """Clauses that never matter, are implied by others or can never hold: the outermost of each kind."""
    gates = e.compiled.program.gates
    asked = {g for c in e.compiled.program.categories for g in labelled(e.compiled, c)}
    open_ = {g for c in e.categories if c not in e.closed for g in labelled(e.compiled, c)}
    _examine(e, open_)
    seen = e.matters.seen.keys()
    unsure = {g for g, _ in e.matters.left_out.keys() - seen}
    kinds = {g: ((g, True) not in seen, (g, False) not in seen) for g in (asked & open_) - unsure}
    for gate in unsure & open_:
        if (implied := _said_beside(e, gate)) is not None:
            kinds[gate] = (implied, not implied)
            e.left_out.pop(_path(e, gate), None)
    under = _parents(e, asked)
    for gate in sorted(kinds):
        kind = kinds[gate]
        if kind not in IDLE or _covered(gate, kinds, under) or _dead_reading(e, gate):
            continue
        code, words, beside, advice = IDLE[kind]
        clause = gates[gate].clause
        place = clause.place if clause else None
        path = gates[gate].path
        said = Label(words.en.replace("{path}", path), words.zh.replace("{path}", path))
        if e.answered(code, path):  # of which no more is told
            yield Finding(code, path, said)
            continue
        for truth, always in _WHATEVER:
            if kind == (truth, not truth) and not e.together((gate, not truth)):
                beside = always  # whatever stands beside it
        places = ((place, beside), *_sure(e, gate, kinds), *_behind(e, gate, under)) if place else ()
        yield Finding(code, path, said, places, shown.without_effect(e, gate, kind), advice)


def _examine(e: Examination, asked: Iterable[int]) -> None:
    """Look for people to whom each clause matters.

    First among those whom the book works out, then quickly on one day for all categories, and for what is left with
    more patience on one day after another. What several categories ask is looked at in the first of them, and in the
    others only if it mattered to nobody there.
    """
    wanted = set(asked)
    clauses = {c: [g for g in labelled(e.compiled, c) if g in wanted] for c in e.in_turn if c not in e.closed}
    names = [c for c, mine in clauses.items() if mine]
    days = {c: _first_next(e.days_of(c)) for c in names}
    for c in names:
        left = [(g, t) for g in clauses[c] for t in (True, False) if (g, t) not in e.matters.seen]
        found = clauses_turned(e.compiled, c, e.worked_on(c), left, e.deadline)
        e.matters.seen.update({w: (c, someone) for w, someone in found.items()})
    home = {g: c for c in reversed(names) for g in clauses[c]}
    first = {c: [g for g in clauses[c] if home[g] == c] for c in names}
    others = {c: [g for g in clauses[c] if home[g] != c] for c in names}
    done = {c for c in names if _look(e, c, first[c], days[c][0], BRIEFLY[:1])}
    e.matters.left_out.clear()
    for mine in (first, others):
        for turn in range(max((len(d) for d in days.values()), default=0)):
            for c in names:
                if turn < len(days[c]) and not (mine is first and turn == 0 and c in done):
                    _look(e, c, mine[c], days[c][turn], BRIEFLY)
    for gate, _ in e.matters.left_out.keys() - e.matters.seen.keys():
        e.left_out.setdefault(_path(e, gate))


def _first_next(days: Sequence[dt.date | None]) -> list[dt.date | None]:
    """Days to look at with the first of them all as the second: that something opens one day shows before it did."""
    earliest = min((d for d in days if d is not None), default=None)
    return sorted(days, key=lambda d: 1 if d == earliest and d != days[0] else 2 * (d != days[0]))


def _look(e: Examination, category: str, clauses: Iterable[int], day: dt.date | None, turns: Sequence[int]) -> bool:
    """Look for people filing on a day to whom clauses matter, as far as that is not known or given up.

    True if nothing was too much to try: there are no others on that day.
    """
    known = e.matters.seen.keys() | {w for w, n in e.matters.left_out.items() if n >= OFTEN}
    open_ = [g for g in clauses if not {(g, True), (g, False)} <= known]
    if not open_:
        return True
    search = finder(e.compiled, nobody(e.book, day), "all", "open", turns=turns)
    look(search, category, open_, e.matters, e.deadline, OFTEN)
    return not search.left_out


def _path(e: Examination, gate: int) -> str:
    return e.compiled.program.gates[gate].path


def _sure(e: Examination, gate: int, kinds: Mapping[int, tuple[bool, bool]]) -> Iterator[tuple[Place, Label]]:
    """Of alternatives one of which is always met where it could matter, those that are."""
    gates = e.compiled.program.gates
    one = gates[gate].kind == "all" and len(gates[gate].inputs) == 1
    if not (one or gates[gate].kind == "any") or kinds.get(gate, (True, False)) != (True, False):
        return
    for i in gates[gate].inputs:
        clause = gates[i.gate].clause
        if clause is not None and clause.place is not None and kinds.get(i.gate) == (True, False):
            yield clause.place, Label("this alternative is always met", "此選項必已符合")
        yield from _sure(e, i.gate, kinds)


def _said_beside(e: Examination, gate: int) -> bool | None:
    """Of a comparison too much to try in its category: True if one beside it implies it, False if it implies one.

    In `all of` the former changes nothing by being met, in `any of` the latter nothing by failing.
    """
    gates = e.compiled.program.gates
    above = [g for g in gates if any(i.gate == gate for i in g.inputs)]
    if gates[gate].kind != "test" or len({g.kind for g in above}) != 1 or above[0].kind not in ("all", "any"):
        return None
    met = above[0].kind == "all"
    reads = e.compiled.tests[gates[gate].test or 0].reads

    def says(other: Input, mine: Input) -> bool:
        """Whether the one beside it says as much."""
        g = gates[other.gate]
        if g.kind != "test" or other.args != mine.args or g.lists != gates[gate].lists or g.id == gate:
            return False
        alike = e.compiled.tests[g.test or 0].reads == reads
        return alike and not e.together((gate, not met), (g.id, met))

    for g in above:
        mine = next(i for i in g.inputs if i.gate == gate)
        if not any(says(other, mine) for other in g.inputs):
            return None
    return met


def _behind(e: Examination, gate: int, under: Mapping[int, set[int]]) -> Iterator[tuple[Place, Label]]:
    """Clauses beside one, or beside those above it, each of which alone says as much or keeps it from holding."""
    gates = e.compiled.program.gates
    near = _beside(e, gate, under)
    for other in near:
        clause = gates[other].clause
        if clause is None or clause.place is None or gates[other].lists != gates[gate].lists:
            continue
        for mine, theirs, words in _RELATIONS:
            if not e.together((gate, mine), (other, theirs)):
                if e.together((gate, mine)) and e.together((other, theirs)):  # else it says nothing of the two
                    yield clause.place, words
                break


_WHATEVER = (
    (True, Label("it holds for everybody", "人人均符合")),
    (False, Label("it holds for nobody", "無人符合")),
)
"""What is said of a clause that is always met where it could matter, or never, if it is so wherever it stands."""

_RELATIONS = (
    (False, True, Label("wherever this holds, so does the other", "凡符合此項，亦必符合前者")),
    (True, True, Label("the two never hold together", "兩者從不同時符合")),
    (True, False, Label("wherever the other holds, so does this", "凡符合前者，亦必符合此項")),
)
"""Truths of a clause and of one beside it that nobody has together, and what that says."""


def _beside(e: Examination, gate: int, under: Mapping[int, set[int]]) -> list[int]:
    """Clauses with a label that stand beside one or above it, nearest first; at the top those of the category."""
    program = e.compiled.program
    out: dict[int, None] = {}
    todo, seen = [gate], {gate}
    while todo:
        above = under.get(todo.pop(), set())
        for a in sorted(above - seen):
            seen.add(a)
            todo.append(a)
            out.update(dict.fromkeys(g for g, parents in sorted(under.items()) if a in parents))
    for category, roots in program.roots.items():
        if not {gate, *seen} & set(labelled(e.compiled, category)):
            continue
        for root in roots:
            out.update(dict.fromkeys(i.gate for i in program.gates[root].inputs))
    return [g for g in out if g not in seen]


def _parents(e: Examination, asked: Iterable[int]) -> dict[int, set[int]]:
    """By clause, the clauses right above it, unlabelled gates left out."""
    gates = e.compiled.program.gates
    wanted = set(asked)
    out: dict[int, set[int]] = {}

    def down(g: int, above: int) -> None:
        for i in gates[g].inputs:
            if i.gate in wanted:
                out.setdefault(i.gate, set()).add(above)
            else:
                down(i.gate, above)

    for g in wanted:
        down(g, g)
    return out


def _covered(gate: int, kinds: Mapping[int, tuple[bool, bool]], under: Mapping[int, set[int]]) -> bool:
    """Whether a clause above is idle too, so that nothing new is said of this one."""
    above = under.get(gate, set())
    return bool(above) and all(kinds.get(a, (False, False)) in IDLE or _covered(a, kinds, under) for a in above)


def _dead_reading(e: Examination, gate: int) -> bool:
    """Whether a clause stands in a branch of a reading, where the reading itself is what changes nothing."""
    return e.compiled.program.gates[gate].kind == "reading"
