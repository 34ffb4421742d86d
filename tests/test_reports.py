"""The three reports on a hand-made answer, in three languages, and what must be said in each."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from dsl.calendar import Duration
from dsl.case import Case, Record
from dsl.model import ByReading, Clause, Const, Enumeration, Expr, Extreme, Grant, Label, Path, Scalar, Verdict
from solver.answer import Answer, Granted, Hinge, Result, Status, Step
from tests.handmade import ANSWER, BOOK, CASE, EXPERIENCE, EXPERIENCE_STEP, FLOOR, ONCE
from whereas.order import told_together
from whereas.phrases import LANGUAGES, Language
from whereas.report import view
from whereas.report_html import page_html
from whereas.report_json import case_json
from whereas.report_text import assess_text, explain_text, full_text
from whereas.scripts import spoken
from whereas.standing import told_in
from whereas.views import CaseView, Part, Standing, Told


def seen(lang: Language = "en", answer: Answer = ANSWER, case: Case = CASE) -> CaseView:
    return view(BOOK, case, answer, lang)


EXPLAINED = """\
graduate.yaml: <A graduate> & more
filed 21 November 2026
who decides: two

Small scheme
✘ small.b  Graduates with experience                            does not qualify
    why not      ✘ graduate · experience: 35 months and 12 days of work in the
                   last five years; 36 months are needed
    text unclear · how five years are counted: read otherwise, the answer
                   changes (five_years)
    see also     · High income (small.a)

Condition by condition
✘ graduate  a degree that meets all of this
└── ✘ degree 1
    ├── ✔ degree      a degree from a listed university
    │   ├── ✔ level   level of the degree: bachelor's degree; the rule asks for:
    │   │             at least bachelor's degree [guide 註3]
    │   └── ✔ listed  University of Tokyo is listed in “listed universities” on
    │                 21 November 2026 [guide 註2]
    └── ✘ experience  35 months and 12 days of work in the last five years; 36
                      months are needed [guide 註4]
✔ security  no objection (taken as favourable) [guide (1) 準則]
✔ once      not so: admitted before [guide (9)]

Lists taken as complete
  · degrees (one entry)
Told, but read by no rule
  · nationality (applicant.nationality)
Please note
  · the Director decides
Sources
  · guide: Department guide, 1 November 2023
Answered from the book “A small book”, known to 21 November 2026
"""

NARROW = """\
✘ small.b  Graduates    does not qualify
           with
           experience
  why not
    ✘ graduate · experience: 35 months
      and 12 days of work in the last
      five years; 36 months are needed
  text unclear
    · how five years are counted: read
      otherwise, the answer changes
      (five_years)
  see also
    · High income (small.a)

Condition by condition
✘ graduate: a degree that meets all of
  this
└── ✘ degree 1
    ├── ✔ degree: a degree from a listed
    │     university
    │   ├── ✔ level: level of the
    │   │     degree: bachelor's degree;
"""

HANGS = """\

? small.a  High income · Small scheme                                                        depends
    hangs on     ? unknown: income of the last year
                 ? there may be more: jobs
                 ? not told: level of the degree (degree 1)
                 ? for the officer: good character
                 ? two readings: how five years are counted
                 ? the law does not say: whether “listed universities” has University of Tokyo
                 ? the law does not say: income floor
    weak sources · A blog (blog)
