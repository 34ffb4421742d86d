"""People worked by hand for the shipped book: solver and independent evaluator must both agree with the hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import Struct, field
from msgspec.structs import replace
from ruamel.yaml import YAML

from dsl import model as m
from dsl.book import compile_book_files
from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casefile import read_case
from solver.assess import assess
from solver.compiled import Compiled, compile_book
from tests.oracle import completion

HERE = Path(__file__).parent
BOOK = HERE.parent / "policy" / "hk"
TODAY = dt.date(2026, 11, 21)
WORKED = ("ttps.a", "ttps.b", "ttps.c", "vpas.a", "vpas.b")
"""The categories that the people here were worked for."""


class Person(Struct, frozen=True):
    """One worked person. `hinges`, `sensitive`, `grants`, `routes`: by category, where they are stated."""

    name: str
    why: str
    facts: str
    changes: tuple[tuple[str, str], ...]
    expect: dict[str, str]
    hinges: dict[str, list[str]] = field(default_factory=dict)
    sensitive: dict[str, list[str]] = field(default_factory=dict)
    grants: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    routes: dict[str, list[str]] = field(default_factory=dict)


def people() -> Iterator[Person]:
    """Everybody in `tests/people/`."""
    for path in sorted((HERE / "people").glob("*.yaml")):
        told: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        facts = json.dumps(told["base"], default=dt.date.isoformat)
        for person in told["people"]:
            changes = tuple((key, str(value)) for key, value in person.pop("set", {}).items())
            yield Person(facts=facts, changes=changes, **person)


EVERYBODY = tuple(people())


@cache
def book() -> m.Book:
    """The shipped book."""
    files = {
        p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8")
        for p in BOOK.rglob("*")
        if p.suffix in (".rules", ".csv")
    }
    made = compile_book_files(files)
    assert made.value is not None, made.diagnostics
    return made.value


@cache
def part() -> m.Book:
    """The shipped book with the categories that were worked, and no others."""
    return replace(book(), categories={name: book().categories[name] for name in WORKED})


@cache
def read_here() -> frozenset[str]:
    """The names of all facts that these categories can read."""
    names: set[str] = set()
    seen: set[str] = set()

    def visit(x: object) -> None:
        match x:
            case m.Path(base, steps):
                names.update((base, *steps))
            case m.Param(name):
                names.add(book().parameters[name].event or "")
            case m.Call(term, _) if term not in seen:
                seen.add(term)
                visit(book().terms[term].means)
            case _:
                pass
        if isinstance(x, tuple):
            for item in x:
                visit(item)
        elif isinstance(x, Struct):
            for name in x.__struct_fields__:
                visit(getattr(x, name))

    visit(tuple(part().categories.values()))
    names.update(book().entities["job"].spell or ())
    return frozenset(names)


def filled(record: Record, facts: Iterable[m.Fact], *, read: bool = True) -> Record:
    """A record in which every fact that is read nowhere has some value: whatever it is, it cannot matter."""

    def value(fact: m.Fact) -> Known:
        told = record.facts[fact.id]
        here = read and fact.id in read_here()
        if isinstance(told, Record) and isinstance(fact.type, m.EntityOf):
            return filled(told, book().entities[fact.type.entity].facts, read=here)
        if isinstance(told, Listed) and isinstance(fact.type, m.ListOf):
            inside = book().entities[fact.type.entity].facts
            items = tuple(filled(item, inside, read=here) for item in told.items)
            return replace(told, items=items, open=told.open and here)
        if isinstance(told, Absent) and not here:
            return cast("Known", next(v for (_, name), v in domains().values.items() if name == fact.id)[0])
        return told

    return Record({**record.facts, **{f.id: value(f) for f in facts}})


@cache
def compiled() -> Compiled:
    """The shipped book, ready to be asked."""
    return compile_book(book())


def case_of(person: Person) -> Case:
    """The person as a case; the facts must be without fault."""
    read = read_case(person.facts, person.name, book(), today=TODAY, changes=person.changes)
    assert read.value is not None, read.diagnostics
    assert not read.diagnostics
    (case,) = read.value
    return replace(case, root=filled(case.root, book().givens.values()))


@cache
def domains() -> completion.Domains:
    """For each fact, values on either side of what a person here may turn on."""

    def some(kind: m.Type) -> tuple[object, ...]:
        match kind:
            case m.Scalar("truth"):
                return (False, True)
            case m.Scalar("whole"):
                return (2023, 2025)
            case m.Scalar("money"):
                return (0, 2_500_000)
            case m.Scalar("date"):
                return tuple(dt.date.fromisoformat(d) for d in ("2010-01-01", "2023-06-01", "2024-10-01", "2026-09-01"))
            case m.Scalar("duration"):
                return (Duration(6, "months"), Duration(24, "months"))
            case m.Scalar("country"):
                return ("CU", "JP")
            case m.EnumOf(enumeration):
                return tuple(id for id, _ in book().enumerations[enumeration].members)
            case m.KeyOf():
                return (m.OTHER,)
            case _:
                return ()

    values: dict[tuple[str | None, str], tuple[object, ...]] = {
        (None, f.id): some(f.type) for f in book().givens.values()
    }
    values |= {(e.id, f.id): some(f.type) for e in book().entities.values() for f in e.facts}
    values["job", "ended_on"] = (dt.date(2023, 6, 1), ONGOING)
    return completion.Domains(values, {})


def test_there_are_enough_people_and_each_says_why() -> None:
    """Thirty or more, all different, with reasoning and all five categories."""
    assert len(EVERYBODY) >= 30
    assert len({p.name for p in EVERYBODY}) == len(EVERYBODY)
    for person in EVERYBODY:
        assert len(person.why) > 50, person.name
        assert set(person.expect) == set(WORKED), person.name
        assert {c for c, v in person.expect.items() if v == "depends"} == set(person.hinges), person.name


def test_every_verdict_occurs_in_every_category() -> None:
    """No category whose yes, no or depends nobody shows."""
    seen = {(category, verdict) for p in EVERYBODY for category, verdict in p.expect.items()}
    wanted = {(c, v) for c in WORKED for v in ("qualifies", "does_not_qualify")}
    assert wanted <= seen
    assert {"ttps.b", "ttps.c", "vpas.a", "vpas.b"} <= {c for c, v in seen if v == "depends"}


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda p: p.name)
def test_the_evaluator_agrees(person: Person) -> None:
    """Verdicts and hinges by trying every completion."""
    found = completion.assess(part(), case_of(person), domains())
    assert {c: str(f.verdict) for c, f in found.items()} == person.expect
    for category, ids in person.hinges.items():
        assert sorted(id for _, id in found[category].hinges) == sorted(ids), category
    for category, readings in person.sensitive.items():
        assert sorted(found[category].sensitive) == sorted(readings), category


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda p: p.name)
def test_the_solver_agrees(person: Person) -> None:
    """Verdicts, hinges, readings, grants and routes as the solver gives them."""
    answer = assess(compiled(), case_of(person), categories=WORKED)
    found = {r.category: r for r in answer.results}
    assert answer.complete
    assert {c: str(r.verdict) for c, r in found.items()} == person.expect
    for category, ids in person.hinges.items():
        assert sorted(h.id for h in found[category].hinges) == sorted(ids), category
    for category, readings in person.sensitive.items():
        assert sorted(found[category].sensitive_to) == sorted(readings), category
    for category, granted in person.grants.items():
        given = {g.kind: [worded(v) for v in g.values] for g in found[category].grants}
        assert {kind: given[kind] for kind in granted} == granted, category
    for category, routes in person.routes.items():
        assert list(found[category].routes_to) == routes, category


def worded(value: m.Value) -> str:
    """A granted value as the people files write it."""
    return f"{value.count} {value.unit}" if isinstance(value, Duration) else str(value)
