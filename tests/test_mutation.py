"""Mutation: what examples notice, who is told apart, and what is proved to change nothing."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st
from msgspec.structs import replace

from dsl import model as m
from dsl.case import Record
from dsl.edits import Part, edits
from solver.apart import told_apart
from solver.assess import assess, compile_book
from solver.check import check_case
from solver.compiled import Compiled
from solver.covered import covered
from solver.run import Deadline
from tests import ready
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population
from tests.test_agreement import BUDGET, few
from tests.test_codes import EXAMPLES, files_of
from whereas.examples import compared, read_example, run_examples
from whereas.mutation import killer, mutants
from whereas.mutation_run import Measured, measure
from whereas.noticing import Examples, Worked, examples_of, reach
from whereas.worked import expectation

RULES = """
category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs all of
    [many] applicant.children at least 3  cites guide "1"
    [some] applicant.children at least 1  cites guide "1"

example four
  facts
    applicant: {children: 4}
  expect small.a qualifies

example none
  facts
    applicant: {children: 0}
  expect small.a does_not_qualify
"""
"""Two weak examples. Whoever has three children has one, so that nothing done to [some] alone matters."""


def book_of(block: str) -> m.Book:
    return ready.book(files_of(block))


def test_somebody_is_found_whose_work_lies_far_back() -> None:
    """Half a year in the third year before filing: days near that of filing alone never show it."""
    book = book_of("""
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs all of
    [rich] applicant.income at least HK$5  cites guide "1"
    [work] months of j in applicant.jobs, within 2 years before submitted_on at least 6 months  cites guide "1"
""")
    (edit,) = [e for e in edits(book) if e.words.endswith("within 3 years")]
    found = told_apart(book, edit.book, ["small.a"], Deadline(20))
    assert found.person is not None
    assert told_apart(edit.book, book, ["small.a"], Deadline(20)).person is not None


UNKNOWN = """
parameter least : whole by submitted_on
  en "children asked for"  zh "所需子女數目"
  from 1997-07-01 unknown  cites guide "1"
  from 2022-01-01 5  cites guide "1"

category small.a
  en "A"  zh "甲"  cites guide "1"
  needs any of
    [many] applicant.children at least least  cites guide "1"
    [rest] not applicant.children at least least  cites guide "1"
