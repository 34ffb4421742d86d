"""`python -m benchmarks`: measure, print, and write `benchmarks/RESULTS.md`."""

from __future__ import annotations

import datetime as dt
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import clingo

from benchmarks.plain import program, verdicts
from dsl.case import Absent, Case, Listed, Record
from dsl.casefile import read_case
from dsl.model import Book, EntityOf, KeyOf, ListOf, Scalar, Type, Verdict
from solver.assess import assess, compile_book
from solver.compiled import Compiled
from solver.run import Deadline
from solver.situation import DEFAULT, situation
from solver.text import list_name
from solver.verdicts import quick
from whereas.driver import load_book

ROOT = Path(__file__).parent.parent
DAY = dt.date(2026, 11, 21)
SEED = 20261121
BULK = 5_000
SINGLE = 300

Row = tuple[str, str, str, str]


def examples(book: Book) -> Iterator[Case]:
    """Everybody in `examples/`."""
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        yield from read_case(path.read_text("utf-8"), path.name, book, today=DAY).value or ()


def completed(value: Any, kind: Type, book: Book, random: Random) -> Any:
    """A value with every absent fact filled in at random and every list closed."""
    match kind:
        case EntityOf(name):
            facts = value.facts if isinstance(value, Record) else {}
            return Record({f.id: completed(facts.get(f.id), f.type, book, random) for f in book.entities[name].facts})
        case ListOf(name):
            items = value.items if isinstance(value, Listed) else ()
            return Listed(tuple(completed(i, EntityOf(name), book, random) for i in items))
        case _ if value is not None and not isinstance(value, Absent):
            return value
        case Scalar("truth"):
            return random.random() < 0.5
        case Scalar("date"):
            return dt.date(2018, 1, 1) + dt.timedelta(days=random.randrange(3_200))
        case Scalar("whole") | Scalar("money"):
            return random.choice((0, 2_499_999, 2_500_000, 3_000_000))
        case Scalar("duration"):
            return random.choice([p.values[0].value for p in book.parameters.values() if p.type == Scalar("duration")])
        case Scalar("country"):
            return random.choice(("CN", "JP", "AF", "VN", "FR"))
        case KeyOf(table):
            return random.choice(book.tables[table].rows).key
        case Scalar():
            return "text"
        case _:
            return random.choice(book.enumerations[kind.enumeration].members)[0]


def varied(case: Case, book: Book, random: Random) -> Case:
    """A complete person like another: some dates and amounts are moved, what is not told is filled in."""

    def move(value: Any) -> Any:
        match value:
            case Record(facts):
                return Record({k: move(v) for k, v in facts.items()})
            case Listed():
                return replace(value, items=tuple(move(i) for i in value.items), open=False)
            case dt.date() if value.year < 9999 and random.random() < 0.5:
                return value + dt.timedelta(days=random.randrange(-400, 400))
            case _:
                return value

    root = {name: completed(case.root.facts.get(name), f.type, book, random) for name, f in book.givens.items()}
    return Case(case.name, Record({k: v if k == "submitted_on" else move(v) for k, v in root.items()}))


def everybody(compiled: Compiled, told: Sequence[Case], random: Random) -> list[Case]:
    """Different complete people on whom the law leaves no question open."""
    names = tuple(compiled.book.categories)
    readings = {r.id: r.default for r in compiled.book.readings.values()}
    out: list[Case] = []
    while len(out) < BULK:
        case = varied(random.choice(told), compiled.book, random)
        if quick(compiled, case, names, readings, "presumed", Deadline(None)) is not None:
            out.append(case)
    return out


def blanked(case: Case, random: Random, share: float) -> Case:
    """The same person with some facts not told."""

    def blank(value: Any) -> Any:
        match value:
            case Record(facts):
                return Record({k: blank(v) for k, v in facts.items()})
            case Listed():
                return replace(value, items=tuple(blank(i) for i in value.items), open=random.random() < share / 4)
            case _:
                return Absent.NOT_ASKED if random.random() < share else value

    root = {k: v if k == "submitted_on" else blank(v) for k, v in case.root.facts.items()}
    return Case(case.name, Record(root))


