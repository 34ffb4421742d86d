"""Changes where names of an enumeration are compared with one another and chosen among, by trying everything."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.casefile import read_case
from solver.compiled import compile_book
from solver.repairs import goals
from tests import ready

NAMES = ("ash", "birch", "cedar", "elm", "fir", "oak")
FACTS = ("x", "y", "z")

BOOK = """\
book trees
  en "t"  zh "t"
  known 2026-09-01

source law
  rank 1
  en "l"  zh "l"

enumeration tree
  en "t"  zh "t"
{names}

entity person
  en "p"  zh "p"
  x : tree can change  en "x"  zh "x"
  y : tree can change with little effort  en "y"  zh "y"
  z : tree can change with much effort  en "z"  zh "z"

given person : person  en "p"  zh "p"
given submitted_on : date default today changes with time  en "f"  zh "f"

scheme s  en "s"  zh "s"

category s.a
  en "a"  zh "a"
  cites law "1"
  needs {kind} of
{lines}
"""

Line = tuple[str, str, Any]


def lines() -> st.SearchStrategy[Line]:
    """A fact like or unlike another, or among some names, or not."""
    pair = st.sampled_from([(a, b) for a, b in combinations(FACTS, 2)])
    some = st.sets(st.sampled_from(NAMES), min_size=1, max_size=4).map(lambda s: tuple(sorted(s)))
    return st.one_of(
        st.tuples(st.sampled_from(("is", "is", "is_not")), pair).map(lambda t: (t[0], t[1][0], t[1][1])),
        st.tuples(st.sampled_from(("in", "not in")), st.sampled_from(FACTS), some),
    )


def written(n: int, line: Line) -> str:
    """A line as the book has it."""
    op, a, b = line
    said = {
        "is": f"person.{a} is person.{b}",
        "is_not": f"person.{a} is not person.{b}",
        "in": f"person.{a} in {{{', '.join(b)}}}",
        "not in": f"not person.{a} in {{{', '.join(b)}}}",
    }[op]
    return f'    [l{n}] {said}  cites law "1"'


def holds(kind: str, said: list[Line], facts: dict[str, Any]) -> bool:
    """The category by trying."""

    def one(line: Line) -> bool:
        op, a, b = line
        match op:
            case "is":
                return bool(facts[a] == facts[b])
            case "is_not":
                return bool(facts[a] != facts[b])
            case _:
                return (facts[a] in b) is (op == "in")

    return (all if kind == "all" else any)(one(line) for line in said)


def always(kind: str, said: list[Line], told: dict[str, Any]) -> bool:
    """Whether it holds whatever is not told."""
    open_ = [f for f in FACTS if told[f] is None]
    return all(
        holds(kind, said, told | dict(zip(open_, names, strict=True))) for names in product(NAMES, repeat=len(open_))
    )


def smallest(kind: str, said: list[Line], told: dict[str, Any]) -> set[frozenset[str]]:
    """The smallest sets of facts that can be given other values so that the category holds for sure."""
    out: set[frozenset[str]] = set()
    read = sorted({x for op, a, b in said for x in ((a, b) if op in ("is", "is_not") else (a,))})
    for n in range(len(read) + 1):
        for chosen in combinations(read, n):
            ways = product(*([v for v in NAMES if v != told[f]] for f in chosen))
            if not any(s <= set(chosen) for s in out) and any(
                always(kind, said, told | dict(zip(chosen, way, strict=True))) for way in ways
            ):
                out.add(frozenset(chosen))
    return out


@given(
    kind=st.sampled_from(("all", "any", "any")),
    said=st.lists(lines(), min_size=2, max_size=4),
    told=st.fixed_dictionaries({f: st.sampled_from((None, None, *NAMES)) for f in FACTS}),
)
@settings(max_examples=120, deadline=None)
def test_names_that_may_change_places_are_not_missed(kind: str, said: list[Line], told: dict[str, Any]) -> None:
    text = BOOK.format(
        names="\n".join(f'  {n}  en "{n}"  zh "{n}"' for n in NAMES),
        kind=kind,
        lines="\n".join(written(n, line) for n, line in enumerate(said)),
    )
    compiled = compile_book(ready.book(text))
    case = "submitted_on: 2026-09-01\nperson: {" + ", ".join(f"{f}: {v}" for f, v in told.items() if v) + "}\n"
    read = read_case(case, "case.yaml", compiled.book, today=compiled.book.known)
    assert read.value is not None, [d.message for d in read.diagnostics]
    found, _ = goals(compiled, read.value[0], "s.a")
    assert found.complete
    assert found.reached == always(kind, said, told)
    if not found.reached:
        mine = {frozenset(t.address.removeprefix("person.") for t in r.touches): r for r in found.repairs}
        assert set(mine) == smallest(kind, said, told)
        for r in mine.values():
            assert always(kind, said, told | {t.address.removeprefix("person."): t.after for t in r.touches})
