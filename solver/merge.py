"""Two editions of a book as one, so that a difference between them is a question about one person.

What both say alike is shared. What they say differently (parameters, tables, terms, readings, categories, and what is
reached through them) stands twice, under ids that begin with `old|` and `new|`. A person for whom `old|c` and `new|c`
have different truths is then somebody whose verdict changes, and if there is none, nobody's does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from dsl.calendar import FIRST, LAST
from dsl.case import Case, Record
from dsl.inside import directly, everything, found, rebuilt
from dsl.model import (
    AnyOf,
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Cond,
    Coverage,
    Entity,
    Member,
    Override,
    Param,
    Parameter,
    Reading,
    Row,
    Score,
    Table,
    Term,
    Verdict,
)
from solver.assess import assess
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.finder import Finder, Found, Wanted, finder
from solver.run import Deadline, OutOfTime
from solver.united import United, united

Edition = Literal["old", "new"]
OLD: Edition = "old"
NEW: Edition = "new"
BOTH = "both"
PATIENCE = 6
"""How many choices with too much to try are passed over before a search is given up."""


@dataclass(frozen=True)
class Merged:
    """Two editions of a book, and both as one book.

    old, new: each with the words of both (see `solver.united`). pairs: categories whose rules are not said alike, by
    name, with their ids in `book` in the old and the new edition. alike: those that are said alike, so that no verdict
    on them can change.
    """

    old: Book
    new: Book
    book: Book
    pairs: Mapping[str, tuple[str, str]]
    alike: tuple[str, ...]
    names: Mapping[str, str]
    """By category of the old edition, what it is called in the new one."""
    words: United
    parting: frozenset[dt.date] = frozenset()
    """Days from or until which one edition has a row that the other has not."""

    @cached_property
    def compiled(self) -> Compiled:
        """Both editions, ready to answer."""
        return compile_book(self.book)

    @cached_property
    def defaults(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The value of each reading in the old edition and the new one, by its id in `book`."""
        return _defaults(self, OLD), _defaults(self, NEW)

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Filing days to look at before any day: the last that both books know of, and those on which they part."""
        last = min(self.old.known, self.new.known)
        return tuple(dict.fromkeys((last, *sorted(self.parting, key=lambda d: abs((d - last).days))[:8])))

    def alone(self, category: str, edition: Edition) -> Compiled:
        """One edition with nothing but a category (by its old name), ready to answer."""
        key = (category, edition)
        if key not in self._alone:
            book = self.old if edition == OLD else self.new
            id = category if edition == OLD else self.names[category]
            self._alone[key] = compile_book(replace(book, categories={id: book.categories[id]}))
        return self._alone[key]

    _alone: dict[tuple[str, Edition], Compiled] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turned:
    """Somebody whose verdict changes."""

    person: Case
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of a category in two editions.

    turned: somebody for each way in which verdicts change, by whether the old edition's conditions are met. open: there
    was more to try than the limits allow, so that nothing is proved of the rest. law: somebody whose verdict depends in
    both editions, on other things that the law leaves open.
    """

    category: str
    turned: Mapping[bool, Turned] = field(default_factory=dict)
    open: bool = False
    law: Case | None = None

    @property
    def same(self) -> bool:
        """Whether it is proved that nobody's verdict changes."""
        return not self.turned and not self.open


def equivalent(
    old: Book, new: Book, categories: Iterable[str] | None = None, deadline: Deadline | None = None
) -> dict[str, Compared]:
    """Whether two editions say the same of everybody, category by category, as far as both have them.

    A result is `same` only where that is proved for everybody, readings at their defaults; otherwise it tells somebody
    whose verdict changes (confirmed by assessing that person under both editions), or is `open`.
    """
    merged = merge(old, new, categories)
    deadline = deadline or Deadline(None)
    out = {c: Compared(c) for c in merged.alike}
    for c in merged.pairs:
        out[c] = compare(merged, c, deadline, enough=1)
    wanted = list(categories) if categories is not None else list(old.categories)
    return {c: out[c] for c in wanted if c in out}


