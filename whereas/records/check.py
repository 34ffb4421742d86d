"""The checker of decision records: re-derives what a record says from its facts and the rules, without the solver.

`docs/records.md` says what is proved and what is not. Two kinds of finding: something is wrong, or it could not be
proved from what the record brings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import FIRST, ONGOING
from dsl.inside import everything, found
from whereas.records import meaning as mn
from whereas.records.derivation import WISH, Node, roots, told, under
from whereas.records.values import leaves, read, type_at, written

Json = dict[str, Any]
_WEAK = 6
STATUS: Mapping[mn.Truth, str] = {True: "holds", False: "fails", None: "varies"}
VERDICT: Mapping[mn.Truth, str] = {True: "qualifies", False: "does_not_qualify", None: "depends"}
_DEFINITE = {"holds": True, "fails": False, "qualifies": True, "does_not_qualify": False}


class Finding(Struct, frozen=True):
    """What is `wrong` at a place of the record, or `unproved` there."""

    kind: Literal["wrong", "unproved"]
    at: str
    words: str


class Checked(Struct):
    """A record under examination. `world`: what it tells, three-valued; `full`: completions, as they were made."""

    book: m.Book
    body: Json
    world: mn.World
    untold: Mapping[str, str]
    masked: frozenset[str]
    presumed: frozenset[str]
    blind: bool = False
    needs: list[tuple[str, str, Callable[[mn.World], mn.Truth]]] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    filler: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, m.Type] = field(default_factory=dict)
    further: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def kind(self, at: str) -> m.Type:
        """The type of a fact, looked up once."""
        if at not in self.kinds:
            self.kinds[at] = type_at(self.book, at)
        return self.kinds[at]

    def element(self, at: str) -> Sequence[tuple[str, Any]]:
        """What the record has for the facts of a thing that an open list may have besides, worked out once."""
        if at not in self.further:
            one, brought = f"{at}[0]", self.body["evidence"]["elements"]
            facts = leaves(self.book, one, type_at(self.book, one), {})
            self.further[at] = [(a[len(one) :], read(kind, brought[_plain(self.book, a)])) for a, kind in facts]
        return self.further[at]

    def wrong(self, at: str, words: str) -> None:
        """Something that cannot be."""
        self.found.append(Finding("wrong", at, words))

    def unproved(self, at: str, words: str) -> None:
        """Something the record does not bring enough for."""
        self.found.append(Finding("unproved", at, words))

    def must(self, at: str, said: Any, right: Any) -> None:
        """What the record says has to be this."""
        if said != right:
            self.wrong(at, f"the record says {short(said)}, the rules give {short(right)}")


def _told(c: Checked, at: str, said: Any, right: Any) -> None:
    """What follows from facts of which some are masked cannot be told without them."""
    if c.blind and said != right:
        c.unproved(at, "it cannot be told from masked facts")
    else:
        c.must(at, said, right)


def short(it: Any) -> str:
    """A value in few words."""
    text = str(it)
    return text if len(text) < 80 else f"{text[:77]}..."


def check(book: m.Book, body: Json) -> tuple[Finding, ...]:
    """All findings about the body of a record made with this book."""
    return tuple(examined(book, body).found)


def examined(book: m.Book, body: Json) -> Checked:
    """The record with all that was found."""
    c = Checked(book, body, mn.World(book, {}), {}, frozenset(), frozenset())
    try:
        opened(c)
        _invariants(c, c.world, "facts")
        names = [r["category"] for r in body["results"]]
        c.must("results", names, [n for n in body["asked"]["categories"] if n not in body["unsettled"]])
        for result in body["results"]:
            if result["category"] in c.book.categories:
                _result(c, result, f"results.{result['category']}")
            else:
                c.wrong("results", f"the book has no category {result['category']}")
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        c.wrong("record", f"not made like a record: {type(error).__name__} {short(error)}")
    return c


def opened(c: Checked) -> None:
    """Lay out the facts of a record as a world, three-valued."""
    body, book = c.body, c.book
    asked = body["asked"]
    day = None if asked["as_known_on"] is None else read(m.Scalar("date"), asked["as_known_on"])
    book = mn.as_known(book, day)
    known: dict[str, Any] = {}
    untold: dict[str, str] = {}
    c.book, c.untold = book, untold
    open_, masked, presumed = set(), set(), set()
    counts = {e["at"]: e["items"] for e in body["facts"] if "items" in e}
    kinds = {a: kind for name, g in book.givens.items() for a, kind in leaves(book, name, g.type, counts)}
    c.must("facts", [e["at"] for e in body["facts"]], list(kinds))
    c.kinds = dict(kinds)
    judged = {f.id for e in book.entities.values() for f in e.facts if f.judgement} | book.givens.keys()
    for entry in body["facts"]:
        at, how = entry["at"], entry["is"]
        kind = kinds[at]
        if "masked" in entry:
            masked.add(at)
        if at in known or at in untold:
            c.wrong(f"facts.{at}", "told twice")
        if isinstance(kind, m.ListOf):
            known[at] = entry["items"]
            if entry["open"]:
                open_.add(at)
        elif "masked" in entry and "value" not in entry:
            c.blind = True
        elif how in ("told", "defaulted"):
            known[at] = read(kind, entry["value"])
        elif how in ("not_asked", "unknown", "declined"):
            untold[at] = how
        if how == "presumed":
            c.must(
                f"facts.{at}", (entry["value"], _mode(book, at), asked["judgements"]), (True, "presumed", "presumed")
            )
            presumed.add(at)
            known[at] = True
        elif how not in ("told", "defaulted", "not_asked", "unknown", "declined"):
            c.wrong(f"facts.{at}", f"no fact is {how}")
        elif (
            how not in ("told", "defaulted")
            and asked["judgements"] == "presumed"
            and at.rpartition(".")[2] in judged
            and _mode(book, at) == "presumed"
        ):
            c.wrong(f"facts.{at}", "a presumption is left out")
    readings: dict[str, str] = {}
    for name, it in body["readings"].items():
        reading = book.readings[name]
        readings[name] = it["value"]
        if it["value"] not in dict(reading.values) or (it["by"] == "default" and it["value"] != reading.default):
            c.wrong(f"readings.{name}", f"{it['value']} is not its value {it['by']}")
    c.must("readings", sorted(readings), sorted(book.readings) if asked["readings"] != "all" else [])
    filler = body["evidence"]["filler"]
    c.filler = {at: read(kinds[at], it) for at, it in filler.items()}
    c.masked, c.presumed = frozenset(masked), frozenset(presumed)
    c.world = mn.World(book, known, frozenset(open_), readings)


def _mode(book: m.Book, at: str) -> str | None:
    """How a judgement is taken when nobody has made it; None for what is no judgement."""
    kind = type_at(book, at.rpartition(".")[0]) if "." in at else None
    name = at.rpartition(".")[2]
    fact = book.entities[kind.entity].fact(name) if isinstance(kind, m.EntityOf) else book.givens.get(name)
    return book.judgements[fact.judgement].mode if fact is not None and fact.judgement else None


def completed(c: Checked, *changes: Json) -> mn.World:
    """A completion: what is told, the record's filling, and changes on top. Not yet known to keep the invariants."""
    facts = dict(c.world.facts)
    law: dict[str, bool] = {}
    readings = dict(c.world.readings)
    ours: dict[str, Any] = {}
    for change in changes:
        for at, it in change.get("facts", {}).items():
            kind = c.kind(at)
            if isinstance(kind, m.ListOf):
                if at not in c.world.open or type(it) is not int or it < c.world.facts[at]:
                    raise ValueError(f"{at} cannot have {it} elements")
                ours[at] = it
            else:
                if at in facts and at not in ours:
                    raise ValueError(f"{at} is told")
                ours[at] = read(kind, it)
        law |= change.get("law", {})
        readings |= {r: v for r, v in change.get("readings", {}).items() if c.body["asked"]["readings"] == "all"}
    facts = {**c.filler, **facts, **ours}
    added = set()
    for at in [at for at in ours if isinstance(c.kind(at), m.ListOf)]:
        for i in range(c.world.facts[at], ours[at]):
            for rest, it in c.element(at):
                leaf = f"{at}[{i}]{rest}"
                added.add(leaf)
                facts.setdefault(leaf, it)
    for at in [at for at in ours if "[" in at and at not in added and at not in c.untold]:
        if at in changes[-1].get("facts", {}):
            raise ValueError(f"there is no {at}")
        del facts[at]
    return mn.World(c.book, facts, frozenset(), readings, law, added=frozenset(added))


