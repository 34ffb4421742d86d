"""Comparing the three evaluators on one book and one person; and books and people changed in ways that mean nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Case, Known, Listed, Record
from solver.answer import Answer, Status, Step
from tests.oracle.clauses import clauses_hold
from tests.oracle.completion import Domains, Found, TooLargeError, assess, every_law, readings_of, unknown_facts
from tests.oracle.domains import domains_for
from tests.oracle.meaning import category_holds
from tests.strategies.people import Told, known

MOST = 1_500
"""Completions tried at most."""


VAGUE = "vague step"
"""A clause on which the verdict does not hang, said to vary though it comes to the same under every law."""


class Asked(Struct, frozen=True):
    """How a case is put: the readings, whether judgements are presumed, and as known on which day."""

    readings: Mapping[str, str] | Literal["all"]
    judgements: Literal["presumed", "open"]
    known: dt.date | None = None


class Difference(Struct, frozen=True):
    """Something two evaluators do not agree on."""

    what: str
    category: str
    solver: object
    oracle: object

    def __str__(self) -> str:
        """On one line."""
        return f"{self.category} {self.what}: solver {self.solver}, oracle {self.oracle}"


def answered(compiled: Any, case: Case, asked: Asked) -> Answer:
    """The solver's answer."""
    from solver.assess import assess as solve

    answer: Answer = solve(
        compiled, case, readings=asked.readings, judgements=asked.judgements, as_known_on=asked.known
    )
    return answer


def expected(book: m.Book, case: Case, asked: Asked) -> dict[str, Found] | None:
    """The oracle's answer; None if there is too much to try."""
    book = book if asked.known is None else known_by(book, asked.known)
    try:
        untold = any(True for _ in unknown_facts(book, case))
        return assess(
            book,
            case,
            domains_for(book, case, MOST) if untold else Domains({}, {}),
            readings=asked.readings,
            judgements_open=asked.judgements == "open",
        )
    except TooLargeError:
        return None


def known_by(book: m.Book, day: dt.date) -> m.Book:
    """The book as known on a day (section 7): a value not known yet, with none before it to go on, is unknown."""

    def rows(parameter: m.Parameter) -> Iterator[m.Dated]:
        going_on = False
        for row in sorted(parameter.values, key=lambda it: it.start):
            if row.known <= day:
                going_on = True
                yield row
            elif not going_on:
                yield replace(row, value=None)

    return replace(
        book,
        parameters={
            id: it if it.event is None else replace(it, values=tuple(rows(it))) for id, it in book.parameters.items()
        },
        tables={
            id: replace(it, coverage=tuple(c for c in it.coverage if (c.known or c.start or day) <= day))
            for id, it in book.tables.items()
        },
    )


def differences(book: m.Book, answer: Answer, found: Mapping[str, Found]) -> Iterator[Difference]:
    """Where an answer of the solver is not what brute force finds."""
    if tuple(it.category for it in answer.results) != tuple(book.categories):
        yield Difference("categories", "*", [it.category for it in answer.results], list(book.categories))
    for it in answer.results:
        right = found[it.category]
        if it.verdict is not right.verdict:
            yield Difference("verdict", it.category, it.verdict, right.verdict)
            continue
        pairs: list[tuple[str, frozenset[Any], frozenset[Any]]] = [
            ("hinges", named(book, ((h.kind, h.id) for h in it.hinges)), named(book, right.hinges)),
            ("assumes", frozenset(map(last, it.assumes)), frozenset(map(last, right.assumes))),
            ("sensitive_to", frozenset(it.sensitive_to), right.sensitive),
        ]
        for what, here, there in pairs:
            if here != there:
                yield Difference(what, it.category, sorted(here), sorted(there))


