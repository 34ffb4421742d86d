"""Sweeping the day of filing over points that are added up, small books and people drawn, is the same as every day."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from dsl import model as m
from dsl.calendar import Duration
from dsl.case import Absent, Case, Listed, Record
from solver.assess import compile_book
from solver.when import sweep
from tests.drawn import Drawn
from tests.laws import PROFILE, by_profile
from tests.strategies.books import CITES, blank, clause, fact, words
from tests.test_when_sweep import compare, hung

DAY, LEAST = dt.timedelta(days=1), dt.date(2026, 2, 20)
WHOLE, DATE, TRUTH = m.Scalar("whole"), m.Scalar("date"), m.Scalar("truth")
FILED, BORN, CAME = m.Path("submitted_on"), m.Path("born"), m.Path("came")
GIVENS: dict[str, m.Type] = {
    "submitted_on": DATE,
    "born": DATE,
    "came": DATE,
    "here": TRUTH,
    "children": WHOLE,
    "jobs": m.ListOf("job"),
}
JOB: dict[str, m.Type] = {"good": TRUTH, "began": DATE, "ended": DATE}
LENGTH = 35 if PROFILE != "deep" else 70
SEEDS = by_profile(60, 130, 4_000)


def number(n: int) -> m.Const:
    return m.Const(n, WHOLE)


class Scored(Drawn):
    """A small book whose category adds up points, some of them for the day; and somebody of whom a part is told."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        needs = clause(self.tree(1), "need")
        self.book = blank(
            entities={
                "job": m.Entity("job", words("job"), tuple(fact(n, t) for n, t in JOB.items()), ("began", "ended"))
            },
            parameters={name: self.parameter(name) for name in ("mark", "weight")},
            givens={name: fact(name, kind) for name, kind in GIVENS.items()},
            categories={"t.a": m.Category("t.a", words("a"), needs, None)},
        )
        told: dict[str, Any] = {
            "born": self.day() - (30 * 365 + 7) * DAY,
            "came": self.day(),
            "here": self.pick((True, False)),
            "children": self.pick((0, 1, 2, 3)),
        }
        open_ = self.pick(("born", "came", "jobs", None, None))  # one of these: more take too long, day by day
        told |= {name: Absent.UNKNOWN for name in (open_, self.pick(("here", "children"))) if name in told}
        jobs = tuple(self.job(judged=open_ is not None) for _ in range(self.pick((0, 1, 1, 2))))
        self.case = Case("somebody", Record(told | {"jobs": Listed(jobs, open=open_ == "jobs")}))

    def day(self) -> dt.date:
        return LEAST + self.pick(range(-25, 45)) * DAY

    def parameter(self, name: str) -> m.Parameter:
        """A number by the day of filing, known from the first, one day of it perhaps not."""
        starts = [dt.date(2000, 1, 1), *sorted({self.day(), self.day()})]
        values = [self.pick((2, 3, 4)), *(self.pick((1, 2, 3, 4, 5, None)) for _ in starts[1:])]
        rows = [m.Dated(start, value, CITES, start) for start, value in zip(starts, values, strict=True)]
        return m.Parameter(name, words(name), WHOLE, self.pick(("submitted_on", "submitted_on", None)), tuple(rows[:3]))

    def job(self, *, judged: bool) -> Record:
        began, ended = sorted((self.day(), self.day()))
        told: dict[str, Any] = {"good": self.pick((True, False)), "began": began, "ended": ended}
        return Record(told if judged else told | self.pick(({}, {"good": Absent.UNKNOWN})))

    def said(self, var: str) -> m.Cond:
        good = m.Truth(m.Path(var, ("good",)))
        then = m.Compare(self.pick(("le", "ge")), m.Path(var, (self.pick(("began", "ended")),)), self.filed())
        return self.pick((good, then, m.All((clause(good), clause(then)))))

    def filed(self) -> m.Expr:
        unit: Any = self.pick(("days", "months"))
        return self.pick((FILED, m.Shift(FILED, Duration(self.pick((1, 2, 20)) if unit == "days" else 1, unit), -1)))

    def line(self) -> m.Cond:
        """What points are for."""
        var = self.name()
        match self.pick(("age", "age", "here", "came", "children", "rule", "some", "months", "count")):
            case "age":
                old = m.AgeOn(BORN, FILED)
                return m.Compare(self.pick(("ge", "lt")), old, number(self.pick((30, 30, 30, 31))))
            case "here":
                return m.Truth(m.Path("here"))
            case "came":
                return m.Compare(self.pick(("le", "ge", "lt")), CAME, self.filed())
            case "children":
                return m.Compare("ge", m.Path("children"), self.limit())
            case "rule":
                return m.Compare(self.operator(), m.Param("weight"), number(self.pick((2, 3))))
            case "some":
                return m.Quantified("some", var, m.Path("jobs"), "job", clause(self.said(var)))
            case "count":
                count = m.Aggregate("count", var, m.Path("jobs"), "job", self.said(var))
                return m.Compare("ge", count, number(self.pick((1, 2))))
            case _:
                total = m.Aggregate("months", var, m.Path("jobs"), "job", m.Truth(m.Path(var, ("good",))), before=FILED)
                return m.Compare("ge", total, m.Const(Duration(self.pick((1, 2)), "months"), m.Scalar("duration")))

    def limit(self) -> m.Expr:
        limit = self.pick((number(self.pick((1, 2, 3, 4))), m.Param("mark"), m.Param("weight")))
        return self.pick((limit, m.Difference(m.Param("mark"), number(self.pick((0, 1, 2))))))

    def score(self, depth: int = 1) -> m.Score:
        lines: list[m.Points | m.Expr] = [
            m.Points(self.pick((1, 1, 2, 3)), clause(self.line())) for _ in range(self.pick((1, 2, 3)))
        ]
        if depth and self.pick((True, False)):
            lines.append(self.score(depth - 1))
        kind = self.pick(("total", "total", "highest"))
        return m.Score("highest" if kind == "highest" else "total", tuple(lines), self.pick((None, None, 2, 3)))

    def leaf(self) -> m.Cond:
        if self.pick((True, True, True, False)):
            return m.Compare(self.operator(), self.score(), self.limit())
        return self.line()


