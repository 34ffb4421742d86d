"""Whether the examples of a book notice a small change of it.

An edit is *killed* if some example that is as expected under the book is not so under the edited one. Only examples
that speak of a category the edit reaches are run; where an edit leaves the shape of the rules alone, only those for
which an edited test comes out otherwise, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.alike import Alike
from dsl.case import Case
from dsl.edits import Edit, edits
from dsl.inside import everything
from dsl.model import Book, ByReading, Call, Example, Member, Param, Path, Row, Verdict
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.situation import situation
from solver.turned import told_alone
from solver.verdicts import verdict
from whereas.examples import compared, read_example

Declared = tuple[str, str]
"""A declaration: its field in the book and its id."""


class Mutant(Struct, frozen=True):
    """A change of a book that examples should notice.

    edits: the first stands for all; rows of a list that look alike to every rule are edited one by one, and the
    mutant is killed if the examples notice one of these. categories: those asked about that it reaches.
    """

    edits: tuple[Edit, ...]
    categories: tuple[str, ...]

    @property
    def edit(self) -> Edit:
        """The edit that is shown."""
        return self.edits[0]

    @property
    def id(self) -> str:
        """The id of the edit that is shown."""
        return self.edit.id


def mutants(book: Book, categories: Iterable[str]) -> tuple[Mutant, ...]:
    """Every mutant that reaches some categories, in the order of the book."""
    asked = dict.fromkeys(categories)
    reached = reach(book)
    text = "\n".join(book.texts[e.facts_place.file] if e.facts_place else e.facts for e in book.examples.values())
    known = set(_words(text)) | {w for e in book.examples.values() for _, v in e.changes for w in _words(v)}
    gathered: dict[Any, list[Edit]] = {}
    for edit in edits(book):
        gathered.setdefault(_alike(book, edit), []).append(edit)
    out = []
    for alike in gathered.values():
        mine = tuple(c for c in asked if reached[c] & alike[0].touched)
        if not mine:
            continue
        if len(alike) > 1:
            # Of rows that no example names one is enough: what nobody names, no example can notice.
            named = [e for e in alike if (row := _row(book, e)) is not None and row.key in known]
            out.append(Mutant(tuple(named or alike[:1]), mine))
        else:
            out.append(Mutant(tuple(alike), mine))
    return tuple(out)


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _alike(book: Book, edit: Edit) -> Any:
    """The same for edits of rows that differ in nothing but their key."""
    row = _row(book, edit)
    if row is None:
        return edit.id
    before, after = (text.replace(row.key, "", 1) for text in (edit.before, edit.after))
    return edit.where, row.start, row.end, before, after


def _row(book: Book, edit: Edit) -> Row | None:
    """The row of a table that an edit leaves out or moves."""
    table = next((id for kind, id in edit.touched if kind == "tables"), None)
    if table is None or not edit.before.startswith("row "):
        return None
    key = edit.before.split(" ", 2)[1]
    kept = {id(r) for r in edit.book.tables[table].rows}
    return next((r for r in book.tables[table].rows if r.key == key and id(r) not in kept), None)


# ------------------------------------------------------------------------------------------------- what reaches what


def reach(book: Book) -> dict[str, frozenset[Declared]]:
    """By category, the declarations that what is said of it can turn on."""
    memo: dict[str, frozenset[Declared]] = {}
    law = frozenset().union(
        *(_uses(book, i, memo) for i in (book.invariants, *(e.invariants for e in book.entities.values())))
    )
    return {c.id: _uses(book, c, memo) | law | {("categories", c.id)} for c in book.categories.values()}


def _uses(book: Book, thing: Any, memo: dict[str, frozenset[Declared]]) -> frozenset[Declared]:
    out: set[Declared] = set()
    for part in everything(thing):
        match part:
            case Param(id):
                out.add(("parameters", id))
            case Member(table=table):
                out.add(("tables", table))
            case ByReading(reading):
                out.add(("readings", reading))
            case Path(base, steps):
                last = steps[-1] if steps else base
                if last in book.judgements:
                    out.add(("judgements", last))
            case Call(term):
                if term not in memo:
                    memo[term] = frozenset()
                    memo[term] = _uses(book, book.terms[term].means, memo)
                out |= {("terms", term), *memo[term]}
            case _:
                pass
    return frozenset(out)


# ------------------------------------------------------------------------------------------------------- the examples


class Worked(Alike, frozen=True):
    """An example and its person, with the readings chosen for it; None if the facts cannot be read."""

    aside: ClassVar[tuple[str, ...]] = ("_read",)

    book: Book
    example: Example
    _read: list[Case | None] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The person; read when first asked for, since that takes longer than most answers."""
        if not self._read:
            self._read.append(read_example(self.book, self.example).value)
        found = self._read[0]
        assert found is not None, "only examples that can be read are asked"
        return found

    @property
    def readable(self) -> bool:
        """Whether the facts can be read."""
        if not self._read:
            self._read.append(read_example(self.book, self.example).value)
        return self._read[0] is not None

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories it expects something of."""
        return tuple(dict.fromkeys(e.category for e in self.example.expects))


class Examples(Struct):
    """The examples of a book, made ready to be run against edits of it.

    passing: whether an example is as expected under the book itself; one that is not kills nothing.
    """

    book: Book
    worked: tuple[Worked, ...]
    reached: Mapping[str, frozenset[Declared]]
    passing: dict[str, bool] = field(default_factory=dict)
    _lead: dict[Declared, list[str]] = field(default_factory=dict)
    _compiled: dict[frozenset[str], Compiled] = field(default_factory=dict)
    _truths: dict[tuple[str, frozenset[str]], Mapping[Any, bool | None]] = field(default_factory=dict)

    def killer(self, mutant: Mutant) -> str | None:
        """An example that notices the mutant; None if none does."""
        for edit in mutant.edits:
            found = self.notices(edit)
            if found is not None:
                return found
        return None

    def notices(self, edit: Edit) -> str | None:
        """The first example found that notices an edit."""
        edited = edit.book
        affected = frozenset(c for c, uses in self.reached.items() if uses & edit.touched)
        todo = [w for w in self._ordered(edit) if affected.intersection(w.categories)]
        trial = _Trial(self, edit, edited, affected)
        for check in (trial.unread, trial.verdict, trial.whole):
            left = []
            for w in todo:
                outcome = check(w) if w.readable else False
                if outcome is None:
                    left.append(w)
                elif outcome and self.passes(w):
                    self._lead_with(edit, w)
                    return w.example.id
            todo = left
        return None

    def passes(self, w: Worked) -> bool:
        """Whether an example is as expected under the book."""
        if w.example.id not in self.passing:
            compiled = self.compiled(frozenset(w.categories))
            self.passing[w.example.id] = not _fails(compiled, w, w.categories)
        return self.passing[w.example.id]

    def compiled(self, categories: frozenset[str]) -> Compiled:
        """The book with these categories alone."""
        if categories not in self._compiled:
            self._compiled[categories] = compile_book(only(self.book, categories))
        return self._compiled[categories]

    def truths(self, w: Worked, categories: frozenset[str]) -> Mapping[Any, bool | None]:
        """Every test of some categories, as it comes out for an example under the book."""
        key = (w.example.id, categories)
        if key not in self._truths:
            self._truths[key] = _truths(self.compiled(categories), w, None)
        return self._truths[key]

    def _ordered(self, edit: Edit) -> Iterator[Worked]:
        """The examples that noticed edits of the same declaration before, then the others."""
        first = [name for d in edit.touched for name in reversed(self._lead.get(d, []))]
        by_name = {w.example.id: w for w in self.worked}
        yield from (by_name[name] for name in dict.fromkeys(first))
        taken = set(first)
        yield from (w for w in self.worked if w.example.id not in taken)

    def _lead_with(self, edit: Edit, w: Worked) -> None:
        for d in edit.touched:
            names = self._lead.setdefault(d, [])
            if w.example.id in names:
                names.remove(w.example.id)
            names.append(w.example.id)


def examples_of(book: Book) -> Examples:
    """The examples of a book."""
    return Examples(book, tuple(Worked(book, e) for e in book.examples.values()), reach(book))


def only(book: Book, categories: Iterable[str]) -> Book:
    """A book with nothing but some of its categories."""
    wanted = set(categories)
    return replace(book, categories={id: c for id, c in book.categories.items() if id in wanted})


def _fails(compiled: Compiled, w: Worked, categories: Sequence[str]) -> bool:
    """Whether something is not as the example expects of some categories."""
    if check_case(compiled, w.case):
        return True
    answer = assess(compiled, w.case, readings=w.case.readings, categories=categories, whole=False)
    return any(True for _ in compared(w.example, answer, categories))


def _truths(compiled: Compiled, w: Worked, tests: Iterable[int] | None) -> dict[Any, bool | None]:
    """How tests come out for an example: all of them, or some."""
    s = situation(compiled, w.case, w.case.readings, "presumed")
    out: dict[Any, bool | None] = {}
    for t in range(len(compiled.tests)) if tests is None else tests:
        lists = compiled.tests[t].spec.lists
        counts = [s.written.get(name, 0) + bool(s.blanks.get(name)) for name in lists]
        for places in product(*(range(n) for n in counts)):
            out[t, places] = s.truth((t, places))
    return out


class _Trial(Struct):
    """One edit tried on examples. A check says True for an example that notices, False for one that cannot."""

    of: Examples
    edit: Edit
    edited: Book
    affected: frozenset[str]
    _compiled: dict[frozenset[str], Compiled] = field(default_factory=dict)
    _changed: dict[frozenset[str], tuple[int, ...] | None] = field(default_factory=dict)
    _given: dict[frozenset[str], bool] = field(default_factory=dict)

    def unread(self, w: Worked) -> bool | None:
        """Whether the facts cannot be read any more: they name a key that is gone."""
        for kind, id in self.edit.touched:
            if kind == "tables":
                gone = self._keys_gone(id)
                facts = f"{w.example.facts} {w.example.changes}"
                if gone and read_example(self.edited, w.example).value is None and gone.intersection(_words(facts)):
                    return True
        return None

    def _keys_gone(self, table: str) -> set[str]:
        before, after = ({r.key for r in b.tables[table].rows} for b in (self.of.book, self.edited))
        return before - after

    def verdict(self, w: Worked) -> bool | None:
        """Whether a verdict is another one; False if no test it rests on comes out otherwise."""
        names = self._asked(w)
        if self.edit.part != "verdict":
            return None if _asserts(w, names) else False
        compiled = self.compiled(names)
        changed = self.changed(names)
        if changed is not None:
            before = self.of.truths(w, names)
            after = _truths(compiled, w, changed)
            if all(v is not None and v is before[i] for i, v in after.items()):
                return None if _asserts(w, names) and self.given(names) else False
        found = self.verdicts(compiled, w, names)
        if any(found.get(e.category) is not e.verdict for e in w.example.expects if e.category in names):
            return True
        more = any(
            e.because or e.hinges is not None or e.sensitive is not None or e.asserts
            for e in w.example.expects
            if e.category in names
        )
        return None if more else False

    def verdicts(self, compiled: Compiled, w: Worked, names: frozenset[str]) -> Mapping[str, Verdict]:
        """The verdicts under the edit; where what is told settles them, without anything made for many people."""
        told = told_alone(situation(compiled, w.case, w.case.readings, "presumed"))
        held = {name: told.value(compiled.program.categories[name]) for name in names}
        if all(isinstance(value, bool) for value in held.values()):
            return {name: verdict(bool(value)) for name, value in held.items()}
        answer = assess(compiled, w.case, readings=w.case.readings, reasons=False, categories=sorted(names))
        return {r.category: r.verdict for r in answer.results}

    def whole(self, w: Worked) -> bool | None:
        """Whether anything at all is not as expected."""
        names = self._asked(w)
        return _fails(self.compiled(names), w, sorted(names))

    def _asked(self, w: Worked) -> frozenset[str]:
        return self.affected.intersection(w.categories)

    def compiled(self, names: frozenset[str]) -> Compiled:
        """The edited book with some categories alone."""
        if names not in self._compiled:
            self._compiled[names] = compile_book(only(self.edited, names))
        return self._compiled[names]

    def changed(self, names: frozenset[str]) -> tuple[int, ...] | None:
        """The tests the edit changes; None if it changes how they are put together."""
        if names not in self._changed:
            self._changed[names] = self._compare(self.of.compiled(names), self.compiled(names))
        return self._changed[names]

    def _compare(self, before: Compiled, after: Compiled) -> tuple[int, ...] | None:
        kinds = {kind for kind, _ in self.edit.touched}
        if kinds & {"readings", "judgements"} or _shape(before) != _shape(after):
            return None
        ids = {id for _, id in self.edit.touched}
        out = []
        for a, b in zip(before.tests, after.tests, strict=True):
            by_law = kinds & {"parameters", "tables"} and _mentions(b.spec.cond, ids)
            by_term = "terms" in kinds and any(isinstance(p, Call) for p in everything(b.spec.cond))
            if a.spec.cond != b.spec.cond or by_law or by_term:
                out.append(b.spec.id)
        return tuple(out)

    def given(self, names: frozenset[str]) -> bool:
        """Whether what a category gives, asks for or points to turns on what is edited."""
        if names not in self._given:
            memo: dict[str, frozenset[Declared]] = {}
            said = (self.edited.categories[name] for name in names)
            self._given[names] = any(
                _uses(self.edited, (c.grants, c.asks, c.routes), memo) & self.edit.touched for c in said
            )
        return self._given[names]


def _shape(compiled: Compiled) -> Any:
    """How the tests of a book are put together, whatever they say."""
    return [
        (g.kind, g.lists, g.inputs, g.test, g.n, g.over, g.reading, g.values, g.met) for g in compiled.program.gates
    ]


def _mentions(cond: Any, ids: set[str]) -> bool:
    for part in everything(cond):
        match part:
            case Param(id) if id in ids:
                return True
            case Member(table=table) if table in ids:
                return True
            case Call():
                return True  # a term inside may speak of it
            case _:
                pass
    return False


def _asserts(w: Worked, names: frozenset[str]) -> bool:
    return any(e.asserts for e in w.example.expects if e.category in names)
