"""A book examined as a whole: what can never hold or never matter, promises that are not kept, gaps in its dates.

People are looked for with `solver.finder`, filing on the first day of each stretch between days at which the rules of a
category change. What is found is shown by a person; what is not found is said to be so for as many elements of each
list as were tried (`Audit.room`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct, field

from dsl.case import Case, Record
from dsl.inside import found as parts
from dsl.model import Accepted, Book, Judgement, Label, Place, Property, Truth, Verdict
from solver.assess import assess
from solver.cells import TooLarge
from solver.check import check_case
from solver.compiled import Compiled
from solver.finder import BRIEFLY, Finder, Found, Wanted, finder, room
from solver.lower import Input
from solver.matters import Matters, Taken, decide, labelled, look, reread
from solver.run import Deadline, OutOfTime
from solver.stretches import stretches_of


class Finding(Struct, frozen=True):
    """Something wrong, or at least odd, with a book.

    subject: what it is about, as an `accepted` line of the book names it. places: what to underline, the first of them
    first. exception: lines that would resolve a contradiction and change no other verdict. person: somebody who shows
    it. category: whose verdict on the person shows it.
    """

    code: str
    subject: str
    words: Label
    places: tuple[tuple[Place, Label], ...] = ()
    person: Case | None = None
    category: str | None = None
    advice: Label | None = None
    exception: str | None = None

    @property
    def key(self) -> str:
        """The code and the subject, by which a book answers a finding."""
        return f"{self.code} {self.subject}"


class Audit(Struct, frozen=True):
    """All findings on a book; those that the book answers stand apart.

    days: filing days looked at. room: elements of each list tried. left_out: clauses and categories with more to try
    than the limits allow, of which nothing is said. complete: False if the time allowed ran out before the end.
    categories: those asked for; none stands for all.
    """

    findings: tuple[Finding, ...]
    answered: tuple[Finding, ...]
    days: tuple[dt.date, ...]
    room: Mapping[str, int]
    left_out: tuple[str, ...]
    complete: bool
    categories: tuple[str, ...] = ()


class Examination(Struct):
    """What the parts of an audit share.

    chosen: the categories examined; all of them if none is named. Who shows that a clause of theirs matters may do so
    in any category that has the clause.
    """

    compiled: Compiled
    days: tuple[dt.date, ...]
    deadline: Deadline
    bounded: bool
    left_out: dict[str, None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    matters: Matters = field(default_factory=Matters)
    chosen: tuple[str, ...] = ()
    _days_of: dict[str, tuple[dt.date | None, ...]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The book."""
        return self.compiled.book

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories examined."""
        return self.chosen or tuple(self.compiled.program.categories)

    @property
    def in_turn(self) -> tuple[str, ...]:
        """All categories, those examined first."""
        return tuple(dict.fromkeys((*self.categories, *self.compiled.program.categories)))

    def days_of(self, category: str) -> tuple[dt.date | None, ...]:
        """Filing days to look at for a category: the latest that is not in the future first, at the end any day."""
        if category not in self._days_of:
            tests = self.compiled.tests
            cuts = {d for t in self.compiled.used(category) for d in tests[t].marks.dates}
            mine = {max((d for d in self.days if d <= cut), default=self.days[0]) for cut in cuts}
            mine |= {d for d in self.days if d in cuts} | {self.days[0], self._last()}
            ordered = sorted(mine, key=lambda d: (d > self._last(), abs(d - self._last())))
            self._days_of[category] = (*ordered,) if self.bounded else (*ordered, None)
        return self._days_of[category]

    def _last(self) -> dt.date:
        """The last day looked at that the book knows of."""
        return max((d for d in self.days if d <= self.book.known), default=self.days[0])

    def somebody(
        self, categories: Sequence[str], wanted: Callable[[Finder], Sequence[Wanted]], name: str
    ) -> Found | None:
        """Somebody filing on any of the days for whom clauses have their truths, as `assess` confirms."""
        days = dict.fromkeys(d for c in categories for d in self.days_of(c))
        missed = False
        for day in sorted(days, key=lambda d: d is None):
            search = finder(self.compiled, nobody(self.book, day), rules=len(categories))
            goal = wanted(search)
            try:
                found = search.find(goal, self.deadline, partial(_confirms, self.compiled, goal), most=300)
            except TooLarge:
                found, missed = None, True
            if found is not None:
                return found
            missed = missed or bool(search.left_out)
        if missed:
            self.left_out.setdefault(name)
        return None

    def together(self, *wanted: Taken) -> bool:
        """Whether somebody may have these truths of clauses at once; True too where there was too much to try."""
        places = {g: (0,) * len(self.compiled.program.gates[g].lists) for g, _ in wanted}
        for day in (self._last(), None):
            search = finder(self.compiled, nobody(self.book, day), judgements="open")
            copy = search.copy()
            try:
                goal = [Wanted(copy, g, truth, places[g]) for g, truth in wanted]
                if search.find(goal, self.deadline, most=100) is not None or search.left_out:
                    return True
            except TooLarge:
                return True
        return False


def nobody(book: Book, day: dt.date | None) -> Case:
    """Somebody of whom nothing is told but the day of filing, or not even that."""
    filing = next((f.id for f in book.givens.values() if f.default == "today"), None)
    return Case("nobody", Record({filing: day} if filing and day else {}))


def _confirms(compiled: Compiled, goal: Sequence[Wanted], found: Found) -> bool:
    """Whether the case of somebody found fits together, and every category asked about has its verdict."""
    if check_case(compiled, found.case):
        return False
    names = {gate: name for name, gate in compiled.program.categories.items()}
    for w in goal:
        if w.gate not in names or w.copy.forced:
            continue
        answer = assess(compiled, found.case, readings=w.copy.readings, reasons=False, categories=[names[w.gate]])
        right = Verdict.QUALIFIES if w.truth else Verdict.DOES_NOT_QUALIFY
        if not answer.results or answer.results[0].verdict is not right:
            return False
    return True


def audit(
    compiled: Compiled,
    first: dt.date | None = None,
    last: dt.date | None = None,
    seconds: float | None = None,
    categories: Sequence[str] = (),
) -> Audit:
    """Everything there is to say of a book, for applications filed from `first` to `last`.

    `categories`: look only at these, at what their conditions ask and at the properties declared of them; at tables all
    the same, but not for days on which nobody qualifies for anything, nor for findings accepted in vain.
    """
    days = filing_days(compiled, first, last)
    e = Examination(compiled, days, Deadline(seconds), bool(first or last), chosen=tuple(categories))
    findings: list[Finding] = []
    complete = True
    try:
        for part in (_never, _clauses, _promises, _readings, _judgements, _grants, _stretches, _shut, _silent):
            findings += part(e)
    except OutOfTime:
        complete = False
    said = set(compiled.book.accepted)
    there = {f.key for f in findings}
    whole = complete and not categories
    vain = [_in_vain(a) for key, a in compiled.book.accepted.items() if whole and key not in there]
    open_ = tuple(f for f in [*findings, *vain] if f.key not in said)
    answered = tuple(f for f in findings if f.key in said)
    return Audit(open_, answered, e.days, room(compiled), tuple(e.left_out), complete, e.chosen)


def filing_days(compiled: Compiled, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, ...]:
    """The first day of each stretch between days at which some rule changes, from `first` to `last`."""
    cuts = {d for t in compiled.tests for d in t.marks.dates}
    cuts |= {compiled.book.known}
    low = first or min((d for d in cuts if d.year > _FAR), default=compiled.book.known)
    high = last or max(cuts, default=low)
    return tuple(sorted({low, *(d for d in cuts if low <= d <= high)}))


_OFTEN = 3
"""After so many times with too much to try, a clause or a reading is not looked at on other days."""

_FAR = 1950
"""What a rule compares with before this year is a date of birth or of long ago, no day of filing."""


def _never(e: Examination) -> Iterator[Finding]:
    """Categories nobody can ever qualify for."""
    for name in e.categories:
        gate = e.compiled.program.categories[name]
        found = e.somebody([name], lambda f, gate=gate: [Wanted(f.copy(), gate, True)], name)  # type: ignore[misc]
        if found is None and name not in e.left_out:
            e.closed.add(name)
            places = tuple(_conflict(e, name))
            place = e.book.categories[name].place
            if place and not places:
                places = ((place, Label("its conditions cannot all be met", "其條件無法全部符合")),)
            yield Finding(
                "B901",
                name,
                Label(f"nobody can qualify for `{name}`", f"無人能符合`{name}`"),
                places,
                advice=Label(
                    f"see what stands in the way: `whereas explain CASE {name}`",
                    f"查看原因：`whereas explain CASE {name}`",
                ),
            )


def _conflict(e: Examination, category: str) -> Iterator[tuple[Place, Label]]:
    """The fewest needs and bars of a category nobody qualifies for that cannot be as they should together."""
    program = e.compiled.program
    kept: list[Taken] = []
    for root, truth in zip(program.roots[category], (True, False), strict=False):
        gate = program.gates[root]
        parts = [i.gate for i in gate.inputs] if gate.kind == ("all" if truth else "any") else [root]
        kept += [(g, truth) for g in parts]
    if e.together(*kept):
        return
    for part in tuple(kept):
        fewer = [x for x in kept if x != part]
        if fewer and not e.together(*fewer):
            kept = fewer
    for g, truth in kept:
        clause = program.gates[g].clause
        if clause is None and program.gates[g].inputs:  # exceptions stand around a clause
            clause = program.gates[program.gates[g].inputs[0].gate].clause
        if clause is not None and clause.place is not None:
            yield clause.place, _NEEDED if truth else _BARRING


_NEEDED = Label("must hold with the rest shown, and cannot", "須與所示其餘條件同時符合，但不可能")
_BARRING = Label("bars whoever meets the rest shown", "凡符合所示其餘條件者均被排除")


def _examine(e: Examination, asked: Iterable[int]) -> None:
    """Look for people to whom each clause matters: on one day for all categories, then on others for what is left."""
    wanted = set(asked)
    clauses = {c: [g for g in labelled(e.compiled, c) if g in wanted] for c in e.in_turn if c not in e.closed}
    names = [c for c, mine in clauses.items() if mine]
    days = {c: e.days_of(c) for c in names}
    for turn in range(max((len(d) for d in days.values()), default=0)):
        for c in names:
            if turn >= len(days[c]):
                continue
            known = e.matters.seen.keys() | {w for w, n in e.matters.left_out.items() if n >= _OFTEN}
            open_ = [g for g in clauses[c] if not {(g, True), (g, False)} <= known]
            if open_:
                search = finder(e.compiled, nobody(e.book, days[c][turn]), "all", "open", turns=BRIEFLY)
                look(search, c, open_, e.matters, e.deadline, _OFTEN)
    for gate, _ in e.matters.left_out.keys() - e.matters.seen.keys():
        e.left_out.setdefault(_path(e, gate))


def _path(e: Examination, gate: int) -> str:
    return e.compiled.program.gates[gate].path


_IDLE = {
    (True, True): (
        "B902",
        Label("`{path}` never matters", "`{path}`從不影響結果"),
        Label("whether it holds changes no category for anybody", "無論是否符合，對任何人均無影響"),
        Label("delete it, or correct what stands beside it", "刪去，或更正其旁的條件"),
    ),
    (True, False): (
        "B903",
        Label("`{path}` says nothing that is not said already", "`{path}`所述已為其他條件涵蓋"),
        Label("always met where it could matter", "凡可能有影響之處必已符合"),
        Label("delete it, or correct what implies it", "刪去，或更正涵蓋它的條件"),
    ),
    (False, True): (
        "B904",
        Label("`{path}` can never be met where it would matter", "`{path}`在可能有影響之處從不能符合"),
        Label("no person for whom it holds is helped or hindered by it", "沒有人因符合它而結果不同"),
        Label("delete it, or correct what stands in its way", "刪去，或更正妨礙它的條件"),
    ),
}


def _clauses(e: Examination) -> Iterator[Finding]:
    """Clauses that never matter, are implied by others or can never hold: the outermost of each kind."""
    gates = e.compiled.program.gates
    asked = {g for c in e.compiled.program.categories for g in labelled(e.compiled, c)}
    open_ = {g for c in e.categories if c not in e.closed for g in labelled(e.compiled, c)}
    _examine(e, open_)
    seen = e.matters.seen.keys()
    unsure = {g for g, _ in e.matters.left_out.keys() - seen}
    kinds = {g: ((g, True) not in seen, (g, False) not in seen) for g in (asked & open_) - unsure}
    for gate in unsure & open_:
        if (said := _said_beside(e, gate)) is not None:
            kinds[gate] = (said, not said)
            e.left_out.pop(_path(e, gate), None)
    under = _parents(e, asked)
    for gate in sorted(kinds):
        kind = kinds[gate]
        if kind not in _IDLE or _covered(gate, kinds, under) or _dead_reading(e, gate):
            continue
        code, words, beside, advice = _IDLE[kind]
        clause = gates[gate].clause
        place = clause.place if clause else None
        path = gates[gate].path
        shown = Label(words.en.replace("{path}", path), words.zh.replace("{path}", path))
        places = ((place, beside), *_sure(e, gate, kinds), *_behind(e, gate, under)) if place else ()
        yield Finding(code, path, shown, places, advice=advice)


def _sure(e: Examination, gate: int, kinds: Mapping[int, tuple[bool, bool]]) -> Iterator[tuple[Place, Label]]:
    """Of alternatives one of which is always met where it could matter, those that are."""
    gates = e.compiled.program.gates
    one = gates[gate].kind == "all" and len(gates[gate].inputs) == 1
    if not (one or gates[gate].kind == "any") or kinds.get(gate, (True, False)) != (True, False):
        return
    for i in gates[gate].inputs:
        clause = gates[i.gate].clause
        if clause is not None and clause.place is not None and kinds.get(i.gate) == (True, False):
            yield clause.place, Label("this alternative is always met", "此選項必已符合")
        yield from _sure(e, i.gate, kinds)


def _said_beside(e: Examination, gate: int) -> bool | None:
    """Of a comparison too much to try in its category: True if one beside it implies it, False if it implies one.

    In `all of` the former changes nothing by being met, in `any of` the latter nothing by failing.
    """
    gates = e.compiled.program.gates
    above = [g for g in gates if any(i.gate == gate for i in g.inputs)]
    if gates[gate].kind != "test" or len({g.kind for g in above}) != 1 or above[0].kind not in ("all", "any"):
        return None
    met = above[0].kind == "all"
    reads = e.compiled.tests[gates[gate].test or 0].reads

    def says(other: Input, mine: Input) -> bool:
        """Whether the one beside it says as much."""
        g = gates[other.gate]
        if g.kind != "test" or other.args != mine.args or g.lists != gates[gate].lists or g.id == gate:
            return False
        alike = e.compiled.tests[g.test or 0].reads == reads
        return alike and not e.together((gate, not met), (g.id, met))

    for g in above:
        mine = next(i for i in g.inputs if i.gate == gate)
        if not any(says(other, mine) for other in g.inputs):
            return None
    return met


def _behind(e: Examination, gate: int, under: Mapping[int, set[int]]) -> Iterator[tuple[Place, Label]]:
    """Clauses beside one, or beside those above it, each of which alone says as much or keeps it from holding."""
    gates = e.compiled.program.gates
    near = _beside(e, gate, under)
    for other in near:
        clause = gates[other].clause
        if clause is None or clause.place is None or gates[other].lists != gates[gate].lists:
            continue
        for mine, theirs, words in _RELATIONS:
            if not e.together((gate, mine), (other, theirs)):
                yield clause.place, words
                break


_RELATIONS = (
    (False, True, Label("wherever this holds, so does the other", "凡符合此項，亦必符合前者")),
    (True, True, Label("the two never hold together", "兩者從不同時符合")),
    (True, False, Label("wherever the other holds, so does this", "凡符合前者，亦必符合此項")),
)
"""Truths of a clause and of one beside it that nobody has together, and what that says."""


def _beside(e: Examination, gate: int, under: Mapping[int, set[int]]) -> list[int]:
    """Clauses with a label that stand beside one or above it, nearest first; at the top those of the category."""
    program = e.compiled.program
    out: dict[int, None] = {}
    todo, seen = [gate], {gate}
    while todo:
        above = under.get(todo.pop(), set())
        for a in sorted(above - seen):
            seen.add(a)
            todo.append(a)
            out.update(dict.fromkeys(g for g, parents in sorted(under.items()) if a in parents))
    for category, roots in program.roots.items():
        if not {gate, *seen} & set(labelled(e.compiled, category)):
            continue
        for root in roots:
            out.update(dict.fromkeys(i.gate for i in program.gates[root].inputs))
    return [g for g in out if g not in seen]


def _parents(e: Examination, asked: Iterable[int]) -> dict[int, set[int]]:
    """By clause, the clauses right above it, unlabelled gates left out."""
    gates = e.compiled.program.gates
    wanted = set(asked)
    out: dict[int, set[int]] = {}

    def down(g: int, above: int) -> None:
        for i in gates[g].inputs:
            if i.gate in wanted:
                out.setdefault(i.gate, set()).add(above)
            else:
                down(i.gate, above)

    for g in wanted:
        down(g, g)
    return out


def _covered(gate: int, kinds: Mapping[int, tuple[bool, bool]], under: Mapping[int, set[int]]) -> bool:
    """Whether a clause above is idle too, so that nothing new is said of this one."""
    above = under.get(gate, set())
    return bool(above) and all(kinds.get(a, (False, False)) in _IDLE or _covered(a, kinds, under) for a in above)


def _dead_reading(e: Examination, gate: int) -> bool:
    """Whether a clause stands in a branch of a reading, where the reading itself is what changes nothing."""
    return e.compiled.program.gates[gate].kind == "reading"


def _promises(e: Examination) -> Iterator[Finding]:
    """Declared properties that somebody breaks."""
    for p in e.book.properties.values():
        if not {p.left, p.right} & set(e.categories):
            continue
        found = e.somebody([p.left, p.right], lambda f, p=p: _broken(e, f, p), p.id)  # type: ignore[misc]
        if found is None:
            continue
        left, right = e.book.categories[p.left], e.book.categories[p.right]
        if p.kind == "never":
            words = Label(
                f"`{p.id}` is broken: somebody qualifies for `{p.left}` and `{p.right}`",
                f"違反`{p.id}`：有人同時符合`{p.left}`及`{p.right}`",
            )
        else:
            words = Label(
                f"`{p.id}` is broken: somebody qualifies for `{p.left}` and not for `{p.right}`",
                f"違反`{p.id}`：有人符合`{p.left}`而不符合`{p.right}`",
            )
        places = [(c.place, Label(f"`{c.id}`", f"`{c.id}`")) for c in (left, right) if c.place]
        exception = _exception(e, p)
        advice = Label(
            f"correct one of the two, or add the exception below to `{p.left}`", f"更正其一，或在`{p.left}`加入下列例外"
        )
        unless = Label("correct one of the two, or take the promise back", "更正其一，或撤回保證")
        yield Finding(
            "B905", p.id, words, tuple(places), found.case, p.left, advice if exception else unless, exception
        )


def _broken(e: Examination, f: Finder, p: Property) -> list[Wanted]:
    gates = e.compiled.program.categories
    copy = f.copy()
    return [Wanted(copy, gates[p.left], True), Wanted(copy, gates[p.right], p.kind == "never")]


def _exception(e: Examination, p: Property) -> str | None:
    """The fewest conditions of the one category under which an exception to the other keeps a promise of never both.

    Taken together with the other category's being met they must mean the first; then no other verdict changes.
    """
    if p.kind != "never":
        return None
    program = e.compiled.program
    gates = program.gates
    needs = gates[program.roots[p.right][0]]
    kept = [i.gate for i in needs.inputs if gates[i.gate].kind == "test"] if needs.kind == "all" else []
    whole = tuple(kept)

    def enough(some: Sequence[int]) -> bool:
        """Whether whoever is in the one category and meets these is in the other."""

        def goal(f: Finder) -> list[Wanted]:
            copy = f.copy()
            met = [Wanted(copy, g, True) for g in some]
            return [
                Wanted(copy, program.categories[p.left], True),
                Wanted(copy, program.categories[p.right], False),
                *met,
            ]

        return e.somebody([p.left, p.right], goal, f"{p.id} exception") is None

    if not whole or not enough(whole):
        return None
    for g in whole:
        fewer = [x for x in kept if x != g]
        if fewer and enough(fewer):
            kept = fewer
    lines = [text for g in kept if (text := _written(e, g))]
    target = _first_label(e, p.left)
    if target is None or len(lines) != len(kept):
        return None
    listed = "".join(f"\n    {line}" for line in lines)
    text = f"  except [not_{p.right.replace('.', '_')}] all of{listed}\n    overrides [{target}] as not met"
    return text


def _written(e: Examination, gate: int) -> str | None:
    """The line of a clause as its author wrote it, without words and citations."""
    clause = e.compiled.program.gates[gate].clause
    place = clause.place if clause else None
    if place is None or place.file not in e.book.texts:
        return None
    return e.book.texts[place.file][place.start : place.end].split("\n")[0].split("  cites")[0].strip()


def _first_label(e: Examination, category: str) -> str | None:
    """The label of the first condition of a category."""
    program = e.compiled.program
    needs = program.gates[program.roots[category][0]]
    labels = (program.gates[i.gate].clause for i in needs.inputs)
    return next((c.label for c in labels if c is not None and c.label), None)


def _readings(e: Examination) -> Iterator[Finding]:
    """Values of readings that change no verdict."""
    program = e.compiled.program
    gates = program.gates
    asked = {c: {name for g in e.compiled.under([c]) if (name := gates[g].reading)} for c in e.in_turn}
    mine = set(e.compiled.readings) if not e.chosen else {r for c in e.chosen for r in asked[c]}
    open_ = {
        (r.id, value): None
        for r in e.book.readings.values()
        if r.id in e.compiled.readings and r.id in mine
        for value, _ in r.values
        if value != r.default
    }
    days = {c: e.days_of(c) for c in asked}
    left: dict[tuple[str, str], int] = {}
    for turn in range(max((len(d) for d in days.values()), default=0)):
        for c, names in asked.items():
            here = [r for r in open_ if r[0] in names and left.get(r, 0) < _OFTEN]
            if here and turn < len(days[c]):
                search = finder(e.compiled, nobody(e.book, days[c][turn]), turns=BRIEFLY)
                seen, missed = reread(search, c, here, e.deadline)
                left |= {r: left.get(r, 0) + 1 for r in missed}
                for r in seen:
                    del open_[r]
    for reading, value in open_:
        if (reading, value) in left:
            e.left_out.setdefault(f"{reading}={value}")
            continue
        yield Finding(
            "B906",
            f"{reading}={value}",
            Label(f"reading `{reading}` as `{value}` changes nothing", f"將`{reading}`解讀為`{value}`並無分別"),
            advice=Label("delete the value, or put it to use in the rules", "刪去此解讀，或在規則中使用它"),
        )


def _judged(e: Examination) -> dict[str, set[int]]:
    """By judgement that the categories examined ask for, the gates that ask for it and do nothing else.

    One that is asked for within something that is counted or added up as well is left out.
    """
    gates, tests = e.compiled.program.gates, e.compiled.tests
    out: dict[str, set[int]] = {}
    counted: set[str] = set()
    for gate in gates:
        cond = tests[gate.test].spec.cond if gate.test is not None else None
        if isinstance(cond, Truth):
            out.setdefault(_last(cond), set()).add(gate.id)
        elif cond is not None:
            counted |= {_last(t) for t in parts(cond, Truth)}
    mine = e.compiled.under(e.categories)
    return {j: out[j] for j in e.book.judgements if j in out and j not in counted and out[j] & mine}


def _last(cond: Truth) -> str:
    """The fact that a condition asks for."""
    return cond.fact.steps[-1] if cond.fact.steps else cond.fact.base


def _judgements(e: Examination) -> Iterator[Finding]:
    """Judgements whose outcome changes no verdict."""
    seen = {g for g, _ in e.matters.seen}
    open_ = {j: gs for j, gs in _judged(e).items() if len(gs) > 1 or not gs & seen}
    left: dict[str, int] = {}
    days = {c: e.days_of(c) for c in e.in_turn if c not in e.closed}
    for turn in range(max((len(d) for d in days.values()), default=0)):
        for c, mine in days.items():
            below = e.compiled.under([c])
            here = {j: gs for j, gs in open_.items() if gs & below and left.get(j, 0) < _OFTEN}
            if here and turn < len(mine):
                search = finder(e.compiled, nobody(e.book, mine[turn]), "all", "open", turns=BRIEFLY)
                decided, missed = decide(search, c, here, e.deadline)
                left |= {j: left.get(j, 0) + 1 for j in missed}
                for j in decided:
                    del open_[j]
    for name in open_:
        if name in left:
            e.left_out.setdefault(name)
        else:
            yield _idle_judgement(e.book.judgements[name])


def _idle_judgement(j: Judgement) -> Finding:
    return Finding(
        "B907",
        j.id,
        Label(f"the judgement `{j.id}` changes nothing", f"判斷`{j.id}`不影響任何結果"),
        advice=Label("delete it, or correct the conditions that ask for it", "刪去，或更正引用它的條件"),
    )


def _grants(e: Examination) -> Iterator[Finding]:
    """Categories that grant two different things of one kind."""
    for c in (e.book.categories[name] for name in e.categories):
        for kind in dict.fromkeys(g.kind for g in c.grants):
            values = [g.value for g in c.grants if g.kind == kind]
            if len(set(values)) > 1:
                gate = e.compiled.program.categories[c.id]
                found = e.somebody([c.id], lambda f, gate=gate: [Wanted(f.copy(), gate, True)], c.id)  # type: ignore[misc]
                if found is not None:
                    yield Finding(
                        "B912",
                        f"{c.id} {kind}",
                        Label(f"`{c.id}` grants two different values of `{kind}`", f"`{c.id}`批予兩種不同的`{kind}`"),
                        ((c.place, Label("both apply to one person", "兩者適用於同一人")),) if c.place else (),
                        found.case,
                        c.id,
                        Label(f"keep one line `grants {kind}`", f"只保留一行`grants {kind}`"),
                    )


def _stretches(e: Examination) -> Iterator[Finding]:
    """Days that dated lists leave out, and rows of theirs that overlap."""
    for s in stretches_of(e.book):
        yield Finding(s.code, s.subject, s.words, advice=s.advice)


def _silent(e: Examination) -> Iterator[Finding]:
    """Filing days on which nobody can qualify for anything, and somebody of whom no rule says anything."""
    if e.chosen:
        return
    last: str | None = None
    dumb: list[dt.date] = []
    for day in e.days:
        names = list(e.compiled.program.categories)
        if last is not None:
            names = [last, *(n for n in names if n != last)]
        last = next((n for n in names if _open_on(e, n, day)), None)
        if last is None:
            dumb.append(day)
    for day in dumb:
        following = next((d for d in e.days if d > day), None)
        until = f" to {following - dt.timedelta(days=1)}" if following else ""
        yield Finding(
            "B910",
            day.isoformat(),
            Label(
                f"nobody filing from {day}{until} qualifies for anything",
                f"由{day}{'至' + str(following - dt.timedelta(days=1)) if following else ''}提交申請者均不符合任何類別",
            ),
            advice=Label(
                "say from when the book speaks, or add what was in force then",
                "說明規則書由何時起適用，或補上當時的規則",
            ),
        )


def _shut(e: Examination) -> Iterator[Finding]:
    """Filing days on which nobody qualifies for a category, between days on which somebody does."""
    for name in e.categories:
        if name in e.closed:
            continue
        days = sorted(d for d in e.days_of(name) if d is not None)
        open_ = [_open_on(e, name, d) for d in days]
        if not any(open_):
            continue
        first, last = open_.index(True), len(open_) - 1 - open_[::-1].index(True)
        for n in range(first + 1, last):
            if open_[n] or not open_[n - 1]:
                continue
            back = days[next(m for m in range(n, last + 1) if open_[m])]
            until = back - dt.timedelta(days=1)
            rows = [p.id for p in e.book.parameters.values() if any(v.start == days[n] for v in p.values)]
            named = ", ".join(f"`{r}`" for r in rows)
            place = e.book.categories[name].place
            yield Finding(
                "B911",
                f"{name} {days[n]}",
                Label(
                    f"nobody filing from {days[n]} to {until} qualifies for `{name}`; before and after somebody can",
                    f"由{days[n]}至{until}提交申請者均不符合`{name}`，而其前後均有人能符合",
                ),
                ((place, Label(*(f"{named} changes on the first day", f"{named}於首日改變") if rows else _CLOSED)),)
                if place
                else (),
                advice=Label("correct what changes on these days", "更正於該期間改變的內容"),
            )


_CLOSED = ("shut on these days", "於該期間關閉")


def _open_on(e: Examination, category: str, day: dt.date) -> bool:
    """Whether somebody who files on a day qualifies for a category; True too where there was too much to try."""
    search = finder(e.compiled, nobody(e.book, day))
    try:
        goal = [Wanted(search.copy(), e.compiled.program.categories[category], True)]
        return search.find(goal, e.deadline, most=100) is not None or bool(search.left_out)
    except TooLarge:
        return True


def _in_vain(a: Accepted) -> Finding:
    return Finding(
        "B913",
        f"{a.code} {a.subject}",
        Label(f"`{a.code}` on `{a.subject}` is not found", f"並無`{a.subject}`的`{a.code}`"),
        ((a.place, Label("nothing to accept", "無需接受")),) if a.place else (),
        advice=Label("delete this line", "刪去此行"),
    )