def _plain(book: m.Book, at: str) -> str:
    """A fact by its entity and name."""
    kind = type_at(book, at.rpartition(".")[0])
    assert isinstance(kind, m.EntityOf)
    return f"{kind.entity}.{at.rpartition('.')[2]}"


def invariants(
    book: m.Book, facts: Mapping[str, Any], touched: Sequence[str] | None = None
) -> Iterator[tuple[str, m.Clause]]:
    """Every invariant and the thing it speaks of; `touched`: only those about these facts may have changed."""
    for it in book.invariants:
        yield "", it
    if touched is None:
        things = [(name, g.type) for name, g in book.givens.items()]
    else:
        owners = {
            at if at in facts and type(facts[at]) is int else at.rpartition(".")[0] for at in touched if at in facts
        }
        owners |= {at.rpartition(".")[0] for at in touched if at in facts}
        things = [(t, type_at(book, t)) for t in sorted(owners) if t]
    while things:
        at, kind = things.pop()
        if isinstance(kind, m.ListOf):
            things += [(f"{at}[{i}]", m.EntityOf(kind.entity)) for i in range(facts.get(at, 0))]
        elif isinstance(kind, m.EntityOf):
            declared = book.entities[kind.entity]
            yield from ((at, it) for it in declared.invariants)
            if touched is None:
                things += [
                    (f"{at}.{f.id}", f.type) for f in declared.facts if isinstance(f.type, m.EntityOf | m.ListOf)
                ]


