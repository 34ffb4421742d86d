"""Windows of filing, worked out by hand; what is said of them, in every shape; and what is typed wrongly."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len

from dsl.case import Case
from dsl.casefile import read_case
from dsl.model import Verdict
from solver.ahead import Birthday, NewEdition, NewValue, ahead
from solver.compiled import Compiled, compile_book
from solver.when import Stretch, sweep
from tests import ready
from tests.ready import run

BOOK = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2026-01-01
  en "A guide"  zh "指引"

given submitted_on : date default today
  en "day of filing"  zh "遞交日期"

given approved_on : date
  en "day of approval"  zh "批准日期"

given works_on : date default today
  en "day of work"  zh "工作日期"

given applicant : person
  en "applicant"  zh "申請人"

invariant submitted_on on or before approved_on

entity person
  en "person"  zh "人"
  born_on : date  en "date of birth"  zh "出生日期"
  graduated_on : date  en "day of graduation"  zh "畢業日期"
  income : money  en "income"  zh "收入"
  school : key of schools  en "school"  zh "學校"
  jobs : list of job  en "jobs"  zh "工作"

entity job
  en "job"  zh "工作"
  spell began to ended
  began : date  en "first day"  zh "首日"
  ended : date  en "last day"  zh "末日"

table schools from "schools.csv"
  en "list of schools"  zh "學校名單"
  cites guide "2"
  key id
  labels name_en, name_zh
  valid begun to ended
  closed from 2020-01-01 to 2027-12-31

parameter floor : money by submitted_on
  en "floor"  zh "下限"
  from 2020-01-01 HK$100  cites guide "1"
  from 2027-07-01 HK$200 known 2026-01-01  cites guide "1"
  from 2029-01-01 unknown known 2026-01-01  cites guide "1"

parameter length_of_stay : months by approved_on
  en "length of stay"  zh "逗留期"
  from 2020-01-01 24 months  cites guide "1"
  from 2027-02-01 36 months known 2026-01-01  cites guide "1"

scheme small  en "Small scheme"  zh "小計劃"

category small.window
  en "Within six months"  zh "六個月內"  cites guide "1"
  needs submitted_on within 6 months after applicant.graduated_on  cites guide "1"
  grants stay length_of_stay  cites guide "1"

category small.age
  en "From 18, under 30"  zh "18歲至未滿30歲"  cites guide "1"
  needs all of
    [from] age of applicant.born_on on submitted_on at least 18  cites guide "1"
    [under] age of applicant.born_on on submitted_on less than 30  cites guide "1"

category small.worker
  en "A year of work in the last two"  zh "最近兩年內有一年工作"  cites guide "1"
  needs months of j in applicant.jobs, within 2 years before submitted_on at least 12 months
    cites guide "1"

category small.income
  en "Income"  zh "收入"  cites guide "1"
  needs applicant.income at least floor  cites guide "1"

category small.school
  en "School"  zh "學校"  cites guide "1"
  needs applicant.school in schools on submitted_on  cites guide "2"

category small.shift
  en "Work within a week of filing"  zh "遞交一星期內工作"  cites guide "1"
  needs submitted_on within 1 week after works_on  cites guide "1"
"""
SCHOOLS = "id,begun,ended,name_en,name_zh\nnorth,2020-01-01,2027-03-31,North,北\nsouth,2027-04-01,,South,南\n"

PERSON = """\
title: Somebody
submitted_on: 2026-11-21
approved_on: 2026-12-18
applicant:
  born_on: 2008-02-29
  graduated_on: 2026-08-31
  income: 150
  school: south
  jobs:
    - {began: 2026-06-15, ended: 2027-09-30}
"""


@cache
def compiled() -> Compiled:
    return compile_book(ready.book({"book.rules": BOOK, "schools.csv": SCHOOLS}))


def case(text: str = PERSON) -> Case:
    read = read_case(text, "case.yaml", compiled().book, today=dt.date(2026, 11, 27))
    assert read.value is not None, [d.message for d in read.diagnostics]
    return read.value[0]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def windows(category: str, text: str = PERSON, first: str = "2026-11-21", last: str = "2036-11-21") -> list[Stretch]:
    return list(sweep(compiled(), case(text), day(first), day(last)).stretches(category))


