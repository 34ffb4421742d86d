"""The checker of decision records: follows what a record says from its facts and the rules, without the solver.

`docs/records.md` says what is proved and what is not. Two kinds of finding: something is `wrong`, or it is `unproved`
by what the record brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from whereas.records import meaning as mn

Json = dict[str, Any]
Of = Callable[[mn.World], mn.Truth]
Make = Callable[[mn.World], mn.World]
VERSION = 3
VERDICT: Mapping[mn.Truth, str] = {True: "qualifies", False: "does_not_qualify", None: "depends"}
STATUS: Mapping[mn.Truth, str] = {True: "holds", False: "fails", None: "varies"}
SAID = {word: held for words in (VERDICT, STATUS) for held, word in words.items()}
ENDS: Mapping[str, tuple[Any, Any]] = {"date": (mn.FIRST, mn.ONGOING), "whole": (0, 10**15), "money": (0, 10**15)}
_JSON = {"truth": bool, "whole": int, "money": int, "list": int}


class Finding(NamedTuple):
    """What is `wrong` at a place of the record, or `unproved` there."""

    kind: str
    at: str
    words: str


class Need(NamedTuple):
    """What a claim of a category lacks: a `completion`, a `split`, what a `turn` leads to, or a `quiet` status."""

    category: str
    name: str
    what: str
    goal: Of
    ways: Sequence[Make] = ()


class Checked(Struct):
    """A record under examination. `world`: what it tells; `kinds`: by address the type of a fact and whose it is.

    `bound`: the invariants, each with where it stands and the facts it reads. `blind`: a masked value is not there.
    """

    rules: Json
    body: Json
    world: mn.World
    kinds: dict[str, Any] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)
    masked: list[str] = field(default_factory=list)
    presumed: list[str] = field(default_factory=list)
    filler: Json = field(default_factory=dict)
    bound: list[tuple[int, mn.Env, set[str]]] = field(default_factory=list)
    blind: bool = False
    needs: list[Need] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def note(self, kind: str, at: str, words: str) -> None:
        """A finding."""
        self.found.append(Finding(kind, at, words))

    def must(self, at: str, said: Any, right: Any, *, masked: bool = False) -> None:
        """What the record says has to be this; `masked`: unless it hangs on masked facts."""
        if said != right or type(said) is not type(right):
            words = f"the record says {str(said)[:77]}, the rules give {str(right)[:77]}"
            self.note("unproved" if masked and self.blind else "wrong", at, words)

    def kind(self, at: str) -> Any:
        """The type of a fact and whose it is, also of a further element of a list, and of an answer of the law."""
        name, _, rest = at.partition("[")
        if at in self.kinds or at.startswith("law "):
            return self.kinds.get(at, (["truth"], ""))
        return self.rules["elements"][name][rest.partition("]")[2]]


def check(rules: Json, body: Json) -> tuple[Finding, ...]:
    """All findings about the body of a record, given the rules of its categories as `program` has them."""
    return tuple(examined(rules, body).found)


def examined(rules: Json, body: Json) -> Checked:
    """The record with all that was found."""
    c = Checked(rules, body, mn.World(rules, {}))
    try:
        _opened(c)
        if keeps(c, c.world) is False:
            c.note("wrong", "facts", "an invariant of the book is broken: there is no such person")
        if c.filler or not c.untold:
            _real(c, "evidence.filler", completed(c))
        else:
            c.note("unproved", "evidence.filler", "no possible person is shown of whom all this is so")
        names = [r["category"] for r in body["results"]]
        c.must("results", names, [n for n in body["asked"]["categories"] if n not in body["unsettled"]])
        for result in body["results"]:
            _Result(c, result, rules["categories"][result["category"]], f"results.{result['category']}").check()
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        c.note("wrong", "record", f"not made like a record: {type(error).__name__} {str(error)[:77]}")
    return c


# --------------------------------------------------------------------------------------------- the facts, and what fits


def read(kind: Any, it: Any) -> Any:
    """A value, if it is one of a type."""
    fine = type(it) is _JSON.get(kind[0], str)
    if fine and kind[0] == "date":
        fine = it == mn.ONGOING or mn.day_of(it).isoformat() == it
    fine = fine and (kind[0] != "enum" or it in kind[1])
    if not fine or (kind[0] == "duration" and not re.fullmatch(r"\d{1,6} (day|week|month|year)s?", it)):
        raise ValueError(f"{it!r} is not a value of {kind[0]}")
    return it


def _opened(c: Checked) -> None:
    """Lay out the facts of a record as a world."""
    body, rules, known, open_ = c.body, c.rules, dict[str, Any](), set()
    counts = {e["at"]: read(["list"], e["items"]) for e in body["facts"] if "items" in e}
    for at, kind in rules["facts"].items():
        c.kinds[at] = kind
        for i in range(counts.get(at, 0)):
            c.kinds |= {f"{at}[{i}]{rest}": inner for rest, inner in rules["elements"][at].items()}
    c.must("facts", [e["at"] for e in body["facts"]], list(c.kinds))
    so = {e["at"]: e.get("value") for e in body["facts"] if "masked" not in e or "value" in e}
    for entry in body["facts"]:
        at, how, (kind, owner) = entry["at"], entry["is"], c.kinds[entry["at"]]
        c.masked += [at] if "masked" in entry else []
        c.blind = c.blind or ("masked" in entry and "value" not in entry)
        if kind[0] == "list":
            known[at] = counts[at]
            open_ |= {at} if read(["truth"], entry["open"]) else set()
        elif how in ("told", "defaulted"):
            known |= {at: read(kind, entry["value"])} if "masked" not in entry or "value" in entry else {}
        elif rules["judged"].get(owner) == body["asked"]["judgements"] == "presumed" and not any(
            so.get(end, how != "presumed") is True for end in rules["unless"].get(owner, ())
        ):  # of a masked fact that would end a presumption the record is taken at its word
            c.must(f"facts.{at}", (how, entry.get("value")), ("presumed", True))
            c.presumed.append(at)
            known[at] = True
        else:
            c.must(f"facts.{at}", how in ("not_asked", "unknown", "declined"), True)
            c.untold[at] = how
    chosen = sorted(rules["readings"]) if body["asked"]["readings"] != "all" else []
    c.must("readings", sorted(body["readings"]), chosen)
    c.kinds |= {f"reading {name}": (["enum", values], "") for name, (values, _) in rules["readings"].items()}
    for name, it in body["readings"].items():
        values, default = rules["readings"][name]
        known[f"reading {name}"] = it["value"]
        if it["value"] not in values or (it["by"] == "default" and it["value"] != default):
            c.note("wrong", f"readings.{name}", f"{it['value']} is not its value {it['by']}")
    c.filler = {at: read(c.kinds[at][0], it) for at, it in body["evidence"]["filler"].items()}
    for at, brought in body["evidence"]["elements"].items():
        for rest, it in brought.items():
            read(rules["elements"][at][rest][0], it)
    c.world = mn.World(rules, known, frozenset(open_))
    c.bound = [(cond, (), set(reads)) for cond, reads in rules["invariants"]]
    c.bound += [x for at, n in counts.items() for i in range(n) for x in _bound(rules, at, i)]


def _bound(rules: Json, name: str, i: int) -> Iterator[tuple[int, mn.Env, set[str]]]:
    """The invariants on an element of a list: the condition, where it stands, the facts it reads."""
    at = f"{name}[{i}]"
    for cond, reads in rules["bound"][name]:
        yield cond, (at,), {rest if place < 0 else at + rest for place, rest in reads}


def keeps(c: Checked, w: mn.World) -> mn.Truth:
    """Whether a world keeps every invariant."""
    grown = [(at, i) for at in c.world.open - w.open for i in range(c.world.facts[at], w.facts[at])]
    more = (x for at, i in grown for x in _bound(c.rules, at, i))
    held = {mn.truth(w, cond, env) for cond, env, _ in (*c.bound, *more)}
    return False if False in held else None if None in held else True


def completed(c: Checked, *changes: Json) -> mn.World:
    """A completion: what is told, the record's filling, and changes on top. Not yet known to keep the invariants."""
    told, brought = c.world.facts, c.body["evidence"]["elements"]
    ours = {at: it for change in changes for at, it in change.items()}
    longer = {at: read(["list"], ours[at]) for at in ours.keys() & c.world.open if ours[at] >= told[at]}
    added: Json = {}
    for at, n in longer.items():
        added |= {f"{at}[{i}]{rest}": it for i in range(told[at], n) for rest, it in brought[at].items()}
    facts = {**c.filler, **told, **added}
    for at, it in ours.items():
        if at in added or at in longer or at in c.untold or (" " in at and at not in told):
            facts[at] = read(c.kind(at)[0], it)
        elif at in changes[-1]:
            raise ValueError(f"there is no {at} to say")
    return mn.World(c.rules, facts, base=c.world, added=frozenset(added))


