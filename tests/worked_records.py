"""A record of every worked person of the Hong Kong book: `python -m tests.worked_records [--whole] [--every N]`.

Each record is of the schemes its example speaks of (`--whole`: of every category). Its true claims have to be accepted
and proved, all of them; exit code 1 if one is not. Prints the processor time of the checker too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from functools import cache
from typing import Any

from dsl.diagnostics import InternalError
from tests.test_records import Json, rules, shipped
from whereas.examples import read_example
from whereas.records import make
from whereas.records.check import examined


@cache
def schemes_of(schemes: frozenset[str]) -> tuple[str, ...]:
    """The categories of some schemes, in the order of the book."""
    return tuple(n for n, c in shipped().book.categories.items() if not schemes or c.scheme in schemes)


def main() -> int:
    """Record and check."""
    options = argparse.ArgumentParser(prog="python -m tests.worked_records", description="a record of every example")
    options.add_argument("--whole", action="store_true")
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--from", type=int, default=0, dest="first")
    chosen = options.parse_args()
    book = shipped().book
    times: list[float] = []
    found: Counter[str] = Counter()
    for example in list(book.examples.values())[chosen.first :: chosen.every]:
        case = read_example(book, example).value
        assert case is not None, example.id
        schemes = frozenset(book.categories[e.category].scheme for e in example.expects)
        names = schemes_of(frozenset() if chosen.whole else schemes)
        plain = rules(book, names)
        body: Json
        try:
            body, _ = make.record(shipped(), case, make.Asked({}, "presumed", None, names), "book.rules", {})
        except InternalError as error:  # a record that cannot be made is counted, not hidden
            print(f"{example.id}: {error}", flush=True)
            found["not made"] += 1
            continue
        made: Any = examined(plain, body).found
        spent = []
        for _ in range(3):
            start = time.process_time()
            examined(plain, body)
            spent.append(time.process_time() - start)
        times.append(min(spent) * 1e3)
        found["not proved in full" if made else "proved in full"] += 1
        for f in made:
            print(f"{example.id}: {f.kind} {f.at}: {f.words}", flush=True)
    late = sum(t > 5 for t in times)
    print(dict(found))
    print(f"ms a record: median {statistics.median(times):.2f}, most {max(times):.2f}; over 5: {late} of {len(times)}")
    return 1 if set(found) != {"proved in full"} else 0


if __name__ == "__main__":
    sys.exit(main())
