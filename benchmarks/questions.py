"""How long people wait for an answer: `python -m benchmarks.questions [explain] [goal] [ask] [when]`, processor time.

Each row asks one thing of different people of the whole book, one after the other, the book compiled and some of them
asked before: those of `examples/`, and some of the book's own examples. Written to `benchmarks/QUESTIONS.md` if nothing
is named; what is named is printed only, with the slowest.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import clingo
from msgspec import Struct

from benchmarks.people import DAY, examples
from dsl.calendar import Duration, shift
from dsl.case import Case
from dsl.model import Book, Verdict
from solver.asking import Interview, Next, answered, next_question
from solver.assess import assess
from solver.blocking import asking, resting
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.repairs import goals
from solver.run import Deadline
from solver.standing import conditions
from solver.when import sweep
from whereas.driver import load_book
from whereas.examples import read_example

ROOT = Path(__file__).parent.parent
EVERY = 17
"""Of the book's own examples every so many is taken."""
FURTHER = 3
"""How many questions are asked after the first."""
LONGEST = 10.0
"""Seconds after which a search is given up."""
SHOWN = 3
"""How many of the slowest of each row stand on the page."""
WARM = 12
"""How many are asked before times are taken."""

Ask = Callable[[], bool]
"""Something asked; whether the answer is complete."""


class Asked(Struct, frozen=True):
    """One thing asked of somebody: who, its CPU milliseconds, and whether the answer was complete."""

    who: str
    ms: float
    complete: bool


class Row(Struct, frozen=True):
    """One kind of question, of everybody it was asked of. bar: milliseconds."""

    what: str
    bar: float
    each: tuple[Asked, ...]

    def line(self) -> str:
        """The row of the table."""
        times = sorted(a.ms for a in self.each)
        under = sum(t <= self.bar for t in times) / len(times)
        shown = (statistics.median(times), times[int(len(times) * 0.9)], times[-1])
        cut = sum(not a.complete for a in self.each)
        cells = (self.what, len(times), f"{self.bar:g}", f"{under:.1%}", *(f"{t:,.1f}" for t in shown), cut)
        return " | ".join(map(str, cells))

    def slowest(self, most: int) -> list[Asked]:
        """Those that took longest."""
        return sorted(self.each, key=lambda a: -a.ms)[:most]


class Person(Struct, frozen=True):
    """Somebody, and the categories to ask about."""

    case: Case
    closed: tuple[str, ...]
    told: tuple[str, ...]


def people(compiled: Compiled) -> Iterator[Person]:
    """Those of the folder with every category that is closed to them; those of the book with what they are about."""
    book = compiled.book
    for case in examples(book, ROOT / "examples"):
        yield _person(compiled, case, tuple(book.categories))
    for example in islice(book.examples.values(), 0, None, EVERY):
        read = read_example(book, example).value
        if read is not None and not check_case(compiled, read):
            yield _person(compiled, read, tuple(dict.fromkeys(e.category for e in example.expects)))


def _person(compiled: Compiled, case: Case, categories: Sequence[str]) -> Person:
    answer = assess(compiled, case, reasons=False, categories=list(categories))
    verdicts = {r.category: r.verdict for r in answer.results}
    closed = tuple(c for c, v in verdicts.items() if v is Verdict.DOES_NOT_QUALIFY)
    return Person(case, closed, tuple(c for c, v in verdicts.items() if v is not Verdict.DEPENDS))


def some(names: Sequence[str], every: int, n: int) -> Sequence[str]:
    """Every so many of the names, beginning elsewhere for each person; of a few the first."""
    return names[n % every :: every] if len(names) > every else names[:1]


# ---------------------------------------------------------------------------------------------------- what is asked


def explained(compiled: Compiled, everybody: Sequence[Person]) -> Iterator[tuple[str, Ask]]:
    """`explain`: the steps, every minimal set that settles it, and the conditions each set makes fail."""

    def ask(case: Case, category: str) -> bool:
        answer = assess(compiled, case, categories=[category])
        made = asking(compiled, case, readings=case.readings, judgements="presumed", deadline=Deadline(None))
        (result,) = answer.results
        rests = resting(made, category, result.verdict)
        if result.verdict is Verdict.DOES_NOT_QUALIFY:
            for n in range(len(rests.sets)):
                conditions(made, rests, n, result.steps)
        return rests.complete

    for n, p in enumerate(everybody):
        for c in some(p.told, 3, n):
            yield f"{p.case.name} {c}", partial(ask, p.case, c)


def reached(compiled: Compiled, everybody: Sequence[Person]) -> Iterator[tuple[str, Ask]]:
    """`whatif --goal`: smallest changes as the law is known, and (if any of it came up) as it is not known."""

    def ask(case: Case, category: str) -> bool:
        plain, later = goals(compiled, case, category, readings=case.readings, seconds=LONGEST)
        return plain.complete and (later is None or later.complete)

    for n, p in enumerate(everybody):
        for c in some(p.closed, 12, n):
            yield f"{p.case.name} {c}", partial(ask, p.case, c)


def asked(compiled: Compiled, everybody: Sequence[Person]) -> Iterator[tuple[str, Ask]]:
    """`ask`: the first question."""

    def ask(case: Case) -> bool:
        found = next_question(_interview(compiled, case), case, Deadline(None))
        return not found.missing and (found.question is None or found.question.complete)

    for p in everybody:
        yield p.case.name, partial(ask, p.case)


