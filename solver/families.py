"""What each clause of a category rests on: the minimal sets of atoms that settle it, put together from its parts.

A clause that fails because two others do needs one of them; one that holds because both do needs both. So the sets that
settle a category follow from those that settle its tests. What only hangs together over several clauses is not seen
here; `solver.blocking` finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from solver.atoms import Atoms
from solver.cells import Instance
from solver.evaluate import LawGap, Slack, Unread
from solver.hitting import Enumeration, TooMany, bits, crossed, minimal
from solver.lower import Gate, Input
from solver.parts import Parts
from solver.situation import Situation

Sets = list[int]
"""Minimal closed masks; none: it is never so; the empty mask: it always is."""


WORK = 50_000
"""How many elements of lists tests may look at for one category: some seconds. What is left is too much to try."""


class Families(Struct):
    """The families of the clauses of a case. spent: elements looked at."""

    parts: Parts
    limit: int
    tests: dict[Instance, tuple[bool, Sets]] = field(default_factory=dict)
    memo: dict[tuple[int, tuple[int, ...], bool], Sets] = field(default_factory=dict)
    spent: int = 0

    @property
    def s(self) -> Situation:
        """The case as it is laid against its book."""
        return self.parts.s

    @property
    def atoms(self) -> Atoms:
        """What it tells."""
        return self.parts.atoms

    def category(self, category: str, wanted: bool) -> Sets:
        """The sets that make a category hold, or fail; raises TooMany."""
        self.spent = 0
        return self.gate(self.s.compiled.program.categories[category], (), wanted)

    def gate(self, gate: int, places: tuple[int, ...], wanted: bool) -> Sets:
        """The sets that make a clause hold, or fail."""
        key = (gate, places, wanted)
        if key not in self.memo:
            self.memo[key] = self._gate(self.s.compiled.program.gates[gate], places, wanted)
        return self.memo[key]

    def _input(self, i: Input, places: tuple[int, ...], wanted: bool) -> Sets:
        return self.gate(i.gate, tuple([places[a] for a in i.args]) if i.args else (), wanted)

    def _all(self, parts: Iterable[Sets]) -> Sets:
        out: Sets = [0]
        for part in parts:
            if not part:
                return []
            out = crossed(out, part, self.limit)
        return out

    def _any(self, parts: Iterable[Sets]) -> Sets:
        return minimal([m for part in parts for m in part])

    def _gate(self, gate: Gate, places: tuple[int, ...], wanted: bool) -> Sets:
        inputs = gate.inputs
        match gate.kind:
            case "true":
                return [0] if wanted else []
            case "test":
                assert gate.test is not None
                truth, sets = self.test((gate.test, places))
                return sets if truth is wanted else []
            case "not":
                return self._input(inputs[0], places, not wanted)
            case "all" | "any":
                together = self._all if (gate.kind == "all") is wanted else self._any
                return together(self._input(i, places, wanted) for i in inputs)
            case "at_least":
                n = gate.n if wanted else len(inputs) - gate.n + 1
                return self._at_least(n, [self._input(i, places, wanted) for i in inputs])
            case "reading":
                chosen = self.s.readings.get(gate.reading) if gate.reading else None
                branches = zip(gate.values, inputs, strict=True)
                return self._all(self._input(i, places, wanted) for v, i in branches if chosen in (v, None))
            case "override":
                met, unmet = inputs[1 : gate.met + 1], inputs[gate.met + 1 :]
                own = self._input(inputs[0], places, wanted)
                if wanted:
                    free = self._all([own, *(self._input(i, places, False) for i in unmet)])
                    return self._any([free, *(self._input(i, places, True) for i in met)])
                off = self._any([own, *(self._input(i, places, True) for i in unmet)])
                return self._all([off, *(self._input(i, places, False) for i in met)])
            case "some" | "every":
                return self._elements(gate, places, wanted)

    def _at_least(self, n: int, parts: Sequence[Sets]) -> Sets:
        """The sets that settle so many of the parts."""
        counted: list[Sets] = [[0]] + [[] for _ in range(n)]
        for part in parts:
            for k in range(n, 0, -1):
                if part and counted[k - 1]:
                    counted[k] = self._any([counted[k], crossed(counted[k - 1], part, self.limit)])
        return counted[n]

    def _elements(self, gate: Gate, places: tuple[int, ...], wanted: bool) -> Sets:
        """One element settles it, or all there are and that there are no more (or that no other could do otherwise)."""
        name, body = gate.over, gate.inputs[0]
        assert name is not None
        written = self.s.written.get(name, 0)
        each = (self._input(body, (*places, p), wanted) for p in range(written))
        if (gate.kind == "some") is wanted:
            there = (self.atoms.at[name, str(p)] for p in range(written))
            return self._any([m | bit for m in sets] for bit, sets in zip(there, each, strict=True))
        closed = self.atoms.at.get((name,))
        further: Sets = []
        if self.s.blanks.get(name, 0):
            further = self._input(body, (*places, written), wanted)
        ends = [[self.atoms.close(closed)]] if closed else []
        return self._all([self._any([*ends, further]), *each])

    def test(self, instance: Instance) -> tuple[bool, Sets]:
        """The truth of a test, and the sets that give it; no sets where it is open."""
        if instance not in self.tests:
            truth = self.s.truth(instance)
            self.tests[instance] = (bool(truth), [] if truth is None else self._needed(instance, truth))
        return self.tests[instance]

    def _needed(self, instance: Instance, truth: bool) -> Sets:
        ready = self.s.compiled.tests[instance[0]]
        read = self.parts.read(instance)
        if not ready.reads.totals and not ready.score:
            # Such a test looks at what it reads whatever the rest is like: it needs all that it looks at.
            looked = sum(b for b in bits(read) if self.look(instance, b) is not truth)
            return [self.atoms.close(looked)]
        read = self.atoms.close(read)
        known: dict[int, bool | None] = {}

        def holds(mask: int) -> bool:
            if mask not in known:
                known[mask] = self.look(instance, read & ~mask)
            return known[mask] is truth

        found = Enumeration(holds, read, lambda m: self.atoms.spread(m) & read, self.atoms.core, self.limit)
        found.run()
        return [self.atoms.close(m) for m in found.found]

    def look(self, instance: Instance, left_out: int) -> bool | None:
        """The truth of a test where some atoms are left out."""
        s, facts = self.s, self.s.facts
        test, places = instance
        ready = s.compiled.tests[test]
        self.spent += 1 + sum(len(facts.lists[n].items) for p, _ in ready.reads.totals if (n := str(p)) in facts.lists)
        if self.spent > WORK:
            raise TooMany
        env = s.env
        env.els = tuple([s.told.elements[name][p] for name, p in zip(ready.spec.lists, places, strict=True)])
        with self.parts.without(left_out):
            try:
                return ready.test(env)
            except (Unread, LawGap, Slack):
                return None
            finally:
                env.els = ()
