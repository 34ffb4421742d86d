"""Values and conditions in words; what is expected follows the style the reports keep."""

from __future__ import annotations

import datetime as dt
import pathlib
import re
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from dsl.calendar import ONGOING, Duration
from dsl.case import Absent, Listed, Record
from dsl.checks import labelled
from dsl.inside import children
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    EnumOf,
    Extreme,
    KeyOf,
    Label,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Quantified,
    Scalar,
    Shift,
    Truth,
    Window,
    YearOf,
)
from solver.answer import Status, Step
from tests import ready
from tests.handmade import AT_FIRST, BOOK, FILED, INCOME_STEP
from whereas.phrases import PHRASES, Lang, joined
from whereas.scripts import simplified
from whereas.sentences import step_words
from whereas.values import address_words, country_words, told, value_words
from whereas.words import HOLE, Scene, cond_words, expr_words, with_article

BORN, FILING = Path("applicant", ("born",)), Path("submitted_on")
MONEY = Scalar("money")


@pytest.mark.parametrize(
    ("value", "type", "en", "zh"),
    [
        (2_500_000, MONEY, "HK$2,500,000", "2,500,000港元"),
        (0, MONEY, "HK$0", "0港元"),
        (2022, Scalar("whole"), "2022", "2022"),
        (12_000, Scalar("whole"), "12,000", "12,000"),
        (dt.date(2024, 10, 16), Scalar("date"), "16 October 2024", "2024年10月16日"),
        (ONGOING, Scalar("date"), "still going on", "仍在進行"),
        (Duration(1, "months"), None, "1 month", "1個月"),
        (Duration(24, "months"), None, "24 months", "24個月"),
        (Duration(2, "weeks"), None, "2 weeks", "2星期"),
        ((35, 12), Scalar("duration"), "35 months and 12 days", "35個月12日"),
        ((36, 0), Scalar("duration"), "36 months", "36個月"),
        ((0, 5), Scalar("duration"), "5 days", "5日"),
        ((0, 0), Scalar("duration"), "0 months", "0個月"),
        (((35, 0), (36, 2)), Scalar("duration"), "from 35 months to 36 months and 2 days", "35個月至36個月2日"),
        ((1, 3), Scalar("whole"), "from 1 to 3", "1至3"),
        ((2, None), Scalar("whole"), "2 or more", "2或以上"),
        ((2, 2), Scalar("whole"), "2", "2"),
        (((3, 0), (12, 0)), Scalar("duration"), "from 3 months to 12 months", "3個月至12個月"),
        (((0, 0), (3600, 1)), Scalar("duration"), "0 months or more", "0個月或以上"),
        (True, Scalar("truth"), "yes", "是"),
        ("JP", Scalar("country"), "Japan", "日本"),
        ("bachelor", EnumOf("level"), "bachelor's degree", "學士學位"),
        ("tokyo", KeyOf("universities"), "University of Tokyo", "東京大學"),
        ("other", KeyOf("universities"), "one the lists do not name", "名單未有列明者"),
        (Absent.NOT_ASKED, MONEY, "not told", "未提供"),
        (Absent.UNKNOWN, MONEY, "unknown", "不知道"),
        (Absent.DECLINED, MONEY, "declined", "不願提供"),
        (Listed((Record({}),), open=True), None, "one entry, and there may be more", "1項，或尚有其他"),
        (Listed(()), None, "none", "沒有"),
    ],
)
def test_value(value: object, type: Any, en: str, zh: str) -> None:
    assert value_words(BOOK, value, type, "en") == en
    assert value_words(BOOK, value, type, "zh") == zh


