"""`diff`: whose verdict changes between two editions, because of which edit, and that nobody else's does."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from dsl import model as m
from dsl.countries import countries
from dsl.edits import edits
from solver.assess import assess
from solver.compiled import compile_book
from solver.diff import Difference, diff
from solver.diff_changes import changes, mixed
from solver.said import bare
from tests import ready
from tests.agreement import Asked, expected
from tests.ready import run
from tests.strategies.books import books
from tests.test_agreement import few, somebody
from whereas.diff_text import as_data, as_text
from whereas.examples import people_of

ROOT = Path(__file__).parent.parent

BOOK = """\
book small
  en "A small scheme"  zh "小計劃"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  address "https://www.example.gov.hk/guide.html"
  en "Guide to the scheme"  zh "計劃指引"

entity person
  en "person"  zh "人士"
  nationality : country  en "nationality"  zh "國籍"
  income : money  en "income"  zh "收入"
  sponsored : truth  en "sponsored"  zh "有擔保人"

given submitted_on : date default today
  en "day of filing"  zh "提交日期"
given applicant : person
  en "applicant"  zh "申請人"

table exempt from "exempt.csv"
  en "nationals who need no visa"  zh "免簽證國民"
  cites guide "Annex A"
  key country : country
  closed

table excluded from "excluded.csv"
  en "nationals who are not admitted"  zh "不獲接納的國民"
  cites guide "Annex B"
  key country : country
  closed

scheme visit  en "Visits"  zh "訪港"

category visit.short
  en "Short visit"  zh "短期訪港"
  cites guide "1"
  needs all of
    [nationality] applicant.nationality in exempt  cites guide "1"
    [means] any of
      [income] applicant.income at least HK$100,000  cites guide "2"
      [sponsor] applicant.sponsored  cites guide "2"

category visit.long
  en "Long visit"  zh "長期訪港"
  cites guide "3"
  needs all of
    [income] applicant.income at least HK$500,000  cites guide "3"
"""

EXEMPT = sorted(countries())[:60]
EXCLUDED = ["AD", "ZW", "ZM", "YE"]


def files(text: str, exempt: list[str] = EXEMPT) -> dict[str, str]:
    """The book and its lists."""
    lists = {"exempt.csv": exempt, "excluded.csv": EXCLUDED}
    return {"book.rules": text} | {name: "\n".join(["country", *keys]) + "\n" for name, keys in lists.items()}


def book(text: str, exempt: list[str] = EXEMPT) -> m.Book:
    """A checked book."""
    return ready.book(files(text, exempt))


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each of some parts replaced."""
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return text


SIMPLER = ("applicant.nationality in exempt  cites", "not applicant.nationality in excluded  cites")


def groups(found: Difference, category: str) -> dict[str, Any]:
    """By the verdict before, the values of each fact at which somebody changes."""
    (it,) = [v for v in found.changed if v.category == category]
    assert not it.open
    return {g.turned.before.value: {r.path: r for r in g.where} for g in it.groups}


def test_a_simplification_that_lets_more_than_a_hundred_nationalities_through() -> None:
    """A list of those who need no visa is replaced by one of those who are not admitted."""
    found = diff(book(BOOK), book(changed(BOOK, SIMPLER)))
    assert [v.category for v in found.changed] == ["visit.short"]
    assert found.alike == ("visit.long",)
    turned = groups(found, "visit.short")
    let_in = turned["does_not_qualify"]["applicant.nationality"]
    assert set(let_in.values) == countries() - set(EXEMPT) - set(EXCLUDED)
    assert len(let_in.values) > 100
    assert let_in.whole
    assert not let_in.open
    assert set(turned["qualifies"]["applicant.nationality"].values) == set(EXEMPT) & set(EXCLUDED) == {"AD"}
    (edit,) = found.changed[0].edits
    assert edit.subject == "visit.short nationality"


def test_a_shorter_list_names_the_rows_and_the_nationalities() -> None:
    found = diff(book(BOOK), book(BOOK, EXEMPT[:50]))
    turned = groups(found, "visit.short")
    assert list(turned) == ["qualifies"]
    assert set(turned["qualifies"]["applicant.nationality"].values) == set(EXEMPT[50:])
    (edit,) = found.changed[0].edits
    assert edit.subject == "table exempt"
    assert edit.rows == (tuple(EXEMPT[50:]), ())


