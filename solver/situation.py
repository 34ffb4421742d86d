"""A case laid against a book: which tests are settled, which are open, and what unknown facts can make of those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import Any, Literal

from dsl.case import Absent, Case
from dsl.model import Book, EntityOf, Path
from solver.cells import Instance, OpenTest, Search, Table, Tie, TooLarge, group_table, groups, ungrouped
from solver.compiled import Compiled, Reads, Ready
from solver.evaluate import Env, LawGap, Slack, Unread
from solver.facts import Address, Facts, copied, read_paths, thaw

Judging = Literal["presumed", "open"]
Readings = Mapping[str, str] | Literal["all"]
"""Values chosen for readings, the others at their default; or all of them left open."""

DEFAULT: Readings = MappingProxyType({})


@dataclass(slots=True)
class Situation:
    """A case laid against a book: which tests are settled and which are open.

    written, blanks: elements written and elements an open list may have besides. presumed: judgements taken as
    favourable. readings: chosen values; with `--readings all` those that are open are missing.
    """

    compiled: Compiled
    facts: Facts
    settled: dict[Instance, bool]
    open: dict[Instance, OpenTest]
    written: dict[str, int]
    blanks: dict[str, int]
    presumed: tuple[Address, ...]
    readings: dict[str, str]
    env: Env
    search: Search
    tables: dict[frozenset[Instance], list[Table]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every test is settled and no list is open."""
        return not self.open and not any(self.blanks.values())


def situation(
    compiled: Compiled,
    case: Case,
    readings: Mapping[str, str] | Literal["all"],
    judgements: Judging,
    *,
    twice: bool = False,
) -> Situation:
    """Lay a case against a book. `twice`: room for two completions to differ in the elements of an open list."""
    book = compiled.book
    facts = thaw(case, book)
    presumed = _presume(compiled, facts) if judgements == "presumed" else ()
    return _lay(compiled, facts, presumed, readings_of(book, case, readings), twice=twice)


def without(s: Situation, a: Address) -> Situation:
    """The same situation with one presumed judgement taken as not favourable."""
    facts = s.facts
    facts.set(a, False)
    try:
        return _lay(s.compiled, copied(facts), s.presumed, s.readings, twice=False)
    finally:
        facts.set(a, True)


def _lay(
    compiled: Compiled, facts: Facts, presumed: tuple[Address, ...], chosen: dict[str, str], *, twice: bool
) -> Situation:
    """Settle what the facts settle."""
    book = compiled.book
    written = {name: facts.lists[name].written for name in compiled.program.lists if name in facts.lists}
    blanks = {name: compiled.program.extra.get(name, (0, 0))[twice] for name in written if facts.lists[name].open}
    env = Env(facts.root, (), chosen)
    search = Search(
        book, facts, env, [], spell_ends=_spell_ends(book), remembered=compiled.remembered, filters=compiled.filters
    )
    s = Situation(compiled, facts, {}, {}, written, blanks, presumed, chosen, env, search)
    for ready in compiled.tests:
        _settle(s, ready)
    if s.open:
        search.ties = ties(s)
    return s


def _spell_ends(book: Book) -> frozenset[tuple[str, str]]:
    return frozenset((e.id, e.spell[1]) for e in book.entities.values() if e.spell)


def readings_of(book: Book, case: Case, readings: Mapping[str, str] | Literal["all"]) -> dict[str, str]:
    """The value of each reading; with `all` none is chosen."""
    if readings == "all":
        return {}
    return {r.id: r.default for r in book.readings.values()} | dict(case.readings) | dict(readings)


def _presume(compiled: Compiled, facts: Facts) -> tuple[Address, ...]:
    """Take presumed judgements that are not recorded as favourable; their addresses."""
    out = []
    for j in compiled.book.judgements.values():
        if j.mode != "presumed":
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


def _settle(s: Situation, ready: Ready) -> None:
    """Evaluate a test at every place, and keep what it reads where it stays open."""
    spec, facts, env = ready.spec, s.facts, s.env
    if not spec.lists:
        _settle_at(s, ready, (), ())
        return
    ranges = [range(s.written[name] + s.blanks.get(name, 0)) for name in spec.lists]
    for places in product(*ranges):
        els = tuple(facts.element(name, p).facts for name, p in zip(spec.lists, places, strict=True))
        _settle_at(s, ready, places, els)
    env.els = ()