def stale(c: Checked, changed: Iterable[str]) -> frozenset[int]:
    """The nodes that read facts, readings, lists or (all as one) answers of the law: the rules list them by name."""
    names = {"law" if at.startswith("law ") else at.rpartition(" ")[2].rpartition(".")[2] for at in changed}
    return frozenset().union(*(c.rules["uses"].get(name, ()) for name in names))


def _turned(way: Json, reads: frozenset[int], w: mn.World) -> mn.World:
    """A world with something turned, or (None) not known; `reads`: what reads it."""
    return replace(w, facts={**w.facts, **way}, base=w, stale=reads, more=False, memo={})


def _real(c: Checked, at: str, w: mn.World) -> mn.World:
    """A completion has to be a possible person."""
    if not (kept := keeps(c, w)):
        c.note("unproved" if kept is None and c.blind else "wrong", at, "it is no possible person, as far as is told")
    return w


def tied(c: Checked, at: str) -> set[str]:
    """The facts not known that invariants tie to a fact, itself included."""
    out, before = {at}, 0
    while len(out) > before:
        before = len(out)
        out.update(*(reads - c.world.facts.keys() for _, _, reads in c.bound if reads & out))
    return out


def covers(c: Checked, w: mn.World, split: Any, goal: Of) -> bool:
    """Whether a case split leaves no possible case that is not as wanted. `split`: True where nothing is to split."""
    if split is True:
        return goal(w) is True or keeps(c, w) is False
    on, cells = split["on"], split["cells"]
    cut, reads = parts(c, w, on, split.get("cuts")), stale(c, [on])
    return len(cut) == len(cells) and all(
        covers(c, replace(w, **{k: {**getattr(w, k), on: part}}, base=w, stale=reads, more=True, memo={}), cell, goal)
        for (k, part), cell in zip(cut, cells, strict=True)
    )


