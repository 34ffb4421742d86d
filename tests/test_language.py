"""What authors can write in examples, dates, named values and scores, run: each comes out as worked out beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.calendar import FIRST, LAST, ONGOING, Edge, edge_of
from dsl.casefile import read_case
from dsl.format import format_source, shapes
from dsl.model import All, Book, Cond
from dsl.parse import parse
from tests import ready
from tests.oracle import days
from tests.test_docs import blocks
from whereas.examples import run_examples
from whereas.phrases import Lang

PRELUDE = "\n".join(c for a, b, c in blocks("language") if (a, b) == ("rules", "prelude"))
LISTS = {b: c for a, b, c in blocks("language") if a == "csv"}


def book(text: str) -> Book:
    """The small book of docs/language.md with an addition."""
    files = {"book.rules": f"{PRELUDE}\n{text}", **LISTS}
    return ready.book(files)


def failures(text: str) -> list[str]:
    """What the examples of a book find wrong: the label and the notes of each failure."""
    return ["; ".join((d.primary.text, *d.notes)) for d in run_examples(book(text)).failures]


GIVING = """
judgement no_crime J-02 presumed
  en "no serious crime"  zh "沒有嚴重犯罪記錄"  cites guide "(1)"
paper photo  en "photograph"  zh "近照"  cites guide "(1)"
paper contract  en "contract"  zh "合約"  cites guide "(1)"
reading year_window A-05
  en "how years are counted"  zh "年期的計算方法"
  strictly default  en "strictly"  zh "從嚴"  cites guide "(1)"
  loosely  en "loosely"  zh "從寬"  cites guide "(1)"
category small.a
  en "A"  zh "甲"  cites guide "(1)"
  needs all of
    [crime] judged no_crime  cites guide "(1)"
    [age] by reading year_window
      [strictly] age of applicant.born_on on submitted_on at least 18  cites guide "(1)"
      [loosely] age of applicant.born_on on submitted_on at least 17  cites guide "(1)"
  grants stay 24 months  cites guide "(1)"
  grants condition employment  cites guide "(1)"
  asks for photo
  asks for contract when applicant.lives_here
  routes to small when applicant.lives_here  cites guide "(1)"
example somebody
  facts
    submitted_on: 2026-11-21
    applicant: {born_on: 2000-01-01, lives_here: true}
"""


@pytest.mark.parametrize(
    ("line", "verb", "wanted", "found"),
    [
        ("grants stay 104 weeks", "grants", "728 days", "24 months"),
        ("grants stay 24 months or 36 months", "grants", "24 months, 36 months", "24 months"),
        ("grants condition time_limitation", "grants", "time_limitation", "employment"),
        ("grants nothing", "grants", "nothing", "24 months, employment"),
        ("asks for photo", "asks for", "photo", "contract, photo"),
        ("routes to nothing", "points to", "nothing", "small"),
        ("rests on nothing", "rests on", "nothing", "no_crime"),
        ("sensitive to year_window", "is sensitive to", "year_window", "nothing"),
    ],
)
def test_an_example_that_says_something_else_fails(line: str, verb: str, wanted: str, found: str) -> None:
    said = f"what it {verb} is something else; expected: {wanted}; found: {found}"
    assert failures(f"{GIVING}  expect small.a qualifies\n    {line}\n") == [said]


@pytest.mark.parametrize(
    "line",
    [
        "grants stay 2 years",
        "grants condition employment",
        "asks for contract, photo",
        "asks for photo\n    asks for contract",
        "routes to small",
        "rests on no_crime",
        "sensitive to nothing",
    ],
)
def test_an_example_says_what_comes_out(line: str) -> None:
    assert failures(f"{GIVING}  expect small.a qualifies\n    {line}\n") == []


def test_who_does_not_qualify_is_granted_and_asked_for_nothing() -> None:
    # Seventeen on the day of filing: refused as the law is read by default, and not if it is read loosely.
    young = f"{GIVING}  with applicant.born_on = 2009-11-21\n  expect small.a does_not_qualify\n"
    assert failures(young + "    grants nothing\n    asks for nothing\n    sensitive to year_window\n") == []
    assert len(failures(young + "    grants stay 24 months\n    asks for photo, contract\n")) == 2


# ------------------------------------------------------------------------------------------------------------ calendar

EDGES: tuple[Edge, ...] = ("month begins", "month ends", "year begins", "year ends")


@given(st.one_of(st.dates(FIRST, LAST), st.just(ONGOING)), st.sampled_from(EDGES))
def test_the_edges_are_those_found_by_walking(day: dt.date, edge: Edge) -> None:
    assert edge_of(day, edge) == days.edge(day, edge)


@pytest.mark.parametrize(
    ("day", "edge", "wanted"),
    [
        (dt.date(2024, 2, 10), "month ends", dt.date(2024, 2, 29)),
        (dt.date(2100, 2, 10), "month ends", dt.date(2100, 2, 28)),
        (dt.date(2026, 12, 31), "month begins", dt.date(2026, 12, 1)),
        (dt.date(2199, 12, 31), "year ends", dt.date(2199, 12, 31)),
        (dt.date(1900, 1, 1), "year begins", dt.date(1900, 1, 1)),
    ],
)
def test_edges(day: dt.date, edge: Edge, wanted: dt.date) -> None:
    assert edge_of(day, edge) == wanted


def one(condition: str, expect: str) -> list[str]:
    """What is wrong with one expectation of a category that asks one thing, of somebody with unknown dates."""
    return failures(f"""
