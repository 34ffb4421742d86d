"""`whatif` as text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from dsl.model import Verdict
from whereas.drawing import REST, Block, Flowing, Grid, drawn
from whereas.report_text import NARROW, WIDTH, cited, mark_of
from whereas.scripts import Say, spoken
from whereas.views import MARK_OF, Mark
from whereas.whatif_view import Changes, Goal, Side, Suggestion


def changes_text(view: Changes, *, width: int = WIDTH, colour: bool = False) -> str:
    """Before and after, side by side where there is room."""
    say = spoken(view.lang)
    parts: list[Block] = [Flowing(_name(view), "bold")]
    parts += [_marked([(None, made.words) for made in view.made])]
    if view.limit:
        parts.append(Flowing(say("about", thing=say("limit"), what=view.limit), "bold yellow"))
    for one in view.changed:
        parts += [Flowing(), Flowing(f"{one.category}  {one.label} · {one.scheme_label}", "bold")]
        sides = [(say("wi_before"), one.before), (say("wi_after"), one.after)]
        if width < NARROW:
            for head, side in sides:
                parts += [Flowing(f"{head}: {side.verdict_words}"), _marked(_lines(say, side))]
            continue
        table = Grid(REST, REST, gap=2)
        signs = {"met": "✔", "not_met": "✘", "open": "?"}
        table.add_row(*(f"{head}: {signs[MARK_OF[side.verdict]]} {side.verdict_words}" for head, side in sides))
        table.add_row(*(_marked(_lines(say, side)) for _, side in sides))
        parts.append(table)
    parts += [Flowing(), Flowing(_alike(say, view))]
    parts += [Flowing(say("shown_for", book=view.book.words, date=view.known), "dim")]
    return drawn(parts, width, colour=colour)


def _name(view: Changes | Goal) -> str:
    return view.case if view.title is None else f"{view.case}: {view.title}"


def _alike(say: Say, view: Changes) -> str:
    if not view.changed:
        return say("wi_nothing_changes")
    return say("wi_alike", n=view.alike)


def _lines(say: Say, side: Side) -> Iterator[tuple[Mark | None, str]]:
    for row in side.lines:
        yield row.mark, row.words + cited(row)
    for hinge in side.hinges:
        yield "open", hinge.words
    for grant in side.grants:
        yield (
            None,
            say("about", thing=say("grants" if side.verdict is Verdict.QUALIFIES else "would_grant"), what=grant),
        )


def _marked(lines: Iterable[tuple[Mark | None, str]]) -> Grid:
    table = Grid(1, REST)
    for mark, words in dict.fromkeys(lines):
        table.add_row(mark_of(mark), Flowing(words))
    return table


def goals_text(views: Sequence[Goal], *, width: int = WIDTH, colour: bool = False) -> str:
    """Every smallest change, the easiest first, or what forbids any."""
    say = spoken(views[0].lang)
    parts: list[Block] = [Flowing(_name(views[0]), "bold")]
    for view in views:
        parts += [Flowing(), *_goal(say, view)]
    parts += [Flowing(), Flowing(say("shown_for", book=views[0].book.words, date=views[0].known), "dim")]
    return drawn(parts, width, colour=colour)


def _goal(say: Say, view: Goal) -> Iterator[Block]:
    yield Flowing(f"{view.category}  {view.label} · {view.scheme_label}", "bold")
    yield Flowing(say("about", thing=say("wi_now"), what=view.verdict_words))
    if view.reached:
        yield Flowing(say("wi_reached"), "green")
        return
    for number, one in enumerate(view.suggestions, 1):
        yield Flowing()
        yield from _suggested(say, number, one)
    if not view.suggestions:
        yield Flowing(say("wi_forbidden" if view.forbids else "wi_nothing" if view.complete else "wi_unknown"), "red")
        yield _marked([("not_met", item.words) for item in view.forbids])
    if not view.complete:
        yield Flowing(say("wi_cut"), "bold yellow")


def _suggested(say: Say, number: int, one: Suggestion) -> Iterator[Block]:
    yield Flowing(f"{number}. {one.effort}" + (f" · {say('wi_law')}" if one.law else ""), "underline")
    lines = [step.words for step in one.steps] + ([one.filing] if one.filing else [])
    yield _marked([(None, words) for words in lines])
    head = say("wi_then", verdict=one.verdict_words)
    yield _marked([(MARK_OF[one.verdict], head), *((None, item.words) for item in one.hangs_on)])
    yield Flowing(" ".join(f"--set {shlex.quote(option)}" for option in one.options), "dim")
