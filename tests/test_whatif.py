"""`whatif` from the outside, and every suggestion on the Hong Kong book held to its promise."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from itertools import combinations
from pathlib import Path

import pytest

from dsl.case import Absent, Case
from dsl.casefile import read_case
from dsl.changes import changes_text
from dsl.model import Verdict
from solver.asked import standing
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.repairs import Repair, Repairs, _answered, _Hunt, goals
from tests import ready
from tests.ready import run
from tests.test_cli import outside
from whereas.values import fact_at
from whereas.whatif_view import goal_view, options

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 27)
GRADUATE = "examples/graduate.yaml"
WANTED = (
    (GRADUATE, "gep"),
    (GRADUATE, "vpas.a"),
    (GRADUATE, "gep.entrepreneur"),
    (GRADUATE, "asmtp"),
    ("examples/near_the_floor.yaml", "ttps.a"),
    ("examples/experienced.yaml", "ttps.c"),
    ("examples/hd_graduate.yaml", "vpas.b"),
    ("examples/part_time_degree.yaml", "ttps.c"),
    ("examples/cuban.yaml", "ttps.b"),
    ("examples/chinese_in_canada.yaml", "iang.returning"),
)


@pytest.fixture(scope="module")
def hk() -> Compiled:
    return compile_book(ready.hk())


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def case_of(hk: Compiled, name: str, sets: tuple[str, ...] = ()) -> Case:
    changes = [(path, value) for path, _, value in (s.partition("=") for s in sets)]
    read = read_case(Path(name).read_text("utf-8"), name, hk.book, today=TODAY, changes=changes)
    assert read.value is not None, (changes_text(changes), [d.message for d in read.diagnostics])
    return read.value[0]


def verdict(hk: Compiled, case: Case, category: str) -> tuple[Verdict, frozenset[tuple[str, str]], bool]:
    result = assess(hk, case, categories=[category]).results[0]
    return result.verdict, frozenset((h.kind, h.id) for h in result.hinges), standing(result.verdict, result.hinges)


# ---------------------------------------------------------------------------------------------------------- the promise


@pytest.mark.parametrize(("name", "category"), WANTED)
def test_every_suggestion_keeps_its_promise(hk: Compiled, name: str, category: str) -> None:
    case = case_of(hk, name)
    found = goals(hk, case, category, seconds=20)[0]
    assert found.repairs or found.forbids or found.reached or not found.complete
    for repair in found.repairs:
        sets = tuple(options(case, repair))
        after = case_of(hk, name, sets)
        assert not check_case(hk, after), sets
        got, hinges, stands = verdict(hk, after, category)
        assert stands
        assert (got, hinges) == (repair.verdict, frozenset((h.kind, h.id) for h in repair.hinges))
        only_what_may_change(hk, repair)
        no_part_does(hk, name, case, repair, category)
        the_days_named_do(hk, repair, category)


def only_what_may_change(hk: Compiled, repair: Repair) -> None:
    """Nothing told changes that the book does not let change; days only move on."""
    for touch in repair.touches:
        fact = fact_at(hk.book, touch.address)
        assert fact is not None
        kind = fact.change.kind if fact.change else "fixed"
        told = not isinstance(touch.before, Absent) and not getattr(touch.before, "open", False)
        assert not told or kind != "fixed"
        if told and kind == "time" and isinstance(touch.after, dt.date):
            assert isinstance(touch.before, dt.date)
            assert touch.after > touch.before


def no_part_does(hk: Compiled, name: str, case: Case, repair: Repair, category: str) -> None:
    """Every proper part of a suggestion, to the same values, is not enough."""
    paths = {t.address for t in repair.touches}
    every = list(options(case, repair))
    own = [s for s in every if s.partition("=")[0] in paths]
    carried = [s for s in every if s not in own]
    for n in range(min(len(own), 4)):
        for part in combinations(own, n):
            moved = carried if any(s.startswith("submitted_on=") for s in part) else []
            smaller = case_of(hk, name, (*part, *moved))
            assert check_case(hk, smaller) or not verdict(hk, smaller, category)[2], part


def the_days_named_do(hk: Compiled, repair: Repair, category: str) -> None:
    """The first and the last day of filing give the same; the day after the last does not."""
    from msgspec.structs import replace

    from dsl.case import Record

    if repair.filed is None:
        return

    def on(day: dt.date) -> bool:
        case = replace(repair.case, root=Record({**repair.case.root.facts, "submitted_on": day}))
        approved = case.root.facts.get("approved_on")
        if isinstance(approved, dt.date) and approved < day:
            case = replace(case, root=Record({**case.root.facts, "approved_on": Absent.NOT_ASKED}))
        return verdict(hk, case, category)[2]

    first, last = repair.filed
    assert on(first)
    if last is not None:
        assert on(last)


def test_what_forbids_is_told_and_cannot_change(hk: Compiled) -> None:
    found = goals(hk, case_of(hk, GRADUATE), "asmtp")[0]
    assert found.repairs == ()
    assert found.forbids == (("applicant.nationality", "JP"),)


@pytest.mark.parametrize(
    ("name", "category"), [("dual_national", "fees.former"), ("cuban", "iang.extension.third_before_2022")]
)
def test_a_day_that_is_over_forbids(hk: Compiled, name: str, category: str) -> None:
    """What ended with a day of filing gone by (the tariff of 25 February 2025, a pattern of December 2022)."""
    found = goals(hk, case_of(hk, f"examples/{name}.yaml"), category)[0]
    assert found.complete
    assert [a for a, _ in found.forbids] == ["submitted_on"]
    view = goal_view(hk.book, case_of(hk, f"examples/{name}.yaml"), found, None, "en")
    assert view.forbids[0].words.endswith("it can only be later")


def test_a_degree_to_come_needs_no_campus_of_the_one_before(hk: Compiled) -> None:
    """Whether the campus of the first degree is listed matters only for some answers of the law from 2027 on.

    A new degree of Hong Kong with an offer does, six months after it; nothing of the first degree has to be known.
    """
    found = goals(hk, case_of(hk, "examples/chinese_in_canada.yaml"), "iang.returning")[0]
    assert {"applicant.degrees", "applicant.offer.secured", "submitted_on"} in [
        {t.address for t in r.touches} for r in found.repairs
    ]


def test_work_that_is_short_by_five_months_is_waited_for(hk: Compiled) -> None:
    """From 21 April 2024 to the day before 20 April 2027: 35 months and 30 days, thirty of which count as a month."""
    plain, later = goals(hk, case_of(hk, GRADUATE), "ttps.b")
    assert later is not None
    assert not plain.repairs
    (only,) = later.repairs
    assert [t.address for t in only.touches] == ["submitted_on"]
    assert only.filed is not None
    assert only.filed[0] == dt.date(2027, 4, 20)
    assert {h.kind for h in only.hinges} == {"law"}


def alone(hk: Compiled, case: Case, category: str, *, kindly: bool) -> Repairs:
    """One of the two searches of `goals` by itself, nothing known from the other."""
    found = _answered(hk, case, category, {}, "presumed", None, None)
    if isinstance(found, Repairs):
        return found
    result, ask = found
    if standing(result.verdict, result.hinges, kindly=kindly):
        return Repairs(category, result.verdict, reached=True, repairs=())
    return _Hunt(ask(kindly=kindly)).result(result)


@pytest.mark.parametrize(("name", "category"), [*WANTED, (GRADUATE, "ttps.b"), (GRADUATE, "iang.recent")])
def test_what_the_law_would_allow_is_looked_for_besides(hk: Compiled, name: str, category: str) -> None:
    """Nothing found as the law is known is looked for again, and if no question came up there is nothing else."""
    case = case_of(hk, name)
    plain, kindly = (alone(hk, case, category, kindly=k) for k in (False, True))
    first, besides = goals(hk, case, category)
    assert (first.repairs, first.forbids, first.complete) == (plain.repairs, plain.forbids, plain.complete)

    def touched(r: Repair) -> frozenset[str]:
        return frozenset(t.address for t in r.touches)

    more = [r for r in kindly.repairs if not any(touched(p) <= touched(r) for p in plain.repairs)]
    assert list(besides.repairs if besides else ()) == more
    if not plain.law:
        assert kindly.repairs == plain.repairs


def test_floor_is_the_smallest_amount_that_does(hk: Compiled) -> None:
    found = goals(hk, case_of(hk, GRADUATE), "ttps.a", seconds=20)[0]
    gained = [t.added for r in found.repairs for t in r.touches if t.added is not None]
    assert gained
    assert all(added["amount"].after == 2_500_000 for added in gained)


def test_a_name_that_stands_for_others_is_given_as_an_example(hk: Compiled) -> None:
    """Any trade of the list does as well as the one that is named; so does another that is tried."""
    case = case_of(hk, GRADUATE)
    (repair,) = goals(hk, case, "technical", seconds=20)[0].repairs
    (trade,) = [t for t in repair.touches if t.address == "applicant.offer.trade"]
    assert (trade.such, trade.also) == (True, ())
    other = next(r.key for r in hk.book.tables["technical_trades"].rows if r.key not in ("other", trade.after))
    sets = [s for s in options(case, repair) if not s.startswith("applicant.offer.trade=")]
    after = case_of(hk, GRADUATE, (*sets, f"applicant.offer.trade={other}"))
    assert verdict(hk, after, "technical")[0] is repair.verdict


def test_views_speak_three_scripts(hk: Compiled) -> None:
    case = case_of(hk, GRADUATE)
    found, _ = goals(hk, case, "gep")
    en = goal_view(hk.book, case, found, None, "en")
    hant = goal_view(hk.book, case, found, None, "zh-Hant")
    hans = goal_view(hk.book, case, found, None, "zh-Hans")
    assert en.suggestions[0].steps[0].words.endswith(": no → yes")
    assert "聘用" in hant.suggestions[0].steps[0].words
    assert "雇" in "".join(s.words for s in hans.suggestions[0].steps) or "聘用" in hans.suggestions[0].steps[0].words
    assert hans.label != hant.label


# ------------------------------------------------------------------------------------------------------------ outside


def test_a_change_tells_only_what_changes(hk: Compiled, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, f"whatif {GRADUATE} --set submitted_on=2027-05-15 --set approved_on=unknown --json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    changed = {c["category"]: c for c in data["changed"]}
    assert changed["ttps.b"]["before"]["verdict"] == "does_not_qualify"
    assert changed["ttps.b"]["after"]["verdict"] == "depends"
    assert changed["ttps.c"]["after"]["verdict"] == "does_not_qualify"
    assert "asmtp" not in changed
    assert data["unchanged"] + len(changed) == len(hk.book.categories)
    before = [c["sentence"] for c in changed["ttps.c"]["before"]["conditions"]]
    assert before == ["31 months of work after graduating on 24 March 2022; less than 36 months is asked"]


def test_an_element_is_added_behind_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    job = "applicant.jobs[+]={kind: full_time, started_on: 2022-04-01, ended_on: 2023-12-31}"
    code, out, _ = run(capsys, f"whatif {GRADUATE} --set {shlex.quote(job)}")
    assert code == 0
    assert "52 months of work" in out.replace("\n", " ")


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (
            "applicant.offer={secured: true, annual_pay: 2000000}",
            [
                ("applicant.offer.secured", "made an offer (applicant, offer of employment): no → yes"),
                ("applicant.offer.annual_pay", "(applicant, offer of employment): not told → HK$2,000,000"),
            ],
        ),
        ("applicant.offer=unknown", [("applicant.offer.secured", "no → unknown")]),
        (
            "applicant.jobs=[{kind: part_time, started_on: 2024-04-21, ended_on: ongoing}]",
            [("applicant.jobs[0].kind", "(applicant, job 1): full-time employment → part-time employment")],
        ),
        ("applicant.jobs[1]={kind: part_time}", [("applicant.jobs[1]", "job 2 (applicant): {kind: part_time}")]),
        ("judgements.no_security_objection=unfavourable", [
            ("judgements.no_security_objection", "no objection on security grounds: taken as favourable → no"),
        ]),
        ("readings.three_years_of_work=full_days", [
            ("readings.three_years_of_work", "how spells of work add up to three years: 1,095 days"),
        ]),
    ],
)  # fmt: skip
def test_what_is_set_is_told_in_words(
    capsys: pytest.CaptureFixture[str], change: str, made: list[tuple[str, str]]
) -> None:
    """Of a thing each fact that is another, and never the way it is held in memory."""
    _, out, _ = run(capsys, f"whatif {GRADUATE} --set {shlex.quote(change)} --json")
    told = [(s["id"], s["label"]) for s in json.loads(out)["set"]]
    assert [path for path, _ in told] == [path for path, _ in made]
    assert all(words.endswith(end) for (_, words), (_, end) in zip(told, made, strict=True)), told


def test_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, f"whatif {GRADUATE} --set submitted_on=2026-11-21")
    assert code == 0
    assert "No answer changes" in out


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("--set foo", "U707", "no `=` in it"),
        ("--set =3", "U707", "no path before `=`"),
        ("--set applicant.jobs[5].kind=full_time", "C523", "write `[1]` to add one"),
        ("--set applicant.jobz=[]", "C503", "write `jobs`"),
        ("--set submitted_on=2026-02-30", "C508", "2026-02-30"),
        ("--set applicant.jobs[0].ended_on=2020-01-01", "C529", "--set applicant.jobs[0].ended_on=2020-01-01"),
        ("--goal ttps.bb", "U701", "write `ttps.b`"),
        ("", "U709", "--goal CATEGORY"),
        ("--goal gep --readings all", "U709", "leave out `--readings all`"),
    ],
)
def test_mistakes_are_shown_where_they_are(
    capsys: pytest.CaptureFixture[str], line: str, code: str, words: str
) -> None:
    left, out, err = run(capsys, f"whatif {GRADUATE} {line}")
    assert (left, out) == (2, "")
    assert f"error[{code}]" in err
    assert words in err
    assert "^" in err
    assert "= help:" in err


def test_a_goal_in_every_shape(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, f"whatif {GRADUATE} --goal gep --json")
    data = json.loads(out)
    assert (code, data["category"], data["complete"]) == (0, "gep", True)
    first = data["suggestions"][0]
    assert first["set"] == ["applicant.offer.secured=true"]
    assert (first["effort"], first["verdict"], first["file_from"]) == (2, "depends", "2026-11-21")
    for lang, words in (("en", "with some effort"), ("zh-Hant", "須一些工夫"), ("zh-Hans", "须一些工夫")):
        code, out, _ = run(capsys, f"whatif {GRADUATE} --goal gep --lang {lang}")
        assert code == 0
        assert words in out
        page = tmp_path / f"{lang}.html"
        code, out, _ = run(capsys, f"whatif {GRADUATE} --goal gep --lang {lang} --html {page}")
        assert (code, out) == (0, "")
        text = page.read_text("utf-8")
        assert f'<html lang="{lang}">' in text
        assert words in text
    page = tmp_path / "set.html"
    run(capsys, f"whatif {GRADUATE} --set submitted_on=2027-05-15 --set approved_on=unknown --html {page}")
    assert "36 months and 24 days" in page.read_text("utf-8")


def test_a_goal_from_a_changed_case(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, f"whatif {GRADUATE} --goal gep --set applicant.offer.secured=true --json")
    assert code == 0
    assert json.loads(out)["reached"] is True


def test_from_outside() -> None:
    left = outside(f"whatif {GRADUATE} --goal asmtp")
    assert (left.returncode, left.stderr) == (0, "")
    assert "Nothing can be done" in left.stdout
    assert "Japan" in left.stdout
