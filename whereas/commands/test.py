"""`test`: the examples of a book; what they do not notice, and examples that are missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsl.diagnostics import Diagnostic, Label
from dsl.model import Place
from whereas.commands.shared import FINDINGS, OK, as_data, show, the_book, write, write_file, write_json
from whereas.options import Settings, book_path, chosen_among, refused

if TYPE_CHECKING:
    from dsl.model import Book
    from whereas.mutation import Mutant
    from whereas.mutation_run import Measured, Outcome
    from whereas.suggesting import Suggestion


class Wanted(Struct, frozen=True):
    """What is asked beside the examples themselves, as typed."""

    mutate: bool = False
    suggest: bool = False
    into: str | None = None
    jobs: str | None = None
    most: str | None = None
    seed: str | None = None
    fresh: bool = False


def test(given: Settings, words: Sequence[str], wanted: Wanted) -> int:
    """The examples of a book; with `--mutate` or `--suggest`, how good they are."""
    place, names = _split(words)
    book = the_book(given, book_path(place, given.argv))
    _consistent(given, wanted, names)
    chosen = chosen_among(given, book, names, "test")
    if wanted.mutate:
        return _mutate(given, book, chosen or tuple(book.categories), wanted)
    if wanted.suggest:
        return _suggest(given, book, frozenset(chosen or book.categories), wanted)
    return _run(given, book)


def _split(words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The book, if the first word is a place, and the names that follow."""
    if words and (not words[0] or Path(words[0]).exists() or {os.sep, "/"} & set(words[0])):
        return words[0], words[1:]
    if words and words[0].endswith(".rules"):
        return words[0], words[1:]
    return None, words


def _consistent(given: Settings, wanted: Wanted, names: Sequence[str]) -> None:
    """Refuse options that mean nothing together."""
    if wanted.mutate and wanted.suggest:
        raise refused(
            given.argv, "U709", "`--mutate` and `--suggest` are two questions", "--suggest", "beside `--mutate`",
            help="ask one at a time",
        )  # fmt: skip
    alone = {"--jobs": wanted.jobs, "--most": wanted.most, "--seed": wanted.seed, "--fresh": wanted.fresh or None}
    for option, typed in alone.items():
        if typed is not None and not wanted.mutate:
            raise refused(
                given.argv, "U709", f"`{option}` belongs to `--mutate`", option, "nothing to do here",
                help="add `--mutate`",
            )  # fmt: skip
    if wanted.into is not None and not wanted.suggest:
        raise refused(
            given.argv, "U709", "`--write` belongs to `--suggest`", "--write", "nothing to do here",
            help="add `--suggest`",
        )  # fmt: skip
    if names and not (wanted.mutate or wanted.suggest):
        raise refused(
            given.argv, "U709", "there is more on the line than the command takes", names[0], "no such book here",
            help="name a folder or a `.rules` file, or add `--mutate`",
        )  # fmt: skip


def _number(given: Settings, option: str, typed: str | None, least: int) -> int | None:
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > _DIGITS or int(typed) < least:
        raise refused(
            given.argv, "U709", f"`{option}` takes a whole number from {least} on", typed, "not such a number",
            help=f"write `{option} {max(least, 4)}`",
        )  # fmt: skip
    return int(typed)


_DIGITS = 9


# ------------------------------------------------------------------------------------------------------- the examples


def _run(given: Settings, book: Book) -> int:
    from itertools import groupby

    from whereas.examples import run_examples
    from whereas.settling import WORDS

    report = run_examples(book, seconds=given.seconds)
    if given.json:
        undecided = [{"path": u.path, "missing": list(u.missing)} for u in report.undecided]
        found = as_data(report.failures, book.texts)
        never = [{"path": u.path, "way": u.way, "why": u.why} for u in report.undecidable]
        write_json(
            {
                "version": 1,
                "examples": report.count,
                "diagnostics": found,
                "undecided": undecided,
                "undecidable": never,
            }
        )
    else:
        if report.failures:
            show(report.failures, book.texts, to_stdout=True)
            write("\n")
        said = f"{report.count - report.failed} of {report.count} examples are as expected"
        write(f"{said}; {len(report.undecided)} of {report.conditions} conditions are not decided both ways\n")
        for item in report.undecided:
            write(f"  {item.path}: no example where it {' or '.join(item.missing)}\n")
        for why, found_so in groupby(sorted(report.undecidable, key=lambda u: u.why), key=lambda u: u.why):
            write(f"not asked of examples, because {WORDS[why]}:\n")
            for path, ways in groupby(found_so, key=lambda u: u.path):
                write(f"  {path}: never {' nor '.join(u.way for u in ways)}\n")
    return FINDINGS if report.failures else OK


