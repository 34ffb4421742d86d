"""Which clauses matter: whether dropping one, or taking it never to hold, would change any category for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct, field

from solver.cells import TooLarge
from solver.compiled import Compiled
from solver.finder import Finder, Found, Wanted
from solver.run import Deadline
from solver.undecided import Forced

PATIENCE = 3
"""How many choices with too much to try are passed over for a clause before it is left out."""

Taken = tuple[int, bool]
"""A clause (its gate) and what it is taken to be, whatever it says."""


class Matters(Struct):
    """What was found of clauses.

    seen: for a clause and what it is taken to be, a person for whom that changes a category. left_out: what could not
    be looked through, and how often; a clause under it is not said to matter to nobody.
    """

    seen: dict[Taken, tuple[str, Found]] = field(default_factory=dict)
    left_out: dict[Taken, int] = field(default_factory=dict)

    def none(self, gate: int, truth: bool) -> bool:
        """Whether taking a clause so changes nothing for anybody."""
        return (gate, truth) not in self.seen and (gate, truth) not in self.left_out


def labelled(compiled: Compiled, category: str) -> list[int]:
    """The clauses with a label under a category, as gates; those that say `always` are not asked about."""
    gates = compiled.program.gates
    found = sorted(compiled.under([category]))
    return [g for g in found if (c := gates[g].clause) is not None and c.label and gates[g].kind != "true"]


def decisive(compiled: Compiled, category: str) -> frozenset[Taken]:
    """Clauses that make a category fail for everybody if they are taken so: those that it cannot do without."""
    gates = compiled.program.gates
    out: set[Taken] = set()
    todo: list[Taken] = [(compiled.program.categories[category], False)]
    while todo:
        gate, truth = todo.pop()
        if (gate, truth) in out:
            continue
        out.add((gate, truth))
        kind, inputs = gates[gate].kind, [i.gate for i in gates[gate].inputs]
        match kind:
            case "not":
                todo.append((inputs[0], not truth))
            case "some" if not truth:
                todo.append((inputs[0], False))
            case "all" if not truth:
                todo += [(g, False) for g in inputs]
            case "any" if truth:
                todo += [(g, True) for g in inputs]
            case "all" | "any" if len(inputs) == 1:
                todo.append((inputs[0], truth))
            case _:
                pass
    return frozenset(out)


def look(
    search: Finder, category: str, clauses: Iterable[int], found: Matters, deadline: Deadline, often: int = 1_000
) -> None:
    """Look for people of one category to whom clauses matter, as far as that was not found for another category.

    `often`: what was left out so many times is not looked at again.
    """
    program = search.s.compiled.program
    gate = program.categories[category]
    given_up = {w for w, n in found.left_out.items() if n >= often}
    known = found.seen.keys() | given_up
    wanted: list[Taken] = [(g, t) for g in clauses for t in (True, False) if (g, t) not in known]
    at_once = decisive(search.s.compiled, category).intersection(wanted)
    if at_once:
        someone = _somebody(search, gate, deadline)
        if someone is not None:
            found.seen.update(dict.fromkeys(at_once, (category, someone)))
            wanted = [w for w in wanted if w not in at_once]
    if not wanted:
        return
    atoms = search.switch(len(wanted))
    switches: dict[int, list[tuple[int, bool]]] = {}
    for atom, (g, truth) in zip(atoms, wanted, strict=True):
        switches.setdefault(g, []).append((atom, truth))
    copies = (search.copy(), search.copy(switches=switches))
    seen, left = _turned(search, gate, copies, dict(zip(atoms, wanted, strict=True)), deadline)
    found.seen.update({w: (category, someone) for w, someone in seen.items()})
    for w in left:
        found.left_out[w] = found.left_out.get(w, 0) + 1


def reread(
    search: Finder, category: str, readings: Iterable[tuple[str, str]], deadline: Deadline
) -> tuple[dict[tuple[str, str], Found], list[tuple[str, str]]]:
    """Values of readings that change a category for somebody, with that person; and those left out."""
    other, atoms = search.reread(readings)
    gate = search.s.compiled.program.categories[category]
    return _turned(search, gate, (search.copy(), other), atoms, deadline)


def decide(
    search: Finder, category: str, judgements: Mapping[str, Iterable[int]], deadline: Deadline
) -> tuple[dict[str, Found], list[str]]:
    """Judgements that change a category for somebody if all clauses that ask for one hold at once; and those left out.

    A judgement that says yes of everything and changes nothing says nothing, whatever it says of what.
    """
    atoms = dict(zip(search.switch(len(judgements)), judgements, strict=True))
    switches = {g: [(atom, True)] for atom, j in atoms.items() for g in judgements[j]}
    gate = search.s.compiled.program.categories[category]
    return _turned(search, gate, (search.copy(), search.copy(switches=switches)), atoms, deadline)


T = TypeVar("T")


def _turned(
    search: Finder, gate: int, copies: tuple[Forced, Forced], atoms: Mapping[int, T], deadline: Deadline
) -> tuple[dict[T, Found], list[T]]:
    """What stands behind switches that make two copies differ for somebody; and what was left out."""
    plain, other = copies
    open_ = dict(atoms)
    seen: dict[T, Found] = {}
    left: dict[T, None] = {}
    for holds in (True, False):
        pair = (Wanted(plain, gate, holds), Wanted(other, gate, not holds))
        while open_:
            off = [a for a in atoms if a not in open_]
            try:
                someone = search.find(pair, deadline, switches=tuple(open_), off=off, patience=PATIENCE)
            except TooLarge:
                if search.stuck is None:
                    break
                left[open_.pop(search.stuck)] = None
                continue
            if someone is None:
                break
            assert someone.switched is not None, "the two copies differ in nothing else"
            seen[open_.pop(someone.switched)] = someone
        if search.left_out:  # somebody may be among those
            left.update(dict.fromkeys(open_.values()))
    return seen, [w for w in left if w not in seen]


def _somebody(search: Finder, gate: int, deadline: Deadline) -> Found | None:
    try:
        return search.find([Wanted(search.copy(), gate, True)], deadline, patience=PATIENCE)
    except TooLarge:
        return None
