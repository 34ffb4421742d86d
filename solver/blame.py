"""What a change fails by: proofs, told as the addresses that any change which reaches the category must touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dsl.case import Absent
from solver.asked import Completion
from solver.cells import Instance
from solver.changeable import FILING, list_address, tied
from solver.facts import Address
from solver.filling import Filling
from solver.proofs import Ground, Proof, Prover
from solver.situation import Situation

REMEMBERED = 12
"""How many failures are looked at before the rules are."""


def blame(f: Filling, proof: Iterable[Address] | None) -> frozenset[Address]:
    """Add what a way fails by to the core; what no proof was found for fails by everything.

    The variables among it are returned.
    """
    found = frozenset(f.trial.cone if proof is None else proof)
    own = {a.address for a in f.trial.chosen}
    ending = frozenset[Address]().union(*f.trial.ends.values())
    for a in found:
        if f.possible.is_new(a):
            assert a.list is not None
            f.given.add(list_address(a.list))
        elif a not in own:
            f.core.add(list_address(a.list) if a.list is not None and f.facts.is_blank(a) else a)
        elif a not in f.before or a in ending:
            f.given.add(a)  # a presumption may stand where what ends it stays untold
        if a in f.carried:
            (f.given if FILING in own else f.core).add(FILING)
    return frozenset(f.variables) if proof is None else found & frozenset(f.variables)


def proved(
    f: Filling,
    s: Situation,
    model: Mapping[Any, bool] | None = None,
    *,
    want: bool = False,
    supposed: Completion | None = None,
) -> frozenset[Address] | None:
    """What the category fails (or holds) by as things stand.

    model: the truths of tests that are open, and by list and place which further elements are there. supposed: what
    of it may only turn out so; the failure is then remembered.
    """

    def truth(instance: Instance) -> bool | None:
        return model[instance] if model is not None and instance in model else s.truth(instance)

    prover = Prover(s, truth, lambda ground: _weight(f, ground), model or {})
    proof = prover.proof(s.compiled.program.categories[f.asked.category], (), want)
    if proof is None:
        return None
    if supposed is not None:
        known = f.failures.setdefault(supposed, [])
        known.insert(0, proof)
        del known[REMEMBERED:]
    return read_by(f, proof)


def read_by(f: Filling, proof: Proof) -> frozenset[Address]:
    """What the grounds of a proof read."""
    return frozenset().union(*(_ground_reads(f, g) for g in proof))


def _ground_reads(f: Filling, ground: Ground) -> frozenset[Address]:
    if isinstance(ground, Address):
        return frozenset({ground})
    read = f.reading.of(ground[0])
    lists = frozenset(list_address(str(p)) for p, _ in f.asked.compiled.tests[ground[0][0]].reads.totals)
    if not lists or any((items := f.facts.lists[".".join(a.steps)]).items or items.open for a in lists):
        return read
    if ground not in f.empty:
        f.empty[ground] = _without(f, read - lists, ground[0]) is ground[1]
    return lists if f.empty[ground] else read


def _without(f: Filling, read: Iterable[Address], instance: Instance) -> bool | None:
    """The truth of a test where some facts it reads are not told."""
    before = {a: f.facts.get(a) for a in read}
    for a in before:
        f.facts.set(a, Absent.NOT_ASKED)
    try:
        return f.lay().told_truth(instance)
    finally:
        for a, value in before.items():
            f.facts.set(a, value)


def _weight(f: Filling, ground: Ground) -> int:
    """How much a ground of a failure could be changed by: the less, the more it says."""
    if ground not in f.weights:
        own, mine = set(f.before), set(f.variables)
        reads = _ground_reads(f, ground)
        atoms = sum(a in f.trial.atoms and a not in own for a in reads)
        f.weights[ground] = 16 * (atoms + sum(a in mine for a in reads)) + len(reads) + 1
    return f.weights[ground]


def known_failure(f: Filling, s: Situation, supposed: Completion) -> Proof | None:
    """A failure met before, where as much was supposed, that stands as well now."""
    failures = f.failures.get(supposed, [])
    for n, proof in enumerate(failures):
        if all(isinstance(g, Address) or s.told_truth(g[0]) is g[1] for g in proof):
            if n:
                del failures[n]
                failures.insert(0, proof)
            return proof
    return None


def with_ties(f: Filling, proof: frozenset[Address] | None, unknown: Iterable[Address]) -> frozenset[Address] | None:
    """A proof with what invariants tie to the unknown facts in it, which may force them to be otherwise."""
    if proof is None:
        return None
    mine = proof & frozenset(unknown)
    return proof | frozenset(a for a in tied(mine, f.ties) if not f.facts.is_blank(a)) if mine else proof
