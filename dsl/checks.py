"""What can be said of a book only when all of it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dsl.diagnostics import Diagnostic, Label
from dsl.model import (
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Category,
    Clause,
    Compare,
    Cond,
    Expr,
    Not,
    Path,
    Place,
    Quantified,
)
from dsl.scope import Declared, Names
from dsl.suggest import nearest
from dsl.words import HOLE


def check(book: Book, names: Names) -> list[Diagnostic]:
    """Every finding on a book whose declarations are each in order."""
    return [
        *_cycles(book, names),
        *_overrides(book),
        *_expectations(book),
        *_holes(book),
        *_labels(book),
        *_dates(book, names),
        *_unused(names),
    ]


def children(cond: Cond) -> tuple[Clause, ...]:
    """The clauses directly inside a condition."""
    match cond:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return items
        case Not(item):
            return (item,)
        case Quantified(body=body):
            return (body,)
        case ByReading(_, branches):
            return tuple(c for _, c in branches)
        case _:
            return ()


def clauses(clause: Clause) -> Iterator[Clause]:
    """A clause and every clause inside it."""
    yield clause
    for child in children(clause.cond):
        yield from clauses(child)


def roots(book: Book) -> Iterator[Clause]:
    """The outermost clauses of a book."""
    for term in book.terms.values():
        yield term.means
    for category in book.categories.values():
        yield category.needs
        if category.bars:
            yield category.bars
        yield from (o.when for o in category.overrides)


def at(clause: Clause) -> Place:
    """Where a clause stands."""
    return clause.place or Place("", 0, 0)


def _cycles(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Terms defined by one another."""

    def calls(name: str) -> list[str]:
        inside = [c.cond for c in clauses(book.terms[name].means)]
        found = [c.term for c in inside if isinstance(c, Call)]
        for cond in inside:
            if isinstance(cond, Compare):
                for side in (cond.left, cond.right):
                    if isinstance(side, Aggregate) and side.where is not None:
                        found += [c.cond.term for c in clauses(Clause(None, side.where)) if isinstance(c.cond, Call)]
        return [f for f in found if f in book.terms]

    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> Iterator[Diagnostic]:
        if name in trail:
            ring = trail[trail.index(name) :]
            places = [names.of("term")[r] for r in ring]
            labels = [
                Label(Place(d.file, d.name.start, d.name.end), f"uses `{n}`")
                for d, n in zip(places, [*ring[1:], name], strict=True)
            ]
            yield Diagnostic(
                "L301",
                "terms are defined by one another in a circle",
                labels[0],
                tuple(labels[1:]),
                help=f"define `{ring[-1]}` without `{name}`",
            )
            return
        if name in done:
            return
        for other in calls(name):
            yield from visit(other, (*trail, name))
        done.add(name)

    for name in book.terms:
        yield from visit(name, ())


def labelled(book: Book, category: Category) -> dict[str, Clause]:
    """Every clause of a category by its labels joined with dots, terms opened up."""
    out: dict[str, Clause] = {}

    def walk(clause: Clause, trail: tuple[str, ...], depth: int) -> None:
        here = (*trail, clause.label) if clause.label else trail
        if clause.label:
            out.setdefault(".".join(here), clause)
        inner = children(clause.cond)
        if isinstance(clause.cond, Call) and depth < 20:
            inner = (book.terms[clause.cond.term].means,)
        for child in inner:
            walk(child, here, depth + 1)

    walk(category.needs, (), 0)
    if category.bars:
        walk(category.bars, (), 0)
    for o in category.overrides:
        out.setdefault(o.label, o.when)
    return out


def _overrides(book: Book) -> Iterator[Diagnostic]:
    """Exceptions name clauses that are there, and do not disagree without an order."""
    for category in book.categories.values():
        known = labelled(book, category)
        by_label = {o.label: o for o in category.overrides}
        for o in category.overrides:
            path = ".".join(o.target)
            if path not in known or path in by_label:
                near = nearest(path, known)
                yield Diagnostic(
                    "N109",
                    f"`{category.id}` has no clause `{path}`",
                    Label(at(o.when), "overrides it"),
                    help=f"write `[{near}]`" if near else f"use one of: {', '.join(list(known)[:8])}",
                )
            for name in o.over:
                if name not in by_label:
                    yield Diagnostic(
                        "N109",
                        f"`{category.id}` has no exception `{name}`",
                        Label(at(o.when), "prevails over it"),
                        help="name another exception of this category",
                    )
            bound = [c.cond for c in clauses(o.when)]
            for path_used in _free(bound):
                if path_used.base not in book.givens and not _bound_inside(o.when, path_used.base):
                    yield Diagnostic(
                        "K207",
                        "an exception reads givens only",
                        Label(at(o.when), f"`{path_used}`"),
                        help="quantify inside the exception: `some d in ... such that ...`",
                    )
        for i, a in enumerate(category.overrides):
            for b in category.overrides[i + 1 :]:
                related = a.target == b.target
                ordered = b.label in a.over or a.label in b.over
                if related and a.effect != b.effect and not ordered:
                    yield Diagnostic(
                        "L302",
                        f"two exceptions to `{'.'.join(a.target)}` disagree and neither prevails",
                        Label(at(b.when), f"counts it as {_effect(b.effect)}"),
                        (Label(at(a.when), f"counts it as {_effect(a.effect)}"),),
                        help=f"add `over [{a.label}]` under `except [{b.label}]`, or the other way round",
                    )


def _effect(effect: str) -> str:
    return "met" if effect == "met" else "not met"


def _free(conds: list[Cond]) -> Iterator[Path]:
    for cond in conds:
        if isinstance(cond, Compare):
            for side in (cond.left, cond.right):
                if isinstance(side, Path):
                    yield side