# -------------------------------------------------------------------------------------------------------- the question


def compare(merged: Merged, category: str, deadline: Deadline, *, enough: int = 2) -> Compared:
    """Who turns from yes to no in a category, and who from no to yes; at most `enough` of the two are looked for."""
    turned: dict[bool, Turned] = {}
    open_, law = False, None
    for held in (True, False):
        looked = turning(merged, category, held, deadline)
        if looked.turned is not None:
            turned[held] = looked.turned
        open_ = open_ or looked.open
        law = law or looked.law
        if len(turned) == enough:
            break
    return Compared(category, turned, open_, None if turned else law)


@dataclass(slots=True)
class Looked:
    """What a search for one way of changing gave."""

    turned: Turned | None = None
    open: bool = False
    law: Case | None = None


def turning(
    merged: Merged,
    category: str,
    held: bool,
    deadline: Deadline,
    *,
    case: Case | None = None,
    more: Callable[[Finder], Iterable[Wanted]] = lambda _: (),
) -> Looked:
    """Somebody for whom a category holds in the old edition and not in the new (`held`), or the other way about.

    case: what is told of the person; without it anybody, first those who file on the last day that both books know.
    more: what else is wanted.
    """
    ids = merged.pairs[category]
    out = Looked()
    starts = [case] if case is not None else [_somebody(merged.book, day) for day in (*merged.days, None)]
    for start in starts:
        search = finder(merged.compiled, start, judgements="open", rules=2)
        refused = _Refusals(merged, category)
        goal = [*_goal(merged, search, ids, held), *more(search)]
        try:
            someone = search.find(goal, deadline, refused.confirm, most=400, patience=PATIENCE)
        except (TooLarge, OutOfTime):
            someone, out.open = None, True
        else:
            out.open = someone is None and search.left_out > refused.lawful
        out.law = out.law or refused.law
        if someone is not None:
            assert refused.turned is not None
            return Looked(refused.turned)
    return out


def _goal(merged: Merged, search: Finder, ids: tuple[str, str], held: bool) -> list[Wanted]:
    """The old edition's category holds or not, and the new one's the other way about."""
    gates = merged.compiled.program.categories
    before, after = merged.defaults
    return [
        Wanted(search.copy(readings=before), gates[ids[0]], held),
        Wanted(search.copy(readings=after), gates[ids[1]], not held),
    ]


@dataclass(slots=True)
class _Refusals:
    """Whether somebody found has a new verdict, as a plain assessment under each edition says; and who has not.

    lawful: how many depend in both editions, on questions that the law leaves open: no choice of theirs was left out.
    """

    merged: Merged
    category: str
    lawful: int = 0
    law: Case | None = None
    turned: Turned | None = None

    def confirm(self, someone: Found) -> bool:
        """Whether the verdicts differ."""
        both = verdicts(self.merged, self.category, someone.case)
        if both is None:
            return False
        if both[0] is both[1]:
            if someone.law:
                self.lawful += 1
                self.law = self.law or someone.case
            return False
        self.turned = Turned(someone.case, *both)
        return True


def verdicts(merged: Merged, category: str, case: Case) -> tuple[Verdict, Verdict] | None:
    """The verdict on a person in each edition; None if one refuses the case."""
    out: list[Verdict] = []
    for edition in (OLD, NEW):
        compiled = merged.alone(category, edition)
        if check_case(compiled, case):
            return None
        answer = assess(compiled, case, readings=dict(compiled.defaults), reasons=False)
        if not answer.results:
            return None
        out.append(answer.results[0].verdict)
    return out[0], out[1]


def _somebody(book: Book, day: dt.date | None) -> Case:
    """Somebody of whom nothing is told but the day of filing, or not even that."""
    filing = next((f.id for f in book.givens.values() if f.default == "today"), None)
    return Case("found", Record({filing: day} if filing and day else {}))


