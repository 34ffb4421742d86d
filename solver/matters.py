"""Which clauses matter: whether dropping one, or taking it never to hold, would change any category for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from solver.cells import TooLarge
from solver.compiled import Compiled
from solver.finder import Finder, Found, Wanted
from solver.run import Deadline

PATIENCE = 1
"""How many choices with too much to try are passed over for a clause before it is left out."""

Taken = tuple[int, bool]
"""A clause (its gate) and what it is taken to be, whatever it says."""


@dataclass(slots=True)
class Matters:
    """What was found of clauses.

    seen: for a clause and what it is taken to be, a person for whom that changes a category. left_out: what could not
    be looked through; a clause under it is not said to matter to nobody.
    """

    seen: dict[Taken, tuple[str, Found]] = field(default_factory=dict)
    left_out: set[Taken] = field(default_factory=set)

    def none(self, gate: int, truth: bool) -> bool:
        """Whether taking a clause so changes nothing for anybody."""
        return (gate, truth) not in self.seen and (gate, truth) not in self.left_out


def labelled(compiled: Compiled, category: str) -> list[int]:
    """The clauses with a label under a category, as gates; those that say `always` are not asked about."""
    gates = compiled.program.gates
    found = sorted(compiled.under([category]))
    return [g for g in found if (c := gates[g].clause) is not None and c.label and gates[g].kind != "true"]


def look(search: Finder, category: str, clauses: Iterable[int], found: Matters, deadline: Deadline) -> None:
    """Look for people of one category to whom clauses matter, as far as that was not found for another category."""
    program = search.s.compiled.program
    wanted: list[Taken] = [(g, t) for g in clauses for t in (True, False) if (g, t) not in found.seen]
    atoms = search.switch(len(wanted))
    switches: dict[int, list[tuple[int, bool]]] = {}
    for atom, (gate, truth) in zip(atoms, wanted, strict=True):
        switches.setdefault(gate, []).append((atom, truth))
    plain, other = search.copy(), search.copy(switches=switches)
    gate = program.categories[category]
    open_: Mapping[int, Taken] = dict(zip(atoms, wanted, strict=True))
    for holds in (True, False):
        pair = (Wanted(plain, gate, holds), Wanted(other, gate, not holds))
        while open_:
            atom: int | None
            try:
                someone = search.find(pair, deadline, switches=tuple(open_), patience=PATIENCE)
            except TooLarge:
                atom = search.stuck
                if atom is None:
                    found.left_out.update(open_.values())
                    break
                found.left_out.add(open_[atom])
            else:
                if someone is None:
                    break
                atom = someone.switched
                assert atom is not None, "the two copies differ in nothing else"
                found.seen[open_[atom]] = (category, someone)
            open_ = {a: w for a, w in open_.items() if a != atom}
            with search.circuit:
                search.circuit.never([atom])
    with search.circuit:
        for atom in open_:
            search.circuit.never([atom])
