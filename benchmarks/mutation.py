"""What the examples of the Hong Kong book notice: `python -m benchmarks.mutation [SCHEME ...]`.

Every edit of each scheme, whole, with as many workers as there are processors. Without a scheme all are measured, and
the table is written into `benchmarks/MUTATION.md`; else it is printed.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

from dsl.model import Book
from whereas.driver import load_book
from whereas.mutation_run import measure

PAGE = Path(__file__).parent / "MUTATION.md"
HEAD = (
    "| scheme | edits | noticed | not noticed | not settled | change nothing | score | CPU seconds | on the clock |",
    "|---|---|---|---|---|---|---|---|---|",
)


def main(schemes: list[str]) -> None:
    os.environ["WHEREAS_CACHE"] = "off"  # what was found before takes no time and says nothing of it
    book = load_book(None).value
    assert book is not None
    rows = []
    for scheme in schemes or book.schemes:
        rows.append(row(book, scheme))
        print(rows[-1], file=sys.stderr, flush=True)
    table = "\n".join((*HEAD, *rows)) + "\n"
    if schemes:
        print(table, end="")
        return
    before, _, after = PAGE.read_text("utf-8").partition(HEAD[0])
    rest = after.partition("\n\n")[2]
    PAGE.write_text(f"{before}{table}\n{rest}", "utf-8")


def row(book: Book, scheme: str) -> str:
    started, clock = spent(), time.monotonic()
    mine = [c.id for c in book.categories.values() if c.scheme == scheme]
    found = measure(book, mine, jobs=os.cpu_count() or 1)
    s = found.scores[scheme]
    share = "none" if s.share is None else f"{100 * s.share:.1f} %"
    counts = (found.of, s.killed, s.survived, s.open, s.equivalent)
    times = (f"{spent() - started:.0f}", f"{time.monotonic() - clock:.0f}")
    return f"| {scheme} | {' | '.join(map(str, counts))} | {share} | {' | '.join(times)} |"


def spent() -> float:
    """Processor time of this process and of workers that have ended, in seconds."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main(sys.argv[1:])
