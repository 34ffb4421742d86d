"""Completions, verdicts and hinges by trying everything: docs/semantics.md sections 1, 5 and 6.

The values tried for what is unknown are given by `Domains`; within them the answers are exact.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, Literal, TypeVar

from msgspec import Struct, field

from dsl import model as m
from dsl.case import Absent, Case, Listed, Record
from tests.oracle.meaning import (
    Bound,
    Holds,
    Law,
    Names,
    Question,
    Same,
    Thing,
    World,
    category_holds,
    clause_means,
    outermost,
    questions_told,
    world_of,
)

HingeId = tuple[str, str]
"""Kind and id of a hinge."""

MOST_QUESTIONS = 8


class ContradictionError(Exception):
    """The case has no completion."""


class TooLargeError(Exception):
    """More completions or questions than this evaluator cares to try."""


class Domains(Struct, frozen=True):
    """Values to try for each fact, by (entity or None, fact); and how many further things of an entity in a list."""

    values: Mapping[tuple[str | None, str], tuple[object, ...]]
    further: Mapping[str, int]
    most: int = 20_000


class Variable(Struct, frozen=True):
    """Something a completion chooses. `choices` of a list: tuples of further elements."""

    kind: Literal["fact", "judgement", "reading"]
    id: str
    address: str
    choices: Sequence[object]


class Outcomes(Struct, frozen=True):
    """Every completion, and for each category the answers of the law under which it then holds, as bits."""

    variables: tuple[Variable, ...]
    completions: tuple[tuple[int, ...], ...]
    questions: tuple[Question, ...]
    masks: Mapping[str, tuple[int, ...]]
    tied: tuple[frozenset[int], ...]
    presumed: tuple[HingeId, ...]
    raised: Mapping[str, frozenset[Question]]
    """The questions of the law about facts that the case tells."""


class Found(Struct, frozen=True):
    """What the semantics says of one category."""

    verdict: m.Verdict
    hinges: frozenset[HingeId]
    assumes: frozenset[str] = field(default_factory=frozenset)
    sensitive: frozenset[str] = field(default_factory=frozenset)


def assess(
    book: m.Book,
    case: Case,
    domains: Domains,
    *,
    readings: Mapping[str, str] | Literal["all"] | None = None,
    judgements_open: bool = False,
) -> dict[str, Found]:
    """The answer on every category (sections 5 and 6)."""
    chosen: dict[str, str] = {} if readings == "all" else readings_of(book, case, readings or {})
    reads: Mapping[str, str] | Literal["all"] = "all" if readings == "all" else chosen
    tried = completions(book, case, domains, reads, judgements_open, {})
    here = outcomes_of(book, case, tried, reads)
    said = {category: verdict(here, category) for category in book.categories}
    assumes, sensitive = ({name: set[str]() for name in said} for _ in range(2))
    read = {category: read_by(Same(book), category) for category in said}
    tied = read_by(Same(book), None)
    for name, address in here.presumed:
        touched = [category for category in said if name_of(address) in read[category] | tied]
        refused = completions(book, case, domains, reads, judgements_open, {address: False}) if touched else tried
        for category in touched:
            if said_of(book, refused, reads, category) != said[category]:
                assumes[category].add(name)
    for reading in book.readings.values() if chosen else ():
        for value, _ in reading.values:
            if value == chosen[reading.id]:
                continue
            other = {**chosen, reading.id: value}
            for category in said:
                if f"?{reading.id}" in read[category] and said_of(book, tried, other, category) != said[category]:
                    sensitive[category].add(reading.id)
    return {
        name: Found(said[name], hinges(here, name), frozenset(assumes[name]), frozenset(sensitive[name]))
        for name in said
    }


@lru_cache(maxsize=256)
def read_by(same: Same, category: str | None) -> frozenset[str]:
    """The names of the facts and lists, and `?` with those of the readings, a category or (None) invariants read."""
    book = same.book
    return frozenset(
        names_in(book, (book.invariants, book.entities) if category is None else book.categories[category])
    )


def names_in(book: m.Book, condition: object) -> Iterator[str]:
    """The names on the paths of a condition and of its terms, the ends of spells, the event dates of parameters."""
    for part in walk(condition):
        match part:
            case m.Path(base, steps):
                yield from (base, *steps)
            case m.Aggregate(entity=entity):
                yield from book.entities[entity].spell or ()
            case m.Param(id):
                yield book.parameters[id].event or ""
            case m.ByReading(reading):
                yield f"?{reading}"
            case m.Call(term):
                yield from names_in(book, book.terms[term].means)
            case _:
                pass


def name_of(address: str) -> str:
    """The name of the fact or list at an address."""
    return address.rpartition(".")[2]


def readings_of(book: m.Book, case: Case, asked: Mapping[str, str]) -> dict[str, str]:
    """The default of each reading, unless the case or the caller chooses."""
    return {**{reading.id: reading.default for reading in book.readings.values()}, **case.readings, **asked}


def verdict(of: Outcomes, category: str) -> m.Verdict:
    """Every completion, none, or some."""
    full = (1 << (1 << len(of.questions))) - 1
    masks = of.masks[category]
    if all(mask == full for mask in masks):
        return m.Verdict.QUALIFIES
    return m.Verdict.DEPENDS if any(masks) else m.Verdict.DOES_NOT_QUALIFY


def hinges(of: Outcomes, category: str) -> frozenset[HingeId]:
    """What the verdict really turns on: by itself, or with the others an invariant ties it to."""
    masks = of.masks[category]
    alone = {i for i in range(len(of.variables)) if turns(of, masks, {i})}
    together = {i for group in of.tied if not group & alone and turns(of, masks, group) for i in group}
    out = {(str(of.variables[i].kind), of.variables[i].id) for i in alone | together}
    law = [
        question
        for i, question in enumerate(of.questions)
        if any(cofactor(mask, i, True, of) != cofactor(mask, i, False, of) for mask in set(masks))
    ]
    told = {("law", question.id) for question in law if question in of.raised[category]}
    return frozenset(out | told) or frozenset(("law", question.id) for question in law)


def turns(of: Outcomes, masks: Sequence[int], changed: frozenset[int] | set[int]) -> bool:
    """Whether two completions that differ only there differ in the outcome, the law answering the same."""
    seen: dict[tuple[int, ...], int] = {}
    for chosen, mask in zip(of.completions, masks, strict=True):
        rest = tuple(-1 if i in changed else it for i, it in enumerate(chosen))
        if seen.setdefault(rest, mask) != mask:
            return True
    return False


def cofactor(mask: int, i: int, answer: bool, of: Outcomes) -> list[int]:
    """The bits of the outcome where question i has that answer."""
    return [mask >> law & 1 for law in range(1 << len(of.questions)) if bool(law >> i & 1) == answer]


class Tried(Struct, frozen=True):
    """Every completion of a case: what each chooses of the variables, what it then picks, and the facts it has."""

    variables: tuple[Variable, ...]
    presumed: tuple[HingeId, ...]
    chosen: tuple[tuple[int, ...], ...]
    picked: tuple[Mapping[str, object], ...]
    roots: tuple[Thing, ...]


def outcomes(
    book: m.Book,
    case: Case,
    domains: Domains,
    readings: Mapping[str, str] | Literal["all"],
    judgements_open: bool,
    told: Mapping[str, object],
) -> Outcomes:
    """Try every completion. `told`: facts taken as recorded in the case, by address."""
    return outcomes_of(book, case, completions(book, case, domains, readings, judgements_open, told), readings)


def completions(
    book: m.Book,
    case: Case,
    domains: Domains,
    readings: Mapping[str, str] | Literal["all"],
    judgements_open: bool,
    told: Mapping[str, object],
) -> Tried:
    """Every completion. `told`: facts taken as recorded in the case, by address."""
    known = dict(told)
    presumed: list[HingeId] = []
    variables: list[Variable] = []
    for address, entity, fact in unknown_facts(book, case):
        judgement = book.judgements.get(fact.judgement or "")
        name = judgement.id if judgement is not None and address == fact.id else address
        if address in known:
            continue
        if judgement is not None and not judgements_open and is_presumed(case, judgement):
            known[address] = True
            presumed.append((name, address))
        elif isinstance(fact.type, m.ListOf):
            variables.append(Variable("fact", name, address, further(book, domains, fact.type.entity, judgements_open)))
        else:
            kind: Literal["fact", "judgement"] = "fact" if judgement is None else "judgement"
            variables.append(Variable(kind, name, address, domains.values[entity, fact.id]))
    if readings == "all":
        variables += [Variable("reading", r.id, f"?{r.id}", [v for v, _ in r.values]) for r in book.readings.values()]
    if math.prod(len(v.choices) for v in variables) > domains.most:
        raise TooLargeError
    about = chosen_names(book, variables)
    kept: list[tuple[tuple[int, ...], Mapping[str, object], Thing]] = []
    written = dict(written_lists(book, case))
    open_ = {around: written.get(around, 0) for v in variables for around in (v.address, *places_around(v.address))}
    first = known | {v.address: v.choices[0] for v in variables if v.choices}
    start = {name: filled(book, f.type, case.root.facts.get(name), name, first) for name, f in book.givens.items()}
    for chosen in itertools.product(*(range(len(v.choices)) for v in variables)):
        picked = known | {v.address: v.choices[i] for v, i in zip(variables, chosen, strict=True)}
        root = {name: refilled(it, name, picked, open_) for name, it in start.items()}
        if possible(book, root, about):
            kept.append((chosen, picked, root))
    if not kept or not possible(book, kept[0][-1]):
        raise ContradictionError
    each, picks, roots = zip(*kept, strict=True)
    return Tried(tuple(variables), tuple(presumed), each, picks, roots)


def is_presumed(case: Case, judgement: m.Judgement) -> bool:
    """Whether a judgement the case does not record counts as favourable: nothing told to be so ends that."""
    told: list[object] = []
    for path in judgement.unless:
        at: Any = case.root.facts.get(path.base)
        for step in path.steps:
            at = at.facts.get(step) if isinstance(at, Record) else None
        told.append(at)
    return judgement.mode == "presumed" and not any(it is True for it in told)


def places_around(address: str) -> Iterator[str]:
    """The addresses of the things and lists an address is in."""
    for i, it in enumerate(address):
        if it in ".[":
            yield address[:i]


def chosen_names(book: m.Book, variables: Sequence[Variable]) -> frozenset[str]:
    """The names of the facts that differ between completions; of open lists all facts of their elements."""
    names = {name_of(v.address) for v in variables}
    entities = {
        f.type.entity
        for f in (*book.givens.values(), *(f for entity in book.entities.values() for f in entity.facts))
        if isinstance(f.type, m.ListOf) and f.id in names
    }
    while (
        more := {f.type.entity for e in entities for f in book.entities[e].facts if isinstance(f.type, m.EntityOf)}
        - entities
    ):
        entities |= more
    return frozenset(names | {f.id for entity in entities for f in book.entities[entity].facts})


def read_in(book: m.Book, picked: Mapping[str, object], readings: Mapping[str, str] | Literal["all"]) -> dict[str, str]:
    """The readings of one completion."""
    return {r: str(picked[f"?{r}"]) for r in book.readings} if readings == "all" else dict(readings)


def said_of(book: m.Book, tried: Tried, readings: Mapping[str, str] | Literal["all"], category: str) -> m.Verdict:
    """The verdict alone: every completion under every law, none, or some."""
    seen: set[bool] = set()
    for nth in apart(book, tried, category).values():
        read = read_in(book, tried.picked[nth], readings)
        seen |= {holds for _, holds in every_law(partial(category_holds, book, category, tried.roots[nth], read))}
        if len(seen) == 2:
            return m.Verdict.DEPENDS
    return m.Verdict.QUALIFIES if True in seen else m.Verdict.DOES_NOT_QUALIFY


def apart(book: m.Book, tried: Tried, category: str) -> dict[tuple[int, ...], int]:
    """One completion for each choice of what the category could read: the others come to the same."""
    return {choice: nth for nth, choice in enumerate(choices_read(book, tried, category))}


def choices_read(book: m.Book, tried: Tried, category: str) -> list[tuple[int, ...]]:
    """What each completion chooses of the variables the category could read."""
    read = read_by(Same(book), category)
    places = [i for i, v in enumerate(tried.variables) if name_of(v.address) in read]
    return [tuple([chosen[i] for i in places]) for chosen in tried.chosen]


def answers_of(
    book: m.Book, tried: Tried, readings: Mapping[str, str] | Literal["all"], category: str
) -> list[Answers]:
    """What becomes of a category in every completion."""
    found = {
        choice: every_law(
            partial(category_holds, book, category, tried.roots[nth], read_in(book, tried.picked[nth], readings))
        )
        for choice, nth in apart(book, tried, category).items()
    }
    return [found[choice] for choice in choices_read(book, tried, category)]


def outcomes_of(book: m.Book, case: Case, tried: Tried, readings: Mapping[str, str] | Literal["all"]) -> Outcomes:
    """What becomes of every category in every completion."""
    variables = tried.variables
    answers = {name: answers_of(book, tried, readings, name) for name in book.categories}
    questions = tuple(dict.fromkeys(q for each in answers.values() for it in each for law, _ in it for q in law))
    if len(questions) > MOST_QUESTIONS:
        raise TooLargeError
    masks = {name: tuple(bits(it, questions) for it in each) for name, each in answers.items()}
    roots = [(root, read_in(book, it, readings)) for it, root in zip(tried.picked, tried.roots, strict=True)]
    untold = frozenset(v.address for v in variables)
    written = dict(written_lists(book, case))
    told_ = {name: set[Question]() for name in book.categories}
    chosen_readings = list({tuple(sorted(read.items())): (root, read) for root, read in roots}.values())
    for root, read in chosen_readings if questions else ():
        for name in book.categories:
            told_[name] |= questions_told(book, name, root, read, untold, written)
    owned = {name: frozenset(met) for name, met in told_.items()}
    groups = tuple(ties(book, case, variables))
    return Outcomes(variables, tried.chosen, questions, masks, groups, tried.presumed, owned)


def unknown_facts(book: m.Book, case: Case) -> Iterator[tuple[str, str | None, m.Fact]]:
    """Every absent fact and open list of the case: its address, the entity that has it, and its declaration."""
    for name, fact in book.givens.items():
        yield from unknown_inside(book, name, None, fact, case.root.facts.get(name))


def written_lists(book: m.Book, case: Case) -> Iterator[tuple[str, int]]:
    """How many elements of each list the case writes."""

    def inside(address: str, kind: m.Type, told: object) -> Iterator[tuple[str, int]]:
        match kind:
            case m.EntityOf(entity):
                for fact in book.entities[entity].facts:
                    known = told.facts.get(fact.id) if isinstance(told, Record) else None
                    yield from inside(f"{address}.{fact.id}", fact.type, known)
            case m.ListOf():
                yield address, len(told.items) if isinstance(told, Listed) else 0
            case _:
                return

    for name, fact in book.givens.items():
        yield from inside(name, fact.type, case.root.facts.get(name))


def unknown_inside(
    book: m.Book, address: str, entity: str | None, fact: m.Fact, told: object
) -> Iterator[tuple[str, str | None, m.Fact]]:
    """The absent facts and open lists of one fact."""
    match fact.type:
        case m.EntityOf(kind):
            for inner in book.entities[kind].facts:
                known = told.facts.get(inner.id) if isinstance(told, Record) else None
                yield from unknown_inside(book, f"{address}.{inner.id}", kind, inner, known)
        case m.ListOf(kind):
            if isinstance(told, Listed):
                for i, item in enumerate(told.items):
                    element = m.Fact("", m.EntityOf(kind), fact.label)
                    yield from unknown_inside(book, f"{address}[{i}]", None, element, item)
            if not isinstance(told, Listed) or told.open:
                yield address, entity, fact
        case _:
            if told is None or isinstance(told, Absent):
                yield address, entity, fact


def filled(book: m.Book, kind: m.Type, told: object, address: str, picked: Mapping[str, object]) -> object:
    """A fact of the completion: as told, or as picked."""
    match kind:
        case m.EntityOf(entity):
            known = told.facts if isinstance(told, Record) else {}
            return {
                f.id: filled(book, f.type, known.get(f.id), f"{address}.{f.id}", picked)
                for f in book.entities[entity].facts
            }
        case m.ListOf(entity):
            items = told.items if isinstance(told, Listed) else ()
            more = picked.get(address, ())
            assert isinstance(more, tuple)
            one = m.EntityOf(entity)
            return (*(filled(book, one, item, f"{address}[{i}]", picked) for i, item in enumerate(items)), *more)
        case _:
            return picked.get(address, told)


def refilled(value: Any, address: str, picked: Mapping[str, Any], open_: Mapping[str, int]) -> Any:
    """A fact of another completion, made from that of the first: only what is picked is replaced.

    `open_`: the addresses at which something is picked and those of the things and lists they are in, with the
    number of elements a list has in every completion.
    """
    match value:
        case _ if address not in open_:
            return value
        case dict():
            return {name: refilled(it, f"{address}.{name}", picked, open_) for name, it in value.items()}
        case tuple():
            there = value[: open_[address]]
            each = (refilled(it, f"{address}[{i}]", picked, open_) for i, it in enumerate(there))
            return (*each, *picked.get(address, ()))
        case _:
            return picked[address]


def further(book: m.Book, domains: Domains, entity: str, judgements_open: bool) -> list[tuple[Thing, ...]]:
    """The further elements an open list may have: none, one, ... of all the elements there can be."""
    kinds = [it for it in things(book, domains, entity, judgements_open) if fits(book, entity, it)]
    sizes = range(domains.further[entity] + 1)
    if sum(math.comb(len(kinds) + n - 1, n) for n in sizes if n) > domains.most:
        raise TooLargeError
    return [some for n in sizes for some in itertools.combinations_with_replacement(kinds, n)]


def things(book: m.Book, domains: Domains, entity: str, judgements_open: bool) -> list[Thing]:
    """Every thing of an entity."""
    facts = book.entities[entity].facts
    choices: list[Sequence[object]] = []
    for fact in facts:
        judgement = book.judgements.get(fact.judgement or "")
        if isinstance(fact.type, m.EntityOf):
            choices.append(things(book, domains, fact.type.entity, judgements_open))
        elif judgement is not None and judgement.mode == "presumed" and not judgements_open:
            choices.append((True,))
        else:
            choices.append(domains.values[entity, fact.id])
    if math.prod(map(len, choices)) > domains.most:
        raise TooLargeError
    return [dict(zip((f.id for f in facts), each, strict=True)) for each in itertools.product(*choices)]


def fits(book: m.Book, entity: str, thing: Thing) -> bool:
    """Whether a thing by itself keeps its entity's invariants; those that read more than there is are left out."""
    return keeps(invariants_of(Same(book), entity), {"it": Bound(thing, "it")})