def _settle_at(s: Situation, ready: Ready, places: tuple[int, ...], els: tuple[Any, ...]) -> None:
    env = s.env
    env.els = els
    instance = (ready.spec.id, places)
    try:
        s.settled[instance] = bool(ready.test(env))
    except (Unread, LawGap, Slack):
        names = {f"#{i}": (name, p) for i, (name, p) in enumerate(zip(ready.spec.lists, places, strict=True))}
        addresses = frozenset(read_paths(p, names) for p in ready.reads.paths)
        inside = frozenset(_absent_inside(s, ready.reads))
        open_ = tuple(n for p, _ in ready.reads.totals if (n := str(p)) in s.facts.lists and s.facts.lists[n].open)
        s.open[instance] = OpenTest(instance, ready.test, els, addresses | inside, ready.marks, inside, open_)


def _absent_inside(s: Situation, read: Reads) -> Iterable[Address]:
    """Absent facts of written elements that totals, or what is said of every element, read."""
    for path, inner in read.totals:
        items = s.facts.lists.get(str(path))
        for i in range(items.written if items else 0):
            for steps in inner:
                a = Address(str(path), i, steps)
                if type(s.facts.get(a)) is Absent:
                    yield a


def ties(s: Situation) -> list[Tie]:
    """The invariants of a case that unknown facts could break."""
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
            inside = frozenset(_absent_inside(s, inv.reads))
            out.append(Tie(inv.holds, (), addresses | inside, inv.marks, bool(inv.reads.totals), text))
            continue
        for els, names in _bearers(s, inv.entity):
            addresses = frozenset(_at_thing(p, names) for p in inv.reads.paths)
            totals = tuple((Path(".".join(_at_thing(p, names).steps)), inner) for p, inner in inv.reads.totals)
            addresses |= frozenset(_absent_inside(s, Reads((), totals)))
            out.append(Tie(inv.holds, els, addresses, inv.marks, bool(inv.reads.totals), text))
    return out


def _at_thing(path: Path, where: Address) -> Address:
    """The address of a path from `it`, or of a given."""
    if path.base == "it":
        return Address(where.list, where.place, (*where.steps, *path.steps))
    return Address(None, -1, (path.base, *path.steps))


def _bearers(s: Situation, entity: str) -> Iterable[tuple[tuple[Mapping[str, Any], ...], Address]]:
    """Every thing of an entity, with the address its facts begin at."""
    book = s.compiled.book
    for path, items in s.facts.lists.items():
        if items.entity == entity:
            for i in range(items.written + s.blanks.get(path, 0)):
                yield (s.facts.element(path, i).facts,), Address(path, i, ())

    def inside(
        thing: Any, kind: Any, steps: tuple[str, ...], where: Address
    ) -> Iterable[tuple[tuple[Mapping[str, Any], ...], Address]]:
        if isinstance(kind, EntityOf):
            at_ = Address(where.list, where.place, (*where.steps, *steps))
            if kind.entity == entity and steps:
                yield (thing.facts,), at_
            for f in book.entities[kind.entity].facts:
                yield from inside(thing.facts[f.id], f.type, (*steps, f.id), where)

    for given, fact in book.givens.items():
        if isinstance(fact.type, EntityOf):
            yield from inside(s.facts.root[given], fact.type, (given,), Address(None, -1, ()))
    for path, items in s.facts.lists.items():
        for i in range(items.written + s.blanks.get(path, 0)):
            yield from inside(s.facts.element(path, i), EntityOf(items.entity), (), Address(path, i, ()))


def tables(s: Situation, tests: Iterable[Instance]) -> list[Table]:
    """Tables for the open tests among these.

    If there are too many combinations, totals over lists are left as ranges instead of following each absent fact of
    each element; what can then be said is still never wrong, only less.
    """
    wanted = [i for i in tests if i in s.open]
    key = frozenset(wanted)
    if key not in s.tables:
        try:
            s.tables[key] = _tables(s, [s.open[i] for i in wanted])
        except TooLarge:
            if not any(s.open[i].inside for i in wanted):
                raise
            s.open.update({i: replace(t, reads=t.reads - t.inside) for i, t in s.open.items()})
            s.tables.clear()
            s.tables[key] = _tables(s, [s.open[i] for i in wanted])
    return s.tables[key]


def _tables(s: Situation, opened: Sequence[OpenTest]) -> list[Table]:
    grouped = groups(s.search, opened)
    inside = {t.instance for _, ts, _ in grouped for t in ts}
    out = ungrouped(s.search, [t for t in opened if t.instance not in inside])
    for vars, ts, tied in grouped:
        made = group_table(s.search, vars, ts, tied)
        if made is not None:
            out.append(made)
    return out