def further(compiled: Compiled, everybody: Sequence[Person]) -> Iterator[tuple[str, Ask]]:
    """`ask`: the questions after the first, each answered with the first value there is."""
    for p in everybody:
        interview, case = _interview(compiled, p.case), p.case
        found = next_question(interview, case, Deadline(None))
        for n in range(FURTHER):
            if found.question is None or not found.question.outcomes:
                break
            case = answered(interview, case, found.question, found.question.outcomes[0].values[0])
            if check_case(compiled, case):
                break
            out: list[Next] = []

            def ask(case: Case = case, interview: Interview = interview, out: list[Next] = out) -> bool:
                out.append(next_question(interview, case, Deadline(None)))
                return not out[0].missing

            yield f"{p.case.name} +{n + 1}", ask
            found = out[0] if out else next_question(interview, case, Deadline(None))


def _interview(compiled: Compiled, case: Case) -> Interview:
    return Interview(compiled, tuple(compiled.book.categories), case.readings, "presumed")


def swept(compiled: Compiled, everybody: Sequence[Person]) -> Iterator[tuple[str, Ask]]:
    """`when`: the stretches of every category over ten years."""

    def ask(case: Case) -> bool:
        filed = case.root.facts["submitted_on"]
        first = filed if type(filed) is type(DAY) else DAY
        found = sweep(compiled, case, first, shift(first, Duration(10, "years")), readings=case.readings)
        return all(s.outcome != "unsettled" for c in compiled.book.categories for s in found.stretches(c))

    for p in everybody:
        yield p.case.name, partial(ask, p.case)


# ------------------------------------------------------------------------------------------------------- measuring

Asking = Callable[[Compiled, Sequence[Person]], Iterator[tuple[str, Ask]]]
"""Everything that is asked for one row: of whom and what, and the asking of it."""

KINDS: dict[str, tuple[tuple[str, float, Asking], ...]] = {
    "explain": (("`explain`: steps, every set, what each makes fail", 20, explained),),
    "goal": (("`whatif --goal`: every smallest change", 50, reached),),
    "ask": (("`ask`: the first question", 100, asked), ("... each of the next", 100, further)),
    "when": (("`when`: every category, ten years", 200, swept),),
}


def measured(book: Book, what: str, bar: float, made: Asking) -> Row:
    """One row, with a book compiled for it alone."""
    compiled = compile_book(book)
    everybody = list(people(compiled))
    for _, ask in islice(made(compiled, everybody[::7]), WARM):
        ask()
    out = []
    for who, ask in made(compiled, everybody):
        gc.collect()  # between two questions: `whereas` is at an end before it looks for garbage
        gc.freeze()
        begun = time.process_time()
        complete = ask()
        out.append(Asked(who, (time.process_time() - begun) * 1e3, complete))
    return Row(what, bar, tuple(out))


def page(rows: Sequence[Row]) -> str:
    """The page of figures."""
    return "\n".join(
        (
            "# Answers to questions",
            "",
            "Made by `python -m benchmarks.questions`. CPU milliseconds, the whole book, one person after the other.",
            f"Python {platform.python_version()}, clingo {clingo.__version__}, {os.cpu_count()} processors.",
            "",
            "| what | asked | bar | within it | median | nine in ten | most | not complete |",
            "|---|---|---|---|---|---|---|---|",
            *(f"| {row.line()} |" for row in rows),
            "",
            "Asked of the people in `examples/` and of every seventeenth example of the book. Not complete: answers",
            "that say of themselves that something may be missing, for there was too much to try or it took too long",
            f"({LONGEST:g} seconds of the clock for a goal). Beside other work times are longer; there was, with",
            f"{_busy()}.",
            "",
            "## The slowest",
            "",
            "| what | who | ms |",
            "|---|---|---|",
            *(f"| {row.what} | {a.who} | {a.ms:,.0f} |" for row in rows for a in row.slowest(SHOWN)),
            "",
        )
    )


def _busy() -> str:
    """How many tasks wanted a processor over the last quarter of an hour."""
    return f"{os.getloadavg()[2]:.1f} tasks wanting a processor on average"


def main(names: Sequence[str]) -> int:
    """Measure what is named, or everything."""
    if unknown := set(names) - KINDS.keys():
        sys.stderr.write(f"{', '.join(sorted(unknown))}: not one of {', '.join(KINDS)}\n")
        return 2
    book = load_book().value
    assert book is not None
    rows = [measured(book, *kind) for name in names or KINDS for kind in KINDS[name]]
    sys.stdout.write(page(rows))
    if not names:
        (Path(__file__).parent / "QUESTIONS.md").write_text(page(rows), "utf-8")
    for row in rows if names else ():
        sys.stdout.write(f"\n{row.what}: the slowest\n")
        for a in row.slowest(15):
            sys.stdout.write(f"  {a.ms:9,.1f}  {a.who}{'' if a.complete else '  not complete'}\n")
        sys.stdout.writelines(f"  {a.ms:9,.1f}  {a.who}  not complete\n" for a in row.each if not a.complete)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
