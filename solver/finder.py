"""Finding a person: a completion of a case under which clauses have the truths one asks for.

clingo chooses truths for the tests that are open; what of them is needed for the goal is then *fitted*: values are
looked for, fact by fact, that give the tests these truths and meet the invariants. Where none fit, the fewest of these
truths that cannot be together are forbidden, and clingo chooses again. So a person found is real, and "nobody" is
proved for as many elements of each list as the finder has room for (`Finder.room`), unless something was too much to
try (`Finder.left_out`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.case import Absent, Case, Record, ended
from solver.cells import Instance, OpenTest, Tie, TooLarge
from solver.chosen import Chosen
from solver.compiled import Compiled
from solver.evaluate import LawVar
from solver.facts import Address, unknown
from solver.filled import Present, frozen
from solver.grounds import Ground, Grounds
from solver.placing import BRIEFLY, TURNS, Nearness, Placing
from solver.run import Circuit, Deadline
from solver.situation import DEFAULT, Judging, Readings, Situation, situation, ties
from solver.split import groups
from solver.tables import table
from solver.totals import AtLeast, at_least, implied
from solver.undecided import Forced, Value, constrain

__all__ = ["BRIEFLY", "Finder", "Found", "Nearness", "Wanted", "finder", "room"]


class Found(Struct, frozen=True):
    """A completion: the case with what was filled in."""

    case: Case
    readings: Mapping[str, str]
    law: Mapping[LawVar, bool] = field(default_factory=dict)
    """Answers to questions the law leaves open, without which this person would not do."""
    switched: int | None = None
    """The switch that is on."""


class Wanted(Struct):
    """A clause of a copy and the truth it should have."""

    copy: Forced
    gate: int
    truth: bool
    places: tuple[int, ...] = ()

    @property
    def value(self) -> Value:
        """What stands for it in the circuit."""
        return self.copy.value(self.gate, self.places)


def room(compiled: Compiled, rules: int = 1, totals: int = 2) -> dict[str, int]:
    """Elements of each list to look at, where none is told.

    So many as `rules` categories at once can need a witness for (`solver.lower`): more elements change nothing there.
    A total can need any number of them, and so can an invariant that looks into a whole list; for such a list `totals`
    more are tried, and what is not found with so many is not proved not to be there.
    """
    extra = compiled.program.extra
    names = sorted({*compiled.program.lists, *compiled.totalled})
    whole = compiled.totalled | _watched(compiled, names)
    return {n: extra.get(n, (0, 0))[0] * rules + (totals if n in whole else 0) for n in names}


def finder(
    compiled: Compiled,
    case: Case,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    *,
    rules: int = 1,
    totals: int = 2,
    near: Nearness | None = None,
    turns: Sequence[int] = TURNS,
) -> Finder:
    """A finder for a case, with room for elements as `room` says."""
    wide = room(compiled, rules, totals)
    s = situation(compiled, case, readings, judgements, room=wide)
    lists = s.facts.lists
    blanks = {n: max(s.blanks.get(n, 0), wide.get(n, 0)) for n, items in lists.items() if items.open}
    written = {n: items.written for n, items in lists.items()}
    return Finder(s, Chosen(compiled, written, blanks, _watched(compiled, written)), Placing(s.search, near, turns))


def _watched(compiled: Compiled, lists: Iterable[str]) -> frozenset[str]:
    """The lists that invariants look into as a whole."""
    names = {p for inv in compiled.invariants for p, _ in inv.reads.totals}
    inside = {p.steps[-1] for p in names if p.base == "it"}
    return frozenset(str(p) for p in names) | {n for n in lists if n.split(".")[-1] in inside}


class Finder(Struct):
    """Looks for completions of one case; made by `finder`.

    stuck: the switch that was on when too many choices had too much to try.
    """

    s: Situation
    chosen: Chosen
    placing: Placing
    circuit: Circuit = field(default_factory=lambda: Circuit(sparing=True))
    stuck: int | None = None
    _law: dict[LawVar, int] = field(default_factory=dict)
    _tabled: set[Instance] = field(default_factory=set)
    _totals: dict[Instance, AtLeast] = field(default_factory=dict)
    _terms: dict[Any, Any] = field(default_factory=dict)
    _ordered: set[tuple[str, int]] = field(default_factory=set)
    _ties: dict[frozenset[tuple[str, int]], list[Tie]] = field(default_factory=dict)

    @property
    def room(self) -> Mapping[str, int]:
        """How many elements of each list it tries."""
        return {n: count + self.chosen.blanks.get(n, 0) for n, count in self.chosen.written.items()}

    @property
    def left_out(self) -> int:
        """How many choices had more to try than the budget allows; while it is 0, what is not found is not there."""
        return self.placing.left_out

    def switch(self, atoms: int) -> list[int]:
        """Fresh switches, of which one at most is on; see `Forced`."""
        with self.circuit:
            made = [self.circuit.atom() for _ in range(atoms)]
            self.circuit.choice(made)
            self.circuit.at_most_one(made)
        return made

    def copy(
        self,
        forced: Mapping[int, bool] | None = None,
        readings: Mapping[str, str] | None = None,
        switches: Mapping[int, Sequence[tuple[int, bool]]] | None = None,
    ) -> Forced:
        """A copy of the rules; all copies speak of the same person."""
        s = self.s
        return Forced(
            s.compiled.program,
            self.circuit,
            s.truth,
            self.chosen.written,
            self.chosen.blanks,
            s.readings if readings is None else readings,
            self.chosen.tests,
            self.chosen.exists,
            self.chosen.options,
            self._law,
            {},
            forced or {},
            switches or {},
        )

    def reread(self, readings: Iterable[tuple[str, str]]) -> tuple[Forced, dict[int, tuple[str, str]]]:
        """A copy in which every reading has its default, but for one that a switch gives another value."""
        wanted = list(readings)
        atoms = dict(zip(self.switch(len(wanted)), wanted, strict=True))
        copy = self.copy(readings={})
        copy.options, copy.reread = {}, True
        with self.circuit:
            for reading in self.s.compiled.book.readings.values():
                others = {value: atom for atom, (name, value) in atoms.items() if name == reading.id}
                for value, _ in reading.values:
                    copy.options[reading.id, value] = others.get(value, 0) or self._never()
                plain = self.circuit.atom()
                self.circuit.rule(plain, [-a for a in others.values()])
                copy.options[reading.id, reading.default] = plain
        return copy, atoms

    def _never(self) -> int:
        """An atom that nothing supports."""
        return self.circuit.atom()

    def find(
        self,
        wanted: Sequence[Wanted],
        deadline: Deadline,
        confirm: Callable[[Found], bool] = lambda _: True,
        without: Iterable[tuple[str, int]] = (),
        switches: Sequence[int] = (),
        off: Sequence[int] = (),
        most: int = 2_000,
        patience: int | None = None,
    ) -> Found | None:
        """Somebody for whom the wanted clauses have their truths, or None.

        `without`: elements that may not be there. `switches`: of these one may be on; those in `off` are not. What
        `confirm` refuses is not that person, and the search goes on. Raises TooLarge after `most` rounds, or when more
        than `patience` choices had too much to try; `stuck` is then the switch that was on.
        """
        with self.circuit:
            literals: list[int] = []
            for w in wanted:
                value = w.value
                if isinstance(value, bool):
                    if value is not w.truth:
                        return None
                    continue
                literals.append(value if w.truth else -value)
            self._prepare()
        literals += [-self.chosen.exists[key] for key in without if key in self.chosen.exists]
        literals += [-x for x in off]
        names = [*self.chosen.tests.items()]
        there = [*self.chosen.exists.items()]
        options = [*self.chosen.options.items()]
        asked = [*(lit for _, lit in (*names, *there, *options)), *switches]
        before, self.stuck = self.left_out, None
        for _ in range(most):
            model = self.circuit.find(literals, asked, deadline)
            if model is None:
                return None
            truths = dict(zip(asked, model, strict=True))
            grounds = Grounds(
                {i: truths[lit] for i, lit in names},
                {e: truths[lit] for e, lit in there},
                {o: truths[lit] for o, lit in options},
                next((x for x in switches if truths[x]), None),
            )
            needed: set[Ground] = set()
            for w in wanted:
                needed |= grounds.why(w.copy, w.gate, w.places, w.truth)
            blocked = self._try(needed, grounds, confirm)
            if isinstance(blocked, Found):
                return replace(blocked, switched=grounds.on)
            with self.circuit:
                for clause in blocked:
                    self.circuit.never(clause)
            if patience is not None and self.left_out - before > patience:
                self.stuck = grounds.on
                break
        else:
            self.placing.left_out += 1
        raise TooLarge

    # ------------------------------------------------------------------------------------------------- what is known

    def _prepare(self) -> None:
        """Tell clingo what one fact alone can make of its tests, and that elements come one after another."""
        new = dict.fromkeys(i for i in self.chosen.tests if i not in self._tabled)
        self._tabled.update(new)
        by_fact: dict[Address, list[OpenTest]] = {}
        for i in new:
            t = self.s.open[i]
            reads = unknown(self.s.facts, t.reads)
            if len(reads) == 1 and not t.marks.totals and not t.score:
                by_fact.setdefault(next(iter(reads)), []).append(t)
        copy = self.copy()
        looked_at = {str(p) for i in new for p, _ in self.s.compiled.tests[i[0]].reads.totals}
        for name in sorted(looked_at | self.chosen.watched):
            for place in range(self.chosen.written[name], self.room[name]):
                copy.element(name, place)
        search = self.s.search
        for a, tests in by_fact.items():
            if len(tests) < 2:
                continue
            search.group_tests, search.group_ties, search.budget = tests, (), search.limit
            try:
                made = table(search, frozenset({a}), tests, ())
            except TooLarge:
                continue
            if made is not None:
                constrain((copy,), made, [], lambda _: False)
        for i in new:
            said = at_least(i, self.s.compiled.tests[i[0]].spec.cond)
            if said is not None:
                self._totals[i] = said
        for few, many in implied(self._totals.values(), new, self.s.compiled.book, self.s.facts.root, self._terms):
            self.circuit.never([self._reaches(few), -self._reaches(many)])
        for key in self.chosen.exists:
            before = (key[0], key[1] - 1)
            if key in self._ordered:
                continue
            self._ordered.add(key)
            self.circuit.rather(-self.chosen.exists[key])
            if before in self.chosen.exists:
                self.circuit.never([self.chosen.exists[key], -self.chosen.exists[before]])

    def _reaches(self, said: AtLeast) -> int:
        """The literal of a total's reaching its limit."""
        return self.chosen.tests[said.instance] if said.holds else -self.chosen.tests[said.instance]

    # -------------------------------------------------------------------------------------------------------- fitting

    def _try(self, needed: set[Ground], grounds: Grounds, confirm: Callable[[Found], bool]) -> Found | list[list[int]]:
        """The person who shows these grounds; or what cannot be, as literals that are never together."""
        s, placing, chosen = self.s, self.placing, self.chosen
        wanted = dict(sorted((g.instance, g.truth) for g in needed if g.instance is not None))
        lists = self._totalled(wanted)
        there = {g.element: g.truth for g in needed if g.element is not None}
        there |= {e: v for e, v in grounds.exists.items() if e[0] in lists}
        for i in wanted:
            for name, place in zip(s.compiled.tests[i[0]].spec.lists, i[1], strict=True):
                if place >= self.chosen.written[name]:
                    there.setdefault((name, place), True)
        with Present(s, there):
            tests = [self._opened(i, there) for i in wanted]
            s.search.ties = self._bound(there)
            placing.answers = {}
            values: dict[Address, Any] = {}
            clauses: list[list[int]] = []
            present = frozenset(e for e, here in there.items() if here)
            grouped = sorted(groups(s.search, tests), key=lambda g: g[1][0].instance)
            for vars, mine, tied in grouped:
                before = placing.left_out
                fitted = placing.fitted(vars, mine, tied, wanted, present)
                if fitted is None and placing.left_out != before:
                    core = placing.two_apart(mine, tied, wanted)
                    if core:  # what two of them cannot do, all of them cannot
                        placing.left_out = before
                    clauses += chosen.exchanged(core or mine, wanted, grounds)
                elif fitted is None:
                    clauses += chosen.exchanged(placing.fewest(mine, tied, wanted), wanted, grounds)
                else:
                    values |= fitted
            inside = {t.instance for _, mine, _ in grouped for t in mine}
            for t in tests:
                # Nothing it reads is open once it is known which elements are there.
                placing.lawful = False
                if t.instance not in inside and placing.settles(t, wanted[t.instance]) is not True:
                    clauses.append(chosen.of([t], wanted, grounds))
            if clauses:
                return clauses
            found = self._found(values, there, needed)
        if confirm(found):
            return found
        placing.left_out += 1
        return [chosen.whole(needed)]

    def _totalled(self, wanted: Iterable[Instance]) -> frozenset[str]:
        """The lists that tests look at as a whole."""
        tests = self.s.compiled.tests
        return self.chosen.watched.union(str(path) for i in wanted for path, _ in tests[i[0]].reads.totals)

    def _bound(self, there: Mapping[tuple[str, int], bool]) -> list[Tie]:
        """The invariants on what is there."""
        key = frozenset(e for e, present in there.items() if present)
        if key not in self._ties:
            self._ties[key] = ties(self.s, there)
        return self._ties[key]

    def _opened(self, i: Instance, there: Mapping[tuple[str, int], bool]) -> OpenTest:
        """A test with all it reads, elements that are there besides those written among them."""
        t = self.s.open[i]
        more = set()
        for path, inner in self.s.compiled.tests[i[0]].reads.totals:
            for (name, place), present in there.items():
                if present and name == str(path):
                    more |= {Address(name, place, steps) for steps in inner}
        return OpenTest(t.instance, t.test, t.els, t.reads | more, t.marks, frozenset(), (), t.score, over=t.over)

    def _found(
        self, values: Mapping[Address, Any], there: Mapping[tuple[str, int], bool], needed: Iterable[Ground]
    ) -> Found:
        """The case with values filled in; elements that are there stand after those written, and lists are closed."""
        s = self.s
        facts = s.facts
        before = {a: facts.get(a) for a in values}
        asked = {name for name, _ in there} | {
            n for n in self.chosen.blanks if any(e[0] == n for e in self.chosen.exists)
        }
        for a, v in values.items():
            facts.set(a, v)
        try:
            told = [j.id for j in s.compiled.presumed if ended(j, facts.root)]  # by what was filled in
            presumed = {a: facts.get(a) for a in s.presumed if a.steps[-1] not in told}
            for a in presumed:
                facts.set(a, Absent.NOT_ASKED)
            root = Record({n: frozen(v, asked, n, facts.favourable) for n, v in facts.root.items()})
            for a, v in presumed.items():
                facts.set(a, v)
        finally:
            for a, v in before.items():
                facts.set(a, v)
        readings = dict(s.readings) | {g.option[0]: g.option[1] for g in needed if g.option is not None and g.truth}
        return Found(Case("found", root, readings), readings, dict(self.placing.answers))
