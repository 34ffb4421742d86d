"""Promises that more of a fact never hurts: kept or broken as trying all pairs of people says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, example, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.book import compile_book_files
from dsl.case import Case, Listed, Record, having
from solver.assess import assess
from solver.check import check_case
from solver.compiled import compile_book
from solver.examination import Examination, Finding, filing_days
from solver.harmless import harmless, parted
from solver.run import Deadline
from tests import ready
from tests.agreement import Asked, expected
from tests.drawn import Drawn
from tests.oracle.completion import possible
from tests.oracle.meaning import category_holds
from tests.strategies.books import TRUTH, WHOLE, blank, books, clause, fact, words
from tests.strategies.people import Population, complete, drawn, incomplete, known, population, some
from tests.test_agreement import BUDGET, few, laws
from tests.test_audit import audited, book_of
from tests.test_codes import files_of

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
        key(root): category_holds(pairs.book, "made.a", root, {}, _no)
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
        for case, truth in zip(parts_two(pairs.book, f), (True, False), strict=True):
            root = completed(case)
            assert not possible(pairs.book, root) or category_holds(pairs.book, "made.a", root, {}, _no) is truth


def parts_two(book: m.Book, f: Finding) -> tuple[Case, Case]:
    """The person shown qualifies and the same with more does not, as plain assessments say."""
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
    return two


def completed(case: Case) -> dict[str, Any]:
    """One of the ways in which a person of such a book can be, whatever is not told."""

    def told(facts: Any, plain: dict[str, Any]) -> dict[str, Any]:
        return {name: it if isinstance(it, bool | int) else plain[name] for name, it in facts.items() if name in plain}

    listed = case.root.facts["items"]
    assert isinstance(listed, Listed)
    items = tuple(told(it.facts, {"good": False, "size": 0}) for it in listed.items)
    return told(case.root.facts, {"n": 0, "k": 0, "fit": False}) | {"items": items}


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
        for case, verdict in zip(parts_two(book, f), (YES, NO), strict=True):
            right = expected(book, case, Asked({}, "presumed"))
            assert right is None or right[category].verdict is verdict
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


# ---------------------------------------------------------------- worked books


CAPPED = """
term well_off(p : person)
  en "well off"  zh "富裕"
  means p.income more than HK$5,000  cites guide "1"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs applicant.income at least HK$1,000  cites guide "1"
  barred by
    [rich] well_off(applicant)
    [worked] some j in applicant.jobs such that j.began before submitted_on  cites guide "1"

property earning : more of applicant.income never hurts small.a
property family : more of applicant.children never hurts small.a
property studied : more of applicant.degrees never hurts small.a
property work : more of applicant.jobs never hurts small.a
property any_order : the order of applicant.jobs never matters
"""


def test_a_cap_and_a_bar_are_named_with_what_hurts() -> None:
    """HK$5,001 is the least that is too much; whoever never worked is kept out by a job begun before filing."""
    found = audited(book_of(CAPPED))
    shown = {f.subject: f.shown.words for f in found.findings if f.code == "B915" and f.shown}
    assert shown.keys() == {"earning", "work"}
    assert shown["earning"] == m.Label("with HK$5,001 they no longer qualify", "若為HK$5,001，此人便不再符合")
    assert " besides in `applicant.jobs` they no longer qualify" in shown["work"].en
    assert [p.id for p in found.kept] == ["family", "studied", "any_order"]


def test_a_floor_and_a_count_never_hurt() -> None:
    """Without the cap and the bar nothing is left that more could do harm to."""
    text = CAPPED[: CAPPED.index("  barred by")] + CAPPED[CAPPED.index("\nproperty") :]
    text = text.replace("needs applicant.income", "needs well_off(applicant) and applicant.income")
    found = audited(book_of(text))
    assert [f.code for f in found.findings if f.code == "B915"] == []
    assert [p.id for p in found.kept] == ["earning", "family", "studied", "work", "any_order"]


def test_of_two_people_both_must_be_possible() -> None:
    """Nobody earns more than HK$5,000 here, so that the cap keeps nobody out; of those with children it does."""
    nobody = CAPPED + "\ninvariant applicant.income at most HK$5,000\n"
    assert "earning" in {p.id for p in audited(book_of(nobody)).kept}
    parents = CAPPED + "\ninvariant applicant.income at most HK$5,000 or applicant.children at least 1\n"
    assert "earning" in {f.subject for f in audited(book_of(parents)).findings}
    # Whoever has no child cannot have more, and only they qualify.
    childless = parents.replace("needs applicant.income", "needs applicant.children is 0 and applicant.income")
    assert "earning" in {p.id for p in audited(book_of(childless)).kept}


COUNTED = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs TOTAL  cites guide "1"

property work : more of applicant.jobs never hurts small.a
"""


