"""`whatif` as data, for other programs."""

from __future__ import annotations

from whereas.report_json import Json, head_json, hinges_json, named_json, reason_json
from whereas.whatif_view import Beside, Changes, Goal, Side, Suggestion


def changes_json(view: Changes, edition: str) -> Json:
    """Two answers side by side."""
    return {
        **head_json(view.case, view.title, view.lang, view.book, edition),
        "set": named_json(view.made),
        "changed": [_beside(b) for b in view.changed],
        "unchanged": view.alike,
        "limit": view.limit,
    }


def goal_json(view: Goal, edition: str) -> Json:
    """What reaches a category."""
    return {
        **head_json(view.case, view.title, view.lang, view.book, edition),
        "category": view.category,
        "label": view.label,
        "verdict": view.verdict.value if view.verdict else None,
        "verdict_label": view.verdict_words,
        "reached": view.reached,
        "complete": view.complete,
        "suggestions": [_suggestion(s) for s in view.suggestions],
        "forbidden_by": named_json(view.forbids),
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
        "hinges": hinges_json(side.hinges),
        "grants": list(side.grants),
        "conditions": [reason_json(row) for row in side.lines],
    }


def _suggestion(s: Suggestion) -> Json:
    return {
        "steps": named_json(s.steps),
        "effort": s.ranks,
        "effort_label": s.effort,
        "file_from": s.filed[0] if s.filed else None,
        "file_to": s.filed[1] if s.filed else None,
        "filing_label": s.filing,
        "verdict": s.verdict.value,
        "verdict_label": s.verdict_words,
        "hangs_on": named_json(s.hangs_on),
        "law_not_known": s.law,
        "set": list(s.options),
    }