def keeps(w: mn.World, touched: Sequence[str] | None = None) -> mn.Truth:
    """Whether a world keeps every invariant."""
    return mn.every([
        mn.clause(w, {"it": at, "": at}, it, ()) for at, it in invariants(w.book, w.facts, touched)
    ])  # fmt: skip


def _invariants(c: Checked, w: mn.World, at: str) -> None:
    held = keeps(w)
    if held is False:
        c.wrong(at, "an invariant of the book is broken: there is no such person")
    if c.filler or not c.untold:
        _real(c, "evidence.filler", keeps(completed(c)))
    else:
        c.unproved("evidence.filler", "no possible person is shown of whom all this is so")


def _real(c: Checked, at: str, kept: mn.Truth) -> None:
    """A completion has to be a possible person."""
    if kept is None and c.blind:
        c.unproved(at, "whether it is a possible person cannot be told from masked facts")
    elif not kept:
        c.wrong(at, "it is no possible person")


# ------------------------------------------------------------------------------------------------------------- verdicts


def _result(c: Checked, it: Json, at: str) -> None:
    category = c.book.categories[it["category"]]
    c.must(f"{at}.scheme", it["scheme"], category.scheme)
    proof = it["evidence"]
    pairs = _witnesses(c, it, at)

    def holds(w: mn.World) -> mn.Truth:
        return mn.category(w, category)

    _claim(c, f"{at}.verdict", it["verdict"], c.world, holds, proof["verdict"], pairs)
    _rest(c, it, category, at, pairs)
    _walked(c, it, category, at, pairs)


