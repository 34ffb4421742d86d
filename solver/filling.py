"""A case with some of its atoms taken out, to be filled in: what it then tells, and what of it may be filled in.

The day of filing comes first among the variables; judgements are taken as favourable where that can only help.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy as copy_of
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from dsl.case import Absent, Case, Known, Listed, Record, presumes
from dsl.model import Book, EntityOf, KeyOf, ListOf, Scalar, Type, Verdict
from solver.answer import Hinge
from solver.asked import Asked, Completion
from solver.cells import Instance, OpenTest, Tie, TooLarge
from solver.changeable import FILING, Atom, Reading, atom, list_address, tied
from solver.evaluate import Env, unanswered
from solver.facts import Address, Facts, Items, blank, read_paths, thaw
from solver.hinges import hinges
from solver.likeness import Likeness
from solver.places import at, put
from solver.polarity import Answers, answers, positive
from solver.possible import Possible, thaw_value
from solver.proofs import Ground, Proof
from solver.situation import Situation, judged_places, lay, situation, ties
from solver.trees import Told, settled
from solver.verdicts import verdicts

TABLES = 20_000
"""How much may be tried of what stays unknown, for one way of filling in."""


class Trial:
    """A case as it is told, and a set of its atoms to be tried. atoms: every atom there is, for weighing proofs."""

    chosen: Sequence[Atom] = ()
    atoms: Mapping[Address, Atom] = {}

    def __init__(self, asked: Asked) -> None:
        """Lay out the case, none of its atoms chosen."""
        self.asked = asked
        self.facts = thaw(asked.case, asked.compiled.book)
        s = lay(asked.compiled, self.facts, (), asked.readings, twice=False)
        self.ties: list[Tie] = ties(s)
        self.ends = _ends(asked, self.facts, self.ties)
        self.reading = Reading(asked.compiled, self.facts, self.ends)
        self.written = dict(s.written)
        self.carried = carried(asked.case, asked.compiled.book)

    def of(self, chosen: Sequence[Atom], atoms: Mapping[Address, Atom]) -> Trial:
        """The same with a set of atoms."""
        out = copy_of(self)
        out.chosen, out.atoms = chosen, atoms
        return out

    @cached_property
    def cone(self) -> frozenset[Address]:
        """Everything told or untold that the category can turn on, also where a list has one element more."""
        out: set[Address] = set()
        facts = self.facts
        more = {n: count + (atom(facts, list_address(n)) is not None) for n, count in self.written.items()}
        for instance in self.reading.instances(self.asked.category, more):
            out |= self.reading.of(instance)
        out |= ranged_over(self.asked, self.facts)
        return frozenset(a for a in tied(out, self.ties) if not self.facts.is_blank(a))


class Filling:
    """One way the lists among some atoms can be, and the values being filled in."""

    def __init__(self, trial: Trial, counts: Mapping[str, int]) -> None:
        """Take the atoms out. counts: how many elements each list among them has besides."""
        self.trial, self.asked, self.counts = trial, trial.asked, counts
        compiled, book = self.asked.compiled, self.asked.compiled.book
        self.facts = facts = thaw(self.asked.case, book)
        self.before = {a.address: facts.get(a.address) for a in trial.chosen if not a.list}
        self.carried = trial.carried
        if FILING in self.before:
            for a in self.carried:
                facts.set(a, Absent.NOT_ASKED)
        self.positive = positive(compiled, self.asked.category)
        self.met = list(compiled.met(self.asked.category))
        law = answers(compiled, self.asked.category, kindly=self.asked.kindly)
        self.law, self.open_law = self.asked.noting(law), self.asked.noting(unanswered)
        self.always: list[Address] = []
        self._favour()
        self.places: dict[str, int] = {}
        for name, n in counts.items():
            items = facts.lists[name]
            for _ in range(n):
                thing = blank(book, items.entity, facts.favourable)
                thing.facts["#"] = f"{name}[{items.written}]"
                self.places[name] = items.written
                opened = [j.id for j in book.judgements.values() if j.entity == items.entity]
                self.always += [
                    Address(name, items.written, (j,))
                    for j in opened
                    if thing.facts[j] is True and (book.judgements[j].mode == "open" or self.asked.judgements == "open")
                ]
                items.items.append(thing)
                items.written += 1
            items.open = False
        for a in self.before:
            facts.set(a, Absent.NOT_ASKED)
        self._presume()
        self.reading = Reading(compiled, facts, trial.ends)
        s = self.base = lay(compiled, facts, (), self.asked.readings, twice=False)
        s.search.assumed, s.search.remembered, s.search.limit = self.law, {}, TABLES
        s.search.reached = self.asked.reached
        for instance in self.reading.instances(self.asked.category, s.written):
            s.truth(instance)
        self.ties = s.search.ties = ties(s)
        self.tests = list(s.open.values())
        s.search.group_tests, s.search.group_ties = self.tests, self.ties
        now = thaw_value(self.asked.case.root.facts.get("submitted_on"))
        self.possible = Possible(trial.chosen, self.before, self.places, s.search, now)
        self.variables = self.possible.variables = [*self._plain(), *self._inner()]
        s.search.between = self.possible.between()
        self.bound = [t for t in self.ties if t.reads & set(self.variables)]
        self.plain = len(self.before)
        self.core: set[Address] = set()
        self.given: set[Address] = set()
        self.read: frozenset[Address] | None = None
        self.nodes = self.looked_at = 0
        self.large = self.cut = False
        self.wavering: frozenset[Address] | None = frozenset()
        self.failing: Mapping[Instance, bool] | None = None
        self.failures: dict[Completion, list[Proof]] = {}
        self.worked: dict[Any, bool] = {}
        self.weights: dict[Ground, int] = {}
        self.likeness = Likeness(compiled, s.search, self.tests, self.ties, self.before)
        self.empty: dict[Ground, bool] = {}
        """Tests with totals over empty lists: whether these alone settle them."""

    @property
    def favoured(self) -> list[Address]:
        """Judgements taken as favourable that are open, a presumption having ended by what is filled in among them."""
        ended = [a for a in self.trial.ends if self._ended(a)] if self.positive else []
        return [*self.always, *ended]

    def _ended(self, a: Address) -> bool:
        return any(self.facts.get(end) is True for end in self.trial.ends[a])

    def _presume(self) -> None:
        """Where an unfavourable judgement may help, presume one as long as nothing filled in or yet to be ends it."""
        if not self.positive:
            for a, ends in self.trial.ends.items():
                open_ = self._ended(a) or any(self.is_absent(end) for end in ends if end in self.before)
                self.facts.set(a, Absent.NOT_ASKED if open_ else True)

    def _favour(self) -> None:
        """Take judgements as favourable: those presumed, and all where a favourable one can only help."""
        book, facts = self.asked.compiled.book, self.facts
        wanted = [
            j
            for j in book.judgements.values()
            if self.positive or (self.asked.judgements == "presumed" and presumes(j, facts.root))
        ]
        facts.favourable = {e: [j.id for j in wanted if j.entity == e] for e in {j.entity for j in wanted if j.entity}}
        for j in wanted:
            alone = [Address(None, -1, (j.id,))]
            for a in alone if j.entity is None else judged_places(book, facts, j.entity, j.id):
                if type(facts.get(a)) is Absent:
                    facts.set(a, True)
                    if j.mode == "open" or self.asked.judgements == "open":
                        self.always.append(a)

    def _plain(self) -> list[Address]:
        """The facts among the atoms, the day of filing first."""
        return sorted(self.before, key=lambda a: (a != FILING, str(a)))

    def _inner(self) -> list[Address]:
        """The facts of elements that are added: what stands on lists of the law, days, then what most tests read."""
        out: dict[Address, int] = {}
        for t in self.tests:
            for a in self.base_reads(t):
                out[a] = out.get(a, 0) + 1
        for tie in self.ties:
            for a in tie.reads:
                if self.possible.is_new(a) and any(b in out for b in tie.reads):
                    out.setdefault(a, 0)

        def rank(a: Address) -> tuple[int, int, str]:
            kind = self.facts.fact(a).type
            return (0 if isinstance(kind, KeyOf) else 1 if kind == Scalar("date") else 2), -out[a], str(a)

        return sorted(out, key=rank)

    def base_reads(self, t: OpenTest) -> Iterator[Address]:
        """The facts of added elements that a test reads."""
        for a in t.reads:
            if self.possible.is_new(a) and type(self.facts.get(a)) is Absent and self.facts.fact(a).judgement is None:
                yield a

    def lay(self, closed: Sequence[str] = ()) -> Situation:
        """The case as it is filled in so far; closed: lists that have no more in them than is written."""
        self._presume()
        told = self.base.told
        elements = {**told.elements, **{n: told.elements[n][: told.written[n]] for n in closed if n in told.written}}
        told = Told(Env(self.facts.root, (), self.asked.readings, self.law), elements, told.written)
        search = replace(self.base.search, env=told.env)
        blanks = {n: count for n, count in self.base.blanks.items() if n not in closed}
        empty: dict[str, Any] = {"tables": {}, "coarse": set(), "apart": set(), "varied": {}, "tried": {}}
        # Tests stay listed that are open where nothing is filled in: listing the first asks for the invariants again.
        return replace(self.base, told=told, search=search, blanks=blanks, open=dict(self.base.open), **empty)

    def held(self, s: Situation) -> bool | None:
        """What tests alone make of the category."""
        a = self.asked
        return settled(a.compiled, s.told, [a.category], a.readings, a.deadline)[a.category].held

    def case(self, part: frozenset[Address] | None = None) -> Case:
        """The case with what is filled in, or with a part of it."""
        case, facts = self.asked.case, self.facts
        if FILING in self.before and (part is None or FILING in part):
            for v in self.carried:
                case = put(case, facts.show(v), Absent.NOT_ASKED)
        for v in self.before:
            if part is None or v in part:
                case = put(case, facts.show(v), facts.get(v))
        for name in self.counts:
            if part is None or list_address(name) in part:
                listed = at(case, name)
                assert isinstance(listed, Listed)
                more = facts.lists[name].written - len(listed.items)
                made = [nothing(self.asked.compiled.book, EntityOf(facts.lists[name].entity))] * more
                case = put(case, name, replace(listed, items=(*listed.items, *made), open=False, told=True))
                for v in self.variables:
                    if v.list == name and self.possible.is_new(v) and type(value := facts.get(v)) is not Absent:
                        case = put(case, facts.show(v), value)
        return case

    def verdict(self, case: Case) -> tuple[Verdict | None, tuple[Hinge, ...]]:
        """The verdict on a case, and what it hangs on; None where there is too much to try."""
        a = self.asked
        s = situation(a.compiled, case, a.readings, a.judgements)
        found = verdicts(s, [a.category], a.deadline).get(a.category)
        if found is not Verdict.DEPENDS:
            self.large = self.large or found is None
            return found, ()
        roomy = situation(a.compiled, case, a.readings, a.judgements, twice=True) if any(s.blanks.values()) else s
        try:
            hangs = hinges(roomy, a.category, a.deadline)
            a.raised.update(h.id for h in hangs if h.kind == "law")
            return found, hangs
        except TooLarge:
            self.large = True
            return None, ()

    def settled(self) -> bool:
        """Whether tests alone say that the category holds."""
        return self.held(self.lay()) is True

    def fails(self) -> bool:
        """Whether the category fails by tests alone, and no invariant is broken."""
        return self.allowed() and self.held(self.lay()) is False

    def with_filing(self) -> Filling | None:
        """The same values with the day of filing among what can be another; None if it is nothing that matters."""
        filing = self.trial.atoms.get(FILING)
        if filing is None:
            return None
        return self.under(self.trial.of((filing, *self.trial.chosen), self.trial.atoms))

    def under(self, trial: Trial) -> Filling:
        """The same values in another trial."""
        out = Filling(trial, self.counts)
        for v in out.variables:
            out.facts.set(v, self.facts.get(v))
        return out

    def allowed(self) -> bool:
        """Whether no invariant is broken by what is filled in."""
        return all(self.base.search.consistent(tie) for tie in self.bound)

    def same(self) -> bool:
        """Whether some fact among the atoms is what it was."""
        return any(self.facts.get(v) == before for v, before in self.before.items())

    def has_unknown(self, s: Situation) -> bool:
        """Whether anything the category can turn on, but for judgements, is still unknown."""
        for a in self.all_read():
            value = self.facts.get(a)
            if isinstance(value, Items) and value.open:
                return True
            if type(value) is Absent and self.facts.fact(a).judgement is None:
                return True
        return any(s.told_truth(i) is None and not self._is_judged(i) for i in self.base.open)

    def _is_judged(self, instance: Instance) -> bool:
        """Whether a test waits for a judgement."""
        return any(self.is_absent(a) for a in self.reading.own(instance))

    def unfavour(self, value: object) -> None:
        """Take the judgements that are open as not told; or as favourable again."""
        for a in self.favoured:
            self.facts.set(a, value)

    def lawful(self, law: Answers | None = None) -> Situation:
        """The case as it is filled in, the law answering what it is taken to in what is found, and no more.

        law: other answers of it.
        """
        s = self.lay()
        if law is None and self.asked.kindly:
            return s
        law = law or self.open_law
        s = replace(s, told=replace(s.told, env=replace(s.told.env, law=law)))
        return replace(s, search=replace(s.search, env=s.told.env, assumed=law, remembered={}))

    def is_judgement(self, instance: Instance) -> bool:
        """Whether a test reads judgements alone."""
        read = self.reading.own(instance)
        return bool(read) and all(self.facts.fact(a).judgement is not None for a in read)

    def all_read(self) -> frozenset[Address]:
        """What the category reads of the case and of what is added."""
        if self.read is None:
            mine = self.reading.instances(self.asked.category, self.base.written)
            self.read = frozenset(ranged_over(self.asked, self.facts)).union(*map(self.reading.of, mine))
        return self.read

    def is_absent(self, a: Address) -> bool:
        """Whether nothing is told or filled in of a fact."""
        return type(self.facts.get(a)) is Absent


def _ends(asked: Asked, facts: Facts, ties: Iterable[Tie]) -> dict[Address, frozenset[Address]]:
    """By judgement of which nothing is recorded, the facts that its presumption hangs on.

    Where an unfavourable judgement can only hurt, nobody gains by what ends a presumption: only what is told to be so
    matters, or what is read besides.
    """
    compiled, out = asked.compiled, dict[Address, frozenset[Address]]()
    ending = [j for j in compiled.presumed if j.unless] if asked.judgements == "presumed" else []
    for j in ending:
        a = Address(None, -1, (j.id,))
        ends = frozenset(read_paths(p, {}) for p in j.unless)
        if positive(compiled, asked.category):
            tests = [compiled.tests[t] for t in compiled.used(asked.category)]
            read = {read_paths(p, {}) for test in tests for p in test.reads.paths}.union(*(t.reads for t in ties))
            ends = frozenset(end for end in ends if end in read or facts.get(end) is True)
        if ends and type(facts.get(a)) is Absent:
            out[a] = ends
    return out


def ranged_over(asked: Asked, facts: Facts) -> set[Address]:
    """The lists of which the category asks for some element, or something of every one."""
    gates = (asked.compiled.program.gates[g] for g in asked.compiled.under([asked.category]))
    return {list_address(g.over) for g in gates if g.over is not None and g.over in facts.lists}


def carried(case: Case, book: Book) -> tuple[Address, ...]:
    """Told days of events that come after filing: filed on another day, they have not happened yet."""
    filed = case.root.facts.get(FILING.steps[0])
    if type(filed) is not dt.date:
        return ()
    return tuple(
        Address(None, -1, (name,))
        for name, fact in book.givens.items()
        if (name,) != FILING.steps
        and name not in case.defaulted
        and fact.change is not None
        and fact.change.kind == "time"
        and type(day := case.root.facts.get(name)) is dt.date
        and day >= filed
    )


def nothing(book: Book, kind: Type) -> Known:
    """What stands for a fact that is not told."""
    match kind:
        case EntityOf(name):
            return Record({f.id: nothing(book, f.type) for f in book.entities[name].facts})
        case ListOf():
            return Listed((), open=True, told=False)
        case _:
            return Absent.NOT_ASKED
