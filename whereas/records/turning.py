"""That each hinge of a record turns the verdict, and that of presumptions and readings those do that are listed."""

from __future__ import annotations

from functools import partial
from typing import Any

from whereas.records import meaning as mn
from whereas.records.kernel import VERDICT, Checked, Claims, altered

Json = dict[str, Any]


def hinges(r: Claims) -> None:
    """Each hinge turns the verdict between two completions that differ in nothing else."""
    c, proof, listed = r.c, r.it["evidence"], r.it["hinges"]
    names = [(h["kind"], h["id"]) for h in listed]
    c.must(f"{r.at}.hinges", names, sorted(set(names)))
    c.must(f"{r.at}.hinges", [{*h} for h in listed], [{"kind", "id"}] * len(proof["hinges"]))
    for (kind, id), how, other in zip(names, proof["hinges"], r.pairs, strict=False):
        at = f"{r.at}.hinges.{id}"
        if other is None:
            c.note("unproved", at, "the record brings no pair of completions for it")
            continue
        if not _only(c, kind, id, how["then"], tied(c, id) & {i for _, i in names} if how.get("tied") else set()):
            c.note("wrong", at, "the two completions differ in something else")
        both = r.holds(r.worlds[how["at"]]), r.holds(other)
        if both[0] == both[1] or None in both:
            blind = None in both and c.blind
            c.note("unproved" if blind else "wrong", at, "the verdict does not turn between the completions")


def tied(c: Checked, at: str) -> set[str]:
    """The facts not known that invariants tie to a fact, itself included."""
    out, before = {at}, 0
    while len(out) > before:
        before = len(out)
        out.update(*(reads - c.world.facts.keys() for _, _, reads in c.bound if reads & out))
    return out


def _only(c: Checked, kind: str, id: str, then: Json, tied: set[str]) -> bool:
    """Whether a change touches nothing but a hinge (or what is tied to it)."""
    if kind in ("law", "reading"):
        return [at.partition("|")[0] for at in then] == [f"{kind} {id}"]
    own = {at for at in then if not at.startswith(f"{id}[")}
    judged = {c.kind(at)[1] in c.rules["judged"] for at in own} <= {kind == "judgement"}
    return bool(then) and judged and own <= {id, *tied} and kind in ("fact", "judgement")


def turning(r: Claims) -> None:
    """The presumptions and readings that turn the verdict are those listed."""
    c, it, known = r.c, r.it, set(r.rule["reads"])
    facts, ways = c.world.facts, dict[tuple[str, str], list[Json]]()
    for at in c.presumed:
        if (name := at.rpartition(".")[2]) in known:
            ways["assumes", at if "[" in at else name] = [{at: False}]
    for name in (name for name in c.body["readings"] if name in known):
        others = [v for v in c.rules["readings"][name][0] if v != facts[f"reading {name}"]]
        ways["sensitive_to", name] = [{f"reading {name}": v} for v in others]
    for what in ("assumes", "sensitive_to"):
        c.must(f"{r.at}.{what}", it[what], sorted({n for w, n in ways if w == what and n in it[what]}))
    # Where the verdict stands with all left open at once that are not listed, none of them turns it.
    idle = {at: None for (what, name), x in ways.items() if name not in it[what] for way in x for at in way}
    stands = _stands(r, idle)
    for (what, name), options in ways.items():
        if stands and name not in it[what]:
            continue
        at = f"{what}.{name}"
        makes = [partial(altered, c, way=way) for way in options]
        i, verdict = it["evidence"]["turned"].get(at, (0, it["verdict"]))
        if name not in it[what]:
            for i, make in enumerate(makes):
                r.claim(f"{at}.{i}", it["verdict"], r.holds, make)
        elif verdict == it["verdict"]:
            r.lacks(at, "turn", "nothing shows that the verdict turns on it", r.holds, makes)
        else:
            r.claim(f"{at}.{i}", verdict, r.holds, makes[i])


def _stands(r: Claims, idle: Json) -> bool:
    """Whether the verdict is the same where some presumptions and readings are not known."""
    still, shown = r.holds(altered(r.c, r.c.world, idle)), set[mn.Truth]()
    if still is not None or r.it["verdict"] != VERDICT[None]:
        return still is not None and VERDICT[still] == r.it["verdict"]
    for w in r.worlds:
        if r.holds(w) not in shown:
            shown.add(r.holds(altered(r.c, w, idle)))
    return {True, False} <= shown
