"""How long the checker takes over a record: `python -m benchmarks.records [CATEGORY-OR-SCHEME]`, processor time.

For every example: reading the record with its digest, and checking it, in milliseconds; the best of seven rounds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from dsl.calendar import today
from dsl.casefile import read_case
from solver.compiled import compile_book
from whereas import driver
from whereas.records import canonical, make
from whereas.records.check import examined
from whereas.records.program import program


def main(scheme: str | None) -> None:
    book = driver.load_book().value
    assert book is not None
    compiled = compile_book(book)
    names = tuple(n for n, c in book.categories.items() if scheme in (None, n, c.scheme))
    start = time.process_time()
    rules = program(book, names)
    print(f"the rules as plain data: {(time.process_time() - start) * 1e3:.0f} ms")
    for file in sorted((Path(__file__).parent.parent / "examples").glob("*.yaml")):
        text = file.read_text("utf-8")
        for case in read_case(text, file.name, book, today=today()).value or ():
            body, _ = make.record(compiled, case, make.Asked({}, "presumed", None, names), driver.MAIN, {})
            data = canonical.packed(body)
            read, checked = [], []
            for _ in range(7):
                start = time.process_time()
                body, _, _ = canonical.unpacked(data)
                middle = time.process_time()
                found = examined(rules, body).found
                read.append(middle - start)
                checked.append(time.process_time() - middle)
            least = f"read {min(read) * 1e3:6.2f} ms  check {min(checked) * 1e3:7.2f} ms"
            print(f"{case.name:32} {least}  {len(data):7} bytes  {len(found)} not proved")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
