"""A book made ready to answer: its gates, its tests as functions, what each test reads, and a grounded program.

A `Compiled` is built once for a book and used for many cases. Programs are grounded for a *shape* (how many elements
each list has room for), rounded up so that few shapes occur.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.inside import found
from dsl.model import (
    Book,
    Clause,
    Cond,
    Dated,
    EntityOf,
    Judgement,
    Path,
    Quantified,
    Score,
    Truth,
    Type,
    Verdict,
)
from solver.answer import Result
from solver.eased import eased
from solver.evaluate import Env, reads_gap, test_fn, three
from solver.facts import blank
from solver.landmarks import Marks, marks
from solver.lower import Program, TestSpec, lower
from solver.reads import Reads, reads
from solver.run import Grounded, ground
from solver.text import asked_about, program_text, readings_used, sizes

Shape = tuple[tuple[str, int], ...]

ROOM = 2
"""Elements of each list a program has room for at first."""


class Looked(Struct, frozen=True):
    """What a test reads, what it compares with, and whether points are added up in it; see `Ready`."""

    reads: Reads
    marks: Marks
    score: bool
    gappy: bool


class Ready(Struct, frozen=True, dict=True):
    """A test as a function, with what it reads and where it changes; each made when it is first wanted.

    looked: the latter two, where an earlier run worked them out.
    """

    spec: TestSpec
    book: Book
    looked: Looked | None = None

    @cached_property
    def test(self) -> Callable[[Env], bool]:
        """Whether it holds, given an environment with the elements of its lists."""
        vars = {f"#{i}": i for i in range(len(self.spec.lists))}
        return test_fn(self.spec.cond, self.book, vars, self.gappy, self.spec.asked)

    @cached_property
    def reads(self) -> Reads:
        """What it reads."""
        return self.looked.reads if self.looked else reads(self.spec.cond, self.book)

    @cached_property
    def marks(self) -> Marks:
        """What it compares with."""
        return self.looked.marks if self.looked else marks(self.spec.cond, self.book)

    @cached_property
    def score(self) -> bool:
        """Whether points are added up in it."""
        return self.looked.score if self.looked else any(found(self.spec.cond, Score))

    @cached_property
    def gappy(self) -> bool:
        """Whether it reads a parameter that has no known value at some time."""
        return self.looked.gappy if self.looked else reads_gap(self.spec.cond, self.book)


class Invariant(Struct, frozen=True, dict=True):
    """An invariant as a function; `entity` None: on givens, else on each thing of that entity."""

    clause: Clause
    entity: str | None
    holds: Callable[[Env], bool | None]
    reads: Reads
    marks: Marks
    book: Book

    @cached_property
    def each(self) -> tuple[Path, str, Callable[[Env], bool | None], Reads, Marks] | None:
        """What it says of every element of a list, if it says no more: the list, and the rest with its variable."""
        match self.clause.cond:
            case Quantified("every", var, path, _, body):
                read = reads(body.cond, self.book)
                vars = {"it": 0, var: 1} if self.entity else {var: 0}
                holds = three(body.cond, self.book, vars)
                return None if read.totals else (path, var, holds, read, marks(body.cond, self.book))
            case _:
                return None

    @cached_property
    def eased(self) -> tuple[Path, ...]:
        """Facts each of which can meet it by itself, whatever the others are."""
        return tuple(p for p in self.reads.paths if eased(self.clause.cond, p, self.book))


class Trees(Struct):
    """The root of each category's decision tree, and how many nodes they have; see `solver.trees`.

    kept: trees of an earlier run, see `solver.kept`; planted: how many nodes these have. shown: what clingo
    has said of a category on some grounds. apart: nodes that stand in no tree, to look at something.
    """

    roots: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    planted: int = 0
    shown: dict[Any, bool | None] = field(default_factory=dict)
    apart: dict[Any, Any] = field(default_factory=dict)


class Compiled(Struct):
    """A book ready to answer. `readings`: those that some clause turns on; `entry`: where what it learns is kept."""

    book: Book
    program: Program
    tests: tuple[Ready, ...]
    invariants: tuple[Invariant, ...]
    presumed: tuple[Judgement, ...]
    readings: tuple[str, ...]
    grounded: dict[tuple[Shape, str], Grounded] = field(default_factory=dict)
    trees: Trees = field(default_factory=Trees)
    as_known: dict[dt.date, Compiled] = field(default_factory=dict)
    remembered: dict[Any, Any] = field(default_factory=dict)
    shown: dict[Any, Callable[[Env], Any]] = field(default_factory=dict)
    holes: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    leaves: dict[int, bool] = field(default_factory=dict)
    filters: dict[Any, Any] = field(default_factory=dict)
    remainders: dict[Any, Any] = field(default_factory=dict)
    beside: dict[tuple[int, str, int], int] = field(default_factory=dict)
    leanings: dict[str, Mapping[int, bool]] = field(default_factory=dict)
    standing: dict[int, Callable[[Any, tuple[int, ...]], Any]] = field(default_factory=dict)
    lawful: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    reach: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    reached: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    blanks: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    holders: tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...] | None = None
    bearers: dict[str, tuple[tuple[str | None, tuple[str, ...]], ...]] = field(default_factory=dict)
    grants: dict[Any, tuple[Callable[[Env], Any], tuple[Path, ...]]] = field(default_factory=dict)
    spots: dict[Any, Any] = field(default_factory=dict)
    calls: dict[tuple[int, int], Clause] = field(default_factory=dict)
    bindings: dict[tuple[int, tuple[int, ...]], Mapping[str, str]] = field(default_factory=dict)
    verdicts: dict[tuple[str, Verdict], Result] = field(default_factory=dict)
    default: Mapping[str, str] | None = None
    largest: dict[str, dict[str, int]] = field(default_factory=dict)
    inner: frozenset[str] | None = None
    unread: frozenset[tuple[str, ...]] | None = None
    summed: frozenset[str] | None = None
    entry: str = ""

    @property
    def lists(self) -> tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...]:
        """Every list variables range over, by the steps to the thing that has it: its address and its name there."""
        if self.holders is None:
            found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
            for path in self.program.lists:
                *steps, name = path.split(".")
                found.setdefault(tuple(steps), []).append((path, name))
            self.holders = tuple((steps, tuple(lists)) for steps, lists in found.items())
        return self.holders

    @property
    def defaults(self) -> Mapping[str, str]:
        """The value of each reading where none is chosen."""
        if self.default is None:
            self.default = {r.id: r.default for r in self.book.readings.values()}
        return self.default

    @property
    def totalled(self) -> frozenset[str]:
        """The lists that some test reads as a whole."""
        if self.summed is None:
            self.summed = frozenset(str(p) for t in self.tests for p, _ in t.reads.totals)
        return self.summed

    def bare(self, category: str, found: Verdict) -> Result:
        """A verdict without reasons."""
        key = (category, found)
        if key not in self.verdicts:
            self.verdicts[key] = Result(category, self.book.categories[category].scheme, found)
        return self.verdicts[key]

    def blank(self, path: str) -> Mapping[str, Any]:
        """An element of a list of which nothing is told."""
        if path not in self.blanks:
            self.blanks[path] = blank(self.book, self.program.lists[path], {}).facts
        return self.blanks[path]

    def ground(self, shape: Shape, scheme: str) -> Grounded:
        """The program of a scheme's categories for a shape, grounded on first use."""
        key = (shape, scheme)
        if key not in self.grounded:
            gates = self._of_scheme(scheme)
            text = program_text(self.program, dict(shape), only=gates)
            self.grounded[key] = ground(text, asked_about(self.program, gates))
        return self.grounded[key]

    def things(self, entity: str, lists: Mapping[str, str]) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
        """Where things of an entity are: on a given (None and the steps to it) or in the elements of a list."""
        if entity not in self.bearers:
            book = self.book
            found: list[tuple[str | None, tuple[str, ...]]] = []

            def visit(kind: Type, name: str | None, steps: tuple[str, ...]) -> None:
                if isinstance(kind, EntityOf):
                    if kind.entity == entity:
                        found.append((name, steps))
                    for f in book.entities[kind.entity].facts:
                        visit(f.type, name, (*steps, f.id))

            for path, of in lists.items():
                visit(EntityOf(of), path, ())
            for given, fact in book.givens.items():
                visit(fact.type, None, (given,))
            self.bearers[entity] = tuple(found)
        return self.bearers[entity]

    def woven(self, name: str) -> bool:
        """Whether some test reads a judgement of this name together with other things, in a total or a score."""
        if self.inner is None:
            names = {steps[-1] for t in self.tests for _, inner in t.reads.totals for steps in inner}
            paths = [p for t in self.tests if not isinstance(t.spec.cond, Truth) for p in t.reads.paths]
            self.inner = frozenset(names.union(p.steps[-1] if p.steps else p.base for p in paths))
        return name in self.inner

    def under(self, categories: Iterable[str]) -> frozenset[int]:
        """The gates under some categories."""
        return frozenset().union(*(self._below(c, "any") for c in categories))

    def helps(self, category: str) -> Mapping[int, bool]:
        """Whether a category is helped by a test that holds or by one that fails, for tests that help in one way."""
        if category not in self.leanings:
            met = dict.fromkeys(self.met(category))
            self.leanings[category] = {test: way for test, way in met if (test, not way) not in met}
        return self.leanings[category]

    def met(self, category: str) -> Iterator[tuple[int, bool]]:
        """Every test of a category, each way it can help: whether it holding, or failing, is what helps."""
        gates = self.program.gates
        seen: set[tuple[int, bool]] = set()
        todo = [(self.program.categories[category], True)]
        while todo:
            at = g, plain = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            gate = gates[g]
            if gate.test is not None:
                yield gate.test, plain
            for k, i in enumerate(gate.inputs):
                flipped = gate.kind == "not" or (gate.kind == "override" and k > gate.met)
                todo.append((i.gate, plain != flipped))

    def used(self, category: str) -> frozenset[int]:
        """The tests a category reads."""
        return self._reach(category, "any")

    def needed(self, category: str) -> frozenset[int]:
        """Tests without which a category fails whatever else holds: those joined by nothing but `all of`."""
        return self._reach(category, "all")

    def _reach(self, category: str, through: str) -> frozenset[int]:
        key = (category, through)
        if key not in self.reached:
            gates = self.program.gates
            found = (gates[g].test for g in self._below(category, through))
            self.reached[key] = frozenset(test for test in found if test is not None)
        return self.reached[key]

    def _below(self, category: str, through: str) -> frozenset[int]:
        """The gates under a category, down through any gate or only through those that want all of their inputs."""
        key = (category, through)
        if key not in self.reach:
            gates = self.program.gates
            todo, seen = [self.program.categories[category]], set()
            while todo:
                g = todo.pop()
                if g in seen:
                    continue
                seen.add(g)
                if through == "any" or gates[g].kind == "all":
                    todo += [i.gate for i in gates[g].inputs]
            self.reach[key] = frozenset(seen)
        return self.reach[key]

    def room(self, counts: Mapping[str, int], scheme: str) -> Shape:
        """A shape with room for so many elements of the lists of a scheme, the same as before if it has it."""
        if scheme not in self.largest:
            gates = [self.program.gates[g] for g in self._of_scheme(scheme)]
            used = {name for gate in gates for name in (*gate.lists, gate.over) if name is not None}
            self.largest[scheme] = {name: ROOM for name in self.program.lists if name in used}
        largest = self.largest[scheme]
        for name, before in largest.items():
            if counts.get(name, 0) > before:
                largest[name] = sizes(counts[name])
        return tuple(largest.items())

    def _of_scheme(self, scheme: str) -> frozenset[int]:
        """The gates under the categories of a scheme."""
        return self.under([c for c in self.program.categories if self.book.categories[c].scheme == scheme])


