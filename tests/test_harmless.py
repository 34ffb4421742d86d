"""Promises that more of a fact never hurts: kept or broken as trying all pairs of people says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import event, example, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Case, Record, having
from solver.assess import assess
from solver.check import check_case
from solver.compiled import compile_book
from solver.examination import Examination, Finding, filing_days
from solver.harmless import harmless, parted
from solver.run import Deadline
from tests.agreement import Asked, expected
from tests.drawn import Drawn
from tests.oracle.completion import possible
from tests.oracle.meaning import category_holds
from tests.strategies.books import TRUTH, WHOLE, blank, books, clause, fact, words
from tests.strategies.people import Population, complete, drawn, known, population, some
from tests.test_agreement import BUDGET, few, laws

YES, NO = m.Verdict.QUALIFIES, m.Verdict.DOES_NOT_QUALIFY


def examined(book: m.Book) -> tuple[list[Finding], set[str]]:
    """The promises found broken, and those of which nothing is said."""
    compiled = compile_book(book)
    e = Examination(compiled, filing_days(compiled, None, None), Deadline(120), bounded=False)
    return list(harmless(e)), set(e.left_out)


# ---------------------------------------------------------------- all pairs of people


class Pairs(Drawn):
    """A book of two numbers, a truth and a list, few enough to try everybody.

    Numbers are compared with 2 and 3 and with one another, so that 0 to 5 stand for all there are.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        p = self.pick
        entity = m.Entity("item", words("item"), (fact("good", TRUTH), fact("size", WHOLE)))
        givens = (fact("n", WHOLE), fact("k", WHOLE), fact("fit", TRUTH), fact("items", m.ListOf("item")))
        needs, bars = clause(self.tree(2)), clause(self.tree(1)) if p((True, False)) else None
        self.book = blank(
            entities={"item": replace(entity, invariants=(self.within("it", 2),) if p((True, False)) else ())},
            givens={f.id: f for f in givens},
            schemes={"made": m.Scheme("made", words("made"))},
            categories={"made.a": m.Category("made.a", words("a"), needs, bars)},
            invariants=(clause(self.tree(1)),) if p((True, False, False)) else (),
            properties={
                "n": m.NeverHurts("n", m.Path("n"), WHOLE, "made.a"),
                "items": m.NeverHurts("items", m.Path("items"), m.ListOf("item"), "made.a"),
            },
        )

    def within(self, var: str, most: int) -> m.Clause:
        return clause(m.Compare("le", m.Path(var, ("size",)), m.Const(most, WHOLE)))

    def leaf(self) -> m.Cond:
        p, var = self.pick, self.name()
        number = p((m.Path("n"), m.Path("k")))
        limit: m.Expr = p((m.Const(2, WHOLE), m.Const(3, WHOLE), m.Path("k"), m.Path("n")))
        size = m.Compare(self.operator(), m.Path(var, ("size",)), m.Const(1, WHOLE))
        of_item = p((m.Truth(m.Path(var, ("good",))), size))
        items = m.Path("items")
        match p(("number", "number", "truth", "some", "every", "count", "sum")):
            case "number":
                return m.Compare(self.operator(), number, limit)
            case "truth":
                return m.Truth(m.Path("fit"))
            case "count":
                count = m.Aggregate("count", var, items, "item", p((None, of_item)))
                return m.Compare(self.operator(), count, m.Const(p((1, 2)), WHOLE))
            case "sum":
                total = m.Aggregate("sum", var, items, "item", p((None, of_item)), of=m.Path(var, ("size",)))
                return m.Compare(self.operator(), total, m.Const(2, WHOLE))
            case kind:
                return m.Quantified("some" if kind == "some" else "every", var, items, "item", clause(of_item))

    def people(self) -> Iterator[dict[str, Any]]:
        """Everybody, with up to two elements of the list."""
        kinds = [{"good": good, "size": size} for good in (True, False) for size in range(3)]
        lists = [c for n in range(3) for c in itertools.combinations_with_replacement(kinds, n)]
        for n, k, fit, items in itertools.product(range(6), range(6), (True, False), lists):
            yield {"n": n, "k": k, "fit": fit, "items": items}


def key(root: dict[str, Any]) -> tuple[Any, ...]:
    """A person as something to look up."""
    return root["n"], root["k"], root["fit"], tuple(sorted((i["good"], i["size"]) for i in root["items"]))


def broken_by_trying(pairs: Pairs) -> set[str]:
    """The promises that two of all people break."""
    holds = {
        key(root): category_holds(pairs.book, "made.a", root, {}, lambda _: False)
        for root in pairs.people()
        if possible(pairs.book, root)
    }
    out = set()
    for (n, k, fit, items), truth in holds.items():
        if not truth:
            continue
        if any(holds.get((more, k, fit, items)) is False for more in range(n + 1, 6)):
            out.add("n")
        kinds = [(good, size) for good in (False, True) for size in range(3)]
        for further in (c for i in range(1, 3 - len(items)) for c in itertools.combinations_with_replacement(kinds, i)):
            if holds.get((n, k, fit, tuple(sorted((*items, *further))))) is False:
                out.add("items")
    return out


@laws
@given(st.integers(0, 10**9))
@example(76)  # whose invariants look at a whole list: what cannot be of one element can be beside others
@example(166)
@example(249)
def test_a_promise_is_broken_where_two_of_all_people_break_it(seed: int) -> None:
    pairs = Pairs(seed)
    note(f"{pairs.book.categories} {pairs.book.invariants}")
    findings, left_out = examined(pairs.book)
    right = broken_by_trying(pairs)
    found = {f.subject for f in findings}
    for name in pairs.book.properties:
        event(f"{name} {'broken' if name in right else 'kept'}{', left out' if name in left_out else ''}")
    assert right <= found | left_out
    for f in findings:  # of more elements than were tried here, it may be
        parts_two(pairs.book, f)