category small.a
  en "A"  zh "甲"  cites guide "(1)"
  needs all of
    [it] {condition}  cites guide "(1)"
    [late] submitted_on after 2026-01-10  cites guide "(1)"
    [early] submitted_on before 2026-02-27  cites guide "(1)"
example somebody
  facts
    applicant: {{born_on: 2000-08-31}}
    submitted_on: unknown
  {expect}
""")


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        # 31 August 2025 plus 6 months is 28 February 2026, whose month begins on 1 February, inside the days asked for.
        ("submitted_on on or after first day of the month of (applicant.born_on plus 306 months)", "depends"),
        ("submitted_on on or after last day of the month of (applicant.born_on plus 306 months)", "does_not_qualify"),
        # Filing after 10 January 2026, the month always ends on 31 January or later.
        ("last day of the month of submitted_on on or after 2026-01-31", "depends"),
        ("last day of the month of submitted_on before 2026-01-31", "does_not_qualify"),
        ("first day of the month of (submitted_on plus 1 month) is 2026-03-01", "depends"),
        ("first day of the month of (submitted_on plus 2 months) is 2026-05-01", "does_not_qualify"),
        ("first day of the year of (submitted_on minus 3 months) plus 3 months is 2025-04-01", "depends"),
        ("first day of the year of (submitted_on minus 3 months) plus 3 months is 2026-04-01", "does_not_qualify"),
    ],
)
def test_unknown_days_are_tried_where_months_turn(condition: str, verdict: str) -> None:
    assert one(condition, f"expect small.a {verdict}" + (" on submitted_on" if verdict == "depends" else "")) == []


@pytest.mark.parametrize(
    ("written", "formatted", "chinese"),
    [
        (
            "a  before first day of month of ( b plus 6 month )",
            "a before first day of the month of (b plus 6 months)",
            "a 早於 當月首日 (b 加 6 個月)",
        ),
        (
            "a is last day of  the year of b minus 1 days",
            "a is last day of the year of b minus 1 day",
            "a 是 當年末日 b 減 1 日",
        ),
        (
            "earliest of (a plus 1 year), last day of month of b after c",
            "earliest of (a plus 1 year), last day of the month of b after c",
            "最早者 (a 加 1 年), 當月末日 b 遲於 c",
        ),
    ],
)
def test_layout(written: str, formatted: str, chinese: str) -> None:
    roundtrip(f"term t(a : b)\n  means {written}\n", f"term t(a : b)\n  means {formatted}\n")
    assert format_source(f"term t(a : b)\n  means {written}\n", "x", "zh").value == f"定義 t(a : b)\n  即 {chinese}\n"


def roundtrip(written: str, formatted: str) -> None:
    """A text is formatted like that, stays so, says the same, and comes back from Chinese."""
    assert format_source(written, "x", "en").value == formatted
    assert format_source(formatted, "x").value == formatted
    chinese = format_source(written, "x", "zh").value
    assert chinese is not None
    assert format_source(chinese, "x", "en").value == formatted
    before, after = parse(written, "x").value, parse(chinese, "x").value
    assert before
    assert after
    assert shapes(before) == shapes(after)


@pytest.mark.parametrize(
    "body",
    [
        "rests on a, b\n    sensitive to nothing\n    grants stay 24 months or 3 years\n    grants nothing",
        "asks for a, b\n    routes to ttps",
    ],
)
def test_layout_of_expectations(body: str) -> None:
    text = f"example a\n  facts\n    b: 1\n  expect ttps.b qualifies\n    {body}\n"
    roundtrip(text, text)


# -------------------------------------------------------------------------------------------------------- named values

VALUES = """
value worked(p : person, since : date, t : person) : months
  means months of k in p.jobs such that (k.began_on after t.born_on), after since
