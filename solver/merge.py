"""Two editions of a book as one, so that a difference between them is a question about one person.

What both say alike is shared. What they say differently (parameters, tables, terms, readings, categories, and what is
reached through them) stands twice, under ids that begin with `old|` and `new|`. A person for whom `old|c` and `new|c`
have different truths is then somebody whose verdict changes, and if there is none, nobody's does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.calendar import FIRST, LAST
from dsl.case import Case, Record
from dsl.inside import rebuilt
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
    Param,
    Parameter,
    Reading,
    Row,
    Table,
    Term,
    Verdict,
)
from solver.assess import assess
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled, compile_book, made_ready
from solver.diff_days import Filed, filed
from solver.evaluate import own_names, stretches
from solver.finder import Finder, Found, Wanted, finder
from solver.halves import Apart, Shared, halves
from solver.lower import TestSpec
from solver.run import Deadline, OutOfTime
from solver.said import (
    bare,
    branches_said,
    columns_read,
    meaning_said,
    readings_under,
    row_said,
    rows_said,
    rules_of,
    uses_of,
    values_said,
)
from solver.united import United, united
from solver.verdicts import quick, verdict

Edition = Literal["old", "new"]
OLD: Edition = "old"
NEW: Edition = "new"
BOTH = "both"
People = Callable[[str], Iterable[Case]]
"""The people whom a book works out for a category."""

PATIENCE = 6
"""How many choices with too much to try are passed over before a search is given up."""


class Merged(Struct, frozen=True, dict=True):
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
        """Both editions, ready to answer; what the law is asked in one stands for what it is asked in the other."""
        compiled = compile_book(self.book)
        tests = _asked_alike(compiled, self.pairs.values())
        return made_ready(replace(compiled.program, tests=tests)) if tests != compiled.program.tests else compiled

    @cached_property
    def defaults(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The value of each reading in the old edition and the new one, by its id in `book`."""
        return _defaults(self, OLD), _defaults(self, NEW)

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Filing days to look at before any day: the last that both books know of, and those on which they part."""
        last = min(self.old.known, self.new.known)
        return tuple(dict.fromkeys((last, *sorted(self.parting, key=lambda d: abs((d - last).days))[:8])))

    def filed(self, category: str) -> Filed | None:
        """What the day of filing alone chooses between in a category; None if the editions differ in anything else."""
        if category not in self._filed:
            self._filed[category] = filed(self.old, self.new, category, self.names[category])
        return self._filed[category]

    def alone(self, category: str, edition: Edition) -> Compiled:
        """One edition with nothing but a category (by its old name), ready to answer."""
        key = (category, edition)
        if key not in self._alone:
            book = self.old if edition == OLD else self.new
            id = category if edition == OLD else self.names[category]
            self._alone[key] = compile_book(replace(book, categories={id: book.categories[id]}))
        return self._alone[key]

    _alone: dict[tuple[str, Edition], Compiled] = field(default_factory=dict)
    _filed: dict[str, Filed | None] = field(default_factory=dict)


class Turned(Struct, frozen=True):
    """Somebody whose verdict changes."""

    person: Case
    before: Verdict
    after: Verdict
    readings: Mapping[str, str] = field(default_factory=dict)
    """What was chosen of readings, where that is not the default of each edition."""
    worked: bool = False
    """Whether this is one of the people worked out, as looking for somebody was too much to try."""


class Compared(Struct, frozen=True):
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


def compare(
    merged: Merged, category: str, deadline: Deadline, *, enough: int = 2, worked: People = lambda _: ()
) -> Compared:
    """Who turns from yes to no in a category, and who from no to yes; at most `enough` of the two are looked for.

    worked: the people whom the books work out for a category, asked where looking for somebody is too much to try.
    """
    turned: dict[bool, Turned] = {}
    open_, law = False, None
    for held in (True, False):
        looked = turning(merged, category, held, deadline, worked=worked, plain=enough > 1)
        if looked.turned is not None:
            turned[held] = looked.turned
        open_ = open_ or looked.open
        law = law or looked.law
        if len(turned) == enough:
            break
    return Compared(category, turned, open_, None if turned else law)


def _worked(merged: Merged, category: str, held: bool, worked: People) -> Looked | None:
    """One of the people worked out who turns this way."""
    for case in worked(category):
        person = replace(case, readings={})
        both = verdicts(merged, category, person)
        if both and turns(both, held):
            return Looked(Turned(person, *both, worked=True))
    return None


_ORDER = [Verdict.DOES_NOT_QUALIFY, Verdict.DEPENDS, Verdict.QUALIFIES]


def turns(both: tuple[Verdict, Verdict], held: bool) -> bool:
    """Whether two verdicts differ in one way: the new one is less (`held`), or more."""
    return both[0] is not both[1] and held is (_ORDER.index(both[0]) > _ORDER.index(both[1]))


class Looked(Struct):
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
    cases: Iterable[Case] | None = None,
    readings: Literal["default", "all"] = "default",
    worked: People = lambda _: (),
    plain: bool = True,
) -> Looked:
    """Somebody for whom a category holds in the old edition and not in the new (`held`), or the other way about.

    cases: what is told of the person, one after another until somebody is found; one that takes in all the others ends
    the search if it shows that there is nobody. Without them anybody: first, if it shall be somebody `plain`, those who
    file on the last day that both books know, then all, and where that is too much to try, those who file on other
    days. readings: all values of each, or the defaults. worked: people to ask before the search goes on, once there was
    too much to try.
    """
    out = Looked()
    asked = False
    if category not in merged.pairs:
        return out
    ids = merged.pairs[category]
    if cases is None:
        law = merged.filed(category)
        if law is not None and not law.parting:
            return out  # whoever files on any day files under the same law
        days = [day for day in merged.days if law is None or not law.alike(day)]
        last = somebody(merged.book, None)
        few = 0 if not plain else 1 if law is not None else 2
        starts = [*(somebody(merged.book, day) for day in days[:few]), last]
        starts += [somebody(merged.book, day) for day in days[few:]]
    else:
        starts = [*cases]
        last = starts[-1]
    for start in starts:
        if check_case(merged.compiled, start):
            continue  # there is nobody of whom this is true
        search = finder(merged.compiled, start, judgements="open", rules=2)
        refused = _Refusals(merged, category, readings == "all")
        goal = _goal(merged, search, ids, held, readings)
        try:
            someone = search.find(goal, deadline, refused.confirm, most=400, patience=PATIENCE)
        except (TooLarge, OutOfTime):
            someone, much = None, True
        else:
            much = search.left_out > 0
        out.law = out.law or refused.law
        if someone is not None:
            assert refused.turned is not None
            return Looked(refused.turned)
        if start is last:
            out.open = much
            if not much:
                break  # nobody at all
        if much and cases is not None:
            return Looked(None, True, out.law)  # what is too much to try of somebody is not less of anybody
        if much and not asked:
            asked, known = True, _worked(merged, category, held, worked)
            if known is not None:
                return known
    return out


def _asked_alike(compiled: Compiled, pairs: Iterable[tuple[str, str]]) -> tuple[TestSpec, ...]:
    """The tests, those of the new edition asking the law what those in their place ask it in the old one.

    What the law may answer to a question that only one edition asks says nothing of the other edition. So whichever of
    these questions are taken to be the same, one by one, the verdicts that each edition can come to are the same.
    """
    sides: tuple[dict[Any, Cond], dict[Any, Cond]] = ({}, {})
    said: dict[int, Any] = {}
    for side, categories in zip(sides, zip(*pairs, strict=True), strict=False):
        for test in sorted({t for c in categories for t in compiled.used(c)}):
            ready = compiled.tests[test]
            if ready.gappy:
                asked = ready.spec.asked or ready.spec.cond
                said[test] = own_names(asked, compiled.book), ready.spec.lists
                side[said[test]] = asked
    before, after = ([q for q in mine if q not in other] for mine, other in (sides, sides[::-1]))
    instead = {b: sides[0][a] for a, b in zip(before, after, strict=False) if a[1] == b[1]}
    return tuple(
        replace(t, asked=instead[said[t.id]]) if said.get(t.id) in instead else t for t in compiled.program.tests
    )


def _goal(merged: Merged, search: Finder, ids: tuple[str, str], held: bool, readings: str) -> list[Wanted]:
    """The old edition's category holds or not, and the new one's the other way about."""
    gates = merged.compiled.program.categories
    before, after = merged.defaults if readings == "default" else ({}, {})
    return [
        Wanted(search.copy(readings=before), gates[ids[0]], held),
        Wanted(search.copy(readings=after), gates[ids[1]], not held),
    ]


def never(merged: Merged, category: str, edition: Edition, deadline: Deadline) -> bool:
    """Whether it is proved that nobody can meet a category's conditions in one edition, whatever is judged and held."""
    search = finder(merged.compiled, somebody(merged.book, None), judgements="open", rules=2)
    gate = merged.compiled.program.categories[merged.pairs[category][edition == NEW]]
    wanted = Wanted(search.copy(readings=merged.defaults[edition == NEW]), gate, truth=True)
    try:
        return search.find([wanted], deadline, most=20, patience=1) is None and not search.left_out
    except (TooLarge, OutOfTime):
        return False


