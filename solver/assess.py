"""From a case to its answer: verdicts over every completion of what is unknown, and what they hang on.

A complete case is one query to the grounded program. For a partial one, tests on known facts are settled first, the
rest of the rules becomes a small program (`solver.undecided`), and the tests it leaves are tied to what unknown facts
can make of them (`solver.cells`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Literal

from dsl.case import Absent, Case, Listed, Record
from dsl.model import Book, EntityOf, Path, Verdict
from solver.answer import Answer, Result
from solver.cells import Instance, OpenTest, Search, Table, Tie, TooLarge, group_table, groups, ungrouped
from solver.compiled import Compiled, Plan, Ready, at, compile_book
from solver.emit import readings_used
from solver.evaluate import Env, LawGap, Slack, Unread
from solver.facts import Address, Facts, copied, read_paths, thaw
from solver.run import Circuit, Deadline, OutOfTime
from solver.undecided import Copy, Value, constrain

Judging = Literal["presumed", "open"]

__all__ = ["Situation", "assess", "compile_book", "situation"]


@dataclass(slots=True)
class Situation:
    """A case laid against a book: which tests are settled and which are open.

    written, blanks: elements written and elements an open list may have besides. presumed: judgements taken as
    favourable. readings: chosen values; with `--readings all` those that are open are missing.
    """

    compiled: Compiled
    facts: Facts
    settled: dict[Instance, bool]
    open: dict[Instance, OpenTest]
    written: dict[str, int]
    blanks: dict[str, int]
    presumed: tuple[Address, ...]
    readings: dict[str, str]
    env: Env
    search: Search
    tables: dict[frozenset[Instance], list[Table]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every test is settled and no list is open."""
        return not self.open and not any(self.blanks.values())


def situation(
    compiled: Compiled,
    case: Case,
    readings: Mapping[str, str] | Literal["all"],
    judgements: Judging,
    *,
    twice: bool = False,
) -> Situation:
    """Lay a case against a book. `twice`: room for two completions to differ in the elements of an open list."""
    book = compiled.book
    facts = thaw(case, book)
    presumed = _presume(compiled, facts) if judgements == "presumed" else ()
    return _lay(compiled, facts, presumed, _readings(book, case, readings), twice=twice)


def without(s: Situation, a: Address) -> Situation:
    """The same situation with one presumed judgement taken as not favourable."""
    facts = s.facts
    facts.set(a, False)
    try:
        return _lay(s.compiled, copied(facts), s.presumed, s.readings, twice=False)
    finally:
        facts.set(a, True)


def _lay(
    compiled: Compiled, facts: Facts, presumed: tuple[Address, ...], chosen: dict[str, str], *, twice: bool
) -> Situation:
    """Settle what the facts settle."""
    book = compiled.book
    written = {name: facts.lists[name].written for name in compiled.program.lists if name in facts.lists}
    blanks = {name: compiled.program.extra.get(name, (0, 0))[twice] for name in written if facts.lists[name].open}
    env = Env(facts.root, (), chosen)
    search = Search(
        book, facts, env, [], spell_ends=_spell_ends(book), remembered=compiled.remembered, filters=compiled.filters
    )
    s = Situation(compiled, facts, {}, {}, written, blanks, presumed, chosen, env, search)
    for ready in compiled.tests:
        _settle(s, ready)
    if s.open:
        search.ties = ties(s)
    return s


def _spell_ends(book: Book) -> frozenset[tuple[str, str]]:
    return frozenset((e.id, e.spell[1]) for e in book.entities.values() if e.spell)


def _readings(book: Book, case: Case, readings: Mapping[str, str] | Literal["all"]) -> dict[str, str]:
    """The value of each reading; with `all` none is chosen."""
    if readings == "all":
        return {}
    return {r.id: r.default for r in book.readings.values()} | dict(case.readings) | dict(readings)