@lru_cache(maxsize=1024)
def invariants_of(same: Same, entity: str | None, about: frozenset[str] | None = None) -> tuple[Holds, ...]:
    """What the invariants of an entity (of `it`) or of the book mean. `about`: only those that read these names."""
    at = outermost(same.book)
    written = same.book.invariants
    if entity is not None:
        at, written = at.within("it", entity), same.book.entities[entity].invariants
    return tuple(clause_means(at, it) for it in written if about is None or about & {*names_in(same.book, it)})


def keeps(invariants: Iterable[Holds], names: Names) -> bool:
    """Whether invariants hold, as far as these names decide them."""
    world = World(names, {}, lawless, {})
    for holds in invariants:
        with suppress(KeyError):
            if not holds(world, names):
                return False
    return True


def possible(book: m.Book, root: Thing, about: frozenset[str] | None = None) -> bool:
    """Whether every invariant of the book and of every thing holds. `about`: those that read facts of these names."""
    world = world_of(root, {}, lawless)
    same = Same(book)
    return all(holds(world, world.givens) for holds in invariants_of(same, None, about)) and all(
        keeping(world, root[name]) for name, keeping in keepings_of(same, about)
    )


Keeps = Callable[[World, Any], bool]
"""Whether a thing, or every thing of a list, and all that is in it keep the invariants."""