value later(a : date, b : date) : date
  means latest of a, b
value twice_later(a : date) : date
  means later(later(a, submitted_on), applicant.born_on plus 1 month)
value level : degree_level
  means master
"""


def meaning(condition: str) -> Cond:
    """What a condition with named values says."""
    needs = f'category small.a\n  en "A"  zh "甲"  cites guide "1"\n  needs {condition}  cites guide "1"\n'
    return book(VALUES + needs).categories["small.a"].needs.cond


@pytest.mark.parametrize(
    ("named", "written_out"),
    [
        (
            "later(approved_on, 2024-01-01) after submitted_on",
            "latest of approved_on, 2024-01-01 after submitted_on",
        ),
        (
            "later(approved_on plus 1 day, submitted_on) plus 2 days after submitted_on",
            "latest of (approved_on plus 1 day), submitted_on plus 2 days after submitted_on",
        ),
        (
            "submitted_on before twice_later(approved_on)",
            "submitted_on before latest of (latest of approved_on, submitted_on), (applicant.born_on plus 1 month)",
        ),
        (
            "some d in applicant.degrees such that d.level is level",
            "some d in applicant.degrees such that d.level is master",
        ),
        (
            "worked(applicant, approved_on, applicant) at least 1 month",
            (
                "months of k in applicant.jobs such that (k.began_on after applicant.born_on), after approved_on "
                "at least 1 month"
            ),
        ),
    ],
)
def test_a_named_value_means_what_it_says(named: str, written_out: str) -> None:
    assert meaning(named) == meaning(written_out)


def test_a_variable_of_a_value_does_not_catch_an_argument() -> None:
    # The value counts jobs by a variable `j`; here `j` is also the job it is given.
    text = """
value begun_by(j : job) : whole
  means count of k in applicant.jobs such that (k.began_on on or before j.began_on)
value begun_with(k : job) : whole
  means count of j in applicant.jobs such that (j.began_on is k.began_on)
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs some j in applicant.jobs such that begun_with(j) at least 2  cites guide "1"
category small.b
  en "B"  zh "乙"  cites guide "1"
  needs some k in applicant.jobs such that begun_by(k) at least 2  cites guide "1"
example two_jobs
  facts
    applicant:
      jobs:
        - {full_time: true, began_on: 2020-01-01, ended_on: 2020-06-30}
        - {full_time: true, began_on: 2020-01-02, ended_on: 2020-06-30}
  expect small.a does_not_qualify
  expect small.b qualifies
example two_jobs_begun_together like two_jobs
  with applicant.jobs[1].began_on = 2020-01-01
  expect small.a qualifies
"""
    assert failures(text) == []


def test_a_condition_is_supported_by_what_its_values_cite() -> None:
    made = (
        book("""
value limit : date
  cites guide "where the limit stands"
  means approved_on plus 3 months
value twice : date
  cites guide "and that one"
  means limit plus 3 months
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs all of
    [own] submitted_on before twice  cites guide "here"
    [not] submitted_on before 2030-01-01  cites guide "there"
    [theirs] submitted_on before limit
""")
        .categories["small.a"]
        .needs.cond
    )
    assert isinstance(made, All)
    cited = {clause.label: [c.pinpoint for c in clause.cites] for clause in made.items}
    assert cited == {
        "own": ["here", "where the limit stands", "and that one"],
        "not": ["there"],
        "theirs": ["where the limit stands"],
    }


def test_layout_of_values() -> None:
    roundtrip(
        "value  a (b : c,d : date) :date\n   means f( b, d plus 1 days ) minus 3 months\n",
        "value a(b : c, d : date) : date\n  means f(b, d plus 1 day) minus 3 months\n",
    )
    assert format_source("value a : whole\n  means 12\n", "x", "zh").value == "數值 a : whole\n  即 12\n"


# -------------------------------------------------------------------------------------------------------------- scores

SCORE = """
value points(p : person) : whole
  en "points"  zh "得分"
  means total of, at most 12
    [tiers] highest of
      [rich] 6 when p.income at least HK$200  cites guide "1"
      [earning] 4 when p.income at least HK$100  cites guide "1"
    [home] 3 when p.lives_here  cites guide "1"
    [paid] 2 for each m in p.payments such that (m.taxable), at most 5  cites guide "1"
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs points(applicant) %s  cites guide "1"
    en "{value} of {limit}"  zh "{value}/{limit}"
example somebody
  facts
    applicant: {income: %s, lives_here: %s, payments: %s}
  expect small.a %s