def _presume(compiled: Compiled, facts: Facts) -> tuple[Address, ...]:
    """Take presumed judgements that are not recorded as favourable; their addresses."""
    out = []
    for j in compiled.book.judgements.values():
        if j.mode != "presumed":
            continue
        if j.entity is None:
            places = [Address(None, -1, (j.id,))]
        else:
            places = [a for a in judged_places(compiled.book, facts, j.entity, j.id)]
        for a in places:
            if type(facts.get(a)) is Absent:
                facts.set(a, True)
                out.append(a)
    return tuple(out)


def judged_places(book: Book, facts: Facts, entity: str, name: str) -> Iterable[Address]:
    """Where a judgement on an entity is recorded: each element written, and each thing on a given."""
    for path, items in facts.lists.items():
        if items.entity == entity:
            for i in range(items.written):
                yield Address(path, i, (name,))
    for given, fact in book.givens.items():
        yield from _things(book, fact.type, (given,), entity, name)


def _things(book: Book, kind: Any, steps: tuple[str, ...], entity: str, name: str) -> Iterable[Address]:
    if isinstance(kind, EntityOf):
        if kind.entity == entity:
            yield Address(None, -1, (*steps, name))
        for f in book.entities[kind.entity].facts:
            yield from _things(book, f.type, (*steps, f.id), entity, name)


def _settle(s: Situation, ready: Ready) -> None:
    """Evaluate a test at every place, and keep what it reads where it stays open."""
    spec, facts, env = ready.spec, s.facts, s.env
    if not spec.lists:
        _settle_at(s, ready, (), ())
        return
    ranges = [range(s.written[name] + s.blanks.get(name, 0)) for name in spec.lists]
    for places in product(*ranges):
        els = tuple(facts.element(name, p).facts for name, p in zip(spec.lists, places, strict=True))
        _settle_at(s, ready, places, els)
    env.els = ()


def _settle_at(s: Situation, ready: Ready, places: tuple[int, ...], els: tuple[Any, ...]) -> None:
    env = s.env
    env.els = els
    instance = (ready.spec.id, places)
    try:
        s.settled[instance] = bool(ready.test(env))
    except (Unread, LawGap, Slack):
        names = {f"#{i}": (name, p) for i, (name, p) in enumerate(zip(ready.spec.lists, places, strict=True))}
        addresses = frozenset(read_paths(p, names) for p in ready.reads.paths)
        inside = frozenset(_absent_inside(s, ready))
        open_ = tuple(n for p, _ in ready.reads.totals if (n := str(p)) in s.facts.lists and s.facts.lists[n].open)
        s.open[instance] = OpenTest(instance, ready.test, els, addresses | inside, ready.marks, inside, open_)


def _absent_inside(s: Situation, ready: Ready) -> Iterable[Address]:
    """Absent facts of written elements that a test's totals read."""
    for path, inner in ready.reads.totals:
        items = s.facts.lists.get(str(path))
        for i in range(items.written if items else 0):
            for steps in inner:
                a = Address(str(path), i, steps)
                if type(s.facts.get(a)) is Absent:
                    yield a


def ties(s: Situation) -> list[Tie]:
    """The invariants of a case that unknown facts could break."""
    out = []
    texts = s.compiled.book.texts
    for inv in s.compiled.invariants:
        where = inv.clause.place
        text = (
            inv.clause.sentence.en
            if inv.clause.sentence
            else " ".join(texts[where.file][where.start : where.end].split())
            if where and where.file in texts
            else ""
        )
        if inv.entity is None:
            out.append(Tie(inv.holds, (), frozenset(read_paths(p, {}) for p in inv.reads.paths), inv.marks, text))
            continue
        for els, names in _bearers(s, inv.entity):
            addresses = frozenset(_at_thing(p, names) for p in inv.reads.paths)
            out.append(Tie(inv.holds, els, addresses, inv.marks, text))
    return out