"""


def test_what_the_law_does_not_say_is_no_difference_by_itself() -> None:
    """Before 2022 everybody depends in both editions, on one question each; from then on 5 and more are 5 and more."""
    book = book_of(UNKNOWN.partition("    [rest]")[0])
    for words, same in (("at least → more than", False), ("from 2022-01-01 → from 2021-12-31", False)):
        (edit,) = [e for e in edits(book) if e.words == words]
        assert told_apart(book, edit.book, ["small.a"], Deadline(20)).proved is same
    # Which share of a business makes an owner of somebody is not known.
    hk = ready.hk()
    (edit,) = [e for e in edits(hk) if e.id == "term owned part.enough: at least → more than"]
    assert told_apart(hk, edit.book, ["qmas.general"], Deadline(60)).proved


def test_a_line_of_points_that_another_covers_is_asked_about_beside_it() -> None:
    """Whoever is a doctor has the points of doctors: whether the line of masters takes them in is no matter."""
    hk = ready.hk()
    found = {e.id: e for e in edits(hk) if e.id.startswith("term eighty_points young.points.")}
    reached = frozenset({("terms", "eighty_points")})
    for id, what in (
        ("master: doctorate in the set → ∅", True),  # a doctorate gives more
        ("bachelor: master in the set → ∅", True),  # so does a master's degree
        ("master: master in the set → ∅", False),  # a master's degree gives more than a bachelor's
        ("bachelor: bachelor in the set → ∅", False),
    ):
        edit = found[f"term eighty_points young.points.{id}"]
        assert edit.touched == reached
        questions = covered(hk, edit.book, ["qmas.general"], edit.touched)
        assert questions
        proved = told_apart(hk, edit.book, ["qmas.general"], Deadline(3), ["verdict"]).proved
        assert proved is what, id


def test_one_question_to_the_law_and_two_are_told_apart() -> None:
    """Asked twice the same, it holds or it does not, and all qualify; asked for more than that, it may be neither."""
    book = book_of(UNKNOWN)
    (edit,) = [e for e in edits(book) if e.where == "small.a rest" and e.words == "at least → more than"]
    for old, new in ((book, edit.book), (edit.book, book)):
        found = told_apart(old, new, ["small.a"], Deadline(20))
        assert found.person is not None
        day = found.person.root.facts["submitted_on"]
        assert isinstance(day, dt.date)
        assert day < dt.date(2022, 1, 1)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "kept"))


def by_edit(found: Measured) -> dict[str, str]:
    return {f"{mutant.edit.where}: {mutant.edit.words}": outcome.status for mutant, outcome in found.tried}


WORKED_OUT = {
    # Four still suffice and none still do not, with two or with four asked for.
    "small.a many: 3 → 2": "survived",
    "small.a many: 3 → 4": "survived",
    "small.a many: at least → more than": "survived",
    "small.a many: at least → less than": "killed",
    # [many] says more than [some] does, whatever number up to three stands there.
    "small.a some: 1 → 0": "equivalent",
    "small.a some: 1 → 2": "equivalent",
    "small.a some: at least → more than": "equivalent",
    "small.a some: at least → less than": "killed",
    # With `any of`, somebody with one child or two would qualify.
    "small.a: all of → any of": "survived",
}


def test_what_becomes_of_each_edit_of_a_book_with_two_weak_examples() -> None:
    found = measure(book_of(RULES), ["small.a"])
    statuses = by_edit(found)
    assert {k: v for k, v in statuses.items() if k in WORKED_OUT} == WORKED_OUT
    left_out = {k: v for k, v in statuses.items() if k.endswith("∅")}
    # Without [many] one child would do; without [some] nothing changes.
    assert sorted(left_out.values()) == ["equivalent", "survived"]
    assert len(statuses) == len(WORKED_OUT) + 2
    score = found.scores["small"]
    assert (score.killed, score.survived, score.equivalent, score.open) == (2, 5, 4, 0)
    assert score.share == 2 / 7


def test_the_person_of_a_survivor_is_an_example_that_notices_it() -> None:
    book = book_of(RULES)
    for mutant, outcome in measure(book, ["small.a"]).tried:
        if outcome.status != "survived":
            continue
        assert outcome.example.startswith("# Not checked")
        # Added to the book it is as expected there, and not so once the edit is made.
        more = book_of(RULES + "\n" + outcome.example + "\n")
        assert run_examples(more).failed == 0
        (edit,) = [e for e in edits(more) if e.id == mutant.id]
        assert run_examples(edit.book).failed > 0


def test_a_person_stands_near_to_an_example() -> None:
    outcomes = {k.edit.words: o for k, o in measure(book_of(RULES), ["small.a"]).tried}
    lines = outcomes["3 → 4"].example.splitlines()
    # Three children is the only number on which three and four differ.
    assert lines[1].endswith(("like four", "like none"))
    assert lines[2:] == ["  with applicant.children = 3", "  expect small.a qualifies"]


GIVEN = """
paper photo  en "photograph"  zh "近照"
  cites guide "1"
paper birth  en "birth certificate"  zh "出生證明書"
  cites guide "1"

parameter first : months by approved_on
  en "first stay"  zh "首次逗留期"
  from 2022-12-28 24 months  cites guide "1"
  from 2024-10-16 36 months  cites guide "1"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs applicant.children at least 1  cites guide "1"
  grants stay first
    cites guide "1"
  asks for photo
  asks for birth when applicant.children at least 2

example one
  facts
    applicant: {children: 1}
  expect small.a qualifies

example none
  facts
    applicant: {children: 0}
  expect small.a does_not_qualify
