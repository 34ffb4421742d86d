"""A book and answers on it made by hand, so that reports are tested without a solver."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from dsl.calendar import Duration
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.model import (
    Aggregate,
    All,
    Asks,
    Book,
    Call,
    Category,
    Citation,
    Clause,
    Compare,
    Const,
    Dated,
    Document,
    EnumOf,
    Grant,
    Label,
    Member,
    Notice,
    Param,
    Parameter,
    Path,
    Quantified,
    Reading,
    Scalar,
    Scheme,
    Source,
    Term,
    Truth,
    Verdict,
)
from solver.answer import Answer, Granted, Hinge, Result, Status, Step
from tests import smallbook

GUIDE = Source("guide", Label("Department guide", "入境處指引"), 2, dt.date(2023, 11, 1))
BLOG = Source("blog", Label("A blog", "網誌"), 7)


def cite(pinpoint: str) -> tuple[Citation, ...]:
    """A citation of the guide."""
    return (Citation("guide", pinpoint),)


FLOOR = Parameter(
    "income_floor",
    Label("income floor", "收入下限"),
    Scalar("money"),
    "submitted_on",
    (Dated(dt.date(2022, 12, 28), 2_500_000, cite("(1)"), dt.date(2022, 12, 28)),),
)
MONTHS = Aggregate(
    "months", "j", Path("applicant", ("jobs",)), "job", before=Path("submitted_on"), within=Duration(5, "years")
)
INCOME = Clause("income", Compare("ge", Path("applicant", ("income",)), Param("income_floor")), cite("(1)"))
LEVEL = Clause(
    "level", Compare("ge", Path("d", ("level",)), Const("bachelor", EnumOf("level"))), cite("註3")
)  # fmt: skip
LISTED = Clause("listed", Member(Path("d", ("institution",)), "universities", Path("submitted_on")), cite("註2"))
DEGREE = Clause("degree", Call("listed_degree", (Path("d"),)))
EXPERIENCE = Clause(
    "experience",
    Compare("ge", MONTHS, Const(Duration(36, "months"), Scalar("duration"))),
    cite("註4"),
    Label(
        "{value} months of work in the last five years; {limit} are needed",
        "緊接申請前五年內有{value}個月工作經驗；須有{limit}",
    ),
)
SECURITY = Clause("security", Truth(Path("security")), cite("(1) 準則"))
ONCE = Clause("once", Truth(Path("character")), cite("(9)"), Label("admitted before", "曾獲批准"))
GRADUATE = Clause(
    "graduate",
    Quantified("some", "d", Path("applicant", ("degrees",)), "degree", Clause(None, All((DEGREE, EXPERIENCE)))),
)

A = Category("small.a", Label("High income", "高收入人士"), Clause(None, All((INCOME, SECURITY))), None)
B = Category(
    "small.b",
    Label("Graduates with experience", "具工作經驗的畢業生"),
    Clause(None, All((GRADUATE, SECURITY))),
    Clause(None, All((ONCE,))),
    grants=(Grant("stay", Const(Duration(24, "months"), Scalar("duration")), cite("(2)")),),
    asks=(Asks(("photo",), None),),
)
BOOK: Book = replace(
    smallbook.BOOK,
    sources={"guide": GUIDE, "blog": BLOG},
    parameters={"income_floor": FLOOR},
    terms={
        "listed_degree": Term(
            "listed_degree",
            Label("a degree from a listed university", "合資格大學頒授的學位"),
            (("d", "degree"),),
            Clause(None, All((LEVEL, LISTED))),
        )
    },
    documents={"photo": Document("photo", Label("photograph", "近照"), cite("4"))},
    schemes={"small": Scheme("small", Label("Small scheme", "小計劃"))},
    categories={"small.a": A, "small.b": B},
    notices={
        "discretion": Notice("discretion", Label("the Director decides", "入境處處長有最終決定權"), "J-19", cite("5"))
    },
    readings={
        **smallbook.BOOK.readings,
        "by_whom": Reading(
            "by_whom", Label("who decides", "由誰決定"), (("a", Label("one", "甲")), ("b", Label("two", "乙"))), "a"
        ),
    },
    texts={"book.rules": "book small\n"},
)

FILED = dt.date(2026, 11, 21)
AT_FIRST = {"d": "applicant.degrees[0]"}


def record(**facts: Known) -> Record:
    """A record of some facts; enough for a report."""
    return Record(facts)


CASE = Case(
    "graduate.yaml",
    record(
        submitted_on=FILED,
        approved_on=Absent.NOT_ASKED,
        security=Absent.NOT_ASKED,
        character=Absent.DECLINED,
        applicant=record(
            nationality="JP",
            income=Absent.UNKNOWN,
            degrees=Listed((record(level="bachelor", institution="tokyo"),)),
            jobs=Listed((), open=True),
        ),
    ),
    title="<A graduate> & more",
)

INCOME_STEP = Step(
    "small.a/income",
    "test",
    Status.VARIES,
    wanted=True,
    clause=INCOME,
    values={"value": Absent.UNKNOWN, "limit": 2_500_000, "applicant.income": Absent.UNKNOWN},
    decisive=True,
)


def security_step(category: str) -> Step:
    """The presumed judgement."""
    return Step(f"{category}/security", "test", Status.HOLDS, wanted=True, clause=SECURITY, values={"security": True})


LISTED_STEP = Step(
    "small.b/graduate/degree/listed",
    "test",
    Status.HOLDS,
    wanted=True,
    clause=LISTED,
    binding=AT_FIRST,
    values={"value": "tokyo", "d.institution": "tokyo", "submitted_on": FILED},
)
LEVEL_STEP = Step(
    "small.b/graduate/degree/level",
    "test",
    Status.HOLDS,
    wanted=True,
    clause=LEVEL,
    binding=AT_FIRST,
    values={"value": "bachelor", "limit": "bachelor", "d.level": "bachelor"},
)
EXPERIENCE_STEP = Step(
    "small.b/graduate/experience",
    "test",
    Status.FAILS,
    wanted=True,
    clause=EXPERIENCE,
    binding=AT_FIRST,
    values={"value": (35, 12), "limit": Duration(36, "months")},
    decisive=True,
)
GRADUATE_STEP = Step(
    "small.b/graduate",
    "some",
    Status.FAILS,
    wanted=True,
    clause=GRADUATE,
    decisive=True,
    children=(
        Step(
            "small.b/graduate",
            "element",
            Status.FAILS,
            wanted=True,
            clause=None,
            element="applicant.degrees[0]",
            binding=AT_FIRST,
            decisive=True,
            children=(
                Step(
                    "small.b/graduate/degree",
                    "all",
                    Status.HOLDS,
                    wanted=True,
                    clause=DEGREE,
                    binding=AT_FIRST,
                    children=(LEVEL_STEP, LISTED_STEP),
                ),
                EXPERIENCE_STEP,
            ),
        ),
    ),
)
ONCE_STEP = Step("small.b/once", "test", Status.FAILS, wanted=False, clause=ONCE, values={"character": False})

ANSWER = Answer(
    "graduate.yaml",
    (
        Result(
            "small.a",
            "small",
            Verdict.DEPENDS,
            hinges=(
                Hinge("fact", "applicant.income"),
                Hinge("fact", "applicant.jobs"),
                Hinge("fact", "applicant.degrees[0].level"),
                Hinge("judgement", "character"),
                Hinge("reading", "five_years"),
                Hinge("law", "universities:tokyo"),
                Hinge("law", "income_floor"),
            ),
            assumes=("security",),
            leans_on=("blog",),
            because=("income",),
            steps=(INCOME_STEP, security_step("small.a")),
        ),
        Result(
            "small.b",
            "small",
            Verdict.DOES_NOT_QUALIFY,
            sensitive_to=("five_years",),
            grants=(Granted("stay", (Duration(24, "months"), Duration(36, "months")), ("approved_on",)),),
            asks_for=("photo",),
            routes_to=("small.a",),
            because=("graduate.experience",),
            steps=(GRADUATE_STEP, security_step("small.b"), ONCE_STEP),
        ),
    ),
    {"five_years": "by_date", "by_whom": "b"},
    unused=("applicant.nationality",),
)