# --------------------------------------------------------------------------------------------------------- the merging


def merge(
    old: Book, new: Book, categories: Iterable[str] | None = None, names: Mapping[str, str] | None = None
) -> Merged:
    """Both editions as one book.

    categories: those of the old edition to look at (None: all that the new one has too). names: what categories of the
    old edition are called in the new one, where they are to be compared under another name.
    """
    words = united(old, new)
    old, new = words.old, words.new
    named = {c: (names or {}).get(c, c) for c in (old.categories if categories is None else categories)}
    named = {c: n for c, n in named.items() if c in old.categories and n in new.categories}
    apart = _apart(old, new)
    moved = {r for r in old.readings.keys() & new.readings.keys() if old.readings[r].default != new.readings[r].default}
    shared = _shared(old, new, apart)
    left, right = _Renaming(OLD, apart, shared), _Renaming(NEW, apart, shared)
    pairs: dict[str, tuple[str, str]] = {}
    alike: list[str] = []
    rules: dict[str, Category] = {}
    for id, other in named.items():
        was, now = old.categories[id], new.categories[other]
        if was is now and not apart and not moved:
            alike.append(id)
            continue
        before, after = left.category(was), right.category(now)
        turned = bool(moved) and bool(moved & _readings(was, old))
        if not turned and (was is now or rules_of(before) == rules_of(after)) and apart.isdisjoint(_uses(was)):
            alike.append(id)
            continue
        pairs[id] = (f"{OLD}|{id}", f"{NEW}|{other}")
        rules[pairs[id][0]] = replace(before, id=pairs[id][0])
        rules[pairs[id][1]] = replace(after, id=pairs[id][1])
    book = replace(
        new,
        known=min(old.known, new.known),
        entities=_entities(old, new, left, right),
        invariants=_either(old.invariants, new.invariants, left, right),
        parameters=_both(old.parameters, new.parameters, left, right, _named),
        tables=_tables(old, new, left, right),
        judgements={**old.judgements, **new.judgements},
        readings=_both(old.readings, new.readings, left, right, _named),
        terms=_both(old.terms, new.terms, left, right, _named),
        categories=rules,
        documents={**old.documents, **new.documents},
        examples={},
        properties={},
        accepted={},
        texts={**old.texts, **new.texts},
    )
    return Merged(old, new, book, pairs, tuple(alike), named, words, _parting(old, new, apart, shared))


def bare(thing: Any) -> Any:
    """A clause, or what stands in one, without words and citations: what of it decides anything."""
    match thing:
        case Clause(label, cond):
            return Clause(label, bare(cond))
        case Score():
            return replace(rebuilt(thing, bare), words=None)
        case _:
            return rebuilt(thing, bare)


def rules_of(c: Category) -> Any:
    """What of a category its verdicts rest on."""
    targets = tuple(Override(o.label, o.target, o.effect, bare(o.when), o.over) for o in c.overrides)
    # Without exceptions no label means anything.
    needs, bars = bare(c.needs), None if c.bars is None else bare(c.bars)
    return (needs, bars, targets) if c.overrides else (_unlabelled(needs), _unlabelled(bars), targets)


def _unlabelled(thing: Any) -> Any:
    if isinstance(thing, Clause):
        return Clause(None, _unlabelled(thing.cond))
    return rebuilt(thing, _unlabelled)


Apart = frozenset[tuple[str, str]]
"""What the editions do not share: the kind of declaration and its id."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows of a table that both editions have, and those that only one has."""

    both: tuple[Row, ...]
    old: tuple[Row, ...]
    new: tuple[Row, ...]