class _Refusals(Struct):
    """Whether somebody found has a new verdict, as a plain assessment under each edition says.

    law: somebody who has not, as the verdict depends in both editions, on other questions that the law leaves open.
    """

    merged: Merged
    category: str
    readings: bool
    law: Case | None = None
    turned: Turned | None = None

    def confirm(self, someone: Found) -> bool:
        """Whether the verdicts differ."""
        both = verdicts(self.merged, self.category, someone.case, self.readings and someone.readings)
        if both is None:
            return False
        if both[0] is both[1]:
            if someone.law:
                self.law = self.law or someone.case
            return False
        self.turned = Turned(replace(someone.case, readings={}), *both, dict(someone.readings) if self.readings else {})
        return True


def verdicts(
    merged: Merged, category: str, case: Case, chosen: Mapping[str, str] | Literal[False] = False
) -> tuple[Verdict, Verdict] | None:
    """The verdict on a person in each edition; None if one refuses the case."""
    before = verdict_in(merged, category, OLD, case, chosen)
    after = None if before is None else verdict_in(merged, category, NEW, case, chosen)
    return None if before is None or after is None else (before, after)


def verdict_in(
    merged: Merged,
    category: str,
    edition: Edition,
    case: Case,
    chosen: Mapping[str, str] | Literal[False] = False,
    *,
    at_once: bool = False,
) -> Verdict | None:
    """The verdict on a person in one edition; None if it refuses the case.

    at_once: only as far as what is told settles the tests that are needed; None also where it does not.
    """
    compiled = merged.alone(category, edition)
    if check_case(compiled, case):
        return None
    readings = {**compiled.defaults, **{r: v for r, v in (chosen or {}).items() if r in compiled.defaults}}
    if at_once:
        (held,) = quick(compiled, case, tuple(compiled.book.categories), readings, "presumed", Deadline(None)).values()
        return None if held is None else verdict(held)
    answer = assess(compiled, case, readings=readings, reasons=False)
    return answer.results[0].verdict if answer.results else None


