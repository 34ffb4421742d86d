"""Two editions of a book compared: whose verdict changes, because of which edit, and that nobody else's does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.case import Case
from dsl.model import Book, Category, Place, Verdict
from solver.assess import assess
from solver.check import check_case
from solver.compiled import compile_book
from solver.diff_changes import Change, Mixing
from solver.diff_regions import Region, regions, smallest
from solver.finder import room
from solver.merge import NEW, OLD, Compared, Merged, People, Turned, compare, merge, never, turning
from solver.run import Deadline
from solver.said import rules_of
from solver.united import United, united

REGIONS = 5.0
"""Seconds for saying at which values of facts verdicts change, in all categories together."""

_PART = 1.0

MOST_EDITS = 40
"""Edits of one category that are looked at one by one."""


class Group(Struct, frozen=True):
    """People whose verdict changes in one way: the smallest of them, and at which values of facts there are any.

    everybody: it is proved that in the other edition nobody can meet the conditions; these are all who can in this one.
    """

    turned: Turned
    held: bool
    where: tuple[Region, ...]
    everybody: bool = False


class Verdicts(Struct, frozen=True):
    """What changes in one category.

    groups: those who lose and those who gain. edits: the changes that bring it about. open: whether nothing is proved
    of the rest. law: whether some verdict depends, in both editions, on other questions that the law leaves open.
    readings: somebody whose verdict changes only if readings are chosen otherwise than by default.
    """

    category: str
    name: str
    groups: tuple[Group, ...]
    edits: tuple[Change, ...]
    open: bool = False
    law: bool = False
    readings: Turned | None = None


class Said(Struct, frozen=True):
    """What is said of a category otherwise than before, whatever becomes of its verdicts."""

    category: str
    parts: tuple[str, ...]
    before: Place | None
    after: Place | None


class Difference(Struct, frozen=True):
    """All that is different between two editions.

    changed: categories in which somebody's verdict changes, or of which that could not be settled. reworded: whose
    rules are written otherwise and say the same of everybody. alike: whose rules are the same. idle: edits of rules
    that change no verdict. said: grants, papers, pointers and words. room: elements of each list looked at.
    """

    old: Book
    new: Book
    changed: tuple[Verdicts, ...]
    reworded: tuple[str, ...]
    alike: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    edits: tuple[Change, ...]
    idle: tuple[Change, ...]
    said: tuple[Said, ...]
    declared: tuple[tuple[str, str], ...]
    words: United
    room: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    """Of those said to the same effect: where that is not settled for other readings than the defaults."""

    @property
    def presumed(self) -> tuple[Change, ...]:
        """Judgements presumed otherwise. People are compared with these told or open; untold, verdicts may differ."""
        return tuple(e for e in self.edits if e.part == "assumed")

    @property
    def nothing(self) -> bool:
        """Whether there is no difference at all."""
        return not (
            self.changed or self.reworded or self.added or self.removed or self.renamed or self.edits or self.said
        ) and not (self.declared or self.words.retyped or self.words.spells)


def diff(old: Book, new: Book, seconds: float | None = None, worked: People = lambda _: ()) -> Difference:
    """Compare two editions. Filing days and readings are looked at as in `solver.merge`.

    worked: the people whom the books work out for a category, who may show a change where looking for somebody is too
    much to try.
    """
    deadline = Deadline(seconds)
    words = united(old, new)
    merged = merge(old, new)
    mixing = Mixing(merged.old, merged.new)
    edits = mixing.changes()
    removed = [c for c in old.categories if c not in new.categories]
    added = [c for c in new.categories if c not in old.categories]
    renamed = tuple(_renamed(old, new, removed, added, deadline))
    only = cache(lambda edit: mixing.book(lambda c: c.key == edit.key))
    without = cache(lambda edit: mixing.book(lambda c: c.key != edit.key))
    apart = _Apart(merged, only, without, worked, deadline)
    reached = _reached(apart, edits)
    results: dict[str, tuple[Compared, Turned | None]] = {}
    reworded: list[str] = []
    unread: list[str] = []
    compiled = merged.compiled
    for c in sorted(merged.pairs, key=lambda c: sum(len(compiled.used(id)) for id in merged.pairs[c])):
        # The largest last, so that one with too much to try leaves the time there is to the others.
        result = compare(merged, c, deadline, worked=worked)
        readings, missed = _otherwise_read(merged, c, deadline) if result.same else (None, False)
        if missed:
            unread.append(c)
        if result.same and readings is None:
            reworded.append(c)
        else:
            results[c] = result, readings
    share = _Share(REGIONS, sum(len(result.turned) for result, _ in results.values()))
    told = [c for c in merged.pairs if c in results]
    found = [_verdicts(apart, reached, c, *results[c], share) for c in told]
    active = {e.key for v in found for e in v.edits}
    names = dict(renamed)
    return Difference(
        old,
        new,
        tuple(found),
        tuple(c for c in merged.pairs if c in reworded),
        merged.alike,
        tuple(c for c in added if c not in names.values()),
        tuple(c for c in removed if c not in names),
        renamed,
        edits,
        tuple(e for e in edits if e.key not in active and e.part != "assumed"),
        tuple(_said(old, new, names)),
        tuple(_declared(old, new)),
        words,
        {n: k for n, k in room(merged.compiled, 2).items() if k} if merged.pairs else {},
        tuple(c for c in merged.pairs if c in unread),
    )


class _Share(Struct):
    """Seconds of work shared out among so many parts: what one part leaves is there for those after it.

    Most parts take little, so each may take `_PART` seconds while there are that many left.
    """

    left: float
    parts: int
    began: float = 0.0

    def __enter__(self) -> float:
        self.began = time.process_time()
        return max(0.2, min(_PART, self.left), self.left / max(1, self.parts))

    def __exit__(self, *_: object) -> None:
        self.left -= time.process_time() - self.began
        self.parts -= 1


class _Apart(Struct, frozen=True):
    """Two editions and what lies between: the old one with one edit made, the new one with one edit not made."""

    merged: Merged
    only: Callable[[Change], Book]
    without: Callable[[Change], Book]
    worked: People
    deadline: Deadline

    def changes(self, merged: Merged, category: str) -> bool:
        """Whether somebody's verdict changes."""
        return bool(compare(merged, category, self.deadline, enough=1, worked=self.worked).turned)


