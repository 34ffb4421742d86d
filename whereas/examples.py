"""Runs the worked people of a book, and finds the conditions that none of them decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import Duration
from dsl.case import Case
from dsl.casefile import read_case
from dsl.changes import in_writing
from dsl.diagnostics import OPTION, Diagnostic, Label, Result
from dsl.model import (
    Asserted,
    Assertion,
    Book,
    Example,
    Expectation,
    Place,
    Value,
    Verdict,
)
from solver.answer import Answer, Status
from solver.answer import Result as Found
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled, compile_book
from whereas.phrases import say
from whereas.rows import every_step
from whereas.settling import Why, leaves


class Undecided(Struct, frozen=True):
    """A condition, and what it is in no example: `holds` or `fails` so that the verdict turns on it."""

    path: str
    missing: tuple[str, ...]


class Undecidable(Struct, frozen=True):
    """A condition and a way in which no case can settle it, and why."""

    path: str
    way: str
    why: Why


class ExamplesReport(Struct, frozen=True):
    """What came of a book's examples. `failed`: examples with a failure, of which there may be several each.

    undecidable: conditions that can never be settled one way or both, which is no fault of the examples.
    """

    count: int
    failed: int
    failures: tuple[Diagnostic, ...]
    conditions: int
    undecided: tuple[Undecided, ...]
    undecidable: tuple[Undecidable, ...]


def decided(result: Found) -> frozenset[tuple[str, str, str]]:
    """The conditions that decide an answer: the category, the dotted path and the way in which each is settled."""
    out = set()
    for step in every_step(result.steps):
        if step.status is Status.VARIES:
            continue
        if step.override and step.alone is not step.status:
            out.add((result.category, step.override, "holds"))  # and what it overrides decides nothing
        elif step.decisive:
            inner = step.path.removeprefix(result.category).strip("/").replace("/", ".")
            out.add((result.category, inner, step.status.value))
    return frozenset(out)


def run_examples(book: Book, *, seconds: float | None = None) -> ExamplesReport:
    """Assess every example of the book and compare with what it expects."""
    compiled = compile_book(book)
    seen: set[tuple[str, str, str]] = set()
    failures: list[Diagnostic] = []
    failed = 0
    for example in book.examples.values():
        found = tuple(_run(book, compiled, example, seen, seconds))
        failures += found
        failed += bool(found)
    undecided, undecidable, conditions = [], [], 0
    for category in book.categories.values():
        for leaf in leaves(book, category):
            path = f"{category.id}/{leaf.path.replace('.', '/')}"
            missing = tuple(way for way in leaf.possible if (category.id, leaf.path, way) not in seen)
            conditions += bool(leaf.possible)
            undecided += [Undecided(path, missing)] if missing else []
            undecidable += [Undecidable(path, way, why) for way, why in leaf.impossible]
    once = tuple(dict.fromkeys(failures))  # examples that start from one another share what is wrong with the facts
    return ExamplesReport(len(book.examples), failed, once, conditions, tuple(undecided), tuple(undecidable))


def facts_of(book: Book, example: Example) -> tuple[Example, tuple[tuple[str, str], ...]]:
    """The example whose facts are meant, and every change on top of them, oldest first."""
    first, *others = _trail(book, example)
    return first, tuple(change for e in (first, *others) for change in e.changes)


def _trail(book: Book, example: Example) -> tuple[Example, ...]:
    """An example behind those it starts from, the one with the facts first."""
    trail = {example.id: example}
    while example.like is not None and example.like in book.examples and example.like not in trail:
        example = book.examples[example.like]
        trail[example.id] = example
    return tuple(trail.values())[::-1]


def read_example(book: Book, example: Example) -> Result[Case]:
    """The person of an example, and what is wrong with the facts."""
    base, changes = facts_of(book, example)
    place = base.facts_place
    text = book.texts[place.file][place.start : place.end] if place and place.file in book.texts else base.facts
    read = read_case(
        text,
        example.id,
        book,
        today=book.known,
        changes=changes,
        file=place.file if place else None,
        offset=place.start if place else 0,
    )
    if read.value is None:
        return Result(None, _in_book(read.diagnostics, changes, _trail(book, example)))
    if len(read.value) != 1:
        why = (f"the facts are of {len(read.value)}",)
        return Result(None, (_failure(example, "one person is expected here", why),))
    return Result(read.value[0], _in_book(read.diagnostics, changes, _trail(book, example)))


def people_of(book: Book) -> Callable[[str], Iterator[Case]]:
    """The people of the examples that speak of a category, each read when it is first asked for."""
    by_category: dict[str, dict[str, None]] = {}
    for example in book.examples.values():
        for expected in example.expects:
            by_category.setdefault(expected.category, {})[example.id] = None
    read: dict[str, Case | None] = {}

    def people(category: str) -> Iterator[Case]:
        for id in by_category.get(category, {}):
            if id not in read:
                read[id] = read_example(book, book.examples[id]).value
            case = read[id]
            if case is not None:
                yield case

    return people


def _run(
    book: Book, compiled: Compiled, example: Example, seen: set[tuple[str, str, str]], seconds: float | None
) -> Iterator[Diagnostic]:
    """What is not as an example expects; the conditions that decide its answers are put among those seen."""
    read = read_example(book, example)
    if read.value is None:
        yield from read.diagnostics
        return
    case = read.value
    if broken := check_case(compiled, case):
        for d in broken:
            yield Diagnostic("T802", f"example `{example.id}` contradicts itself", _label(example), notes=(d.message,))
        return
    # An example speaks of the schemes it expects something of; the others are not worked out for it.
    schemes = {e.category.split(".")[0] for e in example.expects}
    asked = tuple(c.id for c in book.categories.values() if c.scheme in schemes)
    answer = assess(compiled, case, readings=case.readings, seconds=seconds, categories=asked)
    for result in answer.results:
        seen |= decided(result)
    yield from compared(example, answer)


def compared(example: Example, answer: Answer, categories: Iterable[str] | None = None) -> Iterator[Diagnostic]:
    """What an answer says otherwise than an example expects of some categories (None: of all it speaks of)."""
    results = {result.category: result for result in answer.results}
    wanted = None if categories is None else set(categories)
    for expected in example.expects:
        if wanted is None or expected.category in wanted:
            yield from _compare(example, expected, results.get(expected.category), answer)


def _label(example: Example, text: str = "", place: Place | None = None) -> Label:
    at = place or example.place or example.facts_place
    return Label(at or Place(OPTION, 0, 0), text)


def _failure(example: Example, label: str, notes: tuple[str, ...] = (), place: Place | None = None) -> Diagnostic:
    message = f"example `{example.id}` does not come out as expected"
    return Diagnostic("T801", message, _label(example, label, place), notes=notes)


def _in_book(
    found: Iterable[Diagnostic], changes: Sequence[tuple[str, str]], trail: Iterable[Example]
) -> tuple[Diagnostic, ...]:
    """Findings about changes, shown where the changes are written."""
    written = [places for example in trail for places in example.change_places]

    def moved(label: Label) -> Label:
        if label.place.file != OPTION:
            return label
        return replace(label, place=in_writing(label.place, changes, written))

    return tuple(replace(d, primary=moved(d.primary), secondary=tuple(map(moved, d.secondary))) for d in found)


def unreadable(book: Book) -> tuple[Diagnostic, ...]:
    """What is wrong with the facts of the examples, each mistake once where it is written."""
    found = (d for example in book.examples.values() for d in read_example(book, example).diagnostics)
    return tuple(sorted(dict.fromkeys(found), key=lambda d: (d.primary.place.file, d.primary.place.start)))


def _compare(example: Example, expected: Expectation, found: Found | None, answer: Answer) -> Iterator[Diagnostic]:
    place = expected.place
    if found is None:
        why = f"there is no verdict on it: {answer.limit or 'the analysis stopped'}"
        yield _failure(example, f"expected: `{expected.category}` {_verdict(expected.verdict)}", (why,), place)
        return
    if found.verdict is not expected.verdict:
        notes = [f"the rules say that it {_verdict(found.verdict)}"]
        notes += [f"because of {path}" for path in found.because]
        notes += [f"it hangs on the {h.kind} {h.id}" for h in found.hinges]
        yield _failure(example, f"expected: `{expected.category}` {_verdict(expected.verdict)}", tuple(notes), place)
        return
    for path in expected.because:
        if not any(reason == path or reason.startswith(f"{path}.") for reason in found.because):
            reasons = f"the reasons are: {', '.join(found.because) or 'none'}"
            yield _failure(example, f"`{path}` is not among the reasons", (reasons,), place)
    if expected.hinges is not None:
        yield from _sets(example, "hangs on", expected.hinges, [h.id for h in found.hinges], place)
    if expected.sensitive is not None:
        yield from _sets(example, "is sensitive to", expected.sensitive, found.sensitive_to, place)
    for asserted in expected.asserts:
        yield from _sets(
            example, _VERBS[asserted.what], words_of(asserted.values), _found(found, asserted), asserted.place
        )


_VERBS: Mapping[Asserted, str] = {
    "grants": "grants",
    "asks for": "asks for",
    "routes to": "points to",
    "rests on": "rests on",
    "sensitive to": "is sensitive to",
}


def _found(found: Found, asserted: Assertion) -> tuple[str, ...]:
    """What an answer has of what a line asserts. Who does not qualify is granted nothing and asked for nothing."""
    refused = found.verdict is Verdict.DOES_NOT_QUALIFY
    match asserted.what:
        case "grants":
            given = [g for g in found.grants if asserted.kind in (None, g.kind) and not refused]
            return words_of(value for g in given for value in g.values)
        case "asks for":
            return () if refused else found.asks_for
        case "routes to":
            return found.routes_to
        case "rests on":
            return found.assumes
        case "sensitive to":
            return found.sensitive_to


def words_of(values: Iterable[Value]) -> tuple[str, ...]:
    """Values as the language writes them; a length of time in months or days, so that 2 years are 24 months."""
    return tuple(str(_plain(value)) for value in values)


def _plain(value: Value) -> Value:
    match value:
        case Duration(count, "years"):
            return Duration(12 * count, "months")
        case Duration(count, "weeks"):
            return Duration(7 * count, "days")
        case _:
            return value


def _verdict(verdict: Verdict) -> str:
    return say(verdict.value, "en")


def _sets(
    example: Example, verb: str, expected: tuple[str, ...], found: list[str] | tuple[str, ...], place: Place | None
) -> Iterator[Diagnostic]:
    if set(expected) != set(found):
        notes = (
            f"expected: {', '.join(sorted(expected)) or 'nothing'}",
            f"found: {', '.join(sorted(found)) or 'nothing'}",
        )
        yield _failure(example, f"what it {verb} is something else", notes, place)
