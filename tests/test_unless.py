"""`presumed unless FACT`: what ends a presumption, worked by hand; how it is told; and what authors get wrong."""

from __future__ import annotations

import datetime as dt
import itertools
from fractions import Fraction
from pathlib import Path

import clingo
import pytest

from dsl import model as m
from dsl.book import compile_book_files
from dsl.case import Case
from dsl.casefile import read_case
from dsl.edits import edits
from dsl.format import format_source
from solver.apart import told_apart
from solver.asking import Interview, Outcome, next_question
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.emit import emit
from solver.examination import nobody
from solver.finder import Wanted, finder
from solver.run import Deadline
from tests import ready
from tests.agreement import Asked, differences, expected
from whereas.examples import run_examples

HEAD = """
book small
  en "S"  zh "小"
  known 2026-01-01
source law
  rank 1
  en "L"  zh "法"
given submitted_on : date default today changes with time  en "filing"  zh "提交日期"
given p : person  en "applicant"  zh "申請人"
given s : office  en "sponsor"  zh "保證人"
entity office
  en "office"  zh "機構"
  fined : truth can change  en "has been fined"  zh "曾被罰款"
entity person
  en "person"  zh "人"
  convicted : truth cannot change  en "has been convicted"  zh "曾被定罪"
  able : truth can change  en "is able"  zh "能勝任"
  age : whole  en "age"  zh "年齡"
  jobs : list of office  en "jobs"  zh "工作"
scheme t  en "T"  zh "計劃"
"""
CLEAN = """
judgement clean presumed unless p.convicted or s.fined
  en "a clean record"  zh "沒有不良記錄"  cites law "1"
"""
CATEGORIES = """
category t.a
  en "A"  zh "甲"  cites law "1"
  needs all of
    [able] p.able  cites law "1"
    [clean] judged clean  cites law "1"
category t.none
  en "N"  zh "無"  cites law "1"
  needs all of
    [any] p.able  cites law "1"
    [none] not p.convicted  cites law "1"
    [clean] judged clean  cites law "1"
"""
EXAMPLES = """
example nothing_told
  facts
    p: {able: true}
  expect t.a qualifies
    rests on clean
  expect t.none depends on p.convicted
    rests on clean
example told_not_so like nothing_told
  with p.convicted = false
  with s.fined = false
  expect t.a qualifies
    rests on clean
  expect t.none qualifies
    rests on clean
example declined like nothing_told
  with p.convicted = declined
  expect t.a qualifies
example told_so like nothing_told
  with p.convicted = true
  expect t.a depends on clean
    rests on nothing
  expect t.none does_not_qualify because [none]
example the_other_told_so like told_not_so
  with s.fined = true
  expect t.a depends on clean
  expect t.none depends on clean
example told_so_and_cleared like told_so
  with judgements.clean = favourable
  expect t.a qualifies
    rests on nothing
  expect t.none does_not_qualify because [none]
example told_so_and_refused like told_so
  with judgements.clean = unfavourable
  expect t.a does_not_qualify because [clean]
example told_not_so_and_refused like told_not_so
  with judgements.clean = unfavourable
  expect t.a does_not_qualify because [clean]
example not_able_either like told_so
  with p.able = false
  expect t.a does_not_qualify because [able]
"""
BOOK = HEAD + CLEAN + CATEGORIES + EXAMPLES
FILED = "submitted_on: 2026-01-01\n"


def compiled() -> Compiled:
    return compile_book(ready.book(BOOK))


def case(book: m.Book, text: str) -> Case:
    read = read_case(FILED + text, "case.yaml", book, today=dt.date(2026, 1, 1))
    assert read.value is not None, [d.message for d in read.diagnostics]
    return read.value[0]


def every_case(book: m.Book) -> list[Case]:
    """Every combination of what is told of the facts and of the judgement."""
    truths = ("true", "false", "unknown")
    judged = ("", "judgements: {clean: favourable}\n", "judgements: {clean: unfavourable}\n")
    return [
        case(book, f"p: {{able: {a}, convicted: {c}}}\ns: {{fined: {f}}}\n{j}")
        for a, c, f, j in itertools.product(truths, truths, truths, judged)
    ]