def named(book: m.Book, hinges: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Hinges with one word for every country the book does not name: which of them stands for all is of no account."""

    def one(kind: str, id: str) -> tuple[str, str]:
        table, _, key = id.partition(":")
        known_key = kind != "law" or not key or key in {m.OTHER, *(row.key for row in book.tables[table].rows)}
        return (kind, id) if known_key else (kind, f"{table}:elsewhere")

    return frozenset(one(kind, id) for kind, id in hinges)


def last(id: str) -> str:
    """A judgement by its own name, on whichever thing it is made."""
    return id.rpartition(".")[2]


def walk_differences(book: m.Book, compiled: Any, told: Told) -> Iterator[Difference]:
    """Where the solver's own walk of a complete case is not what the oracle finds, the law saying always no or yes."""
    from solver.walk import holds

    readings = readings_of(book, told.case, {})
    for law in (False, True):
        for category in book.categories:
            here = holds(compiled, told.case, category, readings, yes if law else no)
            there = category_holds(book, category, told.root, readings, yes if law else no)
            if here is not there:
                yield Difference(f"walk, law {law}", category, here, there)


def step_differences(book: m.Book, answer: Answer, told: Told, asked: Asked) -> Iterator[Difference]:
    """Where a step of the answer on a complete case does not come to what the oracle makes of that clause."""
    if asked.readings == "all":
        return
    book = book if asked.known is None else known_by(book, asked.known)
    readings = readings_of(book, told.case, asked.readings)
    for result in answer.results:
        try:
            laws = every_law(partial(clauses_hold, book, result.category, told.root, readings))
        except TooLargeError:
            continue
        spots: dict[tuple[str, ...], dict[frozenset[tuple[str, str]], set[bool]]] = {}
        for _, clauses in laws:
            for (path, bound), holds in clauses.items():
                spots.setdefault(path, {}).setdefault(bound, set()).add(holds)
        for step in result.steps:
            yield from _step_differences(result.category, step, spots)


def _step_differences(
    category: str, step: Step, spots: Mapping[tuple[str, ...], Mapping[frozenset[tuple[str, str]], set[bool]]]
) -> Iterator[Difference]:
    """The same of one step and those under it."""
    path = tuple(step.path.split("/"))[1:]
    labelled = step.clause is not None and step.clause.label is not None and step.kind != "element"
    renamed: list[tuple[dict[str, str], str]] = []
    for bound, came in spots.get(path, {}).items() if labelled else ():
        here = dict(bound)
        # A step of a term names its elements as the term does.
        elements = {address for address in step.binding.values() if address.endswith("]")}
        if elements <= set(here.values()) and all(here.get(v, a) == a for v, a in step.binding.items()):
            right = "varies" if len(came) == 2 else "holds" if True in came else "fails"
            if any(v not in here and a in elements for v, a in step.binding.items()):
                renamed.append((here, right))
            elif step.status.value != right:
                yield _difference(category, step, here, right)
    # Two of one list are then not told apart by their addresses: one of them has to be the one.
    if renamed and step.status.value not in {right for _, right in renamed}:
        yield _difference(category, step, *renamed[0])
    for child in step.children:
        yield from _step_differences(category, child, spots)


def _difference(category: str, step: Step, here: Mapping[str, str], right: str) -> Difference:
    what = VAGUE if step.status is Status.VARIES else "step"
    return Difference(f"{what} {step.path} {dict(here)}", category, step.status.value, right)


def yes(question: object) -> bool:
    """A law that says yes to everything."""
    return True


def no(question: object) -> bool:
    """A law that says no to everything."""
    return False


def completed(book: m.Book, told: Told) -> Case:
    """The completion a person was made from, as a case."""
    facts = {name: known(fact.type, told.root[name]) for name, fact in book.givens.items()}
    return Case(told.case.name, Record(facts), told.case.readings)


# ------------------------------------------------------------------------------------------------ changes of no meaning


def turned(book: m.Book) -> m.Book:
    """The book with clauses, facts, rows and declarations in the opposite order."""
    out: m.Book = reordered(replace(book, categories=dict(reversed(book.categories.items()))))
    return out


def reordered(part: Any) -> Any:
    """A tree with everything reversed whose order means nothing."""
    match part:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(items=items):
            return replace(part, items=tuple(reordered(it) for it in reversed(items)))
        case m.Entity():
            inner = [reordered(it) for it in reversed(part.invariants)]
            return replace(part, facts=part.facts[::-1], invariants=tuple(inner))
        case m.Table():
            return replace(part, rows=part.rows[::-1])
        case m.Category():
            changed = {name: reordered(getattr(part, name)) for name in part.__struct_fields__}
            return replace(part, **(changed | {"overrides": changed["overrides"][::-1]}))
        case tuple():
            return tuple(reordered(it) for it in part)
        case dict():
            return {name: reordered(it) for name, it in part.items()}
        case _ if hasattr(part, "__struct_fields__") and not isinstance(part, m.Label):
            return replace(part, **{name: reordered(getattr(part, name)) for name in part.__struct_fields__})
        case _:
            return part


def renamed(part: Any) -> Any:
    """A book with other names for givens, facts, entities, variables, labels, terms, parameters and judgements."""
    match part:
        case m.Book():
            keep = {"enumerations", "sources", "schemes", "categories", "tables", "readings", "texts"}
            changed = {
                name: renamed(getattr(part, name))
                for name in part.__struct_fields__
                if name not in ("id", "label", "known")
            }
            again: dict[str, Any] = {
                name: it if name in keep or not isinstance(it, dict) else {other(id): each for id, each in it.items()}
                for name, it in changed.items()
            }
            return replace(part, **again)
        case m.Path(base, steps):
            return m.Path(base if base == "it" else other(base), tuple(map(other, steps)))
        case m.EntityOf(entity):
            return m.EntityOf(other(entity))
        case m.ListOf(entity):
            return m.ListOf(other(entity))
        case m.Param(id):
            return m.Param(other(id))
        case m.Fact(id, kind, label, judgement, default, change):
            own = None if judgement is None else other(judgement)
            return m.Fact(other(id), renamed(kind), label, own, default, change)
        case m.Judgement(id, entity=entity):
            return replace(part, id=other(id), entity=None if entity is None else other(entity))
        case m.Entity(id, _, facts, spell, invariants):
            spell = None if spell is None else (other(spell[0]), other(spell[1]))
            return replace(part, id=other(id), facts=renamed(facts), spell=spell, invariants=renamed(invariants))
        case m.Parameter(id, event=event):
            return replace(part, id=other(id), event=None if event is None else other(event))
        case m.Term(id, _, params, means):
            return replace(
                part, id=other(id), params=tuple((other(a), other(b)) for a, b in params), means=renamed(means)
            )
        case m.Call(term, args):
            return m.Call(other(term), renamed(args))
        case m.Override(label, target, _, when, over):
            named_so: dict[str, Any] = {
                "label": other(label),
                "target": tuple(map(other, target)),
                "over": tuple(map(other, over)),
            }
            return replace(part, when=renamed(when), **named_so)
        case m.Clause(label, cond):
            return replace(part, label=None if label is None else other(label), cond=renamed(cond))
        case m.Quantified() | m.Aggregate():
            changed = {name: renamed(getattr(part, name)) for name in part.__struct_fields__}
            return replace(part, **(changed | {"var": other(part.var), "entity": other(part.entity)}))
        case tuple():
            return tuple(renamed(it) for it in part)
        case dict():
            return {name: renamed(it) for name, it in part.items()}
        case _ if hasattr(part, "__struct_fields__") and not isinstance(part, m.Label):
            return replace(part, **{name: renamed(getattr(part, name)) for name in part.__struct_fields__})
        case _:
            return part


def other(name: str) -> str:
    """Another name, sorting another way."""
    return f"n{name[::-1]}"


def renamed_case(case: Case) -> Case:
    """The case of a person for a renamed book."""

    def record(it: Record) -> Record:
        return Record({other(name): value(each) for name, each in it.facts.items()})

    def value(it: Known) -> Known:
        match it:
            case Record():
                return record(it)
            case Listed(items):
                return replace(it, items=tuple(record(each) for each in items))
            case _:
                return it

    return replace(case, root=record(case.root))


def renamed_id(kind: str, id: str) -> str:
    """A hinge's id in a renamed book."""
    if kind == "reading":
        return id
    if kind == "law":
        return id if ":" in id else other(id)
    return re.sub(r"[a-z_][a-z_0-9]*", lambda found: other(found[0]), id)
