"""A person in the making: facts filled in one by one, none against an invariant or against what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dsl.case import Absent, Case, Known, Listed, Record, presumes
from dsl.model import EntityOf, Fact, ListOf, Scalar, Type
from solver.evaluate import Env
from solver.facts import Address, absent
from solver.situation import Situation, situation, ties
from solver.walk import category_truth
from whereas.testing.books import Book
from whereas.testing.landscape import Landscape, Steps
from whereas.testing.person import NAME

_PROBES = 250
"""How many values of a fact are tried before one that does not fit is taken."""

Pick = Callable[[int], int]
"""A number under another one, drawn; it shrinks to 0."""


class Growing(Struct):
    """A person whose facts are being filled in.

    sizes: of the lists that are told, by address. aim: the category that is to hold, None for anything. given: facts
    that have their values already.
    """

    book: Book
    land: Landscape
    sizes: dict[str, int]
    aim: str | None
    readings: Mapping[str, str]
    given: Mapping[Address, Any]
    told: list[Address]
    s: Situation
    tied: dict[Address, list[Any]]

    # ------------------------------------------------------------------------------------------------------- questions

    def hopeless(self) -> bool:
        """Whether what is told already decides against the aim."""
        if self.aim is None:
            return False
        category = self.book.checked.categories[self.aim]
        env = Env(self.s.facts.root, (), self.s.env.readings)
        return category_truth(self.book.compiled, category)(env) is False

    def fits(self, a: Address) -> bool:
        """Whether no invariant that reads a fact is broken."""
        return all(self.s.search.consistent(tie) for tie in self.tied.get(a, ()))

    def addresses(self) -> list[Address]:
        """The facts to fill in: what the categories read, and what a case would otherwise take from the calendar."""
        unset = (a for a in (*absent(self.s.facts), *self.s.presumed) if a not in self.given)
        return [a for a in unset if steps_of(a) in self.land.marks or self._always(a)]

    def _always(self, a: Address) -> bool:
        """Whether a fact has to be told so that the case means the same tomorrow."""
        return a.list is None and len(a.steps) == 1 and self.book.checked.givens[a.steps[0]].default is not None

    # --------------------------------------------------------------------------------------------------------- filling

    def fill(self, addresses: Iterable[Address], pick: Pick, *, patient: bool = True) -> bool:
        """Give facts their values; whether the aim can still be reached. Not `patient`: stop where it cannot."""
        presumed = set(self.s.presumed)
        for a in addresses:
            # A presumed judgement stands as it is; seldom it is recorded, either way.
            self.put(a, [True, False] if a in presumed else self.values(a), pick)
            self.told.append(a)
            if not patient and self.hopeless():
                return False
        return not self.hopeless()

    def put(self, a: Address, values: list[Any], pick: Pick, *, aimed: bool = True) -> None:
        """Give a fact one of some values: one that fits, from the one picked on."""
        first = pick(len(values))
        fitting: Any = None
        relevant = aimed and self.aim is not None
        for n in range(min(len(values), _PROBES)):
            value = values[(first + n) % len(values)]
            self.s.facts.set(a, value)
            if not self.fits(a):
                continue
            if not relevant or not self.hopeless():
                return
            fitting = value if fitting is None else fitting
        if fitting is None:  # none of those probed: a neighbour that an invariant ties it to may do
            fitting = next((v for v in self._tied_values(a) if self._set_fits(a, v)), values[first])
        self.s.facts.set(a, fitting)

    def _set_fits(self, a: Address, value: Any) -> bool:
        self.s.facts.set(a, value)
        return self.fits(a)

    def _tied_values(self, a: Address) -> Iterator[Any]:
        """Values of the facts that an invariant ties to this one."""
        for tie in self.tied.get(a, ()):
            for other in tie.reads - {a}:
                value = self.s.facts.get(other)
                if type(value) is not Absent and self.s.facts.fact(other).type == self.s.facts.fact(a).type:
                    yield value

    def values(self, a: Address) -> list[Any]:
        """Values to give a fact, plain ones first."""
        fact = self.s.facts.fact(a)
        if fact.judgement is not None:
            return [True, False]
        if fact.type == Scalar("truth"):
            return [False, True]
        if fact.type == Scalar("text"):
            return ["words"]
        return self.land.offered(steps_of(a), fact, self._beside(a), ends_spell=self._ends_spell(a, fact))

    def _beside(self, a: Address) -> Iterator[Any]:
        """The values of the facts that tests read together with one."""
        for steps in self.land.beside.get(steps_of(a), ()):
            for other in self._at(steps):
                if other != a:
                    yield self.s.facts.get(other)

    def _at(self, steps: Steps) -> Iterator[Address]:
        """The addresses of a fact: one, or one for each element of its list."""
        for path in self.sizes:
            list_steps = tuple(path.split("."))
            if steps[: len(list_steps)] == list_steps:
                inner = steps[len(list_steps) :]
                yield from (Address(path, i, inner) for i in range(self.sizes[path]) if inner)
                return
        if ".".join(steps) not in self.s.facts.lists and not self._in_a_list(steps):
            yield Address(None, -1, steps)

    def _in_a_list(self, steps: Steps) -> bool:
        return any(".".join(steps[:n]) in self.s.facts.lists for n in range(1, len(steps) + 1))

    def _ends_spell(self, a: Address, fact: Fact) -> bool:
        if a.list is None or len(a.steps) != 1:
            return False
        spell = self.book.checked.entities[self.s.facts.lists[a.list].entity].spell
        return spell is not None and spell[1] == fact.id

    # ----------------------------------------------------------------------------------------------------------- result

    def sound(self) -> bool:
        """Whether every invariant holds, or can."""
        return all(self.s.search.consistent(tie) for ties_ in self.tied.values() for tie in ties_)

    def case(self) -> Case:
        """The case of what has been filled in; judgements that are presumed and favourable are not recorded."""
        judgements = self.book.checked.judgements
        for a in self.s.presumed:
            if self.s.facts.get(a) is True and presumes(judgements[a.steps[-1]], self.s.facts.root):
                self.s.facts.set(a, Absent.NOT_ASKED)
        book = self.book.checked
        facts = {name: self._frozen(fact.type, self.s.facts.root[name], name) for name, fact in book.givens.items()}
        return Case(NAME, Record(facts), dict(self.readings))

    def _frozen(self, kind: Type, value: Any, path: str) -> Known:
        entities = self.book.checked.entities
        match kind:
            case EntityOf(name):
                facts = entities[name].facts
                return Record({f.id: self._frozen(f.type, value.facts[f.id], f"{path}.{f.id}") for f in facts})
            case ListOf(name):
                if path not in self.sizes:
                    return Listed((), open=True, told=False)
                items = [self._frozen(EntityOf(name), thing, "") for thing in value.items]
                return Listed(tuple(item for item in items if isinstance(item, Record)))
            case _:
                known: Known = value
                return known


def begun(
    book: Book,
    land: Landscape,
    sizes: dict[str, int],
    aim: str | None,
    readings: Mapping[str, str],
    given: Mapping[Address, Any] | None = None,
    told: Iterable[Address] = (),
) -> Growing:
    """A case of which only the lengths of lists are told, and the values in `given`."""
    blank = Record({name: _blank(book, sizes, fact.type, name) for name, fact in book.checked.givens.items()})
    s = situation(book.compiled, Case(NAME, blank), {}, "presumed")
    s.env.readings = {**book.compiled.defaults, **readings}
    for a, value in (given or {}).items():
        s.facts.set(a, value)
    tied: dict[Address, list[Any]] = {}
    for tie in ties(s):
        for address in tie.reads:
            tied.setdefault(address, []).append(tie)
    return Growing(book, land, sizes, aim, readings, given or {}, list(told), s, tied)


def _blank(book: Book, sizes: Mapping[str, int], kind: Type, path: str) -> Known:
    """Nothing told but how long lists are."""
    match kind:
        case EntityOf(name):
            facts = book.checked.entities[name].facts
            return Record({f.id: _blank(book, sizes, f.type, f"{path}.{f.id}") for f in facts})
        case ListOf(name):
            if path not in sizes:
                return Listed((), open=True, told=False)
            element = _blank(book, sizes, EntityOf(name), "")
            assert isinstance(element, Record)
            return Listed((element,) * sizes[path])
        case _:
            return Absent.NOT_ASKED


def steps_of(a: Address) -> Steps:
    """The way to a fact without places."""
    return a.steps if a.list is None else (*a.list.split("."), *a.steps)
