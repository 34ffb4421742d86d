"""The same rules as an ordinary answer-set program over many people at a time, for comparison.

Every atom gets the person as its first argument, as an expert writing for clingo would have it; the tests (dates,
sums, lists of the law) are worked out beforehand and given as facts, which favours this side. People are put to it a
thousand at a time, the best size found for such programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from clingo.control import Control

from solver.lower import Program
from solver.text import gate_rules, list_name, option, readings_used

CHUNK = 1_000
_ATOM = re.compile(r"(?<![#\w])([a-z]\w*)(?:\(([^()]*)\))?")
_KEPT = ("not", "place_")

Tests = Sequence[tuple[str, tuple[int, ...]]]
"""The tests that hold for a person, by name and places; elements that exist are among them."""


def program(rules: Program, room: Mapping[str, int]) -> str:
    """The rules over `person(P)`, under the default readings."""

    def with_person(match: re.Match[str]) -> str:
        name, args = match.group(1), match.group(2)
        if name.startswith(_KEPT):
            return match.group(0)
        return f"{name}({','.join(x for x in ('P', args) if x)})"

    out = [f"place_{list_name(path)}(0..{max(n, 1) - 1})." for path, n in sorted(room.items())]
    readings = rules.book.readings
    out += [f"{option(r, readings[r].default)}(P) :- person(P)." for r in readings_used(rules)]
    for gate in rules.gates:
        for rule in gate_rules(rules, gate):
            head, _, body = rule.removesuffix(".").partition(" :- ")
            parts = ["person(P)", *([_ATOM.sub(with_person, body)] if body else [])]
            out.append(f"{_ATOM.sub(with_person, head)} :- {', '.join(parts)}.")
    out += [f"#show {rules.gates[g].name}/1." for g in rules.categories.values()]
    return "\n".join(out)


def verdicts(text: str, people: Sequence[Tests]) -> Iterator[frozenset[str]]:
    """The categories of each person, by predicate name."""
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        facts = [f"person(0..{len(chunk) - 1})."]
        for i, tests in enumerate(chunk):
            facts += [f"{name}({','.join(map(str, (i, *places)))})." for name, places in tests]
        control = Control(["--warn=none"])
        control.add("base", [], text + "\n" + "\n".join(facts))
        control.ground([("base", [])])
        found: list[set[str]] = [set() for _ in chunk]
        with control.solve(yield_=True) as handle:
            model = handle.model()
            assert model is not None
            for symbol in model.symbols(shown=True):
                found[symbol.arguments[0].number].add(symbol.name)
        yield from map(frozenset, found)
