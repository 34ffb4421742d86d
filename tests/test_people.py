"""People worked by hand for the shipped book: solver and independent evaluator must both agree with the hand."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import Struct, field
from msgspec.structs import replace
from ruamel.yaml import YAML

from dsl import model as m
from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casefile import read_case
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from tests import ready
from tests.oracle import completion

HERE = Path(__file__).parent
BOOK = HERE.parent / "policy" / "hk"
TODAY = dt.date(2026, 11, 21)
ENTRY = ("ttps.a", "ttps.b", "ttps.c", "vpas.a", "vpas.b")
"""What each person of a file is worked for, if the file does not say `categories`."""
OTHER_ENTRY = (
    "iang.recent",
    "iang.returning",
    "qmas.general",
    "qmas.achievement",
    "gep",
    "asmtp",
    "technical",
    "techtas",
    "assg",
    "cies",
    "dependant",
    "student_work",
    "abode.chinese",
    "fees.former",
)


class Person(Struct, frozen=True):
    """One worked person. `hinges`, `sensitive`, `grants`, `routes`: by category, where they are stated.

    `sparse`: with facts of its own instead of the file's, of whom hardly anything is told. `entry`: worked for `ENTRY`.
    """

    name: str
    why: str
    sparse: bool
    entry: bool
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
        for person in told["people"]:
            changes = tuple((key, str(value)) for key, value in person.pop("set", {}).items())
            facts = json.dumps(person.pop("facts", told["base"]), default=dt.date.isoformat)
            sparse = facts != json.dumps(told["base"], default=dt.date.isoformat)
            yield Person(facts=facts, changes=changes, sparse=sparse, entry="categories" not in told, **person)


EVERYBODY = tuple(people())
LISTS_UNTOLD = (
    "listed_stem_master_without_work",
    "stays_unknown",
    "parents_not_told",
    "sponsor_not_told",
    "canadian_of_whom_no_other_nationality_is_told",
)
TRIED = tuple(p for p in EVERYBODY if not p.sparse and p.name not in LISTS_UNTOLD)
"""Those of whom enough is told that every completion can be tried."""


@cache
def book() -> m.Book:
    """The shipped book."""
    files = {
        p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8")
        for p in BOOK.rglob("*")
        if p.suffix in (".rules", ".csv")
    }
    return ready.book(files)


@cache
def part(categories: tuple[str, ...]) -> m.Book:
    """The shipped book with the categories that were worked, and no others."""
    return replace(book(), categories={name: book().categories[name] for name in categories})


@cache
def read_here(categories: tuple[str, ...]) -> frozenset[str]:
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

    visit(tuple(part(categories).categories.values()))
    names.update(book().entities["job"].spell or ())
    return frozenset(names)


def filled(record: Record, facts: Iterable[m.Fact], categories: tuple[str, ...], *, read: bool = True) -> Record:
    """A record in which every fact that is read nowhere has some value: whatever it is, it cannot matter."""

    def value(fact: m.Fact) -> Known:
        told = record.facts[fact.id]
        here = read and fact.id in read_here(categories)
        if isinstance(told, Record) and isinstance(fact.type, m.EntityOf):
            return filled(told, book().entities[fact.type.entity].facts, categories, read=here)
        if isinstance(told, Listed) and isinstance(fact.type, m.ListOf):
            inside = book().entities[fact.type.entity].facts
            items = tuple(filled(item, inside, categories, read=here) for item in told.items)
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
    return replace(case, root=filled(case.root, book().givens.values(), tuple(person.expect)))


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
    values["person", "tax_year_ended_on"] = tuple(dt.date.fromisoformat(d) for d in ("2025-12-31", "2026-04-05"))
    values["student_job", "hours_per_week"] = (20, 21)
    values["residence_period", "ended_on"] = (dt.date(2018, 6, 1), ONGOING)
    values["study", "graduated_on"] = tuple(dt.date.fromisoformat(d) for d in ("2026-07-15", "2026-11-30"))
    values["person", "nationality"] = ("CU", "JP", "CN", "XX")
    values["person", "languages"] = (1, 2, 3)
    approvals = ("2040-01-01", "2024-10-01", "2026-06-15", "2026-09-01")
    values[None, "approved_on"] = tuple(dt.date.fromisoformat(d) for d in approvals)
    return completion.Domains(values, {})


def test_there_are_enough_people_and_each_says_why() -> None:
    """All different, with reasoning from the fact sheet, and hinges unless hardly anything is told."""
    assert len(EVERYBODY) >= 750
    assert len({p.name for p in EVERYBODY}) == len(EVERYBODY)
    for person in EVERYBODY:
        assert re.search(r"\b[A-Z]+-\d", person.why) if not person.entry else len(person.why) > 50, person.name
        assert not person.entry or set(person.expect) == set(ENTRY), person.name
        depending = {c for c, v in person.expect.items() if v == "depends"}
        assert set(person.hinges) == depending or person.sparse, person.name


def test_every_verdict_occurs_in_every_category() -> None:
    """No category whose yes, no or depends nobody shows, of those most people are worked for."""
    seen = {(category, verdict) for p in EVERYBODY for category, verdict in p.expect.items()}
    wanted = {(c, v) for c in (*ENTRY, *OTHER_ENTRY) for v in ("qualifies", "does_not_qualify", "depends")}
    assert wanted <= seen


@pytest.mark.parametrize(
    "person", [p if p.entry else pytest.param(p, marks=pytest.mark.slow) for p in TRIED], ids=lambda p: p.name
)
def test_the_evaluator_agrees(person: Person) -> None:
    """Verdicts and hinges by trying every completion."""
    found = completion.assess(part(tuple(person.expect)), case_of(person), domains())
    assert {c: str(f.verdict) for c, f in found.items()} == person.expect
    for category, ids in person.hinges.items():
        assert sorted(id for _, id in found[category].hinges) == sorted(ids), category
    for category, readings in person.sensitive.items():
        assert sorted(found[category].sensitive) == sorted(readings), category


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda p: p.name)
def test_the_solver_agrees(person: Person) -> None:
    """Verdicts, hinges, readings, grants and routes as the solver gives them."""
    answer = assess(compiled(), case_of(person), categories=tuple(person.expect))
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


@pytest.mark.parametrize(("kind", "last_day", "refused"), [
    ("prison", "2022-03-01", True), ("prison", "2018-08-31", False), ("education", "2022-03-01", False)
])  # fmt: skip
def test_no_residence_goes_on_through_what_does_not_count(kind: str, last_day: str, refused: bool) -> None:
    """A time in prison ends a period of residence (ROA-003): who tells of one inside it contradicts himself."""
    text = (
        "applicant: {nationality: CN}\n"
        "life_here: {residences: [{kind: employment, began_on: 2018-09-01, ended_on: ongoing},\n"
        f"  {{kind: {kind}, began_on: 2018-01-01, ended_on: {last_day}}}]}}\n"
    )
    read = read_case(text, "case.yaml", book(), today=TODAY)
    assert read.value is not None, read.diagnostics
    assert bool(check_case(compiled(), read.value[0])) is refused


def worded(value: m.Value) -> str:
    """A granted value as the people files write it."""
    return f"{value.count} {value.unit}" if isinstance(value, Duration) else str(value)
