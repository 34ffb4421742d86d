"""The walk down a category: every clause with what it does over all completions, and which branches decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field

from dsl.model import (
    Category,
    Verdict,
)
from solver.answer import Status, Step
from solver.cells import Instance
from solver.counted import Tallies
from solver.layout import Spot, at, binding, kids, spot
from solver.lower import Gate, Input
from solver.run import Circuit, Deadline
from solver.seen import Seen, gaps_of, shown_as_line
from solver.situation import Situation, tables
from solver.told import Stand, Standing, tied
from solver.undecided import Copy
from solver.verdicts import settle, some_completions, tied_copy

_HOLDS, _FAILS, _VARIES = Status.HOLDS, Status.FAILS, Status.VARIES
_STATUS = {True: _HOLDS, False: _FAILS, None: _VARIES}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


Key = tuple[int, tuple[int, ...]]
"""A clause and the places of its variables."""


class Walk(Struct):
    """What clauses do over all completions. `whole`: every clause is shown, not only those that decide.

    decisive: the single lines that decide, in rule order, as far as it has been walked. once: whether a clause was seen
    to come out in a way in some completion.
    """

    s: Situation
    standing: Standing
    category: str
    deadline: Deadline
    whole: bool
    once: Callable[[Key, bool], bool] | None = None
    decisive: list[Spot] = field(default_factory=list)
    truths: dict[Key, bool | None] = field(default_factory=dict)
    _asked: tuple[Circuit, Copy] | None = None
    _tied: frozenset[Instance] | None = None

    def statuses(self, keys: Sequence[Key]) -> list[Status]:
        """What clauses do over all completions; those that do not stand by themselves are put to the solver at once."""
        of = self.standing.of
        out: list[Status | None] = []
        for key in keys:
            stand = of(key)
            out.append(_HOLDS if stand is True else _FAILS if stand is False else self._varies(stand))
        return self._settled(keys, out) if None in out else out  # type: ignore[return-value]

    def _varies(self, stand: Stand) -> Status | None:
        """Whether an open clause surely varies; None if that is a question for the solver."""
        return _VARIES if stand is not None and self.tied.isdisjoint(stand) else None  # type: ignore[arg-type]

    def _settled(self, keys: Sequence[Key], found: Sequence[Status | None]) -> list[Status]:
        """The same with what the solver says of those for which nothing was found."""
        asked = [key for key, status in zip(keys, found, strict=True) if status is None and key not in self.truths]
        if asked:
            some = self.s.tried.get(self.category) or some_completions(self.s, self.category, asked)
            if some is not None:
                self.truths |= dict.fromkeys(key for key in asked if some.varies(*key))
                asked = [key for key in asked if key not in self.truths]
        if asked:
            circuit, copied = self._circuit()
            with circuit:
                values = {key: copied.value(*key) for key in asked}
            self.truths |= settle(circuit, values, self.deadline)
        return [status or _STATUS[self.truths[key]] for key, status in zip(keys, found, strict=True)]

    @property
    def tied(self) -> frozenset[Instance]:
        """The tests of the category that unknown facts or questions of the law tie."""
        if self._tied is None:
            varied = self.s.varied.get(self.category, ())
            self._tied = tied(tables(self.s, varied, self.category)) if varied else frozenset()
        return self._tied

    def _circuit(self) -> tuple[Circuit, Copy]:
        """The rules of what is open."""
        if self._asked is None:
            circuit = Circuit()
            with circuit:
                laid, _ = tied_copy(self.s, circuit, self.category)
            self._asked = circuit, laid.copies[0]
        return self._asked


def walk_of(
    standing: Standing,
    category: str,
    deadline: Deadline,
    *,
    whole: bool,
    once: Callable[[Key, bool], bool] | None = None,
) -> Walk:
    """A walk down a category; if it is to be whole, with the status of every clause worked out at once.

    once: whether a clause was seen to come out in a way in some completion.

    Raises TooLarge if there is too much to try.
    """
    walk = Walk(standing.s, standing, category, deadline, whole, once)
    walk.tied  # noqa: B018  what is too large shows before anything is walked
    if whole:
        walk.statuses(_shown_under(walk.s, category))
    return walk


def _shown_under(s: Situation, category: str) -> list[Key]:
    """Every clause that is shown under a category."""
    program = s.compiled.program
    seen: dict[Key, None] = {}
    todo: list[Key] = [(r, ()) for r in program.roots[category]]
    while todo:
        key = todo.pop()
        if key not in seen:
            seen[key] = None
            todo += [(i.gate, at(i.args, p)) for i, p in _inputs(s, program.gates[key[0]], key[1])]
    return list(seen)


def _inputs(s: Situation, gate: Gate, places: tuple[int, ...]) -> Iterator[tuple[Input, tuple[int, ...]]]:
    """The inputs of a clause that are shown, with the places they are asked at."""
    if gate.kind != "override" and shown_as_line(s.compiled, gate):
        return
    if gate.over is not None:
        for place in _shown_places(s, gate, places):
            yield gate.inputs[0], (*places, place)
        return
    chosen = s.readings.get(gate.reading) if gate.reading is not None else None
    for k, i in enumerate(gate.inputs):
        if chosen is None or gate.values[k] == chosen:
            yield i, places


def _shown_places(s: Situation, gate: Gate, places: tuple[int, ...]) -> list[int]:
    """The elements a quantifier is shown with: what is written, and one that stands for all an open list may have.

    That one is another than those around it stand for: what is said of a further element beside itself says little.
    """
    assert gate.over is not None
    written, blanks = s.written.get(gate.over, 0), s.blanks.get(gate.over, 0)
    around = {place for name, place in zip(gate.lists, places, strict=True) if name == gate.over}
    further = [place for place in range(written, written + blanks) if place not in around]
    return [*range(written), *(further or [written] * bool(blanks))[:1]]


Wish = Literal["why", "why not", "what on"]
"""What the decisive branches are to show: what fired, what blocked, or what it hangs on."""


_WISH: Mapping[Verdict, Wish] = {
    Verdict.QUALIFIES: "why",
    Verdict.DOES_NOT_QUALIFY: "why not",
    Verdict.DEPENDS: "what on",
}


def category_steps(walk: Walk, category: Category, found: Verdict) -> tuple[Step, ...]:
    """The steps of the needs, then those of the bars; the branches that decide the verdict are marked."""
    compiled = walk.s.compiled
    roots = compiled.program.roots[category.id]
    spots = [spot(compiled, root, category.id, wanted) for root, wanted in zip(roots, (True, False), strict=False)]
    return _below(walk, [(root, ()) for root in roots], spots, _WISH[found])


def _below(walk: Walk, keys: Sequence[Key], spots: Sequence[Spot], wish: Wish | None) -> tuple[Step, ...]:
    """Some clauses at the places they are asked at, all of them or those that decide."""
    if wish is not None and not walk.whole and (told := _told(walk, keys, spots, wish)):
        return tuple([_step(walk, here, places, status, wish) for here, places, status in told])
    statuses, marked = _found(walk, keys, spots, wish)
    if walk.whole:
        return tuple(
            [
                _step(walk, here, key[1], status, wish if k in marked else None)
                for k, (here, key, status) in enumerate(zip(spots, keys, statuses, strict=True))
            ]
        )
    return tuple([_step(walk, spots[k], keys[k][1], statuses[k], wish) for k in marked])


def _told(
    walk: Walk, keys: Sequence[Key], spots: Sequence[Spot], wish: Wish
) -> list[tuple[Spot, tuple[int, ...], Status]]:
    """Those of some clauses that decide, where what is told settles all of them; else nothing."""
    known, of = walk.standing.known, walk.standing.of
    why = wish == "why"
    out = []
    for key, here in zip(keys, spots, strict=True):
        stand = known.get(key)
        if stand is None:
            stand = of(key)
        if stand is True:
            if here.wanted is why:
                out.append((here, key[1], _HOLDS))
        elif stand is not False:
            return []
        elif here.wanted is not why:
            out.append((here, key[1], _FAILS))
    return out if wish != "what on" else []


def _found(
    walk: Walk, keys: Sequence[Key], spots: Sequence[Spot], wish: Wish | None
) -> tuple[Sequence[Status], Collection[int]]:
    """What some clauses do over all completions, and which of them decide; of the others the former may be left out."""
    if wish == "why not" and walk.once is not None and not walk.whole:
        # What is as wanted in one completion does not stand in the way in all of them.
        asked = [k for k, key in enumerate(keys) if not walk.once(key, spots[k].wanted)]
        out = dict.fromkeys(range(len(keys)), _VARIES)
        out |= zip(asked, walk.statuses([keys[k] for k in asked]), strict=True)
        if blocking := [k for k, status in out.items() if status is (_FAILS if spots[k].wanted else _HOLDS)]:
            return list(out.values()), blocking
    statuses = walk.statuses(keys)
    return statuses, _decisive(statuses, spots, wish)


def _decisive(statuses: Sequence[Status], spots: Sequence[Spot], wish: Wish | None) -> Collection[int]:
    """Which of the clauses under a decisive one are decisive too.

    Those that are as wanted show why, those that are not show why not; where there is none, the clause is settled by
    all that vary together (a case split), and these are shown.
    """
    if wish is None:
        return ()
    if wish != "what on":
        why = wish == "why"
        settled = [
            i
            for i, status in enumerate(statuses)
            if status is not _VARIES and ((status is _HOLDS) is spots[i].wanted) is why
        ]
        if settled:
            return settled
    return [i for i, status in enumerate(statuses) if status is _VARIES]


def _step(
    walk: Walk,
    here: Spot,
    above: tuple[int, ...],
    status: Status,
    wish: Wish | None,
    override: str | None = None,
    alone: Status | None = None,
) -> Step:
    """One clause and what is under it.

    above: the places it is asked at. wish: None if it is not on a branch that decides. override, alone: see `Step`.
    """
    s = walk.s
    compiled = s.compiled
    gate = here.gate
    places = above if here.via is None else at(here.via, above)
    decisive = wish is not None
    bound = binding(compiled, gate, places) if here.binding is None else here.binding
    if here.form == "group":
        made, chosen = _group(walk, here, places, wish)
    elif here.form == "line":
        if decisive:
            walk.decisive.append(here)
        if gate.clause is None:
            return Step(
                here.path, "test", status, here.wanted, here.clause,
                binding=bound, override=override, decisive=decisive, alone=alone,
            )  # fmt: skip
        return Step(
            here.path, "test", status, here.wanted, here.clause, (), None, None, None, bound,
            Seen(s, gate, places), override, gaps_of(s, here.tests, places), decisive,
            Tallies(s, gate, places, bound) if here.totals else (), alone,
        )  # fmt: skip
    elif here.form == "list":
        made, chosen = _elements(walk, here, places, wish), None
    else:
        own = gate.inputs[0]
        of = walk.standing.of
        active = [x for x, i in zip(here.exceptions, gate.inputs[1:], strict=True) if of((i.gate, ())) is not False]
        inner, there = spot(compiled, own.gate, here.path, here.wanted), at(own.args, places)
        if not active:
            return _step(walk, inner, there, status, wish)
        (alone,) = walk.statuses([(own.gate, there)])
        return _step(walk, inner, there, status, wish, active[0], alone)
    if decisive and not made:
        walk.decisive.append(here)
    return Step(
        here.path, here.kind, status, here.wanted, here.clause, made, gate.n or None, None, chosen,
        bound, _NOTHING, override, (), decisive, (), alone,
    )  # fmt: skip


def _group(
    walk: Walk, here: Spot, places: tuple[int, ...], wish: Wish | None
) -> tuple[tuple[Step, ...], tuple[str, str] | None]:
    """What is under a clause; of a reading that has a value the branch of that value, which is told too."""
    gate, s = here.gate, walk.s
    value = s.readings.get(gate.reading) if gate.kind == "reading" else None  # type: ignore[arg-type]
    below = kids(s.compiled, here, value)
    made = _below(walk, below.at(places), below.spots, wish)
    return made, (gate.reading, value) if value is not None else None  # type: ignore[return-value]


def _elements(walk: Walk, here: Spot, places: tuple[int, ...], wish: Wish | None) -> tuple[Step, ...]:
    """What each element of a list makes of the clause under a quantifier; one stands for all an open list may have."""
    s = walk.s
    gate = here.gate
    assert gate.over is not None
    (body,), var = here.below, gate.vars[-1]
    written = s.written.get(gate.over, 0)
    shown = _shown_places(s, gate, places)
    keys = [(body.gate, at(body.args, (*places, place))) for place in shown]
    statuses, marked = _found(walk, keys, [here] * len(keys), wish)
    below = spot(s.compiled, body.gate, here.path, here.wanted)
    around = binding(s.compiled, gate, places)
    out = []
    for n, (place, (_, p)) in enumerate(zip(shown, keys, strict=True)):
        if not walk.whole and n not in marked:
            continue
        inner = _step(walk, below, p, statuses[n], wish if n in marked else None)
        there = place < written
        address = f"{gate.over}[{place if there else '+'}]"
        status = inner.status if there or inner.status is _FAILS else _VARIES
        passed = inner.kind in ("all", "any") and inner.path == here.path and inner.children
        out.append(
            Step(
                here.path,
                "element",
                status,
                here.wanted,
                inner.clause,
                inner.children if passed else (inner,),
                element=address,
                binding={**around, var: address},
                decisive=n in marked,
            )
        )
    return tuple(out)


def leaves(steps: Iterable[Step]) -> list[Step]:
    """The steps that are single lines, in rule order."""
    out: list[Step] = []
    _leaves(steps, out)
    return out


def _leaves(steps: Iterable[Step], out: list[Step]) -> None:
    for step in steps:
        if step.children and step.kind not in ("test", "constant"):
            _leaves(step.children, out)
        else:
            out.append(step)
