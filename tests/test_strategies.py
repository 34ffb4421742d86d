"""The generators themselves: valid books and people, every construct, every verdict."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Absent, Listed, Record
from tests.oracle.completion import TooLargeError, assess, possible, unknown_facts, walk
from tests.oracle.domains import domains_for, told_values
from tests.strategies.books import books, labelled
from tests.strategies.people import Told, complete, incomplete, population

CONDITIONS = {"Compare", "OneOf", "Member", "Window", "Truth", "Always", "All", "AnyOf", "AtLeast", "Not"}
CONDITIONS |= {"Quantified", "Call", "ByReading"}
EXPRESSIONS = {"Path", "Const", "Param", "Shift", "YearOf", "AgeOn", "Difference", "Aggregate", "Extreme"}
MANY = settings(
    max_examples=60,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@MANY
@given(st.data())
def test_books_are_whole(data: st.DataObject) -> None:
    book = data.draw(books())
    for category in book.categories.values():
        named = [path for part in (category.needs, category.bars) if part is not None for path in labelled(part)]
        assert len(named) == len(set(named))
        for o in category.overrides:
            assert o.target in named
            others = [p for p in category.overrides if p.target == o.target and p.effect != o.effect]
            assert all(o.label in p.over or p.label in o.over for p in others), "a conflict without an order"
    for part in walk((book.categories, book.terms)):
        match part:
            case m.Param(id):
                assert id in book.parameters
            case m.ByReading(reading, branches):
                assert [value for value, _ in branches] == [value for value, _ in book.readings[reading].values]
            case m.Clause(label=str(), cites=cites):
                assert cites
            case m.Call(term, args):
                assert len(args) == len(book.terms[term].params)
            case _:
                pass


@MANY
@given(st.data())
def test_people_fit_their_book(data: st.DataObject) -> None:
    book = data.draw(books())
    of = population(book)
    told = data.draw(st.one_of(complete(of), incomplete(of)))
    if told is None:
        return
    assert possible(book, told.root)
    assert set(told.case.root.facts) == set(book.givens)
    if told.complete:
        assert not any(isinstance(it, Absent) for it in told_values(told.case.root))
    else:
        # What the person was made from is a completion: all that is told is as it was, and the rest was erased.
        assert agrees(told.case.root, told.root)
        assert any(True for _ in unknown_facts(book, told.case))


def agrees(told: object, root: object) -> bool:
    """Whether a case says nothing but what its completion says."""
    match told, root:
        case Record(facts), dict():
            return all(agrees(facts[name], root[name]) for name in root)
        case Listed(items, more), tuple():
            return (more or len(items) == len(root)) and all(map(agrees, items, root))
        case Absent(), _:
            return True
        case _:
            return told == root


def test_every_construct_and_every_verdict_turns_up() -> None:
    seen: Counter[str] = Counter()
    verdicts: Counter[m.Verdict] = Counter()
    kinds: Counter[str] = Counter()

    @seed(7)
    @settings(MANY, max_examples=240, derandomize=False, database=None)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        book = data.draw(books())
        of = population(book, 60)
        for part in walk((book.categories, book.terms, book.invariants)):
            match part:
                case m.Compare(op):
                    seen.update((type(part).__name__, op))
                case m.Aggregate(kind=kind) | m.Extreme(kind=kind) | m.Quantified(kind=kind):
                    seen.update((type(part).__name__, kind))
                case m.Window(side=side):
                    seen.update((type(part).__name__, f"window {side}"))
                case m.Override(effect=effect, over=over):
                    seen.update((effect, "over" if over else "alone"))
                case _ if hasattr(part, "__struct_fields__"):
                    seen[type(part).__name__] += 1
                case _:
                    pass
        seen.update(cover.kind for table in book.tables.values() for cover in table.coverage)
        seen.update(f"{it.mode} judgement" for it in book.judgements.values())
        seen.update("no value" for p in book.parameters.values() for row in p.values if row.value is None)
        for strategy in (complete(of), incomplete(of)):
            told: Told | None = data.draw(strategy)
            if told is None:
                continue
            try:
                found = assess(book, told.case, domains_for(book, told.case))
            except TooLargeError:
                continue
            verdicts.update(it.verdict for it in found.values())
            kinds.update(kind for it in found.values() for kind, _ in it.hinges)
            kinds.update("assumes" for it in found.values() if it.assumes)
            kinds.update("sensitive" for it in found.values() if it.sensitive)

    run()
    wanted = (
        CONDITIONS | EXPRESSIONS | {"is", "is_not", "lt", "le", "gt", "ge", "months", "count", "sum", "some", "every"}
    )
    wanted |= {
        "earliest",
        "latest",
        "least",
        "greatest",
        "window after",
        "window before",
        "met",
        "unmet",
        "over",
        "alone",
    }
    wanted |= {"closed", "gappy", "presumed judgement", "open judgement", "no value"}
    assert wanted - set(seen) == set()
    assert {"fact", "judgement", "law", "assumes", "sensitive"} - set(kinds) == set()
    assert all(verdicts[verdict] >= sum(verdicts.values()) / 10 for verdict in m.Verdict), verdicts


def test_a_wrong_evaluator_would_be_noticed() -> None:
    """Turning the needs of a category round changes some verdicts: the people are not all beside the point."""
    changed = 0

    @seed(7)
    @settings(MANY, max_examples=20, derandomize=False)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        nonlocal changed
        book = data.draw(books())
        of = population(book, 20)
        told = data.draw(complete(of))
        if told is None:
            return
        first = next(iter(book.categories.values()))
        turned = replace(first, needs=m.Clause(None, m.Not(first.needs)), overrides=())
        other = replace(book, categories={**book.categories, first.id: turned})
        domains = domains_for(book, told.case)
        one, two = (assess(it, told.case, domains)[first.id].verdict for it in (book, other))
        changed += one != two

    run()
    assert changed >= 5
