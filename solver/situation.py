"""A case laid against a book: which tests are settled, which are open, and what unknown facts can make of those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.case import Absent, Case, presumes
from dsl.model import Book, EntityOf, Path
from solver.cells import Instance, OpenTest, Search, Table, Tie, TooLarge
from solver.compiled import Compiled, Invariant
from solver.evaluate import Env
from solver.facts import THERE, Address, Facts, copied, read_paths, thaw
from solver.reads import Reads
from solver.remainder import Remainder
from solver.split import groups
from solver.tables import group_table, ungrouped
from solver.trees import Node, Told, looked_at

Judging = Literal["presumed", "open"]
Readings = Mapping[str, str] | Literal["all"]
"""Values chosen for readings, the others at their default; or all of them left open."""

DEFAULT: Readings = MappingProxyType({})
_NOWHERE: Mapping[tuple[str, int], bool] = MappingProxyType({})
_NOTHING: Mapping[str, int] = MappingProxyType({})


class Situation(Struct):
    """A case laid against a book: what it tells, and what it leaves open.

    told: what has been looked at so far. open: tests that this does not settle. blanks: elements an open list may have
    besides. presumed: judgements taken as favourable. readings: chosen values; with `--readings all` those that are
    open are missing. leaves: where the trees of the categories asked for last ended. varied: by category the open tests
    its verdict hangs on; tried: completions that were tried of it, see `solver.trying`. coarse: categories for which
    totals over lists are ranges, absent facts inside not followed, since there would be too much to try; apart: those
    for which there is too much to see what totals over one open list say of each other.
    """

    compiled: Compiled
    facts: Facts
    told: Told
    blanks: dict[str, int]
    presumed: tuple[Address, ...]
    readings: Mapping[str, str]
    search: Search
    open: dict[Instance, OpenTest] = field(default_factory=dict)
    tables: dict[tuple[str, frozenset[Instance]], list[Table]] = field(default_factory=dict)
    leaves: dict[str, Node] = field(default_factory=dict)
    coarse: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    varied: dict[str, tuple[Instance, ...]] = field(default_factory=dict)
    tried: dict[str, Any] = field(default_factory=dict)

    @property
    def env(self) -> Env:
        """What tests read."""
        return self.told.env

    @property
    def written(self) -> Mapping[str, int]:
        """How many elements each list is told to have."""
        return self.told.written

    def truth(self, instance: Instance) -> bool | None:
        """The truth of a test; None if it is open."""
        known = self.told.known
        if instance not in known:
            known[instance] = self._look(instance)
        found = known[instance]
        if found is None and instance not in self.open and instance[0] < len(self.compiled.tests):
            self.open[instance] = _opened(self, instance)
        return found

    def told_truth(self, instance: Instance) -> bool | None:
        """The truth of a test; None if it is open, of which no more is worked out."""
        known = self.told.known
        if instance not in known:
            known[instance] = self._look(instance)
        return known[instance]

    def _look(self, instance: Instance) -> bool | None:
        if instance[0] >= len(self.compiled.tests):  # beside a total: see `solver.beside`
            return None
        return self.told.look(looked_at(self.compiled, instance))

    def forget(self) -> None:
        """Forget what was worked out from facts that are about to change; what is told is another's to forget."""
        for found in (self.tables, self.tried, self.coarse, self.apart):
            found.clear()

    def has(self, instance: Instance) -> bool:
        """Whether there is such a test here; not one that another situation has beside a total, or of more elements."""
        test, places = instance
        if test >= len(self.compiled.tests):
            return False
        lists = self.compiled.tests[test].spec.lists
        return all(place < len(self.told.elements[name]) for name, place in zip(lists, places, strict=True))

    def opened(self, category: str, tests: Iterable[Instance]) -> list[OpenTest]:
        """The open ones among some tests, as they are looked at for a category."""
        found = [self.open[i] for i in tests if i in self.open]
        return [replace(t, reads=t.reads - t.inside) for t in found] if category in self.coarse else found

    def instances(self) -> Iterable[Instance]:
        """Every test at every place."""
        for ready in self.compiled.tests:
            ranges = [range(len(self.told.elements[name])) for name in ready.spec.lists]
            for places in product(*ranges):
                yield ready.spec.id, places