"""


def test_explain() -> None:
    only = replace(ANSWER, results=ANSWER.results[1:])
    assert explain_text(seen(answer=only), width=80) == EXPLAINED


def test_a_narrow_terminal_keeps_its_columns_for_words() -> None:
    only = replace(ANSWER, results=ANSWER.results[1:])
    assert NARROW in explain_text(seen(answer=only), width=40)


def test_the_answer_stands_first() -> None:
    first, second = ANSWER.results
    for results, expected in [
        ((first, second), ["? depends: small.a"]),
        ((second, second), ["✘ qualifies for none of these"]),
        (
            (replace(first, verdict=Verdict.QUALIFIES), replace(first, category="small.c"), second),
            ["✔ qualifies for small.a", "? depends: small.c"],
        ),
        ((second,), []),
    ]:
        view = seen(answer=replace(ANSWER, results=results))
        head = assess_text(view).split("\n\n")[0].splitlines()
        assert head[3:] == expected
        page = page_html([view], chain=False)
        assert all(line[2:] in page.split("<article")[0] for line in expected)


def test_how_it_was_asked_stands_at_the_top() -> None:
    late = view(BOOK, CASE, ANSWER, "en", as_known_on=dt.date(2030, 1, 1), all_readings=True, judgements="open")
    assert assess_text(late).splitlines()[2:5] == [
        "as known on 1 January 2030; the book is known to 21 November 2026",
        "every reading left open",
        "no judgement taken as favourable",
    ]
    early = view(BOOK, CASE, ANSWER, "en", as_known_on=dt.date(2024, 1, 1))
    assert assess_text(early).splitlines()[2] == "as known on 1 January 2024"


def test_a_page_says_why_not_before_condition_by_condition() -> None:
    page = page_html([seen(answer=replace(ANSWER, results=ANSWER.results[1:]))], chain=True)
    reason = "graduate · experience: 35 months and 12 days of work"
    assert page.index(reason) < page.index("Condition by condition") < page.index("<code>guide</code>")


def test_chinese_stops_are_wide() -> None:
    text = explain_text(seen("zh-Hant"))
    assert "guide：入境處指引" in text
    assert "graduate · experience：" in text
    assert "（small.a）" in assess_text(seen("zh-Hant"))


def test_assess_tells_the_kinds_of_hinges_apart() -> None:
    assert HANGS in assess_text(seen())
    assert HANGS.replace("\n", "\nSmall scheme\n", 1).replace(" · Small scheme", "               ") in full_text(seen())
    assert "Taken as favourable\n  · no objection (small.a)\n" in assess_text(seen())


def test_a_yes_says_what_fired_and_what_it_grants() -> None:
    first = ANSWER.results[1]
    graduate = first.steps[0].children[0].children[0]
    yes = replace(first, verdict=Verdict.QUALIFIES, steps=(replace(graduate.children[1], decisive=True),))
    for render in (assess_text, full_text):
        text = render(seen(answer=replace(ANSWER, results=(yes,))))
        assert "✔ small.b" in text
        assert "because      ✔ University of Tokyo is listed in “listed universities”" in text
        assert "· stay: 24 months or 36 months, by day of approval" in text
        assert "papers       · photograph" in text
        assert "file by" not in text
    assert "· photograph" in explain_text(seen(answer=replace(ANSWER, results=(yes,))))


FIRST, SECOND = ANSWER.results
INCOME, JOBS, CHARACTER = Hinge("fact", "applicant.income"), Hinge("fact", "applicant.jobs"), FIRST.hinges[3]
LEVEL, SCHOOL = Hinge("fact", "applicant.degrees[0].level"), Hinge("fact", "applicant.degrees[0].institution")


def depends(category: str, *hinges: Hinge) -> Result:
    return replace(FIRST, category=category, hinges=hinges, leans_on=(), assumes=())


MANY = replace(
    ANSWER,
    results=(
        replace(SECOND, category="small.d", sensitive_to=(), routes_to=()),
        depends("small.e", CHARACTER),
        depends("small.f", LEVEL, INCOME, SCHOOL),
        replace(FIRST, category="small.g", verdict=Verdict.QUALIFIES, hinges=(), asks_for=("photo",)),
        depends("small.h", CHARACTER, INCOME),
        SECOND,
    ),
)
IN_ORDER = """\
graduate.yaml: <A graduate> & more
filed 21 November 2026
who decides: two
✔ qualifies for small.g
? depends: small.e, small.f, small.h

✔ small.g  small.g · Small scheme                                                          qualifies
    file by      · 31 December 2026; filed later, it depends
    papers       · photograph
    weak sources · A blog (blog)

2 categories hang on this
? unknown: income of the last year
? small.f  small.f · Small scheme                                                            depends
    and on       ? not told: level of the degree; awarding university (degree 1)
? small.h  small.h · Small scheme                                                            depends
    and on       ? for the officer: good character

? small.e  small.e · Small scheme                                                            depends
    hangs on     ? for the officer: good character

Does not qualify
✘ small.d  small.d: 35 months and 12 days of work in the last five years; 36 months are needed
✘ small.b  35 months and 12 days of work in the last five years; 36 months are needed (text unclear;
           see also: small.a)