@pytest.mark.parametrize(
    ("address", "en", "zh"),
    [
        ("submitted_on", "day of filing", "遞交日期"),
        ("applicant.income", "income of the last year", "上一年的收入"),
        ("applicant.degrees", "degrees", "學位"),
        ("applicant.degrees[0]", "degree 1", "學位1"),
        ("applicant.degrees[1].institution", "awarding university (degree 2)", "頒授大學（學位2）"),
        ("applicant.degrees[+].institution", "awarding university (a further degree)", "頒授大學（另一項學位）"),
        ("applicant.spouse.nationality", "nationality (spouse)", "國籍（配偶）"),
        ("nowhere.at.all", "nowhere.at.all", "nowhere.at.all"),
    ],
)
def test_address(address: str, en: str, zh: str) -> None:
    assert address_words(BOOK, address, "en") == en
    assert address_words(BOOK, address, "zh") == zh


def test_told_walks_lists_and_stops_at_what_is_absent() -> None:
    from tests.handmade import CASE

    assert told(CASE, "applicant.degrees[0].level") == "bachelor"
    assert told(CASE, "applicant.degrees[4].level") is None
    assert told(CASE, "character") is Absent.DECLINED
    assert told(CASE, "approved_on.year") is Absent.NOT_ASKED


WHOLE = Const(2, Scalar("whole"))
CHILDREN = Path("applicant", ("children",))
TWO = Clause(None, Compare("ge", CHILDREN, WHOLE))
HONORARY = Clause(None, Truth(Path("d", ("honorary",))))
CONDITIONS: list[tuple[Cond, str, str, str]] = [
    (Compare("lt", BORN, FILING), "the date of birth is before the day of filing", "出生日期早於遞交日期",
     "the date of birth is on or after the day of filing"),
    (Compare("gt", Path("d", ("level",)), Const("bachelor", EnumOf("level"))),
     "level of the degree is above bachelor's degree", "學位程度高於學士學位",
     "level of the degree is at most bachelor's degree"),
    (Compare("is_not", CHILDREN, WHOLE), "number of children is not 2", "子女人數不是2", "number of children is 2"),
    (OneOf(Path("applicant", ("nationality",)), (Const("JP", Scalar("country")), Const("FR", Scalar("country")))),
     "nationality is Japan or France", "國籍是日本或法國", "nationality is not Japan or France"),
    (Member(Path("d", ("institution",)), "universities", FILING),
     "awarding university is listed in “listed universities” on the day of filing",
     "頒授大學於遞交日期列於「合資格大學」",
     "awarding university is not listed in “listed universities” on the day of filing"),
    (Window(FILING, Duration(6, "months"), "after", BORN),
     "the day of filing is within 6 months after the date of birth", "遞交日期在出生日期起6個月內",
     "the day of filing is not within 6 months after the date of birth"),
    (Window(BORN, Duration(1, "years"), "before", FILING),
     "the date of birth is in the year before the day of filing", "出生日期在遞交日期前1年內",
     "the date of birth is not in the year before the day of filing"),
    (Window(BORN, Duration(6, "months"), "before", FILING),
     "the date of birth is in the 6 months before the day of filing", "出生日期在遞交日期前6個月內",
     "the date of birth is not in the 6 months before the day of filing"),
    (Truth(Path("security")), "no objection", "沒有異議", "not: no objection"),
    (Always(), "always", "一律符合", "never"),
    (All((TWO, HONORARY)), "number of children is at least 2 and honorary", "子女人數不少於2，而且名譽學位",
     "number of children is less than 2 or not: honorary"),
    (AnyOf((TWO, HONORARY)), "number of children is at least 2 or honorary", "子女人數不少於2，或名譽學位",
     "number of children is less than 2 and not: honorary"),
    (AtLeast(2, (TWO, HONORARY)), "at least 2 of: number of children is at least 2; honorary",
     "至少2項：子女人數不少於2；名譽學位", "fewer than 2 of: number of children is at least 2; honorary"),
    (Not(TWO), "number of children is less than 2", "子女人數少於2", "number of children is at least 2"),
    (Quantified("some", "d", Path("applicant", ("degrees",)), "degree", HONORARY),
     "some degree with: honorary", "有一項學位符合：名譽學位", "no degree with: honorary"),
    (Quantified("every", "d", Path("applicant", ("degrees",)), "degree", HONORARY),
     "every degree with: honorary", "每一項學位均符合：名譽學位", "some degree with: not: honorary"),
    (Call("listed_degree", (Path("d"),)), "a degree from a listed university", "合資格大學頒授的學位",
     "not: a degree from a listed university"),
    (ByReading("five_years", (("by_date", TWO), ("by_year", HONORARY))),
     "number of children is at least 2", "子女人數不少於2", "number of children is less than 2"),
]  # fmt: skip


