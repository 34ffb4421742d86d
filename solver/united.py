"""The words of two editions of a book as one vocabulary, so that one person can be told to both.

Facts, entities, enumerations and keys that only one edition has are kept. A fact whose type is another one in the new
edition is not the same fact: the old one is kept beside it, under a name that ends in `|old`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.inside import rebuilt
from dsl.model import (
    Aggregate,
    Book,
    Category,
    Clause,
    Entity,
    EntityOf,
    Enumeration,
    EnumOf,
    Fact,
    ListOf,
    Parameter,
    Path,
    Quantified,
    Term,
    Type,
)

WAS = "|old"
"""The end of the name of a fact that has another type in the new edition, as the old edition reads it."""


class United(Struct, frozen=True):
    """Both editions with the words of both.

    retyped: facts that have another type in the new edition (`applicant.age`, entity first; givens by name).
    spells: entities whose spell is another one; totals of their months cannot be compared.
    """

    old: Book
    new: Book
    retyped: tuple[str, ...] = ()
    spells: tuple[str, ...] = ()


def united(old: Book, new: Book) -> United:
    """Both editions, each with the vocabulary of both."""
    words = (old.enumerations, old.entities, old.givens)
    if words == (new.enumerations, new.entities, new.givens):
        return United(old, new)
    torn = {
        id
        for id in old.enumerations.keys() & new.enumerations.keys()
        if _together(old.enumerations[id], new.enumerations[id]) is None
    }
    retyped = _retyped(old, new, torn)
    if retyped or torn:
        old = _Setting(old, retyped, torn).book()
    enumerations = {**old.enumerations, **new.enumerations}
    for id in old.enumerations.keys() & new.enumerations.keys():
        enumerations[id] = _together(old.enumerations[id], new.enumerations[id]) or new.enumerations[id]
    entities: dict[str, Entity] = {}
    for id in (*old.entities, *(e for e in new.entities if e not in old.entities)):
        a, b = old.entities.get(id), new.entities.get(id)
        facts = _facts({f.id: f for f in a.facts} if a else {}, {f.id: f for f in b.facts} if b else {})
        whole = b or a
        assert whole is not None, "one of the two has it"
        entities[id] = replace(whole, facts=tuple(facts.values()))
    givens = _facts(old.givens, new.givens)
    spells = tuple(
        id for id in old.entities.keys() & new.entities.keys() if old.entities[id].spell != new.entities[id].spell
    )

    def with_words(book: Book) -> Book:
        own = {
            id: replace(e, invariants=book.entities[id].invariants if id in book.entities else ())
            for id, e in entities.items()
        }
        return replace(book, enumerations=enumerations, entities=own, givens=givens)

    shown = tuple(f"{entity}.{name}" if entity else name for entity, name in sorted(retyped))
    return United(with_words(old), with_words(new), shown, spells)


def _facts(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> dict[str, Fact]:
    return {**before, **after}


def _together(a: Enumeration, b: Enumeration) -> Enumeration | None:
    """The members of both, in an order that both have; None if they are ordered otherwise."""
    ids, others = [m for m, _ in a.members], [m for m, _ in b.members]
    labels = dict(a.members) | dict(b.members)
    if not (a.ordered or b.ordered):
        return replace(b, members=tuple((m, labels[m]) for m in dict.fromkeys([*others, *ids])))
    shared = [m for m in ids if m in others]
    if a.ordered != b.ordered or shared != [m for m in others if m in ids]:
        return None
    out: list[str] = []
    rest = list(others)
    for m in ids:
        if m in shared:
            at = rest.index(m)
            out += rest[:at]
            del rest[: at + 1]
        out.append(m)
    return replace(b, members=tuple((m, labels[m]) for m in [*out, *rest]))


def _retyped(old: Book, new: Book, torn: Iterable[str]) -> set[tuple[str | None, str]]:
    """Facts of another type in the new edition: their entity (None: a given) and name."""
    torn = set(torn)

    def differ(a: Type, b: Type) -> bool:
        return a != b or (isinstance(a, EnumOf) and a.enumeration in torn)

    out: set[tuple[str | None, str]] = {
        (None, n) for n in old.givens.keys() & new.givens.keys() if differ(old.givens[n].type, new.givens[n].type)
    }
    for id in old.entities.keys() & new.entities.keys():
        for f in old.entities[id].facts:
            other = new.entities[id].fact(f.id)
            if other is not None and differ(f.type, other.type):
                out.add((id, f.id))
    return out


class _Setting(Struct, frozen=True):
    """The old edition with other names for the facts and enumerations that are not what they are in the new one."""

    old: Book
    retyped: set[tuple[str | None, str]]
    torn: set[str]

    def book(self) -> Book:
        """The whole book."""
        b = self.old
        entities = {id: self._entity(e) for id, e in b.entities.items()}
        return replace(
            b,
            enumerations={
                self._enumeration(id): replace(e, id=self._enumeration(id)) for id, e in b.enumerations.items()
            },
            entities=entities,
            givens={self._name(None, id): self._fact(None, f) for id, f in b.givens.items()},
            parameters={id: self._parameter(p) for id, p in b.parameters.items()},
            terms={id: self._term(t) for id, t in b.terms.items()},
            categories={id: self._category(c) for id, c in b.categories.items()},
            invariants=tuple(self._inside(c, {}) for c in b.invariants),
        )

    def _enumeration(self, id: str) -> str:
        return id + WAS if id in self.torn else id

    def _name(self, entity: str | None, name: str) -> str:
        return name + WAS if (entity, name) in self.retyped else name

    def _type(self, t: Type) -> Type:
        return EnumOf(self._enumeration(t.enumeration)) if isinstance(t, EnumOf) else t

    def _fact(self, entity: str | None, f: Fact) -> Fact:
        return replace(f, id=self._name(entity, f.id), type=self._type(f.type))

    def _entity(self, e: Entity) -> Entity:
        spell = None if e.spell is None else (self._name(e.id, e.spell[0]), self._name(e.id, e.spell[1]))
        invariants = tuple(self._inside(c, {"it": e.id}) for c in e.invariants)
        return replace(e, facts=tuple(self._fact(e.id, f) for f in e.facts), spell=spell, invariants=invariants)

    def _parameter(self, p: Parameter) -> Parameter:
        return replace(p, type=self._type(p.type), event=None if p.event is None else self._name(None, p.event))

    def _term(self, t: Term) -> Term:
        return replace(t, means=self._inside(t.means, dict(t.params)))

    def _category(self, c: Category) -> Category:
        clauses = {"needs": self._inside(c.needs, {}), "bars": self._inside(c.bars, {})}
        parts = {n: self._inside(getattr(c, n), {}) for n in ("overrides", "grants", "asks", "routes")}
        return replace(c, **clauses, **parts)

    def _inside(self, thing: Any, vars: Mapping[str, str]) -> Any:
        """A condition with the other names; `vars`: what entity each variable is of."""
        match thing:
            case Path():
                return self._path(thing, vars)
            case EnumOf():
                return self._type(thing)
            case Quantified() | Aggregate():
                inner = {**vars, thing.var: thing.entity}
                changed = {}
                for name in type(thing).__struct_fields__:
                    scope = vars if name in ("list", "after", "before") else inner
                    changed[name] = self._inside(getattr(thing, name), scope)
                return replace(thing, **changed)
            case Clause():
                return replace(thing, cond=self._inside(thing.cond, vars))
            case _ if hasattr(thing, "enumeration") and thing.enumeration in self.torn:
                made = rebuilt(thing, lambda part: self._inside(part, vars))
                return replace(made, enumeration=self._enumeration(thing.enumeration))
            case _:
                return rebuilt(thing, lambda part: self._inside(part, vars))

    def _path(self, path: Path, vars: Mapping[str, str]) -> Path:
        entity = vars.get(path.base)
        base = path.base
        if entity is None:
            given = self.old.givens.get(path.base)
            base = self._name(None, path.base)
            entity = given.type.entity if given and isinstance(given.type, EntityOf | ListOf) else None
        steps = []
        for step in path.steps:
            steps.append(self._name(entity, step))
            fact = self.old.entities[entity].fact(step) if entity else None
            entity = fact.type.entity if fact and isinstance(fact.type, EntityOf | ListOf) else None
        return Path(base, tuple(steps))