def _witnesses(c: Checked, it: Json, at: str) -> list[mn.World]:
    """The completions of a result, each possible; and that each hinge turns the verdict at one of them."""
    category = c.book.categories[it["category"]]
    bases = [(base, completed(c, base)) for base in it["evidence"]["completions"]]
    out = [w for _, w in bases]
    for i, (base, w) in enumerate(bases):
        _real(c, f"{at}.evidence.completions[{i}]", keeps(w, list(base.get("facts", {}))))
    shown = it["evidence"]["hinges"]
    c.must(f"{at}.hinges", len(shown), len(it["hinges"]))
    ids = {h["id"] for h in it["hinges"]}
    c.must(f"{at}.hinges", it["hinges"], sorted(it["hinges"], key=lambda h: (h["kind"], h["id"])))
    for hinge, how in zip(it["hinges"], shown, strict=False):
        place = f"{at}.hinges.{hinge['id']}"
        if how is None:
            c.unproved(place, "the record brings no pair of completions for it")
            continue
        base, w = bases[how["at"]]
        other = completed(c, base, how["then"])
        if not _only(c, hinge, how["then"], tied(c, hinge["id"]) & ids if how.get("tied") else frozenset()):
            c.wrong(place, "the two completions differ in something else")
        _real(c, place, keeps(other, [*base.get("facts", {}), *how["then"].get("facts", {})]))
        both = mn.category(w, category), mn.category(other, category)
        if None in both and c.blind:
            c.unproved(place, "whether the verdict turns on it cannot be told from masked facts")
        elif None in both or both[0] == both[1]:
            c.wrong(place, "the verdict does not turn on it between the two completions")
        out.append(other)
    if len(set(map(str, it["hinges"]))) != len(it["hinges"]):
        c.wrong(f"{at}.hinges", "one stands twice")
    return out


def _only(c: Checked, hinge: Json, then: Json, tied: frozenset[str] | set[str]) -> bool:
    """Whether a change touches nothing but a hinge (or what is tied to it)."""
    kind, id = hinge["kind"], hinge["id"]
    facts, law, readings = (set(then.get(part, {})) for part in ("facts", "law", "readings"))
    if kind == "law":
        return not facts and not readings and len(law) == 1 and next(iter(law)).startswith(f"{id}|")
    if kind == "reading":
        return not facts and not law and readings == {id}
    judged = bool(facts) and all(
        _judgement(c.book, at) == (kind == "judgement") for at in facts if not at.startswith(f"{id}[")
    )
    return (
        judged and not law and not readings and all(at == id or at.startswith(f"{id}[") or at in tied for at in facts)
    )


def tied(c: Checked, at: str) -> frozenset[str]:
    """The facts not known that invariants tie to a fact, itself included."""
    groups = []
    for thing, it in invariants(c.book, c.world.facts):
        groups.append({mn.address({"it": thing}, p) for p in found(it, m.Path)} - c.world.facts.keys())
    out, before = {at}, 0
    while len(out) > before:
        before = len(out)
        out.update(*(g for g in groups if g & out))
    return frozenset(out)


def _judgement(book: m.Book, at: str) -> bool:
    return _mode(book, at) is not None


def _claim(
    c: Checked,
    at: str,
    said: str,
    w: mn.World,
    of: Callable[[mn.World], mn.Truth],
    split: Any,
    pairs: Sequence[mn.World],
) -> None:
    """A status or verdict: what evaluation gives; or two completions that differ in it; or a case split."""
    held = of(w)
    if held is not None:
        if said not in (STATUS[held], VERDICT[held]):
            c.wrong(at, f"the record says {said}, the rules give {STATUS[held]}")
    elif said in ("varies", "depends"):
        if not _both(map(of, pairs)):
            c.unproved(at, f"no two completions show that it {said}")
            c.needs.append((at, said, of))
    elif said not in _DEFINITE:
        c.wrong(at, f"{said} is not something it can do")
    elif split is None:
        if any(of(other) not in (None, _DEFINITE[said]) for other in pairs):
            c.wrong(at, f"the record says {said}, and brings a completion in which it is not")
        else:
            c.unproved(at, f"no case split shows that it {said}")
            c.needs.append((at, said, of))
    elif not _split(w, of, _DEFINITE[said], split):
        c.wrong(at, f"the case split does not show that it {said}")


