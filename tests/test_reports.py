"""The three reports on a hand-made answer, in three languages, and what must be said in each."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from dsl.case import Case
from dsl.model import Verdict
from solver.answer import Answer
from tests.handmade import ANSWER, BOOK, CASE
from whereas.phrases import LANGUAGES, Language
from whereas.report import CaseView, view
from whereas.report_html import page_html
from whereas.report_json import case_json
from whereas.report_text import assess_text, explain_text


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
    │   └── ✔ listed  University of Tokyo is among listed universities on 21
    │                 November 2026 [guide 註2]
    └── ✘ experience  35 months and 12 days of work in the last five years; 36
                      months are needed [guide 註4]
✔ security  no objection (taken as favourable) [guide (1) 準則]
✔ once      does not apply: admitted before [guide (9)]

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
Small scheme
? small.a  High income                                                                       depends
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
    assert "Taken as favourable\n  · no objection (small.a)\n" in assess_text(seen())


def test_a_yes_says_what_fired_and_what_it_grants() -> None:
    first = ANSWER.results[1]
    graduate = first.steps[0].children[0].children[0]
    yes = replace(first, verdict=Verdict.QUALIFIES, steps=(replace(graduate.children[1], decisive=True),))
    text = assess_text(seen(answer=replace(ANSWER, results=(yes,))))
    assert "✔ small.b" in text
    assert "because      ✔ University of Tokyo is among listed universities" in text
    assert "· stay: 24 months or 36 months, by day of approval" in text
    assert "photograph" not in text
    assert "· photograph" in explain_text(seen(answer=replace(ANSWER, results=(yes,))))


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
    for text in (explain_text(seen(lang), width=width), assess_text(seen(lang), width=width)):
        for line in text.splitlines():
            assert cell_len(line) <= width, line
