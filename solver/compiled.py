"""A book made ready to answer: its gates, its tests as functions, what each test reads, and a grounded program.

A `Compiled` is built once for a book and used for many cases. Programs are grounded for a *shape* (how many elements
each list has room for), rounded up so that few shapes occur.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from dsl.model import Aggregate, Book, Call, Clause, Cond, Param, Path, Quantified
from solver.evaluate import Env, test_fn, three
from solver.landmarks import Marks, marks
from solver.lower import Program, TestSpec, lower
from solver.run import Grounded, ground
from solver.text import list_name, option, program_text, readings_used, sizes

Shape = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reads:
    """What a test reads: facts outside its totals, and the lists it totals with the facts of their elements."""

    paths: tuple[Path, ...]
    totals: tuple[tuple[Path, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A test as a function, with what it reads and where it changes."""

    spec: TestSpec
    test: Callable[[Env], bool]
    reads: Reads
    marks: Marks


@dataclass(frozen=True, slots=True)
class Invariant:
    """An invariant as a function; `entity` None: on givens, else on each thing of that entity."""

    clause: Clause
    entity: str | None
    holds: Callable[[Env], bool | None]
    reads: Reads
    marks: Marks


@dataclass(frozen=True, slots=True)
class Plan:
    """How a complete case of one shape is put to the grounded program: tests with the literals they decide.

    single: for tests of one variable, by its list; several: for those of more. exists: literals of the elements of
    each list. options: literals of the values of each reading. categories: the literal of each. known: categories that
    hold, by the literals put to the program, of people already asked about.
    """

    grounded: Grounded
    root: tuple[tuple[Callable[[Env], bool], int], ...]
    single: tuple[tuple[str, tuple[tuple[Callable[[Env], bool], tuple[int | None, ...]], ...]], ...]
    several: tuple[tuple[Callable[[Env], bool], tuple[str, ...], Mapping[tuple[int, ...], int]], ...]
    exists: tuple[tuple[str, tuple[int, ...]], ...]
    options: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    categories: Mapping[str, int | None]
    known: dict[tuple[int, ...], frozenset[str]] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class Compiled:
    """A book ready to answer."""

    book: Book
    program: Program
    tests: tuple[Ready, ...]
    invariants: tuple[Invariant, ...]
    presumed: frozenset[str]
    grounded: dict[Shape, Grounded] = field(default_factory=dict)
    plans: dict[Shape, Plan] = field(default_factory=dict)
    as_known: dict[dt.date, Compiled] = field(default_factory=dict)
    remembered: dict[Any, Any] = field(default_factory=dict)
    shown: dict[Any, Callable[[Env], Any]] = field(default_factory=dict)
    holes: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    leaves: dict[int, bool] = field(default_factory=dict)
    filters: dict[Any, Any] = field(default_factory=dict)
    lawful: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    reach: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    inner: frozenset[str] | None = None
    unread: frozenset[tuple[str, ...]] | None = None

    def ground(self, shape: Shape) -> Grounded:
        """The program for a shape, grounded on first use."""
        if shape not in self.grounded:
            self.grounded[shape] = ground(program_text(self.program, dict(shape)))
        return self.grounded[shape]

    def plan(self, shape: Shape) -> Plan:
        """The plan for a shape, made on first use."""
        if shape not in self.plans:
            self.plans[shape] = _plan(self, shape)
        return self.plans[shape]

    def totalled(self, name: str) -> bool:
        """Whether some total's filter reads a judgement of this name."""
        if self.inner is None:
            self.inner = frozenset(steps[-1] for t in self.tests for _, inner in t.reads.totals for steps in inner)
            self.inner |= {
                p.steps[-1] if p.steps else p.base for t in self.tests if t.reads.totals for p in t.reads.paths
            }
        return name in self.inner

    def used(self, category: str) -> frozenset[int]:
        """The tests a category reads."""
        return self._reach(category, "any")

    def needed(self, category: str) -> frozenset[int]:
        """Tests without which a category fails whatever else holds: those joined by nothing but `all of`."""
        return self._reach(category, "all")

    def _reach(self, category: str, through: str) -> frozenset[int]:
        key = (category, through)
        if key not in self.reach:
            gates = self.program.gates
            todo, seen, found = [self.program.categories[category]], set(), set()
            while todo:
                g = todo.pop()
                if g in seen:
                    continue
                seen.add(g)
                test = gates[g].test
                if test is not None:
                    found.add(test)
                if through == "any" or gates[g].kind == "all":
                    todo += [i.gate for i in gates[g].inputs]
            self.reach[key] = frozenset(found)
        return self.reach[key]

    def shape(self, counts: Mapping[str, int]) -> Shape:
        """Room for so many elements, rounded up."""
        return tuple((name, sizes(counts.get(name, 0))) for name in sorted(self.program.lists))


