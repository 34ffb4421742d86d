"""Why a clause has the truth it has in one model: the fewest open tests, elements and readings that bring it about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from solver.cells import Instance
from solver.lower import Gate, Input
from solver.undecided import Forced


class Ground(Struct, frozen=True):
    """One of three: a test, an element of a list, or a value of a reading; and whether it holds (or is there)."""

    truth: bool
    instance: Instance | None = None
    element: tuple[str, int] | None = None
    option: tuple[str, str] | None = None


Found = frozenset[Ground]
_NOTHING: Found = frozenset()


class Grounds(Struct):
    """The truths of one model, and what has been worked out from them."""

    tests: Mapping[Instance, bool]
    exists: Mapping[tuple[str, int], bool]
    options: Mapping[tuple[str, str], bool]
    on: int | None = None
    """The switch that is on."""
    _memo: dict[tuple[int, int, tuple[int, ...]], tuple[bool, Found]] = field(default_factory=dict)

    def why(self, copy: Forced, gate: int, places: tuple[int, ...], truth: bool) -> Found:
        """What brings about the truth of a clause in a copy of the rules."""
        value, found = self._value(copy, gate, places)
        assert value is truth, "a model has the truths that were asked for"
        return found

    def _value(self, c: Forced, gate: int, places: tuple[int, ...]) -> tuple[bool, Found]:
        known = c.value(gate, places)
        if isinstance(known, bool):
            return known, _NOTHING
        taken = c.taken(gate, self.on)
        if taken is not None:
            return taken, _NOTHING
        said = c.said(gate, places)
        if isinstance(said, bool):
            return said, _NOTHING
        key = (id(c), gate, places)
        if key not in self._memo:
            self._memo[key] = self._gate(c, c.program.gates[gate], places)
        return self._memo[key]

    def _input(self, c: Forced, i: Input, places: tuple[int, ...]) -> tuple[bool, Found]:
        return self._value(c, i.gate, tuple(places[a] for a in i.args))

    def _gate(self, c: Forced, gate: Gate, places: tuple[int, ...]) -> tuple[bool, Found]:
        def inputs() -> list[tuple[bool, Found]]:
            return [self._input(c, i, places) for i in gate.inputs]

        match gate.kind:
            case "true":
                return True, _NOTHING
            case "test":
                assert gate.test is not None
                instance = (gate.test, places)
                return self.tests[instance], frozenset({Ground(self.tests[instance], instance=instance)})
            case "all":
                return _every(inputs())
            case "any":
                return _some(inputs())
            case "not":
                value, found = self._input(c, gate.inputs[0], places)
                return not value, found
            case "at_least":
                return _at_least(gate.n, inputs())
            case "reading":
                return self._reading(c, gate, places)
            case "override":
                own, *exceptions = inputs()
                met, unmet = exceptions[: gate.met], exceptions[gate.met :]
                return _some([*met, _every([own, *((not v, why) for v, why in unmet)])])
            case "some":
                return _some(self._elements(c, gate, places, positive=True))
            case "every":
                value, found = _some(self._elements(c, gate, places, positive=False))
                return not value, found

    def _elements(self, c: Forced, gate: Gate, places: tuple[int, ...], *, positive: bool) -> list[tuple[bool, Found]]:
        """For each place: an element is there and its clause holds (or, for `every`, fails)."""
        assert gate.over is not None
        body = gate.inputs[0]
        written = c.written.get(gate.over, 0)
        out = []
        for place in range(written + c.blanks.get(gate.over, 0)):
            there = (gate.over, place)
            present = place < written or self.exists[there]
            grounds = _NOTHING if place < written else frozenset({Ground(present, element=there)})
            if not present:
                out.append((False, grounds))
                continue
            value, found = self._value(c, body.gate, tuple((*places, place)[a] for a in body.args))
            out.append(_every([(True, grounds), (value is positive, found)]))
        return out

    def _reading(self, c: Forced, gate: Gate, places: tuple[int, ...]) -> tuple[bool, Found]:
        assert gate.reading is not None
        branches = dict(zip(gate.values, gate.inputs, strict=True))
        chosen = c.readings.get(gate.reading)
        if chosen is not None:
            return self._input(c, branches[chosen], places)
        if c.reread:
            value = next((v for v in gate.values if c.options[gate.reading, v] == self.on), None)
            value = value or c.program.book.readings[gate.reading].default
            return self._input(c, branches[value], places)
        value = next(v for v in gate.values if self.options[gate.reading, v])
        holds, found = self._input(c, branches[value], places)
        return holds, found | {Ground(True, option=(gate.reading, value))}


def _every(parts: Sequence[tuple[bool, Found]]) -> tuple[bool, Found]:
    """All of the parts: every one of them, or one that fails."""
    failed = [found for value, found in parts if not value]
    if failed:
        return False, min(failed, key=len)
    return True, frozenset().union(*(found for _, found in parts))


def _some(parts: Sequence[tuple[bool, Found]]) -> tuple[bool, Found]:
    """Any of the parts: one that holds, or every one of them failing."""
    held = [found for value, found in parts if value]
    if held:
        return True, min(held, key=len)
    return False, frozenset().union(*(found for _, found in parts))


def _at_least(n: int, parts: Sequence[tuple[bool, Found]]) -> tuple[bool, Found]:
    """At least `n` of the parts: the n with the fewest grounds, or enough of those that fail."""
    held = sorted((found for value, found in parts if value), key=len)
    if len(held) >= n:
        return True, frozenset().union(*held[:n])
    failed = sorted((found for value, found in parts if not value), key=len)
    return False, frozenset().union(*failed[: len(parts) - n + 1])
