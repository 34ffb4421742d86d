"""The long agreement run: `python -m tests.deep [--pairs 100000] [--seed 0] [--workers N] [--without-bugs]`.

Prints how many pairs of book and person were compared, the differences, which constructs the books used, the share of
each verdict, and which seeded bugs the comparison catches. Exit code 1 if anything is amiss.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import get_args

from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData

from dsl import model as m
from tests.agreement import Asked, answered, differences, expected, walk_differences
from tests.oracle.completion import Found, walk
from tests.seeded import BUGS, Bug, seeded
from tests.strategies.books import books
from tests.strategies.people import Told, complete, incomplete, population

COMPLETE, INCOMPLETE = 5, 14
"""People for each book."""

BUDGET = 60
ROUND = 50
"""Books in one go; the generator forgets between goes."""

CORPUS = 250
"""Books on which seeded bugs are tried; with more complete people, who are quickly compared."""

COMPLETE_IN_CORPUS, INCOMPLETE_IN_CORPUS = 24, 6

CONSTRUCTS = {kind.__name__ for kind in (*get_args(m.Cond), *get_args(m.Expr))}
VARIANTS = {f"compare {op}" for op in get_args(m.Operator)}
VARIANTS |= {f"aggregate {kind}" for kind in ("months", "count", "sum")}
VARIANTS |= {f"extreme {kind}" for kind in ("earliest", "latest", "least", "greatest")}
VARIANTS |= {"quantified some", "quantified every", "window after", "window before", "override met", "override unmet"}
VARIANTS |= {"coverage closed", "coverage gappy", "judgement presumed", "judgement open", "row without value", "bars"}

Pair = tuple[Told, Asked, dict[str, Found]]


@dataclass(slots=True)
class Tally:
    """What a run has seen."""

    counts: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Both together."""
        self.counts += other.counts
        self.seen += other.seen
        self.verdicts += other.verdicts
        self.found += other.found


def constructs(book: m.Book) -> Iterator[str]:
    """The constructs a book uses, by name and by variant."""
    for part in walk((book.categories, book.terms, book.invariants)):
        name = type(part).__name__
        if name in CONSTRUCTS:
            yield name
        match part:
            case m.Compare(op):
                yield f"compare {op}"
            case m.Aggregate(kind=kind) | m.Extreme(kind=kind) | m.Quantified(kind=kind):
                yield f"{name.lower()} {kind}"
            case m.Window(side=side):
                yield f"window {side}"
            case m.Override(effect=effect):
                yield f"override {effect}"
            case m.Category(bars=m.Clause()):
                yield "bars"
            case _:
                pass
    yield from (f"coverage {cover.kind}" for table in book.tables.values() for cover in table.coverage)
    yield from (f"judgement {it.mode}" for it in book.judgements.values())
    yield from ("row without value" for p in book.parameters.values() for row in p.values if row.value is None)


def pairs_of(number: int, wholly: int = COMPLETE, partly: int = INCOMPLETE) -> tuple[m.Book, list[Pair]]:
    """One book with its people. Drawn outside the engine of Hypothesis, which likes to repeat itself."""
    data = ConjectureData(random=Random(number))
    with BuildContext(data, is_final=False, wrapped_test=pairs_of):
        try:
            book = data.draw(books())
        except StopTest:
            return pairs_of(number + 10**9, wholly, partly)
        of = population(book, BUDGET)
        pairs: list[Pair] = []
        for strategy in (complete(of),) * wholly + (incomplete(of),) * partly:
            try:
                told = data.draw(strategy)
                kind = data.draw(st.sampled_from(("plain", "plain", "plain", "all", "open")))
            except StopTest:
                break
            asked = Asked("all" if kind == "all" else {}, "open" if kind == "open" else "presumed")
            found = None if told is None else expected(book, told.case, asked)
            if told is not None and found is not None:
                pairs.append((told, asked, found))
    return book, pairs


def compared(book: m.Book, pairs: list[Pair], walked: bool = True) -> Iterator[tuple[int, str]]:
    """Every difference, with the number of the person."""
    from solver.assess import compile_book

    try:
        compiled = compile_book(book)
    except Exception:  # noqa: BLE001 - whatever happens is a difference
        yield -1, traceback.format_exc(limit=-2)
        return
    for n, (told, asked, found) in enumerate(pairs):
        try:
            yield from ((n, str(it)) for it in differences(book, answered(compiled, told.case, asked), found))
            if told.complete and walked:
                yield from ((n, str(it)) for it in walk_differences(book, compiled, told))
        except Exception:  # noqa: BLE001
            yield n, traceback.format_exc(limit=-2)


