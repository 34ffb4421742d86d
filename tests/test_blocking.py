"""What stands in the way, and what a yes rests on: the sets found are those of trying every part of a case."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from dsl import model as m
from dsl.case import Case
from solver.assess import compile_book
from solver.atoms import Atom
from solver.blocking import asking, resting
from solver.run import Deadline
from solver.situation import partial
from solver.verdicts import verdicts
from tests.oracle.completion import readings_of
from tests.parts import Piece, brought, part, pieces
from tests.strategies.books import books
from tests.strategies.people import complete, incomplete, population

PROFILE = os.environ.get("WHEREAS_TESTS", "ci")
BOOKS = {"dev": 10, "ci": 40, "deep": 1_500}[PROFILE]
SMALL = 9
"""With so many pieces every part is tried; of larger cases some."""

laws = settings(
    max_examples=BOOKS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    derandomize=PROFILE == "ci",
)


def verdict_of(compiled: Any, case: Case, favourable: Mapping[str, Sequence[str]], category: str) -> m.Verdict:
    """The verdict of the solver on a case in which everything that is presumed is written out."""
    readings = readings_of(compiled.book, case, {})
    return verdicts(partial(compiled, case, readings, favourable), [category], Deadline(None))[category]


def as_piece(atom: Atom) -> Piece:
    """An atom as the independent account of a case has it."""
    return atom.kind, atom.id


@laws
@given(st.data())
def test_sets_are_those_of_brute_force(data: st.DataObject) -> None:
    """Exactly the minimal parts that settle a verdict are found: none is missing, none larger than need be."""
    book = data.draw(books())
    compiled = compile_book(book)
    of = population(book, 80)
    note(f"{book}")
    for _ in range(2):
        drawn = data.draw(st.one_of(complete(of), incomplete(of)))
        if drawn is None:
            continue
        case = drawn.case
        note(f"{case}")
        presumed = data.draw(st.sampled_from((True, True, False)))
        all_ = pieces(book, case, presumed=presumed)
        ask = asking(
            compiled, case, readings={}, judgements="presumed" if presumed else "open", deadline=Deadline(None)
        )
        for category in book.categories:
            whole = verdict_of(compiled, *part(book, case, all_, set(all_), presumed=presumed), category)
            if whole is m.Verdict.DEPENDS:
                continue
            found = resting(ask, category, whole)
            if not found.complete:
                continue
            sets = [frozenset(map(as_piece, s)) for s in found.sets]
            note(f"{category} {whole} {sets}")
            closed = [brought(all_, set(s)) for s in sets]

            def settles(kept: set[Piece], category: str = category, whole: m.Verdict = whole) -> bool:
                return verdict_of(compiled, *part(book, case, all_, kept, presumed=presumed), category) is whole  # noqa: B023

            for s in sets:
                assert settles(set(s)), f"{category}: {sorted(s)} does not settle it"
                for one in s:
                    assert not settles(set(s) - {one}), f"{category}: {sorted(s)} without {one} is enough"
            read = sorted({p for c in closed for p in c})
            if len(all_) <= SMALL:
                parts = [set(c) for n in range(len(all_) + 1) for c in itertools.combinations(all_, n)]
            else:
                parts = [set(data.draw(st.lists(st.sampled_from(all_), unique=True))) for _ in range(4)]
                some = st.lists(st.sampled_from(read), unique=True) if read else st.just([])
                without = [set(data.draw(some)) for _ in range(12)]
                parts += [brought(all_, set(all_) - gone) - gone for gone in without]
            for kept in parts:
                full = brought(all_, kept)
                assert settles(kept) is any(c <= full for c in closed), f"{category}: {sorted(kept)}"