def compile_book(book: Book) -> Compiled:
    """Lower a book and make its tests ready. Grounding waits for the first case."""
    program = lower(book)
    tests = tuple(
        Ready(
            t,
            test_fn(t.cond, book, {f"#{i}": i for i in range(len(t.lists))}),
            reads(t.cond, book),
            marks(t.cond, book),
        )
        for t in program.tests
    )
    invariants = [
        Invariant(c, None, three(c.cond, book, {}), reads(c.cond, book), marks(c.cond, book)) for c in book.invariants
    ]
    invariants += [
        Invariant(c, e.id, three(c.cond, book, {"it": 0}), reads(c.cond, book), marks(c.cond, book))
        for e in book.entities.values()
        for c in e.invariants
    ]
    presumed = frozenset(j.id for j in book.judgements.values() if j.mode == "presumed")
    return Compiled(book, program, tests, tuple(invariants), presumed)


def _plan(compiled: Compiled, shape: Shape) -> Plan:
    grounded, program = compiled.ground(shape), compiled.program
    literals = grounded.literals
    room = dict(shape)
    root = []
    single: dict[str, list[tuple[Callable[[Env], bool], tuple[int | None, ...]]]] = {}
    several = []
    for ready in compiled.tests:
        name, lists = ready.spec.name, ready.spec.lists
        if not lists:
            if (name, ()) in literals:
                root.append((ready.test, literals[name, ()]))
        elif len(lists) == 1:
            found = tuple(literals.get((name, (i,))) for i in range(room[lists[0]]))
            single.setdefault(lists[0], []).append((ready.test, found))
        else:
            several.append((ready.test, lists, {places: lit for (n, places), lit in literals.items() if n == name}))
    exists = tuple(
        (
            path,
            tuple(
                lit for i in range(max(n, 1)) if (lit := literals.get((f"exists_{list_name(path)}", (i,)))) is not None
            ),
        )
        for path, n in shape
    )
    options = tuple(
        (
            r,
            tuple(
                (v, lit)
                for v, _ in compiled.book.readings[r].values
                if (lit := literals.get((option(r, v), ()))) is not None
            ),
        )
        for r in readings_used(program)
    )
    categories = {c: grounded.literal(program.gates[g].name) for c, g in program.categories.items()}
    return Plan(
        grounded,
        tuple(root),
        tuple((k, tuple(v)) for k, v in single.items()),
        tuple(several),
        exists,
        options,
        categories,
    )


def at(compiled: Compiled, known: dt.date | None) -> Compiled:
    """The book as known on a day: later rows of parameters and later stretches of tables left out."""
    if known is None:
        return compiled
    if known not in compiled.as_known:
        book = compiled.book
        parameters = {
            n: replace(p, values=tuple(r for r in p.values if r.known <= known or p.event is None))
            for n, p in book.parameters.items()
        }
        tables = {
            n: replace(t, coverage=tuple(c for c in t.coverage if (c.known or c.start or known) <= known))
            for n, t in book.tables.items()
        }
        compiled.as_known[known] = compile_book(replace(book, parameters=parameters, tables=tables))
    return compiled.as_known[known]


def reads(cond: Cond, book: Book) -> Reads:
    """What a condition reads, terms opened up."""
    paths: dict[Path, None] = {}
    totals: dict[Path, dict[tuple[str, ...], None]] = {}

    def visit(x: Any, bound: Mapping[str, Path | None], over: Path | None) -> None:
        """`bound`: terms' parameters and the element variable (None); `over`: the list being totalled."""
        match x:
            case Path(base, steps):
                if base in bound:
                    where = bound[base]
                    if where is not None:
                        visit(
                            Path(where.base, (*where.steps, *steps)),
                            {k: v for k, v in bound.items() if v is None},
                            over,
                        )
                    elif over is not None:
                        totals[over].setdefault(steps)
                    return
                paths.setdefault(x)
            case Param(name):
                event = book.parameters[name].event
                if event:
                    paths.setdefault(Path(event))
            case Aggregate():
                totals.setdefault(x.list, {})
                inner = {**bound, x.var: None}
                spell = book.entities[x.entity].spell if x.kind == "months" else None
                for name in spell or ():
                    totals[x.list].setdefault((name,))
                visit(x.where, inner, x.list)
                visit(x.of, inner, x.list)
                visit(x.after, bound, over)
                visit(x.before, bound, over)
            case Quantified():
                totals.setdefault(x.list, {})
                visit(x.body, {**bound, x.var: None}, x.list)
            case Call(term, args):
                meaning = book.terms[term]
                mapped: dict[str, Path | None] = {}
                for (param, _), arg in zip(meaning.params, args, strict=True):
                    mapped[param] = None if bound.get(arg.base, arg) is None else arg
                visit(meaning.means, mapped, over)
            case tuple():
                for item in x:
                    visit(item, bound, over)
            case _ if is_dataclass(x) and not isinstance(x, type):
                for f in fields(x):
                    visit(getattr(x, f.name), bound, over)
            case _:
                pass

    visit(cond, {}, None)
    return Reads(tuple(paths), tuple((p, tuple(s)) for p, s in totals.items()))
