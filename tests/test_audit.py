"""Auditing a book: findings equal what brute force finds on small books, and each is shown by a real person."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.book import compile_book_files
from solver.assess import assess, compile_book
from solver.audit import Audit, audit
from solver.check import check_case
from solver.examination import Finding, nobody
from solver.finder import finder
from solver.matters import Matters, labelled, look
from solver.run import Deadline
from solver.stretches import stretches_of
from solver.turned import clauses_turned, readings_turned
from tests import ready
from tests.agreement import Asked, expected
from tests.oracle.completion import readings_of
from tests.oracle.meaning import category_holds
from tests.strategies.books import books
from tests.strategies.people import complete, population
from tests.test_agreement import BUDGET, few
from tests.test_codes import EXAMPLES, files_of

ROOT = Path(__file__).parent.parent

# ---------------------------------------------------------------- the pages of the findings


PAGES = [example for example in EXAMPLES if example[0].startswith("B")]


def book_of(block: str) -> m.Book:
    """The checked book of an example."""
    return ready.book(files_of(block))


def audited(book: m.Book) -> Audit:
    """Everything the audit finds, without a limit of time."""
    return audit(compile_book(book))


@pytest.mark.parametrize(("code", "kind", "quality", "block"), PAGES, ids=[f"{e[0]}-{e[2]}" for e in PAGES])
def test_the_examples_do_what_the_page_says(code: str, kind: str, quality: str, block: str) -> None:
    found = audited(book_of(block))
    codes = [f.code for f in found.findings]
    if quality == "good":
        assert code not in codes
    else:
        assert code in codes
        shown = next(f for f in found.findings if f.code == code)
        assert shown.advice is not None
        assert found.left_out == ()
        # Somebody who shows it, or comes nearest to it; of an answer to nothing there is nobody.
        assert (shown.shown is None) == (code in UNSHOWN)
        texts = book_of(block).texts
        for f in found.findings:
            confirm(book_of(block), f)
            assert all(texts[p.file][p.start : p.end].strip() for p, _ in f.places)
            assert f.places or f.code == "B910"  # which is about the whole book


UNSHOWN = {"B908", "B913"}
"""The table with a gap in the example is read by no rule."""


def confirm(book: m.Book, f: Finding) -> None:
    """A plain assessment says of the person of a finding what the finding says."""
    if f.shown is None:
        return
    compiled = compile_book(book)
    assert check_case(compiled, f.shown.case) == ()
    (result,) = assess(compiled, f.shown.case, categories=[f.shown.category]).results
    assert result.verdict is f.shown.verdict, f


def turns(book: m.Book, f: Finding) -> None:
    """With the clause of a finding taken otherwise, the verdict on the person shown is another one.

    It may then depend, but only on what the law leaves open: one answer to that question turns it.
    """
    category, *path = f.subject.split("/")
    if f.shown is None or f.code not in ("B903", "B904") or category not in book.categories or "such_that" in path:
        return
    other = compile_book(changed(book, category, tuple(path), f.code == "B904"))
    (result,) = assess(other, f.shown.case, categories=[category]).results
    assert result.verdict is not f.shown.verdict
    for verdict in (result.verdict, f.shown.verdict):
        assert verdict is not m.Verdict.DEPENDS or {h.kind for h in result.hinges} == {"law"}, f


@few
@given(st.data())
def test_every_person_shown_shows_it(data: st.DataObject) -> None:
    """On generated books the person of every finding is confirmed, and clauses that would matter to them would."""
    book = data.draw(books())
    note(f"{book}")
    found = audit(compile_book(book), seconds=60)
    for f in found.findings:
        event(f"{f.code} {'nobody' if f.shown is None else 'somebody'}")
        note(f"{f}")
        confirm(book, f)
        right = expected(book, f.shown.case, Asked({}, "presumed")) if f.shown else None
        assert right is None or f.shown is None or right[f.shown.category].verdict is f.shown.verdict
        if not any(c.overrides for c in book.categories.values()):
            turns(book, f)


# ---------------------------------------------------------------- findings and people


RULES = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [many] applicant.children at least 3  cites guide "1"
    [paid] applicant.income at least HK$1,000  cites guide "1"

category small.b
  en "Category B"  zh "B類"  cites guide "1"
  needs all of
    [few] applicant.children at most 3  cites guide "1"
    [young] submitted_on before applicant.born_on plus 30 years  cites guide "1"

property apart : never small.a and small.b
"""


