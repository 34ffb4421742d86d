"""`whatif`: what a change would make of the answers, and which changes reach a category."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dsl.calendar import today
from dsl.diagnostics import OPTION, Result
from dsl.model import Book
from whereas import driver
from whereas.commands.shared import (
    BAD_INPUT,
    FINDINGS,
    OK,
    answer_case,
    coloured,
    one_report,
    single,
    the_compiled,
    width,
    write,
    write_json,
    write_to,
)
from whereas.options import RefusedError, Settings, chosen_among, chosen_readings, refused

if TYPE_CHECKING:
    from dsl.case import Case
    from solver.compiled import Compiled
    from whereas.views import CaseView
    from whereas.whatif_view import Changes, Goal


def whatif(given: Settings, name: str, sets: Sequence[str], goals: Sequence[str], html: str | None) -> int:
    """Before and after the changes typed; or, with a goal, what reaches it from there."""
    changes = [_parsed(given, word) for word in sets]
    if not changes and not goals:
        raise refused(
            given.argv, "U709", "neither a change nor a goal is asked for", name, "what if what?",
            help="add `--set submitted_on=2027-01-15` or `--goal CATEGORY`",
        )  # fmt: skip
    if goals and given.all_readings:
        raise refused(
            given.argv, "U709", "a goal is looked for under one reading of the text", "all", "not with `--goal`",
            help="leave out `--readings all`, or choose with `--reading NAME=VALUE`",
        )  # fmt: skip
    one_report(given, html)
    compiled = the_compiled(given)
    book = compiled.book
    chosen_readings(given, book)
    categories = chosen_among(given, book, goals, name, command="whatif")
    loaded = single(given, compiled, name)
    if loaded is None:
        return BAD_INPUT
    case = loaded.cases[0]
    after = _changed(given, compiled, case, loaded.texts, changes) if changes else case
    if goals:
        return _goals(given, compiled, book, after, categories, html)
    view = _beside(given, compiled, book, (case, after), changes)
    from whereas.whatif_html import page_html
    from whereas.whatif_json import changes_json
    from whereas.whatif_text import changes_text

    if html is not None:
        write_to(given, html, page_html(view, ()))
    if given.json:
        write_json(changes_json(view, driver.edition(book)))
    elif html is None:
        write(changes_text(view, width=width(), colour=coloured(sys.stdout)))
    return FINDINGS if view.limit else OK


def _parsed(given: Settings, word: str) -> tuple[str, str]:
    """A change as path and value."""
    path, equals, value = word.partition("=")
    if not equals or not path.strip():
        label = "no `=` in it" if not equals else "no path before `=`"
        raise refused(
            given.argv, "U707", f"`{word}` is not PATH=VALUE", word, label,
            help="write such as `--set submitted_on=2027-01-15` or `--set applicant.jobs[0].ended_on=ongoing`",
        )  # fmt: skip
    return path.strip(), value.strip()


def _changed(given: Settings, compiled: Compiled, case: Case, texts: Any, changes: Sequence[tuple[str, str]]) -> Case:
    """The case with the changes made; what is wrong with one is shown under it."""
    from dsl.casefile import read_case
    from dsl.changes import changes_text
    from solver.check import check_case

    text = texts[case.name]
    read: Result[tuple[Case, ...]] = read_case(text, case.name, compiled.book, today=today(), changes=changes)
    found = read.diagnostics
    if read.value is not None:
        found = check_case(compiled, read.value[0])
    if found and (read.value is None or check_case(compiled, read.value[0])):
        raise RefusedError(tuple(found), {**texts, OPTION: changes_text(changes)})
    assert read.value is not None
    del given
    return read.value[0]


def _beside(
    given: Settings,
    compiled: Compiled,
    book: Book,
    cases: tuple[Case, Case],
    changes: Sequence[tuple[str, str]],
) -> Changes:
    from whereas.report import view
    from whereas.whatif_view import changes_view

    views: list[CaseView] = []
    for case in cases:
        answer = answer_case(given, compiled, case, whole=False)
        views.append(
            view(
                book,
                case,
                answer,
                given.lang,
                as_known_on=given.as_known_on,
                chain=False,
                all_readings=given.all_readings,
                judgements=given.judgements,
            )
        )
    return changes_view(book, views[0], views[1], cases, changes)


def _goals(
    given: Settings, compiled: Compiled, book: Book, case: Case, categories: Sequence[str], html: str | None
) -> int:
    from whereas.whatif_html import page_html
    from whereas.whatif_json import goal_json
    from whereas.whatif_text import goals_text

    views = [_goal(given, compiled, book, case, category) for category in categories]
    if html is not None:
        write_to(given, html, page_html(None, views))
    if given.json:
        data = [goal_json(view, driver.edition(book)) for view in views]
        write_json(data[0] if len(data) == 1 else data)
    elif html is None:
        write(goals_text(views, width=width(), colour=coloured(sys.stdout)))
    return OK if all(view.complete for view in views) else FINDINGS


def _goal(given: Settings, compiled: Compiled, book: Book, case: Case, category: str) -> Goal:
    """What reaches one category: as the law is known, and where it is not, if it turns out to help."""
    from solver.repairs import goals
    from whereas.whatif_view import goal_view

    readings = {**case.readings, **chosen_readings(given, book)}
    found, later = goals(
        compiled,
        case,
        category,
        readings=readings,
        judgements=given.judgements,
        as_known_on=given.as_known_on,
        seconds=given.seconds,
    )
    return goal_view(book, case, found, later, given.lang)
