"""What a value is compared by, and what says nothing of what it is."""

from __future__ import annotations

import pickle
from typing import ClassVar

import pytest
from msgspec.structs import replace

from dsl import model as m
from dsl.alike import Alike


class Marked(Alike, frozen=True):
    """A value of which neither the second field nor the third counts."""

    aside: ClassVar[tuple[str, ...]] = ("where", "seen")

    name: str
    where: int = 0
    seen: list[int] | None = None
    size: int = 1


class Other(Marked, frozen=True):
    """The same fields, another kind."""


ONE = Marked("a", 1, [1])


def test_fields_aside_do_not_count() -> None:
    assert Marked("a", 2, [2]) == ONE
    assert hash(Marked("a", 2, None)) == hash(ONE)
    assert len({ONE, Marked("a", 7), Marked("b", 1, [1])}) == 2


@pytest.mark.parametrize("other", [Marked("b", 1, [1]), Marked("a", 1, [1], 2), Other("a", 1, [1]), ("a", 1), None])
def test_all_else_does(other: object) -> None:
    assert other != ONE
    assert not (other == ONE)  # noqa: SIM201  both ways of asking


def test_the_place_of_a_clause_does_not_count() -> None:
    clause = m.Clause("a", m.Always(), place=m.Place("f", 0, 1))
    assert replace(clause, place=None) == clause
    assert hash(replace(clause, place=None)) == hash(clause)
    assert replace(clause, label="b") != clause


def test_what_is_kept_comes_back_with_fields_aside_too() -> None:
    again = pickle.loads(pickle.dumps(m.Clause("a", m.Always(), place=m.Place("f", 0, 1))))
    assert again.place == m.Place("f", 0, 1)


def test_kinds_with_the_same_fields_differ() -> None:
    kinds: list[object] = [m.Param("a"), m.EntityOf("a"), m.ListOf("a")]
    assert kinds[0] != kinds[1]
    assert len(set(kinds)) == 3


def test_a_record_stays_as_it_is() -> None:
    with pytest.raises(AttributeError):
        ONE.name = "b"  # type: ignore[misc]