def test_each_person_shown_is_as_small_as_can_be_and_changes() -> None:
    before, after = book(BOOK), book(changed(BOOK, ("HK$500,000", "HK$600,000")))
    found = diff(before, after)
    ((group,),) = [v.groups for v in found.changed]
    applicant: Any = group.turned.person.root["applicant"]
    assert {n for n, v in applicant.facts.items() if not hasattr(v, "name")} == {"income"}
    for edition, verdict in ((before, m.Verdict.QUALIFIES), (after, m.Verdict.DOES_NOT_QUALIFY)):
        (result,) = assess(compile_book(edition), group.turned.person, categories=["visit.long"]).results
        assert result.verdict is verdict
    (region,) = group.where
    assert region.path == "applicant.income"
    assert region.values == ((500_000, 599_999),)


def test_of_several_edits_those_that_do_it_are_named() -> None:
    """One edit decides, one says the same in other words, one is of another category."""
    text = changed(
        BOOK,
        ("HK$100,000  cites", "HK$90,000  cites"),
        ("[sponsor] applicant.sponsored", "[sponsor] not not applicant.sponsored"),
        ("HK$500,000", "HK$400,000"),
    )
    found = diff(book(BOOK), book(text))
    said = {v.category: [e.subject for e in v.edits] for v in found.changed}
    assert said == {"visit.short": ["visit.short means.income"], "visit.long": ["visit.long income"]}
    assert [e.subject for e in found.idle] == ["visit.short means.sponsor"]


def test_edits_that_do_it_only_together_are_named_together() -> None:
    """Either of two doors let everybody in before; only with both closed is somebody kept out."""
    open_ = changed(
        BOOK,
        ("[income] applicant.income at least HK$100,000", "[income] always"),
        ("[sponsor] applicant.sponsored", "[sponsor] always"),
    )
    found = diff(book(open_), book(BOOK))
    assert [e.subject for e in found.changed[0].edits] == ["visit.short means.income", "visit.short means.sponsor"]


def test_other_words_to_the_same_effect_are_proved_so() -> None:
    found = diff(book(BOOK), book(changed(BOOK, ("[sponsor] applicant", "[sponsor] not not applicant"))))
    assert found.changed == ()
    assert found.reworded == ("visit.short",)
    assert not found.nothing


RULE = """
enumeration state
  en "state"  zh "狀態"
  in_force  en "in force"  zh "生效"
  not_in_force  en "not in force"  zh "未生效"

parameter waiver : state by submitted_on
  en "waiver"  zh "豁免"
  from 2020-01-01 unknown  cites guide "2"
"""
NOW = '  from 2022-01-01 in_force  cites guide "2"\n'
WAIVED = changed(BOOK, ("[sponsor] applicant.sponsored", "[sponsor] waiver is in_force"))


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [
        ("", NOW, "depends"),
        (NOW, NOW + '  from 2024-01-01 not_in_force  cites guide "2"\n', None),
        (NOW.replace("2022", "2021"), NOW.replace("2022", "2023"), None),
        # Of the days from 2023 on neither edition knows anything: it is one question, though one had told some days.
        ("", NOW + '  from 2023-01-01 unknown  cites guide "2"\n', "depends"),
    ],
)
def test_what_both_editions_leave_open_of_a_parameter_is_one_question(
    before: str, after: str, gain: str | None
) -> None:
    """Who depends on it in both, and on nothing else, is not changed; that nobody else is, is proved."""
    found = diff(book(WAIVED + RULE + before), book(WAIVED + RULE + after))
    (it,) = found.changed
    assert not it.open
    assert not it.law
    assert {g.held: (g.turned.before, g.turned.after) for g in it.groups} == (
        {False: (m.Verdict.DEPENDS, m.Verdict.QUALIFIES)}
        if gain
        else {True: (m.Verdict.QUALIFIES, m.Verdict.DEPENDS if "2021" in before else m.Verdict.DOES_NOT_QUALIFY)}
    )
    for g in it.groups:
        days = [r.values for r in g.where if r.path == "submitted_on"]
        assert days
        assert not any(r.open for r in g.where)


