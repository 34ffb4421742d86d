"""A case against the invariants of its book: facts that contradict each other are refused, each at its place."""

from __future__ import annotations

import itertools

from dsl.case import Case
from dsl.diagnostics import Diagnostic, Label
from dsl.model import Place
from solver.compiled import Compiled
from solver.facts import Address
from solver.situation import Situation, situation, ties
from solver.tables import unmet


def check_case(compiled: Compiled, case: Case) -> tuple[Diagnostic, ...]:
    """Every invariant the told facts break; none if the case has a completion."""
    return check_situation(situation(compiled, case, {}, "presumed"), case)


def check_situation(s: Situation, case: Case) -> tuple[Diagnostic, ...]:
    """The same of a case that is laid against its book already, with what is presumed."""
    found: list[Diagnostic] = []
    all_ties = ties(s)
    found += [_broken(s, case, t.reads, t.text) for t in all_ties if not s.search.consistent(t)]
    if found:
        return tuple(dict.fromkeys(found))
    s.search.ties = all_ties
    for tied in unmet(s.search):
        reads = frozenset(itertools.chain.from_iterable(t.reads for t in tied))
        found.append(_broken(s, case, reads, "no value of what is not told fits the rest"))
    return tuple(found)


def _broken(s: Situation, case: Case, reads: frozenset[Address], text: str) -> Diagnostic:
    """The diagnostic: the fact told last is underlined, the others are shown beside it."""
    told = [
        (s.facts.show(a), case.places[s.facts.show(a)])
        for a in sorted(reads, key=str)
        if s.facts.show(a) in case.places
    ]
    told.sort(key=lambda p: p[1].start)
    if not told:
        return Diagnostic(
            "C529",
            "the facts contradict each other",
            Label(Place(case.name, 0, 0), text),
            help="correct the facts of the case",
        )
    *others, (name, place) = told
    return Diagnostic(
        "C529",
        "the facts contradict each other",
        Label(place, f"`{name}` does not fit"),
        tuple(Label(p, f"with `{n}`") for n, p in others),
        notes=(text,),
        help=f"correct `{name}`" + (f" or `{others[0][0]}`" if others else ""),
    )