@pytest.mark.parametrize(("cond", "en", "zh", "denied"), CONDITIONS, ids=[c[1] for c in CONDITIONS])
def test_condition(cond: Cond, en: str, zh: str, denied: str) -> None:
    entities = {"d": "degree"}
    assert cond_words(Scene(BOOK, "en", entities), cond) == en
    assert cond_words(Scene(BOOK, "zh", entities), cond) == zh
    assert cond_words(Scene(BOOK, "en", entities), cond, positive=False) == denied


A_YEAR = Duration(1, "years")


@pytest.mark.parametrize(
    ("op", "sign", "en", "zh"),
    [
        ("le", -1, "is at least 1 year before the day of filing", "不遲於遞交日期之前1年"),
        ("lt", -1, "is more than 1 year before the day of filing", "早於遞交日期之前1年"),
        ("ge", -1, "is no earlier than 1 year before the day of filing", "不早於遞交日期之前1年"),
        ("gt", -1, "is later than 1 year before the day of filing", "遲於遞交日期之前1年"),
        ("le", 1, "is no later than 1 year after the day of filing", "不遲於遞交日期之後1年"),
        ("lt", 1, "is earlier than 1 year after the day of filing", "早於遞交日期之後1年"),
        ("ge", 1, "is at least 1 year after the day of filing", "不早於遞交日期之後1年"),
        ("gt", 1, "is more than 1 year after the day of filing", "遲於遞交日期之後1年"),
    ],
)
def test_a_date_that_is_so_long_before_or_after_another(op: Any, sign: Any, en: str, zh: str) -> None:
    cond = Compare(op, BORN, Shift(FILING, A_YEAR, sign))
    assert cond_words(Scene(BOOK, "en"), cond) == f"the date of birth {en}"
    assert cond_words(Scene(BOOK, "zh"), cond) == f"出生日期{zh}"


def test_every_kind_of_condition_is_worded() -> None:
    assert {type(cond) for cond, *_ in CONDITIONS} == set(get_args(Cond))


JOBS = Path("applicant", ("jobs",))
AFTER = Aggregate("months", "j", JOBS, "job", after=BORN, before=FILING, within=Duration(5, "years"))


@pytest.mark.parametrize(
    ("expr", "en", "zh"),
    [
        (Shift(FILING, Duration(6, "months"), -1), "6 months before the day of filing", "遞交日期之前6個月"),
        (Shift(FILING, Duration(1, "years"), 1), "1 year after the day of filing", "遞交日期之後1年"),
        (YearOf(BORN), "the year of the date of birth", "出生日期所屬年份"),
        (AgeOn(BORN, FILING), "completed years from the date of birth to the day of filing",
         "由出生日期至遞交日期的足歲數"),
        (Difference(YearOf(FILING), WHOLE), "the year of the day of filing minus 2", "遞交日期所屬年份減2"),
        (Param("income_floor"), "income floor", "收入下限"),
        (AFTER, "time of job after the date of birth in the 5 years before the day of filing",
         "出生日期之後遞交日期前5年內工作的時間"),
        (Aggregate("count", "j", JOBS, "job"), "number of job", "工作的數目"),
        (Aggregate("sum", "j", JOBS, "job", of=Path("j", ("salary",))), "total salary a year of job", "工作的年薪總和"),
        (Extreme("earliest", (BORN, FILING)), "the earliest of the date of birth and the day of filing",
         "出生日期及遞交日期中最早者"),
    ],
)  # fmt: skip
def test_expression(expr: Any, en: str, zh: str) -> None:
    assert expr_words(Scene(BOOK, "en"), expr) == en
    assert expr_words(Scene(BOOK, "zh"), expr) == zh


