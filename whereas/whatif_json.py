"""`whatif` as data, for other programs. `VERSION` grows when a field changes its meaning or goes away."""

from __future__ import annotations

from collections.abc import Mapping

from whereas.whatif_view import Beside, Changes, Goal, Side, Suggestion, named

VERSION = 1

Json = dict[str, object]


def changes_json(view: Changes, edition: str) -> Json:
    """Two answers side by side."""
    return {
        **_head(view, edition),
        "set": named(view.made),
        "changed": [_beside(b) for b in view.changed],
        "unchanged": view.alike,
        "limit": view.limit,
    }


def goal_json(view: Goal, edition: str) -> Json:
    """What reaches a category."""
    return {
        **_head(view, edition),
        "category": view.category,
        "label": view.label,
        "verdict": view.verdict.value if view.verdict else None,
        "verdict_label": view.verdict_words,
        "reached": view.reached,
        "complete": view.complete,
        "suggestions": [_suggestion(s) for s in view.suggestions],
        "forbidden_by": named(view.forbids),
    }


def _head(view: Changes | Goal, edition: str) -> Json:
    return {
        "version": VERSION,
        "case": view.case,
        "title": view.title,
        "lang": view.lang,
        "book": {"id": view.book.id, "label": view.book.words, "hash": edition},
    }


def _beside(b: Beside) -> Json:
    return {
        "category": b.category,
        "label": b.label,
        "scheme_label": b.scheme_label,
        "before": _side(b.before),
        "after": _side(b.after),
    }


def _side(side: Side) -> Json:
    return {
        "verdict": side.verdict.value,
        "verdict_label": side.verdict_words,
        "hinges": [{"kind": h.kind, "id": h.id, "label": h.label} for h in side.hinges],
        "grants": list(side.grants),
        "conditions": [
            {"path": r.path, "mark": r.mark, "sentence": r.words, "cites": list(r.cites)} for r in side.lines
        ],
    }


def _suggestion(s: Suggestion) -> Mapping[str, object]:
    return {
        "steps": named(s.steps),
        "effort": s.ranks,
        "effort_label": s.effort,
        "file_from": s.filed[0] if s.filed else None,
        "file_to": s.filed[1] if s.filed else None,
        "filing_label": s.filing,
        "verdict": s.verdict.value,
        "verdict_label": s.verdict_words,
        "hangs_on": named(s.hangs_on),
        "law_not_known": s.law,
        "set": list(s.options),
    }
