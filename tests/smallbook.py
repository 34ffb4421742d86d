"""A small checked book, built by hand: every kind of fact once, two lists, judgements of both sorts, two readings."""

from __future__ import annotations

import datetime as dt

from dsl.model import (
    Always,
    Book,
    Category,
    Clause,
    Coverage,
    Entity,
    EntityOf,
    Enumeration,
    EnumOf,
    Fact,
    Judgement,
    KeyOf,
    Label,
    ListOf,
    Reading,
    Row,
    Scalar,
    Scheme,
    Table,
)

TODAY = dt.date(2026, 11, 21)


def _row(key: str, en: str, zh: str) -> Row:
    return Row(key, dt.date(2022, 12, 28), None, (), Label(en, zh))


LEVEL = Enumeration(
    "level",
    Label("degree level", "學位程度"),
    (
        ("none", Label("no degree", "沒有學位")),
        ("bachelor", Label("bachelor's degree", "學士學位")),
        ("master", Label("master's degree", "碩士學位")),
        ("doctorate", Label("doctor's degree", "博士學位")),
    ),
    ordered=True,
)

UNIVERSITIES = Table(
    "universities",
    Label("listed universities", "合資格大學"),
    (
        _row("tokyo", "University of Tokyo", "東京大學"),
        _row("tokyo", "The University of Tokyo", "東京大學"),
        _row("kyoto", "Kyoto University", "京都大學"),
        _row("oxford", "University of Oxford", "牛津大學"),
        _row("york_uk", "York University", "約克大學"),
        _row("york_ca", "York University", "約克大學（加拿大）"),
        _row("delhi", "Indian Institute of Technology Delhi", "印度理工學院德里分校"),
    ),
    (Coverage("closed", dt.date(2022, 12, 28), None),),
    (),
    Scalar("text"),
)

DEGREE = Entity(
    "degree",
    Label("degree", "學位"),
    (
        Fact("level", EnumOf("level"), Label("level of the degree", "學位程度")),
        Fact("institution", KeyOf("universities"), Label("awarding university", "頒授大學")),
        Fact("awarded_on", Scalar("date"), Label("day of the award", "頒授日期")),
        Fact("honorary", Scalar("truth"), Label("honorary", "名譽學位")),
        Fact("verified", Scalar("truth"), Label("found genuine", "已核實"), judgement="verified"),
    ),
)

JOB = Entity(
    "job",
    Label("job", "工作"),
    (
        Fact("began", Scalar("date"), Label("first day", "首日")),
        Fact("ended", Scalar("date"), Label("last day", "末日")),
        Fact("salary", Scalar("money"), Label("salary a year", "年薪")),
    ),
    spell=("began", "ended"),
)

SPOUSE = Entity(
    "spouse", Label("spouse", "配偶"), (Fact("nationality", Scalar("country"), Label("nationality", "國籍")),)
)

PERSON = Entity(
    "person",
    Label("person", "申請人"),
    (
        Fact("born", Scalar("date"), Label("date of birth", "出生日期")),
        Fact("nationality", Scalar("country"), Label("nationality", "國籍")),
        Fact("income", Scalar("money"), Label("income of the last year", "上一年的收入")),
        Fact("children", Scalar("whole"), Label("number of children", "子女人數")),
        Fact("stay", Scalar("duration"), Label("stay asked for", "申請逗留期限")),
        Fact("remarks", Scalar("text"), Label("remarks", "備註")),
        Fact("spouse", EntityOf("spouse"), Label("spouse", "配偶")),
        Fact("degrees", ListOf("degree"), Label("degrees", "學位")),
        Fact("jobs", ListOf("job"), Label("jobs", "工作")),
    ),
)

BOOK = Book(
    id="small",
    label=Label("A small book", "小規則書"),
    known=TODAY,
    sources={},
    enumerations={LEVEL.id: LEVEL},
    entities={e.id: e for e in (DEGREE, JOB, SPOUSE, PERSON)},
    givens={
        "submitted_on": Fact("submitted_on", Scalar("date"), Label("day of filing", "遞交日期"), default="today"),
        "approved_on": Fact("approved_on", Scalar("date"), Label("day of approval", "批准日期")),
        "applicant": Fact("applicant", EntityOf("person"), Label("applicant", "申請人")),
        "security": Fact("security", Scalar("truth"), Label("no objection", "沒有異議"), judgement="security"),
        "character": Fact("character", Scalar("truth"), Label("good character", "品格良好"), judgement="character"),
    },
    parameters={},
    tables={UNIVERSITIES.id: UNIVERSITIES},
    judgements={
        "security": Judgement("security", Label("no objection", "沒有異議"), "presumed"),
        "character": Judgement("character", Label("good character", "品格良好"), "open"),
        "verified": Judgement("verified", Label("degree found genuine", "學位已核實"), "presumed", entity="degree"),
    },
    readings={
        "five_years": Reading(
            "five_years",
            Label("how five years are counted", "五年的計算方法"),
            (("by_date", Label("from day to day", "逐日計算")), ("by_year", Label("by calendar year", "按曆年計算"))),
            "by_date",
        )
    },
    conflicts={},
    terms={},
    documents={},
    schemes={"small": Scheme("small", Label("Small scheme", "小計劃"))},
    categories={"small.a": Category("small.a", Label("Category A", "A類"), Clause("all", Always()), None)},
    properties={},
    notices={},
    examples={},
)
