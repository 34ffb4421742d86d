"""Different people for measuring, made from the examples: complete ones, and some with facts not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Case, Listed, Record
from dsl.casefile import read_case
from dsl.model import Book, EntityOf, Fact, KeyOf, ListOf, Scalar, Type, Verdict
from solver.assess import assess
from solver.check import check_case
from solver.compiled import Compiled

DAY = dt.date(2026, 11, 21)
CHANGED = 0.04
"""How often a fact gets another value of its type."""
MOVED = 0.4
"""How often a date is moved."""


def examples(book: Book, folder: Path) -> Iterator[Case]:
    """Everybody in a folder of case files."""
    for path in sorted(folder.glob("*.yaml")):
        yield from read_case(path.read_text("utf-8"), path.name, book, today=DAY).value or ()


class Maker(Struct, frozen=True):
    """What making people needs. `pool`: elements of each entity that some example has."""

    book: Book
    random: Random
    pool: Mapping[str, Sequence[Record]]

    def value(self, kind: Type, judged: str | None) -> Any:
        """A value of a type."""
        random, book = self.random, self.book
        match kind:
            case Scalar("truth"):
                return random.random() < (0.95 if judged else 0.5)
            case Scalar("date"):
                return dt.date(2018, 1, 1) + dt.timedelta(days=random.randrange(3_200))
            case Scalar("whole"):
                return random.choice((2023, 2024, 2025, 2026))
            case Scalar("money"):
                return random.choice((0, 900_000, 2_499_999, 2_500_000, 3_000_000))
            case Scalar("duration"):
                return Duration(random.choice((6, 11, 12, 18, 24)), "months")
            case Scalar("country"):
                return random.choice(("CN", "JP", "AF", "VN", "FR"))
            case KeyOf(table):
                return random.choice(book.tables[table].rows).key
            case Scalar():
                return "text"
            case _:
                assert not isinstance(kind, EntityOf | ListOf)
                return random.choice(book.enumerations[kind.enumeration].members)[0]

    def fact(self, told: Any, fact: Fact) -> Any:
        """A fact with nothing left untold, now and then other than it was told."""
        random = self.random
        match fact.type:
            case EntityOf(name):
                return self.record(told, name)
            case ListOf(name):
                items = [self.record(i, name) for i in told.items] if isinstance(told, Listed) else []
                if random.random() < 2 * CHANGED and self.pool.get(name):
                    items.append(self.record(random.choice(self.pool[name]), name))
                return Listed(tuple(items))
            case kind if told is None or isinstance(told, Absent) or random.random() < CHANGED:
                return self.value(kind, fact.judgement)
            case Scalar("date") if told != ONGOING and random.random() < MOVED:
                return told + dt.timedelta(days=random.randrange(-200, 200))
        return told

    def record(self, told: Any, entity: str) -> Record:
        """A thing with nothing left untold."""
        facts = told.facts if isinstance(told, Record) else {}
        return Record({f.id: self.fact(facts.get(f.id), f) for f in self.book.entities[entity].facts})

    def person(self, case: Case) -> Case:
        """A complete person more or less like another."""
        root = case.root.facts
        return Case(case.name, Record({name: self.fact(root.get(name), f) for name, f in self.book.givens.items()}))


def maker(book: Book, told: Sequence[Case], random: Random) -> Maker:
    """Makes people like those told of."""
    pool: dict[str, list[Record]] = {}
    for case in told:
        person = case.root.facts["applicant"]
        assert isinstance(person, Record)
        for f in book.entities["person"].facts:
            listed = person.facts.get(f.id)
            if isinstance(f.type, ListOf) and isinstance(listed, Listed):
                pool.setdefault(f.type.entity, []).extend(listed.items)
    return Maker(book, random, pool)


def complete(compiled: Compiled, told: Sequence[Case], random: Random, number: int) -> list[Case]:
    """Different people who tell everything, contradict nothing, and for whom the law leaves no verdict open."""
    make = maker(compiled.book, told, random)
    out: list[Case] = []
    while len(out) < number:
        case = make.person(random.choice(told))
        if check_case(compiled, case):
            continue
        answer = assess(compiled, case, reasons=False)
        if all(r.verdict is not Verdict.DEPENDS for r in answer.results):
            out.append(case)
    return out


def blanked(case: Case, random: Random, share: float) -> Case:
    """The same person with a share of the facts not told; some lists may then have more."""

    def blank(value: Any) -> Any:
        match value:
            case Record(facts):
                return Record({k: blank(v) for k, v in facts.items()})
            case Listed():
                return replace(value, items=tuple(map(blank, value.items)), open=random.random() < share / 2)
            case _:
                return Absent.NOT_ASKED if random.random() < share else value

    root = {k: v if k == "submitted_on" else blank(v) for k, v in case.root.facts.items()}
    return Case(case.name, Record(root))
