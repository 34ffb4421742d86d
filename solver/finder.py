"""Finding a person: a completion of a case under which clauses have the truths one asks for.

clingo chooses truths for the tests that are open; what of them is needed for the goal is then *fitted*: values are
looked for, fact by fact, that give the tests these truths and meet the invariants. Where none fit, the fewest of these
truths that cannot be together are forbidden, and clingo chooses again. So a person found is real, and "nobody" is
proved for as many elements of each list as the finder has room for (`Finder.room`), unless something was too much to
try (`Finder.left_out`).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations, product
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import ONGOING
from dsl.case import Absent, Case, Listed, Record
from solver.candidates import values
from solver.cells import Instance, OpenTest, Tie, TooLarge
from solver.compiled import Compiled
from solver.evaluate import LawVar
from solver.facts import Address, Items, Thing, unknown
from solver.grounds import Ground, Grounds
from solver.run import Circuit, Deadline
from solver.situation import DEFAULT, Judging, Readings, Situation, situation, ties
from solver.split import groups, split
from solver.tables import table
from solver.totals import AtLeast, at_least, implied
from solver.undecided import Forced, Value, constrain

_TURNS = (500, 500, 500, 500, 3_000)
"""How many values are tried for one group of facts, in one order after another, before it is left out."""

BRIEFLY = (300, 300, 300, 900)
"""The same where very many choices are looked at."""

_DEPTH = 2
"""Through how many open dates days are followed from one to another, at the last."""

_ONCE = (200,)
"""How many are tried to see whether fewer truths cannot be together either."""

_PAIR = (2_000,)
"""How many are tried for two truths, where all together were too much to try."""

_SMALL = 4
"""Truths that are few enough to be forbidden together, without a search for two of them."""

_MAPPINGS = 24
"""Among how many exchanges of elements a finding is repeated at the most."""

Nearness = Callable[[Address, Any], Any]
"""The order in which values of a fact are tried, as a key for sorting."""


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
    A total can need any number of them; for a list that is totalled `totals` more are tried, and what is not found with
    so many is not proved not to be there.
    """
    summed, extra = compiled.totalled, compiled.program.extra
    return {
        n: extra.get(n, (0, 0))[0] * rules + (totals if n in summed else 0)
        for n in sorted({*compiled.program.lists, *summed})
    }


def finder(
    compiled: Compiled,
    case: Case,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    *,
    rules: int = 1,
    totals: int = 2,
    near: Nearness | None = None,
    turns: Sequence[int] = _TURNS,
) -> Finder:
    """A finder for a case, with room for elements as `room` says."""
    wide = room(compiled, rules, totals)
    s = situation(compiled, case, readings, judgements, room=wide)
    lists = s.facts.lists
    blanks = {n: max(s.blanks.get(n, 0), wide.get(n, 0)) for n, items in lists.items() if items.open}
    return Finder(s, {n: items.written for n, items in lists.items()}, blanks, near, turns)