def test_points_for_the_day_and_for_what_is_not_told() -> None:
    """Each day comes to what it comes to by itself, and hangs on the same."""
    start = int(os.environ.get("WHEN_FROM", "0"))
    for seed in range(start, start + SEEDS):
        made = Scored(seed)
        compiled = compile_book(made.book)
        first, last = LEAST, LEAST + LENGTH * DAY
        try:
            compare(compiled, made.case, first, last)
            hung(compiled, made.case, sweep(compiled, made.case, first, last))
        except AssertionError as wrong:
            raise AssertionError(seed) from wrong


def test_a_total_turns_for_each_of_the_elements_that_may_count() -> None:
    """Two months of good work, one of two jobs not good: when the later alone is long enough."""

    def good(var: str) -> m.Cond:
        return m.Truth(m.Path(var, ("good",)))

    total = m.Aggregate("months", "j", m.Path("jobs"), "job", good("j"), before=FILED)
    long = m.Compare("ge", total, m.Const(Duration(2, "months"), m.Scalar("duration")))
    other = m.Quantified("some", "k", m.Path("jobs"), "job", clause(m.Not(clause(good("k")))))
    book = blank(
        entities={"job": m.Entity("job", words("job"), tuple(fact(n, t) for n, t in JOB.items()), ("began", "ended"))},
        givens={"submitted_on": fact("submitted_on", DATE), "jobs": fact("jobs", m.ListOf("job"))},
        categories={"t.a": m.Category("t.a", words("a"), clause(m.All((clause(long), clause(other)))), None)},
    )
    spells = ((dt.date(2025, 12, 1), dt.date(2025, 12, 31)), (dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    jobs = tuple(Record({"good": Absent.UNKNOWN, "began": a, "ended": b}) for a, b in spells)
    compiled, case = compile_book(book), Case("somebody", Record({"jobs": Listed(jobs, open=False)}))
    first, last = dt.date(2026, 2, 5), dt.date(2026, 4, 10)  # from February on both together are two months
    compare(compiled, case, first, last)
    found = [(s.first, s.outcome) for s in sweep(compiled, case, first, last).stretches("t.a")]
    assert found == [(first, m.Verdict.DOES_NOT_QUALIFY), (dt.date(2026, 3, 1), m.Verdict.DEPENDS)]