def one(found: Audit, code: str) -> Finding:
    """The only finding of a code."""
    (finding,) = [f for f in found.findings if f.code == code]
    return finding


def test_a_broken_promise_is_shown_by_a_person_whom_assess_confirms() -> None:
    book = book_of(RULES)
    compiled = compile_book(book)
    broken = one(audited(book), "B905")
    assert broken.shown is not None
    verdicts = {r.category: r.verdict for r in assess(compiled, broken.shown.case).results}
    assert verdicts == {"small.a": m.Verdict.QUALIFIES, "small.b": m.Verdict.QUALIFIES}
    # Three children is the only number both categories take.
    applicant: Any = broken.shown.case.root.facts["applicant"]
    assert applicant.facts["children"] == 3


def test_the_exception_proposed_keeps_the_promise_and_changes_nothing_else() -> None:
    broken = one(audited(book_of(RULES)), "B905")
    assert broken.exception is not None
    # Whoever has three children and is young is in B; taking them out of A changes nobody else, and no condition of B
    # can be left out of the exception: without the age it would take older people out of A, who are not in B.
    assert "[few]" in broken.exception
    assert "[young]" in broken.exception
    mended = RULES.replace("\ncategory small.b", f"{broken.exception}\n\ncategory small.b")
    assert [f.code for f in audited(book_of(mended)).findings] == []


PRESUMED = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [paid] applicant.income at least HK$1,000  cites guide "1"
    [safe] judged security  cites guide "1"

category small.b
  en "Category B"  zh "B類"  cites guide "1"
  needs all of
    [studied] some d in applicant.degrees such that all of
      [level] d.level at least master  cites guide "1"
      [field] d.field is science  cites guide "1"
    [paid_too] applicant.income at least HK$500  cites guide "1"
  barred by
    [young] applicant.born_on after submitted_on minus 18 years  cites guide "1"

property apart : never small.a and small.b
"""


def test_the_exception_has_what_is_presumed() -> None:
    """A asks for no objection on security grounds: who is objected to is not in A and must stay in B."""
    broken = one(audited(book_of(PRESUMED)), "B905")
    lines = (
        "  except [not_small_a] all of",
        '    [paid] applicant.income at least HK$1,000  cites guide "1"',
        '    [safe] judged security  cites guide "1"',
        "    overrides [studied] as not met",
    )
    assert broken.exception == "\n".join(lines)


LONGER = PRESUMED.replace(
    "\n\ncategory small.b",
    """
    [family] applicant.children at least 1  cites guide "1"
    [national] applicant.nationality is JP  cites guide "1"
    [employed] applicant.contract at least 12 months  cites guide "1"

category small.b""",
)


def test_the_exception_has_conditions_of_several_lines_and_denies_bars() -> None:
    """Whoever is in A is paid enough for B; what else B asks, and that its bar does not apply, cannot be left out."""
    broken = one(audited(book_of(LONGER)), "B905")
    lines = (
        "  except [not_small_b] all of",
        "    [studied] some d in applicant.degrees such that all of",
        '      [level] d.level at least master  cites guide "1"',
        '      [field] d.field is science  cites guide "1"',
        '    [young] not (applicant.born_on after submitted_on minus 18 years)  cites guide "1"',
        "    overrides [paid] as not met",
    )
    assert broken.exception == "\n".join(lines)
    mended = LONGER.replace("\ncategory small.b", f"{broken.exception}\n\ncategory small.b")
    assert [f.code for f in audited(book_of(mended)).findings] == []


def test_what_the_book_answers_is_not_said_again() -> None:
    closed = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [many] applicant.children at least 3  cites guide "1"
    [few] applicant.children at most 2  cites guide "1"
"""
    answer = '\naccepted B901 on "small.a"\n  en "closed on purpose"  zh "刻意關閉"\n'
    assert "B901" in {f.code for f in audited(book_of(closed)).findings}
    found = audited(book_of(closed + answer))
    assert "B901" not in {f.code for f in found.findings}
    assert [f.code for f in found.answered] == ["B901"]


