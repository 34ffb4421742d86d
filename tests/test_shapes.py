"""Books of seldom shapes and people of whom much is not told: no answer is surer than brute force, no hinge missing."""

from __future__ import annotations

from msgspec.structs import replace

from dsl.model import Verdict
from solver.assess import compile_book
from tests.agreement import Asked, answered
from tests.laws import by_profile
from tests.oracle.completion import ContradictionError, TooLargeError, assess
from tests.oracle.domains import domains_for
from tests.shapes import Shape

FURTHER = 3
"""Elements an open list has besides: numbers here go to two, and there is one to be past them."""


def test_no_answer_is_surer_than_brute_force() -> None:
    """Verdicts are right, or `depends`; of a verdict that is right, all hinges are there.

    More of an answer can be too careful: two totals in one comparison, and lines of points over one open list, are not
    looked at together.
    """
    compared = exact = 0
    for seed in range(by_profile(60, 100, 5_000)):
        made = Shape(seed)
        domains = domains_for(made.book, made.case, 4_000)
        domains = replace(domains, further={name: max(n, FURTHER) for name, n in domains.further.items()})
        for how in (Asked({}, "presumed"), Asked("all", "open")):
            opened = how.judgements == "open"
            try:
                found = assess(made.book, made.case, domains, readings=how.readings, judgements_open=opened)["t.a"]
            except (ContradictionError, TooLargeError):
                continue
            (it,) = answered(compile_book(made.book), made.case, how).results
            hinges = {(h.kind, h.id) for h in it.hinges}
            assert it.verdict in (found.verdict, Verdict.DEPENDS), (seed, how)
            assert it.verdict is not found.verdict or found.hinges <= hinges, (seed, how)
            compared += 1
            exact += it.verdict is found.verdict and found.hinges == hinges
    assert compared > 30
    assert exact >= 0.9 * compared, (exact, compared)
