"""`ask` as people and programs use it: from a file, one step at a time, and in a terminal."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dsl.case import Absent, Case, Listed
from dsl.casefile import read_case
from dsl.model import Verdict
from dsl.writecase import case_text
from solver.asking import Further, Interview, answered, next_question
from solver.assess import compile_book
from solver.check import check_case
from solver.places import at
from solver.run import Deadline
from tests import ready

EXAMPLES = Path(__file__).parent.parent / "examples"
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def hk() -> Any:
    return compile_book(ready.hk())


def person(hk: Any, name: str) -> Case:
    (case,) = read_case((EXAMPLES / name).read_text("utf-8"), name, hk.book, today=TODAY).value or ()
    assert isinstance(case, Case)
    return case


def ask(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "whereas", "ask", *words], input=typed, capture_output=True, text=True, timeout=120
    )


def step(*words: str) -> Any:
    ran = ask(*words, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


# ----------------------------------------------------------------------------------------------------- whole interviews


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("hardly_anything_known.yaml", "ttps"), ("cuban.yaml", "vpas"), ("hardly_anything_known.yaml", "iang")],
)
def test_a_whole_interview_leaves_no_fact_open(hk: Any, name: str, scheme: str) -> None:
    """Whatever is answered, the interview ends, no question comes twice, and what depends then hangs on no fact."""
    from solver.assess import assess

    names = tuple(c for c, it in hk.book.categories.items() if it.scheme == scheme)
    for pick in (0,):
        interview, case = Interview(hk, names, {}, "presumed"), person(hk, name)
        asked: list[str] = []
        while (question := next_question(interview, case, Deadline(None)).question) is not None:
            assert question.id not in asked or question.kind == "list"
            asked.append(question.id)
            assert len(asked) < 60
            values = [v for o in question.outcomes for v in o.values]
            value = values[pick]
            # More than two of everything is not told; the list is then complete.
            value = Further(0) if question.kind == "list" and asked.count(question.id) > 1 else value
            case = answered(interview, case, question, value)
            assert not check_case(hk, case)
            (again,) = read_case(case_text(case, hk.book), case.name, hk.book, today=TODAY).value or ()
            assert again.root == case.root
        assert asked
        for result in assess(hk, case, categories=names).results:
            assert not [h for h in result.hinges if h.kind == "fact"], result


def test_nothing_known_and_nothing_told_ends(hk: Any) -> None:
    """Who answers nothing is asked each question once, and `unknown` and `declined` are kept apart."""
    names = tuple(c for c, it in hk.book.categories.items() if it.scheme == "ttps")
    interview, case = Interview(hk, names, {}, "presumed"), person(hk, "hardly_anything_known.yaml")
    asked: list[str] = []
    while (question := next_question(interview, case, Deadline(None)).question) is not None:
        reason = (Absent.UNKNOWN, Absent.DECLINED)[len(asked) % 2]
        case = answered(interview, case, question, reason)
        told = at(case, question.id)
        assert (told.reason if isinstance(told, Listed) else told) is reason
        asked.append(question.id)
    assert len(asked) == len(set(asked)) > 3
    (again,) = read_case(case_text(case, hk.book), case.name, hk.book, today=TODAY).value or ()
    assert again.root == case.root
    fresh = Interview(hk, names, {}, "presumed")
    assert next_question(fresh, again, Deadline(None)).question is None


def test_judgements_are_asked_of_an_officer_alone(hk: Any) -> None:
    """An applicant is asked facts; an officer both."""
    kinds: dict[str, set[str]] = {}
    for judging in ("presumed", "open"):
        interview, case = Interview(hk, ("ttps.b",), {}, judging), person(hk, "experienced.yaml")
        kinds[judging] = set()
        while (question := next_question(interview, case, Deadline(None)).question) is not None:
            kinds[judging].add(question.kind)
            case = answered(interview, case, question, question.outcomes[0].values[0])
    assert "judgement" not in kinds["presumed"]
    assert "judgement" in kinds["open"]


# ---------------------------------------------------------------------------------------------------- one step, by hand


def test_one_step_worked_by_hand(tmp_path: Path) -> None:
    """Of Category B all is told but the nationality. Cuba is one of the excluded; with any other the answer is a yes.

    So there are two outcomes, each of which settles the one category: the question is worth one.
    """
    text = (EXAMPLES / "experienced.yaml").read_text("utf-8")
    case = tmp_path / "case.yaml"
    case.write_text("\n".join(line for line in text.splitlines() if " nationality:" not in line) + "\n", "utf-8")
    found = step(str(case), "--category", "ttps.b")
    question = found["question"]
    assert (question["id"], question["kind"], question["type"]) == ("applicant.nationality", "fact", "country")
    assert question["worth"] == 1
    assert question["complete"] is True
    assert [why["category"] for why in question["why"]] == ["ttps.b"]
    paths = [c["path"] for c in question["why"][0]["conditions"]]
    assert paths
    assert all(path.startswith("ttps.b/nationality") for path in paths)
    assert sorted(tuple(answer["settles"].items()) for answer in question["answers"]) == [
        (("ttps.b", "does_not_qualify"),),
        (("ttps.b", "qualifies"),),
    ]
    assert found["progress"] == {"settled": 0, "all": 1, "unsettled": []}
    assert found["verdicts"] == {"ttps.b": "depends"}
    answers = tmp_path / "answers.yaml"
    answers.write_text("applicant.nationality: JP\nsponsor.arrangement: unknown\n", "utf-8")
    after = step(str(case), "--category", "ttps.b", "--answers", str(answers))
    assert after["question"] is None
    assert after["verdicts"] == {"ttps.b": "qualifies"}
    cuban = tmp_path / "cuban.yaml"
    cuban.write_text("applicant.nationality: CU\n", "utf-8")
    excluded = step(str(case), "--category", "ttps.b", "--answers", str(cuban))
    assert excluded["verdicts"] == {"ttps.b": "does_not_qualify"}
    assert after["unused_answers"] == ["sponsor.arrangement"]
    assert "nationality: JP" in after["case_text"]


def test_why_says_a_condition_once_for_each_category() -> None:
    """Criteria that all ask for a degree say so in the same words; data keeps each with its path."""
    from whereas.ask_words import Condition, QuestionView, Why, why_lines

    degree, other = Condition("x/a", "a degree"), Condition("x/c", "a doctorate")
    whys = (
        Why("x", "X", (degree, Condition("x/b", "a degree"), other)),
        Why("y", "Y", (Condition("y/a", "a degree"),)),
    )
    view = QuestionView("applicant.degrees", "list", "list", "degrees", "", (), whys, (), True, 1.5, True)
    assert why_lines(view, "en").split("\n")[1:-1] == [
        "  x  X",
        "      a degree",
        "      a doctorate",
        "  y  Y",
        "      a degree",
    ]


def test_why_tells_conditions_that_ask_and_answers_that_are_examples(tmp_path: Path) -> None:
    """Whoever tells no degree; then one of Tokyo without its day.

    The experience of Category B can be counted from the first degree or from the one relied on. Read as the latter it
    looks at no list of degrees: only the condition that there is a degree does.
    """
    from whereas.ask_words import question_view, why_lines

    case = tmp_path / "case.yaml"
    case.write_text("submitted_on: 2026-11-21\napplicant:\n  nationality: JP\n  stays: []\n", "utf-8")
    asked = step(str(case), "--category", "ttps.b")["question"]
    assert (asked["id"], asked["examples"]) == ("applicant.degrees", False)
    assert [c["path"] for c in asked["why"][0]["conditions"]] == ["ttps.b/graduate"]

    degree = "  degrees: [{level: bachelor, institution: university_of_tokyo}]\n"
    case.write_text(case.read_text("utf-8") + degree, "utf-8")
    asked = step(str(case), "--category", "ttps.b", "--lang", "zh-Hant")["question"]
    assert (asked["id"], asked["examples"]) == ("applicant.degrees[0].graduated_on", True)
    experience = next(c["sentence"] for c in asked["why"][0]["conditions"] if "experience" in c["path"])
    assert "規則要求：畢業日期之後" in experience

    hk = compile_book(ready.hk())
    (read,) = read_case(case.read_text("utf-8"), "x", hk.book, today=TODAY).value or ()
    question = next_question(Interview(hk, ("ttps.b",), {}, "presumed"), read, Deadline(None)).question
    assert question is not None
    lines = why_lines(question_view(hk.book, read, question, "en", {}, {}), "en").splitlines()[1:]
    assert lines
    assert all(line.startswith("  such as ") for line in lines)


def test_every_language_asks_in_its_own_words() -> None:
    words = {
        lang: step(str(EXAMPLES / "hardly_anything_known.yaml"), "--category", "ttps", "--lang", lang)["question"]
        for lang in ("en", "zh-Hant", "zh-Hans")
    }
    assert len({q["id"] for q in words.values()}) == 1
    assert len({q["label"] for q in words.values()}) == 3
    assert "沒有" in words["zh-Hant"]["label"]
    assert "没有" in words["zh-Hans"]["label"]


# ----------------------------------------------------------------------------------------------------- files of answers


def waiting(tmp_path: Path) -> str:
    """A case file: the graduate of the examples, whose certificate will bear a day after filing."""
    text = (EXAMPLES / "graduate.yaml").read_text("utf-8")
    path = tmp_path / "waiting.yaml"
    path.write_text(text.replace("graduated_on: 2022-03-24", "graduated_on: 2026-12-10"), "utf-8")
    return str(path)


def test_answers_of_a_file_complete_a_case(tmp_path: Path) -> None:
    answers, out = tmp_path / "answers.yaml", tmp_path / "completed.yaml"
    answers.write_text("applicant.degrees[0].certificate_issued: yes\napplicant.married: unknown\n", "utf-8")
    ran = ask(
        waiting(tmp_path), "--category", "iang", "--answers", str(answers), "--out", str(out),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    assert "applicant.married" in ran.stderr
    written = out.read_text("utf-8")
    assert "certificate_issued: true" in written
    assert 'title: "Aiko, Tokyo 2022"' in written


def test_a_question_the_file_does_not_answer_ends_the_run(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("{}\n", "utf-8")
    ran = ask(waiting(tmp_path), "--category", "iang", "--answers", str(answers))
    assert ran.returncode == 1
    assert "applicant.degrees[0].certificate_issued" in ran.stderr
    assert "certificate_issued" not in ran.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("applicant.degrees[0].certificate_issued: perhaps\n", "C527"),
        ("applicant.degrees[0].certificate: true\n", "C523"),
        ("applicant.nationalty: JP\n", "C523"),
        ("- true\n", "C519"),
        ("a: [\n", "C5"),
    ],
)
def test_wrong_answers_of_a_file_are_refused(tmp_path: Path, text: str, code: str) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(text, "utf-8")
    ran = ask(waiting(tmp_path), "--category", "iang", "--answers", str(answers))
    assert ran.returncode == 2
    assert f"error[{code}" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_files_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    case = str(EXAMPLES / "graduate.yaml")
    for words in (
        (case, "--out", str(tmp_path / "nowhere" / "x.yaml")),
        (case, "--out", str(tmp_path)),
        (case, "--out", ""),
        (case, "--answers", str(tmp_path / "none.yaml")),
        (str(tmp_path / "none.yaml"),),
        (case, "--category", "ttsp"),
        ("-",),
        ("-", "--answers", "-"),
        (str(EXAMPLES / "household.yaml"),),
    ):
        ran = ask(*words)
        assert ran.returncode == 2, words
        assert "error[" in ran.stderr
        assert "Traceback" not in ran.stderr


# ------------------------------------------------------------------------------------------------------- a conversation


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    """First no truth, then back with nothing before, then why, then an answer that is taken, taken back, and given."""
    typed = "perhaps\nback\n?\nno\nback\nyes\n"
    ran = ask(waiting(tmp_path), "--category", "iang", typed=typed)
    assert ran.returncode == 0
    assert "error[C527]" in ran.stderr
    assert "this is the first question" in ran.stderr
    assert "iang.recent does not qualify" in ran.stderr
    assert "certificate_issued: true" in ran.stdout


def test_a_refused_answer_is_shown_as_it_was_typed_with_what_can_be_typed(tmp_path: Path) -> None:
    ran = ask(waiting(tmp_path), "--category", "iang", typed="perhaps\n1\nno\n")
    assert "= help: write `yes`\n" in ran.stderr
    assert "  | perhaps\n  | ^^^^^^^ neither `yes` nor `no`\n" in ran.stderr
    assert "= help: write `yes`, `no` or `don't know`" in ran.stderr
    assert "--set" not in ran.stderr


@pytest.mark.parametrize(
    ("typed", "items", "open"), [("yes", 1, True), ("有", 1, True), ("否", 0, False), ("2", 2, False)]
)
def test_whether_there_is_any_can_be_answered_by_yes_and_no(typed: str, items: int, open: bool) -> None:
    from solver.asking import Question
    from whereas.ask_answers import take

    book = ready.hk()
    (case,) = read_case("{applicant: {english: true}}", "case.yaml", book, today=TODAY).value or ()
    interview = Interview(compile_book(book), ("ttps.b",), {}, "presumed")
    question = Question("list", "applicant.degrees", (), ())
    taken = take(interview, case, question, typed, today=TODAY)
    assert taken.case is not None
    degrees = at(taken.case, "applicant.degrees")
    assert isinstance(degrees, Listed)
    assert (len(degrees.items), degrees.open) == (items, open)
    refused = take(interview, case, question, "some", today=TODAY)
    assert [d.help for d in refused.diagnostics] == ["write `none`, `one`, `2`, or `2+` if there may be more"]


def test_who_qualifies_for_nothing_is_told_so(tmp_path: Path) -> None:
    ran = ask(waiting(tmp_path), "--category", "iang.recent", typed="no\nno\n")
    assert "[settled: 1 of 1]" in ran.stderr
    assert ran.stderr.endswith("✘ does not qualify for anything that was asked about\n")


def test_what_was_not_told_is_not_put_down_to_the_law(tmp_path: Path) -> None:
    ran = ask(waiting(tmp_path), "--category", "iang.recent", typed="won't say\n" * 9)
    assert "the rest hangs on what was not told, an officer or the law" in ran.stderr


def test_an_answer_of_a_file_that_is_refused_is_shown_there(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("applicant.stays: none\napplicant.degrees[0].certificate_issued: perhaps\n", "utf-8")
    ran = ask(waiting(tmp_path), "--category", "iang.recent", "--answers", str(answers))
    assert ran.returncode == 2
    assert f"--> {answers}:2:42" in ran.stderr
    assert "write `yes`, `no` or `don't know`" in ran.stderr


def test_the_names_on_a_short_list_are_told() -> None:
    """Asked for one of two names, with `other`; of a long list only how names are written."""
    from whereas.ask_words import Option, QuestionView, question_lines

    names = (Option("north", "North District"), Option("other", "one the lists do not name"))
    view = QuestionView("d", "fact", "key", "district?", "by its name on the list", names, (), (), False, 1.0, True)
    assert "      north                North District\n" in question_lines(view, "en")
    many = view._replace(options=tuple(Option(f"n{i}", f"Number {i}") for i in range(50)))
    assert "Number 7" not in question_lines(many, "en")


def test_an_answer_that_breaks_an_invariant_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Languages cannot be none for who knows English: `invariant not it.english or it.languages at least 1`."""
    from solver.asking import Question
    from whereas.ask_answers import take

    book = ready.hk()
    hk = compile_book(book)
    text = "applicant: {english: true}\n"
    (case,) = read_case(text, "case.yaml", book, today=TODAY).value or ()
    interview = Interview(hk, ("qmas.general",), {}, "presumed")
    question = Question("fact", "applicant.languages", (), ())
    refused = take(interview, case, question, "0", today=TODAY)
    assert refused.case is None
    assert [d.code for d in refused.diagnostics] == ["C529"]
    taken = take(interview, case, question, "1", today=TODAY)
    assert taken.case is not None
    assert at(taken.case, "applicant.languages") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_in_a_terminal(tmp_path: Path) -> None:
    """A real terminal: the question, why it is asked, and the end after `stop`."""
    import pty
    import select

    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        case = waiting(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "whereas", "ask", case, "--category", "iang"])
    seen = ""

    def until(words: str) -> None:
        nonlocal seen
        while words not in seen:
            assert select.select([fd], [], [], 60)[0], seen
            try:
                seen += os.read(fd, 4096).decode("utf-8", "replace")
            except OSError:
                break
        assert words in seen, seen

    until("> ")
    assert "certificate has been issued" in seen
    os.write(fd, b"?\n")
    until("does not qualify")
    os.write(fd, b"don't know\n")
    until("proof of the institution")
    os.write(fd, b"stop\n")
    until("certificate_issued: unknown")
    until("secured: false")
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_verdicts_are_those_of_assess(hk: Any) -> None:
    """On every example, over the whole book."""
    from solver.assess import assess

    for name in ("graduate.yaml", "cuban.yaml", "founder.yaml"):
        case = person(hk, name)
        interview = Interview(hk, tuple(hk.book.categories), {}, "presumed")
        found = next_question(interview, case, Deadline(None))
        answer = assess(hk, case, reasons=False)
        assert found.verdicts == {r.category: r.verdict for r in answer.results}
        assert Verdict.DEPENDS in found.verdicts.values()