def _shared(old: Book, new: Book, apart: Apart) -> dict[str, Shared]:
    """Tables that can be told as what both editions list and what one lists besides.

    That is so where a row missing means no: the coverage is closed and the same, and the rows of one edition lie in it.
    """
    columns = columns_read(old) | columns_read(new)
    out = {}
    for kind, id in apart:
        if kind != "tables":
            continue
        a, b = old.tables[id], new.tables[id]
        cover = [(c.kind, c.start, c.end) for c in a.coverage]
        if a.key_type != b.key_type or cover != [(c.kind, c.start, c.end) for c in b.coverage]:
            continue
        made = _split(_spans(a, columns), _spans(b, columns))
        if all(_inside(r, cover) for r in (*made.old, *made.new)):
            out[id] = made
    return out


Spans = dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[int, int]]]
"""For a key and its columns the days on which it is listed, as numbers of days, both ends included, in order."""


def _spans(t: Table, columns: frozenset[str]) -> Spans:
    out: Spans = {}
    for r in t.rows:
        key = (r.key, tuple(sorted((c, v) for c, v in r.columns if c in columns)))
        first, last = r.start or dt.date.min, r.end or dt.date.max
        out.setdefault(key, []).append((first.toordinal(), last.toordinal()))
    return {key: sorted(spans) for key, spans in out.items()}


def _split(a: Spans, b: Spans) -> Shared:
    """The days that both list, and those that only one lists."""
    both, old, new = list[Row](), list[Row](), list[Row]()
    for key in a.keys() | b.keys():
        mine, yours = a.get(key, []), b.get(key, [])
        both += _rows(key, [(max(x, u), min(y, v)) for x, y in mine for u, v in yours])
        old += _rows(key, _less(mine, yours))
        new += _rows(key, _less(yours, mine))
    order = lambda r: (r.key, r.start or dt.date.min)  # noqa: E731
    return Shared(tuple(sorted(both, key=order)), tuple(sorted(old, key=order)), tuple(sorted(new, key=order)))