"""


def test_what_is_given_and_asked_for_is_mutated_too() -> None:
    book = book_of(GIVEN)
    statuses = {}
    for mutant, outcome in measure(book, ["small.a"]).tried:
        statuses[mutant.edit.where, mutant.edit.words] = outcome
    # No example says anything of the stay or of papers, and each of these changes them for somebody; whoever does not
    # say when the approval came is granted the one stay or the other.
    for where, words, line in (
        ("parameter first from 2024-10-16", "36 months → 35 months", "    grants stay 24 months or 36 months"),
        ("parameter first from 2024-10-16", "from 2024-10-16 → from 2024-10-15", "    grants stay 24 months"),
        ("small.a asks for", "2 → 3", "    asks for photo, birth"),
        ("small.a asks for", "at least → more than", "    asks for photo, birth"),
    ):
        outcome = statuses[where, words]
        assert outcome.status == "survived", (where, words)
        assert line in outcome.example.splitlines(), outcome.example


def test_what_an_example_hangs_on_or_is_not_granted_is_written_so_that_it_can_be_read() -> None:
    book = ready.hk()
    case = read_example(book, book.examples["qmas_cambodian_in_2022"]).value
    assert case is not None
    result = assess(compile_book(book), case, readings=case.readings, categories=["qmas.general"]).results[0]
    assert expectation(result) == '  expect qmas.general depends on "excluded_qmas_nationals:KH"'

    # Nothing is in force before 2022-12-28, so nothing is granted.
    book = book_of(GIVEN)
    case = read_example(book, book.examples["one"]).value
    assert case is not None
    case = replace(case, root=Record({**case.root.facts, "approved_on": dt.date(2022, 12, 27)}))
    result = assess(compile_book(book), case).results[0]
    lines = expectation(result, ["grants"])
    assert lines == "  expect small.a qualifies\n    grants nothing"
    text = f"example early like one\n  with approved_on = 2022-12-27\n{lines}\n"
    assert run_examples(book_of(f"{GIVEN}\n{text}")).failed == 0


def test_a_run_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    book = book_of(RULES)
    whole = measure(book, ["small.a"])
    (kept,) = (tmp_path / "kept").glob("mutation-*.jsonl")
    lines = kept.read_text("utf-8").splitlines()
    kept.write_text("\n".join(lines[:4]) + "\n" + lines[4][: len(lines[4]) // 2], "utf-8")
    counted: list[tuple[int, int]] = []
    again = measure(book, ["small.a"], done=lambda n, of: counted.append((n, of)))
    assert by_edit(again) == by_edit(whole)
    assert counted[0] == (5, 11)  # four were kept; the line cut short was not
    fresh: list[tuple[int, int]] = []
    assert by_edit(measure(book, ["small.a"], fresh=True, done=lambda n, of: fresh.append((n, of)))) == by_edit(whole)
    assert fresh[0] == (1, 11)


def test_side_by_side_gives_the_same() -> None:
    book = book_of(RULES)
    assert by_edit(measure(book, ["small.a"], jobs=2)) == by_edit(measure(book, ["small.a"], fresh=True))


def test_a_sample_is_drawn_by_seed() -> None:
    book = book_of(RULES)
    first, again, other = (measure(book, ["small.a"], most=4, seed=s) for s in (1, 1, 2))
    assert len(first.tried) == 4
    assert first.of == 11
    assert by_edit(first) == by_edit(again)
    assert by_edit(first) != by_edit(other)


def test_rows_that_look_alike_stand_for_each_other() -> None:
    book = ready.hk()
    table = book.tables["eligible_universities"]
    found = [k for k in mutants(book, ["ttps.b"]) if k.edit.where == "table eligible_universities"]
    left_out = [k for k in found if not k.edit.after]
    # Rules look at nothing but the key and the days; so there is one mutant for each pair of first and last day.
    assert len(left_out) == len({(r.start, r.end) for r in table.rows}) < len(table.rows)
    # Tokyo stands in many examples: it is among the rows tried for its pair of days.
    assert any("row university_of_tokyo" in e.before for k in left_out for e in k.edits)


# --------------------------------------------------------------------------------------------------- by brute force


@few
@given(st.data())
def test_who_is_told_apart_is_so_and_nobody_is_where_that_is_proved(data: st.DataObject) -> None:
    book = data.draw(books())
    verdicts: tuple[Part, ...] = ("verdict",)
    found = list(edits(book, parts=verdicts))
    assume(found)
    edit = data.draw(st.sampled_from(found))
    edited = edit.book
    note(f"{edit.id}")
    names = list(book.categories)
    apart = told_apart(book, edited, names, Deadline(20), looks=verdicts)
    both = (compile_book(book), compile_book(edited))
    if apart.person is not None:
        case = apart.person
        assert not check_case(both[0], case)
        answers = [
            assess(c, case, readings=case.readings, categories=[apart.category]).results[0].verdict for c in both
        ]
        assert answers[0] is not answers[1]
    elif apart.proved:
        of = population(book, BUDGET)
        for _ in range(5):
            told = data.draw(complete(of))
            if told is None or any(check_case(c, told.case) for c in both):
                continue
            answers_of = [{r.category: r.verdict for r in assess(c, told.case, reasons=False).results} for c in both]
            assert answers_of[0] == answers_of[1]


@few
@given(st.data())
def test_what_kills_is_what_running_all_examples_would_say(data: st.DataObject) -> None:
    """The short cuts never call an edit noticed that is not, nor the other way about."""
    block = data.draw(st.sampled_from([RULES, GIVEN]))
    book = book_of(block)
    of = examples_of(book)
    mutant = data.draw(st.sampled_from(mutants(book, ["small.a"])))
    noticed = any(run_examples(edit.book).failed for edit in mutant.edits)
    assert (killer(of, mutant) is not None) == noticed


@few
@given(st.data())
def test_an_edit_is_noticed_by_an_example_just_if_assessing_it_anew_says_so(data: st.DataObject) -> None:
    """Books, people and what the examples expect are drawn; nothing of the book's own answers is used for the edit."""
    book = data.draw(books())
    compiled, of = compile_book(book), population(book, BUDGET)
    worked = []
    for n in range(3):
        told = data.draw(st.one_of(complete(of), incomplete(of)))
        if told is not None and not check_case(compiled, told.case):
            expects = []
            for result in assess(compiled, told.case, readings=told.case.readings).results:
                hinges = tuple(h.id for h in result.hinges) if data.draw(st.booleans()) else None
                sensitive = result.sensitive_to if data.draw(st.booleans()) else None
                because = result.because if data.draw(st.booleans()) else ()
                expects.append(m.Expectation(result.category, result.verdict, because, hinges, sensitive))
            example = m.Example(f"drawn_{n}", None, "", None, (), tuple(expects))
            worked.append(Worked(book, example, [told.case]))
    assume(worked)
    law = examples_of(book).law
    examples = Examples(book, tuple(worked), reach(book), law)
    found = list(edits(book))
    assume(found)
    for edit in data.draw(st.lists(st.sampled_from(found), min_size=1, max_size=8)):
        note(f"{edit.id}")
        edited = compile_book(edit.book)
        anew = [w.example.id for w in worked if _unlike(edited, w)]
        by = examples.notices(edit)
        assert (by in anew) if anew else by is None


