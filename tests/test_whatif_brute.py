"""Smallest changes agree with brute force: none is missing, none is too large, each has the nearest values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from dsl.case import Case
from dsl.casefile import read_case
from dsl.model import Verdict
from solver.compiled import Compiled, compile_book
from solver.finding import Touch
from solver.repairs import Repair, goals
from tests import ready
from tests import repairs_brute as brute


def compiled(small: brute.Small) -> Compiled:
    return compile_book(ready.book(brute.rules(small)))


def case_of(book: Compiled, person: brute.Person) -> Case:
    read = read_case(brute.case_text(person), "case.yaml", book.book, today=brute.NOW)
    assert read.value is not None, [d.message for d in read.diagnostics]
    return read.value[0]


def plain(repair: Repair) -> dict[str, Any]:
    """A repair as brute force has it."""
    out: dict[str, Any] = {}
    for touch in repair.touches:
        name = touch.address.removeprefix("it_is.")
        if name == "things":
            added = None if touch.added is None else {n: one.after for n, one in touch.added.items()}
            out[name] = () if added is None else ((added.get("p"), added.get("q")),)
        else:
            out[name] = touch.after
    return out


def fits(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether an assignment of brute force is one the repair stands for: an element may leave facts open."""
    for name, value in found.items():
        if name != "things":
            if wanted[name] != value:
                return False
        elif len(value) != len(wanted[name]) or any(
            a not in (None, b) for x, y in zip(value, wanted[name], strict=True) for a, b in zip(x, y, strict=True)
        ):
            return False
    return True


def order(person: brute.Person, change: dict[str, Any]) -> list[int]:
    """How far a change goes, fact by fact, the day of filing first."""
    names = sorted((n for n in change if n != "things"), key=lambda n: (n != "submitted_on", n))
    return [far(person, n, change[n]) for n in names]


def far(person: brute.Person, name: str, value: Any) -> int:
    before = person.facts.get(name)
    if name == "n":
        return abs(int(value) - int(before or 0))
    if name in ("submitted_on", "d") and isinstance(before, dt.date):
        return abs(int((value - before).days))
    return 0


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_as_trying_everything(data: st.DataObject) -> None:
    check(data)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(30))
def test_the_same_as_trying_everything_often(part: int) -> None:
    """1,500 books in parts of 50, each of a seed of its own, so that a part can be run again alone."""

    @seed(part)
    @given(data=st.data())
    @settings(max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def often(data: st.DataObject) -> None:
        check(data)

    often()


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_with_totals(data: st.DataObject) -> None:
    """Totals over a list that may be open, some of them of what is judged."""
    check(data, totals=True)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(20))
def test_the_same_with_totals_often(part: int) -> None:
    """500 books in parts of 25."""

    @seed(1000 + part)
    @given(data=st.data())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def often(data: st.DataObject) -> None:
        check(data, totals=True)

    often()


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_with_points(data: st.DataObject) -> None:
    """A score with tiers, in which what is judged may have a line too."""
    check(data, scored=True)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(20))
def test_the_same_with_points_often(part: int) -> None:
    """300 books in parts of 15."""

    @seed(2000 + part)
    @given(data=st.data())
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def often(data: st.DataObject) -> None:
        check(data, scored=True)

    often()


def check(data: st.DataObject, *, totals: bool = False, scored: bool = False) -> None:
    small = data.draw(brute.scoring_books() if scored else brute.small_books(totals=totals))
    person = data.draw(brute.people(small, hardly_told=scored))
    if person is not None:
        agree(small, person)


def test_a_way_of_filing_that_ends_is_told_to_end() -> None:
    """Only what turns out is in the change, and the day of filing is settled: it still has a last day."""
    tree = ("all", ("fact", "a"), ("filed", "before", brute.NOW + dt.timedelta(days=1)))
    agree(brute.Small(FIXED, False, None, tree, ("judged",)), someone(a=None))


def test_what_may_turn_out_is_not_held_against_a_change_that_rules_it_out() -> None:
    """That b fails refutes nothing once a is changed, which brings b with it."""
    tree = ("any", ("at least", 3, ("fact", "a"), ("some", "p"), ("fact", "b")), ("whole", "is", 1))
    ways = {**FIXED, "a": "can change with little effort", "n": "can change"}
    agree(brute.Small(ways, False, ("a", "b"), tree, ("judged",)), someone(b=None, n=None, things=((True, True),)))


def test_what_may_turn_out_is_not_held_against_a_change_whose_invariant_rules_it_out() -> None:
    """Who tells `a` has `b` with it: with d and n that makes 65 of the 60 points, `b` alone 60."""
    day_of = ("dated", "on or after", day(2))
    lines = ((5, ("fact", "a")), (30, day_of), (10, ("whole", "at least", 1)), (20, ("fact", "b")))
    tree = ("points", "at least", 60, lines)
    ways = {**FIXED, "b": "can change", "n": "can change", "d": "settled by evidence with much effort"}
    agree(brute.Small(ways, False, ("a", "b"), tree, ("judged",)), someone(a=None, b=None, n=None))


