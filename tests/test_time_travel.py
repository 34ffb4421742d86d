"""The same people around the days on which the law changed: their answers change as the timeline says and no more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from dsl.casefile import read_case
from solver.answer import Result
from solver.assess import assess
from solver.compiled import Compiled, compile_book
from tests import ready

SHEET: dict[str, Any] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "time_travel.yaml").read_text(encoding="utf-8")
)
DAYS: list[dt.date] = SHEET["days"]
CALM: list[dt.date] = SHEET["calm"]
EVERYBODY = json.dumps(SHEET["everybody"], default=dt.date.isoformat)


class Person(NamedTuple):
    """Somebody, why their answers change, and how: by the later day, for each category."""

    name: str
    why: str
    set: dict[str, Any]
    changes: dict[dt.date, dict[str, list[str]]]


PEOPLE = tuple(Person(**told) for told in SHEET["people"])


@cache
def compiled() -> Compiled:
    return compile_book(ready.hk())


def answers(person: Person, day: dt.date) -> dict[str, Result]:
    """What the book says of a person who files, is approved and works on a day."""
    told = {key: json.dumps(value, default=dt.date.isoformat) for key, value in person.set.items()}
    told |= dict.fromkeys(("submitted_on", "approved_on", "work_on", "dependant_approved_on"), day.isoformat())
    read = read_case(EVERYBODY, person.name, ready.hk(), today=ready.hk().known, changes=tuple(told.items()))
    assert read.value is not None, read.diagnostics
    assert not read.diagnostics
    (case,) = read.value
    answer = assess(compiled(), case)
    assert answer.complete
    return {result.category: result for result in answer.results}


def seen(result: Result) -> tuple[object, ...]:
    """Everything that an applicant would notice."""
    granted = tuple((g.kind, frozenset(map(str, g.values))) for g in result.grants)
    hinges = frozenset((h.kind, h.id) for h in result.hinges)
    return result.verdict, granted, frozenset(result.asks_for), hinges, result.routes_to, frozenset(result.sensitive_to)


def told(before: Result, after: Result) -> list[str]:
    """A change as the sheet writes it."""
    if before.verdict is not after.verdict:
        return [before.verdict.value, after.verdict.value]
    stays = [next((g.values for g in r.grants if g.kind == "stay"), ()) for r in (before, after)]
    if stays[0] != stays[1]:
        return [f"{before.verdict} {' or '.join(str(v).split()[0] for v in stay)}" for stay in stays]
    parts = [{*r.asks_for, *r.sensitive_to, *(h.id for h in r.hinges)} for r in (before, after)]
    return [
        *(f"-{part}" for part in sorted(parts[0] - parts[1])),
        *(f"+{part}" for part in sorted(parts[1] - parts[0])),
    ]


def changed(person: Person, day: dt.date) -> dict[str, list[str]]:
    """What changes for a person from the day before to a day, in every category of the book."""
    before, after = answers(person, day - dt.timedelta(days=1)), answers(person, day)
    assert before.keys() == after.keys() == ready.hk().categories.keys()
    return {id: told(before[id], after[id]) for id in before if seen(before[id]) != seen(after[id])}


def cases() -> Iterator[Any]:
    for person in PEOPLE:
        for day in DAYS:
            marks = () if day in person.changes else pytest.mark.slow
            yield pytest.param(person, day, id=f"{person.name}-{day}", marks=marks)


def test_the_sheet_is_in_order() -> None:
    assert len({p.name for p in PEOPLE}) == len(PEOPLE)
    for person in PEOPLE:
        assert len(person.why) > 60, person.name
        assert person.changes.keys() <= set(DAYS), person.name
        assert {c for changes in person.changes.values() for c in changes} <= ready.hk().categories.keys(), person.name
    assert {day for person in PEOPLE for day in person.changes} == set(DAYS)
    assert any(not person.changes for person in PEOPLE)


@pytest.mark.parametrize(("person", "day"), tuple(cases()))
def test_answers_change_exactly_where_the_timeline_says(person: Person, day: dt.date) -> None:
    assert changed(person, day) == person.changes.get(day, {})


@pytest.mark.slow
@pytest.mark.parametrize("day", CALM, ids=str)
def test_nothing_changes_on_other_days(day: dt.date) -> None:
    assert {p.name: found for p in PEOPLE if (found := changed(p, day))} == {}


# ---------------------------------------------------------------------------------------------------------------- fees


def fees(day: dt.date, *, from_eleven: bool, **period: object) -> dict[str, tuple[str, ...]]:
    """What a filing pays, as the categories of fees that are open grant it."""
    facts: dict[str, Any] = {
        "submitted_on": day.isoformat(),
        "fee_scheme": "ttps",
        "filed_from_eleven": from_eleven,
        "fee_period": period,
    }
    read = read_case(json.dumps(facts), "fees", ready.hk(), today=ready.hk().known)
    assert read.value is not None, read.diagnostics
    tariffs = tuple(id for id in ready.hk().categories if id.startswith("fees."))
    answer = assess(compiled(), read.value[0], categories=tariffs)
    yes = [r for r in answer.results if r.verdict.value == "qualifies"]
    assert [r.verdict.value for r in answer.results if r not in yes] == ["does_not_qualify"] * (len(tariffs) - len(yes))
    return {r.category: tuple(str(v) for g in r.grants for v in g.values) for r in yes}


FORMER, SHORT, LONG = (
    {"fees.former": ("nothing", "hkd_230")},
    {"fees.up_to_180_days": ("hkd_600", "hkd_600")},
    {"fees.over_180_days": ("hkd_600", "hkd_1300")},
)


@pytest.mark.parametrize(
    ("day", "from_eleven", "expected"),
    [
        (dt.date(2025, 2, 25), False, FORMER),  # the day before, whatever the hour (FEE-002)
        (dt.date(2025, 2, 25), True, FORMER),
        (dt.date(2025, 2, 26), False, FORMER),  # up to 10:59 on the day (FEE-001, FEE-002)
        (dt.date(2025, 2, 26), True, LONG),  # from 11:00 on
        (dt.date(2025, 2, 27), False, LONG),
        (dt.date(2025, 2, 27), True, LONG),
    ],
)
def test_fees_change_at_eleven(day: dt.date, from_eleven: bool, expected: dict[str, tuple[str, ...]]) -> None:
    assert fees(day, from_eleven=from_eleven, basis="stated_months", stated_months="24 months") == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"basis": "stated_days", "stated_days": 180}, SHORT),  # not more than 180 days (FEE-001)
        ({"basis": "stated_days", "stated_days": 181}, LONG),
        ({"basis": "stated_months", "stated_months": "5 months"}, SHORT),
        ({"basis": "stated_months", "stated_months": "6 months"}, LONG),  # "6 months or more" (FEE-003)
        # From payment on 1 March 2026 the 180th day later is 28 August: March has 30 days left, then 30, 31, 30 and 31
        # make 152 to the end of July, and 28 more.
        ({"basis": "stated_last_day", "paid_on": "2026-03-01", "last_day": "2026-08-28"}, SHORT),
        ({"basis": "stated_last_day", "paid_on": "2026-03-01", "last_day": "2026-08-29"}, LONG),
        # An extension counts from the last day of the stay before (FEE-003), not from payment.
        ({"basis": "extension", "former_last_day": "2026-03-01", "last_day": "2026-08-28"}, SHORT),
        ({"basis": "extension", "former_last_day": "2026-03-01", "last_day": "2026-08-29"}, LONG),
    ],
)
def test_fees_by_length_of_stay(period: dict[str, object], expected: dict[str, tuple[str, ...]]) -> None:
    assert fees(dt.date(2026, 3, 1), from_eleven=False, **period) == expected