def _unlike(compiled: Compiled, w: Worked) -> bool:
    if check_case(compiled, w.case):
        return True
    answer = assess(compiled, w.case, readings=w.case.readings)
    return any(True for _ in compared(w.example, answer))


# ------------------------------------------------------------------------------------------------------ the command


T804 = [(quality, block) for name, kind, quality, block in EXAMPLES if name == "T804" and kind == "mutated"]


@pytest.mark.parametrize(("quality", "block"), T804)
def test_the_page_of_the_code(quality: str, block: str) -> None:
    outcomes = [o for _, o in measure(book_of(block), ["small.a"]).tried]
    assert ("survived" in {o.status for o in outcomes}) == (quality == "bad")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whereas", "test", str(folder), *words], capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "book"
    place.mkdir()
    for name, text in files_of(RULES).items():
        (place / name).write_text(text, "utf-8")
    return place


def test_the_command_shows_survivors_with_a_caret_and_the_score(folder: Path) -> None:
    done = run(folder, "--mutate", "small", "--jobs", "1")
    assert done.returncode == 1, done.stderr
    assert "T804" in done.stdout
    assert "no example notices this edit" in done.stdout
    assert "    [many] applicant.children at least 3" in done.stdout
    assert "11 edits tried" in done.stdout
    assert "small: 28.6 % noticed (2 noticed, 5 not, 0 not settled; 4 change nothing)" in done.stdout
    assert "edits tried" not in done.stderr  # a bar is for a terminal


def test_the_command_as_data(folder: Path) -> None:
    done = run(folder, "--mutate", "--json", "--jobs", "1")
    data = json.loads(done.stdout)
    assert data["version"] == 1
    assert data["scores"]["small"]["equivalent"] == 4
    assert sorted({t["status"] for t in data["tried"]}) == ["equivalent", "not_noticed", "noticed"]
    assert {d["code"] for d in data["diagnostics"]} == {"T804"}


@pytest.mark.parametrize(
    "words",
    [
        ("--mutate", "smal"),
        ("--mutate", "--jobs", "0"),
        ("--mutate", "--most", "many"),
        ("--mutate", "--suggest"),
        ("--jobs", "2"),
        ("--write", "x"),
        ("small",),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_caret(folder: Path, words: tuple[str, ...]) -> None:
    done = run(folder, *words)
    assert done.returncode == 2, done.stdout
    assert "^" in done.stderr
    assert "Traceback" not in done.stderr
