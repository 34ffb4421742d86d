"""Every smallest change of facts after which a category is open.

A set of atoms (`solver.changeable`) *suffices* if they can be given values so that the category qualifies, or hangs on
judgements alone. Sets are looked for by hitting sets: each set that does not suffice leaves a *core*, atoms of which
any set that suffices, and contains it, must touch one more. Sets are tried from the least effort up, so that the first
to suffice among those that contain one another is a smallest one. `docs/semantics.md` section 11 says what is meant.

A core is right because it comes from proofs (`solver.proofs`): for each way the set's own atoms can fall, the facts by
which the category still fails. A change that touches none of these facts leaves every one of those failures standing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from dsl.case import Case, Known
from dsl.model import Verdict
from solver.answer import Result
from solver.asked import Asked, standing
from solver.assess import assess
from solver.changeable import FILING, Atom, atom, tied
from solver.compiled import Compiled, at
from solver.facts import Address
from solver.filling import Filling, Trial
from solver.finding import Repair, Touch, finished
from solver.reaching import stands
from solver.run import Deadline, OutOfTime
from solver.situation import DEFAULT, Judging, readings_of
from solver.trial import run

SETS = 400
"""How many sets of atoms are tried before the search is cut short."""


class Repairs(Struct, frozen=True):
    """All smallest changes, the easiest first. reached: nothing needs to change.

    forbids: where there are none, addresses of facts that cannot change and forbid it, with what is told of them; if no
    such fact does, days that can only move on.
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


def goals(
    compiled: Compiled,
    case: Case,
    category: str,
    *,
    readings: Mapping[str, str] = DEFAULT,  # type: ignore[assignment]
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
    seconds: float | None = None,
) -> tuple[Repairs, Repairs | None]:
    """The smallest changes as the law is known; and those that do besides, should the law turn out to help.

    What does not suffice should the law help does not without: it is asked kindly first, and what failed then is not
    tried again. None: no question of the law came up. Each of the two may take so many seconds.
    """
    found = _answered(compiled, case, category, readings, judgements, as_known_on, seconds)
    if isinstance(found, Repairs):
        return found, None
    result, ask = found
    if standing(result.verdict, result.hinges):
        return Repairs(category, result.verdict, reached=True, repairs=()), None
    if standing(result.verdict, result.hinges, kindly=True):
        return _Hunt(ask(kindly=False)).result(result), Repairs(category, result.verdict, reached=True, repairs=())
    kind = _Hunt(ask(kindly=True), lazily=True)
    plain = _Hunt(ask(kindly=False), kind)
    first, later = plain.result(result), kind.result(result, besides=plain.found)
    return first, later if first.law or later.law else None


def _answered(
    compiled: Compiled,
    case: Case,
    category: str,
    readings: Mapping[str, str],
    judgements: Judging,
    as_known_on: dt.date | None,
    seconds: float | None,
) -> Repairs | tuple[Result, Callable[..., Asked]]:
    """The answer as the case is told, and how to ask about it; repairs that say so where there is none in time."""
    compiled = at(compiled, as_known_on)
    chosen = readings_of(compiled, case, readings)
    answer = assess(compiled, case, readings=chosen, judgements=judgements, categories=[category], seconds=seconds)
    if not answer.results:
        return Repairs(category, None, reached=False, repairs=(), complete=False)

    def ask(*, kindly: bool) -> Asked:
        return Asked(compiled, case, category, chosen, judgements, Deadline(seconds), kindly)

    return answer.results[0], ask