def situation(
    compiled: Compiled,
    case: Case,
    readings: Mapping[str, str] | Literal["all"],
    judgements: Judging,
    *,
    twice: bool = False,
    room: Mapping[str, int] = _NOTHING,
) -> Situation:
    """Lay a case against a book.

    `twice`: room for two completions to differ in the elements of an open list. `room`: elements an open list may have
    besides those written, where that is more.
    """
    book = compiled.book
    facts = thaw(case, book)
    presumed = _presume(compiled, facts) if judgements == "presumed" else ()
    return lay(compiled, facts, presumed, readings_of(compiled, case, readings), twice=twice, room=room)


def partial(
    compiled: Compiled, case: Case, readings: Mapping[str, str], favourable: Mapping[str, Sequence[str]]
) -> Situation:
    """Lay part of a case against a book. Nothing is presumed but, by entity, judgements of further elements."""
    facts = thaw(case, compiled.book)
    facts.favourable = favourable
    return lay(compiled, facts, (), readings, twice=False)


def laid(compiled: Compiled, facts: Facts, readings: Mapping[str, str]) -> Situation:
    """Lay facts as they stand against a book; nothing is presumed."""
    return lay(compiled, facts, (), readings, twice=False)


def without(s: Situation, a: Address) -> Situation:
    """The same situation with one presumed judgement taken as not favourable."""
    facts = s.facts
    facts.set(a, False)
    try:
        return lay(s.compiled, copied(facts), s.presumed, s.readings, twice=False)
    finally:
        facts.set(a, True)


def lay(
    compiled: Compiled,
    facts: Facts,
    presumed: tuple[Address, ...],
    chosen: Mapping[str, str],
    *,
    twice: bool,
    room: Mapping[str, int] = _NOTHING,
) -> Situation:
    """Settle what the facts settle."""
    book = compiled.book
    written = {name: facts.lists[name].written for name in compiled.program.lists if name in facts.lists}
    extra = compiled.program.extra
    blanks = {n: max(extra.get(n, (0, 0))[twice], room.get(n, 0)) for n in written if facts.lists[n].open}
    elements = {
        name: [facts.element(name, place).facts for place in range(n + blanks.get(name, 0))]
        for name, n in written.items()
    }
    env = Env(facts.root, (), chosen)
    search = Search(
        book, facts, env, [], spell_ends=_spell_ends(book), remembered=compiled.remembered, filters=compiled.filters
    )
    search.left_of = lambda t, env: _left_of(compiled, t, env)
    return Situation(compiled, facts, Told(env, elements, written), blanks, presumed, chosen, search)


def _left_of(compiled: Compiled, t: OpenTest, env: Env) -> Any:
    """What is left of a test as the facts stand; of one beside a total, what is like nothing."""
    if t.said is not None:
        return object()
    left = Remainder(compiled.book, env, compiled.remainders, env.still)
    return left.of(compiled.tests[t.instance[0]].spec.cond, len(t.els))


def _spell_ends(book: Book) -> frozenset[tuple[str, str]]:
    return frozenset((e.id, e.spell[1]) for e in book.entities.values() if e.spell)


def readings_of(compiled: Compiled, case: Case, readings: Mapping[str, str] | Literal["all"]) -> Mapping[str, str]:
    """The value of each reading; with `all` none is chosen."""
    if readings == "all":
        return {}
    if not case.readings and not readings:
        return compiled.defaults
    return {**compiled.defaults, **case.readings, **readings}


def _presume(compiled: Compiled, facts: Facts) -> tuple[Address, ...]:
    """Take presumed judgements that are not recorded as favourable; the addresses of those on what is written."""
    out = []
    on_things = [j for j in compiled.presumed if j.entity is not None]
    facts.favourable = {
        e: [j.id for j in on_things if j.entity == e] for e in {j.entity for j in on_things if j.entity}
    }
    for j in compiled.presumed:
        if not presumes(j, facts.root):
            continue
        if j.entity is None:
            places = [Address(None, -1, (j.id,))]
        else:
            places = list(judged_places(compiled.book, facts, j.entity, j.id))
        for a in places:
            if type(facts.get(a)) is Absent:
                facts.set(a, True)
                out.append(a)
    return tuple(out)


