"""Conditions as a reader meets them: a row for every step of an answer, and those of them that decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dsl.case import Absent, Case
from dsl.inside import directly
from dsl.model import Book, ByReading, Call, Citation, Clause, Verdict
from solver.answer import Answer, Status, Step
from whereas.entries import totals_of
from whereas.labels import ended_words, reading_label
from whereas.phrases import Lang, joined, listed, say
from whereas.sentences import judgement_asked, reading_words, seen_words, step_words
from whereas.values import told
from whereas.views import MARK_OF, Mark, Row


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and all below them, each before those below it."""
    for step in steps:
        yield step
        yield from every_step(step.children)


def cites_of(book: Book, step: Step) -> tuple[Citation, ...]:
    """The citations said at this step; elements of a list repeat the clause above them and say none.

    A list with nothing in it has no steps below: it is told with what would be asked of an element.
    """
    if step.clause is None or step.kind == "element":
        return ()
    found = step.clause.cites
    level: tuple[Clause, ...] = (step.clause,) if step.kind in ("some", "every") and not step.children else ()
    while level and not found:
        found = tuple(dict.fromkeys(cite for clause in level for cite in clause.cites))
        level = tuple(inner for clause in level for inner in _inside(book, clause.cond))
    return found


def _inside(book: Book, thing: object) -> Iterator[Clause]:
    """The outermost clauses in a condition, that of a term if it is one."""
    for part in (book.terms[thing.term].means,) if isinstance(thing, Call) else directly(thing):
        if isinstance(part, Clause):
            yield part
        else:
            yield from _inside(book, part)


class Telling(Struct, frozen=True):
    """What rows are told with. `terms`: by dotted path below the category, the term a clause calls."""

    book: Book
    case: Case
    lang: Lang
    answer: Answer
    terms: Mapping[str, str]
    chain: bool


def terms_called(book: Book, category: str) -> dict[str, str]:
    """By dotted path below a category, the term that the clause there calls."""
    from dsl.checks import labelled

    clauses = labelled(book, book.categories[category]) if category in book.categories else {}
    return {path: clause.cond.term for path, clause in clauses.items() if isinstance(clause.cond, Call)}


def reasons_of(
    book: Book, case: Case, answer: Answer, category: str, verdict: Verdict, steps: Iterable[Step], lang: Lang
) -> tuple[Row, ...]:
    """The decisive conditions among some steps of a category, with the labels above them."""
    telling = Telling(book, case, lang, answer, terms_called(book, category), False)
    return tuple(decisive_rows(category_rows(telling, steps, category), verdict, lang))


def category_rows(telling: Telling, steps: Iterable[Step], category: str) -> Iterator[Row]:
    """The rows of a category. What only joins the needs, or the bars, is passed over."""
    for step in steps:
        joins = step.kind == ("all" if step.wanted else "any") and step.path == category and step.children
        for inner in step.children if joins else (step,):
            if not telling.chain and not inner.decisive:
                continue
            yield _row(telling, inner, category)


def _row(telling: Telling, step: Step, above: str) -> Row:
    dotted = ".".join(step.path.split("/")[1:])
    asked = judgement_asked(telling.book, step)
    words = step_words(
        telling.book,
        step,
        telling.lang,
        telling.answer.readings,
        term=telling.terms.get(dotted),
        judged=asked is not None,
    )
    silent = say("law_silent", telling.lang)
    notes = [silent] if step.gaps and silent not in words else []
    if asked is not None and step.status is Status.HOLDS and isinstance(told(telling.case, asked), Absent):
        notes.append(say("presumed", telling.lang))
    elif asked is not None and step.status is Status.VARIES:
        notes += filter(None, [ended_words(telling.book, telling.case, asked, telling.lang)])
    row = Row(
        path=step.path,
        label=_labels(step.path.removeprefix(above).strip("/").split("/")),
        mark=_mark(step),
        words=_excepted(step, words, telling.lang),
        cites=tuple(f"{c.source} {c.pinpoint}".strip() for c in cites_of(telling.book, step)),
        decisive=step.decisive,
        status=step.status.value,
        kind=step.kind,
        note=joined(notes, telling.lang) or None,
        rows=tuple(
            _branch(telling, step, child, _row(telling, child, step.path))
            for child in _merged(step)
            if telling.chain or child.decisive
        ),
        totals=totals_of(telling.book, telling.case, step, telling.lang, telling.answer.readings)
        if telling.chain
        else (),
        seen=seen_words(telling.book, step, telling.lang, telling.answer.readings),
    )
    return _folded(telling, step, row)