"""


def many(lang: Language = "en") -> CaseView:
    closing = {"small.g": (dt.date(2026, 12, 31), Verdict.DEPENDS)}
    return view(BOOK, CASE, MANY, lang, chain=False, last_days=closing)


def test_what_is_open_comes_first_then_what_depends_by_what_on_then_the_noes() -> None:
    # Two hang on the income: they stand together. The third hangs on what one of the two does too, but a fact goes
    # before a judgement, and a category is told once.
    assert assess_text(many()).startswith(IN_ORDER)


def test_all_keeps_the_order_of_the_book() -> None:
    text = full_text(many())
    assert re.findall(r"^[✔✘?] (small\.\w)", text, re.MULTILINE) == [r.category for r in MANY.results]
    assert "file by      · 31 December 2026; filed later, it depends" in text
    assert text.count("註4]") == 2
    assert "註4]" not in assess_text(many())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_the_same_order_as_the_text(lang: Language) -> None:
    page = page_html([many(lang)], chain=False)
    order = ["small.g", "small.f", "small.h", "small.e", "small.d", "small.b"]
    assert re.findall(r"<code>(small\.\w)</code>", page) == order
    assert re.findall(r"^[✔✘?] (small\.\w)", assess_text(many(lang)), re.MULTILINE) == order
    full = page_html([many(lang)], chain=False, full=True)
    assert re.findall(r"<code>(small\.\w)</code>", full) == [r.category for r in MANY.results]
    assert ("2026年12月31日" in page) is (lang != "en")


def test_a_reason_that_closes_many_is_told_once_below_the_others() -> None:
    blocked = Step("small.b/once", "test", Status.HOLDS, wanted=False, clause=ONCE, decisive=True)
    noes = tuple(
        replace(SECOND, category=f"small.{n}", steps=(blocked,), sensitive_to=(), routes_to=()) for n in range(30)
    )
    other = replace(noes[7], category="small.other", sensitive_to=("window",))
    text = assess_text(view(BOOK, CASE, replace(ANSWER, results=(*noes, other)), "en", chain=False))
    lines = text.split("Does not qualify\n")[1].split("\n\n")[0].splitlines()
    assert lines[0].split()[:3] == ["✘", "small.other", "small.other:"]
    assert lines[1] == "✘ 30 categories: barred by: admitted before"
    assert " ".join(lines[2:]).split() == " ".join(f"small.{n}," for n in range(30)).rstrip(",").split()
    page = page_html([view(BOOK, CASE, replace(ANSWER, results=(*noes, other)), "en", chain=False)], chain=False)
    assert page.count("barred by: admitted before") == 2
    assert all(f">small.{n}</code>" in page for n in range(30))


def test_what_many_need_something_else_than_is_told_once() -> None:
    # The same 35 months and 12 days before all of them, and each asks for another length.
    noes = []
    for n in range(30):
        step = replace(EXPERIENCE_STEP, path=f"small.{n}/experience", values={"value": (35, 12), "limit": (36 + n, 0)})
        noes.append(replace(SECOND, category=f"small.{n}", steps=(step,), sensitive_to=(), routes_to=()))
    unclear = replace(noes[7], category="small.other", sensitive_to=("window",))
    answer = replace(ANSWER, results=(*noes, unclear))
    lines = assess_text(view(BOOK, CASE, answer, "en", chain=False)).split("Does not qualify\n")[1].splitlines()
    assert lines[0].startswith("✘ small.other  35 months and 12 days of work in the last five years; 43 months")
    at = lines.index(
        "✘ 30 categories need something else than this: 35 months and 12 days of work in the last five years"
    )
    assert " ".join(lines[at + 1 :]).startswith("  small.0, small.1, small.2,")
    page = page_html([view(BOOK, CASE, answer, "zh-Hant", chain=False)], chain=False)
    assert "30個類別要求有別於此：緊接申請前五年內有35個月12日工作經驗<br>" in page


def test_what_few_share_takes_one_line_each() -> None:
    blocked = Step("small.b/once", "test", Status.HOLDS, wanted=False, clause=ONCE, decisive=True)
    noes = tuple(
        replace(SECOND, category=f"small.{n}", steps=(blocked,), sensitive_to=(), routes_to=()) for n in range(4)
    )
    text = assess_text(view(BOOK, CASE, replace(ANSWER, results=noes), "en", chain=False))
    lines = text.split("Does not qualify\n")[1].split("\n\n")[0].splitlines()
    assert len(lines) == 4
    assert lines[2].split() == ["✘", "small.2", "small.2:", "barred", "by:", "admitted", "before"]


def test_many_that_depend_are_counted_at_the_top() -> None:
    results = tuple(depends(f"small.{n}", INCOME) for n in range(7))
    head = assess_text(seen(answer=replace(ANSWER, results=results))).split("\n\n")[0].splitlines()
    assert head[-1] == "? depends: 7 categories, told below by what they hang on"
    assert "7 categories hang on this\n? unknown: income of the last year\n" in assess_text(
        seen(answer=replace(ANSWER, results=results))
    )


def test_a_crowded_group_takes_one_line_for_each_and_counts_what_else_they_hang_on() -> None:
    results = [depends(f"small.{n}", INCOME, LEVEL, SCHOOL, CHARACTER) for n in range(9)]
    results += [replace(depends("small.y", INCOME), leans_on=("blog",)), depends("small.z", INCOME, CHARACTER)]
    crowd = replace(ANSWER, results=tuple(replace(r, assumes=("security",)) for r in results))
    text = assess_text(seen(answer=crowd))
    group = text.split("\n\n")[1].splitlines()
    assert group[:3] == [
        "11 categories hang on this",
        "? unknown: income of the last year",
        "? small.0  small.0: and on: facts not told (2); judgements of officers (1)",
    ]
    assert group[-2:] == [
        "? small.y  small.y: weak sources",
        "? small.z  small.z: and on: for the officer: good character",
    ]
    assert "no objection (11 categories)" in text
    assert "no objection (small.0, small.1, small.2" in full_text(seen(answer=crowd))
    assert "facts not told (2); judgements of officers (1)" in page_html([seen(answer=crowd)], chain=False)
    assert "未提供的資料（2項）；由審批人員判斷的事項（1項）" in assess_text(seen("zh-Hant", answer=crowd))


def test_facts_of_one_thing_are_told_together_and_the_rest_counted() -> None:
    names = ("level", "institution", "awarded_on", "honorary", "verified", "level", "honorary")
    hinges = [Hinge("fact", f"applicant.degrees[+].{name}") for name in names]
    for count, tail in [(5, "honorary; found genuine"), (7, "honorary; and 3 more")]:
        results = (depends("small.a", *hinges[:count]),)
        (result,) = seen(answer=replace(ANSWER, results=results)).results
        (line,) = told_together(spoken("en"), "en", result.hinges)
        said = f"not told: level of the degree; awarding university; day of the award; {tail} (a further degree)"
        assert line == said


def test_an_answer_says_how_far_the_open_ended_rules_it_leans_on_are_known() -> None:
    # Filed on 21 November 2026; the floor has no end, and its source is of 1 November 2023.
    only = replace(ANSWER, results=ANSWER.results[:1])
    line = "income floor (small.a)"
    assert f"day of their source\n  · 1 November 2023: {line}\n" in assess_text(seen(answer=only))
    assert "as known to  · 1 November 2023: income floor" in explain_text(seen(answer=only))
    assert "1 November 2023: income floor (small.a)" in page_html([seen(answer=only)], chain=False)
    assert "2023年11月1日：收入下限（small.a）" in assess_text(seen("zh-Hant", answer=only))
    (result,) = json.loads(json.dumps(case_json(seen(answer=only), "", judgements="presumed", steps=False)))["results"]
    assert result["known_to"] == [{"id": "income_floor", "date": "2023-11-01", "label": "income floor"}]


@pytest.mark.parametrize(
    ("change", "leans"),
    [
        ({}, True),
        ({"filed": dt.date(2023, 11, 1)}, False),
        ({"filed": dt.date(2023, 11, 2)}, True),
        ({"next": dt.date(2027, 1, 1)}, False),
        ({"next": dt.date(2026, 11, 21)}, True),
        ({"unknown": dt.date(2026, 1, 1)}, False),
    ],
)
def test_only_a_rule_without_an_end_is_open_ended(change: dict[str, dt.date], leans: bool) -> None:
    """A value followed by another has an end; on a day its source speaks of, it leans on nothing."""
    rows = FLOOR.values
    if day := change.get("next") or change.get("unknown"):
        rows = (*rows, replace(rows[0], start=day, value=None if "unknown" in change else 3_000_000))
    book = replace(BOOK, parameters={"income_floor": replace(FLOOR, values=rows)})
    filed = change.get("filed", dt.date(2026, 11, 21))
    case = replace(CASE, root=Record({**CASE.root.facts, "submitted_on": filed}))
    found = view(book, case, ANSWER, "en").results[0].open_ended
    assert bool(found) is leans


def test_a_reading_left_open_is_named_with_the_reasons_under_it() -> None:
    branches = tuple(
        replace(EXPERIENCE_STEP, path=f"small.b/graduate/{value}", clause=replace(EXPERIENCE, label=value))
        for value in ("by_date", "by_year")
    )
    cond = ByReading("five_years", tuple((b.path.split("/")[-1], b.clause) for b in branches if b.clause))
    read = Step("small.b/graduate", "reading", Status.FAILS, True, Clause("graduate", cond), branches, decisive=True)
    no = replace(SECOND, steps=(read,))
    reasons = view(BOOK, CASE, replace(ANSWER, results=(no,)), "en", all_readings=True).results[0].reasons
    said = "35 months and 12 days of work in the last five years; 36 months are needed (how five years are counted: "
    assert [row.words for row in reasons] == [f"{said}from day to day)", f"{said}by calendar year)"]
    text = explain_text(view(BOOK, CASE, replace(ANSWER, results=(no,)), "zh-Hant", all_readings=True), width=200)
    assert "（五年的計算方法：按曆年計算）" in text
    assert "（理解為：按曆年計算）" in text


LENGTH = Path("applicant", ("stay",))
CEILING = Const(Duration(24, "months"), Scalar("duration"))


@pytest.mark.parametrize(
    ("value", "granted", "words"),
    [
        (Extreme("least", (CEILING, LENGTH)), (range(23, 25), True), "up to 24 months, by stay asked for"),
        (Extreme("greatest", (CEILING, LENGTH)), (range(24, 26), True), "at least 24 months, by stay asked for"),
        (LENGTH, (range(3), True), "by stay asked for"),
        (LENGTH, (range(0), True), "by stay asked for"),
        (LENGTH, (range(0), False), "cannot be told yet"),
        (CEILING, (range(24, 25), False), "24 months"),
    ],
)
def test_a_stay_of_unknown_length_is_never_empty(value: Expr, granted: tuple[range, bool], words: str) -> None:
    months, chosen = granted
    category = replace(BOOK.categories["small.a"], grants=(Grant("stay", value, ()),))
    given = Granted("stay", tuple(Duration(n, "months") for n in months), ("applicant.stay",) if chosen else ())
    answer = replace(ANSWER, results=(replace(FIRST, grants=(given,)),))
    book = replace(BOOK, categories={**BOOK.categories, "small.a": category})
    assert f"would grant  · stay: {words}\n" in assess_text(view(book, CASE, answer, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_report_says_approved(lang: Language) -> None:
    for text in (assess_text(seen(lang)), page_html([seen(lang)], chain=True)):
        assert "approved" not in text.lower()
        assert "獲批准" not in text.replace("曾獲批准", "")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-Hant", ("具工作經驗的畢業生", "不符合資格")), ("zh-Hans", ("具工作经验的毕业生", "不符合资格"))],
)
def test_chinese(lang: Language, words: tuple[str, ...]) -> None:
    for text in (explain_text(seen(lang)), page_html([seen(lang)], chain=True)):
        for word in words:
            assert word in text


def test_simplified_leaves_names_alone() -> None:
    case = replace(CASE, name="個案.yaml", title="陳大文")
    text = assess_text(seen("zh-Hans", case=case))
    assert "個案.yaml: 陳大文" in text


def test_a_limit_is_said_and_is_no_verdict() -> None:
    cut = replace(ANSWER, results=(), complete=False, unsettled=("small.a", "small.b"), limit="time")
    text = assess_text(seen(answer=cut))
    said = "Stopped before the end: the time allowed ran out; no verdict on: small.a and small.b"
    assert text.splitlines()[3] == said
    assert said in page_html([seen(answer=cut)], chain=False)
    assert "none of these" not in text
    assert "does not qualify" not in text


def test_json_has_the_documented_shape() -> None:
    data = json.loads(json.dumps(case_json(seen(), "e" * 64, judgements="presumed", steps=True)))
    assert data["version"] == 1
    assert data["case"] == "graduate.yaml"
    assert data["book"] == {"id": "small", "label": "A small book", "hash": "e" * 64}
    assert data["submitted_on"] == "2026-11-21"
    assert data["readings"] == {"five_years": "by_date", "by_whom": "b"}
    first, second = data["results"]
    assert first["category"] == "small.a"
    assert first["scheme"] == "small"
    assert first["verdict"] == "depends"
    assert first["hinges"][0] == {"kind": "fact", "id": "applicant.income", "label": "income of the last year"}
    assert [h["kind"] for h in first["hinges"]] == ["fact", "fact", "fact", "judgement", "reading", "law", "law"]
    assert first["assumes"] == ["security"]
    assert first["leans_on"] == ["blog"]
    assert second["verdict"] == "does_not_qualify"
    assert second["sensitive_to"] == ["five_years"]
    assert second["because"] == ["graduate.experience"]
    assert second["asks_for"] == ["photo"]
    assert (second["file_by"], second["filed_later"]) == (None, None)
    closing = json.loads(json.dumps(case_json(many(), "", judgements="presumed", steps=False)))["results"][3]
    assert (closing["file_by"], closing["filed_later"]) == ("2026-12-31", "depends")
    assert second["routes_to"] == ["small.a"]
    grant = {"kind": "stay", "values": ["24 months", "36 months"], "chosen_by": ["approved_on"]}
    assert second["grants"][0].items() >= grant.items()
    below = second["steps"][0]["steps"][0]["steps"]
    assert [step["path"] for step in below] == ["small.b/graduate/degree", "small.b/graduate/experience"]
    assert below[1]["cites"] == ["guide 註4"]


def test_html_stands_alone_and_escapes_what_a_user_wrote() -> None:
    page = page_html([seen()], chain=True)
    assert "&lt;A graduate&gt; &amp; more" in page
    assert "<A graduate>" not in page
    for word in ("<script", "<link", "<img", "http:", "https:", "@import", "url("):
        assert word not in page
    assert "@page { size: A4" in page
    assert '<html lang="en">' in page
    opened, closed = (
        re.findall(r"<(ul|li|div|article|section)\b", page),
        re.findall(r"</(ul|li|div|article|section)>", page),
    )
    assert sorted(opened) == sorted(closed)


def test_colour_is_only_there_when_asked_for() -> None:
    plain, painted = assess_text(seen()), assess_text(seen(), colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_keep_to_the_width(lang: Language, width: int) -> None:
    views = (seen(lang), many(lang))
    renders = (explain_text, assess_text, full_text)
    for text in (render(each, width=width) for each in views for render in renders):
        for line in text.splitlines():
            assert cell_len(line) <= width, line


def test_what_is_granted_is_called_what_the_book_calls_it() -> None:
    from whereas.granted import kind_words

    assert kind_words(BOOK, "stay", "en") == "stay"
    other = replace(BOOK, enumerations={"limit": Enumeration("limit", Label("help given", "資助"), ())})
    assert kind_words(other, "limit", "en") == "help given"  # and not the words we have for a limit


def test_what_every_part_of_a_yes_has_is_told_once() -> None:
    """Of two sets that are each enough: what both have on lines of its own, then what is in one of them alone."""
    a, b, c, d = (Told("fact", id, True, f"{id}: yes") for id in "abcd")
    parts = (Part((a, b, c), ()), Part((a, c, d), ()))
    lines = list(told_in(spoken("en"), "en", Standing(parts, complete=True), yes=True))
    assert lines == [
        (None, "a: yes"),
        (None, "c: yes"),
        ("met", "with any one of these: b: yes"),
        ("met", "with any one of these: d: yes"),
    ]
    alone = list(told_in(spoken("en"), "en", Standing(parts[:1], complete=True), yes=True))
    assert alone == [(None, "a: yes"), (None, "b: yes"), (None, "c: yes")]