def parts_two(book: m.Book, f: Finding) -> None:
    """The person shown qualifies and the same with more does not, as a plain assessment and trying say."""
    p = book.properties[f.subject]
    assert isinstance(p, m.NeverHurts)
    assert f.shown is not None
    compiled = compile_book(book)
    two = parted(Examination(compiled, filing_days(compiled, None, None), Deadline(120), bounded=False), p)
    assert two is not None
    assert two[0].root == f.shown.case.root
    less, more = (at(case, p.fact) for case in two)
    assert all(case.root == having(two[0], (p.fact.base, *p.fact.steps), at(case, p.fact)).root for case in two)
    if isinstance(p.type, m.ListOf):
        assert len(more.items) > len(less.items)
        assert all(more.items.count(it) >= less.items.count(it) for it in less.items)
    else:
        assert more > less
    for case, verdict in zip(two, (YES, NO), strict=True):
        assert check_case(compiled, case) == ()
        (result,) = assess(compiled, case, categories=[p.category]).results
        assert result.verdict is verdict
        right = expected(book, case, Asked({}, "presumed"))
        assert right is None or right[p.category].verdict is verdict


def at(case: Case, path: m.Path) -> Any:
    """What a case tells of a fact."""
    here: Any = case.root
    for step in (path.base, *path.steps):
        here = here.facts[step]
    return here


# ---------------------------------------------------------------- people drawn for books of every construct


def countable(book: m.Book) -> Iterator[tuple[m.Path, m.Type]]:
    """The numbers, amounts and lists of a book that are no facts of elements."""

    def inside(path: m.Path, kind: m.Type) -> Iterator[tuple[m.Path, m.Type]]:
        match kind:
            case m.EntityOf(entity):
                for f in book.entities[entity].facts:
                    yield from inside(m.Path(path.base, (*path.steps, f.id)), f.type)
            case m.ListOf() | m.Scalar("whole" | "money"):
                yield path, kind
            case _:
                pass

    for f in book.givens.values():
        yield from inside(m.Path(f.id), f.type)


def favoured(book: m.Book, kind: m.Type, value: Any) -> Any:
    """The same with what is presumed as it is presumed."""
    match kind:
        case m.EntityOf(entity):
            return {f.id: _presumed(book, f, value[f.id]) for f in book.entities[entity].facts}
        case m.ListOf(entity):
            return tuple(favoured(book, m.EntityOf(entity), it) for it in value)
        case _:
            return value


def _presumed(book: m.Book, f: m.Fact, value: Any) -> Any:
    if f.judgement is not None and book.judgements[f.judgement].mode == "presumed":
        return True
    return favoured(book, f.type, value)


def with_more(data: st.DataObject, of: Population, root: dict[str, Any], path: m.Path, kind: m.Type) -> Any:
    """The same person with more of a fact; None if no more was drawn."""
    steps = (path.base, *path.steps)
    pick = lambda options: data.draw(st.sampled_from(options))  # noqa: E731
    entity: str | None = None
    holder: Any = root
    for step in steps[:-1]:
        declared = of.book.givens[step] if entity is None else of.book.entities[entity].fact(step)
        assert declared is not None
        assert isinstance(declared.type, m.EntityOf)
        entity, holder = declared.type.entity, holder[step]
    last = of.book.givens[steps[-1]] if entity is None else of.book.entities[entity].fact(steps[-1])
    assert last is not None
    now = holder[steps[-1]]
    if isinstance(kind, m.ListOf):
        more: Any = (*now, favoured(of.book, m.EntityOf(kind.entity), some(pick, of, kind.entity)))
    else:
        more = drawn(pick, of, entity, last)
        if more <= now:
            return None

    def put(thing: Any, rest: tuple[str, ...]) -> Any:
        return {**thing, rest[0]: more if len(rest) == 1 else put(thing[rest[0]], rest[1:])}

    return put(root, steps)


@few
@given(st.data())
def test_no_pair_drawn_breaks_a_promise_that_is_kept(data: st.DataObject) -> None:
    book = data.draw(books())
    facts = list(countable(book))
    category = data.draw(st.sampled_from(sorted(book.categories)))
    promises = {str(path): m.NeverHurts(str(path), path, kind, category) for path, kind in facts}
    book = replace(book, properties=promises)
    note(f"{book}")
    findings, left_out = examined(book)
    for f in findings:
        event("broken")
        parts_two(book, f)
    kept = promises.keys() - left_out - {f.subject for f in findings}
    of = population(book, BUDGET)
    plain = {r.id: r.default for r in book.readings.values()}
    for _ in range(6):
        told = data.draw(complete(of))
        if told is None:
            continue
        root = {f.id: _presumed(book, f, told.root[f.id]) for f in book.givens.values()}
        if not possible(book, root) or not category_holds(book, category, root, plain, _no):
            continue
        for name in sorted(kept):
            event("kept")
            other = with_more(data, of, root, promises[name].fact, promises[name].type)
            if other is None or not possible(book, other) or category_holds(book, category, other, plain, _no):
                continue
            # By a law that says no to everything; whether each is sure under every law, trying all says.
            both = [expected(book, as_case(book, r), Asked({}, "presumed")) for r in (root, other)]
            verdicts = [it and it[category].verdict for it in both]
            assert verdicts != [YES, NO], (name, root, other)


def _no(question: Any) -> bool:
    return False


def as_case(book: m.Book, root: dict[str, Any]) -> Case:
    """Somebody of whom all is told."""
    return Case("somebody", Record({f.id: known(f.type, root[f.id]) for f in book.givens.values()}))
