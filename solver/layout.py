"""How the rules are laid out for readers: what can be said of a clause where it stands before there is any case.

Explanations walk the same clauses for everybody. What they need of a clause (its address, the words it is shown with,
what stands below it) is worked out once for each book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.model import Book, Clause
from solver.answer import StepKind
from solver.cells import Instance
from solver.compiled import Compiled
from solver.lower import Gate, Input
from solver.seen import is_call, shown_as_line, tests_under

_WEAK = 6

Args = tuple[int, ...]
"""Which of a clause's places are those of one below it, in order."""


class Spot(Struct):
    """A clause where it stands.

    form: a line; a clause over the elements of a list; one with exceptions; or any other with clauses below it.
    via: which of the places asked at are its own, None for all, where it stands for a clause that calls it.
    kind, path, wanted, clause: see `Step`. below: what stands below it. exceptions: the labels of those to it.
    tests: of a line, the tests under it and which of its places are theirs. totals: whether one of them adds up.
    binding: see `binding`, where it is asked at no places. kids: see `kids`, by the value of a reading.
    """

    form: Literal["line", "list", "exceptions", "group"]
    gate: Gate
    via: Args | None
    kind: StepKind
    path: str
    wanted: bool
    clause: Clause | None
    below: tuple[Input, ...]
    exceptions: tuple[str, ...] = ()
    tests: tuple[Instance, ...] = ()
    totals: bool = False
    binding: Mapping[str, str] | None = None
    kids: dict[str | None, Kids] = field(default_factory=dict)
    _reason: str = ""
    _leans: tuple[str, ...] | None = None

    @property
    def reason(self) -> str:
        """Its labels from the category down."""
        if not self._reason:
            category, _, labels = self.path.partition("/")
            self._reason = labels.replace("/", ".") or category
        return self._reason

    def leans(self, book: Book) -> tuple[str, ...]:
        """The sources of rank 6 or 7 that it rests on alone."""
        if self._leans is None:
            named = dict.fromkeys([cite.source for cite in self.clause.cites]) if self.clause else {}
            self._leans = tuple(named) if all(book.sources[name].rank >= _WEAK for name in named) else ()
        return self._leans


class Kids(NamedTuple):
    """The clauses below another, and how they stand there.

    keys: each with the places it is asked at, if these are the same wherever the other is asked. inputs: each, and
    which of the places of that one are its own.
    """

    keys: tuple[Instance, ...] | None
    inputs: tuple[Instance, ...]
    spots: tuple[Spot, ...]

    def at(self, places: Args) -> Sequence[Instance]:
        """The clauses, each with the places it is asked at."""
        return [(gate, at(args, places)) for gate, args in self.inputs] if self.keys is None else self.keys


def kids(compiled: Compiled, here: Spot, chosen: str | None) -> Kids:
    """The clauses below one; of a reading that has a value the branch of that value. Worked out once."""
    found = here.kids.get(chosen)
    if found is None:
        gate = here.gate
        wanted = here.wanted != (gate.kind == "not")
        below = [i for k, i in enumerate(here.below) if chosen is None or gate.values[k] == chosen]
        inputs = tuple([(i.gate, i.args) for i in below])
        keys = None if any(i.args for i in below) else inputs
        found = Kids(keys, inputs, tuple([spot(compiled, i.gate, here.path, wanted) for i in below]))
        here.kids[chosen] = found
    return found


def spot(
    compiled: Compiled, gate_id: int, path: str, wanted: bool, shown: Clause | None = None, via: Args | None = None
) -> Spot:
    """A clause asked for under a path. `shown`: the clause that calls it, with its own words."""
    key = (gate_id, path, wanted, id(shown), via)
    if key not in compiled.spots:
        made = _spot(compiled, compiled.program.gates[gate_id], path, wanted, shown, via)
        made.binding = None if made.gate.lists else binding(compiled, made.gate, ())
        compiled.spots[key] = made
    return compiled.spots[key]  # type: ignore[no-any-return]


def _spot(compiled: Compiled, gate: Gate, path: str, wanted: bool, shown: Clause | None, via: Args | None) -> Spot:
    if gate.kind == "override":
        inner = spot(compiled, gate.inputs[0].gate, path, wanted)
        return Spot("exceptions", gate, via, "all", path, wanted, None, gate.inputs, _exceptions(compiled, inner))
    clause = gate.clause
    here = f"{path}/{clause.label}" if clause and clause.label else path
    words = _shown(compiled, shown, clause)
    if shown_as_line(compiled, gate):
        tests = tuple(tests_under(compiled, gate))
        adds_up = any(compiled.tests[test].reads.totals or compiled.tests[test].score for test, _ in tests)
        return Spot("line", gate, via, "test", here, wanted, words, (), (), tests, adds_up)
    if gate.over is not None:
        return Spot("list", gate, via, gate.kind, here, wanted, words, gate.inputs)  # type: ignore[arg-type]
    if gate.kind == "all" and clause is not None and is_call(clause):
        (only,) = gate.inputs
        args = only.args if via is None else tuple([via[a] for a in only.args])
        return spot(compiled, only.gate, here, wanted, words, args)
    kind: StepKind = "constant" if gate.kind == "true" else gate.kind
    return Spot("group", gate, via, kind, here, wanted, words, gate.inputs)


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


def _exceptions(compiled: Compiled, inner: Spot) -> tuple[str, ...]:
    """The labels of the exceptions to a clause, in the order in which they stand below it."""
    name, *trail = inner.path.split("/")
    aimed = [o for o in compiled.book.categories[name].overrides if o.target == tuple(trail)]
    bars = not inner.wanted
    first = [o.label for o in aimed if (o.effect == "met") != bars]
    return (*first, *(o.label for o in aimed if (o.effect == "met") == bars))


def at(args: Args, places: Args) -> Args:
    """The places of a clause, given those of the one above."""
    return tuple([places[a] for a in args]) if args else ()


def binding(compiled: Compiled, gate: Gate, places: Args) -> Mapping[str, str]:
    """Addresses of the variables in scope."""
    key = (gate.id, places)
    if key not in compiled.bindings:
        pairs = zip(gate.vars, gate.lists, places, strict=False)
        addresses = {v: f"{name}[{p}]" for v, name, p in pairs}
        compiled.bindings[key] = MappingProxyType(addresses | {v: str(p) for v, p in gate.things})
    return compiled.bindings[key]
