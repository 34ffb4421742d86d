"""What a score was made of: the lines that give points, those that do not, and those of which it is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dsl.model import Points, Score
from solver.answer import Entry, Tally
from solver.evaluate import LawGap, Total, Unread, expr_fn
from solver.failing import Here, first_failing, line


class _Part(Struct, frozen=True):
    """Some lines of a score, and the least and the most points they give."""

    lines: tuple[Entry, ...]
    low: int
    high: int
    caps: tuple[Score, ...] = ()


def scored(here: Here, score: Score) -> Tally | None:
    """The lines of a score; None if it has parts that are no lines, or one that has no value."""
    part = _score(here, score)
    return Tally(score, "", part.lines, False, None, here.names, part.caps) if part else None


def _score(here: Here, score: Score) -> _Part | None:
    parts = []
    for item in score.items:
        part = (
            _points(here, item) if isinstance(item, Points) else _score(here, item) if isinstance(item, Score) else None
        )
        if part is None:
            return None
        parts.append(part)
    if score.kind == "highest":
        parts = list(_outdone(parts))
        low, high = max(p.low for p in parts), max(p.high for p in parts)
    else:
        low, high = sum(p.low for p in parts), sum(p.high for p in parts)
    caps = tuple(cap for part in parts for cap in part.caps)
    if score.most is not None and high > score.most:
        low, high, caps = min(low, score.most), score.most, (*caps, score)
    return _Part(tuple(entry for part in parts for entry in part.lines), low, high, caps)


def _points(here: Here, points: Points) -> _Part | None:
    """One line: with the points it gives, or would."""
    passes = here.truth(points.when.cond)
    low = high = points.points
    if points.each is not None and passes is not False:
        try:
            number = here.see(expr_fn(points.each, here.book, here.vars))
        except (Unread, LawGap):
            return None
        if not isinstance(number, Total) or number.spells:
            return None
        low, high = low * number.low, high * number.high
    if points.most is not None:
        low, high = min(low, points.most), min(high, points.most)
    why = line(here, points.when, passes) if passes else first_failing(here, points.when, passes)[0]
    counts = None if passes and low != high else passes
    entry = Entry(points.when.label or "", counts, why, amount=high)
    return _Part((entry,), low if passes else 0, 0 if passes is False else high)


def _outdone(parts: Sequence[_Part]) -> Iterator[_Part]:
    """The parts of which only the highest counts: what another surely outdoes does not, what one may outdo is open."""
    best = max(range(len(parts)), key=lambda n: parts[n].low)
    for n, part in enumerate(parts):
        others = max((other.high for k, other in enumerate(parts) if k != n), default=0)
        surely = n != best and part.high <= parts[best].low
        may = others > (part.high if len(part.lines) == 1 else part.low)
        if surely or may:
            counts = False if surely else None
            lines = [x if x.counts is False else replace(x, counts=counts, outdone=True) for x in part.lines]
            yield replace(part, lines=tuple(lines))
        else:
            yield part