def timed(cases: Sequence[Case], run: Callable[[Case], object]) -> list[float]:
    """CPU milliseconds of each case, once each, after one to warm up."""
    run(cases[0])
    out = []
    for case in cases:
        begun = time.process_time()
        run(case)
        out.append((time.process_time() - begun) * 1e3)
    return sorted(out)


def row(what: str, times: Sequence[float], bar: float) -> Row:
    """Median, nine in ten, most, against the bar."""
    nine = times[int(len(times) * 0.9)]
    median = statistics.median(times)
    return what, f"{median:.2f} / {nine:.2f} / {times[-1]:.2f} ms", f"{bar} ms", "yes" if median <= bar else "**no**"


def bulk(compiled: Compiled, people: Sequence[Case]) -> tuple[Row, Row]:
    """Verdict sets of many complete people by Whereas and by an ordinary program, which must agree."""
    names = tuple(compiled.book.categories)
    readings = {r.id: r.default for r in compiled.book.readings.values()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    ours = []
    for case in people:
        found = quick(compiled, case, names, readings, "presumed", Deadline(None))
        assert found is not None
        ours.append(frozenset(n for n, v in found.items() if v is Verdict.QUALIFIES))
    here = time.process_time() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    gates, tests = compiled.program.gates, compiled.program.tests
    predicates = {gates[g].name: c for c, g in compiled.program.categories.items()}
    room: dict[str, int] = {}
    begun = time.process_time()
    prepared = []
    for case in people:
        s = situation(compiled, case, DEFAULT, "presumed")
        facts = [(tests[t].name, places) for (t, places), truth in s.settled.items() if truth]
        facts += [(f"exists_{list_name(n)}", (i,)) for n, k in s.written.items() for i in range(k)]
        prepared.append(facts)
        room |= {n: max(room.get(n, 1), k) for n, k in s.written.items()}
    begun = time.process_time()
    theirs = [frozenset(predicates[p] for p in found) for found in verdicts(program(compiled.program, room), prepared)]
    there = time.process_time() - begun
    different = sum(a != b for a, b in zip(ours, theirs, strict=True))
    rate = f"{len(people) / here:,.0f} people a second; {there / here:.1f} times as fast as plain clingo"
    good = "yes" if there >= 2 * here and not different else "**no**"
    return (
        (f"{len(people):,} complete people, one core ({different} differences)", rate, "2 times", good),
        ("memory that run took", f"{grown / 1024:.1f} MiB more", "flat", "yes" if grown < 20 * 1024 else "**no**"),
    )


def cold() -> list[float]:
    """CPU milliseconds of whole commands with the cache warm."""
    command = [sys.executable, "-m", "whereas", "assess", str(ROOT / "examples" / "graduate.yaml")]
    out = []
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        out.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
    return sorted(out[1:])


def main() -> int:
    """Measure everything."""
    book = load_book().value
    assert book is not None
    compiled = compile_book(book)
    random = Random(SEED)
    told = list(examples(book))
    whole = everybody(compiled, told, random)
    partial = [blanked(case, random, random.choice((0.02, 0.05, 0.1))) for case in whole[:SINGLE]]
    rows = [
        row("verdicts, complete person", timed(whole[:SINGLE], lambda c: assess(compiled, c, reasons=False)), 0.2),
        row("verdicts, some facts unknown", timed(partial, lambda c: assess(compiled, c, reasons=False)), 1),
        row("reasons and hinges, complete", timed(whole[:SINGLE], lambda c: assess(compiled, c)), 5),
        row("reasons and hinges, some unknown", timed(partial, lambda c: assess(compiled, c)), 5),
        *bulk(compiled, whole),
        row("whole command, cache warm, CPU", cold(), 300),
    ]
    lines = [
        "# Figures",
        "",
        "Made by `make bench`; median / nine in ten / most over different people, CPU time, case already read.",
        f"Python {platform.python_version()}, clingo {clingo.__version__}, {os.cpu_count()} processors.",
        "",
        "| what | figure | bar | met |",
        "|---|---|---|---|",
        *(f"| {' | '.join(r)} |" for r in rows),
        "",
        "Plain clingo: the same rules with the person as first argument, a thousand people at a time, tests given as",
        "facts (their making is not counted against it); both give the same categories for everybody.",
    ]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    (Path(__file__).parent / "RESULTS.md").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