@pytest.mark.parametrize(
    "total", ["count of j in applicant.jobs", "months of j in applicant.jobs, before submitted_on"]
)
def test_too_many_hurt_and_enough_do_not(total: str) -> None:
    """What more spells add up to is too much to try: then the promise is neither kept nor broken, and is named."""
    limit = "2" if total.startswith("count") else "12 months"
    enough = audited(book_of(COUNTED.replace("TOTAL", f"{total} at least {limit}")))
    assert [f.code for f in enough.findings if f.code == "B915"] == []
    assert [*(p.id for p in enough.kept), *enough.left_out] == ["work"]
    assert (enough.left_out == ()) is (limit == "2")
    few_ = book_of(COUNTED.replace("TOTAL", f"{total} less than {limit}"))
    (f,) = [f for f in audited(few_).findings if f.code == "B915"]
    parts_two(few_, f)


def test_a_length_of_time_is_greater_whatever_its_unit() -> None:
    text = CAPPED.replace("applicant.income at least HK$1,000", "applicant.contract at least 1 year")
    text = text.replace(
        "[worked] ",
        """[long] applicant.contract more than 30 months  cites guide "1"
    [worked] """,
    )
    (f,) = [
        f
        for f in audited(book_of(text.replace("more of applicant.children", "more of applicant.contract"))).findings
        if f.subject == "family"
    ]
    assert f.shown is not None
    assert f.shown.words.en == "with 31 months they no longer qualify"


def test_the_book_may_answer_it() -> None:
    answer = '\naccepted B915 on "earning"\n  en "a cap is meant"  zh "設有上限"\n'
    found = audited(book_of(CAPPED + answer))
    assert [f.key for f in found.answered] == ["B915 earning"]
    assert "earning" not in {p.id for p in found.kept}


def test_a_promise_reads_nothing() -> None:
    """A fact that only a promise names is still one that no rule reads."""
    spare = 'given spare : whole\n  en "x"  zh "x"\n' + CAPPED
    for text in (spare, f"{spare}property q : more of spare never hurts small.a\n"):
        made = compile_book_files(files_of(text))
        assert [d.message for d in made.diagnostics if d.code == "A421" and "`spare`" in d.message] != []


def test_the_command_names_what_hurts_and_assess_takes_the_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files_of(CAPPED).items():
        (tmp_path / name).write_text(text, "utf-8")
    code, out, _ = ready.run(capsys, f"audit {tmp_path}")
    assert code == 1
    assert "error[B915]: `earning` is broken: more of `applicant.income` can hurt in `small.a`" in out
    assert "promises kept: family, studied\n" in out
    assert "kept, as nothing reads the order of a list: any_order\n" in out
    shown = out.split("with HK$5,001 they no longer qualify;")[1].split("\n\n")[0].split("\n", 1)[1]
    less = "\n".join(line.removeprefix("    ") for line in shown.splitlines()) + "\n"
    (tmp_path / "less.yaml").write_text(less, "utf-8")
    more = re.sub(r"income: \d+", "income: 5001", less)
    assert more != less
    (tmp_path / "more.yaml").write_text(more, "utf-8")
    for name, verdict in (("less", "qualifies"), ("more", "does_not_qualify")):
        _, out, err = ready.run(capsys, f"assess {tmp_path / name}.yaml --book {tmp_path} --json")
        assert f'"verdict": "{verdict}"' in out, err
    _, out, _ = ready.run(capsys, f"audit {tmp_path} --lang zh-Hant")
    assert "更多的`applicant.income`可有損於`small.a`" in out
    assert "若為HK$5,001，此人便不再符合" in out


@few
@given(st.data())
def test_the_order_of_a_list_never_matters(data: st.DataObject) -> None:
    """Whatever a book reads of lists, everybody drawn has the same verdicts with each list told backwards."""
    book = data.draw(books())
    compiled = compile_book(book)

    def backwards(value: Any) -> Any:
        match value:
            case Listed(items):
                return replace(value, items=items[::-1])
            case Record(facts):
                return Record({name: backwards(it) for name, it in facts.items()})
            case _:
                return value

    for _ in range(4):
        told = data.draw(incomplete(population(book, BUDGET)))
        if told is not None and backwards(told.case.root) != told.case.root:
            event("told backwards")
            cases = (told.case, replace(told.case, root=backwards(told.case.root)))
            here, there = ([r.verdict for r in assess(compiled, c, reasons=False).results] for c in cases)
            assert here == there
