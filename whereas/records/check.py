"""The checker of decision records: follows what a record says from its facts and the rules, without the solver.

`docs/records.md` says what is proved and what is not. Two kinds of finding: something is wrong, or it could not be
proved from what the record brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from whereas.records import meaning as mn

Json = dict[str, Any]
Of = Callable[[mn.World], mn.Truth]
Make = Callable[[mn.World], mn.World]
VERSION = 2
VERDICT: Mapping[mn.Truth, str] = {True: "qualifies", False: "does_not_qualify", None: "depends"}
STATUS: Mapping[mn.Truth, str] = {True: "holds", False: "fails", None: "varies"}
SAID = {word: held for words in (VERDICT, STATUS) for held, word in words.items()}
_ABSENT = ("not_asked", "unknown", "declined")
_TYPES = {
    "truth": bool, "whole": int, "money": int, "date": str, "duration": str, "country": str, "text": str, "enum": str,
    "key": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What is `wrong` at a place of the record, or `unproved` there."""

    kind: str
    at: str
    words: str


@dataclass(slots=True)
class Checked:
    """A record under examination. `world`: what it tells; `kinds`: by address the type of a fact and whose it is."""

    rules: Json
    body: Json
    world: mn.World
    kinds: dict[str, tuple[Any, str]] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)
    masked: set[str] = field(default_factory=set)
    presumed: list[str] = field(default_factory=list)
    filler: Json = field(default_factory=dict)
    bound: list[tuple[int, mn.Env, set[str]]] = field(default_factory=list)
    blind: bool = False
    needs: list[tuple[str, str, str, Of, list[Make]]] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    def wrong(self, at: str, words: str) -> None:
        """Something that cannot be."""
        self.found.append(Finding("wrong", at, words))

    def unproved(self, at: str, words: str) -> None:
        """Something the record does not bring enough for."""
        self.found.append(Finding("unproved", at, words))

    def must(self, at: str, said: Any, right: Any, *, masked: bool = False) -> None:
        """What the record says has to be this; `masked`: unless it hangs on masked facts."""
        if said != right and masked and self.blind:
            self.unproved(at, "it cannot be told from masked facts")
        elif said != right or (said.__class__ is bool) != (right.__class__ is bool):
            self.wrong(at, f"the record says {str(said)[:77]}, the rules give {str(right)[:77]}")

    def kind(self, at: str) -> tuple[Any, str]:
        """The type of a fact and whose it is, also of a further element."""
        if at not in self.kinds:
            name, _, rest = at.partition("[")
            place, _, _ = rest.partition("]")
            self.kinds |= {a: (k, o) for a, k, o in leaves(self.rules, f"{name}[{int(place)}]", self.inside(name), {})}
        return self.kinds[at]

    def inside(self, name: str) -> list[str]:
        """The type of the elements of a list."""
        kind, _ = self.kinds[name]
        return ["thing", kind[1]] if kind[0] == "list" else []