class Finder(Struct):
    """Looks for completions of one case; made by `finder`.

    written, blanks: how many elements each list has, and how many more it may have.
    near: which values of a fact are tried first. left_out: how many choices had more to try than the budget allows;
    while it is 0, what is not found is not there.
    """

    s: Situation
    written: Mapping[str, int]
    blanks: Mapping[str, int]
    near: Nearness | None = None
    turns: Sequence[int] = _TURNS
    circuit: Circuit = field(default_factory=lambda: Circuit(sparing=True))
    left_out: int = 0
    stuck: int | None = None
    _tests: dict[Instance, int] = field(default_factory=dict)
    _exists: dict[tuple[str, int], int] = field(default_factory=dict)
    _options: dict[tuple[str, str], int] = field(default_factory=dict)
    _law: dict[LawVar, int] = field(default_factory=dict)
    _day: dt.date | None = None
    _turn: int = 0
    _lawful: bool = True
    _gap: bool = False
    _answers: dict[LawVar, bool] = field(default_factory=dict)
    _known: dict[Any, dict[Address, Any]] = field(default_factory=dict)
    _tabled: set[Instance] = field(default_factory=set)
    _totals: dict[Instance, AtLeast] = field(default_factory=dict)
    _terms: dict[Any, Any] = field(default_factory=dict)
    _ordered: set[tuple[str, int]] = field(default_factory=set)
    _ties: dict[frozenset[tuple[str, int]], list[Tie]] = field(default_factory=dict)

    @property
    def room(self) -> Mapping[str, int]:
        """How many elements of each list it tries."""
        return {n: count + self.blanks.get(n, 0) for n, count in self.written.items()}

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
            self.written,
            self.blanks,
            s.readings if readings is None else readings,
            self._tests,
            self._exists,
            self._options,
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
        literals += [-self._exists[key] for key in without if key in self._exists]
        literals += [-x for x in off]
        names = [*self._tests.items()]
        there = [*self._exists.items()]
        options = [*self._options.items()]
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
            self.left_out += 1
        raise TooLarge

    # ------------------------------------------------------------------------------------------------- what is known

    def _prepare(self) -> None:
        """Tell clingo what one fact alone can make of its tests, and that elements come one after another."""
        new = dict.fromkeys(i for i in self._tests if i not in self._tabled)
        self._tabled.update(new)
        by_fact: dict[Address, list[OpenTest]] = {}
        for i in new:
            t = self.s.open[i]
            reads = unknown(self.s.facts, t.reads)
            if len(reads) == 1 and not t.marks.totals and not t.score:
                by_fact.setdefault(next(iter(reads)), []).append(t)
        copy = self.copy()
        looked_at = {str(p) for i in new for p, _ in self.s.compiled.tests[i[0]].reads.totals}
        for name in sorted(looked_at | self._watched()):
            for place in range(self.written[name], self.room[name]):
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
        for key in self._exists:
            before = (key[0], key[1] - 1)
            if key in self._ordered:
                continue
            self._ordered.add(key)
            self.circuit.rather(-self._exists[key])
            if before in self._exists:
                self.circuit.never([self._exists[key], -self._exists[before]])

    def _reaches(self, said: AtLeast) -> int:
        """The literal of a total's reaching its limit."""
        return self._tests[said.instance] if said.holds else -self._tests[said.instance]

    # -------------------------------------------------------------------------------------------------------- fitting

    def _try(self, needed: set[Ground], grounds: Grounds, confirm: Callable[[Found], bool]) -> Found | list[list[int]]:
        """The person who shows these grounds; or what cannot be, as literals that are never together."""
        s = self.s
        wanted = dict(sorted((g.instance, g.truth) for g in needed if g.instance is not None))
        lists = self._totalled(wanted)
        there = {g.element: g.truth for g in needed if g.element is not None}
        there |= {e: v for e, v in grounds.exists.items() if e[0] in lists}
        for i in wanted:
            for name, place in zip(s.compiled.tests[i[0]].spec.lists, i[1], strict=True):
                if place >= self.written[name]:
                    there.setdefault((name, place), True)
        with _Present(s, there):
            tests = [self._opened(i, there) for i in wanted]
            s.search.ties = self._bound(there)
            self._answers = {}
            values: dict[Address, Any] = {}
            clauses: list[list[int]] = []
            present = frozenset(e for e, here in there.items() if here)
            grouped = sorted(groups(s.search, tests), key=lambda g: g[1][0].instance)
            for vars, mine, tied in grouped:
                before = self.left_out
                fitted = self._fitted(vars, mine, tied, wanted, present)
                if fitted is None and self.left_out != before:
                    core = self._two_apart(mine, tied, wanted)
                    if core:  # what two of them cannot do, all of them cannot
                        self.left_out = before
                    clauses += self._exchanged(core or mine, wanted, grounds)
                elif fitted is None:
                    clauses += self._forbid(mine, tied, wanted, grounds)
                else:
                    values |= fitted
            inside = {t.instance for _, mine, _ in grouped for t in mine}
            for t in tests:
                # Nothing it reads is open once it is known which elements are there.
                self._lawful = False
                if t.instance not in inside and self._settles(t, wanted[t.instance]) is not True:
                    clauses.append(self._literals([t], wanted, grounds))
            if clauses:
                return clauses
            found = self._found(values, there, needed)
        if confirm(found):
            return found
        self.left_out += 1
        return [self._whole(needed)]

    def _totalled(self, wanted: Iterable[Instance]) -> set[str]:
        """The lists that tests look at as a whole."""
        tests = self.s.compiled.tests
        out = {str(path) for i in wanted for path, _ in tests[i[0]].reads.totals}
        return out | self._watched()

    def _watched(self) -> set[str]:
        """The lists that invariants look into as a whole."""
        names = {p for inv in self.s.compiled.invariants for p, _ in inv.reads.totals}
        inside = {p.steps[-1] for p in names if p.base == "it"}
        return {str(p) for p in names} | {n for n in self.written if n.split(".")[-1] in inside}

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

    def _fitted(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        present: frozenset[tuple[str, int]],
    ) -> dict[Address, Any] | None:
        """The same as `_fit`, remembered where no answer of the law had a part in it: models differ in little."""
        key = (frozenset((t.instance, wanted[t.instance]) for t in tests), present)
        if key not in self._known:
            before = dict(self._answers)
            fitted = self._fit(vars, tests, tied, wanted)
            if fitted is None or self._answers != before:
                return fitted
            self._known[key] = fitted
        return self._known[key]

    def _fit(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        turns: Sequence[int] | None = None,
    ) -> dict[Address, Any] | None:
        """Values of a group's facts that give its tests the wanted truths; None if none do."""
        search = self.s.search
        search.group_tests, search.group_ties = tests, tied
        before = dict(self._answers)
        turns = turns or self.turns
        for lawful in (True, False):
            self._lawful, self._gap = lawful, False
            known = False
            for turn, budget in enumerate(turns):
                self._turn, search.budget = turn, budget
                search.depth, search.cut = (1 if turn + 1 < len(turns) else _DEPTH), False
                try:
                    fitted = self._place(vars, tests, tied, wanted)
                except TooLarge:
                    self._answers = dict(before)
                    continue
                finally:
                    self._turn, search.depth = 0, None
                if fitted is not None:
                    return fitted
                if not search.cut:
                    known = True
                    break
            if not self._gap:  # no question of the law came up: with answers to them nothing would be otherwise
                break
        if not known:
            self.left_out += 1
        elif before:  # an answer given for the sake of other facts may be in the way
            self._answers = {}
            self.left_out += self._fit(vars, tests, tied, wanted, turns) is not None
            self._answers = before
        return None

    def _place(
        self,
        vars: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
    ) -> dict[Address, Any] | None:
        search, facts = self.s.search, self.s.facts
        if not tests:
            return {}
        v = _most_read(vars, tests, tied)
        mine = [t for t in tests if v in t.reads]
        others = [t for t in tests if v not in t.reads]
        my_ties = [t for t in tied if v in t.reads]
        rest = vars - {v}
        before = facts.get(v)
        answers = dict(self._answers)
        tried = values(search, v, mine, my_ties)
        try:
            for value in sorted(tried, key=lambda x: self._order(v, x)):
                search.budget -= 1 + len(mine)
                if search.budget < 0:
                    raise TooLarge
                facts.set(v, value)
                if self._answers != answers:
                    self._answers = dict(answers)
                if not all(search.consistent(t) for t in my_ties):
                    continue
                open_ = self._open(mine, rest, wanted)
                if open_ is None:
                    continue
                fitted = self._rest(rest, [*open_, *others], tied, wanted)
                if fitted is not None:
                    return {v: value, **fitted}
        finally:
            facts.set(v, before)
        return None

    def _rest(
        self,
        rest: frozenset[Address],
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
    ) -> dict[Address, Any] | None:
        """The groups into which what is left falls, each by itself."""
        out: dict[Address, Any] = {}
        for vs, ts, tt in split(
            [(t.reads & rest, t) for t in tests], [(t.reads & rest, t) for t in tied if t.reads & rest]
        ):
            fitted = self._place(vs, ts, tt, wanted)
            if fitted is None:
                return None
            out |= fitted
        return out

    def _open(
        self, tests: Iterable[OpenTest], rest: frozenset[Address], wanted: Mapping[Instance, bool]
    ) -> list[OpenTest] | None:
        """Those of the tests that are not settled yet; None if one is settled the wrong way."""
        out = []
        for t in tests:
            settled = self._settles(t, wanted[t.instance])
            if settled is None and t.reads & rest:
                out.append(t)
            elif settled is not True:
                return None
        return out

    def _settles(self, t: OpenTest, wanted: bool) -> bool | None:
        """Whether a test has the wanted truth; None if facts are missing. If need be, the law is given an answer."""
        outcome = self.s.search.evaluate(t, self._answers)
        if isinstance(outcome, bool):
            return outcome is wanted
        if outcome is None:
            return None
        self._gap = True
        if self._lawful:
            return False
        for answer in (wanted, not wanted):
            self._answers[outcome] = answer
            settled = self._settles(t, wanted)
            if settled is not False:
                return settled
            del self._answers[outcome]
        return False

    def _order(self, a: Address, value: Any) -> Any:
        """Plain values first: a day near that of filing, a small number, the order of the book.

        Where that finds nothing soon, large numbers first, and then in orders that mix small and large, near and far.
        """
        if self._turn in (1, 2, 3) and type(value) is int:
            return (0, -value if self._turn == 1 else self._mixed(a, value))
        if self._turn in (2, 3) and type(value) is dt.date:
            return (0, self._mixed(a, value))
        if self.near is not None:
            return self.near(a, value)
        match value:
            case bool():
                return (0, not value)
            case dt.date():
                if value == ONGOING:
                    return (1, 0)
                return (0, abs((value - self._today).days))
            case int():
                return (0, value)
            case _:
                return (0, 0)

    def _mixed(self, a: Address, value: object) -> int:
        """A place in an order of its own for each turn and fact."""
        return zlib.crc32(f"{self._turn} {a} {value}".encode())

    @property
    def _today(self) -> dt.date:
        """The latest day told of the person as a whole."""
        if self._day is None:
            told = (v for v in self.s.facts.root.values() if type(v) is dt.date)
            self._day = max(told, default=self.s.compiled.book.known)
        return self._day

    # ----------------------------------------------------------------------------------------------- what cannot be

    def _forbid(
        self, tests: Sequence[OpenTest], tied: Sequence[Tie], wanted: Mapping[Instance, bool], grounds: Grounds
    ) -> list[list[int]]:
        """Fewest truths that do not fit together, of these elements and of any others that are as blank."""
        kept = list(tests)
        before = self.left_out
        if len(kept) <= 12:
            for t in tests:
                fewer = [x for x in kept if x is not t]
                if fewer and self._unfit(fewer, tied, wanted):
                    kept = fewer
                if self.left_out != before:  # too much to try with fewer: what is known of all is enough
                    self.left_out = before
        if len(kept) > _SMALL:  # fewer of them were too much to try in so little time
            kept = list(self._two_apart(kept, tied, wanted)) or kept
        return list(self._exchanged(kept, wanted, grounds))

    def _two_apart(
        self, tests: Sequence[OpenTest], tied: Sequence[Tie], wanted: Mapping[Instance, bool]
    ) -> Sequence[OpenTest]:
        """Two tests that cannot have their truths together, where all are too much to try; none if none are found."""
        before = self.left_out
        for pair in combinations(tests, 2):
            if pair[0].reads & pair[1].reads and self._unfit(pair, tied, wanted, _PAIR):
                return pair
            self.left_out = before
        return ()

    def _unfit(
        self,
        tests: Sequence[OpenTest],
        tied: Sequence[Tie],
        wanted: Mapping[Instance, bool],
        turns: Sequence[int] = _ONCE,
    ) -> bool:
        search = self.s.search
        search.ties = list(tied)
        before = self.left_out
        for vs, ts, tt in sorted(groups(search, tests), key=lambda g: g[1][0].instance):
            if self._fit(vs, ts, tt, wanted, turns) is None and self.left_out == before:
                return True
        return False

    def _literals(self, tests: Iterable[OpenTest], wanted: Mapping[Instance, bool], grounds: Grounds) -> list[int]:
        """The truths of tests as literals, with the elements there are where they look at whole lists."""
        tests = list(tests)
        out = [self._tests[t.instance] if wanted[t.instance] else -self._tests[t.instance] for t in tests]
        names = {str(p) for t in tests for p, _ in self.s.compiled.tests[t.instance[0]].reads.totals}
        names |= self._watched()
        out += [lit if grounds.exists[e] else -lit for e, lit in self._exists.items() if e[0] in names]
        return out

    def _exchanged(
        self, tests: Sequence[OpenTest], wanted: Mapping[Instance, bool], grounds: Grounds
    ) -> Iterator[list[int]]:
        """The same said of other elements that nothing is told of."""
        yield self._literals(tests, wanted, grounds)
        s = self.s
        if any(s.compiled.tests[t.instance[0]].reads.totals for t in tests):
            return
        used: dict[str, set[int]] = {}
        for t in tests:
            for name, place in zip(s.compiled.tests[t.instance[0]].spec.lists, t.instance[1], strict=True):
                if place >= self.written[name]:
                    used.setdefault(name, set()).add(place)
        choices = []
        for name, places in used.items():
            blank = range(self.written[name], self.written[name] + self.blanks.get(name, 0))
            choices.append(
                [(name, dict(zip(sorted(places), p, strict=True))) for p in permutations(blank, len(places))]
            )
        for nth, chosen in enumerate(product(*choices)):
            if nth >= _MAPPINGS:
                return
            moved = dict(chosen)
            clause = []
            for t in tests:
                test, at = t.instance
                lists = s.compiled.tests[test].spec.lists
                instance = (test, tuple(moved.get(name, {}).get(p, p) for name, p in zip(lists, at, strict=True)))
                if instance not in self._tests:
                    break
                clause.append(self._tests[instance] if wanted[t.instance] else -self._tests[instance])
            else:
                yield clause

    def _whole(self, needed: Iterable[Ground]) -> list[int]:
        """All grounds as literals."""
        out = []
        for g in needed:
            if g.instance is not None:
                lit = self._tests[g.instance]
            elif g.element is not None:
                lit = self._exists[g.element]
            else:
                assert g.option is not None
                lit = self._options[g.option]
            out.append(lit if g.truth else -lit)
        return out

    # ---------------------------------------------------------------------------------------------------- the person

    def _found(
        self, values: Mapping[Address, Any], there: Mapping[tuple[str, int], bool], needed: Iterable[Ground]
    ) -> Found:
        """The case with values filled in; elements that are there stand after those written, and lists are closed."""
        s = self.s
        facts = s.facts
        before = {a: facts.get(a) for a in values}
        asked = {name for name, _ in there} | {n for n in self.blanks if any(e[0] == n for e in self._exists)}
        for a, v in values.items():
            facts.set(a, v)
        try:
            presumed = {a: facts.get(a) for a in s.presumed}
            for a in presumed:
                facts.set(a, Absent.NOT_ASKED)
            root = Record({n: frozen(v, asked, n, facts.favourable) for n, v in facts.root.items()})
            for a, v in presumed.items():
                facts.set(a, v)
        finally:
            for a, v in before.items():
                facts.set(a, v)
        readings = dict(s.readings) | {g.option[0]: g.option[1] for g in needed if g.option is not None and g.truth}
        return Found(Case("found", root, readings), readings, dict(self._answers))