def step(cond: Cond, status: Status, values: Any, sentence: Label | None = None, *, wanted: bool = True) -> Step:
    clause = Clause("x", cond, (), sentence)
    return Step("small.a/x", "test", status, wanted, clause, binding=AT_FIRST, values=values)


def words(step: Step, lang: Lang = "en") -> str:
    return step_words(BOOK, step, lang, {})


INCOME = Compare("ge", Path("applicant", ("income",)), Param("income_floor"))
SENTENCE = Label("{value} months of work; {limit} are needed", "有{value}個月工作經驗；須有{limit}")
FEE = Label("HK${value} earned, HK${limit} asked for", "收入{value}元，須達港幣{limit}元")


def test_a_built_sentence_shows_value_and_limit() -> None:
    seen = step(INCOME, Status.FAILS, {"value": 2_400_000, "limit": 2_500_000})
    assert words(seen) == (
        "income of the last year: HK$2,400,000; the rule asks for: at least income floor (HK$2,500,000)"
    )
    assert words(seen, "zh") == "上一年的收入：2,400,000港元；規則要求：不少於收入下限（2,500,000港元）"


def test_an_absent_value_is_said_with_the_rule_and_the_limit_in_force() -> None:
    assert words(INCOME_STEP) == ("unknown: income of the last year; the rule asks for: at least HK$2,500,000")


def test_what_a_bar_is_about_is_not_asked_for() -> None:
    """A bar on nationals of a list must never read as if the rule asked for such a nationality."""
    excluded = Member(Path("d", ("institution",)), "universities", FILING)
    untold = {"value": Absent.NOT_ASKED, "d.institution": Absent.NOT_ASKED, "submitted_on": FILED}
    seen = step(excluded, Status.VARIES, untold, wanted=False)
    assert words(seen) == (
        "not told: awarding university; what counts against: listed in “listed universities” on the day of filing"
    )
    assert words(seen, "zh") == "未提供：頒授大學；不符情況：於遞交日期列於「合資格大學」"
    paid = step(INCOME, Status.HOLDS, {"value": 2_500_000, "limit": 2_400_000}, wanted=False)
    assert words(paid) == (
        "income of the last year: HK$2,500,000; what counts against: at least income floor (HK$2,400,000)"
    )
    assert words(paid, "zh") == "上一年的收入：2,500,000港元；不符情況：不少於收入下限（2,400,000港元）"
    window = Window(BORN, Duration(6, "months"), "before", FILING)
    days = {"applicant.born": dt.date(2000, 1, 1), "submitted_on": FILED}
    spared = step(window, Status.FAILS, days, wanted=False)
    assert words(spared).endswith(
        "; what counts against: the date of birth is in the 6 months before the day of filing"
    )


def test_a_list_that_an_exception_decides_is_not_said_to_be_empty() -> None:
    """What is under a condition that an exception decides is not shown, and so says nothing of what the case tells."""
    clause = Clause("x", NO_DEGREE)
    seen = Step("small.a/x", "some", Status.VARIES, False, clause, override="hardship")
    assert words(seen) == "some degree with: honorary"
    assert words(seen, "zh") == "有一項學位符合：名譽學位"
    assert words(replace(seen, override=None)) == "the case tells of no degree"


def test_a_thing_has_its_article() -> None:
    nouns = ("enrolment", "offer", "university", "user", "European", "degree", "")
    assert [with_article(noun) for noun in nouns] == [
        "an enrolment", "an offer", "a university", "a user", "a European", "a degree", "a "
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("op", "en", "zh"),
    [
        (
            "is",
            "unknown: level of the degree; the rule asks for: bachelor's degree",
            "不知道：學位程度；規則要求：學士學位",
        ),
        (
            "is_not",
            "unknown: level of the degree; the rule asks for: other than bachelor's degree",
            "不知道：學位程度；規則要求：學士學位以外",
        ),
    ],
)
def test_what_is_asked_of_an_absent_value_is_said_without_its_verb(op: Operator, en: str, zh: str) -> None:
    cond = Compare(op, Path("d", ("level",)), Const("bachelor", EnumOf("level")))
    seen = step(cond, Status.VARIES, {"value": Absent.UNKNOWN, "d.level": Absent.UNKNOWN})
    assert words(seen) == en
    assert words(seen, "zh") == zh


