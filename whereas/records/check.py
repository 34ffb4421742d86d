"""The checker of decision records: follows what a record says from its facts and the rules, without the solver.

`docs/records.md` says what is proved and what is not; what a verdict rests on stands in `meaning` and `kernel`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from whereas.records import meaning as mn
from whereas.records.kernel import SAID, STATUS, Checked, Claims, Need, Of, claims, completed, keeps, opened

Json = dict[str, Any]
VERSION = 4


def examined(rules: Json, body: Json) -> Checked:
    """The body of a record with all that was found, given the rules of its categories as `program` has them."""
    c = Checked(rules, body, mn.World(rules, {}), mn.World(rules, {}))
    try:
        opened(c)
        names = [r["category"] for r in body["results"]]
        c.must("results", names, [n for n in body["asked"]["categories"] if n not in body["unsettled"]])
        for result in body["results"]:
            r = claims(c, result)
            c.must(f"{r.at}.scheme", result["scheme"], r.rule["scheme"])
            hinges(r)
            turning(r)
            given(r)
            steps(r, result["steps"], [(step, ()) for step in r.rule["steps"]], "steps")
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        c.note("wrong", "record", f"not made like a record: {type(error).__name__} {str(error)[:77]}")
    return c


# --------------------------------------------------------------------------------------------- what turns the verdict


def hinges(r: Claims) -> None:
    """Each hinge turns the verdict between two completions that differ in nothing else, or in what needs it to differ.

    Of facts that turn it only together: without the change of this one nobody would be there, or the same would come.
    """
    c, proof, listed = r.c, r.it["evidence"], r.it["hinges"]
    names = [(h["kind"], h["id"]) for h in listed]
    c.must(f"{r.at}.hinges", listed, [{"kind": kind, "id": id} for kind, id in sorted(set(names))])
    for name, how, other in zip(names, proof["hinges"], r.pairs, strict=True):
        at = f"{r.at}.hinges.{name[1]}"
        if other is None:
            c.note("unproved", at, "the record brings no pair of completions for it")
            continue
        base, own = proof["completions"][how["at"]], r.worlds[how["at"]]
        changed = {subject(c, x) for x in how["then"]}
        rest = {x: it for x, it in how["then"].items() if subject(c, x) != name}
        less = completed(c, base, rest) if rest else own
        first, second, without = map(r.holds, (own, other, less))
        if name not in changed or not changed <= {*names} or (without is second and keeps(c, less)):
            c.note("wrong", at, "the two completions differ in something else")
        elif first is second or None in (first, second):
            c.note("unproved" if None in (first, second) else "wrong", at, "the verdict does not turn between them")


def subject(c: Checked, at: str) -> tuple[str, str]:
    """What may be a hinge, of which a completion says something at an address."""
    kind, _, rest = at.partition(" ")
    own = at if at in c.kinds else at.partition("[")[0]
    return (kind, rest.partition("|")[0]) if rest else ("judgement" if c.kinds[own].get("judged") else "fact", own)


def ways(r: Claims) -> Iterator[tuple[str, str, str, Json]]:
    """What may turn the verdict: the list it belongs to, its name there, the claim about it, what is then known."""
    reads, c = set(r.rule["reads"]), r.c
    for at in c.presumed:
        if (name := at.rpartition(".")[2]) in reads:
            yield "assumes", at if "[" in at else name, f"assumes.{at}", {at: False}
    for name, it in c.body["readings"].items():
        for v in c.rules["readings"][name]["of"] if name in reads else ():
            if v != it["value"]:
                yield "sensitive_to", name, f"sensitive_to.{name}.{v}", {f"reading {name}": v}


def turning(r: Claims) -> None:
    """The presumptions and readings listed are those that turn the verdict."""
    it, turned, idle = r.it, dict[str, set[str]](assumes=set(), sensitive_to=set()), dict[str, Any]()
    known = list(ways(r))
    for what, name, at, way in known:
        if (verdict := it["evidence"]["turned"].get(at, it["verdict"])) != it["verdict"]:
            r.claim(at, verdict, r.holds, way)
            turned[what].add(name)
        elif name not in it[what]:
            idle |= dict.fromkeys(way)
    # Where the verdict stands with all left open at once that are not listed, none of them turns it.
    stands = r.seen(r.holds, idle) == ({None, True, False} if it["verdict"] == "depends" else {SAID[it["verdict"]]})
    for _, _, at, way in () if stands else known:
        if idle.keys() & way:
            r.claim(at, it["verdict"], r.holds, way)
    for what, names in turned.items():
        for name in {*it[what]} - names:
            r.c.note("unproved", f"{r.at}.{what}.{name}", "nothing shows that the verdict turns on it")
        r.c.must(f"{r.at}.{what}", it[what], sorted({*names, *it[what]}))


# ----------------------------------------------------------------------------------------- what stands beside a verdict


def given(r: Claims) -> None:
    """Papers, pointers and grants."""
    c, it, rule, at = r.c, r.it, r.rule, r.at
    may = it["verdict"] != "does_not_qualify"
    papers = [p for when, listed in rule["asks"] if may and mn.get(c.world, when) is not False for p in listed]
    c.must(f"{at}.asks_for", it["asks_for"], list(dict.fromkeys(papers)), masked=True)
    c.must(f"{at}.routes_to", it["routes_to"], [x for when, x in rule["routes"] if mn.get(c.world, when)], masked=True)
    grants = rule["grants"] if may else []
    c.must(f"{at}.grants", [g["kind"] for g in it["grants"]], [kind for kind, _, _ in grants])
    for i, ((_, node, reads), gives) in enumerate(zip(grants, it["grants"], strict=False)):
        _grant(r, f"grants[{i}]", node, [x for x in reads if x in c.untold], gives)


def _grant(r: Claims, name: str, node: int, chosen: list[str], gives: Json) -> None:
    """A grant: the value it has, or each it can have. `chosen`: the facts not known that choose."""
    c, at, values, got = r.c, f"{r.at}.{name}", gives["values"], mn.get(r.c.world, node)
    # What a duration chooses that is not known has no end of values, and some are told.
    c.must(f"{at}.all", gives["all"], not any(c.kinds[x]["is"] == "duration" for x in chosen), masked=True)
    c.must(f"{at}.chosen_by", gives["chosen_by"], chosen if len(values) > 1 else [], masked=True)
    if type(got) is not tuple:
        c.must(at, values, [] if got is None or type(got) is dict else [got], masked=True)
        return
    c.must(at, values, sorted(set(values), key=str))
    for v in values:
        r.claim(f"{name}.{v}", "varies" if values[1:] or not gives["all"] else "holds", _among(node, [v]))
    if gives["all"]:
        r.claim(name, "holds", _among(node, [*values, None]))


def _among(node: int, values: Sequence[Any]) -> Of:
    """Whether a value is one of some; None: it has no value."""
    return lambda w: None if type(it := mn.get(w, node)) is tuple else (None if type(it) is dict else it) in values


def steps(r: Claims, shown: Sequence[Json], below: Sequence[tuple[Json, mn.Env]], name: str) -> None:
    """The steps shown of some clauses side by side: exactly those that decide."""
    c, quiet, said = r.c, r.it["evidence"]["quiet"], list[str]()
    own = {step["at"]: step for step in shown}
    for i, (rule, env) in enumerate(below):
        told = own[i]["status"] if i in own else quiet.get(f"{name}.{i}", "")
        said.append(told if (held := mn.get(c.world, rule["decides"], env)) is None else STATUS[held])
    decide = decisive(r.it["verdict"], below, said)
    c.must(f"{r.at}.{name}", [s["at"] for s in shown], decide or [i for i, it in enumerate(said) if it == "varies"])
    for i, (rule, env) in enumerate(below):
        at, of = f"{name}.{i}", mn.of(rule["decides"], env)
        if i in own:
            _step(r, own[i], rule, env, at)
        elif not decide and said[i]:
            r.claim(at, said[i], of)
        elif not decide:
            need: Need = (r.it["category"], at, "status", of, None, {})
            c.note("unproved", f"{r.at}.{at}", "whether another step belongs here is not shown", need)


def decisive(verdict: str, below: Sequence[tuple[Json, mn.Env]], said: Sequence[str]) -> list[int]:
    """Clauses as wanted show why, those that are not show why not; where there is none, all that vary are shown."""
    wish = SAID[verdict]
    right = [None if wish is None else STATUS[rule["step"]["wanted"] is wish] for rule, _ in below]
    return [i for i, it in enumerate(said) if it == right[i]]


def _step(r: Claims, step: Json, rule: Json, env: mn.Env, name: str) -> None:
    """One step."""
    right, children = told(r.c, rule, env), under(r.c.world, rule, env)
    right |= {k: step[k] for k in ("at", "status", *(["steps"] if children else []))}
    for k in step.keys() | right.keys():
        r.c.must(f"{r.at}.{name}.{k}", step.get(k), right.get(k), masked=k in ("gaps", "override"))
    r.claim(name, step["status"], mn.of(rule["cond"], env))
    steps(r, step.get("steps", ()), children, name)


def under(w: mn.World, rule: Json, env: mn.Env) -> list[tuple[Json, mn.Env]]:
    """What is shown under a step: clauses for each element, or those of the reading that is chosen, or all."""
    if "over" in rule:
        here = [f"{at[:-1]}+]" if at[-2] == "+" and at in env else at for at in mn.elements(w, rule["over"])]
        return [(x, (*env, at)) for x in rule["below"] for at in here]
    return [(x, env) for x in rule["below"] if "if" not in x or mn.get(w, x["if"]) is not False]


def told(c: Checked, rule: Json, env: mn.Env) -> Json:
    """What the rules say of a step, all but what it does over all completions."""
    out: Json = {**filled(rule["step"], env)}
    if over := [label for label, when in rule.get("exceptions", ()) if mn.get(c.world, when) is not False]:
        out["override"] = over[0]
    if "values" in rule:
        out["values"] = {name: _seen(c, node, env, reads) for name, (node, reads) in rule["values"].items()}
    varying = [n for n in rule.get("tests", ()) if mn.get(c.world, n, env) is None]
    if gaps := [x[4:].partition("|")[0] for n in varying if (x := mn.asked(c.world, n, env))]:
        out["gaps"] = list(dict.fromkeys(gaps))
    return out


def filled(it: Any, env: mn.Env) -> Any:
    """A text with the addresses of the elements around it, or all texts inside of something."""
    if not env or type(it) is not dict:
        return it.format(*env) if env and type(it) is str else it
    return {k: filled(x, env) for k, x in it.items()}


def _seen(c: Checked, node: int, env: mn.Env, reads: Sequence[str]) -> Any:
    """What a line saw. `reads`: the facts and lists that the value is made of."""
    reads = [filled(x, env) for x in reads]
    if any(at == x or at.startswith(f"{x}[") for at in c.masked for x in reads):
        return {"masked": True}
    got = mn.get(c.world, node, env)
    if got == mn.UNKNOWN or type(got) is dict:
        absent = next((x for x in reads if c.world.facts.get(x) is None), "")
        return {"absent": "unknown" if type(got) is dict else c.untold.get(absent, "not_asked")}
    return {"from": got[0], "to": got[1]} if type(got) is tuple else got
