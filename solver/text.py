"""Gates to the text of an answer-set program: readable, in the order of the book, and fit for plain clingo.

Predicates: `exists_LIST(I)` an element is there; `t_...` a test holds; every other name is a clause. Arguments are
places in lists. The text holds ids and numbers only, never words of an author or an applicant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from dsl.model import Citation
from solver.cells import Instance, Table
from solver.lower import Gate, Input, Program, TestSpec

ROOM = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


def sizes(n: int) -> int:
    """Room for `n` elements: the next of a few sizes."""
    return next((r for r in ROOM if r >= n), n)


def list_name(path: str) -> str:
    """A list's address as part of a predicate name."""
    return path.replace(".", "_").lower()


def option(reading: str, value: str) -> str:
    """The atom of a chosen reading."""
    return f"reading_{reading.lower()}__{value.lower()}"


def _vars(n: int) -> list[str]:
    return [chr(ord("A") + i) if i < 26 else f"V{i}" for i in range(n)]


def _atom(name: str, args: Sequence[str]) -> str:
    return f"{name}({','.join(args)})" if args else name


def _domain(lists: Sequence[str], names: Sequence[str]) -> list[str]:
    return [f"place_{list_name(path)}({v})" for path, v in zip(lists, names, strict=True)]


def _call(program: Program, i: Input, names: Sequence[str]) -> str:
    return _atom(program.gates[i.gate].name, [names[a] for a in i.args])


def gate_rules(program: Program, gate: Gate) -> list[str]:
    """The rules of one clause."""
    names = _vars(len(gate.lists))
    head = _atom(gate.name, names)
    domain = _domain(gate.lists, names)
    inputs = [_call(program, i, names) for i in gate.inputs] if gate.kind not in ("some", "every") else []

    def rule(*body: str) -> str:
        parts = [*domain, *body]
        return f"{head} :- {', '.join(parts)}." if parts else f"{head}."

    match gate.kind:
        case "true":
            return [rule()]
        case "test":
            assert gate.test is not None
            return [rule(_atom(program.tests[gate.test].name, names))]
        case "all":
            return [rule(*inputs)]
        case "any":
            return [rule(i) for i in inputs]
        case "not":
            return [rule(f"not {inputs[0]}")]
        case "at_least":
            counted = "; ".join(f"{k}: {i}" for k, i in enumerate(inputs, 1))
            return [rule(f"{gate.n} <= #count {{ {counted} }}")]
        case "reading":
            assert gate.reading is not None
            return [rule(option(gate.reading, v), i) for v, i in zip(gate.values, inputs, strict=True)]
        case "override":
            own, exceptions = inputs[0], inputs[1:]
            met, unmet = exceptions[: gate.met], exceptions[gate.met :]
            return [*(rule(m) for m in met), rule(own, *(f"not {u}" for u in unmet))]
        case "some" | "every":
            assert gate.over is not None
            inner = _vars(len(gate.lists) + 1)
            here = list_name(gate.over)
            body = _call(program, gate.inputs[0], inner)
            element = f"exists_{here}({inner[-1]})"
            if gate.kind == "some":
                return [rule(element, body)]
            counter = _atom(f"{gate.name}_fails", names)
            parts = [*domain, element, f"not {body}"]
            return [f"{counter} :- {', '.join(parts)}.", rule(f"not {counter}")]


def program_text(
    program: Program,
    room: Mapping[str, int],
    *,
    annotate: bool = False,
    fixed: bool = False,
    only: frozenset[int] | None = None,
) -> str:
    """The rules of a book with room for so many elements.

    `fixed`: without the choices, for facts to be added. `only`: these clauses, with what they read.
    """
    out: list[str] = []
    gates = _gates(program, only)
    lists = {name for gate in gates for name in (*gate.lists, gate.over) if name is not None}
    for path in sorted(lists):
        name = list_name(path)
        out.append(f"place_{name}(0..{max(room.get(path, 1), 1) - 1}).")
        if not fixed:
            out.append(f"{{ exists_{name}(A) : place_{name}(A) }}.")
    for reading in readings_used(program, only):
        values = [option(reading, v) for v, _ in program.book.readings[reading].values]
        if not fixed:
            out.append(f"1 {{ {'; '.join(values)} }} 1.")
    if not fixed:
        for test in _tests(program, only):
            names = _vars(len(test.lists))
            domain = _domain(test.lists, names)
            out.append(f"{{ {_atom(test.name, names)} }}{' :- ' + ', '.join(domain) if domain else ''}.")
    for gate in gates:
        rules = gate_rules(program, gate)
        if annotate and gate.path:
            out.append(f"% {gate.path}{_cited(gate.clause.cites) if gate.clause else ''}")
        out += rules
    return "\n".join(out) + "\n"


def _gates(program: Program, only: frozenset[int] | None) -> list[Gate]:
    return [g for g in program.gates if only is None or g.id in only]


def _tests(program: Program, only: frozenset[int] | None) -> list[TestSpec]:
    read = {g.test for g in _gates(program, only)}
    return [t for t in program.tests if t.id in read]


def asked_about(program: Program, only: frozenset[int]) -> Iterable[tuple[str, int]]:
    """The predicates whose atoms are put to the grounded program, with their arity."""
    yield from ((test.name, len(test.lists)) for test in _tests(program, only))
    yield from ((f"exists_{list_name(path)}", 1) for path in program.lists)
    for reading in readings_used(program, only):
        yield from ((option(reading, value), 0) for value, _ in program.book.readings[reading].values)
    yield from ((program.gates[gate].name, 0) for gate in program.categories.values() if gate in only)


def _cited(cites: Iterable[Citation]) -> str:
    """Sources and fact ids of a clause; pinpoints and phrases are text and stay out."""
    parts = [" ".join((c.source, *c.facts)) for c in cites]
    return f"  [{'; '.join(parts)}]" if parts else ""


def readings_used(program: Program, only: frozenset[int] | None = None) -> list[str]:
    """Readings some clause turns on, in order."""
    return sorted({g.reading for g in _gates(program, only) if g.reading})


def test_atom(program: Program, instance: Instance) -> str:
    """The atom of a test."""
    test, places = instance
    return _atom(program.tests[test].name, [str(p) for p in places])


def table_text(program: Program, tables: Sequence[Table]) -> list[str]:
    """Tables of feasible outcomes as rules: one alternative of each is chosen."""
    out: list[str] = []
    counter = count()

    def write(table: Table, on: str) -> None:
        k = next(counter)
        n = len(table.alternatives)
        out.append(f"1 {{ cell({k},0..{n - 1}) }} 1{' :- ' + on if on else ''}.")
        for i, alternative in enumerate(table.alternatives):
            chosen = f"cell({k},{i})"
            for instance, truth in alternative.bits:
                out.append(
                    f"{test_atom(program, instance)} :- {chosen}."
                    if truth
                    else f":- {chosen}, {test_atom(program, instance)}."
                )
            for child in alternative.tables:
                write(child, chosen)

    for table in tables:
        write(table, "")
    return out
