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
from whereas.records.check import VERSION as RECORD_VERSION
from whereas.records.check import decisive, examined, told, under
from whereas.records.facts import listed
from whereas.records.kernel import STATUS, Checked
from whereas.records.program import program
from whereas.records.values import written

Json = dict[str, Any]


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
    rules = program(book, asked.categories, asked.as_known_on)
    prove.prove(compiled, rules, body)
    wrong = [f for f in examined(rules, body).found if f.kind == "wrong"]
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
        "evidence": {"filler": {}},
    }
    if salts is not None:
        salts |= mask.marked(book, body, policy)
    for entry in body["facts"]:
        if masked and entry["at"] in masked:
            entry["masked"] = masked[entry["at"]]
    c = examined(program(book, asked.categories, asked.as_known_on), body)
    body["results"] = [_result(c, r) for r in answer.results]
    return body


def _clingo() -> str:
    from importlib.metadata import version

    return version("clingo")


def _readings(book: m.Book, case: Case, asked: Mapping[str, str]) -> Json:
    out: Json = {}
    for name, reading in sorted(book.readings.items()):
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
    }


def _values(found: Sequence[m.Value]) -> list[Any]:
    out = [written(v) for v in found]
    return sorted(out, key=str) if len(out) > 1 else out


def _result(c: Checked, r: Result) -> Json:
    out = result_data(r)

    def level(steps: Sequence[Step], rules: Sequence[tuple[Json, Any]]) -> list[Json]:
        if len(steps) != len(rules):
            raise InternalError(
                "record", f"{r.category}: the solver shows {len(steps)} clauses, the checker {len(rules)}"
            )
        does = [  # of what did not matter the solver may not say that it is the same in every completion
            STATUS[held] if (held := mn.get(c.world, rule["decides"], env)) is not None else step.status.value
            for step, (rule, env) in zip(steps, rules, strict=True)
        ]
        made = []
        for i in decisive(out["verdict"], rules, does) or [i for i, it in enumerate(does) if it == "varies"]:
            step, (rule, env) = steps[i], rules[i]
            mine = told(c, rule, env)
            _agree(step, mine)
            below, held = under(c.world, rule, env), mn.get(c.world, rule["cond"], env)
            data = {"at": i, "status": step.status.value if held is None else STATUS[held], **mine}
            made.append(data | ({"steps": level(step.children, below)} if below else {}))
        return made

    for grant, rule in zip(out["grants"], c.rules["categories"][r.category]["grants"], strict=False):
        grant["all"] = not any(c.kinds[x]["is"] == "duration" for x in rule[2] if x in c.untold)
    out["steps"] = level(r.steps, [(rule, ()) for rule in c.rules["categories"][r.category]["steps"]])
    out["evidence"] = mask.empty(len(r.hinges))
    return out


def _agree(step: Step, mine: Json) -> None:
    """The solver's step and the checker's are the same clause."""
    theirs: Json = {"path": step.path, "kind": step.kind, "wanted": step.wanted}
    for name, value in (("n", step.n), ("element", step.element), ("override", step.override)):
        if value is not None:
            theirs[name] = value
    if step.reading is not None:
        theirs["reading"] = step.reading[0]
    beside = ("binding", "values", "gaps", "leans_on", *(("reading",) if step.reading is None else ()))
    ours = {k: v for k, v in mine.items() if k not in beside}
    if "override" not in ours:  # one that does not matter may be shown by the solver though it can never apply
        theirs.pop("override", None)
    if "element" in ours:
        ours["element"] = ours["element"].replace("[++]", "[+]")
    if theirs != ours:
        raise InternalError("record", f"the solver shows {theirs}, the checker {ours}")
