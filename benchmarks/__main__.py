"""`python -m benchmarks`: measure, print, and write `benchmarks/RESULTS.md`."""

from __future__ import annotations

import functools
import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import clingo
from msgspec import Struct

from benchmarks import handwritten
from benchmarks.people import blanked, complete, examples
from dsl.case import Case
from dsl.model import Book, Verdict
from solver.answer import Answer
from solver.assess import assess, compile_book
from solver.compiled import Compiled
from solver.situation import DEFAULT, situation
from whereas.driver import load_book

ROOT = Path(__file__).parent.parent
SEED = 20261121
BULK = 10_000
SINGLE = 300
RUNS = 5
SLOW = 100.0
"""Milliseconds from which a person is counted as slow."""


class Times(Struct, frozen=True):
    """CPU milliseconds of one thing done to different people (or several times), against a bar for the median."""

    what: str
    each: tuple[float, ...]
    bar: float | None = None

    @property
    def median(self) -> float:
        """The one in the middle."""
        return statistics.median(self.each)

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        ordered = sorted(self.each)
        nine = ordered[int(len(ordered) * 0.9)]
        slow = sum(t > max(SLOW, self.median * 10) for t in ordered)
        shown = (f"{x:,.2f}" if x < 100 else f"{x:,.0f}" for x in (self.median, nine, ordered[-1]))
        bar = ("", "") if self.bar is None else (f"{self.bar:g}", f"{self.median / self.bar:.2f}")
        return self.what, str(len(ordered)), *shown, str(slow), *bar, met(self.bar, self.median)


def met(bar: float | None, figure: float) -> str:
    """Whether a figure is within its bar."""
    return "" if bar is None else "yes" if figure <= bar else "**no**"


# ---------------------------------------------------------------------------------------------------------- one person


def timed(people: Sequence[Case], run: Callable[[Case], object]) -> tuple[float, ...]:
    """CPU milliseconds of each person, once each; the first one only warms up."""
    run(people[0])
    out = []
    for case in people[1:]:
        begun = time.process_time()
        run(case)
        out.append((time.process_time() - begun) * 1e3)
    return tuple(out)


def bare(compiled: Compiled, case: Case) -> Answer:
    """Verdicts alone, on the categories that are written by hand too."""
    return assess(compiled, case, reasons=False, categories=handwritten.CATEGORIES)


def whole(compiled: Compiled, case: Case) -> Answer:
    """Verdicts alone, on every category of the book."""
    return assess(compiled, case, reasons=False)


def afresh(compiled: Compiled, people: Sequence[Case]) -> tuple[float, ...]:
    """The same with trees, tables and filters forgotten before each person; the book stays compiled and grounded."""
    out = []
    for case in people:
        compiled.remembered.clear()
        compiled.filters.clear()
        compiled.trees.roots.clear()
        begun = time.process_time()
        bare(compiled, case)
        out.append((time.process_time() - begun) * 1e3)
    return tuple(out)


def raises_law(compiled: Compiled, case: Case) -> bool:
    """Whether some comparison of a complete person is a question of the law, though no verdict turns on it."""
    s = situation(compiled, case, DEFAULT, "presumed")
    gates = compiled.under(handwritten.CATEGORIES)
    read = {gate.test for gate in compiled.program.gates if gate.id in gates}
    return any(s.truth(instance) is None for instance in s.instances() if instance[0] in read)


