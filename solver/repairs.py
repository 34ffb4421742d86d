"""Every smallest change of facts after which a category is open.

A set of atoms (`solver.changeable`) *suffices* if they can be given values so that the category qualifies, or hangs on
judgements alone. Sets are looked for by hitting sets: each set that does not suffice leaves a *core*, atoms of which
any set that suffices, and contains it, must touch one more. Sets are tried from the least effort up, so that the first
to suffice among those that contain one another is a smallest one. `docs/semantics.md` section 11 says what is meant.

A core is right because it comes from proofs (`solver.proofs`): for each way the set's own atoms can fall, the facts by
which the category still fails. A change that touches none of these facts leaves every one of those failures standing.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Mapping

from msgspec import Struct

from dsl.case import Case, Known
from dsl.model import Verdict
from solver.assess import assess
from solver.changeable import FILING, Atom, atom, tied
from solver.compiled import Compiled, at
from solver.facts import Address
from solver.finding import Repair, Touch, finished
from solver.run import Deadline, OutOfTime
from solver.situation import DEFAULT, Judging, readings_of
from solver.trial import Asked, Outcome, Trial, standing

SETS = 400
"""How many sets of atoms are tried before the search is cut short."""


class Repairs(Struct, frozen=True):
    """All smallest changes, the easiest first. reached: nothing needs to change.

    forbids: where there are none, addresses of facts that cannot change and forbid it, with what is told of them.
    complete: False if the search was cut short; `repairs` may then lack some. law: whether any question of the law came
    up; if none did, asking kindly finds the same.
    """

    category: str
    verdict: Verdict | None
    reached: bool
    repairs: tuple[Repair, ...]
    forbids: tuple[tuple[str, Known], ...] = ()
    complete: bool = True
    law: bool = True


def repairs(
    compiled: Compiled,
    case: Case,
    category: str,
    *,
    readings: Mapping[str, str] = DEFAULT,  # type: ignore[assignment]
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
    kindly: bool = False,
    besides: Repairs | None = None,
    seconds: float | None = None,
) -> Repairs:
    """The smallest changes of a case that reach a category.

    kindly: what the law does not say (next year's list) is taken to help, and may be among what the answer hangs on.
    besides: what is found as the law is known; sets of atoms that contain one of these are then left out.
    """
    compiled = at(compiled, as_known_on)
    deadline = Deadline(seconds)
    chosen = readings_of(compiled, case, readings)
    asked = Asked(compiled, case, category, chosen, judgements, deadline, kindly)
    answer = assess(compiled, case, readings=chosen, judgements=judgements, categories=[category], seconds=seconds)
    if not answer.results:
        return Repairs(category, None, reached=False, repairs=(), complete=False)
    result = answer.results[0]
    if standing(result.verdict, result.hinges, kindly=kindly):
        return Repairs(category, result.verdict, reached=True, repairs=())
    known = [frozenset(t.address for t in r.touches) for r in besides.repairs] if besides else []
    found, forbids, complete = _Hunt(asked, known).run()
    law = bool(asked.raised) or any(h.kind == "law" for h in result.hinges)
    return Repairs(category, result.verdict, False, found, forbids, complete, law)


class _Hunt:
    """The search over sets of atoms, best first."""

    def __init__(self, asked: Asked, known: Iterable[frozenset[str]]) -> None:
        """Find the atoms that could matter. known: sets that suffice."""
        self.asked = asked
        first = Trial(asked, ())
        self.facts = first.facts
        read = tied(first.cone(), first.ties)
        self.atoms: dict[Address, Atom] = {a: made for a in read if (made := atom(first.facts, a)) is not None}
        if FILING not in self.atoms and any(a.how == "gain" for a in self.atoms.values()):
            moved = atom(first.facts, FILING) if FILING.steps[0] in first.facts.root else None
            self.atoms |= {FILING: moved} if moved is not None else {}
        shown = {first.facts.show(a): a for a in self.atoms}
        self.found = [frozenset(shown[name] for name in names) for names in known]

    def run(self) -> tuple[tuple[Repair, ...], tuple[tuple[str, Known], ...], bool]:
        """All repairs, what forbids any if there are none, and whether the search came to its end."""
        found = self.found
        out: list[Repair] = []
        cores: list[tuple[frozenset[Address], frozenset[Address]]] = []
        blocked: set[Address] = set()
        complete = True
        heap: list[tuple[int, int, tuple[str, ...], frozenset[Address]]] = [(0, 0, (), frozenset())]
        seen: set[frozenset[Address]] = {frozenset()}
        tried = 0
        try:
            while heap:
                _, _, _, chosen = heapq.heappop(heap)
                if any(f <= chosen for f in found):
                    continue
                core = next((c for given, c in cores if given <= chosen and not c & chosen), None)
                if core is None:
                    if tried >= SETS:
                        complete = False
                        break
                    tried += 1
                    outcome = self._try(chosen)
                    complete = complete and not outcome.cut
                    if outcome.found is not None:
                        found.append(chosen)
                        out.append(finished(outcome.found))
                        continue
                    core = frozenset(outcome.core & set(self.atoms)) - chosen
                    blocked |= outcome.core - set(self.atoms)
                    if not core:
                        continue
                    cores.append((frozenset(outcome.given), core))
                for a in core:
                    more = chosen | {a}
                    if more not in seen:
                        seen.add(more)
                        heapq.heappush(heap, self._ranked(more))
        except OutOfTime:
            complete = False
        out.sort(key=lambda r: (r.effort, len(r.touches)))
        forbids = () if out or not complete else self._told(blocked)
        return tuple(out), forbids, complete

    def _ranked(self, chosen: frozenset[Address]) -> tuple[int, int, tuple[str, ...], frozenset[Address]]:
        effort = sum(self.atoms[a].effort for a in chosen)
        return effort, len(chosen), tuple(sorted(str(a) for a in chosen)), chosen

    def _try(self, chosen: frozenset[Address]) -> Outcome:
        return Trial(self.asked, tuple(self.atoms[a] for a in sorted(chosen, key=str)), self.atoms).run()

    def _told(self, addresses: Iterable[Address]) -> tuple[tuple[str, Known], ...]:
        """Facts as the case tells them, in the order of their addresses."""
        out = []
        for a in sorted(addresses, key=self.facts.show):
            value = self.facts.get(a)
            out.append((self.facts.show(a), value if not hasattr(value, "items") else _listed(self.asked.case, a)))
        return tuple(out)


def _listed(case: Case, a: Address) -> Known:
    value: object = case.root
    for step in a.steps:
        value = value.facts[step]  # type: ignore[attr-defined]
    return value  # type: ignore[return-value]


__all__ = ["Repair", "Repairs", "Touch", "repairs"]