def test_a_scheme_that_begins_is_told_by_its_conditions() -> None:
    """What is not in force lets nobody in; whoever meets the conditions from 2022 on can, and nobody else."""
    text = changed(
        BOOK,
        (
            "    [income] applicant.income at least HK$5",
            '    [open] waiver is in_force  cites guide "2"\n    [income] applicant.income at least HK$5',
        ),
    ) + changed(RULE, ("unknown", "not_in_force"))
    old, new = book(text), book(text + NOW)
    for a, b, held in ((old, new, False), (new, old, True)):
        found = diff(a, b)
        (it,) = found.changed
        (group,) = it.groups
        assert (it.category, it.open, group.held) == ("visit.long", False, held)
        assert group.everybody
        assert [(r.path, r.values) for r in group.where] == [("submitted_on", ((dt.date(2022, 1, 1), None),))]
        said = "".join(as_text(found, ("a", "b"), "en"))
        assert ("nobody can any more" if held else "before, nobody could") in said
        assert "1. [open] " in said
        assert "2. [income] " in said
        (data,) = as_data(found, ("a", "b"), "en")["changed"]
        assert len(data["groups"][0]["everybody_who_meets"]) == 2


def test_what_some_could_meet_before_is_not_told_as_a_beginning() -> None:
    found = diff(book(BOOK), book(changed(BOOK, ("HK$500,000", "HK$400,000"))))
    assert [g.everybody for v in found.changed for g in v.groups] == [False]


def test_what_is_presumed_otherwise_is_not_said_to_change_nothing() -> None:
    """Somebody of whom nothing is judged qualifies while that is presumed, and depends when it is not any more."""
    judged = """
judgement serious J-01 presumed
  en "no serious crime"  zh "沒有嚴重罪行"
  cites guide "4"
"""
    long = "    [income] applicant.income at least HK$5"
    text = changed(BOOK, (long, f'    [crime] serious  cites guide "4"\n{long}')) + judged
    found = diff(book(text), book(changed(text, ("J-01 presumed", "J-01 open"))))
    assert found.idle == ()
    assert [e.subject for e in found.presumed] == ["judgement serious"]
    assert not found.nothing
    said = "".join(as_text(found, ("a", "b"), "en"))
    assert "judgements presumed otherwise, not counted here: 1" in said
    assert "+ judgement serious J-01 open" in said
    assert "Edits that change no verdict" not in said
    assert as_data(found, ("a", "b"), "en")["presumed_otherwise"] == ["judgement serious"]


def test_new_removed_and_renamed_categories() -> None:
    text = changed(BOOK, ("category visit.long", "category visit.lasting"))
    found = diff(book(BOOK), book(text))
    assert (found.renamed, found.added, found.removed) == ((("visit.long", "visit.lasting"),), (), ())
    found = diff(book(BOOK), book(changed(text, ("HK$500,000", "HK$500,001"))))
    assert (found.renamed, found.added, found.removed) == ((), ("visit.lasting",), ("visit.long",))


def test_a_fact_of_another_type_is_another_fact() -> None:
    text = changed(BOOK, ("income : money", "income : whole"), ("HK$100,000", "100000"), ("HK$500,000", "500000"))
    found = diff(book(BOOK), book(text))
    assert found.words.retyped == ("person.income",)
    assert {v.category for v in found.changed} == {"visit.short", "visit.long"}


def test_labels_and_citations_are_told_apart_from_verdicts() -> None:
    found = diff(book(BOOK), book(changed(BOOK, ('en "Long visit"', 'en "Longer visit"'))))
    assert [(s.category, s.parts) for s in found.said] == [("visit.long", ("label",))]
    assert found.changed == ()


@few
@given(st.data())
def test_a_book_mixed_of_no_edits_is_the_old_one_and_of_all_the_new(data: st.DataObject) -> None:
    old = data.draw(books())
    made = list(edits(old, parts={"verdict"}))
    if not made:
        return
    new = data.draw(st.sampled_from(made)).book
    note(f"{old}")
    none, every = mixed(old, new, lambda _: False), mixed(old, new, lambda _: True)
    for id in old.categories:
        assert bare(none.categories[id].needs) == bare(old.categories[id].needs)
        assert bare(every.categories[id].needs) == bare(new.categories[id].needs)
    assert changes(old, none) == ()
    assert changes(every, new) == ()


