"""Small books of shapes that generated books seldom have, each with somebody of whom much is not told.

One list, open or not, with dates inside, looked at by several totals, by readings and points in their filters, by
elements of elements; exceptions to exceptions; points with limits; open dates compared with one another. Not drawn:
invariants that total a list.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration
from dsl.case import Absent, Case, Listed, Record
from tests.drawn import Drawn
from tests.strategies.books import CITES, DATE, DAY, DURATION, MONEY, TRUTH, WHOLE, blank, clause, fact, labelled, words

ITEMS, UNKNOWN, LEVEL, LAST = m.Path("items"), Absent.UNKNOWN, m.EnumOf("level"), dt.date(2199, 12, 31)
POOLS = (
    (dt.date(2020, 1, 31), dt.date(2020, 2, 29)),
    (dt.date(2020, 1, 31), dt.date(2020, 2, 28), dt.date(2020, 3, 1)),
    (dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
    (dt.date(2020, 2, 10), dt.date(2020, 2, 11), dt.date(2020, 2, 20)),
)
LENGTHS = (
    (Duration(1, "months"), Duration(2, "months")),
    (Duration(1, "days"), Duration(29, "days")),
    (Duration(1, "months"), Duration(1, "years")),
)
TYPES: dict[str, m.Type] = {
    **dict.fromkeys(("good", "sound"), TRUTH),
    **dict.fromkeys(("on", "until", "began", "ended"), DATE),
    "paid": MONEY,
    "school": m.KeyOf("listed"),
    "level": LEVEL,
    "at": m.EntityOf("office"),
}
FACTS = (
    *(("good", "on"), ("good", "paid"), ("on", "until"), ("began", "ended"), ("began", "ended", "good")),
    *(
        ("school", "on"),
        ("school", "good"),
        ("on", "paid"),
        ("good", "level"),
        ("on",),
        ("at", "good"),
        ("sound", "on"),
    ),
)
ORDER: tuple[m.Operator, ...] = ("ge", "gt", "le", "lt")


def whole(n: int) -> m.Const:
    """A number."""
    return m.Const(n, WHOLE)


def it(*steps: str) -> m.Path:
    """A fact of what an invariant speaks of."""
    return m.Path("it", steps)


class Shape(Drawn):
    """A book of one category, and a case."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        p = self.pick
        self.days, self.lengths, self.facts = p(POOLS), p(LENGTHS), p(FACTS)
        self.judgements: dict[str, m.Judgement] = {}
        self.terms: dict[str, m.Term] = {}
        item, givens = self.item(), ["filed", "day", "fit", "n"]
        kinds: dict[str, m.Type] = {"filed": DATE, "day": DATE, "fit": TRUTH, "n": WHOLE, "items": m.ListOf("item")}
        fit = self.judged("fit", None) if p((True, False)) else None
        if fit is not None and self.judgements[fit].mode == "presumed" and p((True, False)):
            givens, kinds = [*givens, "ends"], {**kinds, "ends": TRUTH}
            self.judgements[fit] = replace(self.judgements[fit], unless=(m.Path("ends"),))
        invariants = [self.one_of(m.Path(name)) for name in ("filed", "day")]
        invariants.append(clause(m.Compare("le", m.Path("n"), whole(2))))
        if p((False, False, True)):
            invariants.append(clause(m.Compare("le", m.Path("day"), m.Path("filed"))))
        if p((False, False, False, True)):
            invariants.append(clause(m.Quantified("every", "e", ITEMS, "item", clause(self.plain("e")))))
        if p((True, False)):
            self.terms = {"counts": m.Term("counts", words("counts"), (("x", "item"),), clause(self.said("x", 1)))}
        levels = tuple((v, words(v)) for v in ("low", "mid", "high"))
        wide = (("one", words("one")), ("two", words("two")))
        parts: dict[str, Any] = {
            "entities": {"item": item, "office": self.office()},
            "givens": {name: fact(name, kind, fit if name == "fit" else None) for name, kind in kinds.items()},
            "enumerations": {"level": m.Enumeration("level", words("level"), levels, ordered=True)},
            "schemes": {"t": m.Scheme("t", words("t"))},
            "readings": {"wide": m.Reading("wide", words("wide"), wide, p(("one", "two")))},
            "judgements": self.judgements,
            "terms": self.terms,
            **self.law(),
        }
        self.book = blank(**parts, invariants=tuple(invariants), categories={"t.a": self.category()})
        told = {"filed": p(self.days), "day": p(self.days), "fit": p((True, False)), "n": p((0, 1, 2))}
        told["ends"] = p((True, False))
        facts = {name: p((told[name], UNKNOWN)) for name in givens}
        self.case = Case("somebody", Record({**facts, "items": self.listed()}))

    # -------------------------------------------------------------------------------------------------- declarations

    def one_of(self, path: m.Path) -> m.Clause:
        return clause(m.OneOf(path, tuple(m.Const(day, DATE) for day in self.days)))

    def judged(self, name: str, entity: str | None) -> str:
        mode: Literal["presumed", "open"] = self.pick(("presumed", "open"))
        self.judgements[name] = m.Judgement(name, words(name), mode, None, entity, CITES)
        return name

    def item(self) -> m.Entity:
        """What is in the list, with what invariants say of it by itself and beside the givens."""
        p, facts, out = self.pick, self.facts, []
        for name in facts:
            if TYPES[name] == DATE:
                ongoing = clause(m.Compare("gt", it(name), m.Const(LAST, DATE)))
                day = self.one_of(it(name))
                out.append(clause(m.AnyOf((day, ongoing))) if name == "ended" else day)
            if name == "paid":
                out.append(clause(m.Compare("le", it(name), m.Const(p((1, 2)), MONEY))))
        if "ended" in facts:
            out.append(clause(m.Compare("le", it("began"), it("ended"))))
        if "on" in facts and p((False, False, True)):
            out.append(clause(m.Compare(p(("le", "lt", "ge")), it("on"), m.Path(p(("filed", "day"))))))
        if "until" in facts and p((True, False)):
            out.append(clause(m.Compare("le", it("on"), it("until"))))
        if {"good", "paid"} <= {*facts} and p((False, False, True)):
            free = clause(m.Compare("le", it("paid"), m.Const(0, MONEY)))
            out.append(clause(m.AnyOf((clause(m.Truth(it("good"))), free))))
        inside = [fact(name, TYPES[name], self.judged("sound", "item") if name == "sound" else None) for name in facts]
        return m.Entity("item", words("item"), tuple(inside), ("began", "ended") if "ended" in facts else None, (*out,))

    def office(self) -> m.Entity:
        size = clause(m.Compare("ge", it("size"), whole(1))), clause(m.Compare("le", it("size"), whole(2)))
        return m.Entity("office", words("office"), (fact("size", WHOLE), fact("licensed", TRUTH)), None, size)

    def law(self) -> dict[str, Any]:
        """A number, a day and a table, parts of them not known."""
        p, (first, second, *_) = self.pick, self.days

        def row(value: m.Value | None, start: dt.date) -> m.Dated:
            return m.Dated(start, value, CITES, start)

        limits = ((row(None, first),), (row(1, first), row(2, second)), (row(1, first), row(None, second)))
        limit = m.Parameter("limit", words("limit"), WHOLE, p((None, "filed", "day")), p((*limits, (row(1, second),))))
        cutoffs = ((row(None, first),), (row(first, first), row(second, second)), (row(second, first),))
        cutoff = m.Parameter("cutoff", words("cutoff"), DATE, p((None, "filed")), p(cutoffs))
        always: tuple[m.Coverage, ...] = (m.Coverage("gappy", None, None),)
        since = (m.Coverage("closed", None, first), m.Coverage("gappy", first + DAY, None))
        coverage = p(((m.Coverage("closed", None, None),), always, since, (m.Coverage("gappy", first, second),)))
        alpha, beta = words("alpha"), words("beta")
        two = (m.Row("alpha", None, first, (), alpha), m.Row("beta", second, None, (), beta))
        rows = p(((m.Row("alpha", second, None, (), alpha),), two))
        table = m.Table("listed", words("listed"), rows, coverage, CITES, m.KeyOf("listed"))
        return {"parameters": {"limit": limit, "cutoff": cutoff}, "tables": {"listed": table}}

    def category(self) -> m.Category:
        """Needs, seldom bars, and exceptions to their clauses and to one another."""
        p = self.pick
        needs = tuple(self.named(self.tree(p((0, 1, 2)))) for _ in range(p((1, 1, 2))))
        bars = tuple(self.named(self.tree(p((0, 1)))) for _ in range(p((0, 0, 1))))
        paths = [path for item in (*needs, *bars) for path in labelled(item)]
        overrides: list[m.Override] = []
        for _ in range(p((0, 0, 0, 1, 2, 3))):
            again = bool(overrides) and self.pick((0, 1, 1)) == 1
            target = p(overrides).target if again else p(paths)
            effect: Literal["met", "unmet"] = p(("met", "unmet"))
            there = [o for o in overrides if o.target == target]
            every = self.pick((0, 0, 1)) == 1
            over = tuple(o.label for o in there if every or o.effect != effect)
            overrides.append(m.Override(self.name(), target, effect, clause(self.leaf()), over))
        barred = clause(m.AnyOf(bars)) if bars else None
        return m.Category("t.a", words("a"), clause(m.All(needs)), barred, tuple(overrides), cites=CITES)

    def named(self, cond: m.Cond) -> m.Clause:
        """A labelled clause, and those in it."""
        match cond:
            case m.All(items):
                cond = m.All(tuple(self.named(item.cond) for item in items))
            case m.AnyOf(items):
                cond = m.AnyOf(tuple(self.named(item.cond) for item in items))
            case m.Quantified(kind, var, over, entity, body):
                cond = m.Quantified(kind, var, over, entity, self.named(body.cond))
            case m.ByReading(reading, branches):
                cond = m.ByReading(reading, tuple((value, self.named(c.cond)) for value, c in branches))
            case _:
                pass
        return clause(cond, self.name())

    # ------------------------------------------------------------------------------------------------------- somebody

    def listed(self) -> Any:
        made = tuple(Record({name: self.told(name) for name in self.facts}) for _ in range(self.pick((0, 1, 1, 2))))
        return self.pick((UNKNOWN, Listed(made, open=True), Listed(made, open=True), Listed(made, open=False)))

    def told(self, name: str) -> Any:
        p = self.pick
        office = Record({"size": p((1, 2, UNKNOWN)), "licensed": p((True, False, UNKNOWN))})
        choices: dict[m.Type, tuple[Any, ...]] = {
            TRUTH: (True, False),
            DATE: self.days,
            MONEY: (0, 1),
            LEVEL: ("low", "mid", "high"),
            TYPES["school"]: ("alpha", "other"),
            TYPES["at"]: (office,),
        }
        return p((p(choices[TYPES[name]]), p(choices[TYPES[name]]), UNKNOWN))

    # ----------------------------------------------------------------------------------------------------- conditions

    def plain(self, var: str) -> m.Cond:
        """What is said of an element by itself."""
        p, name = self.pick, self.pick(self.facts)
        at, op = m.Path(var, (name,)), self.operator()
        match TYPES[name]:
            case m.Scalar("truth"):
                return m.Truth(at)
            case m.Scalar("date"):
                return m.Compare(p(ORDER), at, m.Const(p(self.days), DATE))
            case m.Scalar("money"):
                return m.Compare(op, at, m.Const(p((0, 1)), MONEY))
            case m.KeyOf() as key:
                return m.Compare(p(("is", "is_not")), at, m.Const("alpha", key))
            case m.EnumOf():
                return m.Compare(p(ORDER), at, m.Const("mid", LEVEL), "level")
            case _:
                size = m.Compare(op, m.Path(var, ("at", "size")), p((whole(1), whole(2), m.Path("n"))))
                return p((m.Truth(m.Path(var, ("at", "licensed"))), size))

    def said(self, var: str, depth: int = 0) -> m.Cond:
        """What is said of an element beside givens, readings and the law."""
        p, name = self.pick, self.pick(self.facts)
        at = m.Path(var, (name,))
        deep = ("reading", "not", "or", "and", "fit", "term", "n", "points") if depth < 2 else ()
        match p(("plain", "plain", "date", "date", "law", *deep)):
            case "date" if TYPES[name] == DATE:
                return self.dated(at, ends=name == "ended")
            case "law" if name == "school":
                own = [m.Path(var, ("on",))] if "on" in self.facts else []
                return m.Member(at, "listed", p((m.Path("filed"), m.Path("day"), *own)), ())
            case "reading":
                one, two = clause(self.said(var, depth + 1)), clause(self.said(var, depth + 1))
                return m.ByReading("wide", (("one", one), ("two", two)))
            case "not":
                return m.Not(clause(self.said(var, depth + 1)))
            case "or" | "and" as how:
                both = clause(self.said(var, depth + 1)), clause(self.said(var, depth + 1))
                return m.AnyOf(both) if how == "or" else m.All(both)
            case "fit":
                return m.Truth(m.Path("fit"))
            case "n":
                return m.Compare(self.operator(), m.Path("n"), p((whole(1), m.Param("limit"))))
            case "term" if self.terms:
                return m.Call("counts", (m.Path(var),))
            case "points":
                lines = tuple(m.Points(p((1, 2)), clause(self.plain(var))) for _ in range(p((1, 2))))
                score = m.Score(p(("total", "highest")), lines, p((None, 2)))
                return m.Compare(self.operator(), score, p((whole(1), whole(2), m.Path("n"))))
            case _:
                return self.plain(var)

    def dated(self, at: m.Path, *, ends: bool = False) -> m.Cond:
        """A date compared with another, told or not, or with one of the law."""
        p, op = self.pick, self.operator()
        const = m.Const(p(self.days), DATE)
        other: m.Expr = p((m.Path("filed"), m.Path("day"), m.Param("cutoff"), const))
        other = const if at == other else other
        moved = m.Shift(other, p(self.lengths), p((1, -1)))
        match p(("plain", "shift", "window", "edge", "extreme", "year")):
            case "shift":
                return m.Compare(op, at, moved)
            case "window":
                return m.Window(at, p(self.lengths), p(("after", "before")), other)
            case "edge":
                edge = m.EdgeOf(at, p(("month begins", "month ends", "year ends")))
                return m.Compare(op, edge, p((other, m.EdgeOf(other, "month ends"))))
            case "extreme":
                pair = (moved, p((m.Path("filed"), m.Path("day"))))
                return m.Compare(op, at, m.Extreme(p(("earliest", "latest")), pair))
            case "year" if not ends:
                apart = m.Difference(m.YearOf(at), m.YearOf(other))
                return m.Compare(op, apart, p((whole(0), whole(1), m.Path("n"))))
            case _:
                return m.Compare(op, at, other)

    def count(self, where: bool = False) -> m.Aggregate:
        """A count, of all or of some."""
        var = self.name()
        said = self.said(var) if where else self.pick((None, self.said(var), self.said(var)))
        return m.Aggregate("count", var, ITEMS, "item", said)

    def leaf(self) -> m.Cond:
        p, var, op = self.pick, self.name(), self.operator()
        match p(
            ("quantified",) * 2
            + ("sum", "months", "months", "score", "score", "given", "reading", "again", "two")
            + ("count",) * 3
        ):
            case "quantified":
                return m.Quantified(p(("some", "every")), var, ITEMS, "item", clause(self.said(var)))
            case "sum" if "paid" in self.facts:
                where = p((None, self.said(var)))
                total = m.Aggregate("sum", var, ITEMS, "item", where, m.Path(var, ("paid",)))
                return m.Compare(op, total, m.Const(p((0, 1, 2)), MONEY))
            case "months" if "began" in self.facts:
                before = p((None, m.Path("filed"), m.Path("filed"), m.Const(p(self.days), DATE)))
                within = p((None, *self.lengths)) if before is not None else None
                after = p((None, None, m.Path("day")))
                total = m.Aggregate(
                    "months", var, ITEMS, "item", p((None, self.said(var))), None, after, before, within
                )
                least = p((*self.lengths, Duration(0, "months"), Duration(30, "days")))
                return m.Compare(p(ORDER), total, m.Const(least, DURATION))
            case "score":
                return self.score()
            case "given":
                number = m.Compare(op, m.Path("n"), p((whole(1), m.Param("limit"))))
                return p((m.Truth(m.Path("fit")), number, self.dated(m.Path("day"))))
            case "reading":
                return m.ByReading("wide", (("one", clause(self.leaf())), ("two", clause(self.leaf()))))
            case "again":
                return self.again(var)
            case "two":
                left, right = self.count(where=True), self.count()
                apart = m.Compare(op, m.Difference(left, right), p((whole(0), whole(1))))
                return p((m.Compare(op, left, right), apart))
            case _:
                limit = p((whole(0), whole(1), whole(1), whole(2), m.Path("n"), m.Param("limit")))
                return m.Compare(op, self.count(), limit)

    def score(self) -> m.Cond:
        """Points with limits, for each element and for givens."""
        p = self.pick

        def line() -> m.Points:
            fit, var = m.Truth(m.Path("fit")), self.name()
            held: m.Cond = p((m.Always(), fit, m.Not(clause(fit)), self.dated(m.Path("day"))))
            if p((True, True, False)):
                return m.Points(p((1, 2)), clause(held), self.count(), p((None, None, 2)))
            some = m.Quantified("some", var, ITEMS, "item", clause(self.said(var)))
            return m.Points(p((1, 2, 3)), clause(p((held, some))))

        lines: tuple[m.Points | m.Expr, ...] = tuple(line() for _ in range(p((1, 1, 2))))
        if p((False, False, True)):
            lines = (*lines, m.Score("highest", (line(), line()), p((None, 2))))
        score = m.Score(p(("total", "total", "highest")), lines, p((None, None, 3)))
        return m.Compare(self.operator(), score, p((whole(1), whole(2), whole(3), m.Path("n"))))

    def again(self, var: str) -> m.Cond:
        """What is said of an element beside every other of the list."""
        p, inner, name = self.pick, self.name(), self.pick(self.facts)
        both: m.Cond = m.All((clause(self.plain(var)), clause(self.said(inner))))
        if TYPES[name] == DATE and name != "ended":
            mine = m.Path(var, (name,))
            both = m.Compare(self.operator(), m.Path(inner, (name,)), p((mine, m.Shift(mine, p(self.lengths), 1))))
        beside: m.Cond = m.Quantified(p(("some", "every")), inner, ITEMS, "item", clause(both))
        if p((True, False)):
            counted = m.Aggregate("count", inner, ITEMS, "item", both)
            beside = m.Compare(self.operator(), counted, whole(p((0, 1))))
        return m.Quantified(p(("some", "every")), var, ITEMS, "item", clause(beside))

    def size(self) -> int:
        return self.pick((2, 2, 3))