def _excepted(step: Step, words: str, lang: Lang) -> str:
    """Words for a clause, and that an exception decides it, which by itself does something else, or that one may."""
    if step.override is None or (step.alone is step.status and step.status is not Status.VARIES):
        return words
    said = say("may_override" if step.status is Status.VARIES else "overridden", lang, label=step.override)
    return say("noted", lang, what=words, note=said)


def _branch(telling: Telling, step: Step, child: Step, row: Row) -> Row:
    """The row of a branch of a reading that is left open, with how the text is read there."""
    if step.kind != "reading" or step.reading or step.clause is None:
        return row
    cond = step.clause.cond
    while isinstance(cond, Call):
        cond = telling.book.terms[cond.term].means.cond
    if not isinstance(cond, ByReading):
        return row
    label = child.path.rsplit("/", 1)[-1]
    value = next((value for value, clause in cond.branches if clause.label == label), label)
    words = reading_words(telling.book, cond.reading, value, telling.lang)
    how = say("reading_is", telling.lang, reading=reading_label(telling.book, cond.reading, telling.lang), value=words)
    note = listed([note for note in (_read_as(telling, (cond.reading, value)), row.note) if note], telling.lang)
    return row._replace(note=note, reading=listed([how, row.reading] if row.reading else [how], telling.lang))


def _folded(telling: Telling, step: Step, row: Row) -> Row:
    """A group of one is told as that one; a chosen reading becomes a note on it."""
    if len(row.rows) != 1 or step.kind not in ("all", "any", "reading") or step.override:
        return row
    if step.clause is not None and step.clause.sentence is not None:
        return row
    (only,) = row.rows
    notes = [note for note in (row.note, only.note) if note]
    if step.reading:
        read_as = say("by_reading", telling.lang, value="")
        notes = [_read_as(telling, step.reading), *(note.removeprefix(read_as) for note in notes)]
    return only._replace(
        label=row.label or only.label,
        mark=row.mark,
        status=row.status,
        decisive=row.decisive,
        cites=tuple(dict.fromkeys((*row.cites, *only.cites))),
        note=listed(notes, telling.lang) or None,
    )


def _read_as(telling: Telling, reading: tuple[str, str]) -> str:
    return say("by_reading", telling.lang, value=reading_words(telling.book, *reading, telling.lang))


def _labels(labels: Iterable[str]) -> str:
    return " · ".join(label for label in labels if label)


def _merged(step: Step) -> tuple[Step, ...]:
    """The steps below; a lone group directly under an element says nothing of its own and is passed over."""
    if step.kind == "element" and len(step.children) == 1:
        only = step.children[0]
        if only.kind == "all" and only.path == step.path and (only.clause is None or only.clause.sentence is None):
            return only.children
    return step.children


def _mark(step: Step) -> Mark:
    if step.status is Status.VARIES:
        return "open"
    return "met" if (step.status is Status.HOLDS) is step.wanted else "not_met"


def decisive_rows(rows: Iterable[Row], verdict: Verdict, lang: Lang) -> Iterator[Row]:
    """The decisive leaves that carry the verdict, in rule order, each once."""
    seen = set()
    for trail, thing, read, row in leaves(rows, (), "", ()):
        if row.decisive and row.mark == MARK_OF[verdict]:
            words = leaf_words(row, thing, lang)
            words = say("noted", lang, what=words, note=listed(read, lang)) if read else words
            if (row.path, words) not in seen:
                seen.add((row.path, words))
                yield row._replace(label=_labels(trail), words=words, seen=None if thing or read else row.seen)


def leaf_words(row: Row, thing: str, lang: Lang) -> str:
    """A condition by itself: a bar that applies is told as what stands against, one of several things with which."""
    words, applies = row.words, say("applies", lang, what="")
    if row.mark == "not_met" and words.startswith(applies):
        words = say("against", lang, what=words.removeprefix(applies))
    return say("about", lang, thing=thing, what=words) if thing else words


def leaves(
    rows: Iterable[Row], above: tuple[str, ...], thing: str, read: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...], Row]]:
    """Rows without rows: the labels from the category down, the thing it is about, if of several, how the text is read.

    How it is read is told where that is left open.
    """
    for row in rows:
        trail = (*above, row.label)
        how = (*read, row.reading) if row.reading else read
        if not row.rows:
            yield trail, thing, how, row
        several = sum(below.kind == "element" for below in row.rows) > 1
        for below in row.rows:
            yield from leaves((below,), trail, below.words if several else thing, how)
