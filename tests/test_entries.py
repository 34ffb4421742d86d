"""What `explain` lists under a total over a list: the entries that count, those that do not, and those left open."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.calendar import LAST, Duration
from dsl.casefile import read_case
from dsl.model import Book, Score
from solver.answer import Answer, Step
from solver.assess import assess, compile_book
from tests import ready
from tests.oracle import days
from whereas import testing
from whereas.entries import MOST, TotalView, entry_lines
from whereas.phrases import Language
from whereas.report import view
from whereas.report_html import page_html
from whereas.report_json import case_json
from whereas.report_text import assess_text, explain_text, full_text
from whereas.scripts import spoken
from whereas.views import CaseView, Row

TEXT = """\
book totals
  en "Totals"  zh "總和"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "A guide"  zh "指引"

given submitted_on : date
  en "day of filing"  zh "遞交日期"

given applicant : person
  en "applicant"  zh "申請人"

enumeration kind
  en "kind of income"  zh "收入種類"
  salary  en "salary"  zh "薪金"
  gift  en "gift"  zh "饋贈"

entity person
  en "person"  zh "人"
  incomes : list of income  en "income"  zh "收入"
  jobs : list of job  en "work"  zh "工作經歷"
  degrees : list of degree  en "degrees"  zh "學位"

entity income
  en "income"  zh "收入"
  kind : kind  en "kind of income"  zh "收入種類"
  amount : money  en "amount"  zh "金額"
  paid_on : date  en "day it was paid"  zh "支付日期"

entity job
  en "job"  zh "工作"
  full_time : truth  en "full-time"  zh "全職"
  began_on : date  en "first day"  zh "首日"
  ended_on : date  en "last day"  zh "末日"
  spell began_on to ended_on

entity degree
  en "degree"  zh "學位"
  taught_here : truth  en "taught here"  zh "在此修讀"

term of_the_year(i : income)
  en "of the year before filing"  zh "申請前一年內"
  means all of
    [kind] i.kind is salary  cites guide "1"
    [paid] i.paid_on within 1 year before submitted_on
      en "paid on {value}; filing on {submitted_on}"  zh "{value}支付；{submitted_on}申請"
      cites guide "1"

scheme small  en "Small scheme"  zh "小計劃"

category small.income
  en "Income"  zh "收入"  cites guide "1"
  needs all of
    [income] sum of i.amount for i in applicant.incomes such that of_the_year(i) at least HK$1,000
      en "income of the year: {value}; {limit} is needed"  zh "該年收入為{value}；須達{limit}"
      cites guide "1"

category small.work
  en "Work"  zh "工作"  cites guide "1"
  needs all of
    [work] months of j in applicant.jobs such that (j.full_time), within 5 years before submitted_on at least 36 months
      en "{value} of work; {limit} are needed"  zh "工作{value}；須有{limit}"
      cites guide "1"

category small.degrees
  en "Degrees"  zh "學位"  cites guide "1"
  needs all of
    [degrees] count of d in applicant.degrees such that (d.taught_here) at least 2
      en "{value} degrees taught here"  zh "{value}個學位在此修讀"
      cites guide "1"

value merit(p : person) : whole
  en "merit"  zh "表現"
  cites guide "1"
  means total of, at most 50
    [study] highest of
      [two] 40 when count of d in p.degrees such that (d.taught_here) at least 2
        en "two degrees taught here (found: {value})"  zh "兩個在此修讀的學位（現有{value}個）"
        cites guide "1"
      [one] 20 when count of d in p.degrees such that (d.taught_here) at least 1
        en "a degree taught here"  zh "一個在此修讀的學位"
        cites guide "1"
    [work] 15 when some j in p.jobs such that j.full_time
      en "a full-time job"  zh "一份全職工作"
      cites guide "1"

category small.merit
  en "Merit"  zh "表現"  cites guide "1"
  needs all of
    [points] merit(applicant) at least 45
      en "{value} points; {limit} are needed"  zh "得{value}分；須達{limit}分"
      cites guide "1"

term lately(j : job)
  en "work of late"  zh "近期工作"
  means all of
    [late] not long_ago(j)  cites guide "1"
    [which] j.full_time or j.began_on before 2000-01-01  cites guide "1"

term long_ago(j : job)
  en "work that ended long ago"  zh "早已終止的工作"
  means all of
    [ended] j.ended_on before 2010-01-01  cites guide "1"

term has_degree(i : income)
  en "income of a graduate"  zh "畢業生收入"
  means all of
    [salary] i.kind is salary  cites guide "1"
    [graduate] some d in applicant.degrees such that d.taught_here  cites guide "1"

