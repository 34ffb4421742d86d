"""Completions tried before the solver is asked: one in which a clause holds and one in which it fails will do.

Each table is a choice of its own, so any alternatives taken from each make a completion; only questions of the law are
shared. Tried are the alternatives that help a category most and those that help it least, and from there every other
alternative of one table alone. All completions are looked at abreast: bit k of a number says what holds in
completion k, so that a clause is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from solver.cells import Alternative, Instance, OpenTest, Table, Tie
from solver.evaluate import LawVar
from solver.facts import THERE, Address
from solver.situation import Situation
from solver.split import groups
from solver.undecided import Copy, Value

Wanted = Callable[[int], bool | None]
"""The truth of a test that is taken where there is a choice; None: either."""

Variable = Address | LawVar
"""What completions can differ in: a fact, whether a further element is there, or a question of the law."""

Key = Instance | tuple[str, int]
"""A test, or a further element of a list."""

Truths = dict[Key, bool]

_WINDOW = 6
"""How many neighbours do not help together, where that is tried."""

_VALUES = 40
"""How many values are tried of a fact that is tied to others."""


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
    """Completions of what a category leaves open, in blocks of `n`, each like the first but for something changed.

    tables: of its open tests. alone: blocks whose completions, one by one, differ in one variable alone.
    """

    rules: Abreast
    tables: Sequence[Table]
    n: int
    alone: Sequence[tuple[Variable, Sequence[int]]] = ()

    def varies(self, gate: int, places: tuple[int, ...] = (), readings: Mapping[str, str] | None = None) -> bool:
        """Whether a clause holds in some of the completions and fails in others. readings: as if these were chosen."""
        r = self.rules
        if readings is not None:
            r = Abreast(r.program, r.circuit, r.settled, r.written, r.blanks, readings, r.tests, r.exists)
            r.every = self.rules.every
        try:
            return not isinstance(r.value(gate, places), bool)
        except KeyError:  # a clause that the category did not look at
            return False

    def turning(self, gate: int) -> Iterator[Variable]:
        """What a clause was seen to turn on."""
        value = self.rules.value(gate)
        if not isinstance(value, bool):
            one = (1 << self.n) - 1
            for variable, blocks in self.alone:
                if len({value >> (self.n * b) & one for b in blocks}) > 1:
                    yield variable


def completions_of(
    s: Situation,
    category: str,
    c: Copy,
    made: Sequence[Table],
    *,
    alone: Callable[[Variable], bool] | None = None,
    windows: bool = False,
) -> Tried:
    """Completions of a category: all that helps, all that does not, with further elements and without.

    c: a copy with what is open; made: its tables. alone: of which variables there are some that differ in nothing else.
    windows: with completions in which a few neighbours do not help and the others do, or one fact is something else.
    """
    choices = _Choices(s, category, c, made)
    m = len(choices.kindly)
    spans = [(0, 0), (0, m)]
    if c.exists:
        spans += [(0, m - len(c.exists)), (m - len(c.exists), m)]
    if windows:
        spans += [(k, k + w) for w in range(1, _WINDOW + 1) for k in range(m - w + 1)]
    picks = list(choices.picks()) if windows else []
    n = len(spans) + len(picks)
    every = (1 << n) - 1
    unkindly = [sum(1 << k for k, (first, end) in enumerate(spans) if first <= at < end) for at in range(m)]
    base: dict[Key, int] = {}
    for at, (most, least) in enumerate(zip(choices.kindly, choices.unkindly, strict=True)):
        base |= _where(most, least, unkindly[at], every)
    for k, truths in enumerate(picks, len(spans)):
        for key, truth in truths.items():
            base[key] = base[key] & ~(1 << k) | truth << k
    changed: list[dict[Key, int]] = [{}]
    sets: list[tuple[Variable, Sequence[int]]] = []
    for variable, with_base, changes in choices.alone(alone, picked=windows) if alone else ():
        first = len(changed)
        for change in changes:
            block: dict[Key, int] = {}
            for at, (most, least) in change.items():
                block |= _where(most, least, unkindly[at], every)
            changed.append(block)
        sets.append((variable, [*([0] if with_base else []), *range(first, len(changed))]))
    repeat = sum(1 << (n * b) for b in range(len(changed)))
    holds = {key: bits * repeat for key, bits in base.items()}
    for b, block in enumerate(changed):
        for key, bits in block.items():
            holds[key] ^= (bits ^ base[key]) << (n * b)
    there = {at: holds.pop(at) for at in c.exists}
    rules = Abreast(c.program, c.circuit, c.settled, c.written, c.blanks, c.readings, holds, there)  # type: ignore[arg-type]
    rules.every = (1 << (n * len(changed))) - 1
    return Tried(rules, made, n, sets)


def _where(most: Truths, least: Truths, unkindly: int, every: int) -> dict[Key, int]:
    """Where something holds, given what it is where it helps and where it does not."""
    return {
        key: (0 if not truth else every ^ unkindly) | (unkindly if least.get(key, truth) else 0)
        for key, truth in most.items()
    } | {key: every if truth else 0 for key, truth in least.items() if key not in most}


Change = dict[int, tuple[Truths, Truths]]
"""By choice, what comes of it where it helps and where it does not."""


class _Choices:
    """What is chosen independently: an alternative of a table, a test no table settles, whether an element is there.

    kindly, unkindly: by choice, in the order of the rules, what helps most and least.
    """

    def __init__(self, s: Situation, category: str, c: Copy, made: Sequence[Table]) -> None:
        """Choose, the same answers of the law throughout."""
        self.s, self.category = s, category
        self.tests, self.further = list(c.tests), list(c.exists)
        self.helps = s.compiled.helps(category)
        order = {i: k for k, i in enumerate(c.tests)}
        self.made = sorted(made, key=lambda t: min((order.get(i, len(order)) for i in t.met()), default=len(order)))
        self.law: dict[LawVar, bool] = {}
        self.values: tuple[dict[Address, Any], dict[Address, Any]] = ({}, {})
        self.kindly: list[Truths] = []
        self.unkindly: list[Truths] = []
        for table in self.made:
            most, least = self._both(table, self.law)
            self.kindly.append(most)
            self.unkindly.append(least)
        tabled = {key for truths in (*self.kindly, *self.unkindly) for key in truths}
        for i in self.tests:
            if i not in tabled:  # what no table settles can be either
                helps = self.helps.get(i[0], True)
                self.kindly.append({i: helps})
                self.unkindly.append({i: not helps})
        for at in self.further:
            self.kindly.append({at: True})
            self.unkindly.append({at: False})

    def _both(self, table: Table, law: dict[LawVar, bool]) -> tuple[Truths, Truths]:
        most: Truths = {}
        least: Truths = {}
        _take(table, self.helps.get, most, law, self.values[0])
        _take(table, lambda test: _opposite(self.helps.get(test)), least, law, self.values[1])
        return most, least

    def picks(self) -> Iterator[Truths]:
        """What holds for each value of a fact that can be more than two things."""
        for table in self.made:
            if isinstance(table.variable, Address) and len(table.alternatives) > 2 and not _nested(table):
                yield from (_after(a, self.law) for a in table.alternatives)

    def alone(
        self, wanted: Callable[[Variable], bool], *, picked: bool
    ) -> Iterator[tuple[Variable, bool, list[Change]]]:
        """Changes that differ from one another in one variable alone, and whether from no change too."""
        tied = []
        for at, table in enumerate(self.made):
            v = table.variable
            if not isinstance(v, Address) or any(map(self._loose, table.met())):
                continue
            if _nested(table):
                tied.append(at)
            elif wanted(v):
                truths = [_after(a, self.law) for a in table.alternatives]
                yield v, True, [{at: (t, t)} for t in truths]
        if tied:
            yield from self._tied(tied, wanted)
        # Not beside `picks`: other answers are worked out for what helps most and least, not for a value picked.
        for question, answer in () if picked else list(self.law.items()):
            if wanted(question):
                other = {**self.law, question: not answer}
                yield question, True, [{at: self._both(table, other) for at, table in enumerate(self.made)}]
        first = len(self.kindly) - len(self.further)
        for at, place in enumerate(self.further, first):
            if wanted(v := Address(*place, THERE)):
                yield v, True, [{at: ({place: there}, {place: there})} for there in (True, False)]

    def _tied(
        self, tied: Sequence[int], wanted: Callable[[Variable], bool]
    ) -> Iterator[tuple[Variable, bool, list[Change]]]:
        """The same of facts that are tied to one another: each at its other values, the rest as they are."""
        s = self.s
        own: dict[Address, dict[Any, None]] = {}
        where: dict[Address, int] = {}
        for at in tied:
            _values(self.made[at], own)
            where[self.made[at].variable] = at  # type: ignore[index]
        for vars, tests, ties in groups(s.search, s.opened(self.category, self.tests)):
            for values in self.values:
                if not vars <= own.keys() & values.keys() or not any(map(wanted, vars)):
                    continue
                at = next(where[v] for v in vars if v in where)
                before = {v: s.facts.get(v) for v in vars}
                for v in vars:
                    s.facts.set(v, values[v])
                found = []
                try:
                    for v in filter(wanted, sorted(vars, key=str)):
                        readers, bound = [t for t in tests if v in t.reads], [t for t in ties if v in t.reads]
                        rest: dict[Any, Any] = {t.instance: s.search.outcome(t) for t in tests if v not in t.reads}
                        if all(isinstance(truth, bool) for truth in rest.values()):
                            each = [rest | truths for truths in _outcomes(s, v, own[v], readers, bound)]
                            found.append((v, False, [{at: (t, t)} for t in each]))
                        s.facts.set(v, values[v])
                finally:
                    for v in vars:
                        s.facts.set(v, before[v])
                yield from found

    def _loose(self, i: Instance) -> bool:
        """Whether a test can hang on more than the facts it reads."""
        t = self.s.open[i]
        return bool(t.lists or (t.inside and self.category in self.s.coarse))


def _opposite(way: bool | None) -> bool | None:
    return None if way is None else not way


def _after(alternative: Alternative, law: Mapping[LawVar, bool]) -> Truths:
    """What holds after an alternative, under answers of the law."""
    truths: Truths = dict(alternative.bits)
    answers = dict(law)
    for inner in alternative.tables:
        _take(inner, lambda _: None, truths, answers, {})
    return truths


def _values(table: Table, into: dict[Address, dict[Any, None]]) -> None:
    """The values of the facts in a table."""
    for alternative in table.alternatives:
        if isinstance(table.variable, Address):
            into.setdefault(table.variable, {})[alternative.value] = None
        for inner in alternative.tables:
            _values(inner, into)


def _outcomes(
    s: Situation, v: Address, values: Iterable[Any], tests: Sequence[OpenTest], ties: Sequence[Tie]
) -> Iterator[Truths]:
    """What tests come to for values of a fact, all else in place; values that do not fit or ask the law left out."""
    for value in islice(values, _VALUES):
        s.facts.set(v, value)
        if all(map(s.search.consistent, ties)):
            found = {t.instance: s.search.outcome(t) for t in tests}
            if all(isinstance(truth, bool) for truth in found.values()):
                yield found  # type: ignore[misc]


def _take(table: Table, wanted: Wanted, truths: Truths, law: dict[Any, bool], values: dict[Address, Any]) -> None:
    """Take an alternative of a table, and of those below it."""
    kind, question = table.variable[0], table.variable[1]
    if kind == "law" and question in law:
        taken = table.alternatives[0 if law[question] else 1]
    else:
        taken = max(table.alternatives, key=lambda alternative: _weight(alternative, wanted))
    if kind == "law":
        law[question] = taken is table.alternatives[0]
    elif isinstance(table.variable, Address):
        values[table.variable] = taken.value
    truths.update(taken.bits)
    for inner in taken.tables:
        _take(inner, wanted, truths, law, values)


def _weight(alternative: Alternative, wanted: Wanted) -> int:
    """How many tests come out as wanted, less those that do not."""
    out = 0
    for (test, _), truth in alternative.bits:
        way = wanted(test)
        out += 0 if way is None else 1 if way is truth else -1
    return out + sum(max(_weight(a, wanted) for a in table.alternatives) for table in alternative.tables)


def _nested(table: Table) -> bool:
    """Whether there is another fact in a table below its first."""
    return any(isinstance(t.variable, Address) or _nested(t) for a in table.alternatives for t in a.tables)
