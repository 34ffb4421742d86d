"""A book with a second person in it, who has more of one fact than the first and is otherwise the same.

Of a value there is a twin, which is greater and stands wherever the second person's rules read the fact. Of a list the
elements that only the second person has are marked, and the first person's rules pass them over. Somebody of whom the
first rules hold and the second do not is then two people whom having more has parted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Case, Known, Listed, Record
from dsl.inside import rebuilt, substituted
from dsl.model import (
    Aggregate,
    All,
    AnyOf,
    Book,
    Call,
    Category,
    Clause,
    Compare,
    Cond,
    Entity,
    Fact,
    Label,
    ListOf,
    NeverHurts,
    Not,
    Path,
    Quantified,
    Scalar,
    Truth,
)

MORE = "|more"
"""The end of the name of a fact as the second person has it, and of a category as it is asked of them."""

FURTHER = "|further"
"""The truth of an element that only the second person has."""


class Twofold(Struct, frozen=True):
    """A book of two people.

    book: two categories, of which `first` is asked of the first person and `second` of the second one.
    """

    promise: NeverHurts
    book: Book
    first: str
    second: str

    def people(self, case: Case) -> tuple[Case, Case]:
        """The two people of whom a case of this book tells, as cases of the book it was made from."""
        return replace(case, root=_told(case.root, second=False)), replace(case, root=_told(case.root, second=True))


def twofold(book: Book, promise: NeverHurts) -> Twofold | None:
    """A book that tells who would break a promise; None if its category does not read the fact."""
    category = book.categories[promise.category]
    listed = isinstance(promise.type, ListOf)
    change = _Changing(book, promise.fact, _without_further if listed else None).inside
    plain = Category(category.id, category.label, category.needs, category.bars, category.overrides)
    changed = replace(rebuilt(plain, change), id=category.id + MORE)
    if replace(changed, id=category.id) == plain:
        return None
    mine = (*book.invariants, *_of_things(book, promise.fact))
    doubled = [made for c in mine if (made := change(c)) is not c]
    if not listed:
        more = Compare("gt", _twin(promise.fact), promise.fact)
        doubled.append(Clause(None, more))
    made = replace(
        _declaring(book, promise),
        invariants=(*book.invariants, *doubled),
        categories={plain.id: plain, changed.id: changed},
        examples={},
        properties={},
        accepted={},
    )
    first, second = (changed.id, plain.id) if listed else (plain.id, changed.id)
    return Twofold(promise, made, first, second)


def _twin(path: Path) -> Path:
    """The fact as the second person has it."""
    *steps, last = (path.base, *path.steps)
    whole = (*steps, last + MORE)
    return Path(whole[0], whole[1:])


def _of_things(book: Book, path: Path) -> Iterator[Clause]:
    """What must be true of each of the things in which a fact stands, said of that thing by its name."""
    thing = Path(path.base)
    kind = book.givens[path.base].type
    for step in (*path.steps, None):
        entity = None if isinstance(kind, ListOf) else book.entities.get(getattr(kind, "entity", ""))
        if entity is None or step is None:
            return
        for clause in entity.invariants:
            yield substituted(clause, {"it": thing})
        fact = entity.fact(step)
        assert fact is not None, "checked"
        thing, kind = Path(thing.base, (*thing.steps, step)), fact.type


def _declaring(book: Book, promise: NeverHurts) -> Book:
    """The book with the twin of a value, or with the mark of the elements of a list."""
    path = promise.fact
    if isinstance(promise.type, ListOf):
        mark = Fact(FURTHER, Scalar("truth"), Label(FURTHER, FURTHER))
        return _with_fact(book, promise.type.entity, mark)
    if not path.steps:
        twin = replace(book.givens[path.base], id=path.base + MORE)
        return replace(book, givens={**book.givens, twin.id: twin})
    kind = book.givens[path.base].type
    for step in path.steps[:-1]:
        kind = _entity(book, kind).fact(step).type  # type: ignore[union-attr]
    entity = _entity(book, kind)
    fact = entity.fact(path.steps[-1])
    assert fact is not None, "checked"
    return _with_fact(book, entity.id, replace(fact, id=fact.id + MORE))


def _entity(book: Book, kind: Any) -> Entity:
    return book.entities[kind.entity]


def _with_fact(book: Book, entity: str, fact: Fact) -> Book:
    whole = book.entities[entity]
    return replace(book, entities={**book.entities, entity: replace(whole, facts=(*whole.facts, fact))})


def _without_further(thing: Quantified | Aggregate) -> Any:
    """A quantifier or a total that passes over the elements marked."""
    marked = Clause(None, Truth(Path(thing.var, (FURTHER,))))
    passed: Cond = Not(marked)
    if isinstance(thing, Aggregate):
        where = passed if thing.where is None else All((Clause(None, passed), Clause(None, thing.where)))
        return replace(thing, where=where)
    cond = AnyOf((marked, thing.body)) if thing.kind == "every" else All((Clause(None, passed), thing.body))
    return replace(thing, body=Clause(None, cond))


class _Changing(Struct, frozen=True):
    """Conditions with the twin of a value in its place or, of a list, with what looks into it changed.

    Terms are opened up where the fact stands in them.
    """

    book: Book
    fact: Path
    looking: Callable[[Quantified | Aggregate], Any] | None

    def inside(self, thing: Any) -> Any:
        """The same as another person is asked it; the same object where that is nothing else."""
        match thing:
            case Call(term, args):
                meant = self.book.terms[term]
                opened = substituted(meant.means, dict(zip((p for p, _ in meant.params), args, strict=True)))
                changed = self.inside(opened)
                return thing if changed is opened else changed.cond
            case Path() if self.looking is None and thing == self.fact:
                return _twin(thing)
            case Quantified() | Aggregate() if self.looking is not None and thing.list == self.fact:
                return self.looking(rebuilt(thing, self.inside))
            case _:
                return rebuilt(thing, self.inside)


def _told(record: Record, *, second: bool) -> Record:
    """The facts as one of the two people has them."""
    facts: dict[str, Known] = {}
    for name, value in record.facts.items():
        match value:
            case Record():
                facts[name] = _told(value, second=second)
            case Listed(items):
                mine = [r for r in items if second or r.facts.get(FURTHER) is not True]
                facts[name] = replace(value, items=tuple(_told(r, second=second) for r in mine))
            case _:
                facts[name] = value
    own = {name: value for name, value in facts.items() if not name.endswith((MORE, FURTHER))}
    if second:
        own |= {n.removesuffix(MORE): v for n, v in facts.items() if n.endswith(MORE)}
    return Record(own)