def _at_thing(path: Path, where: Address) -> Address:
    """The address of a path from `it`, or of a given."""
    if path.base == "it":
        return Address(where.list, where.place, (*where.steps, *path.steps))
    return Address(None, -1, (path.base, *path.steps))


def _bearers(s: Situation, entity: str) -> Iterable[tuple[tuple[Mapping[str, Any], ...], Address]]:
    """Every thing of an entity, with the address its facts begin at."""
    book = s.compiled.book
    for path, items in s.facts.lists.items():
        if items.entity == entity:
            for i in range(items.written + s.blanks.get(path, 0)):
                yield (s.facts.element(path, i).facts,), Address(path, i, ())

    def inside(
        thing: Any, kind: Any, steps: tuple[str, ...], where: Address
    ) -> Iterable[tuple[tuple[Mapping[str, Any], ...], Address]]:
        if isinstance(kind, EntityOf):
            at_ = Address(where.list, where.place, (*where.steps, *steps))
            if kind.entity == entity and steps:
                yield (thing.facts,), at_
            for f in book.entities[kind.entity].facts:
                yield from inside(thing.facts[f.id], f.type, (*steps, f.id), where)

    for given, fact in book.givens.items():
        if isinstance(fact.type, EntityOf):
            yield from inside(s.facts.root[given], fact.type, (given,), Address(None, -1, ()))
    for path, items in s.facts.lists.items():
        for i in range(items.written + s.blanks.get(path, 0)):
            yield from inside(s.facts.element(path, i), EntityOf(items.entity), (), Address(path, i, ()))


# ------------------------------------------------------------------------------------------------------------ verdicts


def copy(
    s: Situation, circuit: Circuit, readings: Mapping[str, str] | None = None, loose: Iterable[Instance] = ()
) -> Copy:
    """A copy of the rules over a situation. `loose`: settled tests to be kept open all the same."""
    keep = set(loose)
    settled = {i: v for i, v in s.settled.items() if i not in keep} if keep else s.settled
    return Copy(s.compiled.program, circuit, settled, s.written, s.blanks, s.readings if readings is None else readings)


def tables(s: Situation, tests: Iterable[Instance]) -> list[Table]:
    """Tables for the open tests among these.

    If there are too many combinations, totals over lists are left as ranges instead of following each absent fact of
    each element; what can then be said is still never wrong, only less.
    """
    wanted = [i for i in tests if i in s.open]
    key = frozenset(wanted)
    if key not in s.tables:
        try:
            s.tables[key] = _tables(s, [s.open[i] for i in wanted])
        except TooLarge:
            if not any(s.open[i].inside for i in wanted):
                raise
            s.open.update({i: replace(t, reads=t.reads - t.inside) for i, t in s.open.items()})
            s.tables.clear()
            s.tables[key] = _tables(s, [s.open[i] for i in wanted])
    return s.tables[key]


def _tables(s: Situation, opened: Sequence[OpenTest]) -> list[Table]:
    grouped = groups(s.search, opened)
    inside = {t.instance for _, ts, _ in grouped for t in ts}
    out = ungrouped(s.search, [t for t in opened if t.instance not in inside])
    for vars, ts, tied in grouped:
        made = group_table(s.search, vars, ts, tied)
        if made is not None:
            out.append(made)
    return out


def verdict(v: bool | None) -> Verdict:
    """The verdict of a category that holds always, never or sometimes."""
    return Verdict.DEPENDS if v is None else Verdict.QUALIFIES if v else Verdict.DOES_NOT_QUALIFY


def verdicts(
    s: Situation, categories: Sequence[str], deadline: Deadline, readings: Mapping[str, str] | None = None
) -> dict[str, Verdict]:
    """The verdict on each category."""
    if s.complete and all(r in (readings or s.readings) for r in readings_used(s.compiled.program)):
        return _complete(s, categories, deadline, s.readings if readings is None else readings)
    circuit = Circuit()
    with circuit:
        c = copy(s, circuit, readings)
        values = {name: c.value(s.compiled.program.categories[name]) for name in categories}
        for t in tables(s, tuple(c.tests)):
            constrain((c,), t, [], lambda _: False)
    return {n: verdict(v) for n, v in settle(circuit, values, deadline).items()}


