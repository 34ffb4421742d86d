"""A decision record: the answer of the solver, the facts it was given, and evidence that a checker can follow."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from dsl import model as m
from dsl.case import Case
from dsl.diagnostics import InternalError
from solver.answer import Answer, Result, Step
from solver.assess import assess
from solver.compiled import Compiled
from whereas.driver import VERSION, edition
from whereas.records import mask, prove
from whereas.records import meaning as mn
from whereas.records.check import Checked, examined
from whereas.records.derivation import WISH, roots, told, under
from whereas.records.facts import listed
from whereas.records.hints import hints
from whereas.records.values import written

Json = dict[str, Any]
RECORD_VERSION = 1


class Asked(Struct, frozen=True):
    """The readings chosen on the command line (or all), how judgements are taken, which categories."""

    readings: Mapping[str, str] | Literal["all"]
    judgements: Literal["presumed", "open"]
    as_known_on: dt.date | None
    categories: tuple[str, ...]
    seconds: float | None = None


def answered(compiled: Compiled, case: Case, asked: Asked) -> Answer:
    """The solver's answer, every clause included."""
    readings: Mapping[str, str] | Literal["all"] = "all"
    if asked.readings != "all":
        readings = {**case.readings, **asked.readings}
    return assess(
        compiled,
        case,
        readings=readings,
        judgements=asked.judgements,
        as_known_on=asked.as_known_on,
        seconds=asked.seconds,
        categories=asked.categories,
    )


def record(
    compiled: Compiled, case: Case, asked: Asked, main: str, texts: Mapping[str, str], policy: mask.Policy = "none"
) -> tuple[Json, Json]:
    """The body of a record, and the secrets of what is masked in it (empty if nothing is).

    `main`: the file the book begins with; `texts`: the case file, to count lines in.

    Raises:
        InternalError: the checker does not follow the solver's answer. Nothing is recorded then.
    """
    book = compiled.book
    salts: Json = {}
    body = draft(compiled, case, asked, main, texts, policy=policy, salts=salts)
    _prove(compiled, body)
    wrong = [f for f in examined(book, body).found if f.kind == "wrong"]
    if wrong:
        raise InternalError("record", f"the checker does not follow the answer at {wrong[0].at}: {wrong[0].words}")
    return mask.stripped(body, salts)


def draft(
    compiled: Compiled,
    case: Case,
    asked: Asked,
    main: str,
    texts: Mapping[str, str],
    masked: Mapping[str, str] | None = None,
    *,
    policy: mask.Policy = "none",
    salts: Json | None = None,
) -> Json:
    """The body of a record but for its evidence. `masked`: commitments of a record that is answered again."""
    book = compiled.book
    answer = answered(compiled, case, asked)
    body: Json = {
        "version": RECORD_VERSION,
        "made": {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "whereas": VERSION,
            "python": platform.python_version(),
            "clingo": _clingo(),
        },
        "book": {"id": book.id, "hash": edition(book), "main": main, "known": book.known.isoformat(), "texts": None},
        "asked": {
            "as_known_on": asked.as_known_on.isoformat() if asked.as_known_on else None,
            "readings": "all" if asked.readings == "all" else dict(asked.readings),
            "judgements": asked.judgements,
            "categories": list(asked.categories),
        },
        "case": {"name": case.name, "title": case.title, "about": case.about},
        "masking": {"policy": "none", "case": {}, "evidence": None},
        "facts": listed(book, case, asked.judgements, texts),
        "readings": {} if asked.readings == "all" else _readings(book, case, asked.readings),
        "unused": list(answer.unused),
        "unsettled": list(answer.unsettled),
        "limit": answer.limit,
        "results": [],
        "evidence": {"filler": {}, "elements": {}},
    }
    if salts is not None:
        salts |= mask.marked(book, body, policy)
    for entry in body["facts"]:
        if masked and entry["at"] in masked:
            entry["masked"] = masked[entry["at"]]
    c = examined(book, body)
    body["results"] = [_result(c, r) for r in answer.results]
    return body


def _clingo() -> str:
    from importlib.metadata import version

    return version("clingo")


def _readings(book: m.Book, case: Case, asked: Mapping[str, str]) -> Json:
    out: Json = {}
    for name, reading in book.readings.items():
        by = "asked" if name in asked else "case" if name in case.readings else "default"
        value = asked.get(name, case.readings.get(name, reading.default))
        out[name] = {"value": value, "by": by}
    return out


