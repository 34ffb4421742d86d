"""What was changed between two editions of a book, declaration by declaration and clause by clause.

`mixed` gives the book in which some of these changes are made and the others are not; the list of changes is what it
asks about on its way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dsl.declared import Declarations
from dsl.model import All, AnyOf, AtLeast, Book, ByReading, Category, Clause, Not, Place, Quantified, Term
from solver.said import bare, columns_read, rows_said

Kind = Literal["changed", "added", "removed"]
Part = Literal["verdict", "grants", "asks for", "routes to", "words", "assumed"]


class Change(Struct, frozen=True):
    """One change.

    subject: the declaration, and for a clause its labels down from it: `ttps.a barred.nationality`, `table blocked`.
    before, after: where it stands in the old edition and the new one; None where it does not, or is not known.
    rows: of a table the keys of rows, of a parameter the rows, and what it is said to cover, that the new edition has
        not, and those that the old one has not.
    """

    kind: Kind
    subject: str
    part: Part
    nth: int = 0
    before: Place | None = None
    after: Place | None = None
    rows: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells changes of two editions apart."""
        return (self.kind, self.subject, self.part, self.nth)


Use = Callable[[Change], bool]


def changes(old: Book, new: Book) -> tuple[Change, ...]:
    """Everything that decides verdicts and is not said alike, in the order of the new book."""
    return Mixing(old, new).changes()


def mixed(old: Book, new: Book, use: Use) -> Book:
    """The old edition with the changes made for which `use` says so; see `Mixing`."""
    return Mixing(old, new).book(use)