@lru_cache(maxsize=1024)
def keepings_of(same: Same, about: frozenset[str] | None) -> tuple[tuple[str, Keeps], ...]:
    """What is to be looked at in each given that has, or has inside, invariants."""
    each = ((name, keeping_of(same, fact.type, about)) for name, fact in same.book.givens.items())
    return tuple((name, keeping) for name, keeping in each if keeping is not None)


def keeping_of(same: Same, kind: m.Type, about: frozenset[str] | None) -> Keeps | None:
    """What is to be looked at in a thing or a list; None if there are no invariants."""
    match kind:
        case m.EntityOf(entity):
            own = invariants_of(same, entity, about)
            facts = ((f.id, keeping_of(same, f.type, about)) for f in same.book.entities[entity].facts)
            inner = [(id, keeping) for id, keeping in facts if keeping is not None]

            def keeping(world: World, it: Any) -> bool:
                names = {**world.givens, "it": Bound(it, "it")}
                return all(holds(world, names) for holds in own) and all(at(world, it[id]) for id, at in inner)

            return keeping if own or inner else None
        case m.ListOf(entity):
            each = keeping_of(same, m.EntityOf(entity), about)
            return None if each is None else lambda world, them: all(each(world, it) for it in them)
        case _:
            return None


def lawless(question: Question) -> bool:
    """Invariants ask nothing of the law."""
    raise AssertionError(f"an invariant asks {question}")


