"""Reports as data, for other programs. `VERSION` grows when a field of any of them changes its meaning or goes away."""

from __future__ import annotations

from collections.abc import Iterable

from dsl.model import Verdict
from whereas.entries import TotalView
from whereas.phrases import Language
from whereas.views import CaseView, HingeView, Named, ResultView, Row

VERSION = 1

Json = dict[str, object]


def case_json(view: CaseView, edition: str, *, judgements: str, steps: bool) -> Json:
    """One case. `edition`: hash of the book; `steps`: with the tree of conditions."""
    return {
        **_more(view),
        **head_json(view.case, view.title, view.lang, view.book, edition),
        "submitted_on": view.submitted_on,
        "submitted_on_defaulted": view.submitted_on_defaulted,
        "as_known_on": view.as_known_on,
        "readings": {reading.id: value.id for reading, value in view.readings},
        "judgements": judgements,
        "complete": view.complete,
        "limit": view.limit,
        "unsettled": [item.id for item in view.unsettled],
        "lists_taken_as_complete": named_json((*view.lists, *view.none_told)),
        "unused": named_json(view.unused),
        "notices": named_json(view.notices),
        "results": [_result(result, steps=steps) for result in view.results],
    }


def _more(view: CaseView) -> Json:
    """What was asked for besides: the nearest misses, and what readings do."""
    out: Json = {}
    if view.near:
        out["near"] = [
            {
                "category": n.category,
                "label": n.label,
                "changes": n.changes,
                "distance": n.distance,
                "in_the_way": n.words,
                "complete": n.complete,
            }
            for n in view.near
        ]
    if found := view.under_readings:
        out["under_readings"] = {
            "same": {verdict: list(categories) for verdict, categories in found.same},
            "turning": [
                {
                    "category": t.category,
                    "verdict": t.verdict,
                    "readings": {r: dict(values) for r, values in t.readings},
                }
                for t in found.turning
            ],
            "complete": not found.unsettled,
            "unsettled": list(found.unsettled),
        }
    return out


def head_json(case: str, title: str | None, lang: Language, book: Named, edition: str) -> Json:
    """What begins every report on a case. edition: hash of the book."""
    named = {"id": book.id, "label": book.words, "hash": edition}
    return {"version": VERSION, "case": case, "title": title, "lang": lang, "book": named}


def named_json(items: Iterable[Named]) -> list[Json]:
    """Ids with their words."""
    return [{"id": item.id, "label": item.words} for item in items]


def hinges_json(hinges: Iterable[HingeView]) -> list[Json]:
    """What a verdict turns on."""
    return [{"kind": h.kind, "id": h.id, "label": h.label} for h in hinges]


def _result(result: ResultView, *, steps: bool) -> Json:
    ids = (*result.assumes, *result.sensitive_to, *result.asks_for, *result.routes_to, *result.leans_on)
    data: Json = {
        "category": result.category,
        "scheme": result.scheme,
        "verdict": result.verdict.value,
        "label": result.label,
        "verdict_label": result.verdict_words,
        "hinges": hinges_json(result.hinges),
        "assumes": [item.id for item in result.assumes],
        "sensitive_to": [item.id for item in result.sensitive_to],
        "grants": [
            {"kind": g.kind, "values": list(g.values), "chosen_by": list(g.chosen_by), "label": g.words}
            for g in result.grants
        ],
        "asks_for": [item.id for item in result.asks_for],
        "routes_to": [item.id for item in result.routes_to],
        "leans_on": [item.id for item in result.leans_on],
        "file_by": result.closes.file_by if result.closes else None,
        "filed_later": result.closes.then if result.closes else None,
        "known_to": [{"id": rule.id, "date": rule.known_to, "label": rule.words} for rule in result.open_ended],
        "because": list(result.because),
        "reasons": [reason_json(row) for row in result.reasons],
        "labels": {item.id: item.words for item in ids},
    }
    if result.standing is not None:
        data |= _standing(result)
    if steps:
        data["steps"] = [_step(row) for row in result.rows]
        data["sources"] = {item.id: item.words for item in result.sources}
    return data


def _standing(result: ResultView) -> Json:
    """What stands in the way of a no with the conditions each part makes fail, or what a yes rests on."""
    found = result.standing
    assert found is not None
    sets = [
        [{"kind": it.kind, "id": it.id, "value": it.value, "label": it.words} for it in p.told] for p in found.parts
    ]
    if result.verdict is Verdict.QUALIFIES:
        return {"rests_on": sets, "rests_on_complete": found.complete}
    fails = [[reason_json(row) for row in part.rows] for part in found.parts]
    return {"blocking": sets, "blocking_fails": fails, "blocking_complete": found.complete}


def reason_json(row: Row) -> Json:
    """One condition, without those below it."""
    return {"path": row.path, "mark": row.mark, "sentence": row.words, "cites": list(row.cites)}


def _step(row: Row) -> Json:
    data = reason_json(row) | {"status": row.status, "kind": row.kind, "decisive": row.decisive}
    if row.note:
        data["note"] = row.note
    if row.totals:
        data["totals"] = [_total(total) for total in row.totals]
    return data | ({"steps": [_step(child) for child in row.rows]} if row.rows else {})


def _total(total: TotalView) -> Json:
    """What a total over a list was made of."""
    entries: list[Json] = []
    for e in total.entries:
        more = {"amount": e.amount, "first": e.first, "last": e.last}
        entries.append(
            {"id": e.id, "label": e.label, "counts": e.counts, "words": e.words}
            | {name: value for name, value in more.items() if value is not None}
        )
    capped = {"capped": list(total.caps)} if total.caps else {}
    return capped | {
        "list": total.id or None,
        "label": total.label,
        "entries": entries,
        "may_have_more": total.more is not None,
    }