def told(stretches: list[Stretch]) -> list[tuple[str, str]]:
    return [(s.first.isoformat(), str(s.outcome)) for s in stretches]


YES, NO, DEPENDS = (v.value for v in (Verdict.QUALIFIES, Verdict.DOES_NOT_QUALIFY, Verdict.DEPENDS))


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        # Six months from 31 August end on the last day of February.
        ("small.window", [("2026-11-21", YES), ("2027-03-01", NO)]),
        # Born on a leap day: 18 on 28 February 2026 already; 30 on 28 February 2038, after the span.
        ("small.age", [("2026-11-21", YES)]),
        # Work from 15 June 2026 to 30 September 2027. Filed on 14 June 2027: 11 months and 30 days, that is 12 of
        # thirty days each. Two years before filing begin after the job's first day from 16 June 2028; what is left
        # then shrinks: filed on 1 October 2028, from 1 October 2026 to 30 September 2027: a year. A day later: 11
        # months from 2 October to 1 September, and 29 days. Filed on 2 October: 11 months and 29 days, too little.
        ("small.worker", [("2026-11-21", NO), ("2027-06-14", YES), ("2028-10-02", NO)]),
        # The floor rises over the income; from 2029 on it is not known.
        ("small.income", [("2026-11-21", YES), ("2027-07-01", NO), ("2029-01-01", DEPENDS)]),
        # On the list from April 2027; from 2028 on nothing is known of the list.
        ("small.school", [("2026-11-21", NO), ("2027-04-01", YES), ("2028-01-01", DEPENDS)]),
        # The day of work is not told, so it is the day of filing.
        ("small.shift", [("2026-11-21", YES)]),
    ],
)
def test_windows_worked_out_by_hand(category: str, expected: list[tuple[str, str]]) -> None:
    found = windows(category)
    merged = [pair for i, pair in enumerate(told(found)) if i == 0 or told(found)[i - 1][1] != pair[1]]
    assert merged == expected


def test_a_window_ends_where_what_is_granted_changes() -> None:
    # Filed before February 2027, it can be approved before that day or after; filed later, only after.
    found = windows("small.window")
    assert told(found) == [("2026-11-21", YES), ("2027-02-01", YES), ("2027-03-01", NO)]
    assert [sorted(str(v) for v in s.grants[0].values) for s in found[:2]] == [
        ["24 months", "36 months"],
        ["36 months"],
    ]


def test_approval_told_of_the_filing_is_left_open_and_told_before_it_contradicts() -> None:
    assert all(s.outcome != "contradiction" for s in windows("small.window"))
    text = PERSON.replace("submitted_on: 2026-11-21\n", "").replace("2026-12-18", "2026-11-24")
    found = windows("small.window", text, "2026-11-20")
    assert told(found) == [("2026-11-20", YES), ("2026-11-25", "contradiction")]
    assert found[-1].last == day("2036-11-21")


def test_unknown_facts() -> None:
    # Not told when born: under 30 and 18 depend on it for ever. Graduated at an unknown day: it may be any.
    text = PERSON.replace("  born_on: 2008-02-29\n", "").replace("  graduated_on: 2026-08-31\n", "")
    for category in ("small.age", "small.window"):
        assert {pair[1] for pair in told(windows(category, text))} == {DEPENDS}
    assert [h.id for h in windows("small.age", text)[0].hinges] == ["applicant.born_on"]
    # The last day of the job is not told: the job may be over at once, or go on. A year is there at the earliest on
    # 14 June 2027; from then on it depends for ever.
    text = PERSON.replace(", ended: 2027-09-30", "")
    assert told(windows("small.worker", text)) == [("2026-11-21", NO), ("2027-06-14", DEPENDS)]


def test_one_day_is_a_span() -> None:
    (only,) = windows("small.window", first="2027-02-28", last="2027-02-28")
    assert (only.first, only.last, only.outcome) == (day("2027-02-28"), day("2027-02-28"), Verdict.QUALIFIES)


