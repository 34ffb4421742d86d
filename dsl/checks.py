"""What can be said of a book only when all of it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from dsl.citations import supports
from dsl.diagnostics import Diagnostic, Label
from dsl.inside import children, found
from dsl.model import (
    AgeOn,
    Aggregate,
    Book,
    Call,
    Category,
    Clause,
    Compare,
    Cond,
    Difference,
    EdgeOf,
    EntityOf,
    Expr,
    Extreme,
    Fact,
    ListOf,
    Member,
    OneOf,
    Override,
    Param,
    Path,
    Place,
    Quantified,
    Scalar,
    Shift,
    Truth,
    Window,
    YearOf,
)
from dsl.scope import Declared, Names
from dsl.suggest import nearest
from dsl.syntax import Token
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
        *_no_rules(names),
        *_changes(book, names),
        *_unused(names),
    ]


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
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> Iterator[Diagnostic]:
        if name in trail:
            yield _ring(trail[trail.index(name) :], names)
            return
        if name in done:
            return
        for other in _calls(book, name):
            yield from visit(other, (*trail, name))
        done.add(name)

    for name in book.terms:
        yield from visit(name, ())


def _calls(book: Book, name: str) -> list[str]:
    """The terms a term is defined by, those inside its totals and scores included."""
    called = (call.term for call in found(book.terms[name].means, Call))
    return list(dict.fromkeys(term for term in called if term in book.terms))


def _ring(ring: tuple[str, ...], names: Names) -> Diagnostic:
    """What is said of terms each of which is defined by the next."""
    labels = []
    for name, following in zip(ring, [*ring[1:], ring[0]], strict=True):
        d = names.of("term")[name]
        labels.append(Label(Place(d.file, d.name.start, d.name.end), f"uses `{following}`"))
    message = "terms are defined by one another in a circle"
    help = f"define `{ring[-1]}` without `{ring[0]}`"
    return Diagnostic("L301", message, labels[0], tuple(labels[1:]), help=help)


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
            yield from _reads_givens_only(book, o)
        for a, b in combinations(category.overrides, 2):
            yield from _ordered(a, b)


def _reads_givens_only(book: Book, o: Override) -> Iterator[Diagnostic]:
    """An exception stands outside the quantifiers of the clause it names."""
    for path in _free([c.cond for c in clauses(o.when)]):
        if path.base not in book.givens and not _bound_inside(o.when, path.base):
            yield Diagnostic(
                "K207",
                "an exception reads givens only",
                Label(at(o.when), f"`{path}`"),
                help="quantify inside the exception: `some d in ... such that ...`",
            )


def _ordered(a: Override, b: Override) -> Iterator[Diagnostic]:
    """Two exceptions to one clause agree, or one of them prevails."""
    if a.target == b.target and a.effect != b.effect and b.label not in a.over and a.label not in b.over:
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
    clauses_of = {category.id: labelled(book, category) for category in book.categories.values()}
    for example in book.examples.values():
        for e in example.expects:
            known = clauses_of.get(e.category, {})
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
    match cond:
        case Compare(_, left, right):
            return {"value", "limit", *_facts(left), *_facts(right)}
        case OneOf(value, _):
            return {"value", *_facts(value)}
        case Member(value, _, on, _):
            return {"value", *_facts(value), *(_facts(on) if on is not None else ())}
        case Window(value, _, _, anchor):
            return {"value", "limit", *_facts(value), *_facts(anchor)}
        case Truth(path):
            return {"value", str(path)}
        case _:
            return {name for child in children(cond) for name in hole_names(child.cond)}


def _facts(e: Expr) -> Iterator[str]:
    """The facts and parameters a value is made of, as they are written."""
    if isinstance(e, Path | Param):
        yield str(e) if isinstance(e, Path) else e.id
    for inner in _operands(e):
        yield from _facts(inner)


def _operands(e: Expr) -> tuple[Expr, ...]:
    """The values a value is worked out from."""
    match e:
        case Shift(date=day) | YearOf(day) | EdgeOf(day):
            return (day,)
        case AgeOn(a, b) | Difference(a, b):
            return (a, b)
        case Aggregate(after=after, before=before):
            return tuple(limit for limit in (after, before) if limit is not None)
        case Extreme(args=args):
            return args
        case _:
            return ()


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


def _no_rules(names: Names) -> Iterator[Diagnostic]:
    """What is no rule is not cited as one."""
    declared = names.of("no_rule")
    cited: dict[str, Label] = {}
    if declared:
        lines = dict.fromkeys((d.file, id(d.line), d.line) for ds in names.declared.values() for d in ds.values())
        for file, _, line in lines:
            for written in supports((line,), file):
                for ref in written.facts:
                    cited.setdefault(ref.text, Label(Place(file, ref.start, ref.end), "used here"))
    for name, d in declared.items():
        if name in cited:
            yield Diagnostic(
                "A410",
                f"`{name}` is said to be no rule and is used as one",
                Label(Place(d.file, d.name.start, d.name.end), "no rule"),
                (cited[name],),
                help=f"take `{name}` out of this line, or out of the other",
            )


_QUIET = (
    "no_rule",
    "accepted",
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


def _changes(book: Book, names: Names) -> Iterator[Diagnostic]:
    """Facts of which the book does not say how they change, though it says so of others."""
    facts = [f for e in book.entities.values() for f in e.facts] + list(book.givens.values())
    if not any(f.change for f in facts):
        return
    for name, fact in book.givens.items():
        if _undeclared(fact):
            d = names.of("given")[name]
            yield _change_not_said(fact, d.file, d.name)
    for name, entity in book.entities.items():
        d = names.of("entity")[name]
        lines = {line.head.text(0): line.head.token(0) for line in d.line.under("fact") if line.head}
        for fact in entity.facts:
            token = lines.get(fact.id)
            if token is not None and _undeclared(fact):
                yield _change_not_said(fact, d.file, token)


def _undeclared(fact: Fact) -> bool:
    """Whether nothing is said of how a fact changes that some condition can ask for; a text is only shown."""
    asked = fact.judgement is None and not isinstance(fact.type, EntityOf) and fact.type != Scalar("text")
    return asked and fact.change is None


def _change_not_said(fact: Fact, file: str, token: Token) -> Diagnostic:
    return Diagnostic(
        "A419",
        f"the book does not say how `{fact.id}` changes",
        Label(Place(file, token.start, token.end), "taken as something that cannot change"),
        help="write `may grow` or `cannot change` behind its type"
        if isinstance(fact.type, ListOf)
        else "write `cannot change`, `changes with time`, `can change` or `settled by evidence` behind its type",
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
