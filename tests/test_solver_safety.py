"""Nothing an author or an applicant writes reaches clingo; sizes and times have limits that are said.

The attacks are those that worked against naive encodings: text that closes a string, scripts, includes, numbers past
32 bits, NUL, and the smallest integer divided by minus one.
"""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from dsl.case import Absent, Case, Record
from dsl.casefile import read_case
from dsl.model import Label, Verdict
from solver.assess import assess, compile_book
from solver.emit import emit
from tests.test_solver_emit import DAY, compiled

ATTACKS = (
    'x"). ttps_a. y("',
    "#script (python)\nimport os\n#end.",
    '#include "README.md".',
    "a.\nttps_a.\n",
    "nul\0byte",
    "%* comment *%",
    ":- not ttps_a.",
    "@python()",
    "-2147483648 / -1",
    "\u202e\u2066",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_words_of_an_author_stay_out(attack: str) -> None:
    """Every label and place of the book replaced by an attack: the program is the same, letter for letter."""
    book = compiled().book
    evil = Label(attack, attack)
    changed = replace(
        book,
        categories={n: replace(c, label=evil) for n, c in book.categories.items()},
        terms={n: replace(t, label=evil) for n, t in book.terms.items()},
        sources={n: replace(s, label=evil, address=attack, document=attack) for n, s in book.sources.items()},
        readings={n: replace(r, label=evil) for n, r in book.readings.items()},
        texts=dict.fromkeys(book.texts, attack),
    )
    assert emit(compile_book(changed)) == emit(compiled())


@pytest.mark.parametrize("attack", ATTACKS)
def test_words_of_an_applicant_stay_out(attack: str) -> None:
    """A case named and told with an attack gives the program of the same case told plainly."""
    told = "applicant: {nationality: JP}"
    plain = read_case(told, "plain", compiled().book, today=DAY).value
    assert plain is not None
    case = replace(plain[0], name=attack, title=attack, about=attack)
    assert emit(compiled(), case) == emit(compiled(), plain[0])


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_as_a_value_is_refused_with_a_code(attack: str) -> None:
    """No fact of the book takes free text that a rule reads."""
    text = "applicant:\n  nationality: " + repr(attack) + "\n"
    result = read_case(text, "attack", compiled().book, today=DAY)
    assert result.value is None
    assert all(d.code.startswith("C") for d in result.diagnostics)


def verdict_on(amount: int) -> Verdict:
    """What Category A says of a year's salary of so many Hong Kong dollars (TTPS-010: HK$2,500,000 or above)."""
    text = f"""
submitted_on: 2026-11-21
applicant:
  incomes:
    - {{head: salary, amount: {amount}, foreign: false, earned_from: 2025-11-21, earned_to: 2026-11-20}}
"""
    result = read_case(text, "rich", compiled().book, today=DAY)
    assert result.value is not None
    found = {r.category: r.verdict for r in assess(compiled(), result.value[0], reasons=False).results}
    return found["ttps.a"]


@pytest.mark.parametrize("amount", [2_500_000, 2**31 - 1, 2**31, 2**32 + 2_499_999, 10**15])
def test_large_amounts_do_not_wrap(amount: int) -> None:
    """In 32 bits 2^31 would be below nothing and 2^32 + 2,499,999 below the floor; both are far above it.

    The rest of the person is not told, so the income being enough leaves the verdict open; being too small settles it.
    """
    assert verdict_on(amount) is Verdict.DEPENDS


@pytest.mark.parametrize("amount", [0, 1, 2_400_000])
def test_small_amounts_are_too_small(amount: int) -> None:
    """The counterpart: without enough income nothing else can help."""
    assert verdict_on(amount) is Verdict.DOES_NOT_QUALIFY


@pytest.mark.parametrize("amount", [-(2**31), -1, 10**15 + 1, 2**63])
def test_amounts_out_of_range_are_refused(amount: int) -> None:
    """Below nothing and beyond 10^15 there are no amounts."""
    text = f"applicant:\n  incomes:\n    - {{amount: {amount}}}\n"
    assert read_case(text, "x", compiled().book, today=DAY).value is None


def test_a_time_limit_gives_no_verdict() -> None:
    """With no time at all nothing is settled, and nothing is a no."""
    case = read_case("applicant: {nationality: JP}", "x", compiled().book, today=DAY).value
    assert case is not None
    answer = assess(compiled(), case[0], seconds=0)
    assert not answer.complete
    assert answer.results == ()
    assert answer.limit == "time"
    assert set(answer.unsettled) == set(compiled().book.categories)


def test_too_many_unknowns_give_no_verdict_rather_than_a_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the combinations pass the limit the categories are named as not settled, and the others answer."""
    case = read_case("submitted_on: unknown\napplicant: {nationality: JP}", "x", compiled().book, today=DAY).value
    assert case is not None
    right = {r.category: r.verdict for r in assess(compile_book(compiled().book), case[0], reasons=False).results}
    monkeypatch.setattr("solver.cells.LIMIT", 3)
    answer = assess(compile_book(compiled().book), case[0], reasons=False)
    assert not answer.complete
    assert answer.limit == "size"
    assert {"ttps.a", "vpas.a"} <= set(answer.unsettled)
    assert {r.category for r in answer.results} == set(compiled().book.categories) - set(answer.unsettled)
    assert all(r.verdict is right[r.category] for r in answer.results)


def test_an_unknown_given_is_not_a_no() -> None:
    """A person of whom nothing is told: every category depends, but for three that filing in 2026 leaves behind."""
    book = compiled().book
    nobody = Case(
        "nobody", Record({**dict.fromkeys(book.givens, Absent.UNKNOWN), "submitted_on": dt.date(2026, 11, 21)})
    )
    verdicts = {r.category: r.verdict for r in assess(compiled(), nobody, reasons=False).results}
    # The former fees ended in 2025, the former patterns of stay on 2022-12-27.
    past = {"fees.former", "assg.extension.third_before_2022", "iang.extension.third_before_2022"}
    assert {c for c, verdict in verdicts.items() if verdict is not Verdict.DEPENDS} == past
    assert {verdicts[c] for c in past} == {Verdict.DOES_NOT_QUALIFY}
