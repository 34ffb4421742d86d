"""The next question is that of brute force: every value of every fact tried, every verdict by the oracle."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl import model as m
from dsl.case import Absent, Case, Known, Listed, Record
from solver.asking import Interview, answered, next_question
from solver.assess import assess, compile_book
from solver.run import Deadline
from tests.oracle.completion import ContradictionError, Domains, TooLargeError, hinges, outcomes, readings_of, verdict
from tests.oracle.domains import domains_for
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population

PROFILE = os.environ.get("WHEREAS_TESTS", "ci")
BOOKS = {"dev": 20, "ci": 60, "deep": 2_000}[PROFILE]
MOST = 1_500

laws = settings(
    max_examples=BOOKS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    derandomize=PROFILE == "ci",
)

Verdicts = Mapping[str, m.Verdict]


def told_with(here: Any, way: tuple[str | int, ...], value: Known) -> Any:
    """A record with another value at an address."""
    if not way:
        return value
    if isinstance(way[0], int):
        items = list(here.items)
        items[way[0]] = told_with(items[way[0]], way[1:], value)
        return Listed(tuple(items), here.open, here.told, here.reason)
    return Record({**here.facts, way[0]: told_with(here.facts[way[0]], way[1:], value)})


def questions(
    book: m.Book, case: Case, officer: bool
) -> Iterator[tuple[tuple[str, str], tuple[str | int, ...], m.Fact, str | None]]:
    """Everything absent, in the order of the book: hinge, way, declaration, the entity of the thing it is in."""

    def walk(
        fact: m.Fact, value: Known, way: tuple[str | int, ...], shown: str, entity: str | None
    ) -> Iterator[tuple[tuple[str, str], tuple[str | int, ...], m.Fact, str | None]]:
        match value:
            case Record(facts):
                assert isinstance(fact.type, m.EntityOf)
                for inner in book.entities[fact.type.entity].facts:
                    yield from walk(inner, facts[inner.id], (*way, inner.id), f"{shown}.{inner.id}", fact.type.entity)
            case Listed(items, open_):
                assert isinstance(fact.type, m.ListOf)
                if open_ and (value.told or value.reason is Absent.NOT_ASKED):
                    yield ("fact", shown), way, fact, entity
                for i, item in enumerate(items):
                    for inner in book.entities[fact.type.entity].facts:
                        yield from walk(
                            inner,
                            item.facts[inner.id],
                            (*way, i, inner.id),
                            f"{shown}[{i}].{inner.id}",
                            fact.type.entity,
                        )
            case Absent.NOT_ASKED if fact.judgement is None or officer:
                yield ("judgement" if fact.judgement else "fact", shown), way, fact, entity
            case _:
                return

    for name, fact in book.givens.items():
        yield from walk(fact, case.root.facts[name], (name,), name, None)


def empty(book: m.Book, entity: str) -> Record:
    """A thing of which nothing is told."""

    def nothing(kind: m.Type) -> Known:
        return empty(book, kind.entity) if isinstance(kind, m.EntityOf) else Absent.NOT_ASKED

    return Record({f.id: nothing(f.type) for f in book.entities[entity].facts})


def answers(
    book: m.Book, case: Case, domains: Domains, way: tuple[str | int, ...], fact: m.Fact, entity: str | None
) -> Iterator[Known]:
    """Every answer to a question."""
    if isinstance(fact.type, m.ListOf):
        here: Any = case.root
        for step in way:
            here = here.items[step] if isinstance(step, int) else here.facts[step]
        new = empty(book, fact.type.entity)
        for n, open_ in ((0, False), (1, False), (2, True)):
            yield Listed((*here.items, *(new,) * n), open_)
    elif fact.judgement is not None:
        yield from (True, False)
    else:
        yield from domains.values[entity, fact.id]  # type: ignore[misc]


def brute(book: m.Book, case: Case, officer: bool) -> tuple[Any, Verdicts]:
    """The next question by trying everything: its hinge, worth, and settled categories by outcome."""
    readings = readings_of(book, case, {})

    def tried(of: Case) -> Any:
        return outcomes(book, of, domains_for(book, of, MOST), readings, officer, {})

    now = tried(case)
    verdicts = {c: verdict(now, c) for c in book.categories}
    open_ = [c for c, v in verdicts.items() if v is m.Verdict.DEPENDS]
    turning = {c: hinges(now, c) for c in open_}
    ranked = []
    domains = domains_for(book, case, MOST)
    for place, (hinge, way, fact, entity) in enumerate(questions(book, case, officer)):
        hung = sum(hinge in turning[c] for c in open_)
        if not hung:
            continue
        found: dict[Any, dict[str, m.Verdict]] = {}
        for value in answers(book, case, domains, way, fact, entity):
            try:
                then = tried(Case(case.name, told_with(case.root, way, value), case.readings))
            except ContradictionError:
                continue
            settled: dict[str, m.Verdict] = {c: v for c in open_ if (v := verdict(then, c)) is not m.Verdict.DEPENDS}
            found[tuple(settled.items())] = settled
        if not found:
            continue
        sizes = [len(s) for s in found.values()]
        worth = Fraction(sum(sizes), len(sizes))
        ranked.append((-worth, -min(sizes) if worth else -hung, place, hinge, set(found)))
    return (min(ranked, key=lambda r: r[:3]) if ranked else None), verdicts


@st.composite
def somebody(draw: st.DrawFn, book: m.Book) -> Case | None:
    """Somebody of whom some facts are not told, or one list is not told in full and everything else is."""
    if draw(st.booleans()):
        drawn = draw(incomplete(population(book, 60)))
        return drawn.case if drawn else None
    drawn = draw(complete(population(book, 60)))
    if drawn is None:
        return None
    lists = [
        (name, fact.id)
        for name, given in book.givens.items()
        if isinstance(given.type, m.EntityOf)
        for fact in book.entities[given.type.entity].facts
        if isinstance(fact.type, m.ListOf)
    ]
    if not lists:
        return drawn.case
    name, fact_id = draw(st.sampled_from(lists))
    thing = drawn.case.root.facts[name]
    assert isinstance(thing, Record)
    listed = thing.facts[fact_id]
    assert isinstance(listed, Listed)
    kept = listed.items[: draw(st.integers(0, 1))]
    record = told_with(drawn.case.root, (name, fact_id), Listed(kept, True, bool(kept)))
    return Case("somebody", record, drawn.case.readings)


@laws
@given(st.data())
def test_next_question_is_that_of_brute_force(data: st.DataObject) -> None:
    book = data.draw(books())
    compiled = compile_book(book)
    for _ in range(5):
        case = data.draw(somebody(book))
        if case is not None and any(r.verdict is m.Verdict.DEPENDS for r in assess(compiled, case).results):
            break
    if case is None:
        return
    officer = data.draw(st.booleans())
    note(f"{book}")
    note(f"{case} officer {officer}")
    interview = Interview(compiled, tuple(book.categories), {}, "open" if officer else "presumed")
    for _ in range(3):
        try:
            right, verdicts = brute(book, case, officer)
        except TooLargeError:
            return
        found = next_question(interview, case, Deadline(None))
        if found.missing:
            return
        assert found.verdicts == verdicts
        asked = found.question
        if asked is None or right is None:
            assert asked is None
            assert right is None
            return
        if not asked.complete:
            return
        kind = "judgement" if asked.kind == "judgement" else "fact"
        assert (asked.worth, (kind, asked.id)) == (-right[0], right[3])
        assert {tuple(o.settled.items()) for o in asked.outcomes} == right[4]
        value = data.draw(st.sampled_from([v for o in asked.outcomes for v in o.values]))
        case = answered(interview, case, asked, value)
        note(f"answered {asked.id} {value}")
