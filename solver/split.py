"""How open tests fall apart: into groups that share no unknown fact, and which fact of a group is placed first."""

from __future__ import annotations

from collections.abc import Sequence

from solver.cells import OpenTest, Search, Tie
from solver.facts import Address, unknown

Group = tuple[frozenset[Address], list[OpenTest], list[Tie]]
"""Unknown facts, and the tests and invariants that tie them together."""


def groups(search: Search, tests: Sequence[OpenTest]) -> list[Group]:
    """The tests in groups that share no unknown fact, with the invariants that tie those facts."""
    facts = search.facts
    read = [(unknown(facts, t.reads), t) for t in tests]
    tied = [(vs, t) for t in search.ties if (vs := unknown(facts, t.reads))]
    # A case that is answered has a completion: what no test reads can be met, and need not be looked at.
    return [group for group in bound(read, tied) if group[1]]


def bound(
    tests: Sequence[tuple[frozenset[Address], OpenTest]], ties: Sequence[tuple[frozenset[Address], Tie]]
) -> list[Group]:
    """What `split` makes of tests and of the invariants that bind."""
    return split(tests, _binding(ties, frozenset().union(*(vs for vs, _ in tests))))


def split(
    tests: Sequence[tuple[frozenset[Address], OpenTest]], ties: Sequence[tuple[frozenset[Address], Tie]]
) -> list[Group]:
    """Connected components over shared unknown facts, some of them perhaps without a test."""
    parent: dict[Address, Address] = {}

    def find(a: Address) -> Address:
        parent.setdefault(a, a)
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    for vs, _ in (*tests, *ties):
        roots = [find(v) for v in vs]
        for root in roots:
            parent[root] = roots[0]
    members: dict[Address, set[Address]] = {}
    for a in parent:
        members.setdefault(find(a), set()).add(a)
    out: dict[Address, Group] = {}
    for vs, t in tests:
        if vs:
            root = find(next(iter(vs)))
            out.setdefault(root, (frozenset(members[root]), [], []))[1].append(t)
    for vs, tie in ties:
        root = find(next(iter(vs)))
        out.setdefault(root, (frozenset(members[root]), [], []))[2].append(tie)
    return [out[k] for k in sorted(out, key=str)]


def components(
    ties: Sequence[tuple[frozenset[Address], Tie]],
) -> list[tuple[frozenset[Address], list[Tie]]]:
    """Connected components of invariants over shared unknown facts."""
    out: list[tuple[frozenset[Address], list[Tie]]] = []
    for vs, tie in ties:
        near = [c for c in out if c[0] & vs]
        out = [c for c in out if not c[0] & vs]
        out.append((vs.union(*(c[0] for c in near)), [*(t for c in near for t in c[1]), tie]))
    return out


def _binding(
    ties: Sequence[tuple[frozenset[Address], Tie]], tested: frozenset[Address]
) -> Sequence[tuple[frozenset[Address], Tie]]:
    """The invariants that bind: one that a fact of its own, read by nothing else, can always meet does not."""
    while ties:
        count: dict[Address, int] = {}
        for vs, _ in ties:
            for v in vs:
                count[v] = count.get(v, 0) + 1
        kept = [(vs, t) for vs, t in ties if all(v in tested or count[v] > 1 for v in vs & t.eased)]
        if len(kept) == len(ties):
            break
        ties = kept
    return ties


def weightiest(
    vars: frozenset[Address], tests: Sequence[OpenTest], ties: Sequence[Tie], last: frozenset[Address] = frozenset()
) -> Address:
    """The fact that ties most others together; givens first; those in `last` at the end; then by address.

    With it in place the others fall apart, and need not all be combined with one another.
    """
    free = (vars - last) or vars
    if len(free) == 1:
        return next(iter(free))
    read = [t.reads & vars for t in tests] + [t.reads & vars for t in ties]

    def weight(v: Address) -> tuple[int, int]:
        mine = [vs for vs in read if v in vs]
        return -len(frozenset().union(*mine)), -len(mine)

    return min(free, key=lambda v: (v.list is not None, *weight(v), str(v)))
