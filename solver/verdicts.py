"""Verdicts over every completion: by decision trees where tests settle it, else by a small program of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dsl.case import Absent, Case, Listed, ended
from dsl.model import Verdict
from solver.beside import LIMIT, Beside, beside, exists, judged, link, roomier, together
from solver.candidates import near_days
from solver.cells import Instance, Table, TooLarge
from solver.compiled import Compiled
from solver.evaluate import Env
from solver.facts import THERE, Address
from solver.run import Circuit, Deadline
from solver.situation import Judging, Situation, tables, tables_of, ties
from solver.trees import Told, settled
from solver.trying import Tried, completions_of
from solver.undecided import Copy, Value, constrain


def copy(s: Situation, circuit: Circuit, readings: Mapping[str, str] | None = None) -> Copy:
    """A copy of the rules over a situation. `readings`: those chosen, if not all that the situation has."""
    chosen = s.readings if readings is None else readings
    return Copy(s.compiled.program, circuit, s.truth, s.written, s.blanks, chosen)


class Laid(Struct, frozen=True):
    """Copies of what a case leaves open of a category, and what stands beside its totals; see `solver.beside`.

    s: the situation, with room for the elements that these are about. goals: the category in each copy. there: by
    further element that an invariant ties to other things, the test of its being there. judged: by open judgement, if
    that is asked for, the test of its being favourable.
    """

    s: Situation
    category: str
    copies: tuple[Copy, ...]
    goals: tuple[Value, ...]
    links: tuple[Beside, ...]
    there: Mapping[tuple[str, int], Instance]
    judged: Mapping[Address, Instance] = {}

    @property
    def tests(self) -> tuple[Instance, ...]:
        """The open tests."""
        return tuple(self.copies[0].tests)

    @contextlib.contextmanager
    def limited(self) -> Iterator[None]:
        """Give up totals beside one another early: where that is too much to try, they are looked at apart."""
        search = self.s.search
        before = search.limit
        if self.links:
            search.limit = min(before, LIMIT)
        try:
            yield
        except TooLarge:
            if self.links:
                self.s.apart.add(self.category)
            raise
        finally:
            search.limit = before

    def tie(self, made: Iterable[Table]) -> None:
        """Bind every copy to tables of its open tests, and these to one another."""
        for table in made:
            constrain(self.copies, table, [], lambda _: False)
        self.linked()

    def linked(self) -> None:
        """Leave out what cannot be of totals and the tests beside them."""
        for c in self.copies:
            for b in self.links:
                link(c, b)
            for at, i in self.there.items():
                c.circuit.never([c.tests[i], -c.exists[at]])
                c.circuit.never([-c.tests[i], c.exists[at]])


def laid_open(
    s: Situation,
    circuit: Circuit,
    category: str,
    n: int = 1,
    readings: Mapping[str, str] | None = None,
    *,
    judging: bool = False,
) -> Laid:
    """So many copies of a category, with all that its open tests can look at; judging: and with what is judged."""

    def copies() -> tuple[tuple[Copy, ...], tuple[Value, ...]]:
        made = tuple(copy(s, circuit, readings) for _ in range(n))
        return made, tuple(c.value(s.compiled.program.categories[category]) for c in made)

    made, goals = copies()
    totals = {} if category in s.apart else together(s, made[0])
    if not totals:
        return Laid(s, category, made, goals, (), _there(s, made), _judged(s, made) if judging else {})
    s = roomier(s, made[0], {name: n * len(them) for name, them in totals.items()})
    made, goals = copies()
    links = tuple(beside(s, name, total) for name, them in totals.items() for total in them)
    for c in made:
        for b in links:
            for i in b.tests:
                c.test(i)
            for at, _ in b.elements:
                c.element(*at)
    return Laid(s, category, made, goals, links, _there(s, made), _judged(s, made) if judging else {})


def said_together(s: Situation, c: Copy) -> set[str]:
    """Open lists of whose further elements totals or invariants say something beside what else is said of them."""
    return {*together(s, c), *(name for name, _ in _tied(s, c))}


def _tied(s: Situation, c: Copy) -> list[tuple[str, int]]:
    """The further elements that an invariant ties to other things."""
    if c.exists and not s.search.ties:
        s.search.ties = ties(s)
    tied = {(a.list, a.place) for t in s.search.ties for a in t.reads if a.steps == THERE} if c.exists else frozenset()
    return [at for at in c.exists if at in tied]


def _there(s: Situation, copies: tuple[Copy, ...]) -> dict[tuple[str, int], Instance]:
    """By further element, the test of its being there, if an invariant ties it to other things."""
    out = {at: exists(s, *at) for at in _tied(s, copies[0])}
    for c in copies:
        for i in out.values():
            c.test(i)
    return out


def _judged(s: Situation, copies: tuple[Copy, ...]) -> dict[Address, Instance]:
    """By open judgement on what is told, if a test reads it, the test of its being favourable."""
    facts = s.facts
    read = {a for i in copies[0].tests for a in s.open[i].reads if not facts.is_blank(a)}
    open_ = [a for a in read if type(facts.get(a)) is Absent and facts.fact(a).judgement is not None]
    out = {a: judged(s, a) for a in open_}
    for c in copies:
        for i in out.values():
            c.test(i)
    return out


def tied_copy(
    s: Situation,
    circuit: Circuit,
    category: str,
    readings: Mapping[str, str] | None = None,
    *,
    judging: bool = False,
) -> tuple[Laid, list[Table]]:
    """A copy of a category, its open tests tied to what unknown facts can make of them; raises TooLarge."""
    laid, made = tabled(s, laid_open(s, circuit, category, readings=readings, judging=judging), readings)
    laid.tie(made)
    return laid, made


def tabled(s: Situation, laid: Laid, readings: Mapping[str, str] | None = None) -> tuple[Laid, list[Table]]:
    """A copy of a category, and what unknown facts can make of its open tests, not yet tied to them."""
    if readings is None:
        s.varied[laid.category] = laid.tests
    try:
        with laid.limited():
            return laid, tables(laid.s, laid.tests, laid.category, coarsely=not laid.links)
    except TooLarge:
        if laid.links:
            apart = laid_open(s, laid.copies[0].circuit, laid.category, readings=readings, judging=bool(laid.judged))
            return tabled(s, apart, readings)
        raise


def verdict(v: bool | None) -> Verdict:
    """The verdict of a category that holds always, never or sometimes."""
    return Verdict.DEPENDS if v is None else Verdict.QUALIFIES if v else Verdict.DOES_NOT_QUALIFY


def verdicts(s: Situation, categories: Sequence[str], deadline: Deadline) -> dict[str, Verdict]:
    """The verdict on each category; one for which there is too much to try is left out."""
    out: dict[str, Verdict] = {}
    s.leaves = settled(s.compiled, s.told, categories, s.readings, deadline)
    for category, leaf in s.leaves.items():
        if leaf.held is not None:
            out[category] = verdict(leaf.held)
            continue
        with contextlib.suppress(TooLarge):
            out[category] = verdict(tried(s, undecided(s, category), deadline))
    return out


def undecided(s: Situation, category: str, n: int = 1) -> Laid:
    """So many copies of a category with all that its open tests look at, what these can be not yet tried."""
    circuit = Circuit()
    with circuit:
        laid = laid_open(s, circuit, category, n)
    if n == 1:
        s.varied[category] = laid.tests
    return laid


def tried(s: Situation, laid: Laid, deadline: Deadline) -> bool | None:
    """Whether a category laid open holds, by what unknown facts can make of its open tests; raises TooLarge."""
    circuit = laid.copies[0].circuit
    with circuit:
        laid, made = tabled(s, laid)
        some = s.tried[laid.category] = completions(laid, made)
        if some is not None and some.varies(s.compiled.program.categories[laid.category]):
            return None
        laid.tie(made)
    return settle(circuit, {laid.category: laid.goals[0]}, deadline)[laid.category]


def tries(s: Situation, category: str) -> Tried | None:
    """The completions that were tried of a category; raises TooLarge."""
    if category not in s.tried:
        s.tried[category] = completions(*tabled(s, undecided(s, category)))
    found: Tried | None = s.tried[category]
    return found


def completions(laid: Laid, made: Sequence[Table], *, any_reading: bool = False) -> Tried | None:
    """Completions of a category; None where more than its tables and open tests says which there are.

    any_reading: they are looked at under readings that are chosen then, and none that differ in one variable alone.
    """
    c = laid.copies[0]
    if laid.links or laid.there or (c.options and not any_reading):
        return None
    return completions_of(laid.s, laid.category, c, made, alone=None if any_reading else lambda _: True)


def some_completions(s: Situation, category: str, keys: Iterable[tuple[int, tuple[int, ...]]]) -> Tried | None:
    """Some completions of what is open of a few clauses of a category: open days are near those that are told.

    None where these are too many, or where more would have to be looked at to say that they are some.
    """
    c = copy(s, Circuit())
    for key in keys:
        c.value(*key)
    opened = s.opened(category, c.tests)
    if c.options or _tied(s, c) or (category not in s.apart and together(s, c) and not _too_much_together(s, category)):
        return None
    s.search.few = near_days(s.search, opened)
    try:
        return completions_of(s, category, c, tables_of(s, opened))
    except TooLarge:
        return None
    finally:
        s.search.few = {}


def _too_much_together(s: Situation, category: str) -> bool:
    """Whether there is too much to see what totals over one open list say of each other."""
    laid = laid_open(s, Circuit(), category)
    if laid.links:
        with contextlib.suppress(TooLarge), laid.limited():
            tables(laid.s, laid.tests, category, coarsely=False)
    return category in s.apart


def settle(
    circuit: Circuit, values: Mapping[Any, Value], deadline: Deadline, assumed: Sequence[int] = ()
) -> dict[Any, bool | None]:
    """What each value can be over the models of a circuit: True, False, or None for both."""
    open_ = {k: v for k, v in values.items() if not isinstance(v, bool)}
    out: dict[Any, bool | None] = {k: v for k, v in values.items() if isinstance(v, bool)}
    if open_:
        literals = sorted(set(open_.values()))
        ranged = circuit.range(literals, deadline, assumed)
        if ranged is None:
            from dsl.diagnostics import InternalError

            raise InternalError("solving", "no completion fits the case")
        table_ = dict(zip(literals, ranged, strict=True))
        out |= {k: table_[v] for k, v in open_.items()}
    return {k: out[k] for k in values}


def quick(
    compiled: Compiled,
    case: Case,
    categories: Sequence[str],
    readings: Mapping[str, str],
    judgements: Judging,
    deadline: Deadline,
) -> dict[str, bool | None]:
    """What the tests of a case alone say of each category; None where more has to be looked at."""
    root = dict(case.root.facts)
    if judgements == "presumed":
        for j in compiled.presumed:
            if type(root.get(j.id)) is Absent and not (j.unless and ended(j, root)):
                root[j.id] = True
    written: dict[str, int] = {}
    elements: dict[str, list[Mapping[str, Any]]] = {}
    for steps, lists in compiled.lists:
        facts: Mapping[str, Any] = root
        for step in steps:
            thing = facts[step]
            if type(thing) is Absent:
                return dict.fromkeys(categories)
            facts = thing.facts
        for path, name in lists:
            value = facts[name]
            told_of = type(value) is Listed
            found: list[Mapping[str, Any]] = [item.facts for item in value.items] if told_of else []
            elements[path] = found
            written[path] = len(found)
            if not told_of or value.open:
                found += [compiled.blank(path)] * compiled.program.extra.get(path, (0, 0))[0]
    told = Told(Env(root, (), readings), elements, written)
    return {c: leaf.held for c, leaf in settled(compiled, told, categories, readings, deadline).items()}
