"""The part of a book a case leaves undecided, as a small program for clingo.

Gates whose inputs are settled are settled at once; only what hangs on undecided tests becomes rules. A value is True,
False, or a literal of the circuit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from solver.cells import Alternative, Instance, Table
from solver.evaluate import LawVar
from solver.lower import Gate, Input, Program
from solver.run import Circuit

Value = bool | int
Truths = Callable[[Instance], bool | None]


class Copy(Struct):
    """One copy of the rules over a case.

    settled: the truth of a test, None if it is open; such a test becomes a literal. written: how many elements each
    list has; blanks: how many more it may have. readings: chosen values; those not in it are literals.
    """

    program: Program
    circuit: Circuit
    settled: Truths
    written: Mapping[str, int]
    blanks: Mapping[str, int]
    readings: Mapping[str, str]
    tests: dict[Instance, int] = field(default_factory=dict)
    exists: dict[tuple[str, int], int] = field(default_factory=dict)
    options: dict[tuple[str, str], int] = field(default_factory=dict)
    law: dict[LawVar, int] = field(default_factory=dict)
    memo: dict[tuple[int, tuple[int, ...]], Value] = field(default_factory=dict)

    def value(self, gate: int, places: tuple[int, ...] = ()) -> Value:
        """Truth of a clause, or the literal that stands for it."""
        key = (gate, places)
        if key not in self.memo:
            self.memo[key] = self._gate(self.program.gates[gate], places)
        return self.memo[key]

    def _input(self, i: Input, places: tuple[int, ...]) -> Value:
        return self.value(i.gate, tuple(places[a] for a in i.args))

    def test(self, instance: Instance) -> Value:
        """Truth of a test, or its literal."""
        known = self.settled(instance)
        if known is not None:
            return known
        if instance not in self.tests:
            atom = self.circuit.atom()
            self.circuit.choice([atom])
            self.tests[instance] = atom
        return self.tests[instance]

    def element(self, name: str, place: int) -> Value:
        """Whether an element is there."""
        if place < self.written.get(name, 0):
            return True
        if (name, place) not in self.exists:
            atom = self.circuit.atom()
            self.circuit.choice([atom])
            self.exists[name, place] = atom
        return self.exists[name, place]

    def option(self, reading: str, value: str) -> Value:
        """Whether a reading has a value."""
        if reading in self.readings:
            return self.readings[reading] == value
        if (reading, value) not in self.options:
            values = [v for v, _ in self.program.book.readings[reading].values]
            atoms = [self.circuit.atom() for _ in values]
            self.circuit.choice(atoms)
            self.circuit.never([-a for a in atoms])
            for i, a in enumerate(atoms):
                for b in atoms[i + 1 :]:
                    self.circuit.never([a, b])
            self.options.update({(reading, v): a for v, a in zip(values, atoms, strict=True)})
        return self.options[reading, value]

    def _gate(self, gate: Gate, places: tuple[int, ...]) -> Value:
        match gate.kind:
            case "true":
                return True
            case "test":
                assert gate.test is not None
                return self.test((gate.test, places))
            case "all":
                return self.conjunction(self._input(i, places) for i in gate.inputs)
            case "any":
                return self.disjunction(self._input(i, places) for i in gate.inputs)
            case "not":
                return self.negate(self._input(gate.inputs[0], places))
            case "at_least":
                return self._at_least(gate.n, [self._input(i, places) for i in gate.inputs])
            case "reading":
                return self._reading(gate, places)
            case "override":
                return self._override(gate, places)
            case "some":
                return self.disjunction(self._elements(gate, places, positive=True))
            case "every":
                return self.negate(self.disjunction(self._elements(gate, places, positive=False)))

    def _elements(self, gate: Gate, places: tuple[int, ...], *, positive: bool):  # type: ignore[no-untyped-def]
        """For each place: an element is there and its clause holds (or, for `every`, fails)."""
        assert gate.over is not None
        body = gate.inputs[0]
        for place in range(self.written.get(gate.over, 0) + self.blanks.get(gate.over, 0)):
            inner = self.value(body.gate, tuple((*places, place)[a] for a in body.args))
            yield self.conjunction((self.element(gate.over, place), inner if positive else self.negate(inner)))

    def _reading(self, gate: Gate, places: tuple[int, ...]) -> Value:
        assert gate.reading is not None
        branches = zip(gate.values, gate.inputs, strict=True)
        chosen = self.readings.get(gate.reading)
        if chosen is not None:
            return next(self._input(i, places) for value, i in branches if value == chosen)
        pairs = [(self.option(gate.reading, v), self._input(i, places)) for v, i in branches]
        return self.disjunction(self.conjunction(pair) for pair in pairs)

    def _override(self, gate: Gate, places: tuple[int, ...]) -> Value:
        own, *exceptions = (self._input(i, places) for i in gate.inputs)
        met, unmet = exceptions[: gate.met], exceptions[gate.met :]
        return self.disjunction((*met, self.conjunction((own, *(self.negate(u) for u in unmet)))))

    def _at_least(self, n: int, values: list[Value]) -> Value:
        need = n - sum(v is True for v in values)
        rest = [v for v in values if v is not True and v is not False]
        if need <= 0:
            return True
        if len(rest) < need:
            return False
        return self.counted(need, rest)

    def negate(self, v: Value) -> Value:
        """The opposite."""
        return (not v) if isinstance(v, bool) else -v

    def counted(self, n: int, values: Sequence[int]) -> Value:
        """At least so many of the values."""
        head = self.circuit.atom()
        self.circuit.at_least(head, n, values)
        return head

    def conjunction(self, values) -> Value:  # type: ignore[no-untyped-def]
        """All of the values."""
        rest: list[int] = []
        for v in values:
            if v is False:
                return False
            if v is not True and v not in rest:
                rest.append(v)
        if not rest:
            return True
        if len(rest) == 1:
            return rest[0]
        head = self.circuit.atom()
        self.circuit.rule(head, rest)
        return head

    def disjunction(self, values) -> Value:  # type: ignore[no-untyped-def]
        """Any of the values."""
        rest: list[int] = []
        for v in values:
            if v is True:
                return True
            if v is not False and v not in rest:
                rest.append(v)
        if not rest:
            return False
        if len(rest) == 1:
            return rest[0]
        head = self.circuit.atom()
        for v in rest:
            self.circuit.rule(head, [v])
        return head

    def question(self, var: LawVar) -> int:
        """The literal of a question of the law."""
        if var not in self.law:
            atom = self.circuit.atom()
            self.circuit.choice([atom])
            self.law[var] = atom
        return self.law[var]


class Forced(Copy):
    """A copy of the rules in which some clauses are taken to hold or to fail, whatever they say.

    forced: by clause. switches: by clause, atoms and what the clause is taken to be while one of them holds.
    """

    forced: Mapping[int, bool] = field(default_factory=dict)
    switches: Mapping[int, Sequence[tuple[int, bool]]] = field(default_factory=dict)
    switched: dict[tuple[int, tuple[int, ...]], Value] = field(default_factory=dict)
    reread: bool = False
    """Whether the values of its readings are switches, and nothing that is found out."""

    def value(self, gate: int, places: tuple[int, ...] = ()) -> Value:
        """Truth of a clause, or the literal that stands for it."""
        if gate in self.forced:
            return self.forced[gate]
        if gate not in self.switches:
            return Copy.value(self, gate, places)
        key = (gate, places)
        if key not in self.switched:
            value = Copy.value(self, gate, places)
            for atom, truth in self.switches[gate]:
                value = self.disjunction((value, atom)) if truth else self.conjunction((value, -atom))
            self.switched[key] = value
        return self.switched[key]

    def said(self, gate: int, places: tuple[int, ...]) -> Value:
        """Truth of a clause by what it says, no switch being on."""
        return Copy.value(self, gate, places)

    def taken(self, gate: int, on: int | None) -> bool | None:
        """What a clause is taken to be while a switch is on; None: what it says."""
        return next((truth for atom, truth in self.switches.get(gate, ()) if atom == on), None)


def constrain(copies: tuple[Copy, ...], table: Table, on: list[int], apart: Callable[[object], bool]) -> None:
    """Tie the tests of the copies to a table.

    All copies share every choice, except that from a variable for which `apart` says so downwards each chooses for
    itself.
    """
    if len(copies) > 1 and apart(table.variable):
        for copy in copies:
            constrain((copy,), table, on, lambda _: False)
        return
    circuit = copies[0].circuit
    if table.variable[0] == "law":
        for copy in copies:
            q = copy.question(table.variable[1])  # type: ignore[arg-type]
            for alternative, answer in zip(table.alternatives, (q, -q), strict=True):
                _bind((copy,), alternative, [*on, answer], apart)
        return
    if len(table.alternatives) == 1:
        _bind(copies, table.alternatives[0], on, apart)
        return
    atoms = [circuit.atom() for _ in table.alternatives]
    circuit.choice(atoms, on)
    circuit.never([*on, *(-a for a in atoms)])
    for alternative, atom in zip(table.alternatives, atoms, strict=True):
        _bind(copies, alternative, [atom], apart)


def _bind(copies: tuple[Copy, ...], alternative: Alternative, on: list[int], apart: Callable[[object], bool]) -> None:
    """While `on` holds, the tests of an alternative have the truths it gives them."""
    for instance, truth in alternative.bits:
        for copy in copies:
            t = copy.test(instance)
            assert not isinstance(t, bool)
            copy.circuit.never([*on, -t if truth else t])
    for child in alternative.tables:
        constrain(copies, child, on, apart)