def test_what_is_known_to_change() -> None:
    found = sweep(compiled(), case(PERSON.replace("2008-02-29", "2009-05-10")), day("2026-11-21"), day("2036-11-21"))
    names = tuple(compiled().book.categories)
    for category in names:
        list(found.stretches(category))
    changes = ahead(found, names)
    assert [(type(c), c.day.isoformat()) for c in changes] == [
        (NewValue, "2027-02-01"),
        (NewEdition, "2027-04-01"),
        (Birthday, "2027-05-10"),
        (NewValue, "2027-07-01"),
        (NewEdition, "2028-01-01"),
        (NewValue, "2029-01-01"),
    ]
    edition = changes[1]
    assert isinstance(edition, NewEdition)
    assert (edition.come, edition.gone, edition.before, edition.after) == (1, 1, "closed", "closed")
    birthday = changes[2]
    assert isinstance(birthday, Birthday)
    assert (birthday.age, birthday.categories) == (18, ("small.age",))


# ------------------------------------------------------------------------------------------------ the command, in words


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.rules").write_text(BOOK, "utf-8")
    (tmp_path / "book" / "schools.csv").write_text(SCHOOLS, "utf-8")
    (tmp_path / "case.yaml").write_text(PERSON, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def test_the_report_of_one_category(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "when case.yaml small.window --book book --until 2027-12-31")
    assert code == 0
    assert (
        out
        == """\
case.yaml: Somebody
filing from 21 November 2026 to 31 December 2027

█ qualifies   · does not qualify
               2026-12      2027-02      2027-04      2027-06      2027-08      2027-10      2027-12
small.window ██████████████████████·································································

small.window  Within six months · Small scheme
  ✔ 21 November 2026 to 31 January 2027: qualifies
    grants       · stay: 24 months or 36 months, by day of approval
  ✔ 1 February 2027 to 28 February 2027: qualifies
    grants       · stay: 36 months
  ✘ from 1 March 2027 on: does not qualify
    what turns   ✘ the day of filing: 1 March 2027 and the day of graduation: 31 August 2026; the
                   rule asks for: the day of filing is within 6 months after the day of graduation
                   [guide 1]

Known to change on the way
  · 1 February 2027: length of stay: 36 months, until then 24 months (by day of approval)
Taken to be so on every day
  · whenever it is filed, what the case tells stays as it is
  · not told, so taken to be the day of filing: day of work
  · told of the filing of the case, so left open here: day of approval
Answered from the book “A tiny book”, known to 21 November 2026
"""
    )


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(
    lang: str, columns: int, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run(capsys, f"when case.yaml --book book --lang {lang}")
    assert code == 0
    assert max(map(cell_len, out.splitlines())) <= columns
    drawn = [line for line in out.splitlines() if re.match(r"small\.\w+ +[█▒·×!]+$", line)]
    assert len(drawn) == 6


def test_json_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "when case.yaml --book book --json")
    data = json.loads(out)
    assert code == 0
    assert (data["version"], data["from"], data["until"], data["complete"]) == (1, "2026-11-21", "2036-11-21", True)
    assert [c["category"] for c in data["categories"]] == list(compiled().book.categories)
    for category in data["categories"]:
        found = [(s.first.isoformat(), s.last.isoformat(), str(s.outcome)) for s in windows(category["category"])]
        assert [(w["from"], w["until"], w["outcome"]) for w in category["windows"]] == found
        assert all(w["turned"] for w in category["windows"][1:] if w["outcome"] != YES)


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_picture_is_well_formed_and_stands_in_the_page(
    lang: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "case.yaml").write_text(PERSON.replace("Somebody", "'<&> \"x\"'"), "utf-8")
    code, out, _ = run(capsys, f"when case.yaml --book book --lang {lang} --svg -")
    assert code == 0
    root = ElementTree.fromstring(out)
    names = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert '<&> "x"' in names
    assert {"small.window", "small.worker"} <= {name[name.rfind("small.") :] for name in names if "small." in name}
    fills = {rect.get("fill") for rect in root.iter("{http://www.w3.org/2000/svg}rect")}
    assert {"#1a7f37", "url(#depends)", "#eaeef2"} <= fills
    code, page, _ = run(capsys, f"when case.yaml --book book --lang {lang} --html -")
    assert code == 0
    assert page.count("<svg") == 1
    assert "<&>" not in page
    assert f'<html lang="{lang}">' in page


def test_several_people_are_drawn_in_one_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "case.yaml").write_text(f"{PERSON}---\n{PERSON.replace('Somebody', 'Another')}", "utf-8")
    _, out, _ = run(capsys, "when case.yaml --book book --svg -")
    names = ["".join(text.itertext()) for text in ElementTree.fromstring(out).iter("{http://www.w3.org/2000/svg}text")]
    assert names.count("Somebody") == names.count("Another") == 1
    _, out, _ = run(capsys, "when case.yaml small.age --book book --json")
    assert [case["title"] for case in json.loads(out)] == ["Somebody", "Another"]


