"""What `emit` prints is a program of its own: plain clingo finds in it what `assess` says."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import clingo
import pytest
from clingo.control import Control

from dsl import model as m
from dsl.case import Absent, Case, Record
from dsl.casefile import read_case
from dsl.model import Verdict
from solver.assess import assess, compile_book
from solver.compiled import Compiled
from solver.emit import emit
from tests import ready
from tests.test_further import FACTS, MONEY, book_of, compare, number, of_studies, some

ROOT = Path(__file__).parent.parent
DAY = dt.date(2026, 11, 21)
ASKED = ("ttps.a", "ttps.b", "ttps.c", "vpas.a", "vpas.b", "asmtp", "cies", "abode.right_to_land")
"""Categories of which the examples tell a good deal; of people told little, most others come to long programs."""


@cache
def compiled() -> Compiled:
    """The shipped book."""
    return compile_book(ready.hk())


def people() -> Iterator[Case]:
    """Everybody in `examples/`."""
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        yield from read_case(path.read_text("utf-8"), path.name, compiled().book, today=DAY).value or ()


def shown(text: str, mode: str) -> frozenset[str]:
    """The atoms shown in some model (`brave`) or in every model (`cautious`) of a program."""
    remarks: list[str] = []
    control = Control(["0", f"--enum-mode={mode}"], logger=lambda _, message: remarks.append(message))
    control.add("base", [], text)
    control.ground([("base", [])])
    found: frozenset[str] | None = None
    with control.solve(yield_=True) as handle:
        for model in handle:
            found = frozenset(str(s) for s in model.symbols(shown=True))
    assert remarks == []
    assert found is not None, "the program has no model"
    return found


@pytest.mark.parametrize("case", list(people()), ids=lambda case: case.name)
def test_clingo_alone_finds_the_verdicts(case: Case) -> None:
    """In every model: qualifies. In some: depends. In none: does not qualify."""
    text = emit(compiled(), case, categories=ASKED)
    some, every = shown(text, "brave"), shown(text, "cautious")
    names = {c: compiled().program.gates[compiled().program.categories[c]].name for c in ASKED}
    found = {
        c: Verdict.QUALIFIES if n in every else Verdict.DEPENDS if n in some else Verdict.DOES_NOT_QUALIFY
        for c, n in names.items()
    }
    answer = assess(compiled(), case, reasons=False, categories=ASKED)
    assert found == {r.category: r.verdict for r in answer.results}


def test_what_is_left_out_of_the_program_is_said() -> None:
    """Some study costs 100 and all of them at most 99: nobody is so, but the program looks at the two apart."""
    dear = some(compare("ge", m.Path("s", ("paid",)), number(100, MONEY)))
    cheap = compare("le", of_studies("sum"), number(99, MONEY))
    for needs, verdict, said in (((dear, cheap), Verdict.DOES_NOT_QUALIFY, True), ((dear,), Verdict.DEPENDS, False)):
        book = compile_book(book_of(needs, {}, study=FACTS))
        case = Case("somebody", Record({"studies": Absent.UNKNOWN}))
        assert assess(book, case, reasons=False).results[0].verdict is verdict
        text = emit(book, case)
        assert shown(text, "brave") == {"t_a"}
        assert ("% What is said together of further elements of studies is left out" in text) is said


def test_the_command_line_of_the_documentation() -> None:
    """`whereas emit CATEGORY --case X | python -m clingo - 0` names the category, by the ordinary tools."""
    printed = subprocess.run(
        [sys.executable, "-m", "whereas", "emit", *ASKED[:5], "--case", str(ROOT / "examples" / "high_earner.yaml")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    answer = subprocess.run(
        [sys.executable, "-m", "clingo", "-", "0"], input=printed, capture_output=True, text=True, check=False
    ).stdout
    assert re.search(r"^ttps_a$", answer, re.MULTILINE)
    assert not re.search(r"ttps_[bc]|vpas", answer)


def test_a_book_alone_grounds_without_a_remark() -> None:
    """The rules without a case are a program too, sorted as the book is, each clause under its path and citations."""
    text = emit(compiled())
    control = Control(["1"], logger=lambda _, message: pytest.fail(message))
    control.add("base", [], text)
    control.ground([("base", [])])
    assert "% ttps.b/graduate" in text
    assert text == emit(compiled())


def test_only_ids_and_numbers_are_printed() -> None:
    """No label, pinpoint, phrase or value of a case is in the program; no directive that reads or runs anything."""
    for case in people():
        text = emit(compiled(), case)
        assert text.isascii()
        assert not re.search(r'#script|#include|#external|#const|@|"', text)


def test_scripting_is_off() -> None:
    """Even a program with a script in it would not run it."""
    control = Control(logger=lambda *_: None)

    def run() -> None:
        control.add("base", [], "#script (python)\nprint(1)\n#end.")
        control.ground([("base", [])])

    with pytest.raises(RuntimeError):
        run()
    assert clingo.__version__ >= "5.8.1"
