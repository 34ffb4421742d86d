"""What a record shows beside a verdict: papers, grants, and the steps that decide, with the values they saw."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from whereas.records import meaning as mn
from whereas.records.kernel import SAID, STATUS, Checked, Claims, Of

Json = dict[str, Any]


def given(r: Claims) -> None:
    """Papers, pointers and grants."""
    c, it, rule, at = r.c, r.it, r.rule, r.at
    may = it["verdict"] != "does_not_qualify"
    papers = [p for when, listed in rule["asks"] if may and mn.truth(c.world, when) is not False for p in listed]
    c.must(f"{at}.asks_for", it["asks_for"], list(dict.fromkeys(papers)), masked=True)
    routes = [target for when, target in rule["routes"] if mn.truth(c.world, when)]
    c.must(f"{at}.routes_to", it["routes_to"], routes, masked=True)
    grants = rule["grants"] if may else []
    c.must(f"{at}.grants", [g["kind"] for g in it["grants"]], [kind for kind, _, _ in grants])
    for i, ((_, node, reads), gives) in enumerate(zip(grants, it["grants"], strict=False)):
        _grant(r, f"grants[{i}]", node, [x for x in reads if x in c.untold], gives)


def _grant(r: Claims, name: str, node: int, chosen: list[str], gives: Json) -> None:
    """A grant: the value it has, or each it can have. `chosen`: the facts not known that choose."""
    c, at, values = r.c, f"{r.at}.{name}", gives["values"]

    def can(w: mn.World, among: Sequence[Any]) -> mn.Truth:
        got = mn.value(w, node)
        return None if type(got) is tuple else (None if type(got) is dict else got) in among

    got = mn.value(c.world, node)
    if type(got) is not tuple:
        c.must(at, values, [] if got is None or type(got) is dict else [got], masked=True)
    else:
        c.must(at, values, sorted(set(values), key=str))
        for v in values:
            r.shows(f"{name}.{v}", partial(can, among=[v]), f"it can be {v}")
        if gives["all"]:
            r.proves(name, partial(can, among=[*values, None]), "these are all its values", c.world)
    # What a duration chooses that is not known has no end of values, and some are told.
    c.must(f"{at}.all", gives["all"], not any(c.kinds[x][0] == ["duration"] for x in chosen), masked=True)
    c.must(f"{at}.chosen_by", gives["chosen_by"], chosen if len(values) > 1 else [], masked=True)


class _Steps(Struct):
    """The steps of a category as they are met, and what the last of each line say."""

    r: Claims
    count: int = 0
    because: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)


def steps(r: Claims) -> None:
    """The steps, and why."""
    seen = _Steps(r)
    _level(seen, r.it["steps"], [(step, ()) for step in r.rule["steps"]], "steps")
    r.c.must(f"{r.at}.because", r.it["because"], list(dict.fromkeys(seen.because)))
    r.c.must(f"{r.at}.leans_on", r.it["leans_on"], list(dict.fromkeys(seen.weak)))


def _level(seen: _Steps, steps: Sequence[Json], below: Sequence[tuple[Json, mn.Env]], name: str) -> None:
    """The steps shown of some clauses side by side: exactly those that decide."""
    r, c = seen.r, seen.r.c
    wish, quiet = SAID[r.it["verdict"]], r.it["evidence"]["quiet"]
    said = {step["at"]: step["status"] for step in steps}
    settled, varying, decide = list[int](), list[int](), list[str]()
    for i, (rule, env) in enumerate(below):
        held = mn.truth(c.world, rule["cond"], env)
        if held is not None:
            said[i] = STATUS[held]
        # Those as wanted show why, those that are not show why not; where there is none, all that vary do.
        decide.append("" if wish is None else STATUS[rule["step"]["wanted"] is wish])
        if (status := said.get(i)) == decide[i]:
            settled.append(i)
        elif status == "varies":
            varying.append(i)
    c.must(f"{r.at}.{name}", [s["at"] for s in steps], settled or varying)
    for i in [] if settled else sorted({*range(len(below))} - said.keys()):
        of, at = _stands(c.world, *below[i]), f"{name}.{i}"
        if at not in quiet:
            r.lacks(at, "quiet", "whether another step belongs here is not shown", of)
        elif quiet[at] in ("varies", decide[i]):
            c.note("wrong", f"{r.at}.{at}", "it is not shown")
        else:
            r.claim(at, quiet[at], of)
    for step in steps:
        _step(seen, step, *below[step["at"]])


def _step(seen: _Steps, step: Json, rule: Json, env: mn.Env) -> None:
    """One step."""
    r, c, name = seen.r, seen.r.c, f"steps[{seen.count}]"
    seen.count += 1
    mine, right = {**step}, told(c, rule, env)
    for k in ("at", "status", "steps"):
        mine.pop(k, None)
    for k in mine.keys() | right.keys() if mine != right else ():
        c.must(f"{r.at}.{name}.{k}", mine.get(k), right.get(k), masked=k in ("gaps", "override"))
    r.claim(name, step["status"], _stands(c.world, rule, env))
    if children := under(c.world, rule, env):
        _level(seen, step["steps"], children, name)
    else:
        seen.because.append(rule["why"])
        seen.weak += rule["weak"]
        c.must(f"{r.at}.{name}", "steps" in step, False)


def _stands(told: mn.World, rule: Json, env: mn.Env) -> Of:
    """What a step does. Elements that may be there are, in a completion, the last ones added, the outer one last."""
    cond, element = rule["cond"], rule["step"]["kind"] == "element"
    blank = [at[:-3] for at in env if at[-2] == "+"]
    if not blank:
        return lambda w: mn.truth(w, cond, env)

    def of(w: mn.World) -> mn.Truth:
        if w.open.intersection(blank):
            held = mn.truth(w, cond, env)
            return None if held and element else held
        count, there = dict.fromkeys(blank, 0), list(env)
        for i, at in enumerate(env):
            if at[-2] == "+":
                count[at[:-3]] += 1
                number = w.facts[at[:-3]] - count[at[:-3]]
                if number < told.facts[at[:-3]]:
                    return False if element else None
                there[i] = f"{at[:-3]}[{number}]"
        return mn.truth(w, cond, tuple(there))

    return of


def under(w: mn.World, rule: Json, env: mn.Env) -> list[tuple[Json, mn.Env]]:
    """What is shown under a step."""
    if "over" in rule:
        return [(x, (*env, at)) for x in rule["below"] for at in mn.elements(w, rule["over"])]
    name, values = rule.get("reading", ("", ()))
    chosen = w.facts.get(f"reading {name}")
    return [(x, env) for i, x in enumerate(rule["below"]) if chosen is None or values[i] == chosen]


def _at(env: mn.Env, where: Sequence[Any]) -> str:
    tail: str = where[1]
    return tail if where[0] < 0 else env[where[0]] + tail


def told(c: Checked, rule: Json, env: mn.Env) -> Json:
    """What the rules say of a step, all but what it does over all completions."""
    w, out, gaps = c.world, dict(rule["step"]), []
    if rule["bind"]:
        out["binding"] = {name: _at(env, where) for name, where in rule["bind"].items()}
    if out["kind"] == "element":
        out["element"] = env[-1]
    for label, when in rule.get("exceptions", ()):
        if mn.truth(w, when) is not False:
            out.setdefault("override", label)
    if chosen := w.facts.get(f"reading {rule.get('reading', [''])[0]}"):
        out["reading"] = [rule["reading"][0], chosen]
    if "holes" in rule:
        out["values"] = {name: _seen(c, env, *hole) for name, hole in rule["holes"].items()}
    for test in rule.get("tests", ()):
        met: list[tuple[str, Any]] = []
        if mn.truth(w, test, env) is None and mn.truth(replace(w, met=met, memo={}), test, env) is None:
            kind, what = next(x for x in met if x[0] != "test")
            gaps += [what[4:].partition("|")[0]] if kind == "law" else []
    return out | ({"gaps": list(dict.fromkeys(gaps))} if gaps else {})


def _seen(c: Checked, env: mn.Env, node: int, facts: Any, reads: Any) -> Any:
    """What a line saw."""
    read = [_at(env, where) for where in reads] if c.masked else []
    if any(at == x or at.startswith(f"{x}[") for at in c.masked for x in read):
        return {"masked": True}
    got = mn.value(c.world, node, env)
    if got == mn.UNKNOWN or type(got) is dict:
        absent = next((at for at in (_at(env, x) for x in facts) if at not in c.world.facts), "")
        return {"absent": "unknown" if type(got) is dict else c.untold.get(absent, "not_asked")}
    return {"from": got[0], "to": got[1]} if type(got) is tuple else got