"""
PAID = "[{taxable: true}, {taxable: false}, {taxable: true}]"
MORE = "{at_least: [{taxable: true}]}"


@pytest.mark.parametrize(
    ("test", "income", "home", "payments", "verdict"),
    [
        # 6 (not 6 + 4) + 3 + 4 = 13, cut to 12.
        ("is 12", 200, "true", PAID, "qualifies"),
        ("at least 13", 200, "true", PAID, "does_not_qualify"),
        # 4 + 0 + 4.
        ("is 8", 199, "false", PAID, "qualifies"),
        ("in {7, 8}", 199, "false", PAID, "qualifies"),
        ("in {7, 9}", 199, "false", PAID, "does_not_qualify"),
        # Income unknown: 0, 4 or 6, and 3 + 4 besides; 12 at the most.
        ("at least 7", "unknown", "true", PAID, "qualifies"),
        ("at least 8", "unknown", "true", PAID, "depends on applicant.income"),
        ("at least 12", "unknown", "true", PAID, "depends on applicant.income"),
        ("is 9", "unknown", "true", PAID, "does_not_qualify"),
        ("at least 14", "unknown", "unknown", "unknown", "does_not_qualify"),
        # More payments than the one told may be there, but no more than 5 points come of them.
        ("at least 8", 0, "true", MORE, "depends on applicant.payments"),
        ("at least 9", 0, "true", MORE, "does_not_qualify"),
        ("at least 5", 0, "true", MORE, "qualifies"),
    ],
)
def test_a_score(test: str, income: object, home: str, payments: str, verdict: str) -> None:
    text = SCORE.replace(" of {limit}", "").replace("/{limit}", "") if test.startswith("in") else SCORE
    assert failures(text % (test, income, home, payments, verdict)) == []


def test_a_reader_sees_the_points_or_their_range() -> None:
    from solver.answer import Step
    from solver.assess import assess, compile_book
    from whereas.sentences import step_words

    def said(income: object, lang: Lang) -> str:
        made = book(SCORE % ("at least 9", income, "true", PAID, "qualifies"))
        example = made.examples["somebody"]
        case = read_case(example.facts, "somebody", made, today=made.known).value
        assert case is not None
        step: Step = assess(compile_book(made), case[0]).results[0].steps[0]
        return step_words(made, step, lang, {})

    assert said(200, "en") == "12 of 9"
    assert said(99, "zh") == "7/9"
    assert "7" in said("unknown", "en")
    assert "12" in said("unknown", "en")


def test_layout_of_scores() -> None:
    text = (
        "value a(b : c) : whole\n  means total of, at most 70\n    [x] highest of\n"
        '      [y] 30 when all of\n        [z] b.d  cites s "1"\n'
        '      [w] 5 for each e in b.f such that (e.g), at most 10  cites s "1"\n    [v] h(b)\n'
    )
    roundtrip(text, text)
    assert format_source(text, "x", "zh").value == (
        "數值 a(b : c) : whole\n  即 總分, 最多 70\n    [x] 最高一項\n"
        '      [y] 30 當 以下全部\n        [z] b.d  引據 s "1"\n'
        '      [w] 5 每有一 e 屬於 b.f 符合 (e.g), 最多 10  引據 s "1"\n    [v] h(b)\n'
    )


# ----------------------------------------------------------------------------------- conditions that no case can settle

UNSETTLED = """
parameter rule : condition by submitted_on
  en "rule"  zh "規則"
  from 2024-01-01 employment  cites guide "1"
parameter never_known : whole by submitted_on
  en "never known"  zh "未知"
  from 2024-01-01 unknown  cites guide "1"
table gaps from "universities.csv"
  en "list with gaps"  zh "不全名單"
  cites guide "1"
  key id : universities_key
  labels name_en, name_zh
  gappy
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs all of
    [always] always
    [plain] applicant.lives_here  cites guide "1"
category small.b
  en "B"  zh "乙"  cites guide "1"
  needs any of
    [rule] all of
      [other] rule is time_limitation  cites guide "1"
      [plain] applicant.lives_here  cites guide "1"
    [plain] applicant.lives_here  cites guide "1"
category small.c
  en "C"  zh "丙"  cites guide "1"
  needs some d in applicant.degrees such that all of
    [gappy] d.institution in gaps  cites guide "1"
    [closed] d.institution in universities on submitted_on  cites guide "1"
category small.d
  en "D"  zh "丁"  cites guide "1"
  needs all of
    [unknown] count of m in applicant.payments at least never_known  cites guide "1"
    [plain] not applicant.lives_here  cites guide "1"
