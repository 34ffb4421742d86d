"""A book, or a book and a case, as an answer-set program that plain clingo runs."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.case import Case
from solver.cells import Instance, Table
from solver.compiled import Compiled
from solver.lower import Program
from solver.run import Circuit
from solver.situation import DEFAULT, Judging, Readings, situation, tables
from solver.text import list_name, option, program_text, readings_used, table_text, test_atom
from solver.verdicts import copy


def emit(
    compiled: Compiled,
    case: Case | None = None,
    *,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
) -> str:
    """The program of a book, or of a book and a case, as plain clingo takes it.

    With a case, its models (`clingo - 0`) are what its completions can make of the categories, which are shown.
    """
    program = compiled.program
    if case is None:
        room = dict.fromkeys(program.lists, 2)
        return _HEAD + program_text(program, room, annotate=True) + _shown(program)
    s = situation(compiled, case, readings, judgements)
    circuit = Circuit()
    with circuit:
        undecided = copy(s, circuit)
        for gate in program.categories.values():
            undecided.value(gate)
    room = {n: s.written.get(n, 0) + s.blanks.get(n, 0) for n in program.lists}
    facts = [
        f"exists_{list_name(n)}({i})." for n in sorted(s.written) for i in range(s.written[n]) if n in program.lists
    ]
    facts += [f"{{ exists_{list_name(name)}({i}) }}." for name, i in sorted(undecided.exists)]
    for reading in readings_used(program):
        values = [option(reading, v) for v, _ in program.book.readings[reading].values]
        chosen = s.readings.get(reading)
        facts.append(f"{option(reading, chosen)}." if chosen else f"1 {{ {'; '.join(values)} }} 1.")
    facts += sorted(f"{test_atom(program, i)}." for i in s.instances() if s.truth(i))
    made = tables(s, tuple(undecided.tests))
    settled = _settled_by(made)
    facts += sorted(f"{{ {test_atom(program, i)} }}." for i in undecided.tests if i not in settled)
    facts += table_text(program, made)
    rules = program_text(program, room, annotate=True, fixed=True)
    return "".join((_HEAD, rules, "% the case\n", "\n".join(facts), "\n", _defined(program), _shown(program)))


def _defined(program: Program) -> str:
    """Atoms a case may leave without a rule: they do not hold, and clingo need not remark on it."""
    rows = [f"#defined {t.name}/{len(t.lists)}." for t in program.tests]
    rows += [f"#defined exists_{list_name(n)}/1." for n in program.lists]
    rows += [f"#defined {option(r, v)}/0." for r in readings_used(program) for v, _ in program.book.readings[r].values]
    return "\n".join(sorted(rows)) + "\n"


_HEAD = "% An answer-set program written by Whereas: clauses over tests, which hold or not for one case.\n"


def _shown(program: Program) -> str:
    """Only the categories are shown, by their ids."""
    rows = [f"#show {program.gates[g].name}/0." for g in program.categories.values()]
    return "\n".join(sorted(rows)) + "\n"


def _settled_by(made: Sequence[Table]) -> set[Instance]:
    """Tests that every alternative of some table fixes."""
    out: set[Instance] = set()
    for table in made:
        sets = [{i for i, _ in a.bits} | _settled_by(a.tables) for a in table.alternatives]
        out |= set.intersection(*sets) if sets else set()
    return out