def _both(seen: Iterable[mn.Truth]) -> bool:
    """Whether something is true here and false there; no further than needed."""
    rest = iter(seen)
    first = next((x for x in rest if x is not None), None)
    return first is not None and any(x is (not first) for x in rest)


def _split(w: mn.World, of: Callable[[mn.World], mn.Truth], goal: bool, split: Any) -> bool:
    """Whether a case split leaves no case without the goal. `split`: True where nothing is left to split."""
    if split is True:
        return of(w) is goal or keeps(w) is False
    what, on, cells = split["split"], split["on"], split["cells"]
    if what == "law":
        return len(cells) == 2 and all(
            _split(replace(w, law={**w.law, on: bool(i)}, memo={}), of, goal, cell) for i, cell in enumerate(cells)
        )
    if what == "reading":
        values = [v for v, _ in w.book.readings[on].values]
        return (
            on not in w.readings
            and len(cells) == len(values)
            and all(
                _split(replace(w, readings={**w.readings, on: v}, memo={}), of, goal, cell)
                for v, cell in zip(values, cells, strict=True)
            )
        )
    kind = type_at(w.book, on)
    if on in w.facts or isinstance(kind, m.ListOf | m.EntityOf):
        return False
    return all(
        _split(_in_cell(w, on, part), of, goal, cell)
        for part, cell in zip(_parts(w, on, kind, split.get("cuts")), cells, strict=True)
    )


def _in_cell(w: mn.World, at: str, part: Any) -> mn.World:
    if isinstance(part, mn.Span) and part.low != part.high:
        return replace(w, cells={**w.cells, at: part}, memo={})
    return replace(w, facts={**w.facts, at: part.low if isinstance(part, mn.Span) else part}, memo={})


def _parts(w: mn.World, at: str, kind: m.Type, cuts: Any) -> list[Any]:
    """All values of a fact in parts: each member, or spans that begin at the cuts."""
    match kind:
        case m.Scalar("truth"):
            return [False, True]
        case m.EnumOf(id):
            return [member for member, _ in w.book.enumerations[id].members]
        case m.Scalar("date"):
            low, high = FIRST.toordinal(), ONGOING.toordinal()
            step: Callable[[int], Any] = type(FIRST).fromordinal
        case m.Scalar("whole" | "money"):
            low, high, step = 0, 10**15, int
        case _:
            raise ValueError(f"{at} cannot be split")
    begins = [low, *(read(kind, x).toordinal() if kind == m.Scalar("date") else read(kind, x) for x in cuts)]
    if any(a >= b for a, b in zip(begins, [*begins[1:], high + 1], strict=True)):
        raise ValueError("the cuts are not in order")
    return [mn.Span(step(a), step(b - 1)) for a, b in zip(begins, [*begins[1:], high + 1], strict=True)]


# --------------------------------------------------------------------------------------------------- what goes with it


