"""`when` as data, for other programs."""

from __future__ import annotations

from whereas.report_json import Json, head_json, hinges_json, named_json, reason_json
from whereas.when_view import WhenView, Window


def when_json(view: WhenView, edition: str, *, judgements: str) -> Json:
    """One case. `edition`: hash of the book."""
    return {
        **head_json(view.case, view.title, view.lang, view.book, edition),
        "book": {"id": view.book.id, "label": view.book.words, "hash": edition, "known": view.known_to},
        "from": view.first,
        "until": view.last,
        "judgements": judgements,
        "assumed": list(view.assumed),
        "complete": not view.unsettled,
        "limit": view.limit,
        "unsettled": [item.id for item in view.unsettled],
        "categories": [
            {
                "category": track.category,
                "scheme": track.scheme,
                "label": track.label,
                "windows": [_window(window) for window in track.windows],
            }
            for track in view.tracks
        ],
        "ahead": [
            {"date": c.date, "kind": c.kind, "id": c.id, "label": c.words, "categories": list(c.categories)}
            for c in view.ahead
        ],
        "notices": named_json(view.notices),
    }


def _window(window: Window) -> Json:
    return {
        "from": window.first,
        "until": window.last,
        "outcome": window.outcome,
        "label": window.outcome_words,
        "turned": [reason_json(row) for row in window.why],
        "hinges": hinges_json(window.hinges),
        "grants": list(window.grants),
        "notes": list(window.notes),
    }
