"""Whether some atoms of a case can be given values so that a category is open, and which values lie nearest.

The atoms are taken out of the case and filled in again one after the other, the day of filing first, each with the
values at which some test can change, the nearest first (`solver.landmarks`). A way that fails whatever is still to be
filled in is left at once. What is found is therefore the nearest day of filing, with it the nearest second value, and
so on; no value of it could be nearer with those before it as they are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy as copy_of
from functools import cached_property
from itertools import combinations, product
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.case import Absent, Case, Known, Listed, Record, presumes
from dsl.model import Book, Compare, EntityOf, KeyOf, ListOf, Scalar, Score, Type, Verdict
from solver.answer import Hinge
from solver.candidates import values as landmark_values
from solver.cells import Instance, OpenTest, Table, Tie, TooLarge
from solver.changeable import FILING, Atom, Reading, atom, list_address, tied
from solver.compiled import Compiled
from solver.evaluate import Env, LawVar, Total, expr_fn, unanswered
from solver.facts import Address, Facts, Items, blank, read_paths, thaw
from solver.hinges import hinges
from solver.places import at, put
from solver.polarity import Answers, answers, positive
from solver.possible import Possible, str_of, thaw_value
from solver.proofs import Ground, Proof, Prover
from solver.run import Circuit, Deadline
from solver.situation import Judging, Situation, judged_places, lay, situation, ties
from solver.trees import Told, settled
from solver.undecided import Copy
from solver.verdicts import Laid, copy, quick, tied_copy, verdicts

NODES = 20_000
"""How many ways of filling in one set of atoms are looked at before the search of it is cut short."""

TABLES = 20_000
"""How much may be tried of what stays unknown, for one way of filling in."""

_REMEMBERED = 12
"""How many failures are looked at before the rules are."""

_LATEST = 3
"""How many completions are tried again before a set is filled in."""


class Asked(Struct, frozen=True):
    """A case, a category, and how it is asked about it. kindly: what the law does not say is taken to help.

    raised: the questions of the law that came up on the way; without any, what is found does not hang on `kindly`.
    """

    compiled: Compiled
    case: Case
    category: str
    readings: Mapping[str, str]
    judgements: Judging
    deadline: Deadline
    kindly: bool = False
    reached: dict[Any, set[dt.date]] = field(default_factory=dict)
    raised: set[Any] = field(default_factory=set)
    refuting: list[Completion] = field(default_factory=list)
    """Completions in which the category failed: they often refute other changes too."""

    def noting(self, law: Answers) -> Answers:
        """The same answers of the law, what they are asked for noted."""

        def answer(var: LawVar) -> bool | None:
            self.raised.add(var)
            return law(var)

        return answer


class Completion(Struct, frozen=True, eq=False):
    """Something that may turn out: values of what is not told, and open lists that have no more in them."""

    values: Mapping[Address, Any]
    closed: tuple[str, ...] = ()


AS_TOLD = Completion({})
"""Nothing turns out."""


class Outcome(Struct):
    """What came of a set of atoms: values in place that reach the category, or a core.

    Any set that reaches it touches an address of the core, if it has all that is given.
    """

    found: Filling | None = None
    core: set[Address] = field(default_factory=set)
    given: set[Address] = field(default_factory=set)
    cut: bool = False


class _Cut(Exception):  # noqa: N818
    """Too many ways to look at."""


def standing(verdict: Verdict, hinges: Iterable[Hinge], *, kindly: bool = False) -> bool:
    """Whether a category is reached: it qualifies, or hangs on judgements alone (kindly: or on the law)."""
    if verdict is Verdict.DEPENDS:
        return all(h.kind == "judgement" or (kindly and h.kind == "law") for h in hinges)
    return verdict is Verdict.QUALIFIES


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

    def run(self) -> Outcome:
        """Try every way the lists among the atoms can be, the least first."""
        out = Outcome()
        lists = [a for a in self.chosen if a.list]
        ways = [(0, 1) if a.how == "learn" else (1,) for a in lists]
        for counts in sorted(product(*ways), key=sum):
            filling = Filling(self, {str_of(a): n for a, n in zip(lists, counts, strict=True)})
            try:
                if filling.found():
                    out.found = filling
                    return out
            except _Cut:
                out.cut = True
            out.cut = out.cut or filling.cut
            out.core |= filling.core
            out.given |= filling.given
        if any(a.how == "gain" for a in lists):
            out.core.add(FILING)
        return out


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
        self.nodes = NODES
        self.large = self.cut = False
        self.wavering: frozenset[Address] | None = frozenset()
        self.failing: Mapping[Instance, bool] | None = None
        self.failures: dict[Completion, list[Proof]] = {}
        self.worked: dict[Any, bool] = {}
        self.weights: dict[Ground, int] = {}
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
                open_ = self._ended(a) or any(self._is_absent(end) for end in ends if end in self.before)
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

    # ------------------------------------------------------------------------------------------------------ filling in

    def found(self) -> bool:
        """Whether the atoms can be filled in so that the category is reached; if so the values are in place."""
        return self._search(0) is None

    def _search(self, i: int) -> frozenset[Address] | None:
        """Fill in from the i-th variable on. None: done. Else the variables before it by which every way fails.

        A way that fails without the variable just filled in fails with any other value of it, which need not be tried.
        """
        self.nodes -= 1
        if self.nodes < 0:
            raise _Cut
        self.asked.deadline.left()
        for tie in self.bound:
            if not self.base.search.consistent(tie):
                return self._blame(tie.reads)
        s = self.lay()
        if (known := self._known_failure(s, AS_TOLD)) is not None:
            return self._blame(self._read_by(known))
        held = self.held(s)
        if held is False:
            return self._blame(self._proof(s, supposed=AS_TOLD))
        if held is None and (proof := self._refuted(_LATEST)) is not None:
            return self._blame(proof)
        rest = self.variables[i:]
        if i >= self.plain and (held is True or not rest) and self._accepts(s, held) and not self._same():
            return None
        if not rest:
            self.cut = self.cut or self.large
            return self._blame(self._why_not(s))
        v = rest[0]
        conflict = {FILING} if v != FILING and self.possible.is_new(v) and self.possible.gained(v) else set()
        failed: frozenset[Address] | None = frozenset()
        try:
            for value in self.possible.of(v):
                self.facts.set(v, value)
                failed = self._search(i + 1)
                if failed is None:
                    return None
                if v not in failed:
                    return failed
                conflict |= failed
        finally:
            if failed is not None:
                self.facts.set(v, Absent.NOT_ASKED)
        return frozenset(conflict - {v})

    def held(self, s: Situation) -> bool | None:
        """What tests alone make of the category."""
        a = self.asked
        return settled(a.compiled, s.told, [a.category], a.readings, a.deadline)[a.category].held

    def _accepts(self, s: Situation, held: bool | None, *, beside: bool = False, surely: bool = False) -> bool:
        """Whether the category is reached as things stand, `held` being what tests alone make of it.

        beside: other values than those found are tried; what they narrow is not asked. surely: it has to qualify.
        """
        self.failing, self.wavering, self.large = None, frozenset(), False
        if self.positive:
            if (self._surely(s) if held is None else held) is not True:
                return False
            if self._unknown(s) and not self._judged_alone() and self._wavers() is not False:
                return False
            if beside and not self.asked.kindly and not (surely and self.favoured):
                return True
        elif held is None and not self.asked.kindly and (self._wavers() or self._refuted() is not None):
            return False
        verdict, found = self.verdict(self.case())
        if surely:
            return verdict is Verdict.QUALIFIES
        if verdict is not None and standing(verdict, found, kindly=self.asked.kindly):
            return beside or verdict is Verdict.QUALIFIES or not self._narrows()
        shown = {self.facts.show(a): a for a in self.trial.cone}
        told = frozenset(shown[h.id] for h in found if h.id in shown)
        facts = {a for a in told if isinstance(self.facts.get(a), Items) or self.facts.fact(a).judgement is None}
        self.wavering = frozenset(facts) if self.positive and facts else None
        return False

    def works(self, *, surely: bool) -> bool:
        """Whether other values in place of those found would do too. surely: only if the category then qualifies."""
        if self._same() or not self._possible():
            return False
        s = self.lay()
        held = self.held(s)
        if held is False:
            return False
        if held is True and not self.favoured and not (self.asked.kindly and self._unknown(s)):
            return True  # for every judgement, and if the law helps
        if held is None and (self.positive or not self.asked.kindly) and self._refuted() is not None:
            return False
        key = surely, self._looks(s)
        if key not in self.worked:
            self.worked[key] = self._accepts(s, held, beside=True, surely=surely)
        return self.worked[key]

    def _looks(self, s: Situation) -> tuple[Any, ...]:
        """What tests make of the values filled in, and these values where a test that matters stays open.

        Where that is the same, so is what comes of them. What is judged is looked at favourable and open.
        """
        truths = [s.told_truth(i) for i in self.base.open]
        self._unfavour(Absent.NOT_ASKED)
        try:
            bare = self._lawful()
            truths += [bare.told_truth(i) for i in self.base.open]
            c = copy(bare, Circuit())
            c.value(s.compiled.program.categories[self.asked.category])
        finally:
            self._unfavour(True)
        read = frozenset[Address]().union(*map(self.reading.of, c.tests))
        read |= tied(read, [t for t in self.ties if any(map(self._is_absent, t.reads))])
        return tuple(truths), tuple([(v, self.facts.get(v)) for v in self.variables if v in read or self._is_absent(v)])

    def settled(self) -> bool:
        """Whether tests alone say that the category holds."""
        return self.held(self.lay()) is True

    def fails(self) -> bool:
        """Whether the category fails by tests alone, and no invariant is broken."""
        return self._possible() and self.held(self.lay()) is False

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

    def _possible(self) -> bool:
        """Whether no invariant is broken by what is filled in."""
        return all(self.base.search.consistent(tie) for tie in self.bound)

    def _same(self) -> bool:
        """Whether some fact among the atoms is what it was."""
        return any(self.facts.get(v) == before for v, before in self.before.items())

    def _surely(self, s: Situation) -> bool | None:
        """Whether the category holds over all that is still unknown; None where there is too much to try.

        If it does not, a completion in which it fails is kept: it often refutes the next values too.
        """
        circuit = Circuit(sparing=True)
        with contextlib.suppress(TooLarge):
            with circuit:
                laid, made = tied_copy(s, circuit, self.asked.category)
            (c,), (value,) = laid.copies, laid.goals
            if isinstance(value, bool):
                return value
            self._worst(c)
            literals: dict[Any, int] = {**c.tests, **c.exists}
            found = circuit.find([-value], [*literals.values()], self.asked.deadline)
            if found is None:
                return True
            self.failing = dict(zip(literals, found, strict=True))
            self._remember(c, made, self.failing)
            return False
        self.large = True
        return None

    def _worst(self, c: Copy) -> None:
        """Prefer completions in which as little as can be helps: what fails in the worst of them, fails for most."""
        helps, hurts = ({t for t, plain in self.met if plain is way} for way in (True, False))
        for (test, _), literal in c.tests.items():
            if test in helps ^ hurts:
                c.circuit.rather(-literal if test in helps else literal)
        for literal in c.exists.values():
            c.circuit.rather(-literal)

    def _remember(self, c: Copy, made: Iterable[Table], model: Mapping[Any, bool]) -> None:
        """Keep a completion in which the category fails, as far as it has values and nothing more in open lists."""
        if any(model.get(key, True) for key in c.exists):
            return
        values: dict[Address, Any] = {}
        if all(_shown(t, model, values) for t in made):
            facts = self.facts
            told_of = [a for a in values if not self.possible.is_new(a) and not facts.is_blank(a)]
            mine = {a: values[a] for a in told_of if facts.fact(a).judgement is None}
            if self.asked.refuting:
                mine = {**self.asked.refuting[0].values, **mine}
            found = self._worsened(Completion(mine, tuple(dict.fromkeys(name for name, _ in c.exists))))
            self.asked.refuting.insert(0, found)
            del self.asked.refuting[_REMEMBERED:]

    def _worsened(self, seen: Completion) -> Completion:
        """A completion in which scores come to as little as they can, should the category fail in it too.

        It then fails in it for most else that is filled in.
        """
        search, helps = self.base.search, {test for test, plain in self.met if plain}
        scored = [t for t in self.base.open.values() if t.score and t.instance[0] in helps]
        points = [(t, f) for t in scored if (f := self._points(t.instance[0])) is not None]
        read = frozenset[Address]().union(*(t.reads for t, _ in points))
        free = sorted([a for a in read & seen.values.keys() if self._is_absent(a) and a not in self.before], key=str)
        if not free:
            return seen
        least = dict(seen.values)
        with self._supposing(seen) as s:
            if s is None:
                return seen
            for a in free:
                own = [t for t, _ in points if a in t.reads]

                def come_to(value: object, a: Address = a) -> int:
                    self.facts.set(a, value)
                    if not all(search.consistent(t) for t in self.ties if a in t.reads):
                        return 10**9
                    return sum(f(search.env, t.els) for t, f in points if a in t.reads)

                tried = [least[a], *landmark_values(search, a, own, [])]
                if self.facts.fact(a).type != Scalar("date"):
                    least[a] = min(tried, key=come_to)
                self.facts.set(a, least[a])
        made = Completion(least, seen.closed)
        with self._supposing(made) as s:
            return made if s is not None and self.held(s) is False else seen

    def _points(self, test: int) -> Callable[[Env, Any], int] | None:
        """What a score comes to that has to reach something; None of another test."""
        match self.asked.compiled.tests[test].spec.cond:
            case Compare("ge" | "gt", Score() as score, _):
                lists = self.asked.compiled.tests[test].spec.lists
                count = expr_fn(score, self.asked.compiled.book, {f"#{i}": i for i in range(len(lists))})

                def points(env: Env, els: Any) -> int:
                    env.els = els
                    total = count(env)
                    return total.low if isinstance(total, Total) else 0

                return points
            case _:
                return None

    def _refuted(self, most: int = _REMEMBERED) -> frozenset[Address] | None:
        """What the category fails by in a completion met before, if that still is one and it fails in it.

        What is judged stays open: it fails then however that is judged. most: how many completions are tried, those
        that refuted last before others.
        """
        for n, seen in enumerate(self.asked.refuting[:most]):
            with self._supposing(seen) as s:
                if s is None:
                    continue
                known = self._known_failure(s, seen)
                if known is None and self.held(s) is not False:
                    continue
                proof = self._proof(s, supposed=seen) if known is None else self._read_by(known)
            whole = self._with_ties(proof, seen.values)
            if proof is None or whole is None or not self._stays_possible(proof, whole, seen):
                continue
            self.asked.refuting.insert(0, self.asked.refuting.pop(n))
            return whole
        return None

    def _stays_possible(self, proof: frozenset[Address], whole: frozenset[Address], seen: Completion) -> bool:
        """Whether nothing that is still to be filled in can contradict a completion. whole: a proof with its ties."""
        if any(self._is_absent(a) for a in whole - proof if a in self.variables):
            return False
        looked_into = {name for t in self.ties for name in t.over}
        return not proof & {list_address(name) for name in looked_into.intersection(seen.closed)}

    @contextlib.contextmanager
    def _supposing(self, seen: Completion) -> Iterator[Situation | None]:
        """The case as it is filled in, and so completed; None if that contradicts itself."""
        facts, lists = self.facts, self.facts.lists
        mine = {a: v for a, v in seen.values.items() if self._is_absent(a) and a not in self.before}
        closed = [name for name in seen.closed if lists[name].open]
        for a, v in mine.items():
            facts.set(a, v)
        for name in closed:
            lists[name].open = False
        try:
            yield self.lay(closed) if all(self.base.search.consistent(t) for t in self.ties) else None
        finally:
            for a in mine:
                facts.set(a, Absent.NOT_ASKED)
            for name in closed:
                lists[name].open = True

    def _with_ties(self, proof: frozenset[Address] | None, unknown: Iterable[Address]) -> frozenset[Address] | None:
        """A proof with what invariants tie to the unknown facts in it, which may force them to be otherwise."""
        if proof is None:
            return None
        mine = proof & frozenset(unknown)
        return proof | frozenset(a for a in tied(mine, self.ties) if not self.facts.is_blank(a)) if mine else proof

    def _judging(self, s: Situation, circuit: Circuit) -> tuple[Laid, list[Table]]:
        """What is open of a category, with what is judged."""
        return tied_copy(s, circuit, self.asked.category, judging=True)

    def _unknown(self, s: Situation) -> bool:
        """Whether anything the category can turn on, but for judgements, is still unknown."""
        for a in self._reads():
            value = self.facts.get(a)
            if isinstance(value, Items) and value.open:
                return True
            if type(value) is Absent and self.facts.fact(a).judgement is None:
                return True
        return any(s.told_truth(i) is None and not self._is_judged(i) for i in self.base.open)

    def _is_judged(self, instance: Instance) -> bool:
        """Whether a test waits for a judgement."""
        return any(self._is_absent(a) for a in self.reading.own(instance))

    def _judged_alone(self) -> bool:
        """Whether nothing but judgements is left in the rules once what tests tell is put in."""
        self._unfavour(Absent.NOT_ASKED)
        try:
            s = self._lawful()
            circuit = Circuit()
            with circuit:
                c = copy(s, circuit)
                c.value(s.compiled.program.categories[self.asked.category])
                return not c.exists and all(self._is_judgement(i) for i in c.tests)
        finally:
            self._unfavour(True)

    def _wavers(self) -> bool | None:
        """Whether, for some outcome of the judgements left open, the category hangs on something else.

        Two completions that agree on judgements, in one of which it holds and in the other it fails; None where there
        is too much to try. What it fails by in the other is kept for the core, and what it holds by in the one too
        where the judgements for which it fails may be what a larger change wants.
        """
        self._unfavour(Absent.NOT_ASKED)
        self.wavering = frozenset()
        try:
            s = self._lawful()
            circuit = Circuit(sparing=True)
            with circuit:
                (first, _), (second, made) = self._judging(s, circuit), self._judging(s, circuit)
                (yes,), (no,) = first.goals, second.goals
                if isinstance(yes, bool) or isinstance(no, bool):
                    return False
                one, other = _agreeing(first, second)
                self._worst(other)
            literals = [{**c.tests, **c.exists} for c in (one, other)]
            found = circuit.find([yes, -no], [v for each in literals for v in each.values()], self.asked.deadline)
            if found is None:
                fails = None if self.positive else circuit.find([-no], [*literals[1].values()], self.asked.deadline)
                if fails is not None:
                    self._remember(other, made, dict(zip(literals[1], fails, strict=True)))
                return False
            truths = iter(found)
            holding, failing = [{key: next(truths) for key in each} for each in literals]
            self._remember(other, made, failing)
            read = self._proof(s, failing)
            if not self.positive and read is not None:
                holds = self._proof(s, holding, want=True)
                read = None if holds is None else read | holds
            self.wavering = self._with_ties(read, [a for a in self._reads() if self._is_absent(a)])
            return True
        except TooLarge:
            self.wavering, self.large = None, True
            return None
        finally:
            self._unfavour(True)

    def _narrows(self) -> bool:
        """Whether some part of the change leaves the category open for judgements for which the whole shuts it.

        A part that gives values to what nobody told leaves no more open than it does without them.
        """
        told = [a.address for a in self.trial.chosen if a.how not in ("settle", "learn")]
        smaller = range(len(told) + (len(told) < len(self.trial.chosen)))
        return any(self._shuts(frozenset(part)) for n in smaller for part in combinations(told, n))

    def _shuts(self, part: frozenset[Address]) -> bool:
        """Whether the category can hold after a part of the change, for judgements for which it then fails."""
        a = self.asked
        case = self.case(part)
        known = quick(a.compiled, case, [a.category], a.readings, a.judgements, a.deadline)[a.category]
        if known is False:
            return False
        before = situation(a.compiled, case, a.readings, a.judgements)
        law = self.law if a.kindly else self.open_law
        before.search.assumed, before.search.remembered = law, {}
        before.told.env.law = law
        self._unfavour(Absent.NOT_ASKED)
        try:
            s = self._lawful()
            circuit = Circuit()
            with circuit:
                laid = self._judging(before, circuit)[0], self._judging(s, circuit)[0]
                (yes,), (no,) = (each.goals for each in laid)
                _, other = _agreeing(*laid)
            if yes is False or no is True:
                return False
            instances = tuple(other.tests)
            wanted = [v for v in (yes, -no if not isinstance(no, bool) else True) if not isinstance(v, bool)]
            found = circuit.find(wanted, [other.tests[i] for i in instances], a.deadline)
            if found is None:
                return False
            self.wavering = self._proof(s, dict(zip(instances, found, strict=True)))
            return True
        except TooLarge:
            self.wavering, self.large = None, True
            return True
        finally:
            self._unfavour(True)

    def _unfavour(self, value: object) -> None:
        for a in self.favoured:
            self.facts.set(a, value)

    def _lawful(self) -> Situation:
        """The case as it is filled in, the law answering what it is taken to in what is found, and no more."""
        s = self.lay()
        if self.asked.kindly:
            return s
        s = replace(s, told=replace(s.told, env=replace(s.told.env, law=self.open_law)))
        return replace(s, search=replace(s.search, env=s.told.env, assumed=self.open_law, remembered={}))

    def _is_judgement(self, instance: Instance) -> bool:
        read = self.reading.own(instance)
        return bool(read) and all(self.facts.fact(a).judgement is not None for a in read)

    def _reads(self) -> frozenset[Address]:
        """What the category reads of the case and of what is added."""
        if self.read is None:
            mine = self.reading.instances(self.asked.category, self.base.written)
            self.read = frozenset(ranged_over(self.asked, self.facts)).union(*map(self.reading.of, mine))
        return self.read

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

    # ----------------------------------------------------------------------------------------------------------- cores

    def _blame(self, proof: Iterable[Address] | None) -> frozenset[Address]:
        """Add what a way fails by to the core; what no proof was found for fails by everything.

        The variables among it are returned.
        """
        found = frozenset(self.trial.cone if proof is None else proof)
        own = {a.address for a in self.trial.chosen}
        ending = frozenset[Address]().union(*self.trial.ends.values())
        for a in found:
            if self.possible.is_new(a):
                assert a.list is not None
                self.given.add(list_address(a.list))
            elif a not in own:
                self.core.add(list_address(a.list) if a.list is not None and self.facts.is_blank(a) else a)
            elif a not in self.before or a in ending:
                self.given.add(a)  # a presumption may stand where what ends it stays untold
            if a in self.carried:
                (self.given if FILING in own else self.core).add(FILING)
        return frozenset(self.variables) if proof is None else found & frozenset(self.variables)

    def _proof(
        self,
        s: Situation,
        model: Mapping[Any, bool] | None = None,
        *,
        want: bool = False,
        supposed: Completion | None = None,
    ) -> frozenset[Address] | None:
        """What the category fails (or holds) by as things stand.

        model: the truths of tests that are open, and by list and place which further elements are there. supposed: what
        of it may only turn out so; the failure is then remembered.
        """

        def truth(instance: Instance) -> bool | None:
            return model[instance] if model is not None and instance in model else s.truth(instance)

        prover = Prover(s, truth, self._weight, model or {})
        proof = prover.proof(s.compiled.program.categories[self.asked.category], (), want)
        if proof is None:
            return None
        if supposed is not None:
            known = self.failures.setdefault(supposed, [])
            known.insert(0, proof)
            del known[_REMEMBERED:]
        return self._read_by(proof)

    def _read_by(self, proof: Proof) -> frozenset[Address]:
        return frozenset().union(*(self._ground_reads(g) for g in proof))

    def _ground_reads(self, ground: Ground) -> frozenset[Address]:
        if isinstance(ground, Address):
            return frozenset({ground})
        read = self.reading.of(ground[0])
        lists = frozenset(list_address(str(p)) for p, _ in self.asked.compiled.tests[ground[0][0]].reads.totals)
        if not lists or any((items := self.facts.lists[".".join(a.steps)]).items or items.open for a in lists):
            return read
        if ground not in self.empty:
            self.empty[ground] = self._without(read - lists, ground[0]) is ground[1]
        return lists if self.empty[ground] else read

    def _without(self, read: Iterable[Address], instance: Instance) -> bool | None:
        """The truth of a test where some facts it reads are not told."""
        before = {a: self.facts.get(a) for a in read}
        for a in before:
            self.facts.set(a, Absent.NOT_ASKED)
        try:
            return self.lay().told_truth(instance)
        finally:
            for a, value in before.items():
                self.facts.set(a, value)

    def _weight(self, ground: Ground) -> int:
        """How much a ground of a failure could be changed by: the less, the more it says."""
        if ground not in self.weights:
            own, mine = set(self.before), set(self.variables)
            reads = self._ground_reads(ground)
            atoms = sum(a in self.trial.atoms and a not in own for a in reads)
            self.weights[ground] = 16 * (atoms + sum(a in mine for a in reads)) + len(reads) + 1
        return self.weights[ground]

    def _known_failure(self, s: Situation, supposed: Completion) -> Proof | None:
        """A failure met before, where as much was supposed, that stands as well now."""
        failures = self.failures.get(supposed, [])
        for n, proof in enumerate(failures):
            if all(isinstance(g, Address) or s.told_truth(g[0]) is g[1] for g in proof):
                if n:
                    del failures[n]
                    failures.insert(0, proof)
                return proof
        return None

    def _why_not(self, s: Situation) -> Iterable[Address] | None:
        """What a way that is filled in fails by: some completion of what is unknown, in which the category fails."""
        if (proof := self._refuted()) is not None:
            return proof
        if self.wavering != frozenset():
            return self.wavering
        if not self.positive or self.failing is None:
            return None
        return self._with_ties(self._proof(s, self.failing), [a for a in self._reads() if self._is_absent(a)])

    def _is_absent(self, a: Address) -> bool:
        return type(self.facts.get(a)) is Absent

    # ---------------------------------------------------------------------------------------------------------- result

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


def _agreeing(one: Laid, other: Laid) -> tuple[Copy, Copy]:
    """The copies, which now see the same judgements."""
    (x,), (y,) = one.copies, other.copies
    for a in one.judged.keys() & other.judged.keys():
        i, k = x.tests[one.judged[a]], y.tests[other.judged[a]]
        x.circuit.never([i, -k])
        x.circuit.never([-i, k])
    return x, y


def _shown(table: Table, model: Mapping[Instance, bool], values: dict[Address, Any]) -> bool:
    """Whether a model is one of a table's, with values that show it put into `values`."""
    for alternative in table.alternatives:
        if any(model.get(i, truth) is not truth for i, truth in alternative.bits):
            continue
        mine: dict[Address, Any] = {}
        if all(_shown(t, model, mine) for t in alternative.tables):
            values.update(mine)
            if isinstance(table.variable, Address):
                values[table.variable] = alternative.value
            return True
    return False


def nothing(book: Book, kind: Type) -> Known:
    """What stands for a fact that is not told."""
    match kind:
        case EntityOf(name):
            return Record({f.id: nothing(book, f.type) for f in book.entities[name].facts})
        case ListOf():
            return Listed((), open=True, told=False)
        case _:
            return Absent.NOT_ASKED