def test_a_short_window_is_not_lost_in_the_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "when case.yaml small.window --book book --until 2126-11-21")
    (line,) = [line for line in out.splitlines() if line.startswith("small.window █")]
    assert line.split()[1].count("█") == 1


def test_days_that_contradict_what_is_told_are_no_no(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PERSON.replace("submitted_on: 2026-11-21\n", "").replace("2026-12-18", "2026-10-24")
    (folder / "case.yaml").write_text(text, "utf-8")
    code, out, _ = run(capsys, "when case.yaml small.window --book book --from 2026-10-01 --until 2027-12-31")
    assert code == 0
    assert "× from 25 October 2026 on: contradicts what is told" in out
    assert "such a day of filing does not fit day of approval" in out
    code, _, err = run(capsys, "when case.yaml small.window --book book --from 2026-10-25")
    assert code == 2
    assert "C529" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("when case.yaml smal.window", "U701", "write `small.window`"),
        ("when small.window case.yaml", "U701", "write `whereas when case.yaml small.window`"),
        ("when case.yaml --from 2027-13-01", "U705", "`--from 2027-01-15`"),
        ("when case.yaml --until soon", "U705", "`--until 2027-01-15`"),
        ("when case.yaml --until 2300-01-01", "U705", "outside the calendar"),
        ("when case.yaml --from 1899-12-31", "U705", "outside the calendar"),
        ("when case.yaml --from 2028-01-01 --until 2027-01-01", "U709", "`--from 2027-01-01 --until 2028-01-01`"),
        ("when case.yaml --until 2020-01-01", "U709", "comes before the day of filing"),
        ("when case.yaml --html - --svg -", "U709", "two reports"),
        ("when case.yaml --svg no/such/folder.svg", "U702", "there is no such folder"),
        ("when nobody.yaml", "U702", "nobody.yaml"),
        ("when case.yaml --readings some", "U704", "--readings all"),
    ],
)
def test_what_is_typed_wrongly(
    line: str, code: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, f"{line} --book book")
    assert (status, out) == (2, "")
    assert f"error[{code}]" in err
    assert words in err
    assert "Traceback" not in err


def test_options_that_choose_otherwise_are_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "when case.yaml --book book --as-known-on 2026-11-01 --judgements open")
    assert "as known on 1 November 2026" in out
    assert "no judgement taken as favourable" in out


def test_running_out_of_time_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "when case.yaml --book book --json --time-limit 0.000000001")
    data = json.loads(out)
    assert code == 1
    assert not data["complete"]
    assert data["categories"] == []
    assert data["unsettled"] == list(compiled().book.categories)


def test_what_lies_ahead_where_totals_are_looked_at_beside_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    # The periods of residence are not told: they may be one of seven years, or several that make seven together.
    code, out, _ = run(capsys, "when examples/graduate.yaml abode.foreign")
    assert code == 0
    assert "depends" in out


LATE = """
category small.late
  en "Late and rich"  zh "遲而富"  cites guide "1"
  needs all of
    [late] submitted_on on or after applicant.graduated_on plus 6 months
      en "six months are over"  zh "已滿六個月"  cites guide "1"
    [rich] applicant.income at least HK$1,000  en "an income of {limit}"  zh "收入須達{limit}"  cites guide "1"
"""


def test_what_is_closed_on_every_day_is_so_for_what_stands_in_the_way_on_the_last_day_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # On the first day the six months are not over either, but that would pass.
    (folder / "book" / "book.rules").write_text(BOOK + LATE, "utf-8")
    code, out, _ = run(capsys, "when case.yaml small.late --book book")
    assert code == 0
    assert "an income of HK$1,000" in out
    assert "six months are over" not in out


def test_a_book_without_a_day_of_filing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("book/book.rules", "case.yaml"):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace("submitted_on", "handed_in_on"), "utf-8")
    status, out, err = run(capsys, "when case.yaml --book book")
    assert (status, out) == (2, "")
    assert "error[U709]: the book `tiny` has no day of filing" in err
    assert "called `submitted_on`" in err
