"""What each command does once its options are understood. Each returns the exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dsl.calendar import today
from dsl.diagnostics import OPTION, Diagnostic
from dsl.model import Book, Verdict
from whereas import driver
from whereas.options import RefusedError, Settings, book_path, chosen_categories, chosen_readings, moved, refused

if TYPE_CHECKING:
    import datetime as dt

    from dsl.case import Case
    from dsl.citations import Support
    from solver.answer import Answer
    from solver.compiled import Compiled
    from whereas.report import CaseView

OK, FINDINGS, BAD_INPUT, OUR_BUG = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case file that was read, or what is wrong with it."""

    name: str
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


# ------------------------------------------------------------------------------------------------------------- writing


def write(text: str) -> None:
    """Text to standard output."""
    sys.stdout.write(text)


def write_json(data: object) -> None:
    """Data to standard output."""
    write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def coloured(stream: object) -> bool:
    """Whether to paint: on a terminal that has not asked for plain text."""
    is_terminal = getattr(stream, "isatty", lambda: False)()
    return bool(is_terminal) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], *, to_stdout: bool = False, first: bool = True
) -> None:
    """Findings as text, an empty line before those that are not the first."""
    from dsl.render import render_all

    stream = sys.stdout if to_stdout else sys.stderr
    stream.write(("" if first else "\n") + render_all(diagnostics, texts, colour=coloured(stream)) + "\n")


