"""Conditions that only choose what a total counts: which of them change nothing for anybody.

They are no clauses of the circuit but parts of a test. A test in which such a part is taken always to hold, or never,
is another test beside it; rules that ask the one and rules that ask the other are compared over the same person.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.inside import directly, rebuilt, substituted
from dsl.model import (
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    Call,
    Clause,
    Cond,
    Label,
    Not,
    Place,
    Score,
)
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled, Ready
from solver.entails import laws
from solver.examination import IDLE, Examination, Finding, Shown, nobody, plain, verdict_on
from solver.finder import BRIEFLY, Finder, Found, Wanted, finder
from solver.lower import Program, TestSpec
from solver.matters import PATIENCE, labelled
from solver.run import Deadline, OutOfTime
from solver.situation import situation
from solver.turned import told_alone

SEARCHED = 10.0
"""Seconds of work for looking for people to whom parts matter."""


class Part(Struct, frozen=True):
    """A condition in the filter of a total.

    key: what tells it from others. subject: as a finding names it. place: where it is written. above: the part it
    stands in. cond: what it says. beside: the conditions it is joined to by `all of`.
    """

    key: str
    subject: str
    place: Place | None
    above: str
    cond: Cond
    beside: tuple[Clause, ...]


class _Book(Struct):
    """A book whose tests have others beside them.

    by: for each part and what it is taken to be, by the number of a test that of the other. seen: for whom that
    changes a category.
    """

    compiled: Compiled
    parts: Mapping[str, Part]
    by: Mapping[tuple[str, bool], Mapping[int, int]]
    seen: dict[tuple[str, bool], tuple[str, Found]] = field(default_factory=dict)
    finders: dict[tuple[str, dt.date | None], Finder] = field(default_factory=dict)

    def finder(self, e: Examination, category: str, day: dt.date | None) -> Finder:
        """One finder for all parts: what it learns of one is of use for the next."""
        if (category, day) not in self.finders:
            self.finders[category, day] = finder(self.compiled, nobody(e.book, day), "all", "open", turns=BRIEFLY)
        return self.finders[category, day]

    def program(self, part: tuple[str, bool]) -> Program:
        """The rules with a part taken otherwise."""
        swap, program = self.by[part], self.compiled.program
        gates = tuple(
            replace(g, test=swap[g.test]) if g.test is not None and g.test in swap else g for g in program.gates
        )
        return replace(program, gates=gates)


def parts_of(compiled: Compiled, test: int) -> Iterator[Part]:
    """The parts of the filters in a test, outer ones first; those of a term as often as it is called."""
    for total, key, subject, place in _keyed(compiled, test):
        assert total.where is not None
        yield Part(key, subject, place, "", total.where, ())
        yield from _inside(total.where, key, subject, key, place, compiled.book, frozenset())


def _keyed(compiled: Compiled, test: int) -> Iterator[tuple[Aggregate, str, str, Place | None]]:
    """The totals of a test that have a filter: the key of that, how a finding names it and where it is written."""
    gate = next(g for g in compiled.program.gates if g.test == test)
    own = gate.clause.place if gate.clause else None
    subject = f"{gate.path}/such_that"
    for n, (total, score) in enumerate(_totals(compiled.tests[test].spec.cond)):
        # What stands in a line of points is one part, whichever comparisons of these points it is put into.
        place = score.place if score and score.place else own
        yield total, f"{place.file}:{place.start}:{n}" if score and place else f"{subject}:{n}", subject, place


def _totals(thing: Any, score: Score | None = None) -> Iterator[tuple[Aggregate, Score | None]]:
    """Totals with a filter, each with the points it stands in."""
    for part in directly(thing):
        if isinstance(part, Aggregate) and part.where is not None:
            yield part, score
        yield from _totals(part, part if isinstance(part, Score) else score)


def _taken(thing: Any, keyed: Sequence[tuple[Aggregate, str, Any, Any]], key: str, said: Cond, book: Book) -> Any:
    """A test with the part of a key taken to say something else, wherever in it the part stands."""
    made = rebuilt(thing, lambda part: _taken(part, keyed, key, said, book))
    for total, at, *_ in keyed:
        if total is thing:
            made = replace(made, where=_otherwise(made.where, at, key, said, book, frozenset()))
    return made


def _otherwise(cond: Cond, at: str, key: str, said: Cond, book: Book, opened: frozenset[str]) -> Cond:
    """The condition of the key `at` with the part taken otherwise; the same object where the part is not in it."""
    if at == key:
        return said
    match cond:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            made = tuple(
                replace(c, cond=_otherwise(c.cond, f"{at}/{c.label or n + 1}", key, said, book, opened))
                for n, c in enumerate(items)
            )
            same = all(a.cond is b.cond for a, b in zip(made, items, strict=True))
            return cond if same else replace(cond, items=made)
        case Call(term) if term not in opened:
            inner = _called(cond, book)
            made_inner = _otherwise(inner, term, key, said, book, opened | {term})
            return cond if made_inner is inner else made_inner
        case _:
            return cond


def _called(call: Call, book: Book) -> Cond:
    """What a term says of what it is called with."""
    term = book.terms[call.term]
    names = (name for name, _ in term.params)
    said: Cond = substituted(term.means.cond, dict(zip(names, call.args, strict=True)))
    return said


def _inside(
    cond: Cond,
    key: str,
    subject: str,
    above: str,
    place: Place | None,
    book: Book,
    opened: frozenset[str],
) -> Iterator[Part]:
    match cond:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            for n, clause in enumerate(items):
                mine, name = (f"{x}/{clause.label or n + 1}" for x in (key, subject))
                here = clause.place or place
                others = (*items[:n], *items[n + 1 :]) if isinstance(cond, All) else ()
                yield Part(mine, name, here, above, clause.cond, others)
                yield from _inside(clause.cond, mine, name, mine, here, book, opened)
        case Call(term) if term not in opened:
            here = book.terms[term].means.place or place
            yield from _inside(_called(cond, book), term, term, above, here, book, opened | {term})
        case _:
            pass


_TAKEN: Mapping[bool, Cond] = {True: Always(), False: Not(Clause(None, Always()))}


def _beside(compiled: Compiled, tests: frozenset[int], elsewhere: Collection[str]) -> _Book:
    """The book with, beside each test, those in which a part of a filter is taken otherwise.

    elsewhere: what is examined otherwise, by how a finding names it; nothing is made of it.
    """
    program = compiled.program
    made: list[TestSpec] = list(program.tests)
    parts: dict[str, Part] = {}
    by: dict[tuple[str, bool], dict[int, int]] = {}
    for t in sorted(tests):
        keyed, whole = tuple(_keyed(compiled, t)), compiled.tests[t].spec.cond
        there = {part.key: part for part in parts_of(compiled, t) if part.subject not in elsewhere}
        for key, (truth, said) in product(there, _TAKEN.items()):
            parts.setdefault(key, there[key])
            by.setdefault((key, truth), {})[t] = len(made)
            other = _taken(whole, keyed, key, said, compiled.book)
            made.append(replace(program.tests[t], id=len(made), cond=other, asked=None))
    ready = tuple(Ready(spec, compiled.book) for spec in made[len(program.tests) :])
    wider = Compiled(
        compiled.book,
        replace(program, tests=tuple(made)),
        (*compiled.tests, *ready),
        compiled.invariants,
        compiled.presumed,
        compiled.readings,
    )
    return _Book(wider, parts, by)


def filters(e: Examination) -> Iterator[Finding]:
    """Parts of filters that never matter, are implied by others or can never hold: the outermost of each kind.

    What is a clause of the rules as well, in a term that they also ask otherwise, is examined as such.
    """
    open_ = [c for c in e.in_turn if c not in e.closed]
    used = {c: e.compiled.used(c) for c in open_}
    asked = frozenset(t for c in e.categories if c in used for t in used[c])
    idle = _idle(e)
    with_filters = frozenset(t for t in asked - idle if any(_totals(e.compiled.tests[t].spec.cond)))
    gates = e.compiled.program.gates
    elsewhere = {gates[g].path for n in used for g in labelled(e.compiled, n)}
    book = _beside(e.compiled, with_filters, elsewhere)
    reach = {part: [c for c in open_ if not used[c].isdisjoint(swap)] for part, swap in book.by.items()}
    for c in open_:
        _turned(e, book, c, [p for p in book.by if c in reach[p] and p not in book.seen])
    behind = {key: tuple(_behind(e, it)) for key, it in book.parts.items()}
    unsure = set()
    end = time.process_time() + SEARCHED
    for part in sorted((p for p in book.by if p not in book.seen), key=lambda p: sum(len(used[c]) for c in reach[p])):
        if behind[part[0]] and part[1]:
            continue  # what is said beside it already changes nothing by being met
        left = min(e.deadline.left() or math.inf, end - time.process_time())
        deadline = Deadline(left, time.process_time)
        try:
            if left <= 0 or not _searched(e, book, part, reach[part], deadline):
                unsure.add(part)
        except OutOfTime:
            unsure.add(part)
    kinds = {s: ((s, True) not in book.seen, (s, False) not in book.seen) for s in book.parts}
    for key, it in book.parts.items():
        kind, subject = kinds[key], it.subject
        if behind[key] and (key, False) in unsure:
            kind = kinds[key] = (True, False)
        elif {(key, True), (key, False)} & unsure:
            if not {(it.above, True), (it.above, False)} & unsure:
                e.left_out.setdefault(subject)
            continue
        if kind not in IDLE or kinds.get(it.above) in IDLE:
            continue
        code, words, beside, advice = IDLE[kind]
        said = Label(words.en.replace("{path}", subject), words.zh.replace("{path}", subject))
        places = ((it.place, beside), *behind[key]) if it.place else ()
        yield Finding(code, subject, said, places, _shown(e, book, key, kind), advice)


def subjects_in_totals(compiled: Compiled) -> frozenset[str]:
    """What findings on conditions inside totals can be about."""
    return frozenset(part.subject for ready in compiled.tests for part in parts_of(compiled, ready.spec.id))


def _idle(e: Examination) -> frozenset[int]:
    """Tests that never matter as a whole, of which that is said already."""
    examined = {g for c in e.compiled.program.categories for g in labelled(e.compiled, c)}
    gates = [(g.id, g.test) for g in e.compiled.program.gates if g.test is not None]
    matter = {t for g, t in gates if g not in examined or not (e.matters.none(g, True) and e.matters.none(g, False))}
    return frozenset(t for _, t in gates) - matter


def _turned(e: Examination, book: _Book, category: str, wanted: list[tuple[str, bool]]) -> None:
    """Parts that turn the verdict on somebody whom the book works out, if they are taken otherwise."""
    root = book.compiled.program.categories[category]
    programs = {w: book.program(w) for w in wanted}
    for case in e.worked_on(category):
        if not programs:
            return
        e.deadline.left()
        s = situation(book.compiled, case, case.readings, "presumed")
        plainly = told_alone(s)
        verdict = plainly.value(root)
        if not isinstance(verdict, bool):
            continue
        asked = [(gate, places) for gate, places in plainly.memo if book.compiled.program.gates[gate].test is not None]
        tests = [((book.compiled.program.gates[gate].test or 0), places) for gate, places in asked]
        for part in [*programs]:
            swap = book.by[part]
            if all(s.told_truth((swap[t], at)) is s.told_truth((t, at)) for t, at in tests if t in swap):
                continue
            other = replace(plainly, program=programs[part], memo={}).value(root)
            if other is (not verdict) and not check_case(book.compiled, case):
                book.seen[part] = category, Found(case, s.readings)
                del programs[part]


def _searched(e: Examination, book: _Book, part: tuple[str, bool], categories: list[str], deadline: Deadline) -> bool:
    """Look for somebody whom taking a part otherwise turns; False if that was too much to try."""
    settled = True
    for category in categories:
        days = e.days_of(category)
        for day in days:
            search = book.finder(e, category, day)
            someone, missed = _somebody(search, book, part, category, deadline)
            if someone is not None:
                book.seen[part] = category, someone
                return True
            if not missed and day is None:
                break  # nobody on any day
            if missed and (day is None or e.bounded):
                settled = False
    return settled


def _somebody(
    search: Finder, book: _Book, part: tuple[str, bool], category: str, deadline: Deadline
) -> tuple[Found | None, bool]:
    gate = book.compiled.program.categories[category]
    missed, before = False, search.left_out
    for held in (True, False):
        other = replace(search.copy(), program=book.program(part))
        try:
            found = search.find(
                [Wanted(search.copy(), gate, held), Wanted(other, gate, not held)], deadline, patience=PATIENCE
            )
        except TooLarge:
            missed = True
            continue
        if found is not None:
            return found, False
        missed = missed or search.left_out > before
    return None, missed


_AS_MUCH = Label("wherever this holds, so does the other", "凡符合此項，亦必符合前者")


def _behind(e: Examination, part: Part) -> Iterator[tuple[Place, Label]]:
    """What stands beside a part and says as much on every day."""
    for other in part.beside:
        law = laws(e.book, [other.cond, part.cond], {}, {})
        if other.place and law and all(x.entails(other.cond, part.cond) for x in law):
            yield other.place, _AS_MUCH


def _shown(e: Examination, book: _Book, key: str, kind: tuple[bool, bool]) -> Shown | None:
    """Somebody to whom a part would matter if it were otherwise; of one that never matters nobody."""
    met = kind == (True, False)
    if kind == (True, True) or (key, not met) not in book.seen:
        return None
    category, someone = book.seen[key, not met]
    case = replace(someone.case, readings=someone.readings)
    verdict = verdict_on(e.compiled, category, case, someone.readings)
    if verdict is None:
        return None
    words = (
        Label("it is met here, as it is wherever it could matter", "此人符合該項；凡可能有影響之處均必符合")
        if met
        else Label("it would matter here, and cannot be met", "該項對此人本可有影響，但不可能符合")
    )
    return Shown(plain(e.compiled, case), category, verdict, words)