def worker(job: tuple[int, int]) -> Tally:
    """One round."""
    tally = Tally()
    for book, pairs in (pairs_of(job[0] * ROUND + n) for n in range(job[1])):
        tally.counts["books"] += 1
        tally.seen.update(constructs(book))
        tally.counts["pairs"] += len(pairs)
        tally.counts["pairs of incomplete people"] += sum(not told.complete for told, _, _ in pairs)
        tally.verdicts.update(it.verdict.value for _, _, found in pairs for it in found.values())
        for n, what in compared(book, pairs):
            tally.counts["differences"] += 1
            tally.found.append(f"seed {job[0]}, person {n}: {what}")
    return tally


def caught(bug: Bug, corpus: list[tuple[m.Book, list[Pair]]]) -> tuple[int, str] | None:
    """After how many pairs a bug is noticed, and by what; None if it is not."""
    tried = 0
    with seeded(bug):
        for book, pairs in corpus:
            for n, what in compared(book, pairs, walked=False):
                return tried + n + 1, what.strip().splitlines()[-1]
            tried += len(pairs)
    return None


def clean(corpus: list[tuple[m.Book, list[Pair]]]) -> list[tuple[m.Book, list[Pair]]]:
    """The part of a corpus on which the evaluators agree as they are."""
    out = []
    for book, pairs in corpus:
        bad = {n for n, _ in compared(book, pairs, walked=False)}
        if -1 not in bad:
            out.append((book, [pair for n, pair in enumerate(pairs) if n not in bad]))
    return out


def main() -> int:
    """Run, and print what was found."""
    options = argparse.ArgumentParser(prog="python -m tests.deep", description="the long agreement run")
    options.add_argument("--pairs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--without-bugs", action="store_true")
    chosen = options.parse_args()
    started, total, number = time.monotonic(), Tally(), chosen.seed
    with multiprocessing.get_context("spawn").Pool(chosen.workers) as pool:
        jobs = ((n, ROUND) for n in range(number, number + 1_000_000))
        for tally in pool.imap_unordered(worker, limited(jobs, chosen.pairs)):
            total.add(tally)
            if total.counts["pairs"] >= chosen.pairs:
                break
        pool.terminate()
    ok = report(total, time.monotonic() - started)
    return 0 if (chosen.without_bugs or bugs(chosen.seed)) and ok else 1


def limited(jobs: Iterator[tuple[int, int]], pairs: int) -> Iterator[tuple[int, int]]:
    """Enough rounds for that many pairs, some people of a round being left out."""
    for _ in range(2 + 2 * pairs // (ROUND * (COMPLETE + INCOMPLETE))):
        yield next(jobs)


def report(total: Tally, seconds: float) -> bool:
    """Print a run; whether nothing is amiss."""
    counts = total.counts
    print(f"pairs        {counts['pairs']:>9,}  ({counts['pairs of incomplete people']:,} of incomplete people)")
    print(f"books        {counts['books']:>9,}  in {seconds:.0f} s")
    print(f"differences  {counts['differences']:>9,}")
    for line in total.found[:20]:
        print(f"  {line}")
    missing = sorted((CONSTRUCTS | VARIANTS) - set(total.seen))
    print(f"constructs   {len(CONSTRUCTS | VARIANTS) - len(missing):>9} of {len(CONSTRUCTS | VARIANTS)}", *missing)
    verdicts = sum(total.verdicts.values())
    for verdict in m.Verdict:
        print(f"{verdict.value:<18} {total.verdicts[verdict.value] / max(verdicts, 1):6.1%}")
    even = all(total.verdicts[verdict.value] >= verdicts / 5 for verdict in m.Verdict)
    return not counts["differences"] and not missing and even


def bugs(start: int) -> bool:
    """Seed every bug, print which are caught; whether all are."""
    numbers = range(start * ROUND, start * ROUND + CORPUS)
    corpus = clean([pairs_of(n, COMPLETE_IN_CORPUS, INCOMPLETE_IN_CORPUS) for n in numbers])
    found = {bug.name: caught(bug, corpus) for bug in BUGS}
    print(f"seeded bugs  {sum(it is not None for it in found.values()):>9} of {len(BUGS)} caught")
    for name, it in found.items():
        print(f"  {name:<50} {'NOT CAUGHT' if it is None else f'after {it[0]} pairs'}")
    return None not in found.values()


if __name__ == "__main__":
    raise SystemExit(main())
