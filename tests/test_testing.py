"""`whereas.testing` on a book of its own: people, their shrinking, edits, and what is printed when a property fails."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from dsl.book import compile_book_files
from dsl.case import Absent
from dsl.edits import Edit
from dsl.model import Verdict
from dsl.writecase import value_text
from tests.agreement import no, yes
from tests.oracle.completion import readings_of
from tests.oracle.meaning import category_holds
from tests.strategies.books import books
from tests.test_edits import TEXT
from whereas.testing import Book, Person, RefusedError, assert_verdict, edits, incomplete, near_boundary, people

LISTS = """
entity job
  en "job"  zh "工作"
  began : date
    en "began"  zh "開始"
  ended : date
    en "ended"  zh "結束"
  pay : money
    en "pay"  zh "薪酬"
  spell began to ended
  invariant it.began on or before it.ended

given jobs : list of job
  en "jobs"  zh "工作"

category small.b
  en "B"  zh "乙"
  cites act "3"
  needs all of
    [work] months of j in jobs such that (j.pay more than HK$0), within 5 years before filed_on at least 36 months
      cites act "3"
    [adult] grown(applicant)
  grants stay 12 months
    cites act "6"
"""

laws = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def made(text: str = TEXT + LISTS) -> Book:
    """The small book."""
    result = compile_book_files({"book.rules": text})
    assert result.value is not None, [d.message for d in result.diagnostics]
    return Book(result.value)


BOOK = made()


def shrunk(strategy: st.SearchStrategy[Person], wanted: Verdict, category: str) -> Person:
    """The smallest person with a verdict."""
    quiet = settings(laws, max_examples=500, database=None, phases=[Phase.generate, Phase.shrink])
    return find(strategy, lambda p: p.verdicts[category] is wanted, settings=quiet)


def test_the_smallest_person_who_qualifies_is_readable() -> None:
    """No list but the one job that is needed, round dates, the least amount that counts."""
    person = shrunk(people(BOOK, near=["small.b"]), Verdict.QUALIFIES, "small.b")
    (job,) = person.get("jobs")
    assert job["pay"] == 1
    assert person.get("filed_on") == BOOK.checked.known
    assert len(person.yaml().splitlines()) == 5
    assert "income" not in person.yaml()


def test_the_smallest_no_is_empty_and_plain() -> None:
    """Nothing in lists; an incomplete no tells hardly anything."""
    person = shrunk(people(BOOK, near=["small.b"]), Verdict.DOES_NOT_QUALIFY, "small.b")
    assert person.get("jobs") == ()
    partly = shrunk(people(BOOK, near=["small.b"], longest=1).flatmap(incomplete), Verdict.DOES_NOT_QUALIFY, "small.b")
    assert "jobs: []" in partly.yaml()
    assert len(partly.yaml().splitlines()) <= 3


def test_people_reach_both_verdicts_on_every_category() -> None:
    """Near a category at least a quarter qualify and some do not; without an aim every verdict is met."""
    seen: Counter[tuple[str, Verdict]] = Counter()

    @settings(laws, max_examples=200, derandomize=True, phases=[Phase.generate])
    @given(st.data())
    def look(data: st.DataObject) -> None:
        category = data.draw(st.sampled_from(BOOK.categories))
        seen[category, data.draw(near_boundary(BOOK, category)).verdicts[category]] += 1

    look()
    for category in BOOK.categories:
        assert seen[category, Verdict.QUALIFIES] >= 25, seen
        assert seen[category, Verdict.DOES_NOT_QUALIFY] >= 5, seen


@laws
@given(people(BOOK, near=["small.a"]), st.data())
def test_people_near_a_boundary_are_one_step_from_it(person: Person, data: st.DataObject) -> None:
    """Whoever just qualifies by income fails with a dollar less, whenever the income is what turns it."""
    income, floor = person.get("applicant.income"), 100 if person.get("filed_on") < dt.date(2021, 1, 1) else 200
    if person.verdicts["small.a"] is Verdict.QUALIFIES and person.get("filed_on") >= dt.date(2020, 1, 1):
        assert income >= floor
        assert person.with_({"applicant.income": floor - 1}).verdicts["small.a"] is Verdict.DOES_NOT_QUALIFY
        assert person.with_({"applicant.income": floor}).verdicts["small.a"] in set(Verdict) - {Verdict.DEPENDS}


@laws
@given(people(BOOK))
def test_people_are_complete_sound_and_printed_whole(person: Person) -> None:
    """A verdict on everything, no invariant broken, and a text that reads as the same person."""
    assert Verdict.DEPENDS not in set(person.verdicts.values())
    assert all(job["began"] <= job["ended"] for job in person.get("jobs"))
    assert eval(repr(person), {"book": BOOK}) == person


@settings(laws, max_examples=30)
@given(st.data())
def test_people_of_any_book_fit_the_independent_evaluator(data: st.DataObject) -> None:
    """Of any small book: complete people get the verdict that the oracle gives, whatever the law leaves open."""
    book = Book(data.draw(books()))
    person = data.draw(people(book))
    root = {name: plain(value) for name, value in person.facts.facts.items()}
    readings = readings_of(book.checked, person.case, {})
    presumed = {j.id for j in book.checked.judgements.values() if j.mode == "presumed"}
    for category, verdict in person.verdicts.items():
        told: Any = favourable(root, presumed)
        found = {category_holds(book.checked, category, told, readings, law) for law in (yes, no)}
        if verdict is not Verdict.DEPENDS:
            assert found == {verdict is Verdict.QUALIFIES}


def plain(value: object) -> object:
    """A fact as the oracle has it."""
    facts = getattr(value, "facts", None)
    if facts is not None:
        return {name: plain(it) for name, it in facts.items()}
    items = getattr(value, "items", None)
    return tuple(plain(it) for it in items) if isinstance(items, tuple) else value


def favourable(value: object, presumed: set[str]) -> object:
    """With the judgements that are presumed."""
    match value:
        case dict():
            return {
                k: True if k in presumed and v is Absent.NOT_ASKED else favourable(v, presumed)
                for k, v in value.items()
            }
        case tuple():
            return tuple(favourable(it, presumed) for it in value)
        case _:
            return value


@settings(laws, max_examples=20)
@given(people(BOOK, near=["small.b"], longest=1).flatmap(incomplete))
def test_the_complete_person_is_a_completion(person: Person) -> None:
    """What is known of the incomplete person is never taken back."""
    if person.verdicts["small.b"] is not Verdict.DEPENDS:
        assert person.whole.verdicts["small.b"] is person.verdicts["small.b"]


@laws
@given(edits(BOOK, parts=["verdict"]), people(BOOK))
def test_people_can_be_asked_under_an_edit(edit: Edit, person: Person) -> None:
    """The same facts under another edition; the case reads the same there."""
    other = Book(edit.book)
    assert person.under(other).yaml() == person.yaml()


def test_an_edit_changes_somebody() -> None:
    """The strategies find the person that an edit is about."""
    edited = next(e for e in edits_of("small.a income: at least → more than"))
    other = Book(edited.book)
    person = shrunk_under(other)
    assert person.get("applicant.income") in (100, 200)


def edits_of(id: str) -> list[Edit]:
    """The edit of that name."""
    from dsl.edits import edits as every

    return [e for e in every(BOOK.checked) if e.id == id]


def shrunk_under(other: Book) -> Person:
    """The smallest person whom an edit turns away."""
    quiet = settings(laws, max_examples=2_000, database=None)
    return find(
        people(BOOK, near=["small.a"]),
        lambda p: p.verdicts["small.a"] != p.under(other).verdicts["small.a"],
        settings=quiet,
    )


def test_what_a_failed_assertion_says() -> None:
    """The verdict found, and the explanation that the command prints."""
    person = BOOK.person("filed_on: 2026-01-01\njobs: []\n")
    assert_verdict(person, "small.b", "does_not_qualify")
    with pytest.raises(AssertionError, match=r"small\.b: qualifies is expected, does_not_qualify is found") as failed:
        assert_verdict(person, "small.b", "qualifies")
    assert "✘ work" in str(failed.value)
    assert "36 months" in str(failed.value)


def test_changes() -> None:
    """Facts are changed by path; what cannot be is refused in the words of the command line."""
    person = BOOK.person("filed_on: 2026-01-01\napplicant: {income: 5}\n")
    assert person.with_({"applicant.income": 7}).get("applicant.income") == 7
    assert person.with_(filed_on=dt.date(2027, 1, 1)).get("filed_on") == dt.date(2027, 1, 1)
    assert person.without("applicant.income").get("applicant.income") is None
    added = person.with_(jobs=[{"began": dt.date(2020, 1, 1), "ended": "ongoing", "pay": 3}])
    assert added.get("jobs")[0]["pay"] == 3
    with pytest.raises(RefusedError, match="C503"):
        person.with_({"applicant.incme": 7})
    with pytest.raises(RefusedError, match="C529"):
        added.with_({"jobs[0].ended": "2019-01-01"})
    with pytest.raises(KeyError):
        person.verdicts["small.z"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A broken book, a folder that is not there, a category that the book does not have."""
    (tmp_path / "book.rules").write_text("book small\n  oops\n", "utf-8")
    with pytest.raises(RefusedError, match="error"):
        Book(tmp_path)
    with pytest.raises(RefusedError, match="U702"):
        Book(tmp_path / "nowhere")
    with pytest.raises(RefusedError, match=r"write `small\.b`"):
        people(BOOK, near=["smal.b"])


def test_the_properties_of_the_page_hold() -> None:
    """Every block of `docs/testing.md` in Python runs, one after the other, and its properties hold."""
    text = (Path(__file__).parent.parent / "docs" / "testing.md").read_text("utf-8")
    names: dict[str, Any] = {"edits": edits, "incomplete": incomplete, "assert_verdict": assert_verdict}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        exec(block, names)
    properties = [it for name, it in names.items() if name.startswith("test_")]
    assert len(properties) == 3
    for it in properties:
        settings(laws, max_examples=3)(it)()


def test_values_as_a_case_has_them() -> None:
    """Python values on one line."""
    assert value_text({"a": [True, 3], "b": dt.date(2020, 1, 2)}) == "{a: [true, 3], b: 2020-01-02}"
    assert value_text("unknown") == '"unknown"'
    assert value_text("two words") == '"two words"'


def test_what_the_page_puts_beside_the_tests_lifts_the_limit() -> None:
    text = (Path(__file__).parent.parent / "docs" / "testing.md").read_text("utf-8")
    (block,) = re.findall(r"^```\n(from hypothesis import settings\n.*?)^```$", text, re.MULTILINE | re.DOTALL)
    program = f"{block}\nprint(settings.default.deadline)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "None\n", done.stderr