@few
@given(st.data())
def test_everybody_who_changes_is_where_it_says_and_an_edit_is_named(data: st.DataObject) -> None:
    old = data.draw(books())
    made = list(edits(old, parts={"verdict"}))
    if not made:
        return
    edit = data.draw(st.sampled_from(made))
    note(f"{edit.id} {old}")
    found = diff(old, edit.book, seconds=20)
    by_name = {v.category: v for v in found.changed}
    assert all(v.edits for v in found.changed if v.groups)
    for told in somebody(data, old, wholly=True, people=5):
        case = type(told.case)(told.case.name, told.case.root)
        before, after = expected(old, case, Asked({}, "presumed")), expected(edit.book, case, Asked({}, "presumed"))
        assert before is not None
        assert after is not None
        for c in old.categories:
            if before[c].verdict is after[c].verdict:
                continue
            event("somebody changes")
            assert c in by_name
            it = by_name[c]
            held = before[c].verdict is m.Verdict.QUALIFIES or after[c].verdict is m.Verdict.DOES_NOT_QUALIFY
            group = next((g for g in it.groups if g.held is held), None)
            assert group is not None or it.open
            for r in group.where if group else ():
                if r.whole and not r.open and "[" not in r.path and r.type != m.Scalar("text"):
                    value: Any = told.root
                    for step in r.path.split("."):
                        value = value[step]
                    assert value in r.values


# -------------------------------------------------------------------------------------------------------- the HK book


def test_the_universities_listed_from_november_2024() -> None:
    """The law for applications filed on 1 November 2024 has the universities that the list gained on that day."""
    from solver.diff_dates import filed_on

    rows = csv.DictReader((ROOT / "policy" / "hk" / "data" / "ttps_universities.csv").read_text("utf-8").splitlines())
    listed = list(rows)
    gained = {r["id"] for r in listed if r["listed_from"] == "2024-11-01"}
    assert len(gained) == 13
    assert not gained & {r["id"] for r in listed if r["listed_from"] < "2024-11-01"}
    hk = ready.hk()
    began = time.process_time()
    found = diff(filed_on(hk, dt.date(2024, 10, 31)), filed_on(hk, dt.date(2024, 11, 1)))
    assert time.process_time() - began < 20  # 10 s on a machine that does nothing else
    by_name = {v.category: v for v in found.changed}
    assert {"ttps.b", "ttps.c"} <= by_name.keys()
    (group,) = by_name["ttps.b"].groups
    (region,) = [r for r in group.where if r.path.endswith("institution")]
    assert set(region.values) == gained


def test_very_many_universities_are_told_as_the_list_they_are() -> None:
    """What the list of November 2024 says came to be known on its first day: the text names three of those on it."""
    from solver.diff_dates import known_on

    rows = csv.DictReader((ROOT / "policy" / "hk" / "data" / "ttps_universities.csv").read_text("utf-8").splitlines())
    day = "2024-11-01"
    listed = {r["id"] for r in rows if r["listed_from"] <= day and (not r["listed_to"] or r["listed_to"] >= day)}
    hk = ready.hk()
    old, new = (known_on(hk, dt.date.fromisoformat(d)) for d in ("2024-10-31", day))
    found = diff(old, new)
    (it,) = [v for v in found.changed if v.category == "ttps.c"]
    assert not it.open
    assert [e.rows for e in it.edits] == [((), ("closed from 2024-11-01 to 2024-12-31",))]
    said = {g.held: next(r for r in g.where if r.path.endswith("institution")) for g in it.groups}
    assert set(said[False].values) == listed
    assert not listed & set(said[True].values)
    words = {lang: "".join(as_text(found, ("a", "b"), lang)) for lang in ("en", "zh-Hant")}
    assert f"all {len(listed)} listed on 1 November 2024 (list of eligible universities), such as Aarhus" in words["en"]
    assert f"2024年11月1日所列的全部{len(listed)}項（合資格大學綜合名單），例如" in words["zh-Hant"]
    assert "Adelaide University" in words["en"]
    data = as_data(found, ("a", "b"), "en")
    (named,) = [
        r["values"]
        for v in data["changed"] if v["category"] == "ttps.c"
        for g in v["groups"] if g["after"] == "qualifies"
        for r in g["where"] if r["fact"].endswith("institution")
    ]  # fmt: skip
    assert set(named) == listed


# -------------------------------------------------------------------------------------------------------- the command


def written(folder: Path, text: str) -> Path:
    """A book on disk."""
    folder.mkdir(exist_ok=True)
    for name, it in files(text).items():
        (folder / name).write_text(it, "utf-8")
    return folder


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two editions, in folders and as two commits."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    written(tmp_path / "old", BOOK)
    written(tmp_path / "new", changed(BOOK, SIMPLER))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run([*git, "init", "-q"], check=True)
    for text in (BOOK, changed(BOOK, SIMPLER)):
        written(tmp_path / "rules", text)
        subprocess.run([*git, "add", "rules"], check=True)
        subprocess.run([*git, "commit", "-qm", "Edition"], check=True)
    return tmp_path


