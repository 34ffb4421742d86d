"""Smallest changes by trying everything, on small books made here: docs/semantics.md section 11 put down plainly.

A book is a category over a few facts, written as a tree; it is read in two ways that share nothing: as rules, and by
`holds` below. Every assignment of every set of changeable things is tried, over every completion of what is unknown.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

NOW = dt.date(2026, 1, 10)
DAYS = tuple(NOW + dt.timedelta(days=n) for n in range(-2, 9))
PAST = tuple(DAYS[0] - dt.timedelta(days=n) for n in (3, 2, 1))
"""Days on which filing is not tried, from which a date can be three days before it."""
WHOLES = (0, 1, 2, 3, 4)
TRUTHS = (True, False)
WAITED = ("changes with time", "can change", "settled by evidence with much effort", "cannot change")
WAYS = ("cannot change", "can change", "can change with little effort", "settled by evidence with much effort")
EFFORT = {
    "changes with time": 1,
    "can change": 2,
    "can change with little effort": 1,
    "settled by evidence with much effort": 3,
}

Tree = tuple[Any, ...]
Element = tuple[bool | None, bool | None]
"""An element of the list: its two truths, None where they are not told."""

Outcome = tuple[bool | None, ...]
"""What is made of each judgement; None where it is presumed."""

PASSES = ("p", "pq", "p or q", "not q")
"""What may be asked of an element."""

ELEMENTS: tuple[Element, ...] = tuple(itertools.product(TRUTHS, TRUTHS))


class Person(Struct, frozen=True, dict=True):
    """What is told: None for nothing. `things`: elements of the list; `open`: there may be more."""

    facts: Mapping[str, Any]
    things: tuple[Element, ...] = ()
    open: bool = False


class Small(Struct, frozen=True, dict=True):
    """A small book: how each fact changes, whether the list grows, an invariant between truths, and the category."""

    ways: Mapping[str, str]
    grows: bool
    tie: tuple[str, str] | None
    tree: Tree
    judged: tuple[str, ...]
    unless: Mapping[str, str] = {}
    """The judgements that are presumed, with the truth that ends that."""


TRUTH_FACTS = ("a", "b", "c")
FACTS = (*TRUTH_FACTS, "n", "d")
KINDS = {"n": "whole", "d": "date"}
JUDGED = ("j", "k")


def domain(fact: str) -> Sequence[Any]:
    """Every value that can make a difference."""
    if fact == "d":
        return (*PAST, *DAYS)
    return DAYS if fact == "submitted_on" else WHOLES if fact == "n" else TRUTHS


# ------------------------------------------------------------------------------------------------------------ as rules


def rules(small: Small) -> str:
    """The book as rules."""
    lines = [
        'book small\n  en "s"  zh "s"\n  known 2026-01-10',
        'source law\n  rank 1\n  en "l"  zh "l"',
        'given submitted_on : date default today changes with time  en "f"  zh "f"',
        'given it_is : person  en "p"  zh "p"',
        *(f'judgement {j} {j.upper()}-1 {mode(small, j)}\n  en "{j}"  zh "{j}"\n  cites law "1"' for j in JUDGED),
        'entity thing\n  en "t"  zh "t"\n'
        + "\n".join(f'  {k} : truth cannot change  en "{k}"  zh "{k}"' for k in "pq"),
    ]
    person = ['entity person\n  en "p"  zh "p"']
    person += [f'  {f} : {KINDS.get(f, "truth")} {small.ways[f]}  en "{f}"  zh "{f}"' for f in FACTS]
    grows = "may grow" if small.grows else "cannot change"
    person.append(f'  things : list of thing {grows}  en "t"  zh "t"')
    if small.tie:
        person.append(f"  invariant not it.{small.tie[0]} or it.{small.tie[1]}")
    lines.append("\n".join(person))
    lines.append('scheme s  en "s"  zh "s"')
    if (scored := points(small.tree)) is not None:
        lines.append(
            'value points(p : person) : whole\n  en "p"  zh "p"\n  means total of\n' + "\n".join(rows(scored, 2, "y"))
        )
    lines.append(
        'category s.a\n  en "a"  zh "a"\n  cites law "1"\n  needs all of\n' + "\n".join(written(small.tree, 2, "x"))
    )
    return "\n\n".join(lines) + "\n"


def mode(small: Small, judgement: str) -> str:
    """How a judgement is made."""
    return f"presumed unless it_is.{small.unless[judgement]}" if judgement in small.unless else "open"


def written(tree: Tree, depth: int, label: str) -> Iterator[str]:
    """A tree as lines of a group."""
    pad = "  " * depth
    match tree:
        case ("all" | "any" as kind, *items):
            yield f"{pad}[{label}] {kind} of"
            for n, item in enumerate(items):
                yield from written(item, depth + 1, f"{label}{n}")
        case ("at least", n, *items):
            yield f"{pad}[{label}] at least {n} of"
            for m, item in enumerate(items):
                yield from written(item, depth + 1, f"{label}{m}")
        case _:
            yield f'{pad}[{label}] {line(tree)}  cites law "1"'


def points(tree: Tree) -> Tree | None:
    """The lines of the score in a tree; a book has one at the most."""
    if tree[0] == "points":
        return tuple(tree[3])
    return next((p for item in tree if isinstance(item, tuple) and (p := points(item)) is not None), None)


def rows(lines: Tree, depth: int, label: str) -> Iterator[str]:
    """The lines of a score."""
    pad = "  " * depth
    for n, one in enumerate(lines):
        if one[0] == "highest":
            yield f"{pad}[{label}{n}] highest of"
            yield from rows(one[1:], depth + 1, f"{label}{n}")
        else:
            yield f'{pad}[{label}{n}] {one[0]} when {line(one[1])}  cites law "1"'


def line(tree: Tree) -> str:
    """A leaf on one line."""
    match tree:
        case ("fact", name):
            return f"it_is.{name}"
        case ("not", name):
            return f"not it_is.{name}"
        case ("whole", op, limit):
            return f"it_is.n {op} {limit}"
        case ("judged", name):
            return f"judged {name}"
        case ("not judged", name):
            return f"not judged {name}"
        case ("filed", op, day):
            return f"submitted_on {op} {day}"
        case ("dated", op, day):
            return f"it_is.d {op} {day}"
        case ("dated before filing", days):
            return f"it_is.d within {days} days before submitted_on"
        case ("some", p):
            return f"some t in it_is.things such that {inner(p)}"
        case ("every", p):
            return f"every t in it_is.things such that {inner(p)}"
        case ("count", p, op, limit):
            return f"count of t in it_is.things such that ({inner(p)}) {op} {limit}"
        case ("points", op, limit, _):
            return f"points(it_is) {op} {limit}"
        case ("count judged", p, name):
            return f"count of t in it_is.things such that (({inner(p)}) and judged {name}) at least 1"
        case _:
            raise AssertionError(tree)


def inner(p: str) -> str:
    """What is asked of an element."""
    return {"p": "t.p", "pq": "t.p and t.q", "p or q": "t.p or t.q", "not q": "not t.q"}[p]


def case_text(person: Person) -> str:
    """The case file of a person."""
    lines = []
    if person.facts["submitted_on"] is not None:
        lines.append(f"submitted_on: {person.facts['submitted_on']}")
    else:
        lines.append("submitted_on: unknown")
    lines.append("it_is:")
    lines += [f"  {f}: {str(v).lower()}" for f in FACTS if (v := person.facts[f]) is not None]
    told = ", ".join(
        "{" + ", ".join(f"{k}: {str(v).lower()}" for k, v in zip("pq", e, strict=True) if v is not None) + "}"
        for e in person.things
    )
    lines.append(f"  things: {{at_least: [{told}]}}" if person.open else f"  things: [{told}]")
    judged = [f"  {j}: {'favourable' if v else 'unfavourable'}" for j in JUDGED if (v := person.facts[j]) is not None]
    return "\n".join(lines + (["judgements:", *judged] if judged else [])) + "\n"


# ------------------------------------------------------------------------------------------------------ by trying all


def holds(tree: Tree, facts: Mapping[str, Any], things: Sequence[Element]) -> bool:
    """Whether a tree holds where everything is known."""
    match tree:
        case ("all", *items):
            return all(holds(i, facts, things) for i in items)
        case ("any", *items):
            return any(holds(i, facts, things) for i in items)
        case ("at least", n, *items):
            return bool(sum(holds(i, facts, things) for i in items) >= n)
        case ("fact", name) | ("judged", name):
            return bool(facts[name])
        case ("not", name) | ("not judged", name):
            return not facts[name]
        case ("whole", "at least", limit):
            return bool(facts["n"] >= limit)
        case ("whole", "at most", limit):
            return bool(facts["n"] <= limit)
        case ("whole", "is", limit):
            return bool(facts["n"] == limit)
        case ("filed", op, day):
            filed = facts["submitted_on"]
            return bool(filed >= day if op == "on or after" else filed < day)
        case ("dated", op, day):
            return bool(facts["d"] >= day if op == "on or after" else facts["d"] < day)
        case ("dated before filing", days):
            return bool(dt.timedelta(0) < facts["submitted_on"] - facts["d"] <= dt.timedelta(days=int(days)))
        case ("some", p):
            return any(passes(p, t) for t in things)
        case ("every", p):
            return all(passes(p, t) for t in things)
        case ("count", p, "at least", limit):
            return sum(passes(p, t) for t in things) >= int(limit)
        case ("count", p, "at most", limit):
            return sum(passes(p, t) for t in things) <= int(limit)
        case ("count judged", p, name):
            return bool(facts[name]) and any(passes(p, t) for t in things)
        case ("points", op, limit, lines):
            whole = sum(scored(one, facts, things) for one in lines)
            return bool(whole >= limit if op == "at least" else whole <= limit)
        case _:
            raise AssertionError(tree)


def scored(one: Tree, facts: Mapping[str, Any], things: Sequence[Element]) -> int:
    """The points of a line."""
    if one[0] == "highest":
        return max(scored(each, facts, things) for each in one[1:])
    return int(one[0]) if holds(one[1], facts, things) else 0


def passes(wanted: str, thing: Element) -> bool:
    """Whether an element does."""
    p, q = thing
    return bool({"p": p, "pq": p and q, "p or q": p or q, "not q": not q}[wanted])


def allowed(small: Small, facts: Mapping[str, Any]) -> bool:
    """Whether the invariant is kept."""
    return small.tie is None or not facts[small.tie[0]] or bool(facts[small.tie[1]])


def completions(small: Small, person: Person) -> Iterator[tuple[Outcome, dict[str, Any], tuple[Element, ...]]]:
    """Every completion: outcomes of the open judgements, all facts, all elements."""
    sure = {j: True for j, end in small.unless.items() if person.facts[j] is None and person.facts[end] is not True}
    person = replace(person, facts={**person.facts, **sure})
    names = [f for f, v in person.facts.items() if v is None]
    things = [
        [e for e in ELEMENTS if all(t in (None, v) for t, v in zip(told, e, strict=True))] for told in person.things
    ]
    more = further(small) if person.open else [()]
    for values in itertools.product(*(domain(n) for n in names)):
        facts = {**person.facts, **dict(zip(names, values, strict=True))}
        if not allowed(small, facts):
            continue
        for written_ in itertools.product(*things):
            for extra in more:
                yield tuple(None if j in sure else facts[j] for j in JUDGED), facts, (*written_, *extra)


def further(small: Small) -> list[tuple[Element, ...]]:
    """What an open list may have besides: two elements show all that `some` and `every` can ask, totals four."""
    most = 4 if counts(small.tree) else 2
    return [e for n in range(most + 1) for e in itertools.combinations_with_replacement(ELEMENTS, n)]


def counts(tree: Tree) -> bool:
    """Whether a total stands in a tree."""
    return tree[0] == "count" or any(counts(item) for item in tree if isinstance(item, tuple))


def potential(small: Small, person: Person) -> tuple[dict[Outcome, set[bool]], bool]:
    """By outcome of the open judgements what the category can come to; and whether there is any completion."""
    out: dict[Outcome, set[bool]] = {}
    for judged, facts, things in completions(small, person):
        out.setdefault(judged, set()).add(holds(small.tree, facts, things))
    return out, bool(out)


def reached(found: Mapping[Outcome, set[bool]]) -> bool:
    """Whether it qualifies, or hangs on judgements alone."""
    return all(len(v) == 1 for v in found.values()) and any(v == {True} for v in found.values())


def dated(tree: Tree) -> bool:
    """Whether the date stands in a tree."""
    return tree[0] in ("dated", "dated before filing") or any(dated(item) for item in tree if isinstance(item, tuple))


def atoms(small: Small, person: Person) -> dict[str, int]:
    """What may be changed, and the effort."""
    out = {}
    for name in FACTS:
        way = small.ways[name]
        if name == "d" and not dated(small.tree):
            continue
        if person.facts[name] is None:
            out[name] = EFFORT[way] if way.startswith("can change") else 1
        elif way != "cannot change":
            out[name] = EFFORT[way]
    out["submitted_on"] = 1
    for n, (p, q) in enumerate(person.things):
        out |= {f"things[{n}].{k}": 1 for k, v in (("p", p), ("q", q)) if v is None}
    if person.open:
        out["things"] = 1
    elif small.grows:
        out["things"] = 2
    return out


def options(small: Small, person: Person, atom: str) -> Sequence[Any]:
    """Values an atom can be given, other than the present one."""
    match atom:
        case "submitted_on":
            now = person.facts["submitted_on"]
            return DAYS if now is None else [d for d in DAYS if d > now]
        case "things":
            return [(), *((e,) for e in ELEMENTS)] if person.open else [(e,) for e in ELEMENTS]
        case "d" if person.facts["d"] is not None:
            told, way = person.facts["d"], small.ways["d"]
            first = {"can change": NOW, "changes with time": max(NOW, told)}.get(way, PAST[0])
            return [d for d in domain("d") if d >= first and d != told]
        case _ if "[" in atom:
            return TRUTHS
        case _:
            return [v for v in domain(atom) if v != person.facts[atom]]


def changed(person: Person, values: Mapping[str, Any]) -> Person:
    """The person after a change."""
    facts = {**person.facts, **{k: v for k, v in values.items() if k in person.facts}}
    things = [list(t) for t in person.things]
    for atom, v in values.items():
        if "[" in atom:
            things[int(atom[7])]["pq".index(atom[-1])] = v
    told = tuple((t[0], t[1]) for t in things)
    if "things" in values:
        return Person(facts, (*told, *values["things"]), open=False)
    return Person(facts, told, person.open)


def smallest(small: Small, person: Person) -> dict[frozenset[str], list[dict[str, Any]]]:
    """Every smallest set of atoms that reaches the category, with all the assignments that do."""
    there = atoms(small, person)
    found: dict[frozenset[str], list[dict[str, Any]]] = {}
    known: dict[Any, tuple[dict[Outcome, set[bool]], bool]] = {}

    def comes_to(values: Mapping[str, Any]) -> tuple[dict[Outcome, set[bool]], bool]:
        key = tuple(sorted(values.items()))
        if key not in known:
            known[key] = potential(small, changed(person, values))
        return known[key]

    for size in range(len(there) + 1):
        for chosen in itertools.combinations(sorted(there), size):
            mine = frozenset(chosen)
            if any(f <= mine for f in found):
                continue
            for values in itertools.product(*(options(small, person, a) for a in chosen)):
                change = dict(zip(chosen, values, strict=True))
                after, possible = comes_to(change)
                if possible and reached(after) and not narrows(comes_to, change, after):
                    found.setdefault(mine, []).append(change)
    return found


def does(small: Small, person: Person, *, surely: bool) -> bool:
    """Whether the category is reached by what is told; surely: it qualifies."""
    found, possible = potential(small, person)
    return possible and (all(v == {True} for v in found.values()) if surely else reached(found))


def narrows(comes_to: Any, change: Mapping[str, Any], after: Mapping[Outcome, set[bool]]) -> bool:
    """Whether a part of the change leaves the category open for judgements for which the whole shuts it.

    What is presumed after the one or the other is left aside.
    """

    def alike(one: Outcome, other: Outcome) -> bool:
        return all(a == b for a, b in zip(one, other, strict=True) if a is not None and b is not None)

    for size in range(len(change)):
        for part in itertools.combinations(sorted(change), size):
            before, possible = comes_to({a: change[a] for a in part})
            shut = [j for j, v in after.items() if v == {False}]
            if possible and any(True in v and alike(i, j) for i, v in before.items() for j in shut):
                return True
    return False


def possible(small: Small, person: Person, fixed: set[str]) -> bool:
    """Whether the category can hold where only these facts stay as told, the day of filing moving on at the most."""
    now = person.facts["submitted_on"]
    days = [d for d in DAYS if now is None or d >= now]
    names = ["submitted_on", *FACTS, *JUDGED]
    told = (person.facts["d"],)
    some = told if not dated(small.tree) or "d" in fixed else (*told, *options(small, person, "d"))
    free = {"submitted_on": days, "d": [d for d in some if d is not None]}
    choices = [(person.facts[f],) if f in fixed else free.get(f) or domain(f) for f in names]
    written_ = [
        [e for e in ELEMENTS if all(t[i] in (None, e[i]) for i, k in enumerate("pq") if f"things[{n}].{k}" in fixed)]
        for n, t in enumerate(person.things)
    ]
    more: list[tuple[Element, ...]] = [()]
    if "things" not in fixed and (small.grows or person.open):
        more = [(), *((e,) for e in ELEMENTS)]  # a change adds one at the most
    lists = [(*w, *e) for w in itertools.product(*written_) for e in more]
    for values in itertools.product(*choices):
        facts = dict(zip(names, values, strict=True))
        if any(person.facts[j] is None and not facts[j] and not facts[end] for j, end in small.unless.items()):
            continue  # it is presumed, and nothing ends that
        if allowed(small, facts) and any(holds(small.tree, facts, things) for things in lists):
            return True
    return False


# ------------------------------------------------------------------------------------------------------------ drawing


def leaves(draw: st.DrawFn, judged: Sequence[str], *, totals: bool) -> Tree:
    """One leaf."""
    if not totals and not draw(st.integers(0, 5)):
        op, days = draw(st.sampled_from(("on or after", "before"))), draw(st.integers(-1, 6))
        return draw(st.sampled_from((("dated", op, NOW + dt.timedelta(days=days)), ("dated before filing", 3))))
    usual = ("fact", "fact", "not", "whole", "judged", "filed", "some", "every")
    kind = draw(st.sampled_from((*usual, "count", "count judged") if totals else usual))
    match kind:
        case "fact" | "not":
            return (kind, draw(st.sampled_from(TRUTH_FACTS)))
        case "whole":
            return (kind, draw(st.sampled_from(("at least", "at most", "is"))), draw(st.sampled_from((1, 2, 3))))
        case "judged":
            return (draw(st.sampled_from(judged)), draw(st.sampled_from(JUDGED)))
        case "filed":
            return (
                kind,
                draw(st.sampled_from(("on or after", "before"))),
                NOW + dt.timedelta(days=draw(st.integers(-1, 6))),
            )
        case "count":
            op = draw(st.sampled_from(("at least", "at most")))
            limit = draw(st.sampled_from((1, 2) if op == "at least" else (0, 1)))
            return (kind, draw(st.sampled_from(PASSES)), op, limit)
        case "count judged":
            return (kind, draw(st.sampled_from(PASSES)), draw(st.sampled_from(JUDGED)))
        case _:
            return (kind, draw(st.sampled_from(PASSES)))


def trees(draw: st.DrawFn, depth: int, judged: Sequence[str], *, totals: bool) -> Tree:
    """A tree."""
    if depth == 0:
        return leaves(draw, judged, totals=totals)
    kind = draw(st.sampled_from(("all", "any", "all", "any", "at least", "leaf")))
    if kind == "leaf":
        return leaves(draw, judged, totals=totals)
    items = [trees(draw, depth - 1, judged, totals=totals) for _ in range(draw(st.integers(2, 3)))]
    return (kind, draw(st.integers(1, len(items))), *items) if kind == "at least" else (kind, *items)


@st.composite
def scoring_books(draw: st.DrawFn) -> Small:
    """A small book with a score: lines of facts, tiers of one, and perhaps something besides the score."""
    facts: list[Tree] = [(draw(st.sampled_from((5, 10, 15, 20))), ("fact", f)) for f in TRUTH_FACTS]
    tiers: Tree = ("highest", (10, ("whole", "at least", 1)), (20, ("whole", "at least", 3)))
    further: list[Tree] = [
        (draw(st.sampled_from((5, 10, 30))), leaves(draw, ("judged", "not judged"), totals=False))
        for _ in range(draw(st.integers(0, 2)))
    ]
    lines = draw(st.permutations([*facts, tiers, *further]))[: draw(st.integers(3, 5))]
    score = ("points", draw(st.sampled_from(("at least", "at least", "at least", "at most"))),
             draw(st.sampled_from((10, 25, 30, 35, 45, 60))), tuple(lines))  # fmt: skip
    other = leaves(draw, ("judged",), totals=False)
    tree = draw(st.sampled_from((score, ("all", score, other), ("any", score, other))))
    plain = draw(small_books())
    return Small(plain.ways, plain.grows, plain.tie, tree, plain.judged)


@st.composite
def small_books(draw: st.DrawFn, *, totals: bool = False) -> Small:
    """A small book; in some an unfavourable judgement can help too. totals: with totals over the list."""
    judged = ("judged",) if draw(st.integers(0, 3)) else ("judged", "not judged")
    ways = {f: draw(st.sampled_from(WAITED if f == "d" else WAYS)) for f in FACTS}
    tie = draw(st.sampled_from((None, None, ("a", "b"), ("c", "a"))))
    return Small(
        ways,
        draw(st.booleans()),
        tie,
        trees(draw, draw(st.integers(1, 2 if totals else 3)), judged, totals=totals),
        judged,
        {j: draw(st.sampled_from(TRUTH_FACTS)) for j in JUDGED if draw(st.integers(0, 3)) == 0},
    )


@st.composite
def people(draw: st.DrawFn, small: Small, *, hardly_told: bool = False) -> Person | None:
    """A person with some things unknown (hardly told: most), whose told facts keep the invariant."""
    facts: dict[str, Any] = {"submitted_on": draw(st.sampled_from((NOW, NOW, NOW, None)))}
    for f in FACTS:
        untold = (None,) if f != "d" or dated(small.tree) else ()
        told = domain(f)[:-4] if f == "d" else domain(f)  # there are days left to file after it
        facts[f] = draw(st.sampled_from((*told, *told, *untold * (2 * len(told) if hardly_told else 1))))
    for j in JUDGED:
        facts[j] = draw(st.sampled_from((True, False, None, None)))
    things = tuple(
        draw(st.tuples(st.sampled_from((True, False, None)), st.sampled_from(TRUTHS)))
        for _ in range(draw(st.integers(0, 1)))
    )
    person = Person(facts, things, draw(st.integers(0, 3)) == 0)
    return person if potential(small, person)[1] else None
