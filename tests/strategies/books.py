"""Small checked books with every construct of the language, sized so that all completions can be tried.

Not generated: durations as facts, text facts, undated tables next to dated ones, `age of` the end of a spell or tables
asked about the day a spell ends (the meaning of `ongoing` there is not fixed), exceptions to clauses inside `not` or
inside a term, invariants that ask the law, recursion of terms, grants, documents and routes, and anything a resolver
would refuse (wrong types, mixed units, unknown names).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

from hypothesis import strategies as st
from msgspec import Struct, field
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration, Edge
from tests.oracle import days

T = TypeVar("T")
Style = Literal["narrow", "pool", "free"]
"""narrow: all dates in one stretch of some weeks. pool: dates from a few month ends over years. free: no limits."""

CITES = (m.Citation("law", "1"),)
DAY = dt.timedelta(days=1)
TRUTH, WHOLE, MONEY = m.Scalar("truth"), m.Scalar("whole"), m.Scalar("money")
DATE, DURATION, COUNTRY = m.Scalar("date"), m.Scalar("duration"), m.Scalar("country")
ENDS = tuple(
    dt.date(*day)
    for day in (
        *((2019, 12, 31), (2020, 1, 31), (2020, 2, 28), (2020, 2, 29), (2020, 3, 1), (2020, 3, 31), (2020, 6, 30)),
        *((2020, 8, 31), (2020, 12, 30), (2020, 12, 31), (2021, 1, 1), (2021, 2, 28), (2021, 3, 1), (2021, 4, 30)),
        *((2021, 8, 31), (2022, 2, 28), (2024, 2, 29)),
    )
)
STARTS = tuple(dt.date(*day) for day in ((2020, 1, 20), (2020, 2, 10), (2021, 1, 29), (2023, 8, 22), (2023, 12, 15)))


def words(text: str) -> m.Label:
    """A label that is the same in both languages."""
    return m.Label(text, text)


def blank(**parts: Any) -> m.Book:
    """A book with nothing in it but a source, and the parts given."""
    empty: dict[str, Any] = {name: {} for name in m.Book.__struct_fields__ if name not in ("invariants", "texts")}
    empty |= {"id": "made", "label": words("made"), "known": dt.date(2026, 1, 1), "invariants": (), "texts": {}}
    empty |= {"sources": {"law": m.Source("law", words("law"), 1)}}
    return m.Book(**{**empty, **parts})


class Seen(Struct, frozen=True):
    """A fact in scope."""

    path: m.Path
    type: m.Type
    birth: bool = False
    ends: bool = False


class Scope(Struct, frozen=True):
    """What a condition may speak of: facts, lists (with their entity) and things."""

    facts: tuple[Seen, ...] = ()
    lists: tuple[tuple[m.Path, str], ...] = ()
    things: tuple[tuple[m.Path, str], ...] = ()
    inner: bool = False

    def __add__(self, other: Scope) -> Scope:
        """Both together."""
        return Scope(
            self.facts + other.facts, self.lists + other.lists, self.things + other.things, self.inner or other.inner
        )


class Maker(Struct):
    """A book in the making: what has been declared, and names still free."""

    draw: st.DrawFn
    style: Style
    dates: tuple[dt.date, ...]
    births: tuple[dt.date, ...]
    lengths: tuple[Duration, ...]
    entities: dict[str, m.Entity] = field(default_factory=dict)
    givens: dict[str, m.Fact] = field(default_factory=dict)
    parameters: dict[str, m.Parameter] = field(default_factory=dict)
    tables: dict[str, m.Table] = field(default_factory=dict)
    judgements: dict[str, m.Judgement] = field(default_factory=dict)
    readings: dict[str, m.Reading] = field(default_factory=dict)
    terms: dict[str, m.Term] = field(default_factory=dict)
    names: Iterator[int] = field(default_factory=itertools.count)

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return self.draw(st.sampled_from(options))

    def often(self, of_ten: int) -> bool:
        """True so many times in ten; shrinks to False."""
        return self.draw(st.integers(0, 9)) >= 10 - of_ten

    def name(self, stem: str) -> str:
        """A name not used yet."""
        return f"{stem}{next(self.names)}"

    def day(self, near: int = 1) -> dt.date:
        """A date of the book, or one near it."""
        return self.pick(self.dates) + self.pick(range(-near, near + 1)) * DAY


LEVELS = m.Enumeration("level", words("level"), tuple((n, words(n)) for n in ("low", "middle", "high")), ordered=True)
COLOURS = m.Enumeration("colour", words("colour"), tuple((n, words(n)) for n in ("red", "green", "amber")))
COUNTRIES = ("JP", "NO", "KP")


@st.composite
def books(draw: st.DrawFn) -> m.Book:
    """A small checked book."""
    style: Style = draw(st.sampled_from(("pool", "narrow", "free")))
    if style == "narrow":
        start = draw(st.sampled_from(STARTS))
        dates = tuple(start + n * DAY for n in range(draw(st.integers(20, 40))))
        births = tuple(it.replace(year=it.year - 30, day=min(it.day, 28)) for it in dates)
        lengths = [Duration(n, "days") for n in (0, 1, 5, 17)] + [Duration(n, "weeks") for n in (1, 2)]
        lengths += [Duration(1, "months")] * 2
    else:
        ends = draw(st.lists(st.sampled_from(ENDS), min_size=2, max_size=4, unique=True))
        apart_by = Duration(draw(st.sampled_from((1, 2, 3, 4, 6, 12))), "months")
        # Spells can only touch if the day after a last day is there too; a move turns on the day it leads to.
        led_to = days.moved(ends[0], apart_by.count, "months")
        dates = tuple(sorted({*ends, ends[0] + DAY, led_to - DAY, led_to}))
        births = tuple(dt.date(*day) for day in ((1988, 2, 29), (1990, 2, 28), (1990, 3, 1), (1991, 12, 31)))
        lengths = [Duration(n, "months") for n in (1, 6, 12)] + [Duration(1, "years"), Duration(9, "weeks"), apart_by]
    for first, last in itertools.pairwise(dates) if style != "narrow" else ():
        lengths.append(apart(first, last, draw(st.sampled_from(("months", "months", "days")))))
    make = Maker(draw, style, dates, births, tuple(dict.fromkeys(lengths)))
    declare_tables(make)
    declare_things(make)
    declare_parameters(make)
    declare_readings(make)
    invariants = book_invariants(make)
    declare_terms(make)
    categories = {}
    for n in range(draw(st.integers(1, 3))):
        category = make_category(make, f"made.{'abc'[n]}")
        categories[category.id] = category
    return blank(
        enumerations={"level": LEVELS, "colour": COLOURS},
        entities=make.entities,
        givens=make.givens,
        parameters=make.parameters,
        tables=make.tables,
        judgements=make.judgements,
        readings=make.readings,
        terms=make.terms,
        schemes={"made": m.Scheme("made", words("made"))},
        categories=categories,
        invariants=invariants,
    )


def apart(first: dt.date, last: dt.date, unit: str) -> Duration:
    """How far two dates are from each other, in days or about so many months."""
    if unit == "days":
        return Duration((last - first).days, "days")
    return Duration(max(1, (last.year - first.year) * 12 + last.month - first.month), "months")


# -------------------------------------------------------------------------------------------------------- declarations


def declare_tables(make: Maker) -> None:
    """A table of keys with dates and columns, and one of countries."""
    for name, keys, kind in (("listed", ("alpha", "beta", "gamma"), None), ("nations", COUNTRIES, COUNTRY)):
        rows = []
        for key in keys[: 2 if kind is None else 3]:
            for _ in range(make.pick((1, 0, 2))):
                start, end = sorted((make.day(), make.day()))
                columns = (("scheme", make.pick(("x", "y"))),)
                rows.append(
                    m.Row(key, start if make.often(6) else None, end if make.often(4) else None, columns, words(key))
                )
        if not rows:
            rows = [m.Row(keys[0], None, None, (("scheme", "x"),), words(keys[0]))]
        coverage = make_coverage(make)
        make.tables[name] = m.Table(name, words(name), tuple(rows), coverage, CITES, kind or m.KeyOf(name))


Kind = Literal["closed", "gappy"]


def make_coverage(make: Maker) -> tuple[m.Coverage, ...]:
    """Closed or gappy throughout, one after the other, or for a while only."""
    first, last = sorted((make.day(), make.day()))
    kinds: tuple[tuple[Kind, Kind], ...] = (("closed", "gappy"), ("gappy", "closed"))
    one, two = make.pick(kinds)
    late = make.day() if make.often(3) else None
    match make.pick(("whole", "two", "while", "since")):
        case "whole":
            return (m.Coverage(one, None, None),)
        case "two":
            return (m.Coverage(one, None, first), m.Coverage(two, first + DAY, None, late))
        case "while":
            return (m.Coverage(one, first, last),)
        case _:
            return (m.Coverage(one, first, None, late),)


def fact(id: str, kind: m.Type, judgement: str | None = None) -> m.Fact:
    """A fact by that name."""
    return m.Fact(id, kind, words(id), judgement)


def judged(make: Maker, id: str, entity: str | None) -> m.Fact:
    """A judgement, and the fact that records it."""
    mode: Literal["presumed", "open"] = make.pick(("presumed", "open"))
    make.judgements[id] = m.Judgement(id, words(id), mode, None, entity, CITES)
    return fact(id, TRUTH, id)


def declare_things(make: Maker) -> None:
    """The entities and the givens."""
    office = (fact("size", WHOLE), fact("licensed", TRUTH))
    make.entities["office"] = thing(make, "office", office)
    job = [fact("began", DATE), fact("ended", DATE)]
    job += [fact("pay", MONEY)] if make.often(5) else []
    job += [fact("counted", TRUTH)] if make.often(5) else []
    make.entities["job"] = thing(make, "job", tuple(job), ("began", "ended"))
    study = [fact("level", m.EnumOf("level"))]
    study += [fact("school", m.KeyOf("listed"))] if make.often(6) else []
    study += [fact("finished", DATE)] if make.often(6) else []
    study += [judged(make, "sound", "study")] if make.often(2) else []
    make.entities["study"] = thing(make, "study", tuple(study))
    person = [fact("income", MONEY), fact("country", COUNTRY), fact("honest", TRUTH)]
    person += [fact("born", DATE)] if make.often(5) else []
    person += [fact("score", WHOLE)] if make.often(6) else []
    person += [fact("savings", MONEY)] if make.often(3) else []
    person += [fact("level", m.EnumOf("level")), fact("colour", m.EnumOf("colour"))] if make.often(5) else []
    person += [fact("school", m.KeyOf("listed"))] if make.often(4) else []
    person += [fact("office", m.EntityOf("office"))] if make.often(4) else []
    person += [judged(make, "careful", "person")] if make.often(3) else []
    person += [fact("jobs", m.ListOf("job"))] if make.often(5) else []
    person += [fact("studies", m.ListOf("study"))] if make.often(5) else []
    make.entities["person"] = thing(make, "person", tuple(person))
    make.givens["submitted_on"] = fact("submitted_on", DATE)
    make.givens["applicant"] = fact("applicant", m.EntityOf("person"))
    if make.often(5):
        make.givens["decided_on"] = fact("decided_on", DATE)
    if make.often(2):
        make.givens["sponsor"] = fact("sponsor", m.EntityOf("office"))
    if make.often(2):
        make.givens["stays"] = fact("stays", m.ListOf("job"))
    if make.often(5):
        make.givens["fit"] = judged(make, "fit", None)
        if make.judgements["fit"].mode == "presumed" and make.often(5):
            more = [m.Path("sponsor", ("licensed",))] if "sponsor" in make.givens else []
            ends = (m.Path("applicant", ("honest",)), *more)
            make.judgements["fit"] = replace(make.judgements["fit"], unless=ends)


def thing(make: Maker, id: str, facts: tuple[m.Fact, ...], spell: tuple[str, str] | None = None) -> m.Entity:
    """An entity whose invariants keep its dates in the range of the book, and its spell the right way round."""
    invariants = [limit for f in facts if f.type == DATE for limit in date_limits(make, m.Path("it", (f.id,)), spell)]
    if spell is not None:
        ends = (m.Path("it", (spell[0],)), m.Path("it", (spell[1],)))
        invariants.append(clause(m.Compare("le", *ends)))
    if any(f.id == "size" for f in facts):
        size = m.Path("it", ("size",))
        invariants += [clause(m.Compare("ge", size, whole(1))), clause(m.Compare("le", size, whole(4)))]
    income, savings = (m.Path("it", (name,)) for name in ("income", "savings"))
    if any(f.id == "savings" for f in facts) and make.often(3):
        invariants.append(clause(m.Compare("le", savings, income)))
    return m.Entity(id, words(id), facts, spell, tuple(invariants))


def date_limits(make: Maker, path: m.Path, spell: tuple[str, str] | None = None) -> Iterator[m.Clause]:
    """Invariants that keep one date where the book plays; none in a free book, but for spells."""
    birth = path.steps == ("born",)
    dates = make.births if birth else make.dates
    if make.style == "narrow":
        yield clause(m.Compare("ge", path, m.Const(min(dates), DATE)))
        if not (spell is not None and path.steps == (spell[1],)):
            yield clause(m.Compare("le", path, m.Const(max(dates), DATE)))
        else:
            yield ended_by(path, max(dates))
    elif make.style == "pool" or spell is not None:
        chosen = clause(m.OneOf(path, tuple(m.Const(it, DATE) for it in dates)))
        if spell is not None and path.steps == (spell[1],):
            yield clause(m.AnyOf((chosen, clause(m.Compare("gt", path, m.Const(m_last(), DATE))))))
        else:
            yield chosen


def m_last() -> dt.date:
    """The last date that is not `ongoing`."""
    return dt.date(2199, 12, 31)


def ended_by(path: m.Path, last: dt.date) -> m.Clause:
    """Ended by that day, or ongoing."""
    early = clause(m.Compare("le", path, m.Const(last, DATE)))
    return clause(m.AnyOf((early, clause(m.Compare("gt", path, m.Const(m_last(), DATE))))))


def declare_parameters(make: Maker) -> None:
    """An amount, a number, a length of time and a date, each with dated rows; now and then with an unknown value."""
    money = (m.Const(n, MONEY) for n in (100, 200, 300))
    kinds: list[tuple[str, m.Type, list[m.Value]]] = [
        ("floor", MONEY, [it.value for it in money]),
        ("points", WHOLE, [1, 2, 3]),
        ("least_work", DURATION, [Duration(n, make.pick(("months", "months", "years"))) for n in (1, 2)]),
        ("cutoff", DATE, [make.day() for _ in range(3)]),
    ]
    for name, kind, values in kinds:
        if not make.often(6):
            continue
        event = make.pick([*(g for g in ("submitted_on", "decided_on") if g in make.givens), None])
        starts = sorted({make.day() for _ in range(1 if event is None else make.pick((1, 2, 3)))})
        late = make.day() if make.often(3) else None
        rows = tuple(
            m.Dated(start, None if make.often(1) else make.pick(values), CITES, max(start, late or start))
            for start in starts
        )
        make.parameters[name] = m.Parameter(name, words(name), kind, event, rows)


def declare_readings(make: Maker) -> None:
    """Readings of two or three values."""
    for name in ("wide", "strict")[: make.pick((0, 1, 2))]:
        values = ("one", "two", "three")[: make.pick((2, 3))]
        make.readings[name] = m.Reading(name, words(name), tuple((v, words(v)) for v in values), make.pick(values))


def book_invariants(make: Maker) -> tuple[m.Clause, ...]:
    """The range of the event dates, and now and then an order between facts."""
    dates = [m.Path(name) for name, given in make.givens.items() if given.type == DATE]
    out = [limit for path in dates for limit in date_limits(make, path)]
    if len(dates) == 2 and make.often(5):
        out.append(clause(m.Compare("le", dates[0], dates[1])))
    finished = make.entities["study"].fact("finished")
    if finished is not None and make.entities["person"].fact("studies") is not None and make.often(2):
        body = clause(m.Compare("le", m.Path("s", ("finished",)), m.Path("submitted_on")))
        out.append(clause(m.Quantified("every", "s", m.Path("applicant", ("studies",)), "study", body)))
    return tuple(out)


def declare_terms(make: Maker) -> None:
    """Terms on a study, a job or the person; later ones may use earlier ones."""
    for _ in range(make.pick((0, 1, 2))):
        on = make.pick(("study", "job", "person"))
        params = [("x", on)]
        scope = about(make, m.Path("x"), on) + givens_scope(make, lists=False)
        if make.often(2):
            params.append(("y", "person"))
            scope += about(make, m.Path("y"), "person")
        means = replace(tree(make, replace(scope, inner=True, lists=()), 1), label=None)
        name = make.name("term")
        make.terms[name] = m.Term(name, words(name), tuple(params), means)


# -------------------------------------------------------------------------------------------------------------- scopes


def about(make: Maker, path: m.Path, entity: str) -> Scope:
    """What can be said of one thing."""
    it = make.entities[entity]
    out = Scope(things=((path, entity),))
    for f in it.facts:
        at = m.Path(path.base, (*path.steps, f.id))
        match f.type:
            case m.EntityOf(inner):
                out += about(make, at, inner)
            case m.ListOf(inner):
                out += Scope(lists=((at, inner),))
            case _:
                ends = it.spell is not None and f.id == it.spell[1]
                seen = Seen(at, f.type, f.id == "born", ends)
                out += Scope((seen, seen, seen) if f.judgement is not None else (seen,))
    return out


def givens_scope(make: Maker, lists: bool = True) -> Scope:
    """What can be said of the givens."""
    out = Scope()
    for name, given in make.givens.items():
        match given.type:
            case m.EntityOf(entity):
                out += about(make, m.Path(name), entity)
            case m.ListOf(entity):
                out += Scope(lists=((m.Path(name), entity),))
            case _:
                seen = Seen(m.Path(name), given.type)
                out += Scope((seen, seen, seen) if given.judgement is not None else (seen,))
    return out if lists else replace(out, lists=())


# ---------------------------------------------------------------------------------------------------------- conditions


def clause(cond: m.Cond, label: str | None = None) -> m.Clause:
    """A clause; labelled ones are cited."""
    return m.Clause(label, cond, CITES if label is not None else ())


def tree(make: Maker, scope: Scope, depth: int) -> m.Clause:
    """A labelled clause."""
    label = make.name("c")
    if depth == 0 or make.often(3):
        return clause(line(make, scope), label)
    match make.pick(
        ("all", "any", "any", "at_least", "quantified", "quantified", "quantified", "not", "call", "reading", "line")
    ):
        case "all":
            return clause(m.All(branches(make, scope, depth)), label)
        case "any":
            return clause(m.AnyOf(branches(make, scope, depth)), label)
        case "at_least":
            items = (*branches(make, scope, depth), tree(make, scope, 0))
            return clause(m.AtLeast(make.pick((1, 2, *range(1, len(items) + 1))), items), label)
        case "quantified" if scope.lists:
            path, entity = make.pick(scope.lists)
            var = make.name("e")
            inner = about(make, m.Path(var), entity)
            # Doubling the element's own facts makes conditions speak of it rather than of the givens.
            body = tree(make, inner + inner + inner + replace(scope, inner=True), depth - 1)
            body = body if make.often(5) else replace(body, label=None)
            return clause(m.Quantified(make.pick(("some", "every")), var, path, entity, body), label)
        case "not":
            return clause(m.Not(replace(tree(make, scope, depth - 1), label=None)), label)
        case "call" if make.terms:
            called = call(make, scope)
            return clause(called or line(make, scope), label)
        case "reading" if make.readings:
            reading = make.pick(list(make.readings.values()))
            return clause(m.ByReading(reading.id, tuple((v, tree(make, scope, 0)) for v, _ in reading.values)), label)
        case _:
            return clause(line(make, scope), label)


def branches(make: Maker, scope: Scope, depth: int) -> tuple[m.Clause, ...]:
    """Two clauses, seldom one, three or none."""
    return tuple(tree(make, scope, depth - 1) for _ in range(make.pick((2, 2, 2, 1, 3, 2, 0))))


def call(make: Maker, scope: Scope) -> m.Call | None:
    """A term on things in scope, if there are such."""
    term = make.pick(list(make.terms.values()))
    options = [[path for path, entity in scope.things if entity == on] for _, on in term.params]
    return m.Call(term.id, tuple(make.pick(paths) for paths in options)) if all(options) else None


def line(make: Maker, scope: Scope) -> m.Cond:
    """A condition on one line: a test, or several joined by and, or, not."""
    match make.pick(("one",) * 8 + ("and", "or", "not", "term", "always")):
        case "and":
            return m.All((clause(test(make, scope)), clause(test(make, scope))))
        case "or":
            return m.AnyOf((clause(test(make, scope)), clause(test(make, scope))))
        case "not":
            return m.Not(clause(test(make, scope)))
        case "term" if make.terms:
            return call(make, scope) or test(make, scope)
        case "always" if make.often(3):
            return m.Always()
        case _:
            return test(make, scope)


def test(make: Maker, scope: Scope) -> m.Cond:
    """One comparison."""
    if make.often(1) and any(s.type == TRUTH for s in scope.facts):
        return of_score(make, scope)
    if scope.lists and make.often(4):
        return of_list(make, scope)
    seen = make.pick(scope.facts)
    match seen.type:
        case m.Scalar("truth"):
            return m.Truth(seen.path)
        case m.Scalar("money" | "whole"):
            return of_number(make, scope, seen)
        case m.Scalar("date"):
            return of_date(make, scope, seen)
        case m.Scalar("country"):
            if make.often(6):
                return in_table(make, scope, seen.path, "nations")
            return of_set(make, seen, COUNTRIES)
        case m.KeyOf("listed"):
            if make.often(8):
                return in_table(make, scope, seen.path, "listed")
            return of_set(make, seen, tuple({row.key for row in make.tables["listed"].rows}))
        case m.EnumOf(id):
            return of_set(make, seen, tuple(name for name, _ in (LEVELS if id == "level" else COLOURS).members))
        case _:
            raise AssertionError(seen)


OPERATORS: tuple[m.Operator, ...] = ("ge", "le", "lt", "gt", "is", "is_not")
MOSTLY_ORDER = OPERATORS[:4] * 2 + OPERATORS[4:]


def of_set(make: Maker, seen: Seen, options: Sequence[str]) -> m.Cond:
    """A word compared with one or several others."""
    if make.often(4):
        chosen = make.draw(st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True))
        return m.OneOf(seen.path, tuple(m.Const(it, seen.type) for it in chosen))
    op = make.pick(OPERATORS if seen.type == m.EnumOf("level") else OPERATORS[4:])
    order = "level" if op in OPERATORS[:4] else None
    return m.Compare(op, seen.path, m.Const(make.pick(options), seen.type), order)


def in_table(make: Maker, scope: Scope, path: m.Path, table: str) -> m.Cond:
    """Membership on some date in scope."""
    dates = [s.path for s in scope.facts if s.type == DATE and not s.birth and not s.ends]
    on: m.Expr = make.pick([m.Path("submitted_on"), *dates]) if make.often(9) else m.Const(make.day(), DATE)
    return m.Member(path, table, on, (("scheme", make.pick(("x", "y"))),) if make.often(3) else ())


def of_score(make: Maker, scope: Scope) -> m.Cond:
    """A score of a few lines compared with a number: tiers, limits, and points for each element of a list.

    No two of its lines look into one list: of open lists only the range is known.
    """
    simple = tuple(s for s in scope.facts if s.type in (TRUTH, m.EnumOf("level"), m.EnumOf("colour")))
    number = tuple(s for s in scope.facts if s.type in (MONEY, WHOLE, DATE) and not s.birth and not s.ends)

    def one() -> m.Points:
        seen = make.pick((*simple, *simple, *number[:2])) if simple else make.pick(scope.facts[:1])
        limits: dict[m.Type, m.Const] = {MONEY: m.Const(200, MONEY), WHOLE: whole(2), DATE: m.Const(make.day(), DATE)}
        cond: m.Cond = m.Truth(seen.path)
        if seen.type in limits:
            cond = m.Compare(make.pick(OPERATORS[:4]), seen.path, limits[seen.type])
        elif isinstance(seen.type, m.EnumOf):
            members = (LEVELS if seen.type.enumeration == "level" else COLOURS).members
            cond = of_set(make, seen, tuple(name for name, _ in members))
        listed = [s.path for s in scope.facts if isinstance(s.type, m.KeyOf)]
        if listed and make.often(4):
            cond = in_table(make, scope, make.pick(listed), "listed")
        cond = m.Not(clause(cond)) if make.often(2) else cond
        return m.Points(make.pick((1, 2, 3)), clause(cond, make.name("c")))

    def group(kind: Literal["total", "highest"], items: tuple[m.Points | m.Expr, ...]) -> m.Score:
        return m.Score(kind, items, make.pick((None, None, 2, 3)))

    items: list[m.Points | m.Expr] = [one() for _ in range(make.pick((1, 2, 2)))]
    if make.often(5):
        items.append(group("highest", (one(), one())))
    if scope.lists and make.often(3):
        path, entity = make.pick(scope.lists)
        each = m.Aggregate("count", make.name("t"), path, entity)
        items.append(m.Points(make.pick((1, 2)), clause(m.Always(), make.name("c")), each, make.pick((None, 2))))
    score = group(make.pick(("total", "total", "highest")), tuple(items))
    return m.Compare(make.pick(OPERATORS[:4]), score, whole(make.pick((1, 2, 3, 4))))


def whole(n: int) -> m.Const:
    """A number."""
    return m.Const(n, WHOLE)


def of_number(make: Maker, scope: Scope, seen: Seen) -> m.Cond:
    """A number or an amount compared with another; or a difference of two."""
    money = seen.type == MONEY
    limit = m.Const(make.pick((100, 200, 300)) if money else make.pick((1, 2, 3)), seen.type)
    parameter = "floor" if money else "points"
    right: m.Expr = m.Param(parameter) if parameter in make.parameters and make.often(5) else limit
    others = [s.path for s in scope.facts if s.type == seen.type and s.path != seen.path]
    left: m.Expr = seen.path
    if others and make.often(2):
        left = m.Difference(seen.path, make.pick(others))
    elif others and make.often(2):
        right = make.pick(others)
    return m.Compare(make.pick(MOSTLY_ORDER), left, right)


def of_date(make: Maker, scope: Scope, seen: Seen) -> m.Cond:
    """A date compared with another in one of the many ways."""
    if seen.birth:
        on = make.pick([s.path for s in scope.facts if s.type == DATE and not s.birth and not s.ends])
        age = make.pick(make.dates).year - make.pick(make.births).year - make.pick((0, 1))
        return m.Compare(make.pick(MOSTLY_ORDER), m.AgeOn(seen.path, on), whole(age))
    others: list[m.Expr] = [
        s.path for s in scope.facts if s.type == DATE and not s.birth and s.path != seen.path and not s.ends
    ]
    other = make.pick([*others, *others, m.Const(make.day(), DATE)])
    if "cutoff" in make.parameters and make.often(3):
        other = m.Param("cutoff")
    ways = ("plain", "shift", "shift", "window", "window", "year", "extreme", "extreme", "years_apart", "set", "edge")
    match make.pick(ways):
        case "shift":
            moved = m.Shift(other, make.pick(make.lengths), make.pick((1, -1)))
            return m.Compare(make.pick(OPERATORS[:4]), seen.path, moved)
        case "window":
            return m.Window(seen.path, make.pick(make.lengths), make.pick(("after", "before")), other)
        case "edge":
            return at_edge(make, seen, other)
        case "year" if not seen.ends:
            return m.Compare(make.pick(MOSTLY_ORDER), m.YearOf(seen.path), whole(make.pick(make.dates).year))
        case "extreme":
            moved = m.Shift(other, make.pick(make.lengths), make.pick((1, -1)))
            pair = m.Extreme(make.pick(("earliest", "latest")), (moved, m.Const(make.day(), DATE)))
            return m.Compare(make.pick(OPERATORS[:4]), seen.path, pair)
        case "years_apart" if not seen.ends:
            apart = m.Difference(m.YearOf(seen.path), m.YearOf(other))
            return m.Compare(make.pick(OPERATORS[:4]), apart, whole(make.pick((0, 1, 2))))
        case "set":
            return m.OneOf(seen.path, tuple(m.Const(it, DATE) for it in dict.fromkeys((make.day(), make.day()))))
        case _:
            return m.Compare(make.pick(MOSTLY_ORDER), seen.path, other)


EDGES: tuple[Edge, ...] = ("month begins", "month ends", "year begins", "year ends")


def at_edge(make: Maker, seen: Seen, other: m.Expr) -> m.Cond:
    """A date compared with the edge of the month or year of another, either of them moved first or last."""
    inner = m.Shift(other, make.pick(make.lengths), make.pick((1, -1))) if make.often(5) else other
    edge: m.Expr = m.EdgeOf(inner, make.pick(EDGES[:2] * 2 + EDGES[2:]))
    if make.often(2):
        edge = m.Shift(edge, make.pick(make.lengths), make.pick((1, -1)))
    if make.often(5):
        mine = m.Shift(seen.path, make.pick(make.lengths), 1) if make.often(3) else seen.path
        return m.Compare(make.pick(MOSTLY_ORDER), m.EdgeOf(mine, make.pick(EDGES)), edge if make.often(3) else other)
    return m.Compare(make.pick(MOSTLY_ORDER), seen.path, edge)


def of_list(make: Maker, scope: Scope) -> m.Cond:
    """A total over a list, compared with a limit."""
    path, entity = make.pick(scope.lists)
    it = make.entities[entity]
    var = make.name("t")
    plain = tuple(s for s in about(make, m.Path(var), entity).facts if s.type not in (DATE, MONEY))
    where = test(make, Scope(plain)) if plain and make.often(5) else None
    named = [term for term in make.terms.values() if [on for _, on in term.params] == [entity]]
    if named and make.often(5):
        # What a term says of an element may turn on a reading, on dates and on the law.
        where = m.Call(make.pick(named).id, (m.Path(var),))
    pays = it.fact("pay") is not None
    if pays and make.often(4):
        total = m.Aggregate("sum", var, path, entity, where, m.Path(var, ("pay",)))
        limit = m.Param("floor") if "floor" in make.parameters and make.often(4) else m.Const(200, MONEY)
        return m.Compare(make.pick(OPERATORS[:4]), total, limit)
    if it.spell is not None and make.style != "free" and make.often(8):
        return of_months(make, scope, m.Aggregate("months", var, path, entity, where))
    return m.Compare(make.pick(OPERATORS), m.Aggregate("count", var, path, entity, where), whole(make.pick((1, 0, 2))))


def of_time(make: Maker, scope: Scope) -> m.Cond:
    """A comparison of dates or of merged spells, alone, so that a day more or less shows."""
    spells = [(path, entity) for path, entity in scope.lists if make.entities[entity].spell is not None]
    if spells and make.style != "free" and make.often(6):
        path, entity = make.pick(spells)
        return of_months(make, scope, m.Aggregate("months", make.name("t"), path, entity))
    return of_date(make, scope, make.pick([seen for seen in scope.facts if seen.type == DATE]))


def of_months(make: Maker, scope: Scope, total: m.Aggregate) -> m.Cond:
    """Merged spells in a window, compared with months or with days."""
    dates = [s.path for s in scope.facts if s.type == DATE and not s.birth and not s.ends]
    if make.often(3):
        total = replace(total, after=make.pick(dates))
    if make.often(5):
        total = replace(total, before=m.Path("submitted_on") if make.often(7) else m.Const(make.day(), DATE))
        if make.often(5):
            total = replace(total, within=make.pick([it for it in make.lengths if it.count > 1] or make.lengths))
    first, last = sorted((make.pick(make.dates), make.pick(make.dates)))
    lengths = [apart(first, last + DAY, "days"), apart(first, last, "months"), make.pick(make.lengths)]
    lengths += [Duration(30, "days"), *(Duration(n, "months") for n in (1, 1, 2, 6))]
    limit: m.Expr = m.Const(make.pick(lengths), DURATION)
    if "least_work" in make.parameters and make.often(3):
        limit = m.Param("least_work")
    elif make.often(3):
        pair = (m.Const(Duration(1, "months"), DURATION), m.Const(Duration(make.pick((0, 2)), "months"), DURATION))
        limit = m.Extreme(make.pick(("least", "greatest")), pair)
    return m.Compare(make.pick(OPERATORS[:4]), total, limit)


# ---------------------------------------------------------------------------------------------------------- categories


def make_category(make: Maker, id: str) -> m.Category:
    """Needs, seldom bars, and seldom exceptions to their clauses; or one comparison of dates and nothing else."""
    scope = givens_scope(make)
    if make.often(3):
        alone = clause(of_time(make, scope), make.name("c"))
        return m.Category(id, words(id), clause(m.All((alone,))), None, cites=CITES)
    needs = tuple(tree(make, scope, 2) for _ in range(make.pick((1, 1, 1, 2))))
    if make.often(5):
        # As many yes as no is what a test wants, and most conditions taken at random fail.
        needs = (clause(m.AnyOf((*needs, tree(make, scope, 1))), make.name("c")),)
    bars = tuple(tree(make, scope, 1) for _ in range(make.pick((0, 0, 1, 0, 0, 2))))
    named = [path for item in (*needs, *bars) for path in labelled(item)]
    deep = [path for path in named if len(path) > 2]
    overrides: list[m.Override] = []
    for _ in range(make.pick((0, 0, 1, 2, 3))):
        target = make.pick(overrides).target if overrides and make.often(7) else make.pick(named + deep)
        when = replace(tree(make, scope, 1), label=None)
        effect: Literal["met", "unmet"] = make.pick(("met", "unmet"))
        over = tuple(o.label for o in overrides if o.target == target and (o.effect != effect or make.often(3)))
        overrides.append(m.Override(make.name("except"), target, effect, when, over))
    return m.Category(
        id,
        words(id),
        clause(m.All(needs)),
        clause(m.AnyOf(bars)) if bars else None,
        tuple(overrides),
        cites=CITES,
    )


def labelled(it: m.Clause, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The clauses an exception may name: labelled, not inside `not` and not inside a term."""
    if it.label is not None:
        path = (*path, it.label)
        yield path
    match it.cond:
        case m.All(items) | m.AnyOf(items) | m.AtLeast(_, items):
            inner = items
        case m.Quantified(body=body):
            inner = (body,)
        case m.ByReading(branches=cases):
            inner = tuple(branch for _, branch in cases)
        case _:
            inner = ()
    for item in inner:
        yield from labelled(item, path)