def single(book: Book, people: Sequence[Case], random: Random) -> list[Times]:
    """Warm times of one person after the other, each row with a book compiled for it alone."""
    known = compile_book(book)
    asks = {id(case) for case in people if raises_law(known, case)}
    plain = [case for case in people if id(case) not in asks]
    gaps = [case for case in people if id(case) in asks]
    partial = [blanked(case, random, random.choice((0.02, 0.05, 0.1))) for case in people]
    rows = []
    for what, group, bar in (("complete person", people, 0.2), ("some facts unknown", partial, 1)):
        compiled = compile_book(book)
        run = functools.partial(bare, compiled)
        rows += [
            Times(f"verdicts, {what}", timed(group, run), bar),
            Times("... the same people again", timed(group, run), bar),
            Times("... nothing remembered of others", afresh(compiled, group)),
        ]
    for what, group in (("no question of the law met", plain), ("some question of the law met", gaps)):
        times = timed(group, functools.partial(bare, compile_book(book)))
        rows.append(Times(f"verdicts, complete person, {what}", times, 0.2))
    for what, group in (("complete person", people), ("some facts unknown", partial)):
        run = functools.partial(assess, compile_book(book), categories=handwritten.CATEGORIES)
        rows.append(Times(f"reasons and hinges, {what}", timed(group, run), 5))
    for what, group, bar in (("complete person", people, 0.3), ("some facts unknown", partial, 2)):
        rows.append(
            Times(f"whole book: verdicts, {what}", timed(group, functools.partial(whole, compile_book(book))), bar)
        )
    for what, group in (("complete person", people), ("some facts unknown", partial)):
        run = functools.partial(assess, compile_book(book), whole=False)
        rows.append(Times(f"whole book: reasons and hinges, {what}", timed(group, run), 10))
    return rows


def first(book: Book, case: Case) -> Times:
    """Compiling and grounding for the first person of all."""
    out = []
    for _ in range(RUNS):
        begun = time.process_time()
        bare(compile_book(book), case)
        out.append((time.process_time() - begun) * 1e3)
    return Times("the very first person: compile, ground, answer", tuple(out))


# ------------------------------------------------------------------------------------------------------------- in bulk


class Bulk(Struct, frozen=True):
    """CPU seconds for many people, case already read to set of categories, on both sides.

    prepared: the part of the other side that makes its facts. grown: MiB taken between the first thousand and the last.
    """

    what: str
    people: int
    ours: float
    prepared: float
    theirs: float
    different: int
    spread: tuple[float, ...]
    grown: float
    held: Counter[str]

    def line(self) -> str:
        """The row of the table."""
        ratio = (self.prepared + self.theirs) / self.ours
        return " | ".join(
            (
                self.what,
                f"{self.people:,}",
                f"{self.people / self.ours:,.0f}",
                f"{self.people / (self.prepared + self.theirs):,.0f}",
                f"{ratio:.2f} ({min(self.spread):.2f} to {max(self.spread):.2f})",
                f"{self.theirs / self.ours:.2f}",
                "yes" if ratio >= 2 and not self.different else "**no**",
                str(self.different),
                f"{self.grown:+.1f}",
            )
        )


