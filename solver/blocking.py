"""What stands in the way of a category, and what a yes rests on: every minimal part of a case that settles it.

Each is a set of atoms (`solver.atoms`) under which the verdict is already what it is, while under no smaller one it is.
The first are put together from the rules (`solver.families`). Whether one is missing, or is larger than need be, is
then asked of the solver itself: of each largest part of the case that has none of them (`solver.hitting`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from dsl.case import Case
from dsl.model import Verdict
from solver.atoms import Atom, Atoms, atoms_of
from solver.compiled import Compiled
from solver.facts import Address, read_paths
from solver.families import Families
from solver.hitting import Enumeration, TooMany, bits
from solver.parts import Parts
from solver.refuting import Refuting, refuting
from solver.run import Deadline, OutOfTime
from solver.situation import Judging, Readings, Situation, partial, readings_of, situation, ties
from solver.verdicts import quick, verdict, verdicts

LIMIT = 6_000
"""How many tests are tried for one group of unknown facts."""

BRIEFLY = 24
"""How often the rules are walked to show that a part leaves a category open before the solver is asked."""

EFFORT = 25
"""How many parts of a case are laid out in full for one category; one that is too large counts for ten."""

WORK = 20_000
"""How many atoms the parts of a case that are asked about for one category have together, at the most."""

MOST = 2_000
"""How many sets, or sets that hit them all, are looked at for one category."""


class Rests(Struct, frozen=True):
    """The minimal sets of atoms that settle a category, smallest first.

    complete: none is missing and none is larger than need be. masks: the sets again, as bits of the case's atoms.
    """

    category: str
    verdict: Verdict
    sets: tuple[tuple[Atom, ...], ...]
    complete: bool
    masks: tuple[int, ...] = ()


class Asking(Struct):
    """A case as it was asked about, and what has been found out of its parts."""

    compiled: Compiled
    case: Case
    readings: Mapping[str, str]
    s: Situation
    atoms: Atoms
    parts: Parts
    families: Families
    deadline: Deadline
    known: dict[tuple[str, int], Verdict | None] = field(default_factory=dict)
    seen: dict[tuple[str, int], bool] = field(default_factory=dict)
    refuting: dict[str, Refuting] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    worked: dict[str, int] = field(default_factory=dict)

    def verdict(self, category: str, found: Verdict, mask: int) -> Verdict | None:
        """The verdict on a part of the case; None where it cannot be said exactly. Raises TooMany and OutOfTime."""
        key = (category, mask)
        if key not in self.known:
            self._count(category, mask)
            self.known[key] = found if mask == self.atoms.everything else self._verdict(category, found, mask)
        return self.known[key]

    def opened(self, category: str, found: Verdict, mask: int) -> bool:
        """Whether it was soon found that a part leaves the category open. Raises TooMany and OutOfTime."""
        key = (category, mask)
        if key not in self.seen:
            self._count(category, mask)
            gone, presumes = self.atoms.everything & ~mask, self.atoms.presumes(mask)
            self.seen[key] = self.refuter(category, found).refuted(gone, presumes, BRIEFLY)
        return self.seen[key]

    def _count(self, category: str, mask: int) -> None:
        if (category, mask) not in self.seen:
            self.worked[category] = self.worked.get(category, 0) + mask.bit_count()
            if self.worked[category] > WORK:
                raise TooMany
            self.deadline.left()

    def _verdict(self, category: str, found: Verdict, mask: int) -> Verdict | None:
        # Of much that is told a part mostly is not enough, and that is found out soonest; of little the tests say it.
        little = 2 * mask.bit_count() < len(self.atoms.all)
        if not little and self.opened(category, found, mask):
            return Verdict.DEPENDS
        case, presumed = self.atoms.kept(mask)
        held = quick(self.compiled, case, [category], self.readings, "open", self.deadline)[category]
        if held is not None:
            return verdict(held)
        if self.opened(category, found, mask):
            return Verdict.DEPENDS
        if self.spent.get(category, 0) >= EFFORT:
            return None
        self.spent[category] = self.spent.get(category, 0) + 1
        s = partial(self.compiled, case, self.readings, presumed)
        s.search.limit = LIMIT
        got = verdicts(s, [category], self.deadline).get(category)
        if got is None or (got is Verdict.DEPENDS and category in s.coarse):
            if self.refuter(category, found).refuted(self.atoms.everything & ~mask, presumed):
                return Verdict.DEPENDS
            self.spent[category] += 10
            return None
        return got

    def refuter(self, category: str, found: Verdict) -> Refuting:
        """What shows that parts of the case do not settle a category."""
        if category not in self.refuting:
            wanted = found is not Verdict.QUALIFIES
            self.refuting[category] = refuting(self.parts, category, wanted, self.readings)
        return self.refuting[category]


def asking(compiled: Compiled, case: Case, *, readings: Readings, judgements: Judging, deadline: Deadline) -> Asking:
    """A case made ready to ask of its parts."""
    s = situation(compiled, case, readings, judgements)
    atoms = atoms_of(compiled, case, judgements)
    chosen = readings_of(compiled, case, readings)
    parts = Parts(s, atoms)
    return Asking(compiled, case, chosen, s, atoms, parts, Families(parts, MOST), deadline)


def resting(ask: Asking, category: str, found: Verdict) -> Rests:
    """Every minimal set that settles a category as it was found: a yes or a no."""
    atoms = ask.atoms
    sets: list[int] = []
    complete = True
    try:
        sets = ask.families.category(category, found is Verdict.QUALIFIES)
    except TooMany:
        complete = False

    def holds(mask: int) -> bool | None:
        if any(s & mask == s for s in done.found):
            return True
        got = ask.verdict(category, found, mask)
        return None if got is None else got is found

    def fails(mask: int) -> bool:
        return ask.opened(category, found, mask)

    def within(gone: int) -> Iterator[int]:
        return _within(ask, category, done.found, gone)

    done = Enumeration(holds, atoms.everything, atoms.spread, atoms.core, MOST, fails, within)
    try:
        for m in sets:
            done.add(m)
        done.run()
    except (TooMany, OutOfTime):
        complete = False
    sure = [atoms.core(m) for m in done.found if m not in done.unsure]
    masks = sorted(sure, key=lambda m: (m.bit_count(), [*bits(m)]))
    return Rests(category, found, tuple(map(atoms.of, masks)), complete and done.complete, tuple(masks))


def _within(ask: Asking, category: str, sets: Sequence[int], gone: int) -> Iterator[int]:
    """Where another set is looked for that does without some: in one that has few of them, in all, in all that is read.

    Each with what invariants tie to what is left out, or to all of it.
    """
    tied = [t.reads for t in ties(ask.s)]
    if sets:
        near = min(sets, key=lambda s: ((s & gone).bit_count(), s.bit_count()))
        yield near | _told(ask, gone, tied)
    yield _told(ask, functools.reduce(int.__or__, sets, 0), tied)
    yield _read(ask, category, tied)


def _told(ask: Asking, mask: int, tied: Sequence[frozenset[Address]]) -> int:
    """Some atoms, and those of the facts that invariants tie to theirs."""
    for a in _with_tied({a for b in bits(mask) for a in ask.parts.addresses.get(b, ())}, tied):
        mask |= ask.atoms.at.get(a, 0)
    return ask.atoms.close(mask)


def _with_tied(addresses: set[Address], tied: Sequence[frozenset[Address]]) -> set[Address]:
    """Facts, and all that invariants tie to them, by way of others too."""
    while more := [reads for reads in tied if not reads <= addresses and reads & addresses]:
        addresses.update(*more)
    return addresses


def _read(ask: Asking, category: str, tied: Sequence[frozenset[Address]]) -> int:
    """The atoms that could have a part in it: those its tests read, and those that invariants tie to what they read."""
    at = ask.atoms.at
    written = {name: items.written for name, items in ask.s.facts.lists.items()}
    addresses: set[Address] = set()
    listed: set[str] = set()
    used = ask.compiled.used(category)
    for ready in ask.compiled.tests:
        if ready.spec.id not in used:
            continue
        listed.update(ready.spec.lists)
        listed.update(str(p) for p, _ in ready.reads.totals)
        for p in ready.reads.paths:
            if p.base.startswith("#"):
                name = ready.spec.lists[int(p.base[1:])]
                addresses.update(Address(name, i, p.steps) for i in range(written.get(name, 0)))
            else:
                addresses.add(read_paths(p, {}))
        for p, inner in ready.reads.totals:
            for i in range(written.get(str(p), 0)):
                addresses.update(Address(str(p), i, steps) for steps in inner)
    for gate in ask.compiled.under([category]):
        over = ask.compiled.program.gates[gate].over
        if over is not None:
            listed.add(over)
    out = 0
    for a in _with_tied(addresses, tied):
        out |= at.get(a, 0)
    for name in listed | {a.list for a in addresses if a.list is not None}:
        out |= at.get((name,), 0)
        for i in range(written.get(name, 0)):
            out |= at[name, str(i)]
    return ask.atoms.close(out)
