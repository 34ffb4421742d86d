"""What a verdict of a record rests on, above `meaning`: its facts as a world, the people it brings, what they show.

Two kinds of finding: something is `wrong`, or it is `unproved` by what the record brings.
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


Need = tuple[str, str, str, Of, Sequence[Make]]
"""What a claim lacks: its category and name; a `completion`, a `split`, what a `turn` leads to, or a `quiet` status."""


class Checked(Struct):
    """A record under examination. `world`: what it tells; `filled`: with its filling, lists closed.

    `kinds`: by address the type of a fact and whose it is. `bound`: the invariants, each with where it stands and the
    facts it reads. `blind`: a masked value is not there.
    """

    rules: Json
    body: Json
    world: mn.World
    filled: mn.World
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


# --------------------------------------------------------------------------------------------- the facts, and what fits


def read(kind: Any, it: Any) -> Any:
    """A value, if it is one of a type."""
    name = kind[0]
    fine = type(it) is _JSON.get(name, str)
    if fine and name == "date":
        fine = it == mn.ONGOING or mn.day_of(it).isoformat() == it
    fine = fine and (name != "enum" or it in kind[1])
    if not fine or (name == "duration" and not re.fullmatch(r"\d{1,6} (day|week|month|year)s?", it)):
        raise ValueError(f"{it!r} is not a value of {name}")
    return it


def opened(c: Checked) -> None:
    """Lay out the facts of a record as a world; the record has to show a person of whom all of them are true."""
    rules, body, known, open_ = c.rules, c.body, dict[str, Any](), set()
    counts = {e["at"]: read(["list"], e["items"]) for e in body["facts"] if "items" in e}
    for at, kind in rules["facts"].items():
        c.kinds[at] = kind
        for i in range(counts.get(at, 0)):
            c.kinds |= {f"{at}[{i}]{rest}": inner for rest, inner in rules["elements"][at].items()}
    c.must("facts", [e["at"] for e in body["facts"]], list(c.kinds))
    so = {e["at"]: e.get("value") for e in body["facts"] if "masked" not in e or "value" in e}
    for entry in body["facts"]:
        at, how, (kind, owner) = entry["at"], entry["is"], c.kinds[entry["at"]]
        if masked := "masked" in entry:
            c.masked.append(at)
            c.blind = c.blind or "value" not in entry
        if kind[0] == "list":
            known[at] = counts[at]
            open_ |= {at} if read(["truth"], entry["open"]) else set()
        elif how in ("told", "defaulted"):
            if not masked or "value" in entry:
                known[at] = read(kind, entry["value"])
        elif rules["judged"].get(owner) == body["asked"]["judgements"] == "presumed" and not any(
            so.get(end, how != "presumed") is True for end in rules["unless"].get(owner, ())
        ):  # of a masked fact that would end a presumption the record is taken at its word
            c.must(f"facts.{at}", (how, entry.get("value")), ("presumed", True))
            c.presumed.append(at)
            known[at] = True
        else:
            c.must(f"facts.{at}", how in ("not_asked", "unknown", "declined"), True)
            c.untold[at] = how
    c.must(
        "readings", sorted(body["readings"]), sorted(rules["readings"]) if body["asked"]["readings"] != "all" else []
    )
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
    c.filled = mn.World(rules, {**c.filler, **known}, base=c.world)
    c.bound = [(cond, (), set(reads)) for cond, reads in rules["invariants"]]
    c.bound += [x for at, n in counts.items() for i in range(n) for x in _bound(rules, at, i)]
    if keeps(c, c.world) is False:
        c.note("wrong", "facts", "an invariant of the book is broken: there is no such person")
    if c.filler or not c.untold:
        possible(c, "evidence.filler", c.filled)
    else:
        c.note("unproved", "evidence.filler", "no possible person is shown of whom all this is so")


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


def possible(c: Checked, at: str, w: mn.World) -> mn.World:
    """A completion has to be a possible person."""
    if not (kept := keeps(c, w)):
        c.note("unproved" if kept is None and c.blind else "wrong", at, "it is no possible person, as far as is told")
    return w


def completed(c: Checked, *changes: Json, near: mn.World | None = None) -> mn.World:
    """A completion: what is told, the record's filling, and changes on top. Not yet known to keep the invariants.

    `near`: the completion that all changes but the last one make.
    """
    told, brought = c.world.facts, c.body["evidence"]["elements"]
    ours = {at: it for change in changes for at, it in change.items()}
    longer = {at: read(["list"], ours[at]) for at in ours.keys() & c.world.open if ours[at] >= told[at]}
    added: Json = {}
    for at, n in longer.items():
        added |= {f"{at}[{i}]{rest}": it for i in range(told[at], n) for rest, it in brought[at].items()}
    facts = {**c.filled.facts, **added}
    for at, it in ours.items():
        if at in added or at in longer or at in c.untold or (" " in at and at not in told):
            facts[at] = read(c.kind(at)[0], it)
        elif at in changes[-1]:
            raise ValueError(f"there is no {at} to say")
    differ = ours.keys() | added if near is None else changes[-1].keys() | (near.added ^ added.keys())
    return mn.World(c.rules, facts, base=near or c.filled, stale=stale(c, differ), more=False, added=frozenset(added))


def stale(c: Checked, changed: Iterable[str]) -> int:
    """What has to be read so that a node may differ, as bits: facts, readings, lists, and as one answers of the law."""
    bits, out = c.rules["bits"], 0
    for at in changed:
        out |= bits.get("law" if at[:4] == "law " else at.rpartition("]")[2], 0)
    return out


def altered(c: Checked, w: mn.World, way: Json) -> mn.World:
    """A world with something else known of it, or (None) not known."""
    return replace(w, facts={**w.facts, **way}, base=w, stale=stale(c, way), more=False, memo={})


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


class Claims(Struct):
    """What a record says of a category. `worlds`: the completions it brings; `pairs`: the second ones of its hinges."""

    c: Checked
    it: Json
    rule: Json
    at: str
    worlds: list[mn.World] = field(default_factory=list)
    pairs: list[mn.World | None] = field(default_factory=list)

    def holds(self, w: mn.World) -> mn.Truth:
        """Whether the category holds."""
        return mn.truth(w, self.rule["cond"])

    def lacks(self, name: str, what: str, words: str, goal: Of, ways: Sequence[Make] = ()) -> None:
        """A claim for which the record does not bring enough."""
        self.c.note("unproved", f"{self.at}.{name}", words)
        self.c.needs.append((self.it["category"], name, what, goal, ways))

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
            missing: dict[mn.Truth, str] = {True: "hold", False: "fail"}
            for x in self.worlds if held is None else ():
                missing.pop(of(make(x)), None)
                if not missing:
                    break
            for yes, word in missing.items():
                goal: Of = partial(lambda yes, w: of(make(w)) if yes else mn.opposite(of(make(w))), yes)
                self.lacks(name, "completion", f"no completion shows that it can {word}", goal)
        elif held is None and any(of(make(x)) is (not want) for x in self.worlds):
            self.c.note("wrong", at, f"the record says {said}, and brings a completion where not")
        elif held is None:
            self.proves(name, of if want else lambda w: mn.opposite(of(w)), f"it {said}", w)


def claims(c: Checked, it: Json) -> Claims:
    """The completions a record brings for a category, each a possible person, and its verdict."""
    proof = it["evidence"]
    r = Claims(c, it, c.rules["categories"][it["category"]], f"results.{it['category']}")
    r.holds(c.world)  # what is settled in it is settled in every completion
    for i, base in enumerate(proof["completions"]):
        r.worlds.append(possible(c, f"{r.at}.evidence.completions[{i}]", completed(c, base)))
    for i, how in enumerate(proof["hinges"]):
        other = how and completed(c, proof["completions"][how["at"]], how["then"], near=r.worlds[how["at"]])
        r.pairs.append(other and possible(c, f"{r.at}.evidence.hinges[{i}]", other))
    r.worlds += [w for w in r.pairs if w is not None]
    r.claim("verdict", it["verdict"], r.holds)
    return r