Answers = list[tuple[dict[Question, bool], bool]]

T = TypeVar("T")


def every_law(of: Callable[[Law], T]) -> list[tuple[dict[Question, bool], T]]:
    """The outcome for every way the law may answer the questions that are really asked."""
    done: list[tuple[dict[Question, bool], T]] = []
    todo: list[dict[Question, bool]] = [{}]
    while todo:
        said = todo.pop()
        if len(said) > MOST_QUESTIONS:
            raise TooLargeError
        try:
            done.append((said, of(said.__getitem__)))
        except KeyError as error:
            question = error.args[0]
            if not isinstance(question, Question):
                raise
            todo += [{**said, question: False}, {**said, question: True}]
    return done


def bits(answers: Answers, questions: Sequence[Question]) -> int:
    """The outcome under every joint answer to all questions: bit n for the answers that n spells in binary."""
    every = range(1 << len(questions))
    full = (1 << len(every)) - 1
    yes = {question: sum(1 << n for n in every if n >> i & 1) for i, question in enumerate(questions)}
    mask = 0
    for said in (said for said, outcome in answers if outcome):
        here = full
        for question, answer in said.items():
            here &= yes[question] if answer else full ^ yes[question]
        mask |= here
    return mask


def ties(book: m.Book, case: Case, variables: Sequence[Variable]) -> list[frozenset[int]]:
    """The variables that invariants tie together, directly or through others."""
    groups: list[frozenset[int]] = []
    for touched in invariant_reads(book, case):
        group = frozenset(i for i, v in enumerate(variables) if v.address in touched)
        apart = [other for other in groups if not other & group]
        groups = [*apart, group.union(*(other for other in groups if other & group))] if group else groups
    return groups


