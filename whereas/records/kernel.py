"""What the verdict of a record rests on, above `meaning`: its facts as a world, the people it brings, what they show.

Two kinds of finding: something is `wrong`, or it is `unproved` by what the record brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct, field

from whereas.records import meaning as mn

Json = dict[str, Any]
Of = Callable[[mn.World], mn.Truth]
VERDICT: Mapping[mn.Truth, str] = {True: "qualifies", False: "does_not_qualify", None: "depends"}
STATUS: Mapping[mn.Truth, str] = {True: "holds", False: "fails", None: "varies"}
SAID = {word: held for words in (VERDICT, STATUS) for held, word in words.items()}
Need = tuple[str, str, str, Of, mn.Truth, Json]
"""What a claim lacks: its category and name; a `completion` in which something holds (or not), a `split` that shows
it, or its `status`; and what is known otherwise than is told."""
NOTHING: Json = {}
FURTHER = ("+", "++")
_form = cache(re.compile)


class Finding(NamedTuple):
    """What is `wrong` at a place of the record, or `unproved` there."""

    kind: str
    at: str
    words: str
    need: Need | None = None


class Checked(Struct):
    """A record under examination. `world`: what it tells; `filled`: with its filling, lists closed.

    `kinds`: by address the type of a fact, a reading, and answers of the law. `blind`: a masked value is not there.
    """

    rules: Json
    body: Json
    world: mn.World
    filled: mn.World
    kinds: dict[str, Any] = field(default_factory=dict)
    untold: dict[str, str] = field(default_factory=dict)
    masked: list[str] = field(default_factory=list)
    presumed: list[str] = field(default_factory=list)
    blind: bool = False
    found: list[Finding] = field(default_factory=list)

    def note(self, *finding: Any) -> None:
        """A finding."""
        self.found.append(Finding(*finding))

    def must(self, at: str, said: Any, right: Any, *, masked: bool = False) -> None:
        """What the record says has to be this; `masked`: unless it hangs on masked facts."""
        if said != right or type(said) is not type(right):
            words = f"the record says {str(said)[:77]}, the rules give {str(right)[:77]}"
            self.note("unproved" if masked and self.blind else "wrong", at, words)

    def kind(self, at: str) -> Any:
        """The type of a fact, also of a further element of a list."""
        name, _, rest = at.partition("[")
        known = self.kinds.get("law" if at.startswith("law ") else at)
        return known or self.rules["elements"][name][rest.partition("]")[2]]


# --------------------------------------------------------------------------------------------- the facts, and what fits


def read(kind: Json, it: Any) -> Any:
    """A value, if it is one of a type."""
    if not _form(kind["form"]).fullmatch(repr(it)) or (kind["is"] == "date" and mn.day_of(it) is None):
        raise ValueError(f"{it!r} is not a value of {kind['is']}")
    return it


def opened(c: Checked) -> None:
    """Lay out the facts of a record as a world; the record has to show a person of whom all of them are true."""
    rules, body, known, open_ = c.rules, c.body, dict[str, Any](), list[str]()
    unread = rules["readings"] if body["asked"]["readings"] == "all" else ()
    entries = [*body["facts"], *({"at": f"reading {name}", "is": "unknown"} for name in unread)]
    entries += [{"at": f"reading {name}", "is": "told", **it} for name, it in body["readings"].items()]
    so = {e["at"]: e for e in entries}
    for at, kind in rules["facts"].items():
        c.kinds[at] = kind
        for i in range(read(kind, so[at]["items"]) if kind["is"] == "list" else 0):
            c.kinds |= {f"{at}[{i}]{rest}": inner for rest, inner in rules["elements"][at].items()}
    c.must("facts", [e["at"] for e in entries], list(c.kinds))
    c.masked = [at for at, e in so.items() if "masked" in e]
    c.blind = not all("value" in so[at] for at in c.masked)
    for at, kind in c.kinds.items():
        it, how = so[at], so[at]["is"]
        # Of a masked fact that would end a presumption the record is taken at its word.
        ends = [so[end].get("value", "masked" in so[end] and how != "presumed") for end in kind.get("unless", ())]
        if kind["is"] == "list":
            known[at] = it["items"]
            open_ += [at] * {False: 0, True: 1}[it["open"]]
        elif how in ("told", "defaulted"):
            known |= {at: read(kind, it["value"])} if "value" in it or at not in c.masked else {}
            c.must(f"facts.{at}", it.get("by") != "default" or it["value"] == kind["default"], True)
        elif kind.get("presumed") and body["asked"]["judgements"] == "presumed" and True not in ends:
            c.must(f"facts.{at}", (how, it.get("value")), ("presumed", True))
            c.presumed.append(at)
            known[at] = True
        else:
            c.must(f"facts.{at}", how in ("not_asked", "unknown", "declined"), True)
            c.untold[at] = how
    c.kinds["law"] = rules["law"]
    filler = {at: read(c.kinds[at], it) for at, it in body["evidence"]["filler"].items()}
    filler |= {f"{at}[{further}]": False for at in open_ for further in FURTHER}
    c.world = mn.World(rules, known, frozenset(open_))
    c.filled = mn.World(rules, {**filler, **known}, base=c.world, sure=c.world, stale=stale(c, [*filler, *open_]))
    possible(c, "evidence.filler", c.filled)


def keeps(c: Checked, w: mn.World) -> Any:
    """Whether a world keeps every invariant."""
    return mn.get(w, c.rules["possible"])


def possible(c: Checked, at: str, w: mn.World) -> mn.World:
    """A completion has to be a possible person."""
    if not (kept := keeps(c, w)):
        c.note("unproved" if kept is None else "wrong", at, "it is no possible person, as far as is told")
    return w


def completed(c: Checked, *changes: Json, near: mn.World | None = None) -> mn.World:
    """A completion: what is told, the record's filling, and changes on top. Not yet known to keep the invariants.

    `near`: one that much of it is the same in.
    """
    told, change = c.world.facts, {at: it for one in changes for at, it in one.items()}
    for at, it in change.items():
        read(c.kind(at), it)
        if "+]" in at or (at in told and (at not in c.world.open or it < told[at])):
            raise ValueError(f"there is no {at} to say")
    for at in change.keys() & c.world.open:  # the last one is shown for all that may be there, the one before beside it
        for i, further in zip(range(change[at] - 1, told[at] - 1, -1), FURTHER, strict=False):
            own, here = f"{at}[{i}]", f"{at}[{further}]"
            change |= {a.replace(own, here): it for a, it in change.items() if own in a} | {here: True}
    base, facts = near or c.filled, {**c.filled.facts, **change}
    differ = {at: facts.get(at) for at in {*change, *base.change} if facts.get(at) != base.facts.get(at)}
    return mn.World(c.rules, facts, base=base, sure=c.world, stale=stale(c, differ), change=change)


def stale(c: Checked, changed: Iterable[str]) -> int:
    """What has to be read so that a node may differ, as bits: facts, readings, lists, and as one answers of the law."""
    return sum({c.rules["bits"].get("law" if at[:4] == "law " else at.rpartition("]")[2], 0) for at in changed})


def known(c: Checked, w: mn.World, facts: Json, sure: mn.World | None = None) -> mn.World:
    """A world with something else known of it, or (None) not known."""
    return mn.World(w.rules, {**w.facts, **facts}, w.open, w, sure, stale(c, facts)) if facts else w


def covers(c: Checked, w: mn.World, split: Any, of: Of, want: mn.Truth) -> bool:
    """Whether a case split leaves no possible case that is not as wanted. `split`: True where nothing is to split."""
    if split is True:
        return of(w) is want or keeps(c, w) is False
    cases, cells = parts(c, w, split["on"], split.get("cuts")), split["cells"]
    return len(cases) == len(cells) and all(covers(c, cases[i], cells[i], of, want) for i in range(len(cases)))


def parts(c: Checked, w: mn.World, on: str, cuts: Any) -> list[mn.World]:
    """All that something not known can be: each value, or spans that begin at the cuts; a span can be cut further."""
    kind, now = c.kinds["law" if on.startswith("law ") else on], w.facts.get(on)
    if "+]" in on or type(now) not in (tuple, type(None)):  # what stands for many cannot be one thing or another
        raise ValueError(f"{on} cannot be split")
    if cuts is None:
        return [known(c, w, {on: it}, w) for it in kind["of"]]
    low, high = now or kind["ends"]
    begin = [low, *(read(kind, x) for x in cuts)]
    end = [*(mn.moved(x, 0, -1) if kind["is"] == "date" else x - 1 for x in begin[1:]), high]
    return [known(c, w, {on: mn.pair(a, b)}, w) for a, b in zip(begin, end, strict=True)]


# ------------------------------------------------------------------------------------------------- what a record claims


class Claims(Struct):
    """What a record says of a category. `worlds`: the completions it brings; `pairs`: the second ones of its hinges."""

    c: Checked
    it: Json
    rule: Json
    at: str
    holds: Of
    worlds: list[mn.World] = field(default_factory=list)
    pairs: list[mn.World | None] = field(default_factory=list)

    def seen(self, of: Of, way: Json = NOTHING) -> set[mn.Truth]:
        """What something does as far as is told; where that is open (None), also in the completions."""
        out = {of(known(self.c, self.c.world, way))}
        for w in self.worlds if None in out else ():
            if len(out) < 3:
                out.add(of(known(self.c, w, way)))
        return out

    def claim(self, name: str, said: str, of: Of, way: Json = NOTHING) -> None:
        """A status or verdict: what evaluation gives; or two completions that differ in it; or a case split."""
        c, want, at, need = self.c, SAID[said], f"{self.at}.{name}", (self.it["category"], name)
        seen, split = self.seen(of, way), self.it["evidence"]["splits"].get(name)
        if (None not in seen and want not in seen) or (want is not None and (not want) in seen):
            c.note("wrong", at, f"the record says {said}, which is not so")
        elif want is None:
            for yes in {True, False} - seen:
                c.note("unproved", at, f"it {STATUS[yes]} in no completion", (*need, "completion", of, yes, way))
        elif None in seen and split is None:
            c.note("unproved", at, f"no case split shows that it {said}", (*need, "split", of, want, way))
        elif None in seen and not covers(c, known(c, c.world, way), split, of, want):
            c.note("wrong", at, f"the case split does not show that it {said}")


def claims(c: Checked, it: Json) -> Claims:
    """The completions a record brings for a category, each a possible person, and its verdict."""
    proof, rule = it["evidence"], c.rules["categories"][it["category"]]
    r = Claims(c, it, rule, f"results.{it['category']}", mn.of(rule["cond"]))
    for i, base in enumerate(proof["completions"]):
        r.worlds.append(possible(c, f"{r.at}.evidence.completions[{i}]", completed(c, base)))
    for i, how in enumerate(proof["hinges"]):
        other = how and completed(c, proof["completions"][how["at"]], how["then"], near=r.worlds[how["at"]])
        r.pairs.append(other and possible(c, f"{r.at}.evidence.hinges[{i}]", other))
    r.worlds += [w for w in r.pairs if w is not None]
    r.claim("verdict", it["verdict"], r.holds)
    return r