def _rest(c: Checked, it: Json, category: m.Category, at: str, pairs: list[mn.World]) -> None:
    """Presumptions, readings, grants, papers and pointers."""
    said = it["verdict"]
    everywhere = c.body["asked"]["readings"] != "all"
    read_here = reads(c.book, category)
    others: list[tuple[str, str, list[Callable[[mn.World], mn.World]]]] = []
    for a in sorted(c.presumed):
        if a.rpartition(".")[2] in read_here or _name(a) in it["assumes"]:
            others.append(("assumes", _name(a), [lambda w, a=a: _with_fact(w, a)]))  # type: ignore[misc]  # noqa: PERF401
    for name in c.world.readings if everywhere else ():
        if name in read_here or name in it["sensitive_to"]:
            values = [v for v, _ in c.book.readings[name].values if v != c.world.readings[name]]
            others.append(("sensitive_to", name, [lambda w, n=name, v=v: _with_reading(w, n, v) for v in values]))  # type: ignore[misc]
    quiet = _unmoved(c, category, said, it)
    for what, name, changes in others:
        if quiet and name not in it[what]:
            continue
        turned = [_turned(c, category, said, pairs, make) for make in changes]
        if True in turned and name not in it[what]:
            c.wrong(f"{at}.{what}", f"{name} turns the verdict and is not listed")
        elif name in it[what] and None not in turned and True not in turned:
            c.wrong(f"{at}.{what}", f"{name} is listed and turns nothing")
        elif None in turned and True not in turned:
            c.unproved(f"{at}.{what}", f"whether {name} turns the verdict is not shown")
            if said == "depends":
                c.needs += [(f"{at}.{what}", said, _changed(category, make)) for make in changes]
    known = {name for _, name, _ in others}
    for what in ("assumes", "sensitive_to"):
        if not set(it[what]) <= known or it[what] != sorted(set(it[what])):
            c.wrong(f"{at}.{what}", "names something that is not presumed or chosen, or is out of order")
    may = said != "does_not_qualify"
    papers = [p for a in category.asks if may and _when(c, a.when) is not False for p in a.documents]
    _told(c, f"{at}.asks_for", it["asks_for"], list(dict.fromkeys(papers)))
    _told(c, f"{at}.routes_to", it["routes_to"], [r.target for r in category.routes if _when(c, r.when)])
    c.must(f"{at}.grants", len(it["grants"]), len(category.grants) if may else 0)
    for grant, gives in zip(category.grants, it["grants"], strict=False):
        _grant(c, grant, gives, f"{at}.grants")


def _changed(category: m.Category, make: Callable[[mn.World], mn.World]) -> Callable[[mn.World], mn.Truth]:
    return lambda w: mn.category(make(w), category)


def _with_fact(w: mn.World, at: str) -> mn.World:
    return replace(w, facts={**w.facts, at: False}, memo={})


def _with_reading(w: mn.World, name: str, chosen: str) -> mn.World:
    return replace(w, readings={**w.readings, name: chosen}, memo={})


def _turned(
    c: Checked, category: m.Category, said: str, pairs: list[mn.World], make: Callable[[mn.World], mn.World]
) -> mn.Truth:
    """Whether the verdict is another one in a changed world; None if that cannot be told from what is brought."""
    held = mn.category(make(c.world), category)
    if held is not None:
        return VERDICT[held] != said
    seen = set()
    for w in pairs:
        seen.add(mn.category(make(w), category))
        if {True, False} <= seen:
            return said != "depends"
    against = {"qualifies": False, "does_not_qualify": True}.get(said)
    return True if against is not None and against in seen else None


_READ: dict[int, tuple[m.Category, frozenset[str]]] = {}


def reads(book: m.Book, category: m.Category) -> frozenset[str]:
    """The readings a category knows and the names of the facts it reads; terms opened up."""
    if id(category) not in _READ:
        names: set[str] = set()
        done: set[str] = set()
        todo: list[Any] = [category.needs, category.bars, *(o.when for o in category.overrides)]
        while todo:
            for part in everything(todo.pop()):
                if isinstance(part, m.ByReading):
                    names.add(part.reading)
                elif isinstance(part, m.Path):
                    names |= {part.base, *part.steps}
                elif isinstance(part, m.Call) and part.term not in done:
                    done.add(part.term)
                    todo.append(book.terms[part.term].means)
        _READ[id(category)] = (category, frozenset(names))
    return _READ[id(category)][1]


def _name(at: str) -> str:
    """How a presumed judgement is called: on a thing of a list by its address, otherwise by its name."""
    return at if "[" in at else at.rpartition(".")[2]


