"""What compiling a book takes without a word, where a broken book of the same kind is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.book import compile_book_files
from dsl.model import Book

SHARED = {p.name: p.read_text("utf-8") for p in (Path(__file__).parent / "broken_books" / "shared").iterdir()}
HEADER = 'book small.part  en "Part"  zh "部分"\n\n'
CATEGORY = 'category small.a  en "A"  zh "甲"  cites guide "1"\n'


def compiled(part: str) -> tuple[Book | None, list[str]]:
    """The book with this part, and the codes of its errors."""
    found = compile_book_files({**SHARED, "part.rules": HEADER + part})
    return found.value, [d.code for d in found.diagnostics if d.code not in ("A408", "A414", "A418", "A421")]


def book(part: str) -> Book:
    value, codes = compiled(part)
    assert codes == []
    assert value is not None
    return value


@pytest.mark.parametrize("sign", ["=", "＝", " = ", " ＝ "])
def test_a_change_takes_either_sign(sign: str) -> None:
    part = (
        CATEGORY
        + '  needs applicant.settled  cites guide "1"\n\n'
        + "example one\n  facts\n    applicant: {settled: true}\n  expect small.a qualifies\n\n"
        + f"example two like one\n  with applicant.settled{sign}false\n  expect small.a does_not_qualify\n"
    )
    assert book(part).examples["two"].changes == (("applicant.settled", "false"),)


@pytest.mark.parametrize(("text", "value"), [('= "a＝b"', '"a＝b"'), ('＝ "a=b"', '"a=b"')])
def test_only_the_first_sign_of_a_change_ends_its_path(text: str, value: str) -> None:
    part = (
        CATEGORY
        + '  needs applicant.settled  cites guide "1"\n\n'
        + f"example one\n  facts\n    applicant: {{settled: true}}\n  with title {text}\n  expect small.a qualifies\n"
    )
    assert book(part).examples["one"].changes == (("title", value),)


FLOOR = 'parameter shortest_stay : months by submitted_on  en "shortest"  zh "最短"\n'
IN_DAYS = FLOOR + '  from 2024-01-01 180 days  cites guide "1"\n\n'
IN_MONTHS = FLOOR + '  from 2024-01-01 6 months  cites guide "1"\n  from 2025-01-01 1 year  cites guide "1"\n\n'


@pytest.mark.parametrize(
    ("condition", "mixed"),
    [
        ("24 months at least shortest_stay", True),
        ("4 weeks at least shortest_stay", False),
        ("24 months at least longest of shortest_stay, 4 weeks", True),
        ("applicant.contract at least longest of shortest_stay, 24 months", True),
        ("applicant.contract at least longest of applicant.contract, 24 months, shortest_stay", True),
        ("applicant.contract at least longest of shortest_stay, 4 weeks", False),
        ("applicant.contract at least shortest_stay", False),
        ("months of j in applicant.jobs at least shortest_stay", False),
    ],
)
def test_the_units_of_a_parameter_are_those_of_its_values(condition: str, mixed: bool) -> None:
    category = CATEGORY + f'  needs {condition}  cites guide "1"\n'
    assert compiled(IN_DAYS + category)[1] == (["K202"] if mixed else [])


def test_years_and_months_are_one_kind_of_unit() -> None:
    book(IN_MONTHS + CATEGORY + '  needs 24 months at least shortest_stay  cites guide "1"\n')


def test_a_future_value_that_was_announced_is_taken() -> None:
    # The shared book is known to 2026-11-21: the value was announced on that very day, to begin in the next year.
    part = (
        'parameter floor : money by submitted_on  en "floor"  zh "下限"\n'
        '  from 2024-10-16 HK$2,000,000  cites guide "1"\n'
        '  from 2027-04-01 HK$2,500,000 known 2026-11-21  cites guide "1"\n\n'
    )
    made = book(part + CATEGORY + '  needs applicant.income at least floor  cites guide "1"\n')
    assert [row.known.isoformat() for row in made.parameters["floor"].values] == ["2024-10-16", "2026-11-21"]
    assert compiled(part.replace("2026-11-21", "2026-11-22"))[1] == ["A409"]


def test_a_source_that_nobody_declared_is_reported_once_and_nothing_follows_from_it() -> None:
    # The note is of rank 7 and needs a reason why alone; beside a source we know nothing of it may not be alone.
    for cites in ('cites guidebook "1"', 'cites note "1" cites guidebook "1"'):
        assert compiled(CATEGORY + f"  needs applicant.settled  {cites}\n")[1] == ["N102"]
