"""`assess` and `explain`: the answers on people."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from dsl.model import Verdict
from whereas import driver
from whereas.commands.shared import (
    BAD_INPUT,
    FINDINGS,
    OK,
    answer_case,
    as_data,
    asked,
    coloured,
    how,
    load_cases,
    one_report,
    read_once,
    show,
    the_compiled,
    width,
    write,
    write_json,
    write_to,
)
from whereas.options import Settings, chosen_categories, chosen_readings, refused

if TYPE_CHECKING:
    import datetime as dt

    from dsl.case import Case
    from solver.answer import Answer
    from solver.compiled import Compiled
    from whereas.views import CaseView


class _Wanted(Struct, frozen=True):
    """What is to be told of each case.

    category: this one or those of this scheme, with every condition; html: the file of a page; full: each category told
    in full, in the order of the book; near: how many nearest misses.
    """

    category: str | None = None
    html: str | None = None
    full: bool = False
    near: int | None = None


def assess(given: Settings, names: Sequence[str], html: str | None, *, full: bool, near: str | None = None) -> int:
    """Every category for every case."""
    return _report(given, names, _Wanted(html=html, full=full, near=_how_many(given, near)))


def explain(given: Settings, name: str, category: str, html: str | None) -> int:
    """One category, or one scheme, with every condition."""
    return _report(given, [name], _Wanted(category, html, full=True))


def _how_many(given: Settings, word: str | None) -> int | None:
    """How many nearest misses are to be listed."""
    if word is None:
        return None
    if word.isascii() and word.isdigit() and int(word[:4]) > 0:
        return int(word[:4])
    raise refused(
        given.argv, "U709", f"`{word}` is not a number of categories", word, "a whole number from 1 is needed here",
        help="write a number, such as `--near=5`",
    )  # fmt: skip


def _report(given: Settings, names: Sequence[str], wanted: _Wanted) -> int:
    read_once(given, *names)
    one_report(given, wanted.html)
    compiled = the_compiled(given)
    chosen_readings(given, compiled.book)
    explained = wanted.category is not None
    categories = None
    if wanted.category is not None:
        categories = chosen_categories(given, compiled.book, wanted.category, names[0])
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
            answer = answer_case(given, compiled, case, categories, whole=explained)
            seen = _seen(given, compiled, case, answer, wanted, categories)
            views.append(seen)
            if given.json:
                from whereas.report_json import case_json

                edition = driver.edition(compiled.book)
                out.append(case_json(seen, edition, judgements=given.judgements, steps=explained))
            elif wanted.html is None:
                _write_text(seen, first=len(views) == 1, explained=explained, full=wanted.full)
            if not answer.complete or (explained and _is_no(answer, categories)):
                code = max(code, FINDINGS)
    if wanted.html is not None and views:
        _write_html(given, wanted.html, views, chain=explained, full=wanted.full)
    if given.json:
        write_json(out[0] if len(out) == 1 else out)
    driver.keep_trees(compiled)
    return code


def _seen(
    given: Settings,
    compiled: Compiled,
    case: Case,
    answer: Answer,
    wanted: _Wanted,
    categories: Sequence[str] | None,
) -> CaseView:
    """The view of an answer, with all that is asked for besides."""
    from whereas.report import SHORT, view

    explained = wanted.category is not None
    in_full = given.json or wanted.html is not None or explained
    seen = view(
        compiled.book,
        case,
        answer,
        given.lang,
        as_known_on=given.as_known_on,
        categories=categories,
        chain=explained,
        most=None if in_full else SHORT,
        brief=not in_full and not wanted.full,
        all_readings=given.all_readings,
        judgements=given.judgements,
        last_days=_last_days(given, compiled, case, answer),
    )
    if explained:
        from whereas.standing import with_standing

        seen = with_standing(seen, asked(given, compiled, case), answer)
    if wanted.near is not None:
        from whereas.standing import with_nearest

        seen = with_nearest(seen, asked(given, compiled, case), answer, wanted.near)
    return _under_readings(given, compiled, case, answer, seen) if given.all_readings else seen


def _under_readings(given: Settings, compiled: Compiled, case: Case, answer: Answer, seen: CaseView) -> CaseView:
    """With which verdicts survive every reading."""
    from solver.compiled import at
    from solver.run import Deadline
    from solver.surviving import surviving
    from whereas.standing import with_readings

    known = at(compiled, given.as_known_on)
    names = [result.category for result in seen.results]
    found = surviving(known, case, answer, names, given.judgements, Deadline(given.seconds))
    return with_readings(seen, known.book, found)


def _last_days(
    given: Settings, compiled: Compiled, case: Case, answer: Answer
) -> Mapping[str, tuple[dt.date, Verdict]]:
    """By category with a yes: until when it is one; nothing is looked for where there is none."""
    if not any(result.verdict is Verdict.QUALIFIES for result in answer.results):
        return {}
    from whereas.closing import last_days

    return last_days(compiled, case, answer, **how(given, compiled.book, case))


def _is_no(answer: Answer, categories: Sequence[str] | None) -> bool:
    """Whether an explained category, or every one of an explained scheme, is a no."""
    shown = [r for r in answer.results if categories is None or r.category in categories]
    return bool(shown) and all(r.verdict is Verdict.DOES_NOT_QUALIFY for r in shown)


def _write_text(seen: CaseView, *, first: bool, explained: bool, full: bool) -> None:
    from whereas.report_text import assess_text, explain_text, full_text

    render = explain_text if explained else full_text if full else assess_text
    write(("" if first else "\n") + render(seen, width=width(), colour=coloured(sys.stdout)))


def _write_html(given: Settings, html: str, views: Sequence[CaseView], *, chain: bool, full: bool) -> None:
    from whereas.report_html import page_html

    write_to(given, html, page_html(views, chain=chain, full=full))