def parts(c: Checked, w: mn.World, on: str, cuts: Any) -> list[tuple[str, Any]]:
    """All that something not known can be: each value, or spans that begin at the cuts; and what it is a part of.

    What lies in a span already is cut further.
    """
    kind = ["truth"] if on.startswith("law ") else c.kinds[on][0]
    if on in w.facts:
        raise ValueError(f"{on} is known")
    if cuts is None:
        return [("facts", part) for part in {"truth": [False, True], "enum": kind[-1]}[kind[0]]]
    low, high = w.cells.get(on) or ENDS[kind[0]]
    begin = [low, *(read(kind, x) for x in cuts)]
    if any(a >= b for a, b in pairwise([*begin, high])):
        raise ValueError("the cuts are not in order")
    end = [*(mn.moved(x, 0, -1) if kind[0] == "date" else x - 1 for x in begin[1:]), high]
    return [("facts", a) if a == b else ("cells", (a, b)) for a, b in zip(begin, end, strict=True)]


# ------------------------------------------------------------------------------------------------- what a record claims


class _Result(Struct):
    """One result under examination. `worlds`: the completions it brings."""

    c: Checked
    it: Json
    rule: Json
    at: str
    worlds: list[mn.World] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)
    count: int = 0

    def holds(self, w: mn.World) -> mn.Truth:
        """Whether the category holds."""
        return mn.truth(w, self.rule["cond"])

    def check(self) -> None:
        """All that the record says of a category."""
        c, it, at = self.c, self.it, self.at
        c.must(f"{at}.scheme", it["scheme"], self.rule["scheme"])
        self.holds(c.world)  # what is settled in it is settled in every completion
        self._hinges()
        self.claim("verdict", it["verdict"], self.holds)
        self._turning()
        self._given()
        self._level(it["steps"], [(step, ()) for step in self.rule["steps"]], "steps")
        c.must(f"{at}.because", it["because"], list(dict.fromkeys(self.because)))
        c.must(f"{at}.leans_on", it["leans_on"], list(dict.fromkeys(self.weak)))

    def lacks(self, name: str, what: str, words: str, goal: Of, ways: Sequence[Make] = ()) -> None:
        """A claim for which the record does not bring enough."""
        self.c.note("unproved", f"{self.at}.{name}", words)
        self.c.needs.append(Need(self.it["category"], name, what, goal, ways))

    def shows(self, name: str, goal: Of, words: str) -> None:
        """Some completion is as wanted."""
        if not any(goal(w) is True for w in self.worlds):
            self.lacks(name, "completion", f"no completion shows that {words}", goal)

    def proves(self, name: str, goal: Of, words: str, w: mn.World) -> None:
        """Every completion is as wanted."""
        split = True if goal(w) is True else self.it["evidence"]["splits"].get(name)
        if split is None:
            self.lacks(name, "split", f"no case split shows that {words}", goal, [lambda _: w])
        elif not covers(self.c, w, split, goal):
            self.c.note("wrong", f"{self.at}.{name}", f"the case split does not show that {words}")

    def claim(self, name: str, said: str, of: Of, make: Make = lambda w: w) -> None:
        """A status or verdict: what evaluation gives; or two completions that differ in it; or a case split."""
        w, want, at = make(self.c.world), SAID[said], f"{self.at}.{name}"
        held = of(w)
        if held is not None and held is not want:
            self.c.note("wrong", at, f"the record says {said}, the rules give {STATUS[held]}")
        elif want is None:
            self.shows(name, lambda w: of(make(w)), "it can hold")
            self.shows(name, lambda w: mn.opposite(of(make(w))), "it can fail")
        elif held is None and any(of(make(x)) is (not want) for x in self.worlds):
            self.c.note("wrong", at, f"the record says {said}, and brings a completion where not")
        elif held is None:
            self.proves(name, of if want else lambda w: mn.opposite(of(w)), f"it {said}", w)

    def _hinges(self) -> None:
        """The completions, each a possible person; and that each hinge turns the verdict at one of them."""
        c, proof, hinges = self.c, self.it["evidence"], self.it["hinges"]
        for i, base in enumerate(proof["completions"]):
            self.worlds.append(_real(c, f"{self.at}.evidence.completions[{i}]", completed(c, base)))
        names = [(h["kind"], h["id"]) for h in hinges]
        c.must(f"{self.at}.hinges", names, sorted(set(names)))
        c.must(f"{self.at}.hinges", [{*h} for h in hinges], [{"kind", "id"}] * len(proof["hinges"]))
        for (kind, id), how in zip(names, proof["hinges"], strict=False):
            place = f"{self.at}.hinges.{id}"
            if how is None:
                c.note("unproved", place, "the record brings no pair of completions for it")
                continue
            base, then = proof["completions"][how["at"]], how["then"]
            if not self._only(kind, id, then, tied(c, id) & {i for _, i in names} if how.get("tied") else set()):
                c.note("wrong", place, "the two completions differ in something else")
            one, other = self.worlds[how["at"]], completed(c, base, then)
            differ = stale(c, (at for at, _ in other.facts.items() ^ one.facts.items()))
            self.worlds.append(_real(c, place, replace(other, base=one, stale=differ, more=False)))
            both = self.holds(one), self.holds(self.worlds[-1])
            if both[0] == both[1] or None in both:
                blind = None in both and c.blind
                c.note("unproved" if blind else "wrong", place, "the verdict does not turn between the completions")

    def _only(self, kind: str, id: str, then: Json, tied: set[str]) -> bool:
        """Whether a change touches nothing but a hinge (or what is tied to it)."""
        if kind in ("law", "reading"):
            return [at.partition("|")[0] for at in then] == [f"{kind} {id}"]
        own = {at for at in then if not at.startswith(f"{id}[")}
        judged = {self.c.kind(at)[1] in self.c.rules["judged"] for at in own} <= {kind == "judgement"}
        return bool(then) and judged and own <= {id, *tied} and kind in ("fact", "judgement")

    def _turning(self) -> None:
        """The presumptions and readings that turn the verdict are those listed."""
        c, it, known = self.c, self.it, self.rule["reads"]
        facts, ways = c.world.facts, dict[tuple[str, str], list[Json]]()
        for at in c.presumed:
            if (name := at.rpartition(".")[2]) in known:
                ways["assumes", at if "[" in at else name] = [{at: False}]
        for name in (name for name in c.body["readings"] if name in known):
            others = [v for v in c.rules["readings"][name][0] if v != facts[f"reading {name}"]]
            ways["sensitive_to", name] = [{f"reading {name}": v} for v in others]
        for what in ("assumes", "sensitive_to"):
            c.must(f"{self.at}.{what}", it[what], sorted({n for w, n in ways if w == what and n in it[what]}))
        # Where the verdict stands with all left open at once that are not listed, none of them turns it.
        idle = {at: None for (what, name), x in ways.items() if name not in it[what] for way in x for at in way}
        still = self.holds(_turned(idle, stale(c, idle), c.world))
        stands = still is not None and VERDICT[still] == it["verdict"]
        for (what, name), options in ways.items():
            if stands and name not in it[what]:
                continue
            at, reads = f"{what}.{name}", stale(c, (at for way in options for at in way))
            makes = [partial(_turned, way, reads) for way in options]
            i, verdict = it["evidence"]["turned"].get(at, (0, it["verdict"]))
            if name not in it[what]:
                for i, make in enumerate(makes):
                    self.claim(f"{at}.{i}", it["verdict"], self.holds, make)
            elif verdict == it["verdict"]:
                self.lacks(at, "turn", "nothing shows that the verdict turns on it", self.holds, makes)
            else:
                self.claim(f"{at}.{i}", verdict, self.holds, makes[i])

    def _given(self) -> None:
        """Papers, pointers and grants."""
        c, it, rule, at = self.c, self.it, self.rule, self.at
        may = it["verdict"] != "does_not_qualify"
        papers = [p for when, listed in rule["asks"] if may and mn.truth(c.world, when) is not False for p in listed]
        c.must(f"{at}.asks_for", it["asks_for"], list(dict.fromkeys(papers)), masked=True)
        routes = [target for when, target in rule["routes"] if mn.truth(c.world, when)]
        c.must(f"{at}.routes_to", it["routes_to"], routes, masked=True)
        grants = rule["grants"] if may else []
        c.must(f"{at}.grants", [g["kind"] for g in it["grants"]], [kind for kind, _, _ in grants])
        for i, ((_, node, reads), gives) in enumerate(zip(grants, it["grants"], strict=False)):
            self._grant(f"grants[{i}]", node, [x for x in reads if x in c.untold], gives)

    def _grant(self, name: str, node: int, chosen: list[str], gives: Json) -> None:
        """A grant: the value it has, or each it can have. `chosen`: the facts not known that choose."""
        c, at, values = self.c, f"{self.at}.{name}", gives["values"]

        def can(w: mn.World, among: Sequence[Any]) -> mn.Truth:
            got = mn.value(w, node)
            return None if type(got) is tuple else (None if type(got) is dict else got) in among

        got = mn.value(c.world, node)
        if type(got) is not tuple:
            c.must(at, values, [] if got is None or type(got) is dict else [got], masked=True)
        else:
            c.must(at, values, sorted(set(values), key=str))
            for v in values:
                self.shows(f"{name}.{v}", partial(can, among=[v]), f"it can be {v}")
            if gives["all"]:
                self.proves(name, partial(can, among=[*values, None]), "these are all its values", c.world)
        # What a duration chooses that is not known has no end of values, and some are told.
        c.must(f"{at}.all", gives["all"], not any(c.kinds[x][0] == ["duration"] for x in chosen), masked=True)
        c.must(f"{at}.chosen_by", gives["chosen_by"], chosen if len(values) > 1 else [], masked=True)

    def _level(self, steps: Sequence[Json], below: Sequence[tuple[Json, mn.Env]], name: str) -> None:
        """The steps shown of some clauses side by side: exactly those that decide."""
        c, wish, quiet = self.c, SAID[self.it["verdict"]], self.it["evidence"]["quiet"]
        said = {step["at"]: step["status"] for step in steps}
        for i, (rule, env) in enumerate(below):
            held = mn.truth(c.world, rule["cond"], env)
            said |= {} if held is None else {i: STATUS[held]}
        # Those as wanted show why, those that are not show why not; where there is none, all that vary do.
        decide = ["" if wish is None else STATUS[rule["step"]["wanted"] is wish] for rule, _ in below]
        settled = [i for i, status in enumerate(decide) if said.get(i) == status]
        varying = [i for i in range(len(below)) if said.get(i) == "varies"]
        c.must(f"{self.at}.{name}", [s["at"] for s in steps], settled or varying)
        for i in [] if settled else sorted({*range(len(below))} - said.keys()):
            of, at = _stands(*below[i]), f"{name}.{i}"
            if at not in quiet:
                self.lacks(at, "quiet", "whether another step belongs here is not shown", of)
            elif quiet[at] in ("varies", decide[i]):
                c.note("wrong", f"{self.at}.{at}", "it is not shown")
            else:
                self.claim(at, quiet[at], of)
        for step in steps:
            self._step(step, *below[step["at"]])

    def _step(self, step: Json, rule: Json, env: mn.Env) -> None:
        """One step."""
        c, name, self.count = self.c, f"steps[{self.count}]", self.count + 1
        mine, right = {k: v for k, v in step.items() if k not in ("at", "status", "steps")}, told(c, rule, env)
        for k in mine.keys() | right.keys() if mine != right else ():
            c.must(f"{self.at}.{name}.{k}", mine.get(k), right.get(k), masked=k in ("gaps", "override"))
        self.claim(name, step["status"], _stands(rule, env))
        if children := under(c.world, rule, env):
            self._level(step["steps"], children, name)
        else:
            self.because.append(rule["why"])
            self.weak += rule["weak"]
            c.must(f"{self.at}.{name}", "steps" in step, False)


def _stands(rule: Json, env: mn.Env) -> Of:
    """What a step does. Elements that may be there are, in a completion, the last ones added, the outer one last."""

    def of(w: mn.World) -> mn.Truth:
        blank, element = [at[:-3] for at in env if at[-2] == "+"], rule["step"]["kind"] == "element"
        if w.open.intersection(blank):
            held = mn.truth(w, rule["cond"], env)
            return None if held and element else held
        count, there = dict.fromkeys(blank, 0), list(env)
        for i, at in enumerate(env):
            if at[-2] == "+":
                count[at[:-3]] += 1
                there[i] = f"{at[:-3]}[{w.facts[at[:-3]] - count[at[:-3]]}]"
                if not any(x.startswith(f"{there[i]}.") for x in w.added):
                    return False if element else None
        return mn.truth(w, rule["cond"], tuple(there))

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
