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
from solver.verdicts import copy, said_together


def emit(
    compiled: Compiled,
    case: Case | None = None,
    *,
    readings: Readings = DEFAULT,
    judgements: Judging = "presumed",
    categories: Sequence[str] | None = None,
) -> str:
    """The program of a book, or of a book and a case, as plain clingo takes it. `categories`: only these.

    With a case, what holds in all of its models (`clingo -e cautious - 0`) are the categories the person qualifies for,
    what holds in some (`-e brave`) those that are possible. What is said together of further elements of an open list
    is left out, and the program says so: it may then have models that nobody can be. Raises TooLarge if there is too
    much to try.
    """
    program = compiled.program
    names = tuple(categories) if categories is not None else tuple(program.categories)
    only = compiled.under(names)
    if case is None:
        room = dict.fromkeys(program.lists, 2)
        return _HEAD + program_text(program, room, annotate=True, only=only) + _shown(program, names)
    s = situation(compiled, case, readings, judgements)
    made: list[Table] = []
    open_: dict[Instance, None] = {}
    elements: dict[tuple[str, int], None] = {}
    tied: set[str] = set()
    for name in names:
        with Circuit() as circuit:
            undecided = copy(s, circuit)
            undecided.value(program.categories[name])
        made += tables(s, tuple(undecided.tests), name)
        open_ |= dict.fromkeys(undecided.tests)
        elements |= dict.fromkeys(undecided.exists)
        tied |= said_together(s, undecided)
    room = {n: s.written.get(n, 0) + s.blanks.get(n, 0) for n in program.lists}
    facts = [
        f"exists_{list_name(n)}({i})." for n in sorted(s.written) for i in range(s.written[n]) if n in program.lists
    ]
    facts += [f"{{ exists_{list_name(name)}({i}) }}." for name, i in sorted(elements)]
    for reading in readings_used(program, only):
        values = [option(reading, v) for v, _ in program.book.readings[reading].values]
        chosen = s.readings.get(reading)
        facts.append(f"{option(reading, chosen)}." if chosen else f"1 {{ {'; '.join(values)} }} 1.")
    read = {program.gates[g].test for g in only}
    facts += sorted(f"{test_atom(program, i)}." for i in s.instances() if i[0] in read and s.truth(i))
    settled = _settled_by(made)
    facts += sorted(f"{{ {test_atom(program, i)} }}." for i in open_ if i not in settled)
    facts += table_text(program, made)
    rules = program_text(program, room, annotate=True, fixed=True, only=only)
    head = _HEAD + "".join(_TIED.format(name) for name in sorted(tied))
    return "".join((head, rules, "% the case\n", "\n".join(facts), "\n", _defined(program), _shown(program, names)))


def _defined(program: Program) -> str:
    """Atoms a case may leave without a rule: they do not hold, and clingo need not remark on it."""
    rows = [f"#defined {t.name}/{len(t.lists)}." for t in program.tests]
    rows += [f"#defined exists_{list_name(n)}/1." for n in program.lists]
    rows += [f"#defined {option(r, v)}/0." for r in readings_used(program) for v, _ in program.book.readings[r].values]
    return "\n".join(sorted(rows)) + "\n"


_HEAD = "% An answer-set program written by Whereas: clauses over tests, which hold or not for one case.\n"

_TIED = """\
% What is said together of further elements of {} is left out: there may be models that nobody can be. A category that
% holds in all of them, or in none, does so; one that holds in some may be settled, as `whereas assess` finds.
"""


def _shown(program: Program, categories: Sequence[str]) -> str:
    """Only the categories are shown, by their ids."""
    rows = [f"#show {program.gates[program.categories[c]].name}/0." for c in categories]
    return "\n".join(sorted(rows)) + "\n"


def _settled_by(made: Sequence[Table]) -> set[Instance]:
    """Tests that every alternative of some table fixes."""
    out: set[Instance] = set()
    for table in made:
        sets = [{i for i, _ in a.bits} | _settled_by(a.tables) for a in table.alternatives]
        out |= set.intersection(*sets) if sets else set()
    return out