class Mixing:
    """Two editions on the way to one. Both have one vocabulary (`solver.united`).

    What only one edition declares is there: what speaks of it decides whether that matters.
    """

    def __init__(self, old: Book, new: Book) -> None:
        """Find where each edition declares what."""
        self.old, self.new = old, new
        self.was, self.now = Declarations(old.texts), Declarations(new.texts)
        self.use: Use = lambda _: True
        self.nth: dict[tuple[str, str, str], int] = {}

    def changes(self) -> tuple[Change, ...]:
        """Everything that decides verdicts and is not said alike, in the order of the new book."""
        out: list[Change] = []

        def note(c: Change) -> bool:
            out.append(c)
            return True

        self.book(note)
        return tuple(out)

    def asked(
        self, kind: Kind, subject: str, part: Part, before: Place | None, after: Place | None, **more: Any
    ) -> bool:
        """Whether a change is made."""
        at = (kind, subject, part)
        self.nth[at] = n = self.nth.get(at, -1) + 1
        return self.use(Change(kind, subject, part, n, before, after, **more))

    def declared(self, word: str, name: str, part: Part = "verdict", **more: Any) -> bool:
        """Whether a change of a declaration as a whole is made."""
        written = name.partition("|")[0]
        before, after = self.was.declaration(word, written), self.now.declaration(word, written)
        return self.asked("changed", f"{word.lower()} {written}", part, before, after, **more)

    def book(self, use: Use) -> Book:
        """The old edition with the changes made for which `use` says so."""
        old, new = self.old, self.new
        self.use, self.nth = use, {}
        both: dict[str, Any] = {
            n: {**getattr(old, n), **getattr(new, n)}
            for n in ("parameters", "tables", "readings", "judgements", "terms", "documents", "schemes", "sources")
        }
        for id in [n for n in new.parameters if n in old.parameters]:
            a, b = old.parameters[id], new.parameters[id]
            if (a.type, a.event) != (b.type, b.event) or _rows(a) != _rows(b):
                gone = tuple(_row(self.was, old, id, s) for s, v in _rows(a) if (s, v) not in _rows(b))
                come = tuple(_row(self.now, new, id, s) for s, v in _rows(b) if (s, v) not in _rows(a))
                if not self.declared("PARAMETER", id, rows=(gone, come)):
                    both["parameters"][id] = a
        columns = columns_read(old) | columns_read(new)
        for id in [n for n in new.tables if n in old.tables]:
            t, u = old.tables[id], new.tables[id]
            if t is not u and (said := (rows_said(t, columns), rows_said(u, columns)))[0] != said[1]:
                rows = tuple(
                    (*sorted({r[0] for r in x[1] - y[1]}), *(_covered(*c) for c in x[2] if c not in y[2]))
                    for x, y in (said, said[::-1])
                )
                if not self.declared("TABLE", id, rows=rows):
                    both["tables"][id] = t
        for id in [n for n in new.readings if n in old.readings]:
            x, y = old.readings[id], new.readings[id]
            moved = (x.default, {v for v, _ in x.values}) != (y.default, {v for v, _ in y.values})
            if moved and not self.declared("READING", id):
                both["readings"][id] = x
        for id in [n for n in new.judgements if n in old.judgements]:
            j, k = old.judgements[id], new.judgements[id]
            if (j.mode, j.unless) != (k.mode, k.unless) and not self.declared("JUDGEMENT", id, "assumed"):
                both["judgements"][id] = j
        for id in [n for n in new.terms if n in old.terms]:
            both["terms"][id] = self.term(old.terms[id], new.terms[id])
        categories = {
            id: self.category(old.categories[id], c) if id in old.categories else c for id, c in new.categories.items()
        }
        categories = {**{id: c for id, c in old.categories.items() if id not in new.categories}, **categories}
        invariants = tuple({bare(c): c for c in (*old.invariants, *new.invariants)}.values())
        entities = {
            id: replace(
                e, invariants=tuple({bare(c): c for c in (*old.entities[id].invariants, *e.invariants)}.values())
            )
            for id, e in new.entities.items()
        }
        return replace(new, **both, categories=categories, invariants=invariants, entities=entities)

    def term(self, a: Term, b: Term) -> Term:
        """A term, if both editions have it for the same things."""
        if a is b:
            return b
        if a.params != b.params:
            return b if self.declared("TERM", a.id) else a
        return replace(b, means=self.clause(a.means, b.means, f"term {a.id}", "verdict"))

    def category(self, a: Category, b: Category) -> Category:
        """A category, clause by clause."""
        if a is b:
            return b
        needs = self.clause(a.needs, b.needs, a.id, "verdict")
        bars = self.optional(a.bars, b.bars, a.id)
        mine, yours = {o.label: o for o in a.overrides}, {o.label: o for o in b.overrides}
        overrides = []
        for label in dict.fromkeys([*yours, *mine]):
            x, y = mine.get(label), yours.get(label)
            if x is not None and y is not None:
                if (x.target, x.effect, x.over, bare(x.when)) == (y.target, y.effect, y.over, bare(y.when)):
                    overrides.append(y)
                else:
                    made = self.asked("changed", f"{a.id} {label}", "verdict", x.when.place, y.when.place)
                    overrides.append(y if made else x)
            elif y is not None:
                if self.asked("added", f"{a.id} {label}", "verdict", None, y.when.place):
                    overrides.append(y)
            elif x is not None and not self.asked("removed", f"{a.id} {label}", "verdict", x.when.place, None):
                overrides.append(x)
        return replace(b, needs=needs, bars=bars, overrides=tuple(overrides))

    def optional(self, a: Clause | None, b: Clause | None, owner: str) -> Clause | None:
        """Bars, if there are any."""
        if a is not None and b is not None:
            return self.clause(a, b, owner, "verdict")
        if b is not None:
            return b if self.asked("added", f"{owner} barred by", "verdict", None, b.place) else None
        if a is not None:
            return None if self.asked("removed", f"{owner} barred by", "verdict", a.place, None) else a
        return None

    def clause(self, a: Clause, b: Clause, owner: str, part: Part, trail: tuple[str, ...] = ()) -> Clause:
        """A clause: as much of it alike as possible, and each of the rest one change."""
        if a is b or bare(a) == bare(b):
            return b
        if b.label:
            trail = (*trail, b.label)
        cond = self.cond(a, b, owner, part, trail) if a.label == b.label else None
        if cond is not None:
            return replace(b, cond=cond)
        subject = f"{owner} {'.'.join(trail)}".strip()
        return b if self.asked("changed", subject, part, a.place, b.place) else a

    def cond(self, a: Clause, b: Clause, owner: str, part: Part, trail: tuple[str, ...]) -> Any:
        """What stands in a clause, where both editions have the same frame; None where they have not."""
        match a.cond, b.cond:
            case All(x), All(y):
                return All(self.items(x, y, owner, part, trail))
            case AnyOf(x), AnyOf(y):
                return AnyOf(self.items(x, y, owner, part, trail))
            case AtLeast(n, x), AtLeast(k, y) if n == k:
                return AtLeast(k, self.items(x, y, owner, part, trail))
            case Not(p), Not(q):
                return Not(self.clause(p, q, owner, part, trail))
            case Quantified() as some, Quantified() as other if replace(some, body=other.body) == other:
                return replace(other, body=self.clause(some.body, other.body, owner, part, trail))
            case ByReading(r, c), ByReading(s, d) if r == s and [v for v, _ in c] == [v for v, _ in d]:
                inner = zip(c, d, strict=True)
                return ByReading(s, tuple((v, self.clause(p, q, owner, part, trail)) for (v, p), (_, q) in inner))
            case _:
                pass
        return None

    def items(
        self, a: tuple[Clause, ...], b: tuple[Clause, ...], owner: str, part: Part, trail: tuple[str, ...]
    ) -> tuple[Clause, ...]:
        """Clauses side by side: those of one label are one clause, then those that are equal, then those left over."""
        pairs = _paired(a, b)
        out: list[Clause] = []
        for j, y in enumerate(b):
            if j in pairs:
                out.append(self.clause(a[pairs[j]], y, owner, part, trail))
            elif self.asked("added", _called(owner, trail, y), part, None, y.place):
                out.append(y)
        for i, x in enumerate(a):
            if i not in pairs.values() and not self.asked("removed", _called(owner, trail, x), part, x.place, None):
                out.append(x)
        return tuple(out)