def _less(spans: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The days of some spans that are in none of the others."""
    out = spans
    for u, v in others:
        out = [part for x, y in out for part in ((x, min(y, u - 1)), (max(x, v + 1), y)) if part[0] <= part[1]]
    return out


def _rows(key: tuple[str, tuple[tuple[str, str], ...]], spans: Iterable[tuple[int, int]]) -> list[Row]:
    low, high = dt.date.min.toordinal(), dt.date.max.toordinal()
    return [
        Row(
            key[0],
            None if x == low else dt.date.fromordinal(x),
            None if y == high else dt.date.fromordinal(y),
            key[1],
        )
        for x, y in spans
        if x <= y
    ]


def _inside(r: Row, cover: Iterable[tuple[str, dt.date | None, dt.date | None]]) -> bool:
    """Whether a row lies in one closed stretch of what a table is known to say."""
    first, last = dt.date.min, dt.date.max
    return any(
        kind == "closed" and (start or first) <= (r.start or first) and (r.end or last) <= (end or last)
        for kind, start, end in cover
    )


@dataclass(frozen=True, slots=True)
class _Renaming:
    """What is not shared, under the names it has for one edition."""

    edition: Edition
    apart: Apart
    shared: Mapping[str, Shared] = field(default_factory=dict)

    def _member(self, m: Member) -> Cond:
        """Membership in what both editions of a table list, or in what one of them lists besides."""
        shared = self.shared[m.table]
        common = replace(m, table=f"{BOTH}|{m.table}")
        if not (shared.old if self.edition == OLD else shared.new):
            return common
        return AnyOf((Clause(None, common), Clause(None, replace(m, table=f"{self.edition}|{m.table}"))))

    def name(self, kind: str, id: str) -> str:
        """The id of something in the merged book."""
        return f"{self.edition}|{id}" if (kind, id) in self.apart else id

    def inside(self, thing: Any) -> Any:
        """A condition that speaks of things by their names in the merged book."""
        match thing:
            case Param(id):
                return Param(self.name("parameters", id))
            case Member(table=table):
                made = rebuilt(thing, self.inside)
                return self._member(made) if table in self.shared else replace(made, table=self.name("tables", table))
            case Call(term, args):
                return Call(self.name("terms", term), args)
            case ByReading(reading, branches):
                return ByReading(self.name("readings", reading), self.inside(branches))
            case _:
                return rebuilt(thing, self.inside)

    def category(self, c: Category) -> Category:
        """A category's rules; what it gives and asks for does not matter here."""
        return Category(
            c.id,
            c.label,
            self.inside(c.needs),
            None if c.bars is None else self.inside(c.bars),
            tuple(replace(o, when=self.inside(o.when)) for o in c.overrides),
            place=c.place,
        )


def _apart(old: Book, new: Book) -> Apart:
    """What the editions do not say alike, and the terms that speak of it; what only one has is its own."""
    out: set[tuple[str, str]] = set()
    for kind, said in (("parameters", _values), ("readings", _branches)):
        before, after = getattr(old, kind), getattr(new, kind)
        out |= {(kind, id) for id in before.keys() & after.keys() if said(before[id]) != said(after[id])}
    columns = columns_read(old) | columns_read(new)
    for id in old.tables.keys() & new.tables.keys():
        if old.tables[id] is not new.tables[id] and rows_said(old.tables[id], columns) != rows_said(
            new.tables[id], columns
        ):
            out.add(("tables", id))
    both = old.terms.keys() & new.terms.keys()
    touched = [id for id in both if old.terms[id] is not new.terms[id]]
    out |= {("terms", id) for id in touched if _meaning(old.terms[id]) != _meaning(new.terms[id])}
    if not out:
        return frozenset()
    uses = {id: frozenset(_uses(old.terms[id].means)) for id in both}
    grown = True
    while grown:
        more = {("terms", id) for id in both if uses[id] & out} - out
        grown = bool(more)
        out |= more
    return frozenset(out)


def _parting(old: Book, new: Book, apart: Apart, shared: Mapping[str, Shared]) -> frozenset[dt.date]:
    """Days on which one edition begins to say something else than the other."""
    out: set[dt.date] = set()
    for s in shared.values():
        out |= {d for r in (*s.old, *s.new) for d in (r.start, r.end) if d is not None}
    for kind, id in apart:
        if kind == "parameters":
            rows = set(_values(old.parameters[id])[2]) ^ set(_values(new.parameters[id])[2])
            starts = {start for start, _ in rows}
            out |= starts | {d - dt.timedelta(days=1) for d in starts if d > dt.date(1901, 1, 1)}
    return frozenset(d for d in out if FIRST <= d <= LAST)


def _uses(thing: Any) -> Iterable[tuple[str, str]]:
    """What a condition speaks of, by kind and id."""
    for part in everything(thing):
        match part:
            case Param(id):
                yield "parameters", id
            case Member(table=table):
                yield "tables", table
            case Call(term):
                yield "terms", term
            case ByReading(reading):
                yield "readings", reading
            case _:
                pass


def _values(p: Parameter) -> Any:
    return p.type, p.event, tuple((row.start, row.value) for row in p.values)


def _branches(r: Reading) -> Any:
    return frozenset(v for v, _ in r.values)


def _meaning(t: Term) -> Any:
    return t.params, bare(t.means)


def columns_read(book: Book) -> frozenset[str]:
    """The columns of tables that some rule looks at."""
    rules = (tuple(book.terms.values()), tuple(book.categories.values()), tuple(book.entities.values()))
    return frozenset(column for m in found((*rules, book.invariants), Member) for column, _ in m.rows)


def rows_said(t: Table, columns: frozenset[str]) -> Any:
    """What a table says, as far as rules look at it; the order of its rows means nothing."""
    rows = frozenset((r.key, *_row(r, columns)) for r in t.rows)
    return t.key_type, rows, tuple((c.kind, c.start, c.end) for c in t.coverage)


def _row(r: Row, columns: frozenset[str]) -> tuple[Any, ...]:
    return r.start, r.end, frozenset((c, v) for c, v in r.columns if c in columns)


def _both(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    left: _Renaming,
    right: _Renaming,
    called: Callable[[Any, str], Any],
) -> dict[str, Any]:
    """Declarations of both editions: shared ones once, others under the name each edition has for them."""
    kind = {Parameter: "parameters", Reading: "readings", Term: "terms"}
    out: dict[str, Any] = {}
    for edition, these in ((left, before), (right, after)):
        for id, it in these.items():
            name = edition.name(kind[type(it)], id)
            out[name] = called(replace(it, means=edition.inside(it.means)) if isinstance(it, Term) else it, name)
    return out


def _named(it: Any, name: str) -> Any:
    return replace(it, id=name)


def _tables(old: Book, new: Book, left: _Renaming, right: _Renaming) -> dict[str, Table]:
    """The tables of both editions; of one that stands twice, its keys stand once more for the facts that are keys.

    A table keeps its own id inside: what both editions leave open about a key is one question.
    """
    out: dict[str, Table] = {}
    for edition, book in ((left, old), (right, new)):
        for id, table in book.tables.items():
            out[edition.name("tables", id)] = table
            if id in edition.shared:
                known = (Coverage("closed", None, None),)
                rows = edition.shared[id].old if edition is left else edition.shared[id].new
                out[edition.name("tables", id)] = replace(table, rows=rows, coverage=known)
                out[f"{BOTH}|{id}"] = replace(table, rows=edition.shared[id].both)
    columns = columns_read(old) | columns_read(new)
    for kind, id in left.apart:
        if kind == "tables":
            out[id] = _keys(old.tables[id], new.tables[id], columns)
    return out


def _keys(old: Table, new: Table, columns: frozenset[str]) -> Table:
    """The keys of both editions of a table; rows of keys that look the same to every rule begin on the same day.

    Of keys that look alike one is tried for all: here alike is what both editions say alike.
    """
    looks: dict[str, tuple[set[Any], set[Any]]] = {}
    labels = {}
    for n, table in enumerate((old, new)):
        for r in table.rows:
            looks.setdefault(r.key, (set(), set()))[n].add(_row(r, columns))
            labels[r.key] = r.label
    nth: dict[Any, int] = {}
    first = dt.date(1900, 1, 1)
    rows = []
    for key, (before, after) in looks.items():
        n = nth.setdefault((frozenset(before), frozenset(after)), len(nth))
        rows.append(Row(key, first + dt.timedelta(days=n), None, (), labels[key]))
    return replace(new, rows=tuple(rows), coverage=())


def _entities(old: Book, new: Book, left: _Renaming, right: _Renaming) -> dict[str, Entity]:
    return {
        id: replace(e, invariants=_either(old.entities[id].invariants, e.invariants, left, right))
        for id, e in new.entities.items()
    }


def _either(before: Iterable[Clause], after: Iterable[Clause], left: _Renaming, right: _Renaming) -> tuple[Clause, ...]:
    """The invariants of both editions: only people whom both admit are compared."""
    out: dict[Any, Clause] = {}
    for edition, these in ((left, before), (right, after)):
        for c in these:
            renamed = edition.inside(c)
            out.setdefault(bare(renamed), renamed)
    return tuple(out.values())


def _defaults(merged: Merged, edition: Edition) -> Mapping[str, str]:
    """Defaults of one edition, for every reading in the merged book; those of the other edition are never asked."""
    own = merged.old if edition == OLD else merged.new
    out = {}
    for id, r in merged.book.readings.items():
        mine = own.readings.get(id.partition("|")[2] or id)
        out[id] = mine.default if mine and mine.default in {v for v, _ in r.values} else r.default
    return out


def _readings(thing: Any, book: Book) -> set[str]:
    """The readings something turns on, terms opened up."""
    out: set[str] = set()
    seen: set[str] = set()
    todo: list[Any] = [thing]
    while todo:
        part = todo.pop()
        match part:
            case ByReading(reading):
                out.add(reading)
            case Call(term) if term not in seen:
                seen.add(term)
                todo.append(book.terms[term].means)
            case _:
                pass
        todo += directly(part)
    return out
