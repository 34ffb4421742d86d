"""What an answer of a decision tree rests on: with that as it is, nothing else makes a difference."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.people import blanked, examples
from dsl.case import Case
from solver import trees
from solver.compiled import Compiled, compile_book
from solver.evaluate import Env
from solver.situation import DEFAULT, situation
from solver.trees import Choice, Found, Key, Node, There, Told
from tests import ready

ROOT = Path(__file__).parent.parent
FEW = 8
"""Open tests of which every combination of truths is tried."""


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_book(ready.hk())


@pytest.fixture(scope="module")
def people(compiled: Compiled) -> list[Case]:
    random = Random(11)
    told = list(examples(compiled.book, ROOT / "examples"))
    return [blanked(case, random, share) for case in told[::3] for share in (0.0, 0.1, 0.3)]


class Drawn(Told, kw_only=True):
    """A case in which some keys are as given and every other test is drawn; lists are as long as they were."""

    given: dict[Key, Found]
    random: Random

    def look(self, node: Node) -> bool | None:
        if node.key in self.given:
            found = self.given[node.key]
            assert not isinstance(found, str)
            return found
        return Told.look(self, node) if isinstance(node.key, There) else self.random.random() < 0.5


def drawn(like: Told, given: dict[Key, Found], random: Random) -> Drawn:
    return Drawn(Env({}), like.elements, like.written, given=given, random=random)


def test_nothing_but_its_grounds_can_change_an_answer(compiled: Compiled, people: list[Case]) -> None:
    random = Random(5)
    settled = varying = smaller = 0
    for case in people:
        s = situation(compiled, case, DEFAULT, "presumed")
        for gate in compiled.program.categories.values():
            rules = trees._Rules(compiled, s.told, s.readings)
            held = rules.value(gate, ())
            grounds, varies = rules.grounds(gate)
            given = dict(grounds)
            smaller += len(given) < len(rules.way)
            for _ in range(3):
                if held is not None:
                    other = trees._Rules(
                        compiled,
                        drawn(s.told, given, random),
                        s.readings,
                    )
                    assert other.value(gate, ()) is held
                    settled += 1
            open_ = [k for k, found in given.items() if found is None and not isinstance(k, Choice)]
            if varies and len(open_) <= FEW:
                # It meets each open test once, so both truths are reached, whatever is not among the grounds.
                reached = {
                    trees._Rules(
                        compiled, drawn(s.told, given | dict(zip(open_, truths, strict=True)), random), s.readings
                    ).value(gate, ())
                    for truths in product((True, False), repeat=len(open_))
                    if _contiguous(dict(zip(open_, truths, strict=True)))
                }
                assert reached >= {True, False}
                varying += 1
    assert settled > 500
    assert varying > 5
    assert smaller > 200


def _contiguous(truths: dict[Key, bool]) -> bool:
    """Whether elements that may be there fill their list from the front, as walking a list takes them to."""
    return all(
        not held or truths.get(There(k.list, k.place - 1), True) for k, held in truths.items() if isinstance(k, There)
    )


def test_the_solver_refuses_rules_that_come_to_something_else(
    compiled: Compiled, people: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer is never taken from the rules alone: one that is wrong is not confirmed."""
    from dsl.diagnostics import InternalError
    from solver.assess import assess

    right = trees._Rules._first

    def wrong(self: trees._Rules, inputs: Any, places: Any, *, decisive: Any) -> Any:
        found = right(self, inputs, places, decisive=decisive)
        return found if found is None else not found

    monkeypatch.setattr(trees._Rules, "_first", wrong)
    monkeypatch.setattr(trees._Rules, "grounds", lambda self, gate: (frozenset(self.way.items()), False))
    fresh = compile_book(compiled.book)
    with pytest.raises(InternalError):
        assess(fresh, people[0], reasons=False)