@pytest.mark.parametrize(
    "line", ["old new", "HEAD~1 HEAD --book rules", "HEAD~1:rules rules", "HEAD~1:rules HEAD:rules"]
)
def test_folders_and_revisions(line: str, pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, f"diff {line}")
    assert (code, err) == (1, "")
    line_number = 1 + BOOK[: BOOK.index("[nationality]")].count("\n")
    assert f"changed visit.short nationality (book.rules:{line_number})" in out
    assert "- [nationality] applicant.nationality in exempt" in out
    assert "+ [nationality] not applicant.nationality in excluded" in out
    assert "any but" in out


def test_nothing_is_different(pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "diff old HEAD~1:rules")
    assert code == 0
    assert "nothing is different: 2 categories" in out


def test_data_and_markdown(pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "diff old new --json")
    data = json.loads(out)
    assert code == 1
    assert data["version"] == 1
    (category,) = data["changed"]
    people = {g["before"]: g["where"][0]["values"] for g in category["groups"]}
    assert set(people["does_not_qualify"]) == countries() - set(EXEMPT) - set(EXCLUDED)
    assert data["untouched"] == ["visit.long"]
    code, out, _ = run(capsys, "diff old new --format markdown --lang zh-Hans")
    assert code == 1
    assert "```diff\n" in out
    assert "<details>" in out
    assert "短期访港" in out


def test_the_same_book_on_two_days(pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--known", "--filed"):
        code, out, err = run(capsys, f"diff {option} 2024-10-31 2024-11-01 --book rules")
        assert (code, err) == (0, "")
        assert "nothing is different" in out


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("nope new", "U702", "`nope` is no git revision"),
        ("HEAD~9 new --book rules", "U702", "`HEAD~9` is no git revision"),
        ("HEAD:lost new", "U702", "no folder `lost`"),
        ("'' new", "U702", "the name is empty"),
        ("old new --format html", "U709", "not one of text, markdown, json"),
        ("--known old new", "U705", "a day of the calendar"),
        ("--known --filed 2024-01-01 2024-01-02", "U709", "`--known` stands here too"),
        ("old", "U709", ""),
    ],
)
def test_mistakes(line: str, code: str, words: str, pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, out, err = run(capsys, f"diff {line}")
    assert found == 2
    assert f"[{code}]" in err
    assert words in err
    assert "^" in err
    assert out == ""


def test_a_broken_book_at_a_revision_is_shown_in_its_text(pair: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(pair / "broken", changed(BOOK, ("in exempt", "in exemptt")))
    code, _, err = run(capsys, "diff old broken")
    assert code == 2
    assert re.search(r"N102.*exemptt", err)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("2024-10-15", "2024-10-16", {"iang.recent", "iang.returning", "cies.investment"}),
        ("2025-02-28", "2025-03-01", {"cies"}),
        ("2022-05-31", "2022-06-01", {"student_work"}),
        (
            "2025-12-16",
            "2025-12-17",
            {"techtas", "techtas.change_of_job", *(f"techtas.extension.{x}" for x in ("first", "second", "top_tier"))},
        ),
    ],
)
def test_nothing_of_neighbouring_editions_is_too_much_to_try(before: str, after: str, changed: set[str]) -> None:
    """That homes and shorter holdings come to count costs nobody anything, as sums over one list say of each other."""
    from solver.diff_dates import known_on

    hk = ready.hk()
    old, new = (known_on(hk, dt.date.fromisoformat(day)) for day in (before, after))
    found = diff(old, new, worked=people_of(hk))
    assert {v.category for v in found.changed} == changed
    assert not any(v.open for v in found.changed)
    assert not any(g.held for v in found.changed if v.category.startswith("cies") for g in v.groups)
    said = "".join(as_text(found, (before, after), "en"))
    assert ("one of the book's examples, made smaller" in said) is ("cies.investment" in changed)
    assert "life_here" not in said  # what no rule of the category reads
    for v in found.changed:
        for g in v.groups:
            assert v.edits
            for edition, verdict in ((old, g.turned.before), (new, g.turned.after)):
                (result,) = assess(compile_book(edition), g.turned.person, categories=[v.category]).results
                assert result.verdict is verdict