category small.graduate
  en "Graduate"  zh "畢業生"  cites guide "1"
  needs all of
    [salaries] count of i in applicant.incomes such that has_degree(i) at least 1
      en "{value} salaries of a graduate"  zh "{value}項畢業生薪金"
      cites guide "1"

category small.lately
  en "Lately"  zh "近期"  cites guide "1"
  needs all of
    [jobs] count of j in applicant.jobs such that lately(j) at least 1
      en "{value} such jobs"  zh "{value}份該等工作"
      cites guide "1"
"""


@pytest.fixture(scope="module")
def book() -> Book:
    """A book with a total of each kind."""
    return ready.book(TEXT)


def explained(book: Book, case: str, category: str, lang: Language = "en") -> CaseView:
    read = read_case(case, "case.yaml", book, today=dt.date(2026, 11, 21))
    assert read.value is not None, read.diagnostics
    answer = assess(compile_book(book), read.value[0], categories=[category])
    return view(book, read.value[0], answer, lang)


def every(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from every(row.rows)


def only_total(seen: CaseView) -> TotalView:
    (total,) = (total for row in every(seen.results[0].rows) for total in row.totals)
    return total


def lines(seen: CaseView) -> list[tuple[str | None, str]]:
    return list(entry_lines(spoken(seen.lang), seen.lang, only_total(seen)))


INCOMES = """
submitted_on: 2026-06-15
applicant:
  incomes:
    - {kind: salary, amount: 600, paid_on: 2026-01-31}
    - {kind: salary, amount: 900, paid_on: 2025-06-14}
    - {kind: gift, amount: 5000, paid_on: 2026-01-31}
    - {amount: 300, paid_on: 2026-02-28}
    - {kind: salary, paid_on: 2026-03-31}
    - {kind: gift, amount: 70}
"""


def test_a_sum_says_which_amounts_it_adds(book: Book) -> None:
    """600 counts; 14 June 2025 is a day too early for the year to 14 June 2026; gifts never count."""
    assert lines(explained(book, INCOMES, "small.income")) == [
        ("counted", "counted: income 1: HK$600"),
        ("open", "cannot be told: income 4: not told: kind of income; the rule asks for: salary (HK$300)"),
        ("open", "cannot be told: income 5: not told: amount"),
        ("left_out", "not counted: income 2: not met: paid on 14 June 2025; filing on 15 June 2026"),
        ("left_out", "not counted: income 3, income 6: kind of income: gift; the rule asks for: salary"),
    ]


JOBS = """
submitted_on: 2026-06-15
applicant:
  jobs:
    - {full_time: true, began_on: 2020-01-01, ended_on: 2022-12-31}
    - {full_time: true, began_on: 2022-07-01, ended_on: 2023-03-31}
    - {full_time: true, began_on: 2015-01-01, ended_on: 2021-06-14}
    - {full_time: false, began_on: 2024-01-01, ended_on: 2024-12-31}
    - {began_on: 2025-01-01, ended_on: 2025-06-30}
    - {full_time: true, began_on: 2026-01-01}
    - {full_time: true, began_on: 2026-05-01, ended_on: ongoing}
"""


FIVE_YEARS = "15 June 2021 to 14 June 2026"


def test_a_time_says_which_days_it_counts(book: Book) -> None:
    """Five years to 14 June 2026 begin on 15 June 2021: job 3 ends on the day before, of job 1 a part counts.

    Job 2 lasts from July to December 2022 together with job 1. Merged they last from 15 June 2021 to 31 March 2023, 21
    months and 17 days; job 7 adds 1 May to 14 June 2026, a month and 14 days: 23 months and a day for sure.
    """
    seen = explained(book, JOBS, "small.work")
    assert lines(seen) == [
        ("counted", "counted: job 1: 15 June 2021 to 31 December 2022"),
        ("counted", "counted: job 2: 1 July 2022 to 31 March 2023 (days shared with job 1 count once)"),
        ("counted", "counted: job 7: 1 May 2026 to 14 June 2026"),
        ("open", "cannot be told: job 5: not told: full-time (1 January 2025 to 30 June 2025)"),
        ("open", "cannot be told: job 6: not told: last day (from 1 January 2026)"),
        ("left_out", f"not counted: job 3: 1 January 2015 to 14 June 2021: outside the days that count, {FIVE_YEARS}"),
        ("left_out", "not counted: job 4: not: full-time"),
    ]
    assert any("23 months and 1 day" in row.words for row in every(seen.results[0].rows))


def test_a_count_names_its_entries(book: Book) -> None:
    degrees = "[{taught_here: true}, {taught_here: false}, {taught_here: true}]"
    assert lines(explained(book, f"submitted_on: 2026-06-15\napplicant: {{degrees: {degrees}}}", "small.degrees")) == [
        ("counted", "counted: degree 1, degree 3"),
        ("left_out", "not counted: degree 2: not: taught here"),
    ]


def test_filters_of_other_shapes(book: Book) -> None:
    """A further list inside the filter, a denied term, and two conditions of which one would do."""
    graduate = "{degrees: [{taught_here: false}], incomes: [{kind: salary}, {kind: gift}]}"
    assert lines(explained(book, f"submitted_on: 2026-06-15\napplicant: {graduate}", "small.graduate")) == [
        ("left_out", "not counted: income 1: no degree with: taught here"),
        ("left_out", "not counted: income 2: kind of income: gift; the rule asks for: salary"),
    ]
    lately = """