def _unmoved(c: Checked, category: m.Category, said: str, it: Json) -> bool:
    """Whether the verdict stands with every presumption and reading that is not listed left open at once."""
    w = c.world
    facts = {a: v for a, v in w.facts.items() if a not in c.presumed or _name(a) in it["assumes"]}
    readings = {r: v for r, v in w.readings.items() if r in it["sensitive_to"]}
    held = mn.category(replace(w, facts=facts, readings=readings, memo={}), category)
    return held is not None and VERDICT[held] == said


def _when(c: Checked, when: m.Clause | None) -> mn.Truth:
    return True if when is None else mn.clause(c.world, mn.OUTSIDE, when, ())


def _grant(c: Checked, grant: m.Grant, told: Json, at: str) -> None:
    """A grant whose value is settled; one that is not by trying each value of the dates that choose it."""
    got = mn.value(c.world, mn.OUTSIDE, grant.value)
    c.must(f"{at}.kind", told["kind"], grant.kind)
    if len(told["values"]) < 2:
        _told(c, f"{at}.chosen_by", told["chosen_by"], [])
    if got is mn.NOTHING or type(got) is mn.Gap:
        _told(c, at, told["values"], [])
    elif got is not mn.UNKNOWN and not isinstance(got, mn.Span):
        _told(c, at, told["values"], [written(got)])
    elif (
        told["values"] != sorted(told["values"], key=str)
        or not set(told["chosen_by"]) <= set(c.untold)
        or told["chosen_by"] != sorted(set(told["chosen_by"]))
    ):
        c.wrong(at, "its values are not in order, or chosen by what is told")
    else:
        tried, all_tried = possible(c, grant)
        met: list[tuple[str, Any]] = []
        mn.value(replace(c.world, met=met, memo={}), mn.OUTSIDE, grant.value)
        read_here = {what for kind, what in met if kind == "fact" and what in c.untold}
        if len(told["values"]) > 1 and not read_here <= set(told["chosen_by"]):
            c.unproved(f"{at}.chosen_by", "it reads other facts that are not known")
        if all_tried and (missing := [v for v in told["values"] if v not in tried]):
            c.wrong(at, f"it cannot be {missing[0]}")
        elif not all_tried or set(told["values"]) != set(tried):
            c.unproved(at, "whether these are all its values is not shown")


def possible(c: Checked, grant: m.Grant) -> tuple[list[Any], bool]:
    """Values a grant can take at the turns of its parameters, and whether all facts it reads could be tried."""
    world = replace(c.world, met=[], memo={})
    env = mn.OUTSIDE
    mn.value(world, env, grant.value)
    facts = list(dict.fromkeys(at for kind, at in world.met or () if kind == "fact"))
    turns = [r.start for p in c.book.parameters.values() for r in p.values if p.event in facts]
    worlds = [c.world]
    for at in facts[:2]:
        kind = type_at(c.book, at)
        tried = {FIRST, *turns} if kind == m.Scalar("date") else set(_some_of(c.book, kind))
        tried |= {v for v in c.world.facts.values() if kind == m.Scalar("date") and type(v) is type(FIRST)}
        worlds = [replace(w, facts={**w.facts, at: v}, memo={}) for w in worlds for v in tried] if tried else worlds
        worlds = [w for w in worlds if keeps(w, [at]) is not False]
    got = [mn.value(w, env, grant.value) for w in worlds]
    plain = [written(v) for v in got if not isinstance(v, mn.Lack | mn.Span | mn.Gap)]
    return sorted(set(plain), key=str), not any(isinstance(v, mn.Lack | mn.Span) and v is not mn.NOTHING for v in got)


def _some_of(book: m.Book, kind: m.Type) -> list[Any]:
    match kind:
        case m.Scalar("truth"):
            return [False, True]
        case m.EnumOf(id):
            return [member for member, _ in book.enumerations[id].members]
        case m.KeyOf(id):
            return [*dict.fromkeys(r.key for r in book.tables[id].rows), m.OTHER]
        case _:
            return []


