"""What to ask next: the question whose answers settle most categories; docs/semantics.md, section 12.

A question is worth the number of categories its answers settle, on average over its *outcomes*: answers after which
every category has the same verdict are one outcome. Questions are tried in the order of the number of categories that
could hang on them, which none can settle more than, and given up once they cannot be the best. Verdicts are remembered
by what a category looks at, so that from one question of an interview to the next only that is worked out again which
the answer has touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.case import Absent, Case, Listed, Record
from dsl.model import Verdict
from solver.answer import Hinge, Status, Step
from solver.cells import OpenTest, TooLarge
from solver.check import check_case
from solver.compiled import Compiled
from solver.facts import Address, blank, thaw, unknown
from solver.footprint import Footprints
from solver.hinges import hinges
from solver.loose import name_of, sources
from solver.opened import WORK, Opened, opened
from solver.places import at, position, put
from solver.reads import reads
from solver.replies import replies
from solver.run import Deadline
from solver.situation import Judging, Readings, Situation, readings_of, situation
from solver.steps import category_steps, walk_of
from solver.told import standing_in
from solver.verdicts import quick, verdict, verdicts
from solver.witness import seen_open

Kind = Literal["fact", "list", "judgement"]


class Further(Struct, frozen=True):
    """An answer about an open list: so many further elements, and whether there may be more still."""

    count: int
    open: bool = False


BRIEFLY = 24
"""How often the rules are walked to show a category open before it is worked out afresh."""

FURTHER = (Further(0), Further(1), Further(2, open=True))


class Outcome(Struct, frozen=True):
    """Answers after which every category has the same verdict.

    values: one of each cell of the fact; settled: the categories that depend now and would not then.
    """

    values: tuple[Any, ...]
    settled: Mapping[str, Verdict]


class Question(Struct, frozen=True):
    """Something to ask.

    id: the address of a fact or of a list, or a judgement. worth: categories settled, on average over the outcomes.
    touches: the open categories that could hang on it. complete: whether every cell of its values was tried, and all
    that they settle was found.
    """

    kind: Kind
    id: str
    outcomes: tuple[Outcome, ...]
    touches: tuple[str, ...]
    complete: bool = True

    @property
    def worth(self) -> Fraction:
        """Categories settled on average."""
        return Fraction(sum(len(o.settled) for o in self.outcomes), max(len(self.outcomes), 1))

    @property
    def worst(self) -> int:
        """Categories settled by the answer that settles fewest."""
        return min((len(o.settled) for o in self.outcomes), default=0)


class Next(Struct, frozen=True):
    """The next question, if there is one, and the verdict on every category as things stand.

    missing: categories without a verdict, for which there was too much to try.
    """

    question: Question | None
    verdicts: Mapping[str, Verdict]
    missing: tuple[str, ...] = ()


class Interview(Struct):
    """A conversation about one person. skipped: what was asked and not told, by address."""

    compiled: Compiled
    categories: tuple[str, ...]
    readings: Readings
    judgements: Judging
    skipped: set[str] = field(default_factory=set)
    footprints: Footprints | None = None
    known: dict[Any, Verdict | None] = field(default_factory=dict)
    turning: dict[Any, frozenset[Hinge]] = field(default_factory=dict)
    opened: dict[Any, Opened | None] = field(default_factory=dict)
    beyond: set[Any] = field(default_factory=set)


def next_question(interview: Interview, case: Case, deadline: Deadline) -> Next:
    """The question that settles most."""
    if interview.footprints is None:
        interview.footprints = Footprints(interview.compiled, thaw(case, interview.compiled.book))
    s = situation(interview.compiled, case, interview.readings, interview.judgements)
    asked = _Asked(interview, case, s, {}, interview.footprints.seen(case), deadline)
    found = _now(asked)
    told = {n: v for n, v in found.items() if v is not None}
    missing = tuple(n for n, v in found.items() if v is None)
    return Next(_best(asked) if asked.open else None, told, missing)


def answered(interview: Interview, case: Case, question: Question, value: Any) -> Case:
    """The case after an answer: a value, a number of further elements, or a reason why there is none."""
    if isinstance(value, Absent):
        interview.skipped.add(question.id)
        kept = at(case, question.id)
        if isinstance(kept, Listed):
            value = replace(kept, reason=value) if not kept.told else kept
    return _with(interview.compiled, case, question.id, value)


def _with(compiled: Compiled, case: Case, id: str, value: Any) -> Case:
    if isinstance(value, Further):
        listed = at(case, id)
        assert isinstance(listed, Listed)
        entity = compiled.program.lists.get(id) or thaw(case, compiled.book).lists[id].entity
        more = (_empty(blank(compiled.book, entity, {}).facts),) * value.count
        value = Listed((*listed.items, *more), open=value.open)
    return put(case, id, value)


def _empty(facts: Mapping[str, Any]) -> Record:
    """A thing of which nothing is told, as a case has it."""
    return Record({n: _empty(v.facts) if hasattr(v, "facts") else Absent.NOT_ASKED for n, v in facts.items()})


class _Asked(Struct):
    """A case, the categories of it that are open, what each category sees of it, and what some answer settles."""

    interview: Interview
    case: Case
    s: Situation
    open: dict[str, Opened]
    seen: Callable[[str], tuple[Any, ...]]
    deadline: Deadline
    settled: set[str] = field(default_factory=set)


def _now(asked: _Asked) -> dict[str, Verdict | None]:
    """The verdict on each category, None if there is too much to try; those that depend are made ready to be asked."""
    interview = asked.interview
    known, names = interview.known, interview.categories
    keys = {n: (n, asked.seen(n)) for n in names}
    _quick(interview, asked.case, {n: keys[n] for n in names if keys[n] not in known}, asked.deadline)
    for n in names:
        key = keys[n]
        if key in known and known[key] is not Verdict.DEPENDS:
            continue
        if key not in interview.opened:
            try:
                interview.opened[key] = opened(asked.s, n, asked.deadline)
            except TooLarge:
                interview.opened[key] = None
        made = interview.opened[key]
        if key not in known:
            known[key] = None if made is None else verdict(made.held((), asked.deadline))
        if made is not None and known[key] is Verdict.DEPENDS:
            asked.open[n] = made
    return {n: known[keys[n]] for n in names}


def _quick(interview: Interview, case: Case, keys: Mapping[str, Any], deadline: Deadline) -> None:
    """Remember the verdicts that tests alone settle."""
    if not keys:
        return
    readings = readings_of(interview.compiled, case, interview.readings)
    for n, held in quick(interview.compiled, case, list(keys), readings, interview.judgements, deadline).items():
        if held is not None:
            interview.known[keys[n]] = verdict(held)


def _verdicts(asked: _Asked, case: Case, names: Sequence[str]) -> dict[str, Verdict | None]:
    """The verdict on each category of another case; None if there is too much to try."""
    interview = asked.interview
    assert interview.footprints is not None
    seen = interview.footprints.seen(case)
    keys = {n: (n, seen(n)) for n in names}
    _quick(interview, case, {n: k for n, k in keys.items() if k not in interview.known}, asked.deadline)
    rest = [n for n in names if keys[n] not in interview.known and keys[n] not in interview.beyond]
    if rest:
        s = situation(interview.compiled, case, interview.readings, interview.judgements)
        s.search.limit = WORK
        asked.deadline.left()
        open_ = [n for n in rest if seen_open(s, n, BRIEFLY)]
        interview.known |= {keys[n]: Verdict.DEPENDS for n in open_}
        rest = [n for n in rest if n not in open_]
        found = verdicts(s, rest, asked.deadline)
        sure = {n: v for n, v in found.items() if n not in s.coarse}
        interview.known |= {keys[n]: v for n, v in sure.items()}
        interview.beyond |= {keys[n] for n in rest if n not in sure}
    return {n: interview.known.get(keys[n]) for n in names}


def _then(asked: _Asked, h: Hinge, value: Any, name: str) -> Verdict | None:
    """The verdict on a category after an answer, from the category as it stands; TooLarge if that does not tell it."""
    made, known = asked.open[name], asked.interview.known
    key = (name, asked.seen(name), h.id, value)
    if key not in known:
        further = isinstance(value, Further)
        if value is True and any(h.id == str(p) for j in asked.interview.compiled.presumed for p in j.unless):
            raise TooLarge  # it may end a presumption, which the category as it stands takes as made
        assumed = made.with_further(h.id, value.count) if further else made.with_value(address(h.id), value)
        if assumed is None:
            raise TooLarge
        known[key] = verdict(made.held(assumed, asked.deadline))
    return known[key]


def _best(asked: _Asked) -> Question | None:
    """The best question: most settled on average, then at worst, then the first in the book."""
    support = _support(asked)
    best: Question | None = None
    rank: Rank = (Fraction(0), 0, ())
    for least, h in sorted((_rank(asked, h, len(names), len(names)), h) for h, names in support.items()):
        if least >= rank:
            break
        made = _question(asked, h, support[h], rank)
        if made is None:
            continue
        mine = _rank(asked, h, made.worth, made.worst)
        if mine < rank and _turns(asked, h, support[h]):
            best, rank = made, mine
    return best or _most_hung_on(asked, support)


Rank = tuple[Fraction, int, Any]
"""How good a question is, the lowest being the best: less what it is worth, less that at the worst, where it stands."""


def _rank(asked: _Asked, h: Hinge, worth: Fraction | int, worst: int) -> Rank:
    return (-Fraction(worth), -worst, position(asked.interview.compiled.book, h.id))


def _most_hung_on(asked: _Asked, support: Mapping[Hinge, tuple[str, ...]]) -> Question | None:
    """Where no single answer settles anything: what most categories hang on."""
    count: dict[Hinge, int] = {}
    for category in asked.open:
        for h in _hinges(asked, category):
            if h in support:
                count[h] = count.get(h, 0) + 1
    for h in sorted(count, key=lambda h: (-count[h], position(asked.interview.compiled.book, h.id))):
        made = _question(asked, h, support[h], None)
        if made is not None:
            return made
    return None


def _hinges(asked: _Asked, category: str) -> frozenset[Hinge]:
    """What a category hangs on; nothing is said of one with too much to try."""
    interview = asked.interview
    assert interview.footprints is not None
    key = (category, interview.footprints.seen(asked.case)(category))
    if key not in interview.turning:
        try:
            interview.turning[key] = frozenset(hinges(asked.s, category, asked.deadline))
        except TooLarge:
            interview.turning[key] = frozenset()
    return interview.turning[key]


def _turns(asked: _Asked, h: Hinge, categories: Sequence[str]) -> bool:
    """Whether some category hangs on it, of which some answer settles something.

    A completion in which such a category comes out otherwise, with the answer put in, is as the answer has it. So the
    category turns on what is asked, if the answer fits whatever the rest is.
    """
    return _fits_all(asked, h) or any(h in _hinges(asked, c) for c in categories)


def _fits_all(asked: _Asked, h: Hinge) -> bool:
    """Whether no invariant ties what is asked to anything else that is not told."""
    facts, ties = asked.s.facts, asked.s.search.ties
    if not isinstance(at(asked.case, h.id), Listed):
        a = address(h.id)
        return not any(a in t.reads and (t.over or unknown(facts, t.reads) != {a}) for t in ties)
    entity = facts.lists[h.id].entity
    within = (t for t in ties if h.id in t.over)
    return all(
        t.over == {h.id} and all(a.list == h.id and facts.is_blank(a) for a in unknown(facts, t.reads)) for t in within
    ) and not any(
        inv.entity == entity and any(p.base != "it" for p in inv.reads.paths)
        for inv in asked.interview.compiled.invariants
    )


def _support(asked: _Asked) -> dict[Hinge, tuple[str, ...]]:
    """By everything that may be asked, the open categories that could hang on it."""
    interview = asked.interview
    out: dict[Hinge, list[str]] = {}
    for category, made in asked.open.items():
        named: set[Hinge] = {Hinge("fact", name) for name in _lists(asked, category)}
        for t in made.tests:
            named |= sources(made.s, t)
        for vars, _, _ in made.groups:
            named |= {name_of(made.s, v) for v in vars}
        for h in named:
            if h.id not in interview.skipped and _may_be_asked(asked, h):
                out.setdefault(h, []).append(category)
    return {h: tuple(names) for h, names in out.items()}


def _lists(asked: _Asked, category: str) -> Iterator[str]:
    """The open lists that a category goes through."""
    gates = asked.interview.compiled.program.gates
    for name in {gates[g].over for g in asked.interview.compiled.under([category])}:
        if name is not None and name in asked.s.facts.lists and asked.s.facts.lists[name].open:
            yield name


def _may_be_asked(asked: _Asked, h: Hinge) -> bool:
    """Not what was asked before, and judgements only where they are not presumed."""
    if h.kind == "judgement" and asked.interview.judgements != "open":
        return False
    told = at(asked.case, h.id)
    if isinstance(told, Listed):
        return told.told or told.reason is Absent.NOT_ASKED
    return told is Absent.NOT_ASKED


def _question(asked: _Asked, h: Hinge, touches: tuple[str, ...], beaten: Rank | None) -> Question | None:
    """The question about a hinge with its outcomes; None if it has no answer, or surely is no better than `beaten`."""
    settled: list[dict[str, Verdict]] = [{}]
    # A category that all answers to this settle turns on nothing else: then no answer to anything else settles it.
    open_ = asked.settled.intersection(touches) if _fits_all(asked, h) else set()

    def hopeless(left: int) -> bool:
        if beaten is None:
            return False
        worth, worst = _at_most(settled, left)
        worth = min(worth, len(touches) - Fraction(len(open_), 3 ** len(touches)))
        return _rank(asked, h, worth, min(worst, len(touches) - bool(open_))) >= beaten

    def told(name: str, known: dict[str, Verdict], found: Verdict | None) -> None:
        if found is None or found is Verdict.DEPENDS:
            open_.add(name)
        else:
            known[name] = found
            asked.settled.add(name)

    if hopeless(len(touches)):
        return None
    kind: Kind = "judgement" if h.kind == "judgement" else "fact"
    complete = True
    if isinstance(at(asked.case, h.id), Listed):
        kind, values = "list", list(_counts(asked, h.id))
    else:
        values, complete = replies(asked.s.search, address(h.id), _tests(asked))
    if not values:
        return None
    settled = [{} for _ in values]
    slow: list[str] = []
    for n, name in enumerate(touches):
        try:
            for value, known in zip(values, settled, strict=True):
                if hopeless(len(touches) - n + len(slow)):
                    return None
                told(name, known, _then(asked, h, value, name))
        except TooLarge:
            slow.append(name)
    cases = [_with(asked.interview.compiled, asked.case, h.id, value) for value in values] if slow else []
    slow.sort(key=lambda name: len(asked.open[name].tests))
    for n, name in enumerate(slow):
        for case, known in zip(cases, settled, strict=True):
            if hopeless(len(slow) - n):
                return None
            found = _verdicts(asked, case, [name])[name]
            complete = complete and found is not None
            told(name, known, found)
    outcomes: dict[Any, tuple[list[Any], dict[str, Verdict]]] = {}
    for value, known in zip(values, settled, strict=True):
        outcomes.setdefault(frozenset(known.items()), ([], known))[0].append(value)
    made = tuple(Outcome(tuple(vs), {n: known[n] for n in touches if n in known}) for vs, known in outcomes.values())
    return Question(kind, h.id, made, touches, complete)


def _at_most(settled: Sequence[Mapping[str, Verdict]], left: int) -> tuple[Fraction, int]:
    """What a question can be worth at most, on average and at the worst, with so many categories not looked at yet.

    If all answers settled a category in the same way it would be settled now: there are two outcomes or none.
    """
    found = sorted((len(known) for known in settled), reverse=True)
    first, second = (found * 2)[:2]
    return Fraction(first + second, 2) + left, found[-1] + left


def address(id: str) -> Address:
    """Where a fact is."""
    head, bracket, rest = id.partition("[")
    if not bracket:
        return Address(None, -1, tuple(id.split(".")))
    place, _, steps = rest.partition("].")
    return Address(head, int(place), tuple(steps.split(".")))


def _tests(asked: _Asked) -> list[OpenTest]:
    """The open tests of all categories."""
    s = asked.s
    names = dict.fromkeys(i for made in asked.open.values() for i in made.instances)
    return [s.open[i] for i in names if s.has(i) and s.truth(i) is None]


def _counts(asked: _Asked, id: str) -> Iterator[Further]:
    """How many further elements there can be."""
    compiled = asked.interview.compiled
    bounded = any(inv.reads.totals for inv in compiled.invariants)
    for further in FURTHER:
        if not bounded or not check_case(compiled, _with(compiled, asked.case, id, further)):
            yield further


def conditions(interview: Interview, case: Case, question: Question, deadline: Deadline) -> dict[str, tuple[Step, ...]]:
    """By category that could hang on a question, the open conditions that look at what is asked."""
    compiled = interview.compiled
    s = situation(compiled, case, interview.readings, interview.judgements)
    found = verdicts(s, question.touches, deadline)
    standing = standing_in(s)
    out: dict[str, tuple[Step, ...]] = {}
    for name in question.touches:
        if found.get(name) is not Verdict.DEPENDS:
            continue
        try:
            walk = walk_of(standing, name, deadline, whole=False)
        except TooLarge:
            out[name] = ()
            continue
        roots = category_steps(walk, compiled.book.categories[name], Verdict.DEPENDS)
        steps = (x for root in roots for x in _looking(root, question, compiled))
        out[name] = tuple({x.path: x for x in steps if x.status is Status.VARIES}.values())
    return out


def _looking(step: Step, question: Question, compiled: Compiled) -> Iterator[Step]:
    """The conditions under a step that look at what is asked, the innermost of those that do.

    A group looks at what its conditions do; a branch of a reading that is not taken is none of them.
    """
    inner = [x for child in step.children for x in _looking(child, question, compiled)]
    looks = step.clause is not None and step.kind in ("test", "some", "every")
    if inner:
        yield from inner
    elif looks and question.id in _addresses(step, compiled):
        yield step


def _addresses(step: Step, compiled: Compiled) -> set[str]:
    """What a condition looks at: facts, and lists as a whole."""
    assert step.clause is not None
    read = reads(step.clause.cond, compiled.book)
    return {".".join((step.binding.get(p.base, p.base), *p.steps)) for p in (*read.paths, *(p for p, _ in read.totals))}