class _Hunt:
    """The search over sets of atoms, best first.

    found: the sets that suffice, with the values that do. cores: of sets that do not what any that does must touch, if
    it has all that is given. blocked: what else they fail by. complete: whether the search came to its end.
    """

    def __init__(self, asked: Asked, other: _Hunt | None = None, *, lazily: bool = False) -> None:
        """Search. other: a search asked more kindly; what fails there fails here, and what never asked the law does.

        lazily: what is found is not made a repair before it is asked for; if the time is over by then, it is not told.
        """
        self.asked, self.lazily = asked, lazily
        self.made: dict[frozenset[Address], Repair] = {}
        self.trial = first = Trial(asked)
        self.facts = first.facts
        read = tied(first.cone, first.ties)
        self.atoms: dict[Address, Atom] = {a: made for a in read if (made := atom(first.facts, a)) is not None}
        if FILING not in self.atoms and any(a.how == "gain" for a in self.atoms.values()):
            moved = atom(first.facts, FILING) if FILING.steps[0] in first.facts.root else None
            self.atoms |= {FILING: moved} if moved is not None else {}
        self.found: dict[frozenset[Address], Filling] = {}
        self.cores: list[tuple[frozenset[Address], frozenset[Address]]] = list(other.cores) if other else []
        self.blocked: set[Address] = set(other.blocked) if other else set()
        self.complete = True
        try:
            if other and not other.asked.raised:
                self.complete = other.complete
                for chosen, f in other.found.items():
                    self._keep(chosen, f.under(self._trial(chosen)))
            else:
                self._search(other)
        except OutOfTime:
            self.complete = False

    def _search(self, other: _Hunt | None) -> None:
        heap: list[tuple[int, int, tuple[str, ...], frozenset[Address]]] = [(0, 0, (), frozenset())]
        seen: set[frozenset[Address]] = {frozenset()}
        tried = 0
        while heap:
            _, _, _, chosen = heapq.heappop(heap)
            if any(f <= chosen for f in self.found):
                continue
            core = next((c for given, c in self.cores if given <= chosen and not c & chosen), None)
            if core is None:
                if tried >= SETS:
                    self.complete = False
                    return
                tried += 1
                if other and chosen in other.found and stands(same := other.found[chosen].under(self._trial(chosen))):
                    self._keep(chosen, same)  # nothing nearer does even should the law help
                    continue
                outcome = run(self._trial(chosen))
                self.complete = self.complete and not outcome.cut
                if outcome.found is not None:
                    self._keep(chosen, outcome.found)
                    continue
                core = frozenset(outcome.core & set(self.atoms)) - chosen
                self.blocked |= outcome.core - set(self.atoms)
                if not core:
                    continue
                self.cores.append((frozenset(outcome.given), core))
            for a in core:
                more = chosen | {a}
                if more not in seen:
                    seen.add(more)
                    heapq.heappush(heap, self._ranked(more))

    def _keep(self, chosen: frozenset[Address], filling: Filling) -> None:
        self.found[chosen] = filling
        if not self.lazily:
            self.made[chosen] = finished(filling)

    def result(self, before: Result, *, besides: Iterable[frozenset[Address]] = ()) -> Repairs:
        """All repairs, and what forbids any if there are none. besides: sets that suffice anyway."""
        known = list(besides)
        wanted = [chosen for chosen in self.found if not any(f <= chosen for f in known)]
        with contextlib.suppress(OutOfTime):
            for chosen in wanted:
                if chosen not in self.made:
                    self.asked.deadline.left()
                    self.made[chosen] = finished(self.found[chosen])
        out = [self.made[chosen] for chosen in wanted if chosen in self.made]
        complete = self.complete and len(out) == len(wanted)
        out.sort(key=lambda r: (r.effort, len(r.touches)))
        forbids = () if self.found or not complete else self._told(self.blocked or self._only_later())
        law = bool(self.asked.raised) or any(h.kind == "law" for h in before.hinges)
        return Repairs(self.asked.category, before.verdict, False, tuple(out), forbids, complete, law)

    def _ranked(self, chosen: frozenset[Address]) -> tuple[int, int, tuple[str, ...], frozenset[Address]]:
        effort = sum(self.atoms[a].effort for a in chosen)
        return effort, len(chosen), tuple(sorted(str(a) for a in chosen)), chosen

    def _trial(self, chosen: frozenset[Address]) -> Trial:
        return self.trial.of(tuple(self.atoms[a] for a in sorted(chosen, key=str)), self.atoms)

    def _only_later(self) -> set[Address]:
        """Told days any change would have to touch: they can only move on, and no later ones did."""
        touched = frozenset[Address]().union(*(core for _, core in self.cores))
        return {a for a in touched if type(self.facts.get(a)) is dt.date and self.atoms[a].how != "prove"}

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


__all__ = ["Repair", "Repairs", "Touch", "goals"]
