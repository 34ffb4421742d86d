"""How clauses stand on what a case tells: they hold, they fail, or they are open.

Most of what an explanation shows is settled by what is told, or hangs on tests that nothing ties together. Both are
seen here without the solver. An open clause is given by the tests and elements it hangs on, if it meets each of them
once: as long as nothing ties these, some completion makes it hold and another makes it fail, since truths of what it
does not meet twice can be chosen one by one. Of other open clauses nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from solver.cells import Instance, Table
from solver.lower import Gate
from solver.situation import Situation

Place = tuple[str, int]
"""An element that may be there: its list and its place."""

Stand = bool | frozenset[Instance | Place] | None
"""A truth; what an open clause hangs on; or None where it meets something twice, or an open reading."""

Function = Callable[["Standing", tuple[int, ...]], Stand]


_UNSEEN: Any = object()
"""Stands for what has not been looked at: of an open clause nothing may be said, which is None."""


class Standing(Struct):
    """How the clauses of a book stand in a situation; each is looked at once.

    known: what was looked at. tests: the truths of tests that were looked at, by this or by others.
    """

    s: Situation
    tests: Mapping[Any, bool | None]
    known: dict[Instance, Stand] = field(default_factory=dict)

    def of(self, key: Instance) -> Stand:
        """How a clause stands at some places."""
        found = self.known.get(key, _UNSEEN)
        return self.seen(key) if found is _UNSEEN else found

    def seen(self, key: Instance) -> Stand:
        """The same of a clause that was not looked at."""
        gate, places = key
        function = self.s.compiled.standing.get(gate)
        if function is None:
            function = self.s.compiled.standing[gate] = _function(self.s.compiled.program.gates[gate])
        found: Stand = function(self, places)
        self.known[key] = found
        return found


def standing_in(s: Situation) -> Standing:
    """How clauses stand in a situation, none of them looked at."""
    return Standing(s, s.told.known)


def tied(tables: Iterable[Table]) -> frozenset[Instance]:
    """The tests that are not free to hold or fail whatever the others do."""
    return frozenset().union(*(_tied(table) for table in tables))


def _tied(table: Table) -> frozenset[Instance]:
    bits = [dict(alternative.bits) for alternative in table.alternatives]
    met = frozenset(table.met())
    nested = any(alternative.tables for alternative in table.alternatives)
    if len(met) == 1 and not nested and table.variable[0] != "law":
        (only,) = met
        truths = {found.get(only) for found in bits}
        if None in truths or len(truths) > 1:
            return frozenset()
    return met


def _function(gate: Gate) -> Function:
    """A clause as a function of a situation and the places of its variables."""
    inputs = tuple((i.gate, i.args) for i in gate.inputs)
    fixed = tuple((i.gate, ()) for i in gate.inputs) if not any(i.args for i in gate.inputs) else None
    match gate.kind:
        case "true":
            return lambda _standing, _places: True
        case "test":
            assert gate.test is not None
            return _test(gate.test)
        case "all" | "any":
            decisive = gate.kind == "any"
            return _joined(inputs, decisive=decisive) if fixed is None else _joined_once(fixed, decisive=decisive)
        case "not":
            ((only, args),) = inputs
            return lambda standing, places: _not(standing.of((only, _at(args, places))))
        case "at_least":
            return _at_least(gate.n, inputs)
        case "reading":
            assert gate.reading is not None
            return _reading(gate.reading, gate.values, inputs)
        case "override":
            return _override(gate.met, inputs)
        case "some" | "every":
            assert gate.over is not None
            return _elements(gate.over, inputs[0], positive=gate.kind == "some")


Inputs = Sequence[tuple[int, tuple[int, ...]]]


def _at(args: tuple[int, ...], places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([places[a] for a in args]) if args else ()


def _not(stand: Stand) -> Stand:
    return (not stand) if type(stand) is bool else stand


def _together(open_: Sequence[Any]) -> Stand:
    """What open clauses hang on together; None if they meet something twice."""
    if len(open_) == 1:
        return open_[0]  # type: ignore[no-any-return]
    if None in open_:
        return None
    out: frozenset[Instance | Place] = frozenset().union(*open_)
    return out if len(out) == sum(map(len, open_)) else None


def _test(test: int) -> Function:
    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        instance = (test, places)
        found = standing.tests.get(instance, _UNSEEN)
        if found is _UNSEEN:
            found = standing.s.told_truth(instance)
        return frozenset((instance,)) if found is None else found

    return stands


def _joined(inputs: Inputs, *, decisive: bool) -> Function:
    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        open_: list[Stand] = []
        known = standing.known
        for gate, args in inputs:
            key = (gate, tuple([places[a] for a in args]) if args else ())
            found: Stand = known.get(key, _UNSEEN)
            if found is _UNSEEN:
                found = standing.seen(key)
            if found is decisive:
                return decisive
            if type(found) is not bool:
                open_.append(found)
        return _together(open_) if open_ else not decisive

    return stands


def _joined_once(inputs: Sequence[Instance], *, decisive: bool) -> Function:
    """The same of clauses that are asked at no places."""

    def stands(standing: Standing, _places: tuple[int, ...]) -> Stand:
        open_: list[Stand] = []
        known = standing.known
        for key in inputs:
            found: Stand = known.get(key, _UNSEEN)
            if found is _UNSEEN:
                found = standing.seen(key)
            if found is decisive:
                return decisive
            if type(found) is not bool:
                open_.append(found)
        return _together(open_) if open_ else not decisive

    return stands


def _at_least(n: int, inputs: Inputs) -> Function:
    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        found = [standing.of((gate, _at(args, places))) for gate, args in inputs]
        need = n - sum(f is True for f in found)
        open_ = [f for f in found if type(f) is not bool]
        return True if need <= 0 else False if len(open_) < need else _together(open_)

    return stands


def _reading(reading: str, values: Sequence[str], inputs: Inputs) -> Function:
    branches = dict(zip(values, inputs, strict=True))

    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        chosen = standing.s.readings.get(reading)
        if chosen is not None:
            gate, args = branches[chosen]
            return standing.of((gate, _at(args, places)))
        found = [standing.of((gate, _at(args, places))) for gate, args in inputs]
        return found[0] if all(f is found[0] for f in found) and type(found[0]) is bool else None

    return stands


def _override(met: int, inputs: Inputs) -> Function:
    """A clause after its exceptions: some that make it hold does, or it does itself and none that make it fail."""

    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        own, *exceptions = [standing.of((gate, _at(args, places))) for gate, args in inputs]
        holding, failing = exceptions[:met], [_not(f) for f in exceptions[met:]]
        if True in holding:
            return True
        open_ = [f for f in holding if type(f) is not bool]
        inner = [own, *failing]
        if False not in inner:
            open_inside = [f for f in inner if type(f) is not bool]
            if not open_inside:
                return True
            open_ += open_inside
        return _together(open_) if open_ else False

    return stands


def _elements(name: str, body: tuple[int, tuple[int, ...]], *, positive: bool) -> Function:
    """Some element for which the clause holds; or none for which it fails."""
    gate, args = body

    def stands(standing: Standing, places: tuple[int, ...]) -> Stand:
        written = standing.s.written.get(name, 0)
        open_ = []
        for place in range(written + standing.s.blanks.get(name, 0)):
            found = standing.of((gate, _at(args, (*places, place))))
            if found is not positive and type(found) is bool:
                continue
            if place >= written:
                there = frozenset(((name, place),))
                open_.append(there if found is positive else _together([there, found]))
            elif found is positive:
                return positive
            else:
                open_.append(found)
        return _together(open_) if open_ else not positive

    return stands