def test_a_unit_beside_a_hole_belongs_to_the_value() -> None:
    # 35 months and 12 days must not become "35 months and 12 days months".
    months = Compare("ge", AFTER, Const(Duration(36, "months"), Scalar("duration")))
    seen = step(months, Status.FAILS, {"value": (35, 12), "limit": Duration(36, "months")}, SENTENCE)
    assert words(seen) == "35 months and 12 days of work; 36 months are needed"
    assert words(seen, "zh") == "有35個月12日工作經驗；須有36個月"
    money = step(INCOME, Status.FAILS, {"value": 5, "limit": 2_500_000}, FEE)
    assert words(money) == "HK$5 earned, HK$2,500,000 asked for"
    assert words(money, "zh") == "收入5港元，須達2,500,000港元"


def test_a_unit_stays_beside_a_plain_number() -> None:
    label = Label("{value} years old", "{value}歲")
    seen = step(Compare("ge", AgeOn(BORN, FILING), WHOLE), Status.HOLDS, {"value": 17}, label)
    assert words(seen) == "17 years old"


def test_an_author_s_sentence_says_whether_it_applies() -> None:
    label = Label("admitted before", "曾獲批准")
    cond = Truth(Path("character"))
    assert words(step(cond, Status.FAILS, {}, label, wanted=False)) == "not so: admitted before"
    assert words(step(cond, Status.HOLDS, {}, label, wanted=False)) == "applies: admitted before"
    assert words(step(cond, Status.FAILS, {}, label, wanted=True)) == "not met: admitted before"
    assert words(step(cond, Status.HOLDS, {}, label, wanted=True)) == "admitted before"


def test_membership_says_whether() -> None:
    cond = Member(Path("d", ("institution",)), "universities", FILING)
    values = {"value": "tokyo", "d.institution": "tokyo", "submitted_on": FILED}
    assert words(step(cond, Status.HOLDS, values)) == (
        "University of Tokyo is listed in “listed universities” on 21 November 2026"
    )
    assert words(step(cond, Status.FAILS, values)).startswith("University of Tokyo is not listed in")
    assert words(step(cond, Status.VARIES, values)).startswith("whether University of Tokyo is listed in")


NO_DEGREE = Quantified("some", "d", Path("applicant", ("degrees",)), "degree", HONORARY)


@pytest.mark.parametrize(
    ("kind", "cond", "wanted", "en", "zh"),
    [
        ("some", NO_DEGREE, False, "no degree meets all of this", "沒有學位符合以下各項條件"),
        ("some", NO_DEGREE, True, "a degree that meets all of this", "有一項學位符合以下條件"),
        ("every", replace(NO_DEGREE, kind="every"), False, "not every degree", "並非每一項學位"),
        ("any", AnyOf((TWO, HONORARY)), False, "none of these", "以下各項均不適用"),
        ("all", All((TWO, HONORARY)), False, "not all of these", "並非以下各項全部"),
        ("at_least", AtLeast(2, (TWO, HONORARY)), False, "fewer than 2 of these", "以下少於2項"),
    ],
)
def test_a_group_that_fails_is_headed_by_what_is_the_case_if_it_is_a_bar(
    kind: Any, cond: Cond, wanted: bool, en: str, zh: str
) -> None:
    below = (step(Truth(Path("security")), Status.FAILS, {}),)
    group = Step("small.a/x", kind, Status.FAILS, wanted, Clause("x", cond), below, n=2)
    assert (words(group), words(group, "zh")) == (en, zh)