submitted_on: 2026-06-15
applicant:
  jobs:
    - {full_time: true, began_on: 1999-01-01, ended_on: 2009-12-31}
    - {full_time: false, began_on: 2001-01-01, ended_on: 2011-12-31}
    - {full_time: false, began_on: 1999-12-31, ended_on: 2011-12-31}
"""
    assert lines(explained(book, lately, "small.lately")) == [
        ("counted", "counted: job 3"),
        ("left_out", "not counted: job 1: work that ended long ago"),
        ("left_out", "not counted: job 2: not: full-time; nor otherwise"),
    ]


def test_a_score_names_its_lines(book: Book) -> None:
    """Two degrees give 40 and outdo one; with the job it is 55, cut to 50."""
    both = "{degrees: [{taught_here: true}, {taught_here: true}], jobs: [{full_time: true}]}"
    seen = explained(book, f"submitted_on: 2026-06-15\napplicant: {both}", "small.merit")
    assert lines(seen) == [
        (None, "merit: no more than 50 points"),
        ("counted", "counted: two: two degrees taught here (found: 2) (40 points)"),
        ("counted", "counted: work: a full-time job (15 points)"),
        ("left_out", "not counted: one: a degree taught here (20 points); another counts for more, or as much"),
    ]
    one = "{degrees: [{taught_here: true}, {}], jobs: [{full_time: false}]}"
    seen = explained(book, f"submitted_on: 2026-06-15\napplicant: {one}", "small.merit")
    assert lines(seen) == [
        ("open", "cannot be told: two: two degrees taught here (found: from 1 to 2) (40 points)"),
        ("open", "cannot be told: one: a degree taught here (20 points); another may count for more"),
        ("left_out", "not counted: work: not met: a full-time job"),
    ]


def test_a_list_that_may_have_more_says_so(book: Book) -> None:
    assert lines(explained(book, "submitted_on: 2026-06-15\napplicant: {}", "small.degrees")) == [
        ("open", "there may be more: degrees")
    ]
    closed = explained(book, "submitted_on: 2026-06-15\napplicant: {degrees: []}", "small.degrees")
    assert not any(row.totals for row in every(closed.results[0].rows))


def test_a_day_that_bounds_a_time_and_is_not_told_leaves_every_entry_open(book: Book) -> None:
    case = "submitted_on: unknown\napplicant: {jobs: [{full_time: true, began_on: 2020-01-01, ended_on: 2022-12-31}]}"
    assert lines(explained(book, case, "small.work")) == [
        ("open", "cannot be told: job 1: unknown: day of filing (1 January 2020 to 31 December 2022)")
    ]


def test_a_long_list_is_cut_and_counted(book: Book) -> None:
    """Twelve different amounts are twelve lines; JSON has every entry."""
    incomes = "".join(f"    - {{kind: salary, amount: {n}, paid_on: 2026-01-31}}\n" for n in range(1, 13))
    seen = explained(book, f"submitted_on: 2026-06-15\napplicant:\n  incomes:\n{incomes}", "small.income")
    found = lines(seen)
    assert len(found) == MOST
    assert found[0] == ("counted", "counted: income 1: HK$1")
    assert found[-1] == (None, f"and {12 - (MOST - 1)} more")
    data = case_json(seen, "", judgements="presumed", steps=True)
    assert "income 12" in json.dumps(data)
    assert "income 12" not in explain_text(seen)


def test_other_scripts(book: Book) -> None:
    hant = lines(explained(book, JOBS, "small.work", "zh-Hant"))
    assert hant[1] == ("counted", "計算在內：工作2：2022年7月1日至2023年3月31日（與工作1重疊的日子只計一次）")
    assert hant[5][1] == "不計算：工作3：2015年1月1日至2021年6月14日：不在計算期間（2021年6月15日至2026年6月14日）之內"
    hans = lines(explained(book, JOBS, "small.work", "zh-Hans"))
    assert hans[1][1] == "计算在内：工作2：2022年7月1日至2023年3月31日（与工作1重叠的日子只计一次）"
    assert lines(explained(book, INCOMES, "small.income", "zh-Hant"))[3][1].startswith("不計算：收入2：")


def test_where_it_is_shown(book: Book) -> None:
    """In the tree of `explain`, as text, data and a page; never in the reports of `assess`."""
    seen = explained(book, JOBS, "small.work")
    shown = "counted: job 1: 15 June 2021 to 31 December 2022"
    assert f"+ {shown}" in explain_text(seen)
    assert shown in page_html([seen], chain=True)
    assert shown not in page_html([seen], chain=False) + assess_text(seen) + full_text(seen)
    data: Any = case_json(seen, "", judgements="presumed", steps=True)
    (total,) = (step["totals"] for step in data["results"][0]["steps"] if "totals" in step)
    assert total[0]["list"] == "applicant.jobs"
    assert total[0]["may_have_more"] is False
    assert total[0]["entries"][0] == {
        "id": "applicant.jobs[0]",
        "label": "job 1",
        "counts": "counted",
        "words": "15 June 2021 to 31 December 2022",
        "first": "2021-06-15",
        "last": "2022-12-31",
    }
    assert [e["counts"] for e in total[0]["entries"]] == [
        *("counted", "counted", "left_out", "left_out", "open", "open", "counted"),
    ]


def test_explain_says_why_four_incomes_are_nothing() -> None:
    """Incomes 1 to 3 of the example are of periods that begin before 15 September 2025; 4 is of a kind left out."""
    run = [sys.executable, "-m", "whereas", "explain", "examples/high_earner.yaml", "ttps.a", "--json"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=Path(__file__).parent.parent, timeout=60)
    (result,) = json.loads(done.stdout)["results"]

    def inside(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for step in steps:
            yield step
            yield from inside(step.get("steps", []))

    (twelve,) = (s for s in inside(result["steps"]) if "/twelve_months" in s["path"] and "totals" in s)
    entries = twelve["totals"][0]["entries"]
    assert [e["counts"] for e in entries] == ["left_out"] * 4
    assert entries[0]["words"].startswith("income of a period from 1 January 2025; not before 15 September 2025")
    assert entries[2]["words"].startswith("income of a period from 16 May 2025; not before 15 September 2025")
    assert "(personal investment)" in entries[3]["words"]


# ------------------------------------------------------------------------------------------------------------- laws

HK = testing.Book(seconds=3)


def steps_of(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from steps_of(step.children)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(
    testing.people(HK, near=["ttps.a", "ttps.b", "qmas.achievement"]),
    st.sampled_from(["ttps.a", "ttps.b", "iang.recent", "qmas"]),
)
def test_what_counts_adds_up_to_what_the_line_says(person: testing.Person, scheme: str) -> None:
    """Of every total: what surely counts, added up by days or amounts, is the least the line says it is.

    It is exactly what the line says where nothing is open.
    """
    names = [c for c in HK.checked.categories if c == scheme or c.startswith(f"{scheme}.")]
    answer: Answer = person.assess(categories=tuple(names))
    for result in answer.results:
        for step in steps_of(result.steps):
            value = step.values.get("value") if len(step.totals) == 1 else None
            if value is None:
                continue
            (tally,) = step.totals
            counted = [e for e in tally.entries if e.counts]
            if isinstance(tally.total, Score):
                points = sum(e.amount or 0 for e in counted)
                low: Any = value[0] if isinstance(value, tuple) else value
                settled = not tally.caps and all(e.counts is not None for e in tally.entries)
                assert points == low if settled else points <= low or tally.caps
                continue
            if tally.total.kind == "months":
                spells = [(e.spell[0], min(e.spell[1], LAST)) for e in counted if e.spell and e.spell[0] and e.spell[1]]
                assert len(spells) == len(counted)
                months, over, all_days = days.total(spells)
                least: object = Duration(all_days, "days") if "days" in str(value) else (months, over)
                exact = value == least
            else:
                least = sum(e.amount if tally.total.of and e.amount is not None else 1 for e in counted)
                exact = value == least
            assert exact or (isinstance(value, tuple) and value[0] == least), (value, tally)
            if not exact:
                assert tally.open or any(e.counts is None for e in tally.entries)