def _verdicts(
    apart: _Apart,
    reached: Mapping[Change, frozenset[str]],
    category: str,
    result: Compared,
    readings: Turned | None,
    share: _Share,
) -> Verdicts:
    merged = apart.merged
    groups = []
    for held, turned in result.turned.items():
        least = smallest(merged, category, turned)
        every = not turned.worked and never(merged, category, NEW if held else OLD, apart.deadline)
        with share as seconds:
            where = (
                () if turned.worked else regions(merged, category, turned, held, apart.deadline, seconds, days=every)
            )
        groups.append(Group(least, held, where, every))
    responsible = _responsible(apart, reached, category, list(result.turned.values())) if groups else ()
    if readings is not None:
        readings = smallest(merged, category, readings)
    return Verdicts(
        category,
        merged.names[category],
        tuple(groups),
        responsible,
        result.open,
        result.law is not None,
        readings,
    )


def _otherwise_read(merged: Merged, category: str, deadline: Deadline) -> tuple[Turned | None, bool]:
    """Somebody whose verdict changes under other readings than the defaults; and whether that could not be settled."""
    gates = merged.compiled.program.gates
    if not any(gates[g].kind == "reading" for g in merged.compiled.under(merged.pairs[category])):
        return None, False
    missed = False
    for held in (True, False):
        looked = turning(merged, category, held, deadline, readings="all")
        if looked.turned is not None:
            return looked.turned, False
        missed = missed or looked.open
    return None, missed