def test_a_dead_exception_to_a_presumed_judgement_is_shown_by_somebody_judged_otherwise() -> None:
    """Whoever is presumed to pass needs no exception: only whom an officer has refused would be helped by one."""
    book = book_of("""
judgement good_record presumed
  en "good record"  zh "記錄良好"
  cites guide "1"

category small.a
  en "A"  zh "甲"  cites guide "1"
  needs all of
    [record] judged good_record  cites guide "1"
    [paid] applicant.income at least HK$1,000  cites guide "1"
  except [spared] all of
    [poor] applicant.income less than HK$500  cites guide "1"
    [rich] applicant.income at least HK$500  cites guide "1"
    overrides [record] as met
""")
    dead = one(audited(book), "B904")
    assert dead.subject == "small.a/spared/spared"
    assert dead.shown is not None
    assert dead.shown.verdict is m.Verdict.DOES_NOT_QUALIFY
    assert dead.shown.case.root.facts["good_record"] is False
    confirm(book, dead)


def listed(*rows: tuple[str, str, str, str], asked: str = "") -> m.Book:
    """A book with one list of countries: a row for each country, first and last day and a note."""
    text = "country,first,last,note\n" + "".join(",".join(row) + "\n" for row in rows)
    rule = f"""
table barred from "data/barred.csv"
  en "barred"  zh "除外"  cites guide "1"
  key country : country
  valid first to last
  closed

category small.a
  en "A"  zh "甲"  cites guide "1"
  needs not applicant.nationality in barred on submitted_on{asked}  en "n"  zh "國"  cites guide "1"
"""
    return ready.book({**files_of(rule), "data/barred.csv": text})


def test_rows_overlap_whatever_their_notes_say() -> None:
    """A note that no rule asks for makes no other row; a column that some rule asks for does."""
    rows = (("LA", "2023-01-01", "2023-10-24", "first"), ("LA", "2023-10-24", "", "again"))
    assert [s.subject for s in stretches_of(listed(*rows))] == ["barred LA 2023-10-24"]
    assert list(stretches_of(listed(*rows, asked=' where note is "first"'))) == []


def test_two_answers_to_one_finding_are_one_too_many() -> None:
    answer = 'accepted B901 on "small.a"\n  en "closed on purpose"  zh "刻意關閉"\n'
    made = compile_book_files(files_of(RULES + answer + answer))
    assert [d.code for d in made.diagnostics] == ["N103"]


def test_an_audit_cut_short_says_so() -> None:
    found = audit(compile_book(book_of(RULES)), seconds=1e-9)
    assert not found.complete