@contextmanager
def _progress(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda n, of: bar.update(task, completed=n, total=of)


# ----------------------------------------------------------------------------------------------------------- mutation


def _mutate(given: Settings, book: Book, categories: Sequence[str], wanted: Wanted) -> int:
    from whereas.mutation_run import measure

    jobs = _number(given, "--jobs", wanted.jobs, 1) or os.cpu_count() or 1
    most = _number(given, "--most", wanted.most, 1)
    seed = _number(given, "--seed", wanted.seed, 0) or 0
    with _progress("edits tried") as done:
        found = measure(book, categories, jobs=jobs, most=most, seed=seed, fresh=wanted.fresh, done=done)
    schemes = {book.categories[c].scheme for c in categories}
    lived = [(m, o) for m, o in found.tried if o.status in ("survived", "open")]
    diagnostics = [_unnoticed(book, m, o) for m, o in lived]
    if given.json:
        write_json(_data(book, found, schemes, diagnostics))
        return FINDINGS if lived else OK
    for (_, o), diagnostic in zip(lived, diagnostics, strict=True):
        show([diagnostic], book.texts, to_stdout=True)
        if o.example:
            write("\n" + "".join(f"    {line}\n" for line in o.example.splitlines()))
        write("\n")
    drawn = f" of {found.of}" if len(found.tried) < found.of else ""
    write(f"{len(found.tried)}{drawn} edits tried\n")
    for scheme, score in found.scores.items():
        if scheme in schemes:
            share = "none to notice" if score.share is None else f"{100 * score.share:.1f} % noticed"
            write(
                f"  {scheme}: {share} ({score.killed} noticed, {score.survived} not, {score.open} not settled; "
                f"{score.equivalent} change nothing)\n"
            )
    return FINDINGS if lived else OK


def _unnoticed(book: Book, m: Mutant, o: Outcome) -> Diagnostic:
    """A mutant that no example notices, as every other finding is shown."""
    place = m.edit.place or Place(next(iter(book.texts), "book"), 0, 0)
    if o.status == "open":
        note = "nobody was found for whom it makes a difference, and it is not proved that there is nobody"
        return Diagnostic("T804", _MESSAGE, Label(place, m.edit.words), notes=(m.edit.where, note))
    notes = (m.edit.where, f"{o.category} now: {o.before}", f"{o.category} then: {o.after}")
    return Diagnostic("T804", _MESSAGE, Label(place, m.edit.words), notes=notes, help="add an example such as this one")


_MESSAGE = "no example notices this edit"


def _data(book: Book, found: Measured, schemes: set[str], diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    scores = {
        scheme: {
            "noticed": s.killed,
            "not_noticed": s.survived,
            "not_settled": s.open,
            "equivalent": s.equivalent,
            "share": s.share,
        }
        for scheme, s in found.scores.items()
        if scheme in schemes
    }
    edits = [
        {
            "id": m.id,
            "kind": m.edit.kind,
            "where": m.edit.where,
            "before": m.edit.before,
            "after": m.edit.after,
            "categories": list(m.categories),
            "stands_for": len(m.edits),
            "status": _STATUS[o.status],
            "noticed_by": o.by,
            "category": o.category or None,
            "answer": o.before or None,
            "edited_answer": o.after or None,
            "example": o.example or None,
        }
        for m, o in found.tried
    ]
    return {
        "version": 1,
        "edits": len(found.tried),
        "of": found.of,
        "scores": scores,
        "tried": edits,
        "diagnostics": as_data(diagnostics, book.texts),
    }


_STATUS = {"killed": "noticed", "survived": "not_noticed", "equivalent": "equivalent", "open": "not_settled"}


# --------------------------------------------------------------------------------------------------------- suggestions


def _suggest(given: Settings, book: Book, categories: frozenset[str], wanted: Wanted) -> int:
    from msgspec.structs import replace

    from whereas.examples import run_examples
    from whereas.suggesting import suggestions

    if wanted.into is not None and Path(wanted.into).exists():
        raise refused(
            given.argv, "U709", f"`{wanted.into}` is there already", wanted.into, "would be written over",
            help="name a file that is not there yet",
        )  # fmt: skip
    schemes = {book.categories[c].scheme for c in categories}
    spoken = {n: e for n, e in book.examples.items() if any(x.category.split(".")[0] in schemes for x in e.expects)}
    report = run_examples(replace(book, examples=spoken), seconds=given.seconds)
    asked = [u for u in report.undecided if u.path.partition("/")[0] in categories]
    total = sum(len(u.missing) for u in asked)
    with _progress("conditions") as done:
        found = suggestions(book, asked, given.seconds, lambda n: done(n, total))
    if given.json:
        write_json({"version": 1, "suggestions": [_suggestion(s) for s in found]})
        return OK
    blocks = [s.example for s in found if s.example]
    if wanted.into is not None and blocks:
        write_file(given, wanted.into, ("\n\n".join(blocks) + "\n").encode())
        write(f"{len(blocks)} examples written into {wanted.into}; each is to be checked against the source\n")
    else:
        write("".join(f"{b}\n\n" for b in blocks))
    for s in found:
        if not s.example:
            write(f"{s.path}: nobody was found for whom it {s.way} and decides\n")
    if not found:
        write("every condition is decided both ways by some example\n")
    return OK


def _suggestion(s: Suggestion) -> dict[str, object]:
    return {"path": s.path, "way": s.way, "example": s.example or None}
