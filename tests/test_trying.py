"""Completions tried abreast: each is what it would be by itself, and what they show is what the solver says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl.casefile import read_case
from dsl.model import Verdict
from solver import hinges as asked
from solver.compiled import Compiled, compile_book
from solver.hinges import hinges
from solver.run import Deadline
from solver.situation import DEFAULT, Situation, situation
from solver.undecided import Copy
from solver.verdicts import tries, verdicts
from whereas.driver import load_book

ROOT = Path(__file__).parent.parent
CASES = ("graduate", "founder", "next_year")


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    book = load_book().value
    assert book is not None
    return compile_book(book)


def laid(compiled: Compiled, name: str) -> Situation:
    text = (ROOT / "examples" / f"{name}.yaml").read_text("utf-8")
    cases = read_case(text, f"{name}.yaml", compiled.book, today=compiled.book.known).value
    assert cases
    return situation(compiled, cases[0], DEFAULT, "presumed", twice=True)


def depending(s: Situation) -> Iterator[str]:
    found = verdicts(s, tuple(s.compiled.book.categories), Deadline(None))
    yield from (name for name, verdict in found.items() if verdict is Verdict.DEPENDS)


@pytest.mark.parametrize("name", CASES)
def test_each_completion_is_what_it_is_by_itself(compiled: Compiled, name: str) -> None:
    s = laid(compiled, name)
    seen = set()
    for category in depending(s):
        some = tries(s, category)
        if some is None:
            continue
        gate, rules = compiled.program.categories[category], some.rules
        value = rules.value(gate)
        for k in range(rules.every.bit_length()):
            alone = Copy(
                rules.program,
                rules.circuit,
                lambda i, rules=rules, k=k: bool(rules.tests[i] >> k & 1) if i in rules.tests else s.truth(i),  # type: ignore[misc]
                rules.written,
                rules.blanks,
                rules.readings,
                exists={at: bool(bits >> k & 1) for at, bits in rules.exists.items()},
            )
            held = value if isinstance(value, bool) else bool(value >> k & 1)
            assert alone.value(gate) is held, (category, k)
            seen.add(held)
    assert seen == {True, False}


@pytest.mark.parametrize("name", CASES)
def test_what_was_tried_shows_nothing_that_the_solver_does_not(
    compiled: Compiled, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = laid(compiled, name)
    names = list(depending(s))
    some = {name: tries(s, name) for name in names}
    shown = [name for name in names if (of := some[name]) and any(of.turning(compiled.program.categories[name]))]
    assert shown, "some hinges are seen without the solver"
    found = {name: hinges(s, name, Deadline(None)) for name in names}
    monkeypatch.setattr(asked, "tries", lambda _s, _category: None)
    assert found == {name: hinges(s, name, Deadline(None)) for name in names}