def test_what_ends_a_presumption_and_what_does_not() -> None:
    report = run_examples(ready.book(BOOK))
    assert (report.count, report.failures) == (9, ())


@pytest.mark.parametrize("judgements", ["presumed", "open"])
def test_the_evaluator_says_the_same_of_every_case(judgements: str) -> None:
    book = compiled()
    for it in every_case(book.book):
        asked = Asked({}, "open" if judgements == "open" else "presumed")
        right = expected(book.book, it, asked)
        assert right is not None
        found = assess(book, it, judgements=asked.judgements)
        assert list(map(str, differences(book.book, found, right))) == []


def test_clingo_says_the_same_of_what_is_emitted() -> None:
    """Cautious consequences are the categories one qualifies for, brave ones those that are possible."""
    book = compiled()
    for it in every_case(book.book)[::4]:
        text, verdicts = emit(book, it), {r.category: r.verdict for r in assess(book, it, reasons=False).results}
        held = {mode: shown(text, mode) for mode in ("cautious", "brave")}
        for name, verdict in verdicts.items():
            atom = name.replace(".", "_")
            here = atom in held["cautious"], atom in held["brave"]
            assert here == (verdict is m.Verdict.QUALIFIES, verdict is not m.Verdict.DOES_NOT_QUALIFY), (name, it)


def shown(text: str, mode: str) -> set[str]:
    control = clingo.Control([f"--enum-mode={mode}", "0"])
    control.add("base", [], text)
    control.ground([("base", [])])
    out: set[str] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            out = {str(atom) for atom in model.symbols(shown=True)}
    return out


def test_a_person_found_by_what_ends_a_presumption_has_it_recorded() -> None:
    """Whoever is found to be convicted and of a clean record is judged so: a presumption there is none."""
    extra = """
category t.b
  en "B"  zh "乙"  cites law "1"
  needs all of
    [so] p.convicted  cites law "1"
    [clean] judged clean  cites law "1"
"""
    book = compile_book(ready.book(HEAD + CLEAN + extra))
    search = finder(book, nobody(book.book, None))
    someone = search.find([Wanted(search.copy(), book.program.categories["t.b"], True)], Deadline(None))
    assert someone is not None
    assert not check_case(book, someone.case)
    assert someone.case.root["clean"] is True
    assert assess(book, someone.case).results[0].verdict is m.Verdict.QUALIFIES


def test_an_answer_that_ends_a_presumption_settles_less() -> None:
    """A yes is not asked about; what an answer leaves open by ending a presumption is not settled by it."""
    book = compiled()
    interview = Interview(book, ("t.a", "t.none"), {}, "presumed")
    asked = next_question(interview, case(book.book, "p: {able: true}\n"), Deadline(None))
    assert asked.verdicts == {"t.a": m.Verdict.QUALIFIES, "t.none": m.Verdict.DEPENDS}
    assert asked.question is not None
    assert asked.question.id == "p.convicted"
    both = Outcome((True,), {"t.none": m.Verdict.DOES_NOT_QUALIFY}), Outcome((False,), {"t.none": m.Verdict.QUALIFIES})
    assert sorted(asked.question.outcomes, key=str) == sorted(both, key=str)
    either = compile_book(ready.book(HEAD + CLEAN + EITHER))
    interview = Interview(either, ("t.e",), {}, "presumed")
    asked = next_question(interview, case(either.book, "p: {able: false}\n"), Deadline(None))
    assert asked.question is not None
    assert (asked.question.id, asked.question.worth) == ("p.convicted", Fraction(1, 2))  # convicted: for the officer


EITHER = """
category t.e
  en "E"  zh "丁"  cites law "1"
  needs all of
    [clean] judged clean  cites law "1"
    [so] p.convicted  cites law "1"
"""