def somebody(book: Book, day: dt.date | None) -> Case:
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
    shared = halves(old, new, apart)
    left, right = _Renaming(OLD, apart, shared), _Renaming(NEW, apart, shared)
    pairs: dict[str, tuple[str, str]] = {}
    alike: list[str] = []
    rules: dict[str, Category] = {}
    for id, other in named.items():
        was, now = old.categories[id], new.categories[other]
        untouched = apart.isdisjoint(uses_of(was)) and not (moved and moved & readings_under(was, old))
        if untouched and (was is now or rules_of(was) == rules_of(now)):
            alike.append(id)
            continue
        before, after = left.category(was), right.category(now)
        pairs[id] = (f"{OLD}|{id}", f"{NEW}|{other}")
        rules[pairs[id][0]] = replace(before, id=pairs[id][0])
        rules[pairs[id][1]] = replace(after, id=pairs[id][1])
    book = replace(
        new,
        known=min(old.known, new.known),
        entities=_entities(old, new, left, right),
        invariants=_either(old.invariants, new.invariants, left, right),
        parameters=_both(_cut(old, new, apart), _cut(new, old, apart), left, right, lambda it, _: it),
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


class _Renaming(Struct, frozen=True):
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
    for kind, said in (("parameters", values_said), ("readings", branches_said)):
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
    out |= {("terms", id) for id in touched if meaning_said(old.terms[id]) != meaning_said(new.terms[id])}
    if not out:
        return frozenset()
    uses = {id: uses_of(old.terms[id]) for id in both}
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
            rows = set(values_said(old.parameters[id])[2]) ^ set(values_said(new.parameters[id])[2])
            starts = {start for start, _ in rows}
            out |= starts | {d - dt.timedelta(days=1) for d in starts if d > dt.date(1901, 1, 1)}
    return frozenset(d for d in out if FIRST <= d <= LAST)


def _both(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    left: _Renaming,
    right: _Renaming,
    called: Callable[[Any, str], Any],
) -> dict[str, Any]:
    """Declarations of both editions: shared ones once, others under the name each edition has for them."""
    kind: dict[type, str] = {Parameter: "parameters", Reading: "readings", Term: "terms"}
    out: dict[str, Any] = {}
    for edition, these in ((left, before), (right, after)):
        for id, it in these.items():
            name = edition.name(kind[type(it)], id)
            if isinstance(it, Term) and not edition.apart.isdisjoint(uses_of(it)):
                it = replace(it, means=edition.inside(it.means))  # noqa: PLW2901
            out[name] = called(it, name) if name != id else it
    return out


def _cut(book: Book, other: Book, apart: Apart) -> dict[str, Parameter]:
    """The parameters of one edition; time in which a value is not known is cut where the other edition has a row.

    Such a parameter keeps its own id inside, so that what both editions leave open of it is one question.
    """
    out = dict(book.parameters)
    for kind, id in apart:
        if kind == "parameters" and id in out and id in other.parameters:
            rows = {row.start: row for row in out[id].values}
            for day in sorted({row.start for row in other.parameters[id].values} - rows.keys()):
                before = max((d for d in rows if d < day), default=None)
                if before is not None and rows[before].value is None:
                    rows[day] = replace(rows[before], start=day)
            out[id] = replace(out[id], values=tuple(rows[d] for d in sorted(rows)))
    return out


def _named(it: Any, name: str) -> Any:
    return replace(it, id=name)


def _tables(old: Book, new: Book, left: _Renaming, right: _Renaming) -> dict[str, Table]:
    """The tables of both editions; of one that stands twice, its keys stand once more for the facts that are keys.

    A table keeps its own id inside, and both editions are cut at the same days: what both leave open about a key on a
    day is one question.
    """
    out: dict[str, Table] = {}
    cut = {
        id: tuple(Coverage("nothing", day, None) for day in sorted({*stretches(old.tables[id]), *stretches(table)}))
        for id, table in new.tables.items()
        if ("tables", id) in left.apart and id not in left.shared
    }
    for edition, book in ((left, old), (right, new)):
        for id, table in book.tables.items():
            out[edition.name("tables", id)] = replace(table, coverage=(*table.coverage, *cut.get(id, ())))
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
            looks.setdefault(r.key, (set(), set()))[n].add(row_said(r, columns))
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