def judged_places(book: Book, facts: Facts, entity: str, name: str) -> Iterable[Address]:
    """Where a judgement on an entity is recorded: each element written, and each thing on a given."""
    for path, items in facts.lists.items():
        if items.entity == entity:
            for i in range(items.written):
                yield Address(path, i, (name,))
    for given, fact in book.givens.items():
        yield from _things(book, fact.type, (given,), entity, name)


def _things(book: Book, kind: Any, steps: tuple[str, ...], entity: str, name: str) -> Iterable[Address]:
    if isinstance(kind, EntityOf):
        if kind.entity == entity:
            yield Address(None, -1, (*steps, name))
        for f in book.entities[kind.entity].facts:
            yield from _things(book, f.type, (*steps, f.id), entity, name)


def beside_id(s: Situation, test: int, kind: str, n: int) -> int:
    """The number of a test that stands beside one of a total: after those of the book, the same for every case."""
    compiled = s.compiled
    return compiled.beside.setdefault((test, kind, n), len(compiled.tests) + len(compiled.beside))


def _opened(s: Situation, instance: Instance) -> OpenTest:
    """An open test with what it reads; the first one asks for the invariants too."""
    if not s.open:
        s.search.ties = ties(s)
    test, places = instance
    ready = s.compiled.tests[test]
    lists = ready.spec.lists
    names = {f"#{i}": (name, p) for i, (name, p) in enumerate(zip(lists, places, strict=True))}
    addresses = frozenset(read_paths(p, names) for p in ready.reads.paths)
    inside = frozenset(_absent_inside(s, ready.reads))
    open_ = tuple(n for p, _ in ready.reads.totals if (n := str(p)) in s.facts.lists and s.facts.lists[n].open)
    els = tuple(s.facts.element(name, p).facts for name, p in zip(lists, places, strict=True))
    reads = addresses | inside
    inside = frozenset(a for a in reads if type(s.facts.get(a)) is Absent) if ready.score else inside - addresses
    over = ready.reads.lists.intersection(s.facts.lists)
    return OpenTest(instance, ready.test, els, reads, ready.marks, inside, open_, ready.score, over=over)


There = Mapping[tuple[str, int], bool]
"""Which elements that an open list may have are there."""


def _absent_inside(s: Situation, read: Reads, there: There = _NOWHERE) -> Iterable[Address]:
    """Absent facts of written elements, and of those that are there, which totals or what is said of each read."""
    for path, inner in read.totals:
        name = str(path)
        items = s.facts.lists.get(name)
        more = [place for (n, place), present in there.items() if present and n == name]
        for i in (*range(items.written if items else 0), *more):
            for steps in inner:
                a = Address(name, i, steps)
                if type(s.facts.get(a)) is Absent:
                    yield a


def ties(s: Situation, there: There | None = None) -> list[Tie]:
    """The invariants of a case that unknown facts could break. `there`: only on these elements of open lists.

    Without it, one that ties a further element of an open list to other things says nothing if the element is not
    there, which is a fact of its own.
    """
    inside_of = there or _NOWHERE
    out = []
    texts = s.compiled.book.texts
    for inv in s.compiled.invariants:
        where = inv.clause.place
        text = (
            inv.clause.sentence.en
            if inv.clause.sentence
            else " ".join(texts[where.file][where.start : where.end].split())
            if where and where.file in texts
            else ""
        )
        if inv.entity is None:
            addresses = frozenset(read_paths(p, {}) for p in inv.reads.paths)
            inside = frozenset(_absent_inside(s, inv.reads, inside_of))
            eased = frozenset(read_paths(p, {}) for p in inv.eased)
            out.append(Tie(inv.holds, (), addresses | inside, inv.marks, inv.reads.lists, text, eased))
            if there is None:
                out += _of_each(s, inv, (), None, text)
            continue
        for els, names in _bearers(s, inv.entity, there):
            addresses = frozenset(_at_thing(p, names) for p in inv.reads.paths)
            totals = tuple((Path(".".join(_at_thing(p, names).steps)), inner) for p, inner in inv.reads.totals)
            addresses |= frozenset(_absent_inside(s, Reads((), totals), inside_of))
            eased = frozenset(_at_thing(p, names) for p in inv.eased)
            over = frozenset(str(p) for p, _ in totals)
            made = Tie(inv.holds, els, addresses, inv.marks, over, text, eased)
            out.append(_if_there(s, made, names) if there is None and s.facts.is_blank(names) else made)
            if there is None and names.list is None:
                out += _of_each(s, inv, els, names, text)
    return out


