"""What a clause fails on, or holds by: the facts that settle it, as few as can be had.

A *proof* is a set of tests with their truths, and of lists that have no other elements than are told: as long as these
stay so, the clause stays as it is, whatever else does. Where one of several clauses is enough, the one with the
lightest proof is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field

from solver.cells import Instance
from solver.changeable import list_address
from solver.facts import Address
from solver.lower import Gate, Input
from solver.situation import Situation

Ground = tuple[Instance, bool] | Address
"""A test with its truth, or a list that has no further elements."""

Proof = frozenset[Ground]
NONE: Proof = frozenset()


class Prover(Struct):
    """Proofs over one situation. `truth`: of a test; `weight`: of a ground; the lighter a proof the better.

    there: of the elements an open list may have besides those written, which a completion has; nothing is said of
    those that are not named.
    """

    s: Situation
    truth: Callable[[Instance], bool | None]
    weight: Callable[[Ground], int]
    there: Mapping[tuple[str, int], bool] = field(default_factory=dict)
    memo: dict[tuple[int, tuple[int, ...], bool], Proof | None] = field(default_factory=dict)

    def proof(self, gate: int, places: tuple[int, ...], want: bool) -> Proof | None:
        """What makes a clause hold (or fail, as wanted); None if it does not, or not for sure."""
        key = (gate, places, want)
        if key not in self.memo:
            self.memo[key] = self._gate(self.s.compiled.program.gates[gate], places, want)
        return self.memo[key]

    def _input(self, i: Input, places: tuple[int, ...], want: bool) -> Proof | None:
        return self.proof(i.gate, tuple(places[a] for a in i.args), want)

    def _gate(self, gate: Gate, places: tuple[int, ...], want: bool) -> Proof | None:
        match gate.kind:
            case "true":
                return NONE if want else None
            case "test":
                assert gate.test is not None
                instance = (gate.test, places)
                return frozenset({(instance, want)}) if self.truth(instance) is want else None
            case "all" | "any":
                found = (self._input(i, places, want) for i in gate.inputs)
                return self._every(found) if (gate.kind == "all") == want else self._one(found)
            case "not":
                return self._input(gate.inputs[0], places, not want)
            case "at_least":
                need = gate.n if want else len(gate.inputs) - gate.n + 1
                return self._some(need, (self._input(i, places, want) for i in gate.inputs))
            case "reading":
                chosen = self.s.readings.get(gate.reading or "")
                branches = [i for v, i in zip(gate.values, gate.inputs, strict=True) if chosen in (None, v)]
                return self._every(self._input(i, places, want) for i in branches)
            case "override":
                return self._override(gate, places, want)
            case "some" | "every":
                return self._elements(gate, places, want)

    def _override(self, gate: Gate, places: tuple[int, ...], want: bool) -> Proof | None:
        own, *exceptions = gate.inputs
        met, unmet = exceptions[: gate.met], exceptions[gate.met :]
        if want:
            plain = self._every([self._input(own, places, True), *(self._input(u, places, False) for u in unmet)])
            return self._one([plain, *(self._input(m, places, True) for m in met)])
        failed = self._one([self._input(own, places, False), *(self._input(u, places, True) for u in unmet)])
        return self._every([failed, *(self._input(m, places, False) for m in met)])

    def _elements(self, gate: Gate, places: tuple[int, ...], want: bool) -> Proof | None:
        """Of elements: one that shows it, or all of them and that there are no others."""
        assert gate.over is not None
        name, body, written = gate.over, gate.inputs[0], self.s.written.get(gate.over, 0)
        further = range(written, written + self.s.blanks.get(name, 0))
        whole: Proof = frozenset({list_address(name)})

        def inner(place: int) -> Proof | None:
            return self._input(body, (*places, place), want)

        if (gate.kind == "some") == want:
            met = (p for place in further if self.there.get((name, place)) and (p := inner(place)) is not None)
            return self._one([*(inner(place) for place in range(written)), *(whole | p for p in met)])
        every = [*range(written), *(place for place in further if self.there.get((name, place), True))]
        return self._every([whole, *(inner(place) for place in every)])

    def _every(self, found: Iterable[Proof | None]) -> Proof | None:
        out: Proof = NONE
        for one in found:
            if one is None:
                return None
            out |= one
        return out

    def _one(self, found: Iterable[Proof | None]) -> Proof | None:
        there = [one for one in found if one is not None]
        if len(there) < 2:
            return there[0] if there else None
        return min(there, key=self.heavy)

    def heavy(self, proof: Proof) -> int:
        """What a proof weighs."""
        weight = self.weight
        return sum([weight(ground) for ground in proof])

    def _some(self, n: int, found: Iterable[Proof | None]) -> Proof | None:
        there = sorted((one for one in found if one is not None), key=self.heavy)
        return NONE.union(*there[:n]) if len(there) >= n else None
