"""Values of readings and outcomes of judgements that change nothing for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsl.inside import found as parts
from dsl.model import Judgement, Label, Place, Reading, Truth
from solver import shown
from solver.examination import OFTEN, Examination, Finding, nobody
from solver.finder import BRIEFLY, finder
from solver.matters import decide, reread
from solver.turned import readings_turned


def readings(e: Examination) -> Iterator[Finding]:
    """Values of readings that change no verdict."""
    program = e.compiled.program
    gates = program.gates
    asked = {c: {name for g in e.compiled.under([c]) if (name := gates[g].reading)} for c in e.in_turn}
    mine = set(e.compiled.readings) if not e.chosen else {r for c in e.chosen for r in asked[c]}
    open_ = {
        (r.id, value): None
        for r in e.book.readings.values()
        if r.id in e.compiled.readings and r.id in mine
        for value, _ in r.values
        if value != r.default
    }
    for c, names in asked.items():
        here = [r for r in open_ if r[0] in names]
        # Whom the book works out under another reading is the likeliest to show what it changes.
        people = sorted(e.worked_on(c), key=lambda case: not case.readings) if here else ()
        for r in readings_turned(e.compiled, c, people, here, e.deadline):
            del open_[r]
    days = {c: e.days_of(c) for c in asked}
    left: dict[tuple[str, str], int] = {}
    for turn in range(max((len(d) for d in days.values()), default=0)):
        for c, names in asked.items():
            here = [r for r in open_ if r[0] in names and left.get(r, 0) < OFTEN]
            if here and turn < len(days[c]):
                search = finder(e.compiled, nobody(e.book, days[c][turn]), turns=BRIEFLY)
                seen, missed = reread(search, c, here, e.deadline)
                left |= {r: left.get(r, 0) + 1 for r in missed}
                for r in seen:
                    del open_[r]
    for reading, value in open_:
        if (reading, value) in left:
            e.left_out.setdefault(f"{reading}={value}")
            continue
        yield Finding(
            "B906",
            f"{reading}={value}",
            Label(f"reading `{reading}` as `{value}` changes nothing", f"將`{reading}`解讀為`{value}`並無分別"),
            _written(e.book.readings[reading], value),
            shown.read_either_way(e, reading, value, [c for c in e.in_turn if reading in asked[c]]),
            advice=Label("delete the value, or put it to use in the rules", "刪去此解讀，或在規則中使用它"),
        )


def _written(reading: Reading, value: str) -> tuple[tuple[Place, Label], ...]:
    """Where a value of a reading is declared."""
    said = Label("every verdict stays as it is", "所有結果均不變")
    return tuple(
        (place, said) for (name, _), place in zip(reading.values, reading.places, strict=False) if name == value
    )


def _judged(e: Examination) -> dict[str, set[int]]:
    """By judgement that the categories examined ask for, the gates that ask for it and do nothing else.

    One that is asked for within something that is counted or added up as well is left out.
    """
    gates, tests = e.compiled.program.gates, e.compiled.tests
    out: dict[str, set[int]] = {}
    counted: set[str] = set()
    for gate in gates:
        cond = tests[gate.test].spec.cond if gate.test is not None else None
        if isinstance(cond, Truth):
            out.setdefault(_last(cond), set()).add(gate.id)
        elif cond is not None:
            counted |= {_last(t) for t in parts(cond, Truth)}
    mine = e.compiled.under(e.categories)
    return {j: out[j] for j in e.book.judgements if j in out and j not in counted and out[j] & mine}


def _last(cond: Truth) -> str:
    """The fact that a condition asks for."""
    return cond.fact.steps[-1] if cond.fact.steps else cond.fact.base


def judgements(e: Examination) -> Iterator[Finding]:
    """Judgements whose outcome changes no verdict."""
    seen = {g for g, _ in e.matters.seen}
    open_ = {j: gs for j, gs in _judged(e).items() if len(gs) > 1 or not gs & seen}
    left: dict[str, int] = {}
    days = {c: e.days_of(c) for c in e.in_turn if c not in e.closed}
    for turn in range(max((len(d) for d in days.values()), default=0)):
        for c, mine in days.items():
            below = e.compiled.under([c])
            here = {j: gs for j, gs in open_.items() if gs & below and left.get(j, 0) < OFTEN}
            if here and turn < len(mine):
                search = finder(e.compiled, nobody(e.book, mine[turn]), "all", "open", turns=BRIEFLY)
                decided, missed = decide(search, c, here, e.deadline)
                left |= {j: left.get(j, 0) + 1 for j in missed}
                for j in decided:
                    del open_[j]
    for name, asked in open_.items():
        if name in left:
            e.left_out.setdefault(name)
        else:
            yield _idle_judgement(e, e.book.judgements[name], asked)


def _idle_judgement(e: Examination, j: Judgement, gates: Iterable[int]) -> Finding:
    return Finding(
        "B907",
        j.id,
        Label(f"the judgement `{j.id}` changes nothing", f"判斷`{j.id}`不影響任何結果"),
        ((j.place, Label("asked for in vain", "徒然查問")),) if j.place else (),
        shown.judged_either_way(e, gates),
        Label("delete it, or correct the conditions that ask for it", "刪去，或更正引用它的條件"),
    )
