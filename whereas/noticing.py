"""Which example of a book notices an edit of it: as expected under the book, it is not so under the edited one.

An example is laid against each category once. For an edit only what it touches is looked at again: the tests that read
something edited, and what hangs on them. Those go first whose verdict turns on an edited clause; who never comes to it
keeps the verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, ClassVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.alike import Alike
from dsl.case import Case
from dsl.edits import Edit
from dsl.model import Book, Example, Expectation, Verdict
from solver.answer import Answer
from solver.assess import assess
from solver.cells import Instance, TooLarge
from solver.check import check_case
from solver.compiled import Compiled, compile_book, made_ready
from solver.lower import lower
from solver.run import Deadline
from solver.situation import Situation, lay, situation
from solver.steps import category_steps, walk_of
from solver.told import standing_in
from solver.touched import Declared, Lines, deciding, edited, lines, uses
from solver.trees import Key
from solver.turned import told_alone
from solver.undecided import Value
from solver.verdicts import verdict
from whereas.examples import compared, read_example


class Worked(Alike, frozen=True):
    """An example and its person, with the readings chosen for it; None if the facts cannot be read."""

    aside: ClassVar[tuple[str, ...]] = ("_read",)

    book: Book
    example: Example
    _read: list[Case | None] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The person; read when first asked for, since that takes longer than most answers."""
        found = self._once()
        assert found is not None, "only examples that can be read are asked"
        return found

    @property
    def readable(self) -> bool:
        """Whether the facts can be read."""
        return self._once() is not None

    def _once(self) -> Case | None:
        if not self._read:
            self._read.append(read_example(self.book, self.example).value)
        return self._read[0]

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories it expects something of."""
        return tuple(dict.fromkeys(e.category for e in self.example.expects))

    def expects(self, category: str) -> tuple[Expectation, ...]:
        """What it expects of a category."""
        return tuple(e for e in self.example.expects if e.category == category)


def reach(book: Book) -> dict[str, frozenset[Declared]]:
    """By category, the declarations that what is said of it can turn on."""
    memo: dict[str, frozenset[Declared]] = {}
    law = _law(book, memo)
    return {c.id: uses(book, c, memo) | law | {("categories", c.id)} for c in book.categories.values()}


def _law(book: Book, memo: dict[str, frozenset[Declared]]) -> frozenset[Declared]:
    """The declarations that invariants can turn on."""
    return frozenset().union(
        *(uses(book, i, memo) for i in (book.invariants, *(e.invariants for e in book.entities.values())))
    )


class Laid(Struct, frozen=True):
    """An example laid against a category of the book.

    asked: the gates that were looked at for its verdict. decided: those of them by which it was found.
    """

    s: Situation
    asked: frozenset[int]
    decided: frozenset[int]


class Ready(Struct, frozen=True):
    """A category of the book: compiled by itself, what its lines speak of, and its tests by what they say."""

    compiled: Compiled
    lines: Lines
    tests: Mapping[Any, int]


class Examples(Struct):
    """The examples of a book, made ready to be run against edits of it.

    reached: by category the declarations it can turn on. law: those that invariants can. passing: whether an example
    is as expected under the book itself; one that is not notices nothing.
    """

    book: Book
    worked: tuple[Worked, ...]
    reached: Mapping[str, frozenset[Declared]]
    law: frozenset[Declared]
    passing: dict[str, bool] = field(default_factory=dict)
    _lead: dict[Declared, list[str]] = field(default_factory=dict)
    _ready: dict[str, Ready] = field(default_factory=dict)
    _laid: dict[tuple[str, str], Laid] = field(default_factory=dict)

    def notices(self, edit: Edit, first: Collection[str] = ()) -> str | None:
        """The first example found that notices an edit; those on the categories in `first` are asked before others."""
        affected = frozenset(c for c, used in self.reached.items() if used & edit.touched)
        todo = [w for w in self.worked if affected.intersection(w.categories)]
        todo.sort(key=lambda w: affected.intersection(first).isdisjoint(w.categories))
        trial = _Trial(self, edit, edit.book, affected)
        for check in (trial.unread, trial.verdict, trial.whole):
            left = []
            for w in self._ordered(edit, trial, todo) if check == trial.verdict else todo:
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
            self.passing[w.example.id] = not any(_fails(self.ready(c).compiled, w, c) for c in w.categories)
        return self.passing[w.example.id]

    def ready(self, category: str) -> Ready:
        """A category of the book by itself."""
        if category not in self._ready:
            compiled = compile_book(only(self.book, [category]))
            tests = {(t.cond, t.lists, t.asked): t.id for t in compiled.program.tests}
            self._ready[category] = Ready(compiled, lines(compiled), tests)
        return self._ready[category]

    def laid(self, w: Worked, category: str) -> Laid:
        """An example laid against a category."""
        key = (w.example.id, category)
        if key not in self._laid:
            compiled = self.ready(category).compiled
            s = situation(compiled, w.case, w.case.readings, "presumed")
            told, root = told_alone(s), compiled.program.categories[category]
            told.value(root)
            self._laid[key] = Laid(s, frozenset(g for g, _ in told.memo), deciding(told, root))
        return self._laid[key]

    def _ordered(self, edit: Edit, trial: _Trial, todo: Iterable[Worked]) -> Iterator[Worked]:
        """The examples that noticed edits of the same declaration before; then those whose verdict turns on it."""
        first = [name for d in edit.touched for name in reversed(self._lead.get(d, []))]
        by_name = {w.example.id: w for w in todo}
        leading = [by_name[name] for name in dict.fromkeys(first) if name in by_name]
        yield from leading
        taken = {w.example.id for w in leading}
        later = []
        for w in by_name.values():
            if w.example.id not in taken:
                if w.readable and trial.decides(w):
                    yield w
                else:
                    later.append(w)
        yield from later

    def _lead_with(self, edit: Edit, w: Worked) -> None:
        for d in edit.touched:
            names = self._lead.setdefault(d, [])
            if w.example.id in names:
                names.remove(w.example.id)
            names.append(w.example.id)


def examples_of(book: Book) -> Examples:
    """The examples of a book."""
    worked = tuple(Worked(book, e) for e in book.examples.values())
    return Examples(book, worked, reach(book), _law(book, {}))


def only(book: Book, categories: Iterable[str]) -> Book:
    """A book with nothing but some of its categories."""
    wanted = set(categories)
    return replace(book, categories={id: c for id, c in book.categories.items() if id in wanted})


def _fails(compiled: Compiled, w: Worked, category: str) -> bool:
    """Whether something is not as the example expects of a category."""
    if check_case(compiled, w.case):
        return True
    answer = assess(compiled, w.case, readings=w.case.readings, categories=[category], whole=False)
    return any(True for _ in compared(w.example, answer, [category]))


class _Edited(Struct, frozen=True):
    """A category of the edited book.

    twins: by test, the same test of the book, if what it says and speaks of is the same there; again: the other way
    about. same: whether tests are
    put together as in the book. touched: the gates of the book that are edited; None if that is not all.
    """

    compiled: Compiled
    twins: tuple[int | None, ...]
    again: Mapping[int, int]
    same: bool
    touched: frozenset[int] | None


class _Trial(Struct):
    """One edit tried on examples. A check says True for an example that notices, False for one that cannot."""

    of: Examples
    edit: Edit
    edited: Book
    affected: frozenset[str]
    _made: dict[str, _Edited] = field(default_factory=dict)
    _given: dict[str, bool] = field(default_factory=dict)
    _laid: dict[tuple[str, str], Situation] = field(default_factory=dict)

    def unread(self, w: Worked) -> bool | None:
        """Whether the facts cannot be read any more: they name a key that is gone."""
        for kind, id in self.edit.touched:
            if kind == "tables":
                gone = self._keys_gone(id)
                facts = f"{w.example.facts} {w.example.changes}"
                if gone and read_example(self.edited, w.example).value is None and gone.intersection(words(facts)):
                    return True
        return None

    def _keys_gone(self, table: str) -> set[str]:
        before, after = ({r.key for r in b.tables[table].rows} for b in (self.of.book, self.edited))
        return before - after

    def decides(self, w: Worked) -> bool:
        """Whether its verdict was found by something that is edited."""
        if self.edit.part != "verdict" or not self._ruled:
            return False
        return any(touched & self.of.laid(w, c).decided for c in self._asked(w) if (touched := self.made(c).touched))

    def verdict(self, w: Worked) -> bool | None:
        """Whether a verdict is another one; False if nothing that the example expects can be another."""
        found = [self._verdict(w, c) for c in self._asked(w)]
        return True if True in found else None if None in found else False

    def _verdict(self, w: Worked, category: str) -> bool | None:
        expected = w.expects(category)
        if self.edit.part != "verdict":
            return None if any(e.asserts for e in expected) else False
        made = self.made(category)
        more = any(e.because or e.hinges is not None or e.sensitive is not None or e.asserts for e in expected)
        if self._ruled:
            laid = self.of.laid(w, category)
            if made.same and self._unmoved(made, laid.s, self.laid(w, category)):
                return None if any(e.asserts for e in expected) and self.given(category) else False
            if made.touched is not None and not made.touched & laid.asked:
                return None if more else False
        value = self._told(w, category)
        if isinstance(value, bool):
            held = verdict(value)
        else:
            results = assess(made.compiled, w.case, readings=w.case.readings, reasons=False, categories=[category])
            held = next((r.verdict for r in results.results), Verdict.DEPENDS)
        return True if any(e.verdict is not held for e in expected) else None if more else False

    def _unmoved(self, made: _Edited, before: Situation, after: Situation) -> bool:
        """Whether every edited test comes out as it did; what stays open may have moved."""
        for t, twin in enumerate(made.twins):
            if twin is None:
                lists = made.compiled.tests[t].spec.lists
                counts = [before.written.get(name, 0) + before.blanks.get(name, 0) for name in lists]
                for places in product(*(range(n) for n in counts)):
                    now = after.told_truth((t, places))
                    if now is None or now is not before.told_truth((t, places)):
                        return False
        return True

    def _told(self, w: Worked, category: str) -> Value:
        """What is told of the example makes of a category under the edit: its verdict, or what it hangs on."""
        s = self.laid(w, category)
        value = told_alone(s).value(s.compiled.program.categories[category])
        if self._ruled:  # what other tests say is found out once for all edits
            twins = self.made(category).twins
            more: dict[Key, bool | None] = {(b, p): v for (t, p), v in _truths(s) if (b := twins[t]) is not None}
            self.of.laid(w, category).s.told.known.update(more)
        return value

    def whole(self, w: Worked) -> bool | None:
        """Whether anything at all is not as expected."""
        return any(self._whole(w, c) for c in self._asked(w))

    def _whole(self, w: Worked, category: str) -> bool:
        compiled = self.made(category).compiled
        expected = w.expects(category)
        if not self._ruled or any(e.hinges is not None or e.sensitive is not None or e.asserts for e in expected):
            return _fails(compiled, w, category)
        value = self._told(w, category)
        if not isinstance(value, bool):
            return _fails(compiled, w, category)
        # Nothing but the reasons is asked for: the rules are walked for these, and nothing else is worked out.
        result = compiled.bare(category, verdict(value))
        s = self.laid(w, category)
        try:
            walk = walk_of(standing_in(s), category, Deadline(None), whole=False)
            category_steps(walk, compiled.book.categories[category], result.verdict)
        except TooLarge:
            return _fails(compiled, w, category)
        because = tuple(dict.fromkeys(line.reason for line in walk.decisive))
        answer = Answer(w.case.name, (replace(result, because=because),), {})
        return any(True for _ in compared(w.example, answer, [category]))

    def _asked(self, w: Worked) -> Sequence[str]:
        return [c for c in w.categories if c in self.affected]

    @property
    def _ruled(self) -> bool:
        """Whether nothing but rules is edited: what is told, presumed and chosen is as under the book."""
        kinds = {kind for kind, _ in self.edit.touched}
        return not kinds & {"readings", "judgements"} and not self.edit.touched & self.of.law

    def made(self, category: str) -> _Edited:
        """A category of the edited book."""
        if category not in self._made:
            self._made[category] = self._make(category)
        return self._made[category]

    def _make(self, category: str) -> _Edited:
        before, book = self.of.ready(category), only(self.edited, [category])
        touched = self.edit.touched
        known = [(i.reads, i.marks) for i in before.compiled.invariants] if self._ruled else []
        if {kind for kind, _ in touched} <= {"parameters", "tables"}:
            program = replace(before.compiled.program, book=book)  # rules are lowered without a look at any row
        else:
            program = lower(book)
        compiled = made_ready(program, (), known)
        twins = tuple(before.tests.get((t.cond, t.lists, t.asked)) for t in program.tests)
        kept = tuple(None if t is None or before.lines.tests[t] & touched else t for t in twins)
        pairs = edited(self.of.book, self.edited, touched)
        gates = None if pairs is None else before.lines.touched([c for c, _ in pairs], touched)
        again = {b: t for t, b in enumerate(kept) if b is not None}
        return _Edited(compiled, kept, again, _shape(before.compiled) == _shape(compiled), gates)

    def laid(self, w: Worked, category: str) -> Situation:
        """An example laid against a category of the edited book; what tests that are not edited say is known."""
        made = self.made(category)
        if not self._ruled:
            return situation(made.compiled, w.case, w.case.readings, "presumed")
        key = (w.example.id, category)
        if key not in self._laid:
            before = self.of.laid(w, category).s
            s = lay(made.compiled, before.facts, before.presumed, before.readings, twice=False)
            s.told.known.update({(made.again[t], p): v for (t, p), v in _truths(before) if t in made.again})
            self._laid[key] = s
        return self._laid[key]

    def given(self, category: str) -> bool:
        """Whether what a category gives, asks for or points to turns on what is edited."""
        if category not in self._given:
            memo: dict[str, frozenset[Declared]] = {}
            c = self.edited.categories[category]
            self._given[category] = bool(uses(self.edited, (c.grants, c.asks, c.routes), memo) & self.edit.touched)
        return self._given[category]


def _truths(s: Situation) -> Iterable[tuple[Instance, bool | None]]:
    """The tests that were looked at: of what is told nothing else is asked here."""
    return cast("Iterable[tuple[Instance, bool | None]]", s.told.known.items())


def _shape(compiled: Compiled) -> Any:
    """How the tests of a book are put together, whatever they say."""
    return [
        (g.kind, g.lists, g.inputs, g.test, g.n, g.over, g.reading, g.values, g.met) for g in compiled.program.gates
    ]


def words(text: str) -> list[str]:
    """The words of a text."""
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
