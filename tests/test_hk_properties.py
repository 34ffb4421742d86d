"""What must be true of every person under the Hong Kong book, whatever its rules say in detail.

`WHEREAS_PROFILE=deep` tries many more people.
"""

from __future__ import annotations

import datetime as dt
import os

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dsl.calendar import ONGOING
from dsl.inside import found
from dsl.model import Param, Property, Verdict
from whereas.testing import Book, Person, UnsettledError, assert_verdict, incomplete, people

PEOPLE = {"deep": 2_000, "ci": 60}.get(os.environ.get("WHEREAS_PROFILE", "dev"), 25)

laws = settings(max_examples=PEOPLE, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
few = settings(laws, max_examples=max(5, PEOPLE // 4))

HK = Book(seconds=3)
YES, NO, DEPENDS = Verdict.QUALIFIES, Verdict.DOES_NOT_QUALIFY, Verdict.DEPENDS
ORDER = {NO: 0, DEPENDS: 1, YES: 2}

NEVER_TOGETHER: list[tuple[str, str]] = [
    *((p.left, p.right) for p in HK.checked.properties.values() if isinstance(p, Property) and p.kind == "never"),
    ("abode.chinese", "abode.foreign"),  # a Chinese citizen is no foreign national
]


def test_the_book_promises_something() -> None:
    """So that the law below is about something."""
    assert len(NEVER_TOGETHER) >= 4


@pytest.mark.parametrize(("left", "right"), NEVER_TOGETHER)
@laws
@given(data=st.data())
def test_what_never_goes_together(left: str, right: str, data: st.DataObject) -> None:
    """People who qualify, or nearly, for one of two such categories do not for the other as well."""
    person = data.draw(people(HK, categories=[left, right], near=[left, right]))
    assert {person.verdicts[left], person.verdicts[right]} != {YES}


@laws
@given(people(HK, near=["ttps.a"]), st.integers(1, 10**7), st.data())
def test_more_income_never_hurts_high_earners(person: Person, more: int, data: st.DataObject) -> None:
    """Category A asks for an amount at least; no bar looks at income."""
    incomes = person.get("applicant.incomes")
    assume(incomes)
    i = data.draw(st.integers(0, len(incomes) - 1))
    path = f"applicant.incomes[{i}].amount"
    richer = person.with_({path: min(person.get(path) + more, 10**15)})
    assert ORDER[richer.verdicts["ttps.a"]] >= ORDER[person.verdicts["ttps.a"]]


@laws
@given(people(HK, near=["ttps.b"]), st.integers(1, 2_000), st.data())
def test_longer_work_never_hurts_graduates_with_experience(person: Person, days: int, data: st.DataObject) -> None:
    """Category B asks for three years of work at least, in the last five."""
    jobs = person.get("applicant.jobs")
    assume(jobs)
    i = data.draw(st.integers(0, len(jobs) - 1))
    path = f"applicant.jobs[{i}].started_on"
    earlier = person.with_({path: max(person.get(path) - dt.timedelta(days=days), dt.date(1900, 1, 1))})
    assert ORDER[earlier.verdicts["ttps.b"]] >= ORDER[person.verdicts["ttps.b"]]
    lasting = person.with_({f"applicant.jobs[{i}].ended_on": ONGOING})
    assert ORDER[lasting.verdicts["ttps.b"]] >= ORDER[person.verdicts["ttps.b"]]


@laws
@given(people(HK, near=["qmas"]))
def test_another_degree_never_hurts(person: Person) -> None:
    """The points tests count what there is; one more degree takes nothing away."""
    degrees = person.get("applicant.degrees")
    assume(degrees)
    more = person.with_({f"applicant.degrees[{len(degrees)}]": degrees[0]})
    for category in ("qmas.general", "qmas.achievement"):
        assert ORDER[more.verdicts[category]] >= ORDER[person.verdicts[category]]


@laws
@given(people(HK))
def test_the_order_of_lists_means_nothing(person: Person) -> None:
    """For every category of the book."""
    assert dict(person.turned().verdicts) == dict(person.verdicts)


@few
@given(st.data())
def test_what_becomes_known_never_contradicts(data: st.DataObject) -> None:
    """A yes or no on somebody incomplete is that on the complete person; nothing ends in an internal error."""
    category = data.draw(st.sampled_from(HK.categories))
    person = data.draw(people(HK, near=[category]).flatmap(incomplete))
    try:
        early = person.verdicts[category]
    except UnsettledError:
        return
    if early is not DEPENDS:
        assert_verdict(person.whole, category, early)


@laws
@given(st.data())
def test_every_yes_says_what_it_grants(data: st.DataObject) -> None:
    """A category that grants something does so for everybody who qualifies; the explanation can be written."""
    category = data.draw(st.sampled_from(HK.categories))
    person = data.draw(people(HK, near=[category]))
    result = person.result(category)
    declared = {grant.kind for grant in HK.checked.categories[category].grants}
    if result.verdict is YES:
        assert {granted.kind for granted in result.grants} == declared
        assert all(granted.values for granted in result.grants if not no_value_known(person, category, granted.kind))
    if result.verdict is DEPENDS:
        assert result.hinges, person
    if result.verdict is NO:
        assert result.because


def no_value_known(person: Person, category: str, kind: str) -> bool:
    """Whether a grant rests on a parameter that has no value on its day, or none that is known."""
    grants = [g for g in HK.checked.categories[category].grants if g.kind == kind]
    used = [HK.checked.parameters[p.id] for g in grants for p in found(g.value, Param)]
    for parameter in used:
        day = person.get(parameter.event) if parameter.event else None
        rows = [row for row in parameter.values if day is None or row.start <= day]
        if not rows or rows[-1].value is None:
            return True
    return False


@few
@given(st.data())
def test_a_case_file_reads_as_the_same_person(data: st.DataObject) -> None:
    """What is printed of somebody can be pasted into a file."""
    category = data.draw(st.sampled_from(HK.categories))
    person = data.draw(people(HK, near=[category]))
    for one in (person, data.draw(incomplete(person))):
        # A day of filing that is not told is today by default, which is another person, if it is one at all.
        if one.get("submitted_on") and one.get("work_on"):
            assert HK.person(one.yaml()) == one
