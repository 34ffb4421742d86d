"""The facts of a case as a record lists them, with where each comes from; and the case made again from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from dsl import model as m
from dsl.case import Absent, Case, Known, Listed, Record, presumes
from whereas import values
from whereas.records.values import leaves, read, type_at, written

Json = dict[str, Any]


def listed(book: m.Book, case: Case, judgements: Literal["presumed", "open"], texts: Mapping[str, str]) -> list[Json]:
    """Every fact of the book that the case could tell: what it is, how it is known, and where it was written."""
    counts: dict[str, int] = {}
    out: list[Json] = []
    for name, given in book.givens.items():
        _count(book, name, given.type, case.root.facts.get(name), counts)
        for at, kind in leaves(book, name, given.type, counts):
            out.append(_entry(book, case, at, kind, judgements, texts))
    return out


def _count(book: m.Book, at: str, kind: m.Type, told: Known | None, counts: dict[str, int]) -> None:
    match kind:
        case m.EntityOf(entity):
            for fact in book.entities[entity].facts:
                inner = told.facts.get(fact.id) if isinstance(told, Record) else None
                _count(book, f"{at}.{fact.id}", fact.type, inner, counts)
        case m.ListOf():
            counts[at] = len(told.items) if isinstance(told, Listed) else 0
        case _:
            return


def _entry(
    book: m.Book, case: Case, at: str, kind: m.Type, judgements: Literal["presumed", "open"], texts: Mapping[str, str]
) -> Json:
    told, fact = values.told(case, at), values.fact_at(book, at)
    assert fact is not None
    out: Json = {"at": at}
    if isinstance(kind, m.ListOf):
        it = told if isinstance(told, Listed) else Listed((), open=True, told=False, reason=_reason(told))
        out |= {"is": "told" if it.told else it.reason.value, "items": len(it.items), "open": it.open}
    elif not isinstance(told, Absent | Listed | Record) and told is not None:
        out |= {"is": "defaulted" if at in case.defaulted else "told", "value": written(told)}
    elif judgements == "presumed" and fact.judgement and presumes(book.judgements[fact.judgement], case.root.facts):
        out |= {"is": "presumed", "value": True}
    else:
        out |= {"is": _reason(told).value}
    place = case.places.get(at)
    if place is not None:
        text = texts.get(place.file, "")
        line = text.count("\n", 0, place.start) + 1
        out["from"] = {"file": place.file, "line": line, "column": place.start - text.rfind("\n", 0, place.start)}
    return out


def _reason(told: Known | None) -> Absent:
    return told if isinstance(told, Absent) else Absent.NOT_ASKED


def case_of(book: m.Book, body: Mapping[str, Any], *, presumed: bool = False) -> Case:
    """The case that a record was made from; `presumed`: with what is presumed as if it were told.

    What the book has come to ask since was not asked.

    Raises:
        ValueError: a value in it is not of its type.
    """
    entries: Mapping[str, Json] = {e["at"]: e for e in body["facts"]}

    def thing(at: str, entity: str) -> Record:
        return Record({f.id: made(f"{at}.{f.id}", f.type) for f in book.entities[entity].facts})

    def made(at: str, kind: m.Type) -> Known:
        match kind:
            case m.EntityOf(entity):
                return thing(at, entity)
            case m.ListOf(entity):
                e = entries.get(at, {"is": Absent.NOT_ASKED.value, "items": 0, "open": True})
                items = tuple(thing(f"{at}[{i}]", entity) for i in range(e["items"]))
                reason = Absent.NOT_ASKED if e["is"] == "told" else Absent(e["is"])
                return Listed(items, e["open"], e["is"] == "told", reason)
            case _:
                e = entries.get(at, {"is": Absent.NOT_ASKED.value})
                if e["is"] == "presumed" and not presumed:
                    return Absent.NOT_ASKED
                return read(kind, e["value"]) if "value" in e else Absent(e["is"])

    root = Record({name: made(name, given.type) for name, given in book.givens.items()})
    places = {at: m.Place(e["from"]["file"], 0, 0) for at, e in entries.items() if "from" in e}
    about = body["case"]
    chosen = {name: it["value"] for name, it in body["readings"].items() if it["by"] == "case"}
    defaulted = tuple(at for at, e in entries.items() if e["is"] == "defaulted")
    return Case(about["name"], root, chosen, places, defaulted, about["title"], about["about"])


def personal(book: m.Book, entry: Mapping[str, Any], policy: Sequence[str]) -> bool:
    """Whether a masking policy covers a fact: its kind of value is named by the policy, or `all` told values are."""
    if "value" not in entry or entry["is"] == "presumed":
        return False
    kind = type_at(book, entry["at"])
    return "all" in policy or (isinstance(kind, m.Scalar) and kind.kind in policy and "." in entry["at"])
