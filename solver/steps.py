"""The walk down a category: every clause with what it does over all completions, and which branches decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from dsl.model import (
    Category,
    Clause,
    Verdict,
)
from solver.answer import Status, Step, StepKind
from solver.cells import Instance
from solver.compiled import Compiled
from solver.lower import Gate, Input
from solver.run import Circuit, Deadline
from solver.seen import Seen, _calls, gaps_of, shown_as_line
from solver.situation import Situation, tables
from solver.standing import Standing, tied
from solver.undecided import Copy, constrain
from solver.verdicts import copy, settle

_STATUS = {True: Status.HOLDS, False: Status.FAILS, None: Status.VARIES}


Key = tuple[int, tuple[int, ...]]
"""A clause and the places of its variables."""


@dataclass(slots=True)
class Walk:
    """What clauses do over all completions. `whole`: every clause is shown, not only those that decide."""

    standing: Standing
    category: str
    deadline: Deadline
    whole: bool
    truths: dict[Key, bool | None] = field(default_factory=dict)
    _asked: tuple[Circuit, Copy] | None = None
    _tied: frozenset[Instance] | None = None

    @property
    def s(self) -> Situation:
        """The situation walked in."""
        return self.standing.s

    def status(self, gate: int, places: tuple[int, ...]) -> Status:
        """What a clause does over all completions."""
        (found,) = self.statuses([(gate, places)])
        return found

    def statuses(self, keys: Sequence[Key]) -> list[Status]:
        """What clauses do over all completions; those that do not stand by themselves are put to the solver at once."""
        of, truths = self.standing.of, self.truths
        out: list[Any] = [of(*key) for key in keys]
        asked: list[Key] = []
        for n, (key, stand) in enumerate(zip(keys, out, strict=True)):
            if type(stand) is bool:
                out[n] = Status.HOLDS if stand else Status.FAILS
            elif stand is not None and stand.isdisjoint(self.tied):
                out[n] = Status.VARIES
            else:
                out[n] = None
                if key not in truths:
                    asked.append(key)
        if asked:
            circuit, copied = self._circuit()
            with circuit:
                values = {key: copied.value(*key) for key in asked}
            truths |= settle(circuit, values, self.deadline)
        return [_STATUS[truths[key]] if status is None else status for key, status in zip(keys, out, strict=True)]

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
                c = copy(self.s, circuit)
                for t in tables(self.s, self.s.varied.get(self.category, ()), self.category):
                    constrain((c,), t, [], lambda _: False)
            self._asked = circuit, c
        return self._asked


def walk_of(standing: Standing, category: str, deadline: Deadline, *, whole: bool) -> Walk:
    """A walk down a category; if it is to be whole, with the status of every clause worked out at once.

    Raises TooLarge if there is too much to try.
    """
    walk = Walk(standing, category, deadline, whole)
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
            todo += [(i.gate, _at(i, p)) for i, p in _inputs(s, program.gates[key[0]], key[1])]
    return list(seen)


def _inputs(s: Situation, gate: Gate, places: tuple[int, ...]) -> Iterator[tuple[Input, tuple[int, ...]]]:
    """The inputs of a clause that are shown, with the places they are asked at."""
    if gate.kind != "override" and shown_as_line(s.compiled, gate):
        return
    if gate.over is not None:
        for place in range(s.written.get(gate.over, 0) + bool(s.blanks.get(gate.over))):
            yield gate.inputs[0], (*places, place)
        return
    chosen = s.readings.get(gate.reading) if gate.reading is not None else None
    for k, i in enumerate(gate.inputs):
        if chosen is None or gate.values[k] == chosen:
            yield i, places


Wish = Literal["why", "why not", "what on"]
"""What the decisive branches are to show: what fired, what blocked, or what it hangs on."""


_WISH: Mapping[Verdict, Wish] = {
    Verdict.QUALIFIES: "why",
    Verdict.DOES_NOT_QUALIFY: "why not",
    Verdict.DEPENDS: "what on",
}


def category_steps(walk: Walk, category: Category, found: Verdict) -> tuple[Step, ...]:
    """The steps of the needs, then those of the bars; the branches that decide the verdict are marked."""
    roots = walk.s.compiled.program.roots[category.id]
    kids = [(root, (), wanted) for root, wanted in zip(roots, (True, False), strict=False)]
    chosen = _decisive(walk, kids, _WISH[found])
    return tuple(
        _step(walk, root, (), category.id, wanted, _WISH[found] if i in chosen else None)
        for i, (root, _, wanted) in enumerate(kids)
        if walk.whole or i in chosen
    )


def _decisive(walk: Walk, kids: Sequence[tuple[int, tuple[int, ...], bool]], wish: Wish | None) -> frozenset[int]:
    """Which of the clauses under a decisive one are decisive too.

    Those that are as wanted show why, those that are not show why not; where there is none, the clause is settled by
    all that vary together (a case split), and these are shown.
    """
    if wish is None:
        return frozenset()
    statuses = walk.statuses([(g, p) for g, p, _ in kids])
    varying = frozenset(i for i, status in enumerate(statuses) if status is Status.VARIES)
    if wish == "what on":
        return varying
    settled = frozenset(
        i
        for i, (status, (_, _, wanted)) in enumerate(zip(statuses, kids, strict=True))
        if status is not Status.VARIES and ((status is Status.HOLDS) == wanted) == (wish == "why")
    )
    return settled or varying


def _step(
    walk: Walk,
    gate_id: int,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,
    shown: Clause | None = None,
) -> Step:
    """One clause and what is under it. `wish` None: not on a branch that decides. `shown`: the clause that calls it."""
    s = walk.s
    gate = s.compiled.program.gates[gate_id]
    status = walk.status(gate_id, places)
    if gate.kind == "override":
        return _overridden(walk, gate, places, path, wanted, wish, status)
    clause = gate.clause
    label = clause.label if clause else None
    here = f"{path}/{label}" if label else path
    decisive = wish is not None
    binding = _binding(s.compiled, gate, places)
    if shown_as_line(s.compiled, gate):
        seen: Mapping[str, Any] = Seen(s, gate, places) if clause else {}
        gaps = gaps_of(s, gate, places) if clause and s.open else ()
        return Step(
            here,
            "test",
            status,
            wanted,
            _shown(s.compiled, shown, clause),
            binding=binding,
            values=seen,
            gaps=gaps,
            decisive=decisive,
        )
    if gate.over is not None:
        kids = _elements(walk, gate, places, here, wanted, wish)
        words = _shown(s.compiled, shown, clause)
        return Step(here, gate.kind, status, wanted, words, kids, binding=binding, decisive=decisive)  # type: ignore[arg-type]
    if gate.kind == "all" and clause is not None and _calls(clause):
        only = gate.inputs[0]
        return _step(walk, only.gate, _at(only, places), here, wanted, wish, _shown(s.compiled, shown, clause))
    inner_wanted = wanted != (gate.kind == "not")
    inputs = list(gate.inputs)
    chosen = None
    if gate.kind == "reading" and gate.reading in s.readings:
        assert gate.reading is not None
        chosen = (gate.reading, s.readings[gate.reading])
        inputs = [i for i, v in zip(inputs, gate.values, strict=True) if v == chosen[1]]
    below = [(i.gate, _at(i, places), inner_wanted) for i in inputs]
    marked = _decisive(walk, below, wish)
    made = tuple(
        _step(walk, g, p, here, w, wish if k in marked else None)
        for k, (g, p, w) in enumerate(below)
        if walk.whole or k in marked
    )
    kind: StepKind = "constant" if gate.kind == "true" else gate.kind
    return Step(
        here,
        kind,
        status,
        wanted,
        _shown(s.compiled, shown, clause),
        made,
        gate.n or None,
        None,
        chosen,
        binding,
        decisive=decisive,
    )


def _shown(compiled: Compiled, outer: Clause | None, inner: Clause | None) -> Clause | None:
    """A clause that calls a term is shown with its own words and citations, or the term's where it has none."""
    if outer is None or inner is None:
        return inner or outer
    if outer.sentence is not None or outer.cites:
        return outer
    key = (id(outer), id(inner))
    if key not in compiled.calls:
        compiled.calls[key] = replace(inner, label=outer.label, place=outer.place)
    return compiled.calls[key]


