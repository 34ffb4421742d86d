"""A record answered again: the same case put to the solver, and what is not the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dsl.model import Scalar
from solver.compiled import Compiled
from whereas.records.facts import case_of
from whereas.records.make import Asked, draft
from whereas.records.values import read

Json = dict[str, Any]
_COMPARED = ("facts", "readings", "unused", "unsettled", "limit", "results")


def asked_of(body: Json, seconds: float | None = None) -> Asked:
    """What was asked for when the record was made."""
    it = body["asked"]
    day = None if it["as_known_on"] is None else read(Scalar("date"), it["as_known_on"])
    return Asked(it["readings"], it["judgements"], day, tuple(it["categories"]), seconds)


def differences(compiled: Compiled, body: Json, seconds: float | None = None) -> list[tuple[str, Any, Any]]:
    """What another run answers differently: the field, what is recorded, what is answered now."""
    masked = {e["at"]: e["masked"] for e in body["facts"] if "masked" in e}
    case = case_of(compiled.book, body)
    now = draft(compiled, case, asked_of(body, seconds), body["book"]["main"], {}, masked)
    recorded, answered = _plain(body), _plain(now)
    return list(_differ("", recorded, answered))


def _plain(body: Json) -> Json:
    """What is compared: no evidence, which is found by search and stands under the record's digest; no places."""
    out = {name: body[name] for name in _COMPARED}
    out["facts"] = {e["at"]: {k: v for k, v in e.items() if k != "from"} for e in body["facts"]}
    out["results"] = {r["category"]: {k: v for k, v in r.items() if k != "evidence"} for r in body["results"]}
    for result in out["results"].values():  # version 1 did not say whether these are all values
        result["grants"] = [{k: v for k, v in g.items() if k != "all"} for g in result["grants"]]
        result["steps"] = _shown(result["steps"])
        for name in ("because", "leans_on"):  # until version 3
            result.pop(name, None)
    return out


def _shown(steps: list[Json]) -> list[Json]:
    """Steps as they were until version 3, without the reading chosen and the sources leant on."""
    plain = [{k: v for k, v in step.items() if k not in ("reading", "leans_on")} for step in steps]
    return [step | ({"steps": _shown(step["steps"])} if "steps" in step else {}) for step in plain]


def _differ(at: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            place = f"{at}.{name}" if at else str(name)
            yield from _differ(place, one.get(name), other.get(name))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differ(f"{at}[{i}]", a, b)
    elif one != other or type(one) is not type(other):
        yield at, one, other