def test_a_day_gone_by_is_looked_at_as_it_is_where_it_stays() -> None:
    """No set may be left out because another day of asking would not do: the day told does."""
    either = ("any", ("dated", "on or after", day(3)), ("every", "not q"))
    tree = ("all", either, ("dated before filing", 3), ("fact", "a"))
    person = msgspec.structs.replace(someone(a=None, d=day(-1)), open=True)
    agree(brute.Small({**FIXED, "d": "changes with time"}, True, None, tree, ("judged",)), person)


def day(n: int) -> dt.date:
    """So many days after the present one."""
    return brute.NOW + dt.timedelta(days=n)


def test_a_day_forbids_only_if_another_would_do() -> None:
    """A day that must be before the present one forbids; one that must be before and after another does not."""
    wanted: brute.Tree = ("dated", "before", day(0))
    small = brute.Small({**FIXED, "d": "changes with time"}, grows=False, tie=None, tree=wanted, judged=("judged",))
    agree(small, someone())
    assert [a for a, _ in goals(compiled(small), case_of(compiled(small), someone()), "s.a")[0].forbids] == ["it_is.d"]
    never = msgspec.structs.replace(small, tree=("all", wanted, ("dated", "on or after", day(0))))
    agree(never, someone())
    assert not goals(compiled(never), case_of(compiled(never), someone()), "s.a")[0].forbids


FIXED = dict.fromkeys(brute.FACTS, "cannot change")


def someone(things: tuple[brute.Element, ...] = (), **facts: Any) -> brute.Person:
    """Somebody who files now, of whom nothing else holds but what is told."""
    plain_ = {"submitted_on": brute.NOW, **dict.fromkeys("abc", False), "n": 0, "d": brute.NOW, "j": True, "k": True}
    return brute.Person({**plain_, **facts}, things, open=False)


def agree(small: brute.Small, person: brute.Person) -> None:
    """Every smallest change, its nearest values and what is told beside them are those of brute force."""
    book = compiled(small)
    found, _ = goals(book, case_of(book, person), "s.a")
    assert found.complete
    already = brute.reached(brute.potential(small, person)[0])
    assert found.reached == already
    if already:
        return
    wanted = brute.smallest(small, person)
    mine = {frozenset(plain(r)): plain(r) for r in found.repairs}
    assert set(mine) == set(wanted)
    assert len(mine) == len(found.repairs)
    for chosen, change in mine.items():
        assert any(fits(change, w) for w in wanted[chosen]), (change, wanted[chosen])
        if person.facts["submitted_on"] is not None or "submitted_on" not in chosen:
            assert order(person, change) == min(order(person, w) for w in wanted[chosen])
        ranges_hold(small, person, next(r for r in found.repairs if plain(r) == change))
    efforts = [r.effort for r in found.repairs]
    assert efforts == sorted(efforts)
    assert all(r.effort == sum(brute.atoms(small, person)[a] for a in plain(r)) for r in found.repairs)
    if not mine:
        forbids = {a.removeprefix("it_is.") for a, _ in found.forbids}
        if forbids and forbids <= {"submitted_on", "d"} & brute.atoms(small, person).keys():
            assert not brute.possible(small, person, set())
            return
        assert not forbids & {"submitted_on", *brute.atoms(small, person)}
        assert not brute.possible(small, person, forbids)


def ranges_hold(small: brute.Small, person: brute.Person, repair: Repair) -> None:
    """What is told beside each value of a repair is just what keeps the verdict promised, all else as proposed."""
    change, surely = plain(repair), repair.verdict is Verdict.QUALIFIES

    def does(name: str, value: Any) -> bool:
        return brute.does(small, brute.changed(person, {**change, name: value}), surely=surely)

    for touch in repair.touches:
        name = touch.address.removeprefix("it_is.")
        if name == "things":
            (added,) = change[name] or ((None, None),)
            for i, fact in enumerate("pq"):
                one = (touch.added or {}).get(fact)
                other = tuple(not x if k == i else x for k, x in enumerate(added))
                if one is not None:
                    assert one.also == ((not one.after,) if does(name, (other,)) else ()), (touch, change)
            continue
        others = [v for v in brute.options(small, person, name) if does(name, v)]
        if isinstance(touch.after, bool):
            assert [*touch.also, touch.after] == sorted(others, key=lambda v: v is touch.after), (touch, change)
            continue
        assert around(brute.domain(name), others, touch.after) == within(touch, brute.domain(name)), (touch, change)
    filed = change.get("submitted_on", person.facts["submitted_on"])
    assert (repair.filed is None) == (filed is None)
    if repair.filed is not None:
        days = [d for d in brute.DAYS if d >= filed]
        held = [d for d in days if does("submitted_on", d)]
        first, last = repair.filed
        assert first == filed
        assert around(days, held, filed) == [d for d in days if last is None or d <= last], (repair.filed, change)


def around(options: Sequence[Any], held: Sequence[Any], value: Any) -> list[Any]:
    """The values that do without one between them and the proposed one that does not."""
    ordered = sorted({*options, value})
    at = ordered.index(value)
    out = [value]
    for side in (ordered[at + 1 :], ordered[:at][::-1]):
        for v in side:
            if v not in held:
                break
            out.append(v)
    return sorted(out)


def within(touch: Touch, options: Sequence[Any]) -> list[Any]:
    """The values a touch says would do."""
    low, high = touch.low, touch.high
    return sorted(v for v in options if (low is None or v >= low) and (high is None or v <= high))