def _at(i: Input, places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([places[a] for a in i.args]) if i.args else ()


def _overridden(
    walk: Walk,
    gate: Gate,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,
    status: Status,
) -> Step:
    """A clause after the exceptions to it."""
    inner = _step(walk, gate.inputs[0].gate, _at(gate.inputs[0], places), path, wanted, wish)
    category = walk.s.compiled.book.categories[inner.path.split("/")[0]]
    bars = not inner.wanted
    aimed = [o for o in category.overrides if o.target == tuple(inner.path.split("/")[1:])]
    ordered = [o for o in aimed if (o.effect == "met") != bars] + [o for o in aimed if (o.effect == "met") == bars]
    active = [
        o.label for o, i in zip(ordered, gate.inputs[1:], strict=True) if walk.standing.of(i.gate, ()) is not False
    ]
    return replace(inner, status=status, override=active[0] if active else None, decisive=wish is not None)


def _elements(
    walk: Walk,
    gate: Gate,
    places: tuple[int, ...],
    path: str,
    wanted: bool,
    wish: Wish | None,
) -> tuple[Step, ...]:
    """What each element of a list makes of the clause under a quantifier; one stands for all an open list may have."""
    s = walk.s
    assert gate.over is not None
    body, var = gate.inputs[0], gate.vars[-1]
    written = s.written.get(gate.over, 0)
    count = written + bool(s.blanks.get(gate.over))
    below = [(body.gate, _at(body, (*places, place)), wanted) for place in range(count)]
    marked = _decisive(walk, below, wish)
    out = []
    for place, (g, p, w) in enumerate(below):
        if not walk.whole and place not in marked:
            continue
        inner = _step(walk, g, p, path, w, wish if place in marked else None)
        there = place < written
        address = f"{gate.over}[{place if there else '+'}]"
        status = inner.status if there or inner.status is Status.FAILS else Status.VARIES
        kids = inner.children if inner.kind in ("all", "any") and inner.path == path and inner.children else (inner,)
        binding = {**_binding(s.compiled, gate, places), var: address}
        out.append(
            Step(
                path,
                "element",
                status,
                wanted,
                inner.clause,
                kids,
                None,
                address,
                None,
                binding,
                decisive=place in marked,
            )
        )
    return tuple(out)


def _binding(compiled: Compiled, gate: Gate, places: tuple[int, ...]) -> Mapping[str, str]:
    """Addresses of the variables in scope."""
    key = (gate.id, places)
    if key not in compiled.bindings:
        pairs = zip(gate.vars, gate.lists, places, strict=False)
        addresses = {v: f"{name}[{p}]" for v, name, p in pairs}
        compiled.bindings[key] = MappingProxyType(addresses | {v: str(p) for v, p in gate.things})
    return compiled.bindings[key]


def leaves(step: Step) -> Iterator[Step]:
    """The steps that are single lines, in rule order."""
    if step.kind in ("test", "constant") or not step.children:
        yield step
        return
    for child in step.children:
        yield from leaves(child)