# ------------------------------------------------------------------------------------------------------- the derivation


def _walked(c: Checked, it: Json, category: m.Category, at: str, pairs: list[mn.World]) -> None:
    """The steps: those the rules show, each with what it does, and the reasons that follow from them."""
    world = mn.of_category(c.world, category)
    worlds = [mn.of_category(w, category) for w in pairs]
    walk = _Walk(c, world, category, WISH[it["verdict"]], at, worlds, it["evidence"]["steps"])
    walk.level(it["steps"], roots(c.book, category), walk.wish)
    c.must(f"{at}.because", it["because"], list(dict.fromkeys(walk.because)))
    weak: dict[str, None] = {}
    for cites in walk.cites:
        if cites and all(c.book.sources[x.source].rank >= _WEAK for x in cites):
            weak |= dict.fromkeys(x.source for x in cites)
    c.must(f"{at}.leans_on", it["leans_on"], list(weak))


class _Walk(Struct):
    c: Checked
    w: mn.World
    category: m.Category
    wish: str
    at: str
    worlds: list[mn.World]
    splits: Mapping[str, Any]
    because: list[str] = field(default_factory=list)
    cites: list[tuple[m.Citation, ...]] = field(default_factory=list)
    count: int = 0

    def level(self, steps: Sequence[Json], below: Sequence[Node], wish: str) -> None:
        """The steps shown of some clauses side by side: exactly those that decide."""
        held = [x.decides(self.w) for x in below]
        said: list[str | None] = [None if h is None else STATUS[h] for h in held]
        places = [step["at"] for step in steps]
        if places != sorted(set(places)) or not all(0 <= p < len(below) for p in places):
            self.c.wrong(f"{self.at}.steps", f"steps out of order: {short(places)}")
            return
        for step in steps:
            said[step["at"]] = said[step["at"]] or step["status"]
        shown, settled = [i for i, s in enumerate(said) if s == "varies"], []
        if wish != "what on":
            settled = [
                i for i, s in enumerate(said) if s in _DEFINITE and (_DEFINITE[s] == below[i].wanted) == (wish == "why")
            ]
            shown = settled or shown
        if shown != places:
            self.c.wrong(f"{self.at}.steps", f"the steps that decide are {shown}, those shown {places}")
        hidden = [i for i, s in enumerate(said) if s is None]
        if hidden and (wish == "what on" or not settled):
            self.c.unproved(f"{self.at}.steps", "whether another step belongs here is not shown")
        for step in steps:
            self.step(step, below[step["at"]], wish)

    def step(self, step: Json, it: Node, wish: str) -> None:
        """One step."""
        number, self.count = self.count, self.count + 1
        at = f"{self.at}.steps[{number}]"
        right = told(self.w, it, self.category, lambda a: self.c.untold.get(a, "not_asked"), self.c.masked)
        mine = {k: v for k, v in step.items() if k not in ("at", "status", "steps")}
        loose = ("gaps", "override") if self.c.blind else ()
        self.c.must(at, *({k: v for k, v in x.items() if k not in loose} for x in (mine, right)))
        for name in loose:
            _told(self.c, f"{at}.{name}", mine.get(name), right.get(name))

        def of(w: mn.World) -> mn.Truth:  # what exceptions decide is known of the worlds of the result only
            ready = w is self.w or any(w is x for x in self.worlds)
            return it.held(w if ready else mn.of_category(w, self.category))

        _claim(self.c, at, step["status"], self.w, of, self.splits.get(str(number)), self.worlds)
        children = under(self.w, it)
        if not children:
            self.because.append(".".join(it.path) or self.category.id)
            self.cites.append(it.cites)
            if step.get("steps"):
                self.c.wrong(at, "there is nothing under it")
        else:
            self.level(step["steps"], children, wish)