def test_the_command_shows_both_clauses_and_a_case_that_assess_takes(tmp_path: Path) -> None:
    for name, text in files_of(RULES).items():
        (tmp_path / name).write_text(text, "utf-8")
    run = [sys.executable, "-m", "whereas"]
    done = subprocess.run([*run, "audit", str(tmp_path)], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "error[B905]: `apart` is broken" in done.stdout
    shown = done.stdout.split("this person shows it;")[1].split("\n\n")[0].split("\n", 1)[1]
    case = tmp_path / "case.yaml"
    case.write_text("\n".join(line.removeprefix("    ") for line in shown.splitlines()) + "\n", "utf-8")
    again = subprocess.run(
        [*run, "assess", str(case), "--book", str(tmp_path), "--json"], capture_output=True, text=True, timeout=120
    )
    assert again.returncode == 0, again.stderr
    assert again.stdout.count('"verdict": "qualifies"') == 2


# ---------------------------------------------------------------- by brute force


def changed(book: m.Book, category: str, path: tuple[str, ...], truth: bool) -> m.Book:
    """The book with the clause at a path taken to hold or to fail, as an author would write it."""
    cond: m.Cond = m.Always() if truth else m.Not(m.Clause(None, m.Always()))

    def at(clause: m.Clause, way: tuple[str, ...]) -> m.Clause:
        inner = way[1:] if clause.label == (way[0] if way else None) and clause.label else way
        if not inner and clause.label:
            return replace(clause, cond=cond)
        match clause.cond:
            case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
                return replace(clause, cond=replace(clause.cond, items=tuple(at(i, inner) for i in items)))
            case m.Not(item):
                return replace(clause, cond=replace(clause.cond, item=at(item, inner)))
            case m.Quantified():
                return replace(clause, cond=replace(clause.cond, body=at(clause.cond.body, inner)))
            case m.ByReading(_, branches):
                told = tuple((value, at(branch, inner)) for value, branch in branches)
                return replace(clause, cond=replace(clause.cond, branches=told))
            case _:
                return clause

    old = book.categories[category]
    new = replace(old, needs=at(old.needs, path), bars=at(old.bars, path) if old.bars else None)
    return replace(book, categories={**book.categories, category: new})


@few
@given(st.data())
def test_what_never_matters_changes_nobody(data: st.DataObject) -> None:
    """Of every clause said to change nothing, no person drawn shows the contrary."""
    book = data.draw(books())
    compiled = compile_book(book)
    note(f"{book}")
    found = Matters()
    category = data.draw(st.sampled_from(sorted(book.categories)))
    clauses = labelled(compiled, category)
    search = finder(compiled, nobody(book, None), "all", "open", rules=2)
    look(search, category, clauses, found, Deadline(None))
    of = population(book, BUDGET)
    people = [told for _ in range(6) if (told := data.draw(complete(of))) is not None]
    gates = compiled.program.gates
    for gate in clauses:
        path = tuple(gates[gate].path.split("/")[1:])
        for truth in (True, False):
            if not found.none(gate, truth) or gates[gate].path.split("/")[0] != category:
                continue
            event("idle clause")
            other = changed(book, category, path, truth)
            for told in people:
                readings = readings_of(book, told.case, {})
                here = category_holds(book, category, told.root, readings, _says_no)
                there = category_holds(other, category, told.root, readings, _says_no)
                assert here is there, (gates[gate].path, truth)


def _says_no(question: Any) -> bool:
    """A law that says no to everything."""
    return False


def test_of_a_clause_nothing_is_said_where_a_choice_was_passed_over() -> None:
    """Somebody to whom it matters may be among those who were too much to try."""
    book = book_of(next(block for code, _, quality, block in PAGES if (code, quality) == ("B902", "bad")))
    compiled = compile_book(book)
    (category,) = book.categories
    idle = {f.subject for f in audit(compiled).findings if f.code == "B902"}
    (gate,) = [g for g in labelled(compiled, category) if compiled.program.gates[g].path in idle]
    for passed_over in (0, 1):
        found, search = Matters(), finder(compiled, nobody(book, None), "all", "open")
        search.placing.left_out = passed_over
        look(search, category, [gate], found, Deadline(None))
        assert [found.none(gate, truth) for truth in (True, False)] == [not passed_over] * 2


@few
@given(st.data())
def test_people_worked_out_add_no_finding(data: st.DataObject) -> None:
    """Whoever is asked first can only show that something matters or is open."""
    book = data.draw(books())
    compiled = compile_book(book)
    note(f"{book}")
    of = population(book, BUDGET)
    people = [told.case for _ in range(4) if (told := data.draw(complete(of))) is not None]
    alone, told_first = audit(compiled), audit(compiled, worked=lambda _: people)
    assert {f.subject for f in told_first.findings} <= {f.subject for f in alone.findings} | {*alone.left_out}


@few
@given(st.data())
def test_who_shows_that_a_clause_matters_shows_it(data: st.DataObject) -> None:
    """Of every person said to show that a clause matters, the changed book says something else."""
    book = data.draw(books())
    compiled = compile_book(book)
    note(f"{book}")
    found = Matters()
    category = data.draw(st.sampled_from(sorted(book.categories)))
    if book.categories[category].overrides:
        return
    clauses = labelled(compiled, category)
    look(finder(compiled, nobody(book, None)), category, clauses, found, Deadline(None))
    gates = compiled.program.gates
    for (gate, truth), (_, someone) in found.seen.items():
        path = gates[gate].path.split("/")
        if path[0] != category or someone.law:
            continue
        event("clause that matters")
        other = compile_book(changed(book, category, tuple(path[1:]), truth))
        here, there = (
            assess(c, someone.case, readings=someone.readings, reasons=False, categories=[category]).results[0].verdict
            for c in (compiled, other)
        )
        assert here is not there, (gates[gate].path, truth, someone)


@few
@given(st.data())
def test_a_worked_person_who_turns_is_answered_otherwise(data: st.DataObject) -> None:
    """Of every clause and reading that turns somebody worked out, the evaluator says something else of that person."""
    book = data.draw(books())
    compiled = compile_book(book)
    note(f"{book}")
    category = data.draw(st.sampled_from(sorted(book.categories)))
    of = population(book, BUDGET)
    told = [t for _ in range(4) if (t := data.draw(complete(of))) is not None]
    roots = {id(t.case): t.root for t in told}
    people = [t.case for t in told]
    gates = compiled.program.gates
    taken = [(g, truth) for g in labelled(compiled, category) for truth in (True, False)]
    none = Deadline(None)
    for (gate, truth), someone in clauses_turned(compiled, category, people, taken, none).items():
        path = gates[gate].path.split("/")
        if path[0] != category or book.categories[category].overrides:
            continue
        event("clause that turns somebody")
        readings = readings_of(book, someone.case, {})
        other = changed(book, category, tuple(path[1:]), truth)
        here, there = (category_holds(b, category, roots[id(someone.case)], readings, _says_no) for b in (book, other))
        assert here is not there, (gates[gate].path, truth)
    values = [(r.id, v) for r in book.readings.values() for v, _ in r.values if v != r.default]
    for reading, value in readings_turned(compiled, category, people, values, none):
        event("reading that turns somebody")
        plain = {r.id: r.default for r in book.readings.values()}
        assert any(
            category_holds(book, category, t.root, plain, _says_no)
            is not category_holds(book, category, t.root, plain | {reading: value}, _says_no)
            for t in told
        ), (reading, value)


SHUT = """
parameter fee : money by submitted_on
  en "fee"  zh "費用"
  from 2022-01-01 HK$5  cites guide "1"
  from 2024-01-01 HK$6  cites guide "1"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [open] submitted_on on or after 2023-01-01  cites guide "1"
    [known] submitted_on before 2024-01-01 or submitted_on after 2024-12-31  cites guide "1"
    [paid] applicant.income at least HK$1,000  cites guide "1"

category small.b
  en "Category B"  zh "B類"  cites guide "1"
  needs applicant.income at least fee  cites guide "1"
"""


def test_what_a_category_does_not_read_does_not_close_it() -> None:
    (f,) = [f for f in audited(book_of(SHUT)).findings if f.code == "B911"]
    assert [words.en for _, words in f.places] == ["shut on these days"]
    asks = SHUT.replace("at least HK$1,000", "at least fee")
    (f,) = [f for f in audited(book_of(asks)).findings if f.code == "B911"]
    assert [words.en for _, words in f.places] == ["`fee` changes on the first day"]


def test_lists_readings_and_judgements_are_underlined_where_they_stand() -> None:
    seen = {}
    for code, _, quality, block in PAGES:
        if quality == "bad" and code in ("B906", "B907", "B908"):
            book = book_of(block)
            f = next(f for f in audited(book).findings if f.code == code)
            seen[code] = [(p.file, book.texts[p.file][p.start : p.end].split()[0]) for p, _ in f.places]
    assert seen["B906"][0][0] == seen["B907"][0][0] == "book.rules"
    assert seen["B907"][0][1] == "judgement"
    assert [word for _, word in seen["B908"]] == ["closed", "closed"]


LISTED = """
table schools from "universities.csv"
  en "list of schools"  zh "院校名單"
  cites guide "1"
  key id : country
  labels name_en, name_zh
  valid listed_from to listed_to
  closed from 2022-12-28

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs applicant.nationality in schools on submitted_on  cites guide "1"
"""


def test_rows_are_underlined_in_their_file() -> None:
    rows = "JP,Japan,日本,2022-12-28,2023-06-30\n", "KR,Korea,韓國,2022-12-28,\n", "JP,Japan,日本,2023-06-01,\n"
    file = "universities.csv"
    book = ready.book({**files_of(LISTED), file: "id,name_en,name_zh,listed_from,listed_to\n" + "".join(rows)})
    (f,) = [f for f in audited(book).findings if f.code == "B909"]
    assert {p.file for p, _ in f.places} == {file}
    assert [book.texts[file][p.start : p.end] + "\n" for p, _ in f.places] == [rows[0], rows[2]]


NEVER = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [paid] applicant.income at least HK$1,000  cites guide "1"
    [paid_too] applicant.income at least HK$50  cites guide "1"
    [grown] applicant.children at least 1  cites guide "1"
  barred by
    [owing] applicant.income less than HK$0  cites guide "1"
"""


def test_what_never_holds_is_not_said_to_imply_or_to_exclude_what_stands_beside_it() -> None:
    said = {f.subject: [words.en for _, words in f.places] for f in audited(book_of(NEVER)).findings}
    assert said == {
        "small.a/paid_too": ["always met where it could matter", "wherever this holds, so does the other"],
        "small.a/owing": ["it holds for nobody"],
    }


LATE = """
parameter floor : money by submitted_on
  en "income that is asked for"  zh "收入要求"
  from 2024-06-01 HK$1,000  cites guide "1"

parameter family : whole by submitted_on
  en "children that are asked for"  zh "子女要求"
  from 2024-01-01 2  cites guide "1"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [family] applicant.children at least family  cites guide "1"
    [paid] applicant.income at least floor  cites guide "1"
"""


def test_a_value_begins_too_late_only_where_all_else_is_open_before_and_was_not_always() -> None:
    def late(text: str) -> list[str]:
        return [f.subject for f in audited(book_of(text)).findings if f.code == "B914"]

    # From 1 January two children are asked for, and an income that nobody knows until June.
    assert late(LATE) == ["small.a 2024-06-01"]
    # Nothing but the income says since when there is such a category: it begins with it.
    assert (
        late(LATE.replace("from 2024-01-01 2 ", "value 2 ").replace(' by submitted_on\n  en "ch', '\n  en "ch')) == []
    )
    # Somebody qualifies without the value.
    other = '[paid] any of\n      [old] applicant.born_on before 1950-01-01  cites guide "1"\n      [floor] applicant'
    assert late(LATE.replace("[paid] applicant", other)) == []
    # It is not known what was asked before: a question of the law, and no gap in the book.
    assert late(LATE.replace("from 2024-06-01", 'from 2024-01-01 unknown  cites guide "1"\n  from 2024-06-01')) == []


def test_an_invariant_about_a_whole_list_asks_for_an_element_beside_the_one_that_is_wanted() -> None:
    """Everybody has a master's degree here, and whoever has a bachelor's degree besides qualifies."""
    found = audited(
        book_of("""
invariant count of d in applicant.degrees such that (d.level is master) at least 1

category small.a
  en "A"  zh "甲"  cites guide "1"
  needs some d in applicant.degrees such that d.level is bachelor  cites guide "1"
""")
    )
    assert found.findings == ()
    assert found.left_out == ()