def invariant_reads(book: m.Book, case: Case) -> Iterator[set[str]]:
    """The addresses each invariant reads, once for every thing it speaks of."""
    lists: dict[str, int] = {}

    def inside(kind: m.Type, told: object, address: str) -> Iterator[set[str]]:
        match kind:
            case m.EntityOf(entity):
                for invariant in book.entities[entity].invariants:
                    yield {a for path in paths(invariant) for a in spread(path, address)}
                for f in book.entities[entity].facts:
                    known = told.facts.get(f.id) if isinstance(told, Record) else None
                    yield from inside(f.type, known, f"{address}.{f.id}")
            case m.ListOf(entity):
                items = told.items if isinstance(told, Listed) else ()
                lists[address] = len(items)
                for i, item in enumerate(items):
                    yield from inside(m.EntityOf(entity), item, f"{address}[{i}]")
            case _:
                return

    def spread(path: m.Path, it: str) -> list[str]:
        return [".".join((it if path.base == "it" else path.base, *path.steps))]

    for name, fact in book.givens.items():
        yield from inside(fact.type, case.root.facts.get(name), name)
    for invariant in book.invariants:
        yield set(addresses(book, invariant, lists, {}))


def addresses(book: m.Book, part: object, lists: Mapping[str, int], names: Mapping[str, list[str]]) -> Iterator[str]:
    """Every address a condition reads; the further elements of a list go by the address of the list."""
    match part:
        case m.Path(base, steps):
            for at in names.get(base, [base]):
                yield at if at in lists else ".".join((at, *steps))
        case m.Quantified(var=var, list=where) | m.Aggregate(var=var, list=where):
            place = str(where)
            names = {**names, var: [place, *(f"{place}[{i}]" for i in range(lists.get(place, 0)))]}
            yield place
            if isinstance(part, m.Aggregate) and part.kind == "months":
                for end in book.entities[part.entity].spell or ():
                    yield from addresses(book, m.Path(var, (end,)), lists, names)
            for name in ("body", "where", "of", "after", "before"):
                yield from addresses(book, getattr(part, name, None), lists, names)
        case m.Call(term, args):
            meant = book.terms[term]
            inner = {n: list(addresses(book, a, lists, names)) for (n, _), a in zip(meant.params, args, strict=True)}
            yield from addresses(book, meant.means, lists, inner)
        case tuple():
            for it in part:
                yield from addresses(book, it, lists, names)
        case _ if hasattr(part, "__struct_fields__"):
            for name in part.__struct_fields__:
                yield from addresses(book, getattr(part, name), lists, names)


def paths(part: object) -> Iterator[m.Path]:
    """Every path in a condition."""
    match part:
        case m.Path():
            yield part
        case tuple():
            for it in part:
                yield from paths(it)
        case _ if hasattr(part, "__struct_fields__"):
            for name in part.__struct_fields__:
                yield from paths(getattr(part, name))


def walk(part: object) -> Iterator[object]:
    """Every part of a tree of dataclasses, tuples and mappings."""
    yield part
    match part:
        case tuple():
            for it in part:
                yield from walk(it)
        case dict():
            for it in part.values():
                yield from walk(it)
        case _ if hasattr(part, "__struct_fields__"):
            for name in part.__struct_fields__:
                yield from walk(getattr(part, name))
        case _:
            return