def _responsible(
    apart: _Apart, reached: Mapping[Change, frozenset[str]], category: str, found: Iterable[Turned]
) -> tuple[Change, ...]:
    """The edits that change verdicts of a category by themselves, or without which others would be as they are.

    If no edit does so alone and none is needed alone, all that reach the category are responsible together.
    found: people whose verdicts change, who are asked before others are looked for.
    """
    merged, found = apart.merged, list(found)
    reaching = [e for e, categories in reached.items() if category in categories]
    if len(reaching) <= 1 or len(reaching) > MOST_EDITS:
        return tuple(reaching)
    out = []
    for e in reaching:
        only, without = apart.only(e), apart.without(e)
        if (
            _other(without, category, [(t.person, t.after) for t in found])
            or _other(only, category, [(t.person, t.before) for t in found])
            or apart.changes(merge(without, merged.new, [category]), category)
            or apart.changes(merge(merged.old, only, [category], merged.names), category)
        ):
            out.append(e)
    return tuple(out or reaching)


def _other(book: Book, category: str, people: Iterable[tuple[Case, Verdict]]) -> bool:
    """Whether a book gives one of some people another verdict."""
    compiled = compile_book(replace(book, categories={category: book.categories[category]}))
    for case, verdict in people:
        if not check_case(compiled, case):
            results = assess(compiled, case, readings=compiled.defaults, reasons=False).results
            if results and results[0].verdict is not verdict:
                return True
    return False


def _reached(apart: _Apart, edits: Iterable[Change]) -> dict[Change, frozenset[str]]:
    """By edit the categories whose rules it makes other ones by itself."""
    merged = apart.merged
    return {e: frozenset(merge(merged.old, apart.only(e), merged.names).pairs) for e in edits if e.part == "verdict"}


def _renamed(
    old: Book, new: Book, removed: Iterable[str], added: list[str], deadline: Deadline
) -> Iterable[tuple[str, str]]:
    """Categories that are gone and have come again under another name: proved to say the same of everybody."""
    free = list(added)
    for c in removed:
        for a in sorted(
            free, key=lambda a: (a.split(".")[0] != c.split(".")[0], _far(old.categories[c], new.categories[a]))
        ):
            merged = merge(old, new, [c], {c: a})
            if not merged.pairs or compare(merged, c, deadline, enough=1).same:
                free.remove(a)
                yield c, a
                break


def _far(a: Category, b: Category) -> bool:
    return bool(rules_of(a) != rules_of(b))


_PARTS = ("label", "grants", "asks", "routes", "cites")


def _said(old: Book, new: Book, names: dict[str, str]) -> Iterable[Said]:
    """Categories of which something besides the verdict is said otherwise."""
    for id, a in old.categories.items():
        b = new.categories.get(names.get(id, id))
        if b is None or a is b:
            continue
        parts = [p for p in _PARTS if getattr(a, p) != getattr(b, p)]
        if (a.needs, a.bars) != (b.needs, b.bars) and rules_of(a) == rules_of(b):
            parts.append("words")
        if parts:
            yield Said(id, tuple(parts), a.place, b.place)


def _declared(old: Book, new: Book) -> Iterable[tuple[str, str]]:
    """Other declarations that only one edition has: what is done, and what with."""
    kinds = {
        "parameters": "parameter", "tables": "table", "terms": "term", "readings": "reading", "judgements": "judgement",
        "entities": "entity", "givens": "given", "enumerations": "enumeration", "documents": "paper",
        "schemes": "scheme",
        "sources": "source",
    }  # fmt: skip
    for field_, word in kinds.items():
        a, b = getattr(old, field_), getattr(new, field_)
        yield from (("removed", f"{word} {id}") for id in a if id not in b)
        yield from (("added", f"{word} {id}") for id in b if id not in a)
    before = {c for e in old.entities.values() for c in e.invariants} | set(old.invariants)
    after = {c for e in new.entities.values() for c in e.invariants} | set(new.invariants)
    yield from (("removed", "invariant") for _ in before - after)
    yield from (("added", "invariant") for _ in after - before)