"""


def test_what_no_case_can_settle_is_not_asked_of_the_examples() -> None:
    made = run_examples(book(UNSETTLED.replace("key id : universities_key", "key id : key of universities")))
    assert {u.path.removeprefix("small."): u.missing for u in made.undecided} == {
        "a/always": ("holds",),
        "a/plain": ("holds", "fails"),
        # No value of the rule is `time_limitation`: that branch only ever fails.
        "b/rule/other": ("fails",),
        "b/rule/plain": ("fails",),
        "b/plain": ("holds", "fails"),
        # A list with gaps never says no.
        "c/gappy": ("holds",),
        "c/closed": ("holds", "fails"),
        # The law never says how many, so that all of it can only fail, and by the other condition.
        "d/plain": ("fails",),
    }
    assert {(u.path.removeprefix("small."), u.way): u.why for u in made.undecidable} == {
        ("a/always", "fails"): "always",
        ("b/rule/other", "holds"): "no_value",
        ("b/rule/plain", "holds"): "around",
        ("c/gappy", "fails"): "gappy",
        ("d/unknown", "holds"): "never_known",
        ("d/unknown", "fails"): "never_known",
        ("d/plain", "holds"): "around",
    }


def test_a_value_that_is_not_yet_in_force_is_said_so() -> None:
    from solver.answer import Status, Step
    from whereas.sentences import step_words

    made = book("""
parameter floor : money by submitted_on
  en "floor"  zh "下限"
  from 2024-01-01 HK$5  cites guide "1"
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs applicant.income at least floor  cites guide "1"
    en "income {value}, floor HK${limit} ({floor})"  zh "收入{value}，下限{limit}港元（{floor}）"
""")
    clause = made.categories["small.a"].needs
    seen: Any = {"value": 3, "limit": None, "floor": None}
    step = Step("small.a", "test", Status.FAILS, True, clause, values=seen)
    assert step_words(made, step, "en", {}) == "floor: not yet in force"
    assert step_words(made, step, "zh", {}) == "下限：尚未生效"


def test_a_value_that_is_not_yet_in_force_stands_in_the_sentence_where_it_is_what_is_seen() -> None:
    from solver.answer import Status, Step
    from whereas.sentences import step_words

    made = book("""
parameter rule : whole by submitted_on
  en "rule"  zh "規則"
  from 2024-01-01 1  cites guide "1"
category small.a
  en "A"  zh "甲"  cites guide "1"
  needs rule is 1  cites guide "1"
    en "the rule (on filing: {value})"  zh "規則（申請時：{value}）"
""")
    seen: Any = {"value": None}
    step = Step("small.a", "test", Status.FAILS, True, made.categories["small.a"].needs, values=seen)
    assert step_words(made, step, "en", {}) == "not met: the rule (on filing: not yet in force)"
    assert step_words(made, step, "zh", {}) == "未符合：規則（申請時：尚未生效）"


TAKEN_OFF = """\
book small
  en "Small"  zh "小"
  known 2026-09-01
source leaflet
  rank 2
  en "Leaflet"  zh "單張"
given submitted_on : date default today changes with time
  en "day of filing"  zh "提交申請當日"
given p : person
  en "person"  zh "人"
entity person
  en "person"  zh "人"
  income : money can change with much effort  en "income"  zh "收入"
  left_on : date can change  en "day of leaving"  zh "離開日"
scheme small  en "Small"  zh "小"
category small.a
  en "A"  zh "甲"
  cites leaflet "1"
  needs all of
    [net] p.income minus HK$10 at least HK$5  cites leaflet "1"
    [left] year of p.left_on is year of submitted_on minus 1  cites leaflet "1"
# 15 less 10 is 5, and no less; 2026 less 1 is 2025.
example a
  facts
    submitted_on: 2026-05-05
    p: {income: 15, left_on: 2025-12-31}
  expect small.a qualifies
example b like a
  with p.income = 14
  expect small.a does_not_qualify because [net]
example c like a
  with p.income = unknown
  expect small.a depends on p.income
example d like a
  with p.left_on = 2024-12-31
  expect small.a does_not_qualify because [left]
example e like a
  with p.left_on = unknown
  expect small.a depends on p.left_on
"""


def test_a_figure_is_taken_off_a_number_or_an_amount() -> None:
    """`income minus HK$10`, `year of d minus 1`: the limits stand where they do when worked out by hand."""
    report = run_examples(ready.book(TAKEN_OFF))
    assert (report.count, report.failures) == (5, ())
    named = TAKEN_OFF.replace("minus 1 ", "minus one ").replace("minus HK$10 ", "minus ten ")
    named += "value one : whole\n  means 1\nvalue ten : money\n  means HK$10\n"
    assert ready.book(named).categories == ready.book(TAKEN_OFF).categories