def settle(circuit: Circuit, values: Mapping[Any, Value], deadline: Deadline) -> dict[Any, bool | None]:
    """What each value can be over the models of a circuit: True, False, or None for both."""
    open_ = {k: v for k, v in values.items() if not isinstance(v, bool)}
    out: dict[Any, bool | None] = {k: v for k, v in values.items() if isinstance(v, bool)}
    if open_:
        literals = sorted(set(open_.values()))
        ranged = circuit.range(literals, deadline)
        if ranged is None:
            from dsl.diagnostics import InternalError

            raise InternalError("solving", "no completion fits the case")
        table_ = dict(zip(literals, ranged, strict=True))
        out |= {k: table_[v] for k, v in open_.items()}
    return {k: out[k] for k in values}


def _complete(
    s: Situation, categories: Sequence[str], deadline: Deadline, readings: Mapping[str, str]
) -> dict[str, Verdict]:
    """One query to the grounded program."""
    plan = s.compiled.plan(s.compiled.shape(s.written))
    lists = {name: [t.facts for t in s.facts.lists[name].items] for name in s.written}
    found = _ask(plan, s.env, lists, categories, deadline, readings)
    assert found is not None
    return found


def _ask(
    plan: Plan,
    env: Env,
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
    categories: Sequence[str],
    deadline: Deadline,
    readings: Mapping[str, str],
) -> dict[str, Verdict] | None:
    """Settle every test of a case and ask the grounded program; None if some test cannot be settled."""
    literals: list[int] = []
    env.els = ()
    try:
        for test, literal in plan.root:
            literals.append(literal if test(env) else -literal)
        for name, tests in plan.single:
            for i, facts in enumerate(lists[name]):
                env.els = (facts,)
                for test, found in tests:
                    at_ = found[i]
                    if at_ is not None:
                        literals.append(at_ if test(env) else -at_)
        for test, names, places in plan.several:
            for place in product(*(range(len(lists[n])) for n in names)):
                if place in places:
                    env.els = tuple([lists[n][p] for n, p in zip(names, place, strict=True)])
                    literals.append(places[place] if test(env) else -places[place])
    except (Unread, LawGap, Slack):
        return None
    finally:
        env.els = ()
    for name, elements in plan.exists:
        written = len(lists[name])
        literals += [lit if i < written else -lit for i, lit in enumerate(elements)]
    for reading, options in plan.options:
        literals += [lit if readings[reading] == value else -lit for value, lit in options]
    model = plan.grounded.model(literals, [plan.categories[c] for c in categories], deadline)
    return {c: Verdict.QUALIFIES if v else Verdict.DOES_NOT_QUALIFY for c, v in zip(categories, model, strict=True)}


def quick(
    compiled: Compiled,
    case: Case,
    categories: Sequence[str],
    readings: Mapping[str, str],
    judgements: Judging,
    deadline: Deadline,
) -> dict[str, Verdict] | None:
    """The verdicts on a case that tells all its rules read; None if it does not, or a thing in a list is to be presumed on."""
    root = dict(case.root.facts)
    book = compiled.book
    if judgements == "presumed":
        for name in compiled.presumed:
            if book.judgements[name].entity is not None:
                return None
            if type(root.get(name)) is Absent:
                root[name] = True
    lists: dict[str, list[Mapping[str, Any]]] = {}
    for path in compiled.program.lists:
        value: Any = root
        for step in path.split("."):
            value = (value if isinstance(value, dict) else value.facts).get(step)
            if value is None:
                return None
        if not isinstance(value, Listed) or value.open:
            return None
        lists[path] = [item.facts for item in value.items]
    plan = compiled.plan(compiled.shape({n: len(v) for n, v in lists.items()}))
    return _ask(plan, Env(root, (), readings), lists, categories, deadline, readings)


