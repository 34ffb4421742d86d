"""`ask`: one question after the other until nothing more can be settled, and the case that comes of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dsl.calendar import today
from dsl.diagnostics import OPTION, Diagnostic, Label
from dsl.model import Place, Verdict
from whereas import driver
from whereas.commands.shared import (
    BAD_INPUT,
    FINDINGS,
    OK,
    cannot_write,
    how,
    read_once,
    show,
    single,
    the_compiled,
    write,
    write_json,
)
from whereas.options import RefusedError, Settings, chosen_categories, chosen_readings, moved, refused
from whereas.scripts import spoken

if TYPE_CHECKING:
    from dsl.case import Case
    from solver.asking import Interview, Next, Question
    from whereas.ask_words import QuestionView
    from whereas.scripts import Say

_BACK = ("back", "返回")
_STOP = ("stop", "停止")
_WHY = ("?", "？", "why")


class _Talk(Struct):
    """An interview as the command leads it.

    answers: those of a file, by path, until they are asked for; place: where each stands; texts: that file.
    """

    given: Settings
    interview: Interview
    case: Case
    answers: dict[str, str] | None = None
    place: dict[str, Place] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    before: list[tuple[Case, frozenset[str]]] = field(default_factory=list)


def ask(given: Settings, name: str, category: str | None, out: str | None, answers: str | None) -> int:
    """An interview about the person in one file."""
    from solver.asking import Interview
    from solver.compiled import at

    read_once(given, name, answers)
    if name == "-" and answers is None and not given.json:
        raise refused(
            given.argv, "U709", "the case and the answers are both on standard input", "-", "answers are typed there",
            help="name the file of the case, or write `--answers FILE` or `--json`",
        )  # fmt: skip
    compiled = at(the_compiled(given), given.as_known_on)
    book = compiled.book
    chosen_readings(given, book)
    categories = chosen_categories(given, book, category, name) if category is not None else tuple(book.categories)
    loaded = single(given, compiled, name)
    if loaded is None:
        return BAD_INPUT
    (case,) = loaded.cases
    readings = how(given, book, case)["readings"]
    talk = _Talk(given, Interview(compiled, categories, readings, given.judgements), case)
    if answers is not None:
        _read_answers(talk, answers)
    if out is not None:
        _may_write(given, out)
    return _one_step(talk, out) if given.json else _converse(talk, out)


def _read_answers(talk: _Talk, name: str) -> None:
    """The answers in a file: a mapping from what can be asked to what is answered."""
    from dsl import yamltree
    from dsl.suggest import nearest
    from whereas.ask_answers import typed_value
    from whereas.values import fact_at

    given = talk.given
    text = driver.read_input(name)
    if text.value is None:
        raise RefusedError(*moved(text.diagnostics, given.argv, name))
    shown = "<stdin>" if name == "-" else name
    tree = yamltree.read_yaml(text.value, shown)
    if tree.value is None:
        raise RefusedError(tree.diagnostics, {shown: text.value})
    talk.answers, talk.texts = {}, {shown: text.value}
    found: list[Diagnostic] = []
    for document in tree.value:
        if not isinstance(document, yamltree.Mapping):
            label = Label(document.place, "not a path with its answer")
            help = "write lines such as `applicant.nationality: JP`"
            found.append(Diagnostic("C519", "answers are written as paths with values", label, help=help))
            continue
        for key, value in document.entries:
            if fact_at(talk.interview.compiled.book, key.text) is None:
                near = nearest(key.text, _paths(talk))
                fix = f"write `{near}`" if near else "write a path such as `applicant.nationality`"
                label = Label(key.place, "nothing in the book is called so")
                found.append(Diagnostic("C523", "the path of the answer leads nowhere", label, help=fix))
                continue
            talk.answers[key.text] = typed_value(value)
            talk.place[key.text] = value.place
    if found:
        raise RefusedError(found, {shown: text.value})


def _paths(talk: _Talk) -> Iterator[str]:
    """The paths of facts outside lists."""
    from dsl.model import EntityOf

    book = talk.interview.compiled.book

    def inside(entity: str, before: str) -> Iterator[str]:
        for fact in book.entities[entity].facts:
            yield f"{before}.{fact.id}"
            if isinstance(fact.type, EntityOf):
                yield from inside(fact.type.entity, f"{before}.{fact.id}")

    for name, fact in book.givens.items():
        yield name
        if isinstance(fact.type, EntityOf):
            yield from inside(fact.type.entity, name)


def _next(talk: _Talk) -> Next:
    from solver.asking import next_question
    from solver.run import Deadline

    return next_question(talk.interview, talk.case, Deadline(talk.given.seconds))


def _view(talk: _Talk, question: Question, *, why: bool) -> QuestionView:
    from solver.asking import conditions
    from solver.run import Deadline
    from solver.situation import readings_of
    from whereas.ask_words import question_view

    interview = talk.interview
    reasons = conditions(interview, talk.case, question, Deadline(talk.given.seconds)) if why else {}
    readings = readings_of(interview.compiled, talk.case, interview.readings)
    return question_view(interview.compiled.book, talk.case, question, talk.given.lang, reasons, readings)


def _from_file(talk: _Talk, question: Question) -> bool:
    """Answer a question from the file, if it has an answer; one that is wrong ends the command."""
    if talk.answers is None or question.id not in talk.answers:
        return False
    from whereas.ask_answers import take

    typed = talk.answers.pop(question.id)
    taken = take(talk.interview, talk.case, question, typed, today=today())
    if taken.case is None:
        found = (_in_file(d, talk.place[question.id]) for d in taken.diagnostics)
        raise RefusedError(found, {**(taken.texts or {}), **talk.texts})
    talk.case = taken.case
    return True


def _in_file(found: Diagnostic, place: Place) -> Diagnostic:
    """A finding about an answer, at its place in the file of answers."""
    from msgspec.structs import replace

    def moved(label: Label) -> Label:
        return replace(label, place=place) if label.place.file == OPTION else label

    return replace(found, primary=moved(found.primary), secondary=tuple(map(moved, found.secondary)))


def _one_step(talk: _Talk, out: str | None) -> int:
    """The next question as data, after the answers of the file."""
    from dsl.writecase import case_text
    from solver.run import OutOfTime
    from whereas.ask_words import progress, question_json

    book = talk.interview.compiled.book
    try:
        found = _next(talk)
        while found.question is not None and _from_file(talk, found.question):
            found = _next(talk)
        view = _view(talk, found.question, why=True) if found.question is not None else None
    except OutOfTime:
        write_json({"version": 1, "case": talk.case.name, "complete": False, "limit": "time"})
        return FINDINGS
    text = case_text(talk.case, book)
    if out is not None:
        _write(talk.given, out, text)
    write_json(
        {
            "version": 1,
            "case": talk.case.name,
            "lang": talk.given.lang,
            "book": {"id": book.id, "hash": driver.edition(book)},
            "complete": True,
            "question": question_json(view) if view is not None else None,
            "progress": progress(found),
            "verdicts": {name: verdict.value for name, verdict in found.verdicts.items()},
            "unused_answers": sorted(talk.answers or ()),
            "case_text": text,
        }
    )
    return OK


def _converse(talk: _Talk, out: str | None) -> int:
    """Questions and answers until nothing is left, the answers are used up, or the person stops."""
    from dsl.writecase import case_text
    from solver.run import OutOfTime

    speak = spoken(talk.given.lang)
    code = OK
    found: Next | None = None
    try:
        found = _next(talk)
        while (question := found.question) is not None:
            if not _from_file(talk, question):
                if talk.answers is not None:
                    _say(f"{speak('ask_unanswered')}: {question.id}\n{_lines(talk, question)}")
                    code = FINDINGS
                    break
                _say(f"\n[{_settled(found, speak)}] {_lines(talk, question)}")
                if not _answer(talk, question):
                    _say(f"{speak('ask_stopped')}\n")
                    break
            found = _next(talk)
    except OutOfTime:
        _say(f"{speak('limit_time')}\n")
        code = FINDINGS
    if found is not None:
        _say(_end(talk, found))
    if talk.answers:
        _say(f"{speak('ask_unused')}: {', '.join(talk.answers)}\n")
    text = case_text(talk.case, talk.interview.compiled.book)
    if out is None:
        write(text)
    else:
        _write(talk.given, out, text)
        _say(f"{speak('ask_written', file=out)}\n")
    return code


def _lines(talk: _Talk, question: Question) -> str:
    from whereas.ask_words import question_lines

    return question_lines(_view(talk, question, why=False), talk.given.lang)


def _settled(found: Next, speak: Say) -> str:
    from whereas.ask_words import progress

    done = progress(found)
    return speak("ask_settled", n=done["settled"], all=done["all"])


def _answer(talk: _Talk, question: Question) -> bool:
    """Ask until there is an answer that fits; False if the person stops."""
    from whereas.ask_answers import take
    from whereas.ask_words import why_lines

    speak = spoken(talk.given.lang)
    while (typed := _typed()) is not None:
        word = typed.strip().casefold()
        if word in _STOP:
            return False
        if not word:
            continue
        if word in _WHY:
            _say(why_lines(_view(talk, question, why=True), talk.given.lang))
        elif word in _BACK:
            if talk.before:
                talk.case, skipped = talk.before.pop()
                talk.interview.skipped = set(skipped)
                return True
            _say(f"{speak('ask_nothing_before')}\n")
        else:
            kept = (talk.case, frozenset(talk.interview.skipped))
            taken = take(talk.interview, talk.case, question, typed, today=today())
            if taken.case is not None:
                talk.before.append(kept)
                talk.case = taken.case
                return True
            show(taken.diagnostics, taken.texts or {})
    return False


def _typed() -> str | None:
    """A line typed in; None at the end of the input."""
    import click

    try:
        typed: str = click.prompt(">", prompt_suffix=" ", err=True, default="", show_default=False)
    except click.Abort:
        _say("\n")
        return None
    return typed


def _say(words: str) -> None:
    """Talk goes to standard error, so that the case alone is on standard output."""
    sys.stderr.write(words)
    sys.stderr.flush()


def _end(talk: _Talk, found: Next) -> str:
    """The verdicts at the end, those of no left out."""
    from whereas.ask_words import category_words
    from whereas.phrases import words_language
    from whereas.scripts import scripted

    given = talk.given
    speak = spoken(given.lang)
    lines = [f"\n[{_settled(found, speak)}]"]
    if found.question is None:
        lines[0] += f" {speak('ask_done')}"
        if Verdict.DEPENDS in found.verdicts.values():
            lines[0] += f"; {speak('ask_left_untold' if talk.interview.skipped else 'ask_left')}"
    for verdict, mark in ((Verdict.QUALIFIES, "✔"), (Verdict.DEPENDS, "?")):
        for name, reached in found.verdicts.items():
            if reached is verdict:
                words = category_words(talk.interview.compiled.book, name, words_language(given.lang))
                lines.append(f"{mark} {name}  {scripted(words, given.lang)}: {speak(verdict.value)}")
    if found.verdicts and set(found.verdicts.values()) == {Verdict.DOES_NOT_QUALIFY}:
        lines.append(f"✘ {speak('ask_none')}")
    return "\n".join(lines) + "\n"


def _may_write(given: Settings, out: str) -> None:
    """Refuse at once what could not be written at the end of a long talk."""
    path = Path(out)
    if out == "" or "\0" in out or path.is_dir() or not path.parent.is_dir():
        raise cannot_write(given, out, "this is a folder" if out and path.is_dir() else "there is no such folder")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise cannot_write(given, out, "you may not write it")


def _write(given: Settings, out: str, text: str) -> None:
    try:
        Path(out).write_text(text, "utf-8")
    except (OSError, ValueError):
        write(text)
        raise cannot_write(given, out, "it could not be written; the case is on standard output") from None