def _bound_inside(clause: Clause, var: str) -> bool:
    return any(isinstance(c.cond, Quantified) and c.cond.var == var for c in clauses(clause))


def _expectations(book: Book) -> Iterator[Diagnostic]:
    """Examples name clauses that are there."""
    for example in book.examples.values():
        for e in example.expects:
            known = labelled(book, book.categories[e.category]) if e.category in book.categories else {}
            for path in e.because:
                if path not in known and e.place:
                    near = nearest(path, known)
                    yield Diagnostic(
                        "N109",
                        f"`{e.category}` has no clause `{path}`",
                        Label(e.place, "expected as a reason"),
                        help=f"write `[{near}]`" if near else f"use one of: {', '.join(list(known)[:8])}",
                    )


def _holes(book: Book) -> Iterator[Diagnostic]:
    """Sentences show only values their condition has."""
    for root in roots(book):
        for clause in clauses(root):
            if clause.sentence is None:
                continue
            known = hole_names(clause.cond)
            for hole in HOLE.findall(clause.sentence.en):
                if hole not in known:
                    near = nearest(hole, known)
                    shown = ", ".join("{" + k + "}" for k in sorted(known)) or "none"
                    yield Diagnostic(
                        "A407",
                        f"the condition has no value `{{{hole}}}`",
                        Label(at(clause), "its sentence shows it"),
                        notes=(f"it has: {shown}",),
                        help=f"write `{{{near}}}`" if near else "leave the hole out of both sentences",
                    )


def hole_names(cond: Cond) -> set[str]:
    """What a sentence of this condition can show: its facts as written, and the value and limit of its comparison."""
    from dsl.model import AgeOn, Difference, Extreme, Member, OneOf, Param, Shift, Truth, Window, YearOf

    out: set[str] = set()

    def expr(e: Expr | None) -> None:
        match e:
            case Path():
                out.add(str(e))
            case Param(name):
                out.add(name)
            case Shift(date=d) | YearOf(d):
                expr(d)
            case AgeOn(a, b) | Difference(a, b):
                expr(a)
                expr(b)
            case Aggregate(after=after, before=before):
                expr(after)
                expr(before)
            case Extreme(args=args):
                for a in args:
                    expr(a)
            case _:
                pass

    def walk(c: Cond) -> None:
        match c:
            case Compare(_, left, right):
                out.update(("value", "limit"))
                expr(left)
                expr(right)
            case OneOf(v, _):
                out.add("value")
                expr(v)
            case Member(v, _, on, _):
                out.add("value")
                expr(v)
                expr(on)
            case Window(v, _, _, anchor):
                out.update(("value", "limit"))
                expr(v)
                expr(anchor)
            case Truth(path):
                out.update(("value", str(path)))
            case _:
                for child in children(c):
                    walk(child.cond)

    walk(cond)
    return out


def _labels(book: Book) -> Iterator[Diagnostic]:
    """Clauses directly under a category have different labels in needs, bars and exceptions."""
    for category in book.categories.values():
        seen: dict[str, Clause] = {}
        top = [
            *children(category.needs.cond),
            *(children(category.bars.cond) if category.bars else ()),
            *(o.when for o in category.overrides),
        ]
        for clause in top:
            if clause.label and clause.label in seen:
                yield Diagnostic(
                    "N108",
                    f"the label `{clause.label}` stands twice in `{category.id}`",
                    Label(at(clause), "again here"),
                    (Label(at(seen[clause.label]), "first here"),),
                    help=f"choose another label, such as `{clause.label}_2`",
                )
            if clause.label:
                seen.setdefault(clause.label, clause)


def _dates(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Nothing is dated after the day the book is known to."""
    for source in book.sources.values():
        if source.edition and source.edition > book.known and source.place:
            yield Diagnostic(
                "A409",
                f"the source `{source.id}` is newer than the book",
                Label(source.place, f"edition {source.edition}"),
                help=f"write `known {source.edition}` in the main book, or correct the edition",
            )
    for parameter in book.parameters.values():
        for row in parameter.values:
            if row.known > book.known:
                yield _not_yet_known("parameter", f"a value of `{parameter.id}`", parameter.id, row.known, names)
    for table in book.tables.values():
        for stretch in table.coverage:
            known = stretch.known or stretch.start
            if known and known > book.known:
                yield _not_yet_known("table", f"a stretch of `{table.id}`", table.id, known, names)


def _not_yet_known(kind: str, what: str, name: str, known: dt.date, names: Names) -> Diagnostic:
    d = names.of(kind)[name]
    return Diagnostic(
        "A409",
        f"{what} is known later than the book",
        Label(Place(d.file, d.name.start, d.name.end), f"known {known}"),
        notes=("what begins later is taken as known when it begins, unless its line says `known`",),
        help="write `known` and the day it was announced on its line, or a later `known` in the main book",
    )


_QUIET = (
    "book",
    "category",
    "example",
    "property",
    "notice",
    "conflict",
    "invariant",
    "given",
    "source",
    "scheme",
    "reading",
)


def _unused(names: Names) -> Iterator[Diagnostic]:
    """Declarations nothing uses."""
    for kind, declared in names.declared.items():
        if kind in _QUIET:
            continue
        for name, d in declared.items():
            if (kind, name) not in names.used:
                yield _unused_one(kind, name, d)


def _unused_one(kind: str, name: str, d: Declared) -> Diagnostic:
    return Diagnostic(
        "A408",
        f"the {kind} `{name}` is never used",
        Label(Place(d.file, d.name.start, d.name.end), "declared here"),
        help="delete it, or use it",
    )
