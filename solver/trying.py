"""Completions tried before the solver is asked: one in which a clause holds and one in which it fails will do.

Each table is a choice of its own, so any alternatives taken from each make a completion; only questions of the law are
shared. Tried are the alternatives that help a category most and those that help it least, and from there every other
alternative of one table alone. All completions are looked at abreast: bit k of a number says what holds in
completion k, so that a clause is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from solver.cells import Alternative, Instance, Table
from solver.evaluate import LawVar
from solver.facts import THERE, Address
from solver.situation import Situation
from solver.undecided import Copy, Value

Wanted = Callable[[int], bool | None]
"""The truth of a test that is taken where there is a choice; None: either."""

Truths = dict[Instance, bool]


class Abreast(Copy):
    """The rules over many completions at once. every: a bit for each; a value has those in which it holds.

    What holds in all or in none is True or False, as for any copy. tests: the completions in which a test holds.
    """

    every: int = 0

    def test(self, instance: Instance) -> Value:
        """Where a test holds."""
        known = self.settled(instance)
        return self._value(self.tests[instance]) if known is None else known

    def element(self, name: str, place: int) -> Value:
        """Where an element is there."""
        return place < self.written.get(name, 0) or self._value(self.exists[name, place])

    def negate(self, v: Value) -> Value:
        """The opposite."""
        return (not v) if isinstance(v, bool) else self.every ^ v

    def conjunction(self, values: Iterable[Value]) -> Value:
        """Where all of the values hold."""
        out = self.every
        for v in values:
            if v is False:
                return False
            if v is not True:
                out &= v
        return self._value(out)

    def disjunction(self, values: Iterable[Value]) -> Value:
        """Where any of the values holds."""
        out = 0
        for v in values:
            if v is True:
                return True
            if v is not False:
                out |= v
        return self._value(out)

    def counted(self, n: int, values: Sequence[int]) -> Value:
        """Where so many of the values hold."""
        at_least = [self.every] + [0] * n
        for v in values:
            for k in range(n, 0, -1):
                at_least[k] |= at_least[k - 1] & v
        return self._value(at_least[n])

    def _value(self, where: int) -> Value:
        return where if where and where != self.every else bool(where)


class Tried(Struct, frozen=True):
    """Completions of what a category leaves open.

    tables: of its open tests. alone: by what completions can differ in, those that differ in it and nothing else.
    """

    rules: Abreast
    tables: Sequence[Table]
    alone: Sequence[tuple[Address | LawVar, int]] = ()

    def varies(self, gate: int, places: tuple[int, ...] = (), readings: Mapping[str, str] | None = None) -> bool:
        """Whether a clause holds in some of the completions and fails in others. readings: as if these were chosen."""
        try:
            return not isinstance(self._rules(readings).value(gate, places), bool)
        except KeyError:  # a clause that the category did not look at
            return False

    def _rules(self, readings: Mapping[str, str] | None) -> Abreast:
        r = self.rules
        if readings is None:
            return r
        out = Abreast(r.program, r.circuit, r.settled, r.written, r.blanks, readings, r.tests, r.exists)
        out.every = r.every
        return out

    def turning(self, gate: int) -> Iterator[Address | LawVar]:
        """What a clause was seen to turn on."""
        value = self.rules.value(gate)
        for variable, mine in self.alone:
            if not isinstance(value, bool) and value & mine not in (0, mine):
                yield variable


def completions_of(s: Situation, category: str, c: Copy, made: Sequence[Table], *, alone: bool = True) -> Tried:
    """Completions of a category. `c`: a copy with what is open; `made`: tables of its tests.

    alone: whether there are some that differ in one variable alone.
    """
    trial = _Trial(s, category, c.tests, list(c.exists), made)
    helps = s.compiled.helps(category)
    for kindly in (True, False):
        for there in (True, False) if c.exists else (True,):
            trial.begin(helps, kindly=kindly, there=there, alone=alone)
    every = (1 << trial.n) - 1
    rules = Abreast(c.program, c.circuit, c.settled, c.written, c.blanks, c.readings, trial.holds, trial.exists)
    rules.every = every
    return Tried(rules, made, trial.alone)


class _Trial(Struct):
    """Completions as they are made: how many; by test and by further element those in which it holds or is there."""

    s: Situation
    category: str
    tests: Iterable[Instance]
    further: Sequence[tuple[str, int]]
    made: Sequence[Table]
    n: int = 0
    holds: dict[Instance, int] = field(default_factory=dict)
    exists: dict[tuple[str, int], int] = field(default_factory=dict)
    alone: list[tuple[Address | LawVar, int]] = field(default_factory=list)

    def begin(self, helps: Mapping[int, bool], *, kindly: bool, there: bool, alone: bool) -> None:
        """A completion of the alternatives that help most, or least, and others that differ from it in one variable."""

        def wanted(test: int) -> bool | None:
            way = helps.get(test)
            return None if way is None else way is kindly

        law: dict[LawVar, bool] = {}
        # What no table settles can be either.
        base: Truths = {i: wanted(i[0]) is True for i in self.tests}
        for table in self.made:
            _take(table, wanted, base, law)
        others = list(self._others(wanted, law)) if alone else []
        further = self.further if alone else ()
        first = self.n
        self.n += 1 + sum(len(changes) for _, changes in others) + len(further)
        block = (1 << self.n) - (1 << first)
        for i, truth in base.items():
            self.holds[i] = self.holds.get(i, 0) | (block if truth else 0)
        for at in self.further:
            self.exists[at] = self.exists.get(at, 0) | (block if there else 0)
        k = first
        for variable, changes in others:
            mine = 1 << first
            for changed in changes:
                k += 1
                mine |= 1 << k
                for i, truth in changed.items():
                    if truth is not base[i]:
                        self.holds[i] ^= 1 << k
            self.alone.append((variable, mine))
        for at in further:
            k += 1
            self.exists[at] ^= 1 << k
            self.alone.append((Address(*at, THERE), 1 << first | 1 << k))

    def _others(self, wanted: Wanted, law: Mapping[LawVar, bool]) -> Iterator[tuple[Address | LawVar, list[Truths]]]:
        """What holds in completions that differ from one in a single variable, by that variable."""
        for table in self.made:
            if isinstance(table.variable, Address) and not _nested(table) and not any(map(self._loose, _met(table))):
                yield table.variable, [_after(a, wanted, law) for a in table.alternatives]
        for question, answer in law.items():
            truths: Truths = {}
            other = {**law, question: not answer}
            for table in self.made:
                _take(table, wanted, truths, other)
            yield question, [truths]

    def _loose(self, i: Instance) -> bool:
        """Whether a test can hang on more than the facts it reads."""
        t = self.s.open[i]
        return bool(t.lists or (t.inside and self.category in self.s.coarse))


def _after(alternative: Alternative, wanted: Wanted, law: Mapping[LawVar, bool]) -> Truths:
    """What holds after an alternative, under answers of the law."""
    truths = dict(alternative.bits)
    answers = dict(law)
    for inner in alternative.tables:
        _take(inner, wanted, truths, answers)
    return truths


def _take(table: Table, wanted: Wanted, truths: Truths, law: dict[Any, bool]) -> None:
    """Take an alternative of a table, and of those below it."""
    kind, question = table.variable[0], table.variable[1]
    if kind == "law" and question in law:
        taken = table.alternatives[0 if law[question] else 1]
    else:
        taken = max(table.alternatives, key=lambda alternative: _weight(alternative, wanted))
    if kind == "law":
        law[question] = taken is table.alternatives[0]
    truths.update(taken.bits)
    for inner in taken.tables:
        _take(inner, wanted, truths, law)


def _weight(alternative: Alternative, wanted: Wanted) -> int:
    """How many tests come out as wanted, less those that do not."""
    out = 0
    for (test, _), truth in alternative.bits:
        way = wanted(test)
        out += 0 if way is None else 1 if way is truth else -1
    return out + sum(max(_weight(a, wanted) for a in table.alternatives) for table in alternative.tables)


def _met(table: Table) -> Iterator[Instance]:
    """The tests in a table."""
    for alternative in table.alternatives:
        for instance, _ in alternative.bits:
            yield instance
        for inner in alternative.tables:
            yield from _met(inner)


def _nested(table: Table) -> bool:
    """Whether there is another fact in a table below its first."""
    return any(isinstance(t.variable, Address) or _nested(t) for a in table.alternatives for t in a.tables)