def _most_read(vars: Iterable[Address], tests: Iterable[OpenTest], tied: Iterable[Tie]) -> Address:
    """The fact that most tests and invariants read; givens first, then by address."""
    weight = dict.fromkeys(vars, 0)
    for reads in (*(t.reads for t in tests), *(t.reads for t in tied)):
        for v in reads & weight.keys():
            weight[v] += 1
    return min(weight, key=lambda v: (v.list is not None, -weight[v], str(v)))


def frozen(value: Any, closed: Iterable[str], path: str, favourable: Mapping[str, Sequence[str]]) -> Any:
    """What stands in a case being filled in, as a case holds it; the lists in `closed` have no further elements.

    `favourable`: judgements of an entity that are presumed on what was added; they are left for the presumption.
    """
    closed = set(closed)
    match value:
        case Thing(facts):
            return Record({n: frozen(v, closed, f"{path}.{n}", favourable) for n, v in facts.items() if n != "#"})
        case Items(items, open_, entity, written):
            records = []
            for i, thing in enumerate(items):
                record = frozen(thing, closed, "", favourable)
                if i >= written:
                    own = dict.fromkeys(favourable.get(entity, ()), Absent.NOT_ASKED)
                    record = Record({**record.facts, **own})
                records.append(record)
            shut = path in closed
            return Listed(tuple(records), open_ and not shut, bool(written) or shut or not open_)
        case _:
            return value


class _Present(Struct):
    """While it lasts, lists have just the elements that are there, and are closed where that was asked."""

    s: Situation
    there: Mapping[tuple[str, int], bool]
    before: dict[str, tuple[list[Thing], bool]] = field(default_factory=dict)

    def __enter__(self) -> None:
        facts = self.s.facts
        for name in {n for n, _ in self.there}:
            items = facts.lists[name]
            self.before[name] = (items.items, items.open)
            present = sorted(p for (n, p), v in self.there.items() if n == name and v)
            items.items = [*items.items[: items.written], *(facts.element(name, p) for p in present)]
            items.open = False

    def __exit__(self, *_: object) -> None:
        for name, (items, open_) in self.before.items():
            self.s.facts.lists[name].items = items
            self.s.facts.lists[name].open = open_
