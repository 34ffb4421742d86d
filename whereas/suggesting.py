"""Examples for conditions that no example decides: people near to those that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from dsl.case import Case
from dsl.model import Book
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.examination import filing_days, nobody
from solver.finder import finder
from solver.matters import Matters, labelled, look
from solver.run import Deadline, OutOfTime
from whereas.examples import Undecided, decided
from whereas.noticing import Worked, examples_of, only
from whereas.worked import block, expectation, nearest


class Suggestion(Struct, frozen=True):
    """An example that decides a condition in a way in which no example does yet; empty if nobody was found."""

    path: str
    way: str
    example: str = ""


def suggestions(
    book: Book,
    undecided: Iterable[Undecided],
    seconds: float | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> tuple[Suggestion, ...]:
    """An example for each condition and each way in which it is missing. `seconds`: for each."""
    compiled: dict[str, Compiled] = {}
    worked = examples_of(book).worked
    out: list[Suggestion] = []
    taken = set(book.examples)
    for item in undecided:
        category, _, inner = item.path.partition("/")
        if category not in compiled:
            compiled[category] = compile_book(only(book, [category]))
        near = [w for w in worked if category in w.categories and w.readable]
        for way in item.missing:
            key = (category, inner.replace("/", "."), way)
            out.append(_suggested(book, compiled[category], near, key, item.path, taken, Deadline(seconds)))
            done(len(out))
    return tuple(out)


def _suggested(
    book: Book,
    compiled: Compiled,
    worked: Iterable[Worked],
    key: tuple[str, str, str],
    path: str,
    taken: set[str],
    deadline: Deadline,
) -> Suggestion:
    category, inner, way = key

    def shows(case: Case) -> bool:
        if check_case(compiled, case):
            return False
        results = assess(compiled, case, readings=case.readings, categories=[category]).results
        return bool(results) and key in decided(results[0])

    try:
        person = _somebody(book, compiled, key, shows, deadline)
    except OutOfTime:
        person = None
    if person is None:
        return Suggestion(path, way)
    found = nearest(book, person, [(w.example.id, w.case) for w in worked], shows)
    (result,) = assess(compiled, found.case, readings=found.case.readings, categories=[category]).results
    because = [p for p in (inner,) if any(r == p or r.startswith(f"{p}.") for r in result.because)]
    name = base = f"{category}_{inner}_{way}".replace(".", "_")
    n = 1
    while name in taken:
        n += 1
        name = f"{base}_{n}"
    taken.add(name)
    return Suggestion(path, way, block(book, name, found, [expectation(result, because=because)]))


def _somebody(
    book: Book, compiled: Compiled, key: tuple[str, str, str], shows: Callable[[Case], bool], deadline: Deadline
) -> Case | None:
    """Somebody for whom a condition decides a category: taken to be otherwise, it would come out otherwise."""
    category, inner, way = key
    label = inner.rpartition(".")[2]
    gates = compiled.program.gates
    clauses = [g for g in labelled(compiled, category) if (c := gates[g].clause) is not None and c.label == label]
    cuts = filing_days(compiled, None, None)
    days = sorted(cuts, key=lambda d: (d > book.known, abs((d - book.known).days)))
    for day in (book.known, *days, None):
        for readings in ("default", "all"):
            search = finder(compiled, nobody(book, day), {} if readings == "default" else "all", "open")
            for gate in clauses:
                found = Matters()
                look(search, category, [gate], found, deadline)
                for (_, taken), (_, someone) in found.seen.items():
                    case = Case("found", someone.case.root, _chosen(book, someone.readings))
                    # Whoever would be helped by a condition's being met is somebody for whom it is not.
                    if taken is (way == "fails") and shows(case):
                        return case
    return None


def _chosen(book: Book, readings: Mapping[str, str]) -> dict[str, str]:
    return {r: v for r, v in readings.items() if r in book.readings and v != book.readings[r].default}