def as_data(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[dict[str, object]]:
    """Findings as data."""
    from dsl.render import as_json

    return [as_json(d, texts) for d in diagnostics]


def _width() -> int:
    from whereas.report_text import WIDTH

    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return WIDTH
    from shutil import get_terminal_size

    return min(get_terminal_size((WIDTH, 24)).columns, 120)


# ------------------------------------------------------------------------------------------------------------- reading


def the_book(given: Settings, place: Path | None = None) -> Book:
    """The book asked for; findings that are errors refuse the command."""
    where = place if place is not None else given.book
    result = driver.load_book(where)
    if result.value is None:
        diagnostics, texts = moved(result.diagnostics, given.argv, str(where or driver.shipped()))
        raise RefusedError(diagnostics, {**_book_texts(where), **texts})
    return result.value


def _book_texts(place: Path | None) -> dict[str, str]:
    read = driver.book_files(place)
    return read.value[0] if read.value else {}


def load_cases(given: Settings, compiled: Compiled, name: str) -> Loaded:
    """The cases in a file, checked against the book."""
    text = driver.read_input(name)
    if text.value is None:
        return Loaded(name, (), *moved(text.diagnostics, given.argv, name))
    from dsl.casefile import read_case
    from solver.check import check_case

    shown = "<stdin>" if name == "-" else name
    texts = {shown: text.value}
    read = read_case(text.value, shown, compiled.book, today=today())
    if read.value is None:
        return Loaded(name, (), read.diagnostics, texts)
    found = tuple(d for case in read.value for d in check_case(compiled, case))
    return Loaded(name, () if found else read.value, (*read.diagnostics, *found), texts)


def answer_case(given: Settings, compiled: Compiled, book: Book, case: Case, **more: object) -> Answer:
    """The answer on one case with the options as given; what the command line chooses goes before the case's choice."""
    from solver.assess import assess as solve

    readings = chosen_readings(given, book)
    return solve(
        compiled,
        case,
        readings="all" if given.all_readings else {**case.readings, **readings},
        judgements=given.judgements,
        as_known_on=given.as_known_on,
        seconds=given.seconds,
        **more,  # type: ignore[arg-type]
    )


# ------------------------------------------------------------------------------------------------- assess and explain


def assess(given: Settings, names: Sequence[str], html: str | None, *, full: bool) -> int:
    """Every category for every case. `full`: in the order of the book, each told in full."""
    return _report(given, names, None, html, full=full)


def explain(given: Settings, name: str, category: str, html: str | None) -> int:
    """One category, or one scheme, with every condition."""
    return _report(given, [name], category, html, full=True)


def _report(given: Settings, names: Sequence[str], category: str | None, html: str | None, *, full: bool) -> int:
    from solver.compiled import compile_book
    from whereas.report import SHORT, view

    if list(names).count("-") > 1:
        raise refused(
            given.argv, "U709", "standard input is named twice", "-", "it can be read once", help="name it once"
        )
    if given.json and html == "-":
        raise refused(
            given.argv, "U709", "two reports are asked for on standard output", "-", "a page here, and JSON",
            help="name a file, as in `--html page.html`",
        )  # fmt: skip
    book = the_book(given)
    chosen_readings(given, book)
    categories = chosen_categories(given, book, category, names[0]) if category is not None else None
    compiled = compile_book(book)
    views: list[CaseView] = []
    out: list[dict[str, object]] = []
    code = OK
    found = False
    for name in names:
        loaded = load_cases(given, compiled, name)
        if loaded.diagnostics:
            if given.json and not loaded.cases:
                out.append({"version": 1, "case": name, "diagnostics": as_data(loaded.diagnostics, loaded.texts)})
            else:
                show(loaded.diagnostics, loaded.texts, first=not found)
                found = True
        code = code if loaded.cases else BAD_INPUT
        for case in loaded.cases:
            answer = answer_case(given, compiled, book, case, categories=categories, whole=category is not None)
            seen = view(
                book,
                case,
                answer,
                given.lang,
                as_known_on=given.as_known_on,
                categories=categories,
                chain=category is not None,
                most=None if given.json or html or category is not None else SHORT,
                all_readings=given.all_readings,
                judgements=given.judgements,
                last_days=_last_days(given, compiled, book, case, answer),
            )
            views.append(seen)
            if given.json:
                from whereas.report_json import case_json

                out.append(
                    case_json(seen, driver.edition(book), judgements=given.judgements, steps=category is not None)
                )
            elif html is None:
                _write_text(seen, first=len(views) == 1, explained=category is not None, full=full)
            if not answer.complete or (category is not None and _is_no(answer, categories)):
                code = max(code, FINDINGS)
    if html is not None and views:
        _write_html(given, html, views, chain=category is not None, full=full)
    if given.json:
        write_json(out[0] if len(out) == 1 else out)
    return code


def _last_days(
    given: Settings, compiled: Compiled, book: Book, case: Case, answer: Answer
) -> Mapping[str, tuple[dt.date, Verdict]]:
    """By category with a yes: until when it is one; nothing is looked for where there is none."""
    if not any(result.verdict is Verdict.QUALIFIES for result in answer.results):
        return {}
    from whereas.closing import Asking, last_days

    chosen = {**case.readings, **chosen_readings(given, book)}
    readings: Mapping[str, str] | Literal["all"] = "all" if given.all_readings else chosen
    return last_days(Asking(compiled, case, readings, given.judgements, given.as_known_on), answer)


def _is_no(answer: Answer, categories: Sequence[str] | None) -> bool:
    """Whether an explained category, or every one of an explained scheme, is a no."""
    shown = [r for r in answer.results if categories is None or r.category in categories]
    return bool(shown) and all(r.verdict is Verdict.DOES_NOT_QUALIFY for r in shown)


def _write_text(seen: CaseView, *, first: bool, explained: bool, full: bool) -> None:
    from whereas.report_text import assess_text, explain_text, full_text

    render = explain_text if explained else full_text if full else assess_text
    write(("" if first else "\n") + render(seen, width=_width(), colour=coloured(sys.stdout)))


def _write_html(given: Settings, html: str, views: Sequence[CaseView], *, chain: bool, full: bool) -> None:
    from whereas.report_html import page_html

    page = page_html(views, chain=chain, full=full)
    if html == "-":
        write(page)
        return
    try:
        Path(html).write_text(page, "utf-8")
    except (OSError, ValueError) as error:
        raise refused(
            given.argv, "U702", f"cannot write `{html}`", html, _why_not(html, error),
            help="name a file in a folder that is there",
        ) from None  # fmt: skip


def _why_not(name: str, error: OSError | ValueError) -> str:
    """Why nothing can be written under that name."""
    match error:
        case _ if name == "":
            return "the name is empty"
        case IsADirectoryError():
            return "this is a folder"
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such folder"
        case PermissionError():
            return "you may not write it"
        case OSError(strerror=str() as words):
            return words.lower()
        case _:
            return "not the name of a file"


# ---------------------------------------------------------------------------------------------------------- for authors


def check(given: Settings, place: str | None) -> int:
    """Findings about a book."""
    where = book_path(place, given.argv) or given.book
    result = driver.load_book(where)
    diagnostics, texts = moved(result.diagnostics, given.argv, str(where or driver.shipped()))
    texts = {**_book_texts(where), **texts}
    unread = result.value is None and all(d.primary.place.file == OPTION for d in diagnostics)
    if given.json:
        write_json({"version": 1, "diagnostics": as_data(diagnostics, texts)})
    elif diagnostics:
        show(diagnostics, texts, to_stdout=not unread)
    elif result.value is not None:
        book = result.value
        categories, examples = len(book.categories), len(book.examples)
        found = f"{_counted(categories, 'category', 'categories')}, {_counted(examples, 'example', 'examples')}"
        write(f"{book.id}: {found}, no findings\n")
    return BAD_INPUT if unread else FINDINGS if diagnostics else OK


def _counted(n: int, one: str, several: str) -> str:
    return f"{n} {one if n == 1 else several}"


def sources(given: Settings, place: str | None, folder: str | None, sheet: str | None) -> int:
    """What a book rests on; or whether its stored documents bear it out, or what became of a fact sheet."""
    from dsl.phrases import written
    from whereas.sources import sources_json, sources_view, unexcused

    book = the_book(given, book_path(place, given.argv))
    found = written(book)
    data: dict[str, object] = {"version": 1}
    texts = dict(book.texts)
    diagnostics: list[Diagnostic] = []
    parts: list[str] = []
    if folder is None and sheet is None:
        from whereas.sources_text import sources_text

        view = sources_view(book, found, given.lang)
        diagnostics += unexcused(book, found)
        data |= sources_json(view)
        parts += [] if given.json else [sources_text(view, width=_width(), colour=coloured(sys.stdout))]
    if folder is not None:
        diagnostics += _verified(given, book, found, folder, data, parts)
    if sheet is not None:
        diagnostics += _accounted(given, book, found, sheet, data, parts, texts)
    if given.json:
        write_json(data | {"diagnostics": as_data(diagnostics, texts)})
    else:
        write("\n".join(parts))
        if diagnostics:
            show(diagnostics, texts, to_stdout=True, first=False)
    return FINDINGS if diagnostics else OK


def _verified(
    given: Settings, book: Book, found: Sequence[Support], folder: str, data: dict[str, object], parts: list[str]
) -> list[Diagnostic]:
    """Stored documents against their hashes and key phrases; one that cannot be read refuses the command."""
    from dsl.phrases import verify
    from whereas.sources import changed, documents_json, hashes, looked_up, stored
    from whereas.sources_text import documents_text

    read = driver.documents(book, Path(folder))
    if read.value is None:
        raise RefusedError(*moved(read.diagnostics, given.argv, folder))
    documents = stored(book, hashes(Path(folder), read.value), found)
    missing = verify(book, read.value, found)
    count = looked_up(book, found)
    data |= {"documents": documents_json(documents), "phrases": count}
    if not given.json:
        shown = documents_text(
            documents, count, count - len(missing), given.lang, width=_width(), colour=coloured(sys.stdout)
        )
        parts.append(shown)
    return [*changed(book, documents), *missing]


def _accounted(
    given: Settings,
    book: Book,
    found: Sequence[Support],
    name: str,
    data: dict[str, object],
    parts: list[str],
    texts: dict[str, str],
) -> list[Diagnostic]:
    """Every entry of a fact sheet: in the rules, said to be none, or left out."""
    from whereas.sources import accounted, astray, entries, facts_json, left_out
    from whereas.sources_text import facts_text

    read = driver.read_input(name)
    if read.value is None:
        raise RefusedError(*moved(read.diagnostics, given.argv, name))
    if not entries(read.value):
        raise refused(
            given.argv, "U702", f"cannot read `{name}`", name, "no line begins with the id of an entry",
            help="name a fact sheet, in which entries begin with an id such as `TTPS-020`",
        )  # fmt: skip
    texts[name] = read.value
    all_of_them = accounted(book, read.value, found, given.lang)
    data["facts"] = facts_json(all_of_them)
    if not given.json:
        parts.append(facts_text(all_of_them, name, given.lang, width=_width(), colour=coloured(sys.stdout)))
    return [*left_out(read.value, name, all_of_them), *astray(book, read.value, name, found)]


def fmt(
    given: Settings, names: Sequence[str], language: Literal["en", "zh"] | None, *, check_only: bool, in_place: bool
) -> int:
    """Rule files as the house writes them."""
    from dsl.format import format_source

    if check_only and in_place:
        raise refused(
            given.argv, "U709", "files are either checked or changed", "--write", "`--check` changes nothing",
            help="leave out `--check` or `--write`",
        )  # fmt: skip
    code = OK
    out: list[dict[str, object]] = []
    found = False
    for name in names:
        text = driver.read_input(name)
        if text.value is None:
            diagnostics, texts = moved(text.diagnostics, given.argv, name)
        else:
            result = format_source(text.value, "<stdin>" if name == "-" else name, language)
            diagnostics, texts = result.diagnostics, {"<stdin>" if name == "-" else name: text.value}
            if result.value is not None:
                changed = result.value != text.value
                out.append({"file": name, "changed": changed})
                if check_only:
                    code = max(code, FINDINGS if changed else OK)
                    if changed and not given.json:
                        write(f"{name}: would be changed\n")
                elif in_place and name != "-":
                    if changed:
                        Path(name).write_text(result.value, "utf-8", newline="")
                elif not given.json:
                    write(result.value)
                else:
                    out[-1]["text"] = result.value
        if diagnostics:
            code = BAD_INPUT
            if given.json:
                out.append({"file": name, "diagnostics": as_data(diagnostics, texts)})
            else:
                show(diagnostics, texts, first=not found)
                found = True
    if given.json:
        write_json({"version": 1, "files": out})
    return code


def test(given: Settings, place: str | None) -> int:
    """The examples of a book, and the conditions no example decides."""
    from whereas.examples import run_examples

    book = the_book(given, book_path(place, given.argv))
    report = run_examples(book, seconds=given.seconds)
    if given.json:
        undecided = [{"path": u.path, "missing": list(u.missing)} for u in report.undecided]
        found = as_data(report.failures, book.texts)
        write_json({"version": 1, "examples": report.count, "diagnostics": found, "undecided": undecided})
    else:
        if report.failures:
            show(report.failures, book.texts, to_stdout=True)
            write("\n")
        said = f"{report.count - report.failed} of {report.count} examples are as expected"
        write(f"{said}; {len(report.undecided)} of {report.conditions} conditions are not decided both ways\n")
        for item in report.undecided:
            write(f"  {item.path}: no example where it {' or '.join(item.missing)}\n")
    return FINDINGS if report.failures else OK


def emit(given: Settings, words: Sequence[str], case_name: str | None) -> int:
    """The answer-set program of the book, or of one case; of all categories or of those named."""
    from solver.compiled import at, compile_book
    from solver.emit import emit as emitted

    book = the_book(given)
    chosen = chosen_readings(given, book)
    compiled = at(compile_book(book), given.as_known_on)
    named = [c for word in words for c in chosen_categories(given, book, word, "emit")]
    categories = tuple(dict.fromkeys(named)) or None
    if case_name is None:
        text = emitted(compiled, categories=categories)
    else:
        loaded = load_cases(given, compiled, case_name)
        if loaded.diagnostics:
            show(loaded.diagnostics, loaded.texts)
        if not loaded.cases:
            return BAD_INPUT
        if len(loaded.cases) > 1:
            raise refused(
                given.argv, "U709", "a program is for one case", case_name,
                f"{len(loaded.cases)} cases stand here", help="put the case in a file of its own",
            )  # fmt: skip
        case = loaded.cases[0]
        text = emitted(
            compiled,
            case,
            readings="all" if given.all_readings else {**case.readings, **chosen},
            judgements=given.judgements,
            categories=categories,
        )
    if given.json:
        write_json({"version": 1, "program": text})
    else:
        write(text if text.endswith("\n") else text + "\n")
    return OK


def schema(given: Settings) -> int:
    """The JSON Schema of a case."""
    from dsl.schema import case_schema

    write_json(case_schema(the_book(given)))
    return OK


def code(given: Settings, word: str | None) -> int:
    """The page of a diagnostic code, or the list of all."""
    from dsl.codes import CODES, page
    from dsl.suggest import nearest

    if word is None:
        if given.json:
            kinds = [
                {"id": c.id, "slug": c.slug, "severity": c.severity.value, "summary": c.summary} for c in CODES.values()
            ]
            write_json({"version": 1, "codes": kinds})
        else:
            write("".join(f"{c.id}  {c.slug:<24} {c.summary}\n" for c in CODES.values()))
        return OK
    found = (
        word.upper() if word.upper() in CODES else next((c.id for c in CODES.values() if c.slug == word.lower()), None)
    )
    if found is None:
        near = nearest(word.upper(), CODES) or nearest(word, [c.slug for c in CODES.values()])
        raise refused(
            given.argv, "U708", f"there is no code `{word}`", word, "not a code of a finding",
            help=f"write `{near}`" if near else "see them all with `whereas code`",
        )  # fmt: skip
    if given.json:
        write_json({"version": 1, "id": found, "page": page(found)})
    else:
        write(page(found))
    return OK
