"""The program `handwritten.lp` put to work: facts of complete people in, the categories they qualify for out.

Nothing of the solver is used, only the calendar: this is what somebody would write who knows clingo and Python well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clingo.control import Control

from dsl import calendar
from dsl.calendar import FIRST, LAST, ONGOING, Duration
from dsl.case import Case
from dsl.model import Book

CHUNK = 1_000
CATEGORIES = ("ttps.a", "ttps.b", "ttps.c", "vpas.a", "vpas.b")
"""What is written by hand: entry under two of the schemes."""
YEAR, SIX, TWELVE, FIVE_YEARS = (
    Duration(1, "years"),
    Duration(6, "months"),
    Duration(12, "months"),
    Duration(5, "years"),
)
ROOT_TRUTHS = (
    "quota_available",
    "no_security_objection",
    "no_serious_crime",
    "not_a_burden",
    "market_pay",
    "job_level",
    "job_relevance",
    "short_absences_only",
)
PERSON_TRUTHS = ("prc_passport", "overseas_permanent_residence", "filed_overseas", "year_income_reaches_2500000")
DEGREE_TRUTHS = (
    "full_time",
    "honorary",
    "extension_arm",
    "verified",
    "degree_standard",
    "hong_kong_programme",
    "on_student_visa",
)
OFFER_TRUTHS = ("secured", "full_time", "own_business")


def law(book: Book) -> str:
    """The lists of the law as facts."""

    def stretch(start: dt.date | None, end: dt.date | None) -> str:
        return f"{number(start or FIRST)},{number(end or LAST)}"

    out = [f'listed("{r.key}",{stretch(r.start, r.end)}).' for r in book.tables["eligible_universities"].rows]
    for scheme in ("ttps", "vpas"):
        rows = book.tables[f"excluded_{scheme}_nationals"].rows
        out += [f'excluded({scheme},"{r.key}",{stretch(r.start, r.end)}).' for r in rows]
    out += [f'programme("{r.key}").' for r in book.tables["vpas_programmes"].rows]
    out += [f'new_programme("{r.key}").' for r in book.tables["vpas_new_programmes"].rows]
    return "\n".join(out)


def program(book: Book) -> str:
    """The rules and the lists."""
    return (Path(__file__).parent / "handwritten.lp").read_text("utf-8") + law(book)


def facts(p: int, case: Case) -> str:
    """One complete person as facts, what needs a calendar worked out."""
    root: Any = case.root.facts
    who = root["applicant"].facts
    filed = root["submitted_on"]
    out = [
        f"person({p}). filed({p},{number(filed)}). year_before_filing({p},{number(calendar.shift(filed, YEAR, -1))}).",
        f'nationality({p},"{who["nationality"]}"). residence({p},{who["residence"]}).',
        f"year_overseas_full({p},{number(calendar.shift(who['overseas_since'], YEAR, 1))}).",
        f"age({p},{calendar.age(who['born_on'], filed)}).",
    ]
    out += [f"{name}({p})." for name in ROOT_TRUTHS if root[name]]
    out += [f"{name}({p})." for name in PERSON_TRUTHS if who[name]]
    last = who["tax_year_ended_on"]
    out.append(f"tax_year({p},{number(calendar.shift(last, YEAR, -1))},{number(last)}).")
    out += incomes(p, who["incomes"].items)
    for i, item in enumerate(who["stays"].items):
        out.append(f"stay({p},{i},{item.facts['arrangement']},{number(item.facts['granted_on'])}).")
    out += degrees(p, who["degrees"].items, worked(who["jobs"].items), filed)
    out += studies(p, who["studies"].items)
    offer = who["offer"].facts
    out += [f"offer_{name}({p})." for name in OFFER_TRUTHS if offer[name]]
    length = offer["contract_length"]
    out.append(f"contract_months({p},{length.count * (12 if length.unit == 'years' else 1)}).")
    return "".join(out)


def incomes(p: int, items: Sequence[Any]) -> Iterator[str]:
    """Kinds of income, amounts and periods."""
    for i, item in enumerate(items):
        f = item.facts
        yield f"income({p},{i},{f['head']},{f['amount']},{number(f['earned_from'])},{number(f['earned_to'])})."
        if f["shares_held"]:
            yield f"shares_held({p},{i})."


def worked(items: Sequence[Any]) -> tuple[calendar.Span, ...]:
    """Spells of work that count, merged."""
    jobs = [item.facts for item in items if item.facts["kind"] != "part_time"]
    day = dt.timedelta(days=1)
    return calendar.merged(
        (j["started_on"], ONGOING if j["ended_on"] == ONGOING else j["ended_on"] + day) for j in jobs
    )


def degrees(p: int, items: Sequence[Any], work: tuple[calendar.Span, ...], filed: dt.date) -> Iterator[str]:
    """Degrees, and the months worked since each."""
    window = calendar.shift(filed, FIVE_YEARS, -1)
    for i, item in enumerate(items):
        f = item.facts
        since = f["graduated_on"]
        recent, _ = calendar.months_of(calendar.clipped(work, max(since, window), filed))
        total, _ = calendar.months_of(calendar.clipped(work, since, filed))
        yield f'degree({p},{i},{f["level"]},"{f["institution"]}",{number(since)}).'
        yield f"years_since({p},{i},{filed.year - since.year})."
        yield f"months_in_last_five_years({p},{i},{recent}). months_since({p},{i},{total})."
        for name in DEGREE_TRUTHS:
            if f[name]:
                yield f"{name}({p},{i})."


def studies(p: int, items: Sequence[Any]) -> Iterator[str]:
    """Programmes studied, and the last days of both windows."""
    for i, item in enumerate(items):
        f = item.facts
        since = f["graduated_on"]
        six, twelve = calendar.shift(since, SIX), calendar.shift(since, TWELVE)
        yield f'study({p},{i},"{f["programme"]}",{f["intake_year"]},{f["completed_year"]}).'
        yield f"study_window({p},{i},{number(since)},{number(six)},{number(twelve)}). proof({p},{i},{f['vtc_proof']})."
        if f["higher_diploma"]:
            yield f"higher_diploma({p},{i})."
        if f["on_student_visa"]:
            yield f"came_on_student_visa({p},{i})."


def number(day: dt.date) -> int:
    """A day as eight digits."""
    return day.year * 10_000 + day.month * 100 + day.day


def chunks(people: Sequence[Case]) -> Iterator[tuple[int, str]]:
    """People a thousand at a time as one text of facts, with how many they are."""
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        yield len(chunk), "\n".join(facts(p, case) for p, case in enumerate(chunk))


def verdicts(rules: str, count: int, told: str) -> Iterator[frozenset[str]]:
    """The categories each of `count` people qualifies for."""
    control = Control(["--warn=none"])
    control.add("base", [], rules)
    control.add("base", [], told)
    control.ground([("base", [])])
    found: list[set[str]] = [set() for _ in range(count)]
    with control.solve(yield_=True) as handle:
        model = handle.model()
        assert model is not None
        for symbol in model.symbols(shown=True):
            who, category = symbol.arguments
            found[who.number].add(category.string)
    yield from map(frozenset, found)
