"""Mutating a book: every mutant tried on the examples, what survives proved equivalent or shown by a person.

Mutants are worked on side by side; what became of each is kept in a file, so that a run that was cut short goes on
where it stopped. The file is named for the book, this program and Python, so that nothing stale is met.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from dsl.case import Case
from dsl.model import Book
from solver.apart import LOOKS, Apart, told_apart
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from solver.points import same_points
from solver.run import Deadline
from whereas import cache
from whereas.examples import words_of
from whereas.mutation import Mutant, killer, mutants
from whereas.noticing import Examples, examples_of, only
from whereas.worked import block, expectation, nearest

Status = Literal["killed", "survived", "equivalent", "open"]
"""Open: no person was found, and it is not proved that there is none."""

PATIENCE = 2.5
"""Seconds of processor time for the search for somebody told apart: how busy a machine is decides nothing."""


class Outcome(Struct, frozen=True):
    """What became of a mutant.

    by: the example that noticed it. category, before, after: whose answer differs and how, for one that survived;
    example: the person as a ready example.
    """

    id: str
    status: Status
    by: str | None = None
    category: str = ""
    before: str = ""
    after: str = ""
    example: str = ""


class Score(Struct, frozen=True):
    """Mutants of a scheme by what became of them."""

    killed: int = 0
    survived: int = 0
    equivalent: int = 0
    open: int = 0

    @property
    def share(self) -> float | None:
        """Killed of all that are not equivalent; None if there are none."""
        counted = self.killed + self.survived + self.open
        return self.killed / counted if counted else None


class Measured(Struct, frozen=True):
    """All mutants tried, each with what became of it, and the score of every scheme they reach."""

    tried: tuple[tuple[Mutant, Outcome], ...]
    scores: Mapping[str, Score]
    of: int
    """How many mutants there are; more than were tried where a sample was asked for."""


def measure(
    book: Book,
    categories: Iterable[str],
    *,
    jobs: int = 1,
    most: int | None = None,
    seed: int = 0,
    fresh: bool = False,
    done: Callable[[int, int], None] = lambda *_: None,
) -> Measured:
    """Try the mutants that reach some categories; `done` is told how many of how many are behind us."""
    everyone = mutants(book, categories)
    chosen = everyone
    if most is not None and most < len(everyone):
        taken = set(random.Random(seed).sample(range(len(everyone)), most))  # noqa: S311  a sample, not a secret
        chosen = tuple(m for i, m in enumerate(everyone) if i in taken)
    kept = _Kept(_file(book))
    known = {} if fresh else kept.read()
    outcomes = {_name(m): known[_name(m)] for m in chosen if _name(m) in known}
    todo = [m for m in chosen if _name(m) not in outcomes]
    if fresh:
        kept.drop()
    for m, outcome in _worked(book, todo, jobs):
        outcomes[_name(m)] = outcome
        kept.add(_name(m), outcome)
        done(len(outcomes), len(chosen))
    tried = tuple((m, outcomes[_name(m)]) for m in chosen)
    return Measured(tried, _scores(book, tried), len(everyone))


def _name(m: Mutant) -> str:
    return f"{m.id} @ {' '.join(m.categories)}"


def _scores(book: Book, tried: Iterable[tuple[Mutant, Outcome]]) -> dict[str, Score]:
    counts: dict[str, dict[str, int]] = {}
    for m, outcome in tried:
        for scheme in dict.fromkeys(book.categories[c].scheme for c in m.categories):
            here = counts.setdefault(scheme, {})
            here[outcome.status] = here.get(outcome.status, 0) + 1
    return {scheme: Score(**c) for scheme, c in counts.items()}


# ------------------------------------------------------------------------------------------------------- side by side


_HERE: list[tuple[Examples, tuple[Mutant, ...]]] = []
"""What a worker works with, put there once when it starts."""


def _start(book: Book, todo: tuple[Mutant, ...]) -> None:
    _HERE[:] = [(examples_of(book), todo)]


def _one(n: int) -> Outcome:
    of, todo = _HERE[0]
    return outcome_of(of, todo[n])


def _worked(book: Book, todo: list[Mutant], jobs: int) -> Iterator[tuple[Mutant, Outcome]]:
    """Each mutant with its outcome, in the order in which they come out."""
    if jobs <= 1 or len(todo) < 2:
        of = examples_of(book)
        for m in todo:
            yield m, outcome_of(of, m)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed

    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(book, tuple(todo))) as pool:
        waiting = {pool.submit(_one, n): m for n, m in enumerate(todo)}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def outcome_of(of: Examples, mutant: Mutant) -> Outcome:
    """What becomes of one mutant."""
    if same_points(of.book, mutant.edit.book, mutant.edit.touched):
        return Outcome(mutant.id, "equivalent")
    by = killer(of, mutant)
    if by is not None:
        return Outcome(mutant.id, "killed", by)
    edited = mutant.edit.book  # rows that look alike are told apart alike
    part = mutant.edit.part
    looks = LOOKS if part == "verdict" else (part,)
    found = told_apart(of.book, edited, mutant.categories, Deadline(PATIENCE, time.process_time), looks)
    if found.person is not None:
        return _survivor(of, mutant, edited, found, found.person)
    return Outcome(mutant.id, "equivalent" if found.proved else "open")


def _survivor(of: Examples, mutant: Mutant, edited: Book, found: Apart, person: Case) -> Outcome:
    """A survivor with the person, near to an example."""
    category = found.category
    both = [compile_book(only(b, [category])) for b in (of.book, edited)]
    look = found.look

    def shows(case: Case) -> bool:
        before, after = (_said(c, case, category, look) for c in both)
        return before is not None and after is not None and before != after

    near = nearest(of.book, person, _examples_on(of, category), shows)
    before, after = (_said(c, near.case, category, look) or ("", ()) for c in both)
    result = assess(both[0], near.case, readings=near.case.readings, categories=[category]).results[0]
    lines = expectation(result, () if look == "verdict" else (look,))
    digest = hashlib.sha256(mutant.id.encode()).hexdigest()[:6]
    name = f"{category.replace('.', '_')}_{digest}"
    return Outcome(
        mutant.id, "survived", None, category, _words(before), _words(after), block(of.book, name, near, [lines])
    )


def _examples_on(of: Examples, category: str) -> list[tuple[str, Case]]:
    return [(w.example.id, w.case) for w in of.worked if category in w.categories and w.readable]


Said = tuple[str, tuple[str, ...]]


def _said(compiled: Compiled, case: Case, category: str, look: str) -> Said | None:
    """The verdict, and with it what is looked at; None if the case is refused."""
    if check_case(compiled, case):
        return None
    whole = look != "verdict"
    results = assess(compiled, case, readings=case.readings, categories=[category], reasons=whole).results
    if not results:
        return None
    (result,) = results
    match look:
        case "grants" if result.verdict != "does_not_qualify":
            more = tuple(f"{g.kind} {v}" for g in result.grants for v in words_of(g.values))
        case "asks for" if result.verdict != "does_not_qualify":
            more = result.asks_for
        case "routes to":
            more = result.routes_to
        case _:
            more = ()
    return result.verdict.value, (look, *sorted(more)) if whole else ()


def _words(said: Said) -> str:
    verdict, more = said
    return verdict + (f", {more[0]} {', '.join(more[1:]) or 'nothing'}" if more else "")


# ------------------------------------------------------------------------------------------------------ what is kept


class _Kept(Struct, frozen=True):
    """Outcomes in a file, one a line; without a file nothing is kept."""

    path: Path | None

    def read(self) -> dict[str, Outcome]:
        """What is kept; a line cut short is as if it were not there."""
        out: dict[str, Outcome] = {}
        if self.path is None or not self.path.exists():
            return out
        for line in self.path.read_text("utf-8").splitlines():
            try:
                name, data = json.loads(line)
                out[name] = Outcome(**data)
            except (ValueError, TypeError):
                continue
        return out

    def add(self, name: str, outcome: Outcome) -> None:
        """Keep one more; a folder that cannot be written is no reason to stop."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([name, asdict(outcome)], ensure_ascii=False) + "\n")
        except OSError:
            return

    def drop(self) -> None:
        """Forget all."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _file(book: Book) -> Path | None:
    """The file for a book; None if nothing is to be kept."""
    folder = cache.folder()
    if folder is None:
        return None
    import solver
    import whereas
    from whereas.driver import VERSION

    sources = {
        f"{package.__name__}/{file.name}": file.read_text("utf-8")
        for package in (solver, whereas)
        for root in package.__path__
        for file in sorted(Path(root).glob("*.py"))
    }
    # A book made in a program has no text: then what it says stands for it.
    said = {"book": repr(replace(book, texts={})) if not book.texts else ""}
    return folder / f"mutation-{cache.key({**book.texts, **sources, **said}, book.id, VERSION)[:32]}.jsonl"
