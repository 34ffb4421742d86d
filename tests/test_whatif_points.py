"""`whatif --goal` on a book of points of which hardly anything is told: complete, and each way a smallest one."""

from __future__ import annotations

from itertools import combinations

from dsl.casefile import read_case
from dsl.model import Verdict
from solver.compiled import compile_book
from solver.repairs import goals
from tests import ready

LINES = {
    "degree": (30, "doctor"),
    "income": (20, 1_000_000),
    "experience": (20, 10),
    "english": (10, True),
    "chinese": (10, True),
    "married": (5, True),
    "listed": (15, True),
}
"""Of each fact the most points it gives, and the least value that gives them."""
OF_AGE, MARK = 20, 70

BOOK = """\
book visa
  en "v"  zh "v"
  known 2026-09-01

source guide
  rank 2
  en "g"  zh "g"

enumeration level ordered
  en "l"  zh "l"
  school  en "s"  zh "s"
  bachelor  en "b"  zh "b"
  master  en "m"  zh "m"
  doctor  en "d"  zh "d"

entity person
  en "p"  zh "p"
  born_on : date cannot change  en "b"  zh "b"
  degree : level can change with much effort  en "d"  zh "d"
  income : money can change  en "i"  zh "i"
  experience : whole can change with much effort  en "e"  zh "e"
  english : truth can change  en "e"  zh "e"
  chinese : truth can change  en "c"  zh "c"
  married : truth can change  en "m"  zh "m"
  listed : truth can change  en "l"  zh "l"

given submitted_on : date default today changes with time  en "f"  zh "f"
given person : person  en "p"  zh "p"

parameter mark : whole by submitted_on
  en "m"  zh "m"
  from 2020-01-01 70  cites guide "3"

scheme visa  en "v"  zh "v"

value points(p : person) : whole
  en "p"  zh "p"
  means total of
    [age] highest of
      [young] 30 when age of p.born_on on submitted_on at least 18 and age of p.born_on on submitted_on at most 34
        cites guide "a"
      [middle] 20 when age of p.born_on on submitted_on at least 35 and age of p.born_on on submitted_on at most 44
        cites guide "a"
    [degree] highest of
      [doctor] 30 when p.degree at least doctor  cites guide "b"
      [master] 20 when p.degree at least master  cites guide "b"
      [bachelor] 10 when p.degree at least bachelor  cites guide "b"
    [income] highest of
      [high] 20 when p.income at least HK$1,000,000  cites guide "c"
      [middle] 10 when p.income at least HK$500,000  cites guide "c"
    [experience] highest of
      [ten] 20 when p.experience at least 10  cites guide "d"
      [five] 10 when p.experience at least 5  cites guide "d"
    [english] 10 when p.english  cites guide "e"
    [chinese] 10 when p.chinese  cites guide "e"
    [spouse] 5 when p.married  cites guide "f"
    [listed] 15 when p.listed  cites guide "g"

category visa.points
  en "p"  zh "p"
  cites guide "1"
  needs all of
    [points] points(person) at least mark  cites guide "3"
    [adult] age of person.born_on on submitted_on at least 18  cites guide "1"
"""


def smallest() -> set[frozenset[str]]:
    """The sets of facts whose points and those of the age reach the mark, and of whose parts none does."""
    out: set[frozenset[str]] = set()
    for n in range(len(LINES) + 1):
        for names in map(frozenset, combinations(LINES, n)):
            if not any(s <= names for s in out) and OF_AGE + sum(LINES[x][0] for x in names) >= MARK:
                out.add(names)
    return out


def test_every_way_to_the_points_is_found_where_only_the_age_is_told() -> None:
    """41 years old on filing: 20 points, and 50 more are needed from seven facts of which nothing is told."""
    compiled = compile_book(ready.book(BOOK))
    text = "submitted_on: 2026-09-01\nperson: {born_on: 1985-05-05}\n"
    read = read_case(text, "case.yaml", compiled.book, today=compiled.book.known)
    assert read.value is not None
    found, _ = goals(compiled, read.value[0], "visa.points")
    assert found.complete
    assert {frozenset(t.address.removeprefix("person.") for t in r.touches) for r in found.repairs} == smallest()
    assert len(found.repairs) == 15
    for repair in found.repairs:
        given = sum(_points(t.address.removeprefix("person."), t.after) for t in repair.touches)
        assert OF_AGE + given >= MARK
        assert repair.verdict is Verdict.QUALIFIES


def _points(name: str, value: object) -> int:
    """What a value gives."""
    tiers: dict[str, dict[object, int]] = {
        "degree": {"school": 0, "bachelor": 10, "master": 20, "doctor": 30},
        "income": {0: 0, 500_000: 10, 1_000_000: 20},
        "experience": {0: 0, 5: 10, 10: 20},
    }
    if name in tiers:
        return tiers[name][value]
    return LINES[name][0] if value is True else 0