def result_data(r: Result) -> Json:
    """A result without its steps, as data."""
    return {
        "category": r.category,
        "scheme": r.scheme,
        "verdict": r.verdict.value,
        "hinges": [{"kind": h.kind, "id": h.id} for h in sorted(r.hinges, key=lambda h: (h.kind, h.id))],
        "assumes": sorted(r.assumes),
        "sensitive_to": sorted(r.sensitive_to),
        "grants": [{"kind": g.kind, "values": _values(g.values), "chosen_by": sorted(g.chosen_by)} for g in r.grants],
        "asks_for": list(r.asks_for),
        "routes_to": list(r.routes_to),
        "because": list(r.because),
        "leans_on": list(r.leans_on),
    }


def _values(found: Sequence[m.Value]) -> list[Any]:
    out = [written(v) for v in found]
    return sorted(out, key=str) if len(out) > 1 else out


def _result(c: Checked, r: Result) -> Json:
    category = c.book.categories[r.category]
    out = result_data(r)
    world = mn.of_category(c.world, category)
    why_not = lambda at: c.untold.get(at, "not_asked")  # noqa: E731

    def level(steps: Sequence[Step], nodes: Sequence[Any]) -> list[Json]:
        if len(steps) != len(nodes):
            raise InternalError(
                "record", f"{r.category}: the solver shows {len(steps)} clauses, the checker {len(nodes)}"
            )
        made = []
        for i, (step, node) in enumerate(zip(steps, nodes, strict=True)):
            if not step.decisive:
                continue
            mine = told(world, node, category, why_not, c.masked)
            _agree(step, mine)
            below = under(world, node)
            data = {"at": i, "status": step.status.value, **mine}
            made.append(data | ({"steps": level(step.children, below)} if below else {}))
        return made

    out["steps"] = level(r.steps, roots(c.book, category))
    out["evidence"] = {"completions": [], "hinges": [None] * len(r.hinges), "verdict": None, "steps": {}}
    assert WISH[out["verdict"]]
    return out


def _agree(step: Step, mine: Json) -> None:
    """The solver's step and the checker's are the same clause."""
    theirs: Json = {"path": step.path, "kind": step.kind, "wanted": step.wanted}
    for name, value in (("n", step.n), ("element", step.element), ("override", step.override)):
        if value is not None:
            theirs[name] = value
    if step.reading is not None:
        theirs["reading"] = list(step.reading)
    if step.gaps:
        theirs["gaps"] = list(step.gaps)
    ours = {k: v for k, v in mine.items() if k not in ("binding", "values")}
    if theirs != ours:
        raise InternalError("record", f"the solver shows {theirs}, the checker {ours}")


def _prove(compiled: Compiled, body: Json) -> None:
    """Look for the evidence that the checker misses."""
    book = compiled.book
    world = examined(book, body).world
    untold = [e["at"] for e in body["facts"] if e["is"] in ("not_asked", "unknown", "declined") and "items" not in e]
    own = body["evidence"]
    own["filler"] = {at: written(v) for at, v in prove.filling(world, untold).items()}
    own["elements"] = {at: written(v) for at, v in prove.elements(world).items()}
    c = examined(book, body)
    hint = hints(compiled, c)
    for result in body["results"]:
        category = c.book.categories[result["category"]]
        proof = result["evidence"]

        def holds(w: mn.World, category: m.Category = category) -> mn.Truth:
            return mn.category(w, category)

        bases: list[Json] = []
        if result["hinges"]:
            for wanted, goal in ((True, holds), (False, lambda w: mn.opposite(holds(w)))):
                found = prove.shown(c, goal, hint(result["category"], wanted))
                bases += [found] if found is not None else []
        known = result["hinges"]
        proof["hinges"] = [prove.turned(c, h, bases, holds) or prove.together(c, h, known, bases, holds) for h in known]
        used = sorted({h["at"] for h in proof["hinges"] if h})
        proof["completions"] = [bases[i] for i in used]
        proof["hinges"] = [h and {**h, "at": used.index(h["at"])} for h in proof["hinges"]]
    for _ in range(3):
        needs = list(examined(book, body).needs)
        if not sum(_meet(c, body, *need) for need in needs):
            return


def _meet(c: Checked, body: Json, at: str, said: str, of: prove.Goal) -> bool:
    """Bring what one claim needs: completions in which it differs, or a case split."""
    name, _, rest = at.removeprefix("results.").rpartition(".")
    proof = next(r["evidence"] for r in body["results"] if r["category"] == name)
    if said in ("varies", "depends"):
        made = [x for goal in (of, lambda w: mn.opposite(of(w))) if (x := prove.shown(c, goal)) is not None]
        new = [x for x in made if x not in proof["completions"]]
        proof["completions"] += new
        return bool(new)
    goal = of if said in ("holds", "qualifies") else lambda w: mn.opposite(of(w))
    made_split = prove.split(c.world, goal)
    if made_split is None:
        return False
    if rest == "verdict":
        proof["verdict"] = made_split
    else:
        proof["steps"][rest.removeprefix("steps[").removesuffix("]")] = made_split
    return True