def _rows(p: Any) -> list[tuple[Any, Any]]:
    return [(row.start, row.value) for row in p.values]


def _row(at: Declarations, book: Book, parameter: str, start: dt.date) -> str:
    """A row of a parameter as the book writes it, without its citation."""
    place = at.row("PARAMETER", parameter, start)
    if place is None:
        return f"from {start}"
    return _CITED.split(book.texts[place.file][place.start : place.end])[0].strip()


def _covered(kind: str, start: dt.date | None, end: dt.date | None) -> str:
    """What a table is said to cover as the book writes it."""
    return kind + (f" from {start}" if start else "") + (f" to {end}" if end else "")


_CITED = re.compile(r"\s{2,}|\bcites\b")


def _called(owner: str, trail: tuple[str, ...], c: Clause) -> str:
    return f"{owner} {'.'.join((*trail, c.label) if c.label else trail)}".strip()


def _paired(a: tuple[Clause, ...], b: tuple[Clause, ...]) -> Mapping[int, int]:
    """By place of a clause in the new edition, the place of the same clause in the old."""
    out: dict[int, int] = {}

    def pair(same: Callable[[Clause, Clause], bool]) -> None:
        for j, y in enumerate(b):
            if j in out:
                continue
            i = next((i for i, x in enumerate(a) if i not in out.values() and same(x, y)), None)
            if i is not None:
                out[j] = i

    pair(lambda x, y: x.label is not None and x.label == y.label)
    pair(lambda x, y: bare(x) == bare(y))
    if len(a) == len(b):
        pair(lambda x, y: x.label is None and y.label is None and type(x.cond) is type(y.cond))
    return out