def compile_book(book: Book) -> Compiled:
    """Lower a book and make its tests ready. Grounding waits for the first case."""
    return made_ready(lower(book))


def made_ready(
    program: Program, tests: Sequence[Looked] = (), invariants: Sequence[tuple[Reads, Marks]] = ()
) -> Compiled:
    """Make the tests of a lowered book ready. `tests`, `invariants`: what each reads, if that is known already."""
    book = program.book
    ready = tuple(Ready(t, book, looked) for t, looked in zip_longest(program.tests, tests))
    clauses: list[tuple[Clause, str | None]] = [(c, None) for c in book.invariants]
    clauses += [(c, e.id) for e in book.entities.values() for c in e.invariants]
    tied = tuple(
        Invariant(c, of, three(c.cond, book, {"it": 0} if of else {}), read, mark, book)
        for (c, of), known in zip_longest(clauses, invariants)
        for read, mark in [known or _looked(c.cond, book)]
    )
    presumed = tuple(j for j in book.judgements.values() if j.mode == "presumed")
    return Compiled(book, program, ready, tied, presumed, tuple(readings_used(program)))


def _looked(cond: Cond, book: Book) -> tuple[Reads, Marks]:
    return reads(cond, book), marks(cond, book)


def at(compiled: Compiled, known: dt.date | None) -> Compiled:
    """The book as known on a day: later rows of parameters and later stretches of tables left out."""
    if known is None:
        return compiled
    if known not in compiled.as_known:
        book = compiled.book
        parameters = {
            n: p if p.event is None else replace(p, values=tuple(_rows_known(p.values, known)))
            for n, p in book.parameters.items()
        }
        tables = {
            n: replace(t, coverage=tuple(c for c in t.coverage if (c.known or c.start or known) <= known))
            for n, t in book.tables.items()
        }
        compiled.as_known[known] = compile_book(replace(book, parameters=parameters, tables=tables))
    return compiled.as_known[known]


def _rows_known(rows: Sequence[Dated], known: dt.date) -> Iterator[Dated]:
    """The rows known on a day; one not known yet, with none before it that goes on, has an unknown value."""
    first = min((r.start for r in rows if r.known <= known), default=None)
    for row in rows:
        if row.known <= known:
            yield row
        elif first is None or row.start < first:
            yield replace(row, value=None)