def test_a_test_that_fails_whatever_is_not_told_does_not_ask_for_it() -> None:
    # A list that is closed and empty on the day: no university is on it, so the one not told is not either.
    cond = Member(Path("d", ("institution",)), "universities", FILING)
    label = Label("{d.institution} is listed", "{d.institution}屬名單")
    values = {"value": Absent.NOT_ASKED, "d.institution": Absent.NOT_ASKED, "submitted_on": FILED}
    seen = step(cond, Status.FAILS, values, label)
    assert words(seen) == (
        "not met, whatever is not told: awarding university is listed in “listed universities” on the day of filing"
    )


def test_a_hole_without_a_value_falls_back_to_the_built_sentence() -> None:
    label = Label("{d.institution} and {nothing}", "{d.institution}及{nothing}")
    cond = Truth(Path("security"))
    assert words(step(cond, Status.HOLDS, {}, label)) == "no objection"


def test_countries_are_those_of_the_standard_named_as_cldr_names_them() -> None:
    from babel import Locale

    from dsl.countries import STATELESS, countries

    english, chinese = Locale.parse("en").territories, Locale.parse("zh_Hant_HK").territories
    for code in countries() - {STATELESS}:
        assert country_words(code, "en") == english[code]
        assert country_words(code, "zh") == chinese[code]
    assert [country_words(STATELESS, lang) for lang in ("en", "zh")] == ["no nationality", "無國籍"]


def test_joined() -> None:
    assert joined(["a", "b", "c"], "en") == "a, b and c"
    assert joined(["甲", "乙", "丙"], "zh", "or") == "甲、乙或丙"
    assert joined([], "en") == ""


def test_every_phrase_has_both_languages_with_the_same_holes() -> None:
    for key, (en, zh) in PHRASES.items():
        assert en, key
        assert zh, key
        assert {m["name"] for m in HOLE.finditer(en)} == {m["name"] for m in HOLE.finditer(zh)}, key


def test_every_phrase_is_said_somewhere() -> None:
    """Its key stands in the code, or begins as one that is put together there."""
    code = "".join(
        path.read_text("utf-8")
        for package in ("whereas", "solver", "dsl")
        for path in (pathlib.Path(__file__).parent.parent / package).rglob("*.*")
        if path.suffix in (".py", ".jinja") and path.name != "phrases.py"
    )
    written = set(re.findall(r"""["'](\w+)["']""", code))
    begun = tuple(set(re.findall(r"""["'](\w+_)(?:\{|["'] \+)""", code)))
    assert [key for key in PHRASES if key not in written and not key.startswith(begun)] == []


def test_simplified() -> None:
    assert simplified("高端人才通行證計劃") == "高端人才通行证计划"
    assert simplified("ttps.b") == "ttps.b"


@pytest.fixture(scope="module")
def shipped() -> Book:
    return ready.hk()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_clause_of_the_shipped_book_has_words(shipped: Book, lang: Lang) -> None:
    """No clause of the book falls back to an id or keeps a hole, in its built sentence."""
    for category in shipped.categories.values():
        entities = dict(_bound(shipped, category.needs))
        entities |= dict(_bound(shipped, category.bars)) if category.bars else {}
        for path, clause in labelled(shipped, category).items():
            said = cond_words(Scene(shipped, lang, entities), clause.cond)
            assert said, path
            assert "{" not in said, (path, said)
            assert not HOLE.search(said), path
            if lang == "zh":
                assert not any(word in said for word in (" is ", " of ", "_")), (path, said)


def _bound(book: Book, clause: Clause) -> list[tuple[str, str]]:
    out = []
    match clause.cond:
        case Quantified(var=var, entity=entity):
            out.append((var, entity))
        case Call(term, _):
            out += [*book.terms[term].params, *_bound(book, book.terms[term].means)]
        case _:
            pass
    for child in children(clause.cond):
        out += _bound(book, child)
    return out


def test_words_of_ours_name_no_office_of_one_book() -> None:
    """A book of school grants has officers too, and none of the Immigration Department."""
    for en, zh in PHRASES.values():
        assert "mmigration" not in en
        assert "入境" not in zh
