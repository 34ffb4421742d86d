"""What a book rests on as text: tables without lines, a heading above each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from whereas.drawing import REST, RIGHT, Block, Flowing, Grid, drawn
from whereas.phrases import Language, enumerated, listed
from whereas.report_text import NARROW, WIDTH
from whereas.scripts import Say, spoken
from whereas.sources import Entry, SourcesView, State, Stored, heading

_SHORT, _LONG = 6, 24
_PLACES = 3
"""Places of an entry that are named before the others are only counted."""

_STATES: dict[State, str] = {"same": "green", "changed": "red", "unrecorded": "yellow"}


def sources_text(view: SourcesView, *, width: int = WIDTH, colour: bool = False) -> str:
    """Sources by rank, conflicts, readings, judgements, and the rules that rest on weak sources alone."""
    say = spoken(view.lang)
    parts: list[Block] = [Flowing(view.words, "bold")]
    for rank, sources in groupby(view.sources, key=lambda s: s.rank):
        table = _named(width)
        for s in sources:
            edition = say("edition", date=s.edition_words) if s.edition_words else None
            stored = say("stored_as", file=s.path) if s.path else None
            about = enumerated(filter(None, (edition, stored)), view.lang)
            words = say("noted", what=s.words, note=about) if about else s.words
            _name(table, s.id, [Flowing(words), *([Flowing(s.address, "dim")] if s.address else [])])
        parts += _under(heading(say, rank), table)
    parts += _conflicts(say, view)
    parts += _readings(say, view)
    table = Grid(2, _SHORT, 10, REST)
    for j in view.judgements:
        words = say("noted", what=j.words, note=j.id if j.on is None else f"{j.on}.{j.id}")
        table.add_row("", j.ref or "·", Flowing(j.mode, "yellow" if j.case == "open" else ""), Flowing(words))
    parts += _under(say("judgements"), table)
    table = Grid(2, REST)
    for w in view.weak:
        table.add_row("", Flowing.assemble((w.path, "bold"), f" [{'; '.join(w.cites)}]"))
        table.add_row("", Flowing(f"  {w.reason}"))
    parts += _under(say("weak_rules"), table)
    return drawn(parts, width, colour=colour)


def _conflicts(say: Say, view: SourcesView) -> Iterator[Block]:
    table = Grid(2, _SHORT, REST)
    for c in view.conflicts:
        table.add_row("", c.id, Flowing(c.words, "bold"))
        table.add_row("", "", Flowing(say("about", thing=c.resolution, what=c.reason)))
        says = listed((f"{source} {pinpoint}" for source, pinpoint in c.cites), view.lang)
        table.add_row("", "", Flowing(says, "dim"))
    return _under(say("conflicts"), table)


def _readings(say: Say, view: SourcesView) -> Iterator[Block]:
    table = Grid(2, _SHORT, REST)
    for r in view.readings:
        table.add_row("", r.ref or "·", Flowing(say("noted", what=r.words, note=r.id), "bold"))
        values = Grid(1, REST)
        for number, (id, words) in enumerate(r.values):
            named = id if number else say("by_default", what=id)
            values.add_row("·", Flowing(say("about", thing=named, what=words)))
        table.add_row("", "", values)
    return _under(say("unclear"), table)


def _named(width: int) -> Grid:
    """A table of names with lines beside them; where there is no room for both, below them."""
    return Grid(2, _LONG, REST) if width >= NARROW else Grid(2, REST)


def _name(table: Grid, name: str, lines: Iterable[Flowing]) -> None:
    """Add a name and its lines."""
    if len(table.columns) > 2:
        for number, line in enumerate(lines):
            table.add_row("", "" if number else Flowing(name), line)
        return
    table.add_row("", Flowing(name, "bold"))
    for line in lines:
        table.add_row("", line)


def _under(title: str, table: Grid) -> Iterator[Block]:
    """A heading and what stands under it; nothing if that is nothing."""
    if table.rows:
        yield Flowing()
        yield Flowing(title, "underline")
        yield table


def documents_text(
    documents: Sequence[Stored], phrases: int, found: int, lang: Language, *, width: int = WIDTH, colour: bool = False
) -> str:
    """Whether each stored document has changed, and how many of the key phrases stand in them."""
    say = spoken(lang)
    table = _named(width)
    for d in documents:
        state = Flowing(say(d.case, hash=d.hash), _STATES[d.case])
        again = say("about", thing=say("again"), what=listed(d.rules, lang))
        lines = [Flowing.assemble(d.path, "  ", state), *([Flowing(again)] if d.case == "changed" else [])]
        _name(table, d.id, lines)
    return drawn([Flowing(say("checked", n=found, all=phrases), "bold"), table], width, colour=colour)


def facts_text(
    entries: Sequence[Entry], sheet: str, lang: Language, *, width: int = WIDTH, colour: bool = False
) -> str:
    """How much of a fact sheet is in the rules, what is no rule and why, and where the rest is."""
    say = spoken(lang)
    missing = sum(entry.left_out for entry in entries)
    title = say("facts_of", n=len(entries) - missing, all=len(entries), sheet=sheet)
    parts: list[Block] = [Flowing(title, "bold red" if missing else "bold green"), _counts(say, entries)]
    table = Grid(2, 10, REST)
    for entry in entries:
        if entry.reason:
            why = say("about", thing=entry.reason, what=entry.note) if entry.note else entry.reason
            table.add_row("", entry.id, Flowing(why))
    parts += _under(say("no_rule"), table)
    table = Grid(2, 10, REST)
    for entry in entries:
        if entry.places:
            named = dict.fromkeys(spot.path for spot in entry.places)
            more = len(named) - _PLACES
            shown = [*list(named)[:_PLACES], *([say("more_places", n=more)] if more > 0 else [])]
            table.add_row("", entry.id, Flowing(listed(shown, lang)))
    parts += _under(say("in_rules"), table)
    table = Grid(2, REST)
    if missing:
        table.add_row("", Flowing(enumerated((entry.id for entry in entries if entry.left_out), lang), "red"))
    parts += _under(say("left_out"), table)
    return drawn(parts, width, colour=colour)


def _counts(say: Say, entries: Iterable[Entry]) -> Grid:
    """How many entries of each kind of id went where."""
    table = Grid(8, *[RIGHT] * 4, gap=2)
    table.add_row("", *(Flowing(say(key), "dim") for key in ("entries_head", "in_rules", "no_rule", "left_out")))
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry.id.split("-")[0], []).append(entry)
    for kind, of in kinds.items():
        counts = (len(of), sum(bool(e.places) for e in of), sum(e.case is not None for e in of))
        missing = sum(e.left_out for e in of)
        table.add_row(f"  {kind}", *map(str, counts), Flowing(str(missing or "·"), "red" if missing else "dim"))
    return table
