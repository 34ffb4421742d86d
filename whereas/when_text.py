"""`when` as text: a line of time for each category that is open, or may be, on some day; then its windows in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len

from whereas.drawing import REST, Block, Fixed, Flowing, Grid, drawn
from whereas.phrases import listed
from whereas.report_text import NARROW, WIDTH, Part, below, bullets, cited, plainly
from whereas.scripts import Say, spoken
from whereas.when_view import Track, WhenView, Window

SIGNS: Mapping[str, tuple[str, str, str]] = {
    "qualifies": ("█", "✔", "green"),
    "depends": ("▒", "?", "yellow"),
    "unsettled": ("!", "!", "yellow"),
    "contradiction": ("×", "×", "magenta"),
    "does_not_qualify": ("·", "✘", "red"),
}
"""What each outcome is drawn as and marked with, and its colour; first those that win where days share one cell."""

_DAY = dt.timedelta(days=1)
_LEAST = 16
_HINGES = 3
"""On how many things a category that depends all the time is said to hang before the others are counted."""


def when_text(view: WhenView, *, width: int = WIDTH, colour: bool = False) -> str:
    """The report on one case."""
    say = spoken(view.lang)
    open_ = [track for track in view.tracks if track.opens]
    closed = [track for track in view.tracks if not track.opens]
    parts: list[Block] = [
        Flowing(view.case if view.title is None else f"{view.case}: {view.title}", "bold"),
        *(Flowing(line, "dim") for line in (view.span, *view.options)),
    ]
    if view.limit:
        what = listed([item.id for item in view.unsettled], view.lang)
        parts.append(
            Flowing(
                say("about", thing=say("limit"), what=say("limit_words", limit=view.limit, what=what)), "bold yellow"
            )
        )
    if open_:
        parts += [Flowing(), *_picture(view, open_, max(width, 40))]
    elif not view.unsettled:
        parts += [Flowing(), Flowing(f"✘ {say('when_nothing')}", "bold red")]
    steady = [track for track in open_ if len(view.tracks) > 1 and _steady(track)]
    for track in (track for track in open_ if track not in steady):
        parts += [Flowing(), Flowing.assemble((track.category, "bold"), f"  {track.label} · {track.scheme_label}")]
        for window in track.windows:
            parts += _window(say, window, narrow=width < NARROW)
    if steady:
        lines = [(track.category, _hanging(say, view, track)) for track in steady]
        parts += [Flowing(), Flowing(say("when_steady"), "underline"), _lines("depends", lines, width)]
    if closed:
        lines = [(track.category, track.reason or track.label) for track in closed]
        parts += [Flowing(), Flowing(say("when_closed"), "underline"), _lines("does_not_qualify", lines, width)]
    parts.append(Flowing())
    foot = [
        (
            "when_ahead",
            [
                say("about", thing=change.day, what=_with_categories(view, change.words, change.categories))
                for change in view.ahead
            ],
        ),
        ("when_assumed", list(view.assumed)),
        ("notices", [item.words for item in view.notices]),
    ]
    for key, words in foot:
        if words:
            parts += [Flowing(say(key), "dim"), bullets((None, line) for line in words)]
    parts.append(Flowing(say("shown_for", book=view.book.words, date=view.known), "dim"))
    return drawn(parts, width, colour=colour)


def _with_categories(view: WhenView, words: str, categories: Sequence[str]) -> str:
    """What changes and for which categories, where these are few among those that are shown."""
    if len(view.tracks) == 1:
        return words
    say = spoken(view.lang)
    few = len(categories) <= 4
    note = listed(categories, view.lang) if few else say("n_categories", n=len(categories))
    return say("noted", what=words, note=note)


def _steady(track: Track) -> bool:
    """Whether a category depends on the same all the time."""
    return len(track.windows) == 1 and track.windows[0].outcome == "depends"


def _hanging(say: Say, view: WhenView, track: Track) -> str:
    """What a category hangs on all the time, in short."""
    hinges = track.windows[0].hinges
    more = [say("alternatives", n=len(hinges) - _HINGES)] if len(hinges) > _HINGES else []
    return listed([*(hinge.words for hinge in hinges[:_HINGES]), *more], view.lang)


def _lines(outcome: str, lines: Sequence[tuple[str, str]], width: int) -> Block:
    """A line for each category."""
    _, mark, colour = SIGNS[outcome]
    table = Grid(1, min(max(cell_len(category) for category, _ in lines), width // 3) + 1, REST)
    for category, words in lines:
        table.add_row(Flowing(mark, colour), Flowing(category, "bold"), Flowing(words))
    return table


def _window(say: Say, window: Window, *, narrow: bool) -> Iterator[Block]:
    _, mark, colour = SIGNS[window.outcome]
    days = say("about", thing=window.days, what="")
    yield Flowing.assemble("  ", (mark, colour), f" {days}", (window.outcome_words, f"bold {colour}"))
    why = [(row.mark, f"{row.words}{cited(row)}") for row in window.why]
    grants = "grants" if window.outcome == "qualifies" else "would_grant"
    lines: list[Part] = [
        ("when_turns", why),
        ("hangs_on", [("open", hinge.words) for hinge in window.hinges]),
        (grants, plainly(window.grants)),
        ("notices", plainly(window.notes)),
    ]
    if shown := [part for part in lines if part[1]]:
        yield below(say, shown, narrow=narrow)


# ---------------------------------------------------------------------------------------------------------- the picture


def _picture(view: WhenView, tracks: Sequence[Track], width: int) -> Iterator[Block]:
    """A legend, an axis of years or months, and a line for each category."""
    first, last = dt.date.fromisoformat(view.first), dt.date.fromisoformat(view.last)
    column = min(max(cell_len(track.category) for track in tracks), max(width - _LEAST - 1, 8), width // 2)
    cells = min(width - column - 1, (last - first).days + 1)
    seen = [o for o in SIGNS if any(w.outcome == o for t in tracks for w in t.windows)]
    legend = [(SIGNS[o][0], next(w.outcome_words for t in tracks for w in t.windows if w.outcome == o)) for o in seen]
    yield Flowing("   ".join(f"{sign} {words}" for sign, words in legend), "dim")
    yield Fixed(" " * (column + 1) + axis(first, last, cells), "dim")
    for track in tracks:
        name = track.category if cell_len(track.category) <= column else track.category[: column - 1] + "…"
        signs = (SIGNS[outcome] for outcome in drawn_cells(track, first, last, cells))
        head = (name + " " * (column + 1 - cell_len(name)), "bold")
        yield Fixed.assemble(head, *((sign, colour) for sign, _, colour in signs))


def drawn_cells(track: Track, first: dt.date, last: dt.date, cells: int) -> Iterator[str]:
    """The outcome drawn in each cell: of the days that fall in it, the one that matters most to who files."""
    spans = [(dt.date.fromisoformat(w.first), dt.date.fromisoformat(w.last), w.outcome) for w in track.windows]
    days = (last - first).days + 1
    for n in range(cells):
        begin = first + (n * days // cells) * _DAY
        end = first + ((n + 1) * days // cells - 1) * _DAY
        here = {outcome for a, b, outcome in spans if a <= end and b >= begin}
        yield next(outcome for outcome in SIGNS if outcome in here)


def axis(first: dt.date, last: dt.date, cells: int) -> str:
    """Where years begin; months, if there is but a year or so."""
    days = (last - first).days + 1
    out = [" "] * cells
    for day, label in ticks(first, last):
        n = (day - first).days * cells // days
        place = slice(max(n - 1, 0), n + len(label) + 1)
        if n + len(label) <= cells and all(c == " " for c in out[place]):
            out[n : n + len(label)] = label
    return "".join(out).rstrip()


def ticks(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """Days to mark: the begin of each year, of each month if there are few."""
    short = (last - first).days < 800
    out = []
    for year in range(first.year, last.year + 1):
        for month in range(1, 13) if short else (1,):
            day = dt.date(year, month, 1)
            if first <= day <= last:
                out.append((day, f"{day:%Y-%m}" if short else str(year)))
    return out or [(first, first.isoformat())]
