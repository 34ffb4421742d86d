"""The hand-written program that the solver is measured against means the same as the shipped book."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from benchmarks import handwritten, questions
from benchmarks.__main__ import bare
from benchmarks.people import blanked, complete, examples
from dsl.model import Verdict
from solver.assess import compile_book
from solver.facts import absent, thaw
from tests import ready

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_hand_written_program_agrees_on_different_people() -> None:
    book = ready.hk()
    compiled = compile_book(book)
    people = complete(compiled, list(examples(book, EXAMPLES)), Random(7), 300)
    ours = [
        frozenset(r.category for r in bare(compiled, case).results if r.verdict is Verdict.QUALIFIES) for case in people
    ]
    rules = handwritten.program(book)
    theirs = [held for count, told in handwritten.chunks(people) for held in handwritten.verdicts(rules, count, told)]
    assert theirs == ours
    held = Counter(category for found in theirs for category in found)
    assert all(0 < held[category] < len(people) for category in handwritten.CATEGORIES), held


def test_complete_people_tell_everything_and_blanked_ones_do_not() -> None:
    book = ready.hk()
    random = Random(7)
    people = complete(compile_book(book), list(examples(book, EXAMPLES)), random, 20)
    assert not any(list(absent(thaw(case, book))) for case in people)
    assert all(list(absent(thaw(blanked(case, random, 0.3), book))) for case in people)


@pytest.mark.parametrize("kind", questions.KINDS)
def test_every_question_that_is_timed_is_answered(kind: str) -> None:
    book = ready.hk()
    compiled = compile_book(book)
    everybody = list(islice(questions.people(compiled), 2))
    for what, bar, made in questions.KINDS[kind]:
        asked = list(islice(made(compiled, everybody), 2))
        assert asked
        each = tuple(questions.Asked(who, 1.0 + n * 2 * bar, complete=ask()) for n, (who, ask) in enumerate(asked))
        row = questions.Row(what, bar, each)
        assert row.line().split(" | ")[3] == f"{1 / len(asked):.1%}"
