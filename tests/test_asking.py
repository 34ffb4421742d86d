"""The next question is that of brute force: every value of every fact tried, every verdict by the oracle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from dsl import model as m
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casefile import read_case
from solver import asking
from solver.asking import Interview, answered, next_question
from solver.assess import assess, compile_book
from solver.compiled import Compiled
from solver.facts import copied
from solver.places import position
from solver.run import Deadline
from solver.situation import Judging, situation
from solver.witness import seen_open
from tests import ready
from tests.laws import by_profile, tried
from tests.oracle.completion import ContradictionError, Domains, TooLargeError, hinges, outcomes, readings_of, verdict
from tests.oracle.domains import domains_for
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population
from whereas.examples import read_example

BOOKS = by_profile(20, 60, 2_000)
MOST = 1_500
EXAMPLES = Path(__file__).parent.parent / "examples"

laws = tried(BOOKS)

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
        values: Any = domains.values[entity, fact.id]
        yield from values


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
    if case is not None:
        interviewed(data, compiled, case)


@laws
@given(st.data())
def test_what_is_seen_open_depends(data: st.DataObject) -> None:
    """Two completions that were found say what every completion says, and leave the facts as they were."""
    book = data.draw(books())
    compiled = compile_book(book)
    judgements: Judging = data.draw(st.sampled_from(("presumed", "open")))
    for _ in range(4):
        case = data.draw(somebody(book))
        if case is None:
            continue
        note(f"{book}")
        note(f"{case} {judgements}")
        s = situation(compiled, case, {}, judgements)
        before = copied(s.facts)
        open_ = {name for name in book.categories if seen_open(s, name, 24)}
        assert (s.facts.root, s.facts.lists) == (before.root, before.lists)
        event(f"seen open {len(open_)}")
        try:
            right = outcomes(book, case, domains_for(book, case, MOST), s.readings, judgements == "open", {})
        except TooLargeError:
            continue
        assert open_ <= {name for name in book.categories if verdict(right, name) is m.Verdict.DEPENDS}


def interviewed(data: st.DataObject, compiled: Compiled, case: Case) -> tuple[str, ...]:
    """Up to three questions, each compared with that of brute force; what was asked about."""
    book = compiled.book
    officer = data.draw(st.booleans())
    note(f"{book}")
    note(f"{case} officer {officer}")
    interview = Interview(compiled, tuple(book.categories), {}, "open" if officer else "presumed")
    asked_about: list[str] = []
    for _ in range(3):
        try:
            right, verdicts = brute(book, case, officer)
        except TooLargeError:
            break
        found = next_question(interview, case, Deadline(None))
        if found.missing:
            break
        assert found.verdicts == verdicts
        asked = found.question
        if asked is None or right is None:
            assert asked is None
            assert right is None
            break
        if not asked.complete:
            break
        kind = "judgement" if asked.kind == "judgement" else "fact"
        assert (asked.worth, (kind, asked.id)) == (-right[0], right[3])
        assert {tuple(o.settled.items()) for o in asked.outcomes} == right[4]
        asked_about.append(asked.kind if "[" not in asked.id else "element")
        value = data.draw(st.sampled_from([v for o in asked.outcomes for v in o.values]))
        case = answered(interview, case, asked, value)
        note(f"answered {asked.id} {value}")
    return tuple(asked_about)


# --------------------------------------------------------------------------------------------------------------- lists

LISTS = ("things", "others")
ASKED_OF = ("(t.p)", "(t.q)", "(t.p and t.q)", "(t.p or t.q)", "(not t.q)")


@st.composite
def condition(draw: st.DrawFn, total: str) -> str:
    """A condition: on the elements of one list, a fact, or the one total that a book has of the other list.

    What is said of elements and what totals of the same list come to are not seen together by the solver: it may then
    find that something depends which does not.
    """
    kind = draw(st.sampled_from(("some", "every", "some", "every", "total", "fact")))
    if kind == "total":
        return total
    if kind == "fact":
        return draw(st.sampled_from(("it_is.a", "not it_is.a")))
    return f"{kind} t in it_is.things such that {draw(st.sampled_from(ASKED_OF))}"


@st.composite
def listed_books(draw: st.DrawFn) -> m.Book:
    """A book of two or three categories that look into lists."""
    lines = [
        'book small  en "s"  zh "s"\n  known 2026-11-21',
        'source law\n  rank 1\n  en "l"  zh "l"',
        'given submitted_on : date default today  en "f"  zh "f"',
        'given it_is : person  en "p"  zh "p"',
        'entity thing\n  en "t"  zh "t"\n  p : truth  en "p"  zh "p"\n  q : truth  en "q"  zh "q"',
        'entity person\n  en "p"  zh "p"\n  a : truth  en "a"  zh "a"\n'
        + "\n".join(f'  {name} : list of thing  en "t"  zh "t"' for name in LISTS),
        'scheme s  en "s"  zh "s"',
    ]
    wanted = draw(st.sampled_from(("at least 1", "at least 2", "less than 1")))
    total = f"count of t in it_is.others such that {draw(st.sampled_from(ASKED_OF))} {wanted}"
    for name in ("a", "b", "c")[: draw(st.integers(2, 3))]:
        parts = draw(st.lists(condition(total), min_size=1, max_size=3))
        how = draw(st.sampled_from(("all", "any")))
        group = "\n".join(f'    [c{n}] {part}  cites law "1"' for n, part in enumerate(parts))
        lines.append(f'category s.{name}\n  en "{name}"  zh "{name}"\n  cites law "1"\n  needs {how} of\n{group}')
    return ready.book("\n\n".join(lines) + "\n")


@st.composite
def with_lists(draw: st.DrawFn, book: m.Book) -> Case:
    """Somebody whose lists are told in full or in part, with facts of their elements that are not told."""
    told: st.SearchStrategy[bool | Absent] = st.sampled_from(
        (True, False, Absent.NOT_ASKED, Absent.NOT_ASKED, Absent.NOT_ASKED, Absent.UNKNOWN)
    )
    facts: dict[str, Any] = {"a": draw(told)}
    for name in LISTS:
        items = draw(st.lists(st.fixed_dictionaries({"p": told, "q": told}), max_size=2))
        open_ = draw(st.booleans())
        facts[name] = Listed(tuple(Record(dict(i)) for i in items), open_, bool(items) or not open_)
    root: dict[str, Any] = {"submitted_on": dt.date(2026, 1, 10), "it_is": Record(facts)}
    return Case("somebody", Record({name: root[name] for name in book.givens}))


@laws
@given(st.data())
def test_next_question_about_lists_is_that_of_brute_force(data: st.DataObject) -> None:
    """Open and closed lists, elements of which something is not known, and totals over both."""
    book = data.draw(listed_books())
    compiled = compile_book(book)
    for _ in range(8):
        case = data.draw(with_lists(book))
        if any(r.verdict is m.Verdict.DEPENDS for r in assess(compiled, case).results):
            break
    for kind in set(interviewed(data, compiled, case)):
        event(kind)
        MET[kind] += 1


MET: Counter[str] = Counter()


def test_lists_and_their_elements_were_asked_about() -> None:
    """What the generated books are for is met often enough to mean something."""
    if not MET:
        test_next_question_about_lists_is_that_of_brute_force()
    assert min(MET["list"], MET["element"]) >= BOOKS // 10, MET


# ---------------------------------------------------------------------------------------------------------- whole book


PEOPLE = ("chinese_in_canada.yaml", "job_with_open_end.yaml", "hd_graduate.yaml", "techtas_no_quota")


@pytest.mark.parametrize("name", PEOPLE)
def test_no_better_question_is_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many categories at once, where most questions are given up early: the best of all worked out in full."""
    book, path = ready.hk(), EXAMPLES / name
    if path.suffix:
        (case,) = read_case(path.read_text("utf-8"), name, book, today=dt.date(2026, 11, 21)).value or ()
    else:
        case = read_example(book, book.examples[name]).value or Case("", Record({}))
    compiled, question = compile_book(book), asking._question
    every: list[asking.Question] = []

    def whole(a: Any, hinge: Any, touches: tuple[str, ...], _: Any) -> None:
        if (made := question(a, hinge, touches, None)) is not None:
            every.append(made)

    def asked() -> asking.Question | None:
        interview = Interview(compiled, tuple(book.categories), {}, "presumed")
        return next_question(interview, case, Deadline(None)).question

    for _ in range(3):
        found = asked()
        with monkeypatch.context() as patched:
            patched.setattr(asking, "_question", whole)
            every.clear()
            asked()
        assert found == min(every, key=lambda q: (-q.worth, -q.worst, position(book, q.id)))
        assert found is not None
        case = answered(Interview(compiled, (), {}, "presumed"), case, found, found.outcomes[0].values[0])