def _of_each(
    s: Situation, inv: Invariant, els: tuple[Mapping[str, Any], ...], it: Address | None, text: str
) -> Iterable[Tie]:
    """What an invariant says of every element of a list, of each further element it may have."""
    if inv.each is None:
        return
    path, var, holds, read, mark = inv.each
    name = str(path) if it is None else ".".join((*it.steps, *path.steps))
    for place in range(s.facts.lists[name].written, s.facts.lists[name].written + s.blanks.get(name, 0)):
        element = Address(name, place, ())

        def at(p: Path, element: Address = element) -> Address:
            return Address(name, element.place, p.steps) if p.base == var else _at_thing(p, it or element)

        made = Tie(holds, (*els, s.facts.element(name, place).facts), frozenset(map(at, read.paths)), mark, text=text)
        yield _if_there(s, made, element)


def _if_there(s: Situation, tie: Tie, where: Address) -> Tie:
    """An invariant on a further element: it says nothing if the element is not there."""
    assert where.list is not None
    if all((a.list, a.place) == (where.list, where.place) for a in tie.reads):
        return tie  # by itself it can be met
    exists, holds = Address(where.list, where.place, THERE), tie.holds
    element = s.facts.element(where.list, where.place).facts
    element.setdefault(THERE[0], Absent.NOT_ASKED)

    def if_there(env: Env) -> bool | None:
        present = element[THERE[0]]
        if present is False:
            return True
        found = holds(env)
        return found if present is True or found is not False else None

    return replace(tie, holds=if_there, reads=tie.reads | {exists}, eased=tie.eased | {exists})


def _at_thing(path: Path, where: Address) -> Address:
    """The address of a path from `it`, or of a given."""
    if path.base == "it":
        return Address(where.list, where.place, (*where.steps, *path.steps))
    return Address(None, -1, (path.base, *path.steps))


def _bearers(s: Situation, entity: str, there: There | None) -> Iterable[tuple[tuple[Mapping[str, Any], ...], Address]]:
    """Every thing of an entity, with the address its facts begin at."""
    facts = s.facts
    for name, steps in s.compiled.things(entity, {path: items.entity for path, items in facts.lists.items()}):
        if name is None:
            yield (_inside(facts.root[steps[0]], steps[1:]),), Address(None, -1, steps)
            continue
        for i in range(facts.lists[name].written + s.blanks.get(name, 0)):
            if there is not None and i >= facts.lists[name].written and not there.get((name, i)):
                continue
            yield (_inside(facts.element(name, i), steps),), Address(name, i, steps)


def _inside(thing: Any, steps: Sequence[str]) -> Mapping[str, Any]:
    """The facts of a thing reached from another."""
    for step in steps:
        thing = thing.facts[step]
    return thing.facts  # type: ignore[no-any-return]


def tables(s: Situation, tests: Iterable[Instance], category: str = "", *, coarsely: bool = True) -> list[Table]:
    """Tables for the open tests among these, of one category (or without a name of several together).

    If there are too many combinations, totals over lists are left as ranges instead of following each absent fact of
    each element (unless not `coarsely`); what can then be said is still never wrong, only less.
    """
    wanted = [i for i in tests if i in s.open]
    key = (category, frozenset(wanted))
    if key not in s.tables:
        try:
            s.tables[key] = tables_of(s, s.opened(category, wanted))
        except TooLarge:
            if not coarsely or category in s.coarse or not any(s.open[i].inside for i in wanted):
                raise
            s.coarse.add(category)
            s.tables[key] = tables_of(s, s.opened(category, wanted))
    return s.tables[key]


def tables_of(s: Situation, opened: Sequence[OpenTest]) -> list[Table]:
    """Tables for open tests as they are given; raises TooLarge."""
    grouped = groups(s.search, opened)
    inside = {t.instance for _, ts, _ in grouped for t in ts}
    out = ungrouped(s.search, [t for t in opened if t.instance not in inside])
    for vars, ts, tied in grouped:
        made = group_table(s.search, vars, ts, tied)
        if made is not None:
            out.append(made)
    return out