def test_editions_that_differ_in_what_ends_a_presumption_are_told_apart() -> None:
    book = ready.book(BOOK)
    (edit,) = [e for e in edits(book) if e.after == "presumed" and e.before.startswith("presumed unless")]
    assert edit.before == "presumed unless p.convicted or s.fined"
    for old, new in ((book, edit.book), (edit.book, book)):
        found = told_apart(old, new, ["t.a"], Deadline(20))
        assert found.person is not None
        verdicts = [assess(compile_book(b), found.person, categories=["t.a"]).results[0].verdict for b in (old, new)]
        assert verdicts[0] is not verdicts[1]
    assert told_apart(book, ready.book(BOOK), ["t.a"], Deadline(20)).proved


WORDS = {
    "en": (
        "not presumed, since this is told: has been convicted",
        "for the officer: a clean record; not presumed",
        "a clean record (unless this is told: has been convicted",
    ),
    "zh-Hant": ("個案已提及曾被定罪", "沒有不良記錄；個案已提及", "沒有不良記錄（除非個案提及：曾被定罪"),
    "zh-Hans": ("个案已提及曾被定罪", "没有不良记录；个案已提及", "没有不良记录（除非个案提及：曾被定罪"),
}


@pytest.mark.parametrize("lang", WORDS)
def test_the_answer_names_what_ended_a_presumption_or_would(
    lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, files = tmp_path / "book", {"so": "true", "untold": "unknown", "not": "false"}
    place.mkdir()
    (place / "book.rules").write_text(BOOK, "utf-8")
    said = {}
    for name, told in files.items():
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"{FILED}p: {{able: true, convicted: {told}}}\ns: {{fined: false}}\n", "utf-8")
        _, out, _ = ready.run(capsys, f"assess {file} --book {place} --lang {lang}")
        _, steps, _ = ready.run(capsys, f"explain {file} t.a --book {place} --lang {lang}")
        assert "s.fined" not in out  # it is not among what no rule reads
        said[name] = ["".join(text.split()) for text in (out, steps)]
    why, ended, would = ("".join(words.split()) for words in WORDS[lang])
    assert ended in said["so"][0]
    assert all(why in text for text in said["so"])
    assert would in said["untold"][0]
    assert not any(why in text for text in (*said["untold"], *said["not"]))
    assert would not in said["not"][0]


WRONG = [
    ("clean open unless p.convicted", "K207", "unless", "it is `open`: nothing is presumed"),
    ("clean presumed on person unless p.convicted", "K207", "unless", "it is made of each person"),
    ("clean presumed unless other", "K207", "other", "decided by an officer"),
    ("clean presumed unless p.age", "K205", "p.age", "it is a whole number"),
    ("clean presumed unless p.jobs", "K205", "p.jobs", "it is a list of office"),
    ("clean presumed unless p.jobs.fined", "K207", "p.jobs.fined", "a fact of one of its elements"),
    ("clean presumed unless p.convict", "N106", "p.convict", "it is a person"),
    ("clean presumed unless q.convicted", "N102", "q.convicted", "not declared"),
    ("clean presumed unless", "S001", "", ""),
    ("clean presumed unless p.convicted and s.fined", "S001", "and", ""),
    ("clean unless p.convicted", "S001", "", ""),
]


@pytest.mark.parametrize(("line", "code", "at", "label"), WRONG)
def test_what_is_wrong_is_pointed_at(line: str, code: str, at: str, label: str) -> None:
    words = '  en "c"  zh "c"  cites law "1"\n'
    text = f"{HEAD}judgement other open\n{words}judgement {line}\n{words}"
    found = compile_book_files({"book.rules": text}).diagnostics
    errors = [d for d in found if d.code == code]
    assert len(errors) == 1, [(d.code, d.message) for d in found]
    place = errors[0].primary.place
    assert text[place.start : place.end].startswith(at)
    assert label in errors[0].primary.text
    assert errors[0].help


def test_the_formatter_writes_it_in_either_language() -> None:
    english, chinese = "judgement j J-01 presumed unless p.a or s.b\n", "判斷 j J-01 presumed 除非 p.a 或者 s.b\n"
    for text in (english, chinese):
        assert format_source(text, "x.rules").value == text
    assert format_source("judgement  j  J-01  presumed  unless  p.a  or s.b", "x.rules").value == english