def leaves(rules: Json, at: str, kind: Any, counts: Mapping[str, int], owner: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every fact with a value of its own and every list, at an address and below it; `counts`: elements of lists."""
    if kind[0] == "thing":
        for name, inner in rules["entities"][kind[1]].items():
            yield from leaves(rules, f"{at}.{name}", inner, counts, f"{kind[1]}.{name}")
    else:
        yield at, kind, owner
        for i in range(counts.get(at, 0)):
            yield from leaves(rules, f"{at}[{i}]", ["thing", kind[1]], counts)


def read(kind: Any, it: Any) -> Any:
    """A value, if it is one of a type."""
    fine = type(it) is _TYPES[kind[0]]
    if kind[0] == "date":
        fine = fine and (it == mn.ONGOING or mn.day_of(it).isoformat() == it)
    elif kind[0] == "duration":
        fine = fine and re.fullmatch(r"\d{1,6} (day|week|month|year)s?", it) is not None
    if not fine or (kind[0] == "enum" and it not in kind[1]):
        raise ValueError(f"{it!r} is not a value of {kind[0]}")
    return it


def check(rules: Json, body: Json) -> tuple[Finding, ...]:
    """All findings about the body of a record, given the rules of the categories it is about as `program` has them."""
    return tuple(examined(rules, body).found)


def examined(rules: Json, body: Json) -> Checked:
    """The record with all that was found."""
    c = Checked(rules, body, mn.World(rules, {}))
    try:
        _opened(c)
        if keeps(c, c.world) is False:
            c.wrong("facts", "an invariant of the book is broken: there is no such person")
        if c.filler or not c.untold:
            _real(c, "evidence.filler", keeps(c, completed(c)))
        else:
            c.unproved("evidence.filler", "no possible person is shown of whom all this is so")
        names = [r["category"] for r in body["results"]]
        c.must("results", names, [n for n in body["asked"]["categories"] if n not in body["unsettled"]])
        for result in body["results"]:
            _Result(c, result, rules["categories"][result["category"]], f"results.{result['category']}").check()
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        c.wrong("record", f"not made like a record: {type(error).__name__} {str(error)[:77]}")
    return c


def _opened(c: Checked) -> None:
    """Lay out the facts of a record as a world."""
    body, rules, known, open_ = c.body, c.rules, {}, set()
    counts = {e["at"]: e["items"] for e in body["facts"] if "items" in e}
    for name, given in rules["givens"].items():
        c.kinds |= {at: (kind, owner) for at, kind, owner in leaves(rules, name, given, counts, f".{name}")}
    c.must("facts", [e["at"] for e in body["facts"]], list(c.kinds))
    for entry in body["facts"]:
        at, how = entry["at"], entry["is"]
        kind, owner = c.kinds[at]
        presumed = rules["judged"].get(owner) == body["asked"]["judgements"] == "presumed"
        if "masked" in entry:
            c.masked.add(at)
        if kind[0] == "list":
            known[at] = read(["whole"], entry["items"])
            open_ |= {at} if read(["truth"], entry["open"]) else set()
        elif "masked" in entry and "value" not in entry:
            c.blind = True
        elif how in ("told", "defaulted"):
            known[at] = read(kind, entry["value"])
        elif presumed:
            c.must(f"facts.{at}", (how, entry.get("value")), ("presumed", True))
            c.presumed.append(at)
            known[at] = True
        else:
            c.untold[at] = how
        if how not in (("told", *_ABSENT) if kind[0] == "list" else ("told", "defaulted", "presumed", *_ABSENT)):
            c.wrong(f"facts.{at}", f"no fact is {how}")
    readings = {name: it["value"] for name, it in body["readings"].items()}
    c.must("readings", sorted(readings), sorted(rules["readings"]) if body["asked"]["readings"] != "all" else [])
    for name, it in body["readings"].items():
        reading = rules["readings"][name]
        if it["value"] not in reading["values"] or (it["by"] == "default" and it["value"] != reading["default"]):
            c.wrong(f"readings.{name}", f"{it['value']} is not its value {it['by']}")
    c.filler = {at: read(c.kinds[at][0], it) for at, it in body["evidence"]["filler"].items()}
    c.world = mn.World(rules, known, frozenset(open_), readings)
    c.bound = [x for name, given in rules["givens"].items() for x in bound(rules, name, given, known)]
    c.bound += [(it["cond"], (), {at for _, at in it["reads"]}) for it in rules["invariants"] if not it["of"]]


def bound(rules: Json, at: str, kind: Any, counts: Mapping[str, Any]) -> Iterator[tuple[int, mn.Env, set[str]]]:
    """The invariants on a thing and the things below it: the condition, where it stands, the facts it reads."""
    if kind[0] == "list":
        for i in range(counts[at]):
            yield from bound(rules, f"{at}[{i}]", ["thing", kind[1]], counts)
    elif kind[0] == "thing":
        for it in rules["invariants"]:
            if it["of"] == kind[1]:
                yield it["cond"], (at,), {rest if place < 0 else at + rest for place, rest in it["reads"]}
        for name, inner in rules["entities"][kind[1]].items():
            yield from bound(rules, f"{at}.{name}", inner, counts)


def keeps(c: Checked, w: mn.World, changed: set[str] | None = None) -> mn.Truth:
    """Whether a world keeps every invariant; `changed`: facts that are not as in a world that does."""
    more = [x for at in c.world.open for x in bound(c.rules, at, c.kinds[at][0], w.facts) if at not in w.open]
    fixed = c.bound if changed is None else [x for x in c.bound if not x[2].isdisjoint(changed)]
    return mn.every(mn.truth(w, cond, env) for cond, env, _ in (*fixed, *more))


def completed(c: Checked, *changes: Json) -> mn.World:
    """A completion: what is told, the record's filling, and changes on top. Not yet known to keep the invariants."""
    told, ours, law, readings = c.world.facts, {}, {}, dict(c.world.readings)
    for change in changes:
        ours |= change.get("facts", {})
        law |= change.get("law", {})
        if c.body["asked"]["readings"] == "all":
            readings |= change.get("readings", {})
    added: dict[str, Any] = {}
    for at in [at for at in ours if at in c.world.open]:
        if read(["whole"], ours[at]) < told[at]:
            raise ValueError(f"{at} cannot have {ours[at]} elements")
        for i in range(told[at], ours[at]):
            brought = c.body["evidence"]["elements"][at]
            added |= {f"{at}[{i}]{rest}": it for rest, it in brought.items()}
    if stray := [at for at in ours if at not in c.untold and at not in added and at not in c.world.open]:
        ours = {at: it for at, it in ours.items() if at not in stray}
        if any(at in changes[-1].get("facts", {}) for at in stray):
            raise ValueError(f"there is no {stray[0]} to say")
    facts = {**c.filler, **told, **added, **ours}
    for at in (*added, *ours):
        if at not in c.world.open:
            read(c.kind(at)[0], facts[at])
    return mn.World(c.rules, facts, frozenset(), readings, law, settled=c.world.memo, added=frozenset(added))


def _real(c: Checked, at: str, kept: mn.Truth) -> None:
    """A completion has to be a possible person."""
    if kept is None and c.blind:
        c.unproved(at, "whether it is a possible person cannot be told from masked facts")
    elif not kept:
        c.wrong(at, "it is no possible person")


def tied(c: Checked, at: str) -> set[str]:
    """The facts not known that invariants tie to a fact, itself included."""
    out, before = {at}, 0
    while len(out) > before:
        before = len(out)
        groups = (reads - c.world.facts.keys() for _, _, reads in c.bound)
        out.update(*(g for g in groups if g & out))
    return out


def covers(c: Checked, w: mn.World, split: Any, goal: Of) -> bool:
    """Whether a case split leaves no possible case that is not as wanted. `split`: True where nothing is left to split."""
    if split is True:
        return goal(w) is True or keeps(c, w) is False
    what, on, cells = split["split"], split["on"], split["cells"]
    cut = list(parts(c, w, what, on, split.get("cuts")))
    if len(cut) != len(cells):
        raise ValueError(f"{on} is not cut into {len(cells)} parts")
    return all(
        covers(c, replace(w, **{what: {**getattr(w, what), on: part}}, memo={}, settled={**w.settled, **w.memo}), cell, goal)
        for (what, part), cell in zip(cut, cells, strict=True)
    )


def parts(c: Checked, w: mn.World, what: str, on: str, cuts: Any) -> Iterator[tuple[str, Any]]:
    """All that something not known can be: each value, or spans that begin at the cuts."""
    if on in getattr(w, what):
        raise ValueError(f"{on} is known")
    if what != "facts":
        yield from ((what, part) for part in (c.rules["readings"][on]["values"] if what == "readings" else (False, True)))
        return
    kind = c.kinds[on][0]
    if cuts is None:
        yield from ((what, part) for part in {"truth": (False, True), "enum": kind[-1]}[kind[0]])
        return
    low, high = (mn.FIRST, mn.ONGOING) if kind[0] == "date" else (0, 10**15)
    ends = [low, *(read(kind, x) for x in cuts)]
    if any(a >= b for a, b in pairwise([*ends, high])) or kind[0] not in ("date", "whole", "money"):
        raise ValueError("the cuts are not in order")
    before = [mn.moved(x, 0, -1) if kind[0] == "date" else x - 1 for x in ends[1:]]
    for part in zip(ends, [*before, high], strict=True):
        yield ("facts", part[0]) if part[0] == part[1] else ("cells", part)


def _turn(c: Checked, name: str, way: Json) -> Make:
    """A presumption or a reading turned in a world; what does not read it stays settled."""
    uses = set(c.rules["uses"].get(name, ()))
    settled = {key: held for key, held in c.world.memo.items() if key[0] not in uses}

    def make(w: mn.World) -> mn.World:
        facts, readings = ({**getattr(w, k), **way.get(k, {})} for k in ("facts", "readings"))
        return replace(w, facts=facts, readings=readings, memo={}, settled=settled)

    return make


def _by_kind(hinge: Any) -> Any:
    return hinge[0][1], hinge[1][1]


def _only(c: Checked, hinge: Json, then: Json, tied: set[str]) -> bool:
    """Whether a change touches nothing but a hinge (or what is tied to it)."""
    kind, id = hinge["kind"], hinge["id"]
    facts, law, readings = (set(then.get(part, {})) for part in ("facts", "law", "readings"))
    if kind == "law":
        return not facts and not readings and len(law) == 1 and next(iter(law)).startswith(f"{id}|")
    if kind == "reading":
        return not facts and not law and readings == {id}
    mine = all(at == id or at.startswith(f"{id}[") or at in tied for at in facts)
    judged = all((c.kind(at)[1] in c.rules["judged"]) == (kind == "judgement") for at in facts if f"{id}[" not in at)
    return bool(facts) and mine and judged and not law and not readings


@dataclass(slots=True)
class _Result:
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
        self._completions()
        self.claim("verdict", it["verdict"], self.holds)
        self._turning()
        self._given()
        wish = {True: "why", False: "why not", None: "what on"}[SAID[it["verdict"]]]
        self._level(it["steps"], [(step, ()) for step in self.rule["steps"]], wish, "steps")
        c.must(f"{at}.because", it["because"], list(dict.fromkeys(self.because)))
        c.must(f"{at}.leans_on", it["leans_on"], list(dict.fromkeys(self.weak)))

    # ------------------------------------------------------------------------------------------------------- evidence

    def shows(self, name: str, goal: Of, make: Make, words: str) -> None:
        """Some completion is as wanted. `make`: what is turned in it first."""
        if not any(goal(make(w)) is True for w in self.worlds):
            self.c.unproved(f"{self.at}.{name}", f"no completion shows that {words}")
            self.c.needs.append((self.it["category"], name, "completion", lambda w: goal(make(w)), []))

    def proves(self, name: str, goal: Of, w: mn.World, words: str) -> None:
        """Every completion is as wanted."""
        split = self.it["evidence"]["splits"].get(name)
        if goal(w) is True:
            return
        if split is None:
            self.c.unproved(f"{self.at}.{name}", f"no case split shows that {words}")
            self.c.needs.append((self.it["category"], name, "split", goal, [lambda _: w]))
        elif not covers(self.c, w, split, goal):
            self.c.wrong(f"{self.at}.{name}", f"the case split does not show that {words}")

    def claim(self, name: str, said: str, of: Of, make: Make = lambda w: w) -> None:
        """A status or verdict: what evaluation gives; or two completions that differ in it; or a case split."""
        w = make(self.c.world)
        held, want = of(w), SAID.get(said)
        if said not in SAID or (held is not None and held is not want):
            self.c.wrong(f"{self.at}.{name}", f"the record says {said}, the rules give {STATUS[held]}")
        elif want is None:
            self.shows(name, of, make, "it can hold")
            self.shows(name, lambda w: mn.opposite(of(w)), make, "it can fail")
        elif held is None and any(of(make(x)) is (not want) for x in self.worlds):
            self.c.wrong(f"{self.at}.{name}", f"the record says {said}, and brings a completion in which it is not")
        elif held is None:
            self.proves(name, lambda w: None if (got := of(w)) is None else got is want, w, f"it {said}")

    def _completions(self) -> None:
        """The completions, each a possible person; and that each hinge turns the verdict at one of them."""
        c, it, proof, hinges = self.c, self.it, self.it["evidence"], self.it["hinges"]
        for i, base in enumerate(proof["completions"]):
            self.worlds.append(completed(c, base))
            kept = keeps(c, self.worlds[-1], set(base.get("facts", {})))
            _real(c, f"{self.at}.evidence.completions[{i}]", kept)
        c.must(f"{self.at}.hinges", len(proof["hinges"]), len(hinges))
        c.must(f"{self.at}.hinges", hinges, [dict(h) for h in sorted({(*h.items(),) for h in hinges}, key=_by_kind)])
        for hinge, how in zip(hinges, proof["hinges"], strict=False):
            place = f"{self.at}.hinges.{hinge['id']}"
            if how is None:
                c.unproved(place, "the record brings no pair of completions for it")
                continue
            base, then = proof["completions"][how["at"]], how["then"]
            other = completed(c, base, then)
            together = tied(c, hinge["id"]) & {h["id"] for h in hinges} if how.get("tied") else set()
            if not _only(c, hinge, then, together):
                c.wrong(place, "the two completions differ in something else")
            _real(c, place, keeps(c, other, {*base.get("facts", {}), *then.get("facts", {})}))
            both = self.holds(self.worlds[how["at"]]), self.holds(other)
            if None in both and c.blind:
                c.unproved(place, "whether the verdict turns on it cannot be told from masked facts")
            elif None in both or both[0] == both[1]:
                c.wrong(place, "the verdict does not turn on it between the two completions")
            self.worlds.append(other)

    # --------------------------------------------------------------------------------------------- what goes with it

    def _turning(self) -> None:
        """The presumptions and readings that turn the verdict are those listed."""
        c, it, said = self.c, self.it, self.it["verdict"]
        known, changes = set(self.rule["reads"]), dict[tuple[str, str], list[Json]]()
        for at in c.presumed:
            name = at if "[" in at else at.rpartition(".")[2]
            if at.rpartition(".")[2] in known:
                changes["assumes", name] = [{"facts": {at: False}}]
        for name, chosen in c.world.readings.items():
            if name in known:
                others = [v for v in c.rules["readings"][name]["values"] if v != chosen]
                changes["sensitive_to", name] = [{"readings": {name: v}} for v in others]
        for what in ("assumes", "sensitive_to"):
            c.must(f"{self.at}.{what}", it[what], sorted({name for w, name in changes if w == what} & {*it[what]}))
        # Where the verdict stands with all at once left open that are not listed, none of them turns it.
        idle = [x for (what, name), x in changes.items() if name not in it[what]]
        loose = {"facts": {at for x in idle for y in x for at in y.get("facts", ())}}
        loose["readings"] = {name for x in idle for y in x for name in y.get("readings", ())}
        still = self.holds(replace(c.world, **{
            k: {a: v for a, v in getattr(c.world, k).items() if a not in names} for k, names in loose.items()
        }, memo={}))  # fmt: skip
        for (what, name), ways in changes.items():
            listed = name in it[what]
            if not listed and still is not None and still is SAID[said]:
                continue
            how, verdict = it["evidence"]["turned"].get(f"{what}.{name}", (None, said)) if listed else (None, said)
            if listed and (how is None or verdict == said):
                c.unproved(f"{self.at}.{what}.{name}", "nothing shows that the verdict turns on it")
                c.needs.append((it["category"], f"{what}.{name}", "turn", self.holds, [_turn(c, name, w) for w in ways]))
            for i, way in enumerate(ways):
                if how in (None, i) and not (listed and how is None):
                    self.claim(f"{what}.{name}.{i}", verdict, self.holds, _turn(c, name, way))

    def _given(self) -> None:
        """Papers, pointers and grants."""
        c, it = self.c, self.it
        may = it["verdict"] != "does_not_qualify"
        papers = [p for a in self.rule["asks"] if may and mn.truth(c.world, a["when"]) is not False for p in a["papers"]]
        c.must(f"{self.at}.asks_for", it["asks_for"], list(dict.fromkeys(papers)), masked=True)
        routes = [r["target"] for r in self.rule["routes"] if mn.truth(c.world, r["when"])]
        c.must(f"{self.at}.routes_to", it["routes_to"], routes, masked=True)
        grants = self.rule["grants"] if may else []
        c.must(f"{self.at}.grants", [g["kind"] for g in it["grants"]], [g["kind"] for g in grants])
        for i, (rule, gives) in enumerate(zip(grants, it["grants"], strict=False)):
            self._grant(f"grants[{i}]", rule, gives)

    def _grant(self, name: str, rule: Json, gives: Json) -> None:
        """A grant: the value it has, or each it can have."""
        c, at, values = self.c, f"{self.at}.{name}", gives["values"]

        def can(w: mn.World, among: Sequence[Any]) -> mn.Truth:
            got = mn.value(w, rule["value"])
            got = None if type(got) is mn.Gap else got
            return None if type(got) is tuple else got in among

        got = mn.value(c.world, rule["value"])
        if type(got) is not tuple:
            c.must(at, values, [] if got is None or type(got) is mn.Gap else [got], masked=True)
        else:
            c.must(at, values, sorted(set(values), key=str))
            for v in values:
                self.shows(f"{name}.{v}", lambda w, v=v: can(w, [v]), _same, f"it can be {v}")
            if gives["all"]:
                self.proves(name, lambda w: can(w, [*values, None]), c.world, "these are all its values")
        chosen = [x for x in rule["reads"] if x in c.untold]
        # What a duration chooses that is not known has no end of values, and some are told.
        c.must(f"{at}.all", gives["all"], not any(c.kinds[x][0] == ["duration"] for x in chosen), masked=True)
        c.must(f"{at}.chosen_by", gives["chosen_by"], chosen if len(values) > 1 else [], masked=True)

    # ---------------------------------------------------------------------------------------------------- the derivation

    def _level(self, steps: Sequence[Json], below: Sequence[tuple[Json, mn.Env]], wish: str, name: str) -> None:
        """The steps shown of some clauses side by side: exactly those that decide."""
        c, places = self.c, [step["at"] for step in steps]
        if places != sorted(set(places)) or not all(0 <= p < len(below) for p in places):
            c.wrong(f"{self.at}.{name}", f"steps out of order: {places}")
            return
        held = [mn.truth(c.world, rule["cond"], env) for rule, env in below]
        said = [None if h is None else STATUS[h] for h in held]
        for step in steps:
            said[step["at"]] = said[step["at"]] or step["status"]
        hidden = [i for i, status in enumerate(said) if status is None]
        shown = [i for i, status in enumerate(said) if status == "varies"]
        settled = [
            i for i, (rule, _) in enumerate(below)
            if wish != "what on" and said[i] in ("holds", "fails")
            and ((said[i] == "holds") is rule["wanted"]) is (wish == "why")
        ]  # fmt: skip
        c.must(f"{self.at}.{name}", places, settled or shown)
        for i in [] if settled else hidden:
            quiet = self.it["evidence"]["quiet"].get(f"{name}.{i}")
            if quiet is None:
                c.unproved(f"{self.at}.{name}", "whether another step belongs here is not shown")
                c.needs.append((self.it["category"], f"{name}.{i}", "quiet", _stands(*below[i]), []))
            elif SAID[quiet] is None or (wish != "what on" and (SAID[quiet] is below[i][0]["wanted"]) is (wish == "why")):
                c.wrong(f"{self.at}.{name}", f"a step that {quiet} is not shown")
            else:
                self.claim(f"{name}.{i}", quiet, _stands(*below[i]))
        for step in steps:
            self._step(step, *below[step["at"]], wish)

    def _step(self, step: Json, rule: Json, env: mn.Env, wish: str) -> None:
        """One step."""
        name, self.count = f"steps[{self.count}]", self.count + 1
        c, at = self.c, f"{self.at}.{name}"
        mine, right = {k: v for k, v in step.items() if k not in ("at", "status", "steps")}, told(c, rule, env)
        for k in mine.keys() | right.keys():
            c.must(f"{at}.{k}", mine.get(k), right.get(k), masked=k in ("gaps", "override"))
        self.claim(name, step["status"], _stands(rule, env))
        if children := under(c.world, rule, env):
            self._level(step["steps"], children, wish, name)
        else:
            self.because.append(rule["why"])
            self.weak += rule["weak"]
            c.must(at, step.get("steps", []), [])


def _same(w: mn.World) -> mn.World:
    return w


def _stands(rule: Json, env: mn.Env) -> Of:
    """What a step does. An element that may be there is, in a completion, the last one that is added."""
    blank = next((at for at in env if at[-2] == "+"), None)

    def of(w: mn.World) -> mn.Truth:
        here = env
        if blank is not None and blank[:-3] not in w.open:
            last = f"{blank[:-3]}[{w.facts[blank[:-3]] - 1}]"
            if not any(at.startswith(f"{last}.") for at in w.added):
                return False if rule["kind"] == "element" else None
            here = tuple(last if at == blank else at for at in env)
        held = mn.truth(w, rule["cond"], here)
        return None if held and rule["kind"] == "element" and here is env and blank else held

    return of


def under(w: mn.World, rule: Json, env: mn.Env) -> list[tuple[Json, mn.Env]]:
    """What is shown under a step."""
    if "over" in rule:
        return [(x, (*env, at)) for x in rule["below"] for at in mn.elements(w, rule["over"])]
    chosen = w.readings.get(rule["reading"][0]) if "reading" in rule else None
    return [(x, env) for i, x in enumerate(rule["below"]) if chosen is None or rule["reading"][1][i] == chosen]


def _at(env: mn.Env, where: Sequence[Any]) -> str:
    return where[1] if where[0] < 0 else env[where[0]] + where[1]  # type: ignore[no-any-return]


def told(c: Checked, rule: Json, env: mn.Env) -> Json:
    """What the rules say of a step, all but what it does over all completions."""
    w, out = c.world, {k: rule[k] for k in ("path", "kind", "wanted", "n") if k in rule}
    if rule["bind"]:
        out["binding"] = {name: _at(env, where) for name, where in rule["bind"].items()}
    if rule["kind"] == "element":
        out["element"] = env[-1]
    live = [label for label, when in rule.get("exceptions", ()) if mn.truth(w, when) is not False]
    if live:
        out["override"] = live[0]
    if "reading" in rule and rule["reading"][0] in w.readings:
        out["reading"] = [rule["reading"][0], w.readings[rule["reading"][0]]]
    if "holes" in rule:
        out["values"] = {name: _seen(c, env, *hole) for name, hole in rule["holes"].items()}
        met = []
        for test in rule["tests"]:
            heard: list[tuple[str, Any]] = []
            if mn.truth(w, test, env) is None and mn.truth(replace(w, met=heard, memo={}), test, env) is None:
                met += [what.split("|")[0] for kind, what in heard if kind != "test"][:1] if heard[1][0] == "law" else []
        if met:
            out["gaps"] = list(dict.fromkeys(met))
    return out


def _seen(c: Checked, env: mn.Env, node: int, facts: Any, reads: Any) -> Any:
    """What a line saw."""
    read = [_at(env, where) for where in reads]
    if any(at == x or at.startswith(f"{x}[") for at in c.masked for x in read):
        return {"masked": True}
    got = mn.value(c.world, node, env)
    if got == mn.UNKNOWN or type(got) is mn.Gap:
        absent = next((at for at in (_at(env, x) for x in facts) if at not in c.world.facts), "")
        return {"absent": "unknown" if type(got) is mn.Gap else c.untold.get(absent, "not_asked")}
    return {"from": got[0], "to": got[1]} if type(got) is tuple else got
