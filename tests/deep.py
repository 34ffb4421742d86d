"""The long agreement run: `python -m tests.deep [--from-seed N] [--books M] [--jobs J] [--counts FILE]
[--bugs]`.

A book is made from a seed, and people for it. Prints how many pairs of book and person were compared, the differences,
which constructs the books used, the share of each verdict, and with `--bugs` which seeded bugs the comparison catches.
With `--counts` a run goes on where the last one that wrote the file ended, and its counts are added to those there.
Exit code 1 if anything is amiss.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import math
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import get_args

from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData
from msgspec import Struct, field

from dsl import model as m
from tests.agreement import VAGUE, Asked, answered, differences, expected, step_differences, walk_differences
from tests.oracle.completion import Found, walk
from tests.seeded import BUGS, Bug, seeded
from tests.strategies.books import books
from tests.strategies.people import Pick, Told, partly_known, population, wholly_known

COMPLETE, INCOMPLETE = 13, 26
"""People for each book. Nobody is made where the invariants forbid what was drawn, or there is too much to try."""

BUDGET = 80

CORPUS = 800
"""Books on which seeded bugs are tried at most; with more complete people, who are quickly compared."""

COMPLETE_IN_CORPUS, INCOMPLETE_IN_CORPUS = 24, 6

CONSTRUCTS = {kind.__name__ for kind in (*get_args(m.Cond), *get_args(m.Expr))}
VARIANTS = {f"compare {op}" for op in get_args(m.Operator)}
VARIANTS |= {f"aggregate {kind}" for kind in ("months", "count", "sum")}
VARIANTS |= {f"extreme {kind}" for kind in ("earliest", "latest", "least", "greatest")}
VARIANTS |= {"quantified some", "quantified every", "window after", "window before", "override met", "override unmet"}
VARIANTS |= {"coverage closed", "coverage gappy", "judgement presumed", "judgement open", "row without value", "bars"}
VARIANTS |= {"judgement unless"}

Pair = tuple[Told, Asked, dict[str, Found]]


class Tally(Struct):
    """What a run has seen. `upto`: the seed after the last one."""

    upto: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def read(place: Path) -> Tally:
    """The tally that an earlier run wrote."""
    it = json.loads(place.read_text(encoding="utf-8"))
    counters = {name: Counter(it[name]) for name in ("counts", "seen", "verdicts", "drawn")}
    return Tally(it["upto"], found=it["found"], **counters)


def keep(tally: Tally, place: Path) -> None:
    """Write a tally for a later run; never half of it."""
    new = place.with_suffix(".new")
    counts = {name: getattr(tally, name) for name in tally.__struct_fields__}
    new.write_text(json.dumps(counts, indent=1), encoding="utf-8")
    new.replace(place)


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
    yield from ("judgement unless" for it in book.judgements.values() if it.unless)
    yield from ("row without value" for p in book.parameters.values() for row in p.values if row.value is None)


def pairs_of(number: int, wholly: int = COMPLETE, partly: int = INCOMPLETE) -> tuple[m.Book, list[Pair]]:
    """One book with its people. Drawn outside the engine of Hypothesis, which likes to repeat itself."""
    random = Random(number)
    data = ConjectureData(random=random)
    with BuildContext(data, is_final=False, wrapped_test=pairs_of):
        try:
            book = data.draw(books())
        except StopTest:
            return pairs_of(number + 10**9, wholly, partly)
    of = population(book, BUDGET)
    pairs: list[Pair] = []
    for made in (wholly_known,) * wholly + (partly_known,) * partly:
        told = made(random.choice, of)
        asked = way(random.choice, book)
        found = None if told is None else expected(book, told.case, asked)
        if told is not None and found is not None:
            pairs.append((told, asked, found))
    return book, pairs


def way(pick: Pick, book: m.Book) -> Asked:
    """How somebody is asked about: half without options."""
    match pick(("plain", "plain", "plain", "plain", "all", "open", "chosen", "known")):
        case "all":
            return Asked("all", "presumed")
        case "open":
            return Asked(pick(({}, "all")), "open")
        case "chosen":
            some = [r for r in book.readings.values() if pick((True, False))]
            return Asked({r.id: pick([value for value, _ in r.values]) for r in some}, "presumed")
        case "known":
            stretches = [c for table in book.tables.values() for c in table.coverage]
            since = {c.known or c.start for c in stretches} | {
                r.known for p in book.parameters.values() for r in p.values
            }
            day = pick(sorted(day for day in since if day is not None) or [book.known])
            assert day is not None
            return Asked({}, "presumed", day - pick((0, 1)) * dt.timedelta(days=1))
        case _:
            return Asked({}, "presumed")


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
            answer = answered(compiled, told.case, asked)
            yield from ((n, str(it)) for it in differences(book, answer, found))
            if told.complete and walked:
                yield from ((n, str(it)) for it in walk_differences(book, compiled, told))
                steps = step_differences(book, answer, told, asked)
                yield from ((n, str(it)) for it in steps if not it.what.startswith(VAGUE))
        except Exception:  # noqa: BLE001
            yield n, traceback.format_exc(limit=-2)


def one(seed: int) -> Tally:
    """What one book with its people shows."""
    began = time.process_time()
    tally = Tally(seed + 1)
    book, pairs = pairs_of(seed)
    tally.counts["books"] += 1
    tally.seen.update(constructs(book))
    tally.counts["pairs"] += len(pairs)
    tally.counts["pairs of incomplete people"] += sum(not told.complete for told, _, _ in pairs)
    tally.verdicts.update(it.verdict.value for _, _, found in pairs for it in found.values())
    for _, asked, _ in pairs:
        tally.drawn["readings all"] += asked.readings == "all"
        tally.drawn["judgements open"] += asked.judgements == "open"
        tally.drawn["as known on"] += asked.known is not None
    for n, what in compared(book, pairs):
        tally.counts["differences"] += 1
        tally.found.append(f"seed {seed}, person {n}: {what}")
    tally.counts["milliseconds of processors"] = round(1000 * (time.process_time() - began))
    return tally


def several(seeds: Iterator[int], jobs: int) -> Iterator[Tally]:
    """What each book shows, in the order of the seeds, tried by so many processes."""
    if jobs == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        running = deque(pool.submit(one, seed) for seed in itertools.islice(seeds, 2 * jobs))
        while running:
            yield running.popleft().result()
            running.extend(pool.submit(one, seed) for seed in itertools.islice(seeds, 1))


def add(tally: Tally, more: Tally) -> None:
    """Count what a further book shows."""
    tally.upto = more.upto
    for name in ("counts", "seen", "verdicts", "drawn"):
        getattr(tally, name).update(getattr(more, name))
    tally.found += more.found


def noticed(bug: Bug, book: m.Book, pairs: list[Pair]) -> int | None:
    """Which person shows a bug first; None if nobody does."""
    with seeded(bug):
        return next((n for n, _ in compared(book, pairs, walked=False)), None)


def clean(book: m.Book, pairs: list[Pair]) -> list[Pair]:
    """The people on whom the evaluators agree as they are."""
    bad = {n for n, _ in compared(book, pairs, walked=False)}
    return [] if -1 in bad else [pair for n, pair in enumerate(pairs) if n not in bad]


def main() -> int:
    """Run, and print what was found."""
    options = argparse.ArgumentParser(prog="python -m tests.deep", description="the long agreement run")
    options.add_argument("--from-seed", type=int, default=None)
    options.add_argument("--books", type=int, default=2_700)
    options.add_argument("--seconds", type=float, default=None, help="stop after the book that is being tried then")
    options.add_argument("--jobs", type=int, default=1, help="processes that try books at the same time")
    options.add_argument("--counts", type=Path, default=None)
    options.add_argument("--bugs", action="store_true", help="seed bugs too, on people of the same books")
    chosen = options.parse_args()
    tally = read(chosen.counts) if chosen.counts and chosen.counts.exists() else Tally()
    if chosen.from_seed is not None:
        tally.upto = chosen.from_seed
    first, started, earlier = tally.upto, time.monotonic(), tally.counts["milliseconds"]
    in_time = chosen.seconds or math.inf
    seeds = range(first, first + chosen.books)
    for more in several(itertools.takewhile(lambda _: time.monotonic() - started < in_time, seeds), chosen.jobs):
        add(tally, more)
        tally.counts["milliseconds"] = earlier + round(1000 * (time.monotonic() - started))
        if chosen.counts is not None:
            keep(tally, chosen.counts)
    ok = report(tally)
    return 0 if (not chosen.bugs or bugs(first)) and ok else 1


def report(total: Tally) -> bool:
    """Print a run; whether nothing is amiss."""
    counts = total.counts
    print(f"pairs        {counts['pairs']:>9,}  ({counts['pairs of incomplete people']:,} of incomplete people)")
    print(f"books        {counts['books']:>9,}  in {counts['milliseconds'] / 1000:.0f} s")
    seconds = counts["milliseconds of processors"] / 1000
    print(f"processors   {seconds:>9,.0f} s, {counts['pairs'] / max(seconds, 1):.0f} pairs a second")
    print(f"differences  {counts['differences']:>9,}")
    for line in total.found[:20]:
        print(f"  {line}")
    missing = sorted((CONSTRUCTS | VARIANTS) - set(total.seen))
    print(f"constructs   {len(CONSTRUCTS | VARIANTS) - len(missing):>9} of {len(CONSTRUCTS | VARIANTS)}", *missing)
    verdicts = sum(total.verdicts.values())
    for verdict in m.Verdict:
        print(f"{verdict.value:<18} {total.verdicts[verdict.value] / max(verdicts, 1):6.1%}")
    for how, times in sorted(total.drawn.items()):
        print(f"asked with {how:<17} {times:>7,} pairs")
    even = all(total.verdicts[verdict.value] >= verdicts / 5 for verdict in m.Verdict)
    return not counts["differences"] and not missing and even


def bugs(start: int) -> bool:
    """Seed every bug, print after how many pairs each is noticed; whether all are."""
    tried, after, spent = 0, dict[str, int](), dict.fromkeys((it.name for it in BUGS), 0.0)
    for seed in range(start, start + CORPUS):
        book, pairs = pairs_of(seed, COMPLETE_IN_CORPUS, INCOMPLETE_IN_CORPUS)
        pairs = clean(book, pairs)
        for bug in (it for it in BUGS if it.name not in after):
            began = time.process_time()
            n = noticed(bug, book, pairs)
            spent[bug.name] += time.process_time() - began
            if n is not None:
                after[bug.name] = tried + n + 1
        tried += len(pairs)
        if len(after) == len(BUGS):
            break
    print(f"seeded bugs  {len(after):>9} of {len(BUGS)} caught, in {tried:,} pairs")
    for bug in BUGS:
        when = f"after {after[bug.name]} pairs, {spent[bug.name]:.1f} s" if bug.name in after else "NOT CAUGHT"
        print(f"  {bug.name:<50} {when}")
    return len(after) == len(BUGS)


if __name__ == "__main__":
    raise SystemExit(main())