def assess(
    compiled: Compiled,
    case: Case,
    *,
    readings: Mapping[str, str] | Literal["all"] = {},
    judgements: Judging = "presumed",
    as_known_on: dt.date | None = None,
    reasons: bool = True,
    seconds: float | None = None,
    categories: Sequence[str] | None = None,
) -> Answer:
    """The answer on a case.

    `seconds`: time limit; categories not settled by then are listed in the answer and have no verdict. `categories`:
    only these. Without `reasons` only the verdicts are worked out.
    """
    compiled = at(compiled, as_known_on)
    names = tuple(categories) if categories is not None else tuple(compiled.book.categories)
    deadline = Deadline(seconds)
    s: Situation | None = None
    try:
        deadline.left()
        if not reasons and readings != "all":
            chosen = _readings(compiled.book, case, readings)
            fast = quick(compiled, case, names, chosen, judgements, deadline)
            if fast is not None:
                return Answer(case.name, tuple(Result(n, n.split(".")[0], fast[n]) for n in names), chosen)
        s = situation(compiled, case, readings, judgements)
        found = verdicts(s, names, deadline)
        if not reasons:
            results = tuple(Result(n, n.split(".")[0], found[n]) for n in names)
            return Answer(case.name, results, s.readings)
        from solver.explain import reasoned

        return Answer(case.name, reasoned(s, case, found, judgements, readings, deadline), s.readings, unused(s, case))
    except OutOfTime:
        return Answer(case.name, (), s.readings if s else {}, complete=False, unsettled=names, limit="time")
    except TooLarge:
        return Answer(case.name, (), s.readings if s else {}, complete=False, unsettled=names, limit="size")


def unused(s: Situation, case: Case) -> tuple[str, ...]:
    """Told facts that nothing in the book reads."""
    read = read_facts(s.compiled)
    out = []
    for address in case.places:
        steps = _plain(address)
        if steps and steps not in read and _is_value(case.root, address):
            out.append(address)
    return tuple(out)


def _plain(address: str) -> tuple[str, ...]:
    """An address without its places in lists."""
    import re

    return tuple(re.sub(r"\[[^\]]*\]", "", address).removeprefix("judgements.").split("."))


def _is_value(root: Record, address: str) -> bool:
    """Whether an address holds one value that is told."""
    import re

    value: Any = root
    for step in re.findall(r"[^.\[\]]+", address.removeprefix("judgements.")):
        if isinstance(value, Record) and step in value.facts:
            value = value.facts[step]
        elif isinstance(value, Listed) and step.isdigit() and int(step) < len(value.items):
            value = value.items[int(step)]
        else:
            return False
    return not isinstance(value, Record | Listed | Absent)


def read_facts(compiled: Compiled) -> frozenset[tuple[str, ...]]:
    """Every fact some test, invariant, grant or pointer of the book reads, by its path without places."""
    if compiled.unread is None:
        from solver.compiled import reads

        out: set[tuple[str, ...]] = set()

        def add(found: Any, lists: Mapping[str, str]) -> None:
            for p in found.paths:
                base = lists.get(p.base)
                out.add((*base.split("."), *p.steps) if base else (p.base, *p.steps))
            for path, inner in found.totals:
                out.update((path.base, *path.steps, *steps) for steps in inner)

        for ready in compiled.tests:
            add(ready.reads, {f"#{i}": name for i, name in enumerate(ready.spec.lists)})
        book = compiled.book
        for category in book.categories.values():
            for grant in category.grants:
                add(reads(grant.value, book), {})  # type: ignore[arg-type]
            for clause in (*(r.when for r in category.routes), *(a.when for a in category.asks if a.when)):
                add(reads(clause.cond, book), {})
        for inv in compiled.invariants:
            if inv.entity is None:
                add(inv.reads, {})
        compiled.unread = frozenset(out)
    return compiled.unread