def resident() -> float:
    """MiB of memory held now; where the system does not tell, the most held so far."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def bulk(what: str, book: Book, people: Sequence[Case]) -> Bulk:
    """Both sides on the same people, a thousand by turns."""
    compiled = compile_book(book)
    rules = handwritten.program(book)
    bare(compiled, people[0])
    ours = prepared = theirs = 0.0
    different = 0
    spread: list[float] = []
    sizes: list[float] = []
    held: Counter[str] = Counter()
    for start in range(0, len(people), handwritten.CHUNK):
        chunk = people[start : start + handwritten.CHUNK]
        t0 = time.process_time()
        answers = [bare(compiled, case) for case in chunk]
        found = [frozenset(r.category for r in a.results if r.verdict is Verdict.QUALIFIES) for a in answers]
        t1 = time.process_time()
        sizes.append(resident())
        t2 = time.process_time()
        told = "\n".join(handwritten.facts(p, case) for p, case in enumerate(chunk))
        t3 = time.process_time()
        other = list(handwritten.verdicts(rules, len(chunk), told))
        t4 = time.process_time()
        ours, prepared, theirs = ours + t1 - t0, prepared + t3 - t2, theirs + t4 - t3
        spread.append((t4 - t2) / (t1 - t0))
        different += sum(a != b for a, b in zip(found, other, strict=True))
        held.update(c for f in found for c in f)
    grown = sizes[-1] - sizes[0]
    return Bulk(what, len(people), ours, prepared, theirs, different, tuple(spread), grown, held)


# ---------------------------------------------------------------------------------------------------------- cold start


def cold() -> list[Times]:
    """CPU milliseconds of whole commands, and of what they cannot do without."""
    command = ["-m", "whereas", "assess", str(ROOT / "examples" / "graduate.yaml")]
    with tempfile.TemporaryDirectory() as place:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPYCACHEPREFIX": place, "WHEREAS_CACHE": place}

        def run(arguments: Sequence[str], **changed: str) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True, cwd=ROOT, env=environment | changed
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3

        run(command)
        run(command, WHEREAS_CACHE="off")
        return [
            Times("whole command, compiled book in the cache", tuple(run(command) for _ in range(RUNS)), 300),
            Times("whole command, without a cache", tuple(run(command, WHEREAS_CACHE="off") for _ in range(RUNS))),
            Times("Python started for nothing", tuple(run(["-c", "pass"]) for _ in range(RUNS))),
            Times("Python started to import clingo", tuple(run(["-c", "import clingo"]) for _ in range(RUNS))),
        ]


# ------------------------------------------------------------------------------------------------------------ the page


def page(singles: Sequence[Times], bulks: Sequence[Bulk], colds: Sequence[Times]) -> str:
    """The page of figures."""
    held = ", ".join(f"{c} {n:,}" for c, n in sorted(bulks[0].held.items()))
    return "\n".join(
        [
            "# Figures",
            "",
            "Made by `make bench`. Times are CPU milliseconds and differ between machines; ratios are of one run.",
            f"Python {platform.python_version()}, clingo {clingo.__version__}, {os.cpu_count()} processors.",
            "",
            "## One person, case already read",
            "",
            "| what | people | median | nine in ten | most | slow | bar | median / bar | met |",
            "|---|---|---|---|---|---|---|---|---|",
            *(f"| {' | '.join(t.cells())} |" for t in singles),
            "",
            "Five entry categories (ttps.a to vpas.b) unless the whole book is named.",
            "Different people made from the examples, one after the other, the first to warm up. Slow: how many took",
            f"more than {SLOW:g} ms and ten medians. A question of the law is met where some list or dated value does",
            "not say what holds, though no verdict of these people turns on it.",
            "",
            "## Many complete people, one core",
            "",
            "| who | people | a second | by hand | times as fast (by thousands) | facts given | twice | differ | MiB |",
            "|---|---|---|---|---|---|---|---|---|",
            *(f"| {b.line()} |" for b in bulks),
            "",
            "By hand: `handwritten.lp`, a thousand people at a time, facts that need a calendar worked out in Python.",
            "Both sides go from the case to the set of categories; `facts given` leaves out the making of theirs.",
            f"Differ: people on whom the two disagree. Who qualifies: {held}.",
            "Memory: held after the last thousand, less that after the first.",
            "",
            "## From a cold start",
            "",
            "| what | runs | median | nine in ten | most | slow | bar | median / bar | met |",
            "|---|---|---|---|---|---|---|---|---|",
            *(f"| {' | '.join(t.cells())} |" for t in colds),
            "",
            "CPU of the process; Python's compiled files are in place as after `make setup`; one run to warm up.",
            "",
        ]
    )


def main() -> int:
    """Measure everything."""
    book = load_book().value
    assert book is not None
    random = Random(SEED)
    known = compile_book(book)
    people = complete(known, list(examples(book, ROOT / "examples")), random, BULK)
    plain = [case for case in people if not raises_law(known, case)]
    gc.collect()
    gc.freeze()
    singles = [*single(book, people[: SINGLE + 1], random), first(book, people[0])]
    bulks = [bulk("everybody", book, people), bulk("no question of the law met", book, plain)]
    text = page(singles, bulks, cold())
    sys.stdout.write(text)
    (Path(__file__).parent / "RESULTS.md").write_text(text, "utf-8")
    return 1 if any(b.different for b in bulks) else 0


if __name__ == "__main__":
    raise SystemExit(main())
