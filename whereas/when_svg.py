"""`when` as a picture: an SVG that needs nothing else, legible without colour, with every window named in a title."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from html import escape

from rich.cells import cell_len

from whereas.scripts import spoken
from whereas.when_text import ticks
from whereas.when_view import Track, WhenView

_WIDE, _ROW, _BAR = 960, 26, 16
"""Width of a picture, height of a line in it, and of a bar."""

_FILL = {
    "qualifies": "#1a7f37",
    "depends": "url(#depends)",
    "unsettled": "url(#unsettled)",
    "contradiction": "url(#contradiction)",
    "does_not_qualify": "#eaeef2",
}
_HEIGHT = {"does_not_qualify": 4}
_FONT = "font-family=\"'Noto Sans','Noto Sans CJK HK','PingFang HK','Microsoft JhengHei',system-ui,sans-serif\""

_PATTERNS = """<defs>
<pattern id="depends" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff3d6"/><rect width="3" height="6" fill="#bf8700"/></pattern>
<pattern id="unsettled" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/><rect width="6" height="1.5" fill="#57606a"/></pattern>
<pattern id="contradiction" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#fff"/><path d="M0 0L7 7M7 0L0 7" stroke="#8250df" stroke-width="1"/></pattern>
</defs>"""  # noqa: E501


def when_svg(*views: WhenView) -> str:
    """A picture of one case, or of several, one below the other."""
    drawn = [_case(view) for view in views]
    height = sum(tall for _, tall in drawn)
    attributes = f'role="img" {_FONT} font-size="12" lang="{views[0].lang}" fill="#1b1f24"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height}" {attributes}>',
        f"<title>{escape('; '.join(_name(view) for view in views))}</title>",
        _PATTERNS,
        f'<rect width="{_WIDE}" height="{height}" fill="#fff"/>',
    ]
    at = 0
    for inner, tall in drawn:
        lines += [f'<g transform="translate(0 {at})">', *inner, "</g>"]
        at += tall
    return "\n".join([*lines, "</svg>"]) + "\n"


def _name(view: WhenView) -> str:
    return f"{view.title or view.case}: {view.span}"


def _case(view: WhenView) -> tuple[list[str], int]:
    """The categories that are open, or may be, on some day; all, if there is none. And how tall that is."""
    tracks = [track for track in view.tracks if track.opens] or list(view.tracks)
    left = min(max([cell_len(t.category) for t in tracks] or [0]) * 7 + 16, 320)
    top = 58
    bottom = top + _ROW * len(tracks)
    height = bottom + 34
    first, last = dt.date.fromisoformat(view.first), dt.date.fromisoformat(view.last)
    scale = (_WIDE - left - 16) / ((last - first).days + 1)

    def x(day: dt.date) -> float:
        return round(left + (day - first).days * scale, 1)

    lines = [
        f'<text x="8" y="20" font-size="14" font-weight="600">{escape(view.title or view.case)}</text>',
        f'<text x="8" y="38" fill="#57606a">{escape(view.span)}</text>',
    ]
    taken = -100.0
    for day, label in ticks(first, last):
        at = x(day)
        lines.append(f'<path d="M{at} {top - 4}V{bottom}" stroke="#d0d7de"/>')
        if at - taken > len(label) * 8 + 4 and at + len(label) * 7 < _WIDE:
            lines.append(f'<text x="{at + 2}" y="{top - 6}" font-size="11" fill="#57606a">{label}</text>')
            taken = at
    for n, track in enumerate(tracks):
        lines += _row(track, top + n * _ROW, x)
    for change in view.ahead:
        at = x(dt.date.fromisoformat(change.date))
        lines.append(
            f'<path d="M{at} {top - 2}V{bottom + 4}" stroke="#57606a" stroke-dasharray="2 3">'
            f"<title>{escape(change.day)}: {escape(change.words)}</title></path>"
        )
    return [*lines, *_legend(view, tracks, bottom + 22)], height


def _row(track: Track, y: int, x: object) -> Iterator[str]:
    assert callable(x)
    name = f"<title>{escape(track.label)}</title>{escape(track.category)}"
    yield f'<text x="8" y="{y + 17}" font-weight="600">{name}</text>'
    for window in track.windows:
        begin = x(dt.date.fromisoformat(window.first))
        end = x(dt.date.fromisoformat(window.last) + dt.timedelta(days=1))
        tall = _HEIGHT.get(window.outcome, _BAR)
        yield (
            f'<rect x="{begin}" y="{y + 13 - tall / 2}" width="{max(round(end - begin, 1), 1.5)}" height="{tall}"'
            f' fill="{_FILL[window.outcome]}" stroke="#fff" stroke-width="0.5">'
            f"<title>{escape(track.category)}: {escape(window.days)}: {escape(window.outcome_words)}</title></rect>"
        )


def _legend(view: WhenView, tracks: list[Track], y: int) -> Iterator[str]:
    at = 8.0
    seen = {w.outcome: w.outcome_words for t in tracks for w in t.windows}
    for outcome, fill in _FILL.items():
        if outcome in seen:
            tall = _HEIGHT.get(outcome, 12)
            yield f'<rect x="{at}" y="{y - 4 - tall / 2}" width="22" height="{tall}" fill="{fill}"/>'
            yield f'<text x="{at + 28}" y="{y}">{escape(seen[outcome])}</text>'
            at += 28 + cell_len(seen[outcome]) * 7 + 22
    if view.ahead:
        say = spoken(view.lang)
        yield f'<path d="M{at + 4} {y - 11}V{y + 3}" stroke="#57606a" stroke-dasharray="2 3"/>'
        yield f'<text x="{at + 12}" y="{y}">{escape(say("when_ahead"))}</text>'
